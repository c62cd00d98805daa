//! `odictobject.h`: OrderedDict.

/// Known by pointer alone.
#[repr(C)]
pub struct PyODictObject {
    _opaque: [u8; 0],
}

layouts!(PyODictObject);
