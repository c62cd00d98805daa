//! `pwd`: the system's users.

use pyrite_macros::{pymodule, raw_doc};
use pyrite_runtime::exceptions::exc;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{args, err, list, long, module, structseq, unicode};
use pyrite_vm::ceval::allow_threads;
use std::ffi::CStr;

struct TypeCell(Cell<*mut PyTypeObject>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for TypeCell {}
static STRUCT_PASSWD: TypeCell = TypeCell(Cell::new(std::ptr::null_mut()));

/// # Safety
/// `text` is NULL or ends with a NUL.
unsafe fn text(text: *const c_char) -> PyResult<Owned> {
    if text.is_null() {
        return Ok(none().own());
    }
    // SAFETY: by the contract.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    Ok(unicode::fs::decode_default(bytes)?.upcast())
}

/// # Safety
/// `p` is an entry of the user database.
unsafe fn entry(p: &libc::passwd) -> PyResult<Owned> {
    // SAFETY: the type is kept for the process.
    let Some(ty) = (unsafe { STRUCT_PASSWD.0.get().as_ref() }) else {
        return Err(err::bad_internal_call());
    };
    let id = |id: u32| long::from_i64(if id == u32::MAX { -1 } else { i64::from(id) });
    // SAFETY: an entry's texts end with a NUL.
    let values = unsafe {
        vec![
            text(p.pw_name)?,
            text(p.pw_passwd)?,
            id(p.pw_uid)?.upcast(),
            id(p.pw_gid)?.upcast(),
            text(p.pw_gecos)?,
            text(p.pw_dir)?,
            text(p.pw_shell)?,
        ]
    };
    structseq::from_values(ty, values)
}

/// Asks the user database with `ask`, whose buffer grows until the answer fits.
fn look_up(
    ask: impl Fn(*mut libc::passwd, *mut c_char, usize, *mut *mut libc::passwd) -> c_int,
) -> PyResult<Option<Owned>> {
    let mut room = 1024;
    loop {
        let mut buffer = vec![0u8; room];
        // SAFETY: a structure of pointers and numbers may be all zero.
        let mut storage: libc::passwd = unsafe { std::mem::zeroed() };
        let mut found: *mut libc::passwd = std::ptr::null_mut();
        let r = allow_threads(|| ask(&mut storage, buffer.as_mut_ptr().cast(), room, &mut found));
        if r == libc::ERANGE && room < 1 << 24 {
            room *= 2;
            continue;
        }
        // SAFETY: found points to the storage, whose texts lie in the buffer.
        return match unsafe { found.as_ref() } {
            None => Ok(None),
            // SAFETY: as above.
            Some(p) => unsafe { entry(p) }.map(Some),
        };
    }
}

/// `pwd`.
pub struct Pwd;

#[pymodule(name = "pwd")]
impl Pwd {
    #[function]
    fn getpwuid(_m: &PyObject, uidobj: &PyObject) -> PyResult<Owned> {
        let uid: crate::posix::path::Uid = match args::from_arg(
            uidobj,
            args::Arg {
                fname: "getpwuid",
                place: args::Place::Only,
            },
        ) {
            Ok(uid) => uid,
            Err(_) if err::matches(exc::OverflowError.get()) => {
                err::clear();
                return Err(raise!(KeyError, "getpwuid(): uid not found"));
            }
            Err(raised) => return Err(raised),
        };
        // SAFETY: the memory is as large as it says.
        let found =
            look_up(|p, at, room, found| unsafe { libc::getpwuid_r(uid.0, p, at, room, found) })?;
        found.ok_or_else(|| raise!(KeyError, "getpwuid(): uid not found: {}", uid.0 as i32))
    }

    #[function]
    fn getpwnam(_m: &PyObject, name: &PyUnicodeObject) -> PyResult<Owned> {
        let mut bytes = unicode::fs::to_os_bytes(name);
        if bytes.contains(&0) {
            return Err(raise!(ValueError, "embedded null byte"));
        }
        bytes.push(0);
        // SAFETY: the name ends with a NUL; the memory is as large as it says.
        let found = look_up(|p, at, room, found| unsafe {
            libc::getpwnam_r(bytes.as_ptr().cast(), p, at, room, found)
        })?;
        match found {
            Some(found) => Ok(found),
            None => {
                let shown = pyrite_runtime::object::repr(name.as_object())?;
                Err(raise!(
                    KeyError,
                    "getpwnam(): name not found: {}",
                    err::Str(&shown)
                ))
            }
        }
    }

    #[function]
    fn getpwall(_m: &PyObject) -> PyResult<Owned> {
        let all = list::new(0)?;
        // SAFETY: the database is walked under the GIL; each entry is copied before the next.
        unsafe {
            libc::setpwent();
            while let Some(p) = libc::getpwent().as_ref() {
                let made = entry(p).and_then(|entry| list::append(&all, &entry));
                if let Err(raised) = made {
                    libc::endpwent();
                    return Err(raised);
                }
            }
            libc::endpwent();
        }
        Ok(all.upcast())
    }

    fn exec(m: &PyObject) -> PyResult<()> {
        let fields = [
            ("pw_name", raw_doc!("pwd.struct_passwd.pw_name")),
            ("pw_passwd", raw_doc!("pwd.struct_passwd.pw_passwd")),
            ("pw_uid", raw_doc!("pwd.struct_passwd.pw_uid")),
            ("pw_gid", raw_doc!("pwd.struct_passwd.pw_gid")),
            ("pw_gecos", raw_doc!("pwd.struct_passwd.pw_gecos")),
            ("pw_dir", raw_doc!("pwd.struct_passwd.pw_dir")),
            ("pw_shell", raw_doc!("pwd.struct_passwd.pw_shell")),
        ];
        let ty = structseq::new_type(
            "pwd.struct_passwd",
            raw_doc!("pwd.struct_passwd"),
            &fields,
            7,
        )?;
        module::add_object(m, "struct_passwd", ty.as_object())?;
        STRUCT_PASSWD.0.set(ty.into_typed_ptr());
        Ok(())
    }
}
