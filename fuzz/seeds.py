"""Writes the first inputs of a target: seeds.py TARGET FOLDER. Programs of the project's own generators; for marshal, what they compile to."""
import marshal
import os
import random
import sys
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
if sys.version_info[:2] != (3, 8):
    # Code is stored as 3.8 stores it.
    sys.path.insert(0, os.path.join(ROOT, "tools"))
    import reference
    os.execv(reference.launcher(), [reference.launcher()] + sys.argv)
sys.path.insert(0, os.path.join(ROOT, "tests", "compiler"))

import code_generate  # noqa: E402
import generate  # noqa: E402

VALUES = [None, True, 1, -5, 2**70, 1.5, 2j, "a", "é€", b"x", (), (1, "a", (2,)), [1], {1: 2}, {3}, frozenset({4}), ..., StopIteration]


def main():
    warnings.simplefilter("ignore")
    target, folder = sys.argv[1:]
    for n in range(300):
        source = generate.program(random.Random(n)) if n % 2 else code_generate.program(n)
        data = b"\x07\xf0" + source.encode("utf-8", "surrogatepass")[:4000]
        if target == "marshal":
            try:
                data = marshal.dumps(VALUES[n] if n < len(VALUES) else compile(source, "f", "exec"), n % 5)
            except (SyntaxError, ValueError):
                continue
        with open(os.path.join(folder, "seed-%d" % n), "wb") as file:
            file.write(data)


if __name__ == "__main__":
    main()
