//! The built library against the table of exports: names, kinds, sizes of data, and how it is linked.

use pyrite_library_tests::{library, run};
use std::collections::BTreeMap;
use std::fs;

const TABLE: &str = include_str!("../../../crates/capi/data/exports.tsv");

/// Name to kind (`nm`'s letter) and size; functions' sizes are nobody's business.
type Symbols = BTreeMap<String, (char, u64)>;

fn expected() -> Symbols {
    let parse = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        (
            fields[0].to_owned(),
            (
                fields[1].chars().next().unwrap(),
                fields[2].parse().unwrap_or(0),
            ),
        )
    };
    TABLE.lines().skip(1).map(parse).collect()
}

fn exported() -> Symbols {
    let mut symbols = Symbols::new();
    for line in run("nm", &["-D", "-S", "--defined-only"]).lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, size, kind, name] = fields[..] else {
            panic!("{line}")
        };
        let kind = kind.chars().next().unwrap();
        let size = if kind == 'T' {
            0
        } else {
            u64::from_str_radix(size, 16).unwrap()
        };
        symbols.insert(name.to_owned(), (kind, size));
    }
    symbols
}

#[test]
fn exports_are_those_of_the_table() {
    let (expected, exported) = (expected(), exported());
    let mut wrong = Vec::new();
    for (name, (kind, size)) in &expected {
        match exported.get(name) {
            None => wrong.push(format!("{name} is missing")),
            // Zero or not is an initial value, and may differ where it is set up at start.
            Some((k, s)) if (kind == &'T') != (k == &'T') || s != size => {
                wrong.push(format!(
                    "{name} is {k} of size {s} instead of {kind} of size {size}"
                ));
            }
            Some(_) => {}
        }
    }
    wrong.extend(
        exported
            .keys()
            .filter(|n| !expected.contains_key(*n))
            .map(|n| format!("{n} is extra")),
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn own_functions_are_not_reached_through_the_plt() {
    let exported = exported();
    let relocations = run("readelf", &["-rW"]);
    let own = relocations
        .lines()
        .filter(|l| l.contains("JUMP_SLO"))
        .filter_map(|l| {
            let name = l.split_whitespace().nth(4)?;
            exported
                .contains_key(name.split('@').next()?)
                .then_some(name)
        });
    assert_eq!(own.collect::<Vec<_>>(), Vec::<&str>::new());
}

#[test]
fn only_the_c_library_is_needed() {
    let needed = run("readelf", &["-dW"]);
    for line in needed.lines().filter(|l| l.contains("(NEEDED)")) {
        let allowed = [
            "libc.so",
            "libm.so",
            "libgcc_s.so",
            "libdl.so",
            "libpthread.so",
            "libutil.so",
            "ld-linux",
        ];
        assert!(allowed.iter().any(|a| line.contains(a)), "{line}");
    }
    assert!(needed.contains("Library soname: [libpython3.8.so.1.0]"));
    for line in run("nm", &["-D", "--undefined-only"]).lines() {
        let symbol = line.split_whitespace().last().unwrap();
        let weak = line.contains(" w ");
        assert!(
            weak || ["@GLIBC", "@GCC"].iter().any(|v| symbol.contains(v)),
            "{symbol}"
        );
    }
}

/// Not a judgement, but a number to watch: shown with `--nocapture` (`make exports`).
#[test]
fn count_of_what_is_built() {
    let total = expected().len();
    // The library's build script leaves the list beside it.
    let list = library().with_file_name("lib/not_built.txt");
    let list = fs::read_to_string(list).unwrap_or_default();
    let missing: Vec<&str> = list.lines().collect();
    println!(
        "{} of {total} exports are built; not yet:",
        total - missing.len()
    );
    missing.iter().for_each(|name| println!("  {name}"));
}
