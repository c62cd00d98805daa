//! `TextIOWrapper`: text over a binary stream.
//!
//! What is read is decoded chunk by chunk by an incremental decoder; what is written is encoded at once and waits as
//! bytes until there is a chunk of it. The three encodings that nearly everybody uses are encoded here directly.

use super::newline::{self, LineEnd, PyIncrementalNewlineDecoder_Type};
use super::rawio::PyTextIOBase_Type;
use super::text_position;
use super::{Stream, attr, base, dealloc, generic_new, method, unsupported};
use pyrite_macros::pytype;
use pyrite_runtime::args::{NoneOr, Truth};
use pyrite_runtime::prelude::*;
use pyrite_runtime::unicode::{self, Writer, chars};
use pyrite_runtime::{
    bytes, call, codecs, err, exceptions, gc, hooks, long, number, object, tuple,
};
use std::ffi::CStr;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Native {
    Utf8,
    Ascii,
    Latin1,
}

/// Everything that a text stream knows.
pub struct TextState {
    pub(super) buffer: Option<Owned>,
    detached: bool,
    finalizing: bool,
    encoding: Option<Owned<PyUnicodeObject>>,
    errors: Option<Owned<PyUnicodeObject>>,
    pub(super) encoder: Option<Owned>,
    native: Option<Native>,
    /// A codec that marks the start of its output, which 3.8 does where the stream can seek only.
    marks_start: bool,
    pub(super) decoder: Option<Owned>,
    newline: Option<String>,
    line_buffering: bool,
    write_through: bool,
    has_read1: bool,
    pub(super) seekable: bool,
    pub(super) telling: bool,
    /// Text that is decoded, and how much of it is used.
    pub(super) decoded: Option<Owned<PyUnicodeObject>>,
    pub(super) used: usize,
    pending: Vec<u8>,
    /// The decoder's flags and its input before the last chunk was decoded.
    pub(super) snapshot: Option<(Owned, Vec<u8>)>,
    pub(super) ratio: f64,
    pub(super) chunk: usize,
}

impl Default for TextState {
    fn default() -> TextState {
        TextState {
            buffer: None,
            detached: false,
            finalizing: false,
            encoding: None,
            errors: None,
            encoder: None,
            native: None,
            marks_start: false,
            decoder: None,
            newline: None,
            line_buffering: false,
            write_through: false,
            has_read1: false,
            seekable: false,
            telling: false,
            decoded: None,
            used: 0,
            pending: Vec::new(),
            snapshot: None,
            ratio: 0.0,
            chunk: super::DEFAULT_BUFFER_SIZE,
        }
    }
}

pub(super) type TextObject = Stream<TextState>;

impl TextState {
    pub(super) fn forget_decoded(&mut self) {
        self.decoded = None;
        self.used = 0;
    }

    /// How much of the decoded text is not used.
    fn left(&self) -> usize {
        self.decoded.as_ref().map_or(0, |d| unicode::length(d)) - self.used
    }
}

/// The binary stream.
pub(super) fn buffer(slf: &TextObject) -> PyResult<Owned> {
    let s = slf.state()?;
    match &s.buffer {
        Some(buffer) => Ok(buffer.clone()),
        None if s.detached => Err(raise!(ValueError, "underlying buffer has been detached")),
        None => Err(uninitialized()),
    }
}

fn uninitialized() -> Raised {
    raise!(ValueError, "I/O operation on uninitialized object")
}

pub(super) fn open_buffer(slf: &TextObject) -> PyResult<Owned> {
    let buffer = buffer(slf)?;
    let exact = std::ptr::eq(slf.ty(), &PyTextIOWrapper_Type);
    let closed = if exact {
        base::is_closed(&buffer)?
    } else {
        base::is_closed(slf.as_object())?
    };
    if closed {
        Err(base::closed_error())
    } else {
        Ok(buffer)
    }
}

fn check_newline(newline: Option<&str>) -> PyResult<()> {
    match newline {
        None | Some("" | "\n" | "\r" | "\r\n") => Ok(()),
        Some(other) => Err(raise!(ValueError, "illegal newline value: {other}")),
    }
}

/// The encoding that files have when nobody says.
fn default_encoding(buffer: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
    let fd = match method(buffer, id!("fileno"), &[]) {
        Ok(fd) => match long::as_i64(&fd).map(c_int::try_from) {
            Ok(Ok(fd)) => fd,
            Err(raised) if !err::matches(exceptions::exc::OverflowError.get()) => {
                return Err(raised);
            }
            _ => {
                let text = "Python int too large to convert to C int";
                return Err(raise!(OverflowError, "{text}"));
            }
        },
        Err(raised) => {
            let odd = err::matches(exceptions::exc::AttributeError.get())
                || err::matches(exceptions::exc::OSError.get())
                || err::matches(exceptions::exc::ValueError.get());
            if !odd {
                return Err(raised);
            }
            -1
        }
    };
    err::clear();
    // SAFETY: plain calls; the locale's text is copied at once.
    let terminal = unsafe { fd >= 0 && libc::isatty(fd) != 0 };
    if terminal {
        return locale_encoding();
    }
    let Ok(locale) = hooks::import("_bootlocale") else {
        if !err::matches(exceptions::exc::ImportError.get()) {
            return Err(Raised::already_set());
        }
        err::clear();
        return locale_encoding();
    };
    let no = bool_from(false);
    let name = method(&locale, id!("getpreferredencoding"), &[&no])?;
    name.downcast_owned()
        .map_err(|_| raise!(OSError, "could not determine default encoding"))
}

/// The encoding that the C library's locale names.
fn locale_encoding() -> PyResult<Owned<PyUnicodeObject>> {
    // SAFETY: the text stays until the locale changes, and is copied at once.
    let name = unsafe { CStr::from_ptr(libc::nl_langinfo(libc::CODESET)) };
    unicode::from_utf8(name.to_bytes())
}

fn init(
    slf: &TextObject,
    buffer: &PyObject,
    encoding: Option<&str>,
    errors: Option<&str>,
    newline: Option<&str>,
    line_buffering: bool,
    write_through: bool,
) -> PyResult<()> {
    *slf.state()? = TextState::default();
    check_newline(newline)?;
    let encoding = match encoding {
        Some(encoding) => unicode::from_str(encoding)?,
        None => default_encoding(buffer)?,
    };
    let errors = unicode::intern_str(errors.unwrap_or("strict"))?;
    {
        let mut s = slf.state()?;
        s.newline = newline.map(str::to_owned);
        s.line_buffering = line_buffering;
        s.write_through = write_through;
    }
    set_codec(slf, buffer, encoding, errors)?;
    let has_read1 = object::has_attr(buffer, id!("read1").as_object())?;
    let seekable = object::is_true(&*method(buffer, id!("seekable"), &[])?)?;
    {
        let mut s = slf.state()?;
        s.buffer = Some(buffer.own());
        s.has_read1 = has_read1;
        s.seekable = seekable;
        s.telling = seekable;
    }
    fix_encoder(slf)
}

/// An encoder that marks the start of its output must not do so in the middle of a file.
fn fix_encoder(slf: &TextObject) -> PyResult<()> {
    let (encoder, buffer, seekable, unmarked) = {
        let s = slf.state()?;
        (
            s.encoder.clone(),
            s.buffer.clone(),
            s.seekable && s.native.is_none(),
            s.marks_start && !s.seekable,
        )
    };
    if let (Some(encoder), true) = (&encoder, unmarked) {
        method(encoder, id!("setstate"), &[long::from_i64(0)?.as_object()])?;
    }
    if let (Some(encoder), Some(buffer), true) = (encoder, buffer, seekable) {
        let at = method(&buffer, id!("tell"), &[])?;
        if number::as_ssize_t(&at, None)? != 0 {
            method(&encoder, id!("setstate"), &[long::from_i64(0)?.as_object()])?;
        }
    }
    Ok(())
}

/// Makes the decoder and the encoder.
fn set_codec(
    slf: &TextObject,
    buffer: &PyObject,
    encoding: Owned<PyUnicodeObject>,
    errors: Owned<PyUnicodeObject>,
) -> PyResult<()> {
    let name = unicode::as_utf8(&encoding)?;
    let codec = codecs::lookup_text_encoding(name, "codecs.open()")?;
    let handler = unicode::as_utf8(&errors)?;
    let newline = slf.state()?.newline.clone();
    let (universal, translate) = (
        newline.as_deref().is_none_or(str::is_empty),
        newline.is_none(),
    );
    let mut decoder = None;
    if object::is_true(&*method(buffer, id!("readable"), &[])?)? {
        let made = codecs::incremental(codec.as_object(), Some(handler), "incrementaldecoder")?;
        decoder = Some(if universal {
            let flag = bool_from(translate);
            call::call(
                PyIncrementalNewlineDecoder_Type.as_object(),
                &[&made, &flag],
            )?
        } else {
            made
        });
    }
    let (mut encoder, mut native, mut marks_start) = (None, None, false);
    if object::is_true(&*method(buffer, id!("writable"), &[])?)? {
        encoder = Some(codecs::incremental(
            codec.as_object(),
            Some(handler),
            "incrementalencoder",
        )?);
        let canonical = match object::lookup_attr(codec.as_object(), id!("name").as_object())? {
            Some(n) => n
                .downcast::<PyUnicodeObject>()
                .map(|s| unicode::to_string_lossy(s).into_owned()),
            None => None,
        };
        marks_start = matches!(canonical.as_deref(), Some("utf-16" | "utf-32"));
        native = match canonical.as_deref() {
            Some("utf-8") => Some(Native::Utf8),
            Some("ascii") => Some(Native::Ascii),
            Some("iso8859-1") => Some(Native::Latin1),
            _ => None,
        };
    }
    let mut s = slf.state()?;
    s.encoding = Some(encoding.clone());
    s.errors = Some(errors.clone());
    s.decoder = decoder;
    s.encoder = encoder;
    s.native = native;
    s.marks_start = marks_start;
    Ok(())
}

/// Hands the bytes that wait to the binary stream.
pub(super) fn write_pending(slf: &TextObject) -> PyResult<()> {
    let pending = std::mem::take(&mut slf.state()?.pending);
    if pending.is_empty() {
        return Ok(());
    }
    let buffer = buffer(slf)?;
    let data = bytes::from_slice(&pending)?;
    method(&buffer, id!("write"), &[data.as_object()]).map(drop)
}

/// Encodes a text.
fn encode(slf: &TextObject, text: &PyUnicodeObject) -> PyResult<Owned<PyBytesObject>> {
    let (native, encoder, errors) = {
        let s = slf.state()?;
        (s.native, s.encoder.clone(), s.errors.clone())
    };
    let Some(encoder) = encoder else {
        return Err(unsupported("not writable"));
    };
    let errors = errors.as_deref().map(unicode::as_utf8).transpose()?;
    match native {
        Some(Native::Utf8) => unicode::encode::utf8(text, errors),
        Some(Native::Ascii) => unicode::encode::ascii(text, errors),
        Some(Native::Latin1) => unicode::encode::latin1(text, errors),
        None => {
            let made = method(&encoder, id!("encode"), &[text.as_object()])?;
            made.downcast_owned().map_err(|o| {
                let got = o.type_name();
                raise!(
                    TypeError,
                    "encoder should return a bytes object, not '{}'",
                    err::short(&got, 200)
                )
            })
        }
    }
}

/// Most of what is written: ASCII, in an encoding that leaves it as it is, with nothing to be done about line ends, and with
/// room among what waits. False: the long way.
#[inline]
fn write_plainly(slf: &TextObject, text: &PyUnicodeObject) -> PyResult<bool> {
    let mut s = slf.state()?;
    let translates = !matches!(s.newline.as_deref(), None | Some("" | "\n"));
    if s.native.is_none()
        || translates
        || s.line_buffering
        || s.write_through
        || s.decoder.is_some()
        || !unicode::is_ascii(text)
    {
        return Ok(false);
    }
    let unicode::Chars::One(data) = chars(text) else {
        return Ok(false);
    };
    if s.pending.len() + data.len() >= s.chunk {
        return Ok(false);
    }
    codecs::extend(&mut s.pending, data)?;
    s.forget_decoded();
    s.snapshot = None;
    Ok(true)
}

fn write(slf: &TextObject, text: &PyUnicodeObject) -> PyResult<usize> {
    check_usable(slf)?;
    if write_plainly(slf, text)? {
        return Ok(unicode::length(text));
    }
    let buffer = open_buffer(slf)?;
    let n = unicode::length(text);
    let (line_buffering, write_through, newline, chunk) = {
        let s = slf.state()?;
        (
            s.line_buffering,
            s.write_through,
            s.newline.clone(),
            s.chunk,
        )
    };
    let ends = chars(text).find_char(10).is_some();
    let flush = line_buffering && (ends || chars(text).find_char(13).is_some());
    let replaced = match newline.as_deref() {
        Some(end @ ("\r" | "\r\n")) if ends => {
            let (lf, end) = (unicode::from_str("\n")?, unicode::from_str(end)?);
            Some(unicode::search::replace(text, &lf, &end, -1)?)
        }
        _ => None,
    };
    let data = encode(slf, replaced.as_deref().unwrap_or(text))?;
    let waiting = slf.state()?.pending.len();
    if waiting > 0 && waiting + bytes::len(&data) > chunk {
        // Never more than a chunk at once, unless one text is longer.
        write_pending(slf)?;
    }
    let full = {
        let mut s = slf.state()?;
        codecs::extend(&mut s.pending, bytes::as_slice(&data))?;
        s.pending.len() >= chunk
    };
    if full || flush || write_through {
        write_pending(slf)?;
    }
    if flush {
        method(&buffer, id!("flush"), &[])?;
    }
    let decoder = {
        let mut s = slf.state()?;
        s.forget_decoded();
        s.snapshot = None;
        s.decoder.clone()
    };
    if let Some(decoder) = decoder {
        method(&decoder, id!("reset"), &[])?;
    }
    Ok(n)
}

pub(super) fn flush(slf: &TextObject) -> PyResult<()> {
    let buffer = open_buffer(slf)?;
    {
        let mut s = slf.state()?;
        s.telling = s.seekable;
    }
    write_pending(slf)?;
    method(&buffer, id!("flush"), &[]).map(drop)
}

/// The decoder's state: what it holds back, and its flags.
pub(super) fn decoder_state(decoder: &PyObject) -> PyResult<(Vec<u8>, Owned)> {
    let state = method(decoder, id!("getstate"), &[])?;
    let Some([held, flags]) = state.downcast::<PyTupleObject>().map(tuple::as_slice) else {
        return Err(raise!(TypeError, "illegal decoder state"));
    };
    let Some(held) = held.downcast::<PyBytesObject>() else {
        let got = held.type_name();
        return Err(raise!(
            TypeError,
            "illegal decoder state: the first item should be a bytes object, not '{got}'"
        ));
    };
    Ok((bytes::as_slice(held).to_vec(), flags.own()))
}

/// Reads and decodes a chunk; false at the end.
fn read_chunk(slf: &TextObject, hint: usize) -> PyResult<bool> {
    let (decoder, telling, has_read1, size) = {
        let s = slf.state()?;
        let wanted = (s.ratio.max(1.0) * hint as f64) as usize;
        (
            s.decoder.clone(),
            s.telling,
            s.has_read1,
            wanted.max(s.chunk),
        )
    };
    let Some(decoder) = decoder else {
        return Err(unsupported("not readable"));
    };
    let before = if telling {
        Some(decoder_state(&decoder)?)
    } else {
        None
    };
    let name = if has_read1 { "read1" } else { "read" };
    let input = super::method_named(&*buffer(slf)?, name, &[long::from_usize(size)?.as_object()])?;
    let view = pyrite_runtime::buffer::get_simple(&input).map_err(|_| {
        err::clear();
        let got = input.type_name();
        raise!(
            TypeError,
            "underlying {name}() should have returned a bytes-like object, not '{}'",
            err::short(&got, 200)
        )
    })?;
    let read = view.to_vec();
    drop(view);
    let mut end = read.is_empty();
    let text = newline::run(&decoder, &input, end)?;
    let n = unicode::length(&text);
    let mut s = slf.state()?;
    s.decoded = Some(text);
    s.used = 0;
    if n > 0 {
        s.ratio = read.len() as f64 / n as f64;
        end = false;
    } else {
        s.ratio = 0.0;
    }
    if let Some((mut held, flags)) = before {
        codecs::extend(&mut held, &read)?;
        s.snapshot = Some((flags, held));
    }
    Ok(!end)
}

/// Takes up to `n` characters of the decoded text.
fn take(slf: &TextObject, n: usize) -> PyResult<Owned<PyUnicodeObject>> {
    let (text, from) = {
        let mut s = slf.state()?;
        let n = n.min(s.left());
        let Some(text) = s.decoded.clone() else {
            return unicode::empty();
        };
        let from = s.used;
        s.used += n;
        (text, from..from + n)
    };
    unicode::substring(&text, from.start, from.end)
}

fn read(slf: &TextObject, size: isize) -> PyResult<Owned<PyUnicodeObject>> {
    open_buffer(slf)?;
    if slf.state()?.decoder.is_none() {
        return Err(unsupported("not readable"));
    }
    write_pending(slf)?;
    let Ok(n) = usize::try_from(size) else {
        return read_all(slf);
    };
    let first = take(slf, n)?;
    if unicode::length(&first) == n {
        return Ok(first);
    }
    let mut w = Writer::new();
    w.push_unicode(&first)?;
    while w.len() < n {
        if !read_chunk(slf, n - w.len())? {
            break;
        }
        w.push_unicode(&*take(slf, n - w.len())?)?;
    }
    w.finish()
}

fn read_all(slf: &TextObject) -> PyResult<Owned<PyUnicodeObject>> {
    let data = method(&*buffer(slf)?, id!("read"), &[])?;
    if data.is_none() {
        return Err(raise!(
            TypeError,
            "a bytes-like object is required, not 'NoneType'"
        ));
    }
    let decoder = slf.state()?.decoder.clone();
    let Some(decoder) = decoder else {
        return Err(unsupported("not readable"));
    };
    let rest = newline::run(&decoder, &data, true)?;
    let first = take(slf, usize::MAX)?;
    {
        let mut s = slf.state()?;
        s.forget_decoded();
        s.snapshot = None;
    }
    unicode::concat(&first, &rest)
}

/// The next line, if all of it is decoded and nothing waits to be written.
#[inline]
fn line_at_hand(slf: &TextObject) -> PyResult<Option<Owned<PyUnicodeObject>>> {
    let mut s = slf.state()?;
    if !s.pending.is_empty() {
        return Ok(None);
    }
    let rule = match s.newline.as_deref() {
        None => LineEnd::Lf,
        Some("") => return Ok(None),
        Some(text) => LineEnd::Text(text),
    };
    let (Some(text), used) = (&s.decoded, s.used) else {
        return Ok(None);
    };
    let Some(end) = rule.find(chars(text), used) else {
        return Ok(None);
    };
    let line = unicode::substring(text, used, end)?;
    s.used = end;
    Ok(Some(line))
}

/// Fails if the stream is closed, or has no binary stream.
fn check_usable(slf: &TextObject) -> PyResult<()> {
    let exact = std::ptr::eq(slf.ty(), &PyTextIOWrapper_Type);
    let plain = slf.peek(|s| {
        s.buffer
            .as_deref()
            .and_then(super::buffered::exact)
            .and_then(super::buffered::plainly_closed)
    });
    match plain.flatten() {
        Some(false) if exact => Ok(()),
        _ => open_buffer(slf).map(drop),
    }
}

fn read_line(slf: &TextObject, limit: isize) -> PyResult<Owned<PyUnicodeObject>> {
    check_usable(slf)?;
    if limit < 0
        && let Some(line) = line_at_hand(slf)?
    {
        return Ok(line);
    }
    write_pending(slf)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let newline = slf.state()?.newline.clone();
    let rule = match newline.as_deref() {
        None => LineEnd::Lf,
        Some("") => LineEnd::Any,
        Some(text) => LineEnd::Text(text),
    };
    let mut w = Writer::new();
    // With a line end of two characters, one may be at the end of a chunk and the other in the next.
    let mut rest: Option<Owned<PyUnicodeObject>> = None;
    loop {
        if slf.state()?.left() == 0 {
            let more = read_chunk(slf, 0)?;
            if !more {
                slf.state()?.forget_decoded();
                slf.state()?.snapshot = None;
                break;
            }
            if slf.state()?.left() == 0 {
                continue;
            }
        }
        let (text, used) = {
            let s = slf.state()?;
            (s.decoded.clone(), s.used)
        };
        let Some(text) = text else { break };
        if let (Some(held), LineEnd::Text(end)) = (rest.take(), rule) {
            if Some(chars(&text).at(used)) == end.chars().nth(1).map(u32::from) {
                w.push_unicode(&held)?;
                w.push_unicode(&*take(slf, 1)?)?;
                return w.finish();
            }
            w.push_unicode(&held)?;
        }
        let room = limit - w.len();
        let end = rule.find(chars(&text), used);
        let n = end.unwrap_or(unicode::length(&text)) - used;
        if end.is_some() || n >= room {
            let piece = take(slf, n.min(room))?;
            if w.is_empty() {
                return Ok(piece);
            }
            w.push_unicode(&piece)?;
            return w.finish();
        }
        let split = match rule {
            LineEnd::Text(end) if end.len() == 2 => {
                Some(chars(&text).at(used + n - 1)) == end.chars().next().map(u32::from)
            }
            _ => false,
        };
        w.push_unicode(&*take(slf, n - usize::from(split))?)?;
        if split {
            rest = Some(take(slf, 1)?);
        }
    }
    if let Some(held) = rest {
        w.push_unicode(&held)?;
    }
    w.finish()
}

fn close(slf: &TextObject) -> PyResult<()> {
    let buffer = buffer(slf)?;
    if base::is_closed(slf.as_object())? {
        return Ok(());
    }
    if slf.state()?.finalizing && method(&buffer, id!("_dealloc_warn"), &[slf.as_object()]).is_err()
    {
        err::clear();
    }
    err::clear();
    let flushed = method(slf.as_object(), id!("flush"), &[]);
    err::finally(flushed, || method(&buffer, id!("close"), &[])).map(drop)
}

fn repr(slf: &TextObject) -> PyResult<Owned<PyUnicodeObject>> {
    let o = slf.as_object();
    {
        let s = slf.state()?;
        if s.buffer.is_none() && !s.detached {
            return Err(uninitialized());
        }
    }
    let mut w = Writer::new();
    w.push_str("<_io.TextIOWrapper")?;
    if let Some(name) = base::name_of(o)? {
        w.push_str(" name=")?;
        w.push_unicode(&*unicode::repr_of(&name)?)?;
    }
    if let Ok(Some(mode)) = object::lookup_attr(o, id!("mode").as_object()) {
        w.push_str(" mode=")?;
        w.push_unicode(&*unicode::repr_of(&mode)?)?;
    }
    err::clear();
    let encoding = slf.state()?.encoding.clone();
    let encoding = encoding.map_or_else(|| none().own(), Owned::upcast);
    w.push_str(" encoding=")?;
    w.push_unicode(&*unicode::repr_of(&encoding)?)?;
    w.push_str(">")?;
    w.finish()
}

fn reconfigure(slf: &TextObject, args: &Settings<'_>) -> PyResult<()> {
    let changes = args.encoding.is_some() || args.errors.is_some() || args.newline.is_some();
    {
        let s = slf.state()?;
        if changes && s.decoder.is_some() && s.snapshot.is_some() {
            return Err(unsupported(
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
    }
    if let Some(newline) = args.newline {
        check_newline(newline)?;
    }
    flush(slf)?;
    if changes {
        let (old_encoding, old_errors, buffer) = {
            let mut s = slf.state()?;
            s.decoded = None;
            s.used = 0;
            if let Some(newline) = args.newline {
                s.newline = newline.map(str::to_owned);
            }
            (s.encoding.clone(), s.errors.clone(), s.buffer.clone())
        };
        let (Some(old_encoding), Some(old_errors), Some(buffer)) =
            (old_encoding, old_errors, buffer)
        else {
            return Err(raise!(ValueError, "I/O operation on uninitialized object"));
        };
        let errors = match (args.errors, args.encoding) {
            (Some(errors), _) => unicode::from_str(errors)?,
            (None, Some(_)) => unicode::from_str("strict")?,
            (None, None) => old_errors,
        };
        let encoding = match args.encoding {
            Some(encoding) => unicode::from_str(encoding)?,
            None => old_encoding,
        };
        set_codec(slf, &buffer, encoding, errors)?;
        fix_encoder(slf)?;
    }
    let mut s = slf.state()?;
    s.line_buffering = args.line_buffering.unwrap_or(s.line_buffering);
    s.write_through = args.write_through.unwrap_or(s.write_through);
    Ok(())
}

/// What `reconfigure` may change.
struct Settings<'a> {
    encoding: Option<&'a str>,
    errors: Option<&'a str>,
    newline: Option<Option<&'a str>>,
    line_buffering: Option<bool>,
    write_through: Option<bool>,
}

fn flag(o: Option<&PyObject>) -> PyResult<Option<bool>> {
    match o {
        Some(o) if !o.is_none() => Ok(Some(object::is_true(o)?)),
        _ => Ok(None),
    }
}

/// `TextIOWrapper`.
pub struct TextIoWrapper;

#[pytype(name = "_io.TextIOWrapper", c_name = PyTextIOWrapper_Type, layout = TextObject, base = PyTextIOBase_Type,
         flags = [BASETYPE, HAVE_GC], dictoffset = dict, weaklistoffset = weakreflist, free = gc_del)]
impl TextIoWrapper {
    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        generic_new(ty)
    }
    #[sig(
        "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    fn tp_init(
        slf: &TextObject,
        buffer: &PyObject,
        encoding: Option<NoneOr<&str>>,
        errors: Option<NoneOr<&str>>,
        newline: Option<NoneOr<&str>>,
        line_buffering: Option<Truth>,
        write_through: Option<Truth>,
    ) -> PyResult<()> {
        init(
            slf,
            buffer,
            encoding.and_then(|e| e.0),
            errors.and_then(|e| e.0),
            newline.and_then(|n| n.0),
            line_buffering.is_some_and(|t| t.0),
            write_through.is_some_and(|t| t.0),
        )
    }
    fn tp_dealloc(slf: *mut TextObject) {
        // SAFETY: the last reference is gone.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &TextObject, visit: gc::Visitor) -> c_int {
        let p = |o: &Option<Owned>| o.as_ref().map_or(std::ptr::null_mut(), |o| o.as_ptr());
        let parts = slf.peek(|s| [p(&s.buffer), p(&s.encoder), p(&s.decoder)]);
        match visit.visit(slf.dict.get()) {
            0 => visit.visit_all(parts.unwrap_or([std::ptr::null_mut(); 3])),
            r => r,
        }
    }
    fn tp_clear(slf: &TextObject) {
        let parts = slf
            .state()
            .map(|mut s| (s.buffer.take(), s.encoder.take(), s.decoder.take()));
        drop(parts);
        slf.dict.set_ref(None);
    }
    fn tp_repr(slf: &TextObject) -> PyResult<Owned<PyUnicodeObject>> {
        repr(slf)
    }
    fn tp_iternext(slf: &TextObject) -> PyResult<Option<Owned>> {
        let exact = std::ptr::eq(slf.ty(), &PyTextIOWrapper_Type);
        if !exact {
            buffer(slf)?;
        }
        slf.state()?.telling = false;
        let line = if exact {
            let line = read_line(slf, -1)?;
            if unicode::length(&line) > 0 {
                return Ok(Some(line.upcast()));
            }
            line.upcast()
        } else {
            method(slf.as_object(), id!("readline"), &[])?
        };
        if object::size(&line)? == 0 {
            let mut s = slf.state()?;
            s.snapshot = None;
            s.telling = s.seekable;
            return Ok(None);
        }
        Ok(Some(line))
    }

    #[method]
    fn detach(slf: &TextObject) -> PyResult<Owned> {
        let buffer = buffer(slf)?;
        method(slf.as_object(), id!("flush"), &[])?;
        let mut s = slf.state()?;
        s.buffer = None;
        s.detached = true;
        drop(s);
        Ok(buffer)
    }
    #[method]
    #[sig(
        "($self, /, *, encoding=None, errors=None, newline=None, line_buffering=None, write_through=None)"
    )]
    fn reconfigure(
        slf: &TextObject,
        encoding: Option<NoneOr<&str>>,
        errors: Option<NoneOr<&str>>,
        newline: Option<NoneOr<&str>>,
        line_buffering: Option<&PyObject>,
        write_through: Option<&PyObject>,
    ) -> PyResult<()> {
        let settings = Settings {
            encoding: encoding.and_then(|e| e.0),
            errors: errors.and_then(|e| e.0),
            newline: newline.map(|n| n.0),
            line_buffering: flag(line_buffering)?,
            write_through: flag(write_through)?,
        };
        reconfigure(slf, &settings)
    }
    #[method]
    fn write(slf: &TextObject, text: &PyUnicodeObject) -> PyResult<usize> {
        write(slf, text)
    }
    #[method]
    fn read(slf: &TextObject, size: Option<&PyObject>) -> PyResult<Owned<PyUnicodeObject>> {
        read(slf, super::size_arg(size)?)
    }
    #[method]
    fn readline(slf: &TextObject, size: Option<isize>) -> PyResult<Owned<PyUnicodeObject>> {
        read_line(slf, size.unwrap_or(-1))
    }
    #[method]
    fn flush(slf: &TextObject) -> PyResult<()> {
        flush(slf)
    }
    #[method]
    fn close(slf: &TextObject) -> PyResult<()> {
        close(slf)
    }
    #[method]
    fn fileno(slf: &TextObject) -> PyResult<Owned> {
        method(&*buffer(slf)?, id!("fileno"), &[])
    }
    #[method]
    fn seekable(slf: &TextObject) -> PyResult<Owned> {
        method(&*buffer(slf)?, id!("seekable"), &[])
    }
    #[method]
    fn readable(slf: &TextObject) -> PyResult<Owned> {
        method(&*buffer(slf)?, id!("readable"), &[])
    }
    #[method]
    fn writable(slf: &TextObject) -> PyResult<Owned> {
        method(&*buffer(slf)?, id!("writable"), &[])
    }
    #[method]
    fn isatty(slf: &TextObject) -> PyResult<Owned> {
        method(&*buffer(slf)?, id!("isatty"), &[])
    }
    #[method]
    fn seek(slf: &TextObject, cookie: &PyObject, whence: Option<i32>) -> PyResult<Owned> {
        text_position::seek(slf, cookie, whence.unwrap_or(0))
    }
    #[method]
    fn tell(slf: &TextObject) -> PyResult<Owned> {
        text_position::tell(slf)
    }
    #[method]
    fn truncate(slf: &TextObject, pos: Option<&PyObject>) -> PyResult<Owned> {
        let buffer = buffer(slf)?;
        method(slf.as_object(), id!("flush"), &[])?;
        match pos {
            Some(pos) => method(&buffer, id!("truncate"), &[pos]),
            None => method(&buffer, id!("truncate"), &[]),
        }
    }

    #[getter]
    fn encoding(slf: &TextObject) -> PyResult<Option<Owned<PyUnicodeObject>>> {
        Ok(slf.state()?.encoding.clone())
    }
    #[getter]
    fn errors(slf: &TextObject) -> PyResult<Option<Owned<PyUnicodeObject>>> {
        let s = slf.state()?;
        if s.buffer.is_none() && !s.detached {
            return Err(uninitialized());
        }
        Ok(s.errors.clone())
    }
    #[getter(buffer)]
    fn get_buffer(slf: &TextObject) -> PyResult<Option<Owned>> {
        Ok(slf.state()?.buffer.clone())
    }
    #[getter]
    fn line_buffering(slf: &TextObject) -> PyResult<bool> {
        Ok(slf.state()?.line_buffering)
    }
    #[getter]
    fn write_through(slf: &TextObject) -> PyResult<bool> {
        Ok(slf.state()?.write_through)
    }
    #[getter]
    fn _finalizing(slf: &TextObject) -> PyResult<bool> {
        Ok(slf.state()?.finalizing)
    }
    #[setter(_finalizing)]
    fn set__finalizing(slf: &TextObject, value: Option<&PyObject>) -> PyResult<()> {
        slf.state()?.finalizing = value.is_some_and(|v| v.is(py_true()));
        Ok(())
    }
    #[getter]
    fn name(slf: &TextObject) -> PyResult<Owned> {
        attr(&*buffer(slf)?, id!("name"))
    }
    #[getter]
    fn closed(slf: &TextObject) -> PyResult<Owned> {
        attr(&*buffer(slf)?, id!("closed"))
    }
    #[getter]
    fn newlines(slf: &TextObject) -> PyResult<Owned> {
        buffer(slf)?;
        let decoder = slf.state()?.decoder.clone();
        match decoder {
            Some(d) => Ok(object::lookup_attr(&d, id!("newlines").as_object())?
                .unwrap_or_else(|| none().own())),
            None => Ok(none().own()),
        }
    }
    #[getter]
    fn _CHUNK_SIZE(slf: &TextObject) -> PyResult<usize> {
        buffer(slf)?;
        Ok(slf.state()?.chunk)
    }
    #[setter(_CHUNK_SIZE)]
    fn set_chunk_size(slf: &TextObject, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(raise!(AttributeError, "cannot delete attribute"));
        };
        match usize::try_from(number::as_ssize_t(
            value,
            Some(exceptions::exc::ValueError.get()),
        )?) {
            Ok(n) if n > 0 => {
                slf.state()?.chunk = n;
                Ok(())
            }
            _ => Err(raise!(
                ValueError,
                "a strictly positive integer is required"
            )),
        }
    }
}
