"""Writes `crates/libpython/build/order.txt`: the functions that run at every start or in usual programs, for the linker.

    cargo build --release -p pyrite-libpython && python3 tools/order_functions.py [PROGRAM...]

Each program (the benchmarks, if none is named) runs under valgrind, which tells where it translates code: a few seconds each. What the
bare start runs stands first, then what the usual start runs besides, then the rest, what many programs run before what few run: what a
process needs lies together.

Names stand there without the hash that the compiler adds, which changes when a type or the compiler does, unless several
functions share the rest of the name and this one alone runs: `sort<A>` must not draw in `sort<B>` to `sort<Z>`. A name that is gone does no
harm, and a new function that is missing only lies elsewhere, but each that does makes 128 KiB more of the library resident. What is
inlined differs from build to build, so two more kinds of line follow those of the starts: whole modules, most of whose code runs at the start
(`prefix*`), and names of the list before that this build has no function for, which the next one may have again.
"""

import bisect
import glob
import os
import re
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests"))

# The side that runs is chosen when the module is read.
os.environ.setdefault("PYRITE_PROFILE", "release")

import sides  # noqa: E402

ORDER = os.path.join(ROOT, "crates", "libpython", "build", "order.txt")
STARTS = [["-I", "-S", "-c", "pass"], ["-c", "pass"]]
LIMIT = 120
# A function of the library that every program runs, to tell where the library lies.
LANDMARK = "Py_BytesMain"
# One line for each piece of code that is translated; the lowest flag adds least to it.
TRACE = ["--tool=none", "--trace-flags=00000001", "--vex-guest-chase=no", "--demangle=no"]
OURS = re.compile(r"_ZN\d+pyrite_(runtime|vm|modules)\d")
TRANSLATED = re.compile(r"^==== SB \d+ \(evchecks \d+\) \[tid \d+\] 0x([0-9a-f]+) (\S+)", re.MULTILINE)


class Functions:
    """The library's functions by address; names that begin at one address belong together."""

    def __init__(self):
        library = os.path.join(sides.library_directory(), sides.LIBRARY_NAME)
        listed = subprocess.run(["nm", "-S", "--defined-only", library], stdout=subprocess.PIPE, text=True, check=True).stdout
        rows = [row for row in map(str.split, listed.splitlines()) if len(row) == 4 and row[2] in "tT"]
        self.names, self.ends = {}, {}
        for address, size, _, name in rows:
            start = int(address, 16)
            self.names.setdefault(start, []).append(name)
            self.ends[start] = start + int(size, 16)
        self.starts = sorted(self.names)
        self.landmark = next(start for start, names in self.names.items() if LANDMARK in names)

    def at(self, address):
        """Where the function begins that this address lies in, or None."""
        start = self.starts[max(bisect.bisect_right(self.starts, address) - 1, 0)]
        return start if start <= address < self.ends[start] else None


def run(args, log):
    """Runs a program under valgrind, and interrupts it when it takes too long: what was written until then counts."""
    command = ["valgrind"] + TRACE + ["--log-file=" + log, sides.PYRITE.launcher] + args
    process = subprocess.Popen(command, env=sides.PYRITE.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(LIMIT)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        process.wait()


def functions_run(log, functions):
    """The functions of a run, by where they begin, in the order in which they were reached."""
    with open(log, encoding="utf-8", errors="replace") as file:
        reached = [(int(address, 16), name) for address, name in TRANSLATED.findall(file.read())]
    base = next(address for address, name in reached if name == LANDMARK) - functions.landmark
    found = (functions.at(address - base) for address, _ in reached)
    return list(dict.fromkeys(start for start in found if start is not None))


def base_name(symbol):
    """A symbol without its hash."""
    return re.sub(r"17h[0-9a-f]{16}E$", "17h", plain_name(symbol))


def plain_name(symbol):
    """A symbol without what the optimiser appends."""
    return re.sub(r"(\.(llvm\.)?\d+)+$", "", symbol)


def shared_names(functions, used):
    """Base names that would draw in more code that does not run than they are worth."""
    idle, busy = {}, {}
    for start, names in functions.names.items():
        for name in {base_name(name) for name in names}:
            sizes = busy if start in used else idle
            sizes[name] = sizes.get(name, 0) + functions.ends[start] - start
    return {name for name, size in idle.items() if size > 256 and name in busy}


def prefixes(symbol):
    """The beginnings of a mangled name of one of our functions that stand for its modules and types, the outermost first."""
    ends, at = [], 3
    # Names are lengths with as many characters: crate, modules and types, the function, the hash.
    while symbol.startswith("_ZN") and (length := re.compile(r"\d+").match(symbol, at)):
        at = length.end() + int(length.group())
        ends.append(at)
    return [symbol[:end] for end in ends[1:-2]] if OURS.match(symbol) else []


def modules(functions, used):
    """Prefixes of small modules of which most runs."""
    sizes, running = {}, {}
    for start, names in functions.names.items():
        size = functions.ends[start] - start
        for prefix in {prefix for name in names for prefix in prefixes(name)}:
            sizes[prefix] = sizes.get(prefix, 0) + size
            running[prefix] = running.get(prefix, 0) + (size if start in used else 0)
    chosen = {prefix for prefix, size in sizes.items() if size <= 65536 and running[prefix] >= size * 0.55}
    return [prefix + "*" for prefix in sorted(chosen) if not any(outer in chosen for outer in prefixes(prefix + "17h"))]


def absent(functions):
    """Names of the list before for which this build has no function."""
    known = {name for names in functions.names.values() for symbol in names for name in (base_name(symbol), plain_name(symbol))}
    with open(ORDER, encoding="utf-8") as file:
        return [name for name in file.read().split() if name not in known and not name.endswith("*")]


def main():
    programs = sys.argv[1:] or sorted(glob.glob(os.path.join(ROOT, "benches", "programs", "*.py")))
    functions, runs = Functions(), []
    with tempfile.TemporaryDirectory() as folder:
        for args in STARTS + [[program] for program in programs]:
            log = os.path.join(folder, "log")
            run(args, log)
            runs.append(functions_run(log, functions))
            print(len(runs[-1]), "functions in", " ".join(args), flush=True)
    counts = {}
    for starts in runs:
        for start in starts:
            counts[start] = counts.get(start, 0) + 1
    order = dict.fromkeys(runs[0] + runs[1])
    rest = dict.fromkeys(start for starts in runs[2:] for start in starts if start not in order)
    order.update(dict.fromkeys(sorted(rest, key=lambda start: -counts[start])))
    shared = shared_names(functions, order)
    starts, lines = set(runs[0] + runs[1]), {}
    for start in order:
        if start not in starts and not any(line.endswith("*") for line in lines):
            lines.update(dict.fromkeys(modules(functions, starts) + absent(functions)))
        for name in functions.names[start]:
            base = base_name(name)
            lines[plain_name(name) if base in shared else base] = None
    with open(ORDER, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    print(len(lines), "names,", sum(functions.ends[start] - start for start in order), "bytes")


if __name__ == "__main__":
    main()
