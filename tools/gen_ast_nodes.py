"""Writes the tables of the C syntax tree as Rust, from the installed `Python-ast.h`.

    python3.8 tools/gen_ast_nodes.py > crates/capi/src/ast_nodes/data.rs

The header gives the fields of each node, and which must be there by the names of the constructors' arguments; a C compiler
gives sizes and offsets; which fields may be missing, the docstrings of `ast` do not say, so they stand here.
"""

import re
import subprocess
import sysconfig
import tempfile

INCLUDE = sysconfig.get_paths()["include"]
HEADER = open(INCLUDE + "/Python-ast.h").read()

# The optional fields, from the abstract grammar in the manual of the module `ast`.
OPTIONAL = {
    "FunctionDef": {"returns", "type_comment"}, "AsyncFunctionDef": {"returns", "type_comment"}, "Return": {"value"},
    "Assign": {"type_comment"}, "AnnAssign": {"value"}, "For": {"type_comment"}, "AsyncFor": {"type_comment"},
    "With": {"type_comment"}, "AsyncWith": {"type_comment"}, "Raise": {"exc", "cause"}, "Assert": {"msg"},
    "ImportFrom": {"module", "level"}, "Yield": {"value"}, "FormattedValue": {"conversion", "format_spec"}, "Constant": {"kind"},
    "Slice": {"lower", "upper", "step"}, "ExceptHandler": {"type", "name"}, "arguments": {"vararg", "kwarg"},
    "arg": {"annotation", "type_comment"}, "keyword": {"arg"}, "alias": {"asname"}, "withitem": {"optional_vars"},
}
# What the sequences hold.
ITEMS = {
    "names": "alias",
    "body": "stmt", "orelse": "stmt", "finalbody": "stmt", "decorator_list": "expr", "type_ignores": "type_ignore",
    "argtypes": "expr", "bases": "expr", "keywords": "keyword", "targets": "expr", "handlers": "excepthandler", "items": "withitem",
    "values": "expr", "keys": "expr", "elts": "expr", "generators": "comprehension", "ops": "cmpop", "comparators": "expr",
    "args": "expr", "dims": "slice", "ifs": "expr", "posonlyargs": "arg", "kwonlyargs": "arg", "kw_defaults": "expr",
    "defaults": "expr",
}
ENUMS = {
    "expr_context": ["Load", "Store", "Del", "AugLoad", "AugStore", "Param"],
    "boolop": ["And", "Or"],
    "operator": ["Add", "Sub", "Mult", "MatMult", "Div", "Mod", "Pow", "LShift", "RShift", "BitOr", "BitXor", "BitAnd", "FloorDiv"],
    "unaryop": ["Invert", "Not", "UAdd", "USub"],
    "cmpop": ["Eq", "NotEq", "Lt", "LtE", "Gt", "GtE", "Is", "IsNot", "In", "NotIn"],
}
PRODUCTS = ["comprehension", "arguments", "arg", "keyword", "alias", "withitem"]
SUMS = ["mod", "stmt", "expr", "slice", "excepthandler", "type_ignore"]
PLACES = ["lineno", "col_offset", "end_lineno", "end_col_offset"]


def constructors():
    text = re.sub(r"\n\s+", " ", HEADER)
    for match in re.finditer(r"^(\w+)_ty _Py_(\w+)\(([^)]*)\);", text, re.M):
        arguments = []
        for argument in match.group(3).split(","):
            ctype, name = re.match(r"\s*(.*?)\s*\*?\s*(\w+)$", argument).groups()
            arguments.append((ctype.strip(" *"), name))
        yield match.group(1), match.group(2), arguments[:-1]


def kinds(group):
    body = re.search(r"enum _%s_kind \{(.*?)\}" % group, HEADER, re.S).group(1)
    return {name: int(value) for name, value in re.findall(r"(\w+)_kind\s*=\s*(\d+)", body)}


def layout(nodes):
    lines = ["#include <Python.h>", "#include <Python-ast.h>", "#include <stddef.h>", "#include <stdio.h>", "#undef Yield", "int main(void) {"]
    for group, name, arguments in nodes:
        struct = f"struct _{group}"
        lines.append(f'printf("%zu", sizeof({struct}));')
        for _, argument in arguments:
            inside = argument in PLACES or group in PRODUCTS
            if name == "ExceptHandler" and argument not in PLACES or name == "TypeIgnore":
                inside = False
            member = argument if inside else f"v.{name}.{argument}"
            lines.append(f'printf(" %zu", offsetof({struct}, {member}));')
        lines.append('printf("\\n");')
    lines.append("return 0; }")
    with tempfile.TemporaryDirectory() as folder:
        # The constructors are macros with arguments; members of the same name are not followed by parentheses.
        with open(folder + "/a.c", "w") as out:
            out.write("\n".join(lines))
        subprocess.run(["gcc", "-I" + INCLUDE, "-w", "-o", folder + "/a", folder + "/a.c"], check=True)
        out = subprocess.run([folder + "/a"], stdout=subprocess.PIPE, check=True).stdout.decode()
    return [[int(n) for n in line.split()] for line in out.splitlines()]


def field_kind(ctype, name, owner):
    if ctype in ("identifier", "string", "object", "constant"):
        return {"identifier": "Identifier", "string": "Text", "object": "Value", "constant": "Value"}[ctype]
    if ctype == "int":
        return "Int"
    if ctype == "asdl_seq":
        item = ITEMS[name]
        if owner == "arguments" and name == "args":
            item = "arg"
        if owner in ("Global", "Nonlocal"):
            return "Identifiers"
        if owner in ("Import", "ImportFrom"):
            item = "alias"
        return f'Nodes("{item}")'
    if ctype == "asdl_int_seq":
        return 'Enums("cmpop")'
    group = ctype[: -len("_ty")]
    return f'Enum("{group}")' if group in ENUMS else f'Node("{group}")'


def main():
    nodes = list(constructors())
    print("//! The nodes of the C syntax tree; written by `tools/gen_ast_nodes.py`.")
    print()
    print("use super::{Field, Kind::*, Spec, constructors};")
    print("use crate::prelude::*;")
    print()
    print("/// The operators and contexts, by number from 1.")
    print("pub const ENUMS: &[(&str, &[&str])] = &[")
    for name, values in ENUMS.items():
        print(f'    ("{name}", &{str(values).replace(chr(39), chr(34))}),')
    print("];")
    print()
    print("/// The nodes: group, class, number in the group, size and fields.")
    print("pub const NODES: &[Spec] = &[")
    macros = []
    for (group, name, arguments), numbers in zip(nodes, layout(nodes)):
        size, offsets = numbers[0], numbers[1:]
        kind = kinds(group)[name] if group in SUMS else 0
        fields, parameters = [], []
        for (ctype, argument), offset in zip(arguments, offsets):
            what = field_kind(ctype, argument, name)
            optional = argument in OPTIONAL.get(name, ()) or argument.startswith("end_")
            fields.append(f'Field {{ name: "{argument}", kind: {what}, offset: {offset}, optional: {str(optional).lower()} }}')
            rust = "c_int" if what == "Int" or what.startswith("Enum(") else "*mut c_void"
            needed = not optional and rust == "*mut c_void" and not what.startswith(("Nodes", "Identifiers", "Enums"))
            needed = needed or what.startswith("Enum(")
            word = "r#type" if argument == "type" else argument
            parameters.append(f"{word}: {rust} = {offset} {'needed' if needed else 'free'}")
        print(f'    Spec {{ group: "{group}", class: "{name}", number: {kind}, size: {size}, fields: &[{", ".join(fields)}] }},')
        macros.append(f"    fn _Py_{name}({', '.join(parameters)}) [{size} {kind} \"{name}\"];")
    print("];")
    print()
    print("constructors! {")
    print("\n".join(macros))
    print("}")


if __name__ == "__main__":
    main()
