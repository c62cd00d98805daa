//! The type bytearray.

use super::{edit, from_slice, hold, len};
use crate::bytes::shared::{self, Make};
use crate::bytes::{self, byte_of};
use crate::prelude::*;
use crate::{
    buffer, codecs, err, exceptions, format, iter, long, mem, number, object, strlib, tuple,
    unicode,
};
use pyrite_macros::pytype;

/// `bytearray`.
pub struct ByteArray;

const MAKE: Make = Make::ByteArray;
const RANGE: &str = "byte must be in range(0, 256)";

/// A range of the bytes as a new bytearray.
fn part(slf: &PyByteArrayObject, range: (usize, usize)) -> PyResult<Owned> {
    MAKE.of(&hold(slf)[range.0..range.1])
}

#[pytype(name = "bytearray", c_name = PyByteArray_Type, layout = PyByteArrayObject, flags = [BASETYPE])]
impl ByteArray {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        mem::alloc_by_type(ty, 0)
    }

    #[sig("(source=b'', encoding='', errors='')", parse_tuple)]
    fn tp_init(
        slf: &PyByteArrayObject,
        source: Option<&PyObject>,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<()> {
        init(slf, source, encoding, errors)
    }

    fn tp_dealloc(slf: *mut PyByteArrayObject) {
        // SAFETY: the object's last reference is gone; its block goes before it.
        unsafe {
            let block = (*slf).ob_bytes.get();
            if !block.is_null() {
                mem::object_free(block.cast());
            }
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_repr(slf: &PyByteArrayObject) -> PyResult<Owned<PyUnicodeObject>> {
        repr(slf)
    }

    fn tp_str(slf: &PyByteArrayObject) -> PyResult<Owned<PyUnicodeObject>> {
        bytes::bytes_warning("str() on a bytearray instance")?;
        repr(slf)
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        if unicode::check(slf) || unicode::check(other) {
            if matches!(op, Py_EQ | Py_NE) {
                bytes::bytes_warning("Comparison between bytearray and string")?;
            }
            return Ok(not_implemented().own());
        }
        match shared::compare(slf, other, op)? {
            Some(holds) => Ok(bool_from(holds)),
            None => Ok(not_implemented().own()),
        }
    }

    fn tp_iter(slf: &PyByteArrayObject) -> PyResult<Owned> {
        super::iter::new(slf)
    }

    fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        match a.downcast::<PyByteArrayObject>() {
            Some(f) => MAKE.of(&format::percent::format_bytes(&hold(f), b)?),
            None => Ok(not_implemented().own()),
        }
    }

    fn sq_length(slf: &PyByteArrayObject) -> PyResult<Py_ssize_t> {
        Ok(len(slf) as Py_ssize_t)
    }

    fn sq_concat(slf: &PyObject, other: &PyObject) -> PyResult<Owned<PyByteArrayObject>> {
        edit::concat(slf, other)
    }

    fn sq_inplace_concat(slf: &PyByteArrayObject, other: &PyObject) -> PyResult<Owned> {
        if !buffer::check(other) {
            let (x, y) = (other.type_name(), slf.type_name());
            return Err(raise!(
                TypeError,
                "can't concat {} to {}",
                err::short(&x, 100),
                err::short(&y, 100)
            ));
        }
        // The view is held meanwhile: an object cannot be extended by itself in this way.
        let view = buffer::get_simple(other)?;
        let mut added = Vec::new();
        crate::codecs::extend(&mut added, &view)?;
        edit::extend(slf, &added)?;
        drop(view);
        Ok(slf.own())
    }

    fn sq_repeat(slf: &PyByteArrayObject, times: Py_ssize_t) -> PyResult<Owned> {
        MAKE.of(&shared::repeat(&hold(slf), times)?)
    }

    fn sq_inplace_repeat(slf: &PyByteArrayObject, times: Py_ssize_t) -> PyResult<Owned> {
        let made = shared::repeat(&hold(slf), times)?;
        edit::splice(slf, 0, len(slf), &made)?;
        Ok(slf.own())
    }

    fn sq_item(slf: &PyByteArrayObject, i: Py_ssize_t) -> PyResult<Owned> {
        let byte = usize::try_from(i)
            .ok()
            .and_then(|i| hold(slf).get(i).copied());
        match byte {
            Some(b) => Ok(long::from_i64(i64::from(b))?.upcast()),
            None => Err(raise!(IndexError, "bytearray index out of range")),
        }
    }

    fn sq_ass_item(
        slf: &PyByteArrayObject,
        i: Py_ssize_t,
        value: Option<&PyObject>,
    ) -> PyResult<()> {
        let at = |i: isize| usize::try_from(i).ok().filter(|&i| i < len(slf));
        let range = || raise!(IndexError, "bytearray index out of range");
        let at_first = at(i).ok_or_else(range)?;
        match value {
            None => edit::splice(slf, at_first, at_first + 1, b""),
            Some(value) => {
                let byte = byte_of(value, RANGE)?;
                // Making the number may have run code that changed the size.
                edit::put(slf, at(i).ok_or_else(range)?, byte);
                Ok(())
            }
        }
    }

    fn sq_contains(slf: &PyByteArrayObject, o: &PyObject) -> PyResult<bool> {
        shared::contains(&hold(slf), o)
    }

    fn mp_length(slf: &PyByteArrayObject) -> PyResult<Py_ssize_t> {
        Ok(len(slf) as Py_ssize_t)
    }

    fn mp_subscript(slf: &PyByteArrayObject, index: &PyObject) -> PyResult<Owned> {
        if number::index_check(index) {
            let i = number::as_ssize_t(index, Some(exceptions::exc::IndexError.get()))?;
            return ByteArray::sq_item(slf, if i < 0 { i + len(slf) as isize } else { i });
        }
        if index.downcast::<PySliceObject>().is_none() {
            return Err(bad_index(index));
        }
        let bounds = crate::slice::unpack(index)?;
        let held = hold(slf);
        let picked = bounds.adjust(held.len() as isize);
        MAKE.of(&shared::pick(
            &held,
            picked.start,
            picked.step,
            picked.count.max(0) as usize,
        ))
    }

    fn mp_ass_subscript(
        slf: &PyByteArrayObject,
        index: &PyObject,
        value: Option<&PyObject>,
    ) -> PyResult<()> {
        if number::index_check(index) {
            let i = number::as_ssize_t(index, Some(exceptions::exc::IndexError.get()))?;
            return ByteArray::sq_ass_item(
                slf,
                if i < 0 { i + len(slf) as isize } else { i },
                value,
            );
        }
        if index.downcast::<PySliceObject>().is_none() {
            return Err(bad_index(index));
        }
        assign_slice(slf, index, value)
    }

    fn bf_getbuffer(slf: &PyByteArrayObject, view: *mut Py_buffer, flags: c_int) -> PyResult<()> {
        if view.is_null() {
            return Err(raise!(
                BufferError,
                "bytearray_getbuffer: view==NULL argument is obsolete"
            ));
        }
        // SAFETY: while the export lasts the bytes stay where they are.
        unsafe {
            buffer::fill_info(
                view,
                Some(slf.as_object()),
                super::as_ptr(slf),
                len(slf),
                false,
                flags,
            )?
        };
        slf.ob_exports.set(slf.ob_exports.get() + 1);
        Ok(())
    }

    fn bf_releasebuffer(slf: &PyByteArrayObject, _view: &Py_buffer) {
        slf.ob_exports.set(slf.ob_exports.get() - 1);
    }

    #[method]
    fn __alloc__(slf: &PyByteArrayObject) -> isize {
        slf.ob_alloc.get()
    }
    #[method]
    fn __reduce__(slf: &PyByteArrayObject) -> PyResult<Owned> {
        reduce(slf, 2)
    }
    #[method]
    fn __reduce_ex__(slf: &PyByteArrayObject, proto: Option<i32>) -> PyResult<Owned> {
        reduce(slf, proto.unwrap_or(0))
    }
    #[method]
    fn __sizeof__(slf: &PyByteArrayObject) -> isize {
        slf.ty().tp_basicsize.get() + slf.ob_alloc.get()
    }
    #[method]
    fn append(slf: &PyByteArrayObject, item: &PyObject) -> PyResult<()> {
        let byte = byte_of(item, RANGE)?;
        edit::extend(slf, &[byte])
    }
    #[method]
    fn clear(slf: &PyByteArrayObject) -> PyResult<()> {
        edit::resize(slf, 0)
    }
    #[method]
    fn copy(slf: &PyByteArrayObject) -> PyResult<Owned> {
        MAKE.of(&hold(slf))
    }
    #[method]
    fn extend(slf: &PyByteArrayObject, iterable_of_ints: &PyObject) -> PyResult<()> {
        if buffer::check(iterable_of_ints) {
            return edit::extend(slf, &edit::value_bytes(slf, iterable_of_ints)?);
        }
        match bytes::from_iterable(iterable_of_ints, RANGE)? {
            Some(v) => edit::extend(slf, &v),
            None => {
                let got = iterable_of_ints.type_name();
                Err(raise!(
                    TypeError,
                    "can't extend bytearray with {}",
                    err::short(&got, 100)
                ))
            }
        }
    }
    #[method]
    fn insert(slf: &PyByteArrayObject, index: isize, item: &PyObject) -> PyResult<()> {
        let byte = byte_of(item, RANGE)?;
        let n = len(slf) as isize;
        if n == isize::MAX {
            return Err(raise!(
                OverflowError,
                "cannot add more objects to bytearray"
            ));
        }
        let at = if index < 0 {
            (index + n).max(0)
        } else {
            index.min(n)
        } as usize;
        edit::splice(slf, at, at, &[byte])
    }
    #[method]
    fn pop(slf: &PyByteArrayObject, index: Option<isize>) -> PyResult<Owned> {
        let n = len(slf) as isize;
        if n == 0 {
            return Err(raise!(IndexError, "pop from empty bytearray"));
        }
        let index = index.unwrap_or(-1);
        let at = if index < 0 { index + n } else { index };
        if !(0..n).contains(&at) {
            return Err(raise!(IndexError, "pop index out of range"));
        }
        let byte = edit::remove_at(slf, at as usize)?;
        Ok(long::from_i64(i64::from(byte))?.upcast())
    }
    #[method]
    fn remove(slf: &PyByteArrayObject, value: &PyObject) -> PyResult<()> {
        let byte = byte_of(value, RANGE)?;
        let at = strlib::find_char(&hold(slf), byte);
        match at {
            Some(at) => edit::remove_at(slf, at).map(drop),
            None => Err(raise!(ValueError, "value not found in bytearray")),
        }
    }
    #[method]
    fn reverse(slf: &PyByteArrayObject) {
        edit::reverse(slf);
    }
    #[method]
    fn capitalize(slf: &PyByteArrayObject) -> PyResult<Owned> {
        MAKE.of(&shared::capitalize(&hold(slf)))
    }
    #[method]
    fn center(
        slf: &PyByteArrayObject,
        width: isize,
        fillchar: Option<&PyObject>,
    ) -> PyResult<Owned> {
        MAKE.of(&shared::justify(&hold(slf), width, fillchar, "center")?)
    }
    #[method(args)]
    fn count(slf: &PyByteArrayObject, args: &[&PyObject]) -> PyResult<usize> {
        shared::count(&hold(slf), args)
    }
    #[method]
    fn decode(
        slf: &PyObject,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<Owned<PyUnicodeObject>> {
        codecs::decode_object(slf, encoding, errors)
    }
    #[method(args)]
    fn endswith(slf: &PyByteArrayObject, args: &[&PyObject]) -> PyResult<bool> {
        shared::tail(&hold(slf), "endswith", args)
    }
    #[method]
    fn expandtabs(slf: &PyByteArrayObject, tabsize: Option<i32>) -> PyResult<Owned> {
        MAKE.of(&shared::expand_tabs(
            &hold(slf),
            tabsize.unwrap_or(8).max(0) as usize,
        )?)
    }
    #[method(args)]
    fn find(slf: &PyByteArrayObject, args: &[&PyObject]) -> PyResult<isize> {
        Ok(shared::find(&hold(slf), "find", args)?.map_or(-1, |at| at as isize))
    }
    #[method(class)]
    fn fromhex(ty: &PyTypeObject, string: &PyUnicodeObject) -> PyResult<Owned> {
        let made = from_slice(&shared::from_hex(string)?)?;
        if std::ptr::eq(ty, &PyByteArray_Type) {
            return Ok(made.upcast());
        }
        crate::call::call1(ty.as_object(), made.as_object())
    }
    #[method]
    #[sig("($self, /, sep=None, bytes_per_sep=1)")]
    fn hex(
        slf: &PyByteArrayObject,
        sep: Option<&PyObject>,
        bytes_per_sep: Option<i32>,
    ) -> PyResult<Owned<PyUnicodeObject>> {
        shared::hex(&hold(slf), sep, bytes_per_sep.unwrap_or(1) as isize)
    }
    #[method(args)]
    fn index(slf: &PyByteArrayObject, args: &[&PyObject]) -> PyResult<usize> {
        shared::index(&hold(slf), "index", args)
    }
    #[method]
    fn isalnum(slf: &PyByteArrayObject) -> bool {
        shared::all(&hold(slf), u8::is_ascii_alphanumeric)
    }
    #[method]
    fn isalpha(slf: &PyByteArrayObject) -> bool {
        shared::all(&hold(slf), u8::is_ascii_alphabetic)
    }
    #[method]
    fn isascii(slf: &PyByteArrayObject) -> bool {
        hold(slf).is_ascii()
    }
    #[method]
    fn isdigit(slf: &PyByteArrayObject) -> bool {
        shared::all(&hold(slf), u8::is_ascii_digit)
    }
    #[method]
    fn islower(slf: &PyByteArrayObject) -> bool {
        shared::is_lower(&hold(slf))
    }
    #[method]
    fn isspace(slf: &PyByteArrayObject) -> bool {
        shared::all(&hold(slf), |&b| shared::is_space(b))
    }
    #[method]
    fn istitle(slf: &PyByteArrayObject) -> bool {
        shared::is_title(&hold(slf))
    }
    #[method]
    fn isupper(slf: &PyByteArrayObject) -> bool {
        shared::is_upper(&hold(slf))
    }
    #[method]
    fn join(slf: &PyByteArrayObject, iterable_of_bytes: &PyObject) -> PyResult<Owned> {
        MAKE.of(&shared::join_iterable(&hold(slf), iterable_of_bytes)?)
    }
    #[method]
    fn ljust(
        slf: &PyByteArrayObject,
        width: isize,
        fillchar: Option<&PyObject>,
    ) -> PyResult<Owned> {
        MAKE.of(&shared::justify(&hold(slf), width, fillchar, "ljust")?)
    }
    #[method]
    fn lower(slf: &PyByteArrayObject) -> PyResult<Owned> {
        MAKE.of(&hold(slf).to_ascii_lowercase())
    }
    #[method]
    fn lstrip(slf: &PyByteArrayObject, bytes: Option<&PyObject>) -> PyResult<Owned> {
        part(slf, shared::strip(&hold(slf), bytes, true, false)?)
    }
    #[method(staticmethod)]
    fn maketrans(frm: &PyObject, to: &PyObject) -> PyResult<Owned> {
        shared::make_trans(frm, to)
    }
    #[method]
    fn partition(slf: &PyByteArrayObject, sep: &PyObject) -> PyResult<Owned> {
        shared::partition(&hold(slf), sep, false, MAKE, None)
    }
    #[method]
    fn replace(
        slf: &PyByteArrayObject,
        old: &PyObject,
        new: &PyObject,
        count: Option<&PyObject>,
    ) -> PyResult<Owned> {
        match shared::replace(&hold(slf), old, new, count)? {
            Some(made) => MAKE.of(&made),
            None => MAKE.of(&hold(slf)),
        }
    }
    #[method(args)]
    fn rfind(slf: &PyByteArrayObject, args: &[&PyObject]) -> PyResult<isize> {
        Ok(shared::find(&hold(slf), "rfind", args)?.map_or(-1, |at| at as isize))
    }
    #[method(args)]
    fn rindex(slf: &PyByteArrayObject, args: &[&PyObject]) -> PyResult<usize> {
        shared::index(&hold(slf), "rindex", args)
    }
    #[method]
    fn rjust(
        slf: &PyByteArrayObject,
        width: isize,
        fillchar: Option<&PyObject>,
    ) -> PyResult<Owned> {
        MAKE.of(&shared::justify(&hold(slf), width, fillchar, "rjust")?)
    }
    #[method]
    fn rpartition(slf: &PyByteArrayObject, sep: &PyObject) -> PyResult<Owned> {
        shared::partition(&hold(slf), sep, true, MAKE, None)
    }
    #[method]
    fn rsplit(
        slf: &PyByteArrayObject,
        sep: Option<&PyObject>,
        maxsplit: Option<isize>,
    ) -> PyResult<Owned> {
        shared::split(&hold(slf), sep, maxsplit.unwrap_or(-1), true, MAKE, None)
    }
    #[method]
    fn rstrip(slf: &PyByteArrayObject, bytes: Option<&PyObject>) -> PyResult<Owned> {
        part(slf, shared::strip(&hold(slf), bytes, false, true)?)
    }
    #[method]
    fn split(
        slf: &PyByteArrayObject,
        sep: Option<&PyObject>,
        maxsplit: Option<isize>,
    ) -> PyResult<Owned> {
        shared::split(&hold(slf), sep, maxsplit.unwrap_or(-1), false, MAKE, None)
    }
    #[method]
    fn splitlines(slf: &PyByteArrayObject, keepends: Option<i32>) -> PyResult<Owned> {
        shared::split_lines(&hold(slf), keepends.unwrap_or(0) != 0, MAKE, None)
    }
    #[method(args)]
    fn startswith(slf: &PyByteArrayObject, args: &[&PyObject]) -> PyResult<bool> {
        shared::tail(&hold(slf), "startswith", args)
    }
    #[method]
    fn strip(slf: &PyByteArrayObject, bytes: Option<&PyObject>) -> PyResult<Owned> {
        part(slf, shared::strip(&hold(slf), bytes, true, true)?)
    }
    #[method]
    fn swapcase(slf: &PyByteArrayObject) -> PyResult<Owned> {
        MAKE.of(&shared::swapcase(&hold(slf)))
    }
    #[method]
    fn title(slf: &PyByteArrayObject) -> PyResult<Owned> {
        MAKE.of(&shared::title(&hold(slf)))
    }
    #[method]
    fn translate(
        slf: &PyByteArrayObject,
        table: &PyObject,
        delete: Option<&PyObject>,
    ) -> PyResult<Owned> {
        MAKE.of(&shared::translate(&hold(slf), table, delete)?)
    }
    #[method]
    fn upper(slf: &PyByteArrayObject) -> PyResult<Owned> {
        MAKE.of(&hold(slf).to_ascii_uppercase())
    }
    #[method]
    fn zfill(slf: &PyByteArrayObject, width: isize) -> PyResult<Owned> {
        MAKE.of(&shared::zfill(&hold(slf), width)?)
    }
}

fn bad_index(index: &PyObject) -> Raised {
    let got = index.type_name();
    raise!(
        TypeError,
        "bytearray indices must be integers or slices, not {}",
        err::short(&got, 200)
    )
}

fn repr(slf: &PyByteArrayObject) -> PyResult<Owned<PyUnicodeObject>> {
    let name = slf.type_name();
    let name = name.rsplit('.').next().unwrap_or("");
    let mut out = Vec::new();
    codecs::extend(&mut out, name.as_bytes())?;
    codecs::extend(&mut out, b"(")?;
    let mut literal = Vec::new();
    bytes::repr_into(&mut literal, &hold(slf))?;
    // Single quotes are escaped even where the literal has double ones.
    if literal.get(1) == Some(&b'"') {
        for &b in &literal {
            codecs::extend(
                &mut out,
                if b == b'\'' {
                    b"\\'"
                } else {
                    std::slice::from_ref(&b)
                },
            )?;
        }
    } else {
        codecs::extend(&mut out, &literal)?;
    }
    codecs::extend(&mut out, b")")?;
    unicode::from_utf8(&out)
}

fn reduce(slf: &PyByteArrayObject, protocol: i32) -> PyResult<Owned> {
    let state = object::lookup_attr(slf.as_object(), id!("__dict__").as_object())?
        .unwrap_or_else(|| none().own());
    let args = if protocol < 3 {
        let text = unicode::from_latin1(&hold(slf))?;
        tuple::from_owned(vec![text.upcast(), unicode::from_str("latin-1")?.upcast()])?
    } else if len(slf) == 0 {
        tuple::empty()?
    } else {
        tuple::from_owned(vec![Make::Bytes.of(&hold(slf))?])?
    };
    Ok(tuple::from_owned(vec![slf.ty().own(), args.upcast(), state])?.upcast())
}

fn assign_slice(
    slf: &PyByteArrayObject,
    index: &PyObject,
    value: Option<&PyObject>,
) -> PyResult<()> {
    let bounds = crate::slice::unpack(index)?;
    let new = match value {
        None => Vec::new(),
        Some(v) if v.is(slf) || buffer::check(v) => edit::value_bytes(slf, v)?,
        Some(v) => {
            if number::index_check(v) || unicode::check(v) {
                return Err(raise!(
                    TypeError,
                    "can assign only bytes, buffers, or iterables of ints in range(0, 256)"
                ));
            }
            let made = ByteArray::from_any(v)?;
            edit::value_bytes(slf, &made)?
        }
    };
    let picked = bounds.adjust(len(slf) as isize);
    let n = picked.count.max(0) as usize;
    let (start, step) = (picked.start, picked.step);
    if step == 1 {
        let low = start.max(0) as usize;
        return edit::splice(slf, low, (picked.stop.max(start)) as usize, &new);
    }
    let at = |i: usize| (start + step * i as isize) as usize;
    // Nothing in the place of an extended slice takes it away, whatever its size.
    if value.is_some() && !new.is_empty() {
        if new.len() != n {
            return Err(raise!(
                ValueError,
                "attempt to assign bytes of size {} to extended slice of size {n}",
                new.len()
            ));
        }
        (0..n).for_each(|i| edit::put(slf, at(i), new[i]));
        return Ok(());
    }
    if n == 0 {
        return Ok(());
    }
    let mut gone: Vec<usize> = (0..n).map(at).collect();
    gone.sort_unstable();
    let mut gone = gone.into_iter().peekable();
    let mut kept = Vec::new();
    for (i, &b) in hold(slf).iter().enumerate() {
        if gone.next_if_eq(&i).is_none() {
            kept.push(b);
        }
    }
    edit::splice(slf, 0, len(slf), &kept)
}

impl ByteArray {
    fn from_any(o: &PyObject) -> PyResult<Owned> {
        super::from_object(o)
    }
}

/// `bytearray.__init__`.
fn init(
    slf: &PyByteArrayObject,
    source: Option<&PyObject>,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<()> {
    if len(slf) != 0 {
        edit::resize(slf, 0)?;
    }
    let Some(x) = source else {
        if encoding.is_some() || errors.is_some() {
            let what = if encoding.is_some() {
                "encoding"
            } else {
                "errors"
            };
            return Err(raise!(TypeError, "{what} without a string argument"));
        }
        return Ok(());
    };
    if let Some(s) = x.downcast::<PyUnicodeObject>() {
        if encoding.is_none() {
            return Err(raise!(TypeError, "string argument without an encoding"));
        }
        let made = codecs::encode_text(s, encoding, errors)?;
        return edit::extend(slf, &edit::value_bytes(slf, &made)?);
    }
    if encoding.is_some() || errors.is_some() {
        let what = if encoding.is_some() {
            "encoding"
        } else {
            "errors"
        };
        return Err(raise!(TypeError, "{what} without a string argument"));
    }
    if number::index_check(x) {
        match number::as_ssize_t(x, Some(exceptions::exc::OverflowError.get())) {
            Ok(n) => {
                let n = usize::try_from(n).map_err(|_| raise!(ValueError, "negative count"))?;
                if n > 0 {
                    edit::resize(slf, n)?;
                    // SAFETY: the object now has `n` bytes.
                    unsafe { super::as_ptr(slf).write_bytes(0, n) };
                }
                return Ok(());
            }
            Err(raised) if !err::matches(exceptions::exc::TypeError.get()) => return Err(raised),
            Err(_) => err::clear(),
        }
    }
    if buffer::check(x) {
        let view = buffer::get(x, PyBUF_FULL_RO)?;
        let mut v = shared::zeroed(view.len())?;
        view.copy_to(&mut v, b'C')?;
        return edit::extend(slf, &v);
    }
    let items = match object::get_iter(x) {
        Ok(items) => items,
        Err(raised) if !err::matches(exceptions::exc::TypeError.get()) => return Err(raised),
        Err(_) => {
            err::clear();
            let got = x.type_name();
            return Err(raise!(
                TypeError,
                "cannot convert '{}' object to bytearray",
                err::short(&got, 200)
            ));
        }
    };
    while let Some(item) = iter::next(&items)? {
        edit::extend(slf, &[byte_of(&item, RANGE)?])?;
    }
    Ok(())
}
