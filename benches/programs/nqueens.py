"""All placements of queens: recursion, generators, sets."""


def place(n, row, columns, up, down):
    if row == n:
        yield tuple(columns)
        return
    for column in range(n):
        if column not in columns and row + column not in up and row - column not in down:
            columns.append(column)
            up.add(row + column)
            down.add(row - column)
            yield from place(n, row + 1, columns, up, down)
            columns.pop()
            up.discard(row + column)
            down.discard(row - column)


print([sum(1 for _ in place(n, 0, [], set(), set())) for n in (8, 9, 10)])
