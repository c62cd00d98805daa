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
    # Something large: the names and lines of the standard library's own tree.
    both.program("import ast, json, sys\nt = ast.parse(open(sys.argv[1]).read())\nf = lambda n: {'type': type(n).__name__, **{k: f(v) if isinstance(v, ast.AST) else [f(i) if isinstance(i, ast.AST) else i for i in v] "
                 "if isinstance(v, list) else v for k, v in vars(n).items() if not isinstance(v, (bytes, complex, type(...)))}}\njson.dump(f(t), open('tree.json', 'w'))", both.stdlib("textwrap.py"))
    both.same_file("tree.json")
    both.run("-m", "json.tool", "tree.json", "pretty.json")
    both.run("-m", "json.tool", "--json-lines", stdin=b'{"a": 1}\n[1, 2]\n"x"\n')
    both.same_file("pretty.json")


def test_dis(both):
    for name in ("heapq.py", "textwrap.py", "functools.py", "typing.py"):
        both.run("-m", "dis", both.stdlib(name), timeout=300)


def test_tokenize(both):
    both.run("-m", "tokenize", both.stdlib("argparse.py"), timeout=300)
    both.run("-m", "tokenize", "-e", both.stdlib("json/decoder.py"))
    both.run("-m", "tokenize", "-e", both.stdlib("test/tokenize_tests.txt"))
    both.run("-m", "tokenize", stdin=b"x = (1,\n  'a' \n")
    both.run("-m", "tokenize", stdin="# -*- coding: latin-1 -*-\né = 1_000 if $ else ?\n\tx\n  y\n".encode("latin-1"))


def test_calendar(both):
    both.run("-m", "calendar", "2023")
    both.run("-m", "calendar", "-t", "html", "2024")
    both.run("-m", "calendar", "-w", "3", "-m", "4", "-s", "2", "1999")
    both.run("-m", "calendar", "2024", "2")
    both.run("-m", "calendar", "-L", "C", "-e", "utf-8", "2000", "13")
    both.run("-m", "calendar", "-c", "x.css", "-t", "html", "1")


def test_compileall_both_ways(both):
    """Each side compiles three packages; then each runs what the other compiled, without the sources."""
    for name in ("json", "collections", "email"):
        both.copy_stdlib(name, "lib/" + name)
    both.copy_stdlib("textwrap.py", "lib/textwrap.py")
    first, second = both.folders
    for options in (["--invalidation-mode", "checked-hash"], []):
        both.run("-m", "compileall", "-f", "-q", *options, "lib", env={"PYTHONDONTWRITEBYTECODE": None}, timeout=300)
        for folder, _, names in os.walk(os.path.join(both.folders[first], "lib")):
            for name in sorted(names):
                path = os.path.relpath(os.path.join(folder, name), both.folders[first])
                # Marshal's marks for what is referred to again depend on reference counts; all else is equal.
                if name.endswith(".pyc") and (len(both.read(first, path)) != len(both.read(second, path)) or both.read(first, path)[:16] != both.read(second, path)[:16]):
                    both.differ("%s differs in length or header" % path)
    both.run("-m", "compileall", "-b", "-f", "lib", env={"PYTHONDONTWRITEBYTECODE": None}, timeout=300)
    for side in both.folders:
        for folder, _, names in os.walk(os.path.join(both.folders[side], "lib")):
            for name in names:
                if name.endswith(".py"):
                    os.remove(os.path.join(folder, name))
        os.rename(os.path.join(both.folders[side], "lib"), os.path.join(both.folders[side], "mine"))
    os.rename(os.path.join(both.folders[first], "mine"), os.path.join(both.folders[second], "lib"))
    os.rename(os.path.join(both.folders[second], "mine"), os.path.join(both.folders[first], "lib"))
    both.program("""import sys; sys.path.insert(0, 'lib')
import json, email.message, email.policy, email.parser, textwrap
print(json.__file__, email.parser.__file__, textwrap.__file__)
print(json.dumps({'a': [1, None, 2.5, 'é']}, indent=1, sort_keys=True), json.loads('[1, {"a": 2.5}]'))
m = email.message.EmailMessage(); m['Subject'] = 'Über ' * 20; m['To'] = 'A <a@b.c>, "B, C" <d@e.f>'; m.set_content('text é\\n' * 3); m.add_attachment(b'data', maintype='a', subtype='b', filename='n')
text = m.as_string().replace(m.get_boundary() or 'none', 'BOUNDARY'); print(text, email.parser.Parser(policy=email.policy.default).parsestr(text)['to'].addresses)
print(textwrap.fill(textwrap.dedent('  a b c ' * 30), 40))
try: json.loads('{"a" 1}')
except ValueError:
    import traceback; print(traceback.format_exc())
""")


def test_zipfile(both):
    both.write("a.txt", "hello " * 1000)
    both.write("b/c.txt", "deep")
    both.copy_stdlib("json", "b/json")
    both.run("-m", "zipfile", "-c", "x.zip", "a.txt", "b")
    both.run("-m", "zipfile", "-t", "x.zip")
    both.run("-m", "zipfile", "-l", "x.zip", clean=lambda data: re.sub(rb"(b/(?:json/)?) +20.*", rb"\1", data))
    both.run("-m", "zipfile", "-e", "x.zip", "out")
    both.same_file("out/a.txt")
    both.same_file("out/b/json/decoder.py")
    both.run("-m", "zipfile", "-l", "a.txt")
    both.run("-c", "import sys; sys.path.insert(0, 'x.zip/b'); sys.modules.pop('json', None); import json.tool, json; print(json.__file__, json.loads('[1]'), json.__loader__)")
    both.program("""import zipfile, io
for kind in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
    f = io.BytesIO(); z = zipfile.ZipFile(f, 'w', kind, compresslevel=9); z.comment = b'c'
    for name in ('a.txt', 'b/c.txt', 'b/json/scanner.py'): z.write(name)
    z.writestr(zipfile.ZipInfo('é', (2020, 1, 1, 0, 0, 0)), 'x' * 100)
    with z.open('stream', 'w') as s: s.write(b'1' * 1000)
    z.close(); data = f.getvalue(); print(kind, len(data), [(i.filename, i.CRC, i.compress_size, i.date_time) for i in z.infolist()[:4]], zipfile.ZipFile(io.BytesIO(data)).testzip())
    damaged = bytearray(data); damaged[60] ^= 255
    try: print(zipfile.ZipFile(io.BytesIO(damaged)).testzip())
    except Exception as e: print(type(e).__name__, e)
""")


def test_tarfile(both):
    both.write("a.txt", "hello " * 1000)
    both.copy_stdlib("json", "json")
    for suffix in ("", ".gz", ".bz2", ".xz"):
        name = "x.tar" + suffix
        both.run("-m", "tarfile", "-c", name, "a.txt", "json/tool.py", "json/scanner.py")
        both.run("-m", "tarfile", "-l", name)
        both.run("-m", "tarfile", "-v", "-e", name, "out" + suffix)
        both.same_file("out%s/json/tool.py" % suffix)
    both.same_file("x.tar")
    both.same_file("x.tar.bz2")
    both.same_file("x.tar.xz")
    both.run("-m", "tarfile", "-t", "x.tar", "-v")
    both.run("-m", "tarfile", "-l", "a.txt")
    both.program("""import tarfile, io
for form in (tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT):
    f = io.BytesIO(); t = tarfile.open(fileobj=f, mode='w', format=form)
    for name, kind in (('n' * 90 + '/' + 'm' * 60, tarfile.REGTYPE), ('é/x', tarfile.REGTYPE), ('link', tarfile.SYMTYPE), ('dir', tarfile.DIRTYPE)):
        i = tarfile.TarInfo(name); i.type = kind; i.linkname = 'to' if kind == tarfile.SYMTYPE else ''; i.size = 3 * (kind == tarfile.REGTYPE); i.mtime = 1.5
        t.addfile(i, io.BytesIO(b'abc') if i.size else None)
    t.close(); import hashlib; print(form, hashlib.md5(f.getvalue()).hexdigest()); f.seek(0)
    for m in tarfile.open(fileobj=f): print(m, m.size, m.mtime, m.linkname, m.pax_headers)
""")


def test_doctest(both):
    both.write("d.py", '"""\n>>> 1 + 1\n2\n>>> f(3)\n5\n>>> 1/0\nTraceback (most recent call last):\n  ...\nZeroDivisionError: division by zero\n"""\ndef f(x):\n    """\n    >>> f(2)\n    4\n    """\n    return x * 2\n')
    both.run("-m", "doctest", "d.py")
    both.run("-m", "doctest", "-v", "d.py")
    both.write("bad.txt", "Text.\n\n>>> [1, 2,\n...  3]\n[1, 3]\n>>> print('a\\n\\nb')\na\n<BLANKLINE>\nb\n>>> 1 / 0\n0\n>>> {}['k']\nTraceback (most recent call last):\nKeyError: 'j'\n>>> x = 5 +\n")
    both.run("-m", "doctest", "-o", "REPORT_NDIFF", "-o", "ELLIPSIS", "bad.txt")
    both.run("-m", "doctest", "-f", "-v", "bad.txt")
    for name in ("difflib.py", "statistics.py", "collections/__init__.py"):
        both.run("-m", "doctest", "-v", both.stdlib(name), timeout=300)


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
    both.run("-m", "unittest", "-f", "-b", "-k", "T.test_[be]*", "test_it", clean=no_times)
    both.run("-m", "unittest", "--locals", "-c", "test_it.T.test_bad", "test_it.Missing", clean=no_times)
    both.write("test_more.py", """import unittest, asyncio, sys
from unittest import mock
class A(unittest.IsolatedAsyncioTestCase):
    async def asyncSetUp(self): self.x = await asyncio.sleep(0, 5)
    async def test_a(self): self.assertEqual(self.x, 6, 'message')
    async def test_mock(self):
        m = mock.AsyncMock(return_value=3); self.assertEqual(await m(1, a=2), 3); m.assert_awaited_once_with(1, a=3)
class M(unittest.TestCase):
    @mock.patch('os.getcwd', autospec=True)
    def test_patch(self, f):
        import os; f.return_value = 'here'; self.assertEqual(os.getcwd(), 'here'); f.assert_called_once_with(5)
    def test_spec(self):
        m = mock.MagicMock(spec=dict); m.__getitem__.return_value = 7; self.assertEqual(m['x'], 7); m.mock_calls; print(m.mock_calls, mock.call.a(1).b); m.nothing
    def test_logs(self):
        import logging
        with self.assertLogs('l', 'INFO') as c: logging.getLogger('l').warning('w %d', 5)
        self.assertEqual(c.output, ['x'])
    def test_many(self):
        for check in (lambda: self.assertCountEqual([1, 2], [2, 2]), lambda: self.assertMultiLineEqual('a\\nb', 'a\\nc'), lambda: self.assertAlmostEqual(1, 1.1), lambda: self.assertIn(1, []), lambda: self.assertRegex('a', 'b'), lambda: self.assertWarns(UserWarning, int), lambda: self.assertSetEqual({1}, {2}), lambda: self.assertTupleEqual((1,), (2,)), lambda: self.assertDictEqual({1: 2}, {1: 3})):
            with self.subTest(): check()
    def tearDown(self): self.addCleanup(print, 'cleaned')
""")
    both.run("-m", "unittest", "discover", "-v", "-p", "test_m*.py", clean=no_times)


def test_trace(both):
    both.write("t.py", "def f(n):\n    total = 0\n    for i in range(n):\n        if i % 2:\n            total += i\n    return total\n\n\nprint(f(5))\n")
    both.run("-m", "trace", "--trace", "t.py")
    both.run("-m", "trace", "--count", "-C", ".", "--missing", "t.py")
    both.run("-m", "trace", "--listfuncs", "t.py")
    both.run("-m", "trace", "--trackcalls", "t.py")
    both.copy_stdlib("textwrap.py", "wrap.py")
    both.write("u.py", "import wrap\nprint(wrap.fill('a b c ' * 20, 30))\ntry: wrap.wrap('x', 0)\nexcept ValueError as e: print(e)\n")
    both.run("-m", "trace", "--count", "-C", "counts", "--missing", "--summary", "u.py", clean=lambda data: re.sub(rb" tmp.*?\.wrap ", b" wrap ", data))
    for side in both.folders:
        cover = [name for name in os.listdir(os.path.join(both.folders[side], "counts")) if name.endswith(".wrap.cover")]
        os.rename(os.path.join(both.folders[side], "counts", cover[0]), os.path.join(both.folders[side], "wrap.cover"))
    both.same_file("wrap.cover")
    both.run("-m", "trace", "--trace", "--timing", "--ignore-module", "re,sre_parse,sre_compile", "u.py", clean=no_times)


def test_profilers(both):
    both.write("t.py", "def f(n): return sum(map(g, range(n)))\ndef g(x): return len(str(x))\nprint(f(100))\ntry: [].index(1)\nexcept ValueError: pass\n")
    both.run("-m", "cProfile", "-s", "name", "t.py", clean=no_times)
    both.run("-m", "profile", "-s", "name", "t.py", clean=no_times)
    both.write("u.py", "import json, re\ndef rec(n): return n and rec(n - 1)\ndef gen():\n    for i in range(3): yield i\nrec(20); list(gen()); sorted([3, 1], key=lambda x: -x); json.loads(json.dumps([1, {'a': 2.5}])); re.sub('a+', str.upper and (lambda m: 'b'), 'aaa')\n")
    both.run("-m", "cProfile", "-o", "stats", "u.py")
    both.run("-c", "import pstats; s = pstats.Stats('stats'); s.strip_dirs().sort_stats('nfl').print_stats(); s.print_callers('loads'); s.print_callees('rec|gen')", clean=lambda data: no_times(re.sub(rb"... ... .. ..:..:.. ....", b"DATE", data)))
    both.run("-m", "cProfile", "-s", "nfl", "-m", "calendar", "2023", clean=no_times)


def test_pdb(both):
    both.write("t.py", "def f(n):\n    x = n * 2\n    return x + 1\n\n\ndef g():\n    y = f(3)\n    return y\n\n\nprint(g())\n")
    commands = b"b 2\nc\nw\np n\nn\np x\ns\nr\nu\nl\nargs\np locals()\nd\nbt\nunt\nc\nq\n"
    both.run("-m", "pdb", "t.py", stdin=commands)
    both.write("e.py", "def f(): return [][1]\nf()\n")
    both.run("-m", "pdb", "-c", "c", "e.py", stdin=b"p 1\nw\nq\n")
    both.write("m.py", "class C:\n    def go(self, n):\n        for i in range(n):\n            yield i\n\n\nc = C()\ntotal = 0\nfor x in c.go(4):\n    total += x\ntry:\n    {}['k']\nexcept KeyError:\n    pass\nprint(total)\n")
    both.run("-m", "pdb", "m.py", stdin=b"tbreak m.py:4\nb C.go, n > 9\nb 10\ncondition 3 x == 2\nignore 2 1\nb\nc\nc\np x, total\n!total = 100\ndisplay total\nn\ncommands 3\nsilent\np 'hit'\nend\n"
             b"whatis c\npp [i for i in range(3)]\nsource C\nll\nalias q2 p %1 * 2\nq2 21\njump 15\nn\nr\ninteract\nx + 1\n\x04\ncl 3\ny\nrestart\nc\nq\n")
    both.write("b.py", "def f(n):\n    if n == 0:\n        breakpoint()\n    return f(n - 1) if n else 0\nf(2)\n")
    both.run("b.py", stdin=b"w\nup\np n\nup\np n\ndown\nreturn\ndebug f(1)\nc\nc\n")


def test_pickletools(both):
    both.run("-c", "import pickle; pickle.dump([1, 'a', {2: (3.5, None)}, b'x', {4}], open('p', 'wb'))")
    both.same_file("p")
    both.run("-m", "pickletools", "p")
    both.run("-m", "pickle", "p")
    both.run("-m", "pickletools", "-a", "-m", "-p", "heading", "p")
    both.program("""import pickle, pickletools, io, datetime, decimal, collections, fractions, enum, uuid
class C:
    def __reduce_ex__(s, p): return (C, (), {'x': p}, iter([1, 2]), iter([('k', 'v')]))
    def append(s, i): pass
    def __setitem__(s, k, v): pass
class E(enum.Enum): A = 1
x = []; x.append(x); shared = ['s'] * 3
things = [x, shared, {'a': shared, 'b': (shared,)}, C(), E.A, datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc), decimal.Decimal('1.5'), fractions.Fraction(1, 3), uuid.UUID(int=5), collections.OrderedDict(a=1), collections.deque([1], 3), collections.Counter('ab'),
          range(3), slice(1, 2), complex(1, 2), bytearray(b'x' * 300), 2**2000, -1, 255, 65536, 1e100, '\\ud800', 'x' * 300, frozenset([1]), type(None), len, [].append, C.__reduce_ex__ and collections.defaultdict(list, {1: [2]}), ValueError('v', 1), Ellipsis, NotImplemented]
for p in range(6):
    for t in things:
        try:
            s = pickle.dumps(t, p); out = io.StringIO(); pickletools.dis(s, out); print(p, out.getvalue()); print(len(pickletools.optimize(s)), repr(pickle.loads(s))[:50].split(' at ')[0])
            assert p < 2 or pickle._dumps(t, p) == s or isinstance(t, (set, frozenset))
        except (pickle.PicklingError, TypeError, AttributeError, ValueError) as e: print(p, type(e).__name__, e)
""")


def test_py_compile(both):
    both.write("a.py", "x = 1\n")
    both.write("b.py", "x = \n")
    both.run("-m", "py_compile", "a.py")
    both.run("-m", "py_compile", "a.py", "b.py")
    both.run("-m", "py_compile", "-", stdin=b"a.py\nmissing.py\n")
    both.copy_stdlib("typing.py", "c.py")
    both.run("-m", "py_compile", "c.py", env={"PYTHONDONTWRITEBYTECODE": None})
    if len({len(both.read(side, "__pycache__/c.cpython-38.pyc")) for side in both.folders}) != 1:
        both.differ("the compiled file's length differs")


def test_pydoc(both):
    for topic in ("json", "list", "str.split", "itertools", "collections.deque", "functools", "len", "nothing_at_all", "if"):
        both.run("-m", "pydoc", topic, timeout=300)
    both.run("-m", "pydoc", "-w", "heapq")
    both.same_file("heapq.html")
    both.run("-m", "pydoc", "-w", "string")
    both.same_file("string.html")
    both.run("-m", "pydoc", "sys.float_info", "dict.items", "threading.Thread", "enum", timeout=300)
    both.run("-c", "help('topics'); help('SEQUENCES'); help(int.from_bytes); help(property); help(1)")


def test_lib2to3(both):
    for name in ("wsgiref/headers.py", "wsgiref/util.py", "json/tool.py"):
        with open(both.stdlib(name), "rb") as file:
            both.write("pkg/" + os.path.basename(name), file.read())
    both.write("pkg/old.py", "print 'a', `x`\nfor k, v in d.iteritems(): print >>f, k\nexcept_ = raw_input()\ntry: pass\nexcept A, e: raise B, 'c'\n")
    both.run("-m", "lib2to3", "pkg", timeout=300)
    both.run("-m", "lib2to3", "-l")
    both.run("-m", "lib2to3", "-w", "-n", "-o", "new", "-W", "-f", "all", "-f", "set_literal", "-f", "idioms", "pkg", timeout=300)
    both.same_file("new/old.py")
    both.same_file("new/headers.py")


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
    # The command itself, as another process.
    both.program("""import re, signal, subprocess, sys, urllib.request, urllib.error
server = subprocess.Popen([sys.executable, '-u', '-m', 'http.server', '0', '--bind', '127.0.0.1', '-d', '.'], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
line = server.stdout.readline(); port = int(re.search(r'port (\\d+)', line).group(1)); print(line.replace(str(port), 'PORT'))
for path in ('', 'page.html', 'none', '%00', '../x'):
    try:
        with urllib.request.urlopen('http://127.0.0.1:%d/%s' % (port, path)) as r: print(r.status, sorted(k for k in r.headers.keys()), r.headers['Last-Modified'], r.read())
    except urllib.error.HTTPError as e: print(e.code, e.read())
server.send_signal(signal.SIGINT); out, err = server.communicate(); print(server.returncode, out, re.sub(r'\\[.*?\\]', '[]', err))
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
