//! What code objects keep in `co_consts`, and when two constants are one.

use crate::code::Code;
use pyrite_syntax::ast::Constant;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

/// An entry of `co_consts`.
#[derive(Clone, Debug)]
pub enum Const {
    Value(Constant),
    Code(Rc<Code>),
}

impl From<Constant> for Const {
    fn from(value: Constant) -> Const {
        Const::Value(value)
    }
}

/// Equal here means interchangeable: same type, same sign of zero, and so on for elements.
impl PartialEq for Const {
    fn eq(&self, other: &Const) -> bool {
        match (self, other) {
            (Const::Value(a), Const::Value(b)) => identical(a, b),
            (Const::Code(a), Const::Code(b)) => Rc::ptr_eq(a, b) || a == b,
            _ => false,
        }
    }
}

impl Eq for Const {}

impl Hash for Const {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self {
            Const::Value(value) => hash_constant(value, state),
            Const::Code(code) => {
                code.name.hash(state);
                code.firstlineno.hash(state);
                code.code.hash(state);
            }
        }
    }
}

/// Whether one constant may stand for the other. A NaN stands for itself only, and has no identity here.
pub fn identical(a: &Constant, b: &Constant) -> bool {
    use Constant::*;
    match (a, b) {
        (None, None) | (True, True) | (False, False) | (Ellipsis, Ellipsis) => true,
        (Int(a), Int(b)) => a == b,
        (BigInt(a), BigInt(b)) => a == b,
        (Float(a), Float(b)) => same_float(*a, *b),
        (Complex { real: a, imag: b }, Complex { real: c, imag: d }) => {
            same_float(*a, *c) && same_float(*b, *d)
        }
        (Str(a), Str(b)) => a == b,
        (Bytes(a), Bytes(b)) => a == b,
        (Tuple(a), Tuple(b)) => {
            Rc::ptr_eq(a, b)
                || a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| identical(a, b))
        }
        (FrozenSet(a), FrozenSet(b)) => {
            Rc::ptr_eq(a, b)
                || a.len() == b.len() && a.iter().all(|x| b.iter().any(|y| identical(x, y)))
        }
        _ => false,
    }
}

fn same_float(a: f64, b: f64) -> bool {
    a == b && a.is_sign_negative() == b.is_sign_negative()
}

fn hash_constant<H: Hasher>(value: &Constant, state: &mut H) {
    std::mem::discriminant(value).hash(state);
    match value {
        Constant::None | Constant::True | Constant::False | Constant::Ellipsis => {}
        Constant::Int(value) => value.hash(state),
        Constant::BigInt(value) => value.hash(state),
        Constant::Float(value) => value.to_bits().hash(state),
        Constant::Complex { real, imag } => (real.to_bits(), imag.to_bits()).hash(state),
        Constant::Str(value) => value.hash(state),
        Constant::Bytes(value) => value.hash(state),
        Constant::Tuple(items) => {
            state.write_usize(items.len());
            items.iter().for_each(|item| hash_constant(item, state));
        }
        // The order of the elements must not matter.
        Constant::FrozenSet(items) => state.write_usize(items.len()),
    }
}

/// The Python type of a constant.
pub fn type_name(value: &Constant) -> &'static str {
    match value {
        Constant::None => "NoneType",
        Constant::True | Constant::False => "bool",
        Constant::Ellipsis => "ellipsis",
        Constant::Int(_) | Constant::BigInt(_) => "int",
        Constant::Float(_) => "float",
        Constant::Complex { .. } => "complex",
        Constant::Str(_) => "str",
        Constant::Bytes(_) => "bytes",
        Constant::Tuple(_) => "tuple",
        Constant::FrozenSet(_) => "frozenset",
    }
}

/// `bool(value)`.
pub fn is_true(value: &Constant) -> bool {
    match value {
        Constant::None | Constant::False => false,
        Constant::True | Constant::Ellipsis => true,
        Constant::Int(value) => *value != 0,
        Constant::BigInt(_) => true,
        Constant::Float(value) => *value != 0.0,
        Constant::Complex { real, imag } => *real != 0.0 || *imag != 0.0,
        Constant::Str(value) => !value.is_empty(),
        Constant::Bytes(value) => !value.is_empty(),
        Constant::Tuple(items) | Constant::FrozenSet(items) => !items.is_empty(),
    }
}
