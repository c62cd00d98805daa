"""The reference's answers about a source, in the form in which the `tree` example gives them.

Runs under CPython 3.8, as a server: see `serve` in crates/syntax/examples/tree.rs for the protocol.
"""
import ast
import os
import sys
import warnings

FLAGS = {"t": ast.PyCF_TYPE_COMMENTS, "d": 0x200, "b": 0x400000}
# What the exception type puts in place of the parser's message is no business of the parser.
HINT = "Missing parentheses in call to "

FIELDS = {}
CONSTANT_NODES = {}


def dump(node, out):
    cls = type(node)
    if cls is list:
        out.append("[")
        for i, item in enumerate(node):
            if i:
                out.append(", ")
            dump(item, out)
        out.append("]")
    elif cls is str:
        out.append(ascii(node))
    elif isinstance(node, ast.AST):
        out.append(cls.__name__)
        out.append("(")
        separator = ""
        for field in cls._fields:
            out.append(separator + field + "=")
            dump(getattr(node, field), out)
            separator = ", "
        for name in cls._attributes:
            out.append("%s%s=%r" % (separator, name, getattr(node, name)))
            separator = ", "
        out.append(")")
    elif cls is int:
        out.append(big(node) if node.bit_length() > 10000 else repr(node))
    else:
        out.append(ascii(node))


def big(n):
    return "%d" % n if not hasattr(sys, "set_int_max_str_digits") else str(n)


def answer(src, mode, flags):
    options = ast.PyCF_ONLY_AST
    for letter, flag in FLAGS.items():
        if letter in flags:
            options |= flag
    version = [int(c) for c in flags if c.isdigit()]
    if "s" in flags:
        src = src.decode("utf-8", "surrogatepass")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            tree = compile(src, "<case>", mode, options, True, _feature_version=(version or [-1])[0])
        except SyntaxError as e:
            msg = "?" if e.msg.startswith(HINT) else e.msg
            out = [ascii((type(e).__name__, msg, e.lineno, e.offset, e.text))]
        except Exception as e:
            out = [ascii((type(e).__name__, str(e), 0, 0, None))]
        else:
            out = []
            if "q" in flags:
                out.append("ok")
            else:
                dump(tree, out)
    for w in caught:
        out.append("\n%s %s %s" % (w.category.__name__, w.lineno, w.message))
    return "".join(out)


def serve():
    sys.setrecursionlimit(100000)
    if hasattr(sys, "set_int_max_str_digits"):
        sys.set_int_max_str_digits(4300)
    # The parser prints a line of its own when its stack is full.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    while True:
        line = sys.stdin.buffer.readline()
        if not line:
            return
        mode, flags, length = line.decode().split()
        src = sys.stdin.buffer.read(int(length))
        text = answer(src, mode, flags).encode("utf-8", "surrogatepass")
        sys.stdout.buffer.write(b"%d\n%s" % (len(text), text))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    import threading
    threading.stack_size(1 << 29)
    t = threading.Thread(target=serve)
    t.start()
    t.join()
