//! `posixmodule.h`, and what `_posixsubprocess` takes from `abstract.h`: arguments of system calls.

use crate::prelude::*;
use mem::Domain;
use pyrite_modules::_signal::to_sigset;
use pyrite_modules::posix::path::{Gid, Uid};
use pyrite_runtime::args::{Arg, Place, from_arg};

/// A converter of `PyArg_ParseTuple`: 1 when the value has been written, 0 with an exception.
fn converted<T>(value: PyResult<T>, place: *mut c_void) -> c_int {
    match value {
        Ok(value) => {
            // SAFETY: C passes a place for a value of this type.
            unsafe { place.cast::<T>().write(value) };
            1
        }
        Err(_) => 0,
    }
}

const AT: Arg = Arg {
    fname: "",
    place: Place::Only,
};

/// Frees an array of C strings that ends with NULL.
///
/// # Safety
/// Array and strings are from [`charp_array`].
unsafe fn free_array(array: *mut *mut c_char) {
    let mut at = array;
    // SAFETY: by the contract.
    unsafe {
        while !at.read().is_null() {
            mem::free(Domain::Mem, at.read().cast());
            at = at.add(1);
        }
        mem::free(Domain::Mem, array.cast());
    }
}

/// The bytes objects of a sequence as C strings, in an array that ends with NULL.
fn charp_array(items: &PyObject) -> PyResult<*const *mut c_char> {
    let n = sequence::size(items)?.max(0) as usize;
    let array = mem::calloc(Domain::Mem, n + 1, size_of::<*mut c_char>()).cast::<*mut c_char>();
    if array.is_null() {
        return Err(err::no_memory());
    }
    for i in 0..n {
        match charp(items, i) {
            // SAFETY: the array has room for so many.
            Ok(text) => unsafe { array.add(i).write(text) },
            Err(raised) => {
                // SAFETY: made above; what is not filled in is NULL.
                unsafe { free_array(array) };
                return Err(raised);
            }
        }
    }
    Ok(array)
}

fn charp(items: &PyObject, i: usize) -> PyResult<*mut c_char> {
    let item = sequence::get_item(items, i as isize)?;
    let text = bytes::as_slice(bytes::expect(&item)?);
    if text.contains(&0) {
        return Err(raise!(ValueError, "embedded null byte"));
    }
    let copy = mem::malloc(Domain::Mem, text.len() + 1).cast::<u8>();
    if copy.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: the copy has room for the text and a NUL.
    unsafe {
        copy.copy_from_nonoverlapping(text.as_ptr(), text.len());
        copy.add(text.len()).write(0);
    }
    Ok(copy.cast())
}

capi! {
    fn _PySequence_BytesToCharpArray(items: &PyObject) -> *const *mut c_char {
        charp_array(items).unwrap_or(std::ptr::null())
    }
    fn _Py_FreeCharPArray(array: *mut *mut c_char) {
        // SAFETY: C passes an array of the function above.
        unsafe { free_array(array) };
    }
    fn _Py_Uid_Converter(o: &PyObject, place: *mut c_void) -> c_int {
        converted(from_arg::<Uid>(o, AT).map(|id| id.0), place)
    }
    fn _Py_Gid_Converter(o: &PyObject, place: *mut c_void) -> c_int {
        converted(from_arg::<Gid>(o, AT).map(|id| id.0), place)
    }
    fn _Py_Sigset_Converter(o: &PyObject, place: *mut c_void) -> c_int { converted(to_sigset(o), place) }
}
