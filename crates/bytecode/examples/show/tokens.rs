//! The tokens of a file, one a line: position, kind, text.

use pyrite_syntax::{SyntaxError, tokenize};

pub fn run(source: &[u8]) -> Result<(), Box<SyntaxError>> {
    let done = tokenize(source, super::options(), &mut |token, text| {
        let text = String::from_utf8_lossy(text);
        let place = format!(
            "{},{}-{},{}:",
            token.lineno, token.col, token.end_lineno, token.end_col
        );
        println!("{place:20}{:15}{text:?}", format!("{:?}", token.kind));
    });
    done.map_err(Box::new)
}
