#!/usr/bin/env python3.8
"""Times Pyrite's parser and compiler against the reference's compile(), over the standard library.

    code_speed.py [--sample N] [--command PATH] [PATH ...]

Each file is compiled by both in turn, the best of three counts; processor time. Prints the ratio of the sums.
"""
import argparse
import random
import sys
import time
import warnings

import code_compare


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--sample', type=int, default=150)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--command', help='the built example, if it is not to be built')
    parser.add_argument('paths', nargs='*')
    args = parser.parse_args()
    warnings.simplefilter('ignore')
    paths = args.paths or list(code_compare.all_files())
    if len(paths) > args.sample:
        paths = random.Random(args.seed).sample(paths, args.sample)
    pyrite = code_compare.build(args.command)
    theirs = ours = size = 0
    for path in paths:
        source = code_compare.read_source(path)
        if source is None:
            continue
        best = []
        for _ in range(3):
            start = time.process_time()
            try:
                compile(source.decode('utf-8'), path, 'exec', 0, True, 0)
            except (SyntaxError, ValueError):
                best = []
                break
            reference = time.process_time() - start
            kind, answer, _ = pyrite.ask('time', 0, 0, source)
            if kind != 'time':
                best = []
                break
            best.append((reference, int(answer) / 1e9))
        if best:
            theirs += min(pair[0] for pair in best)
            ours += min(pair[1] for pair in best)
            size += len(source)
    pyrite.close()
    print('%.1f MB: reference %.3f s, pyrite %.3f s, ratio %.3f' % (size / 1e6, theirs, ours, ours / theirs))


if __name__ == '__main__':
    sys.exit(main())
