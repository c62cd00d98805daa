"""Generators, chains of them, and coroutines driven by hand."""


def numbers(n):
    i = 0
    while i < n:
        yield i
        i += 1


def pairs(source):
    for item in source:
        yield item, item * item


def tree(depth):
    if depth:
        yield from tree(depth - 1)
        yield depth
        yield from tree(depth - 1)


def averager():
    total, count, average = 0.0, 0, None
    while True:
        total += yield average
        count += 1
        average = total / count


async def add(a, b):
    return a + b


async def total_of(n):
    total = 0
    for i in range(n):
        total = await add(total, i)
    return total


print(sum(b - a for a, b in pairs(x for x in numbers(300000) if x % 3)))
print(sum(tree(15)))
run = averager()
next(run)
for i in range(200000):
    last = run.send(i)
print(last)
try:
    total_of(150000).send(None)
except StopIteration as stop:
    print(stop.value)
