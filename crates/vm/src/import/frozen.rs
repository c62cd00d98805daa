//! The modules that 3.8 freezes into the library: importlib's two halves, and zipimport.
//!
//! Here they come from the standard library's own files: from the `.pyc` if it fits the source, else compiled. Their code
//! gets the file names that frozen code has.

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

const HELLO: &str = "initialized = True\nprint(\"Hello world!\")\n";

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
    find(name).is_some()
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

/// The code of a `.pyc` that belongs to the source, as bytes of marshal.
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
    data.get(16..).map(<[u8]>::to_vec)
}

/// `_imp.get_frozen_object`.
pub fn get_code(name: &PyObject) -> PyResult<Owned> {
    let Some(frozen) = find(name) else {
        return Err(missing(name));
    };
    let shown = unicode::from_str(frozen.shown)?;
    let Some(file) = frozen.file else {
        return crate::compile::source(HELLO.as_bytes(), shown.as_object(), Py_file_input, 0);
    };
    let Some(path) = stdlib(file) else {
        return Err(raise!(
            ImportError,
            "{file}.py is not on the module search path"
        ));
    };
    let source = path.with_extension("py");
    if let Some(data) = cached(&source)
        && let Ok(code) = crate::marshal::loads(&data)
    {
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
    let Some(frozen) = find(name) else {
        return Ok(false);
    };
    let code = get_code(name)?;
    if frozen.package {
        let m = super::add_module_object(name)?;
        let path = list::new(0)?;
        object::set_attr(&m, id!("__path__").as_object(), path.as_object())?;
    }
    let d = super::module_dict_for_exec(name)?;
    super::exec_code_in_module(name, &d, &code)?;
    Ok(true)
}
