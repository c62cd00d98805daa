#!/usr/bin/env python3
"""Writes crates/capi/data/exports.tsv: what an installed CPython 3.8's library exports.

    tools/exports.py LIBPYTHON INCLUDE_DIR > crates/capi/data/exports.tsv

Columns: symbol; kind (T function, B zeroed data, D initialised data, R read-only data); size of data; header;
how a stub reports failure (null, -1, -1.0, status, or abort where the caller cannot be told); signature in the
types of `pyrite-abi`. Names, sizes and kinds come from the library's symbol table, signatures from its headers by
way of libclang (Python package `clang`).
"""
import os
import re
import subprocess
import sys

import clang.cindex as ci
from clang.cindex import CursorKind, TypeKind

PRIMITIVES = {
    TypeKind.VOID: "c_void", TypeKind.CHAR_S: "c_char", TypeKind.SCHAR: "c_schar", TypeKind.UCHAR: "c_uchar",
    TypeKind.SHORT: "c_short", TypeKind.USHORT: "c_ushort", TypeKind.INT: "c_int", TypeKind.UINT: "c_uint",
    TypeKind.LONG: "c_long", TypeKind.ULONG: "c_ulong", TypeKind.LONGLONG: "c_longlong",
    TypeKind.ULONGLONG: "c_ulonglong", TypeKind.FLOAT: "f32", TypeKind.DOUBLE: "f64", TypeKind.BOOL: "bool",
}
FOREIGN = {
    "size_t": "usize", "ssize_t": "isize", "uint8_t": "u8", "uint16_t": "u16", "uint32_t": "u32", "uint64_t": "u64",
    "int64_t": "i64", "uintptr_t": "usize", "intptr_t": "isize", "wchar_t": "wchar_t", "time_t": "time_t",
    "FILE": "FILE", "va_list": "*mut va_list_tag", "mode_t": "mode_t", "off_t": "off_t", "uid_t": "uid_t",
    "gid_t": "gid_t",
}
FOREIGN_RECORDS = {"_IO_FILE": "FILE", "__va_list_tag": "va_list_tag"}
RECORDS = {"_ts": "PyThreadState", "_is": "PyInterpreterState"}

# Answers, not results: the caller has no way to hear of a failure.
CANNOT_FAIL = re.compile(
    r"Check(Exact)?$|_Is[A-Z]|^PyErr_(Occurred|ExceptionMatches|GivenExceptionMatches)$|^Py_Is"
    r"|^PyThreadState_(Get|Swap|Next)|^PyEval_SaveThread$|^PyGILState_(Ensure|Check)$|^PyInterpreterState_(Get|Main|Head|Next)"
    r"|^PyMem_|^PyObject_(Malloc|Calloc|Realloc|Free)|^PyUnicode_(Get|CheckExact)"
)

# What no header declares: internal functions that the library exports all the same.
UNDECLARED = {
    "PyArg_Parse": "fn(*mut PyObject, *const c_char, ...) -> c_int",
    "PyArg_ParseTuple": "fn(*mut PyObject, *const c_char, ...) -> c_int",
    "PyArg_ParseTupleAndKeywords": "fn(*mut PyObject, *mut PyObject, *const c_char, *mut *mut c_char, ...) -> c_int",
    "PyArg_VaParse": "fn(*mut PyObject, *const c_char, *mut va_list_tag) -> c_int",
    "PyArg_VaParseTupleAndKeywords":
        "fn(*mut PyObject, *mut PyObject, *const c_char, *mut *mut c_char, *mut va_list_tag) -> c_int",
    "_PyArg_ParseStack": "fn(*const *mut PyObject, Py_ssize_t, *const c_char, ...) -> c_int",
    "_PyArg_ParseStackAndKeywords":
        "fn(*const *mut PyObject, Py_ssize_t, *mut PyObject, *mut _PyArg_Parser, ...) -> c_int",
    "_PyArg_ParseTupleAndKeywordsFast": "fn(*mut PyObject, *mut PyObject, *mut _PyArg_Parser, ...) -> c_int",
    "_PyArg_VaParseTupleAndKeywordsFast":
        "fn(*mut PyObject, *mut PyObject, *mut _PyArg_Parser, *mut va_list_tag) -> c_int",
    "PyObject_CallFunction": "fn(*mut PyObject, *const c_char, ...) -> *mut PyObject",
    "PyObject_CallMethod": "fn(*mut PyObject, *const c_char, *const c_char, ...) -> *mut PyObject",
    "_PyObject_CallMethodId": "fn(*mut PyObject, *mut _Py_Identifier, *const c_char, ...) -> *mut PyObject",
    "Py_BuildValue": "fn(*const c_char, ...) -> *mut PyObject",
    "Py_VaBuildValue": "fn(*const c_char, *mut va_list_tag) -> *mut PyObject",
    "_Py_VaBuildStack":
        "fn(*mut *mut PyObject, Py_ssize_t, *const c_char, *mut va_list_tag, *mut Py_ssize_t) -> *mut *mut PyObject",
    "PyCFunction_New": "fn(*mut PyMethodDef, *mut PyObject) -> *mut PyObject",
    "PyErr_Warn": "fn(*mut PyObject, *const c_char) -> c_int",
    "Py_CompileString": "fn(*const c_char, *const c_char, c_int) -> *mut PyObject",
    "Py_CompileStringFlags": "fn(*const c_char, *const c_char, c_int, *mut PyCompilerFlags) -> *mut PyObject",
    "PyMarshal_Init": "fn() -> *mut PyObject",
    "PyNumber_InMatrixMultiply": "fn(*mut PyObject, *mut PyObject) -> *mut PyObject",
    "PyNumber_AsOff_t": "fn(*mut PyObject, *mut PyObject) -> off_t",
    "PyOS_StdioReadline": "fn(*mut FILE, *mut FILE, *const c_char) -> *mut c_char",
    "PyFPE_dummy": "fn(*mut c_void) -> f64",
    "PyModule_GetWarningsModule": "fn() -> *mut PyObject",
    "_PyLong_FromUid": "fn(uid_t) -> *mut PyObject",
    "_PyLong_FromGid": "fn(gid_t) -> *mut PyObject",
    "_Py_Uid_Converter": "fn(*mut PyObject, *mut c_void) -> c_int",
    "_Py_Gid_Converter": "fn(*mut PyObject, *mut c_void) -> c_int",
    "_Py_Sigset_Converter": "fn(*mut PyObject, *mut c_void) -> c_int",
    "_PyObject_GetMethod": "fn(*mut PyObject, *mut PyObject, *mut *mut PyObject) -> c_int",
    "_Py_normalize_encoding": "fn(*const c_char, *mut c_char, usize) -> c_int",
    "_PyDictKeys_DecRef": "fn(*mut PyDictKeysObject)",
    "Py_GetArgcArgv": "fn(*mut c_int, *mut *mut *mut wchar_t)",
    "Py_FrozenMain": "fn(c_int, *mut *mut c_char) -> c_int",
    "_PyGC_Dump": "fn(*mut PyGC_Head)",
    "_PySys_ClearAuditHooks": "fn()",
    "_PyMem_DumpTraceback": "fn(c_int, *const c_void)",
    "_PyThread_cond_init": "fn(*mut pthread_cond_t) -> c_int",
    "_PyThread_cond_after": "fn(c_longlong, *mut c_void)",
    "_PyFileIO_closed": "fn(*mut PyObject) -> c_int",
    "_PyIOBase_finalize": "fn(*mut PyObject) -> c_int",
    "_PyIOBase_check_closed": "fn(*mut PyObject, *mut PyObject) -> *mut PyObject",
    "_PyIOBase_check_readable": "fn(*mut PyObject, *mut PyObject) -> *mut PyObject",
    "_PyIOBase_check_seekable": "fn(*mut PyObject, *mut PyObject) -> *mut PyObject",
    "_PyIOBase_check_writable": "fn(*mut PyObject, *mut PyObject) -> *mut PyObject",
    "_PyIO_trap_eintr": "fn() -> c_int",
    "_PyIO_get_locale_module": "fn(*mut c_void) -> *mut PyObject",
    "_PyImport_LoadDynamicModuleWithSpec": "fn(*mut PyObject, *mut FILE) -> *mut PyObject",
}


def strip(kind):
    while kind.kind == TypeKind.ELABORATED:
        kind = kind.get_named_type()
    return kind


def function(kind):
    parameters = [rust(p, parameter=True) for p in kind.argument_types()] if kind.kind == TypeKind.FUNCTIONPROTO else []
    if kind.kind == TypeKind.FUNCTIONPROTO and kind.is_function_variadic():
        parameters.append("...")
    result = rust(kind.get_result())
    return "fn(" + ", ".join(parameters) + ")" + ("" if result == "c_void" else " -> " + result)


def rust(kind, parameter=False):
    """The C type in the words of pyrite-abi."""
    kind = strip(kind)
    if kind.kind == TypeKind.UNEXPOSED:
        return rust(kind.get_canonical(), parameter)
    if kind.kind == TypeKind.TYPEDEF:
        name = kind.get_declaration().spelling
        if name in FOREIGN:
            return FOREIGN[name]
        canonical = kind.get_canonical()
        return RECORDS.get(canonical.get_declaration().spelling, name) if canonical.kind == TypeKind.RECORD else name
    if kind.kind in PRIMITIVES:
        return PRIMITIVES[kind.kind]
    if kind.kind == TypeKind.POINTER:
        target = kind.get_pointee()
        if target.get_canonical().kind in (TypeKind.FUNCTIONPROTO, TypeKind.FUNCTIONNOPROTO):
            return 'Option<unsafe extern "C" ' + function(target.get_canonical()) + ">"
        return ("*const " if target.is_const_qualified() else "*mut ") + rust(target)
    if kind.kind in (TypeKind.CONSTANTARRAY, TypeKind.INCOMPLETEARRAY) and parameter:
        return "*mut " + rust(kind.element_type)
    name = kind.get_declaration().spelling
    return FOREIGN_RECORDS.get(name) or RECORDS.get(name) or TYPEDEFS.get(name) or name or kind.spelling


TYPEDEFS = {}


def declarations(include):
    """{function: (signature, header)} of all headers."""
    source = "#define PY_SSIZE_T_CLEAN\n#define Py_BUILD_CORE 1\n#include \"Python.h\"\n"
    skipped = {"py_curses.h", "pyexpat.h", "graminit.h", "pymacconfig.h", "pyfpe.h"}
    for folder in ("", "internal/"):
        for name in sorted(os.listdir(os.path.join(include, folder))):
            if name.endswith(".h") and name not in skipped:
                source += f'#include "{folder}{name}"\n'
    resources = subprocess.run(["clang", "-print-resource-dir"], capture_output=True, text=True).stdout.strip()
    arguments = [f"-I{include}", f"-I{include}/internal", "-std=gnu11"]
    if resources:
        arguments += ["-isystem", resources + "/include"]
    unit = ci.Index.create().parse("all.c", args=arguments, unsaved_files=[("all.c", source)])
    found = {}
    for cursor in unit.cursor.get_children():
        if not cursor.location.file:
            continue
        path = os.path.normpath(cursor.location.file.name)
        if cursor.kind == CursorKind.TYPEDEF_DECL and path.startswith(include):
            canonical = cursor.underlying_typedef_type.get_canonical()
            if canonical.kind in (TypeKind.RECORD, TypeKind.ENUM):
                TYPEDEFS.setdefault(canonical.get_declaration().spelling, cursor.spelling)
    for cursor in unit.cursor.get_children():
        if cursor.kind == CursorKind.FUNCTION_DECL and cursor.location.file:
            path = os.path.normpath(cursor.location.file.name)
            if path.startswith(include):
                found.setdefault(cursor.spelling, (function(cursor.type), os.path.relpath(path, include)))
    return found


def failure(name, signature):
    if CANNOT_FAIL.search(name) or signature is None or "->" not in signature:
        return "abort"
    result = signature.rsplit("-> ", 1)[1]
    if result.startswith("*"):
        return "null"
    if result == "PyStatus":
        return "status"
    if result == "f64":
        return "-1.0"
    if name.startswith(("PyArg_", "_PyArg_")):
        return "0"
    signed = {"c_int", "c_long", "c_longlong", "Py_ssize_t", "Py_hash_t", "isize", "i64", "c_ulong", "c_ulonglong", "off_t"}
    return "-1" if result in signed else "abort"


def main(library, include):
    known = declarations(os.path.normpath(include))
    symbols = subprocess.run(["nm", "-D", "-S", "--defined-only", library], capture_output=True, text=True, check=True)
    print("symbol\tkind\tsize\theader\tfailure\tsignature")
    rows = []
    for line in symbols.stdout.splitlines():
        fields = line.split()
        name, letter = fields[-1], fields[-2]
        size = int(fields[1], 16) if len(fields) == 4 else 0
        if letter == "T":
            signature, header = known.get(name, (UNDECLARED.get(name), ""))
            if name.startswith("PyInit_"):
                signature = "fn() -> *mut PyObject"
            rows.append((name, "T", "", header, failure(name, signature), signature or ""))
        else:
            rows.append((name, letter, str(size), "", "", ""))
    for row in sorted(rows):
        print("\t".join(row))


if __name__ == "__main__":
    main(*sys.argv[1:])
