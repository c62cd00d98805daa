#!/usr/bin/env python3
"""Compiles each C program of this folder once, runs it on the reference's library and on Pyrite's, and compares what it prints.

    tests/embed/compared/run.py [NAME...]

PYRITE_LIBRARY names the library (default: target/release/libpython3_8.so); the reference is `python3.8`, or what
PYRITE_REFERENCE names.
"""

import difflib
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(os.path.dirname(HERE)))
sys.path.insert(0, os.path.join(ROOT, "tools"))
from reference import launcher  # noqa: E402

# Programs that are run with arguments.
ARGUMENTS = {"configured": [[], ["isolated"]]}
# Programs that take the library themselves.
NOT_LINKED = ("loaded",)


def reference_paths():
    python = launcher()
    script = "import sys, sysconfig; v = sysconfig.get_config_var; print(sysconfig.get_paths()['include'], v('LIBDIR'), sys.base_prefix, sep='\\n')"
    return subprocess.run([python, "-c", script], stdout=subprocess.PIPE, check=True, text=True).stdout.split("\n")[:3]


def run(program, arguments, folder, home):
    environment = dict(os.environ, LD_LIBRARY_PATH=folder, PYTHONHOME=home, PYTHONIOENCODING="utf-8", LC_ALL="C.UTF-8")
    done = subprocess.run([program] + arguments, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, cwd="/tmp")
    return [f"status {done.returncode}"] + done.stdout.decode("utf-8", "replace").splitlines() + ["--- stderr"] + done.stderr.decode("utf-8", "replace").splitlines()


def main():
    include, libdir, prefix = reference_paths()
    library = os.path.abspath(os.environ.get("PYRITE_LIBRARY", os.path.join(ROOT, "target/release/libpython3_8.so")))
    names = sys.argv[1:] or sorted(f[:-2] for f in os.listdir(HERE) if f.endswith(".c"))
    failed = 0
    with tempfile.TemporaryDirectory() as work:
        own = os.path.join(work, "own")
        os.mkdir(own)
        os.symlink(library, os.path.join(own, "libpython3.8.so.1.0"))
        for name in names:
            program = os.path.join(work, name)
            source = os.path.join(HERE, name + ".c")
            linked = ["-ldl"] if name in NOT_LINKED else ["-L" + libdir, "-lpython3.8"]
            subprocess.run([shutil.which("cc") or "gcc", "-g", "-w", "-I" + include, source, "-o", program] + linked + ["-lpthread"], check=True)
            for arguments in ARGUMENTS.get(name, [[]]):
                expected = run(program, arguments, libdir, prefix)
                got = run(program, arguments, own, prefix)
                label = " ".join([name] + arguments)
                if expected == got:
                    print("ok  ", label)
                    continue
                failed += 1
                print("FAIL", label)
                for line in difflib.unified_diff(expected, got, "reference", "pyrite", lineterm="", n=1):
                    print("    " + line)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
