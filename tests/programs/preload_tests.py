"""What the library is about: its own calls cannot be interposed, libc's can; checks of results read the error indicator directly."""

import os
import re
import subprocess

import sides

INTERPOSE = """
#include <stdlib.h>
/* Inside the library these names must reach its own functions, not these. */
void *PyErr_Occurred(void) { abort(); }
void *PyObject_GetAttr(void *o, void *name) { abort(); }
void *PyDict_GetItem(void *d, void *k) { abort(); }
void *PyTuple_New(long n) { abort(); }
"""

COUNT = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
static long mallocs, frees;
void *malloc(size_t n) { static void *(*real)(size_t); if (!real) real = dlsym(RTLD_NEXT, "malloc"); mallocs++; return real(n); }
void free(void *p) { static void (*real)(void *); if (!real) real = dlsym(RTLD_NEXT, "free"); frees++; real(p); }
__attribute__((destructor)) static void tell(void) { char s[80]; int n = sprintf(s, "%s\\n", mallocs > 20000 && frees > 10000 ? "many" : "few"); write(2, s, n); }
"""

CLOCK = """
#include <time.h>
#include <sys/time.h>
time_t time(time_t *t) { if (t) *t = 1234567890; return 1234567890; }
int clock_gettime(clockid_t c, struct timespec *t) { t->tv_sec = 1234567890; t->tv_nsec = 0; return 0; }
"""


def preload(both, name, source):
    """Compiles a library in both folders; returns its path relative to the working folder."""
    both.write(name + ".c", source)
    for folder in both.folders.values():
        subprocess.run(["cc", "-shared", "-fPIC", "-w", "-o", name + ".so", name + ".c", "-ldl"], cwd=folder, check=True)
    return "./" + name + ".so"


def test_own_functions_are_not_interposed(both):
    """CPython built with interposable symbols would abort here; Pyrite must run as without it."""
    library = preload(both, "interpose", INTERPOSE)
    folder = both.folders[sides.PYRITE]
    # Without site, which may import compiled modules: their calls do go through the PLT.
    program = ["-S", "-c", "import functools, re; print(functools.reduce(max, [1, 2]), re.sub('a', 'b', 'aaa'), getattr(1, 'x', 5), {}.get(1))"]
    plain = sides.PYRITE.run(program, cwd=folder)
    interposed = sides.PYRITE.run(program, env={"LD_PRELOAD": library}, cwd=folder)
    if (interposed.out, interposed.status) != (plain.out, plain.status) or plain.status != "exit 0":
        both.differ("plain:\n%sinterposed:\n%s" % (plain, interposed))


def test_allocations_are_seen(both):
    library = preload(both, "count", COUNT)
    for allocator in ("malloc", "pymalloc"):
        both.run("-S", "-c", "x = [str(i) for i in range(30000)]; print(len(x))", env={"LD_PRELOAD": library, "PYTHONMALLOC": allocator})


def test_time_is_obeyed(both):
    library = preload(both, "clock", CLOCK)
    both.run("-S", "-c", "import time; print(time.time(), time.gmtime().tm_year)", env={"LD_PRELOAD": library})


def test_no_own_jump_slots(both):
    """No relocation sends a call of one of the library's own functions through the PLT."""
    path = os.path.join(sides.PYRITE.library, sides.LIBRARY_NAME)
    own = set(re.findall(r" [TtDdBbRrVvWw] (\w+)", subprocess.run(["nm", "-D", "--defined-only", path], stdout=subprocess.PIPE, text=True).stdout))
    relocations = subprocess.run(["readelf", "-rW", path], stdout=subprocess.PIPE, text=True).stdout
    slots = [line.split()[4].split("@")[0] for line in relocations.splitlines() if "JUMP_SLO" in line]
    bad = sorted(own.intersection(slots))
    if bad:
        both.differ("own JUMP_SLOT relocations: %s" % bad[:20])


def test_error_check_is_a_load(both):
    """PyErr_Occurred reads the thread's error indicator by itself: a few instructions without any call."""
    path = os.path.join(sides.PYRITE.library, sides.LIBRARY_NAME)
    code = subprocess.run(["objdump", "-d", "--disassemble=PyErr_Occurred", path], stdout=subprocess.PIPE, text=True).stdout
    lines = [line for line in code.splitlines() if re.match(r"\s+[0-9a-f]+:\t", line)]
    if not lines or len(lines) > 12 or any("call" in line for line in lines):
        both.differ("PyErr_Occurred:\n" + code)
