/* Values out of C and back: formats of Py_BuildValue, PyArg_ParseTuple, PyUnicode_FromFormat, variadic calls. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

#define CHECK(condition)                                              \
    do {                                                              \
        if (!(condition)) {                                           \
            fprintf(stderr, "line %d: %s\n", __LINE__, #condition);   \
            PyErr_Print();                                            \
            return 1;                                                 \
        }                                                             \
    } while (0)

static PyObject *
sum(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"a", "b", "scale", NULL};
    long a, b = 10;
    double scale = 1.0;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "l|ld:sum", names, &a, &b, &scale)) {
        return NULL;
    }
    return PyFloat_FromDouble((a + b) * scale);
}

static PyMethodDef sum_def = {"sum", (PyCFunction)(void (*)(void))sum, METH_VARARGS | METH_KEYWORDS, "Adds."};

static int
check_raises(PyObject *f, PyObject *args, PyObject *kwargs, PyObject *type, const char *message)
{
    PyObject *result = PyObject_Call(f, args, kwargs), *t, *v, *tb;
    Py_DECREF(args);
    Py_XDECREF(kwargs);
    CHECK(result == NULL && PyErr_ExceptionMatches(type));
    PyErr_Fetch(&t, &v, &tb);
    PyObject *text = PyObject_Str(v);
    if (strcmp(PyUnicode_AsUTF8(text), message) != 0) {
        fprintf(stderr, "'%s' instead of '%s'\n", PyUnicode_AsUTF8(text), message);
        return 1;
    }
    Py_DECREF(text);
    Py_XDECREF(t);
    Py_XDECREF(v);
    Py_XDECREF(tb);
    return 0;
}

static int
run(void)
{
    PyObject *o = Py_BuildValue("(isd[y#{s:O}])", 1, "two", 3.5, "bytes", (Py_ssize_t)3, "none", Py_None);
    CHECK(o != NULL);
    PyObject *repr = PyObject_Repr(o);
    CHECK(repr && strcmp(PyUnicode_AsUTF8(repr), "(1, 'two', 3.5, [b'byt', {'none': None}])") == 0);
    Py_DECREF(repr);

    int i;
    const char *s;
    double d;
    PyObject *list;
    CHECK(PyArg_ParseTuple(o, "isdO!", &i, &s, &d, &PyList_Type, &list));
    CHECK(i == 1 && strcmp(s, "two") == 0 && d == 3.5 && PyList_GET_SIZE(list) == 2);
    Py_DECREF(o);

    PyObject *text = PyUnicode_FromFormat("%5d|%s|%R|%zd|%x|%.3s|%c", -42, "abc", Py_True, (Py_ssize_t)7, 255, "wxyz", 0x20ac);
    CHECK(text && strcmp(PyUnicode_AsUTF8(text), "  -42|abc|True|7|ff|wxy|\xe2\x82\xac") == 0);
    Py_DECREF(text);

    /* More arguments than registers, and floating-point ones among them. */
    o = Py_BuildValue("(iiidddiiiiddddddddds)", 1, 2, 3, 1.5, 2.5, 3.5, 4, 5, 6, 7, 4.5, 5.5, 6.5, 7.5, 8.5, 9.5, 10.5,
                      11.5, 12.5, "end");
    CHECK(o && PyTuple_GET_SIZE(o) == 20 && PyFloat_AS_DOUBLE(PyTuple_GET_ITEM(o, 18)) == 12.5);
    CHECK(PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(o, 19), "end") == 0);
    Py_DECREF(o);

    PyObject *f = PyCFunction_New(&sum_def, NULL);
    CHECK(f != NULL);
    o = PyObject_CallFunction(f, "ll", 3L, 4L);
    CHECK(o && PyFloat_AsDouble(o) == 7.0);
    Py_DECREF(o);
    PyObject *args = Py_BuildValue("(l)", 1L), *kwargs = Py_BuildValue("{s:d}", "scale", 2.0);
    o = PyObject_Call(f, args, kwargs);
    CHECK(o && PyFloat_AsDouble(o) == 22.0);
    Py_DECREF(o);
    Py_DECREF(args);
    Py_DECREF(kwargs);
    CHECK(check_raises(f, PyTuple_New(0), NULL, PyExc_TypeError, "sum() missing required argument 'a' (pos 1)") == 0);
    CHECK(check_raises(f, Py_BuildValue("(s)", "x"), NULL, PyExc_TypeError, "an integer is required (got type str)") == 0);
    CHECK(check_raises(f, Py_BuildValue("(l)", 1L), Py_BuildValue("{s:i}", "c", 1), PyExc_TypeError,
                       "'c' is an invalid keyword argument for sum()") == 0);
    Py_DECREF(f);

    PyErr_Format(PyExc_ValueError, "bad %s: %d", "thing", 3);
    CHECK(PyErr_ExceptionMatches(PyExc_ValueError));
    PyErr_Clear();

    PyObject *dict = PyDict_New(), *key, *value;
    Py_ssize_t at = 0;
    CHECK(PyDict_SetItemString(dict, "k", Py_None) == 0 && PyDict_Next(dict, &at, &key, &value) == 1);
    CHECK(value == Py_None && PyDict_Next(dict, &at, &key, &value) == 0);
    Py_DECREF(dict);
    return 0;
}

int
main(void)
{
    Py_Initialize();
    int failed = run();
    if (Py_FinalizeEx() != 0) {
        failed = 2;
    }
    if (!failed) {
        puts("ok");
    }
    return failed;
}
