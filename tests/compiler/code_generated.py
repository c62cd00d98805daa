#!/usr/bin/env python3.8
"""Compares the compilers over generated programs, or over mutations of real files.

    code_generated.py [--programs N] [--mutations N] [--seed S]

Equal code or equal error is asked for. A program that differs is shown with its seed. The work is done in a child process: the
reference itself crashes over a few programs, which are skipped and counted.
"""
import argparse
import ast
import os
import random
import sys

import code_compare
import code_generate as generate


def programs(seeds):
    """(label, source, mode, optimisation, flags) of each case."""
    for seed in seeds:
        yield 'program %d' % seed, generate.program(seed), 'exec', seed % 3, 0
        # The other ways to compile: an expression, a statement at the prompt, await at the top level.
        generator = generate.Generator(random.Random(seed))
        if seed % 4 == 0:
            yield 'expression %d' % seed, generator.expr(4), 'eval', seed % 3, 0
        elif seed % 4 == 1:
            generator.stmt(0, 3)
            source = '\n'.join(generator.lines) + '\n'
            yield 'statement %d' % seed, source, 'single', seed % 3, 0
        elif seed % 4 == 2:
            generator.functions = ['async']
            generator.stmt(0, 3)
            source = '\n'.join(generator.lines) + '\n'
            yield 'top-level await %d' % seed, source, 'exec', seed % 3, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def mutations(count, seed):
    rng = random.Random(seed)
    small = []
    for path in rng.sample(list(code_compare.all_files()), 150):
        source = code_compare.read_source(path)
        if source is not None and len(source) < 12000:
            small.append((path, source.decode('utf-8')))
    for i in range(count):
        path, source = rng.choice(small)
        if rng.random() < 0.5:
            path, source = 'program %d' % i, generate.program(i)
        yield 'mutation %d of %s' % (i, path), generate.mutate(source, rng), 'exec', 0, 0


def check_all(cases, pyrite, show, report):
    """Writes a byte to `report` for each case: `.` or `F`."""
    failed = 0
    for label, source, mode, optimize, flags in cases:
        source = source.encode('utf-8', 'surrogatepass')
        problem = code_compare.compare(pyrite, source, mode, optimize, flags)
        if problem is not None:
            failed += 1
            if failed <= show:
                print('%s (mode %s, -O%d)\n%s' % (label, mode, optimize, problem), flush=True)
        os.write(report, b'.' if problem is None else b'F')
    pyrite.close()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--programs', type=int, default=500)
    parser.add_argument('--mutations', type=int, default=0)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--show', type=int, default=5)
    parser.add_argument('--command', help='the built example, if it is not to be built')
    args = parser.parse_args()
    pyrite = code_compare.build(args.command)
    cases = list(programs(range(args.seed, args.seed + args.programs)))
    if args.mutations:
        cases += mutations(args.mutations, args.seed)
    passed = failed = crashed = 0
    while cases:
        readable, writable = os.pipe()
        child = os.fork()
        if child == 0:
            check_all(cases, pyrite, args.show, writable)
            os._exit(0)
        os.close(writable)
        with os.fdopen(readable, 'rb') as report:
            results = report.read()
        os.waitpid(child, 0)
        passed += results.count(b'.')
        failed += results.count(b'F')
        if len(results) < len(cases):
            print('the reference crashed: %s' % cases[len(results)][0], flush=True)
            crashed += 1
        cases = cases[len(results) + 1:]
    print('%d passed, %d failed, %d skipped' % (passed, failed, crashed))
    return bool(failed)


if __name__ == '__main__':
    sys.exit(main())
