//! The command line of `python3.8`.

use super::{Step, Stop, environment, list_bytes, set};
use pyrite_abi::*;
use std::io::Write;

/// What stands before the script's own arguments.
#[derive(Default)]
pub struct Arguments {
    /// `sys.argv`.
    pub rest: Vec<Vec<u8>>,
    /// What the program was called as.
    pub program: Option<Vec<u8>>,
    pub xoptions: Vec<Vec<u8>>,
    pub warnoptions: Vec<Vec<u8>>,
}

/// Reads options as getopt does, one after the other.
struct Options<'a> {
    argv: &'a [Vec<u8>],
    index: usize,
    /// What is left of a group of letters.
    letters: &'a [u8],
}

enum Opt<'a> {
    Letter(u8, Option<&'a [u8]>),
    Long(&'a [u8]),
    End,
}

const WITH_ARGUMENT: &[u8] = b"cmWXJ";
const LETTERS: &[u8] = b"bBcdEhiIJmOqRsStuvVWxX?";

impl<'a> Options<'a> {
    fn next(&mut self) -> Opt<'a> {
        if self.letters.is_empty() {
            match self.argv.get(self.index).map(Vec::as_slice) {
                None | Some(b"-") => return Opt::End,
                Some(b"--") => {
                    self.index += 1;
                    return Opt::End;
                }
                Some(arg) if arg.first() != Some(&b'-') => return Opt::End,
                Some(arg) => {
                    self.index += 1;
                    if let Some(long) = arg.strip_prefix(b"--") {
                        return Opt::Long(long);
                    }
                    self.letters = &arg[1..];
                }
            }
        }
        let letter = self.letters[0];
        self.letters = &self.letters[1..];
        if !WITH_ARGUMENT.contains(&letter) {
            return Opt::Letter(letter, None);
        }
        if !self.letters.is_empty() {
            return Opt::Letter(letter, Some(std::mem::take(&mut self.letters)));
        }
        let argument = self.argument();
        Opt::Letter(letter, argument)
    }

    fn argument(&mut self) -> Option<&'a [u8]> {
        let a = self.argv.get(self.index)?;
        self.index += 1;
        Some(a)
    }
}

/// What is read from a command line before memory and text are set up.
#[derive(Default)]
pub struct Early {
    pub isolated: bool,
    pub no_environment: bool,
    xoptions: Vec<Vec<u8>>,
}

impl Early {
    /// `-X name` or `-X name=value`.
    pub fn option(&self, name: &str) -> Option<Option<Vec<u8>>> {
        environment::xoption(&self.xoptions, name)
    }
}

/// Looks for `-E`, `-I` and `-X` only; what is wrong is complained of later.
pub fn early(argv: &[Vec<u8>]) -> Early {
    let mut out = Early::default();
    let mut options = Options {
        argv,
        index: 1,
        letters: b"",
    };
    loop {
        match options.next() {
            Opt::End | Opt::Letter(b'c' | b'm', _) => return out,
            Opt::Letter(b'E', _) => out.no_environment = true,
            Opt::Letter(b'I', _) => out.isolated = true,
            Opt::Letter(b'X', Some(x)) => out.xoptions.push(x.to_vec()),
            Opt::Long(b"check-hash-based-pycs") => drop(options.argument()),
            _ => {}
        }
    }
}

fn print(to_stderr: bool, text: &[u8]) {
    // Nobody can be told if this fails.
    let _ = if to_stderr {
        std::io::stderr().write_all(text)
    } else {
        std::io::stdout().write_all(text)
    };
}

fn usage_line(program: &[u8]) -> Vec<u8> {
    [
        b"usage: ",
        program,
        b" [option] ... [-c cmd | -m mod | file | -] [arg] ...\n",
    ]
    .concat()
}

/// A wrong command line.
fn usage_error(program: &[u8], complaint: &str) -> Stop {
    print(true, complaint.as_bytes());
    print(true, &usage_line(program));
    print(true, b"Try `python -h' for more information.\n");
    Stop::Exit(2)
}

fn help(program: &[u8]) -> Stop {
    print(false, &usage_line(program));
    print(false, include_bytes!("usage.txt"));
    Stop::Exit(0)
}

impl Arguments {
    /// Parses the arguments if the configuration asks for it, and sets what they decide.
    pub fn parse(c: &PyConfig) -> Step<Arguments> {
        let argv = list_bytes(&c.argv);
        let program = argv.first().cloned();
        let mut out = Arguments {
            program,
            ..Arguments::default()
        };
        if c.parse_argv.get() == 0 {
            return Ok(out);
        }
        let shown = out.program.clone().unwrap_or_else(|| b"python3".to_vec());
        let mut options = Options {
            argv: &argv,
            index: 1,
            letters: b"",
        };
        let mut versions = 0;
        loop {
            match options.next() {
                Opt::End => break,
                Opt::Long(b"help") => return Err(help(&shown)),
                Opt::Long(b"version") => versions += 1,
                Opt::Long(b"check-hash-based-pycs") => hash_pycs(c, &mut options, &shown)?,
                Opt::Long(name) => {
                    let text = format!("unknown option --{}\n", String::from_utf8_lossy(name));
                    return Err(usage_error(&shown, &text));
                }
                Opt::Letter(letter, argument) => {
                    if !LETTERS.contains(&letter) {
                        return Err(usage_error(
                            &shown,
                            &format!("Unknown option: -{}\n", letter as char),
                        ));
                    }
                    if WITH_ARGUMENT.contains(&letter) && argument.is_none() {
                        let text =
                            format!("Argument expected for the -{} option\n", letter as char);
                        return Err(usage_error(&shown, &text));
                    }
                    if letter == b'V' {
                        versions += 1;
                    } else if out.letter(c, letter, argument.unwrap_or_default(), &shown)? {
                        break;
                    }
                }
            }
        }
        if versions > 0 {
            let full = format!("Python {}\n", crate::sys::info::version());
            let text = if versions > 1 {
                full
            } else {
                format!("Python {}\n", crate::sys::info::VERSION)
            };
            print(false, text.as_bytes());
            return Err(Stop::Exit(0));
        }
        out.finish(c, &argv, options.index);
        Ok(out)
    }

    /// One option. True: what follows belongs to the program.
    fn letter(&mut self, c: &PyConfig, letter: u8, argument: &[u8], program: &[u8]) -> Step<bool> {
        let more = |f: &std::cell::Cell<i32>| f.set(f.get().max(0) + 1);
        match letter {
            b'c' => {
                let command = [argument, b"\n"].concat();
                set(&c.run_command, Some(&command));
                return Ok(true);
            }
            b'm' => {
                set(&c.run_module, Some(argument));
                return Ok(true);
            }
            b'b' => more(&c.bytes_warning),
            b'd' => more(&c.parser_debug),
            b'i' => {
                more(&c.inspect);
                more(&c.interactive);
            }
            b'E' => c.use_environment.set(0),
            b'I' => c.isolated.set(1),
            b'O' => more(&c.optimization_level),
            b'B' => c.write_bytecode.set(0),
            b's' => c.user_site_directory.set(0),
            b'S' => c.site_import.set(0),
            b'u' => c.buffered_stdio.set(0),
            b'v' => more(&c.verbose),
            b'x' => c.skip_source_first_line.set(1),
            b'q' => more(&c.quiet),
            b'W' => self.warnoptions.push(argument.to_vec()),
            b'X' => self.xoptions.push(argument.to_vec()),
            b'h' | b'?' => return Err(help(program)),
            b'J' => return Err(usage_error(program, "-J is reserved for Jython\n")),
            b'R' => c.use_hash_seed.set(0),
            // -t had a meaning once.
            _ => {}
        }
        Ok(false)
    }

    /// Finds the script and `sys.argv`.
    fn finish(&mut self, c: &PyConfig, argv: &[Vec<u8>], index: usize) {
        let rest = argv.get(index..).unwrap_or_default();
        let is_command = !c.run_command.get().is_null() || !c.run_module.get().is_null();
        if let (false, Some(script)) = (is_command, rest.first().filter(|s| s.as_slice() != b"-")) {
            set(&c.run_filename, Some(script));
        }
        self.rest = if is_command {
            let first = if c.run_command.get().is_null() {
                b"-m"
            } else {
                b"-c"
            };
            std::iter::once(first.to_vec())
                .chain(rest.iter().cloned())
                .collect()
        } else {
            rest.to_vec()
        };
        if self.rest.is_empty() {
            self.rest.push(Vec::new());
        }
    }
}

fn hash_pycs(c: &PyConfig, options: &mut Options<'_>, program: &[u8]) -> Step {
    let Some(mode) = options.argument() else {
        return Err(usage_error(
            program,
            "Argument expected for the --check-hash-based-pycs options\n",
        ));
    };
    if !matches!(mode, b"default" | b"always" | b"never") {
        return Err(usage_error(
            program,
            "--check-hash-based-pycs must be one of 'default', 'always', or 'never'\n",
        ));
    }
    set(&c.check_hash_pycs_mode, Some(mode));
    Ok(())
}
