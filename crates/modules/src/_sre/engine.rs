//! The engine: runs a program over a text, backtracking by an explicit stack.
//!
//! The stack holds two sorts of frames: choices, which say how to go on when what was tried fails, and records of what was
//! overwritten since the choice below them, undone on the way back. So a failed attempt leaves no trace, and neither patterns nor
//! texts can exhaust the native stack. Texts are generic over their unit; everything that is not is kept in `Machine`.

use super::charset::{First, Fold, is_word_ascii, is_word_locale, is_word_unicode};
use super::program::{At, Op, Program, RepeatOne, Start};
use pyrite_runtime::prelude::*;
use pyrite_runtime::strlib::{self, Unit};
use pyrite_runtime::unicode::Chars;
use pyrite_runtime::{err, hooks, on_chars};

/// A mark that is not set, or a place that is not in any text.
pub const UNSET: usize = usize::MAX;

/// Instructions between two looks at the signals.
const STEPS: u32 = 1 << 16;

/// Where a loop stands.
#[derive(Clone, Copy)]
struct Turn {
    /// Times round so far.
    count: u32,
    /// Where the last time round began.
    last: usize,
}

#[derive(Clone, Copy)]
enum Frame {
    Choice {
        pc: u32,
        pos: usize,
    },
    /// A character repeated up to `pos`, which can go back as far as `min`.
    Greedy {
        pc: u32,
        min: usize,
        pos: usize,
    },
    /// A character repeated up to `pos`, which can go on as far as `max`.
    Lazy {
        pc: u32,
        max: usize,
        pos: usize,
    },
    /// The assertion at `pc` has begun.
    Assert {
        pc: u32,
        pos: usize,
        outer: usize,
    },
    Mark {
        mark: u32,
        last_index: u32,
        old: usize,
    },
    Turn {
        number: u32,
        old: Turn,
    },
}

/// What one search is about.
#[derive(Clone, Copy)]
pub struct Job<'a> {
    pub program: &'a Program,
    /// The text up to the last character that may be looked at.
    pub text: Chars<'a>,
    /// A match may not end here.
    pub forbidden: usize,
    /// A match must reach the end of the text.
    pub full: bool,
}

#[derive(Default)]
pub struct Machine {
    /// Where each group begins and ends.
    pub marks: Vec<usize>,
    /// The number of the group that was closed last, or 0.
    pub last_index: u32,
    pub start: usize,
    pub end: usize,
    /// Has any mark been set since they were cleared?
    marked: bool,
    turns: Vec<Turn>,
    stack: Vec<Frame>,
    /// The place of the innermost assertion's frame.
    assertion: usize,
    steps: u32,
}

/// A machine that is not in use keeps its memory for the next search.
struct Spare(Cell<Option<Machine>>);

// SAFETY: only touched by the holder of the GIL.
unsafe impl Sync for Spare {}

static SPARE: Spare = Spare(Cell::new(None));

impl Machine {
    /// A machine with nothing in it.
    pub fn spare() -> Machine {
        let mut m = SPARE.0.take().unwrap_or_default();
        m.marks.clear();
        m.turns.clear();
        m.stack.clear();
        m.last_index = 0;
        m.marked = false;
        m
    }

    /// Gives a machine back.
    pub fn release(self) {
        /// A stack that a hard search has made larger is not kept.
        const KEPT: usize = 1 << 12;
        if self.stack.capacity() <= KEPT {
            SPARE.0.set(Some(self));
        }
    }

    /// Matches at `start`.
    pub fn match_at(&mut self, job: Job<'_>, start: usize) -> PyResult<bool> {
        self.prepare(job.program)?;
        on_chars!(job.text, text => self.attempt(job, text, start))
    }

    /// Looks for the first match from `start` on.
    pub fn search(&mut self, job: Job<'_>, start: usize) -> PyResult<bool> {
        self.prepare(job.program)?;
        on_chars!(job.text, text => self.find(job, text, start))
    }

    fn prepare(&mut self, program: &Program) -> PyResult<()> {
        let (marks, turns) = (program.marks, program.loops.len());
        let fresh = self.marks.try_reserve(marks).is_ok() && self.turns.try_reserve(turns).is_ok();
        if !fresh {
            return Err(err::no_memory());
        }
        self.marks.resize(marks, UNSET);
        self.turns.resize(
            turns,
            Turn {
                count: 0,
                last: UNSET,
            },
        );
        Ok(())
    }

    fn find<C: Unit>(&mut self, job: Job<'_>, text: &[C], start: usize) -> PyResult<bool> {
        if start > text.len() {
            return Ok(false);
        }
        match &job.program.start {
            Start::Beginning => Ok(start == 0 && self.attempt(job, text, 0)?),
            Start::Prefix(prefix) => self.find_prefix(job, text, start, prefix),
            Start::First(first) => {
                let mut at = start;
                while let Some(n) = text[at..].iter().position(|&c| first.has(c.code())) {
                    if self.attempt(job, text, at + n)? {
                        return Ok(true);
                    }
                    at += n + 1;
                }
                Ok(false)
            }
            Start::Anywhere => {
                for at in start..=text.len() {
                    if self.attempt(job, text, at)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    fn find_prefix<C: Unit>(
        &mut self,
        job: Job<'_>,
        text: &[C],
        start: usize,
        prefix: &[u32],
    ) -> PyResult<bool> {
        if prefix.iter().any(|&c| c > C::MAX) {
            return Ok(false);
        }
        let mut at = start;
        if let [c] = *prefix {
            while let Some(n) = strlib::find_char(&text[at..], C::cut(c)) {
                if self.attempt(job, text, at + n)? {
                    return Ok(true);
                }
                at += n + 1;
            }
            return Ok(false);
        }
        let needle: Vec<C> = prefix.iter().map(|&c| C::cut(c)).collect();
        while let Some(n) = strlib::find(&text[at..], &needle) {
            if self.attempt(job, text, at + n)? {
                return Ok(true);
            }
            at += n + 1;
        }
        Ok(false)
    }

    /// One match at `start`, from a clean state.
    fn attempt<C: Unit>(&mut self, job: Job<'_>, text: &[C], start: usize) -> PyResult<bool> {
        if self.marked {
            self.marks.fill(UNSET);
            self.last_index = 0;
            self.marked = false;
        }
        self.stack.clear();
        self.assertion = UNSET;
        self.start = start;
        self.run(job, text, start)
    }

    fn run<C: Unit>(&mut self, job: Job<'_>, text: &[C], start: usize) -> PyResult<bool> {
        let program = job.program;
        let (mut pc, mut pos) = (0u32, start);
        loop {
            self.steps += 1;
            if self.steps >= STEPS {
                self.steps = 0;
                hooks::check_signals()?;
            }
            let next = match program.ops.get(pc as usize) {
                Some(Op::Literal(c)) => {
                    let hit = text.get(pos).is_some_and(|t| t.code() == *c);
                    hit.then(|| (pc + 1, pos + 1))
                }
                Some(Op::One(unit)) => {
                    let unit = &program.units[*unit as usize];
                    let hit = text.get(pos).is_some_and(|t| unit.passes(t.code()));
                    hit.then(|| (pc + 1, pos + 1))
                }
                Some(Op::At(place)) => is_at(*place, text, pos).then_some((pc + 1, pos)),
                Some(Op::Jump(to)) => Some((*to, pos)),
                Some(Op::Mark(mark)) => {
                    self.set_mark(*mark, pos)?;
                    Some((pc + 1, pos))
                }
                Some(Op::Alternative { first, otherwise }) => {
                    self.alternative(program, text, (pc, pos), *first, *otherwise)?
                }
                Some(Op::RepeatOne(n)) => {
                    self.repeat_one(&program.repeats[*n as usize], text, pc, pos)?
                }
                Some(Op::Repeat { number, until }) => {
                    let turn = Turn {
                        count: u32::MAX,
                        last: UNSET,
                    };
                    self.set_turn(*number, turn)?;
                    Some((*until, pos))
                }
                Some(Op::Until(n)) => Some(self.until(program, *n, pc, pos)?),
                Some(Op::Again(n)) => self.again(program, *n, pos)?,
                Some(Op::GroupRef(group, fold)) => self
                    .group_ref(text, *group, *fold, pos)
                    .map(|p| (pc + 1, p)),
                Some(Op::GroupExists { group, otherwise }) => match self.group(*group) {
                    Some(_) => Some((pc + 1, pos)),
                    None => Some((*otherwise, pos)),
                },
                Some(Op::Assert {
                    back,
                    next,
                    negative,
                }) => match pos.checked_sub(*back as usize) {
                    Some(from) => {
                        self.push(Frame::Assert {
                            pc,
                            pos,
                            outer: self.assertion,
                        })?;
                        self.assertion = self.stack.len() - 1;
                        Some((pc + 1, from))
                    }
                    None => negative.then_some((*next, pos)),
                },
                Some(Op::AssertEnd) => self.end_assertion(program),
                Some(Op::Success) => {
                    if pos != job.forbidden && (!job.full || pos == text.len()) {
                        self.end = pos;
                        return Ok(true);
                    }
                    None
                }
                Some(Op::Failure) | None => None,
            };
            (pc, pos) = match next {
                Some(next) => next,
                None => match self.backtrack(program, text) {
                    Some(next) => next,
                    None => return Ok(false),
                },
            };
        }
    }

    #[inline]
    fn push(&mut self, frame: Frame) -> PyResult<()> {
        if self.stack.len() == self.stack.capacity() && self.stack.try_reserve(16).is_err() {
            return Err(err::no_memory());
        }
        self.stack.push(frame);
        Ok(())
    }

    /// Records something for undoing; with no choice to go back to, nothing need be.
    #[inline]
    fn record(&mut self, frame: Frame) -> PyResult<()> {
        match self.stack.is_empty() {
            true => Ok(()),
            false => self.push(frame),
        }
    }

    fn set_mark(&mut self, mark: u32, pos: usize) -> PyResult<()> {
        let old = self.marks[mark as usize];
        self.record(Frame::Mark {
            mark,
            last_index: self.last_index,
            old,
        })?;
        self.marks[mark as usize] = pos;
        self.marked = true;
        if mark & 1 != 0 {
            self.last_index = mark / 2 + 1;
        }
        Ok(())
    }

    fn set_turn(&mut self, number: u32, turn: Turn) -> PyResult<()> {
        let old = self.turns[number as usize];
        self.record(Frame::Turn { number, old })?;
        self.turns[number as usize] = turn;
        Ok(())
    }

    /// Undoes a record; other frames are not its business.
    fn undo(&mut self, frame: Frame) {
        match frame {
            Frame::Mark {
                mark,
                last_index,
                old,
            } => {
                self.marks[mark as usize] = old;
                self.last_index = last_index;
            }
            Frame::Turn { number, old } => self.turns[number as usize] = old,
            _ => {}
        }
    }

    /// Where a group that took part begins and ends.
    fn group(&self, group: u32) -> Option<(usize, usize)> {
        let at = group as usize * 2;
        match (self.marks.get(at), self.marks.get(at + 1)) {
            (Some(&start), Some(&end)) if start != UNSET && end != UNSET => Some((start, end)),
            _ => None,
        }
    }

    fn alternative<C: Unit>(
        &mut self,
        program: &Program,
        text: &[C],
        (pc, pos): (u32, usize),
        first: u32,
        otherwise: u32,
    ) -> PyResult<Option<(u32, usize)>> {
        if let Some(first) = program.firsts.get(first as usize)
            && !can_follow(first, text, pos)
        {
            return Ok(Some((otherwise, pos)));
        }
        if (otherwise as usize) < program.ops.len() {
            self.push(Frame::Choice { pc: otherwise, pos })?;
        }
        Ok(Some((pc + 1, pos)))
    }

    fn repeat_one<C: Unit>(
        &mut self,
        repeat: &RepeatOne,
        text: &[C],
        pc: u32,
        pos: usize,
    ) -> PyResult<Option<(u32, usize)>> {
        let rest = text.get(pos..).unwrap_or_default();
        if repeat.min > rest.len() {
            return Ok(None);
        }
        let (min, max) = (pos + repeat.min, pos + repeat.max.min(rest.len()));
        if repeat.greedy {
            let end = pos + count(repeat, &rest[..max - pos]);
            if end < min {
                return Ok(None);
            }
            let Some(at) = step_back(repeat, text, min, end) else {
                return Ok(None);
            };
            if at > min && !repeat.exclusive {
                self.push(Frame::Greedy { pc, min, pos: at })?;
            }
            return Ok(Some((pc + 1, at)));
        }
        if count(repeat, &rest[..repeat.min]) < repeat.min {
            return Ok(None);
        }
        let Some(at) = step_on(repeat, text, min, max) else {
            return Ok(None);
        };
        if at < max {
            self.push(Frame::Lazy { pc, max, pos: at })?;
        }
        Ok(Some((pc + 1, at)))
    }

    /// The end of a loop's body, and its entry.
    fn until(
        &mut self,
        program: &Program,
        number: u32,
        pc: u32,
        pos: usize,
    ) -> PyResult<(u32, usize)> {
        let repeat = &program.loops[number as usize];
        let turn = self.turns[number as usize];
        // On entry the count is one less than none.
        let count = turn.count.wrapping_add(1);
        if count < repeat.min {
            let last = turn.last;
            self.set_turn(number, Turn { count, last })?;
            return Ok((repeat.body, pos));
        }
        if !repeat.greedy {
            self.push(Frame::Choice { pc: pc + 1, pos })?;
            return Ok((pc + 2, pos));
        }
        // Nothing is won by going round for nothing once more.
        if count >= repeat.max || pos == turn.last {
            return Ok((pc + 1, pos));
        }
        self.push(Frame::Choice { pc: pc + 1, pos })?;
        self.set_turn(number, Turn { count, last: pos })?;
        Ok((repeat.body, pos))
    }

    fn again(
        &mut self,
        program: &Program,
        number: u32,
        pos: usize,
    ) -> PyResult<Option<(u32, usize)>> {
        let repeat = &program.loops[number as usize];
        let turn = self.turns[number as usize];
        let count = turn.count.wrapping_add(1);
        if count >= repeat.max || pos == turn.last {
            return Ok(None);
        }
        self.set_turn(number, Turn { count, last: pos })?;
        Ok(Some((repeat.body, pos)))
    }

    /// Where the text goes on behind a repetition of what a group matched.
    fn group_ref<C: Unit>(&self, text: &[C], group: u32, fold: Fold, pos: usize) -> Option<usize> {
        let (start, end) = self.group(group)?;
        let model = text.get(start..end)?;
        let found = text.get(pos..pos + model.len())?;
        let same = match fold {
            Fold::None => model == found,
            _ => model
                .iter()
                .zip(found)
                .all(|(a, b)| fold.lower(a.code()) == fold.lower(b.code())),
        };
        same.then(|| pos + model.len())
    }

    /// The body of the innermost assertion has matched: its choices are over. What it recorded stays if the assertion holds.
    fn end_assertion(&mut self, program: &Program) -> Option<(u32, usize)> {
        let at = self.assertion;
        let Some(Frame::Assert { pc, pos, outer }) = self.stack.get(at).copied() else {
            return None;
        };
        let Some(Op::Assert { negative, next, .. }) = program.ops.get(pc as usize) else {
            return None;
        };
        self.assertion = outer;
        if *negative {
            while self.stack.len() > at {
                if let Some(frame) = self.stack.pop() {
                    self.undo(frame);
                }
            }
            return None;
        }
        let mut kept = at;
        for i in at + 1..self.stack.len() {
            let frame = self.stack[i];
            if matches!(frame, Frame::Mark { .. } | Frame::Turn { .. }) {
                self.stack[kept] = frame;
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        Some((*next, pos))
    }

    /// Goes back to the last choice, and takes its next turn.
    fn backtrack<C: Unit>(&mut self, program: &Program, text: &[C]) -> Option<(u32, usize)> {
        loop {
            let frame = self.stack.pop()?;
            match frame {
                Frame::Choice { pc, pos } => return Some((pc, pos)),
                Frame::Greedy { pc, min, pos } => {
                    let repeat = repeat_at(program, pc)?;
                    // The frame is there only while a step back is left.
                    if let Some(at) = step_back(repeat, text, min, pos - 1) {
                        if at > min {
                            self.stack.push(Frame::Greedy { pc, min, pos: at });
                        }
                        return Some((pc + 1, at));
                    }
                }
                Frame::Lazy { pc, max, pos } => {
                    let repeat = repeat_at(program, pc)?;
                    if text.get(pos).is_some_and(|c| repeat.unit.passes(c.code()))
                        && let Some(at) = step_on(repeat, text, pos + 1, max)
                    {
                        if at < max {
                            self.stack.push(Frame::Lazy { pc, max, pos: at });
                        }
                        return Some((pc + 1, at));
                    }
                }
                Frame::Assert { pc, pos, outer } => {
                    self.assertion = outer;
                    if let Some(Op::Assert {
                        negative: true,
                        next,
                        ..
                    }) = program.ops.get(pc as usize)
                    {
                        return Some((*next, pos));
                    }
                }
                record => self.undo(record),
            }
        }
    }
}

fn repeat_at(program: &Program, pc: u32) -> Option<&RepeatOne> {
    match program.ops.get(pc as usize) {
        Some(Op::RepeatOne(n)) => program.repeats.get(*n as usize),
        _ => None,
    }
}

/// Can what begins with `first` come at `pos`?
#[inline]
fn can_follow<C: Unit>(first: &First, text: &[C], pos: usize) -> bool {
    text.get(pos).is_some_and(|c| first.has(c.code()))
}

/// The number of characters that pass, from the beginning.
fn count<C: Unit>(repeat: &RepeatOne, text: &[C]) -> usize {
    let end = match repeat.unit.is_any() {
        Some(true) => None,
        Some(false) => strlib::find_char(text, C::cut(10)),
        None => text.iter().position(|c| !repeat.unit.passes(c.code())),
    };
    end.unwrap_or(text.len())
}

/// The last place from `min` to `end` where the repetition can be left.
fn step_back<C: Unit>(repeat: &RepeatOne, text: &[C], min: usize, end: usize) -> Option<usize> {
    let Some(first) = &repeat.follow else {
        return Some(end);
    };
    if can_follow(first, text, end) {
        return Some(end);
    }
    if repeat.exclusive {
        return None;
    }
    let run = text.get(min..end)?;
    run.iter()
        .rposition(|c| first.has(c.code()))
        .map(|at| min + at)
}

/// The first place from `from` to `max` where the repetition can be left, all before it passing.
fn step_on<C: Unit>(repeat: &RepeatOne, text: &[C], from: usize, max: usize) -> Option<usize> {
    let Some(first) = &repeat.follow else {
        return Some(from);
    };
    let mut at = from;
    while !can_follow(first, text, at) {
        if at >= max || !text.get(at).is_some_and(|c| repeat.unit.passes(c.code())) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

fn is_at<C: Unit>(place: At, text: &[C], pos: usize) -> bool {
    let is_newline = |at: usize| text.get(at).is_some_and(|c| c.code() == 10);
    match place {
        At::Beginning => pos == 0,
        At::BeginningLine => pos == 0 || is_newline(pos - 1),
        At::End => pos == text.len() || (pos + 1 == text.len() && is_newline(pos)),
        At::EndLine => pos == text.len() || is_newline(pos),
        At::EndString => pos == text.len(),
        // In an empty text there is neither a boundary nor its opposite.
        At::Boundary(..) if text.is_empty() => false,
        At::Boundary(fold, wanted) => {
            let is_word = |c: &C| match fold {
                Fold::Locale => is_word_locale(c.code()),
                Fold::Unicode => is_word_unicode(c.code()),
                _ => is_word_ascii(c.code()),
            };
            let before = pos.checked_sub(1).and_then(|at| text.get(at));
            (before.is_some_and(is_word) != text.get(pos).is_some_and(is_word)) == wanted
        }
    }
}
