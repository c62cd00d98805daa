//! What Unicode 12.1 says of a character: the properties and case mappings that `str` needs.
//!
//! Everything is asked by code point; a number that is no code point has no property and maps to itself. The data are
//! generated from the reference (`tools/gen_unicode.py`): a code point leads to a page, the page to a record.
//! Records are shared by all characters that behave alike, since a case mapping is kept as a distance; those
//! that are none (`ß`) stand in a list of special casings.

mod data;

use data::*;

/// Unicode version of the tables.
pub const UNICODE_VERSION: &str = "12.1.0";

/// What characters that share it have in common.
struct Record {
    flags: u16,
    /// Value as a decimal digit, as a digit of any kind; 255 for none.
    decimal: u8,
    digit: u8,
    /// Index into `NUMERIC_VALUES`, when `NUMERIC` is set.
    numeric: u8,
    /// Distances to the other cases; with `SPECIAL`, `lower` is an index into `SPECIAL_CASING`.
    lower: i32,
    upper: i32,
    title: i32,
}

/// Case mappings that are no distance.
struct SpecialCasing {
    /// To one character: lower, upper, title.
    simple: [u32; 3],
    /// To up to three, the rest 0: lower, upper, title, folded.
    full: [[u32; 3]; 4],
}

impl SpecialCasing {
    /// The mappings are copied out of the slices: pointers would have to be relocated at every start.
    const fn new(simple: [u32; 3], slices: [&[u32]; 4]) -> SpecialCasing {
        let mut full = [[0; 3]; 4];
        let mut case = 0;
        while case < slices.len() {
            let mut i = 0;
            while i < slices[case].len() {
                full[case][i] = slices[case][i];
                i += 1;
            }
            case += 1;
        }
        SpecialCasing { simple, full }
    }
}

#[derive(Clone, Copy)]
enum Case {
    Lower,
    Upper,
    Title,
    Fold,
}

fn record(char: u32) -> &'static Record {
    let page = PAGES
        .get((char >> PAGE_BITS) as usize)
        .copied()
        .unwrap_or(NO_PAGE);
    let place = (usize::from(page) << PAGE_BITS) | (char as usize & ((1 << PAGE_BITS) - 1));
    &RECORDS[usize::from(BLOCKS[place])]
}

fn has(char: u32, flag: u16) -> bool {
    record(char).flags & flag != 0
}

pub fn is_alpha(char: u32) -> bool {
    has(char, ALPHA)
}

pub fn is_lower(char: u32) -> bool {
    has(char, LOWER)
}

pub fn is_upper(char: u32) -> bool {
    has(char, UPPER)
}

pub fn is_title(char: u32) -> bool {
    has(char, TITLE)
}

pub fn is_space(char: u32) -> bool {
    has(char, SPACE)
}

pub fn is_linebreak(char: u32) -> bool {
    has(char, LINEBREAK)
}

pub fn is_printable(char: u32) -> bool {
    has(char, PRINTABLE)
}

pub fn is_xid_start(char: u32) -> bool {
    has(char, XID_START)
}

pub fn is_xid_continue(char: u32) -> bool {
    has(char, XID_CONTINUE)
}

pub fn is_case_ignorable(char: u32) -> bool {
    has(char, CASE_IGNORABLE)
}

pub fn is_cased(char: u32) -> bool {
    has(char, CASED)
}

pub fn is_decimal(char: u32) -> bool {
    to_decimal(char).is_some()
}

pub fn is_digit(char: u32) -> bool {
    to_digit(char).is_some()
}

pub fn is_numeric(char: u32) -> bool {
    has(char, NUMERIC)
}

/// `str.isalnum` of one character.
pub fn is_alnum(char: u32) -> bool {
    has(char, ALPHA | NUMERIC) || is_digit(char)
}

/// Value of a character that is a digit of a positional decimal system.
pub fn to_decimal(char: u32) -> Option<u8> {
    Some(record(char).decimal).filter(|&value| value != NO_DIGIT)
}

/// Value of a digit of any kind (superscripts, circled ones).
pub fn to_digit(char: u32) -> Option<u8> {
    Some(record(char).digit).filter(|&value| value != NO_DIGIT)
}

/// Value of a character that means a number, fractions too.
pub fn to_numeric(char: u32) -> Option<f64> {
    let record = record(char);
    (record.flags & NUMERIC != 0).then(|| NUMERIC_VALUES[usize::from(record.numeric)])
}

/// The one lower-case character that the simple mapping gives.
pub fn to_lower(char: u32) -> u32 {
    simple(char, Case::Lower)
}

pub fn to_upper(char: u32) -> u32 {
    simple(char, Case::Upper)
}

pub fn to_title(char: u32) -> u32 {
    simple(char, Case::Title)
}

/// Writes the full lower-case mapping and returns its length (1 to 3).
pub fn lower_full(char: u32, into: &mut [u32; 3]) -> usize {
    full(char, Case::Lower, into)
}

pub fn upper_full(char: u32, into: &mut [u32; 3]) -> usize {
    full(char, Case::Upper, into)
}

pub fn title_full(char: u32, into: &mut [u32; 3]) -> usize {
    full(char, Case::Title, into)
}

/// Writes the full case folding and returns its length (1 to 3).
pub fn fold_full(char: u32, into: &mut [u32; 3]) -> usize {
    full(char, Case::Fold, into)
}

impl Record {
    fn special(&self) -> Option<&'static SpecialCasing> {
        (self.flags & SPECIAL != 0).then(|| &SPECIAL_CASING[self.lower as usize])
    }

    fn distance(&self, case: Case) -> i32 {
        match case {
            Case::Lower | Case::Fold => self.lower,
            Case::Upper => self.upper,
            Case::Title => self.title,
        }
    }
}

fn simple(char: u32, case: Case) -> u32 {
    let record = record(char);
    match record.special() {
        Some(special) => special.simple[case as usize],
        None => char.wrapping_add_signed(record.distance(case)),
    }
}

fn full(char: u32, case: Case, into: &mut [u32; 3]) -> usize {
    let record = record(char);
    let Some(special) = record.special() else {
        into[0] = char.wrapping_add_signed(record.distance(case));
        return 1;
    };
    *into = special.full[case as usize];
    into.iter().position(|&c| c == 0).unwrap_or(into.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_mappings() {
        assert!(
            is_alpha(0xe9) && is_space(0x3000) && is_linebreak(0x2028) && !is_printable(0xd800)
        );
        assert_eq!(
            (to_decimal(0x663), to_digit(0xb2), to_numeric(0xbd)),
            (Some(3), Some(2), Some(0.5))
        );
        assert_eq!((to_decimal(0xb2), to_numeric(0x41)), (None, None));
        assert_eq!(
            (to_upper(0xdf), to_lower(0x130), to_title(0x1c6)),
            (0x53, 0x69, 0x1c5)
        );
        let mut into = [0; 3];
        assert_eq!(
            (upper_full(0x390, &mut into), into),
            (3, [0x399, 0x308, 0x301])
        );
        assert_eq!(
            (fold_full(0xdf, &mut into), &into[..2]),
            (2, &[0x73, 0x73][..])
        );
    }

    #[test]
    fn beyond_the_last_character() {
        assert_eq!(
            (to_upper(0x110000), is_printable(u32::MAX)),
            (0x110000, false)
        );
    }
}
