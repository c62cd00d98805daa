#--- generators, coroutines and asynchronous generators, and their misuse
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings, gc
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
hook = sys.unraisablehook
sys.unraisablehook = lambda a: put('unraisable', a.exc_type, a.exc_value, a.err_msg)
with warnings.catch_warnings():
    warnings.simplefilter('always')
    warnings.showwarning = lambda m, c, f, l, file=None, line=None: put('warning', c.__name__, m)
    for s in (
        'g=(i for i in [1]); g.send(1)',
        'g=(i for i in [1]); next(g); g.send(1)',
        'g=(i for i in [1]); g.throw(1)',
        'g=(i for i in [1]); g.throw(int)',
        'g=(i for i in [1]); g.throw(ValueError,KeyError(1))',
        'g=(i for i in [1]); g.throw(ValueError(1),2)',
        'g=(i for i in [1]); g.throw(ValueError,1,2)',
        'g=(i for i in [1]); g.throw()',
        'g=(i for i in [1]); g.throw(1,2,3,4)',
        'g=(i for i in [1]); g.close(1)',
        'g=(i for i in [1]); g.throw(StopIteration)',
        'g=(i for i in [1]); g.throw(GeneratorExit)',
        'g=(i for i in [1]); g.close(); next(g)',
        'g=(i for i in [1]); g.close(); g.send(1)',
        'g=(i for i in [1]); g.close(); g.throw(ValueError)',
        'def f():\\n try: yield\\n finally: yield\\ng=f(); next(g); g.close()',
        'def f():\\n try: yield\\n except GeneratorExit: yield\\ng=f(); next(g); g.close()',
        'def f():\\n try: yield\\n except GeneratorExit: return 1\\ng=f(); next(g); print(g.close())',
        'def f():\\n try: yield\\n except GeneratorExit: raise ValueError\\ng=f(); next(g); g.close()',
        'def f():\\n raise StopIteration(1)\\n yield\\nnext(f())',
        'def f():\\n yield next(iter([]))\\nnext(f())',
        'def f():\\n yield from 1\\nnext(f())',
        'def f():\\n yield from None\\nnext(f())',
        'def f():\\n yield from [1]\\ng=f(); next(g); g.send(1)',
        'def f():\\n yield from [1]\\ng=f(); next(g); g.throw(ValueError)',
        'def f():\\n yield from g\\ng=f(); next(g)',
        'def f():\\n g.close(); yield\\ng=f(); next(g)',
        'def f():\\n g.throw(ValueError); yield\\ng=f(); next(g)',
        'def f():\\n return 5\\n yield\\ntry: next(f())\\nexcept StopIteration as e: print(e.value,e.args)',
        'def f():\\n return (1,2)\\n yield\\ntry: next(f())\\nexcept StopIteration as e: print(e.value,e.args)',
        'def f():\\n return ValueError(1)\\n yield\\ntry: next(f())\\nexcept StopIteration as e: print(e.value,e.args)',
        'def f():\\n return StopIteration(1)\\n yield\\ntry: next(f())\\nexcept StopIteration as e: print(e.value,e.args)',
        'def f(): yield\\nf().gi_frame.clear()',
        'def f(): yield\\ng=f(); next(g); g.gi_frame.clear(); next(g)',
        'def f():\\n yield\\ng=f(); print(g.gi_running,g.gi_yieldfrom,g.gi_code is f.__code__,g.gi_frame.f_lineno,g.__name__,g.__qualname__); list(g); print(g.gi_frame)',
        'def f():\\n yield\\ng=f(); g.__name__=1',
        'def f():\\n yield\\ng=f(); g.__qualname__=1',
        "def f():\\n yield\\ng=f(); g.__name__='x'; print(repr(g)[:25]); del g.__name__",
        'def f():\\n yield\\ng=f(); g.gi_code=1',
        'def f():\\n yield\\nlen(f())',
    ):
        put(s)
        run(s)
        gc.collect()
sys.unraisablehook = hook
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings, gc
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
hook = sys.unraisablehook
sys.unraisablehook = lambda a: put('unraisable', a.exc_type, a.exc_value, a.err_msg)
with warnings.catch_warnings():
    warnings.simplefilter('always')
    warnings.showwarning = lambda m, c, f, l, file=None, line=None: put('warning', c.__name__, m)
    for s in (
        'def f():\\n yield\\nf()[0]',
        'def f():\\n yield\\nf()()',
        'async def f(): pass\\nc=f(); c.send(1); ',
        'async def f(): pass\\nc=f(); c.send(None)',
        'async def f(): return 1\\nc=f()\\ntry: c.send(None)\\nexcept StopIteration as e: print(e.value)\\nc.send(None)',
        'async def f(): pass\\nc=f(); c.close(); c.send(None)',
        'async def f(): pass\\nc=f(); c.throw(ValueError)',
        'async def f(): pass\\nc=f(); iter(c)',
        'async def f(): pass\\nc=f(); next(c)',
        'async def f(): pass\\nc=f()\\nfor i in c: pass',
        'async def f(): await 1\\nf().send(None)',
        'async def f(): await None\\nf().send(None)',
        'async def f(): await [1]\\nf().send(None)',
        'async def f(): await (i for i in [1])\\nf().send(None)',
        'class A:\\n def __await__(s): return 1\\nasync def f(): await A()\\nf().send(None)',
        'class A:\\n def __await__(s): return [1]\\nasync def f(): await A()\\nf().send(None)',
        'class A:\\n def __await__(s): return iter([1])\\nasync def f(): return await A()\\nprint(f().send(None))',
        'class A:\\n __await__=None\\nasync def f(): return await A()\\nprint(f().send(None))',
        'class A:\\n async def __await__(s): return 1\\nasync def f(): await A()\\nf().send(None)',
        'class A:\\n def __await__(s): raise ValueError(1)\\nasync def f(): await A()\\nf().send(None)',
        'async def g(): pass\\nasync def f(): c=g(); await c; await c\\nf().send(None)',
        'async def g(): pass\\nc=g()\\nasync def f(): await c\\na=f();\\nclass Y:\\n def __await__(s): yield 1\\nasync def g(): await Y()\\nc=g()\\nx=f(); x.send(None)\\nf().send(None)',
        'async def f():\\n async for i in 1: pass\\nf().send(None)',
        'async def f():\\n async for i in [1]: pass\\nf().send(None)',
        'class A:\\n def __aiter__(s): return 1\\nasync def f():\\n async for i in A(): pass\\nf().send(None)',
        'class A:\\n async def __aiter__(s): return s\\nasync def f():\\n async for i in A(): pass\\nf().send(None)',
        'class A:\\n def __aiter__(s): return s\\nasync def f():\\n async for i in A(): pass\\nf().send(None)',
        'class A:\\n def __aiter__(s): return s\\n def __anext__(s): return 1\\nasync def f():\\n async for i in A(): pass\\nf().send(None)',
        "class A:\\n def __aiter__(s): return s\\n def __anext__(s): raise StopAsyncIteration(1)\\nasync def f():\\n async for i in A(): pass\\n else: print('else')\\nf().send(None)",
        'class A:\\n def __aiter__(s): return s\\n async def __anext__(s): raise ValueError\\nasync def f():\\n async for i in A(): pass\\nf().send(None)',
        'async def f():\\n async with 1: pass\\nf().send(None)',
        'class A:\\n async def __aenter__(s): pass\\nasync def f():\\n async with A(): pass\\nf().send(None)',
        'class A:\\n async def __aexit__(s,*a): pass\\nasync def f():\\n async with A(): pass\\nf().send(None)',
        'class A:\\n def __aenter__(s): return 1\\n def __aexit__(s,*a): return 1\\nasync def f():\\n async with A(): pass\\nf().send(None)',
        'class A:\\n async def __aenter__(s): return 1\\n def __aexit__(s,*a): return 1\\nasync def f():\\n async with A(): pass\\nf().send(None)',
        'class A:\\n async def __aenter__(s): return 1\\n async def __aexit__(s,*a): return 1\\nasync def f():\\n async with A(): 1/0\\n return 5\\nf().send(None)',
        "async def f():\\n with open('/dev/null') as x: return 1\\nprint(f.__code__.co_flags); f().close()",
        'async def f(): yield 1\\ng=f(); print(type(g),repr(g)[:24],g.ag_running,g.ag_await,g.ag_frame is None,g.ag_code is f.__code__); next(g)',
        'async def f(): yield 1\\ng=f(); iter(g)',
        'async def f(): yield 1\\ng=f(); g.send(None)',
    ):
        put(s)
        run(s)
        gc.collect()
sys.unraisablehook = hook
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings, gc
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
hook = sys.unraisablehook
sys.unraisablehook = lambda a: put('unraisable', a.exc_type, a.exc_value, a.err_msg)
with warnings.catch_warnings():
    warnings.simplefilter('always')
    warnings.showwarning = lambda m, c, f, l, file=None, line=None: put('warning', c.__name__, m)
    for s in (
        'async def f(): yield 1\\ng=f(); a=g.asend(1); a.send(None)',
        'async def f(): yield 1\\ng=f(); a=g.asend(None); a.send(None)',
        'async def f(): yield 1\\ng=f(); a=g.__anext__(); print(type(a),iter(a) is a, a.__await__() is a); a.send(1)',
        'async def f(): yield 1\\ng=f(); a=g.__anext__(); a.throw(ValueError)',
        'async def f(): yield 1\\ng=f(); a=g.__anext__(); a.close(); a.send(None)',
        'async def f(): yield 1\\ng=f(); a=g.__anext__()\\ntry: a.send(None)\\nexcept StopIteration as e: print(e.value)\\na.send(None)',
        'async def f(): yield 1\\ng=f(); a=g.athrow(ValueError); print(type(a)); a.send(None)',
        'async def f(): yield 1\\ng=f(); a=g.athrow(ValueError); a.send(1)',
        'async def f(): yield 1\\ng=f(); a=g.athrow(); a.send(None)',
        'async def f(): yield 1\\ng=f(); a=g.athrow(1); a.send(None)',
        'async def f(): yield 1\\ng=f(); a=g.aclose(); print(type(a)); a.send(None)',
        'async def f(): yield 1\\ng=f(); a=g.aclose()\\ntry: a.send(None)\\nexcept StopIteration as e: print(e.value)\\na.send(None)',
        'async def f(): yield 1\\ng=f(); a=g.aclose()\\ntry: a.send(None)\\nexcept StopIteration as e: print(e.value)\\ng.__anext__().send(None)',
        'async def f():\\n try: yield 1\\n finally: yield 2\\ng=f()\\ntry: g.__anext__().send(None)\\nexcept StopIteration as e: print(e.value)\\ng.aclose().send(None)',
        'async def f():\\n try: yield 1\\n except GeneratorExit: yield 2\\ng=f()\\ntry: g.__anext__().send(None)\\nexcept StopIteration as e: print(e.value)\\ng.athrow(GeneratorExit).send(None)',
        'async def f():\\n raise StopAsyncIteration\\n yield\\ng=f(); g.__anext__().send(None)',
        'async def f():\\n raise StopIteration\\n yield\\ng=f(); g.__anext__().send(None)',
        'async def f():\\n raise StopIteration(1)\\nf().send(None)',
        'class Y:\\n def __await__(s): yield 1\\nasync def f():\\n await Y(); yield 2\\ng=f(); a=g.__anext__(); print(a.send(None)); b=g.__anext__(); b.send(None)',
        'class Y:\\n def __await__(s): yield 1\\nasync def f():\\n await Y(); yield 2\\ng=f(); a=g.__anext__(); print(a.send(None)); b=g.asend(None); b.send(None)',
        'class Y:\\n def __await__(s): yield 1\\nasync def f():\\n await Y(); yield 2\\ng=f(); a=g.__anext__(); print(a.send(None)); b=g.aclose(); b.send(None)',
        'class Y:\\n def __await__(s): yield 1\\nasync def f():\\n await Y(); yield 2\\ng=f(); a=g.__anext__(); print(a.send(None)); b=g.athrow(ValueError); b.send(None)',
        'class Y:\\n def __await__(s): yield 1\\nasync def f():\\n await Y(); yield 2\\ng=f(); a=g.__anext__(); print(a.send(None)); a.throw(KeyError(1))',
        'class Y:\\n def __await__(s): yield 1\\nasync def f():\\n await Y(); yield 2\\ng=f(); a=g.__anext__(); print(a.send(None)); print(g.ag_running,type(g.ag_await)); a.close(); g.__anext__().send(None)',
        'async def f(): yield 1\\ng=f(); g.asend()',
        'async def f(): yield 1\\ng=f(); g.ag_running=1',
        'async def f(): yield 1\\ng=f(); g.__name__=1',
        'async def f(): pass\\nc=f(); c.cr_running=1',
        'async def f(): pass\\nc=f(); c.__name__=1',
        'async def f(): pass\\nc=f(); print(c.cr_origin, repr(c)[:22], c.cr_frame.f_lineno); c.close(); print(c.cr_frame)',
        'async def f(): pass\\nf()',
        'async def f(): yield\\nf()',
        'async def f(): yield\\nf().__anext__()',
        'async def f(): yield\\nf().aclose()',
        'sys.set_coroutine_origin_tracking_depth(-1)',
        "sys.set_coroutine_origin_tracking_depth('a')",
        'sys.set_asyncgen_hooks(1)',
        'sys.set_asyncgen_hooks(firstiter=1)',
        'sys.set_asyncgen_hooks(None,1)',
        'print(sys.get_asyncgen_hooks())',
    ):
        put(s)
        run(s)
        gc.collect()
sys.unraisablehook = hook
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings, gc
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
hook = sys.unraisablehook
sys.unraisablehook = lambda a: put('unraisable', a.exc_type, a.exc_value, a.err_msg)
with warnings.catch_warnings():
    warnings.simplefilter('always')
    warnings.showwarning = lambda m, c, f, l, file=None, line=None: put('warning', c.__name__, m)
    for s in (
        'types.coroutine(1)',
        '@types.coroutine\\ndef f(): yield 1\\nasync def g(): return await f()\\nprint(g().send(None))',
        '@types.coroutine\\ndef f(): return 1\\nasync def g(): return await f()\\nprint(g().send(None))',
        '@types.coroutine\\ndef f(): return iter([7])\\nasync def g(): return await f()\\nprint(g().send(None))',
        'async def f(): return [i async for i in g()]\\nasync def g(): yield 1\\ntry: f().send(None)\\nexcept StopIteration as e: print(e.value)',
        'async def f(): return (i async for i in g())\\nasync def g(): yield 1\\ntry: f().send(None)\\nexcept StopIteration as e: print(type(e.value))',
        'async def f(): return {i:await h() for i in [1]}\\nasync def h(): return 3\\ntry: f().send(None)\\nexcept StopIteration as e: print(e.value)',
        'def f(): return (await x for x in [1])\\nf()',
        'async def f(): return (await x for x in [1])\\ntry: f().send(None)\\nexcept StopIteration as e: print(type(e.value))',
        'import asyncio\\nasync def f(): await asyncio.sleep(0); return 1\\nprint(asyncio.run(f())); asyncio.run(1)',
        "import asyncio\\nasync def g():\\n try:\\n  yield 1\\n  yield 2\\n finally: print('fin')\\nasync def f():\\n async for i in g(): break\\nasyncio.run(f())",
        'import asyncio\\nasync def f(): raise SystemExit(3)\\nasyncio.run(f())',
        'import asyncio\\nasync def f(): return await asyncio.gather(*[asyncio.sleep(0,i) for i in range(3)],return_exceptions=True)\\nprint(asyncio.run(f()))',
    ):
        put(s)
        run(s)
        gc.collect()
sys.unraisablehook = hook
