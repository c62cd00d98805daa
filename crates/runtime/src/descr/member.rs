//! Members: fields of a C struct seen as attributes (`PyMember_GetOne`, `PyMember_SetOne`).

use crate::object::names;
use crate::prelude::*;
use crate::{err, exceptions::exc, float, hooks, long, unicode};
use std::ffi::CStr;

/// Reads a member.
///
/// # Safety
/// `o` is an instance of the type whose table `def` stands in.
pub unsafe fn get(o: &PyObject, def: &PyMemberDef) -> PyResult<Owned> {
    // SAFETY: the member lies at its offset and has the type that the table says.
    unsafe {
        let at = o.as_ptr().cast::<u8>().offset(def.offset);
        match def.r#type {
            T_BOOL => Ok(bool_from(*at != 0)),
            T_BYTE => long::from_i64(i64::from(*at.cast::<i8>())).map(Owned::upcast),
            T_UBYTE => long::from_i64(i64::from(*at)).map(Owned::upcast),
            T_SHORT => long::from_i64(i64::from(*at.cast::<i16>())).map(Owned::upcast),
            T_USHORT => long::from_i64(i64::from(*at.cast::<u16>())).map(Owned::upcast),
            T_INT => long::from_i64(i64::from(*at.cast::<i32>())).map(Owned::upcast),
            T_UINT => long::from_i64(i64::from(*at.cast::<u32>())).map(Owned::upcast),
            T_LONG | T_LONGLONG | T_PYSSIZET => {
                long::from_i64(*at.cast::<i64>()).map(Owned::upcast)
            }
            T_ULONG | T_ULONGLONG => long::from_u64(*at.cast::<u64>()).map(Owned::upcast),
            T_FLOAT => float::from_f64(f64::from(*at.cast::<f32>())).map(Owned::upcast),
            T_DOUBLE => float::from_f64(*at.cast::<f64>()).map(Owned::upcast),
            T_STRING => match (*at.cast::<*const c_char>()).as_ref() {
                Some(s) => text(CStr::from_ptr(s)),
                None => Ok(none().own()),
            },
            T_STRING_INPLACE => text(CStr::from_ptr(at.cast())),
            T_CHAR => unicode::from_str(&char::from(*at).to_string()).map(Owned::upcast),
            T_OBJECT => {
                let cell = &*at.cast::<Cell<*mut PyObject>>();
                Ok(cell.load().unwrap_or_else(|| none().own()))
            }
            T_OBJECT_EX => {
                let cell = &*at.cast::<Cell<*mut PyObject>>();
                cell.load().ok_or_else(|| {
                    let name = CStr::from_ptr(def.name).to_string_lossy();
                    raise!(AttributeError, "{name}")
                })
            }
            T_NONE => Ok(none().own()),
            _ => Err(raise!(SystemError, "bad memberdescr type")),
        }
    }
}

fn text(s: &CStr) -> PyResult<Owned> {
    unicode::from_str(&s.to_string_lossy()).map(Owned::upcast)
}

/// Writes a member; `None` deletes it.
///
/// # Safety
/// As [`get`].
pub unsafe fn set(o: &PyObject, def: &PyMemberDef, value: Option<&PyObject>) -> PyResult<()> {
    if def.flags & READONLY != 0 {
        return Err(raise!(AttributeError, "readonly attribute"));
    }
    // SAFETY: as in `get`.
    unsafe {
        let at = o.as_ptr().cast::<u8>().offset(def.offset);
        let Some(value) = value else {
            return delete(at, def);
        };
        match def.r#type {
            T_BOOL => {
                if !std::ptr::eq(value.ty(), &crate::boolean::PyBool_Type) {
                    return Err(raise!(TypeError, "attribute value type must be bool"));
                }
                *at = u8::from(value.is(py_true()));
            }
            T_BYTE => *at.cast() = narrow(value, i8::MIN.into(), i8::MAX.into(), "char")? as i8,
            T_UBYTE => *at = narrow(value, 0, u8::MAX.into(), "unsigned char")? as u8,
            T_SHORT => {
                *at.cast() = narrow(value, i16::MIN.into(), i16::MAX.into(), "short")? as i16
            }
            T_USHORT => *at.cast() = narrow(value, 0, u16::MAX.into(), "unsigned short")? as u16,
            T_INT => *at.cast() = narrow(value, i32::MIN.into(), i32::MAX.into(), "int")? as i32,
            T_UINT => *at.cast() = narrow(value, 0, u32::MAX.into(), "unsigned int")? as u32,
            T_LONG | T_LONGLONG => *at.cast() = long::as_i64(value)?,
            T_PYSSIZET => *at.cast() = long::as_ssize_t(value)?,
            T_ULONG | T_ULONGLONG => *at.cast() = long::as_u64_mask(value)?,
            T_FLOAT => *at.cast() = float::as_f64(value)? as f32,
            T_DOUBLE => *at.cast() = float::as_f64(value)?,
            T_OBJECT | T_OBJECT_EX => {
                (*at.cast::<Cell<*mut PyObject>>()).set_ref(Some(value.own()))
            }
            T_CHAR => match names::utf8(value)?.as_bytes() {
                [one] => *at = *one,
                _ => return Err(err::bad_argument()),
            },
            T_STRING | T_STRING_INPLACE => return Err(raise!(TypeError, "readonly attribute")),
            _ => {
                let name = CStr::from_ptr(def.name).to_string_lossy();
                return Err(raise!(SystemError, "bad memberdescr type for {name}"));
            }
        }
    }
    Ok(())
}

unsafe fn delete(at: *mut u8, def: &PyMemberDef) -> PyResult<()> {
    if def.r#type != T_OBJECT && def.r#type != T_OBJECT_EX {
        return Err(raise!(TypeError, "can't delete numeric/char attribute"));
    }
    // SAFETY: by the caller.
    let cell = unsafe { &*at.cast::<Cell<*mut PyObject>>() };
    match cell.take_ref() {
        Some(old) => drop(old),
        None if def.r#type == T_OBJECT_EX => {
            // SAFETY: a member's name is a C string.
            let name = unsafe { CStr::from_ptr(def.name) }.to_string_lossy();
            return Err(raise!(AttributeError, "{name}"));
        }
        None => {}
    }
    Ok(())
}

/// An integer for a narrow field: what does not fit is cut off with a warning, as C does it.
fn narrow(value: &PyObject, min: i64, max: i64, what: &str) -> PyResult<i64> {
    let n = long::as_i64(value)?;
    if n < min || n > max {
        let message = unicode::from_str(&format!("Truncation of value to {what}"))?;
        hooks::warn(exc::RuntimeWarning.get(), message.as_object(), 1)?;
    }
    Ok(n)
}
