//! What the tests of the built library share: where it is, and how the tools that read it are run.
//!
//! These tests look at a file that exists already. They are a package of their own because Cargo builds everything that a
//! package depends on once more for its tests, with unwinding: here that is nothing.

use std::path::PathBuf;
use std::process::Command;

/// `PYRITE_LIBRARY`, or `target/<profile>/libpython3_8.so` beside the folder that holds the running test.
pub fn library() -> PathBuf {
    if let Some(library) = std::env::var_os("PYRITE_LIBRARY") {
        return library.into();
    }
    let test = std::env::current_exe().expect("a test has a path");
    let profile = test
        .ancestors()
        .nth(2)
        .expect("tests are in target/<profile>/deps");
    profile.join("libpython3_8.so")
}

/// What `tool` (of binutils) prints about the library.
pub fn run(tool: &str, arguments: &[&str]) -> String {
    let output = Command::new(tool).args(arguments).arg(library()).output();
    let output = output.unwrap_or_else(|e| panic!("{tool}: {e}"));
    assert!(
        output.status.success(),
        "{tool}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).expect("binutils print UTF-8")
}
