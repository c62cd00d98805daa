"""Runs all tests, suite by suite, and counts.

    python3 tests/run.py [--profile dev|release] [--jobs N] [SUITE...]

The library must be built (`make test` builds it). A suite is a command whose output has lines `N passed, N failed`, as the project's own
scripts and `cargo test` print them; one that prints none, such as a linter, counts as one test. What a suite's own list names as a known
failure is not among the failures: such lists may only become shorter. The table at the end is followed by the last lines of each suite
that failed, so that the end of a log says what went wrong; the last line is the sum over all suites.
"""

import argparse
import collections
import os
import re
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COUNTS = re.compile(r"(?:^|\. )(\d+) passed[,;] (\d+) failed(?:[,;] (\d+) (?:skipped|ignored))?")
# How much of a failed suite's output is shown again at the end.
LINES_SHOWN_AGAIN = 12
PYTHON = sys.executable or "python3"
CARGO = os.environ.get("CARGO", "cargo")


def packages_with_tests():
    """Arguments that select the packages that have tests. The others would be built once more, with unwinding, for nothing."""
    for folder in ("crates", "tests"):
        for name in sorted(os.listdir(os.path.join(ROOT, folder))):
            path = os.path.join(ROOT, folder, name)
            if os.path.exists(os.path.join(path, "Cargo.toml")) and has_tests(path):
                yield from ("-p", "pyrite-library-tests" if folder == "tests" else "pyrite-" + name)


def has_tests(path):
    if os.path.isdir(os.path.join(path, "tests")):
        return True
    for folder, _, names in os.walk(os.path.join(path, "src")):
        for name in names:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                if "#[cfg(test)]" in file.read():
                    return True
    return False


def suites(profile, jobs):
    """Name and command of each, cheapest first."""
    script = lambda path, *args: [PYTHON, os.path.join("tests", path)] + list(args)
    cargo_test = [CARGO, "test", "--profile", profile, "--lib", "--tests"]
    found = collections.OrderedDict()
    found["format"] = [CARGO, "fmt", "--all", "--check"]
    found["source rules"] = [PYTHON, "tools/check_source.py"]
    found["clippy"] = [CARGO, "clippy", "-q", "--workspace", "--all-targets", "--profile", profile, "--", "-D", "warnings"]
    found["unit tests"] = cargo_test + list(packages_with_tests())
    found["smoke"] = ["tests/smoke/run.sh"]
    found["embedding"] = ["tests/embed/run.sh"]
    found["embedding: compared"] = script("embed/compared/run.py")
    found["compiler: files"] = script("compiler/code_compare.py", "--sample", "120")
    found["compiler: errors"] = script("compiler/trees.py", "cases")
    found["compiler: tokens"] = script("compiler/tokens.py", "--sample", "40")
    found["compiler: programs"] = script("compiler/code_generated.py", "--programs", "500")
    found["differential"] = script("differential/run.py")
    found["programs"] = script("programs/run.py")
    found["conformance"] = script("conformance/run.py", "--gate", "--jobs", str(jobs))
    return found


class Counts:
    """Tests passed, failed and skipped."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0

    def take(self, line):
        found = COUNTS.search(line)
        if found:
            self.passed += int(found.group(1))
            self.failed += int(found.group(2))
            self.skipped += int(found.group(3) or 0)

    def add(self, other):
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped

    def __str__(self):
        return "%d passed, %d failed" % (self.passed, self.failed) + (", %d skipped" % self.skipped if self.skipped else "")


def run(name, command, env):
    """Runs one suite, passing on what it prints. Returns its counts, its seconds and its last lines."""
    print("\n== %s: %s" % (name, " ".join(command)), flush=True)
    counts, started, last = Counts(), time.time(), collections.deque(maxlen=LINES_SHOWN_AGAIN)
    try:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as problem:
        print("cannot run %s: %s" % (command[0], problem))
        counts.failed = 1
        return counts, 0.0, ["cannot run %s: %s\n" % (command[0], problem)]
    for line in process.stdout:
        text = line.decode("utf-8", "replace")
        # A test harness that names each test that passes says too much.
        if not (text.startswith("test ") and text.endswith("... ok\n")):
            sys.stdout.write(text)
            sys.stdout.flush()
            last.append(text[:300].rstrip() + "\n")
        counts.take(text)
    code = process.wait()
    if code != 0 and not counts.failed:
        counts.failed = 1
    elif code == 0 and not (counts.passed or counts.failed or counts.skipped):
        counts.passed = 1
    return counts, time.time() - started, last


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("suites", nargs="*", metavar="SUITE", help="names as they are printed; all by default")
    parser.add_argument("--profile", default=os.environ.get("PYRITE_PROFILE", "dev"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    options = parser.parse_args()
    library = os.path.join(ROOT, "target", "debug" if options.profile == "dev" else options.profile, "libpython3_8.so")
    env = dict(os.environ, PYRITE_PROFILE=options.profile, PYRITE_LIBRARY=library, PYTHONUNBUFFERED="1")
    all_suites = suites(options.profile, options.jobs)
    unknown = set(options.suites) - set(all_suites)
    if unknown:
        sys.exit("no such suite: %s (there are: %s)" % (", ".join(sorted(unknown)), ", ".join(all_suites)))
    total, rows, trouble = Counts(), [], []
    for name in options.suites or all_suites:
        counts, seconds, last = run(name, all_suites[name], env)
        total.add(counts)
        if counts.failed:
            trouble.append("\n== %s ended with\n%s" % (name, "".join(last)))
        rows.append("%-20s %6.1f s  %s" % (name, seconds, counts))
    print("\n" + "\n".join(rows))
    print("\n".join(trouble + [str(total)]))
    return 1 if total.failed else 0


if __name__ == "__main__":
    sys.exit(main())
