/* Several interpreters, threads that come from outside, functions for exit, modules that the program brings. */
#include <Python.h>
#include <pthread.h>

static int exits;
static void at_exit(void) { printf("exit function %d\n", ++exits); }

static PyObject *triple(PyObject *self, PyObject *o) { (void)self; long n = PyLong_AsLong(o); return n == -1 && PyErr_Occurred() ? NULL : PyLong_FromLong(3 * n); }
static PyMethodDef functions[] = {{"triple", triple, METH_O, "Three times."}, {NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "own", "A module of the program.", 0, functions};
static PyObject *init_own(void) { return PyModuleDef_Init(&definition); }
static struct PyModuleDef old_definition = {PyModuleDef_HEAD_INIT, "old", NULL, -1, functions};
static PyObject *init_old(void) { return PyModule_Create(&old_definition); }

static void *foreign(void *argument) {
    for (int i = 0; i < 3; i++) {
        PyGILState_STATE state = PyGILState_Ensure();
        PyRun_SimpleString("import threading; counter.append(threading.current_thread() is not threading.main_thread())");
        PyGILState_STATE inner = PyGILState_Ensure();
        printf("nested: %d, check: %d\n", inner == PyGILState_LOCKED, PyGILState_Check());
        PyGILState_Release(inner);
        PyGILState_Release(state);
    }
    return argument;
}

static int pending(void *argument) { printf("pending call %s\n", (char *)argument); return 0; }

int main(void) {
    printf("%d\n", PyImport_AppendInittab("own", init_own));
    printf("%d\n", PyImport_AppendInittab("old", init_old));
    for (int round = 0; round < 3; round++) {
        printf("round %d, initialized: %d\n", round, Py_IsInitialized());
        Py_Initialize();
        Py_AtExit(at_exit);
        PyRun_SimpleString("import own, old, sys; print(own.triple(4), old.triple(5), own.__doc__, 'own' in sys.builtin_module_names, own.__spec__.origin)");
        PyRun_SimpleString("counter = []; import builtins; builtins.shared = 'main'; import atexit; atexit.register(print, 'atexit')");
        PyThreadState *main_state = PyThreadState_Get();
        PyThreadState *other = Py_NewInterpreter();
        printf("new: %d, own dict: %d\n", other != NULL, other->interp != main_state->interp);
        PyRun_SimpleString("import sys, builtins, own, old; print(hasattr(builtins, 'shared'), 'counter' in globals(), __name__, old.triple(1), len(sys.argv))");
        PyRun_SimpleString("import json, collections, io; print(json.dumps(collections.OrderedDict(a=[1, 2.5, None]))); import atexit; atexit.register(print, 'atexit of the other'); 1 / 0");
        printf("ids %lld %lld\n", (long long)PyInterpreterState_GetID(main_state->interp) >= 0 ? 0LL : 1LL, (long long)(PyInterpreterState_GetID(other->interp) - PyInterpreterState_GetID(main_state->interp)));
        Py_EndInterpreter(other);
        PyThreadState_Swap(main_state);
        PyRun_SimpleString("print(shared)");
        pthread_t thread;
        PyThreadState *saved = PyEval_SaveThread();
        pthread_create(&thread, NULL, foreign, NULL);
        pthread_join(thread, NULL);
        PyEval_RestoreThread(saved);
        PyRun_SimpleString("print(counter)");
        Py_AddPendingCall(pending, "a");
        Py_AddPendingCall(pending, "b");
        PyRun_SimpleString("for i in range(100): pass");
        printf("status %d\n", Py_FinalizeEx());
    }
    return 0;
}
