"""Calls the exported C functions with odd arguments, and compares what the two libraries answer.

    c_calls.py [PATTERN...] [--calls N] [--shown N] [--only CALL]    PATTERN: a regular expression over the functions' names

The prototypes come from the installed headers. Each function is called N times with values drawn from all kinds of objects (a list where a dict
is asked for, NULL, an instance whose special methods raise), numbers at the edges, texts and places for results; the same number draws the same
values on both sides. An answer is what the function returned, what it stored, the exception that it left, and how it changed the counts of its
arguments. A call that ends the process is made in a process of its own. Where the reference dies there is nothing to compare: only the number of
those is told, and how many of them Pyrite survives. What must not be is a call that ends Pyrite alone, or an answer that differs.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))

# What ends, starts or changes the interpreter, threads or memory that is not the call's own, waits for input, or takes what no number says.
LEFT_OUT = r"""_.*|.*_Fini|PyInit_.*|Py_(Finalize|Initialize|PreInit|RunMain|Main|BytesMain|Exit|FatalError|EndInterpreter|NewInterpreter|AtExit|Set|UTF8|HashRandom|Frozen
    |AddPendingCall|MakePendingCalls|EncodeLocale|DecodeLocale|Leave|ReprLeave|GetArgcArgv).*|PyEval_(Save|Restore|Acquire|Release|Init|ThreadsInit|SetTrace|SetProfile|MergeComp).*|PyGILState.*
    |PyThread.*|PyInterpreterState.*|PyMem_.*|PyObject_(Free|Realloc|Malloc|Calloc|GC_.*|ClearWeakRefs|SetArena.*|GetArena.*|Init.*|CallFinalizer.*)|PyOS_.*|PyErr_(SetInterrupt|Print).*
    |PyConfig.*|PyPreConfig.*|PyStatus.*|PyWideStringList.*|PyArena.*|PyAST.*|PyNode.*|PySys_(Set|Add|Reset|Write|Format).*|PyImport_(Cleanup|AppendInittab|ExtendInittab).*
    |PyUnicode_(InternImmortal|WriteChar).*|PyState_.*|PyParser.*|PyTokenizer.*|PySymtable.*|PyRun_(Any|Interactive|Simple|File).*|Py\w+_ClearFreeList|PyTrace.*|PyGrammar.*
    |PyGC_Collect|PyDateTime.*|PyFrame_(BlockPop|BlockSetup|New)|PyBuffer_(FromContiguous|ToContiguous|FillContiguousStrides|FillInfo|Release|GetPointer)|PyType_(Modified|ClearCache)
    |PyLong_(FromUnicode|FromVoidPtr|AsVoidPtr)|PyCapsule_(New|SetPointer|SetContext|SetDestructor|SetName)|PyCode_(New.*|Optimize)|PyUnicode_(AsUCS4|AsUnicode.*|EncodeDecimal|TransformDecimalToASCII)"""
LEFT_OUT = re.compile(re.sub(r"\s+", "", LEFT_OUT))

SHIM = r"""
#include <Python.h>
typedef long (*Words)(long, long, long, long, long, long, long, long, double, double, double, double);
typedef double (*Doubles)(long, long, long, long, long, long, long, long, double, double, double, double);
static long places[16][64];

/* (address, returns a double, words, doubles, addresses of objects): (word, double, exception or None, changes of counts) */
static PyObject *call(PyObject *self, PyObject *args)
{
    unsigned long address; int floating; PyObject *words, *doubles, *watched;
    if (!PyArg_ParseTuple(args, "kiO!O!O!", &address, &floating, &PyTuple_Type, &words, &PyTuple_Type, &doubles, &PyTuple_Type, &watched))
        return NULL;
    long w[8] = {0}, word = 0; double d[4] = {0}, number = 0; Py_ssize_t before[16];
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(words) && i < 8; i++) w[i] = (long)PyLong_AsUnsignedLongMask(PyTuple_GET_ITEM(words, i));
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(doubles) && i < 4; i++) d[i] = PyFloat_AsDouble(PyTuple_GET_ITEM(doubles, i));
    PyObject *changes = PyTuple_New(PyTuple_GET_SIZE(watched));
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(watched) && i < 16; i++) before[i] = ((PyObject *)PyLong_AsUnsignedLongMask(PyTuple_GET_ITEM(watched, i)))->ob_refcnt;
    if (floating) number = ((Doubles)address)(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], d[0], d[1], d[2], d[3]);
    else word = ((Words)address)(w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7], d[0], d[1], d[2], d[3]);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(watched) && i < 16; i++)
        PyTuple_SET_ITEM(changes, i, PyLong_FromSsize_t(((PyObject *)PyLong_AsUnsignedLongMask(PyTuple_GET_ITEM(watched, i)))->ob_refcnt - before[i]));
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyObject *raised = Py_None;
    if (type) {
        PyErr_NormalizeException(&type, &value, &traceback);
        raised = value;
    }
    Py_XINCREF(raised);
    return Py_BuildValue("(kdNN)", (unsigned long)word, number, raised, changes);
}
static PyObject *keep(PyObject *self, PyObject *object) { object->ob_refcnt += 1000; Py_RETURN_NONE; }
static PyObject *at(PyObject *self, PyObject *word) { PyObject *o = (PyObject *)PyLong_AsUnsignedLong(word); Py_INCREF(o); return o; }
static PyObject *text_at(PyObject *self, PyObject *word) { return PyBytes_FromString((char *)PyLong_AsUnsignedLong(word)); }
static PyObject *word_at(PyObject *self, PyObject *word) { return PyLong_FromUnsignedLong(*(unsigned long *)PyLong_AsUnsignedLong(word)); }
static PyObject *bytes_address(PyObject *self, PyObject *bytes) { return PyLong_FromVoidPtr(PyBytes_AS_STRING(bytes)); }
static PyObject *place(PyObject *self, PyObject *args)
{
    long number; unsigned long first;
    if (!PyArg_ParseTuple(args, "lk", &number, &first)) return NULL;
    memset(places[number], 0, sizeof places[number]);
    places[number][0] = first;
    return PyLong_FromVoidPtr(places[number]);
}
static PyMethodDef methods[] = {{"call", call, METH_VARARGS}, {"keep", keep, METH_O}, {"at", at, METH_O}, {"text_at", text_at, METH_O}, {"word_at", word_at, METH_O},
    {"bytes_address", bytes_address, METH_O}, {"place", place, METH_VARARGS}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "c_calls_shim", 0, -1, methods};
PyMODINIT_FUNC PyInit_c_calls_shim(void) { return PyModule_Create(&module); }
"""
OBJECT = r"PyObject|PyTypeObject|PyFrameObject|PyCodeObject|struct _typeobject|struct _frame|PyGenObject"


# ---- what there is to call


def kind(text):
    """How a parameter or result of this C type is made or read; None for one that no number can be made for."""
    text = re.sub(r"\b(const|extern)\b", "", text)
    stars = text.count("*") + text.count("[")
    text = " ".join(re.sub(r"\*|\[.*", " ", text).split())
    words = text.split()
    if "(" in text or not words:
        return None
    base = " ".join(words[:2]) if words[0] in ("struct", "unsigned", "long") and len(words) > 1 and words[1] in ("_typeobject", "_frame", "int", "long", "char", "short") else words[0]
    if re.fullmatch(OBJECT, base):
        if stars == 1:
            return {"PyObject": "object", "PyTypeObject": "type", "struct _typeobject": "type", "PyFrameObject": "frame", "struct _frame": "frame", "PyCodeObject": "code", "PyGenObject": "generator"}[base]
        return "object place" if stars == 2 and base == "PyObject" else None
    if stars == 0:
        if base in ("int", "char", "long", "unsigned", "unsigned int", "Py_UCS4", "Py_UNICODE", "wchar_t"):
            return "long" if base == "long" else "int"
        if base in ("Py_ssize_t", "size_t", "long long", "unsigned long", "Py_hash_t", "long long", "uint64_t", "int64_t"):
            return "size"
        return {"double": "double", "void": "void", "Py_complex": "complex"}.get(base)
    if stars == 1:
        return {"char": "text", "wchar_t": "wide", "Py_UNICODE": "wide", "Py_UCS4": "wide", "void": "pointer", "PyCompilerFlags": "pointer", "Py_buffer": "place",
                "int": "place", "Py_ssize_t": "place", "size_t": "place", "long": "place", "double": "place"}.get(base)
    return "place" if stars == 2 and base in ("char", "wchar_t", "void") else None


def prototypes(include):
    """{name: (kind of result, kinds of parameters)} of all functions in the headers, with None for what cannot be called from here."""
    source = "#include <Python.h>\n#include <marshal.h>\n#include <frameobject.h>\n#include <structmember.h>\n"
    text = subprocess.run(["gcc", "-E", "-P", "-xc", "-I" + include, "-"], input=source, stdout=subprocess.PIPE, check=True, universal_newlines=True).stdout
    again = 1
    while again:
        text, again = re.subn(r"\{[^{}]*\}", ";", text)
    found = {}
    for declared in text.split(";"):
        match = re.fullmatch(r"([A-Za-z_][\w \*]*?[\* ])(_?Py\w+) ?\((.*)\)(?: __attribute__.*)?", " ".join(declared.split()))
        if not match or re.search(r"\b(typedef|static)\b", declared):
            continue
        parameters = [] if match[3] == "void" else match[3].split(",")
        # `char *name[]` and the like aside, the name of a parameter does no harm.
        kinds = [kind(parameter) for parameter in parameters]
        found[match[2]] = None if None in kinds or "void" in kinds or len(kinds) > 8 or kind(match[1]) is None else (kind(match[1]), kinds)
    return found


# ---- the worker: makes calls on one side


class C:
    x = 1

    def method(self):
        return self


class Raises:
    """All that one may ask of it fails."""

    def fail(self, *rest):
        raise ZeroDivisionError("asked")

    __eq__ = __hash__ = __len__ = __iter__ = __next__ = __getitem__ = __setitem__ = __contains__ = __index__ = __int__ = __float__ = __bool__ = __str__ = fail
    __call__ = __add__ = __radd__ = __lt__ = __format__ = __bytes__ = __fspath__ = __instancecheck__ = __subclasscheck__ = __enter__ = __getattr__ = fail

    def __repr__(self):
        return "<Raises>"


class S(str):
    pass


class L(list):
    pass


class Dd(dict):
    pass


class T(tuple):
    pass


class I(int):
    pass


class B(bytes):
    pass


def generator():
    yield 1


def factories():
    import collections
    import contextvars
    import io
    import types
    import weakref

    held = C()
    return [
        lambda: None, lambda: True, lambda: 5000, lambda: -1, lambda: 2**70, lambda: -(2**31) - 1, lambda: 1.5, lambda: float("nan"), lambda: 2 + 3j, lambda: "abc" + str(len("")),
        lambda: "", lambda: "\xe9x", lambda: "\u20ac\U0001f600", lambda: "\ud800", lambda: "utf-8", lambda: "strict", lambda: b"abc\x00d", lambda: b"utf-8", lambda: bytearray(b"abc"),
        lambda: (), lambda: (1, "x", 2.5), lambda: ("a", "b"), lambda: [], lambda: [3, 1, 2], lambda: ["k", "v"], lambda: {}, lambda: {"a": 1, "b": 2}, lambda: {1: []},
        lambda: {1, 2}, lambda: frozenset(("a",)), lambda: slice(1, 10, 2), lambda: slice("a"), lambda: range(3), lambda: int, lambda: C, lambda: ValueError, lambda: C(), Raises,
        lambda: (lambda x=1, *, k=2: x), lambda: len, lambda: [].append, lambda: C().method, lambda: types.ModuleType("m"), generator, lambda: iter([1, 2]), lambda: iter(()),
        lambda: generator.__code__, lambda: sys._getframe(), lambda: types.CellType(1), lambda: types.MappingProxyType({"q": 1}), lambda: memoryview(b"abc"), lambda: memoryview(bytearray(8)),
        lambda: weakref.ref(held), lambda: ValueError("text"), lambda: OSError(2, "no"), lambda: KeyError(), lambda: UnicodeDecodeError("ascii", b"xy", 0, 1, "why"),
        lambda: UnicodeEncodeError("ascii", "xy", 0, 1, "why"), lambda: UnicodeTranslateError("xy", 0, 1, "why"), lambda: collections.OrderedDict(a=1), lambda: S("sub"), lambda: L([1]), lambda: Dd(a=1), lambda: T((1,)),
        lambda: I(7), lambda: B(b"sub"), lambda: property(len), lambda: staticmethod(len), lambda: classmethod(len), lambda: int.__add__, lambda: str.__dict__["join"], lambda: (1).__add__, lambda: {"a": 1}.keys(),
        lambda: {"a": 1}.items(), lambda: io.StringIO("line\n"), lambda: io.BytesIO(b"line"), lambda: contextvars.ContextVar("v"), contextvars.Context, lambda: NotImplemented, lambda: Ellipsis,
        lambda: StopIteration(3), lambda: super(C, held), lambda: zip((1,)), lambda: type("N", (), {"__slots__": "s"})(),
    ]


TEXTS = [b"", b"abc", b"utf-8", b"strict", b"ignore", b"a", b"x", b"\xff\xfe", b"\xe2\x82\xac", b"12", b"-0x1f", b"1.5e3", b"sys", b"no.such", b"__name__", b"ascii", b"big5", b"replace", b"surrogateescape"]
INTS = [-1, 0, 1, 2, 3, 4, 5, 36, 255, 256, 2**31 - 1, -(2**31)]
SIZES = INTS[:9] + [2**62, 2**63 - 1, -(2**63)]
NEAR = [-1, 0, 1, 2, 3]
DOUBLES = [0.0, -1.5, 1e300, float("inf"), float("nan")]


class Maker:
    """Draws the arguments of a call; the same name and number draw the same."""

    def __init__(self, shim):
        import types

        self.shim, self.factories = shim, factories()
        self.wide = "abc".encode("utf-32-le") + bytes(64)
        self.types = [int, C, ValueError, type, str, L, types.GeneratorType]

    def draw(self, name, number, kinds):
        choose = random.Random("%s %d" % (name, number))
        words, doubles, objects, places, said = [], [], [], [], []
        # A length beside a text would lead out of it.
        sizes = NEAR if "text" in kinds or "wide" in kinds or "pointer" in kinds or "place" in kinds and "object place" not in kinds else SIZES
        for position, kind in enumerate(kinds):
            null = choose.random() < 0.06
            if kind in ("double", "complex"):
                for _ in range(1 + (kind == "complex")):
                    doubles.append(choose.choice(DOUBLES))
                    said.append(repr(doubles[-1]))
                continue
            if kind in ("int", "size", "long"):
                word = choose.choice(INTS if kind == "int" and sizes is SIZES else sizes)
                said.append(str(word))
            elif null:
                word = 0
                said.append("NULL")
            elif kind in ("object", "type", "frame", "code", "generator"):
                made = {"object": lambda: choose.choice(self.factories)(), "type": lambda: choose.choice(self.types), "frame": sys._getframe, "code": lambda: generator.__code__, "generator": generator}[kind]()
                self.shim.keep(made)
                objects.append(made)
                word = id(made)
                said.append(described(made))
            elif kind == "text":
                text = choose.choice(TEXTS)
                kept = text + bytes(64)
                objects.append(kept)
                word = self.shim.bytes_address(kept)
                said.append(repr(text))
            elif kind == "wide":
                word = self.shim.bytes_address(self.wide)
                said.append("L'abc'")
            else:
                first = 0
                if kind == "object place" and choose.random() < 0.5:
                    made = choose.choice(self.factories)()
                    self.shim.keep(made)
                    objects.append(made)
                    first = id(made)
                word = self.shim.place(position, first)
                places.append((kind, word))
                said.append("&" + (described(objects[-1]) if first else "0"))
            words.append(word & (2**64 - 1))
        return words, doubles, objects, places, said


def described(thing):
    try:
        text = "%s %s" % (type(thing).__name__, ascii(thing))
    except BaseException as problem:
        text = "%s, whose repr raises %s" % (type(thing).__name__, type(problem).__name__)
    return re.sub(r"0x[0-9a-f]{6,}", "0x...", text)[:160]


def answer(shim, address, result, made):
    words, doubles, objects, places, _ = made
    watched = tuple(id(o) for o in objects if not isinstance(o, (type, type(None), bool, type(Ellipsis), type(NotImplemented))) and not (isinstance(o, (int, str, bytes, tuple)) and len(str(o)) < 2))
    word, number, raised, changes = shim.call(address, result in ("double", "complex"), tuple(words), tuple(doubles), watched[:16])
    if result in ("object", "type", "frame", "code", "generator"):
        said = "NULL" if not word else "argument %d" % words.index(word) if word in words else described(shim.at(word))
    elif result == "int":
        said = str((word & 0xFFFFFFFF ^ 0x80000000) - 0x80000000)
    elif result in ("size", "long"):
        said = str((word ^ 1 << 63) - (1 << 63)) if word < 2**40 or word > 2**64 - 2**40 else "large"
    elif result == "text":
        said = repr(shim.text_at(word)) if word else "NULL"
    elif result == "double":
        said = repr(number)
    else:
        said = "" if result in ("void", "complex") else "not NULL" if word else "NULL"
    for kind, place in places:
        left = shim.word_at(place)
        if kind == "object place":
            said += ", stored " + ("NULL" if not left else "argument" if left in map(id, objects) else described(shim.at(left)))
        else:
            said += ", stored " + (str((left ^ 1 << 63) - (1 << 63)) if left < 2**20 or left > 2**64 - 2**20 else "large")
    if raised is not None:
        said += "; %s" % type(raised).__name__
        try:
            said += ": %s" % re.sub(r"0x[0-9a-f]{6,}", "0x...", ascii(str(raised)))
        except BaseException:
            said += " without a text"
    # Where in the source an internal error was seen.
    said = re.sub(r"'[\w/.]+\.(c|rs):\d+: bad argument", "'bad argument", said)
    if any(changes):
        said += "; counts %s" % " ".join("%+d" % c for c in changes)
    return said.replace("\n", " ")


def worker(folder, calls, only, out):
    """Makes the calls of each function in children that may die, and tells each answer."""
    import ctypes
    import gc
    import json
    import resource
    import select
    import signal
    import warnings

    warnings.simplefilter("ignore")
    sys.path.insert(0, folder)
    import c_calls_shim as shim

    gc.disable()
    sys.setrecursionlimit(400)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (6 << 30, 6 << 30))
    null = os.open(os.devnull, os.O_RDWR)
    with open(os.path.join(folder, "prototypes.json")) as file:
        functions = json.load(file)
    library = ctypes.pythonapi
    maker = Maker(shim)
    out = os.fdopen(os.dup(1), "w")
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    for name, (result, kinds) in functions.items():
        try:
            address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
        except AttributeError:
            out.write("%s\t0\tmissing\n" % name)
            continue
        total = min(calls, 3) if not kinds else calls
        todo = iter([only]) if only is not None else iter(range(total))
        last = only if only is not None else total - 1
        start = only or 0
        while start <= last:
            read, write = os.pipe()
            child = os.fork()
            if not child:
                os.close(read)
                for number in range(start, last + 1):
                    made = maker.draw(name, number, kinds)
                    os.write(write, ("%d\t%s\n" % (number, answer(shim, address, result, made))).encode())
                os._exit(0)
            os.close(write)
            data, hung = b"", False
            while True:
                if not select.select([read], [], [], 10)[0]:
                    os.kill(child, signal.SIGKILL)
                    hung = True
                piece = os.read(read, 1 << 16)
                if not piece:
                    break
                data += piece
            os.close(read)
            status = os.waitpid(child, 0)[1]
            for line in data.decode().splitlines():
                out.write("%s\t%s\n" % (name, line))
                start = int(line.split("\t")[0]) + 1
            if start <= last:
                out.write("%s\t%d\t%s\n" % (name, start, "hangs" if hung else "dies with %s" % (signal.Signals(status & 127).name if status & 127 else "exit %d" % (status >> 8))))
                start += 1
        out.flush()
    out.flush()
    os._exit(0)


# ---- the comparison


def build(folder):
    import json
    import shutil

    sys.path.insert(0, os.path.dirname(HERE))
    import sides

    script = "import sysconfig; print(sysconfig.get_paths()['include'], sysconfig.get_config_var('EXT_SUFFIX'), sep='\\n')"
    include, suffix = subprocess.run([sides.REFERENCE.launcher, "-c", script], stdout=subprocess.PIPE, check=True, universal_newlines=True).stdout.split()
    with open(os.path.join(folder, "shim.c"), "w") as file:
        file.write(SHIM)
    subprocess.run([shutil.which("cc") or "gcc", "-shared", "-fPIC", "-w", "-I" + include, os.path.join(folder, "shim.c"), "-o", os.path.join(folder, "c_calls_shim" + suffix)], check=True)
    return prototypes(include), json, sides


def ask(side, folder, options, names):
    """{(name, number): answer} of one side."""
    arguments = [os.path.abspath(__file__), "--worker", folder, str(options.calls), str(-1 if options.only is None else options.only)]
    process = side.popen(arguments, {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8"}, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    out = process.communicate()[0].decode("utf-8", "replace")
    if process.returncode:
        sys.exit("%s: the worker ended with %d" % (side.name, process.returncode))
    return {(name, int(number)): said for name, number, said in (line.split("\t", 2) for line in out.splitlines())}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("patterns", nargs="*")
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--shown", type=int, default=4)
    parser.add_argument("--only", type=int, help="this call alone")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found, json, sides = build(folder)
        chosen = {name: kinds for name, kinds in found.items() if not LEFT_OUT.fullmatch(name) and (not options.patterns or any(re.fullmatch(p, name) for p in options.patterns))}
        functions = {name: kinds for name, kinds in chosen.items() if kinds}
        print("%d functions called, %d take what cannot be made here" % (len(functions), len(chosen) - len(functions)))
        with open(os.path.join(folder, "prototypes.json"), "w") as file:
            json.dump(functions, file)
        with ThreadPoolExecutor(2) as pool:
            theirs, ours = pool.map(lambda side: ask(side, folder, options, functions), (sides.REFERENCE, sides.PYRITE))
        arguments = None
        bad = dead = survived = 0
        for name in functions:
            wrong = []
            for key in (key for key in theirs if key[0] == name):
                a, b = theirs[key], ours.get(key, "nothing")
                if a.startswith("dies"):
                    dead += 1
                    survived += not b.startswith("dies")
                elif a != b:
                    wrong.append((key[1], a, b))
            wrong.sort(key=lambda w: not w[2].startswith(("dies", "hangs")))
            if wrong:
                bad += len(wrong)
                print("%s: %d of %d differ, %d end Pyrite" % (name, len(wrong), options.calls, sum(w[2].startswith(("dies", "hangs")) for w in wrong)))
                seen = set()
                for number, a, b in wrong:
                    shape = re.sub(r"'.*?'|\d+", "", a + b)
                    if shape in seen or len(seen) == options.shown:
                        continue
                    seen.add(shape)
                    said = subprocess.run([sides.REFERENCE.launcher, os.path.abspath(__file__), "--arguments", folder, name, str(number)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, universal_newlines=True).stdout.strip()
                    print("    %d (%s)\n        reference: %s\n        pyrite:    %s" % (number, said, a, b))
        print("%d calls of %d functions: %d differ; the reference dies in %d, of which Pyrite survives %d" % (len(theirs), len(functions), bad, dead, survived))
        return bad != 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(sys.argv[2], int(sys.argv[3]), None if sys.argv[4] == "-1" else int(sys.argv[4]), sys.stdout)
    elif sys.argv[1:2] == ["--arguments"]:
        import json

        sys.path.insert(0, sys.argv[2])
        import c_calls_shim

        with open(os.path.join(sys.argv[2], "prototypes.json")) as file:
            print(", ".join(Maker(c_calls_shim).draw(sys.argv[3], int(sys.argv[4]), json.load(file)[sys.argv[3]][1])[4]))
    else:
        sys.exit(main())
