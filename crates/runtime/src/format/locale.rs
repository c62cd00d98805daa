//! How numbers are punctuated: by the locale's rules for type `n`, else by those that the specification names.

use super::spec::Thousands;
use crate::prelude::*;
use crate::unicode::{self, chars};
use std::ffi::CStr;

/// Decimal point, separator, and the sizes of the groups from the right. The last size repeats; `CHAR_MAX` ends
/// the grouping.
pub struct Punctuation {
    pub point: Vec<u32>,
    pub separator: Vec<u32>,
    pub grouping: Vec<u8>,
}

/// The size that ends the grouping.
const NO_MORE: u8 = 127;

impl Punctuation {
    /// The rules for a type that does not look at the locale; `by_four` for the binary types.
    pub fn fixed(thousands: Thousands, by_four: bool) -> Punctuation {
        let (separator, size) = match thousands {
            Thousands::None => (vec![], NO_MORE),
            Thousands::Comma => (vec![u32::from(b',')], 3),
            Thousands::Underscore => (vec![u32::from(b'_')], if by_four { 4 } else { 3 }),
        };
        Punctuation {
            point: vec![u32::from(b'.')],
            separator,
            grouping: vec![size],
        }
    }

    /// The locale's rules.
    pub fn current() -> PyResult<Punctuation> {
        // SAFETY: localeconv returns a struct of zero-terminated strings that stay until the locale changes; they
        // are copied before any other code runs.
        let (point, separator, grouping) = unsafe {
            let conv = &*libc::localeconv();
            let text = |p: *const c_char| CStr::from_ptr(p).to_bytes().to_vec();
            (
                text(conv.decimal_point),
                text(conv.thousands_sep),
                text(conv.grouping),
            )
        };
        let decode = |bytes: &[u8]| -> PyResult<Vec<u32>> {
            Ok(chars(&*unicode::fs::decode_locale(bytes, Some("strict"))?).to_vec())
        };
        let grouping = if grouping.is_empty() {
            vec![NO_MORE]
        } else {
            grouping
        };
        Ok(Punctuation {
            point: decode(&point)?,
            separator: decode(&separator)?,
            grouping,
        })
    }

    fn group(&self, index: usize) -> Option<usize> {
        match self.grouping.get(index).or(self.grouping.last()) {
            Some(&size) if size != NO_MORE && size != 0 => Some(usize::from(size)),
            _ => None,
        }
    }

    /// The digits in groups, with zeros in front until the text has `min_width` characters.
    pub fn apply(&self, digits: &[u8], min_width: usize) -> Vec<u32> {
        let sep = self.separator.len();
        let mut reversed: Vec<u32> = Vec::new();
        let (mut remaining, mut width) = (digits.len(), min_width as isize);
        for index in 0.. {
            let wanted = (remaining as isize).max(width).max(1) as usize;
            let group = self.group(index);
            let size = group.map_or(wanted, |g| g.min(wanted));
            if index > 0 {
                reversed.extend(self.separator.iter().rev());
            }
            let taken = remaining.min(size);
            reversed.extend(
                digits[remaining - taken..remaining]
                    .iter()
                    .rev()
                    .map(|&b| u32::from(b)),
            );
            reversed.extend(std::iter::repeat_n(u32::from(b'0'), size - taken));
            remaining -= taken;
            width -= size as isize;
            if (remaining == 0 && width <= 0) || group.is_none() {
                break;
            }
            width -= sep as isize;
        }
        reversed.reverse();
        reversed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(digits: &str, width: usize) -> String {
        let p = Punctuation::fixed(Thousands::Comma, false);
        p.apply(digits.as_bytes(), width)
            .iter()
            .filter_map(|&c| char::from_u32(c))
            .collect()
    }

    #[test]
    fn groups_and_zeros() {
        assert_eq!(grouped("1234567", 0), "1,234,567");
        assert_eq!(grouped("12", 6), "00,012");
        assert_eq!(grouped("12", 7), "000,012");
        assert_eq!(grouped("12", 8), "0,000,012");
        assert_eq!(grouped("123", 4), "0,123");
    }
}
