"""Writes `crates/libpython/build/order.txt`: the functions that run at every start or in usual programs, for the linker.

    cargo build --release -p pyrite-libpython && python3 tools/order_functions.py [PROGRAM...]

Each program (the benchmarks, if none is named) runs under valgrind's callgrind, for two minutes at most. Functions stand in the order of the
first program that runs them, the bare start first: what every process needs lies together. Hashes are cut off the names, since
they change with the compiler; a name that is gone does no harm, and a new function that is missing only lies elsewhere.
"""

import glob
import os
import re
import signal
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tests"))

import sides  # noqa: E402

ORDER = os.path.join(ROOT, "crates", "libpython", "build", "order.txt")
STARTS = [["-I", "-S", "-c", "pass"], ["-c", "pass"]]
LIMIT = 120


def profile(args, out):
    """Runs a program under callgrind, and interrupts it when it takes too long: the profile is written all the same."""
    command = ["valgrind", "-q", "--tool=callgrind", "--demangle=no", "--callgrind-out-file=" + out, sides.PYRITE.launcher] + args
    process = subprocess.Popen(command, env=sides.PYRITE.environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(LIMIT)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGINT)
        process.wait()


def base_name(symbol):
    """A symbol without its hash, and without what the optimiser appends."""
    return re.sub(r"\.llvm\..*$", "", re.sub(r"17h[0-9a-f]{16}E.*$", "17h", symbol))


def library_functions():
    library = os.path.join(sides.library_directory(), sides.LIBRARY_NAME)
    listed = subprocess.run(["nm", "--defined-only", library], stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = (line.split() for line in listed.splitlines())
    return {base_name(row[2]) for row in rows if len(row) == 3 and row[1] in "tT"}


def functions(out, known):
    """The library's functions in a profile. They are numbered, and named at their first mention."""
    with open(out, encoding="utf-8", errors="replace") as file:
        for found in re.finditer(r"^c?fn=\(\d+\) (.*)$", file.read(), re.MULTILINE):
            name = base_name(re.sub(r"'\d+$", "", found.group(1).strip()))
            if name in known:
                yield name


def main():
    programs = sys.argv[1:] or sorted(glob.glob(os.path.join(ROOT, "benches", "programs", "*.py")))
    order, known = {}, library_functions()
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "profile")
        for args in STARTS + [[program] for program in programs]:
            profile(args, out)
            order.update(dict.fromkeys(functions(out, known)))
            print(len(order), "functions after", " ".join(args), flush=True)
    with open(ORDER, "w", encoding="utf-8") as file:
        file.writelines(name + "\n" for name in order)


if __name__ == "__main__":
    os.environ.setdefault("PYRITE_PROFILE", "release")
    main()
