"""The prompt on a terminal, with and without the line editor: what is shown, signals from the keyboard, the end of the input."""

import fcntl
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from concurrent.futures import ThreadPoolExecutor

import sides

PROMPTS = rb"(>>> |\.\.\. )\Z"
PATIENCE = 30


class Terminal:
    """A program that has a terminal of its own."""

    def __init__(self, side, args, env, folder):
        self.fd, slave = pty.openpty()
        self.process = side.popen(
            args, env, cwd=folder, stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )
        os.close(slave)
        self.shown = b""

    def wait_for(self, pattern):
        """Reads until what is new matches, or the program has ended. True if it matched."""
        new, limit = b"", time.time() + PATIENCE
        while not (pattern and re.search(pattern, new)):
            if not select.select([self.fd], [], [], max(0, limit - time.time()))[0]:
                self.shown += b"\n[nothing more comes]\n"
                return False
            try:
                part = os.read(self.fd, 1 << 16)
            except OSError:  # the program has closed its side
                return False
            if not part:
                return False
            new += part
            self.shown += part
        return True

    def finish(self):
        try:
            code = self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            code = None
        os.close(self.fd)
        return sides.Result(self.shown.replace(b"\r\n", b"\n"), b"", sides.status_in_words(code))


def talk(side, args, steps, env, folder):
    """`steps` are what is typed, or pairs of that and what to wait for afterwards in place of a prompt; the first prompt is waited for."""
    terminal = Terminal(side, args, env, folder)
    alive = terminal.wait_for(PROMPTS)
    for step in steps:
        typed, pattern = (step, PROMPTS) if isinstance(step, bytes) else step
        if not alive:
            break
        if typed == b"\x03":
            time.sleep(0.4)  # a signal between the prompt and the waiting is not seen
        os.write(terminal.fd, typed)
        alive = terminal.wait_for(pattern)
    if alive:
        terminal.wait_for(None)
    return terminal.finish()


def both_talk(both, steps, *args, env=None):
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(lambda side: talk(side, args, steps, env, both.folders[side]), both.folders))
    clean = lambda data: re.sub(rb"3\.8\.18 \(.*\) \n\[.*\]", b"3.8.18", data)
    for result in results:
        result.out = clean(result.out)
    if results[0] != results[1]:
        both.differ("$ %s\n%s" % (" ".join(args), sides.difference(*results)))


def lines(text):
    return [line.encode("utf-8") + b"\n" for line in text.splitlines()]


END = [(b"\x04", None)]
RUNNING = 'print("run" + "ning")'


def statements(both, *args):
    both_talk(both, lines("""1 + 1
_
if 1:
  2

1/0
x = (
1)
x
f.y = \\
5
def f(): yield 1

"\\ud800"
class A:
  x = 1

A.x
_ = 8
7
_
del _
9
_
x = 'abc
exit
raise KeyboardInterrupt
é = "é"; é
import sys; sys.last_value
sys.displayhook = lambda v: print("<", v, ">")
5""") + END, *args)


def test_statements(both):
    statements(both, "-q")
    statements(both, "-q", "-S")
    statements(both, "-i")
    statements(both, "-q", "-E", "-s")


def interrupts(both, *args):
    loop = b"while 1: pass\n\n"
    both_talk(both, [
        b"import time, signal\n",
        b"\x03",
        b"(1,\n",
        b"\x03",
        (RUNNING.encode() + b"; time.sleep(50)\n", b"running\r"),
        b"\x03",
        b"for i in [1]:\n",
        b"    " + RUNNING.encode() + b"\n",
        b"    while 1: pass\n",
        (b"\n", b"running\r"),
        b"\x03",
        (b"input('p> ')\n", rb"\np> \Z"),
        b"\x03",
        (b"input('p> ')\n", rb"\np> \Z"),
        b"typed\n",
        (b"input('p> ')\n", rb"\np> \Z"),
        b"\x04",
        b"def fails(*a): raise ValueError('v')\n",
        b"\n",
        b"x = signal.signal(signal.SIGINT, fails)\n",
        b"\x03",
        b"5\n",
        b"(\n",
        b"\x03",
        b"def says(*a): print('got it')\n",
        b"\n",
        b"x = signal.signal(signal.SIGINT, says)\n",
        b"6\n",
        b"x = signal.signal(signal.SIGINT, signal.SIG_IGN)\n",
        b"7\n",
        b"x = signal.signal(signal.SIGINT, signal.SIG_DFL)\n",
        (b"\x03", None),
    ], *args)


def test_interrupts(both):
    interrupts(both, "-q")
    interrupts(both, "-q", "-S")
    both_talk(both, [(b"\x03", None)], "-c", 'print(">>> ", end="", flush=True); input()')
    both_talk(both, [(b"\x03", None)], "-c", 'print(">>> ", end="", flush=True)\nwhile 1: pass')
    both_talk(both, [b"\x03", b"5\n"] + END, "-i", "-c", 'print(">>> ", end="", flush=True)\nwhile 1: pass')
    both_talk(both, [(b"\x1c", None)], "-q")


def test_ends(both):
    both_talk(both, [b"x = 5\n", (b"exit()\n", None)], "-q")
    both_talk(both, [b"import sys\n", (b"sys.exit(3)\n", None)], "-q")
    both_talk(both, [(b"raise SystemExit('text')\n", None)], "-q")
    both_talk(both, [b"(1,\n", (b"\x04", None)], "-q")
    both_talk(both, [b"if 1:\n", b"  3\n", b"\x04"] + END, "-q")
    both_talk(both, [b"'''\n", b"\x04"] + END, "-q")
    both_talk(both, [b"import atexit; x = atexit.register(print, 'at exit')\n"] + END, "-q")
    both_talk(both, [b"y\n"] + END, "-i", "-c", "y = 5")
    both_talk(both, [b"y\n"] + END, "-i", "-c", "1/0")
    both_talk(both, END, "-q", "-c", "print('>>> ', end='', flush=True); input()")


def test_settings(both):
    both.write("start.py", "import sys\nsys.ps1 = '>>>> '\nz = 7\nprint('started')\n")
    both.write("bad.py", "1/0\n")
    for name in "start.py", "bad.py", "missing.py":
        both_talk(both, [b"z\n"] + END, "-q", env={"PYTHONSTARTUP": name})
        both_talk(both, [b"z\n"] + END, "-q", "-E", env={"PYTHONSTARTUP": name})
    both_talk(both, [b"class P:\n", b"  def __str__(s): return 'P>>> '\n", b"\n", b"import sys; sys.ps1 = P()\n", b"1\n"] + END, "-q", "-S")
    both_talk(both, [b"x\n"] + END, "-c", "x = 3; print('in')", env={"PYTHONINSPECT": "1"})
    both_talk(both, [b"print('a', file=__import__('sys').stderr)\n"] + END, "-q", "-u")
    both_talk(both, [b"b'' == ''\n", b"assert 0\n"] + END, "-q", "-b", "-O")
    both_talk(both, [b"import readline\n", b"x = 5\n", b"readline.get_current_history_length() > 0\n"] + END, "-q")
    both_talk(both, [b"import sys\n", (b"print('now') or sys.stdin.readline()\n", rb"\nnow\r\n"), b"a line\n"] + END, "-q")
