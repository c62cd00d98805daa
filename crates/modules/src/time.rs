//! `time`: clocks, calendar times and sleeping.

use pyrite_macros::{pymodule, raw_doc};
use pyrite_runtime::args::{Arg, Place, from_arg, int_value};
use pyrite_runtime::exceptions::exc;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{dict, err, float, long, module, object, structseq, tuple, unicode};
use pyrite_vm::ceval::{allow_threads, check_signals};
use std::ffi::CStr;

struct TypeCell(Cell<*mut PyTypeObject>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for TypeCell {}
static STRUCT_TIME: TypeCell = TypeCell(Cell::new(std::ptr::null_mut()));

const BILLION: i128 = 1_000_000_000;

fn errno_is(n: c_int) -> bool {
    std::io::Error::last_os_error().raw_os_error() == Some(n)
}

fn os_error() -> Raised {
    err::set_from_errno(exc::OSError.get())
}

/// A clock in nanoseconds.
fn clock(id: c_int) -> PyResult<i128> {
    let mut t = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: room for the answer.
    if unsafe { libc::clock_gettime(id, &mut t) } != 0 {
        return Err(os_error());
    }
    Ok(i128::from(t.tv_sec) * BILLION + i128::from(t.tv_nsec))
}

/// Nanoseconds as seconds. Whole seconds are divided first, so that they stay exact.
fn seconds(ns: i128) -> f64 {
    if ns % BILLION == 0 {
        (ns / BILLION) as f64
    } else {
        ns as f64 / 1e9
    }
}

fn seconds_of(id: c_int) -> PyResult<f64> {
    clock(id).map(seconds)
}

fn nanoseconds_of(id: c_int) -> PyResult<i64> {
    Ok(clock(id)? as i64)
}

#[derive(Clone, Copy, PartialEq)]
pub enum Round {
    Floor,
    Ceiling,
}

/// A duration or a time, int or float, in nanoseconds (`_PyTime_FromSecondsObject`).
pub fn from_seconds(o: &PyObject, round: Round) -> PyResult<i64> {
    let overflow = || {
        raise!(
            OverflowError,
            "timestamp too large to convert to C _PyTime_t"
        )
    };
    if o.downcast::<PyFloatObject>().is_some() {
        let x = float::as_f64(o)?;
        if x.is_nan() {
            return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
        }
        let ns = x * 1e9;
        let ns = if round == Round::Floor {
            ns.floor()
        } else {
            ns.ceil()
        };
        if !(-9.223372036854775e18..9.223372036854775e18).contains(&ns) {
            return Err(overflow());
        }
        return Ok(ns as i64);
    }
    let n = long::from_nb_index_or_nb_int(o)?;
    let ns = int_value(n.as_object()).and_then(|n| n.checked_mul(BILLION));
    ns.and_then(|ns| i64::try_from(ns).ok())
        .ok_or_else(overflow)
}

/// A time in whole seconds, rounded down (`_PyTime_ObjectToTime_t`).
fn to_time_t(o: &PyObject) -> PyResult<i64> {
    let overflow = || raise!(OverflowError, "timestamp out of range for platform time_t");
    if o.downcast::<PyFloatObject>().is_some() {
        let x = float::as_f64(o)?;
        if x.is_nan() {
            return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
        }
        let whole = x.floor();
        if !(-9.223372036854775e18..9.223372036854775e18).contains(&whole) {
            return Err(overflow());
        }
        return Ok(whole as i64);
    }
    let n = long::from_nb_index_or_nb_int(o)?;
    int_value(n.as_object())
        .and_then(|n| i64::try_from(n).ok())
        .ok_or_else(overflow)
}

/// An optional time argument: absent or None is now.
fn time_argument(o: Option<&PyObject>) -> PyResult<i64> {
    match o.filter(|o| !o.is_none()) {
        Some(o) => to_time_t(o),
        // SAFETY: the answer is the result.
        None => Ok(unsafe { libc::time(std::ptr::null_mut()) }),
    }
}

fn zeroed_tm() -> libc::tm {
    // SAFETY: numbers and a pointer that may be null.
    unsafe { std::mem::zeroed() }
}

fn broken_down(t: i64, local: bool) -> PyResult<libc::tm> {
    let mut tm = zeroed_tm();
    // SAFETY: both live for the call.
    let found = unsafe {
        *libc::__errno_location() = 0;
        if local {
            libc::localtime_r(&t, &mut tm)
        } else {
            libc::gmtime_r(&t, &mut tm)
        }
    };
    if found.is_null() {
        if errno_is(0) {
            return Err(err::set_from(exc::OSError.get(), libc::EINVAL, None, None));
        }
        return Err(os_error());
    }
    Ok(tm)
}

/// # Safety
/// `zone` is NULL or ends with a NUL.
unsafe fn zone_name(zone: *const c_char) -> PyResult<Owned> {
    if zone.is_null() {
        return Ok(none().own());
    }
    // SAFETY: by the contract.
    let name = unsafe { CStr::from_ptr(zone) };
    Ok(unicode::fs::decode_locale(name.to_bytes(), Some("surrogateescape"))?.upcast())
}

fn struct_time(tm: &libc::tm) -> PyResult<Owned> {
    // SAFETY: the type is kept for the process.
    let Some(ty) = (unsafe { STRUCT_TIME.0.get().as_ref() }) else {
        return Err(err::bad_internal_call());
    };
    let numbers = [
        i64::from(tm.tm_year) + 1900,
        i64::from(tm.tm_mon) + 1,
        i64::from(tm.tm_mday),
        i64::from(tm.tm_hour),
        i64::from(tm.tm_min),
        i64::from(tm.tm_sec),
        (i64::from(tm.tm_wday) + 6) % 7,
        i64::from(tm.tm_yday) + 1,
        i64::from(tm.tm_isdst),
    ];
    let mut values = Vec::new();
    for n in numbers {
        values.push(long::from_i64(n)?.upcast());
    }
    // SAFETY: the library's names are static.
    values.push(unsafe { zone_name(tm.tm_zone)? });
    values.push(long::from_i64(tm.tm_gmtoff)?.upcast());
    structseq::from_values(ty, values)
}

/// Reads a time tuple. The zone's name, if any, lives as long as the returned object.
fn tuple_argument(o: &PyObject, fname: &'static str) -> PyResult<(libc::tm, Option<Owned>)> {
    let Some(items) = o.downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "Tuple or struct_time argument required"));
    };
    let items = tuple::as_slice(items);
    if items.len() != 9 {
        return Err(raise!(TypeError, "{fname}(): illegal time tuple argument"));
    }
    let mut n = [0 as c_int; 9];
    for (i, item) in items.iter().enumerate() {
        let value: i64 = from_arg(
            item,
            Arg {
                fname,
                place: Place::Position(i + 1),
            },
        )?;
        n[i] = c_int::try_from(value).map_err(|_| match value < 0 {
            true => raise!(OverflowError, "signed integer is less than minimum"),
            false => raise!(OverflowError, "signed integer is greater than maximum"),
        })?;
    }
    let Some(year) = n[0].checked_sub(1900) else {
        return Err(raise!(OverflowError, "year out of range"));
    };
    let mut tm = zeroed_tm();
    tm.tm_year = year;
    tm.tm_mon = n[1].wrapping_sub(1);
    tm.tm_mday = n[2];
    tm.tm_hour = n[3];
    tm.tm_min = n[4];
    tm.tm_sec = n[5];
    tm.tm_wday = n[6].wrapping_add(1) % 7;
    tm.tm_yday = n[7].wrapping_sub(1);
    tm.tm_isdst = n[8];
    let mut zone = None;
    if std::ptr::eq(o.ty(), STRUCT_TIME.0.get()) {
        let gmtoff = object::get_attr(o, id!("tm_gmtoff").as_object())?;
        if !gmtoff.is_none() {
            tm.tm_gmtoff = from_arg(
                &gmtoff,
                Arg {
                    fname,
                    place: Place::Only,
                },
            )?;
        }
        let name = object::get_attr(o, id!("tm_zone").as_object())?;
        if let Some(text) = name.downcast::<PyUnicodeObject>() {
            let mut bytes = unicode::fs::to_os_bytes(text);
            bytes.push(0);
            let kept = pyrite_runtime::bytes::from_slice(&bytes)?;
            tm.tm_zone = pyrite_runtime::bytes::as_ptr(&kept);
            zone = Some(kept.upcast());
        }
    }
    Ok((tm, zone))
}

/// Checks what `strftime` and `asctime` cannot bear, and lets 0 pass for the first month, day and day of the year.
fn check(tm: &mut libc::tm) -> PyResult<()> {
    if tm.tm_mon == -1 {
        tm.tm_mon = 0;
    }
    if tm.tm_mday == 0 {
        tm.tm_mday = 1;
    }
    if tm.tm_yday == -1 {
        tm.tm_yday = 0;
    }
    let limits = [
        (tm.tm_mon, 0, 11, "month"),
        (tm.tm_mday, 0, 31, "day of month"),
        (tm.tm_hour, 0, 23, "hour"),
        (tm.tm_min, 0, 59, "minute"),
        (tm.tm_sec, 0, 61, "seconds"),
        (tm.tm_wday, 0, 6, "day of week"),
        (tm.tm_yday, 0, 365, "day of year"),
    ];
    for (value, low, high, what) in limits {
        if value < low || value > high {
            return Err(raise!(ValueError, "{what} out of range"));
        }
    }
    Ok(())
}

fn ascii_time(tm: &libc::tm) -> PyResult<Owned> {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let name = |names: &[&'static str], i: c_int| {
        usize::try_from(i)
            .ok()
            .and_then(|i| names.get(i).copied())
            .unwrap_or("???")
    };
    let (day, month) = (name(&DAYS, tm.tm_wday), name(&MONTHS, tm.tm_mon));
    let year = i64::from(tm.tm_year) + 1900;
    let text = format!(
        "{day} {month}{:3} {:02}:{:02}:{:02} {year}",
        tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec
    );
    Ok(unicode::from_str(&text)?.upcast())
}

unsafe extern "C" {
    fn strftime(s: *mut c_char, max: usize, format: *const c_char, tm: *const libc::tm) -> usize;
    fn tzset();
}

/// `timezone`, `altzone`, `daylight` and `tzname`: the zone in winter and in summer.
fn add_zone(m: &PyObject) -> PyResult<()> {
    const YEAR: i64 = (365 * 24 + 6) * 3600;
    // SAFETY: the answer is the result.
    let start = unsafe { libc::time(std::ptr::null_mut()) } / YEAR * YEAR;
    let (january, july) = (
        broken_down(start, true)?,
        broken_down(start + YEAR / 2, true)?,
    );
    let (mut first, mut second) = (january, july);
    if -january.tm_gmtoff < -july.tm_gmtoff {
        // South of the equator summer is in January.
        (first, second) = (july, january);
    }
    module::add_int_constant(m, "timezone", -first.tm_gmtoff)?;
    module::add_int_constant(m, "altzone", -second.tm_gmtoff)?;
    module::add_int_constant(
        m,
        "daylight",
        i64::from(first.tm_gmtoff != second.tm_gmtoff),
    )?;
    // SAFETY: the library's names are static.
    let names = unsafe { tuple::pack([zone_name(first.tm_zone)?, zone_name(second.tm_zone)?])? };
    module::add_object(m, "tzname", names.as_object())
}

fn resolution(id: c_int) -> PyResult<f64> {
    let mut t = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: room for the answer.
    if unsafe { libc::clock_getres(id, &mut t) } != 0 {
        return Err(os_error());
    }
    Ok(t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9)
}

fn set_clock(id: c_int, ns: i64) -> PyResult<()> {
    let t = libc::timespec {
        tv_sec: ns.div_euclid(1_000_000_000),
        tv_nsec: ns.rem_euclid(1_000_000_000),
    };
    // SAFETY: the time lives for the call.
    if unsafe { libc::clock_settime(id, &t) } != 0 {
        Err(os_error())
    } else {
        Ok(())
    }
}

/// `time`.
pub struct Time;

#[pymodule(name = "time")]
impl Time {
    #[function]
    fn time(_m: &PyObject) -> PyResult<f64> {
        seconds_of(libc::CLOCK_REALTIME)
    }

    #[function]
    fn time_ns(_m: &PyObject) -> PyResult<i64> {
        nanoseconds_of(libc::CLOCK_REALTIME)
    }

    #[function]
    fn monotonic(_m: &PyObject) -> PyResult<f64> {
        seconds_of(libc::CLOCK_MONOTONIC)
    }

    #[function]
    fn monotonic_ns(_m: &PyObject) -> PyResult<i64> {
        nanoseconds_of(libc::CLOCK_MONOTONIC)
    }

    #[function]
    fn perf_counter(_m: &PyObject) -> PyResult<f64> {
        seconds_of(libc::CLOCK_MONOTONIC)
    }

    #[function]
    fn perf_counter_ns(_m: &PyObject) -> PyResult<i64> {
        nanoseconds_of(libc::CLOCK_MONOTONIC)
    }

    #[function]
    fn process_time(_m: &PyObject) -> PyResult<f64> {
        seconds_of(libc::CLOCK_PROCESS_CPUTIME_ID)
    }

    #[function]
    fn process_time_ns(_m: &PyObject) -> PyResult<i64> {
        nanoseconds_of(libc::CLOCK_PROCESS_CPUTIME_ID)
    }

    #[function]
    fn thread_time(_m: &PyObject) -> PyResult<f64> {
        seconds_of(libc::CLOCK_THREAD_CPUTIME_ID)
    }

    #[function]
    fn thread_time_ns(_m: &PyObject) -> PyResult<i64> {
        nanoseconds_of(libc::CLOCK_THREAD_CPUTIME_ID)
    }

    #[function(parse_tuple)]
    fn clock_gettime(_m: &PyObject, clk_id: c_int) -> PyResult<f64> {
        seconds_of(clk_id)
    }

    #[function(parse_tuple)]
    fn clock_gettime_ns(_m: &PyObject, clk_id: c_int) -> PyResult<i64> {
        nanoseconds_of(clk_id)
    }

    #[function(parse_tuple)]
    fn clock_getres(_m: &PyObject, clk_id: c_int) -> PyResult<f64> {
        resolution(clk_id)
    }

    #[function(parse_tuple)]
    fn clock_settime(_m: &PyObject, clk_id: c_int, time: &PyObject) -> PyResult<()> {
        set_clock(clk_id, from_seconds(time, Round::Floor)?)
    }

    #[function(parse_tuple)]
    fn clock_settime_ns(_m: &PyObject, clk_id: c_int, time: i64) -> PyResult<()> {
        set_clock(clk_id, time)
    }

    #[function(parse_tuple)]
    fn pthread_getcpuclockid(_m: &PyObject, thread_id: u64) -> PyResult<c_int> {
        let mut id: libc::clockid_t = 0;
        // SAFETY: room for the answer; the thread is the caller's to name.
        match unsafe { libc::pthread_getcpuclockid(thread_id as libc::pthread_t, &mut id) } {
            0 => Ok(id),
            errno => Err(err::set_from(exc::OSError.get(), errno, None, None)),
        }
    }

    #[function]
    fn sleep(_m: &PyObject, seconds: &PyObject) -> PyResult<()> {
        let duration = from_seconds(seconds, Round::Ceiling)?;
        if duration < 0 {
            return Err(raise!(ValueError, "sleep length must be non-negative"));
        }
        let deadline = clock(libc::CLOCK_MONOTONIC)? + i128::from(duration);
        let mut left = i128::from(duration);
        loop {
            let t = libc::timespec {
                tv_sec: (left / BILLION) as i64,
                tv_nsec: (left % BILLION) as i64,
            };
            // SAFETY: the duration lives for the call.
            let r = allow_threads(|| unsafe { libc::nanosleep(&t, std::ptr::null_mut()) });
            if r == 0 {
                return Ok(());
            }
            if !errno_is(libc::EINTR) {
                return Err(os_error());
            }
            check_signals()?;
            left = deadline - clock(libc::CLOCK_MONOTONIC)?;
            if left < 0 {
                return Ok(());
            }
        }
    }

    #[function(parse_tuple)]
    fn gmtime(_m: &PyObject, seconds: Option<&PyObject>) -> PyResult<Owned> {
        struct_time(&broken_down(time_argument(seconds)?, false)?)
    }

    #[function(parse_tuple)]
    fn localtime(_m: &PyObject, seconds: Option<&PyObject>) -> PyResult<Owned> {
        struct_time(&broken_down(time_argument(seconds)?, true)?)
    }

    #[function(parse_tuple)]
    fn ctime(_m: &PyObject, seconds: Option<&PyObject>) -> PyResult<Owned> {
        ascii_time(&broken_down(time_argument(seconds)?, true)?)
    }

    #[function]
    fn asctime(_m: &PyObject, tuple: Option<&PyObject>) -> PyResult<Owned> {
        let tm = match tuple {
            None => broken_down(time_argument(None)?, true)?,
            Some(tuple) => {
                let (mut tm, _) = tuple_argument(tuple, "asctime")?;
                check(&mut tm)?;
                tm
            }
        };
        ascii_time(&tm)
    }

    #[function]
    fn mktime(_m: &PyObject, tuple: &PyObject) -> PyResult<f64> {
        let (mut tm, _zone) = tuple_argument(tuple, "mktime")?;
        // A weekday of -1 stays only if the library did not understand the time.
        tm.tm_wday = -1;
        // SAFETY: the time lives for the call.
        let t = unsafe { libc::mktime(&mut tm) };
        if t == -1 && tm.tm_wday == -1 {
            return Err(raise!(OverflowError, "mktime argument out of range"));
        }
        Ok(t as f64)
    }

    #[function(parse_tuple)]
    fn strftime(
        _m: &PyObject,
        format: &PyUnicodeObject,
        tuple: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let (mut tm, _zone) = match tuple {
            None => (broken_down(time_argument(None)?, true)?, None),
            Some(tuple) => tuple_argument(tuple, "strftime")?,
        };
        check(&mut tm)?;
        tm.tm_isdst = tm.tm_isdst.clamp(-1, 1);
        if unicode::chars(format).iter().any(|ch| ch == 0) {
            return Err(raise!(ValueError, "embedded null character"));
        }
        let mut pattern = unicode::fs::to_os_bytes(format);
        let length = pattern.len();
        pattern.push(0);
        let mut room = 1024;
        loop {
            let mut buffer = vec![0u8; room];
            // SAFETY: the buffer has the room, the pattern ends with a NUL.
            let n = unsafe {
                strftime(
                    buffer.as_mut_ptr().cast(),
                    room,
                    pattern.as_ptr().cast(),
                    &tm,
                )
            };
            // Nothing may be the answer, or the room too small: a long buffer for the pattern tells.
            if n > 0 || room >= 256 * length {
                let text = unicode::fs::decode_locale(&buffer[..n], Some("surrogateescape"))?;
                return Ok(text.upcast());
            }
            room *= 2;
        }
    }

    #[function(args)]
    fn strptime(_m: &PyObject, args: &[&PyObject]) -> PyResult<Owned> {
        let module = pyrite_runtime::hooks::import("_strptime")?;
        let parse = object::get_attr(&module, id!("_strptime_time").as_object())?;
        pyrite_runtime::call::call(&parse, args)
    }

    #[function]
    fn tzset(m: &PyObject) -> PyResult<()> {
        // SAFETY: reads the environment, under the GIL.
        unsafe { tzset() };
        add_zone(m)
    }

    #[function(parse_tuple)]
    #[sig("($module, name, /)", parse_tuple)]
    fn get_clock_info(_m: &PyObject, name: &PyUnicodeObject) -> PyResult<Owned> {
        let name = unicode::to_string_lossy(name);
        let (id, text, monotonic, adjustable) = match &*name {
            "time" => (libc::CLOCK_REALTIME, "CLOCK_REALTIME", false, true),
            "monotonic" | "perf_counter" => (libc::CLOCK_MONOTONIC, "CLOCK_MONOTONIC", true, false),
            "process_time" => (
                libc::CLOCK_PROCESS_CPUTIME_ID,
                "CLOCK_PROCESS_CPUTIME_ID",
                true,
                false,
            ),
            "thread_time" => (
                libc::CLOCK_THREAD_CPUTIME_ID,
                "CLOCK_THREAD_CPUTIME_ID",
                true,
                false,
            ),
            _ => return Err(raise!(ValueError, "unknown clock")),
        };
        let d = dict::new()?;
        let implementation = unicode::from_str(&format!("clock_gettime({text})"))?;
        dict::set_item_str(&d, "implementation", implementation.as_object())?;
        dict::set_item_str(&d, "monotonic", &bool_from(monotonic))?;
        dict::set_item_str(&d, "adjustable", &bool_from(adjustable))?;
        let resolution = float::from_f64(resolution(id)?)?;
        dict::set_item_str(&d, "resolution", resolution.as_object())?;
        pyrite_vm::sys::simple_namespace(&d)
    }

    fn exec(m: &PyObject) -> PyResult<()> {
        add_zone(m)?;
        let constants = [
            ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
            ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
            ("CLOCK_MONOTONIC_RAW", libc::CLOCK_MONOTONIC_RAW),
            ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
            ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
            ("CLOCK_BOOTTIME", libc::CLOCK_BOOTTIME),
            ("_STRUCT_TM_ITEMS", 11),
        ];
        for (name, value) in constants {
            module::add_int_constant(m, name, i64::from(value))?;
        }
        let fields = [
            ("tm_year", raw_doc!("time.struct_time.tm_year")),
            ("tm_mon", raw_doc!("time.struct_time.tm_mon")),
            ("tm_mday", raw_doc!("time.struct_time.tm_mday")),
            ("tm_hour", raw_doc!("time.struct_time.tm_hour")),
            ("tm_min", raw_doc!("time.struct_time.tm_min")),
            ("tm_sec", raw_doc!("time.struct_time.tm_sec")),
            ("tm_wday", raw_doc!("time.struct_time.tm_wday")),
            ("tm_yday", raw_doc!("time.struct_time.tm_yday")),
            ("tm_isdst", raw_doc!("time.struct_time.tm_isdst")),
            ("tm_zone", raw_doc!("time.struct_time.tm_zone")),
            ("tm_gmtoff", raw_doc!("time.struct_time.tm_gmtoff")),
        ];
        let ty = structseq::new_type("time.struct_time", raw_doc!("time.struct_time"), &fields, 9)?;
        module::add_object(m, "struct_time", ty.as_object())?;
        STRUCT_TIME.0.set(ty.into_typed_ptr());
        Ok(())
    }
}
