"""Writes crates/macros/data/docs.tsv: the raw docstrings of every built-in type, method and module function.

Run it with the reference itself:  python3.8 -I -S tools/gen_docs.py crates/macros/data/docs.tsv

One line for each key, `key TAB text`, with newline, tab and backslash escaped as \\n, \\t and \\\\. Texts are raw: they begin with the
signature line (`append($self, object, /)\\n--\\n\\n...`) where there is one. Keys:
    list                    a type, by its tp_name
    list.append             method, getter or member of a type
    slot.__add__            the wrapper that stands for a slot, the same text on every type
    slot.__iadd__.sequence  the same for the sequence slot of that name, where its text differs
    list.__getattribute__   the type fills the slot itself and does not inherit it (`__setattr__` as well)
    itertools               a module that lives inside libpython
    itertools.tee           a function of such a module
Texts are read from the C structures, since `__doc__` hides the signature line. Types come from the library's symbol table, which
also names those that no Python code can reach before their first use, and from `object.__subclasses__()`.
"""

import sys

LIBPYTHON_MODULES = """sys builtins _imp marshal _io posix errno pwd _codecs _sre _weakref _functools _collections _operator
itertools _thread _signal time _abc _stat atexit _warnings _string _locale gc _ast _symtable faulthandler _tracemalloc
xxsubtype""".split()

# Imported before anything else, so that the classes of ctypes and its friends are not taken for built-in ones.
for _name in LIBPYTHON_MODULES:
    __import__(_name)


def _all_subclasses(cls, seen):
    for sub in type.__subclasses__(cls):
        if sub not in seen:
            seen.add(sub)
            _all_subclasses(sub, seen)
    return seen


def _is_built_in(cls):
    """Static types, and heap types that a module inside libpython made."""
    if not cls.__flags__ & (1 << 9):
        return True
    module = cls.__dict__.get("__module__")
    return module in ("_ast", "os", "posix", "time") or module in LIBPYTHON_MODULES


BUILT_IN_TYPES = [cls for cls in _all_subclasses(object, set()) if _is_built_in(cls)] + [object]

import ctypes
import struct
import _ctypes

TYPE_SIZE = 416
TP_NAME, TP_DOC, TP_METHODS, TP_MEMBERS, TP_GETSET, TP_DICT = 24, 176, 232, 240, 248, 264
METHOD_DEF = (32, 0, 24)  # size, offset of the name, offset of the doc
MEMBER_DEF = (40, 0, 32)
GETSET_DEF = (40, 0, 24)
WRAPPER_BASE = (56, 0, 32)


def word(address):
    return ctypes.c_size_t.from_address(address).value


def text(address):
    return ctypes.string_at(address).decode("utf-8") if address else None


def table(address, layout):
    """Names and docs of a C array that ends with an entry without a name."""
    size, name, doc = layout
    while address and word(address + name):
        yield text(word(address + name)), text(word(address + doc))
        address += size


def library():
    """Path and load address of the libpython that runs this program."""
    with open("/proc/self/maps") as maps:
        for line in maps:
            if "libpython3.8.so" in line:
                return line.split()[-1], int(line.split("-")[0], 16)
    sys.exit("this must be run by a Python that loads libpython3.8.so")


def symbols(path):
    """(name, value, size) of every data object in the symbol tables of an ELF64 file, local ones too."""
    with open(path, "rb") as file:
        data = file.read()
    table_offset, = struct.unpack_from("<Q", data, 40)
    entry_size, count = struct.unpack_from("<HH", data, 58)
    sections = [struct.unpack_from("<IIQQQQIIQQ", data, table_offset + i * entry_size) for i in range(count)]
    found = set()
    for section in sections:
        if section[1] not in (2, 11):  # SHT_SYMTAB, SHT_DYNSYM
            continue
        strings = sections[section[6]][4]
        for offset in range(section[4], section[4] + section[5], 24):
            name, info, _other, index, value, size = struct.unpack_from("<IBBHQQ", data, offset)
            if info & 15 == 1 and index:  # STT_OBJECT, defined
                end = data.index(b"\0", strings + name)
                found.add((data[strings + name:end].decode(), value, size))
    return sorted(found)


class Table:
    def __init__(self):
        self.lines = {}

    def add(self, key, doc):
        if doc is None:
            return
        if self.lines.setdefault(key, doc) != doc:
            sys.stderr.write("two texts for %s: the first stays\n" % key)

    def add_type(self, address):
        name = text(word(address + TP_NAME))
        self.add(name, text(word(address + TP_DOC)))
        for offset, layout in ((TP_METHODS, METHOD_DEF), (TP_MEMBERS, MEMBER_DEF), (TP_GETSET, GETSET_DEF)):
            for attr, doc in table(word(address + offset), layout):
                self.add(name + "." + attr, doc)

    def add_own_slots(self, address):
        """Attribute access is the generic one on nearly every type; some say so themselves, which their dicts show."""
        own = word(address + TP_DICT) and ctypes.cast(word(address + TP_DICT), ctypes.py_object).value
        for attr in ("__getattribute__", "__setattr__"):
            if own and attr in own:
                self.add(text(word(address + TP_NAME)) + "." + attr, object.__dict__[attr].__doc__)

    def add_slot(self, name, doc):
        key = "slot." + name
        if doc and self.lines.get(key, doc) != doc:
            key += ".sequence"
        if doc:
            self.add(key, doc)

    def add_module(self, name):
        module = sys.modules[name]
        self.add(name, module.__doc__)
        for attr, value in sorted(vars(module).items()):
            if type(value) is type(len):
                self.add(name + "." + attr, text(word(word(id(value) + 16) + 24)))

    def write(self, path):
        escape = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t"})
        with open(path, "w", encoding="utf-8", newline="\n") as file:
            for key, doc in sorted(self.lines.items()):
                file.write("%s\t%s\n" % (key, doc.translate(escape)))


def main():
    path, base = library()
    docs = Table()
    addresses = {id(cls): cls for cls in BUILT_IN_TYPES}
    for name, value, size in symbols(path):
        if size == TYPE_SIZE and word(base + value + 8) in (0, id(type)) and word(base + value + TP_NAME):
            addresses.setdefault(base + value, None)
        elif name == "slotdefs":
            for attr, doc in table(base + value, WRAPPER_BASE):
                if attr != "__new__":
                    docs.add_slot(attr, doc)
        elif name == "tp_new_methoddef":
            docs.add("slot.__new__", dict(table(base + value, METHOD_DEF))["__new__"])
    for address in addresses:
        docs.add_type(address)
        docs.add_own_slots(address)
    for name in LIBPYTHON_MODULES:
        docs.add_module(name)
    docs.write(sys.argv[1])


if __name__ == "__main__":
    main()
