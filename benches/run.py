"""Benchmarks: every program of programs/ on the reference and on Pyrite, in turn, in one run.

    python3 benches/run.py [-n ROUNDS] [--markdown FILE] [PROGRAM...]

CPU time (user and system) of the whole process is what counts: each program runs ROUNDS times on each side, the sides taking turns, and
the smallest time of each side stands in the table; starts, which are short, run at least 40 times, and the ratio of their medians stands
beside them. Peak memory is the median of the largest resident sets. A ratio above 1 means that Pyrite is faster.
Set PYRITE_PROFILE=release: a comparison of a development build says nothing.
"""

import argparse
import math
import os
import re
import signal
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "tests"))

import sides  # noqa: E402

PROGRAMS = os.path.join(HERE, "programs")
# Start-up is measured without a program, too.
BARE = {"start -c pass": ["-c", "pass"], "start -I -S -c pass": ["-I", "-S", "-c", "pass"]}


class Sample:
    def __init__(self, cpu, peak, output, status):
        self.cpu, self.peak, self.output, self.status = cpu, peak, output, status


def build_measure():
    """The helper that runs a program and tells what it used; compiled when its source is newer."""
    source, program = os.path.join(HERE, "measure.c"), os.path.join(sides.ROOT, "target", "measure")
    if not os.path.exists(program) or os.path.getmtime(program) < os.path.getmtime(source):
        os.makedirs(os.path.dirname(program), exist_ok=True)
        subprocess.run(["cc", "-O2", "-Wall", "-o", program, source], check=True)
    return program


def run_once(side, args, timeout):
    read_end, write_end = os.pipe()
    process = subprocess.Popen(
        [build_measure(), str(write_end), side.launcher] + args, env=side.environment(PYTHONDONTWRITEBYTECODE=None), pass_fds=[write_end],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    os.close(write_end)
    try:
        output, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
    with os.fdopen(read_end) as report:
        words = report.read().split()
    if not words:
        return Sample(timeout, 0, b"time-out", signal.SIGKILL)
    return Sample(int(words[0]) / 1e6, int(words[1]), output, int(words[2]))


def is_start(name):
    return name.startswith("start")


class Row:
    def __init__(self, name, rounds, args, timeout):
        self.name = name
        samples = {sides.REFERENCE: [], sides.PYRITE: []}
        for _ in range(rounds):
            for side in samples:
                samples[side].append(run_once(side, args, timeout))
        self.reference, self.pyrite = samples.values()
        self.problem = ""
        if any(sample.status for sample in self.pyrite):
            self.problem = (self.pyrite[0].output.decode("utf-8", "replace").strip().splitlines() or ["status %d" % self.pyrite[0].status])[-1][:80]
        elif self.pyrite[0].output != self.reference[0].output:
            self.problem = "other output"

    def times(self):
        return min(s.cpu for s in self.reference), min(s.cpu for s in self.pyrite)

    def ratio(self):
        reference, pyrite = self.times()
        return reference / max(pyrite, 1e-6)

    def remark(self):
        if not is_start(self.name):
            return ""
        reference, pyrite = (statistics.median(s.cpu for s in side) for side in (self.reference, self.pyrite))
        return "medians %.2f" % (reference / max(pyrite, 1e-6))

    def cells(self):
        reference, pyrite = self.times()
        memory = [statistics.median(s.peak for s in side) / 1024 for side in (self.reference, self.pyrite)]
        if self.problem:
            return [self.name, "%.3f" % reference, "-", "-", "%.1f" % memory[0], "-", self.problem]
        return [self.name, "%.3f" % reference, "%.3f" % pyrite, "%.2f" % self.ratio(), "%.1f" % memory[0], "%.1f" % memory[1], self.remark()]


HEAD = ["program", "reference, s", "Pyrite, s", "ratio", "reference, MB", "Pyrite, MB", ""]


def text_line(cells):
    return "%-22s %12s %10s %6s %14s %11s  %s" % tuple(cells)


def build_flags():
    """How both sides were built."""
    ask = "import sysconfig as s; print(s.get_config_var('CONFIG_ARGS'), '|', s.get_config_var('OPT'))"
    run = sides.REFERENCE.run(["-c", ask])
    with open(os.path.join(sides.ROOT, "Cargo.toml"), encoding="utf-8") as file:
        profile = re.search(r"\[profile\.release\]\n((?:.+\n)+)", file.read()).group(1)
    rustc = subprocess.run(["rustc", "--version"], stdout=subprocess.PIPE, text=True).stdout.strip()
    version = sides.REFERENCE.run(["-VV"]).out.decode().strip().replace("\n", " ")
    return ["reference: %s; configured with %s" % (version, run.out.decode().strip()),
            "Pyrite: %s, profile %s%s" % (rustc, os.environ.get("PYRITE_PROFILE", "dev"),
                                          " (" + ", ".join(profile.split("\n")[:-1]) + ")" if os.environ.get("PYRITE_PROFILE") == "release" else "")]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="*")
    parser.add_argument("-n", type=int, default=3, metavar="ROUNDS")
    parser.add_argument("--timeout", type=float, default=120)
    parser.add_argument("--markdown", metavar="FILE")
    options = parser.parse_args()
    sides.require_library()
    work = [(name[:-3], [os.path.join(PROGRAMS, name)]) for name in sorted(os.listdir(PROGRAMS)) if name.endswith(".py")] + list(BARE.items())
    if options.programs:
        work = [(name, args) for name, args in work if name in options.programs]
    lines = build_flags()
    print("\n".join(lines) + "\n\n" + text_line(HEAD), flush=True)
    rows = []
    for name, args in work:
        rounds = max(40, options.n * 5) if is_start(name) else options.n
        rows.append(Row(name, rounds, args, options.timeout))
        print(text_line(rows[-1].cells()), flush=True)
    good = [row for row in rows if not row.problem and not is_start(row.name)]
    mean = math.exp(sum(math.log(row.ratio()) for row in good) / len(good)) if good else 0.0
    summary = "geometric mean of %d programs: %.2f; slowest %s" % (
        len(good), mean, ", ".join("%s %.2f" % (row.name, row.ratio()) for row in sorted(good, key=Row.ratio)[:3]))
    print(summary)
    if options.markdown:
        with open(options.markdown, "w", encoding="utf-8") as file:
            commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, stdout=subprocess.PIPE, text=True).stdout.strip()
            file.write("# Benchmarks\n\n%s, commit %s. CPU seconds, best of %d (starts: of at least 40, with the ratio of the medians); peak memory: median; ratio above 1: Pyrite is faster.\n\n%s\n\n" % (
                time.strftime("%Y-%m-%d", time.gmtime()), commit, options.n, "\n".join("- " + line for line in lines)))
            for cells in [HEAD, ["---"] * 7] + [row.cells() for row in rows]:
                file.write("| %s |\n" % " | ".join(cells))
            file.write("\n%s\n" % summary)
    return 1 if any(row.problem for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
