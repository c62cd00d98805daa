//! What the object model must ask of the interpreter, which is above it.
//!
//! The interpreter installs these functions once at start. Each is a plain function pointer; without an interpreter the
//! answers are the empty ones.

use crate::prelude::*;

/// The functions that `vm` installs.
#[derive(Clone, Copy)]
pub struct Hooks {
    /// The globals of the innermost Python frame.
    pub current_globals: fn() -> Option<Owned<PyDictObject>>,
    /// The builtins of the innermost Python frame, or of the interpreter.
    pub current_builtins: fn() -> Option<Owned<PyDictObject>>,
    /// Is the object a Python function (`PyFunction_Check`)?
    pub is_function: fn(&PyObject) -> bool,
    /// `__class__` and the first argument of the innermost frame, for `super()` without arguments.
    pub super_arguments: fn() -> PyResult<(Owned<PyTypeObject>, Owned)>,
    /// Imports a module by name (`PyImport_ImportModule`).
    pub import: fn(&str) -> PyResult<Owned>,
    /// `sys.<name>`.
    pub sys_get: fn(&str) -> Option<Owned>,
    /// `warnings.warn_explicit` machinery: category, message, stack level, and the object that the warning is about.
    pub warn: fn(&PyObject, &PyObject, Py_ssize_t, Option<&PyObject>) -> PyResult<()>,
    /// Reports an exception that nobody can catch (`PyErr_WriteUnraisable`), with the indicator set.
    pub unraisable: fn(Option<&PyObject>),
    /// Runs the Python handlers of signals that have arrived (`PyErr_CheckSignals`).
    pub check_signals: fn() -> PyResult<()>,
    /// Raises an audit event (PEP 578).
    pub audit: fn(&str, &[&PyObject]) -> PyResult<()>,
    /// The full name of the extension module that is being made, if its last part is this name.
    pub package_context: fn(&str) -> Option<String>,
    /// `importlib._bootstrap._module_repr`.
    pub module_repr: fn(&PyObject) -> Option<PyResult<Owned>>,
    /// Tells the tracer of memory that a kept object is used again (`_PyTraceMalloc_NewReference`).
    pub reused: fn(&PyObject),
    /// Reports an error from which there is no way on, and ends the process.
    pub fatal: fn(&str) -> !,
    /// Does the calling thread hold the GIL, as far as anybody can tell (`PyGILState_Check`)?
    pub holds_gil: fn() -> bool,
    /// Writes to stderr where a block of memory was allocated (`_PyMem_DumpTraceback`).
    pub block_traceback: fn(usize),
}

struct Installed(Cell<Hooks>);
// SAFETY: written once at start, by the holder of the GIL.
unsafe impl Sync for Installed {}

static HOOKS: Installed = Installed(Cell::new(Hooks {
    current_globals: || None,
    current_builtins: || None,
    is_function: |_| false,
    super_arguments: || Err(raise!(RuntimeError, "super(): no current frame")),
    import: |name| {
        Err(raise!(
            ImportError,
            "no interpreter to import '{name}' with"
        ))
    },
    sys_get: |_| None,
    warn: |_, _, _, _| Ok(()),
    unraisable: |_| crate::err::clear(),
    check_signals: || Ok(()),
    audit: |_, _| Ok(()),
    package_context: |_| None,
    module_repr: |_| None,
    reused: |_| (),
    fatal: |message| {
        crate::tell!("Fatal Python error: {message}");
        std::process::abort()
    },
    holds_gil: || true,
    block_traceback: |_| (),
}));

/// Installs the interpreter's functions.
pub fn install(hooks: Hooks) {
    HOOKS.0.set(hooks);
}

#[inline]
fn hooks() -> Hooks {
    HOOKS.0.get()
}

pub fn holds_gil() -> bool {
    (hooks().holds_gil)()
}
pub fn block_traceback(block: usize) {
    (hooks().block_traceback)(block)
}
pub fn current_globals() -> Option<Owned<PyDictObject>> {
    (hooks().current_globals)()
}
pub fn current_builtins() -> Option<Owned<PyDictObject>> {
    (hooks().current_builtins)()
}
pub fn is_function(o: &PyObject) -> bool {
    (hooks().is_function)(o)
}
pub fn super_arguments() -> PyResult<(Owned<PyTypeObject>, Owned)> {
    (hooks().super_arguments)()
}
pub fn import(name: &str) -> PyResult<Owned> {
    (hooks().import)(name)
}
pub fn sys_get(name: &str) -> Option<Owned> {
    (hooks().sys_get)(name)
}
pub fn warn(category: &PyObject, message: &PyObject, stack_level: Py_ssize_t) -> PyResult<()> {
    warn_about(category, message, stack_level, None)
}
pub fn warn_about(
    category: &PyObject,
    message: &PyObject,
    stack_level: Py_ssize_t,
    source: Option<&PyObject>,
) -> PyResult<()> {
    (hooks().warn)(category, message, stack_level, source)
}
pub fn unraisable(o: Option<&PyObject>) {
    (hooks().unraisable)(o)
}
pub fn check_signals() -> PyResult<()> {
    (hooks().check_signals)()
}
pub fn audit(event: &str, args: &[&PyObject]) -> PyResult<()> {
    (hooks().audit)(event, args)
}
pub fn package_context(name: &str) -> Option<String> {
    (hooks().package_context)(name)
}
pub fn module_repr(m: &PyObject) -> Option<PyResult<Owned>> {
    (hooks().module_repr)(m)
}
/// Must be told of an object that comes from a list of free ones, where memory is traced.
pub fn reused(o: &PyObject) {
    (hooks().reused)(o);
}
pub fn fatal(message: &str) -> ! {
    (hooks().fatal)(message)
}
