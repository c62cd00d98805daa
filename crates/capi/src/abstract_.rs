//! `abstract.h`, `cpython/abstract.h`: the protocols of objects, numbers, sequences, mappings, iterators and buffers.

use crate::buildvalue::build_arguments;
use crate::prelude::*;
use crate::support::{identifier, lossy, objects_at, objects_until_null, quietly, slice_at, text};

/// The arguments behind a `va_list`.
fn list_of(list: *mut va_list_tag) -> VaList {
    // SAFETY: C passes a valid list whose arguments are those that the function expects.
    unsafe { VaList::new(list) }
}

/// A borrowed object from C, or an exception if a failed call left NULL.
fn object_of<'a>(o: *mut PyObject) -> PyResult<&'a PyObject> {
    // SAFETY: C passes NULL or a live object.
    match unsafe { o.as_ref() } {
        Some(o) => Ok(o),
        None if err::occurred().is_some() => Err(Raised::already_set()),
        None => Err(raise!(SystemError, "null argument to internal routine")),
    }
}

fn pointer(result: PyResult<Owned>) -> *mut PyObject {
    result.map_or(std::ptr::null_mut(), Owned::into_ptr)
}

/// A C string from C, or `None` for NULL.
fn string_of<'a>(s: *const c_char) -> Option<&'a CStr> {
    // SAFETY: C passes NULL or a string that ends in NUL.
    (!s.is_null()).then(|| unsafe { CStr::from_ptr(s) })
}

fn call_with(f: &PyObject, arguments: Vec<Owned>) -> PyResult<Owned> {
    let arguments: Vec<&PyObject> = arguments.iter().map(|a| &**a).collect();
    call::call(f, &arguments)
}

/// `PyObject_CallFunction`: arguments by a format.
fn call_by_format(
    f: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
    wide: bool,
) -> *mut PyObject {
    let call = || {
        let f = object_of(f)?;
        call_with(f, build_arguments(string_of(format), list_of(list), wide)?)
    };
    pointer(call())
}

/// `PyObject_CallMethod`: a method, and arguments by a format.
fn call_method_by_format(
    o: *mut PyObject,
    name: PyResult<Owned>,
    format: *const c_char,
    list: *mut va_list_tag,
    wide: bool,
) -> *mut PyObject {
    let call = || {
        let method = object::get_attr(object_of(o)?, &*name?)?;
        if method.ty().tp_call.get().is_none() {
            let name = method.type_name();
            return Err(raise!(
                TypeError,
                "attribute of type '{}' is not callable",
                err::short(&name, 200)
            ));
        }
        call_with(
            &method,
            build_arguments(string_of(format), list_of(list), wide)?,
        )
    };
    pointer(call())
}

fn method_name(name: *const c_char) -> PyResult<Owned> {
    text(string_of(name).ok_or_else(err::bad_internal_call)?)
}

fn method_identifier(id: *mut _Py_Identifier) -> PyResult<Owned> {
    // SAFETY: C passes a static identifier.
    let id = unsafe { id.as_ref() }.ok_or_else(err::bad_internal_call)?;
    Ok(identifier(id)?.own())
}

unsafe extern "C" fn call_function(
    f: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    call_by_format(f, format, list, false)
}

unsafe extern "C" fn call_function_wide(
    f: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    call_by_format(f, format, list, true)
}

unsafe extern "C" fn call_method(
    o: *mut PyObject,
    name: *const c_char,
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    call_method_by_format(o, method_name(name), format, list, false)
}

unsafe extern "C" fn call_method_wide(
    o: *mut PyObject,
    name: *const c_char,
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    call_method_by_format(o, method_name(name), format, list, true)
}

unsafe extern "C" fn call_method_id(
    o: *mut PyObject,
    id: *mut _Py_Identifier,
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    call_method_by_format(o, method_identifier(id), format, list, false)
}

unsafe extern "C" fn call_method_id_wide(
    o: *mut PyObject,
    id: *mut _Py_Identifier,
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    call_method_by_format(o, method_identifier(id), format, list, true)
}

unsafe extern "C" fn call_objects(f: *mut PyObject, list: *mut va_list_tag) -> *mut PyObject {
    let call = || call::call(object_of(f)?, &objects_until_null(list_of(list)));
    pointer(call())
}

fn call_method_objects(
    o: *mut PyObject,
    name: PyResult<Owned>,
    list: *mut va_list_tag,
) -> *mut PyObject {
    let call = || {
        let (o, name) = (object_of(o)?, name?);
        call::method(o, &name, &objects_until_null(list_of(list)))
    };
    pointer(call())
}

unsafe extern "C" fn call_method_obj_args(
    o: *mut PyObject,
    name: *mut PyObject,
    list: *mut va_list_tag,
) -> *mut PyObject {
    call_method_objects(o, object_of(name).map(PyObject::own), list)
}

unsafe extern "C" fn call_method_id_obj_args(
    o: *mut PyObject,
    id: *mut _Py_Identifier,
    list: *mut va_list_tag,
) -> *mut PyObject {
    call_method_objects(o, method_identifier(id), list)
}

variadic! {
    fn PyObject_CallFunction(f, format; ...) = call_function;
    fn _PyObject_CallFunction_SizeT(f, format; ...) = call_function_wide;
    fn PyObject_CallMethod(o, name, format; ...) = call_method;
    fn _PyObject_CallMethod_SizeT(o, name, format; ...) = call_method_wide;
    fn _PyObject_CallMethodId(o, id, format; ...) = call_method_id;
    fn _PyObject_CallMethodId_SizeT(o, id, format; ...) = call_method_id_wide;
    fn PyObject_CallFunctionObjArgs(f; ...) = call_objects;
    fn PyObject_CallMethodObjArgs(o, name; ...) = call_method_obj_args;
    fn _PyObject_CallMethodIdObjArgs(o, id; ...) = call_method_id_obj_args;
}

/// The positional arguments of a call as C passes them.
fn args_of(args: &PyObject) -> PyResult<&PyTupleObject> {
    args.downcast().ok_or_else(err::bad_internal_call)
}

fn dict_of(kwargs: Option<&PyObject>) -> PyResult<Option<&PyDictObject>> {
    kwargs
        .map(|k| k.downcast().ok_or_else(err::bad_internal_call))
        .transpose()
}

/// Positional arguments and a dict of keywords.
fn call_array_dict(f: &PyObject, args: &[&PyObject], kwargs: Option<&PyObject>) -> PyResult<Owned> {
    match dict_of(kwargs)? {
        None => call::call(f, args),
        Some(kwargs) => call::call_dict(f, &*tuple::from_slice(args)?, Some(kwargs)),
    }
}

/// Where an object's bytes are, by the old protocol that has no release.
fn readable(o: &PyObject, flags: c_int) -> PyResult<(*mut c_void, Py_ssize_t)> {
    let view = Py_buffer::ZEROED;
    let place = (&raw const view).cast_mut();
    // SAFETY: the view stays here until it is released, at once.
    unsafe {
        buffer::get_into(o, place, flags)?;
        let found = (view.buf.get(), view.len.get());
        buffer::release(place);
        Ok(found)
    }
}

capi! {
    fn PyObject_Call(f: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult<Owned> {
        call::call_dict(f, args_of(args)?, dict_of(kwargs)?)
    }

    fn PyObject_CallObject(f: &PyObject, args: Option<&PyObject>) -> PyResult<Owned> {
        let Some(args) = args else { return call::call0(f) };
        let args = args.downcast().ok_or_else(|| raise!(TypeError, "argument list must be a tuple"))?;
        call::call_dict(f, args, None)
    }

    fn PyEval_CallObjectWithKeywords(f: &PyObject, args: Option<&PyObject>, kwargs: Option<&PyObject>) -> PyResult<Owned> {
        if args.is_some_and(|a| !PyTupleObject::check(a)) {
            return Err(raise!(TypeError, "argument list must be a tuple"));
        }
        if kwargs.is_some_and(|k| !PyDictObject::check(k)) {
            return Err(raise!(TypeError, "keyword list must be a dictionary"));
        }
        match args {
            Some(args) => call::call_dict(f, args_of(args)?, dict_of(kwargs)?),
            None => call_array_dict(f, &[], kwargs),
        }
    }

    fn PyVectorcall_Call(f: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult<Owned> {
        call::vectorcall_dict(f, args_of(args)?, dict_of(kwargs)?)
    }

    fn _PyObject_FastCallDict(f: &PyObject, args: *const *mut PyObject, nargsf: usize, kwargs: Option<&PyObject>) -> PyResult<Owned> {
        // SAFETY: C passes as many arguments.
        call_array_dict(f, unsafe { objects_at(args, nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET) }, kwargs)
    }

    fn _PyObject_MakeTpCall(f: &PyObject, args: *const *mut PyObject, n: Py_ssize_t, keywords: Option<&PyObject>) -> PyResult<Owned> {
        let n = n.max(0) as usize;
        if let Some(kwargs) = keywords.and_then(|k| k.downcast::<PyDictObject>()) {
            // SAFETY: C passes as many arguments.
            return call::call_dict(f, &*tuple::from_slice(unsafe { objects_at(args, n) })?, Some(kwargs));
        }
        let names = keywords.map_or(std::ptr::null_mut(), |k| k.as_ptr());
        // SAFETY: C passes as many arguments, and behind them the values of the names.
        unsafe { call::make_tp_call(f, args, n, names) }
    }

    fn _PyObject_Call_Prepend(f: &PyObject, first: &PyObject, args: &PyObject, kwargs: Option<&PyObject>) -> PyResult<Owned> {
        let mut all = vec![first];
        all.extend_from_slice(tuple::as_slice(args_of(args)?));
        call_array_dict(f, &all, kwargs)
    }

    fn _PyObject_FastCall_Prepend(f: &PyObject, first: &PyObject, args: *const *mut PyObject, n: Py_ssize_t) -> PyResult<Owned> {
        let mut all = vec![first];
        // SAFETY: C passes as many arguments.
        all.extend_from_slice(unsafe { objects_at(args, n.max(0) as usize) });
        call::call(f, &all)
    }

    fn _Py_CheckFunctionResult(f: Option<&PyObject>, result: *mut PyObject, place: Option<&CStr>) -> PyResult<Owned> {
        // SAFETY: C gives the result away.
        let result = unsafe { Owned::from_owned_ptr_or_null(result) };
        // The name takes a call of `repr`, so it is made only where it is told, and with no error pending.
        let name = || match f {
            Some(f) => Ok(unicode::to_string_lossy(&*unicode::repr_of(f)?).into_owned()),
            None => Ok(place.map_or_else(String::new, |p| lossy(p).into_owned())),
        };
        match (result, err::occurred()) {
            (Some(result), None) => Ok(result),
            (None, Some(_)) => Err(Raised::already_set()),
            (None, None) => {
                let name = name()?;
                Err(raise!(SystemError, "{name} returned NULL without setting an error"))
            }
            (Some(_), Some(_)) => {
                let cause = err::fetch();
                let name = name()?;
                err::restore(cause);
                let error = exceptions::exc::SystemError.get();
                Err(err::raise_from_cause(error, format_args!("{name} returned a result with an error set")))
            }
        }
    }

    fn _PyStack_AsDict(values: *const *mut PyObject, names: Is<'_, PyTupleObject>) -> PyResult<Owned<PyDictObject>> {
        let dict = dict::new()?;
        // SAFETY: C passes a value for each name.
        for (name, value) in tuple::as_slice(&names).iter().zip(unsafe { objects_at(values, tuple::len(&names)) }) {
            dict::set_item(&dict, name, value)?;
        }
        Ok(dict)
    }

    fn PyObject_Type(o: &PyObject) -> Owned { o.ty().own() }
    fn PyObject_Size(o: &PyObject) -> PyResult<Py_ssize_t> { object::size(o) }
    fn PyObject_Length(o: &PyObject) -> PyResult<Py_ssize_t> { object::size(o) }
    fn _PyObject_HasLen(o: &PyObject) -> bool { object::has_len(o) }
    fn PyObject_LengthHint(o: &PyObject, default: Py_ssize_t) -> PyResult<Py_ssize_t> { object::length_hint(o, default) }
    fn PyObject_GetItem(o: &PyObject, key: &PyObject) -> PyResult<Owned> { object::get_item(o, key) }
    fn PyObject_SetItem(o: &PyObject, key: &PyObject, value: &PyObject) -> PyResult<()> { object::set_item(o, key, value) }
    fn PyObject_DelItem(o: &PyObject, key: &PyObject) -> PyResult<()> { object::del_item(o, key) }
    fn PyObject_DelItemString(o: &PyObject, key: &CStr) -> PyResult<()> { object::del_item(o, &*text(key)?) }
    fn PyObject_Format(o: &PyObject, spec: Option<&PyObject>) -> PyResult<Owned> { object::format(o, spec) }
    fn PyObject_GetIter(o: &PyObject) -> PyResult<Owned> { object::get_iter(o) }
    fn PyObject_IsInstance(o: &PyObject, class: &PyObject) -> PyResult<bool> { object::is_instance(o, class) }
    fn PyObject_IsSubclass(derived: &PyObject, class: &PyObject) -> PyResult<bool> { object::is_subclass(derived, class) }
    fn _PyObject_RealIsInstance(o: &PyObject, class: &PyObject) -> PyResult<bool> { object::real_is_instance(o, class) }
    fn _PyObject_RealIsSubclass(derived: &PyObject, class: &PyObject) -> PyResult<bool> { object::real_is_subclass(derived, class) }
    fn PyIter_Check(o: &PyObject) -> bool { iter::check(o) }
    fn PyIter_Next(o: &PyObject) -> PyResult<Option<Owned>> { iter::next(o) }
    fn PyNumber_Check(o: Option<&PyObject>) -> bool { o.is_some_and(number::check) }
    fn PyIndex_Check(o: &PyObject) -> bool { number::index_check(o) }
    fn PyNumber_Add(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::add(a, b) }
    fn PyNumber_Subtract(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::subtract(a, b) }
    fn PyNumber_Multiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::multiply(a, b) }
    fn PyNumber_MatrixMultiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::matrix_multiply(a, b) }
    fn PyNumber_FloorDivide(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::floor_divide(a, b) }
    fn PyNumber_TrueDivide(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::true_divide(a, b) }
    fn PyNumber_Remainder(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::remainder(a, b) }
    fn PyNumber_Divmod(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::divmod(a, b) }
    fn PyNumber_Power(a: &PyObject, b: &PyObject, modulus: &PyObject) -> PyResult<Owned> { number::power(a, b, modulus) }
    fn PyNumber_Lshift(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::lshift(a, b) }
    fn PyNumber_Rshift(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::rshift(a, b) }
    fn PyNumber_And(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::and(a, b) }
    fn PyNumber_Xor(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::xor(a, b) }
    fn PyNumber_Or(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::or(a, b) }
    fn PyNumber_InPlaceAdd(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_add(a, b) }
    fn PyNumber_InPlaceSubtract(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_subtract(a, b) }
    fn PyNumber_InPlaceMultiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_multiply(a, b) }
    fn PyNumber_InPlaceMatrixMultiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_matrix_multiply(a, b) }
    fn PyNumber_InPlaceFloorDivide(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_floor_divide(a, b) }
    fn PyNumber_InPlaceTrueDivide(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_true_divide(a, b) }
    fn PyNumber_InPlaceRemainder(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_remainder(a, b) }
    fn PyNumber_InPlacePower(a: &PyObject, b: &PyObject, modulus: &PyObject) -> PyResult<Owned> { number::inplace_power(a, b, modulus) }
    fn PyNumber_InPlaceLshift(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_lshift(a, b) }
    fn PyNumber_InPlaceRshift(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_rshift(a, b) }
    fn PyNumber_InPlaceAnd(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_and(a, b) }
    fn PyNumber_InPlaceXor(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_xor(a, b) }
    fn PyNumber_InPlaceOr(a: &PyObject, b: &PyObject) -> PyResult<Owned> { number::inplace_or(a, b) }
    fn PyNumber_Negative(o: &PyObject) -> PyResult<Owned> { number::negative(o) }
    fn PyNumber_Positive(o: &PyObject) -> PyResult<Owned> { number::positive(o) }
    fn PyNumber_Absolute(o: &PyObject) -> PyResult<Owned> { number::absolute(o) }
    fn PyNumber_Invert(o: &PyObject) -> PyResult<Owned> { number::invert(o) }
    fn PyNumber_Index(o: &PyObject) -> PyResult<Owned> { number::index(o) }
    fn PyNumber_Long(o: &PyObject) -> PyResult<Owned> { number::long(o) }
    fn PyNumber_Float(o: &PyObject) -> PyResult<Owned> { number::float(o) }
    fn PyNumber_ToBase(o: &PyObject, base: c_int) -> PyResult<Owned> { number::to_base(o, base) }
    fn PyNumber_AsSsize_t(o: &PyObject, exc: Option<&PyObject>) -> PyResult<Py_ssize_t> { number::as_ssize_t(o, exc) }

    fn _Py_convert_optional_to_ssize_t(o: &PyObject, result: *mut c_void) -> bool {
        let convert = || -> PyResult<()> {
            if o.is_none() {
                return Ok(());
            }
            if !number::index_check(o) {
                return Err(raise!(TypeError, "argument should be integer or None, not {}", err::short(&o.type_name(), 200)));
            }
            let value = number::as_ssize_t(o, Some(exceptions::exc::OverflowError.get()))?;
            // SAFETY: C passes a Py_ssize_t's place.
            unsafe { result.cast::<Py_ssize_t>().write(value) };
            Ok(())
        };
        convert().is_ok()
    }

    fn PySequence_Check(o: &PyObject) -> bool { sequence::check(o) }
    fn PySequence_Size(o: &PyObject) -> PyResult<Py_ssize_t> { sequence::size(o) }
    fn PySequence_Length(o: &PyObject) -> PyResult<Py_ssize_t> { sequence::size(o) }
    fn PySequence_Concat(a: &PyObject, b: &PyObject) -> PyResult<Owned> { sequence::concat(a, b) }
    fn PySequence_Repeat(o: &PyObject, n: Py_ssize_t) -> PyResult<Owned> { sequence::repeat(o, n) }
    fn PySequence_InPlaceConcat(a: &PyObject, b: &PyObject) -> PyResult<Owned> { sequence::inplace_concat(a, b) }
    fn PySequence_InPlaceRepeat(o: &PyObject, n: Py_ssize_t) -> PyResult<Owned> { sequence::inplace_repeat(o, n) }
    fn PySequence_GetItem(o: &PyObject, i: Py_ssize_t) -> PyResult<Owned> { sequence::get_item(o, i) }

    fn PySequence_SetItem(o: &PyObject, i: Py_ssize_t, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            Some(value) => sequence::set_item(o, i, value),
            None => sequence::del_item(o, i),
        }
    }

    fn PySequence_DelItem(o: &PyObject, i: Py_ssize_t) -> PyResult<()> { sequence::del_item(o, i) }
    fn PySequence_GetSlice(o: &PyObject, from: Py_ssize_t, to: Py_ssize_t) -> PyResult<Owned> { sequence::get_slice(o, from, to) }

    fn PySequence_SetSlice(o: &PyObject, from: Py_ssize_t, to: Py_ssize_t, value: Option<&PyObject>) -> PyResult<()> {
        match value {
            Some(value) => sequence::set_slice(o, from, to, Some(value)),
            None => sequence::set_slice(o, from, to, None),
        }
    }

    fn PySequence_DelSlice(o: &PyObject, from: Py_ssize_t, to: Py_ssize_t) -> PyResult<()> { sequence::set_slice(o, from, to, None) }
    fn PySequence_Tuple(o: &PyObject) -> PyResult<Owned<PyTupleObject>> { sequence::tuple(o) }
    fn PySequence_List(o: &PyObject) -> PyResult<Owned<PyListObject>> { sequence::list(o) }
    fn PySequence_Fast(o: &PyObject, message: Option<&CStr>) -> PyResult<Owned> { Ok(sequence::fast(o, &message.map_or("(null)".into(), lossy))?.into_owned()) }
    fn PySequence_Contains(o: &PyObject, value: &PyObject) -> PyResult<bool> { sequence::contains(o, value) }
    fn PySequence_In(o: &PyObject, value: &PyObject) -> PyResult<bool> { sequence::contains(o, value) }
    fn PySequence_Count(o: &PyObject, value: &PyObject) -> PyResult<Py_ssize_t> { sequence::count(o, value) }
    fn PySequence_Index(o: &PyObject, value: &PyObject) -> PyResult<Py_ssize_t> { sequence::index(o, value) }

    fn _PySequence_IterSearch(o: &PyObject, value: &PyObject, operation: c_int) -> PyResult<Py_ssize_t> {
        match operation {
            PY_ITERSEARCH_COUNT => sequence::count(o, value),
            PY_ITERSEARCH_INDEX => sequence::index(o, value),
            _ => Ok(Py_ssize_t::from(sequence::contains(o, value)?)),
        }
    }

    fn PyMapping_Check(o: Option<&PyObject>) -> bool { o.is_some_and(mapping::check) }
    fn PyMapping_Size(o: &PyObject) -> PyResult<Py_ssize_t> { mapping::size(o) }
    fn PyMapping_Length(o: &PyObject) -> PyResult<Py_ssize_t> { mapping::size(o) }
    fn PyMapping_Keys(o: &PyObject) -> PyResult<Owned> { Ok(mapping::keys(o)?.upcast()) }
    fn PyMapping_Values(o: &PyObject) -> PyResult<Owned> { Ok(mapping::values(o)?.upcast()) }
    fn PyMapping_Items(o: &PyObject) -> PyResult<Owned> { Ok(mapping::items(o)?.upcast()) }
    fn PyMapping_GetItemString(o: &PyObject, key: &CStr) -> PyResult<Owned> { object::get_item(o, &*text(key)?) }
    fn PyMapping_SetItemString(o: &PyObject, key: &CStr, value: &PyObject) -> PyResult<()> { object::set_item(o, &*text(key)?, value) }
    fn PyMapping_HasKey(o: &PyObject, key: &PyObject) -> bool { quietly(|| object::get_item(o, key)).is_some() }
    fn PyMapping_HasKeyString(o: &PyObject, key: &CStr) -> bool { quietly(|| object::get_item(o, &*text(key)?)).is_some() }

    fn PyObject_GetBuffer(o: &PyObject, view: *mut Py_buffer, flags: c_int) -> PyResult<c_int> {
        if view.is_null() {
            return Err(raise!(BufferError, "PyObject_GetBuffer: view==NULL argument is obsolete"));
        }
        // SAFETY: C passes a view that stays where it is until it is released.
        unsafe { buffer::get_with_status(o, view, flags) }
    }

    fn PyBuffer_Release(view: *mut Py_buffer) {
        // SAFETY: C passes a view that was filled, or one without an object.
        unsafe { buffer::release(view) }
    }

    fn PyBuffer_IsContiguous(view: *const Py_buffer, order: c_char) -> bool {
        // SAFETY: C passes a filled view.
        buffer::is_contiguous(unsafe { &*view }, order as u8)
    }

    fn PyBuffer_FillInfo(view: *mut Py_buffer, o: Option<&PyObject>, data: *mut c_void, length: Py_ssize_t, readonly: c_int, flags: c_int) -> PyResult<()> {
        // SAFETY: C passes a view to fill, and memory that the object keeps.
        unsafe { buffer::fill_info(view, o, data.cast(), length.max(0) as usize, readonly != 0, flags) }
    }

    fn PyBuffer_GetPointer(view: &Py_buffer, indices: *mut Py_ssize_t) -> *mut c_void {
        // SAFETY: C passes an index for each dimension.
        unsafe { buffer::pointer(view, slice_at(indices, view.ndim.get() as Py_ssize_t)).cast() }
    }

    fn PyBuffer_ToContiguous(data: *mut c_void, view: &Py_buffer, length: Py_ssize_t, order: c_char) -> PyResult<()> {
        if length != view.len.get() {
            return Err(raise!(ValueError, "PyBuffer_ToContiguous: len != view->len"));
        }
        let to: &mut [u8] = match usize::try_from(length) {
            // SAFETY: C passes a block of that length, which nobody else looks at.
            Ok(n) if n > 0 => unsafe { std::slice::from_raw_parts_mut(data.cast(), n) },
            // For no bytes C may pass NULL, as h5py does for an empty array.
            _ => &mut [],
        };
        buffer::to_contiguous(to, view, order as u8)
    }

    fn PyBuffer_FromContiguous(view: &Py_buffer, data: *mut c_void, length: Py_ssize_t, order: c_char) -> PyResult<()> {
        // SAFETY: C passes a block of that length.
        buffer::from_contiguous(view, unsafe { slice_at(data.cast(), length) }, order as u8)
    }

    fn PyObject_CopyData(to: &PyObject, from: &PyObject) -> PyResult<()> { buffer::copy_data(to, from) }

    fn PyBuffer_FillContiguousStrides(dimensions: c_int, shape: *mut Py_ssize_t, strides: *mut Py_ssize_t, item: c_int, order: c_char) {
        let mut stride = item as Py_ssize_t;
        let n = dimensions.max(0) as usize;
        for k in 0..n {
            let at = if order as u8 == b'F' { k } else { n - 1 - k };
            // SAFETY: C passes arrays of as many dimensions.
            unsafe {
                strides.add(at).write(stride);
                stride = stride.wrapping_mul(*shape.add(at));
            }
        }
    }

    fn PyObject_CheckReadBuffer(o: &PyObject) -> bool { quietly(|| buffer::get(o, PyBUF_SIMPLE)).is_some() }

    fn PyObject_AsCharBuffer(o: &PyObject, data: Out<*const c_char>, length: Out<Py_ssize_t>) -> PyResult<()> {
        let (start, size) = readable(o, PyBUF_SIMPLE)?;
        data.set(start.cast());
        length.set(size);
        Ok(())
    }

    fn PyObject_AsReadBuffer(o: &PyObject, data: Out<*const c_void>, length: Out<Py_ssize_t>) -> PyResult<()> {
        let (start, size) = readable(o, PyBUF_SIMPLE)?;
        data.set(start);
        length.set(size);
        Ok(())
    }

    fn PyObject_AsWriteBuffer(o: &PyObject, data: Out<*mut c_void>, length: Out<Py_ssize_t>) -> PyResult<()> {
        let Ok((start, size)) = readable(o, PyBUF_WRITABLE) else {
            err::clear();
            return Err(raise!(TypeError, "expected a writable bytes-like object"));
        };
        data.set(start);
        length.set(size);
        Ok(())
    }
}
