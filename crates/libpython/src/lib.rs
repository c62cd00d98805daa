//! libpython3.8.so.1.0: links the crates, sets the soname.
