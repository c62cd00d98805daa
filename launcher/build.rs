//! Links the launcher against the library's name alone.
//!
//! The launcher needs one symbol of a library that Cargo may build later, so this script makes an empty one with that
//! symbol and the right soname, to link against. At run time the loader finds the real one by the rpath.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

const STAND_IN: &str = r#"
#![no_std]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! { loop {} }
#[unsafe(no_mangle)]
pub extern "C" fn Py_BytesMain(_: i32, _: *mut *mut u8) -> i32 { 1 }
"#;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap());
    let source = out.join("stand_in.rs");
    fs::write(&source, STAND_IN).unwrap();
    let status = Command::new(env::var_os("RUSTC").unwrap())
        .args([
            "--edition=2024",
            "--crate-type=cdylib",
            "--crate-name=python",
            "-Cpanic=abort",
            "-Copt-level=s",
        ])
        .args([
            "-Clink-arg=-nostdlib",
            "-Clink-arg=-Wl,-soname,libpython3.8.so.1.0",
        ])
        .args(["--target", &env::var("TARGET").unwrap(), "-o"])
        .arg(out.join("libpython3.8.so"))
        .arg(&source)
        .status()
        .unwrap();
    assert!(
        status.success(),
        "rustc could not make the stand-in library"
    );
    println!("cargo:rustc-link-search=native={}", out.display());
    for argument in ["-Wl,-rpath,$ORIGIN/../lib", "-lpython3.8", "-lc"] {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
}
