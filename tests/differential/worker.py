"""Runs on either side: executes the cases of a file, each in a fresh namespace, and reports what each printed and raised.

    worker.py FILE FIRST FD        cases from number FIRST on; records are written to the descriptor FD

A record is `@NUMBER\\n` before the case and `=LENGTH\\n` with that many bytes after it, so that the reader of the pipe knows which case
a process died in. Nothing but `sys` and `posix` is imported: the cases can run before the library can do much else.
"""

import posix
import sys


class Capture:
    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self):
        self.parts = []

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError("write() argument must be str, not " + type(text).__name__)
        self.parts.append(text)
        return len(text)

    def flush(self):
        pass


def write_all(fd, data):
    while data:
        data = data[posix.write(fd, data):]


def read_all(path):
    fd = posix.open(path, posix.O_RDONLY)
    parts = []
    while True:
        part = posix.read(fd, 1 << 20)
        if not part:
            posix.close(fd)
            return b"".join(parts).decode("utf-8", "surrogatepass")
        parts.append(part)


def describe(exc, depth=0):
    """Type, text, notes on where it was raised, and the exceptions it came from."""
    try:
        text = str(exc)
    except BaseException as problem:
        text = "<str() raised %s>" % type(problem).__name__
    lines = []
    tb = exc.__traceback__
    while tb is not None:
        code = tb.tb_frame.f_code
        if code.co_filename == "<case>":
            lines.append("%s:%d" % (code.co_name, tb.tb_lineno))
        tb = tb.tb_next
    said = "%s: %s [%s]\n" % (type(exc).__qualname__, text, " ".join(lines))
    if isinstance(exc, SyntaxError):
        said += "  at %r %r %r %r\n" % (exc.filename, exc.lineno, exc.offset, exc.text)
    if depth < 4:
        if exc.__cause__ is not None:
            said += "  cause " + describe(exc.__cause__, depth + 1)
        elif exc.__context__ is not None and not exc.__suppress_context__:
            said += "  context " + describe(exc.__context__, depth + 1)
    return said


def run(source):
    out = Capture()
    sys.stdout = sys.stderr = out
    names = {"__name__": "__main__", "__builtins__": __builtins__}
    try:
        exec(compile(source, "<case>", "exec", 0, True), names)
    except BaseException as exc:
        out.write(describe(exc))
        exc = None
    names.clear()
    sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__
    return "".join(out.parts)


def main():
    path, first, fd = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    limit = sys.getrecursionlimit()
    cases = read_all(path).split("\n#---\n")
    for number in range(first, len(cases)):
        write_all(fd, b"@%d\n" % number)
        text = run(cases[number]).encode("utf-8", "backslashreplace")
        sys.setrecursionlimit(limit)
        write_all(fd, b"=%d\n" % len(text) + text)


main()
