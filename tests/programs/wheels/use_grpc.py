import grpc, concurrent.futures
class H(grpc.GenericRpcHandler):
    def service(self, d):
        if d.method == '/s/echo': return grpc.unary_unary_rpc_method_handler(lambda r, c: r[::-1])
        if d.method == '/s/many': return grpc.unary_stream_rpc_method_handler(lambda r, c: (bytes([x]) for x in r))
        if d.method == '/s/fail':
            def f(r, c): c.abort(grpc.StatusCode.NOT_FOUND, 'nö')
            return grpc.unary_unary_rpc_method_handler(f)
s = grpc.server(concurrent.futures.ThreadPoolExecutor(2)); s.add_generic_rpc_handlers((H(),)); p = s.add_insecure_port('127.0.0.1:0'); s.start()
with grpc.insecure_channel('127.0.0.1:%d' % p) as c:
    print(c.unary_unary('/s/echo')(b'abc', timeout=10), list(c.unary_stream('/s/many')(b'xyz', timeout=10)))
    for m in ('/s/fail', '/s/none'):
        try: c.unary_unary(m)(b'', timeout=10)
        except grpc.RpcError as e: print(e.code(), e.details())
s.stop(0).wait()
