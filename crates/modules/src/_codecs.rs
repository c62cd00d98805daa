//! `_codecs`: the codec registry and the built-in encodings, for `codecs` and `encodings`.

use pyrite_macros::pymodule;
use pyrite_runtime::args::{NoneOr, StrOrBuffer};
use pyrite_runtime::buffer::Buffer;
use pyrite_runtime::prelude::*;
use pyrite_runtime::unicode::{self, decode, encode, escape, utf7};
use pyrite_runtime::{bytes, codecs, long, tuple};

/// `_codecs`.
pub struct Codecs;

type Pair = PyResult<Owned<PyTupleObject>>;

/// A result and how much of the input it took.
fn pair(result: Owned, used: usize) -> Pair {
    tuple::from_owned(vec![result, long::from_usize(used)?.upcast()])
}

fn decoded(result: PyResult<(Owned<PyUnicodeObject>, usize)>) -> Pair {
    let (text, used) = result?;
    pair(text.upcast(), used)
}

/// The encoding functions take a str.
fn encoded(
    text: &PyUnicodeObject,
    encode: impl FnOnce(&PyUnicodeObject) -> PyResult<Owned<PyBytesObject>>,
) -> Pair {
    let made = encode(text)?;
    pair(made.upcast(), unicode::length(text))
}

fn opt<'a>(errors: &Option<NoneOr<&'a str>>) -> Option<&'a str> {
    errors.as_ref().and_then(|e| e.0)
}

/// A mapping argument: None is no mapping.
fn mapping(o: Option<&PyObject>) -> Option<&PyObject> {
    o.filter(|o| !o.is_none())
}

fn with_order(
    result: PyResult<(Owned<PyUnicodeObject>, usize, i32)>,
) -> PyResult<(Owned<PyUnicodeObject>, usize)> {
    result.map(|(text, used, _)| (text, used))
}

#[pymodule(name = "_codecs")]
impl Codecs {
    #[function]
    fn register(_module: &PyObject, search_function: &PyObject) -> PyResult<()> {
        codecs::register(search_function)
    }
    #[function]
    fn lookup(_module: &PyObject, encoding: &str) -> PyResult<Owned<PyTupleObject>> {
        codecs::lookup(encoding)
    }
    #[function]
    fn encode(
        _module: &PyObject,
        obj: &PyObject,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<Owned> {
        codecs::encode(obj, encoding.unwrap_or("utf-8"), errors)
    }
    #[function]
    fn decode(
        _module: &PyObject,
        obj: &PyObject,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<Owned> {
        codecs::decode(obj, encoding.unwrap_or("utf-8"), errors)
    }
    #[function]
    fn _forget_codec(_module: &PyObject, encoding: &str) -> PyResult<()> {
        codecs::forget(encoding)
    }
    #[function]
    fn register_error(_module: &PyObject, errors: &str, handler: &PyObject) -> PyResult<()> {
        codecs::register_error(errors, handler)
    }
    #[function]
    fn lookup_error(_module: &PyObject, name: &str) -> PyResult<Owned> {
        codecs::lookup_error(Some(name))
    }

    #[function]
    fn escape_decode(
        _module: &PyObject,
        data: StrOrBuffer<'_>,
        errors: Option<NoneOr<&str>>,
    ) -> Pair {
        let made = bytes::escape::decode(data.as_bytes(), opt(&errors))?;
        pair(made.upcast(), data.as_bytes().len())
    }
    #[function]
    fn escape_encode(
        _module: &PyObject,
        data: &PyBytesObject,
        _errors: Option<NoneOr<&str>>,
    ) -> Pair {
        pair(
            bytes::escape::encode(bytes::as_slice(data))?.upcast(),
            bytes::len(data),
        )
    }
    #[function]
    fn utf_7_decode(
        _module: &PyObject,
        data: Buffer,
        errors: Option<NoneOr<&str>>,
        r#final: Option<i32>,
    ) -> Pair {
        decoded(utf7::decode(&data, opt(&errors), r#final.unwrap_or(0) != 0))
    }
    #[function]
    fn utf_8_decode(
        _module: &PyObject,
        data: Buffer,
        errors: Option<NoneOr<&str>>,
        r#final: Option<i32>,
    ) -> Pair {
        decoded(decode::utf8_stateful(
            &data,
            opt(&errors),
            r#final.unwrap_or(0) != 0,
        ))
    }
    #[function]
    fn utf_16_decode(
        _module: &PyObject,
        data: Buffer,
        errors: Option<NoneOr<&str>>,
        r#final: Option<i32>,
    ) -> Pair {
        decoded(with_order(decode::utf16(
            &data,
            opt(&errors),
            0,
            r#final.unwrap_or(0) != 0,
        )))
    }
    #[function]
    fn utf_16_le_decode(
        _module: &PyObject,
        data: Buffer,
        errors: Option<NoneOr<&str>>,
        r#final: Option<i32>,
    ) -> Pair {
        decoded(with_order(decode::utf16(
            &data,
            opt(&errors),
            -1,
            r#final.unwrap_or(0) != 0,
        )))
    }
    #[function]
    fn utf_16_be_decode(
        _module: &PyObject,
        data: Buffer,
        errors: Option<NoneOr<&str>>,
        r#final: Option<i32>,
    ) -> Pair {
        decoded(with_order(decode::utf16(
            &data,
            opt(&errors),
            1,
            r#final.unwrap_or(0) != 0,
        )))
    }
    #[function]
    fn utf_16_ex_decode(
        _module: &PyObject,
        data: Buffer,
        errors: Option<NoneOr<&str>>,
        byteorder: Option<i32>,
        r#final: Option<i32>,
    ) -> Pair {
        with_byte_order(decode::utf16(
            &data,
            opt(&errors),
            byteorder.unwrap_or(0),
            r#final.unwrap_or(0) != 0,
        ))
    }
    #[function]
    fn utf_32_decode(
        _module: &PyObject,
        data: Buffer,
        errors: Option<NoneOr<&str>>,
        r#final: Option<i32>,
    ) -> Pair {
        decoded(with_order(decode::utf32(
            &data,
            opt(&errors),
            0,
            r#final.unwrap_or(0) != 0,
        )))
    }
    #[function]
    fn utf_32_le_decode(
        _module: &PyObject,
        data: Buffer,
        errors: Option<NoneOr<&str>>,
        r#final: Option<i32>,
    ) -> Pair {
        decoded(with_order(decode::utf32(
            &data,
            opt(&errors),
            -1,
            r#final.unwrap_or(0) != 0,
        )))
    }
    #[function]
    fn utf_32_be_decode(
        _module: &PyObject,
        data: Buffer,
        errors: Option<NoneOr<&str>>,
        r#final: Option<i32>,
    ) -> Pair {
        decoded(with_order(decode::utf32(
            &data,
            opt(&errors),
            1,
            r#final.unwrap_or(0) != 0,
        )))
    }
    #[function]
    fn utf_32_ex_decode(
        _module: &PyObject,
        data: Buffer,
        errors: Option<NoneOr<&str>>,
        byteorder: Option<i32>,
        r#final: Option<i32>,
    ) -> Pair {
        with_byte_order(decode::utf32(
            &data,
            opt(&errors),
            byteorder.unwrap_or(0),
            r#final.unwrap_or(0) != 0,
        ))
    }
    #[function]
    fn unicode_escape_decode(
        _module: &PyObject,
        data: StrOrBuffer<'_>,
        errors: Option<NoneOr<&str>>,
    ) -> Pair {
        pair(
            escape::decode(data.as_bytes(), opt(&errors))?.upcast(),
            data.as_bytes().len(),
        )
    }
    #[function]
    fn raw_unicode_escape_decode(
        _module: &PyObject,
        data: StrOrBuffer<'_>,
        errors: Option<NoneOr<&str>>,
    ) -> Pair {
        pair(
            escape::decode_raw(data.as_bytes(), opt(&errors))?.upcast(),
            data.as_bytes().len(),
        )
    }
    #[function]
    fn latin_1_decode(_module: &PyObject, data: Buffer, _errors: Option<NoneOr<&str>>) -> Pair {
        pair(unicode::from_latin1(&data)?.upcast(), data.len())
    }
    #[function]
    fn ascii_decode(_module: &PyObject, data: Buffer, errors: Option<NoneOr<&str>>) -> Pair {
        pair(decode::ascii(&data, opt(&errors))?.upcast(), data.len())
    }
    #[function]
    fn charmap_decode(
        _module: &PyObject,
        data: Buffer,
        errors: Option<NoneOr<&str>>,
        map: Option<&PyObject>,
    ) -> Pair {
        pair(
            decode::charmap(&data, mapping(map), opt(&errors))?.upcast(),
            data.len(),
        )
    }

    #[function]
    fn readbuffer_encode(
        _module: &PyObject,
        data: StrOrBuffer<'_>,
        _errors: Option<NoneOr<&str>>,
    ) -> Pair {
        pair(
            bytes::from_slice(data.as_bytes())?.upcast(),
            data.as_bytes().len(),
        )
    }
    #[function]
    fn utf_7_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        _errors: Option<NoneOr<&str>>,
    ) -> Pair {
        encoded(str, |s| utf7::encode(s, false, false))
    }
    #[function]
    fn utf_8_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        errors: Option<NoneOr<&str>>,
    ) -> Pair {
        encoded(str, |s| encode::utf8(s, opt(&errors)))
    }
    #[function]
    fn utf_16_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        errors: Option<NoneOr<&str>>,
        byteorder: Option<i32>,
    ) -> Pair {
        encoded(str, |s| {
            encode::utf16(s, opt(&errors), byteorder.unwrap_or(0))
        })
    }
    #[function]
    fn utf_16_le_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        errors: Option<NoneOr<&str>>,
    ) -> Pair {
        encoded(str, |s| encode::utf16(s, opt(&errors), -1))
    }
    #[function]
    fn utf_16_be_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        errors: Option<NoneOr<&str>>,
    ) -> Pair {
        encoded(str, |s| encode::utf16(s, opt(&errors), 1))
    }
    #[function]
    fn utf_32_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        errors: Option<NoneOr<&str>>,
        byteorder: Option<i32>,
    ) -> Pair {
        encoded(str, |s| {
            encode::utf32(s, opt(&errors), byteorder.unwrap_or(0))
        })
    }
    #[function]
    fn utf_32_le_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        errors: Option<NoneOr<&str>>,
    ) -> Pair {
        encoded(str, |s| encode::utf32(s, opt(&errors), -1))
    }
    #[function]
    fn utf_32_be_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        errors: Option<NoneOr<&str>>,
    ) -> Pair {
        encoded(str, |s| encode::utf32(s, opt(&errors), 1))
    }
    #[function]
    fn unicode_escape_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        _errors: Option<NoneOr<&str>>,
    ) -> Pair {
        encoded(str, escape::encode)
    }
    #[function]
    fn raw_unicode_escape_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        _errors: Option<NoneOr<&str>>,
    ) -> Pair {
        encoded(str, escape::encode_raw)
    }
    #[function]
    fn latin_1_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        errors: Option<NoneOr<&str>>,
    ) -> Pair {
        encoded(str, |s| encode::latin1(s, opt(&errors)))
    }
    #[function]
    fn ascii_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        errors: Option<NoneOr<&str>>,
    ) -> Pair {
        encoded(str, |s| encode::ascii(s, opt(&errors)))
    }
    #[function]
    fn charmap_encode(
        _module: &PyObject,
        str: &PyUnicodeObject,
        errors: Option<NoneOr<&str>>,
        map: Option<&PyObject>,
    ) -> Pair {
        encoded(str, |s| encode::charmap(s, mapping(map), opt(&errors)))
    }
    #[function]
    fn charmap_build(_module: &PyObject, map: &PyUnicodeObject) -> PyResult<Owned> {
        pyrite_runtime::unicode::encoding_map::build(map)
    }
}

/// Text, bytes used, and the byte order that was found.
fn with_byte_order(result: PyResult<(Owned<PyUnicodeObject>, usize, i32)>) -> Pair {
    let (text, used, order) = result?;
    let (used, order) = (long::from_usize(used)?, long::from_i64(i64::from(order))?);
    tuple::from_owned(vec![text.upcast(), used.upcast(), order.upcast()])
}
