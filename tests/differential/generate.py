"""Makes the cases that follow from the types themselves: every operator, method, constructor and function on a pool of arguments.

Run by the reference (`run.py` does it); prints files of cases, each after a line `#=== NAME`. A case holds one subject (a method of
an instance, an operator with its left side) and goes through all its arguments, so that a failure names the subject.
"""

import builtins
import sys

# Expressions, since every call wants fresh objects; `·` stands for a space inside one.
POOL = """None True False 0 1 -1 2 7 255 -300 2**63 -2**63-1 2**100 0.0 -0.0 1.5 -2.75 1e300 float('inf') float('nan') 2j 1.5-0.5j
'' 'a' 'abc' 'é' '€x' '\\U0001f600' '12' '%d%s' b'' b'a' b'abc' bytearray(b'ab') memoryview(b'abc') [] [1,2] ['a','b'] () (1,2)
('a',1) {} {'a':1} {1:2,3:4} set() {1,2} frozenset({1}) range(3) range(0,10,3) slice(1,2) int str object Ellipsis
NotImplemented len lambda:0""".split()
SMALL_POOL = """None True 0 1 -1 3 2**63 1.5 'a' 'abc' b'a' b'abc' [] [1,2] (1,2) {} {'a':1} {1,2} range(3) slice(0,2) int""".split()
TINY_POOL = "None 0 2 -1 'a' '' b'a' [1] (0,1) {'a':1}".split()

PRELUDE = """def show(f, *a, **k):
    try:
        r = f(*a, **k)
        print(type(r).__name__, repr(r))
    except BaseException as e:
        print(type(e).__name__, e)
"""

INSTANCES = """object() None True 5 -7 0 2**100 -2**65 1.5 -0.0 1e16 float('inf') float('nan') 1+2j 0j
'' 'abc' 'Hello·World·foo' 'éàü' '€uro' 'a\\tb\\nc\\r\\nd' '\\U0001f600smile' '12345' 'ßtraße' 'TITLE·Case' b'' b'abc' b'Hello·World'
b'a\\tb\\nc\\r\\nd' bytearray() bytearray(b'abc') bytearray(b'Hello·World·a') memoryview(b'abc') memoryview(bytearray(b'abcdef'))
[] [3,1,2] ['b','a','c'] [1,[2]] () (1,2,3) (1,(2,)) {} {'a':1,'b':2} {1:2,(3,):4} {1:2}.keys() {1:2}.items() {1:2}.values()
set() {1,2,3} frozenset() frozenset({1,2}) range(0) range(5) range(10,0,-3) range(2**70) slice(None) slice(1,10,2) enumerate('ab')
zip('ab',[1,2]) map(str,[1,2]) filter(None,[0,1,2]) reversed([1,2,3]) iter([1,2]) iter((1,2)) iter('ab') iter(b'ab') iter({1:2})
iter({1,2}) iter(range(3)) iter(range(2**70,2**70+3)) iter(int,0) iter({1:2}.items()) iter({1:2}.values()) reversed({1:2})
reversed((1,2)) (i·for·i·in·[1,2]) property(lambda·s:1) classmethod(int) staticmethod(len) len [].append int.__add__ (1).__add__
str.join dict.fromkeys (lambda·a,*b,c=1,**k:0) (lambda:0).__code__ type type('A',(),{}) type('A',(),{})() Ellipsis NotImplemented
super(bool,True) type.__dict__['__mro__'] int.__dict__['real'] dict.__dict__['fromkeys'] type(len).__dict__['__self__']
ValueError('x',1) KeyError('k') OSError(2,'no','file') SyntaxError('m',('f',1,2,'t')) UnicodeDecodeError('utf-8',b'ab',0,1,'why')
StopIteration(5) SystemExit(3) ImportError('m',name='n',path='p') BaseException() type(int.__dict__) int.__dict__
(lambda·x:lambda:x)(5).__closure__[0] __import__('sys').implementation __import__('sys').version_info __import__('sys').flags
__import__('types').SimpleNamespace(a=1) __import__('types').ModuleType('m') __import__('types').MethodType(len,[1])
__import__('collections').deque([1,2,3]) __import__('collections').OrderedDict(a=1,b=2) __import__('collections').defaultdict(list,a=[1])
__import__('functools').partial(int,base=2) __import__('itertools').count(3) __import__('itertools').cycle('ab')
__import__('itertools').repeat(1,3) __import__('itertools').chain('ab','c') __import__('itertools').islice('abcd',1,3)
__import__('itertools').product('ab',repeat=2) __import__('itertools').permutations('abc',2) __import__('itertools').combinations('abc',2)
__import__('itertools').groupby('aab') __import__('itertools').accumulate([1,2,3]) __import__('itertools').zip_longest('a','bc')
__import__('operator').itemgetter(1) __import__('operator').attrgetter('real') __import__('operator').methodcaller('upper')
__import__('io').StringIO('ab\\ncd') __import__('io').BytesIO(b'ab\\ncd') __import__('re').compile('(a)(?P<n>b)?')
__import__('re').match('(a)(?P<n>b)?','ab') __import__('contextvars').ContextVar('v',default=1) __import__('contextvars').Context()
__import__('_weakref').ref(Exception) __import__('_weakref').proxy(__import__('re').compile('a')) __import__('time').gmtime(0)""".split()
INSTANCES = [item.replace("·", " ") for item in INSTANCES]

# Results of these hold addresses or sizes that no program relies on, or the call ends the process.
SKIPPED_METHODS = {"__sizeof__", "__init_subclass__", "__subclasshook__", "__dir__", "__class__", "__doc__", "__getattribute__",
                   "__setattr__", "__delattr__", "__getattr__", "mro", "__prepare__", "__instancecheck__", "__subclasses__"}
HASH_BY_VALUE = (int, float, complex, str, bytes, tuple, frozenset, memoryview)

BINARY = "+ - * / // % @ & | ^ << >> ** < <= == != > >= and or is in".split()
UNARY = ["-", "+", "~", "not ", "abs", "bool", "int", "float", "complex", "str", "repr", "ascii", "len", "iter", "list", "tuple", "hash", "callable"]


def evaluate(expression):
    return eval(expression, {"__builtins__": builtins})


class File:
    def __init__(self, name):
        print("\n#=== " + name)
        self.first = True

    def case(self, text):
        print(text if self.first else "#---\n" + text)
        self.first = False


def stays_small(operator, left, right):
    """False where the result would be huge, or take for ever."""
    big = "2**" in right or "1e300" in right or "2**" in left and operator in ("**", "*", "<<") and right in ("255", "7")
    if operator in ("**", "<<"):
        return not big and not ("2**" in left and right in ("255", "-300")) and not (left in ("1.5", "1e300") and right == "255")
    return True


def operators():
    file = File("operators")
    for operator in BINARY:
        for left in POOL:
            lines = ["show(lambda: (%s) %s (%s))" % (left, operator, right) for right in POOL if stays_small(operator, left, right)]
            file.case(PRELUDE + "\n".join(lines))
    for operator in UNARY:
        file.case(PRELUDE + "\n".join("show(lambda: %s(%s))" % (operator, item) for item in POOL if not hash_is_address(operator, item)))
    file = File("inplace")
    body = "def f(a, b):\n    a %s= b\n    return a\n"
    for operator in BINARY[:13]:
        for left in SMALL_POOL:
            lines = ["show(f, %s, %s)" % (left, right) for right in SMALL_POOL if stays_small(operator, left, right)]
            file.case(PRELUDE + body % operator + "\n".join(lines))
    file = File("subscripts")
    for left in POOL:
        file.case(PRELUDE + "\n".join("show(lambda: (%s)[%s])" % (left, key) for key in POOL))
        file.case(PRELUDE + "def f(a, k, v):\n    a[k] = v\n    return a\n" + "\n".join(
            "show(f, %s, %s, %s)" % (left, key, value) for key in SMALL_POOL for value in ("5", "'x'", "[7,8]", "b'zz'")))
        file.case(PRELUDE + "def f(a, k):\n    del a[k]\n    return a\n" + "\n".join("show(f, %s, %s)" % (left, key) for key in SMALL_POOL))
        bounds = ["None", "0", "1", "-1", "2", "100", "-100", "2**63", "True", "'a'"]
        file.case(PRELUDE + "\n".join("show(lambda: (%s)[%s:%s:%s])" % (left, a, b, c) for a in bounds for b in ("None", "1", "-1", "2**70")
                                      for c in ("None", "1", "-1", "2", "0")))


def hash_is_address(operator, item):
    if operator != "hash":
        return False
    value = evaluate(item)
    return type(value).__hash__ is object.__hash__ or isinstance(value, (type, type(len))) or value is None


def identity_hash(instance, name):
    value = evaluate(instance)
    return name == "__hash__" and type(value).__hash__ is not None and not isinstance(value, HASH_BY_VALUE)


def dangerous(instance, name):
    """Method calls without an end on some of the arguments."""
    kind = type(evaluate(instance)).__name__
    huge = "2**" in instance
    return (
        kind == "range" and huge and name in ("index", "count", "__contains__", "__reversed__")
        or huge and name == "__rpow__"
        or kind in ("count", "cycle") and name in ("__reduce__", "__contains__")
        or kind == "IOBase" or kind == "module" or "sys'" in instance and name.startswith("__re") and name != "__repr__"
    )


def argument_lists(name):
    """Argument lists as text; two and three arguments are combinations of a few."""
    numeric = name in ("__pow__", "__rpow__", "__lshift__", "__rlshift__", "__ipow__", "__ilshift__", "__round__", "__mul__", "__rmul__", "__imul__",
                       "center", "ljust", "rjust", "zfill", "expandtabs", "to_bytes")
    pool = [item for item in POOL if not (numeric and ("2**" in item or "e300" in item or item == "255"))]
    yield ""
    yield from pool
    few = TINY_POOL
    for i, first in enumerate(few):
        for j, second in enumerate(few):
            if (i * 3 + j) % 4 == 0:
                yield first + ", " + second
    for i, first in enumerate(few):
        yield ", ".join((first, few[(i * 3 + 1) % len(few)], few[(i * 7 + 2) % len(few)]))
    yield "1, 2, 3, 4, 5, 6"
    yield "bogus=1"
    yield "None, bogus=1"


def methods():
    file = File("methods")
    for instance in INSTANCES:
        value = evaluate(instance)
        for name in sorted(dir(type(value))):
            if name in SKIPPED_METHODS or not callable(getattr(type(value), name, None)) or dangerous(instance, name):
                continue
            if identity_hash(instance, name) or isinstance(value, type) and name in ("__init__", "__new__"):
                continue
            if name in ("__reduce__", "__reduce_ex__", "__eq__", "__ne__", "__init__", "__new__") and "__import__" in instance and "sys" in instance:
                continue
            lines = ["call(%s)" % arguments for arguments in argument_lists(name)]
            head = PRELUDE + "def call(*a, **k):\n    o = %s\n    show(o.%s, *a, **k)\n    show(lambda: o)\n" % (instance, name)
            file.case(head + "\n".join(lines))


def attributes():
    file = File("attributes")
    for instance in INSTANCES:
        file.case("print(type(%s).__mro__)\nprint(sorted(dir(%s)))" % (instance, instance))
        file.case("t = type(%s)\nprint(t.__name__, t.__qualname__, t.__module__, t.__flags__, t.__basicsize__, t.__itemsize__, t.__dictoffset__,"
                  " t.__weakrefoffset__, t.__base__, t.__text_signature__)\nprint(t.__doc__)" % instance)
        file.case("t = type(%s)\nfor k, v in sorted(t.__dict__.items()):\n    print(k, type(v), getattr(v, '__name__', '-'),"
                  " getattr(v, '__qualname__', '-'), getattr(v, '__objclass__', '-'))" % instance)
        file.case("t = type(%s)\nfor k, v in sorted(t.__dict__.items()):\n    print(k, getattr(v, '__text_signature__', '-'),"
                  " getattr(v, '__doc__', '-') if k != '__doc__' else '')" % instance)
        names = [name for name in sorted(dir(evaluate(instance))) if not callable(getattr(evaluate(instance), name, None)) and name != "__dict__"
                 and name not in ("__doc__", "__builtins__", "__globals__", "co_filename", "co_lnotab")]
        file.case(PRELUDE + "\n".join("o = %s\nshow(lambda: o.%s)" % (instance, name) for name in names if "sys" not in instance))
        file.case(PRELUDE + "def put(n, v):\n    o = %s\n    show(setattr, o, n, v)\n    show(delattr, o, n)\n" % instance + "\n".join(
            "put(%r, %s)" % (name, item) for name in names + ["__class__", "nothing", "__doc__", "__dict__"] for item in ("1", "'x'", "None"))
            if "int.__dict__" not in instance and "sys" not in instance and instance != "int" else "pass")


def constructors():
    file = File("constructors")
    types = [name for name in sorted(vars(builtins)) if isinstance(getattr(builtins, name), type)]
    for name in types:
        file.case(PRELUDE + "\n".join("show(lambda: %s(%s))" % (name, item) for item in [""] + POOL))
        pairs = [(a, b) for i, a in enumerate(SMALL_POOL) for j, b in enumerate(SMALL_POOL) if (i + j) % 2 == 0]
        file.case(PRELUDE + "\n".join("show(lambda: %s(%s, %s))" % (name, a, b) for a, b in pairs))
        file.case(PRELUDE + "\n".join("show(lambda: %s(%s, %s, %s))" % (name, a, b, c) for a in TINY_POOL for b in TINY_POOL for c in ("None", "1", "'a'")))
        file.case(PRELUDE + "\n".join("show(lambda: %s(%s))" % (name, item) for item in ("bogus=1", "1, bogus=1", "1, 2, 3, 4, 5, 6", "*[1], **{'a': 2}")))
        file.case(PRELUDE + "class S(%s):\n    x = 1\n" % name + "\n".join(
            "show(lambda: S(%s))\nshow(lambda: vars(S(%s)))" % (item, item) for item in ["", "1", "'a'", "[1]", "{1:2}", "b'a'", "a=1"])
            if name not in ("type", "object") else "pass")


UNCALLED = {"input", "breakpoint", "exit", "quit", "help", "open", "copyright", "credits", "license", "id", "hash", "globals", "locals", "vars", "dir"}


def functions():
    file = File("functions")
    for name in sorted(vars(builtins)):
        value = getattr(builtins, name)
        if isinstance(value, type) or not callable(value) or name in UNCALLED or name.startswith("_"):
            continue
        pool = [item for item in POOL if name != "pow" or "2**" not in item]
        pool = [item for item in pool if name != "eval" or item not in ("'a'", "'12'")] if name in ("eval", "exec") else pool
        file.case(PRELUDE + "\n".join("show(lambda: %s(%s))" % (name, item) for item in [""] + pool))
        for first in SMALL_POOL + ["'real'", "str", "lambda x: x"]:
            small = [item for item in SMALL_POOL if name not in ("pow", "round") or "2**" not in item]
            if name in ("pow", "round") and "2**" in first:
                continue
            file.case(PRELUDE + "\n".join("show(lambda: %s(%s, %s))" % (name, first, second) for second in small))
        file.case(PRELUDE + "\n".join("show(lambda: %s(%s, %s, %s))" % (name, a, b, c) for a in TINY_POOL for b in TINY_POOL for c in ("None", "3", "'a'")))
        file.case(PRELUDE + "\n".join("show(lambda: %s(%s))" % (name, item) for item in ("bogus=1", "1, bogus=1", "1, 2, 3, 4, 5, 6, 7, 8", "key=1", "default=2")))


PURE_MODULES = "_operator itertools _functools _collections _string _stat _codecs _abc marshal errno _weakref _sre".split()


def module_functions():
    file = File("modules")
    for module in PURE_MODULES:
        for name, value in sorted(vars(__import__(module)).items()):
            if not callable(value) or name.startswith("__"):
                continue
            if name in ("register_error", "register", "unregister", "_reset_registry", "dump", "load", "repeat", "_forget_codec"):
                continue
            few = [item for item in POOL if not ("2**" in item and name in ("pow", "ipow", "lshift", "ilshift"))]
            head = PRELUDE + "from %s import %s as f\ndef g(*a, **k):\n    r = f(*a, **k)\n" % (module, name)
            if isinstance(value, type):
                head += "    return [r, [x for x, _ in zip(r, range(8))]]\n" if module == "itertools" else "    return r\n"
            else:
                head += "    return r\n"
            file.case(head + "\n".join("show(lambda: g(%s))" % item for item in [""] + few))
            small = [item for item in SMALL_POOL if "2**" not in item]
            file.case(head + "\n".join("show(lambda: g(%s, %s))" % (a, b) for a in small for b in small))
            file.case(head + "\n".join("show(lambda: g(%s, %s, %s))" % (a, b, c) for a in TINY_POOL for b in TINY_POOL for c in ("None", "1", "[5,6]")))
            file.case(head + "\n".join("show(lambda: g(%s))" % item for item in ("bogus=1", "1, bogus=1", "1, 2, 3, 4, 5, 6, 7, 8", "'abc', [1]", "len, [[1], 'ab']")))


def module_contents():
    file = File("contents")
    modules = """sys builtins _imp marshal _io posix errno pwd _codecs _sre _weakref _functools _collections _operator itertools _thread _signal
    time _abc _stat atexit _warnings _string _locale gc _ast _symtable faulthandler _tracemalloc xxsubtype""".split()
    for module in modules:
        file.case("import %s as m\nprint(sorted(dir(m)))" % module)
        file.case("import %s as m\nfor k, v in sorted(vars(m).items()):\n    print(k, type(v).__name__)" % module)
        file.case("import %s as m\nfor k, v in sorted(vars(m).items()):\n    if callable(v):\n        print(k, repr(v), getattr(v, '__module__', '-'),"
                  " getattr(v, '__text_signature__', '-'))\n        print(getattr(v, '__doc__', None))" % module)
        file.case("import %s as m\nfor k, v in sorted(vars(m).items()):\n    if isinstance(v, (int, str, float)) and k not in"
                  " ('__file__', 'executable', 'prefix', 'version', 'altzone', 'daylight'):\n        print(k, repr(v))" % module)


def formatting():
    file = File("formatting")
    values = """None True 0 1 -1 42 -42 255 1000000 1234567890123 2**100 -2**70 0.0 -0.0 1.0 -1.5 3.14159265358979 1e10 1e16 1e22 1e-5 123456.789
    1e300 5e-324 float('inf') -float('inf') float('nan') 1j 1.5-2.5j 'a' 'hello' 'é€' '\\U0001f600' b'x' [1] (1,) {'a':1} object""".split()
    percent = """%d %5d %-5d| %05d %+d %+.3d %x %#x %X %o %#o %#X %i %u %s %10s| %-10s| %.2s %r %a %c %e %.3e %E %f %.0f %#.0f %10.3f %-10.2f| %+f %010.2f %g %.3g %#g
    %G %% %5% %ld %hd %z %5 %*d %.*f %(a)s %(a)d %(b)s %() %s%s %-+05d %_d""".split()
    for spec in percent:
        for make in ("%s % (v,)", "%s % v"):
            file.case(PRELUDE + "\n".join("v = %s\nshow(lambda: %s)" % (value, make.replace("%s", repr(spec), 1)) for value in values))
        file.case(PRELUDE + "\n".join("v = %s\nshow(lambda: %s %% (v,))" % (value, repr(spec.encode())) for value in values))
        file.case(PRELUDE + "\n".join("show(lambda: %r %% %s)" % (spec, rest) for rest in ("(1,2)", "(3,4,5)", "()", "(5,1.5)", "{'a':7}", "{'b':'x'}", "[]", "'s'")))
    specs = ["", "d", "5d", "<5", ">5d", "^7", "=+6d", "06d", "+", " ", "-", ",", "_", ",d", "_d", "_x", "#x", "#b", "#o", "#X", "b", "c", "n", "x", "e", ".3e", "f",
             ".0f", ".2f", "10.3f", "+.1f", "010.2f", ",.2f", "_.3f", "g", ".3g", "#g", "G", "E", "F", "%", ".1%", "s", ".2", ".2s", "*^10", "<<8", ">>8", "é^9", "x<5s", "r",
             "10", "010", "0", "z", "5.", ".", ",,", "_,", ",_", ",x", "_s", ",s", "=5", "=5s", "#s", "+s", "c5", "99999999999999999999d", ".99999999999999999999f", "\\ud800<5"]
    for spec in specs:
        file.case(PRELUDE + "\n".join("show(format, %s, %s)" % (value, "'%s'" % spec) for value in values))
    templates = ["{}", "{0}", "{0!r}", "{0!s:>5}", "{0!a}", "{!x}", "{0.real}", "{0.nothing}", "{0[0]}", "{0[a]}", "{0[0][0]}", "{a}", "{1}", "{} {}", "{0} {}", "{} {0}",
                 "{{}}", "{", "}", "{{{}}}", "{:{}}", "{:{w}}", "{0:{1}}", "{0:{0:{0}}}", "{0.}", "{0[}", "{0[]}", "{0]}", "{!}", "{0!r", "{0!rr}", "{:}", "{ 0}", "{-1}", "{0x}", "{99999999999999999999}", "{0[99999999999999999999]}",
                 "{0.__class__.__name__}", "{0:%Y}", "{a.b}", "{a[b]}", "{a!r:^10}", "{}}{", "{0:}}", "a{b:{c}}d"]
    for template in templates:
        file.case(PRELUDE + "\n".join("show(%r.format, %s)" % (template, rest) for rest in ("", "1", "1, 2", "'x'", "[5]", "{'a': 3}", "a=1", "a=[7]", "5, w=8", "a={'b': 2}, b=4, c=5", "1, '>5'")))
        file.case(PRELUDE + "\n".join("show(%r.format_map, %s)" % (template, rest) for rest in ("{}", "{'a': 1}", "[1]", "None", "{'0': 5}")))


PROTOCOL = {
    "__len__": ["len(o)", "bool(o)", "list(o)", "reversed(o)"], "__bool__": ["bool(o)", "not o", "1 if o else 2"],
    "__index__": ["[1,2,3][o]", "hex(o)", "range(o)", "'a' * o", "bytes(o)", "operator.index(o)", "int(o)", "complex(o)", "float(o)", "(5).to_bytes(o, 'big')", "[1,2][:o]", "math.factorial(3) + o"],
    "__int__": ["int(o)", "'%d' % o", "range(o)", "hex(o)"], "__float__": ["float(o)", "'%f' % o", "complex(o)"], "__complex__": ["complex(o)"],
    "__str__": ["str(o)", "'%s' % o", "print(o)", "format(o)", "f'{o}'"], "__repr__": ["repr(o)", "str(o)", "[o]", "'%r' % o", "f'{o!r}'", "ascii(o)"],
    "__format__": ["format(o)", "f'{o:x}'", "'{:5}'.format(o)"], "__bytes__": ["bytes(o)", "b'%b' % o"], "__hash__": ["hash(o)", "{o: 1} and 1", "{o} and 1"],
    "__iter__": ["iter(o)", "list(o)", "[*o]", "a, b = o", "1 in o", "max(o)", "dict(o)", "''.join(o)", "sum(o)"], "__next__": ["next(o)"],
    "__length_hint__": ["operator.length_hint(o)"], "__call__": ["o()", "list(map(o, [1]))"], "__enter__": ["with_(o)"], "__reversed__": ["reversed(o)"],
    "__trunc__": ["int(o)", "math.trunc(o)"], "__abs__": ["abs(o)"], "__neg__": ["-o"], "__invert__": ["~o"], "__round__": ["round(o)", "round(o, 2)"], "__dir__": ["dir(o)"],
    "__fspath__": ["os.fspath(o)", "open(o)"], "__contains__": ["1 in o", "1 not in o"], "__getattr__": ["o.x", "hasattr(o, 'x')", "getattr(o, 'x', 5)"],
    "__getattribute__": ["o.x", "hasattr(o, 'x')", "getattr(o, 'x', 5)"], "__setattr__": ["setattr(o, 'x', 1)"], "__delattr__": ["delattr(o, 'x')"],
    "__getitem__": ["o[0]", "o['a']", "o[1:2]", "list(zip(o, range(3)))", "1 in zip(o, [1])"], "__missing__": ["o[0]"], "__eq__": ["o == 1", "1 == o", "o != 1", "[o] == [1]", "1 in [o]"],
    "__ne__": ["o != 1", "o == 1"], "__lt__": ["o < 1", "1 > o", "sorted([o, o])", "min([o, 1])", "max(o, 1)"], "__ge__": ["o >= 1", "1 <= o"], "__add__": ["o + 1", "1 + o"], "__radd__": ["1 + o", "'a' + o", "[] + o", "sum([o])"],
    "__iadd__": ["iadd(o, 1)"], "__mul__": ["o * 2", "2 * o"], "__rmul__": ["2 * o", "'a' * o", "[1] * o"], "__pow__": ["o ** 2", "pow(o, 2, 3)"], "__rpow__": ["2 ** o"], "__mod__": ["o % 2"], "__rmod__": ["2 % o", "'%s' % o", "b'%s' % o"],
    "__divmod__": ["divmod(o, 2)"], "__matmul__": ["o @ o"], "__and__": ["o & 1"], "__lshift__": ["o << 1"], "__instancecheck__": ["isinstance(1, o)"], "__subclasscheck__": ["issubclass(int, o)"],
    "__await__": ["o.__await__()", "run(o)"], "__aiter__": ["o.__aiter__()"], "__sizeof__": ["sys.getsizeof(o) > 0"], "__reduce_ex__": ["copy.copy(o)"], "__copy__": ["copy.copy(o)"], "__set_name__": ["type('T', (), {'a': o}) and 1"],
    "__get__": ["type('T', (), {'a': o}).a", "type('T', (), {'a': o})().a"], "__set__": ["setattr(type('T', (), {'a': o})(), 'a', 1)"], "__mro_entries__": ["types.new_class('N', (o,)) and 1", "make(o)"], "__class_getitem__": ["o[1]"],
    "__prepare__": ["o.__prepare__()"], "__del__": ["1"], "__ceil__": ["math.ceil(o)"], "__floor__": ["math.floor(o)"], "__getnewargs__": ["copy.copy(o)"], "__getstate__": ["copy.copy(o)"],
}


# Subjects and argument lists of the built-in values that have most methods: bounds, codecs, buffers, huge and odd numbers.
EDGES = {
    "str": (
        "'' 'a' 'aXbXc' '··x·' '\\u0130' '\\xdf' '\\ufb01' '\\u03a3a\\u03a3' '\\U0001f600a' '\\ud800' '1\\u0661' '\\u00b2' 'a\\x1cb\\x85c\\u2028d'",
        """'X'|'X', 1|'X', 'Y'|'X', 'Y', 1|'a', 0, None|'a', -2**70, 2**70|('a', 'b')|()|('a', 1)|None|5|5, '*'|-1|5, 'ab'|{'a': 'b'}|{97: None, 98: 'zz'}
        slice(None, None, -1)|b'a'|'\\ud800'|'X', -1|'X', 2**62|' ', 0|3, '\\U0001f600'|True|1.5|'ascii', 'bogus'|'utf-7'|'idna'|'punycode'|'hex'|'unicode_escape', 'strict'
        'ascii', 'xmlcharrefreplace'|'latin-1', 'namereplace'|'utf-8', 'surrogateescape'|'utf-16', 'surrogatepass'|'cp1252', 'replace'""",
    ),
    "bytes": (
        "b'' b'abcabc' b'··x\\t\\n' b'A\\xffb' b'12' bytearray(b'abcabc') bytearray(b'A\\xffb')",
        """b''|b'b'|b'b', 1|b'b', b'YY'|b'b', b'Y', 1|97|256|-1|b'a', 0, None|b'a', -2**70, 2**70|(b'a', b'x')|()|('a',)|None|5, b'*'|5, b'ab'|5, '*'|'a'
        [b'a', b'b']|[1]|bytearray(b'b')|memoryview(b'b')|slice(None, None, -1)|slice(0, 10, 2)|1.5|bytes(range(256))|bytes(range(256)), b'a'|None, b'a'|'6162'|'6 1'|':', 2|b':', -2""",
    ),
    "memoryview": (
        "memoryview(b'abcdef') memoryview(bytearray(b'abcdef')) memoryview(b'abcdef').cast('B',[2,3]) memoryview(b'abcdef')[::2] memoryview(b'abcdefgh').cast('H') memoryview(b'')",
        """0|-1|100|'B'|'H'|'i'|'<i'|'x'|''|'d', [0]|'B', [2, 3]|'B', (6,)|'B', [-1]|'B', ['a']|'B', []|'B', [2**40]|'\\xe9'|(0, 0)|(1, 2, 3)|slice(0, 2)|slice(0, 2), b'xy'
        0, 1|0, 256|0, b'a'|0, 'a'|...|'C'|'F'|'A'|'Z'|1.5|()|b'abcdef'""",
    ),
    "number": (
        "0 1 -1 255 2**31 -2**63 2**64-1 2**100 True 1.5 -0.0 0.5 2.5 1e300 float('inf') float('nan') -1e-320 1+2j 0j complex('nan+infj')",
        """0|1|-1|2|2**70|1.5|'a'|None|2, 3|2, -3|3, 0|-1, 7|1, 'big'|8, 'little'|9, 'bogus'|20, 'big'|-1, 'big'|1j|b'a'|b'\\xff\\x00', 'big'|7, None|2, 2, 2|'5'|'d'|'x'|','|'10'
        8, 'big', signed=True|byteorder='big', length=16|'0x1.8p3'|'inf'|'0x'""",
    ),
    "range": (
        "range(0) range(5) range(10,0,-3) range(2**70) range(-2**70,2**70,2**60) slice(None) slice(1,10,2) slice(-5,None,-1) slice('a','b') slice(None,None,0)",
        "0|-1|3|2**64|'a'|None|slice(1, 3)|slice(None, None, -1)|slice(None, None, 0)|1.5|2**70|range(5)|slice(1, 10, 2)",
    ),
}


def edges():
    """Every method of a value on arguments at and beyond its bounds, and the value afterwards."""
    file = File("edges")
    for subjects, lists in EDGES.values():
        argument_texts = [""] + [item.strip() for line in lists.split("\n") for item in line.split("|")]
        for subject in [item.replace("·", " ") for item in subjects.split()]:
            value = evaluate(subject)
            for name in sorted(dir(type(value))):
                if name in SKIPPED_METHODS or name in ("__init__", "__new__", "__hash__", "__reduce_ex__") or not callable(getattr(value, name)):
                    continue
                huge = name in ("__pow__", "__rpow__", "__lshift__", "__rlshift__", "__round__") or "2**" in subject and name in ("index", "count", "__contains__")
                calls = ["call(%s)" % text for text in argument_texts if not (huge and ("2**" in text or "2**" in subject or text == "'a'" or text == "1.5"))]
                file.case(PRELUDE + "def call(*a, **k):\n    o = %s\n    show(o.%s, *a, **k)\n    show(lambda: o)\n" % (subject, name) + "\n".join(calls))


def protocols():
    file = File("protocols")
    results = ["None", "NotImplemented", "0", "1", "-1", "True", "2**70", "1.5", "'s'", "b's'", "[]", "[1]", "()", "(1,2)", "{}", "iter([1])", "self", "object", "1/0", "[][1]", "stop()"]
    helpers = ("import sys, operator, math, copy, os, types\ndef with_(o):\n    with o as x:\n        return x\ndef iadd(a, b):\n    a += b\n    return a\n"
               "def stop(): raise StopIteration(1)\ndef run(o):\n    async def f(): return await o\n    return f().send(None)\ndef make(o):\n    class C(o): pass\n    return 1\n")
    for method, triggers in PROTOCOL.items():
        decorator = "    @classmethod\n" if method == "__class_getitem__" else ""
        for base in ("object", "int", "str", "list", "dict"):
            if base != "object" and method in ("__sizeof__", "__reduce_ex__", "__getattribute__"):
                continue
            lines = ["class C(%s):\n    __module__ = 'm'\n%s    def %s(self, *a): return %s\ntry: o = C()\nexcept Exception as e: print(e)\nelse:\n" % (base, decorator, method, result) + "".join(
                "    show(lambda: %s)\n" % trigger if "=" not in trigger.replace("==", "").replace("!=", "").replace(">=", "").replace("<=", "") else
                "    try:\n        %s\n    except Exception as e: print(type(e).__name__, e)\n" % trigger for trigger in triggers) for result in results]
            file.case(PRELUDE + helpers + "".join(lines))
        if method not in ("__getattribute__", "__class_getitem__", "__prepare__", "__dir__"):
            file.case(PRELUDE + helpers + "class C:\n    %s = None\ntry: o = C()\nexcept Exception as e: print(e)\nelse:\n" % method + "".join(
                "    show(lambda: %s)\n" % trigger for trigger in triggers if "= o" not in trigger))


SHOW_COMPILED = """def show(code, depth=0):
    print(code.co_name, code.co_code.hex(), code.co_lnotab.hex(), code.co_names, code.co_varnames, code.co_stacksize, code.co_flags)
    for constant in code.co_consts:
        show(constant, depth + 1) if hasattr(constant, 'co_code') else print(repr(constant))
import warnings
warnings.simplefilter('ignore')
try:
    show(compile(source, '<s>', 'exec'))
except SyntaxError as e:
    print(type(e).__name__, e.msg, e.lineno, e.offset, repr(e.text))
except Exception as e:
    print(type(e).__name__, e)
"""


def broken_sources():
    """Pieces of the standard library with a few characters or words changed: the same code, or the same error."""
    import os
    import random

    file = File("broken_sources")
    seeded = random.Random(38)
    folder = os.path.dirname(os.__file__)
    words = ["(", ")", "[", "]", ":", "=", ":=", "*", "**", ",", " ", "\n", "    ", "if", "else", "for", "in", "not", "is", "lambda", "yield", "await",
             "async", "def", "class", "return", "1", "'", '"', "f'{", "}", "\\", "#", "@", "->", "...", "None", "x", "global", "del", "with", "as", "0x", "1.e"]
    for name in ("heapq.py", "textwrap.py", "contextlib.py", "dataclasses.py", "asyncio/queues.py", "collections/__init__.py", "test/test_grammar.py", "test/test_fstring.py"):
        with open(os.path.join(folder, name), encoding="utf-8") as source:
            lines = source.read().split("\n")
        for _ in range(40):
            start = seeded.choice([number for number, line in enumerate(lines) if line[:1].isalpha() or line.startswith("@")])
            piece = "\n".join(lines[start:start + seeded.randrange(1, 30)]) + "\n"
            for _change in range(seeded.randrange(3)):
                at = seeded.randrange(len(piece))
                piece = piece[:at] + seeded.choice(words) + piece[at + seeded.randrange(4):]
            if all(ord(c) < 0xd800 for c in piece):
                file.case("source = %r\n%s" % (piece, SHOW_COMPILED))


def broken_marshal():
    """Marshalled values with bytes changed or cut off: the same value or the same error, and never a crash."""
    import marshal
    import random

    file = File("broken_marshal")
    seeded = random.Random(39)
    values = [None, [1, "a", (2.5, None), {1: {2}}], "é" * 5, b"x" * 20, 2**100, [[[]]], {"k": frozenset([1, (2,)])}, 1 - 2j]
    for _ in range(120):
        # No code objects: what a broken one does when it runs is not defined.
        data = bytearray(marshal.dumps(seeded.choice(values), seeded.randrange(5)))
        for _change in range(seeded.randrange(1, 3)):
            data[seeded.randrange(len(data))] = seeded.choice(b"()[]{}<>iIlfgxyusatTNFSr\x00\x01\x02\x7f\x80\xff")
        data = bytes(data[: len(data) - seeded.choice([0, 0, 0, 1, 3])])
        if b"c" not in data and b"\xe3" not in data:
            file.case("import marshal\ntry: print(repr(marshal.loads(%r))[:300])\nexcept Exception as e: print(type(e).__name__, e)" % data)


def main():
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogatepass", newline="\n")
    for make in (operators, methods, attributes, constructors, functions, module_functions, module_contents, formatting, edges, protocols, broken_sources, broken_marshal):
        make()


if __name__ == "__main__":
    main()
