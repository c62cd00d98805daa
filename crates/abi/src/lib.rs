//! Layouts, flags and function-pointer types of the CPython 3.8 headers.
