//! `EncodingMap`: the inverse of a decoding table of at most 256 characters, which charmap codecs encode by.
//!
//! Three levels lead from a code point of the basic plane to a byte: 32 blocks of 2,048, each of 16 blocks of 128. A block
//! that the table does not touch takes no room. Byte 0 stands for "no such character"; NUL, which always maps to 0, is
//! answered before. A table that does not fit this (its first character is not NUL, another one is NUL or lies above the
//! basic plane, or there are too many blocks) becomes a dict.

use crate::prelude::*;
use crate::unicode::{Chars, chars};
use crate::{dict, err, long, mem};
use pyrite_macros::pytype;

/// A block that has no characters.
const ABSENT: u8 = 0xff;
/// What a decoding table has for a byte without a character.
const UNDEFINED: u32 = 0xfffe;

/// The instance; only its size is given by 3.8.
#[repr(C)]
pub struct EncodingMapObject {
    ob_base: PyObject,
    /// Which block of level 2, by the upper five bits.
    level1: Cell<[u8; 32]>,
    /// Levels 2 and 3, owned.
    blocks: Cell<*mut Blocks>,
    _unused: Cell<[u64; 1]>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for EncodingMapObject {}

#[derive(Default)]
struct Blocks {
    level2: Vec<[u8; 16]>,
    level3: Vec<[u8; 128]>,
}

pub struct EncodingMap;

#[pytype(name = "EncodingMap", c_name = ENCODING_MAP, layout = EncodingMapObject, export = false, free = object_free)]
impl EncodingMap {
    fn tp_dealloc(slf: *mut EncodingMapObject) {
        // SAFETY: the count is 0; the blocks came from a box and are given back once.
        unsafe {
            drop(Box::from_raw((*slf).blocks.get()));
            mem::object_free(slf.cast());
        }
    }

    #[method]
    fn size(slf: &EncodingMapObject) -> usize {
        let blocks = slf.blocks();
        // 3.8 keeps the blocks in the object, and the first of their bytes is part of its struct.
        63 + 16 * blocks.level2.len() + 128 * blocks.level3.len()
    }
}

impl EncodingMapObject {
    fn blocks(&self) -> &Blocks {
        // SAFETY: set when the object was made, and never changed.
        unsafe { &*self.blocks.get() }
    }

    /// The byte of a character.
    #[inline]
    pub fn get(&self, ch: u32) -> Option<u8> {
        if ch == 0 {
            return Some(0);
        }
        let blocks = self.blocks();
        // An absent block has a number that no block has.
        let level2 = *self.level1.get().get((ch >> 11) as usize)?;
        let level3 = blocks.level2.get(usize::from(level2))?[(ch >> 7 & 15) as usize];
        let byte = blocks.level3.get(usize::from(level3))?[(ch & 127) as usize];
        Some(byte).filter(|&b| b != 0)
    }
}

/// `PyUnicode_BuildEncodingMap`: an `EncodingMap`, or a dict where the table does not fit one.
///
/// # Errors
/// `TypeError` for an empty table.
pub fn build(table: &PyUnicodeObject) -> PyResult<Owned> {
    let text = chars(table);
    if text.is_empty() {
        return Err(err::bad_argument());
    }
    match blocks(text) {
        Some((level1, blocks)) => {
            // SAFETY: the type has this layout.
            let map: Owned<EncodingMapObject> =
                unsafe { mem::alloc_by_type(&ENCODING_MAP, 0)?.cast_unchecked() };
            map.level1.set(level1);
            map.blocks.set(Box::into_raw(Box::new(blocks)));
            Ok(map.upcast())
        }
        None => as_dict(text),
    }
}

/// Both lower levels and the first one, if the table fits.
fn blocks(text: Chars<'_>) -> Option<([u8; 32], Blocks)> {
    if text.at(0) != 0 {
        return None;
    }
    let mut level1 = [ABSENT; 32];
    let mut blocks = Blocks::default();
    for (byte, ch) in text.iter().take(256).enumerate().skip(1) {
        if ch == 0 || ch > 0xffff {
            return None;
        }
        if ch == UNDEFINED {
            continue;
        }
        let first = &mut level1[(ch >> 11) as usize];
        if *first == ABSENT {
            *first = u8::try_from(blocks.level2.len()).ok()?;
            blocks.level2.push([ABSENT; 16]);
        }
        let second = &mut blocks.level2[usize::from(*first)][(ch >> 7 & 15) as usize];
        if *second == ABSENT {
            *second = u8::try_from(blocks.level3.len()).ok()?;
            if *second == ABSENT {
                return None;
            }
            blocks.level3.push([0; 128]);
        }
        blocks.level3[usize::from(*second)][(ch & 127) as usize] = byte as u8;
    }
    if blocks.level3.len() >= usize::from(ABSENT) {
        return None;
    }
    Some((level1, blocks))
}

fn as_dict(text: Chars<'_>) -> PyResult<Owned> {
    let map = dict::new()?;
    for (byte, ch) in text.iter().take(256).enumerate() {
        let (key, value) = (long::from_i64(i64::from(ch))?, long::from_i64(byte as i64)?);
        dict::set_item(&map, key.as_object(), value.as_object())?;
    }
    Ok(map.upcast())
}
