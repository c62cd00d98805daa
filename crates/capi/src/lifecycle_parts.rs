//! `internal/pycore_pylifecycle.h`, `intrcheck.h`: the steps of starting and ending that CPython's library exports one by one.
//!
//! Here they are steps of `vm::lifecycle`, which takes them itself; a step that has been taken is taken again without harm.

use crate::prelude::*;
use crate::pylifecycle::OK;
use pyrite_modules::faulthandler;
use pyrite_vm::errors as vm_errors;

const FAILED: PyStatus = PyStatus {
    _type: _PyStatus_TYPE_ERROR,
    func: std::ptr::null(),
    err_msg: c"initialization failed".as_ptr(),
    exitcode: 0,
};

fn status(result: PyResult<()>) -> PyStatus {
    if result.is_ok() { OK } else { FAILED }
}

capi! {
    fn _PyTypes_Init() -> PyStatus { status(lifecycle::init_types()) }
    fn _PyUnicode_Init() -> PyStatus { OK }
    fn _PyUnicode_InitEncodings(_state: *mut PyThreadState) -> PyStatus { status(lifecycle::init_encodings()) }
    fn _PyExc_Init() -> PyStatus { status(exceptions::init()) }
    fn _PyErr_Init() -> PyStatus { OK }
    fn _PyFloat_Init() -> c_int { 1 }
    fn _PyLong_Init() -> c_int { 1 }
    fn _PyStructSequence_Init() -> c_int { 0 }
    fn _PyContext_Init() -> bool { context::init().is_ok() }
    fn _PyHamt_Init() -> c_int { 1 }
    fn _PyImport_Init(_interp: *mut PyInterpreterState) -> PyStatus { OK }
    fn _PyImportHooks_Init() -> PyStatus { OK }
    fn _PyImportZip_Init(_interp: *mut PyInterpreterState) -> PyStatus { status(lifecycle::install_zipimport()) }

    fn _PyBuiltin_Init() -> PyResult<Owned> {
        match import::get_module(id!("builtins").as_object())? {
            Some(m) => Ok(m),
            None => pyrite_vm::builtins::create(),
        }
    }

    fn _PyBuiltins_AddExceptions(m: &PyObject) -> PyStatus {
        let add = || {
            let dict = module::get_dict(m)?;
            for (name, class) in exceptions::BUILTINS {
                dict::set_item_str(&dict, name, class.as_object())?;
            }
            Ok(())
        };
        status(add())
    }

    fn _PySys_Create(_runtime: *mut _PyRuntimeState, _interp: *mut PyInterpreterState, place: Out<*mut PyObject>) -> PyStatus {
        match import::get_module(id!("sys").as_object()).and_then(|m| m.map_or_else(sys::create, Ok)) {
            Ok(m) => {
                place.give(Some(m));
                OK
            }
            Err(_) => FAILED,
        }
    }

    fn _PySys_InitMain(_runtime: *mut _PyRuntimeState, interp: &PyInterpreterState) -> PyResult<()> { lifecycle::set_sys_paths(&interp.config) }

    fn _PySys_SetPreliminaryStderr(_dict: &PyObject) -> PyStatus {
        status(lifecycle::new_std_printer(2).and_then(|early| {
            sys::set_object("stderr", Some(&early))?;
            sys::set_object("__stderr__", Some(&early))
        }))
    }

    fn _PyFaulthandler_Init(enable: c_int) -> PyStatus {
        match faulthandler::init(enable != 0) {
            Ok(()) => OK,
            Err(_) => PyStatus {
                _type: _PyStatus_TYPE_ERROR,
                func: c"_PyFaulthandler_Init".as_ptr(),
                err_msg: c"failed to enable faulthandler".as_ptr(),
                exitcode: 0,
            },
        }
    }
    fn _PyFaulthandler_Fini() { faulthandler::end() }

    fn PyImport_Cleanup() { lifecycle::clear_modules() }
    fn _PyImport_Fini() { import::builtin::fini() }
    fn _PyImport_Fini2() {}
    fn _PyExc_Fini() {}
    fn _PyHash_Fini() {}
    fn _PyHamt_Fini() {}
    fn _PyContext_Fini() {}
    fn _PyType_Fini() { let _ = typeobject::method_cache::clear(); }
    fn _PyUnicode_Fini() {}

    fn _PyWarnings_Fini(interp: &PyInterpreterState) {
        for field in [&interp.warnings.filters, &interp.warnings.once_registry, &interp.warnings.default_action] {
            field.set_ref(None);
        }
    }

    fn PyAsyncGen_Fini() {}
    fn PyBytes_Fini() {}
    fn PyCFunction_Fini() {}
    fn PyDict_Fini() { dict::clear_free_list(); }
    fn PyFloat_Fini() { float::clear_free_list(); }
    fn PyFrame_Fini() {}
    fn PyList_Fini() { list::clear_free_list(); }
    fn PyLong_Fini() {}
    fn PyMethod_Fini() {}
    fn PySet_Fini() {}
    fn PySlice_Fini() { slice::clear_free_list(); }
    fn PyTuple_Fini() { tuple::clear_free_list(); }
    fn _PyErr_Print(_state: *mut PyThreadState) { errors::print_ex(true) }

    fn _PyErr_Display(_file: Option<&PyObject>, exception: &PyObject, value: Option<&PyObject>, traceback: Option<&PyObject>) {
        vm_errors::display(exception, value.unwrap_or_else(|| none()), traceback.unwrap_or_else(|| none()));
    }

    fn _PyErr_WriteUnraisableDefaultHook(arguments: &PyObject) -> PyResult<Owned> {
        vm_errors::default_unraisable_hook(arguments)?;
        Ok(none().own())
    }

    fn _Py_HandleSystemExit(code: Out<c_int>) -> bool {
        if !err::matches(exceptions::exc::SystemExit.get()) {
            return false;
        }
        // With -i the program's end is not the interpreter's.
        if config::flags::Py_InspectFlag.0.get() != 0 {
            return false;
        }
        match vm_errors::system_exit_code() {
            Some(status) => {
                code.set(status);
                true
            }
            None => false,
        }
    }

    fn _PyAsyncGenValueWrapperNew(value: &PyObject) -> PyResult<Owned> { generator::asyncgen::wrap_value(value.own()) }
    fn PyGen_NeedsFinalizing(g: &PyGenObject) -> bool { generator::needs_finalizing(g) }
    fn PyFrame_BlockSetup(f: &PyFrameObject, kind: c_int, handler: c_int, level: c_int) {
        if eval::exceptions::block_setup(f, kind, handler, level).is_err() {
            err::fatal("XXX block stack overflow");
        }
    }

    fn PyFrame_BlockPop(f: &PyFrameObject) -> *mut PyTryBlock {
        if eval::exceptions::block_pop(f).is_err() {
            err::fatal("XXX block stack underflow");
        }
        std::ptr::from_ref(&f.f_blockstack[f.f_iblock.get() as usize]).cast_mut()
    }

    fn _PyTraceBack_FromFrame(next: Option<&PyObject>, f: &PyFrameObject) -> PyResult<Owned> {
        let next = match next {
            Some(next) => Some(next.own().downcast_owned().map_err(|_| err::bad_internal_call())?),
            None => None,
        };
        Ok(traceback::new(next, f, f.f_lasti.get(), frame::line_number(f))?.upcast())
    }

    fn _PyCode_InitOpcache(_code: *mut PyCodeObject) -> c_int { 0 }

    fn _PyCode_GetExtra(code: &PyObject, index: Py_ssize_t, place: Out<*mut c_void>) -> PyResult<()> {
        let code = code.downcast::<PyCodeObject>().ok_or_else(err::bad_internal_call)?;
        place.set(usize::try_from(index).map_or(std::ptr::null_mut(), |i| code::extra::get(code, i)));
        Ok(())
    }

    fn _PyCode_SetExtra(code: &PyObject, index: Py_ssize_t, value: *mut c_void) -> PyResult<()> {
        let code = code.downcast::<PyCodeObject>().ok_or_else(err::bad_internal_call)?;
        match usize::try_from(index) {
            Ok(i) if code::extra::set(code, i, value) => Ok(()),
            _ => Err(err::bad_internal_call()),
        }
    }

    fn _PyCodec_EncodeText(o: &PyObject, encoding: &CStr, errors: Option<&CStr>) -> PyResult<Owned> {
        let encoding = crate::support::lossy(encoding);
        codecs::lookup_text_encoding(&encoding, "codecs.encode()")?;
        codecs::encode(o, &encoding, errors.map(crate::support::lossy).as_deref())
    }

    fn _PyCodec_DecodeText(o: &PyObject, encoding: &CStr, errors: Option<&CStr>) -> PyResult<Owned> {
        let encoding = crate::support::lossy(encoding);
        codecs::lookup_text_encoding(&encoding, "codecs.decode()")?;
        codecs::decode(o, &encoding, errors.map(crate::support::lossy).as_deref())
    }

    fn PyHash_GetFuncDef() -> *mut PyHash_FuncDef { std::ptr::from_ref(&HASH.0).cast_mut() }
    fn _Py_KeyedHash(key: u64, data: *const c_char, size: Py_ssize_t) -> u64 {
        // SAFETY: C passes as many bytes.
        hash::keyed(key, 0, unsafe { crate::support::bytes_at(data, size) })
    }

    fn PyODict_New() -> PyResult<Owned> { Ok(odict::new()?.upcast()) }
    fn PyODict_SetItem(o: &PyObject, key: &PyObject, value: &PyObject) -> PyResult<()> { odict::set_item(ordered(o)?, key, value) }
    fn PyODict_DelItem(o: &PyObject, key: &PyObject) -> PyResult<()> { odict::del_item(ordered(o)?, key) }

    fn PySlice_GetIndices(o: &PyObject, length: Py_ssize_t, start: Out<Py_ssize_t>, stop: Out<Py_ssize_t>, step: Out<Py_ssize_t>) -> c_int {
        let s = o.downcast::<PySliceObject>();
        let part = |field: fn(&PySliceObject) -> &Cell<*mut PyObject>, default: Py_ssize_t, wrap: bool| -> Option<Py_ssize_t> {
            let value = field(s?).load()?;
            if value.is_none() {
                return Some(default);
            }
            let n = long::as_ssize_t(Some(&*value).filter(|v| PyLongObject::check(v))?).ok()?;
            Some(if wrap && n < 0 { n + length } else { n })
        };
        let Some(by) = part(|s| &s.step, 1, false) else { return -1 };
        let (first, last) = if by < 0 { (length - 1, -1) } else { (0, length) };
        let (Some(from), Some(to)) = (part(|s| &s.start, first, true), part(|s| &s.stop, last, true)) else { return -1 };
        step.set(by);
        start.set(from);
        stop.set(to);
        if to > length || from >= length || by == 0 { -1 } else { 0 }
    }

    fn _PyTuple_FromArray(items: *const *mut PyObject, n: Py_ssize_t) -> PyResult<Owned> {
        // SAFETY: C passes as many live objects.
        Ok(tuple::from_slice(unsafe { crate::support::objects_at(items, n.max(0) as usize) })?.upcast())
    }

    fn _PyObject_GC_Resize(o: *mut PyVarObject, n: Py_ssize_t) -> PyResult<*mut PyVarObject> {
        // SAFETY: C passes an object of a collected type that nothing else refers to, and that is not tracked.
        unsafe {
            let size = mem::var_size((*o).ob_base.ty(), n.max(0) as usize)?;
            let head = gc::head(o.cast());
            let grown = mem::object_realloc(head.cast(), size + size_of::<PyGC_Head>());
            if grown.is_null() {
                return Err(err::no_memory());
            }
            let o = gc::object_of(grown.cast()).cast::<PyVarObject>();
            (*o).ob_size.set(n);
            Ok(o)
        }
    }

    fn PyNumber_InMatrixMultiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_matrix_multiply(a, b) }
    fn PyNumber_AsOff_t(o: &PyObject, overflow: Option<&PyObject>) -> PyResult<libc::off_t> { Ok(number::as_ssize_t(o, overflow)? as libc::off_t) }
    fn PyFPE_dummy(_argument: *mut c_void) -> f64 { 1.0 }
    fn _Py_get_387controlword() -> u16 {
        let mut word = 0u16;
        // SAFETY: stores the control word of the x87 unit.
        unsafe { std::arch::asm!("fnstcw word ptr [{}]", in(reg) &raw mut word, options(nostack)) };
        word
    }

    fn _Py_set_387controlword(word: u16) {
        // SAFETY: loads the control word that C asks for.
        unsafe { std::arch::asm!("fldcw word ptr [{}]", in(reg) &raw const word, options(nostack, readonly)) };
    }

    fn PyCompile_OpcodeStackEffect(opcode: c_int, argument: c_int) -> c_int { stack_effect(opcode, argument, -1) }
    fn PyCompile_OpcodeStackEffectWithJump(opcode: c_int, argument: c_int, jump: c_int) -> c_int { stack_effect(opcode, argument, jump) }

    fn PyThread_set_stacksize(size: usize) -> c_int { if threads::set_stack_size(size) { 0 } else { -1 } }

    fn PyMarshal_ReadObjectFromFile(file: *mut libc::FILE) -> PyResult<Owned> {
        let data = crate::pythonrun::contents(file);
        let (o, used) = marshal::loads_prefix(&data)?;
        let rest = data.len() - used;
        if rest > 0 {
            // What is behind the object is for the next reader.
            // SAFETY: C passes an open file.
            unsafe { libc::fseek(file, -(rest as c_long), libc::SEEK_CUR) };
        }
        Ok(o)
    }

    fn _PyEval_EvalCodeWithName(
        code: &PyObject, globals: &PyObject, locals: Option<&PyObject>, args: *const *mut PyObject, n: Py_ssize_t,
        names: *const *mut PyObject, values: *const *mut PyObject, keyword_count: Py_ssize_t, step: c_int,
        defaults: *const *mut PyObject, default_count: Py_ssize_t, keyword_defaults: Option<&PyObject>, closure: Option<&PyObject>,
        name: Option<&PyObject>, qualname: Option<&PyObject>,
    ) -> PyResult<Owned> {
        use crate::support::objects_at;
        let count = keyword_count.max(0) as usize;
        // Names and values stand one behind the other, or in turn (then the step is 2).
        let at = |array: *const *mut PyObject, i: usize| {
            // SAFETY: C passes as many names and values.
            unsafe { &**array.add(i * step.max(1) as usize) }
        };
        let keywords: Vec<(&PyObject, &PyObject)> = (0..count).map(|i| (at(names, i), at(values, i))).collect();
        // SAFETY: C passes as many arguments and defaults.
        let (args, defaults) = unsafe { (objects_at(args, n.max(0) as usize), objects_at(defaults, default_count.max(0) as usize)) };
        let code = code.downcast::<PyCodeObject>().ok_or_else(err::bad_internal_call)?;
        let callee = eval::call::Callee { code, globals, locals, defaults, kwdefaults: keyword_defaults, closure: closure.and_then(|c| c.downcast()), name, qualname };
        eval::call::eval_code_ex(&callee, args, &keywords)
    }

    fn PyRun_InteractiveOne(file: *mut libc::FILE, name: Option<&CStr>) -> c_int { crate::pythonrun::interactive_one(file, name, 0) }
    fn PyRun_InteractiveOneFlags(file: *mut libc::FILE, name: Option<&CStr>, flags: Option<&PyCompilerFlags>) -> c_int { crate::pythonrun::interactive_one(file, name, crate::ceval_::flags_of(flags)) }

    fn PyCompileString(source: &CStr, filename: &CStr, start: c_int) -> PyResult<Owned> {
        let filename = unicode::fs::decode_default(filename.to_bytes())?;
        compile::source(source.to_bytes(), filename.as_object(), start, 0)
    }

    fn _Py_SourceAsString(command: &PyObject, function: &CStr, what: &CStr, flags: Option<&PyCompilerFlags>, copy: Out<*mut PyObject>) -> PyResult<*const c_char> {
        copy.set(std::ptr::null_mut());
        let mut bits = crate::ceval_::flags_of(flags);
        let source = compile::source_as_bytes(command, &crate::support::lossy(function), &crate::support::lossy(what), &mut bits)?;
        if let Some(flags) = flags {
            flags.cf_flags.set(bits);
        }
        let kept = bytes::from_slice(&source)?;
        let text = bytes::as_ptr(&kept).cast_const();
        // The caller keeps the copy as long as it needs the text.
        copy.give(Some(kept));
        Ok(text)
    }

    fn _PyBytes_FormatEx(format: *const c_char, size: Py_ssize_t, args: &PyObject, use_bytearray: c_int) -> PyResult<Owned> {
        // SAFETY: C passes as many bytes.
        let made = pyrite_runtime::format::percent::format_bytes(unsafe { crate::support::bytes_at(format, size) }, args)?;
        if use_bytearray != 0 { Ok(bytearray::from_slice(&made)?.upcast()) } else { Ok(bytes::from_slice(&made)?.upcast()) }
    }

    fn PyBytes_DecodeEscape(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>, _unicode: Py_ssize_t, _recode: Option<&CStr>) -> PyResult<Owned> {
        // SAFETY: C passes as many bytes.
        Ok(bytes::escape::decode(unsafe { crate::support::bytes_at(text, size) }, errors.map(crate::support::lossy).as_deref())?.upcast())
    }

    fn _PyBytes_DecodeEscape(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>, _unicode: Py_ssize_t, _recode: Option<&CStr>, unknown: Out<*const c_char>) -> PyResult<Owned> {
        // SAFETY: C passes as many bytes.
        let (made, at) = bytes::escape::decode_noting(unsafe { crate::support::bytes_at(text, size) }, errors.map(crate::support::lossy).as_deref())?;
        // SAFETY: the place is inside the text.
        unknown.set(at.map_or(std::ptr::null(), |at| unsafe { text.add(at) }));
        Ok(made.upcast())
    }

    fn _PyMethodDef_RawFastCallKeywords(def: &PyMethodDef, slf: *mut PyObject, args: *const *mut PyObject, n: Py_ssize_t, names: *mut PyObject) -> *mut PyObject {
        // SAFETY: C passes the arguments that the function's convention wants.
        unsafe { cfunction::invoke(def, slf, args, n.max(0) as usize, names) }
    }

    fn _PyMethodDef_RawFastCallDict(def: &PyMethodDef, slf: *mut PyObject, args: *const *mut PyObject, n: Py_ssize_t, keywords: Option<&PyObject>) -> PyResult<*mut PyObject> {
        let n = n.max(0) as usize;
        // SAFETY: C passes as many arguments.
        let mut all: Vec<*mut PyObject> = unsafe { crate::support::objects_at(args, n) }.iter().map(|o| o.as_ptr()).collect();
        let items = keywords.and_then(|k| k.downcast::<PyDictObject>()).map(dict::items).unwrap_or_default();
        let mut names = Vec::new();
        for (name, value) in &items {
            names.push(&**name);
            all.push(value.as_ptr());
        }
        let names = if names.is_empty() { None } else { Some(tuple::from_slice(&names)?) };
        let names_ptr = names.as_ref().map_or(std::ptr::null_mut(), |n| n.as_ptr());
        // SAFETY: the arguments and the values behind them are alive during the call.
        Ok(unsafe { cfunction::invoke(def, slf, all.as_ptr(), n, names_ptr) })
    }

    fn _PyStack_UnpackDict(args: *const *mut PyObject, n: Py_ssize_t, keywords: Option<&PyObject>, stack: Out<*const *mut PyObject>, names: Out<*mut PyObject>) -> PyResult<()> {
        let n = n.max(0) as usize;
        let items = keywords.and_then(|k| k.downcast::<PyDictObject>()).map(dict::items).unwrap_or_default();
        if items.is_empty() {
            stack.set(args);
            names.set(std::ptr::null_mut());
            return Ok(());
        }
        if items.iter().any(|(name, _)| !PyUnicodeObject::check(name)) {
            return Err(raise!(TypeError, "keywords must be strings"));
        }
        let block = mem::malloc(mem::Domain::Mem, (n + items.len()) * size_of::<usize>()).cast::<*mut PyObject>();
        if block.is_null() {
            return Err(err::no_memory());
        }
        let all: Vec<&PyObject> = items.iter().map(|(name, _)| &**name).collect();
        let tuple = tuple::from_slice(&all)?;
        // SAFETY: the block has room for the arguments and the values, whose references the caller takes over.
        unsafe {
            for (i, o) in crate::support::objects_at(args, n).iter().enumerate() {
                block.add(i).write(o.own().into_ptr());
            }
            for (i, (_, value)) in items.iter().enumerate() {
                block.add(n + i).write(value.own().into_ptr());
            }
        }
        stack.set(block.cast_const());
        names.give(Some(tuple));
        Ok(())
    }

    fn _Py_add_one_to_index_F(n: c_int, index: *mut Py_ssize_t, shape: *const Py_ssize_t) { step_index(0..n.max(0) as usize, index, shape) }
    fn _Py_add_one_to_index_C(n: c_int, index: *mut Py_ssize_t, shape: *const Py_ssize_t) { step_index((0..n.max(0) as usize).rev(), index, shape) }

    fn _Py_string_to_number_with_underscores(text: *const c_char, size: Py_ssize_t, what: &CStr, object: Option<&PyObject>, argument: *mut c_void, inner: Option<unsafe extern "C" fn(*const c_char, Py_ssize_t, *mut c_void) -> *mut PyObject>) -> PyResult<*mut PyObject> {
        let Some(inner) = inner else { return Err(err::bad_internal_call()) };
        // SAFETY: C passes as many bytes, and a NUL behind them.
        let given = unsafe { crate::support::bytes_at(text, size) };
        if !given.contains(&b'_') {
            // SAFETY: the function takes the text and its own argument.
            return Ok(unsafe { inner(text, size, argument) });
        }
        let bad = || -> Raised {
            let shown = object.map(object::repr).transpose().ok().flatten();
            let shown = shown.as_deref().map_or_else(String::new, vm_text::lossy);
            raise!(ValueError, "could not convert string to {}: {shown}", crate::support::lossy(what))
        };
        let plain = float::without_underscores(given).ok_or_else(bad)?;
        let copy = config::c_string(&plain);
        if copy.as_bytes().len() != plain.len() {
            return Err(bad());
        }
        // SAFETY: as above; the copy lives during the call.
        Ok(unsafe { inner(copy.as_ptr(), plain.len() as Py_ssize_t, argument) })
    }

    fn _Py_parse_inf_or_nan(text: &CStr, end: Out<*mut c_char>) -> f64 {
        let all = text.to_bytes();
        let (sign, rest) = match all.split_first() {
            Some((b'-', rest)) => (-1.0, rest),
            Some((b'+', rest)) => (1.0, rest),
            _ => (1.0, all),
        };
        let starts = |word: &[u8]| rest.len() >= word.len() && rest[..word.len()].eq_ignore_ascii_case(word);
        let (value, used) = if starts(b"infinity") {
            (sign * f64::INFINITY, 8)
        } else if starts(b"inf") {
            (sign * f64::INFINITY, 3)
        } else if starts(b"nan") {
            (f64::NAN.copysign(sign), 3)
        } else {
            end.set(text.as_ptr().cast_mut());
            return -1.0;
        };
        // SAFETY: the place is inside the text.
        end.set(unsafe { text.as_ptr().cast_mut().add(all.len() - rest.len() + used) });
        value
    }

    fn _Py_dg_strtod(text: &CStr, end: Out<*mut c_char>) -> f64 {
        let (value, used) =
            pyrite_runtime::pystrtod::parse_prefix(text.to_bytes()).unwrap_or((0.0, 0));
        // SAFETY: the place is inside the text.
        end.set(unsafe { text.as_ptr().cast_mut().add(used) });
        value
    }

    fn _Py_dg_freedtoa(text: *mut c_char) {
        // SAFETY: C passes what _Py_dg_dtoa made.
        unsafe { mem::free(mem::Domain::Mem, text.cast()) }
    }

    /// The digits of a number: the shortest that read back the same (mode 0), `n` digits (2), or `n` behind the point (3).
    fn _Py_dg_dtoa(value: f64, mode: c_int, n: c_int, point: Out<c_int>, sign: Out<c_int>, end: Out<*mut c_char>) -> *mut c_char {
        sign.set(c_int::from(value.is_sign_negative()));
        let (digits, at) = decimal_digits(value.abs(), mode, n);
        point.set(at);
        let block = mem::malloc(mem::Domain::Mem, digits.len() + 1).cast::<u8>();
        if block.is_null() {
            return std::ptr::null_mut();
        }
        // SAFETY: the block has room for the digits and a NUL.
        unsafe {
            block.copy_from_nonoverlapping(digits.as_ptr(), digits.len());
            block.add(digits.len()).write(0);
            end.set(block.add(digits.len()).cast());
        }
        block.cast()
    }

    fn _Py_normalize_encoding(encoding: &CStr, lower: *mut u8, size: usize) -> bool {
        let mut out = Vec::new();
        let mut gap = false;
        for b in encoding.to_bytes() {
            if b.is_ascii_alphanumeric() || *b == b'.' {
                if gap && !out.is_empty() {
                    out.push(b'_');
                }
                gap = false;
                out.push(b.to_ascii_lowercase());
            } else {
                gap = true;
            }
        }
        if out.len() >= size {
            return false;
        }
        // SAFETY: C passes room for as many bytes.
        unsafe {
            lower.copy_from_nonoverlapping(out.as_ptr(), out.len());
            lower.add(out.len()).write(0);
        }
        true
    }

    fn _PyThread_cond_init(cond: *mut libc::pthread_cond_t) -> c_int {
        // SAFETY: C passes a place for a condition; the attributes are initialised before they are used.
        unsafe {
            let mut attributes: libc::pthread_condattr_t = std::mem::zeroed();
            libc::pthread_condattr_init(&mut attributes);
            libc::pthread_condattr_setclock(&mut attributes, libc::CLOCK_MONOTONIC);
            libc::pthread_cond_init(cond, &attributes)
        }
    }

    fn _PyThread_cond_after(microseconds: i64, at: *mut libc::timespec) {
        // SAFETY: C passes a place for the time.
        unsafe {
            libc::clock_gettime(libc::CLOCK_MONOTONIC, at);
            let nanoseconds = (*at).tv_nsec + microseconds % 1_000_000 * 1000;
            (*at).tv_sec += microseconds / 1_000_000 + nanoseconds / 1_000_000_000;
            (*at).tv_nsec = nanoseconds % 1_000_000_000;
        }
    }
}

/// Digits without trailing zeros, and where the point is.
fn decimal_digits(value: f64, mode: c_int, n: c_int) -> (Vec<u8>, c_int) {
    if value.is_infinite() {
        return (b"Infinity".to_vec(), 9999);
    }
    if value.is_nan() {
        return (b"NaN".to_vec(), 9999);
    }
    if value == 0.0 {
        return (b"0".to_vec(), 1);
    }
    let text = match mode {
        2 | 4 => format!("{value:.*e}", (n.max(1) - 1) as usize),
        3 | 5 if n >= 0 => {
            let fixed = format!("{value:.*}", n as usize);
            let (whole, fraction) = fixed.split_once('.').unwrap_or((&fixed, ""));
            let all = format!("{whole}{fraction}");
            let zeros = all.bytes().take_while(|b| *b == b'0').count();
            let digits = all[zeros..].trim_end_matches('0');
            let at = whole.len() as c_int - zeros as c_int;
            return if digits.is_empty() {
                (Vec::new(), -n)
            } else {
                (digits.as_bytes().to_vec(), at)
            };
        }
        3 | 5 => {
            // Digits in front of the point are dropped: rounded where the first dropped one stands.
            let exponent = format!("{value:e}")
                .rsplit_once('e')
                .and_then(|(_, e)| e.parse::<c_int>().ok())
                .unwrap_or(0);
            let keep = exponent + 1 + n;
            if keep < 0 {
                return (Vec::new(), -n);
            }
            if keep == 0 {
                // All digits are dropped: more than half rounds up to the next power of ten.
                let up = value / 10f64.powi(exponent) > 5.0;
                return if up {
                    (b"1".to_vec(), exponent + 2)
                } else {
                    (Vec::new(), -n)
                };
            }
            format!("{value:.*e}", (keep.max(1) - 1) as usize)
        }
        _ => format!("{value:e}"),
    };
    let (mantissa, exponent) = text.rsplit_once('e').unwrap_or((&text, "0"));
    let digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    let kept = digits
        .iter()
        .rposition(|b| *b != b'0')
        .map_or(0, |at| at + 1);
    (
        digits[..kept].to_vec(),
        exponent.parse::<c_int>().unwrap_or(0) + 1,
    )
}

fn ordered(o: &PyObject) -> PyResult<&odict::ODictObject> {
    o.downcast().ok_or_else(err::bad_internal_call)
}

fn stack_effect(opcode: c_int, argument: c_int, jump: c_int) -> c_int {
    use pyrite_bytecode::opcode::{Jump, stack_effect};
    let jump = match jump {
        0 => Jump::NotTaken,
        1 => Jump::Taken,
        _ => Jump::Max,
    };
    u8::try_from(opcode)
        .ok()
        .and_then(|op| stack_effect(op, argument, jump))
        .unwrap_or(c_int::MAX)
}

/// The index of the next element, the first named dimension fastest.
fn step_index(
    order: impl Iterator<Item = usize>,
    index: *mut Py_ssize_t,
    shape: *const Py_ssize_t,
) {
    for i in order {
        // SAFETY: C passes as many numbers as there are dimensions.
        unsafe {
            if *index.add(i) < *shape.add(i) - 1 {
                *index.add(i) += 1;
                return;
            }
            *index.add(i) = 0;
        }
    }
}

unsafe extern "C" fn hash_bytes(data: *const c_void, size: Py_ssize_t) -> Py_hash_t {
    // SAFETY: C passes as many bytes.
    hash::bytes(unsafe { crate::support::bytes_at(data.cast(), size) })
}

static HASH: Table<PyHash_FuncDef> = Table(PyHash_FuncDef {
    hash: Some(hash_bytes),
    name: c"siphash24".as_ptr(),
    hash_bits: 64,
    seed_bits: 128,
});

/// What CPython counts floating-point traps in, and jumps to.
#[unsafe(no_mangle)]
pub static PyFPE_counter: Global<c_int> = Global::new(0);
#[unsafe(no_mangle)]
pub static PyFPE_jbuf: Global<[u64; 25]> = Global::new([0; 25]);

unsafe extern "C" fn evaluate_format(
    f: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    let call = || {
        // SAFETY: C passes a live object, a format that ends in NUL, and arguments that belong to it.
        let (f, args) = unsafe {
            let format = if format.is_null() {
                c"()"
            } else {
                CStr::from_ptr(format)
            };
            (
                &*f,
                crate::buildvalue::build(format, VaList::new(list), false)?,
            )
        };
        call_object(f, &args)
    };
    call().map_or(std::ptr::null_mut(), Owned::into_ptr)
}

unsafe extern "C" fn evaluate_method(
    o: *mut PyObject,
    name: *const c_char,
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    let call = || {
        // SAFETY: C passes a live object, strings that end in NUL, and arguments that belong to the format.
        let (o, name, args) = unsafe {
            let format = if format.is_null() {
                c"()"
            } else {
                CStr::from_ptr(format)
            };
            (
                &*o,
                CStr::from_ptr(name),
                crate::buildvalue::build(format, VaList::new(list), false)?,
            )
        };
        call_object(&*object::get_attr(o, &*crate::support::text(name)?)?, &args)
    };
    call().map_or(std::ptr::null_mut(), Owned::into_ptr)
}

fn call_object(f: &PyObject, args: &PyObject) -> PyResult<Owned> {
    match args.downcast::<PyTupleObject>() {
        Some(args) => call::call_dict(f, args, None),
        None => Err(raise!(TypeError, "argument list must be a tuple")),
    }
}

variadic! {
    fn PyEval_CallFunction(f, format; ...) = evaluate_format;
    fn PyEval_CallMethod(o, name, format; ...) = evaluate_method;
}
