"""Pancake flips over all permutations: list indexing, slices, small integers."""


def run(n):
    perm, count = list(range(n)), [0] * n
    best = total = 0
    number = 0
    rest = n
    while True:
        while rest > 1:
            count[rest - 1] = rest
            rest -= 1
        if perm[0]:
            work = perm[:]
            flips = 0
            first = work[0]
            while first:
                work[: first + 1] = work[first::-1]
                flips += 1
                first = work[0]
            if flips > best:
                best = flips
            total += flips if number % 2 == 0 else -flips
        while rest < n:
            perm.insert(rest, perm.pop(0))
            count[rest] -= 1
            if count[rest] > 0:
                break
            rest += 1
        else:
            return total, best
        number += 1


print(run(8), run(9))
