//! Names the library as CPython's build does, and writes a stub for each export that nothing defines yet.

mod scan;
mod stubs;

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The crates that may define exports.
const CRATES: &[&str] = &["runtime", "vm", "modules", "capi"];

fn main() {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    let crates = manifest.parent().unwrap();

    for argument in [
        "-soname,libpython3.8.so.1.0",
        // Executables may hold copies of data symbols, so only functions are bound here.
        "-Bsymbolic-functions",
        "-z,defs",
    ] {
        println!("cargo:rustc-cdylib-link-arg=-Wl,{argument}");
    }
    if loader_reads_relr() {
        // Some ten thousand words of tables hold addresses: packed, their list takes a hundredth of the memory.
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,pack-relative-relocs");
    }
    link_unwinder(&out);
    if env::var("PROFILE").as_deref() == Ok("release") {
        order_functions(&out);
    }
    link_names(&out);

    let table = crates.join("capi/data/exports.tsv");
    println!("cargo:rerun-if-changed={}", table.display());
    println!("cargo:rerun-if-changed=build");
    let exports = stubs::read(&fs::read_to_string(&table).unwrap());
    let names: BTreeSet<&str> = exports.iter().map(|e| e.name.as_str()).collect();
    let mut sources = Vec::new();
    for name in CRATES {
        let folder = crates.join(name).join("src");
        println!("cargo:rerun-if-changed={}", folder.display());
        scan::read_sources(&folder, &mut sources);
    }
    let defined = scan::definitions(&sources, &names);
    let (text, missing) = stubs::write(&exports, &defined);
    fs::write(out.join("stubs.rs"), text).unwrap();
    if let Some(lib) = lib_folder(&out) {
        fs::write(lib.join("not_built.txt"), missing).unwrap();
    }
}

/// Whether the C library here, for which the library is built, understands packed relocations (glibc 2.36).
fn loader_reads_relr() -> bool {
    unsafe extern "C" {
        safe fn gnu_get_libc_version() -> *const std::ffi::c_char;
    }
    // SAFETY: a text that stands in the C library.
    let version = unsafe { std::ffi::CStr::from_ptr(gnu_get_libc_version()) };
    let version = version.to_str().unwrap_or_default();
    let mut parts = version.split('.').map(|part| part.parse().unwrap_or(0));
    (parts.next().unwrap_or(0), parts.next().unwrap_or(0)) >= (2, 36)
}

/// Puts the functions of `order.txt` (`tools/order_functions.py`), which run at every start or in most programs, side by side, with
/// what the C compiler adds and every start runs as well: memory is mapped in pieces of many pages, so spread over the whole library they
/// would make all of it resident. A name may lack its hash, or end in `*`; one that no longer exists does no harm.
fn order_functions(out: &Path) {
    println!("cargo:rerun-if-changed=build/order.txt");
    let names = fs::read_to_string("build/order.txt").unwrap();
    let mut script = String::from(
        "SECTIONS {\n.init : { KEEP(*(.init)) }\n.fini : { KEEP(*(.fini)) }\n.plt : { *(.plt) }\n\
         .text.ordered : {\n*crtbegin*.o(.text .text.*)\n",
    );
    for name in names.lines() {
        // The optimiser numbers copies: `name.123`.
        let (name, rest) = match name.strip_suffix('*') {
            Some(prefix) => (prefix, "*"),
            None if name.ends_with("17h") => (name, "*"),
            None => (name, ".*"),
        };
        let exact = if rest == ".*" {
            format!(".text.{name} .text.unlikely.{name} ")
        } else {
            String::new()
        };
        script.push_str(&format!(
            "*({exact}.text.{name}{rest} .text.unlikely.{name}{rest})\n"
        ));
    }
    script.push_str("}\n} INSERT BEFORE .text;\n");
    let file = out.join("order.ld");
    fs::write(&file, script).unwrap();
    println!("cargo:rustc-cdylib-link-arg=-Wl,-T,{}", file.display());
}

/// Only backtraces of panics ask the unwinder: it is linked in, since mapping libgcc_s costs every process a tenth of a megabyte.
/// The standard library asks for it by that name, so a linker script of the name comes first on the search path.
fn link_unwinder(out: &Path) {
    let ask = Command::new("cc")
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    let Ok(answer) = ask.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()) else {
        return;
    };
    let folder = out.join("unwinder");
    if Path::new(&answer).is_absolute() && fs::create_dir_all(&folder).is_ok() {
        fs::write(folder.join("libgcc_s.so"), format!("INPUT({answer})\n")).unwrap();
        println!("cargo:rustc-link-search=native={}", folder.display());
    }
}

/// `target/<profile>/lib`, made if need be.
fn lib_folder(out: &Path) -> Option<PathBuf> {
    // OUT_DIR is target/<profile>/build/<package>-<hash>/out.
    let lib = out.ancestors().nth(3)?.join("lib");
    fs::create_dir_all(&lib).ok()?;
    Some(lib)
}

/// The folder `lib` holds the library under its real names, for the launcher and for linkers.
fn link_names(out: &Path) {
    let Some(lib) = lib_folder(out) else {
        return;
    };
    for (name, target) in [
        ("libpython3.8.so.1.0", "../libpython3_8.so"),
        ("libpython3.8.so", "libpython3.8.so.1.0"),
    ] {
        let link = lib.join(name);
        if fs::read_link(&link).is_ok_and(|t| t == Path::new(target)) {
            continue;
        }
        let _ = fs::remove_file(&link);
        std::os::unix::fs::symlink(target, &link).unwrap();
    }
}
