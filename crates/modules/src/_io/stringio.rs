//! `StringIO`: a text stream in memory.

use super::newline::{LineEnd, Newlines};
use super::rawio::PyTextIOBase_Type;
use super::{Stream, dealloc, generic_new, size_arg};
use pyrite_macros::pytype;
use pyrite_runtime::prelude::*;
use pyrite_runtime::unicode::{self, Chars, chars};
use pyrite_runtime::{call, dict, err, gc, long, object, tuple};

/// The characters and the place in them.
#[derive(Default)]
pub struct StringState {
    ready: bool,
    /// The characters, unless they are still shared.
    data: Vec<u32>,
    /// A str that has the same content: what was written first, or what `getvalue` gave out.
    shared: Option<Owned<PyUnicodeObject>>,
    at: usize,
    closed: bool,
    /// The `newline` argument.
    newline: Option<String>,
    lines: Newlines,
    /// Reading translates line ends (no `newline` given, or an empty one keeps them apart).
    universal: bool,
}

impl StringState {
    fn content(&self) -> Chars<'_> {
        match &self.shared {
            Some(s) => chars(s),
            None => Chars::Four(&self.data),
        }
    }

    /// The characters, to be changed: no longer shared.
    fn own(&mut self) -> PyResult<&mut Vec<u32>> {
        if let Some(s) = self.shared.take() {
            let text = chars(&s);
            self.data.clear();
            if self.data.try_reserve(text.len()).is_err() {
                self.shared = Some(s);
                return Err(err::no_memory());
            }
            self.data.extend(text.iter());
        }
        Ok(&mut self.data)
    }
}

type StringIoObject = Stream<StringState>;

/// For an instance that is made anew.
fn check_not_closed(slf: &StringIoObject) -> PyResult<()> {
    if slf.state()?.closed {
        return Err(raise!(ValueError, "I/O operation on closed file"));
    }
    Ok(())
}

fn check_open(slf: &StringIoObject) -> PyResult<()> {
    let s = slf.state()?;
    match (s.ready, s.closed) {
        (false, _) => Err(raise!(ValueError, "I/O operation on uninitialized object")),
        (_, true) => Err(raise!(ValueError, "I/O operation on closed file")),
        _ => Ok(()),
    }
}

fn take(slf: &StringIoObject, n: usize) -> PyResult<Owned<PyUnicodeObject>> {
    let mut s = slf.state()?;
    let len = s.content().len();
    let at = s.at.min(len);
    let n = n.min(len - at);
    let made = match &s.shared {
        Some(all) => unicode::substring(all, at, at + n)?,
        None => unicode::from_units(&s.data[at..at + n])?,
    };
    s.at += n;
    Ok(made)
}

fn line_len(slf: &StringIoObject, limit: isize) -> PyResult<usize> {
    let s = slf.state()?;
    let all = s.content();
    let from = s.at.min(all.len());
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let rest = all.slice(from, from.saturating_add(most).min(all.len()));
    let rule = match s.newline.as_deref() {
        None => LineEnd::Lf,
        Some("") => LineEnd::Any,
        Some(text) => LineEnd::Text(text),
    };
    Ok(rule.find(rest, 0).unwrap_or(rest.len()))
}

fn write(slf: &StringIoObject, text: &PyUnicodeObject) -> PyResult<()> {
    let mut s = slf.state()?;
    let translated;
    let mut text = text;
    if s.universal {
        let mut lines = s.lines;
        translated = lines.decode(text, true)?;
        s.lines = lines;
        text = &translated;
    }
    let replaced;
    if let Some(end @ ("\r" | "\r\n")) = s.newline.as_deref() {
        let (lf, end) = (unicode::from_str("\n")?, unicode::from_str(end)?);
        replaced = unicode::search::replace(text, &lf, &end, -1)?;
        text = &replaced;
    }
    let units = chars(text);
    if units.is_empty() {
        return Ok(());
    }
    let Some(end) =
        s.at.checked_add(units.len())
            .filter(|&n| n <= isize::MAX as usize)
    else {
        return Err(raise!(OverflowError, "new position too large"));
    };
    if end > isize::MAX as usize / 4 {
        return Err(raise!(OverflowError, "new buffer size too large"));
    }
    let at = s.at;
    if at == 0 && s.content().is_empty() && std::ptr::eq(text.ty(), &unicode::PyUnicode_Type) {
        s.data = Vec::new();
        s.shared = Some(text.own_typed());
        s.at = end;
        return Ok(());
    }
    let data = s.own()?;
    if end > data.len() {
        if data.try_reserve(end - data.len()).is_err() {
            return Err(err::no_memory());
        }
        data.resize(end, 0);
    }
    data[at..end]
        .iter_mut()
        .zip(units.iter())
        .for_each(|(to, ch)| *to = ch);
    s.at = end;
    Ok(())
}

fn init(
    slf: &StringIoObject,
    value: Option<&PyObject>,
    newline: Option<Option<&PyUnicodeObject>>,
) -> PyResult<()> {
    let newline = match newline {
        None => Some("\n".to_owned()),
        Some(None) => None,
        Some(Some(s)) => Some(unicode::to_string_lossy(s).into_owned()),
    };
    if !matches!(newline.as_deref(), None | Some("" | "\n" | "\r" | "\r\n")) {
        let shown =
            unicode::repr_of(unicode::from_str(newline.as_deref().unwrap_or(""))?.as_object())?;
        return Err(raise!(
            ValueError,
            "illegal newline value: {}",
            unicode::to_string_lossy(&shown)
        ));
    }
    let value = match value {
        Some(o) if !o.is_none() => match o.downcast::<PyUnicodeObject>() {
            Some(s) => Some(s),
            None => {
                let got = o.type_name();
                return Err(raise!(
                    TypeError,
                    "initial_value must be str or None, not {}",
                    err::short(&got, 200)
                ));
            }
        },
        _ => None,
    };
    let universal = newline.as_deref().is_none_or(str::is_empty);
    let lines = Newlines::new(newline.is_none());
    *slf.state()? = StringState {
        ready: true,
        newline,
        lines,
        universal,
        ..StringState::default()
    };
    if let Some(value) = value {
        write(slf, value)?;
    }
    slf.state()?.at = 0;
    Ok(())
}

/// `StringIO`.
pub struct StringIo;

#[pytype(name = "_io.StringIO", c_name = PyStringIO_Type, layout = StringIoObject, base = PyTextIOBase_Type,
         flags = [BASETYPE, HAVE_GC], dictoffset = dict, weaklistoffset = weakreflist, free = gc_del)]
impl StringIo {
    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        generic_new(ty)
    }
    #[sig("(initial_value='', newline='\\n')")]
    fn tp_init(
        slf: &StringIoObject,
        initial_value: Option<&PyObject>,
        newline: Option<&PyObject>,
    ) -> PyResult<()> {
        let newline = match newline {
            None => None,
            Some(o) if o.is_none() => Some(None),
            Some(o) => match o.downcast::<PyUnicodeObject>() {
                Some(s) => Some(Some(s)),
                None => {
                    let got = o.type_name();
                    return Err(raise!(
                        TypeError,
                        "newline must be str or None, not {}",
                        err::short(&got, 200)
                    ));
                }
            },
        };
        init(slf, initial_value, newline)
    }
    fn tp_dealloc(slf: *mut StringIoObject) {
        // SAFETY: the last reference is gone.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &StringIoObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.dict.get())
    }
    fn tp_clear(slf: &StringIoObject) {
        slf.dict.set_ref(None);
    }
    fn tp_iternext(slf: &StringIoObject) -> PyResult<Option<Owned>> {
        check_open(slf)?;
        let exact = std::ptr::eq(slf.ty(), &PyStringIO_Type);
        if !exact {
            let line = super::method(slf.as_object(), id!("readline"), &[])?;
            return Ok((object::size(&line)? > 0).then_some(line));
        }
        match line_len(slf, -1)? {
            0 => Ok(None),
            n => Ok(Some(take(slf, n)?.upcast())),
        }
    }

    #[method]
    fn getvalue(slf: &StringIoObject) -> PyResult<Owned<PyUnicodeObject>> {
        check_open(slf)?;
        let s = slf.state()?;
        if let Some(all) = &s.shared {
            return Ok(all.clone());
        }
        unicode::from_units(&s.data)
    }
    #[method]
    fn tell(slf: &StringIoObject) -> PyResult<usize> {
        check_open(slf)?;
        Ok(slf.state()?.at)
    }
    #[method]
    fn read(slf: &StringIoObject, size: Option<&PyObject>) -> PyResult<Owned<PyUnicodeObject>> {
        let n = size_arg(size)?;
        check_open(slf)?;
        take(slf, usize::try_from(n).unwrap_or(usize::MAX))
    }
    #[method]
    fn readline(slf: &StringIoObject, size: Option<&PyObject>) -> PyResult<Owned<PyUnicodeObject>> {
        let n = size_arg(size)?;
        check_open(slf)?;
        let n = line_len(slf, n)?;
        take(slf, n)
    }
    #[method]
    fn write(slf: &StringIoObject, s: &PyObject) -> PyResult<usize> {
        let Some(text) = s.downcast::<PyUnicodeObject>() else {
            let got = s.type_name();
            return Err(raise!(
                TypeError,
                "string argument expected, got '{}'",
                err::short(&got, 200)
            ));
        };
        check_open(slf)?;
        write(slf, text)?;
        Ok(unicode::length(text))
    }
    #[method]
    fn seek(slf: &StringIoObject, pos: isize, whence: Option<i32>) -> PyResult<usize> {
        check_open(slf)?;
        let mut s = slf.state()?;
        match whence.unwrap_or(0) {
            0 if pos < 0 => return Err(raise!(ValueError, "Negative seek position {pos}")),
            1 | 2 if pos != 0 => {
                return Err(raise!(OSError, "Can't do nonzero cur-relative seeks"));
            }
            0 => s.at = pos as usize,
            1 => {}
            2 => s.at = s.content().len(),
            w => {
                return Err(raise!(
                    ValueError,
                    "Invalid whence ({w}, should be 0, 1 or 2)"
                ));
            }
        }
        Ok(s.at)
    }
    #[method]
    fn truncate(slf: &StringIoObject, pos: Option<&PyObject>) -> PyResult<usize> {
        let given = pos.filter(|o| !o.is_none());
        let n = if given.is_some() {
            size_arg(given)?
        } else {
            slf.state()?.at as isize
        };
        // The conversion may have closed the stream.
        check_open(slf)?;
        let Ok(n) = usize::try_from(n) else {
            return Err(raise!(ValueError, "Negative size value {n}"));
        };
        let mut s = slf.state()?;
        if n < s.content().len() {
            s.own()?.truncate(n);
        }
        Ok(n)
    }
    #[method]
    fn close(slf: &StringIoObject) -> PyResult<()> {
        let mut s = slf.state()?;
        s.closed = true;
        s.data = Vec::new();
        s.shared = None;
        Ok(())
    }
    #[method]
    fn readable(slf: &StringIoObject) -> PyResult<bool> {
        check_open(slf)?;
        Ok(true)
    }
    #[method]
    fn writable(slf: &StringIoObject) -> PyResult<bool> {
        check_open(slf)?;
        Ok(true)
    }
    #[method]
    fn seekable(slf: &StringIoObject) -> PyResult<bool> {
        check_open(slf)?;
        Ok(true)
    }
    #[method]
    fn __getstate__(slf: &StringIoObject) -> PyResult<Owned> {
        let value = StringIo::getvalue(slf)?;
        let (newline, at) = {
            let s = slf.state()?;
            (s.newline.clone(), s.at)
        };
        let newline = match newline {
            Some(n) => unicode::from_str(&n)?.upcast(),
            None => none().own(),
        };
        let attributes = match slf
            .dict
            .load()
            .as_ref()
            .and_then(|d| d.downcast::<PyDictObject>())
        {
            Some(d) => dict::copy(d)?.upcast(),
            None => none().own(),
        };
        Ok(tuple::from_owned(vec![
            value.upcast(),
            newline,
            long::from_usize(at)?.upcast(),
            attributes,
        ])?
        .upcast())
    }
    #[method]
    fn __setstate__(slf: &StringIoObject, state: &PyObject) -> PyResult<()> {
        check_not_closed(slf)?;
        let Some([value, newline, at, attributes, ..]) =
            state.downcast::<PyTupleObject>().map(tuple::as_slice)
        else {
            let (a, b) = (slf.type_name(), state.type_name());
            return Err(raise!(
                TypeError,
                "{a}.__setstate__ argument should be 4-tuple, got {b}"
            ));
        };
        let Some(value) = value.downcast::<PyUnicodeObject>() else {
            return Err(raise!(
                TypeError,
                "initial_value must be str or None, not {}",
                value.type_name()
            ));
        };
        if !newline.is_none() && newline.downcast::<PyUnicodeObject>().is_none() {
            let got = newline.type_name();
            return Err(raise!(TypeError, "newline must be str or None, not {got}"));
        }
        init(slf, None, Some(newline.downcast::<PyUnicodeObject>()))?;
        if !attributes.is_none() && attributes.downcast::<PyDictObject>().is_none() {
            let got = attributes.type_name();
            return Err(raise!(
                TypeError,
                "fourth item of state should be a dict, got a {got}"
            ));
        }
        if at.downcast::<PyLongObject>().is_none() {
            let got = at.type_name();
            return Err(raise!(
                TypeError,
                "third item of state must be an integer, got {got}"
            ));
        }
        let Ok(at) = usize::try_from(long::as_ssize_t(at)?) else {
            return Err(raise!(ValueError, "position value cannot be negative"));
        };
        {
            // The value is what `getvalue` gave: nothing is translated again.
            let mut s = slf.state()?;
            s.data = chars(value).to_vec();
            s.shared = None;
            s.at = at;
        }
        if !attributes.is_none() {
            let own = object::get_attr(slf.as_object(), id!("__dict__").as_object())?;
            call::method(&own, id!("update").as_object(), &[attributes])?;
        }
        Ok(())
    }
    #[getter]
    fn closed(slf: &StringIoObject) -> PyResult<bool> {
        if !slf.state()?.ready {
            return Err(raise!(ValueError, "I/O operation on uninitialized object"));
        }
        Ok(slf.state()?.closed)
    }
    #[getter]
    fn line_buffering(slf: &StringIoObject) -> PyResult<bool> {
        check_open(slf)?;
        Ok(false)
    }
    #[getter]
    fn newlines(slf: &StringIoObject) -> PyResult<Owned> {
        check_open(slf)?;
        let (universal, lines) = {
            let s = slf.state()?;
            (s.universal, s.lines)
        };
        if universal {
            lines.seen()
        } else {
            Ok(none().own())
        }
    }
}
