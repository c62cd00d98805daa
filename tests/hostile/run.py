"""Runs test files on the hostile build (see ARCHITECTURE.md): nothing may end a process but the program itself.

    python3 tests/hostile/run.py [NAME...] [--every N] [--jobs N] [--log DIR]

NAME is a file of Lib/test (test_list), a file of tests/differential/cases (containers) or of the folder cases here, which holds what CPython
itself does not survive (deadly), or a program beside this one: `odd` (odd_calls.py), `attacks`, `frames`, `threads`; without names those of
files.txt run. The collector runs at every Nth allocation of an object with a collector's head (0: as usual; files.txt has its own N for files that make many).
What a case answers does not count here, since garbage goes earlier than it does in CPython: only a death does, and it is shown with what the
build said of it. The last column is the time that the processor spent.
"""

import argparse
import importlib.util
import os
import re
import resource
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
TESTS = os.path.dirname(HERE)
LIBRARY = os.path.join(os.path.dirname(TESTS), "target", "hostile", "debug", "lib")
os.environ.setdefault("PYRITE_LIB_DIR", LIBRARY)
sys.path[:0] = [TESTS, HERE]

import attacks  # noqa: E402
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
    told(name, len(outcome.verdicts), "; ".join(outcome.trouble) or "alive")
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
    told(name, len(cases), "%d died" % len(deaths) if deaths else "alive")
    for case, out in deaths:
        print("      %s %s: %s" % (out.decode(), case.name, case.source.splitlines()[0][:100]))
    return len(deaths)


def told(name, cases, how):
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print("%-28s %5d cases  %-30s %6.0f s" % (name, cases, how, used.ru_utime + used.ru_stime), flush=True)


def program(name, *arguments):
    """A program beside this one that starts workers by itself."""
    result = subprocess.run([sys.executable, os.path.join(HERE, name), *arguments], stdout=subprocess.PIPE)
    lines = result.stdout.decode("utf-8", "replace").splitlines() or ["nothing was said"]
    told(name, 0, lines[-1])
    print("".join("      %s\n" % line for line in lines[:-1]), end="")
    return result.returncode


def script(name, *arguments):
    """A program that only has to survive."""
    process = sides.PYRITE.popen([os.path.join(HERE, name), *arguments], {"PYTHONHASHSEED": "0"}, stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    out = process.communicate()[0]
    died = process.returncode < 0
    told(name, 0, "died: status %d" % process.returncode if died else "alive")
    if died:
        print(attacks.last_words(out))
    return died


SCRIPTS = {"frames": ("frames.py", "0", "1500"), "threads": ("threads.py", "30", "1")}
PROGRAMS = {"odd": ("odd_calls.py", "--seeds", "40"), "attacks": ("attacks.py", "--cases", "8000")}


def one(name, options):
    if name in PROGRAMS:
        return program(*PROGRAMS[name])
    if name in SCRIPTS:
        return script(*SCRIPTS[name])
    paths = [os.path.join(folder, name + ".py") for folder in FOLDERS]
    path = next(filter(os.path.exists, paths), None)
    return case_file(name, path) if path else library_test(name, options)


def listed():
    """The names of files.txt, and how often to collect where that is said."""
    with open(os.path.join(HERE, "files.txt"), encoding="utf-8") as file:
        for line in file:
            name, *every = line.partition("#")[0].split() or [None]
            if name:
                yield (name, every[0] if every else None)


def in_process(name, every, options):
    """One name in a process of its own: its output, and whether all lived."""
    arguments = [sys.executable, os.path.abspath(__file__), name, "--every", str(every or options.every), "--timeout", str(options.timeout)]
    if options.log:
        arguments += ["--log", options.log]
    result = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(result.stdout.decode("utf-8", "replace"), end="", flush=True)
    return result.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--every", type=int, default=13, metavar="N")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=900)
    parser.add_argument("--log")
    options = parser.parse_args()
    if not sides.PYRITE.available():
        sys.exit("there is no hostile build in %s: `make hostile` makes it" % sides.PYRITE.library)
    if options.log:
        os.makedirs(options.log, exist_ok=True)
    os.environ["PYRITE_HOSTILE_GC"] = str(options.every)
    if len(options.names) == 1:
        return one(options.names[0], options) != 0
    names = [(name, None) for name in options.names] or list(listed())
    with ThreadPoolExecutor(options.jobs) as pool:
        fine = list(pool.map(lambda pair: in_process(*pair, options), names))
    bad = [name for (name, _), well in zip(names, fine) if not well]
    print("%d of %d without a death%s" % (len(names) - len(bad), len(names), ": not " + ", ".join(bad) if bad else ""))
    return bool(bad)


if __name__ == "__main__":
    sys.exit(main())
