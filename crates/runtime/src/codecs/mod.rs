//! The codec registry: who turns text into bytes and back, by name.
//!
//! Search functions are asked in turn for a name nobody asked for before; what they return (a tuple of encoder,
//! decoder, stream reader and stream writer) is kept. The codecs that every program uses do not go through it:
//! `encode_text` and `decode_text` know their names. The registry belongs to the interpreter.

pub mod errors;
pub mod exception;
pub mod handlers;

use crate::prelude::*;
use crate::unicode::{self, decode, encode};
use crate::{buffer, bytes, call, dict, err, exceptions, list, memoryview, object, tstate, tuple};

pub use errors::{DecodeErrors, EncodeErrors, Step, TranslateErrors};

/// Appends with memory errors as exceptions.
pub fn extend(to: &mut Vec<u8>, bytes: &[u8]) -> PyResult<()> {
    if to.try_reserve(bytes.len()).is_err() {
        return Err(err::no_memory());
    }
    to.extend_from_slice(bytes);
    Ok(())
}

struct Registry {
    search_path: Owned<PyListObject>,
    cache: Owned<PyDictObject>,
    errors: Owned<PyDictObject>,
}

fn interp() -> &'static PyInterpreterState {
    // SAFETY: a running thread belongs to an interpreter.
    unsafe { &*tstate::current().interp.get() }
}

/// The interpreter's registry; made, and filled by importing `encodings`, when first needed.
fn registry() -> PyResult<Registry> {
    if interp().codec_search_path.get().is_null() {
        start_registry()?;
    }
    let part = |o: Option<Owned>| o.ok_or_else(|| raise!(SystemError, "codec registry is gone"));
    let search_path = part(interp().codec_search_path.load())?;
    let cache = part(interp().codec_search_cache.load())?;
    let errors = part(interp().codec_error_registry.load())?;
    // SAFETY: `start_registry` put a list and two dicts there.
    unsafe {
        Ok(Registry {
            search_path: search_path.cast_unchecked(),
            cache: cache.cast_unchecked(),
            errors: errors.cast_unchecked(),
        })
    }
}

fn start_registry() -> PyResult<()> {
    let errors = dict::new()?;
    for pair in handlers::functions() {
        let (name, function) = pair?;
        dict::set_item(&errors, unicode::intern_str(name)?.as_object(), &function)?;
    }
    let state = interp();
    state
        .codec_search_cache
        .set_ref(Some(dict::new()?.upcast()));
    state.codec_error_registry.set_ref(Some(errors.upcast()));
    state
        .codec_search_path
        .set_ref(Some(list::new(0)?.upcast()));
    crate::hooks::import("encodings")?;
    state.codecs_initialized.set(1);
    Ok(())
}

/// `PyCodec_Register`.
pub fn register(search: &PyObject) -> PyResult<()> {
    let registry = registry()?;
    if !object::is_callable(search) {
        return Err(raise!(TypeError, "argument must be callable"));
    }
    list::append(&registry.search_path, search)
}

/// `_PyCodec_Forget`.
pub fn forget(encoding: &str) -> PyResult<()> {
    let key = normal_key(encoding)?;
    dict::del_item(&registry()?.cache, key.as_object())
}

/// The key of the cache: lower case, with dashes for blanks.
fn normal_key(encoding: &str) -> PyResult<Owned<PyUnicodeObject>> {
    let name: String = encoding
        .chars()
        .map(|c| {
            if c == ' ' {
                '-'
            } else {
                c.to_ascii_lowercase()
            }
        })
        .collect();
    unicode::intern_str(&name)
}

/// `_PyCodec_Lookup`: the codec's tuple.
pub fn lookup(encoding: &str) -> PyResult<Owned<PyTupleObject>> {
    let registry = registry()?;
    let key = normal_key(encoding)?;
    if let Some(known) = dict::get_item(&registry.cache, key.as_object())?
        && let Ok(known) = known.downcast_owned::<PyTupleObject>()
    {
        return Ok(known);
    }
    let n = list::len(&registry.search_path);
    if n == 0 {
        return Err(raise!(
            LookupError,
            "no codec search functions registered: can't find encoding"
        ));
    }
    let mut i = 0;
    while let Some(search) = list::get(&registry.search_path, i) {
        i += 1;
        let found = call::call1(&search, key.as_object())?;
        if found.is_none() {
            continue;
        }
        let codec = match found.downcast_owned::<PyTupleObject>() {
            Ok(t) if tuple::as_slice(&t).len() == 4 => t,
            _ => {
                return Err(raise!(
                    TypeError,
                    "codec search functions must return 4-tuples"
                ));
            }
        };
        dict::set_item(&registry.cache, key.as_object(), codec.as_object())?;
        return Ok(codec);
    }
    Err(raise!(LookupError, "unknown encoding: {encoding}"))
}

/// `PyCodec_KnownEncoding`.
pub fn known_encoding(encoding: &str) -> bool {
    let known = lookup(encoding).is_ok();
    err::clear();
    known
}

/// One of the four parts of a codec.
fn part(encoding: &str, index: usize) -> PyResult<Owned> {
    part_of(&*lookup(encoding)?, index)
}

fn part_of(codec: &PyTupleObject, index: usize) -> PyResult<Owned> {
    match tuple::as_slice(codec).get(index) {
        Some(o) => Ok(o.own()),
        None => Err(raise!(
            TypeError,
            "codec search functions must return 4-tuples"
        )),
    }
}

/// `PyCodec_Encoder`.
pub fn encoder(encoding: &str) -> PyResult<Owned> {
    part(encoding, 0)
}

/// `PyCodec_Decoder`.
pub fn decoder(encoding: &str) -> PyResult<Owned> {
    part(encoding, 1)
}

/// `PyCodec_StreamReader` (2) and `PyCodec_StreamWriter` (3).
pub fn stream(
    encoding: &str,
    stream: &PyObject,
    errors: Option<&str>,
    which: usize,
) -> PyResult<Owned> {
    let make = part(encoding, which)?;
    call_with_errors(&make, stream, errors)
}

/// `PyCodec_IncrementalEncoder` and `PyCodec_IncrementalDecoder`.
pub fn incremental(codec: &PyObject, errors: Option<&str>, attribute: &str) -> PyResult<Owned> {
    let make = object::get_attr(codec, unicode::intern_str(attribute)?.as_object())?;
    match errors {
        Some(errors) => call::call1(&make, unicode::from_str(errors)?.as_object()),
        None => call::call0(&make),
    }
}

fn call_with_errors(f: &PyObject, o: &PyObject, errors: Option<&str>) -> PyResult<Owned> {
    match errors {
        Some(errors) => call::call(f, &[o, unicode::from_str(errors)?.as_object()]),
        None => call::call1(f, o),
    }
}

/// Calls an encoder or decoder and takes the first item of the pair that it returns.
fn run(
    f: &PyObject,
    o: &PyObject,
    encoding: &str,
    errors: Option<&str>,
    what: &str,
) -> PyResult<Owned> {
    let answer = call_with_errors(f, o, errors).map_err(|raised| {
        let verb = if what == "encoder" {
            "encoding"
        } else {
            "decoding"
        };
        exception::explain(raised, &format!("{verb} with '{encoding}' codec failed"))
    })?;
    match answer.downcast::<PyTupleObject>().map(tuple::as_slice) {
        Some([result, _]) => Ok(result.own()),
        _ => Err(raise!(
            TypeError,
            "{what} must return a tuple (object, integer)"
        )),
    }
}

/// `PyCodec_Encode`: any object, any codec.
pub fn encode(o: &PyObject, encoding: &str, errors: Option<&str>) -> PyResult<Owned> {
    run(&*encoder(encoding)?, o, encoding, errors, "encoder")
}

/// `PyCodec_Decode`.
pub fn decode(o: &PyObject, encoding: &str, errors: Option<&str>) -> PyResult<Owned> {
    run(&*decoder(encoding)?, o, encoding, errors, "decoder")
}

/// The codec, which must be one between text and bytes.
pub fn lookup_text_encoding(encoding: &str, alternative: &str) -> PyResult<Owned<PyTupleObject>> {
    let codec = lookup(encoding)?;
    if !std::ptr::eq(codec.ty(), &tuple::PyTuple_Type)
        && let Some(flag) =
            object::lookup_attr(codec.as_object(), id!("_is_text_encoding").as_object())?
        && !object::is_true(&flag)?
    {
        return Err(raise!(
            LookupError,
            "'{}' is not a text encoding; use {} to handle arbitrary codecs",
            err::short(encoding, 400),
            alternative
        ));
    }
    Ok(codec)
}

/// A name of an encoding as the shortcuts compare it: lower case, punctuation as underscores.
fn shortcut_name(encoding: &str) -> Option<([u8; 12], usize)> {
    let (mut name, mut n, mut gap) = ([0u8; 12], 0, false);
    for b in encoding.bytes() {
        if b.is_ascii_alphanumeric() || b == b'.' {
            if gap && n > 0 {
                *name.get_mut(n)? = b'_';
                n += 1;
            }
            gap = false;
            *name.get_mut(n)? = b.to_ascii_lowercase();
            n += 1;
        } else {
            gap = true;
        }
    }
    Some((name, n))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shortcut {
    Utf8,
    Utf16,
    Utf32,
    Latin1,
    Ascii,
}

fn shortcut(encoding: &str) -> Option<Shortcut> {
    let (name, n) = shortcut_name(encoding)?;
    match &name[..n] {
        b"utf_8" | b"utf8" => Some(Shortcut::Utf8),
        b"utf_16" | b"utf16" => Some(Shortcut::Utf16),
        b"utf_32" | b"utf32" => Some(Shortcut::Utf32),
        b"latin1" | b"latin_1" | b"iso_8859_1" | b"iso8859_1" => Some(Shortcut::Latin1),
        b"ascii" | b"us_ascii" => Some(Shortcut::Ascii),
        _ => None,
    }
}

/// `PyUnicode_AsEncodedString`: no encoding is UTF-8.
pub fn encode_text(
    s: &PyUnicodeObject,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Owned> {
    let Some(encoding) = encoding else {
        return Ok(encode::utf8(s, errors)?.upcast());
    };
    let known = match shortcut(encoding) {
        Some(Shortcut::Utf8) => encode::utf8(s, errors)?,
        Some(Shortcut::Utf16) => encode::utf16(s, errors, 0)?,
        Some(Shortcut::Utf32) => encode::utf32(s, errors, 0)?,
        Some(Shortcut::Latin1) => encode::latin1(s, errors)?,
        Some(Shortcut::Ascii) => encode::ascii(s, errors)?,
        None => return encode_by_registry(s, encoding, errors),
    };
    Ok(known.upcast())
}

fn encode_by_registry(
    s: &PyUnicodeObject,
    encoding: &str,
    errors: Option<&str>,
) -> PyResult<Owned> {
    let codec = lookup_text_encoding(encoding, "codecs.encode()")?;
    let encoder = part_of(&codec, 0)?;
    let result = run(&encoder, s.as_object(), encoding, errors, "encoder")?;
    if result.downcast::<PyBytesObject>().is_some() {
        return Ok(result);
    }
    if let Some(b) = result.downcast::<PyByteArrayObject>() {
        err::warn_format(
            exceptions::exc::RuntimeWarning.get(),
            1,
            format_args!(
                "encoder {encoding} returned bytearray instead of bytes; \
                 use codecs.encode() to encode to arbitrary types"
            ),
        )?;
        return Ok(bytes::from_slice(&crate::bytearray::to_vec(b)?)?.upcast());
    }
    Err(raise!(
        TypeError,
        "'{}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
        err::short(encoding, 400),
        err::short(&result.type_name(), 400)
    ))
}

/// `PyUnicode_Decode`: no encoding is UTF-8.
pub fn decode_text(
    input: &[u8],
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Owned<PyUnicodeObject>> {
    let Some(encoding) = encoding else {
        return decode::utf8(input, errors);
    };
    match shortcut(encoding) {
        Some(Shortcut::Utf8) => decode::utf8(input, errors),
        Some(Shortcut::Utf16) => Ok(decode::utf16(input, errors, 0, true)?.0),
        Some(Shortcut::Utf32) => Ok(decode::utf32(input, errors, 0, true)?.0),
        Some(Shortcut::Latin1) => unicode::from_latin1(input),
        Some(Shortcut::Ascii) => decode::ascii(input, errors),
        None => decode_by_registry(input, encoding, errors),
    }
}

fn decode_by_registry(
    input: &[u8],
    encoding: &str,
    errors: Option<&str>,
) -> PyResult<Owned<PyUnicodeObject>> {
    let codec = lookup_text_encoding(encoding, "codecs.decode()")?;
    let decoder = part_of(&codec, 1)?;
    // Decoders get a view, as in CPython; of a copy, since the caller's bytes have no owner here.
    let owner = bytes::from_slice(input)?;
    let view = memoryview::from_object(owner.as_object())?;
    let result = run(&decoder, view.as_object(), encoding, errors, "decoder")?;
    result.downcast_owned::<PyUnicodeObject>().map_err(|other| {
        raise!(
            TypeError,
            "'{}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
            err::short(encoding, 400),
            err::short(&other.type_name(), 400)
        )
    })
}

/// `PyUnicode_FromEncodedObject`: the text of anything bytes-like.
pub fn decode_object(
    o: &PyObject,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Owned<PyUnicodeObject>> {
    if let Some(b) = o.downcast::<PyBytesObject>() {
        return if bytes::len(b) == 0 {
            unicode::empty()
        } else {
            decode_text(bytes::as_slice(b), encoding, errors)
        };
    }
    if unicode::check(o) {
        return Err(raise!(TypeError, "decoding str is not supported"));
    }
    if !buffer::check(o) {
        let got = o.type_name();
        return Err(raise!(
            TypeError,
            "decoding to str: need a bytes-like object, {} found",
            err::short(&got, 80)
        ));
    }
    let view = buffer::get_simple(o)?;
    if view.is_empty() {
        unicode::empty()
    } else {
        decode_text(&view, encoding, errors)
    }
}

/// `PyCodec_RegisterError`.
pub fn register_error(name: &str, handler: &PyObject) -> PyResult<()> {
    let registry = registry()?;
    if !object::is_callable(handler) {
        return Err(raise!(TypeError, "handler must be callable"));
    }
    dict::set_item(
        &registry.errors,
        unicode::from_str(name)?.as_object(),
        handler,
    )
}

/// `PyCodec_LookupError`.
pub fn lookup_error(name: Option<&str>) -> PyResult<Owned> {
    let registry = registry()?;
    let name = name.unwrap_or("strict");
    match dict::get_item(&registry.errors, unicode::from_str(name)?.as_object())? {
        Some(handler) => Ok(handler),
        None => Err(raise!(
            LookupError,
            "unknown error handler name '{}'",
            err::short(name, 400)
        )),
    }
}
