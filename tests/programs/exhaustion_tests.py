"""Runaway recursion, numbers and sizes beyond all bounds, memory that is exhausted: an exception each, the one that CPython gives."""

import rows

RECURSION_PRELUDE = """
import copy, pickle, json, marshal, ast, re, functools, itertools, operator, collections, io, types, weakref, contextlib, abc, sys, gc
def deep(make, n=20000, x=None):
    for i in range(n): x = make(x)
    return x
def text(n): return 'x' * n
class Meta(type): pass
class Any:
    def __init__(self, x=None): self.x = x
def klass(**names):
    return type('K', (), names)
"""

# A special method that asks for itself again, and the operation that calls it.
ENDLESS = r"""
__repr__ lambda s: repr(s) | repr(o)
__str__ lambda s: str(s) | str(o)
__str__ lambda s: '%s' % s | '{}'.format(o)
__format__ lambda s, f: format(s, f) | format(o, 'x')
__bytes__ lambda s: bytes(s) | bytes(o)
__hash__ lambda s: hash(s) | hash(o)
__hash__ lambda s: hash(s) | {o: 1}
__hash__ lambda s: hash((s,)) | {o}
__eq__ lambda s, t: s == t | o == o
__eq__ lambda s, t: [s] == [t] | o == K()
__eq__ lambda s, t: s == t | [o] == [K()]
__eq__ lambda s, t: s == t | (o,) in [(K(),)]
__lt__ lambda s, t: s < t | sorted([o, K()])
__lt__ lambda s, t: s < t | min(o, K())
__lt__ lambda s, t: [s] < [t] | [o] < [K()]
__bool__ lambda s: bool(s) | not o
__bool__ lambda s: not s | [x for x in [1] if o]
__len__ lambda s: len(s) | len(o)
__len__ lambda s: len(s) | bool(o)
__contains__ lambda s, x: x in s | 1 in o
__getattr__ lambda s, n: getattr(s, n) | o.x
__getattr__ lambda s, n: s.y | hasattr(o, 'x')
__getattribute__ lambda s, n: getattr(s, n) | o.x
__getattribute__ lambda s, n: s.n | o.x
__setattr__ lambda s, n, v: setattr(s, n, v) | setattr(o, 'x', 1)
__delattr__ lambda s, n: delattr(s, n) | delattr(o, 'x')
__getitem__ lambda s, n: s[n] | o[1]
__getitem__ lambda s, n: s[n] | list(o)
__setitem__ lambda s, n, v: operator.setitem(s, n, v) | operator.setitem(o, 1, 2)
__delitem__ lambda s, n: operator.delitem(s, n) | operator.delitem(o, 1)
__call__ lambda s: s() | o()
__call__ lambda s, *a: s(*a) | sorted([1, 2], key=o)
__call__ lambda s, *a: s(*a) | list(map(o, [1]))
__call__ lambda s, *a: s(*a) | functools.reduce(o, [1, 2])
__call__ lambda s, *a, **k: s(*a, **k) | functools.partial(o)(x=1)
__iter__ lambda s: iter(s) | list(o)
__iter__ lambda s: iter(s) | [*o]
__iter__ lambda s: iter(s) | max(o)
__next__ lambda s: next(s) | next(o)
__index__ lambda s: operator.index(s) | [1][o]
__index__ lambda s: operator.index(s) | bytes(o)
__int__ lambda s: int(s) | int(o)
__float__ lambda s: float(s) | float(o)
__complex__ lambda s: complex(s) | complex(o)
__add__ lambda s, t: s + t | o + 1
__radd__ lambda s, t: t + s | 1 + o
__radd__ lambda s, t: t + s | sum([o])
__iadd__ lambda s, t: operator.iadd(s, t) | operator.iadd(o, 1)
__mul__ lambda s, t: s * t | o * 1
__pow__ lambda s, t: s ** t | o ** 1
__neg__ lambda s: -s | -o
__invert__ lambda s: ~s | ~o
__abs__ lambda s: abs(s) | abs(o)
__round__ lambda s: round(s) | round(o)
__reversed__ lambda s: reversed(s) | reversed(o)
__missing__ lambda s, k: s[k] | o[1]
__enter__ lambda s: contextlib.ExitStack().enter_context(s) | contextlib.ExitStack().enter_context(o)
__reduce__ lambda s: s.__reduce__() | copy.copy(o)
__reduce_ex__ lambda s, p: copy.copy(s) | copy.copy(o)
__reduce_ex__ lambda s, p: pickle.dumps(s) | pickle.dumps(o)
__deepcopy__ lambda s, m: copy.deepcopy(s) | copy.deepcopy(o)
__copy__ lambda s: copy.copy(s) | copy.copy(o)
__dir__ lambda s: dir(s) | dir(o)
__sizeof__ lambda s: sys.getsizeof(s) | sys.getsizeof(o)
__length_hint__ lambda s: operator.length_hint(s) | operator.length_hint(o)
__fspath__ lambda s: os.fspath(s) | open(o)
__del__ lambda s: s.__del__() | o.__del__()
__class_getitem__ lambda t: K[t] | K[1]
__instancecheck__ lambda s, t: isinstance(t, s) | isinstance(1, o)
__subclasscheck__ lambda s, t: issubclass(t, s) | issubclass(int, o)
__get__ lambda s, i, t: s.__get__(i, t) | o.__get__(1, 2)
__get__ lambda s, i, t: i.x | type('U', (), {'x': o})().x
__set__ lambda s, i, v: setattr(i, 'x', v) | setattr(type('U', (), {'x': o})(), 'x', 1)
__await__ lambda s: s.__await__() | o.__await__()
fileno lambda s: s.fileno() | print(1, file=o)
write lambda s, t: print(t, file=s) | print(1, file=o)
readline lambda s: s.readline() | pickle.load(o)
keys lambda s: s.keys() | dict(o)
__prepare__ lambda s: s.__prepare__() | o.__prepare__()
"""

# Nesting made by a function of one argument, and operations on it (x and y are alike and distinct).
NESTED = ["[x]", "(x,)", "{1: x}", "collections.deque([x])", "collections.OrderedDict([(1, x)])", "{'a': [x]}", "types.SimpleNamespace(a=x)",
          "Any(x)", "functools.partial(int, x)", "slice(x)", "types.MappingProxyType({1: x})", "types.CellType(x)", "ValueError(x)",
          "collections.UserList([x])", "itertools.chain([x])", "iter([x])", "memoryview(b'').cast if 0 else [x, x][:1]", "{1: x}.values()",
          "frozenset([(x,)])", "types.MethodType(print, x)", "map(print, [x])", "(lambda: x)", "(x for _ in [1])", "weakref.WeakSet if 0 else (1, (x,))"]
OPERATIONS = ["repr(x)", "x == y", "x != y", "x < y", "hash(x)", "copy.deepcopy(x)", "pickle.dumps(x)", "pickle._dumps(x)", "json.dumps(x)",
              "marshal.dumps(x)", "str(x)", "'%r' % (x,)", "isinstance(1, x)", "issubclass(int, x)", "print(x, file=io.StringIO())", "gc.collect() and 1", "gc.is_tracked(x)", "sys.getsizeof(x)"]

# Source that nests: what opens, the middle, what closes.
SOURCE = [
    ("(", "1", ")"), ("[", "1", "]"), ("{", "1", "}"), ("{1:", "1", "}"), ("-", "1", ""), ("not ", "1", ""), ("~", "1", ""), ("lambda:", "1", ""),
    ("f(", "1", ")"), ("f[", "1", "]"), ("x.", "a", ""), ("1+", "1", ""), ("1**", "1", ""), ("1<", "1", ""), ("1 if 1 else ", "1", ""), ("(yield ", "1", ")"),
    ("*", "a", ""), ("**", "a", ""), ("[*", "a", "]"), ("(x:=", "1", ")"), ("1 and ", "1", ""), ("(1 and ", "1", ")"), ("(1 or ", "1", ")"), ("await ", "1", ""), ("", "x", ".a"), ("", "x", "()"), ("", "x", "[0]"), ("", "x", "+1"),
    ("", "'a'", " 'a'"), ("[a for a in ", "x", "]"), ("(a for a in ", "x", ")"), ("a=", "1", ""), ("x,", "1", ""), ("a;", "1", ""), ("if 1:", "pass", ""),
    ("f'{", "1", "}'"), ("f\"{f'{", "1", "}'}\""), ("", "f'{1", ":{1}}'"), ("lambda x=", "1", ":1"), ("x if ", "1", " else 1"), ("print(*[", "1", "])"), ("{**", "a", "}"), ("a[", "1", ":1]"),
]
BLOCKS = ["if 1:", "for i in x:", "while 1:", "try:", "with x:", "def f():", "class C:", "async def f():", "if x: pass\n%selse:"]

DEEP_AND_DEAD = [
    "deep(lambda x: [x], 100000)", "deep(lambda x: (x,), 100000)", "deep(lambda x: {1: x}, 100000)", "deep(lambda x: Any(x), 100000)",
    "deep(lambda x: frozenset([x]), 100000)", "deep(lambda x: (lambda: x), 100000)", "deep(lambda x: types.MethodType(print, [x]), 100000)",
    "deep(lambda x: iter([x]), 100000)", "deep(lambda x: map(print, [x]), 100000)", "deep(lambda x: itertools.chain([x], x or []), 100000)",
    "deep(lambda x: itertools.tee(x or [], 1)[0], 100000)", "deep(lambda x: (y for y in [x]), 100000)", "deep(lambda x: functools.partial(print, x), 100000)",
    "deep(lambda x: types.CellType(x), 100000)", "deep(lambda x: slice(x), 100000)", "deep(lambda x: memoryview(x or b'x'), 100000)", "deep(lambda x: ValueError(x), 100000)",
    "deep(lambda x: property(x), 100000)", "deep(lambda x: staticmethod(x), 100000)", "deep(lambda x: classmethod(x), 100000)", "deep(lambda x: types.MappingProxyType({1: x}), 100000)",
    "deep(lambda x: types.SimpleNamespace(a=x), 100000)", "deep(lambda x: collections.deque([x]), 100000)", "deep(lambda x: collections.OrderedDict({1: x}), 100000)",
    "deep(lambda x: enumerate([x]), 100000)", "deep(lambda x: zip([x]), 100000)", "deep(lambda x: reversed([x]), 100000)", "deep(lambda x: filter(None, [x]), 100000)",
    "deep(lambda x: itertools.repeat(x), 100000)", "deep(lambda x: itertools.cycle([x]), 100000)", "deep(lambda x: itertools.islice([x], 1), 100000)", "deep(lambda x: itertools.starmap(print, [x]), 100000)", "deep(lambda x: itertools.count(1) if 0 else itertools.groupby([x]), 100000)",
    "deep(lambda x: operator.itemgetter(x), 100000)", "deep(lambda x: operator.methodcaller('a', x), 100000)", "deep(lambda x: weakref.ref(print, lambda r, x=x: 0) if 0 else [weakref.WeakKeyDictionary, x], 100000)",
    "deep(lambda x: type('T', (), {'x': x}), 3000)", "deep(lambda x: type('T', (x or object,), {}), 100)", "deep(lambda x: [].append if x is None else types.MethodType(x, 1), 100000)", "deep(lambda x: [x].append, 100000)",
    "deep(lambda x: types.FunctionType((lambda: 0).__code__, {'x': x}), 100000)", "deep(lambda x: (lambda y=x: 0), 100000)", "deep(lambda x: io.StringIO if 0 else iter(lambda: x, 1), 100000)",
    "deep(lambda x: {1: x}.values(), 100000)", "deep(lambda x: iter({1: x}.items()), 100000)", "deep(lambda x: super(Any, Any(x)), 100000)", "deep(lambda x: contextlib.closing(x), 100000)",
    """
e = None
for i in range(100000):
    n = ValueError(); n.__cause__ = e; e = n
del e, n; result = 1
""", """
def gen(x):
    try: yield x
    finally: x = None
x = None
for i in range(100000):
    x = gen(x); next(x)
del x; result = 1
""", """
async def co(x): await x
x = co(None)
for i in range(9000): x = co(x)
import warnings; warnings.simplefilter('ignore'); x.close(); del x; result = 1
""", """
t = None
for i in range(100000):
    try: 1/0
    except ZeroDivisionError as e: t2 = types.TracebackType(t, e.__traceback__.tb_frame, 0, 1); t = t2
del t, t2; result = 1
""", """
f = None
def keep(x):
    return sys._getframe()
for i in range(100000): f = keep(f)
del f; result = 1
""", """
class D:
    def __del__(self): self.x = None
x = None
for i in range(50000):
    y = D(); y.x = x; x = y
del x, y; result = 1
""", """
class N: __slots__ = ('x',)
x = None
for i in range(100000):
    y = N(); y.x = x; x = y
del x, y; result = 1
""", """
class L(list): pass
x = L()
for i in range(100000): x = L([x])
del x; result = 1
""", """
import ast
x = ast.Num(1)
for i in range(9000): x = ast.UnaryOp(ast.USub(), x)
del x; result = 1
""", """
import contextvars
v = contextvars.ContextVar('v')
x = None
for i in range(50000):
    c = contextvars.Context(); c.run(v.set, x); x = c
del x, c; result = 1
""",
]

MORE_RECURSION = [
    "def f(): f()\nf()", "def f(*a, **k): f(*a, **k)\nf(1, x=2)", "f = lambda: f()\nf()", "def f(): yield from f()\nlist(f())", "def f(): return [f() for i in [1]]\nf()",
    "def f(): exec('f()', globals())\nf()", "def f(): eval('f()', globals())\nf()", "def f(): return sorted([1, 2], key=lambda x: f())\nf()",
    "class C:\n    @property\n    def x(self): return self.x\nC().x", "class M(type):\n    def __call__(c): return c()\nclass C(metaclass=M): pass\nC()",
    "class C:\n    def __new__(c): return c()\nC()", "class C:\n    def __init__(s): C()\nC()", "class C:\n    def __init_subclass__(c): type('D', (c,), {})\nclass D(C): pass",
    "class M(type):\n    def __new__(m, *a): return type(m)(*a) if 0 else M('x', (), {})\nM('y', (), {})", "class M(type):\n    def mro(c): return type.mro(M('x', (), {}))\nM('y', (), {})",
    "import functools\n@functools.lru_cache(None)\ndef f(n): return f(n + 1)\nf(0)", "import functools\nf = functools.partial(lambda: f())\nf()", "x = []; x.append(x); result = repr(x)", "x = {}; x[1] = x; result = repr(x)",
    "x = []; x.append(x); y = []; y.append(y); x == y", "x = []; x.append(x); y = []; y.append(y); x < y", "x = []; x.append(x); result = x == x", "x = []; x.append(x); marshal.dumps(x)", "x = []; x.append(x); json.dumps(x)", "x = []; x.append(x); pickle.loads(pickle.dumps(x)); result = 1",
    "x = []; x.append(x); copy.deepcopy(x); result = 1", "x = collections.deque(); x.append(x); result = repr(x)", "x = collections.OrderedDict(); x[1] = x; result = repr(x)", "x = types.SimpleNamespace(); x.a = x; result = repr(x)",
    "p = functools.partial(print); p.__setstate__((p, (), {}, {})); repr(p)", "p = functools.partial(print); p.__setstate__((p, (), {}, {})); p()", "p = functools.partial(print); p.__setstate__((print, (p,), {}, {})); pickle.dumps(p)",
    "isinstance(1, deep(lambda x: (x, ), 100, ()))", "isinstance(1, deep(lambda x: (x, ), 100000, ()))", "issubclass(int, deep(lambda x: (x, ), 100000, ()))", "try: 1/0\nexcept deep(lambda x: (x, ), 100000, ()): pass", "'x'.startswith(deep(lambda x: (x,), 10, ()))",
    "class C:\n    __class__ = property(lambda s: s.__class__)\nisinstance(C(), int)", "class C:\n    @property\n    def __bases__(s): return (C(),)\nisinstance(1, C())",
    "'{:{:{}}}'.format(1, 2, 3)", "'{' * 1000 + '}' * 1000", "('{' * 1000 + '}' * 1000).format(1)", "('{:' * 10 + '}' * 10).format(*range(10))", "'%' * 100000 % ()",
    "re.compile('(' * 50000 + ')' * 50000)", "re.compile('(?:' * 300 + 'a' + ')*' * 300)", "re.compile('(?:' * 90 + 'a' + ')*' * 90).match('a' * 20)", "re.match('(?:a|b)*', 'ab' * 500000).end()", "re.match('(?:a|b)*?c', 'ab' * 100000)", "re.match('((a)|b)*', 'ab' * 200000).end()", "re.compile('(?=' * 200 + 'a' + ')' * 200).match('a')", "re.compile('(a)' * 101).groups", "re.compile('[' * 100000)", "re.compile('a{1,2}' * 5000).match('a' * 20000).end()", "re.compile('a{4294967295}')", "re.compile('a{4294967294}')", "re.compile('a{99999999999999999999}')", "re.compile('(?P<a>' * 5)", "re.compile(r'\\1' * 1000)",
    "ast.literal_eval('(' * 100 + ')' * 100)", "ast.literal_eval('(' * 90 + '1' + ')' * 90)", "ast.literal_eval('[' * 90 + ']' * 90)", "ast.literal_eval('-' * 5000 + '1')", "ast.literal_eval('1+' * 50000 + '1')", "ast.dump(ast.parse('-' * 80 + '1')) and 1", "eval('-' * 100000 + '1')", "eval('+'.join(['1'] * 100000))", "eval('1' + '+1' * 5000)", "eval('x' + '.a' * 100000)", "eval('(1)' + '(1)' * 3000)", "eval('1' + '<2' * 50000)",
    "json.loads('[' * 100000 + ']' * 100000)", "json.loads('{\"a\":' * 100000 + '1' + '}' * 100000)", "json.loads('[' * 900 + ']' * 900) and 1", "pickle.loads(b'(' * 100000 + b'.')", "pickle.loads(b']' + b']a' * 100000 + b'.')", "pickle.loads(b'(' + b'l' * 10)", "marshal.loads(b'(\\x01\\x00\\x00\\x00' * 100000)", "marshal.loads(b'[\\x01\\x00\\x00\\x00' * 1999 + b'N')", "marshal.loads(b'[\\x01\\x00\\x00\\x00' * 2001 + b'N')", "marshal.loads(b'{' * 100000)",
    "sys.setrecursionlimit(2**31 - 1)", "sys.setrecursionlimit(2**31)", "sys.setrecursionlimit(0)", "sys.setrecursionlimit(-1)", "sys.setrecursionlimit(1)", "def f(n): return n if not n else f(n - 1)\nsys.setrecursionlimit(20000)\nresult = f(15000)\nsys.setrecursionlimit(1000)",
    "class C(dict):\n    def __missing__(s, k): return s[k]\nC()[1]", "class C(str):\n    def __str__(s): return str(s)\nstr(C())", "class C(int):\n    def __int__(s): return int(s)\nint(C())", "class C(Exception):\n    def __str__(s): return str(s)\nraise C",
    "class C(list):\n    def __iter__(s): return iter(s)\nlist(C())", "class C(io.RawIOBase):\n    def readinto(s, b): return s.readinto(b)\nC().read(1)", "class C(io.TextIOBase):\n    def write(s, t): return s.write(t)\nprint(1, file=C())", "class C(io.RawIOBase):\n    def readable(s): return True\n    def readinto(s, b): return io.BufferedReader(s).readinto(b)\nio.BufferedReader(C()).read()",
    "class C(io.IOBase):\n    def close(s): s.close()\nc = C()\ntry: c.close()\nexcept RecursionError as e: result = str(e)\nC.close = lambda s: None", "class C(io.IOBase):\n    @property\n    def closed(s): return s.closed\nC().closed",
    "def f(): raise ValueError from f()\nf()", "def f():\n    try: f()\n    except RecursionError: return 1\nf()\nresult = 2", "def f():\n    with contextlib.suppress(ValueError): f()\nf()",
    "sys.settrace(lambda *a: (lambda: 1)())\ndef f(): f()\ntry: f()\nfinally: sys.settrace(None)", "import warnings\nwarnings.showwarning = lambda *a: warnings.warn('x')\nwarnings.warn('y')", "sys.displayhook = lambda x: exec('1', {}) or sys.displayhook(x)\nsys.displayhook(1)", "__import__ = lambda *a: 1\nsys.modules['zz'] = type('M', (types.ModuleType,), {'__getattr__': lambda s, n: getattr(s, n)})('zz')\nfrom zz import a",
    "class F:\n    def find_spec(s, n, p, t=None): return __import__(n)\nsys.meta_path.insert(0, F())\ntry: import nothing_of_it\nfinally: sys.meta_path.pop(0)", "def f(): __import__('os').path.join(f())\nf()", "def f(): memoryview(bytearray(f()))\nf()", "def f(): int(str(f()))\nf()", "def f(): type('x', (), f())\nf()", "def f(): '{}'.format(f())\nf()", "def f(): getattr(f(), 'x')\nf()", "def f(*a): [].sort(key=f) or [1, 2].sort(key=f)\nf()", "def f(*a): re.sub('a', f, 'aa')\nf()", "def f(*a): return functools.reduce(f, [1, 2])\nf()", "def f(*a): return max([1, 2], key=f)\nf()", "def f(*a): return list(filter(f, [1, 2]))\nf()", "def f(*a): return list(map(f, [1, 2]))\nf()", "def f(*a): return next(iter(f, 1))\nf()", "def f(*a): return list(itertools.accumulate([1, 2], f))\nf()", "def f(*a): return list(itertools.takewhile(f, [1, 2]))\nf()", "def f(*a): return [*itertools.groupby([1, 2], f)]\nf()", "def f(*a): return {**dict(zip([1], [f()]))}\nf()", "def f(*a): return collections.defaultdict(f)[1]\nf()", "def f(*a): return weakref.finalize(Any(), f)()\nf()",
    "class K:\n    __slots__ = ()\n    def __getattr__(s, n): return s.q\nsys.modules['q1'] = K()\nimport q1\nfrom q1 import *", "class T(tuple):\n    def __hash__(s): return hash(s)\n    \nhash(T())", "x = itertools.count()\nfor i in range(9000): x = itertools.chain(x)\nnext(x)", "x = iter([])\nfor i in range(9000): x = map(int, x)\nlist(x)", "x = iter([])\nfor i in range(9000): x = filter(int, x)\nlist(x)", "x = iter([])\nfor i in range(9000): x = zip(x)\nlist(x)", "x = iter([])\nfor i in range(9000): x = enumerate(x)\nlist(x)", "x = iter([])\nfor i in range(9000): x = itertools.islice(x, 5)\nlist(x)", "x = iter([])\nfor i in range(9000): x = (y for y in x)\nlist(x)", "x = iter([])\nfor i in range(9000): x = itertools.accumulate(x)\nlist(x)", "x = iter([])\nfor i in range(9000): x = itertools.takewhile(int, x)\nlist(x)", "x = lambda: 1\nfor i in range(9000): x = functools.partial(x)\nx()", "x = lambda: 1\nfor i in range(9000): x = functools.wraps(x)(lambda x=x: x())\nx()", "x = print\nfor i in range(9000): x = types.MethodType(x, 1)\nx()", "x = print\nfor i in range(9000): x = functools.partial(functools.partial(x))\nrepr(x)", "x = io.BytesIO()\nfor i in range(3000): x = io.BufferedRandom(x) if 0 else io.BufferedWriter(x)\nx.write(b'x'); x.flush()", "x = weakref.proxy(Any)\nrepr(x)", "x = staticmethod(1)\nfor i in range(9000): x = staticmethod(x)\nx.__get__(1)", "x = staticmethod(1)\nfor i in range(9000): x = staticmethod(x)\nx.__isabstractmethod__", "x = property(1)\nfor i in range(9000): x = property(x)\nx.__isabstractmethod__", "x = classmethod(1)\nfor i in range(9000): x = classmethod(x)\nx.__get__(1, 2)",
    "x = b'x'\nfor i in range(5000): x = memoryview(x)\nresult = bytes(x)", "x = ()\nfor i in range(9000): x = (x, 1)\nx.__class__ in x", "class A: pass\nfor i in range(200): A = type('A', (A,), {})\nresult = A().__class__.__name__, len(A.__mro__)", "class A: pass\nfor i in range(200): A = type('A', (A,), {})\nisinstance(A(), abc.ABC)", "x = type\nfor i in range(200): x = type('M', (x,), {})\nresult = x('a', (), {}).__name__",
]


def test_endless_special_methods(both):
    """Special methods that call themselves."""
    table = []
    for line in filter(None, ENDLESS.splitlines()):
        name, _, rest = line.partition(" ")
        body, operation = rest.rsplit(" | ", 1) if " | " in rest else rest
        base = "dict" if name == "__missing__" else "type" if name == "__prepare__" else "object"
        made = "K = type('K', (%s,), {'%s': %s})\n" % (base, name, body)
        if name == "__class_getitem__":
            made = "K = type('K', (), {'%s': classmethod(lambda c, t: K[t])})\n" % name
        made += "o = K('a', (), {})\n" if base == "type" else "o = K()\n"
        table.append(made + "result = " + operation)
    rows.compare(both, table, RECURSION_PRELUDE, clean=rows.any_recursion)


def test_nested_containers(both):
    """Containers nested 50,000 deep: text, comparison, hash, copies and serialisation of each."""
    for operations in (OPERATIONS[::2], OPERATIONS[1::2]):
        table = []
        for make in NESTED:
            build = "import warnings\nwarnings.simplefilter('ignore')\nmake = lambda x: %s\nx, y = deep(make), deep(make)\n" % make
            shows = "result = []\nfor operation in %r:\n    try: r = eval(operation); result.append(type(r).__name__)\n    except BaseException as e: result.append((operation, type(e).__name__, str(e)[:32])); e = None\nr = None\n" % (operations,)
            table.append(build + shows + "result = str(result)")
        rows.compare(both, table, RECURSION_PRELUDE, clean=rows.any_recursion)


def test_runaway_recursion(both):
    rows.compare(both, MORE_RECURSION, RECURSION_PRELUDE, clean=rows.any_recursion, seconds=5)


def test_deep_chains_are_freed(both):
    rows.compare(both, [row if "\n" in row else "x = %s\ndel x\nresult = 1" % row for row in DEEP_AND_DEAD], RECURSION_PRELUDE, seconds=60)


def test_nested_source(both):
    """Source that nests, some levels and very many, compiled in all three modes and to a tree."""
    table = []
    for opened, middle, closed in SOURCE:
        for n in (20, 50, 90, 95, 99, 100, 101, 110, 199, 500, 3000, 100000):
            table.append("compile(%r * %d + %r + %r * %d, 'f', 'exec') and 1" % (opened, n, middle, closed, n))
        table.append("compile(%r * %d + %r + %r * %d, 'f', 'eval') and 1" % (opened, 60, middle, closed, 60))
        table.append("ast.parse(%r * %d + %r + %r * %d, 'f') and 1" % (opened, 70, middle, closed, 70))
        table.append("compile(%r * %d, 'f', 'exec') and 1" % (opened, 5000))
    for block in BLOCKS:
        for n in (19, 20, 21, 50, 98, 99, 100, 101, 150, 2000):
            source = "''.join(' ' * i + %r %s + '\\n' for i in range(%d)) + ' ' * %d + 'pass\\n'" % (block, "% (' ' * i)" if "%" in block else "", n, n)
            if block == "try:":
                source += " + ''.join(' ' * i + 'finally: pass\\n' for i in reversed(range(%d)))" % n
            table.append("compile(%s, 'f', 'exec') and 1" % source)
    table.append("compile('if 1: pass\\n' + 'elif 1: pass\\n' * 5000, 'f', 'exec') and 1")
    table.append("compile('if 1: pass\\n' + 'elif 1: pass\\n' * 500, 'f', 'exec') and 1")
    for n in (90, 100, 1000, 100000):
        table.append("x = ast.Num(1, lineno=1, col_offset=0)\nfor i in range(%d): x = ast.UnaryOp(ast.USub(), x, lineno=1, col_offset=0)\nresult = compile(ast.Expression(x), 'f', 'eval') and 1" % n)
        table.append("x = ast.Num(1, lineno=1, col_offset=0)\nfor i in range(%d): x = ast.Attribute(x, 'a', ast.Load(), lineno=1, col_offset=0)\nresult = compile(ast.Expression(x), 'f', 'eval') and 1" % n)
        table.append("x = ast.Pass(lineno=1, col_offset=0)\nfor i in range(%d): x = ast.If(ast.Num(1, lineno=1, col_offset=0), [x], [], lineno=1, col_offset=0)\nresult = compile(ast.Module([x], []), 'f', 'exec') and 1" % n)
    rows.compare(both, table, RECURSION_PRELUDE, clean=rows.any_recursion)


HUGE = r"""
'x' * 2**62
'\u1234' * 2**61
b'x' * 2**62
bytearray(b'x') * 2**62
[0] * 2**60
[0] * 2**61
(0,) * 2**60
[1, 2] * 2**62
[] * 2**62
'' * 2**62
'ab' * 2**63
'ab' * -2**70
b'' * 2**64
bytes(2**62)
bytes(2**63)
bytes(2**64)
bytes(-1)
bytearray(2**62)
bytearray(2**63)
bytearray(-2**70)
range(2**70)[-1]
len(range(2**63))
len(range(2**70))
list(range(2**60))
list(range(2**63))
list(range(2**70))
tuple(range(2**60))
range(2**70)[2**69:2**69 + 3]
1 << 2**62
1 << 2**63
1 << 2**70
1 << -1
0 << 2**70
1 >> 2**70
-1 >> 2**70
(1 << 2**32) >> 2**32
2 ** 2**62
0 ** 2**80
1 ** 2**80
2.0 ** 2**80
(-2) ** -2**40
pow(2, 2**70, 7)
pow(2, -2**70, 7)
int('9' * 10**5)
int('9' * 4300) % 7
int('f' * 10**6, 16) % 7
int('1' * 10**6, 2) % 7
str(10**5000)
str(10**4299)[:5]
repr(-10**5000)
'%d' % 10**5000
'{:d}'.format(10**5000)
f'{10**5000:,}'
'%x' % 2**100000
hex(2**400000)[:10]
bin(2**400000)[:10]
float(10**400)
10**400 / 10**399
10**400 / 3
int(1e400)
int(float('nan'))
float('1' * 10**5)
float('1e' + '9' * 10**5)
complex('1' * 10**5)
round(10**400, -399)
round(1.5, 2**70)
round(1.5, -2**70)
round(1, 2**70)
math.factorial(2**70)
math.ldexp(1, 2**70)
math.comb(2**70, 2**69)
math.perm(2**70, 2**69)
math.gcd(10**3000, 10**2000) == 10**2000
'%*d' % (2**31 - 1, 1)
'%*d' % (2**40, 1)
'%*d' % (2**62, 1)
'%*d' % (2**63, 1)
'%.*f' % (2**31, 1)
'%.*f' % (2**40, 1)
'%.*d' % (2**40, 1)
'%.*s' % (2**62, 'a')
'%.*x' % (2**31 - 1, 1)
'%9999999999999999999999d' % 1
'%.9999999999999999999999f' % 1
'%99999999999999999d' % 1
b'%99999999999999999d' % 1
b'%*d' % (2**40, 1)
b'%9999999999999999999999d' % 1
'{:{}}'.format(1, 2**62)
'{:{}}'.format(1, 2**63)
'{:.{}f}'.format(1.0, 2**31)
'{:.{}f}'.format(1.0, 2**62)
'{:.{}}'.format('a', 2**62)
'{:99999999999999999999}'.format(1)
'{:.99999999999999999999}'.format(1)
'{:{}}'.format('a', 2**62)
'{:x<{}}'.format('a', 2**50)
'{:{},}'.format(10**300, 2**50)
'{99999999999999999999}'.format(1)
'{0[99999999999999999999]}'.format([1])
format(1, '9' * 30)
format(1.0, '.' + '9' * 10)
format(1.0, '.' + '9' * 30)
'x'.center(2**62)
'x'.ljust(2**63)
'x'.rjust(2**50)
'x'.zfill(2**62)
'x'.center(2**62, '\u1234')
b'x'.center(2**62)
b'x'.zfill(2**62)
bytearray(b'x').ljust(2**62)
'\t'.expandtabs(2**31 - 1)
'\t'.expandtabs(2**31)
'\t\t\t'.expandtabs(2**31 - 1)
('\t' * 2**20).expandtabs(2**30)
(b'\t' * 2**20).expandtabs(2**31 - 1)
('a' * 2**20).replace('a', 'b' * 2**44)
('a' * 2**20).replace('a', 'b' * 2**24)
('a' * 2**20).replace('', 'b' * 2**24)
(b'a' * 2**20).replace(b'a', b'b' * 2**24)
bytearray(b'a' * 2**20).replace(b'', b'b' * 2**24)
('b' * 2**24).join('a' * 2**20)
(b'b' * 2**24).join([b'a'] * 2**20)
('b' * 2**24).join(['a' * 2**24] * 2**15)
b'a'.join([b'a' * 2**24] * 2**18)
'a'.translate({97: 'b' * 2**24})[:3]
('a' * 2**20).translate({97: 'b' * 2**24})
re.sub('a', 'b' * 2**24, 'a' * 2**20)
('a' * 2**24).encode('utf-16')[:4]
'a' * 2**24 * 2**24
bytearray(1).__imul__(2**62)
bytearray(b'ab').__init__(2**62)
x = bytearray(b'ab'); x *= 2**61; result = 1
x = [1, 2]; x *= 2**60; result = 1
x = [1]; x[0:0] = range(2**60); result = 1
x = bytearray(); x[2**40:] = b'a'; result = x
x = bytearray(b'abc'); x.insert(2**70, 1)
[1].insert(2**70, 1)
[1].pop(2**70)
[1][2**70]
'a'[2**70]
[1][2**70:]
'abc'[-2**70:2**70]
[1, 2, 3][::2**70]
(1, 2, 3)[::-2**70]
b'abc'[2**70]
[1].index(1, -2**70, 2**70)
'abc'.find('c', -2**70, 2**70)
slice(2**70).indices(2**71)
array.array('i', [1]) * 2**62
array.array('d', [1]) * 2**60
collections.deque([1], 2**70)
collections.deque([1], 2**63 - 1)
collections.deque([1] * 100) * 2**62
collections.deque([1, 2], 5) * 2**62
itertools.repeat(1, 2**70)
itertools.repeat(1, -2**62)
itertools.islice([1], 2**70)
itertools.islice([1], -1)
itertools.count(2**70).__next__()
itertools.combinations(range(5), 2**62)
itertools.combinations([], 2**63)
itertools.product([1], repeat=2**62)
itertools.product([1], [2], repeat=2**62)
itertools.product(repeat=2**62)
itertools.permutations(range(5), 2**62)
itertools.permutations(range(5), 2**64)
itertools.combinations_with_replacement([1], 2**62)
itertools.combinations_with_replacement([1], 2**58)
itertools.tee([1], 2**62)
itertools.tee([1], 2**70)
list(zip(*[[1]] * 10**6))[0][:3]
memoryview(b'abc').cast('B', [2**62, 2**62])
memoryview(b'abc').cast('B', [2**70])
memoryview(b'abc').cast('B', [1] * 65)
memoryview(b'abc').cast('B', [-3])
memoryview(b'')[2**70:]
memoryview(b'abc')[2**70]
memoryview(b'abc')[::2**62].tolist()
int.from_bytes(b'x' * 10**6, 'big') % 7
(1).to_bytes(2**62, 'big')
(1).to_bytes(2**70, 'big')
(1).to_bytes(-1, 'big')
(2**100).to_bytes(3, 'big')
chr(2**70)
chr(-1)
chr(0x110000)
ord('ab')
'%c' % 2**70
b'%c' % 2**70
sys.setswitchinterval(1e400)
sys.setswitchinterval(-1)
sys.setcheckinterval(2**70)
sys.getsizeof(2**10**5) > 13000
sys.intern('a' * 10**6)[:2]
sys.getrefcount
sys._getframe(2**31)
sys._getframe(2**70)
hash(2**10**5)
hash('x' * 10**7) != 1
hash(range(2**70)) != 1
enumerate([1], 2**70).__next__()
sum(range(2**15)) * 2**70 > 0
divmod(10**5000, 10**2500)[0] % 7
(10**20000 // 3) % 7
(10**20000 * 10**20000) % 7
math.isqrt(10**20000) % 7
(3**20000) % 7
open('x' * 10**5)
open('x', buffering=2**70)
open('/dev/null', 'rb', buffering=2**62)
open('/dev/null', 'wb', buffering=2**50)
open('/dev/zero', 'rb').read(2**62)
open('/dev/null', 'rb', buffering=0).read(2**62)
open('/dev/null', 'rb').read(2**63)
open('/dev/null', 'rb').read1(2**62)
open('/dev/null').read(2**62)
open('/dev/null').read(2**64)
open('/dev/null').readline(2**64)
open('/dev/null', 'rb').seek(2**64)
open('/dev/null', 'rb').peek(2**64)
open('/dev/null', 'wb').truncate(2**64)
os.read(0, 2**62)
os.read(0, -1)
os.read(0, 2**64)
os.read(2**31, 1)
os.lseek(0, 2**64, 0)
os.urandom(2**62)
os.urandom(-1)
os.write(2**33, b'')
os.close(-2**40)
os.getenv('x' * 10**6)
os.open('a\0b', 0)
os.mkdir('x' * 10**5)
os.nice(2**40)
os.chmod('/nonexistent', 2**70)
os.chown('/nonexistent', 2**40, 1)
os.chown('/nonexistent', -2, 1)
os.utime('/nonexistent', (1e400, 1))
os.utime('/nonexistent', ns=(2**100, 1))
os.truncate('/nonexistent', 2**70)
os.sched_setaffinity(0, [2**40])
os.sched_setaffinity(0, [-1])
os.getpriority(0, 2**40)
os.strerror(2**40)
os.strerror(2**31 - 1)
os.WEXITSTATUS(2**40)
os.minor(2**70)
os.makedev(2**70, 1)
os.get_terminal_size(2**40)
os.ttyname(2**31)
os.sysconf(2**40)
os.preadv(0, [bytearray(1)] * 5000, 0)
os.writev(1, [b''] * 5000)
os.execv('/nonexistent', ['x' * 10**7])
os.execv('/nonexistent', [])
os.posix_spawn('/nonexistent', ['x'] * 10**5, {})
time.sleep(2**70)
time.sleep(1e400)
time.sleep(-1)
time.sleep(float('nan'))
time.sleep(2**62)
time.gmtime(2**70)
time.gmtime(1e400)
time.gmtime(2**60)
time.localtime(-2**60)
time.ctime(2**60)
time.mktime((2**70,) * 9)
time.mktime((2**31,) * 9)
time.asctime((2**31 - 1, 1, 1, 1, 1, 1, 1, 1, 1))
time.strftime('%Y', (2**31 - 1, 1, 1, 1, 1, 1, 1, 1, 1))
time.strftime('%' * 10**5)[:3]
time.strftime('x' * 10**6, (1,) * 9)[:2]
time.clock_gettime(2**40)
threading.stack_size(2**62)
threading.stack_size(2**70)
threading.stack_size(-1)
threading.stack_size(100)
threading.Lock().acquire(timeout=2**70)
threading.Lock().acquire(timeout=1e400)
threading.Lock().acquire(timeout=-2)
threading.Semaphore(2**70)._value == 2**70
signal.signal(2**40, print)
signal.signal(65, print)
signal.alarm(2**40)
signal.alarm(2**70)
signal.setitimer(0, 1e400)
signal.setitimer(5, 1)
signal.pthread_sigmask(0, [2**40])
signal.pthread_sigmask(0, [65])
signal.sigtimedwait([1], 1e400)
signal.sigtimedwait([1], -1)
signal.siginterrupt(2**31 - 1, True)
signal.strsignal(2**31 - 1)
gc.set_threshold(2**70)
gc.set_threshold(2**40)
gc.get_objects(generation=2**70)
gc.collect(2**40)
gc.collect(5)
re.compile('a{2147483648}').groups
re.compile('a{4294967296}')
re.match('a*', 'a' * 10**7).end()
re.match('(a)*', 'a' * 10**6).end()
re.match('a', 'a', 2**70)
re.compile('a').match('aaa', -2**62, 2**62).end()
re.compile('(a)' * 1000).groups
re.compile('\\1000')
re.sub('a', '\\99', 'a')
re.sub('a', '\\g<99999999999999>', 'a')
re.compile('a').sub('b', 'a' * 10, 2**70)
re.split('a', 'aaa', -2**62)
marshal.dumps(2**10**5)[:5]
marshal.loads(b'l\x00\x00\x00\x80')
marshal.loads(b'u\xff\xff\xff\x7f')
marshal.loads(b'<\xff\xff\xff\x7f')
marshal.loads(b'>\xff\xff\xff\xff')
pickle.loads(b'\x8e' + b'\xff' * 7 + b'\x7f')
pickle.loads(b'\x8e' + b'\x00' * 6 + b'\x10\x00')
pickle.loads(b'B\xff\xff\xff\xff')
pickle.loads(b'X\xff\xff\xff\x7f')
pickle.loads(b'\x95' + b'\xff' * 7 + b'\x7f')
pickle.loads(b'\x8b\xff\xff\xff\xff')
pickle.loads(b'\x8a\xff')
pickle.loads(b'r\xff\xff\xff\xff')
pickle.loads(b'Nr\xff\xff\xff\x7f.')
pickle.loads(b'I' + b'9' * 10**5 + b'\n.')
pickle.loads(b'L' + b'9' * 10**5 + b'L\n.')
json.loads('1' * 10**5)
json.loads('1e' + '9' * 10**5)
json.dumps(10**5000)
struct.pack('99999999999999999999x')
struct.calcsize('9223372036854775807x')
struct.calcsize('9223372036854775807xx')
struct.pack('4611686018427387904x')
struct.unpack('>4611686018427387904s', b'')
zlib.decompressobj().decompress(b'', 2**70)
zlib.decompress(b'x', bufsize=2**62)
binascii.a2b_hex('ab' * 10**6)[:2]
binascii.crc32(b'', 2**70)
base64.b64decode(b'a' * 10**6)[:2]
random.Random(2**10**5).random() < 1
random.getrandbits(2**40)
random.getrandbits(2**31 + 5)
random.randrange(2**10**4) > 0
random.sample(range(2**62), 3)[0] >= 0
decimal.Decimal(10) ** 10**20
decimal.Decimal('1e999999999999999999') * 10
decimal.Decimal('1' * 10**5).adjusted()
datetime.datetime(2**70, 1, 1)
datetime.timedelta(2**70)
datetime.timedelta(days=999999999) * 2
datetime.datetime.fromtimestamp(2**70)
datetime.datetime.fromtimestamp(1e300)
datetime.date.fromordinal(2**40)
datetime.date.max + datetime.timedelta(1)
socket.socket().recv(2**62)
socket.socket().recv(-1)
socket.socket(fileno=2**40)
socket.htons(2**40)
socket.socket().settimeout(1e400)
socket.socket().listen(2**40)
select.select([], [], [], 1e400)
select.select([2**31], [], [])
select.select([10**6], [], [], 0)
select.poll().poll(2**70)
select.epoll(2**40)
mmap.mmap(-1, 2**62)
mmap.mmap(-1, 2**70)
mmap.mmap(-1, -1)
mmap.mmap(-1, 10, offset=2**62)
ctypes.create_string_buffer(2**62)
(ctypes.c_int * 2**62)
(ctypes.c_int * 2**60)()
ctypes.c_int(2**100).value
string.Formatter().format('{:{}}', 1, 2**62)
textwrap.wrap('x' * 1000, 2**70)
io.BytesIO().truncate(2**70)
io.BytesIO(b'abc').read(2**62)
io.BytesIO(b'abc').read(2**64)
io.BytesIO().seek(2**62)
x = io.BytesIO(); x.seek(2**62); x.write(b'a')
x = io.BytesIO(); x.seek(2**63 - 1); x.write(b'a')
x = io.BytesIO(); x.seek(2**40); x.write(b'a')
x = io.StringIO(); x.seek(2**62); x.write('a')
x = io.StringIO(); x.seek(2**40); x.write('a')
io.StringIO('abc').read(2**62)
io.StringIO().seek(2**70)
io.StringIO().truncate(2**70)
io.StringIO('a', newline='x' * 100)
io.BufferedReader(io.BytesIO(), 2**62)
io.BufferedReader(io.BytesIO(), 2**50)
io.BufferedWriter(io.BytesIO(), -1)
io.BufferedRandom(io.BytesIO(), 2**70)
io.BufferedRWPair(io.BytesIO(), io.BytesIO(), 2**62)
io.TextIOWrapper(io.BytesIO(b'abc'))._CHUNK_SIZE
x = io.TextIOWrapper(io.BytesIO(b'abc')); x._CHUNK_SIZE = 2**70
x = io.TextIOWrapper(io.BytesIO(b'abc')); x._CHUNK_SIZE = -1
x = io.TextIOWrapper(io.BytesIO(b'abc')); x._CHUNK_SIZE = 2**62; result = x.read()
x = io.TextIOWrapper(io.BytesIO(b'abc')); x._CHUNK_SIZE = 2**62; result = x.readline()
compile('1' * 10**5, 'f', 'eval')
compile('0x' + 'f' * 10**5, 'f', 'eval') and 1
compile('1e' + '9' * 10**5, 'f', 'eval') and 1
compile('x' * 10**6, 'f', 'eval').co_names[0][:2]
compile('"' + 'x' * 10**6 + '"', 'f', 'eval') and 1
compile('a=1\n' * 10**5, 'f', 'exec') and 1
compile('[' + '1,' * 10**5 + ']', 'f', 'eval') and 1
compile('f(' + 'a,' * 300 + ')', 'f', 'eval') and 1
compile('def f(' + ''.join('a%d,' % i for i in range(300)) + '): pass', 'f', 'exec') and 1
eval('1 << 10**10')
eval('"a" * 10**19')
eval('"a" * 2**62')
eval('(1,) * 2**61')
eval('b"a" * 10**12')
eval('[0] * 10**12')
eval('-1 ** 10**30')
eval('"%99999999999d" % 1')
type('x' * 10**6, (), {}).__name__[:2]
type('x', (object,) * 10**5, {})
type('x', (), {'__slots__': ['a%d' % i for i in range(10**4)]}) and 1
type('x', (), {'__slots__': 'a' * 10**6}) and 1
print(*['a'] * 10**5, sep='', file=io.StringIO())
max(*range(10**6))
(lambda *a: len(a))(*range(10**6))
(lambda **k: len(k))(**{'a%d' % i: i for i in range(10**5)})
dict.fromkeys(range(10**5)).popitem()
set(range(10**5)).pop() >= 0
exec('x = 1;' * 10**5)
__import__('x' * 10**5)
__import__('os', level=2**40)
__import__('os', level=-1)
input('x' * 10) if 0 else 1
bytes([2**70])
bytes([256])
bytearray([-1])
bytearray(b'a').append(2**70)
x = bytearray(1); x[0] = 2**70
'x'.encode('utf-8' * 1000)
'x'.encode('idna' + 'x' * 10**5)
('x' * 100).encode('idna')
codecs.lookup('x' * 10**6)
codecs.decode(b'x' * 10**6, 'hex')
'\\N{' + 'X' * 10**5 + '}'
eval('"\\N{' + 'X' * 10**5 + '}"')
eval('"\\x' + '"')
unicodedata.lookup('X' * 10**5)
unicodedata.normalize('NFKD', '\ufdfa' * 10**5)[:1] and 1
float.fromhex('0x' + 'f' * 10**6 + 'p0')
float.fromhex('0x1p' + '9' * 100)
float.fromhex('0x1p-' + '9' * 100)
float.fromhex('0x' + '0' * 10**6 + '1p-4000000')
errno.errorcode.get(2**70)
os.fspath(b'x' * 10**6)[:1]
weakref.ref(type('x', (), {}), *[None])
functools.reduce(lambda a, b: a + b, range(10**5))
functools.lru_cache(2**70)(print)
functools.lru_cache(-2**70)(print) and 1
operator.length_hint(type('x', (), {'__length_hint__': lambda s: 2**70})())
list(type('x', (), {'__length_hint__': lambda s: 2**62, '__iter__': lambda s: iter([1])})())
bytes(type('x', (), {'__length_hint__': lambda s: 2**62, '__iter__': lambda s: iter([1])})())
bytearray(type('x', (), {'__length_hint__': lambda s: 2**62, '__iter__': lambda s: iter([1])})())
tuple(type('x', (), {'__length_hint__': lambda s: 2**62, '__iter__': lambda s: iter([1])})())
[].extend(type('x', (), {'__length_hint__': lambda s: 2**62, '__iter__': lambda s: iter([1])})())
[].extend(type('x', (), {'__length_hint__': lambda s: 2**63, '__iter__': lambda s: iter([1])})())
[*type('x', (), {'__length_hint__': lambda s: -1, '__iter__': lambda s: iter([1])})()]
len(type('x', (), {'__len__': lambda s: 2**63})())
len(type('x', (), {'__len__': lambda s: -2**63})())
bool(type('x', (), {'__len__': lambda s: 2**63})())
list(type('x', (), {'__len__': lambda s: 2**62, '__getitem__': lambda s, i: [][i]})())
reversed(type('x', (), {'__len__': lambda s: 2**63, '__getitem__': lambda s, i: [][i]})())
'a'.join(type('x', (), {'__len__': lambda s: 2**62, '__getitem__': lambda s, i: ['a'][i]})())
hash(type('x', (), {'__hash__': lambda s: 2**10**5})()) != 0
range(10)[2**70]
range(0, 2**70, 2**69)[1] == 2**69
range(2**70).index(2**69) == 2**69
range(2**70).count(5)
2**70 in range(2**71)
iter(range(2**70)).__length_hint__()
iter(range(2**70)).__setstate__(2**80)
iter([1]).__setstate__(2**80)
iter((1, 2)).__setstate__(2**62)
iter('ab').__setstate__(-2**62)
"""

HUGE_PRELUDE = """
import array, ast, base64, binascii, codecs, collections, ctypes, datetime, decimal, errno, functools, gc, io, itertools, json, marshal, math, mmap, operator
import pickle, random, re, select, signal, socket, string, struct, textwrap, threading, time, unicodedata, weakref, zlib
"""


def test_huge_numbers_and_sizes(both):
    """Each in a child that may take another 300 MB."""
    rows.compare(both, list(filter(None, HUGE.splitlines())), HUGE_PRELUDE + "limited(300 << 20)\n", seconds=10)


# Until nothing is left: each row grows something of its own until MemoryError comes, in a child that may take another 8 MB.
EXHAUST = r"""
x = []
while 1: x.append(' ' * 1000)
x = []
while 1: x.append(' ' * 100000)
x = []
while 1: x.append(None)
x = []
while 1: x += [1, 2, 3] * 1000
x = []
while 1: x = [x]
x = ()
while 1: x += x or (1,)
x = {}
while 1: x[len(x)] = 1
x = {}
while 1: x[str(len(x))] = []
x = set()
while 1: x.add(len(x))
x = set()
while 1: x.update(range(len(x), len(x) + 10000))
x = ''
while 1: x += 'abc' * 1000
x = 'a'
while 1: x = x + x
x = 'a'
while 1: x = '%s%s' % (x, x)
x = 'a'
while 1: x = f'{x}{x}'
x = 'a'
while 1: x = '{}{}'.format(x, x)
x = 'a'
while 1: x = ''.join([x, x])
x = 'a'
while 1: x = x.replace('a', 'aa')
x = 'a'
while 1: x = x.center(len(x) * 2)
x = '\t'
while 1: x = (x + x).expandtabs(2).replace(' ', '\t')
x = 'a\u1234'
while 1: x = x.translate({97: 'aa', 0x1234: '\u1234\u1234'})
x = 'a\u1234'
while 1: x = x.upper() + x.lower() + x.title() + x.swapcase() + x.casefold() + x.capitalize()
x = 'a\u1234'
while 1: x += repr(x)
x = 'a\u1234'
while 1: x += ascii(x)
x = 'a\ud800'
while 1: x += x; x.encode('utf-8', 'surrogatepass'); x.encode('utf-16', 'surrogatepass'); x.encode('ascii', 'backslashreplace'); x.encode('ascii', 'xmlcharrefreplace')
x = 'a\xe9'
while 1: x += x; x.encode(); x.encode('latin-1'); x.encode('utf-32'); x.encode('utf-7'); x.encode('unicode_escape'); x.encode('raw_unicode_escape'); x.encode('cp1252')
x = b'a\xff'
while 1: x += x; x.decode('latin-1'); x.decode('utf-8', 'replace'); x.decode('ascii', 'surrogateescape'); x.decode('utf-8', 'backslashreplace'); x.decode('cp1252')
x = b'a\x00'
while 1: x += x; x.decode('utf-16-le'); x.decode('utf-7'); x.decode('unicode_escape'); x.decode('raw_unicode_escape')
x = 'a b\n'
while 1: x += x; x.split()
x = 'a b\n'
while 1: x += x; x.split(' ')
x = 'a b\n'
while 1: x += x; x.splitlines()
x = 'a b\n'
while 1: x += x; x.rsplit()
x = 'a b\n'
while 1: x += x; x.partition('c'); x.strip('a'); x.zfill(len(x) + 5)
x = b'a b\n'
while 1: x += x; x.split(); x.splitlines()
x = b'a b\n'
while 1: x += x; x.replace(b'a', b'aaa'); x.hex()
x = b'a b\n'
while 1: x += x; x.translate(None, b'a'); x.title(); x.upper(); x.expandtabs(); x.zfill(len(x) * 2)
x = b'a b\n'
while 1: x += x; repr(x)
x = b'ab'
while 1: x += x; bytes.fromhex(x.hex())
x = b'ab'
while 1: x += x; bytearray.fromhex(x.hex())
x = b'a'
while 1: x = x + x
x = b'a'
while 1: x = b'%b%b' % (x, x)
x = b'a'
while 1: x = b''.join([x, x])
x = bytearray()
while 1: x += b'abc' * 1000
x = bytearray(b'a')
while 1: x.extend(x)
x = bytearray(b'a')
while 1: x.extend(iter(bytes(x)))
x = bytearray(b'a')
while 1: x = x + x
x = bytearray(b'a')
while 1: x[1:1] = x
x = bytearray(b'ab')
while 1: x = x * 2; x.replace(b'a', b'aa'); x.split(b'a'); x.title(); x.join([b'a'] * len(x)); repr(x)
x = 3
while 1: x = x << len(bin(x))
x = 1 << 10**6
while 1: x = x << 10**6; str(x >> 10**6)[:1] if x < 2**100 else hex(x); bin(x); oct(x)
x = 1 << 10**5
while 1: x = x * x; x + 1; x - 1; -x; ~x; x & x; x | 1; x ^ 5; abs(-x); x >> 1
x = 1 << 10**5
while 1: x = x * x; x.to_bytes(x.bit_length() // 8 + 1, 'big'); int.from_bytes(b'a' * (x.bit_length() // 8), 'little')
x = 1 << 10**5
while 1: x = x * x; '%x' % x; '%#o' % x; '{:x}'.format(x); '{:_b}'.format(x); hash(x); float.fromhex('1'); x == x + 1
x = 1 << 10**5
while 1: x = x * x; x // 3; x % 10**50; divmod(x, 7)
x = 1 << 10**5
while 1: x = x * x; x // (x >> 30); int(hex(x), 16)
x = '1' * 10**5
while 1: x += x; int(x, 2)
x = '1' * 10**5
while 1: x += x; int(x, 16)
x = 10**1000
while 1: x = x * x; f'{x:,}'
x = []
while 1: x.append(1 << 10000)
x = []
while 1: x.append(1.5 * len(x))
x = []
while 1: x.append(object())
x = []
while 1: x.append(lambda: 1)
x = []
while 1: x.append((len(x), len(x)))
x = []
while 1: x.append({len(x): 1})
x = []
while 1: x.append({len(x)})
x = []
while 1: x.append(b'a' * len(x))
x = []
while 1: x.append(type('x', (), {}))
x = []
while 1: x.append((i for i in x))
x = []
while 1: x.append(iter(x)); x.append(memoryview(b'a')); x.append(slice(1)); x.append(range(len(x)))
x = []
class C: pass
while 1: y = C(); y.a = 1; x.append(y)
x = []
class C: pass
while 1: y = C(); setattr(y, 'a%d' % len(x), 1); x.append(y)
x = []
while 1: x.append(ValueError(x))
x = []
while 1:
    try: 1/0
    except ZeroDivisionError as e: x.append(e)
x = []
while 1: x.append(compile('a%d = 1' % len(x), 'f', 'exec'))
x = collections.deque()
while 1: x.append(1)
x = collections.deque([1])
while 1: x += x
x = collections.deque([1])
while 1: x *= 2
x = collections.OrderedDict()
while 1: x[len(x)] = 1
x = collections.defaultdict(list)
while 1: x[len(x)].append(1)
x = io.BytesIO()
while 1: x.write(b'a' * 10000)
x = io.BytesIO()
while 1: x.write(b'a' * 100000); x.getvalue(); x.seek(0); x.read(); x.seek(0); x.readlines()
x = io.StringIO()
while 1: x.write('a' * 10000)
x = io.StringIO()
while 1: x.write('a\n' * 10000); x.getvalue(); x.seek(0); x.read(); x.seek(0); x.readlines()
x = io.TextIOWrapper(io.BytesIO())
while 1: x.write('a\u1234' * 10000)
x = io.TextIOWrapper(io.BytesIO())
while 1: x.write('a\u1234\n' * 10000); x.seek(0); x.read()
x = io.BufferedWriter(io.BytesIO(), 10000)
while 1: x.write(b'a' * 10000)
x = 1
while 1: open('/dev/zero', 'rb').read(x); x *= 2
x = 1
while 1: open('/dev/zero', 'rb', buffering=0).read(x); x *= 2
x = 1
while 1: os.read(os.open('/dev/zero', 0), x); x *= 2
open('/dev/zero', 'rb').read()
open('/dev/zero', 'rb', buffering=0).read()
open('/dev/zero').read()
open('/dev/zero').readline()
open('/dev/zero', 'rb').readline()
x = 'a'
while 1: x += x; re.sub('a', 'bb', x)
x = 'a'
while 1: x += x; re.findall('a', x)
x = 'a'
while 1: x += x; re.split('a', x)
x = 'a'
while 1: x += x; re.match('(a|b)*c', x)
x = 'a'
while 1: x += x; re.match('(?:a|b)*?c', x)
x = 'a'
while 1: x += x; re.match('((a)|b)*', x)
x = [1]
while 1: x += x; marshal.dumps(x)
x = [1]
while 1: x += x; marshal.loads(marshal.dumps(x))
x = [1]
while 1: x += x; pickle.dumps(x)
x = [1]
while 1: x += x; pickle.loads(pickle.dumps(x))
x = [1]
while 1: x += x; json.dumps(x)
x = [1]
while 1: x += x; json.loads(json.dumps(x))
x = [1.5, 'a']
while 1: x += x; repr(x)
x = [1.5, 2]
while 1: x += x; sorted(x)
x = [1.5, 2]
while 1: x += x; x.sort(key=lambda a: -a)
x = [1, 2]
while 1: x += x; list(x); tuple(x); x.copy(); x[:]; x[::-1]; list(reversed(x))
x = [1, 2]
while 1: x += x; [a for a in x]; list(map(str, x))
x = [1, 2]
while 1: x += x; set(enumerate(x)); dict(enumerate(x))
x = [1, 2]
while 1: x += x; list(zip(x, x))
x = [1, 2]
while 1: x += x; (lambda *a: a)(*x)
x = [1, 2]
while 1: x += x; max(*x); print(*x, file=io.StringIO())
x = [1, 2]
while 1: x += x; bytes(x); bytearray(x); array.array('i', x)
x = [1, 2]
while 1: x += x; list(itertools.chain(x, x)); list(itertools.product(x[:1000], x[:1000])); list(itertools.permutations(x[:8]))
x = [1, 2]
while 1: x += x; list(itertools.accumulate(x)); [list(a) for a in itertools.tee(x, 3)]
x = [1, 2]
while 1: x += x; list(itertools.combinations(x, 2)) if len(x) < 300 else list(itertools.cycle(x))
x = [1, 2]
while 1: x += x; next(itertools.product(x, x))
x = [1, 2]
while 1: x += x; next(itertools.permutations(x))
x = [1, 2]
while 1: x += x; next(itertools.combinations_with_replacement(x, len(x)))
x = 2
while 1: x *= 2; (lambda **k: k)(**{'a%d' % i: i for i in range(x)})
x = 2
while 1: x *= 2; dict.fromkeys(range(x)).copy()
x = 2
while 1: x *= 2; set(range(x)) | set(range(x, 2 * x))
x = 2
while 1: x *= 2; frozenset(range(x)) - frozenset(range(5)); frozenset(range(x)) ^ frozenset(range(5))
x = 2
while 1: x *= 2; {**dict.fromkeys(range(x))}; list({1: 2, **dict.fromkeys(range(x))}.items())
x = 2
while 1: x *= 2; memoryview(bytearray(x)).tobytes(); memoryview(bytearray(x)).tolist(); memoryview(bytearray(x)).hex()
x = 2
while 1: x *= 2; memoryview(bytearray(x))[::2].tobytes(); bytes(memoryview(bytearray(x))[::-1]); memoryview(bytearray(2 * x))[::2] == bytes(x)
x = 'a = 1\n'
while 1: x += x; compile(x, 'f', 'exec')
x = '"a", 1.5, b"c", d, '
while 1: x += x; compile(x, 'f', 'exec')
x = '"' + 'a' * 1000
while 1: x += x[1:]; compile(x + '"', 'f', 'exec')
x = '1'
while 1: x += x; compile('0x' + x, 'f', 'exec')
x = '# a\n'
while 1: x += x; compile(x, 'f', 'exec')
x = 'a = 1\n'
while 1: x += x; ast.parse(x)
x = 'a'
while 1: x += x; compile(x, x, 'exec')
x = 'a'
while 1: x += x; type(x, (), {}); getattr(int, x, 1); sys.intern(x)
x = 'a'
while 1: x += x; os.path.exists(x); os.fsencode(x); os.environ.get(x)
x = 'a'
while 1: x += x; int(x, 36) if len(x) < 5000 else float.fromhex('0x' + x)
x = '1'
while 1: x += x; float(x); complex(x)
x = '1'
while 1: x += x; '%*d' % (len(x), 1); '{:{}}'.format(1, len(x)); '%.*f' % (len(x), 1.5); format(1.5, '.%df' % len(x))
x = 'a'
while 1: x += x; x.encode('punycode') if len(x) < 1000 else codecs.encode(x.encode(), 'hex')
x = 'a.b'
while 1: x += x; x.format(x); x % (); ('{0}' + x).format(x); ('%s' + x) % x
x = 'a'
while 1: x += x; time.strftime(x); unicodedata.normalize('NFD', x); binascii.hexlify(x.encode()); base64.b64encode(x.encode()); zlib.compress(x.encode())
x = 'a'
while 1: x += x; os.getxattr('/', x) if 0 else os.stat(x) if len(x) < 4 else os.listdir('/')
def f(n): return [n] + f(n + 1)
sys.setrecursionlimit(10**6)
f(0)
def f(n): yield n; yield from f(n + 1)
x = []
while 1: y = f(1); next(y); next(y); x.append(y)
async def f(n): await f(n + 1)
x = []
while 1: x.append(f(1).__await__())
import threading
x = []
while 1: t = threading.Thread(target=lambda: x[0].acquire()); x.append(threading.Lock()); x[0].acquire(False); t.daemon = True; t.start(); x.append(t)
x = []
while 1: x.append(weakref.ref(type('x', (), {}), lambda r: 1)); x.append(functools.partial(print, x)); x.append(property(x)); x.append(functools.lru_cache(None)(print))
x = 1
while 1: x *= 2; ctypes.create_string_buffer(x); array.array('d', [0]) * x; mmap.mmap(-1, x)
x = 1
while 1: x *= 2; struct.pack('%dx' % x); random.getrandbits(x)
x = 1
while 1: x *= 2; os.urandom(x)
x = 1
while 1: x *= 2; list(range(x))
x = 1
while 1: x *= 2; tuple(iter(range(x)))
x = 1
while 1: x *= 2; str(list(range(x)))
x = 1
while 1: x *= 2; str(tuple(range(x))), str(dict.fromkeys(range(x))), str(set(range(x)))
x = 1
while 1: x *= 2; [*range(x), *range(x)]; {*range(x)}; (*range(x),)
x = 1
while 1: x *= 2; a, *b = range(x)
x = []
while 1: x.append([x]); gc.collect() if len(x) % 100000 == 0 else 1
x = []
while 1: x.append(gc.get_objects())
x = []
while 1: sys.modules['m%d' % len(x)] = 1; x.append(type(sys)('a')); x[-1].__dict__['b'] = x
"""


def exhausting_rows():
    row = []
    for line in EXHAUST.splitlines():
        # A row ends with its loop, or is one line.
        row.append(line)
        if line.startswith("while 1:") and line != "while 1:" or line.startswith(("    except", "f(0)", "open(")):
            yield "\n".join(row).strip()
            row = []


def lives(text):
    """Where memory ends is not the same place on both sides, and a busy machine takes its time; nobody may be killed for it."""
    return text if text.startswith("died: SIG") and "SIGALRM" not in text and "SIGPROF" not in text else "lives"


def test_exhausted_memory(both):
    """MemoryError wherever memory ends: no row kills the process."""
    table = ["try:\n%s\nexcept MemoryError: x = y = t = f = None; result = len('%%s' %% ('a' * 4096))" % "\n".join("    " + line for line in row.split("\n"))
             for row in exhausting_rows()]
    rows.compare(both, table, HUGE_PRELUDE + "import warnings\nlimited(8 << 20)\n", alone=True, seconds=10, clean=lives)
