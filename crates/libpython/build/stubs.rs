//! Stubs for exports that are not built yet: they keep the library complete for linkers, and say what is missing.

use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A line of `exports.tsv`.
pub struct Export {
    pub name: String,
    /// T, B, D or R, as in `nm`.
    kind: String,
    size: usize,
    /// How a function tells its caller that it failed.
    failure: String,
}

pub fn read(table: &str) -> Vec<Export> {
    table
        .lines()
        .skip(1)
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            Export {
                name: fields[0].to_owned(),
                kind: fields[1].to_owned(),
                size: fields[2].parse().unwrap_or(0),
                failure: fields[4].to_owned(),
            }
        })
        .collect()
}

/// The stubs' source, and the names of what is not built, one on each line.
pub fn write(exports: &[Export], defined: &BTreeSet<&str>) -> (String, String) {
    let (mut text, mut names) = (String::from("stubs! {\n"), String::new());
    for export in exports
        .iter()
        .filter(|e| !defined.contains(e.name.as_str()))
    {
        writeln!(names, "{}", export.name).unwrap();
        match export.kind.as_str() {
            "T" => writeln!(text, "    {} {};", word(&export.failure), export.name),
            kind => {
                let width = [8, 4, 2, 1]
                    .into_iter()
                    .find(|w| export.size.is_multiple_of(*w))
                    .unwrap();
                let count = export.size / width;
                writeln!(
                    text,
                    "    data_{kind} {} [u{}; {count}];",
                    export.name,
                    width * 8
                )
            }
        }
        .unwrap();
    }
    text.push_str("}\n");
    (text, names)
}

fn word(failure: &str) -> &str {
    match failure {
        "-1" => "minus_one",
        "-1.0" => "minus_one_float",
        "0" => "zero",
        other => other,
    }
}
