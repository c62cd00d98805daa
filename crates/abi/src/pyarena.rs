//! `pyarena.h`: the arena of the compiler.

/// Known by pointer alone.
#[repr(C)]
pub struct PyArena {
    _opaque: [u8; 0],
}

layouts!(PyArena);
