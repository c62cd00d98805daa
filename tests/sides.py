"""The two sides of every comparison: the reference, and the same launcher with Pyrite's library in front of its own.

`REFERENCE.run(...)` and `PYRITE.run(...)` run a program; `compare(...)` runs it on both and says what differs. Which library stands
on Pyrite's side is chosen by PYRITE_PROFILE: `dev` (default) is target/debug/lib, `release` is target/release/lib; PYRITE_LIB_DIR
names a directory outright.
"""

import difflib
import os
import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(ROOT, "tools"))

import reference  # noqa: E402

# Started in the background, a program inherits that interrupts are ignored; what it starts shall not.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

LIBRARY_NAME = "libpython3.8.so.1.0"
_ADDRESS = re.compile(rb"\b0x[0-9a-f]{8,16}\b")


def library_directory():
    profile = os.environ.get("PYRITE_PROFILE", "dev")
    default = os.path.join(ROOT, "target", "debug" if profile == "dev" else profile, "lib")
    return os.environ.get("PYRITE_LIB_DIR", default)


def normalised(output):
    """Addresses are all alike."""
    return _ADDRESS.sub(b"0x...", output)


class Skipped(Exception):
    """Raised by a test that cannot run here; says why."""


class Result:
    """What a finished program left: stdout, stderr, and its exit status in words."""

    def __init__(self, out, err, status):
        self.out = normalised(out)
        self.err = normalised(err)
        self.status = status

    def __eq__(self, other):
        return (self.out, self.err, self.status) == (other.out, other.err, other.status)

    def __str__(self):
        show = lambda data: "".join("    | %s\n" % line for line in data.decode("utf-8", "replace").splitlines())
        return "  status %s\n  stdout\n%s  stderr\n%s" % (self.status, show(self.out), show(self.err))


def status_in_words(code):
    if code is None:
        return "time-out"
    if code >= 0:
        return "exit %d" % code
    try:
        return signal.Signals(-code).name
    except ValueError:
        return "signal %d" % -code


class Side:
    def __init__(self, name, library=None):
        self.name = name
        self.library = library
        self.launcher = reference.launcher()

    def available(self):
        return self.library is None or os.path.exists(os.path.join(self.library, LIBRARY_NAME))

    def environment(self, **more):
        """A small environment of its own, so that nobody's settings change a result."""
        env = {"PATH": os.path.dirname(self.launcher) + ":/usr/local/bin:/usr/bin:/bin", "HOME": os.environ.get("HOME", "/")}
        env.update(LC_ALL="C.UTF-8", TZ="UTC", PYTHONHASHSEED="0", PYTHONDONTWRITEBYTECODE="1", TERM="dumb", COLUMNS="80")
        if self.library:
            env["LD_LIBRARY_PATH"] = self.library
            env.update((name, value) for name, value in os.environ.items() if name.startswith("PYRITE_HOSTILE_"))
        env.update(more)
        return {name: value for name, value in env.items() if value is not None}

    def popen(self, args, env=None, program=None, **options):
        return subprocess.Popen([program or self.launcher] + list(args), env=self.environment(**(env or {})), **options)

    def run(self, args, stdin=b"", env=None, cwd=None, timeout=60, program=None):
        """Runs the launcher, or a program that does, to its end; what exceeds the time limit is killed with its children."""
        process = self.popen(
            args,
            env,
            program,
            cwd=cwd,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        try:
            out, err = process.communicate(stdin, timeout)
            code = process.returncode
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate()
            code = None
        return Result(out, err, status_in_words(code))


def difference(expected, found):
    """What differs between two results, as text."""
    lines = []
    if expected.status != found.status:
        lines.append("  status: %s, not %s" % (found.status, expected.status))
    for name in ("out", "err"):
        texts = [getattr(result, name).decode("utf-8", "backslashreplace").splitlines(True) for result in (expected, found)]
        if texts[0] != texts[1]:
            lines.append("  std%s:" % name)
            parts = difflib.unified_diff(*texts, n=1)
            lines += ["    " + part.rstrip("\n") + ("" if part.endswith("\n") else "~") for part in parts if part[:3] not in ("---", "+++")]
    return "\n".join(lines) + "\n"


REFERENCE = Side("reference")
PYRITE = Side("pyrite", library_directory())


def on_both(function):
    """Calls function(side) for both sides at the same time; returns (reference's result, Pyrite's)."""
    with ThreadPoolExecutor(2) as pool:
        return tuple(pool.map(function, (REFERENCE, PYRITE)))


def compare(args, stdin=b"", env=None, cwd=None, timeout=60):
    """The differential check: runs a program on both sides; returns the difference as text, or None."""
    expected, found = on_both(lambda side: side.run(args, stdin, env, cwd, timeout))
    if expected == found:
        return None
    return "reference:\n%s%s:\n%s" % (expected, PYRITE.name, found)


def require_library():
    if not PYRITE.available():
        sys.exit("%s is missing: build it first (`make`, or `cargo build -p libpython` for the dev profile)"
                 % os.path.join(PYRITE.library, LIBRARY_NAME))
