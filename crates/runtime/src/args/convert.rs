//! What Rust type an argument becomes.

use crate::prelude::*;

/// Where an argument stands, for the text of an error.
#[derive(Clone, Copy)]
pub enum Place {
    /// The only argument: "f() argument must be ..".
    Only,
    /// The n-th: "f() argument 2 must be ..".
    Position(usize),
    /// As both, of a function whose arguments a format describes (`PyArg_ParseTuple`).
    OnlyFormat,
    Format(usize),
    /// Known by its name: "f() argument 'x' must be ..".
    Name(&'static str),
}

/// What an error says was given: the type's name, or `None`.
pub fn given_name(o: &PyObject) -> std::borrow::Cow<'static, str> {
    if o.is_none() {
        "None".into()
    } else {
        o.type_name().into_owned().into()
    }
}

/// The function and the place that an error names.
#[derive(Clone, Copy)]
pub struct Arg {
    pub fname: &'static str,
    pub place: Place,
}

impl Arg {
    /// `_PyArg_BadArgument`: "f() argument 1 must be str, not int".
    #[cold]
    #[inline(never)]
    pub fn bad(self, expected: &str, given: &PyObject) -> Raised {
        let given = given_name(given);
        let call = if self.fname.is_empty() { "" } else { "() " };
        let fname = self.fname;
        match self.place {
            Place::Only | Place::OnlyFormat => {
                raise!(
                    TypeError,
                    "{fname}{call}argument must be {expected}, not {given}"
                )
            }
            Place::Position(n) | Place::Format(n) => {
                raise!(
                    TypeError,
                    "{fname}{call}argument {n} must be {expected}, not {given}"
                )
            }
            Place::Name(name) => {
                raise!(
                    TypeError,
                    "{fname}{call}argument '{name}' must be {expected}, not {given}"
                )
            }
        }
    }
}

/// A type that an argument can be declared as.
pub trait FromArg<'a>: Sized {
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self>;

    /// The same where None would do as well, which errors mention for some types.
    #[inline(always)]
    fn from_arg_or_none(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        Self::from_arg(o, at)
    }
}

/// Converts an argument to the type that its parameter declares.
#[inline(always)]
pub fn from_arg<'a, T: FromArg<'a>>(o: &'a PyObject, at: Arg) -> PyResult<T> {
    T::from_arg(o, at)
}

impl<'a> FromArg<'a> for &'a PyObject {
    #[inline(always)]
    fn from_arg(o: &'a PyObject, _: Arg) -> PyResult<Self> {
        Ok(o)
    }
}

impl<'a> FromArg<'a> for Owned {
    #[inline]
    fn from_arg(o: &'a PyObject, _: Arg) -> PyResult<Self> {
        Ok(o.own())
    }
}

/// An instance of a built-in type or of one derived from it.
impl<'a, T: PyClass> FromArg<'a> for &'a T {
    #[inline]
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        match o.downcast::<T>() {
            Some(instance) => Ok(instance),
            None => Err(at.bad(&crate::owned::type_name_of(T::type_object()), o)),
        }
    }
}

/// `T`, or `None` given in its place.
pub struct NoneOr<T>(pub Option<T>);

impl<'a, T: FromArg<'a>> FromArg<'a> for NoneOr<T> {
    #[inline]
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        if o.is_none() {
            Ok(NoneOr(None))
        } else {
            Ok(NoneOr(Some(T::from_arg_or_none(o, at)?)))
        }
    }
}

/// A truth value: any object will do (`p`).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Truth(pub bool);

impl<'a> FromArg<'a> for Truth {
    #[inline]
    fn from_arg(o: &'a PyObject, _: Arg) -> PyResult<Self> {
        crate::object::is_true(o).map(Truth)
    }
}

/// A flag given as an int.
impl<'a> FromArg<'a> for bool {
    #[inline]
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        i32::from_arg(o, at).map(|n| n != 0)
    }
}

/// `d`: a float, or what `__float__` or `__index__` makes one.
impl<'a> FromArg<'a> for f64 {
    #[inline]
    fn from_arg(o: &'a PyObject, _: Arg) -> PyResult<Self> {
        crate::float::as_f64(o)
    }
}

/// A str in UTF-8, without NUL (`s`).
impl<'a> FromArg<'a> for &'a str {
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        if o.ty().tp_flags.get() & Py_TPFLAGS_UNICODE_SUBCLASS == 0 {
            return Err(at.bad("str", o));
        }
        // SAFETY: the flag says that it has a str's layout.
        let text = crate::unicode::as_utf8(unsafe { o.cast_ref() })?;
        if text.bytes().any(|b| b == 0) {
            return Err(raise!(ValueError, "embedded null character"));
        }
        Ok(text)
    }

    fn from_arg_or_none(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        if o.ty().tp_flags.get() & Py_TPFLAGS_UNICODE_SUBCLASS == 0 {
            return Err(at.bad("str or None", o));
        }
        Self::from_arg(o, at)
    }
}
