"""Writes the tables of character types that CPython's library exports (`_PyUnicode_TypeRecords`, `_PyUnicode_ExtendedCase`) as Rust.

    python3.8 tools/gen_unicode_records.py > crates/capi/src/unicode_records.rs

Run it with the reference's launcher: the tables are read from the running library. The library itself does not use them.
"""

import ctypes


class Record(ctypes.Structure):
    _fields_ = [
        ("upper", ctypes.c_int32),
        ("lower", ctypes.c_int32),
        ("title", ctypes.c_int32),
        ("decimal", ctypes.c_ubyte),
        ("digit", ctypes.c_ubyte),
        ("flags", ctypes.c_ushort),
    ]


RECORDS, CASES = 8048 // 16, 4944 // 4


def main():
    records = (Record * RECORDS).in_dll(ctypes.pythonapi, "_PyUnicode_TypeRecords")
    cases = (ctypes.c_uint32 * CASES).in_dll(ctypes.pythonapi, "_PyUnicode_ExtendedCase")
    print("//! Tables of character types, exported as CPython exports them; written by `tools/gen_unicode_records.py`.")
    print("//!")
    print("//! Nothing here uses them: `str` has tables of its own in `runtime::unicode::tables`.")
    print()
    print("/// What characters that share it have in common.")
    print("#[repr(C)]")
    print("pub struct TypeRecord {")
    for name, kind in [("upper", "i32"), ("lower", "i32"), ("title", "i32"), ("decimal", "u8"), ("digit", "u8"), ("flags", "u16")]:
        print(f"    pub {name}: {kind},")
    print("}")
    print()
    print("const fn record(upper: i32, lower: i32, title: i32, decimal: u8, digit: u8, flags: u16) -> TypeRecord {")
    print("    TypeRecord { upper, lower, title, decimal, digit, flags }")
    print("}")
    print()
    print("#[unsafe(no_mangle)]")
    print("#[rustfmt::skip]")
    print(f"pub static _PyUnicode_TypeRecords: [TypeRecord; {RECORDS}] = [")
    for r in records:
        print(f"    record({r.upper}, {r.lower}, {r.title}, {r.decimal}, {r.digit}, {r.flags}),")
    print("];")
    print()
    print("#[unsafe(no_mangle)]")
    print("#[rustfmt::skip]")
    print(f"pub static _PyUnicode_ExtendedCase: [u32; {CASES}] = [")
    for i in range(0, CASES, 16):
        print("    " + ", ".join(str(c) for c in cases[i : i + 16]) + ",")
    print("];")


if __name__ == "__main__":
    main()
