#!/usr/bin/env python3.8
"""Compares the compilers over generated programs, or over mutations of real files.

    code_generated.py [--programs N] [--mutations N] [--seed S]

Equal code or equal error is asked for. A program that differs is shown with its seed.
"""
import argparse
import ast
import random
import sys

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

    def check(source, label, mode, optimize, flags=0):
        nonlocal passed, failed
        problem = code_compare.compare(pyrite, source.encode('utf-8', 'surrogatepass'), mode,
                                       optimize, flags)
        if problem is None:
            passed += 1
            return
        failed += 1
        if failed <= args.show:
            print('%s (mode %s, -O%d)\n%s' % (label, mode, optimize, problem), flush=True)

    for seed in range(args.seed, args.seed + args.programs):
        source = generate.program(seed)
        check(source, 'program %d' % seed, 'exec', seed % 3)
        # The other ways to compile: an expression, a statement at the prompt, await at the top level.
        generator = generate.Generator(random.Random(seed))
        if seed % 4 == 0:
            check(generator.expr(4), 'expression %d' % seed, 'eval', seed % 3)
        elif seed % 4 == 1:
            generator.stmt(0, 3)
            check('\n'.join(generator.lines) + '\n', 'statement %d' % seed, 'single', seed % 3)
        elif seed % 4 == 2:
            generator.functions = ['async']
            generator.stmt(0, 3)
            source = '\n'.join(generator.lines) + '\n'
            check(source, 'top-level await %d' % seed, 'exec', seed % 3, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
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
