"""Pyrite's own launcher, installed as `make altinstall` does it, in a small environment: where it finds the standard library."""

import os
import shutil
import subprocess

import sides

SHOW = "import sys, json, _ctypes; print(sys.executable, sys.prefix, sys.exec_prefix, [p for p in sys.path if p])"


def installed(both):
    """Installs library and launcher into a folder; returns the launcher."""
    library = os.path.join(sides.library_directory(), sides.LIBRARY_NAME)
    launcher = os.path.join(os.path.dirname(sides.library_directory()), "python3_8")
    if not os.path.exists(launcher):
        raise sides.Skipped("the launcher is not built")
    prefix = os.path.join(both.root, "installed")
    for folder, file, name in ("lib", library, sides.LIBRARY_NAME), ("bin", launcher, "python3.8"):
        os.makedirs(os.path.join(prefix, folder))
        shutil.copy(file, os.path.join(prefix, folder, name))
    return os.path.join(prefix, "bin", "python3.8")


def run(launcher, *args, **env):
    result = subprocess.run([launcher] + list(args), env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, timeout=60)
    return result.returncode, result.stdout, result.stderr


def test_standard_library_is_found(both):
    launcher = installed(both)
    prefix = sides.reference.prefix()
    library = prefix + "/lib/python3.8"
    expected = (0, "%s %s %s %s\n" % (launcher, prefix, prefix, [prefix + "/lib/python38.zip", library, library + "/lib-dynload", library + "/site-packages"]), "")
    versions = os.path.join(both.root, "pyenv", "versions")
    os.makedirs(versions)
    os.makedirs(os.path.join(versions, "3.8.1"))
    os.symlink(prefix, os.path.join(versions, "3.8.18"))
    by_pyenv = tuple(part.replace(prefix, os.path.join(versions, "3.8.18")) if isinstance(part, str) else part for part in expected)
    for what, wanted, env in (
        ("PATH", expected, {"PATH": os.path.join(prefix, "bin")}),
        ("PYTHONHOME", expected, {"PYTHONHOME": prefix}),
        ("PYENV_ROOT", by_pyenv, {"PYENV_ROOT": os.path.dirname(versions)}),
    ):
        found = run(launcher, "-s", "-c", SHOW, **env)
        if found != wanted:
            both.differ("by %s: %s, not %s" % (what, found, wanted))


def test_missing_library_is_named(both):
    if any(os.path.exists(place + "/lib/python3.8/os.py") for place in ("/usr", "/usr/local", "/opt/python3.8")):
        raise sides.Skipped("a Python 3.8 is installed where every launcher looks")
    code, out, err = run(installed(both), "-c", "print(5)", HOME="/nonexistent")
    if code != 1 or out or "No lib/python3.8/os.py in " not in err or "/nonexistent/.pyenv/versions/3.8.*" not in err or "PYTHONHOME" not in err:
        both.differ("%s %s %s" % (code, out, err))


def test_size(both):
    launcher = installed(both)
    subprocess.run(["strip", launcher], check=True)
    if os.path.getsize(launcher) > 16 << 10:
        both.differ("the launcher has %d bytes" % os.path.getsize(launcher))
