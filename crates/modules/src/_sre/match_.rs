//! `re.Match`: where a pattern and its groups matched.

use super::engine::{Machine, UNSET};
use super::pattern::{PatternObject, Search};
use super::subject::Subject;
use pyrite_macros::pytype;
use pyrite_runtime::prelude::*;
use pyrite_runtime::unicode::Writer;
use pyrite_runtime::{call, dict, err, hooks, long, mem, number, object, tuple, unicode};

#[repr(C)]
pub struct MatchObject {
    ob_base: PyVarObject,
    string: Cell<*mut PyObject>,
    regs: Cell<*mut PyObject>,
    pattern: Cell<*mut PatternObject>,
    pos: Cell<Py_ssize_t>,
    endpos: Cell<Py_ssize_t>,
    /// 0 if no group was closed.
    lastindex: Cell<Py_ssize_t>,
    // Behind it, `ob_size` bounds: two for the whole and for each group; -1 where it took no part.
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for MatchObject {}

pub fn new(pattern: &PatternObject, machine: &Machine, search: &Search<'_>) -> PyResult<Owned> {
    let n = pattern
        .group_count()
        .checked_add(1)
        .and_then(|n| n.checked_mul(2))
        .ok_or_else(err::no_memory)?;
    let m: Owned<MatchObject> = mem::new_var(&MATCH_TYPE, n)?;
    m.string.set_ref(Some(search.subject.object().own()));
    m.pattern.set_ref(Some(pattern.own_typed()));
    m.pos.set(search.pos as Py_ssize_t);
    m.endpos.set(search.endpos as Py_ssize_t);
    m.lastindex.set(machine.last_index as Py_ssize_t);
    let marks = machine
        .marks
        .iter()
        .copied()
        .chain(std::iter::repeat(UNSET));
    let all = [machine.start, machine.end].into_iter().chain(marks);
    for (bound, at) in m.bounds().iter().zip(all) {
        // A place that is not set becomes -1.
        bound.set(at as Py_ssize_t);
    }
    for span in m.bounds().chunks_exact(2) {
        if let [start, end] = span
            && (start.get() < 0 || end.get() < 0)
        {
            start.set(-1);
            end.set(-1);
        }
    }
    Ok(m.upcast())
}

impl MatchObject {
    fn bounds(&self) -> &[Cell<Py_ssize_t>] {
        let n = self.ob_base.ob_size.get().max(0) as usize;
        let behind = std::ptr::from_ref(self).wrapping_add(1);
        // SAFETY: the object was allocated with `ob_size` items behind the fixed part.
        unsafe { std::slice::from_raw_parts(behind.cast(), n) }
    }

    fn pattern(&self) -> &PatternObject {
        // SAFETY: set when the object is made, released only by its deallocator.
        unsafe { &*self.pattern.get() }
    }

    fn string(&self) -> Owned {
        self.string.load().unwrap_or_else(|| none().own())
    }

    /// The bounds of a group that exists.
    fn span_of(&self, group: usize) -> (Py_ssize_t, Py_ssize_t) {
        match self.bounds().get(group * 2..group * 2 + 2) {
            Some([start, end]) => (start.get(), end.get()),
            _ => (-1, -1),
        }
    }

    fn groups(&self) -> usize {
        self.bounds().len() / 2
    }

    /// The number of the group that `key`, a number or a name, stands for.
    fn group_number(&self, key: &PyObject) -> PyResult<usize> {
        let mut number = -1;
        if number::index_check(key) {
            number = number::as_ssize_t(key, None)?;
        } else if let Some(names) = self.pattern().groupindex.load()
            && let Some(found) = dict::get_item(&names, key)?
            && found.downcast::<PyLongObject>().is_some()
        {
            number = long::as_ssize_t(&found)?;
        }
        match usize::try_from(number) {
            Ok(n) if n < self.groups() => Ok(n),
            _ => Err(raise!(IndexError, "no such group")),
        }
    }

    fn part(&self, subject: &Subject, group: usize, default: &PyObject) -> PyResult<Owned> {
        match self.span_of(group) {
            (start @ 0.., end) => {
                let len = subject.len();
                subject.slice((start as usize).min(len), (end as usize).min(len))
            }
            _ => Ok(default.own()),
        }
    }

    fn get(&self, key: &PyObject) -> PyResult<Owned> {
        let group = self.group_number(key)?;
        self.part(&Subject::new(&self.string())?, group, none())
    }

    fn optional_number(&self, key: Option<&PyObject>) -> PyResult<usize> {
        key.map_or(Ok(0), |key| self.group_number(key))
    }
}

fn pair((start, end): (Py_ssize_t, Py_ssize_t)) -> PyResult<Owned> {
    let (start, end) = (long::from_ssize_t(start)?, long::from_ssize_t(end)?);
    Ok(tuple::pack([start.upcast(), end.upcast()])?.upcast())
}

pub struct Match;

#[pytype(name = "re.Match", c_name = MATCH_TYPE, layout = MatchObject, export = false, itemsize = 8, free = object_free)]
impl Match {
    #[members]
    const MEMBERS: &[Member] = members![
        ("string", T_OBJECT, string, READONLY),
        ("re", T_OBJECT, pattern, READONLY),
        ("pos", T_PYSSIZET, pos, READONLY),
        ("endpos", T_PYSSIZET, endpos, READONLY)
    ];

    fn tp_dealloc(slf: *mut MatchObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            (*slf).string.set_ref(None);
            (*slf).regs.set_ref(None);
            (*slf).pattern.set_ref(None);
            mem::object_free(slf.cast());
        }
    }

    fn tp_repr(slf: &MatchObject) -> PyResult<Owned> {
        /// The longest part of what matched that is shown.
        const SHOWN: usize = 50;
        let subject = Subject::new(&slf.string())?;
        let shown = object::repr(&*slf.part(&subject, 0, none())?)?;
        let (start, end) = slf.span_of(0);
        let mut w = Writer::new();
        let name = slf.type_name();
        w.push_str(&format!("<{name} object; span=({start}, {end}), match="))?;
        if let Some(shown) = shown.downcast::<PyUnicodeObject>() {
            w.push_unicode(&*unicode::substring(shown, 0, SHOWN)?)?;
        }
        w.push_str(">")?;
        Ok(w.finish()?.upcast())
    }

    fn mp_subscript(slf: &MatchObject, key: &PyObject) -> PyResult<Owned> {
        slf.get(key)
    }

    #[getter]
    fn lastindex(slf: &MatchObject) -> PyResult<Owned> {
        match slf.lastindex.get() {
            0 => Ok(none().own()),
            n => Ok(long::from_ssize_t(n)?.upcast()),
        }
    }

    #[getter]
    fn lastgroup(slf: &MatchObject) -> PyResult<Owned> {
        let n = slf.lastindex.get();
        match slf.pattern().indexgroup.load() {
            Some(names) if n > 0 && n < tuple::len(&names) as Py_ssize_t => {
                tuple::get_item(&names, n)
            }
            _ => Ok(none().own()),
        }
    }

    #[getter]
    fn regs(slf: &MatchObject) -> PyResult<Owned> {
        if let Some(regs) = slf.regs.load() {
            return Ok(regs);
        }
        let spans: PyResult<Vec<Owned>> = (0..slf.groups()).map(|n| pair(slf.span_of(n))).collect();
        let regs = tuple::from_owned(spans?)?.upcast();
        slf.regs.set_ref(Some(regs.clone()));
        Ok(regs)
    }

    #[method(args)]
    fn group(slf: &MatchObject, args: &[&PyObject]) -> PyResult<Owned> {
        match args {
            [] => slf.part(&Subject::new(&slf.string())?, 0, none()),
            [key] => slf.get(key),
            keys => {
                let all: PyResult<Vec<Owned>> = keys.iter().map(|key| slf.get(key)).collect();
                Ok(tuple::from_owned(all?)?.upcast())
            }
        }
    }

    #[method]
    fn groups(slf: &MatchObject, default: Option<&PyObject>) -> PyResult<Owned> {
        let subject = Subject::new(&slf.string())?;
        let default = default.unwrap_or(none());
        let all: PyResult<Vec<Owned>> = (1..slf.groups())
            .map(|n| slf.part(&subject, n, default))
            .collect();
        Ok(tuple::from_owned(all?)?.upcast())
    }

    #[method]
    fn groupdict(slf: &MatchObject, default: Option<&PyObject>) -> PyResult<Owned> {
        let found = dict::new()?;
        let Some(names) = slf.pattern().groupindex.load() else {
            return Ok(found.upcast());
        };
        let subject = Subject::new(&slf.string())?;
        for (name, _) in dict::items(&names) {
            let group = slf.group_number(&name)?;
            let part = slf.part(&subject, group, default.unwrap_or(none()))?;
            dict::set_item(&found, &name, &part)?;
        }
        Ok(found.upcast())
    }

    #[method]
    fn start(slf: &MatchObject, group: Option<&PyObject>) -> PyResult<Py_ssize_t> {
        Ok(slf.span_of(slf.optional_number(group)?).0)
    }

    #[method]
    fn end(slf: &MatchObject, group: Option<&PyObject>) -> PyResult<Py_ssize_t> {
        Ok(slf.span_of(slf.optional_number(group)?).1)
    }

    #[method]
    fn span(slf: &MatchObject, group: Option<&PyObject>) -> PyResult<Owned> {
        pair(slf.span_of(slf.optional_number(group)?))
    }

    #[method]
    fn expand(slf: &MatchObject, template: &PyObject) -> PyResult<Owned> {
        let re = hooks::import("re")?;
        let pattern = slf.pattern().own();
        call::method_str(&re, "_expand", &[&pattern, slf.as_object(), template])
    }

    #[method]
    fn __copy__(slf: &MatchObject) -> Owned {
        slf.own()
    }

    #[method]
    fn __deepcopy__(slf: &MatchObject, _memo: &PyObject) -> Owned {
        slf.own()
    }
}
