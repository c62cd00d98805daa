//! A small type and a small module, declared with every feature of the macros: that this compiles is the test, and the
//! tables that come out are looked at.

use crate::args::*;
use crate::gc;
use crate::prelude::*;
use pyrite_macros::{pymodule, pytype};
use std::ffi::CStr;

#[repr(C)]
struct PairObject {
    ob_base: PyObject,
    first: Cell<*mut PyObject>,
    second: Cell<*mut PyObject>,
    dict: Cell<*mut PyObject>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for PairObject {}

pub struct Pair;

#[pytype(name = "test.Pair", c_name = PAIR_TYPE, layout = PairObject, flags = [BASETYPE, HAVE_GC],
         dictoffset = dict, free = gc_del, export = false)]
impl Pair {
    fn tp_dealloc(slf: *mut PairObject) {
        let _ = slf;
    }
    fn tp_repr(_: &PairObject) -> PyResult<Owned> {
        Ok(none().own())
    }
    fn tp_hash(_: &PairObject) -> PyResult<Py_hash_t> {
        Ok(-1)
    }
    fn tp_traverse(slf: &PairObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([slf.first.get(), slf.second.get(), slf.dict.get()])
    }
    fn tp_clear(slf: &PairObject) {
        slf.first.set_ref(None);
    }
    fn tp_iternext(slf: &PairObject) -> PyResult<Option<Owned>> {
        Ok(slf.first.load())
    }
    fn tp_richcompare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<Owned> {
        Ok(bool_from(a.is(b) && op == Py_EQ))
    }
    #[sig("(first, second=None)")]
    fn tp_new(ty: &PyTypeObject, first: &PyObject, second: Option<&PyObject>) -> PyResult<Owned> {
        let _ = (first, second);
        Ok(ty.own())
    }
    fn tp_init(_: &PairObject, _: &PyTupleObject, _: Option<&PyDictObject>) -> PyResult<()> {
        Ok(())
    }
    fn tp_setattro(_: &PyObject, _: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        let _ = value;
        Ok(())
    }
    fn nb_add(a: &PyObject, _: &PyObject) -> PyResult<Owned> {
        Ok(a.own())
    }
    fn nb_bool(_: &PairObject) -> bool {
        true
    }
    fn sq_length(_: &PairObject) -> PyResult<Py_ssize_t> {
        Ok(2)
    }
    fn sq_contains(slf: &PairObject, o: &PyObject) -> PyResult<bool> {
        Ok(slf.first.get() == o.as_ptr())
    }
    fn mp_ass_subscript(_: &PairObject, _: &PyObject, _: Option<&PyObject>) -> PyResult<()> {
        Ok(())
    }
    fn bf_getbuffer(_: &PairObject, view: &Py_buffer, flags: c_int) -> PyResult<()> {
        view.readonly.set(flags);
        Ok(())
    }

    #[method]
    fn none(_: &PairObject) {}
    #[method]
    fn one(_: &PairObject, o: &PyObject) -> PyResult<Owned> {
        Ok(o.own())
    }
    #[method(name = "several")]
    fn renamed(
        slf: &PairObject,
        value: &PyObject,
        start: Option<SliceIndex>,
        text: Option<NoneOr<&str>>,
    ) -> PyResult<Py_ssize_t> {
        let _ = (slf, value, text);
        Ok(start.map_or(0, |s| s.0))
    }
    #[method]
    #[sig("($self, /, key, n=2, *, flag=True, factor=1.5)")]
    fn keywords(_: &PairObject, key: &PyUnicodeObject, n: isize, flag: Truth, factor: f64) -> f64 {
        let _ = key;
        if flag.0 { factor } else { n as f64 }
    }
    #[method(class)]
    fn make(ty: &PyTypeObject) -> PyResult<Owned> {
        Ok(ty.own())
    }
    #[method(staticmethod)]
    fn free(n: i32) -> i32 {
        n
    }
    #[method(args)]
    fn raw(_: &PairObject, args: &[&PyObject]) -> usize {
        args.len()
    }
    #[method(args_kw)]
    fn raw_kw(_: &PairObject, args: Args<'_>) -> bool {
        args.get_kw("x").is_some()
    }
    #[method(varargs_kw)]
    fn old(_: &PairObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> Option<Owned> {
        let _ = args;
        kw.map(ObjectExt::own)
    }
    #[getter]
    fn sum(_: &PairObject) -> &'static str {
        "sum"
    }
    #[setter(sum)]
    fn set_sum(_: &PairObject, value: Option<&PyObject>) -> PyResult<()> {
        let _ = value;
        Ok(())
    }
    #[members]
    const MEMBERS: &[Member] = members![
        ("first", T_OBJECT, first, READONLY),
        ("second", T_OBJECT, second, 0)
    ];
}

pub struct Module;

#[pymodule(name = "test_module", export = false)]
impl Module {
    #[function]
    fn tee(module: &PyObject, iterable: &PyObject, n: Option<isize>) -> PyResult<Owned> {
        let _ = (module, n);
        Ok(iterable.own())
    }
    fn exec(module: &PyObject) -> PyResult<()> {
        let _ = module;
        Ok(())
    }
}

pub struct Phases;

#[pymodule(name = "test_phases", export = false, multi_phase)]
impl Phases {
    fn exec(_: &PyObject) -> PyResult<()> {
        Ok(())
    }
}

#[test]
fn type_tables() {
    let t = &PAIR_TYPE;
    // SAFETY: the tables are static.
    unsafe {
        assert_eq!(CStr::from_ptr(t.tp_name.get()), c"test.Pair");
        assert_eq!(t.tp_basicsize.get(), 40);
        assert_eq!(t.tp_dictoffset.get(), 32);
        assert!(std::ptr::eq(
            t.tp_base.get(),
            &crate::typeobject::PyBaseObject_Type
        ));
        assert!((*t.tp_as_number.get()).nb_add.get().is_some());
        assert!((*t.tp_as_number.get()).nb_subtract.get().is_none());
        assert!(t.tp_as_async.get().is_null());
        let mut methods = Vec::new();
        let mut at = t.tp_methods.get();
        while !(*at).ml_name.is_null() {
            methods.push((CStr::from_ptr((*at).ml_name).to_str(), (*at).ml_flags));
            at = at.add(1);
        }
        let flags: Vec<_> = methods.iter().map(|m| m.1).collect();
        let fast_kw = METH_FASTCALL | METH_KEYWORDS;
        assert_eq!(
            flags,
            [
                METH_NOARGS,
                METH_O,
                METH_FASTCALL,
                fast_kw,
                METH_NOARGS | METH_CLASS,
                METH_O | METH_STATIC,
                METH_FASTCALL,
                fast_kw,
                METH_VARARGS | METH_KEYWORDS
            ]
        );
        assert_eq!((*t.tp_members.get().add(1)).offset, 24);
        assert_eq!(CStr::from_ptr((*t.tp_getset.get()).name), c"sum");
        let hash = t.tp_hash.get().expect("declared");
        let pair = PairObject {
            ob_base: PyObject::ZEROED,
            first: Cell::new(std::ptr::null_mut()),
            second: Cell::new(std::ptr::null_mut()),
            dict: Cell::new(std::ptr::null_mut()),
        };
        assert_eq!(hash(pair.as_ptr()), -2);
    }
}
