//! `_PyUnicodeWriter`: strings built piece by piece, by C that looks into the struct.

use crate::prelude::*;
use crate::support::{bytes_at, stolen};
use crate::unicodeobject::{data_of, write_unit};

/// The string being filled.
fn buffer(writer: &_PyUnicodeWriter) -> Option<&PyUnicodeObject> {
    // SAFETY: the writer holds a reference to a string, or NULL.
    unsafe { writer.buffer.get().cast::<PyUnicodeObject>().as_ref() }
}

/// Puts another string into the writer; a shared one is copied before it is written to.
fn install(writer: &_PyUnicodeWriter, string: Owned<PyUnicodeObject>, shared: bool) {
    let (data, kind) = data_of(&string);
    writer.maxchar.set(unicode::max_char_bound(&string));
    writer.data.set(data);
    writer
        .kind
        .set(if shared { PyUnicode_WCHAR_KIND } else { kind });
    writer.size.set(if shared {
        0
    } else {
        unicode::length(&string) as Py_ssize_t
    });
    writer.readonly.set(u8::from(shared));
    writer.buffer.set_ref(Some(string.upcast()));
}

/// Makes room for `length` more characters up to `max`.
fn prepare(writer: &_PyUnicodeWriter, length: usize, max: Py_UCS4) -> PyResult<()> {
    let position = writer.pos.get() as usize;
    let needed = position
        .checked_add(length)
        .filter(|n| *n <= isize::MAX as usize)
        .ok_or_else(err::no_memory)?;
    let max = max.max(writer.min_char.get()).max(if position > 0 {
        writer.maxchar.get()
    } else {
        0
    });
    let fits = needed <= writer.size.get() as usize
        && max <= writer.maxchar.get()
        && writer.readonly.get() == 0;
    if fits && buffer(writer).is_some() {
        return Ok(());
    }
    let spare = if writer.overallocate.get() != 0 {
        needed / 4
    } else {
        0
    };
    let size = needed
        .saturating_add(spare)
        .max(writer.min_length.get() as usize)
        .max(writer.size.get() as usize);
    let new = unicode::new(size, max)?;
    if let Some(old) = buffer(writer) {
        let (data, kind) = data_of(&new);
        for (i, ch) in unicode::chars(old).slice(0, position).iter().enumerate() {
            // SAFETY: the new string is longer, and wide enough.
            unsafe { write_unit(data, kind, i, ch) };
        }
    }
    install(writer, new, false);
    Ok(())
}

/// Appends characters.
fn push(
    writer: &_PyUnicodeWriter,
    length: usize,
    max: Py_UCS4,
    text: impl Iterator<Item = u32>,
) -> PyResult<()> {
    if length == 0 {
        return Ok(());
    }
    prepare(writer, length, max)?;
    let position = writer.pos.get() as usize;
    for (i, ch) in text.take(length).enumerate() {
        // SAFETY: room for the characters was made.
        unsafe { write_unit(writer.data.get(), writer.kind.get(), position + i, ch) };
    }
    writer.pos.set((position + length) as Py_ssize_t);
    Ok(())
}

/// Appends a string; an empty writer may hold the string itself.
pub fn push_string(writer: &_PyUnicodeWriter, string: &PyUnicodeObject) -> PyResult<()> {
    unicode::ready(string)?;
    let chars = unicode::chars(string);
    if buffer(writer).is_none()
        && writer.overallocate.get() == 0
        && unicode::is_exact(string)
        && !chars.is_empty()
    {
        install(writer, string.own_typed(), true);
        writer.pos.set(chars.len() as Py_ssize_t);
        return Ok(());
    }
    push(writer, chars.len(), chars.max_char(), chars.iter())
}

capi! {
    fn _PyUnicodeWriter_Init(writer: *mut _PyUnicodeWriter) {
        // SAFETY: C passes a place for a writer.
        unsafe { writer.write(_PyUnicodeWriter::ZEROED) }
    }

    fn _PyUnicodeWriter_PrepareInternal(writer: &_PyUnicodeWriter, length: Py_ssize_t, max: Py_UCS4) -> PyResult<()> {
        prepare(writer, length.max(0) as usize, max)
    }

    fn _PyUnicodeWriter_PrepareKindInternal(writer: &_PyUnicodeWriter, kind: PyUnicode_Kind) -> PyResult<()> {
        let max = match kind {
            PyUnicode_1BYTE_KIND => 0xFF,
            PyUnicode_2BYTE_KIND => 0xFFFF,
            _ => 0x10FFFF,
        };
        prepare(writer, 0, max)
    }

    fn _PyUnicodeWriter_WriteChar(writer: &_PyUnicodeWriter, ch: Py_UCS4) -> PyResult<()> { push(writer, 1, ch, std::iter::once(ch)) }

    fn _PyUnicodeWriter_WriteStr(writer: &_PyUnicodeWriter, string: Is<'_, PyUnicodeObject>) -> PyResult<()> { push_string(writer, &string) }

    fn _PyUnicodeWriter_WriteSubstring(writer: &_PyUnicodeWriter, string: Is<'_, PyUnicodeObject>, start: Py_ssize_t, end: Py_ssize_t) -> PyResult<()> {
        unicode::ready(&string)?;
        let chars = unicode::chars(&string);
        let end = (end.max(0) as usize).min(chars.len());
        let part = chars.slice((start.max(0) as usize).min(end), end);
        push(writer, part.len(), part.max_char(), part.iter())
    }

    fn _PyUnicodeWriter_WriteASCIIString(writer: &_PyUnicodeWriter, text: *const c_char, length: Py_ssize_t) -> PyResult<()> {
        // SAFETY: C passes as many bytes, or a string that ends in NUL and -1.
        let text = unsafe { if length < 0 { CStr::from_ptr(text).to_bytes() } else { bytes_at(text, length) } };
        push(writer, text.len(), 0x7F, text.iter().map(|b| u32::from(*b)))
    }

    fn _PyUnicodeWriter_WriteLatin1String(writer: &_PyUnicodeWriter, text: *const c_char, length: Py_ssize_t) -> PyResult<()> {
        // SAFETY: C passes as many bytes.
        let text = unsafe { bytes_at(text, length) };
        let max = text.iter().copied().max().map_or(0, u32::from);
        push(writer, text.len(), max, text.iter().map(|b| u32::from(*b)))
    }

    fn _PyUnicodeWriter_Finish(writer: &_PyUnicodeWriter) -> PyResult<Owned<PyUnicodeObject>> {
        // SAFETY: the writer gives its reference up.
        let string = unsafe { stolen(writer.buffer.replace(std::ptr::null_mut())) };
        let Some(string) = string.and_then(|s| s.downcast_owned::<PyUnicodeObject>().ok()) else { return unicode::empty() };
        let position = writer.pos.get() as usize;
        if writer.readonly.get() != 0 || position == unicode::length(&string) {
            return Ok(string);
        }
        unicode::substring(&string, 0, position)
    }

    fn _PyUnicodeWriter_Dealloc(writer: &_PyUnicodeWriter) { writer.buffer.set_ref(None) }
}
