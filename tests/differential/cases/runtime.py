#--- weak references
import weakref, gc
class A:
    def __init__(self, n=0): self.n = n
    def __repr__(self): return 'A%s' % self.n
a = A(1); r = weakref.ref(a); r2 = weakref.ref(a); print(r() is a, r is r2, r == r2, weakref.getweakrefcount(a), hash(r) == hash(a), weakref.getweakrefs(a) == [r], r.__callback__)
c = weakref.ref(a, lambda x: print('callback', x() , x is c)); print(c is r, c == r, c.__callback__ is not None); del a; print(r(), c(), r == r2, r == weakref.ref(A(2)))
try: hash(weakref.ref(A(3)))
except TypeError as e: print(e)
a = A(5); p = weakref.proxy(a); print(p.n, p, type(p).__name__, p == a, isinstance(p, A), p.__class__, bool(p)); p.x = 9; print(a.x); del p.x
try: hash(p)
except TypeError as e: print(e)
del a
for e in ('p.n', 'str(p)', 'p + 1', 'bool(p)', 'p()', 'p.x', 'p == 1'):
    try: print(e, eval(e))
    except ReferenceError as x: print(e, x)
    except Exception as x: print(e, type(x).__name__, x)
for o in (1, 'a', [], {}, (), None, object()):
    try: weakref.ref(o)
    except TypeError as e: print(e)
for o in (set(), frozenset([1]), len, print, lambda: 0, type('T', (), {}), (i for i in ()), A, weakref, __import__('re').compile('a'), __import__('collections').deque(), A().__repr__): print(type(o).__name__, weakref.ref(o)() is not None or 'gone')
d = weakref.WeakValueDictionary(); x = A(1); d['k'] = x; print(len(d), d['k']); del x; print(len(d), list(d))
k = weakref.WeakKeyDictionary(); x = A(1); k[x] = 'v'; print(k[x]); del x; print(len(k)); s = weakref.WeakSet([A(7)]); print(len(s))
def fin(n): print('finalize', n)
x = A(1); f = weakref.finalize(x, fin, 'arg'); print(f.alive); del x; print(f.alive)
class C:
    def m(self): return 'm'
c = C(); m = weakref.WeakMethod(c.m); print(m()()); del c; print(m())
try: weakref.ref()
except TypeError as e: print(e)
class Sub(weakref.ref):
    def __new__(cls, o, cb=None, tag=None): s = super().__new__(cls, o, cb); s.tag = tag; return s
    def __init__(self, o, cb=None, tag=None): super().__init__(o, cb)
o = A(); z = Sub(o, tag='t'); print(z().n, z.tag, z == weakref.ref(o))
#--- cycle collector
import gc, weakref
gc.collect()
class N:
    def __del__(self): print('del', self.name)
a, b = N(), N(); a.name, b.name = 'a', 'b'; a.o, b.o = b, a; r = weakref.ref(a, lambda r: print('never called: dies with the cycle or is called', r())); del a, b; print('collect', gc.collect() > 0, r())
l = []; l.append(l); i = id(l); del l; print(gc.collect() >= 1)
class R:
    def __del__(self): global kept; kept = self; print('resurrect')
x = R(); x.me = x; del x; gc.collect(); print(kept.me is kept); del kept; gc.collect(); print('collected once: no second del')
print(gc.isenabled(), gc.get_threshold(), len(gc.get_count()), gc.is_tracked([]), gc.is_tracked({}), gc.is_tracked({'a': 1}), gc.is_tracked({'a': []}), gc.is_tracked(()), gc.is_tracked(([],)), gc.is_tracked(1), gc.is_tracked('a'), gc.is_tracked(N), gc.garbage, gc.get_debug(), gc.callbacks)
gc.disable(); print(gc.isenabled()); gc.enable(); gc.set_threshold(500, 5, 5); print(gc.get_threshold()); gc.set_threshold(700, 10, 10)
t = []; d = {'k': t}; print(any(o is d for o in gc.get_referrers(t)), t in gc.get_referents(d), gc.get_referents(1, 'a'))
for e in ('gc.collect(5)', 'gc.collect(-1)', 'gc.set_threshold()', 'gc.set_debug("a")', 'gc.is_tracked()', 'sorted(gc.get_stats()[0])', 'gc.get_objects(9)', 'gc.freeze()', 'gc.get_freeze_count() > 0', 'gc.unfreeze()'):
    try: print(e, eval(e))
    except Exception as x: print(e, type(x).__name__, x)
gc.callbacks.append(lambda phase, info: print(phase, sorted(info))); gc.collect(0); gc.callbacks.clear()
def gen():
    try: yield
    finally: print('generator in cycle finalised')
g = gen(); next(g); h = [g]; g2 = g; del g, g2; h.append(h); del h; gc.collect()
class Slots: __slots__ = ('a', '__weakref__')
s = Slots(); s.a = s; r = weakref.ref(s); del s; gc.collect(); print(r())
e = None
def f():
    try: 1/0
    except ZeroDivisionError as x: y = x
    return weakref.ref(N)
f(); n = gc.collect(); print(n >= 1)
#--- reference counts
import sys
x = object(); n = sys.getrefcount(x); l = [x, x]; t = (x,); d = {1: x}; print(sys.getrefcount(x) - n); del l, t, d; print(sys.getrefcount(x) - n)
def f(a): return sys.getrefcount(a) - n
print(f(x) > 0, sys.getrefcount(x) - n); y = x; z = [y for _ in range(10)]; print(sys.getrefcount(x) - n); del z; print(sys.getrefcount(x) - n)
try: raise ValueError(x)
except ValueError: pass
print(sys.getrefcount(x) - n); [x][0]; (x, x)[1]; {x}; {x: x}[x]; f(*[x]); f(**{'a': x}); (lambda *a: a)(x); '%s' % (x,) ; str(x); print(sys.getrefcount(x) - n)
#--- tracing
import sys
def f(n):
    total = 0
    for i in range(n):
        if i:
            total += i
    try:
        total / 0
    except ZeroDivisionError:
        pass
    return total
def tracer(frame, event, arg):
    if frame.f_code.co_filename == '<case>': print(event, frame.f_code.co_name, frame.f_lineno, arg if event in ('return',) else type(arg).__name__)
    return tracer
sys.settrace(tracer); f(2); sys.settrace(None); print(sys.gettrace())
def gen(): yield 1; yield 2
sys.settrace(tracer); list(gen()); [x for x in 'ab']; sys.settrace(None)
def opcodes(frame, event, arg):
    frame.f_trace_opcodes = True; frame.f_trace_lines = False
    if event == 'opcode': print(frame.f_lasti, end=' ')
    return opcodes
def g(a): return a + 1 if a else [a]
sys.settrace(opcodes); g(1); g(0); sys.settrace(None); print()
def profiler(frame, event, arg):
    if frame.f_code.co_filename == '<case>': print(event, frame.f_code.co_name, getattr(arg, '__name__', arg))
sys.setprofile(profiler); f(1); len([1]); [].append(1); list(map(str, [1])); sys.setprofile(None)
def bad(frame, event, arg): raise KeyError('in trace')
sys.settrace(bad)
try: g(1)
except KeyError as e: print(repr(e), sys.gettrace())
def jump(frame, event, arg):
    if event == 'line' and frame.f_lineno == target: frame.f_lineno = to
    return jump
def body(out):
    out.append(1)
    out.append(2)
    out.append(3)
    return out
base = body.__code__.co_firstlineno; target, to = base + 2, base + 3
sys.settrace(jump); r = body([]); sys.settrace(None); print(r)
try: sys._getframe().f_lineno = 1
except ValueError as e: print(e)
#--- frames
import sys
def f(a, b=2):
    x = 5
    fr = sys._getframe()
    print(sorted(fr.f_locals), fr.f_code.co_name, fr.f_lineno, fr.f_back.f_code.co_name, fr.f_globals is globals(), fr.f_builtins['len'], fr.f_lasti > 0, fr.f_trace, fr.f_trace_lines, fr.f_trace_opcodes)
    return fr
fr = f(1); print(fr.f_locals['x'], fr.f_back); fr.clear(); print(fr.f_locals)
try: sys._getframe().clear()
except RuntimeError as e: print(e)
for e in ('sys._getframe(1000)', 'sys._getframe("a")', 'fr.f_code = 1', 'fr.f_lineno = 5', 'fr.f_trace = 5', 'fr.f_trace_opcodes = 5', 'del fr.f_trace', 'fr.f_trace_lines = "x"'):
    try: exec(e)
    except Exception as x: print(e, type(x).__name__, x)
def g():
    x = 1
    def h(): return x
    l = locals(); l['x'] = 99; y = 2; return x, sorted(l), locals()['x'], l is locals()
print(g())
class C: a = 1; b = locals(); print(sorted(k for k in b if not k.startswith('__')))
print(sorted(sys._current_frames()) == [__import__('threading').get_ident()])
#--- audit hooks, contextvars, simple namespaces
import sys
log = []
sys.addaudithook(lambda e, a: log.append(e) if e in ('my.event', 'compile', 'exec', 'import') else None)
sys.audit('my.event', 1); eval('1'); exec('2'); print(log)
for e in ('sys.audit()', 'sys.audit(5)', 'sys.addaudithook()'):
    try: eval(e)
    except Exception as x: print(e, type(x).__name__, x)
import contextvars
v = contextvars.ContextVar('v', default=5); t = v.set(6); print(v.get(), t.old_value is contextvars.Token.MISSING, t.var is v); v.reset(t); print(v.get())
try: v.reset(t)
except RuntimeError as e: print(str(e)[:40])
c = contextvars.copy_context(); c.run(v.set, 9); print(c[v], v.get(), v in c, len(c), list(c.keys()) == [v], c.get(v))
w = contextvars.ContextVar('w')
for e in ('w.get()', 'w.get(1)', 'contextvars.ContextVar(5)', 'c[5]', 'c[w]', 'c.run()', 'c.run(c.run, len)', 'contextvars.Token()', 'hash(v) == hash(v)', 'contextvars.ContextVar("a", default=1, bogus=2)', 'c == c.copy()'):
    try: print(e, eval(e))
    except Exception as x: print(e, type(x).__name__, x)
import types
n = types.SimpleNamespace(a=1, b='x'); n.c = n; print(n, n == types.SimpleNamespace(a=1), vars(n).keys(), types.SimpleNamespace())
for e in ('types.SimpleNamespace(1)', 'types.SimpleNamespace(**{1: 2})', 'n.nothing', 'n < n'):
    try: print(e, eval(e))
    except Exception as x: print(e, type(x).__name__, x)
m = types.MappingProxyType({'a': 1}); print(m, m['a'], len(m), list(m), m == {'a': 1}, 'a' in m, m.get('b'), m.copy(), m.keys(), hash if 0 else '')
for e in ('m["a"] = 1', 'types.MappingProxyType(5)', 'types.MappingProxyType()', 'm.update', 'hash(m)', 'm | {}'):
    try: exec(e)
    except Exception as x: print(e, type(x).__name__, x)
#--- modules
import types, sys
m = types.ModuleType('m', 'doc'); print(m, m.__doc__, m.__name__, sorted(vars(m))); m.x = 1; print(m.x)
try: m.y
except AttributeError as e: print(e)
m.__getattr__ = lambda n: 'dynamic ' + n; print(m.zzz); m.__dir__ = lambda: ['b', 'a']; print(dir(m)); del m.__getattr__; del m.__name__
try: m.y
except AttributeError as e: print(e)
for e in ('types.ModuleType()', 'types.ModuleType(5)', 'types.ModuleType("a", 1, 2)', 'm.__dict__ = {}', 'types.ModuleType("q").__repr__()'):
    try: exec('print(%s)' % e if ' = ' not in e else e)
    except Exception as x: print(e, type(x).__name__, x)
class M(types.ModuleType):
    @property
    def p(self): return 'prop'
print(M('sub').p, repr(sys), repr(types)[:16], sys.__name__, sys.__spec__.origin, types.__spec__.name)
#--- import machinery
import sys, importlib, importlib.util, importlib.machinery, types, os
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name.startswith('virtual'): return importlib.machinery.ModuleSpec(name, self, is_package=name == 'virtual')
    def create_module(self, spec): return None
    def exec_module(self, module): module.value = module.__name__.upper()
sys.meta_path.insert(0, Finder())
import virtual, virtual.sub
from virtual import sub as s2
print(virtual.value, virtual.sub.value, s2 is virtual.sub, virtual.__path__, virtual.sub.__package__, virtual.__spec__)
try: from virtual import nothing_here as q; print(q)
except ImportError as e: print(e)
print(importlib.import_module('virtual.sub') is s2, importlib.util.find_spec('virtual.other').name, importlib.reload(s2) is s2)
sys.modules['blocked'] = None
try: import blocked
except ImportError as e: print(e, e.name)
del sys.meta_path[0]
try: import virtual.more
except ImportError as e: print(e)
print(sys.builtin_module_names[:5], importlib.util.cache_from_source('/a/b.py'), importlib.util.MAGIC_NUMBER, importlib.machinery.EXTENSION_SUFFIXES, importlib.machinery.all_suffixes(), importlib.util.resolve_name('.a', 'b.c'))
print([type(f).__name__ if not isinstance(f, type) else f.__name__ for f in sys.meta_path], [getattr(h, '__name__', h) for h in sys.path_hooks], importlib.util.find_spec('json').origin.endswith('json/__init__.py'), importlib.util.find_spec('nothing'), importlib._bootstrap.__name__)
import _imp; print(_imp.is_builtin('sys'), _imp.is_builtin('x'), _imp.is_frozen('_frozen_importlib'), _imp.is_frozen('zipimport'), _imp.lock_held(), _imp.extension_suffixes(), _imp.source_hash(1, b'abc'), _imp.get_frozen_object.__name__)
old = __builtins__ if isinstance(__builtins__, dict) else vars(__builtins__)
import builtins
real = builtins.__import__; builtins.__import__ = lambda *a, **k: (print('import', a[0], a[3:]), real(*a, **k))[1]
import os.path, json as j
from os import sep
builtins.__import__ = real
#--- io
import io
s = io.StringIO('a\nb\r\nc'); print(s.read(1), s.readline(), s.tell(), s.seek(0), s.readlines(), s.getvalue(), s.write('xyz'), s.getvalue(), s.truncate(3), s.getvalue(), s.closed, s.readable(), s.newlines, s.line_buffering, list(io.StringIO('x\ny', newline=None)), io.StringIO('a\r\nb', newline='').readlines()); s.close()
for e in ('s.read()', 's.write(1)', 'io.StringIO(5)', 'io.StringIO().seek(-1)', 'io.StringIO().seek(1, 1)', 'io.StringIO().write(b"a")', 'io.StringIO(newline="x")', 'io.StringIO("a").truncate(-1)', 'next(io.StringIO())', 'io.BytesIO("a")', 'io.BytesIO().write("a")', 'io.BytesIO().seek(-1)', 'io.BytesIO().read("a")', 'io.TextIOWrapper(5)', 'io.BufferedReader(5)', 'io.open("/nonexistent")', 'io.open("x", "q")', 'io.open("x", "rw")', 'io.open("x", "rb", encoding="a")', 'io.open("x", "rb", buffering=1, newline="")', 'io.open(-1)', 'io.open(99999)', 'io.open("/")', 'io.open("x", "r", 0)', 'io.open("\\0")', 'io.FileIO("/dev/null").mode', 'io.FileIO("/dev/null", "x")', 'io.FileIO("x", "")', 'io.RawIOBase().read(1)', 'io.IOBase().fileno()', 'io.IOBase().seek(0)', 'io.BufferedRWPair(io.BytesIO(), io.BytesIO()).seek(0)', 'io.UnsupportedOperation.__mro__', 'io.BytesIO(b"abc").readinto(b"x")', 'io.DEFAULT_BUFFER_SIZE', 'io.SEEK_SET', 'io.text_encoding'):
    try: print(e, eval(e))
    except Exception as x: print(e, type(x).__name__, x)
b = io.BytesIO(b'abc\ndef'); v = b.getbuffer(); v[0] = 65; print(b.getvalue(), b.readline(), b.read1(2), b.readinto(bytearray(2)), b.seek(-2, 2), b.read(), b.tell(), b.peek if hasattr(b, 'peek') else 'no peek')
try: b.close()
except BufferError as e: print(e)
#---
import io, os, tempfile
with tempfile.TemporaryDirectory() as d:
    p = os.path.join(d, 'f')
    with open(p, 'w', encoding='utf-8') as f: print(f.write('héllo\nworld\n'), f.tell(), f.name == p, f.mode, f.encoding, f.errors, f.newlines, f.closed, f.fileno() > 2, f.isatty(), f.seekable(), f.buffer.raw.mode)
    with open(p, encoding='utf-8') as f: print(list(f), f.read()); f.seek(0); print(f.readline(), f.tell(), f.read(3)); f.seek(0, 2); print(f.tell())
    with open(p, 'rb') as f: print(f.read(3), f.peek()[:3], f.seek(-3, 2), f.read(), f.readinto(bytearray(3)), type(f), f.raw)
    with open(p, 'r+b') as f: f.seek(2); f.write(b'XX'); f.seek(0); print(f.read()); print(type(f)); f.truncate(4); f.seek(0); print(f.read())
    with open(p, 'a') as f: print(f.tell(), f.write('end'))
    with open(p, 'rb', 0) as f: print(f.read(2), f.readall(), f.read(), type(f))
    with open(p, 'w', newline='\r\n') as f: f.write('a\nb\n')
    print(open(p, 'rb').read()); print(open(p).read(), open(p, newline='').read())
    for m, a in (('x', ()), ('r', ('w',)),):
        try:
            with open(p, m) as f: f.write('a')
        except Exception as e: print(type(e).__name__, str(e).replace(d, '<d>'))
    with open(p, 'wb') as f: f.write(b'\xff\xfe\xfd')
    for enc, err in (('utf-8', 'strict'), ('utf-8', 'replace'), ('ascii', 'surrogateescape'), ('utf-16', 'strict'), ('bogus', None), ('latin-1', None)):
        try: print(ascii(open(p, encoding=enc, errors=err).read()))
        except Exception as e: print(type(e).__name__, e)
    f = open(p); f.close()
    try: f.read()
    except ValueError as e: print(e)
    print(f, repr(open(p, 'rb')).replace(d, '<d>') if 0 else '', os.stat(p).st_size, sorted(os.listdir(d)), [x.name for x in os.scandir(d)], os.path.exists(p)); os.rename(p, p + '2'); os.remove(p + '2'); os.makedirs(d + '/a/b'); print(list(os.walk(d))[0][1:]); os.removedirs(d + '/a/b') if 0 else os.rmdir(d + '/a/b')
#--- re
import re
cases = [('a+b', 'aaab'), ('(a)(b)?', 'a'), ('(?P<x>.)(?P=x)', 'aa'), ('^a$', 'a\n'), (r'\bfoo\b', 'a foo b'), ('(?i)ABC', 'xabc'), ('[^a-z]+', 'abc123'), ('a{2,3}?', 'aaaa'), ('(?:ab)*', 'ababa'), ('a|b|', 'c'), ('(?=a)a', 'a'), ('(?<=a)b', 'ab'), ('(?<!a)b', 'cb'), ('(?s).', '\n'), ('(?m)^b', 'a\nb'), (r'\d+\s\w', '12 é'), (r'(?a)\w+', 'aé'), ('(a)|b(?(1)c|d)', 'bd'), ('[é-ü]', 'ê'), ('(?x) a # c\n b', 'ab'), ('((a)b)+', 'abab'), ('.*?x', 'aaax'), ('[]a]', ']'), ('[a\\]]', ']'), (r'\x41\u00e9\N{BULLET}'.replace('\\N{BULLET}', ''), 'Aé'), ('(?i)ß', 'ẞ'), ('(?i)K', 'K'), ('x*', 'aaa'), ('(?i:a)b', 'Ab'), ('\\Aa\\Z', 'a')]
for p, s in cases:
    m = re.search(p, s); print(p, s, m, m and (m.groups(), m.groupdict(), m.span(), m.regs, m.lastindex, m.lastgroup), re.findall(p, s), re.sub(p, '<\\g<0>>', s), re.split(p, s), re.match(p, s), re.fullmatch(p, s))
for p in ('(', ')', '[', '*', 'a**', '(?P<1>a)', '(?P<a>.)(?P<a>.)', '(?P=x)', '(?<=a*)b', '\\', '(?z)', 'a{2,1}', '[z-a]', '(?(2)a)', '(?', '\\8', '(?P<a', '[a', 'a{99999999999}', '\\N{x}', '\\q', '(?i', '(?#', '(?<a)', '(?P>a)', 'x{,5}y{', '(?-i)a', '(?a)(?u)b', b'(?u)a'):
    try: print(p, re.compile(p))
    except Exception as e: print(p, type(e).__name__, e)
print(re.sub('(a)(b)?', r'[\2\1]', 'aab'), re.sub('a', lambda m: m.group().upper(), 'banana', 2), re.subn('a', '', 'banana'), re.escape('a.b*c é'), re.compile('a', re.I | re.M), re.compile(b'a').findall(b'aa'), re.findall('(a)(b)', 'abab'), [m.start() for m in re.finditer('a', 'banana')], re.compile('a').match('ba', 1), re.compile('(?P<n>a)').groupindex, re.compile('(a)').groups, re.purge())
for e in ('re.match("a", 5)', 're.match(5, "a")', 're.match(b"a", "a")', 're.match("a", b"a")', 're.sub("a", "\\\\2", "a")', 're.sub("a", "\\\\g<x>", "a")', 're.match("a", "a").group(5)', 're.match("a", "a").group("x")', 're.match("(a)(b)?", "a").group(0, 1, 2)', 're.match("(a)(b)?", "a")[2]', 're.match("(a)", "a").expand("\\\\1-")', 're.sub("x*", "-", "abxd")', 're.split("(x)", "axbxc", 1)', 're.compile("a") == re.compile("a")', 're.compile(re.compile("a"), re.I)', 'hash(re.compile("a")) == hash(re.compile("a"))', 're.match("(.)(.)", "ab").span(2)', 're.match("a", "a").pos', 're.search("(?:a+)+$", "a" * 18 + "b")', 're.match("(?:x|y)*z", "xy" * 20000 + "z").end()', 're.match(".*", "x" * 100000).end()', 're.match("(a|b)*", "ab" * 50000).end()'):
    try: print(e, eval(e))
    except Exception as x: print(e, type(x).__name__, x)
#--- sys
import sys
print(sys.maxsize, sys.byteorder, sys.maxunicode, sys.float_info, sys.hash_info, sys.int_info, sys.thread_info, sys.api_version, sys.version_info, sys.implementation, sys.platform, sys.abiflags, sys.copyright[:30], sys.hexversion, sys.float_repr_style, sys.getrecursionlimit(), sys.getswitchinterval(), sys.getdefaultencoding(), sys.getfilesystemencoding(), sys.getfilesystemencodeerrors(), sys.is_finalizing(), sys.getdlopenflags(), sys.getallocatedblocks() > 100, sys.get_asyncgen_hooks(), sys.get_coroutine_origin_tracking_depth(), sys.dont_write_bytecode, sys.flags, sys.orig_argv if hasattr(sys, 'orig_argv') else '-', sys.platlibdir if hasattr(sys, 'platlibdir') else '-', sys.base_prefix == sys.prefix, sys._git[0], sys.exc_info(), sys.pycache_prefix, sys.warnoptions, sys._xoptions)
for e in ('sys.setrecursionlimit(0)', 'sys.setrecursionlimit(-1)', 'sys.setrecursionlimit("a")', 'sys.setrecursionlimit(2**70)', 'sys.setrecursionlimit(1)', 'sys.setswitchinterval(0)', 'sys.setswitchinterval("a")', 'sys.getsizeof()', 'sys.getsizeof(type("A", (), {"__sizeof__": lambda s: -1})())', 'sys.getsizeof(type("A", (), {"__sizeof__": lambda s: "a"})(), 5)', 'sys.displayhook(None)', 'sys.displayhook(5)', 'sys.exit.__name__', 'sys.call_tracing(lambda x: x * 2, (4,))', 'sys.set_coroutine_origin_tracking_depth(-1)', 'sys.getrefcount()', 'sys.version_info[:2] == (3, 8)', 'sys.version_info >= (3, 8)', 'type(sys.version_info)()', 'type(sys.flags)((0,) * 15)', 'sys.flags[0]', 'sys._debugmallocstats', 'sys.settrace()', 'sys._clear_type_cache()', 'sys.breakpointhook.__name__'):
    try: print(e, eval(e))
    except Exception as x: print(e, type(x).__name__, x)
#--- structured sequences
import time, os
t = time.gmtime(0); print(t, t[0], t.tm_year, t[:3], len(t), t.n_fields, t.n_sequence_fields, t.n_unnamed_fields, t.tm_zone, t.tm_gmtoff, t == tuple(t), hash(t) == hash(tuple(t)), t.__reduce__()[1])
T = type(t)
for e in ('T()', 'T(5)', 'T([1] * 8)', 'T([1] * 9)', 'T([1] * 11)', 'T([1] * 12)', 'T([1] * 9, {"tm_zone": "X"}).tm_zone', 'T([1] * 9, 5)', 't.tm_year = 1', 't.nothing', 'T((i for i in range(9)))', 'os.stat("/")[:1] == (os.stat("/").st_mode,)', 'len(os.stat("/"))', 'os.stat_result(range(10)).st_size', 'os.stat_result(range(19)).st_atime', 'os.stat_result(5)', 'os.terminal_size((1, 2))', 'os.terminal_size((1,))', 'repr(os.times())[:12]', 'os.uname().sysname', 'T.n_fields', 'T.tm_year'):
    try: exec('print(e, %s)' % e if ' = ' not in e else e)
    except Exception as x: print(e, type(x).__name__, x)
#--- marshal
import marshal
for v in (None, True, False, 0, -1, 2**31 - 1, 2**31, -2**31, 2**100, -2**100, 1.5, float('inf'), 1j, '', 'abc', 'é', '\ud800', '\U0001f600', 'x' * 300, b'', b'abc', (), (1, (2,)), [1], {1: 2}, {3}, frozenset([4]), ..., StopIteration, compile('x = 1 + y', 'f', 'exec')):
    for version in range(5):
        d = marshal.dumps(v, version); w = marshal.loads(d); print(version, d if version in (2, 4) and not hasattr(v, 'co_code') else len(d), w == v)
for d in (b'', b'N', b'X', b'i', b'i\1\0\0\0', b'(\5\0\0\0', b's\xff\xff\xff\x7f', b'c', b'r\0\0\0\0', b'[\1\0\0\0', b'{N', b'l\1\0\0\0', b'g\0', b'u\1\0\0\0\xff', b'T', b'.', b'S', b'0', b'?', b'(\xff\xff\xff\xff', b'z\3ab', b'\xe3' + b'\0' * 20, b'[' * 5000, b'l\xff\xff\xff\x7f', b'l\2\0\0\0\0\x80\1\0', b'>\1\0\0\0[\0\0\0\0', b'{[\0\0\0\0N0'):
    try: print(d[:10], marshal.loads(d))
    except Exception as e: print(d[:10], type(e).__name__, e)
for v in (object(), len, int, memoryview(b'a'), bytearray(b'a'), [object()]):
    try: print(marshal.dumps(v))
    except Exception as e: print(type(e).__name__, e)
l = []; l.append(l)
try: print(marshal.loads(marshal.dumps(l)))
except Exception as e: print(type(e).__name__, e)
x = []
for i in range(3000): x = [x]
try: marshal.dumps(x)
except ValueError as e: print(e)
#--- copy, pickle, json over built-in values
import copy, pickle, json
class P:
    def __init__(self, x): self.x = x
    def __eq__(self, o): return self.x == o.x
values = [None, 1, 2**70, 1.5, 1j, 'é', b'a', bytearray(b'b'), [1, [2]], (1, [2]), {1: [2]}, {1}, frozenset([1]), range(3), slice(1, 2), P([1]), int, len, Ellipsis, NotImplemented, ValueError('x', 1), OSError(2, 'a', 'b'), __import__('collections').OrderedDict(a=1), __import__('collections').deque([1], 3), __import__('collections').defaultdict(list, a=[1]), __import__('types').SimpleNamespace(a=1), iter([1, 2]), enumerate('ab'), zip('a', 'b'), map(str, [1]), reversed([1]), iter({1: 2}), __import__('functools').partial(int, base=2), __import__('operator').itemgetter(1), __import__('itertools').count(5), __import__('itertools').chain('a', 'b'), __import__('time').gmtime(0), UnicodeDecodeError('a', b'b', 0, 1, 'c'), property(), staticmethod(len), lambda: 0, (i for i in ()), memoryview(b'a'), super(int, 5), object()]
for v in values:
    for f in (copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v)), lambda v: pickle.loads(pickle.dumps(v, 0)), lambda v: pickle._loads(pickle._dumps(v, 2)), lambda v: v.__reduce_ex__(2), lambda v: v.__reduce_ex__(4)):
        try: r = f(v); print(type(r).__name__, str(r)[:60])
        except Exception as e: print(type(v).__name__, type(e).__name__, e)
#---
# Parsing is an event, and so are new defaults of a function.
import ast, sys
def hook(event, args):
    if event in ('compile', 'object.__setattr__', 'object.__delattr__'):
        print(event, [a if isinstance(a, (str, bytes, tuple, dict)) else type(a).__name__ for a in args])
sys.addaudithook(hook)
compile('3', 'f', 'eval')
compile(ast.parse('1', 'x', 'eval'), 'g', 'eval')
eval('4')
exec(b'# coding: latin-1\n5')
def f(a=1, *, b=2): pass
f.__defaults__ = None
f.__defaults__ = (1,)
del f.__defaults__
f.__kwdefaults__ = {}
del f.__kwdefaults__
f.__annotations__ = {}
#---
# A finalizer may give the object another class: counts of both are right at once.
import sys
class A: pass
class B(A):
    def __del__(self):
        self.__class__ = A
        print(sys.getrefcount(A) - a, sys.getrefcount(B) - b)
b0 = B()
a, b = sys.getrefcount(A), sys.getrefcount(B)
del b0
print(sys.getrefcount(A) - a, sys.getrefcount(B) - b)
#---
# `**=` of a type written in C takes the modulus too.
import _testcapi
o = _testcapi.ipowType()
for args in (1,), (1, 2), (), (1, 2, 3):
    try:
        print(o.__ipow__(*args))
    except TypeError as e:
        print(e)
#---
import _testcapi
print(_testcapi.pymem_getallocatorsname())
for f, args in (_testcapi.EncodeLocaleEx, ('a', 0, 'strict')), (_testcapi.DecodeLocaleEx, (b'', 0, 'surrogatepass')), (_testcapi.DecodeLocaleEx, (b'', 1, 'strict')):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)
#---
# A class of a type of C that cannot be instantiated cannot either; a result beside an exception.
import _testcapi
T = type(iter([]))
try: _testcapi.return_result_with_error()
except SystemError as e: print(e, repr(e.__cause__), repr(e.__context__))
try: _testcapi.return_null_without_error()
except SystemError as e: print(e, repr(e.__cause__), repr(e.__context__))
#--- a limit of memory that the program sets itself
import resource
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, -1))
print(len(bytearray(700 << 20)))
try: bytearray(2 << 30)
except MemoryError as e: print('refused', e)
x = []
try:
    while True: x.append(' ' * 10000)
except MemoryError as e: del x; print('refused', e, len(bytearray(300 << 20)))
#--- reading at most very much takes no memory for it
import io, os, resource
with open('/etc/passwd', 'rb') as f:
    small = f.read()
    for read in (lambda: open('/etc/passwd', 'rb').read(1 << 31), lambda: open('/etc/passwd', 'rb', 0).read(1 << 31), lambda: open('/etc/passwd', 'rb').read1(1 << 31),
                 lambda: open('/etc/passwd').read(1 << 31).encode(), lambda: (f.seek(0), os.read(f.fileno(), 1 << 30))[1]):
        print(read() == small)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 200000)
#--- faulthandler from C
import ctypes, faulthandler
class Status(ctypes.Structure): _fields_ = [('type', ctypes.c_int), ('func', ctypes.c_char_p), ('message', ctypes.c_char_p), ('code', ctypes.c_int)]
init, fini = ctypes.pythonapi._PyFaulthandler_Init, ctypes.pythonapi._PyFaulthandler_Fini
init.restype, init.argtypes, fini.restype = Status, [ctypes.c_int], None
print(init(0).type, faulthandler.is_enabled(), init(1).type, faulthandler.is_enabled())
import signal
faulthandler.register(signal.SIGUSR1); faulthandler.dump_traceback_later(100)
fini(); print(faulthandler.is_enabled(), signal.getsignal(signal.SIGUSR1) == signal.SIG_DFL, faulthandler.unregister(signal.SIGUSR1))
#--- integers that no C type holds, by the way in which a function takes its arguments
import os, time, gc, threading, io
def tell(f, *a):
    try: print(f(*a))
    except Exception as e: print(type(e).__name__, e)
for n in (2**31, -2**31 - 1, 2**63, -2**70):
    tell(os.get_terminal_size, n); tell(time.clock_gettime, n); tell(gc.set_threshold, n); tell(__import__, 'os', None, None, (), n); tell(os.strerror, n); tell(threading.stack_size, n) if abs(n) > 2**62 else 0
    tell(io.BufferedReader(io.BytesIO()).seek, n) if abs(n) > 2**62 else 0
    tell(open('/dev/null', 'wb').truncate, n) if abs(n) > 2**62 else 0
    tell(os.chown, '/nonexistent', n, 1)
tell(lambda: '%.*x' % (2**31 - 1, 1))
#---
# C's checks of objects find nothing wrong in sound ones.
import ctypes
api = ctypes.pythonapi
class S(str): pass
class C:
    def __init__(self, n): vars(self).update((name, n) for name in 'abc'[:n])
some = ['', 'abc', 'é', 'αβ', '\U0001f600', S('x'), S('é'), {}, {1: 2}, dict(a=1), vars(C(0)), vars(C(2)), vars(C(3)), globals(), type, C, S, 5, None, [], vars(str)['join']]
d = {n: n for n in range(100)}
for n in range(0, 90, 3): del d[n]
some += [d, dict(d), {str(n): n for n in range(300)}, C(1).__dict__.copy()]
print([api._PyObject_CheckConsistency(ctypes.py_object(o), 1) for o in some])
print([api._PyUnicode_CheckConsistency(ctypes.py_object(o), 1) for o in some if isinstance(o, str)], [api._PyDict_CheckConsistency(ctypes.py_object(o), 1) for o in some if type(o) is dict])
print([api._PyType_CheckConsistency(ctypes.py_object(o)) for o in (int, C, S, type, type(api))])
#---
# A line of the report about what is kept, as C prints it.
import ctypes, tempfile
libc = ctypes.CDLL(None); libc.fopen.restype = ctypes.c_void_p
with tempfile.NamedTemporaryFile() as f:
    out = ctypes.c_void_p(libc.fopen(f.name.encode(), b'w'))
    ctypes.pythonapi._PyDebugAllocatorStats(out, b'free PyThing', 3000, ctypes.c_size_t(1448))
    ctypes.pythonapi._PyDebugAllocatorStats(out, b'free PyOther', 0, ctypes.c_size_t(8))
    libc.fclose(out)
    print(f.read().decode())
#---
# A traceback that is none is left out of the indicator.
import ctypes, sys
restore = ctypes.PYFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)(('PyErr_Restore', ctypes.pythonapi))
e = ValueError('v')
for tb in (None, 5, 'x'):
    for o in (ValueError, e, tb): ctypes.pythonapi.Py_IncRef(ctypes.py_object(o))
    try: restore(id(ValueError), id(e), id(tb))
    except ValueError as x: print(repr(x), type(x.__traceback__))
#---
# What lies below a small stack is not its margin.
import threading
def compiled(n): return compiled(n - 1) if n else eval("f(1, 'a')", {'f': lambda *a: a})
def run(): done.append([compiled(n) for n in range(100)][-1])
done = []
threading.stack_size(256 << 10)
for t in [threading.Thread(target=run) for i in range(4)]: t.start(); t.join()
print(done)
