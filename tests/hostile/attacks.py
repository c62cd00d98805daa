"""Changes objects while they are at work: nothing may end the process but an exception.

    attacks.py [--cases N] [--first N] [--seconds S]      runs cases in workers, and reports those that died
    attacks.py --worker FIRST END NOTE                     one worker; the file NOTE holds the case it was at last
    attacks.py --one N                                     one case, its steps shown

A case is a number and nothing else: it makes a few containers, iterators, buffers and streams that hold or serve instances of `Evil`, whose
special methods (comparison, hash, `__index__`, `__repr__`, `__iter__`, `__len__`, `__del__`, ...) change those very objects when the countdown
says so, performs one operation on them, and looks at what is left. Which library runs is for the caller to say, as for odd_calls.py.

Left out is what compiled modules of CPython's own do wrong on both sides: `_json`'s encoder holds no reference to an item whose `__iter__` it
calls, and the buffer of a ctypes array of objects lets anybody write addresses.
"""

import argparse
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))

# ---- the worker


class Stage:
    """The objects of a case, and when they change."""

    def __init__(self):
        self.left = 0
        self.objects = []
        self.change = None
        self.busy = False

    def call(self):
        if self.left and not self.busy:
            self.left -= 1
            if self.left % 2 == 0:
                self.busy = True
                try:
                    for o in list(self.objects):
                        self.change(o)
                finally:
                    self.busy = False


stage = Stage()


def body(random):
    """What instances of Evil do: tell the stage, then answer something that fits."""

    def method(answer):
        def f(self, *args):
            stage.call()
            return answer(self, *args)

        return f

    def numbers(self):
        for n in range(4):
            stage.call()
            yield random().choice((n, 97 + n, Evil(n), "a", (n, Evil(n))))

    yes = lambda self, other: random().randrange(3) > 0
    other = lambda self, *args: args[0] if args else self
    answers = {
        "hash": lambda self: self.n % 3, "eq": yes, "ne": yes, "lt": yes, "le": yes, "gt": yes, "ge": yes, "bool": lambda self: True,
        "len": lambda self: 3, "length_hint": lambda self: random().choice((0, 3, 100)), "index": lambda self: self.n, "int": lambda self: self.n,
        "float": lambda self: 1.5, "complex": lambda self: 1j, "str": lambda self: "evil", "repr": lambda self: "Evil", "format": lambda self, s: "e",
        "bytes": lambda self: b"evil", "iter": numbers, "reversed": numbers, "contains": yes, "call": other, "fspath": lambda self: "/nowhere",
        "enter": lambda self: self, "exit": lambda self, *args: True, "missing": other, "instancecheck": yes, "subclasscheck": yes,
        "getitem": lambda self, i: Evil(1) if isinstance(i, str) or i < 4 else [].pop(), "keys": lambda self: ["a", "b"], "copy": lambda self: self,
        "deepcopy": lambda self, memo: self, "reduce_ex": lambda self, n: (Evil, (1,)), "trunc": lambda self: 1, "round": other,
        "sizeof": lambda self: 10, "dir": lambda self: ["b", "a"], "next": lambda self: Evil(2) if random().randrange(5) else next(iter(())),
        "set_name": lambda self, *args: None, "get": lambda self, *args: Evil(1), "set": lambda self, *args: None, "delete": lambda self, o: None,
        "await": numbers, "anext": lambda self: self, "aiter": lambda self: self, "getformat": other, "setitem": lambda self, *args: None,
        "prepare": lambda *args: {}, "mro_entries": lambda self, bases: (object,), "del": lambda self: None,
    }
    for name in "add sub mul truediv floordiv mod divmod pow lshift rshift and or xor matmul".split():
        answers[name] = answers["r" + name] = answers["i" + name] = other
    for name in "neg pos abs invert".split():
        answers[name] = other
    made = {"__%s__" % name if name not in ("keys", "getformat") else name: method(answer) for name, answer in answers.items()}
    made.update({name: method(answer) for name, answer in {
        "read": lambda self, n=-1: random().choice((b"abc\n", b"", None)), "readline": lambda self, n=-1: b"abc\n", "write": lambda self, b: len(b),
        "readinto": lambda self, b: 1, "seek": lambda self, *args: 0, "tell": lambda self: 0, "flush": lambda self: None, "close": lambda self: None,
        "send": other, "throw": other, "encode": other, "decode": other, "getstate": other, "key": other}.items()})
    return made


class Evil:
    def __init__(self, n=1):
        self.n = n


def evil(base, n=1):
    return type("Evil" + base.__name__.title(), (base,), {"n": n})


EvilInt, EvilStr, EvilList, EvilDict = evil(int, 2), evil(str), evil(list), evil(dict)
EvilTuple, EvilBytes, EvilFloat, EvilError = evil(tuple), evil(bytes), evil(float), evil(Exception)
EVIL = (Evil, EvilInt, EvilStr, EvilList, EvilDict, EvilTuple, EvilBytes, EvilFloat, EvilError)


def equip(random):
    special = body(random)
    Evil_only = {"__getitem__", "keys", "__missing__", "__instancecheck__", "__subclasscheck__", "__next__"}
    for name, f in special.items():
        setattr(Evil, name, f)
    some = {
        EvilInt: "hash eq ne lt le gt ge bool index int float str repr format add radd mul rmul sub neg", EvilFloat: "hash eq lt gt int float repr add",
        EvilStr: "hash eq ne lt gt len iter getitem contains str repr format mod add index", EvilBytes: "hash eq len iter getitem bytes contains add",
        EvilList: "eq lt len iter getitem contains add iadd reversed length_hint repr", EvilTuple: "hash eq lt len iter getitem contains repr",
        EvilDict: "eq len iter getitem contains missing keys setitem repr", EvilError: "str repr hash eq",
    }
    for cls, names in some.items():
        for name in names.split() + ["del"]:
            key = name if name == "keys" else "__%s__" % name
            setattr(cls, key, special[key])


def tools():
    """The modules that cases use, and what fails to import left out."""
    import importlib

    found = {}
    for name in """array bisect collections copy csv ctypes datetime decimal fractions functools gc heapq io itertools json marshal operator pickle queue
            random re sqlite3 statistics string struct sys textwrap types unicodedata weakref zlib bz2 lzma hashlib contextvars asyncio
            codecs mmap select ssl threading _io _thread _random _collections_abc abc ast builtins binascii base64 warnings traceback
            linecache dis inspect contextlib locale time _json _pickle _struct _csv _elementtree pyexpat _operator _functools _sre
            _weakref _string _warnings _ast symtable _symtable atexit errno posix signal tracemalloc _codecs audioop math cmath""".split():
        try:
            found[name] = importlib.import_module(name)
        except ImportError:
            pass
    return types_of(found)


def types_of(found):
    return type("Tools", (), found)


def subjects(t):
    """Makers of the objects that cases act on, each from a source of evil items."""

    def raw(rng):
        class Raw(t.io.RawIOBase):
            def readable(self):
                stage.call()
                return True

            writable = seekable = readable

            def readinto(self, b):
                stage.call()
                n = min(len(b), rng.randrange(4))
                b[:n] = b"a\nb"[:n]
                return n

            def write(self, b):
                stage.call()
                return len(b) if rng.randrange(3) else 1

            def seek(self, *args):
                stage.call()
                return 0

            def tell(self):
                stage.call()
                return 0

            def truncate(self, *args):
                stage.call()
                return 0

            def close(self):
                stage.call()
                super().close()

        return Raw()

    def generator(e):
        def g():
            try:
                while True:
                    stage.call()
                    yield e()
            finally:
                stage.call()

        return g()

    def agenerator(e):
        async def g():
            while True:
                stage.call()
                yield e()

        return g()

    def coroutine(e):
        async def c():
            stage.call()
            await Evil(1)

        return c()

    class Slots:
        __slots__ = ("a", "b", "__weakref__")

    class WithDict:
        pass

    def instance(e):
        o = WithDict()
        o.a, o.b, o.self = e(), e(), o
        return o

    class Structure(t.ctypes.Structure):
        _fields_ = [("a", t.ctypes.c_int), ("b", t.ctypes.c_double), ("c", t.ctypes.c_char * 4)]

    def database(e):
        db = t.sqlite3.connect(":memory:")
        db.create_function("evil", -1, lambda *args: stage.call() or 1)
        db.create_collation("evil", lambda a, b: stage.call() or 0)
        db.row_factory = lambda *args: stage.call() or t.sqlite3.Row(*args)
        db.text_factory = lambda x: stage.call() or x
        db.executescript("create table t(a, b); insert into t values(1, 'x'); insert into t values(2, 'y');")
        return db

    def full_queue(e):
        # An empty one waits for ever.
        made = t.queue.SimpleQueue()
        for _ in range(40):
            made.put(e())
        return made

    deq, od = t.collections.deque, t.collections.OrderedDict
    several = lambda e, n=5: [e() for _ in range(n)]
    hashed = lambda e, n=5: [x for x in several(e, n) if type(x).__hash__]
    pairs = lambda e: [(k, e()) for k in hashed(e)]
    it = t.itertools
    return [
        ("list", several), ("list", several), ("list", several), ("tuple", lambda e: tuple(several(e))), ("dict", lambda e: dict(pairs(e))),
        ("dict", lambda e: dict(pairs(e))), ("dict of names", lambda e: {"a": e(), "b": e()}), ("set", lambda e: set(hashed(e))),
        ("set", lambda e: set(hashed(e))), ("frozenset", lambda e: frozenset(hashed(e))), ("bytearray", lambda e: bytearray(b"abcdefghij")),
        ("bytearray", lambda e: bytearray(b"ab cd ef\n" * 30)), ("deque", lambda e: deq(several(e))), ("deque", lambda e: deq(several(e), 6)),
        ("odict", lambda e: od(pairs(e))), ("odict", lambda e: od(pairs(e))), ("defaultdict", lambda e: t.collections.defaultdict(e, pairs(e))),
        ("counter", lambda e: t.collections.Counter(hashed(e))), ("memoryview", lambda e: memoryview(bytearray(16))),
        ("memoryview", lambda e: memoryview(bytearray(16)).cast("H")), ("memoryview", lambda e: memoryview(t.array.array("d", [1.5, 2.5]))),
        ("array", lambda e: t.array.array("b", range(10))), ("array", lambda e: t.array.array("u", "abc")), ("array", lambda e: t.array.array("d", [1, 2])),
        ("keys", lambda e: dict(pairs(e)).keys()), ("items", lambda e: od(pairs(e)).items()), ("values", lambda e: dict(pairs(e)).values()),
        ("list iterator", lambda e: iter(several(e))), ("reverse iterator", lambda e: reversed(several(e))), ("set iterator", lambda e: iter(set(hashed(e)))),
        ("dict iterator", lambda e: iter(dict(pairs(e)).items())), ("odict iterator", lambda e: iter(od(pairs(e)).items())),
        ("deque iterator", lambda e: iter(deq(several(e)))), ("sequence iterator", lambda e: iter(Evil(1).__getitem__, Evil(5))),
        ("old iterator", lambda e: t.operator.length_hint and iter(type("Old", (), {"__getitem__": Evil.__getitem__, "n": 1})())),
        ("callable iterator", lambda e: iter(lambda: stage.call() or 1, e())), ("generator", generator), ("agen", agenerator), ("coroutine", coroutine),
        ("asend", lambda e: agenerator(e).asend(None)), ("athrow", lambda e: agenerator(e).athrow(ValueError)),
        ("zip", lambda e: zip(several(e), generator(e))), ("map", lambda e: map(e(), several(e), generator(e))), ("filter", lambda e: filter(e(), several(e))),
        ("enumerate", lambda e: enumerate(generator(e), rngless())), ("reversed", lambda e: reversed(type("S", (Evil,), {})(3))),
        ("chain", lambda e: it.chain(several(e), generator(e), e())), ("chains", lambda e: it.chain.from_iterable(iter([several(e), e()]))),
        ("tee", lambda e: it.tee(generator(e))[1]), ("groupby", lambda e: it.groupby(several(e), e())), ("groupby", lambda e: it.groupby(generator(e))),
        ("group", lambda e: next(it.groupby(generator(e)))[1]), ("islice", lambda e: it.islice(generator(e), 0, 9, 2)), ("cycle", lambda e: it.cycle(iter(several(e)))),
        ("accumulate", lambda e: it.accumulate(generator(e), e())), ("starmap", lambda e: it.starmap(e(), [several(e)] * 3)),
        ("takewhile", lambda e: it.takewhile(e(), generator(e))), ("dropwhile", lambda e: it.dropwhile(e(), several(e))),
        ("filterfalse", lambda e: it.filterfalse(e(), several(e))), ("zip_longest", lambda e: it.zip_longest(several(e), iter(several(e, 7)), fillvalue=e())),
        ("product", lambda e: it.product(several(e, 2), repeat=2)), ("permutations", lambda e: it.permutations(several(e, 3))),
        ("combinations", lambda e: it.combinations(several(e, 4), 2)), ("cwr", lambda e: it.combinations_with_replacement(several(e, 3), 2)),
        ("compress", lambda e: it.compress(several(e), several(e))), ("count", lambda e: it.count(e(), e())), ("repeat", lambda e: it.repeat(e(), 5)),
        ("str", lambda e: "a%s {} {0} %d b"), ("str", lambda e: "a,b,c\u20ac"), ("bytes", lambda e: b"a%b,b c %d"), ("int", lambda e: 5), ("float", lambda e: 2.5),
        ("range", lambda e: range(2, 20, 3)), ("slice", lambda e: slice(e(), e(), e())), ("complex", lambda e: 1j), ("big", lambda e: 1 << 70),
        ("bytesio", lambda e: t.io.BytesIO(b"abc\ndef\n" * 4)), ("bytesio", lambda e: t.io.BytesIO(b"abc\ndef\n" * 4)), ("stringio", lambda e: t.io.StringIO("abc\ndef\n" * 4)),
        ("getbuffer", lambda e: t.io.BytesIO(b"abc\ndef\n").getbuffer()), ("reader", lambda e: t.io.BufferedReader(raw(RNG[0]), 8)),
        ("writer", lambda e: t.io.BufferedWriter(raw(RNG[0]), 8)), ("random", lambda e: t.io.BufferedRandom(raw(RNG[0]), 8)),
        ("pair", lambda e: t.io.BufferedRWPair(raw(RNG[0]), raw(RNG[0]), 8)), ("text", lambda e: t.io.TextIOWrapper(t.io.BufferedRandom(raw(RNG[0]), 8), "utf-8")),
        ("text", lambda e: t.io.TextIOWrapper(t.io.BytesIO(b"abc\r\ndef\n" * 4), "latin-1", newline="")), ("text", lambda e: t.io.TextIOWrapper(e(), "utf-8")),
        ("raw", lambda e: raw(RNG[0])), ("newlines", lambda e: t.io.IncrementalNewlineDecoder(e(), True)),
        ("pattern", lambda e: t.re.compile("(a)|(?P<n>b)|.")), ("pattern", lambda e: t.re.compile(b"(a)*|b")), ("match", lambda e: t.re.match("(a)(?P<n>b)?", "abc")),
        ("match", lambda e: t.re.match(b"(a)(?P<n>b)?", bytearray(b"abc"))), ("scanner", lambda e: t.re.compile(b".").scanner(bytearray(b"abc" * 9))),
        ("finditer", lambda e: t.re.finditer(b"(.)", bytearray(b"abc" * 9))), ("partial", lambda e: t.functools.partial(e(), e(), a=e())),
        ("lru", lambda e: t.functools.lru_cache(3)(lambda *args, **kw: stage.call() or e())), ("key", lambda e: t.functools.cmp_to_key(lambda a, b: stage.call() or 0)(e())),
        ("attrgetter", lambda e: t.operator.attrgetter("a", "b.c")), ("itemgetter", lambda e: t.operator.itemgetter(e(), e())), ("methodcaller", lambda e: t.operator.methodcaller("key", e())),
        ("namespace", lambda e: t.types.SimpleNamespace(a=e(), b=e())), ("proxy", lambda e: t.types.MappingProxyType(e())), ("property", lambda e: property(e(), e(), e())),
        ("super", lambda e: super(Evil, Evil(1))), ("cell", lambda e: t.types.CellType(e())), ("method", lambda e: t.types.MethodType(e(), e())), ("class", lambda e: type("C", (), {"a": e(), "b": e()})),
        ("function", lambda e: (lambda a=e(), *b, c=e(), **d: stage.call() or a)), ("module", lambda e: t.types.ModuleType("m")), ("instance", instance), ("slots", lambda e: Slots()),
        ("weak", lambda e: t.weakref.ref(e(), e())), ("weakset", lambda e: t.weakref.WeakSet(o for o in hashed(e) if isinstance(o, Evil))),
        ("weakvalues", lambda e: t.weakref.WeakValueDictionary({1: Evil(1), 2: Evil(2)})), ("wproxy", lambda e: t.weakref.proxy(KEEP[0])),
        ("exception", lambda e: ValueError(e(), e())), ("oserror", lambda e: OSError(2, e(), e())), ("unicodeerror", lambda e: UnicodeDecodeError("ascii", b"abc", 0, 1, "x")),
        ("syntaxerror", lambda e: SyntaxError("x", ("f", 1, 2, "text"))), ("stopiteration", lambda e: StopIteration(e())), ("importerror", lambda e: ImportError(e(), name=e())),
        ("frame", lambda e: t.sys._getframe()), ("code", lambda e: (lambda: 1).__code__), ("context", lambda e: t.contextvars.copy_context()), ("contextvar", lambda e: t.contextvars.ContextVar("v", default=e())),
        ("struct", lambda e: t.struct.Struct("bhHiqds4s")), ("iter_unpack", lambda e: t.struct.iter_unpack("H", bytearray(8))), ("csv reader", lambda e: t.csv.reader(iter(["a,b", e()]))),
        ("csv writer", lambda e: t.csv.writer(e())), ("pickler", lambda e: t.pickle.Pickler(t.io.BytesIO(), 2)), ("unpickler", lambda e: t.pickle.Unpickler(e())),
        ("decimal", lambda e: t.decimal.Decimal("1.5")), ("datetime", lambda e: t.datetime.datetime(2020, 1, 1)), ("timedelta", lambda e: t.datetime.timedelta(1, 2)),
        ("zlib", lambda e: t.zlib.compressobj()), ("unzlib", lambda e: t.zlib.decompressobj()), ("bz2", lambda e: t.bz2.BZ2Compressor()), ("lzma", lambda e: t.lzma.LZMACompressor()),
        ("hash", lambda e: t.hashlib.sha256()), ("element", lambda e: t._elementtree.Element("a", {"b": e()})), ("builder", lambda e: t._elementtree.TreeBuilder(e())), ("xmlparser", lambda e: t._elementtree.XMLParser(target=e())),
        ("expat", lambda e: t.pyexpat.ParserCreate()), ("database", database), ("cursor", lambda e: database(e).execute("select evil(a), b from t order by b collate evil")),
        ("carray", lambda e: (t.ctypes.c_int * 4)(1, 2)), ("cstructure", lambda e: Structure()), ("cbuffer", lambda e: t.ctypes.create_string_buffer(8)),
        ("callback", lambda e: t.ctypes.CFUNCTYPE(t.ctypes.c_int, t.ctypes.c_int)(lambda x: stage.call() or 1)), ("mmap", lambda e: t.mmap.mmap(-1, 4096)), ("bio", lambda e: t.ssl.MemoryBIO()),
        ("queue", full_queue), ("future", lambda e: t.asyncio.Future(loop=LOOP[0])), ("task", lambda e: t.asyncio.Task(coroutine(e), loop=LOOP[0])), ("poll", lambda e: t.select.poll()),
        ("rng", lambda e: t._random.Random(5)), ("jsonscanner", lambda e: t._json.make_scanner(t.json.JSONDecoder())),
        ("local", lambda e: t._thread._local()), ("picklebuffer", lambda e: t.pickle.PickleBuffer(bytearray(8))), ("defaults", lambda e: t.string.Formatter()), ("evil", lambda e: Evil(2)),
        ("evil", lambda e: e()), ("evil", lambda e: EvilList(several(e))), ("evil", lambda e: EvilDict(pairs(e))), ("evil", lambda e: EvilStr("a%s")), ("evil", lambda e: EvilTuple(several(e))),
        ("decoder", lambda e: t.codecs.getincrementaldecoder("utf-8")()), ("cdecoder", lambda e: t.codecs.getincrementaldecoder("shift_jis")()), ("creader", lambda e: t.codecs.getreader("euc_jp")(e())),
        ("fraction", lambda e: t.fractions.Fraction(1, 3)), ("fileio", lambda e: t.io.FileIO(os.devnull, "r+")), ("lock", lambda e: t._thread.RLock()), ("bytes iterator", lambda e: iter(bytearray(b"abc" * 5))),
        ("str iterator", lambda e: iter("abc" * 5)), ("range iterator", lambda e: iter(range(9))), ("tuple iterator", lambda e: iter(tuple(several(e)))), ("staticmethod", lambda e: staticmethod(e())), ("classmethod", lambda e: classmethod(e())),
        ("ast", lambda e: t.ast.parse("a + b")), ("node", lambda e: t.ast.BinOp(e(), t.ast.Add(), e())), ("nodes", lambda e: t.ast.Module(several(e), e())),
    ]


RNG, KEEP, LOOP = [None], [Evil(1)], [None]


def rngless():
    return 0


def changes(t):
    """Ways to change an object whatever it is; what does not fit it raises and is over."""

    def attempt(*calls):
        def change(o):
            for call in calls:
                try:
                    call(o)
                except BaseException:
                    pass

        return change

    grow = (lambda o: o.extend([EvilInt(7)] * 300), lambda o: o.update({EvilInt(i): i for i in range(60)}), lambda o: o.update(range(60)), lambda o: o.write(b"x" * 5000),
            lambda o: o.write("x" * 5000), lambda o: o.append(Evil(3)), lambda o: o.feed("<a><b/></a>"), lambda o: o.resize(16384), lambda o: o.__dict__.update(dict.fromkeys(map(str, range(60)))))
    empty = (lambda o: o.clear(), lambda o: o.release(), lambda o: o.close(), lambda o: o.__delitem__(slice(None)), lambda o: o.__dict__.clear(), lambda o: o.truncate(0))
    less = (lambda o: o.pop(), lambda o: o.popitem(), lambda o: o.__delitem__(0), lambda o: o.popitem(False), lambda o: delattr(o, "a"), lambda o: next(o), lambda o: o.read(1), lambda o: o.detach(), lambda o: o.seek(0))
    again = (lambda o: o.__init__(), lambda o: o.__init__([Evil(1), Evil(2)]), lambda o: o.__init__(o), lambda o: o.__init__(t.io.BytesIO(b"abc")), lambda o: o.__init__("b"), lambda o: o.__init__(":memory:"))
    other = (lambda o: o.__setitem__(slice(None), [Evil(i) for i in range(3)]), lambda o: o.__setitem__(slice(None, None, 2), b"xx"), lambda o: o.sort(), lambda o: o.reverse(), lambda o: o.rotate(2),
             lambda o: o.move_to_end(next(iter(o))), lambda o: o.__setstate__((o, (o,), {}, {})), lambda o: setattr(o, "a", Evil(1)), lambda o: setattr(o, "__dict__", {}), lambda o: setattr(o, "__code__", (lambda *a: 1).__code__),
             lambda o: setattr(o, "__defaults__", None), lambda o: setattr(o, "__class__", Evil), lambda o: setattr(o, "args", ()), lambda o: setattr(o, "default_factory", None), lambda o: setattr(o, "__bases__", (Evil,)),
             lambda o: setattr(o, "cell_contents", 1), lambda o: o.flush(), lambda o: o.reconfigure(encoding="utf-16"), lambda o: o.cache_clear(), lambda o: [setattr(o, k, 1) for k in list(vars(o))])
    end = (lambda o: o.close(), lambda o: o.throw(ValueError), lambda o: list(zip(o, range(9))), lambda o: o.cancel(), lambda o: o.set_result(1), lambda o: stage.objects.remove(o))
    gone = (lambda o: stage.objects.clear(), lambda o: t.gc.collect(0))
    # Each on the built-in type itself, so that subclasses are changed behind their methods.
    plain = tuple(lambda o, c=c, n=n: getattr(c, n)(o) for c in (list, dict, set, t.collections.OrderedDict) for n in ("clear",))
    return [("grows", attempt(*grow)), ("empties", attempt(*empty)), ("shrinks", attempt(*less)), ("starts again", attempt(*again)), ("changes", attempt(*other)),
            ("ends", attempt(*end)), ("goes", attempt(*gone)), ("empties below", attempt(*plain))]


AVOID = {"__init_subclass__", "__subclasshook__", "__bases__", "fileno", "breakpoint", "input", "exit", "quit", "help", "exec_", "_exit", "abort", "__import__", "open", "open_code", "kill"}


def acts(t):
    """Operations that are no methods: f(s, a, b) for subjects and arguments."""
    op, it = t.operator, t.itertools
    keep = lambda f: (lambda s, a, b: f(s))
    two = lambda f: (lambda s, a, b: f(s, a))

    def loop(s, a, b):
        for n, _ in zip(range(9), s):
            stage.call()

    def unpack(s, a, b):
        x, *y = s
        x, y, z = s

    def call(s, a, b):
        (lambda *p, **k: stage.call())(*s, *a, **b)

    def named(s, a, b):
        print(*a, **s)

    def run(s, a, b):
        exec("x = a; y = [b for b in x]; del x", s, a)

    def make(s, a, b):
        class C(s, metaclass=a):
            z = b

    def withs(s, a, b):
        with s as x, a:
            raise KeyError(b)

    def delegate(s, a, b):
        def g():
            return (yield from s)

        x = g()
        next(x), x.send(a), x.throw(ValueError)

    def raising(s, a, b):
        try:
            raise s from a
        except b:
            pass

    def comprehension(s, a, b):
        return {x: y for x in s for y in a}, [x for x in s if x], {x for x in b}

    fs = [("loop", loop), ("unpack", unpack), ("call", call), ("named", named), ("exec", run), ("class", make), ("with", withs), ("delegate", delegate), ("raise", raising), ("comprehension", comprehension)]
    fs += [(f.__name__, keep(f)) for f in (list, tuple, set, frozenset, dict, sorted, min, max, sum, all, any, len, repr, str, bytes, bytearray, hash, ascii, iter, reversed, enumerate, bool, int, float, complex, callable, dir, vars, type, id, next, memoryview,
           t.copy.copy, t.copy.deepcopy, t.marshal.dumps, t.collections.deque, t.collections.OrderedDict, t.collections.Counter, t.heapq.heapify, t.heapq.heappop, t.gc.get_referents, t.sys.getsizeof, t.math.fsum, t.math.prod,
           t.binascii.hexlify, t.zlib.crc32, t.statistics.mean, t.base64.b64encode, t.audioop.reverse if False else abs, t.operator.length_hint, t.random.Random, t.functools.cmp_to_key, t.inspect.signature, t.traceback.format_exception_only if False else bin)]
    fs += [(f.__name__, two(f)) for f in (isinstance, issubclass, divmod, format, round, filter, map, zip, getattr, hasattr, setattr if False else pow, max, min, sum, t.functools.reduce, t.bisect.insort, t.bisect.bisect_left, t.heapq.heappush, t.heapq.heappushpop, t.heapq.heapreplace,
           t.math.gcd, t.math.dist, t.math.isclose, t.struct.unpack, t.re.match, t.re.split, t.re.findall, it.islice, it.accumulate, it.groupby, it.product, t.pickle.dumps, t.copy.deepcopy, t.sys.intern if False else str, int, bytes, str, type, super, enumerate, slice, range, property, complex,
           t.functools.partial, t.collections.defaultdict, t.collections.ChainMap, t.collections.deque, t.weakref.ref, t.weakref.proxy, t.types.MethodType, t.csv.reader, t.zlib.compress, t.random.Random.seed if False else print)]
    fs += [(n, two(getattr(op, n))) for n in sorted(op.__all__) if n not in ("lshift", "ilshift", "pow", "ipow", "attrgetter", "itemgetter", "methodcaller") and not isinstance(getattr(op, n), type)]
    fs += [
        ("slice", lambda s, a, b: s[a:b]), ("step", lambda s, a, b: s[a:b:2]), ("set slice", lambda s, a, b: s.__setitem__(slice(0, 3), a)), ("set step", lambda s, a, b: s.__setitem__(slice(None, None, 2), a)), ("del slice", lambda s, a, b: s.__delitem__(slice(a, b))), ("set slices", lambda s, a, b: s.__setitem__(slice(a, b), s)),
        ("join", lambda s, a, b: "".join(s)), ("joins", lambda s, a, b: EvilStr("x").join(s)), ("joinb", lambda s, a, b: b"".join(s)), ("joinba", lambda s, a, b: bytearray(b",").join(s)), ("percent", lambda s, a, b: "%s %r %d" % s), ("percents", lambda s, a, b: "%(a)s %(b)*d" % s), ("percentb", lambda s, a, b: b"%b %a %d" % (s, a, b)),
        ("format", lambda s, a, b: "{0} {1!r} {2:{0}} {0.a} {0[a]}".format(s, a, b)), ("format_map", lambda s, a, b: "{a} {b}".format_map(s)), ("fstring", lambda s, a, b: f"{s!r:>{a}} {b}"), ("pack", lambda s, a, b: t.struct.pack("iqds?cP", *s)), ("packs", lambda s, a, b: t.struct.pack("3if?", s, a, b, s, a)),
        ("pack_into", lambda s, a, b: t.struct.pack_into("bbb", s, 0, a, b, a)), ("unpack_from", lambda s, a, b: t.struct.unpack_from("bb", s, a)), ("sort key", lambda s, a, b: s.sort(key=a, reverse=True)), ("sorted key", lambda s, a, b: sorted(s, key=a)), ("sort keys", lambda s, a, b: s.sort(key=lambda x: stage.call() or 1)),
        ("max key", lambda s, a, b: max(s, key=a, default=b)), ("sum start", lambda s, a, b: sum(s, a)), ("sub", lambda s, a, b: t.re.sub("(.)", a, s)), ("subf", lambda s, a, b: t.re.sub(b"(.)", lambda m: stage.call() or m[1], s)), ("subs", lambda s, a, b: t.re.compile(b"a").subn(s, a)), ("fullmatch", lambda s, a, b: t.re.fullmatch(b"(.|b)*", s).groups()),
        ("sre", lambda s, a, b: t.re.compile("a(b)").sub(lambda m: m.expand(s) if stage.call() is None else a, b)), ("dict args", lambda s, a, b: dict(s, **a)), ("update", lambda s, a, b: s.update(a, **b)), ("fromkeys", lambda s, a, b: type(s).fromkeys(a, b)), ("merge", lambda s, a, b: {**s, **a, **b}), ("star", lambda s, a, b: [*s, *a, *b]), ("stars", lambda s, a, b: {*s, *a}),
        ("type", lambda s, a, b: type("C", s, a)), ("types", lambda s, a, b: type("C", (object,), s)), ("print", lambda s, a, b: print(a, b, sep=a, end=b, file=s)), ("isinstance", lambda s, a, b: isinstance(a, (s, b))), ("zips", lambda s, a, b: list(it.islice(zip(s, a, b), 20))), ("maps", lambda s, a, b: list(it.islice(map(a, s, b), 20))), ("longest", lambda s, a, b: list(it.islice(it.zip_longest(s, a, b), 20))),
        ("writelines", lambda s, a, b: t.io.BytesIO().writelines(s)), ("bytesio", lambda s, a, b: t.io.BytesIO().write(s)), ("readinto", lambda s, a, b: t.io.BytesIO(b"abc" * 9).readinto(s)), ("readintor", lambda s, a, b: t.io.BufferedReader(a).readinto(s)), ("writer", lambda s, a, b: t.io.BufferedWriter(s, 4).write(a)), ("textwrite", lambda s, a, b: t.io.TextIOWrapper(s, "utf-8").write(a)), ("textread", lambda s, a, b: t.io.TextIOWrapper(s, "utf-8").read(3)),
        ("encode", lambda s, a, b: "a\u20ac\udc80".encode("ascii", s)), ("translate", lambda s, a, b: "abc\u20ac".translate(s)), ("charmap", lambda s, a, b: t.codecs.charmap_encode("abc", "strict", s)), ("charmapd", lambda s, a, b: t.codecs.charmap_decode(b"abc", "strict", s)), ("codec", lambda s, a, b: t.codecs.encode(s, a)), ("codecs", lambda s, a, b: t.codecs.utf_8_decode(s, a, b)), ("str of", lambda s, a, b: str(s, "utf-8", "replace")),
        ("bytes of", lambda s, a, b: bytes(s, a, b)), ("from_bytes", lambda s, a, b: int.from_bytes(s, "big")), ("fromhex", lambda s, a, b: bytes.fromhex(s)), ("pickles", lambda s, a, b: t._pickle.dumps([s, a, b], 4)), ("csvs", lambda s, a, b: t.csv.writer(t.io.StringIO()).writerows([s, a])), ("sql", lambda s, a, b: t.sqlite3.connect(":memory:").execute("select ?, ?", s).fetchall()),
        ("warn", lambda s, a, b: t.warnings.warn(s, a)), ("warnx", lambda s, a, b: t._warnings.warn_explicit(s, a, b, 1)), ("lru", lambda s, a, b: t.functools.lru_cache()(lambda *x, **y: stage.call())(s, a, x=b)), ("deque", lambda s, a, b: t.collections.deque(a, 3).extend(s)), ("dequei", lambda s, a, b: s.insert(a, b)), ("tee", lambda s, a, b: [next(x) for x in it.tee(s, 3)]), ("gettee", lambda s, a, b: t.copy.copy(it.tee(s)[0])),
        ("count", lambda s, a, b: t.collections.Counter(a).update(s)), ("_count", lambda s, a, b: t.collections._count_elements(s, a)), ("attr", lambda s, a, b: t.operator.attrgetter("a.b")(s)), ("item", lambda s, a, b: t.operator.itemgetter(a, b)(s)), ("setattr", lambda s, a, b: setattr(s, "a", a)), ("delattr", lambda s, a, b: delattr(s, "a")), ("dictset", lambda s, a, b: setattr(a, "__dict__", s)), ("class=", lambda s, a, b: setattr(s, "__class__", type(a))), ("bases=", lambda s, a, b: setattr(s, "__bases__", (type(a),))),
        ("compile", lambda s, a, b: compile(s, "f", "exec")), ("eval", lambda s, a, b: eval("[x for x in a]", s, a)), ("namespace", lambda s, a, b: t.types.SimpleNamespace(**s)), ("ctx", lambda s, a, b: t.contextvars.copy_context().run(s, a)), ("carray", lambda s, a, b: (t.ctypes.c_int * 3)(*s)), ("cfrom", lambda s, a, b: (t.ctypes.c_char * 3).from_buffer(s)), ("memory", lambda s, a, b: memoryview(s).cast("B", shape=a)), ("mv=", lambda s, a, b: memoryview(s).__setitem__(slice(0, 2), a)), ("mv==", lambda s, a, b: memoryview(s) == memoryview(a)),
        ("profile", lambda s, a, b: (t.sys.setprofile(s), len(b), t.sys.setprofile(None))), ("trace", lambda s, a, b: (t.sys.settrace(s), list(b), t.sys.settrace(None))), ("referents", lambda s, a, b: t.gc.get_referrers(s)), ("unraisable", lambda s, a, b: t.sys.unraisablehook(s)), ("excepthook", lambda s, a, b: t.sys.excepthook(s, a, b)), ("showwarning", lambda s, a, b: t.traceback.print_exception(s, a, b)), ("displayhook", lambda s, a, b: t.sys.displayhook(s)), ("import", lambda s, a, b: __import__("os", s, a, b)), ("imports", lambda s, a, b: exec("from m import *", {"__builtins__": {"__import__": lambda *x: s}})),
        ("setstate", lambda s, a, b: s.__setstate__(a)), ("reduce", lambda s, a, b: s.__reduce_ex__(2)), ("exc", lambda s, a, b: ValueError(s).with_traceback(a)), ("build_class", lambda s, a, b: t.builtins.__build_class__(s, "C", a)), ("elem", lambda s, a, b: t._elementtree.Element("a", {}).extend(s)), ("elems", lambda s, a, b: s.extend([a, b])), ("uni", lambda s, a, b: t.unicodedata.normalize("NFC", s)), ("select", lambda s, a, b: t.select.select(s, a, [], 0)), ("random", lambda s, a, b: t.random.Random(1).shuffle(s)), ("sample", lambda s, a, b: t.random.Random(1).choices(s, a, k=3)),
        ("ascii", lambda s, a, b: t.ast.literal_eval(s)), ("compile tree", lambda s, a, b: compile(t.ast.fix_missing_locations(t.ast.Module([t.ast.Expr(s)], [])), "f", "exec")), ("compiles", lambda s, a, b: compile(s, a, b)), ("code", lambda s, a, b: (lambda: 1).__code__.replace(co_consts=s, co_names=a)), ("function", lambda s, a, b: t.types.FunctionType((lambda x: y).__code__, s, "n", a, b)), ("setdefaults", lambda s, a, b: setattr(s, "__defaults__", a)), ("posix", lambda s, a, b: t.posix.execv("/nowhere", s)), ("posixe", lambda s, a, b: t.posix.execve("/nowhere", a, s)), ("spawn", lambda s, a, b: t.posix.posix_spawn("/nowhere", s, a)), ("writev", lambda s, a, b: t.posix.writev(-1, s)), ("readv", lambda s, a, b: t.posix.readv(-1, s)), ("sendmsg", lambda s, a, b: t.posix.sched_setaffinity(0, s)), ("setgroups", lambda s, a, b: t.posix.putenv(s, a)), ("symtable", lambda s, a, b: t._symtable.symtable(s, a, b)),
    ]
    return fs


def perform(number, t, makers, ways, operations, show=False):
    rng = RNG[0] = t.random.Random(number)

    def evil():
        cls = rng.choice(EVIL) if rng.randrange(3) else Evil
        if cls is Evil:
            return Evil(rng.randrange(6))
        try:
            return cls({EvilInt: rng.randrange(5), EvilStr: "ab", EvilBytes: b"ab", EvilFloat: 1.5, EvilDict: {"a": 1}, EvilError: 1}.get(cls, [1, 2, 3]))
        except TypeError:
            return Evil(1)

    def argument():
        kind = rng.randrange(14)
        if kind < 4:
            return evil()
        if kind < 8:
            return subject
        if kind < 11:
            try:
                return rng.choice(makers)[1](evil)
            except Exception:
                return evil()
        return rng.choice((0, 1, -1, 5, "a", b"a", None, slice(1, 3), (), (1, 2), "utf-8", "strict", len, lambda *a: stage.call() or a[:1], int, 3.5))

    kind, make = rng.choice(makers)
    stage.left, stage.objects = 0, []
    try:
        subject = make(evil)
    except Exception:
        return "nothing"
    names = [n for n in dir(type(subject)) if n not in AVOID]
    args = [argument() for _ in range(rng.choice((0, 1, 1, 1, 2, 2, 3)))]
    way, stage.change = rng.choice(ways)
    if rng.randrange(5) < 3:
        name = rng.choice(names)
        act = lambda: getattr(subject, name)(*args)
    else:
        name, f = rng.choice(operations)
        args = (args + [argument(), argument()])[:2]
        act = lambda: f(subject, *args)
    at = rng.choice((1, 1, 1, 2, 2, 3, 4, 6))
    what = "%s %s(%s) %s at %d" % (kind, name, ", ".join(type(a).__name__ for a in args), way, at)
    if any(word in name for word in ("pow", "lshift", "mul", "repeat")) and any(isinstance(a, int) and a > 99 for a in args):
        return what
    LAST(what)
    stage.objects = [subject] + args
    stage.left = 2 * at
    result = None
    try:
        result = act()
        if hasattr(type(result), "__next__"):
            result = [x for x, _ in zip(result, range(12))]
        if show:
            print("gave", type(result))
    except BaseException as problem:
        if show:
            print("raised", type(problem), repr(str(problem))[:200])
    stage.left = 0
    # What is left must hold together.
    for look in (len, repr, list if kind not in ("count", "repeat", "cycle", "generator") else iter, iter):
        try:
            if hasattr(subject, "__next__"):
                [x for x, _ in zip(subject, range(20))]
            else:
                look(subject)
        except BaseException:
            pass
    stage.objects = []
    return what


class Enough(BaseException):
    pass


def enough(*args):
    raise Enough


def worker(first, end, note):
    import io
    import mmap
    import resource

    global LAST
    t = tools()
    resource.setrlimit(resource.RLIMIT_DATA, (3 << 30, 3 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    equip(lambda: RNG[0])
    LOOP[0] = t.asyncio.new_event_loop()
    makers, ways, operations = subjects(t), changes(t), acts(t)
    show = note is None
    if show:
        LAST = print
        last = None
    else:
        file = open(note, "w+b")
        file.truncate(4096)
        last = mmap.mmap(file.fileno(), 4096)
        number = first

        def LAST(what):
            last[:4096] = ("%d %s" % (number, what)).encode("utf-8", "replace")[:4095].ljust(4096, b"\0")

        sys.stderr = io.StringIO()
    sys.unraisablehook = lambda *args: None
    sys.setrecursionlimit(400)
    signal.signal(signal.SIGPROF, enough)
    for number in range(first, end):
        # Time that the processor spent, since some cases never end; and time that passed, since some wait for ever.
        signal.setitimer(signal.ITIMER_PROF, 2, 0.5)
        signal.alarm(300)
        if not show:
            sys.stdout = sys.stderr = io.StringIO()
            LAST("")
        try:
            perform(number, t, makers, ways, operations, show)
            signal.setitimer(signal.ITIMER_PROF, 0)
            sys.settrace(None), sys.setprofile(None)
            sys.excepthook = sys.__excepthook__
            if number % 200 == 0 or show:
                t.gc.collect()
            if show:
                # What was freed leaves the hostile build's quarantine, and is looked at.
                for _ in range(40000):
                    bytearray(1000)
        except BaseException:
            if show:
                raise
    os._exit(0)


# ---- the other side


def last_words(out):
    """What a process said before it died, from the hostile build's or the panic's first line on, without the places in sources."""
    lines = [line for line in out.decode("utf-8", "replace").splitlines() if not re.match(r"\s+at ", line)]
    first = next((n for n, line in enumerate(lines) if line.startswith("hostile:") or "panicked" in line), max(0, len(lines) - 40))
    return "\n".join("    " + line[:200] for line in lines[first : first + 45])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=20000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--one", type=int)
    parser.add_argument("--chunk", type=int, default=2000)
    parser.add_argument("--reference", action="store_true", help="run CPython itself")
    options = parser.parse_args()
    sys.path.insert(0, os.path.dirname(HERE))
    import sides

    side = sides.REFERENCE if options.reference else sides.PYRITE
    me = os.path.abspath(__file__)
    if options.one is not None:
        arguments = [me, "--worker", str(options.one), str(options.one + 1)]
        return side.popen(arguments, {"PYTHONHASHSEED": "0"}, stdin=subprocess.DEVNULL).wait()
    stop = time.time() + options.seconds
    at, end, died, slow = options.first, options.first + options.cases, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        note = os.path.join(folder, "note")
        while at < end and time.time() < stop:
            until = min(at + options.chunk, end)
            process = side.popen([me, "--worker", str(at), str(until), note], {"PYTHONHASHSEED": "0"}, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=folder)
            out = process.communicate()[0]
            if process.returncode == 0:
                at = until
                continue
            with open(note, "rb") as file:
                doing = file.read().rstrip(b"\0").decode("utf-8", "replace")
            number = int(doing.split()[0]) if doing[:1].isdigit() else at
            if process.returncode == -signal.SIGALRM:
                slow += 1
                print("slow: %s" % doing, flush=True)
            else:
                died += 1
                print("status %d in %s" % (process.returncode, doing))
                print(last_words(out), flush=True)
            at = number + 1
    print("%d cases, %d died, %d took too long" % (at - options.first, died, slow))
    return died != 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else None)
    else:
        sys.exit(main())
