//! `pytime.h`: timestamps in nanoseconds, and clocks.

use crate::prelude::*;
use libc::{time_t, timespec, timeval};

const SECOND: i64 = 1_000_000_000;

fn overflow() -> Raised {
    raise!(
        OverflowError,
        "timestamp too large to convert to C _PyTime_t"
    )
}

fn time_t_overflow() -> Raised {
    raise!(OverflowError, "timestamp out of range for platform time_t")
}

/// `t / k`, rounded as asked.
fn divide(t: i64, k: i64, round: _PyTime_round_t) -> i64 {
    let (quotient, remainder) = (t.div_euclid(k), t.rem_euclid(k));
    let up = match round {
        _PyTime_ROUND_FLOOR => false,
        _PyTime_ROUND_CEILING => remainder != 0,
        _PyTime_ROUND_HALF_EVEN => remainder * 2 > k || (remainder * 2 == k && quotient & 1 != 0),
        // Away from zero.
        _ => remainder != 0 && t > 0,
    };
    quotient + i64::from(up)
}

fn round_f64(x: f64, round: _PyTime_round_t) -> f64 {
    match round {
        _PyTime_ROUND_FLOOR => x.floor(),
        _PyTime_ROUND_CEILING => x.ceil(),
        _PyTime_ROUND_HALF_EVEN => x.round_ties_even(),
        _ if x >= 0.0 => x.ceil(),
        _ => x.floor(),
    }
}

/// A float's value, which must be a number.
fn finite(o: &PyFloatObject) -> PyResult<f64> {
    let value = o.ob_fval.get();
    if value.is_nan() {
        Err(raise!(ValueError, "Invalid value NaN (not a number)"))
    } else {
        Ok(value)
    }
}

/// Does a whole number lie in the range of 64-bit integers?
fn fits(x: f64) -> bool {
    (-9_223_372_036_854_775_808.0..9_223_372_036_854_775_808.0).contains(&x)
}

/// A number of units as nanoseconds.
fn from_object(o: &PyObject, round: _PyTime_round_t, unit: i64) -> PyResult<i64> {
    if let Some(value) = o.downcast::<PyFloatObject>() {
        let scaled = round_f64(finite(value)? * unit as f64, round);
        return if fits(scaled) {
            Ok(scaled as i64)
        } else {
            Err(overflow())
        };
    }
    let n = match long::as_long_long(o) {
        Ok(n) => n,
        Err(raised) => {
            return Err(if err::matches(exceptions::exc::OverflowError.get()) {
                overflow()
            } else {
                raised
            });
        }
    };
    n.checked_mul(unit).ok_or_else(overflow)
}

/// A timestamp as seconds, and the rest in units of which a second has `parts`.
fn split(o: &PyObject, round: _PyTime_round_t, parts: i64) -> PyResult<(time_t, i64)> {
    let Some(value) = o.downcast::<PyFloatObject>() else {
        return Ok((whole(o)?, 0));
    };
    let value = finite(value)?;
    let (mut seconds, fraction) = (value.trunc(), value.fract());
    let mut rest = round_f64(fraction * parts as f64, round);
    if rest >= parts as f64 {
        rest -= parts as f64;
        seconds += 1.0;
    } else if rest < 0.0 {
        rest += parts as f64;
        seconds -= 1.0;
    }
    if fits(seconds) {
        Ok((seconds as time_t, rest as i64))
    } else {
        Err(time_t_overflow())
    }
}

fn whole(o: &PyObject) -> PyResult<time_t> {
    long::as_long_long(o).map_err(|raised| {
        if err::matches(exceptions::exc::OverflowError.get()) {
            time_t_overflow()
        } else {
            raised
        }
    })
}

fn clock(id: libc::clockid_t) -> i64 {
    let mut now = timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: writes the time.
    unsafe { libc::clock_gettime(id, &mut now) };
    now.tv_sec
        .saturating_mul(SECOND)
        .saturating_add(now.tv_nsec)
}

/// Fills in what `time.get_clock_info` tells.
fn info(
    id: libc::clockid_t,
    implementation: &'static CStr,
    monotonic: bool,
    place: &Out<_Py_clock_info_t>,
) {
    let mut step = timespec {
        tv_sec: 0,
        tv_nsec: 1,
    };
    // SAFETY: writes the resolution.
    unsafe { libc::clock_getres(id, &mut step) };
    place.set(_Py_clock_info_t {
        implementation: implementation.as_ptr(),
        monotonic: c_int::from(monotonic),
        adjustable: c_int::from(!monotonic),
        resolution: step.tv_sec as f64 + step.tv_nsec as f64 * 1e-9,
    });
}

fn to_timeval(t: i64, round: _PyTime_round_t) -> timeval {
    let microseconds = divide(t, 1000, round);
    timeval {
        tv_sec: microseconds.div_euclid(1_000_000),
        tv_usec: microseconds.rem_euclid(1_000_000),
    }
}

capi! {
    fn _PyTime_FromSeconds(seconds: c_int) -> i64 { i64::from(seconds) * SECOND }
    fn _PyTime_FromNanoseconds(t: i64) -> i64 { t }

    fn _PyTime_FromNanosecondsObject(place: Out<i64>, o: &PyObject) -> PyResult<()> {
        if !PyLongObject::check(o) {
            return Err(raise!(TypeError, "expect int, got {}", o.type_name()));
        }
        place.set(from_object(o, _PyTime_ROUND_FLOOR, 1)?);
        Ok(())
    }

    fn _PyTime_FromSecondsObject(place: Out<i64>, o: &PyObject, round: _PyTime_round_t) -> PyResult<()> {
        place.set(from_object(o, round, SECOND)?);
        Ok(())
    }

    fn _PyTime_FromMillisecondsObject(place: Out<i64>, o: &PyObject, round: _PyTime_round_t) -> PyResult<()> {
        place.set(from_object(o, round, 1_000_000)?);
        Ok(())
    }

    fn _PyTime_FromTimespec(place: Out<i64>, t: *mut timespec) -> PyResult<()> {
        // SAFETY: C passes a time.
        let t = unsafe { t.read() };
        place.set(t.tv_sec.checked_mul(SECOND).and_then(|s| s.checked_add(t.tv_nsec)).ok_or_else(overflow)?);
        Ok(())
    }

    fn _PyTime_FromTimeval(place: Out<i64>, t: *mut timeval) -> PyResult<()> {
        // SAFETY: C passes a time.
        let t = unsafe { t.read() };
        place.set(t.tv_sec.checked_mul(SECOND).and_then(|s| s.checked_add(t.tv_usec * 1000)).ok_or_else(overflow)?);
        Ok(())
    }

    fn _PyTime_AsSecondsDouble(t: i64) -> f64 {
        // Whole seconds are exact where a division would round twice.
        if t % SECOND == 0 { (t / SECOND) as f64 } else { t as f64 / 1e9 }
    }

    fn _PyTime_AsMilliseconds(t: i64, round: _PyTime_round_t) -> i64 { divide(t, 1_000_000, round) }
    fn _PyTime_AsMicroseconds(t: i64, round: _PyTime_round_t) -> i64 { divide(t, 1000, round) }
    fn _PyTime_AsNanosecondsObject(t: i64) -> PyResult<Owned> { Ok(long::from_i64(t)?.upcast()) }

    fn _PyTime_AsTimeval(t: i64, place: Out<timeval>, round: _PyTime_round_t) -> c_int {
        place.set(to_timeval(t, round));
        0
    }

    fn _PyTime_AsTimeval_noraise(t: i64, place: Out<timeval>, round: _PyTime_round_t) -> c_int {
        place.set(to_timeval(t, round));
        0
    }

    fn _PyTime_AsTimevalTime_t(t: i64, seconds: Out<time_t>, microseconds: Out<c_int>, round: _PyTime_round_t) -> c_int {
        let t = to_timeval(t, round);
        seconds.set(t.tv_sec);
        microseconds.set(t.tv_usec as c_int);
        0
    }

    fn _PyTime_AsTimespec(t: i64, place: Out<timespec>) -> c_int {
        place.set(timespec { tv_sec: t.div_euclid(SECOND), tv_nsec: t.rem_euclid(SECOND) });
        0
    }

    fn _PyTime_ObjectToTime_t(o: &PyObject, place: Out<time_t>, round: _PyTime_round_t) -> PyResult<()> {
        place.set(match o.downcast::<PyFloatObject>() {
            Some(value) => {
                let seconds = round_f64(finite(value)?, round);
                if !fits(seconds) {
                    return Err(time_t_overflow());
                }
                seconds as time_t
            }
            None => whole(o)?,
        });
        Ok(())
    }

    fn _PyTime_ObjectToTimespec(o: &PyObject, seconds: Out<time_t>, nanoseconds: Out<c_long>, round: _PyTime_round_t) -> PyResult<()> {
        let (whole, rest) = split(o, round, SECOND)?;
        seconds.set(whole);
        nanoseconds.set(rest);
        Ok(())
    }

    fn _PyTime_ObjectToTimeval(o: &PyObject, seconds: Out<time_t>, microseconds: Out<c_long>, round: _PyTime_round_t) -> PyResult<()> {
        let (whole, rest) = split(o, round, 1_000_000)?;
        seconds.set(whole);
        microseconds.set(rest);
        Ok(())
    }

    fn _PyTime_GetSystemClock() -> i64 { clock(libc::CLOCK_REALTIME) }
    fn _PyTime_GetMonotonicClock() -> i64 { clock(libc::CLOCK_MONOTONIC) }
    fn _PyTime_GetPerfCounter() -> i64 { clock(libc::CLOCK_MONOTONIC) }

    fn _PyTime_GetSystemClockWithInfo(place: Out<i64>, about: Out<_Py_clock_info_t>) -> c_int {
        place.set(clock(libc::CLOCK_REALTIME));
        info(libc::CLOCK_REALTIME, c"clock_gettime(CLOCK_REALTIME)", false, &about);
        0
    }

    fn _PyTime_GetMonotonicClockWithInfo(place: Out<i64>, about: Out<_Py_clock_info_t>) -> c_int {
        place.set(clock(libc::CLOCK_MONOTONIC));
        info(libc::CLOCK_MONOTONIC, c"clock_gettime(CLOCK_MONOTONIC)", true, &about);
        0
    }

    fn _PyTime_GetPerfCounterWithInfo(place: Out<i64>, about: Out<_Py_clock_info_t>) -> c_int {
        place.set(clock(libc::CLOCK_MONOTONIC));
        info(libc::CLOCK_MONOTONIC, c"clock_gettime(CLOCK_MONOTONIC)", true, &about);
        0
    }

    fn _PyTime_Init() -> c_int { 0 }

    fn _PyTime_MulDiv(ticks: i64, factor: i64, divisor: i64) -> i64 {
        (i128::from(ticks) * i128::from(factor)).checked_div(i128::from(divisor)).unwrap_or(0) as i64
    }

    fn _PyTime_localtime(t: time_t, place: *mut libc::tm) -> PyResult<()> {
        // SAFETY: C passes a place for the broken-down time.
        if unsafe { libc::localtime_r(&t, place) }.is_null() { Err(err::set_from_errno(exceptions::exc::OSError.get())) } else { Ok(()) }
    }

    fn _PyTime_gmtime(t: time_t, place: *mut libc::tm) -> PyResult<()> {
        // SAFETY: C passes a place for the broken-down time.
        if unsafe { libc::gmtime_r(&t, place) }.is_null() { Err(err::set_from_errno(exceptions::exc::OSError.get())) } else { Ok(()) }
    }
}
