"""Sorting lists of numbers, text, tuples and objects, with and without keys."""

import random
from functools import cmp_to_key
from operator import attrgetter, itemgetter

random.seed(7)
numbers = [random.randrange(10 ** 6) for _ in range(60000)]
floats = [random.random() for _ in range(60000)]
words = ["w%d" % n for n in numbers[:40000]]
tuples = [(n % 100, w) for n, w in zip(numbers, words)]


class Item:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n


items = [Item(n) for n in numbers[:15000]]
for _ in range(3):
    results = [sorted(numbers), sorted(floats, reverse=True), sorted(words), sorted(tuples), sorted(tuples, key=itemgetter(1)), sorted(items, key=attrgetter("n"))]
results.append(sorted(items))
results.append(sorted(numbers[:8000], key=cmp_to_key(lambda a, b: a - b)))
results.append(sorted(sorted(numbers) + numbers[:100]))
print(results[0][5], results[2][7], results[5][3].n, results[6][3].n, results[7][9])
