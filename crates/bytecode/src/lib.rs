//! From syntax tree to CPython 3.8 bytecode, and marshal.
