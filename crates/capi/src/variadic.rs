//! Variadic functions, and reading what they were given.
//!
//! Rust cannot define a C-variadic function, so each is a few instructions of assembly: they spill the argument
//! registers into the layout that the System V ABI gives a `va_list`, and call an ordinary function with it. Nothing
//! else in this crate knows the machine.

use pyrite_abi::va_list_tag;
use std::ffi::{c_char, c_double, c_int, c_long, c_uint, c_ulong, c_void};

/// The arguments behind a `va_list`, read one after the other.
#[derive(Clone, Copy)]
pub struct VaList(*mut va_list_tag);

/// Size of the area for the integer registers, and of the whole area with the vector registers after it.
const INTEGERS: u32 = 48;
const ALL: u32 = 176;

impl VaList {
    /// # Safety
    /// `list` is a valid `va_list` and stays so while this value is used; the arguments read from it are those passed.
    #[inline]
    pub unsafe fn new(list: *mut va_list_tag) -> VaList {
        VaList(list)
    }

    /// The next eight bytes of an integer or pointer.
    fn word(self) -> u64 {
        // SAFETY: by the contract of `new`, the list is valid and has an argument left.
        unsafe {
            let list = &*self.0;
            let offset = list.gp_offset.get();
            if offset < INTEGERS {
                list.gp_offset.set(offset + 8);
                list.reg_save_area
                    .get()
                    .cast::<u8>()
                    .add(offset as usize)
                    .cast::<u64>()
                    .read()
            } else {
                self.overflow()
            }
        }
    }

    /// The next eight bytes on the stack.
    fn overflow(self) -> u64 {
        // SAFETY: as in `word`.
        unsafe {
            let list = &*self.0;
            let place = list.overflow_arg_area.get().cast::<u64>();
            list.overflow_arg_area.set(place.add(1).cast());
            place.read_unaligned()
        }
    }

    pub fn int(self) -> c_int {
        self.word() as c_int
    }

    pub fn uint(self) -> c_uint {
        self.word() as c_uint
    }

    pub fn long(self) -> c_long {
        self.word() as c_long
    }

    pub fn ulong(self) -> c_ulong {
        self.word()
    }

    pub fn ssize(self) -> isize {
        self.word() as isize
    }

    pub fn double(self) -> c_double {
        // SAFETY: as in `word`; the vector registers lie behind the integer ones, 16 bytes apart.
        unsafe {
            let list = &*self.0;
            let offset = list.fp_offset.get();
            if offset < ALL {
                list.fp_offset.set(offset + 16);
                list.reg_save_area
                    .get()
                    .cast::<u8>()
                    .add(offset as usize)
                    .cast::<f64>()
                    .read()
            } else {
                f64::from_bits(self.overflow())
            }
        }
    }

    pub fn pointer<T>(self) -> *mut T {
        std::ptr::with_exposed_provenance_mut(self.word() as usize)
    }

    pub fn string(self) -> *const c_char {
        self.pointer::<c_char>()
    }

    /// A function pointer, or NULL.
    pub fn function(self) -> *mut c_void {
        self.pointer()
    }
}

/// Makes room for a `va_list` (at the stack's end) and the area of saved registers behind it, and fills the area.
macro_rules! save_registers {
    () => {
        concat!(
            "sub rsp, 216\n",
            ".cfi_adjust_cfa_offset 216\n",
            "mov [rsp+32], rdi\n",
            "mov [rsp+40], rsi\n",
            "mov [rsp+48], rdx\n",
            "mov [rsp+56], rcx\n",
            "mov [rsp+64], r8\n",
            "mov [rsp+72], r9\n",
            "test al, al\n",
            "je 2f\n",
            "movaps [rsp+80], xmm0\n",
            "movaps [rsp+96], xmm1\n",
            "movaps [rsp+112], xmm2\n",
            "movaps [rsp+128], xmm3\n",
            "movaps [rsp+144], xmm4\n",
            "movaps [rsp+160], xmm5\n",
            "movaps [rsp+176], xmm6\n",
            "movaps [rsp+192], xmm7\n",
        )
    };
}

/// Calls the implementation, and returns what it returns.
macro_rules! call_and_return {
    () => {
        concat!(
            "call {implementation}\n",
            "add rsp, 216\n",
            ".cfi_adjust_cfa_offset -216\n",
            "ret\n",
            ".cfi_endproc",
        )
    };
}

/// `fn NAME(named arguments; ...) -> result = implementation;`: an exported variadic function that calls
/// `implementation(named arguments, va_list)`. Named arguments are words (pointers, integers), at most five.
macro_rules! variadic {
    ($($(#[$attribute:meta])* fn $name:ident($($argument:tt),+; ...) = $implementation:path;)*) => { $(
        $(#[$attribute])*
        ///
        /// # Safety
        /// As in C: each pointer is NULL or points to what its type says, and the arguments are those that the
        /// format, or the NULL at the end, announces.
        #[unsafe(no_mangle)]
        #[unsafe(naked)]
        pub unsafe extern "C" fn $name() {
            variadic!(@trampoline [$($argument)+] $implementation)
        }
    )* };
    (@trampoline [$a:tt] $f:path) => { variadic!(@asm 1, "rsi", $f) };
    (@trampoline [$a:tt $b:tt] $f:path) => { variadic!(@asm 2, "rdx", $f) };
    (@trampoline [$a:tt $b:tt $c:tt] $f:path) => { variadic!(@asm 3, "rcx", $f) };
    (@trampoline [$a:tt $b:tt $c:tt $d:tt] $f:path) => { variadic!(@asm 4, "r8", $f) };
    (@trampoline [$a:tt $b:tt $c:tt $d:tt $e:tt] $f:path) => { variadic!(@asm 5, "r9", $f) };
    (@six $f:path) => {
        core::arch::naked_asm!(
            ".cfi_startproc",
            save_registers!(),
            "2:",
            "mov dword ptr [rsp], 48",
            "mov dword ptr [rsp+4], 48",
            "lea rax, [rsp+224]",
            "mov [rsp+8], rax",
            "lea rax, [rsp+32]",
            "mov [rsp+16], rax",
            "lea rdi, [rsp+32]",
            "mov rsi, rsp",
            call_and_return!(),
            implementation = sym $f,
        )
    };
    (@asm $named:literal, $next:literal, $f:path) => {
        core::arch::naked_asm!(
            ".cfi_startproc",
            save_registers!(),
            "2:",
            concat!("mov dword ptr [rsp], 8*", $named),
            "mov dword ptr [rsp+4], 48",
            "lea rax, [rsp+224]",
            "mov [rsp+8], rax",
            "lea rax, [rsp+32]",
            "mov [rsp+16], rax",
            concat!("mov ", $next, ", rsp"),
            call_and_return!(),
            implementation = sym $f,
        )
    };
}

/// As [`variadic!`], for six named arguments: the implementation gets a pointer to their words, which follow each
/// other, and the list.
macro_rules! variadic_six {
    ($(fn $name:ident = $implementation:path;)*) => { $(
        ///
        /// # Safety
        /// As in C: each pointer is NULL or points to what its type says, and the arguments are those that the
        /// format announces.
        #[unsafe(no_mangle)]
        #[unsafe(naked)]
        pub unsafe extern "C" fn $name() {
            variadic!(@six $implementation)
        }
    )* };
}
