"""Runs files of the reference's own test suite (Lib/test) on both sides and compares them test case by test case.

    python3 tests/conformance/run.py [FILE...] [--jobs N] [--timeout SECONDS] [--update] [--table FILE]

What the reference passes is kept in reference.tsv and measured once for each file (`--reference` measures it again). ratchet.tsv holds the
cases that Pyrite passes: they must go on passing, `--update` adds to them. Without FILE, all files run; `--gate` runs those of gate.txt.
A file that loses a case of the ratchet runs once more alone before that counts: some cases depend on how busy the machine is.
`--log DIR` keeps what Pyrite's side wrote to stderr, the failures' tracebacks among it.
"""

import argparse
import collections
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import sides  # noqa: E402

WORKER = os.path.join(HERE, "worker.py")
REFERENCE_TABLE = os.path.join(HERE, "reference.tsv")
RATCHET = os.path.join(HERE, "ratchet.tsv")
GATE = os.path.join(HERE, "gate.txt")
RESTARTS = 25


class Outcome:
    """What became of the cases of one file on one side."""

    def __init__(self):
        self.verdicts = {}
        self.trouble = []  # crashes and time-outs, as text
        self.errors = b""
        self.seconds = 0.0

    def passed(self):
        return {name for name, verdict in self.verdicts.items() if verdict == "pass"}


class Watch:
    """Reads a worker's lines until it ends, stalls, or the file's time is over."""

    def __init__(self, process, fd, outcome, deadline, stall):
        self.process, self.fd, self.outcome = process, fd, outcome
        self.deadline, self.stall = deadline, stall
        self.running = None
        self.finished = False

    def line(self, text):
        word, _, name = text.partition(" ")
        if word == "start":
            self.running = name
        elif word == "done":
            self.finished = True
        else:
            self.outcome.verdicts[name] = word
            self.running = None

    def run(self):
        data = b""
        while True:
            # A finished worker has little left to do; children that it forgot may keep the pipe open.
            limit = 10 if self.finished else min(self.stall, self.deadline - time.time())
            if limit <= 0 or not select.select([self.fd], [], [], limit)[0]:
                return None
            part = os.read(self.fd, 1 << 16)
            if not part:
                return self.process.wait()
            data += part
            *lines, data = data.split(b"\n")
            for text in lines:
                self.line(text.decode("utf-8", "replace"))


def why_at_exit(code):
    return sides.status_in_words(code) + " at exit"


def end_group(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def run_process(side, name, outcome, deadline, stall, folder):
    """One worker over the cases not run yet; returns True when another is to go on after it."""
    done = os.path.join(folder, "done")
    with open(done, "w", encoding="utf-8") as file:
        file.writelines(case + "\n" for case in outcome.verdicts)
    work = tempfile.mkdtemp(dir=folder)
    read_end, write_end = os.pipe()
    with open(os.path.join(folder, "stderr"), "wb") as errors:
        process = side.popen(
            [WORKER, name, str(write_end), done],
            {"PYTHONHASHSEED": None, "TMPDIR": folder, "HOME": folder},
            pass_fds=[write_end],
            stdin=subprocess.DEVNULL,
            stdout=errors,
            stderr=errors,
            cwd=work,
            start_new_session=True,
        )
    os.close(write_end)
    watch = Watch(process, read_end, outcome, deadline, stall)
    code = watch.run()
    end_group(process)
    os.close(read_end)
    with open(os.path.join(folder, "stderr"), "rb") as errors:
        said = errors.read()
    outcome.errors += said[-400000:]
    if watch.finished:
        if code is not None and code < 0:
            outcome.trouble.append(why_at_exit(code))
        return False
    why = sides.status_in_words(code)
    if code is not None and code > 0 or code == 0:
        why += ": " + (said.decode("utf-8", "replace").strip().splitlines() or [""])[-1][:150]
    if watch.running is None:
        outcome.trouble.append(why)
        return False
    outcome.verdicts[watch.running] = "crash"
    outcome.trouble.append("%s in %s" % (why, watch.running))
    return time.time() < deadline


def run_file(side, name, timeout, stall):
    outcome = Outcome()
    started = time.time()
    folder = tempfile.mkdtemp(prefix="pyrite-")
    try:
        for _attempt in range(RESTARTS):
            if not run_process(side, name, outcome, started + timeout, stall, folder):
                break
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    outcome.seconds = time.time() - started
    return outcome


def read_table(path):
    """{file: set of cases}; the text has one line for each class: file, class, its methods."""
    table = collections.OrderedDict()
    if not os.path.exists(path):
        return table
    with open(path, encoding="utf-8") as file:
        for line in file:
            name, group, cases = line.rstrip("\n").split("\t")
            found = table.setdefault(name, set())
            if group == "-":
                found.update(cases.split(" | ") if cases else ())
            else:
                found.update(group + "." + case for case in cases.split(" "))
    return table


def write_table(path, table):
    with open(path, "w", encoding="utf-8") as file:
        for name in sorted(table):
            groups = collections.defaultdict(list)
            for case in sorted(table[name]):
                group, dot, method = case.rpartition(".")
                plain = dot and " " not in case
                groups[group if plain else "-"].append(method if plain else case)
            for group in sorted(groups) or ["-"]:
                file.write("%s\t%s\t%s\n" % (name, group, (" | " if group == "-" else " ").join(groups[group])))


def all_files():
    folder = os.path.join(sides.reference.prefix(), "lib", "python3.8", "test")
    for name in sorted(os.listdir(folder)):
        if name.startswith("test_") and (name.endswith(".py") or os.path.exists(os.path.join(folder, name, "__init__.py"))):
            yield name[:-3] if name.endswith(".py") else name


class Run:
    """One run over some files: measures, prints, and keeps the tables."""

    def __init__(self, options, files):
        self.options = options
        self.files = files
        self.reference = read_table(REFERENCE_TABLE)
        self.ratchet = read_table(RATCHET)
        self.rows = {}
        self.lost = {}

    def measure(self, name):
        options = self.options
        if name not in self.reference or options.reference:
            self.reference[name] = run_file(sides.REFERENCE, name, options.timeout, options.timeout).passed()
        return run_file(sides.PYRITE, name, options.timeout, options.stall)

    def take(self, name, outcome):
        expected = self.reference[name]
        passed = outcome.passed() & expected
        if self.options.log:
            with open(os.path.join(self.options.log, name + ".log"), "wb") as file:
                file.write(outcome.errors)
                missed = sorted(expected - passed)
                file.write(("\nNOT PASSED\n" + "\n".join(missed) + "\n").encode("utf-8", "replace"))
        lost = self.ratchet.get(name, set()) - passed
        # Measured twice, only what is lost both times is.
        self.lost[name] = self.lost.get(name, lost) & lost
        if self.options.update:
            self.ratchet[name] = self.ratchet.get(name, set()) | passed
        self.rows[name] = (len(passed), len(expected), outcome.trouble, outcome.seconds)
        print("[%d/%d] %-28s %4d of %4d  %5.1f s  %s" % (len(self.rows), len(self.files), name, len(passed), len(expected),
              outcome.seconds, "; ".join(outcome.trouble)[:200]), flush=True)

    def run(self):
        with ThreadPoolExecutor(self.options.jobs) as pool:
            futures = {pool.submit(self.measure, name): name for name in self.files}
            for future in as_completed(futures):
                self.take(futures[future], future.result())
        for name in sorted(self.lost):
            if self.lost[name] and not self.options.update:
                self.take(name, self.measure(name))
        write_table(REFERENCE_TABLE, self.reference)
        if self.options.update:
            write_table(RATCHET, self.ratchet)
        passed, expected = sum(row[0] for row in self.rows.values()), sum(row[1] for row in self.rows.values())
        whole = sum(row[0] == row[1] and not row[2] for row in self.rows.values())
        print("%d of %d cases pass; %d of %d files pass as a whole" % (passed, expected, whole, len(self.rows)))
        if self.options.table:
            self.write_markdown(passed, expected, whole)
        lost = ["%s: %s" % (name, case) for name in sorted(self.lost) for case in sorted(self.lost[name])]
        for line in lost:
            print("no longer passes: " + line)
        if self.options.update:
            return 0
        kept = sum(len(self.ratchet.get(name, ())) for name in self.files) - len(lost)
        print("%d passed, %d failed" % (kept, len(lost)))
        return 1 if lost else 0

    def write_markdown(self, passed, expected, whole):
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, stdout=subprocess.PIPE, text=True).stdout.strip()
        with open(self.options.table, "w", encoding="utf-8") as file:
            file.write("# Conformance: CPython 3.8.18's Lib/test on Pyrite\n\n%s, commit %s, profile %s. %d of %d cases pass; %d of %d files"
                       " pass as a whole.\n\n| file | cases passed | crash or time-out |\n|---|---|---|\n" % (time.strftime("%Y-%m-%d", time.gmtime()),
                       commit, os.environ.get("PYRITE_PROFILE", "dev"), passed, expected, whole, len(self.rows)))
            for name in sorted(self.rows):
                row = self.rows[name]
                file.write("| %s | %d of %d | %s |\n" % (name, row[0], row[1], "; ".join(row[2]).replace("|", "\\|")[:200]))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE", help="test_list, test_json, ...")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    parser.add_argument("--timeout", type=float, default=300, help="seconds for a file")
    parser.add_argument("--stall", type=float, default=120, help="seconds for a case")
    parser.add_argument("--gate", action="store_true", help="the files of gate.txt")
    parser.add_argument("--reference", action="store_true", help="measure the reference again")
    parser.add_argument("--only-reference", action="store_true", help="measure the reference, not Pyrite")
    parser.add_argument("--update", action="store_true", help="add what passes to the ratchet")
    parser.add_argument("--table", metavar="FILE", help="write the table as Markdown")
    parser.add_argument("--log", metavar="DIR", help="keep Pyrite's stderr for each file")
    return parser.parse_args()


def main():
    options = arguments()
    files = [name[:-3] if name.endswith(".py") else name for name in options.files]
    if options.gate:
        with open(GATE, encoding="utf-8") as file:
            files += [line.strip() for line in file if line.strip() and not line.startswith("#")]
    files = files or list(all_files())
    if options.log:
        os.makedirs(options.log, exist_ok=True)
    run = Run(options, files)
    if options.only_reference:
        with ThreadPoolExecutor(options.jobs) as pool:
            missing = [name for name in files if options.reference or name not in run.reference]
            for name, outcome in zip(missing, pool.map(lambda name: run_file(sides.REFERENCE, name, options.timeout, options.timeout), missing)):
                run.reference[name] = outcome.passed()
                print("%-28s %4d pass  %5.1f s  %s" % (name, len(outcome.passed()), outcome.seconds, "; ".join(outcome.trouble)[:150]), flush=True)
                write_table(REFERENCE_TABLE, run.reference)
        return 0
    sides.require_library()
    return run.run()


if __name__ == "__main__":
    sys.exit(main())
