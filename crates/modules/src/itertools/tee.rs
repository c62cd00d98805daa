//! `tee`: several iterators over one.
//!
//! What was taken from the source lies in a chain of blocks. Each of the iterators holds the block that it is in; blocks that all
//! of them have left go.

use super::*;
use pyrite_macros::pytype;
use pyrite_runtime::{args, call, gc, iter, list, long, mem, object, weakref};

/// Items of a block.
const LINK_CELLS: usize = 57;

#[repr(C)]
pub struct TeeDataObject {
    ob_base: PyObject,
    it: Cell<*mut PyObject>,
    /// How many items were taken into this block.
    count: Cell<c_int>,
    /// The source is being asked: it must not ask us.
    running: Cell<c_int>,
    next: Cell<*mut PyObject>,
    values: [Cell<*mut PyObject>; LINK_CELLS],
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for TeeDataObject {}

fn new_data(it: &PyObject) -> PyResult<Owned<TeeDataObject>> {
    let d = gc::new_object::<TeeDataObject>(&TEE_DATA)?;
    d.it.set_ref(Some(it.own()));
    Ok(gc::publish(d))
}

/// The item `i` of a block, taken from the source if nobody has yet.
fn item(d: &TeeDataObject, i: usize) -> PyResult<Option<Owned>> {
    if (i as c_int) < d.count.get() {
        return Ok(d.values[i].load());
    }
    if d.running.get() != 0 {
        return Err(raise!(RuntimeError, "cannot re-enter the tee iterator"));
    }
    let Some(it) = d.it.load() else {
        return Ok(None);
    };
    d.running.set(1);
    let value = iter::next(&it);
    d.running.set(0);
    let Some(value) = value? else { return Ok(None) };
    let at = d.count.get() as usize;
    if let Some(field) = d.values.get(at) {
        field.set_ref(Some(value.clone()));
        d.count.set(at as c_int + 1);
    }
    Ok(Some(value))
}

/// The block behind a full one.
fn following(d: &TeeDataObject) -> PyResult<Owned> {
    if let Some(next) = d.next.load() {
        return Ok(next);
    }
    let it = d.it.load().unwrap_or_else(|| none().own());
    let next = new_data(&it)?.upcast();
    d.next.set_ref(Some(next.clone()));
    Ok(next)
}

/// Drops a chain of blocks one after another: a long one must not recurse.
fn drop_chain(mut block: Option<Owned>) {
    while let Some(b) = block {
        let alone = b.refcount() == 1;
        block = match b.downcast_exact::<TeeDataObject>() {
            Some(d) if alone => d.next.take_ref(),
            _ => None,
        };
    }
}

pub struct TeeData;
#[pytype(name = "itertools._tee_dataobject", c_name = TEE_DATA, layout = TeeDataObject, export = false,
         flags = [HAVE_GC], free = gc_del)]
impl TeeData {
    fn tp_new(_ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
        args::no_keywords("teedataobject", kw)?;
        let args = tuple::as_slice(args);
        args::check_positional("teedataobject", args.len(), 3, 3)?;
        let Some(values) = args[1].downcast::<PyListObject>() else {
            let given = args::given_name(args[1]);
            return Err(raise!(
                TypeError,
                "teedataobject() argument 2 must be list, not {given}"
            ));
        };
        let values = list::to_vec(values);
        let next = Some(args[2]).filter(|n| !n.is_none());
        let invalid = || raise!(ValueError, "Invalid arguments");
        if values.len() > LINK_CELLS || (values.len() < LINK_CELLS && next.is_some()) {
            return Err(invalid());
        }
        if next.is_some_and(|n| !n.is_exactly(&TEE_DATA)) {
            return Err(invalid());
        }
        let d = new_data(args[0])?;
        d.count.set(values.len() as c_int);
        for (field, value) in d.values.iter().zip(values) {
            field.set_ref(Some(value));
        }
        d.next.set_ref(next.map(ObjectExt::own));
        Ok(d.upcast())
    }

    fn tp_dealloc(slf: *mut TeeDataObject) {
        // SAFETY: the count is 0: the object is ours to take apart.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            TeeData::tp_clear(&*slf);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &TeeDataObject, visit: gc::Visitor) -> c_int {
        let values = slf.values.iter().map(Cell::get);
        visit.visit_all([slf.it.get(), slf.next.get()].into_iter().chain(values))
    }

    fn tp_clear(slf: &TeeDataObject) {
        slf.it.set_ref(None);
        for field in &slf.values {
            field.set_ref(None);
        }
        drop_chain(slf.next.take_ref());
    }

    #[method]
    fn __reduce__(slf: &TeeDataObject) -> PyResult<Owned> {
        let values = slf
            .values
            .iter()
            .take(slf.count.get() as usize)
            .filter_map(|f| f.load())
            .collect();
        let values = list::from_owned(values)?.upcast();
        let or_none = |o: Option<Owned>| o.unwrap_or_else(|| none().own());
        reduced(
            slf,
            vec![or_none(slf.it.load()), values, or_none(slf.next.load())],
            None,
        )
    }
}

#[repr(C)]
pub struct TeeObject {
    ob_base: PyObject,
    data: Cell<*mut PyObject>,
    index: Cell<usize>,
    weakreflist: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for TeeObject {}

fn new_tee(data: Owned, index: usize) -> PyResult<Owned> {
    let t = gc::new_object::<TeeObject>(&TEE)?;
    t.data.set_ref(Some(data));
    t.index.set(index);
    Ok(gc::publish(t).upcast())
}

/// A branch over an iterable; another tee's branch is copied.
fn from_iterable(iterable: &PyObject) -> PyResult<Owned> {
    let it = object::get_iter(iterable)?;
    match it.downcast_exact::<TeeObject>() {
        Some(t) => copy(t),
        None => new_tee(new_data(&it)?.upcast(), 0),
    }
}

fn copy(t: &TeeObject) -> PyResult<Owned> {
    new_tee(t.data.load().unwrap_or_else(|| none().own()), t.index.get())
}

/// `tee(iterable, n)`.
pub fn tee(iterable: &PyObject, n: isize) -> PyResult<Owned> {
    let n = usize::try_from(n).map_err(|_| raise!(ValueError, "n must be >= 0"))?;
    if n == 0 {
        return Ok(tuple::empty()?.upcast());
    }
    let it = object::get_iter(iterable)?;
    let copier = match object::lookup_attr(&it, id!("__copy__").as_object())? {
        Some(copier) => Some((it, copier)),
        None => {
            let branch = from_iterable(&it)?;
            let copier = object::get_attr(&branch, id!("__copy__").as_object())?;
            Some((branch, copier))
        }
    };
    let mut all = pyrite_runtime::mem::room::for_items(n)?;
    if let Some((first, copier)) = copier {
        all.push(first);
        for _ in 1..n {
            all.push(call::call0(&copier)?);
        }
    }
    Ok(tuple::from_owned(all)?.upcast())
}

pub struct Tee;
#[pytype(name = "itertools._tee", c_name = TEE, layout = TeeObject, export = false, weaklistoffset = weakreflist,
         flags = [HAVE_GC], free = gc_del)]
impl Tee {
    fn tp_new(_ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
        args::no_keywords("_tee", kw)?;
        let args = tuple::as_slice(args);
        args::check_positional("_tee", args.len(), 1, 1)?;
        from_iterable(args[0])
    }

    fn tp_dealloc(slf: *mut TeeObject) {
        // SAFETY: the count is 0: the object is ours to take apart.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            if !(*slf).weakreflist.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            drop_chain((*slf).data.take_ref());
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_traverse(slf: &TeeObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.data.get())
    }

    fn tp_clear(slf: &TeeObject) {
        slf.data.set_ref(None);
    }

    const tp_iter: getiterfunc = Some(pyrite_runtime::object::self_iter);

    fn tp_iternext(slf: &TeeObject) -> PyResult<Option<Owned>> {
        let Some(data) = slf.data.load() else {
            return Ok(None);
        };
        let Some(mut d) = data.downcast_exact::<TeeDataObject>() else {
            return Ok(None);
        };
        let next;
        if slf.index.get() >= LINK_CELLS {
            next = following(d)?;
            let Some(n) = next.downcast_exact::<TeeDataObject>() else {
                return Ok(None);
            };
            d = n;
            slf.data.set_ref(Some(next.clone()));
            slf.index.set(0);
        }
        let value = item(d, slf.index.get())?;
        if value.is_some() {
            slf.index.set(slf.index.get() + 1);
        }
        Ok(value)
    }

    #[method]
    fn __copy__(slf: &TeeObject) -> PyResult<Owned> {
        copy(slf)
    }

    #[method]
    fn __reduce__(slf: &TeeObject) -> PyResult<Owned> {
        let data = slf.data.load().unwrap_or_else(|| none().own());
        let state = tuple::pack([data, int(slf.index.get() as Py_ssize_t)?])?.upcast();
        reduced(slf, vec![tuple::empty()?.upcast()], Some(state))
    }

    #[method]
    fn __setstate__(slf: &TeeObject, state: &PyObject) -> PyResult<()> {
        let state = tuple::as_slice(state_tuple(state)?);
        let [data, index] = *state else {
            return Err(raise!(
                TypeError,
                "function takes exactly 2 arguments ({} given)",
                state.len()
            ));
        };
        if !data.is_exactly(&TEE_DATA) {
            let given = data.type_name();
            return Err(raise!(
                TypeError,
                "argument 1 must be itertools._tee_dataobject, not {given}"
            ));
        }
        let index = long::as_ssize_t(index)?;
        if !(0..=LINK_CELLS as Py_ssize_t).contains(&index) {
            return Err(raise!(ValueError, "Index out of range"));
        }
        slf.data.set_ref(Some(data.own()));
        slf.index.set(index as usize);
        Ok(())
    }
}
