//! `_symtable`: the compiler's symbol table as objects, for the module `symtable`.

use pyrite_abi::symtab::PySTEntryObject;
use pyrite_bytecode::compile::symbol_table;
use pyrite_macros::{pymodule, pytype};
use pyrite_runtime::prelude::*;
use pyrite_runtime::{dict, err, list, long, mem, module, recursion, unicode};
use pyrite_syntax::ast::{Ast, Symbol};
use pyrite_syntax::symtable::{self as table, BlockId, BlockType, Scope, SymbolTable};
use pyrite_syntax::text::Text;
use pyrite_vm::compile::{self, Options};
use pyrite_vm::text::FsDecoded;

/// Laid out as `PySTEntryObject`; what only the reference's own compiler looks at stays zero.
#[repr(C)]
pub struct EntryObject {
    ob_base: PyObject,
    ste_id: Cell<*mut PyObject>,
    ste_symbols: Cell<*mut PyObject>,
    ste_name: Cell<*mut PyObject>,
    ste_varnames: Cell<*mut PyObject>,
    ste_children: Cell<*mut PyObject>,
    ste_directives: Cell<*mut PyObject>,
    ste_type: Cell<c_int>,
    ste_nested: Cell<c_int>,
    ste_bits: Cell<u32>,
    ste_comp_iter_expr: Cell<c_int>,
    ste_lineno: Cell<c_int>,
    ste_col_offset: Cell<c_int>,
    ste_opt_lineno: Cell<c_int>,
    ste_opt_col_offset: Cell<c_int>,
    ste_table: Cell<*mut PyObject>,
}
const _: () = assert!(size_of::<EntryObject>() == size_of::<PySTEntryObject>());
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for EntryObject {}

/// A block of the program: module, class or function.
pub struct Entry;

#[pytype(name = "symtable entry", c_name = PySTEntry_Type, layout = EntryObject)]
impl Entry {
    fn tp_dealloc(slf: *mut EntryObject) {
        // SAFETY: the count is 0, so nobody else looks at the object.
        unsafe {
            for field in [
                &(*slf).ste_id,
                &(*slf).ste_symbols,
                &(*slf).ste_name,
                &(*slf).ste_varnames,
                &(*slf).ste_children,
                &(*slf).ste_directives,
            ] {
                field.set_ref(None);
            }
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_repr(slf: &EntryObject) -> PyResult<Owned> {
        let name = slf.ste_name.load().unwrap_or_else(|| none().own());
        let id = slf.ste_id.load().unwrap_or_else(|| none().own());
        let text = format!(
            "<symtable entry {}({}), line {}>",
            err::Str(&name),
            err::Str(&id),
            slf.ste_lineno.get()
        );
        Ok(unicode::from_str(&text)?.upcast())
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("id", T_OBJECT, ste_id, READONLY),
        ("name", T_OBJECT, ste_name, READONLY),
        ("symbols", T_OBJECT, ste_symbols, READONLY),
        ("varnames", T_OBJECT, ste_varnames, READONLY),
        ("children", T_OBJECT, ste_children, READONLY),
        ("nested", T_INT, ste_nested, READONLY),
        ("type", T_INT, ste_type, READONLY),
        ("lineno", T_INT, ste_lineno, READONLY),
    ];
}

fn name_object(ast: &Ast, name: Symbol) -> PyResult<Owned> {
    let text = compile::text(&Text::from_wtf8(ast.names.get(name)))?;
    Ok(unicode::intern(text).upcast())
}

/// A block and all those in it, as objects.
fn entry(table: &SymbolTable, ast: &Ast, id: BlockId) -> PyResult<Owned<EntryObject>> {
    let _guard = recursion::enter(" while building the symbol table")?;
    let block = &table[id];
    let made: Owned<EntryObject> = mem::new_object(&PySTEntry_Type)?;
    let address = long::from_usize(made.as_ptr() as usize)?;
    made.ste_id.set_ref(Some(address.upcast()));
    made.ste_name.set_ref(Some(name_object(ast, block.name)?));
    let symbols = dict::new()?;
    for (name, flags) in block.symbols.iter() {
        let name = name_object(ast, name)?;
        dict::set_item(&symbols, &name, long::from_i64(flags.into())?.as_object())?;
    }
    made.ste_symbols.set_ref(Some(symbols.upcast()));
    let varnames = block.varnames.iter();
    let varnames = varnames.map(|name| name_object(ast, *name));
    let varnames = list::from_owned(varnames.collect::<PyResult<Vec<_>>>()?)?;
    made.ste_varnames.set_ref(Some(varnames.upcast()));
    let children = block.children.iter();
    let children = children.map(|child| entry(table, ast, *child).map(Owned::upcast));
    let children = list::from_owned(children.collect::<PyResult<Vec<_>>>()?)?;
    made.ste_children.set_ref(Some(children.upcast()));
    made.ste_type.set(block.kind as _);
    made.ste_nested.set(block.nested.into());
    made.ste_lineno.set(block.lineno);
    made.ste_col_offset.set(block.col_offset);
    Ok(made)
}

/// The symbol table of a tree that objects of `_ast` make up: its topmost entry.
pub fn of_object(tree: &PyObject, filename: &PyObject, start: c_int) -> PyResult<Owned> {
    let mut ast = compile::ast_of_object(tree, start)?;
    let table = symbol_table(&mut ast, compile::recursion_left())
        .map_err(|error| compile::set_error(&error, filename))?;
    Ok(entry(&table, &ast, BlockId::TOP)?.upcast())
}

/// `_symtable`.
pub struct SymtableModule;

#[pymodule(name = "_symtable")]
impl SymtableModule {
    #[function]
    fn symtable(
        _module: &PyObject,
        source: &PyObject,
        filename: FsDecoded,
        startstr: &str,
    ) -> PyResult<Owned> {
        let filename = filename.0;
        let mut flags = 0;
        let source = compile::source_as_bytes(source, "symtable", "string or bytes", &mut flags)?;
        let start = match startstr {
            "exec" => Py_file_input,
            "eval" => Py_eval_input,
            "single" => Py_single_input,
            _ => {
                return Err(raise!(
                    ValueError,
                    "symtable() arg 3 must be 'exec' or 'eval' or 'single'"
                ));
            }
        };
        let options = Options {
            start,
            flags,
            optimize: -1,
            feature_version: -1,
        };
        let filename = filename.as_object();
        let mut ast = compile::parse(&source, filename, options)?;
        let table = symbol_table(&mut ast, compile::recursion_left())
            .map_err(|error| compile::set_error(&error, filename))?;
        Ok(entry(&table, &ast, BlockId::TOP)?.upcast())
    }

    fn exec(module: &PyObject) -> PyResult<()> {
        for (name, value) in [
            ("USE", table::USE),
            ("DEF_GLOBAL", table::DEF_GLOBAL),
            ("DEF_NONLOCAL", table::DEF_NONLOCAL),
            ("DEF_LOCAL", table::DEF_LOCAL),
            ("DEF_PARAM", table::DEF_PARAM),
            ("DEF_FREE", table::DEF_FREE),
            ("DEF_FREE_CLASS", table::DEF_FREE_CLASS),
            ("DEF_IMPORT", table::DEF_IMPORT),
            ("DEF_BOUND", table::DEF_BOUND),
            ("DEF_ANNOT", table::DEF_ANNOT),
            ("TYPE_FUNCTION", BlockType::Function as u32),
            ("TYPE_CLASS", BlockType::Class as u32),
            ("TYPE_MODULE", BlockType::Module as u32),
            ("LOCAL", Scope::Local as u32),
            ("GLOBAL_EXPLICIT", Scope::GlobalExplicit as u32),
            ("GLOBAL_IMPLICIT", Scope::GlobalImplicit as u32),
            ("FREE", Scope::Free as u32),
            ("CELL", Scope::Cell as u32),
            ("SCOPE_OFF", table::SCOPE_OFFSET),
            ("SCOPE_MASK", table::SCOPE_MASK),
        ] {
            module::add_int_constant(module, name, value.into())?;
        }
        Ok(())
    }
}
