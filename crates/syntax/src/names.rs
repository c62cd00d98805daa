//! Interned identifiers.
//!
//! A tree mentions the same few names again and again; each is kept once and compared as a number. Names are WTF-8 bytes: a
//! program that builds trees may use any string as an identifier.

/// A name, as its number in [`Names`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Symbol(std::num::NonZeroU32);

impl Symbol {
    /// Position in the order of first use; the predefined names come first.
    pub fn index(self) -> usize {
        self.0.get() as usize - 1
    }

    const fn from_index(index: usize) -> Symbol {
        Symbol(std::num::NonZeroU32::MIN.saturating_add(index as u32))
    }
}

/// Defines the names that every table begins with, so that the compiler can ask for them without a look-up.
macro_rules! predefined {
    ($($ident:ident $text:literal)*) => {
        #[allow(clippy::upper_case_acronyms)]
        enum Index { $($ident),* }
        /// Symbols of the names that mean something to the compiler.
        #[allow(non_upper_case_globals)]
        pub mod sym {
            use super::{Index, Symbol};
            $(pub const $ident: Symbol = Symbol::from_index(Index::$ident as usize);)*
        }
        const PREDEFINED: &[&str] = &[$($text),*];
    };
}

predefined! {
    None_ "None" True_ "True" False_ "False" debug "__debug__" class "__class__" classcell "__classcell__"
    name "__name__" module "__module__" qualname "__qualname__" doc "__doc__" annotations "__annotations__"
    future "__future__" super_ "super" lambda "lambda" genexpr "genexpr" listcomp "listcomp" setcomp "setcomp"
    dictcomp "dictcomp" dot0 ".0" return_ "return" star "*" u "u" print "print" exec "exec" top "top"
    build_class "__build_class__" self_ "self" AssertionError "AssertionError"
    lambda_name "<lambda>" genexpr_name "<genexpr>" listcomp_name "<listcomp>" setcomp_name "<setcomp>"
    dictcomp_name "<dictcomp>" module_name "<module>" empty ""
}

#[derive(Clone)]
pub struct Names {
    bytes: Vec<u8>,
    /// End of each name in `bytes`, and the hash of it.
    entries: Vec<(u32, u32)>,
    /// Open addressing by hash; 0 is free, else index + 1. Its length is a power of two.
    table: Vec<u32>,
}

fn hash(name: &[u8]) -> u32 {
    const K: u64 = 0x517c_c1b7_2722_0a95;
    let mut h = name.len() as u64;
    let mut words = name.chunks_exact(8);
    for word in &mut words {
        let mut w = [0; 8];
        w.copy_from_slice(word);
        h = (h.rotate_left(5) ^ u64::from_le_bytes(w)).wrapping_mul(K);
    }
    let mut last = 0;
    for b in words.remainder() {
        last = last << 8 | u64::from(*b);
    }
    h = (h.rotate_left(5) ^ last).wrapping_mul(K);
    (h >> 32) as u32
}

impl Default for Names {
    fn default() -> Names {
        Names::new()
    }
}

impl Names {
    pub fn new() -> Names {
        let mut names = Names {
            bytes: Vec::with_capacity(1024),
            entries: Vec::with_capacity(128),
            table: vec![0; 256],
        };
        for name in PREDEFINED {
            names.intern(name.as_bytes());
        }
        names
    }

    /// What stands in for a table while it is away: it has no names, and must not be asked for any.
    pub(crate) fn hollow() -> Names {
        Names {
            bytes: Vec::new(),
            entries: Vec::new(),
            table: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The symbol of `name`, which is new or known.
    pub fn intern(&mut self, name: &[u8]) -> Symbol {
        let h = hash(name);
        let mask = self.table.len() - 1;
        let mut slot = h as usize & mask;
        while let Some(index) = (self.table[slot] as usize).checked_sub(1) {
            if self.entries[index].1 == h && self.at(index) == name {
                return Symbol::from_index(index);
            }
            slot = (slot + 1) & mask;
        }
        let index = self.entries.len();
        self.bytes.extend_from_slice(name);
        self.entries.push((self.bytes.len() as u32, h));
        self.table[slot] = index as u32 + 1;
        if self.entries.len() * 2 > self.table.len() {
            self.grow();
        }
        Symbol::from_index(index)
    }

    /// The symbol of `name` if it is in the table.
    pub fn find(&self, name: &[u8]) -> Option<Symbol> {
        let h = hash(name);
        let mask = self.table.len() - 1;
        let mut slot = h as usize & mask;
        loop {
            let index = (self.table[slot] as usize).checked_sub(1)?;
            if self.entries[index].1 == h && self.at(index) == name {
                return Some(Symbol::from_index(index));
            }
            slot = (slot + 1) & mask;
        }
    }

    fn grow(&mut self) {
        let size = self.table.len() * 2;
        let mut table = vec![0; size];
        for (index, (_, h)) in self.entries.iter().enumerate() {
            let mut slot = *h as usize & (size - 1);
            while table[slot] != 0 {
                slot = (slot + 1) & (size - 1);
            }
            table[slot] = index as u32 + 1;
        }
        self.table = table;
    }

    fn at(&self, index: usize) -> &[u8] {
        let end = self.entries[index].0 as usize;
        let start = index
            .checked_sub(1)
            .map_or(0, |i| self.entries[i].0 as usize);
        &self.bytes[start..end]
    }

    /// The name as WTF-8.
    pub fn get(&self, symbol: Symbol) -> &[u8] {
        self.at(symbol.index())
    }

    /// The name for a message; surrogates, which only trees made by programs can have, are replaced.
    pub fn display(&self, symbol: Symbol) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.get(symbol))
    }

    /// All symbols in order of first use.
    pub fn symbols(&self) -> impl Iterator<Item = Symbol> + use<> {
        (0..self.entries.len()).map(Symbol::from_index)
    }
}
