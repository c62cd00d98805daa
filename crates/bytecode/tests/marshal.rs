//! The marshal format: a round trip, the reference's own bytes, and data that is no marshal data.

use pyrite_bytecode::code::Code;
use pyrite_bytecode::compile::{self, Verdict};
use pyrite_bytecode::marshal::{self, ConstantBuilder, LoadError, ReadError, Reader, SliceSource};
use pyrite_syntax::ast::Text;
use pyrite_syntax::symtable::Recursion;
use std::rc::Rc;

const SOURCE: &str = "
'doc'
def f(a, *, b=(1, -0.0, 2j, 'é', '\\ud800', b'\\0', ..., None, True, 2**70, -2**33)):
    return [x for x in a if x in {1, 2, 'three'}]
class C:
    def g(self): return __class__
";

fn code(source: &str) -> Rc<Code> {
    let options = pyrite_syntax::Options::default();
    let parsed = pyrite_syntax::parse_str(source.as_bytes(), options, &mut Vec::new());
    let mut ast = parsed.expect("a tree");
    let mut warn = |_: &pyrite_syntax::Warning| Verdict::Issued;
    let options = compile::Options {
        filename: Text::from("file"),
        flags: 0,
        optimize: 0,
        recursion: Recursion::default(),
        warn: &mut warn,
    };
    compile::compile(&mut ast, options).expect("code")
}

#[test]
fn round_trip() {
    let before = code(SOURCE);
    let data = marshal::dump_code(&before).expect("data");
    let after = marshal::load_code(&data).expect("code");
    assert!(before == after);
    assert_eq!(before.lnotab, after.lnotab);
    assert_eq!(before.stacksize, after.stacksize);
}

#[test]
fn every_prefix_is_too_short() {
    let data = marshal::dump_code(&code(SOURCE)).expect("data");
    for end in 0..data.len() {
        let error = marshal::load_code(&data[..end]).expect_err("an error");
        assert!(
            matches!(error, LoadError::Data(ReadError::Eof(_))),
            "at {end}: {error:?}"
        );
    }
}

/// Any byte may be wrong: an error or some value, at once and within the memory that the data has.
#[test]
fn damaged_data() {
    let data = marshal::dump_code(&code(SOURCE)).expect("data");
    for at in 0..data.len() {
        for flip in [1, 0x0f, 0x80, 0xff] {
            let mut damaged = data.clone();
            damaged[at] ^= flip;
            let _ = marshal::load_code(&damaged);
        }
    }
}

fn error(data: &[u8]) -> LoadError {
    let mut builder = ConstantBuilder;
    match Reader::new(&mut builder, SliceSource::new(data)).read() {
        Ok(_) => panic!("{data:?} is good"),
        Err(error) => error,
    }
}

#[test]
fn messages() {
    for (data, expected) in [
        (&b""[..], ReadError::Eof("EOF read where object expected")),
        (b"i", ReadError::Eof("marshal data too short")),
        (
            b"?",
            ReadError::Value("bad marshal data (unknown type code)"),
        ),
        (
            b"0",
            ReadError::Null("NULL object in marshal data for object"),
        ),
        (
            b")\x020N",
            ReadError::Null("NULL object in marshal data for tuple"),
        ),
        (
            b"(\xff\xff\xff\xff",
            ReadError::Value("bad marshal data (tuple size out of range)"),
        ),
        (
            b"l\x01\0\0\0\0\0",
            ReadError::Value("bad marshal data (unnormalized long data)"),
        ),
        (
            b"l\x01\0\0\0\xff\xff",
            ReadError::Value("bad marshal data (digit out of range in long)"),
        ),
        (
            b"r\0\0\0\0",
            ReadError::Value("bad marshal data (invalid reference)"),
        ),
        // More items than bytes: nothing is allocated for them.
        (
            b"(\xff\xff\xff\x7fN",
            ReadError::Eof("EOF read where object expected"),
        ),
    ] {
        assert_eq!(error(data), LoadError::Data(expected), "{data:?}");
    }
    let deep = [b")\x01".repeat(2000), b"N".to_vec()].concat();
    let limit = ReadError::Value("recursion limit exceeded");
    assert_eq!(error(&deep), LoadError::Data(limit));
}
