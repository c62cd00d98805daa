#--- weak references: callbacks that change what they are called for
import weakref, gc
class A: pass
def run(n, make):
    a = A(); refs = []
    for i in range(n): refs.append(make(a, refs, i))
    del a; gc.collect(); print(len(refs))
run(5, lambda a, refs, i: weakref.ref(a, lambda r: refs.clear()))
run(5, lambda a, refs, i: weakref.ref(a, lambda r: refs.pop()))
run(5, lambda a, refs, i: weakref.ref(a, lambda r: refs.append(r())))
run(5, lambda a, refs, i: weakref.ref(a, lambda r: gc.collect()))
run(5, lambda a, refs, i: weakref.proxy(a, lambda r: refs.clear()))
class D:
    def __del__(self): keep.append(weakref.ref(self))
keep = []; d = D(); del d; print(keep[0]())
class R:
    def __del__(self): keep.append(self)
r = R(); w = weakref.ref(r, lambda x: print('callback')); del r; print(w() is keep[-1]); keep.clear(); print(w())
d = weakref.WeakValueDictionary(); k = weakref.WeakKeyDictionary(); s = weakref.WeakSet()
objs = [A() for _ in range(10)]
for i, o in enumerate(objs): d[i] = o; k[o] = i; s.add(o)
for i, o in zip(range(10), list(d.values())):
    objs.pop()
    if i == 5: gc.collect()
del o; print(len(d), len(k), len(s))
class E:
    def __eq__(self, o): box.clear(); return True
    def __hash__(self): return 1
box = [E()]; a = weakref.ref(box[0]); box2 = [E()]; b = weakref.ref(box2[0]); print(a == b, hash(b)); 
class C:
    def __del__(self): print('del', w2() is self)
c = C(); w2 = weakref.ref(c); del c
p = weakref.proxy(A)
class P:
    def __getattr__(self, n): box.clear(); return n
    def __add__(self, o): box.clear(); return 5
    def __call__(self): box.clear(); return 6
    def __str__(self): box.clear(); return 'str'
    def __len__(self): box.clear(); return 3
    def __iter__(self): box.clear(); return iter('abc')
    def __contains__(self, o): box.clear(); return True
    def __getitem__(self, o): box.clear(); return o
    def __bool__(self): box.clear(); return False
for f in (lambda p: p.foo, lambda p: p + 1, lambda p: p(), str, len, list, lambda p: 1 in p, lambda p: p[3], bool):
    box = [P()]; p = weakref.proxy(box[0])
    try: print(f(p))
    except Exception as e: print(type(e).__name__, e)
    try: print(f(p))
    except Exception as e: print(type(e).__name__, e)
#--- gc: finalizers, resurrection and callbacks
import gc
class N:
    def __init__(self, act=None): self.me = self; self.act = act
    def __del__(self):
        if self.act: self.act(self)
kept = []
for act in (kept.append, lambda o: o.__dict__.clear(), lambda o: setattr(o, 'other', N()), lambda o: gc.collect(), lambda o: kept.clear(), lambda o: setattr(o, '__class__', M), lambda o: [N() for _ in range(2000)] and None):
    class M(N): pass
    for _ in range(20): N(act)
    gc.collect(); gc.collect(); print(len(kept))
    kept.clear(); gc.collect()
def cb(phase, info): seen.append(phase); gc.callbacks.clear()
seen = []; gc.callbacks.append(cb); gc.callbacks.append(cb); gc.collect(); print(seen, gc.callbacks)
def cb(phase, info): seen.append(phase); gc.callbacks.append(len)
gc.callbacks.clear()
class T:
    def __init__(self): self.l = [self]
    def __del__(self): self.l.clear()
for _ in range(10): T()
gc.collect()
l = []; l.append(l); gc.collect(); print(len(gc.get_referrers(l)) > 0, len(gc.get_referents(l)))
def g():
    x = it
    try: yield
    finally: done.append(1)
done = []; it = g(); next(it); del it; gc.collect(); print(done)
it = None
def g():
    me = yield
    try: yield
    finally: done.append(me)
i = g(); next(i); i.send(i); del i; gc.collect(); print(len(done)); done.clear(); gc.collect()
class X:
    __slots__ = 'a', '__weakref__'
    def __del__(self): self.a = None
for _ in range(5):
    x = X(); x.a = x
del x; gc.collect()
#--- generators entered again
def g():
    try: next(me)
    except ValueError as e: print(e)
    try: me.send(1)
    except Exception as e: print(type(e).__name__, e)
    try: me.throw(KeyError)
    except Exception as e: print(type(e).__name__, e)
    try: me.close()
    except ValueError as e: print(e)
    yield 1
me = g(); print(next(me), list(me))
class It:
    def __iter__(self): return self
    def __next__(self):
        try: next(d)
        except Exception as e: print(type(e).__name__, e)
        d2.close() if d2 else None
        raise StopIteration(5)
d2 = None
def delegate(): return (yield from It())
d = delegate(); print(list(d))
def g():
    try: yield 1
    finally: box.clear()
box = [g()]; next(box[0]); box[0].close(); print(box)
box = [g()]; next(box[0]); box.clear(); print(box)
def g():
    box.clear()
    yield 1
    yield 2
box = [g()]; print(next(box[0])); 
box = [g()]; print(list(box[0]))
def g():
    yield from inner
def h():
    outer.close()
    yield 1
inner = h(); outer = g()
try: print(list(outer))
except Exception as e: print(type(e).__name__, e)
async def co():
    try: c.send(None)
    except Exception as e: print(type(e).__name__, e)
    try: c.throw(KeyError)
    except Exception as e: print(type(e).__name__, e)
c = co()
try: c.send(None)
except StopIteration: print('done')
def frames():
    f = me.gi_frame
    try: f.clear()
    except RuntimeError as e: print(e)
    yield 1
me = frames(); next(me); f = me.gi_frame; f.clear(); print(list(me))
def g():
    yield 1
it = g(); next(it); it.gi_frame.clear()
try: print(next(it))
except StopIteration: print('stop')
#--- itertools entered again
import itertools
class It:
    def __init__(self, n=6): self.n = n
    def __iter__(self): return self
    def __next__(self):
        self.n -= 1
        if self.n < 0: raise StopIteration
        if self.n % 2 and obj is not None:
            try: got.append(next(obj))
            except Exception as e: got.append(type(e).__name__)
        return self.n
makes = dict(
    chain=lambda: itertools.chain(It(), It()), islice=lambda: itertools.islice(It(), 0, 5), cycle=lambda: itertools.cycle(It()), accumulate=lambda: itertools.accumulate(It()), compress=lambda: itertools.compress(It(), [1] * 9),
    dropwhile=lambda: itertools.dropwhile(lambda x: x > 3, It()), takewhile=lambda: itertools.takewhile(lambda x: x > 1, It()), filterfalse=lambda: itertools.filterfalse(None, It()), starmap=lambda: itertools.starmap(pow, ((i, 2) for i in It())),
    zip_longest=lambda: itertools.zip_longest(It(), It()), map=lambda: map(str, It()), filter=lambda: filter(None, It()), zip=lambda: zip(It(), It()), enumerate=lambda: enumerate(It()), from_iterable=lambda: itertools.chain.from_iterable([It(), It()]), fromiter=lambda: iter(It().__next__, 1), reversed=lambda: iter(reversed([1, 2, 3])))
for name, make in makes.items():
    obj, got = None, []
    obj = make()
    out = []
    try:
        for _ in range(12): out.append(next(obj))
    except Exception as e: out.append(type(e).__name__ + str(e))
    print(name, out, got)
obj = None
def key(x):
    if g: 
        try: next(g[0])
        except Exception as e: print(type(e).__name__)
    return x // 2
g = []; g.append(itertools.groupby(range(8), key))
try: print([(k, list(v)) for k, v in g[0]])
except RecursionError: print('deep')
g = []; gb = itertools.groupby([1, 1, 2, 2, 3]); k, grp = next(gb); next(gb); print(list(grp), [(k, list(g)) for k, g in gb])
for f in (itertools.product, itertools.permutations, itertools.combinations, itertools.combinations_with_replacement):
    it = f([1, 2, 3], *([] if f is itertools.product else [2])); l = [next(it)]; l.append(next(it)); print(l, list(it))
#--- itertools.tee of what is entered again
import itertools
class I:
    first = True
    def __iter__(self): return self
    def __next__(self):
        if self.first:
            self.first = False
            return next(b)
        raise StopIteration
a, b = itertools.tee(I())
try: next(a)
except RuntimeError as e: print(e)
a, b = itertools.tee(iter(range(200))); c = a.__copy__()
print(sum(1 for _ in a), sum(1 for _ in b), sum(1 for _ in c))
class K:
    def __del__(self):
        try: next(t)
        except StopIteration: pass
a, t = itertools.tee(K() for _ in range(300))
for x in a: pass
del a, x; print(sum(1 for _ in t) < 300)
a, b = itertools.tee(range(100000)); list(a); del a; del b
#--- functools: caches and folds entered again
import functools
@functools.lru_cache(maxsize=3)
def f(n):
    if n > 0: f(n - 1); f(n - 2); f.cache_clear() if n == 4 else None
    return n
print(f(10), f.cache_info())
class K:
    armed = False
    def __init__(self, n): self.n = n
    def __hash__(self): return 1
    def __eq__(self, o):
        if K.armed:
            K.armed = False; act()
        return self.n == o.n
for size in (0, 1, 2, 3, None):
    for act in (lambda: f.cache_clear(), lambda: f(K(7)), lambda: [f(K(i)) for i in range(5)]):
        f = functools.lru_cache(maxsize=size)(lambda k: k)
        for i in range(4): K.armed = False; f(K(i)); K.armed = True; f(K(i)); f(K(3 - i))
        K.armed = False
        print(size, f.cache_info())
class D:
    def __del__(self): f.cache_clear()
f = functools.lru_cache(maxsize=2)(lambda x: D())
for i in range(6): f(i)
print(f.cache_info().currsize)
f.cache_clear()
def deep(x): return g(x)
g = functools.lru_cache(maxsize=2)(deep)
try: g(1)
except RecursionError: print('RecursionError')
l = [1, 2, 3, 4]
def add(a, b): l.clear(); return (a, b)
print(functools.reduce(add, l), l)
p = functools.partial(int, 5)
p.__setstate__((p, (), {}, {}))
try: p()
except RecursionError: print('RecursionError')
try: print(repr(p)[:30])
except RecursionError: print('RecursionError')
p.__setstate__((int, (), {}, {}))
class T(tuple): pass
class C:
    def __call__(self, *a): p.__setstate__((int, (), {}, {})); return len(a)
p = functools.partial(C(), 1, 2); print(p(3), p())
def cmp(a, b): l.clear(); return (a > b) - (a < b)
l = [3, 1, 2]
try: l.sort(key=functools.cmp_to_key(cmp))
except ValueError as e: print(e)
print(min([1, 2], key=functools.cmp_to_key(cmp)))
#--- io: views that outlive their buffers
import io
b = io.BytesIO(b'abcdef'); v = b.getbuffer()
for f in ('write(b"x" * 100)', 'truncate(1)', 'close()', 'writelines([b"zz"] * 9)', '__setstate__((b"x", 0, None))', 'read()', 'getvalue()', 'readinto(v)', 'seek(0)', 'write(v)'):
    try: print(f, eval('b.' + f))
    except Exception as e: print(f, type(e).__name__, e)
v.release(); b.close()
class W:
    def __iter__(self): return self
    def __next__(self): b.close(); return b'x'
b = io.BytesIO()
try: b.writelines(W())
except ValueError as e: print(e)
class E:
    def __index__(self): b.close(); return 1
for f in ('read(E())', 'seek(E())', 'truncate(E())', 'readline(E())', 'read1(E())'):
    b = io.BytesIO(b'ab\ncd')
    try: print(f, eval('b.' + f))
    except Exception as e: print(f, type(e).__name__, e)
for f in ('read(E())', 'seek(E())', 'truncate(E())', 'readline(E())'):
    b = io.StringIO('ab\ncd')
    try: print(f, eval('b.' + f))
    except Exception as e: print(f, type(e).__name__, e)
class S(str):
    def __str__(self): b.close(); return 'x'
b = io.StringIO(); b.write(S('abc')); print(b.getvalue())
keep = []
class Raw(io.RawIOBase):
    def readable(self): return True
    def readinto(self, buf): keep.append(buf); return 0
r = io.BufferedReader(Raw(), 16); r.read(5); print(len(keep)); r.close()
try: keep[0][0]; print(len(keep[0]))
except ValueError as e: print(e)
del r
try: print(len(bytes(keep[0])))
except ValueError as e: print(e)
class Dec:
    def decode(self, data, final=False): t.detach() if t else None; return 'x'
    def getstate(self): return b'', 0
    def setstate(self, s): pass
    def reset(self): pass
import codecs
t = io.TextIOWrapper(io.BytesIO(b'abc' * 100), 'utf-8')
class B(io.BytesIO):
    def read1(self, n): 
        try: t.detach()
        except Exception as e: print(type(e).__name__, e)
        return b'ab\n'
    read = read1
for f in ('read(2)', 'readline()', 'read()'):
    t = io.TextIOWrapper(B(b'abc\n' * 10), 'utf-8')
    try: print(f, eval('t.' + f))
    except Exception as e: print(f, type(e).__name__, e)
class B(io.BytesIO):
    def write(self, b):
        try: t.detach() if n[0] else t.write('more')
        except Exception as e: print(type(e).__name__, e)
        n[0] += 1
        return 1
n = [0]; t = io.TextIOWrapper(B(), 'utf-8', write_through=True)
try: t.write('abc'); t.flush()
except Exception as e: print(type(e).__name__, e)
#--- regular expressions: callbacks that compile, purge and change
import re
def f(m):
    re.purge(); b.clear() if isinstance(b, list) else None
    return re.sub('a', lambda m: 'q', 'banana')
b = []; print(re.sub('b', f, 'abcb'))
class S(str):
    def __getitem__(self, i): re.purge(); return str.__getitem__(self, i)
    def __hash__(self): re.purge(); return 5
print(re.sub('x', 'y', S('axbx')), re.match('a', S('abc')).group(), re.split('b', S('abc')))
data = bytearray(b'abcabc')
def g(m):
    try: data.append(1)
    except BufferError as e: print(e)
    return b'z'
print(re.sub(b'b', g, data), data)
it = re.finditer(b'.', data); next(it)
try: data.clear()
except BufferError as e: print(e)
del it
m = re.match(b'abc', data); 
try: data.clear()
except BufferError as e: print('clear', e)
try: print(m.group(), m.span(), m.re.pattern, m)
except Exception as e: print(type(e).__name__, e)
s = re.compile('a').scanner('aaaa')
def h(m):
    s.match(); return 'b'
print(re.sub('.', h, 'xxx'), s.match())
class M(dict):
    def __missing__(self, k): re.purge(); return k
print(re.sub(r'(?P<x>a)', r'\g<x>b', 'aa'), re.compile('(a)(b)?').sub(lambda m: str(m.groups(m)), 'ab')[:20])
#--- strings and formats whose arguments change things
class I:
    def __index__(self): box.clear(); return 2
    def __int__(self): box.clear(); return 3
    def __float__(self): box.clear(); return 1.5
    def __str__(self): box.clear(); return 'S'
    def __repr__(self): box.clear(); return 'R'
    def __format__(self, spec): box.clear(); return 'F' + spec
box = []
for t in ("'%d %s %r %a %f %x' % tuple(box)", "'{} {!s} {!r} {!a} {:5} {}'.format(*box)", "f'{box[0]}{box and box[0]!r}'", "' '.join(map(str, box))", "'%(a)s %(b)d' % dict(a=box[0], b=box[1])", "'{0[0]} {0[1]}'.format(box)", "'%*.*f' % (box[0], box[1], box[2])", "bytes(box)", "bytearray(box)", "tuple(box)", "'%c' % box[0]", "b'%d %s' % (box[0], bytes(3))", "'{:{}}'.format('x', box[0])", "max(box, key=str)", "sorted(box, key=repr)", "sum(box, 0.0)", "list(map(int, box))", "divmod(7, len(box))", "round(1.234, box[0])", "int('11', box[0])", "range(box[0], box[1], box[2])", "'abc'[box[0]:box[1]]", "'abc'.center(box[0])", "chr(box[0])", "pow(2, 3, 5)", "print(*box)", "slice(box[0]).indices(box[1])", "isinstance(1, tuple(box))", "dict(zip(box, box))", "all(box)"):
    box[:] = [I() for _ in range(6)]
    try: print(t, eval(t))
    except Exception as e: print(t, type(e).__name__, e)
class T(str):
    def __str__(self): return self
    def __format__(self, s): return T('f' + s)
    def __eq__(self, o): box.clear(); return str.__eq__(self, o)
    def __hash__(self): box.clear(); return str.__hash__(self)
box[:] = [T('a'), T('b')]
print('{} {x}'.format(*box, x=T('x')), ''.join(box), 'a' in {T('a'): 1}, getattr(int, T('real')), {**{T('k'): 1}})
class J:
    def __iter__(self): return self
    def __next__(self):
        if len(box) > 3: raise StopIteration
        box.append(1); return 'x'
box.clear(); print(''.join(J()), box); box.clear(); print(','.join(J()))
#--- classes changed while they are used
class M(type):
    def mro(cls):
        try: cls.__bases__ = (A,) if A in cls.__bases__ else (object,)
        except Exception as e: print(type(e).__name__, e)
        return type.mro(cls)
class A: pass
try:
    class B(A, metaclass=M): pass
    print(B.__mro__)
except Exception as e: print(type(e).__name__, e)
class M(type):
    def mro(cls): return [cls, A, object] if len(A.__subclasses__()) < 5 else [cls]
    def __eq__(self, o): return True
    __hash__ = type.__hash__
class B(A, metaclass=M): pass
B.__bases__ = (A,); print(B.__mro__)
class X:
    def __init_subclass__(cls): del X.__init_subclass__
class Y(X): pass
class S:
    def __set_name__(self, o, n): setattr(o, n + n, 1); del o.s
try:
    class Z: s = S(); t = S()
    print(sorted(k for k in Z.__dict__ if k[0] != '_'))
except Exception as e: print(type(e).__name__, e, type(e.__cause__).__name__)
class C1:
    def __del__(self): self.__class__ = C2
class C2:
    def __del__(self): print('C2 died')
c = C1(); del c
class D1:
    x = 1
    def __getattr__(self, n): self.__class__ = D2; return n
class D2: y = 2
d = D1(); print(d.foo, d.y, type(d).__name__)
class E:
    def __eq__(self, o): E.__eq__ = lambda s, o: True; return False
print(E() == E(), E() == E())
class F:
    def __add__(self, o): del F.__add__; return NotImplemented
    def __radd__(self, o): return 'radd'
try: F() + F()
except TypeError as e: print(e)
class G:
    def __call__(self): del G.__call__; return 1
g = G(); print(g())
try: g()
except TypeError as e: print(e)
class H:
    def __iter__(self): return self
    def __next__(self): del H.__next__; return 1
h = iter(H()); print(next(h))
try: next(h)
except TypeError as e: print(e)
class Slots: __slots__ = ('a', 'b')
class Dl:
    def __del__(self): s.a = 5; del s.b
s = Slots(); s.a = Dl(); s.b = 1; s.a = 2; print(s.a, hasattr(s, 'b'))
s = Slots(); s.a = Dl(); s.b = 1; del s.a; print(s.a)
class Meta(type):
    def __instancecheck__(cls, o): del Meta.__instancecheck__; return True
    def __subclasscheck__(cls, o): del Meta.__subclasscheck__; return True
class I(metaclass=Meta): pass
print(isinstance(1, I), isinstance(1, I), issubclass(int, I), issubclass(int, I))
class P:
    def __get__(self, o, t=None): K.p = 3; return 4
class K: p = P()
print(K.p, K.p)
def fn(): pass
class W:
    def __del__(self): fn.__code__ = (lambda: 9).__code__
fn.x = W(); fn.__dict__ = {}; print(fn())
def fn(a=W()): return a
fn.__defaults__ = None; print(fn())
#--- exceptions whose parts change things
class E(Exception):
    def __str__(self): self.args = (); return 'E'
    def __repr__(self): self.__dict__.clear(); return 'Er'
    def __init__(self, *a): self.args = (self,)
try: raise E(1)
except E as e: print(e, repr(e))
class D:
    def __del__(self):
        try: raise KeyError('inner')
        except KeyError: pass
def f():
    d = D()
    raise ValueError('outer')
try: f()
except ValueError as e: print(e, e.__context__)
class X(Exception):
    def __del__(self): box.clear()
box = []
for _ in range(3):
    try:
        box.append(X()); raise box[0]
    except X as e: box.clear()
e = ValueError(); e.__context__ = e
try: raise e
except ValueError as x: print(x.__context__)
a, b = ValueError('a'), ValueError('b'); a.__context__ = b; b.__context__ = a
try:
    try: raise a
    except ValueError: raise b
except ValueError as x: print(x, x.__context__)
class P:
    def __eq__(self, o): raise RuntimeError('eq')
    __hash__ = object.__hash__
for t in ('P() in [1]', '[P()] == [1]', '{P(): 1} == {1: P()}', '[1].index(P())', '(P(),) < (1,)', 'max([P(), 1], key=lambda x: 0) and None'):
    try: print(eval(t))
    except RuntimeError as e: print(t, e)
class Exc(Exception):
    def __new__(cls, *a): return box2
box2 = 5
try: raise Exc
except TypeError as e: print(e)
class Exc(Exception):
    def __init__(self): raise KeyError('init')
try: raise Exc
except KeyError as e: print(e)
import sys
def tracer(frame, event, arg):
    frame.f_trace_opcodes = True
    if event == 'opcode': sys.settrace(None)
    return tracer
def traced(): x = 1; y = 2; return x + y
sys.settrace(tracer); traced(); sys.settrace(None); print(traced())
def tracer(frame, event, arg):
    if event == 'line' and frame.f_code is traced.__code__: frame.f_locals['x'] = 5; del frame.f_trace
    return tracer
sys.settrace(tracer); r = traced(); sys.settrace(None); print(r)
def prof(frame, event, arg):
    if event == 'return': sys.setprofile(None)
sys.setprofile(prof); print(traced())
#--- pickles that change what is pickled
import pickle, copy
for P in (pickle.dumps, pickle._dumps):
    class R:
        def __reduce__(self): l.clear(); return int, ()
    l = [R(), R(), 1]
    try: print(pickle.loads(P(l)), l)
    except Exception as e: print(type(e).__name__, e)
    d = {}
    class R:
        def __reduce__(self): d.clear(); return int, ()
    d.update({1: R(), 2: R(), 3: R()})
    try: print(pickle.loads(P(d)), d)
    except Exception as e: print(type(e).__name__, e)
    class G:
        def __getstate__(self): self.__dict__.clear(); return {'a': 1}
    g = G(); g.x = 1; print(pickle.loads(P(g, 2)).__dict__ if False else len(g.__dict__))
class R:
    def __deepcopy__(self, memo): memo.clear(); l.clear(); return 1
l = [R(), R()]; print(copy.deepcopy(l))
class S:
    def __setstate__(self, st): stack.append(self); self.__dict__.update(st)
stack = []; print(copy.copy(S()).__class__.__name__)
#--- struct, array, csv, json and others with objects that change their owner
import array, struct, json, heapq, bisect, operator, random
class I:
    def __index__(self): del a[:]; return 1
    def __float__(self): del a[:]; return 1.0
    def __lt__(self, o): del h[:]; return True
    def __gt__(self, o): del h[:]; return True
for t in ('a.append(I())', 'a.insert(0, I())', 'a.__setitem__(1, I())', 'a[I()]', 'a.extend([I(), I()])', 'a.fromlist([I(), I()])', 'a.__setitem__(slice(0, 2), array.array("l", [1]))', 'a.pop(I())', 'a.index(I())', 'a * I()', 'array.array("l", [I(), 2])'):
    a = array.array('l', range(5))
    try: print(t, eval(t), a)
    except Exception as e: print(t, type(e).__name__, e, a)
m = memoryview(a)
for t in ('a.append(1)', 'a.extend(a)', 'a.pop()', 'a.byteswap()', 'a.frombytes(bytes(8))', 'a.__imul__(3)', 'a.__delitem__(slice(None))'):
    try: print(t, eval(t))
    except Exception as e: print(t, type(e).__name__, e)
m.release()
h = []
for t in ('heapq.heappop(h)', 'heapq.heappush(h, I())', 'heapq.heapify(h)', 'heapq.heapreplace(h, I())', 'heapq.heappushpop(h, I())', 'heapq._heappop_max(h)', 'heapq._heapify_max(h)', 'heapq._heapreplace_max(h, I())', 'bisect.bisect(h, I())', 'bisect.insort(h, I())', 'heapq.nsmallest(2, h)', 'heapq.merge(h, h).__next__() and None'):
    h[:] = [I() for _ in range(7)]
    try: r = eval(t); print(t, type(r).__name__, len(h))
    except Exception as e: print(t, type(e).__name__, e, len(h))
buf = bytearray(16)
class I:
    def __index__(self):
        try: buf.clear()
        except BufferError as e: print(e)
        return 1
    def __float__(self): return float(self.__index__())
    def __bool__(self): return bool(self.__index__())
for f in 'bhiqfd?':
    try: struct.pack_into(f, buf, 0, I()); print(len(buf))
    except Exception as e: print(type(e).__name__, e)
it = struct.iter_unpack('i', buf); next(it)
try: buf.clear()
except BufferError as e: print(e)
d = {}
class K(str):
    pass
class F(float):
    def __repr__(self): d.clear(); return '1'
class O:
    pass
def default(o): d.clear(); l.clear(); return 5
d.update({i: O() for i in range(5)}); l = [O() for _ in range(5)]
for x in (d, l):
    try: print(json.dumps(x, default=default))
    except Exception as e: print(type(e).__name__, e)
def hook(o): l.append(o); l.clear(); return o
print(json.loads('[{"a": [{"b": 1}]}, {}]', object_hook=hook), json.loads('{"a": {"b": 1}}', object_pairs_hook=hook))
class Seq:
    def __len__(self): return 5
    def __getitem__(self, i): a.append(i); return i
print(random.Random(1).sample([1, 2, 3], 2), operator.itemgetter(1, 2)(Seq()), operator.length_hint(Seq()))
#--- ctypes: callbacks, and structures whose memory others hold
import ctypes, gc
CMP = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
libc = ctypes.CDLL(None)
def cmp(a, b): gc.collect(); box.clear(); return a[0] - b[0]
box = []; box.append(CMP(cmp)); arr = (ctypes.c_int * 5)(5, 3, 1, 4, 2)
f = box[0]; libc.qsort(arr, 5, 4, f); print(list(arr))
def bad(a, b): raise KeyError(1)
def exc(a, b): return 'x'
class S(ctypes.Structure): _fields_ = [('a', ctypes.c_int), ('p', ctypes.POINTER(ctypes.c_int))]
s = S(); s.p = ctypes.pointer(ctypes.c_int(7)); gc.collect(); print(s.p[0], s.p.contents)
b = bytearray(16); v = (ctypes.c_int * 4).from_buffer(b)
try: b.extend(b'x')
except BufferError as e: print(e)
del v; gc.collect(); b.extend(b'x'); print(len(b))
class I:
    def __index__(self): del s.a; return 1
try: s.a = I()
except Exception as e: print(type(e).__name__)
P = ctypes.POINTER(S); p = P(); print(bool(p))
try: p.contents
except ValueError as e: print(e)
x = ctypes.py_object([1]); gc.collect(); print(x.value)
try: ctypes.py_object().value
except ValueError as e: print(e)
cb = ctypes.CFUNCTYPE(ctypes.py_object, ctypes.py_object)(lambda o: (gc.collect(), o)[1]); print(cb([1, 2]))
#--- threads that change what others look at
import threading, sys
old = sys.getswitchinterval(); sys.setswitchinterval(1e-5)
d, l, s = {}, [], set(); stop = False; errors = set()
def work(n):
    try:
        for i in range(1500):
            k = i % 17
            try:
                d[k] = i; l.append(i); s.add(k)
                if k == 3: d.clear(); l.clear(); s.clear()
                d.get(k); k in s; l[-1:]; list(d.items()); sorted(l[:5]); d.pop(k, None); s.discard(k); ''.join(map(str, l[:3]))
                for x in d: break
                setattr(work, 'a%d' % k, i); getattr(work, 'a%d' % k, None)
            except (RuntimeError, KeyError, IndexError): pass
    except BaseException as e: errors.add(repr(e))
ts = [threading.Thread(target=work, args=(n,)) for n in range(4)]
for t in ts: t.start()
for t in ts: t.join()
sys.setswitchinterval(old); print(errors)
#--- io: a decoder that fails while a position is looked for is put back before that is told
import codecs, io
class Decoder(codecs.IncrementalDecoder):
    fails = False
    def decode(self, b, final=False):
        if Decoder.fails: raise KeyError('decode')
        return b.decode('latin-1')
    def setstate(self, state): kept.append(state)
    def getstate(self): return (b'', 0)
info = codecs.CodecInfo(codecs.latin_1_encode, codecs.latin_1_decode, incrementalencoder=codecs.IncrementalEncoder, incrementaldecoder=Decoder, name='fails_in_tell')
codecs.register(lambda name: info if name == 'fails_in_tell' else None)
kept = []
t = io.TextIOWrapper(io.BytesIO(b'abcdef'), 'fails_in_tell')
print(t.read(3))
Decoder.fails = True
try: t.tell()
except KeyError as e: print(e, e.__context__, kept[-1])
#--- registries and hooks: changed by what they call
import gc, sys, warnings, codecs, weakref, io
class Big:
    def __init__(self, f): self.f = f; self.pad = ['x' * 50] * 20
    def __call__(self, *a, **k): return self.f(*a, **k)
out = []
def cb(phase, info):
    out.append(phase); gc.callbacks.clear(); gc.callbacks.extend([lambda *a: None] * 50); del gc.callbacks[:]
gc.callbacks.append(Big(cb)); gc.callbacks.append(Big(cb)); gc.collect(); print(out, gc.callbacks)
class Evil(str):
    def __eq__(self, o): act(); return str.__eq__(self, o)
    __hash__ = str.__hash__
class Cat(UserWarning): pass
class Meta(type):
    def __subclasscheck__(cls, o): act(); return False
class Cls(Warning, metaclass=Meta): pass
class Rx:
    def match(self, text): act(); return False
for make in (lambda: ('error', Rx(), UserWarning, None, 0), lambda: ('error', None, Cls, None, 0), lambda: (Evil('error'), None, UserWarning, Rx(), 0), lambda: (Evil('default'), None, UserWarning, None, Big(1))):
    for act in (lambda: warnings.filters.clear(), lambda: warnings.filters.extend([('ignore', None, Warning, None, 0)] * 50), lambda: setattr(warnings, 'filters', [])):
        warnings.filters = [make() for _ in range(4)]
        warnings._filters_mutated()
        sys.stderr = io.StringIO()
        try: r = warnings.warn('x', UserWarning)
        except BaseException as e: r = type(e).__name__
        sys.stderr = sys.__stderr__
        print(r, end=' ')
print()
warnings.filters = []; warnings._filters_mutated()
def search(name):
    if name.startswith('odd'): 
        for i in range(20): codecs.register(Big(lambda n: None))
        gc.collect()
    return None
codecs.register(Big(search))
try: codecs.lookup('odd1')
except LookupError as e: print(e)
def handler(e):
    for i in range(20): codecs.register_error('h%d' % i, Big(lambda e: ('', e.end)))
    codecs.register_error('mine', Big(lambda e: ('?', e.end)))
    gc.collect()
    return ('!', e.end)
codecs.register_error('mine', Big(handler))
print('a\u20acb\u20acc\u20ac'.encode('ascii', 'mine'), b'a\xffb\xffc\xff'.decode('ascii', 'mine'))
class Err:
    def __call__(self, e):
        end = e.end; e.object = 'zz' if isinstance(e.object, str) else b'zz'; e.start = 5; e.end = 1; e.args = (); gc.collect()
        return ('!', end)
codecs.register_error('mine2', Err())
for f in (lambda: 'a\u20acb\u20acc\u20ac'.encode('ascii', 'mine2'), lambda: b'a\xffb\xffc\xff'.decode('ascii', 'mine2'), lambda: b'a\xffb\xffc\xff'.decode('utf-8', 'mine2'), lambda: b'ab\xd8'.decode('utf-16', 'mine2'), lambda: '\u20ac'.encode('latin-1', 'mine2'), lambda: '\udc80'.encode('utf-8', 'mine2'), lambda: b'a+&'.decode('utf-7', 'mine2'), lambda: b'\\x1'.decode('unicode_escape', 'mine2'), lambda: '\u20ac'.encode('cp437', 'mine2'), lambda: codecs.charmap_encode('\u20ac', 'mine2', {}), lambda: '\u20ac'.encode('shift_jis', 'mine2'), lambda: b'\xff\xff'.decode('euc_jp', 'mine2')):
    try: print(f())
    except Exception as e: print(type(e).__name__, str(e)[:80])
out = []
class Finder:
    def find_spec(self, *a): sys.meta_path.clear(); gc.collect(); out.append(1); return None
saved = sys.meta_path[:]
sys.meta_path[:0] = [Finder(), Finder()]
try: import no_such_module_at_all
except BaseException as e: print(type(e).__name__, e)
sys.meta_path[:] = saved
class Hook:
    def __call__(self, p): sys.path_hooks.clear(); gc.collect(); raise ImportError
saved = sys.path_hooks[:]; sp = sys.path[:]
sys.path_hooks[:0] = [Hook(), Hook()]; sys.path[:] = ['/nowhere1', '/nowhere2']; sys.path_importer_cache.clear()
try: import no_such_module_at_all
except BaseException as e: print(type(e).__name__, e)
sys.path_hooks[:] = saved; sys.path[:] = sp
# weak references: callbacks that drop and make references to the same object
class O: pass
o = O(); refs = []
def gone(r):
    out.append(1); refs.clear(); gc.collect()
refs += [weakref.ref(o, Big(gone)) for _ in range(10)]
out.clear(); del o; print(len(out), refs)
o = O(); p = [weakref.proxy(o, Big(lambda r: p.clear())) for _ in range(5)]; del o; print(p)
# excepthook, displayhook, unraisablehook replaced by themselves
def dh(x): sys.displayhook = Big(lambda x: None); gc.collect(); out.append(x)
sys.displayhook = Big(dh); out.clear(); exec(compile('1;2', 'f', 'single')); print(out); sys.displayhook = sys.__displayhook__
def uh(x): sys.unraisablehook = Big(lambda x: None); gc.collect(); out.append(type(x.exc_value).__name__)
class D:
    def __del__(self): 1/0
sys.unraisablehook = Big(uh); out.clear(); D(); D(); print(out); sys.unraisablehook = sys.__unraisablehook__
