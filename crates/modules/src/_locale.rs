//! `_locale`: the C library's locale.

use pyrite_macros::pymodule;
use pyrite_runtime::args::NoneOr;
use pyrite_runtime::exceptions::exc;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{dict, err, list, long, module, object, unicode};
use std::ffi::{CStr, CString};

/// Text that C returned.
fn c_text(p: *const c_char) -> PyResult<Owned> {
    if p.is_null() {
        return Ok(unicode::from_str("")?.upcast());
    }
    // SAFETY: C's strings end with a NUL; they are copied at once.
    let bytes = unsafe { CStr::from_ptr(p) }.to_bytes();
    unicode::fs::decode_locale(bytes, Some("surrogateescape")).map(Owned::upcast)
}

/// `locale.Error`.
fn error(module: &PyObject, text: &str) -> Raised {
    match object::get_attr_str(module, "Error") {
        Ok(class) => match unicode::from_str(text) {
            Ok(t) => err::set_object(&class, t.as_object()),
            Err(raised) => raised,
        },
        Err(raised) => raised,
    }
}

/// The sizes of groups of digits, up to the one that ends them.
fn grouping(p: *const c_char) -> PyResult<Owned> {
    let all = list::new(0)?;
    if !p.is_null() {
        // SAFETY: C's strings end with a NUL.
        for &b in unsafe { CStr::from_ptr(p) }.to_bytes() {
            list::append(&all, long::from_i64(i64::from(b as i8))?.as_object())?;
            if b as i8 == c_char::MAX {
                return Ok(all.upcast());
            }
        }
        if list::len(&all) > 0 {
            list::append(&all, long::from_i64(0)?.as_object())?;
        }
    }
    Ok(all.upcast())
}

/// `_locale`.
pub struct Locale;

/// The text as C's wide characters, with a null behind.
fn wide(s: &PyUnicodeObject) -> PyResult<Vec<libc::wchar_t>> {
    let (wide, has_null) = unicode::to_wide(s);
    if has_null {
        return Err(raise!(ValueError, "embedded null character"));
    }
    Ok(wide)
}

#[pymodule(name = "_locale")]
impl Locale {
    #[function]
    #[sig("($module, category, locale=None, /)")]
    fn setlocale(module: &PyObject, category: i32, locale: Option<&PyObject>) -> PyResult<Owned> {
        if !(0..=12).contains(&category) {
            return Err(error(module, "invalid locale category"));
        }
        let result = match locale.filter(|l| !l.is_none()) {
            None => {
                // SAFETY: asks only.
                unsafe { libc::setlocale(category, std::ptr::null()) }
            }
            Some(l) => {
                let Some(name) = l.downcast::<PyUnicodeObject>() else {
                    return Err(raise!(
                        TypeError,
                        "setlocale() argument 2 must be str or None, not {}",
                        l.type_name()
                    ));
                };
                let name = CString::new(unicode::as_utf8(name)?)
                    .map_err(|_| raise!(ValueError, "embedded null character"))?;
                // SAFETY: a NUL-terminated string.
                unsafe { libc::setlocale(category, name.as_ptr()) }
            }
        };
        if result.is_null() {
            let text = if locale.is_some_and(|l| !l.is_none()) {
                "unsupported locale setting"
            } else {
                "locale query failed"
            };
            return Err(error(module, text));
        }
        c_text(result)
    }

    #[function]
    #[sig("($module, /)")]
    fn localeconv(_module: &PyObject) -> PyResult<Owned> {
        let d = dict::new()?;
        // SAFETY: the result is valid until the locale changes, which needs the GIL.
        let c = unsafe { &*libc::localeconv() };
        for (name, p) in [
            ("decimal_point", c.decimal_point),
            ("thousands_sep", c.thousands_sep),
            ("int_curr_symbol", c.int_curr_symbol),
            ("currency_symbol", c.currency_symbol),
            ("mon_decimal_point", c.mon_decimal_point),
            ("mon_thousands_sep", c.mon_thousands_sep),
            ("positive_sign", c.positive_sign),
            ("negative_sign", c.negative_sign),
        ] {
            dict::set_item_str(&d, name, &*c_text(p)?)?;
        }
        for (name, p) in [("grouping", c.grouping), ("mon_grouping", c.mon_grouping)] {
            dict::set_item_str(&d, name, &*grouping(p)?)?;
        }
        for (name, v) in [
            ("int_frac_digits", c.int_frac_digits),
            ("frac_digits", c.frac_digits),
            ("p_cs_precedes", c.p_cs_precedes),
            ("p_sep_by_space", c.p_sep_by_space),
            ("n_cs_precedes", c.n_cs_precedes),
            ("n_sep_by_space", c.n_sep_by_space),
            ("p_sign_posn", c.p_sign_posn),
            ("n_sign_posn", c.n_sign_posn),
        ] {
            dict::set_item_str(&d, name, long::from_i64(i64::from(v))?.as_object())?;
        }
        Ok(d.upcast())
    }

    #[function]
    #[sig("($module, key, /)")]
    fn nl_langinfo(_module: &PyObject, key: i32) -> PyResult<Owned> {
        if !LANGINFO.iter().any(|&(_, k)| k == key) {
            return Err(raise!(ValueError, "unsupported langinfo constant"));
        }
        // SAFETY: a key that C knows; the result is a string.
        c_text(unsafe { libc::nl_langinfo(key) })
    }

    #[function]
    #[sig("($module, string, /)")]
    fn strxfrm(_module: &PyObject, s: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
        unsafe extern "C" {
            fn wcsxfrm(to: *mut libc::wchar_t, from: *const libc::wchar_t, n: usize) -> usize;
        }
        let from = wide(s)?;
        let failed = || err::set_from_errno(exc::OSError.get());
        let mut to: Vec<libc::wchar_t> = vec![0; from.len()];
        loop {
            // SAFETY: the text ends with a null; the room is as large as said.
            let n = unsafe {
                *libc::__errno_location() = 0;
                wcsxfrm(to.as_mut_ptr(), from.as_ptr(), to.len())
            };
            // SAFETY: errno is the thread's own.
            let errno = unsafe { *libc::__errno_location() };
            if errno != 0 && errno != libc::ERANGE {
                return Err(failed());
            }
            if n < to.len() {
                return unicode::from_wide(&to[..n]);
            }
            to.resize(n + 1, 0);
        }
    }

    #[function]
    #[sig("($module, string1, string2, /)")]
    fn strcoll(_module: &PyObject, a: &PyUnicodeObject, b: &PyUnicodeObject) -> PyResult<c_int> {
        let (a, b) = (wide(a)?, wide(b)?);
        unsafe extern "C" {
            fn wcscoll(a: *const libc::wchar_t, b: *const libc::wchar_t) -> c_int;
        }
        // SAFETY: both end with a null.
        Ok(unsafe { wcscoll(a.as_ptr(), b.as_ptr()) })
    }

    #[function]
    #[sig("($module, msg, /)", parse_tuple, fname = "")]
    fn gettext(_module: &PyObject, msg: &str) -> PyResult<Owned> {
        translated(None, msg, None)
    }

    #[function]
    #[sig("($module, domain, msg, /)", parse_tuple, fname = "")]
    fn dgettext(_module: &PyObject, domain: NoneOr<&str>, msg: &str) -> PyResult<Owned> {
        translated(domain.0, msg, None)
    }

    #[function]
    #[sig("($module, domain, msg, category, /)", parse_tuple, fname = "")]
    fn dcgettext(
        _module: &PyObject,
        domain: NoneOr<&str>,
        msg: &str,
        category: i32,
    ) -> PyResult<Owned> {
        translated(domain.0, msg, Some(category))
    }

    #[function]
    #[sig("($module, domain, /)", parse_tuple, fname = "")]
    fn textdomain(_module: &PyObject, domain: NoneOr<&str>) -> PyResult<Owned> {
        let domain = c_string(domain.0)?;
        // SAFETY: null asks; a name is copied.
        let now = unsafe { c::textdomain(pointer(&domain)) };
        if now.is_null() {
            return Err(err::set_from_errno(exc::OSError.get()));
        }
        c_text(now)
    }

    #[function]
    #[sig("($module, domain, dir, /)", parse_tuple, fname = "")]
    fn bindtextdomain(module: &PyObject, domain: &str, dir: &PyObject) -> PyResult<Owned> {
        if domain.is_empty() {
            return Err(error(module, "domain must be a non-empty string"));
        }
        let domain = c_string(Some(domain))?;
        let dir = if dir.is_none() {
            None
        } else {
            let path = crate::posix::path::FsBytes::of(dir)?;
            Some(path.as_c_str().to_owned())
        };
        // SAFETY: null asks; names are copied.
        let now = unsafe { c::bindtextdomain(pointer(&domain), pointer(&dir)) };
        if now.is_null() {
            return Err(err::set_from_errno(exc::OSError.get()));
        }
        c_text(now)
    }

    #[function]
    #[sig("($module, domain, codeset, /)", parse_tuple, fname = "")]
    fn bind_textdomain_codeset(
        _module: &PyObject,
        domain: &str,
        codeset: NoneOr<&str>,
    ) -> PyResult<Owned> {
        let (domain, codeset) = (c_string(Some(domain))?, c_string(codeset.0)?);
        // SAFETY: null asks; names are copied.
        let now = unsafe { c::bind_textdomain_codeset(pointer(&domain), pointer(&codeset)) };
        if now.is_null() {
            return Ok(none().own());
        }
        c_text(now)
    }

    fn exec(module: &PyObject) -> PyResult<()> {
        for (name, value) in CATEGORIES.iter().chain(LANGINFO) {
            module::add_int_constant(module, name, i64::from(*value))?;
        }
        module::add_int_constant(module, "CHAR_MAX", i64::from(c_char::MAX))?;
        let class = err::new_exception("locale.Error", Some(exc::Exception.get()), None)?;
        object::set_attr_str(module, "Error", class.as_object())
    }
}

/// The C library's message catalogues (`libintl.h`).
mod c {
    use super::{c_char, c_int};

    unsafe extern "C" {
        pub fn dgettext(domain: *const c_char, msg: *const c_char) -> *mut c_char;
        pub fn dcgettext(domain: *const c_char, msg: *const c_char, category: c_int)
        -> *mut c_char;
        pub fn textdomain(domain: *const c_char) -> *mut c_char;
        pub fn bindtextdomain(domain: *const c_char, dir: *const c_char) -> *mut c_char;
        pub fn bind_textdomain_codeset(
            domain: *const c_char,
            codeset: *const c_char,
        ) -> *mut c_char;
    }
}

fn c_string(text: Option<&str>) -> PyResult<Option<CString>> {
    text.map(CString::new)
        .transpose()
        .map_err(|_| raise!(ValueError, "embedded null character"))
}

fn pointer(text: &Option<CString>) -> *const c_char {
    text.as_ref().map_or(std::ptr::null(), |t| t.as_ptr())
}

/// A message in the language of the locale; without a domain, the one that `textdomain` chose.
fn translated(domain: Option<&str>, msg: &str, category: Option<c_int>) -> PyResult<Owned> {
    let (domain, msg) = (c_string(domain)?, c_string(Some(msg))?);
    // SAFETY: both end with a null, or the domain is null; the answer is one of them or lives in a catalogue.
    let found = unsafe {
        match category {
            Some(category) => c::dcgettext(pointer(&domain), pointer(&msg), category),
            None => c::dgettext(pointer(&domain), pointer(&msg)),
        }
    };
    c_text(found)
}

const CATEGORIES: &[(&str, c_int)] = &[
    ("LC_CTYPE", libc::LC_CTYPE),
    ("LC_TIME", libc::LC_TIME),
    ("LC_COLLATE", libc::LC_COLLATE),
    ("LC_MONETARY", libc::LC_MONETARY),
    ("LC_MESSAGES", libc::LC_MESSAGES),
    ("LC_NUMERIC", libc::LC_NUMERIC),
    ("LC_ALL", libc::LC_ALL),
];

const LANGINFO: &[(&str, c_int)] = &[
    ("DAY_1", libc::DAY_1),
    ("DAY_2", libc::DAY_2),
    ("DAY_3", libc::DAY_3),
    ("DAY_4", libc::DAY_4),
    ("DAY_5", libc::DAY_5),
    ("DAY_6", libc::DAY_6),
    ("DAY_7", libc::DAY_7),
    ("ABDAY_1", libc::ABDAY_1),
    ("ABDAY_2", libc::ABDAY_2),
    ("ABDAY_3", libc::ABDAY_3),
    ("ABDAY_4", libc::ABDAY_4),
    ("ABDAY_5", libc::ABDAY_5),
    ("ABDAY_6", libc::ABDAY_6),
    ("ABDAY_7", libc::ABDAY_7),
    ("MON_1", libc::MON_1),
    ("MON_2", libc::MON_2),
    ("MON_3", libc::MON_3),
    ("MON_4", libc::MON_4),
    ("MON_5", libc::MON_5),
    ("MON_6", libc::MON_6),
    ("MON_7", libc::MON_7),
    ("MON_8", libc::MON_8),
    ("MON_9", libc::MON_9),
    ("MON_10", libc::MON_10),
    ("MON_11", libc::MON_11),
    ("MON_12", libc::MON_12),
    ("ABMON_1", libc::ABMON_1),
    ("ABMON_2", libc::ABMON_2),
    ("ABMON_3", libc::ABMON_3),
    ("ABMON_4", libc::ABMON_4),
    ("ABMON_5", libc::ABMON_5),
    ("ABMON_6", libc::ABMON_6),
    ("ABMON_7", libc::ABMON_7),
    ("ABMON_8", libc::ABMON_8),
    ("ABMON_9", libc::ABMON_9),
    ("ABMON_10", libc::ABMON_10),
    ("ABMON_11", libc::ABMON_11),
    ("ABMON_12", libc::ABMON_12),
    ("RADIXCHAR", libc::RADIXCHAR),
    ("THOUSEP", libc::THOUSEP),
    ("CRNCYSTR", libc::CRNCYSTR),
    ("D_FMT", libc::D_FMT),
    ("D_T_FMT", libc::D_T_FMT),
    ("T_FMT", libc::T_FMT),
    ("AM_STR", libc::AM_STR),
    ("PM_STR", libc::PM_STR),
    ("CODESET", libc::CODESET),
    // `date`'s own format, which only glibc has.
    ("_DATE_FMT", 0x2_006c),
    ("T_FMT_AMPM", libc::T_FMT_AMPM),
    ("ERA", libc::ERA),
    ("ERA_D_FMT", libc::ERA_D_FMT),
    ("ERA_D_T_FMT", libc::ERA_D_T_FMT),
    ("ERA_T_FMT", libc::ERA_T_FMT),
    ("ALT_DIGITS", libc::ALT_DIGITS),
    ("YESEXPR", libc::YESEXPR),
    ("NOEXPR", libc::NOEXPR),
];
