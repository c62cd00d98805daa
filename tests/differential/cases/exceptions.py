#--- constructors, args, str, repr of every exception
import builtins
for n in sorted(vars(builtins)):
    c = getattr(builtins, n)
    if isinstance(c, type) and issubclass(c, BaseException):
        for a in ((), ('m',), ('m', 1), (1, 'two', None)):
            try: e = c(*a); print(n, a, e.args, repr(e), str(e), e.__cause__, e.__context__, e.__suppress_context__, e.__traceback__)
            except TypeError as t: print(n, a, t)
#---
import builtins
for n in sorted(vars(builtins)):
    c = getattr(builtins, n)
    if isinstance(c, type) and issubclass(c, BaseException):
        print(n, [b.__name__ for b in c.__mro__], sorted(set(c.__dict__) - {'__doc__'}), c.__doc__)
#---
for e in (ValueError(1), KeyError('k'), OSError(2, 'm', 'f'), SyntaxError('m', ('f', 1, 2, 't')), ImportError('m', name='n', path='p'), StopIteration(5), SystemExit(3), UnicodeDecodeError('utf-8', b'ab', 0, 1, 'r')):
    print(e.__reduce__(), sorted(k for k in dir(e) if not k.startswith('__')))
    e.__setstate__({'extra': 1}); print(e.extra, e.__dict__)
    for k, v in (('args', (1, 2)), ('args', 5), ('__traceback__', 5), ('__cause__', 5), ('__context__', 5), ('__cause__', None), ('__suppress_context__', True), ('args', None)):
        try: setattr(e, k, v); print(k, getattr(e, k))
        except Exception as x: print(k, type(x).__name__, x)
    try: del e.args
    except TypeError as x: print(x)
    print(e.with_traceback(None) is e)
#--- OSError maps errno to subclasses
import errno
for n in ('ENOENT', 'EEXIST', 'EACCES', 'EPERM', 'EPIPE', 'ECHILD', 'EINTR', 'EAGAIN', 'ETIMEDOUT', 'ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EISDIR', 'ENOTDIR', 'ESRCH', 'EALREADY', 'EINPROGRESS', 'EINVAL'):
    e = OSError(getattr(errno, n), 'msg', 'file'); print(n, type(e).__name__, e, e.filename, e.filename2, e.strerror, e.args)
e = OSError(2, 'm', 'a', None, 'b'); print(e, e.args, e.filename2, repr(e))
e = BlockingIOError(11, 'm', 7); print(e.characters_written, e, e.filename)
print(OSError(1, 2), OSError('x'), OSError(), OSError(1, 2, 3, 4, 5), repr(OSError(1, 2, 3)))
try: open('/nonexistent/file')
except OSError as e: print(e, repr(e), e.errno)
class MyErr(OSError): pass
print(type(MyErr(2, 'x')))
try: OSError(1, 2, 3, 4, 5, 6)
except TypeError as e: print(e)
else: print('ok')
#--- Unicode errors
for c, a in ((UnicodeDecodeError, ('utf-8', b'ab\xff', 2, 3, 'bad')), (UnicodeDecodeError, ('utf-8', b'abcd', 1, 3, 'bad')), (UnicodeEncodeError, ('ascii', 'aé€\U0001f600', 1, 2, 'bad')), (UnicodeEncodeError, ('ascii', 'a€', 1, 2, 'bad')), (UnicodeEncodeError, ('ascii', 'a\U0001f600', 1, 2, 'bad')), (UnicodeEncodeError, ('ascii', 'abc', 0, 3, 'bad')), (UnicodeTranslateError, ('abc', 1, 2, 'r')), (UnicodeTranslateError, ('abc', 0, 3, 'r')),
             (UnicodeDecodeError, ('utf-8', 'str', 0, 1, 'r')), (UnicodeDecodeError, (1, b'', 0, 1, 'r')), (UnicodeDecodeError, ('a', b'', 0)), (UnicodeEncodeError, ('a', b'x', 0, 1, 'r')), (UnicodeDecodeError, ('utf-8', bytearray(b'q'), 0, 1, 'r')), (UnicodeDecodeError, ('utf-8', b'', 5, 9, 'r'))):
    try:
        e = c(*a); print(e, e.start, e.end, e.reason, e.object, getattr(e, 'encoding', None), repr(e))
        e.start = 0; e.end = 1; e.reason = 'changed'; print(e)
    except TypeError as t: print(c.__name__, t)
#--- SyntaxError's attributes and text
for a in ((), ('m',), ('m', ('f', 3, 4, 'text\n')), ('m', ('f', 3, 4, 'text'), 'x'), ('m', (1, 2)), ('m', 5), ('m', ('/a/b/f.py', 3, None, None)), ('m', (None, 3, 4, 'text'))):
    try: e = SyntaxError(*a); print(e, e.msg, e.filename, e.lineno, e.offset, e.text, e.print_file_and_line, e.args)
    except Exception as x: print(type(x).__name__, x)
#--- ImportError, StopIteration, SystemExit
e = ImportError('m', name='n', path='p'); print(e.msg, e.name, e.path, e, repr(e)); print(ImportError(1, 2).msg, ImportError().msg)
try: ImportError('m', bogus=1)
except TypeError as x: print(x)
print(StopIteration().value, StopIteration(1).value, StopIteration(1, 2).value, SystemExit().code, SystemExit(1).code, SystemExit(1, 2).code)
try: ValueError(a=1)
except TypeError as x: print(x)
try: KeyError(a=1)
except TypeError as x: print(x)
print(str(KeyError('a')), str(KeyError('a', 'b')), str(KeyError()), str(KeyError(1)))
#--- chaining
def f():
    try: raise KeyError('a')
    except KeyError:
        try: raise ValueError('b')
        except ValueError: raise TypeError('c')
try: f()
except TypeError as e: print(repr(e.__context__), repr(e.__context__.__context__))
try:
    try: 1/0
    finally: [][0]
except IndexError as e: print(repr(e.__context__))
e = ValueError('self')
try:
    try: raise e
    except ValueError: raise e
except ValueError as x: print(x.__context__)
#--- traceback objects
import sys
def a(): b()
def b():
    1/0
try: a()
except ZeroDivisionError as e: tb = e.__traceback__
l = []
t = tb
while t: l.append((t.tb_frame.f_code.co_name, t.tb_lineno, t.tb_lasti)); t = t.tb_next
print(l, type(tb).__name__, sorted(dir(tb))[-4:])
T = type(tb); n = T(None, tb.tb_frame, 0, 5); print(n.tb_lineno, n.tb_next)
for args in ((), (1, tb.tb_frame, 0, 5), (None, 1, 0, 5), (None, tb.tb_frame, 'a', 5)):
    try: T(*args)
    except TypeError as e: print(e)
tb.tb_next = None; print(tb.tb_next)
try: tb.tb_next = tb
except ValueError as e: print(e)
try: tb.tb_next = 5
except TypeError as e: print(e)
try: del tb.tb_next
except TypeError as e: print(e)
#--- excepthook's text
import sys
def show(e):
    sys.excepthook(type(e), e, e.__traceback__)
try:
    try: 1/0
    except ZeroDivisionError as z: raise ValueError('two\nlines') from z
except ValueError as e: show(e)
try:
    try: {}['k']
    except KeyError: raise TypeError()
except TypeError as e: show(e)
class E(Exception):
    def __str__(self): raise ValueError
show(E()); show(SyntaxError('m', ('f.py', 3, 2, 'a b\n'))); show(SyntaxError('m', ('f.py', 3, None, '   a b\n'))); show(KeyboardInterrupt())
class Outer:
    class Inner(Exception): pass
show(Outer.Inner('x')); show(OSError(2, 'No', 'f')); show(KeyError('k')); show(UnicodeDecodeError('u', b'\xff', 0, 1, 'r'))
try: sys.excepthook(1, 2, 3)
except BaseException as e: print(type(e), e)
try: sys.excepthook(ValueError)
except TypeError as e: print(e)
#---
def f(n):
    if n: f(n - 1)
    else: raise ValueError('deep')
import sys
try: f(12)
except ValueError as e: sys.excepthook(type(e), e, e.__traceback__)
#---
import traceback
def f(): return g()
def g(): raise KeyError('x')
try: f()
except KeyError: print(traceback.format_exc())
print(traceback.format_exception_only(ValueError, ValueError('a')), traceback.format_exception_only(SyntaxError, SyntaxError('m', ('f', 1, 2, 'abc'))))
#--- errors in odd places
class A:
    def __bool__(self): raise ValueError('bool')
for s in ('if A(): pass', 'A() and 1', 'not A()', 'while A(): pass', '[1 for x in [1] if A()]', 'assert A()', '1 if A() else 2', 'A() == 1 or 2', 'any([A()])', 'list(filter(None, [A()]))', 'sorted([A(), A()])', 'bool(A())', 'max([A()], key=lambda a: a)'):
    try: exec(s); print(s, 'ok')
    except Exception as e: print(s, type(e).__name__, e)
class B:
    def __repr__(self): return 5
    def __str__(self): return 6
    def __format__(self, s): return 7
    def __hash__(self): return 'h'
    def __len__(self): return -1
    def __iter__(self): return 8
    def __index__(self): return 'i'
    def __int__(self): return 1.5
    def __float__(self): return 1
    def __complex__(self): return 1
    def __bytes__(self): return 'b'
    def __dir__(self): return 5
    def __contains__(self, x): raise KeyError('c')
    def __length_hint__(self): return 'x'
b = B()
for s in ('repr(b)', 'str(b)', 'format(b)', 'hash(b)', 'len(b)', 'iter(b)', '[1][b]', 'int(b)', 'float(b)', 'complex(b)', 'bytes(b)', 'dir(b)', '1 in b', 'bool(b)', 'f"{b}"', '"%d" % b', '"%s" % b', 'range(b)', 'list(b)', 'print(b)', '"".join([b])', 'chr(b)', 'b"" + b', '{b: 1}'):
    try: print(s, eval(s))
    except Exception as e: print(s, type(e).__name__, e)
#--- warnings
import warnings
warnings.warn('plain'); warnings.warn('dep', DeprecationWarning); warnings.warn(UserWarning('inst'))
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter('always'); warnings.warn('rec', RuntimeWarning); print(len(w), w[0].message, w[0].category, w[0].lineno)
with warnings.catch_warnings():
    warnings.simplefilter('error')
    try: warnings.warn('now an error')
    except UserWarning as e: print(repr(e))
try: warnings.warn('x', int)
except TypeError as e: print(e)
try: warnings.warn('x', 5)
except TypeError as e: print(e)
#--- sys.exit and SystemExit
import sys
for a in ((), (0,), ('msg',), (None,), ((1, 2),)):
    try: sys.exit(*a)
    except SystemExit as e: print(e.code, e.args, repr(e))
try: sys.exit(1, 2)
except TypeError as e: print(e)
try: raise SystemExit
except SystemExit as e: print(e.code)
try: quit
except NameError as e: print(e)
#--- unraisable
import sys
class A:
    def __del__(self): raise ValueError('in del')
A(); print('after')
old = sys.unraisablehook
sys.unraisablehook = lambda u: print('hook', u.exc_type, u.exc_value, u.err_msg, u.object)
A()
sys.unraisablehook = old
