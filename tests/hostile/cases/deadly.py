#--- sets: comparisons and hashes that change them
class K:
    armed = False
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n % 2
    def __eq__(self, o):
        if K.armed:
            K.armed = False
            act()
        return isinstance(o, K) and self.n == o.n
ops = ['s | t', 's & t', 's - t', 's ^ t', 's.__ior__(t)', 's.__iand__(t)', 's.__isub__(t)', 's.__ixor__(t)', 's == t', 's <= t', 's < t', 's.isdisjoint(t)', 's.update(t)', 's.update(list(t))', 's.intersection(list(t))', 's.intersection_update(list(t))', 's.difference(list(t))', 's.difference_update(list(t))', 's.symmetric_difference_update(list(t))', 's.add(K(3))', 's.remove(K(2))', 's.discard(K(2))', 'K(2) in s', 's.copy()', 'set(s)', 'frozenset(s)', 's.issubset(list(t))', 's.issuperset(list(t))', 's.difference(dict.fromkeys(t))', 's.symmetric_difference(dict.fromkeys(t))', 'sorted(k.n for k in s)']
for op in ops:
    out = []
    for act in (lambda: s.clear(), lambda: t.clear(), lambda: (s.clear(), t.clear()), lambda: s.update(range(100)), lambda: t.update(range(100)), lambda: s.pop(), lambda: (s.__init__(), t.__init__())):
        K.armed = False
        s = {K(i) for i in range(6)}; t = {K(i) for i in range(3, 9)}
        K.armed = True
        try: r = eval(op)
        except Exception as e: r = type(e).__name__
        K.armed = False
        out.append((r if not hasattr(r, '__len__') or isinstance(r, str) else type(r).__name__))
    print(op, out)
#--- bytearray: resized during a conversion
class I:
    def __init__(self, v=1): self.v = v
    def __index__(self): act(); return self.v
class B:
    def __init__(self, v=b'ab'): self.v = v
    def __bytes__(self): act(); return self.v
for t in ('b[I()]', 'b.__setitem__(I(), 7)', 'b.__setitem__(0, I(5))', 'b.__setitem__(slice(I(), I(4)), b"xyz")', 'b.append(I(5))', 'b.insert(I(), I(5))', 'b.pop(I())', 'b.extend([I(1), I(2), I(3)])', 'b.__setitem__(slice(0, 2), [I(1), I(2)])', 'b.find(I(99))', 'b.find(b"c", I())', 'b.count(I(99), I())', 'b.remove(I(99))', 'b.center(I(30))', 'b.zfill(I(40))', 'b.expandtabs(I(4))', 'b.__mul__(I(3))', 'b.__imul__(I(3))', 'I(99) in b', 'b.split(None, I())', 'b.rsplit(b"c", I())', 'b.splitlines(I())', 'b.index(b"d", I(0), I(50))', 'b.startswith(b"ab", I(0), I(9))', 'b.__delitem__(I())', 'b.__delitem__(slice(I(0), I(9), I(2)))', 'b[I(0):I(9):I(2)]', 'b.__init__([I(3), I(4)])', 'b.replace(b"c", b"cc", I())', 'b.translate(None, delete=b"c")', 'b.hex(":", I())', 'b.__setitem__(slice(None, None, 2), [I(1)] * len(b[::2]))'):
    out = []
    for act in (lambda: b.clear(), lambda: b.extend(b'q' * 1000), lambda: b.__init__(b'zz'), lambda: b.__delitem__(slice(0, 3))):
        b = bytearray(b'abcdefgh c' * 2)
        try: r = eval(t)
        except Exception as e: r = (type(e).__name__, str(e))
        out.append((r if not isinstance(r, (bytes, bytearray)) else bytes(r)[:20], bytes(b[:12]), len(b)))
    print(t, out)
#--- memoryview: released inside a conversion
class I:
    def __init__(self, v=1): self.v = v
    def __index__(self): act(); return self.v
    def __float__(self): act(); return 1.5
    def __eq__(self, o): act(); return True
    def __bool__(self): act(); return True
for fmt in 'BbHiqdf?c':
    for t in ('m[I()]', 'm.__setitem__(I(), 7)', 'm.__setitem__(0, I(5))', 'm.__setitem__(slice(I(), I(2)), m[0:1])', 'm[I(0):I(2)]', 'm.__setitem__(I(0), I(1))', 'm.cast("B", [I(8)])', 'm.cast("B").cast("B", (I(2), I(4)))', 'm.hex(":", I())', 'm.tobytes(I())', 'I() in m', 'm == I()', 'm.toreadonly()[I(0)]'):
        out = []
        for act in (lambda: m.release(), lambda: (m.release(), b.extend(b'x' * 1000))):
            b = bytearray(b'\1\0\0\0\0\0\0\0' * 2)
            m = memoryview(b).cast(fmt)
            try: r = eval(t)
            except Exception as e: r = (type(e).__name__, str(e))
            out.append(r if not isinstance(r, memoryview) else 'view')
        print(fmt, t, out)
with memoryview(b) as m:
    try:
        with m: m.release()
        m[0]
    except ValueError as e: print(e)
m = memoryview(bytearray(8)); n = m[2:]; m.release()
try: print(n[0], n.obj)
except ValueError as e: print(e)
h = memoryview(b'abc'); hash(h); h.release()
try: print(hash(h) == hash(b'abc'), repr(h)[:10])
except ValueError as e: print(e)
#--- collections: OrderedDict and defaultdict
from collections import OrderedDict, defaultdict
class K:
    armed = False
    def __init__(self, n): self.n = n
    def __hash__(self): return 1
    def __eq__(self, o):
        if K.armed: K.armed = False; act(d)
        return isinstance(o, K) and self.n == o.n
    def __repr__(self):
        if K.armed: K.armed = False; act(d)
        return 'K%d' % self.n
for op in ('d[K(2)]', 'd.__setitem__(K(3), 1)', 'd.__delitem__(K(2))', 'd.pop(K(2))', 'd.pop(K(9), 0)', 'd.move_to_end(K(2))', 'd.move_to_end(K(0), last=False)', 'd.popitem()', 'd.popitem(last=False)', 'd.setdefault(K(2))', 'd == d.copy()', 'list(d)', 'list(reversed(d))', 'd.update({K(2): 1})', 'OrderedDict(d)', 'repr(d)', 'd.copy()', 'd.clear()', 'd.items() == OrderedDict(a=1).items()'):
    out = []
    for act in (lambda d: d.clear(), lambda d: d.update((i, i) for i in range(50)), lambda d: d.popitem(), lambda d: dict.clear(d), lambda d: d.__init__(), lambda d: d.move_to_end(next(iter(d)))):
        K.armed = False
        d = OrderedDict((K(i), i) for i in range(4))
        K.armed = True
        try: r = eval(op)
        except Exception as e: r = type(e).__name__
        K.armed = False
        try: n = len(list(d))
        except Exception as e: n = type(e).__name__
        out.append((r if isinstance(r, (int, str)) else type(r).__name__, len(d), n))
    print(op, out)
d = OrderedDict.fromkeys(range(5)); it = iter(d); next(it); d.clear()
for _ in range(2):
    try: print(next(it))
    except Exception as e: print(type(e).__name__, e)
def factory(): dd.clear(); return 5
dd = defaultdict(factory); dd[1] = 2; print(dd[7], dd)
def factory(): dd.default_factory = None; return 5
dd = defaultdict(factory); print(dd[7], dd)
class D:
    def __del__(self): d.clear()
for change in ('d.clear()', 'd.popitem()', 'del d[1]', 'd[1] = 2', 'd.pop(2)', 'd.__init__({1: 2})'):
    d = OrderedDict((i, D()) for i in range(4)); exec(change); print(change, len(d), len(list(d)))
#--- io: objects closed and changed while they work
import io
class Raw(io.RawIOBase):
    def readable(self): return True
    def writable(self): return True
    def seekable(self): return True
    def readinto(self, b): act(self); b[:1] = b'x'; return 1
    def write(self, b): act(self); return len(b)
    def seek(self, *a): act(self); return 0
    def tell(self): act(self); return 0
def attempt(f, *a):
    try: return f(*a)
    except Exception as e: return type(e).__name__, str(e)
for make in (io.BufferedReader, io.BufferedWriter, io.BufferedRandom):
    for action in (lambda s: b.close(), lambda s: b.detach(), lambda s: b.__init__(Raw()), lambda s: b.read(1) if hasattr(b, 'read') else None, lambda s: b.flush(), lambda s: s.close()):
        out = []
        for f in ('read(3)', 'read1(2)', 'peek(2)', 'readline()', 'readinto(bytearray(3))', 'write(b"abc" * 5)', 'flush()', 'seek(1)', 'tell()', 'close()', 'truncate(0)'):
            act = lambda s: None
            b = make(Raw(), 8)
            fired = []
            def act(s):
                if not fired: fired.append(1); attempt(action, s)
            out.append((f, attempt(eval, 'b.' + f) if f[:4] not in ('tell',) else attempt(eval, 'b.' + f)))
            act = lambda s: None
            attempt(b.close)
        print(make.__name__, len(out), sorted({o[1][0] if isinstance(o[1], tuple) else type(o[1]).__name__ for o in out}))
#--- partial: its state replaced while it is written
import functools
class K:
    def __repr__(self): p.__setstate__((int, (), {}, {})); return 'K'
p = functools.partial(int, K(), K(), a=K(), b=K())
print(repr(p))
#--- bytearray: an iterator at its end lets go of the last reference
class A(bytearray):
    def __del__(self): gone.append(1)
gone = []
for made in (iter(bytearray(b'ab')), iter(A(b'ab')), iter(A())):
    print(list(made), list(made), made.__length_hint__())
print(len(gone))
for _ in range(40000): bytearray(1000)
#--- hooks and handlers that replace themselves, callbacks at exit that change the list
import atexit, gc, io, os, signal, sys
class Big:
    def __init__(self, f): self.f = f; self.pad = ['x' * 50] * 20
    def __call__(self, *a, **k): return self.f(*a, **k)
class D:
    def __del__(self): 1/0
out = []
class Stream:
    def write(self, s): sys.stderr = None; sys.stdout = real; gc.collect(); return len(s)
    def flush(self): pass
real = sys.stdout
for _ in range(2):
    sys.stderr = Stream(); D()
    sys.stdout = Stream(); print('x', 'y', end='z')
    sys.stdout = real
sys.stderr = sys.__stderr__
# signals: a handler that replaces itself
def h(n, f): signal.signal(signal.SIGUSR1, Big(lambda n, f: out.append('second'))); gc.collect(); out.append('first')
signal.signal(signal.SIGUSR1, Big(h)); out.clear(); os.kill(os.getpid(), signal.SIGUSR1); os.kill(os.getpid(), signal.SIGUSR1); print(out)
# atexit: callbacks that change the list
def last(): print('last'); atexit.register(print, 'registered at exit'); atexit.unregister(last); gc.collect()
atexit.register(print, 'first'); atexit.register(last); atexit._run_exitfuncs(); print(atexit._ncallbacks())
class EqD:
    def __call__(self): pass
    def __eq__(self, o): atexit._clear(); gc.collect(); return True
atexit.register(EqD()); atexit.register(EqD()); atexit.unregister(EqD()); print(atexit._ncallbacks()); atexit._clear()
# asyncgen hooks replaced while they run
def fi(g): sys.set_asyncgen_hooks(Big(lambda g: None), Big(lambda g: None)); gc.collect(); out.append('firstiter')
def fin(g): sys.set_asyncgen_hooks(None, None); gc.collect(); out.append('finalizer')
async def ag(): yield 1
out.clear(); sys.set_asyncgen_hooks(Big(fi), Big(fin)); a = ag(); x = a.asend(None)
try: x.send(None)
except StopIteration as e: print(e.value)
del a, x; gc.collect(); sys.set_asyncgen_hooks(None, None); print(out)
# builtins replaced while they are used
import builtins
bi = builtins.__import__
def imp(*a): builtins.__import__ = bi; gc.collect(); return bi(*a)
builtins.__import__ = Big(imp); import json; print(json.__name__)
bb = builtins.__build_class__
def bc(*a): builtins.__build_class__ = bb; gc.collect(); return bb(*a)
builtins.__build_class__ = Big(bc)
class C: pass
print(C.__name__)
# descriptors and class attributes that go while they are looked up
class Desc:
    def __get__(self, o, t): del T.a; gc.collect(); return self.__class__.__name__
    def __set__(self, o, v): del T.b; gc.collect()
    def __set_name__(self, t, n): 
        if n == 'c': delattr(t, 'd')
class T:
    a = Desc(); b = Desc(); c = Desc(); d = Desc()
    def __getattr__(self, n): del T.__getattr__; gc.collect(); return n
t = T(); print(t.a); t.b = 1; print(t.zz, 'd' in vars(T))
class M(type):
    def mro(cls): 
        gc.collect(); return type.mro(cls)
try:
    class X(metaclass=M): pass
    print(X.__mro__[-1])
except Exception as e: print(type(e).__name__, e)
class Sub:
    def __init_subclass__(cls): cls.__bases__ = (Other,); gc.collect()
class Other: pass
try:
    class Y(Sub): pass
    print(Y.__bases__)
except Exception as e: print(type(e).__name__, e)
class Slot:
    __slots__ = ('x', '__dict__')
    def __del__(self): s.x = 1
s = Slot(); s.x = Slot(); s.x = Slot(); del s.x; print(hasattr(s, 'x'))
