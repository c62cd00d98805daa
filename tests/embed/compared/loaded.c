/* Takes the library with dlopen, as programs do that choose their Python at run time: nothing is linked with it. Compiled modules find
   the library's symbols only because it is loaded globally. */
#include <dlfcn.h>
#include <stdio.h>

typedef struct object object;

int main(void) {
    void *library = dlopen("libpython3.8.so.1.0", RTLD_NOW | RTLD_GLOBAL);
    if (!library) { fprintf(stderr, "%s\n", dlerror()); return 1; }
#define TAKE(result, name, arguments) result (*name) arguments = (result (*) arguments)dlsym(library, #name)
    TAKE(void, Py_InitializeEx, (int));
    TAKE(int, PyRun_SimpleString, (const char *));
    TAKE(object *, PyImport_ImportModule, (const char *));
    TAKE(object *, PyObject_CallMethod, (object *, const char *, const char *, ...));
    TAKE(object *, PyObject_GetAttrString, (object *, const char *));
    TAKE(const char *, PyUnicode_AsUTF8, (object *));
    TAKE(object *, PyErr_Occurred, (void));
    TAKE(void, PyErr_Print, (void));
    TAKE(void, Py_DecRef, (object *));
    TAKE(int, Py_FinalizeEx, (void));
    object **key_error = dlsym(library, "PyExc_KeyError");
    const char *const *version = dlsym(library, "Py_FileSystemDefaultEncoding");
    Py_InitializeEx(0);
    printf("%s\n", *version);
    object *json = PyImport_ImportModule("json");
    object *text = PyObject_CallMethod(json, "dumps", "[is{sd}O]", 5, "five", "half", 0.5, *key_error ? PyObject_GetAttrString(json, "__name__") : NULL);
    printf("%s\n", PyUnicode_AsUTF8(text));
    Py_DecRef(text);
    if (!PyObject_CallMethod(json, "loads", "s", "[1,")) { printf("raised %d\n", PyErr_Occurred() != NULL); fflush(stdout); PyErr_Print(); }
    Py_DecRef(json);
    fflush(stdout);
    int status = PyRun_SimpleString(
        "import math, _decimal, _sqlite3, _socket, _ctypes, pyexpat, unicodedata, select, ctypes\n"
        "print(math.floor(2.5), _decimal.Decimal('1.5') * 2, unicodedata.name('x'), len(select.select([], [], [], 0)))\n"
        "print(ctypes.pythonapi.Py_IsInitialized(), ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int)(lambda x: x + 1)(41))\n"
        "connection = __import__('sqlite3').connect(':memory:'); print(connection.execute('select 6 * 7').fetchall())\n"
        "raise SystemError('the end')\n");
    printf("%d\n", status);
    fflush(stdout);
    return Py_FinalizeEx();
}
