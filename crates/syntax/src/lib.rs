//! Tokens, parser, syntax tree and symbol table of Python 3.8.
