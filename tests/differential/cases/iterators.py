#--- itertools
from itertools import *
import operator
for e in ("list(islice(count(5), 3))", "list(islice(count(1.5, .5), 3))", "list(islice(count(2**70), 2))", "list(islice(cycle('ab'), 5))", "list(repeat('x', 3))", "list(accumulate([1, 2, 3]))", "list(accumulate([1, 2, 3], operator.mul))", "list(accumulate([1, 2], initial=10))", "list(chain('ab', [1]))", "list(chain.from_iterable(['ab', 'c']))", "list(compress('abcd', [1, 0, 1]))", "list(dropwhile(lambda x: x < 3, [1, 4, 2]))", "list(takewhile(lambda x: x < 3, [1, 4, 2]))", "list(filterfalse(None, [0, 1, '']))", "[(k, list(g)) for k, g in groupby('aabbca')]", "[(k, list(g)) for k, g in groupby([1, 3, 2], lambda x: x % 2)]", "list(islice('abcdefg', 2, None, 2))", "list(islice('abc', 2))", "list(islice('abc', 5, 10))", "list(starmap(pow, [(2, 3), (3, 2)]))", "[list(x) for x in tee([1, 2, 3], 3)]", "list(zip_longest('ab', 'c', fillvalue='-'))", "list(product('ab', [1, 2]))", "list(product('ab', repeat=2))", "list(product())", "list(permutations('abc', 2))", "list(permutations('abc'))", "list(combinations('abcd', 2))", "list(combinations_with_replacement('ab', 2))", "list(permutations('ab', 5))", "list(combinations('ab', 0))", "islice('a', -1)", "islice('a', 'b')", "islice('a', 1, 2, 0)", "count('a')", "repeat()", "repeat(1, 'a')", "repeat('a', -5)", "tee([], -1)", "product('ab', repeat=-1)", "permutations('ab', -1)", "combinations('ab')", "list(chain(5))", "list(starmap(pow, [1]))", "accumulate()", "zip_longest(5)", "groupby()", "list(compress([1], 5))", "count(5)", "count(1, 2)", "repeat(5)", "repeat(5, 3)", "count(step=0.5)", "repeat(1, 5).__length_hint__()", "repeat(1).__length_hint__()", "product('a', bogus=1)", "cycle([])", "list(cycle([]))", "count(1).__reduce__()", "islice([1], 1).__reduce__()[1][1:]", "list(zip('ab', [1, 2, 3]))", "list(zip())", "zip('a', 5)", "list(map(lambda a, b: (a, b), 'ab', 'cde'))", "map(5)", "list(map(5, [1]))", "list(filter(lambda x: x > 1, [1, 2, 3]))", "list(enumerate('ab', 5))", "list(enumerate('ab', start=2**70))[0]", "enumerate('a', 'b')", "enumerate(5)", "list(reversed('abc'))", "reversed({1})", "list(reversed(range(3)))", "list(iter([1, 2, 3].pop, 1))", "list(iter(iter('ab').__next__, 'b'))", "sum(x for x in [1, 2.5])", "sum([[1], [2]], [])", "all([])", "any([])", "min(iter([3, 1, 2]))", "list(zip(*[(1, 2), (3, 4)]))", "[].__iter__().__length_hint__()", "iter('abc').__reduce__()", "iter([1, 2]).__reduce__()", "iter((1,)).__reduce__()", "iter(b'a').__reduce__()", "reversed([1]).__reduce__()", "iter(range(3)).__reduce__()", "enumerate('a').__reduce__()[0]", "zip('a').__reduce__()[0]"):
    try: print(e, eval(e))
    except Exception as x: print(e, type(x).__name__, x)
#--- exhausted iterators stay so; mutation while iterating
l = [1, 2]; i = iter(l); print(list(i)); l.append(3); print(list(i), next(i, 'end'))
l = [1, 2, 3]; i = iter(l); next(i); del l[1:]; print(list(i)); l = [1, 2, 3]; i = reversed(l); next(i); l.clear(); print(list(i))
class S:
    n = 0
    def __getitem__(self, i):
        if i < 3: return i * 10
        raise IndexError
i = iter(S()); print(list(i), list(i)); print(type(iter(S())), iter(S()).__reduce__()[0])
b = bytearray(b'abc'); i = iter(b); next(i); b.clear(); print(list(i))
i = iter({1: 2}.items()); print(next(i), list(i), type(i)); i = zip([1, 2], [3]); print(list(i), list(i))
def g(): yield 1
i = chain(g(), g()) if 'chain' in globals() else g(); print(list(i), list(i))
a, b = (lambda it: (it, it))(iter('abcdef')); print(list(zip(a, b)))
i = iter([1, 2, 3]); i.__setstate__(1); print(list(i)); i = iter(range(10)); i.__setstate__(8); print(list(i)); i = iter('abc'); i.__setstate__(2); print(list(i)); i = iter((1, 2)); i.__setstate__(-5); print(list(i))
#---
from itertools import groupby, tee, islice
g = groupby('aab'); k1, g1 = next(g); k2, g2 = next(g); print(list(g1), list(g2))
a, b = tee(iter([1, 2, 3])); print(next(a), list(b), list(a)); import copy; c = copy.copy(tee([1, 2])[0]); print(list(c))
i = iter(range(10)); print(list(islice(i, 2)), next(i))
def boom(): yield 1; raise KeyError('boom')
for f in (list, tuple, set, sum, max, sorted, ''.join, dict, bytes, lambda x: [*x], lambda x: (lambda *a: a)(*x), lambda x: 5 in x, all, lambda x: list(map(str, x)), lambda x: list(zip(x, 'ab')), lambda x: list(enumerate(x)), lambda x: list(filter(None, x)), frozenset, bytearray, lambda x: [].extend(x), lambda x: {}.update(x), lambda x: dict.fromkeys(x), lambda x: any(y > 5 for y in x)):
    try: f(boom())
    except Exception as e: print(type(e).__name__, e)
#--- functools and operator
import functools, operator
p = functools.partial(int, base=2); print(p('101'), p.func, p.args, p.keywords, p, functools.partial(p, '11')(), functools.partial(print, 1, sep='-')(2), functools.partial(functools.partial(max, 5), 3).args)
for e in ('functools.partial()', 'functools.partial(5)', 'functools.reduce(5, [1, 2])', 'functools.reduce(max, [])', 'functools.reduce(max, 5)', 'p("2")', 'functools.cmp_to_key()', 'functools.cmp_to_key(len)(1) < 2'):
    try: print(e, eval(e))
    except Exception as x: print(e, type(x).__name__, x)
print(functools.reduce(operator.add, [1, 2, 3]), functools.reduce(operator.add, [], 'init'), sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
@functools.lru_cache(maxsize=2)
def f(x): print('call', x); return x * 2
f(1); f(2); f(1); f(3); f(2); print(f.cache_info(), f.__wrapped__(5), f.__name__); f.cache_clear(); print(f.cache_info())
@functools.lru_cache(None, typed=True)
def g(*a, **k): return a, k
print(g(1), g(1.0), g(a=1), g.cache_info())
try: g([])
except TypeError as e: print(e)
@functools.lru_cache
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(100), fib.cache_info())
@functools.wraps(fib)
def w(): pass
print(w.__name__, w.__wrapped__ is fib)
@functools.singledispatch
def s(x): return 'base'
@s.register(int)
def _(x): return 'int'
print(s(1), s(True), s('a'))
class T:
    def __init__(s, n): s.n = n
    @functools.cached_property
    def p(s): print('computed'); return s.n
    def __eq__(s, o): return s.n == o.n
    def __lt__(s, o): return s.n < o.n
T = functools.total_ordering(T); t = T(1); print(t.p, t.p, T(1) <= T(2), T(3) > T(2))
for e in ('operator.itemgetter(1)("abc")', 'operator.itemgetter(1, 0)("abc")', 'operator.itemgetter()', 'operator.attrgetter("real")(5)', 'operator.attrgetter("real", "imag")(5)', 'operator.attrgetter("__class__.__name__")(5)', 'operator.attrgetter(5)', 'operator.methodcaller("split", "a")("bab")', 'operator.methodcaller()', 'operator.methodcaller(5)', 'operator.itemgetter(slice(1, 3))("abcd")', 'operator.concat([1], 2)', 'operator.index("a")', 'operator.length_hint(5)', 'operator.length_hint([1])', 'operator.indexOf([1, 2], 3)', 'operator.countOf([1, 1], 1)', 'operator.iadd([1], [2])', 'operator.is_(1, 1)', 'operator.not_(0)', 'operator.truth([])', 'operator.getitem({}, 1)', 'operator.pow(2, 3)', 'operator.matmul(1, 2)', 'repr(operator.itemgetter(1, "a"))', 'repr(operator.attrgetter("a.b"))', 'repr(operator.methodcaller("m", 1, k=2))', 'operator.itemgetter(1)([0])', 'operator._compare_digest("a", "a")', 'operator._compare_digest(b"a", "a")', 'operator._compare_digest("é", "é")'):
    try: print(e, eval(e))
    except Exception as x: print(e, type(x).__name__, x)
#---
# Tuples are used again only where nobody else holds them; a state that is set makes all positions new.
import itertools
kept = list(itertools.product('ab', repeat=3))
print(kept, len(set(map(id, kept))))
for make in (lambda: itertools.product('abc', 'de'), lambda: itertools.permutations('abc', 2), lambda: itertools.combinations('abcd', 2),
             lambda: itertools.combinations_with_replacement('ab', 3)):
    print([''.join(t) for t in make()], list(make()))
    it = make()
    first = next(it)
    state = it.__reduce__()[2]
    second = next(it), ''.join(next(it))
    it.__setstate__(state)
    print(first, second, next(it), ''.join(next(it)), [t for t in it])
it = itertools.zip_longest('abc', 'd', [1, 2], fillvalue='-')
print(next(it), [t for t in it])
print([[*t] for t in itertools.zip_longest(range(3), 'xy')], list(itertools.zip_longest()))
print([t for t in zip('abc', range(9))], [[*t] for t in zip('abc', range(9), (1, 2))])
def failing():
    yield 1
    raise ValueError('end')
for f in (zip, itertools.zip_longest):
    it = f('abc', failing())
    try:
        for t in it: print(t)
    except ValueError as e: print(e)
#---
# The keywords of a C function, by its names.
import datetime, decimal, array, struct
print(datetime.datetime(2020, month=2, day=3, fold=1), datetime.timedelta(hours=1, seconds=3))
for f in (lambda: datetime.datetime(2020, month=2, day=3, monat=1), lambda: datetime.timedelta(1, days=2), lambda: datetime.timedelta(tage=1),
          lambda: datetime.datetime(2020, 1), lambda: datetime.date(2020, 1, 2, 3), lambda: datetime.timedelta(**{'\xe4': 1}),
          lambda: decimal.Context(prec=3, zz=1), lambda: datetime.timezone(offset=datetime.timedelta(hours=1), name='x')):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
#---
# Instances, classes and class methods called in the usual ways.
class A:
    made = 0
    def __init__(self, x, y=2, *, z=3): self.v = x, y, z
    def __call__(self, *a, **k): return self.v, a, k
    @classmethod
    def make(cls, *a): return cls.__name__, a
    @staticmethod
    def plain(*a): return a
class B(A):
    def __init__(self): return 5
class T(tuple):
    def __new__(cls, *a): return tuple.__new__(cls, a)
class N:
    def __new__(cls, *a, **k): return a or k or 7
class P:
    def __new__(cls, *a, **k): return object.__new__(Q if a else cls)
class Q(P):
    def __init__(self, *a, **k): self.a = a, k
print([P(i, z=2).a for i in range(3)], type(P()) is P, hasattr(P(), 'a'), Q(1).a, P(1).a)
def attempt(f):
    try: return f()
    except Exception as e: return type(e).__name__, str(e)
for i in range(70):
    a = A(i, z=i)
    r = [a(1, k=2), a.make(i), A.make(i), a.plain(i), A.plain(i), A(1, 2)(3), T(1, 2), N(), N(1), N(k=1)]
    if i == 40: A.make = classmethod(lambda cls, *a: ('other', cls.__name__, a))
    if i == 50: a.make = lambda *a: ('own', a); r.append(a.make(i))
    if i % 10 == 0: print(r)
print([attempt(f) for f in (lambda: A(), B, lambda: A(1, 2, 3), lambda: A(1, q=2), lambda: A(1, 2, y=3), lambda: a(*[1] * 9))])
class C(str):
    def __index__(self): return 2
print(attempt(lambda: 6 + C('x')), C('a') + 'b', attempt(lambda: [1, 2, 3][C('x')]))
#---
# Fixed numbers of places, rounded exactly.
for v in (0.0, -0.0, 0.5, 1.5, 2.5, 0.125, 0.375, 2.675, 1e15, 123456789.987654321, 1e22, 5e-324, 1e-7, 0.1, 1 / 3, 4503599627370496.5, 9.9999, 1e-30, 2.0 ** 70):
    print(['%.*f' % (n, v) for n in (0, 1, 2, 3, 10, 19, 20, 25)], format(-v, '.2f'), f'{v:+012.3f}', f'{v:,.1f}')
#---
# Ints of some words.
for x in (2 ** 29, 2 ** 30, 2 ** 59 - 1, 2 ** 60, 2 ** 89, 2 ** 90 + 1, 2 ** 119, 2 ** 120 - 1, 2 ** 121, 3 ** 100):
    for y in (1, 7, 2 ** 30 - 1, 2 ** 31, 2 ** 61 + 3, 2 ** 95 - 5, 2 ** 119 + 1, 3 ** 90):
        for a, b in ((x, y), (-x, y), (x, -y), (-x, -y)):
            print(a // b, a % b, a + b, a - b, a & b, a | b, a ^ b, a >> 31, a << 61, a >> 119, pow(a, 5, b), hex(a))
import math
print(math.gcd(3 ** 200 * 7, 5 ** 100 * 49 * 3 ** 20), math.gcd(-12, 18), math.gcd(0, 5), math.gcd(2 ** 300, 2 ** 200), math.gcd(3 ** 80, 0))
