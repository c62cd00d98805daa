#!/usr/bin/env python3
"""Writes programs that nobody would: random sentences of Python 3.8's grammar, laid out at random.

    generate.py SEED [COUNT]       print them, separated by lines of %%

Most of them compile; those that do not are refused for what they mean. As a module, `program(random.Random(seed))`.
"""
import random
import sys

NAMES = ["a", "b", "c", "x", "yy", "self", "_p", "__q", "é", "print", "None_", "Ellipsis", "__class__"]
NUMBERS = ["0", "1", "2", "7", "10", "255", "256", "65536", "0x1f", "0o17", "0b11", "1_000", "1.5", ".5", "1e10", "1e-7",
           "0.0", "3j", "1.5j", "123456789012345678901234567890", "00"]
STRINGS = ["''", "'a'", "\"b c\"", "'it\\'s'", "'''t\nt'''", "r'\\d'", "b'x'", "rb'\\x'", "u'u'", "'\\n\\x41\\u00e9\\N{DIGIT ONE}'",
           "'é'", "'''é\n'''", "b'\\xff\\0'", "'%s'", "'__doc__'"]
BINARY = ["+", "-", "*", "/", "//", "%", "**", "@", "<<", ">>", "&", "|", "^"]
COMPARE = ["<", ">", "==", "!=", "<=", ">=", "in", "not in", "is", "is not"]


class Generator:
    def __init__(self, rng):
        self.rng = rng
        self.functions = []
        self.loops = 0

    def pick(self, *choices):
        return self.rng.choice(choices)

    def chance(self, p):
        return self.rng.random() < p

    def many(self, f, low, high, separator=", "):
        return separator.join(f() for _ in range(self.rng.randint(low, high)))

    def name(self):
        return self.rng.choice(NAMES)

    def space(self):
        return self.pick("", "", " ", "  ")

    def inside(self):
        """White space between brackets."""
        return self.pick("", "", "", " ", "\n", "\n   ", " # c\n ", "\\\n")

    def atom(self, d):
        kind = self.rng.randrange(16)
        if d <= 0 or kind < 5:
            return self.name()
        if kind < 8:
            return self.rng.choice(NUMBERS)
        if kind < 10:
            return self.string(d)
        if kind == 10:
            return self.pick("None", "True", "False", "...", "__debug__")
        if kind == 11:
            return "(" + self.inside() + self.many(lambda: self.element(d), 0, 4, "," + self.inside()) + self.inside() + ")"
        if kind == 12:
            return "[" + self.inside() + self.many(lambda: self.element(d), 0, 4, "," + self.inside()) + self.inside() + "]"
        if kind == 13:
            return self.braces(d)
        if kind == 14:
            return self.comprehension(d)
        return "(" + self.inside() + self.expression(d - 1) + self.inside() + ")"

    def element(self, d):
        if self.chance(0.1):
            return "*" + self.tight(d - 1)
        if self.chance(0.05):
            return "%s := %s" % (self.name(), self.expression(d - 1))
        return self.expression(d - 1)

    def string(self, d):
        parts = [self.rng.choice(STRINGS)]
        if self.chance(0.3):
            parts = [self.fstring(d)]
        elif self.chance(0.15):
            parts.append(self.rng.choice(STRINGS) if parts[0][0] not in "br" else parts[0])
            parts = [p for p in parts if ("b" in p[:2] and p[0] != '"') == ("b" in parts[0][:2] and parts[0][0] != '"')]
        return " ".join(parts)

    def fstring(self, d):
        out = []
        for _ in range(self.rng.randint(0, 3)):
            out.append(self.pick("t", " ", "{{", "}}", "é", ""))
            e = self.name() if d <= 1 or self.chance(0.6) else self.pick(
                "%s + %s" % (self.name(), self.rng.choice(NUMBERS)), "%s(%s)" % (self.name(), self.name()),
                "%s[%s]" % (self.name(), self.name()), " %s " % self.name(), "(lambda: %s)" % self.name())
            e += self.pick("", "", "", "=", " = ") + self.pick("", "", "!r", "!s", "!a")
            out.append("{%s%s}" % (e, self.pick("", "", ":>10", ":{%s}" % self.name(), ":x{%s}y{%s!r}" % (self.name(), self.name()))))
        body = "".join(out)
        return self.pick("f", "F", "rf", "fR") + self.pick('"%s"', "'%s'", '"""%s\n"""') % body

    def braces(self, d):
        if self.chance(0.5):
            items = self.many(lambda: "**" + self.tight(d - 1) if self.chance(0.15) else
                              "%s:%s%s" % (self.expression(d - 1), self.space(), self.expression(d - 1)), 0, 4)
            return "{" + self.inside() + items + self.inside() + "}"
        items = self.many(lambda: "*" + self.tight(d - 1) if self.chance(0.1) else self.expression(d - 1), 1, 4)
        return "{" + items + "}"

    def clauses(self, d):
        out = []
        for _ in range(self.rng.randint(1, 2)):
            out.append("%sfor %s in %s" % ("async " if self.functions[-1:] == ["async"] and self.chance(0.2) else "",
                                           self.target(1), self.or_test(d - 1)))
            while self.chance(0.3):
                out.append("if " + self.or_test(d - 1))
        return " ".join(out)

    def comprehension(self, d):
        kind = self.rng.randrange(4)
        if kind == 0:
            return "[%s %s]" % (self.expression(d - 1), self.clauses(d))
        if kind == 1:
            return "(%s %s)" % (self.expression(d - 1), self.clauses(d))
        if kind == 2:
            return "{%s %s}" % (self.expression(d - 1), self.clauses(d))
        return "{%s: %s %s}" % (self.expression(d - 1), self.expression(d - 1), self.clauses(d))

    def arguments(self, d):
        if self.chance(0.08):
            return "%s %s" % (self.expression(d - 1), self.clauses(d))
        out = [self.expression(d - 1) for _ in range(self.rng.randint(0, 3))]
        if self.chance(0.2):
            out.append("*" + self.expression(d - 1))
        for name in self.rng.sample(["k", "l", "m"], self.rng.randint(0, 2)):
            out.append("%s=%s" % (name, self.expression(d - 1)))
        if self.chance(0.15):
            out.append("**" + self.expression(d - 1))
        return ("," + self.inside()).join(out) + ("," if out and self.chance(0.1) else "")

    def trailers(self, d):
        e = self.atom(d)
        if e[-1:].isdigit():
            e = "(%s)" % e
        while self.chance(0.35):
            kind = self.rng.randrange(3)
            if kind == 0:
                e += self.space() + "." + self.name()
            elif kind == 1:
                e += "(%s%s)" % (self.inside(), self.arguments(d - 1) if d > 0 else "")
            else:
                e += "[%s]" % self.subscript(d - 1)
        return e

    def subscript(self, d):
        def one():
            if self.chance(0.7):
                return self.expression(d)
            part = lambda: self.expression(d) if self.chance(0.5) else ""
            return part() + ":" + part() + (":" + part() if self.chance(0.4) else "")
        return self.many(one, 1, self.pick(1, 1, 3)) + ("," if self.chance(0.05) else "")

    def tight(self, d):
        """What binds more strongly than comparisons."""
        if d <= 0 or self.chance(0.4):
            return self.trailers(d)
        if self.chance(0.2):
            return self.pick("-", "+", "~") + self.space() + self.tight(d - 1)
        if self.functions[-1:] == ["async"] and self.chance(0.1):
            return "await " + self.trailers(d - 1)
        op = self.space() + self.rng.choice(BINARY) + self.space()
        return self.tight(d - 1) + op + self.tight(d - 1)

    def comparison(self, d):
        e = self.tight(d)
        while self.chance(0.2):
            e += " %s %s" % (self.rng.choice(COMPARE), self.tight(d - 1))
        return ("not " if self.chance(0.08) else "") + e

    def or_test(self, d):
        e = self.comparison(d)
        while self.chance(0.15):
            e += self.pick(" and ", " or ") + self.comparison(d - 1)
        return e

    def expression(self, d):
        if d > 0 and self.chance(0.06):
            return "lambda %s: %s" % (self.parameters(d - 1, False), self.expression(d - 1))
        e = self.or_test(d)
        if d > 0 and self.chance(0.07):
            e += " if %s else %s" % (self.or_test(d - 1), self.expression(d - 1))
        return e

    def parameters(self, d, typed):
        note = lambda: ": " + self.expression(d) if typed and self.chance(0.3) else ""
        names = self.rng.sample(["a", "b", "c", "d", "e", "f", "g", "h"], 8)
        out = []
        default = False
        for _ in range(self.rng.randint(0, 3)):
            default = default or self.chance(0.3)
            out.append(names.pop() + note() + ("=" + self.expression(d) if default else ""))
            if "/" not in out and self.chance(0.15):
                out.append("/")
        star = self.chance(0.3)
        if star:
            bare = self.chance(0.4)
            out.append("*" if bare else "*" + names.pop() + note())
            for _ in range(self.rng.randint(1 if bare else 0, 2)):
                out.append(names.pop() + note() + ("=" + self.expression(d) if self.chance(0.5) else ""))
        if self.chance(0.2):
            out.append("**" + names.pop() + note())
        return ", ".join(out)

    def target(self, d):
        kind = self.rng.randrange(8)
        if d <= 0 or kind < 4:
            return self.name()
        if kind == 4:
            return "%s.%s" % (self.name(), self.name())
        if kind == 5:
            return "%s[%s]" % (self.name(), self.subscript(1))
        inner = [self.target(d - 1) for _ in range(self.rng.randint(1, 3))]
        if self.chance(0.3):
            inner[-1] = "*" + inner[-1]
        return self.pick("(%s,)", "[%s]") % ", ".join(inner)

    def simple(self, d):
        e = self.expression
        kind = self.rng.randrange(22)
        if kind < 5:
            return "%s = %s" % (" = ".join(self.target(2) for _ in range(self.rng.randint(1, 2))), self.value(d))
        if kind < 8:
            return self.value(d)
        if kind == 8:
            return "%s %s= %s" % (self.pick(self.name(), self.name() + ".x", self.name() + "[0]"), self.rng.choice(BINARY), e(d))
        if kind == 9:
            return "%s: %s%s" % (self.pick(self.name(), "(%s)" % self.name(), self.name() + ".x"), e(1),
                                 " = " + e(d) if self.chance(0.5) else "")
        if kind == 10:
            return "del " + self.many(lambda: self.pick(self.name(), self.name() + ".x", self.name() + "[1:2]",
                                                        "(%s, %s)" % (self.name(), self.name())), 1, 2)
        if kind == 11:
            return "assert " + e(d) + (", " + e(1) if self.chance(0.5) else "")
        if kind == 12:
            return "raise" + (" " + e(1) + (" from " + e(1) if self.chance(0.4) else "") if self.chance(0.8) else "")
        if kind == 13:
            return "import " + self.many(lambda: self.pick("os", "os.path", "a.b.c") + (" as " + self.name() if self.chance(0.4) else ""), 1, 2)
        if kind == 14:
            return "from %s import %s" % (self.pick("os", ".", "..m", "a.b", "...", ". x"),
                                          self.pick("n", "n as m", "(n, o as p,)", "n, o"))
        if kind == 15 and self.functions:
            return "return" + (" " + self.value(d, False) if self.chance(0.8) else "")
        if kind == 16 and self.functions:
            return self.pick("yield", "yield " + e(1), "x = yield " + e(1), "yield from " + e(1)) \
                if self.functions[-1] != "async" else "yield " + e(1)
        if kind == 17 and self.loops:
            return self.pick("break", "continue")
        if kind == 18:
            return "global g%d" % self.rng.randrange(3)
        return self.pick("pass", "...", "'doc'", "a", "None", "1")

    def value(self, d, star=True):
        if self.chance(0.15):
            return self.many(lambda: self.expression(d - 1), 1, 3) + self.pick("", ",")
        if star and self.chance(0.03):
            return "*%s, %s" % (self.name(), self.name())
        return self.expression(d)

    def suite(self, d, indent):
        if self.chance(0.12):
            return " " + self.many(lambda: self.simple(1), 1, 2, "; ") + "\n"
        inner = indent + self.pick(" ", "  ", "    ", "\t")
        return self.pick("", " ", "  # c") + "\n" + self.block(d - 1, inner, self.rng.randint(1, 3))

    def block(self, d, indent, count):
        return "".join(self.statement(d, indent) for _ in range(count))

    def statement(self, d, indent):
        blank = self.pick("", "", "", "\n", "# note\n", indent + "# note\n", "   \n")
        kind = self.rng.randrange(20)
        if d <= 0 or kind < 10:
            line = self.many(lambda: self.simple(3), 1, self.pick(1, 1, 1, 2), "; ")
            return blank + indent + line + self.pick("", "", " ", ";", "  # end") + "\n"
        return blank + indent + self.compound(d, indent, kind)

    def loop(self, d, indent):
        self.loops += 1
        body = self.suite(d, indent)
        self.loops -= 1
        return body + (indent + "else:" + self.suite(d, indent) if self.chance(0.25) else "")

    def compound(self, d, indent, kind):
        e = self.expression
        is_async = "async " if self.functions[-1:] == ["async"] and self.chance(0.4) else ""
        if kind < 13:
            out = "if %s:%s" % (self.pick(e(2), "a := " + e(1) if self.chance(0.2) else e(2), "0", "not 1"), self.suite(d, indent))
            while self.chance(0.3):
                out += indent + "elif %s:%s" % (e(2), self.suite(d, indent))
            return out + (indent + "else:" + self.suite(d, indent) if self.chance(0.4) else "")
        if kind == 13:
            return "while %s:%s" % (self.pick(e(2), "1", "True"), self.loop(d, indent))
        if kind == 14:
            return "%sfor %s in %s:%s" % (is_async, self.target(2), self.pick(e(2), "%s, %s" % (e(1), e(1))), self.loop(d, indent))
        if kind == 15:
            return self.try_(d, indent)
        if kind == 16:
            items = self.many(lambda: e(2) + (" as " + self.target(1) if self.chance(0.5) else ""), 1, 2)
            return "%swith %s:%s" % (is_async, items, self.suite(d, indent))
        decorators = ""
        while self.chance(0.2):
            decorators += "@%s%s\n%s" % (self.pick("a", "a.b.c"), "(%s)" % self.arguments(1) if self.chance(0.5) else "", indent)
        loops, self.loops = self.loops, 0
        if kind == 17:
            functions, self.functions = self.functions, []
            out = "class C%s:%s" % ("(%s)" % self.many(lambda: e(1), 0, 2) if self.chance(0.5) else "", self.suite(d, indent))
            self.functions = functions
        else:
            color = "async" if self.chance(0.3) else "plain"
            head = "%sdef %s(%s)%s:" % ("async " if color == "async" else "", self.pick("f", "g", "__m"),
                                        self.parameters(1, True), " -> " + e(1) if self.chance(0.2) else "")
            self.functions.append(color)
            out = head + self.suite(d, indent)
            self.functions.pop()
        self.loops = loops
        return decorators + out

    def try_(self, d, indent):
        out = "try:" + self.suite(d, indent)
        handlers = self.rng.randint(0, 2)
        for i in range(handlers):
            out += indent + "except %s%s:%s" % (self.expression(1), " as " + self.name() if self.chance(0.5) else "", self.suite(d, indent))
        if handlers and self.chance(0.3):
            out += indent + "except:" + self.suite(d, indent)
        if handlers and self.chance(0.3):
            out += indent + "else:" + self.suite(d, indent)
        if not handlers or self.chance(0.3):
            out += indent + "finally:" + self.suite(d, indent)
        return out


def program(rng):
    g = Generator(rng)
    return g.block(3, "", rng.randint(1, 6))


def main():
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    for i in range(count):
        print("%%")
        sys.stdout.write(program(random.Random(seed * 1000003 + i)))


if __name__ == "__main__":
    main()
