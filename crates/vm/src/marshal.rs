//! The `marshal` module: the format of `pyrite-bytecode`, over the interpreter's objects.

use crate::code::{self, Parts};
use crate::prelude::*;
use pyrite_bytecode::marshal as format;
use pyrite_bytecode::marshal::{
    Builder, CodeParts, ReadError, Reader, SliceSource, Source, Subject, View, WriteError,
};
use pyrite_runtime::{bytearray, memoryview};

/// The first word of 3.8's `.pyc` files.
pub const MAGIC: u32 = 0x0a0d_0d55;

/// An error of reading or writing: an exception that is set.
pub struct Failure(pub Raised);

impl From<ReadError> for Failure {
    fn from(e: ReadError) -> Failure {
        Failure(match e {
            ReadError::Eof(text) => raise!(EOFError, "{text}"),
            ReadError::Value(text) => raise!(ValueError, "{text}"),
            ReadError::Null(text) => raise!(TypeError, "{text}"),
        })
    }
}

impl From<WriteError> for Failure {
    fn from(e: WriteError) -> Failure {
        // An object's own complaint, if there is one, says more.
        Failure(if err::occurred().is_some() {
            Raised::already_set()
        } else {
            raise!(ValueError, "{}", e.message())
        })
    }
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Failure {
        Failure(raised)
    }
}

type Made<T = Owned> = Result<T, Failure>;

/// Makes objects.
struct Objects;

impl Builder for Objects {
    type Value = Owned;
    type Tuple = Owned<PyTupleObject>;
    type List = (Owned<PyListObject>, usize);
    type Dict = Owned<PyDictObject>;
    type Set = Owned;
    type Error = Failure;

    fn none(&mut self) -> Made {
        Ok(none().own())
    }
    fn ellipsis(&mut self) -> Made {
        Ok(ellipsis().own())
    }
    fn stop_iteration(&mut self) -> Made {
        Ok(exc::StopIteration.get().own())
    }
    fn bool(&mut self, value: bool) -> Made {
        Ok(bool_from(value))
    }
    fn int(&mut self, value: i64) -> Made {
        Ok(long::from_i64(value)?.upcast())
    }
    fn long(&mut self, negative: bool, digits: &[u16]) -> Made {
        let mut out = Vec::with_capacity(digits.len() * 2 + 1);
        let (mut acc, mut bits) = (0u32, 0);
        for &d in digits {
            acc |= u32::from(d) << bits;
            bits += 15;
            while bits >= 8 {
                out.push(acc as u8);
                acc >>= 8;
                bits -= 8;
            }
        }
        out.push(acc as u8);
        let v = long::from_byte_array(&out, true, false)?;
        if negative {
            Ok(number::negative(v.as_object())?)
        } else {
            Ok(v.upcast())
        }
    }
    fn float(&mut self, value: f64) -> Made {
        Ok(float::from_f64(value)?.upcast())
    }
    fn complex(&mut self, real: f64, imag: f64) -> Made {
        Ok(pyrite_runtime::complex::from_doubles(real, imag)?.upcast())
    }
    fn parse_float(&mut self, text: &[u8]) -> Made<f64> {
        match pyrite_runtime::pystrtod::parse_literal(text) {
            Some(value) => Ok(value),
            None => Err(Failure(raise!(
                ValueError,
                "could not convert string to float: '{}'",
                String::from_utf8_lossy(text.split(|&b| b == 0).next().unwrap_or_default())
            ))),
        }
    }
    fn bytes(&mut self, value: &[u8]) -> Made {
        Ok(bytes::from_slice(value)?.upcast())
    }
    fn str_utf8(&mut self, value: &[u8], interned: bool) -> Made {
        let s = unicode::decode::utf8(value, Some("surrogatepass"))?;
        Ok(if interned {
            unicode::intern(s).upcast()
        } else {
            s.upcast()
        })
    }
    fn str_latin1(&mut self, value: &[u8], interned: bool) -> Made {
        Ok(if interned {
            unicode::intern_latin1(value)?.upcast()
        } else {
            unicode::from_latin1(value)?.upcast()
        })
    }

    fn new_tuple(&mut self, len: usize) -> Made<Self::Tuple> {
        Ok(tuple::new(len as Py_ssize_t)?)
    }
    fn early_tuple(&mut self, _tuple: &Self::Tuple) -> Option<Owned> {
        None
    }
    fn set_tuple(&mut self, tuple: &mut Self::Tuple, index: usize, value: Owned) -> Made<()> {
        tuple::init_item(tuple, index, value);
        Ok(())
    }
    fn finish_tuple(&mut self, tuple: Self::Tuple) -> Made {
        Ok(tuple.upcast())
    }

    fn new_list(&mut self, _len: usize) -> Made<Self::List> {
        Ok((list::new(0)?, 0))
    }
    fn early_list(&mut self, list: &Self::List) -> Option<Owned> {
        Some(list.0.as_object().own())
    }
    fn set_list(&mut self, list: &mut Self::List, _index: usize, value: Owned) -> Made<()> {
        list.1 += 1;
        Ok(pyrite_runtime::list::append(&list.0, &value)?)
    }
    fn finish_list(&mut self, list: Self::List) -> Made {
        Ok(list.0.upcast())
    }

    fn new_dict(&mut self) -> Made<Self::Dict> {
        Ok(dict::new()?)
    }
    fn early_dict(&mut self, dict: &Self::Dict) -> Option<Owned> {
        Some(dict.as_object().own())
    }
    fn set_dict(&mut self, dict: &mut Self::Dict, key: Owned, value: Owned) -> Made<()> {
        Ok(pyrite_runtime::dict::set_item(dict, &key, &value)?)
    }
    fn finish_dict(&mut self, dict: Self::Dict) -> Made {
        Ok(dict.upcast())
    }

    fn new_set(&mut self, frozen: bool) -> Made<Owned> {
        Ok(if frozen {
            set::new_frozen(None)?.upcast()
        } else {
            set::new(None)?.upcast()
        })
    }
    fn early_set(&mut self, set: &Owned) -> Option<Owned> {
        Some(set.clone())
    }
    fn add(&mut self, set: &mut Owned, value: Owned) -> Made<()> {
        match set::as_any(set) {
            Some(s) => Ok(pyrite_runtime::set::add(s, &value)?),
            None => Err(raise!(SystemError, "a set is expected").into()),
        }
    }
    fn finish_set(&mut self, made: Owned) -> Made {
        let empty = |s: &PySetObject| set::len(s) == 0;
        if made.is_exactly(&set::PyFrozenSet_Type) && set::as_any(&made).is_some_and(empty) {
            // There is one of these.
            return Ok(call::call0(set::PyFrozenSet_Type.as_object())?);
        }
        Ok(made)
    }

    fn code(&mut self, p: CodeParts<Owned>) -> Made {
        let parts = Parts {
            argcount: p.argcount,
            posonlyargcount: p.posonlyargcount,
            kwonlyargcount: p.kwonlyargcount,
            nlocals: p.nlocals,
            stacksize: p.stacksize,
            flags: p.flags,
            code: &p.code,
            consts: &p.consts,
            names: &p.names,
            varnames: &p.varnames,
            freevars: &p.freevars,
            cellvars: &p.cellvars,
            filename: &p.filename,
            name: &p.name,
            firstlineno: p.firstlineno,
            lnotab: &p.lnotab,
        };
        Ok(code::new_with_pos_only_args(&parts)?.upcast())
    }
}

/// Says what objects are.
struct Given;

fn tuple_items(t: &PyTupleObject) -> Vec<Owned> {
    (0..tuple::len(t)).map(|i| tuple::get(t, i).own()).collect()
}

fn code_parts(c: &PyCodeObject) -> CodeParts<Owned> {
    let field = |f: &Cell<*mut PyObject>| f.load().unwrap_or_else(|| none().own());
    CodeParts {
        argcount: c.co_argcount.get(),
        posonlyargcount: c.co_posonlyargcount.get(),
        kwonlyargcount: c.co_kwonlyargcount.get(),
        nlocals: c.co_nlocals.get(),
        stacksize: c.co_stacksize.get(),
        flags: c.co_flags.get(),
        code: field(&c.co_code),
        consts: field(&c.co_consts),
        names: field(&c.co_names),
        varnames: field(&c.co_varnames),
        freevars: field(&c.co_freevars),
        cellvars: field(&c.co_cellvars),
        filename: field(&c.co_filename),
        name: field(&c.co_name),
        firstlineno: c.co_firstlineno.get(),
        lnotab: field(&c.co_lnotab),
    }
}

/// An int, small or as digits of 15 bits.
fn int_view<'a>(o: &PyObject) -> View<'a, Owned> {
    // SAFETY: only called for ints.
    let l: &PyLongObject = unsafe { o.cast_ref() };
    let size = l.ob_base.ob_size.get();
    let n = size.unsigned_abs();
    // SAFETY: an int has that many digits.
    let digits = unsafe { std::slice::from_raw_parts((&raw const l.ob_digit).cast::<u32>(), n) };
    if n <= 2 {
        let v = digits
            .iter()
            .rev()
            .fold(0i64, |v, &d| v << 30 | i64::from(d));
        return View::Int(if size < 0 { -v } else { v });
    }
    let mut halves: Vec<u16> = digits
        .iter()
        .flat_map(|&d| [(d & 0x7fff) as u16, (d >> 15) as u16])
        .collect();
    if halves.last() == Some(&0) {
        halves.pop();
    }
    View::Long {
        negative: size < 0,
        digits: halves,
    }
}

impl Subject for Given {
    type Object = Owned;
    type Error = Failure;

    fn view<'a>(&'a mut self, o: &'a Owned) -> Made<View<'a, Owned>> {
        if o.is_none() {
            return Ok(View::None);
        }
        if o.is(ellipsis()) {
            return Ok(View::Ellipsis);
        }
        if o.is(exc::StopIteration.get()) {
            return Ok(View::StopIteration);
        }
        if o.is(py_true()) || o.is(py_false()) {
            return Ok(View::Bool(o.is(py_true())));
        }
        if o.isinstance_exact(&PyLong_Type) {
            return Ok(int_view(o));
        }
        if let Some(f) = o.downcast_exact::<PyFloatObject>() {
            return Ok(View::Float(f.ob_fval.get()));
        }
        if let Some(c) = o.downcast_exact::<PyComplexObject>() {
            return Ok(View::Complex(c.cval.get().real, c.cval.get().imag));
        }
        if let Some(b) = o.downcast_exact::<PyBytesObject>() {
            return Ok(View::Bytes(bytes::as_slice(b)));
        }
        if let Some(s) = o.downcast_exact::<PyUnicodeObject>() {
            let interned = unicode::state(s).interned() != 0;
            if unicode::is_ascii(s) {
                return Ok(View::Ascii {
                    text: text::as_utf8(o)?.as_bytes(),
                    interned,
                });
            }
            let b = unicode::encode::utf8(s, Some("surrogatepass"))?;
            return Ok(View::Utf8 {
                text: bytes::as_slice(&b).to_vec().into(),
                interned,
            });
        }
        self.container(o)
    }

    fn identity(&self, o: &Owned) -> Option<usize> {
        // An object with one owner cannot occur twice.
        (o.refcount() > 2).then(|| o.as_ptr() as usize)
    }

    fn room(&mut self, out: &mut Vec<u8>, more: usize) -> Made<()> {
        if out.capacity() - out.len() < more {
            out.try_reserve(more)
                .map_err(|e| Failure(pyrite_runtime::mem::room::raised(e)))?;
        }
        Ok(())
    }

    fn float_text(&mut self, value: f64) -> Made<String> {
        Ok(pyrite_runtime::pystrtod::double_to_string(
            value, 'g', 17, 0,
        )?)
    }
}

impl Given {
    fn container<'a>(&mut self, o: &'a Owned) -> Made<View<'a, Owned>> {
        if let Some(t) = o.downcast_exact::<PyTupleObject>() {
            return Ok(View::Tuple(tuple_items(t)));
        }
        if o.isinstance_exact(&PyList_Type) {
            return Ok(View::List(tuple_items(&*sequence::tuple(o)?)));
        }
        if let Some(d) = o.downcast_exact::<PyDictObject>() {
            return Ok(View::Dict(
                dict::items(d)
                    .into_iter()
                    .flat_map(|(k, v)| [k, v])
                    .collect(),
            ));
        }
        if o.isinstance_exact(&PySet_Type) {
            return Ok(View::Set(tuple_items(&*sequence::tuple(o)?)));
        }
        if o.isinstance_exact(&PyFrozenSet_Type) {
            return Ok(View::FrozenSet(tuple_items(&*sequence::tuple(o)?)));
        }
        if let Some(c) = o.downcast_exact::<PyCodeObject>() {
            return Ok(View::Code(Box::new(code_parts(c))));
        }
        match pyrite_runtime::buffer::get_simple(o) {
            Ok(b) => Ok(View::Buffer(b.as_slice().to_vec())),
            Err(_) => {
                err::clear();
                Ok(View::Unmarshallable)
            }
        }
    }
}

/// `PyMarshal_WriteObjectToString`.
pub fn dumps(o: &PyObject, version: c_int) -> PyResult<Owned<PyBytesObject>> {
    match format::dump(&mut Given, &o.own(), version) {
        Ok(data) => bytes::from_slice(&data),
        Err(Failure(raised)) => Err(raised),
    }
}

/// `PyMarshal_ReadObjectFromString`.
pub fn loads(data: &[u8]) -> PyResult<Owned> {
    Reader::new(&mut Objects, SliceSource::new(data))
        .read()
        .map_err(|Failure(raised)| raised)
}

/// An object from the start of the data, and how many bytes it took.
pub fn loads_prefix(data: &[u8]) -> PyResult<(Owned, usize)> {
    struct Counted<'a>(SliceSource<'a>);
    impl Source<Failure> for &mut Counted<'_> {
        fn take(&mut self, n: usize) -> Made<&[u8]> {
            self.0.take(n)
        }
        fn remaining(&self) -> Option<usize> {
            Source::<Failure>::remaining(&self.0)
        }
    }
    let mut source = Counted(SliceSource::new(data));
    let made = Reader::new(&mut Objects, &mut source)
        .read()
        .map_err(|Failure(raised)| raised)?;
    let left = Source::<Failure>::remaining(&source.0).unwrap_or(0);
    Ok((made, data.len() - left))
}

/// Bytes from a file object, by its `readinto`.
struct FileSource<'a> {
    file: &'a PyObject,
    held: Vec<u8>,
}

/// What is asked of a file at once, so that a length which is a lie costs no more memory than the file has bytes.
const PIECE: usize = 1 << 20;

impl FileSource<'_> {
    /// Reads up to `n` bytes and says how many there were.
    fn read_piece(&mut self, n: usize) -> PyResult<usize> {
        let room = bytearray::from_slice(&vec![0; n])?;
        let view = memoryview::from_object(room.as_object())?;
        let got = text::call_method(self.file, "readinto", &[view.as_object()])?;
        let got = number::as_ssize_t(&got, None)?.max(0) as usize;
        if got > n {
            return Err(raise!(
                ValueError,
                "read() returned too much data: {n} bytes requested, {got} returned"
            ));
        }
        let data = bytearray::to_vec(&room)?;
        self.held.extend(data.into_iter().take(got));
        Ok(got)
    }
}

impl Source<Failure> for FileSource<'_> {
    fn take(&mut self, n: usize) -> Made<&[u8]> {
        self.held.clear();
        if n == 0 {
            return Ok(&self.held);
        }
        while self.held.len() < n {
            let asked = (n - self.held.len()).min(PIECE);
            let got = match self.read_piece(asked) {
                Ok(got) => got,
                // A single byte is a type or a length, for which 3.8 takes any trouble for the end.
                Err(_) if n == 1 => {
                    err::clear();
                    0
                }
                Err(raised) => return Err(raised.into()),
            };
            if got < asked {
                break;
            }
        }
        Ok(&self.held)
    }

    fn remaining(&self) -> Option<usize> {
        None
    }
}

pub struct Marshal;

#[pymodule(name = "marshal", export = false)]
impl Marshal {
    #[function]
    fn dumps(_m: &PyObject, value: &PyObject, version: Option<i32>) -> PyResult<Owned> {
        dumps(value, version.unwrap_or(format::VERSION)).map(Owned::upcast)
    }

    #[function]
    fn dump(
        _m: &PyObject,
        value: &PyObject,
        file: &PyObject,
        version: Option<i32>,
    ) -> PyResult<Owned> {
        let data = dumps(value, version.unwrap_or(format::VERSION))?;
        text::call_method(file, "write", &[data.as_object()])
    }

    #[function]
    fn loads(_m: &PyObject, bytes: Buffer) -> PyResult<Owned> {
        loads(bytes.as_slice())
    }

    #[function]
    fn load(_m: &PyObject, file: &PyObject) -> PyResult<Owned> {
        let zero = long::from_i64(0)?;
        let probe = text::call_method(file, "read", &[zero.as_object()])?;
        if probe.downcast::<PyBytesObject>().is_none() {
            return Err(raise!(
                TypeError,
                "file.read() returned not bytes but {}",
                err::short(&probe.type_name(), 100)
            ));
        }
        let source = FileSource {
            file,
            held: Vec::new(),
        };
        Reader::new(&mut Objects, source)
            .read()
            .map_err(|Failure(raised)| raised)
    }

    fn exec(module: &PyObject) -> PyResult<()> {
        let version = long::from_i64(i64::from(format::VERSION))?;
        object::set_attr(
            module,
            unicode::from_str("version")?.as_object(),
            version.as_object(),
        )
    }
}

/// The name under which the table of built-in modules knows the module.
///
/// # Safety
/// The caller holds the GIL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyMarshal_Init() -> *mut PyObject {
    // SAFETY: by the contract.
    unsafe { PyInit_marshal() }
}
