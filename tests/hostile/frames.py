"""Tracers and profilers that change what runs, generators closed and thrown into while they run, frames cleared and jumped in.

    frames.py FIRST NUMBER        that many seeds, from FIRST on; the same seed does the same. CPython does not survive it.

A tracer, a profiler and the destructors of the objects that the traced functions hold do odd things to frames on the stack: write their
variables back after changing `f_locals`, clear them, jump, change or drop tracers, close, resume and throw into generators that may be running,
collect, raise.
"""

import ctypes
import gc
import random
import signal
import sys
import types

locals_to_fast_unchecked = ctypes.pythonapi.PyFrame_LocalsToFast
locals_to_fast_unchecked.argtypes = [ctypes.py_object, ctypes.c_int]


def locals_to_fast(frame, clear):
    # A variable that held a frame may hold anything by now.
    if type(frame) is types.FrameType:
        locals_to_fast_unchecked(frame, clear)


class D:
    """Calls back when it dies, and passes for a number, an iterable or an object with any attribute."""

    __hash__ = None

    def __init__(self, dying=None):
        self.dying = dying

    def __del__(self):
        if self.dying:
            self.dying()

    def __add__(self, other):
        return D(self.dying)

    def __eq__(self, other):
        return True

    def __iter__(self):
        yield from (D(), 1, "x")

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return D()


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *args):
        return True


def plain(a, b, *c, d=3, **e):
    x = [a, b]
    y = {1: x}

    def inner():
        nonlocal x
        x = x + [b]
        return y

    for i in range(5):
        x = [j for j in x if j is not None]
        z = str(i) + "abc" * 3
        z += "d"
        z += "e"
        try:
            with Manager() as w:
                y[i] = w
                raise KeyError(i)
        except KeyError as k:
            inner()
        finally:
            del z
    return x, inner


def generator(a, b):
    try:
        x = yield a
        for i in range(5):
            try:
                x = yield (x, i)
            except ValueError as e:
                x = yield e
        yield from below(b)
    finally:
        x = [a, b, x]
        yield x


def below(b):
    y = [b]
    while True:
        try:
            y.append((yield y))
        except TypeError:
            y = None
            y = []


class Awaitable:
    def __await__(self):
        return (yield D())


class AsyncManager:
    async def __aenter__(self):
        return D()

    async def __aexit__(self, *args):
        await Awaitable()


async def agenerator(a):
    for i in range(4):
        yield [a, i]
        await Awaitable()


async def coroutine(a):
    x = [a]
    async with AsyncManager() as y:
        async for z in agenerator(a):
            x += [z]
    return x


def recursive(n, *a):
    return recursive(n - 1, *a, D()) if n else [a]


def with_class(a):
    class X(dict):
        z = a

        def m(self):
            return super().keys(), __class__

    return X().m


class Trouble:
    """What one seed does."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.done = 0
        self.generators = []
        self.kept = []

    def mess(self, frame):
        self.done += 1
        if self.done > 400 or frame.f_code.co_name in ("<module>", "main", "attempt"):
            return
        r = self.r
        kind = r.randrange(21)
        if kind == 0:
            raise r.choice([ValueError, TypeError, StopIteration, GeneratorExit, KeyboardInterrupt])("mess")
        try:
            self.change(frame, kind)
        except BaseException:
            pass

    def change(self, frame, kind):
        r = self.r
        if kind == 1:
            frame.f_locals.clear()
            locals_to_fast(frame, 1)
        elif kind == 2:
            code = frame.f_code
            frame.f_locals.update({name: D() for name in code.co_varnames + code.co_freevars + code.co_cellvars})
            locals_to_fast(frame, 0)
        elif kind == 3:
            frame.clear()
        elif kind == 4:
            frame.f_lineno = frame.f_code.co_firstlineno + r.randrange(12)
        elif kind == 5:
            frame.f_trace = r.choice([None, self.tracer, len, D()])
        elif kind == 6:
            frame.f_trace_opcodes = not frame.f_trace_opcodes
        elif kind == 7:
            frame.f_trace_lines = not frame.f_trace_lines
        elif kind == 8:
            sys.settrace(r.choice([None, self.tracer, self.tracer]))
        elif kind == 9:
            sys.setprofile(r.choice([None, self.profiler]))
        elif kind == 10:
            gc.collect(r.randrange(3))
        elif kind == 11:
            for g in self.generators:
                try:
                    r.choice([g.close, lambda: g.throw(ValueError), lambda: g.send(D()), lambda: next(g), lambda: g.throw(TypeError, "x")])()
                except BaseException:
                    pass
        elif kind == 12:
            self.generators.pop()
        elif kind == 13:
            self.kept.append(frame)
        elif kind == 14:
            self.kept.clear()
        elif kind == 15:
            self.mess(frame.f_back)
        elif kind == 16:
            self.kept.append(frame.f_locals)
        elif kind == 17:
            plain.__code__ = plain.__code__.replace(co_name="q")
        elif kind == 18:
            plain.__defaults__, plain.__kwdefaults__ = None, r.choice([None, {"d": D()}])
        elif kind == 19:
            g = generator(D(), D())
            next(g)
            self.generators.append(g)
        elif kind == 20:
            del frame.f_trace

    def tracer(self, frame, event, arg):
        if self.r.randrange(3) == 0:
            self.mess(frame)
        return self.r.choice([self.tracer, self.tracer, self.tracer, None, D()]) if self.r.randrange(9) == 0 else self.tracer

    def profiler(self, frame, event, arg):
        if self.r.randrange(3) == 0:
            self.mess(frame)

    def dying(self):
        if self.r.randrange(2):
            self.mess(sys._getframe(1))

    def work(self):
        r = self.r
        kind = r.randrange(8)
        a, b = D(self.dying), r.choice([D(self.dying), [D()], 5, "abc"])
        if kind == 0:
            plain(a, b, *[D(self.dying)] * r.randrange(3))
        elif kind == 1:
            g = generator(a, b)
            self.generators.append(g)
            del a, b
            for i in range(12):
                r.choice([lambda: next(g), lambda: g.send(D(self.dying)), lambda: g.throw(ValueError), lambda: g.throw(TypeError)])()
        elif kind == 2:
            g = coroutine(a)
            self.generators.append(g)
            del a, b
            while True:
                g.send(D(self.dying))
        elif kind == 3:
            recursive(r.randrange(20), a, b)
        elif kind == 4:
            with_class(a)()
        elif kind == 5:
            [x + y for x in [a, b, D(self.dying)] for y in a if x]
        elif kind == 6:
            exec("x = a\nfor y in x: z = y\ndel x, y", {"a": a}, r.choice([{}, None]))
        elif kind == 7:
            g = agenerator(a)
            s = r.choice([lambda: g.asend(None), lambda: g.athrow(ValueError), lambda: g.aclose()])()
            self.generators.append(s)
            del a, b
            for i in range(9):
                s.send(D(self.dying))


def attempt(seed):
    trouble = Trouble(seed)
    kind = trouble.r.randrange(3)
    if kind != 1:
        sys.settrace(trouble.tracer)
    if kind != 0:
        sys.setprofile(trouble.profiler)
    trouble.work()


def main(first, number):
    for seed in range(first, first + number):
        signal.alarm(120)
        # The tracer may raise wherever it runs, here as well.
        for again in range(40):
            try:
                if again == 0:
                    attempt(seed)
                sys.settrace(None)
                sys.setprofile(None)
            except BaseException:
                pass
        plain.__kwdefaults__ = {"d": 3}
    print("%d seeds" % number)


sys.unraisablehook = lambda *args: None
sys.setrecursionlimit(300)
main(int(sys.argv[1]), int(sys.argv[2]))
