//! Reading marshal data.

use super::{FLAG_REF, MAX_DEPTH};

/// What can be wrong with the data itself; the [`Builder`] turns it into an error of its own kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// EOFError.
    Eof(&'static str),
    /// ValueError.
    Value(&'static str),
    /// TypeError: a NULL stands where an object is needed.
    Null(&'static str),
}

const TOO_SHORT: ReadError = ReadError::Eof("marshal data too short");
const NO_OBJECT: ReadError = ReadError::Eof("EOF read where object expected");

/// Where the bytes come from.
pub trait Source<E> {
    /// The next `n` bytes, or all that are left when there are fewer.
    fn take(&mut self, n: usize) -> Result<&[u8], E>;

    /// How many bytes are left, if that can be known.
    fn remaining(&self) -> Option<usize>;
}

/// Bytes in memory.
pub struct SliceSource<'a> {
    rest: &'a [u8],
}

impl<'a> SliceSource<'a> {
    pub fn new(data: &'a [u8]) -> Self {
        Self { rest: data }
    }
}

impl<E> Source<E> for SliceSource<'_> {
    fn take(&mut self, n: usize) -> Result<&[u8], E> {
        let (head, tail) = self.rest.split_at(n.min(self.rest.len()));
        self.rest = tail;
        Ok(head)
    }

    fn remaining(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// The fields of a code object, in the order in which they are stored.
pub struct CodeParts<V> {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub nlocals: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub code: V,
    pub consts: V,
    pub names: V,
    pub varnames: V,
    pub freevars: V,
    pub cellvars: V,
    pub filename: V,
    pub name: V,
    pub firstlineno: i32,
    pub lnotab: V,
}

/// Makes values out of what the reader meets.
///
/// A container is first begun, then filled, then finished: data can refer to a container inside itself, and
/// [`Builder::early`] says what such a reference gives (`None` where the builder has nothing to give yet).
pub trait Builder {
    type Value: Clone;
    type Tuple;
    type List;
    type Dict;
    type Set;
    type Error: From<ReadError>;

    fn none(&mut self) -> Result<Self::Value, Self::Error>;
    fn ellipsis(&mut self) -> Result<Self::Value, Self::Error>;
    fn stop_iteration(&mut self) -> Result<Self::Value, Self::Error>;
    fn bool(&mut self, value: bool) -> Result<Self::Value, Self::Error>;
    fn int(&mut self, value: i64) -> Result<Self::Value, Self::Error>;
    /// Digits of 15 bits, least significant first, the last not zero.
    fn long(&mut self, negative: bool, digits: &[u16]) -> Result<Self::Value, Self::Error>;
    fn float(&mut self, value: f64) -> Result<Self::Value, Self::Error>;
    fn complex(&mut self, real: f64, imag: f64) -> Result<Self::Value, Self::Error>;
    /// A number in decimal, as old versions store floats.
    fn parse_float(&mut self, text: &[u8]) -> Result<f64, Self::Error>;
    fn bytes(&mut self, value: &[u8]) -> Result<Self::Value, Self::Error>;
    /// UTF-8, in which surrogates may stand.
    fn str_utf8(&mut self, value: &[u8], interned: bool) -> Result<Self::Value, Self::Error>;
    fn str_latin1(&mut self, value: &[u8], interned: bool) -> Result<Self::Value, Self::Error>;

    fn new_tuple(&mut self, len: usize) -> Result<Self::Tuple, Self::Error>;
    fn early_tuple(&mut self, tuple: &Self::Tuple) -> Option<Self::Value>;
    fn set_tuple(
        &mut self,
        tuple: &mut Self::Tuple,
        index: usize,
        value: Self::Value,
    ) -> Result<(), Self::Error>;
    fn finish_tuple(&mut self, tuple: Self::Tuple) -> Result<Self::Value, Self::Error>;

    fn new_list(&mut self, len: usize) -> Result<Self::List, Self::Error>;
    fn early_list(&mut self, list: &Self::List) -> Option<Self::Value>;
    fn set_list(
        &mut self,
        list: &mut Self::List,
        index: usize,
        value: Self::Value,
    ) -> Result<(), Self::Error>;
    fn finish_list(&mut self, list: Self::List) -> Result<Self::Value, Self::Error>;

    fn new_dict(&mut self) -> Result<Self::Dict, Self::Error>;
    fn early_dict(&mut self, dict: &Self::Dict) -> Option<Self::Value>;
    fn set_dict(
        &mut self,
        dict: &mut Self::Dict,
        key: Self::Value,
        value: Self::Value,
    ) -> Result<(), Self::Error>;
    fn finish_dict(&mut self, dict: Self::Dict) -> Result<Self::Value, Self::Error>;

    fn new_set(&mut self, frozen: bool) -> Result<Self::Set, Self::Error>;
    /// Asked for sets that are not frozen only.
    fn early_set(&mut self, set: &Self::Set) -> Option<Self::Value>;
    fn add(&mut self, set: &mut Self::Set, value: Self::Value) -> Result<(), Self::Error>;
    fn finish_set(&mut self, set: Self::Set) -> Result<Self::Value, Self::Error>;

    fn code(&mut self, parts: CodeParts<Self::Value>) -> Result<Self::Value, Self::Error>;
}

/// Reads one or more values from a source.
pub struct Reader<'b, B: Builder, S> {
    builder: &'b mut B,
    source: S,
    /// What references can mean; `None` is a value that is still being made.
    refs: Vec<Option<B::Value>>,
    depth: usize,
}

impl<'b, B: Builder, S: Source<B::Error>> Reader<'b, B, S> {
    pub fn new(builder: &'b mut B, source: S) -> Self {
        Self {
            builder,
            source,
            refs: Vec::new(),
            depth: 0,
        }
    }

    /// The next value.
    pub fn read(&mut self) -> Result<B::Value, B::Error> {
        self.require("NULL object in marshal data for object")
    }

    pub fn into_source(self) -> S {
        self.source
    }

    fn require(&mut self, null: &'static str) -> Result<B::Value, B::Error> {
        match self.object()? {
            Some(value) => Ok(value),
            None => Err(ReadError::Null(null).into()),
        }
    }

    fn exactly(&mut self, n: usize) -> Result<&[u8], B::Error> {
        let got = self.source.take(n)?;
        if got.len() < n {
            return Err(TOO_SHORT.into());
        }
        Ok(got)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], B::Error> {
        let mut out = [0; N];
        out.copy_from_slice(self.exactly(N)?);
        Ok(out)
    }

    fn byte(&mut self) -> Result<u8, B::Error> {
        // A missing length byte is reported as a missing object, as in 3.8.
        match self.source.take(1)?.first() {
            Some(&byte) => Ok(byte),
            None => Err(NO_OBJECT.into()),
        }
    }

    fn short(&mut self) -> Result<u16, B::Error> {
        Ok(u16::from_le_bytes(self.array()?))
    }

    fn int32(&mut self) -> Result<i32, B::Error> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    fn size(&mut self, error: &'static str) -> Result<usize, B::Error> {
        usize::try_from(self.int32()?).map_err(|_| ReadError::Value(error).into())
    }

    /// Whether so many items can still follow: each takes a byte at least.
    fn plausible(&self, items: usize) -> bool {
        self.source.remaining().is_none_or(|rest| items <= rest)
    }

    /// Reads items until the error that must come, for a container larger than the data: nothing is allocated for it.
    fn doomed(&mut self, null: &'static str) -> Result<B::Value, B::Error> {
        loop {
            self.require(null)?;
        }
    }

    fn reserve(&mut self, flag: bool) -> Option<usize> {
        flag.then(|| {
            self.refs.push(None);
            self.refs.len() - 1
        })
    }

    fn announce(&mut self, slot: Option<usize>, value: Option<B::Value>) {
        if let Some(entry) = slot.and_then(|slot| self.refs.get_mut(slot)) {
            *entry = value;
        }
    }

    /// One object, `None` for the NULL that ends a dictionary.
    fn object(&mut self) -> Result<Option<B::Value>, B::Error> {
        let code = self.byte()?;
        if self.depth >= MAX_DEPTH {
            return Err(ReadError::Value("recursion limit exceeded").into());
        }
        self.depth += 1;
        let flag = code & FLAG_REF != 0;
        let value = match code & !FLAG_REF {
            b'0' => None,
            b'N' => Some(self.builder.none()?),
            b'S' => Some(self.builder.stop_iteration()?),
            b'.' => Some(self.builder.ellipsis()?),
            b'F' => Some(self.builder.bool(false)?),
            b'T' => Some(self.builder.bool(true)?),
            b'r' => Some(self.reference()?),
            b'(' => {
                let len = self.size("bad marshal data (tuple size out of range)")?;
                Some(self.tuple(len, flag)?)
            }
            b')' => {
                let len = self.byte()?;
                Some(self.tuple(len.into(), flag)?)
            }
            b'[' => Some(self.list(flag)?),
            b'{' => Some(self.dict(flag)?),
            b'<' => Some(self.set(false, flag)?),
            b'>' => Some(self.set(true, flag)?),
            b'c' => Some(self.code(flag)?),
            kind => {
                let value = self.scalar(kind)?;
                if flag {
                    self.refs.push(Some(value.clone()));
                }
                Some(value)
            }
        };
        self.depth -= 1;
        Ok(value)
    }

    fn reference(&mut self) -> Result<B::Value, B::Error> {
        let index = self.int32()?;
        usize::try_from(index)
            .ok()
            .and_then(|index| self.refs.get(index)?.clone())
            .ok_or_else(|| ReadError::Value("bad marshal data (invalid reference)").into())
    }

    fn scalar(&mut self, kind: u8) -> Result<B::Value, B::Error> {
        const STRING_SIZE: &str = "bad marshal data (string size out of range)";
        match kind {
            b'i' => {
                let value = self.int32()?;
                self.builder.int(value.into())
            }
            b'I' => {
                let value = i64::from_le_bytes(self.array()?);
                self.builder.int(value)
            }
            b'l' => self.long(),
            b'f' => {
                let value = self.float_text()?;
                self.builder.float(value)
            }
            b'g' => {
                let value = f64::from_le_bytes(self.array()?);
                self.builder.float(value)
            }
            b'x' => {
                let real = self.float_text()?;
                let imag = self.float_text()?;
                self.builder.complex(real, imag)
            }
            b'y' => {
                let real = f64::from_le_bytes(self.array()?);
                let imag = f64::from_le_bytes(self.array()?);
                self.builder.complex(real, imag)
            }
            b's' => {
                let len = self.size("bad marshal data (bytes object size out of range)")?;
                let data = self.source.take(len)?;
                if data.len() < len {
                    return Err(TOO_SHORT.into());
                }
                self.builder.bytes(data)
            }
            b'u' | b't' => {
                let len = self.size(STRING_SIZE)?;
                let data = self.source.take(len)?;
                if data.len() < len {
                    return Err(TOO_SHORT.into());
                }
                self.builder.str_utf8(data, kind == b't')
            }
            b'a' | b'A' => {
                let len = self.size(STRING_SIZE)?;
                self.latin1(len, kind == b'A')
            }
            b'z' | b'Z' => {
                let len = self.byte()?;
                self.latin1(len.into(), kind == b'Z')
            }
            _ => Err(ReadError::Value("bad marshal data (unknown type code)").into()),
        }
    }

    fn latin1(&mut self, len: usize, interned: bool) -> Result<B::Value, B::Error> {
        let data = self.source.take(len)?;
        if data.len() < len {
            return Err(TOO_SHORT.into());
        }
        self.builder.str_latin1(data, interned)
    }

    fn float_text(&mut self) -> Result<f64, B::Error> {
        let len = self.byte()?;
        let data = self.source.take(len.into())?;
        if data.len() < usize::from(len) {
            return Err(TOO_SHORT.into());
        }
        // Numbers are C strings to 3.8.
        let text = data.split(|b| *b == 0).next().unwrap_or_default();
        self.builder.parse_float(text)
    }

    fn long(&mut self) -> Result<B::Value, B::Error> {
        let n = self.int32()?;
        if n == i32::MIN {
            return Err(ReadError::Value("bad marshal data (long size out of range)").into());
        }
        let count = n.unsigned_abs() as usize;
        // Never more room than the data can fill.
        let room = self.source.remaining().map_or(1024, |rest| rest / 2);
        let mut digits = Vec::with_capacity(count.min(room));
        for index in 0..count {
            let digit = self.short()?;
            if digit > 0x7fff {
                return Err(
                    ReadError::Value("bad marshal data (digit out of range in long)").into(),
                );
            }
            if digit == 0 && index + 1 == count {
                return Err(ReadError::Value("bad marshal data (unnormalized long data)").into());
            }
            digits.push(digit);
        }
        self.builder.long(n < 0, &digits)
    }

    fn tuple(&mut self, len: usize, flag: bool) -> Result<B::Value, B::Error> {
        const NULL: &str = "NULL object in marshal data for tuple";
        let slot = self.reserve(flag);
        if !self.plausible(len) {
            return self.doomed(NULL);
        }
        let mut tuple = self.builder.new_tuple(len)?;
        if flag {
            let early = self.builder.early_tuple(&tuple);
            self.announce(slot, early);
        }
        for index in 0..len {
            let item = self.require(NULL)?;
            self.builder.set_tuple(&mut tuple, index, item)?;
        }
        let value = self.builder.finish_tuple(tuple)?;
        self.announce(slot, Some(value.clone()));
        Ok(value)
    }

    fn list(&mut self, flag: bool) -> Result<B::Value, B::Error> {
        const NULL: &str = "NULL object in marshal data for list";
        let len = self.size("bad marshal data (list size out of range)")?;
        let slot = self.reserve(flag);
        if !self.plausible(len) {
            return self.doomed(NULL);
        }
        let mut list = self.builder.new_list(len)?;
        if flag {
            let early = self.builder.early_list(&list);
            self.announce(slot, early);
        }
        for index in 0..len {
            let item = self.require(NULL)?;
            self.builder.set_list(&mut list, index, item)?;
        }
        let value = self.builder.finish_list(list)?;
        self.announce(slot, Some(value.clone()));
        Ok(value)
    }

    fn dict(&mut self, flag: bool) -> Result<B::Value, B::Error> {
        let slot = self.reserve(flag);
        let mut dict = self.builder.new_dict()?;
        if flag {
            let early = self.builder.early_dict(&dict);
            self.announce(slot, early);
        }
        while let Some(key) = self.object()? {
            // A key without a value ends the dictionary too.
            let Some(value) = self.object()? else { break };
            self.builder.set_dict(&mut dict, key, value)?;
        }
        let value = self.builder.finish_dict(dict)?;
        self.announce(slot, Some(value.clone()));
        Ok(value)
    }

    fn set(&mut self, frozen: bool, flag: bool) -> Result<B::Value, B::Error> {
        const NULL: &str = "NULL object in marshal data for set";
        let len = self.size("bad marshal data (set size out of range)")?;
        let slot = self.reserve(flag);
        if !self.plausible(len) {
            return self.doomed(NULL);
        }
        let mut set = self.builder.new_set(frozen)?;
        if flag && !frozen {
            let early = self.builder.early_set(&set);
            self.announce(slot, early);
        }
        for _ in 0..len {
            let item = self.require(NULL)?;
            self.builder.add(&mut set, item)?;
        }
        let value = self.builder.finish_set(set)?;
        self.announce(slot, Some(value.clone()));
        Ok(value)
    }

    fn code(&mut self, flag: bool) -> Result<B::Value, B::Error> {
        const NULL: &str = "NULL object in marshal data for object";
        let slot = self.reserve(flag);
        let parts = CodeParts {
            argcount: self.int32()?,
            posonlyargcount: self.int32()?,
            kwonlyargcount: self.int32()?,
            nlocals: self.int32()?,
            stacksize: self.int32()?,
            flags: self.int32()?,
            code: self.require(NULL)?,
            consts: self.require(NULL)?,
            names: self.require(NULL)?,
            varnames: self.require(NULL)?,
            freevars: self.require(NULL)?,
            cellvars: self.require(NULL)?,
            filename: self.require(NULL)?,
            name: self.require(NULL)?,
            firstlineno: self.int32()?,
            lnotab: self.require(NULL)?,
        };
        let value = self.builder.code(parts)?;
        self.announce(slot, Some(value.clone()));
        Ok(value)
    }
}
