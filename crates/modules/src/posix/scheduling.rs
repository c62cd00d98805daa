//! How the system schedules processes.

use super::path::os_error;
use super::results::{SCHED_PARAM, int, real};
use pyrite_macros::pyfunctions;
use pyrite_runtime::args::{Arg, Place, from_arg, is_int};
use pyrite_runtime::prelude::*;
use pyrite_runtime::{err, iter, object, set, structseq, typeobject};

/// Functions about scheduling.
pub struct Scheduling;

/// `sched_param(5)` takes the priority itself, not a sequence.
pub fn take_priority_in_new(ty: &PyTypeObject) {
    unsafe extern "C" fn new(
        ty: *mut PyTypeObject,
        args: *mut PyObject,
        kw: *mut PyObject,
    ) -> *mut PyObject {
        static NAMES: [pyrite_runtime::args::Name; 1] =
            [const { pyrite_runtime::args::Name::new() }; 1];
        static PARAMETERS: pyrite_runtime::args::Parameters = pyrite_runtime::args::Parameters {
            fname: "sched_param",
            names: &["sched_priority"],
            interned: &NAMES,
            positional_only: 0,
            positional: 1,
            required: 1,
            required_mask: 1,
            parse_tuple: false,
        };
        // SAFETY: the arguments of a tp_new: a type, a tuple, a dict or NULL.
        let made = unsafe {
            pyrite_runtime::args::bind_tuple_keywords::<1>(&PARAMETERS, args, kw).and_then(
                |[priority]| {
                    let made = structseq::new(&*ty)?;
                    structseq::set_item(&made, 0, priority.unwrap_or(none()).own());
                    Ok(made)
                },
            )
        };
        made.map_or(std::ptr::null_mut(), Owned::into_ptr)
    }
    ty.tp_new.set(Some(new));
    typeobject::modified(ty);
}

/// The priority in a `sched_param`.
pub fn param_of(o: &PyObject) -> PyResult<libc::sched_param> {
    if !std::ptr::eq(o.ty(), SCHED_PARAM.get()?) {
        return Err(raise!(TypeError, "must have a sched_param object"));
    }
    let priority = pyrite_runtime::sequence::get_item(o, 0)?;
    let sched_priority: c_int = from_arg(
        &priority,
        Arg {
            fname: "",
            place: Place::Only,
        },
    )?;
    Ok(libc::sched_param { sched_priority })
}

fn checked(r: c_int) -> PyResult<c_int> {
    if r == -1 { Err(os_error()) } else { Ok(r) }
}

#[pyfunctions(module = "posix")]
impl Scheduling {
    #[function]
    fn sched_get_priority_max(_m: &PyObject, policy: c_int) -> PyResult<c_int> {
        // SAFETY: (so below) the call takes numbers alone, and no pointer.
        checked(unsafe { libc::sched_get_priority_max(policy) })
    }

    #[function]
    fn sched_get_priority_min(_m: &PyObject, policy: c_int) -> PyResult<c_int> {
        // SAFETY: as above.
        checked(unsafe { libc::sched_get_priority_min(policy) })
    }

    #[function]
    fn sched_getscheduler(_m: &PyObject, pid: c_int) -> PyResult<c_int> {
        // SAFETY: as above.
        checked(unsafe { libc::sched_getscheduler(pid) })
    }

    #[function]
    fn sched_setscheduler(
        _m: &PyObject,
        pid: c_int,
        policy: c_int,
        param: &PyObject,
    ) -> PyResult<()> {
        let param = param_of(param)?;
        // SAFETY: the parameter lives for the call.
        checked(unsafe { libc::sched_setscheduler(pid, policy, &param) }).map(drop)
    }

    #[function]
    fn sched_getparam(_m: &PyObject, pid: c_int) -> PyResult<Owned> {
        let mut param = libc::sched_param { sched_priority: 0 };
        // SAFETY: the parameter has room.
        checked(unsafe { libc::sched_getparam(pid, &mut param) })?;
        SCHED_PARAM.make(vec![int(i64::from(param.sched_priority))?])
    }

    #[function]
    fn sched_setparam(_m: &PyObject, pid: c_int, param: &PyObject) -> PyResult<()> {
        let param = param_of(param)?;
        // SAFETY: the parameter lives for the call.
        checked(unsafe { libc::sched_setparam(pid, &param) }).map(drop)
    }

    #[function]
    fn sched_rr_get_interval(_m: &PyObject, pid: c_int) -> PyResult<Owned> {
        let mut t = libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        };
        // SAFETY: room for the answer.
        checked(unsafe { libc::sched_rr_get_interval(pid, &mut t) })?;
        real(t.tv_sec as f64 + 1e-9 * t.tv_nsec as f64)
    }

    #[function]
    fn sched_yield(_m: &PyObject) -> PyResult<()> {
        // SAFETY: takes nothing.
        checked(unsafe { libc::sched_yield() }).map(drop)
    }

    #[function]
    fn sched_getaffinity(_m: &PyObject, pid: c_int) -> PyResult<Owned> {
        let mut mask = [0u64; 1024];
        let size = std::mem::size_of_val(&mask);
        // SAFETY: the mask has the size.
        checked(unsafe { libc::sched_getaffinity(pid, size, mask.as_mut_ptr().cast()) })?;
        let cpus = set::new(None)?;
        for cpu in 0..size * 8 {
            if mask[cpu / 64] >> (cpu % 64) & 1 == 1 {
                let cpu = int(cpu as i64)?;
                set::add(&cpus, &cpu)?;
            }
        }
        Ok(cpus.upcast())
    }

    #[function]
    fn sched_setaffinity(_m: &PyObject, pid: c_int, mask: &PyObject) -> PyResult<()> {
        let cpus = object::get_iter(mask)?;
        let mut bits = [0u64; 1024];
        while let Some(cpu) = iter::next(&cpus)? {
            if !is_int(&cpu) {
                let shown = object::repr(cpu.ty().as_object())?;
                return Err(raise!(
                    TypeError,
                    "expected an iterator of ints, but iterator yielded {}",
                    err::Str(&shown)
                ));
            }
            let cpu = pyrite_runtime::long::as_i64(&cpu)?;
            let Ok(cpu) = usize::try_from(cpu) else {
                return Err(raise!(ValueError, "negative CPU number"));
            };
            match bits.get_mut(cpu / 64) {
                Some(word) => *word |= 1 << (cpu % 64),
                None => return Err(raise!(OverflowError, "CPU number too large")),
            }
        }
        // SAFETY: the mask has the size.
        checked(unsafe {
            libc::sched_setaffinity(pid, std::mem::size_of_val(&bits), bits.as_ptr().cast())
        })
        .map(drop)
    }
}
