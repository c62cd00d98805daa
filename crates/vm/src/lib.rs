//! Code, frames, functions, generators, the interpreter, import, and start and end of life.
