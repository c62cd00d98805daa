//! `re.Pattern`: a program with what it was made from, and the searches.

use super::engine::{Job, Machine, UNSET};
use super::match_;
use super::program::Program;
use super::scanner;
use super::subject::Subject;
use pyrite_macros::pytype;
use pyrite_runtime::prelude::*;
use pyrite_runtime::unicode::Writer;
use pyrite_runtime::{
    bytes, call, descr, dict, err, hooks, iterobject, list, long, mem, object, tuple, unicode,
    weakref,
};
use std::hash::{DefaultHasher, Hash, Hasher};

/// What a pattern is in Rust.
pub struct Compiled {
    pub program: Program,
    pub code: Vec<u32>,
    /// Is it for bytes? None for both sorts of text.
    pub is_bytes: Option<bool>,
}

#[repr(C)]
pub struct PatternObject {
    ob_base: PyObject,
    pub pattern: Cell<*mut PyObject>,
    pub groupindex: Cell<*mut PyDictObject>,
    pub indexgroup: Cell<*mut PyTupleObject>,
    pub groups: Cell<Py_ssize_t>,
    flags: Cell<c_int>,
    compiled: Cell<*mut Compiled>,
    weakrefs: Cell<*mut PyObject>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for PatternObject {}

/// What `re.compile` makes.
pub struct Parts<'a> {
    pub pattern: &'a PyObject,
    pub flags: c_int,
    pub groups: Py_ssize_t,
    pub groupindex: &'a PyDictObject,
    pub indexgroup: &'a PyTupleObject,
}

pub fn new(parts: Parts<'_>, compiled: Compiled) -> PyResult<Owned> {
    let p: Owned<PatternObject> = mem::new_object(&PATTERN_TYPE)?;
    p.pattern.set_ref(Some(parts.pattern.own()));
    p.groupindex.set_ref(Some(parts.groupindex.own_typed()));
    p.indexgroup.set_ref(Some(parts.indexgroup.own_typed()));
    p.groups.set(parts.groups);
    p.flags.set(parts.flags);
    p.compiled.set(Box::into_raw(Box::new(compiled)));
    Ok(p.upcast())
}

const LOCALE: c_int = 4;
const UNICODE: c_int = 32;
const ASCII: c_int = 256;

const FLAG_NAMES: [&str; 9] = [
    "re.TEMPLATE",
    "re.IGNORECASE",
    "re.LOCALE",
    "re.MULTILINE",
    "re.DOTALL",
    "re.UNICODE",
    "re.VERBOSE",
    "re.DEBUG",
    "re.ASCII",
];

/// The longest part of a pattern's repr that is shown.
const SHOWN: usize = 200;

/// A subject and the part of it that is searched.
pub struct Search<'p> {
    pattern: &'p PatternObject,
    pub subject: Subject,
    pub pos: usize,
    pub endpos: usize,
    machine: Machine,
    /// Where the next match is looked for.
    next: usize,
    /// Where it may not end: an empty match just behind another is none.
    forbidden: usize,
}

impl Drop for Search<'_> {
    fn drop(&mut self) {
        std::mem::take(&mut self.machine).release();
    }
}

impl<'p> Search<'p> {
    pub fn new(
        pattern: &'p PatternObject,
        string: &PyObject,
        pos: isize,
        endpos: Option<isize>,
    ) -> PyResult<Search<'p>> {
        let subject = Subject::new(string)?;
        match (pattern.compiled().is_bytes, subject.is_bytes()) {
            (Some(false), true) => {
                return Err(raise!(
                    TypeError,
                    "cannot use a string pattern on a bytes-like object"
                ));
            }
            (Some(true), false) => {
                return Err(raise!(
                    TypeError,
                    "cannot use a bytes pattern on a string-like object"
                ));
            }
            _ => {}
        }
        let len = subject.len();
        let clip = |at: isize| usize::try_from(at).unwrap_or(0).min(len);
        let pos = clip(pos);
        Ok(Search {
            pattern,
            subject,
            pos,
            endpos: endpos.map_or(len, clip),
            machine: Machine::spare(),
            next: pos,
            forbidden: UNSET,
        })
    }

    /// Goes on at a place where a search was left.
    pub fn resume(&mut self, next: usize, forbidden: usize) {
        (self.next, self.forbidden) = (next, forbidden);
    }

    pub fn place(&self) -> (usize, usize) {
        (self.next, self.forbidden)
    }

    /// The next match, at once or by searching; its bounds.
    pub fn advance(&mut self, anchored: bool, full: bool) -> PyResult<Option<(usize, usize)>> {
        let job = Job {
            program: &self.pattern.compiled().program,
            text: self.subject.chars().slice(0, self.endpos),
            forbidden: self.forbidden,
            full,
        };
        let found = match anchored {
            true => self.machine.match_at(job, self.next)?,
            false => self.machine.search(job, self.next)?,
        };
        if !found {
            return Ok(None);
        }
        let (start, end) = (self.machine.start, self.machine.end);
        self.next = end;
        self.forbidden = if start == end { end } else { UNSET };
        Ok(Some((start, end)))
    }

    /// The match that was found last, as an object.
    pub fn found(&self) -> PyResult<Owned> {
        match_::new(self.pattern, &self.machine, self)
    }

    pub fn rest(&self, from: usize) -> PyResult<Owned> {
        self.subject.slice(from, self.endpos)
    }

    /// What a group matched; None if it took no part.
    fn group(&self, group: usize) -> PyResult<Option<Owned>> {
        let marks = &self.machine.marks;
        match (marks.get(group * 2), marks.get(group * 2 + 1)) {
            (Some(&start), Some(&end)) if start != UNSET && end != UNSET => {
                self.subject.slice(start, end).map(Some)
            }
            _ => Ok(None),
        }
    }

    /// The one match that a method was asked for.
    fn only(mut self, anchored: bool, full: bool) -> PyResult<Owned> {
        match self.advance(anchored, full)? {
            Some(_) => self.found(),
            None => Ok(none().own()),
        }
    }
}

/// How a match is replaced.
enum Replacement {
    Text(Owned),
    Function(Owned),
}

fn has_backslash(template: &PyObject) -> Option<bool> {
    match Subject::new(template) {
        Ok(subject) => Some(subject.chars().find_char(0x5c).is_some()),
        Err(_) => {
            err::clear();
            None
        }
    }
}

fn replacement(pattern: &PatternObject, repl: &PyObject) -> PyResult<Replacement> {
    if object::is_callable(repl) {
        return Ok(Replacement::Function(repl.own()));
    }
    if has_backslash(repl) == Some(false) {
        return Ok(Replacement::Text(repl.own()));
    }
    let re = hooks::import("re")?;
    let made = call::method_str(&re, "_subx", &[pattern.as_object(), repl])?;
    Ok(match object::is_callable(&made) {
        true => Replacement::Function(made),
        false => Replacement::Text(made),
    })
}

/// Puts pieces together, of the sort that the subject is sliced into.
fn join(search: &Search<'_>, pieces: Vec<Owned>) -> PyResult<Owned> {
    let pieces = list::from_owned(pieces)?;
    match search.subject.is_bytes() {
        true => Ok(bytes::join(&*bytes::empty()?, pieces.as_object())?.upcast()),
        false => Ok(unicode::join(&*unicode::empty()?, pieces.as_object())?.upcast()),
    }
}

impl PatternObject {
    pub fn compiled(&self) -> &Compiled {
        // SAFETY: set when the object is made, freed only by its deallocator.
        unsafe { &*self.compiled.get() }
    }

    pub fn group_count(&self) -> usize {
        usize::try_from(self.groups.get()).unwrap_or(0)
    }

    fn pattern(&self) -> Owned {
        self.pattern.load().unwrap_or_else(|| none().own())
    }

    /// The string with matches replaced, and how many were.
    fn substitute(
        &self,
        repl: &PyObject,
        string: &PyObject,
        count: isize,
    ) -> PyResult<(Owned, usize)> {
        let replacement = replacement(self, repl)?;
        let mut search = Search::new(self, string, 0, None)?;
        let mut pieces = Vec::new();
        let (mut behind, mut n) = (0, 0);
        while count == 0 || isize::try_from(n).is_ok_and(|n| n < count) {
            let Some((start, end)) = search.advance(false, false)? else {
                break;
            };
            if behind < start {
                pieces.push(search.subject.slice(behind, start)?);
            }
            let piece = match &replacement {
                Replacement::Text(text) => text.clone(),
                Replacement::Function(f) => call::call1(f, &*search.found()?)?,
            };
            if !piece.is_none() {
                pieces.push(piece);
            }
            behind = end;
            n += 1;
        }
        if behind < search.endpos {
            pieces.push(search.rest(behind)?);
        }
        Ok((join(&search, pieces)?, n))
    }

    fn same(&self, other: &PatternObject) -> PyResult<bool> {
        let (a, b) = (self.compiled(), other.compiled());
        if std::ptr::eq(self, other) {
            return Ok(true);
        }
        if self.flags.get() != other.flags.get() || a.is_bytes != b.is_bytes || a.code != b.code {
            return Ok(false);
        }
        object::rich_compare_bool(&self.pattern(), &other.pattern(), Py_EQ)
    }
}

pub struct Pattern;

#[pytype(name = "re.Pattern", c_name = PATTERN_TYPE, layout = PatternObject, export = false, weaklistoffset = weakrefs,
         free = object_free)]
impl Pattern {
    #[members]
    const MEMBERS: &[Member] = members![
        ("pattern", T_OBJECT, pattern, READONLY),
        ("flags", T_INT, flags, READONLY),
        ("groups", T_PYSSIZET, groups, READONLY)
    ];

    fn tp_dealloc(slf: *mut PatternObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            if !(*slf).weakrefs.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            (*slf).pattern.set_ref(None);
            (*slf).groupindex.set_ref(None);
            (*slf).indexgroup.set_ref(None);
            let compiled = (*slf).compiled.replace(std::ptr::null_mut());
            if !compiled.is_null() {
                drop(Box::from_raw(compiled));
            }
            mem::object_free(slf.cast());
        }
    }

    fn tp_repr(slf: &PatternObject) -> PyResult<Owned> {
        let mut flags = slf.flags.get();
        let is_str = slf.pattern().downcast::<PyUnicodeObject>().is_some();
        // What a str pattern is by itself is not told.
        if is_str && flags & (LOCALE | UNICODE | ASCII) == UNICODE {
            flags &= !UNICODE;
        }
        let mut names: Vec<String> = Vec::new();
        for (bit, name) in FLAG_NAMES.iter().enumerate() {
            if flags & (1 << bit) != 0 {
                names.push((*name).to_owned());
                flags &= !(1 << bit);
            }
        }
        if flags != 0 {
            names.push(format!("0x{flags:x}"));
        }
        let shown = object::repr(&slf.pattern())?;
        let mut w = Writer::new();
        w.push_str("re.compile(")?;
        if let Some(shown) = shown.downcast::<PyUnicodeObject>() {
            w.push_chars(unicode::chars(shown).slice(0, SHOWN))?;
        }
        if !names.is_empty() {
            w.push_str(", ")?;
            w.push_str(&names.join("|"))?;
        }
        w.push_str(")")?;
        Ok(w.finish()?.upcast())
    }

    fn tp_hash(slf: &PatternObject) -> PyResult<Py_hash_t> {
        let compiled = slf.compiled();
        let mut hasher = DefaultHasher::new();
        compiled.code.hash(&mut hasher);
        compiled.is_bytes.hash(&mut hasher);
        slf.flags.get().hash(&mut hasher);
        object::hash(&slf.pattern())?.hash(&mut hasher);
        match hasher.finish() as Py_hash_t {
            -1 => Ok(-2),
            hash => Ok(hash),
        }
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        if !matches!(op, Py_EQ | Py_NE) || !other.is_exactly(&PATTERN_TYPE) {
            return Ok(not_implemented().own());
        }
        // SAFETY: both are of the type.
        let (a, b) = unsafe {
            (
                slf.cast_ref::<PatternObject>(),
                other.cast_ref::<PatternObject>(),
            )
        };
        Ok(bool_from(a.same(b)? == (op == Py_EQ)))
    }

    #[getter]
    fn groupindex(slf: &PatternObject) -> PyResult<Owned> {
        match slf.groupindex.load() {
            Some(names) if names.ma_used.get() == 0 => dict::new().map(Owned::upcast),
            Some(names) => descr::proxy::new(names.as_object()),
            None => Err(err::bad_internal_call()),
        }
    }

    #[method(name = "match")]
    fn match_(
        slf: &PatternObject,
        string: &PyObject,
        pos: isize,
        endpos: Option<isize>,
    ) -> PyResult<Owned> {
        Search::new(slf, string, pos, endpos)?.only(true, false)
    }

    #[method]
    fn fullmatch(
        slf: &PatternObject,
        string: &PyObject,
        pos: isize,
        endpos: Option<isize>,
    ) -> PyResult<Owned> {
        Search::new(slf, string, pos, endpos)?.only(true, true)
    }

    #[method]
    fn search(
        slf: &PatternObject,
        string: &PyObject,
        pos: isize,
        endpos: Option<isize>,
    ) -> PyResult<Owned> {
        Search::new(slf, string, pos, endpos)?.only(false, false)
    }

    #[method]
    fn findall(
        slf: &PatternObject,
        string: &PyObject,
        pos: isize,
        endpos: Option<isize>,
    ) -> PyResult<Owned> {
        let mut search = Search::new(slf, string, pos, endpos)?;
        let empty = search.subject.slice(0, 0)?;
        let group = |search: &Search<'_>, n| Ok(search.group(n)?.unwrap_or_else(|| empty.clone()));
        let found = list::new(0)?;
        while let Some((start, end)) = search.advance(false, false)? {
            let item = match slf.group_count() {
                0 => search.subject.slice(start, end)?,
                1 => group(&search, 0)?,
                n => {
                    let all: PyResult<Vec<Owned>> = (0..n).map(|i| group(&search, i)).collect();
                    tuple::from_owned(all?)?.upcast()
                }
            };
            list::append_owned(&found, item)?;
        }
        Ok(found.upcast())
    }

    #[method]
    fn finditer(
        slf: &PatternObject,
        string: &PyObject,
        pos: isize,
        endpos: Option<isize>,
    ) -> PyResult<Owned> {
        let scanner = scanner::new(slf, string, pos, endpos)?;
        let search = object::get_attr(&scanner, id!("search").as_object())?;
        iterobject::call_iter_new(&search, none())
    }

    #[method]
    fn scanner(
        slf: &PatternObject,
        string: &PyObject,
        pos: isize,
        endpos: Option<isize>,
    ) -> PyResult<Owned> {
        scanner::new(slf, string, pos, endpos)
    }

    #[method]
    fn split(slf: &PatternObject, string: &PyObject, maxsplit: isize) -> PyResult<Owned> {
        let mut search = Search::new(slf, string, 0, None)?;
        let pieces = list::new(0)?;
        let (mut behind, mut n) = (0, 0);
        while maxsplit == 0 || n < maxsplit {
            let Some((start, end)) = search.advance(false, false)? else {
                break;
            };
            list::append_owned(&pieces, search.subject.slice(behind, start)?)?;
            for group in 0..slf.group_count() {
                let item = search.group(group)?.unwrap_or_else(|| none().own());
                list::append_owned(&pieces, item)?;
            }
            behind = end;
            n += 1;
        }
        list::append_owned(&pieces, search.rest(behind)?)?;
        Ok(pieces.upcast())
    }

    #[method]
    fn sub(
        slf: &PatternObject,
        repl: &PyObject,
        string: &PyObject,
        count: isize,
    ) -> PyResult<Owned> {
        Ok(slf.substitute(repl, string, count)?.0)
    }

    #[method]
    fn subn(
        slf: &PatternObject,
        repl: &PyObject,
        string: &PyObject,
        count: isize,
    ) -> PyResult<Owned> {
        let (text, n) = slf.substitute(repl, string, count)?;
        Ok(tuple::pack([text, long::from_usize(n)?.upcast()])?.upcast())
    }

    #[method]
    fn __copy__(slf: &PatternObject) -> Owned {
        slf.own()
    }

    #[method]
    fn __deepcopy__(slf: &PatternObject, _memo: &PyObject) -> Owned {
        slf.own()
    }
}
