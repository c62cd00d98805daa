/* Starts and ends the interpreter ten times in one process, running a program each time. */
#include <Python.h>

int
main(void)
{
    for (int i = 0; i < 10; i++) {
        Py_Initialize();
        if (!Py_IsInitialized() || PyRun_SimpleString("x = sum(range(10)); assert x == 45") != 0) {
            return 1;
        }
        if (Py_FinalizeEx() != 0 || Py_IsInitialized()) {
            return 2;
        }
    }
    puts("ok");
    return 0;
}
