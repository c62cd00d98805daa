//! The type bytes.

use super::shared::{self, Make};
use super::{as_slice, from_slice, is_exact, iter, len};
use crate::prelude::*;
use crate::{
    buffer, codecs, err, exceptions, format, long, mem, number, tuple, typeobject, unicode,
};
use pyrite_macros::pytype;
use std::sync::atomic::{AtomicI32, Ordering};

/// How severe it is to confuse bytes with text: `-b` warns. (`Py_BytesWarningFlag`)
pub static BYTES_WARNING: AtomicI32 = AtomicI32::new(0);

/// Issues a BytesWarning if the interpreter was asked to.
pub fn bytes_warning(message: &str) -> PyResult<()> {
    if BYTES_WARNING.load(Ordering::Relaxed) == 0 {
        return Ok(());
    }
    err::warn_format(
        exceptions::exc::BytesWarning.get(),
        1,
        format_args!("{message}"),
    )
}

/// `bytes`.
pub struct Bytes;

const MAKE: Make = Make::Bytes;

/// Wraps a result that is the object itself where nothing changed.
/// The string as the one piece of itself.
fn whole(slf: &PyBytesObject) -> Option<&PyObject> {
    is_exact(slf).then(|| slf.as_object())
}

fn or_self(slf: &PyBytesObject, range: (usize, usize)) -> PyResult<Owned> {
    if range == (0, len(slf)) && is_exact(slf) {
        return Ok(slf.own());
    }
    MAKE.of(&as_slice(slf)[range.0..range.1])
}

#[pytype(name = "bytes", c_name = PyBytes_Type, layout = PyBytesObject, basicsize = super::DATA + 1, itemsize = 1,
         flags = [BASETYPE, BYTES_SUBCLASS])]
impl Bytes {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    #[sig("(source=b'', encoding='', errors='')", parse_tuple)]
    fn tp_new(
        ty: &PyTypeObject,
        source: Option<&PyObject>,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<Owned> {
        let made = new(source, encoding, errors)?;
        if std::ptr::eq(ty, &PyBytes_Type) {
            return Ok(made.upcast());
        }
        let o = mem::alloc_by_type(ty, len(&made))?;
        // SAFETY: an instance of a subclass of bytes has its layout and room for the bytes and a zero.
        unsafe {
            let b = o.cast_ref::<PyBytesObject>();
            b.ob_shash.set(-1);
            std::ptr::copy_nonoverlapping(as_slice(&made).as_ptr(), super::data(b), len(&made) + 1);
        }
        Ok(o)
    }

    fn tp_dealloc(slf: *mut PyBytesObject) {
        // SAFETY: the object's last reference is gone.
        unsafe {
            if is_exact(&*slf) {
                mem::object_free(slf.cast());
            } else {
                mem::free_by_type(slf.cast());
            }
        }
    }

    fn tp_repr(slf: &PyBytesObject) -> PyResult<Owned<PyUnicodeObject>> {
        super::repr(slf)
    }

    fn tp_str(slf: &PyBytesObject) -> PyResult<Owned<PyUnicodeObject>> {
        bytes_warning("str() on a bytes instance")?;
        super::repr(slf)
    }

    fn tp_hash(slf: &PyBytesObject) -> PyResult<Py_hash_t> {
        Ok(super::hash(slf))
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let (Some(a), Some(b)) = (
            slf.downcast::<PyBytesObject>(),
            other.downcast::<PyBytesObject>(),
        ) else {
            if matches!(op, Py_EQ | Py_NE) {
                if unicode::check(slf) || unicode::check(other) {
                    bytes_warning("Comparison between bytes and string")?;
                }
                if slf.downcast::<PyLongObject>().is_some()
                    || other.downcast::<PyLongObject>().is_some()
                {
                    bytes_warning("Comparison between bytes and int")?;
                }
            }
            return Ok(not_implemented().own());
        };
        let order = as_slice(a).cmp(as_slice(b));
        Ok(bool_from(match op {
            Py_EQ => order.is_eq(),
            Py_NE => order.is_ne(),
            Py_LT => order.is_lt(),
            Py_LE => order.is_le(),
            Py_GT => order.is_gt(),
            _ => order.is_ge(),
        }))
    }

    fn tp_iter(slf: &PyBytesObject) -> PyResult<Owned> {
        iter::new(slf)
    }

    fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        match a.downcast::<PyBytesObject>() {
            Some(f) => MAKE.of(&format::percent::format_bytes(as_slice(f), b)?),
            None => Ok(not_implemented().own()),
        }
    }

    fn sq_length(slf: &PyBytesObject) -> PyResult<Py_ssize_t> {
        Ok(len(slf) as Py_ssize_t)
    }

    fn sq_concat(slf: &PyObject, other: &PyObject) -> PyResult<Owned> {
        super::concat(slf, other)
    }

    fn sq_repeat(slf: &PyBytesObject, times: Py_ssize_t) -> PyResult<Owned> {
        if times.max(0) as usize > 1
            && len(slf)
                .checked_mul(times as usize)
                .is_none_or(|n| n > isize::MAX as usize)
        {
            return Err(raise!(OverflowError, "repeated bytes are too long"));
        }
        if times == 1 && is_exact(slf) {
            return Ok(slf.own());
        }
        super::repeat(as_slice(slf), times)
    }

    fn sq_item(slf: &PyBytesObject, i: Py_ssize_t) -> PyResult<Owned> {
        match usize::try_from(i).ok().and_then(|i| as_slice(slf).get(i)) {
            Some(&b) => Ok(long::from_i64(i64::from(b))?.upcast()),
            None => Err(raise!(IndexError, "index out of range")),
        }
    }

    fn sq_contains(slf: &PyBytesObject, o: &PyObject) -> PyResult<bool> {
        shared::contains(as_slice(slf), o)
    }

    fn mp_length(slf: &PyBytesObject) -> PyResult<Py_ssize_t> {
        Ok(len(slf) as Py_ssize_t)
    }

    fn mp_subscript(slf: &PyBytesObject, index: &PyObject) -> PyResult<Owned> {
        if number::index_check(index) {
            let i = number::as_ssize_t(index, Some(exceptions::exc::IndexError.get()))?;
            return Bytes::sq_item(slf, if i < 0 { i + len(slf) as isize } else { i });
        }
        if index.downcast::<PySliceObject>().is_none() {
            let got = index.type_name();
            return Err(raise!(
                TypeError,
                "byte indices must be integers or slices, not {}",
                err::short(&got, 200)
            ));
        }
        let picked = crate::slice::unpack(index)?.adjust(len(slf) as isize);
        let n = picked.count.max(0) as usize;
        if n == 0 {
            return Ok(super::empty()?.upcast());
        }
        if picked.step == 1 {
            return or_self(slf, (picked.start as usize, picked.start as usize + n));
        }
        MAKE.of(&shared::pick(as_slice(slf), picked.start, picked.step, n))
    }

    fn bf_getbuffer(slf: &PyBytesObject, view: *mut Py_buffer, flags: c_int) -> PyResult<()> {
        // SAFETY: the bytes live as long as the object, which the view holds.
        unsafe {
            buffer::fill_info(
                view,
                Some(slf.as_object()),
                super::data(slf),
                len(slf),
                true,
                flags,
            )
        }
    }

    #[method]
    #[doc_key("bytes.__getnewargs__")]
    fn __getnewargs__(slf: &PyBytesObject) -> PyResult<Owned> {
        let copy = from_slice(as_slice(slf))?;
        Ok(tuple::from_slice(&[copy.as_object()])?.upcast())
    }

    #[method]
    fn capitalize(slf: &PyBytesObject) -> PyResult<Owned> {
        MAKE.of(&shared::capitalize(as_slice(slf)))
    }
    #[method]
    fn center(slf: &PyBytesObject, width: isize, fillchar: Option<&PyObject>) -> PyResult<Owned> {
        or_unchanged(
            slf,
            &shared::justify(as_slice(slf), width, fillchar, "center")?,
        )
    }
    #[method(args)]
    fn count(slf: &PyBytesObject, args: &[&PyObject]) -> PyResult<usize> {
        shared::count(as_slice(slf), args)
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
    fn endswith(slf: &PyBytesObject, args: &[&PyObject]) -> PyResult<bool> {
        shared::tail(as_slice(slf), "endswith", args)
    }
    #[method]
    fn expandtabs(slf: &PyBytesObject, tabsize: Option<i32>) -> PyResult<Owned> {
        MAKE.of(&shared::expand_tabs(
            as_slice(slf),
            tabsize.unwrap_or(8).max(0) as usize,
        )?)
    }
    #[method(args)]
    fn find(slf: &PyBytesObject, args: &[&PyObject]) -> PyResult<isize> {
        Ok(shared::find(as_slice(slf), "find", args)?.map_or(-1, |at| at as isize))
    }
    #[method(class)]
    fn fromhex(ty: &PyTypeObject, string: &PyUnicodeObject) -> PyResult<Owned> {
        let made = from_slice(&shared::from_hex(string)?)?;
        if std::ptr::eq(ty, &PyBytes_Type) {
            return Ok(made.upcast());
        }
        crate::call::call1(ty.as_object(), made.as_object())
    }
    #[method]
    #[sig("($self, /, sep=None, bytes_per_sep=1)")]
    fn hex(
        slf: &PyBytesObject,
        sep: Option<&PyObject>,
        bytes_per_sep: Option<i32>,
    ) -> PyResult<Owned<PyUnicodeObject>> {
        shared::hex(as_slice(slf), sep, bytes_per_sep.unwrap_or(1) as isize)
    }
    #[method(args)]
    fn index(slf: &PyBytesObject, args: &[&PyObject]) -> PyResult<usize> {
        shared::index(as_slice(slf), "index", args)
    }
    #[method]
    fn isalnum(slf: &PyBytesObject) -> bool {
        shared::all(as_slice(slf), u8::is_ascii_alphanumeric)
    }
    #[method]
    fn isalpha(slf: &PyBytesObject) -> bool {
        shared::all(as_slice(slf), u8::is_ascii_alphabetic)
    }
    #[method]
    fn isascii(slf: &PyBytesObject) -> bool {
        as_slice(slf).is_ascii()
    }
    #[method]
    fn isdigit(slf: &PyBytesObject) -> bool {
        shared::all(as_slice(slf), u8::is_ascii_digit)
    }
    #[method]
    fn islower(slf: &PyBytesObject) -> bool {
        shared::is_lower(as_slice(slf))
    }
    #[method]
    fn isspace(slf: &PyBytesObject) -> bool {
        shared::all(as_slice(slf), |&b| shared::is_space(b))
    }
    #[method]
    fn istitle(slf: &PyBytesObject) -> bool {
        shared::is_title(as_slice(slf))
    }
    #[method]
    fn isupper(slf: &PyBytesObject) -> bool {
        shared::is_upper(as_slice(slf))
    }
    #[method]
    fn join(slf: &PyBytesObject, iterable_of_bytes: &PyObject) -> PyResult<Owned> {
        Ok(super::join(slf, iterable_of_bytes)?.upcast())
    }
    #[method]
    fn ljust(slf: &PyBytesObject, width: isize, fillchar: Option<&PyObject>) -> PyResult<Owned> {
        or_unchanged(
            slf,
            &shared::justify(as_slice(slf), width, fillchar, "ljust")?,
        )
    }
    #[method]
    fn lower(slf: &PyBytesObject) -> PyResult<Owned> {
        MAKE.of(&as_slice(slf).to_ascii_lowercase())
    }
    #[method]
    fn lstrip(slf: &PyBytesObject, bytes: Option<&PyObject>) -> PyResult<Owned> {
        or_self(slf, shared::strip(as_slice(slf), bytes, true, false)?)
    }
    #[method(staticmethod)]
    fn maketrans(frm: &PyObject, to: &PyObject) -> PyResult<Owned> {
        shared::make_trans(frm, to)
    }
    #[method]
    fn partition(slf: &PyBytesObject, sep: &PyObject) -> PyResult<Owned> {
        shared::partition(as_slice(slf), sep, false, MAKE, Some(slf.as_object()))
    }
    #[method]
    fn replace(
        slf: &PyBytesObject,
        old: &PyObject,
        new: &PyObject,
        count: Option<&PyObject>,
    ) -> PyResult<Owned> {
        match shared::replace(as_slice(slf), old, new, count)? {
            Some(made) => MAKE.of(&made),
            None => or_self(slf, (0, len(slf))),
        }
    }
    #[method(args)]
    fn rfind(slf: &PyBytesObject, args: &[&PyObject]) -> PyResult<isize> {
        Ok(shared::find(as_slice(slf), "rfind", args)?.map_or(-1, |at| at as isize))
    }
    #[method(args)]
    fn rindex(slf: &PyBytesObject, args: &[&PyObject]) -> PyResult<usize> {
        shared::index(as_slice(slf), "rindex", args)
    }
    #[method]
    fn rjust(slf: &PyBytesObject, width: isize, fillchar: Option<&PyObject>) -> PyResult<Owned> {
        or_unchanged(
            slf,
            &shared::justify(as_slice(slf), width, fillchar, "rjust")?,
        )
    }
    #[method]
    fn rpartition(slf: &PyBytesObject, sep: &PyObject) -> PyResult<Owned> {
        shared::partition(as_slice(slf), sep, true, MAKE, Some(slf.as_object()))
    }
    #[method]
    fn rsplit(
        slf: &PyBytesObject,
        sep: Option<&PyObject>,
        maxsplit: Option<isize>,
    ) -> PyResult<Owned> {
        shared::split(
            as_slice(slf),
            sep,
            maxsplit.unwrap_or(-1),
            true,
            MAKE,
            whole(slf),
        )
    }
    #[method]
    fn rstrip(slf: &PyBytesObject, bytes: Option<&PyObject>) -> PyResult<Owned> {
        or_self(slf, shared::strip(as_slice(slf), bytes, false, true)?)
    }
    #[method]
    fn split(
        slf: &PyBytesObject,
        sep: Option<&PyObject>,
        maxsplit: Option<isize>,
    ) -> PyResult<Owned> {
        shared::split(
            as_slice(slf),
            sep,
            maxsplit.unwrap_or(-1),
            false,
            MAKE,
            whole(slf),
        )
    }
    #[method]
    fn splitlines(slf: &PyBytesObject, keepends: Option<i32>) -> PyResult<Owned> {
        shared::split_lines(as_slice(slf), keepends.unwrap_or(0) != 0, MAKE, whole(slf))
    }
    #[method(args)]
    fn startswith(slf: &PyBytesObject, args: &[&PyObject]) -> PyResult<bool> {
        shared::tail(as_slice(slf), "startswith", args)
    }
    #[method]
    fn strip(slf: &PyBytesObject, bytes: Option<&PyObject>) -> PyResult<Owned> {
        or_self(slf, shared::strip(as_slice(slf), bytes, true, true)?)
    }
    #[method]
    fn swapcase(slf: &PyBytesObject) -> PyResult<Owned> {
        MAKE.of(&shared::swapcase(as_slice(slf)))
    }
    #[method]
    fn title(slf: &PyBytesObject) -> PyResult<Owned> {
        MAKE.of(&shared::title(as_slice(slf)))
    }
    #[method]
    fn translate(
        slf: &PyBytesObject,
        table: &PyObject,
        delete: Option<&PyObject>,
    ) -> PyResult<Owned> {
        or_unchanged(slf, &shared::translate(as_slice(slf), table, delete)?)
    }
    #[method]
    fn upper(slf: &PyBytesObject) -> PyResult<Owned> {
        MAKE.of(&as_slice(slf).to_ascii_uppercase())
    }
    #[method]
    fn zfill(slf: &PyBytesObject, width: isize) -> PyResult<Owned> {
        or_unchanged(slf, &shared::zfill(as_slice(slf), width)?)
    }
}

/// The string itself where a method changed nothing, else what it made.
fn or_unchanged(slf: &PyBytesObject, made: &[u8]) -> PyResult<Owned> {
    if is_exact(slf) && made == as_slice(slf) {
        return Ok(slf.own());
    }
    MAKE.of(made)
}

/// What `bytes(source, encoding, errors)` makes.
fn new(
    source: Option<&PyObject>,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Owned<PyBytesObject>> {
    let Some(x) = source else {
        if encoding.is_some() || errors.is_some() {
            let what = if encoding.is_some() {
                "encoding"
            } else {
                "errors"
            };
            return Err(raise!(TypeError, "{what} without a string argument"));
        }
        return super::empty();
    };
    if let Some(s) = x.downcast::<PyUnicodeObject>()
        && encoding.is_some()
    {
        let made = codecs::encode_text(s, encoding, errors)?;
        return made
            .downcast_owned::<PyBytesObject>()
            .map_err(|_| raise!(TypeError, "encoder did not return a bytes object"));
    }
    if encoding.is_some() || errors.is_some() {
        let text = unicode::check(x);
        let message = match (encoding, text) {
            (Some(_), _) => "encoding without a string argument",
            (None, true) => "string argument without an encoding",
            _ => "errors without a string argument",
        };
        return Err(raise!(TypeError, "{message}"));
    }
    if let Some(f) = typeobject::lookup_special(x, id!("__bytes__").as_object())? {
        let made = crate::call::call0(&f)?;
        return made.downcast_owned::<PyBytesObject>().map_err(|o| {
            let got = o.type_name();
            raise!(
                TypeError,
                "__bytes__ returned non-bytes (type {})",
                err::short(&got, 200)
            )
        });
    }
    if unicode::check(x) {
        return Err(raise!(TypeError, "string argument without an encoding"));
    }
    if number::index_check(x) {
        match number::as_ssize_t(x, Some(exceptions::exc::OverflowError.get())) {
            Ok(n) => {
                let n = usize::try_from(n).map_err(|_| raise!(ValueError, "negative count"))?;
                return super::zeroed(n);
            }
            Err(raised) if !err::matches(exceptions::exc::TypeError.get()) => return Err(raised),
            Err(_) => err::clear(),
        }
    }
    super::from_object(x)
}
