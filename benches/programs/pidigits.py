"""Digits of pi by an unbounded spigot: arithmetic on large integers."""


def digits(n):
    q, r, t, k, digit, x = 1, 0, 1, 1, 3, 3
    found = []
    while len(found) < n:
        if 4 * q + r - t < digit * t:
            found.append(digit)
            q, r, digit = 10 * q, 10 * (r - digit * t), 10 * (3 * q + r) // t - 10 * digit
        else:
            q, r, t, k, digit, x = q * k, (2 * q + r) * x, t * x, k + 1, (q * (7 * k + 2) + r * x) // (t * x), x + 2
    return "".join(map(str, found))


print(digits(2200)[-20:])
print((3 ** 60000).bit_length(), sum(map(int, str(7 ** 5000))), 3 ** 50000 % (10 ** 4000 + 7) % 1000)
