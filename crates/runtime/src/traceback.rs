//! `traceback`: where an exception passed through, one entry for each frame, innermost last.
//!
//! The interpreter adds an entry in front whenever an exception leaves a frame; the default `sys.excepthook` prints the
//! chain with source lines. Frames are seen by their layout only.

use crate::prelude::*;
use crate::{args, call, dict, err, file, gc, hooks, list, object, unicode};
use pyrite_macros::pytype;
use std::os::unix::ffi::OsStrExt;

pub struct Traceback;

#[pytype(name = "traceback", c_name = PyTraceBack_Type, layout = PyTracebackObject, flags = [HAVE_GC])]
impl Traceback {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);

    #[sig("(tb_next, tb_frame, tb_lasti, tb_lineno)", fname = "TracebackType")]
    fn tp_new(
        _: &PyTypeObject,
        next: &PyObject,
        frame: &PyFrameObject,
        lasti: c_int,
        lineno: c_int,
    ) -> PyResult<Owned> {
        let next = checked_next(next, true)?;
        Ok(new(next, frame, lasti, lineno)?.upcast())
    }

    fn tp_dealloc(slf: *mut PyTracebackObject) {
        // SAFETY: nobody else sees the object any more; it was allocated with a head.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).tb_next.set_ref(None);
            (*slf).tb_frame.set_ref(None);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyTracebackObject, visit: gc::Visitor) -> c_int {
        match visit.visit(slf.tb_next.get()) {
            0 => visit.visit(slf.tb_frame.get()),
            stop => stop,
        }
    }

    fn tp_clear(slf: &PyTracebackObject) {
        slf.tb_next.set_ref(None);
        slf.tb_frame.set_ref(None);
    }

    #[method]
    fn __dir__(_: &PyTracebackObject) -> PyResult<Owned> {
        let names = list::new(0)?;
        for name in ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"] {
            list::append(&names, unicode::intern_str(name)?.as_object())?;
        }
        Ok(names.upcast())
    }

    #[getter]
    fn tb_next(slf: &PyTracebackObject) -> Option<Owned<PyTracebackObject>> {
        slf.tb_next.load()
    }
    #[setter(tb_next)]
    fn set_tb_next(slf: &PyTracebackObject, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(raise!(TypeError, "can't delete tb_next attribute"));
        };
        let next = checked_next(value, false)?;
        let mut at = next.clone();
        while let Some(tb) = at {
            if tb.is(slf) {
                return Err(raise!(ValueError, "traceback loop detected"));
            }
            at = tb.tb_next.load();
        }
        slf.tb_next.set_ref(next);
        Ok(())
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("tb_frame", T_OBJECT, tb_frame, READONLY),
        ("tb_lasti", T_INT, tb_lasti, READONLY),
        ("tb_lineno", T_INT, tb_lineno, READONLY),
    ];
}

/// A traceback, or nothing for None.
fn checked_next(value: &PyObject, or_none: bool) -> PyResult<Option<Owned<PyTracebackObject>>> {
    if value.is_none() {
        return Ok(None);
    }
    match value.own().downcast_owned() {
        Ok(tb) => Ok(Some(tb)),
        Err(other) => Err(raise!(
            TypeError,
            "expected traceback object{}, got '{}'",
            if or_none { " or None" } else { "" },
            other.type_name()
        )),
    }
}

/// A new entry in front of `next`.
pub fn new(
    next: Option<Owned<PyTracebackObject>>,
    frame: &PyFrameObject,
    lasti: c_int,
    lineno: c_int,
) -> PyResult<Owned<PyTracebackObject>> {
    let tb = gc::new_object::<PyTracebackObject>(&PyTraceBack_Type)?;
    tb.tb_next.set_ref(next);
    // SAFETY: the frame has the layout that its reference says.
    tb.tb_frame
        .set_ref(Some(unsafe { frame.own().cast_unchecked() }));
    tb.tb_lasti.set(lasti);
    tb.tb_lineno.set(lineno);
    // SAFETY: allocated with a head just now, all fields valid.
    unsafe { gc::track(tb.as_ptr()) };
    Ok(tb)
}

/// `PyTraceBack_Here`: notes that the exception being raised leaves `frame` at `lineno`.
pub fn here(frame: &PyFrameObject, lasti: c_int, lineno: c_int) -> PyResult<()> {
    let ts = crate::tstate::current();
    let next = match ts
        .curexc_traceback
        .load()
        .map(Owned::downcast_owned::<PyTracebackObject>)
    {
        None => None,
        Some(Ok(tb)) => Some(tb),
        Some(Err(_)) => return Err(err::bad_internal_call()),
    };
    // Making the entry can start a collection, which must not see the exception.
    let raised = err::fetch();
    match new(next, frame, lasti, lineno) {
        Ok(tb) => {
            err::restore(err::Fetched {
                traceback: Some(tb.upcast()),
                ..raised
            });
            Ok(())
        }
        Err(new) => {
            err::chain_exceptions(raised);
            Err(new)
        }
    }
}

/// How often the same line is shown before the rest is counted.
const RECURSIVE_CUTOFF: i64 = 3;
/// As many entries as `sys.tracebacklimit` allows when it is not set.
const DEFAULT_LIMIT: i64 = 1000;

/// `PyTraceBack_Print`: writes the chain to a file object.
pub fn print(tb: &PyObject, to: &PyObject) -> PyResult<()> {
    let Some(tb) = tb.downcast::<PyTracebackObject>() else {
        return Err(err::bad_internal_call());
    };
    let limit = match hooks::sys_get("tracebacklimit") {
        Some(limit) if args::is_int(&limit) => {
            let below = limit
                .downcast::<PyLongObject>()
                .is_some_and(crate::long::is_negative);
            let far = if below { 0 } else { i64::MAX };
            args::int_value(&limit).map_or(far, |n| {
                n.clamp(i128::from(i64::MIN), i128::from(i64::MAX)) as i64
            })
        }
        Some(_) => DEFAULT_LIMIT,
        None => DEFAULT_LIMIT,
    };
    if limit <= 0 {
        return Ok(());
    }
    file::write_str("Traceback (most recent call last):\n", to)?;
    print_entries(tb, to, limit)
}

fn print_entries(tb: &PyTracebackObject, to: &PyObject, limit: i64) -> PyResult<()> {
    let mut depth: i64 = 0;
    let mut at = Some(tb.own_typed());
    while let Some(tb) = at {
        depth += 1;
        at = tb.tb_next.load();
    }
    let mut at = Some(tb.own_typed());
    for _ in limit..depth {
        at = at.and_then(|tb| tb.tb_next.load());
    }
    let mut last: Option<(*mut PyObject, c_int, *mut PyObject)> = None;
    let mut count = 0;
    while let Some(tb) = at {
        if let Some(code) = tb.tb_frame.load().and_then(|frame| frame.f_code.load()) {
            let place = (
                code.co_filename.get(),
                tb.tb_lineno.get(),
                code.co_name.get(),
            );
            if last != Some(place) {
                print_repeated(count, to)?;
                last = Some(place);
                count = 0;
            }
            count += 1;
            if count <= RECURSIVE_CUTOFF {
                print_entry(&code, tb.tb_lineno.get(), to)?;
                hooks::check_signals()?;
            }
        }
        at = tb.tb_next.load();
    }
    print_repeated(count, to)
}

fn print_repeated(count: i64, to: &PyObject) -> PyResult<()> {
    let more = count - RECURSIVE_CUTOFF;
    if more <= 0 {
        return Ok(());
    }
    let s = if more == 1 { "" } else { "s" };
    file::write_str(
        &format!("  [Previous line repeated {more} more time{s}]\n"),
        to,
    )
}

fn print_entry(code: &PyCodeObject, lineno: c_int, to: &PyObject) -> PyResult<()> {
    let (Some(filename), Some(name)) = (code.co_filename.load(), code.co_name.load()) else {
        return Ok(());
    };
    let (file, name) = (err::Str(&filename), err::Str(&name));
    let line = err::format(format_args!(
        "  File \"{file}\", line {lineno}, in {name}\n"
    ))?;
    file::write_string(line.as_object(), to)?;
    display_source_line(to, &filename, lineno, 4)
}

/// `_Py_DisplaySourceLine`: writes a line of a source file, indented anew. No file, no line.
pub fn display_source_line(
    to: &PyObject,
    filename: &PyObject,
    lineno: c_int,
    indent: usize,
) -> PyResult<()> {
    let Some(line) = source_line(filename, lineno) else {
        return Ok(());
    };
    let line = line
        .trim_start_matches([' ', '\t', '\x0c'])
        .trim_end_matches(['\n', '\r']);
    file::write_str(&format!("{:indent$}{line}\n", ""), to)
}

/// 3.8 reads source files with the module `io`: once the interpreter's end has taken modules and import away, no line is shown.
fn can_read_files() -> bool {
    let importing = hooks::sys_get("meta_path").is_some_and(|finders| !finders.is_none());
    let module = |name: &str| {
        let modules = hooks::sys_get("modules")?;
        dict::get_item_str(modules.downcast()?, name).ok()?
    };
    match module("io") {
        // While it is imported itself it has nothing to read with.
        Some(io) => {
            let open =
                unicode::from_str("open").and_then(|n| object::lookup_attr(&io, n.as_object()));
            open.is_ok_and(|open| open.is_some())
        }
        // Text needs codecs as well.
        None => importing && module("encodings").is_some(),
    }
}

/// The text of a line, if the file can be found and read.
fn source_line(filename: &PyObject, lineno: c_int) -> Option<String> {
    if !can_read_files() {
        return None;
    }
    let name = unicode::fs::to_os_bytes(filename.downcast::<PyUnicodeObject>()?);
    let source = match std::fs::read(std::ffi::OsStr::from_bytes(&name)) {
        Ok(source) => source,
        Err(_) => find_on_path(&name)?,
    };
    let lines: Vec<&[u8]> = source.split(|&b| b == b'\n').collect();
    let line = lines.get(usize::try_from(lineno).ok()?.checked_sub(1)?)?;
    decode(line, &declared_encoding(&lines))
}

/// A file that is not where its name says is looked for, by its last part, in the directories of `sys.path`.
fn find_on_path(name: &[u8]) -> Option<Vec<u8>> {
    let tail = name.rsplit(|&b| b == b'/').next()?;
    let path = hooks::sys_get("path")?;
    let path = path.downcast::<PyListObject>()?;
    let mut i = 0;
    while let Some(entry) = list::get(path, i) {
        i += 1;
        let Some(entry) = entry.downcast::<PyUnicodeObject>() else {
            continue;
        };
        let mut candidate = unicode::fs::to_os_bytes(entry);
        if candidate.last().is_some_and(|&b| b != b'/') {
            candidate.push(b'/');
        }
        candidate.extend_from_slice(tail);
        if let Ok(source) = std::fs::read(std::ffi::OsStr::from_bytes(&candidate)) {
            return Some(source);
        }
    }
    None
}

/// The encoding that a comment in the first two lines declares (PEP 263).
fn declared_encoding(lines: &[&[u8]]) -> String {
    for line in lines.iter().take(2) {
        let text = String::from_utf8_lossy(line);
        let comment = text.trim_start_matches(['\u{feff}', ' ', '\t', '\x0c']);
        if !comment.starts_with('#') {
            if comment.trim().is_empty() {
                continue;
            }
            break;
        }
        let Some((_, rest)) = comment.split_once("coding") else {
            continue;
        };
        let Some(rest) = rest.strip_prefix([':', '=']) else {
            continue;
        };
        let named = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let encoding: String = rest
            .trim_start_matches([' ', '\t'])
            .chars()
            .take_while(|&c| named(c))
            .collect();
        if !encoding.is_empty() {
            return encoding;
        }
    }
    "utf-8".to_owned()
}

fn decode(line: &[u8], encoding: &str) -> Option<String> {
    let utf8 = ["utf-8", "utf8", "utf_8", "ascii", "us-ascii"];
    if utf8.contains(&encoding.to_ascii_lowercase().as_str()) {
        return String::from_utf8(line.to_vec()).ok();
    }
    // Any other codec is Python's business; a line that it cannot decode is left out.
    let decoded = crate::bytes::from_slice(line).and_then(|bytes| {
        let encoding = unicode::from_str(encoding)?;
        call::method(
            bytes.as_object(),
            id!("decode").as_object(),
            &[encoding.as_object()],
        )
    });
    match decoded {
        Ok(text) => Some(unicode::to_string_lossy(text.downcast()?).into_owned()),
        Err(_) => {
            err::clear();
            None
        }
    }
}
