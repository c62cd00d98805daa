"""Small loops, one for each thing that programs do all the time, on the reference and on Pyrite in turn.

    PYRITE_PROFILE=release python3 benches/micro.py [-k WORD] [-n ROUNDS] [--below RATIO] [--markdown FILE]

A worker runs on each side. The reference finds how often a loop must go round to last some milliseconds; then both run it that often,
in turn, ROUNDS times, and the smallest CPU time of each counts. A ratio above 1 means that Pyrite is faster; the slowest comes first.
`--show NAME` prints the program of a loop, to be run alone under a profiler: `--show NAME | python3.8 -`.
"""

import argparse
import math
import os
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 0.004
UNROLL = 4

# What every loop finds; `setup` of a group comes after it, both outside the time.
COMMON = """
import itertools, collections, functools, operator, io, re, struct, array, datetime, decimal, json, csv, pickle, threading, queue, os, sys
import collections.abc, dataclasses, logging, copy, contextlib, math, random, bisect, heapq, weakref, enum, typing, asyncio, string
class Point:
    kind = 'point'
    def __init__(self, x, y):
        self.x = x
        self.y = y
    def move(self): return self.x
    def move2(self, a, b=1): return a
    @classmethod
    def make(cls): return 1
    @staticmethod
    def plain(): return 1
    @property
    def both(self): return self.x
    def __add__(self, other): return self
    def __eq__(self, other): return self.x == other.x
    def __lt__(self, other): return self.x < other.x
    def __hash__(self): return 1
    def __len__(self): return 3
    def __bool__(self): return True
    def __getitem__(self, i): return i
    def __setitem__(self, i, v): pass
    def __contains__(self, i): return True
    def __iter__(self): return iter(())
    def __call__(self, x): return x
    def __enter__(self): return self
    def __exit__(self, *a): pass
class Child(Point):
    def __init__(self, x, y): super().__init__(x, y)
    def move(self): return super().move()
class Plain: pass
class Slots:
    __slots__ = 'x', 'y'
    def __init__(self, x, y):
        self.x = x
        self.y = y
class Late:
    def __getattr__(self, name): return 1
class Meter:
    def __init__(self): self.i = 0
    def __iter__(self): return self
    def __next__(self):
        self.i += 1
        if self.i > 20: raise StopIteration
        return self.i
Pair = collections.namedtuple('Pair', 'a b')
@dataclasses.dataclass
class Data:
    a: int
    b: int = 2
class Color(enum.Enum):
    RED = 1
    BLUE = 2
def f0(): pass
def f1(a): return a
def f3(a, b=2, c=3): return a
def fstar(*args, **kwargs): return args
def fkw(*, a=1, b=2): return a
def gen(n):
    for i in range(n): yield i
def outer(n): yield from gen(n)
def closed(x):
    def inner(): return x
    return inner
def count(n):
    x = 0
    def bump():
        nonlocal x
        x += 1
    for _ in range(n): bump()
async def coro(): return 1
async def chain_coros():
    for _ in range(20): await coro()
def drive(c):
    try: c.send(None)
    except StopIteration: pass
p, q, ch, sl, late, pl = Point(1, 2), Point(3, 4), Child(1, 2), Slots(1, 2), Late(), Plain()
pl.x = 1
ten, twenty, hundred = list(range(10)), list(range(20)), list(range(100))
tens = [str(i) for i in range(100)]
words = 'the quick brown fox jumps over the lazy dog'.split()
text = ' '.join(words)
uni = 'Größe \\u20ac und Maß'
small = dict(a=1, b=2, c=3)
d100 = {str(i): i for i in range(100)}
i100 = dict.fromkeys(range(100))
s10, s100 = set(ten), set(hundred)
floats = [i / 7 for i in range(100)]
rows = [(i, str(i)) for i in range(100)]
mixed = [random.Random(1).random() for _ in range(100)]
nums = [int(x * 1000) for x in mixed]
lines = 'a line of text\\n' * 100
doc = {'id': 1, 'name': 'abc', 'list': [1, 2.5, None, True], 'sub': {'x': 'y' * 30}}
doc_text = json.dumps(doc)
lock, rlock = threading.Lock(), threading.RLock()
data = bytes(range(256))
big, big2 = 3 ** 300, 7 ** 200
huge, huge2 = 3 ** 5000, 7 ** 3000
D = decimal.Decimal
d1, d2 = D('1.25'), D('3.7')
now = datetime.datetime(2020, 1, 2, 3, 4, 5)
delta = datetime.timedelta(seconds=5)
pattern = re.compile('(\\\\w+) (\\\\w+)')
word_re, digits = re.compile('\\\\w+'), re.compile('\\\\d+')
log = logging.getLogger('x')
log.addHandler(logging.NullHandler())
log.propagate = False
"""

# name: code, or (setup, code); lines are parted by newlines.
LOOPS = {
    # loops
    "for range": "for i in hundred_range: pass",
    "for list": "for x in hundred: pass",
    "for tuple": ("t = tuple(hundred)", "for x in t: pass"),
    "for str": "for c in text: pass",
    "for unicode": ("u = '\\u20ac' * 40", "for c in u: pass"),
    "for bytes": "for c in data: pass",
    "for dict": "for k in d100: pass",
    "for dict.items": "for k, v in d100.items(): pass",
    "for dict.values": "for v in d100.values(): pass",
    "for set": "for v in s100: pass",
    "for zip": "for a, b in zip(hundred, tens): pass",
    "for zip 3": "for a, b, c in zip(hundred, tens, floats): pass",
    "for enumerate": "for i, x in enumerate(tens): pass",
    "for reversed": "for x in reversed(hundred): pass",
    "for map": "for x in map(str, hundred): pass",
    "for map lambda": "for x in map(lambda x: x, hundred): pass",
    "for filter": "for x in filter(None, hundred): pass",
    "for file lines": ("f = io.StringIO(lines)", "f.seek(0)\nfor line in f: pass"),
    "for generator": "for x in gen(20): pass",
    "for yield from": "for x in outer(20): pass",
    "for __next__": "for x in Meter(): pass",
    "for iter sentinel": "for x in iter(iter(twenty).__next__, 19): pass",
    "for pairs": "for a, b in rows: pass",
    "for empty list": "for x in (): pass",
    "while count": "i = 0\nwhile i < 100: i += 1",
    "nested range": "for i in range(5):\n for j in range(5): pass",
    "list comprehension": "[x for x in hundred]",
    "list comprehension if": "[x for x in hundred if x & 1]",
    "small list comprehension": "[x for x in (1, 2, 3)]",
    "set comprehension": "{x for x in hundred}",
    "dict comprehension": "{x: x for x in hundred}",
    "sum of generator": "sum(x for x in twenty)",
    "any of generator": "any(x > 18 for x in twenty)",
    "all of generator": "all(x < 50 for x in twenty)",
    "list of generator": "list(x for x in twenty)",
    "join of generator": "''.join(x for x in words)",
    "generator send": ("def g():\n  x = 0\n  while 1: x = yield x\ng = g(); next(g)\nsend = g.send", "send(1)"),
    # calls
    "call f()": "f0()",
    "call f(a)": "f1(1)",
    "call defaults": "f3(1)",
    "call keywords": "f3(1, c=2)",
    "call *args": ("a = (1, 2)", "f3(*a)"),
    "call **kwargs": ("k = {'b': 1}", "f3(1, **k)"),
    "def *args, **kwargs": "fstar(1, 2, x=3)",
    "def keyword-only": "fkw(a=3)",
    "call forward": ("def forward(*a, **k): return f3(*a, **k)", "forward(1, b=2)"),
    "lambda": ("f = lambda x: x + 1", "f(2)"),
    "make function": "def f(): pass",
    "closure": "closed(1)()",
    "nonlocal": "count(5)",
    "method": "p.move()",
    "method args": "p.move2(1, b=2)",
    "bound method": ("m = p.move", "m()"),
    "class method": "p.make()",
    "class method of class": "Point.make()",
    "static method": "Point.plain()",
    "function of class": "Point.move(p)",
    "super().method": "ch.move()",
    "instance": "Point(1, 2)",
    "instance of child": "Child(1, 2)",
    "instance plain": "Plain()",
    "instance slots": "Slots(1, 2)",
    "__call__": "p(1)",
    "property": "p.both",
    "__add__": "p + q",
    "__eq__": "p == q",
    "__lt__": "p < q",
    "__len__": "len(p)",
    "__bool__": "not p",
    "__getitem__": "p[1]",
    "__setitem__": "p[1] = 2",
    "__contains__": "1 in p",
    "__iter__": "iter(p)",
    "__hash__": "hash(p)",
    "__getattr__": "late.x",
    "with object": "with p: pass",
    "with lock": "with lock: pass",
    "contextmanager": ("@contextlib.contextmanager\ndef cm(): yield 1", "with cm(): pass"),
    "partial": ("f = functools.partial(f3, 1)", "f(2)"),
    "lru_cache hit": ("f = functools.lru_cache()(f1)", "f(1)"),
    "lru_cache miss": ("f = functools.lru_cache(8)(f1)\nc = itertools.count()", "f(next(c))"),
    "recursion": ("def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)", "fib(6)"),
    "await": "drive(chain_coros())",
    "asyncio sleep 0": ("async def main():\n for _ in range(10): await asyncio.sleep(0)\nloop = asyncio.new_event_loop()", "loop.run_until_complete(main())"),
    # attributes
    "attribute": "p.x",
    "attribute store": "p.x = 1",
    "attribute of class": "p.kind",
    "Class.attribute": "Point.kind",
    "slot": "sl.x",
    "slot store": "sl.x = 1",
    "module attribute": "math.pi",
    "module function": "math.sqrt(2.0)",
    "global": "ten",
    "built-in name": "len",
    "getattr": "getattr(p, 'x')",
    "getattr default": "getattr(p, 'zz', None)",
    "hasattr no": "hasattr(p, 'zz')",
    "setattr": "setattr(p, 'x', 1)",
    "enum member": "Color.RED",
    "enum value": "Color.RED.value",
    "isinstance": "isinstance(p, Point)",
    "isinstance tuple": "isinstance(p, (str, int, Point))",
    "isinstance no": "isinstance(1, str)",
    "isinstance abc": "isinstance(ten, collections.abc.Sequence)",
    "issubclass": "issubclass(Child, Point)",
    "type()": "type(p) is Point",
    "callable": "callable(f0)",
    "namedtuple make": "Pair(1, 2)",
    "namedtuple field": ("t = Pair(1, 2)", "t.a"),
    "dataclass make": "Data(1)",
    "dataclass ==": ("x, y = Data(1), Data(1)", "x == y"),
    "make class": "class C: pass",
    # numbers
    "int +": ("a, b = 1000, 2000", "a + b"),
    "int *": ("a, b = 1000, 2000", "a * b"),
    "int //": ("a, b = 100000, 7", "a // b"),
    "int %": ("a, b = 100000, 7", "a % b"),
    "int **": ("a = 7", "a ** 3"),
    "int /": ("a, b = 100000, 7", "a / b"),
    "int bits": ("a = 12345", "(a & 255) | (a >> 3) ^ (a << 2)"),
    "int divmod": ("a = 12345", "divmod(a, 10)"),
    "int 64 +": ("a, b = 1 << 60, 1 << 61", "a + b"),
    "int 64 *": ("a, b = (1 << 40) + 1, (1 << 30) + 5", "a * b"),
    "int 64 %": ("a, b = (1 << 62) + 1, (1 << 31) + 5", "a % b"),
    "int hash mask": ("h = 14695981039346656037", "(h * 1099511628211) & 0xffffffffffffffff"),
    "big +": "big + big2",
    "big *": "big * big2",
    "big // small": "big // 10",
    "big // big": "big // big2",
    "big % big": "big % big2",
    "huge *": "huge * huge2",
    "huge //": "huge // huge2",
    "big str": "str(big)",
    "int of big text": ("t = str(big)", "int(t)"),
    "big hex": "hex(big)",
    "pow mod": "pow(big, 65537, big2)",
    "big <<": "big << 7",
    "big gcd": "math.gcd(big, big2)",
    "int.to_bytes": ("a = 12345", "a.to_bytes(8, 'little')"),
    "int.from_bytes": "int.from_bytes(b'12345678', 'little')",
    "int.bit_length": ("a = 12345", "a.bit_length()"),
    "str(int)": ("a = 12345", "str(a)"),
    "int(str)": "int('12345')",
    "int(float)": "int(3.7)",
    "float(int)": "float(3)",
    "float +": ("a, b = 1.5, 2.5", "a + b"),
    "float int *": ("a, b = 1.5, 2", "a * b"),
    "float repr": "repr(3.14159)",
    "float repr long": ("a = 1/3", "repr(a)"),
    "float(str)": "float('3.14159')",
    "float(str) long": "float('0.3333333333333333')",
    "float **": ("a = 1.5", "a ** 2.5"),
    "float %": ("a = 7.5", "a % 2.0"),
    "round": "round(3.14159, 2)",
    "abs": "abs(-3)",
    "complex *": ("a = 1+2j", "a * a"),
    "compare chain": ("a = 5", "1 < a < 10"),
    "bool and or": ("a, b = 1, 0", "a and b or a"),
    "is None": ("a = None", "a is None"),
    "int == ": ("a, b = 1000, 1001", "a == b"),
    "float <": ("a, b = 1.5, 2.5", "a < b"),
    "decimal +": "d1 + d2",
    "decimal *": "d1 * d2",
    "decimal /": "d1 / d2",
    "Decimal(str)": "D('1.25')",
    "str(Decimal)": "str(d1)",
    "random": "random.random()",
    "randint": "random.randint(1, 6)",
    # lists, tuples
    "list literal": "[1, 2, 3]",
    "list of names": ("a = 1", "[a, a, a]"),
    "tuple of names": ("a = 1", "(a, a, a)"),
    "list()": "list(ten)",
    "tuple()": "tuple(ten)",
    "list(range)": "list(range(20))",
    "list append": "l = []\nfor i in twenty: l.append(i)",
    "list append pop": ("l = []", "l.append(1)\nl.pop()"),
    "list pop 0": ("l = list(hundred)", "l.append(l.pop(0))"),
    "list insert": ("l = list(hundred)", "l.insert(0, 1)\ndel l[0]"),
    "list extend": "l = []\nl.extend(ten)",
    "list +": "ten + twenty",
    "list *": "[0] * 20",
    "list copy": "ten.copy()",
    "list [:]": "ten[:]",
    "list slice": "hundred[10:30]",
    "list slice step": "hundred[::-1]",
    "list slice store": ("l = list(hundred)", "l[10:12] = [1, 2]"),
    "list index": "hundred.index(50)",
    "list count": "hundred.count(50)",
    "list reverse": ("l = list(hundred)", "l.reverse()"),
    "list [i]": ("i = 5", "ten[i]"),
    "list [-1]": "ten[-1]",
    "list [i] store": ("l = list(ten)\ni = 5", "l[i] = i"),
    "list [i] +=": ("l = list(ten)\ni = 5", "l[i] += 1"),
    "list in": "50 in hundred",
    "list of str in": "'50' in tens",
    "list ==": ("a = list(hundred)", "a == hundred"),
    "list <": ("a = list(hundred)", "a < hundred"),
    "list repr": "repr(ten)",
    "list sort sorted": ("l = list(hundred)", "l.sort()"),
    "list sort small": "[3, 1, 2].sort()",
    "sorted ints": "sorted(nums)",
    "sorted floats": "sorted(mixed)",
    "sorted strs": "sorted(tens)",
    "sorted tuples": "sorted(rows)",
    "sorted key": "sorted(nums, key=lambda x: -x)",
    "sorted key itemgetter": ("k = operator.itemgetter(1)", "sorted(rows, key=k)"),
    "sorted reverse": "sorted(nums, reverse=True)",
    "sorted objects": ("l = [Point(x, 1) for x in nums[:10]]", "sorted(l)"),
    "min max": "min(nums), max(nums)",
    "min of two": ("a, b = 1, 2", "min(a, b)"),
    "max key": "max(words, key=len)",
    "sum ints": "sum(hundred)",
    "sum floats": "sum(floats)",
    "any all": "any(hundred), all(hundred)",
    "len": "len(ten)",
    "unpack pair": ("t = 1, 2", "a, b = t"),
    "unpack list": ("t = [1, 2, 3]", "a, b, c = t"),
    "unpack star": "a, *b = ten",
    "swap": ("a, b = 1, 2", "a, b = b, a"),
    "tuple [i]": ("t = 1, 2", "t[1]"),
    "tuple ==": ("t, u = (1, 'a'), (1, 'a')", "t == u"),
    "tuple <": ("t, u = (1, 'a'), (1, 'b')", "t < u"),
    "tuple hash": ("t = 1, 'a', 2", "hash(t)"),
    "tuple +": ("t = 1, 2", "t + t"),
    "2d list": ("m = [[1] * 5 for _ in ten]", "m[2][3] = m[3][2]"),
    "bisect": "bisect.bisect_left(hundred, 33)",
    "heapq": ("h = list(hundred)", "heapq.heappush(h, heapq.heappop(h))"),
    # dicts, sets
    "dict literal": "{'a': 1, 'b': 2}",
    "dict literal of names": ("a = 1", "{'a': a, 'b': a, 'c': a}"),
    "dict()": "dict()",
    "dict(a=1)": "dict(a=1, b=2)",
    "dict(pairs)": "dict(rows)",
    "dict copy": "small.copy()",
    "dict copy 100": "d100.copy()",
    "dict {**}": "{**small, 'z': 1}",
    "dict [k]": "small['b']",
    "dict [k] 100": ("k = '77'", "d100[k]"),
    "dict [int]": "i100[77]",
    "dict [tuple]": ("t = {(1, 2): 3}", "t[1, 2]"),
    "dict [k] store": "small['b'] = 3",
    "dict [k] +=": "small['b'] += 3",
    "dict insert delete": "small['z'] = 3\ndel small['z']",
    "dict fill": "x = {}\nfor i in twenty: x[i] = i",
    "dict get": "small.get('b')",
    "dict get none": "small.get('zz')",
    "dict get default": "small.get('zz', 1)",
    "dict setdefault": "small.setdefault('b', 1)",
    "dict pop": "small['z'] = 3\nsmall.pop('z')",
    "dict update": ("x = {}", "x.update(small)"),
    "dict in": "'b' in small",
    "dict not in": "'zz' not in small",
    "dict keys list": "list(small)",
    "dict items list": "list(small.items())",
    "dict ==": ("x = dict(small)", "x == small"),
    "dict clear": "x = {'a': 1}\nx.clear()",
    "dict repr": "repr(small)",
    "dict KeyError": "try: small['zz']\nexcept KeyError: pass",
    "dict.fromkeys": "dict.fromkeys(ten)",
    "defaultdict": ("x = collections.defaultdict(int)", "x['a'] += 1"),
    "defaultdict list": "x = collections.defaultdict(list)\nfor i in ten: x[i].append(i)",
    "Counter": "collections.Counter(words)",
    "Counter +=": ("c = collections.Counter()", "c['a'] += 1"),
    "OrderedDict": "collections.OrderedDict(rows)",
    "OrderedDict store": ("o = collections.OrderedDict(rows)", "o[5] = 1"),
    "OrderedDict move_to_end": ("o = collections.OrderedDict(rows)", "o.move_to_end(5)"),
    "for OrderedDict": ("o = collections.OrderedDict(rows)", "for k in o: pass"),
    "ChainMap": ("c = collections.ChainMap({}, small)", "c['a']"),
    "set literal": ("a = 1", "{a, 2, 3}"),
    "set()": "set(ten)",
    "set add discard": ("s = set()", "s.add(1)\ns.discard(1)"),
    "set fill": "s = set()\nfor i in twenty: s.add(i)",
    "set in": "5 in s10",
    "set of str in": ("s = set(tens)", "'50' in s"),
    "set &": "s10 & s100",
    "set |": "s10 | s100",
    "set -": "s100 - s10",
    "set <=": "s10 <= s100",
    "set copy": "s10.copy()",
    "set pop": ("s = {1}", "s.add(s.pop())"),
    "set update": "s = set()\ns.update(ten)",
    "frozenset": "frozenset(ten)",
    "frozenset hash": "hash(frozenset((1, 2)))",
    "deque append popleft": ("d = collections.deque(ten)", "d.append(1)\nd.popleft()"),
    "for deque": ("d = collections.deque(hundred)", "for x in d: pass"),
    "deque [i]": ("d = collections.deque(ten)", "d[5]"),
    "deque maxlen": ("d = collections.deque(maxlen=5)", "d.append(1)"),
    "deque rotate": ("d = collections.deque(ten)", "d.rotate(1)"),
    # itertools, operator, functools
    "chain": "for x in itertools.chain(ten, ten): pass",
    "chain.from_iterable": ("l = [ten] * 5", "list(itertools.chain.from_iterable(l))"),
    "islice": "list(itertools.islice(hundred, 5, 20))",
    "count": ("c = itertools.count()", "next(c)"),
    "cycle": ("c = itertools.cycle(ten)", "next(c)"),
    "repeat": "for x in itertools.repeat(1, 20): pass",
    "accumulate": "list(itertools.accumulate(hundred))",
    "combinations": "for x in itertools.combinations(ten[:6], 3): pass",
    "permutations": "for x in itertools.permutations((1, 2, 3, 4)): pass",
    "product": "for x in itertools.product(ten, ten): pass",
    "product repeat": "for x in itertools.product((0, 1), repeat=5): pass",
    "groupby": ("l = [1, 1, 2, 2, 2, 3] * 4", "for k, g in itertools.groupby(l): list(g)"),
    "zip_longest": "for x in itertools.zip_longest(ten, twenty): pass",
    "takewhile": "list(itertools.takewhile(lambda x: x < 15, hundred))",
    "starmap": ("l = [(2, 3)] * 20", "list(itertools.starmap(pow, l))"),
    "tee": "a, b = itertools.tee(ten)\nfor x in a: next(b)",
    "compress": "list(itertools.compress(ten, ten))",
    "next default": ("i = iter(())", "next(i, None)"),
    "iter next": "i = iter(ten)\nnext(i)",
    "list(zip)": "list(zip(twenty, twenty))",
    "list(map)": "list(map(str, twenty))",
    "list(map int)": "list(map(int, tens))",
    "dict(zip)": "dict(zip(tens, hundred))",
    "zip(*)": "list(zip(*rows))",
    "reduce": "functools.reduce(operator.add, twenty)",
    "attrgetter": ("g = operator.attrgetter('x')", "g(p)"),
    "itemgetter 2": ("g = operator.itemgetter(0, 1)", "g(ten)"),
    "copy.copy": "copy.copy(p)",
    "deepcopy": "copy.deepcopy(doc)",
    # text
    "str +": ("a, b = 'abc', 'defg'", "a + b"),
    "str + 3": ("a, b = 'abc', 'defg'", "a + ' ' + b"),
    "str +=": "s = ''\nfor w in words: s += w",
    "str *": "'ab' * 10",
    "str [i]": "text[5]",
    "str slice": "text[4:9]",
    "str ==": ("a, b = 'abcdef', ''.join('abcdef')", "a == b"),
    "str !=": ("a, b = 'abcdef', 'abcdeg'", "a != b"),
    "str <": ("a, b = 'abcdef', 'abcdeg'", "a < b"),
    "str hash": "hash('abc' + str(1))",
    "str in": "'fox' in text",
    "char in str": "'z' in text",
    "len(str)": "len(text)",
    "str split": "text.split()",
    "str split sep": "text.split(' ')",
    "str split 1": "text.split(' ', 1)",
    "str rsplit": "text.rsplit(' ', 1)",
    "str splitlines": "lines.splitlines()",
    "str partition": "text.partition(' ')",
    "str rpartition": "text.rpartition(' ')",
    "str join": "' '.join(words)",
    "str join list": ("l = tens", "','.join(l)"),
    "str replace": "text.replace('fox', 'cat')",
    "str replace char": "text.replace(' ', '_')",
    "str strip": "'  abc '.strip()",
    "str strip none": "'abc'.strip()",
    "str lstrip chars": "'xxabc'.lstrip('x')",
    "str startswith": "text.startswith('the')",
    "str startswith tuple": "text.startswith(('a', 'the'))",
    "str endswith": "text.endswith('dog')",
    "str find": "text.find('lazy')",
    "str rfind": "text.rfind('fox')",
    "str index": "text.index('o')",
    "str count": "text.count('o')",
    "str lower": "text.lower()",
    "str upper": "text.upper()",
    "str title": "text.title()",
    "str capitalize": "text.capitalize()",
    "str swapcase": "text.swapcase()",
    "str isdigit": "'12345'.isdigit()",
    "str isalpha": "'hello'.isalpha()",
    "str isidentifier": "'hello'.isidentifier()",
    "str isspace": "' '.isspace()",
    "str zfill": "'42'.zfill(5)",
    "str ljust": "'ab'.ljust(10)",
    "str center": "'ab'.center(10)",
    "str translate": ("t = str.maketrans('abc', 'xyz')", "text.translate(t)"),
    "str expandtabs": "'a\\tb'.expandtabs()",
    "str encode": "text.encode()",
    "str encode unicode": "uni.encode()",
    "str encode latin": "text.encode('latin-1')",
    "bytes decode": ("b = text.encode()", "b.decode()"),
    "bytes decode unicode": ("b = uni.encode()", "b.decode()"),
    "str(str)": "str(text)",
    "str()": "str(1.5)",
    "repr str": "repr(text)",
    "str %": ("a, b = 'x', 5", "'%s is %d' % (a, b)"),
    "str % one": ("a = 'x'", "'<%s>' % a"),
    "str % float": ("a = 3.14159", "'%.2f' % a"),
    "str %05d": ("a = 42", "'%05d' % a"),
    "str format": ("a, b = 'x', 5", "'{} is {}'.format(a, b)"),
    "str format spec": ("a, b = 'x', 5", "'{:>5} {:03d}'.format(a, b)"),
    "str format names": ("a, b = 'x', 5", "'{a} {b}'.format(a=a, b=b)"),
    "f-string": ("a, b = 'x', 5", "f'{a} is {b}'"),
    "f-string spec": ("a, b = 'x', 5.25", "f'{a:>5} {b:.2f}'"),
    "f-string !r": ("a = 'x'", "f'{a!r}'"),
    "format int": "format(12345, ',')",
    "format hex": "format(12345, 'x')",
    "format float": "format(3.14159, '.3f')",
    "hex": "hex(12345)",
    "ord chr": "chr(ord('a'))",
    "unicode str +": "uni + uni",
    "unicode split": "uni.split()",
    "unicode upper": "uni.upper()",
    "unicode find": "uni.find('M')",
    "unicode replace": "uni.replace('ß', 'ss')",
    "Template": ("t = string.Template('$a')", "t.substitute(a=1)"),
    "textwrap": ("import textwrap", "textwrap.dedent('  a\\n  b')"),
    # bytes
    "bytes +": ("a = b'abc'", "a + a"),
    "bytes [i]": "data[5]",
    "bytes slice": "data[5:20]",
    "bytes join": ("l = [b'abc'] * 10", "b''.join(l)"),
    "bytes split": "b'a b c d'.split()",
    "bytes find": "data.find(b'z')",
    "bytes replace": "b'a b c d'.replace(b' ', b'_')",
    "bytes startswith": "data.startswith(b'a')",
    "bytes hex": "b'abcdef'.hex()",
    "bytes.fromhex": "bytes.fromhex('616263646566')",
    "bytes strip": "b' abc '.strip()",
    "bytes of list": "bytes(ten)",
    "bytes ==": ("a = bytes(data)", "a == data"),
    "bytearray append": "x = bytearray()\nfor i in ten: x.append(i)",
    "bytearray extend": "x = bytearray()\nx.extend(data)",
    "bytearray [i] store": ("x = bytearray(10)", "x[3] = 5"),
    "bytearray +=": "x = bytearray()\nx += data",
    "memoryview": ("m = memoryview(data)", "m[5]"),
    "memoryview slice": ("m = memoryview(data)", "m[5:9]"),
    "struct unpack": "struct.unpack('<IHB', b'1234567')",
    "struct pack": "struct.pack('<IHB', 1, 2, 3)",
    "Struct.unpack_from": ("s = struct.Struct('<IHB')", "s.unpack_from(data, 3)"),
    "array [i]": ("a = array.array('i', ten)", "a[5]"),
    "for array": ("a = array.array('d', floats)", "for x in a: pass"),
    "array append": ("a = array.array('i')", "a.append(5)\na.pop()"),
    # files
    "StringIO write": ("f = io.StringIO()", "f.seek(0)\nf.write('abc')\nf.write('def')"),
    "StringIO new": "f = io.StringIO()\nf.write('abc')\nf.getvalue()",
    "StringIO readline": ("f = io.StringIO(lines)", "f.seek(0)\nf.readline()"),
    "BytesIO write": ("f = io.BytesIO()", "f.seek(0)\nf.write(b'abc')\nf.write(b'def')"),
    "BytesIO read": ("f = io.BytesIO(data)", "f.seek(0)\nf.read(20)"),
    "for BytesIO": ("f = io.BytesIO(lines.encode())", "f.seek(0)\nfor x in f: pass"),
    "text write": ("f = open('/dev/null', 'w')", "f.write('a line of text\\n')"),
    "text print": ("f = open('/dev/null', 'w')", "print('abc', 5, file=f)"),
    "text read lines": ("import tempfile\nf = tempfile.TemporaryFile('w+')\nf.write(lines)", "f.seek(0)\nfor line in f: pass"),
    "text readline": ("import tempfile\nf = tempfile.TemporaryFile('w+')\nf.write(lines)", "f.seek(0)\nfor _ in ten: f.readline()"),
    "text read": ("import tempfile\nf = tempfile.TemporaryFile('w+')\nf.write(lines)", "f.seek(0)\nf.read()"),
    "text read unicode": ("import tempfile\nf = tempfile.TemporaryFile('w+')\nf.write((uni + '\\n') * 50)", "f.seek(0)\nfor line in f: pass"),
    "text write unicode": ("f = open('/dev/null', 'w')", "f.write(uni)"),
    "binary lines": ("import tempfile\nf = tempfile.TemporaryFile('w+b')\nf.write(lines.encode())", "f.seek(0)\nfor line in f: pass"),
    "binary write": ("f = open('/dev/null', 'wb')", "f.write(b'a line of text\\n')"),
    "binary read 10": ("import tempfile\nf = tempfile.TemporaryFile('w+b')\nf.write(lines.encode())", "f.seek(0)\nfor _ in ten: f.read(10)"),
    "open close": "open('/dev/null').close()",
    "os.path.join": "os.path.join('a', 'b')",
    "os.path.exists": "os.path.exists('/dev/null')",
    "os.stat": "os.stat('/dev/null')",
    "os.listdir": "os.listdir('/dev/shm')",
    "os.environ": "os.environ.get('HOME')",
    "pathlib": ("import pathlib", "pathlib.PurePath('a') / 'b'"),
    # re
    "re match": "pattern.match('hello world')",
    "re match groups": "pattern.match('hello world').groups()",
    "re match no": "digits.match('hello world')",
    "re search": "digits.search('hello 42')",
    "re fullmatch": "word_re.fullmatch('hello')",
    "re findall": "word_re.findall(text)",
    "re finditer": "for m in word_re.finditer(text): m.group()",
    "re sub": "word_re.sub('x', text)",
    "re sub function": "word_re.sub(lambda m: m.group(), text)",
    "re sub none": "digits.sub('x', text)",
    "re split": ("r = re.compile('\\\\s+')", "r.split(text)"),
    "re alternatives": ("r = re.compile('cat|dog|bird')", "r.search(text)"),
    "re ignore case": ("r = re.compile('LAZY', re.I)", "r.search(text)"),
    "re groups named": ("r = re.compile('(?P<a>\\\\w+)=(?P<b>\\\\d+)')", "r.match('x=1').groupdict()"),
    "re.match module": "re.match('\\\\w+', 'hello')",
    "re.escape": "re.escape('a.b')",
    # exceptions
    "try": "try: pass\nexcept ValueError: pass",
    "raise except": "try: raise ValueError\nexcept ValueError: pass",
    "raise except as": "try: raise ValueError('x')\nexcept ValueError as e: pass",
    "raise in call": ("def f(): raise ValueError('x')", "try: f()\nexcept ValueError: pass"),
    "finally": "try: pass\nfinally: pass",
    "AttributeError": "try: p.zz\nexcept AttributeError: pass",
    "IndexError": "try: ten[50]\nexcept IndexError: pass",
    "int() ValueError": "try: int('x')\nexcept ValueError: pass",
    "StopIteration": ("i = iter(())", "try: next(i)\nexcept StopIteration: pass"),
    "except tuple": "try: ten[50]\nexcept (KeyError, IndexError): pass",
    "suppress": "with contextlib.suppress(KeyError): small['zz']",
    # larger modules
    "json.dumps": "json.dumps(doc)",
    "json.loads": "json.loads(doc_text)",
    "json.dumps ints": "json.dumps(hundred)",
    "json.loads ints": ("t = json.dumps(hundred)", "json.loads(t)"),
    "json.dumps floats": "json.dumps(floats)",
    "json.loads floats": ("t = json.dumps(floats)", "json.loads(t)"),
    "json.dumps dict": "json.dumps(d100)",
    "json.dumps indent": "json.dumps(doc, indent=1)",
    "pickle.dumps": "pickle.dumps(doc)",
    "pickle.loads": ("t = pickle.dumps(doc)", "pickle.loads(t)"),
    "pickle object": "pickle.loads(pickle.dumps(p))",
    "pickle list": "pickle.dumps(hundred)",
    "csv reader": ("l = ['a,b,c', '1,2,3'] * 10", "for r in csv.reader(l): pass"),
    "csv writer": ("w = csv.writer(io.StringIO())", "w.writerow((1, 'a', 2.5))"),
    "datetime +": "now + delta",
    "datetime -": "now - now",
    "datetime make": "datetime.datetime(2020, 1, 2)",
    "datetime isoformat": "now.isoformat()",
    "datetime strftime": "now.strftime('%Y-%m-%d')",
    "datetime strptime": "datetime.datetime.strptime('2020-01-02', '%Y-%m-%d')",
    "timedelta": "datetime.timedelta(seconds=5)",
    "logging off": "log.debug('x %s', 1)",
    "logging": "log.warning('x %s', 1)",
    "random.choice": "random.choice(ten)",
    "random.shuffle": ("l = list(ten)", "random.shuffle(l)"),
    "hashlib": ("import hashlib", "hashlib.md5(data).hexdigest()"),
    "base64": ("import base64", "base64.b64encode(data)"),
    "urlparse": ("from urllib.parse import urlparse", "urlparse('http://a.b/c?d#e')"),
    "quote": ("from urllib.parse import quote", "quote('a b')"),
    "zlib": ("import zlib", "zlib.crc32(data)"),
    "xml parse": ("import xml.etree.ElementTree as E", "E.fromstring('<a><b c=\"d\">e</b><b/></a>')"),
    "argparse": ("import argparse\na = argparse.ArgumentParser()\na.add_argument('-x')", "a.parse_args(['-x', '1'])"),
    "ast.literal_eval": ("import ast", "ast.literal_eval('[1, 2]')"),
    "compile": "compile('a = b + 1', 'f', 'exec')",
    "eval": "eval('1 + 2')",
    "exec code": ("c = compile('a = 1', 'f', 'exec')\nns = {}", "exec(c, ns)"),
    "statistics.mean": ("import statistics", "statistics.mean(ten)"),
    "fractions": ("from fractions import Fraction\nfa, fb = Fraction(1, 3), Fraction(2, 5)", "fa + fb"),
    "uuid": ("import uuid", "uuid.UUID(int=5)"),
    "sqlite": ("import sqlite3\nc = sqlite3.connect(':memory:')", "c.execute('select 1').fetchall()"),
    "weakref": ("r = weakref.ref(p)", "r()"),
    "weakref make": "weakref.ref(pl)",
    "typing": "typing.List[int]",
    "singledispatch": ("f = functools.singledispatch(f1)", "f(1)"),
    # threads
    "lock": "lock.acquire()\nlock.release()",
    "rlock": "with rlock: pass",
    "queue put get": ("Q = queue.Queue()", "Q.put(1)\nQ.get()"),
    "SimpleQueue": ("Q = queue.SimpleQueue()", "Q.put(1)\nQ.get()"),
    "thread": "t = threading.Thread(target=f0)\nt.start()\nt.join()",
    "event": ("e = threading.Event()\ne.set()", "e.wait()"),
    "thread local": ("l = threading.local()\nl.x = 1", "l.x"),
    "GIL hand-over": ("a, b = threading.Semaphore(0), threading.Semaphore(0)\ndef other():\n while 1: a.acquire(); b.release()\n"
                      "threading.Thread(target=other, daemon=True).start()", "a.release()\nb.acquire()"),
    "time": ("import time", "time.time()"),
    "gc.collect": ("import gc\ngc.collect()\ngc.freeze()", "gc.collect()"),
    "cycle garbage": "l = []\nl.append(l)",
    "del object": "x = Plain()\ndel x",
    "linked objects": "x = None\nfor i in twenty: x = (i, x)",
}

WORKER = """
import sys
def serve():
    for line in sys.stdin:
        name, times = line.rsplit(' ', 1)
        out.write('%.9f\\n' % loops[name](int(times)))
        out.flush()
out = sys.stdout
sys.stdout = sys.stderr
loops = {}
"""


def indented(code, depth):
    return "".join(" " * depth + line + "\n" for line in code.split("\n"))


def program_of(name):
    """The source of one loop as a function of the number of rounds that returns its CPU time."""
    code = LOOPS[name]
    setup, code = code if isinstance(code, tuple) else ("", code)
    return ("def loop(_times):\n hundred_range = range(100)\n" + (indented(setup, 1) if setup else "")
            + " _start = _clock()\n for _ in range(_times):\n" + indented(code, 2) * UNROLL + " return _clock() - _start\n")


def worker_program(names):
    parts = [COMMON, "from time import process_time as _clock\n", WORKER]
    parts += ["exec(%r)\nloops[%r] = loop\n" % (program_of(name), name) for name in names]
    return "".join(parts) + "serve()\n"


class Worker:
    """One side's process. It starts again after a loop that ended it."""

    def __init__(self, side, names):
        self.side = side
        self.file = tempfile.NamedTemporaryFile("w", suffix=".py")
        self.file.write(worker_program(names))
        self.file.flush()
        self.start()

    def start(self):
        self.process = subprocess.Popen([self.side.launcher, self.file.name], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env=self.side.environment(PYTHONHASHSEED="0"), universal_newlines=True)

    def run(self, name, times):
        try:
            self.process.stdin.write("%s %d\n" % (name, times))
            self.process.stdin.flush()
            return float(self.process.stdout.readline())
        except (ValueError, OSError):
            self.process.kill()
            self.process.wait()
            self.start()
            return None

    def close(self):
        self.process.kill()
        self.process.wait()


def times_for(worker, name):
    """How many rounds last SECONDS."""
    times = 1
    while True:
        took = worker.run(name, times)
        if took is None:
            return None
        if took > SECONDS / 4:
            return max(1, int(times * SECONDS / took))
        times *= 4


def measure(workers, name, rounds):
    """(nanoseconds of a statement on the reference, on Pyrite), None for a side that failed."""
    times = times_for(workers[0], name)
    if times is None:
        return None, None
    best = [math.inf, math.inf]
    for _ in range(rounds):
        for i, worker in enumerate(workers):
            took = worker.run(name, times)
            if took is None:
                return (None, None) if i == 0 else (best[0] * 1e9 / times / UNROLL, None)
            best[i] = min(best[i], took)
    return tuple(took * 1e9 / times / UNROLL for took in best)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-k", metavar="WORD", action="append", help="only loops with WORD in their names")
    parser.add_argument("-n", type=int, default=7, metavar="ROUNDS")
    parser.add_argument("--below", type=float, default=math.inf, metavar="RATIO", help="print only what is below it")
    parser.add_argument("--markdown", metavar="FILE")
    parser.add_argument("--show", metavar="NAME")
    parser.add_argument("--times", type=int, default=10000, help="rounds of the program that --show prints")
    options = parser.parse_args()
    if options.show:
        print(COMMON + "from time import process_time as _clock\n" + program_of(options.show) + "loop(%d)" % options.times)
        return 0
    sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests"))
    import sides
    sides.require_library()
    names = [name for name in LOOPS if not options.k or any(word in name for word in options.k)]
    workers = [Worker(sides.REFERENCE, names), Worker(sides.PYRITE, names)]
    results = {name: measure(workers, name, options.n) for name in names}
    for worker in workers:
        worker.close()
    good = {name: times for name, times in results.items() if None not in times}
    rows = [(times[0] / times[1], name, times) for name, times in good.items()]
    rows.sort()
    mean = math.exp(sum(math.log(row[0]) for row in rows) / len(rows)) if rows else 0.0
    for name in results:
        if name not in good:
            print("%-26s failed on %s" % (name, "Pyrite" if results[name][0] else "the reference"))
    for ratio, name, times in rows:
        if ratio < options.below:
            print("%-26s %10.1f ns %10.1f ns %6.2f" % (name, times[0], times[1], ratio))
    summary = "geometric mean of %d loops: %.2f; %d below 1" % (len(rows), mean, sum(ratio < 1 for ratio, _, _ in rows))
    print(summary)
    if options.markdown:
        with open(options.markdown, "w", encoding="utf-8") as file:
            file.write("# Small loops\n\n%s. CPU nanoseconds, best of %d.\n\n| loop | reference | Pyrite | ratio |\n|---|---|---|---|\n" % (
                time.strftime("%Y-%m-%d", time.gmtime()), options.n))
            for ratio, name, times in rows:
                file.write("| %s | %.1f | %.1f | %.2f |\n" % (name.replace("|", "\\|"), times[0], times[1], ratio))
            file.write("\n%s\n" % summary)
    return 1 if len(good) < len(results) else 0


if __name__ == "__main__":
    sys.exit(main())
