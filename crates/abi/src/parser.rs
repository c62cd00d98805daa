//! `node.h`, `bitset.h`, `grammar.h`, `parsetok.h`: the concrete syntax tree and grammar tables.

use crate::PyObject;
use core::cell::Cell;
use core::ffi::{c_char, c_int, c_short, c_ulong};

pub const BITSPERBYTE: c_ulong = 8;
pub const EMPTY: c_int = 0;
pub const PyPARSE_DONT_IMPLY_DEDENT: c_int = 0x2;
pub const PyPARSE_IGNORE_COOKIE: c_int = 0x10;
pub const PyPARSE_BARRY_AS_BDFL: c_int = 0x20;
pub const PyPARSE_TYPE_COMMENTS: c_int = 0x40;
pub const PyPARSE_ASYNC_HACKS: c_int = 0x80;

/// A node of the concrete syntax tree.
#[repr(C)]
pub struct node {
    pub n_type: Cell<c_short>,
    pub n_str: Cell<*mut c_char>,
    pub n_lineno: Cell<c_int>,
    pub n_col_offset: Cell<c_int>,
    pub n_nchildren: Cell<c_int>,
    pub n_child: Cell<*mut node>,
    pub n_end_lineno: Cell<c_int>,
    pub n_end_col_offset: Cell<c_int>,
}

pub type bitset = *mut c_char;

/// A label of the grammar.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct label {
    pub lb_type: c_int,
    pub lb_str: *const c_char,
}

/// The labels of the grammar.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct labellist {
    pub ll_nlabels: c_int,
    pub ll_label: *const label,
}

/// A transition.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct arc {
    pub a_lbl: c_short,
    pub a_arrow: c_short,
}

/// A state of an automaton.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct state {
    pub s_narcs: c_int,
    pub s_arc: *const arc,
    pub s_lower: c_int,
    pub s_upper: c_int,
    pub s_accel: *mut c_int,
    pub s_accept: c_int,
}

/// The automaton of one rule.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct dfa {
    pub d_type: c_int,
    pub d_name: *mut c_char,
    pub d_nstates: c_int,
    pub d_state: *mut state,
    pub d_first: bitset,
}

/// All rules.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct grammar {
    pub g_ndfas: c_int,
    pub g_dfa: *const dfa,
    pub g_ll: labellist,
    pub g_start: c_int,
    pub g_accel: c_int,
}

/// Where parsing failed.
#[repr(C)]
pub struct perrdetail {
    pub error: Cell<c_int>,
    pub filename: Cell<*mut PyObject>,
    pub lineno: Cell<c_int>,
    pub offset: Cell<c_int>,
    pub text: Cell<*mut c_char>,
    pub token: Cell<c_int>,
    pub expected: Cell<c_int>,
}

layouts!(node, label, labellist, arc, state, dfa, grammar, perrdetail);
