"""Command lines one by one: every option and environment variable, what they print and their exit status on both sides.

A row of a table is what stands after `python3.8`, as a shell would split it, with NAME=VALUE in front for the environment and, after
` <<< `, what comes on standard input (with `\\n` and the like).
"""

import re
import shlex

SHOW = "import sys; print(sys.flags, sys.warnoptions, sys._xoptions, sys.argv, sys.dont_write_bytecode, sys.path[:1])"

FILES = {
    "show.py": SHOW + "\n",
    "warns.py": "import warnings\nwarnings.warn('w1')\nwarnings.warn('w2', DeprecationWarning)\nwarnings.warn('w3', ResourceWarning)\nwarnings.warn('w4', BytesWarning)\n",
    "fails.py": "def f():\n    1/0\nf()\n",
    "syntax.py": "x = 1\nif x\n  pass\n",
    "tabs.py": "if 1:\n    x\n\ty\n",
    "exits.py": "import sys\nsys.exit('bye')\n",
    "null.py": b"x = 1\nprint('a\x00b')\n",
    "latin.py": b"# -*- coding: latin-1 -*-\nprint(ascii('\xe9'))\n",
    "unknown.py": b"# -*- coding: no-such -*-\nprint(1)\n",
    "bom.py": b"\xef\xbb\xbfprint('bom')\n",
    "bombad.py": b"\xef\xbb\xbf# coding: latin-1\nprint('bom')\n",
    "crlf.py": b"x = 1\r\nprint(x)\r\nif x:\r\n    print('''a\r\nb''')\r\n",
    "noeol.py": "print('no newline at the end')",
    "first.py": "this is no Python\nprint('second line')\n1/0\n",
    "asserts.py": '"""doc"""\nassert 0, "text"\n',
    "doc.py": '"""doc"""\nprint(__doc__, __debug__)\n',
    "pack/__init__.py": "",
    "pack/__main__.py": "import sys\nprint(__name__, __package__, sys.argv, sys.path[0])\n",
    "pack/mod.py": "from . import other\nprint(__name__, __package__, __spec__.name)\n",
    "pack/other.py": "",
    "pack/broken.py": "x = (\n",
    "pack/raises.py": "raise ValueError('at import')\n",
    "pack/imports.py": "import nothing_of_this_name\n",
    "nomain/__init__.py": "",
    "emptydir/readme.txt": "",
    "startup.py": "print('startup'); y = 7\n",
    "startbad.py": "1/0\n",
    "path/usercustomize.py": "print('usercustomize')\n",
    "path/sitecustomize.py": "print('sitecustomize')\n",
    "path2/sitecustomize.py": "1/0\n",
    "junk.zip": b"PK\x05\x06 nothing",
    "binary": bytes(range(256)),
    "nulls.py": b'x="""\n\0a\n\0b\n"""\nprint([x])\n\0\ny\0z\n = 5\n',
    "undecodable.py": b"print(1)\n= =\nx = '\xff'\n",
    "undecodable2.py": b"print(1)\nf() = 5\nx = '\xff'\n",
    "undecodable3.py": b'print(1)\nx = """\n\xff"""\n',
    "empty.py": "",
    "recursion.py": "def f(): f()\nf()\n",
    "printflush.py": "import sys\nprint('out'); print('err', file=sys.stderr); sys.stdout.write('x'); sys.stderr.write('y')\n",
}

OPTIONS = r"""
-V
-VV
--version
-Vc pass
-h
--help
-?
-Z
-bZ
--help-all
--
-- show.py a -c
-c
-m
-W
-X
-Q
--check-hash-based-pycs
--check-hash-based-pycs never -c pass
--check-hash-based-pycs always -c 'import _imp; print(_imp.check_hash_based_pycs)'
--check-hash-based-pycs bogus -c pass
--check-hash-based-pycs=never -c pass
show.py -c -m x
show.py
-B show.py
-b show.py
-bb show.py
-bbb show.py
-d -c pass
-E show.py
-I show.py
-s show.py
-S show.py
-O show.py
-OO show.py
-OOO show.py
-q show.py
-qq show.py
-u show.py
-x first.py
-x show.py
-R show.py
-J show.py
-t show.py
-n show.py
-IsSBOOqbbu show.py
-v -V
-c 'print(1)' -c x
-cprint(1) a
-Ecprint(1)
-c ''
-c ' print(1)'
-c 'print(1' 
-c '1/0'
-c 'raise SystemExit'
-c 'raise SystemExit(3)'
-c 'raise SystemExit(None)'
-c 'raise SystemExit("text")'
-c 'raise SystemExit(1,2)'
-c 'raise SystemExit(-1)'
-c 'raise SystemExit(256)'
-c 'raise SystemExit(2**40)'
-c 'raise SystemExit(1.5)'
-c 'import sys; sys.exit([])'
-c 'import sys; sys.exit(True)'
-c 'import sys; sys.exit(b"x")'
-c 'raise KeyboardInterrupt'
-c 'class E(SystemExit): pass\nraise E(4)'
-m show a b
-m pack a
-m pack.mod
-m pack.other
-m pack.broken
-m pack.raises
-m pack.imports
-m pack.nothing
-m nomain
-m emptydir
-m nothing
-m nothing.of.it
-m show.py
-m .show
-m ''
-m sys
-m builtins
-m math
-m os.path
-m this -c
-mshow a
-Im show
-E -m timeit -h
-m
pack a
emptydir
nomain
junk.zip
binary
missing.py
missing/missing.py
show.py/x
pack/__init__.py
empty.py
fails.py
syntax.py
tabs.py
exits.py
null.py
nulls.py
undecodable.py
undecodable2.py
undecodable3.py
latin.py
unknown.py
bom.py
bombad.py
crlf.py
noeol.py
recursion.py
asserts.py
-O asserts.py
doc.py
-O doc.py
-OO doc.py
printflush.py
-u printflush.py
warns.py
-W ignore warns.py
-W error warns.py
-W default warns.py
-W always warns.py
-W once warns.py
-W module warns.py
-W d warns.py
-W i warns.py
-W bogus warns.py
-W error:::x -c pass
-W error::Bogus -c pass
-W error::DeprecationWarning warns.py
-W error::nosuch.Warning -c pass
-W error::DeprecationWarning:__main__:2 warns.py
-W error:::a:b:c -c pass
-W error::::-1 -c pass
-W error::::x -c pass
-W error:w1 warns.py
-W error -W ignore::UserWarning warns.py
-Werror::DeprecationWarning -Wi show.py
-W '' show.py
-W ' error ' show.py
-b -c 'b"a" == "a"; str(b"a")'
-bb -c 'b"a" == "a"'
-bb -c 'str(b"a")'
-b -W ignore show.py
-X dev show.py
-X dev warns.py
-X dev -W ignore show.py
-X dev -b show.py
-X utf8 show.py
-X utf8=0 show.py
-X utf8=1 show.py
-X utf8=2 show.py
-X utf8= show.py
-X faulthandler -c 'import faulthandler; print(faulthandler.is_enabled())'
-X dev -c 'import faulthandler; print(faulthandler.is_enabled())'
-X showalloccount -c pass
-X showrefcount -c pass
-X importtime=0 show.py
-X tracemalloc -c 'import tracemalloc; print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())'
-X tracemalloc=5 -c 'import tracemalloc; print(tracemalloc.is_tracing(), tracemalloc.get_traceback_limit())'
-X tracemalloc=x -c pass
-X tracemalloc=0 -c pass
-X tracemalloc=-1 -c pass
-X pycache_prefix=/tmp/none -c 'import sys; print(sys.pycache_prefix)'
-X pycache_prefix= -c 'import sys; print(sys.pycache_prefix)'
-X pycache_prefix -c 'import sys; print(sys.pycache_prefix)'
-X int_max_str_digits=5000 show.py
-X int_max_str_digits=0 show.py
-X int_max_str_digits=100 show.py
-X int_max_str_digits=x show.py
-X int_max_str_digits show.py
-X oldparser show.py
-X a -X b=c=d -X =x show.py
-Xa=1 show.py
-X '' show.py
PYTHONINTMAXSTRDIGITS=1000 show.py
PYTHONINTMAXSTRDIGITS=1 show.py
PYTHONINTMAXSTRDIGITS=x show.py
PYTHONINTMAXSTRDIGITS=700 -E show.py
PYTHONOPTIMIZE=1 show.py
PYTHONOPTIMIZE=2 show.py
PYTHONOPTIMIZE=5 show.py
PYTHONOPTIMIZE=x show.py
PYTHONOPTIMIZE= show.py
PYTHONOPTIMIZE=0 show.py
PYTHONOPTIMIZE=-1 show.py
PYTHONOPTIMIZE=2 -E show.py
PYTHONOPTIMIZE=2 -O show.py
PYTHONDEBUG=1 -E show.py
PYTHONVERBOSE=0 show.py
PYTHONVERBOSE= show.py
PYTHONDONTWRITEBYTECODE= show.py
PYTHONDONTWRITEBYTECODE=0 show.py
PYTHONDONTWRITEBYTECODE=1 show.py
PYTHONDONTWRITEBYTECODE=1 -E show.py
PYTHONUNBUFFERED=1 printflush.py
PYTHONNOUSERSITE=1 show.py
PYTHONNOUSERSITE= show.py
PYTHONINSPECT=1 show.py <<< print(5)\n
PYTHONINSPECT= show.py <<< print(5)\n
PYTHONINSPECT=1 -E show.py <<< print(5)\n
PYTHONINSPECT=1 fails.py <<< print(5)\n
PYTHONINSPECT=1 exits.py <<< print(5)\n
-c 'import os; os.environ["PYTHONINSPECT"]="1"; x = 3' <<< print(x)\n
PYTHONUTF8=1 show.py
PYTHONUTF8=0 show.py
PYTHONUTF8=2 show.py
PYTHONUTF8= show.py
PYTHONUTF8=1 -X utf8=0 show.py
PYTHONUTF8=1 -E show.py
PYTHONDEVMODE=1 show.py
PYTHONDEVMODE= show.py
PYTHONDEVMODE=0 show.py
PYTHONDEVMODE=1 -E show.py
PYTHONWARNINGS=ignore warns.py
PYTHONWARNINGS=error,ignore::UserWarning warns.py
PYTHONWARNINGS=error -W ignore show.py
PYTHONWARNINGS=bogus show.py
PYTHONWARNINGS= show.py
PYTHONWARNINGS=,, show.py
PYTHONWARNINGS=error -E show.py
PYTHONHASHSEED=random show.py
PYTHONHASHSEED=0 show.py
PYTHONHASHSEED=1 show.py
PYTHONHASHSEED= show.py
PYTHONHASHSEED=4294967295 show.py
PYTHONHASHSEED=4294967296 show.py
PYTHONHASHSEED=-1 show.py
PYTHONHASHSEED=x show.py
PYTHONHASHSEED=1x show.py
PYTHONHASHSEED=5 -R show.py
PYTHONHASHSEED=5 -c 'print(hash("a"), hash(b"b"), hash("\xe9\u1234"), hash(""), {"x","y","z"})'
PYTHONHASHSEED=5 -E -c 'import sys; print(sys.flags.hash_randomization)'
PYTHONPATH=/a:b::/c -c 'import sys; print(sys.path)'
PYTHONPATH= -c 'import sys; print(sys.path)'
PYTHONPATH=: -c 'import sys; print(sys.path)'
PYTHONPATH=/a -E -c 'import sys; print(sys.path)'
PYTHONPATH=/a -I -c 'import sys; print(sys.path)'
PYTHONPATH=/a -S -c 'import sys; print(sys.path)'
PYTHONPATH=path -c pass
PYTHONPATH=path -s -c pass
PYTHONPATH=path -S -c pass
PYTHONPATH=path -I -c pass
PYTHONPATH=path2 -c 'print("goes on")'
PYTHONPATH=path2 -v -V
PYTHONHOME=/nowhere -c pass
PYTHONHOME=/nowhere:/elsewhere -c pass
PYTHONHOME=/nowhere PYTHONPATH=/x -S -c pass
PYTHONHOME=/nowhere -E -c 'import sys; print(sys.prefix)'
PYTHONHOME= -c 'import sys; print(sys.prefix)'
PYTHONPLATLIBDIR=lib64 -c 'import sys; print(sys.path)'
PYTHONIOENCODING=latin-1 -c 'import sys; print(sys.stdin.encoding, sys.stdout.encoding, sys.stderr.encoding, sys.stdout.errors, sys.stderr.errors)'
PYTHONIOENCODING=:replace -c 'import sys; print(sys.stdin.encoding, sys.stdout.encoding, sys.stderr.encoding, sys.stdout.errors, sys.stderr.errors)'
PYTHONIOENCODING=ascii:ignore -c 'import sys; print(sys.stdin.errors, sys.stdout.encoding, sys.stderr.encoding, sys.stdout.errors, sys.stderr.errors, "\xe9")'
PYTHONIOENCODING=nosuch -c pass
PYTHONIOENCODING=utf-8:nosuch -c pass
PYTHONIOENCODING=utf-16 -c 'print("ab")'
PYTHONIOENCODING= -c 'import sys; print(sys.stdout.encoding)'
PYTHONIOENCODING=ascii -E -c 'import sys; print(sys.stdout.encoding)'
PYTHONIOENCODING=ascii -X utf8 -c 'import sys; print(sys.stdout.encoding, sys.stdin.errors)'
PYTHONEXECUTABLE=/x/y -c 'import sys; print(sys.executable)'
PYTHONPYCACHEPREFIX=/tmp/zz -c 'import sys; print(sys.pycache_prefix)'
PYTHONPYCACHEPREFIX=/tmp/zz -E -c 'import sys; print(sys.pycache_prefix)'
PYTHONFAULTHANDLER=1 -c 'import faulthandler; print(faulthandler.is_enabled())'
PYTHONTRACEMALLOC=3 -c 'import tracemalloc; print(tracemalloc.get_traceback_limit())'
PYTHONTRACEMALLOC=x -c pass
PYTHONTRACEMALLOC=0 -c 'import tracemalloc; print(tracemalloc.is_tracing())'
PYTHONMALLOC=malloc -c 'print(1)'
PYTHONMALLOC=pymalloc -c 'print(1)'
PYTHONMALLOC=debug -c 'print(1)'
PYTHONMALLOC=malloc_debug -c 'print(1)'
PYTHONMALLOC=pymalloc_debug -c 'print(1)'
PYTHONMALLOC=default -c 'print(1)'
PYTHONMALLOC=bogus -c 'print(1)'
PYTHONMALLOC= -c 'print(1)'
PYTHONMALLOC=bogus -E -c 'print(1)'
PYTHONASYNCIODEBUG=1 -c 'import asyncio; l = asyncio.new_event_loop(); print(l.get_debug()); l.close()'
PYTHONBREAKPOINT=0 -c 'breakpoint(); print(1)'
PYTHONBREAKPOINT=print -c 'breakpoint(); print(1)'
PYTHONBREAKPOINT=builtins.print -c 'breakpoint(7); print(1)'
PYTHONBREAKPOINT=no.such -c 'breakpoint(); print(1)'
PYTHONBREAKPOINT=. -c 'breakpoint(); print(1)'
PYTHONCASEOK=1 -c pass
PYTHONUSERBASE=/tmp/ub -c 'import site; print(site.USER_BASE, site.USER_SITE)'
PYTHONSTARTUP=startup.py show.py
PYTHONSTARTUP=startup.py -i -c 'z = 1' <<< print(y, z)\n
PYTHONSTARTUP=startbad.py -i -q <<< print(1)\n
PYTHONSTARTUP=nothing.py -i -q <<< print(1)\n
PYTHONSTARTUP=startup.py -E -i -q <<< print(1)\n
PYTHONSTARTUP=startup.py -i show.py <<< print(y)\n
"""

STREAMS = r"""
 <<< print(1)
 <<< import sys\nprint(sys.argv, sys.path[0:1], __name__)\n
- a b <<< import sys\nprint(sys.argv, sys.path[0:1], __name__)\n
-S - <<< 1/0\n
 <<< x = (\n
 <<< if 1:\n    print(1)\n
 <<< if 1:\n    print(1)
 <<< def f():\n  return 1\n\nprint(f())\n
 <<< \n\n
 <<<
 <<< print(input())\nhello\n
-c 'print(input("prompt "))' <<< hello\n
-c 'print(input("prompt "))' <<<
-c 'print(input("prompt "))' <<< a\nb
-c 'import sys; print(sys.stdin.read())' <<< a\r\nb\n
-c 'import sys; print(list(sys.stdin))' <<< a\nb\nc
-c 'import sys; print(repr(sys.stdin.buffer.read()))' <<< a\r\nb\xff\n
-c 'import sys; print(ascii(sys.stdin.read()))' <<< \xff\n
-i -c 'x = 1' <<< x\nx + 1\n_\n
-i -c '1/0' <<< x\n
-i -c 'raise SystemExit(3)' <<< print(1)\n
-i exits.py <<< print(1)\n
-i fails.py <<< import sys; print(sys.last_type)\n
-i -m show <<< print(1)\n
-i -m nothing <<< print(1)\n
-i missing.py <<< print(1)\n
-i -q <<< 1\nNone\n"a"\n_\n
-i -q <<< def f(a):\n    return a\n\nf(3)\n
-i -q <<< if 1:\n  2\nelse:\n  3\n\n
-i -q <<< x = (1,\n2)\nx\n
-i -q <<< 1 +\n2\n
-i -q <<< import sys; sys.exit(4)\n5\n
-i -q <<< raise SystemExit("bye")\n5\n
-i -q <<< raise KeyboardInterrupt\n5\n
-i -q <<< exit()\n5\n
-i -q <<< exit\nquit\ncopyright\ncredits\nlicense\n
-i -q <<< import sys\nsys.ps1 = "[1] "\nsys.ps2 = "[2] "\nif 1:\n  3\n\n
-i -q <<< import sys\ndel sys.ps1\n3\nsys.ps1 = 5\n4\n
-i -q <<< import sys\nsys.displayhook = lambda v: print("<", v, ">")\n3\nNone\n
-i -q <<< import sys\nsys.displayhook = 5\n3\n
-i -q <<< import sys\ndel sys.displayhook\n3\n
-i -q <<< import sys\nsys.excepthook = lambda *a: print(a[0])\n1/0\n
-i -q <<< import sys\ndel sys.excepthook\n1/0\n
-i -q <<< import sys\nsys.stdout = None\n3\nprint(1)\n
-i -q <<< import sys\ndel sys.stdout\n3\nprint(1)\n
-i -q <<< "\\ud800"\n
-i -q <<< 'a\n
-i -q <<< '''a\nb'''\n
-i -q <<<   1\n
-i -q <<< if 1:\n2\n3\n
-i -q <<< @d\n\n
-i -q <<< # only a comment\n\n\n1\n
-i -q <<< x = 1; x; x + 1\n
-i -q <<< for i in range(3): i\n\n
-i -q <<< class C:\n  x = 1\n  x\n\nC.x\n
-i -q <<< try:\n  1/0\nexcept ZeroDivisionError:\n  'caught'\n\n
-i -q <<< 1/0\nimport sys\nsys.last_value\nsys.last_traceback is not None\n
-i -q <<< from __future__ import barry_as_FLUFL\n1 <> 2\n1 != 2\n
-i -q <<< from __future__ import annotations\ndef f(x: y): pass\n\nf.__annotations__\n
-i -q <<< def f():\n    raise ValueError('x')\n\nf()\n
-i -q <<< a = b'\xff'\n1\n
-i -q <<< x \\\n  = 5\nx\n
-i -q <<< __file__\n__name__\n__spec__\n__loader__\n
-i -q <<< f(\n)\n
-i -q <<< while 1:\n  break\n\n\n
-i -q <<< 1\n\xff\n2\n
-i -q <<< if 1:\n    1\n    \xff\n\n2\n
-i -q <<< '''\n\n\xff\n2'''\n3\n
-i -q <<< (1,\n \n2,\xff\n)\n4\n
PYTHONIOENCODING=latin-1 -i -q <<< print(ascii("\xe9\xa4"))\n
PYTHONIOENCODING=ascii -i -q <<< print(ascii("\xe9\xa4"))\n
-i -q <<< (1,\n2
-i -q <<< if 1:\n
-i -q <<< if 1:\n  print(3)
-i -q <<< if 1
-i -q <<< print(5)
-i -q <<< print(4,\\\n
-i -q <<< print(4,\\
-i -q <<< "abc
-i -q <<< "abc\\\ndef"\n
-i -q <<< # comment
-i -q <<< try:\n  1\n
-i -q <<< 1 = 2\\\n
-i <<< 1\n
-i -I <<< 1\n
-i -S <<< 1\n
"""

PROGRAMS = r"""
-c 'import sys; sys.excepthook = lambda *a: print("hook", a[0].__name__); 1/0'
-c 'import sys; sys.excepthook = lambda *a: 1/0; [][1]'
-c 'import sys; sys.excepthook = None; 1/0'
-c 'import sys; del sys.excepthook; 1/0'
-c 'import sys; sys.stderr = None; 1/0'
-c 'import sys; del sys.stderr; 1/0'
-c 'import sys; sys.stdout = None; print(1)'
-c 'import sys; del sys.stdout; print(1)'
-c 'import sys; del sys.stdin; input()'
-c 'import sys; sys.stdin = None; input()'
-c 'import sys; sys.stdout.close()'
-c 'import sys; sys.stdout.close(); print(1)'
-c 'import sys; sys.stderr.close(); 1/0'
-c 'import os; os.close(1); print(1)'
-c 'import os; os.close(1)'
-c 'import os, sys; os.close(2); 1/0'
-c 'import os; os.close(0); input()'
-c 'import sys; sys.stdout.detach(); print(1)'
-c 'import sys; sys.stdout.write("no newline")'
-c 'import sys; sys.unraisablehook = lambda u: print("hook", u.exc_type, u.err_msg, type(u.object).__name__)\nclass C:\n def __del__(self): 1/0\nC()'
-c 'import sys; sys.unraisablehook = None\nclass C:\n def __del__(self): 1/0\nC()'
-c 'import sys; del sys.unraisablehook\nclass C:\n def __del__(self): 1/0\nC()'
-c 'import sys; sys.unraisablehook = lambda u: 1/0\nclass C:\n def __del__(self): [][1]\nC()'
-c 'class C:\n def __del__(self): 1/0\nC()'
-c 'class C:\n def __del__(self): 1/0\nc = C()'
-c 'class C:\n def __del__(self): print("del")\nc = C(); d = C(); c.d = d; d.c = c'
-c 'class C:\n def __init__(s, n): s.n = n\n def __del__(self): print("del", self.n)\na = C("a"); _b = C("_b"); z = C("z"); __c = C("__c"); L = [C("l")]'
-c 'import atexit; atexit.register(print, "one"); atexit.register(print, "two"); atexit.register(lambda: 1/0); print("body")'
-c 'import atexit, sys; atexit.register(sys.exit, 5)'
-c 'import atexit, os; atexit.register(os._exit, 5); 1/0'
-c 'import threading, time; t = threading.Thread(target=lambda: (time.sleep(.1), print("thread"))); t.start(); print("main")'
-c 'import threading; threading.Thread(target=lambda: 1/0, name="T").start()'
-c 'import threading, sys; threading.excepthook = lambda a: print("hook", a.exc_type); threading.Thread(target=lambda: 1/0).start()'
-c 'import _thread, time; _thread.start_new_thread(lambda: 1/0, ()); time.sleep(.2)'
-c 'import threading, time; t = threading.Thread(target=time.sleep, args=(100,), daemon=True); t.start(); print("end")'
-c 'raise ValueError("a\nb")'
-c 'raise ValueError'
-c 'raise ValueError()'
-c 'raise ValueError("")'
-c 'raise ValueError(1, 2)'
-c 'class E(Exception): pass\nraise E("x")'
-c 'class E(Exception):\n def __str__(self): 1/0\nraise E("x")'
-c 'class E(Exception):\n def __str__(self): return 5\nraise E("x")'
-c 'class E(Exception): __module__ = None\nraise E("x")'
-c 'class E(Exception): __module__ = "a.b"\nraise E("x")'
-c 'raise KeyError("k")'
-c 'raise UnicodeDecodeError("utf-8", b"abc", 1, 2, "reason")'
-c 'open("/no/such")'
-c 'raise OSError(2, "x", "f", None, "g")'
-c 'try:\n 1/0\nexcept Exception as e:\n raise ValueError("v")'
-c 'try:\n 1/0\nexcept Exception as e:\n raise ValueError("v") from e'
-c 'try:\n 1/0\nexcept Exception as e:\n raise ValueError("v") from None'
-c 'try:\n try:\n  1/0\n finally:\n  [][1]\nexcept Exception as e:\n {}["k"]'
-c 'e = ValueError(1); e.__cause__ = e; raise e'
-c 'a = ValueError(1); b = ValueError(2); a.__context__ = b; b.__context__ = a; raise a'
-c 'raise SyntaxError("msg")'
-c 'raise SyntaxError("msg", ("file", 3, 2, "text"))'
-c 'raise SyntaxError("msg", ("file", 3, 20, "text\n"))'
-c 'raise SyntaxError("msg", ("file", 3, None, "  text\n"))'
-c 'raise SyntaxError("msg", (None, 3, 4, "  text\n"))'
-c 'raise SyntaxError("msg", ("file", None, 4, "  text\n"))'
-c 'raise SyntaxError("msg", ("file", "x", 4, "  text\n"))'
-c 'raise SyntaxError("msg", ("show.py", 1, 4, None))'
-c 'raise SyntaxError("msg", ("show.py", 1, 0, "abc\ndef\nghi"))'
-c 'raise SyntaxError("msg", ("show.py", 1, 7, "abc\ndef\nghi"))'
-c 'raise SyntaxError("msg", ("show.py", 1, -1, "abc"))'
-c 'e = SyntaxError("m"); e.print_file_and_line = 1; raise e'
-c 'compile("x = \n", "show.py", "exec")'
-c 'compile("(" * 200, "f", "exec")'
-c 'exec("def f():\n  1/0\nf()")'
-c 'import sys; sys.tracebacklimit = 1\ndef f(): 1/0\ndef g(): f()\ng()'
-c 'import sys; sys.tracebacklimit = 0\ndef f(): 1/0\nf()'
-c 'import sys; sys.tracebacklimit = -1\ndef f(): 1/0\nf()'
-c 'import sys; sys.tracebacklimit = "x"\ndef f(): 1/0\nf()'
-c 'import sys; sys.tracebacklimit = 2**100\ndef f(): 1/0\nf()'
-c 'def f(n):\n if n: f(n-1)\n else: 1/0\nf(10)'
-c 'def f(n):\n if n: g(n-1)\n else: 1/0\ndef g(n): f(n)\nf(10)'
-c 'import fails'
-c 'import syntax'
-c 'import tabs'
-c 'import null'
-c 'import unknown'
-c 'import pack.nothing'
-c 'import show.x'
-c 'from pack import nothing'
-c 'from . import x'
-c 'import nothing_at_all'
-c 'from sys import nothing'
-c 'import sys; sys.modules["pack"] = None; import pack'
-c 'import sys; sys.path.append(5); import nothing_at_all'
-c 'import sys; sys.meta_path = []; import nothing_at_all'
-c 'import sys; del sys.meta_path; import nothing_at_all'
-c 'import sys; sys.path_hooks.clear(); sys.path_importer_cache.clear(); import nothing_at_all'
-c 'import sys; sys.path_hooks = None; sys.path_importer_cache = None; import nothing_at_all'
-c 'del __builtins__; import sys; print(len([1]))'
-c '__builtins__ = {}; print(1)'
-c 'import builtins; del builtins.__import__; import os'
-c 'import builtins; builtins.__import__ = lambda *a: a[0]; import x.y; print(x)'
-c 'import builtins; del builtins.print; print(1)'
-c 'import sys; sys.setrecursionlimit(60)\ndef f(): f()\nf()'
-c 'import sys; sys.addaudithook(lambda e, a: print(e) if e.startswith("x.") else None); sys.audit("x.y", 1, 2)'
-c 'import sys\ndef h(e, a):\n if e == "open": raise RuntimeError("no")\nsys.addaudithook(h); open("show.py")'
-c 'import sys\ndef h(e, a):\n if e == "x": print(a)\n if e == "sys.addaudithook": raise RuntimeError\nsys.addaudithook(h); sys.addaudithook(print); sys.audit("x", 5)'
-c 'import sys\ndef h(e, a):\n if e == "sys.addaudithook": raise ValueError("v")\nsys.addaudithook(h); sys.addaudithook(print)'
-c 'import sys; sys.audit()'
-c 'import sys; sys.audit(5)'
-c 'import warnings; warnings.warn("a"); warnings.warn("b", stacklevel=2)'
-c 'import warnings; warnings.showwarning = lambda *a, **k: print("shown", a[0]); warnings.warn("a")'
-c 'import warnings; warnings._showwarnmsg = None; warnings.warn("a")'
-c 'def f(): yield\nf'
-c '"\d"'
-c 'x is 5'
-c 'async def f(): pass\nf()'
-W error -c '"\d"'
-X dev -c 'open("show.py")'
-W default -c 'open("show.py").read(); print("x")'
-X dev -c 'f = open("show.py"); g = [f]; g.append(g); del f, g'
-c 'import gc; gc.set_debug(gc.DEBUG_SAVEALL); a = []; a.append(a); del a'
-c 'import gc; gc.set_debug(gc.DEBUG_UNCOLLECTABLE|gc.DEBUG_SAVEALL); a = []; a.append(a); del a'
-c 'import sys; print(sys.version_info, sys.hexversion, sys.byteorder, sys.maxsize, sys.maxunicode, sys.platform, sys.copyright, sys.api_version, sys.float_repr_style)'
-c 'import sys; print(sorted(set(dir(sys)) - {"gettotalrefcount"}))'
-c 'import sys; print(sys.implementation, sys.float_info, sys.int_info, sys.hash_info, sys.thread_info)'
-c 'import sys; print(sys.builtin_module_names, sys.base_prefix, sys.executable, sys._base_executable, sys._framework, sys.abiflags)'
-c 'import sys; print(sys.orig_argv)'
-c 'import builtins; print(dir(builtins))'
-c 'import sys; print(list(sys.modules)); print(vars().keys())'
-S -c 'import sys; print(list(sys.modules)); print(vars().keys())'
-c 'import sys, os; print(sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.getdefaultencoding(), sys.stdout, sys.stdin, sys.stderr, sys.__stdout__)'
LC_ALL=C -c 'import sys; print(sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.stdout, sys.stdin, sys.stderr, sys.flags.utf8_mode)'
LC_ALL=POSIX -c 'import sys; print(sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.stdout, sys.stdin, sys.stderr, sys.flags.utf8_mode)'
LC_ALL= LANG=C -c 'import sys, os; print(sys.getfilesystemencoding(), sys.stdout, sys.stdin, sys.flags.utf8_mode, os.environ.get("LC_CTYPE"))'
LC_ALL= -c 'import sys, os; print(sys.getfilesystemencoding(), sys.stdout, sys.stdin, sys.flags.utf8_mode, os.environ.get("LC_CTYPE"))'
LC_ALL= PYTHONCOERCECLOCALE=0 -c 'import sys, os; print(sys.getfilesystemencoding(), sys.stdout, sys.stdin, sys.flags.utf8_mode, os.environ.get("LC_CTYPE"))'
LC_ALL= PYTHONCOERCECLOCALE=warn -c 'import sys, os; print(sys.getfilesystemencoding(), sys.stdout, sys.stdin, sys.flags.utf8_mode, os.environ.get("LC_CTYPE"))'
LC_ALL= PYTHONCOERCECLOCALE=0 PYTHONUTF8=0 -c 'import sys, os; print(sys.getfilesystemencoding(), sys.stdout, sys.stdin, sys.flags.utf8_mode, os.environ.get("LC_CTYPE"))'
LC_ALL=C PYTHONCOERCECLOCALE=warn -c 'import sys, os; print(sys.getfilesystemencoding(), sys.stdout, sys.stdin, sys.flags.utf8_mode, os.environ.get("LC_CTYPE"))'
LC_ALL=xx_YY -c 'import sys, os; print(sys.getfilesystemencoding(), sys.stdout, sys.stdin, sys.flags.utf8_mode, os.environ.get("LC_CTYPE"))'
LC_ALL=C.UTF-8 -c 'import sys, os; print(sys.getfilesystemencoding(), sys.stdout, sys.stdin, sys.flags.utf8_mode, os.environ.get("LC_CTYPE"))'
LC_ALL=C PYTHONUTF8=0 -c 'import sys; print(ascii(sys.argv))' \xe9\xff
LC_ALL=C PYTHONUTF8=0 -c 'print(ascii("é"))'
LC_ALL=C.UTF-8 -c 'import sys; print(ascii(sys.argv))' \xe9\xff é
"""


def decoded(text):
    return text.encode("utf-8").decode("unicode_escape").encode("latin-1")


def rows(table):
    for line in table.splitlines():
        if not line:
            continue
        head, _, stdin = line.partition(" <<<")
        words = shlex.split(head)
        env = {}
        while words and re.match("[A-Z_0-9]+=", words[0]):
            name, _, value = words.pop(0).partition("=")
            env[name] = value
        yield [os_argument(word) for word in words], decoded(stdin.lstrip(" ") if stdin.startswith(" ") and not stdin.startswith("   ") else stdin[1:]), env


def os_argument(word):
    """`\\n` and `\\xff` in an argument stand for the byte; the rest stays as it is."""
    return re.sub(rb"\\(n|xff|xe9(?=\\))", lambda m: {b"n": b"\n", b"xff": b"\xff", b"xe9": b"\xe9"}[m[1]], word.encode("utf-8"))


def cleaned(data):
    """Without what may differ: the build's date and compiler, and times."""
    data = re.sub(rb"(3\.8\.18) \(.*\) \n\[.*\]", rb"\1 (build)", data)
    return re.sub(rb"(?m)^import time: +\d+ \| +\d+ \| ", b"import time: ", data)


def check(both, table):
    for name, text in FILES.items():
        both.write(name, text)
    for args, stdin, env in rows(table):
        label = " ".join("%s=%s" % item for item in env.items())
        both.run(*args, stdin=stdin, env=env, timeout=20, clean=cleaned, label=label)


def test_options(both):
    check(both, OPTIONS)


def test_streams(both):
    check(both, STREAMS)


def test_programs(both):
    check(both, PROGRAMS)
