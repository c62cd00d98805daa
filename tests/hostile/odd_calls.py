"""Calls the methods of every built-in type with odd objects, at random: nothing may end the process but an exception.

    odd_calls.py --seconds 60 [--seed N] [--seeds N] [--steps N]       starts workers, one seed after another, and reports those that died
    odd_calls.py --worker SEED STEPS NOTE                   one worker; the file NOTE holds what it was doing last

The objects are values of the built-in types at the edges of their ranges, containers that hold one another, and instances of `Odd`, whose
special methods change whatever containers they find, collect garbage, raise, or answer with some other odd object. Which library runs is
for the caller to say (LD_LIBRARY_PATH), or PYRITE_LIB_DIR as for the other suites. The same seed makes the same calls.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time

# ---- the worker

# Modules beside those that have always a share: all of libpython's and of lib-dynload that can neither end the process nor reach beyond it.
WIDE = """_abc _ast _codecs _imp _locale _signal _sre _stat _symtable _thread _tracemalloc _warnings atexit errno faulthandler gc marshal posix pwd sys time
    xxsubtype _asyncio _bisect _blake2 _bz2 _codecs_jp _codecs_iso2022 _contextvars _crypt _csv _datetime _decimal _elementtree _hashlib _heapq _json _lsprof
    _lzma _md5 _multibytecodec _opcode _pickle _random _sha1 _sha256 _sha3 _sha512 _socket _sqlite3 _ssl _statistics _struct _testbuffer _uuid array audioop
    binascii cmath grp math mmap parser pyexpat select unicodedata zlib"""
# Of some modules only these.
ONLY = {
    "posix": """DirEntry WEXITSTATUS WIFEXITED WTERMSIG access confstr device_encoding fpathconf fspath fstat fstatvfs get_blocking get_inheritable get_terminal_size getgrouplist
        getpgid getpriority getsid getxattr isatty listdir listxattr lstat major makedev minor pathconf posix_fadvise putenv readlink sched_get_priority_max
        sched_getaffinity sched_getparam sched_param scandir stat stat_result statvfs statvfs_result strerror sysconf terminal_size times_result ttyname umask
        uname_result unsetenv waitid_result""",
    "_signal": "getitimer getsignal set_wakeup_fd siginterrupt sigpending strsignal struct_siginfo valid_signals default_int_handler",
    "_thread": "LockType RLock _local _ExceptHookArgs _excepthook _count get_ident stack_size allocate_lock",
    "_imp": "_fix_co_filename create_builtin exec_builtin extension_suffixes get_frozen_object init_frozen is_builtin is_frozen is_frozen_package source_hash",
    "gc": "collect disable enable get_count get_debug get_freeze_count get_stats get_threshold is_tracked isenabled set_threshold",
    "faulthandler": "disable enable is_enabled dump_traceback",
    "_socket": "CMSG_LEN CMSG_SPACE htonl htons inet_aton inet_ntoa inet_ntop inet_pton ntohl ntohs SocketType setdefaulttimeout if_nametoindex getprotobyname",
    "time": "asctime ctime gmtime localtime mktime strftime strptime struct_time get_clock_info clock_getres clock_gettime",
}
NEVER = """sys.setrecursionlimit sys.addaudithook sys.set_int_max_str_digits sys.callstats sys._debugmallocstats math.factorial math.perm math.comb _hashlib.pbkdf2_hmac _hashlib.scrypt
    _sqlite3.connect _sqlite3.Connection mmap.mmap array.array _locale.setlocale _ssl.RAND_bytes _ssl.RAND_pseudo_bytes _sqlite3.enable_shared_cache _testbuffer.ndarray"""


def worker(seed, steps, note):
    import _collections
    import _functools
    import _io
    import _operator
    import _sre
    import _string
    import _weakref
    import builtins
    import codecs
    import contextvars
    import gc
    import importlib
    import itertools
    import mmap
    import operator
    import random
    import re
    import resource
    import types
    import weakref

    resource.setrlimit(resource.RLIMIT_DATA, (3 << 30, 3 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.alarm(120)
    rng = random.Random(seed)
    log = open(note, "w+b")
    log.truncate(4096)
    last = mmap.mmap(log.fileno(), 4096)
    pool = []
    depth = 0

    def pick():
        return pool[rng.randrange(len(pool))] if pool else None

    def mischief():
        """Changes something that somebody may be looking at."""
        nonlocal depth
        if depth > 3:
            return
        depth += 1
        try:
            o = pick()
            kind = rng.randrange(9)
            if kind == 0 and type(o) in (list, dict, set, bytearray, _collections.deque, _collections.OrderedDict):
                o.clear()
            elif kind == 1 and isinstance(o, (list, _collections.deque)):
                o.append(pick())
            elif kind == 2 and isinstance(o, list):
                o[:] = [pick() for _ in range(rng.randrange(20))]
            elif kind == 3 and isinstance(o, dict):
                o[rng.randrange(50)] = pick()
            elif kind == 4 and isinstance(o, set):
                o.update(range(rng.randrange(40)))
            elif kind == 5 and isinstance(o, (bytearray, memoryview, _io.BytesIO)):
                o.extend(b"x" * 100) if isinstance(o, bytearray) else getattr(o, "release", getattr(o, "close", int))()
            elif kind == 6:
                gc.collect(rng.randrange(2))
            elif kind == 7 and pool:
                pool.pop(rng.randrange(len(pool)))
            elif kind == 8 and hasattr(o, "__next__"):
                next(o)
        except BaseException:
            pass
        finally:
            depth -= 1

    def answer(self, *args):
        mischief()
        kind = rng.randrange(8)
        if kind == 0:
            raise rng.choice((ValueError, KeyError, StopIteration, TypeError, AttributeError, IndexError, RecursionError))("odd")
        if kind == 1:
            return NotImplemented
        if kind == 2:
            return pick()
        return usual.get(rng.randrange(9), self)

    usual = {0: 0, 1: 1, 2: True, 3: "a", 4: b"ab", 5: 1.5, 6: None, 7: 2, 8: (1, 2)}
    special = """eq ne lt le gt ge hash bool len length_hint index int float complex str repr bytes format iter next contains getitem
        setitem delitem missing reversed call add radd iadd sub rsub mul rmul imul truediv floordiv mod rmod divmod pow rpow lshift
        rshift and rand or ror xor rxor neg pos abs invert round trunc enter exit getattr get set delete del instancecheck
        subclasscheck copy deepcopy reduce reduce_ex getstate setstate fspath sizeof dir await aiter anext set_name""".split()

    def odd_class():
        names = rng.sample(special, rng.randrange(1, 12))
        base = rng.choice((object, object, object, list, dict, int, str, set, tuple, bytes, float, bytearray, BaseException))
        body = {"__%s__" % n: (lambda self, *args, **kw: answer(self, *args)) for n in names}
        if rng.randrange(4) == 0 and base is object:
            body["__slots__"] = ("a", "b", "__weakref__")
        try:
            return type("Odd", (base,), body)
        except TypeError:
            return int

    def odd():
        try:
            return odd_class()()
        except BaseException:
            return None

    def plain():
        def gen():
            x = yield pick()
            yield x
            try:
                yield
            finally:
                mischief()

        async def coro():
            return 1

        makers = (
            lambda: rng.choice((0, 1, -1, 2, 255, 256, -5, 2**31, -2**31, 2**63 - 1, -2**63, 2**64, 2**100, sys.maxsize)),
            lambda: rng.randrange(-3, 12), lambda: rng.randrange(-3, 12), lambda: rng.randrange(-3, 12),
            lambda: rng.choice((0.0, -0.0, 1.5, 1e308, float("inf"), float("nan"), 1e-320)),
            lambda: rng.choice(("", "a", "abc", "\xe9", "\u20ac", "\U0001f600", "\udc80", "x" * 300, "%s", "{}", "a,b", "utf-8", "strict")),
            lambda: rng.choice((b"", b"a", b"abc", b"\xff" * 20, b"x" * 300)),
            lambda: bytearray(rng.randrange(30)), lambda: memoryview(bytearray(rng.randrange(20))), lambda: memoryview(b"abcdefgh").cast("H"),
            lambda: [pick() for _ in range(rng.randrange(8))], lambda: tuple(pick() for _ in range(rng.randrange(6))),
            lambda: {i: pick() for i in range(rng.randrange(8))}, lambda: set(range(rng.randrange(12))), lambda: frozenset("abc"),
            lambda: range(rng.randrange(10)), lambda: slice(pick(), pick(), pick()), lambda: None, lambda: Ellipsis, lambda: NotImplemented,
            lambda: 1j, lambda: True, gen, coro, lambda: (lambda *a, **k: answer(None)), lambda: rng.choice((int, list, dict, type, object, str)),
            lambda: iter([pick(), pick()]), lambda: _collections.deque(range(rng.randrange(9)), rng.choice((None, 3))),
            lambda: _collections.OrderedDict.fromkeys(range(rng.randrange(6))), lambda: _collections.defaultdict(odd_class()),
            lambda: _functools.partial(pick() or int, pick()), lambda: itertools.chain([pick()], [pick()]), lambda: itertools.tee([1, 2, 3])[0],
            lambda: itertools.islice(itertools.count(), 5), lambda: itertools.groupby([1, 1, 2]), lambda: _io.BytesIO(b"abc\ndef"),
            lambda: _io.StringIO("abc\ndef"), lambda: _io.TextIOWrapper(_io.BytesIO(b"abc\n")), lambda: _io.BufferedReader(_io.BytesIO(b"abc")),
            lambda: _io.BufferedRWPair(_io.BytesIO(b"abc"), _io.BytesIO()), lambda: re.compile(rng.choice(("a", "(a)(b)?", "(?P<x>.)*", b"."))),
            lambda: re.match("(a)(?P<n>b)?", "abc"), lambda: weakref.ref(odd_class()), lambda: ValueError(pick(), pick()), lambda: OSError(2, pick()),
            lambda: UnicodeDecodeError("utf-8", b"abc", 1, 2, "x"), lambda: types.SimpleNamespace(a=pick()), lambda: types.MappingProxyType({1: 2}),
            lambda: property(pick()), lambda: staticmethod(pick()), lambda: classmethod(pick()), lambda: super(list, []), lambda: types.ModuleType("m"),
            lambda: types.CellType(pick()), lambda: contextvars.ContextVar("v"), lambda: contextvars.copy_context(), lambda: [].append,
            lambda: odd_class().__init__, lambda: (lambda: pick()).__code__, lambda: types.MethodType(len, pick() or 1), lambda: _sre,
            lambda: codecs.getincrementaldecoder("utf-8")(), lambda: sys.flags, lambda: _io.IncrementalNewlineDecoder(None, True),
            lambda: weakref.proxy(odd_class()), lambda: _functools._lru_cache_wrapper(lambda *a: pick(), 3, False, tuple),
            lambda: _functools.cmp_to_key(lambda a, b: mischief() or 0)(pick()), lambda: operator.attrgetter("a"), lambda: operator.itemgetter(1),
            lambda: operator.methodcaller("pop"), lambda: enumerate([pick()]), lambda: zip([pick()], [pick()]), lambda: map(odd_class(), [1, 2]),
            lambda: filter(pick(), [1, 2]), lambda: reversed([1, pick()]), lambda: {1: 2, 3: 4}.items(), lambda: {1: 2}.keys(), lambda: iter({1: 2}.values()),
            lambda: sys._getframe(), lambda: "abc".__iter__(), lambda: int.__add__, lambda: (1).__add__, lambda: dict.__dict__["fromkeys"],
        )
        try:
            return rng.choice(makers)()
        except BaseException:
            return None

    avoid = {"__init_subclass__", "__subclasshook__", "fileno", "__bases__", "input", "exit", "quit", "breakpoint", "exec", "eval", "compile",
             "acquire", "acquire_lock", "open", "help", "print", "__import__", "__reduce_ex__", "FileIO", "OpenWrapper", "open_code", "ljust_"}
    modules = [builtins, _operator, _functools, _collections, itertools, _string, _weakref, _io]
    callables = [(m.__name__ + "." + n, f) for m in modules for n, f in sorted(vars(m).items()) if callable(f) and n not in avoid]
    wide = []
    for name in WIDE.split():
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        named = ONLY.get(name, "").split() or sorted(vars(module))
        wide += [(name + "." + n, f) for n in named for f in [getattr(module, n, None)] if callable(f) and n not in avoid and name + "." + n not in NEVER.split()]
    operators = [(n, getattr(operator, n)) for n in sorted(operator.__all__) if n not in ("pow", "ipow", "lshift", "ilshift")]

    def small(args):
        """No argument that makes a result of gigabytes or hours."""
        return all(not (isinstance(a, int) and abs(a) > 1 << 33) for a in args)

    def step():
        kind = rng.randrange(12)
        args = [pick() for _ in range(rng.choice((0, 0, 1, 1, 1, 2, 2, 3, 4)))]
        kw = {}
        if kind < 7:
            o = pick()
            names = [n for n in dir(type(o)) if n not in avoid and n not in ("__lshift__", "__rlshift__", "__pow__", "__rpow__")]
            name = rng.choice(names)
            what = "%s.%s" % (type(o).__name__, name)
            said = "%s(%s)" % (what, ", ".join(type(a).__name__ for a in args))
            last[:4096] = said.encode("utf-8", "replace")[:4095].ljust(4096, b"\0")
            f = getattr(o, name)
            if not callable(f):
                return f
        elif kind == 7:
            what, f = rng.choice(callables)
        elif kind == 8:
            what, f = rng.choice(wide)
        elif kind < 11:
            what, f = rng.choice(operators)
        else:
            return odd() if rng.randrange(2) else plain()
        if rng.randrange(10) == 0:
            kw = {rng.choice(("key", "default", "start", "maxlen", "a", "sep", "encoding", "errors", "self")): pick()}
        said = "%s(%s)%s" % (what, ", ".join(type(a).__name__ for a in args), list(kw) or "")
        last[:4096] = said.encode("utf-8", "replace")[:4095].ljust(4096, b"\0")
        if not small(args) and rng.randrange(4):
            return None
        if any(word in what for word in ("repeat", "count", "cycle", "pow", "permutations", "combinations", "product", "range")) and not small(args):
            return None
        result = f(*args, **kw)
        if hasattr(result, "__next__") and rng.randrange(2):
            return [x for x, _ in zip(result, range(20))]
        return result

    sys.stdout = sys.stderr = _io.StringIO()
    sys.unraisablehook = lambda *a: None
    sys.setrecursionlimit(300)
    for _ in range(60):
        pool.append(plain())
    for n in range(steps):
        try:
            new = step()
        except (Exception, SystemExit, KeyboardInterrupt, GeneratorExit):
            new = None
        except BaseException:
            new = None
        try:
            if isinstance(new, (str, bytes, bytearray, list, tuple, dict, set)) and len(new) > 2000:
                new = None
            if isinstance(new, int) and abs(new) > 1 << 200:
                new = None
        except BaseException:
            new = None
        if new is not None:
            pool.append(new)
        while len(pool) > 150:
            pool.pop(rng.randrange(len(pool)))
        if rng.randrange(10) == 0:
            pool.append(plain() if rng.randrange(3) else odd())
        if n % 500 == 499:
            gc.collect()
        sys.settrace(None), sys.setprofile(None)
        sys.stdout = sys.stderr = _io.StringIO()
    os._exit(0)


# ---- the other side


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=1e9)
    parser.add_argument("--seeds", type=int, default=1 << 62, help="stop after so many")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--reference", action="store_true", help="run CPython itself")
    options = parser.parse_args()
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    import attacks
    import sides

    side = sides.REFERENCE if options.reference else sides.PYRITE
    end = time.time() + options.seconds
    seed, died, slow = options.seed, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        note = os.path.join(folder, "note")
        while time.time() < end and seed < options.seed + options.seeds:
            arguments = [os.path.abspath(__file__), "--worker", str(seed), str(options.steps), note]
            process = side.popen(arguments, {"PYTHONHASHSEED": "0"}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, cwd=folder)
            out = process.communicate()[0]
            if process.returncode == -signal.SIGALRM:
                slow += 1
            elif process.returncode < 0:
                died += 1
                with open(note, "rb") as file:
                    doing = file.read().rstrip(b"\0").decode()
                print("seed %d: status %d in %s" % (seed, process.returncode, doing))
                print(attacks.last_words(out), flush=True)
            seed += 1
    print("%d seeds, %d died, %d took too long" % (seed - options.seed, died, slow))
    return died != 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
    else:
        sys.exit(main())
