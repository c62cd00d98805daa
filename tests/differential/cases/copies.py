#--- pickle and copy of instances of built-in types; attributes of exceptions
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import pickle,copy,sys,types,itertools,collections,functools,operator,io,re,array,datetime,decimal,fractions,enum,pathlib,random,uuid,weakref,threading,contextvars,builtins,warnings,ast,time,os
import inspect, string
def show():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for e in E:
            try: o=eval(e)
            except BaseException as x: put(e,'EVAL',type(x).__name__,x); continue
            put('##',e)
            for p in range(0,6):
                try:
                    d=pickle.dumps(o,p); r=pickle.loads(d)
                    same = (r is o) or None
                    try: eq = r==o
                    except Exception: eq='?'
                    put(p,d if len(d)<400 else hash(len(d)),same,eq,type(r).__name__,str(r)[:60] if '0x' not in str(r) else '')
                except BaseException as x: put(p,type(x).__name__,x)
            for f in (copy.copy,copy.deepcopy):
                try:
                    r=f(o); put(f.__name__, r is o, type(r).__name__, (r==o) if '0x' not in str(r) else '')
                except BaseException as x: put(f.__name__,type(x).__name__,x)
            for m in ('__reduce__','__reduce_ex__','__getstate__','__getnewargs__','__sizeof__'):
                if m=='__sizeof__': continue
                try:
                    g=getattr(o,m)
                    r=g(2) if m=='__reduce_ex__' else g()
                    put(m,repr(r)[:200])
                except BaseException as x: put(m,type(x).__name__,x)
            if isinstance(o,BaseException):
                put(repr(o),str(o),o.args,o.__dict__,[ (k,getattr(o,k)) for k in dir(o) if not k.startswith('_') and not callable(getattr(o,k,None))])
E = (
    'None',
    '...',
    'NotImplemented',
    'True',
    '0',
    '10**30',
    '-5',
    '1.5',
    '1j',
    '"a"',
    '"\\ud800"',
    'b"a"',
    'bytearray(b"a")',
    '[1]',
    '(1,)',
    '{1:2}',
    '{1}',
    'frozenset([1])',
    'range(3)',
    'range(10**30)',
    'slice(1,2)',
    'iter([1,2])',
    'iter((1,2))',
    'iter("ab")',
    'iter(b"ab")',
    'iter(bytearray(b"ab"))',
    'iter({1:2})',
    'iter({1:2}.values())',
    'iter({1:2}.items())',
    'iter({1})',
)
show()
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import pickle,copy,sys,types,itertools,collections,functools,operator,io,re,array,datetime,decimal,fractions,enum,pathlib,random,uuid,weakref,threading,contextvars,builtins,warnings,ast,time,os
import inspect, string
def show():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for e in E:
            try: o=eval(e)
            except BaseException as x: put(e,'EVAL',type(x).__name__,x); continue
            put('##',e)
            for p in range(0,6):
                try:
                    d=pickle.dumps(o,p); r=pickle.loads(d)
                    same = (r is o) or None
                    try: eq = r==o
                    except Exception: eq='?'
                    put(p,d if len(d)<400 else hash(len(d)),same,eq,type(r).__name__,str(r)[:60] if '0x' not in str(r) else '')
                except BaseException as x: put(p,type(x).__name__,x)
            for f in (copy.copy,copy.deepcopy):
                try:
                    r=f(o); put(f.__name__, r is o, type(r).__name__, (r==o) if '0x' not in str(r) else '')
                except BaseException as x: put(f.__name__,type(x).__name__,x)
            for m in ('__reduce__','__reduce_ex__','__getstate__','__getnewargs__','__sizeof__'):
                if m=='__sizeof__': continue
                try:
                    g=getattr(o,m)
                    r=g(2) if m=='__reduce_ex__' else g()
                    put(m,repr(r)[:200])
                except BaseException as x: put(m,type(x).__name__,x)
            if isinstance(o,BaseException):
                put(repr(o),str(o),o.args,o.__dict__,[ (k,getattr(o,k)) for k in dir(o) if not k.startswith('_') and not callable(getattr(o,k,None))])
E = (
    'iter(range(3))',
    'iter(range(10**30))',
    'reversed([1])',
    'reversed((1,2))',
    'reversed({1:2})',
    'reversed(range(3))',
    'enumerate("ab")',
    'zip("ab","cd")',
    'map(len,["a"])',
    'filter(None,[1])',
    'iter(int,1)',
    'memoryview(b"a")',
    'len',
    '[].append',
    'str.upper',
    'int.__add__',
    '(1).__add__',
    'int.real',
    'int',
    'type',
    'object()',
    'object',
    'type(None)',
    'type(...)',
    'types.FunctionType',
    '(lambda:0)',
    '(lambda:0).__code__',
    'types.SimpleNamespace(a=1)',
    'types.MappingProxyType({})',
    'types.MethodType(len,1)',
)
show()
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import pickle,copy,sys,types,itertools,collections,functools,operator,io,re,array,datetime,decimal,fractions,enum,pathlib,random,uuid,weakref,threading,contextvars,builtins,warnings,ast,time,os
import inspect, string
def show():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for e in E:
            try: o=eval(e)
            except BaseException as x: put(e,'EVAL',type(x).__name__,x); continue
            put('##',e)
            for p in range(0,6):
                try:
                    d=pickle.dumps(o,p); r=pickle.loads(d)
                    same = (r is o) or None
                    try: eq = r==o
                    except Exception: eq='?'
                    put(p,d if len(d)<400 else hash(len(d)),same,eq,type(r).__name__,str(r)[:60] if '0x' not in str(r) else '')
                except BaseException as x: put(p,type(x).__name__,x)
            for f in (copy.copy,copy.deepcopy):
                try:
                    r=f(o); put(f.__name__, r is o, type(r).__name__, (r==o) if '0x' not in str(r) else '')
                except BaseException as x: put(f.__name__,type(x).__name__,x)
            for m in ('__reduce__','__reduce_ex__','__getstate__','__getnewargs__','__sizeof__'):
                if m=='__sizeof__': continue
                try:
                    g=getattr(o,m)
                    r=g(2) if m=='__reduce_ex__' else g()
                    put(m,repr(r)[:200])
                except BaseException as x: put(m,type(x).__name__,x)
            if isinstance(o,BaseException):
                put(repr(o),str(o),o.args,o.__dict__,[ (k,getattr(o,k)) for k in dir(o) if not k.startswith('_') and not callable(getattr(o,k,None))])
E = (
    'types.ModuleType("m")',
    'sys.flags',
    'sys.version_info',
    'sys.float_info',
    'os.stat("/")[:0]',
    'os.stat_result(range(10))',
    'time.gmtime(0)',
    'os.terminal_size((1,2))',
    'super(int,1)',
    'property()',
    'staticmethod(len)',
    'classmethod(len)',
    '(i for i in [1])',
    'itertools.count(5)',
    'itertools.count(1.5,2)',
    'itertools.cycle([1,2])',
    'itertools.repeat(1)',
    'itertools.repeat(1,3)',
    'itertools.chain([1],[2])',
    'itertools.chain.from_iterable([[1]])',
    'itertools.islice([1,2,3],1,3)',
    'itertools.accumulate([1,2])',
    'itertools.accumulate([1,2],operator.mul)',
    'itertools.accumulate([1],initial=5)',
    'itertools.product([1],[2])',
    'itertools.permutations([1,2])',
    'itertools.combinations([1,2],1)',
    'itertools.combinations_with_replacement([1,2],2)',
    'itertools.zip_longest([1],[2,3],fillvalue=0)',
    'itertools.groupby([1,1,2])',
)
show()
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import pickle,copy,sys,types,itertools,collections,functools,operator,io,re,array,datetime,decimal,fractions,enum,pathlib,random,uuid,weakref,threading,contextvars,builtins,warnings,ast,time,os
import inspect, string
def show():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for e in E:
            try: o=eval(e)
            except BaseException as x: put(e,'EVAL',type(x).__name__,x); continue
            put('##',e)
            for p in range(0,6):
                try:
                    d=pickle.dumps(o,p); r=pickle.loads(d)
                    same = (r is o) or None
                    try: eq = r==o
                    except Exception: eq='?'
                    put(p,d if len(d)<400 else hash(len(d)),same,eq,type(r).__name__,str(r)[:60] if '0x' not in str(r) else '')
                except BaseException as x: put(p,type(x).__name__,x)
            for f in (copy.copy,copy.deepcopy):
                try:
                    r=f(o); put(f.__name__, r is o, type(r).__name__, (r==o) if '0x' not in str(r) else '')
                except BaseException as x: put(f.__name__,type(x).__name__,x)
            for m in ('__reduce__','__reduce_ex__','__getstate__','__getnewargs__','__sizeof__'):
                if m=='__sizeof__': continue
                try:
                    g=getattr(o,m)
                    r=g(2) if m=='__reduce_ex__' else g()
                    put(m,repr(r)[:200])
                except BaseException as x: put(m,type(x).__name__,x)
            if isinstance(o,BaseException):
                put(repr(o),str(o),o.args,o.__dict__,[ (k,getattr(o,k)) for k in dir(o) if not k.startswith('_') and not callable(getattr(o,k,None))])
E = (
    'itertools.takewhile(len,["a"])',
    'itertools.dropwhile(len,["a"])',
    'itertools.filterfalse(None,[1])',
    'itertools.starmap(pow,[(1,2)])',
    'itertools.compress([1],[1])',
    'itertools.tee([1,2])[0]',
    'functools.partial(int,base=2)',
    'functools.partial(len)',
    'functools.cmp_to_key(len)(1)',
    'functools.lru_cache()(len)',
    'operator.itemgetter(1)',
    'operator.itemgetter(1,2)',
    'operator.attrgetter("a.b")',
    'operator.attrgetter("a","b")',
    'operator.methodcaller("a",1,b=2)',
    'collections.deque([1,2],5)',
    'iter(collections.deque([1]))',
    'collections.OrderedDict(a=1)',
    'iter(collections.OrderedDict(a=1))',
    'collections.OrderedDict(a=1).keys()',
    'collections.defaultdict(int,{1:2})',
    'collections.Counter("aab")',
    'collections.ChainMap({})',
    'collections.namedtuple("N","a")',
    '{}.keys()',
    '{1:2}.values()',
    '{1:2}.items()',
    're.compile("a(b)")',
    're.match("a(b)","ab")',
    're.finditer("a","a")',
)
show()
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import pickle,copy,sys,types,itertools,collections,functools,operator,io,re,array,datetime,decimal,fractions,enum,pathlib,random,uuid,weakref,threading,contextvars,builtins,warnings,ast,time,os
import inspect, string
def show():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for e in E:
            try: o=eval(e)
            except BaseException as x: put(e,'EVAL',type(x).__name__,x); continue
            put('##',e)
            for p in range(0,6):
                try:
                    d=pickle.dumps(o,p); r=pickle.loads(d)
                    same = (r is o) or None
                    try: eq = r==o
                    except Exception: eq='?'
                    put(p,d if len(d)<400 else hash(len(d)),same,eq,type(r).__name__,str(r)[:60] if '0x' not in str(r) else '')
                except BaseException as x: put(p,type(x).__name__,x)
            for f in (copy.copy,copy.deepcopy):
                try:
                    r=f(o); put(f.__name__, r is o, type(r).__name__, (r==o) if '0x' not in str(r) else '')
                except BaseException as x: put(f.__name__,type(x).__name__,x)
            for m in ('__reduce__','__reduce_ex__','__getstate__','__getnewargs__','__sizeof__'):
                if m=='__sizeof__': continue
                try:
                    g=getattr(o,m)
                    r=g(2) if m=='__reduce_ex__' else g()
                    put(m,repr(r)[:200])
                except BaseException as x: put(m,type(x).__name__,x)
            if isinstance(o,BaseException):
                put(repr(o),str(o),o.args,o.__dict__,[ (k,getattr(o,k)) for k in dir(o) if not k.startswith('_') and not callable(getattr(o,k,None))])
E = (
    'io.StringIO("ab")',
    'io.BytesIO(b"ab")',
    'io.TextIOWrapper(io.BytesIO())',
    'io.BufferedReader(io.BytesIO())',
    'open("/dev/null")',
    'array.array("i",[1])',
    'datetime.date(2020,1,1)',
    'decimal.Decimal("1.5")',
    'fractions.Fraction(1,2)',
    'weakref.ref(int)',
    'threading.Lock()',
    'threading.RLock()',
    'contextvars.ContextVar("x")',
    'contextvars.Context()',
    'ast.parse("a+1")',
    'types.CellType(1)',
    'Exception',
    'Exception(1)',
    'Exception(1,2)',
    'ValueError()',
    'KeyError("a")',
    'OSError(2,"x","f")',
    'OSError(2,"x","f",None,"g")',
    'OSError()',
    'OSError(1)',
    'FileNotFoundError(2,"x")',
    'BlockingIOError(11,"x",3)',
    'SyntaxError("m",("f",1,2,"t"))',
    'SyntaxError()',
    'UnicodeDecodeError("a",b"b",0,1,"c")',
)
show()
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import pickle,copy,sys,types,itertools,collections,functools,operator,io,re,array,datetime,decimal,fractions,enum,pathlib,random,uuid,weakref,threading,contextvars,builtins,warnings,ast,time,os
import inspect, string
def show():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for e in E:
            try: o=eval(e)
            except BaseException as x: put(e,'EVAL',type(x).__name__,x); continue
            put('##',e)
            for p in range(0,6):
                try:
                    d=pickle.dumps(o,p); r=pickle.loads(d)
                    same = (r is o) or None
                    try: eq = r==o
                    except Exception: eq='?'
                    put(p,d if len(d)<400 else hash(len(d)),same,eq,type(r).__name__,str(r)[:60] if '0x' not in str(r) else '')
                except BaseException as x: put(p,type(x).__name__,x)
            for f in (copy.copy,copy.deepcopy):
                try:
                    r=f(o); put(f.__name__, r is o, type(r).__name__, (r==o) if '0x' not in str(r) else '')
                except BaseException as x: put(f.__name__,type(x).__name__,x)
            for m in ('__reduce__','__reduce_ex__','__getstate__','__getnewargs__','__sizeof__'):
                if m=='__sizeof__': continue
                try:
                    g=getattr(o,m)
                    r=g(2) if m=='__reduce_ex__' else g()
                    put(m,repr(r)[:200])
                except BaseException as x: put(m,type(x).__name__,x)
            if isinstance(o,BaseException):
                put(repr(o),str(o),o.args,o.__dict__,[ (k,getattr(o,k)) for k in dir(o) if not k.startswith('_') and not callable(getattr(o,k,None))])
E = (
    'UnicodeEncodeError("a","b",0,1,"c")',
    'UnicodeTranslateError("b",0,1,"c")',
    'ImportError("m",name="n",path="p")',
    'ModuleNotFoundError("m",name="n")',
    'StopIteration(5)',
    'SystemExit(3)',
    'StopAsyncIteration(1)',
    'KeyboardInterrupt()',
    'GeneratorExit()',
    'ExceptionGroup',
    'BaseException(1)',
    'IndentationError("m",("f",1,2,"t"))',
    'AttributeError("x")',
    'NameError("x")',
    'UnboundLocalError("x")',
    'RecursionError("x")',
    'Warning("x")',
    'random.Random(5).random()',
    'uuid.UUID(int=5)',
    'pathlib.PurePath("a/b")',
    'enum.Enum("A","x y")',
    'inspect.signature(len)',
    'string.Template("a")',
    '"ab".join',
    '"ab".__iter__()',
    '(1).__class__',
    'type("X",(),{})',
    '[1].__iter__',
    'dict.fromkeys',
    'dict().fromkeys',
)
show()
#---
import re
def put(*a): print(re.sub('0x[0-9a-f]{6,}', '0xX', ' '.join(map(str, a))))
import pickle,copy,sys,types,itertools,collections,functools,operator,io,re,array,datetime,decimal,fractions,enum,pathlib,random,uuid,weakref,threading,contextvars,builtins,warnings,ast,time,os
import inspect, string
def show():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for e in E:
            try: o=eval(e)
            except BaseException as x: put(e,'EVAL',type(x).__name__,x); continue
            put('##',e)
            for p in range(0,6):
                try:
                    d=pickle.dumps(o,p); r=pickle.loads(d)
                    same = (r is o) or None
                    try: eq = r==o
                    except Exception: eq='?'
                    put(p,d if len(d)<400 else hash(len(d)),same,eq,type(r).__name__,str(r)[:60] if '0x' not in str(r) else '')
                except BaseException as x: put(p,type(x).__name__,x)
            for f in (copy.copy,copy.deepcopy):
                try:
                    r=f(o); put(f.__name__, r is o, type(r).__name__, (r==o) if '0x' not in str(r) else '')
                except BaseException as x: put(f.__name__,type(x).__name__,x)
            for m in ('__reduce__','__reduce_ex__','__getstate__','__getnewargs__','__sizeof__'):
                if m=='__sizeof__': continue
                try:
                    g=getattr(o,m)
                    r=g(2) if m=='__reduce_ex__' else g()
                    put(m,repr(r)[:200])
                except BaseException as x: put(m,type(x).__name__,x)
            if isinstance(o,BaseException):
                put(repr(o),str(o),o.args,o.__dict__,[ (k,getattr(o,k)) for k in dir(o) if not k.startswith('_') and not callable(getattr(o,k,None))])
E = (
    'int.from_bytes',
    'object.__reduce_ex__',
    'type.mro',
    'str.maketrans',
    'warnings.WarningMessage("a",UserWarning,"f",1)',
    'types.GenericAlias',
    'types.TracebackType',
    'bytes.fromhex',
    'frozenset().union',
    'memoryview',
    'Ellipsis.__class__',
    'NotImplemented.__class__',
)
show()
