"""The compiled modules of lib-dynload: each imports, and does real work in a program."""

import os


def test_every_module_imports(both):
    folder = both.stdlib("lib-dynload")
    names = sorted({name.split(".")[0] for name in os.listdir(folder) if name.endswith(".so")})
    for name in names:
        both.run("-c", "import %s as m; print(m.__name__, m.__file__, type(m.__loader__).__name__, len(dir(m)))" % name)


def test_all_in_one_process(both):
    names = sorted({name.split(".")[0] for name in os.listdir(both.stdlib("lib-dynload")) if name.endswith(".so")})
    both.program("import importlib\nfor name in %r:\n    try: m = importlib.import_module(name); print(name, sorted(dir(m)))\n    except Exception as e: print(name, type(e), e)\n" % names)


def test_sqlite3(both):
    both.program("""import sqlite3
c = sqlite3.connect('x.db'); c.row_factory = sqlite3.Row
c.execute('create table t (a integer primary key, b text, c real, d blob)')
c.executemany('insert into t values (?, ?, ?, ?)', [(i, 'é%d' % i, i / 3, bytes([i])) for i in range(50)]); c.commit()
class Total:
    def __init__(self): self.n = 0
    def step(self, x): self.n += x
    def finalize(self): return self.n
c.create_function('double', 1, lambda x: x * 2); c.create_aggregate('total_of', 1, Total); c.create_collation('back', lambda a, b: (a < b) - (a > b))
print([tuple(r) for r in c.execute('select b, double(a), c, d from t where a > 45 order by b collate back')], c.execute('select total_of(a) from t').fetchone()[0])
r = c.execute('select * from t').fetchone(); print(r.keys(), r['b'], len(r))
for bad in ('selec', 'select nothing from t', 'insert into t values (1, 2, 3, 4)'):
    try: c.execute(bad)
    except sqlite3.Error as e: print(type(e).__name__, e)
c.set_trace_callback(lambda s: print('trace', s)); c.execute('select 1')
with c: c.execute('delete from t where a < 10')
print(c.total_changes, list(c.iterdump())[:2]); c.close()
""")


def test_ssl(both):
    both.program("""import ssl
c = ssl.create_default_context(); print(c.verify_mode, c.check_hostname, c.protocol, ssl.OPENSSL_VERSION, len(c.get_ciphers()) > 5)
print(len(ssl.RAND_bytes(16)), ssl.RAND_status(), sorted(n for n in dir(ssl) if n.startswith('PROTOCOL')))
a, b = ssl.MemoryBIO(), ssl.MemoryBIO(); o = c.wrap_bio(a, b, server_hostname='x')
try: o.do_handshake()
except ssl.SSLWantReadError as e: print(type(e).__name__, e.args[0], b.pending > 100)
try: c.load_cert_chain('/nonexistent')
except OSError as e: print(e)
print(ssl.cert_time_to_seconds('Jan  5 09:34:43 2018 GMT'))
""")


def test_ctypes(both):
    both.program("""import ctypes, ctypes.util
libc = ctypes.CDLL(None)
print(libc.abs(-5), libc.strlen(b'hello'), ctypes.c_char_p(b'x').value)
COMPARE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))
array = (ctypes.c_int * 6)(5, 1, 4, 2, 6, 3)
libc.qsort(array, 6, ctypes.sizeof(ctypes.c_int), COMPARE(lambda a, b: a[0] - b[0])); print(list(array))
class P(ctypes.Structure): _fields_ = [('x', ctypes.c_int), ('y', ctypes.c_double), ('name', ctypes.c_char * 8), ('bits', ctypes.c_uint, 3)]
p = P(1, 2.5, b'abc', 9); print(p.x, p.y, p.name, p.bits, ctypes.sizeof(P), P.y)
class U(ctypes.Union): _fields_ = [('i', ctypes.c_uint32), ('b', ctypes.c_ubyte * 4)]
u = U(i=0x01020304); print(list(u.b))
buffer = ctypes.create_string_buffer(50); libc.snprintf(buffer, 50, b'%d %s %.2f', 7, b'text', ctypes.c_double(1.5)); print(buffer.value)
libc.time.restype = ctypes.c_long; print(libc.time(None) > 0)
try: libc.nothing_of_that_name
except AttributeError as e: print('no symbol')
try: libc.strlen(1.5)
except ctypes.ArgumentError as e: print(e)
api = ctypes.pythonapi; api.PyLong_FromLong.restype = ctypes.py_object; print(api.PyLong_FromLong(42))
api.PyObject_Repr.restype = ctypes.py_object; api.PyObject_Repr.argtypes = [ctypes.py_object]; print(api.PyObject_Repr([1, 'a']))
api.PyErr_SetString.argtypes = [ctypes.py_object, ctypes.c_char_p]; api.PyErr_SetString.restype = None
try: api.PyErr_SetString(ValueError, b'from C')
except ValueError as e: print(e)
""")


def test_numbers(both):
    both.program("""import decimal, fractions, math, cmath, random, statistics
decimal.getcontext().prec = 40
print(decimal.Decimal(2).sqrt(), decimal.Decimal('1.10') + 1, decimal.Decimal(1) / 3, '{:,.3f}'.format(decimal.Decimal('12345.6789')))
try: decimal.Decimal(1) / 0
except decimal.DivisionByZero as e: print(e)
print(fractions.Fraction(3, 6) + 1, math.factorial(30), math.gcd(12, 18), math.comb(10, 3), math.isclose(.1 + .2, .3), math.fsum([.1] * 10), cmath.exp(1j), math.log(2**200), math.prod([1, 2, 3]), math.isqrt(10**30))
for f in (math.sin, math.gamma, math.erf, math.expm1, math.ulp if hasattr(math, 'ulp') else math.floor): print(f(0.5))
r = random.Random(12345); print(r.random(), r.randint(1, 100), r.choice('abc'), r.sample(range(100), 5), r.gauss(0, 1), r.getrandbits(70)); l = list(range(10)); r.shuffle(l); print(l, hash(r.getstate()))
print(statistics.mean([1, 2, 3.5]), statistics.stdev([1, 2, 3, 4]), random.Random('seed').random(), random.Random(1.5).random())
""")


def test_datetime(both):
    both.program("""import datetime as d, time, zoneinfo if 0 else calendar
""".replace("zoneinfo if 0 else ", "") + """
t = d.datetime(2020, 2, 29, 12, 30, 15, 123456, tzinfo=d.timezone(d.timedelta(hours=2)))
print(t, repr(t), t.isoformat(), t + d.timedelta(days=366), t - d.datetime(2000, 1, 1, tzinfo=d.timezone.utc), t.strftime('%Y-%j %A %p'), t.utctimetuple())
print(d.date.fromisoformat('2021-03-04').isocalendar(), d.datetime.strptime('03/04/21 05:06', '%d/%m/%y %H:%M'), d.timedelta(seconds=-1), t.timestamp(), hash(t) == hash(t.astimezone(d.timezone.utc)))
import pickle; print(pickle.loads(pickle.dumps(t)) == t, d.time(1, 2, 3).replace(hour=5), d.datetime.max, d.timedelta(1) / 3)
for bad in ('d.date(2021, 2, 29)', 'd.datetime(1, 1, 1) - d.timedelta(1)', 't < d.datetime.now()', 'd.time(25)', 'd.date.fromisoformat("x")'):
    try: eval(bad)
    except Exception as e: print(type(e).__name__, e)
print(time.strftime('%Y %m', time.gmtime(86400)), time.mktime(time.gmtime(1e9)), calendar.timegm((2000, 1, 1, 0, 0, 0)))
""")


def test_formats(both):
    both.program("""import pickle, json, struct, array, hashlib, zlib, bz2, lzma, csv, io, binascii, base64, gzip, hmac, marshal, copyreg
data = {'a': [1, 2.5, None, True, 'é', b'x', (1,), {2}, frozenset([3])], 'big': 2**100}
for p in range(6): s = pickle.dumps(data, p); print(p, len(s), pickle.loads(s) == data, hashlib.md5(s).hexdigest() if p > 1 else '')
class C:
    def __init__(s): s.x = 1
    def __eq__(s, o): return s.x == o.x
print(pickle.loads(pickle.dumps(C())) == C(), pickle.dumps(len), pickle.dumps(C)[:30])
print(json.dumps(data['a'][:5], indent=1), json.loads('[1e5, "\\\\u00e9", NaN, -0.0, 123456789012345678901234567890]'))
print(struct.pack('<ibhlqd5s?', 1, -2, 3, 4, 5, 1.5, b'ab', True), struct.unpack('>HIf', bytes(range(10))), struct.calcsize('@ilq'))
a = array.array('d', [1.5, 2]); a.extend([3]); print(a, a.tobytes(), a.itemsize, array.array('u', 'é'), memoryview(a)[1], a[::2])
for h in ('md5', 'sha1', 'sha256', 'sha512', 'sha3_256', 'blake2b', 'blake2s', 'shake_128'):
    x = hashlib.new(h, b'abc'); print(h, x.hexdigest(8) if 'shake' in h else x.hexdigest())
print(hmac.new(b'k', b'm', 'sha256').hexdigest(), hashlib.pbkdf2_hmac('sha1', b'p', b's', 10).hex(), hashlib.scrypt(b'p', salt=b's', n=2, r=1, p=1).hex()[:20])
text = b'hello world ' * 500
for m in (zlib, bz2, lzma, gzip): c = m.compress(text); print(m.__name__, len(c) < 300, m.decompress(c) == text)
print(zlib.crc32(text), zlib.adler32(text), binascii.hexlify(b'ab'), base64.b64encode(text[:10]), base64.b85encode(b'abcd'), binascii.crc_hqx(b'abc', 0))
try: zlib.decompress(b'junk')
except zlib.error as e: print(e)
out = io.StringIO(); w = csv.writer(out); w.writerow([1, 'a,b', 'q"q', None]); w.writerow(['x\\ny']); print(repr(out.getvalue()), list(csv.DictReader(io.StringIO('a,b\\n1,2\\n'))))
print(marshal.loads(marshal.dumps([1, 'a', (2.5, None), b'x', 2**70, {1: 2}, {3}, True, ...])), marshal.dumps((1, 'abc', 1.5)))
""")


def test_processes(both):
    both.program("""import multiprocessing, subprocess, os, signal, sys
def square(x): return x * x
def child(q): q.put(os.getpid() > 0)
if __name__ == '__main__':
    with multiprocessing.Pool(2) as pool: print(pool.map(square, range(10)))
    for method in ('fork', 'spawn'):
        context = multiprocessing.get_context(method); q = context.Queue(); p = context.Process(target=child, args=(q,)); p.start(); print(method, q.get(timeout=60), p.join(), p.exitcode)
    v = multiprocessing.Value('i', 5)
    with v.get_lock(): v.value += 1
    print(v.value)
    print(subprocess.run([sys.executable, '-c', 'print(input())'], input=b'text', stdout=subprocess.PIPE).stdout, subprocess.check_output('echo $X', shell=True, env={'X': 'y'}))
    try: subprocess.run(['/nonexistent'])
    except FileNotFoundError as e: print(e)
    try: subprocess.run(['sleep', '5'], timeout=.1)
    except subprocess.TimeoutExpired as e: print(e.cmd)
    p = subprocess.Popen(['cat'], stdin=subprocess.PIPE, stdout=subprocess.PIPE); print(p.communicate(b'abc'), p.returncode)
    pid = os.fork()
    if pid == 0: os._exit(7)
    print(os.WEXITSTATUS(os.waitpid(pid, 0)[1]))
    signal.signal(signal.SIGUSR1, lambda s, f: print('signal', s)); os.kill(os.getpid(), signal.SIGUSR1)
    signal.setitimer(signal.ITIMER_REAL, .01); signal.signal(signal.SIGALRM, lambda *a: (_ for _ in ()).throw(KeyError('alarm')))
    try: signal.pause()
    except KeyError as e: print(e)
""", timeout=180)


def test_network_and_events(both):
    both.program("""import socket, select, asyncio, selectors, threading
a, b = socket.socketpair(); a.sendall(b'x' * 100); print(len(b.recv(1000)), select.select([b], [a], [], 0)[0], socket.inet_aton('1.2.3.4'), socket.htons(1))
server = socket.create_server(('127.0.0.1', 0)); port = server.getsockname()[1]
def serve():
    connection, _ = server.accept()
    with connection: connection.sendall(connection.recv(100).upper())
thread = threading.Thread(target=serve); thread.start()
with socket.create_connection(('127.0.0.1', port)) as s: s.sendall(b'hello'); print(s.recv(100))
thread.join(); server.close()
try: socket.create_connection(('127.0.0.1', 1), timeout=5)
except OSError as e: print(type(e).__name__, e)
poll = select.poll(); poll.register(b, select.POLLIN); print(len(poll.poll(0))); epoll = select.epoll(); epoll.register(a, select.EPOLLOUT); print([e for _, e in epoll.poll(1)])
async def echo(reader, writer):
    writer.write((await reader.readline())[::-1]); await writer.drain(); writer.close()
async def work(n):
    await asyncio.sleep(.01 * n); return n
async def main():
    server = await asyncio.start_server(echo, '127.0.0.1', 0); port = server.sockets[0].getsockname()[1]
    r, w = await asyncio.open_connection('127.0.0.1', port); w.write(b'abc\\n'); print(await r.read()); w.close(); server.close(); await server.wait_closed()
    print(await asyncio.gather(*map(work, (3, 1, 2))))
    try: await asyncio.wait_for(asyncio.sleep(5), .05)
    except asyncio.TimeoutError: print('timeout')
    q = asyncio.Queue(); await q.put(1); print(await q.get()); task = asyncio.ensure_future(asyncio.sleep(9)); task.cancel()
    try: await task
    except asyncio.CancelledError: print('cancelled')
    p = await asyncio.create_subprocess_exec('echo', 'hi', stdout=asyncio.subprocess.PIPE); print((await p.communicate())[0])
    print(await asyncio.get_event_loop().run_in_executor(None, sum, [1, 2]))
asyncio.run(main())
""")


def test_threads(both):
    both.program("""import threading, queue, time, concurrent.futures as f
total = 0; lock = threading.Lock()
def add():
    global total
    for _ in range(2000):
        with lock: total += 1
ts = [threading.Thread(target=add) for _ in range(4)]; [t.start() for t in ts]; [t.join() for t in ts]; print(total)
with f.ThreadPoolExecutor(3) as p: print(list(p.map(lambda x: x * 2, range(5))), repr(p.submit(lambda: 1/0).exception()))
q = queue.Queue(); threading.Thread(target=lambda: [q.put(i) for i in range(3)]).start(); print([q.get() for _ in range(3)])
local = threading.local(); local.x = 1
def other(): print(hasattr(local, 'x'))
t = threading.Thread(target=other); t.start(); t.join()
e = threading.Event(); print(e.wait(.01)); c = threading.Condition(); b = threading.Barrier(2, timeout=5)
t = threading.Thread(target=b.wait); t.start(); b.wait(); t.join(); print(threading.active_count(), threading.main_thread().name)
t = threading.Timer(.01, print, ['timer']); t.start(); t.join(); r = threading.RLock(); r.acquire(); print(r.acquire(), type(r))
""")


def test_memory_terminal_xml(both):
    both.program("""import mmap, os, xml.etree.ElementTree as E, xml.sax, xml.dom.minidom, pyexpat, curses, fcntl, resource, termios, unicodedata, syslog, grp, pwd, spwd, select, parser, audioop, ossaudiodev if 0 else readline
""".replace("ossaudiodev if 0 else ", "") + """
with open('m', 'w+b') as f:
    f.write(b'0123456789'); f.flush(); m = mmap.mmap(f.fileno(), 10); m[2:4] = b'ab'; print(m[:], m.find(b'9'), len(m), m.readline()); m.close()
root = E.fromstring('<a x="1"><b>text &amp; é</b><c/>tail</a>'); print(root.attrib, root.find('b').text, E.tostring(root), [e.tag for e in root.iter()], root.findall('.//b'))
try: E.fromstring('<a><b></a>')
except E.ParseError as e: print(e, e.position)
p = pyexpat.ParserCreate(); p.StartElementHandler = lambda n, a: print('start', n, a); p.CharacterDataHandler = lambda d: print('data', repr(d)); p.Parse('<x y="z">hi</x>', True)
print(xml.dom.minidom.parseString('<a><b>1</b></a>').toprettyxml(' '))
class H(xml.sax.ContentHandler):
    def startElement(self, n, a): print('sax', n, dict(a))
xml.sax.parseString(b'<q a="1"><r/></q>', H())
curses.setupterm('xterm'); print(curses.tigetstr('bold'), curses.tigetnum('colors'), curses.tigetstr('nothing'))
print(unicodedata.name('é'), unicodedata.normalize('NFD', 'é'), unicodedata.category('A'), unicodedata.lookup('BULLET'), unicodedata.unidata_version)
print(resource.getrlimit(resource.RLIMIT_CORE)[0] >= -1, fcntl.fcntl(0, fcntl.F_GETFD), pwd.getpwuid(0).pw_name, grp.getgrgid(0).gr_name, audioop.add(b'\\1\\0', b'\\2\\0', 2))
""")


def test_broken_extension_modules(both):
    both.write("empty.so", b"")
    both.write("junk.cpython-38-x86_64-linux-gnu.so", b"\x7fELF" + b"\0" * 60)
    both.run("-c", "import empty")
    both.run("-c", "import junk")


def test_parser_module(both):
    both.program("""import parser, sys, warnings
for s in ('if x:\\n  y\\n', 'a = 1', 'x = (1,\\n 2) # c\\n', '@d\\nasync def f(): await x\\n', 'def f(a, *b, c=1, **d) -> int: return lambda: [i for i in a if i]'):
    t = parser.suite(s); print(t.tolist(line_info=True, col_info=True)); print(t.totuple() == parser.sequence2st(t.totuple()).totuple(), sys.getsizeof(t), t.issuite(), t.isexpr())
    code = t.compile("f.py"); print(code.co_names, code.co_consts[:1] if s[0] != 'd' and s[0] != '@' else '', code.co_filename)
print(eval(parser.expr('1 + 2 * 3').compile()), eval(parser.sequence2st(parser.expr('[i * 2 for i in (1, 2)]').tolist()).compile()))
for s in ('x = ', 'x = (', '  x', 'a b', '"abc', 'if x:\\n y\\n  z', 'f(', 'a\\n b', 'if 1:\\nx'):
    try: parser.suite(s)
    except SyntaxError as e: print(repr(s), type(e).__name__, e.msg, e.lineno, e.offset, repr(e.text))
for bad in ((1, 2), [257, [0]], [258, [1, 'x']], 5):
    try: print(parser.sequence2st(bad))
    except (parser.ParserError, TypeError) as e: print(type(e).__name__, e)
""")


def test_subinterpreters(both):
    both.program("""import _xxsubinterpreters as s, os
main = s.get_main(); i = s.create(); print(s.list_all(), main == 0, int(i) - int(main), s.get_current() == main, s.is_running(i), repr(i))
r, w = os.pipe()
s.run_string(i, 'import os, sys; os.write(w, (__name__ + str(shared) + text + str(len(sys.path) > 0)).encode())', dict(w=w, shared=5, text='t\\u00e9'))
print(os.read(r, 99).decode())
try: s.run_string(i, 'raise ValueError("inside")')
except s.RunFailedError as e: print(e)
for bad in (lambda: s.destroy(main), lambda: s.run_string(99, 'pass'), lambda: s.run_string(i, 'x', dict(a=[1])), lambda: s.destroy('x'), lambda: s.destroy(-1)):
    try: print(bad())
    except (RuntimeError, ValueError, TypeError) as e: print(type(e).__name__, e)
c = s.channel_create(); print(type(c).__name__)
for value in (None, 1, b'b', 'text', -5): s.channel_send(c, value); print(repr(s.channel_recv(c)))
try: s.channel_recv(c)
except s.ChannelEmptyError as e: print(type(e).__name__)
try: s.channel_send(c, [])
except ValueError as e: print(e)
s.channel_close(c); s.destroy(i); print(len(s.list_all()))
""")


def test_tables_of_the_library(both):
    both.program("""import ctypes, sys
class Frozen(ctypes.Structure): _fields_ = [('name', ctypes.c_char_p), ('code', ctypes.POINTER(ctypes.c_ubyte)), ('size', ctypes.c_int)]
table = ctypes.POINTER(Frozen).in_dll(ctypes.pythonapi, 'PyImport_FrozenModules')
for entry in table:
    if entry.name is None: break
    print(entry.name, entry.size, abs(entry.size) == 141 and bytes(entry.code[:141]).hex())
api = ctypes.pythonapi
for name in ('_PyIO_str_read', '_PyIO_str_nl', '_PyIO_empty_bytes'): print(repr(ctypes.py_object.in_dll(api, name).value))
api._Py_GetConfigsAsDict.restype = ctypes.py_object
c = api._Py_GetConfigsAsDict(); print(sorted(c), sorted(c['config']), sorted(c['global_config']), c['pre_config'])
api._Py_dg_strtod.restype = ctypes.c_double
for text in (b'1.5e3x', b'-0', b'nothing', b'1e400'): print(api._Py_dg_strtod(text, None))
api._Py_dg_dtoa.restype = ctypes.c_char_p
for mode, digits in ((0, 0), (2, 3), (3, 2), (3, -1)):
    for value in (0.1, 1234.5678, 1e-7, 5e22, 0.0, -2.5):
        point, sign, end = ctypes.c_int(), ctypes.c_int(), ctypes.c_char_p(); print(mode, value, api._Py_dg_dtoa(ctypes.c_double(value), mode, digits, ctypes.byref(point), ctypes.byref(sign), ctypes.byref(end)), point.value, sign.value)
""")


def test_sqlite3_at_length(both):
    """Types that adapt and convert, threads, backups, and what callbacks that raise do."""
    both.program("""import sqlite3, datetime, decimal, threading, os
sqlite3.register_adapter(decimal.Decimal, str); sqlite3.register_converter('dec', lambda b: decimal.Decimal(b.decode()))
c = sqlite3.connect(':memory:', detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES, isolation_level=None)
c.execute('create table t (d dec, w timestamp, day date, f foreign_thing)')
c.execute('insert into t values (?, ?, ?, ?)', (decimal.Decimal('1.50'), datetime.datetime(2020, 1, 2, 3, 4, 5, 6), datetime.date(2021, 1, 1), None))
print(c.execute('select *, d as \\'x [dec]\\', 5 as \\'y [timestamp]\\' from t where 0').description, c.execute('select * from t').fetchall())
class Point:
    def __init__(self, x): self.x = x
    def __conform__(self, protocol): return self.x if protocol is sqlite3.PrepareProtocol else None
print(c.execute('select ?, :n', (Point(7), 2)).fetchone() if 0 else c.execute('select ?', (Point(7),)).fetchone(), c.execute('select :a, :b', {'a': b'x', 'b': 1.5}).fetchone())
def bad(*a): raise KeyError('inside')
c.create_function('bad', -1, bad); c.create_function('many', -1, lambda *a: len(a)); c.set_authorizer(lambda *a: sqlite3.SQLITE_DENY if a[1] == 'secret' else sqlite3.SQLITE_OK)
for q in ('select bad(1)', 'select many(1, 2, 3)', 'create table secret (a)', 'select * from secret', 'select 1; select 2', 'select ?', "select 'a' || x'ff'", 'pragma bogus', 'insert into t values (1)'):
    try: print(c.execute(q).fetchall())
    except (sqlite3.Error, sqlite3.Warning) as e: print(type(e).__name__, e)
c.text_factory = bytes; print(c.execute("select 'é'").fetchone()); c.text_factory = lambda b: b.decode('latin-1'); print(c.execute("select 'é'").fetchone()); c.text_factory = str
c.executescript('begin; create table n (i); insert into n values (1); insert into n values (2); commit;'); print(c.in_transaction, c.execute('select total(i) from n').fetchone())
d = sqlite3.connect('copy.db'); steps = []; c.backup(d, pages=1, progress=lambda *a: steps.append(a)); print(steps[-1], d.execute('select count(*) from n').fetchone())
error = []
def other():
    try: c.execute('select 1')
    except sqlite3.ProgrammingError as e: error.append(str(e)[:60])
t = threading.Thread(target=other); t.start(); t.join(); print(error)
class Window:
    def __init__(self): self.all = []
    def step(self, v): self.all.append(v)
    def finalize(self): return 1 / 0 if len(self.all) > 1 else self.all[0]
c.create_aggregate('w', 1, Window)
try: print(c.execute('select w(i) from n').fetchall())
except sqlite3.OperationalError as e: print(e)
cursor = c.cursor(); cursor.arraysize = 2; cursor.execute('select i from n union all select i + 10 from n'); print(cursor.fetchmany(), cursor.fetchone(), cursor.fetchall(), cursor.rowcount, cursor.lastrowid)
class MyRow(sqlite3.Row): pass
c.row_factory = MyRow; r = c.execute('select 1 as a, 2 as A, 3 as b').fetchone(); print(r['b'], r[0:2], tuple(r), r == c.execute('select 1 as a, 2 as A, 3 as b').fetchone(), hash(r) is not None, [*r])
d.execute('begin'); d.execute('insert into n values (9)'); d.rollback(); print(d.execute('select max(i) from n').fetchone()); c.interrupt(); c.close()
try: c.execute('select 1')
except sqlite3.ProgrammingError as e: print(e)
""")


def test_ssl_on_loopback(both):
    """Handshakes with the certificates of the standard library's own tests, and what fails in them."""
    both.copy_stdlib("test/keycert3.pem", "cert.pem")
    both.copy_stdlib("test/pycacert.pem", "ca.pem")
    both.program("""import ssl, socket, threading, asyncio, hashlib
def pair(server_options, client_options, hostname, talk):
    s = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); s.load_cert_chain('cert.pem'); server_options(s)
    c = ssl.create_default_context(cafile='ca.pem'); client_options(c)
    listener = socket.create_server(('127.0.0.1', 0)); told = []
    def serve():
        a, _ = listener.accept()
        try:
            with s.wrap_socket(a, server_side=True) as w:
                w.sendall(w.recv(1000)[::-1]); told.append((w.version(), w.getpeercert()))
        except OSError as e: told.append((type(e).__name__, getattr(e, 'reason', None)))
    thread = threading.Thread(target=serve); thread.start()
    try:
        with c.wrap_socket(socket.create_connection(listener.getsockname()), server_hostname=hostname) as w: talk(w)
    except OSError as e: print(type(e).__name__, getattr(e, 'reason', None), getattr(e, 'verify_message', None))
    thread.join(); listener.close(); print(told)
def talk(w):
    w.sendall(b'hello'); got = b''
    while len(got) < 5: got += w.recv(5)
    cert = w.getpeercert(); print(got, w.version(), w.cipher()[0], cert['subject'], cert['subjectAltName'], cert['notAfter'], hashlib.sha1(w.getpeercert(True)).hexdigest(), w.compression(), w.selected_alpn_protocol(), w.session_reused, w.pending())
nothing = lambda c: None
pair(nothing, nothing, 'localhost', talk)
pair(lambda s: s.set_alpn_protocols(['b', 'h2']), lambda c: (c.set_alpn_protocols(['h2', 'a']), setattr(c, 'maximum_version', ssl.TLSVersion.TLSv1_2), c.set_ciphers('ECDHE+AESGCM')), 'localhost', talk)
pair(nothing, nothing, 'other.example', talk)
pair(nothing, lambda c: (setattr(c, 'check_hostname', False), setattr(c, 'verify_mode', ssl.CERT_NONE)), None, lambda w: print(w.getpeercert(), w.sendall(b'x'), w.recv(1)))
pair(lambda s: setattr(s, 'minimum_version', ssl.TLSVersion.TLSv1_3), lambda c: setattr(c, 'maximum_version', ssl.TLSVersion.TLSv1_2), 'localhost', talk)
names = []
pair(lambda s: setattr(s, 'sni_callback', lambda sock, name, context: names.append((type(sock).__name__, name))), nothing, 'localhost', talk); print(names)
async def main():
    s = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER); s.load_cert_chain('cert.pem'); c = ssl.create_default_context(cafile='ca.pem')
    async def handle(r, w): w.write((await r.readline()).upper()); await w.drain(); w.close()
    server = await asyncio.start_server(handle, '127.0.0.1', 0, ssl=s); r, w = await asyncio.open_connection(*server.sockets[0].getsockname(), ssl=c, server_hostname='localhost')
    w.write(b'over asyncio\\n'); print(await r.read(), w.get_extra_info('peercert')['subject'][-1]); w.close(); server.close()
asyncio.run(main())
for bad in (lambda: ssl.SSLContext(99), lambda: ssl.create_default_context(cadata='x'), lambda: ssl.SSLContext(ssl.PROTOCOL_TLS).set_ciphers('none'), lambda: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(), lambda: ssl.match_hostname({'subjectAltName': (('DNS', '*.a.b'),)}, 'x.y')):
    try: bad()
    except Exception as e: print(type(e).__name__, str(e).split('(_ssl')[0])
b = ssl.RAND_bytes(64); print(len(b), len(set(b)) > 10, ssl.RAND_add(b, 1.0), ssl.enum_certificates if hasattr(ssl, 'enum_certificates') else None, ssl.PEM_cert_to_DER_cert(open('ca.pem').read()[open('ca.pem').read().index('-----BEGIN'):])[:4])
""")


def test_numbers_at_length(both):
    both.program("""import decimal, random, math, fractions, array, struct, itertools
D = decimal.Decimal
for prec, rounding in itertools.product((1, 5, 28, 200), ('ROUND_HALF_EVEN', 'ROUND_DOWN', 'ROUND_CEILING', 'ROUND_05UP')):
    c = decimal.Context(prec=prec, rounding=rounding, traps=[])
    print(prec, rounding, [str(f(D('-12.3456789012345678901234567890'), D('7.000000000001'))) for f in (c.add, c.multiply, c.divide, c.remainder, c.power, c.divide_int, c.compare, c.max_mag, c.copy_sign, c.next_toward)], c.exp(D(1)), c.ln(D(10)), c.sqrt(D(2)), c.create_decimal('1e-9999999'), c.to_eng_string(D('12300E+4')))
with decimal.localcontext() as c:
    c.traps[decimal.Inexact] = True
    try: D(1) / 3
    except decimal.Inexact as e: print(repr(e), c)
for f in ('%.3e', '%G', '%+d', '{:>20,.2f}', '{:010.3%}', '{:n}', '{:^+15e}'): print(f % D('-1234.5678') if f[0] == '%' else f.format(D('-1234.5678')))
print(D.from_float(0.1), D(0.1).as_tuple().exponent, D('sNaN').is_snan(), hash(D('1.0')) == hash(1), D('Infinity') > 10**100, D('1.50').normalize(), D(10)**-3, fractions.Fraction(D('0.125')), round(D('2.675'), 2), math.floor(D('-2.5')), D('1E+3').quantize(D('1.00')), int(D('1e30')))
for seed in (0, 1, -5, 2**100, 'text', b'bytes', 3.25):
    r = random.Random(seed); print(seed, r.random(), r.getrandbits(100), r.randrange(10**30), r.uniform(-1, 1), r.betavariate(2, 3), r.vonmisesvariate(1, 2), r.choices('abc', [1, 2, 3], k=5), r.sample(range(10**9), 3), r.triangular(), r.lognormvariate(0, 1), r.expovariate(2), r.paretovariate(3))
for name in sorted(dir(math)):
    f = getattr(math, name)
    if callable(f):
        for args in ((0.5,), (2,), (-1.5,), (float('nan'),), (1e308,), (3, 4), (5, 2.5), ([.1] * 10,)):
            try: print(name, args, f(*args))
            except (ValueError, TypeError, OverflowError) as e: print(name, args, type(e).__name__, e)
for code in array.typecodes:
    a = array.array(code, 'añ' if code == 'u' else [1, 2, 100]); a.append(a[0]); a.insert(1, a[-1]); b = a[:]; b.byteswap() if code != 'u' else None; a.reverse(); print(code, a, a.tobytes(), b.tolist(), a.count(a[0]), a.index(a[0]), a + a[:1], a * 2 == a + a, memoryview(a).format, a.buffer_info()[1])
for form in '<b >h =i @l !q <Q n N <e <f >d ?? 3s 5p c x2xI 0q P'.split():
    size = struct.calcsize(form); print(form, size)
    try: print(struct.unpack(form, bytes(range(65, 65 + size)) if form != '??' else bytes([1, 0])))
    except struct.error as e: print(e)
for bad in (('b', 200), ('B', -1), ('e', 1e6), ('s', 'x'), ('i', 'x'), ('i', 1.5), ('q', 2**63), ('5'), ('z', 1)):
    try: print(struct.pack(*bad))
    except (struct.error, OverflowError) as e: print(bad, type(e).__name__, e)
""")


def test_pickles_and_dates_at_length(both):
    both.program("""import datetime as d, pickle, copy, json, csv, io, time, _strptime
class Zone(d.tzinfo):
    def utcoffset(self, t): return d.timedelta(hours=1 + (t is not None and 4 <= t.month < 10))
    def dst(self, t): return self.utcoffset(t) - d.timedelta(hours=1)
    def tzname(self, t): return 'Z%s' % self.dst(t)
    def __reduce__(self): return (Zone, ())
z = Zone(); t = d.datetime(2020, 6, 1, 12, fold=1, tzinfo=z)
print(t, t.utctimetuple(), t.astimezone(d.timezone.utc), t - d.datetime(2020, 1, 1, tzinfo=z), t.replace(month=1), t.timetz(), t.strftime('%z %Z %c %x %X %f %G-W%V-%u %%'), [pickle.loads(pickle.dumps(t, p)) == t for p in range(6)], copy.deepcopy(t), repr(t))
class MyDate(d.date):
    def __new__(cls, *a): return super().__new__(cls, *a)
print(repr(MyDate(2020, 1, 1) + d.timedelta(1)), MyDate.today().__class__.__name__, MyDate.fromordinal(5), pickle.loads(pickle.dumps(MyDate(2020, 1, 1))), MyDate(2020, 1, 1) == d.date(2020, 1, 1))
print(d.timedelta(days=1.5, weeks=-1, milliseconds=3.7), d.timedelta.max, divmod(d.timedelta(5), d.timedelta(2)), d.timedelta(1) * 2.5, -d.timedelta(0, 1), abs(d.timedelta(-1)), d.timedelta(1) // 7, d.timedelta(1) % d.timedelta(hours=7), d.timedelta(microseconds=1).total_seconds(), repr(d.timedelta(1, 2, 3)))
for text, form in (('2020-02-30', '%Y-%m-%d'), ('Mon Jan 2 2006', '%a %b %d %Y'), ('12:61', '%H:%M'), ('5 PM +0530', '%I %p %z'), ('2019 53 1', '%G %V %u'), ('x', '%d'), ('1', '%Q'), ('2020 366', '%Y %j')):
    try: print(d.datetime.strptime(text, form))
    except ValueError as e: print(e)
for text in ('2020-01-01T01:02:03.004', '2020-01-01 01', '20200101', '2020-01-01T01:02:03+05:30:10.5', '2020-13-01'):
    try: print(repr(d.datetime.fromisoformat(text)))
    except ValueError as e: print(e)
class Base:
    __slots__ = ('a', '__dict__')
class Deep(Base):
    def __init__(self): self.a = 1; self.b = [self]
    def __getstate__(self): return {'b': 5}, {'a': 6}
class New(int):
    def __new__(cls, v, *, k=2): return super().__new__(cls, v)
    def __getnewargs_ex__(self): return (int(self),), {'k': 3}
class Pers(pickle.Pickler):
    def persistent_id(self, o): return 'id' if isinstance(o, Base) else None
    def reducer_override(self, o): return (str, ('fn',)) if getattr(o, '__name__', '') == 'main' else NotImplemented
class Unpers(pickle.Unpickler):
    def persistent_load(self, i): return [i]
    def find_class(self, m, n): print('find', m, n); return super().find_class(m, n)
def main(): pass
for p in range(2, 6):
    x = pickle.loads(pickle.dumps(Deep(), p)); print(p, x.a, x.b, pickle.loads(pickle.dumps(New(5), p)), copy.copy(New(7)))
    f = io.BytesIO(); Pers(f, p).dump([Base(), main, 1]); f.seek(0); print(Unpers(f).load())
buffers = []; s = pickle.dumps([pickle.PickleBuffer(bytearray(b'big' * 10))], 5, buffer_callback=buffers.append); print(len(buffers), len(s), pickle.loads(s, buffers=buffers))
for bad in (b'', b'junk', b'\\x80\\x09.', b'cos\\nnothing\\n.', b'(lp0\\nI1', b'\\x80\\x04\\x95\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x00.', b'S"x\\n.', b'0.', b'h\\x05.', b'Rx.'):
    try: print(pickle.loads(bad))
    except Exception as e: print(bad[:6], type(e).__name__, e)
class Encoder(json.JSONEncoder):
    def default(self, o): return sorted(o) if isinstance(o, set) else super().default(o)
print(json.dumps({'s': {3, 1}, 1: 2, None: 3, 2.5: True, 'é\\u2028': '\\x00"\\\\'}, cls=Encoder, ensure_ascii=False, separators=(',', ':')), json.loads('{"a": 1.10, "b": [1, 2]}', parse_float=str, object_pairs_hook=list), json.dumps([1] * 3, indent='--'))
for bad in ('', '[1,]', '{"a"}', '"\\\\x"', '[1 2]', 'nul', '{1: 2}', '"a', '\\ufeff1', '1e', '[' * 2000):
    try: print(json.loads(bad))
    except (ValueError, RecursionError) as e: print(type(e).__name__, e)
for bad in (object(), {(1,): 2}, float('nan')):
    try: print(json.dumps(bad, allow_nan=False))
    except (TypeError, ValueError) as e: print(e)
class Semi(csv.Dialect): delimiter = ';'; quotechar = "'"; escapechar = '\\\\'; doublequote = False; lineterminator = '|'; quoting = csv.QUOTE_NONNUMERIC; skipinitialspace = True; strict = True
out = io.StringIO(); csv.writer(out, Semi).writerows([[1, "it's", 'a;b'], [2.5, 'x\\ny', None]]); print(repr(out.getvalue()), list(csv.reader(io.StringIO("1; 'a\\\\'b'; 2"), Semi)), csv.Sniffer().sniff('a;b;c\\n1;2;3\\n').delimiter, csv.list_dialects())
for text in ('"a', 'a"b', '"a"b', 'a,b\\0c', 'x' * 140000):
    try: print([len(r) for r in csv.reader([text], strict=True)])
    except csv.Error as e: print(e)
""")


def test_processes_and_services(both):
    """multiprocessing's managers, pipes, locks and shared memory; process pools; asyncio's servers, signals and subprocesses."""
    both.program("""import multiprocessing as mp, multiprocessing.managers, multiprocessing.shared_memory as sm, concurrent.futures as cf, asyncio, os, signal, sys, subprocess, socket, select, selectors, mmap, array, fcntl
def work(x):
    if x == 3: raise ValueError('three')
    return x * x, mp.current_process().name is not None
def talk(c):
    while True:
        m = c.recv()
        if m is None: break
        c.send((m, os.getpid() != os.getppid()))
    c.send_bytes(b'end'); c.close()
def count(lock, n, value, event):
    event.wait()
    for _ in range(n):
        with lock: value.value += 1
class Register:
    def __init__(self): self.all = []
    def add(self, x): self.all.append(x); return len(self.all)
    def fail(self): raise KeyError('remote')
class Manager(multiprocessing.managers.BaseManager): pass
Manager.register('Register', Register)
def init(x): global given; given = x
def use(x): return given + x
async def services():
    loop = asyncio.get_running_loop(); done = asyncio.Event(); loop.add_signal_handler(signal.SIGUSR2, done.set); os.kill(os.getpid(), signal.SIGUSR2); await asyncio.wait_for(done.wait(), 20)
    class Datagrams(asyncio.DatagramProtocol):
        def connection_made(self, t): self.t = t
        def datagram_received(self, data, addr): self.t.sendto(data[::-1], addr)
    server, _ = await loop.create_datagram_endpoint(Datagrams, ('127.0.0.1', 0)); got = loop.create_future()
    class Client(asyncio.DatagramProtocol):
        def connection_made(self, t): t.sendto(b'abc')
        def datagram_received(self, data, addr): got.set_result(data)
    client, _ = await loop.create_datagram_endpoint(Client, remote_addr=server.get_extra_info('sockname')); print(await got); client.close(); server.close()
    async def handle(r, w): w.write(await r.readexactly(4)); await w.drain(); w.close()
    s = await asyncio.start_unix_server(handle, 'socket'); r, w = await asyncio.open_unix_connection('socket'); w.write(b'unix'); print(await r.read()); s.close()
    p = await asyncio.create_subprocess_shell('read x; echo got $x; exit 3', stdin=-1, stdout=-1); print(await p.communicate(b'line\\n'), p.returncode)
    with cf.ProcessPoolExecutor(1, initializer=init, initargs=(10,)) as pool: print(await loop.run_in_executor(pool, use, 5))
    async def numbers():
        for i in range(5):
            yield i; await asyncio.sleep(0)
    print([i async for i in numbers() if i % 2], await asyncio.gather(asyncio.sleep(0, 'a'), asyncio.wait_for(asyncio.sleep(9), .01), return_exceptions=True))
    sem = asyncio.Semaphore(2); active = []
    async def limited(i):
        async with sem: active.append(i); await asyncio.sleep(0); return len(active)
    print(await asyncio.gather(*map(limited, range(5)))); done, pending = await asyncio.wait({asyncio.create_task(asyncio.sleep(i * 5, i)) for i in range(2)}, return_when=asyncio.FIRST_COMPLETED); print(len(done), len(pending)); [t.cancel() for t in pending]
    for f in asyncio.as_completed([asyncio.sleep(.02, 'late'), asyncio.sleep(0, 'soon')]): print(await f)
if __name__ == '__main__':
    with mp.Pool(2) as p:
        print(p.map(work, range(3)), list(p.imap_unordered(work, [1])), p.apply_async(work, (2,)).get(30), p.starmap(pow, [(2, 3), (3, 2)]))
        try: p.map(work, [3])
        except ValueError as e: print(e, type(e.__cause__).__name__, 'three' in str(e.__cause__))
    a, b = mp.Pipe(); c = mp.Process(target=talk, args=(b,), daemon=True); c.start(); a.send({'x': [1]}); print(a.recv(), a.poll(0)); a.send(None); print(a.recv_bytes()); c.join(); print(c.exitcode)
    value, event, lock = mp.Value('i', 0, lock=False), mp.Event(), mp.Lock(); all = [mp.Process(target=count, args=(lock, 100, value, event)) for _ in range(2)]; [x.start() for x in all]; event.set(); [x.join() for x in all]; print(value.value)
    with Manager() as m:
        r = m.Register(); print(r.add(1), r.add('b'))
        try: r.fail()
        except KeyError as e: print(repr(e))
    with mp.Manager() as m: d = m.dict(a=1); l = m.list([1]); d['l'] = l; l.append(2); n = m.Namespace(); n.x = 1; print(d.copy()['l'][:], n.x, len(l), m.Queue().empty())
    s = sm.SharedMemory(create=True, size=10); s.buf[:3] = b'abc'; t = sm.SharedMemory(s.name); print(bytes(t.buf[:3])); t.close(); s.close(); s.unlink(); l = sm.ShareableList([1, 'two', 3.0, None, True]); print(l[1], list(l)); l.shm.close(); l.shm.unlink()
    q = mp.JoinableQueue(); q.put(1); q.get(); q.task_done(); q.join(); arr = mp.Array('d', [1, 2]); print(arr[:], mp.get_start_method(), mp.cpu_count() > 0)
    p = subprocess.Popen([sys.executable, '-c', 'import sys, time; print(1, flush=True); time.sleep(60)'], stdout=-1, stderr=-2, text=True, start_new_session=True); print(p.stdout.readline(), p.poll()); p.terminate(); print(p.wait()); p.stdout.close()
    print(subprocess.run('cat >&2; exit 4', shell=True, input='é', capture_output=True, text=True), subprocess.getstatusoutput('echo a; false'))
    r, w = os.pipe(); x = subprocess.Popen(['sh', '-c', 'echo fd >&%d' % w], pass_fds=[w], preexec_fn=lambda: os.nice(1)); x.wait(); os.close(w); print(os.read(r, 10))
    try: subprocess.check_call(['false'])
    except subprocess.CalledProcessError as e: print(e, e.returncode)
    u, v = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM); u.sendmsg([b'x', b'y'], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [r]))]); data, anc, flags, _ = v.recvmsg(10, 100); print(data, len(anc), anc[0][:2]); v.settimeout(.01)
    try: v.recv(1)
    except socket.timeout as e: print(repr(e))
    u.shutdown(socket.SHUT_WR); print(v.recv(1), v.makefile('rb').read()); sel = selectors.DefaultSelector(); sel.register(u, selectors.EVENT_WRITE, 'data'); print([(k.data, m) for k, m in sel.select(1)]); print(socket.getaddrinfo('127.0.0.1', 80, type=socket.SOCK_STREAM), socket.inet_pton(socket.AF_INET6, '::1'), socket.ntohl(1))
    m = mmap.mmap(-1, 8192); m.write(b'hello'); m.seek(0); pid = os.fork()
    if not pid: m[0:5] = b'child'; os._exit(0)
    os.waitpid(pid, 0); print(m.read(5), len(m), m.rfind(b'd'), m[::4096]); m.move(10, 0, 5); print(m[10:15]); m.close()
    try: m[0]
    except ValueError as e: print(e)
    asyncio.run(services())
""", timeout=240)


def test_trees_and_terminals(both):
    """ElementTree and expat on a document of some size; curses on a terminal of its own; readline; ctypes' corners."""
    both.program("""import xml.etree.ElementTree as E, xml.parsers.expat as X, io, os, pty, sys, ctypes, curses, struct, fcntl, termios
root = E.Element('root', {'v': '1'})
for i in range(200):
    e = E.SubElement(root, 'item', id=str(i), kind='even' if i % 2 == 0 else 'odd'); e.text = 'text é & <%d>' % i; e.tail = '\\n'; E.SubElement(e, '{urn:x}sub').text = str(i * i)
E.register_namespace('x', 'urn:x'); data = E.tostring(root, 'utf-8', xml_declaration=True); print(len(data), data[:200], E.tostring(root, 'us-ascii')[:150])
again = E.fromstring(data); print(len(again), [e.get('id') for e in again.findall("item[@kind='odd']")][:5], again.find('.//{urn:x}sub').text, again.findtext('item[3]/{urn:x}sub'), len(list(again.iter('{*}sub') if 0 else again.iter())), again[5].attrib, E.canonicalize(data)[:120])
seen = [(ev, getattr(el, 'tag', el)) for ev, el in E.iterparse(io.BytesIO(data), ('start', 'end', 'start-ns', 'comment'))]; print(len(seen), seen[:6]); p = E.XMLPullParser(['end']); p.feed(data[:500]); print([e.tag for _, e in p.read_events()][:3]); again.remove(again[0]); again.insert(0, E.Comment('c')); again[1:3] = []; print(len(again), again[0].text, E.tostring(again[0]))
for bad in ('', '<a', '<a>&b;</a>', '<a b="1" b="2"/>', '<a></b>', '<?xml version="1.0" encoding="bogus"?><a/>', '<a>\\x01</a>', '<a/><b/>'):
    try: E.fromstring(bad)
    except (E.ParseError, LookupError, ValueError) as e: print(repr(bad), type(e).__name__, e)
log = []; p = X.ParserCreate(namespace_separator=' '); p.buffer_text = True; p.ordered_attributes = True
for name in ('StartElementHandler', 'EndElementHandler', 'CharacterDataHandler', 'ProcessingInstructionHandler', 'CommentHandler', 'StartCdataSectionHandler', 'StartNamespaceDeclHandler', 'EntityDeclHandler', 'StartDoctypeDeclHandler', 'XmlDeclHandler', 'DefaultHandlerExpand'): setattr(p, name, lambda *a, name=name: log.append((name[:-7], a)))
p.Parse(b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY e "value">]><d xmlns="u" a="1" b="2"><?pi x?><!--c--><![CDATA[<>]]>&e;t</d>', True); print(*log, sep='\\n'); print(p.CurrentLineNumber, p.ErrorCode, X.ErrorString(4))
def boom(*a): raise KeyError('handler')
p = X.ParserCreate(); p.StartElementHandler = boom
try: p.Parse('<a/>')
except KeyError as e: print(repr(e))
curses.setupterm('xterm-256color'); print([(n, curses.tigetstr(n)) for n in ('cup', 'smso', 'clear', 'kcuu1', 'zzz')], curses.tigetnum('cols') > 0, curses.tigetflag('am'), curses.tparm(curses.tigetstr('cup'), 3, 5))
pid, fd = pty.fork()
if pid == 0:
    os.environ['TERM'] = 'xterm'
    def main(w):
        curses.curs_set(0); w.addstr(1, 2, 'hello', curses.A_BOLD); w.border(); sub = w.subwin(3, 10, 5, 5); sub.addch('x'); sub.refresh(); w.refresh(); k = next(k for k in iter(w.getch, None) if k != curses.KEY_RESIZE); return k, w.getmaxyx(), curses.has_colors(), curses.keyname(k), chr(w.inch(1, 2) & 255), w.instr(1, 2, 5)
    r = curses.wrapper(main); sys.stdout.write('RESULT %r' % (r,)); sys.stdout.flush(); os._exit(0)
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0)); out = b''; sent = False
while True:
    try: piece = os.read(fd, 10000)
    except OSError: break
    if not piece: break
    out += piece
    if b'hello' in out and not sent: sent = True; os.write(fd, b'q')
print(out[out.index(b'RESULT'):], os.waitpid(pid, 0)[1])
class Node(ctypes.Structure): pass
Node._fields_ = [('value', ctypes.c_short), ('next', ctypes.POINTER(Node)), ('f', ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double, ctypes.c_char_p))]
class Big(ctypes.BigEndianStructure): _pack_ = 1; _fields_ = [('a', ctypes.c_uint8), ('b', ctypes.c_uint32), ('c', ctypes.c_uint16, 4), ('d', ctypes.c_uint16, 12)]
n = Node(1, ctypes.pointer(Node(2)), Node._fields_[2][1](lambda x, s: x * len(s))); print(n.next.contents.value, bool(n.next.contents.next), n.f(2.5, b'four'), ctypes.sizeof(Node), ctypes.alignment(Node), bytes(Big(1, 2, 3, 4)), Big.d.offset, Big.d.size)
libc = ctypes.CDLL(None, use_errno=True); print(libc.open(b'/no/such', 0), ctypes.get_errno()); libc.strchr.restype = ctypes.c_char_p; libc.strchr.argtypes = [ctypes.c_char_p, ctypes.c_char]; print(libc.strchr(b'hello', b'l')); div = libc.div
class DivT(ctypes.Structure): _fields_ = [('quot', ctypes.c_int), ('rem', ctypes.c_int)]
div.restype = DivT; r = div(17, 5); print(r.quot, r.rem); libc.strtod.restype = ctypes.c_double; end = ctypes.c_char_p(); print(libc.strtod(b'2.5rest', ctypes.byref(end)), end.value, ctypes.string_at(b'abc', 2), ctypes.wstring_at('é'), ctypes.cast(b'ab', ctypes.POINTER(ctypes.c_char))[1], list((ctypes.c_int * 3).from_buffer(bytearray(12))), ctypes.c_uint8(300).value, ctypes.c_wchar_p('é').value)
CB = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p); names = (ctypes.c_char_p * 3)(b'c', b'a', b'b'); view = lambda p: ctypes.cast(p, ctypes.POINTER(ctypes.c_char_p))[0]; libc.qsort(names, 3, 8, CB(lambda a, b: (view(a) > view(b)) - (view(a) < view(b)))); print(list(names))
for bad in (lambda: libc.strchr(1.5, b'x'), lambda: ctypes.c_int('x'), lambda: Node(1, 2), lambda: ctypes.POINTER(ctypes.c_int)().contents, lambda: (ctypes.c_int * 2)(1, 2, 3), lambda: ctypes.CDLL('/no/such.so'), lambda: (ctypes.c_int * 2)()[5]):
    try: print(bad())
    except Exception as e: print(type(e).__name__, e)
""")
