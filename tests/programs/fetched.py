"""Packages from PyPI for the tests, fetched once into a folder of target by the reference's pip as it is configured."""

import os

import sides


# What could not be had is not asked for again.
_missing = set()


def fetched(name, command, packages, timeout=240):
    """The folder that `pip COMMAND FOLDER PACKAGES` filled once; None when that fails, as where there is no network."""
    folder = os.path.join(sides.ROOT, "target", name)
    done = os.path.join(folder, "complete")
    wanted = " ".join(packages)
    if os.path.exists(done):
        with open(done, encoding="utf-8") as file:
            if file.read() == wanted:
                return folder
    if name in _missing:
        return None
    os.makedirs(folder, exist_ok=True)
    settings = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "http", "HTTP", "no_proxy", "NO_PROXY", "SSL_", "REQUESTS_"))}
    common = ["-q", "--only-binary=:all:", "--disable-pip-version-check", "--retries", "1", "--timeout", "10"]
    if sides.REFERENCE.run(["-m", "pip"] + command + [folder] + common + packages, env=settings, timeout=timeout).status != "exit 0":
        _missing.add(name)
        return None
    with open(done, "w", encoding="utf-8") as file:
        file.write(wanted)
    return folder
