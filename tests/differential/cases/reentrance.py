#--- list: comparisons that change the list
class Evil:
    def __init__(self, act): self.act = act
    def __eq__(self, other):
        self.act(); return False
    __hash__ = None
for name in ('index', 'count', 'remove', '__contains__'):
    l = []
    l.extend([Evil(l.clear) for _ in range(5)] + [3])
    try: print(name, getattr(l, name)(4))
    except Exception as e: print(name, type(e).__name__, e)
    print(len(l))
for grow in (False, True):
    a, b = [], []
    act = (lambda: (a.extend([0] * 100), b.extend([0] * 50))) if grow else (lambda: (a.clear(), b.clear()))
    class E2:
        n = 0
        def __eq__(self, other):
            E2.n += 1
            if E2.n < 5: act()
            return True
    a += [E2() for _ in range(6)]; b += [E2() for _ in range(6)]
    print(a == b, len(a), len(b))
#--- list: __del__ of items that change the list
class D:
    def __init__(self, act): self.act = act
    def __del__(self): self.act()
l = []
for act in (l.clear, lambda: l.append(1), lambda: l.extend(range(50)), lambda: l.__setitem__(slice(None), [1, 2, 3]), lambda: l.sort(), lambda: l.reverse(), lambda: l.pop() if l else None):
    for change in ('l.clear()', 'del l[:]', 'del l[0]', 'del l[::2]', 'l[:] = [7, 8]', 'l[1:3] = [9] * 10', 'l[::2] = range(len(l[::2]))', 'l.pop(0); None', 'l[0] = 5', 'l *= 0', 'l.__init__([1, 2])', 'l.remove(3)'):
        l[:] = []
        l.extend([D(act), 3, D(act), 4, D(act), 5])
        try: exec(change)
        except Exception as e: print(type(e).__name__, e)
        print(len(l), end=' ')
        act = lambda: None
    print()
#--- list: sorting that is disturbed
class K:
    def __init__(self, n): self.n = n
    def __lt__(self, o):
        global l
        try: mess(l)
        except Exception as e: print(type(e).__name__, e)
        return self.n < o.n
for mess in (list.clear, lambda l: l.append(1), lambda l: l.extend([1] * 100), lambda l: l.__init__([1]), lambda l: l.pop(), lambda l: l.__setitem__(slice(0, 0), [1, 2]), lambda l: l.sort(), lambda l: None):
    l = [K(i) for i in (3, 1, 2, 5, 4)]
    try: l.sort(); print([getattr(k, 'n', k) for k in l])
    except Exception as e: print(type(e).__name__, e, len(l))
def key(x):
    try: mess(l)
    except Exception as e: print(type(e).__name__, e)
    return x
for mess in (list.clear, lambda l: l.append(1), lambda l: l.sort(key=lambda x: -x), lambda l: l.__init__([1, 2])):
    l = [3, 1, 2]
    try: l.sort(key=key); print(l)
    except Exception as e: print(type(e).__name__, e, l)
l = [3, 1, 2]
def key(x):
    if x == 2: raise KeyError(x)
    return x
try: l.sort(key=key)
except KeyError: print(l)
def key(x):
    global l2
    l2 = l[:]; del l[:]
    return D()
class D:
    def __lt__(self, o): raise ValueError('no')
l = [1, 2, 3]
try: l.sort(key=key)
except ValueError as e: print(e, l)
#--- list: iterators and sources that change what is being built
l = [1, 2, 3]
class It:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 20: raise StopIteration
        l.clear() if self.n % 3 == 0 else l.append(self.n)
        return self.n
    def __length_hint__(self):
        l.clear(); return 5
l.extend(It()); print(l)
l[1:1] = It(); print(l)
l = [1, 2]; l += It(); print(l)
l = [1, 2]; l.__init__(It()); print(l)
class I:
    def __index__(self):
        l.clear(); return 2
for t in ('l[I()]', 'l.pop(I())', 'l.insert(I(), 9)', 'l[I():] = [1]', 'l.__setitem__(I(), 9)', 'l.__delitem__(I())', 'l[I():I():I()]', 'l * I()', 'l.index(1, I())', 'l[:I():2]', 'l.__imul__(I())', 'l.__setitem__(slice(I(), I(), I()), ())'):
    l = [1, 2, 3, 4, 5]
    try: exec('print(%s)' % t if '=' not in t else t); print(l)
    except Exception as e: print(t, type(e).__name__, e, l)
l = [1, 2, 3, 4]; i = iter(l); next(i); l.clear(); print(list(i), list(i)); l.extend('abc'); print(list(i))
l = [1, 2, 3, 4]; i = reversed(l); next(i); l.clear(); print(list(i))
l = list(range(5))
for x in l:
    if len(l) < 20: l.insert(0, x)
print(l)
for x in l: l.remove(x)
print(l)
#--- list: repr and joins that change it
class R:
    def __repr__(self): l.clear(); return 'R'
l = [R(), R(), R()]; print(repr(l), l)
class R:
    def __repr__(self):
        if len(l) < 10: l.append(R())
        return 'R'
l = [R()]; print(repr(l))
t = ([R(), 1],); l = t[0]; print(repr(t))
d = {}
class R:
    def __repr__(self): d.clear(); return 'R'
d.update({i: R() for i in range(5)}); print(repr(d), d)
d.update({R(): i for i in range(5)})
try: print(repr(d), d)
except Exception as e: print(type(e).__name__, e)
s = set()
class R:
    def __repr__(self): s.clear(); return 'R'
s.update({R(), R(), R()}); print(repr(s), s)
#--- dict: keys whose comparison changes the dict
class K:
    armed = False
    def __init__(self, n): self.n = n
    def __hash__(self): return 1
    def __eq__(self, o):
        if K.armed:
            K.armed = False
            act(d)
        return isinstance(o, K) and self.n == o.n
acts = [lambda d: d.clear(), lambda d: d.update({i: i for i in range(100)}), lambda d: d.pop(next(iter(d))), lambda d: d.popitem(), lambda d: (d.clear(), d.update({K(2): 2})), lambda d: d.__init__({5: 6}), lambda d: d.setdefault(99)]
ops = ['d[K(3)]', 'd.get(K(3))', 'd.pop(K(3), None)', 'd.setdefault(K(3), 3)', 'd.__setitem__(K(3), 3)', 'd.__delitem__(K(2))', 'K(3) in d', 'd.update({K(3): 3})', 'd == {K(0): 0, K(1): 1, K(2): 2}', 'd.keys() & {K(2)}', '(2, K(2)) in d.items()', '(K(2), 2) in d.items()', 'dict(d)', 'd.copy()', 'd.fromkeys([K(1), K(2)])', 'd.items() ^ {(K(1), 2)}', 'd.keys() - [K(1)]', '{**d, K(3): 1} is None', 'd.keys() <= {K(0): 0}.keys()', 'd.items() == {K(0): 0, K(1): 1, K(2): 2}.items()']
for op in ops:
    out = []
    for act in acts:
        K.armed = False
        d = {K(0): 0, K(1): 1, K(2): 2}
        K.armed = True
        try: r = eval(op)
        except Exception as e: r = type(e).__name__
        K.armed = False
        out.append((len(r) if isinstance(r, (dict, set)) else r, len(d)))
    print(op, out)
#--- dict: values that die or compare while the dict changes
class V:
    def __init__(self, act): self.act = act
    def __del__(self): self.act()
    def __eq__(self, o): self.act(); return True
d = {}
for act in (lambda: d.clear(), lambda: d.update({i: i for i in range(50)}), lambda: d.pop(1, None), lambda: d.setdefault(77, 1)):
    for change in ('d.clear()', 'd[1] = 0', 'del d[1]', 'd.pop(1)', 'd.popitem()', 'd.update({1: 0, 2: 0, 3: 0})', 'd.__init__({1: 0})', 'd == {1: V(act), 2: 0, 3: 0}', 'd.copy() == d', 'd.setdefault(1, 5)', 'd.items() == {1: V(act), 2: 0, 3: 0}.items()', '(1, 0) in d.items()'):
        d.clear(); d.update({1: V(act), 2: V(act), 3: V(act)})
        try: exec(change)
        except Exception as e: print(change, type(e).__name__, e)
        print(len(d), end=' ')
        for v in d.values():
            if isinstance(v, V): v.act = int
        d.clear()
    print()
#--- dict: iteration and changes
def tries(make, *changes):
    for change in changes:
        d = {i: i for i in range(10)}
        it = make(d); next(it)
        change(d)
        try: print(len(list(it)), end=' ')
        except RuntimeError as e: print(e, end=' ')
        try: print(len(list(it)))
        except RuntimeError as e: print(e)
for make in (iter, lambda d: iter(d.keys()), lambda d: iter(d.values()), lambda d: iter(d.items()), reversed, lambda d: reversed(d.items()), lambda d: reversed(d.values())):
    tries(make, dict.clear, lambda d: d.update({99: 1}), lambda d: (d.pop(5), d.update({99: 1})), lambda d: (d.clear(), d.update(zip('abcdefghij', range(10)))), lambda d: d.__setitem__(3, 8))
class M:
    def __init__(self): self.d = d
    def keys(self):
        for k in 'abc': d.clear(); yield k
    def __getitem__(self, k): d[k * 2] = 1; return k
d = {1: 2}; d.update(M()); print(d)
d = {1: 2}; d.update((k, d.clear()) for k in 'xyz'); print(d)
class S:
    def __init__(self, s): self.s = s
    def __iter__(self): d.clear(); return iter(self.s)
d = {1: 2}; d.update([S('ab'), S('cd')]); print(d)
d = dict.fromkeys(range(5)); e = {}
class K:
    def __hash__(self): d.clear(); return 5
    def __eq__(self, o): return self is o
d.update({K(): 1}) ; print(len(d))
def f(**kw): return kw
class M2:
    def keys(self): return ['a', 'b']
    def __getitem__(self, k): m.__dict__.clear(); return k
m = M2(); print(f(**m))
#--- dict: instances whose attributes change under way
class A: pass
class D:
    def __del__(self): a.__dict__ = {}; a.x = 1
a = A(); a.x = D(); a.y = 2; a.x = 5; print(a.__dict__)
a = A(); a.x = D(); del a.x; print(a.__dict__)
a = A(); a.x = D(); a.__dict__ = {'z': 1}; print(a.__dict__)
class D:
    def __del__(self): a.__dict__.clear()
a = A(); a.x = D(); a.y = D(); a.__dict__.clear(); print(a.__dict__)
class P:
    @property
    def x(self): del A.prop; return 1
    prop = x
class G:
    def __getattr__(self, name):
        del G.__getattr__
        return name
print(G().foo)
class G:
    def __getattribute__(self, name):
        del G.__getattribute__
        return name
print(G().foo)
class Desc:
    def __get__(self, o, t):
        try: del t.x
        except AttributeError: pass
        return 7
    def __set__(self, o, v):
        del type(o).x
class U: x = Desc()
print(U().x, hasattr(U, 'x'))
class U: x = Desc()
U().x = 4; print(hasattr(U, 'x'))
#--- sets: members that die
class D:
    def __init__(self, act): self.act = act
    def __del__(self): self.act()
s = set()
for act in (s.clear, lambda: s.add(5), lambda: s.update(range(100)), lambda: s.pop() if s else None, lambda: s.__init__('abc')):
    for change in ('s.clear()', 's.pop()', 's.__init__()', 's &= {1}', 's -= set(s)', 's ^= set(s)', 's.intersection_update([])', 's.difference_update(set(s))'):
        s.clear(); s.update([D(act) for _ in range(6)])
        try: exec(change)
        except Exception as e: print(change, type(e).__name__, e)
        for x in list(s):
            if isinstance(x, D): x.act = int
        x = None
        s.clear()
it = None
s = set(range(10)); it = iter(s); next(it); s.clear()
for _ in range(2):
    try: print(next(it))
    except (RuntimeError, StopIteration) as e: print(type(e).__name__, e)
class H:
    def __hash__(self): s.clear(); return 1
s = {1, 2, 3}; s.add(H()); print(len(s))
s = {1, 2, 3}; s.update(H() for _ in range(3)); print(len(s))
s = {1, 2, 3}; print(s.intersection([H(), H()]), s)
#--- bytearray: exports, and joins of what changes
b = bytearray(b'abcdef')
m = memoryview(b)
for t in ('b.append(1)', 'b.extend(b"x")', 'b.clear()', 'b.pop()', 'b.insert(0, 1)', 'b.remove(97)', 'del b[0]', 'b[:] = b"x"', 'b += b"x"', 'b *= 2', 'b.__init__(b"x")', 'b[0] = 1', 'b[0:2] = b"zz"', 'b.reverse()'):
    try: exec(t); print(t, bytes(b))
    except Exception as e: print(t, type(e).__name__, e)
m.release(); b.append(1); print(b)
b = bytearray(b'abc')
print(b.join([b, b, b]), b.replace(b, b), b.split(b), b.partition(b), b.count(b), b.translate(bytearray(range(256))))
b += b; print(b); b.extend(b); print(b); b[2:4] = b; print(b); b[:] = b; print(b)
m = memoryview(b); b[0:3] = m[3:6]; print(b); m.release()
class S:
    def __init__(self): self.n = 0
    def __iter__(self): return self
    def __next__(self):
        self.n += 1
        if self.n > 5: raise StopIteration
        act(); return x()
for act in (lambda: b.clear(), lambda: b.extend(b'1' * 100)):
    for x in (lambda: b, lambda: b'zz', lambda: memoryview(b'zz')):
        b = bytearray(b'ab')
        try: print(len(b.join(S())))
        except Exception as e: print(type(e).__name__, e)
        try: print(len(b','.join(S())))
        except Exception as e: print(type(e).__name__, e)
l = [bytearray(b'a' * 10), bytearray(b'b' * 10)]
class S(bytes):
    pass
print(b''.join(l)); print(bytes(b'%s-%b' % (l[0], memoryview(l[1]))))
#--- collections: deque
from collections import deque
class E:
    def __init__(self, act): self.act = act
    def __eq__(self, o): self.act(); return False
    def __lt__(self, o): self.act(); return False
    def __del__(self): self.act()
    def __repr__(self): self.act(); return 'E'
d = deque()
for act in (d.clear, lambda: d.append(1), lambda: d.rotate(1), lambda: d.popleft() if d else None, lambda: d.extend(range(200)), lambda: d.__init__([1, 2])):
    out = []
    for op in ('d.index(5)', 'd.count(5)', 'd.remove(5)', '5 in d', 'd == deque([1] * len(d))', 'd < deque([1] * len(d))', 'repr(d)', 'd.copy()', 'd.__delitem__(0)', 'd.__setitem__(0, 1)', 'd.clear()', 'd.pop()', 'd.extendleft(x for x in d)', 'd.extend(x for x in d)', 'd.insert(1, 2)', 'd * 2', 'd.__imul__(3)', 'd.__init__(iter(d))', 'deque(d, 2)', 'd + d', 'd.__iadd__(d)', 'list(reversed(d))', 'd.reverse()'):
        d.clear(); d.extend([E(act) for _ in range(3)]); d.extend([1, 2])
        try: r = eval(op); r = len(r) if hasattr(r, '__len__') else r
        except Exception as e: r = type(e).__name__
        out.append((op, r, len(d)))
        for x in list(d):
            if isinstance(x, E): x.act = int
        x = None; d.clear()
    print(out)
d = deque(range(10), maxlen=10)
for it in (iter(d), reversed(d)):
    next(it); d.append(1)
    try: next(it)
    except RuntimeError as e: print(e)
class D:
    def __del__(self): d.append(D2())
class D2: pass
d = deque([D(), D()], 2); d.append(1); d.append(2); d.append(3); d.append(4); print(len(d))
d = deque(maxlen=3); d.append(d); print(repr(d)); d.clear()
d = deque([1, 2, 3])
class I:
    def __index__(self): d.clear(); return 1
for op in ('d[I()]', 'd.__setitem__(I(), 3)', 'd.__delitem__(I())', 'd.rotate(I())', 'd.insert(I(), 3)', 'd.index(3, I())', 'd * I()'):
    d = deque([1, 2, 3])
    try: print(op, eval(op), d)
    except Exception as e: print(op, type(e).__name__, e, d)
