"""Extension modules compiled on the spot: what wheels do with the C API and no module of the library does."""

import os
import shutil
import subprocess

import sides

HEAD = r"""
#define PY_SSIZE_T_CLEAN
#include <Python.h>
"""


def module(both, name, source):
    """Compiles a module into the folders of both sides."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    include = os.path.join(sides.reference.prefix(), "include", "python3.8")
    if compiler is None or not os.path.isdir(include):
        raise sides.Skipped("no C compiler, or no headers")
    both.write(name + ".c", HEAD + source)
    for folder in both.folders.values():
        path = os.path.join(folder, name)
        subprocess.run([compiler, "-shared", "-fPIC", "-w", "-O1", "-I" + include, path + ".c", "-o", path + ".so"], check=True)


def test_empty_dict_of_keywords(both):
    module(both, "kw", r"""
static PyObject *kw(PyObject *s, PyObject *a, PyObject *k) { return k ? PyUnicode_FromFormat("%R", k) : PyUnicode_FromString("NULL"); }
static PyObject *as_new(PyTypeObject *t, PyObject *a, PyObject *k) { return kw(NULL, a, k); }
static PyObject *call(PyObject *s, PyObject *a) {
    PyObject *f, *r, *t = PyTuple_New(0), *d = PyDict_New();
    int n;
    if (!PyArg_ParseTuple(a, "Oi", &f, &n)) return NULL;
    switch (n) {
    case 0: r = PyObject_Call(f, t, d); break;
    case 1: r = PyObject_Call(f, t, NULL); break;
    case 2: r = PyEval_CallObjectWithKeywords(f, t, d); break;
    case 3: r = _PyObject_FastCallDict(f, NULL, 0, d); break;
    case 4: r = PyObject_CallFunctionObjArgs(f, NULL); break;
    default: r = PyCFunction_Check(f) ? PyCFunction_Call(f, t, d) : PyObject_CallObject(f, NULL);
    }
    Py_DECREF(t); Py_DECREF(d);
    return r;
}
#define KW(name, more) {name, (PyCFunction)kw, METH_VARARGS | METH_KEYWORDS | more}
static PyMethodDef methods[] = {KW("m", 0), KW("c", METH_CLASS), KW("s", METH_STATIC), {0}};
static PyTypeObject N = {PyVarObject_HEAD_INIT(NULL, 0) "kw.N", sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .tp_new = as_new};
static PyTypeObject K = {PyVarObject_HEAD_INIT(NULL, 0) "kw.K", sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_new = PyType_GenericNew, .tp_call = (ternaryfunc)kw, .tp_methods = methods};
static PyMethodDef functions[] = {KW("kw", 0), {"call", call, METH_VARARGS}, {0}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "kw", 0, -1, functions};
PyMODINIT_FUNC PyInit_kw(void) {
    PyObject *m = PyModule_Create(&def);
    PyType_Ready(&N); PyType_Ready(&K);
    PyModule_AddObject(m, "N", (PyObject *)&N); PyModule_AddObject(m, "K", (PyObject *)&K);
    return m;
}
""")
    both.program("""import functools, kw
class S(kw.K): pass
class C(kw.K):
    def __call__(self, *a, **k): return super().__call__(*a, **k)
class N(kw.N):
    def __new__(self, *a, **k): return super().__new__(self, *a, **k)
k = kw.K(); s = S()
for f in (kw.kw, kw.N, k, k.m, k.c, k.s, kw.K.c, kw.K.s, s, s.m, S.c, N, C(), k.__call__, functools.partial(kw.kw), functools.partial(k), functools.partial(kw.N)):
    print(f(), f(**{}), f(*(), **{}), f(**dict(a=1)), [kw.call(f, n) for n in range(6)])
for f, a in ((kw.K.m, k), (kw.K.__dict__['m'], k), (kw.K.__dict__['c'], kw.K), (kw.N.__new__, kw.N)):
    print(f(a), f(a, **{}), f(*(a,), **{}), f(a, **dict(a=1)))
""")


def test_types_made_ready_as_classes(both):
    """Cython marks a static type as a class while it makes it ready, so that bases may be classes."""
    module(both, "ready", r"""
static PyObject *as_new(PyTypeObject *t, PyObject *a, PyObject *k) { return t->tp_alloc(t, 0); }
static PyTypeObject A = {PyVarObject_HEAD_INIT(NULL, 0) "ready.A", sizeof(PyObject) + 16, .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .tp_new = as_new};
static PyTypeObject B = {PyVarObject_HEAD_INIT(NULL, 0) "ready.B", sizeof(PyObject) + 16, .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .tp_base = &A};
static PyTypeObject Plain = {PyVarObject_HEAD_INIT(NULL, 0) "ready.Plain", sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE};
static PyType_Slot slots[] = {{Py_tp_new, as_new}, {0}}, none[] = {{0}};
static PyType_Spec spec = {"ready.H", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, slots}, bare = {"ready.I", sizeof(PyObject), 0, Py_TPFLAGS_DEFAULT, none};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "ready", 0, -1};
static void ready(PyObject *m, const char *name, PyTypeObject *t) {
    t->tp_flags |= Py_TPFLAGS_HEAPTYPE;
    PyType_Ready(t);
    t->tp_flags &= ~Py_TPFLAGS_HEAPTYPE;
    PyModule_AddObject(m, name, (PyObject *)t);
}
PyMODINIT_FUNC PyInit_ready(void) {
    PyObject *m = PyModule_Create(&def);
    ready(m, "A", &A); ready(m, "B", &B); ready(m, "Plain", &Plain);
    PyModule_AddObject(m, "H", PyType_FromSpec(&spec));
    PyModule_AddObject(m, "I", PyType_FromSpec(&bare));
    return m;
}
""")
    both.program("""import copyreg, ready
class S(ready.A, list.__class__.__base__): pass
for t in (ready.A, ready.B, ready.Plain, ready.H, ready.I, S):
    print(t, sorted(t.__dict__), t.__flags__ & 1 << 9, t.__mro__)
    for u in (ready.A, t, object):
        try: print(type(u.__new__(t)).__name__, end=' ')
        except TypeError as e: print(e, end=' ')
    try: print(copyreg.__newobj__(t).__reduce_ex__(2))
    except TypeError as e: print(e)
""")


def test_failures_without_exceptions(both):
    """Extensions report failures and set nothing, or go on with an exception set: their callers live on."""
    module(both, "odd", r"""
static int view(PyObject *s, Py_buffer *v, int f) { v->obj = NULL; return -1; }
static Py_ssize_t length(PyObject *s) { return -1; }
static Py_hash_t hash(PyObject *s) { return -1; }
static int truth(PyObject *s) { return -1; }
static PyObject *item(PyObject *s, PyObject *k) { return NULL; }
static int store(PyObject *s, PyObject *k, PyObject *v) { return -1; }
static PyBufferProcs buffer = {view};
static PyMappingMethods mapping = {length, item, store};
static PyNumberMethods number = {.nb_bool = truth, .nb_add = item, .nb_index = (unaryfunc)PyObject_Repr};
static PyTypeObject O = {PyVarObject_HEAD_INIT(NULL, 0) "odd.O", sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .tp_new = PyType_GenericNew,
    .tp_as_buffer = &buffer, .tp_as_mapping = &mapping, .tp_as_number = &number, .tp_hash = hash};
static int one(PyObject *s, Py_buffer *v, int f) { PyBuffer_FillInfo(v, s, "abc", 3, 1, f); return 1; }
static PyBufferProcs ones = {one};
static PyTypeObject One = {PyVarObject_HEAD_INIT(NULL, 0) "odd.One", sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT, .tp_new = PyType_GenericNew, .tp_as_buffer = &ones};
static PyObject *status(PyObject *s, PyObject *o) { Py_buffer v; return PyLong_FromLong(PyObject_GetBuffer(o, &v, PyBUF_SIMPLE)); }
static PyObject *nothing(PyObject *s, PyObject *o) {
    Py_buffer v;
    if (PyObject_GetBuffer(o, &v, PyBUF_FULL_RO) < 0) return NULL;
    int to = PyBuffer_ToContiguous(NULL, &v, v.len, 'C'), from = PyBuffer_FromContiguous(&v, NULL, v.len, 'C');
    PyBuffer_Release(&v);
    return PyUnicode_FromFormat("%d %d", to, from);
}
static PyObject *try_view(PyObject *s, PyObject *o) {
    PyObject *m = PyMemoryView_FromObject(o);
    return PyUnicode_FromFormat("%d %d", m != NULL, PyErr_Occurred() != NULL);
}
static PyObject *try_all(PyObject *s, PyObject *o) {
    PyObject *a = PyObject_GetItem(o, o), *b = PyNumber_Add(o, o);
    return PyUnicode_FromFormat("%zd %zd %d %d %d %d %d", PyObject_Size(o), (Py_ssize_t)PyObject_Hash(o), PyObject_IsTrue(o), a != NULL, b != NULL,
        PyObject_SetItem(o, o, o), PyErr_Occurred() != NULL);
}
static PyObject *with_error(PyObject *s, PyObject *f) {
    PyErr_SetString(PyExc_ValueError, "stale");
    PyObject *r = PyObject_CallObject(f, NULL);
    return r;
}
static PyMethodDef functions[] = {{"view", try_view, METH_O}, {"all", try_all, METH_O}, {"status", status, METH_O}, {"nothing", nothing, METH_O}, {"with_error", with_error, METH_O}, {0}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "odd", 0, -1, functions};
PyMODINIT_FUNC PyInit_odd(void) {
    PyObject *m = PyModule_Create(&def);
    PyType_Ready(&O); PyType_Ready(&One);
    PyModule_AddObject(m, "One", (PyObject *)&One);
    PyModule_AddObject(m, "O", (PyObject *)&O);
    return m;
}
""")
    both.program("""import functools, odd
o = odd.O(); print(odd.view(o), odd.all(o)); print([odd.nothing(x) for x in (bytearray(), memoryview(bytearray(8))[8:], memoryview(bytearray(8))[8::-2][5:])])
print(odd.status(odd.One()), bytes(memoryview(odd.One())))
class K:
    def m(self): return 1
for f in (lambda: 1, K().m, functools.partial(lambda: 2), K().m.__call__):
    try: print(odd.with_error(f))
    except SystemError as e: print(str(e).split(' at 0x')[0].split(' of ')[0], repr(e.__cause__))
for f in (lambda: len(o), lambda: hash(o), lambda: o[1], lambda: memoryview(o), lambda: bytes(o)):
    try: print(f())
    except (SystemError, TypeError) as e: print(type(e).__name__, str(e).split(' at 0x')[0])
""")


def test_calls_added_by_hand(both):
    """greenlet adds to the pending calls of 3.8 by the internal headers, from threads that end."""
    module(both, "ring", r"""
#define Py_BUILD_CORE
#include <internal/pycore_pystate.h>
#include <pthread.h>
static int called;
static int count(void *by) { called += (int)(Py_intptr_t)by; return 0; }
static void *add(void *unused) {
    struct _pending_calls *pending = &_PyRuntime.ceval.pending;
    for (int i = 0; i < 3; i++) {
        PyThread_acquire_lock(pending->lock, 1);
        if (!pending->finishing) {
            int next = (pending->last + 1) % NPENDINGCALLS;
            if (next != pending->first) {
                pending->calls[pending->last].func = count;
                pending->calls[pending->last].arg = (void *)(Py_intptr_t)(i + 1);
                pending->last = next;
            }
        }
        PyThread_release_lock(pending->lock);
        _Py_atomic_store_relaxed(&pending->calls_to_do, 1);
        _Py_atomic_store_relaxed(&_PyRuntime.ceval.eval_breaker, 1);
    }
    return NULL;
}
static PyObject *start(PyObject *s, PyObject *a) {
    pthread_t t;
    pthread_create(&t, NULL, add, NULL);
    Py_BEGIN_ALLOW_THREADS
    pthread_join(t, NULL);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}
static PyObject *total(PyObject *s, PyObject *a) { return PyLong_FromLong(called); }
static PyMethodDef functions[] = {{"start", start, METH_NOARGS}, {"total", total, METH_NOARGS}, {0}};
static struct PyModuleDef def = {PyModuleDef_HEAD_INIT, "ring", 0, -1, functions};
PyMODINIT_FUNC PyInit_ring(void) { return PyModule_Create(&def); }
""")
    both.program("""import os, ring
for n in range(20):
    ring.start()
    for i in range(10): pass
print(ring.total())
if os.fork():
    print(os.wait()[1])
else:
    ring.start()
    for i in range(10): pass
    os._exit(ring.total())
""")
