"""Bad input: scripts, compiled files, marshal strings, archives, extension modules, streams and settings that are broken.

Each gives CPython's exception and exit status. What drives a program out of its stack or memory is in exhaustion_tests.
"""

import io
import os
import random
import re
import shutil
import subprocess
import zipfile

import rows
import sides

SCRIPTS = {
    "empty.py": b"",
    "nul_first.py": b"\0",
    "nul_only.py": b"\0" * 100,
    "nul_in_line.py": b"print(1)\nx = 1\0\nprint(2)\n",
    "nul_in_text.py": b"print(1)\nx = 'a\0b'\nprint(x)\n",
    "nul_in_comment.py": b"print(1)\n# a\0b\nprint(2)\n",
    "nul_last.py": b"print(1)\n\0",
    "nul_latin.py": b"# coding: latin-1\nx = 'a\0b'\n",
    "bom.py": b"\xef\xbb\xbfprint(1)\n",
    "bom_twice.py": b"\xef\xbb\xbf\xef\xbb\xbfprint(1)\n",
    "bom_cut.py": b"\xef\xbbprint(1)\n",
    "bom_one.py": b"\xef",
    "bom_only.py": b"\xef\xbb\xbf",
    "bom_utf16.py": "print(1)\n".encode("utf-16"),
    "bom_utf16be.py": b"\xfe\xff" + "print(1)\n".encode("utf-16-be"),
    "bom_utf32.py": "print(1)\n".encode("utf-32"),
    "bom_cookie.py": b"\xef\xbb\xbf# coding: utf-8\nprint(1)\n",
    "bom_cookie_bad.py": b"\xef\xbb\xbf# coding: latin-1\nprint(1)\n",
    "bom_cookie_line2.py": b"\xef\xbb\xbf\n# coding: cp1252\nprint(1)\n",
    "cookie_unknown.py": b"# coding: nothing-of-it\nprint(1)\n",
    "cookie_unknown2.py": b"#!/x\n# coding: nothing-of-it\nprint(1)\n",
    "cookie_late.py": b"\n\n# coding: nothing-of-it\nprint(1)\n",
    "cookie_after_code.py": b"x = 1\n# coding: nothing-of-it\nprint(1)\n",
    "cookie_utf7.py": b"# coding: utf-7\nx = '+AGE-'\nprint(x)\n",
    "cookie_rot13.py": b"# coding: rot13\nprint(1)\n",
    "cookie_hex.py": b"# coding: hex\nprint(1)\n",
    "cookie_idna.py": b"# coding: idna\nprint(1)\n",
    "cookie_punycode.py": b"# coding: punycode\nprint(1)\n",
    "cookie_undefined.py": b"# coding: undefined\nprint(1)\n",
    "cookie_raw.py": b"# coding: raw_unicode_escape\nprint('\\u0041')\n",
    "cookie_ascii.py": b"# coding: ascii\nprint('\xe9')\n",
    "cookie_ascii_late.py": b"# coding: ascii\n" + b"x = 1\n" * 20 + b"print('\xe9')\n",
    "cookie_latin.py": b"# coding: latin-1\nprint(ascii('\xe9'))\n",
    "cookie_sig.py": b"# coding: utf-8-sig\nprint(1)\n",
    "cookie_surrogate.py": b"# coding: utf-8\nprint('\xed\xa0\x80')\n",
    "cookie_sjis.py": b"# coding: shift_jis\nprint(ascii('\x83\x5c'))\n",
    "cookie_sjis_bad.py": b"# coding: shift_jis\nx = 1\nprint(ascii('\x83'))\n",
    "cookie_gb.py": b"# coding: gb18030\nprint(ascii('\x81\x30\x81'))\n",
    "cookie_jp2022.py": b"# coding: iso-2022-jp\nprint(ascii('\x1b$B$\"\x1b(B'))\n",
    "cookie_long.py": b"# coding: " + b"x" * 5000 + b"\nprint(1)\n",
    "utf8_line1.py": b"x = '\xff'\n",
    "utf8_line2.py": b"x = 1\ny = '\xff'\n",
    "utf8_line3.py": b"x = 1\nprint(2)\ny = '\xc3('\n",
    "utf8_comment.py": b"x = 1\nprint(2)\n# \x80\n",
    "utf8_cut.py": b"x = 1\nprint(2)\ny = '\xe2\x82",
    "utf8_overlong.py": b"x = '\xc0\x80'\n",
    "utf8_high.py": b"x = '\xf4\x90\x80\x80'\n",
    "utf8_name.py": b"\xff = 1\n",
    "utf8_docstring.py": b'"""\n\n\n\xff\n"""\nprint(1)\n',
    "utf8_after_syntax.py": b"x = (\ny = 1 1\nz = '\xff'\n",
    "utf8_late.py": b"x = 1\n" * 5000 + b"y = '\xff'\n",
    "open_paren.py": b"x = 1\nf(a,\n  b\n\n",
    "open_bracket.py": b"x = [1,\n",
    "open_brace.py": b"x = {1: 2,\n# c\n",
    "open_all.py": b"([{\n" * 50,
    "open_too_many.py": b"(" * 300 + b"\n",
    "close_only.py": b"x = 1)\n",
    "close_wrong.py": b"x = (1]\n",
    "open_text.py": b"x = 'abc\nprint(1)\n",
    "open_text3.py": b"x = '''abc\nprint(1)\n",
    "open_text_eof.py": b"x = 'abc",
    "open_bytes.py": b"x = b'\xe9'\n",
    "open_fstring.py": b"x = f'{a'\n",
    "open_fstring2.py": b"x = f'{'\n",
    "fstring_bad.py": b"x = f'{1 +}'\n",
    "fstring_empty.py": b"x = f'{}'\n",
    "backslash_eof.py": b"x = 1 \\",
    "backslash_space.py": b"x = 1 \\ \n+ 2\n",
    "backslash_only.py": b"\\",
    "indent.py": b"x = 1\n  y = 2\n",
    "indent_first.py": b"  x = 1\n",
    "dedent.py": b"if 1:\n    x\n  y\n",
    "no_block.py": b"if 1:\nx = 1\n",
    "no_block_eof.py": b"def f():",
    "no_block_eof2.py": b"def f():\n    if 1:\n",
    "tabs_file.py": b"if 1:\n        x = 1\n\ty = 2\n",
    "tabs2.py": b"if 1:\n\tx = 1\n        y = 2\n",
    "tabs3.py": b"if 1:\n  if 1:\n\tx = 1\n",
    "deep_indent.py": b"".join(b" " * i + b"if 1:\n" for i in range(110)),
    "formfeed.py": b"\x0cx = 1\n\x0c  \x0cprint(x)\n",
    "cr_only.py": b"x = 1\rprint(x)\r",
    "crlf_mixed.py": b"x = 1\r\nprint(x)\n\rprint(2)\r\n",
    "vt.py": b"x = 1\x0b\n",
    "nbsp.py": "x =\u00a01\n".encode(),
    "fullwidth.py": "\uff50\uff52\uff49\uff4e\uff54(1)\nx \uff1d 1\n".encode(),
    "smart_quotes.py": "print(\u201cabc\u201d)\n".encode(),
    "zero_width.py": "x\u200b = 1\n".encode(),
    "dollar.py": b"x = $5\n",
    "question.py": b"x = a ? b : c\n",
    "ctrl.py": b"x = \x01\n",
    "number.py": b"x = 1abc\n",
    "number2.py": b"x = 0777\n",
    "number3.py": b"x = 0x\n",
    "number4.py": b"x = 1__0\n",
    "number5.py": b"x = 1e\n",
    "escape_x.py": b"x = '\\x1'\n",
    "escape_u.py": b"x = '\\u12'\n",
    "escape_U.py": b"x = '\\U00110000'\n",
    "escape_N.py": b"x = '\\N{nothing of it}'\n",
    "escape_N2.py": b"x = '\\N{'\n",
    "escape_b.py": b"x = b'\\x'\n",
    "elf_file.py": b"\x7fELF\x02\x01\x01" + bytes(60),
    "png.py": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "gzip_file.py": b"\x1f\x8b\x08\x00" + bytes(range(256)),
    "random_file.py": random.Random(5).getrandbits(8000).to_bytes(1000, "little"),
    "long_line.py": b"x = 1; " * 20000 + b"y = = 1\n",
    "long_name.py": b"a" * 100000 + b" = = 1\n",
    "html_file.py": b"<!DOCTYPE html>\n<html></html>\n",
    "json_file.py": b'{"a": null}\n',
    "python2.py": b"print 'hello'\n",
    "python2_exec.py": b"exec 'x'\n",
    "python2_except.py": b"try: pass\nexcept E, e: pass\n",
    "python2_backtick.py": b"x = `1`\n",
    "python2_long.py": b"x = 10L\n",
    "python310.py": b"match x:\n    case 1: pass\n",
    "merge.py": b"x = 1\n<<<<<<< HEAD\ny = 2\n",
}


def test_scripts(both):
    """Each as a script, on standard input, imported, and compiled by py_compile."""
    for name, data in SCRIPTS.items():
        both.write(name, data)
    names = sorted(SCRIPTS)
    rows.commands(both, ["$P %s" % name for name in names])
    rows.commands(both, ["cat %s | $P" % name for name in names if name.startswith(("bom", "utf8", "open"))])
    table = []
    for name in names:
        module = name[:-3]
        table.append("import %s as m\nresult = 1" % module)
        table.append("compile(open(%r, 'rb').read(), %r, 'exec') and 1" % (name, name))
        table.append("list(tokenize.tokenize(open(%r, 'rb').readline))[-1].start" % name)
        table.append("linecache.getlines(%r)[:2]" % name)
        table.append("ast.parse(open(%r, 'rb').read()) and 1" % name)
        table.append("runpy.run_path(%r)['__name__']" % name)
    rows.compare(both, table, "import sys, tokenize, linecache, ast, runpy\nsys.path.insert(0, '.')\n", name="imports")


FILES = r"""
$P missing.py
$P missing/missing.py
$P /
$P .
$P folder
$P folder/
$P no_main.zip
$P fifo_gone
echo 'print(5)' > fifo & $P fifo; wait
: > fifo & $P fifo; wait
$P -m missing
$P -m folder
$P -m broken_package
$P -m broken_package.inner
$P -m raising
$P -m raising.inner
$P -m loop_a
$P -m encodings.nothing
$P -m ''
$P -m .
$P -m ..a
$P -m a..b
$P -m os.path.x
$P -c 'import broken_package.inner.x'
$P -c 'import loop_a'
$P -c 'from loop_a import nothing'
$P -c 'import folder.nothing'
$P -c 'import shadow'
$P /dev/null
$P < /dev/null
$P < folder
$P - < folder
$P folder/../folder
$P "$(printf 'a%.0s' $(seq 300))"
$P "$(printf 'a/%.0s' $(seq 3000))"
$P link_loop
$P link_broken
$P socket
$P $(printf '\377\376').py
$P $(printf '\377').txt
cat $(printf '\377').txt | $P
$P -c "$(printf 'print(1)\n\377')"
$P -c "$(printf 'x = \047\377\047; print(ascii(x))')"
$P -c 'import sys; print(ascii(sys.argv))' $(printf '\377')
$P -X $(printf 'a=\377') -c 'import sys; print(ascii(sys._xoptions))'
$P -W $(printf '\377') -c 'import sys; print(ascii(sys.warnoptions))'
$P -m $(printf '\377')
$P -c '1/0' extra
$P -c 'raise'
$P -c 'raise 1'
$P -c 'raise ValueError from 1'
$P -c 'class E(Exception):
  def __str__(s): raise ValueError
raise E'
$P -c 'class E(Exception):
  def __str__(s): return 1
raise E'
$P -c 'class E(Exception):
  __module__ = 5
raise E'
$P -c 'class E(SystemExit):
  code = property(lambda s: 1/0)
raise E'
$P -c 'class E(BaseException): pass
raise E("\ud800")'
$P -c 'import sys; sys.excepthook = None; 1/0'
$P -c 'import sys; sys.excepthook = lambda *a: 1/0; {}[1]'
$P -c 'import sys; del sys.excepthook; 1/0'
$P -c 'import sys; sys.excepthook = sys.exit; 1/0'
$P -c 'import sys; sys.exit("\ud800")'
$P -c 'import sys; sys.stderr = None; 1/0'
$P -c 'import sys; sys.stderr = 5; 1/0'
$P -c 'import sys; del sys.stderr; 1/0'
$P -c 'import sys; del sys.stdout; print(1)'
$P -c 'import sys; sys.stdout = None; print(1)'
$P -c 'import sys; sys.stdout = 5; print(1)'
$P -c 'import sys; del sys.stdin; input()'
$P -c 'import sys; sys.stdin = 5; input()'
$P -c 'import sys; del sys.modules; import os'
$P -c 'import sys; sys.modules = 5; import json'
$P -c 'import sys; sys.path = 5; import json.tool'
$P -c 'import sys; sys.path = [5, b"x", None, ""]; import nothing'
$P -c 'import sys; sys.meta_path = []; import nothing'
$P -c 'import sys; sys.meta_path = [5]; import nothing'
$P -c 'import sys; sys.meta_path = None; import nothing'
$P -c 'import sys; sys.path_hooks = [5]; sys.path = ["/x"]; import nothing'
$P -c 'import sys; sys.modules.clear(); import os; print(1)'
$P -c 'import sys; sys.modules["builtins"] = None; print(1)'
$P -c 'import builtins; del builtins.__import__; import os'
$P -c 'import builtins; builtins.__import__ = 5; import os'
$P -c 'import builtins; del builtins.__build_class__
class C: pass'
$P -c 'import builtins; builtins.__dict__.clear(); 1/0'
$P -c '__builtins__ = 5; print(1)'
$P -c 'import atexit; atexit.register(lambda: 1/0); print(1)'
$P -c 'import atexit, sys; atexit.register(sys.exit, 5)'
$P -c 'import threading, time; threading.Thread(target=lambda: 1/0).start()'
$P -c 'import threading, sys; threading.Thread(target=sys.exit).start()'
$P -c 'class C:
  def __del__(s): 1/0
c = C()'
$P -c 'import os; os._exit(7)'
$P -c 'import os; os.abort()' 2>/dev/null
$P -i -c '1/0'
$P -c 'exit(3)'
$P -c 'import sys; sys.exit(2**31)'
$P -c 'import sys; sys.exit(-2**70)'
"""


def test_files_and_programs(both):
    for name, text in {
        "folder/readme": "", "broken_package/__init__.py": "x = (\n", "broken_package/inner.py": "", "raising/__init__.py": "1/0\n", "raising/inner.py": "",
        "loop_a.py": "import loop_b\n", "loop_b.py": "from loop_a import nothing\n", "shadow.py": "import shadow.x\n", b"\xff.txt".decode("utf-8", "surrogateescape"): b"x = '\xff'\n",
    }.items():
        both.write(name, text)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("other.py", "x = 1\n")
    both.write("no_main.zip", data.getvalue())
    prelude = "mkfifo fifo; ln -s link_loop link_loop; ln -s nowhere link_broken\n$P -S -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"socket\")'"
    rows.commands(both, lines_of(FILES), prelude)


def test_unreadable_files(both):
    """As a user who may not read them (root may read everything)."""
    both.write("secret.py", "print(1)\n")
    both.write("closed/mod.py", "print(1)\n")
    both.write("tell.py", "import os, sys\nos.chmod('secret.py', 0)\nos.chmod('closed', 0)\nif os.getuid() == 0:\n    os.chmod('.', 0o755); os.chmod('..', 0o755); os.setgroups([]); os.setgid(65534); os.setuid(65534)\n"
               "import subprocess\nfor args in (['secret.py'], ['closed/mod.py'], ['-m', 'secret'], ['closed'], ['-c', 'import secret'], ['-c', 'import sys; sys.path[0] = \"closed\"; import mod']):\n"
               "    r = subprocess.run(['/proc/self/exe' if 0 else sys.argv[1]] + args, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)\n    print(args, r.returncode, r.stdout.decode())\n")
    if os.access(os.path.dirname(sides.REFERENCE.launcher), os.X_OK) and os.stat("/root").st_mode & 0o1 == 0 and sides.REFERENCE.launcher.startswith("/root"):
        raise sides.Skipped("another user cannot start the reference here")
    both.run("tell.py", sides.REFERENCE.launcher)


PYC = r'''
import importlib.util, importlib._bootstrap_external as b, marshal, os, random, struct, sys, types
sys.dont_write_bytecode = True
SOURCE = "x = 1\ndef f(a, *b, c=(1, 2.5, 'text', b'bytes', None, ...), **d):\n    return [a + i for i in b], {c: d}, frozenset({1, 2}), 10**30, 1j, lambda: x\nclass C:\n    'doc'\n    def g(self): return __class__\nprint(f(1, 2))\n"
CODE = compile(SOURCE, 'm.py', 'exec')
CODE = CODE.replace(co_filename='m.py')
DATA = marshal.dumps(CODE)
GOOD = importlib.util.MAGIC_NUMBER + struct.pack('<III', 0, 0, len(SOURCE)) + DATA
def run(data):
    """The outcome of importing a file with this content without its source."""
    with open('m.pyc', 'wb') as f: f.write(data)
    loader = b.SourcelessFileLoader('m', 'm.pyc')
    return type(loader.get_code('m')).__name__
def load(data):
    """The type of what a marshal string gives; code is not run."""
    return type(marshal.loads(data)).__name__
'''


def test_broken_pyc(both):
    """Compiled files that are cut or have another head, imported, and given as scripts."""
    table = ["run(GOOD[:%d])" % n for n in range(0, 20)] + ["run(GOOD[:%d])" % n for n in range(20, 700, 9)]
    table += ["run(GOOD[:4] + struct.pack('<I', %d) + GOOD[8:])" % flags for flags in (1, 2, 3, 4, 8, 255, 2**31, 2**32 - 1)]
    table += ["run(%r + GOOD[4:])" % magic for magic in (b"\0\0\0\0", b"U\r\r\r", b"T\r\r\n", b"\x03\xf3\r\n", b"abcd", b"U\r\n\r")]
    table += ["run(GOOD + b'junk')", "run(GOOD[:16] + b'N')", "run(GOOD[:16] + b'i\\1\\0\\0\\0')", "run(GOOD[:16] + b'\\0')", "run(GOOD[:16])", "run(b'')"]
    rows.compare(both, table, PYC)
    names = {"cut0.pyc": "b''", "cut3.pyc": "GOOD[:3]", "cut8.pyc": "GOOD[:8]", "cut16.pyc": "GOOD[:16]", "cut40.pyc": "GOOD[:40]", "cut200.pyc": "GOOD[:200]", "cut_last.pyc": "GOOD[:-1]", "magic.pyc": "b'abcd' + GOOD[4:]",
             "magic2.pyc": "b'T' + GOOD[1:]", "text.pyc": "b'print(1)'", "none.pyc": "GOOD[:16] + b'N'", "int.pyc": "GOOD[:16] + b'i\\1\\0\\0\\0'", "good.pyc": "GOOD", "flags.pyc": "GOOD[:4] + b'\\xff' * 4 + GOOD[8:]", "junk.pyc": "GOOD + b'junk'"}
    both.write("make.py", PYC + "".join("open(%r, 'wb').write(%s)\n" % item for item in names.items()))
    rows.commands(both, ["$P %s" % name for name in names] + ["$P -c 'import %s'" % name[:-4] for name in names] + ["$P -m %s" % name[:-4] for name in ("cut8", "magic", "none")], "$P make.py")
    # In __pycache__: stale, hashed, broken.
    both.write("mod.py", "print('source')\n")
    both.write("cache.py", PYC + r'''
import _imp
source = open('mod.py', 'rb').read(); s = os.stat('mod.py'); path = importlib.util.cache_from_source('mod.py')
os.makedirs('__pycache__', exist_ok=True)
code = marshal.dumps(compile("print('cached')", 'mod.py', 'exec'))
M = importlib.util.MAGIC_NUMBER; right = struct.pack('<II', int(s.st_mtime), s.st_size); hashed = _imp.source_hash(b._RAW_MAGIC_NUMBER, source)
I = lambda n: struct.pack('<I', n)
import subprocess
for name, data in [('right', M + I(0) + right + code), ('older', M + I(0) + struct.pack('<II', 1, s.st_size) + code), ('size', M + I(0) + struct.pack('<II', int(s.st_mtime), 1) + code), ('hash', M + I(3) + hashed + code), ('unchecked', M + I(1) + b'x' * 8 + code),
                   ('wrong hash', M + I(3) + b'x' * 8 + code), ('flags', M + I(4) + right + code), ('magic', b'abcd' + I(0) + right + code), ('short', M + I(0)), ('empty', b''), ('cut', M + I(0) + right + code[:9]), ('none', M + I(0) + right + b'N'), ('hash cut', M + I(3) + hashed[:4])]:
    for checked in ('default', 'always', 'never'):
        open(path, 'wb').write(data)
        r = subprocess.run([sys.executable, '-B', '--check-hash-based-pycs', checked, '-c', 'import mod'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        print(name, checked, r.returncode, r.stdout.decode().splitlines()[-1:])
os.remove(path); os.mkdir(path)
print(subprocess.run([sys.executable, '-c', 'import mod'], stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout)
''')
    both.run("cache.py")


def test_damaged_marshal(both):
    """Strings with bytes changed, cut out or doubled, from a fixed seed: type of the outcome and text of the error."""
    random_numbers = random.Random(20240607)
    table = []
    for number in range(2400):
        changes = []
        for _ in range(random_numbers.choice((1, 1, 1, 2, 3, 8))):
            changes.append((random_numbers.random(), random_numbers.choice("cccdix"), random_numbers.randrange(256)))
        row = "load(damage(%r, %r))" % (number % len(SEEDS), changes)
        if row not in TWICE_WRONG:
            table.append(row)
    prelude = PYC + "SEEDS = [marshal.dumps(eval(s, {'CODE': CODE}), v) for s, v in %r]\n" % (SEEDS,) + r'''
def damage(which, changes):
    data = bytearray(SEEDS[which])
    for where, what, byte in changes:
        at = int(where * len(data))
        if what == 'c': data[at:at + 1] = bytes([byte])
        elif what == 'd': del data[at:at + 1]
        elif what == 'i': data[at:at] = bytes([byte])
        else: del data[at:]
    return bytes(data)
'''
    died = rows.compare(both, table, prelude + "limited(1 << 30)\n", seconds=5, clean=without_source_place, memory_may_suffice=True)
    if died > 240:
        both.differ("the reference died of %d strings: too many to learn from" % died)


# Strings with two errors: here the items of a set are all read before one is added; a code object's parts are read in one go.
TWICE_WRONG = {
    "load(damage(0, [(0.28583636471696205, 'c', 192)]))",
    "load(damage(3, [(0.6673423095713974, 'c', 184)]))",
    "load(damage(3, [(0.7666374207476947, 'c', 42)]))",
    "load(damage(3, [(0.690939635640663, 'c', 232), (0.027222192886878882, 'c', 244)]))",
    "load(damage(3, [(0.5607072845850645, 'c', 252), (0.7570117500758528, 'c', 248)]))",
}


def without_source_place(text):
    """CPython says where in its source the error was set."""
    return re.sub(r"'Objects/\w+\.c:\d+: bad argument", "'bad argument", text)


SEEDS = [("CODE", 4), ("CODE", 4), ("CODE", 2), ("(1, 2.5, 'text', b'bytes', None, ..., 10**30, 1j, True, 'é\\ud800', frozenset({1}), {2}, [3, {4: 5}])", 4),
         ("[[], [()], {}, {1: {2: 3}}, 'a' * 300, 'abc', 'abc', -1, 2**31, -2**70]", 4), ("[1.5, 1j, 'a', 10**40]", 0), ("[1.5, 1j, 'a', ('b',) * 3]", 1)]


def test_broken_archives(both):
    """Zip files that are cut or changed, as a script and on sys.path."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in (("__main__.py", "import inner\nprint('main', inner.x)\n"), ("inner.py", "x = 5\n" * 50), ("pack/__init__.py", "y = 7\n")):
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 2, 3, 4, 6)), text, zipfile.ZIP_DEFLATED)
    good = data.getvalue()
    random_numbers = random.Random(7)
    broken = {"good": good, "front": b"#!/bin/sh\n" + good, "back": good + b"x" * 30, "comment": good[:-2] + b"\x05\x00hello", "comment_cut": good[:-2] + b"\x50\x00hello", "twice": good + good, "empty_zip": b"PK\x05\x06" + bytes(18)}
    for n in (1, 4, 10, 21, 22, 23, 30, 60, 100, 150):
        broken["cut%d" % n] = good[:-n]
        broken["head%d" % n] = good[n:]
    for number in range(70):
        changed = bytearray(good)
        for _ in range(random_numbers.choice((1, 2, 5))):
            # Most of them in the directory and the tail.
            at = random_numbers.randrange(len(good) // 2 if number % 2 else 0, len(good))
            changed[at] = random_numbers.randrange(256)
        broken["changed%d" % number] = bytes(changed)
    for method in (1, 9, 12, 14, 99):
        broken["method%d" % method] = good.replace(b"\x08\x00\x00\x00Q", bytes([method]) + b"\x00\x00\x00Q") if b"\x08\x00\x00\x00Q" in good else good.replace(b"\x14\x00\x00\x00\x08\x00", b"\x14\x00\x00\x00" + bytes([method, 0]))
    for name, content in broken.items():
        both.write("z_%s.zip" % name, content)
    table = []
    for name in broken:
        for what in ("import inner; result = inner.x", "import pack; result = pack.y", "import zipimport; result = sorted(zipimport.zipimporter(PATH)._files)", "import runpy; result = sorted(runpy.run_path(PATH))",
                     "import zipfile; result = zipfile.ZipFile(PATH).testzip()", "import pkgutil; result = pkgutil.get_data('inner', 'pack/__init__.py')"):
            table.append("PATH = 'z_%s.zip'; sys.path[:0] = [PATH]\n%s" % (name, what))
    rows.compare(both, table, "import io, sys\nsys.stdout = io.StringIO()\nfor n in ('inner', 'pack'): sys.modules.pop(n, None)\nsys.path_importer_cache.clear(); sys.path[:] = [p for p in sys.path if not p.startswith('z_')]\n")
    rows.commands(both, ["$P z_%s.zip" % name for name in list(broken)[:30]])


MODULES = {
    "null_silent": "PyMODINIT_FUNC PyInit_null_silent(void) { return NULL; }",
    "null_error": "PyMODINIT_FUNC PyInit_null_error(void) { PyErr_SetString(PyExc_ValueError, \"no\"); return NULL; }",
    "result_and_error": "static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"result_and_error\"}; PyMODINIT_FUNC PyInit_result_and_error(void) { PyErr_SetString(PyExc_ValueError, \"both\"); return PyModule_Create(&d); }",
    "not_a_module": "PyMODINIT_FUNC PyInit_not_a_module(void) { return PyLong_FromLong(5); }",
    "returns_none": "PyMODINIT_FUNC PyInit_returns_none(void) { Py_RETURN_NONE; }",
    "raw_def": "static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"raw_def\"}; PyMODINIT_FUNC PyInit_raw_def(void) { return (PyObject *)&d; }",
    "plain_module": "PyMODINIT_FUNC PyInit_plain_module(void) { return PyModule_New(\"plain_module\"); }",
    "other_name": "PyMODINIT_FUNC PyInit_something_else(void) { return NULL; }",
    "exports_nothing": "int nothing_of_it;",
    "undefined_symbol": "extern void nobody_has_this(void); PyMODINIT_FUNC PyInit_undefined_symbol(void) { nobody_has_this(); return NULL; }",
    "slot_unknown": "static PyModuleDef_Slot s[] = {{77, 0}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"slot_unknown\", 0, 0, 0, s}; PyMODINIT_FUNC PyInit_slot_unknown(void) { return PyModuleDef_Init(&d); }",
    "slot_negative": "static PyModuleDef_Slot s[] = {{-1, 0}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"slot_negative\", 0, 0, 0, s}; PyMODINIT_FUNC PyInit_slot_negative(void) { return PyModuleDef_Init(&d); }",
    "negative_size": "static PyModuleDef_Slot s[] = {{0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"negative_size\", 0, -1, 0, s}; PyMODINIT_FUNC PyInit_negative_size(void) { return PyModuleDef_Init(&d); }",
    "create_null": "static PyObject *c(PyObject *a, PyModuleDef *b) { return NULL; } static PyModuleDef_Slot s[] = {{Py_mod_create, c}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"create_null\", 0, 0, 0, s}; PyMODINIT_FUNC PyInit_create_null(void) { return PyModuleDef_Init(&d); }",
    "create_raises": "static PyObject *c(PyObject *a, PyModuleDef *b) { PyErr_SetString(PyExc_KeyError, \"c\"); return NULL; } static PyModuleDef_Slot s[] = {{Py_mod_create, c}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"create_raises\", 0, 0, 0, s}; PyMODINIT_FUNC PyInit_create_raises(void) { return PyModuleDef_Init(&d); }",
    "create_both": "static PyObject *c(PyObject *a, PyModuleDef *b) { PyErr_SetString(PyExc_KeyError, \"c\"); return PyModule_New(\"x\"); } static PyModuleDef_Slot s[] = {{Py_mod_create, c}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"create_both\", 0, 0, 0, s}; PyMODINIT_FUNC PyInit_create_both(void) { return PyModuleDef_Init(&d); }",
    "create_twice": "static PyObject *c(PyObject *a, PyModuleDef *b) { return PyModule_New(\"x\"); } static PyModuleDef_Slot s[] = {{Py_mod_create, c}, {Py_mod_create, c}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"create_twice\", 0, 0, 0, s}; PyMODINIT_FUNC PyInit_create_twice(void) { return PyModuleDef_Init(&d); }",
    "create_int": "static PyObject *c(PyObject *a, PyModuleDef *b) { return PyLong_FromLong(7); } static PyModuleDef_Slot s[] = {{Py_mod_create, c}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"create_int\", 0, 0, 0, s}; PyMODINIT_FUNC PyInit_create_int(void) { return PyModuleDef_Init(&d); }",
    "create_int_exec": "static PyObject *c(PyObject *a, PyModuleDef *b) { return PyLong_FromLong(7); } static int e(PyObject *m) { return 0; } static PyModuleDef_Slot s[] = {{Py_mod_create, c}, {Py_mod_exec, e}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"create_int_exec\", 0, 0, 0, s}; PyMODINIT_FUNC PyInit_create_int_exec(void) { return PyModuleDef_Init(&d); }",
    "create_int_state": "static PyObject *c(PyObject *a, PyModuleDef *b) { return PyLong_FromLong(7); } static PyModuleDef_Slot s[] = {{Py_mod_create, c}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"create_int_state\", 0, 8, 0, s}; PyMODINIT_FUNC PyInit_create_int_state(void) { return PyModuleDef_Init(&d); }",
    "exec_silent": "static int e(PyObject *m) { return -1; } static PyModuleDef_Slot s[] = {{Py_mod_exec, e}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"exec_silent\", 0, 0, 0, s}; PyMODINIT_FUNC PyInit_exec_silent(void) { return PyModuleDef_Init(&d); }",
    "exec_raises": "static int e(PyObject *m) { PyErr_SetString(PyExc_KeyError, \"e\"); return -1; } static PyModuleDef_Slot s[] = {{Py_mod_exec, e}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"exec_raises\", 0, 0, 0, s}; PyMODINIT_FUNC PyInit_exec_raises(void) { return PyModuleDef_Init(&d); }",
    "exec_both": "static int e(PyObject *m) { PyErr_SetString(PyExc_KeyError, \"e\"); return 0; } static PyModuleDef_Slot s[] = {{Py_mod_exec, e}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"exec_both\", 0, 0, 0, s}; PyMODINIT_FUNC PyInit_exec_both(void) { return PyModuleDef_Init(&d); }",
    "def_and_error": "static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"def_and_error\"}; PyMODINIT_FUNC PyInit_def_and_error(void) { PyErr_SetString(PyExc_ValueError, \"x\"); return PyModuleDef_Init(&d); }",
    "bad_methods": "static PyObject *f(PyObject *a, PyObject *b) { Py_RETURN_NONE; } static PyMethodDef m[] = {{\"f\", f, METH_NOARGS | METH_VARARGS}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"bad_methods\", 0, -1, m}; PyMODINIT_FUNC PyInit_bad_methods(void) { return PyModule_Create(&d); }",
    "class_method": "static PyObject *f(PyObject *a, PyObject *b) { Py_RETURN_NONE; } static PyMethodDef m[] = {{\"f\", f, METH_NOARGS | METH_CLASS}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"class_method\", 0, -1, m}; PyMODINIT_FUNC PyInit_class_method(void) { return PyModule_Create(&d); }",
    "odd_results": "static PyObject *f(PyObject *a, PyObject *b) { return NULL; } static PyObject *g(PyObject *a, PyObject *b) { PyErr_SetString(PyExc_KeyError, \"g\"); return Py_BuildValue(\"i\", 1); }"
                   "static PyMethodDef m[] = {{\"f\", f, METH_NOARGS}, {\"g\", g, METH_NOARGS}, {\"fo\", f, METH_O}, {\"gv\", g, METH_VARARGS}, {0}}; static struct PyModuleDef d = {PyModuleDef_HEAD_INIT, \"odd_results\", 0, -1, m}; PyMODINIT_FUNC PyInit_odd_results(void) { return PyModule_Create(&d); }",
}


def test_broken_extension_modules(both):
    compiler = shutil.which("gcc") or shutil.which("cc")
    if not compiler:
        raise sides.Skipped("no C compiler")
    suffix = ".cpython-38-x86_64-linux-gnu.so"
    include = os.path.join(sides.reference.prefix(), "include", "python3.8")
    # One library with all functions; each module is a copy of it under its name.
    sources = [code.replace(" d ", " d_%d " % n).replace("&d", "&d_%d" % n).replace(" s[]", " s_%d[]" % n).replace(", s}", ", s_%d}" % n).replace(" m[]", " m_%d[]" % n).replace(", m}", ", m_%d}" % n)
               .replace("*c(", "*c_%d(" % n).replace("create, c}", "create, c_%d}" % n).replace("int e(", "int e_%d(" % n).replace("exec, e}", "exec, e_%d}" % n).replace("*f(", "*f_%d(" % n).replace(", f, M", ", f_%d, M" % n).replace("*g(", "*g_%d(" % n).replace(", g, M", ", g_%d, M" % n)
               for n, (name, code) in enumerate(MODULES.items()) if name != "undefined_symbol"]
    folder = both.folders[sides.REFERENCE]
    built = {}
    for name, code in (("all", "\n".join(sources)), ("undefined_symbol", MODULES["undefined_symbol"])):
        source, target = os.path.join(folder, name + ".c"), os.path.join(folder, name + ".so")
        with open(source, "w") as file:
            file.write("#include <Python.h>\n" + code + "\n")
        subprocess.run([compiler, "-shared", "-fPIC", "-w", "-O0", "-I", include, source, "-o", target], check=True)
        with open(target, "rb") as file:
            built[name] = file.read()
    for name in MODULES:
        both.write(name + suffix, built.get(name, built["all"]))
    good = built["all"]
    both.write("no_file_content" + suffix, b"")
    both.write("only_text" + suffix, "this is no library\n")
    both.write("only_magic" + suffix, b"\x7fELF")
    both.write("other_machine" + suffix, good[:18] + b"\xb7\x00" + good[20:])
    both.write("class_32" + suffix, good[:4] + b"\x01" + good[5:])
    names = list(MODULES) + ["no_file_content", "only_text", "only_magic", "other_machine", "class_32"]
    for n in (20, 63, 64, 500):
        both.write("cut%d%s" % (n, suffix), good[:n])
        names.append("cut%d" % n)
    os.makedirs(os.path.join(folder, "is_folder" + suffix))
    os.makedirs(os.path.join(both.folders[sides.PYRITE], "is_folder" + suffix))
    names += ["is_folder", "m\u00fcll"]
    both.write("m\u00fcll" + suffix, good)
    table = ["import %s as m\nresult = type(m).__name__, getattr(m, '__name__', m)" % name for name in names]
    table += ["import odd_results as m\nm.%s" % call for call in ("f()", "g()", "fo(1)", "gv()", "f(1)", "fo()", "g(x=1)")]
    table += ["import importlib.machinery as k\nl = k.ExtensionFileLoader(%r, %r)\nimport importlib.util as u\nm = u.module_from_spec(u.spec_from_loader(%r, l))\nresult = type(m).__name__" % (a, b, a)
              for a, b in (("", "./plain_module" + suffix), ("x.", "./plain_module" + suffix), ("x" * 10**5, "./plain_module" + suffix), ("raw_def", "/nonexistent.so"))]
    rows.compare(both, table, "import sys\nsys.path.insert(0, '.')\n", alone=True, clean=lambda text: rows.without_addresses(text).replace("side-p", "side-r").replace(both.folders[sides.PYRITE], both.folders[sides.REFERENCE]))


STREAMS = r"""
$P -c 'print(1)' >&-
$P -c 'import sys; print(1); sys.stdout.flush()' >&-
$P -c 'import sys; print(sys.stdout, sys.stderr)' >&- 2>&-
$P -c 'import sys; print(sys.stdout is None, file=sys.stderr)' >&-
$P -c '1/0' 2>&-
$P -c 'import sys; sys.stderr.write("x")' 2>&-
$P -c 'import sys; print(sys.stdin)' <&-
$P -c 'input()' <&-
$P <&-
$P - <&-
$P -i -c 'print(1)' <&-
$P -c 'import sys; print(sys.stdin, sys.stdout, sys.stderr, file=open("told", "w"))' <&- >&- 2>&-; cat told
$P -c 'import os; print(os.open("/dev/null", 0), file=open("told", "w"))' <&- >&- 2>&-; cat told
$P -u -c 'print(1)' >&-
$P -V >&-
$P -h >&-
$P -c 'print(1)' > /dev/full
$P -c 'import sys; print(1); sys.stdout.flush()' > /dev/full
$P -u -c 'print(1)' > /dev/full
$P -c 'print("x" * 100000)' > /dev/full
$P -c 'import sys; sys.stdout.write("x" * 10000); sys.exit(3)' > /dev/full
$P -c 'import os; print(1); os._exit(4)' > /dev/full
$P -c 'print(1); 1/0' > /dev/full
$P -c 'import sys; sys.stderr.write("x\n"); sys.exit(5)' 2> /dev/full
$P -c '1/0' 2> /dev/full
$P -c 'raise SystemExit("text")' 2> /dev/full
$P -V > /dev/full
$P -h > /dev/full
$P -c 'import sys; print(1, file=sys.__stdout__)' > /dev/full
$P -c 'open("/dev/full", "w").write("x")'
$P -c 'f = open("/dev/full", "w"); f.write("x"); f.close()'
$P -c 'f = open("/dev/full", "wb"); f.write(b"x" * 100000)'
$P -c 'with open("/dev/full", "w") as f: print("x", file=f)'
$P -c 'import sys; sys.stdout.close(); print(1)'
$P -c 'import sys; sys.stdout.close()'
$P -c 'import sys; sys.stderr.close(); 1/0'
$P -c 'import sys; sys.stdin.close(); input()'
$P -c 'import sys; sys.stdout.buffer.close(); print(1)'
$P -c 'import sys; sys.stdout.buffer.raw.close(); print(1)'
$P -c 'import sys; sys.stdout.detach(); print(1)'
$P -c 'import os; os.close(1); print(1)'
$P -c 'import os; print(1); os.close(1)'
$P -c 'import os; os.close(2); 1/0'
$P -c 'import os; os.close(0); input()'
$P -c 'import atexit, sys; atexit.register(print, "late"); sys.stdout.close()'
$P -c 'import atexit; f = open("closed_file", "w"); atexit.register(print, "late", file=f); f.close()'
$P -c 'print(1, file=open("closed_file", "r"))'
$P -c 'for i in range(100000): print(i)' | head -1
$P -c 'for i in range(100000): print(i)' 2>pipe_errors | head -1; cat pipe_errors
$P -u -c 'for i in range(1000): print(i)' 2>&1 | head -1
{ $P -c 'import time; time.sleep(.3); print(1)'; echo status $? >&3; } 2>&1 | true; sleep .6
{ $P -u -c 'import time; time.sleep(.3); print(1)'; echo status $? >&3; } 2>&1 | true; sleep .6
{ $P -c 'import signal, time; signal.signal(signal.SIGPIPE, signal.SIG_DFL); time.sleep(.3); print(1, flush=True)'; echo status $? >&3; } 2>&1 | true; sleep .6
$P -c 'import os; r, w = os.pipe(); os.close(r); os.write(w, b"x")'
printf 'a\377b\n' | $P -c 'print(ascii(input()))'
printf 'a\377b\n' | LC_ALL=C.UTF-8 $P -c 'import sys; print(ascii(sys.stdin.read()))'
printf 'a\377b\n' | PYTHONIOENCODING=utf-8:strict $P -c 'import sys; print(sys.stdin.read())'
printf 'a\0b' | $P -c 'import sys; print(ascii(sys.stdin.read()))'
printf 'no end' | $P -c 'print(input()); input()'
$P -c 'print("\ud800")'
$P -c 'import sys; sys.stderr.write("\ud800\n")'
PYTHONIOENCODING=ascii $P -c 'print("\xe9")'
LC_ALL=C PYTHONCOERCECLOCALE=0 PYTHONUTF8=0 $P -c 'print("\xe9")'
printf 'x = 1\nx +\nprint(x)\n' | $P
printf 'print(1)\n\377\n' | $P
printf 'print(1)\n\0\nprint(2)\n' | $P
printf 'if 1:\n  print(1)\n' | $P
printf 'if 1:\n' | $P -i -q
printf '(\n1\n' | $P -i -q
printf '1/0\nprint(5)\n' | $P -i -q
printf "'''abc" | $P -i -q
printf '\377\nprint(5)\n' | $P -i -q
printf 'import sys\nsys.exit(9)\n' | $P -i -q
printf 'import sys; sys.ps1 = 5\n1\n' | $P -i -q
printf 'import sys; del sys.ps1\n1\n' | $P -i -q
printf 'import sys; sys.displayhook = 5\n1\nprint(2)\n' | $P -i -q
printf 'import sys; del sys.displayhook\n1\nprint(2)\n' | $P -i -q
printf 'import sys; sys.stdout.close()\n1\nprint(2)\n' | $P -i -q
printf 'import sys; sys.stdin.close()\n1\n' | $P -i -q
"""

SETTINGS = r"""
PYTHONHOME=/nowhere $P -c 'print(1)'
PYTHONHOME=/nowhere:/x $P -S -c 'print(1)'
PYTHONHOME=folder $P -c 'print(1)'
PYTHONHOME=$(printf '\377') $P -c 'print(1)'
PYTHONPATH=/nowhere:missing.zip:broken.zip:folder $P -c 'print(1)'
PYTHONPATH=$(printf '\377') $P -c 'import sys; print(ascii(sys.path[1]))'
PYTHONPATH=has_encodings $P -c 'print(1)'
PYTHONPATH=has_os $P -c 'print(1)'
PYTHONPATH=has_os_raise $P -c 'print(1)'
PYTHONPATH=has_io $P -c 'print(1)'
PYTHONPATH=has_site $P -c 'print(1)'
PYTHONPATH=has_codecs $P -c 'print(1)'
PYTHONPATH=has_custom $P -c 'print(1)'
PYTHONPATH=has_custom_exit $P -c 'print(1)'
PYTHONPATH=has_custom_interrupt $P -c 'print(1)'
PYTHONPATH=has_warnings $P -W error -c 'print(1)'
PYTHONHASHSEED=x $P -c 'print(1)'
PYTHONHASHSEED=99999999999 $P -c 'print(1)'
PYTHONHASHSEED=-1 $P -c 'print(1)'
PYTHONHASHSEED='1 ' $P -c 'print(1)'
PYTHONHASHSEED=0x10 $P -c 'print(1)'
PYTHONIOENCODING=nothing $P -c 'print(1)'
PYTHONIOENCODING=utf-8:nothing $P -c 'print(1)'
PYTHONIOENCODING=utf-8:nothing $P -c 'print("\ud800")'
PYTHONIOENCODING=hex $P -c 'print(1)'
PYTHONIOENCODING=rot13 $P -c 'print(1)'
PYTHONIOENCODING=: $P -c 'print(1)'
PYTHONIOENCODING=utf-16 $P -c 'print(1)' | od -c
PYTHONIOENCODING=idna $P -c 'print("a.b")'
PYTHONIOENCODING=undefined $P -c 'print(1)'
PYTHONIOENCODING=$(printf '\377') $P -c 'print(1)'
PYTHONMALLOC=nothing $P -c 'print(1)'
PYTHONMALLOC= $P -c 'print(1)'
PYTHONMALLOC=malloc_debug $P -c 'print(1)'
PYTHONMALLOC=debug $P -c 'print(1)'
PYTHONMALLOC=pymalloc_debug $P -c 'print(1)'
PYTHONTRACEMALLOC=-5 $P -c 'print(1)'
PYTHONTRACEMALLOC=99999999999999 $P -c 'print(1)'
PYTHONTRACEMALLOC=70000 $P -c 'print(1)'
PYTHONUTF8=5 $P -c 'print(1)'
PYTHONOPTIMIZE=99999999999999999999 $P -c 'import sys; print(sys.flags.optimize)'
PYTHONWARNINGS=a:b:c:d:e:f $P -c 'print(1)'
PYTHONWARNINGS=error::nothing.of.it $P -c 'print(1)'
PYTHONWARNINGS=error::os $P -c 'print(1)'
PYTHONWARNINGS=error::1 $P -c 'print(1)'
PYTHONWARNINGS=default::UserWarning:a-b:x $P -c 'print(1)'
PYTHONBREAKPOINT=nothing.of.it $P -c 'breakpoint(); print(1)'
PYTHONBREAKPOINT=os.nothing $P -c 'breakpoint(); print(1)'
PYTHONBREAKPOINT=. $P -c 'breakpoint(); print(1)'
PYTHONBREAKPOINT=int $P -c 'print(breakpoint())'
PYTHONBREAKPOINT=0 $P -c 'print(breakpoint())'
PYTHONSTARTUP=missing $P -i -q < /dev/null
PYTHONSTARTUP=folder $P -i -q < /dev/null
PYTHONSTARTUP=broken.py $P -i -q < /dev/null
PYTHONSTARTUP=raises.py $P -i -q < /dev/null
PYTHONSTARTUP=exits.py $P -i -q < /dev/null
PYTHONPYCACHEPREFIX=/dev/null $P -c 'import mod_a; print(1)'
PYTHONCASEOK=1 $P -c 'import MOD_A; print(1)'
PYTHONUSERBASE=/dev/null $P -c 'print(1)'
HOME= $P -c 'import os; print(os.path.expanduser("~"))'
PATH= $P -c 'import sys; print(sys.executable)'
TZ=nothing/of/it $P -c 'import time; print(time.tzname)'
TZ=$(printf 'a%.0s' $(seq 1000)) $P -c 'import time; print(len(time.tzname))'
LC_ALL=nothing $P -c 'import locale, sys; print(sys.stdout.encoding); locale.setlocale(locale.LC_ALL, "")'
LC_ALL=$(printf 'a%.0s' $(seq 1000)) $P -c 'print(1)'
TMPDIR=/nowhere $P -c 'import tempfile; print(tempfile.gettempdir() != "/nowhere")'
$P -X tracemalloc=x -c 'print(1)'
$P -X tracemalloc=-1 -c 'print(1)'
$P -X int_max_str_digits=1 -c 'print(1)'
$P -X utf8=x -c 'print(1)'
$P -X nothing=of=it -c 'print(1)'
$P -W nothing -c 'print(1)'
$P -W error:a:b -c 'print(1)'
$P -W ::::: -c 'print(1)'
$P -W error::UserWarning:x:-5 -c 'print(1)'
$P -W error::UserWarning:x:99999999999 -c 'print(1)'
$P -W error::UserWarning:x:y -c 'print(1)'
$P --nothing
$P -z
$P --check-hash-based-pycs nothing -c 'print(1)'
$P -c
$P -m
$P -W
$P -X
(ulimit -v 60000; $P -c 'x = "a" * 100000000')
(ulimit -v 60000; $P -c 'x = [i for i in range(10**7)]' 2>&1 | tail -1)
(ulimit -v 60000; $P -c 'x = []
while 1: x = [x]' 2>/dev/null)
(ulimit -v 100000; $P -c 'x = [str(i) for i in range(10**7)]' 2>&1 | tail -1)
(ulimit -v 2000000; $P -c 'x = bytearray(1600 << 20); print(len(x))')
$P -c 'import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 30, -1)); print(len(bytearray(800 << 20)))'
(ulimit -n 3; $P -c 'print(1)' 2>&1 | tail -1)
(ulimit -n 8; $P -c 'x = [open("/dev/null") for i in range(20)]' 2>&1 | tail -1)
(ulimit -s 512; $P -c 'x = []
for i in range(100000): x = [x]
repr(x)' 2>&1 | tail -1)
(ulimit -f 1; $P -c 'import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); open("big", "w").write("x" * 100000)' 2>&1 | tail -1)
(ulimit -t 1; $P -c 'while 1: pass'; echo $?) 2>/dev/null
"""

SIGNALS = r"""
$P -c 'import os, signal; os.kill(os.getpid(), signal.SIGINT); print(1)'
$P -c 'import os, signal, time; signal.setitimer; os.kill(os.getpid(), 2); time.sleep(5)'
$P -c 'import signal, os, time; signal.signal(14, lambda *a: os.kill(os.getpid(), 2)); signal.setitimer(0, .1); time.sleep(5)'
$P -c 'import signal, os; signal.signal(14, lambda *a: os.kill(os.getpid(), 2)); signal.setitimer(0, .1)
while 1: pass'
$P -c 'import signal, os; signal.signal(14, lambda *a: os.kill(os.getpid(), 2)); signal.setitimer(0, .1); input()' < fifo_in
$P -c 'import signal, os; signal.signal(14, lambda *a: 1/0); signal.setitimer(0, .1)
while 1: pass'
$P -c 'import os; exec("import os; os.kill(os.getpid(), 2)\nfor i in range(1000): pass")'
$P -c 'import os
try: exec("import os; os.kill(os.getpid(), 2)\nfor i in range(1000): pass")
except KeyboardInterrupt: print("caught")'
$P -c 'import os, atexit; atexit.register(os.kill, os.getpid(), 2)'
$P -c 'import os, atexit; atexit.register(lambda: [os.kill(os.getpid(), 2), sum(range(100000)), print(5)])'
$P -c 'import os
class C:
  def __del__(s): os.kill(os.getpid(), 2); [i for i in range(1000)]
c = C(); del c; print(5)'
$P interrupted_import.py
$P -c 'import interrupted_import'
$P -m interrupted_import
$P -i -q -c 'import os; os.kill(os.getpid(), 2)' < /dev/null
$P -c 'import os, signal; signal.signal(2, signal.SIG_DFL); os.kill(os.getpid(), 2)'
$P -c 'import os, signal; signal.signal(2, signal.SIG_IGN); os.kill(os.getpid(), 2); print(1)'
$P -c 'import os; os.kill(os.getpid(), 15)'
$P -c 'import os; os.kill(os.getpid(), 1)'
$P -c 'raise KeyboardInterrupt'
$P -c 'raise KeyboardInterrupt("text")'
$P -c 'class K(KeyboardInterrupt): pass
raise K'
$P -c 'import sys; sys.excepthook = lambda *a: print("hook"); raise KeyboardInterrupt'
$P -c 'import threading, os, time; threading.Thread(target=lambda: (time.sleep(.1), os.kill(os.getpid(), 2))).start(); time.sleep(5)'
$P -c 'import threading, _thread, time; threading.Thread(target=lambda: (time.sleep(.1), _thread.interrupt_main())).start(); time.sleep(1)'
$P -c 'import threading; threading.Thread(target=lambda: exec("raise KeyboardInterrupt")).start()'
$P -X faulthandler -c 'import os; os.kill(os.getpid(), 11)' 2>&1 | head -4
$P -X faulthandler -c 'import os; os.kill(os.getpid(), 6)' 2>&1 | head -4
"""


def lines_of(table):
    """The command lines of a table; one goes on over lines that do not begin a command."""
    out = []
    for line in table.strip("\n").split("\n"):
        if line.startswith(("$P", "printf", "cat", "{ ", "PYTHON", "LC_", "{ ", "(ulimit", "HOME=", "PATH=", "TZ=", "TMPDIR=", "echo", ":")):
            out.append(line)
        else:
            out[-1] += "\n" + line
    return out


def test_streams(both):
    rows.commands(both, lines_of(STREAMS))


def test_settings(both):
    for name, text in {
        "folder/x": "", "broken.zip": "PK", "broken.py": "x = (\n", "raises.py": "1/0\n", "exits.py": "raise SystemExit(5)\n", "mod_a.py": "", "has_encodings/encodings/__init__.py": "1/0\n", "has_os/os.py": "", "has_os_raise/os.py": "1/0\n",
        "has_io/io.py": "x = (\n", "has_site/site.py": "1/0\n", "has_codecs/codecs.py": "", "has_custom/sitecustomize.py": "x = (\n", "has_custom_exit/sitecustomize.py": "raise SystemExit(6)\n",
        "has_custom_interrupt/sitecustomize.py": "raise KeyboardInterrupt\n", "has_warnings/warnings.py": "1/0\n",
    }.items():
        both.write(name, text)
    rows.commands(both, lines_of(SETTINGS))


def test_signals(both):
    both.write("interrupted_import.py", "import os\nos.kill(os.getpid(), 2)\nfor i in range(100000): pass\n")
    rows.commands(both, lines_of(SIGNALS), "mkfifo fifo_in; sleep 20 > fifo_in &")
