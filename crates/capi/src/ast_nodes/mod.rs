//! `Python-ast.h`, `asdl.h`, `ast.h`, `pyarena.h`: the syntax tree of C structs.
//!
//! The compiler has a tree of its own. C's tree is converted to the objects of the module `_ast` and back, by tables that say where
//! each field of each node is; what is compiled goes that way, and what is parsed comes back by it.

#[rustfmt::skip]
mod data;

use crate::node as tree_nodes;
use crate::prelude::*;
use data::{ENUMS, NODES};
use pyrite_abi::parser::node;
use pyrite_abi::symtab::{PySTEntryObject, symtable};

/// What a field holds.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A name: an interned string.
    Identifier,
    Text,
    /// Any constant.
    Value,
    Int,
    Node(&'static str),
    Nodes(&'static str),
    Identifiers,
    Enum(&'static str),
    Enums(&'static str),
}

pub struct Field {
    name: &'static str,
    kind: Kind,
    offset: usize,
    optional: bool,
}

/// A node: its group, its class in `_ast`, its number in the group (0: the group has one class), its size.
pub struct Spec {
    group: &'static str,
    class: &'static str,
    number: c_int,
    size: usize,
    fields: &'static [Field],
}

/// Memory that goes away at once, and references that it keeps.
struct Arena {
    blocks: Vec<*mut c_void>,
    objects: Vec<Owned>,
}

impl Drop for Arena {
    fn drop(&mut self) {
        for block in self.blocks.drain(..) {
            // SAFETY: allocated below, and nobody uses the arena any more.
            unsafe { mem::free(mem::Domain::Mem, block) };
        }
    }
}

/// C's arena.
fn arena_of<'a>(arena: *mut PyArena) -> &'a mut Arena {
    // SAFETY: C passes what PyArena_New made, and uses it from one thread at a time.
    unsafe { &mut *arena.cast::<Arena>() }
}

impl Arena {
    /// Zeroed memory.
    fn allocate(&mut self, size: usize) -> PyResult<*mut u8> {
        let block = mem::calloc(mem::Domain::Mem, 1, size.max(1));
        if block.is_null() {
            return Err(err::no_memory());
        }
        self.blocks.push(block);
        Ok(block.cast())
    }

    fn keep(&mut self, o: Owned) -> *mut PyObject {
        let p = o.as_ptr();
        self.objects.push(o);
        p
    }
}

/// Writes a field of a node.
///
/// # Safety
/// The node has such a field there.
unsafe fn put<T>(at: *mut u8, offset: usize, value: T) {
    // SAFETY: by the contract; fields are aligned in their structs.
    unsafe { at.add(offset).cast::<T>().write(value) }
}

/// Reads a field of a node.
///
/// # Safety
/// As in [`put`].
unsafe fn get<T: Copy>(at: *const u8, offset: usize) -> T {
    // SAFETY: by the contract.
    unsafe { at.add(offset).cast::<T>().read() }
}

/// `fn NAME(field: type = offset needed|free, ...) [size number class]`: a constructor of `Python-ast.h`.
macro_rules! constructors {
    ($(fn $name:ident($($field:ident: $ty:ty = $offset:literal $needed:ident),*) [$size:literal $number:literal $class:literal];)*) => { $(
        ///
        /// # Safety
        /// As in C: pointers are NULL or point to nodes, sequences and objects of the same arena.
        #[unsafe(no_mangle)]
        #[allow(clippy::too_many_arguments)]
        pub unsafe extern "C" fn $name($($field: $ty,)* arena: *mut PyArena) -> *mut c_void {
            $(
                if stringify!($needed) == "needed" && $crate::ast_nodes::Missing::is_missing(&$field) {
                    let _ = raise!(ValueError, "field {} is required for {}", stringify!($field).trim_start_matches("r#"), $class);
                    return std::ptr::null_mut();
                }
            )*
            let Ok(at) = $crate::ast_nodes::arena_of(arena).allocate($size) else { return std::ptr::null_mut() };
            // SAFETY: a new block of the node's size; the offsets are those of the header.
            unsafe {
                if $number != 0 {
                    $crate::ast_nodes::put::<c_int>(at, 0, $number);
                }
                $( $crate::ast_nodes::put::<$ty>(at, $offset, $field); )*
            }
            at.cast()
        }
    )* };
}
use constructors;

/// NULL and 0 are no values for fields that must be there.
trait Missing {
    fn is_missing(&self) -> bool;
}
impl Missing for c_int {
    fn is_missing(&self) -> bool {
        *self == 0
    }
}
impl Missing for *mut c_void {
    fn is_missing(&self) -> bool {
        self.is_null()
    }
}

/// A sequence: its length, and its items behind it.
#[repr(C)]
pub struct Sequence {
    size: Py_ssize_t,
}

/// The items of a sequence of pointers; none for NULL.
fn pointers<'a>(seq: *const Sequence) -> &'a [*mut u8] {
    // SAFETY: NULL, or a sequence with as many pointers behind its length.
    unsafe {
        match seq.as_ref() {
            Some(s) => crate::support::slice_at(seq.add(1).cast(), s.size),
            None => &[],
        }
    }
}

fn numbers<'a>(seq: *const Sequence) -> &'a [c_int] {
    // SAFETY: NULL, or a sequence with as many numbers behind its length.
    unsafe {
        match seq.as_ref() {
            Some(s) => crate::support::slice_at(seq.add(1).cast(), s.size),
            None => &[],
        }
    }
}

/// Makes a sequence in an arena; its items are zero.
fn new_sequence(arena: &mut Arena, n: usize, item: usize) -> PyResult<*mut Sequence> {
    let size = n
        .checked_mul(item)
        .and_then(|s| s.checked_add(size_of::<Sequence>() + item))
        .ok_or_else(err::no_memory)?;
    let seq = arena.allocate(size)?.cast::<Sequence>();
    // SAFETY: a new block.
    unsafe { (*seq).size = n as Py_ssize_t };
    Ok(seq)
}

/// A class of `_ast`.
fn class_of(name: &str) -> PyResult<Owned> {
    let m = import::import_module("_ast")?;
    object::get_attr_str(&m, name)
}

fn enum_values(group: &str) -> &'static [&'static str] {
    ENUMS
        .iter()
        .find(|(g, _)| *g == group)
        .map_or(&[], |(_, v)| *v)
}

fn enum_object(group: &str, number: c_int) -> PyResult<Owned> {
    let at = usize::try_from(number - 1).ok();
    match at.and_then(|at| enum_values(group).get(at)) {
        Some(name) => call::call0(&*class_of(name)?),
        None => Err(raise!(SystemError, "unknown {group} found")),
    }
}

/// A node's spec: by its number if the group has several classes.
fn spec_of(group: &str, at: *const u8) -> PyResult<&'static Spec> {
    let found = NODES.iter().filter(|s| s.group == group).find(|s| {
        // SAFETY: nodes of groups with several classes begin with their number.
        s.number == 0 || unsafe { get::<c_int>(at, 0) } == s.number
    });
    found.ok_or_else(|| raise!(SystemError, "unknown {group} node"))
}

/// An object that a node holds; None for NULL.
fn held(p: *mut PyObject) -> Owned {
    // SAFETY: NULL or an object that the arena keeps.
    unsafe { p.as_ref() }.unwrap_or_else(|| none()).own()
}

/// A node as an object.
fn to_object(group: &str, at: *const u8) -> PyResult<Owned> {
    if at.is_null() {
        return Ok(none().own());
    }
    let _guard = recursion::enter(" during AST conversion")?;
    let spec = spec_of(group, at)?;
    let made = call::call0(&*class_of(spec.class)?)?;
    for field in spec.fields {
        let value = match field.kind {
            // SAFETY: the offset is the header's for a field of this kind.
            Kind::Identifier | Kind::Text | Kind::Value => held(unsafe { get(at, field.offset) }),
            Kind::Int => {
                // SAFETY: the offset is the header's for a field of this kind.
                long::from_i64(i64::from(unsafe { get::<c_int>(at, field.offset) }))?.upcast()
            }
            // SAFETY: the offset is the header's for a field of this kind.
            Kind::Node(group) => to_object(group, unsafe { get(at, field.offset) })?,
            // SAFETY: the offset is the header's for a field of this kind.
            Kind::Enum(group) => enum_object(group, unsafe { get(at, field.offset) })?,
            Kind::Nodes(group) => {
                // SAFETY: the offset is the header's for a field of this kind.
                let items = pointers(unsafe { get(at, field.offset) }).iter();
                list::from_owned(
                    items
                        .map(|p| to_object(group, *p))
                        .collect::<PyResult<Vec<_>>>()?,
                )?
                .upcast()
            }
            Kind::Identifiers => {
                // SAFETY: the offset is the header's for a field of this kind.
                let items = pointers(unsafe { get(at, field.offset) }).iter();
                list::from_owned(items.map(|p| held(p.cast())).collect())?.upcast()
            }
            Kind::Enums(group) => {
                // SAFETY: the offset is the header's for a field of this kind.
                let items = numbers(unsafe { get(at, field.offset) }).iter();
                list::from_owned(
                    items
                        .map(|n| enum_object(group, *n))
                        .collect::<PyResult<Vec<_>>>()?,
                )?
                .upcast()
            }
        };
        object::set_attr_str(&made, field.name, &value)?;
    }
    Ok(made)
}

/// The items of a list-valued field.
fn items_of(o: &PyObject, field: &Field, class: &str) -> PyResult<Vec<Owned>> {
    match o.downcast::<PyListObject>() {
        Some(l) => Ok(list::to_vec(l)),
        None => Err(raise!(
            TypeError,
            "{class} field \"{}\" must be a list, not a {}",
            field.name,
            err::short(&o.type_name(), 200)
        )),
    }
}

fn enum_number(group: &str, o: &PyObject) -> PyResult<c_int> {
    for (i, name) in enum_values(group).iter().enumerate() {
        if object::is_instance(o, &*class_of(name)?)? {
            return Ok(i as c_int + 1);
        }
    }
    Err(raise!(
        TypeError,
        "expected some sort of {group}, but got {}",
        err::Str(&*object::repr(o)?)
    ))
}

/// An object as a node in an arena; NULL for None.
fn from_object(group: &str, o: &PyObject, arena: &mut Arena) -> PyResult<*mut u8> {
    if o.is_none() {
        return Ok(std::ptr::null_mut());
    }
    let _guard = recursion::enter(" during AST conversion")?;
    let mut found = None;
    for spec in NODES.iter().filter(|s| s.group == group) {
        if object::is_instance(o, &*class_of(spec.class)?)? {
            found = Some(spec);
            break;
        }
    }
    let Some(spec) = found else {
        return Err(raise!(
            TypeError,
            "expected some sort of {group}, but got {}",
            err::Str(&*object::repr(o)?)
        ));
    };
    let at = arena.allocate(spec.size)?;
    if spec.number != 0 {
        // SAFETY: the node begins with its number.
        unsafe { put::<c_int>(at, 0, spec.number) };
    }
    for field in spec.fields {
        let value = object::lookup_attr(o, unicode::from_str(field.name)?.as_object())?;
        let Some(value) = value.filter(|v| !v.is_none()) else {
            let is_constant = field.kind == Kind::Value;
            if is_constant {
                let kept = arena.keep(none().own());
                // SAFETY: the offsets are those of the header.
                unsafe { put(at, field.offset, kept) };
            } else if !field.optional && !matches!(field.kind, Kind::Nodes(_) | Kind::Identifiers) {
                return Err(raise!(
                    TypeError,
                    "required field \"{}\" missing from {}",
                    field.name,
                    spec.class
                ));
            }
            continue;
        };
        match field.kind {
            Kind::Identifier | Kind::Text | Kind::Value => {
                let kept = arena.keep(value);
                // SAFETY: the offset is the header's for a field of this kind.
                unsafe { put(at, field.offset, kept) };
            }
            Kind::Int => {
                let n = long::as_int(&value)?;
                // SAFETY: the offset is the header's for a field of this kind.
                unsafe { put(at, field.offset, n) };
            }
            Kind::Node(group) => {
                let below = from_object(group, &value, arena)?;
                // SAFETY: the offset is the header's for a field of this kind.
                unsafe { put(at, field.offset, below) };
            }
            Kind::Enum(group) => {
                let n = enum_number(group, &value)?;
                // SAFETY: the offset is the header's for a field of this kind.
                unsafe { put(at, field.offset, n) };
            }
            Kind::Nodes(_) | Kind::Identifiers => {
                let items = items_of(&value, field, spec.class)?;
                let seq = new_sequence(arena, items.len(), size_of::<*mut u8>())?;
                for (i, item) in items.into_iter().enumerate() {
                    let p = match field.kind {
                        Kind::Nodes(group) => from_object(group, &item, arena)?,
                        _ => arena.keep(item).cast(),
                    };
                    // SAFETY: the sequence was made with this many places behind its length.
                    unsafe { seq.add(1).cast::<*mut u8>().add(i).write(p) };
                }
                // SAFETY: the offset is the header's for a field of this kind.
                unsafe { put(at, field.offset, seq) };
            }
            Kind::Enums(group) => {
                let items = items_of(&value, field, spec.class)?;
                let seq = new_sequence(arena, items.len(), size_of::<c_int>())?;
                for (i, item) in items.iter().enumerate() {
                    let n = enum_number(group, item)?;
                    // SAFETY: the sequence was made with this many places behind its length.
                    unsafe { seq.add(1).cast::<c_int>().add(i).write(n) };
                }
                // SAFETY: the offset is the header's for a field of this kind.
                unsafe { put(at, field.offset, seq) };
            }
        }
    }
    Ok(at)
}

/// What a module's number says of how it starts: `Py_file_input` and its like.
fn start_of(module: *const u8) -> c_int {
    // SAFETY: a module begins with its number.
    match unsafe { get::<c_int>(module, 0) } {
        2 => Py_single_input,
        3 => Py_eval_input,
        _ => Py_file_input,
    }
}

fn compile_module(
    module: *const u8,
    filename: &PyObject,
    flags: c_int,
    optimize: c_int,
) -> PyResult<Owned> {
    let tree = to_object("mod", module)?;
    let compiled = compile::compile_ast_object(
        &tree,
        filename,
        start_of(module),
        flags & !PyCF_ONLY_AST,
        optimize,
    )?;
    compiled.ok_or_else(|| raise!(TypeError, "expected some sort of mod"))
}

/// Parses to a tree in an arena.
fn parse_module(
    source: &[u8],
    filename: &PyObject,
    start: c_int,
    flags: c_int,
    arena: *mut PyArena,
) -> PyResult<*mut c_void> {
    let tree = compile::source(source, filename, start, flags | PyCF_ONLY_AST)?;
    Ok(from_object("mod", &tree, arena_of(arena))?.cast())
}

fn file_name(name: Option<&CStr>) -> PyResult<Owned> {
    Ok(unicode::fs::decode_default(name.map_or(b"<string>", CStr::to_bytes))?.upcast())
}

fn flags_of(flags: Option<&PyCompilerFlags>) -> c_int {
    flags.map_or(0, |f| f.cf_flags.get())
}

/// The program that a concrete tree stands for, parsed as the rule at its root says.
fn from_node(
    n: *const node,
    flags: c_int,
    filename: &PyObject,
    arena: *mut PyArena,
) -> PyResult<*mut c_void> {
    // SAFETY: C passes a live tree.
    let n = unsafe { &*n };
    let mut root = n;
    while root.n_type.get() == 339 {
        // An encoding declaration holds the tree.
        match tree_nodes::children(root).first() {
            Some(first) => root = first,
            None => break,
        }
    }
    let start = match root.n_type.get() {
        256 => Py_single_input,
        258 => Py_eval_input,
        _ => Py_file_input,
    };
    parse_module(
        &tree_nodes::to_source(root),
        filename,
        start,
        flags | PyCF_IGNORE_COOKIE,
        arena,
    )
}

fn code(o: Owned) -> PyResult<*mut PyCodeObject> {
    Ok(o.downcast_owned::<PyCodeObject>()
        .map_err(|_| err::bad_internal_call())?
        .into_typed_ptr())
}

/// The future features of a module, as a block that C frees.
fn future_of(module: *const u8, filename: &PyObject) -> PyResult<*mut PyFutureFeatures> {
    const FEATURES: [(&str, c_int); 10] = [
        ("nested_scopes", 0),
        ("generators", 0),
        ("division", 0),
        ("absolute_import", 0),
        ("with_statement", 0),
        ("print_function", 0),
        ("unicode_literals", 0),
        ("barry_as_FLUFL", CO_FUTURE_BARRY_AS_BDFL),
        ("generator_stop", 0),
        ("annotations", CO_FUTURE_ANNOTATIONS),
    ];
    // Compiling finds what is wrong with the imports.
    compile_module(module, filename, 0, -1)?;
    let (mut features, mut line) = (0, -1);
    let tree = to_object("mod", module)?;
    if let Some(body) = object::lookup_attr(&tree, unicode::from_str("body")?.as_object())?
        && let Some(body) = body.downcast::<PyListObject>()
    {
        for (i, statement) in list::to_vec(body).into_iter().enumerate() {
            let name = statement.type_name().into_owned();
            if i == 0 && name == "Expr" {
                continue;
            }
            if name != "ImportFrom"
                || vm_text::lossy(&*object::get_attr_str(&statement, "module")?) != "__future__"
            {
                break;
            }
            line = long::as_int(&*object::get_attr_str(&statement, "lineno")?)?;
            let names = object::get_attr_str(&statement, "names")?;
            for alias in iter::collect(&names)? {
                let name = vm_text::lossy(&*object::get_attr_str(&alias, "name")?);
                features |= FEATURES
                    .iter()
                    .find(|(n, _)| *n == name)
                    .map_or(0, |(_, flag)| *flag);
            }
        }
    }
    let block =
        mem::malloc(mem::Domain::Object, size_of::<PyFutureFeatures>()).cast::<PyFutureFeatures>();
    if block.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: a new block of that size.
    unsafe {
        block.write(PyFutureFeatures {
            ff_features: Cell::new(features),
            ff_lineno: Cell::new(line),
        })
    };
    Ok(block)
}

/// A symbol table whose entries are those of the module `symtable`.
fn build_table(
    top: Owned,
    filename: &PyObject,
    future: *mut PyFutureFeatures,
) -> PyResult<*mut symtable> {
    let block = mem::calloc(mem::Domain::Mem, 1, size_of::<symtable>()).cast::<symtable>();
    // SAFETY: NULL or a new zeroed block.
    let Some(table) = (unsafe { block.as_ref() }) else {
        return Err(err::no_memory());
    };
    let blocks = dict::new()?;
    let mut waiting = vec![top.clone()];
    let mut count = 0;
    while let Some(entry) = waiting.pop() {
        let id = object::get_attr_str(&entry, "id")?;
        dict::set_item(&blocks, &id, &entry)?;
        waiting.extend(iter::collect(&*object::get_attr_str(&entry, "children")?)?);
        count += 1;
    }
    table.st_filename.set_ref(Some(filename.own()));
    table
        .st_global
        .set_ref(Some(object::get_attr_str(&top, "symbols")?));
    table.st_blocks.set_ref(Some(blocks.upcast()));
    table.st_stack.set_ref(Some(list::new(0)?.upcast()));
    table.st_nblocks.set(count);
    table.st_future.set(future);
    table.st_top.set(top.into_ptr().cast());
    Ok(block)
}

fn table_of_source(source: &[u8], filename: &PyObject, start: c_int) -> PyResult<*mut symtable> {
    let word = match start {
        256 => "single",
        258 => "eval",
        _ => "exec",
    };
    let m = import::import_module("_symtable")?;
    let source = bytes::from_slice(source)?;
    let top = vm_text::call_method(
        &m,
        "symtable",
        &[
            source.as_object(),
            filename,
            unicode::from_str(word)?.as_object(),
        ],
    )?;
    build_table(top, filename, std::ptr::null_mut())
}

fn table_of_module(
    module: *const u8,
    filename: &PyObject,
    future: *mut PyFutureFeatures,
) -> PyResult<*mut symtable> {
    let tree = to_object("mod", module)?;
    let top = pyrite_modules::_symtable::of_object(&tree, filename, start_of(module))?;
    build_table(top, filename, future)
}

capi! {
    fn PyArena_New() -> *mut PyArena { Box::into_raw(Box::new(Arena { blocks: Vec::new(), objects: Vec::new() })).cast() }

    fn PyArena_Free(arena: *mut PyArena) {
        // SAFETY: C passes what PyArena_New made.
        drop(unsafe { Box::from_raw(arena.cast::<Arena>()) });
    }

    fn PyArena_Malloc(arena: *mut PyArena, size: usize) -> PyResult<*mut c_void> { Ok(arena_of(arena).allocate(size)?.cast()) }

    fn PyArena_AddPyObject(arena: *mut PyArena, o: *mut PyObject) -> c_int {
        // SAFETY: C gives the reference away.
        if let Some(o) = unsafe { crate::support::stolen(o) } {
            arena_of(arena).keep(o);
        }
        0
    }

    fn _Py_asdl_seq_new(n: Py_ssize_t, arena: *mut PyArena) -> PyResult<*mut c_void> {
        let n = usize::try_from(n).map_err(|_| err::no_memory())?;
        Ok(new_sequence(arena_of(arena), n, size_of::<*mut u8>())?.cast())
    }

    fn _Py_asdl_int_seq_new(n: Py_ssize_t, arena: *mut PyArena) -> PyResult<*mut c_void> {
        let n = usize::try_from(n).map_err(|_| err::no_memory())?;
        Ok(new_sequence(arena_of(arena), n, size_of::<c_int>())?.cast())
    }

    fn PyAST_Check(o: &PyObject) -> PyResult<bool> { object::is_instance(o, &*class_of("AST")?) }
    fn PyAST_mod2obj(module: *mut u8) -> PyResult<Owned> { to_object("mod", module) }

    fn PyAST_obj2mod(o: &PyObject, arena: *mut PyArena, mode: c_int) -> PyResult<*mut c_void> {
        let name = ["Module", "Expression", "Interactive"].get(mode.max(0) as usize).copied().unwrap_or("Module");
        if !object::is_instance(o, &*class_of(name)?)? {
            return Err(raise!(TypeError, "expected {name} node, got {}", err::short(&o.type_name(), 400)));
        }
        Ok(from_object("mod", o, arena_of(arena))?.cast())
    }

    fn PyAST_Validate(module: *mut u8) -> bool {
        let filename = unicode::from_str("<ast>");
        filename.is_ok_and(|filename| compile_module(module, filename.as_object(), 0, -1).is_ok())
    }

    fn PyAST_CompileObject(module: *mut u8, filename: &PyObject, flags: Option<&PyCompilerFlags>, optimize: c_int, _arena: *mut PyArena) -> PyResult<*mut PyCodeObject> {
        code(compile_module(module, filename, flags_of(flags), optimize)?)
    }

    fn PyAST_CompileEx(module: *mut u8, filename: Option<&CStr>, flags: Option<&PyCompilerFlags>, optimize: c_int, _arena: *mut PyArena) -> PyResult<*mut PyCodeObject> {
        code(compile_module(module, &*file_name(filename)?, flags_of(flags), optimize)?)
    }

    fn PyAST_Compile(module: *mut u8, filename: Option<&CStr>, flags: Option<&PyCompilerFlags>, _arena: *mut PyArena) -> PyResult<*mut PyCodeObject> {
        code(compile_module(module, &*file_name(filename)?, flags_of(flags), -1)?)
    }

    fn PyAST_FromNodeObject(n: *const node, flags: Option<&PyCompilerFlags>, filename: &PyObject, arena: *mut PyArena) -> PyResult<*mut c_void> { from_node(n, flags_of(flags), filename, arena) }
    fn PyAST_FromNode(n: *const node, flags: Option<&PyCompilerFlags>, filename: Option<&CStr>, arena: *mut PyArena) -> PyResult<*mut c_void> { from_node(n, flags_of(flags), &*file_name(filename)?, arena) }

    fn PyNode_Compile(n: *mut node, filename: Option<&CStr>) -> PyResult<*mut PyCodeObject> {
        let mut arena = Arena { blocks: Vec::new(), objects: Vec::new() };
        let filename = file_name(filename)?;
        let module = from_node(n, 0, &filename, (&raw mut arena).cast())?;
        code(compile_module(module.cast(), &filename, 0, -1)?)
    }

    fn PyParser_ASTFromStringObject(source: &CStr, filename: &PyObject, start: c_int, flags: Option<&PyCompilerFlags>, arena: *mut PyArena) -> PyResult<*mut c_void> { parse_module(source.to_bytes(), filename, start, flags_of(flags), arena) }
    fn PyParser_ASTFromString(source: &CStr, filename: Option<&CStr>, start: c_int, flags: Option<&PyCompilerFlags>, arena: *mut PyArena) -> PyResult<*mut c_void> { parse_module(source.to_bytes(), &*file_name(filename)?, start, flags_of(flags), arena) }

    fn PyParser_ASTFromFileObject(file: *mut libc::FILE, filename: &PyObject, encoding: Option<&CStr>, start: c_int, _ps1: *const c_char, _ps2: *const c_char, flags: Option<&PyCompilerFlags>, _error: *mut c_int, arena: *mut PyArena) -> PyResult<*mut c_void> {
        parse_module(&crate::parsetok::file_text(file, encoding), filename, start, flags_of(flags), arena)
    }

    fn PyParser_ASTFromFile(file: *mut libc::FILE, filename: Option<&CStr>, encoding: Option<&CStr>, start: c_int, _ps1: *const c_char, _ps2: *const c_char, flags: Option<&PyCompilerFlags>, _error: *mut c_int, arena: *mut PyArena) -> PyResult<*mut c_void> {
        parse_module(&crate::parsetok::file_text(file, encoding), &*file_name(filename)?, start, flags_of(flags), arena)
    }

    /// Constants are folded when the tree is compiled.
    fn _PyAST_Optimize(_module: *mut c_void, _arena: *mut PyArena, _optimize: c_int) -> c_int { 1 }

    fn _PyAST_GetDocString(statements: *const Sequence) -> Borrowed {
        let Some(first) = pointers(statements).first() else { return Borrowed::NULL };
        let is = |group: &str, at: *const u8, class: &str| !at.is_null() && spec_of(group, at).is_ok_and(|s| s.class == class);
        if !is("stmt", *first, "Expr") {
            return Borrowed::NULL;
        }
        // SAFETY: an expression statement holds its expression behind its number, as a constant holds its value.
        let value = unsafe {
            let expr = get::<*const u8>(*first, 8);
            if !is("expr", expr, "Constant") {
                return Borrowed::NULL;
            }
            get::<*mut PyObject>(expr, 8)
        };
        // SAFETY: the arena keeps the value.
        if unsafe { value.as_ref() }.is_some_and(PyUnicodeObject::check) { Borrowed::raw(value) } else { Borrowed::NULL }
    }

    fn _PyAST_ExprAsUnicode(expr: *mut u8) -> PyResult<Owned> {
        // What annotations become under `from __future__ import annotations`.
        let tree = call::call0(&*class_of("Expression")?)?;
        object::set_attr_str(&tree, "body", &*to_object("expr", expr)?)?;
        compile::unparse_object(&tree)
    }

    fn PyFuture_FromASTObject(module: *mut u8, filename: &PyObject) -> PyResult<*mut PyFutureFeatures> { future_of(module, filename) }
    fn PyFuture_FromAST(module: *mut u8, filename: Option<&CStr>) -> PyResult<*mut PyFutureFeatures> { future_of(module, &*file_name(filename)?) }
    fn PySymtable_BuildObject(module: *mut u8, filename: &PyObject, future: *mut PyFutureFeatures) -> PyResult<*mut symtable> { table_of_module(module, filename, future) }
    fn PySymtable_Build(module: *mut u8, filename: Option<&CStr>, future: *mut PyFutureFeatures) -> PyResult<*mut symtable> { table_of_module(module, &*file_name(filename)?, future) }
    fn Py_SymtableString(source: &CStr, filename: Option<&CStr>, start: c_int) -> PyResult<*mut symtable> { table_of_source(source.to_bytes(), &*file_name(filename)?, start) }
    fn Py_SymtableStringObject(source: &CStr, filename: &PyObject, start: c_int) -> PyResult<*mut symtable> { table_of_source(source.to_bytes(), filename, start) }
    fn _Py_SymtableStringObjectFlags(source: &CStr, filename: &PyObject, start: c_int, _flags: Option<&PyCompilerFlags>) -> PyResult<*mut symtable> { table_of_source(source.to_bytes(), filename, start) }

    fn PySymtable_Free(table: *mut symtable) {
        // SAFETY: C passes what was made above.
        unsafe {
            let t = &*table;
            for field in [&t.st_filename, &t.st_blocks, &t.st_stack, &t.st_global, &t.st_private] {
                field.set_ref(None);
            }
            owned::xdecref(t.st_top.get().cast());
            mem::free(mem::Domain::Mem, table.cast());
        }
    }

    fn PySymtable_Lookup(table: *mut symtable, key: *mut c_void) -> PyResult<*mut PySTEntryObject> {
        // SAFETY: C passes a live table.
        let blocks = unsafe { (*table).st_blocks.load() }.ok_or_else(err::bad_internal_call)?;
        let key = long::from_usize(key as usize)?;
        match object::get_item(&blocks, key.as_object()) {
            Ok(entry) => Ok(entry.into_ptr().cast()),
            Err(_) if err::clear_if(exceptions::exc::KeyError.get()) => Err(raise!(KeyError, "unknown symbol table entry")),
            Err(raised) => Err(raised),
        }
    }

    fn PyST_GetScope(entry: &PyObject, name: &PyObject) -> c_int {
        let flags = object::get_attr_str(entry, "symbols").and_then(|s| object::get_item(&s, name)).and_then(|f| long::as_int(&f));
        match flags {
            Ok(flags) => (flags >> 11) & 15,
            Err(_) => {
                err::clear();
                0
            }
        }
    }
}
