"""A matrix given by a function: small functions called often, float arithmetic, generator expressions."""


def element(i, j):
    return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)


def times(u):
    return [sum(element(i, j) * x for j, x in enumerate(u)) for i in range(len(u))]


def times_transposed(u):
    return [sum(element(j, i) * x for j, x in enumerate(u)) for i in range(len(u))]


u = [1.0] * 130
for _ in range(10):
    v = times_transposed(times(u))
    u = times_transposed(times(v))
print("%.9f" % (sum(a * b for a, b in zip(u, v)) / sum(b * b for b in v)) ** 0.5)
