"""Whole programs on both sides: command line, the standard library's own tools, compiled modules, LD_PRELOAD.

    python3 tests/programs/run.py [-v] [-k TEXT] [--update]

Every test is a function `test_...` in a file `*_tests.py` of this folder. It gets a `Both`, which runs commands on both sides in working
folders that are alike, and compares stdout, stderr and exit status. `known-failures.txt` is the ratchet: what is not in it must pass.

Many of these programs depend on time: servers, terminals, signals, downloads. What differs is run once more; a difference that does not come
again is the machine's, counts as passed, and is named at the end, so that one that comes often is seen.
"""

import argparse
import importlib
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
sys.path.insert(0, os.path.dirname(HERE))

import sides  # noqa: E402

KNOWN_FAILURES = os.path.join(HERE, "known-failures.txt")


class Both:
    """Two folders of the same content, one for each side, and what differed when commands ran in them."""

    def __init__(self, root):
        self.root = root
        self.differences = []
        self.folders = {}
        for side in (sides.REFERENCE, sides.PYRITE):
            # The same path length on both sides; the name is taken out of what is printed.
            self.folders[side] = os.path.join(root, "side-r" if side is sides.REFERENCE else "side-p")
            os.mkdir(self.folders[side])

    def write(self, name, text):
        for folder in self.folders.values():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(text if isinstance(text, bytes) else text.encode("utf-8"))
            # Archives and compiled files say when a file was written.
            os.utime(path, (1577934245, 1577934245))

    def copy_stdlib(self, name, target):
        """Copies a file of the standard library, or a package's source files, into the folders."""
        source = self.stdlib(name)
        names = [""]
        if os.path.isdir(source):
            names = ["/" + path for path in sorted(os.listdir(source)) if path.endswith(".py")]
        for path in names:
            with open(source + path, "rb") as file:
                self.write(target + path, file.read())

    def read(self, side, name):
        with open(os.path.join(self.folders[side], name), "rb") as file:
            return file.read()

    def stdlib(self, name):
        """Path of a file of the standard library."""
        return os.path.join(sides.reference.prefix(), "lib", "python3.8", name)

    def _clean(self, side, data):
        return data.replace(self.folders[side].encode(), b"<folder>")

    def remove(self, name, side):
        os.remove(os.path.join(self.folders[side], name))

    def _run(self, side, args, stdin, env, timeout, clean, program=None):
        result = side.run(args, stdin, env, self.folders[side], timeout, program)
        result.out, result.err = clean(self._clean(side, result.out)), clean(self._clean(side, result.err))
        return result

    def run_uncompared(self, *args, stdin=b"", env=None, timeout=120, clean=lambda data: data, program=None):
        """Runs the launcher (or a program that does) on both sides; returns both results."""
        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(self._run, side, args, stdin, env, timeout, clean, program) for side in self.folders]
            return tuple(future.result() for future in futures)

    def run_shell(self, script, timeout=120, clean=lambda data: data):
        """Runs a shell script, in which $P is the launcher, on both sides; returns both results."""
        return self.run_uncompared(script, env={"P": sides.REFERENCE.launcher}, timeout=timeout, clean=clean, program="/bin/sh")

    def run(self, *args, stdin=b"", env=None, timeout=120, clean=lambda data: data, label=""):
        """Runs the launcher with these arguments on both sides; returns both results, after comparing them."""
        expected, found = self.run_uncompared(*args, stdin=stdin, env=env, timeout=timeout, clean=clean)
        if expected != found:
            line = " ".join(os.fsdecode(word) for word in args)[:300]
            self.differ("$ %s %s\n%s" % (label, line, sides.difference(expected, found)))
        return expected, found

    def program(self, source, *args, **options):
        """Runs a program given as text."""
        self.write("program.py", source)
        return self.run("program.py", *args, **options)

    def same_file(self, name):
        if self.read(sides.REFERENCE, name) != self.read(sides.PYRITE, name):
            self.differ("the file %s differs" % name)

    def differ(self, text):
        self.differences.append(text)


def find_tests():
    for name in sorted(os.listdir(HERE)):
        if name.endswith("_tests.py"):
            module = importlib.import_module(name[:-3])
            for attribute in list(vars(module)):
                if attribute.startswith("test_"):
                    yield "%s.%s" % (name[:-9], attribute[5:]), getattr(module, attribute)


def run_test(function):
    """What differed, and whether it differed only in the first of two runs."""
    differences = run_once(function)
    if not differences:
        return [], False
    again = run_once(function)
    return (again, False) if again else (differences, True)


def run_once(function):
    root = tempfile.mkdtemp(prefix="pyrite-")
    try:
        both = Both(root)
        function(both)
        return both.differences
    except sides.Skipped:
        raise
    except Exception as problem:  # a file that one side should have written, for example
        return both.differences + ["%s: %s" % (type(problem).__name__, problem)]
    finally:
        shutil.rmtree(root, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-v", action="store_true", help="show the differences of known failures too")
    parser.add_argument("-k", default="", metavar="TEXT", help="only tests whose name contains TEXT")
    parser.add_argument("--update", action="store_true", help="write known-failures.txt from this run")
    options = parser.parse_args()
    sides.require_library()
    known = set()
    if os.path.exists(KNOWN_FAILURES):
        with open(KNOWN_FAILURES, encoding="utf-8") as file:
            known = {line.strip() for line in file if not line.startswith("#")}
    failed, names, skipped, recap = set(), set(), 0, []
    for name, function in find_tests():
        if options.k not in name:
            continue
        names.add(name)
        started = time.time()
        try:
            differences, passing = run_test(function)
        except sides.Skipped as reason:
            skipped += 1
            print("%-44s skipped: %s" % (name, reason), flush=True)
            continue
        if differences and not passing:
            failed.add(name)
        verdict = "ok" if not differences else "ok at the second run" if passing else "known" if name in known else "FAILS"
        if differences and name not in known:
            recap.append("%s %s: %s" % (verdict, name, " ".join("".join(differences).split())[:800]))
        print("%-44s %-6s %5.1f s" % (name, verdict, time.time() - started), flush=True)
        if differences and (options.v or name not in known and not options.update):
            print("\n".join(differences)[:200000 if options.v else 4000])
    passed, new = names - failed, failed - known
    print("%d of %d programs alike on both sides; %d are known not to be" % (len(passed), len(names), len(failed - new)))
    for name in sorted(known & passed):
        print("no longer differs, take it out of known-failures.txt: " + name)
    if options.update:
        with open(KNOWN_FAILURES, "w", encoding="utf-8") as file:
            file.write("# Programs that do not run alike yet (run.py --update writes this file). It should only become shorter.\n")
            file.writelines(name + "\n" for name in sorted((known - names) | failed))
        return 0
    for line in recap:
        print(line)
    print("%d passed, %d failed, %d skipped" % (len(passed), len(new), skipped))
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
