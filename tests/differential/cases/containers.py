#--- list: methods and slices against a model
import random
r = random.Random(3)
l = []
for step in range(400):
    n = r.randrange(12); i, j, k = r.randrange(-8, 9), r.randrange(-8, 9), r.choice([1, 2, -1, -2, 3])
    try:
        if n == 0: l.append(step)
        elif n == 1: l.insert(i, step)
        elif n == 2: l.pop(i)
        elif n == 3: l[i:j] = range(r.randrange(4))
        elif n == 4: del l[i:j:k]
        elif n == 5: l.extend([step] * r.randrange(3))
        elif n == 6: l[i:j:k] = range(len(l[i:j:k]))
        elif n == 7: l.reverse()
        elif n == 8: l = l[i::k] + l[:j]
        elif n == 9: l *= r.choice([0, 1, 1, 1, 2]); l = l[:20]
        elif n == 10: l.remove(r.choice(l)) if l else None
        else: l[i] = -step
    except (IndexError, ValueError) as e: print(e)
    if step % 20 == 0: print(l)
#---
l = [3, 1, 2]
for t in ('l.sort(1)', 'l.sort(key=5)', 'l.sort(bogus=1)', '[1, "a"].sort()', 'l.index(9)', 'l.index(1, 2)', 'l.index(2, -1)', 'l.remove(9)', 'l.pop(9)', '[].pop()', 'l.insert("a", 1)', 'l.insert(1)', 'l[9]', 'l["a"]', 'l[1.0]', 'l[9] = 1', 'l["a"] = 1', 'del l[9]', 'l[0:1] = 5', 'l[::2] = [1]', 'del l["a"]', 'l + (1,)', 'l * 1.5', 'l * "a"', 'l < 5', 'l.extend(5)', 'l += 5', 'list(5)', 'list(1, 2)', 'list(a=1)', 'l.count()', 'l.append()', 'hash(l)', 'l[2**70]', 'l[2**70:]', 'l * 2**62', 'l.__init__([7, 8])', 'l.copy(1)', 'l.sort(key=len)', 'l.sort(reverse="x")', 'l.__class_getitem__(int)', 'list[int]', 'l.index()', 'l[None:None:0]', 'l.__reversed__()', 'l.__sizeof__() > 0', '[1] == [1.0]', '[1, 2] < [1, 3]', '[] < [0]', '[1, "a"] < [1, "b"]', '[1] < ["a"]', '[float("nan")] == [float("nan")]'):
    try: exec('print(t, %s)' % t if ' = ' not in t and '+=' not in t and not t.startswith('del') else t)
    except Exception as e: print(t, type(e).__name__, e)
print(l)
#--- sorting
import random
r = random.Random(4)
for n in (0, 1, 2, 3, 10, 63, 64, 65, 100, 1000, 5000):
    for make in (lambda: [r.randrange(n + 1) for _ in range(n)], lambda: list(range(n)), lambda: list(range(n, 0, -1)), lambda: [i % 7 for i in range(n)], lambda: [str(r.random()) for _ in range(n)], lambda: [r.random() for _ in range(n)], lambda: [(r.randrange(5), i) for i in range(n)], lambda: [2**70 * r.randrange(3) + i % 3 for i in range(n)]):
        l = make(); s = sorted(l); assert all(not b < a for a, b in zip(s, s[1:])) and sorted(map(str, s)) == sorted(map(str, l)); assert sorted(l, reverse=True) == sorted(l[::-1])[::-1]
        k = sorted(l, key=lambda x: hash(x) % 5); assert [hash(x) % 5 for x in k] == sorted(hash(x) % 5 for x in l)
count = 0
class C:
    def __init__(self, n): self.n = n
    def __lt__(self, o):
        global count; count += 1; return self.n < o.n
for n in (2, 5, 31, 64, 100, 500):
    for shape in (lambda i: i, lambda i: -i, lambda i: i * 7919 % 101, lambda i: i % 3, lambda i: (i // 10) * (-1) ** i, lambda i: 0):
        count = 0; sorted(C(shape(i)) for i in range(n)); print(n, count)
l = [3, 1, 2]
def key(x): l.append(9); return x
try: l.sort(key=key)
except ValueError as e: print(e, l)
class Bad:
    def __lt__(self, o): raise KeyError('lt')
l = [1, Bad(), 2]
try: l.sort()
except KeyError as e: print(repr(e), len(l))
print(sorted([True, 0.5, 2, 0]), sorted('hello', key=str.upper), sorted({3, 1}), sorted([('b', 1), ('a', 2)]), sorted([[2], [1, 5]]), min([3, 1], key=lambda x: -x), max('ab', 'c'), max([1], default=5), min((), default='d'), sorted([float('nan'), 1.0, 0.5])[2:])
#--- tuple
t = (1, 'a', [3])
print(t + (4,), t * 2, t[1:], t.index('a'), t.count(1), t == (1, 'a', [3]), hash((1, 2)), hash(()), (1,), (), ((1, 2), 3), tuple('ab'), tuple([1]), (1, 2) < (1, 3), (1,) < (1, 0), 1 in t, len(t), t is tuple(t), t[:] is t, () is (), tuple(x for x in range(3)))
for e in ('t[0] = 1', 'del t[0]', 't[9]', 't["a"]', 't + [1]', 't.index(9)', 't.index(1, 1)', 'hash(t)', 't.x', 't * "a"', 'tuple(5)', 'tuple(1, 2)', 'tuple(a=1)', 't < 5', 't.__getnewargs__()', 't[::0]', 't[1, 2]'):
    try: exec('print(e, %s)' % e if ' = ' not in e and not e.startswith('del') else e)
    except Exception as x: print(e, type(x).__name__, x)
#--- dict: order and operations
d = {}
for i in range(20): d[i * 7 % 20] = i
for i in range(0, 20, 3): del d[i]
d[3] = 'again'; d.update({100: 1, 5: 2}, a=3); d.update([(7, 'seven'), ('b', 4)])
print(d, list(d), list(d.values()), list(d.items()), list(reversed(d)), list(reversed(d.items())), list(reversed(d.values())), len(d), 5 in d, d.get(5), d.get('zz', 9), d.setdefault('q', []), d.pop('q'), d.pop('zz', 1), d.popitem(), d.popitem(), d.copy() == d, dict.fromkeys('ab', 0), dict.fromkeys([1]))
k, v, it = d.keys(), d.values(), d.items()
print(k & {5, 7}, sorted(map(str, k | {9})), k - {5}, k ^ {5}, k == set(d), k.isdisjoint([9999]), (5, 2) in it, it & {(5, 2)}, len(v), k < {1}, it == set(), {5} <= k, k.__class__, v.__class__, it.__class__, k, v, it)
for e in ('d["nope"]', 'd[[]]', 'd[[]] = 1', '{}.popitem()', 'del d["nope"]', 'd.pop("nope")', 'd.update(5)', 'd.update([1])', 'd.update(["abc"])', 'd.update([(1, 2, 3)])', 'd.update(1, 2)', 'dict(5)', 'dict([1])', 'dict(["ab", "cd"])', 'dict(a=1, **{"b": 2})', 'dict({1: 2}, a=3)', 'd < {}', '{} | {}', '{1: 2} == {1: 2.0}', '{1: 2} != {1: 3}', 'hash({})', 'd.get()', 'd.fromkeys(5)', 'd.setdefault()', 'k[0]', 'v == v', 'd.keys() | 5', '{1: [], 2: {}}', '{}.__contains__([])', 'd.__class_getitem__', 'dict.__getitem__({}, 1)', 'len(dict.fromkeys(range(1000)))', '{**{1: 2}, 1: 3}', '{1: 1, True: 2, 1.0: 3}'):
    try: exec('print(e, %s)' % e if ' = ' not in e and not e.startswith('del') else e)
    except Exception as x: print(e, type(x).__name__, x)
#---
class K:
    def __init__(self, n): self.n = n
    def __hash__(self): return self.n % 4
    def __eq__(self, o): return isinstance(o, K) and self.n == o.n
    def __repr__(self): return 'K%d' % self.n
d = {K(i): i for i in range(30)}
for i in range(0, 30, 2): del d[K(i)]
print([d.get(K(i)) for i in range(30)], len(d)); d[K(0)] = 'back'; print(d)
class Evil:
    def __init__(self, d): self.d = d
    def __hash__(self): return 1
    def __eq__(self, o): self.d.clear(); return False
d = {}; d[1] = 'one'; e = Evil(d)
try: print(d.get(e), d)
except Exception as x: print(type(x).__name__, x)
class Raises:
    def __hash__(self): return 1
    def __eq__(self, o): raise ValueError('eq')
d = {Raises(): 1}
for t in ('d[1]', 'd.get(1)', '1 in d', 'd.pop(1, 2)', 'd.setdefault(1, 2)', 'd.update({1: 2})', '{**d, 1: 2}', 'd == {1: 1}'):
    try: print(t, eval(t))
    except ValueError as x: print(t, x)
d = {i: i for i in range(5)}
it = iter(d); next(it); d[9] = 1
try: next(it)
except RuntimeError as x: print(x)
d = {1: 1}; it = iter(d.items()); del d[1]; d[2] = 2
print(list(it))
print(it.__length_hint__(), iter({1: 1}).__length_hint__(), iter({}).__reduce__())
class M(dict):
    def __missing__(self, k): raise KeyError('custom ' + str(k))
try: M()[1]
except KeyError as x: print(x)
class D(dict):
    def __setitem__(self, k, v): print('set', k); super().__setitem__(k, v)
    def __getitem__(self, k): return 'got'
x = D(a=1); x.update(b=2); x['c'] = 3; print(x, x.get('a'), dict(x), {**x}, '%(a)s' % x, '{a}'.format_map(x), eval('a', {}, x))
#--- instance dictionaries
class A:
    def __init__(self): self.a = 1; self.b = 2
x, y = A(), A(); x.c = 3; del y.a; y.a = 5
print(x.__dict__, y.__dict__, vars(x) is x.__dict__); x.__dict__ = {'z': 1}; print(x.z, hasattr(x, 'a'))
for v in (5, None):
    try: x.__dict__ = v
    except TypeError as e: print(e)
x.__dict__['w'] = 2; print(x.w, sorted(vars(x))); del x.__dict__; print(x.__dict__); y.__dict__.clear(); print(vars(y)); y.__dict__[5] = 6; print(y.__dict__)
objects = [A() for _ in range(5)]
for i, o in enumerate(objects):
    for j in range(i * 10): setattr(o, 'n%d' % j, j)
print([len(o.__dict__) for o in objects], list(objects[1].__dict__))
#--- sets
a, b = {1, 2, 3, 4}, {3, 4, 5}
print(a | b, a & b, a - b, a ^ b, a < b, {3} < a, a >= {1}, a.isdisjoint({9}), a.union([7], (8,)), a.intersection(b, [3]), a.difference([1], [2]), a.symmetric_difference([1, 9]), a == {4, 3, 2, 1}, a != b, len(a), 2 in a, a.copy(), frozenset(a), hash(frozenset([1, 2])) == hash(frozenset([2, 1])), frozenset([1]) == {1}, {frozenset([1]): 'x'}[frozenset([1])], {1} in [{1}], {frozenset([1])}.__contains__({1}), type(a & frozenset(b)), type(frozenset(b) & a))
a |= {9}; a &= {1, 2, 9}; a -= {1}; a ^= {2, 7}; print(a); a.add(5); a.discard(99); a.discard(5); a.update([1], 'ab'); a.difference_update('a'); a.intersection_update({1, 'b', 7}); a.symmetric_difference_update([7, 8]); print(sorted(map(str, a)), a.remove(1), len(a)); a.clear(); print(a, set(), frozenset(), repr({1}), repr(frozenset([1])))
for e in ('a.remove(9)', 'a.pop()', 'a.add([])', 'a | [1]', 'a < [1]', '{[]}', 'set(5)', 'set(1, 2)', 'set(a=1)', 'a.union(5)', 'hash(a)', 'frozenset().add(1)', '[] in a', '{1} in {1}', 'a.remove({1})', 'a == [1]', 'a.issubset(5)', 'a |= [1]', 'a.isdisjoint(5)', 'frozenset(5)', 'set.union()', 'set().union()', 'a[0]', 'a.update(5)', 'frozenset([1]) is frozenset(frozenset([1]))', 'set("hello") == set("olleh")', 'set([1, 1.0, True])', 'sorted({5, 3, 1})'):
    try: exec('print(e, %s)' % e if '|=' not in e else e)
    except Exception as x: print(e, type(x).__name__, x)
print({i * 1000003 % 997 for i in range(100)}, set('abcdefghij'), {(i, -i) for i in range(20)}, {2**i for i in range(0, 100, 7)}, {i / 7 for i in range(20)}, {-1, -2, 0, None.__class__ and 3})
s = {1, 2, 3}
class E:
    def __hash__(self): return 2
    def __eq__(self, o): s.clear(); return True
try: print(E() in s, s)
except Exception as x: print(x)
#--- range
rs = [range(5), range(2, 10, 3), range(10, 0, -2), range(0), range(5, 5), range(2**70, 2**70 + 10, 4), range(-5, 5), range(True)]
for x in rs:
    print(x, list(x), len(x), x[1:], x[::-1], list(reversed(x)), 4 in x, 4.0 in x, 'a' in x, x.count(4), x == range(0, 5), bool(x), x.start, x.stop, x.step, x[-1] if len(x) else '', x[:-1], hash(x) == hash(eval(repr(x))), x.__reduce__())
    for e in ('x[100]', 'x["a"]', 'x.index(99)', 'x.index(4)', 'x.start = 1', 'x < x', 'x[1.5]', 'x[2**80]', 'x + x'):
        try: exec('print(e, %s)' % e if ' = ' not in e else e)
        except Exception as y: print(e, type(y).__name__, y)
print(range(0, 3, 2) == range(0, 4, 2), range(0) == range(2, 1), range(1, 2, 1) == range(1, 2, 5), len(range(0, 2**63 - 1)))
try: len(range(2**70))
except OverflowError as e: print(e)
#--- slice
s = slice(1, 10, 2)
print(s, s.start, s.stop, s.step, s.indices(5), slice(None).indices(3), slice(-1, None, -1).indices(4), slice(5) == slice(None, 5), slice(1) < slice(2), slice('a', []), slice(2**70).indices(3), slice(None, None, 2**70).indices(3))
for e in ('hash(s)', 's.start = 5', 'slice()', 'slice(1, 2, 3, 4)', 's.indices(-1)', 's.indices("a")', 'slice(1, 2, 0).indices(5)', 'slice("a").indices(5)', 's.x', 's.__reduce__()', 'slice(a=1)'):
    try: exec('print(e, %s)' % e if ' = ' not in e else e)
    except Exception as y: print(e, type(y).__name__, y)
#--- collections
from collections import deque, OrderedDict, defaultdict, Counter, namedtuple, ChainMap, UserDict
d = deque([1, 2, 3], 4); d.append(4); d.append(5); d.appendleft(0); d.rotate(1); print(d, d[0], d[-1], d.index(3), d.count(3), d.maxlen, d.pop(), d.popleft(), d.copy(), list(reversed(d)), 3 in d, d + deque([9]), d * 2, d == deque([0, 2]), d < deque([9])); d.extend('ab'); d.extendleft('cd'); d.reverse(); print(d); del d[0]; d[0] = 'z'; print(d, deque('abc'), deque(maxlen=0), deque([deque()]))
for e in ('deque().pop()', 'deque([1]).remove(2)', 'deque([1])[5]', 'deque(maxlen=-1)', 'deque(1)', 'deque([1], 1).insert(0, 2)', 'deque([1]).index(2)', 'deque(maxlen="a")', 'hash(deque())', 'deque() + [1]', 'deque([1])[0:1]', 'deque([1]).rotate("a")', 'deque().maxlen.x'):
    try: print(e, eval(e))
    except Exception as y: print(e, type(y).__name__, y)
q = deque(range(5))
try:
    for x in q: q.append(1)
except RuntimeError as e: print(e)
o = OrderedDict(a=1, b=2, c=3); o.move_to_end('a'); o.move_to_end('c', last=False); print(o, o.popitem(), o.popitem(last=False), list(reversed(o)), o == OrderedDict(b=2), OrderedDict([('x', 1), ('y', 2)]) == OrderedDict([('y', 2), ('x', 1)]), OrderedDict(x=1) == {'x': 1}, o.setdefault('z', 5), o.pop('z'), o.copy(), OrderedDict.fromkeys('ab'), o.__reduce__())
for e in ('o.move_to_end("q")', 'OrderedDict().popitem()', 'o.pop("q")', 'OrderedDict(1, 2)', 'OrderedDict([1])', 'del o["q"]', 'o["q"]'):
    try: exec(e)
    except Exception as y: print(e, type(y).__name__, y)
dd = defaultdict(list); dd['a'].append(1); print(dd, dd['b'], dd.default_factory, dd.copy(), dd.get('zz'))
try: defaultdict()['x']
except KeyError as e: print(e)
try: defaultdict(5)
except TypeError as e: print(e)
c = Counter('abracadabra'); print(c.most_common(2), c + Counter('a'), c - Counter(a=9), c & Counter(a=2), c['zz'], sorted(c.elements())[:3], c.subtract('aaa'), c)
P = namedtuple('P', 'x y', defaults=[5]); p = P(1); print(p, p.x, p._replace(y=9), p._asdict(), P._fields, P._make([3, 4]), p == (1, 5), P.__doc__, P.x.__doc__)
for e in ("P()", "P(1, 2, 3)", "namedtuple('Q', 'a a')", "namedtuple('Q', '1a')", "namedtuple('Q', 'class')", "p._replace(z=1)"):
    try: eval(e)
    except Exception as y: print(e, type(y).__name__, y)
m = ChainMap({'a': 1}, {'a': 2, 'b': 3}); print(m['a'], m['b'], dict(m), m.new_child({'c': 1}), len(m))
#---
print([1,2]+[3], []+[], [1]+[], [1,2,3][::-1], list(range(10))[8:1:-3], [][::-1], list(range(9))[::4])
l=[1,2,3,4,5]; l.reverse(); print(l); l=[1,2]; l.reverse(); print(l); l=[]; l.reverse(); print(l)
print([1,2]==[1,2],[1,2]<[1,3],[1,'a']==[1,'a'],[1,2.0]==[1,2],[1,2]!=[1,2,3],[1,2]<[1,2,3],[True]==[1],['a','b']>['a','a'],[float('nan')]==[float('nan')])
n=float('nan'); print([n]==[n])
d={}; d.update({1:2,'a':3}); d.update({1:5,'b':1}); print(d); e=dict(d); e.pop(1); e2={}; e2.update(e); print(e2)
class D(dict): pass
x=D(); x.update(d); print(x, {**d,**{'q':1}})
#---
def un(x):
    a,*b=x; *c,d=x; e,*f,g=x
    return a,b,c,d,e,f,g
print(un([1,2,3,4]),un((1,2)),un('abc'),un({1:2,3:4}))
for bad in ([],[1],(),'x'):
    try: print(un(bad))
    except ValueError as e: print(e)
#---
class E:
    def __init__(self,v): self.v=v
    def __hash__(self): return 1
    def __eq__(self,o): return isinstance(o,E) and self.v==o.v
print(len({E(1),E(2),E(1),1}), E(2) in {E(1),E(2)}, 1 in {E(1)})
l=[1,2,3]
class M:
    def __hash__(self): l.append(9) if len(l)<6 else None; return 2
    def __eq__(self,o): return False
l=[M(),M(),M()]
print(len(set(l)))
dd={E(1):1,1:2,'x':3}; print(dd.get(1),dd.get(E(1)),dd.get(1.0),dd.get(True),dd['x'],dd.get(-1))
for i in range(1000): dd[i]=i
print(dd[999],dd.get(1e3),len(dd))
#---
# sorts of many keys of one simple type, against the order that decorated tuples have
import random
random.seed(20)
def check(name, keys):
    keys = list(keys)
    for reverse in False, True:
        items = [[k, i] for i, k in enumerate(keys)]
        by_hand = sorted(keys, key=lambda k: [k], reverse=reverse)
        assert repr(sorted(keys, reverse=reverse)) == repr(by_hand), name
        assert sorted(items, key=lambda item: item[0], reverse=reverse) == sorted(items, key=lambda item: [item[0]], reverse=reverse), name
        pairs = [(k, i % 3) for i, k in enumerate(keys)]
        assert repr(sorted(pairs, reverse=reverse)) == repr(sorted(pairs, key=lambda p: [p[0], p[1]], reverse=reverse)), name
    print(name, len(keys), repr(by_hand[0])[:40], repr(by_hand[-1])[:40])
for n in 0, 1, 2, 23, 24, 25, 32, 33, 64, 1000, 3000:
    check("few values", [random.randrange(4) for _ in range(n)])
    check("small", [random.randrange(-100, 100) for _ in range(n)])
    check("digits", [random.randrange(-2 ** 30, 2 ** 30) for _ in range(n)])
    check("two digits", [random.randrange(-2 ** 60 + 1, 2 ** 60) for _ in range(n)])
    check("close and far", [2 ** 59 + random.randrange(9) for _ in range(n)] + [-2 ** 59] * 3)
    check("three digits", [random.randrange(-2 ** 70, 2 ** 70) for _ in range(n)])
    check("booleans", [random.random() < .5 for _ in range(n)])
    check("booleans and integers", [random.choice([True, False, 0, 1, 2]) for _ in range(n)])
    check("floats", [random.gauss(0, 1e9) for _ in range(n)])
    check("odd floats", [random.choice([0.0, -0.0, 5e-324, -5e-324, float("inf"), -float("inf"), 1.0, 1.0000000000000002, 1e300]) for _ in range(n)])
    check("words", ["w%d" % random.randrange(n) for _ in range(n)])
    check("paths", ["/usr/lib/python/%d/%s" % (random.randrange(9), "x" * random.randrange(20)) for _ in range(n)])
    check("zeros", ["a" + "\0" * random.randrange(12) for _ in range(n)])
    check("latin", ["".join(random.choice("aé\xff\0z") for _ in range(random.randrange(12))) for _ in range(n)])
    check("greek", ["".join(random.choice("αβγaé") for _ in range(random.randrange(8))) for _ in range(n)])
    check("all planes", ["pre" + "".join(random.choice("a\uffff\U00010000\U0010ffff\ud800") for _ in range(random.randrange(6))) for _ in range(n)])
    check("sorted", range(n))
    check("descending", range(n, 0, -1))
    check("two runs", list(range(n)) + list(range(0, n, 2)))
    check("saw", [i % 50 for i in range(n)])
#---
# not a number: the result hangs on which pairs are compared
import random
random.seed(3)
nan = float("nan")
for n in 5, 30, 100, 1000:
    l = [random.choice([nan, random.randrange(20) / 4]) for _ in range(n)]
    print(sorted(l)[:60], sorted(l, reverse=True)[:60])
    print(sorted((x, i) for i, x in enumerate(l))[:60])
    print(sorted(range(n), key=l.__getitem__)[:60])
#---
# items of tuples are asked only where the first ones are equal, in the same order; what they raise ends the sort
import random
random.seed(5)
class C:
    calls = 0
    def __init__(self, n): self.n = n
    def __eq__(self, other):
        C.calls += 1
        if C.calls == self.limit: raise KeyError(C.calls)
        return self.n == other.n
    def __lt__(self, other):
        log.append((self.n, other.n))
        return self.n < other.n
for first in (lambda: random.randrange(40)), (lambda: "k%d" % random.randrange(40)), (lambda: random.randrange(9) / 8), (lambda: random.randrange(2 ** 40) << 18 & 2 ** 59 - 1):
    for C.limit in 0, 50, 200:
        C.calls, log = 0, []
        l = [(first(), C(i)) for i in random.sample(range(200), 200)]
        try: l.sort(reverse=C.limit == 200)
        except KeyError as e: print("raised", e)
        print(C.calls, len(log), hash(tuple(log)), [(a, b.n) for a, b in l][:12], len(l))
#---
# keys that go away in the order of the sort, and a key function that fails, or changes the list
class K(int):
    def __del__(self): gone.append(int(self))
gone = []
l = [(i * 7) % 40 for i in range(40)]
l.sort(key=K); print(gone, l)
gone = []
try: sorted(range(30), key=lambda i: K(i) if i < 25 else 1 // 0)
except ZeroDivisionError as e: print(e, gone)
l = list(range(50))
def grow(x): l.append(x); return -x
try: l.sort(key=grow)
except ValueError as e: print(e, l)
def look(x): seen.append(len(l)); return -x
seen = []; l.sort(key=look); print(set(seen), l[:5])
