/* The debug hooks on memory: what stands around a block, what fills it, and who is behind. */
#include <Python.h>

static void show(const char *what, const unsigned char *p, int size) {
    printf("%s:", what);
    for (int i = -16; i < size + 8; i++)
        printf(" %02x", p[i]);
    printf("\n");
}

int main(void) {
    PyMem_SetupDebugHooks();
    PyMem_SetupDebugHooks();
    Py_Initialize();
    printf("%s\n", _PyMem_GetCurrentAllocatorName());
    unsigned char *p = PyMem_Malloc(20);
    show("new", p, 20);
    for (int i = 0; i < 20; i++)
        p[i] = (unsigned char)i;
    p = PyMem_Realloc(p, 30);
    show("longer", p, 30);
    p = PyMem_Realloc(p, 10);
    show("shorter", p, 10);
    PyMem_Free(p);
    p = PyMem_Realloc(NULL, 200);
    memset(p, 7, 200);
    p = PyMem_Realloc(p, 2000);
    show("much longer", p, 210);
    PyMem_Free(p);
    p = PyMem_Malloc(0);
    show("nothing", p, 0);
    PyMem_Free(p);
    p = PyObject_Calloc(3, 3);
    show("zeros", p, 9);
    PyObject_Free(p);
    p = PyMem_RawMalloc(5);
    show("raw", p, 5);
    PyMem_RawFree(p);
    printf("%d %d\n", PyMem_Malloc(PY_SSIZE_T_MAX) == NULL, PyMem_RawCalloc(PY_SSIZE_T_MAX, 2) == NULL);
    PyRun_SimpleString("import json, re, threading\n"
                       "print(json.dumps([re.sub('a', 'b', 'abc' * 3)] * 2))\n"
                       "t = threading.Thread(target=print, args=('thread',)); t.start(); t.join()\n");
    return Py_FinalizeEx();
}
