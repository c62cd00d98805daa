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


def functions(out):
    """The library's functions in a profile; objects and functions are numbered, and named at their first mention."""
    names, objects, current = {}, {}, ""
    with open(out, encoding="utf-8", errors="replace") as file:
        for line in file:
            found = re.match(r"(c?)(ob|fn)=\((\d+)\)(?: (.*))?", line)
            if not found:
                continue
            callee, what, number, name = found.groups()
            table = objects if what == "ob" else names
            if name:
                table[number] = re.sub(r"'\d+$", "", name.strip())
            if not callee and what == "ob":
                current = objects[number]
            elif not callee and "libpython" in current and not names[number].startswith(("0x", "(")):
                yield re.sub(r"\.llvm\..*$", "", re.sub(r"17h[0-9a-f]{16}E.*$", "17h", names[number]))


def main():
    programs = sys.argv[1:] or sorted(glob.glob(os.path.join(ROOT, "benches", "programs", "*.py")))
    order = {}
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "profile")
        for args in STARTS + [[program] for program in programs]:
            profile(args, out)
            order.update(dict.fromkeys(functions(out)))
            print(len(order), "functions after", " ".join(args), flush=True)
    with open(ORDER, "w", encoding="utf-8") as file:
        file.writelines(name + "\n" for name in order)


if __name__ == "__main__":
    os.environ.setdefault("PYRITE_PROFILE", "release")
    main()
