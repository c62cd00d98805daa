//! Iterators over keys, values and items, in both directions: six types over one layout.

use super::*;
use crate::{iter, list};
use pyrite_macros::pytype;

/// An iterator. `KIND` only tells the six types' layouts apart.
#[repr(C)]
pub struct DictIter<const KIND: u8> {
    ob_base: PyObject,
    /// Null when exhausted.
    dict: Cell<*mut PyDictObject>,
    /// The dict's size at the start; -1 once it was found changed.
    used: Cell<Py_ssize_t>,
    /// The entry to look at next.
    pos: Cell<Py_ssize_t>,
    /// For items: the pair given out last, used again when nobody else holds it.
    result: Cell<*mut PyTupleObject>,
    /// How many are left to come.
    left: Cell<Py_ssize_t>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl<const KIND: u8> Layout for DictIter<KIND> {}

const KEYS: u8 = 0;
const VALUES: u8 = 1;
const ITEMS: u8 = 2;
const REVERSED_KEYS: u8 = 3;
const REVERSED_VALUES: u8 = 4;
const REVERSED_ITEMS: u8 = 5;

fn make<const KIND: u8>(d: &PyDictObject, ty: &'static PyTypeObject) -> PyResult<Owned> {
    let it = gc::new_object::<DictIter<KIND>>(ty)?;
    it.dict.set_ref(Some(d.own_typed()));
    it.used.set(d.ma_used.get());
    it.left.set(d.ma_used.get());
    if KIND >= REVERSED_KEYS {
        let end = if is_split(d) {
            len(d)
        } else {
            keys_of(d).nentries.get()
        };
        it.pos.set(end as Py_ssize_t - 1);
    }
    if KIND % 3 == ITEMS {
        let pair = tuple::pack([none().own(), none().own()])?;
        it.result.set_ref(Some(pair));
    }
    Ok(gc::publish(it).upcast())
}

pub(super) fn iter_keys(d: &PyDictObject) -> PyResult<Owned> {
    make::<KEYS>(d, &PyDictIterKey_Type)
}
pub(super) fn iter_values(d: &PyDictObject) -> PyResult<Owned> {
    make::<VALUES>(d, &PyDictIterValue_Type)
}
pub(super) fn iter_items(d: &PyDictObject) -> PyResult<Owned> {
    make::<ITEMS>(d, &PyDictIterItem_Type)
}
pub(super) fn reversed_keys(d: &PyDictObject) -> PyResult<Owned> {
    make::<REVERSED_KEYS>(d, &PyDictRevIterKey_Type)
}
pub(super) fn reversed_values(d: &PyDictObject) -> PyResult<Owned> {
    make::<REVERSED_VALUES>(d, &PyDictRevIterValue_Type)
}
pub(super) fn reversed_items(d: &PyDictObject) -> PyResult<Owned> {
    make::<REVERSED_ITEMS>(d, &PyDictRevIterItem_Type)
}

impl<const KIND: u8> DictIter<KIND> {
    /// The next key and value.
    #[inline]
    fn advance(&self) -> PyResult<Option<(NonNull<PyObject>, NonNull<PyObject>)>> {
        let Some(d) = self.dict.borrow() else {
            return Ok(None);
        };
        if self.used.get() != d.ma_used.get() {
            // Stays so: every later call fails too.
            self.used.set(-1);
            return Err(raise!(
                RuntimeError,
                "dictionary changed size during iteration"
            ));
        }
        let found = if KIND < REVERSED_KEYS {
            self.step(d)
        } else {
            self.step_back(d)
        };
        if found.is_none() {
            self.dict.set_ref(None);
            return Ok(None);
        }
        if self.left.get() == 0 && KIND < REVERSED_KEYS {
            self.dict.set_ref(None);
            return Err(raise!(
                RuntimeError,
                "dictionary keys changed during iteration"
            ));
        }
        self.left.set(self.left.get() - 1);
        Ok(found)
    }

    #[inline]
    fn step(&self, d: &PyDictObject) -> Option<(NonNull<PyObject>, NonNull<PyObject>)> {
        let table = keys_of(d);
        let mut ix = self.pos.get() as usize;
        if is_split(d) {
            if ix >= len(d) {
                return None;
            }
            self.pos.set(ix as Py_ssize_t + 1);
            let value = NonNull::new(value_field(d, ix).get())?;
            return Some((NonNull::new(table.entry(ix).key.get())?, value));
        }
        while let Some(entry) = table.entries().get(ix) {
            ix += 1;
            if let (Some(key), Some(value)) = (
                NonNull::new(entry.key.get()),
                NonNull::new(entry.value.get()),
            ) {
                self.pos.set(ix as Py_ssize_t);
                return Some((key, value));
            }
        }
        None
    }

    fn step_back(&self, d: &PyDictObject) -> Option<(NonNull<PyObject>, NonNull<PyObject>)> {
        let table = keys_of(d);
        let end = if is_split(d) {
            len(d)
        } else {
            table.nentries.get()
        };
        let mut pos = self.pos.get().min(end as Py_ssize_t - 1);
        while pos >= 0 {
            let ix = pos as usize;
            pos -= 1;
            let (key, value) = (table.entry(ix).key.get(), value_field(d, ix).get());
            if let (Some(key), Some(value)) = (NonNull::new(key), NonNull::new(value)) {
                self.pos.set(pos);
                return Some((key, value));
            }
        }
        self.pos.set(-1);
        None
    }

    #[inline]
    fn next(&self) -> PyResult<Option<Owned>> {
        let Some((key, value)) = self.advance()? else {
            return Ok(None);
        };
        // SAFETY: just found in the dict, which holds them.
        let (key, value) = unsafe { (key.as_ref(), value.as_ref()) };
        match KIND % 3 {
            KEYS => Ok(Some(key.own())),
            VALUES => Ok(Some(value.own())),
            _ => crate::enumerate::reuse_pair(&self.result, key.own(), value.own()).map(Some),
        }
    }

    fn visit(&self, visit: gc::Visitor) -> c_int {
        visit.visit_all([self.dict.get().cast::<PyObject>(), self.result.get().cast()])
    }

    fn length_hint(&self) -> Py_ssize_t {
        match self.dict.borrow() {
            Some(d) if self.used.get() == d.ma_used.get() => self.left.get(),
            _ => 0,
        }
    }

    /// `iter(list of what is left)`, without moving this iterator.
    fn reduce(&self) -> PyResult<Owned> {
        let copy = gc::new_object::<DictIter<KIND>>(self.ty())?;
        copy.dict.set_ref(self.dict.load());
        copy.used.set(self.used.get());
        copy.pos.set(self.pos.get());
        copy.left.set(self.left.get());
        let mut rest = Vec::new();
        while let Some(item) = copy.next()? {
            rest.push(item);
        }
        iter::reduce("iter", list::from_owned(rest)?.upcast(), None)
    }
}

/// # Safety
/// `it` is dead.
unsafe fn free_iter<const KIND: u8>(it: *mut DictIter<KIND>) {
    // SAFETY: the object is alive until it is freed.
    unsafe {
        gc::untrack_if_tracked(it.cast());
        (*it).dict.set_ref(None);
        (*it).result.set_ref(None);
        gc::del(it.cast());
    }
}

macro_rules! dict_iterator {
    ($marker:ident, $type:ident, $name:tt, $kind:ident) => {
        pub struct $marker;
        #[pytype(name = $name, c_name = $type, layout = DictIter::<$kind>, flags = [HAVE_GC], free = gc_del)]
        impl $marker {
            const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
            fn tp_dealloc(slf: *mut DictIter<$kind>) {
                // SAFETY: the count is 0.
                unsafe { free_iter(slf) }
            }
            fn tp_traverse(slf: &DictIter<$kind>, visit: gc::Visitor) -> c_int {
                slf.visit(visit)
            }
            const tp_iter: getiterfunc = Some(crate::object::self_iter);
            fn tp_iternext(slf: &DictIter<$kind>) -> PyResult<Option<Owned>> {
                slf.next()
            }
            #[method]
            fn __length_hint__(slf: &DictIter<$kind>) -> Py_ssize_t {
                slf.length_hint()
            }
            #[method]
            fn __reduce__(slf: &DictIter<$kind>) -> PyResult<Owned> {
                slf.reduce()
            }
        }
    };
}
dict_iterator!(KeyIter, PyDictIterKey_Type, "dict_keyiterator", KEYS);
dict_iterator!(
    ValueIter,
    PyDictIterValue_Type,
    "dict_valueiterator",
    VALUES
);
dict_iterator!(ItemIter, PyDictIterItem_Type, "dict_itemiterator", ITEMS);
dict_iterator!(
    RevKeyIter,
    PyDictRevIterKey_Type,
    "dict_reversekeyiterator",
    REVERSED_KEYS
);
dict_iterator!(
    RevValueIter,
    PyDictRevIterValue_Type,
    "dict_reversevalueiterator",
    REVERSED_VALUES
);
dict_iterator!(
    RevItemIter,
    PyDictRevIterItem_Type,
    "dict_reverseitemiterator",
    REVERSED_ITEMS
);
