//! `posix`: the system's calls, for `os`.
//!
//! One file for each kind of thing. The functions are thin: arguments are converted by their declared types (`path`), the
//! call runs without the GIL where it can block, an interrupted call is repeated unless a signal handler raised, and a
//! failure becomes `OSError` with the path that it is about.

mod dirs;
mod fds;
pub mod forking;
mod names;
pub mod path;
mod process;
mod results;
mod scandir;
mod scheduling;
mod spawn;
mod stat;
mod system;

use dirs::Directories;
use fds::Descriptors;
use process::Processes;
use pyrite_macros::pymodule;
use pyrite_runtime::exceptions::exc;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{bytes, dict, list, module, typeobject, unicode};
use scheduling::Scheduling;
use spawn::Spawn;
use stat::Stat;
use std::ffi::CStr;
use system::System;

/// `posix`.
pub struct Posix;

#[pymodule(name = "posix", parts = [Stat, Descriptors, Directories, System, Processes, Scheduling, Spawn])]
impl Posix {
    fn exec(m: &PyObject) -> PyResult<()> {
        module::add_object(m, "environ", environment()?.as_object())?;
        for (name, value) in names::CONSTANTS {
            module::add_int_constant(m, name, *value)?;
        }
        module::add_object(m, "error", exc::OSError.get())?;
        let tables = [
            ("confstr_names", names::CONFSTR_NAMES),
            ("pathconf_names", names::PATHCONF_NAMES),
            ("sysconf_names", names::SYSCONF_NAMES),
        ];
        for (name, table) in tables {
            let d = dict::new()?;
            for (key, value) in table {
                dict::set_item_str(&d, key, &*results::int(i64::from(*value))?)?;
            }
            module::add_object(m, name, d.as_object())?;
        }
        results::add(m)?;
        for ty in [&scandir::SCANDIR_ITERATOR, &scandir::DIR_ENTRY] {
            typeobject::ready(ty)?;
            ty.tp_new.set(None);
        }
        module::add_object(m, "DirEntry", scandir::DIR_ENTRY.as_object())?;
        let have = list::new(0)?;
        for name in names::HAVE_FUNCTIONS {
            list::append(&have, unicode::from_str(name)?.as_object())?;
        }
        module::add_object(m, "_have_functions", have.as_object())
    }
}

/// The environment at start: bytes to bytes, the first of equal names.
fn environment() -> PyResult<Owned<PyDictObject>> {
    unsafe extern "C" {
        static environ: *const *const c_char;
    }
    let d = dict::new()?;
    // SAFETY: the library's array of strings ends with a null pointer.
    unsafe {
        let mut at = environ;
        while let Some(entry) = at.as_ref().filter(|e| !e.is_null()) {
            let entry = CStr::from_ptr(*entry).to_bytes();
            at = at.add(1);
            let Some(split) = entry.iter().position(|&b| b == b'=') else {
                continue;
            };
            let (name, value) = (
                bytes::from_slice(&entry[..split])?,
                bytes::from_slice(&entry[split + 1..])?,
            );
            if dict::get_item(&d, name.as_object())?.is_none() {
                dict::set_item(&d, name.as_object(), value.as_object())?;
            }
        }
    }
    Ok(d)
}
