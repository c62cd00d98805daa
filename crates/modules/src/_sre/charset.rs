//! What one character is compared with: literals, sets and categories, with or without regard to case.
//!
//! Nearly all characters are below 256, so every test is worked out once for those and kept as a bitmap. Only what depends on the
//! locale is asked anew each time.

use super::opcodes::*;
use pyrite_runtime::unicode::tables;
use std::ffi::c_int;

/// How case is disregarded.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    None,
    Ascii,
    Locale,
    Unicode,
}

pub fn lower_ascii(c: u32) -> u32 {
    match c {
        0x41..=0x5a => c + 0x20,
        _ => c,
    }
}

pub fn lower_unicode(c: u32) -> u32 {
    match c {
        0..=0x10_ffff => tables::to_lower(c),
        _ => c,
    }
}

pub fn upper_unicode(c: u32) -> u32 {
    match c {
        0..=0x10_ffff => tables::to_upper(c),
        _ => c,
    }
}

fn lower_locale(c: u32) -> u32 {
    match c {
        // SAFETY: any value of an unsigned char may be asked about.
        0..=0xff => unsafe { libc::tolower(c as c_int) as u32 },
        _ => c,
    }
}

fn upper_locale(c: u32) -> u32 {
    match c {
        // SAFETY: as above.
        0..=0xff => unsafe { libc::toupper(c as c_int) as u32 },
        _ => c,
    }
}

impl Fold {
    pub fn lower(self, c: u32) -> u32 {
        match self {
            Fold::None => c,
            Fold::Ascii => lower_ascii(c),
            Fold::Locale => lower_locale(c),
            Fold::Unicode => lower_unicode(c),
        }
    }
}

pub fn is_word_ascii(c: u32) -> bool {
    c < 128 && ((c as u8).is_ascii_alphanumeric() || c == 0x5f)
}

pub fn is_word_locale(c: u32) -> bool {
    // SAFETY: as above.
    c == 0x5f || (c < 256 && unsafe { libc::isalnum(c as c_int) } != 0)
}

pub fn is_word_unicode(c: u32) -> bool {
    c == 0x5f || tables::is_alnum(c)
}

fn in_category(category: u32, c: u32) -> bool {
    let is_space = |c| matches!(c, 9..=13 | 32);
    match category {
        CATEGORY_DIGIT => matches!(c, 0x30..=0x39),
        CATEGORY_NOT_DIGIT => !matches!(c, 0x30..=0x39),
        CATEGORY_SPACE => is_space(c),
        CATEGORY_NOT_SPACE => !is_space(c),
        CATEGORY_WORD => is_word_ascii(c),
        CATEGORY_NOT_WORD => !is_word_ascii(c),
        CATEGORY_LINEBREAK => c == 10,
        CATEGORY_NOT_LINEBREAK => c != 10,
        CATEGORY_LOC_WORD => is_word_locale(c),
        CATEGORY_LOC_NOT_WORD => !is_word_locale(c),
        CATEGORY_UNI_DIGIT => tables::is_decimal(c),
        CATEGORY_UNI_NOT_DIGIT => !tables::is_decimal(c),
        CATEGORY_UNI_SPACE => tables::is_space(c),
        CATEGORY_UNI_NOT_SPACE => !tables::is_space(c),
        CATEGORY_UNI_WORD => is_word_unicode(c),
        CATEGORY_UNI_NOT_WORD => !is_word_unicode(c),
        CATEGORY_UNI_LINEBREAK => tables::is_linebreak(c),
        CATEGORY_UNI_NOT_LINEBREAK => !tables::is_linebreak(c),
        _ => false,
    }
}

/// A member of a set.
enum Item {
    /// Turns the sense of what follows.
    Negate,
    Literal(u32),
    Range(u32, u32),
    /// The character or its upper case.
    RangeIgnore(u32, u32),
    Category(u32),
    /// A bit for each character below 256.
    Bits(Box<[u32]>),
    /// Numbers of blocks, four to a word, for the high bytes; then the blocks, each of 256 bits.
    Blocks(Box<[u32]>),
}

/// A set's members up to the one that decides.
pub struct Set(Vec<Item>);

const BLOCK_NUMBERS: usize = 64;

fn has_bit(words: &[u32], c: u32) -> bool {
    words
        .get((c / 32) as usize)
        .is_some_and(|w| w >> (c % 32) & 1 != 0)
}

fn in_blocks(words: &[u32], c: u32) -> bool {
    if c > 0xffff {
        return false;
    }
    let (high, low) = (c >> 8, c & 0xff);
    let Some(four) = words.get((high / 4) as usize) else {
        return false;
    };
    let block = four.to_le_bytes()[(high % 4) as usize];
    words
        .get(BLOCK_NUMBERS + usize::from(block) * 8..)
        .is_some_and(|bits| has_bit(bits, low))
}

impl Set {
    /// Reads the members of a set; `code` ends with FAILURE. None if the code is bad.
    pub fn read(code: &[u32]) -> Option<Set> {
        let (last, mut rest) = code.split_last()?;
        if *last != FAILURE {
            return None;
        }
        let mut items = Vec::new();
        while let [op, operands @ ..] = rest {
            let (item, n) = match (*op, operands) {
                (NEGATE, _) => (Item::Negate, 0),
                (LITERAL, [c, ..]) => (Item::Literal(*c), 1),
                (RANGE, [low, high, ..]) => (Item::Range(*low, *high), 2),
                (RANGE_UNI_IGNORE, [low, high, ..]) => (Item::RangeIgnore(*low, *high), 2),
                (CATEGORY, [c, ..]) if *c <= CATEGORY_UNI_NOT_LINEBREAK => (Item::Category(*c), 1),
                (CHARSET, _) => (Item::Bits(operands.get(..8)?.into()), 8),
                (BIGCHARSET, [n, words @ ..]) => {
                    let len = (*n as usize).checked_mul(8)?.checked_add(BLOCK_NUMBERS)?;
                    let words = words.get(..len)?;
                    let numbers = words[..BLOCK_NUMBERS].iter().flat_map(|w| w.to_le_bytes());
                    if numbers.into_iter().any(|block| u32::from(block) >= *n) {
                        return None;
                    }
                    (Item::Blocks(words.into()), len + 1)
                }
                _ => return None,
            };
            items.push(item);
            rest = operands.get(n..)?;
        }
        Some(Set(items))
    }

    fn contains(&self, c: u32) -> bool {
        let mut found = true;
        for item in &self.0 {
            let hit = match item {
                Item::Negate => {
                    found = !found;
                    false
                }
                Item::Literal(l) => c == *l,
                Item::Range(low, high) => (*low..=*high).contains(&c),
                Item::RangeIgnore(low, high) => {
                    let range = *low..=*high;
                    range.contains(&c) || range.contains(&upper_unicode(c))
                }
                Item::Category(category) => in_category(*category, c),
                Item::Bits(bits) => c < 256 && has_bit(bits, c),
                Item::Blocks(words) => in_blocks(words, c),
            };
            if hit {
                return found;
            }
        }
        !found
    }

    fn asks_locale(&self) -> bool {
        self.0.iter().any(|item| {
            matches!(
                item,
                Item::Category(CATEGORY_LOC_WORD | CATEGORY_LOC_NOT_WORD)
            )
        })
    }

    /// Can no character above 255 be in it?
    fn is_narrow(&self) -> bool {
        self.0.iter().all(|item| match item {
            Item::Literal(c) => *c < 256,
            Item::Range(_, high) => *high < 256,
            Item::Category(c) => matches!(*c, CATEGORY_DIGIT | CATEGORY_SPACE | CATEGORY_WORD),
            Item::Bits(_) => true,
            Item::Negate | Item::RangeIgnore(..) | Item::Blocks(_) => false,
        })
    }
}

/// Which characters pass.
pub enum Test {
    Nothing,
    Anything,
    NotNewline,
    Literal(u32, Fold),
    NotLiteral(u32, Fold),
    Set(Set, Fold),
}

fn is_literal(literal: u32, fold: Fold, c: u32) -> bool {
    match fold {
        Fold::Locale => c == literal || lower_locale(c) == literal || upper_locale(c) == literal,
        _ => fold.lower(c) == literal,
    }
}

impl Test {
    fn passes(&self, c: u32) -> bool {
        match self {
            Test::Nothing => false,
            Test::Anything => true,
            Test::NotNewline => c != 10,
            Test::Literal(l, fold) => is_literal(*l, *fold, c),
            Test::NotLiteral(l, fold) => !is_literal(*l, *fold, c),
            Test::Set(set, Fold::Locale) => {
                set.contains(lower_locale(c)) || set.contains(upper_locale(c))
            }
            Test::Set(set, fold) => set.contains(fold.lower(c)),
        }
    }

    fn asks_locale(&self) -> bool {
        match self {
            Test::Literal(_, fold) | Test::NotLiteral(_, fold) => *fold == Fold::Locale,
            Test::Set(set, fold) => *fold == Fold::Locale || set.asks_locale(),
            _ => false,
        }
    }

    /// May a character above 255 pass?
    fn is_wide(&self) -> bool {
        match self {
            Test::Nothing => false,
            Test::Literal(c, fold) => *c > 255 || *fold == Fold::Unicode,
            Test::Set(set, fold) => *fold == Fold::Unicode || !set.is_narrow(),
            Test::Anything | Test::NotNewline | Test::NotLiteral(..) => true,
        }
    }
}

/// A superset of the characters that something can begin with: exact below 256, a yes or no for all others.
#[derive(Clone, Copy, Default)]
pub struct First {
    bits: [u64; 4],
    wide: bool,
}

impl First {
    pub const ALL: First = First {
        bits: [u64::MAX; 4],
        wide: true,
    };

    pub fn of(c: u32) -> First {
        let mut first = First::default();
        first.add(c);
        first
    }

    fn add(&mut self, c: u32) {
        match self.bits.get_mut((c / 64) as usize) {
            Some(word) => *word |= 1 << (c % 64),
            None => self.wide = true,
        }
    }

    #[inline]
    pub fn has(&self, c: u32) -> bool {
        match self.bits.get((c / 64) as usize) {
            Some(word) => word >> (c % 64) & 1 != 0,
            None => self.wide,
        }
    }

    /// Is there surely nothing that both have?
    pub fn excludes(&self, other: &First) -> bool {
        !(self.wide && other.wide) && self.bits.iter().zip(other.bits).all(|(a, b)| a & b == 0)
    }

    pub fn union(mut self, other: First) -> First {
        for (a, b) in self.bits.iter_mut().zip(other.bits) {
            *a |= b;
        }
        self.wide |= other.wide;
        self
    }
}

/// A test with its bitmap.
pub struct Unit {
    test: Test,
    first: First,
    by_locale: bool,
}

impl Unit {
    pub fn new(test: Test) -> Unit {
        let by_locale = test.asks_locale();
        let mut first = First::ALL;
        if !by_locale {
            first = First::default();
            (0..256)
                .filter(|&c| test.passes(c))
                .for_each(|c| first.add(c));
            first.wide = test.is_wide();
        }
        Unit {
            test,
            first,
            by_locale,
        }
    }

    #[inline]
    pub fn passes(&self, c: u32) -> bool {
        if self.by_locale || c > 255 {
            return self.test.passes(c);
        }
        self.first.has(c)
    }

    pub fn first(&self) -> First {
        self.first
    }

    /// Does every character pass, or all but the line feed?
    pub fn is_any(&self) -> Option<bool> {
        match self.test {
            Test::Anything => Some(true),
            Test::NotNewline => Some(false),
            _ => None,
        }
    }
}
