#--- integers: arithmetic against identities
import random
r = random.Random(1)
def big(n): return r.getrandbits(n) * r.choice([1, -1])
total = 0
for bits in (1, 29, 30, 31, 59, 60, 61, 90, 128, 500, 2000, 5000, 20000):
    for bits2 in (1, 30, 31, 64, 300, 3000, 15000):
        a, b = big(bits), big(bits2)
        c = a * b
        if b:
            q, m = divmod(c + 1, b); assert q * b + m == c + 1 and (0 <= m < b or b < m <= 0), (bits, bits2)
            assert c // b == a
        assert (a + b) - b == a and (a - b) + b == a and -(-a) == a
        assert (a ^ b) ^ b == a and (a & b) + (a | b) == a + b and ~a == -a - 1
        assert (a << 77) >> 77 == a and a >> 5 == a // 32
        total = (total * 31 + (c ^ a & b | a - b)) % (1 << 200)
print(total)
#---
import random
r = random.Random(2)
for bits in (10, 31, 64, 100, 1000, 4000, 13000):
    a = r.getrandbits(bits)
    assert int(hex(a), 16) == a and int(oct(a), 8) == a and int(bin(a), 2) == a
    if bits < 14000: s = str(a) if bits < 13000 else '1'; assert int(s) == a or s == '1'; print(bits, s[:20], s[-20:], a.bit_length(), hash(a), hash(-a))
    for base in range(2, 37):
        def conv(n):
            d = ''
            while n: n, x = divmod(n, base); d = '0123456789abcdefghijklmnopqrstuvwxyz'[x] + d
            return d or '0'
        if bits < 1001: assert int(conv(a), base) == a
#---
try: str(10 ** 5000)
except ValueError as e: print(e)
try: int('1' * 5000)
except ValueError as e: print(e)
import sys
print(sys.get_int_max_str_digits(), sys.int_info)
sys.set_int_max_str_digits(0); print(len(str(10 ** 5000)), int('9' * 6000) == 10 ** 6000 - 1)
for n in (-1, 10, 639, 'a'):
    try: sys.set_int_max_str_digits(n)
    except Exception as e: print(type(e).__name__, e)
sys.set_int_max_str_digits(640)
try: '%d' % 10 ** 700
except ValueError as e: print(e)
try: f'{10 ** 700}'
except ValueError as e: print(e)
print(len(hex(10 ** 700)))
sys.set_int_max_str_digits(4300)
#---
for a in (7, -7, 2**65, -2**65, 0):
    for b in (2, -2, 3, 2**64, -2**64 + 1):
        print(a // b, a % b, divmod(a, b), a / b, pow(a, 3, b), round(a / b, 3))
for x in (0, 1, -1, 15, 25, 35, -25, 12345, 2**70):
    print([round(x, n) for n in (-1, -2, -3, 0, 1, None)])
print(pow(3, 10**20, 7), pow(-3, 5, 7), pow(3, 5, -7), pow(3, -1, 7), pow(2, 1000) % 1000007, pow(0, 0), pow(0, 0, 1), 0 ** 0)
for b in ('1 << -1', '1 >> -1', '1 << 2**70', '0 << 2**70', '1 >> 2**70', '-1 >> 2**70', '1 // 0', '1 % 0', '1 / 0', 'divmod(1, 0)', '2**2000 / 1', '2**2000 / 3**1000', '1 / 2**2000', '2.0 ** 2000', '0 ** -1', '0.0 ** -1', '(-8) ** (1/3)', 'pow(2, 3, 0)', 'pow(2.0, 3, 1)', 'int(1e400)', 'int(float("nan"))', 'float(2**2000)', '2**2000 * 1.0', '2**2000 < 1e308', '2**2000 == float("inf")', 'int("0b11", 0)', 'int("011", 0)', 'int("0o17", 0)', 'int("-0x_f", 16)', 'int("١٢")', 'int("1" * 20, 2)', 'int("9", 8)', 'int("  -12\\n")', 'int("1 2")', 'int("0x")', 'int("_1")', 'int("é")', 'int(b"\\xff")', 'int("\\ud800")', 'int(x=1)', 'int(base=10)', 'int("10", base=3)', 'int(10, base=3)', 'int("1", -1)', 'int("1", 37)', 'int([])', 'int(None)', 'int("a" * 300)'):
    try: print(b, eval(b))
    except Exception as e: print(b, type(e).__name__, e)
#---
for n in (0, 1, 255, 256, -1, -128, -129, 2**31, -2**63):
    for k in (1, 2, 4, 8, 9):
        for o in ('big', 'little'):
            for s in (True, False):
                try: b = n.to_bytes(k, o, signed=s); print(n, k, o, s, b, int.from_bytes(b, o, signed=s))
                except Exception as e: print(n, k, o, s, type(e).__name__, e)
print(int.from_bytes([1, 2], 'big'), int.from_bytes(b'', 'big'))
for t in ('(1).to_bytes(2, "x")', '(1).to_bytes(-1, "big")', 'int.from_bytes("a", "big")', 'int.from_bytes([300], "big")', 'int.from_bytes(b"a", 5)'):
    try: eval(t)
    except Exception as e: print(t, type(e).__name__, e)
print((6).as_integer_ratio(), (5).conjugate(), (5).real, (5).imag, (5).numerator, (5).denominator, True.as_integer_ratio(), True + True, True & 1, True & True, ~True, -True, True ** 2, bool('') , bool.__new__(bool, 5))
#--- identity of small integers, singletons
a = 256; b = 257; print(a is 2 ** 8, (-5) is int('-5'), 0 is False, int(1.0) is 1, len('abc') is 3)
#--- floats: repr
for x in (0.1, 0.1 + 0.2, 1/3, 1e15, 1e16, 1e17, 123456789012345680.0, 1e-4, 1e-5, 1.0, 100.0, 1e22, 1e23, 5e-324, 1.7976931348623157e308, 2.2250738585072014e-308, 9007199254740993.0, 0.30000000000000004, 1.5e300 * 1e10, -0.0, 4.35, 2.675, 1e21, 123e-10):
    print(repr(x), str(x), x.hex(), float(repr(x)) == x, float.fromhex(x.hex()) == x, x.as_integer_ratio() if abs(x) < 1e300 else '', hash(x), x.is_integer())
#---
import struct, random
r = random.Random(5)
for _ in range(300):
    x = struct.unpack('d', struct.pack('Q', r.getrandbits(64)))[0]
    if x == x and abs(x) != float('inf'):
        assert float(repr(x)) == x
        print(repr(x), '%.17g' % x, '%.3e' % x, format(x, '.5g'), round(x, 3) if abs(x) < 1e20 else '')
#---
for s in ('1', ' 1.5 ', '1e5', '-inf', 'INFINITY', 'nan', '-nan', '+1', '1_000.5', '1__0', '_1', '1_', '.5', '5.', '.', '', 'e5', '1e', '1e+', '0x1p3', 'é', '١٢.٥', '1 2', '\t1\n', 'infinit', '1e400', '-1e400', '1e-400', '0' * 400 + '1', '1' + '0' * 400, '9' * 30 + '.' + '9' * 30, '1.7976931348623158e308', '1.7976931348623159e308', '2.4703282292062327e-324', '2.4703282292062328e-324', '\x00', '1\x00'):
    for v in (s, s.encode('utf-8')):
        try: print(repr(v[:40]), repr(float(v)))
        except Exception as e: print(repr(v[:40]), type(e).__name__, str(e)[:100])
for s in ('0x1.8p1', '-0X.8', '1.8', '0x', 'inf', '0x1p', '0x1p99999', '0x1p-1075', '0x1.fffffffffffff8p0', ' 0x1 ', '0x1g', 'nan', '0x1.00000000000008p0', '0x1.00000000000018p0', '0x' + '1' * 50):
    try: print(s, repr(float.fromhex(s)))
    except Exception as e: print(s, type(e).__name__, e)
#---
f = float
for x in (2.5, -2.5, 3.5, 0.5, 1.5, 1e300, f('inf'), f('nan'), -0.0, 2.675, 1.005, 12345.6789):
    out = []
    for n in (None, 0, 1, 2, -1, -3, 400, -400):
        try: out.append(round(x, n))
        except Exception as e: out.append(repr(e))
    print(x, out)
    for op in ('int(x)', 'x.__trunc__()', 'x.__floor__() if hasattr(x, "__floor__") else 0', 'x // 1', 'x % 1', 'divmod(x, 0.3)', 'x ** 2', 'x ** 0.5', '-x', 'abs(x)', 'bool(x)', 'x == x', 'hash(x)', 'x % -2', 'x // -2', 'x.as_integer_ratio()', 'x.hex()', 'complex(x)', '1 / x', 'x * 0', 'x < 1', 'int.__lt__(1, 2)', 'x.__divmod__(2)', 'pow(x, 2)', 'x.is_integer()'):
        try: print(op, eval(op))
        except Exception as e: print(op, type(e).__name__, e)
for t in ('1.0 // 0', '1.0 % 0', '1.0 / 0', 'divmod(1.0, 0)', '1.0 ** "a"', '1e308 * 10', '(-1.0) ** 0.5', '0.0 ** -1', '1e200 ** 2', 'float.__getformat__("double")', 'float.__getformat__("x")', 'float.__set_format__("double", "unknown")', 'float([])', 'float("1", 2)', 'float(x=1)'):
    try: print(t, eval(t))
    except Exception as e: print(t, type(e).__name__, e)
#--- comparison of ints and floats
inf = float('inf')
for a in (2**53, 2**53 + 1, 2**1000, -2**1000, 1, 0):
    for b in (float(2**53), 2.0**53 + 2, 1e300, inf, -inf, float('nan'), 0.5, 1.0, -0.0):
        print(a < b, a <= b, a == b, a != b, a > b, a >= b, b < a)
#--- complex
for s in ('1+2j', '1-2J', 'j', '-j', '+1j', '1e5+1e-5j', 'nan+infj', ' (1+2j) ', '1 + 2j', '1+2', '', '1+2i', '((1))', '1j+1', 'infj', '1_0+2_0j'):
    try: print(s, complex(s))
    except Exception as e: print(s, type(e).__name__, e)
c = 1 - 2j
for t in ('c + 1', 'c * c', 'c / (0j + 2)', 'c ** 2', 'c ** -1', 'c ** 0.5', 'c ** (1j)', 'c // 1', 'c % 1', 'c < 1', 'abs(c)', 'c.conjugate()', 'c.real, c.imag', 'hash(c)', 'hash(1 + 0j) == hash(1)', 'c == 1 - 2j', 'complex(1, 2)', 'complex(1j, 2j)', 'complex("1", 2)', 'complex(1, "2")', 'complex(real=1, imag=2)', 'repr(complex(-0.0, -0.0))', 'repr(complex(0, float("nan")))', 'complex(float("inf"), -0.0)', 'int(c)', 'float(c)', 'c / 0', '0j ** 0', '0j ** -1', '0j ** 1j', 'divmod(c, 1)', 'format(c, ".2f")', 'format(c, "e")', 'format(c, ">20")', 'format(c, "020")', 'format(c, "=20")', 'format(c, ",")', 'str(1e20j)', '(1e200 + 1j) ** 2', 'abs(complex("inf+nanj"))', 'pow(c, 2, 3)', '-0j', '(-0j).real', '1j * 1j', '2 ** 1j', 'c.real = 5', 'round(c)', 'c.__getnewargs__()', 'c.__coerce__'):
    try: print(t, eval(t))
    except Exception as e: print(t, type(e).__name__, e)
#--- shifts that no memory holds
for n in (2**62, 2**63, 2**64, 2**66, 2**70, 10**30):
    for x in (0, 1, -1, 1 << 40):
        try: print(x << n)
        except (MemoryError, OverflowError) as e: print(n, type(e), e)
        print(x >> n)
#---
print(10**50//7, -10**50//7, 10**50%7, -10**50%-7, divmod(10**50,-7), 2**100-2**100, 2**64-2**64+1, 2**90*0, (2**90)*(2**90), (-2**90)*2**31, (2**30)*(2**30), 2**60-1+1, -(2**60), (1<<60)-(1<<60)+5)
#---
import random
r = random.Random(5)
def some(bits):
    value = r.getrandbits(r.randint(1, bits))
    return -value if r.random() < .5 else value
total = 0
for i in range(400):
    a, b = some(r.choice([20, 40, 70, 200, 1500])), some(r.choice([20, 40, 70, 200, 1500])) or 1
    for value in (a + b, a - b, a * b, a * a, b * b, a // b, a % b):
        total = (total * 31 + value) % (2 ** 127 - 1)
        total += len(str(value))
print(total)
