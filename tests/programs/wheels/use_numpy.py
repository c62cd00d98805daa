import numpy as np, pickle, io, ctypes, struct
a = np.arange(12, dtype='i4').reshape(3, 4); print(a, a.T.strides, a[::-1, 1::2], a[a % 3 == 0], a.sum(0), a.mean(), (a @ a.T).trace(), np.linalg.inv(np.array([[2., 1], [1, 3]])), a.astype('f4').dtype, repr(a.view('i2')[0]))
r = np.random.RandomState(5); print(r.randn(3), r.randint(0, 100, 5), np.random.Generator(np.random.PCG64(1)).standard_normal(2), r.permutation(5), np.sort(r.rand(100))[:2])
d = np.dtype([('x', 'f8'), ('n', 'U5'), ('s', 'i2', (2,))]); s = np.zeros(2, d); s['n'] = ['é', 'long text']; s[1]['s'] = 7; print(s, d.fields['s'], d.itemsize, np.rec.array(s).n)
f = np.frompyfunc(lambda x, y: (x + y, x * y), 2, 2); print(f(np.array([1, 'a'], object), 2 * np.array([2, 'b'], object) if 0 else 3) if 0 else f(np.arange(3), 4))
class Sub(np.ndarray):
    def __array_finalize__(self, o): self.tag = getattr(o, 'tag', 'new')
    def __array_ufunc__(self, u, method, *i, **k): return (u.__name__, method)
x = a.view(Sub); print(x.tag, x + 1, np.add.reduce(x))
class Over:
    def __array_function__(self, func, types, args, kwargs): return func.__name__, len(args)
    def __array__(self, dtype=None): return np.array([1, 2])
print(np.concatenate([Over(), a]), np.vectorize(lambda v: v ** 2, otypes=['O'])(a[0]), np.fromiter((i * i for i in range(4)), 'i8'), memoryview(a).format, np.frombuffer(struct.pack('<3h', 1, 2, 3), '<i2'), np.asarray(memoryview(bytearray(b'abc'))).flags.writeable)
print(pickle.loads(pickle.dumps(a, 5)).sum(), pickle.loads(pickle.dumps(np.float32(1.5))), ctypes.cast(a.ctypes.data, ctypes.POINTER(ctypes.c_int))[5])
b = io.BytesIO(); np.savez(b, a=a, s=s); b.seek(0); z = np.load(b); print(sorted(z), z['s']['x'], np.genfromtxt(io.StringIO('1,2\n3,x'), delimiter=','), np.fft.fft([1, 2, 3]), np.polyfit([0, 1, 2], [1, 3, 5], 1).round(6), np.datetime64('2020-02-28') + np.arange(3), np.busday_count('2020-01', '2020-02'), np.char.upper(['a', 'é']), np.ma.masked_array([1, 2, 3], [0, 1, 0]).mean(), np.einsum('ij,kj->ik', a, a)[0], np.nditer(a, flags=['multi_index']).multi_index, np.lib.stride_tricks.sliding_window_view(a[0], 2), np.unique([3, 1, 3], return_counts=True))
for bad in (lambda: a + np.arange(5), lambda: a[5], lambda: a.reshape(5), lambda: np.zeros(3).astype('bogus'), lambda: np.array([1, [2]], 'i4'), lambda: np.linalg.inv(np.zeros((2, 2))), lambda: a.__setitem__((0, 9), 1), lambda: np.add('a', 1), lambda: bool(a), lambda: np.uint8(300) if 0 else np.array(300).astype('S1').astype('i4', casting='no'), lambda: np.empty(2 ** 62)):
    try: print(bad())
    except Exception as e: print(type(e).__name__, str(e)[:100])
import warnings
with warnings.catch_warnings(record=True) as w:
    warnings.simplefilter('always'); np.array([1.]) / 0; np.int8(100) + np.int8(100); print([str(x.message) for x in w])
with np.errstate(divide='call', call=lambda *e: print('call', e)): np.log(np.zeros(1))
for v in (np.float64(0.1), np.longdouble(1) / 3, np.complex64(1 + 2j), np.str_('x'), np.bytes_(b'x'), np.bool_(1), np.timedelta64(5, 'D'), np.void(b'ab')): print(repr(v), type(v).__mro__[1].__name__, format(v) if not isinstance(v, np.void) else '')
o = np.array([1, 'two', None, [3]], object); del o; print(np.array([10 ** 30, 1]).dtype, np.sum(np.array([10 ** 30, 1], object)), sorted(np.array([3, 1, 2])), int(np.int64(5)) + 1, range(10)[np.int64(3)], [0, 1][np.bool_(True).item()])
