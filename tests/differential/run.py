"""Runs the small cases on both sides and compares what they print and raise.

    python3 tests/differential/run.py [-v] [-k TEXT] [--update] [FILE...]

Cases are the pieces of `cases/*.py` between lines that begin with `#---`, and those that `generate.py` makes from what the reference
says of its types. All cases of a file share one process on each side; when one kills it, or takes too long, the rest goes on in a new one.
`known-failures.txt` is the ratchet: a case that is not in it must pass. `--update` writes it anew.
"""

import argparse
import collections
import difflib
import hashlib
import os
import re
import resource
import select
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))

import sides  # noqa: E402

KNOWN_FAILURES = os.path.join(HERE, "known-failures.txt")
WORKER = os.path.join(HERE, "worker.py")
CASE_TIMEOUT = 90
MEMORY = 4 << 30
SEPARATOR = re.compile(r"^#---.*\n", re.MULTILINE)


class Case:
    def __init__(self, file, source):
        self.file = file
        self.source = source
        digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:10]
        self.name = "%s#%s" % (file, digest)


def split(file, text):
    return [Case(file, part.strip("\n") + "\n") for part in SEPARATOR.split(text) if part.strip()]


def generated():
    """Cases by file name, from the generator run by the reference."""
    run = sides.REFERENCE.run(["-S", os.path.join(HERE, "generate.py")], timeout=300)
    if run.status != "exit 0":
        sys.exit("generate.py failed:\n%s" % run.err.decode())
    files = collections.OrderedDict()
    for part in run.out.decode("utf-8", "surrogatepass").split("\n#=== ")[1:]:
        name, _, text = part.partition("\n")
        files[name] = split(name, text)
    return files


def hand_written():
    folder = os.path.join(HERE, "cases")
    for name in sorted(os.listdir(folder)):
        if name.endswith(".py"):
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                yield name[:-3], split(name[:-3], file.read())


class Records:
    """Reads a worker's records from a pipe."""

    def __init__(self, fd):
        self.fd = fd
        self.data = b""

    def fill(self, timeout):
        if not select.select([self.fd], [], [], timeout)[0]:
            raise TimeoutError
        part = os.read(self.fd, 1 << 16)
        self.data += part
        return bool(part)

    def take(self, size):
        while len(self.data) < size:
            if not self.fill(CASE_TIMEOUT):
                return None
        taken, self.data = self.data[:size], self.data[size:]
        return taken

    def line(self):
        while b"\n" not in self.data:
            if not self.fill(CASE_TIMEOUT):
                return None
        taken, _, self.data = self.data.partition(b"\n")
        return taken


def limit_memory():
    """What asks for a huge allocation shall get MemoryError, not the machine's memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def run_process(side, path, first, outputs):
    """One worker, from case `first` on; fills outputs and returns the number of the case to go on with."""
    read_end, write_end = os.pipe()
    process = side.popen(
        ["-S", "-s", WORKER, path, str(first), str(write_end)],
        pass_fds=[write_end],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=limit_memory,
        cwd=os.path.dirname(path),
    )
    os.close(write_end)
    records = Records(read_end)
    current = None
    try:
        while True:
            head = records.line()
            if head is None:
                break
            if head[:1] == b"@":
                current = int(head[1:])
                continue
            body = records.take(int(head[1:]))
            if body is None:
                break
            outputs[current] = sides.normalised(body)
            current = None
        code = process.wait()
    except TimeoutError:
        code = None
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    finally:
        os.close(read_end)
    if current is None:
        if len(outputs) < len(outputs.expected):
            reason = b"<no start: %s>" % sides.status_in_words(code).encode()
            for number in range(first, len(outputs.expected)):
                outputs.setdefault(number, reason)
        return len(outputs.expected)
    outputs[current] = b"<%s>" % sides.status_in_words(code).encode()
    return current + 1


class Outputs(dict):
    def __init__(self, cases):
        super().__init__()
        self.expected = cases


def run_cases(side, path, cases):
    outputs = Outputs(cases)
    number = 0
    while number < len(cases):
        number = run_process(side, path, number, outputs)
    return outputs


def check(cases, folder):
    """(case, reference's output, Pyrite's output) for each."""
    path = os.path.join(folder, "cases.py")
    with open(path, "wb") as file:
        file.write("\n#---\n".join(case.source for case in cases).encode("utf-8", "surrogatepass"))
    expected, found = sides.on_both(lambda side: run_cases(side, path, cases))
    return [(case, expected[number], found[number]) for number, case in enumerate(cases)]


def kind_of(expected, found):
    """A short line by which failures of the same cause fall together."""
    lines = found.decode("utf-8", "replace").splitlines() or [""]
    wanted = expected.decode("utf-8", "replace").splitlines()
    for line in lines:
        if line not in wanted:
            break
    else:
        line = "(output ends early) " + lines[-1]
    line = re.sub(r" \[.*", "", line)
    return re.sub(r"\d+", "N", line)[:110]


def show(case, expected, found):
    """The source, and where the two outputs part."""
    source = case.source.splitlines()
    cut = source[:40] + ["..."] if len(source) > 40 else source
    lines = lambda data: data.decode("utf-8", "replace").splitlines()
    diff = list(difflib.unified_diff(lines(expected), lines(found), "reference", "pyrite", lineterm="", n=1))
    print("\n--- %s\n%s\n%s" % (case.name, "\n".join("    " + line for line in cut), "\n".join(diff[:16])))


def read_known():
    try:
        with open(KNOWN_FAILURES, encoding="utf-8") as file:
            return {line.strip() for line in file if line.strip() and not line.startswith("#")}
    except FileNotFoundError:
        return set()


def write_known(names):
    with open(KNOWN_FAILURES, "w", encoding="utf-8") as file:
        file.write("# Cases that do not pass yet (run.py --update writes this file). It should only become shorter.\n")
        file.writelines(name + "\n" for name in sorted(names))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="names of case files without .py; all by default")
    parser.add_argument("-v", action="store_true", help="show every failure, known ones too")
    parser.add_argument("-k", metavar="TEXT", default="", help="only cases whose source or name contains TEXT")
    parser.add_argument("--update", action="store_true", help="write known-failures.txt from this run")
    parser.add_argument("--kinds", type=int, default=0, metavar="N", help="show the N commonest kinds of failure")
    parser.add_argument("--list", action="store_true", help="only count the cases of each file")
    return parser.parse_args()


def main():
    options = arguments()
    sides.require_library()
    files = dict(hand_written())
    if not options.files or any(name not in files for name in options.files):
        files.update(generated())
    if options.files:
        files = {name: files[name] for name in options.files}
    known = read_known()
    failed, new, total, kinds, examples = set(), [], 0, collections.Counter(), {}
    for name, cases in files.items():
        cases = [case for case in cases if options.k in case.source or options.k in case.name]
        if options.list:
            print("%-24s %5d" % (name, len(cases)))
        if not cases or options.list:
            continue
        started = time.time()
        with tempfile.TemporaryDirectory() as folder:
            outcome = check(cases, folder)
        bad = [(case, expected, found) for case, expected, found in outcome if expected != found]
        total += len(cases)
        failed.update(case.name for case, _, _ in bad)
        for case, expected, found in bad:
            kind = kind_of(expected, found)
            kinds[kind] += 1
            examples.setdefault(kind, case)
            if case.name not in known:
                new.append((case, expected, found))
            if options.v:
                show(case, expected, found)
        print("%-24s %5d of %5d  (%.1f s)" % (name, len(cases) - len(bad), len(cases), time.time() - started), flush=True)
    for kind, count in kinds.most_common(options.kinds):
        print("%5d  %-100s  e.g. %s" % (count, kind, examples[kind].source.strip().splitlines()[-1][:80]))
    print("%d of %d cases pass; %d are known not to" % (total - len(failed), total, len(failed) - len(new)))
    if options.update:
        write_known(failed if not options.files and not options.k else known - set(
            case.name for cases in files.values() for case in cases) | failed)
        return 0
    if not options.v:
        for case, expected, found in new[:20]:
            show(case, expected, found)
    print("%d passed, %d failed" % (total - len(failed), len(new)))
    return 1 if new else 0


if __name__ == "__main__":
    sys.exit(main())
