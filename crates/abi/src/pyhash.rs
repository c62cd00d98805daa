//! `pyhash.h`: the secret of randomised hashes.

use crate::{Py_hash_t, Py_ssize_t};
use core::ffi::{c_char, c_int, c_uchar, c_ulong, c_void};

pub const _PyHASH_MULTIPLIER: c_ulong = 1000003;
pub const _PyHASH_BITS: c_int = 61;
pub const _PyHASH_MODULUS: c_ulong = 2305843009213693951;
pub const _PyHASH_INF: c_int = 314159;
pub const _PyHASH_NAN: c_int = 0;
pub const _PyHASH_IMAG: c_ulong = 1000003;
pub const Py_HASH_CUTOFF: c_int = 0;
pub const Py_HASH_EXTERNAL: c_int = 0;
pub const Py_HASH_SIPHASH24: c_int = 1;
pub const Py_HASH_FNV: c_int = 2;
pub const Py_HASH_ALGORITHM: c_int = 1;

/// The secret, as each hash function reads it.
#[repr(C)]
#[derive(Clone, Copy)]
pub union _Py_HashSecret_t {
    pub uc: [c_uchar; 24],
    pub fnv: _Py_HashSecret_t_fnv,
    pub siphash: _Py_HashSecret_t_siphash,
    pub djbx33a: _Py_HashSecret_t_djbx33a,
    pub expat: _Py_HashSecret_t_expat,
}

/// The secret of FNV.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_HashSecret_t_fnv {
    pub prefix: Py_hash_t,
    pub suffix: Py_hash_t,
}

/// The key of SipHash.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_HashSecret_t_siphash {
    pub k0: u64,
    pub k1: u64,
}

/// The suffix of the hash for short strings.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_HashSecret_t_djbx33a {
    pub padding: [c_uchar; 16],
    pub suffix: Py_hash_t,
}

/// The salt given to expat.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_HashSecret_t_expat {
    pub padding: [c_uchar; 16],
    pub hashsalt: Py_hash_t,
}

/// The hash function in use.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyHash_FuncDef {
    pub hash: Option<unsafe extern "C" fn(*const c_void, Py_ssize_t) -> Py_hash_t>,
    pub name: *const c_char,
    pub hash_bits: c_int,
    pub seed_bits: c_int,
}

layouts!(
    _Py_HashSecret_t,
    _Py_HashSecret_t_fnv,
    _Py_HashSecret_t_siphash,
    _Py_HashSecret_t_djbx33a,
    _Py_HashSecret_t_expat,
    PyHash_FuncDef
);
