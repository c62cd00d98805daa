#--- send, throw, close
def g():
    try:
        x = yield 1
        print('got', x)
        try: y = yield 2
        except ValueError as e: print('caught', e); y = 'v'
        print('y', y)
        yield 3
    finally: print('cleanup')
    return 'r'
i = g(); print(next(i), i.send('s'), i.throw(ValueError('t')))
try: next(i)
except StopIteration as e: print(e.value)
try: next(i)
except StopIteration as e: print(repr(e.value))
i = g(); next(i); i.close(); i.close(); print(i.gi_frame, i.gi_running)
i = g()
try: i.send(1)
except TypeError as e: print(e)
print(list(g()))
i = g(); i.close(); print(list(i))
#---
def g():
    try: yield 1
    except GeneratorExit: yield 2
i = g(); next(i)
try: i.close()
except RuntimeError as e: print(e)
def h():
    try: yield 1
    except GeneratorExit: print('exit'); return
j = h(); next(j); print(j.close())
def k():
    try: yield
    finally: raise KeyError('f')
m = k(); next(m); m.close()
#--- throw in its forms
def g():
    while True:
        try: x = yield
        except BaseException as e: print(type(e).__name__, e.args, e.__traceback__ is not None)
i = g(); next(i)
i.throw(ValueError); i.throw(ValueError, 'a'); i.throw(ValueError, ValueError('b')); i.throw(ValueError('c')); i.throw(ValueError, (1, 2)); i.throw(ValueError, None, None)
for a in ((5,), (ValueError('x'), 'y'), (ValueError, 'x', 5), (), ('s',), (int,)):
    try: i.throw(*a)
    except TypeError as e: print(e)
def never(): yield
n = never()
try: n.throw(KeyError('first'))
except KeyError as e: print(repr(e))
print(list(n))
#--- StopIteration inside a generator
def g(): raise StopIteration('x'); yield
try: next(g())
except RuntimeError as e: print(e, repr(e.__cause__))
def h(): yield next(iter([]))
try: list(h())
except RuntimeError as e: print(e)
#--- yield from
def inner():
    try:
        x = yield 'a'; print('inner got', x)
        yield 'b'
    except KeyError: print('inner key'); yield 'k'
    return 'result'
def outer(): r = yield from inner(); print('r', r); yield r
o = outer(); print(next(o), o.send(5), o.throw(KeyError), list(o))
def lists(): yield from [1, 2]; yield from 'ab'; x = yield from (); print(x); return 9
print(list(lists()))
l = lists(); next(l); print(l.gi_yieldfrom.__class__.__name__)
try: l.send(5)
except AttributeError as e: print(e)
def bad(): yield from 5
try: list(bad())
except TypeError as e: print(e)
class It:
    def __iter__(self): return self
    def __next__(self): return 1
    def send(self, x): raise StopIteration(x)
    def throw(self, *a): print('throw', a[0]); return 'thrown'
    def close(self): print('closed')
def d(): r = yield from It(); print('val', r)
i = d(); print(next(i), i.throw(ValueError))
try: i.send(7)
except StopIteration: pass
i = d(); next(i); i.close()
#--- attributes and repr
def gen(a): x = 1; yield x; yield a
g = gen(5); print(g.__name__, g.__qualname__, g.gi_running, g.gi_code is gen.__code__, g.gi_frame.f_locals, g.gi_yieldfrom, g)
next(g); print(g.gi_frame.f_locals, g.gi_frame.f_lineno); g.__name__ = 'n'; print(g.__name__)
try: g.__name__ = 5
except TypeError as e: print(e)
try: g.gi_running = 1
except AttributeError as e: print(e)
def me(): yield next(m)
m = me()
try: next(m)
except ValueError as e: print(e)
#--- generator expressions
g = (x * 2 for x in range(3)); print(next(g), list(g), g.__name__, g.__qualname__)
try: (x for x in 5)
except TypeError as e: print(e)
print(sum(x for x in range(10) if x % 2), max((len(w), w) for w in ['a', 'bcd']), dict((k, v) for k, v in zip('ab', [1, 2])))
def f():
    g = ((i, j) for i in (yield) for j in i)
    yield list(g)
i = f(); next(i); print(i.send(['ab', 'c']))
#--- exceptions' state is kept apart
import sys
def g():
    try: yield 1
    except ValueError: yield sys.exc_info()[0]; yield sys.exc_info()[0]
def f():
    i = g(); next(i); print(i.throw(ValueError))
    try: raise KeyError
    except KeyError: print(sys.exc_info()[0], next(i), sys.exc_info()[0])
    print(sys.exc_info()[0])
f()
def h():
    yield sys.exc_info()[0]
try: 1/0
except ZeroDivisionError: print(next(h()))
#--- infinite and recursive ones
def tree(n):
    if n: yield from tree(n - 1); yield n; yield from tree(n - 1)
print(list(tree(4)))
def count():
    n = 0
    while True: n += 1; yield n
print([x for x, _ in zip(count(), range(5))])
def perms(l):
    if not l: yield []
    for i in range(len(l)):
        for p in perms(l[:i] + l[i+1:]): yield [l[i]] + p
print(len(list(perms([1, 2, 3, 4]))))
def chain(n): return iter([1]) if n == 0 else (x for x in chain(n - 1))
print(list(chain(50)))
#--- finalisation
def g():
    try: yield 1
    finally: print('finalised')
i = g(); next(i); del i
i = g(); del i; print('not started: nothing')
def f():
    for x in g(): break
    print('after loop')
f()
for x in g(): print(x)
#--- coroutines
async def f(x): return x * 2
async def g(): return await f(3) + await f(4)
def run(c):
    try:
        while True: c.send(None)
    except StopIteration as e: return e.value
print(run(g()))
c = f(1); print(c.__name__, c.cr_running, c.cr_frame.f_locals, c.cr_await, c.cr_origin, type(c)); c.close()
class Aw:
    def __await__(self): x = yield 'suspended'; return x
async def h(): return await Aw()
c = h(); print(c.send(None), c.cr_await is not None)
try: c.send('val')
except StopIteration as e: print(e.value)
for bad in ('await 5',):
    ns = {}; exec('async def b(): ' + bad, ns)
    try: run(ns['b']())
    except TypeError as e: print(e)
class Bad:
    def __await__(self): return 5
async def b(): await Bad()
try: run(b())
except TypeError as e: print(e)
c = f(1); run(c)
try: run(c)
except RuntimeError as e: print(e)
try: iter(f(1))
except TypeError as e: print(e)
c.throw if 0 else None
#---
async def f(): pass
f()
print('warned?')
#--- async for, async with, async comprehensions
class AI:
    def __init__(self, n): self.n = n
    def __aiter__(self): return self
    async def __anext__(self):
        if self.n == 0: raise StopAsyncIteration
        self.n -= 1; return self.n
class AM:
    async def __aenter__(self): print('aenter'); return 'm'
    async def __aexit__(self, t, v, tb): print('aexit', t); return t is ValueError
def run(c):
    try:
        while True: c.send(None)
    except StopIteration as e: return e.value
async def f():
    async for x in AI(3): print(x)
    else: print('else')
    async with AM() as m: print(m)
    async with AM(): raise ValueError
    print([x async for x in AI(3)], {x async for x in AI(2)}, {x: 1 async for x in AI(2) if x}, [await z() for _ in '12'])
    g = (x async for x in AI(2)); print(type(g).__name__, [y async for y in g])
async def z(): return 'z'
run(f())
async def bad():
    async for x in [1]: pass
try: run(bad())
except TypeError as e: print(e)
async def bad():
    async with 5: pass
try: run(bad())
except AttributeError as e: print(e)
class B:
    def __aiter__(self): return 5
async def bad():
    async for x in B(): pass
try: run(bad())
except TypeError as e: print(e)
class B:
    def __aiter__(self): return self
    def __anext__(self): return 5
try: run(bad())
except TypeError as e: print(e)
#--- asynchronous generators
def run(c):
    try:
        while True: c.send(None)
    except StopIteration as e: return e.value
async def g():
    try:
        x = yield 1
        print('got', x)
        yield 2
    finally: print('fin')
async def f():
    i = g(); print(await i.__anext__(), await i.asend('s'))
    try: await i.__anext__()
    except StopAsyncIteration: print('stop')
    i = g(); await i.__anext__(); await i.aclose()
    i = g(); await i.__anext__()
    try: await i.athrow(ValueError('t'))
    except ValueError as e: print(e)
    print([x async for x in g()], i.ag_running, i.ag_frame, i.__name__)
run(f())
a = g(); print(type(a), type(a.__anext__()), type(a.asend(1)), type(a.aclose()))
print(g().ag_code.co_flags & 0x200)
#--- types.coroutine
import types
@types.coroutine
def w(): x = yield 'w'; return x
async def f(): return await w()
c = f(); print(c.send(None))
try: c.send(4)
except StopIteration as e: print(e.value)
#---
# aclose() and athrow() of a finished asynchronous generator do nothing, once each
async def ag():
    yield 1
def drive(c, *a):
    try:
        return 'yield', (c.send(None) if not a else c.throw(*a))
    except BaseException as e:
        return type(e).__name__, e.args
g = ag()
for make in (g.aclose, g.aclose, lambda: g.athrow(ValueError)):
    c = make()
    print(drive(c), drive(c))
c = g.aclose()
print(drive(c, KeyError), drive(c))
#---
# async with misses __aexit__ before __aenter__
class CM: pass
async def f():
    async with CM(): pass
try: f().send(None)
except AttributeError as e: print(e)
