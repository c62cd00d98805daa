#--- str methods over several widths
subjects = ['', 'a', 'abc', 'Hello World', 'aXbXc', 'é', 'àéî', '€uro€', '\U0001f600a\U0001f601', 'ß', 'ǆ', 'İ', 'ﬁ', '\t a \n', 'x' * 50, 'aaa', '123', '½', '²', '٣', '\u3000 a\u3000', 'Σ', 'ΑΣ', 'ὈΔΥΣΣΕΎΣ', 'ŉ', '\ud800', 'a\x00b', '_a1', '1a', 'None', 'a\rb\nc\r\nd\x0be\x0cf\x1cg\x85h\u2028i']
for s in subjects:
    print(ascii([s.upper(), s.lower(), s.title(), s.capitalize(), s.swapcase(), s.casefold(), s.strip(), s.splitlines(), s.splitlines(True), s.split(), s.isalpha(), s.isdigit(), s.isdecimal(), s.isnumeric(), s.isalnum(), s.isspace(), s.isupper(), s.islower(), s.istitle(), s.isidentifier(), s.isprintable(), s.isascii(), repr(s), s.center(9, '*'), s.zfill(6), s.expandtabs(4), s[::-1], s * 2, len(s), hash(s) == hash(s + '')]))
#---
import sys
for c in list(range(0x3000)) + list(range(0x1e00, 0x2200)) + list(range(0xa640, 0xab70)) + list(range(0xfb00, 0xfb20)) + list(range(0x10400, 0x104d4)) + list(range(0x1d7c0, 0x1d800)) + list(range(0x1e900, 0x1e950)):
    s = chr(c); t = (s.upper(), s.lower(), s.title(), s.casefold(), s.swapcase(), s.isalpha(), s.isdigit(), s.isdecimal(), s.isnumeric(), s.isspace(), s.isupper(), s.islower(), s.istitle(), s.isidentifier(), s.isprintable(), ('a' + s).isidentifier(), ('A' + s).title(), len(('a' + s + 'b').splitlines()))
    h = hash(t) & 0xffff if 0 else sum(map(ord, ascii(t))) 
    if c % 64 == 0: print(hex(c), end=' ')
    print(h, end=' ')
#---
for s, args in (('a,b,c', (',',)), ('a,b,c', (',', 1)), ('a,b,c', (None,)), ('  a  b ', ()), ('  a  b ', (None, 1)), ('a,,b', (',',)), ('', (',',)), ('', ()), ('abc', ('',)), ('abc', ('abc',)), ('é€é', ('€',)), ('aXXbXXc', ('XX', 1)), ('\u2003a\u2003b', ()), ('abcabc', ('bc', -1)), ('abc', ('d',)), ('a b c', (' ', 0)), ('ab', (b'a',)), ('ab', (1,))):
    for m in ('split', 'rsplit'):
        try: print(m, s, args, getattr(s, m)(*args))
        except Exception as e: print(m, s, args, type(e).__name__, e)
    for m in ('partition', 'rpartition'):
        try: print(m, s, args, getattr(s, m)(args[0] if args else ' '))
        except Exception as e: print(m, s, args, type(e).__name__, e)
print('a b'.split(sep=' ', maxsplit=1), 'a\nb'.splitlines(keepends=True))
#---
for s in ('abcabc', 'aaaa', '', 'é€éa', 'a\U0001f600a\U0001f600', 'x' * 300 + 'needle' + 'y' * 300):
    for sub in ('a', 'bc', '', 'zz', 'é', '€é', '\U0001f600', 'needle', 'aa'):
        print([s.find(sub), s.rfind(sub), s.count(sub), sub in s, s.startswith(sub), s.endswith(sub), s.find(sub, 1), s.find(sub, -2), s.rfind(sub, 0, 3), s.count(sub, 1, -1), s.find(sub, 5, 2), s.startswith(sub, 1), s.endswith(sub, 0, -1), len(s.replace(sub, 'XY')), len(s.replace(sub, '', 2)), s.startswith((sub, 'q')), s.find(sub, None, None), s.find(sub, -1000, 1000)])
for t in ('"a".index("b")', '"a".rindex("b")', '"a".startswith(1)', '"a".startswith(("a", 1))', '"a".startswith((1, "a"))', '"a".startswith()', '"a".find(1)', '"a".find()', '"a".count(None)', '"a".replace("a")', '"a".replace(1, 2)', '"a" in 1', '1 in "a"', '"a".find("a", "b")', '"a".find("a", 1.5)', '"a".join(1)', '"a".join([1])', '"a".join(["x", b"y"])', '",".join("abc")', '"".join([])', '"-".join(iter(["é", "€"]))', '"a".center()', '"a".center(5, "ab")', '"a".center(5, "")', '"a".center("5")', '"a".ljust(5, "é")', '"a".zfill("x")', '"-5".zfill(5)', '"+".zfill(3)', '"a".expandtabs("x")', '"a\\tb\\t".expandtabs(0)', '"a\\tb".expandtabs(-1)', '"a".encode("bogus")', '"é".encode("ascii")', '"é".encode("ascii", "bogus")', '"a".encode(1)', '"\\ud800".encode()', '"a" + 1', '"a" + b"b"', '"a" * 1.5', '"a" * -1', '"abc"[5]', '"abc"["a"]', '"abc"[1.5]', '"abc"[None:2]', '"abc"[::0]', '"abc"[2**70]', '"abc"[2**70:]', '"a" < 1', '"a" == b"a"', '"a".strip(1)', '"xaxa".strip("x")', '"éaé".strip("é")', '"a".lstrip("a", "b")', '"a".translate({97: "b"})', '"a".translate({97: None})', '"a".translate({97: 98})', '"a".translate({97: 1.5})', '"a".translate({97: 2**70})', '"a".translate(5)', '"abc".translate("xyz" * 50)', '"aé€".translate({233: "EE", 8364: 101})', 'str.maketrans("ab", "cd")', 'str.maketrans("ab", "cd", "e")', 'str.maketrans({"a": 1})', 'str.maketrans({"ab": 1})', 'str.maketrans("a", "bc")', 'str.maketrans(1)', 'str.maketrans({1: 2, "b": None})', '"a".isidentifier(1)', '"%s" "x" % 5', '"ab".__contains__(5)', 'str.upper(5)', '"a".format', '"a".__getnewargs__()', '"abc".__mod__(1)', 'str(b"a\\xff", "utf-8")', 'str(b"a\\xff", "utf-8", "replace")', 'str(b"abc", errors="strict")', 'str(object=5)', 'str("a", "utf-8")', 'str(5, "utf-8")', 'str(b"a", encoding=5)', 'chr(0x110000)', 'ord("")', '"a".removeprefix("a")'):
    try: print(t, ascii(eval(t)))
    except Exception as e: print(t, type(e).__name__, ascii(str(e)))
#--- codecs
text = 'aé€\U0001f600\x00\n\ud800'
for enc in ('utf-8', 'utf-16', 'utf-16-le', 'utf-16-be', 'utf-32', 'utf-32-be', 'utf-7', 'latin-1', 'ascii', 'cp1252', 'iso8859-15', 'unicode_escape', 'raw_unicode_escape', 'utf-8-sig', 'punycode', 'idna', 'cp437', 'koi8-r', 'mbcs', 'rot13', 'hex'):
    for err in ('strict', 'ignore', 'replace', 'backslashreplace', 'xmlcharrefreplace', 'namereplace', 'surrogateescape', 'surrogatepass'):
        try: b = text.encode(enc, err); print(enc, err, b)
        except Exception as e: print(enc, err, type(e).__name__, ascii(str(e)))
#---
datas = [b'abc', b'\xc3\xa9', b'\xff', b'\xc3', b'\xe2\x82', b'\xe2\x82\xac', b'\xf0\x9f\x98\x80', b'\xf0\x9f\x98', b'\xed\xa0\x80', b'\xc0\x80', b'\xf4\x90\x80\x80', b'a\xc3b\xffc', b'\x80abc', b'\xe0\x80\x80', b'\xf8\x88', b'+AOk-', b'+2AA-', b'+', b'a\\x41\\u00e9\\N{BULLET}\\', b'\\x4', b'\\u12', b'\\U00110000', b'\xff\xfea\x00', b'\xfe\xff\x00a', b'\x00\xd8', b'\x00\xd8a\x00', b'a', b'\x00\x00\x00a', b'a\x00\x00\x00', b'\xef\xbb\xbfa']
for d in datas:
    for enc in ('utf-8', 'utf-16', 'utf-16-le', 'utf-16-be', 'utf-32', 'utf-32-le', 'utf-7', 'ascii', 'latin-1', 'cp1252', 'unicode_escape', 'raw_unicode_escape', 'utf-8-sig'):
        for err in ('strict', 'ignore', 'replace', 'backslashreplace', 'surrogateescape', 'surrogatepass'):
            try: print(enc, err, d, ascii(d.decode(enc, err)))
            except Exception as e: print(enc, err, d, type(e).__name__, e)
#---
import codecs
def handler(e):
    print(type(e).__name__, e.start, e.end, e.reason); return ('?', e.end)
codecs.register_error('mine', handler)
print('aéb€'.encode('ascii', 'mine'), b'a\xff\xfeb'.decode('utf-8', 'mine'), b'\xff'.decode('ascii', 'mine'))
codecs.register_error('bytes', lambda e: (b'\xff', e.end)); print('é'.encode('ascii', 'bytes'))
for bad in (lambda e: 5, lambda e: ('a',), lambda e: ('a', 'b'), lambda e: (5, e.end), lambda e: ('é', e.end), lambda e: ('x', 100), lambda e: ('x', -1), lambda e: ('x', -100)):
    codecs.register_error('bad', bad)
    for f in (lambda: 'aéb'.encode('ascii', 'bad'), lambda: b'a\xffb'.decode('ascii', 'bad')):
        try: print(f())
        except Exception as e: print(type(e).__name__, e)
print(codecs.lookup('utf8').name, codecs.lookup('UTF-8') is codecs.lookup('utf_8'), codecs.getencoder('latin1')('é'), codecs.lookup_error('strict'))
try: codecs.lookup('bogus')
except LookupError as e: print(e)
try: codecs.lookup_error('bogus')
except LookupError as e: print(e)
try: codecs.encode('a', 'hex')
except Exception as e: print(type(e).__name__, e)
print(codecs.encode(b'a', 'hex'), codecs.decode('nop', 'rot13'))
d = codecs.getincrementaldecoder('utf-8')(); print([d.decode(bytes([b])) for b in 'é€\U0001f600'.encode()], d.getstate())
print(list(codecs.iterdecode([b'\xe2', b'\x82\xac'], 'utf-8')), codecs.escape_decode(b'\\x41\\n'), codecs.escape_encode(b'\n\xff'), codecs.utf_7_encode('é'), codecs.charmap_build('ab'), codecs.readbuffer_encode('é'))
#--- f-strings
import datetime
x, w, name = 3.14159, 10, 'né'
print(f'{x} {x!r} {x:.2f} {x:{w}.{2}} {name!a:>10} {{}} {x=} {x = } {x=!r} {x=:.1f} {w + 1 = } {"nested"} {f"{x:.1f}"} {(lambda a: a * 2)(4)} {[i for i in range(3)]} { {1: 2}[1] } {w:#x} {w:>{w}}|')
print(f'{datetime.date(2020, 1, 2):%Y/%m}', rf'\n{x:.0f}', f'''a{
x}b''', f'{x}' '{x}' f"{w}", f'{None}', f'{""!r:5}|', f'{w!s:>4}', f'a{x:{"."}{1}f}', f'{x:}', f'{w,}', f'{*[1],}', f'{not w}', f'{w if w else 0}')
class F:
    def __format__(self, s): return 'F:' + s
    def __repr__(self): return 'R'
print(f'{F()} {F():abc} {F()!r} {F()!s:>3} {F():{w}} {F()=} {F()=:q}')
try: f'{F:x}'
except TypeError as e: print(e)
try: f'{undefined}'
except NameError as e: print(e)
#--- concatenation in place and aliasing
s = 'a'; t = s; s += 'b'; print(s, t)
def f():
    s = ''
    for i in range(1000): s += str(i % 10); u = s if i == 500 else s
    return s, u
print(f()[0] == f()[1], len(f()[0]))
class A: pass
a = A(); a.s = ''; d = {'s': ''}; l = ['']
for i in range(100): a.s += 'x'; d['s'] += 'é'; l[0] += '€'
print(len(a.s), d['s'][-1], len(l[0]))
#--- interning and identity
import sys
a = 'hello_world'; b = 'hello' + '_world'; print(a is b, sys.intern('x' * 50) is sys.intern('x' * 50), 'a'[0] is 'ab'[0], '' is 'a'[:0], chr(233) is 'é'[0], 'abc'[:] is 'abc', str('abc') is 'abc', 'a' * 1 is 'a')
try: sys.intern(5)
except TypeError as e: print(e)
class S(str): pass
try: sys.intern(S('a'))
except TypeError as e: print(e)
#--- string module, Template, Formatter, textwrap
import string, textwrap
print(string.Template('$a ${b} $$ $c').safe_substitute(a=1, b=2), string.capwords('hello world'), string.Formatter().format('{0} {a!r:>5} {0[0]}', 'xy', a='q'), list(string.Formatter().parse('a{b!r:c}d{{')))
print(textwrap.fill('the quick brown fox ' * 5, 30), textwrap.dedent('  a\n   b\n'), textwrap.indent('a\nb', '> '), textwrap.shorten('hello big world', 10))
try: string.Template('$x').substitute()
except KeyError as e: print(e)
import _string
print(list(_string.formatter_parser('a{b.c[0]!r:{d}}}}')), [_string.formatter_field_name_split(s)[0] for s in ('a.b', '0[1]', '')], [list(_string.formatter_field_name_split(s)[1]) for s in ('a.b[c][1].d',)])
#--- bytes and bytearray
for B in (bytes, bytearray):
    b = B(b'Hello World')
    print(b, b[0], b[1:3], b[::-2], b + b'!', b * 2, b'lo' in b, 111 in b, b.upper(), b.swapcase(), b.find(b'o'), b.rfind(b'o'), b.find(111), b.count(b'l'), b.count(108), b.split(), b.split(b'o', 1), b.replace(b'l', b'LL'), b.partition(b' '), b.hex(), b.hex(':'), b.hex('-', 2), b.hex('-', -3), b.center(15, b'*'), b.join([b'a', bytearray(b'b')]), b.startswith((b'x', b'H')), b.endswith(b'd'), b.title(), b.isalpha(), b.strip(b'Hd'), b.translate(None, b'l'), b.translate(bytes(range(256))), list(b)[:3], b == bytes(b), b < b'I', hash(bytes(b)) == hash(b'Hello World'), b.zfill(13), b.expandtabs(), b.splitlines(), B.fromhex('61 62'), B.maketrans(b'ab', b'cd')[97:99], b.decode(), b.lower(), b.capitalize(), b.islower(), b.isspace(), b.rsplit(None, 1), b.rpartition(b'zz'))
    for t in ('B("a")', 'B("é", "latin-1")', 'B("é", "ascii")', 'B(5)', 'B(-1)', 'B([1, 256])', 'B([1, "a"])', 'B(None)', 'B(1.5)', 'B({1, 2})', 'B("a", "utf-8", "strict", 1)', 'B(b"a", "utf-8")', 'B(encoding="utf-8")', 'B(2**70)', 'b + "a"', 'b * "a"', 'b[100]', 'b["a"]', '"a" in b', '300 in b', 'b.find("a")', 'b.find(300)', 'b.join(["a"])', 'b.join([1])', 'b.join(5)', 'b.replace("a", b"b")', 'b.split("a")', 'b.split(b"")', 'B.fromhex("6")', 'B.fromhex("6g")', 'B.fromhex(b"61")', 'B.fromhex("é")', 'b.hex("ab")', 'b.hex(5)', 'b.hex("é")', 'b.translate(b"a")', 'b.translate(5)', 'B.maketrans(b"a", b"bc")', 'b.decode("bogus")', 'b.decode(errors="bogus")', 'b.startswith("a")', 'b.startswith((b"a", 1))', 'b.center(20, "x")', 'b.center(20, b"xy")', 'b < "a"', 'b == "Hello World"', 'b % 5', 'b"%d %s %b %a %r %c %x %5.1f %%" % (1, b"x", bytearray(b"y"), "é", 1, 65, 255, 1.5)', 'b"%s" % "a"', 'b"%b" % 5', 'b"%c" % 300', 'b"%c" % b"ab"', 'b"%d" % "a"', 'b"%(a)s" % {b"a": b"v"}', 'b"%q" % 1', 'b"%s %s" % b"a"', 'b"%" % 1'):
        try: print(t, eval(t))
        except Exception as e: print(t, type(e).__name__, e)
#---
b = bytearray(b'abc'); b.append(100); b.extend([101, 102]); b.extend(b'gh'); b.insert(0, 90); print(b, b.pop(), b.pop(0), b.remove(98), b, b.reverse(), b)
b[0] = 65; b[1:2] = b'XYZ'; del b[-1]; del b[::2]; print(b, b.copy(), b.__alloc__() >= len(b)); b += b'q'; b *= 2; print(b); b.clear(); print(b)
b = bytearray(range(10)); b[::2] = b'aaaaa'; print(b); b[5:5] = [1, 2]; print(b); b[2:4] = []; print(b)
for t in ('b[0] = 256', 'b[0] = "a"', 'b[100] = 1', 'b[::2] = b"a"', 'b[0:1] = 5', 'b[0:1] = "a"', 'b.append(300)', 'b.append("a")', 'b.extend(5)', 'b.extend(["a"])', 'b.extend("ab")', 'b.pop(100)', 'b.remove(200)', 'bytearray().pop()', 'b.insert("a", 1)', 'del b[100]', 'hash(b)', 'b.remove("a")'):
    try: exec(t)
    except Exception as e: print(t, type(e).__name__, e)
m = memoryview(b)
for t in ('b.append(1)', 'b.clear()', 'b += b"a"', 'del b[0]', 'b.extend(b"a")', 'b[0:1] = b"ab"', 'b[0:1] = b"z"', 'b.pop()'):
    try: exec(t); print(t, 'ok')
    except BufferError as e: print(t, e)
m.release(); b.append(1)
#--- memoryview
import array
m = memoryview(b'abcdef'); w = memoryview(bytearray(b'abcdef')); a = memoryview(array.array('i', range(6)))
print(m[0], m[1:3].tobytes(), m[::-2].tolist(), len(m), m.format, m.itemsize, m.nbytes, m.ndim, m.shape, m.strides, m.suboffsets, m.readonly, m.contiguous, m.c_contiguous, m.obj, m == b'abcdef', m != b'x', hash(m) == hash(b'abcdef'), m.hex(), bytes(m), list(m), m.tolist(), 97 in m)
w[0] = 90; w[1:3] = b'YX'; print(w.obj, a.tolist(), a.format, a[2], a[1:3].tolist(), a.nbytes); a[0] = 77; print(a[0], a.cast('B').shape, a.cast('B')[0], m.cast('b')[0], m.cast('c')[0], m.cast('B', [2, 3]).tolist(), m.cast('B', (2, 3)).shape, a.toreadonly().readonly)
with memoryview(b'x') as v: print(v[0])
for t in ('m[0] = 1', 'w[0] = 300', 'w[0] = "a"', 'w[0:2] = b"a"', 'm[10]', 'm["a"]', 'm[0, 0]', 'w[1:3] = "ab"', 'del w[0]', 'a.cast("x")', 'a.cast("h")', 'm.cast("i")', 'm[::2].cast("i")', 'm.cast("B", [7])', 'm.cast("B", "a")', 'memoryview("a")', 'memoryview()', 'v[0]', 'repr(v)', 'm < b"a"', 'm + b"a"', 'a[0] = 2**40', 'a[0] = 1.5', 'hash(w)', 'm.cast("B", [2, 3])[0]', 'm.cast("B", [2, 3])[1, 2]', 'm.cast("B", [2, 3])[2, 0]', 'm[...]', 'w[...] = b"abcdef"', 'm.tobytes("F")', 'm.tobytes("x")', 'v.tolist()', 'v.release()', 'len(v)', 'memoryview(w)[0]', 'm.cast("B", [0])', 'm.cast(5)'):
    try: exec('print(t, %s)' % t if '=' not in t.replace('==', '') and not t.startswith('del') else t)
    except Exception as e: print(t, type(e).__name__, e)

#---
import codecs
for s in ('[\udc80\ud800\udfff]','\udc80\ud800','\ud800\udc80','a\udc80\udc81\xe9','\udc80b\ud800'):
    for e in ('utf-8','ascii','latin-1','utf-16','utf-32','cp1252','utf-8-sig'):
        try: print(ascii(s),e,s.encode(e,'surrogateescape'))
        except Exception as x: print(ascii(s),e,type(x).__name__,getattr(x,'start',0),getattr(x,'end',0),x)
for d in (b'\xed\xa0\x80',b'\xed\xb0\x80x',b'a\xed\xa0',b'\xed',b'\xed\xa0\xed\xa0\x80',b'\xe2\x82',b'\xf0\x9f\x98',b'\xed\x9f'):
    for er in ('strict','surrogatepass','replace','ignore','surrogateescape'):
        for final in (False,True):
            try: print(d,er,final,ascii(codecs.utf_8_decode(d,er,final)))
            except Exception as x: print(d,er,final,type(x).__name__,x)
        dec=codecs.getincrementaldecoder('utf-8')(er)
        try: print(ascii([dec.decode(bytes([b])) for b in d]), dec.getstate(), ascii(dec.decode(b'',True)))
        except Exception as x: print(x)
s = "abcde"; print(s % () is s, "x%%" % (), ascii("\xe9b" % ()), "ABC".lower(), "aB".swapcase(), "".upper())
#---
for v in (870117540639358.25, 870117540639358.75, 2103594794864279.25, -798034093384413.125, 0.5, 1e22, 5e-324, 2.0**63, 123456789012345.625):
    print(repr(v), str(v), repr(complex(v, -v)), float(repr(v)) == v)
import sys
print(sys.get_int_max_str_digits())
class F(float):
    def __float__(self): return 42.0
print(float(F(1.5)))
b = bytearray(b'abcdef')
b[0:6:2] = b''
print(b, bytearray().__reduce_ex__(2), bytearray().__reduce_ex__(3))
for s in ('', '  ', '1__0', '_1', 'x'):
    for f in (float, complex, int):
        try: print(f(s))
        except ValueError as e: print(e)
#---
class C(str):
    def __str__(self): return self
class D(str): pass
class E(str):
    def __str__(self): return 'zz'
for K in (C, D, E):
    for v in ('', 'a'):
        x = K(v)
        for e in ['format(x)', "format(x,'')", "format(x,'s')", "format(x,'>1')", "x.__format__('')", "f'{x}'", "f'{x!s}'", "f'{x:s}'", "'{}'.format(x)", "'{!s}'.format(x)", "'{:s}'.format(x)", 'x.format()', 'x.format(1)', 'x%()', 'x%{}', "x.partition('b')", "x.rpartition('b')", "x.split('b')", 'x.splitlines()', "x.replace('x','y')", 'x.expandtabs()', 'x.zfill(0)', 'x.ljust(0)', 'x.center(0)', 'x.strip()', 'x.translate({})', 'x.join([x])', "''.join([x])", "''.join((x,))", "x+''", "''+x", 'x*1', 'x[:]', 'x[0:]', 'x[::1]', 'x.lower()', 'x.casefold()', 'str(x)', 'str.__str__(x)', 'x.__str__()', "'{0}'.format(x)", "'{a}'.format(a=x)", "'{a}'.format_map({'a':x})", 'x.format_map({})', 'repr(x)', 'x.encode().decode()', 'x.swapcase()', 'x.capitalize()', 'x.title()', "x.removeprefix('') if 0 else 1", "f'{x}{x}'", "f''", "f'{x!r}'", 'x.join([])', "x.join(['a'])", "x.join('ab')", 'x.__getnewargs__()', "x.replace('','')", "x.replace('a','a')", "x.replace('','',0)", 'str(object=x)']:
            try: r = eval(e); print(K.__name__, repr(v), e, repr(r), type(r).__name__, [type(i).__name__ for i in r] if type(r) in (tuple, list) else '', r is x)
            except Exception as y: print(K.__name__, repr(v), e, y)
#---
import codecs, sys, encodings.iso8859_3
m = codecs.charmap_build(encodings.iso8859_3.decoding_table)
T = type(m)
print(T, T.__mro__, sorted(T.__dict__), T.__basicsize__, T.__itemsize__, T.__doc__, T.__module__, repr(m)[:23], sys.getsizeof(m), m.size(), T.size.__doc__)
for e in ('T()', 'm[0]', 'len(m)', 'iter(m)'):
    try: eval(e)
    except Exception as x: print(e, x)
def k(s):
    m = codecs.charmap_build(s); return type(m).__name__, (m.size() if type(m) is not dict else m if len(m) < 6 else len(m))
for s in ['a', '\0', '\0a', '\0' * 2, '\0a\0', '\0aa', '\0\ufffe', '\0\uffff', '\0\U00010000', 'ab', '\ufffe', '\0' + 'a' * 300, '\0' + 'a' * 255, ''.join(map(chr, range(256))), '\0' + ''.join(chr(i * 16) for i in range(1, 256))] + ['\0' + ''.join(chr(i * 128) for i in range(1, n)) for n in (252, 253, 254, 255, 256)] + ['\0\ud800', '\0\ufffd', ''.join(map(chr, range(257)))]:
    print(ascii(s)[:20], len(s), k(s))
m = codecs.charmap_build('\0abc')
for s in ['a', 'abc', 'd', '\0', '\u1234', '\U00012345', 'add\u1234a']:
    try: print(codecs.charmap_encode(s, 'strict', m))
    except Exception as e: print(e, e.start, e.end, e.reason)
print(codecs.charmap_encode('adb', 'replace', codecs.charmap_build('\0abc?')))
try: print(codecs.charmap_encode('adb', 'replace', m))
except Exception as e: print(repr(e))
print(codecs.charmap_encode('adb', 'xmlcharrefreplace', codecs.charmap_build('\0abc?&#;0123456789')))
#---
t = 'abcde'
for e in ("t.format() is t", "('%s' % t) is t", "'{}'.format(t) is t", "'{:s}'.format(t) is t", "format(t) is t", "format(t, 's') is t", "'{0}'.format(t) is t", "f'{t}' is t", "f'{t:s}' is t", "t % () is t", "t.format_map({}) is t"):
    print(e, eval(e))
#---
import warnings
warnings.simplefilter('ignore', SyntaxWarning)
e=b''; s=''; t=(); x=b'ab'; f=frozenset(); u='ab'; one=b'a'; c='a'
for q in (
    'x[5:] is e',
    'x[0:0] is e',
    "x.strip(b'ab') is e",
    'x+e is x',
    'e+x is x',
    'x*1 is x',
    'bytes() is e',
    'bytes([]) is e',
    "bytes(b'') is e",
    'bytes(0) is e',
    "x.replace(b'ab',b'') is e",
    "b''.join([]) is e",
    "b''.join([x]) is x",
    "x.split(b'a')[0] is e",
    "x.partition(b'a')[0] is e",
    'x[:1] is one',
    'x[0:2] is x',
    'x[::1] is x',
    'x[:] is x',
    'x.strip() is x',
    'x.ljust(1) is x',
    "x.replace(b'q',b'') is x",
    'x.translate(None) is x',
    'x.zfill(0) is x',
    'x.center(0) is x',
    "x.partition(b'q')[0] is x",
    "x.split(b'q')[0] is x",
    'x.splitlines()[0] is x',
    'bytes(x) is x',
    'x.__getitem__(slice(0,9)) is x',
    'u*0 is s',
    'u[5:] is s',
    "u.strip('ab') is s",
    'u*1 is u',
    'u+s is u',
    's+u is u',
    'str() is s',
    "u.replace('ab','') is s",
    "''.join([]) is s",
    "''.join([u]) is u",
    "u.split('a')[0] is s",
    'u[:1] is c',
    'u[0] is c',
    'u[:] is u',
    'u[::1] is u',
    'u.strip() is u',
    'u.ljust(1) is u',
    "u.replace('q','') is u",
    "u.replace('a','a') is u",
    'u.expandtabs() is u',
    'u.zfill(0) is u',
    'u.center(0) is u',
    "u.partition('q')[0] is u",
    "u.split('q')[0] is u",
    'u.splitlines()[0] is u',
    'str(u) is u',
    'chr(97) is c',
    "'%c'%97 is c",
    "'{}'.format('a') is c",
    "b'a'.decode() is c",
    "b''.decode() is s",
    "''.encode() is e",
    "'a'.encode() is one",
    'bytes([97]) is one',
    'x[0:1] is one',
    "b'%c'%97 is one",
    "'é' is chr(233)",
    '(1,)*0 is t',
    '(1,)[5:] is t',
    'tuple() is t',
    'tuple([]) is t',
    '(1,2)[:] is (1,2)',
    't+t is t',
    '(lambda a:a[:] is a)((1,[]))',
    '(lambda a:a*1 is a)((1,[]))',
    '(lambda a:a+() is a)((1,[]))',
    '(lambda a:()+a is a)((1,[]))',
    '(lambda a:tuple(a) is a)((1,[]))',
    'frozenset() is f',
    'frozenset([]) is f',
    'frozenset(set()) is f',
    '(lambda a:frozenset(a) is a)(frozenset([1]))',
    '(lambda a:a.copy() is a)(frozenset([1]))',
    '(lambda a:+a is a)(1000.5)',
    '(lambda a:float(a) is a)(1000.5)',
    '(lambda a:int(a) is a)(10**30)',
    '(lambda a:+a is a)(10**30)',
    '(lambda a:abs(a) is a)(10**30)',
    '(lambda a:complex(a) is a)(1j)',
    '(lambda a:round(a) is a)(10**30)',
    '(lambda a:a.conjugate() is a)(10**30)',
    '(lambda a:a.real is a)(10**30)',
    '(lambda a:a.__index__() is a)(10**30)',
    '(lambda a:slice(a).stop is a)(10**30)',
    '(lambda a:range(a).stop is a)(10**30)',
    "256 is int('256')",
    "-5 is int('-5')",
    'type(x)(x) is x',
    '(lambda a:memoryview(a).obj is a)(x)',
    "'a'*1 is 'a'",
    '(lambda a:a.__trunc__() is a)(10**30)',
    "(lambda a:'%s'%a is a)(u)",
    '(lambda a:str.__new__(str,a) is a)(u)',
    "(lambda a:f'{a}' is a)(u)",
    "(lambda a:f'{a:}' is a)(u)",
    "(lambda a:format(a,'') is a)(u)",
    '(lambda a:a.format_map({}) is a)(u)',
    "(lambda a:a.__add__('') is a)(u)",
    "(lambda a:a.encode('ascii').decode('ascii') is a)(c)",
    '().__iter__().__reduce__()[1][0] is ()',
    '(lambda a:a.__class__ is type(a))(1)',
    "b'ab'.fromhex('') is e",
    "b''.join([b'']) is e",
    "bytes.fromhex('61') is one",
    "(0).to_bytes(0,'big') is e",
    "__import__('struct').pack('') is e",
    'bytes(bytearray()) is e',
    "memoryview(b'ab')[:0].tobytes() is e",
    "__import__('io').BytesIO(b'').getvalue() is e",
    "__import__('io').BytesIO(b'ab').read(1) is one",
    "__import__('io').BytesIO(b'ab').read(0) is e",
    "__import__('io').StringIO('ab').read(1) is c",
    "__import__('io').StringIO('ab').read(0) is s",
    "__import__('io').BytesIO(x).getvalue() is x",
    "__import__('io').BytesIO(x).read() is x",
    "x.strip(b'b') is one",
    "x.rstrip(b'b') is one",
    "b'a'*1 is one",
    "u.strip('b') is c",
    'u[0:1] is c',
    "'b'.join(['a']) is c",
    "'xa'.lstrip('x') is c",
    "'a b'.split()[0] is c",
    "'a\\nb'.splitlines()[0] is c",
    "'a'.ljust(1) is c",
    "'b'.translate({98:97}) is c",
    "str(b'a','utf-8') is c",
    "repr(1)[0] is '1'",
    "'%d'%1 is '1'",
    "bin(0)[0] is '0'",
    "'1' is hex(1)[2]",
    'next(iter(u)) is c',
    'list(u)[0] is c',
    'u.encode().decode()[0] is c',
    "max(u) is 'b'",
    'sorted(u)[0] is c',
    'dict(a=1).popitem()[0] is c',
    "''.join(('a',)) is c",
    "s.join(['a']) is c",
    '(s+c) is c',
    '(c+s) is c',
    "c.partition('b')[0] is c",
    "u.partition('b')[0] is c",
    "u.rsplit('b')[0] is c",
    "'éè'[0] is 'é'",
):
    print(q, eval(q))
#---
import io, sys
for v in (b'ab', b'a', b'', 'ab', 'a', ''):
    print(v, [v * n == type(v)().join([v] * n) for n in (0, 1, 2, 3, 17, 1000)], len(v * 100000))
print(bytes(5), bytes(0), bytes(70000) == b'\0' * 70000, hash(bytes(3)) == hash(b'\0\0\0'))
class B(bytes): pass
for e in ("B(b'ab').split(b'x')", "B(b'ab').partition(b'x')", "B(b'ab').rpartition(b'x')", "B(b'ab').splitlines()", "B(b'ab').ljust(0)", "B(b'ab').translate(None)", "B(b'ab').zfill(0)", "B(b'ab') * 1", "bytearray(b'ab').split(b'x')", "bytearray(b'ab').partition(b'x')", "B(b'ab').split()", "b'ab'.split(b'x', 0)", "b'a b'.rsplit(None, 0)"):
    r = eval(e); print(e, r, type(r), [type(i) for i in r] if type(r) in (list, tuple) else '')
#---
import sys
print('a b c'.split(), 'a,b,,c'.split(','), 'aXbXc'.split('X', 1), ' a b '.split(None, 1), 'a\u1234b\u1234'.split('\u1234'), ''.split(), ''.split(','))
print([sys.getsizeof(made) for made in ('a b c'.split(), 'a,b'.split(','), 'a,b'.split(',', 1), 'a\nb'.splitlines())])
print('x'.join(['a', 'é', 'b']), ','.join(['é', 'ÿ']), '\u1234'.join('ab'), ''.join(['a', 'b']), '-'.join('abc'))
print('abcabc'.replace('b', 'x'), 'éa'.replace('é', 'a'), 'a'.replace('a', 'é'), 'aaa'.replace('a', '\u1234'), 'a\u1234'.replace('\u1234', 'b'))
print('hello wORLD'.title(), 'hELLO'.capitalize(), "it's a".title(), 'ŉ'.upper(), 'ß'.upper(), 'İ'.lower(), 'aBc1'.swapcase())
print('%d %5d %-5d| %05d %+d %s' % (-3, 4, 5, -6, 7, True), '%d' % 10 ** 30, '%.3d' % 5, '%s' % ('x' * 300), '%s%s' % ('é', '\u1234' * 3))
#---
for v in (0,5,-5,123456789,-10**20,10**25,True):
    for s in ('','d','5d','<8d','^9','=+8','08','+','x','#x','#X','X','010b','#b','o',',','_','12,','n','c' if 0<=v<1000 else 'd','e','.2f','%'):
        try: print(v,s,repr(format(v,s)),f'{v:{s}}')
        except Exception as e: print(v,s,type(e),e)
for v in (0.0,-0.0,1.5,-2.25,1e300,float('inf'),float('nan'),-float('inf')):
    for s in ('','.2f','10.3f','<10','^12.1e','=+12','012','08.1f',',.2f','%','.0f','#.0f','g','G','E','n','_','+.3',' '):
        try: print(v,s,repr(format(v,s)))
        except Exception as e: print(v,s,type(e),e)
