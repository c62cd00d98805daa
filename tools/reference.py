"""Finds the reference: an installed CPython 3.8 with its shared library.

Looked for in this order: `PYRITE_REFERENCE` (path of the launcher), `python3.8` on PATH, the prefix that pyenv tells.
"""

import os
import shutil
import subprocess
import sys

_ASK = "import sys; print(sys.version_info[:2] == (3, 8), sys.prefix)"


def _usable(launcher):
    if not launcher:
        return False
    try:
        run = subprocess.run([launcher, "-I", "-S", "-c", _ASK], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        return False
    return run.returncode == 0 and run.stdout.startswith(b"True")


def _from_pyenv():
    pyenv = shutil.which("pyenv")
    if not pyenv:
        return None
    run = subprocess.run([pyenv, "prefix", "3.8.18"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return os.path.join(run.stdout.strip(), "bin", "python3.8") if run.returncode == 0 else None


def launcher():
    """Path of the reference's launcher; the program ends with an explanation when there is none."""
    tried = []
    for find in (lambda: os.environ.get("PYRITE_REFERENCE"), lambda: shutil.which("python3.8"), _from_pyenv):
        candidate = find()
        if _usable(candidate):
            return os.path.realpath(candidate)
        tried.append(str(candidate))
    sys.exit("no Python 3.8 found (tried PYRITE_REFERENCE, python3.8 on PATH, pyenv prefix 3.8.18): " + ", ".join(tried))


def prefix():
    return os.path.dirname(os.path.dirname(launcher()))


if __name__ == "__main__":
    print(launcher())
