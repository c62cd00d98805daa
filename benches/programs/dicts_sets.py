"""Dicts and sets: growing, looking up, deleting, merging, iterating, with keys of several kinds."""

from collections import Counter, OrderedDict, defaultdict

total = 0
for round in range(5):
    numbers = {}
    for i in range(40000):
        numbers[i * 7 % 50021] = i
    for i in range(0, 40000, 3):
        total += numbers.get(i, 0)
        numbers.pop(i, None)
    words = {"key%d" % i: i for i in range(20000)}
    for i in range(20000):
        total += words["key%d" % i]
    pairs = {(i, i % 10): str(i) for i in range(15000)}
    total += sum(1 for key in pairs if key[1] == 3) + len({**words, **numbers})
    groups = defaultdict(list)
    for i in range(30000):
        groups[i % 101].append(i)
    total += sum(map(len, groups.values())) + Counter("abracadabra" * 800)["a"]
    ordered = OrderedDict((i, i) for i in range(5000))
    for i in range(0, 5000, 2):
        ordered.move_to_end(i)
    total += next(iter(ordered))
    a, b = set(range(20000)), set(range(10000, 30000))
    total += len(a & b) + len(a | b) + len(a - b) + len(a ^ b) + sum(x in b for x in a)
print(total)
