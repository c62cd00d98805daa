/* A heap type that C allocates and fills by hand, as compilers of Python to C do: its attributes are set before it is ready. */
#include <Python.h>

static void tell(const char *label, int result) {
    printf("%s: %d\n", label, result);
    if (PyErr_Occurred()) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        printf("  %s: %s\n", ((PyTypeObject *)type)->tp_name, PyUnicode_AsUTF8(PyObject_Str(value)));
    }
}

static void state(PyTypeObject *type) {
    printf("dict %d, mro %d, base %d, ready %d\n", type->tp_dict != NULL, type->tp_mro != NULL, type->tp_base != NULL, (type->tp_flags & Py_TPFLAGS_READY) != 0);
}

static PyTypeObject *blank(const char *name) {
    PyHeapTypeObject *made = (PyHeapTypeObject *)PyType_GenericAlloc(&PyType_Type, 0);
    made->ht_type.tp_name = name;
    made->ht_type.tp_basicsize = sizeof(PyObject);
    made->ht_type.tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HEAPTYPE;
    made->ht_name = PyUnicode_FromString(strrchr(name, '.') + 1);
    made->ht_qualname = PyUnicode_FromString(strrchr(name, '.') + 1);
    return &made->ht_type;
}

int main(void) {
    Py_Initialize();
    PyTypeObject *type = blank("m.First");
    PyObject *o = (PyObject *)type;
    state(type);
    tell("set", PyObject_SetAttrString(o, "x", Py_None));
    state(type);
    tell("set module", PyObject_SetAttrString(o, "__module__", PyUnicode_FromString("mod")));
    tell("set qualname", PyObject_SetAttrString(o, "__qualname__", PyUnicode_FromString("Q")));
    tell("set call", PyObject_SetAttrString(o, "__call__", Py_None));
    tell("delete", PyObject_DelAttrString(o, "y"));
    tell("ready", PyType_Ready(type));
    state(type);
    PyObject_Print(type->tp_dict, stdout, 0);
    PyObject_Print(o, stdout, 0);
    tell("\nget", PyObject_GetAttrString(o, "x") == Py_None);
    tell("instance", PyObject_CallObject(o, NULL) != NULL);

    /* Looking makes it ready. */
    type = blank("m.Second");
    tell("get", PyObject_GetAttrString((PyObject *)type, "x") != NULL);
    state(type);

    /* With a base, and a subclass by a class statement. */
    type = blank("m.Third");
    Py_INCREF(&PyList_Type);
    type->tp_base = &PyList_Type;
    type->tp_basicsize = 0;
    tell("set method", PyObject_SetAttrString((PyObject *)type, "__len__", PyObject_GetAttrString((PyObject *)&PyUnicode_Type, "__len__")));
    tell("ready", PyType_Ready(type));
    state(type);
    PyObject *globals = PyModule_GetDict(PyImport_AddModule("__main__"));
    PyDict_SetItemString(globals, "Third", (PyObject *)type);
    tell("run", PyRun_SimpleString("class Sub(Third): pass\ns = Sub([1, 2]); s.append(3); print(list(s), Sub.__mro__, Sub.__basicsize__ > Third.__basicsize__)\ntry: len(s)\nexcept TypeError as e: print(e)\n"));
    fflush(stdout);
    return Py_FinalizeEx();
}
