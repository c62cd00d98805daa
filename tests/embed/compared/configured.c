/* PEP 587: an interpreter by configuration. */
#include <Python.h>

static int check(PyStatus status, const char *label) {
    if (PyStatus_Exception(status)) {
        printf("%s: exception, exit %d, error %d, %s\n", label, PyStatus_IsExit(status), PyStatus_IsError(status), status.err_msg ? status.err_msg : "none");
        return 0;
    }
    printf("%s: ok\n", label);
    return 1;
}

static void python(void) {
    PyConfig config;
    PyPreConfig pre;
    PyPreConfig_InitPythonConfig(&pre);
    pre.utf8_mode = 1;
    check(Py_PreInitialize(&pre), "preinitialize");
    PyConfig_InitPythonConfig(&config);
    config.isolated = 1;
    config.optimization_level = 1;
    config.site_import = 0;
    char *argv[] = {"program", "-c", "import sys; print(sys.argv, sys.flags.optimize, sys.flags.isolated, sys.flags.utf8_mode, __debug__, sys.flags.verbose)", "a", "\xc3\xa9"};
    check(PyConfig_SetBytesArgv(&config, 5, argv), "argv");
    check(PyConfig_SetString(&config, &config.pycache_prefix, L"/tmp/prefix"), "string");
    check(PyConfig_SetBytesString(&config, &config.home, getenv("PYTHONHOME")), "home");
    check(PyWideStringList_Append(&config.warnoptions, L"error"), "append");
    check(PyWideStringList_Insert(&config.xoptions, 0, L"own=1"), "insert");
    check(PyConfig_Read(&config), "read");
    printf("%d %zd %ls\n", config.use_environment, config.argv.length, config.run_command);
    check(Py_InitializeFromConfig(&config), "initialize");
    PyConfig_Clear(&config);
    PyRun_SimpleString("import sys; print(sys.pycache_prefix, sys.warnoptions, sys._xoptions, ascii(sys.argv), sys.flags.no_site)");
    printf("run: %d\n", Py_RunMain());
}

static void isolated(void) {
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    check(PyConfig_SetString(&config, &config.program_name, L"/usr/bin/other"), "program");
    const char *home = getenv("PYTHONHOME");
    check(PyConfig_SetBytesString(&config, &config.home, home), "home");
    config.parse_argv = 0;
    config.install_signal_handlers = 0;
    wchar_t *argv[] = {L"one", L"two"};
    check(PyConfig_SetArgv(&config, 2, argv), "argv");
    check(Py_InitializeFromConfig(&config), "initialize");
    PyConfig_Clear(&config);
    PyRun_SimpleString("import sys; print(sys.argv, sys.flags.isolated, sys.flags.ignore_environment, sys.flags.no_user_site, sys.executable)");
    printf("%d\n", Py_FinalizeEx());
}

int main(int argc, char **argv) {
    if (argc > 1 && strcmp(argv[1], "isolated") == 0) isolated(); else python();
    PyStatus status = PyStatus_Error("own error");
    printf("%d %s %d %d\n", PyStatus_IsError(status), status.err_msg, PyStatus_IsExit(PyStatus_Exit(3)), PyStatus_Exit(3).exitcode);
    return 0;
}
