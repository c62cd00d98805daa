/* Starts and ends the interpreter ten times in one process. Each life runs code, imports compiled modules, calls functions, handles
   exceptions, offers a module of its own, and is entered by a thread; nothing may be left of the one before. */
#include <Python.h>
#include <pthread.h>

static int life;

static PyObject *twice(PyObject *self, PyObject *args) {
    PyObject *function, *value;
    if (!PyArg_ParseTuple(args, "OO:twice", &function, &value)) return NULL;
    PyObject *once = PyObject_CallFunctionObjArgs(function, value, NULL);
    if (!once) return NULL;
    PyObject *result = PyObject_CallFunctionObjArgs(function, once, NULL);
    Py_DECREF(once);
    return result;
}

static PyMethodDef methods[] = {{"twice", twice, METH_VARARGS, "Calls a function on its own result."}, {NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "host", "The host's module.", -1, methods};

static PyObject *make_host(void) {
    PyObject *m = PyModule_Create(&definition);
    if (m) PyModule_AddIntConstant(m, "life", life);
    return m;
}

static const char *program =
    "import sys, host, atexit, weakref, gc, threading\n"
    "assert not hasattr(sys, 'left'); sys.left = True\n"
    "assert 'json' not in sys.modules\n"
    "import json, _datetime, _struct, _ctypes, array, math, zlib, collections, decimal, re, enum\n"
    "class Node:\n"
    "    def __init__(self, value): self.value, self.me = value, self\n"
    "    def __del__(self): print('gone', self.value)\n"
    "def divide(a, b): return a / b\n"
    "def fail(): raise KeyError('key')\n"
    "def count(n):\n"
    "    while n: yield n; n -= 1\n"
    "atexit.register(print, 'at exit', host.life)\n"
    "node = Node(host.life); Node('cycle'); gc.collect()\n"
    "print(host.twice(lambda x: x + [len(x)], []), json.dumps({'life': host.life}), decimal.Decimal(1) / 7, math.sqrt(host.life), zlib.crc32(b'abc'))\n"
    "print(_datetime.date(2020, 1, 1 + host.life), array.array('i', count(3)), re.sub('(a)', r'<\\1>', 'banana'), collections.Counter('abca').most_common(1))\n"
    "thread = threading.Thread(target=print, args=('thread',)); thread.start(); thread.join()\n";

static void tell_exception(void) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject *text = PyObject_Repr(value);
    printf("%s %s line %d\n", ((PyTypeObject *)type)->tp_name, PyUnicode_AsUTF8(text), traceback ? ((PyTracebackObject *)traceback)->tb_lineno : -1);
    Py_XDECREF(text); Py_XDECREF(type); Py_XDECREF(value); Py_XDECREF(traceback);
}

static void *enter(void *unused) {
    PyGILState_STATE state = PyGILState_Ensure();
    PyRun_SimpleString("print('entered', threading.active_count(), sum(count(100)))");
    PyGILState_Release(state);
    return NULL;
}

int main(void) {
    PyImport_AppendInittab("host", make_host);
    for (life = 0; life < 10; life++) {
        Py_Initialize();
        printf("life %d: %d\n", life, Py_IsInitialized());
        if (PyRun_SimpleString(program) != 0) return 1;
        PyObject *main_module = PyImport_AddModule("__main__");
        PyObject *divide = PyObject_GetAttrString(main_module, "divide"), *fail = PyObject_GetAttrString(main_module, "fail");
        PyObject *result = PyObject_CallFunction(divide, "dd", 7.0, 2.0);
        printf("%g\n", PyFloat_AsDouble(result));
        Py_DECREF(result);
        if (!PyObject_CallFunction(divide, "ii", 1, 0)) tell_exception();
        if (!PyObject_CallFunction(fail, NULL)) tell_exception();
        if (!PyObject_CallMethod(main_module, "nothing", NULL)) tell_exception();
        if (!PyRun_String("1 +", Py_eval_input, PyModule_GetDict(main_module), PyModule_GetDict(main_module))) tell_exception();
        fflush(stdout);
        printf("%d\n", PyRun_SimpleString("fail()"));
        Py_DECREF(divide); Py_DECREF(fail);
        pthread_t thread;
        Py_BEGIN_ALLOW_THREADS
        pthread_create(&thread, NULL, enter, NULL);
        pthread_join(thread, NULL);
        Py_END_ALLOW_THREADS
        fflush(stdout);
        printf("end %d", Py_FinalizeEx());
        printf(" %d\n", Py_IsInitialized());
        fflush(stdout);
    }
    return 0;
}
