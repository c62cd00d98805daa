#--- arguments of built-in types and functions, 1
for call in (
    '[].index()',
    '[].index(1,2,3,4)',
    '[].append()',
    '[].append(1,2)',
    '[].append(x=1)',
    '[].clear(1)',
    '[].clear(x=1)',
    '[].sort(1)',
    '[].sort(foo=1)',
    "[].sort(key=1,reverse='a')",
    "[].index(1,'a')",
    '[].index(x=1)',
    "[].pop('a')",
    '[].pop(1.0)',
    '[].pop(1<<100)',
    "[].insert('a',1)",
    '[].insert(1)',
    'list(1,2,3)',
    'list(x=1)',
    'list(1,x=1)',
    'tuple(1,2)',
    'tuple(x=1)',
    "'a'.replace(1,2)",
    "'a'.replace('a',2)",
    "'a'.replace('a','b','c')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of built-in types and functions, 2
for call in (
    "'a'.replace('a','b',1.0)",
    "'a'.split(1,2)",
    "'a'.split(x=1)",
    "'a'.split(None,1,2)",
    "'a'.split(None,1,maxsplit=3)",
    "'a'.encode(1)",
    "'a'.encode('a\\0b')",
    "'a'.encode('utf8','a\\0')",
    "'a'.encode(1,2,3)",
    "'a'.expandtabs('a')",
    "'a'.expandtabs(1<<40)",
    "'a'.expandtabs(1,2)",
    "'a'.center('a')",
    "'a'.center(4,5)",
    "'a'.center(4,'ab')",
    "'a'.zfill('a')",
    "'a'.find()",
    "'a'.find(1)",
    "'a'.find('a',1,2,3)",
    "'a'.startswith()",
    "'a'.splitlines('a')",
    "'a'.splitlines(x=1)",
    "'a'.splitlines(1,2)",
    "b'a'.join(1)",
    "b'a'.find(1.0)",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of built-in types and functions, 3
for call in (
    "b'a'.replace(1,2)",
    "b'a'.replace('a',b'')",
    "b'a'.split('a')",
    "b'a'.hex('ab')",
    "b'a'.decode(1)",
    "b'a'.decode('a',1)",
    "b'a'.decode('a','b',1)",
    "b'a'.translate()",
    "b'a'.translate(1,2,3)",
    "b'a'.strip(1)",
    'bytes.fromhex(1)',
    'bytearray.fromhex(1)',
    'bytes.maketrans(1)',
    'bytes.maketrans(1,2)',
    "bytearray().append('a')",
    'bytearray().append(300)',
    'bytearray().extend(1)',
    "int('1',2,3)",
    "int('1',bas=2)",
    'int(x=1)',
    "int('1','a')",
    'int(base=2)',
    '(1).to_bytes()',
    '(1).to_bytes(1)',
    "(1).to_bytes('a','big')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of built-in types and functions, 4
for call in (
    '(1).to_bytes(1,1)',
    "(1).to_bytes(1,'foo')",
    "(1).to_bytes(1,'big',signed=2,x=1)",
    "(1).to_bytes(1,'big',2)",
    '(1).to_bytes(1,length=2)',
    "int.from_bytes(1,'big')",
    'int.from_bytes()',
    'float(1,2)',
    'float(x=1)',
    'float.fromhex(1)',
    'complex(1,2,3)',
    'complex(x=1)',
    'str(1,2,3)',
    'str(x=1)',
    "str(b'a',1)",
    "str(b'a','a',1)",
    'bytes(1,2,3,4)',
    "bytes('a',1)",
    'bytes(x=1)',
    'bytearray(x=1)',
    'bytearray(1,2,3,4)',
    'dict(1,2)',
    'dict().get()',
    'dict().get(1,2,3)',
    'dict().pop()',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of built-in types and functions, 5
for call in (
    'dict().pop(1,2,3)',
    'dict().setdefault()',
    'dict().update(1,2)',
    'dict.fromkeys()',
    'set(1,2)',
    'set(x=1)',
    'frozenset(x=1)',
    'frozenset(1,2)',
    'range()',
    'range(1,2,3,4)',
    'range(x=1)',
    'range(1.0)',
    'slice()',
    'slice(1,2,3,4)',
    'slice(x=1)',
    'enumerate()',
    'enumerate(1,2,3)',
    'enumerate(x=1)',
    "enumerate([],start='a')",
    'reversed()',
    'reversed([],1)',
    'reversed(x=1)',
    'zip(x=1)',
    'map()',
    'map(1)',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of built-in types and functions, 6
for call in (
    'map(x=1)',
    'filter(1)',
    'filter(1,2,3)',
    'filter(x=1)',
    'super(1,2,3)',
    'super(x=1)',
    'property(1,2,3,4,5)',
    'property(x=1)',
    'staticmethod()',
    'staticmethod(x=1)',
    'classmethod(1,2)',
    'memoryview()',
    'memoryview(x=1)',
    'memoryview(1)',
    'object(1)',
    'object(x=1)',
    'type()',
    'type(1,2)',
    'type(1,2,3)',
    "type('a',2,3)",
    'bool(1,2)',
    'bool(x=1)',
    'isinstance(1)',
    'isinstance(1,2,3)',
    'len()',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of built-in types and functions, 7
for call in (
    'len(1,2)',
    'len(x=1)',
    'sorted()',
    'sorted([],1)',
    'sorted([],x=1)',
    'sum()',
    'sum([],1,2)',
    'sum(x=1)',
    'print(x=1)',
    'print(sep=1)',
    'pow(1)',
    'pow()',
    'pow(1,2,3,4)',
    'pow(x=1)',
    'round()',
    'round(1,2,3)',
    'round(x=1)',
    'open()',
    "open('a',1)",
    "open('a',x=1)",
    "open('a','r','b')",
    "chr('a')",
    'chr(1.0)',
    'chr(1<<40)',
    'ord(1)',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of built-in types and functions, 8
for call in (
    'compile()',
    'compile(1,2)',
    'compile(1,2,3,4,5,6,7)',
    "compile('1','a',1)",
    "compile('1','a','eval',1.0)",
    "compile('1','a','eval','a')",
    'eval()',
    'eval(1,2,3,4)',
    'exec(x=1)',
    'getattr()',
    'getattr(1)',
    'getattr(1,2,3,4)',
    'getattr(1,2)',
    'iter()',
    'iter(1,2,3)',
    'next()',
    'next(1,2,3)',
    'max()',
    'max(x=1)',
    'min(1,key=1,x=2)',
    'divmod(1)',
    'format(1,2)',
    'format(1,2,3)',
    'hash()',
    'vars(1,2)',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of built-in types and functions, 9
for call in (
    'dir(1,2)',
    '__import__()',
    '__import__(1)',
    "__import__('a',x=1)",
    "__import__('a',level='x')",
    'BaseException(x=1)',
    'StopIteration(x=1)',
    'ImportError(x=1)',
    'ImportError(name=1,path=2,foo=1)',
    'OSError(x=1)',
    'SyntaxError(x=1)',
    'UnicodeDecodeError()',
    'UnicodeDecodeError(1,2,3,4,5)',
    "UnicodeDecodeError('a','b',3,4,5)",
    "UnicodeDecodeError(1,b'b',3,4,'a')",
    "UnicodeEncodeError('a',b'b',3,4,'a')",
    "UnicodeEncodeError('a','b','c',4,'a')",
    "UnicodeEncodeError('a','b',1.0,4,'a')",
    "UnicodeTranslateError('a',1,2,3)",
    "UnicodeTranslateError('a',1,2,'a')",
    'int.__add__()',
    'int.__add__(1)',
    'int.__add__(1,2,3)',
    'int.__add__(1,x=1)',
    "int.__add__('a',1)",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of built-in types and functions, 10
for call in (
    '(1).__add__()',
    '(1).__add__(1,2)',
    '(1).__add__(x=2)',
    '[].__setitem__(1)',
    '[].__delitem__()',
    '[].__getitem__()',
    '[].__getitem__(1,2)',
    '[].__len__(1)',
    '[].__len__(x=1)',
    'int.__new__()',
    'int.__new__(1)',
    'int.__new__(str)',
    '(1).__pow__()',
    '(1).__pow__(1,2,3)',
    'int.__get__(1)',
    'list.append()',
    'list.append(1)',
    'list.append(1,2)',
    'dict.fromkeys()',
    'str.maketrans()',
    'str.maketrans(1,2,3,4)',
    "'a'.__getattribute__()",
    "'a'.__getattribute__(1)",
    "'a'.__eq__()",
    'object().__reduce_ex__()',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of built-in types and functions, 11
for call in (
    "object().__reduce_ex__('a')",
    'object().__reduce_ex__(1.0)',
    'object().__format__(1)',
    'object().__init_subclass__(1)',
    'object().__dir__(1)',
    'type.mro()',
    'type.__subclasses__()',
    'type.__prepare__(1)',
    'BaseException.with_traceback(1)',
    'BaseException().with_traceback(1)',
    'BaseException().__setstate__(1)',
    'hash([])',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of sys
import sys
for call in (
    "sys.setrecursionlimit('a')",
    'sys.setrecursionlimit(1.0)',
    'sys.setrecursionlimit(1<<40)',
    'sys.intern(1)',
    'sys.exit(1,2)',
    'sys.getsizeof()',
    'sys.getsizeof(1,2,3)',
    'sys.getsizeof(x=1)',
    "sys._getframe('a')",
    'sys._getframe(1.0)',
    'sys._getframe(1,2)',
    'sys.getrefcount()',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of itertools
import itertools
for call in (
    'itertools.tee()',
    "itertools.tee([],'a')",
    'itertools.tee([],1,2)',
    "itertools.count('a')",
    'itertools.count(1,2,3)',
    'itertools.count(x=1)',
    'itertools.repeat()',
    "itertools.repeat(1,'a')",
    'itertools.repeat(1,2,3)',
    'itertools.repeat(x=1)',
    'itertools.islice()',
    'itertools.chain(x=1)',
    'itertools.cycle(x=1)',
    'itertools.cycle()',
    'itertools.accumulate(x=1)',
    'itertools.accumulate()',
    'itertools.combinations()',
    "itertools.combinations([],'a')",
    'itertools.combinations([],1.0)',
    'itertools.product(x=1)',
    'itertools.groupby()',
    'itertools.starmap(1)',
    'itertools.zip_longest(x=1)',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of time
import time
for call in (
    'time.sleep()',
    "time.sleep('a')",
    "time.gmtime('a')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of math
import math
for call in (
    "math.sqrt('a')",
    'math.sqrt()',
    'math.ldexp(1.0)',
    "math.ldexp(1.0,'a')",
    'math.log()',
    'math.log(1,2,3)',
    'math.gcd(1)',
    'math.isclose(1)',
    'math.isclose(1,2,3)',
    "math.isclose(1,2,abs_tol='a')",
    'math.fsum()',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of os
import os
for call in (
    "os.open('a')",
    "os.open('a','b')",
    'os.open(1,2)',
    "os.open('a\\0',0)",
    'os.read(0)',
    "os.read('a',1)",
    'os.read(1<<40,1)',
    'os.stat()',
    'os.stat([])',
    'os.stat(1.0)',
    "os.stat('a',x=1)",
    "os.stat('a',dir_fd='a')",
    'os.fork(1)',
    "os.kill('a',1)",
    "os.putenv('a')",
    "os.mkdir('a','b')",
    "os.mkdir('a',1,2)",
    "os.close('a')",
    'os.close(1.0)',
    'os.close(fd=1,x=2)',
    "os.urandom('a')",
    'os.urandom(-1)',
    'os.urandom(1.0)',
    "os.write(1,'a')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of functools
import functools
for call in (
    'functools.reduce()',
    'functools.reduce(1)',
    'functools.reduce(1,2,3,4)',
    'functools.partial()',
    'functools.partial(1)',
    'functools.cmp_to_key()',
    'functools.cmp_to_key(1,2)',
    'functools.cmp_to_key(x=1)',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of collections
import collections
for call in (
    'collections.deque(1,2,3)',
    'collections.deque(x=1)',
    "collections.deque(maxlen='a')",
    "collections.deque().rotate('a')",
    'collections.deque().rotate(1,2)',
    'collections.deque().insert(1)',
    'collections.deque().index()',
    'collections.defaultdict(1)',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of weakref
import weakref
for call in (
    'weakref.ref()',
    'weakref.ref(1)',
    'weakref.ref(x=1)',
    'weakref.ref(set,1,2)',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of io
import io
for call in (
    'io.StringIO(1)',
    'io.StringIO(1,2,3)',
    'io.StringIO(x=1)',
    "io.StringIO().read('a')",
    'io.StringIO().read(1.0)',
    'io.StringIO().read(1,2)',
    'io.StringIO().write(1)',
    "io.StringIO().seek('a')",
    'io.StringIO().seek()',
    "io.StringIO().truncate('a')",
    'io.BytesIO(1)',
    'io.BytesIO(x=1)',
    "io.BytesIO().write('a')",
    "io.BytesIO().read('a')",
    "io.BytesIO().seek('a')",
    "io.BytesIO().readinto(b'a')",
    "io.BytesIO().readinto('a')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of re
import re
for call in (
    "re.compile('a').match()",
    "re.compile('a').match(x=1)",
    "re.compile('a').match('a','b')",
    "re.compile('a').match('a',1,2,3)",
    "re.compile('a').sub(1)",
    "re.compile('a').sub('a',1)",
    "re.compile('a').sub('a','b','c')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of struct
import struct
for call in (
    'struct.pack()',
    'struct.unpack()',
    'struct.unpack(1,2)',
    'struct.calcsize()',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of operator
import operator
for call in (
    'operator.add(1)',
    'operator.add(1,2,3)',
    'operator.add(x=1)',
    'operator.neg()',
    'operator.itemgetter()',
    'operator.itemgetter(x=1)',
    'operator.length_hint()',
    "operator.length_hint([],'a')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of binascii
import binascii
for call in (
    "binascii.hexlify('a')",
    'binascii.hexlify()',
    "binascii.crc32('a')",
    "binascii.crc32(b'a','b')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of zlib
import zlib
for call in (
    "zlib.compress('a')",
    "zlib.adler32(b'a',1.0)",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of codecs
import codecs
for call in (
    'codecs.lookup(1)',
    'codecs.encode()',
    "codecs.encode('a',1)",
    'codecs.utf_8_decode()',
    "codecs.utf_8_decode('a')",
    "codecs.utf_8_decode(b'a',1)",
    "codecs.utf_8_decode(b'a','a',1.0)",
    "codecs.utf_8_encode(b'a')",
    'codecs.register_error(1)',
    'codecs.register_error(1,2)',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of gc
import gc
for call in (
    "gc.collect('a')",
    'gc.collect(x=1)',
    "gc.set_threshold('a')",
    'gc.set_threshold()',
    "gc.get_objects('a')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of marshal
import marshal
for call in (
    'marshal.dumps()',
    "marshal.dumps(1,'a')",
    "marshal.loads('a')",
    'marshal.loads()',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of _thread
import _thread
for call in (
    '_thread.start_new_thread()',
    '_thread.start_new_thread(1,2)',
    "_thread.stack_size('a')",
    '_thread.allocate_lock(1)',
    "_thread.allocate_lock().acquire('a')",
    '_thread.allocate_lock().acquire(x=1)',
    "_thread.allocate_lock().acquire(1,'a')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of signal
import signal
for call in (
    'signal.signal()',
    "signal.signal('a',1)",
    "signal.alarm('a')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of select
import select
for call in (
    'select.select()',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of types
import types
for call in (
    'types.ModuleType()',
    'types.ModuleType(1)',
    "types.ModuleType('a',x=1)",
    'types.MethodType()',
    'types.MethodType(1,2)',
    'types.SimpleNamespace(1)',
    'types.MappingProxyType()',
    'types.MappingProxyType(1)',
    'types.FunctionType()',
    'types.FunctionType(1,2)',
    'types.CodeType()',
    'types.CodeType(*range(16))',
    'types.TracebackType()',
    'types.TracebackType(1,2,3,4)',
    'types.CellType(1,2)',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of _operator
import _operator
for call in (
    '_operator.length_hint([],1.5)',
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of datetime
import datetime
for call in (
    "datetime.date('a',1,1)",
    'datetime.date()',
    'datetime.date(1)',
    'datetime.date(1,1,1,1)',
    'datetime.date(1,1,1,x=1)',
    'datetime.date(1,1,day=1,year=2)',
    'datetime.timedelta(x=1)',
    "datetime.datetime(1,1,1,fold='a')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of array
import array
for call in (
    'array.array()',
    'array.array(1)',
    "array.array('i',1,2)",
    "array.array('i').append('a')",
    "array.array('i').append(1.0)",
    "array.array('i').append(1<<40)",
    "array.array('b').append(300)",
    "array.array('B').append(-1)",
    "array.array('I').append(-1)",
    "array.array('I').append(1<<40)",
    "array.array('Q').append(-1)",
    "array.array('Q').append(1<<70)",
    "array.array('h').append(1<<40)",
    "array.array('f').append('a')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- arguments of socket
import socket
for call in (
    'socket.socket(x=1)',
    "socket.socket('a')",
):
    try: print(call, '->', repr(eval(call))[:80])
    except BaseException as e: print(call, type(e).__name__, e)
#--- exceptions: fields, text, reduction
for text in ["print 'a'","print 'a'\n","print a,","  print a; b","print","print(a","printx","exec 'a'","exec x in y","exec","if 1: print 'a'","print >>sys.stderr, 'x'","print 'a' ; x","print   x # c","x = 1; print 'a'","for x in y: print x,","exec 'x';y","lambda: print x","print a, b;","  exec x","a\nprint b","if a:\n print b","print \t'a'","print \n"]:
    print(repr(text), repr(SyntaxError('msg', ('f', 1, 1, text)).msg))
for call in ["SyntaxError()","SyntaxError('m')","SyntaxError('m',1)","SyntaxError('m',(1,2))","SyntaxError('m',('f',1,2,'t'))","SyntaxError('m',('f',1,2,'t'),3)","str(SyntaxError('m',('a/b/f',1,2,'t')))","str(SyntaxError('m',(None,1,2,'t')))","str(SyntaxError('m',('f',None,2,'t')))","str(SyntaxError('m',('f',True,2,'t')))","str(SyntaxError())","str(SyntaxError(1))","SyntaxError('m',[1,2,3,4]).args","SyntaxError('m',('f',1,2,'t')).print_file_and_line","str(SyntaxError('m',('f',1<<80,2,'t')))","str(SyntaxError('m',(b'f',1,2,'t')))",
"OSError(1,'a',None).args","OSError(1,'a','f').args","OSError(1,'a','f',3,'g').args","str(OSError(1,'a','f',3,'g'))","str(OSError(1,'a'))","str(OSError(1))","str(OSError(None,'a'))","str(OSError(None,None,'f'))","str(OSError(1,'a',None))","type(OSError(2,'a'))","type(OSError(2))","type(OSError('2','a'))","OSError(1,2,3,4,5,6).args","BlockingIOError(1,'a',3).characters_written","BlockingIOError(1,'a',3).args","BlockingIOError(1,'a','x').filename","BlockingIOError(1,'a',1.5).filename","OSError(1,'a').characters_written","OSError(1,'a','f').__reduce__()","OSError(1,'a','f',None,'g').__reduce__()","OSError.__new__(OSError,2,'a')","OSError.__new__(OSError)","OSError(11,'a',3)","OSError(errno=1)","FileNotFoundError(1,'x')","type(OSError(True,'x'))","type(OSError(2.0,'x'))",
"str(UnicodeEncodeError('a','bcd',1,2,'r'))","str(UnicodeEncodeError('a','b\u1234d',1,2,'r'))","str(UnicodeEncodeError('a','b\U00012345d',1,2,'r'))","str(UnicodeEncodeError('a','bcd',1,3,'r'))","str(UnicodeEncodeError('a','bcd',5,6,'r'))","str(UnicodeDecodeError('a',b'bcd',1,2,'r'))","str(UnicodeDecodeError('a',bytearray(b'bcd'),1,3,'r'))","UnicodeDecodeError('a',bytearray(b'bcd'),1,3,'r').object","str(UnicodeTranslateError('b\u1234c',1,2,'r'))","str(UnicodeTranslateError('bcd',1,3,'r'))","UnicodeDecodeError('a',1,1,1,'r')","str(UnicodeEncodeError.__new__(UnicodeEncodeError))","UnicodeEncodeError('a','b',1,2,'c').args","UnicodeError('a','b').args",
"KeyError('a')","str(KeyError('a'))","str(KeyError())","str(KeyError(1,2))","StopIteration(1,2).value","SystemExit().code","SystemExit(1,2).code","ImportError('a',name='b').__reduce__()","ImportError('a').__reduce__()","ImportError('a','b').msg","ImportError(1).msg","str(ImportError(1))","ImportError(name=3).name", "BaseException(1,)", "BaseException(1,2)","BaseException()","Exception.__new__(ValueError,1,2)","BaseException.__new__(OSError,2)","BaseException().__reduce__()", "Exception(1).__setstate__({'a':1})","Exception(1).__setstate__({1:1})","ImportError.__new__(ModuleNotFoundError)", "MemoryError(1)", "type('E',(OSError,),{'__init__':lambda s,*a:None})(2,'x').args","type('E',(OSError,),{})(2,'x')","type('E',(OSError,),{'__init__':lambda s,*a:None})(2,'x').errno","type('E',(OSError,),{'__new__':lambda c,*a:OSError.__new__(c,*a)})(2,'x').errno"]:
    try: print(call, repr(eval(call)))
    except BaseException as e: print(call, type(e).__name__, e)
#---
import _thread, _operator, array, marshal, itertools, io, _codecs, collections, weakref, types, re, builtins, math
from _collections import _deque_iterator, _tuplegetter, _deque_reverse_iterator, deque
for call in (
    "_operator._compare_digest(None,b'a')",
    "_operator._compare_digest(b'a',None)",
    "_operator._compare_digest('a',b'a')",
    "_operator._compare_digest('a',None)",
    '_operator._compare_digest(None,None)',
    "__import__(b'a')",
    '__import__(None)',
    '__import__(name=1)',
    '_thread.allocate_lock().acquire(1.5)',
    '_thread.allocate_lock().acquire(None)',
    '_thread.allocate_lock().acquire(2)',
    '_thread.allocate_lock().acquire(1,None)',
    '_thread.RLock().acquire(1,None)',
    "_thread.RLock().acquire('a')",
    '_thread.allocate_lock().acquire(1,1<<90)',
    '_thread.allocate_lock().acquire(1,1<<62)',
    '_thread.allocate_lock().acquire(1,1e300)',
    "_thread.allocate_lock().acquire(1,float('nan'))",
    'types.CodeType()',
    'types.CodeType(*[1]*13)',
    'types.CodeType(*[1]*17)',
    'types.CodeType(a=1)',
    "array.array('Q',[1.5])",
    "array.array('Q',['a'])",
    "array.array('L',[-1])",
    "array.array('L',[1<<70])",
    "array.array('I',[1.5])",
    "array.array('I',[1<<70])",
    "array.array('I',[-1<<70])",
    'iter(range(3)).__setstate__(1.5)',
    'iter(range(1<<70)).__setstate__(1.5)',
    'iter([1,2]).__setstate__(1.5)',
    'iter((1,2)).__setstate__(1.5)',
    "iter(b'ab').__setstate__(1.5)",
    "iter('ab').__setstate__(1.5)",
    "iter('ab').__setstate__('a')",
    "iter('ab').__setstate__(1<<70)",
    'reversed([1,2]).__setstate__(1.5)',
    'reversed((1,2)).__setstate__(1.5)',
    "iter(bytearray(b'ab')).__setstate__(1.5)",
    "itertools.permutations('abc',2).__setstate__(())",
    "itertools.permutations('abc',2).__setstate__(1)",
    "itertools.permutations('abc',2).__setstate__((1,2))",
    "itertools.permutations('abc',2).__setstate__(((),()))",
    "itertools.permutations('abc',2).__setstate__(((1,2,3),(1,2)))",
    "itertools.permutations('abc',2).__setstate__(('a',()))",
    "itertools.permutations('abc',2).__setstate__((1,2,3))",
    "itertools.combinations('abc',2).__setstate__(())",
    "itertools.combinations('abc',2).__setstate__(1)",
    "itertools.combinations('abc',2).__setstate__((1,'a'))",
    "itertools.product('abc',[2]).__setstate__((1,'a'))",
    "itertools.product('abc',[2]).__setstate__(1)",
    'itertools.chain().__setstate__(())',
    'itertools.chain().__setstate__(1)',
    'itertools.chain().__setstate__((1,))',
    'itertools.accumulate([]).__setstate__(())',
    'itertools.cycle([1]).__setstate__(1)',
    'itertools.cycle([1]).__setstate__((1,2,3))',
    'itertools.cycle([1]).__setstate__((1,2))',
    'itertools.zip_longest([1]).__setstate__((1,2))',
    'itertools.groupby([1]).__setstate__(1)',
    'itertools.groupby([1]).__setstate__((1,2,3,4))',
    "itertools.takewhile(1,[1]).__setstate__('a')",
    'itertools.tee([1])[0].__setstate__(1)',
    'itertools.tee([1])[0].__setstate__((1,2))',
    "itertools.islice([1],1).__setstate__('a')",
    "io.BytesIO(b'ab').readlines(1<<80)",
    "io.BytesIO(b'ab').readlines(1.5)",
    "io.BytesIO(b'ab').readlines('a')",
    "io.BytesIO(b'ab').readline('a')",
    "io.BytesIO(b'ab').readline(1<<80)",
    "io.BytesIO(b'ab').read('a')",
    "io.BytesIO(b'ab').read(1<<80)",
    "io.StringIO('ab').readlines('a')",
    "io.StringIO('ab').detach(1)",
    'weakref.ref(Exception)(1)',
    'weakref.ref(Exception)(1,2)',
    'weakref.ref(Exception)(a=1)',
    "re.compile('a').groupindex",
    "re.compile('(?P<a>a)').groupindex",
    '_deque_iterator(None,None)',
    '_deque_iterator(deque(),None)',
    '_deque_iterator()',
    '_deque_iterator(1)',
    '_deque_iterator(deque(),1,2)',
    "_deque_iterator(deque(),'a')",
    "_deque_iterator(1,'a')",
    '_deque_reverse_iterator(1)',
    "_deque_reverse_iterator(deque(),'a')",
    '_tuplegetter(None,None)',
    '_tuplegetter(1.5,None)',
    '_tuplegetter(1<<70,None)',
    "_tuplegetter('a','b')",
    '_tuplegetter()',
    '_codecs.charmap_build(None)',
    "_codecs.charmap_build('')",
    "_codecs.charmap_build('a')",
    "_codecs.charmap_build('a'*256)",
    "marshal.dumps(float('inf'))",
    'marshal.dumps(-1<<70)',
    'marshal.dumps([])',
    'marshal.dumps([[]])',
    'marshal.dumps({})',
    'marshal.dumps(set())',
    'set(a=1)',
    "type('S',(set,),{})(a=1)",
    "type('S',(set,),{})([],a=1)",
    "type('S',(set,),{'__init__':lambda *a,**k:1})([],a=1)",
    "type('S',(frozenset,),{})([],a=1)",
    'frozenset(a=1)',
    "type('S',(list,),{})([],a=1)",
    "type('S',(tuple,),{})([],a=1)",
    'list(a=1)',
    'tuple(a=1)',
    'types.SimpleNamespace(a=1).__dict__',
    "setattr(types.SimpleNamespace(a=1),'__dict__',{})",
    "setattr(types.SimpleNamespace(a=1),'__dict__',1)",
    "delattr(types.SimpleNamespace(a=1),'__dict__')",
    "vars(types.SimpleNamespace)['__dict__']",
    '{1:2}.keys().__rand__(None)',
    '{1:2}.keys().__rand__([1])',
    '{1:2}.keys().__and__(None)',
    '{1:2}.items().__rand__(iter([1]))',
    '{1:2}.items() & 5',
    '5 & {1:2}.items()',
    '5 | {1:2}.items()',
    '5 - {1:2}.items()',
    '5 ^ {1:2}.items()',
    '{1:2}.keys().__ror__(None)',
    '{1:2}.keys().__rsub__(None)',
    '{1:2}.keys().__rxor__(None)',
    'builtins.open.__module__',
    'super(None)',
    'super(int,None)',
    'type(None,1,1)',
    "type('A',None,{})",
    "type('A',(),None)",
    "format(type('S',(str,),{'__str__':lambda s:'z'})('a'))",
    "format(type('S',(str,),{'__str__':lambda s:'z'})('a'),'5')",
    "format(type('S',(str,),{'__str__':lambda s:'z'})('a'),'')",
    "'{}'.format(type('S',(str,),{'__str__':lambda s:'z'})('a'))",
    'f"{type(\'S\',(str,),{\'__str__\':lambda s:\'z\'})(\'a\')}"',
    "'%s'%type('S',(str,),{'__str__':lambda s:'z'})('a')",
    "type(format(type('S',(str,),{})('')))",
    "type(format(type('S',(str,),{})('a')))",
    "format(type('S',(int,),{'__str__':lambda s:'z'})(5))",
    "format(type('S',(int,),{'__str__':lambda s:'z'})(5),'5')",
    "format(type('S',(float,),{'__str__':lambda s:'z'})(5))",
    "format(type('S',(complex,),{'__str__':lambda s:'z'})(5))",
    'max(x=1)',
    'max(key=1)',
    'max()',
    'max(1,x=1)',
    'max(1,key=1,default=2,z=1)',
    'max(1,2,default=2,z=1)',
    'max(1,2,default=2)',
    'min((),default=2)',
):
    try: print(call, '->', repr(eval(call))[:150])
    except BaseException as e: print(call, type(e).__name__, e)
