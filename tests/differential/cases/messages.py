#--- what statements say when they are misused: classes, attributes, unpacking, names, imports, calls, items, operators, formats
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        'class A(metaclass=1): pass',
        'class A(int,str): pass',
        'class A(object,int): pass',
        'class A(int,int): pass',
        'class A(bool): pass',
        'class A(type(None)): pass',
        'class A(1): pass',
        'class A(x=1): pass',
        'class A(int,x=1): pass',
        'class A(*1): pass',
        'class A(**1): pass',
        'class A(type,metaclass=type): pass',
        'class B(metaclass=A): pass',
        'class C(type): pass',
        'class D(B,metaclass=C): pass',
        'class A: __slots__=1',
        "class A: __slots__='a b'",
        "class A: __slots__=('a','a')",
        "class A: __slots__=('a',); a=1",
        "class A: __slots__=('__dict__','__dict__')",
        "class A: __slots__=('__weakref__','__weakref__')",
        "class A(int): __slots__=('a',)",
        "class A(tuple): __slots__=('a',)",
        "class A(bytes): __slots__='a'",
        'class A: __slots__=(1,)',
        "class A: __slots__=('1a',)",
        "class A: __slots__=('',)",
        "class A: __slots__=b'ab'",
        'class A: __slots__=None',
        "class A: __slots__=['__init__']",
        "class A: __slots__=('a','b')",
        "class B: __slots__=('c',)",
        'class C(A,B): pass',
        'class A:',
        ' def __init_subclass__(cls): raise ValueError(1)',
        'class B(A): pass',
        'class A:',
        ' def __init_subclass__(cls,x): print(x)',
        'class B(A,x=1): pass',
        'class C(A): pass',
        'class A:',
        ' def __init_subclass__(cls,**k): super().__init_subclass__(**k)',
        'class B(A,x=1): pass',
        'class D:',
        ' def __set_name__(self,o,n): raise ValueError(n)',
        'class B: x=D()',
        'class D:',
        ' def __set_name__(self,o): pass',
        'class B: x=D()',
        'class D: __set_name__=1',
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        'class B: x=D()',
        'class A: __classcell__=1',
        'class A:',
        ' __qualname__=1',
        'class A:',
        ' __module__=1',
        'print(A)',
        'class A:',
        ' __doc__=1',
        'print(A.__doc__)',
        'class M(type):',
        ' def __prepare__(*a): return 1',
        'class A(metaclass=M): pass',
        'class M(type):',
        ' def __prepare__(*a): raise ValueError',
        'class A(metaclass=M): pass',
        'class M(type):',
        ' __prepare__=1',
        'class A(metaclass=M): pass',
        'class M(type):',
        ' def __new__(*a): return 1',
        'class A(metaclass=M):',
        ' def f(self): __class__',
        'print(A)',
        'class M(type):',
        ' def __new__(m,n,b,d): return type.__new__(m,n,b,{})',
        'class A(metaclass=M):',
        ' def f(self): return __class__',
        'class M(type):',
        ' def mro(c): return 1',
        'class A(metaclass=M): pass',
        'class M(type):',
        ' def mro(c): return []',
        'class A(metaclass=M): pass',
        'class M(type):',
        ' def mro(c): return [1]',
        'class A(metaclass=M): pass',
        'class M(type):',
        ' def mro(c): return [c,int,object]',
        'class A(metaclass=M): pass',
        'class X: pass',
        'class Y(X): pass',
        'class A(X,Y): pass',
        'class X: pass',
        'class Y: pass',
        'class P(X,Y): pass',
        'class Q(Y,X): pass',
        'class A(P,Q): pass',
        "type('A',(),{},x=1)",
        "type('A',(int,),{'__slots__':['x']})",
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        "type('A\\0',(),{})",
        "type('\\ud800',(),{})",
        'type(1,2)',
        'type(1,2,3,4)',
        'type()',
        "type('A',[int],{})",
        "type('A',(int,),[])",
        "type.__new__(int,'A',(),{})",
        'type.__new__(1)',
        'type.__new__()',
        'type.__call__()',
        'type.__call__(int,1,2,3)',
        'object(1)',
        'object.__new__()',
        'object.__new__(1)',
        'object.__new__(int)',
        'object.__new__(object,1)',
        'object.__init__(1,2)',
        'object().__init__(1)',
        'class A: pass',
        'A(1)',
        'class A:',
        ' def __new__(c): return object.__new__(c)',
        'A(1)',
        'class A:',
        ' def __init__(s): pass',
        'A(1)',
        'class A:',
        ' def __init__(s): return 1',
        'A()',
        'class A:',
        ' def __new__(c,*a): return 1',
        'print(A(1))',
        'int.__new__(str)',
        'int.__new__(bool,1)',
        'str.__new__(int)',
        'tuple.__new__(list)',
        'dict.__new__(int)',
        'class A(int): pass',
        'bool.__new__(A)',
        'class A: pass',
        'A.__class__=int',
        'class A: pass',
        'A().__class__=int',
        'class A: pass',
        'A().__class__=1',
        'class A: pass',
        'del A().__class__',
        'class A: pass',
        'A.__bases__=()',
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        'class A: pass',
        'A.__bases__=(int,)',
        'class A: pass',
        'A.__bases__=1',
        'class A: pass',
        'A.__bases__=(1,)',
        'class A: pass',
        'A.__bases__=(A,)',
        'class A: pass',
        'del A.__bases__',
        'class A: pass',
        'A.__name__=1',
        'class A: pass',
        "A.__name__='a\\0'",
        'class A: pass',
        'del A.__name__',
        'class A: pass',
        'A.__qualname__=1',
        'class A: pass',
        'del A.__qualname__',
        'class A: pass',
        'A.__mro__=1',
        'class A: pass',
        'A.__dict__=1',
        'class A: pass',
        'A.__module__=1',
        'print(A.__module__)',
        'class A: pass',
        'del A.__module__',
        'print(A.__module__)',
        'class A: pass',
        'A.__abstractmethods__',
        'class A: pass',
        "A.__abstractmethods__=['x','y']",
        'A()',
        'class A: pass',
        'del A.__abstractmethods__',
        'class A: pass',
        'A().__dict__=1',
        'class A: pass',
        'del A().__dict__',
        'class A: pass',
        'A().x',
        'class A: pass',
        'del A().x',
        'class A: pass',
        'A.x',
        'class A: pass',
        'del A.x',
        "class A: __slots__='x'",
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        'A().x',
        "class A: __slots__='x'",
        'del A().x',
        "class A: __slots__='x'",
        'A().y=1',
        "class A: __slots__='x'",
        'A.x.__get__(1)',
        "class A: __slots__='x'",
        'A.x.__set__(1,2)',
        "class A: __slots__='x'",
        'A.x.__delete__(1)',
        'int.x',
        'int.x=1',
        'del int.x',
        'int.real=1',
        '(1).real=1',
        '(1).x=1',
        '(1).x',
        'del (1).x',
        'del (1).real',
        "'a'.upper=1",
        "del 'a'.upper",
        'None.x',
        'None.x=1',
        '().x',
        'len.x',
        'len.x=1',
        'len.__name__=1',
        '(lambda:0).x',
        'def f(): pass',
        'f.__name__=1',
        'def f(): pass',
        'f.__qualname__=1',
        'def f(): pass',
        'f.__code__=1',
        'def f(): pass',
        'def g():',
        ' x=1',
        ' return lambda:x',
        'f.__code__=g().__code__',
        'def f(): pass',
        'f.__defaults__=1',
        'def f(): pass',
        'f.__kwdefaults__=1',
        'def f(): pass',
        'f.__annotations__=1',
        'def f(): pass',
        'f.__dict__=1',
        'def f(): pass',
        'del f.__name__',
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        'def f(): pass',
        'del f.__code__',
        'def f(): pass',
        'f.__closure__=1',
        'def f(): pass',
        'f.__globals__=1',
        'def f(): pass',
        'del f.__dict__',
        'a,b=1',
        'a,b=1,',
        'a,b=1,2,3',
        'a,*b=()',
        'a,*b,c=(1,)',
        '*a,b,c,d=1,2',
        '(a,b),c=1,2',
        "a,b='x'",
        'a,b={}',
        '[a,b]=iter([1])',
        'a,b=None',
        'for a,b in [1]: pass',
        'for a in 1: pass',
        'for a,b in [(1,2,3)]: pass',
        'x',
        'del x',
        'def f():',
        ' print(x)',
        ' x=1',
        'f()',
        'def f():',
        ' del x',
        'f()',
        'def f():',
        ' x=1',
        ' del x',
        ' del x',
        'f()',
        'def f():',
        ' x=1',
        ' def g(): return x',
        ' del x',
        ' return g',
        'f()()',
        'def f():',
        ' def g(): nonlocal x; del x',
        ' x=1',
        ' g(); g()',
        'f()',
        'def f():',
        ' global zz',
        ' del zz',
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        'f()',
        'class A:',
        ' x',
        'print(1)',
        'class A:',
        ' del x',
        'import nomod',
        'import nomod.a',
        'import os.nomod',
        'import os.path.nomod',
        'from os import nomod',
        'from nomod import a',
        'from . import a',
        'from .x import a',
        'from .. import x',
        'from os.path import nomod',
        'from sys import nomod',
        "__import__('os','x')",
        "__import__('')",
        "__import__('x',level=1)",
        "__import__('x',level=-1)",
        "__import__('x',{},level=1)",
        "__import__('x',{'__package__':'p'},level=1)",
        "__import__('x',{'__package__':1},level=1)",
        "__import__('x',{'__name__':'a.b'},level=1)",
        "__import__('x',{'__package__':'sys'},level=2)",
        'raise',
        'raise 1',
        'raise int',
        'raise int()',
        'raise ValueError from 1',
        'raise ValueError from int',
        'raise ValueError from None',
        'raise ValueError(1) from KeyError(2)',
        'raise (ValueError,)',
        'raise None',
        'raise type',
        'class E(Exception):',
        ' def __new__(c): return 1',
        'raise E',
        'class E(Exception):',
        ' def __init__(s): raise KeyError(1)',
        'raise E',
        'try: 1/0',
        'except 1: pass',
        'try: 1/0',
        'except (1,2): pass',
        'try: 1/0',
        'except int: pass',
        'try: 1/0',
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        'except (ValueError,int): pass',
        'try: 1/0',
        "except 'a': pass",
        'assert 0',
        'assert 0,1',
        'assert 0,(1,2)',
        'assert []',
        'with 1: pass',
        'with open: pass',
        'class A: pass',
        'with A(): pass',
        'class A:',
        ' def __enter__(s): pass',
        'with A(): pass',
        'class A:',
        ' def __exit__(s): pass',
        'with A(): pass',
        'class A:',
        ' def __enter__(s): pass',
        ' def __exit__(s): pass',
        'with A(): pass',
        'class A:',
        ' def __enter__(s): pass',
        ' def __exit__(s,*a): return a[0]',
        'with A(): 1/0',
        'class A:',
        ' __enter__=1',
        ' __exit__=1',
        'with A(): pass',
        'f(*1)',
        'print(*1)',
        'print(**1)',
        'print(**{1:2})',
        "print(**{'a':1})",
        "print(*[1],**{'sep':1})",
        "print(1,sep=1,**{'sep':2})",
        'len(*[1,2])',
        "len(**{'a':1})",
        '(lambda:0)(1)',
        '(lambda a:0)()',
        '(lambda a,b:0)()',
        '(lambda a,b,c:0)()',
        '(lambda a,b=1:0)()',
        '(lambda a,b=1:0)(1,2,3)',
        '(lambda *,a:0)()',
        '(lambda *,a,b:0)()',
        '(lambda *,a,b,c:0)()',
        '(lambda *,a:0)(1)',
        '(lambda *,a=1:0)(1)',
        '(lambda a,*,b:0)(1,2)',
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        '(lambda a,*,b:0)(1,2,3,b=1)',
        '(lambda a,/:0)(a=1)',
        '(lambda a,b,/:0)(a=1,b=2)',
        '(lambda a,/,b:0)(1,a=2)',
        '(lambda a,/,**k:print(k))(1,a=2)',
        '(lambda a:0)(1,a=1)',
        '(lambda a:0)(b=1)',
        '(lambda a:0)(1,b=1)',
        '(lambda a:0)(**{1:1})',
        '(lambda **k:0)(**{1:1})',
        "(lambda a:0)(a=1,**{'a':2})",
        "(lambda a:0)(**{'a':2},**{'a':3})",
        '(lambda a:0)(*1)',
        '(lambda a:0)(*None)',
        '(lambda a:0)(**None)',
        '(lambda a:0)(**[])',
        '(lambda a:0)(1,*2)',
        '(lambda a:0)(*[1],*2)',
        '(lambda a:0)(x=1,**2)',
        'int(*1)',
        'int(**1)',
        "int('1',b=2)",
        'int(x=1)',
        "'a'.join(*1)",
        "'a'.join(**{'x':1})",
        '[].append(*[])',
        '[].append(x=1)',
        '1()',
        'None()',
        "''()",
        '(1)(2)',
        '[](1)',
        '1[0]',
        'None[0]',
        'int[0]',
        'len[0]',
        '1[0]=1',
        'del 1[0]',
        '(1,)[0]=1',
        'del (1,)[0]',
        "'a'[0]=1",
        "del 'a'[0]",
        "b'a'[0]=1",
        '{1}[0]',
        '{1}[0]=1',
        'del {1}[0]',
        "[1]['a']",
        "[1]['a']=1",
        "del [1]['a']",
        '[1][1.5]',
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        '[1][None]',
        "(1,)['a']",
        "'a'['a']",
        "b'a'['a']",
        "bytearray(b'a')['a']",
        "bytearray(b'a')['a']=1",
        "bytearray(b'a')[0]='a'",
        "bytearray(b'a')[0]=256",
        "bytearray(b'a')[5]=1",
        "range(3)['a']",
        'range(3)[5]',
        'range(3)[0]=1',
        '[1][5]',
        '[1][5]=1',
        'del [1][5]',
        '(1,)[5]',
        "'a'[5]",
        "b'a'[5]",
        '[1][1<<70]',
        '(1,)[1<<70]',
        "'a'[1<<70]",
        '{}[1]',
        '{}[[]]',
        '{[]:1}',
        '{{}}',
        '{1:[]}[[]]=1',
        'del {}[1]',
        'del {}[[]]',
        '[1][::0]',
        '(1,)[::0]',
        "'a'[::0]",
        "b'a'[::0]",
        'range(3)[::0]',
        "[1]['a':]",
        "[1][:'a']",
        "[1][::'a']",
        "(1,)['a':]",
        "'a'[1.5:]",
        '[1,2][::2]=[1,2]',
        '[1,2][0:1]=1',
        '[1,2][::2]=1',
        "bytearray(b'ab')[::2]=b'abc'",
        "bytearray(b'ab')[0:1]='a'",
        "memoryview(b'a')[0]=1",
        "memoryview(bytearray(b'ab'))[0:1]=b'ab'",
        "memoryview(b'ab')['a']",
        "memoryview(b'ab')[5]",
        "memoryview(b'ab')[0,0]",
        "1+'a'",
        "'a'+1",
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        "b'a'+'a'",
        "'a'+b'a'",
        '[]+()',
        '()+[]',
        '[]+1',
        '{}+{}',
        '{}|{}',
        '{1}+{1}',
        '{1}|[1]',
        '{1}-[1]',
        '{1}&1',
        "[1]*'a'",
        "'a'*'a'",
        "'a'*1.5",
        '[1]*None',
        '(1,)*[]',
        "b'a'*b'a'",
        '[1]*(1<<70)',
        "'a'*(1<<70)",
        '(1,)*(1<<62)',
        "b'a'*(1<<62)",
        '1<<-1',
        '1>>-1',
        '1<<1.5',
        '1.5<<1',
        '1<<(1<<70)',
        '0<<(1<<70)',
        '1//0',
        '1%0',
        '1.0//0',
        '1.0%0',
        '1/0',
        '1.0/0',
        '1j/0',
        '1j//1',
        '1j%1',
        'divmod(1,0)',
        'divmod(1.0,0)',
        'divmod(1j,1)',
        '0**-1',
        '0.0**-1',
        '0j**-1',
        '(-1)**0.5',
        '2**1j',
        '10.0**400',
        '(-10.0)**401',
        'pow(2,3,0)',
        'pow(2,-1,4)',
        'pow(2,-1,5)',
        'pow(2,1.5,3)',
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        'pow(2.0,1,3)',
        "pow(2,3,'a')",
        "pow('a',2)",
        'pow(1j,2,3)',
        "-'a'",
        "+'a'",
        "~'a'",
        '~1.5',
        '-None',
        'not 1',
        "abs('a')",
        "round('a')",
        "round(1.5,'a')",
        'round(1,1.5)',
        "round(float('nan'))",
        "round(float('inf'))",
        "1<'a'",
        '1<None',
        '[]<()',
        '{}<{}',
        '1j<1j',
        'None<None',
        "'a'<b'a'",
        'int<str',
        'print<print',
        'object()<object()',
        "[1]<['a']",
        '(1,)<(None,)',
        '{1}<[1]',
        '1 in 1',
        "'a' in 1",
        "1 in 'a'",
        "b'a' in 'a'",
        "'a' in b'a'",
        "1 in b'a'",
        "300 in b'a'",
        "1.5 in b'a'",
        '[] in {}',
        '[] in set()',
        '1 in None',
        '1 in len',
        'x=1',
        "x+='a'",
        'x=[]',
        'x+=1',
        'x=()',
        'x+=[]',
        'x={}',
        'x+={}',
        'x=set()',
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        'x|=[]',
        'x=set()',
        'x-=1',
        "x='a'",
        'x-=1',
        'x=None',
        'x+=1',
        'x=1',
        'x@=1',
        '1@1',
        '[1]@[1]',
        'x=1',
        "x**='a'",
        'x=1',
        "x<<='a'",
        'x=1',
        "x//='a'",
        "x='a'",
        "x*='a'",
        "x='a'",
        'x%=1',
        "'%d'%'a'",
        "'%d'%None",
        "'%x'%1.5",
        "'%x'%'a'",
        "'%c'%'ab'",
        "'%c'%-1",
        "'%c'%1.5",
        "'%c'%(1<<40)",
        "'%s'",
        "'%s'%()",
        "'%s'%(1,2)",
        "'%s %s'%1",
        "'%s %s'%(1,)",
        "'%(a)s'%1",
        "'%(a)s'%(1,)",
        "'%(a)s'%{}",
        "'%(a'%{}",
        "'%(a)'%{'a':1}",
        "'%'%()",
        "'%y'%1",
        "'%*d'%(1,)",
        "'%*d'%('a',1)",
        "'%.*d'%('a',1)",
        "'%*s'%(1<<70,1)",
        "'%99999999999999s'%1",
        "'%.99999999999999s'%1",
        "'%e'%'a'",
        "'%f'%None",
        "'%f'%[]",
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        "'%f'%(1<<2000)",
        "'%i'%float('nan')",
        "'%i'%float('inf')",
        "b'%s'%'a'",
        "b'%d'%'a'",
        "b'%c'%256",
        "b'%c'%'a'",
        "b'%b'%1",
        "b'%a'%'\\u1234'",
        "b'%x'%1.5",
        "b'%s'%()",
        "b'%s'%(1,2)",
        "b'%(a)s'%{}",
        "'{}'.format()",
        "'{0}'.format()",
        "'{a}'.format()",
        "'{a}'.format(1)",
        "'{'.format()",
        "'}'.format()",
        "'{}{0}'.format(1)",
        "'{0}{}'.format(1)",
        "'{!x}'.format(1)",
        "'{!}'.format(1)",
        "'{!s'.format(1)",
        "'{!s:'.format(1)",
        "'{0!rs}'.format(1)",
        "'{0.}'.format(1)",
        "'{0.a}'.format(1)",
        "'{0[}'.format(1)",
        "'{0[]}'.format([1])",
        "'{0[a]}'.format([1])",
        "'{0[5]}'.format([1])",
        "'{0[0]x}'.format([1])",
        "'{:{}}'.format(1)",
        "'{:{:{}}}'.format(1,2,3)",
        "'{:d}'.format('a')",
        "'{:s}'.format(1)",
        "'{:,s}'.format('a')",
        "'{:,x}'.format(1)",
        "'{:_c}'.format(1)",
        "'{:.3d}'.format(1)",
        "'{:+s}'.format('a')",
        "'{:=5}'.format('a')",
        "'{:#s}'.format('a')",
        "'{:c}'.format(-1)",
        "'{:c}'.format(1<<40)",
        "'{:+c}'.format(1)",
        "'{:5.5.5}'.format(1)",
        "'{:99999999999999999999}'.format(1)",
        "'{:.99999999999999999999f}'.format(1.0)",
    ):
        put(s)
        run(s)
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import sys, types, warnings
def run(s):
    try:
        exec(compile(s.replace('\\n', '\n').replace('\\\\', '\\'), '<t>', 'exec'), {'__name__': 'm', 'types': types, 'sys': sys})
        put('ok')
    except BaseException as e: put(type(e).__name__, ':', e, '|', repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for s in (
        "'{:,_}'.format(1)",
        "'{:_,}'.format(1)",
        "'{:,,}'.format(1)",
        "'{:x}'.format([])",
        "'{:5}'.format(None)",
        "'{:5}'.format(object)",
        "'{:q}'.format(1.5)",
        "'{:d}'.format(1.5)",
        "'{:n}'.format('a')",
        "'{:0=5}'.format(1j)",
        "'{:=5}'.format(1j)",
        "'{:%}'.format(1j)",
        "'{99999999999999999999}'.format(1)",
        "'{-1}'.format(1)",
        "'{ 0}'.format(1)",
        "f'{1:q}'",
        'f\'{"a":d}\'',
        "f'{None:5}'",
        'eval(\'f"{}"\')',
        'eval(\'f"{"\')',
        'eval(\'f"}"\')',
        'eval(\'f"{a b}"\')',
        'eval(\'f"{a!x}"\')',
        'eval(\'f"{lambda x:1}"\')',
        'eval("f\'{#}\'")',
        'eval("f\'{a\\\\n}\'")',
        'eval("f\'{yield}\'")',
        'eval("f\'{*a}\'")',
        'eval("f\'{a[}\'")',
    ):
        put(s)
        run(s)
