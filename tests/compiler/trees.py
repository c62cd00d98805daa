#!/usr/bin/env python3
"""Compares Pyrite's syntax trees and syntax errors with CPython 3.8's.

    trees.py cases                 the table of small cases (error_cases.txt)
    trees.py files [PATH...]       every .py file below the paths; the reference's library if there are none
    trees.py mutants N [SEED]      N files of that library, each with a token deleted, doubled or swapped
    trees.py generated N [SEED]    N programs of generate.py, every third of them damaged in the same way

Both sides run as servers, so that a thousand files cost two processes. The exit status says whether all were equal.
"""
import argparse
import os
import random
import re
import subprocess
import sys

import generate

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tools"))

import reference  # noqa: E402

TOKEN = re.compile(rb"""[ \t]+|\n|\w+|'''|\"\"\"|[^\w\s]""")


class Server:
    def __init__(self, command):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(self, src, mode, flags):
        pipe = self.process.stdin
        pipe.write(b"%s %s %d\n" % (mode.encode(), flags.encode(), len(src)) + src)
        pipe.flush()

    def receive(self):
        length = self.process.stdout.readline()
        if not length:
            raise SystemExit("a server ended: %s" % self.process.wait())
        return self.process.stdout.read(int(length)).decode("utf-8", "surrogatepass")


class Comparison:
    def __init__(self, args):
        self.ours = Server([args.tree, "--serve"])
        self.theirs = Server([args.python, os.path.join(HERE, "oracle.py")])
        self.total = 0
        self.unequal = []
        self.show = args.show

    def check(self, name, src, mode="exec", flags="-"):
        self.theirs.send(src, mode, flags)
        self.ours.send(src, mode, flags)
        theirs = self.theirs.receive()
        ours = self.ours.receive()
        self.total += 1
        if theirs.startswith("('SyntaxError', '?'"):
            # Any message about an old print statement is replaced when the exception is made.
            ours = re.sub(r"^\('SyntaxError', ('.*?'|\".*?\"),", "('SyntaxError', '?',", ours)
        if theirs == ours:
            return True
        self.unequal.append(name)
        if len(self.unequal) <= self.show:
            i = next((i for i, (a, b) in enumerate(zip(theirs, ours)) if a != b), min(len(ours), len(theirs)))
            start = max(0, i - 150)
            print("UNEQUAL %s" % name)
            print("   reference ...%s" % theirs[start:i + 150])
            print("   pyrite    ...%s" % ours[start:i + 150])
        return False

    def finish(self):
        print("%d passed, %d failed" % (self.total - len(self.unequal), len(self.unequal)))
        return 1 if self.unequal else 0


def library(args):
    prefix = subprocess.run([args.python, "-c", "import sys; print(sys.prefix)"],
                            capture_output=True, text=True, check=True).stdout.strip()
    return os.path.join(prefix, "lib", "python3.8")


def python_files(paths):
    for path in paths:
        if os.path.isfile(path):
            yield path
        for folder, folders, names in os.walk(path):
            folders.sort()
            for name in sorted(names):
                if name.endswith(".py"):
                    yield os.path.join(folder, name)


def read(path):
    with open(path, "rb") as f:
        return f.read()


def cases(comparison):
    """Blocks of the table are separated by lines of `%%`, which may go on with a mode and flags. `\\` escapes are
    those of Python where a block begins with `@`."""
    text = read(os.path.join(HERE, "error_cases.txt")).decode()
    mode, flags = "exec", "s"
    for block in re.split(r"(?m)^(%%.*)\n", text)[1:]:
        if block.startswith("%%"):
            words = block[2:].split()
            mode = words[0] if words else "exec"
            flags = words[1] if len(words) > 1 else "s"
            continue
        block = block[:-1]
        if block.startswith("@"):
            src = eval(block[1:])
            src = src.encode("utf-8", "surrogatepass") if isinstance(src, str) else src
        else:
            src = block.encode()
        comparison.check(repr(src)[:300] + " " + mode + " " + flags, src, mode, flags)


def files(comparison, paths):
    for path in python_files(paths):
        comparison.check(path, read(path))


def mutate(src, rng):
    """One token deleted, doubled, or swapped with the next."""
    tokens = TOKEN.findall(src)
    if len(tokens) < 3:
        return src
    i = rng.randrange(len(tokens) - 1)
    action = rng.randrange(4)
    if action == 0:
        del tokens[i]
    elif action == 1:
        tokens.insert(i, tokens[i])
    elif action == 2:
        tokens[i], tokens[i + 1] = tokens[i + 1], tokens[i]
    else:
        tokens[i] = rng.choice(tokens)
    return b"".join(tokens)


def mutants(comparison, paths, count, seed, biggest):
    rng = random.Random(seed)
    known = [p for p in python_files(paths) if os.path.getsize(p) < biggest]
    for n in range(count):
        path = rng.choice(known)
        # A part of the file keeps the reference, which is the slower one, quick.
        lines = read(path).splitlines(keepends=True)
        start = rng.randrange(max(1, len(lines)))
        while start > 0 and (lines[start][:1].isspace() or lines[start][:1] in b"#)]}\"'"):
            start -= 1
        src = mutate(b"".join(lines[start:start + 80]), rng)
        if not comparison.check("mutant %d of %s" % (n, path), src, "exec", rng.choice(["-", "-", "t", "q"])
                                .replace("q", "-")) and comparison.keep:
            with open(os.path.join(comparison.keep, "mutant-%d.py" % n), "wb") as f:
                f.write(src)


def generated(comparison, count, seed):
    for n in range(count):
        rng = random.Random(seed * 1000003 + n)
        src = generate.program(rng).encode()
        if n % 3 == 2:
            src = mutate(src, rng)
        comparison.check("generated %d with seed %d" % (n, seed), src)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["cases", "files", "mutants", "generated"])
    parser.add_argument("rest", nargs="*")
    parser.add_argument("--tree", help="the built example, if it is not to be built")
    parser.add_argument("--python", default=None, help="the reference's launcher, if it is not to be found")
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--keep", help="folder for unequal mutants")
    parser.add_argument("--biggest", type=int, default=1 << 20)
    args = parser.parse_args()
    args.python = args.python or reference.launcher()
    if not args.tree:
        subprocess.run(["cargo", "build", "-q", "-p", "pyrite-syntax", "--example", "tree"], cwd=ROOT, check=True)
        args.tree = os.path.join(ROOT, "target", "debug", "examples", "tree")
    comparison = Comparison(args)
    comparison.keep = args.keep
    if args.what == "cases":
        cases(comparison)
    elif args.what == "files":
        files(comparison, args.rest or [library(args)])
    else:
        count = int(args.rest[0]) if args.rest else 500
        seed = int(args.rest[1]) if len(args.rest) > 1 else 1
        if args.what == "generated":
            generated(comparison, count, seed)
            return comparison.finish()
        mutants(comparison, [library(args)], count, seed, args.biggest)
    return comparison.finish()


if __name__ == "__main__":
    sys.exit(main())
