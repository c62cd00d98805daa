//! The hash functions that every type shares: text, doubles, pointers.
//!
//! Text is hashed by SipHash-2-4 under a secret that is drawn (or derived from `PYTHONHASHSEED`)
//! when the process starts, before the first string is hashed. The numbers are CPython's, bit for
//! bit: the order of a set under a fixed seed is something that programs see.

use crate::prelude::*;
use siphasher::sip::SipHasher24;
use std::cell::Cell;

/// Numeric hashes are residues modulo the Mersenne prime 2^61 - 1.
pub const BITS: u32 = 61;
pub const MODULUS: u64 = (1 << BITS) - 1;
pub const INF: Py_hash_t = 314_159;
pub const NAN: Py_hash_t = 0;
pub const IMAG: u64 = 1_000_003;

/// `_Py_HashSecret_t`: the keys of SipHash, and a salt for expat.
#[repr(C)]
pub struct HashSecret {
    k0: Cell<u64>,
    k1: Cell<u64>,
    expat: Cell<u64>,
}

// SAFETY: written once, before any thread but the first exists; only read afterwards.
unsafe impl Sync for HashSecret {}

#[unsafe(no_mangle)]
pub static _Py_HashSecret: HashSecret = HashSecret {
    k0: Cell::new(0),
    k1: Cell::new(0),
    expat: Cell::new(0),
};

/// Sets the secret from `bytes` (24 of them), as drawn from the system or from `seeded`.
pub fn set_secret(bytes: [u8; 24]) {
    let word = |at: usize| {
        let mut w = [0; 8];
        w.copy_from_slice(&bytes[at..at + 8]);
        u64::from_le_bytes(w)
    };
    _Py_HashSecret.k0.set(word(0));
    _Py_HashSecret.k1.set(word(8));
    _Py_HashSecret.expat.set(word(16));
}

/// The secret that `PYTHONHASHSEED=seed` means; 0 is no secret at all.
pub fn seeded(seed: u32) -> [u8; 24] {
    let mut bytes = [0; 24];
    if seed != 0 {
        let mut x = seed;
        for b in &mut bytes {
            x = x.wrapping_mul(214_013).wrapping_add(2_531_011);
            *b = (x >> 16) as u8;
        }
    }
    bytes
}

/// `_Py_HashBytes`: -1 is never a hash, and the empty string's hash is 0 under any secret.
#[inline]
pub fn bytes(data: &[u8]) -> Py_hash_t {
    if data.is_empty() {
        return 0;
    }
    let hasher = SipHasher24::new_with_keys(_Py_HashSecret.k0.get(), _Py_HashSecret.k1.get());
    not_minus_one(hasher.hash(data) as Py_hash_t)
}

/// SipHash-2-4 under a key of the caller's.
pub fn keyed(k0: u64, k1: u64, data: &[u8]) -> u64 {
    SipHasher24::new_with_keys(k0, k1).hash(data)
}

/// `_Py_HashPointer`: the low bits of an address say little, so they go to the top.
#[inline]
pub fn pointer<T: ?Sized>(p: *const T) -> Py_hash_t {
    not_minus_one((p.cast::<u8>() as usize).rotate_right(4) as Py_hash_t)
}

/// `_Py_HashDouble`: equal to the hash of the integer or fraction of the same value.
pub fn double(v: f64) -> Py_hash_t {
    if !v.is_finite() {
        return if v.is_nan() {
            NAN
        } else if v > 0.0 {
            INF
        } else {
            -INF
        };
    }
    if v == 0.0 {
        return 0;
    }
    let bits = v.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    let field = (bits >> 52 & 0x7ff) as i32;
    // v = mantissa * 2^exponent, exactly
    let (mantissa, exponent) = match field {
        0 => (fraction, -1074),
        _ => (fraction | 1 << 52, field - 1075),
    };
    let turn = exponent.rem_euclid(BITS as i32) as u32;
    let m = mantissa % MODULUS;
    // Multiplication by 2^turn modulo 2^61 - 1 is a rotation of 61 bits.
    let x = match turn {
        0 => m,
        _ => ((m << turn) & MODULUS) | (m >> (BITS - turn)),
    };
    let x = if x == MODULUS { 0 } else { x } as Py_hash_t;
    not_minus_one(if v < 0.0 { -x } else { x })
}

#[inline]
pub fn not_minus_one(h: Py_hash_t) -> Py_hash_t {
    if h == -1 { -2 } else { h }
}
