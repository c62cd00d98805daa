#--- creation, attributes, repr
class A(object):
    x = 1
    def __init__(self, v): self.v = v
a = A(5)
print(A, a.v, A.x, a.x, A.__name__, A.__qualname__, A.__module__, A.__bases__, A.__mro__, A.__base__, sorted(k for k in A.__dict__))
a.x = 2; print(a.x, A.x, a.__dict__); del a.x; print(a.x)
try: del a.x
except AttributeError as e: print(e)
try: a.nothing
except AttributeError as e: print(e)
try: A.nothing
except AttributeError as e: print(e)
A.y = 7; print(a.y); del A.y
print(hasattr(a, 'y'), getattr(a, 'y', 'd'), isinstance(a, A), type(a) is A, a.__class__)
a.__class__ = type('B', (A,), {}); print(type(a).__name__)
try: a.__class__ = int
except TypeError as e: print(e)
try: a.__class__ = 5
except TypeError as e: print(e)
#--- method resolution order
class A: pass
class B(A): pass
class C(A): pass
class D(B, C): pass
print([c.__name__ for c in D.__mro__])
try:
    class E(A, B): pass
except TypeError as e: print(e)
try:
    class F(A, A): pass
except TypeError as e: print(e)
for bases in ((int, str), (1,), (bool,), (type(None),), (type(lambda: 0),), (int, list), (range,), (slice,), (Ellipsis.__class__,)):
    try: type('X', bases, {}); print('made', bases)
    except TypeError as e: print(e)
#--- super
class A:
    def f(self): return ['A']
    @classmethod
    def c(cls): return ['A', cls.__name__]
class B(A):
    def f(self): return ['B'] + super().f()
    @classmethod
    def c(cls): return ['B'] + super().c()
class C(A):
    def f(self): return ['C'] + super(C, self).f()
class D(B, C):
    def f(self): return ['D'] + super().f()
print(D().f(), D.c(), super(D, D()).f(), super(B, D()), super(B, D()).__thisclass__, super(B, D).f)
for t in ('super(1)', 'super(int, "a")', 'super(D).f', 'super(int, 1).nothing', 'super(int, 1, 2)', 'super(D, A())'):
    try: print(eval(t))
    except Exception as e: print(t, e)
def f(self): return super()
try: f(1)
except RuntimeError as e: print(e)
def f(): return super()
try: f()
except RuntimeError as e: print(e)
class G:
    def m(self):
        del self
        super()
try: G().m()
except RuntimeError as e: print(e)
#--- metaclasses
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw): print('prepare', name, bases, kw); return {'prepared': 1}
    def __new__(mcs, name, bases, ns, **kw): print('new', name, sorted(ns), kw); return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw): print('init', name, kw); super().__init__(name, bases, ns)
    def __call__(cls, *a, **k): print('call', a, k); return super().__call__(*a, **k)
class A(metaclass=Meta, key=1):
    def __init__(self, x): self.x = x
print(A.prepared, A(3).x, type(A))
class B(A): pass
def func(name, bases, ns, **kw): return (name, bases, sorted(ns), kw)
class C(int, metaclass=func, z=1): y = 2
print(C)
class M2(type): pass
try:
    class D(A, metaclass=M2): pass
except TypeError as e: print(e)
#---
class A(bogus=1): pass
#---
class M(type):
    def __prepare__(*a): return 5
class A(metaclass=M): pass
#--- __init_subclass__, __set_name__, __class_getitem__
class A:
    def __init_subclass__(cls, /, tag=None, **kw): super().__init_subclass__(**kw); cls.tag = tag; print('sub', cls.__name__, tag)
    def __class_getitem__(cls, k): return (cls.__name__, k)
class B(A, tag='t'): pass
print(B.tag, B[5], A[int, str])
class D:
    def __set_name__(self, owner, name): print('set_name', owner.__name__, name)
    def __get__(self, o, t): return (o is None, t.__name__)
class C: x = D(); y = D()
print(C.x, C().y)
class Bad:
    def __set_name__(self, o, n): 1/0
class E: z = Bad()
#---
class A: pass
class B(A, x=1): pass
#---
class A: pass
A[1]
#---
A = type('A', (), {'x': 1}); print(A.x, A.__module__, A.__qualname__, A())
for args in (('A',), ('A', ()), ('A', 1, {}), ('A', (1,), {}), ('A', (), 1), (1, (), {}), ('A\0', (), {}), ('A', (), {'__slots__': 5}), ('A', (), {'__slots__': ['1x']}), ('A', (), {'__slots__': ['x'], 'x': 1}), ('A', (), {'__qualname__': 5}), ('A', (int,), {'__slots__': ['x']})):
    try: print(type(*args))
    except Exception as e: print(type(e).__name__, e)
#--- slots
class A:
    __slots__ = ('x', '__private')
    def __init__(self): self.x = 1; self.__private = 2
a = A(); print(a.x, A.x, A.__slots__, hasattr(a, '__dict__'), a._A__private)
try: a.y = 1
except AttributeError as e: print(e)
del a.x
try: a.x
except AttributeError as e: print(e)
try: del a.x
except AttributeError as e: print(e)
class B(A): pass
b = B(); b.z = 1; print(b.__dict__, b.x)
class C(A): __slots__ = ['__dict__', '__weakref__']
print(C().__dict__)
try:
    class D(A): __slots__ = ('__dict__', '__dict__')
except TypeError as e: print(e)
try:
    class E(A, type('X', (), {'__slots__': ('q',)})): pass
except TypeError as e: print(e)
class F: __slots__ = {'a': 'doc of a'}
print(F.a, F.__slots__)
try: A.x.__get__(5)
except TypeError as e: print(e)
A.x.__set__(a, 9); print(a.x, A.x.__get__(None, A) is A.x)
#--- properties
class A:
    def __init__(self): self._x = 1
    @property
    def x(self): "the doc"; return self._x
    @x.setter
    def x(self, v): self._x = v
    @x.deleter
    def x(self): print('deleted')
    @property
    def ro(self): return 7
    y = property()
a = A(); a.x = 5; print(a.x, A.x.__doc__, A.x.fget.__name__); del a.x
for t in ('a.ro = 1', 'del a.ro', 'a.y', 'a.y = 1', 'del a.y'):
    try: exec(t)
    except AttributeError as e: print(t, e)
p = property(lambda s: 1, doc='d'); print(p.__doc__, p.getter(len).fget, property(None, None, None, 'x').__doc__)
class P(property): pass
print(P(lambda s: 1).__doc__, isinstance(P(), property))
#--- descriptors
class Data:
    def __get__(self, o, t): return ('get', o is None, t.__name__)
    def __set__(self, o, v): print('set', v)
    def __delete__(self, o): print('delete')
class NonData:
    def __get__(self, o, t): return 'nondata'
class A: d = Data(); n = NonData()
a = A(); a.__dict__['d'] = 'inst'; a.__dict__['n'] = 'inst'
print(a.d, a.n, A.d, A.n); a.d = 1; del a.d
class OnlySet:
    def __set__(self, o, v): o.__dict__['s'] = v * 2
class B: s = OnlySet()
b = B(); print(type(b.s).__name__); b.s = 4; print(b.s)
class OnlyDel:
    def __delete__(self, o): print('del')
class C: s = OnlyDel()
c = C()
try: c.s = 1
except AttributeError as e: print(e)
del c.s
#--- attribute hooks
class A:
    def __getattr__(self, n):
        if n.startswith('x'): return n * 2
        raise AttributeError('no ' + n)
    def __setattr__(self, n, v): print('set', n, v); super().__setattr__(n, v)
    def __delattr__(self, n): print('del', n); object.__delattr__(self, n)
    def __dir__(self): return ['b', 'a']
a = A(); print(a.xy); a.q = 1; print(a.q); del a.q; print(dir(a))
try: a.zz
except AttributeError as e: print(e)
class B:
    def __getattribute__(self, n): return 'got ' + n
print(B().anything, B().__class__)
class C(type):
    def __getattr__(cls, n): return 'meta ' + n
class D(metaclass=C): pass
print(D.foo)
try: D().foo
except AttributeError as e: print(e)
#--- special methods are looked up on the type
class A: pass
a = A(); a.__len__ = lambda: 5
try: len(a)
except TypeError as e: print(e)
A.__len__ = lambda s: 6; print(len(a)); del A.__len__
try: len(a)
except TypeError as e: print(e)
A.__bool__ = lambda s: False; print(bool(a)); A.__call__ = lambda s, *k: k; print(a(1, 2))
A.__eq__ = lambda s, o: True
try: hash(a); print('hashable')
except TypeError as e: print(e)
class B(A):
    def __eq__(self, o): return True
try: hash(B())
except TypeError as e: print(e)
print(B.__hash__)
#--- comparison fall-backs
class A:
    def __lt__(self, o): print('A.lt'); return NotImplemented
    def __eq__(self, o): print('A.eq'); return NotImplemented
class B(A):
    def __gt__(self, o): print('B.gt'); return True
    def __eq__(self, o): print('B.eq'); return True
print(A() < B(), A() == B(), B() == A(), A() != B(), A() == 1)
try: A() < A()
except TypeError as e: print(e)
for op in ('<', '<=', '>', '>=', '+', '-', '@', '//', '**', '&', '<<'):
    try: eval('A() %s 1' % op)
    except TypeError as e: print(e)
for op in ('-', '+', '~'):
    try: eval(op + 'A()')
    except TypeError as e: print(e)
#--- reflected arithmetic and subclass priority
class A:
    def __add__(self, o): return 'A.add'
    def __radd__(self, o): return 'A.radd'
class B(A):
    def __radd__(self, o): return 'B.radd'
class C(A): pass
print(A() + B(), A() + C(), B() + A(), 1 + A(), A() + 1, [] + A() if 0 else '')
class I(int):
    def __radd__(self, o): return 'I.radd'
    def __rsub__(self, o): return NotImplemented
print(1 + I(2), 1 - I(2), I(3) + 1)
class N:
    def __add__(self, o): return NotImplemented
    __iadd__ = None
try: N() + N()
except TypeError as e: print(e)
x = N()
try: x += 1
except TypeError as e: print(e)
#--- subclassing built-in types
class L(list):
    def __init__(self, *a): super().__init__(a); self.extra = 1
    def append(self, x): super().append(x * 2)
l = L(1, 2); l.append(3); print(l, l.extra, l + [1], type(l + [1]), type(l[:]), l == [1, 2, 6])
class D(dict):
    def __missing__(self, k): return k * 2
d = D(a=1); print(d['a'], d['b'], d.get('b'), d, 'b' in d)
class S(str):
    def __str__(self): return 'str!'
    def upper(self): return 'up'
s = S('abc'); print(s, repr(s), s + 'd', type(s + 'd'), s.upper(), f'{s}', '%s' % s, s.lower(), [s], hash(s) == hash('abc'), s == 'abc')
class I(int):
    def __new__(cls, v): return super().__new__(cls, v + 1)
    def __repr__(self): return 'I!'
i = I(5); print(i, i + 1, type(i + 1), str(i), format(i), '%d' % i, [0] * i, int(i), type(int(i)))
class F(float): pass
print(F(1.5), type(F(1) + 1), F('3').is_integer(), F.fromhex('0x1p3').__class__)
class T(tuple):
    def __new__(cls, *a): return super().__new__(cls, a)
print(T(1, 2), type(T(1) + (2,)), T(1, 2)[0], hash(T(1, 2)) == hash((1, 2)))
class B(bytes): pass
print(B(b'ab'), B(b'ab').upper().__class__, B.fromhex('6162').__class__)
class ST(set): pass
print(ST([1]) | {2}, type(ST([1]) | {2}), type(ST([1]).copy()))
class E(Exception):
    def __init__(self, a, b=2): self.a = a
try: raise E(5)
except E as e: print(e.args, e.a, repr(e), str(e))
#--- __del__ and references
class A:
    def __init__(self, n): self.n = n
    def __del__(self): print('del', self.n)
a = A(1); b = a; del a; print('still'); del b
A(2); [A(3), A(4)]; x = A(5); x = None
def f(): y = A(6); return 'ret'
print(f())
d = {'k': A(7)}; d['k'] = 0
class R:
    def __del__(self): global saved; saved = self; print('resurrected')
R(); print(saved); del saved
class X:
    def __del__(self): 1/0
print('end')
#--- bool, len, contains, iteration protocols
class A:
    def __len__(self): return 0
class B:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * i
b = B(); print(bool(A()), list(b), 4 in b, 5 in b, [*b], max(b), sum(b), tuple(reversed(type('R', (B,), {'__len__': lambda s: 4})())))
class C:
    def __contains__(self, x): return 'yes'
print(1 in C(), 1 not in C())
class D:
    def __iter__(self): return self
    def __next__(self): raise StopIteration
print(list(D()), 1 in D())
class E:
    def __iter__(self): return 5
try: iter(E())
except TypeError as e: print(e)
class G:
    def __contains__(self, x): raise KeyError(x)
try: 1 in G()
except KeyError as e: print(repr(e))
#--- name mangling
class A:
    __x = 1
    def get(self): return self.__x
    def __m(self): return 'm'
    class _B:
        __y = 2
        def get(self): return self.__y
    def f(self, __arg=3): __local = 4; return sorted(locals())
    def __ok__(self): pass
print(A().get(), sorted(n for n in A.__dict__ if 'x' in n or '_m' in n or 'ok' in n), A._A__x, A._B().get(), sorted(A._B.__dict__)[0], A().f())
#--- class body scoping and evaluation order
def f():
    n = 'f'
    class C:
        n = n if 0 else 'x'
        def m(self): return n
        l = lambda s: n
    return C
try: f()
except NameError as e: print(e)
class A:
    print('body', __name__, __qualname__, __module__)
    def f(self): return __class__
    class B: print(__qualname__)
    locals()['dyn'] = 5
print(A().f(), A.dyn, A.B)
#--- abstract classes and registration
import abc
class A(abc.ABC):
    @abc.abstractmethod
    def f(self): pass
    @property
    @abc.abstractmethod
    def p(self): pass
try: A()
except TypeError as e: print(e)
class B(A):
    def f(self): return 1
try: B()
except TypeError as e: print(e)
class C(B): p = 2
print(C().f(), isinstance(C(), A), issubclass(int, A), A.register(int), issubclass(int, A), isinstance(1, A), A.__abstractmethods__ == {'f', 'p'})
#--- copying, equality, hashing of instances
class P:
    def __init__(s, x): s.x = x
    def __eq__(s, o): return isinstance(o, P) and s.x == o.x
    def __hash__(s): return hash(s.x)
print(P(1) == P(1), {P(1), P(1), P(2)}.__len__(), {P(1): 'a'}[P(1)], P(1) in [P(2), P(1)], [P(1)].index(P(1)))
class H:
    def __hash__(self): return 'x'
try: hash(H())
except TypeError as e: print(e)
class H2:
    def __hash__(self): return 2**70
print(hash(H2()) == hash(2**70), hash(-1), hash(-2), hash(True), hash(1.0), hash(2**61-1), hash(float('inf')), hash(0.5), hash('') == 0, hash(()), hash((1, 2)), hash(frozenset()), hash(1j), hash(2**61))
#--- what pickling sees of an instance's dict
class A:
    @property
    def __dict__(self): return {'q': 1}
a = A(); print(a.__reduce_ex__(2)[1:]); object.__setattr__(a, 'x', 1); print(a.__reduce_ex__(2)[1:])
class B: pass
print(B().__reduce_ex__(2)[1:]); b = B(); b.__dict__; print(b.__reduce_ex__(2)[1:])
#--- unhashable types say so
print([t.__name__ for t in (list, dict, set, slice, bytearray, type({}.keys())) if t.__dict__['__hash__'] is None])
#--- operations on subclasses of sets give plain sets
class ST(set): pass
class FS(frozenset): pass
for c in (ST, FS):
    s = c([1]); o = {2}
    print([type(x).__name__ for x in (s | o, s & o, s - o, s ^ o, s.copy(), s.union(o), s.intersection(), o | s)])
#--- types say themselves how attributes are found
for t in (int, str, list, dict, tuple, type(lambda: 0), type(len), property, classmethod, staticmethod, type(None), bool, Exception):
    print(t.__name__, '__getattribute__' in t.__dict__, '__setattr__' in t.__dict__)
#--- AttributeError of a descriptor counts as absence
class C:
    __slots__ = 'a'
    @property
    def p(self): raise AttributeError('no p')
    @property
    def q(self): raise KeyError('q')
print(hasattr(C(), 'a'), hasattr(C(), 'p'), getattr(C(), 'p', 5), getattr(C(), 'a', 6))
try: hasattr(C(), 'q')
except KeyError as e: print(repr(e))
#---
class M(type):
    def mro(cls):
        if cls.__mro__ is None and cls.__name__ != 'X':
            try:
                class X(cls): pass
            except TypeError as e: print(e)
        return type.mro(cls)
class A(metaclass=M): pass
#--- slots that a class takes over from its base, and those that its own methods concern
class A: pass
class B(A):
    def __len__(self): return 3
class C(B): pass
class D(C):
    def __getitem__(self, i):
        if i > 2: raise IndexError
        return i
class E(D): pass
print(len(C()), len(E()), list(E()), bool(C()))
class L(list): pass
class L2(L):
    def __add__(self, o): return 'add'
class L3(L2): pass
class L4(L3):
    def __radd__(self, o): return 'radd'
class L5(L4): pass
print(L() + [1], L2() + [1], L3() + [1], L3([1]) * 2, [1] + L5(), L5() + [2])
class H:
    def __eq__(self, o): return True
class H2(H): pass
for k in (H, H2):
    try: hash(k())
    except TypeError as e: print(e)
class X:
    def __getattr__(self, n): return n
class Y(X): pass
class Z(Y):
    def __getattribute__(self, n): raise AttributeError(n)
print(Y().foo, Z().bar)
A.__call__ = lambda s: 'called'
class F(E): pass
print(A()(), E()(), F()())
del A.__call__
class G(E): pass
for k in (E, F, G):
    try: k()()
    except TypeError as e: print(e)
T = type('T', (A,), {'__' + 'len__': lambda s: 5, ''.join(['__', 'call__']): lambda s: 6})
class N(T): pass
print(len(T()), T()(), len(N()), N()())
class M(type):
    def mro(cls): return [cls, object]
class R(B, metaclass=M): pass
try: print(len(R()))
except TypeError as e: print(e)
for i in range(3):
    class S(Exception):
        if i == 1:
            def __str__(self): return 'S!'
    class S2(S): pass
    print(str(S2('x')), repr(S2('y')))
