import gevent.monkey; gevent.monkey.patch_all()
import gevent, socket, threading, time, queue, subprocess
from gevent.pool import Pool
from gevent.event import Event
from gevent import Timeout
def work(n): gevent.sleep(0.01 * n); return n * n
print([j.value for j in gevent.joinall([gevent.spawn(work, i) for i in range(4)])], Pool(2).map(work, range(4)), sorted(Pool(3).imap_unordered(work, [3, 1])))
try:
    with Timeout(0.02): gevent.sleep(1)
except Timeout as e: print('timeout')
g = gevent.spawn(lambda: 1 / 0); g.join(); print(type(g.exception).__name__, g.successful())
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(5)
def server():
    c, _ = s.accept(); d = c.recv(100); c.sendall(d.upper()); c.close()
gevent.spawn(server); c = socket.create_connection(s.getsockname()); c.sendall(b'hello'); print(c.recv(100))
q = queue.Queue(); t = threading.Thread(target=lambda: [q.put(i) for i in range(3)]); t.start(); t.join(); print([q.get() for _ in range(3)])
e = Event(); gevent.spawn_later(0.01, e.set); print(e.wait(1), subprocess.check_output(['echo', 'hi']))
from gevent.pywsgi import WSGIServer
def app(env, start): start('200 OK', [('Content-Type', 'text/plain')]); return [env['PATH_INFO'].encode()]
w = WSGIServer(('127.0.0.1', 0), app, log=None); w.start(); import urllib.request; print(urllib.request.urlopen('http://127.0.0.1:%d/path' % w.server_port).read()); w.stop()
