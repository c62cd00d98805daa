/* Py_BuildValue, PyArg_Parse*, PyUnicode_FromFormat, PyErr_Format: each code, and what is wrong with arguments. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdarg.h>

static void show(const char *label, PyObject *o) {
    if (o == NULL) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        PyErr_NormalizeException(&type, &value, &traceback);
        PyObject *text = value ? PyObject_Repr(value) : NULL;
        printf("%s: raised %s\n", label, text ? PyUnicode_AsUTF8(text) : "nothing");
        Py_XDECREF(text); Py_XDECREF(type); Py_XDECREF(value); Py_XDECREF(traceback);
        return;
    }
    PyObject *text = PyObject_ASCII(o);
    printf("%s: %s %s\n", label, Py_TYPE(o)->tp_name, text ? PyUnicode_AsUTF8(text) : "?");
    Py_XDECREF(text);
    Py_DECREF(o);
}

static PyObject *converter(void *p) { return PyLong_FromLong(*(int *)p); }
static int into(PyObject *o, void *place) {
    if (!PyLong_Check(o)) { PyErr_SetString(PyExc_TypeError, "converter says no"); return 0; }
    *(long *)place = PyLong_AsLong(o) * 2;
    return 1;
}
static int cleanup(PyObject *o, void *place) {
    if (o == NULL) { printf("cleanup called\n"); *(long *)place = -1; return 1; }
    *(long *)place = 7;
    return Py_CLEANUP_SUPPORTED;
}

static void build(void) {
    Py_complex c = {1.5, -2.0};
    int seven = 7;
    wchar_t wide[] = {L'w', 0x20ac, 0x1f600, 0};
    show("empty", Py_BuildValue(""));
    show("int", Py_BuildValue("i", 42));
    show("unit", Py_BuildValue("(i)", 42));
    show("ints", Py_BuildValue("bBhHiIlkLKn", 'a', 200, -3, 65535, INT_MIN, UINT_MAX, LONG_MIN, ULONG_MAX, LLONG_MIN, ULLONG_MAX, (Py_ssize_t)-9));
    show("floats", Py_BuildValue("fdD", 1.5, 1e300, &c));
    show("chars", Py_BuildValue("cC", 'x', 0x1f600));
    show("strings", Py_BuildValue("szUyu", "s\xc3\xa9", NULL, "U", "y\xff", wide));
    show("lengths", Py_BuildValue("s#z#y#u#", "abcdef", (Py_ssize_t)3, NULL, (Py_ssize_t)3, "a\0b", (Py_ssize_t)3, wide, (Py_ssize_t)2));
    show("bad utf8", Py_BuildValue("s", "\xff"));
    show("nested", Py_BuildValue("[i(ss)[]{}{s:i,s:(d)}]", 1, "a", "b", "k", 2, "l", 0.5));
    show("objects", Py_BuildValue("ONS", Py_None, PyLong_FromLong(5), PyUnicode_FromString("stolen")));
    show("null object", Py_BuildValue("(iO)", 1, NULL));
    show("converter", Py_BuildValue("O&", converter, &seven));
    show("punctuation", Py_BuildValue(" i , i : i\t", 1, 2, 3));
    show("bad format", Py_BuildValue("(i?)", 1));
    show("unmatched", Py_BuildValue("(i", 1));
    show("many", Py_BuildValue("iiiiiiiiddddddddddii", 1, 2, 3, 4, 5, 6, 7, 8, .1, .2, .3, .4, .5, .6, .7, .8, .9, 1.0, 9, 10));
}

#define TRY(label, ...) do { if (__VA_ARGS__) printf("%s: ok\n", label); else show(label, NULL); } while (0)

static void parse(void) {
    PyObject *args = Py_BuildValue("(iiiiiiiiiii)", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
    unsigned char b; unsigned char B; short h; unsigned short H; int i; unsigned int I; long l; unsigned long k; long long L; unsigned long long K; Py_ssize_t n;
    TRY("integers", PyArg_ParseTuple(args, "bBhHiIlkLKn", &b, &B, &h, &H, &i, &I, &l, &k, &L, &K, &n));
    printf("%d %d %d %d %d %u %ld %lu %lld %llu %zd\n", b, B, h, H, i, I, l, k, L, K, n);
    Py_DECREF(args);
    float f; double d; Py_complex D; int p;
    args = Py_BuildValue("(ddii)", 1.5, 2.5, 3, 4);
    TRY("floats", PyArg_ParseTuple(args, "fdDp", &f, &d, &D, &p));
    printf("%g %g %g %g %d\n", f, d, D.real, D.imag, p);
    TRY("too few", PyArg_ParseTuple(args, "ddddd:name", &d, &d, &d, &d, &d));
    TRY("too many", PyArg_ParseTuple(args, "d:name", &d));
    TRY("too many optional", PyArg_ParseTuple(args, "d|d:name", &d, &d));
    TRY("message", PyArg_ParseTuple(args, "ddd;own message", &d, &d, &d));
    TRY("none taken", PyArg_ParseTuple(args, ":name"));
    TRY("none taken, no name", PyArg_ParseTuple(args, ""));
    Py_DECREF(args);
    const char *s, *z, *y; Py_ssize_t ns, nz, ny; PyObject *S, *U, *Y, *O; Py_buffer buffer;
    args = Py_BuildValue("(sOyOUSO)", "text", Py_None, "bytes", Py_None, "U", PyBytes_FromString("S"), PyByteArray_FromStringAndSize("Y", 1));
    TRY("strings", PyArg_ParseTuple(args, "szyOUSY", &s, &z, &y, &O, &U, &S, &Y));
    printf("%s %s %s %s\n", s, z ? z : "NULL", y, Py_TYPE(O)->tp_name);
    TRY("lengths", PyArg_ParseTuple(args, "s#z#y#OOOO", &s, &ns, &z, &nz, &y, &ny, &O, &O, &O, &O));
    printf("%zd %zd %zd\n", ns, nz, ny);
    TRY("buffer", PyArg_ParseTuple(args, "s*OOOOOO", &buffer, &O, &O, &O, &O, &O, &O));
    printf("%zd %d\n", buffer.len, buffer.readonly);
    PyBuffer_Release(&buffer);
    TRY("not bytes", PyArg_ParseTuple(args, "yOOOOOO:f", &y, &O, &O, &O, &O, &O, &O));
    TRY("not writable", PyArg_ParseTuple(args, "OOw*OOOO:f", &O, &O, &buffer, &O, &O, &O, &O));
    TRY("not str", PyArg_ParseTuple(args, "sUOOOOO:f", &s, &U, &O, &O, &O, &O, &O));
    TRY("not bytes object", PyArg_ParseTuple(args, "SOOOOOO", &S, &O, &O, &O, &O, &O, &O));
    TRY("not bytearray", PyArg_ParseTuple(args, "YOOOOOO", &Y, &O, &O, &O, &O, &O, &O));
    TRY("typed", PyArg_ParseTuple(args, "O!OOOOOO:f", &PyList_Type, &O, &O, &O, &O, &O, &O, &O));
    Py_DECREF(args);
    args = Py_BuildValue("(s#s)", "nul\0inside", (Py_ssize_t)10, "x");
    TRY("nul", PyArg_ParseTuple(args, "ss", &s, &z));
    int c; char ch;
    TRY("char", PyArg_ParseTuple(args, "OC", &O, &c));
    TRY("long char", PyArg_ParseTuple(args, "CO", &c, &O));
    TRY("byte char", PyArg_ParseTuple(args, "cO", &ch, &O));
    Py_DECREF(args);
    args = Py_BuildValue("((ii)(i))", 1, 2, 3);
    int x, q, r;
    TRY("nested", PyArg_ParseTuple(args, "(ii)(i)", &x, &q, &r));
    TRY("nested length", PyArg_ParseTuple(args, "(iii)(i):f", &x, &q, &r, &i));
    TRY("nested type", PyArg_ParseTuple(args, "i(i)", &x, &q));
    Py_DECREF(args);
    args = Py_BuildValue("(LLii)", 300LL, 1LL << 40, -1, 1);
    TRY("b overflow", PyArg_ParseTuple(args, "bOOO", &b, &O, &O, &O));
    TRY("h overflow", PyArg_ParseTuple(args, "OhOO", &O, &h, &O, &O));
    TRY("i overflow", PyArg_ParseTuple(args, "OiOO", &O, &i, &O, &O));
    TRY("b negative", PyArg_ParseTuple(args, "OObO", &O, &O, &b, &O));
    long doubled = 0, cleaned = 0;
    TRY("converter", PyArg_ParseTuple(args, "O&OOO", into, &doubled, &O, &O, &O));
    printf("%ld\n", doubled);
    TRY("converter cleanup", PyArg_ParseTuple(args, "O&sOO", cleanup, &cleaned, &s, &O, &O));
    printf("%ld\n", cleaned);
    TRY("not int", PyArg_Parse(args, "i", &i));
    TRY("bad code", PyArg_ParseTuple(args, "OOO?", &O, &O, &O, &O));
    Py_DECREF(args);
    args = Py_BuildValue("(d)", 1.5);
    TRY("float for int", PyArg_ParseTuple(args, "i", &i));
    Py_DECREF(args);
    args = Py_BuildValue("(s)", "\xed\xb2\x80" + 0 == NULL ? "" : "plain");
    char *owned = NULL;
    TRY("es", PyArg_ParseTuple(args, "es", "utf-16-le", &owned));
    PyMem_Free(owned); owned = NULL; Py_ssize_t size = 0;
    TRY("es#", PyArg_ParseTuple(args, "es#", "latin-1", &owned, &size));
    printf("%.*s %zd\n", (int)size, owned, size);
    PyMem_Free(owned);
    TRY("es unknown", PyArg_ParseTuple(args, "es", "no-such-codec", &owned));
    Py_DECREF(args);
}

static void keywords(void) {
    static char *names[] = {"first", "second", "third", NULL};
    static char *positional[] = {"", "second", NULL};
    PyObject *args = Py_BuildValue("(i)", 1), *kw = Py_BuildValue("{s:i}", "third", 3), *none = PyTuple_New(0);
    int a = -1, b = -1, c = -1;
    TRY("keywords", PyArg_ParseTupleAndKeywords(args, kw, "i|ii:f", names, &a, &b, &c));
    printf("%d %d %d\n", a, b, c);
    TRY("missing", PyArg_ParseTupleAndKeywords(none, kw, "i|ii:f", names, &a, &b, &c));
    TRY("keyword only", PyArg_ParseTupleAndKeywords(args, kw, "i|i$i:f", names, &a, &b, &c));
    TRY("positional only", PyArg_ParseTupleAndKeywords(none, kw, "ii:f", positional, &a, &b));
    PyObject *bad = Py_BuildValue("{s:i}", "fourth", 3), *twice = Py_BuildValue("{s:i}", "first", 3);
    TRY("unknown", PyArg_ParseTupleAndKeywords(args, bad, "i|ii:f", names, &a, &b, &c));
    TRY("twice", PyArg_ParseTupleAndKeywords(args, twice, "i|ii:f", names, &a, &b, &c));
    PyObject *four = Py_BuildValue("(iiii)", 1, 2, 3, 4);
    TRY("too many", PyArg_ParseTupleAndKeywords(four, NULL, "i|ii:f", names, &a, &b, &c));
    TRY("too many, keyword only", PyArg_ParseTupleAndKeywords(four, NULL, "i|i$i:f", names, &a, &b, &c));
    TRY("names mismatch", PyArg_ParseTupleAndKeywords(args, NULL, "i|i:f", names, &a, &b));
    PyObject *x, *y;
    TRY("unpack", PyArg_UnpackTuple(four, "f", 1, 4, &x, &y, &x, &y));
    TRY("unpack few", PyArg_UnpackTuple(none, "f", 1, 2, &x, &y));
    TRY("unpack many", PyArg_UnpackTuple(four, "f", 1, 2, &x, &y));
    TRY("unpack exactly", PyArg_UnpackTuple(four, "f", 2, 2, &x, &y));
    Py_DECREF(args); Py_DECREF(kw); Py_DECREF(none); Py_DECREF(bad); Py_DECREF(twice); Py_DECREF(four);
}

static PyObject *from_v(const char *format, ...) {
    va_list list;
    va_start(list, format);
    PyObject *o = PyUnicode_FromFormatV(format, list);
    va_end(list);
    return o;
}

static void format(void) {
    PyObject *o = PyUnicode_FromString("\xc3\xa9t\xc3\xa9");
    show("format", PyUnicode_FromFormat("%c %d %i %u %ld %li %lu %lld %llu %zd %zi %zu %x %p", 0x20ac, -1, -2, 3u, -4L, -5L, 6UL, -7LL, 8ULL, (Py_ssize_t)-9, (Py_ssize_t)-10, (size_t)11, 0xabc, (void *)0x1234));
    show("widths", PyUnicode_FromFormat("[%5d|%05d|%-5d|%.3d|%5.3d|%10s|%.2s|%3c]", 42, 42, 42, 42, 42, "ab", "abcdef", 'x'));
    show("objects", PyUnicode_FromFormat("%U|%V|%V|%S|%R|%A|%%|%.2U|%6U|%.3R", o, o, "ignored", NULL, "caf\xc3\xa9", o, o, o, o, o, o));
    show("long", PyUnicode_FromFormat("%s%s%s", "0123456789012345678901234567890123456789", "0123456789012345678901234567890123456789", "x"));
    show("bad utf8", PyUnicode_FromFormat("%s", "a\xff" "b"));
    show("non-ascii format", PyUnicode_FromFormat("\xc3\xa9"));
    show("unknown code", PyUnicode_FromFormat("%d %q rest %d", 1, 2));
    show("v", from_v("%s-%d", "v", 3));
    show("bytes", PyBytes_FromFormat("%c %d %u %ld %lu %zd %zu %i %x %s %p %%", 'x', -1, 2u, -3L, 4UL, (Py_ssize_t)-5, (size_t)6, 7, 255, "str", (void *)0x10));
    show("bytes precision", PyBytes_FromFormat("%.3s|", "abcdef"));
    PyErr_Format(PyExc_ValueError, "%s is %d of %R", "this", 3, o);
    show("PyErr_Format", NULL);
    PyErr_Format(PyExc_KeyError, "%.4s", "truncated");
    show("PyErr_Format precision", NULL);
    char buffer[20];
    printf("%d %s\n", PyOS_snprintf(buffer, sizeof buffer, "%s", "0123456789"), buffer);
    printf("%d %s\n", PyOS_snprintf(buffer, 5, "%s", "0123456789"), buffer);
    PyObject *f = PyDict_GetItemString(PyEval_GetBuiltins(), "pow");
    show("CallFunction", PyObject_CallFunction(f, "ii", 2, 10));
    show("CallFunction one", PyObject_CallFunction((PyObject *)&PyLong_Type, "s", "12"));
    show("CallFunction tuple", PyObject_CallFunction((PyObject *)&PyTuple_Type, "((ii))", 1, 2));
    show("CallFunction none", PyObject_CallFunction((PyObject *)&PyList_Type, NULL));
    show("CallMethod", PyObject_CallMethod(o, "replace", "ss", "t", "T"));
    show("CallMethod missing", PyObject_CallMethod(o, "nothing", NULL));
    PyObject *two = PyLong_FromLong(2), *ten = PyLong_FromLong(10), *name = PyUnicode_FromString("__pow__");
    show("CallFunctionObjArgs", PyObject_CallFunctionObjArgs(f, two, ten, NULL));
    show("CallMethodObjArgs", PyObject_CallMethodObjArgs(two, name, ten, NULL));
    show("Eval_CallFunction", PyEval_CallFunction(f, "(ii)", 3, 3));
    show("Eval_CallMethod", PyEval_CallMethod(o, "upper", "()"));
    PyObject *item = PyTuple_Pack(3, two, ten, o);
    show("Pack", item);
    Py_DECREF(two); Py_DECREF(ten); Py_DECREF(name); Py_DECREF(o);
}

int main(void) {
    Py_Initialize();
    build();
    parse();
    keywords();
    format();
    return Py_FinalizeEx();
}
