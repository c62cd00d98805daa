import cffi, gc
ffi = cffi.FFI()
ffi.cdef('''typedef struct { int a; double b; char c[8]; struct { short x, y; } in; } S; typedef int (*cb)(int, void*); size_t strlen(const char*); int printf(const char*, ...); void qsort(void*, size_t, size_t, int (*)(const void*, const void*)); enum E { A, B = 5, C }; union U { int i; float f; }; double sqrt(double); typedef unsigned int uint;''')
lib = ffi.dlopen(None)
print(lib.strlen(b'hello'), ffi.sizeof('S'), ffi.offsetof('S', 'in'), ffi.alignof('S'), ffi.typeof('S').fields[1][0], lib.C)
s = ffi.new('S*', {'a': 1, 'b': 2.5, 'c': b'abc', 'in': {'x': 3, 'y': 4}}); print(s.a, s.b, ffi.string(s.c), getattr(s, 'in').y, s[0].a, ffi.buffer(s)[:4])
@ffi.callback('int(const void*, const void*)')
def compare(a, b): return ffi.cast('int*', a)[0] - ffi.cast('int*', b)[0]
arr = ffi.new('int[]', [5, 3, 9, 1]); lib.qsort(arr, 4, 4, compare); print(list(arr), len(arr), arr[1:3], ffi.unpack(arr, 4))
@ffi.callback('int(int)', error=-7, onerror=lambda *a: print('error', a[0].__name__))
def fails(x): return 10 // x
print(fails(2), fails(0))
h = ffi.new_handle({'k': 1}); print(ffi.from_handle(h))
for bad in (lambda: s.nope, lambda: ffi.new('int', 1), lambda: ffi.new('int*', 'x'), lambda: arr[9], lambda: ffi.cdef('bogus x'), lambda: lib.strlen(5), lambda: ffi.new('char*', 300)):
    try: bad()
    except Exception as e: print(type(e).__name__, str(e)[:90])
u = ffi.new('union U*'); u.f = 1.0; print(hex(u.i), ffi.cast('uint', -1), int(ffi.cast('uint', -1)), ffi.cast('enum E', 5), ffi.NULL == ffi.cast('void*', 0))
x = ffi.gc(ffi.new('int*', 3), lambda p: print('freed', p[0])); del x; gc.collect()
w = ffi.new('wchar_t[]', 'wé'); print(ffi.string(w)); print(ffi.from_buffer(bytearray(b'xyz'))[1], ffi.addressof(s, 'b')[0])
