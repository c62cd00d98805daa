import io
b = io.BytesIO(b"abc")
v = b.getvalue()
b.write(b"x")
print(v, b.getvalue(), b.tell(), b.seek(10), b.write(b"y"), b.getvalue())
b.truncate(2)
print(b.getvalue(), b.getvalue() is b.getvalue(), b.__sizeof__() > 64, b.__dict__)
#---
import io
b = io.BytesIO()
b.write(b"abcdef")
m = b.getbuffer()
m[0] = 120
print(b.getvalue())
b.write(b"z")
#---
import io
s = io.StringIO("one\ntwo")
print(s.readline(), s.write("X"), s.getvalue(), s.seek(0), list(s), s.seek(20), s.write(""), s.getvalue())
s.write("end")
print(ascii(s.getvalue()), s.truncate(3), s.getvalue())
#---
import io
for state in (("", b"", 0, None), ("", "x", 0, None), ("", "", 0, 0), (b"", "", 0, None), ("", "", -1, None), ("a", "", 0, {"q": 1})):
    s = io.StringIO()
    try:
        print(s.__setstate__(state), s.__dict__)
    except Exception as e:
        print(type(e).__name__, e)
#---
import io
t = io.TextIOWrapper.__new__(io.TextIOWrapper)
for name in "encoding errors line_buffering write_through buffer name closed newlines _CHUNK_SIZE _finalizing".split():
    try:
        print(name, getattr(t, name))
    except Exception as e:
        print(name, type(e).__name__, e)
#---
import io
t = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
t.detach()
print(t.encoding, t.errors, repr(t), t._finalizing)
t.closed
#---
import io
class Raw(io.RawIOBase):
    def __init__(self): self.all = []
    def writable(self): return True
    def write(self, data): self.all.append(bytes(data)); return len(data)
raw = Raw()
t = io.TextIOWrapper(raw, encoding="ascii")
t._CHUNK_SIZE = 10
for text in ("abc", "def", "0123456789", "ghi", "x" * 25):
    t.write(text)
    print(raw.all)
#---
import io
print(io._io._RawIOBase.__dict__["write"])
io.RawIOBase().readinto(b"")
#---
import io
io.FileIO(2 ** 40)
#---
import io
r = io.BufferedReader(io.BytesIO(b"abc\ndef\nghi"), 5)
print(r.readline(), r.peek()[:1], r.read(2), r.readline(), r.read1(), r.readinto(bytearray(2)), r.readline())
#---
import io
io.BufferedReader(io.BytesIO(), 2 ** 63 - 1)
#---
import re
print(re.match("a*", "a" * 100), re.match("(?s).*", "'\"\n" * 30))
#---
import re
b = bytearray(b"x" * 10)
it = re.finditer(b"x", b)
b.extend(b"y" * 1000)
#---
import locale
print(locale.strxfrm("a"), locale.strcoll("a", "b") < 0)
locale.strcoll("a\0", "b")
#---
import locale
locale.strxfrm("\0")
#---
import _warnings
for globals_ in ({"__loader__": 5, "__name__": "x"}, {"__loader__": None}, 5):
    try:
        _warnings.warn_explicit("m", UserWarning, "f", 1, module_globals=globals_)
    except Exception as e:
        print(type(e).__name__, e)
#---
import collections
class Pair(collections.namedtuple("Pair", "a b c")):
    def __iter__(self):
        return iter((self.a, self))
print(dict([Pair(1, 2, 3)]))
#---
import sys
sys.__unraisablehook__(ValueError(1))
#---
import gc
class C: pass
c = C()
print(gc.get_referents(c) == [C] or gc.get_referents(c)[-1] is C)
#---
import sys
print(sys.audit(5), sys.audit("x", 1, 2))
#---
import io
for n in (None, -1, 0, 1, 3, 4, 5, 8, 9, 100):
    print(n, io.StringIO('one\ntwo\nthree\n').readlines(n), io.BytesIO(b'one\ntwo\nthree\n').readlines(n), io.TextIOWrapper(io.BytesIO(b'one\ntwo\nthree\n')).readlines(n), io.BufferedReader(io.BytesIO(b'one\ntwo\nthree\n')).readlines(n))
s = io.StringIO(); s.close()
try: s.__setstate__(('', '', 0, None))
except ValueError as e: print(e)
import pickle
for n in (0, 1, 10, 1 << 17):
    data = pickle.dumps([b'x' * n, 'y' * n, bytearray(n)], 4)
    print(pickle.load(io.BytesIO(data)) == pickle.loads(data), pickle.load(io.BufferedReader(io.BytesIO(data))) == pickle.loads(data))
