#--- long chains are taken apart without deep recursion
import itertools, functools, collections
def chain(make, n=100000):
    x = None
    for i in range(n): x = make(x)
    return 'ok'
class I:
    pass
def instance(x):
    i = I(); i.x = x; return i
class S:
    __slots__ = 'x'
def slots(x):
    i = S(); i.x = x; return i
def closure(x):
    return lambda: x
def generator(x):
    def g():
        yield
        yield x
    return g()
def started(x):
    def g():
        yield
        yield x
    it = g(); next(it); return it
class L(list): pass
class T(tuple): pass
for make in (lambda x: [x], lambda x: (x,), lambda x: {1: x}, lambda x: frozenset([x]), lambda x: collections.deque([x]),
             lambda x: collections.OrderedDict([(1, x)]), lambda x: L([x]), lambda x: T([x]), instance, slots, closure, generator,
             started, lambda x: map(int, x or []), lambda x: itertools.chain(x or []), lambda x: functools.partial(int, x),
             lambda x: slice(x), lambda x: type(I().__init__)(int, x) if 0 else ValueError(x), lambda x: zip(x or [])):
    print(chain(make))
#--- chains of methods, cells, contexts of exceptions, weak references
import types, weakref
class A:
    def f(self): pass
x = None
for i in range(100000): x = type(A().f)(int, x if x is not None else 1)
del x
x = None
for i in range(100000): x = types.CellType(x)
del x
e = None
for i in range(100000):
    n = ValueError(); n.__context__ = e; e = n
del n, e
x = None
for i in range(100000):
    a = A(); a.x = x; x = a; w = weakref.ref(a)
del a
del x
print('ok', w())
#--- nesting that ends in RecursionError
def show(f):
    try: f()
    except RecursionError as e: print(e)
    else: print('fine')
def nest(make, x, n=100000):
    for i in range(n): x = make(x)
    return x
import collections, types
for make, x in ((lambda x: [x], []), (lambda x: (x,), ()), (lambda x: {1: x}, {}), (lambda x: collections.deque([x]), 1),
                (lambda x: types.SimpleNamespace(a=x), 1), (lambda x: slice(x), 1), (lambda x: ValueError(x), 1)):
    a, b = nest(make, x), nest(make, x)
    show(lambda: repr(a))
    show(lambda: a == b)
    a = b = None
#--- protocols that call themselves
class A:
    def __getattr__(self, name): return self.other
    def __repr__(self): return repr(self)
    def __eq__(self, other): return self == other
    def __hash__(self): return hash(self)
    def __len__(self): return len(self)
    def __bool__(self): return bool(self)
    def __iter__(self): return iter(self)
    def __contains__(self, x): return x in self
    def __getitem__(self, i): return self[i]
    def __call__(self): return self()
    def __add__(self, other): return self + other
    def __str__(self): return str(self)
    def __format__(self, spec): return format(self)
    def __index__(self): return self.__index__()
for f in (lambda a: a.x, repr, lambda a: a == a, hash, len, bool, iter, lambda a: 1 in a, lambda a: a[1], lambda a: a(), lambda a: a + a, str,
          format, lambda a: [1][a]):
    try: f(A())
    except RecursionError as e: print(type(e).__name__)
#--- deep iterators end in an answer or in RecursionError
import itertools
def deep(make, n=100000):
    x = iter([1])
    for i in range(n): x = make(x)
    try: return next(x, 0) is not None
    except RecursionError: return True
def g(x):
    yield from x
print([deep(m) for m in (lambda x: map(int, x), itertools.chain, lambda x: itertools.islice(x, 5), enumerate, zip, lambda x: filter(None, x), g)])
