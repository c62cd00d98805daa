"""Wheels with compiled modules, as they are published: what uses the C API hardest, doing real work on both sides.

They are fetched once, into target/wheels; where that cannot be done the tests are skipped. Each program is a file of the folder `wheels`.
"""

import os
import re

import fetched
import sides

HERE = os.path.dirname(os.path.abspath(__file__))

WHEELS = "numpy==1.24.4 lxml==6.1.3 cffi==1.17.1 cryptography==47.0.0 pydantic==2.10.6 greenlet==3.1.1 gevent==24.2.1 uvloop==0.23.0 orjson==3.10.15 msgpack==1.1.1 pillow==10.4.0 regex==2024.11.6 ujson==5.10.0 pyyaml==6.0.3 psutil==7.2.2 aiohttp==3.10.11 multidict==6.1.0 yarl==1.15.2 frozenlist==1.5.0 zstandard==0.23.0 protobuf==5.29.6 grpcio==1.70.0".split()


def without_dates(data):
    """gevent says when a greenlet failed."""
    return re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"DATE", data)


def use(both, name):
    folder = fetched.fetched("wheels", ["install", "--upgrade", "--target"], WHEELS, timeout=600)
    if folder is None:
        raise sides.Skipped("the wheels cannot be fetched")
    with open(os.path.join(HERE, "wheels", "use_%s.py" % name), "rb") as file:
        both.write("use.py", file.read())
    both.run("use.py", env={"PYTHONPATH": folder, "PYTHONDONTWRITEBYTECODE": "1"}, timeout=300, clean=without_dates)


def test_numpy(both):
    use(both, "numpy")


def test_lxml(both):
    use(both, "lxml")


def test_cffi(both):
    use(both, "cffi")


def test_cryptography(both):
    use(both, "cryptography")


def test_pydantic(both):
    use(both, "pydantic")


def test_greenlet(both):
    use(both, "greenlet")


def test_gevent(both):
    use(both, "gevent")


def test_uvloop(both):
    use(both, "uvloop")


def test_json(both):
    use(both, "json")


def test_pillow(both):
    use(both, "pillow")


def test_text(both):
    use(both, "text")


def test_aiohttp(both):
    use(both, "aiohttp")


def test_zstandard(both):
    use(both, "zstandard")


def test_protobuf(both):
    use(both, "protobuf")


def test_grpc(both):
    use(both, "grpc")
