//! The modules that live inside libpython.
