//! `SyntaxError`, `IndentationError`, `TabError`: a message and a place in a source file.

use super::base::{self, init_args, own_fields};
use super::{_PyExc_Exception, derived_with};
use crate::prelude::*;
use crate::{args, err, object, sequence, tuple, unicode};
use pyrite_macros::pytype;

own_fields!(PySyntaxErrorObject: msg, filename, lineno, offset, text, print_file_and_line);

unsafe extern "C" fn init(slf: *mut PyObject, args: *mut PyObject, kw: *mut PyObject) -> c_int {
    // SAFETY: an instance with this layout, a tuple, and a dict or NULL, alive during the call.
    let done = unsafe { init_fields(&*slf.cast(), &*args.cast(), kw.as_ref()) };
    done.map_or(-1, |()| 0)
}

fn init_fields(
    slf: &PySyntaxErrorObject,
    args: &PyTupleObject,
    kw: Option<&PyObject>,
) -> PyResult<()> {
    init_args(base::common(slf), args.as_object(), kw)?;
    let items = tuple::as_slice(args);
    if let Some(msg) = items.first() {
        slf.msg.set_ref(Some(msg.own()));
    }
    let [_, place] = items else { return Ok(()) };
    let place = sequence::tuple(place)?;
    let [filename, lineno, offset, text] = tuple::as_slice(&place) else {
        return Err(raise!(IndexError, "tuple index out of range"));
    };
    slf.filename.set_ref(Some(filename.own()));
    slf.lineno.set_ref(Some(lineno.own()));
    slf.offset.set_ref(Some(offset.own()));
    slf.text.set_ref(Some(text.own()));
    // A statement that is indented wrong has other troubles.
    let plain = slf.ty().as_object().is(exc::SyntaxError.get());
    if let Some(text) = text.downcast::<PyUnicodeObject>().filter(|_| plain) {
        report_missing_parentheses(slf, &unicode::to_string_lossy(text))?;
    }
    Ok(())
}

/// Explains a Python 2 `print` or `exec` statement, which is the likeliest reason for a name before a name.
fn report_missing_parentheses(slf: &PySyntaxErrorObject, text: &str) -> PyResult<()> {
    if text.contains('(') {
        return Ok(());
    }
    if explain_legacy_statement(slf, text.trim_start())? {
        return Ok(());
    }
    // The statement may stand behind the colon of a one-line `if` or `for`.
    if let Some((_, body)) = text.split_once(':') {
        explain_legacy_statement(slf, body.trim_start())?;
    }
    Ok(())
}

fn explain_legacy_statement(slf: &PySyntaxErrorObject, statement: &str) -> PyResult<bool> {
    let message = if let Some(arguments) = statement.strip_prefix("print ") {
        let arguments = arguments.split(';').next().unwrap_or("").trim();
        match arguments.strip_suffix(',') {
            Some(arguments) => unicode::from_args(format_args!(
                "Missing parentheses in call to 'print'. Did you mean print({arguments}, end=\" \")?"
            ))?,
            None => unicode::from_args(format_args!(
                "Missing parentheses in call to 'print'. Did you mean print({arguments})?"
            ))?,
        }
    } else if statement.starts_with("exec ") {
        unicode::from_str("Missing parentheses in call to 'exec'")?
    } else {
        return Ok(false);
    };
    slf.msg.set_ref(Some(message.upcast()));
    Ok(true)
}

pub struct SyntaxError;

#[pytype(name = "SyntaxError", c_name = _PyExc_SyntaxError, layout = PySyntaxErrorObject, base = _PyExc_Exception,
         flags = [BASETYPE, HAVE_GC, BASE_EXC_SUBCLASS], dictoffset = dict, no_class, export = false)]
impl SyntaxError {
    const tp_init: initproc = Some(init);
    const tp_dealloc: destructor = Some(base::dealloc::<PySyntaxErrorObject>);
    const tp_traverse: traverseproc = Some(base::traverse::<PySyntaxErrorObject>);
    const tp_clear: inquiry = Some(base::clear::<PySyntaxErrorObject>);

    fn tp_str(slf: &PySyntaxErrorObject) -> PyResult<Owned> {
        let msg = object::str(&slf.msg.load().unwrap_or_else(|| none().own()))?;
        let filename = slf
            .filename
            .load()
            .filter(|f| f.downcast::<PyUnicodeObject>().is_some());
        let lineno = slf
            .lineno
            .load()
            .filter(|n| std::ptr::eq(n.ty(), &crate::long::PyLong_Type));
        let filename = match &filename {
            Some(name) => Some(basename(name)?),
            None => None,
        };
        let line_of = |n: &Owned| args::int_value(n).and_then(|n| i64::try_from(n).ok());
        let lineno = lineno.map(|n| line_of(&n).unwrap_or(-1));
        let msg_text = err::Str(&msg);
        let shown = match (&filename, lineno) {
            (Some(name), Some(line)) => {
                unicode::from_args(format_args!("{msg_text} ({}, line {line})", err::Str(name)))?
            }
            (Some(name), None) => {
                unicode::from_args(format_args!("{msg_text} ({})", err::Str(name)))?
            }
            (None, Some(line)) => unicode::from_args(format_args!("{msg_text} (line {line})"))?,
            (None, None) => return Ok(msg),
        };
        Ok(shown.upcast())
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("msg", T_OBJECT, msg, 0),
        ("filename", T_OBJECT, filename, 0),
        ("lineno", T_OBJECT, lineno, 0),
        ("offset", T_OBJECT, offset, 0),
        ("text", T_OBJECT, text, 0),
        ("print_file_and_line", T_OBJECT, print_file_and_line, 0),
    ];
}

/// The part of a path behind its last slash.
fn basename(path: &PyObject) -> PyResult<Owned> {
    let Some(text) = path.downcast::<PyUnicodeObject>() else {
        return Ok(path.own());
    };
    let chars = unicode::chars(text);
    let tail = chars
        .iter()
        .rev()
        .take_while(|&ch| ch != u32::from('/'))
        .count();
    Ok(unicode::substring(text, chars.len() - tail, chars.len())?.upcast())
}

impl PyClass for PySyntaxErrorObject {
    fn type_object() -> &'static PyTypeObject {
        &_PyExc_SyntaxError
    }
}

derived_with! { PySyntaxErrorObject, init;
    IndentationError "IndentationError" _PyExc_IndentationError _PyExc_SyntaxError;
    TabError "TabError" _PyExc_TabError _PyExc_IndentationError;
}
