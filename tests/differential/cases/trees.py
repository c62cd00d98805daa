#--- trees as objects
import ast
print(ast.dump(ast.parse('def f(a, /, b: int = 1, *c, d, **e) -> None: return f"{a!r:>{b}}"'), include_attributes=True))
print(ast.dump(compile('(int, *a, **b) -> int', 'f', 'func_type', ast.PyCF_ONLY_AST)))
print(ast.dump(ast.parse('x = 1 # type: int\ny # type: ignore[z]', type_comments=True)))
#---
import ast, copy, pickle
n = ast.Name('a', ast.Load(), lineno=1)
print(n.__reduce__()[1:2], vars(copy.deepcopy(n)).keys(), pickle.loads(pickle.dumps(n)).id)
print(ast.Name._fields, ast.Name._attributes, ast.Name.__bases__, ast.AST.__dict__['_fields'])
#---
import _ast; _ast.Name('a', 1, 2)
#---
import _ast; _ast.Expr(1, value=2)
#--- objects as trees
import ast
P = dict(lineno=1, col_offset=0)
def try_(node, mode='eval'):
    try: print(compile(node, 'f', mode).co_consts)
    except Exception as e: print(type(e).__name__, str(e).split(' object at')[0])
for body in [ast.Name(), ast.Name(**P), ast.Name('a', **P), ast.Name('a', ast.Store(), **P), ast.Name('a', 3, **P), ast.Name(3, ast.Load(), **P),
             ast.Name('None', ast.Load(), **P), ast.Name('a', ast.Load(), lineno='x', col_offset=0), ast.Name('a', ast.Load(), lineno=2**40, col_offset=0),
             ast.Constant((1, [2]), **P), ast.Constant((1, frozenset({2, (3,)}), -0.0, 2**64 - 1, -2**64), **P), ast.UnaryOp(ast.Not(), None, **P),
             ast.UnaryOp(None, ast.Constant(1, **P), **P), ast.expr(**P), None, 3, ast.Pass(), ast.Tuple([None], ast.Load(), **P)]:
    try_(ast.Expression(body))
for body in [[None], [ast.Pass()], (), [ast.Pass(**P)], [ast.Delete([], **P)], [ast.Expr(ast.Yield(**P), **P)], [ast.ImportFrom(None, [ast.alias('a')], -1, **P)]]:
    try_(ast.Module(body, []), 'exec')
try_(ast.Module([]), 'exec'); try_(ast.Pass(), 'exec'); try_(ast.Suite([]), 'exec')
