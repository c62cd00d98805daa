#--- every conversion of % and every format specification, over values of each kind
import itertools
vals=[0,1,-1,255,-255,10**20,-10**20,True,0.0,-0.0,1.5,-1.5,1e16,1e-5,123456789.123,1e300,float('inf'),float('-inf'),float('nan'),1j,-1.5-2.5j,complex(0,-0.0),'','a','h\xe9llo','\u1234\U00012345',b'ab',None,[1],(1,),{},object]
flags=['','-','+',' ','#','0','-0','+#','0+',' #','-#0']
widths=['','5','12']
precs=['','.0','.3','.10','.']
import hashlib
H={}
for v in vals:
    for conv in 'diouxXeEfFgGcrsa%':
        out=[]
        for f,w,p in itertools.product(flags,widths,precs):
            fmt='%'+f+w+p+conv
            try: r=fmt%((v,) if conv!='%' else ())
            except Exception as e: r=type(e).__name__+':'+str(e)
            out.append(r)
        print(repr(v),conv,hashlib.md5(repr(out).encode('utf8','surrogatepass')).hexdigest()[:8])
    for align,sign,alt,zero,w,comma,p,t in itertools.product(['','<','>','^','=','*<','x^'],['','+','-',' '],['','#'],['','0'],['','12'],['',',','_'],['','.0','.5'],['','b','c','d','e','E','f','F','g','G','n','o','s','x','X','%','z']) if not isinstance(v,(list,tuple,dict,bytes,type,type(None))) else [('','','','','','','','s'),('>','','','','5','','',''),('','','','','','','','')]:
        spec=align+sign+alt+zero+w+comma+p+t
        try: r=format(v,spec)
        except Exception as e: r=type(e).__name__+':'+str(e)
        h=H; k=(repr(v),t,align); h[k]=hashlib.md5((h.get(k,'')+repr(r)).encode('utf8','surrogatepass')).hexdigest()[:10]
for k in H: print(k,H[k])
#---
# number parsing, repr
S=['','0','-0','+0','1','01','00','0_0','1_000','1__0','_1','1_','0x10','0X1F','0b11','0o17','0b','0x','0x_1','0b2','0o8',' 1 ','\n1\t','\x1c1','1\0','\u0661\u0662','\u0660','\uff11','\u06f1.5','1.','.5','.','1.5','1e5','1E5','1e','1e+','1e-5','1_0.5','1._5','1_.5','1e1_0','1_e1','inf','-INF','+Infinity','infinit','nan','-nan','NaN','nan(1)','1e400','-1e400','1e-400','4.9e-324','2.4703282292062327e-324','2.4703282292062328e-324','1.7976931348623157e308','1.7976931348623159e308','9007199254740993','0.1','123456789012345678901234567890','1j','1+1j','1-1j','(1+2j)','( 1+2j )','1 + 2j','j','-j','+j','1e5j','1+j','1J','infj','nanj','inf+nanj','1+2','1j+1','((1))','()','0x1p4','0x1.8p1','a','0xg','1,000','--1','+-1','- 1','1 2','\u00bd','\u2167','\ud800','9'*5000,'1'*4301]
def show(f,*a):
    try: r=f(*a); return repr(r) if len(repr(r))<100 else 'long'
    except BaseException as e: return type(e).__name__+': '+str(e)[:150]
for s in S:
    print(ascii(s)[:40],'|',show(int,s),'|',show(float,s),'|',show(complex,s),'|',[show(int,s,b) for b in (0,2,8,10,16,36,1,37,-1)],'|',show(float.fromhex,s),'|',show(int,s.encode('utf8','surrogatepass')),show(float,s.encode('utf8','surrogatepass')), show(float,bytearray(s.encode('utf8','surrogatepass'))))
#---
import math,random,struct
random.seed(1)
for i in range(1000):
    x=struct.unpack('d',struct.pack('Q',random.getrandbits(64)))[0]
    print(repr(x),x.hex(),'%.17g'%x,'%.3e'%x,format(x,'.10g'),x.as_integer_ratio() if i%50==0 and math.isfinite(x) else '')
#---
import random,math
random.seed(2)
def show(f,*a):
    try: r=f(*a); return repr(r) if len(repr(r))<100 else 'long'
    except BaseException as e: return type(e).__name__+': '+str(e)[:150]
for i in range(500):
    n=random.getrandbits(random.choice([3,31,60,64,200,700]))*random.choice([1,-1])
    m=random.getrandbits(random.choice([3,31,60,64,200]))*random.choice([1,-1]) or 1
    print(n+m,n-m,n*m,divmod(n,m),n&m,n|m,n^m,n>>3,n<<7,~n,hash(n),show(float,n),bin(n)[:20],oct(n)[-9:],hex(n)[-9:],n.bit_length(),round(n,-2),show(lambda:n/m),pow(n,5,abs(m)),math.gcd(n,m),math.isqrt(abs(n)),n==float(n) if abs(n)<1<<1000 else '', n<m, n.to_bytes(120,'little',signed=True)[:9], int.from_bytes(n.to_bytes(120,'big',signed=True),'big',signed=True)==n)
#---
import math
def show(f,*a):
    try: r=f(*a); return repr(r) if len(repr(r))<100 else 'long'
    except BaseException as e: return type(e).__name__+': '+str(e)[:150]
for a in [0.0,-0.0,1.5,-1.5,2.5,1e300,float('inf'),float('-inf'),float('nan'),5e-324,3,-7,True]:
    for b in [0.0,-0.0,1.5,-2.0,0.5,1e300,float('inf'),float('-inf'),float('nan'),3,-2,7]:
        print(a,b,[show(f,a,b) for f in (lambda x,y:x+y,lambda x,y:x-y,lambda x,y:x*y,lambda x,y:x/y,lambda x,y:x//y,lambda x,y:x%y,divmod,pow,lambda x,y:(x<y,x<=y,x==y,x!=y),math.fmod,math.atan2,math.copysign,round,math.ldexp,complex)])
#---
def show(f,*a):
    try: r=f(*a); return repr(r) if len(repr(r))<100 else 'long'
    except BaseException as e: return type(e).__name__+': '+str(e)[:150]
for c in [0j,1+2j,-1-2j,complex(0.0,-0.0),complex('inf'),complex('nan'),complex(1,float('inf')),1e300+1e300j]:
    print(repr(c),show(abs,c),hash(c),c.conjugate(),[show(f,c,d) for d in (0,1.5,2j,-1+1j,0j,2,-1,0.5) for f in (lambda x,y:x+y,lambda x,y:x*y,lambda x,y:x/y,lambda x,y:y/x,pow,lambda x,y:y**x,lambda x,y:x==y)])
#---
# str methods over non-ASCII
chars=[chr(i) for i in list(range(0x250))+[0x130,0x131,0x1c4,0x1c5,0x1c6,0x1f88,0x1fbc,0x3a3,0x3c3,0x3c2,0xdf,0x1e9e,0xfb03,0x149,0x390,0x587,0x1e96,0x660,0x966,0xb2,0xbd,0x2160,0x2170,0x24d0,0x3000,0x2028,0x2029,0x85,0x1680,0x180e,0x200b,0xfeff,0xd800,0xdfff,0x10400,0x10428,0x1d400,0x1f600,0x10ffff,0x4e00,0x4e8c,0xac00,0x10a0,0x10d0,0x1c90,0x13a0,0xab70,0x2c2f,0x1e921,0xe000,0xfdd0,0xffff]]
M='upper lower title swapcase casefold capitalize isalpha isdigit isdecimal isnumeric isalnum isspace islower isupper istitle isidentifier isprintable isascii strip split splitlines __repr__'.split()
for c in chars:
    for s in (c,'a'+c,c+'a','A'+c+'b','a '+c+'b',c*3,'\u0399'+c+'\u03a3'):
        print(ascii(s),[ascii(getattr(s,m)()) for m in M],ascii(s),ascii(s.replace(c,'x')),s.find(c),s.rfind(c),s.count(c),hash(s)==hash(s[:]))
#---
words=['','a','\xe9','\u0394','\U0001f600','\ud83d\ude00','ab\xe9','\xe9\u0394a','a\U0001f600\u0394','aaa','\u0394'*5,'abc'*3]
def show(f):
    try: return ascii(f())
    except BaseException as e: return type(e).__name__+': '+str(e)
for a in words:
    for b in words:
        print(ascii(a),ascii(b),[show(f) for f in (lambda:a+b,lambda:a<b,lambda:a==b,lambda:a in b,lambda:a.find(b),lambda:a.rfind(b),lambda:a.index(b),lambda:a.count(b),lambda:a.split(b),lambda:a.rsplit(b,1),lambda:a.partition(b),lambda:a.rpartition(b),lambda:a.startswith(b),lambda:a.endswith(b),lambda:a.strip(b),lambda:a.replace(b,'z'),lambda:a.replace('a',b),lambda:b.join(a),lambda:a.join([b,b]),lambda:a.center(7,b),lambda:a.ljust(5,b),lambda:a.translate({ord(x):b for x in a}),lambda:str.maketrans(a,b),lambda:a.startswith((b,'a')),lambda:a.find(b,1),lambda:a.find(b,-2),lambda:a.rfind(b,0,-1),lambda:a.expandtabs(),lambda:a.zfill(6),lambda:a.encode('latin-1'),lambda:a.encode('utf-8'),lambda:a.encode('utf-16'),lambda:a.encode('ascii','xmlcharrefreplace'),lambda:a.encode('ascii','backslashreplace'),lambda:a.encode('ascii','namereplace'),lambda:a.encode('utf-8','surrogatepass'),lambda:a.encode('idna'),lambda:a.encode('punycode'),lambda:a.encode('unicode_escape'),lambda:a.encode('raw_unicode_escape'),lambda:a.encode('cp1252'),lambda:a.encode('utf-7'),lambda:a.encode('utf-32-be'))])
#---
import sys
words=['','a','\xe9','\u0394','\U0001f600','\ud83d\ude00','ab\xe9','\xe9\u0394a','a\U0001f600\u0394','aaa','\u0394'*5,'abc'*3]
for s in words+['x'*20]:
    for i in (None,0,1,-1,2,-2,5,-5,100,-100,sys.maxsize,-sys.maxsize-1,1<<70,-1<<70):
        for j in (None,0,1,-1,3,-3,100,sys.maxsize,1<<70):
            for k in (None,1,-1,2,-2,sys.maxsize,-sys.maxsize-1,1<<70,-1<<70):
                r=s[i:j:k]; r2=list(s)[i:j:k]; r3=tuple(s)[i:j:k]
                sys.stdout.write(ascii(r)+(' ' if ''.join(r2)==r==''.join(r3) else 'BAD'))
    print()
#---
def show(f):
    try: return ascii(f())
    except BaseException as e: return type(e).__name__+': '+str(e)
for enc in 'utf-8 utf-16 utf-16-le utf-16-be utf-32 utf-32-le utf-7 ascii latin-1 cp1252 unicode_escape raw_unicode_escape idna punycode utf-8-sig'.split():
    for b in (b'',b'a',b'\xff',b'\xc3\xa9',b'\xc3',b'\xed\xa0\x80',b'\xf0\x9f\x98\x80',b'\xf8\x88\x80\x80',b'\x00\xd8',b'\x00\xd8a\0',b'\x00\xdc',b'\xd8\x00\x00a',b'a\0b',b'\\x4',b'\\u12',b'\\N{DIGIT ONE}',b'\\N{x}',b'\\777',b'\\U00110000',b'+AGE-',b'+AG',b'+2AA-',b'+/-',b'a+b',b'\x00\x00\x11\x00',b'\x00\xd8\x00\x00',b'xn--a',b'xn--bcher-kva',b'-',b'a-',b'\xfe\xff\x00a',b'\xff\xfea\x00',b'\xef\xbb\xbfa'):
        print(enc,b,[show(lambda:b.decode(enc,e)) for e in ('strict','ignore','replace','backslashreplace','surrogateescape','surrogatepass','nope')])
    for u in ('','a','\xe9','\u20ac','\U0001f600','\ud800','\udc80','\udcff\udc80','a\ud800b','\udc61\udc80','x\udc80'):
        print(enc,ascii(u),[show(lambda:u.encode(enc,e)) for e in ('strict','ignore','replace','backslashreplace','surrogateescape','surrogatepass','xmlcharrefreplace','namereplace','nope')])
