"""Pickling with the library's Python code: dispatch dicts, bytes building, struct."""

import io
import pickle


class Thing:
    def __init__(self, n):
        self.n, self.name = n, "thing %d" % n


DATA = [Thing(i) for i in range(100)] + [{"k%d" % i: (i, float(i), [i] * 3, "text" * (i % 5), None, True) for i in range(100)}]

for _ in range(25):
    out = io.BytesIO()
    pickle._Pickler(out, 4).dump(DATA)
    back = pickle._Unpickler(io.BytesIO(out.getvalue())).load()
print(len(out.getvalue()), back[7].name)
