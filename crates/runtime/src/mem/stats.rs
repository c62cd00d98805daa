//! Reports about memory, in the form of `sys._debugmallocstats()` and the `*_DebugMallocStats` functions of C.

use super::pool;
use crate::prelude::*;
use crate::{dict, float, list, tuple};
use std::fmt::Write;

/// A type whose dead objects are kept for reuse.
#[derive(Clone, Copy)]
pub enum Kept {
    Functions,
    Dicts,
    Floats,
    Frames,
    Lists,
    Methods,
    Tuples,
}

/// All, in the order of the report.
pub const ALL: [Kept; 7] = [
    Kept::Functions,
    Kept::Dicts,
    Kept::Floats,
    Kept::Frames,
    Kept::Lists,
    Kept::Methods,
    Kept::Tuples,
];

/// A number with commas between thousands.
fn grouped(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `_PyDebugAllocatorStats`: a line about `count` objects of `size` bytes that are kept. `name` is of one of them.
pub fn kept_line(name: &str, count: usize, size: usize) -> String {
    let what = format!("{count} {name}s * {size} bytes each");
    format!("{what:>48} ={:>21}\n", grouped(count * size))
}

/// The lines about one type.
pub fn kept(of: Kept) -> String {
    match of {
        // No dead objects are kept of these: a code object keeps its own last frame.
        Kept::Functions => kept_line("free PyCFunctionObject", 0, size_of::<PyCFunctionObject>()),
        Kept::Frames => kept_line("free PyFrameObject", 0, size_of::<PyFrameObject>()),
        Kept::Methods => kept_line("free PyMethodObject", 0, size_of::<PyMethodObject>()),
        Kept::Dicts => kept_line("free PyDictObject", dict::kept(), size_of::<PyDictObject>()),
        Kept::Floats => kept_line(
            "free PyFloatObject",
            float::kept(),
            size_of::<PyFloatObject>(),
        ),
        Kept::Lists => kept_line("free PyListObject", list::kept(), size_of::<PyListObject>()),
        Kept::Tuples => tuple::kept()
            .map(|(n, count)| {
                let size = size_of::<PyVarObject>() + n * size_of::<*mut PyObject>();
                kept_line(&format!("free {n}-sized PyTupleObject"), count, size)
            })
            .collect(),
    }
}

/// `_PyObject_DebugMallocStats`: the use of the pools, class by class and in sum.
pub fn pools() -> String {
    let found = pool::usage();
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "Small block threshold = {}, in {} size classes.\n",
        pool::SMALL,
        pool::CLASSES
    );
    let _ = writeln!(
        out,
        "class   size   num pools   blocks in use  avail blocks"
    );
    let _ = writeln!(
        out,
        "-----   ----   ---------   -------------  ------------"
    );
    let (mut used, mut available, mut pools) = (0, 0, found.unused);
    for (n, class) in found
        .classes
        .iter()
        .enumerate()
        .filter(|(_, class)| class.pools > 0)
    {
        let _ = writeln!(
            out,
            "{n:>5} {:>6} {:>11} {:>15} {:>13}",
            class.size, class.pools, class.used, class.available
        );
        used += class.used * class.size;
        available += class.available * class.size;
        pools += class.pools;
    }
    out.push('\n');
    let mut line = |what: &str, n: usize| {
        let _ = writeln!(out, "{what:<34} ={:>21}", grouped(n));
    };
    let unused = found.unused * pool::POOL_SIZE;
    let fresh = found.bytes - pools * pool::POOL_SIZE;
    line("# bytes in allocated blocks", used);
    line("# bytes in available blocks", available);
    line(
        &format!("{} unused pools * {} bytes", found.unused, pool::POOL_SIZE),
        unused,
    );
    line(
        "# bytes lost to pool headers",
        found.bytes - used - available - unused - fresh,
    );
    line("# bytes that no pool has used yet", fresh);
    line("Total", found.bytes);
    out
}

/// What `sys._debugmallocstats()` prints: the pools, then what is kept of each type.
pub fn report() -> String {
    let kept: String = ALL.into_iter().map(kept).collect();
    pools() + "\n" + &kept
}
