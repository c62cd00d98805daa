import greenlet, gc, sys, threading, weakref
from greenlet import greenlet as G, getcurrent
def f(x):
    y = main.switch(x + 1)
    try: main.switch(y * 2)
    except ValueError as e: return 'caught %s' % e
main = getcurrent(); g = G(f)
print(g.switch(1), g.switch(10), g.throw(ValueError('v')), g.dead, bool(g))
def deep(n): return n if n == 0 else 1 + deep(n - 1)
def gen():
    for i in range(3): yield getcurrent().parent.switch(i)
gs = [G(lambda: list(gen())) for _ in range(3)]
print([[g.switch() for g in gs] for _ in range(3)], [g.switch('v') for g in gs])
print(G(deep).switch(500))
def fail(): 1 / 0
try: G(fail).switch()
except ZeroDivisionError as e: print('error', e, e.__traceback__.tb_next.tb_frame.f_code.co_name)
class Sub(G):
    def run(self, *a): return a
print(Sub().switch(1, 2), G(lambda **k: k).switch(a=1))
def never(): 
    try: main.switch()
    finally: print('finally')
g = G(never); g.switch(); w = weakref.ref(g); del g; gc.collect(); print(w())
def tr(event, args): events.append(event)
events = []; old = greenlet.settrace(tr); G(lambda: main.switch()).switch(); greenlet.settrace(old); print(events)
def inthread(out): out.append(G(lambda: getcurrent().parent is not main).switch())
out = []; t = threading.Thread(target=inthread, args=(out,)); t.start(); t.join(); print(out)
stacks = []
def show(): main.switch(sys._getframe().f_back is None)
g = G(show); print(g.switch(), g.gr_frame.f_code.co_name); g.switch(); print(g.gr_frame)
try: g.switch(); G(5).switch()
except TypeError as e: print(e)
import contextvars; v = contextvars.ContextVar('v', default=0)
def ctx(): v.set(v.get() + 1); main.switch(v.get()); return v.get()
a, b = G(ctx), G(ctx); print(a.switch(), b.switch(), a.switch(), b.switch(), v.get())
