import multidict, yarl, frozenlist, aiohttp, asyncio
from aiohttp import web
m = multidict.CIMultiDict([('A', 1), ('b', 2), ('a', 3)]); print(m, m.getall('a'), m['B'], list(m.items()), m.copy().popall('A'), multidict.MultiDictProxy(multidict.MultiDict(x=1)))
try: m['zz']
except KeyError as e: print('KeyError', e)
u = yarl.URL('http://us:pw@ex.é:80/a b/?q=é&x=1#f'); print(u, u.host, u.query, u / 'c', u.with_query(a=[1, 2]), u.join(yarl.URL('../z')), u.parent, yarl.URL.build(scheme='http', host='h', path='/ü'))
f = frozenlist.FrozenList([1, 2]); f.append(3); f.freeze(); print(f, hash(f) == hash(f))
try: f.append(1)
except RuntimeError as e: print(e)
async def hello(r): return web.json_response({'path': r.path, 'q': dict(r.query), 'body': (await r.text())})
async def ws(r):
    w = web.WebSocketResponse(); await w.prepare(r)
    async for msg in w: await w.send_str(msg.data.upper())
    return w
async def main():
    app = web.Application(); app.router.add_route('*', '/h/{n}', hello); app.router.add_get('/ws', ws)
    runner = web.AppRunner(app); await runner.setup(); site = web.TCPSite(runner, '127.0.0.1', 0); await site.start(); port = site._server.sockets[0].getsockname()[1]
    async with aiohttp.ClientSession() as s:
        async with s.get(f'http://127.0.0.1:{port}/h/1?a=b') as r: print(r.status, await r.json(), r.headers['Content-Type'])
        async with s.post(f'http://127.0.0.1:{port}/h/2', data='bödy') as r: print(await r.json())
        async with s.get(f'http://127.0.0.1:{port}/none') as r: print(r.status, await r.text())
        async with s.ws_connect(f'http://127.0.0.1:{port}/ws') as w: await w.send_str('hi'); print((await w.receive()).data)
    await runner.cleanup()
asyncio.run(main())
