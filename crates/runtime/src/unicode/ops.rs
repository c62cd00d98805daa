//! Making strings from other forms of text, and what is done with whole strings: equality, order,
//! hash, concatenation, parts.

use super::layout::{self, Builder, Chars, ToChars, chars, data_ptr, head, state};
use super::{Kind, PyUnicode_Type, Str};
use crate::on_chars;
use crate::prelude::*;
use crate::strlib::{self, Unit};
use crate::{err, hash, list, mem, object, sequence, tuple};
use std::cmp::Ordering;
use std::ptr;

/// Strings of one Latin-1 character and the empty string exist once, made at first use.
struct Cache([Cell<*mut PyUnicodeObject>; 257]);

// SAFETY: only touched by the holder of the GIL.
unsafe impl Sync for Cache {}

static CACHE: Cache = Cache([const { Cell::new(ptr::null_mut()) }; 257]);
const EMPTY: usize = 256;

fn cached(slot: usize, text: &[u8]) -> PyResult<Owned<PyUnicodeObject>> {
    if let Some(o) = CACHE.0[slot].load() {
        return Ok(o);
    }
    let bound = if text.is_ascii() { 0x7f } else { 0xff };
    let mut b = Builder::new(text.len(), bound)?;
    b.extend(Chars::One(text));
    let o = b.finish();
    CACHE.0[slot].set(o.clone().into_typed_ptr());
    Ok(o)
}

/// The empty string.
#[inline]
pub fn empty() -> PyResult<Owned<PyUnicodeObject>> {
    cached(EMPTY, b"")
}

/// The string of one character, which is at most 0x10ffff.
pub fn from_ordinal(ch: u32) -> PyResult<Owned<PyUnicodeObject>> {
    if ch < 256 {
        return cached(ch as usize, &[ch as u8]);
    }
    let mut b = Builder::new(1, ch)?;
    b.push(ch);
    Ok(b.finish())
}

/// `PyUnicode_FromKindAndData`: the smallest form that holds the units.
pub fn from_units<T: Unit + ToChars>(text: &[T]) -> PyResult<Owned<PyUnicodeObject>> {
    match text {
        [] => return empty(),
        [c] => return from_ordinal((*c).into()),
        _ => {}
    }
    let mut b = Builder::new(text.len(), strlib::max_char(text))?;
    b.extend(T::chars(text));
    Ok(b.finish())
}

pub fn from_chars(text: Chars<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    on_chars!(text, c => from_units(c))
}

/// Latin-1 bytes, one character each.
#[inline]
pub fn from_latin1(text: &[u8]) -> PyResult<Owned<PyUnicodeObject>> {
    from_units(text)
}

/// `_PyUnicode_FromASCII`: every byte is below 0x80.
#[inline]
pub fn from_ascii(text: &[u8]) -> PyResult<Owned<PyUnicodeObject>> {
    if text.len() < 2 {
        return from_units(text);
    }
    layout::new_ascii([text])
}

/// Each byte mapped to another; `bound` is the result's step of `max_char`, below 0x100.
pub(super) fn from_map(
    text: &[u8],
    bound: u32,
    map: impl Fn(u8) -> u8,
) -> PyResult<Owned<PyUnicodeObject>> {
    if let [c] = text {
        return from_ordinal(map(*c).into());
    }
    if text.is_empty() {
        return empty();
    }
    let made = layout::new(text.len(), bound)?;
    let data = data_ptr(&made, state(&made));
    // SAFETY: the new string has as many bytes, and nobody else knows it yet; they are zeroed before they are borrowed.
    let to = unsafe {
        data.write_bytes(0, text.len());
        std::slice::from_raw_parts_mut(data, text.len())
    };
    for (to, &from) in to.iter_mut().zip(text) {
        *to = map(from);
    }
    Ok(made)
}

/// `PyUnicode_FromStringAndSize` for text that is known to be UTF-8.
pub fn from_str(text: &str) -> PyResult<Owned<PyUnicodeObject>> {
    if text.is_ascii() {
        return from_ascii(text.as_bytes());
    }
    let (mut n, mut max) = (0, 0);
    for c in text.chars() {
        n += 1;
        max = max.max(c as u32);
    }
    if n == 1 {
        return from_ordinal(max);
    }
    let mut b = Builder::new(n, max)?;
    for c in text.chars() {
        b.push(c as u32);
    }
    Ok(b.finish())
}

/// `PyUnicode_FromString`: UTF-8 that may be broken, which raises UnicodeDecodeError.
pub fn from_utf8(text: &[u8]) -> PyResult<Owned<PyUnicodeObject>> {
    match std::str::from_utf8(text) {
        Ok(s) => from_str(s),
        Err(_) => super::decode::utf8(text, None),
    }
}

/// `PyUnicode_FromObject`: the object itself if it is exactly a str, a str copy of an instance of a subclass.
pub fn from_object(o: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
    match o.downcast::<PyUnicodeObject>() {
        Some(s) => exact(s),
        None => Err(raise!(
            TypeError,
            "Can't convert '{}' object to str implicitly",
            o.type_name()
        )),
    }
}

/// The string as an exact str.
pub fn exact(s: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    if is_exact(s) {
        Ok(s.own_typed())
    } else {
        copy(s)
    }
}

#[inline]
pub fn is_exact(s: &PyUnicodeObject) -> bool {
    ptr::eq(s.ty(), &PyUnicode_Type)
}

/// `_PyUnicode_Copy`: a new exact str.
pub fn copy(s: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    if layout::length(s) == 0 {
        return empty();
    }
    let mut b = Builder::new(layout::length(s), layout::max_char_bound(s))?;
    b.extend(chars(s));
    Ok(b.finish())
}

/// Takes an object that must be a str, with the message of the operators: `what` comes before "str".
pub fn expect<'a>(o: &'a PyObject, text: &str) -> PyResult<&'a PyUnicodeObject> {
    match o.downcast::<PyUnicodeObject>() {
        Some(s) => Ok(s),
        None => Err(raise!(TypeError, "{}, not {}", text, o.type_name())),
    }
}

/// `_PyUnicode_EQ` and `PyUnicode_Compare == 0`.
#[inline]
pub fn eq(a: &PyUnicodeObject, b: &PyUnicodeObject) -> bool {
    if ptr::eq(a, b) {
        return true;
    }
    let (a, b) = (chars(a), chars(b));
    a.kind() == b.kind() && a.bytes() == b.bytes()
}

/// The characters of a string that has only ASCII.
#[inline]
pub fn ascii_bytes(s: &PyUnicodeObject) -> Option<&[u8]> {
    match chars(s) {
        Chars::One(c) if c.is_ascii() => Some(c),
        _ => None,
    }
}

/// Is the string this text?
#[inline]
pub fn eq_str(a: &PyUnicodeObject, text: &str) -> bool {
    match chars(a) {
        Chars::One(c) if text.is_ascii() => c == text.as_bytes(),
        other => other.iter().eq(text.chars().map(|c| c as u32)),
    }
}

/// `PyUnicode_Compare`: by code points.
pub fn compare(a: &PyUnicodeObject, b: &PyUnicodeObject) -> Ordering {
    fn by_units<T: Unit, U: Unit>(a: &[T], b: &[U]) -> Ordering {
        for (&x, &y) in a.iter().zip(b) {
            let (x, y): (u32, u32) = (x.into(), y.into());
            if x != y {
                return x.cmp(&y);
            }
        }
        a.len().cmp(&b.len())
    }
    match (chars(a), chars(b)) {
        (Chars::One(x), Chars::One(y)) => x.cmp(y),
        (x, y) => on_chars!(x, x => on_chars!(y, y => by_units(x, y))),
    }
}

/// The hash, kept in the object.
#[inline]
pub fn hash(s: &PyUnicodeObject) -> Py_hash_t {
    let cell = &head(s).hash;
    let known = cell.get();
    if known != -1 {
        return known;
    }
    let h = hash::bytes(chars(s).bytes());
    cell.set(h);
    h
}

/// `PyUnicode_AsUTF8`: the text as UTF-8, kept in the object. Lone surrogates raise UnicodeEncodeError.
#[inline]
pub fn as_utf8(s: &PyUnicodeObject) -> PyResult<&str> {
    if state(s).ascii()
        && let Chars::One(c) = chars(s)
    {
        // SAFETY: a string whose ascii flag is set holds ASCII alone.
        return Ok(unsafe { std::str::from_utf8_unchecked(c) });
    }
    non_ascii_utf8(s)
}

fn non_ascii_utf8(s: &PyUnicodeObject) -> PyResult<&str> {
    let Some(head) = layout::compact_head(s) else {
        return Ok("");
    };
    if head.utf8.get().is_null() {
        let bytes = super::encode::utf8_strict(s)?;
        // One more byte, for the zero that C looks for.
        let p = mem::object_alloc(bytes.len() + 1);
        if p.is_null() {
            return Err(err::no_memory());
        }
        // SAFETY: `p` has room for the bytes and one more.
        unsafe {
            ptr::copy_nonoverlapping(bytes.as_ptr(), p, bytes.len());
            p.add(bytes.len()).write(0);
        }
        head.utf8_length.set(bytes.len() as Py_ssize_t);
        head.utf8.set(p.cast());
    }
    let (p, n) = (
        head.utf8.get().cast::<u8>(),
        head.utf8_length.get() as usize,
    );
    // SAFETY: the cached form is valid UTF-8 of that length and lives as long as the string.
    Ok(unsafe { std::str::from_utf8_unchecked(std::slice::from_raw_parts(p, n)) })
}

/// The text for a message: lone surrogates come out as the replacement character.
pub fn to_string_lossy(s: &PyUnicodeObject) -> std::borrow::Cow<'_, str> {
    if state(s).ascii()
        && let Ok(text) = as_utf8(s)
    {
        return text.into();
    }
    let replaced = chars(s)
        .iter()
        .map(|c| char::from_u32(c).unwrap_or('\u{fffd}'));
    replaced.collect::<String>().into()
}

/// `PyUnicode_Concat` of two strings.
pub fn concat(a: &PyUnicodeObject, b: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    let (x, y) = (chars(a), chars(b));
    if x.is_empty() {
        return exact(b);
    }
    if y.is_empty() {
        return exact(a);
    }
    if let (Chars::One(x), Chars::One(y), true) = (x, y, state(a).ascii() && state(b).ascii()) {
        return layout::new_ascii([x, y]);
    }
    let Some(len) = x
        .len()
        .checked_add(y.len())
        .filter(|&n| n <= isize::MAX as usize)
    else {
        return Err(raise!(OverflowError, "strings are too large to concat"));
    };
    let mut r = Builder::new(
        len,
        layout::max_char_bound(a).max(layout::max_char_bound(b)),
    )?;
    r.extend(x);
    r.extend(y);
    Ok(r.finish())
}

/// `PyUnicode_Append`: `left + right`, in place when nobody else holds `left`.
pub fn append(
    left: Owned<PyUnicodeObject>,
    right: &PyUnicodeObject,
) -> PyResult<Owned<PyUnicodeObject>> {
    let added = layout::length(right);
    if added == 0 && is_exact(&left) {
        return Ok(left);
    }
    let old = layout::length(&left);
    let bound = layout::max_char_bound(&left);
    let fits = old != 0
        && is_growable(&left)
        && layout::max_char_bound(right) <= bound
        && !ptr::eq(&*left, right);
    let size = old
        .checked_add(added)
        .and_then(|n| layout::compact_size(n, bound));
    let (true, Some(size)) = (fits, size) else {
        return concat(&left, right);
    };
    let left = resize_block(left, size)?;
    let st = state(&left);
    head(&left).length.set((old + added) as Py_ssize_t);
    after_resize(&left);
    let width = Kind::of(bound) as usize;
    // SAFETY: the block now holds `old + added` units and a final zero behind the head, and this
    // reference is the only one, so nobody reads them.
    unsafe {
        let to = data_ptr(&left, st).add(old * width);
        on_chars!(chars(right), c => match width {
            1 => layout::copy_units(c, to),
            2 => layout::copy_units(c, to.cast::<u16>()),
            _ => layout::copy_units(c, to.cast::<u32>()),
        });
        to.add(added * width).write_bytes(0, width);
    }
    Ok(left)
}

/// May the units of this string change? Only while one reference exists, and nobody hashed it.
pub fn is_growable(s: &PyUnicodeObject) -> bool {
    let st = state(s);
    s.refcount() == 1
        && st.compact()
        && st.ready()
        && st.interned() == 0
        && head(s).hash.get() == -1
        && is_exact(s)
}

/// Moves a compact string that nobody else holds to a block of `size` bytes.
pub(super) fn resize_block(
    s: Owned<PyUnicodeObject>,
    size: usize,
) -> PyResult<Owned<PyUnicodeObject>> {
    let old = s.into_typed_ptr();
    // SAFETY: the string is compact, so it is one block of the object allocator, and the one
    // reference to it is `old`, which realloc makes invalid only when it succeeds.
    unsafe {
        let p = mem::object_realloc(old.cast(), size).cast::<PyUnicodeObject>();
        if p.is_null() {
            drop(Owned::from_owned_ptr(old));
            return Err(err::no_memory());
        }
        Ok(Owned::from_owned_ptr(p))
    }
}

/// Forgets what was derived from the old units.
pub(super) fn after_resize(s: &PyUnicodeObject) {
    head(s).hash.set(-1);
    if let Some(c) = layout::compact_head(s) {
        let utf8 = c.utf8.replace(ptr::null_mut());
        c.utf8_length.set(0);
        if !utf8.is_null() {
            // SAFETY: the cached UTF-8 form of a compact string is a block of its own.
            unsafe { mem::object_free(utf8.cast()) };
        }
        if state(s).kind() == 4 {
            head(s).wstr.set(data_ptr(s, state(s)).cast());
            c.wstr_length.set(head(s).length.get());
        }
    }
    if state(s).kind() != 4 {
        super::legacy::drop_wstr(s);
    }
}

/// `PyUnicode_Substring`, clipped.
pub fn substring(
    s: &PyUnicodeObject,
    start: usize,
    end: usize,
) -> PyResult<Owned<PyUnicodeObject>> {
    let text = chars(s);
    if start == 0 && end >= text.len() {
        return exact(s);
    }
    part(s, start, end)
}

/// A part of the text as a new string.
#[inline]
pub(super) fn part(
    s: &PyUnicodeObject,
    start: usize,
    end: usize,
) -> PyResult<Owned<PyUnicodeObject>> {
    let text = chars(s).slice(start, end);
    if let (true, Chars::One(c)) = (state(s).ascii(), text) {
        return from_ascii(c);
    }
    from_chars(text)
}

/// The text `times` over.
pub fn repeat(s: &PyUnicodeObject, times: isize) -> PyResult<Owned<PyUnicodeObject>> {
    let text = chars(s);
    if times < 1 || text.is_empty() {
        return empty();
    }
    if times == 1 {
        return exact(s);
    }
    let Some(len) = text
        .len()
        .checked_mul(times as usize)
        .filter(|&n| n <= isize::MAX as usize)
    else {
        return Err(raise!(OverflowError, "repeated string is too long"));
    };
    let mut b = Builder::new(len, layout::max_char_bound(s))?;
    match text {
        _ if text.len() == 1 => b.fill(text.at(0), len),
        _ => {
            b.extend(text);
            b.repeat_to_end();
        }
    }
    Ok(b.finish())
}

/// The items of a list or tuple, for code that calls nothing while it reads them.
fn items_of(o: &PyObject) -> &[&PyObject] {
    if let Some(t) = o.downcast::<PyTupleObject>() {
        return tuple::as_slice(t);
    }
    let fields = o.downcast::<PyListObject>().map_or(&[][..], list::fields);
    // SAFETY: the list's fields hold live objects, and nothing changes them while the caller reads.
    unsafe { std::slice::from_raw_parts(fields.as_ptr().cast(), fields.len()) }
}

/// `PyUnicode_Join`: the items of an iterable, which must be strings, with `sep` between.
pub fn join(sep: &PyUnicodeObject, iterable: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
    let items = sequence::fast(iterable, "can only join an iterable")?;
    join_array(Some(sep), items_of(items.as_object()))
}

/// `_PyUnicode_JoinArray`; without a separator there is nothing between.
pub fn join_array(
    sep: Option<&PyUnicodeObject>,
    items: &[&PyObject],
) -> PyResult<Owned<PyUnicodeObject>> {
    match items {
        [] => return empty(),
        [one] => {
            if let Some(s) = one.downcast_exact::<PyUnicodeObject>() {
                return Ok(s.own_typed());
            }
        }
        _ => {}
    }
    let sep_text = sep.map_or(Chars::One(b""), chars);
    let sep_bound = sep.map_or(0x7f, layout::max_char_bound);
    let mut bound = if items.len() > 1 { sep_bound } else { 0x7f };
    let mut total = sep_text.len().checked_mul(items.len() - 1);
    for (i, item) in items.iter().enumerate() {
        let Some(s) = item.downcast::<PyUnicodeObject>() else {
            let found = item.type_name();
            return Err(raise!(
                TypeError,
                "sequence item {}: expected str instance, {} found",
                i,
                found
            ));
        };
        bound = bound.max(layout::max_char_bound(s));
        total = total.and_then(|t| t.checked_add(layout::length(s)));
    }
    let Some(total) = total.filter(|&n| n <= isize::MAX as usize) else {
        return Err(raise!(
            OverflowError,
            "join() result is too long for a Python string"
        ));
    };
    if total == 0 {
        return empty();
    }
    let mut b = Builder::new(total, bound)?;
    if bound <= 0xff
        && let Chars::One(sep) = sep_text
    {
        for (i, item) in items.iter().enumerate() {
            if i != 0 {
                b.extend_bytes(sep);
            }
            if let Some(s) = item.downcast::<PyUnicodeObject>()
                && let Chars::One(text) = chars(s)
            {
                b.extend_bytes(text);
            }
        }
        return Ok(b.finish());
    }
    for (i, item) in items.iter().enumerate() {
        if i != 0 {
            b.extend(sep_text);
        }
        if let Some(s) = item.downcast::<PyUnicodeObject>() {
            b.extend(chars(s));
        }
    }
    Ok(b.finish())
}

/// `PyUnicode_FromFormat` with Rust's formatting.
pub fn from_args(args: std::fmt::Arguments<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    err::format(args)
}

/// Builds a string from a format and arguments: `unicode::format!`-like.
#[macro_export]
macro_rules! text {
    ($($arg:tt)+) => { $crate::unicode::from_args(::std::format_args!($($arg)+)) };
}

impl Str {
    /// `str.__eq__` and its kin for two strings.
    #[inline]
    pub fn order_holds(a: &PyUnicodeObject, b: &PyUnicodeObject, op: c_int) -> bool {
        match op {
            Py_EQ => eq(a, b),
            Py_NE => !eq(a, b),
            Py_LT => compare(a, b).is_lt(),
            Py_LE => compare(a, b).is_le(),
            Py_GT => compare(a, b).is_gt(),
            _ => compare(a, b).is_ge(),
        }
    }
}

/// A str that a slot returned, as one.
fn as_text(o: Owned) -> PyResult<Owned<PyUnicodeObject>> {
    o.downcast_owned().map_err(|_| err::bad_internal_call())
}

/// `str(o)`.
pub fn str_of(o: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
    as_text(object::str(o)?)
}

/// `repr(o)`.
pub fn repr_of(o: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
    as_text(object::repr(o)?)
}

/// `ascii(o)`.
pub fn ascii_of(o: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
    escape_to_ascii(&*repr_of(o)?)
}

/// The text with all that is not ASCII as escapes.
pub fn escape_to_ascii(s: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    if layout::is_ascii(s) {
        return Ok(s.own_typed());
    }
    let mut w = super::Writer::new();
    for ch in chars(s).iter() {
        match ch {
            0..=0x7f => w.push(ch)?,
            _ => super::repr::escape(&mut w, ch)?,
        }
    }
    w.finish()
}
