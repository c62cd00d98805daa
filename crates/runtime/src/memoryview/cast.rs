//! `memoryview.cast`.

use super::{
    MAX_DIMENSIONS, Shown, contiguous_strides, dimensions, new_view, pack, set_shown, shape,
};
use crate::prelude::*;
use crate::{buffer, err, long, unicode};
use std::ffi::CStr;

/// The native formats that a cast can give, by letter, as texts that live forever.
fn static_format(text: &str) -> Option<(&'static CStr, u8)> {
    const FORMATS: [&CStr; 32] = [
        c"c", c"b", c"B", c"?", c"h", c"H", c"i", c"I", c"l", c"L", c"q", c"Q", c"n", c"N", c"f",
        c"d", c"@c", c"@b", c"@B", c"@?", c"@h", c"@H", c"@i", c"@I", c"@l", c"@L", c"@q", c"@Q",
        c"@n", c"@N", c"@f", c"@d",
    ];
    let more = [c"P", c"@P"];
    let found = FORMATS
        .into_iter()
        .chain(more)
        .find(|f| f.to_bytes() == text.as_bytes())?;
    pack::letter(found).map(|c| (found, c))
}

fn is_byte(letter: u8) -> bool {
    matches!(letter, b'b' | b'B' | b'c')
}

pub fn cast(
    v: &PyMemoryViewObject,
    format: &PyObject,
    new_shape: Option<&PyObject>,
) -> PyResult<Owned<PyMemoryViewObject>> {
    super::check_released(v)?;
    let Some(format) = format.downcast::<PyUnicodeObject>() else {
        return Err(raise!(
            TypeError,
            "memoryview: format argument must be a string"
        ));
    };
    if v.flags.get() & _Py_MEMORYVIEW_C == 0 {
        return Err(raise!(
            TypeError,
            "memoryview: casts are restricted to C-contiguous views"
        ));
    }
    let zeros = shape(v).contains(&0);
    if (new_shape.is_some() || dimensions(v) != 1) && zeros {
        return Err(raise!(
            TypeError,
            "memoryview: cannot cast view with zeros in shape or strides"
        ));
    }
    let sizes = new_shape.map(|s| shape_items(v, s)).transpose()?;
    let (format, item) = format_argument(v, format)?;
    let new_shape = sizes.map(|s| shape_of(&s)).transpose()?;
    let Some(managed) = v.mbuf.load() else {
        return Err(err::bad_internal_call());
    };
    let like = Py_buffer::ZEROED;
    super::managed::copy_view(&like, &v.view);
    like.format.set(format.as_ptr().cast_mut());
    like.itemsize.set(item);
    let flat = Shown {
        shape: vec![v.view.len.get() / item],
        strides: vec![item],
        suboffsets: None,
    };
    let Some(dims) = new_shape else {
        return new_view(&managed, &like, &flat);
    };
    let mut total = item;
    for &d in &dims {
        total = match total.checked_mul(d) {
            Some(t) => t,
            None => {
                return Err(raise!(
                    ValueError,
                    "memoryview.cast(): product(shape) > SSIZE_MAX"
                ));
            }
        };
    }
    if total != v.view.len.get() {
        return Err(raise!(
            TypeError,
            "memoryview: product(shape) * itemsize != buffer size"
        ));
    }
    let shown = Shown {
        strides: contiguous_strides(&dims, item),
        shape: dims,
        suboffsets: None,
    };
    let made = new_view(&managed, &like, &shown)?;
    set_shown(&made, &shown);
    Ok(made)
}

/// The format of the result: one side of a cast must be bytes.
fn format_argument(
    v: &PyMemoryViewObject,
    format: &PyUnicodeObject,
) -> PyResult<(&'static CStr, isize)> {
    let ascii = unicode::encode::ascii(format, None)?;
    let text = std::str::from_utf8(crate::bytes::as_slice(&ascii)).unwrap_or("");
    let Some((format, to)) = static_format(text) else {
        return Err(raise!(
            ValueError,
            "memoryview: destination format must be a native single character format \
             prefixed with an optional '@'"
        ));
    };
    let item = pack::size_of_letter(to).unwrap_or(1) as isize;
    let from_bytes = pack::letter(buffer::format_of(&v.view)).is_some_and(is_byte);
    if !from_bytes && !is_byte(to) {
        return Err(raise!(
            TypeError,
            "memoryview: cannot cast between two non-byte formats"
        ));
    }
    if v.view.len.get() % item != 0 {
        return Err(raise!(
            TypeError,
            "memoryview: length is not a multiple of itemsize"
        ));
    }
    Ok((format, item))
}

/// The items of a new shape, of which only the number is looked at.
fn shape_items(v: &PyMemoryViewObject, o: &PyObject) -> PyResult<Vec<Owned>> {
    let items: Vec<Owned> = if let Some(t) = o.downcast::<PyTupleObject>() {
        crate::tuple::as_slice(t).iter().map(|o| o.own()).collect()
    } else if let Some(l) = o.downcast::<PyListObject>() {
        crate::list::to_vec(l)
    } else {
        return Err(raise!(TypeError, "shape must be a list or a tuple"));
    };
    if items.len() > MAX_DIMENSIONS {
        return Err(raise!(
            ValueError,
            "memoryview: number of dimensions must not exceed {MAX_DIMENSIONS}"
        ));
    }
    if dimensions(v) != 1 && items.len() != 1 {
        return Err(raise!(
            TypeError,
            "memoryview: cast must be 1D -> ND or ND -> 1D"
        ));
    }
    Ok(items)
}

fn shape_of(items: &[Owned]) -> PyResult<Vec<isize>> {
    let mut dims = Vec::new();
    for item in items {
        if item.downcast::<PyLongObject>().is_none() {
            return Err(raise!(
                TypeError,
                "memoryview.cast(): elements of shape must be integers"
            ));
        }
        let n = long::as_ssize_t(item)?;
        if n <= 0 {
            return Err(raise!(
                ValueError,
                "memoryview.cast(): elements of shape must be integers > 0"
            ));
        }
        dims.push(n);
    }
    Ok(dims)
}
