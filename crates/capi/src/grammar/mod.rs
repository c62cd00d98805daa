//! `grammar.h`, `graminit.h`, `token.h`: the automata of the LL(1) parser that 3.8 exports, and its token names.
//!
//! The compiler does not use them: they serve `parsetok`, for C that wants the concrete syntax tree.

#[rustfmt::skip]
mod data;

use crate::prelude::*;
use data::{LABELS, RULES};
use pyrite_abi::parser::{arc, dfa, grammar, label, labellist, state};
use pyrite_abi::token::*;

const fn count_states() -> usize {
    let (mut n, mut i) = (0, 0);
    while i < RULES.len() {
        n += RULES[i].3.len();
        i += 1;
    }
    n
}

const fn count_arcs() -> usize {
    let (mut n, mut i) = (0, 0);
    while i < RULES.len() {
        let mut s = 0;
        while s < RULES[i].3.len() {
            n += RULES[i].3[s].len();
            s += 1;
        }
        i += 1;
    }
    n
}

const STATE_COUNT: usize = count_states();
const ARC_COUNT: usize = count_arcs();

const fn arcs() -> [arc; ARC_COUNT] {
    let mut all = [arc {
        a_lbl: 0,
        a_arrow: 0,
    }; ARC_COUNT];
    let (mut n, mut i) = (0, 0);
    while i < RULES.len() {
        let mut s = 0;
        while s < RULES[i].3.len() {
            let mut a = 0;
            while a < RULES[i].3[s].len() {
                let (a_lbl, a_arrow) = RULES[i].3[s][a];
                all[n] = arc { a_lbl, a_arrow };
                n += 1;
                a += 1;
            }
            s += 1;
        }
        i += 1;
    }
    all
}

static ARCS: Table<[arc; ARC_COUNT]> = Table(arcs());

const fn states() -> [state; STATE_COUNT] {
    let mut all = [state {
        s_narcs: 0,
        s_arc: std::ptr::null(),
        s_lower: 0,
        s_upper: 0,
        s_accel: std::ptr::null_mut(),
        s_accept: 0,
    }; STATE_COUNT];
    let (mut n, mut first, mut i) = (0, 0, 0);
    while i < RULES.len() {
        let mut s = 0;
        while s < RULES[i].3.len() {
            all[n].s_narcs = RULES[i].3[s].len() as c_int;
            // SAFETY: the arcs stand in the same order.
            all[n].s_arc = unsafe { (&raw const ARCS.0).cast::<arc>().add(first) };
            first += RULES[i].3[s].len();
            n += 1;
            s += 1;
        }
        i += 1;
    }
    all
}

static STATES: Global<[state; STATE_COUNT]> = Global::new(states());

const fn rules() -> [dfa; RULES.len()] {
    let mut all = [dfa {
        d_type: 0,
        d_name: std::ptr::null_mut(),
        d_nstates: 0,
        d_state: std::ptr::null_mut(),
        d_first: std::ptr::null_mut(),
    }; RULES.len()];
    let (mut first, mut i) = (0, 0);
    while i < RULES.len() {
        all[i] = dfa {
            d_type: RULES[i].0,
            d_name: RULES[i].1.as_ptr().cast_mut(),
            d_nstates: RULES[i].3.len() as c_int,
            // SAFETY: the states stand in the same order.
            d_state: unsafe { STATES.as_ptr().cast::<state>().add(first) },
            d_first: RULES[i].2.as_ptr().cast::<c_char>().cast_mut(),
        };
        first += RULES[i].3.len();
        i += 1;
    }
    all
}

static DFAS: Table<[dfa; RULES.len()]> = Table(rules());

const fn labels() -> [label; LABELS.len()] {
    let mut all = [label {
        lb_type: 0,
        lb_str: std::ptr::null(),
    }; LABELS.len()];
    let mut i = 0;
    while i < LABELS.len() {
        all[i].lb_type = LABELS[i].0;
        if let Some(text) = LABELS[i].1 {
            all[i].lb_str = text.as_ptr();
        }
        i += 1;
    }
    all
}

static LABEL_TABLE: Table<[label; LABELS.len()]> = Table(labels());

#[unsafe(no_mangle)]
pub static _PyParser_Grammar: Global<grammar> = Global::new(grammar {
    g_ndfas: RULES.len() as c_int,
    g_dfa: (&raw const DFAS.0).cast(),
    g_ll: labellist {
        ll_nlabels: LABELS.len() as c_int,
        ll_label: (&raw const LABEL_TABLE.0).cast(),
    },
    g_start: 256,
    g_accel: 0,
});

const NAMES: [&CStr; 63] = [
    c"ENDMARKER",
    c"NAME",
    c"NUMBER",
    c"STRING",
    c"NEWLINE",
    c"INDENT",
    c"DEDENT",
    c"LPAR",
    c"RPAR",
    c"LSQB",
    c"RSQB",
    c"COLON",
    c"COMMA",
    c"SEMI",
    c"PLUS",
    c"MINUS",
    c"STAR",
    c"SLASH",
    c"VBAR",
    c"AMPER",
    c"LESS",
    c"GREATER",
    c"EQUAL",
    c"DOT",
    c"PERCENT",
    c"LBRACE",
    c"RBRACE",
    c"EQEQUAL",
    c"NOTEQUAL",
    c"LESSEQUAL",
    c"GREATEREQUAL",
    c"TILDE",
    c"CIRCUMFLEX",
    c"LEFTSHIFT",
    c"RIGHTSHIFT",
    c"DOUBLESTAR",
    c"PLUSEQUAL",
    c"MINEQUAL",
    c"STAREQUAL",
    c"SLASHEQUAL",
    c"PERCENTEQUAL",
    c"AMPEREQUAL",
    c"VBAREQUAL",
    c"CIRCUMFLEXEQUAL",
    c"LEFTSHIFTEQUAL",
    c"RIGHTSHIFTEQUAL",
    c"DOUBLESTAREQUAL",
    c"DOUBLESLASH",
    c"DOUBLESLASHEQUAL",
    c"AT",
    c"ATEQUAL",
    c"RARROW",
    c"ELLIPSIS",
    c"COLONEQUAL",
    c"OP",
    c"AWAIT",
    c"ASYNC",
    c"TYPE_IGNORE",
    c"TYPE_COMMENT",
    c"<ERRORTOKEN>",
    c"<COMMENT>",
    c"<NL>",
    c"<ENCODING>",
];

const fn token_names() -> [*const c_char; 64] {
    let mut all = [c"<N_TOKENS>".as_ptr(); 64];
    let mut i = 0;
    while i < NAMES.len() {
        all[i] = NAMES[i].as_ptr();
        i += 1;
    }
    all
}

#[unsafe(no_mangle)]
pub static _PyParser_TokenNames: Table<[*const c_char; 64]> = Table(token_names());

/// The operators of three, two and one characters.
const OPERATORS: [(&[u8], c_int); 46] = [
    (b"**=", DOUBLESTAREQUAL),
    (b"...", ELLIPSIS),
    (b"//=", DOUBLESLASHEQUAL),
    (b"<<=", LEFTSHIFTEQUAL),
    (b">>=", RIGHTSHIFTEQUAL),
    (b"!=", NOTEQUAL),
    (b"%=", PERCENTEQUAL),
    (b"&=", AMPEREQUAL),
    (b"**", DOUBLESTAR),
    (b"*=", STAREQUAL),
    (b"+=", PLUSEQUAL),
    (b"-=", MINEQUAL),
    (b"->", RARROW),
    (b"//", DOUBLESLASH),
    (b"/=", SLASHEQUAL),
    (b":=", COLONEQUAL),
    (b"<<", LEFTSHIFT),
    (b"<=", LESSEQUAL),
    (b"<>", NOTEQUAL),
    (b"==", EQEQUAL),
    (b">=", GREATEREQUAL),
    (b">>", RIGHTSHIFT),
    (b"@=", ATEQUAL),
    (b"^=", CIRCUMFLEXEQUAL),
    (b"|=", VBAREQUAL),
    (b"%", PERCENT),
    (b"&", AMPER),
    (b"(", LPAR),
    (b")", RPAR),
    (b"*", STAR),
    (b"+", PLUS),
    (b",", COMMA),
    (b"-", MINUS),
    (b".", DOT),
    (b"/", SLASH),
    (b":", COLON),
    (b";", SEMI),
    (b"<", LESS),
    (b"=", EQUAL),
    (b">", GREATER),
    (b"@", AT),
    (b"[", LSQB),
    (b"]", RSQB),
    (b"^", CIRCUMFLEX),
    (b"{", LBRACE),
    (b"|", VBAR),
];

/// The token number of an operator; `OP` for what is none.
pub fn operator(text: &[u8]) -> c_int {
    match text {
        b"}" => RBRACE,
        b"~" => TILDE,
        _ => OPERATORS
            .iter()
            .find(|(t, _)| *t == text)
            .map_or(OP, |(_, n)| *n),
    }
}

/// A slice of a C array.
///
/// # Safety
/// The array has as many items, and lives.
unsafe fn items<'a, T>(array: *const T, n: c_int) -> &'a [T] {
    // SAFETY: by the contract.
    unsafe { crate::support::slice_at(array, n as Py_ssize_t) }
}

/// The rules of a grammar.
pub fn rules_of(g: &grammar) -> &[dfa] {
    // SAFETY: a grammar knows how many rules it has.
    unsafe { items(g.g_dfa, g.g_ndfas) }
}

/// The labels of a grammar.
pub fn labels_of(g: &grammar) -> &[label] {
    // SAFETY: a grammar knows how many labels it has.
    unsafe { items(g.g_ll.ll_label, g.g_ll.ll_nlabels) }
}

/// The states of a rule.
pub fn states_of(d: &dfa) -> &[state] {
    // SAFETY: a rule knows how many states it has.
    unsafe { items(d.d_state, d.d_nstates) }
}

/// The arcs of a state.
pub fn arcs_of(s: &state) -> &[arc] {
    // SAFETY: a state knows how many arcs it has.
    unsafe { items(s.s_arc, s.s_narcs) }
}

/// Can a label begin the rule?
pub fn begins(d: &dfa, label: usize) -> bool {
    // SAFETY: the set has a bit for each label.
    unsafe { d.d_first.add(label / 8).read() as u8 & (1 << (label % 8)) != 0 }
}

pub fn find_rule(g: &grammar, ty: c_int) -> Option<&dfa> {
    let rules = rules_of(g);
    let direct = usize::try_from(ty - NT_OFFSET)
        .ok()
        .and_then(|i| rules.get(i));
    direct
        .filter(|d| d.d_type == ty)
        .or_else(|| rules.iter().find(|d| d.d_type == ty))
}

/// For each state an array by label: the next state, and the rule to begin if the label is not the state's own.
fn add_accelerators(g: &grammar) {
    let labels = labels_of(g);
    for d in rules_of(g) {
        for i in 0..d.d_nstates as usize {
            // SAFETY: a rule has as many states; the state is a copy, put back below by the holder of the GIL.
            let mut s = unsafe { d.d_state.add(i).read() };
            let mut table = vec![-1 as c_int; labels.len()];
            let mut accepts = false;
            for a in arcs_of(&s) {
                let Some(l) = labels.get(a.a_lbl as usize) else {
                    continue;
                };
                if a.a_lbl == 0 {
                    accepts = true;
                } else if l.lb_type >= NT_OFFSET {
                    let Some(below) = find_rule(g, l.lb_type) else {
                        continue;
                    };
                    for (_, entry) in table
                        .iter_mut()
                        .enumerate()
                        .filter(|(bit, _)| begins(below, *bit))
                    {
                        *entry = c_int::from(a.a_arrow) | (1 << 7) | ((l.lb_type - NT_OFFSET) << 8);
                    }
                } else {
                    table[a.a_lbl as usize] = c_int::from(a.a_arrow);
                }
            }
            let lower = table.iter().position(|e| *e != -1).unwrap_or(0);
            let upper = table.iter().rposition(|e| *e != -1).map_or(0, |at| at + 1);
            let part = &table[lower.min(upper)..upper];
            s.s_accept = c_int::from(accepts);
            s.s_accel = std::ptr::null_mut();
            if !part.is_empty() {
                let block = mem::malloc(mem::Domain::Object, size_of_val(part)).cast::<c_int>();
                if !block.is_null() {
                    // SAFETY: the block has room for the part.
                    unsafe { block.copy_from_nonoverlapping(part.as_ptr(), part.len()) };
                    s.s_accel = block;
                    s.s_lower = lower as c_int;
                    s.s_upper = upper as c_int;
                }
            }
            // SAFETY: as above.
            unsafe { d.d_state.add(i).write(s) };
        }
    }
}

capi! {
    fn PyGrammar_FindDFA(g: *mut grammar, ty: c_int) -> *const dfa {
        // SAFETY: C passes a live grammar.
        match find_rule(unsafe { &*g }, ty) {
            Some(d) => d,
            None => err::fatal("PyGrammar_FindDFA: no such rule"),
        }
    }

    fn PyGrammar_LabelRepr(l: *mut label) -> *const c_char {
        // SAFETY: C passes a live label.
        let l = unsafe { &*l };
        let made = match (l.lb_type, l.lb_str.is_null()) {
            (0, _) => return c"EMPTY".as_ptr(),
            (ty, true) if ty >= NT_OFFSET => format!("NT{ty}"),
            (ty, true) => return _PyParser_TokenNames.0.get(ty as usize).copied().unwrap_or(c"".as_ptr()),
            (ty, false) => {
                let name = usize::try_from(ty).ok().and_then(|ty| NAMES.get(ty)).copied().unwrap_or(c"");
                // SAFETY: a label's text ends in NUL.
                let text = unsafe { CStr::from_ptr(l.lb_str) };
                format!("{}({:.32})", name.to_string_lossy(), text.to_string_lossy())
            }
        };
        // As in C, the text is good until the next call.
        static TEXT: std::sync::Mutex<Option<std::ffi::CString>> = std::sync::Mutex::new(None);
        let Ok(mut place) = TEXT.lock() else { return c"".as_ptr() };
        place.insert(std::ffi::CString::new(made).unwrap_or_default()).as_ptr()
    }

    fn PyGrammar_AddAccelerators(g: *mut grammar) {
        // SAFETY: C passes a live grammar.
        let g = unsafe { &mut *g };
        add_accelerators(g);
        g.g_accel = 1;
    }

    fn PyGrammar_RemoveAccelerators(g: *mut grammar) {
        // SAFETY: C passes a live grammar, whose accelerators were made above.
        unsafe {
            (*g).g_accel = 0;
            for d in rules_of(&*g) {
                for i in 0..d.d_nstates as usize {
                    let s = d.d_state.add(i);
                    mem::free(mem::Domain::Object, (*s).s_accel.cast());
                    (*s).s_accel = std::ptr::null_mut();
                }
            }
        }
    }

    fn PyToken_OneChar(a: c_int) -> c_int { operator(&[a as u8]) }
    fn PyToken_TwoChars(a: c_int, b: c_int) -> c_int { operator(&[a as u8, b as u8]) }
    fn PyToken_ThreeChars(a: c_int, b: c_int, c: c_int) -> c_int { operator(&[a as u8, b as u8, c as u8]) }
}
