//! `node.h`: the concrete syntax tree as C builds and walks it.
//!
//! Children stand in one array, which grows in steps that C's `parser` module counts in (`sizeof`); the tree owns
//! its arrays and texts, in memory of the object domain.

use crate::prelude::*;
use mem::Domain;
use pyrite_abi::errcode::{E_NOMEM, E_OK, E_OVERFLOW};
use pyrite_abi::parser::node;
use pyrite_abi::token::*;

/// How many children an array has room for that holds `n`.
fn room(n: c_int) -> Option<usize> {
    match usize::try_from(n).ok()? {
        n if n <= 1 => Some(n),
        n if n <= 128 => Some((n + 3) & !3),
        n => n.checked_next_power_of_two(),
    }
}

/// A node of no type, without text or children.
const fn empty() -> node {
    node {
        n_type: Cell::new(0),
        n_str: Cell::new(std::ptr::null_mut()),
        n_lineno: Cell::new(0),
        n_col_offset: Cell::new(0),
        n_nchildren: Cell::new(0),
        n_child: Cell::new(std::ptr::null_mut()),
        n_end_lineno: Cell::new(0),
        n_end_col_offset: Cell::new(0),
    }
}

/// A new root; null if there is no memory.
pub fn new(ty: c_int) -> *mut node {
    let root = mem::malloc(Domain::Object, size_of::<node>()).cast::<node>();
    if !root.is_null() {
        // SAFETY: a new block of that size.
        unsafe {
            root.write(empty());
            (*root).n_type.set(ty as i16);
        }
    }
    root
}

/// The children, which stay where they are until one is added.
pub fn children(n: &node) -> &[node] {
    // SAFETY: a node knows how many children it has.
    unsafe { crate::support::slice_at(n.n_child.get(), n.n_nchildren.get() as Py_ssize_t) }
}

/// Where a token stands.
#[derive(Clone, Copy, Default)]
pub struct Place {
    pub line: c_int,
    pub column: c_int,
    pub end_line: c_int,
    pub end_column: c_int,
}

/// Copies the end of the last child into its parent.
fn finalize_end(n: &node) {
    if let Some(last) = children(n).last() {
        n.n_end_lineno.set(last.n_end_lineno.get());
        n.n_end_col_offset.set(last.n_end_col_offset.get());
    }
}

/// Adds a child; `E_OK`, or why not. The text belongs to the tree afterwards.
pub fn add(n: &node, ty: c_int, text: *mut c_char, place: Place) -> c_int {
    // The child before is complete.
    if let Some(last) = children(n).last() {
        finalize_end(last);
    }
    let count = n.n_nchildren.get();
    if !(0..c_int::MAX).contains(&count) {
        return E_OVERFLOW;
    }
    let (Some(have), Some(need)) = (room(count), room(count + 1)) else {
        return E_OVERFLOW;
    };
    if have < need {
        let Some(size) = need.checked_mul(size_of::<node>()) else {
            return E_NOMEM;
        };
        // SAFETY: the array is the node's own, from the same domain.
        let grown = unsafe { mem::realloc(Domain::Object, n.n_child.get().cast(), size) };
        if grown.is_null() {
            return E_NOMEM;
        }
        n.n_child.set(grown.cast());
    }
    // SAFETY: the array has room for one more.
    unsafe {
        let child = n.n_child.get().add(count as usize);
        child.write(empty());
        (*child).n_type.set(ty as i16);
        (*child).n_str.set(text);
        (*child).n_lineno.set(place.line);
        (*child).n_col_offset.set(place.column);
        (*child).n_end_lineno.set(place.end_line);
        (*child).n_end_col_offset.set(place.end_column);
    }
    n.n_nchildren.set(count + 1);
    E_OK
}

/// All nodes below and including `n`, in the order of the text. Trees may be deep, so the walk keeps its own stack.
fn walk<'a>(n: &'a node, mut each: impl FnMut(&'a node)) {
    let mut stack = vec![n];
    while let Some(n) = stack.pop() {
        each(n);
        stack.extend(children(n).iter().rev());
    }
}

/// The memory that the nodes below hold.
fn size_below(n: &node) -> usize {
    let mut size = 0;
    walk(n, |n| {
        size += room(n.n_nchildren.get()).unwrap_or(0) * size_of::<node>();
        if !n.n_str.get().is_null() {
            // SAFETY: a node's text ends in NUL.
            size += unsafe { CStr::from_ptr(n.n_str.get()) }
                .to_bytes_with_nul()
                .len();
        }
    });
    size
}

/// Frees a tree.
pub fn free(root: *mut node) {
    // SAFETY: NULL or the root of a tree that owns what it points to.
    let Some(n) = (unsafe { root.as_ref() }) else {
        return;
    };
    let mut blocks: Vec<*mut c_void> = Vec::new();
    walk(n, |n| {
        blocks.push(n.n_str.get().cast());
        blocks.push(n.n_child.get().cast());
    });
    blocks.push(root.cast());
    for block in blocks {
        // SAFETY: each block is of this domain, and no longer in use; NULL is nothing.
        unsafe { mem::free(Domain::Object, block) };
    }
}

/// A text for a node.
pub fn copy_text(text: &[u8]) -> *mut c_char {
    let block = mem::malloc(Domain::Object, text.len() + 1).cast::<u8>();
    if !block.is_null() {
        // SAFETY: the block has room for the text and a NUL.
        unsafe {
            block.copy_from_nonoverlapping(text.as_ptr(), text.len());
            block.add(text.len()).write(0);
        }
    }
    block.cast()
}

/// The text of a terminal; empty for a rule.
pub fn text_of(n: &node) -> &[u8] {
    if n.n_str.get().is_null() {
        return b"";
    }
    // SAFETY: a node's text ends in NUL.
    unsafe { CStr::from_ptr(n.n_str.get()) }.to_bytes()
}

/// The program that a tree stands for, each token in its line where the tree says which.
pub fn to_source(n: &node) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::new();
    let (mut line, mut depth) = (1, 0usize);
    let mut line_start = true;
    let mut column = 0;
    walk(n, |n| {
        let ty = c_int::from(n.n_type.get());
        match ty {
            ty if ty >= NT_OFFSET => return,
            INDENT => {
                depth += 1;
                return;
            }
            DEDENT => {
                depth = depth.saturating_sub(1);
                return;
            }
            ENDMARKER => return,
            NEWLINE => {
                if !line_start {
                    out.push(b'\n');
                    line += 1;
                    line_start = true;
                    column = 0;
                }
                return;
            }
            _ => {}
        }
        let (wanted, at) = (n.n_lineno.get(), n.n_col_offset.get());
        if line_start {
            while line < wanted {
                out.push(b'\n');
                line += 1;
            }
            // A tree without places is indented by its blocks.
            let indent = if wanted == line && at >= 0 {
                at as usize
            } else {
                4 * depth
            };
            out.resize(out.len() + indent, b' ');
            column = indent;
        } else {
            while line < wanted {
                out.extend_from_slice(b"\\\n");
                line += 1;
                column = 0;
            }
            let gap = if wanted == line && at >= 0 {
                (at as usize).saturating_sub(column)
            } else {
                0
            };
            let last = out.last().copied().unwrap_or(b' ');
            let text = text_of(n);
            let word =
                |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'"' | b'\'' | 0x80..);
            let touching = gap == 0 && word(last) && text.first().is_some_and(|b| word(*b));
            let gap = gap.max(usize::from(touching || (gap == 0 && wanted == 0)));
            out.resize(out.len() + gap, b' ');
            column += gap;
        }
        line_start = false;
        let text = text_of(n);
        out.extend_from_slice(text);
        match memchr_last_newline(text) {
            Some(behind) => {
                line += text.iter().filter(|b| **b == b'\n').count() as c_int;
                column = behind;
            }
            None => column += text.len(),
        }
    });
    if !line_start {
        out.push(b'\n');
    }
    out
}

/// How many bytes are behind the last newline, if there is one.
fn memchr_last_newline(text: &[u8]) -> Option<usize> {
    let at = text.iter().rposition(|b| *b == b'\n')?;
    Some(text.len() - at - 1)
}

capi! {
    fn PyNode_New(ty: c_int) -> *mut node { new(ty) }
    fn PyNode_Free(n: *mut node) { free(n) }

    fn PyNode_AddChild(n: *mut node, ty: c_int, text: *mut c_char, line: c_int, column: c_int, end_line: c_int, end_column: c_int) -> c_int {
        // SAFETY: C passes a live node.
        add(unsafe { &*n }, ty, text, Place { line, column, end_line, end_column })
    }

    fn _PyNode_FinalizeEndPos(n: *mut node) {
        // SAFETY: C passes a live node.
        let mut at = unsafe { &*n };
        let mut chain = vec![at];
        while let Some(last) = children(at).last() {
            chain.push(last);
            at = last;
        }
        chain.iter().rev().for_each(|n| finalize_end(n));
    }

    fn _PyNode_SizeOf(n: *mut node) -> Py_ssize_t {
        // SAFETY: C passes NULL or a live node.
        unsafe { n.as_ref() }.map_or(0, |n| (size_of::<node>() + size_below(n)) as Py_ssize_t)
    }

    fn PyNode_ListTree(n: *mut node) {
        // SAFETY: C passes NULL or a live node.
        let Some(n) = (unsafe { n.as_ref() }) else { return };
        let (mut text, mut at_line_start, mut level) = (Vec::new(), true, 0usize);
        walk(n, |n| {
            let ty = c_int::from(n.n_type.get());
            if ty >= NT_OFFSET {
                return;
            }
            match ty {
                INDENT => level += 1,
                DEDENT => level = level.saturating_sub(1),
                _ => {
                    if at_line_start {
                        text.resize(text.len() + level, b'\t');
                        at_line_start = false;
                    }
                    if ty == NEWLINE {
                        text.extend_from_slice(text_of(n));
                        text.push(b'\n');
                        at_line_start = true;
                    } else {
                        text.extend_from_slice(text_of(n));
                        text.push(b' ');
                    }
                }
            }
        });
        use std::io::Write;
        let _ = std::io::stdout().write_all(&text);
    }
}
