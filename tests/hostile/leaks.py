"""Repeats test cases and looks for memory that each repetition leaves behind.

    python3 tests/hostile/leaks.py NAME... [--repeat 3]

NAME is a file of Lib/test or of tests/differential/cases. Each of its cases runs a few times to fill caches, and then `--repeat` times more; after each, caches are emptied as
`python -m test -R` does, garbage is collected, and `sys.getallocatedblocks()` is read. A case that grows by at least one block in every one of
those repetitions leaks, unless it does so on the reference too. Both sides run; what is printed is growth per repetition.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def pieces(text, base):
    """A test case for each piece of a file of small cases."""
    made = []
    for number, source in enumerate(re.split(r"(?m)^#---.*\n", text)):
        try:
            code = compile(source, "<case>", "exec")
        except SyntaxError:
            continue
        name = "piece %d: %s" % (number, source.strip().split("\n")[0][:60])

        def run(self, code=code):
            try:
                exec(code, {"__name__": "__main__"})
            except BaseException:
                pass

        made.append(type("Piece", (base,), {name: run})(name))
    return made


def worker(name, repeat, first):
    import gc
    import importlib
    import io
    import unittest
    import warnings

    del sys.path[0]
    warnings.simplefilter("ignore")
    from test import support
    from test.libregrtest.refleak import clear_caches

    out = os.fdopen(os.dup(1), "w")
    support.verbose = 0
    cases = []
    path = os.path.join(os.path.dirname(HERE), "differential", "cases", name + ".py")
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            cases = pieces(file.read(), unittest.TestCase)

    def flatten(suite):
        for test in suite:
            flatten(test) if isinstance(test, unittest.TestSuite) else cases.append(test)

    if not cases:
        module = importlib.import_module("test." + name)
        flatten(unittest.defaultTestLoader.loadTestsFromModule(module))

    def blocks():
        clear_caches()
        gc.collect()
        return sys.getallocatedblocks()

    def once(test):
        result = unittest.TestResult()
        kept = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = io.StringIO()
        try:
            # The instance keeps what a case stores on it.
            copy = type(test)(test._testMethodName)
            getattr(type(test), "setUpClass", int)()
            copy.run(result)
            getattr(type(test), "tearDownClass", int)()
            getattr(type(test), "doClassCleanups", int)()
        finally:
            sys.stdout, sys.stderr = kept

    for number, test in enumerate(cases):
        if number < first or not hasattr(test, "_testMethodName"):
            continue
        print("@%d %s" % (number, ".".join(test.id().split(".")[1:])), file=out, flush=True)
        grown = []
        try:
            for _ in range(2):
                once(test)
            before = blocks()
            for _ in range(repeat):
                once(test)
                now = blocks()
                grown.append(now - before)
                before = now
        except BaseException as problem:
            grown = [0]
            del problem
        print("=%s" % " ".join(map(str, grown)), file=out, flush=True)
    os._exit(0)


def measure(side, name, repeat, timeout):
    """{case: growths}; a case that kills its process is left out."""
    found, first = {}, 0
    while True:
        with tempfile.TemporaryDirectory() as folder:
            process = side.popen([os.path.abspath(__file__), "--worker", name, str(repeat), str(first)], {"TMPDIR": folder, "HOME": folder},
                                 cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
            try:
                out = process.communicate(timeout=timeout)[0]
            except subprocess.TimeoutExpired:
                process.kill()
                out = process.communicate()[0]
        case, number = None, None
        for line in out.decode("utf-8", "replace").splitlines():
            if line[:1] == "@":
                number, _, case = line[1:].partition(" ")
            elif line[:1] == "=" and case:
                found[case] = [int(n) for n in line[1:].split()]
                case = None
        if case is None:
            return found
        print("    %s: ends in %s (status %s)" % (side.name, case, process.returncode), flush=True)
        first = int(number) + 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="+")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--timeout", type=float, default=300)
    options = parser.parse_args()
    sys.path.insert(0, os.path.dirname(HERE))
    import sides

    leaks = 0
    for name in options.names:
        mine = measure(sides.PYRITE, name, options.repeat, options.timeout)
        suspects = {case: grown for case, grown in mine.items() if min(grown) > 0}
        theirs = measure(sides.REFERENCE, name, options.repeat, options.timeout) if suspects else {}
        print("%-24s %4d cases, %d suspects" % (name, len(mine), len(suspects)), flush=True)
        for case, grown in suspects.items():
            other = theirs.get(case, [0])
            # Both keep something, then it is what the case means to do.
            # The measuring itself may keep a block or two.
            if min(grown) > 2 * max(other) + 2:
                leaks += 1
                print("    %s: %s blocks, reference %s" % (case, grown, other), flush=True)
    print("%d leaks" % leaks)
    return leaks != 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        worker(sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    else:
        sys.exit(main())
