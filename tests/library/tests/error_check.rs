//! After a call of a C function the interpreter compares its result with the thread's error indicator: a result and an
//! exception exclude each other. That happens after every call, so it must be a load and a comparison, not a function.

use pyrite_library_tests::run;

/// The offset of `curexc_type` in `PyThreadState` (`crates/abi/tests` checks the layout).
const INDICATOR: &str = "$0x0,0x58(";

#[test]
fn the_indicator_is_read_without_a_call() {
    let text = run(
        "objdump",
        &["-d", "-C", "--no-show-raw-insn", "--no-addresses"],
    );
    let mut checked = 0;
    let mut within = false;
    // Instructions since an indirect call; `None` when there was none, or another call since.
    let mut since: Option<usize> = None;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('<') {
            within = name.starts_with("pyrite_vm::eval::ops::call::");
            since = None;
        }
        let Some(instruction) = line.strip_prefix('\t').filter(|_| within) else {
            continue;
        };
        if instruction.starts_with("call") {
            let entry = instruction.contains('*') && !instruction.contains("(%rip)");
            since = entry.then_some(0);
        } else if let Some(n) = since {
            if instruction.starts_with("cmp") && instruction.contains(INDICATOR) {
                checked += 1;
                since = None;
            } else {
                since = (n < 12).then_some(n + 1);
            }
        }
    }
    assert!(
        checked > 0,
        "no call of a vectorcall entry is followed by a look at the error indicator"
    );
}
