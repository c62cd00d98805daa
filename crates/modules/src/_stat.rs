//! `_stat`: what the bits of `st_mode` mean.

use pyrite_macros::pymodule;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{long, module, unicode};

/// `_stat`.
pub struct Stat;

/// The file types, as `st_mode` holds them, and the letter that `ls -l` shows.
const TYPES: [(u32, char); 7] = [
    (libc::S_IFREG, '-'),
    (libc::S_IFDIR, 'd'),
    (libc::S_IFLNK, 'l'),
    (libc::S_IFBLK, 'b'),
    (libc::S_IFCHR, 'c'),
    (libc::S_IFIFO, 'p'),
    (libc::S_IFSOCK, 's'),
];

/// A mode argument: it must fit `mode_t`.
fn mode(o: &PyObject) -> PyResult<u32> {
    let v = long::as_u64(o)?;
    u32::try_from(v).map_err(|_| raise!(OverflowError, "mode out of range"))
}

fn is_type(o: &PyObject, ty: u32) -> PyResult<bool> {
    Ok(mode(o)? & libc::S_IFMT == ty)
}

#[pymodule(name = "_stat")]
impl Stat {
    #[function]
    fn S_ISDIR(_m: &PyObject, mode: &PyObject) -> PyResult<bool> {
        is_type(mode, libc::S_IFDIR)
    }
    #[function]
    fn S_ISCHR(_m: &PyObject, mode: &PyObject) -> PyResult<bool> {
        is_type(mode, libc::S_IFCHR)
    }
    #[function]
    fn S_ISBLK(_m: &PyObject, mode: &PyObject) -> PyResult<bool> {
        is_type(mode, libc::S_IFBLK)
    }
    #[function]
    fn S_ISREG(_m: &PyObject, mode: &PyObject) -> PyResult<bool> {
        is_type(mode, libc::S_IFREG)
    }
    #[function]
    fn S_ISFIFO(_m: &PyObject, mode: &PyObject) -> PyResult<bool> {
        is_type(mode, libc::S_IFIFO)
    }
    #[function]
    fn S_ISLNK(_m: &PyObject, mode: &PyObject) -> PyResult<bool> {
        is_type(mode, libc::S_IFLNK)
    }
    #[function]
    fn S_ISSOCK(_m: &PyObject, mode: &PyObject) -> PyResult<bool> {
        is_type(mode, libc::S_IFSOCK)
    }
    #[function]
    fn S_ISDOOR(_m: &PyObject, o: &PyObject) -> PyResult<bool> {
        mode(o).map(|_| false)
    }
    #[function]
    fn S_ISPORT(_m: &PyObject, o: &PyObject) -> PyResult<bool> {
        mode(o).map(|_| false)
    }
    #[function]
    fn S_ISWHT(_m: &PyObject, o: &PyObject) -> PyResult<bool> {
        mode(o).map(|_| false)
    }
    #[function]
    fn S_IMODE(_m: &PyObject, o: &PyObject) -> PyResult<u32> {
        Ok(mode(o)? & 0o7777)
    }
    #[function]
    fn S_IFMT(_m: &PyObject, o: &PyObject) -> PyResult<u32> {
        Ok(mode(o)? & libc::S_IFMT)
    }
    #[function]
    fn filemode(_m: &PyObject, o: &PyObject) -> PyResult<Owned> {
        let mode = mode(o)?;
        let mut text = String::with_capacity(10);
        let ty = TYPES.iter().find(|(t, _)| mode & libc::S_IFMT == *t);
        text.push(ty.map_or('?', |(_, c)| *c));
        // Each triple: read, write, execute; the last also shows set-id or sticky.
        let special = [
            (libc::S_ISUID, 's', 'S'),
            (libc::S_ISGID, 's', 'S'),
            (libc::S_ISVTX, 't', 'T'),
        ];
        for (i, (bit, with, without)) in special.into_iter().enumerate() {
            let triple = mode >> (6 - 3 * i);
            text.push(if triple & 4 != 0 { 'r' } else { '-' });
            text.push(if triple & 2 != 0 { 'w' } else { '-' });
            text.push(match (triple & 1 != 0, mode & bit != 0) {
                (true, true) => with,
                (false, true) => without,
                (true, false) => 'x',
                (false, false) => '-',
            });
        }
        unicode::from_str(&text).map(Owned::upcast)
    }

    fn exec(m: &PyObject) -> PyResult<()> {
        let constants: &[(&str, i64)] = &[
            ("S_IFDIR", 0o040000),
            ("S_IFCHR", 0o020000),
            ("S_IFBLK", 0o060000),
            ("S_IFREG", 0o100000),
            ("S_IFIFO", 0o010000),
            ("S_IFLNK", 0o120000),
            ("S_IFSOCK", 0o140000),
            ("S_IFDOOR", 0),
            ("S_IFPORT", 0),
            ("S_IFWHT", 0),
            ("S_ISUID", 0o4000),
            ("S_ISGID", 0o2000),
            ("S_ISVTX", 0o1000),
            ("S_ENFMT", 0o2000),
            ("S_IREAD", 0o400),
            ("S_IWRITE", 0o200),
            ("S_IEXEC", 0o100),
            ("S_IRWXU", 0o700),
            ("S_IRUSR", 0o400),
            ("S_IWUSR", 0o200),
            ("S_IXUSR", 0o100),
            ("S_IRWXG", 0o070),
            ("S_IRGRP", 0o040),
            ("S_IWGRP", 0o020),
            ("S_IXGRP", 0o010),
            ("S_IRWXO", 0o007),
            ("S_IROTH", 0o004),
            ("S_IWOTH", 0o002),
            ("S_IXOTH", 0o001),
            ("UF_NODUMP", 0x1),
            ("UF_IMMUTABLE", 0x2),
            ("UF_APPEND", 0x4),
            ("UF_OPAQUE", 0x8),
            ("UF_NOUNLINK", 0x10),
            ("UF_COMPRESSED", 0x20),
            ("UF_HIDDEN", 0x8000),
            ("SF_ARCHIVED", 0x10000),
            ("SF_IMMUTABLE", 0x20000),
            ("SF_APPEND", 0x40000),
            ("SF_NOUNLINK", 0x100000),
            ("SF_SNAPSHOT", 0x200000),
            ("ST_MODE", 0),
            ("ST_INO", 1),
            ("ST_DEV", 2),
            ("ST_NLINK", 3),
            ("ST_UID", 4),
            ("ST_GID", 5),
            ("ST_SIZE", 6),
            ("ST_ATIME", 7),
            ("ST_MTIME", 8),
            ("ST_CTIME", 9),
        ];
        for (name, value) in constants {
            module::add_int_constant(m, name, *value)?;
        }
        Ok(())
    }
}
