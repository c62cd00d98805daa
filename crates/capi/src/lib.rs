//! The exported C functions, one file for each header.
