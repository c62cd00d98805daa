/* Takes the library with dlopen, as programs do that choose their Python at run time. */
#include <dlfcn.h>
#include <stdio.h>

int
main(void)
{
    void *library = dlopen("libpython3.8.so.1.0", RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    void (*initialize)(int) = (void (*)(int))dlsym(library, "Py_InitializeEx");
    int (*run)(const char *) = (int (*)(const char *))dlsym(library, "PyRun_SimpleString");
    int (*finalize)(void) = (int (*)(void))dlsym(library, "Py_FinalizeEx");
    initialize(0);
    /* An extension module finds the library's symbols only because it was loaded globally. */
    if (run("import math; assert math.floor(2.5) == 2") != 0) {
        return 2;
    }
    if (finalize() != 0) {
        return 3;
    }
    puts("ok");
    return 0;
}
