//! Documentation with a signature in front: `"name(sig)\n--\n\ntext"` (PEP 436).

const MARK: &str = ")\n--\n\n";

/// The part behind `name`, if the text begins with `name(`. The name is what stands behind the last dot.
fn behind_name<'a>(name: &str, raw: &'a str) -> Option<&'a str> {
    let name = name.rsplit('.').next().unwrap_or(name);
    let rest = raw.strip_prefix(name)?;
    rest.starts_with('(').then_some(rest)
}

/// The signature, with its parentheses.
pub fn signature<'a>(name: &str, raw: &'a str) -> Option<&'a str> {
    let rest = behind_name(name, raw)?;
    let end = rest.find(MARK)?;
    // A blank line in front of the mark means that it belongs to the text.
    (!rest[..end].contains("\n\n")).then(|| &rest[..=end])
}

/// The text without its signature.
pub fn without_signature<'a>(name: &str, raw: &'a str) -> &'a str {
    match (behind_name(name, raw), signature(name, raw)) {
        (Some(rest), Some(sig)) => &rest[sig.len() + MARK.len() - 1..],
        _ => raw,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits() {
        let raw = "append($self, object, /)\n--\n\nAppend object.";
        assert_eq!(signature("append", raw), Some("($self, object, /)"));
        assert_eq!(without_signature("append", raw), "Append object.");
        assert_eq!(signature("append", "append(x) adds x"), None);
        assert_eq!(
            without_signature("append", "append(x) adds x"),
            "append(x) adds x"
        );
    }
}
