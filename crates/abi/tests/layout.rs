//! Asks a C compiler for the size, offsets and bit positions of every layout, and for the value of every constant,
//! and compares them with this crate's.
//!
//! The tables below say what is compared. Each makes one C program over the headers of the installed Python 3.8.

use std::fmt::Write as _;
use std::mem::{offset_of, size_of};
use std::path::{Path, PathBuf};
use std::process::Command;

use pyrite_abi::*;

/// Headers that `Python.h` does not include itself.
const HEADERS: &[&str] = &[
    "structmember.h",
    "structseq.h",
    "frameobject.h",
    "code.h",
    "ucnhash.h",
    "token.h",
    "opcode.h",
    "marshal.h",
    "node.h",
    "grammar.h",
    "bitset.h",
    "parsetok.h",
    "osmodule.h",
    "errcode.h",
    "symtable.h",
    "longintrepr.h",
    "pythread.h",
    "pycore_accu.h",
    "pycore_atomic.h",
    "pycore_ceval.h",
    "pycore_code.h",
    "pycore_context.h",
    "pycore_fileutils.h",
    "pycore_getopt.h",
    "pycore_gil.h",
    "pycore_hamt.h",
    "pycore_initconfig.h",
    "pycore_long.h",
    "pycore_object.h",
    "pycore_pathconfig.h",
    "pycore_pyerrors.h",
    "pycore_pyhash.h",
    "pycore_pylifecycle.h",
    "pycore_pymem.h",
    "pycore_pystate.h",
    "pycore_traceback.h",
    "pycore_tupleobject.h",
    "pycore_warnings.h",
];

/// One C expression, what it must be, and how to print it when it is not.
struct Check {
    expression: String,
    expected: i128,
}

/// `type, "C type", [fields];` gives a check of the size and of each field's offset.
macro_rules! layouts {
    ($($ty:path, $c:literal, [$($field:ident),*];)*) => {
        fn layout_checks() -> Vec<Check> {
            let mut checks = Vec::new();
            $(
                checks.push(Check { expression: format!("sizeof({})", $c), expected: size_of::<$ty>() as i128 });
                $(checks.push(Check {
                    expression: format!("offsetof({}, {})", $c, stringify!($field).trim_start_matches("r#")),
                    expected: offset_of!($ty, $field) as i128,
                });)*
            )*
            checks
        }
    };
}

/// `type, "C type", word, "C bit-field", mask;` gives a check of the bits that the field takes in the word.
macro_rules! bit_fields {
    ($($ty:path, $c:literal, $word:ident, $field:literal, $mask:ident;)*) => {
        fn bit_checks() -> Vec<Check> {
            vec![$(Check {
                expression: format!(
                    "({{ static {c} o; unsigned w; o.{f} = ~0; memcpy(&w, (char *)&o + {offset}, sizeof w); w; }})",
                    c = $c, f = $field, offset = offset_of!($ty, $word),
                ),
                expected: <$ty>::$mask as i128,
            }),*]
        }
    };
}

macro_rules! constants {
    ($($name:path),* $(,)?) => {
        fn constant_checks() -> Vec<Check> {
            vec![$(Check {
                expression: stringify!($name).rsplit(':').next().unwrap().trim().to_owned(),
                expected: $name as i128,
            }),*]
        }
    };
}

fn include_dir() -> PathBuf {
    let python = std::env::var("PYTHON38").unwrap_or_else(|_| "python3.8".to_owned());
    let output = Command::new(&python)
        .args([
            "-c",
            "import sysconfig; print(sysconfig.get_paths()['include'])",
        ])
        .env("PYENV_VERSION", "3.8.18") // where `python3.8` is pyenv's, it runs only when asked for
        .output()
        .unwrap_or_else(|e| panic!("{python}: {e}; set PYTHON38 to an installed Python 3.8"));
    PathBuf::from(String::from_utf8(output.stdout).unwrap().trim())
}

fn program(checks: &[Check]) -> String {
    let mut c =
        String::from("#define PY_SSIZE_T_CLEAN\n#define Py_BUILD_CORE 1\n#include <Python.h>\n");
    for header in HEADERS {
        writeln!(c, "#include \"{header}\"").unwrap();
    }
    c.push_str("#include <stddef.h>\n#include <stdio.h>\n#include <string.h>\n");
    c.push_str("#define SHOW(e) do { __auto_type v = (e); \\\n");
    c.push_str("    if (v < 0) printf(\"%lld\\n\", (long long)v); else printf(\"%llu\\n\", (unsigned long long)v); } while (0)\n");
    c.push_str("int main(void) {\n");
    for check in checks {
        writeln!(c, "    SHOW({});", check.expression).unwrap();
    }
    c.push_str("    return 0;\n}\n");
    c
}

fn compare(name: &str, checks: &[Check]) {
    let include = include_dir();
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (source, binary) = (dir.join(format!("{name}.c")), dir.join(name));
    std::fs::write(&source, program(checks)).unwrap();
    let cc = std::env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    let compiled = Command::new(cc)
        .args(["-w", "-std=gnu11", "-I"])
        .arg(&include)
        .arg("-I")
        .arg(include.join("internal"))
        .arg(&source)
        .arg("-o")
        .arg(&binary)
        .output()
        .unwrap();
    assert!(
        compiled.status.success(),
        "{}",
        String::from_utf8_lossy(&compiled.stderr)
    );
    let output = Command::new(&binary).output().unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let answers: Vec<i128> = output.lines().map(|l| l.parse().unwrap()).collect();
    assert_eq!(answers.len(), checks.len());
    let wrong: Vec<String> = checks
        .iter()
        .zip(answers)
        .filter(|(check, answer)| check.expected != *answer)
        .map(|(check, answer)| {
            format!(
                "{}: C has {answer}, Rust {}",
                check.expression, check.expected
            )
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn layouts_are_those_of_the_headers() {
    compare("layouts", &layout_checks());
}

#[test]
fn bit_fields_are_those_of_the_headers() {
    compare("bit_fields", &bit_checks());
}

#[test]
fn constants_are_those_of_the_headers() {
    compare("constants", &constant_checks());
}

layouts! {
    _PyTraceMalloc_Config, "struct _PyTraceMalloc_Config", [initialized, tracing, max_nframe, use_domain];
    PyMemAllocatorEx, "PyMemAllocatorEx", [ctx, malloc, calloc, realloc, free];
    PyObject, "PyObject", [ob_refcnt, ob_type];
    PyVarObject, "PyVarObject", [ob_base, ob_size];
    PyType_Slot, "PyType_Slot", [slot, pfunc];
    PyType_Spec, "PyType_Spec", [name, basicsize, itemsize, flags, slots];
    _Py_Identifier, "_Py_Identifier", [next, string, object];
    Py_buffer, "Py_buffer", [buf, obj, len, itemsize, readonly, ndim, format, shape, strides, suboffsets, internal];
    PyNumberMethods, "PyNumberMethods", [nb_add, nb_subtract, nb_multiply, nb_remainder, nb_divmod, nb_power, nb_negative, nb_positive, nb_absolute, nb_bool, nb_invert, nb_lshift, nb_rshift, nb_and, nb_xor, nb_or, nb_int, nb_reserved, nb_float, nb_inplace_add, nb_inplace_subtract, nb_inplace_multiply, nb_inplace_remainder, nb_inplace_power, nb_inplace_lshift, nb_inplace_rshift, nb_inplace_and, nb_inplace_xor, nb_inplace_or, nb_floor_divide, nb_true_divide, nb_inplace_floor_divide, nb_inplace_true_divide, nb_index, nb_matrix_multiply, nb_inplace_matrix_multiply];
    PySequenceMethods, "PySequenceMethods", [sq_length, sq_concat, sq_repeat, sq_item, was_sq_slice, sq_ass_item, was_sq_ass_slice, sq_contains, sq_inplace_concat, sq_inplace_repeat];
    PyMappingMethods, "PyMappingMethods", [mp_length, mp_subscript, mp_ass_subscript];
    PyAsyncMethods, "PyAsyncMethods", [am_await, am_aiter, am_anext];
    PyBufferProcs, "PyBufferProcs", [bf_getbuffer, bf_releasebuffer];
    PyTypeObject, "PyTypeObject", [ob_base, tp_name, tp_basicsize, tp_itemsize, tp_dealloc, tp_vectorcall_offset, tp_getattr, tp_setattr, tp_as_async, tp_repr, tp_as_number, tp_as_sequence, tp_as_mapping, tp_hash, tp_call, tp_str, tp_getattro, tp_setattro, tp_as_buffer, tp_flags, tp_doc, tp_traverse, tp_clear, tp_richcompare, tp_weaklistoffset, tp_iter, tp_iternext, tp_methods, tp_members, tp_getset, tp_base, tp_dict, tp_descr_get, tp_descr_set, tp_dictoffset, tp_init, tp_alloc, tp_new, tp_free, tp_is_gc, tp_bases, tp_mro, tp_cache, tp_subclasses, tp_weaklist, tp_del, tp_version_tag, tp_finalize, tp_vectorcall, tp_print];
    PyHeapTypeObject, "PyHeapTypeObject", [ht_type, as_async, as_number, as_mapping, as_sequence, as_buffer, ht_name, ht_slots, ht_qualname, ht_cached_keys];
    _Py_clock_info_t, "_Py_clock_info_t", [implementation, monotonic, adjustable, resolution];
    PyObjectArenaAllocator, "PyObjectArenaAllocator", [ctx, alloc, free];
    PyGC_Head, "PyGC_Head", [_gc_next, _gc_prev];
    _Py_HashSecret_t, "_Py_HashSecret_t", [uc, fnv, siphash, djbx33a, expat];
    _Py_HashSecret_t_fnv, "typeof(((_Py_HashSecret_t *)0)->fnv)", [prefix, suffix];
    _Py_HashSecret_t_siphash, "typeof(((_Py_HashSecret_t *)0)->siphash)", [k0, k1];
    _Py_HashSecret_t_djbx33a, "typeof(((_Py_HashSecret_t *)0)->djbx33a)", [padding, suffix];
    _Py_HashSecret_t_expat, "typeof(((_Py_HashSecret_t *)0)->expat)", [padding, hashsalt];
    PyHash_FuncDef, "PyHash_FuncDef", [hash, name, hash_bits, seed_bits];
    PyByteArrayObject, "PyByteArrayObject", [ob_base, ob_alloc, ob_bytes, ob_start, ob_exports];
    PyBytesObject, "PyBytesObject", [ob_base, ob_shash, ob_sval];
    _PyBytesWriter, "_PyBytesWriter", [buffer, allocated, min_size, use_bytearray, overallocate, use_small_buffer, small_buffer];
    PyASCIIObject, "PyASCIIObject", [ob_base, length, hash, state, wstr];
    PyCompactUnicodeObject, "PyCompactUnicodeObject", [_base, utf8_length, utf8, wstr_length];
    PyUnicodeObject, "PyUnicodeObject", [_base, data];
    _PyUnicodeWriter, "_PyUnicodeWriter", [buffer, data, kind, maxchar, size, pos, min_length, min_char, overallocate, readonly];
    PyLongObject, "PyLongObject", [ob_base, ob_digit];
    PyFloatObject, "PyFloatObject", [ob_base, ob_fval];
    Py_complex, "Py_complex", [real, imag];
    PyComplexObject, "PyComplexObject", [ob_base, cval];
    _PyManagedBufferObject, "_PyManagedBufferObject", [ob_base, flags, exports, master];
    PyMemoryViewObject, "PyMemoryViewObject", [ob_base, mbuf, hash, flags, exports, view, weakreflist, ob_array];
    PyTupleObject, "PyTupleObject", [ob_base, ob_item];
    PyListObject, "PyListObject", [ob_base, ob_item, allocated];
    PyDictObject, "PyDictObject", [ob_base, ma_used, ma_version_tag, ma_keys, ma_values];
    _PyDictViewObject, "_PyDictViewObject", [ob_base, dv_dict];
    setentry, "setentry", [key, hash];
    PySetObject, "PySetObject", [ob_base, fill, used, mask, table, hash, finger, smalltable, weakreflist];
    PyMethodDef, "PyMethodDef", [ml_name, ml_meth, ml_flags, ml_doc];
    PyCFunctionObject, "PyCFunctionObject", [ob_base, m_ml, m_self, m_module, m_weakreflist, vectorcall];
    PyModuleDef_Base, "PyModuleDef_Base", [ob_base, m_init, m_index, m_copy];
    PyModuleDef_Slot, "PyModuleDef_Slot", [slot, value];
    PyModuleDef, "PyModuleDef", [m_base, m_name, m_doc, m_size, m_methods, m_slots, m_traverse, m_clear, m_free];
    PyFunctionObject, "PyFunctionObject", [ob_base, func_code, func_globals, func_defaults, func_kwdefaults, func_closure, func_doc, func_name, func_dict, func_weakreflist, func_module, func_annotations, func_qualname, vectorcall];
    PyMethodObject, "PyMethodObject", [ob_base, im_func, im_self, im_weakreflist, vectorcall];
    PyInstanceMethodObject, "PyInstanceMethodObject", [ob_base, func];
    PyTracebackObject, "PyTracebackObject", [ob_base, tb_next, tb_frame, tb_lasti, tb_lineno];
    PySliceObject, "PySliceObject", [ob_base, start, stop, step];
    PyCellObject, "PyCellObject", [ob_base, ob_ref];
    Py_tss_t, "Py_tss_t", [_is_initialized, _key];
    PyStatus, "PyStatus", [_type, func, err_msg, exitcode];
    PyWideStringList, "PyWideStringList", [length, items];
    PyPreConfig, "PyPreConfig", [_config_init, parse_argv, isolated, use_environment, configure_locale, coerce_c_locale, coerce_c_locale_warn, utf8_mode, dev_mode, allocator];
    PyConfig, "PyConfig", [_config_init, isolated, use_environment, dev_mode, install_signal_handlers, use_hash_seed, hash_seed, faulthandler, tracemalloc, import_time, show_ref_count, show_alloc_count, dump_refs, malloc_stats, filesystem_encoding, filesystem_errors, pycache_prefix, parse_argv, argv, program_name, xoptions, warnoptions, site_import, bytes_warning, inspect, interactive, optimization_level, parser_debug, write_bytecode, verbose, quiet, user_site_directory, configure_c_stdio, buffered_stdio, stdio_encoding, stdio_errors, check_hash_pycs_mode, pathconfig_warnings, pythonpath_env, home, module_search_paths_set, module_search_paths, executable, base_executable, prefix, base_prefix, exec_prefix, base_exec_prefix, skip_source_first_line, run_command, run_module, run_filename, _install_importlib, _init_main];
    _PyErr_StackItem, "_PyErr_StackItem", [exc_type, exc_value, exc_traceback, previous_item];
    PyThreadState, "PyThreadState", [prev, next, interp, frame, recursion_depth, overflowed, recursion_critical, stackcheck_counter, tracing, use_tracing, c_profilefunc, c_tracefunc, c_profileobj, c_traceobj, curexc_type, curexc_value, curexc_traceback, exc_state, exc_info, dict, gilstate_counter, async_exc, thread_id, trash_delete_nesting, trash_delete_later, on_delete, on_delete_data, coroutine_origin_tracking_depth, async_gen_firstiter, async_gen_finalizer, context, context_ver, id];
    _PyCrossInterpreterData, "_PyCrossInterpreterData", [data, obj, interp, new_object, free];
    PyGenObject, "PyGenObject", [ob_base, gi_frame, gi_running, gi_code, gi_weakreflist, gi_name, gi_qualname, gi_exc_state];
    PyCoroObject, "PyCoroObject", [ob_base, cr_frame, cr_running, cr_code, cr_weakreflist, cr_name, cr_qualname, cr_exc_state, cr_origin];
    PyAsyncGenObject, "PyAsyncGenObject", [ob_base, ag_frame, ag_running, ag_code, ag_weakreflist, ag_name, ag_qualname, ag_exc_state, ag_finalizer, ag_hooks_inited, ag_closed, ag_running_async];
    PyGetSetDef, "PyGetSetDef", [name, get, set, doc, closure];
    wrapperbase, "struct wrapperbase", [name, offset, function, wrapper, doc, flags, name_strobj];
    PyDescrObject, "PyDescrObject", [ob_base, d_type, d_name, d_qualname];
    PyMethodDescrObject, "PyMethodDescrObject", [d_common, d_method, vectorcall];
    PyMemberDescrObject, "PyMemberDescrObject", [d_common, d_member];
    PyGetSetDescrObject, "PyGetSetDescrObject", [d_common, d_getset];
    PyWrapperDescrObject, "PyWrapperDescrObject", [d_common, d_base, d_wrapped];
    PyWeakReference, "PyWeakReference", [ob_base, wr_object, wr_callback, hash, wr_prev, wr_next];
    PyStructSequence_Field, "PyStructSequence_Field", [name, doc];
    PyStructSequence_Desc, "PyStructSequence_Desc", [name, doc, fields, n_in_sequence];
    PyBaseExceptionObject, "PyBaseExceptionObject", [ob_base, dict, args, traceback, context, cause, suppress_context];
    PySyntaxErrorObject, "PySyntaxErrorObject", [ob_base, dict, args, traceback, context, cause, suppress_context, msg, filename, lineno, offset, text, print_file_and_line];
    PyImportErrorObject, "PyImportErrorObject", [ob_base, dict, args, traceback, context, cause, suppress_context, msg, name, path];
    PyUnicodeErrorObject, "PyUnicodeErrorObject", [ob_base, dict, args, traceback, context, cause, suppress_context, encoding, object, start, end, reason];
    PySystemExitObject, "PySystemExitObject", [ob_base, dict, args, traceback, context, cause, suppress_context, code];
    PyOSErrorObject, "PyOSErrorObject", [ob_base, dict, args, traceback, context, cause, suppress_context, myerrno, strerror, filename, filename2, written];
    PyStopIterationObject, "PyStopIterationObject", [ob_base, dict, args, traceback, context, cause, suppress_context, value];
    _PyArg_Parser, "_PyArg_Parser", [format, keywords, fname, custom_msg, pos, min, max, kwtuple, next];
    PyCodeObject, "PyCodeObject", [ob_base, co_argcount, co_posonlyargcount, co_kwonlyargcount, co_nlocals, co_stacksize, co_flags, co_firstlineno, co_code, co_consts, co_names, co_varnames, co_freevars, co_cellvars, co_cell2arg, co_filename, co_name, co_lnotab, co_zombieframe, co_weakreflist, co_extra, co_opcache_map, co_opcache, co_opcache_flag, co_opcache_size];
    PyAddrPair, "PyAddrPair", [ap_lower, ap_upper];
    PyCompilerFlags, "PyCompilerFlags", [cf_flags, cf_feature_version];
    PyFutureFeatures, "PyFutureFeatures", [ff_features, ff_lineno];
    _inittab, "struct _inittab", [name, initfunc];
    _frozen, "struct _frozen", [name, code, size];
    PyMemberDef, "PyMemberDef", [name, r#type, offset, flags, doc];
    PyTryBlock, "PyTryBlock", [b_type, b_handler, b_level];
    PyFrameObject, "PyFrameObject", [ob_base, f_back, f_code, f_builtins, f_globals, f_locals, f_valuestack, f_stacktop, f_trace, f_trace_lines, f_trace_opcodes, f_gen, f_lasti, f_lineno, f_iblock, f_executing, f_blockstack, f_localsplus];
    _PyUnicode_Name_CAPI, "_PyUnicode_Name_CAPI", [size, getname, getcode];
    parser::node, "node", [n_type, n_str, n_lineno, n_col_offset, n_nchildren, n_child, n_end_lineno, n_end_col_offset];
    parser::label, "label", [lb_type, lb_str];
    parser::labellist, "labellist", [ll_nlabels, ll_label];
    parser::arc, "arc", [a_lbl, a_arrow];
    parser::state, "state", [s_narcs, s_arc, s_lower, s_upper, s_accel, s_accept];
    parser::dfa, "dfa", [d_type, d_name, d_nstates, d_state, d_first];
    parser::grammar, "grammar", [g_ndfas, g_dfa, g_ll, g_start, g_accel];
    parser::perrdetail, "perrdetail", [error, filename, lineno, offset, text, token, expected];
    symtab::symtable, "struct symtable", [st_filename, st_cur, st_top, st_blocks, st_stack, st_global, st_nblocks, st_private, st_future, recursion_depth, recursion_limit];
    symtab::PySTEntryObject, "PySTEntryObject", [ob_base, ste_id, ste_symbols, ste_name, ste_varnames, ste_children, ste_directives, ste_type, ste_nested, ste_comp_iter_expr, ste_lineno, ste_col_offset, ste_opt_lineno, ste_opt_col_offset, ste_table];
    _PyAccu, "_PyAccu", [large, small];
    _Py_atomic_address, "_Py_atomic_address", [_value];
    _Py_atomic_int, "_Py_atomic_int", [_value];
    _gil_runtime_state, "struct _gil_runtime_state", [interval, last_holder, locked, switch_number, cond, mutex, switch_cond, switch_mutex];
    _PyPathConfig, "_PyPathConfig", [program_full_path, prefix, exec_prefix, module_search_path, program_name, home];
    gc_generation, "struct gc_generation", [head, threshold, count];
    gc_generation_stats, "struct gc_generation_stats", [collections, collected, uncollectable];
    _gc_runtime_state, "struct _gc_runtime_state", [trash_delete_later, trash_delete_nesting, enabled, debug, generations, generation0, permanent_generation, generation_stats, collecting, garbage, callbacks, long_lived_total, long_lived_pending];
    _warnings_runtime_state, "struct _warnings_runtime_state", [filters, once_registry, default_action, filters_version];
    _pending_calls, "struct _pending_calls", [finishing, lock, calls_to_do, async_exc, calls, first, last];
    _pending_calls_calls, "typeof(((struct _pending_calls *)0)->calls[0])", [func, arg];
    _ceval_runtime_state, "struct _ceval_runtime_state", [recursion_limit, tracing_possible, eval_breaker, gil_drop_request, pending, signals_pending, gil];
    PyInterpreterState, "PyInterpreterState", [next, tstate_head, id, id_refcount, requires_idref, id_mutex, finalizing, modules, modules_by_index, sysdict, builtins, importlib, check_interval, num_threads, pythread_stacksize, codec_search_path, codec_search_cache, codec_error_registry, codecs_initialized, fs_codec, config, dlopenflags, dict, builtins_copy, import_func, eval_frame, co_extra_user_count, co_extra_freefuncs, before_forkers, after_forkers_parent, after_forkers_child, pyexitfunc, pyexitmodule, tstate_next_unique_id, warnings, audit_hooks, int_max_str_digits];
    PyInterpreterState_fs_codec, "typeof(((PyInterpreterState *)0)->fs_codec)", [encoding, errors, error_handler];
    _xidregitem, "struct _xidregitem", [cls, getdata, next];
    _Py_AuditHookEntry, "_Py_AuditHookEntry", [next, hookCFunction, userData];
    _gilstate_runtime_state, "struct _gilstate_runtime_state", [check_enabled, tstate_current, getframe, autoInterpreterState, autoTSSkey];
    _PyRuntimeState, "_PyRuntimeState", [preinitializing, preinitialized, core_initialized, initialized, finalizing, interpreters, xidregistry, main_thread, exitfuncs, nexitfuncs, gc, ceval, gilstate, preconfig, open_code_hook, open_code_userdata, audit_hook_head];
    pyinterpreters, "struct pyinterpreters", [mutex, head, main, next_id];
    _xidregistry, "struct _xidregistry", [mutex, head];
    _PyOpcache_LoadGlobal, "_PyOpcache_LoadGlobal", [ptr, globals_ver, builtins_ver];
    _PyOpcache, "_PyOpcache", [u, optimized];
    _PyOpcache_u, "typeof(((_PyOpcache *)0)->u)", [lg];
    PyHamtNode, "PyHamtNode", [ob_base];
    PyHamtObject, "PyHamtObject", [ob_base, h_root, h_weakreflist, h_count];
    PyHamtIteratorState, "PyHamtIteratorState", [i_nodes, i_pos, i_level];
    PyHamtIterator, "PyHamtIterator", [ob_base, hi_obj, hi_iter, hi_yield];
    PyContext, "PyContext", [ob_base, ctx_prev, ctx_vars, ctx_weakreflist, ctx_entered];
    PyContextVar, "PyContextVar", [ob_base, var_name, var_default, var_cached, var_cached_tsid, var_cached_tsver, var_hash];
    PyContextToken, "PyContextToken", [ob_base, tok_ctx, tok_var, tok_oldval, tok_used];
    _PyOS_LongOption, "_PyOS_LongOption", [name, has_arg, val];
    _PyArgv, "_PyArgv", [argc, use_bytes_argv, bytes_argv, wchar_argv];
    _PyPreCmdline, "_PyPreCmdline", [argv, xoptions, isolated, use_environment, dev_mode];
}

bit_fields! {
    PyASCIIObject, "PyASCIIObject", state, "state.interned", INTERNED_MASK;
    PyASCIIObject, "PyASCIIObject", state, "state.kind", KIND_MASK;
    PyASCIIObject, "PyASCIIObject", state, "state.compact", COMPACT_MASK;
    PyASCIIObject, "PyASCIIObject", state, "state.ascii", ASCII_MASK;
    PyASCIIObject, "PyASCIIObject", state, "state.ready", READY_MASK;
    symtab::PySTEntryObject, "PySTEntryObject", ste_bits, "ste_free", STE_FREE_MASK;
    symtab::PySTEntryObject, "PySTEntryObject", ste_bits, "ste_child_free", STE_CHILD_FREE_MASK;
    symtab::PySTEntryObject, "PySTEntryObject", ste_bits, "ste_generator", STE_GENERATOR_MASK;
    symtab::PySTEntryObject, "PySTEntryObject", ste_bits, "ste_coroutine", STE_COROUTINE_MASK;
    symtab::PySTEntryObject, "PySTEntryObject", ste_bits, "ste_comprehension", STE_COMPREHENSION_MASK;
    symtab::PySTEntryObject, "PySTEntryObject", ste_bits, "ste_varargs", STE_VARARGS_MASK;
    symtab::PySTEntryObject, "PySTEntryObject", ste_bits, "ste_varkeywords", STE_VARKEYWORDS_MASK;
    symtab::PySTEntryObject, "PySTEntryObject", ste_bits, "ste_returns_value", STE_RETURNS_VALUE_MASK;
    symtab::PySTEntryObject, "PySTEntryObject", ste_bits, "ste_needs_class_closure", STE_NEEDS_CLASS_CLOSURE_MASK;
    symtab::PySTEntryObject, "PySTEntryObject", ste_bits, "ste_comp_iter_target", STE_COMP_ITER_TARGET_MASK;
}

constants! {
    _PY_FASTCALL_SMALL_STACK, PY_VECTORCALL_ARGUMENTS_OFFSET, PY_ITERSEARCH_COUNT, PY_ITERSEARCH_INDEX,
    PY_ITERSEARCH_CONTAINS, F_LJUST, F_SIGN, F_BLANK, F_ALT, F_ZERO, FVC_MASK, FVC_NONE, FVC_STR, FVC_REPR,
    FVC_ASCII, FVS_MASK, FVS_HAVE_SPEC, CO_OPTIMIZED, CO_NEWLOCALS, CO_VARARGS, CO_VARKEYWORDS, CO_NESTED,
    CO_GENERATOR, CO_NOFREE, CO_COROUTINE, CO_ITERABLE_COROUTINE, CO_ASYNC_GENERATOR, CO_FUTURE_DIVISION,
    CO_FUTURE_ABSOLUTE_IMPORT, CO_FUTURE_WITH_STATEMENT, CO_FUTURE_PRINT_FUNCTION,
    CO_FUTURE_UNICODE_LITERALS, CO_FUTURE_BARRY_AS_BDFL, CO_FUTURE_GENERATOR_STOP, CO_FUTURE_ANNOTATIONS,
    CO_CELL_NOT_AN_ARG, CO_MAXBLOCKS, PyCF_MASK, PyCF_MASK_OBSOLETE, PyCF_SOURCE_IS_UTF8,
    PyCF_DONT_IMPLY_DEDENT, PyCF_ONLY_AST, PyCF_IGNORE_COOKIE, PyCF_TYPE_COMMENTS,
    PyCF_ALLOW_TOP_LEVEL_AWAIT, PyCF_COMPILE_MASK, PY_INVALID_STACK_EFFECT, Py_single_input, Py_file_input,
    Py_eval_input, Py_func_type_input, PyWrapperFlag_KEYWORDS, errcode::E_OK, errcode::E_EOF,
    errcode::E_INTR, errcode::E_TOKEN, errcode::E_SYNTAX, errcode::E_NOMEM, errcode::E_DONE,
    errcode::E_ERROR, errcode::E_TABSPACE, errcode::E_OVERFLOW, errcode::E_TOODEEP, errcode::E_DEDENT,
    errcode::E_DECODE, errcode::E_EOFS, errcode::E_EOLS, errcode::E_LINECONT, errcode::E_IDENTIFIER,
    errcode::E_BADSINGLE, _PY_READ_MAX, _PY_WRITE_MAX, PyLong_SHIFT, _PyLong_DECIMAL_SHIFT,
    _PyLong_DECIMAL_BASE, PyLong_BASE, PyLong_MASK, Py_MARSHAL_VERSION, _Py_MANAGED_BUFFER_RELEASED,
    _Py_MANAGED_BUFFER_FREE_FORMAT, _Py_MEMORYVIEW_RELEASED, _Py_MEMORYVIEW_C, _Py_MEMORYVIEW_FORTRAN,
    _Py_MEMORYVIEW_SCALAR, _Py_MEMORYVIEW_PIL, METH_VARARGS, METH_KEYWORDS, METH_NOARGS, METH_O, METH_CLASS,
    METH_STATIC, METH_COEXIST, METH_FASTCALL, METH_STACKLESS, Py_CLEANUP_SUPPORTED, PYTHON_API_VERSION,
    PYTHON_ABI_VERSION, Py_mod_create, Py_mod_exec, _Py_mod_LAST_SLOT, Py_INVALID_SIZE, Py_PRINT_RAW,
    Py_TPFLAGS_HEAPTYPE, Py_TPFLAGS_BASETYPE, _Py_TPFLAGS_HAVE_VECTORCALL, Py_TPFLAGS_READY,
    Py_TPFLAGS_READYING, Py_TPFLAGS_HAVE_GC, Py_TPFLAGS_HAVE_STACKLESS_EXTENSION,
    Py_TPFLAGS_METHOD_DESCRIPTOR, Py_TPFLAGS_HAVE_VERSION_TAG, Py_TPFLAGS_VALID_VERSION_TAG,
    Py_TPFLAGS_IS_ABSTRACT, Py_TPFLAGS_LONG_SUBCLASS, Py_TPFLAGS_LIST_SUBCLASS, Py_TPFLAGS_TUPLE_SUBCLASS,
    Py_TPFLAGS_BYTES_SUBCLASS, Py_TPFLAGS_UNICODE_SUBCLASS, Py_TPFLAGS_DICT_SUBCLASS,
    Py_TPFLAGS_BASE_EXC_SUBCLASS, Py_TPFLAGS_TYPE_SUBCLASS, Py_TPFLAGS_DEFAULT, Py_TPFLAGS_HAVE_FINALIZE,
    Py_LT, Py_LE, Py_EQ, Py_NE, Py_GT, Py_GE, PyTrash_UNWIND_LEVEL, PyBUF_MAX_NDIM, PyBUF_SIMPLE,
    PyBUF_WRITABLE, PyBUF_WRITEABLE, PyBUF_FORMAT, PyBUF_ND, PyBUF_STRIDES, PyBUF_C_CONTIGUOUS,
    PyBUF_F_CONTIGUOUS, PyBUF_ANY_CONTIGUOUS, PyBUF_INDIRECT, PyBUF_CONTIG, PyBUF_CONTIG_RO, PyBUF_STRIDED,
    PyBUF_STRIDED_RO, PyBUF_RECORDS, PyBUF_RECORDS_RO, PyBUF_FULL, PyBUF_FULL_RO, PyBUF_READ, PyBUF_WRITE,
    _PyGC_PREV_MASK_FINALIZED, _PyGC_PREV_MASK_COLLECTING, _PyGC_PREV_SHIFT, _PyGC_PREV_MASK, POP_TOP,
    ROT_TWO, ROT_THREE, DUP_TOP, DUP_TOP_TWO, ROT_FOUR, NOP, UNARY_POSITIVE, UNARY_NEGATIVE, UNARY_NOT,
    UNARY_INVERT, BINARY_MATRIX_MULTIPLY, INPLACE_MATRIX_MULTIPLY, BINARY_POWER, BINARY_MULTIPLY,
    BINARY_MODULO, BINARY_ADD, BINARY_SUBTRACT, BINARY_SUBSCR, BINARY_FLOOR_DIVIDE, BINARY_TRUE_DIVIDE,
    INPLACE_FLOOR_DIVIDE, INPLACE_TRUE_DIVIDE, GET_AITER, GET_ANEXT, BEFORE_ASYNC_WITH, BEGIN_FINALLY,
    END_ASYNC_FOR, INPLACE_ADD, INPLACE_SUBTRACT, INPLACE_MULTIPLY, INPLACE_MODULO, STORE_SUBSCR,
    DELETE_SUBSCR, BINARY_LSHIFT, BINARY_RSHIFT, BINARY_AND, BINARY_XOR, BINARY_OR, INPLACE_POWER, GET_ITER,
    GET_YIELD_FROM_ITER, LOAD_BUILD_CLASS, YIELD_FROM, GET_AWAITABLE, INPLACE_LSHIFT, INPLACE_RSHIFT,
    INPLACE_AND, INPLACE_XOR, INPLACE_OR, WITH_CLEANUP_START, WITH_CLEANUP_FINISH, RETURN_VALUE,
    IMPORT_STAR, SETUP_ANNOTATIONS, YIELD_VALUE, POP_BLOCK, END_FINALLY, POP_EXCEPT, STORE_NAME,
    DELETE_NAME, UNPACK_SEQUENCE, FOR_ITER, UNPACK_EX, STORE_ATTR, DELETE_ATTR, STORE_GLOBAL, DELETE_GLOBAL,
    LOAD_CONST, LOAD_NAME, BUILD_TUPLE, BUILD_LIST, BUILD_SET, BUILD_MAP, LOAD_ATTR, COMPARE_OP,
    IMPORT_NAME, IMPORT_FROM, JUMP_FORWARD, JUMP_IF_FALSE_OR_POP, JUMP_IF_TRUE_OR_POP, JUMP_ABSOLUTE,
    POP_JUMP_IF_FALSE, POP_JUMP_IF_TRUE, LOAD_GLOBAL, SETUP_FINALLY, LOAD_FAST, STORE_FAST, DELETE_FAST,
    RAISE_VARARGS, CALL_FUNCTION, MAKE_FUNCTION, BUILD_SLICE, LOAD_CLOSURE, LOAD_DEREF, STORE_DEREF,
    DELETE_DEREF, CALL_FUNCTION_KW, CALL_FUNCTION_EX, SETUP_WITH, EXTENDED_ARG, LIST_APPEND, SET_ADD,
    MAP_ADD, LOAD_CLASSDEREF, BUILD_LIST_UNPACK, BUILD_MAP_UNPACK, BUILD_MAP_UNPACK_WITH_CALL,
    BUILD_TUPLE_UNPACK, BUILD_SET_UNPACK, SETUP_ASYNC_WITH, FORMAT_VALUE, BUILD_CONST_KEY_MAP, BUILD_STRING,
    BUILD_TUPLE_UNPACK_WITH_CALL, LOAD_METHOD, CALL_METHOD, CALL_FINALLY, POP_FINALLY, EXCEPT_HANDLER,
    parser::BITSPERBYTE, parser::EMPTY, parser::PyPARSE_DONT_IMPLY_DEDENT, parser::PyPARSE_IGNORE_COOKIE,
    parser::PyPARSE_BARRY_AS_BDFL, parser::PyPARSE_TYPE_COMMENTS, parser::PyPARSE_ASYNC_HACKS,
    PY_RELEASE_LEVEL_ALPHA, PY_RELEASE_LEVEL_BETA, PY_RELEASE_LEVEL_GAMMA, PY_RELEASE_LEVEL_FINAL,
    PY_MAJOR_VERSION, PY_MINOR_VERSION, PY_MICRO_VERSION, PY_RELEASE_LEVEL, PY_RELEASE_SERIAL,
    PY_VERSION_HEX, NUM_GENERATIONS, PYMEM_CLEANBYTE, PYMEM_DEADBYTE, PYMEM_FORBIDDENBYTE,
    _Py_HAMT_MAX_TREE_DEPTH, _PY_LONG_DEFAULT_MAX_STR_DIGITS, _PY_LONG_MAX_STR_DIGITS_THRESHOLD,
    NPENDINGCALLS, NEXITFUNCS, PY_CTF_LOWER, PY_CTF_UPPER, PY_CTF_ALPHA, PY_CTF_DIGIT, PY_CTF_ALNUM,
    PY_CTF_SPACE, PY_CTF_XDIGIT, _PyHASH_MULTIPLIER, _PyHASH_BITS, _PyHASH_MODULUS, _PyHASH_INF,
    _PyHASH_NAN, _PyHASH_IMAG, Py_HASH_CUTOFF, Py_HASH_EXTERNAL, Py_HASH_SIPHASH24, Py_HASH_FNV,
    Py_HASH_ALGORITHM, PY_LLONG_MIN, PY_LLONG_MAX, PY_ULLONG_MAX, PYLONG_BITS_IN_DIGIT, PY_SIZE_MAX,
    PY_SSIZE_T_MAX, PY_SSIZE_T_MIN, PY_BIG_ENDIAN, PY_LITTLE_ENDIAN, PY_DWORD_MAX, MAX_CO_EXTRA_USERS,
    PyTrace_CALL, PyTrace_EXCEPTION, PyTrace_LINE, PyTrace_RETURN, PyTrace_C_CALL, PyTrace_C_EXCEPTION,
    PyTrace_C_RETURN, PyTrace_OPCODE, Py_DTSF_SIGN, Py_DTSF_ADD_DOT_0, Py_DTSF_ALT, Py_DTST_FINITE,
    Py_DTST_INFINITE, Py_DTST_NAN, PYOS_STACK_MARGIN, PYTHREAD_INVALID_THREAD_ID, WAIT_LOCK, NOWAIT_LOCK,
    PY_TIMEOUT_MAX, _PyTime_MIN, _PyTime_MAX, PySet_MINSIZE, T_SHORT, T_INT, T_LONG, T_FLOAT, T_DOUBLE,
    T_STRING, T_OBJECT, T_CHAR, T_BYTE, T_UBYTE, T_USHORT, T_UINT, T_ULONG, T_STRING_INPLACE, T_BOOL,
    T_OBJECT_EX, T_LONGLONG, T_ULONGLONG, T_PYSSIZET, T_NONE, READONLY, READ_RESTRICTED,
    PY_WRITE_RESTRICTED, RESTRICTED, symtab::DEF_GLOBAL, symtab::DEF_LOCAL, symtab::DEF_PARAM,
    symtab::DEF_NONLOCAL, symtab::USE, symtab::DEF_FREE, symtab::DEF_FREE_CLASS, symtab::DEF_IMPORT,
    symtab::DEF_ANNOT, symtab::DEF_COMP_ITER, symtab::DEF_BOUND, symtab::SCOPE_OFFSET, symtab::SCOPE_MASK,
    symtab::LOCAL, symtab::GLOBAL_EXPLICIT, symtab::GLOBAL_IMPLICIT, symtab::FREE, symtab::CELL,
    symtab::GENERATOR, symtab::GENERATOR_EXPRESSION, token::ENDMARKER, token::NAME, token::NUMBER,
    token::STRING, token::NEWLINE, token::INDENT, token::DEDENT, token::LPAR, token::RPAR, token::LSQB,
    token::RSQB, token::COLON, token::COMMA, token::SEMI, token::PLUS, token::MINUS, token::STAR,
    token::SLASH, token::VBAR, token::AMPER, token::LESS, token::GREATER, token::EQUAL, token::DOT,
    token::PERCENT, token::LBRACE, token::RBRACE, token::EQEQUAL, token::NOTEQUAL, token::LESSEQUAL,
    token::GREATEREQUAL, token::TILDE, token::CIRCUMFLEX, token::LEFTSHIFT, token::RIGHTSHIFT,
    token::DOUBLESTAR, token::PLUSEQUAL, token::MINEQUAL, token::STAREQUAL, token::SLASHEQUAL,
    token::PERCENTEQUAL, token::AMPEREQUAL, token::VBAREQUAL, token::CIRCUMFLEXEQUAL, token::LEFTSHIFTEQUAL,
    token::RIGHTSHIFTEQUAL, token::DOUBLESTAREQUAL, token::DOUBLESLASH, token::DOUBLESLASHEQUAL, token::AT,
    token::ATEQUAL, token::RARROW, token::ELLIPSIS, token::COLONEQUAL, token::OP, token::AWAIT,
    token::ASYNC, token::TYPE_IGNORE, token::TYPE_COMMENT, token::ERRORTOKEN, token::N_TOKENS,
    token::NT_OFFSET, Py_mp_ass_subscript, Py_mp_length, Py_mp_subscript, Py_nb_absolute, Py_nb_add,
    Py_nb_and, Py_nb_bool, Py_nb_divmod, Py_nb_float, Py_nb_floor_divide, Py_nb_index, Py_nb_inplace_add,
    Py_nb_inplace_and, Py_nb_inplace_floor_divide, Py_nb_inplace_lshift, Py_nb_inplace_multiply,
    Py_nb_inplace_or, Py_nb_inplace_power, Py_nb_inplace_remainder, Py_nb_inplace_rshift,
    Py_nb_inplace_subtract, Py_nb_inplace_true_divide, Py_nb_inplace_xor, Py_nb_int, Py_nb_invert,
    Py_nb_lshift, Py_nb_multiply, Py_nb_negative, Py_nb_or, Py_nb_positive, Py_nb_power, Py_nb_remainder,
    Py_nb_rshift, Py_nb_subtract, Py_nb_true_divide, Py_nb_xor, Py_sq_ass_item, Py_sq_concat,
    Py_sq_contains, Py_sq_inplace_concat, Py_sq_inplace_repeat, Py_sq_item, Py_sq_length, Py_sq_repeat,
    Py_tp_alloc, Py_tp_base, Py_tp_bases, Py_tp_call, Py_tp_clear, Py_tp_dealloc, Py_tp_del,
    Py_tp_descr_get, Py_tp_descr_set, Py_tp_doc, Py_tp_getattr, Py_tp_getattro, Py_tp_hash, Py_tp_init,
    Py_tp_is_gc, Py_tp_iter, Py_tp_iternext, Py_tp_methods, Py_tp_new, Py_tp_repr, Py_tp_richcompare,
    Py_tp_setattr, Py_tp_setattro, Py_tp_str, Py_tp_traverse, Py_tp_members, Py_tp_getset, Py_tp_free,
    Py_nb_matrix_multiply, Py_nb_inplace_matrix_multiply, Py_am_await, Py_am_aiter, Py_am_anext,
    Py_tp_finalize, Py_UNICODE_SIZE, Py_UNICODE_REPLACEMENT_CHARACTER, SSTATE_NOT_INTERNED,
    SSTATE_INTERNED_MORTAL, SSTATE_INTERNED_IMMORTAL, TRACEMALLOC_NOT_INITIALIZED, TRACEMALLOC_INITIALIZED,
    TRACEMALLOC_FINALIZED, PYMEM_DOMAIN_RAW, PYMEM_DOMAIN_MEM, PYMEM_DOMAIN_OBJ, PYMEM_ALLOCATOR_NOT_SET,
    PYMEM_ALLOCATOR_DEFAULT, PYMEM_ALLOCATOR_DEBUG, PYMEM_ALLOCATOR_MALLOC, PYMEM_ALLOCATOR_MALLOC_DEBUG,
    PYMEM_ALLOCATOR_PYMALLOC, PYMEM_ALLOCATOR_PYMALLOC_DEBUG, _PyTime_ROUND_FLOOR, _PyTime_ROUND_CEILING,
    _PyTime_ROUND_HALF_EVEN, _PyTime_ROUND_UP, _PyTime_ROUND_TIMEOUT, PyUnicode_WCHAR_KIND,
    PyUnicode_1BYTE_KIND, PyUnicode_2BYTE_KIND, PyUnicode_4BYTE_KIND, PY_LOCK_FAILURE, PY_LOCK_ACQUIRED,
    PY_LOCK_INTR, PyGILState_LOCKED, PyGILState_UNLOCKED, _PyStatus_TYPE_OK, _PyStatus_TYPE_ERROR,
    _PyStatus_TYPE_EXIT, _Py_ERROR_UNKNOWN, _Py_ERROR_STRICT, _Py_ERROR_SURROGATEESCAPE, _Py_ERROR_REPLACE,
    _Py_ERROR_IGNORE, _Py_ERROR_BACKSLASHREPLACE, _Py_ERROR_SURROGATEPASS, _Py_ERROR_XMLCHARREFREPLACE,
    _Py_ERROR_OTHER, PyCmp_LT, PyCmp_LE, PyCmp_EQ, PyCmp_NE, PyCmp_GT, PyCmp_GE, PyCmp_IN, PyCmp_NOT_IN,
    PyCmp_IS, PyCmp_IS_NOT, PyCmp_EXC_MATCH, PyCmp_BAD, symtab::FunctionBlock, symtab::ClassBlock,
    symtab::ModuleBlock, _Py_memory_order_relaxed, _Py_memory_order_acquire, _Py_memory_order_release,
    _Py_memory_order_acq_rel, _Py_memory_order_seq_cst, _PyConfig_INIT_COMPAT, _PyConfig_INIT_PYTHON,
    _PyConfig_INIT_ISOLATED
}
