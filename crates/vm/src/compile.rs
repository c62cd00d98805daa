//! From source text to code objects: the parser and compiler of `pyrite-syntax` and `pyrite-bytecode`, with what they
//! need of the interpreter (codecs, warnings, character names) and their errors as exceptions.

use crate::code::{self, Parts};
use crate::import::interp;
use crate::prelude::*;
use crate::{ceval, warnings};
use pyrite_bytecode::code::Code;
use pyrite_bytecode::compile::{self as bytecode, Verdict};
use pyrite_bytecode::constant::Const;
use pyrite_bytecode::validate::{Flaws, validate};
use pyrite_runtime::mem::room;
use pyrite_syntax::ast::{Ast, Constant};
use pyrite_syntax::symtable::Recursion;
use pyrite_syntax::text::Text;
use pyrite_syntax::{
    self as syntax, ErrorKind, ErrorText, Mode, SyntaxError, Warning, WarningCategory,
};
use std::collections::HashMap;
use std::sync::atomic::Ordering;

/// How to compile.
#[derive(Clone, Copy)]
pub struct Options {
    /// `Py_file_input` and its like.
    pub start: c_int,
    pub flags: c_int,
    /// -1: as the interpreter was told.
    pub optimize: c_int,
    pub feature_version: c_int,
}

fn mode(start: c_int) -> PyResult<Mode> {
    Ok(match start {
        Py_file_input => Mode::Module,
        Py_eval_input => Mode::Expression,
        Py_single_input => Mode::Interactive,
        Py_func_type_input => Mode::FunctionType,
        _ => return Err(raise!(SystemError, "invalid start symbol")),
    })
}

/// Text of the compiler as a `str`.
pub fn text(t: &Text) -> PyResult<Owned<PyUnicodeObject>> {
    match t.as_str() {
        Some(s) => unicode::from_str(s),
        None => unicode::decode::utf8(t.as_wtf8(), Some("surrogatepass")),
    }
}

/// A frozen set; there is one empty one.
fn frozen_set(items: &PyTupleObject) -> PyResult<Owned> {
    call::call1(set::PyFrozenSet_Type.as_object(), items.as_object())
}

/// A constant as an object.
pub fn constant(c: &Constant) -> PyResult<Owned> {
    let sequence = |items: &[Constant]| {
        let items = items.iter().map(constant).collect::<PyResult<Vec<_>>>()?;
        tuple::from_owned(items)
    };
    Ok(match c {
        Constant::None => none().own(),
        Constant::True => py_true().own(),
        Constant::False => py_false().own(),
        Constant::Ellipsis => ellipsis().own(),
        Constant::Int(v) => long::from_i64(*v)?.upcast(),
        Constant::BigInt(v) => long::from_byte_array(&v.to_signed_bytes_le(), true, true)?.upcast(),
        Constant::Float(v) => float::from_f64(*v)?.upcast(),
        Constant::Complex { real, imag } => {
            pyrite_runtime::complex::from_doubles(*real, *imag)?.upcast()
        }
        Constant::Str(t) => text(t)?.upcast(),
        Constant::Bytes(b) => bytes::from_slice(b)?.upcast(),
        Constant::Tuple(items) => sequence(items)?.upcast(),
        Constant::FrozenSet(items) => frozen_set(&*sequence(items)?)?,
    })
}

/// Makes objects of a compilation. Equal constants become one object, in whatever code object they stand: programs
/// see it with `is`, and `.pyc` files store such an object once.
struct Objects<'a> {
    filename: &'a PyObject,
    shared: HashMap<Const, Owned>,
    /// The names that stand in `co_names` and its kin.
    names: HashMap<Text, Owned>,
}

impl Objects<'_> {
    fn constant(&mut self, c: &Constant) -> PyResult<Owned> {
        let key = match c {
            Constant::None => return Ok(none().own()),
            Constant::True => return Ok(py_true().own()),
            Constant::False => return Ok(py_false().own()),
            Constant::Ellipsis => return Ok(ellipsis().own()),
            _ => Const::Value(c.clone()),
        };
        if let Some(known) = self.shared.get(&key) {
            return Ok(known.clone());
        }
        let made = match c {
            Constant::Tuple(items) => self.tuple(items)?.upcast(),
            Constant::FrozenSet(items) => frozen_set(&*self.tuple(items)?)?,
            _ => constant(c)?,
        };
        self.shared.insert(key, made.clone());
        Ok(made)
    }

    fn tuple(&mut self, items: &[Constant]) -> PyResult<Owned<PyTupleObject>> {
        let items = items
            .iter()
            .map(|item| self.constant(item))
            .collect::<PyResult<Vec<_>>>()?;
        tuple::from_owned(items)
    }

    /// A tuple of names, which is shared as constants are; the names are other objects than equal constants, unless interning
    /// makes them the same (a dotted name of an import stands in no constant).
    fn texts(&mut self, all: &[Text]) -> PyResult<Owned> {
        let key: Vec<Constant> = all.iter().cloned().map(Constant::Str).collect();
        let key = Const::Value(Constant::Tuple(key.into()));
        if let Some(known) = self.shared.get(&key) {
            return Ok(known.clone());
        }
        let items = all
            .iter()
            .map(|name| match self.names.get(name) {
                Some(known) => Ok(known.clone()),
                None => {
                    let made: Owned = unicode::intern(text(name)?).upcast();
                    self.names.insert(name.clone(), made.clone());
                    Ok(made)
                }
            })
            .collect::<PyResult<Vec<_>>>()?;
        let made: Owned = tuple::from_owned(items)?.upcast();
        self.shared.insert(key, made.clone());
        Ok(made)
    }

    /// `co_consts`, which is shared too unless there is code in it. The last `folded` constants are tuples that are not.
    fn consts(&mut self, consts: &[Const], folded: usize) -> PyResult<Owned> {
        let values: Option<Vec<Constant>> = consts
            .iter()
            .map(|k| match k {
                Const::Value(v) => Some(v.clone()),
                Const::Code(_) => None,
            })
            .collect();
        if let Some(values) = values
            && folded == 0
        {
            return self.constant(&Constant::Tuple(values.into()));
        }
        let compiled = consts.len().saturating_sub(folded);
        let items = consts
            .iter()
            .enumerate()
            .map(|(index, k)| match k {
                Const::Value(Constant::Tuple(items)) if index >= compiled => {
                    Ok(self.tuple(items)?.upcast())
                }
                Const::Value(v) => self.constant(v),
                Const::Code(inner) => self.code(inner),
            })
            .collect::<PyResult<Vec<_>>>()?;
        Ok(tuple::from_owned(items)?.upcast())
    }

    /// `co_name`, interned; a qualified name that says the same is the same.
    fn name(&mut self, name: &Text) -> PyResult<Owned> {
        let made = unicode::intern(text(name)?).upcast();
        let key = Const::Value(Constant::Str(name.clone()));
        self.shared.insert(key, made.clone());
        Ok(made)
    }

    fn code(&mut self, c: &Code) -> PyResult<Owned> {
        let _guard = recursion::enter(" during compilation")?;
        let (consts, names, varnames) = (
            self.consts(&c.consts, c.folded)?,
            self.texts(&c.names)?,
            self.texts(&c.varnames)?,
        );
        let (freevars, cellvars) = (self.texts(&c.freevars)?, self.texts(&c.cellvars)?);
        let (code, lnotab) = (bytes::from_slice(&c.code)?, bytes::from_slice(&c.lnotab)?);
        let name = self.name(&c.name)?;
        code::new_with_pos_only_args(&Parts {
            argcount: c.argcount,
            posonlyargcount: c.posonlyargcount,
            kwonlyargcount: c.kwonlyargcount,
            nlocals: c.nlocals,
            stacksize: c.stacksize,
            flags: c.flags,
            code: code.as_object(),
            consts: &consts,
            names: &names,
            varnames: &varnames,
            freevars: &freevars,
            cellvars: &cellvars,
            filename: self.filename,
            name: &name,
            firstlineno: c.firstlineno,
            lnotab: lnotab.as_object(),
        })
        .map(Owned::upcast)
    }
}

/// The compiler's code as a code object. `filename` is shared by all of a compilation.
pub fn code_object(c: &Code, filename: &PyObject) -> PyResult<Owned> {
    let (shared, names) = (HashMap::new(), HashMap::new());
    let mut objects = Objects {
        filename,
        shared,
        names,
    };
    objects.code(c)
}

/// A syntax error as the exception that is set.
pub fn set_error(e: &SyntaxError, filename: &PyObject) -> Raised {
    let class = match e.kind {
        ErrorKind::SyntaxError => exc::SyntaxError.get(),
        ErrorKind::IndentationError => exc::IndentationError.get(),
        ErrorKind::TabError => exc::TabError.get(),
        ErrorKind::Raised if err::occurred().is_some() => return Raised::already_set(),
        ErrorKind::PlainSyntaxError => return raise!(SyntaxError, "{}", e.msg),
        ErrorKind::ParserStack => {
            pyrite_runtime::tell!("s_push: parser stack overflow");
            return err::no_memory();
        }
        ErrorKind::MemoryError if e.msg.is_empty() => return err::no_memory(),
        ErrorKind::MemoryError => return raise!(MemoryError, "{}", e.msg),
        ErrorKind::RecursionError => return raise!(RecursionError, "{}", e.msg),
        ErrorKind::OverflowError => return raise!(OverflowError, "{}", e.msg),
        ErrorKind::ValueError => return raise!(ValueError, "{}", e.msg),
        ErrorKind::TypeError => return raise!(TypeError, "{}", e.msg),
        ErrorKind::UnicodeDecodeError => return raise!(SyntaxError, "{}", e.msg),
        _ => return raise!(SystemError, "{}", e.msg),
    };
    let make = || {
        let line = match &e.text {
            ErrorText::None => none().own(),
            ErrorText::Line(t) => text(t)?.upcast(),
            ErrorText::FromFile => {
                err::program_text(filename, e.lineno)?.unwrap_or_else(|| none().own())
            }
        };
        let filename = match e.filename {
            Some(name) => unicode::from_str(name)?.upcast(),
            None => filename.own(),
        };
        let (lineno, offset) = (
            long::from_i64(e.lineno.into())?,
            long::from_i64(e.offset.into())?,
        );
        let place = tuple::from_slice(&[&filename, lineno.as_object(), offset.as_object(), &line])?;
        let msg = unicode::from_str(&e.msg)?;
        tuple::from_slice(&[msg.as_object(), place.as_object()])
    };
    match make() {
        Ok(args) => err::set_object(class, args.as_object()),
        Err(raised) => raised,
    }
}

/// Issues a warning of the parser or compiler at its line.
fn issue(w: &Warning, filename: &PyObject) -> Verdict {
    let category = match w.category {
        WarningCategory::SyntaxWarning => exc::SyntaxWarning.get(),
        WarningCategory::DeprecationWarning => exc::DeprecationWarning.get(),
    };
    let issued = unicode::from_str(&w.msg)
        .and_then(|m| warnings::warn_explicit(category, m.as_object(), filename, w.lineno));
    match issued {
        Ok(()) => Verdict::Issued,
        Err(_) if err::matches(category) => {
            err::clear();
            Verdict::Error
        }
        Err(_) => Verdict::Raised,
    }
}

fn issue_all(all: &[Warning], filename: &PyObject) -> PyResult<()> {
    for w in all {
        match issue(w, filename) {
            Verdict::Issued => {}
            Verdict::Raised => return Err(Raised::already_set()),
            Verdict::Error => {
                // SyntaxError.at counts columns from 0.
                let e = SyntaxError::at(w.msg.as_str(), w.lineno, w.offset.saturating_sub(1));
                return Err(set_error(&e, filename));
            }
        }
    }
    Ok(())
}

/// Decodes a source in an encoding that the parser leaves to the codecs.
pub fn decode(encoding: &str, data: &[u8]) -> Result<Vec<u8>, String> {
    let failed = || {
        let e = err::fetch_normalized();
        let text = e
            .value
            .and_then(|v| object::str(&v).ok())
            .map(|t| text::lossy(&t));
        err::clear();
        text.unwrap_or_else(|| format!("encoding problem: {encoding}"))
    };
    let decoded =
        pyrite_runtime::codecs::decode_text(data, Some(encoding), None).map_err(|_| failed())?;
    let utf8 = unicode::as_utf8(&decoded).map_err(|_| failed())?;
    Ok(utf8.as_bytes().to_vec())
}

/// Looks up a character by name, for `\N{..}`.
fn character(name: &[u8]) -> Result<Option<u32>, syntax::NoNames> {
    unicode::escape::code_of(name).map_err(|_| {
        err::clear();
        syntax::NoNames
    })
}

/// Identifiers are normalised by the module `unicodedata` once a program has it, and may have changed it.
fn normalize(name: &str) -> Result<Option<String>, SyntaxError> {
    let raised = |_| SyntaxError::other(ErrorKind::Raised, "");
    let own = crate::import::loaded_attr("unicodedata", "normalize").map_err(raised)?;
    let Some(own) = own else { return Ok(None) };
    let call = || {
        let (form, name) = (unicode::from_str("NFKC")?, unicode::from_str(name)?);
        let normal = call::call(&own, &[form.as_object(), name.as_object()])?;
        match normal.downcast::<PyUnicodeObject>() {
            Some(normal) => Ok(unicode::as_utf8(normal)?.to_owned()),
            None => Err(raise!(
                TypeError,
                "unicodedata.normalize() must return a string, not {}",
                err::short(&normal.type_name(), 200)
            )),
        }
    };
    call().map(Some).map_err(raised)
}

fn syntax_options(o: Options) -> PyResult<syntax::Options<'static>> {
    Ok(syntax::Options {
        mode: mode(o.start)?,
        type_comments: o.flags & PyCF_TYPE_COMMENTS != 0,
        feature_version: if o.feature_version < 0 {
            8
        } else {
            o.feature_version as u32
        },
        dont_imply_dedent: o.flags & PyCF_DONT_IMPLY_DEDENT != 0,
        barry_as_flufl: o.flags & CO_FUTURE_BARRY_AS_BDFL != 0,
        max_str_digits: match interp().int_max_str_digits.get() {
            n if n < 0 => 4300,
            n => n as usize,
        },
        names: Some(&character),
        normalize: Some(&normalize),
    })
}

/// Parser and compiler ask for no memory piece by piece; they usually need less than this for a byte of source, and what the
/// process keeps back for such moments (`runtime::mem::rescue`) makes up for what does.
fn room_for(source: &[u8]) -> PyResult<()> {
    room::ask(source.len().saturating_mul(128))
}

/// Parses a source. Text from a `str` comes as UTF-8 and declares nothing.
pub fn parse(source: &[u8], filename: &PyObject, o: Options) -> PyResult<Ast> {
    crate::sys::audit_parse(Some(source), filename)?;
    let options = syntax_options(o)?;
    room_for(source)?;
    let mut found = Vec::new();
    let parsed = with_stack(|| match o.flags & PyCF_IGNORE_COOKIE {
        0 => syntax::parse_bytes(source, options, &mut decode, &mut found),
        _ => syntax::parse_str(source, options, &mut found),
    });
    issue_all(&found, filename)?;
    parsed.map_err(|e| set_error(&e, filename))
}

/// Parses a program that 3.8 reads from a file, line by line: some errors differ.
pub fn parse_file(source: &[u8], filename: &PyObject, o: Options) -> PyResult<Ast> {
    crate::sys::audit_parse(None, filename)?;
    let options = syntax_options(o)?;
    room_for(source)?;
    let mut found = Vec::new();
    let shown = match filename.downcast::<PyUnicodeObject>() {
        Some(name) => text::escaped(&unicode::fs::to_os_bytes(name)),
        None => text::lossy(filename),
    };
    let parsed = syntax::parse_file(source, &shown, options, &mut decode, &mut found);
    issue_all(&found, filename)?;
    parsed.map_err(|e| set_error(&e, filename))
}

/// How deep the compiler may go from here.
pub fn recursion_left() -> Recursion {
    Recursion {
        depth: tstate::current().recursion_depth.get().max(0) as u32,
        limit: recursion::LIMIT.load(Ordering::Relaxed).max(0) as u32,
    }
}

/// Native stack for each level of a tree that parser and compiler may go down, and for what they need besides.
const STACK_OF_LEVEL: usize = 1400;
const STACK_BESIDES: usize = 512 << 10;

/// Runs a stage of the compiler with as much native stack as its deepest tree needs: threads can have small ones, and calls that led here
/// have used theirs.
fn with_stack<R>(stage: impl FnOnce() -> R) -> R {
    let (depth, limit) = recursion_left().scaled();
    let levels = limit.saturating_sub(depth) as usize;
    let need = STACK_BESIDES + levels * STACK_OF_LEVEL;
    if recursion::stack_left().is_some_and(|left| left > need) {
        return stage();
    }
    stacker::maybe_grow(need, need + (1 << 20), stage)
}

/// Compiles a tree.
pub fn compile_ast(ast: &mut Ast, filename: &PyObject, o: Options) -> PyResult<Owned> {
    let level = if o.optimize < 0 {
        interp().config.optimization_level.get()
    } else {
        o.optimize
    };
    let shown = unicode::encode::utf8(string(filename)?, Some("surrogatepass"))?;
    let options = bytecode::Options {
        filename: Text::from_wtf8(bytes::as_slice(&shown)),
        flags: o.flags,
        optimize: level.clamp(0, 2) as u8,
        recursion: recursion_left(),
        warn: &mut |w| issue(w, filename),
    };
    with_stack(|| {
        let compiled = bytecode::compile(ast, options).map_err(|e| set_error(&e, filename))?;
        code_object(&compiled, filename)
    })
}

fn string(o: &PyObject) -> PyResult<&PyUnicodeObject> {
    o.downcast::<PyUnicodeObject>()
        .ok_or_else(|| raise!(TypeError, "expected str"))
}

/// `Py_CompileStringObject`.
pub fn compile(source: &[u8], filename: &PyObject, o: Options) -> PyResult<Owned> {
    let mut ast = parse(source, filename, o)?;
    if o.flags & PyCF_ONLY_AST != 0 {
        let hooks = ast_hooks()?;
        return with_stack(|| hooks.to_object(&ast));
    }
    compile_ast(&mut ast, filename, o)
}

/// Compiles a file's contents.
pub fn compile_file(source: &[u8], filename: &PyObject, o: Options) -> PyResult<Owned> {
    let mut ast = parse_file(source, filename, o)?;
    compile_ast(&mut ast, filename, o)
}

/// Compiles a source without flags.
pub fn source(text: &[u8], filename: &PyObject, start: c_int, flags: c_int) -> PyResult<Owned> {
    compile(
        text,
        filename,
        Options {
            start,
            flags,
            optimize: -1,
            feature_version: -1,
        },
    )
}

/// The text of a program that is given as `str`, or as bytes.
pub fn source_as_bytes(
    o: &PyObject,
    function: &str,
    what: &str,
    flags: &mut c_int,
) -> PyResult<Vec<u8>> {
    let data = if o.downcast::<PyUnicodeObject>().is_some() {
        *flags |= PyCF_IGNORE_COOKIE;
        room::copy(text::as_utf8(o)?.as_bytes())?
    } else if let Some(b) = o.downcast::<PyBytesObject>() {
        room::copy(bytes::as_slice(b))?
    } else {
        match pyrite_runtime::buffer::get_simple(o) {
            Ok(b) => room::copy(b.as_slice())?,
            Err(_) => {
                err::clear();
                return Err(raise!(
                    TypeError,
                    "{function}() arg 1 must be a {what} object"
                ));
            }
        }
    };
    if data.contains(&0) {
        return Err(raise!(
            ValueError,
            "source code string cannot contain null bytes"
        ));
    }
    Ok(data)
}

/// What the `_ast` module, which is above this crate, does for `compile`.
#[derive(Clone, Copy)]
pub struct AstHooks {
    pub to_object: fn(&Ast) -> PyResult<Owned>,
    /// A tree whose root is of the kind that a start symbol asks for, and what is wrong with it.
    pub from_object: fn(&PyObject, c_int) -> PyResult<(Ast, Flaws)>,
    /// Is it a node?
    pub is_node: fn(&PyObject) -> PyResult<bool>,
}

impl AstHooks {
    #[allow(clippy::wrong_self_convention)]
    fn to_object(&self, ast: &Ast) -> PyResult<Owned> {
        (self.to_object)(ast)
    }
}

static AST_HOOKS: std::sync::OnceLock<AstHooks> = std::sync::OnceLock::new();

/// Installs what converts trees to objects and back.
pub fn install_ast(hooks: AstHooks) {
    let _ = AST_HOOKS.set(hooks);
}

fn ast_hooks() -> PyResult<AstHooks> {
    if AST_HOOKS.get().is_none() {
        pyrite_runtime::hooks::import("_ast")?;
    }
    let missing = || raise!(SystemError, "the _ast module has no conversions");
    AST_HOOKS.get().copied().ok_or_else(missing)
}

/// The tree that an object of the `_ast` module stands for.
pub fn ast_of_object(o: &PyObject, start: c_int) -> PyResult<Ast> {
    let hooks = ast_hooks()?;
    if !(hooks.is_node)(o)? {
        return Err(raise!(
            TypeError,
            "expected some sort of mod, but got {}",
            err::short(&o.type_name(), 200)
        ));
    }
    with_stack(|| {
        let (ast, flaws) = (hooks.from_object)(o, start)?;
        let filename = unicode::from_str("<ast>")?;
        validate(&ast, &flaws).map_err(|e| set_error(&e, filename.as_object()))?;
        Ok(ast)
    })
}

/// `_PyAST_ExprAsUnicode`: the text of an `Expression` object.
pub fn unparse_object(o: &PyObject) -> PyResult<Owned> {
    let ast = ast_of_object(o, Py_eval_input)?;
    let syntax::ast::Mod::Expression { body } = ast.root else {
        return Err(raise!(TypeError, "expected Expression node"));
    };
    let unparsed = pyrite_bytecode::unparse::unparse(&ast, body);
    let filename = unicode::from_str("<unparsed>")?;
    match unparsed {
        Ok(shown) => Ok(text(&shown)?.upcast()),
        Err(e) => Err(set_error(&e, filename.as_object())),
    }
}

/// Compiles an object of the `_ast` module. `None`: the object is not one.
pub fn compile_ast_object(
    source: &PyObject,
    filename: &PyObject,
    start: c_int,
    flags: c_int,
    optimize: c_int,
) -> PyResult<Option<Owned>> {
    // Before the module is there, nothing can be a node.
    let Some(hooks) = AST_HOOKS.get() else {
        return Ok(None);
    };
    if !(hooks.is_node)(source)? {
        return Ok(None);
    }
    if flags & PyCF_ONLY_AST != 0 {
        return Ok(Some(source.own()));
    }
    crate::sys::audit("compile", &[source, none()])?;
    let mut ast = with_stack(|| {
        let (ast, flaws) = (hooks.from_object)(source, start)?;
        validate(&ast, &flaws).map_err(|e| set_error(&e, filename))?;
        Ok(ast)
    })?;
    let o = Options {
        start,
        flags,
        optimize,
        feature_version: -1,
    };
    compile_ast(&mut ast, filename, o).map(Some)
}

/// Reads one statement at a prompt. `None`: the input has ended.
pub fn parse_prompt(
    filename: &PyObject,
    flags: c_int,
    read_line: &mut syntax::ReadLine<'_>,
) -> PyResult<Option<Ast>> {
    let o = Options {
        start: Py_single_input,
        flags,
        optimize: -1,
        feature_version: -1,
    };
    let mut found = Vec::new();
    let options = syntax_options(o)?;
    crate::sys::audit_parse(None, filename)?;
    let parsed = with_stack(|| syntax::parse_prompt(read_line, options, &mut found));
    issue_all(&found, filename)?;
    ceval::check_signals()?;
    parsed.map_err(|e| set_error(&e, filename))
}
