# Long loops over every kind of instruction: each must run in constant machine stack.
N = 20000

def stack_and_names():
    global g
    a, b, c = 1, 2, 3
    for i in range(N):
        a, b = b, a
        a, b, c = b, c, a
        x = y = i
        g = x
        g
        x
        del x
        None
        {'k': 1, 'l': 2}
    return a, b, c, g, y

def operators():
    n, f, s, l = 0, 0.5, 'a', [0, 1, 2]
    for i in range(N):
        n += i; n -= i; n *= 1; n //= 1; n |= 1; n &= 3; n ^= 1; n <<= 1; n >>= 1; n **= 1; n %= 7
        f /= 1.0; f + f; f - f; f * f; f / 2; f // 2; f % 2; f ** 2; -f; +f; not f; ~n
        i + i; i - i; i * i; i / 2; i // 2; i % 5; i << 1; i >> 1; i & 3; i | 3; i ^ 3
        '%s' % i; s + s; l[1]; l[1:2]; l[0] = i; l[0:1] = [1]
        d = {1: 2}; del d[1]; s *= 1
    return n, f, l

def comparisons():
    n, l, d = 0, [1, 2], {1: 2}
    for i in range(N):
        if i == 5 or i != 6 and i < 3 or i <= 4 or i > 7: n += 1
        if i in l or i not in d or i is None or i is not None: n += 1
        if l and d: n += 1
        if not l or s_empty: n += 1
        1 < i < 10
    return n
s_empty = ''

def displays():
    for i in range(N):
        (i, i); [i, i]; {i}; {i: i}; {'a': i, 'b': i}; f'{i}{i!r}{i:3}'
        (*(i,), 1); [*(i,), 1]; {*(i,), 1}; {**{'a': i}, 'b': 2}
        a, b = i, i
        a, *b = [i, i, i]
        a, b = [i, i]
    [x for x in range(N)]; {x for x in range(N)}; {x: x for x in range(N)}
    return a, b

class C:
    v = 1
    def m(self, *a, **k): return 1
    @property
    def p(self): return 2

def plain(a, b=2): return a
def many(*a, **k): return len(a) + len(k)

def calls():
    c = C()
    n = 0
    for i in range(N):
        plain(i); plain(i, 3); plain(a=i); many(*(1, 2)); many(*(1, 2), **{'x': i}); many(1, *(2,), y=3, **{'x': 1})
        len('abc'); c.m(); c.m(i); c.m(x=i); C.m(c); c.p; c.v; C.v; C()
        c.w = i; c.w; del c.w
        n += (lambda: 1)()
        def f(x=i, *, y=n): return c
        f(); f(y=1)
    return n

def cells():
    n = 0
    def inc():
        nonlocal n
        n += 1
    for i in range(N): inc()
    return n

def exceptions():
    n = 0
    for i in range(N):
        try: raise ValueError
        except (KeyError, ValueError) as e: n += 1
        try: {}[i]
        except KeyError: n += 1
        finally: n += 1
        try: pass
        finally: n += 1
        for j in (1, 2):
            try: continue
            finally: n += 1
        with Manager(): n += 1
        with Manager(): raise ValueError
        try: raise KeyError from None
        except KeyError:
            try: raise
            except KeyError: pass
        n += returns()
        assert n
    return n

def returns():
    for i in (1,):
        try: return 1
        finally: pass

class Manager:
    def __enter__(self): return self
    def __exit__(self, *a): return True

def gen(n):
    for i in range(n): yield i
def delegating(n): yield from gen(n)
def iterated(n): yield from range(n)

class Awaitable:
    def __await__(self): yield from ()
class AManager:
    async def __aenter__(self): return self
    async def __aexit__(self, *a): return True
async def agen(n):
    for i in range(n): yield i
async def coroutine():
    n = 0
    async for i in agen(N): n += 1
    for i in range(N):
        await Awaitable()
        async with AManager(): n += 1
    return n

def generators():
    n = sum(1 for x in gen(N)) + sum(delegating(N)) + sum(iterated(N))
    try: coroutine().send(None)
    except StopIteration as e: n += e.value
    return n

def iteration():
    n = 0
    for s in [[1] * N, (1,) * N, range(N), 'a' * N, b'a' * N, dict.fromkeys(range(N)), set(range(N)), iter([1] * N),
              enumerate(range(N)), zip(range(N), range(N)), map(abs, range(N)), (x for x in range(N))]:
        for x in s: n += 1
    while n:
        n -= 1
        if n % 2: continue
        if n < 3: break
    return n

for i in range(N):
    lasting = i
    del lasting
    class Small: a = i
    import sys
    from sys import path as p
    x: int = i

for f in stack_and_names, operators, comparisons, displays, calls, cells, exceptions, generators, iteration:
    print(f.__name__, f())

def recursive(n): return recursive(n - 1) + 1 if n else 0
print(recursive(900))
try: recursive(100000)
except RecursionError as e: print(e)
