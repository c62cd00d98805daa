//! What happens to what cannot be encoded or decoded.
//!
//! A codec is a function that goes on from a position until it is done or meets a problem (`Step`); `decode` and
//! `encode` drive it and put each problem to the error handler that the caller named. The handlers that everyone uses
//! work here without an exception object; any other is looked up and called with one, and may even hand back other
//! input to go on with.

use super::exception;
use super::handlers::{self, Kind, Outcome, Problem, Source};
use crate::args::{Arg, Place, from_arg};
use crate::prelude::*;
use crate::unicode::{self, Chars, Writer, chars};
use crate::{bytes, call, err, exceptions};

/// Where a codec stopped.
pub enum Step {
    /// All but the bytes from this position on is done; the rest is an incomplete character.
    Done(usize),
    /// The codec has no answer for this range.
    Bad {
        start: usize,
        end: usize,
        reason: &'static str,
    },
}

/// Decodes `input` with the given step function. Returns the text and how many bytes were used.
pub fn decode(
    encoding: &str,
    errors: Option<&str>,
    input: &[u8],
    mut step: impl FnMut(&[u8], usize, &mut Writer) -> PyResult<Step>,
) -> PyResult<(Owned<PyUnicodeObject>, usize)> {
    let mut w = Writer::with_capacity(input.len())?;
    let mut handler = DecodeErrors::new(encoding, errors, input);
    let mut pos = 0;
    loop {
        match step(handler.input(), pos, &mut w)? {
            Step::Done(used) => return Ok((w.finish()?, used)),
            Step::Bad { start, end, reason } => pos = handler.handle(reason, start, end, &mut w)?,
        }
    }
}

/// Encodes `text` with the given step function. `unit` is the size that raw replacement bytes must be a multiple of.
pub fn encode(
    encoding: &str,
    errors: Option<&str>,
    text: &PyUnicodeObject,
    unit: usize,
    mut step: impl FnMut(Chars<'_>, usize, &mut Vec<u8>) -> PyResult<Step>,
) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    if out.try_reserve(unicode::length(text)).is_err() {
        return Err(err::no_memory());
    }
    let mut handler = EncodeErrors::new(encoding, errors, text);
    let mut pos = 0;
    loop {
        let Step::Bad { start, end, reason } = step(chars(text), pos, &mut out)? else {
            return Ok(out);
        };
        let (replacement, next) = handler.handle(reason, start, end)?;
        pos = next;
        match replacement {
            Outcome::Bytes(b) if b.len() % unit == 0 => super::extend(&mut out, &b)?,
            Outcome::Bytes(_) => return Err(handler.raise(reason, start, end)?),
            Outcome::Text(t) => {
                // The replacement goes through the codec as well, and must do so without a problem.
                if let Step::Bad { .. } = step(chars(&t), 0, &mut out)? {
                    return Err(handler.raise(reason, start, end)?);
                }
            }
        }
    }
}

/// Makes and raises an exception of a codec.
fn raise_exception(exc: &PyObject) -> Raised {
    err::set_object(exc.ty().as_object(), exc)
}

/// The part of an error handler's work that decoding and encoding share: finding it and calling it.
struct Handler<'a> {
    encoding: &'a str,
    errors: &'a str,
    kind: Kind,
    function: Option<Owned>,
    exception: Option<Owned>,
}

impl<'a> Handler<'a> {
    fn new(encoding: &'a str, errors: Option<&'a str>) -> Self {
        let errors = errors.unwrap_or("strict");
        Handler {
            encoding,
            errors,
            kind: Kind::of(errors),
            function: None,
            exception: None,
        }
    }

    fn function(&mut self) -> PyResult<Owned> {
        if self.function.is_none() {
            self.function = Some(super::lookup_error(Some(self.errors))?);
        }
        match &self.function {
            Some(f) => Ok(f.clone()),
            None => Err(err::no_memory()),
        }
    }

    /// Calls the handler with the exception; its answer is a replacement and a position.
    fn call(&mut self, exception: &PyObject, wants: &str) -> PyResult<(Owned, isize)> {
        let function = self.function()?;
        let answer = call::call1(&function, exception)?;
        let parts = answer
            .downcast::<PyTupleObject>()
            .map(crate::tuple::as_slice);
        let Some([replacement, position]) = parts else {
            return Err(raise!(TypeError, "{wants}"));
        };
        let replacement_fits = replacement.downcast::<PyUnicodeObject>().is_some()
            || (wants.contains("bytes") && replacement.downcast::<PyBytesObject>().is_some());
        if !replacement_fits {
            return Err(raise!(TypeError, "{wants}"));
        }
        let place = Arg {
            fname: "",
            place: Place::Position(2),
        };
        Ok((replacement.own(), from_arg::<isize>(position, place)?))
    }
}

/// A handler's position, counted from the end where it is negative.
fn checked_position(position: isize, len: usize) -> PyResult<usize> {
    let at = if position < 0 {
        position.wrapping_add(len as isize)
    } else {
        position
    };
    match usize::try_from(at) {
        Ok(at) if at <= len => Ok(at),
        _ => Err(raise!(
            IndexError,
            "position {at} from error handler out of bounds"
        )),
    }
}

/// The error handler of one decoding.
pub struct DecodeErrors<'a> {
    handler: Handler<'a>,
    given: &'a [u8],
    other: Option<Owned<PyBytesObject>>,
}

impl<'a> DecodeErrors<'a> {
    pub fn new(encoding: &'a str, errors: Option<&'a str>, input: &'a [u8]) -> Self {
        DecodeErrors {
            handler: Handler::new(encoding, errors),
            given: input,
            other: None,
        }
    }

    /// What is being decoded: the handler may have replaced it.
    pub fn input(&self) -> &[u8] {
        match &self.other {
            Some(b) => bytes::as_slice(b),
            None => self.given,
        }
    }

    /// Puts a problem to the handler. Its text goes to `w`; the result is where to go on.
    pub fn handle(
        &mut self,
        reason: &str,
        start: usize,
        end: usize,
        w: &mut Writer,
    ) -> PyResult<usize> {
        let input = self.input();
        let problem = Problem {
            encoding: self.handler.encoding,
            source: Source::Bytes(input),
            start,
            end,
        };
        match handlers::native(self.handler.kind, &problem) {
            Some(Ok((Outcome::Text(t), next))) => {
                w.push_chars(chars(&t))?;
                return Ok(next);
            }
            Some(Err(raised)) => return Err(raised),
            _ => {}
        }
        let exc = self.exception(reason, start, end)?;
        if self.handler.kind == Kind::Strict {
            return Err(raise_exception(&exc));
        }
        let (replacement, position) = self
            .handler
            .call(&exc, "decoding error handler must return (str, int) tuple")?;
        match exception::object(&exc)?.downcast_owned::<PyBytesObject>() {
            Ok(b) => self.other = Some(b),
            Err(_) => {
                return Err(raise!(
                    TypeError,
                    "exception attribute object must be bytes"
                ));
            }
        }
        let next = checked_position(position, self.input().len())?;
        if let Some(t) = replacement.downcast::<PyUnicodeObject>() {
            w.push_chars(chars(t))?;
        }
        Ok(next)
    }

    fn exception(&mut self, reason: &str, start: usize, end: usize) -> PyResult<Owned> {
        if let Some(exception) = &self.handler.exception {
            exception::update(exception, start, end, reason)?;
            return Ok(exception.clone());
        }
        let object = bytes::from_slice(self.input())?;
        let made = exception::new(
            exceptions::exc::UnicodeDecodeError.get(),
            Some(self.handler.encoding),
            object.as_object(),
            start,
            end,
            reason,
        )?;
        self.handler.exception = Some(made.clone());
        Ok(made)
    }
}

/// The error handler of one encoding.
pub struct EncodeErrors<'a> {
    handler: Handler<'a>,
    text: &'a PyUnicodeObject,
}

impl<'a> EncodeErrors<'a> {
    pub fn new(encoding: &'a str, errors: Option<&'a str>, text: &'a PyUnicodeObject) -> Self {
        EncodeErrors {
            handler: Handler::new(encoding, errors),
            text,
        }
    }

    /// Puts a problem to the handler: what to put in its place, and where to go on.
    pub fn handle(&mut self, reason: &str, start: usize, end: usize) -> PyResult<(Outcome, usize)> {
        let source = Source::Text(chars(self.text));
        let problem = Problem {
            encoding: self.handler.encoding,
            source,
            start,
            end,
        };
        match handlers::native(self.handler.kind, &problem) {
            Some(answer) => return answer,
            None if self.handler.kind == Kind::Strict => {
                return Err(self.raise(reason, start, end)?);
            }
            None => {}
        }
        let start = start + self.escaped(start, end);
        let exc = self.exception(reason, start, end)?;
        let (replacement, position) = self.handler.call(
            &exc,
            "encoding error handler must return (str/bytes, int) tuple",
        )?;
        let next = checked_position(position, unicode::length(self.text))?;
        let outcome = match replacement.downcast_owned::<PyUnicodeObject>() {
            Ok(t) => Outcome::Text(t),
            Err(b) => Outcome::Bytes(bytes::as_slice(bytes::expect(&b)?).to_vec()),
        };
        Ok((outcome, next))
    }

    /// How many characters from `start` on `surrogateescape` takes, before one that it does not: the error is about
    /// the rest alone, in the encodings of single bytes and in UTF-8.
    fn escaped(&self, start: usize, end: usize) -> usize {
        let names = ["utf-8", "ascii", "latin-1"];
        if self.handler.kind != Kind::SurrogateEscape || !names.contains(&self.handler.encoding) {
            return 0;
        }
        let piece = chars(self.text).slice(start, end);
        piece
            .iter()
            .take_while(|c| matches!(c, 0xdc80..=0xdcff))
            .count()
    }

    /// Raises the exception for a problem that nobody handles.
    pub fn raise(&mut self, reason: &str, start: usize, end: usize) -> PyResult<Raised> {
        Ok(raise_exception(&*self.exception(reason, start, end)?))
    }

    fn exception(&mut self, reason: &str, start: usize, end: usize) -> PyResult<Owned> {
        if let Some(exception) = &self.handler.exception {
            exception::update(exception, start, end, reason)?;
            return Ok(exception.clone());
        }
        let made = exception::new(
            exceptions::exc::UnicodeEncodeError.get(),
            Some(self.handler.encoding),
            self.text.as_object(),
            start,
            end,
            reason,
        )?;
        self.handler.exception = Some(made.clone());
        Ok(made)
    }
}

/// The error handler of one translation.
pub struct TranslateErrors<'a> {
    handler: Handler<'a>,
    text: &'a PyUnicodeObject,
}

impl<'a> TranslateErrors<'a> {
    pub fn new(text: &'a PyUnicodeObject, errors: Option<&'a str>) -> Self {
        TranslateErrors {
            handler: Handler::new("", errors),
            text,
        }
    }

    pub fn handle(
        &mut self,
        reason: &str,
        start: usize,
        end: usize,
        w: &mut Writer,
    ) -> PyResult<usize> {
        let class = exceptions::exc::UnicodeTranslateError.get();
        let exc = exception::new(class, None, self.text.as_object(), start, end, reason)?;
        if self.handler.kind == Kind::Strict {
            return Err(raise_exception(&exc));
        }
        let (replacement, position) = self.handler.call(
            &exc,
            "translating error handler must return (str, int) tuple",
        )?;
        let next = checked_position(position, unicode::length(self.text))?;
        if let Some(t) = replacement.downcast::<PyUnicodeObject>() {
            w.push_chars(chars(t))?;
        }
        Ok(next)
    }
}
