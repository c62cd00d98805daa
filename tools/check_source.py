"""House rules that no compiler checks: sizes of files and functions, no panics on reachable paths, no leftovers.

    python3 tools/check_source.py        prints what breaks a rule; exit status 1 if anything does

Generated tables are exempt from the sizes; tests and build scripts may unwrap.
"""

import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FILE_LINES, FUNCTION_LINES = 1500, 100
PANICS = re.compile(r'\.unwrap\(\)|\.expect\("|\bpanic!|\bunreachable!|\btodo!|\bunimplemented!')
LEFTOVERS = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
STRING = re.compile(r'"[^"]*"')
OUTSIDE = re.compile(r"/tmp/(wt|tools|lib)|/work/|/root/")
FUNCTION = re.compile(r"^(\s*)(?:pub(?:\([^)]*\))? )?(?:default )?(?:const )?(?:async )?(?:unsafe )?(?:extern \"[^\"]*\" )?fn (\w+)")


def rust_files():
    for folder in ("crates", "launcher"):
        for path, folders, names in os.walk(os.path.join(ROOT, folder)):
            folders[:] = [name for name in folders if name != "target"]
            for name in sorted(names):
                if name.endswith(".rs"):
                    yield os.path.join(path, name)


def is_for_tests(path):
    relative = os.path.relpath(path, ROOT)
    parts = relative.split(os.sep)
    return "tests" in parts or "build" in parts or "examples" in parts or os.path.basename(path) in ("build.rs", "tests.rs") or "_tests" in relative


def functions(lines):
    """(name, first line, length) of every function, by indentation of its closing brace."""
    for number, line in enumerate(lines):
        found = FUNCTION.match(line)
        if not found:
            continue
        end = found.group(1) + "}"
        for last in range(number, len(lines)):
            if lines[last].rstrip() == end or last == number and line.rstrip().endswith(("}", ";")):
                yield found.group(2), number + 1, last - number + 1
                break


def check(path):
    with open(path, encoding="utf-8") as file:
        text = file.read()
    lines = text.split("\n")
    if "do not edit" not in text[:400]:
        if len(lines) > FILE_LINES:
            yield 1, "%d lines, more than %d" % (len(lines), FILE_LINES)
        for name, number, length in functions(lines):
            if length > FUNCTION_LINES:
                yield number, "fn %s has %d lines, more than %d" % (name, length, FUNCTION_LINES)
    in_tests = is_for_tests(path)
    for number, line in enumerate(lines, 1):
        code = line.split("//")[0]
        if "#[cfg(test)]" in line:
            in_tests = True
        if not in_tests and PANICS.search(code) and "macros" not in path.split(os.sep):
            yield number, "may panic: " + line.strip()[:90]
        # Texts of errors are CPython's.
        if LEFTOVERS.search(STRING.sub("", line)):
            yield number, "leftover: " + line.strip()[:90]
        if OUTSIDE.search(line):
            yield number, "names a place outside the project: " + line.strip()[:90]


def main():
    count = 0
    for path in rust_files():
        for number, problem in check(path):
            print("%s:%d: %s" % (os.path.relpath(path, ROOT), number, problem))
            count += 1
    print("%d breaches of the rules" % count)
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
