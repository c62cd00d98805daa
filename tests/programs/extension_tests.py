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
