#--- argument binding errors
def f(a, b, c=3, *, d, e=5): return (a, b, c, d, e)
tests = ['f()', 'f(1)', 'f(1,2)', 'f(1,2,d=4)', 'f(1,2,3,4)', 'f(1,2,3,4,d=1)', 'f(1,2,d=1,bogus=2)', 'f(1,2,a=3,d=1)', 'f(b=1,d=2)', 'f(a=1,b=2,d=3)',
         'f(*[1,2],**{"d":3})', 'f(*[1,2],d=1,**{"d":3})', 'f(1,*[2],**{"a":1,"d":2})', 'f(**{1:2})', 'f(*5)', 'f(**5)', 'f(1,2,3,d=4,*[],**{})']
for t in tests:
    try: print(t, eval(t))
    except TypeError as e: print(t, e)
#---
def f0(): pass
def f1(a): pass
def f2(a, b=1): pass
def f3(*, k): pass
def f4(*, k, l): pass
def f5(*, k, l, m): pass
def f6(a, b, c): pass
def p1(a, /): pass
def p2(a, b, /, c, *, d): pass
def p3(a=1, /, **k): return a, k
def v(*a, **k): return a, k
for f in (f0, f1, f2, f3, f4, f5, f6, p1, p2, p3, v):
    for args, kw in (((), {}), ((1,), {}), ((1, 2), {}), ((1, 2, 3, 4), {}), ((), {'a': 1}), ((), {'x': 1}), ((1,), {'a': 1}), ((), {'k': 1}), ((1, 2), {'c': 1, 'd': 2}), ((), {'b': 1})):
        try: print(f.__name__, args, kw, f(*args, **kw))
        except TypeError as e: print(f.__name__, args, kw, e)
#--- defaults are evaluated once
def f(x, l=[]): l.append(x); return l
f(1); print(f(2), f.__defaults__, f.__kwdefaults__)
def g(*, k={}): k[len(k)] = 1; return k
g(); print(g(), g.__kwdefaults__)
f.__defaults__ = (5,); print(f.__defaults__)
try: f.__defaults__ = 5
except TypeError as e: print(e)
del f.__defaults__; 
try: f(1)
except TypeError as e: print(e)
g.__kwdefaults__ = {'k': {9: 9}}; print(g())
#--- attributes of functions
def f(a, b=2, *c, d=4, **e) -> int: 'doc'; x = 1; return lambda: (x, a)
print(f.__name__, f.__qualname__, f.__module__, f.__doc__, f.__annotations__, f.__closure__, f.__dict__)
f.attr = 1; print(f.__dict__, f.attr)
c = f.__code__
print(c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_nlocals, c.co_varnames, c.co_cellvars, c.co_freevars, c.co_names, c.co_flags, c.co_name, c.co_stacksize, c.co_firstlineno)
print(f(1).__closure__[0].cell_contents, f(1).__qualname__, f(1).__code__.co_freevars)
for n, v in (('__name__', 1), ('__qualname__', 1), ('__code__', 1), ('__closure__', 1), ('__globals__', {}), ('__dict__', 5), ('__annotations__', 5), ('__kwdefaults__', 5)):
    try: setattr(f, n, v); print('set', n)
    except Exception as e: print(n, type(e).__name__, e)
f.__name__ = 'g'; print(f.__name__, f)
#---
def f(): return 1
def g(): return 2
def h(x):
    def k(): return x
    return k
f.__code__ = g.__code__; print(f())
try: f.__code__ = h(1).__code__
except ValueError as e: print(e)
print(type(f)(g.__code__, globals(), 'n', None, None)(), type(f).__name__)
for a in ((), (1, {}), (g.__code__, 5), (g.__code__, {}, 5), (h(1).__code__, {}), (h(1).__code__, {}, 'n', None, (1,)), (g.__code__, {}, 'n', None, (1,)), (g.__code__, {}, 'n', 5)):
    try: type(f)(*a)
    except Exception as e: print(type(e).__name__, e)
#--- code object
def f(a, b): return a + b
c = f.__code__
print(c == f.__code__.replace(), hash(c) == hash(c.replace()), c.replace(co_name='n').co_name, c.replace(co_firstlineno=77).co_firstlineno)
print(type(f)(c.replace(co_consts=(None, 5)), {})(1, 2), list(c.co_code), c.co_lnotab, c.co_consts)
try: c.replace(bogus=1)
except TypeError as e: print(e)
try: c.co_code = b''
except AttributeError as e: print(e)
#--- closures
def counter():
    n = 0
    def get(): return n
    def inc(k=1):
        nonlocal n
        n += k
        return n
    return get, inc
g, i = counter(); i(); i(5); print(g(), g.__closure__ == i.__closure__, g.__closure__[0] is i.__closure__[0])
cell = g.__closure__[0]; cell.cell_contents = 100; print(g())
del cell.cell_contents
try: g()
except NameError as e: print(e)
try: cell.cell_contents
except ValueError as e: print(e)
Cell = type(cell); print(Cell(1) == Cell(1), Cell(1) < Cell(2), Cell() == Cell(), Cell() < Cell(1), Cell(5))
#--- methods
class A:
    def m(self, x=1): return (self.__class__.__name__, x)
    @classmethod
    def c(cls, x=2): return (cls.__name__, x)
    @staticmethod
    def s(x=3): return x
class B(A): pass
a, b = A(), B()
print(a.m(), A.m(b, 5), b.c(), B.c(7), a.s(), A.s(9))
m = a.m; print(m.__self__ is a, m.__func__ is A.m, m == a.m, m is a.m, hash(m) == hash(a.m), m.__name__, m.__doc__, m != b.m)
print(A.__dict__['c'].__func__.__name__, A.__dict__['s'].__get__(None, A)(1))
for t in ('A.m()', 'a.m(1, 2)', 'A.c(1, 2)', 'a.s(1, 2)', 'a.x', 'A.x', 'm.x'):
    try: eval(t)
    except Exception as e: print(t, e)
try: m.x = 1
except AttributeError as e: print(e)
print(type(m)(len, [1, 2])(), repr(type(m)(len, 'abc')))
#--- recursion
def fact(n): return 1 if n < 2 else n * fact(n - 1)
print(fact(20), fact(100))
def deep(n): return 0 if n == 0 else 1 + deep(n - 1)
print(deep(800))
def forever(): return forever()
try: forever()
except RecursionError as e: print(e)
class R:
    def __repr__(self): return repr(self)
try: repr(R())
except RecursionError as e: print(e)
class E:
    def __eq__(self, o): return self == o
try: E() == 1
except RecursionError as e: print(e)
l = []; l.append(l); print(l); d = {}; d[1] = d; print(d)
a, b = [], []; a.append(b); b.append(a)
try: a == b
except RecursionError as e: print(e)
x = []
for i in range(100000): x = [x]
try: repr(x)
except RecursionError as e: print(e)
del x
#--- built-in functions' call errors
for t in ('len()', 'len(1, 2)', 'len(x=1)', 'abs()', 'print(1, bogus=2)', 'int(1, 2, 3)', 'isinstance(1)', '[].append()', '[].append(1, 2)', '[].append(x=1)', '{}.get()', '"a".join()', 'sorted()', 'sorted(1)', 'sorted([1], 1)', 'sorted([], bogus=1)',
          'max()', 'max(1)', 'max([])', 'max([], default=3)', 'max(1, 2, bogus=1)', 'max(1, 2, key=len)', 'sum()', 'sum("ab")', 'sum(["a"], "")', 'sum([b"a"], b"")', 'sum([], [])', 'zip(1)', 'map()', 'map(len)', 'filter(1)', 'getattr(1)', 'getattr(1, 2)', 'getattr(1, "x")', 'getattr(1, "x", 2)', 'setattr(1, "x", 2)', 'hasattr(1, 2)', 'ord("ab")', 'ord(b"ab")', 'ord(1)', 'chr(-1)', 'chr(1114112)', 'chr("a")', 'round(1.5, "a")', 'divmod(1, 0)', 'pow(2, -1, 5)', 'pow(2, -1, 4)', 'pow(1, 2, 0)', 'next(1)', 'next(iter([]))', 'next(iter([]), 7)', 'iter(1)', 'iter(1, 2)', 'type(1, 2)', 'type("a", (), 5)', 'type(1, (), {})', 'super()', 'range()', 'range(1.5)', 'range(1, 2, 0)', 'slice()', 'enumerate()', 'reversed(1)', 'hash([])', 'bytes("a")', 'bytes("a", 1)', 'bytearray(-1)', 'str(b"a", 5)', 'str(1, "a")', 'int("x")', 'int("12", 1)', 'int("z", 36)', 'int(" 12 ")', 'int("1_2")', 'int("1__2")', 'int(b"12")', 'int("")', 'float("x")', 'float("")', 'complex("1+")', 'complex("1+2j")', 'complex(1, "a")', 'complex("1", 1)', 'memoryview(1)', 'open()', 'open(1.5)', 'compile()', 'issubclass(1, int)', 'isinstance(1, 1)', 'isinstance(1, (int, (str, 1)))', 'isinstance("a", (int, (str, 1)))', 'callable()', 'vars(1)', 'dir(1, 2)', 'format(1, 2)', 'input(1, 2)', 'bin(1.5)', 'hex("a")', 'all(1)', 'any(1)', 'ascii()', 'breakpoint', 'globals(1)', 'id()', '__build_class__()', '__build_class__(1, 2)', '__import__()'):
    try: print(t, repr(eval(t)))
    except Exception as e: print(t, type(e).__name__, e)
#--- keyword-only and positional-only in all combinations
def f(a, b=2, /, c=3, *args, d, e=5, **kw): return (a, b, c, args, d, e, kw)
print(f(1, d=4), f(1, 2, 3, 4, 5, d=6, z=7), f(1, d=4, a=9, b=8), f(1, c=9, d=0))
def g(*args, **kwargs): return args, kwargs
print(g(self=1), g(*(1, 2), *[3], **{'a': 1}, **{'b': 2}, c=3))
g(**{'a': 1}, **{'a': 2})
#---
def g(**kwargs): return kwargs
g(a=1, **{'a': 2})
#---
class K:
    def keys(self): return ['a', 'b']
    def __getitem__(self, k): return k * 2
print(dict(**K()), {**K()})
class Bad:
    def keys(self): return 5
def f(**k): return k
try: f(**Bad())
except TypeError as e: print(e)
class Bad2:
    def keys(self): raise AttributeError('from keys')
try: f(**Bad2())
except Exception as e: print(type(e).__name__, e)
class Iter:
    def __iter__(self): raise TypeError('from iter')
try: f(*Iter())
except Exception as e: print(type(e).__name__, e)
#---
# A mapping that repeats a key
from collections.abc import Mapping
class Multi(Mapping):
    def __init__(self, items): self._items = items
    def __iter__(self): return (k for k, v in self._items)
    def __getitem__(self, key): return dict(self._items)[key]
    def __len__(self): return len(self._items)
    def keys(self): return [k for k, v in self._items]
def g(x, **z): return x, z
print(g(**Multi([('x', 1), ('y', 2)])))
try: g(**Multi([('x', 1), ('x', 2)]))
except TypeError as e: print(e)
#---
# What instructions remember must change with what it was taken from
def f(o): return o.a, o.k, o.m()
class A:
    k = 1
    def __init__(self): self.a = 0
    def m(self): return 'm'
o = A()
for i in range(100): f(o)
A.k = 2; print(f(o))
o.k = 3; print(f(o), f(A()))
o.m = lambda: 'own'; print(f(o))
A.m = lambda self: 'new'; print(f(A()), f(o))
A.a = property(lambda self: 'property'); print(f(o))
del A.a; print(f(o))
o.__class__ = type('B', (), {'k': 9, 'm': lambda s: 'B'}); print(f(o))
o.__dict__ = {'a': 'fresh'}; print(f(o))
def g(): return len('abc')
for i in range(100): g()
len = lambda s: 'mine'; print(g())
del len; print(g())
import builtins
old, builtins.len = builtins.len, lambda s: 'built in'; print(g())
builtins.len = old; print(g())
#---
def f(*a,**k): return a,k
k={'x':1,'y':2}; print(f(*(1,2),**k), f(**k), f(*[1],**{}), f(1,*[2],z=3,**k))
def g(a,b=2,*,x,y=5): return a,b,x,y
print(g(*(1,),**k), g(1,**k))
try: g(**k)
except TypeError as e: print(e)
