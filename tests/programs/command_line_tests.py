"""Options, environment variables, ways to give a program, exit statuses, the text of uncaught exceptions."""

import os
import zipfile


def test_version_and_help(both):
    for args in (("-V",), ("--version",), ("-h",), ("-?",), ("--help",), ("-X",), ("-Z",), ("--bogus",), ("-c",), ("-W",), ("-m",)):
        both.run(*args)
    both.run("-c", "import sys; print(sys.version_info, sys.hexversion, sys.api_version, sys.implementation.name, sys.version[:6])")


def test_flags(both):
    show = "import sys; print(sys.flags, sys.warnoptions, sys._xoptions, sys.argv, sys.dont_write_bytecode)"
    for option in "-E -I -s -S -O -OO -B -b -bb -d -q -u -v".split():
        both.run(*([option, "-c", show] if option != "-v" else ["-c", show]))
    both.run("-IsB", "-OOc", show, "a", "-b")
    both.run("-X", "dev", "-X", "a=b", "-X", "utf8", "-W", "error", "-Wignore::DeprecationWarning", "-c", show)
    both.run("-X", "utf8=2", "-c", show)
    both.run("-W", "bogus", "-c", show)
    both.run("-c", "assert 0", env={"PYTHONOPTIMIZE": "1"})
    for name in "PYTHONOPTIMIZE PYTHONDEBUG PYTHONDONTWRITEBYTECODE PYTHONUNBUFFERED PYTHONNOUSERSITE PYTHONINSPECT PYTHONUTF8 PYTHONDEVMODE".split():
        both.run("-c", show, env={name: "1"})
    both.run("-c", show, env={"PYTHONUTF8": "x"})
    both.run("-c", show, env={"PYTHONWARNINGS": "error,ignore::UserWarning"})
    both.run("-c", show, env={"PYTHONHASHSEED": "x"})
    both.run("-c", "print(hash('a'), hash(b'abc'), {'a', 'b', 'c'})", env={"PYTHONHASHSEED": "123"})


def test_paths(both):
    show = "import sys; print(sys.path, sys.prefix, sys.exec_prefix, sys.base_prefix, sys.executable, sys.pycache_prefix)"
    both.run("-c", show)
    both.run("-I", "-c", show)
    both.run("-S", "-c", show)
    both.run("-c", show, env={"PYTHONPATH": "/a:/b::c"})
    both.run("-c", show, env={"PYTHONHOME": "/nowhere"}, clean=lambda data: data[:400])
    both.run("-c", show, env={"PYTHONPYCACHEPREFIX": "/tmp/x"})
    both.run("-X", "pycache_prefix=/tmp/y", "-c", show)
    both.program("import sys; print(sys.path[0], sys.argv, __file__, __name__, __spec__, __builtins__, __package__)", "x", "-c")


def test_ways_to_run(both):
    both.write("m.py", "import sys\nprint(__name__, sys.argv, __package__, __spec__.name if __spec__ else None)\n")
    both.write("p/__init__.py", "print('package')\n")
    both.write("p/__main__.py", "import sys\nprint('main', sys.argv, __package__)\n")
    both.write("d/__main__.py", "import sys, other\nprint('directory', sys.path[0], other.x)\n")
    both.write("d/other.py", "x = 5\n")
    for folder in both.folders.values():
        with zipfile.ZipFile(os.path.join(folder, "z.zip"), "w") as archive:
            archive.writestr("__main__.py", "import inside, sys\nprint('zip', inside.y, sys.argv, __file__)\n1/0\n")
            archive.writestr("inside.py", "y = 6\n")
    both.run("m.py", "a", "b")
    both.run("-m", "m", "a")
    both.run("-m", "p", "a")
    both.run("-m", "p.nothing")
    both.run("-m", "nothing")
    both.run("-m", "m.py")
    both.run("d", "a")
    both.run("z.zip", "a")
    both.run("p/missing.py")
    both.run("empty")
    both.run(stdin=b"print('from stdin', __name__)\nimport sys\nprint(sys.argv)\n")
    both.run("-", "a", stdin=b"import sys\nprint(sys.argv)\n")
    both.run("-c", "print(__name__, __file__ if '__file__' in globals() else '-')")
    both.run("-x", "m.py")
    both.run("-i", "-c", "x = 5", stdin=b"print(x)\n")
    both.run("-i", "m.py", stdin=b"1/0\n'still here'\n")


def test_interactive(both):
    text = b"""x = 5
x
_ + 1
def f(a):
    return a * 2

f(3)
for i in range(2):
    i

1/0
if x
None
'text'
import sys; sys.ps1 = '>>>> '
x = [
1]
x
exit(3)
"""
    both.run("-i", "-q", stdin=text)
    both.run("-q", "-i", "-S", stdin=b"print(1)\n")


def test_exit_statuses(both):
    programs = """pass
import sys; sys.exit()
import sys; sys.exit(3)
import sys; sys.exit('message')
import sys; sys.exit((1, 2))
import sys; sys.exit(256 + 7)
import sys; sys.exit(-1)
import sys; sys.exit(2**70)
raise SystemExit
raise SystemExit(None)
raise SystemExit(True)
import os; os._exit(5)
1/0
raise KeyboardInterrupt
raise ValueError('text')
import os, signal; os.kill(os.getpid(), signal.SIGTERM)
import os, signal; os.kill(os.getpid(), signal.SIGINT)
import os; os.abort()
x = (
import sys, subprocess; print(subprocess.run([sys.executable, '-E', '-c', "import sys, atexit; atexit.register(lambda: sys.stderr.flush()); print('out'); sys.stderr.write('err'); sys.exit('text')"], stdout=-1, stderr=-2))
import sys; sys.stdout.close()
import sys; sys.stderr.close(); 1/0
import os; os.close(1); print('x')
import sys; sys.stdout = None; print('x')
import sys; sys.stderr = None; 1/0
import sys; sys.excepthook = lambda *a: print('hook', a[1]); 1/0
import sys; sys.excepthook = None; 1/0
import sys; del sys.excepthook; 1/0
import atexit; atexit.register(print, 'bye'); atexit.register(lambda: 1/0); print('end')
import threading; threading.Thread(target=lambda: 1/0).start()
import threading, time; threading.Thread(target=lambda: (time.sleep(.1), print('late'))).start(); print('main ends')
class A:\n def __del__(self): print('deleted at exit')\na = A()
import gc\nclass A:\n def __del__(self): print('cycle deleted')\na = A(); a.a = a
import sys; sys.stdout.write('no newline')
import sys; print(sys.stdout.encoding, sys.stdin.encoding, sys.stderr.errors, sys.getfilesystemencoding(), sys.stdout.line_buffering)
print('\\ud800')
print('é€😀')
raise ValueError('é€😀\\ud800')""".split("\n")
    for program in programs:
        both.run("-c", program.replace("\\n", "\n"))


def test_uncaught_exceptions(both):
    both.program("def f(n):\n    if n == 0:\n        return [][1]\n    f(n - 1)\n\n\ntry:\n    f(2)\nexcept IndexError as e:\n    raise KeyError('k') from e\n")
    both.program("def f():\n    f()\nf()\n")
    both.program("import json\njson.loads('{')\n")
    both.program("x = 1\n  y = 2\n")
    both.program("x = 'é' 5\n")
    both.program(b"x = '\xff'\n")
    both.program(b"# coding: latin-1\nx = '\xff'; print(x); 1/0 # \xe9\n")
    both.program("class E(Exception): pass\nraise E('a\\nb')\n")
    both.program("exec('def f():\\n  1/0\\nf()')\n")
    both.program("import sys\nsys.tracebacklimit = 1\ndef f(): 1/0\nf()\n")
    both.program("a\n" * 3 + "\tb\n        c\n")
    both.program("assert 1 == 2, 'message'\n")
    both.program("try:\n    1/0\nfinally:\n    undefined\n")


def test_closed_and_full_output(both):
    both.program("import os, sys\nos.close(0)\nprint(sys.stdin)\n")
    both.program("import os\nr, w = os.pipe()\nos.dup2(w, 1)\nos.close(w)\nos.close(r)\nprint('x')\n")
    both.program("import os\nfd = os.open('/dev/full', os.O_WRONLY)\nos.dup2(fd, 1)\nprint('x')\n")
    both.program("import os\nfd = os.open('/dev/full', os.O_WRONLY)\nos.dup2(fd, 1)\nprint('x' * 100000)\n")
    both.program("import signal, os\nprint(signal.getsignal(signal.SIGPIPE), signal.getsignal(signal.SIGINT))\n")


def test_bytecode_files(both):
    both.write("m.py", "def f():\n    return 'from m'\nprint(__cached__ is not None)\n")
    env = {"PYTHONDONTWRITEBYTECODE": None}
    both.run("-c", "import m; print(m.f())", env=env)
    both.run("-c", "import m; print(m.f())", env=env)
    both.run("-c", "import glob; print(glob.glob('__pycache__/*'))")
    both.run("-O", "-c", "import m", env=env)
    for bad in (b"", b"x", b"\x00" * 16, b"\x55\r\r\n" + b"\x00" * 12, b"\x55\r\r\n" + b"\x00" * 12 + b"\xff", b"\x55\r\r\n" + b"\x00" * 12 + b"N"):
        both.write("bad.pyc", bad)
        both.run("bad.pyc")
        both.run("-c", "import bad", env=env)
    both.run("-c", "import py_compile; py_compile.compile('m.py', cfile='m2.pyc', doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)")
    both.same_file("m2.pyc")
    both.run("m2.pyc")


def test_large_program(both):
    both.program("x = [\n" + "  (1, 'text', 2.5),\n" * 20000 + "]\nprint(len(x))\n")
    both.program("".join("def f%d(a): return a + %d\n" % (i, i) for i in range(3000)) + "print(f2999(1))\n")
    both.program("if 1:\n" + "    x = 1\n" * 70000 + "print(x)\n")
