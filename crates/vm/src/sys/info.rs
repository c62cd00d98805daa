//! What `sys` says about the interpreter: versions, limits, flags.

use super::set_object;
use crate::import::{builtin, interp};
use crate::prelude::*;
use pyrite_runtime::structseq;

/// The version line up to the date. What follows names the build.
pub const VERSION: &str = "3.8.18";
pub const HEXVERSION: i64 = 0x0308_12f0;
pub const COPYRIGHT: &str = "Copyright (c) 2001-2023 Python Software Foundation.\nAll Rights Reserved.\n\n\
Copyright (c) 2000 BeOpen.com.\nAll Rights Reserved.\n\n\
Copyright (c) 1995-2001 Corporation for National Research Initiatives.\nAll Rights Reserved.\n\n\
Copyright (c) 1991-1995 Stichting Mathematisch Centrum, Amsterdam.\nAll Rights Reserved.";

/// `Py_GetVersion`.
pub fn version() -> String {
    format!(
        "{VERSION} (default, Nov 22 2026, 12:00:00) \n[{}]",
        compiler()
    )
}

/// `Py_GetCompiler`, without the brackets.
pub fn compiler() -> &'static str {
    "Rust (Pyrite)"
}

type Field = (&'static str, &'static str);

fn int(v: i64) -> PyResult<Owned> {
    long::from_i64(v).map(Owned::upcast)
}
fn text(v: &str) -> PyResult<Owned> {
    unicode::from_str(v).map(Owned::upcast)
}
fn real(v: f64) -> PyResult<Owned> {
    float::from_f64(v).map(Owned::upcast)
}

/// A named tuple of a type of its own. `sealed`: programs cannot make others.
fn named(
    name: &str,
    doc: &str,
    fields: &'static [Field],
    values: Vec<Owned>,
    sealed: bool,
) -> PyResult<Owned> {
    let ty = structseq::new_type(name, doc, fields, fields.len())?;
    let v = structseq::from_values(&ty, values)?;
    if sealed {
        structseq::forbid_construction(&ty)?;
    }
    Ok(v)
}

const FLOAT_INFO: &[Field] = &[
    ("max", "DBL_MAX -- maximum representable finite float"),
    (
        "max_exp",
        "DBL_MAX_EXP -- maximum int e such that radix**(e-1) is representable",
    ),
    (
        "max_10_exp",
        "DBL_MAX_10_EXP -- maximum int e such that 10**e is representable",
    ),
    ("min", "DBL_MIN -- Minimum positive normalized float"),
    (
        "min_exp",
        "DBL_MIN_EXP -- minimum int e such that radix**(e-1) is a normalized float",
    ),
    (
        "min_10_exp",
        "DBL_MIN_10_EXP -- minimum int e such that 10**e is a normalized",
    ),
    ("dig", "DBL_DIG -- digits"),
    ("mant_dig", "DBL_MANT_DIG -- mantissa digits"),
    (
        "epsilon",
        "DBL_EPSILON -- Difference between 1 and the next representable float",
    ),
    ("radix", "FLT_RADIX -- radix of exponent"),
    ("rounds", "FLT_ROUNDS -- rounding mode"),
];

/// `PyFloat_GetInfo`.
pub fn float_info() -> PyResult<Owned> {
    let values = vec![
        real(f64::MAX)?,
        int(1024)?,
        int(308)?,
        real(f64::MIN_POSITIVE)?,
        int(-1021)?,
        int(-307)?,
        int(15)?,
        int(53)?,
        real(f64::EPSILON)?,
        int(2)?,
        int(1)?,
    ];
    let doc = "sys.float_info\n\nA named tuple holding information about the float type. It contains low level\n\
               information about the precision and internal representation. Please study\n\
               your system's :file:`float.h` for more information.";
    named("sys.float_info", doc, FLOAT_INFO, values, false)
}

const INT_INFO: &[Field] = &[
    ("bits_per_digit", "size of a digit in bits"),
    (
        "sizeof_digit",
        "size in bytes of the C type used to represent a digit",
    ),
    (
        "default_max_str_digits",
        "maximum string conversion digits limitation",
    ),
    (
        "str_digits_check_threshold",
        "minimum positive value for int_max_str_digits",
    ),
];

/// `PyLong_GetInfo`.
pub fn int_info() -> PyResult<Owned> {
    let values = vec![int(30)?, int(4)?, int(4300)?, int(640)?];
    let doc = "sys.int_info\n\nA named tuple that holds information about Python's\n\
               internal representation of integers.  The attributes are read only.";
    named("sys.int_info", doc, INT_INFO, values, false)
}

const HASH_INFO: &[Field] = &[
    ("width", "width of the type used for hashing, in bits"),
    (
        "modulus",
        "prime number giving the modulus on which the hash function is based",
    ),
    ("inf", "value to be used for hash of a positive infinity"),
    ("nan", "value to be used for hash of a nan"),
    (
        "imag",
        "multiplier used for the imaginary part of a complex number",
    ),
    (
        "algorithm",
        "name of the algorithm for hashing of str, bytes and memoryviews",
    ),
    ("hash_bits", "internal output size of hash algorithm"),
    ("seed_bits", "seed size of hash algorithm"),
    ("cutoff", "small string optimization cutoff"),
];

fn hash_info() -> PyResult<Owned> {
    let values = vec![
        int(64)?,
        int((1 << 61) - 1)?,
        int(314_159)?,
        int(0)?,
        int(1_000_003)?,
        text("siphash24")?,
        int(64)?,
        int(128)?,
        int(0)?,
    ];
    let doc = "hash_info\n\nA named tuple providing parameters used for computing hashes. The attributes are read only.";
    named("sys.hash_info", doc, HASH_INFO, values, false)
}

const THREAD_INFO: &[Field] = &[
    ("name", "name of the thread implementation"),
    ("lock", "name of the lock implementation"),
    ("version", "name and version of the thread library"),
];

/// `PyThread_GetInfo`.
pub fn thread_info() -> PyResult<Owned> {
    let mut buffer = [0u8; 128];
    // SAFETY: the buffer has the length that is passed.
    let n = unsafe {
        libc::confstr(
            libc::_CS_GNU_LIBPTHREAD_VERSION,
            buffer.as_mut_ptr().cast(),
            buffer.len(),
        )
    };
    let version = match buffer
        .get(..n.saturating_sub(1))
        .map(String::from_utf8_lossy)
    {
        Some(v) if n > 0 => text(&v)?,
        _ => none().own(),
    };
    let doc =
        "sys.thread_info\n\nA named tuple holding information about the thread implementation.";
    named(
        "sys.thread_info",
        doc,
        THREAD_INFO,
        vec![text("pthread")?, text("semaphore")?, version],
        false,
    )
}

const VERSION_INFO: &[Field] = &[
    ("major", "Major release number"),
    ("minor", "Minor release number"),
    ("micro", "Patch release number"),
    ("releaselevel", "'alpha', 'beta', 'candidate', or 'final'"),
    ("serial", "Serial release number"),
];

fn version_info() -> PyResult<Owned> {
    let values = vec![int(3)?, int(8)?, int(18)?, text("final")?, int(0)?];
    named(
        "sys.version_info",
        "sys.version_info\n\nVersion information as a named tuple.",
        VERSION_INFO,
        values,
        true,
    )
}

const FLAGS: &[Field] = &[
    ("debug", "-d"),
    ("inspect", "-i"),
    ("interactive", "-i"),
    ("optimize", "-O or -OO"),
    ("dont_write_bytecode", "-B"),
    ("no_user_site", "-s"),
    ("no_site", "-S"),
    ("ignore_environment", "-E"),
    ("verbose", "-v"),
    ("bytes_warning", "-b"),
    ("quiet", "-q"),
    ("hash_randomization", "-R"),
    ("isolated", "-I"),
    ("dev_mode", "-X dev"),
    ("utf8_mode", "-X utf8"),
    ("int_max_str_digits", "-X int_max_str_digits"),
];

/// `sys.flags`, from the configuration.
pub fn flags() -> PyResult<Owned> {
    let i = interp();
    let c = &i.config;
    let not = |v: &Cell<c_int>| i64::from(v.get() == 0);
    let is = |v: &Cell<c_int>| i64::from(v.get());
    let utf8 = pyrite_runtime::tstate::_PyRuntime.preconfig.utf8_mode.get();
    let options = crate::config::list_bytes(&c.xoptions);
    let digits = crate::config::environment::int_max_str_digits(c, &options).unwrap_or(-1);
    let values = vec![
        int(is(&c.parser_debug))?,
        int(is(&c.inspect))?,
        int(is(&c.interactive))?,
        int(is(&c.optimization_level))?,
        int(not(&c.write_bytecode))?,
        int(not(&c.user_site_directory))?,
        int(not(&c.site_import))?,
        int(not(&c.use_environment))?,
        int(is(&c.verbose))?,
        int(is(&c.bytes_warning))?,
        int(is(&c.quiet))?,
        int(i64::from(
            c.use_hash_seed.get() == 0 || c.hash_seed.get() != 0,
        ))?,
        int(is(&c.isolated))?,
        bool_from(c.dev_mode.get() != 0),
        int(i64::from(utf8))?,
        int(i64::from(digits))?,
    ];
    let doc = "sys.flags\n\nFlags provided through command line arguments or environment vars.";
    named("sys.flags", doc, FLAGS, values, true)
}

const ASYNCGEN_HOOKS: &[Field] = &[("firstiter", ""), ("finalizer", "")];

/// `sys.get_asyncgen_hooks()`.
pub fn asyncgen_hooks() -> PyResult<Owned> {
    let ts = tstate::current();
    let or_none = |o: Option<Owned>| o.unwrap_or_else(|| none().own());
    let values = vec![
        or_none(ts.async_gen_firstiter.load()),
        or_none(ts.async_gen_finalizer.load()),
    ];
    let ty = cached_type(
        &ASYNCGEN_TYPE,
        "asyncgen_hooks",
        ASYNCGEN_DOC,
        ASYNCGEN_HOOKS,
    )?;
    structseq::from_values(&ty, values)
}

const ASYNCGEN_DOC: &str = "asyncgen_hooks\n\nA named tuple providing information about asynchronous\n\
                            generators hooks.  The attributes are read only.";

/// A type that is made when first needed.
struct Lazy(Cell<*mut PyTypeObject>);
// SAFETY: touched only by the holder of the GIL.
unsafe impl Sync for Lazy {}
static ASYNCGEN_TYPE: Lazy = Lazy(Cell::new(std::ptr::null_mut()));
static UNRAISABLE_TYPE: Lazy = Lazy(Cell::new(std::ptr::null_mut()));

fn cached_type(
    at: &Lazy,
    name: &str,
    doc: &str,
    fields: &'static [Field],
) -> PyResult<Owned<PyTypeObject>> {
    if let Some(ty) = at.0.load() {
        return Ok(ty);
    }
    let ty = structseq::new_type(name, doc, fields, fields.len())?;
    at.0.set_ref(Some(ty.clone()));
    Ok(ty)
}

const UNRAISABLE: &[Field] = &[
    ("exc_type", "Exception type"),
    ("exc_value", "Exception value"),
    ("exc_traceback", "Exception traceback"),
    ("err_msg", "Error message"),
    ("object", "Object causing the exception"),
];

/// The argument of `sys.unraisablehook`.
pub fn unraisable_args(values: Vec<Owned>) -> PyResult<Owned> {
    let doc = "UnraisableHookArgs\n\nType used to pass arguments to sys.unraisablehook.";
    let ty = cached_type(&UNRAISABLE_TYPE, "UnraisableHookArgs", doc, UNRAISABLE)?;
    structseq::from_values(&ty, values)
}

/// Is it an argument of `sys.unraisablehook`?
pub fn is_unraisable_args(o: &PyObject) -> bool {
    UNRAISABLE_TYPE
        .0
        .load()
        .is_some_and(|ty| std::ptr::eq(ty.as_ptr(), o.ty().as_object().as_ptr()))
}

/// Forgets the types that were made, at the end of an interpreter's life.
pub fn fini() {
    ASYNCGEN_TYPE.0.set_ref(None);
    UNRAISABLE_TYPE.0.set_ref(None);
}

/// Fills `sys` with what does not depend on the configuration.
pub fn fill() -> PyResult<()> {
    let set = |name: &str, v: PyResult<Owned>| v.and_then(|v| set_object(name, Some(&v)));
    set("version", text(&version()))?;
    set("hexversion", int(HEXVERSION))?;
    set(
        "_git",
        tuple::from_owned(vec![text("Pyrite")?, text("")?, text("")?]).map(Owned::upcast),
    )?;
    set("_framework", text(""))?;
    set("api_version", int(1013))?;
    set("copyright", text(COPYRIGHT))?;
    set("platform", text("linux"))?;
    set("maxsize", int(i64::MAX))?;
    set("maxunicode", int(0x10_ffff))?;
    set("byteorder", text("little"))?;
    set("abiflags", text(""))?;
    set("float_repr_style", text("short"))?;
    set("float_info", float_info())?;
    set("int_info", int_info())?;
    set("hash_info", hash_info())?;
    set("thread_info", thread_info())?;
    let version = version_info()?;
    set_object("version_info", Some(&version))?;
    set("implementation", implementation(&version))?;
    let mut names: Vec<String> = builtin::names()
        .iter()
        .map(|n| n.to_string_lossy().into_owned())
        .collect();
    names.sort();
    let names = names
        .iter()
        .map(|n| text(n))
        .collect::<PyResult<Vec<_>>>()?;
    set(
        "builtin_module_names",
        tuple::from_owned(names).map(Owned::upcast),
    )
}

fn implementation(version: &PyObject) -> PyResult<Owned> {
    let d = dict::new()?;
    let put =
        |name: &str, v: &PyObject| dict::set_item(&d, unicode::from_str(name)?.as_object(), v);
    put("name", &*text("cpython")?)?;
    put("cache_tag", &*text("cpython-38")?)?;
    put("version", version)?;
    put("hexversion", &*int(HEXVERSION)?)?;
    put("_multiarch", &*text("x86_64-linux-gnu")?)?;
    super::simple_namespace(&d)
}
