"""Threads that change lists, dicts, sets, deques, buffers, streams, iterators, instances and classes which others look at.

    threads.py SECONDS SEED        so many seconds of processor time; the interpreter switches between threads as often as it can
"""

import array
import collections
import gc
import io
import itertools
import random
import sys
import threading
import time
import traceback
import weakref

SECONDS, SEED = float(sys.argv[1]), int(sys.argv[2])


class C:
    pass


def numerals():
    return (str(i) for i in itertools.count())


S = {
    "list": [str(i) * 3 for i in range(50)],
    "dict": {str(i): [i] for i in range(50)},
    "set": {str(i) for i in range(50)},
    "deque": collections.deque(str(i) for i in range(50)),
    "odict": collections.OrderedDict((str(i), [i]) for i in range(50)),
    "defaultdict": collections.defaultdict(list),
    "bytearray": bytearray(b"abc" * 50),
    "array": array.array("i", range(50)),
    "bytesio": io.BytesIO(b"line\n" * 50),
    "stringio": io.StringIO("line\n" * 50),
    "reader": io.BufferedReader(io.BytesIO(b"abc\n" * 100), 16),
    "writer": io.BufferedWriter(io.BytesIO(), 16),
    "text": io.TextIOWrapper(io.BytesIO(b"abc\n" * 100)),
    "generator": numerals(),
    "tee": itertools.tee(numerals()),
    "count": itertools.count(),
    "cycle": itertools.cycle([str(i) for i in range(10)]),
    "iterator": iter([]),
    "weak": weakref.WeakValueDictionary(),
    "object": C(),
    "class": type("K", (), {}),
}


def lists(r):
    s = S["list"]
    return [
        lambda: s.append("x%d" % r.randrange(1000)), lambda: s.pop(), lambda: s.__setitem__(slice(None), [str(i) * 3 for i in range(r.randrange(60))]),
        lambda: sorted(s), lambda: s.sort(key=lambda x: x[::-1]), lambda: "".join(s), lambda: [x + "y" for x in s], lambda: (s.count("x"), "zz" in s),
        lambda: repr(s), lambda: s.extend(s[:5]), lambda: s.__delitem__(slice(None, None, 3)), lambda: s == list(s), lambda: (tuple(s), set(s)),
        lambda: (s.insert(3, "q" * 5), s.reverse()), lambda: len(s) > 500 and s.clear(), lambda: s.remove(s[0]),
    ]


def dicts(r):
    d = S[r.choice(["dict", "odict", "defaultdict"])]
    return [
        lambda: d.__setitem__("k%d" % r.randrange(300), [1]), lambda: d.popitem(), lambda: d.update({str(i): [i] for i in range(r.randrange(60))}),
        lambda: [v for v in d.values()], lambda: (list(d.items()), sorted(d)), lambda: repr(d), lambda: d == dict(d), lambda: d.copy(),
        lambda: (d.pop("k3", None), d.get("5")), lambda: d.setdefault("k%d" % r.randrange(300), []), lambda: {**d}, lambda: d.clear(),
        lambda: (d.keys() & S["set"], d.keys() - {"1"}), lambda: dict.fromkeys(d), lambda: d.move_to_end(next(iter(d))), lambda: [d.pop(x) for x in list(d)],
    ]


def sets(r):
    s = S["set"]
    return [
        lambda: s.add("k%d" % r.randrange(300)), lambda: s.pop(), lambda: s.__ior__({str(i) for i in range(40)}), lambda: (list(s), repr(s)),
        lambda: (s == set(s), s <= {"1"}), lambda: (s & {"1", "2"}, s ^ {"3"}), lambda: s.clear(), lambda: s.update(S["dict"]),
        lambda: s.difference_update(S["list"]), lambda: (frozenset(s), s.copy(), s.union(S["list"])), lambda: [x for x in s],
        lambda: s.symmetric_difference_update(S["list"]),
    ]


def deques(r):
    d = S["deque"]
    return [
        lambda: d.extend("abc" * 5), lambda: d.pop(), lambda: d.popleft(), lambda: d.rotate(7), lambda: list(d), lambda: (repr(d), d == d.copy()),
        lambda: d.insert(3, "zz" * 3), lambda: (d.__delitem__(2), d.__setitem__(1, "w" * 3)), lambda: len(d) > 300 and d.clear(), lambda: d.remove("zz" * 3),
    ]


def buffers(r):
    b, a = S["bytearray"], S["array"]

    def view():
        with memoryview(b) as m:
            bytes(m[::2]), m.tolist(), m.hex()

    return [
        lambda: b.extend(b"xyz" * 9), lambda: b.__delitem__(slice(0, r.randrange(20))), lambda: b.clear(), view, lambda: (b.find(b"z"), b.replace(b"a", b"bb"), b.split(b"a")),
        lambda: (b"".join([b, b]), b + b), lambda: (a.append(5), a.extend(a[:3])), lambda: (a.pop(), a.reverse()), lambda: (a.tobytes(), list(a)),
        lambda: a.__delitem__(slice(None, None, 2)), lambda: len(b) > 5000 and b.clear(), lambda: b.__setitem__(slice(2, 5), b"qqqqqq"),
        lambda: (b.decode("latin-1"), bytes(b), list(b)),
    ]


def streams(r):
    o = S[r.choice(["bytesio", "stringio", "reader", "writer", "text"])]

    def view():
        with o.getbuffer() as m:
            m[:1] = b"x"

    return [
        lambda: o.seek(0), lambda: o.readline(), lambda: o.read(r.randrange(20)), lambda: o.write("abc\n" if isinstance(o, io.TextIOBase) else b"abc\n" * 3),
        lambda: next(o), lambda: o.truncate(r.randrange(100)), lambda: o.getvalue(), lambda: o.tell(), lambda: o.peek(3), view, lambda: o.readlines(10), lambda: o.flush(),
        lambda: S.update(reader=io.BufferedReader(io.BytesIO(b"abc\n" * 100), 16)), lambda: S.update(text=io.TextIOWrapper(io.BytesIO(b"abc\n" * 100))),
        lambda: o.readinto(bytearray(7)), lambda: (repr(o), o.__getstate__()),
    ]


def iterators(r):
    return [
        lambda: next(S["generator"]), lambda: [next(x) for x in S["tee"]], lambda: next(S["count"]), lambda: next(S["cycle"]), lambda: [x for x, _ in zip(S["iterator"], range(30))],
        lambda: S.update(iterator=iter(S["list"])), lambda: S.update(iterator=itertools.chain(S["list"], S["deque"])), lambda: S.update(iterator=zip(S["list"], S["cycle"])),
        lambda: S.update(tee=itertools.tee(numerals())), lambda: S.update(generator=numerals()), lambda: S.update(iterator=iter(S["dict"].items())),
        lambda: S.update(iterator=itertools.groupby(S["list"])), lambda: S.update(iterator=iter(S["bytearray"])),
    ]


def objects(r):
    o, c = S["object"], S["class"]
    return [
        lambda: (setattr(o, "a", ["x"]), o.a.append(1)), lambda: delattr(o, "a"), lambda: (o.a, o.__dict__), lambda: setattr(o, "__dict__", {"a": ["y"]}), lambda: S.update(object=C()),
        lambda: S["weak"].__setitem__(r.randrange(9), C()), lambda: (list(S["weak"].values()), S["weak"].get(3)), lambda: (setattr(c, "m", lambda self: 1), c().m()), lambda: delattr(c, "m"),
        lambda: setattr(c, "__bases__", (r.choice([C, type("D", (C,), {})]),)), lambda: (setattr(c, "__getattr__", lambda self, n: 5), c().zz), lambda: delattr(c, "__getattr__"),
        lambda: (gc.collect(0), gc.get_objects(0)), lambda: sys._current_frames(),
    ]


def run(number):
    r = random.Random(SEED * 100 + number)
    while time.process_time() < SECONDS:
        act = r.choice(r.choice((lists, dicts, sets, deques, buffers, streams, iterators, objects))(r))
        try:
            act()
        except SystemError:
            traceback.print_exc()
        except Exception:
            pass


sys.setswitchinterval(1e-6)
threads = [threading.Thread(target=run, args=(number,)) for number in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")
