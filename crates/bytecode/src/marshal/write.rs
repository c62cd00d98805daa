//! Writing marshal data.

use super::{FLAG_REF, MAX_DEPTH};
use std::collections::HashMap;

/// Why a value could not be written. Both are ValueErrors, raised when all has been visited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteError {
    Unmarshallable,
    TooDeep,
    /// A length does not fit in 31 bits.
    TooLarge,
}

impl WriteError {
    pub fn message(self) -> &'static str {
        match self {
            Self::Unmarshallable | Self::TooLarge => "unmarshallable object",
            Self::TooDeep => "object too deeply nested to marshal",
        }
    }
}

/// What a value is.
pub enum View<'a, O> {
    None,
    Ellipsis,
    StopIteration,
    Bool(bool),
    Int(i64),
    /// Digits of 15 bits, least significant first.
    Long {
        negative: bool,
        digits: Vec<u16>,
    },
    Float(f64),
    Complex(f64, f64),
    Bytes(&'a [u8]),
    /// Bytes of some object that is not `bytes`; they come back as `bytes`.
    Buffer(Vec<u8>),
    Ascii {
        text: &'a [u8],
        interned: bool,
    },
    /// UTF-8, in which surrogates may stand.
    Utf8 {
        text: std::borrow::Cow<'a, [u8]>,
        interned: bool,
    },
    Tuple(Vec<O>),
    List(Vec<O>),
    /// Keys and values in turn.
    Dict(Vec<O>),
    Set(Vec<O>),
    FrozenSet(Vec<O>),
    Code(Box<super::CodeParts<O>>),
    Unmarshallable,
}

/// Says what the values are that are to be written.
pub trait Subject {
    type Object;
    type Error: From<WriteError>;

    fn view<'a>(
        &'a mut self,
        object: &'a Self::Object,
    ) -> Result<View<'a, Self::Object>, Self::Error>;

    /// The identity of an object that may occur more than once. It must stay unique while the writer runs.
    fn identity(&self, object: &Self::Object) -> Option<usize>;

    /// Makes room for `more` bytes, or fails as one fails here for want of memory.
    fn room(&mut self, out: &mut Vec<u8>, more: usize) -> Result<(), Self::Error> {
        out.reserve(more);
        Ok(())
    }

    /// The text of a float with 17 significant digits, for versions 0 and 1.
    fn float_text(&mut self, value: f64) -> Result<String, Self::Error>;
}

/// What an object takes at most beside its text or its digits.
const SMALL: usize = 64;

impl<O> View<'_, O> {
    /// Bytes of its text or its digits.
    fn length(&self) -> usize {
        match self {
            View::Bytes(value) => value.len(),
            View::Buffer(value) => value.len(),
            View::Ascii { text, .. } => text.len(),
            View::Utf8 { text, .. } => text.len(),
            View::Long { digits, .. } => 2 * digits.len(),
            _ => 0,
        }
    }
}

/// Writes `object` in the format of `version`.
pub fn dump<S: Subject>(
    subject: &mut S,
    object: &S::Object,
    version: i32,
) -> Result<Vec<u8>, S::Error> {
    let mut writer = Writer {
        subject,
        out: Vec::with_capacity(256),
        version,
        refs: HashMap::new(),
        depth: 0,
        error: None,
    };
    writer.object(object)?;
    match writer.error {
        Some(error) => Err(error.into()),
        None => Ok(writer.out),
    }
}

struct Writer<'s, S> {
    subject: &'s mut S,
    out: Vec<u8>,
    version: i32,
    refs: HashMap<usize, u32>,
    depth: usize,
    error: Option<WriteError>,
}

impl<S: Subject> Writer<'_, S> {
    fn fail(&mut self, error: WriteError) {
        self.error = Some(error);
    }

    fn int32(&mut self, value: i32) {
        self.out.extend_from_slice(&value.to_le_bytes());
    }

    fn size(&mut self, value: usize) {
        match i32::try_from(value) {
            Ok(value) => self.int32(value),
            Err(_) => self.fail(WriteError::TooLarge),
        }
    }

    fn sized(&mut self, kind: u8, text: &[u8]) {
        self.out.push(kind);
        self.size(text.len());
        self.out.extend_from_slice(text);
    }

    fn float(&mut self, value: f64) -> Result<(), S::Error> {
        if self.version > 1 {
            self.out.extend_from_slice(&value.to_le_bytes());
        } else {
            let text = self.subject.float_text(value)?;
            self.out.push(text.len() as u8);
            self.out.extend_from_slice(text.as_bytes());
        }
        Ok(())
    }

    fn items(&mut self, items: Vec<S::Object>) -> Result<(), S::Error> {
        items.iter().try_for_each(|item| self.object(item))
    }

    /// Writes a reference to an object that was written before, or says with what flag to write it now.
    fn seen(&mut self, object: &S::Object) -> Option<u8> {
        let identity = match self.subject.identity(object) {
            Some(identity) if self.version >= 3 => identity,
            _ => return Some(0),
        };
        if let Some(&index) = self.refs.get(&identity) {
            self.out.push(b'r');
            self.out.extend_from_slice(&index.to_le_bytes());
            return None;
        }
        let index = self.refs.len() as u32;
        self.refs.insert(identity, index);
        Some(FLAG_REF)
    }

    fn object(&mut self, object: &S::Object) -> Result<(), S::Error> {
        if self.depth >= MAX_DEPTH {
            self.fail(WriteError::TooDeep);
            return Ok(());
        }
        self.depth += 1;
        self.subject.room(&mut self.out, SMALL)?;
        let singleton = match self.subject.view(object)? {
            View::None => Some(b'N'),
            View::StopIteration => Some(b'S'),
            View::Ellipsis => Some(b'.'),
            View::Bool(false) => Some(b'F'),
            View::Bool(true) => Some(b'T'),
            _ => None,
        };
        match singleton {
            Some(kind) => self.out.push(kind),
            None => {
                if let Some(flag) = self.seen(object) {
                    self.compound(object, flag)?;
                }
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn compound(&mut self, object: &S::Object, flag: u8) -> Result<(), S::Error> {
        let start = self.out.len();
        let length = self.subject.view(object)?.length();
        self.subject.room(&mut self.out, length + SMALL)?;
        match self.subject.view(object)? {
            View::Int(value) => match i32::try_from(value) {
                Ok(value) => {
                    self.out.push(b'i');
                    self.int32(value);
                }
                Err(_) => self.long(value < 0, &digits_of(value.unsigned_abs())),
            },
            View::Long { negative, digits } => self.long(negative, &digits),
            View::Float(value) => {
                self.out.push(if self.version > 1 { b'g' } else { b'f' });
                self.float(value)?;
            }
            View::Complex(real, imag) => {
                self.out.push(if self.version > 1 { b'y' } else { b'x' });
                self.float(real)?;
                self.float(imag)?;
            }
            View::Bytes(value) => push_sized(&mut self.out, &mut self.error, b's', value),
            View::Buffer(value) => self.sized(b's', &value),
            View::Ascii { text, interned } if self.version >= 4 => {
                match (u8::try_from(text.len()), interned) {
                    (Ok(len), true) => self.out.extend_from_slice(&[b'Z', len]),
                    (Ok(len), false) => self.out.extend_from_slice(&[b'z', len]),
                    (Err(_), _) => {
                        let kind = if interned { b'A' } else { b'a' };
                        push_sized(&mut self.out, &mut self.error, kind, text);
                        return self.flagged(start, flag);
                    }
                }
                self.out.extend_from_slice(text);
            }
            View::Ascii { text, interned } => {
                let kind = if interned && self.version >= 3 {
                    b't'
                } else {
                    b'u'
                };
                push_sized(&mut self.out, &mut self.error, kind, text);
            }
            View::Utf8 { text, interned } => {
                let kind = if interned && self.version >= 3 {
                    b't'
                } else {
                    b'u'
                };
                push_sized(&mut self.out, &mut self.error, kind, &text);
            }
            View::Tuple(items) => {
                match u8::try_from(items.len()) {
                    Ok(len) if self.version >= 4 => self.out.extend_from_slice(&[b')' | flag, len]),
                    _ => {
                        self.out.push(b'(' | flag);
                        self.size(items.len());
                    }
                }
                return self.items(items);
            }
            View::List(items) => return self.counted(b'[' | flag, items),
            View::Set(items) => return self.counted(b'<' | flag, items),
            View::FrozenSet(items) => return self.counted(b'>' | flag, items),
            View::Dict(items) => {
                self.out.push(b'{' | flag);
                self.items(items)?;
                self.out.push(b'0');
                return Ok(());
            }
            View::Code(parts) => {
                self.out.push(b'c' | flag);
                return self.code(*parts);
            }
            _ => {
                self.out.push(b'?');
                self.fail(WriteError::Unmarshallable);
            }
        }
        self.flagged(start, flag)
    }

    /// Puts the flag on a type code that has been written already.
    fn flagged(&mut self, start: usize, flag: u8) -> Result<(), S::Error> {
        if let Some(kind) = self.out.get_mut(start) {
            *kind |= flag;
        }
        Ok(())
    }

    fn counted(&mut self, kind: u8, items: Vec<S::Object>) -> Result<(), S::Error> {
        self.out.push(kind);
        self.size(items.len());
        self.items(items)
    }

    fn long(&mut self, negative: bool, digits: &[u16]) {
        self.out.push(b'l');
        match i32::try_from(digits.len()) {
            Ok(len) => self.int32(if negative { -len } else { len }),
            Err(_) => return self.fail(WriteError::TooLarge),
        }
        for digit in digits {
            self.out.extend_from_slice(&digit.to_le_bytes());
        }
    }

    fn code(&mut self, parts: super::CodeParts<S::Object>) -> Result<(), S::Error> {
        for value in [
            parts.argcount,
            parts.posonlyargcount,
            parts.kwonlyargcount,
            parts.nlocals,
            parts.stacksize,
            parts.flags,
        ] {
            self.int32(value);
        }
        for object in [
            &parts.code,
            &parts.consts,
            &parts.names,
            &parts.varnames,
            &parts.freevars,
            &parts.cellvars,
            &parts.filename,
            &parts.name,
        ] {
            self.object(object)?;
        }
        self.int32(parts.firstlineno);
        self.object(&parts.lnotab)
    }
}

/// The writer's `sized` for text that is borrowed from the subject.
fn push_sized(out: &mut Vec<u8>, error: &mut Option<WriteError>, kind: u8, text: &[u8]) {
    out.push(kind);
    match i32::try_from(text.len()) {
        Ok(len) => out.extend_from_slice(&len.to_le_bytes()),
        Err(_) => *error = Some(WriteError::TooLarge),
    }
    out.extend_from_slice(text);
}

fn digits_of(mut value: u64) -> Vec<u16> {
    let mut digits = Vec::new();
    while value != 0 {
        digits.push((value & 0x7fff) as u16);
        value >>= 15;
    }
    digits
}
