#--- one error each
bad = '''x = (
x = [1, 2
x = {1: 2
)
x = (]
x = 'abc
x = """abc
if x
if True:
def f(:
def f(a, a): pass
def f(a=1, b): pass
def f(*): pass
def f(*, **k): pass
def f(**k, a): pass
def f(a, *, b=1, c, **d, e): pass
def f(a, /, b, /): pass
def f(/, a): pass
def f(*a, /): pass
lambda a, a: 1
f(a=1, 2)
f(**a, *b)
f(**a, b)
f(a=1, a=2)
f(x for x in y, 1)
f(1, x for x in y)
f(a.b=1)
f(1=2)
f(True=1)
f((a)=1)
class C(x for x in y): pass
1 = x
f() = 1
a + b = 1
None = 1
True = 1
__debug__ = 1
x = __debug__ = 1
def None(): pass
def f(None): pass
def f(__debug__): pass
import a as None
from a import (b, c
from a import b,
from a import *, b
import a.b as c.d
(a, b) += 1
a, b += 1
[a, b] += 1
f() += 1
a + 1 += 1
"x" = 1
f"{x}" = 1
1 += 1
x: int: str
(a, b): int
[a]: int
a, b: int
f(): int
x.y: int = 1; z() : int
del f()
del 1
del (a + b)
del None
del a, (b, [c, 1])
for 1 in x: pass
for f() in x: pass
for x in y
for x y: pass
with a as 1: pass
with a as f(): pass
try: pass
try: pass
except: pass
except A: pass
return 1
yield 1
await x
async def f(): yield from x
async def f(): return 1; yield
[await x for x in y]
async for x in y: pass
async with x: pass
def f(): async for x in y: pass
def f(): [x async for x in y]
break
continue
def f(): break
for x in y: pass
  continue
while 1:
  def f(): continue
class C: return 1
class C: yield 1
nonlocal x
def f(): nonlocal x
def f(): global x; nonlocal x
def f(x): global x
def f(x): nonlocal x
def f(): x = 1; global x
def f(): print(x); global x
def f():  x: int; global x
class C: nonlocal x
def f(): from a import *
class C: from a import *
from __future__ import nothing
from __future__ import braces
x = 1; from __future__ import division
import a; from __future__ import division
(yield) = 1
(x for x in y) = 1
[x for x in y] = 1
{1: 2} = 3
{1} = 2
lambda: 1 = 2
x if y else z = 1
a and b = 1
not a = 1
-a = 1
a < b = 1
... = 1
(a := 1) = 2
a := 1
x = y := 1
f(a := 1, b=c := 2)
(a.b := 1)
(a[0] := 1)
((a, b) := 1)
[i := 0 for i in x]
[[(i := 0) for j in x] for i in y]
[x for x in (y := z)]
class C: [y := 1 for x in z]
*a = 1
*a
x = *a
print(*a, *)
a, *b, *c = d
[*a, *b] = c
return *a
del *a
for *a in b: pass
(*a)
{**a for a in b}
[*a for a in b]
(*a for a in b)
{*a: 1}
{1: *a}
{**a: 1}
{1:2, 3}
{1, 2:3}
a b
a b c
1 2
1a
1_
1__0
0x
0xg
0b2
0o8
012
00012
1e
1e+
1.2.3
0_7
1_a
1.5jj
"a" b"b"
b"é"
"\\x1"
"\\u123"
"\\U12345678"
"\\N{nothing}"
"\\N"
b"\\x1"
f"{"
f"}"
f"{}"
f"{ }"
f"{a b}"
f"{a!}"
f"{a!x}"
f"{a!r"
f"{a:{b}"
f"{a:{b:{c}}}"
f"{a\\n}"
f"{#}"
f"{a;b}"
f"{lambda x: 1}"
f"{(a"
f"{a)}"
f"{a]}"
f"{*a}"
f"{yield}"
f"{a = b}"
f"{a!r:}}"
f"{'a' 'b"
f"{a['x}"
f'{a["b]}'
$
?
x = $
a ? b
a!b
!
`a`
a <> b
a <> 
print 1
print "a", b
exec "a"
print a
raise A, B
except
else: pass
elif x: pass
finally: pass
    x = 1
if 1:
x = 1
if 1:
    x
  y
if 1:
	x
        y
if 1:
        x
	y
class C
class C(: pass
class 1: pass
def 1(): pass
def f() -> : pass
def f()
def f(a b): pass
@
@a
@a b
@a()()
@1
@a[0]
import
import 1
from
from a
from a import
from . import
from .a import 1
import a as
global
global 1
pass 1
pass; ; pass
;
a;;b
assert
raise from x
with
with a as: pass
while
for
for x
lambda
lambda x
lambda x:
x.
x..y
x.1
x[
x[]
x[1:2:3:4]
x[1,,2]
(,)
[,]
{,}
f(,)
f(a,,b)
a = 
a = = b
a == = b
a in
not
a not b
a is is b
or
a or
if else
x if y
x if y else
x else y
[x for]
[x for y]
[x for y in]
[for x in y]
[x if y for z in w else q]
{x: y for}
(x for x in y
\\
\\ x
a \\ b
x = 1 \\
async
await
async x
async def f(
async lambda: 1
async pass
def f(): await = 1
async = 1
def async(): pass
import async
x.async
nonlocal
del
return
def f(): return
def f(x): def g(): nonlocal x
def f():\\n
\x0c x
x = 5 é
é = 1; €
a\u00a0= 1
“a”
if x = 1: pass
while x = 1: pass
f(x = 1 for x in y)
print(a = 1, b)
x = {a = 1}
x = [a = 1]
x = (a = 1)
def f(a.b): pass
def f((a, b)): pass
lambda (a, b): 1
def f(a, (b, c)=1): pass
def f(*a, *b): pass
def f(**a, **b): pass
def f(*a=1): pass
def f(**a=1): pass
def f(a:=1): pass
def f(x, y=1, *, z, w=2, **kw,): pass; )
def f(*,): pass
def f(a, *,): pass
f(*)
f(**)
f(a for)
f(a, for)
class C(a=1, a=2): pass
class C(*a, b): pass; (
type X = 1
match x: pass
x = 1 if 2
try:
    pass
x = 1
try: pass
else: pass
try: pass
finally: pass
else: pass
with open(x) as f, : pass
with (a as b): pass
with (a, b) as (c, d): pass; -
else'''.split('\n')
for s in bad:
    for mode in ('exec', 'eval', 'single'):
        try: compile(s + ('\n' if mode != 'eval' else ''), '<s>', mode); print(mode, repr(s), 'compiles')
        except SyntaxError as e: print(mode, repr(s), type(e).__name__, e.msg, e.lineno, e.offset, repr(e.text))
        except Exception as e: print(mode, repr(s), type(e).__name__, e)
#--- several lines
bad = ['if 1:\n    x = 1\n  y = 2\n', 'def f():\n\tx\n        y\n', 'x = (1,\n     2\ny = 3\n', 'class A:\n  def f(self):\n  pass\n', 'try:\n  x\nexcept A:\n  y\nexcept:\n  z\nexcept B:\n  w\n', 'for x in y:\n', 'if x:\n  pass\nelse\n  pass\n', '"""abc\ndef\n', "x = '''\n\n", "x = 'a\nb'\n", 'x = [\n1,\n2\n}\n', 'def f():\n  return\n yield\n', '@a\nx = 1\n', 'x = 1\n    y = 2\n', '\n\n  x\n', 'f(\n  a=1,\n  b\n)\n', 'while 1:\n  pass\n else:\n  pass\n', 'async def f():\n  def g():\n    await x\n', 'def f():\n  x = 1\n  def g():\n    nonlocal y\n', '# -*- coding: bogus -*-\nx\n', 'if 1:\n# c\n\nx\n', 'x = \\\n\n', 'x = 1 + \\\n 2 3\n', 'class C:\n  x = 1\n  def f(): pass\n   y\n', 'with a:\n  b\nc d\n', '(((((\n', ')\n', 'a\n\n\n)b\n', 'x = {\n  "a": 1,\n  "b" 2\n}\n', "f'''\n{a b}\n'''\n", "f'''{\n'''\n", "x = f'{a}' f'{b c}'\n", 'a = b = 1 = c\n']
for s in bad:
    for mode in ('exec', 'single'):
        try: compile(s, '<s>', mode); print(mode, repr(s), 'compiles')
        except SyntaxError as e: print(mode, repr(s), type(e).__name__, e.msg, e.lineno, e.offset, repr(e.text))
        except Exception as e: print(mode, repr(s), type(e).__name__, e)
#--- bytes sources and encodings
for s in (b'x = "\xff"', b'# -*- coding: latin-1 -*-\nx = "\xe9"', b'\xef\xbb\xbfx = 1', b'# coding: utf-8\nx = "\xc3\xa9"', b'#!/x\n# vim: set fileencoding=latin-1 :\nx = "\xe9"', b'# coding: bogus\n', b'\xef\xbb\xbf# coding: latin-1\n', b'x\x00y', b'x = 1\r\ny = 2\r', b'"\xc3"', b'x\n\n# coding: latin-1\n"\xe9"', b'# coding=ascii\n"\xe9"'):
    ns = {}
    try: exec(s, ns); print(s, ns.get('x'))
    except Exception as e: print(s, type(e).__name__, e, getattr(e, 'lineno', ''), getattr(e, 'offset', ''))
#--- depth
for n in (20, 90, 99, 100, 101, 150, 200, 3000):
    for a, b in ('()', '[]', '{}'):
        try: compile(a * n + b * n if a != '{' else a * n + '1' + b * n, 's', 'eval'); print(n, a, 'ok')
        except Exception as e: print(n, a, type(e).__name__, e)
for n in (18, 19, 20, 21, 25):
    src = ''.join(' ' * i + 'while 1:\n' for i in range(n)) + ' ' * n + 'pass\n'
    try: compile(src, 's', 'exec'); print(n, 'ok')
    except Exception as e: print(n, type(e).__name__, e)
for n in (98, 99, 100, 101):
    src = ''.join(' ' * i + 'if 1:\n' for i in range(n)) + ' ' * n + 'pass\n'
    try: compile(src, 's', 'exec'); print(n, 'ok')
    except Exception as e: print(n, type(e).__name__, e)
for e in ('-' * 5000 + '1', '1' + '+1' * 5000, 'a' + '.b' * 5000, 'not ' * 5000 + '1', 'f' + '()' * 5000):
    try: compile(e, 's', 'eval'); print(e[:5], 'ok')
    except Exception as x: print(e[:5], type(x).__name__, x)
#--- warnings of the compiler
import warnings
warnings.simplefilter('always')
for s in ('x is 1', 'x is not "a"', '1 is 1', 'x is ()', '(1, 2)()', '[1](2)', '"a"(1)', '1(2)', 'assert (x, "m")', '[1]["a"]', '(1)[0]', '"a"["b"]', '"\\d"', 'b"\\d"', 'f"\\d{1}"', '[1, 2][3, 4]', 'lambda: 1 is 1', '1.5()', '{}[1]()', 'x[1][2] is 5', 'None is 1', '1 if x is 2 else 3', '{1}["a"]', '(x for x in y)()', '(lambda: 1)()', '0x1for x in y'):
    try: compile(s, '<s>', 'exec'); print(s)
    except SyntaxError as e: print(s, e)
#---
for s in 'def f(**k: (lambda __debug__: 0)): pass', 'def f(**k: [x for __debug__ in y]): pass', 'def f(**k: f(__debug__=1)): pass':
    try: compile(s, 'f', 'exec')
    except SyntaxError as e: print(e.msg, e.lineno, e.offset)
#---
for s in ' ', '\x0c', 'x\n ', 'if 1:\n  ':
    for mode in 'eval', 'single', 'exec':
        try: print(compile(s, 'f', mode))
        except SyntaxError as e: print(mode, e.msg, e.lineno, e.offset, repr(e.text))
#---
compile('pass', 3, 'exec')
#---
print('if 1:\nprint "x"'); compile('if 1:\nprint "x"', 'f', 'exec')
#---
compile(b'# coding: utf-16\nx', 'f', 'exec')
#---
import parser
for s in ('# -*- coding: latin-1 -*-\nx=1', '#\n# coding: foo\nx=1', '\ufeffx=1', '#coding: ascii\nx=\'\xe9\'', '\ufeff#coding: latin-1\nx=1', ''):
    try: print(parser.suite(s).tolist(1, 1), parser.suite(s).compile().co_firstlineno)
    except SyntaxError as e: print(e.args)
for s in ('01', '0b2', '"abc', "'''abc", 'a$b', 'if 1:\n  x\n y', 'if 1:\n\tx\n        y', 'a = \\ b', ')', '(]', '1_000.5_'):
    for parse in (parser.suite, parser.expr):
        try: print(parse(s).tolist(1, 1))
        except SyntaxError as e: print(type(e), e.args)
#---
import warnings
for src in (r"'\d' == '\e' == '\f\g'", r"'\d' is '\e'", r"f('\d', a='\e', *'\g')", r"{'\d':'\e'}", '(lambda a=1, b: 0) == 1 is {c: 1 for __debug__ in z}', '(lambda a=1, b: 0) + {c: 1 for __debug__ in z}'):
    with warnings.catch_warnings(record=True) as w:
        warnings.simplefilter('always')
        try: compile(src, 'f', 'exec')
        except SyntaxError as e: print(e.args)
        print(src, [str(x.message) for x in w])
