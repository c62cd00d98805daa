#--- assignment
a = b = [1]; a.append(2); print(a, b, a is b)
x, (y, *z), w = 1, (2, 3, 4), 5; print(x, y, z, w)
[p, *q] = 'abc'; print(p, q)
*a, = range(3); print(a)
a, b = b, a; print(a, b)
#---
i = 0
l = [10, 20, 30]
i, l[i] = 1, 99
print(i, l)
#---
a, b = 1, 2, 3
#---
a, b, c = 'ab'
#---
a, *b, c = [1]
#---
(a, b), c = 1, 2
#---
a, b = 5
#---
a, b = {'x': 1, 'y': 2}; print(a, b)
#---
a, b = iter(int, 1)
#---
def f():
    l = []
    def g(n): l.append(n); return n
    d = {}
    d[g(1)], d[g(2)] = g(3), g(4)
    d[g(5)] = d[g(6)] = g(7)
    return l, d
print(f())
#--- augmented assignment
x = 5; x += 3; x -= 1; x *= 2; x //= 3; x **= 2; x %= 7; x <<= 3; x >>= 1; x |= 8; x &= 12; x ^= 5; print(x)
l = [1]; m = l; l += (2, 3); l *= 2; print(l, m is l)
t = (1, [2])
try: t[1] += [3]
except TypeError as e: print(e, t)
x = 7; x /= 2; print(x)
#---
class A:
    def __getitem__(self, k): print('get', k); return 5
    def __setitem__(self, k, v): print('set', k, v)
    def __iadd__(self, o): print('iadd', o); return 'new'
a = A()
def k(n): print('k', n); return n
a[k(1)] += k(2)
a += 1
print(a)
#---
x += 1
#---
del undefined
#---
x = 1
del x
print(x)
#---
def f():
    print(x)
    x = 1
f()
#---
def f():
    def g(): return x
    g()
    x = 1
f()
#---
def f():
    x = 1
    del x
    def g(): return x
    g()
f()
#--- del of many things
class A: pass
a = A(); a.x = 1; l = [1, 2, 3, 4]; d = {1: 2, 3: 4}
del a.x, l[0], l[-1:], d[1]
print(vars(a), l, d)
del (a, l), [d]
print([n for n in ('a', 'l', 'd') if n in globals()])
#--- global and nonlocal
x = 1
def f():
    global x, y
    x = 2; y = 3
f(); print(x, y)
def outer():
    n = 0
    def inc():
        nonlocal n
        n += 1
        return n
    return inc
i = outer(); i(); i(); print(i())
#--- global inside class
x = 'g'
def f():
    x = 'f'
    class C:
        y = x
        global x
    return C
#---
x = 'global'
def f():
    x = 'local'
    class C:
        print(x)
        x = 'class'
        print(x)
        def m(self): return x
    print(C().m())
f()
class D:
    print(x)
    x = x + '!'
    print(x, [x for _ in '1'])
#--- if, while, for with else
for i in range(5):
    if i == 1: continue
    if i == 3: break
    print(i)
else: print('never')
for i in (): pass
else: print('else', i)
n = 3
while n:
    n -= 1
    if n == 1: continue
    print(n)
else: print('done')
while True:
    break
else: print('no')
#--- for targets
for a, (b, c) in [(1, (2, 3)), (4, (5, 6))]: print(a, b, c)
#---
l = [0]
for l[0] in range(4): pass
print(l)
class A: pass
a = A()
for a.x in 'pq': print(a.x)
for i, *r in [(1, 2, 3), (4,)]: print(i, r)
#---
for x in 5: pass
#---
for x in None: pass
#---
l = [1, 2, 3]
for x in l:
    if len(l) < 6: l.append(x * 10)
print(l)
d = {1: 1}
for k in d: d[k + 1] = 1
#---
s = {1, 2}
for k in s: s.add(k + 10)
#---
d = {1: 1, 2: 2}
for k in d: del d[k]
#--- try in all its forms
def f(x):
    try:
        print('try')
        if x == 1: raise ValueError('v')
        if x == 2: raise KeyError('k')
        if x == 3: return 'returned'
    except ValueError as e:
        print('caught', e)
    except (KeyError, IndexError):
        print('lookup')
        raise
    else:
        print('else')
    finally:
        print('finally')
    return 'end'
for i in range(4):
    try: print(f(i))
    except Exception as e: print(repr(e))
#---
def f():
    try: return 1
    finally: return 2
def g():
    for i in range(3):
        try: continue
        finally: print(i)
    return 'g'
def h():
    while True:
        try: raise KeyError
        finally: break
    return 'h'
def k():
    try:
        try: 1/0
        finally: raise KeyError('x')
    except KeyError as e: return repr(e.__context__)
print(f(), g(), h(), k())
#---
try: 1/0
except ZeroDivisionError as e: pass
print('e' in globals())
e
#---
try:
    try: 1/0
    except ZeroDivisionError as e: raise ValueError('x') from e
except ValueError as v: print(repr(v.__cause__), v.__suppress_context__, repr(v.__context__))
try: raise ValueError from None
except ValueError as v: print(v.__cause__, v.__suppress_context__)
try: raise ValueError from 5
except TypeError as e: print(e)
try: raise 5
except TypeError as e: print(e)
try: raise
except RuntimeError as e: print(e)
try: raise int
except TypeError as e: print(e)
#---
try:
    raise ValueError(1)
except 5: pass
#---
try:
    raise ValueError(1)
except (KeyError, 'x'): pass
#---
def f():
    try:
        raise ValueError('one')
    except ValueError:
        raise KeyError('two')
f()
#---
import sys
def f():
    try: 1/0
    except ZeroDivisionError:
        print(sys.exc_info()[0])
        try: [][1]
        except IndexError: print(sys.exc_info()[0])
        print(sys.exc_info()[0])
    print(sys.exc_info())
f()
#--- with
class M:
    def __init__(self, n, swallow=False): self.n, self.s = n, swallow
    def __enter__(self): print('enter', self.n); return self.n
    def __exit__(self, t, v, tb): print('exit', self.n, t, v, tb is not None); return self.s
with M(1) as a, M(2) as b: print(a, b)
with M(3, True): 1/0
with M(4) as (x): print(x)
def f():
    with M(5): return 'r'
print(f())
for i in range(2):
    with M(6): continue
with M(7):
    with M(8): raise KeyError('k')
#---
with 5: pass
#---
class A:
    def __enter__(self): pass
with A(): pass
#---
class A:
    def __exit__(self, *a): pass
with A(): pass
#---
class A:
    def __enter__(self): return 1
    def __exit__(self, *a): raise ValueError('in exit')
with A() as (x, y): pass
#--- assert
assert True, 'no'
try: assert 0
except AssertionError as e: print(repr(e))
try: assert 0, 'why'
except AssertionError as e: print(repr(e))
try: assert 0, (1, 2)
except AssertionError as e: print(repr(e))
#---
assert [], {'a': 1}
#--- expressions as statements, chained comparison
print(1 < 2 < 3, 1 < 3 < 2, 1 < 2 > 1 != 5, 3 > 2 in [2])
def f(x): print('f', x); return x
print(f(1) < f(3) < f(2) < f(9))
print(1 is 1, None is not None, 'a' 'b' "c", not 1 == 2)
print(0 or [] or 'x' or 1, 1 and 0 and 2, (1 if 0 else 2), not ())
print(2 ** -1, -2 ** 2, (-2) ** 2, 2 ** 3 ** 2, ~5, -+-5, 7 // -2, 7 % -2, -7 % 2)
print([*range(3), *'ab'], {*[1], *(2,)}, (*[], *[1]), {**{'a': 1}, 'b': 2, **{'a': 3}})
#---
print({**5})
#---
print([*5])
#---
print(*5)
#---
print({**{1: 2}}, dict(**{'a': 1}))
print(dict(**{1: 2}))
#--- walrus
if (n := 10) > 5: print(n)
print([y := 1, y ** 2], y)
print([last := x for x in range(3)], last)
while (line := next(it, None) if (it := globals().setdefault('it', iter('ab'))) else 0): print(line)
print((a := 1, b := 2), a, b)
def f(x=(z := 5)): return x + z
print(f())
#--- lambda
f = lambda a, b=2, *c, d, e=5, **g: (a, b, c, d, e, g)
print(f(1, d=4), f(1, 3, 4, d=0, z=9))
print((lambda: (yield))().__class__.__name__, (lambda *, k=1: k)(), (lambda x, /: x)(3))
print([g() for g in [lambda: i for i in range(3)]], [g() for g in [lambda i=i: i for i in range(3)]])
f(d=1)
#--- comprehensions
print([x * y for x in range(3) for y in range(x) if x + y], {x: y for x, y in zip('ab', 'cd')}, {c for c in 'aab'} == {'a', 'b'})
print(list(x for x in range(5) if x % 2 if x > 1), [[j for j in range(i)] for i in range(3)])
x = 'outer'; print([x for x in 'ab'], x)
def f(): return [i + j for i in range(2) for j in [k for k in range(i + 1)]]
print(f())
class C:
    n = 3
    l = [i for i in range(n)]
print(C.l)
class D:
    n = 3
    l = [n for i in range(n)]
#--- star targets, subscripts with tuples and slices
class S:
    def __getitem__(self, k): return k
s = S()
print(s[1], s[1, 2], s[1:2], s[1:2, ::3], s[:], s[...], s[()], s[1,], s[:, None], s[a := 5], s[lambda: 0].__name__)
print(s[1:2:3].indices(10))
#--- print
import sys
print(); print(1, 2, sep='-', end='!\n'); print('a', 'b', sep=''); print(*[1, 2], sep=None, end=None)
print(1, file=sys.stdout, flush=True)
for kw in ({'sep': 1}, {'end': 2}, {'bogus': 3}):
    try: print('x', **kw)
    except TypeError as e: print(e)
#--- string literals
print('a\tb\x41\u00e9\N{BULLET}\101\
c', r'\n', b'\x00\xff', rb'\x', u'u', '''tri
ple''', "q'q", 'q"q', '\a\b\f\v\0', '\\')
print(repr('\x7f\x80\xad\ud800\U0001f600\u200b'), ascii('é€\U0001f600'), repr("it's"), repr('"\''))
#--- number literals
print(0xff, 0o17, 0b101, 1_000_000, 1e3, 1_0.0_1, .5, 5., 1E-2, 0x_f, 3j, 1.5J, 00, 0_0, 123456789012345678901234567890)
#--- annotations
x: int = 5
y: 'str'
z: print('evaluated') = 3
(w): int = 4
class C:
    a: int
    b: str = 'x'
#---
x: int = 5
y: 'str'
print(__annotations__)
class C:
    a: int
    b: str = 'x'
print(C.__annotations__)
def f(a: int, *b: str, c: 'x' = 1, **d: None) -> float: q: int = 1
print(f.__annotations__)
def g(): undefined: nothing = 1; return undefined
print(g())
#---
from __future__ import annotations
x: undefined_name = 1
def f(a: b + 1, c: lambda x: [i for i in x]) -> {1: 2, **z}: pass
print(__annotations__, f.__annotations__)
#--- exec, eval, compile
d = {}; exec('x = 1\ny = x + 1', d); print(d['x'], d['y'], eval('x * y', d), eval(' 1 +1'))
print(eval('a + b', {'a': 1}, {'b': 2}), sorted(k for k in d if k != '__builtins__'))
c = compile('z = 5', 'f', 'exec'); exec(c); print(z, eval(compile('3 * 4', 'f', 'eval')))
exec(compile('1 + 1; None; "x"', 'f', 'single'))
for src, mode in (('x =', 'exec'), ('1 2', 'eval'), ('x = 1', 'eval'), ('', 'eval'), ('a\0b', 'exec'), ('1', 'bogus')):
    try: compile(src, 'f', mode)
    except Exception as e: print(type(e).__name__, e)
try: eval(5)
except TypeError as e: print(e)
try: exec('1', 5)
except TypeError as e: print(e)
try: exec(compile('lambda: x', 'f', 'eval').co_consts[0]); 
except Exception as e: print(type(e).__name__, e)
def f(): x = 1; return (lambda: x).__code__
try: exec(f())
except TypeError as e: print(e)
#---
def f():
    x = 1
    exec('x = 2; y = 3')
    print(x, sorted(locals()))
    return eval('x')
print(f())
#--- import
import sys as s, os.path as p
from os import path as q, sep
print(s is sys if 'sys' in globals() else s.__name__, p is q, sep)
from itertools import *
print(list(islice(count(), 2)))
#---
import nothing_of_that_name
#---
from sys import nothing
#---
import sys.nothing
#---
from . import x
#---
from .x import y
#---
def f():
    import os
    from os import nothing, path
f()
#---
import __future__; print(__future__.annotations)
from os import (path, sep,)
print(__import__('os.path').__name__, __import__('os.path', fromlist=['join']).__name__)
try: __import__('')
except ValueError as e: print(e)
try: __import__(5)
except TypeError as e: print(e)
#--- decorators
def deco(n):
    print('make', n)
    def d(f): print('apply', n, f.__name__); return f
    return d
@deco(1)
@deco(2)
def f(): return 'f'
@deco(3)
class C: pass
print(f(), C.__name__)
#--- unreachable, constants, docstring
def f():
    "doc"
    return 1
    return 2
def g(): 'only'; 5; return None
print(f.__doc__, g.__doc__, f(), g(), f.__code__.co_consts, __debug__)
class C: 'cd'
print(C.__doc__, __doc__)
#---
print(compile("(1j ** 2) ** 1e400", "f", "eval").co_consts, compile("(1j ** 2) ** 0.5", "f", "eval").co_consts)
