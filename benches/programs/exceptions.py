"""Raising and catching, near and far, with finally and with context managers."""


class Failure(Exception):
    pass


class Guard:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return kind is Failure


def fail(depth):
    if depth:
        return fail(depth - 1)
    raise Failure(depth)


caught = swallowed = finals = 0
table = {}
for i in range(60000):
    try:
        if i % 3 == 0:
            raise ValueError(i)
        elif i % 3 == 1:
            table[i, "missing"]
        else:
            fail(5)
    except (ValueError, KeyError):
        caught += 1
    except Failure as failure:
        caught += len(failure.args)
    finally:
        finals += 1
    with Guard():
        swallowed += 1
        if i & 1:
            raise Failure
    try:
        int("12")
    except ValueError:
        caught -= 1
for i in range(100000):
    try:
        getattr(i, "nothing")
    except AttributeError:
        caught += 1
print(caught, swallowed, finals)
