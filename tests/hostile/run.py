"""Runs test files on the hostile build (see ARCHITECTURE.md): nothing may end a process but the program itself.

    python3 tests/hostile/run.py [NAME...] [--every N] [--log DIR]

NAME is a file of Lib/test (test_list), a file of tests/differential/cases (containers) or of the folder cases here, which holds what CPython
itself does not survive (deadly), or `odd` (random calls, odd_calls.py); without names those of files.txt run. The collector runs at every Nth allocation of an object with a collector's head (0: as usual). What a case answers does
not count here, since garbage goes earlier than it does in CPython: only a death does, and it is shown with what the build said of it.
"""

import argparse
import importlib.util
import os
import re
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
LIBRARY = os.path.join(os.path.dirname(TESTS), "target", "hostile", "debug", "lib")
os.environ.setdefault("PYRITE_LIB_DIR", LIBRARY)
sys.path.insert(0, TESTS)

import sides  # noqa: E402


def suite(name):
    """The runner of another suite, as a module."""
    spec = importlib.util.spec_from_file_location(name, os.path.join(TESTS, name, "run.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


conformance = suite("conformance")
differential = suite("differential")
FOLDERS = [os.path.join(HERE, "cases"), os.path.join(TESTS, "differential", "cases")]


def hostile_words(errors):
    """What the build said of each violation, its backtrace cut to our own functions."""
    for part in re.split(r"(?m)^(?=hostile: (?:\S+ ){2,}[^\n]*\n)", errors.decode("utf-8", "replace")):
        if not part.startswith("hostile: "):
            continue
        lines = [line for line in part.splitlines() if line.startswith("hostile: ") or re.match(r"\s+\d+: .*pyrite", line)]
        if any(line.startswith("hostile:   ") or "block" in line for line in lines):
            yield "\n".join("      " + line.strip()[:180] for line in lines[:45])


def library_test(name, options):
    outcome = conformance.run_file(sides.PYRITE, name, options.timeout, options.timeout)
    if options.log:
        with open(os.path.join(options.log, name + ".log"), "wb") as file:
            file.write(outcome.errors)
    deaths = [trouble for trouble in outcome.trouble if "time-out" not in trouble]
    print("%-28s %5d cases  %6.1f s  %s" % (name, len(outcome.verdicts), outcome.seconds, "; ".join(outcome.trouble) or "alive"), flush=True)
    if deaths:
        for words in list(hostile_words(outcome.errors))[:6]:
            print(words)
    return len(deaths)


def case_file(name, path):
    with open(path, encoding="utf-8") as file:
        cases = differential.split(name, file.read())
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "cases.py")
        with open(path, "wb") as file:
            file.write("\n#---\n".join(case.source for case in cases).encode("utf-8", "surrogatepass"))
        outputs = differential.run_cases(sides.PYRITE, path, cases)
    deaths = [(cases[n], out) for n, out in outputs.items() if re.fullmatch(rb"<SIG\w+>", out)]
    print("%-28s %5d cases  %s" % (name, len(cases), "%d died" % len(deaths) if deaths else "alive"), flush=True)
    for case, out in deaths:
        print("      %s %s: %s" % (out.decode(), case.name, case.source.splitlines()[0][:100]))
    return len(deaths)


def odd_calls():
    return os.spawnv(os.P_WAIT, sys.executable, [sys.executable, os.path.join(HERE, "odd_calls.py"), "--seconds", "60"])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--every", type=int, default=13, metavar="N")
    parser.add_argument("--timeout", type=float, default=900)
    parser.add_argument("--log")
    options = parser.parse_args()
    if not sides.PYRITE.available():
        sys.exit("there is no hostile build in %s: `make hostile` makes it" % sides.PYRITE.library)
    if options.log:
        os.makedirs(options.log, exist_ok=True)
    names = options.names
    if not names:
        with open(os.path.join(HERE, "files.txt"), encoding="utf-8") as file:
            names = [line for line in file.read().split("\n") if line and not line.startswith("#")]
    os.environ["PYRITE_HOSTILE_GC"] = str(options.every)
    deaths = 0
    for name in names:
        if name == "odd":
            deaths += odd_calls()
            continue
        paths = [os.path.join(folder, name + ".py") for folder in FOLDERS]
        path = next(filter(os.path.exists, paths), None)
        deaths += case_file(name, path) if path else library_test(name, options)
    print("%d deaths" % deaths)
    return deaths != 0


if __name__ == "__main__":
    sys.exit(main())
