/* PyRun_*, Py_CompileString, exceptions and how they are printed, sys and its options. */
#include <Python.h>

static void report(const char *label, PyObject *o) {
    if (o) { printf("%s: ", label); PyObject_Print(o, stdout, 0); printf("\n"); Py_DECREF(o); }
    else { printf("%s raised\n", label); fflush(stdout); PyErr_Print(); }
}

int main(void) {
    wchar_t *argv[] = {L"program", L"-x", L"\x20ac"};
    Py_SetProgramName(L"the-program");
    PySys_AddWarnOption(L"ignore::UserWarning");
    PySys_AddXOption(L"one"); PySys_AddXOption(L"two=2");
    Py_Initialize();
    PySys_SetArgvEx(3, argv, 0);
    PyRun_SimpleString("import sys; print(ascii(sys.argv), sys.warnoptions, sorted(sys._xoptions.items()))");
    PyObject *globals = PyDict_New(), *locals = PyDict_New();
    PyDict_SetItemString(globals, "__builtins__", PyEval_GetBuiltins());
    report("eval", PyRun_String("1 + 2", Py_eval_input, globals, locals));
    report("file", PyRun_String("x = 5\ny = x * 2\n", Py_file_input, globals, locals));
    report("locals", PyRun_String("sorted(locals().items())", Py_eval_input, globals, locals));
    report("single", PyRun_String("x\n", Py_single_input, globals, locals));
    report("syntax", PyRun_String("x = = 1", Py_file_input, globals, locals));
    report("indent", PyRun_String("if 1:\nx", Py_file_input, globals, locals));
    report("name", PyRun_String("undefined", Py_eval_input, globals, locals));
    report("chain", PyRun_String("try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e\n", Py_file_input, globals, locals));
    PyObject *code = Py_CompileString("def f(n):\n    return n if n < 2 else f(n - 1) + f(n - 2)\nprint(f(15))\n", "made.py", Py_file_input);
    report("code", PyObject_GetAttrString(code, "co_filename"));
    report("run", PyEval_EvalCode(code, globals, globals));
    Py_DECREF(code);
    report("compile error", Py_CompileString("f(", "bad.py", Py_eval_input));
    printf("%d %d\n", PyRun_SimpleString("raise ValueError('simple')"), PyRun_SimpleString("pass"));
    PyCompilerFlags flags = {CO_FUTURE_ANNOTATIONS, PY_MINOR_VERSION};
    report("flags", PyRun_StringFlags("(lambda: None) and __import__('sys').flags.optimize", Py_eval_input, globals, locals, &flags));
    FILE *file = tmpfile();
    fputs("import sys\nprint('from a file', __name__)\n", file);
    rewind(file);
    printf("%d\n", PyRun_SimpleFileEx(file, "temporary.py", 1));

    PyErr_SetString(PyExc_TypeError, "set by C");
    printf("%d %d %d\n", PyErr_ExceptionMatches(PyExc_TypeError), PyErr_ExceptionMatches(PyExc_Exception), PyErr_ExceptionMatches(PyExc_ValueError));
    fflush(stdout);
    PyErr_Print();
    errno = ENOENT;
    PyErr_SetFromErrnoWithFilename(PyExc_OSError, "/no/such");
    fflush(stdout); PyErr_Print();
    PyObject *mine = PyErr_NewExceptionWithDoc("pkg.mod.Mine", "The doc.", PyExc_LookupError, NULL);
    report("name", PyObject_GetAttrString(mine, "__module__"));
    report("doc", PyObject_GetAttrString(mine, "__doc__"));
    PyErr_SetNone(mine);
    fflush(stdout); PyErr_Print();
    PyObject *args = Py_BuildValue("(si)", "two", 2);
    PyErr_SetObject(mine, args);
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    report("args", PyObject_GetAttrString(value, "args"));
    PyException_SetCause(value, PyObject_CallFunction(PyExc_OSError, "is", 2, "cause"));
    PyErr_Restore(type, value, traceback);
    fflush(stdout); PyErr_Print();
    PyErr_BadArgument(); fflush(stdout); PyErr_Print();
    PyErr_NoMemory(); fflush(stdout); PyErr_Print();
    PyErr_WarnEx(PyExc_DeprecationWarning, "warned", 1);
    PyErr_WarnFormat(PyExc_UserWarning, 1, "%s", "ignored by the option");
    PyErr_WarnExplicit(PyExc_RuntimeWarning, "explicit", "where.py", 12, "module", NULL);
    PyErr_SetString(PyExc_RuntimeError, "nobody can hear");
    PyErr_WriteUnraisable(mine);
    printf("%d\n", PyErr_Occurred() != NULL);
    PySys_WriteStdout("%s %d\n", "written", 7);
    PySys_FormatStdout("%R %U\n", args, PyTuple_GET_ITEM(args, 0));
    PySys_SetObject("own", args);
    report("sys.own", PyObject_Repr(PySys_GetObject("own")));
    report("int", PyLong_FromString("0x1F", NULL, 0));
    report("float", PyFloat_FromString(PyUnicode_FromString(" 2.5 ")));
    report("list", PySequence_List(Py_BuildValue("(iii)", 3, 1, 2)));
    Py_ssize_t start, stop, step, length;
    PyObject *slice = PySlice_New(NULL, PyLong_FromLong(-2), PyLong_FromLong(2));
    printf("%d", PySlice_GetIndicesEx(slice, 9, &start, &stop, &step, &length));
    printf(" %zd %zd %zd %zd\n", start, stop, step, length);
    fflush(stdout);
    Py_DECREF(args);
    return Py_FinalizeEx();
}
