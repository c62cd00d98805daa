//! The code of a pattern, checked and rewritten for the engine.
//!
//! The numbers that come in are never trusted: each construct is read within the bounds of the one around it, and what does not fit
//! is refused. What comes out has absolute targets, so the engine needs no checks of its own, and knows for each place where a
//! choice is made which characters can follow.

use super::charset::{First, Fold, Set, Test, Unit};
use super::opcodes::*;

/// A place in the text.
#[derive(Clone, Copy)]
pub enum At {
    Beginning,
    BeginningLine,
    End,
    EndLine,
    EndString,
    /// Between a word and what is none, or not so.
    Boundary(Fold, bool),
}

/// An instruction. Targets are indices of instructions; what is not a jump goes on with the next.
#[derive(Clone, Copy)]
pub enum Op {
    Success,
    Failure,
    Literal(u32),
    /// One character that passes the unit's test.
    One(u32),
    At(At),
    Mark(u32),
    GroupRef(u32, Fold),
    GroupExists {
        group: u32,
        otherwise: u32,
    },
    Jump(u32),
    /// The next instruction begins an alternative, `otherwise` the one after it.
    Alternative {
        first: u32,
        otherwise: u32,
    },
    /// What follows must match (or not) `back` characters before here, up to `AssertEnd`; then on at `next`.
    Assert {
        back: u32,
        negative: bool,
        next: u32,
    },
    AssertEnd,
    /// A character repeated.
    RepeatOne(u32),
    /// Enters the loop whose `Until` is at the target.
    Repeat {
        number: u32,
        until: u32,
    },
    Until(u32),
    /// Behind the `Until` of a lazy loop: one more time round.
    Again(u32),
}

/// The operands of `RepeatOne`.
pub struct RepeatOne {
    pub unit: Unit,
    pub min: usize,
    pub max: usize,
    pub greedy: bool,
    /// What can come after it, where something must.
    pub follow: Option<First>,
    /// What follows is never a repeated character: the repetition can be left only where it ends.
    pub exclusive: bool,
}

/// A loop.
pub struct Loop {
    pub min: u32,
    pub max: u32,
    pub greedy: bool,
    pub body: u32,
}

/// How to find places where a match can begin.
pub enum Start {
    Anywhere,
    /// At the beginning of the text alone.
    Beginning,
    Prefix(Vec<u32>),
    First(First),
}

pub struct Program {
    pub ops: Vec<Op>,
    pub units: Vec<Unit>,
    pub repeats: Vec<RepeatOne>,
    pub loops: Vec<Loop>,
    pub firsts: Vec<First>,
    pub start: Start,
    /// The number of marks in use.
    pub marks: usize,
}

/// The code is bad.
pub struct Invalid;

type Checked<T> = Result<T, Invalid>;

/// Constructs inside each other that are read; deeper ones are refused, for reading them recurses.
const MAX_DEPTH: usize = 4000;
/// Instructions that are looked at for the characters that can come first.
const LOOKAHEAD: usize = 200;

/// No index: an alternative after which there is none, or of which nothing is known.
pub const NOWHERE: u32 = u32::MAX;

struct Reader<'c> {
    code: &'c [u32],
    groups: usize,
    program: Program,
    depth: usize,
}

impl Program {
    /// Reads `code`, in which `groups` groups may be named.
    pub fn read(code: &[u32], groups: usize) -> Checked<Program> {
        let (last, body) = code.split_last().ok_or(Invalid)?;
        if *last != SUCCESS || code.len() > (u32::MAX / 4) as usize {
            return Err(Invalid);
        }
        let mut at = 0;
        if body.first() == Some(&INFO) {
            let skip = *body.get(1).ok_or(Invalid)? as usize;
            at = 1 + skip;
            if skip < 3 || at > body.len() {
                return Err(Invalid);
            }
        }
        let program = Program {
            ops: Vec::with_capacity(code.len()),
            units: Vec::new(),
            repeats: Vec::new(),
            loops: Vec::new(),
            firsts: Vec::new(),
            start: Start::Anywhere,
            marks: 0,
        };
        let mut reader = Reader {
            code,
            groups,
            program,
            depth: 0,
        };
        if reader.sequence(at, body.len())?.is_some() {
            return Err(Invalid);
        }
        reader.emit(Op::Success);
        let mut program = reader.program;
        program.note_firsts();
        program.start = program.find_start();
        Ok(program)
    }

    /// The characters that a match from `pc` on can begin with; None if it can be empty, or nothing is known.
    fn first_at(&self, pc: u32, budget: &mut usize) -> Option<First> {
        let mut pc = pc;
        loop {
            *budget = budget.checked_sub(1)?;
            match *self.ops.get(pc as usize)? {
                Op::Failure => return Some(First::default()),
                Op::Literal(c) => return Some(First::of(c)),
                Op::One(unit) => return Some(self.units[unit as usize].first()),
                Op::At(_) | Op::Mark(_) => pc += 1,
                Op::Jump(to) => pc = to,
                Op::Assert { next, .. } => pc = next,
                Op::Alternative {
                    otherwise: NOWHERE, ..
                } => pc += 1,
                Op::Alternative { otherwise, .. } | Op::GroupExists { otherwise, .. } => {
                    let one = self.first_at(pc + 1, budget)?;
                    return Some(one.union(self.first_at(otherwise, budget)?));
                }
                Op::RepeatOne(n) => {
                    let repeat = &self.repeats[n as usize];
                    if repeat.min > 0 {
                        return Some(repeat.unit.first());
                    }
                    let one = repeat.unit.first();
                    return Some(one.union(self.first_at(pc + 1, budget)?));
                }
                Op::Repeat { number, until } => {
                    let repeat = &self.loops[number as usize];
                    let one = self.first_at(repeat.body, budget)?;
                    if repeat.min > 0 {
                        return Some(one);
                    }
                    let tail = until + if repeat.greedy { 1 } else { 2 };
                    return Some(one.union(self.first_at(tail, budget)?));
                }
                Op::Until(n) => {
                    let repeat = &self.loops[n as usize];
                    let again = self.first_at(repeat.body, budget)?;
                    let tail = pc + if repeat.greedy { 1 } else { 2 };
                    return Some(again.union(self.first_at(tail, budget)?));
                }
                Op::Success | Op::AssertEnd | Op::GroupRef(..) | Op::Again(_) => return None,
            }
        }
    }

    fn note_firsts(&mut self) {
        for pc in 0..self.ops.len() {
            if !matches!(self.ops[pc], Op::Alternative { .. } | Op::RepeatOne(_)) {
                continue;
            }
            let after = self.first_at(pc as u32 + 1, &mut { LOOKAHEAD });
            match &mut self.ops[pc] {
                Op::Alternative { first, .. } => {
                    if let Some(after) = after {
                        *first = self.firsts.len() as u32;
                        self.firsts.push(after);
                    }
                }
                Op::RepeatOne(n) => {
                    let repeat = &mut self.repeats[*n as usize];
                    repeat.exclusive = after.is_some_and(|f| f.excludes(&repeat.unit.first()));
                    repeat.follow = after;
                }
                _ => {}
            }
        }
    }

    fn find_start(&self) -> Start {
        let ops = self.ops.iter().filter(|op| !matches!(op, Op::Mark(_)));
        if let Some(Op::At(At::Beginning)) = ops.clone().next() {
            return Start::Beginning;
        }
        let prefix: Vec<u32> = ops
            .map_while(|op| match op {
                Op::Literal(c) => Some(*c),
                _ => None,
            })
            .collect();
        if !prefix.is_empty() {
            return Start::Prefix(prefix);
        }
        match self.first_at(0, &mut { LOOKAHEAD }) {
            Some(first) => Start::First(first),
            None => Start::Anywhere,
        }
    }
}

impl Reader<'_> {
    fn word(&self, at: usize) -> Checked<u32> {
        self.code.get(at).copied().ok_or(Invalid)
    }

    /// Where the distance at `at` leads, which must be behind it and not beyond `end`.
    fn target(&self, at: usize, end: usize) -> Checked<usize> {
        let target = at.checked_add(self.word(at)? as usize).ok_or(Invalid)?;
        if target <= at || target > end {
            return Err(Invalid);
        }
        Ok(target)
    }

    fn emit(&mut self, op: Op) -> usize {
        self.program.ops.push(op);
        self.program.ops.len() - 1
    }

    fn here(&self) -> u32 {
        self.program.ops.len() as u32
    }

    fn expect(&self, at: usize, word: u32) -> Checked<()> {
        match self.word(at)? == word {
            true => Ok(()),
            false => Err(Invalid),
        }
    }

    fn group(&self, at: usize) -> Checked<u32> {
        let group = self.word(at)?;
        match (group as usize) < self.groups {
            true => Ok(group),
            false => Err(Invalid),
        }
    }

    /// Reads the code from `at` to `end`. A jump that ends it is left out; its target is the result.
    fn sequence(&mut self, at: usize, end: usize) -> Checked<Option<usize>> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(Invalid);
        }
        let mut at = at;
        let mut jump = None;
        while at < end {
            if self.word(at)? == JUMP {
                jump = Some(self.target(at + 1, self.code.len())?);
                at += 2;
                break;
            }
            at = self.construct(at, end)?;
        }
        self.depth -= 1;
        match at == end {
            true => Ok(jump),
            false => Err(Invalid),
        }
    }

    /// A part that may hold no jump.
    fn closed(&mut self, at: usize, end: usize) -> Checked<()> {
        match self.sequence(at, end)? {
            None => Ok(()),
            Some(_) => Err(Invalid),
        }
    }

    /// Reads one construct, and gives the place behind it.
    fn construct(&mut self, at: usize, end: usize) -> Checked<usize> {
        if let Some((test, next)) = self.test(at, end)? {
            match test {
                Test::Literal(c, Fold::None) => self.emit(Op::Literal(c)),
                test => {
                    self.program.units.push(Unit::new(test));
                    self.emit(Op::One(self.program.units.len() as u32 - 1))
                }
            };
            return Ok(next);
        }
        match self.word(at)? {
            AT => {
                let place = self.place(self.word(at + 1)?)?;
                self.emit(Op::At(place));
                Ok(at + 2)
            }
            MARK => {
                let mark = self.word(at + 1)?;
                if mark as usize / 2 >= self.groups {
                    return Err(Invalid);
                }
                self.program.marks = self.program.marks.max((mark as usize | 1) + 1);
                self.emit(Op::Mark(mark));
                Ok(at + 2)
            }
            op @ (GROUPREF | GROUPREF_IGNORE | GROUPREF_LOC_IGNORE | GROUPREF_UNI_IGNORE) => {
                let fold = match op {
                    GROUPREF => Fold::None,
                    GROUPREF_IGNORE => Fold::Ascii,
                    GROUPREF_LOC_IGNORE => Fold::Locale,
                    _ => Fold::Unicode,
                };
                let group = self.group(at + 1)?;
                self.emit(Op::GroupRef(group, fold));
                Ok(at + 2)
            }
            GROUPREF_EXISTS => self.conditional(at, end),
            BRANCH => self.branch(at, end),
            ASSERT | ASSERT_NOT => self.assertion(at, end),
            REPEAT_ONE | MIN_REPEAT_ONE => self.repeat_one(at, end),
            REPEAT => self.repeat(at, end),
            _ => Err(Invalid),
        }
    }

    /// The test of a construct that matches one character.
    fn test(&self, at: usize, end: usize) -> Checked<Option<(Test, usize)>> {
        let op = self.word(at)?;
        let fold = match op {
            IN_IGNORE | LITERAL_IGNORE | NOT_LITERAL_IGNORE => Fold::Ascii,
            IN_LOC_IGNORE | LITERAL_LOC_IGNORE | NOT_LITERAL_LOC_IGNORE => Fold::Locale,
            IN_UNI_IGNORE | LITERAL_UNI_IGNORE | NOT_LITERAL_UNI_IGNORE => Fold::Unicode,
            _ => Fold::None,
        };
        Ok(Some(match op {
            FAILURE => (Test::Nothing, at + 1),
            ANY => (Test::NotNewline, at + 1),
            ANY_ALL => (Test::Anything, at + 1),
            LITERAL | LITERAL_IGNORE | LITERAL_LOC_IGNORE | LITERAL_UNI_IGNORE => {
                (Test::Literal(self.word(at + 1)?, fold), at + 2)
            }
            NOT_LITERAL | NOT_LITERAL_IGNORE | NOT_LITERAL_LOC_IGNORE | NOT_LITERAL_UNI_IGNORE => {
                (Test::NotLiteral(self.word(at + 1)?, fold), at + 2)
            }
            IN | IN_IGNORE | IN_LOC_IGNORE | IN_UNI_IGNORE => {
                let next = self.target(at + 1, end)?;
                let code = self.code.get(at + 2..next).ok_or(Invalid)?;
                (Test::Set(Set::read(code).ok_or(Invalid)?, fold), next)
            }
            _ => return Ok(None),
        }))
    }

    fn place(&self, number: u32) -> Checked<At> {
        Ok(match number {
            AT_BEGINNING | AT_BEGINNING_STRING => At::Beginning,
            AT_BEGINNING_LINE => At::BeginningLine,
            AT_END => At::End,
            AT_END_LINE => At::EndLine,
            AT_END_STRING => At::EndString,
            AT_BOUNDARY => At::Boundary(Fold::Ascii, true),
            AT_NON_BOUNDARY => At::Boundary(Fold::Ascii, false),
            AT_LOC_BOUNDARY => At::Boundary(Fold::Locale, true),
            AT_LOC_NON_BOUNDARY => At::Boundary(Fold::Locale, false),
            AT_UNI_BOUNDARY => At::Boundary(Fold::Unicode, true),
            AT_UNI_NON_BOUNDARY => At::Boundary(Fold::Unicode, false),
            _ => return Err(Invalid),
        })
    }

    /// `(?(group)yes|no)`: the distance to `no` counts from the group's number; `yes` ends with a jump over `no`, if there is one.
    fn conditional(&mut self, at: usize, end: usize) -> Checked<usize> {
        let group = self.group(at + 1)?;
        let skip = self.word(at + 2)? as usize;
        let no = (at + 1).checked_add(skip).ok_or(Invalid)?;
        if no < at + 3 || no > end {
            return Err(Invalid);
        }
        let test = self.emit(Op::Failure);
        let Some(next) = self.sequence(at + 3, no)? else {
            let otherwise = self.here();
            self.program.ops[test] = Op::GroupExists { group, otherwise };
            return Ok(no);
        };
        if next < no || next > end {
            return Err(Invalid);
        }
        let jump = self.emit(Op::Failure);
        let otherwise = self.here();
        self.program.ops[test] = Op::GroupExists { group, otherwise };
        self.closed(no, next)?;
        self.program.ops[jump] = Op::Jump(self.here());
        Ok(next)
    }

    /// Alternatives, each behind the distance to the next and ended by a jump to the end; distance 0 ends the list.
    fn branch(&mut self, at: usize, end: usize) -> Checked<usize> {
        let mut at = at + 1;
        let mut jumps = Vec::new();
        let mut targets = Vec::new();
        let mut choice = None;
        while self.word(at)? != 0 {
            let next = self.target(at, end)?;
            if let Some(previous) = choice {
                let otherwise = self.here();
                self.set_otherwise(previous, otherwise);
            }
            choice = Some(self.emit(Op::Alternative {
                first: NOWHERE,
                otherwise: NOWHERE,
            }));
            targets.push(self.sequence(at + 1, next)?.ok_or(Invalid)?);
            jumps.push(self.emit(Op::Failure));
            at = next;
        }
        let next = at + 1;
        if next > end || targets.is_empty() || targets.iter().any(|&t| t != next) {
            return Err(Invalid);
        }
        let here = self.here();
        for jump in jumps {
            self.program.ops[jump] = Op::Jump(here);
        }
        Ok(next)
    }

    fn set_otherwise(&mut self, alternative: usize, target: u32) {
        if let Some(Op::Alternative { otherwise, .. }) = self.program.ops.get_mut(alternative) {
            *otherwise = target;
        }
    }

    fn assertion(&mut self, at: usize, end: usize) -> Checked<usize> {
        let next = self.target(at + 1, end)?;
        let back = self.word(at + 2)?;
        if next < at + 4 {
            return Err(Invalid);
        }
        self.expect(next - 1, SUCCESS)?;
        let negative = self.word(at)? == ASSERT_NOT;
        let head = self.emit(Op::Failure);
        self.closed(at + 3, next - 1)?;
        self.emit(Op::AssertEnd);
        self.program.ops[head] = Op::Assert {
            back,
            negative,
            next: self.here(),
        };
        Ok(next)
    }

    /// The least and greatest number of repetitions.
    fn counts(&self, at: usize) -> Checked<(u32, u32)> {
        let (min, max) = (self.word(at)?, self.word(at + 1)?);
        match min <= max {
            true => Ok((min, max)),
            false => Err(Invalid),
        }
    }

    fn repeat_one(&mut self, at: usize, end: usize) -> Checked<usize> {
        let next = self.target(at + 1, end)?;
        let (min, max) = self.counts(at + 2)?;
        let (test, behind) = self.test(at + 4, next)?.ok_or(Invalid)?;
        if behind + 1 != next {
            return Err(Invalid);
        }
        self.expect(behind, SUCCESS)?;
        self.program.repeats.push(RepeatOne {
            unit: Unit::new(test),
            min: min as usize,
            max: match max {
                MAXREPEAT => usize::MAX,
                max => max as usize,
            },
            greedy: self.word(at)? == REPEAT_ONE,
            follow: None,
            exclusive: false,
        });
        self.emit(Op::RepeatOne(self.program.repeats.len() as u32 - 1));
        Ok(next)
    }

    fn repeat(&mut self, at: usize, end: usize) -> Checked<usize> {
        let until = self.target(at + 1, end)?;
        let (min, max) = self.counts(at + 2)?;
        let greedy = match self.word(until)? {
            MAX_UNTIL => true,
            MIN_UNTIL => false,
            _ => return Err(Invalid),
        };
        if until < at + 4 || until >= end {
            return Err(Invalid);
        }
        let number = self.program.loops.len() as u32;
        let head = self.emit(Op::Failure);
        self.program.loops.push(Loop {
            min,
            max,
            greedy,
            body: self.here(),
        });
        self.closed(at + 4, until)?;
        self.program.ops[head] = Op::Repeat {
            number,
            until: self.here(),
        };
        self.emit(Op::Until(number));
        if !greedy {
            self.emit(Op::Again(number));
        }
        Ok(until + 1)
    }
}
