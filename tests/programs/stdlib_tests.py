"""The standard library's own programs, on real files of the standard library."""

import os
import re


def no_times(data):
    return re.sub(rb"\d+\.\d+", b"N.N", data)


def without_banner(data):
    """The date and the compiler of the library are its own."""
    return re.sub(rb"(Python 3\.8\.18) \(.*\) \n\[.*\] on", rb"\1 on", data)


def test_json_tool(both):
    both.write("x.json", '{"a": [1, 2.5, "é\\n", null, true], "b": {"c": {}}, "a2": []}')
    both.run("-m", "json.tool", "x.json")
    both.run("-m", "json.tool", "--sort-keys", stdin=b'{"b": 1, "a": 2}')
    both.run("-m", "json.tool", stdin=b'{"b": 1, "a" 2}')


def test_dis(both):
    for name in ("heapq.py", "textwrap.py", "functools.py"):
        both.run("-m", "dis", both.stdlib(name), timeout=300)


def test_tokenize(both):
    both.run("-m", "tokenize", both.stdlib("argparse.py"), timeout=300)
    both.run("-m", "tokenize", "-e", both.stdlib("json/decoder.py"))


def test_calendar(both):
    both.run("-m", "calendar", "2023")
    both.run("-m", "calendar", "-t", "html", "2024")


def test_compileall_both_ways(both):
    for name in ("json", "collections", "email"):
        folder = both.stdlib(name)
        for path in sorted(os.listdir(folder)):
            if path.endswith(".py"):
                with open(os.path.join(folder, path), "rb") as file:
                    both.write("lib/%s/%s" % (name, path), file.read())
    both.run("-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "lib", env={"PYTHONDONTWRITEBYTECODE": None}, timeout=300)
    first, second = both.folders
    for folder, _, names in os.walk(os.path.join(both.folders[first], "lib")):
        for name in names:
            if name.endswith(".pyc"):
                path = os.path.relpath(os.path.join(folder, name), both.folders[first])
                a, b = both.read(first, path), both.read(second, path)
                if len(a) != len(b):
                    both.differ("%s differs in length: %d and %d" % (path, len(a), len(b)))
    # Each side runs what the other compiled.
    pycs = {side: both.read(side, "lib/json/__pycache__/decoder.cpython-38.pyc") for side in both.folders}
    for side, other in ((first, second), (second, first)):
        path = os.path.join(both.folders[side], "decoder.pyc")
        with open(path, "wb") as file:
            file.write(pycs[other])
    both.run("-c", "import importlib.util as u\ns = u.spec_from_file_location('json.decoder', 'decoder.pyc')\nm = u.module_from_spec(s)\n"
             "s.loader.exec_module(m)\nprint(m.JSONDecoder().decode('[1, {\"a\": 2.5}]'))")


def test_zipfile(both):
    both.write("a.txt", "hello " * 1000)
    both.write("b/c.txt", "deep")
    both.run("-m", "zipfile", "-c", "x.zip", "a.txt", "b")
    both.run("-m", "zipfile", "-t", "x.zip")
    both.run("-m", "zipfile", "-e", "x.zip", "out")
    both.same_file("out/a.txt")
    both.run("-m", "zipfile", "-l", "a.txt")


def test_tarfile(both):
    both.write("a.txt", "hello " * 1000)
    both.run("-m", "tarfile", "-c", "x.tar.gz", "a.txt")
    both.run("-m", "tarfile", "-l", "x.tar.gz")
    both.run("-m", "tarfile", "-v", "-e", "x.tar.gz", "out")
    both.same_file("out/a.txt")


def test_doctest(both):
    both.write("d.py", '"""\n>>> 1 + 1\n2\n>>> f(3)\n5\n>>> 1/0\nTraceback (most recent call last):\n  ...\nZeroDivisionError: division by zero\n"""\ndef f(x):\n    """\n    >>> f(2)\n    4\n    """\n    return x * 2\n')
    both.run("-m", "doctest", "d.py")
    both.run("-m", "doctest", "-v", "d.py")


def test_unittest(both):
    both.write("test_it.py", """import unittest
class T(unittest.TestCase):
    def test_ok(self): self.assertEqual([1, 2], [1, 2])
    def test_bad(self): self.assertEqual({'a': 1, 'b': [1, 2, 3]}, {'a': 1, 'b': [1, 2, 4]})
    def test_error(self): {}['k']
    @unittest.skip('why')
    def test_skip(self): pass
    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i): self.assertNotEqual(i, 1)
    def test_raises(self):
        with self.assertRaisesRegex(ValueError, 'inval'): int('x')
    @unittest.expectedFailure
    def test_expected(self): self.fail()
class S(unittest.TestCase):
    @classmethod
    def setUpClass(cls): raise RuntimeError('set-up')
    def test_never(self): pass
""")
    both.run("-m", "unittest", "-v", "test_it", clean=no_times)
    both.run("-m", "unittest", clean=no_times)
    both.run("-m", "unittest", "test_it.T.test_ok", clean=no_times)


def test_trace(both):
    both.write("t.py", "def f(n):\n    total = 0\n    for i in range(n):\n        if i % 2:\n            total += i\n    return total\n\n\nprint(f(5))\n")
    both.run("-m", "trace", "--trace", "t.py")
    both.run("-m", "trace", "--count", "-C", ".", "--missing", "t.py")
    both.run("-m", "trace", "--listfuncs", "t.py")
    both.run("-m", "trace", "--trackcalls", "t.py")


def test_profilers(both):
    both.write("t.py", "def f(n): return sum(map(g, range(n)))\ndef g(x): return len(str(x))\nprint(f(100))\ntry: [].index(1)\nexcept ValueError: pass\n")
    both.run("-m", "cProfile", "-s", "name", "t.py", clean=no_times)
    both.run("-m", "profile", "-s", "name", "t.py", clean=no_times)


def test_pdb(both):
    both.write("t.py", "def f(n):\n    x = n * 2\n    return x + 1\n\n\ndef g():\n    y = f(3)\n    return y\n\n\nprint(g())\n")
    commands = b"b 2\nc\nw\np n\nn\np x\ns\nr\nu\nl\nargs\np locals()\nd\nbt\nunt\nc\nq\n"
    both.run("-m", "pdb", "t.py", stdin=commands)
    both.write("e.py", "def f(): return [][1]\nf()\n")
    both.run("-m", "pdb", "-c", "c", "e.py", stdin=b"p 1\nw\nq\n")


def test_pickletools(both):
    both.run("-c", "import pickle; pickle.dump([1, 'a', {2: (3.5, None)}, b'x', {4}], open('p', 'wb'))")
    both.same_file("p")
    both.run("-m", "pickletools", "p")
    both.run("-m", "pickle", "p")


def test_py_compile(both):
    both.write("a.py", "x = 1\n")
    both.write("b.py", "x = \n")
    both.run("-m", "py_compile", "a.py")
    both.run("-m", "py_compile", "a.py", "b.py")


def test_pydoc(both):
    for topic in ("json", "list", "str.split", "itertools", "collections.deque", "functools", "len", "nothing_at_all", "if"):
        both.run("-m", "pydoc", topic, timeout=300)
    both.run("-m", "pydoc", "-w", "heapq")


def test_lib2to3(both):
    for name in ("wsgiref/headers.py", "wsgiref/util.py", "json/tool.py"):
        with open(both.stdlib(name), "rb") as file:
            both.write("pkg/" + os.path.basename(name), file.read())
    both.write("pkg/old.py", "print 'a', `x`\nfor k, v in d.iteritems(): print >>f, k\nexcept_ = raw_input()\ntry: pass\nexcept A, e: raise B, 'c'\n")
    both.run("-m", "lib2to3", "pkg", timeout=300)


def test_small_tools(both):
    both.run("-m", "timeit", "-n", "1", "-r", "1", "pass", clean=lambda data: re.sub(rb"[\d.]+ .?sec", b"N", data))
    both.run("-m", "base64", "-t")
    both.run("-m", "this")
    both.run("-m", "quopri", stdin="é = €".encode())
    both.run("-m", "uu", stdin=b"hello world")
    both.run("-m", "textwrap")
    both.run("-m", "gzip", "-h")
    both.run("-m", "ensurepip", "--version")
    both.run("-m", "platform")
    both.run("-m", "inspect", "json.decoder:JSONDecoder")
    both.run("-m", "modulefinder", both.stdlib("json/tool.py"), timeout=300)
    both.run("-m", "pyclbr", both.stdlib("heapq.py"))
    both.run("-m", "site")
    both.run("-m", "sysconfig")
    both.run("-m", "code", stdin=b"x = 5\nx + 1\n1/0\n", clean=without_banner)
    both.run("-m", "tabnanny", both.stdlib("heapq.py"))
    both.run("-m", "zipapp", "--help")
    both.run("-m", "mimetypes", "a.html", "b.tar.gz")


def test_http_server_and_client(both):
    both.write("page.html", "<p>hello</p>" * 50)
    both.program("""import functools, http.server, threading, urllib.request, urllib.error
class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args): pass
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        self.send_response(201); self.send_header('X-Length', str(len(body))); self.end_headers(); self.wfile.write(body[::-1])
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Quiet)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = 'http://127.0.0.1:%d/' % server.server_address[1]
with urllib.request.urlopen(base + 'page.html') as r: print(r.status, r.headers['Content-Type'], len(r.read()))
try: urllib.request.urlopen(base + 'missing')
except urllib.error.HTTPError as e: print(e, e.code)
with urllib.request.urlopen(base, data=b'abc' * 1000) as r: print(r.status, r.headers['X-Length'], r.read()[:6])
server.shutdown(); server.server_close(); print('done')
""")


def test_venv_and_pip(both):
    """A virtual environment with pip, and a wheel (made here) installed into it."""
    both.run("-m", "venv", "env", timeout=400)
    wheel = """import zipfile
with zipfile.ZipFile('thing-1.0-py3-none-any.whl', 'w') as z:
    z.writestr('thing/__init__.py', 'def hello(): print("hello from the wheel")\\n')
    z.writestr('thing-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: thing\\nVersion: 1.0\\n')
    z.writestr('thing-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr('thing-1.0.dist-info/entry_points.txt', '[console_scripts]\\nthing = thing:hello\\n')
    z.writestr('thing-1.0.dist-info/RECORD', '')
"""
    both.program(wheel)
    script = """import subprocess, sys
for args in (['-m', 'pip', 'install', '--no-index', '--disable-pip-version-check', './thing-1.0-py3-none-any.whl'], ['-m', 'pip', 'list', '--disable-pip-version-check'],
             ['-c', 'import sys, thing; print(sys.prefix != sys.base_prefix); thing.hello()']):
    run = subprocess.run(['env/bin/python'] + args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    print(run.returncode, run.stdout)
print(subprocess.run(['env/bin/thing'], stdout=subprocess.PIPE, universal_newlines=True))
"""
    both.program(script, timeout=400)
