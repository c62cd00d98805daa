#!/usr/bin/env python3.8
"""Times Pyrite's parser and compiler against the reference's compile(), over the standard library.

    code_speed.py [--rounds N] [--command PATH] [--library DIR] [PATH ...]

Each side compiles all files in a process of its own, in turn; processor time and peak memory. The reference's time is that of compile()
alone; Pyrite's, without --library, is that of the whole process of the crate's example, reading files included. With --library, the
folder of a built library, it is that of compile() on this library, objects and all.
"""
import argparse
import os
import subprocess
import sys

import code_compare

COMPILE = """
import resource, sys, time, warnings
warnings.simplefilter('ignore')
sources = []
for path in sys.stdin.read().splitlines():
    with open(path, 'rb') as file:
        sources.append(file.read().decode())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.process_time()
for source in sources:
    compile(source, 'file', 'exec', 0, True, 0)
seconds = time.process_time() - start
print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, before)
"""


def compiles(path):
    source = code_compare.read_source(path)
    if source is None or source.startswith(b'\xef\xbb\xbf'):
        return False
    try:
        with open(path, 'rb') as file:
            compile(file.read().decode(), path, 'exec', 0, True, 0)
    except (SyntaxError, ValueError):
        return False
    return True


def by_compile(names, library=None):
    env = dict(os.environ, LD_LIBRARY_PATH=library) if library else None
    done = subprocess.run([sys.executable, '-I', '-S', '-c', COMPILE], input=names, stdout=subprocess.PIPE, env=env, check=True)
    seconds, peak, _ = done.stdout.split()
    return float(seconds), int(peak)


def by_example(names, command):
    process = subprocess.Popen([command, '--all'], stdin=subprocess.PIPE)
    process.stdin.write(names)
    process.stdin.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    if status:
        sys.exit('the example ended with status %d' % status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--command', help='the built example, if it is not to be built')
    parser.add_argument('--library', help='folder of libpython3.8.so.1.0, to measure compile() on it')
    parser.add_argument('paths', nargs='*')
    args = parser.parse_args()
    import warnings
    warnings.simplefilter('ignore')
    paths = [path for path in args.paths or code_compare.all_files() if compiles(path)]
    names = '\n'.join(paths).encode()
    command = args.command
    if not command and not args.library:
        subprocess.run(['cargo', 'build', '-q', '--release', '-p', 'pyrite-bytecode', '--example', 'code'],
                       cwd=code_compare.ROOT, check=True)
        command = os.path.join(code_compare.ROOT, 'target', 'release', 'examples', 'code')
    theirs, ours = [], []
    for _ in range(args.rounds):
        theirs.append(by_compile(names))
        ours.append(by_compile(names, args.library) if args.library else by_example(names, command))
    (their_time, their_peak), (our_time, our_peak) = min(theirs), min(ours)
    size = sum(map(os.path.getsize, paths)) / 1e6
    print('%d files, %.1f MB: reference %.2f s and %d MB, pyrite %.2f s and %d MB, ratio of times %.3f'
          % (len(paths), size, their_time, their_peak // 1024, our_time, our_peak // 1024, our_time / their_time))


if __name__ == '__main__':
    sys.exit(main())
