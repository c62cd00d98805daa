//! `pyarena.h`.

/// Known by pointer alone.
#[repr(C)]
pub struct PyArena {
    _opaque: [u8; 0],
}

layouts!(PyArena);
