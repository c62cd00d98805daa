//! Environment variables, `-X` and `-W`.

use super::cmdline::Arguments;
use super::{Step, Stop, append, decode, list_bytes, set, set_list};
use pyrite_abi::*;
use std::cell::Cell;
use std::os::unix::ffi::OsStringExt;

/// An environment variable that is set and not empty.
pub fn variable(c: &PyConfig, name: &str) -> Option<Vec<u8>> {
    if c.use_environment.get() == 0 {
        return None;
    }
    std::env::var_os(name)
        .map(OsStringExt::into_vec)
        .filter(|v| !v.is_empty())
}

fn number(v: &[u8]) -> Option<i32> {
    std::str::from_utf8(v).ok()?.trim().parse().ok()
}

/// `-X name` or `-X name=value`: the value, if the option is there.
pub fn xoption(options: &[Vec<u8>], name: &str) -> Option<Option<Vec<u8>>> {
    options.iter().rev().find_map(|o| {
        let rest = o.strip_prefix(name.as_bytes())?;
        match rest.split_first() {
            None => Some(None),
            Some((b'=', value)) => Some(Some(value.to_vec())),
            Some(_) => None,
        }
    })
}

/// Variables that count up a field: a number is a level, anything else means 1.
fn level(c: &PyConfig, field: &Cell<i32>, name: &str) {
    if let Some(v) = variable(c, name) {
        let n = number(&v).filter(|&n| n >= 0).unwrap_or(1);
        field.set(field.get().max(n));
    }
}

fn off(c: &PyConfig, field: &Cell<i32>, name: &str) {
    let counter = Cell::new(0);
    level(c, &counter, name);
    if counter.get() > 0 {
        field.set(0);
    }
}

/// Sets what the environment and the options decide.
pub fn read(c: &PyConfig, arguments: &Arguments) -> Step {
    let mut xoptions = list_bytes(&c.xoptions);
    xoptions.extend(arguments.xoptions.iter().cloned());
    set_list(&c.xoptions, &xoptions);
    level(c, &c.parser_debug, "PYTHONDEBUG");
    level(c, &c.verbose, "PYTHONVERBOSE");
    level(c, &c.optimization_level, "PYTHONOPTIMIZE");
    level(c, &c.inspect, "PYTHONINSPECT");
    off(c, &c.write_bytecode, "PYTHONDONTWRITEBYTECODE");
    off(c, &c.user_site_directory, "PYTHONNOUSERSITE");
    off(c, &c.buffered_stdio, "PYTHONUNBUFFERED");
    if variable(c, "PYTHONDEVMODE").is_some() || xoption(&xoptions, "dev").is_some() {
        c.dev_mode.set(1);
    }
    if variable(c, "PYTHONDUMPREFS").is_some() {
        c.dump_refs.set(1);
    }
    if variable(c, "PYTHONMALLOCSTATS").is_some() {
        c.malloc_stats.set(1);
    }
    if xoption(&xoptions, "showrefcount").is_some() {
        c.show_ref_count.set(1);
    }
    if variable(c, "PYTHONPROFILEIMPORTTIME").is_some()
        || xoption(&xoptions, "importtime").is_some()
    {
        c.import_time.set(1);
    }
    if c.faulthandler.get() < 0 {
        let on = variable(c, "PYTHONFAULTHANDLER").is_some()
            || xoption(&xoptions, "faulthandler").is_some();
        c.faulthandler.set(i32::from(on || c.dev_mode.get() > 0));
    }
    tracemalloc(c, &xoptions)?;
    hash_seed(c)?;
    for (field, name, option) in [
        (&c.pythonpath_env, "PYTHONPATH", None),
        (&c.home, "PYTHONHOME", None),
        (
            &c.pycache_prefix,
            "PYTHONPYCACHEPREFIX",
            Some("pycache_prefix"),
        ),
    ] {
        let given = option
            .and_then(|o| xoption(&xoptions, o))
            .map(Option::unwrap_or_default);
        if let Some(v) = given {
            set(field, (!v.is_empty()).then_some(v.as_slice()));
        } else if field.get().is_null()
            && let Some(v) = variable(c, name)
        {
            set(field, Some(&v));
        }
    }
    warn_options(c, arguments);
    max_str_digits(c, &xoptions)
}

fn tracemalloc(c: &PyConfig, xoptions: &[Vec<u8>]) -> Step {
    if c.tracemalloc.get() >= 0 {
        return Ok(());
    }
    let frames = |v: &[u8]| number(v).filter(|n| (0..=i32::MAX).contains(n));
    if let Some(v) = variable(c, "PYTHONTRACEMALLOC") {
        match frames(&v) {
            Some(n) => c.tracemalloc.set(n),
            None => {
                return Err(fatal(
                    "config_init_tracemalloc",
                    "PYTHONTRACEMALLOC: invalid number of frames",
                ));
            }
        }
    }
    if let Some(v) = xoption(xoptions, "tracemalloc") {
        match v.as_deref().map_or(Some(1), frames) {
            Some(n) => c.tracemalloc.set(n),
            None => {
                return Err(fatal(
                    "config_init_tracemalloc",
                    "-X tracemalloc=NFRAME: invalid number of frames",
                ));
            }
        }
    }
    Ok(())
}

fn fatal(place: &'static str, text: &str) -> Stop {
    Stop::Error(place, text.to_owned())
}

/// `PYTHONHASHSEED`.
fn hash_seed(c: &PyConfig) -> Step {
    if c.use_hash_seed.get() >= 0 {
        return Ok(());
    }
    match variable(c, "PYTHONHASHSEED") {
        Some(v) if v != b"random" => {
            let seed = std::str::from_utf8(&v)
                .ok()
                .and_then(|s| s.parse::<u32>().ok());
            let Some(seed) = seed else {
                let text =
                    "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]";
                return Err(fatal("config_init_hash_seed", text));
            };
            c.use_hash_seed.set(1);
            c.hash_seed.set(u64::from(seed));
        }
        _ => {
            if c.use_hash_seed.get() < 0 {
                c.use_hash_seed.set(0);
                c.hash_seed.set(0);
            }
        }
    }
    Ok(())
}

/// `sys.warnoptions`, weakest first: dev mode, the environment, the command line, `-b`.
fn warn_options(c: &PyConfig, arguments: &Arguments) {
    let given = list_bytes(&c.warnoptions);
    let mut all: Vec<Vec<u8>> = Vec::new();
    let mut add = |o: Vec<u8>| {
        all.push(o);
    };
    if c.dev_mode.get() > 0 {
        add(b"default".to_vec());
    }
    if let Some(v) = variable(c, "PYTHONWARNINGS") {
        v.split(|&b| b == b',')
            .filter(|o| !o.is_empty())
            .for_each(|o| add(o.to_vec()));
    }
    arguments.warnoptions.iter().cloned().for_each(&mut add);
    if c.bytes_warning.get() > 1 {
        add(b"error::BytesWarning".to_vec());
    } else if c.bytes_warning.get() == 1 {
        add(b"default::BytesWarning".to_vec());
    }
    given.into_iter().for_each(&mut add);
    super::clear_list(&c.warnoptions);
    for o in all {
        append(&c.warnoptions, &decode(&o));
    }
}

/// The limit for conversions between `int` and `str`, which has no field of its own: it goes into the `-X` options' check.
fn max_str_digits(c: &PyConfig, xoptions: &[Vec<u8>]) -> Step {
    match int_max_str_digits(c, xoptions) {
        Ok(_) => Ok(()),
        Err(text) => Err(fatal("config_init_int_max_str_digits", text)),
    }
}

/// The limit that the environment or `-X` sets: -1 if none does.
pub fn int_max_str_digits(c: &PyConfig, xoptions: &[Vec<u8>]) -> Result<i32, &'static str> {
    let valid = |v: &[u8]| number(v).filter(|&n| n == 0 || n >= 640);
    let mut limit = -1;
    if let Some(v) = variable(c, "PYTHONINTMAXSTRDIGITS") {
        limit = valid(&v)
            .ok_or("PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.")?;
    }
    if let Some(v) = xoption(xoptions, "int_max_str_digits") {
        let v = v.unwrap_or_default();
        limit = valid(&v)
            .ok_or("-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.")?;
    }
    Ok(limit)
}
