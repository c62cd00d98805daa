//! Sorting by numbers that stand for the keys.
//!
//! Of integers, floats and strings, and of tuples that begin with one, each key is read once and gives its *rank*, 64 bits
//! whose order is the order of the keys; equal ranks may still hide different strings. The upper 32 bits in which the ranks
//! differ, and the place of the key, make a word. Sorting words touches no object but where those bits are equal, and needs
//! no memory beside them: as no two words are equal, an unstable sort gives the stable order.

use super::compare::{self, Kind, Survey};
use super::{Place, timsort};
use crate::mem::scratch::Scratch;
use crate::prelude::*;
use crate::unicode::{self, Chars};
use std::cmp::Ordering;

/// Fewer keys are sorted as they are.
const FEWEST: usize = 24;

/// So many keys a run make it worth while to merge the runs that are there.
const LONG_RUN: usize = 32;

/// Above, the most significant bits of a rank; below, the key's place.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Word(u64);

impl Word {
    #[inline(always)]
    fn upper(self) -> u32 {
        (self.0 >> 32) as u32
    }
}

impl Place for Word {
    #[inline(always)]
    fn place(self) -> usize {
        self.0 as u32 as usize
    }
    #[inline(always)]
    fn of(i: usize) -> Word {
        Word(i as u64)
    }
}

pub struct Words {
    /// One word for each key.
    pub words: Scratch<Word>,
    survey: Survey,
    /// Whether keys whose words have equal upper bits are equal.
    exact: bool,
}

impl Words {
    /// The words of keys of which `survey` was made; `None` if there are too few or too many, if they are
    /// in order already, nearly, or if they have no ranks.
    pub fn of(keys: &[*mut PyObject], survey: Survey) -> PyResult<Option<Words>> {
        if keys.len() < FEWEST || u32::try_from(keys.len()).is_err() || in_runs(keys, survey) {
            return Ok(None);
        }
        let key = |o| survey.key(o);
        let (words, whole) = match survey.kind {
            Kind::Int => words(keys, |o| int(key(o)))?,
            // What is not a number has no place in the order: the result hangs on the comparisons that are made.
            Kind::Float if keys.iter().any(|&o| compare::real(key(o)).is_nan()) => return Ok(None),
            Kind::Float => words(keys, |o| real(key(o)))?,
            Kind::Latin1 => {
                let shared = shared_bytes(keys.iter().map(|&o| compare::latin1(key(o))));
                words(keys, |o| first_bytes(&compare::latin1(key(o))[shared..]))?
            }
            Kind::Text => {
                let text = |o| unicode::chars(compare::text(key(o)));
                let shared = shared_characters(keys.iter().map(|&o| text(o)));
                words(keys, |o| first_characters(text(o), shared))?
            }
            Kind::SameType | Kind::Mixed => return Ok(None),
        };
        Ok(Some(Words {
            words,
            survey,
            exact: whole && matches!(survey.kind, Kind::Int | Kind::Float),
        }))
    }

    /// Sorts the words of these keys. Only items of tuples are called, and only they give errors.
    pub fn sort(&mut self, keys: &[*mut PyObject]) -> PyResult<()> {
        let words = &mut self.words;
        let kind = self.survey.kind;
        if self.survey.in_tuples {
            let known = usize::from(self.exact);
            return timsort::sort(words, |a, b| match a.upper() == b.upper() {
                true => compare::tuple_less(keys[a.place()], keys[b.place()], known),
                false => Ok(a.upper() < b.upper()),
            });
        }
        if self.exact {
            sort_words(words, |a, b| a.cmp(&b));
            return Ok(());
        }
        let by = |a: Word, b: Word, of_keys: fn(*mut PyObject, *mut PyObject) -> Ordering| {
            let place = |w: Word| keys[w.place()];
            a.upper()
                .cmp(&b.upper())
                .then_with(|| of_keys(place(a), place(b)))
                .then(a.cmp(&b))
        };
        match kind {
            Kind::Int => sort_words(words, |a, b| {
                by(a, b, |x, y| compare::int(x).cmp(&compare::int(y)))
            }),
            Kind::Float => sort_words(words, |a, b| by(a, b, |x, y| real(x).cmp(&real(y)))),
            Kind::Latin1 => sort_words(words, |a, b| {
                by(a, b, |x, y| compare::latin1(x).cmp(compare::latin1(y)))
            }),
            _ => sort_words(words, |a, b| {
                by(a, b, |x, y| {
                    unicode::compare(compare::text(x), compare::text(y))
                })
            }),
        }
        Ok(())
    }
}

/// Sorts words by an order in which no two of them are equal.
fn sort_words(words: &mut [Word], compare: impl Fn(Word, Word) -> Ordering) {
    words.sort_unstable_by(|&a, &b| compare(a, b));
}

/// Whether the keys seem to lie in long runs, so that merging these as they are is the least work: some neighbours are asked.
/// False for keys that have no ranks.
fn in_runs(keys: &[*mut PyObject], survey: Survey) -> bool {
    const ASKED: usize = 64;
    let step = keys.len() / ASKED;
    if step == 0 {
        return false;
    }
    let mut falls = 0;
    for pair in keys.windows(2).step_by(step) {
        match survey
            .kind
            .order_less(survey.key(pair[1]), survey.key(pair[0]))
        {
            Some(less) => falls += usize::from(less),
            None => return false,
        }
    }
    let asked = (keys.len() - 1).div_ceil(step);
    falls.min(asked - falls) <= asked / LONG_RUN
}

/// The words of keys, and whether they hold all of the ranks.
fn words(
    keys: &[*mut PyObject],
    rank: impl Fn(*mut PyObject) -> u64,
) -> PyResult<(Scratch<Word>, bool)> {
    let (mut least, mut most) = (u64::MAX, 0);
    let mut words = Scratch::of(keys.iter().map(|&key| {
        let rank = rank(key);
        least = least.min(rank);
        most = most.max(rank);
        Word(rank)
    }))?;
    let shift = 32u32.saturating_sub((most - least).leading_zeros());
    for (i, word) in words.iter_mut().enumerate() {
        word.0 = ((word.0 - least) >> shift) << 32 | i as u64;
    }
    Ok((words, shift == 0))
}

#[inline(always)]
fn int(o: *mut PyObject) -> u64 {
    compare::int(o).cast_unsigned() ^ 1 << 63
}

/// Of a float that is a number; both zeros have one rank.
#[inline(always)]
fn real(o: *mut PyObject) -> u64 {
    let bits = (compare::real(o) + 0.0).to_bits();
    match bits >> 63 {
        0 => bits | 1 << 63,
        _ => !bits,
    }
}

/// The first eight bytes; where there are none, zeros.
#[inline(always)]
fn first_bytes(text: &[u8]) -> u64 {
    match text.first_chunk() {
        Some(bytes) => u64::from_be_bytes(*bytes),
        None => {
            let start = text.iter().fold(0, |n, &b| n << 8 | u64::from(b));
            match text.len() {
                0 => 0,
                n => start << (64 - 8 * n),
            }
        }
    }
}

/// The first three characters from `start` on; where there are none, zeros.
fn first_characters(text: Chars<'_>, start: usize) -> u64 {
    (start..start + 3).fold(0, |n, i| n << 21 | u64::from(text.at(i)))
}

/// How many bytes all the texts begin with.
fn shared_bytes<'a>(mut texts: impl Iterator<Item = &'a [u8]>) -> usize {
    let mut shared = texts.next().unwrap_or_default();
    for text in texts {
        if !text.starts_with(shared) {
            let same = shared.iter().zip(text).take_while(|(a, b)| a == b).count();
            shared = &shared[..same];
        }
        if shared.is_empty() {
            break;
        }
    }
    shared.len()
}

/// How many characters all the texts begin with.
fn shared_characters<'a>(mut texts: impl Iterator<Item = Chars<'a>>) -> usize {
    let Some(first) = texts.next() else {
        return 0;
    };
    let mut shared = first.len();
    for text in texts {
        shared = (0..shared)
            .take_while(|&i| text.get(i) == first.get(i))
            .count();
        if shared == 0 {
            break;
        }
    }
    shared
}
