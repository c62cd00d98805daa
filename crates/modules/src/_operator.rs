//! `_operator`: the operators as functions, and three callables that look things up.

use pyrite_macros::{pymodule, pytype};
use pyrite_runtime::object::names;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, dict, err, gc, module, number, object, sequence, tuple, unicode};
use std::hint::black_box;

/// `_operator`.
pub struct Operator;

/// Compares without stopping at the first difference, so that the time tells nothing about it.
fn equal_bytes(a: &[u8], b: &[u8]) -> bool {
    let difference = a
        .iter()
        .zip(b)
        .fold(a.len() ^ b.len(), |d, (x, y)| d | usize::from(x ^ y));
    black_box(difference) == 0
}

#[pymodule(name = "_operator")]
impl Operator {
    #[function]
    fn truth(_m: &PyObject, a: &PyObject) -> PyResult<bool> {
        object::is_true(a)
    }
    #[function]
    fn contains(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<bool> {
        sequence::contains(a, b)
    }
    #[function]
    fn indexOf(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Py_ssize_t> {
        sequence::index(a, b)
    }
    #[function]
    fn countOf(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Py_ssize_t> {
        sequence::count(a, b)
    }
    #[function]
    fn is_(_m: &PyObject, a: &PyObject, b: &PyObject) -> bool {
        a.is(b)
    }
    #[function]
    fn is_not(_m: &PyObject, a: &PyObject, b: &PyObject) -> bool {
        !a.is(b)
    }
    #[function]
    fn add(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::add(a, b)
    }
    #[function]
    fn sub(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::subtract(a, b)
    }
    #[function]
    fn mul(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::multiply(a, b)
    }
    #[function]
    fn matmul(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::matrix_multiply(a, b)
    }
    #[function]
    fn floordiv(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::floor_divide(a, b)
    }
    #[function]
    fn truediv(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::true_divide(a, b)
    }
    #[function(name = "mod")]
    fn mod_(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::remainder(a, b)
    }
    #[function]
    fn neg(_m: &PyObject, a: &PyObject) -> PyResult<Owned> {
        number::negative(a)
    }
    #[function]
    fn pos(_m: &PyObject, a: &PyObject) -> PyResult<Owned> {
        number::positive(a)
    }
    #[function]
    fn abs(_m: &PyObject, a: &PyObject) -> PyResult<Owned> {
        number::absolute(a)
    }
    #[function]
    fn inv(_m: &PyObject, a: &PyObject) -> PyResult<Owned> {
        number::invert(a)
    }
    #[function]
    fn invert(_m: &PyObject, a: &PyObject) -> PyResult<Owned> {
        number::invert(a)
    }
    #[function]
    fn lshift(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::lshift(a, b)
    }
    #[function]
    fn rshift(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::rshift(a, b)
    }
    #[function]
    fn not_(_m: &PyObject, a: &PyObject) -> PyResult<bool> {
        object::not_(a)
    }
    #[function]
    fn and_(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::and(a, b)
    }
    #[function]
    fn xor(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::xor(a, b)
    }
    #[function]
    fn or_(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::or(a, b)
    }
    #[function]
    fn pow(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::power(a, b, none())
    }
    #[function]
    fn iadd(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_add(a, b)
    }
    #[function]
    fn isub(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_subtract(a, b)
    }
    #[function]
    fn imul(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_multiply(a, b)
    }
    #[function]
    fn imatmul(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_matrix_multiply(a, b)
    }
    #[function]
    fn ifloordiv(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_floor_divide(a, b)
    }
    #[function]
    fn itruediv(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_true_divide(a, b)
    }
    #[function]
    fn imod(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_remainder(a, b)
    }
    #[function]
    fn ilshift(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_lshift(a, b)
    }
    #[function]
    fn irshift(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_rshift(a, b)
    }
    #[function]
    fn iand(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_and(a, b)
    }
    #[function]
    fn ixor(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_xor(a, b)
    }
    #[function]
    fn ior(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_or(a, b)
    }
    #[function]
    fn ipow(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        number::inplace_power(a, b, none())
    }
    #[function]
    fn concat(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        sequence::concat(a, b)
    }
    #[function]
    fn iconcat(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        sequence::inplace_concat(a, b)
    }
    #[function]
    fn getitem(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        object::get_item(a, b)
    }
    #[function]
    fn setitem(_m: &PyObject, a: &PyObject, b: &PyObject, c: &PyObject) -> PyResult<()> {
        object::set_item(a, b, c)
    }
    #[function]
    fn delitem(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<()> {
        object::del_item(a, b)
    }
    #[function]
    fn index(_m: &PyObject, a: &PyObject) -> PyResult<Owned> {
        number::index(a)
    }
    #[function]
    fn eq(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        object::rich_compare(a, b, Py_EQ)
    }
    #[function]
    fn ne(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        object::rich_compare(a, b, Py_NE)
    }
    #[function]
    fn lt(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        object::rich_compare(a, b, Py_LT)
    }
    #[function]
    fn le(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        object::rich_compare(a, b, Py_LE)
    }
    #[function]
    fn gt(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        object::rich_compare(a, b, Py_GT)
    }
    #[function]
    fn ge(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        object::rich_compare(a, b, Py_GE)
    }
    #[function]
    fn length_hint(
        _m: &PyObject,
        obj: &PyObject,
        default: Option<Py_ssize_t>,
    ) -> PyResult<Py_ssize_t> {
        object::length_hint(obj, default.unwrap_or(0))
    }
    #[function]
    fn _compare_digest(_m: &PyObject, a: &PyObject, b: &PyObject) -> PyResult<bool> {
        if let (Some(x), Some(y)) = (
            a.downcast::<PyUnicodeObject>(),
            b.downcast::<PyUnicodeObject>(),
        ) {
            if !unicode::is_ascii(x) || !unicode::is_ascii(y) {
                return Err(raise!(
                    TypeError,
                    "comparing strings with non-ASCII characters is not supported"
                ));
            }
            return Ok(equal_bytes(
                unicode::as_utf8(x)?.as_bytes(),
                unicode::as_utf8(y)?.as_bytes(),
            ));
        }
        let has_buffer = |o: &PyObject| !o.ty().tp_as_buffer.get().is_null();
        if !has_buffer(a) && !has_buffer(b) {
            let (x, y) = (a.type_name(), b.type_name());
            return Err(raise!(
                TypeError,
                "unsupported operand types(s) or combination of types: '{}' and '{}'",
                err::short(&x, 100),
                err::short(&y, 100)
            ));
        }
        let (x, y) = (
            pyrite_runtime::buffer::get_simple(a)?,
            pyrite_runtime::buffer::get_simple(b)?,
        );
        Ok(equal_bytes(x.as_slice(), y.as_slice()))
    }

    fn exec(m: &PyObject) -> PyResult<()> {
        for ty in [&ITEM_GETTER, &ATTR_GETTER, &METHOD_CALLER] {
            module::add_type(m, ty)?;
        }
        Ok(())
    }
}

/// The three callables: what they look up, and for `methodcaller` the arguments.
#[repr(C)]
struct Getter {
    ob_base: PyObject,
    /// A tuple of keys, of names (each a str or a tuple of strs), or the method's name alone.
    items: Cell<*mut PyTupleObject>,
    /// `methodcaller`: positional and keyword arguments.
    args: Cell<*mut PyTupleObject>,
    kwargs: Cell<*mut PyDictObject>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for Getter {}

fn make(ty: &PyTypeObject, items: Vec<Owned>) -> PyResult<Owned<Getter>> {
    let g = gc::new_object::<Getter>(ty)?;
    g.items.set_ref(Some(tuple::from_owned(items)?));
    Ok(g)
}

fn tracked(g: Owned<Getter>) -> Owned {
    // SAFETY: fresh, with valid fields.
    unsafe { gc::track(g.as_ptr()) };
    g.upcast()
}

unsafe fn dealloc(g: *mut Getter) {
    // SAFETY: the count has reached 0; the fields are released and the memory given back once.
    unsafe {
        gc::untrack_if_tracked(g.cast());
        (*g).items.set_ref(None);
        (*g).args.set_ref(None);
        (*g).kwargs.set_ref(None);
        gc::del(g.cast());
    }
}

fn traverse(g: &Getter, visit: gc::Visitor) -> c_int {
    visit.visit_all([
        g.items.get().cast(),
        g.args.get().cast(),
        g.kwargs.get().cast(),
    ])
}

fn items(g: &Getter) -> Vec<Owned> {
    g.items
        .load()
        .map(|t| tuple::to_vec(&t))
        .unwrap_or_default()
}

/// The one argument that the callables take.
fn only_argument(name: &str, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<Owned> {
    if kw.is_some_and(|kw| kw.ma_used.get() != 0) {
        return Err(raise!(TypeError, "{name}() takes no keyword arguments"));
    }
    let n = args.ob_base.ob_size.get();
    if n != 1 {
        return Err(raise!(TypeError, "{name} expected 1 argument, got {n}"));
    }
    tuple::get_item(args, 0)
}

/// One result as it is, several as a tuple.
fn one_or_tuple(mut results: Vec<Owned>) -> PyResult<Owned> {
    match results.len() {
        1 => Ok(results.swap_remove(0)),
        _ => tuple::from_owned(results).map(Owned::upcast),
    }
}

fn no_keywords(
    name: &str,
    args: &PyTupleObject,
    kw: Option<&PyDictObject>,
) -> PyResult<Vec<Owned>> {
    if kw.is_some_and(|kw| kw.ma_used.get() != 0) {
        return Err(raise!(TypeError, "{name}() takes no keyword arguments"));
    }
    let all = tuple::to_vec(args);
    if all.is_empty() {
        return Err(raise!(TypeError, "{name} expected 1 argument, got 0"));
    }
    Ok(all)
}

/// `repr` arguments, joined.
fn reprs(all: &[Owned]) -> PyResult<String> {
    let texts: PyResult<Vec<String>> = all
        .iter()
        .map(|o| object::repr(o).map(|r| names::text(&r).into_owned()))
        .collect();
    Ok(texts?.join(", "))
}

struct ItemGetter;

#[pytype(name = "operator.itemgetter", c_name = ITEM_GETTER, layout = Getter, export = false, no_class,
         flags = [HAVE_GC], free = gc_del)]
impl ItemGetter {
    fn tp_dealloc(slf: *mut Getter) {
        // SAFETY: the count has reached 0.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &Getter, visit: gc::Visitor) -> c_int {
        traverse(slf, visit)
    }
    fn tp_getattro(slf: &PyObject, name: &PyObject) -> PyResult<Owned> {
        object::generic_get_attr(slf, name)
    }
    fn tp_new(
        _ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        make(&ITEM_GETTER, no_keywords("itemgetter", args, kw)?).map(tracked)
    }
    fn tp_call(slf: &Getter, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<Owned> {
        let o = only_argument("itemgetter", args, kw)?;
        let all = slf.items.load();
        if let Some([k]) = all.as_deref().map(tuple::as_slice) {
            return object::get_item(&o, k);
        }
        let results: PyResult<Vec<Owned>> =
            items(slf).iter().map(|k| object::get_item(&o, k)).collect();
        one_or_tuple(results?)
    }
    fn tp_repr(slf: &Getter) -> PyResult<Owned> {
        let text = format!("{}({})", slf.type_name(), reprs(&items(slf))?);
        unicode::from_str(&text).map(Owned::upcast)
    }
    #[method]
    fn __reduce__(slf: &Getter) -> PyResult<Owned> {
        let args = tuple::from_owned(items(slf))?.upcast();
        tuple::from_owned(vec![slf.ty().own(), args]).map(Owned::upcast)
    }
}

struct AttrGetter;

#[pytype(name = "operator.attrgetter", c_name = ATTR_GETTER, layout = Getter, export = false, no_class,
         flags = [HAVE_GC], free = gc_del)]
impl AttrGetter {
    fn tp_dealloc(slf: *mut Getter) {
        // SAFETY: the count has reached 0.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &Getter, visit: gc::Visitor) -> c_int {
        traverse(slf, visit)
    }
    fn tp_getattro(slf: &PyObject, name: &PyObject) -> PyResult<Owned> {
        object::generic_get_attr(slf, name)
    }
    fn tp_new(
        _ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        let all = no_keywords("attrgetter", args, kw)?;
        let split: PyResult<Vec<Owned>> = all.iter().map(|name| split_name(name)).collect();
        make(&ATTR_GETTER, split?).map(tracked)
    }
    fn tp_call(slf: &Getter, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<Owned> {
        let o = only_argument("attrgetter", args, kw)?;
        let all = slf.items.load();
        if let Some([name]) = all.as_deref().map(tuple::as_slice) {
            return dotted(&o, name);
        }
        let results: PyResult<Vec<Owned>> =
            items(slf).iter().map(|name| dotted(&o, name)).collect();
        one_or_tuple(results?)
    }
    fn tp_repr(slf: &Getter) -> PyResult<Owned> {
        let whole: PyResult<Vec<Owned>> = items(slf).iter().map(|n| joined_name(n)).collect();
        let text = format!("{}({})", slf.type_name(), reprs(&whole?)?);
        unicode::from_str(&text).map(Owned::upcast)
    }
    #[method]
    fn __reduce__(slf: &Getter) -> PyResult<Owned> {
        let whole: PyResult<Vec<Owned>> = items(slf).iter().map(|n| joined_name(n)).collect();
        let args = tuple::from_owned(whole?)?.upcast();
        tuple::from_owned(vec![slf.ty().own(), args]).map(Owned::upcast)
    }
}

/// A name with dots becomes a tuple of its parts.
fn split_name(name: &PyObject) -> PyResult<Owned> {
    if name.downcast::<PyUnicodeObject>().is_none() {
        return Err(raise!(TypeError, "attribute name must be a string"));
    }
    let text = names::text(name);
    if !text.contains('.') {
        return Ok(names::intern(name.own()));
    }
    let parts: PyResult<Vec<Owned>> = text
        .split('.')
        .map(|p| unicode::intern_str(p).map(Owned::upcast))
        .collect();
    tuple::from_owned(parts?).map(Owned::upcast)
}

fn joined_name(name: &PyObject) -> PyResult<Owned> {
    let Some(parts) = name.downcast::<PyTupleObject>() else {
        return Ok(name.own());
    };
    let texts: Vec<String> = tuple::to_vec(parts)
        .iter()
        .map(|p| names::text(p).into_owned())
        .collect();
    unicode::from_str(&texts.join(".")).map(Owned::upcast)
}

fn dotted(o: &PyObject, name: &PyObject) -> PyResult<Owned> {
    let Some(parts) = name.downcast::<PyTupleObject>() else {
        return object::get_attr(o, name);
    };
    let mut at = o.own();
    for part in tuple::to_vec(parts) {
        at = object::get_attr(&at, &part)?;
    }
    Ok(at)
}

struct MethodCaller;

#[pytype(name = "operator.methodcaller", c_name = METHOD_CALLER, layout = Getter, export = false, no_class,
         flags = [HAVE_GC], free = gc_del)]
impl MethodCaller {
    fn tp_dealloc(slf: *mut Getter) {
        // SAFETY: the count has reached 0.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &Getter, visit: gc::Visitor) -> c_int {
        traverse(slf, visit)
    }
    fn tp_getattro(slf: &PyObject, name: &PyObject) -> PyResult<Owned> {
        object::generic_get_attr(slf, name)
    }
    fn tp_new(
        _ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        let mut all = tuple::to_vec(args);
        if all.is_empty() {
            return Err(raise!(
                TypeError,
                "methodcaller needs at least one argument, the method name"
            ));
        }
        let name = all.remove(0);
        if name.downcast::<PyUnicodeObject>().is_none() {
            return Err(raise!(TypeError, "method name must be a string"));
        }
        let g = make(&METHOD_CALLER, vec![names::intern(name)])?;
        g.args.set_ref(Some(tuple::from_owned(all)?));
        if let Some(kw) = kw {
            g.kwargs.set_ref(Some(dict::copy(kw)?));
        }
        Ok(tracked(g))
    }
    fn tp_call(slf: &Getter, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<Owned> {
        let o = only_argument("methodcaller", args, kw)?;
        let f = object::get_attr(&o, &items(slf)[0])?;
        let args = match slf.args.load() {
            Some(args) => args,
            None => tuple::from_slice(&[])?,
        };
        call::call_dict(&f, &args, slf.kwargs.load().as_deref())
    }
    fn tp_repr(slf: &Getter) -> PyResult<Owned> {
        let mut all = items(slf);
        all.extend(
            slf.args
                .load()
                .map(|t| tuple::to_vec(&t))
                .unwrap_or_default(),
        );
        let mut text = reprs(&all)?;
        if let Some(kw) = slf.kwargs.load() {
            for (name, value) in dict::items(&kw) {
                let value = object::repr(&value)?;
                text.push_str(&format!(", {}={}", names::text(&name), names::text(&value)));
            }
        }
        unicode::from_str(&format!("{}({text})", slf.type_name())).map(Owned::upcast)
    }
    #[method]
    fn __reduce__(slf: &Getter) -> PyResult<Owned> {
        let mut all = items(slf);
        let args = slf
            .args
            .load()
            .map(|t| tuple::to_vec(&t))
            .unwrap_or_default();
        let Some(kw) = slf.kwargs.load().filter(|kw| kw.ma_used.get() != 0) else {
            all.extend(args);
            let all = tuple::from_owned(all)?.upcast();
            return tuple::from_owned(vec![slf.ty().own(), all]).map(Owned::upcast);
        };
        // partial(methodcaller, name, **kwargs)(*args)
        let functools = pyrite_runtime::hooks::import("functools")?;
        let partial = object::get_attr_str(&functools, "partial")?;
        let first = tuple::from_owned(vec![slf.ty().own(), all.swap_remove(0)])?;
        let constructor = call::call_dict(&partial, &first, Some(&kw))?;
        let args = tuple::from_owned(args)?.upcast();
        tuple::from_owned(vec![constructor, args]).map(Owned::upcast)
    }
}
