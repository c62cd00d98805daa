//! The table of raw docstrings, taken from the reference.
//!
//! One line for each documented thing: its key, a tab, and the raw text with `\n`, `\t` and `\\` escaped. Keys are
//! `<type>`, `<type>.<attribute>`, `<module>` and `<module>.<function>`.

use std::collections::HashMap;
use std::sync::OnceLock;

static TABLE: &str = include_str!("../data/docs.tsv");

/// The raw docstring for `key`: a text signature may stand in front of it.
pub fn lookup(key: &str) -> Option<&'static str> {
    static INDEX: OnceLock<HashMap<&'static str, String>> = OnceLock::new();
    INDEX.get_or_init(read_table).get(key).map(String::as_str)
}

fn read_table() -> HashMap<&'static str, String> {
    TABLE
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('\t'))
        .map(|(key, text)| (key, unescape(text)))
        .collect()
}

fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
    out
}

/// The text signature that heads a raw docstring, from its opening parenthesis to its closing one.
pub fn text_signature(doc: &str) -> Option<&str> {
    let end = doc.find(")\n--\n\n")?;
    let start = doc.find('(')?;
    (start < end).then(|| &doc[start..=end])
}
