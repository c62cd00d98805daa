"""Writes the tables of the old parser as Rust: automata and labels, as the reference's library exports them.

    python3.8 tools/gen_grammar.py > crates/capi/src/grammar/data.rs

Run it with the reference's launcher: the tables are read from the running library.
"""

import ctypes


class Label(ctypes.Structure):
    _fields_ = [("type", ctypes.c_int), ("str", ctypes.c_char_p)]


class Arc(ctypes.Structure):
    _fields_ = [("label", ctypes.c_short), ("arrow", ctypes.c_short)]


class State(ctypes.Structure):
    _fields_ = [
        ("narcs", ctypes.c_int),
        ("arcs", ctypes.POINTER(Arc)),
        ("lower", ctypes.c_int),
        ("upper", ctypes.c_int),
        ("accel", ctypes.POINTER(ctypes.c_int)),
        ("accept", ctypes.c_int),
    ]


class Dfa(ctypes.Structure):
    _fields_ = [
        ("type", ctypes.c_int),
        ("name", ctypes.c_char_p),
        ("nstates", ctypes.c_int),
        ("states", ctypes.POINTER(State)),
        ("first", ctypes.POINTER(ctypes.c_ubyte)),
    ]


class Grammar(ctypes.Structure):
    _fields_ = [
        ("ndfas", ctypes.c_int),
        ("dfas", ctypes.POINTER(Dfa)),
        ("nlabels", ctypes.c_int),
        ("labels", ctypes.POINTER(Label)),
        ("start", ctypes.c_int),
        ("accel", ctypes.c_int),
    ]


def main():
    grammar = Grammar.in_dll(ctypes.pythonapi, "_PyParser_Grammar")
    print("//! The grammar's automata and labels; written by `tools/gen_grammar.py`.")
    print()
    print("/// A label: the kind of a token or rule, and the keyword if it is one.")
    print(f"pub const LABELS: [(i32, Option<&std::ffi::CStr>); {grammar.nlabels}] = [")
    for i in range(grammar.nlabels):
        label = grammar.labels[i]
        text = "None" if label.str is None else f'Some(c"{label.str.decode()}")'
        print(f"    ({label.type}, {text}),")
    print("];")
    print()
    print("/// A rule: its number, its name, the labels that begin it as bits, and the arcs (label, next state) of each state.")
    print("pub type Rule = (i32, &'static std::ffi::CStr, &'static [u8], &'static [&'static [(i16, i16)]]);")
    print()
    size = (grammar.nlabels + 7) // 8
    print(f"pub const RULES: [Rule; {grammar.ndfas}] = [")
    for i in range(grammar.ndfas):
        dfa = grammar.dfas[i]
        first = ", ".join(str(dfa.first[k]) for k in range(size))
        states = []
        for k in range(dfa.nstates):
            state = dfa.states[k]
            arcs = ", ".join(f"({state.arcs[a].label}, {state.arcs[a].arrow})" for a in range(state.narcs))
            states.append(f"&[{arcs}]")
        print(f'    ({dfa.type}, c"{dfa.name.decode()}", &[{first}], &[{", ".join(states)}]),')
    print("];")


if __name__ == "__main__":
    main()
