//! The instruction set of CPython 3.8: numbers, names, and what each instruction does to the height of the stack.

macro_rules! opcodes {
    ($($name:ident = $number:literal,)*) => {
        $(pub const $name: u8 = $number;)*

        /// The name of an instruction, `None` for a number that 3.8 does not use.
        pub fn name(op: u8) -> Option<&'static str> {
            match op {
                $($number => Some(stringify!($name)),)*
                _ => None,
            }
        }
    };
}

opcodes! {
    POP_TOP = 1,
    ROT_TWO = 2,
    ROT_THREE = 3,
    DUP_TOP = 4,
    DUP_TOP_TWO = 5,
    ROT_FOUR = 6,
    NOP = 9,
    UNARY_POSITIVE = 10,
    UNARY_NEGATIVE = 11,
    UNARY_NOT = 12,
    UNARY_INVERT = 15,
    BINARY_MATRIX_MULTIPLY = 16,
    INPLACE_MATRIX_MULTIPLY = 17,
    BINARY_POWER = 19,
    BINARY_MULTIPLY = 20,
    BINARY_MODULO = 22,
    BINARY_ADD = 23,
    BINARY_SUBTRACT = 24,
    BINARY_SUBSCR = 25,
    BINARY_FLOOR_DIVIDE = 26,
    BINARY_TRUE_DIVIDE = 27,
    INPLACE_FLOOR_DIVIDE = 28,
    INPLACE_TRUE_DIVIDE = 29,
    GET_AITER = 50,
    GET_ANEXT = 51,
    BEFORE_ASYNC_WITH = 52,
    BEGIN_FINALLY = 53,
    END_ASYNC_FOR = 54,
    INPLACE_ADD = 55,
    INPLACE_SUBTRACT = 56,
    INPLACE_MULTIPLY = 57,
    INPLACE_MODULO = 59,
    STORE_SUBSCR = 60,
    DELETE_SUBSCR = 61,
    BINARY_LSHIFT = 62,
    BINARY_RSHIFT = 63,
    BINARY_AND = 64,
    BINARY_XOR = 65,
    BINARY_OR = 66,
    INPLACE_POWER = 67,
    GET_ITER = 68,
    GET_YIELD_FROM_ITER = 69,
    PRINT_EXPR = 70,
    LOAD_BUILD_CLASS = 71,
    YIELD_FROM = 72,
    GET_AWAITABLE = 73,
    INPLACE_LSHIFT = 75,
    INPLACE_RSHIFT = 76,
    INPLACE_AND = 77,
    INPLACE_XOR = 78,
    INPLACE_OR = 79,
    WITH_CLEANUP_START = 81,
    WITH_CLEANUP_FINISH = 82,
    RETURN_VALUE = 83,
    IMPORT_STAR = 84,
    SETUP_ANNOTATIONS = 85,
    YIELD_VALUE = 86,
    POP_BLOCK = 87,
    END_FINALLY = 88,
    POP_EXCEPT = 89,
    STORE_NAME = 90,
    DELETE_NAME = 91,
    UNPACK_SEQUENCE = 92,
    FOR_ITER = 93,
    UNPACK_EX = 94,
    STORE_ATTR = 95,
    DELETE_ATTR = 96,
    STORE_GLOBAL = 97,
    DELETE_GLOBAL = 98,
    LOAD_CONST = 100,
    LOAD_NAME = 101,
    BUILD_TUPLE = 102,
    BUILD_LIST = 103,
    BUILD_SET = 104,
    BUILD_MAP = 105,
    LOAD_ATTR = 106,
    COMPARE_OP = 107,
    IMPORT_NAME = 108,
    IMPORT_FROM = 109,
    JUMP_FORWARD = 110,
    JUMP_IF_FALSE_OR_POP = 111,
    JUMP_IF_TRUE_OR_POP = 112,
    JUMP_ABSOLUTE = 113,
    POP_JUMP_IF_FALSE = 114,
    POP_JUMP_IF_TRUE = 115,
    LOAD_GLOBAL = 116,
    SETUP_FINALLY = 122,
    LOAD_FAST = 124,
    STORE_FAST = 125,
    DELETE_FAST = 126,
    RAISE_VARARGS = 130,
    CALL_FUNCTION = 131,
    MAKE_FUNCTION = 132,
    BUILD_SLICE = 133,
    LOAD_CLOSURE = 135,
    LOAD_DEREF = 136,
    STORE_DEREF = 137,
    DELETE_DEREF = 138,
    CALL_FUNCTION_KW = 141,
    CALL_FUNCTION_EX = 142,
    SETUP_WITH = 143,
    EXTENDED_ARG = 144,
    LIST_APPEND = 145,
    SET_ADD = 146,
    MAP_ADD = 147,
    LOAD_CLASSDEREF = 148,
    BUILD_LIST_UNPACK = 149,
    BUILD_MAP_UNPACK = 150,
    BUILD_MAP_UNPACK_WITH_CALL = 151,
    BUILD_TUPLE_UNPACK = 152,
    BUILD_SET_UNPACK = 153,
    SETUP_ASYNC_WITH = 154,
    FORMAT_VALUE = 155,
    BUILD_CONST_KEY_MAP = 156,
    BUILD_STRING = 157,
    BUILD_TUPLE_UNPACK_WITH_CALL = 158,
    LOAD_METHOD = 160,
    CALL_METHOD = 161,
    CALL_FINALLY = 162,
    POP_FINALLY = 163,
}

/// Instructions from here on use their operand.
pub const HAVE_ARGUMENT: u8 = 90;

/// The kind of handler that SETUP_FINALLY pushes for `except` clauses; only frame blocks and tracing see it.
pub const EXCEPT_HANDLER: u16 = 257;

/// Operands of COMPARE_OP, in the order of their numbers.
pub const CMP_OP: [&str; 12] = [
    "<",
    "<=",
    "==",
    "!=",
    ">",
    ">=",
    "in",
    "not in",
    "is",
    "is not",
    "exception match",
    "BAD",
];

pub fn has_arg(op: u8) -> bool {
    op >= HAVE_ARGUMENT
}

/// Whether the operand is a distance from the next instruction.
pub fn is_relative_jump(op: u8) -> bool {
    matches!(
        op,
        FOR_ITER | JUMP_FORWARD | SETUP_FINALLY | SETUP_WITH | SETUP_ASYNC_WITH | CALL_FINALLY
    )
}

/// Whether the operand is a byte offset into the code.
pub fn is_absolute_jump(op: u8) -> bool {
    matches!(
        op,
        JUMP_IF_FALSE_OR_POP
            | JUMP_IF_TRUE_OR_POP
            | JUMP_ABSOLUTE
            | POP_JUMP_IF_FALSE
            | POP_JUMP_IF_TRUE
    )
}

/// Which way a jump goes, for an instruction whose effect depends on it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Jump {
    Taken,
    NotTaken,
    /// The larger of the two effects.
    Max,
}

/// How an instruction changes the height of the stack; `None` for unknown numbers.
pub fn stack_effect(op: u8, arg: i32, jump: Jump) -> Option<i32> {
    fixed_effect(op)
        .or_else(|| jump_effect(op, jump))
        .or_else(|| counted_effect(op, arg))
}

/// Of instructions that always do the same.
fn fixed_effect(op: u8) -> Option<i32> {
    Some(match op {
        NOP | EXTENDED_ARG | ROT_TWO | ROT_THREE | ROT_FOUR => 0,
        POP_TOP => -1,
        DUP_TOP => 1,
        DUP_TOP_TWO => 2,
        UNARY_POSITIVE | UNARY_NEGATIVE | UNARY_NOT | UNARY_INVERT => 0,
        SET_ADD | LIST_APPEND => -1,
        MAP_ADD => -2,
        BINARY_POWER
        | BINARY_MULTIPLY
        | BINARY_MATRIX_MULTIPLY
        | BINARY_MODULO
        | BINARY_ADD
        | BINARY_SUBTRACT
        | BINARY_SUBSCR
        | BINARY_FLOOR_DIVIDE
        | BINARY_TRUE_DIVIDE
        | BINARY_LSHIFT
        | BINARY_RSHIFT
        | BINARY_AND
        | BINARY_XOR
        | BINARY_OR => -1,
        INPLACE_FLOOR_DIVIDE
        | INPLACE_TRUE_DIVIDE
        | INPLACE_ADD
        | INPLACE_SUBTRACT
        | INPLACE_MULTIPLY
        | INPLACE_MATRIX_MULTIPLY
        | INPLACE_MODULO
        | INPLACE_POWER
        | INPLACE_LSHIFT
        | INPLACE_RSHIFT
        | INPLACE_AND
        | INPLACE_XOR
        | INPLACE_OR => -1,
        STORE_SUBSCR => -3,
        DELETE_SUBSCR => -2,
        GET_ITER | GET_YIELD_FROM_ITER | GET_AWAITABLE | GET_AITER => 0,
        GET_ANEXT | LOAD_BUILD_CLASS | BEFORE_ASYNC_WITH => 1,
        PRINT_EXPR | RETURN_VALUE | IMPORT_STAR | YIELD_FROM => -1,
        WITH_CLEANUP_START => 2,
        WITH_CLEANUP_FINISH => -3,
        SETUP_ANNOTATIONS | YIELD_VALUE | POP_BLOCK => 0,
        POP_EXCEPT => -3,
        BEGIN_FINALLY => 6,
        END_FINALLY | POP_FINALLY => -6,
        END_ASYNC_FOR => -7,
        STORE_NAME | STORE_GLOBAL | STORE_FAST | STORE_DEREF => -1,
        DELETE_NAME | DELETE_GLOBAL | DELETE_FAST | DELETE_DEREF => 0,
        STORE_ATTR => -2,
        DELETE_ATTR => -1,
        LOAD_CONST | LOAD_NAME | LOAD_GLOBAL | LOAD_FAST | LOAD_CLOSURE | LOAD_DEREF
        | LOAD_CLASSDEREF => 1,
        LOAD_ATTR => 0,
        COMPARE_OP | IMPORT_NAME => -1,
        IMPORT_FROM | LOAD_METHOD => 1,
        JUMP_FORWARD | JUMP_ABSOLUTE => 0,
        POP_JUMP_IF_FALSE | POP_JUMP_IF_TRUE => -1,
        _ => return None,
    })
}

/// Of instructions that do one thing when they jump and another when they do not.
fn jump_effect(op: u8, jump: Jump) -> Option<i32> {
    let (taken, not): (i32, i32) = match op {
        SETUP_WITH => (6, 1),
        SETUP_ASYNC_WITH => (5, 0),
        SETUP_FINALLY => (6, 0),
        CALL_FINALLY => (1, 0),
        FOR_ITER => (-1, 1),
        JUMP_IF_TRUE_OR_POP | JUMP_IF_FALSE_OR_POP => (0, -1),
        _ => return None,
    };
    Some(match jump {
        Jump::Taken => taken,
        Jump::NotTaken => not,
        Jump::Max => taken.max(not),
    })
}

/// Of instructions whose operand says how much they take or leave.
fn counted_effect(op: u8, arg: i32) -> Option<i32> {
    Some(match op {
        UNPACK_SEQUENCE => arg.wrapping_sub(1),
        UNPACK_EX => (arg & 0xff) + (arg >> 8),
        BUILD_TUPLE
        | BUILD_LIST
        | BUILD_SET
        | BUILD_STRING
        | BUILD_LIST_UNPACK
        | BUILD_TUPLE_UNPACK
        | BUILD_TUPLE_UNPACK_WITH_CALL
        | BUILD_SET_UNPACK
        | BUILD_MAP_UNPACK
        | BUILD_MAP_UNPACK_WITH_CALL => 1i32.wrapping_sub(arg),
        BUILD_MAP => 1i32.wrapping_sub(arg.wrapping_mul(2)),
        BUILD_CONST_KEY_MAP => arg.wrapping_neg(),
        RAISE_VARARGS | CALL_FUNCTION => arg.wrapping_neg(),
        CALL_FUNCTION_KW | CALL_METHOD => arg.wrapping_neg().wrapping_sub(1),
        CALL_FUNCTION_EX => -1 - (arg & 1),
        MAKE_FUNCTION => -1 - (arg & 0xf).count_ones() as i32,
        BUILD_SLICE if arg == 3 => -2,
        BUILD_SLICE => -1,
        FORMAT_VALUE if arg & 4 != 0 => -1,
        FORMAT_VALUE => 0,
        _ => return None,
    })
}
