#!/usr/bin/env python3.8
"""Compares the compilers over generated programs, or over mutations of real files.

    code_generated.py [--programs N] [--mutations N] [--seed S] [--seconds T]

Equal code or equal error is asked for. A program that differs is shown with its seed. The work is done in a child process: the
reference itself crashes over a few programs, which are skipped and counted.
"""
import argparse
import ast
import itertools
import os
import random
import signal
import sys
import time

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


def small_files():
    """Real files and their text, those that are short."""
    found = []
    for path in sorted(code_compare.all_files()):
        source = code_compare.read_source(path) if os.path.getsize(path) < 12000 else None
        if source is not None:
            found.append((path, source.decode('utf-8')))
    return found


def mutations(seeds):
    """Half of them of real files, half of generated programs."""
    small = small_files()
    for seed in seeds:
        rng = random.Random(seed)
        path, source = rng.choice(small)
        if rng.random() < 0.5:
            path, source = 'program %d' % seed, generate.program(seed)
        yield 'mutation %d of %s' % (seed, path), generate.mutate(source, rng), 'exec', 0, 0


def check_all(cases, pyrite, show, report):
    """Writes a byte to `report` for each case: `.` or `F`."""
    failed = 0
    for label, source, mode, optimize, flags in cases:
        source = source.encode('utf-8', 'surrogatepass')
        # The reference's compiler does not always end either.
        signal.alarm(120)
        problem = code_compare.compare(pyrite, source, mode, optimize, flags)
        if problem is not None:
            failed += 1
            if failed <= show:
                print('%s (mode %s, -O%d)\n%s' % (label, mode, optimize, problem), flush=True)
        os.write(report, b'.' if problem is None else b'F')
    pyrite.close()


class Tally:
    def __init__(self):
        self.passed = self.failed = self.crashed = 0

    def run(self, make, seeds, args):
        """Checks `make(seeds)` in child processes, a new one after each crash of the reference, until the time is over."""
        pyrite = code_compare.build(args.command)
        done = 0
        while True:
            readable, writable = os.pipe()
            child = os.fork()
            if child == 0:
                check_all(itertools.islice(make(seeds), done, None), pyrite, args.show, writable)
                os._exit(0)
            os.close(writable)
            count = 0
            with os.fdopen(readable, 'rb', 0) as report:
                for results in iter(lambda: report.read(4096), b''):
                    self.passed += results.count(b'.')
                    self.failed += results.count(b'F')
                    count += len(results)
                    if args.seconds and time.time() > args.end:
                        os.kill(child, signal.SIGTERM)
            status = os.waitpid(child, 0)[1]
            if status == 0 or args.seconds and time.time() > args.end:
                return
            done += count
            print('the reference crashed: case %d' % done, flush=True)
            self.crashed += 1
            done += 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--programs', type=int, default=500)
    parser.add_argument('--mutations', type=int, default=0)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--show', type=int, default=5)
    parser.add_argument('--seconds', type=float, default=0, help='stop after this time, whatever is left')
    parser.add_argument('--command', help='the built example, if it is not to be built')
    args = parser.parse_args()
    args.end = time.time() + args.seconds
    tally = Tally()
    if args.programs:
        tally.run(programs, range(args.seed, args.seed + args.programs), args)
    if args.mutations:
        tally.run(mutations, range(args.seed, args.seed + args.mutations), args)
    print('%d passed, %d failed, %d skipped' % (tally.passed, tally.failed, tally.crashed))
    return bool(tally.failed)


if __name__ == '__main__':
    sys.exit(main())
