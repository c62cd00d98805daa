"""Function calls: plain, recursive, with defaults, keywords, stars, closures, built-ins."""


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def ack(m, n):
    if m == 0:
        return n + 1
    return ack(m - 1, 1) if n == 0 else ack(m - 1, ack(m, n - 1))


def defaults(a, b=2, *rest, c=3, **more):
    return a + b + c + len(rest) + len(more)


def adder(n):
    return lambda x: x + n


total = fib(25) + ack(2, 60)
add = adder(5)
numbers = list(range(100))
for i in range(120000):
    total += defaults(i) + defaults(1, 2, 3, 4) + defaults(1, c=i) + defaults(*(1, 2), **{"z": 1})
    total += add(i) + len(numbers) + max(i, 3) + abs(-i) + isinstance(i, int)
total += sum(map(add, numbers)) + sum(sorted(numbers, key=lambda x: -x)[:10])
print(total)
