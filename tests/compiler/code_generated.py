#!/usr/bin/env python3.8
"""Compares the compilers over generated programs, or over mutations of real files.

    code_generated.py [--programs N] [--mutations N] [--seed S]

Equal code or equal error is asked for. A program that differs is shown with its seed.
"""
import argparse
import random
import sys
import warnings

import code_compare
import code_generate as generate


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--programs', type=int, default=500)
    parser.add_argument('--mutations', type=int, default=0)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--show', type=int, default=5)
    args = parser.parse_args()
    pyrite = code_compare.build()
    passed = failed = 0

    def check(source, label, mode, optimize):
        nonlocal passed, failed
        problem = code_compare.compare(pyrite, source.encode('utf-8', 'surrogatepass'), mode, optimize)
        if problem is None:
            passed += 1
            return
        failed += 1
        if failed <= args.show:
            print('%s (mode %s, -O%d)\n%s' % (label, mode, optimize, problem), flush=True)

    for seed in range(args.seed, args.seed + args.programs):
        source = generate.program(seed)
        check(source, 'program %d' % seed, 'exec', seed % 3)
    if args.mutations:
        rng = random.Random(args.seed)
        paths = [path for path in code_compare.all_files()]
        small = []
        for path in rng.sample(paths, 150):
            source = code_compare.read_source(path)
            if source is not None and len(source) < 12000:
                small.append((path, source.decode('utf-8')))
        for i in range(args.mutations):
            path, source = rng.choice(small)
            if rng.random() < 0.5:
                path, source = 'program %d' % i, generate.program(i)
            mutated = generate.mutate(source, rng)
            check(mutated, 'mutation %d of %s' % (i, path), 'exec', 0)
    pyrite.close()
    print('%d passed, %d failed' % (passed, failed))
    return bool(failed)


if __name__ == '__main__':
    sys.exit(main())
