//! Which exports do the crates' sources define?
//!
//! The sources are read as tokens, without expanding macros. These forms define an export:
//! an item below `#[unsafe(no_mangle)]`; `export_name = "NAME"`; `c_name = NAME` of a `#[pytype]` (unless it says
//! `export = false`); `name = "x"` of a `#[pymodule]`, which is `PyInit_x`; and what is given to a `macro_rules!` macro
//! whose body holds `no_mangle` or a `#[pytype]` named by an argument: the names after `fn` if the macro defines functions, else each exported name.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

pub type Tokens = Vec<String>;

/// The tokens of every source file below `folder`.
pub fn read_sources(folder: &Path, sources: &mut Vec<Tokens>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            read_sources(&path, sources);
        } else if path.extension().is_some_and(|e| e == "rs") {
            sources.push(tokens(&fs::read_to_string(&path).unwrap_or_default()));
        }
    }
}

pub fn definitions<'a>(sources: &[Tokens], names: &BTreeSet<&'a str>) -> BTreeSet<&'a str> {
    let mut found = BTreeSet::new();
    let mut define = |name: &str| {
        if let Some(name) = names.get(name) {
            found.insert(*name);
        }
    };
    let exporting: BTreeMap<&str, bool> =
        sources.iter().flat_map(|s| exporting_macros(s)).collect();
    for source in sources {
        for (i, token) in source.iter().enumerate() {
            let next = |n: usize| source.get(i + n).map_or("", String::as_str);
            match token.as_str() {
                "no_mangle" => {
                    if let Some(name) = item_name(&source[i..]) {
                        define(name);
                    }
                }
                "export_name" => define(next(2).trim_matches('"')),
                "pytype" if next(1) == "(" => {
                    let group = group(&source[i + 1..]);
                    let export = setting(group, "export") != Some("false");
                    if let Some(name) = setting(group, "c_name").filter(|_| export) {
                        define(name);
                    }
                }
                "pymodule" if next(1) == "(" => {
                    let group = group(&source[i + 1..]);
                    if let Some(name) = setting(group, "name") {
                        define(&format!("PyInit_{}", name.trim_matches('"')));
                    }
                }
                name if next(1) == "!" => {
                    let Some(functions) = exporting.get(name) else {
                        continue;
                    };
                    let group = group(&source[i + 2..]);
                    for (at, token) in group.iter().enumerate().skip(1) {
                        if !functions || group[at - 1] == "fn" {
                            define(token);
                        }
                    }
                }
                _ => {}
            }
        }
    }
    found
}

/// Names of the `macro_rules!` macros that write `no_mangle` items, and whether those are functions.
fn exporting_macros(source: &Tokens) -> Vec<(&str, bool)> {
    let mut names = Vec::new();
    for (i, token) in source.iter().enumerate() {
        if token == "macro_rules" && i + 3 < source.len() {
            let body = group(&source[i + 3..]);
            let types = body.windows(3).any(|w| w[0] == "c_name" && w[2] == "$");
            if types || body.iter().any(|t| t == "no_mangle") {
                let functions = !types && body.windows(2).any(|w| w[0] == "fn" && w[1] == "$");
                names.push((source[i + 2].as_str(), functions));
            }
        }
    }
    names
}

/// The name of the function or static below an attribute.
fn item_name(tokens: &[String]) -> Option<&str> {
    let at = tokens.iter().position(|t| t == "fn" || t == "static")?;
    let mut rest = tokens[at + 1..].iter().filter(|t| *t != "mut");
    rest.next().map(String::as_str)
}

/// The tokens of a bracketed group that starts with the first token.
fn group(tokens: &[String]) -> &[String] {
    let mut depth = 0usize;
    for (i, token) in tokens.iter().enumerate() {
        match token.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return &tokens[..=i];
        }
    }
    tokens
}

/// The value of `key = value` in an attribute's group.
fn setting<'a>(group: &'a [String], key: &str) -> Option<&'a str> {
    group
        .windows(3)
        .find(|w| w[0] == key && w[1] == "=")
        .map(|w| w[2].as_str())
}

/// Splits a source into identifiers, string literals and single characters, without comments and white space.
fn tokens(text: &str) -> Tokens {
    let mut tokens = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    let mut i = 0;
    while i < chars.len() {
        let c = chars[i];
        let rest = &chars[i..];
        if rest.starts_with(&['/', '/']) {
            i += rest.iter().position(|c| *c == '\n').unwrap_or(rest.len());
        } else if rest.starts_with(&['/', '*']) {
            i += 2;
            while i < chars.len() && !chars[i..].starts_with(&['*', '/']) {
                i += 1;
            }
            i += 2;
        } else if c == '"' || (c == 'r' && raw_string(rest)) {
            let end = i + string_length(rest);
            tokens.push(chars[i..end].iter().collect());
            i = end;
        } else if c == '\'' {
            // A character literal; a lifetime's quote stands alone.
            i += match rest {
                ['\'', '\\', ..] => {
                    2 + rest[2..]
                        .iter()
                        .skip(1)
                        .position(|c| *c == '\'')
                        .map_or(1, |n| n + 2)
                }
                ['\'', _, '\'', ..] => 3,
                _ => 1,
            };
        } else if c.is_alphanumeric() || c == '_' {
            let end = rest
                .iter()
                .position(|c| !c.is_alphanumeric() && *c != '_')
                .unwrap_or(rest.len());
            tokens.push(rest[..end].iter().collect());
            i += end;
        } else {
            if !c.is_whitespace() {
                tokens.push(c.to_string());
            }
            i += 1;
        }
    }
    tokens
}

fn raw_string(rest: &[char]) -> bool {
    rest[1..].iter().find(|c| **c != '#') == Some(&'"') && matches!(rest.get(1), Some('"' | '#'))
}

/// The number of characters of the string literal at the start, raw or not.
fn string_length(rest: &[char]) -> usize {
    let hashes = rest.iter().skip(1).take_while(|c| **c == '#').count();
    if rest[0] == 'r' {
        let mut end: Vec<char> = vec!['"'];
        end.extend(std::iter::repeat_n('#', hashes));
        let start = hashes + 2;
        let body = &rest[start.min(rest.len())..];
        return body
            .windows(end.len())
            .position(|w| w == end)
            .map_or(rest.len(), |n| start + n + end.len());
    }
    let mut i = 1;
    while i < rest.len() && rest[i] != '"' {
        i += if rest[i] == '\\' { 2 } else { 1 };
    }
    (i + 1).min(rest.len())
}
