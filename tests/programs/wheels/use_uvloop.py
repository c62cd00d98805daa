import asyncio, uvloop, sys, ssl
uvloop.install()
async def echo(r, w):
    while True:
        d = await r.readline()
        if not d: break
        w.write(d.upper()); await w.drain()
    w.close()
class P(asyncio.DatagramProtocol):
    def __init__(self, f): self.f = f
    def connection_made(self, t): t.sendto(b'dgram')
    def datagram_received(self, d, a): self.f.set_result(d)
async def main():
    loop = asyncio.get_event_loop(); print(type(loop).__module__)
    s = await asyncio.start_server(echo, '127.0.0.1', 0); r, w = await asyncio.open_connection(*s.sockets[0].getsockname())
    for i in range(3): w.write(b'line %d\n' % i); print(await r.readline())
    w.close(); s.close(); await s.wait_closed()
    p = await asyncio.create_subprocess_exec(sys.executable, '-c', 'import sys; print(sys.stdin.read()[::-1]); sys.exit(3)', stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE); print(await p.communicate(b'abc'), p.returncode)
    f = loop.create_future(); t, _ = await loop.create_datagram_endpoint(lambda: P(f), local_addr=('127.0.0.1', 0)); t.sendto(b'x', t.get_extra_info('sockname')); t.close()
    try: await asyncio.wait_for(asyncio.sleep(5), 0.02)
    except asyncio.TimeoutError: print('timeout')
    print(await asyncio.gather(*[loop.run_in_executor(None, pow, i, 2) for i in range(3)], return_exceptions=True), await loop.getaddrinfo('127.0.0.1', 80) != [])
    out = []; loop.call_soon(out.append, 1); h = loop.call_later(0.01, out.append, 2); loop.call_later(0.001, out.append, 3); await asyncio.sleep(0.03); print(out)
    async def bad(): 1 / 0
    print(await asyncio.gather(bad(), return_exceptions=True)); loop.set_exception_handler(lambda l, c: print('handler', c['message'], c.get('exception'))); loop.call_soon(lambda: [][0]); await asyncio.sleep(0)
    lock = asyncio.Lock()
    async def use(n):
        async with lock: await asyncio.sleep(0); return n
    print(await asyncio.gather(*map(use, range(3))))
asyncio.run(main())
