//! Code objects.
//!
//! A code object is what the compiler makes of a block, immutable to Python. It also carries what belongs to running
//! it: the side array of slots (see [`crate::eval::slots`]) and one recycled frame.

use crate::eval::slots;
use crate::frame;
use crate::prelude::*;

/// The parts from which a code object is made. The objects are borrowed.
pub struct Parts<'a> {
    pub argcount: c_int,
    pub posonlyargcount: c_int,
    pub kwonlyargcount: c_int,
    pub nlocals: c_int,
    pub stacksize: c_int,
    pub flags: c_int,
    pub code: &'a PyObject,
    pub consts: &'a PyObject,
    pub names: &'a PyObject,
    pub varnames: &'a PyObject,
    pub freevars: &'a PyObject,
    pub cellvars: &'a PyObject,
    pub filename: &'a PyObject,
    pub name: &'a PyObject,
    pub firstlineno: c_int,
    pub lnotab: &'a PyObject,
}

/// A tuple field of a code object.
#[inline(always)]
pub fn tuple_of(field: &Cell<*mut PyObject>) -> &PyTupleObject {
    // SAFETY: the tuple fields of a code object are set to tuples when it is made and never change.
    unsafe { &*field.get().cast::<PyTupleObject>() }
}

/// The length of a tuple field of a code object.
#[inline(always)]
pub fn tuple_len(field: &Cell<*mut PyObject>) -> usize {
    tuple_of(field).ob_base.ob_size.get() as usize
}

/// The contents of a bytes field of a code object.
fn bytes_of(field: &Cell<*mut PyObject>) -> &[u8] {
    // SAFETY: the bytes fields of a code object are set to bytes when it is made and never change.
    bytes::as_slice(unsafe { &*field.get().cast::<PyBytesObject>() })
}

/// Do the characters allow the string to be a name? Such constants are interned.
fn all_name_chars(s: &PyUnicodeObject) -> bool {
    unicode::is_ascii(s)
        && text::as_utf8(s.as_object())
            .is_ok_and(|t| t.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'_'))
}

/// Checks that a tuple holds strings only and interns them.
fn intern_strings(t: &PyTupleObject) -> PyResult<()> {
    for i in 0..tuple::len(t) {
        intern_entry(t, i);
    }
    Ok(())
}

fn intern_entry(t: &PyTupleObject, i: usize) {
    // SAFETY: within the tuple; the entry's count is exchanged for that of the interned string, which is equal.
    unsafe {
        let cell = &*t.ob_item.as_ptr().add(i);
        if (*cell.get()).isinstance_exact(&PyUnicode_Type) {
            let old = Owned::from_owned_ptr(cell.get());
            let new = unicode::intern(old.cast_unchecked());
            cell.set(new.into_ptr());
        }
    }
}

/// Puts an equal object in the place of one in a tuple.
fn replace_entry(t: &PyTupleObject, i: usize, new: Owned) {
    if let Some(field) = tuple::fields(t).get(i) {
        field.set_ref(Some(new));
    }
}

/// Interns what looks like a name among the constants, tuples and frozen sets within included.
fn intern_constants(t: &PyTupleObject) -> PyResult<()> {
    let _guard = recursion::enter(" while interning constants")?;
    for i in 0..tuple::len(t) {
        let o = tuple::get(t, i);
        if let Some(s) = o.downcast_exact::<PyUnicodeObject>() {
            if all_name_chars(s) {
                intern_entry(t, i);
            }
        } else if let Some(inner) = o.downcast_exact::<PyTupleObject>() {
            intern_constants(inner)?;
        } else if let Some(old) = set::as_any(o).filter(|_| o.is_exactly(&set::PyFrozenSet_Type)) {
            let (before, items) = (set::to_vec(old), tuple::from_owned(set::to_vec(old))?);
            intern_constants(&items)?;
            let mut pairs = before.iter().zip(tuple::as_slice(&items));
            if pairs.any(|(old, new)| !old.is(*new)) {
                let new = set::new_frozen(Some(items.as_object()))?;
                replace_entry(t, i, new.upcast());
            }
        }
    }
    Ok(())
}

fn check_names(t: &PyTupleObject) -> PyResult<()> {
    for i in 0..tuple::len(t) {
        let o = tuple::get(t, i);
        if o.downcast::<PyUnicodeObject>().is_none() {
            return Err(raise!(
                TypeError,
                "name tuples must contain only strings, not '{}'",
                err::short(&o.type_name(), 500)
            ));
        }
    }
    Ok(())
}

fn bad_internal_call() -> Raised {
    raise!(SystemError, "bad argument to internal function")
}

/// `PyCode_NewWithPosOnlyArgs`.
pub fn new_with_pos_only_args(p: &Parts<'_>) -> PyResult<Owned<PyCodeObject>> {
    let counts = [
        p.argcount,
        p.posonlyargcount,
        p.kwonlyargcount,
        p.nlocals,
        p.stacksize,
        p.flags,
    ];
    if p.argcount < p.posonlyargcount || counts.iter().any(|&n| n < 0) {
        return Err(bad_internal_call());
    }
    let as_tuple = |o: &PyObject| {
        o.downcast::<PyTupleObject>()
            .map(OwnTyped::own_typed)
            .ok_or_else(bad_internal_call)
    };
    let (consts, names, varnames) = (
        as_tuple(p.consts)?,
        as_tuple(p.names)?,
        as_tuple(p.varnames)?,
    );
    let (freevars, cellvars) = (as_tuple(p.freevars)?, as_tuple(p.cellvars)?);
    let strings_ok = p.name.downcast::<PyUnicodeObject>().is_some()
        && p.filename.downcast::<PyUnicodeObject>().is_some();
    let bytes_ok = p.code.downcast::<PyBytesObject>().is_some()
        && p.lnotab.downcast::<PyBytesObject>().is_some();
    if !strings_ok || !bytes_ok {
        return Err(bad_internal_call());
    }
    for t in [&names, &varnames, &freevars, &cellvars] {
        check_names(t)?;
        intern_strings(t)?;
    }
    intern_constants(&consts)?;
    let no_free = tuple::len(&freevars) == 0 && tuple::len(&cellvars) == 0;
    let flags = if no_free {
        p.flags | CO_NOFREE
    } else {
        p.flags & !CO_NOFREE
    };
    let variadic = c_int::from(flags & CO_VARARGS != 0) + c_int::from(flags & CO_VARKEYWORDS != 0);
    let total = i64::from(p.argcount) + i64::from(p.kwonlyargcount) + i64::from(variadic);
    if total > tuple::len(&varnames) as i64 {
        return Err(raise!(ValueError, "code: varnames is too small"));
    }
    let cell2arg = cell_arguments(&cellvars, &varnames, total as usize)?;
    let code = object::new_object::<PyCodeObject>(&PyCode_Type)?;
    code.co_argcount.set(p.argcount);
    code.co_posonlyargcount.set(p.posonlyargcount);
    code.co_kwonlyargcount.set(p.kwonlyargcount);
    code.co_nlocals.set(p.nlocals);
    code.co_stacksize.set(p.stacksize);
    code.co_flags.set(flags);
    code.co_firstlineno.set(p.firstlineno);
    code.co_code.set(p.code.own().into_ptr());
    code.co_consts.set(consts.into_ptr());
    code.co_names.set(names.into_ptr());
    code.co_varnames.set(varnames.into_ptr());
    code.co_freevars.set(freevars.into_ptr());
    code.co_cellvars.set(cellvars.into_ptr());
    code.co_cell2arg
        .set(cell2arg.map_or(std::ptr::null_mut(), |b| Box::into_raw(b).cast()));
    code.co_filename.set(p.filename.own().into_ptr());
    code.co_name.set(p.name.own().into_ptr());
    code.co_lnotab.set(p.lnotab.own().into_ptr());
    Ok(code)
}

/// Which cells are arguments: for each cell the index of the argument of the same name, or -1. `None`: none is.
fn cell_arguments(
    cellvars: &PyTupleObject,
    varnames: &PyTupleObject,
    total: usize,
) -> PyResult<Option<Box<[Py_ssize_t]>>> {
    let mut used = false;
    let mut map = Vec::with_capacity(tuple::len(cellvars));
    for i in 0..tuple::len(cellvars) {
        let cell = tuple::get(cellvars, i);
        let mut arg = -1;
        for j in 0..total {
            if text::eq(cell, tuple::get(varnames, j)) {
                arg = j as Py_ssize_t;
                used = true;
                break;
            }
        }
        map.push(arg);
    }
    Ok(used.then(|| map.into_boxed_slice()))
}

/// `co_cell2arg`: the argument that starts out in a cell.
pub fn cell_argument(code: &PyCodeObject, cell: usize) -> Option<usize> {
    let map = code.co_cell2arg.get();
    if map.is_null() {
        return None;
    }
    // SAFETY: the map has an entry for every cell.
    usize::try_from(unsafe { *map.add(cell) }).ok()
}

/// `PyCode_NewEmpty`.
pub fn new_empty(
    filename: &PyObject,
    funcname: &PyObject,
    firstlineno: c_int,
) -> PyResult<Owned<PyCodeObject>> {
    let (none, empty) = (tuple::new(0)?, bytes::from_slice(b"")?);
    let none = none.as_object();
    new_with_pos_only_args(&Parts {
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        nlocals: 0,
        stacksize: 0,
        flags: 0,
        code: empty.as_object(),
        consts: none,
        names: none,
        varnames: none,
        freevars: none,
        cellvars: none,
        filename,
        name: funcname,
        firstlineno,
        lnotab: empty.as_object(),
    })
}

/// The bytes of the line table.
pub fn line_table(code: &PyCodeObject) -> &[u8] {
    bytes_of(&code.co_lnotab)
}

/// `PyCode_Addr2Line`.
pub fn addr_to_line(code: &PyCodeObject, addr: c_int) -> c_int {
    let mut line = code.co_firstlineno.get();
    let mut at = 0;
    for pair in bytes_of(&code.co_lnotab).chunks_exact(2) {
        at += c_int::from(pair[0]);
        if at > addr {
            break;
        }
        line = line.wrapping_add(c_int::from(pair[1] as i8));
    }
    line
}

/// `_PyCode_CheckLineNumber`: the line at `lasti`, and the range [lower, upper) of instructions around it that have no
/// other line's beginning between them.
pub fn line_range(code: &PyCodeObject, lasti: c_int) -> (c_int, c_int, c_int) {
    let table = bytes_of(&code.co_lnotab);
    let mut pairs = table.chunks_exact(2).peekable();
    let (mut line, mut addr, mut lower) = (code.co_firstlineno.get(), 0, 0);
    while let Some(pair) = pairs.peek() {
        if addr + c_int::from(pair[0]) > lasti {
            break;
        }
        addr += c_int::from(pair[0]);
        if pair[1] as i8 != 0 {
            lower = addr;
        }
        line = line.wrapping_add(c_int::from(pair[1] as i8));
        pairs.next();
    }
    let mut upper = c_int::MAX;
    for pair in pairs {
        addr += c_int::from(pair[0]);
        if pair[1] as i8 != 0 {
            upper = addr;
            break;
        }
    }
    (line, lower, upper)
}

/// `_PyCode_ConstantKey`: an object that equals another's exactly when the constants are the same to the compiler.
pub fn constant_key(o: &PyObject) -> PyResult<Owned> {
    let _guard = recursion::enter(" while comparing constants")?;
    let plain = o.is_none()
        || o.is(ellipsis())
        || o.isinstance_exact(&PyLong_Type)
        || o.isinstance_exact(&PyBool_Type)
        || o.isinstance_exact(&PyBytes_Type)
        || o.isinstance_exact(&PyUnicode_Type)
        || o.isinstance_exact(&PyCode_Type);
    if plain {
        let ty = o.ty();
        // Code objects and strings never equal anything of another type, so the string and code need no type.
        if o.isinstance_exact(&PyUnicode_Type)
            || o.isinstance_exact(&PyCode_Type)
            || o.is_none()
            || o.is(ellipsis())
        {
            return Ok(o.own());
        }
        return tuple::from_slice(&[ty.as_object(), o]).map(Owned::upcast);
    }
    if let Some(f) = o.downcast_exact::<PyFloatObject>() {
        return float_key(o, &[f.ob_fval.get()]);
    }
    if let Some(c) = o.downcast_exact::<PyComplexObject>() {
        let v = c.cval.get();
        return float_key(o, &[v.real, v.imag]);
    }
    if let Some(t) = o.downcast_exact::<PyTupleObject>() {
        let keys = (0..tuple::len(t))
            .map(|i| constant_key(tuple::get(t, i)))
            .collect::<PyResult<Vec<_>>>()?;
        let keys = tuple::from_owned(keys)?;
        return tuple::from_slice(&[keys.as_object(), o]).map(Owned::upcast);
    }
    if o.isinstance_exact(&PyFrozenSet_Type) {
        let items = sequence::tuple(o)?;
        let keys = (0..tuple::len(&items))
            .map(|i| constant_key(tuple::get(&items, i)))
            .collect::<PyResult<Vec<_>>>()?;
        let set = set::new_frozen(Some(tuple::from_owned(keys)?.as_object()))?;
        return tuple::from_slice(&[set.as_object(), o]).map(Owned::upcast);
    }
    // Anything else is only itself.
    let address = long::from_usize(o.as_ptr() as usize)?;
    tuple::from_slice(&[address.as_object(), o]).map(Owned::upcast)
}

/// Floats that compare equal differ as constants when their signs do.
fn float_key(o: &PyObject, parts: &[f64]) -> PyResult<Owned> {
    let mut items = vec![o.ty().own(), o.own()];
    for v in parts {
        if *v == 0.0 && v.is_sign_negative() {
            items.push(none().own());
        } else if parts.len() > 1 {
            items.push(py_true().own());
        }
    }
    tuple::from_owned(items).map(Owned::upcast)
}

/// A field of every code object that an object's identity as code depends on.
fn compared_fields(c: &PyCodeObject) -> [&Cell<*mut PyObject>; 5] {
    [
        &c.co_code,
        &c.co_names,
        &c.co_varnames,
        &c.co_freevars,
        &c.co_cellvars,
    ]
}

fn equal(a: &PyCodeObject, b: &PyCodeObject) -> PyResult<bool> {
    let numbers = |c: &PyCodeObject| {
        [
            c.co_argcount.get(),
            c.co_posonlyargcount.get(),
            c.co_kwonlyargcount.get(),
            c.co_nlocals.get(),
            c.co_flags.get(),
            c.co_firstlineno.get(),
        ]
    };
    if numbers(a) != numbers(b) {
        return Ok(false);
    }
    let field = |f: &Cell<*mut PyObject>| f.load().unwrap_or_else(|| none().own());
    if !object::rich_compare_bool(&field(&a.co_name), &field(&b.co_name), Py_EQ)? {
        return Ok(false);
    }
    let (ka, kb) = (
        constant_key(&field(&a.co_consts))?,
        constant_key(&field(&b.co_consts))?,
    );
    if !object::rich_compare_bool(&ka, &kb, Py_EQ)? {
        return Ok(false);
    }
    for (x, y) in compared_fields(a).into_iter().zip(compared_fields(b)) {
        if !object::rich_compare_bool(&field(x), &field(y), Py_EQ)? {
            return Ok(false);
        }
    }
    Ok(true)
}

pub struct Code;

#[pytype(name = "code", c_name = PyCode_Type, layout = PyCodeObject, no_class = true,
         weaklistoffset = offset_of!(PyCodeObject, co_weakreflist))]
impl Code {
    const tp_getattro: getattrofunc = Some(pyrite_runtime::object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyCodeObject) {
        // SAFETY: the last count is gone; the memory stays until it is freed below.
        let c = unsafe { &*slf };
        extra::free(c);
        slots::free(c);
        frame::free_zombie(c);
        if !c.co_weakreflist.get().is_null() {
            weakref::clear_weakrefs(c.as_object());
        }
        let cells = if c.co_cellvars.get().is_null() {
            0
        } else {
            tuple_len(&c.co_cellvars)
        };
        for field in [
            &c.co_code,
            &c.co_consts,
            &c.co_names,
            &c.co_varnames,
            &c.co_freevars,
            &c.co_cellvars,
            &c.co_filename,
            &c.co_name,
            &c.co_lnotab,
        ] {
            field.set_ref(None);
        }
        let map = c.co_cell2arg.replace(std::ptr::null_mut());
        // SAFETY: the map was a boxed slice with an entry for each cell; nothing uses the object's memory afterwards.
        unsafe {
            if !map.is_null() {
                drop(Box::from_raw(std::ptr::slice_from_raw_parts_mut(
                    map, cells,
                )));
            }
            mem::object_free(slf.cast());
        }
    }

    fn tp_repr(slf: &PyCodeObject) -> PyResult<Owned> {
        let line = if slf.co_firstlineno.get() != 0 {
            slf.co_firstlineno.get()
        } else {
            -1
        };
        let (name, file) = (text::field(&slf.co_name), text::field(&slf.co_filename));
        text::format(format_args!(
            "<code object {name} at {slf:p}, file \"{file}\", line {line}>"
        ))
    }

    fn tp_hash(slf: &PyCodeObject) -> PyResult<Py_hash_t> {
        let fields = [
            &slf.co_name,
            &slf.co_code,
            &slf.co_consts,
            &slf.co_names,
            &slf.co_varnames,
            &slf.co_freevars,
            &slf.co_cellvars,
        ];
        let mut h: Py_hash_t = 0;
        for field in fields {
            h ^= object::hash(field.borrow().unwrap_or(none()))?;
        }
        for n in [
            slf.co_argcount.get(),
            slf.co_posonlyargcount.get(),
            slf.co_kwonlyargcount.get(),
            slf.co_nlocals.get(),
            slf.co_flags.get(),
        ] {
            h ^= n as Py_hash_t;
        }
        Ok(if h == -1 { -2 } else { h })
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let (Some(a), Some(b)) = (
            slf.downcast::<PyCodeObject>(),
            other.downcast::<PyCodeObject>(),
        ) else {
            return Ok(not_implemented().own());
        };
        match op {
            Py_EQ => Ok(bool_from(equal(a, b)?)),
            Py_NE => Ok(bool_from(!equal(a, b)?)),
            _ => Ok(not_implemented().own()),
        }
    }

    #[sig(
        "(argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, codestring, constants, names, varnames, filename, name, firstlineno, lnotab, freevars=(), cellvars=(), /)",
        parse_tuple
    )]
    fn tp_new(
        _ty: &PyTypeObject,
        argcount: i32,
        posonlyargcount: i32,
        kwonlyargcount: i32,
        nlocals: i32,
        stacksize: i32,
        flags: i32,
        codestring: &PyBytesObject,
        constants: &PyTupleObject,
        names: &PyTupleObject,
        varnames: &PyTupleObject,
        filename: &PyUnicodeObject,
        name: &PyUnicodeObject,
        firstlineno: i32,
        lnotab: &PyBytesObject,
        freevars: Option<&PyTupleObject>,
        cellvars: Option<&PyTupleObject>,
    ) -> PyResult<Owned> {
        for (value, what) in [
            (argcount, "argcount"),
            (posonlyargcount, "posonlyargcount"),
            (kwonlyargcount, "kwonlyargcount"),
            (nlocals, "nlocals"),
        ] {
            if value < 0 {
                return Err(raise!(ValueError, "code: {what} must not be negative"));
            }
        }
        let empty = tuple::new(0)?;
        let (names, varnames) = (only_names(names)?, only_names(varnames)?);
        let freevars = only_names(freevars.unwrap_or(&empty))?;
        let cellvars = only_names(cellvars.unwrap_or(&empty))?;
        let parts = Parts {
            argcount,
            posonlyargcount,
            kwonlyargcount,
            nlocals,
            stacksize,
            flags,
            code: codestring.as_object(),
            consts: constants.as_object(),
            names: names.as_object(),
            varnames: varnames.as_object(),
            freevars: freevars.as_object(),
            cellvars: cellvars.as_object(),
            filename: filename.as_object(),
            name: name.as_object(),
            firstlineno,
            lnotab: lnotab.as_object(),
        };
        new_with_pos_only_args(&parts).map(Owned::upcast)
    }

    #[method(name = "__sizeof__")]
    fn sizeof(slf: &PyCodeObject) -> Py_ssize_t {
        let cells = if slf.co_cell2arg.get().is_null() {
            0
        } else {
            tuple_len(&slf.co_cellvars) * 8
        };
        (size_of::<PyCodeObject>() + cells + extra::memory(slf)) as Py_ssize_t
    }

    #[method]
    fn replace(
        slf: &PyCodeObject,
        co_argcount: Option<i32>,
        co_posonlyargcount: Option<i32>,
        co_kwonlyargcount: Option<i32>,
        co_nlocals: Option<i32>,
        co_stacksize: Option<i32>,
        co_flags: Option<i32>,
        co_firstlineno: Option<i32>,
        co_code: Option<&PyBytesObject>,
        co_consts: Option<&PyTupleObject>,
        co_names: Option<&PyTupleObject>,
        co_varnames: Option<&PyTupleObject>,
        co_freevars: Option<&PyTupleObject>,
        co_cellvars: Option<&PyTupleObject>,
        co_filename: Option<&PyUnicodeObject>,
        co_name: Option<&PyUnicodeObject>,
        co_lnotab: Option<&PyBytesObject>,
    ) -> PyResult<Owned> {
        let number = |new: Option<i32>, old: &Cell<c_int>, what: &str| match new {
            None => Ok(old.get()),
            Some(n) if n >= 0 => Ok(n),
            Some(_) => Err(raise!(ValueError, "{what} must be a positive integer")),
        };
        let (code, lnotab) = (
            replaced(co_code, &slf.co_code),
            replaced(co_lnotab, &slf.co_lnotab),
        );
        let (consts, names) = (
            replaced(co_consts, &slf.co_consts),
            replaced(co_names, &slf.co_names),
        );
        let varnames = replaced(co_varnames, &slf.co_varnames);
        let (freevars, cellvars) = (
            replaced(co_freevars, &slf.co_freevars),
            replaced(co_cellvars, &slf.co_cellvars),
        );
        let (filename, name) = (
            replaced(co_filename, &slf.co_filename),
            replaced(co_name, &slf.co_name),
        );
        let parts = Parts {
            argcount: number(co_argcount, &slf.co_argcount, "co_argcount")?,
            posonlyargcount: number(
                co_posonlyargcount,
                &slf.co_posonlyargcount,
                "co_posonlyargcount",
            )?,
            kwonlyargcount: number(
                co_kwonlyargcount,
                &slf.co_kwonlyargcount,
                "co_kwonlyargcount",
            )?,
            nlocals: number(co_nlocals, &slf.co_nlocals, "co_nlocals")?,
            stacksize: number(co_stacksize, &slf.co_stacksize, "co_stacksize")?,
            flags: number(co_flags, &slf.co_flags, "co_flags")?,
            firstlineno: number(co_firstlineno, &slf.co_firstlineno, "co_firstlineno")?,
            code: &code,
            consts: &consts,
            names: &names,
            varnames: &varnames,
            freevars: &freevars,
            cellvars: &cellvars,
            filename: &filename,
            name: &name,
            lnotab: &lnotab,
        };
        new_with_pos_only_args(&parts).map(Owned::upcast)
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("co_argcount", T_INT, co_argcount, READONLY),
        ("co_posonlyargcount", T_INT, co_posonlyargcount, READONLY),
        ("co_kwonlyargcount", T_INT, co_kwonlyargcount, READONLY),
        ("co_nlocals", T_INT, co_nlocals, READONLY),
        ("co_stacksize", T_INT, co_stacksize, READONLY),
        ("co_flags", T_INT, co_flags, READONLY),
        ("co_code", T_OBJECT, co_code, READONLY),
        ("co_consts", T_OBJECT, co_consts, READONLY),
        ("co_names", T_OBJECT, co_names, READONLY),
        ("co_varnames", T_OBJECT, co_varnames, READONLY),
        ("co_freevars", T_OBJECT, co_freevars, READONLY),
        ("co_cellvars", T_OBJECT, co_cellvars, READONLY),
        ("co_filename", T_OBJECT, co_filename, READONLY),
        ("co_name", T_OBJECT, co_name, READONLY),
        ("co_firstlineno", T_INT, co_firstlineno, READONLY),
        ("co_lnotab", T_OBJECT, co_lnotab, READONLY),
    ];
}

/// The new value of a field, or the one it has.
fn replaced<T: Layout>(new: Option<&T>, old: &Cell<*mut PyObject>) -> Owned {
    new.map(ObjectExt::own)
        .or_else(|| old.load())
        .unwrap_or_else(|| none().own())
}

/// A tuple of names as the constructor wants it: exact strings; subclasses of `str` are copied.
fn only_names(t: &PyTupleObject) -> PyResult<Owned<PyTupleObject>> {
    check_names(t)?;
    let items = (0..tuple::len(t)).map(|i| {
        let o = tuple::get(t, i);
        if o.isinstance_exact(&PyUnicode_Type) {
            Ok(o.own())
        } else {
            unicode::from_object(o).map(Owned::upcast)
        }
    });
    tuple::from_owned(items.collect::<PyResult<Vec<_>>>()?)
}

/// Data that outside tools hang off code objects (PEP 523).
pub mod extra {
    use super::*;

    fn table(c: &PyCodeObject) -> Option<&Vec<Cell<*mut c_void>>> {
        // SAFETY: the field is null or the box that `set` made.
        unsafe { c.co_extra.get().cast::<Vec<Cell<*mut c_void>>>().as_ref() }
    }

    fn interp() -> &'static PyInterpreterState {
        // SAFETY: a thread state belongs to a live interpreter.
        unsafe { &*tstate::current().interp.get() }
    }

    /// `_PyEval_RequestCodeExtraIndex`: a new kind of data, or -1.
    pub fn request_index(free: freefunc) -> Py_ssize_t {
        let interp = interp();
        let n = interp.co_extra_user_count.get();
        let Some(entry) = interp.co_extra_freefuncs.get(n as usize) else {
            return -1;
        };
        entry.set(free);
        interp.co_extra_user_count.set(n + 1);
        n
    }

    /// `_PyCode_GetExtra`.
    pub fn get(c: &PyCodeObject, index: usize) -> *mut c_void {
        table(c)
            .and_then(|t| t.get(index))
            .map_or(std::ptr::null_mut(), Cell::get)
    }

    /// `_PyCode_SetExtra`. False: no such kind of data.
    pub fn set(c: &PyCodeObject, index: usize, value: *mut c_void) -> bool {
        let n = interp().co_extra_user_count.get() as usize;
        if index >= n {
            return false;
        }
        if table(c).is_none_or(|t| t.len() < n) {
            let mut wider: Vec<_> = (0..n).map(|_| Cell::new(std::ptr::null_mut())).collect();
            if let Some(t) = table(c) {
                wider
                    .iter_mut()
                    .zip(t)
                    .for_each(|(new, old)| new.set(old.get()));
            }
            let old = c.co_extra.replace(Box::into_raw(Box::new(wider)).cast());
            drop_table(old);
        }
        if let Some(cell) = table(c).and_then(|t| t.get(index)) {
            let old = cell.replace(value);
            free_one(index, old);
        }
        true
    }

    fn free_one(index: usize, value: *mut c_void) {
        if let (false, Some(Some(free))) = (
            value.is_null(),
            interp().co_extra_freefuncs.get(index).map(Cell::get),
        ) {
            // SAFETY: whoever stored the value registered this function for it.
            unsafe { free(value) };
        }
    }

    fn drop_table(p: *mut c_void) {
        if !p.is_null() {
            // SAFETY: the box that `set` made, no longer reachable.
            drop(unsafe { Box::from_raw(p.cast::<Vec<Cell<*mut c_void>>>()) });
        }
    }

    /// The code object goes away.
    pub fn free(c: &PyCodeObject) {
        if let Some(t) = table(c) {
            t.iter()
                .enumerate()
                .for_each(|(i, cell)| free_one(i, cell.replace(std::ptr::null_mut())));
        }
        drop_table(c.co_extra.replace(std::ptr::null_mut()));
    }

    /// The bytes that the data's table takes.
    pub fn memory(c: &PyCodeObject) -> usize {
        table(c).map_or(0, |t| 8 + t.len() * 8)
    }
}
