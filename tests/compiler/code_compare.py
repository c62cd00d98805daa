#!/usr/bin/env python3.8
"""Compares Pyrite's compiler with the reference's, code object by code object.

    code_compare.py [--optimize 0,1,2] [--sample N] [--symtable] [PATH ...]

Whoever runs it, the reference interpreter takes over. Without paths: every .py file of the standard library, its tests and site-packages. Each is
compiled by both; code objects are compared attribute by attribute, recursively, and errors by type, text, line and
column. The exit status is 1 if anything differs; the first differences are shown.
"""
import argparse
import ast
import dis
import io
import marshal
import os
import random
import subprocess
import sys
import sysconfig
import time
import types
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

if sys.version_info[:2] != (3, 8):
    # The reference compares with itself best.
    sys.path.insert(0, os.path.join(ROOT, 'tools'))
    import reference as finder
    os.execv(finder.launcher(), [finder.launcher()] + sys.argv)

ATTRIBUTES = ('co_name', 'co_argcount', 'co_posonlyargcount', 'co_kwonlyargcount', 'co_nlocals',
              'co_flags', 'co_firstlineno', 'co_names', 'co_varnames', 'co_freevars',
              'co_cellvars', 'co_consts', 'co_code', 'co_lnotab', 'co_stacksize')


class Pyrite:
    """The compiler under test, as a server."""

    def __init__(self, command):
        self.command = command
        self.process = None

    def _start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, mode, optimize, flags, source):
        """The kind of answer, the answer, and the warnings."""
        if self.process is None:
            self._start()
        request = b'%s %d %d %d\n' % (mode.encode(), optimize, flags, len(source))
        try:
            self.process.stdin.write(request + source)
            self.process.stdin.flush()
            out = self.process.stdout
            kind, length = out.readline().split()
            answer = out.read(int(length))
            noted = out.read(int(out.readline()))
        except (OSError, ValueError):
            status = self.process.wait()
            self.process = None
            return 'crash', b'status %d' % status, b''
        return kind.decode(), answer, noted

    def close(self):
        if self.process is not None:
            self.process.stdin.close()
            self.process.wait()


def build(command=None):
    if command:
        return Pyrite([command, "--serve"])
    subprocess.run(['cargo', 'build', '-q', '-p', 'pyrite-bytecode', '--example', 'code'],
                   cwd=ROOT, check=True)
    return Pyrite([os.path.join(ROOT, 'target', 'debug', 'examples', 'code'), '--serve'])


def identical(a, b):
    """Equal, with types and signs of zero."""
    if type(a) is not type(b):
        return False
    if isinstance(a, types.CodeType):
        return not differences(a, b)
    if isinstance(a, tuple):
        return len(a) == len(b) and all(map(identical, a, b))
    if isinstance(a, frozenset):
        return len(a) == len(b) and all(any(identical(x, y) for y in b) for x in a)
    if isinstance(a, (float, complex)):
        return repr(a) == repr(b)
    return a == b


def differences(a, b, where=''):
    """The attributes in which two code objects differ: (where, attribute, of a, of b)."""
    where = '%s.%s' % (where, a.co_name) if where else a.co_name
    found = []
    for name in ATTRIBUTES:
        x, y = getattr(a, name), getattr(b, name)
        if name != 'co_consts':
            if x != y:
                found.append((where, name, x, y, a, b))
            continue
        if len(x) != len(y):
            found.append((where, name, x, y, a, b))
            continue
        for c, d in zip(x, y):
            if isinstance(c, types.CodeType) and isinstance(d, types.CodeType):
                found += differences(c, d, where)
            elif not identical(c, d):
                found.append((where, name, x, y, a, b))
                break
    return found


def show_code(code):
    out = io.StringIO()
    try:
        dis.dis(code, depth=0, file=out)
    except Exception as error:
        return repr(error)
    return out.getvalue()


def show(found, limit=3):
    lines = []
    for where, name, x, y, a, b in found[:limit]:
        lines.append('  %s %s' % (where, name))
        if name == 'co_code':
            left, right = show_code(a).splitlines(), show_code(b).splitlines()
            at = next((i for i, pair in enumerate(zip(left, right)) if pair[0] != pair[1]),
                      min(len(left), len(right)))
            low = max(at - 4, 0)
            lines.append('    reference:')
            lines += ['    ' + line for line in left[low:at + 8]]
            lines.append('    pyrite:')
            lines += ['    ' + line for line in right[low:at + 8]]
        elif name == 'co_lnotab':
            left, right = ([tuple(t[i:i + 2]) for i in range(0, len(t), 2)] for t in (x, y))
            at = next((i for i, pair in enumerate(zip(left, right)) if pair[0] != pair[1]),
                      min(len(left), len(right)))
            low = max(at - 4, 0)
            lines.append('    entry %d: reference: %s' % (at, left[low:at + 4]))
            lines.append('    entry %d: pyrite:    %s' % (at, right[low:at + 4]))
        else:
            lines.append('    reference: %.600r' % (x,))
            lines.append('    pyrite:    %.600r' % (y,))
    return '\n'.join(lines)


def reference(source, mode, optimize, flags):
    """What the reference makes of it, and its warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter('always')
        try:
            result = compile(source.decode('utf-8', 'surrogatepass'), 'file', mode, flags, True, optimize)
        except SyntaxError as error:
            # The exception puts this advice in the place of the message, whatever that was.
            advice = error.msg.startswith('Missing parentheses in call to')
            msg = None if advice else error.msg
            result = (type(error).__name__, msg, error.lineno, error.offset)
        except (ValueError, OverflowError, MemoryError, RecursionError, SystemError) as error:
            result = (type(error).__name__, str(error), 0, 0)
    noted = [(w.lineno, str(w.message)) for w in caught if w.category is SyntaxWarning]
    return result, noted


def compare(pyrite, source, mode='exec', optimize=0, flags=0):
    """None if both agree, else a description of how they differ."""
    expected, expected_warnings = reference(source, mode, optimize, flags)
    kind, answer, noted = pyrite.ask(mode, optimize, flags, source)
    if kind == 'error':
        name, msg, lineno, offset, text = answer.decode('utf-8', 'replace').split('\0')
        got = (name, msg, int(lineno), int(offset))
    elif kind == 'code':
        try:
            got = marshal.loads(answer)
        except Exception as error:
            return '  unreadable answer: %r' % error
    else:
        return '  %s: %r' % (kind, answer)
    if isinstance(expected, tuple) or isinstance(got, tuple):
        if isinstance(expected, tuple) and expected[1] is None:
            expected = (expected[0], got[1] if isinstance(got, tuple) else '') + expected[2:]
        if isinstance(expected, tuple) and isinstance(got, tuple):
            if expected[0] not in ('SyntaxError', 'IndentationError', 'TabError'):
                if expected[:2] == got[:2]:
                    return None
            elif (expected[0], expected[1], expected[2] or 0, expected[3] or 0) == got:
                return None
        left = expected if isinstance(expected, tuple) else 'compiles'
        right = got if isinstance(got, tuple) else 'compiles'
        return '  reference: %s\n  pyrite:    %s' % (left, right)
    found = differences(expected, got)
    if found:
        return show(found)
    got_warnings = []
    for line in noted.decode().splitlines():
        number, message = line.split(' ', 1)
        got_warnings.append((int(number), message))
    if got_warnings != expected_warnings:
        return '  warnings of reference: %s\n  of pyrite: %s' % (expected_warnings, got_warnings)
    return None


def show_block(block):
    symbols = ' '.join(sorted('%s=%d' % item for item in block.symbols.items()))
    out = '(%s %d %d %d [%s] [%s]' % (block.name, block.type, block.lineno, block.nested,
                                      symbols, ' '.join(block.varnames))
    return out + ''.join(map(show_block, block.children)) + ')'


def compare_symtable(pyrite, source):
    import _symtable
    try:
        expected = show_block(_symtable.symtable(source.decode('utf-8', 'surrogatepass'), 'file', 'exec'))
    except SyntaxError as error:
        advice = error.msg.startswith('Missing parentheses in call to')
        msg = 'invalid syntax' if advice else error.msg
        expected = '%s\0%s\0%d\0%d' % (type(error).__name__, msg, error.lineno or 0,
                                     error.offset or 0)
    except (ValueError, RecursionError, MemoryError) as error:
        expected = '%s\0%s\0' % (type(error).__name__, error)
    _, answer, _ = pyrite.ask('symtable', 0, 0, source)
    answer = answer.decode('utf-8', 'replace')
    if answer == expected or '\0' in expected and answer.startswith(expected):
        return None
    at = next((i for i, pair in enumerate(zip(answer, expected)) if pair[0] != pair[1]), 0)
    low = max(at - 80, 0)
    return '  reference: %s\n  pyrite:    %s' % (expected[low:at + 120], answer[low:at + 120])


def all_files():
    lib = sysconfig.get_path('stdlib')
    for folder, folders, files in os.walk(lib):
        folders.sort()
        for name in sorted(files):
            if name.endswith('.py'):
                yield os.path.join(folder, name)


def read_source(path):
    """The text of a file in UTF-8, or None if it is not text (some tests are not)."""
    import tokenize
    try:
        with tokenize.open(path) as file:
            text = file.read()
        return text.encode('utf-8')
    except (SyntaxError, UnicodeError):
        return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--optimize', default='0,1,2')
    parser.add_argument('--sample', type=int, default=0)
    parser.add_argument('--seed', type=int, default=0)
    parser.add_argument('--symtable', action='store_true')
    parser.add_argument('--show', type=int, default=5)
    parser.add_argument('--mode', default='exec')
    parser.add_argument('--flags', type=int, default=0)
    parser.add_argument('--seconds', type=float, default=0)
    parser.add_argument('--command', help='the built example, if it is not to be built')
    parser.add_argument('paths', nargs='*')
    args = parser.parse_args()
    sys.setrecursionlimit(1000)
    paths = args.paths or list(all_files())
    if args.sample:
        paths = random.Random(args.seed).sample(paths, min(args.sample, len(paths)))
    levels = [int(level) for level in args.optimize.split(',')]
    pyrite = build(args.command)
    unequal, compared, shown, start = [], 0, 0, time.time()
    for path in paths:
        if args.seconds and time.time() - start > args.seconds:
            break
        source = read_source(path)
        if source is None:
            continue
        compared += 1
        if args.symtable:
            problems = [('symtable', compare_symtable(pyrite, source))]
        else:
            problems = [('-O%d' % level, compare(pyrite, source, args.mode, level, args.flags))
                        for level in levels]
        problems = [(what, problem) for what, problem in problems if problem]
        if problems:
            unequal.append(path)
            if shown < args.show:
                shown += 1
                print('%s (%s)\n%s' % (path, problems[0][0], problems[0][1]), flush=True)
    pyrite.close()
    for path in unequal[args.show:args.show + 40]:
        print('unequal:', path)
    print('%d passed, %d failed' % (compared - len(unequal), len(unequal)))
    return bool(unequal)


if __name__ == '__main__':
    sys.exit(main())
