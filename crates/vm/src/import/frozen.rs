//! The modules that 3.8 freezes into the library: importlib's two halves, and zipimport.
//!
//! Here they come from the standard library's own files: from the `.pyc` if it fits the source, else compiled. Their code
//! gets the file names that frozen code has. `PyImport_FrozenModules` shows them to C as CPython does: the arrays that its entries
//! name are filled when the modules are loaded. A program may put a table of its own in its place; then that one counts.

use crate::code;
use crate::prelude::*;
use std::path::{Path, PathBuf};

/// A frozen module: its name, its file in the standard library, and the file name that its code shows.
struct Frozen {
    name: &'static str,
    file: Option<&'static str>,
    shown: &'static str,
    package: bool,
}

/// `initialized = True`, `print("Hello world!")`: the module that shows that frozen modules work.
#[rustfmt::skip]
const HELLO: [u8; 141] = *b"\xe3\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00@\x00\x00\x00\
s\x10\x00\x00\x00d\x00Z\x00e\x01d\x01\x83\x01\x01\x00d\x02S\x00)\x03Tz\x0cHello world!N)\x02\xda\x0binitialized\
\xda\x05print\xa9\x00r\x03\x00\x00\x00r\x03\x00\x00\x00\xfa\x14Tools/freeze/flag.py\xda\x08<module>\x01\x00\x00\x00\
s\x02\x00\x00\x00\x04\x01";

static HELLO_CODE: [u8; 141] = HELLO;

/// An array that a frozen module's code is put into when it is loaded.
#[repr(transparent)]
pub struct Code<const N: usize>(std::cell::UnsafeCell<[u8; N]>);
// SAFETY: written by the holder of the GIL, once.
unsafe impl<const N: usize> Sync for Code<N> {}

impl<const N: usize> Code<N> {
    const fn new() -> Self {
        Code(std::cell::UnsafeCell::new([0; N]))
    }

    /// Takes code of exactly this size, in pieces; of another size it is not what C expects here.
    fn fill(&self, pieces: [&[u8]; 3]) {
        if pieces.iter().map(|piece| piece.len()).sum::<usize>() != N {
            return;
        }
        // SAFETY: the GIL is held, and nobody keeps a reference to the array.
        let mut rest: &mut [u8] = unsafe { &mut *self.0.get() };
        for piece in pieces {
            let (head, tail) = rest.split_at_mut(piece.len());
            head.copy_from_slice(piece);
            rest = tail;
        }
    }
}

#[unsafe(no_mangle)]
pub static _Py_M__importlib_bootstrap: Code<28576> = Code::new();
#[unsafe(no_mangle)]
pub static _Py_M__importlib_bootstrap_external: Code<45158> = Code::new();
#[unsafe(no_mangle)]
pub static _Py_M__zipimport: Code<17246> = Code::new();

const fn entry(name: &'static std::ffi::CStr, code: *const u8, size: c_int) -> _frozen {
    _frozen {
        name: name.as_ptr(),
        code,
        size,
    }
}

static TABLE: Table<[_frozen; 7]> = Table([
    entry(
        c"_frozen_importlib",
        (&raw const _Py_M__importlib_bootstrap).cast(),
        28576,
    ),
    entry(
        c"_frozen_importlib_external",
        (&raw const _Py_M__importlib_bootstrap_external).cast(),
        45158,
    ),
    entry(c"zipimport", (&raw const _Py_M__zipimport).cast(), 17246),
    entry(c"__hello__", (&raw const HELLO_CODE).cast(), 141),
    entry(c"__phello__", (&raw const HELLO_CODE).cast(), -141),
    entry(c"__phello__.spam", (&raw const HELLO_CODE).cast(), 141),
    _frozen {
        name: std::ptr::null(),
        code: std::ptr::null(),
        size: 0,
    },
]);

#[unsafe(no_mangle)]
pub static PyImport_FrozenModules: Global<*const _frozen> =
    Global::new((&raw const TABLE.0).cast());

/// An entry of the table that a program has put in the place of the library's: its code, and whether it is a package.
fn foreign(name: &PyObject) -> Option<(&'static [u8], bool)> {
    let table = PyImport_FrozenModules.get();
    if table.is_null() || std::ptr::eq(table, (&raw const TABLE.0).cast()) {
        return None;
    }
    let wanted = text::as_utf8(name).inspect_err(|_| err::clear()).ok()?;
    let mut at = table;
    // SAFETY: the table ends in an entry without a name; each has as many bytes of code as it says, or says that it is a package
    // by a negative number.
    unsafe {
        while !(*at).name.is_null() {
            if std::ffi::CStr::from_ptr((*at).name).to_bytes() == wanted.as_bytes() {
                let size = (*at).size;
                let code = std::slice::from_raw_parts((*at).code, size.unsigned_abs() as usize);
                return Some((code, size < 0));
            }
            at = at.add(1);
        }
    }
    None
}

/// The code as CPython freezes it: with the file name that frozen code has.
fn publish(frozen: &Frozen, data: &[u8], file: &Path) {
    use std::os::unix::ffi::OsStrExt;
    let path = file.as_os_str().as_bytes();
    let Ok(length) = u8::try_from(path.len()) else {
        return;
    };
    let old = [&[length], path].concat();
    let Some(at) = pyrite_runtime::strlib::find(data, &old) else {
        return;
    };
    let new = [&[frozen.shown.len() as u8], frozen.shown.as_bytes()].concat();
    let code = [&data[..at], &new[..], &data[at + old.len()..]];
    match frozen.name {
        "_frozen_importlib" => _Py_M__importlib_bootstrap.fill(code),
        "_frozen_importlib_external" => _Py_M__importlib_bootstrap_external.fill(code),
        _ => _Py_M__zipimport.fill(code),
    }
}

static FROZEN: [Frozen; 6] = [
    Frozen {
        name: "_frozen_importlib",
        file: Some("importlib/_bootstrap"),
        shown: "<frozen importlib._bootstrap>",
        package: false,
    },
    Frozen {
        name: "_frozen_importlib_external",
        file: Some("importlib/_bootstrap_external"),
        shown: "<frozen importlib._bootstrap_external>",
        package: false,
    },
    Frozen {
        name: "zipimport",
        file: Some("zipimport"),
        shown: "<frozen zipimport>",
        package: false,
    },
    Frozen {
        name: "__hello__",
        file: None,
        shown: "Tools/freeze/flag.py",
        package: false,
    },
    Frozen {
        name: "__phello__",
        file: None,
        shown: "Tools/freeze/flag.py",
        package: true,
    },
    Frozen {
        name: "__phello__.spam",
        file: None,
        shown: "Tools/freeze/flag.py",
        package: false,
    },
];

fn find(name: &PyObject) -> Option<&'static Frozen> {
    let text = text::as_utf8(name).inspect_err(|_| err::clear()).ok()?;
    FROZEN.iter().find(|f| f.name == text)
}

pub fn is_frozen(name: &PyObject) -> bool {
    foreign(name).is_some() || find(name).is_some()
}

fn missing(name: &PyObject) -> Raised {
    match object::repr(name) {
        Ok(text) => {
            let text = format!("No such frozen object named {}", text::lossy(&text));
            match unicode::from_str(&text) {
                Ok(t) => super::set_import_error(t.as_object(), Some(name), None),
                Err(raised) => raised,
            }
        }
        Err(raised) => raised,
    }
}

/// `_imp.is_frozen_package`.
pub fn is_package(name: &PyObject) -> PyResult<bool> {
    if let Some((_, package)) = foreign(name) {
        return Ok(package);
    }
    find(name).map(|f| f.package).ok_or_else(|| missing(name))
}

/// Where the standard library is: the first entry of the search path that has importlib, else where Python is installed.
fn stdlib(file: &str) -> Option<PathBuf> {
    let c = &super::interp().config;
    let has = |p: &PathBuf| p.with_extension("py").is_file();
    crate::config::strings(&c.module_search_paths)
        .iter()
        .map(|p| Path::new(p).join(file))
        .find(has)
        .or_else(|| {
            let others = crate::config::paths::fallbacks(c);
            others.iter().map(|p| p.join(file)).find(has)
        })
}

/// What stands before the code in a `.pyc`.
const PYC_HEAD: usize = 16;

/// A `.pyc` that belongs to the source, with its head.
fn cached(source: &Path) -> Option<Vec<u8>> {
    use std::os::unix::fs::MetadataExt;
    let name = source.file_stem()?.to_str()?;
    let pyc = source
        .parent()?
        .join("__pycache__")
        .join(format!("{name}.cpython-38.pyc"));
    let data = std::fs::read(pyc).ok()?;
    let word = |i: usize| {
        data.get(i * 4..i * 4 + 4)
            .and_then(|b| b.try_into().ok())
            .map(u32::from_le_bytes)
    };
    if word(0)? != crate::marshal::MAGIC {
        return None;
    }
    if word(1)? == 0 {
        let meta = std::fs::metadata(source).ok()?;
        if word(2)? != meta.mtime() as u32 || word(3)? != meta.size() as u32 {
            return None;
        }
    }
    Some(data)
}

/// `_imp.get_frozen_object`.
pub fn get_code(name: &PyObject) -> PyResult<Owned> {
    if let Some((code, _)) = foreign(name) {
        return crate::marshal::loads(code);
    }
    let Some(frozen) = find(name) else {
        return Err(missing(name));
    };
    let shown = unicode::from_str(frozen.shown)?;
    let Some(file) = frozen.file else {
        return crate::marshal::loads(&HELLO);
    };
    let Some(path) = stdlib(file) else {
        return Err(raise!(
            ImportError,
            "{file}.py is not on the module search path"
        ));
    };
    let source = path.with_extension("py");
    if let Some(data) = cached(&source)
        && let Some(data) = data.get(PYC_HEAD..)
        && let Ok(code) = crate::marshal::loads(data)
    {
        publish(frozen, data, &source);
        rename(&code, shown.as_object(), None)?;
        return Ok(code);
    }
    err::clear();
    match std::fs::read(&source) {
        Ok(text) => crate::compile::source(&text, shown.as_object(), Py_file_input, 0),
        Err(e) => Err(raise!(ImportError, "can't read {}: {e}", source.display())),
    }
}

/// Gives a code object and those in it another file name. With `old`: only where that one stands.
pub fn rename(o: &PyObject, new: &PyObject, old: Option<&PyObject>) -> PyResult<()> {
    let Some(c) = o.downcast::<PyCodeObject>() else {
        return Ok(());
    };
    if let (Some(old), Some(has)) = (old, c.co_filename.load())
        && !object::rich_compare_bool(&has, old, Py_EQ)?
    {
        return Ok(());
    }
    c.co_filename.set_ref(Some(new.own()));
    let consts = code::tuple_of(&c.co_consts);
    for i in 0..tuple::len(consts) {
        rename(tuple::get(consts, i), new, old)?;
    }
    Ok(())
}

/// `PyImport_ImportFrozenModuleObject`. False: there is none of that name.
pub fn import_module(name: &PyObject) -> PyResult<bool> {
    if !is_frozen(name) {
        return Ok(false);
    }
    let code = get_code(name)?;
    if is_package(name)? {
        let m = super::add_module_object(name)?;
        let path = list::new(0)?;
        object::set_attr(&m, id!("__path__").as_object(), path.as_object())?;
    }
    let d = super::module_dict_for_exec(name)?;
    super::exec_code_in_module(name, &d, &code)?;
    Ok(true)
}
