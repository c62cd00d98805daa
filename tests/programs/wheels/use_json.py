import orjson, msgpack, datetime, dataclasses, enum, uuid, decimal
@dataclasses.dataclass
class D: a: int; b: list
class E(enum.Enum): x = 'v'
v = {'i': [0, -1, 2**63 - 1, 2**64 - 1], 'f': [1.5, 1e300, -0.0], 's': 'é\u20ac\U0001f600\n"\\', 'n': None, 't': True, 'd': D(1, [2]), 'e': E.x, 'dt': datetime.datetime(2020, 1, 2, 3, 4, 5, 6, datetime.timezone.utc), 'u': uuid.UUID(int=5), 'nest': [[[]], {}]}
b = orjson.dumps(v, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2); print(b.decode()); print(orjson.loads(b), orjson.dumps({1: 2, 'a': float('nan')}, option=orjson.OPT_NON_STR_KEYS), orjson.dumps(decimal.Decimal('1.5'), default=str))
for bad in (b'[1,', b'{"a" 1}', b'\xff', b'nul', '"\ud800"', b'', 5):
    try: orjson.loads(bad)
    except Exception as e: print(type(e).__name__, e)
for bad in (object(), 2**70, '\ud800', {1: 1}, {(1,): 1}):
    try: orjson.dumps(bad)
    except Exception as e: print(type(e).__name__, e)
l = []
for i in range(300): l = [l]
try: orjson.dumps(l)
except Exception as e: print(type(e).__name__, e)
w = {'a': [1, -5, 2**40, 1.5, None, True, b'bin', 'text é'], b'k': {'x': ()}, 'big': 'x' * 70000}
p = msgpack.packb(w); print(len(p), msgpack.unpackb(p, raw=False, strict_map_key=False) == {**w, b'k': {'x': []}}, msgpack.packb(datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc), datetime=True), msgpack.unpackb(msgpack.packb(msgpack.ExtType(5, b'd'))), msgpack.packb({1, }, default=list))
u = msgpack.Unpacker(); u.feed(p[:5]); print(len(list(u)) if 0 else 'fed'); u.feed(p[5:] + msgpack.packb(7)); print([type(x).__name__ for x in u])
for bad in (b'', b'\xc1', p[:50], b'\x81\x01'):
    try: msgpack.unpackb(bad)
    except Exception as e: print(type(e).__name__, e)
for bad in (object(), 2**70):
    try: msgpack.packb(bad)
    except Exception as e: print(type(e).__name__, e)
