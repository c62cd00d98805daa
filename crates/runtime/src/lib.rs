//! References, memory, errors, types, garbage collection and all built-in object types.
