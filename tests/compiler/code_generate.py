"""Programs made at random from Python 3.8's grammar: seeded, syntactically valid nearly always.

They favour what a compiler can get wrong: nested try and loops with ways out, closures and class scopes, constants to fold,
comprehensions with named expressions, deep lists of operands, unusual positions of line breaks.
"""
import random

NAMES = ['a', 'b', 'c', 'x', 'y', 'self', '__p', '__class__', 'super', '_', 'T', '__debug__',
         '__q__', 'printf', 'None_', 'é']
CONSTANTS = ['0', '1', '2', '3', '-1', '255', '256', '0.0', '-0.0', '1.5', '1e308', '1e400', '2j',
             '0j', '-0j', "''", "'a'", "'abc'", "b''", "b'xyz'", 'None', 'True', 'False', '...', '()',
             '(1, 2)', "('a', 1, (2.0, None))", '10**9', '2**63', '1 << 70', "'\\ud800'",
             "'a' 'b'", '1_000', '0xff', '[]', '{}', '10 ** 40', "'x' * 5000", '(0,) * 300', '7 // -2',
             '7 % -2', '-7.5 // 2', '2 ** -1', '1 / 3', '1 / 0', "'abc'[1]", "'abc'[5]", '(1, 2)[-1]',
             '~5', 'not 1', '1 if 2 else 3', '0 or 5', '1 and 2', '(-8) ** 0.5', '2 ** 0.5', '1j ** 2',
             '(1 + 2j) * 3', '3.0 % 0', '5 & 3 | 8 ^ 2', '1 >> 200', '-1 >> 3', '"a" + "b"', '(1,) + (2,)']
BINARY = ['+', '-', '*', '/', '//', '%', '@', '**', '<<', '>>', '&', '|', '^']
COMPARE = ['<', '<=', '==', '!=', '>', '>=', 'in', 'not in', 'is', 'is not']


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.lines = []
        self.budget = 40
        self.functions = []
        self.loops = 0
        self.future = False

    def pick(self, items):
        return self.rng.choice(items)

    def chance(self, p):
        return self.rng.random() < p

    def name(self):
        return self.pick(NAMES[:6]) if self.chance(0.85) else self.pick(NAMES)

    def many(self, f, low=0, high=3):
        return [f() for _ in range(self.rng.randint(low, high))]

    # --- expressions ---

    def expr(self, depth=3):
        if depth <= 0 or self.chance(0.15):
            return self.name() if self.chance(0.55) else self.pick(CONSTANTS)
        form = self.pick(self.FORMS)
        text = form(self, depth - 1)
        if self.chance(0.06):
            text = '(\n%s)' % text
        return text

    def binary(self, d):
        n = self.rng.randint(2, 4)
        parts = [self.atom(d)]
        for _ in range(n - 1):
            parts += [self.pick(BINARY), self.atom(d)]
        return ' '.join(parts)

    def atom(self, d):
        return '(%s)' % self.expr(d)

    def unary(self, d):
        return self.pick(['-', '+', '~', 'not ']) + self.atom(d)

    def boolean(self, d):
        op = self.pick([' and ', ' or '])
        return '(' + op.join(self.atom(d) for _ in range(self.rng.randint(2, 4))) + ')'

    def compare(self, d):
        parts = [self.atom(d)]
        for _ in range(self.rng.choice([1, 1, 1, 2, 3])):
            parts += [self.pick(COMPARE), self.atom(d)]
        return '(' + ' '.join(parts) + ')'

    def ifexp(self, d):
        return '(%s if %s else %s)' % (self.expr(d), self.expr(d), self.expr(d))

    def star(self, d):
        return ('*' if self.chance(0.15) else '') + self.atom(d)

    def display(self, d):
        left, right = self.pick(['[]', '()', '{}'])
        items = [self.star(d) for _ in range(self.rng.randint(1, 4))]
        if left == '(':
            return '(%s,)' % ', '.join(items)
        return left + ', '.join(items) + right

    def constants(self, d):
        left, right = self.pick(['[]', '()', '{}'])
        items = [self.pick(CONSTANTS) for _ in range(self.rng.randint(1, 5))]
        return left + ', '.join(items) + (',' if left == '(' else '') + right

    def dict(self, d):
        items = []
        for _ in range(self.rng.randint(0, 4)):
            if self.chance(0.15):
                items.append('**' + self.atom(d))
            else:
                key = self.pick(CONSTANTS) if self.chance(0.6) else self.expr(d)
                items.append('%s: %s' % (key, self.expr(d)))
        return '{%s}' % ', '.join(items)

    def call(self, d):
        args = [self.star(d) for _ in range(self.rng.randint(0, 3))]
        for i in range(self.rng.choice([0, 0, 0, 1, 2])):
            if self.chance(0.25):
                args.append('**' + self.atom(d))
            else:
                args.append('k%d=%s' % (i, self.expr(d)))
        if self.chance(0.1):
            args = ['%s for %s in %s' % (self.expr(d), self.target(1), self.atom(d))]
        return '%s(%s)' % (self.primary(d), ', '.join(args))

    def primary(self, d):
        return self.name() if self.chance(0.6) else self.atom(d)

    def attribute(self, d):
        return '%s.%s' % (self.primary(d), self.pick(['a', '__p', 'append', 'x', '__q__']))

    def method(self, d):
        args = ', '.join(self.expr(d) for _ in range(self.rng.randint(0, 2)))
        return '%s.%s(%s)' % (self.primary(d), self.pick(['a', '__p', 'append']), args)

    def slice(self, d):
        kind = self.rng.random()
        if kind < 0.6:
            return self.expr(d)
        part = lambda: self.expr(d) if self.chance(0.5) else ''
        return part() + ':' + part() + (':' + part() if self.chance(0.3) else '')

    def subscript(self, d):
        parts = [self.slice(d) for _ in range(self.rng.choice([1, 1, 1, 2, 3]))]
        return '%s[%s]' % (self.primary(d), ', '.join(parts))

    def comprehension(self, d):
        d = min(d, 1)
        is_async = 'async ' if self.functions and self.functions[-1] == 'async' and self.chance(0.3) else ''
        clauses = []
        for _ in range(self.rng.choice([1, 1, 2])):
            clauses.append('%sfor %s in %s' % (is_async, self.target(1), self.atom(d)))
            while self.chance(0.3):
                clauses.append('if ' + self.atom(d))
        text = ' '.join(clauses)
        kind = self.pick(['[]', '()', '{}', 'd'])
        element = self.expr(d)
        if self.chance(0.12):
            element = '(%s := %s)' % (self.pick(['w', 'v', 'a']), element)
        if kind == 'd':
            return '{%s: %s %s}' % (element, self.expr(d), text)
        return kind[0] + element + ' ' + text + kind[1]

    def lambda_(self, d):
        return '(lambda %s: %s)' % (self.parameters(d, False), self.expr(d))

    def named(self, d):
        return '(%s := %s)' % (self.name() if self.chance(0.2) else 'n', self.expr(d))

    def f_string(self, d):
        parts = []
        for _ in range(self.rng.randint(0, 3)):
            if self.chance(0.4):
                parts.append(self.pick(['text', '{{', '}}', '\\n', ' ']))
            else:
                inner = self.pick(['a', 'b.c', 'x + 1', 'y[0]', '(lambda: 1)', '[1, 2]'])
                parts.append('{%s%s%s%s}' % (inner, self.pick(['', '', '=']),
                                             self.pick(['', '!r', '!s', '!a']),
                                             self.pick(['', ':>10', ':{a}', ':{x}.{y}'])))
        return "f'%s'" % ''.join(parts)

    def yield_(self, d):
        if not self.functions:
            return self.expr(d)
        form = self.pick(['(yield)', '(yield %s)', '(yield from %s)', '(await %s)'])
        if self.functions[-1] == 'async' and 'from' in form and self.chance(0.9):
            form = '(await %s)'
        if self.functions[-1] != 'async' and 'await' in form and self.chance(0.9):
            form = '(yield %s)'
        return form % self.expr(d) if '%' in form else form

    FORMS = [binary, binary, unary, boolean, boolean, compare, compare, ifexp, display, constants, dict,
             call, call, attribute, method, subscript, comprehension, lambda_, named, f_string, yield_]

    def parameters(self, d, annotated):
        names = ['a', 'b', 'c', 'x', 'y', 'self', '__p']
        if self.chance(0.98):
            self.rng.shuffle(names)
        else:
            names = ['a', 'a', 'b', 'b', 'c', 'c', 'd']
        out, defaults = [], False

        def one(default):
            text = names.pop()
            if annotated and self.chance(0.3):
                text += ': ' + self.atom(1)
            if default:
                text += '=' + self.expr(min(d, 1))
            return text
        for i in range(self.rng.choice([0, 0, 0, 1, 2])):
            defaults = defaults or self.chance(0.2)
            out.append(one(defaults))
        if out and self.chance(0.4):
            out.append('/')
        for i in range(self.rng.choice([0, 1, 2])):
            defaults = defaults or self.chance(0.3)
            out.append(one(defaults))
        star = self.chance(0.25)
        if star:
            out.append('*' + one(False))
        if self.chance(0.25):
            if not star:
                out.append('*')
            out.append(one(self.chance(0.5)))
        if self.chance(0.15):
            out.append('**' + one(False))
        return ', '.join(out)

    def target(self, depth=2):
        kind = self.rng.random()
        if depth <= 0 or kind < 0.6:
            return self.name()
        if kind < 0.7:
            return self.attribute(1)
        if kind < 0.8:
            return self.subscript(1)
        items = [self.target(depth - 1) for _ in range(self.rng.randint(1, 3))]
        if self.chance(0.3):
            at = self.rng.randrange(len(items))
            items[at] = '*' + items[at]
        return '(%s,)' % ', '.join(items) if self.chance(0.7) else '[%s]' % ', '.join(items)

    # --- statements ---

    def emit(self, indent, text):
        self.lines.append('    ' * indent + text)

    def body(self, indent, depth):
        for _ in range(self.rng.randint(1, 3)):
            self.stmt(indent, depth)

    def stmt(self, indent, depth):
        self.budget -= 1
        if self.budget < 0 or depth <= 0 or self.chance(0.45):
            return self.simple(indent)
        self.pick(self.COMPOUND)(self, indent, depth - 1)
        if self.chance(0.1):
            self.lines.append('')

    def simple(self, indent):
        kind = self.rng.random()
        if kind < 0.25:
            text = '%s = %s' % (' = '.join(self.target() for _ in range(self.rng.choice([1, 1, 2]))), self.expr())
        elif kind < 0.35:
            text = '%s %s= %s' % (self.pick([self.name(), self.attribute(1), self.subscript(1)]),
                                  self.pick(BINARY), self.expr(2))
        elif kind < 0.5:
            text = self.expr()
        elif kind < 0.56:
            text = 'return ' + self.pick(['', self.expr(2), self.pick(CONSTANTS)]) if self.functions else 'pass'
        elif kind < 0.64:
            text = self.pick(['break', 'continue']) if self.loops or self.chance(0.1) else 'pass'
        elif kind < 0.68:
            text = self.pick(['raise', 'raise ' + self.expr(1), 'raise %s from %s' % (self.expr(1), self.expr(1))])
        elif kind < 0.72:
            text = 'assert ' + self.expr(2) + (', ' + self.expr(1) if self.chance(0.5) else '')
        elif kind < 0.75:
            text = 'del ' + self.pick([self.name(), self.attribute(1), self.subscript(1), '(a, [b, c.d])'])
        elif kind < 0.80:
            text = self.pick(['import a', 'import a.b.c', 'import a.b.c as x', 'from . import x', 'from ..a import b as c, x',
                              'from a import (b, c,)', 'import a as b, c', 'from __future__ import division'
                              if self.chance(0.1) else 'from a import *' if not self.functions else 'import x'])
        elif kind < 0.85:
            text = '%s: %s' % (self.pick(['a', 'x', 'x.y', 'x[0]', '(a)', '__p']), self.expr(2))
            if self.chance(0.5):
                text += ' = ' + self.expr(2)
        elif kind < 0.88:
            text = self.pick(['global ', 'nonlocal ']) + self.name() if self.chance(0.5) else 'pass'
        elif kind < 0.93:
            text = self.pick(["'a string'", '1', 'None', '...', "b'x'", "'a' 'b'", '"x" + "y"'])
        else:
            text = 'pass'
        if self.chance(0.05):
            text += '; ' + self.name()
        self.emit(indent, text)

    def if_(self, indent, depth):
        self.emit(indent, 'if %s:' % self.pick([self.expr(), self.expr(), self.pick(CONSTANTS)]))
        self.body(indent + 1, depth)
        while self.chance(0.3):
            self.emit(indent, 'elif %s:' % self.expr(2))
            self.body(indent + 1, depth)
        if self.chance(0.4):
            self.emit(indent, 'else:')
            self.body(indent + 1, depth)

    def loop_else(self, indent, depth):
        if self.chance(0.3):
            self.emit(indent, 'else:')
            self.body(indent + 1, depth)

    def while_(self, indent, depth):
        self.emit(indent, 'while %s:' % self.pick([self.expr(2), '1', '0', 'True', self.pick(CONSTANTS)]))
        self.loops += 1
        self.body(indent + 1, depth)
        self.loops -= 1
        self.loop_else(indent, depth)

    def for_(self, indent, depth):
        prefix = 'async ' if self.functions and self.functions[-1] == 'async' and self.chance(0.5) else ''
        self.emit(indent, '%sfor %s in %s:' % (prefix, self.target(), self.expr(2)))
        self.loops += 1
        self.body(indent + 1, depth)
        self.loops -= 1
        self.loop_else(indent, depth)

    def try_(self, indent, depth):
        self.emit(indent, 'try:')
        self.body(indent + 1, depth)
        handlers = self.rng.choice([0, 1, 1, 2])
        for i in range(handlers):
            last = i == handlers - 1
            self.emit(indent, self.pick(['except:' if last or self.chance(0.05) else 'except a:', 'except %s:' % self.expr(1),
                                         'except %s as %s:' % (self.expr(1), self.name())]))
            self.body(indent + 1, depth)
        if handlers and self.chance(0.3):
            self.emit(indent, 'else:')
            self.body(indent + 1, depth)
        if not handlers or self.chance(0.4):
            self.emit(indent, 'finally:')
            self.body(indent + 1, depth)

    def with_(self, indent, depth):
        prefix = 'async ' if self.functions and self.functions[-1] == 'async' and self.chance(0.5) else ''
        items = []
        for _ in range(self.rng.choice([1, 1, 2])):
            items.append(self.atom(2) + (' as ' + self.target() if self.chance(0.5) else ''))
        self.emit(indent, '%swith %s:' % (prefix, ', '.join(items)))
        self.body(indent + 1, depth)

    def decorators(self, indent):
        while self.chance(0.15):
            self.emit(indent, '@' + self.pick(['a', 'a.b', 'a(1, 2)', 'x.y(z)']))

    def def_(self, indent, depth):
        self.decorators(indent)
        kind = 'async' if self.chance(0.25) else 'def'
        returns = ' -> ' + self.expr(1) if self.chance(0.15) else ''
        self.emit(indent, '%sdef %s(%s)%s:' % ('async ' if kind == 'async' else '', self.name(),
                                               self.parameters(2, True), returns))
        loops, self.loops = self.loops, 0
        self.functions.append(kind)
        if self.chance(0.2):
            self.emit(indent + 1, '"""doc\n string"""' if self.chance(0.3) else "'doc'")
        self.body(indent + 1, depth)
        self.functions.pop()
        self.loops = loops

    def class_(self, indent, depth):
        self.decorators(indent)
        bases = self.pick(['', '()', '(a)', '(a, *b)', '(a, metaclass=b)', '(**x)'])
        self.emit(indent, 'class %s%s:' % (self.pick(['A', '_B', '__C', '__', 'D_']), bases))
        loops, self.loops = self.loops, 0
        functions, self.functions = self.functions, []
        if self.chance(0.2):
            self.emit(indent + 1, "'doc'")
        self.body(indent + 1, depth)
        self.functions = functions
        self.loops = loops

    COMPOUND = [if_, if_, while_, for_, for_, try_, try_, try_, with_, def_, def_, def_, class_]

    def program(self):
        if self.chance(0.1):
            self.emit(0, "'module doc'")
        if self.chance(0.08):
            self.emit(0, 'from __future__ import ' + self.pick(['annotations', 'division', 'generator_stop']))
        depth = self.rng.choice([2, 3, 4, 5])
        if self.chance(0.5):
            self.def_(0, depth)
        for _ in range(self.rng.randint(1, 6)):
            self.stmt(0, depth)
        return '\n'.join(self.lines) + '\n'


def program(seed):
    return Generator(random.Random(seed)).program()


def mutate(source, rng):
    """The source with one token deleted, doubled or swapped with another."""
    import io
    import tokenize
    try:
        tokens = [t for t in tokenize.generate_tokens(io.StringIO(source).readline)
                  if t.string.strip() and t.start[0] == t.end[0]]
    except (tokenize.TokenError, SyntaxError):
        tokens = []
    if len(tokens) < 2:
        return source
    lines = source.splitlines(True)

    def replace(token, text):
        row, line = token.start[0] - 1, lines[token.start[0] - 1]
        lines[row] = line[:token.start[1]] + text + line[token.end[1]:]
    first, second = sorted(rng.sample(tokens, 2), key=lambda t: t.start)
    how = rng.randrange(3)
    if how == 0:
        replace(first, '')
    elif how == 1:
        replace(first, first.string + ' ' + first.string)
    else:
        replace(second, first.string)
        replace(first, second.string)
    return ''.join(lines)


if __name__ == '__main__':
    import sys
    print(program(int(sys.argv[1]) if len(sys.argv) > 1 else 0))
