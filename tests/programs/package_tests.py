"""Packages from PyPI as their users run them, installed by pip under the library itself.

Their wheels are fetched once, into target/packages; where that cannot be done the test is skipped.
"""

import re

import fetched
import sides

PACKAGES = ("pytest==8.3.5 flake8==7.1.2 docutils==0.20.1 jinja2==3.1.6 requests==2.32.4 click==8.1.8 attrs==25.3.0 rich==13.9.4 " \
           "flask==3.0.3 sqlalchemy==2.0.41 hypothesis==6.113.0 cloudpickle==3.1.1 pyyaml==6.0.2 markdown==3.7 beautifulsoup4==4.13.4 tornado==6.4.2 coverage==7.6.1 isort==5.13.2").split()

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
    "flask": (["use.py"], {"use.py": """from flask import *
from flask.views import MethodView
import click
app = Flask(__name__); app.secret_key = 'k'; app.logger.disabled = True
bp = Blueprint('bp', __name__, url_prefix='/bp')
@bp.route('/<uuid:u>')
def uu(u): return repr(u)
class V(MethodView):
    def get(self, i): return jsonify(i=i, args=request.args.to_dict(flat=False))
    def post(self, i): return {'form': request.form, 'files': {k: f.read().decode() for k, f in request.files.items()}}
bp.add_url_rule('/v/<int:i>', view_func=V.as_view('v')); app.register_blueprint(bp)
@app.route('/')
def index():
    session['n'] = session.get('n', 0) + 1; flash('hi <b>')
    return render_template_string('{{ request.path }} {{ session.n }} {{ get_flashed_messages() }} {{ url_for("bp.v", i=3, q="é") }}')
@app.errorhandler(404)
def nf(e): return str(e), 404
@app.errorhandler(ZeroDivisionError)
def zd(e): return 'zero', 500
@app.route('/z')
def z(): 1/0
@app.route('/k')
def k(): {}['k']
@app.route('/stream')
def st(): return Response(stream_with_context(str(i) for i in range(5)))
@app.cli.command('hello')
@click.argument('n')
def hello(n): click.echo('hello ' + n)
if __name__ == '__main__':
    import io
    c = app.test_client()
    for p in ('/', '/', '/nope', '/z', '/k', '/stream', '/bp/v/5?a=1&a=2&b=%C3%A9', '/bp/12345678-1234-5678-1234-567812345678', '/static/x'):
        r = c.get(p); print(p, r.status, r.data, sorted(r.headers.keys()))
    print(c.post('/bp/v/1', data={'a': 'x', 'f': (io.BytesIO(b'file'), 'n.txt')}).json, c.put('/bp/v/1').status)
    print(app.url_map)
    r = app.test_cli_runner().invoke(args=['hello', 'w']); print(r.output); print(app.test_cli_runner().invoke(args=['routes']).output)
    app.debug = True
    try: app.test_client().get('/k')
    except KeyError as e: print('raised', e)
    import logging, threading, urllib.request; logging.getLogger('werkzeug').setLevel('ERROR'); from werkzeug.serving import make_server
    s = make_server('127.0.0.1', 0, app, threaded=True); threading.Thread(target=s.serve_forever).start()
    print(urllib.request.urlopen('http://127.0.0.1:%d/bp/v/7' % s.server_port).read()); s.shutdown()
"""}),
    "sqlalchemy": (["use.py"], {"use.py": """from sqlalchemy import *
from sqlalchemy.orm import *
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.ext.associationproxy import association_proxy
import datetime, decimal, enum
class Base(DeclarativeBase): pass
class Kind(enum.Enum): a = 1; b = 2
tags = Table('ut', Base.metadata, Column('u', ForeignKey('user.id')), Column('t', ForeignKey('tag.id')))
class User(Base):
    __tablename__ = 'user'
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(30), index=True)
    kind: Mapped[Kind] = mapped_column(default=Kind.a)
    price = Column(Numeric(10, 2)); data = Column(JSON); when = Column(DateTime, default=datetime.datetime(2020, 1, 1))
    addresses = relationship('Address', back_populates='user', cascade='all, delete-orphan', order_by='Address.id')
    tags = relationship('Tag', secondary=tags, lazy='selectin'); tag_names = association_proxy('tags', 'name', creator=lambda n: Tag(name=n))
    @hybrid_property
    def loud(self): return self.name + '!'
    @validates('name')
    def check(self, key, v):
        if not v: raise ValueError('empty')
        return v
class Address(Base):
    __tablename__ = 'address'
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    user_id: Mapped[int] = mapped_column(ForeignKey('user.id'))
    user: Mapped[User] = relationship(back_populates='addresses')
class Tag(Base):
    __tablename__ = 'tag'
    id = Column(Integer, primary_key=True); name = Column(String, unique=True)
e = create_engine('sqlite://', echo=False)
log = []
@event.listens_for(e, 'before_cursor_execute')
def rec(conn, cur, stmt, params, ctx, many): log.append((stmt, params))
Base.metadata.create_all(e)
with Session(e) as s:
    for i in range(5):
        u = User(name='u%d é' % i, price=decimal.Decimal('1.50') * i, data={'i': [i, None]}, addresses=[Address(email='%d%d@x' % (i, j)) for j in range(i)])
        u.tag_names.append('t%d' % i); s.add(u)
    s.commit()
    q = select(User).options(joinedload(User.addresses)).where(User.loud.like('%!'), or_(User.id > 2, User.kind == Kind.b)).order_by(desc(User.id))
    print(q)
    for u in s.scalars(q).unique(): print(u.id, u.loud, u.price, u.data, u.kind, u.when, [a.email for a in u.addresses], list(u.tag_names))
    print(s.execute(select(User.name, func.count(Address.id).label('n')).join(Address, isouter=True).group_by(User.id).having(func.count(Address.id) > 1)).all())
    u = s.get(User, 4); u.name = 'changed'; u.addresses.pop(); s.flush(); print(inspect(u).attrs.name.history, s.dirty, s.new)
    s.rollback(); print(u.name, len(u.addresses))
    try: s.add(Tag(name='t1')); s.flush()
    except Exception as x: print(type(x).__name__, str(x)[:200])
    s.rollback()
    try: User(name='')
    except ValueError as x: print(x)
    s.execute(update(User).where(User.id == 1).values(name='bulk')); s.execute(delete(Tag).where(Tag.id == 5)); s.commit()
    sub = select(func.max(User.id)).scalar_subquery(); print(s.scalar(select(User.name).where(User.id == sub)))
    cte = select(User.id.label('x')).cte('c'); print(s.execute(select(func.sum(cte.c.x))).scalar(), select(func.row_number().over(order_by=User.name)).compile(dialect=e.dialect))
m = MetaData(); m.reflect(e); print(sorted(m.tables), [(c.name, str(c.type)) for c in m.tables['user'].columns])
for l in log[-20:]: print(l)
from sqlalchemy.dialects import postgresql, mysql, oracle, mssql
for d in (postgresql, mysql, oracle, mssql): print(select(User).order_by(User.id).where(User.name.in_(['a', 'b'])).limit(3).offset(2).compile(dialect=d.dialect(), compile_kwargs={'literal_binds': True}))
"""}),
    "hypothesis": (["use.py"], {"use.py": """import random
from hypothesis import given, settings, strategies as st, HealthCheck, seed, Phase, find
from hypothesis.stateful import RuleBasedStateMachine, rule, invariant, run_state_machine_as_test
S = settings(database=None, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), print_blob=False, max_examples=12)
def run(f):
    try: f(); print(f.__name__, 'ok')
    except BaseException as e: print(f.__name__, type(e).__name__, str(e)[:300], getattr(e, '__notes__', ''))
seen = []
@S
@given(st.lists(st.integers()), st.text(), st.floats(allow_nan=False), st.dictionaries(st.text(max_size=3), st.decimals(allow_nan=False) | st.none()))
def a(l, t, f, d): seen.append((l, t, f, sorted(d)))
run(a); print(hash(repr(seen)), seen[:3], seen[-3:])
@S
@given(st.lists(st.integers()))
def b(l): assert sum(l) < 1000
run(b)
@S
@given(st.text(), st.integers(min_value=0))
def c(s, n): assert s[:n] + s[n:] == s and (len(s) < 5 or 'a' not in s)
run(c)
class M(RuleBasedStateMachine):
    def __init__(self): super().__init__(); self.l = []
    @rule(x=st.integers())
    def push(self, x): self.l.append(x)
    @rule()
    def pop(self):
        if self.l: self.l.pop()
    @invariant()
    def small(self): assert len(self.l) < 4
def m(): run_state_machine_as_test(M, settings=S)
run(m)
print(find(st.lists(st.integers()), lambda l: sum(l) > 100, settings=S, random=random.Random(1)))
"""}),
    "cloudpickle": (["use.py"], {"use.py": """import cloudpickle, pickle, sys, functools, itertools, collections, enum, abc, dataclasses, typing
y = 5
def outer(n):
    def inner(x, *a, k=3, **kw): "doc"; return x + n + k + y
    inner.attr = [1]
    return inner
class Base(abc.ABC):
    @abc.abstractmethod
    def f(self): ...
class C(Base):
    __slots__ = ('a', 'b'); z = 1
    def __init__(self): super().__init__(); self.a = 1; self.b = 2
    def f(self): return super().__repr__()[:5], __class__
    @property
    def p(self): return self.a
    @classmethod
    def c(cls): return cls.z
    @staticmethod
    def s(): return 's'
class E(enum.Enum): A = 1; B = 'x'
@dataclasses.dataclass(frozen=True)
class D: x: int; y: typing.List[int] = dataclasses.field(default_factory=list)
N = collections.namedtuple('N', 'a b')
rec = lambda n: 1 if n < 2 else n * rec(n - 1)
for m in (cloudpickle,):
    for p in (2, 4, 5):
        for n, o, use in [('closure', outer(2), lambda f: (f(1), f.attr, f.__doc__, f.__kwdefaults__)), ('lambda', lambda x: [i for i in range(x)], lambda f: f(3)), ('rec', rec, lambda f: f(5)), ('class', C, lambda c: (c().f()[1].__name__, c().p, c.c(), c.s(), c.__slots__)), ('inst', C(), lambda c: (c.a, c.b)), ('enum', E, lambda e: (list(e), e('x'))), ('data', D(1, [2]), repr), ('nt', N(1, 2), repr), ('partial', functools.partial(outer, 3), lambda f: f()(1)), ('module', itertools, lambda m: m.__name__), ('code', outer.__code__, lambda c: (c.co_name, c.co_names)), ('prop', C.p, lambda p: type(p)), ('gen', typing.Dict[str, int], repr), ('ell', (Ellipsis, NotImplemented, type(None)), repr), ('range', range(3), repr), ('bound', C().f, lambda f: f()[1].__name__), ('mappingproxy', collections.OrderedDict(a=1), repr), ('logger', __import__('logging').getLogger('a'), repr), ('weak', 1, repr), ('file', None, repr)]:
            try: b = m.dumps(o, protocol=p); print(m.__name__, p, n, len(b), use(m.loads(b)))
            except Exception as e: print(m.__name__, p, n, type(e).__name__, e)
"""}),
    "yaml, markdown, beautifulsoup": (["use.py"], {"use.py": """import yaml, markdown, bs4, datetime
print(yaml.safe_load('a: [1, 2.5, null, 2020-01-01, "x"]\\nb: &x {c: d}\\ne: *x\\nf: |\\n  text\\n  more\\n'), yaml.dump({'a': [1, None, {'b': 'é'}], 'd': datetime.date(2020, 1, 1)}, Dumper=yaml.Dumper), yaml.load('- !!python/tuple [1, 2]', yaml.UnsafeLoader), yaml.__with_libyaml__ and yaml.load('a: 1', yaml.CSafeLoader))
for bad in ('a: [', 'a: b: c', '\\t', '*x'):
    try: yaml.safe_load(bad)
    except yaml.YAMLError as e: print(e)
s = bs4.BeautifulSoup('<div class="a b"><p>x<b>y</b><p id=q>é &amp; z<br></div><script>1<2</script>', 'html.parser'); print(s.prettify(), s.select('div > p > p#q'), s.find_all(class_='b')[0].name, list(s.stripped_strings), s.p.next_sibling)
print(markdown.markdown('# T\\n\\n* a\\n* b\\n\\n| a | b |\\n|---|---|\\n| 1 | 2 |\\n\\n```python\\nx = 1\\n```\\n[l](u "t") *e* **s** <b>h</b> [^1]\\n\\n[^1]: Note.\\n', extensions=['extra', 'toc', 'codehilite']))
"""}),
    "tornado": (["use.py"], {"use.py": """import tornado.web, tornado.ioloop, tornado.httpclient, tornado.testing, asyncio, tornado.websocket, tornado.gen, tornado.template
class H(tornado.web.RequestHandler):
    async def get(self, n): await tornado.gen.sleep(.001); self.set_secure_cookie('a', 'b'); self.render_string if 0 else self.write({'n': n, 'q': self.get_arguments('q')})
class W(tornado.websocket.WebSocketHandler):
    def on_message(self, m): self.write_message(m[::-1])
async def tm():
    app = tornado.web.Application([(r'/a/(\\d+)', H), ('/ws', W)], cookie_secret='x'); s = app.listen(0, '127.0.0.1'); port = list(s._sockets.values())[0].getsockname()[1]
    h = tornado.httpclient.AsyncHTTPClient(); r = await h.fetch('http://127.0.0.1:%d/a/5?q=1&q=2' % port); print(r.code, r.body)
    try: await h.fetch('http://127.0.0.1:%d/zz' % port)
    except tornado.httpclient.HTTPClientError as e: print(e)
    w = await tornado.websocket.websocket_connect('ws://127.0.0.1:%d/ws' % port); w.write_message('abc'); print(await w.read_message()); w.close(); s.stop()
asyncio.run(tm())
print(tornado.template.Template('{% for i in x %}{{ i }},{% end %}{% if len(x) > 2 %}big{% end %}').generate(x=[1, 2, 3]))
"""}),
    "coverage": (["use.py"], {"use.py": """import subprocess, sys, json
open('covered.py', 'w').write(\"\"\"import json, threading
def f(n):
    if n > 2:
        return 'big'
    for i in range(n):
        if i == 5: break
    else:
        return 'else'
threading.Thread(target=json.dumps, args=([1, {'a': 2}],)).start()
print(f(1), f(3), [x for x in range(3) if x])
try: json.loads('[1,')
except ValueError: pass
\"\"\")
for core in ('ctrace', 'pytrace'):
    for words in (['run', '--branch', '--source=.,json', 'covered.py'], ['report', '-m'], ['json', '-q', '-o', 'c.json'], ['html', '-q']):
        r = subprocess.run([sys.executable, '-m', 'coverage'] + words, env={**__import__('os').environ, 'COVERAGE_CORE': core}, stdout=-1, stderr=-2, text=True); print(core, words[0], r.returncode, r.stdout)
    d = json.load(open('c.json')); d.pop('meta'); print(json.dumps(d['files']['covered.py'], sort_keys=True))
"""}),
    "isort": (["-m", "isort", "--diff", "-q", "json_copy"], {}),
}


def same_lengths(data):
    """Times differ from run to run."""
    return re.sub(rb":(before|after)\t[-0-9 :.]+", rb":\1", re.sub(rb"in \d+\.\d+s", b"in N s", data))


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
