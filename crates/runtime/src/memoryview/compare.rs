//! Equality of views: the same shape, and items of the same value.

use super::{check_released, pack};
use crate::prelude::*;
use crate::{buffer, bytes, call, err, hooks, object, tuple, unicode};
use std::ffi::CStr;

/// How the items of one side are read.
enum Reader {
    Native(u8),
    /// `unpack_from` of a compiled struct, for formats beyond the native letters.
    Struct(Owned),
}

impl Reader {
    /// None where the struct module does not know the format.
    fn of(format: &CStr) -> PyResult<Option<Reader>> {
        if let Some(c) = pack::letter(format).filter(|&c| pack::size_of_letter(c).is_some()) {
            return Ok(Some(Reader::Native(c)));
        }
        let module = hooks::import("struct")?;
        let class = object::get_attr(&module, id!("Struct").as_object())?;
        let text = unicode::from_utf8(format.to_bytes())?;
        match call::call1(&class, text.as_object()) {
            Ok(compiled) => Ok(Some(Reader::Struct(object::get_attr(
                &compiled,
                id!("unpack_from").as_object(),
            )?))),
            Err(raised) => {
                let error = object::get_attr(&module, id!("error").as_object())?;
                if !err::matches(&error) {
                    return Err(raised);
                }
                err::clear();
                Ok(None)
            }
        }
    }

    /// # Safety
    /// `p` has `size` bytes of an item.
    unsafe fn read(&self, p: *const u8, size: usize) -> PyResult<Owned> {
        match self {
            // SAFETY: by the contract.
            Reader::Native(c) => unsafe { pack::unpack(p, *c) },
            Reader::Struct(f) => {
                // SAFETY: by the contract.
                let item = bytes::from_slice(unsafe { std::slice::from_raw_parts(p, size) })?;
                let values = call::call1(f, item.as_object())?;
                match values.downcast::<PyTupleObject>().map(tuple::as_slice) {
                    Some([one]) => Ok(one.own()),
                    _ => Ok(values),
                }
            }
        }
    }
}

/// `==` of a view and anything that exports a buffer; None where that cannot be told.
pub fn equal(v: &PyMemoryViewObject, other: &PyObject) -> PyResult<Option<bool>> {
    if check_released(v).is_err() {
        err::clear();
        return Ok(Some(v.is(other)));
    }
    if let Some(w) = other.downcast_exact::<PyMemoryViewObject>() {
        if check_released(w).is_err() {
            err::clear();
            return Ok(Some(v.is(other)));
        }
        return views_equal(&v.view, &w.view).map(Some);
    }
    match buffer::get(other, PyBUF_FULL_RO) {
        Ok(w) => views_equal(&v.view, w.view()).map(Some),
        Err(_) => {
            err::clear();
            Ok(None)
        }
    }
}

fn dims(view: &Py_buffer) -> Vec<isize> {
    let s = buffer::shape_of(view);
    match view.ndim.get() {
        0 => vec![],
        1 if s.shape.is_empty() => vec![view.len.get() / view.itemsize.get().max(1)],
        _ => s.shape.iter().map(Cell::get).collect(),
    }
}

fn views_equal(a: &Py_buffer, b: &Py_buffer) -> PyResult<bool> {
    let shape = dims(a);
    if shape != dims(b) {
        return Ok(false);
    }
    let (x, y) = (buffer::format_of(a), buffer::format_of(b));
    let native = match (pack::letter(x), pack::letter(y)) {
        (Some(c), Some(d)) if c == d && pack::size_of_letter(c).is_some() => Some(c),
        _ => None,
    };
    let sizes = (
        a.itemsize.get().max(0) as usize,
        b.itemsize.get().max(0) as usize,
    );
    let readers = match native {
        Some(_) => None,
        None => match (Reader::of(x)?, Reader::of(y)?) {
            (Some(x), Some(y)) => Some((x, y)),
            _ => return Ok(false),
        },
    };
    let mut index = buffer::Odometer::new(shape, false);
    while let Some(at) = index.current() {
        // SAFETY: the index is within the shape that both views have.
        let (p, q) = unsafe { (buffer::pointer(a, at), buffer::pointer(b, at)) };
        let same = match (&readers, native) {
            (Some((x, y)), _) => {
                // SAFETY: items of these sizes lie there.
                let (l, r) = unsafe { (x.read(p, sizes.0)?, y.read(q, sizes.1)?) };
                object::rich_compare_bool(&l, &r, Py_EQ)?
            }
            (None, c) => {
                let c = c.unwrap_or(b'B');
                // SAFETY: items of the letter's size lie there.
                unsafe { pack::read(p, c) == pack::read(q, c) }
            }
        };
        if !same {
            return Ok(false);
        }
        index.advance();
    }
    Ok(true)
}
