#!/usr/bin/env python3
"""Compares the tokens, and the concrete trees over them, of Pyrite's library with the reference's.

    tokens.py [--sample N] [PATH ...]

Without paths: every .py file of the standard library, its tests and site-packages. On both sides the `parser` module, which goes through
`PyParser_ParseStringObject`, parses each file; the tree that it shows holds each token with its kind, text, line and column, and
each node of the grammar. Files that are refused must be refused with the same error. A side answers with a digest of each file;
what differs is asked for once more, in full.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import sides  # noqa: E402

# Runs on each side. Trees are walked with a stack: deep sources make deep trees.
ANSWER = r"""
import hashlib, parser, sys, warnings
warnings.simplefilter('ignore')

def leaves(path):
    with open(path, 'rb') as file:
        source = file.read()
    try:
        tree = parser.suite(source.decode('utf-8-sig')).totuple(True, True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        yield '%s: %s' % (type(error).__name__, error)
        return
    stack = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node[1], str):
            yield ascii(node)
        else:
            yield str(node[0])
            stack.extend(reversed([child for child in node[1:] if isinstance(child, tuple)]))

for path in sys.stdin.read().splitlines():
    if len(sys.argv) > 1:
        print('\n'.join(leaves(path)))
    else:
        digest, count = hashlib.md5(), 0
        for leaf in leaves(path):
            digest.update(leaf.encode())
            count += leaf.startswith('(')
        print(digest.hexdigest(), count)
"""


def all_files(reference):
    run = [reference.launcher, "-I", "-c", "import sys, sysconfig; print(sysconfig.get_path('stdlib'))"]
    library = subprocess.run(run, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
    for folder, folders, names in os.walk(library):
        folders.sort()
        yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".py"))


def ask(side, paths, *args):
    # A file as input: two pipes full at once would wait for each other.
    with tempfile.TemporaryFile("w+") as listing:
        listing.write("".join(path + "\n" for path in paths))
        listing.seek(0)
        return subprocess.Popen([side.launcher, "-I", "-c", ANSWER] + list(args), stdin=listing, stdout=subprocess.PIPE,
                                env=side.environment(), text=True)


def first_difference(both, path):
    ours, theirs = (ask(side, [path], "full").communicate()[0].splitlines() for side in both)
    for a, b in zip(ours + ["nothing more"], theirs + ["nothing more"]):
        if a != b:
            return "%s, the reference %s" % (a, b)
    return "nothing when asked for alone"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--sample", type=int, default=0, help="so many files, chosen at random")
    arguments.add_argument("--seed", type=int, default=0)
    arguments.add_argument("paths", nargs="*")
    args = arguments.parse_args()
    both = (sides.PYRITE, sides.REFERENCE)
    paths = args.paths or list(all_files(sides.REFERENCE))
    if args.sample:
        paths = random.Random(args.seed).sample(paths, min(args.sample, len(paths)))
    ours, theirs = (running.communicate()[0].splitlines() for running in [ask(side, paths) for side in both])
    tokens, failed = 0, 0
    for index, path in enumerate(paths):
        mine = ours[index] if index < len(ours) else "nothing"
        if mine != theirs[index]:
            failed += 1
            print("%s: %s" % (path, first_difference(both, path)))
        tokens += int(theirs[index].split()[1])
    print("%d tokens" % tokens)
    print("%d passed, %d failed" % (len(paths) - failed, failed))
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
