/* What C compares: the functions in the slots of types, and the exported ones. */
#include <Python.h>

#define SAME(a, b) printf("%d %s\n", (void *)(a) == (void *)(b), #a)

static PyTypeObject *class(const char *name) {
    return (PyTypeObject *)PyObject_GetAttrString(PyImport_AddModule("__main__"), name);
}

static PyTypeObject Plain = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "plain.Plain", .tp_basicsize = sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE};

static PyObject *nothing(PyObject *self, void *closure) { return NULL; }
static PyGetSetDef odd_getters[] = {{"nothing", nothing}, {NULL}};
static PyTypeObject Odd = {PyVarObject_HEAD_INIT(NULL, 0).tp_name = "plain.Odd", .tp_basicsize = sizeof(PyObject), .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, .tp_new = PyType_GenericNew, .tp_getset = odd_getters};

int main(void) {
    Py_Initialize();
    SAME(PyLong_Type.tp_getattro, PyObject_GenericGetAttr);
    SAME(PyFunction_Type.tp_getattro, PyObject_GenericGetAttr);
    SAME(PyFunction_Type.tp_setattro, PyObject_GenericSetAttr);
    SAME(PyBaseObject_Type.tp_setattro, PyObject_GenericSetAttr);
    SAME(PyList_Type.tp_hash, PyObject_HashNotImplemented);
    SAME(PyListIter_Type.tp_iter, PyObject_SelfIter);
    SAME(PyGen_Type.tp_iter, PyObject_SelfIter);
    SAME(PyLong_Type.tp_free, PyObject_Free);
    SAME(PyList_Type.tp_free, PyObject_GC_Del);
    SAME(PyList_Type.tp_alloc, PyType_GenericAlloc);
    PyRun_SimpleString("class A: pass\nclass H: __hash__ = None\nclass L(list): pass\nclass I:\n  def __next__(self): pass\n");
    SAME(class("A")->tp_getattro, PyObject_GenericGetAttr);
    SAME(class("A")->tp_alloc, PyType_GenericAlloc);
    SAME(class("A")->tp_free, PyObject_GC_Del);
    SAME(class("A")->tp_iternext, _PyObject_NextNotImplemented);
    SAME(class("I")->tp_iternext, _PyObject_NextNotImplemented);
    SAME(class("H")->tp_hash, PyObject_HashNotImplemented);
    SAME(class("L")->tp_hash, PyObject_HashNotImplemented);
    printf("%d %d\n", PyIter_Check(PyObject_CallObject((PyObject *)class("A"), NULL)), PyIter_Check(PyObject_CallObject((PyObject *)class("I"), NULL)));
    Plain.tp_getattro = PyObject_GenericGetAttr;
    printf("%d\n", PyType_Ready(&Plain));
    PyDict_SetItemString(PyModule_GetDict(PyImport_AddModule("__main__")), "Plain", (PyObject *)&Plain);
    PyRun_SimpleString("class S(Plain): pass\nclass P(A, Plain): pass\n"
                       "for c in (Plain, S, P):\n"
                       "  try: print(type(c()).__name__)\n"
                       "  except TypeError as e: print(e)\n"
                       "  try: print(type(object.__new__(c)).__name__)\n"
                       "  except TypeError as e: print(e)\n");
    printf("%d\n", PyType_Ready(&Odd));
    PyDict_SetItemString(PyModule_GetDict(PyImport_AddModule("__main__")), "Odd", (PyObject *)&Odd);
    PyRun_SimpleString("class S(Odd): pass\n"
                       "for o in Odd(), S():\n"
                       "  print(getattr(o, 'nothing', 5), hasattr(o, 'nothing'))\n"
                       "  try: print(o.nothing)\n"
                       "  except SystemError as e: print(e)\n");
    return Py_FinalizeEx();
}
