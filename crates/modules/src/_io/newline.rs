//! Line ends: `IncrementalNewlineDecoder`, and where a line of text ends.

use super::{Stream, method};
use pyrite_macros::pytype;
use pyrite_runtime::args::Truth;
use pyrite_runtime::prelude::*;
use pyrite_runtime::unicode::{self, Chars, Writer, chars};
use pyrite_runtime::{bytes, err, gc, long, tuple};

const CR: u32 = 13;
const LF: u32 = 10;
const SEEN_CR: u8 = 1;
const SEEN_LF: u8 = 2;
const SEEN_CRLF: u8 = 4;

/// What has been seen, and a CR that waits for what comes behind it.
#[derive(Default, Clone, Copy)]
pub struct Newlines {
    pub translate: bool,
    pending_cr: bool,
    seen: u8,
}

impl Newlines {
    pub fn new(translate: bool) -> Newlines {
        Newlines {
            translate,
            ..Newlines::default()
        }
    }

    /// Takes a piece of text: line ends are noted, and made LF if asked for. Unless it is the last piece, a CR at
    /// its end waits.
    pub fn decode(
        &mut self,
        text: &PyUnicodeObject,
        last: bool,
    ) -> PyResult<Owned<PyUnicodeObject>> {
        let mut units = chars(text);
        let prefix = self.pending_cr && (last || !units.is_empty());
        if prefix {
            self.pending_cr = false;
        } else if units.find_char(CR).is_none() {
            if units.find_char(LF).is_some() {
                self.seen |= SEEN_LF;
            }
            return Ok(text.own_typed());
        }
        let whole = units;
        if !last && whole.get(whole.len().wrapping_sub(1)) == Some(CR) {
            self.pending_cr = true;
            units = whole.slice(0, whole.len() - 1);
        }
        let mut w = Writer::with_capacity(units.len() + 1)?;
        let first = prefix.then_some(CR);
        let mut all = first.into_iter().chain(units.iter()).peekable();
        while let Some(ch) = all.next() {
            match ch {
                CR if all.peek() == Some(&LF) => {
                    all.next();
                    self.seen |= SEEN_CRLF;
                    if !self.translate {
                        w.push(CR)?;
                    }
                    w.push(LF)?;
                }
                CR => {
                    self.seen |= SEEN_CR;
                    w.push(if self.translate { LF } else { CR })?;
                }
                _ => {
                    if ch == LF {
                        self.seen |= SEEN_LF;
                    }
                    w.push(ch)?;
                }
            }
        }
        w.finish()
    }

    /// The line ends seen: None, a str, or a tuple of several.
    pub fn seen(&self) -> PyResult<Owned> {
        let all = [(SEEN_CR, "\r"), (SEEN_LF, "\n"), (SEEN_CRLF, "\r\n")];
        let mut found = Vec::new();
        for (bit, text) in all {
            if self.seen & bit != 0 {
                found.push(unicode::from_str(text)?.upcast());
            }
        }
        match found.len() {
            0 => Ok(none().own()),
            1 => Ok(found.remove(0)),
            _ => Ok(tuple::from_owned(found)?.upcast()),
        }
    }
}

/// Where the first line of a text ends, by the rules of a stream.
#[derive(Clone, Copy)]
pub enum LineEnd<'a> {
    /// LF alone.
    Lf,
    /// LF, CR, or both.
    Any,
    /// This text.
    Text(&'a str),
}

impl LineEnd<'_> {
    /// The position behind the first line end from `from` on.
    pub fn find(self, text: Chars<'_>, from: usize) -> Option<usize> {
        let rest = text.slice(from, text.len());
        match self {
            LineEnd::Lf => rest.find_char(LF).map(|at| from + at + 1),
            LineEnd::Any => {
                let at = rest.iter().position(|c| c == LF || c == CR)?;
                let crlf = rest.get(at) == Some(CR) && rest.get(at + 1) == Some(LF);
                Some(from + at + 1 + usize::from(crlf))
            }
            LineEnd::Text(end) => unicode::search::find_in(rest, Chars::One(end.as_bytes()))
                .map(|at| from + at + end.len()),
        }
    }
}

/// The decoder in front, and the state.
#[derive(Default)]
pub struct DecoderState {
    decoder: Option<Owned>,
    lines: Newlines,
}

type DecoderObject = Stream<DecoderState>;

/// `IncrementalNewlineDecoder`.
pub struct IncrementalNewlineDecoder;

#[pytype(name = "_io.IncrementalNewlineDecoder", c_name = PyIncrementalNewlineDecoder_Type, layout = DecoderObject,
         flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl IncrementalNewlineDecoder {
    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        super::generic_new(ty)
    }
    #[sig("(decoder, translate, errors='strict')")]
    fn tp_init(
        slf: &DecoderObject,
        decoder: &PyObject,
        translate: Truth,
        _errors: Option<&PyObject>,
    ) -> PyResult<()> {
        let decoder = (!decoder.is_none()).then(|| decoder.own());
        let lines = Newlines::new(translate.0);
        *slf.state()? = DecoderState { decoder, lines };
        Ok(())
    }
    fn tp_dealloc(slf: *mut DecoderObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).drop_state();
            pyrite_runtime::mem::free_by_type(slf.cast());
        }
    }
    fn tp_traverse(slf: &DecoderObject, visit: gc::Visitor) -> c_int {
        let decoder = slf.peek(|s| {
            s.decoder
                .as_ref()
                .map_or(std::ptr::null_mut(), |d| d.as_ptr())
        });
        visit.visit(decoder.unwrap_or(std::ptr::null_mut()))
    }
    fn tp_clear(slf: &DecoderObject) {
        let old = slf.state().map(|mut s| s.decoder.take());
        drop(old);
    }
    #[method]
    fn decode(
        slf: &DecoderObject,
        input: &PyObject,
        r#final: Option<Truth>,
    ) -> PyResult<Owned<PyUnicodeObject>> {
        decode(slf, input, r#final.is_some_and(|t| t.0))
    }
    #[method]
    fn getstate(slf: &DecoderObject) -> PyResult<Owned> {
        let (decoder, pending) = {
            let s = slf.state()?;
            (s.decoder.clone(), s.lines.pending_cr)
        };
        let (buffer, flag) = match decoder {
            Some(decoder) => {
                let state = method(&decoder, id!("getstate"), &[])?;
                let Some([buffer, flag]) = state.downcast::<PyTupleObject>().map(tuple::as_slice)
                else {
                    return Err(raise!(TypeError, "illegal decoder state"));
                };
                (buffer.own(), long::as_u64(flag)?)
            }
            None => (bytes::empty()?.upcast(), 0),
        };
        let flag = long::from_u64(flag << 1 | u64::from(pending))?;
        Ok(tuple::from_owned(vec![buffer, flag.upcast()])?.upcast())
    }
    #[method]
    fn setstate(slf: &DecoderObject, state: &PyObject) -> PyResult<()> {
        let Some(state) = state.downcast::<PyTupleObject>() else {
            return Err(raise!(TypeError, "state argument must be a tuple"));
        };
        let [buffer, flag] = tuple::as_slice(state) else {
            return Err(raise!(TypeError, "setstate(): illegal state argument"));
        };
        let flag = long::as_u64(flag)?;
        let decoder = {
            let mut s = slf.state()?;
            s.lines.pending_cr = flag & 1 != 0;
            s.decoder.clone()
        };
        if let Some(decoder) = decoder {
            let inner = tuple::from_owned(vec![buffer.own(), long::from_u64(flag >> 1)?.upcast()])?;
            method(&decoder, id!("setstate"), &[inner.as_object()])?;
        }
        Ok(())
    }
    #[method]
    fn reset(slf: &DecoderObject) -> PyResult<()> {
        let decoder = {
            let mut s = slf.state()?;
            s.lines.seen = 0;
            s.lines.pending_cr = false;
            s.decoder.clone()
        };
        match decoder {
            Some(decoder) => method(&decoder, id!("reset"), &[]).map(drop),
            None => Ok(()),
        }
    }
    #[getter]
    fn newlines(slf: &DecoderObject) -> PyResult<Owned> {
        let lines = slf.state()?.lines;
        lines.seen()
    }
}

/// Decodes a piece: by the inner decoder, then line ends.
fn decode(slf: &DecoderObject, input: &PyObject, last: bool) -> PyResult<Owned<PyUnicodeObject>> {
    let decoder = slf.state()?.decoder.clone();
    let output = match decoder {
        Some(decoder) => {
            let last = bool_from(last);
            method(&decoder, id!("decode"), &[input, &last])?
        }
        None => input.own(),
    };
    let Some(text) = output.downcast::<PyUnicodeObject>() else {
        let got = output.type_name();
        return Err(raise!(
            TypeError,
            "decoder should return a string result, not '{}'",
            err::short(&got, 200)
        ));
    };
    let mut lines = slf.state()?.lines;
    let made = lines.decode(text, last)?;
    slf.state()?.lines = lines;
    Ok(made)
}

/// The decoder's function for callers in this module, without a method call where the object is exactly one.
pub(crate) fn run(
    decoder: &PyObject,
    input: &PyObject,
    last: bool,
) -> PyResult<Owned<PyUnicodeObject>> {
    if let Some(d) = decoder.downcast_exact::<DecoderObject>() {
        return decode(d, input, last);
    }
    let flag = bool_from(last);
    let output = method(decoder, id!("decode"), &[input, &flag])?;
    output.downcast_owned::<PyUnicodeObject>().map_err(|o| {
        let got = o.type_name();
        raise!(
            TypeError,
            "decoder should return a string result, not '{}'",
            err::short(&got, 200)
        )
    })
}
