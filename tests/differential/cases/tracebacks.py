#--- the text of tracebacks, chained and broken exceptions, and the compiler's warnings
import sys,traceback,warnings,linecache
def show(f):
    try: f()
    except BaseException:
        sys.excepthook(*sys.exc_info()); traceback.print_exc(file=sys.stdout)
def a(): 1/0
def b():
    try: a()
    except Exception as e: raise KeyError('x') from e
def c():
    try: b()
    except Exception: raise ValueError('multi\nline')
def d():
    try: c()
    except Exception: raise TypeError from None
def e():
    try: raise ValueError
    finally: raise KeyError(1)
def r(n): 
    if n: r(n-1)
    else: 1/0
class E(Exception):
    def __str__(self): raise ValueError
class F(Exception):
    __module__=None
class G(Exception):
    def __str__(self): return 1
class H(Exception):
    __module__='builtins'
class U(Exception):
    def __str__(self): return '\ud800 \xe9'
def cyc():
    x=ValueError(1); y=KeyError(2); x.__cause__=y; y.__cause__=x; raise x
def se(): compile('a b','f','exec')
def se2(): compile('if 1:\n  x\n y','f','exec')
def se3(): raise SyntaxError('m',('f',1,3,'abc\n'))
def se4(): raise SyntaxError('m',('f',1,30,'  abc'))
def se5(): raise SyntaxError('m',('f',None,None,None))
def se6(): raise SyntaxError('m',(None,1,0,''))
def se7(): raise SyntaxError('m',('f','x',1,'abc'))
def se8():
    e=SyntaxError('m'); e.lineno=1; e.text='x y'; raise e
def se9(): raise SyntaxError(None)
def ex(): exec('def f():\n  raise OSError(2,"no","file")\nf()',{})
def sx(): raise SystemExit
def nm():
    class X(Exception): pass
    raise X('a')
def big(): raise ValueError('x'*2000)
def st():
    class S(str): pass
    raise KeyError(S('a'))
for f in (a,b,c,d,e,lambda:r(2),lambda:r(10),lambda:(_ for _ in ()).throw(E),cyc,se,se2,se3,se4,se5,se6,se7,se8,se9,ex,nm,big,st): show(f)
for X in (E,F,G,H,U):
    def k(): raise X('a')
    show(k)
old = warnings.showwarning
warnings.showwarning=lambda m,c,f,l,file=None,line=None: print(warnings.formatwarning(m,c,'F',l,line))
warnings.simplefilter('always')
for s in ['x is 1','x is ()','"a"()','[1]("a")','[1][1,2]','1[0]','1()','assert (1,2)','x is not "a"','"\\d"','b"\\d"','lambda:0 is 1','{}()','()[1.5]','(1)[None]','f"\\d"','def f():\n global y','{1}[0]','[1]{}','print ("a") % 1','...()','None[0]','"a"["b"]','(1,2)["a"]','{1:2}[0]','{1:2}(0)','(x for x in y)()','(yield)','1.0[0]','1j()','x == (1 is 1)']:
    try: compile(s,'F','exec')
    except SyntaxError as e: print(s,'SE',e)
warnings.showwarning = old
warnings.resetwarnings()
def f():
    print(traceback.format_stack()[-1], traceback.extract_stack()[-1].line)
f()
try: c()
except Exception as e:
    t=traceback.TracebackException.from_exception(e,capture_locals=True); print(''.join(t.format()))
    print(repr(e.__context__),repr(e.__context__.__cause__)); tb=e.__traceback__
    while tb: print(tb.tb_lineno,tb.tb_lasti,tb.tb_frame.f_code.co_name,tb.tb_frame.f_lineno); tb=tb.tb_next
import io
for et in (ValueError,KeyError,OSError,E,type('Q',(Exception,),{'__module__':'m'})):
    print(traceback.format_exception_only(et,et('a') if et is not E else E()))
#--- a tracer and a profiler that take themselves and each other away
import sys
class Hook:
    def __init__(self, act): self.act = act
    def __call__(self, frame, event, arg):
        if frame.f_code.co_name == 'f':
            seen.append((self.act.__name__, event))
            self.act(frame, event)
        return self
    def __del__(self): seen.append('gone')
def drops_profiler(frame, event):
    if event == 'return': sys.setprofile(None)
def drops_tracer(frame, event):
    if event == 'call': sys.settrace(None)
def drops_itself(frame, event):
    frame.f_trace_opcodes = True
    if event == 'line': frame.f_trace = None; sys.settrace(None)
def replaces(frame, event):
    if event in ('c_call', 'return'): sys.setprofile(Hook(watches))
def watches(frame, event): pass
def f():
    x = len('abc')
    return [x]
for tracer in (None, drops_profiler, drops_itself, watches):
    for profiler in (None, drops_tracer, replaces, watches):
        seen = []
        sys.setprofile(profiler and Hook(profiler)); sys.settrace(tracer and Hook(tracer))
        f()
        sys.settrace(None); sys.setprofile(None)
        print(tracer and tracer.__name__, profiler and profiler.__name__, seen)
