//! Where the program, the prefix and the standard library are.
//!
//! Beginning at the program's directory, and going up, the first directory that has `lib/python3.8/os.py` is the prefix. A
//! `pyvenv.cfg` beside the program or above it names another place to begin; `PYTHONHOME` overrides all. A program that
//! has no standard library near it takes that of an installed Python 3.8: of the first `python3.8` on `PATH` that has one, of the latest
//! 3.8 of pyenv, or of a usual prefix.

use super::cmdline::Arguments;
use super::{Step, append, bytes, decode, set, set_default};
use pyrite_abi::*;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

const LIB: &str = "lib/python3.8";
const ZIP: &str = "lib/python38.zip";

/// Fills in the program's name.
pub fn program_name(c: &PyConfig, arguments: &Arguments) {
    if !c.program_name.get().is_null() {
        return;
    }
    match arguments.program.as_deref().filter(|p| !p.is_empty()) {
        Some(p) if c._config_init.get() != _PyConfig_INIT_COMPAT as i32 => {
            set(&c.program_name, Some(p))
        }
        _ => set(&c.program_name, Some(b"python3")),
    }
}

fn is_executable(p: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    p.metadata()
        .is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

fn on_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|d| d.join(name))
        .find(|p| is_executable(p))
}

/// The program's absolute path.
fn full_path(program: &[u8]) -> PathBuf {
    let name = Path::new(OsStr::from_bytes(program));
    let found = if program.contains(&b'/') {
        Some(name.to_owned())
    } else {
        on_path(&name.to_string_lossy())
    };
    match found {
        None => PathBuf::new(),
        Some(p) if p.is_absolute() => p,
        Some(p) => {
            let p = p.strip_prefix(".").map(Path::to_owned).unwrap_or(p);
            std::env::current_dir().map(|d| d.join(&p)).unwrap_or(p)
        }
    }
}

/// The directory of a file after following its links.
fn real_dir(file: &Path) -> PathBuf {
    let mut at = file.to_owned();
    for _ in 0..40 {
        match std::fs::read_link(&at) {
            Ok(target) => {
                let dir = at.parent().map(Path::to_owned).unwrap_or_default();
                at = dir.join(target);
            }
            Err(_) => break,
        }
    }
    at.parent().map(Path::to_owned).unwrap_or_default()
}

/// `home = DIR` of a `pyvenv.cfg` beside the program or one directory above.
fn venv_home(dir: &Path) -> Option<PathBuf> {
    let text = [Some(dir), dir.parent()]
        .into_iter()
        .flatten()
        .find_map(|d| std::fs::read_to_string(d.join("pyvenv.cfg")).ok())?;
    text.lines().filter(|l| !l.starts_with('#')).find_map(|l| {
        let (key, value) = l.split_once('=')?;
        (key.trim() == "home").then(|| PathBuf::from(value.trim()))
    })
}

/// The first directory from `dir` upwards that has `what`.
fn upwards(dir: &Path, what: &str) -> Option<PathBuf> {
    dir.ancestors()
        .find(|d| !d.as_os_str().is_empty() && d.join(what).exists())
        .map(Path::to_owned)
}

/// Where an installed Python 3.8 is looked for besides `PATH`.
const PREFIXES: [&str; 3] = ["/usr/local", "/usr", "/opt/python3.8"];

/// Where pyenv keeps the versions that it has built. A relative path is nobody's, since anybody may own the working directory.
fn pyenv_versions() -> PathBuf {
    let place = |name| std::env::var_os(name).map(PathBuf::from);
    place("PYENV_ROOT")
        .or_else(|| Some(place("HOME")?.join(".pyenv")))
        .filter(|root| root.is_absolute())
        .unwrap_or_else(|| PathBuf::from("/opt/pyenv"))
        .join("versions")
}

/// The prefix of the latest 3.8 that pyenv has built; what stands on `PATH` for it is a script.
fn pyenv_prefix(landmark: &str) -> Option<PathBuf> {
    let patch = |name: &str| name.strip_prefix("3.8.")?.parse::<u32>().ok();
    std::fs::read_dir(pyenv_versions())
        .ok()?
        .flatten()
        .filter_map(|entry| Some((patch(entry.file_name().to_str()?)?, entry.path())))
        .filter(|(_, prefix)| prefix.join(landmark).exists())
        .max()
        .map(|(_, prefix)| prefix)
}

/// Says where the standard library has been looked for.
fn tell_where(start: &Path) {
    let versions = pyenv_versions();
    pyrite_runtime::tell!(
        "No {LIB}/os.py in {} or above, beside or above a python3.8 on PATH, in {}/3.8.*, {}",
        start.display(),
        versions.display(),
        PREFIXES.join(", ")
    );
    pyrite_runtime::tell!("Install Python 3.8, or set PYTHONHOME to the prefix of one");
}

/// An installed Python 3.8's prefix.
fn installed() -> Option<PathBuf> {
    let landmark = format!("{LIB}/os.py");
    let beside_path = std::env::var_os("PATH").and_then(|path| {
        std::env::split_paths(&path)
            .map(|d| d.join("python3.8"))
            .filter(|p| is_executable(p))
            .find_map(|p| upwards(&real_dir(&p), &landmark))
    });
    let beside_path = beside_path.or_else(|| pyenv_prefix(&landmark));
    beside_path.or_else(|| {
        PREFIXES
            .into_iter()
            .map(PathBuf::from)
            .find(|p| p.join(&landmark).exists())
    })
}

struct Found {
    prefix: PathBuf,
    exec_prefix: PathBuf,
}

fn search(c: &PyConfig, program: &Path) -> Found {
    if let Some(home) = bytes(&c.home) {
        let mut parts = home.splitn(2, |&b| b == b':');
        let prefix = PathBuf::from(OsStr::from_bytes(parts.next().unwrap_or_default()));
        let exec_prefix = parts
            .next()
            .map_or_else(|| prefix.clone(), |p| PathBuf::from(OsStr::from_bytes(p)));
        return Found {
            prefix,
            exec_prefix,
        };
    }
    let mut start = real_dir(program);
    if let Some(home) = venv_home(&start).or_else(|| program.parent().and_then(venv_home)) {
        start = home;
    }
    let near = upwards(&start, &format!("{LIB}/os.py")).or_else(installed);
    let prefix = near.unwrap_or_else(|| {
        if c.pathconfig_warnings.get() != 0 {
            pyrite_runtime::tell!("Could not find platform independent libraries <prefix>");
            tell_where(&start);
        }
        PathBuf::from("/usr/local")
    });
    let dynload = format!("{LIB}/lib-dynload");
    let exec_prefix = upwards(&start, &dynload)
        .or_else(|| prefix.join(&dynload).exists().then(|| prefix.clone()))
        .unwrap_or_else(|| {
            if c.pathconfig_warnings.get() != 0 {
                pyrite_runtime::tell!("Could not find platform dependent libraries <exec_prefix>");
                pyrite_runtime::tell!("Consider setting $PYTHONHOME to <prefix>[:<exec_prefix>]");
            }
            prefix.clone()
        });
    Found {
        prefix,
        exec_prefix,
    }
}

/// Computes every path that is not set.
pub fn calculate(c: &PyConfig) -> Step {
    let program = bytes(&c.program_name).unwrap_or_default();
    let executable = match bytes(&c.executable) {
        Some(e) => PathBuf::from(OsStr::from_bytes(&e)),
        None => full_path(&program),
    };
    set_default(&c.executable, executable.as_os_str().as_bytes());
    set_default(
        &c.base_executable,
        &bytes(&c.executable).unwrap_or_default(),
    );
    let complete = c.module_search_paths_set.get() != 0
        && [
            &c.prefix,
            &c.exec_prefix,
            &c.base_prefix,
            &c.base_exec_prefix,
        ]
        .iter()
        .all(|f| !f.get().is_null());
    if complete {
        return Ok(());
    }
    let found = search(c, &executable);
    let path = |p: &Path| p.as_os_str().as_bytes().to_vec();
    if c.module_search_paths_set.get() == 0 {
        if let Some(more) = bytes(&c.pythonpath_env) {
            for entry in more.split(|&b| b == b':') {
                append(&c.module_search_paths, &decode(entry));
            }
        }
        for entry in [
            found.prefix.join(ZIP),
            found.prefix.join(LIB),
            found.exec_prefix.join(LIB).join("lib-dynload"),
        ] {
            append(&c.module_search_paths, &decode(&path(&entry)));
        }
        c.module_search_paths_set.set(1);
    }
    set_default(&c.prefix, &path(&found.prefix));
    set_default(&c.exec_prefix, &path(&found.exec_prefix));
    set_default(&c.base_prefix, &bytes(&c.prefix).unwrap_or_default());
    set_default(
        &c.base_exec_prefix,
        &bytes(&c.exec_prefix).unwrap_or_default(),
    );
    Ok(())
}

/// Shows how the search path came about, when not even `encodings` is on it.
pub fn dump(c: &PyConfig) {
    let quoted = |field: &std::cell::Cell<*mut libc::wchar_t>| match super::bytes(field) {
        Some(s) => format!("'{}'", crate::text::escaped(&s)),
        None => "(not set)".to_owned(),
    };
    pyrite_runtime::tell!("Python path configuration:");
    pyrite_runtime::tell!("  PYTHONHOME = {}", quoted(&c.home));
    pyrite_runtime::tell!("  PYTHONPATH = {}", quoted(&c.pythonpath_env));
    pyrite_runtime::tell!("  program name = {}", quoted(&c.program_name));
    pyrite_runtime::tell!("  isolated = {}", c.isolated.get());
    pyrite_runtime::tell!("  environment = {}", c.use_environment.get());
    pyrite_runtime::tell!("  user site = {}", c.user_site_directory.get());
    pyrite_runtime::tell!("  import site = {}", c.site_import.get());
    for (name, field) in [
        ("_base_executable", &c.base_executable),
        ("base_prefix", &c.base_prefix),
        ("base_exec_prefix", &c.base_exec_prefix),
        ("executable", &c.executable),
        ("prefix", &c.prefix),
        ("exec_prefix", &c.exec_prefix),
    ] {
        pyrite_runtime::tell!("  sys.{name} = {}", quoted(field));
    }
    pyrite_runtime::tell!("  sys.path = [");
    for entry in super::list_bytes(&c.module_search_paths) {
        pyrite_runtime::tell!("    '{}',", crate::text::escaped(&entry));
    }
    pyrite_runtime::tell!("  ]");
}

/// Where the library's own copy of importlib may be, if the search path has none: the prefix that would be found without
/// `PYTHONHOME`, beside the program or beside this library.
pub fn fallbacks(c: &PyConfig) -> Vec<PathBuf> {
    let program = PathBuf::from(OsStr::from_bytes(&bytes(&c.executable).unwrap_or_default()));
    let landmark = format!("{LIB}/os.py");
    [Some(real_dir(&program)), library_dir()]
        .into_iter()
        .flatten()
        .filter_map(|d| upwards(&d, &landmark))
        .chain(installed())
        .map(|p| p.join(LIB))
        .collect()
}

/// The directory of the file that this code was loaded from.
fn library_dir() -> Option<PathBuf> {
    // SAFETY: asks about an address of this library; the answer's strings live as long as it is loaded.
    unsafe {
        let mut info: libc::Dl_info = std::mem::zeroed();
        if libc::dladdr(dump as *const libc::c_void, &raw mut info) == 0 || info.dli_fname.is_null()
        {
            return None;
        }
        let name = std::ffi::CStr::from_ptr(info.dli_fname).to_bytes();
        Some(real_dir(Path::new(OsStr::from_bytes(name))))
    }
}
