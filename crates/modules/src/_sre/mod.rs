//! `_sre`: regular expressions, over the code that `sre_compile` writes.
//!
//! `program` checks the code and rewrites it into instructions that can be trusted; `engine` runs them over text of any width by
//! backtracking on a stack of its own; `charset` tests single characters. These know nothing of objects. `pattern`, `match_` and
//! `scanner` are the types that Python sees, `subject` what they read. Parsing of patterns and of templates is `re`'s business.

mod charset;
mod engine;
mod match_;
mod opcodes;
mod pattern;
mod program;
mod scanner;
mod subject;

use pattern::{Compiled, Parts};
use program::Program;
use pyrite_macros::pymodule;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{err, list, long, module, typeobject};
use subject::Subject;

/// The number of bytes of a word of code.
const CODESIZE: c_int = 4;
const MAXGROUPS: i64 = i32::MAX as i64;

fn words(code: &PyListObject) -> PyResult<Vec<u32>> {
    let word = |o: &Owned| {
        let word = long::as_u64(o).ok().and_then(|w| u32::try_from(w).ok());
        word.ok_or_else(|| {
            err::clear();
            raise!(OverflowError, "regular expression code size limit exceeded")
        })
    };
    list::to_vec(code).iter().map(word).collect()
}

/// `_sre`.
pub struct Sre;

#[pymodule(name = "_sre")]
impl Sre {
    #[function]
    fn compile(
        _module: &PyObject,
        pattern: &PyObject,
        flags: c_int,
        code: &PyListObject,
        groups: isize,
        groupindex: &PyDictObject,
        indexgroup: &PyTupleObject,
    ) -> PyResult<Owned> {
        let code = words(code)?;
        let is_bytes = match pattern.is_none() {
            true => None,
            false => Some(Subject::new(pattern)?.is_bytes()),
        };
        let count = usize::try_from(groups)
            .ok()
            .filter(|&n| n as i64 <= MAXGROUPS);
        let Some(Ok(program)) = count.map(|n| Program::read(&code, n)) else {
            return Err(raise!(RuntimeError, "invalid SRE code"));
        };
        let parts = Parts {
            pattern,
            flags,
            groups,
            groupindex,
            indexgroup,
        };
        let compiled = Compiled {
            program,
            code,
            is_bytes,
        };
        pattern::new(parts, compiled)
    }

    #[function]
    fn getcodesize(_module: &PyObject) -> c_int {
        CODESIZE
    }

    #[function]
    fn ascii_iscased(_module: &PyObject, character: c_int) -> bool {
        u8::try_from(character).is_ok_and(|c| c.is_ascii_alphabetic())
    }

    #[function]
    fn unicode_iscased(_module: &PyObject, character: c_int) -> bool {
        let c = character as u32;
        charset::lower_unicode(c) != c || charset::upper_unicode(c) != c
    }

    #[function]
    fn ascii_tolower(_module: &PyObject, character: c_int) -> c_int {
        charset::lower_ascii(character as u32) as c_int
    }

    #[function]
    fn unicode_tolower(_module: &PyObject, character: c_int) -> c_int {
        charset::lower_unicode(character as u32) as c_int
    }

    fn exec(m: &PyObject) -> PyResult<()> {
        for ty in [
            &pattern::PATTERN_TYPE,
            &match_::MATCH_TYPE,
            &scanner::SCANNER_TYPE,
        ] {
            typeobject::ready(ty)?;
        }
        module::add_int_constant(m, "MAGIC", opcodes::MAGIC)?;
        module::add_int_constant(m, "CODESIZE", CODESIZE.into())?;
        module::add_int_constant(m, "MAXREPEAT", opcodes::MAXREPEAT.into())?;
        module::add_int_constant(m, "MAXGROUPS", MAXGROUPS)?;
        module::add_string_constant(
            m,
            "copyright",
            " SRE 2.2.2 Copyright (c) 1997-2002 by Secret Labs AB ",
        )
    }
}
