"""Packages from PyPI as their users run them, installed by pip under the library itself.

Their wheels are fetched once, into target/packages; where that cannot be done the test is skipped.
"""

import re

import fetched
import sides

PACKAGES = "pytest==8.3.5 flake8==7.1.2 docutils==0.20.1 jinja2==3.1.6 requests==2.32.4 click==8.1.8 attrs==25.3.0 rich==13.9.4".split()

RUN = """import subprocess, sys
run = subprocess.run(['env/bin/python'] + %r, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
sys.stdout.buffer.write(run.stdout)
sys.exit(run.returncode)
"""

USES = {
    "pytest": (["-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py"], {"test_it.py": """import pytest

@pytest.fixture
def numbers(tmp_path):
    (tmp_path / 'f').write_text('1 2 3')
    return [int(x) for x in (tmp_path / 'f').read_text().split()]

@pytest.mark.parametrize('a, b', [(1, 2), (2, 4), (3, 5)])
def test_double(a, b):
    assert a * 2 == b

def test_fixture(numbers, capsys, monkeypatch):
    print('captured')
    assert capsys.readouterr().out == 'captured\\n'
    monkeypatch.setattr('os.getcwd', lambda: 'here')
    assert sum(numbers) == 6

def test_diff():
    assert {'a': [1, 2, 3], 'b': 'text'} == {'a': [1, 2, 4], 'b': 'text'}

def test_raises():
    with pytest.raises(ZeroDivisionError, match='division'):
        1 / 0

@pytest.mark.skip(reason='why')
def test_skipped(): pass

@pytest.mark.xfail
def test_expected(): assert 0

class TestGroup:
    def setup_method(self): self.x = 1
    def test_one(self): assert self.x == 1
"""}),
    "flake8": (["-m", "flake8", "-j1", "--max-line-length=70", "json_copy"], {}),
    "docutils": (["env/bin/rst2html.py", "--no-datestamp", "--no-generator", "a.rst"], {"a.rst": """=====
Title
=====

A *paragraph* with **strong** text, ``code`` and a link_.

.. _link: http://example.org/

- list
- items

  1. nested

+---+---+
| a | b |
+===+===+
| 1 | 2 |
+---+---+

.. note:: A note.

.. code:: python

   def f(x):
       return x * 2

Footnote [1]_ and :sup:`role`, and an error: :bogus:`x`.

.. [1] The footnote.
"""}),
    "jinja2": (["use.py"], {"use.py": """import jinja2
env = jinja2.Environment(autoescape=True, trim_blocks=True, loader=jinja2.DictLoader({'base': '<{% block b %}base{% endblock %}>', 'm': '{% macro f(x, y=2) %}{{ x }}-{{ y }}{% endmacro %}'}))
t = env.from_string('''{% extends 'base' %}{% from 'm' import f %}{% block b %}{{ super() }}{% for i in items if i.n %}{{ loop.index }}:{{ i.n|upper }} {% else %}none{% endfor %}{{ f(1) }} {{ '<b>' }} {{ '<b>'|safe }} {{ [3, 1, 2]|sort|join(', ') }} {{ d.items()|list }} {{ 7 // 2 }} {{ 'x' if none else 'y' }}{% set z = namespace(n=0) %}{% for i in range(4) %}{% set z.n = z.n + i %}{% endfor %}{{ z.n }}{% endblock %}''')
print(t.render(items=[{'n': 'a'}, {'n': ''}, {'n': 'é'}], d={'k': 1}))
for bad in ('{{ x', '{% for %}', '{{ undefined.attr }}', '{{ 1 / 0 }}', '{% bogus %}'):
    try: env.from_string(bad).render()
    except Exception as e: print(type(e).__name__, e)
"""}),
    "requests": (["use.py"], {"use.py": """import http.server, json, threading, requests
class H(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    def log_message(self, *a): pass
    def reply(self, code, body, **headers):
        self.send_response(code); self.send_header('Content-Length', str(len(body)))
        for k, v in headers.items(): self.send_header(k.replace('_', '-'), v)
        self.end_headers(); self.wfile.write(body)
    def do_GET(self):
        if self.path == '/redirect': self.reply(302, b'', Location='/json?x=1')
        elif self.path.startswith('/json'): self.reply(200, json.dumps({'path': self.path, 'cookie': self.headers.get('Cookie')}).encode(), Content_Type='application/json', Set_Cookie='a=b')
        else: self.reply(404, 'nö'.encode(), Content_Type='text/plain; charset=utf-8')
    def do_POST(self):
        self.reply(200, self.rfile.read(int(self.headers['Content-Length'])), Content_Type=self.headers['Content-Type'])
server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H); threading.Thread(target=server.serve_forever, daemon=True).start()
base = 'http://127.0.0.1:%d' % server.server_port
with requests.Session() as s:
    r = s.get(base + '/redirect'); print(r.status_code, r.json()['path'], [h.status_code for h in r.history])
    r = s.get(base + '/json', params={'q': 'é a', 'l': [1, 2]}); print(r.json(), r.headers['Content-Type'], r.encoding)
    r = s.get(base + '/nothing'); print(r.ok, r.text)
    try: r.raise_for_status()
    except requests.HTTPError as e: print(str(e).replace(base, ''))
    print(s.post(base, json={'a': [1, None]}).text, s.post(base, data={'k': 'v w'}).text, len(s.post(base, files={'f': ('n', b'x' * 100)}).content) > 200)
try: requests.get('http://127.0.0.1:1/', timeout=2)
except requests.ConnectionError as e: print(type(e).__name__)
server.shutdown()
"""}),
    "click": (["use.py", "greet", "--count", "2", "World", "--flag"], {"use.py": """import click
@click.group()
@click.version_option('1.0')
def main(): "The program."
@main.command()
@click.argument('name')
@click.option('--count', default=1, type=click.IntRange(1, 5), help='How often.', show_default=True)
@click.option('--flag/--no-flag')
@click.option('--kind', type=click.Choice(['a', 'b']), default='a')
def greet(name, count, flag, kind):
    "Greets NAME."
    for _ in range(count): click.echo(click.style('Hello %s %s %s' % (name, flag, kind), fg='red'))
if __name__ == '__main__':
    from click.testing import CliRunner
    for args in (['--help'], ['greet', '--help'], ['greet', 'x', '--count', '9'], ['greet'], ['nothing'], ['greet', 'x', '--kind', 'c'], ['--version']):
        r = CliRunner().invoke(main, args); print(r.exit_code, r.output)
    main()
"""}),
    "attrs": (["use.py"], {"use.py": """import attr, attrs
@attrs.define(order=True)
class P:
    x: int = attrs.field(validator=attrs.validators.instance_of(int))
    y: list = attrs.Factory(list)
    z: float = attrs.field(default=1, converter=float, kw_only=True)
@attr.s(frozen=True, cache_hash=True)
class F: a = attr.ib(repr=False); b = attr.ib(default=2)
p = P(1); print(p, p == P(1), p < P(2), attrs.asdict(p), attrs.evolve(p, x=5), P.__slots__, hash(F(1)) == hash(F(1)), F(1), attrs.fields(P).x.name)
for bad in (lambda: P('a'), lambda: setattr(F(1), 'a', 2), lambda: P(), lambda: setattr(p, 'w', 1), lambda: P(1, bogus=2)):
    try: bad()
    except Exception as e: print(type(e).__name__, str(e)[:80])
"""}),
    "rich": (["use.py"], {"use.py": """from rich.console import Console
from rich.table import Table
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.tree import Tree
from rich.panel import Panel
from rich.traceback import Traceback
c = Console(width=70, force_terminal=True, color_system='truecolor', legacy_windows=False)
t = Table(title='Table'); t.add_column('A', style='cyan'); t.add_column('B', justify='right'); t.add_row('é', '1'); t.add_row('[bold]x[/]', '22')
tree = Tree('root'); tree.add('leaf').add('deep')
for x in (t, Markdown('# Head\\n\\n* a\\n* b\\n\\n`code` **bold**'), Syntax('def f(x):\\n    return x * 2', 'python'), tree, Panel('panel :smile:'), {'a': [1, 2.5, None, 'text'], 'b': (True,)}): c.print(x)
"""}),
}


def same_lengths(data):
    """Times differ from run to run."""
    return re.sub(rb"in \d+\.\d+s", b"in N s", data)


def without_notices(data):
    """What pip says of the network and of its own version is no part of the comparison."""
    return b"".join(line for line in data.splitlines(True) if not line.startswith((b"WARNING: Retrying", b"[notice]", b"WARNING: You are using pip")))


def test_packages(both):
    """One virtual environment on each side; all packages are installed into it from their wheels, and then used."""
    folder = fetched.fetched("packages", ["download", "-d"], PACKAGES)
    if folder is None:
        raise sides.Skipped("the packages cannot be fetched")
    both.run("-m", "venv", "env", timeout=600)
    install = ["-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile", "--no-index", "--find-links", folder] + PACKAGES
    both.program(RUN % install, timeout=1800, clean=without_notices)
    both.program(RUN % ["-m", "pip", "list", "--disable-pip-version-check"], timeout=300)
    for name in ("decoder.py", "encoder.py", "tool.py", "__init__.py"):
        with open(both.stdlib("json/" + name), "rb") as file:
            both.write("json_copy/" + name, file.read())
    for arguments, files in USES.values():
        for name, text in files.items():
            both.write(name, text)
        both.program(RUN % arguments, timeout=600, clean=same_lengths)
