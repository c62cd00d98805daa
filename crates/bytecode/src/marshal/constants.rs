//! Marshal for this crate's own code objects and constants: tools and tests use it; the interpreter has objects.

use super::{Builder, CodeParts, ReadError, Reader, SliceSource, Subject, View, WriteError, dump};
use crate::code::Code;
use crate::constant::Const;
use num_bigint::{BigInt, BigUint, Sign};
use pyrite_syntax::ast::{Constant, Text};
use std::collections::HashMap;
use std::rc::Rc;

/// The data of a `.pyc` file behind its header.
pub fn dump_code(code: &Rc<Code>) -> Result<Vec<u8>, WriteError> {
    let mut subject = ConstantSubject::default();
    dump(
        &mut subject,
        &Item::Const(Const::Code(code.clone())),
        super::VERSION,
    )
}

/// Reads what [`dump_code`] or CPython wrote.
pub fn load_code(data: &[u8]) -> Result<Rc<Code>, LoadError> {
    let mut builder = ConstantBuilder;
    match Reader::new(&mut builder, SliceSource::new(data)).read()? {
        Loaded::Const(Const::Code(code)) => Ok(code),
        _ => Err(LoadError::Unsupported),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoadError {
    Data(ReadError),
    /// Marshal has it, but no code object holds such a thing.
    Unsupported,
}

impl From<ReadError> for LoadError {
    fn from(error: ReadError) -> Self {
        LoadError::Data(error)
    }
}

/// A value as it is read: tuples may hold code objects until they become `co_consts`.
#[derive(Clone)]
pub enum Loaded {
    Const(Const),
    Tuple(Rc<[Loaded]>),
}

pub struct ConstantBuilder;

fn value(constant: Constant) -> Result<Loaded, LoadError> {
    Ok(Loaded::Const(Const::Value(constant)))
}

fn plain(loaded: Loaded) -> Result<Constant, LoadError> {
    match loaded {
        Loaded::Const(Const::Value(value)) => Ok(value),
        Loaded::Const(Const::Code(_)) => Err(LoadError::Unsupported),
        Loaded::Tuple(items) => {
            let items: Result<Vec<Constant>, LoadError> =
                items.iter().cloned().map(plain).collect();
            Ok(Constant::Tuple(items?.into()))
        }
    }
}

fn text(loaded: Loaded) -> Result<Text, LoadError> {
    match loaded {
        Loaded::Const(Const::Value(Constant::Str(text))) => Ok(text),
        _ => Err(LoadError::Unsupported),
    }
}

fn texts(loaded: Loaded) -> Result<Vec<Text>, LoadError> {
    match loaded {
        Loaded::Tuple(items) => items.iter().cloned().map(text).collect(),
        _ => Err(LoadError::Unsupported),
    }
}

fn bytes(loaded: Loaded) -> Result<Vec<u8>, LoadError> {
    match loaded {
        Loaded::Const(Const::Value(Constant::Bytes(bytes))) => Ok(bytes.to_vec()),
        _ => Err(LoadError::Unsupported),
    }
}

impl Builder for ConstantBuilder {
    type Value = Loaded;
    type Tuple = Vec<Loaded>;
    type List = std::convert::Infallible;
    type Dict = std::convert::Infallible;
    type Set = Vec<Constant>;
    type Error = LoadError;

    fn none(&mut self) -> Result<Loaded, LoadError> {
        value(Constant::None)
    }
    fn ellipsis(&mut self) -> Result<Loaded, LoadError> {
        value(Constant::Ellipsis)
    }
    fn stop_iteration(&mut self) -> Result<Loaded, LoadError> {
        Err(LoadError::Unsupported)
    }
    fn bool(&mut self, truth: bool) -> Result<Loaded, LoadError> {
        value(if truth {
            Constant::True
        } else {
            Constant::False
        })
    }
    fn int(&mut self, int: i64) -> Result<Loaded, LoadError> {
        value(Constant::Int(int))
    }
    fn long(&mut self, negative: bool, digits: &[u16]) -> Result<Loaded, LoadError> {
        let magnitude = digits
            .iter()
            .rev()
            .fold(BigUint::default(), |sum, digit| (sum << 15) + *digit);
        let sign = if negative { Sign::Minus } else { Sign::Plus };
        value(Constant::from(BigInt::from_biguint(sign, magnitude)))
    }
    fn float(&mut self, float: f64) -> Result<Loaded, LoadError> {
        value(Constant::Float(float))
    }
    fn complex(&mut self, real: f64, imag: f64) -> Result<Loaded, LoadError> {
        value(Constant::Complex { real, imag })
    }
    fn parse_float(&mut self, text: &[u8]) -> Result<f64, LoadError> {
        let text = std::str::from_utf8(text).ok();
        text.and_then(|text| text.parse().ok())
            .ok_or(LoadError::Unsupported)
    }
    fn bytes(&mut self, bytes: &[u8]) -> Result<Loaded, LoadError> {
        value(Constant::Bytes(Rc::from(bytes)))
    }
    fn str_utf8(&mut self, bytes: &[u8], _interned: bool) -> Result<Loaded, LoadError> {
        value(Constant::Str(Text::from_wtf8(bytes)))
    }
    fn str_latin1(&mut self, bytes: &[u8], _interned: bool) -> Result<Loaded, LoadError> {
        let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
        value(Constant::Str(Text::from(text.as_str())))
    }

    fn new_tuple(&mut self, len: usize) -> Result<Vec<Loaded>, LoadError> {
        Ok(Vec::with_capacity(len))
    }
    fn early_tuple(&mut self, _tuple: &Vec<Loaded>) -> Option<Loaded> {
        None
    }
    fn set_tuple(
        &mut self,
        tuple: &mut Vec<Loaded>,
        _index: usize,
        item: Loaded,
    ) -> Result<(), LoadError> {
        tuple.push(item);
        Ok(())
    }
    fn finish_tuple(&mut self, tuple: Vec<Loaded>) -> Result<Loaded, LoadError> {
        Ok(Loaded::Tuple(tuple.into()))
    }

    fn new_list(&mut self, _len: usize) -> Result<Self::List, LoadError> {
        Err(LoadError::Unsupported)
    }
    fn early_list(&mut self, list: &Self::List) -> Option<Loaded> {
        match *list {}
    }
    fn set_list(
        &mut self,
        list: &mut Self::List,
        _index: usize,
        _item: Loaded,
    ) -> Result<(), LoadError> {
        match *list {}
    }
    fn finish_list(&mut self, list: Self::List) -> Result<Loaded, LoadError> {
        match list {}
    }
    fn new_dict(&mut self) -> Result<Self::Dict, LoadError> {
        Err(LoadError::Unsupported)
    }
    fn early_dict(&mut self, dict: &Self::Dict) -> Option<Loaded> {
        match *dict {}
    }
    fn set_dict(
        &mut self,
        dict: &mut Self::Dict,
        _key: Loaded,
        _value: Loaded,
    ) -> Result<(), LoadError> {
        match *dict {}
    }
    fn finish_dict(&mut self, dict: Self::Dict) -> Result<Loaded, LoadError> {
        match dict {}
    }

    fn new_set(&mut self, frozen: bool) -> Result<Vec<Constant>, LoadError> {
        if frozen {
            Ok(Vec::new())
        } else {
            Err(LoadError::Unsupported)
        }
    }
    fn early_set(&mut self, _set: &Vec<Constant>) -> Option<Loaded> {
        None
    }
    fn add(&mut self, set: &mut Vec<Constant>, item: Loaded) -> Result<(), LoadError> {
        set.push(plain(item)?);
        Ok(())
    }
    fn finish_set(&mut self, set: Vec<Constant>) -> Result<Loaded, LoadError> {
        value(crate::arith::frozenset(&set))
    }

    fn code(&mut self, parts: CodeParts<Loaded>) -> Result<Loaded, LoadError> {
        let consts = match parts.consts {
            Loaded::Tuple(items) => items
                .iter()
                .map(|item| match item {
                    Loaded::Const(item) => Ok(item.clone()),
                    Loaded::Tuple(_) => plain(item.clone()).map(Const::Value),
                })
                .collect::<Result<Vec<Const>, LoadError>>()?,
            Loaded::Const(_) => return Err(LoadError::Unsupported),
        };
        Ok(Loaded::Const(Const::Code(Rc::new(Code {
            folded: 0,
            argcount: parts.argcount,
            posonlyargcount: parts.posonlyargcount,
            kwonlyargcount: parts.kwonlyargcount,
            nlocals: parts.nlocals,
            stacksize: parts.stacksize,
            flags: parts.flags,
            firstlineno: parts.firstlineno,
            code: bytes(parts.code)?,
            consts,
            names: texts(parts.names)?,
            varnames: texts(parts.varnames)?,
            freevars: texts(parts.freevars)?,
            cellvars: texts(parts.cellvars)?,
            filename: text(parts.filename)?,
            name: text(parts.name)?,
            lnotab: bytes(parts.lnotab)?,
        }))))
    }
}

/// What is written.
pub enum Item {
    Const(Const),
    Consts(Rc<Code>),
    Names(Vec<Text>),
    Bytes(Vec<u8>),
}

impl From<Constant> for Item {
    fn from(constant: Constant) -> Item {
        Item::Const(Const::Value(constant))
    }
}

/// Writes constants. Names are shared; other values are written wherever they stand.
#[derive(Default)]
pub struct ConstantSubject {
    names: HashMap<Text, usize>,
}

fn is_name(text: &Text) -> bool {
    text.as_wtf8()
        .iter()
        .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

impl Subject for ConstantSubject {
    type Object = Item;
    type Error = WriteError;

    fn view<'a>(&'a mut self, item: &'a Item) -> Result<View<'a, Item>, WriteError> {
        Ok(match item {
            Item::Const(Const::Value(constant)) => self.constant(constant),
            Item::Const(Const::Code(code)) => View::Code(Box::new(parts(code))),
            Item::Consts(code) => {
                View::Tuple(code.consts.iter().cloned().map(Item::Const).collect())
            }
            Item::Names(names) => {
                let items = names.iter().cloned().map(Constant::Str);
                View::Tuple(items.map(Item::from).collect())
            }
            Item::Bytes(bytes) => View::Bytes(bytes),
        })
    }

    fn identity(&self, item: &Item) -> Option<usize> {
        match item {
            Item::Const(Const::Value(Constant::Str(text))) => self.names.get(text).copied(),
            _ => None,
        }
    }

    fn float_text(&mut self, value: f64) -> Result<String, WriteError> {
        Ok(crate::repr::float(value, false))
    }
}

impl ConstantSubject {
    fn constant<'a>(&mut self, constant: &'a Constant) -> View<'a, Item> {
        match constant {
            Constant::None => View::None,
            Constant::True => View::Bool(true),
            Constant::False => View::Bool(false),
            Constant::Ellipsis => View::Ellipsis,
            Constant::Int(value) => View::Int(*value),
            Constant::BigInt(value) => View::Long {
                negative: value.sign() == Sign::Minus,
                digits: digits(value),
            },
            Constant::Float(value) => View::Float(*value),
            Constant::Complex { real, imag } => View::Complex(*real, *imag),
            Constant::Bytes(value) => View::Bytes(value),
            Constant::Str(text) => {
                let interned = is_name(text);
                if interned {
                    let next = self.names.len();
                    self.names.entry(text.clone()).or_insert(next);
                }
                let text = text.as_wtf8();
                if text.is_ascii() {
                    View::Ascii { text, interned }
                } else {
                    View::Utf8 {
                        text: text.into(),
                        interned,
                    }
                }
            }
            Constant::Tuple(items) => View::Tuple(items.iter().cloned().map(Item::from).collect()),
            Constant::FrozenSet(items) => {
                View::FrozenSet(items.iter().cloned().map(Item::from).collect())
            }
        }
    }
}

fn digits(value: &BigInt) -> Vec<u16> {
    let mut digits = Vec::new();
    let (mut pending, mut bits) = (0u64, 0);
    for word in value.magnitude().iter_u32_digits() {
        pending |= u64::from(word) << bits;
        bits += 32;
        while bits >= 15 {
            digits.push((pending & 0x7fff) as u16);
            pending >>= 15;
            bits -= 15;
        }
    }
    digits.push(pending as u16);
    while digits.last() == Some(&0) {
        digits.pop();
    }
    digits
}

fn parts(code: &Rc<Code>) -> CodeParts<Item> {
    CodeParts {
        argcount: code.argcount,
        posonlyargcount: code.posonlyargcount,
        kwonlyargcount: code.kwonlyargcount,
        nlocals: code.nlocals,
        stacksize: code.stacksize,
        flags: code.flags,
        code: Item::Bytes(code.code.clone()),
        consts: Item::Consts(code.clone()),
        names: Item::Names(code.names.clone()),
        varnames: Item::Names(code.varnames.clone()),
        freevars: Item::Names(code.freevars.clone()),
        cellvars: Item::Names(code.cellvars.clone()),
        filename: Item::from(Constant::Str(code.filename.clone())),
        name: Item::from(Constant::Str(code.name.clone())),
        firstlineno: code.firstlineno,
        lnotab: Item::Bytes(code.lnotab.clone()),
    }
}
