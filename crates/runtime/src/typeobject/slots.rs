//! The slots, by their special-method names.
//!
//! One table says, for each special method, where its slot is, which C function puts a Python method behind the slot
//! (`function`), and which wrapper makes a slot callable from Python (`wrapper`). Both directions come from it: a
//! built-in type gets `__add__` because it has `nb_add`, and a class gets `nb_add` because it has `__add__`.

use super::slot_functions as f;
use super::{lookup, method_cache, mro_of, subclasses_of};
use crate::descr::wrappers as w;
use crate::prelude::*;
use crate::{dict, object, tuple};
use std::ffi::CStr;
use std::mem::offset_of;
use std::ptr::null_mut;

/// Which of a type's tables a slot lies in. The order is that of `PyHeapTypeObject`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Table {
    Type,
    Async,
    Number,
    Mapping,
    Sequence,
}

/// One special method and its slot.
pub struct SlotDef {
    pub name: &'static CStr,
    pub table: Table,
    pub offset: usize,
    pub function: *const c_void,
    pub base: wrapperbase,
    /// Which wrapper the base has. Addresses do not tell: the linker may make one of functions that do the same.
    kind: &'static str,
}
// SAFETY: constant data.
unsafe impl Sync for SlotDef {}

impl SlotDef {
    /// The slot of `ty`, or `None` if the type has no such table.
    #[inline]
    pub fn cell<'a>(&self, ty: &'a PyTypeObject) -> Option<&'a Cell<*mut c_void>> {
        let table: *const u8 = match self.table {
            Table::Type => std::ptr::from_ref(ty).cast(),
            Table::Async => ty.tp_as_async.get().cast(),
            Table::Number => ty.tp_as_number.get().cast(),
            Table::Mapping => ty.tp_as_mapping.get().cast(),
            Table::Sequence => ty.tp_as_sequence.get().cast(),
        };
        if table.is_null() {
            return None;
        }
        // SAFETY: every slot of the table is a nullable function pointer at that offset.
        Some(unsafe { &*table.add(self.offset).cast::<Cell<*mut c_void>>() })
    }

    fn same_slot(&self, other: &SlotDef) -> bool {
        self.table == other.table && self.offset == other.offset
    }
}

const fn wrapper_base(
    name: &'static CStr,
    wrapper: wrapperfunc,
    doc: &'static CStr,
    flags: c_int,
) -> wrapperbase {
    wrapperbase {
        name: name.as_ptr(),
        offset: 0,
        function: null_mut(),
        wrapper,
        doc: doc.as_ptr(),
        flags,
        name_strobj: null_mut(),
    }
}

/// Rows: name, table struct and slot, function, wrapper (or `None`), documentation with its signature.
macro_rules! slotdefs {
    (@flags call) => { PyWrapperFlag_KEYWORDS };
    (@flags init) => { PyWrapperFlag_KEYWORDS };
    (@flags $other:ident) => { 0 };
    (@wrapper none) => { None };
    (@wrapper $w:ident) => { Some(w::$w) };
    ($($name:literal $table:ident $strukt:ident.$slot:ident $function:expr, $wrapper:ident, $doc:literal;)*) => {
        &[$(SlotDef {
            name: $name,
            table: Table::$table,
            offset: offset_of!($strukt, $slot),
            function: $function as *const c_void,
            base: wrapper_base($name, slotdefs!(@wrapper $wrapper), $doc, slotdefs!(@flags $wrapper)),
            kind: stringify!($wrapper),
        }),*]
    };
}

pub static SLOTS: &[SlotDef] = slotdefs! {
    c"__getattribute__" Type PyTypeObject.tp_getattr null_mut::<c_void>(), none, c"";
    c"__getattr__" Type PyTypeObject.tp_getattr null_mut::<c_void>(), none, c"";
    c"__setattr__" Type PyTypeObject.tp_setattr null_mut::<c_void>(), none, c"";
    c"__delattr__" Type PyTypeObject.tp_setattr null_mut::<c_void>(), none, c"";
    c"__repr__" Type PyTypeObject.tp_repr f::tp_repr, unary, c"__repr__($self, /)\n--\n\nReturn repr(self).";
    c"__hash__" Type PyTypeObject.tp_hash f::tp_hash, hash, c"__hash__($self, /)\n--\n\nReturn hash(self).";
    c"__call__" Type PyTypeObject.tp_call f::tp_call, call, c"__call__($self, /, *args, **kwargs)\n--\n\nCall self as a function.";
    c"__str__" Type PyTypeObject.tp_str f::tp_str, unary, c"__str__($self, /)\n--\n\nReturn str(self).";
    c"__getattribute__" Type PyTypeObject.tp_getattro f::tp_getattr_hook, binary, c"__getattribute__($self, name, /)\n--\n\nReturn getattr(self, name).";
    c"__getattr__" Type PyTypeObject.tp_getattro f::tp_getattr_hook, none, c"";
    c"__setattr__" Type PyTypeObject.tp_setattro f::tp_setattro, setattr, c"__setattr__($self, name, value, /)\n--\n\nImplement setattr(self, name, value).";
    c"__delattr__" Type PyTypeObject.tp_setattro f::tp_setattro, delattr, c"__delattr__($self, name, /)\n--\n\nImplement delattr(self, name).";
    c"__lt__" Type PyTypeObject.tp_richcompare f::tp_richcompare, lt, c"__lt__($self, value, /)\n--\n\nReturn self<value.";
    c"__le__" Type PyTypeObject.tp_richcompare f::tp_richcompare, le, c"__le__($self, value, /)\n--\n\nReturn self<=value.";
    c"__eq__" Type PyTypeObject.tp_richcompare f::tp_richcompare, eq, c"__eq__($self, value, /)\n--\n\nReturn self==value.";
    c"__ne__" Type PyTypeObject.tp_richcompare f::tp_richcompare, ne, c"__ne__($self, value, /)\n--\n\nReturn self!=value.";
    c"__gt__" Type PyTypeObject.tp_richcompare f::tp_richcompare, gt, c"__gt__($self, value, /)\n--\n\nReturn self>value.";
    c"__ge__" Type PyTypeObject.tp_richcompare f::tp_richcompare, ge, c"__ge__($self, value, /)\n--\n\nReturn self>=value.";
    c"__iter__" Type PyTypeObject.tp_iter f::tp_iter, unary, c"__iter__($self, /)\n--\n\nImplement iter(self).";
    c"__next__" Type PyTypeObject.tp_iternext f::tp_iternext, next, c"__next__($self, /)\n--\n\nImplement next(self).";
    c"__get__" Type PyTypeObject.tp_descr_get f::tp_descr_get, descr_get, c"__get__($self, instance, owner, /)\n--\n\nReturn an attribute of instance, which is of type owner.";
    c"__set__" Type PyTypeObject.tp_descr_set f::tp_descr_set, descr_set, c"__set__($self, instance, value, /)\n--\n\nSet an attribute of instance to value.";
    c"__delete__" Type PyTypeObject.tp_descr_set f::tp_descr_set, descr_delete, c"__delete__($self, instance, /)\n--\n\nDelete an attribute of instance.";
    c"__init__" Type PyTypeObject.tp_init f::tp_init, init, c"__init__($self, /, *args, **kwargs)\n--\n\nInitialize self.  See help(type(self)) for accurate signature.";
    c"__new__" Type PyTypeObject.tp_new f::tp_new, none, c"__new__(type, /, *args, **kwargs)\n--\n\nCreate and return new object.  See help(type) for accurate signature.";
    c"__del__" Type PyTypeObject.tp_finalize f::tp_finalize, del, c"";
    c"__await__" Async PyAsyncMethods.am_await f::am_await, unary, c"__await__($self, /)\n--\n\nReturn an iterator to be used in await expression.";
    c"__aiter__" Async PyAsyncMethods.am_aiter f::am_aiter, unary, c"__aiter__($self, /)\n--\n\nReturn an awaitable, that resolves in asynchronous iterator.";
    c"__anext__" Async PyAsyncMethods.am_anext f::am_anext, unary, c"__anext__($self, /)\n--\n\nReturn a value or raise StopAsyncIteration.";
    c"__add__" Number PyNumberMethods.nb_add f::nb_add, binary_left, c"__add__($self, value, /)\n--\n\nReturn self+value.";
    c"__radd__" Number PyNumberMethods.nb_add f::nb_add, binary_right, c"__radd__($self, value, /)\n--\n\nReturn value+self.";
    c"__sub__" Number PyNumberMethods.nb_subtract f::nb_subtract, binary_left, c"__sub__($self, value, /)\n--\n\nReturn self-value.";
    c"__rsub__" Number PyNumberMethods.nb_subtract f::nb_subtract, binary_right, c"__rsub__($self, value, /)\n--\n\nReturn value-self.";
    c"__mul__" Number PyNumberMethods.nb_multiply f::nb_multiply, binary_left, c"__mul__($self, value, /)\n--\n\nReturn self*value.";
    c"__rmul__" Number PyNumberMethods.nb_multiply f::nb_multiply, binary_right, c"__rmul__($self, value, /)\n--\n\nReturn value*self.";
    c"__mod__" Number PyNumberMethods.nb_remainder f::nb_remainder, binary_left, c"__mod__($self, value, /)\n--\n\nReturn self%value.";
    c"__rmod__" Number PyNumberMethods.nb_remainder f::nb_remainder, binary_right, c"__rmod__($self, value, /)\n--\n\nReturn value%self.";
    c"__divmod__" Number PyNumberMethods.nb_divmod f::nb_divmod, binary_left, c"__divmod__($self, value, /)\n--\n\nReturn divmod(self, value).";
    c"__rdivmod__" Number PyNumberMethods.nb_divmod f::nb_divmod, binary_right, c"__rdivmod__($self, value, /)\n--\n\nReturn divmod(value, self).";
    c"__pow__" Number PyNumberMethods.nb_power f::nb_power, ternary, c"__pow__($self, value, mod=None, /)\n--\n\nReturn pow(self, value, mod).";
    c"__rpow__" Number PyNumberMethods.nb_power f::nb_power, ternary_right, c"__rpow__($self, value, mod=None, /)\n--\n\nReturn pow(value, self, mod).";
    c"__neg__" Number PyNumberMethods.nb_negative f::nb_negative, unary, c"__neg__($self, /)\n--\n\n-self";
    c"__pos__" Number PyNumberMethods.nb_positive f::nb_positive, unary, c"__pos__($self, /)\n--\n\n+self";
    c"__abs__" Number PyNumberMethods.nb_absolute f::nb_absolute, unary, c"__abs__($self, /)\n--\n\nabs(self)";
    c"__bool__" Number PyNumberMethods.nb_bool f::nb_bool, inquiry, c"__bool__($self, /)\n--\n\nself != 0";
    c"__invert__" Number PyNumberMethods.nb_invert f::nb_invert, unary, c"__invert__($self, /)\n--\n\n~self";
    c"__lshift__" Number PyNumberMethods.nb_lshift f::nb_lshift, binary_left, c"__lshift__($self, value, /)\n--\n\nReturn self<<value.";
    c"__rlshift__" Number PyNumberMethods.nb_lshift f::nb_lshift, binary_right, c"__rlshift__($self, value, /)\n--\n\nReturn value<<self.";
    c"__rshift__" Number PyNumberMethods.nb_rshift f::nb_rshift, binary_left, c"__rshift__($self, value, /)\n--\n\nReturn self>>value.";
    c"__rrshift__" Number PyNumberMethods.nb_rshift f::nb_rshift, binary_right, c"__rrshift__($self, value, /)\n--\n\nReturn value>>self.";
    c"__and__" Number PyNumberMethods.nb_and f::nb_and, binary_left, c"__and__($self, value, /)\n--\n\nReturn self&value.";
    c"__rand__" Number PyNumberMethods.nb_and f::nb_and, binary_right, c"__rand__($self, value, /)\n--\n\nReturn value&self.";
    c"__xor__" Number PyNumberMethods.nb_xor f::nb_xor, binary_left, c"__xor__($self, value, /)\n--\n\nReturn self^value.";
    c"__rxor__" Number PyNumberMethods.nb_xor f::nb_xor, binary_right, c"__rxor__($self, value, /)\n--\n\nReturn value^self.";
    c"__or__" Number PyNumberMethods.nb_or f::nb_or, binary_left, c"__or__($self, value, /)\n--\n\nReturn self|value.";
    c"__ror__" Number PyNumberMethods.nb_or f::nb_or, binary_right, c"__ror__($self, value, /)\n--\n\nReturn value|self.";
    c"__int__" Number PyNumberMethods.nb_int f::nb_int, unary, c"__int__($self, /)\n--\n\nint(self)";
    c"__float__" Number PyNumberMethods.nb_float f::nb_float, unary, c"__float__($self, /)\n--\n\nfloat(self)";
    c"__iadd__" Number PyNumberMethods.nb_inplace_add f::nb_inplace_add, binary, c"__iadd__($self, value, /)\n--\n\nReturn self+=value.";
    c"__isub__" Number PyNumberMethods.nb_inplace_subtract f::nb_inplace_subtract, binary, c"__isub__($self, value, /)\n--\n\nReturn self-=value.";
    c"__imul__" Number PyNumberMethods.nb_inplace_multiply f::nb_inplace_multiply, binary, c"__imul__($self, value, /)\n--\n\nReturn self*=value.";
    c"__imod__" Number PyNumberMethods.nb_inplace_remainder f::nb_inplace_remainder, binary, c"__imod__($self, value, /)\n--\n\nReturn self%=value.";
    c"__ipow__" Number PyNumberMethods.nb_inplace_power f::nb_inplace_power, ternary, c"__ipow__($self, value, /)\n--\n\nReturn self**=value.";
    c"__ilshift__" Number PyNumberMethods.nb_inplace_lshift f::nb_inplace_lshift, binary, c"__ilshift__($self, value, /)\n--\n\nReturn self<<=value.";
    c"__irshift__" Number PyNumberMethods.nb_inplace_rshift f::nb_inplace_rshift, binary, c"__irshift__($self, value, /)\n--\n\nReturn self>>=value.";
    c"__iand__" Number PyNumberMethods.nb_inplace_and f::nb_inplace_and, binary, c"__iand__($self, value, /)\n--\n\nReturn self&=value.";
    c"__ixor__" Number PyNumberMethods.nb_inplace_xor f::nb_inplace_xor, binary, c"__ixor__($self, value, /)\n--\n\nReturn self^=value.";
    c"__ior__" Number PyNumberMethods.nb_inplace_or f::nb_inplace_or, binary, c"__ior__($self, value, /)\n--\n\nReturn self|=value.";
    c"__floordiv__" Number PyNumberMethods.nb_floor_divide f::nb_floor_divide, binary_left, c"__floordiv__($self, value, /)\n--\n\nReturn self//value.";
    c"__rfloordiv__" Number PyNumberMethods.nb_floor_divide f::nb_floor_divide, binary_right, c"__rfloordiv__($self, value, /)\n--\n\nReturn value//self.";
    c"__truediv__" Number PyNumberMethods.nb_true_divide f::nb_true_divide, binary_left, c"__truediv__($self, value, /)\n--\n\nReturn self/value.";
    c"__rtruediv__" Number PyNumberMethods.nb_true_divide f::nb_true_divide, binary_right, c"__rtruediv__($self, value, /)\n--\n\nReturn value/self.";
    c"__ifloordiv__" Number PyNumberMethods.nb_inplace_floor_divide f::nb_inplace_floor_divide, binary, c"__ifloordiv__($self, value, /)\n--\n\nReturn self//=value.";
    c"__itruediv__" Number PyNumberMethods.nb_inplace_true_divide f::nb_inplace_true_divide, binary, c"__itruediv__($self, value, /)\n--\n\nReturn self/=value.";
    c"__index__" Number PyNumberMethods.nb_index f::nb_index, unary, c"__index__($self, /)\n--\n\nReturn self converted to an integer, if self is suitable for use as an index into a list.";
    c"__matmul__" Number PyNumberMethods.nb_matrix_multiply f::nb_matrix_multiply, binary_left, c"__matmul__($self, value, /)\n--\n\nReturn self@value.";
    c"__rmatmul__" Number PyNumberMethods.nb_matrix_multiply f::nb_matrix_multiply, binary_right, c"__rmatmul__($self, value, /)\n--\n\nReturn value@self.";
    c"__imatmul__" Number PyNumberMethods.nb_inplace_matrix_multiply f::nb_inplace_matrix_multiply, binary, c"__imatmul__($self, value, /)\n--\n\nReturn self@=value.";
    c"__len__" Mapping PyMappingMethods.mp_length f::mp_length, len, c"__len__($self, /)\n--\n\nReturn len(self).";
    c"__getitem__" Mapping PyMappingMethods.mp_subscript f::mp_subscript, binary, c"__getitem__($self, key, /)\n--\n\nReturn self[key].";
    c"__setitem__" Mapping PyMappingMethods.mp_ass_subscript f::mp_ass_subscript, setitem, c"__setitem__($self, key, value, /)\n--\n\nSet self[key] to value.";
    c"__delitem__" Mapping PyMappingMethods.mp_ass_subscript f::mp_ass_subscript, delitem, c"__delitem__($self, key, /)\n--\n\nDelete self[key].";
    c"__len__" Sequence PySequenceMethods.sq_length f::sq_length, len, c"__len__($self, /)\n--\n\nReturn len(self).";
    c"__add__" Sequence PySequenceMethods.sq_concat null_mut::<c_void>(), binary, c"__add__($self, value, /)\n--\n\nReturn self+value.";
    c"__mul__" Sequence PySequenceMethods.sq_repeat null_mut::<c_void>(), index_arg, c"__mul__($self, value, /)\n--\n\nReturn self*value.";
    c"__rmul__" Sequence PySequenceMethods.sq_repeat null_mut::<c_void>(), index_arg, c"__rmul__($self, value, /)\n--\n\nReturn value*self.";
    c"__getitem__" Sequence PySequenceMethods.sq_item f::sq_item, sq_item, c"__getitem__($self, key, /)\n--\n\nReturn self[key].";
    c"__setitem__" Sequence PySequenceMethods.sq_ass_item f::sq_ass_item, sq_setitem, c"__setitem__($self, key, value, /)\n--\n\nSet self[key] to value.";
    c"__delitem__" Sequence PySequenceMethods.sq_ass_item f::sq_ass_item, sq_delitem, c"__delitem__($self, key, /)\n--\n\nDelete self[key].";
    c"__contains__" Sequence PySequenceMethods.sq_contains f::sq_contains, contains, c"__contains__($self, key, /)\n--\n\nReturn key in self.";
    c"__iadd__" Sequence PySequenceMethods.sq_inplace_concat null_mut::<c_void>(), binary, c"__iadd__($self, value, /)\n--\n\nImplement self+=value.";
    c"__imul__" Sequence PySequenceMethods.sq_inplace_repeat null_mut::<c_void>(), index_arg, c"__imul__($self, value, /)\n--\n\nImplement self*=value.";
};

/// A set of slots: the bit of a slot is the number of its first row.
type SlotSet = u128;
const _: () = assert!(SLOTS.len() <= SlotSet::BITS as usize);

/// What the table's names say, made once.
struct Names {
    /// The interned name of each row.
    names: Vec<*mut PyObject>,
    /// The rows (plus one) by their names' addresses: open addressing, each name once.
    by_address: [u8; 256],
    /// For each row, the slots that a class may fill otherwise than its base when it has a method of that name: those behind the
    /// name, and those that share a name with one of them (`sole_slot` looks at these).
    concerned: Vec<SlotSet>,
}

struct NamesCell(Cell<*const Names>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for NamesCell {}
static NAMES: NamesCell = NamesCell(Cell::new(null_mut()));

#[inline]
fn names() -> &'static Names {
    if NAMES.0.get().is_null() {
        NAMES.0.set(Box::leak(Box::new(Names::new())));
    }
    // SAFETY: made above, and never freed.
    unsafe { &*NAMES.0.get() }
}

impl Names {
    #[cold]
    fn new() -> Names {
        let names: Vec<*mut PyObject> = SLOTS
            .iter()
            .map(
                |s| match crate::unicode::intern_str(&s.name.to_string_lossy()) {
                    Ok(name) => name.into_ptr(),
                    Err(_) => crate::err::fatal("can't make the names of the slots"),
                },
            )
            .collect();
        let behind = |name: *mut PyObject| {
            let rows = (0..SLOTS.len()).filter(|row| names[*row] == name);
            rows.fold(0, |set, row| set | 1 << first_row(row))
        };
        let direct: Vec<SlotSet> = names.iter().map(|name| behind(*name)).collect();
        let concerned = direct
            .iter()
            .map(|set| {
                let rows = (0..SLOTS.len()).filter(|row| set & 1 << first_row(*row) != 0);
                rows.fold(*set, |all, row| all | direct[row])
            })
            .collect();
        let mut by_address = [0; 256];
        for (row, name) in names.iter().enumerate() {
            let place = Names::places(*name).find(|place| {
                by_address[*place] == 0 || names[by_address[*place] as usize - 1] == *name
            });
            if let Some(place) = place
                && by_address[place] == 0
            {
                by_address[place] = row as u8 + 1;
            }
        }
        Names {
            names,
            by_address,
            concerned,
        }
    }

    fn places(name: *mut PyObject) -> impl Iterator<Item = usize> {
        let start = name as usize >> 4;
        (start..start + 256).map(|place| place & 255)
    }

    /// The first row with that interned name.
    fn row(&self, name: *mut PyObject) -> Option<usize> {
        Names::places(name)
            .map_while(|place| usize::from(self.by_address[place]).checked_sub(1))
            .find(|row| self.names[*row] == name)
    }
}

/// The first of the rows of a row's slot, and the row behind them.
fn first_row(row: usize) -> usize {
    let rows = (0..=row).rev();
    rows.take_while(|r| SLOTS[*r].same_slot(&SLOTS[row]))
        .last()
        .unwrap_or(row)
}

fn end_of_slot(first: usize) -> usize {
    let rows = SLOTS[first..].iter();
    first + rows.take_while(|s| s.same_slot(&SLOTS[first])).count()
}

fn name_of(index: usize) -> &'static PyObject {
    // SAFETY: interned with a count that is never given back.
    unsafe { &*names().names[index] }
}

/// Gives a built-in type's dict a wrapper for each slot that the type fills itself (`add_operators`).
pub fn add_operators(ty: &PyTypeObject, tp_dict: &PyDictObject) -> PyResult<()> {
    for (i, slot) in SLOTS.iter().enumerate() {
        if slot.base.wrapper.is_none() {
            continue;
        }
        let Some(function) = slot.cell(ty).map(Cell::get).filter(|f| !f.is_null()) else {
            continue;
        };
        let name = name_of(i);
        if dict::get_item(tp_dict, name)?.is_some() {
            continue;
        }
        if std::ptr::eq(
            function.cast(),
            object::hash_not_implemented_slot as *const (),
        ) {
            // The type says that its instances have no hash.
            dict::set_item(tp_dict, name, none())?;
        } else {
            let descr = crate::descr::new_wrapper(ty, &slot.base, function)?;
            dict::set_item(tp_dict, name, &descr)?;
        }
    }
    Ok(())
}

/// Fills every slot of a class that has just become ready from the special methods that it defines or inherits
/// (`fixup_slot_dispatchers`).
///
/// A class with one base finds what the base finds under the names that it does not define itself, and so most of its slots are the
/// base's. If the base was made here and not changed since, all of them are. Of other bases it is remembered from class to class which
/// slots their classes take over: each was seen to come out so once.
pub fn fixup_slots(ty: &PyTypeObject) {
    match only_child(ty) {
        None => fixup_all_slots(ty),
        Some((base, concerned)) if made_here(base).get() == std::ptr::from_ref(base) => {
            fill_or_take_over(ty, base, concerned, SlotSet::MAX);
        }
        Some((base, concerned)) => match method_cache::assign_version(base) {
            None => fixup_all_slots(ty),
            Some(version) => {
                let (known, slots) = &TAKEN_OVER.0[version as usize % TAKEN_OVER.0.len()];
                let seen = if known.get() == version {
                    slots.get()
                } else {
                    0
                };
                slots.set(fill_or_take_over(ty, base, concerned, seen));
                known.set(version);
            }
        },
    }
    made_here(ty).set(ty);
}

/// Takes those slots of the base over that are known to come out as the base's and that no method of the class concerns, and fills the
/// others. Returns what is known now.
fn fill_or_take_over(
    ty: &PyTypeObject,
    base: &PyTypeObject,
    concerned: SlotSet,
    mut known: SlotSet,
) -> SlotSet {
    let mut first = 0;
    while first < SLOTS.len() {
        let bit: SlotSet = 1 << first;
        let of_base = || SLOTS[first].cell(base).map_or(null_mut(), Cell::get);
        let own = SLOTS[first].cell(ty);
        if known & bit & !concerned != 0 {
            if let Some(own) = own {
                own.set(of_base());
            }
            first = end_of_slot(first);
            continue;
        }
        let end = update_one_slot(ty, first);
        if concerned & bit == 0 && own.is_some_and(|own| own.get() == of_base()) {
            known |= bit;
        }
        first = end;
    }
    known
}

/// By version tag of a base: the slots that its classes take over as they are.
struct TakenOver([(Cell<u32>, Cell<SlotSet>); 32]);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for TakenOver {}
static TAKEN_OVER: TakenOver = TakenOver([const { (Cell::new(0), Cell::new(0)) }; 32]);

/// By address: classes whose slots were all filled by [`fixup_slots`] and not changed since.
struct MadeHere([Cell<*const PyTypeObject>; 128]);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for MadeHere {}
static MADE_HERE: MadeHere = MadeHere([const { Cell::new(null_mut()) }; 128]);

fn made_here(ty: &PyTypeObject) -> &'static Cell<*const PyTypeObject> {
    &MADE_HERE.0[std::ptr::from_ref(ty) as usize / 64 % MADE_HERE.0.len()]
}

/// The class goes away, or its slots change one by one.
pub fn forget(ty: &PyTypeObject) {
    let place = made_here(ty);
    if place.get() == std::ptr::from_ref(ty) {
        place.set(null_mut());
    }
}

/// The base of a class that has only one and the usual MRO, and the slots that the class's own methods concern.
fn only_child(ty: &PyTypeObject) -> Option<(&PyTypeObject, SlotSet)> {
    let base = super::base_of(ty)?;
    let (bases, mro, mro_of_base) = (super::bases_of(ty).ok()?, mro_of(ty)?, mro_of(base)?);
    let (mro, mro_of_base) = (tuple::as_slice(&mro), tuple::as_slice(&mro_of_base));
    let (itself, others) = mro.split_first()?;
    let usual = tuple::len(&bases) == 1
        && std::ptr::eq(itself.as_ptr().cast(), ty)
        && others.len() == mro_of_base.len()
        && others
            .iter()
            .zip(mro_of_base)
            .all(|(a, b)| std::ptr::eq(*a, *b));
    if !usual {
        return None;
    }
    let dict = ty.tp_dict.load()?;
    let (dict, names) = (dict.downcast::<PyDictObject>()?, names());
    let (mut concerned, mut at) = (0, 0);
    while let Some((key, _, _)) = dict::next_entry(dict, &mut at) {
        // SAFETY: the dict holds it.
        let key = unsafe { key.as_ref() };
        if !method_cache::is_interned(key) {
            return None;
        }
        if let Some(row) = names.row(key.as_ptr()) {
            concerned |= names.concerned[row];
        }
    }
    Some((base, concerned))
}

/// Fills every slot of a class anew.
fn fixup_all_slots(ty: &PyTypeObject) {
    forget(ty);
    let mut at = 0;
    while at < SLOTS.len() {
        at = update_one_slot(ty, at);
    }
}

/// `name` of `ty` was assigned or deleted: sets the slots behind it anew, in subclasses as well (`update_slot`).
pub fn update_slot(ty: &PyTypeObject, name: &PyObject) -> PyResult<()> {
    for i in 0..SLOTS.len() {
        if name_of(i).is(name) {
            update_slot_recursively(ty, name, first_row(i))?;
        }
    }
    Ok(())
}

/// After `__bases__` changed: all slots of the class and of its subclasses.
pub fn update_all_slots(ty: &PyTypeObject) -> PyResult<()> {
    fixup_all_slots(ty);
    for sub in subclasses_of(ty)? {
        update_all_slots(&sub)?;
    }
    Ok(())
}

fn update_slot_recursively(ty: &PyTypeObject, name: &PyObject, first: usize) -> PyResult<()> {
    forget(ty);
    update_one_slot(ty, first);
    for sub in subclasses_of(ty)? {
        // A subclass that defines the method itself is not concerned.
        if let Some(d) = sub.tp_dict.load()
            && let Some(d) = d.downcast::<PyDictObject>()
            && dict::contains(d, name)?
        {
            continue;
        }
        update_slot_recursively(&sub, name, first)?;
    }
    Ok(())
}

/// Sets the slot that begins at row `first`, and returns the row behind it.
///
/// If all methods behind the slot are wrappers of one and the same C function, the slot gets that function; otherwise the one
/// that looks the method up.
fn update_one_slot(ty: &PyTypeObject, first: usize) -> usize {
    let def = &SLOTS[first];
    let end = end_of_slot(first);
    let Some(cell) = def.cell(ty) else { return end };
    let mut generic: *const c_void = null_mut();
    let mut specific: *mut c_void = null_mut();
    let mut use_generic = false;
    for i in first..end {
        let row = &SLOTS[i];
        let Some(descr) = lookup(ty, name_of(i)) else {
            if row.function == f::tp_iternext as *const c_void {
                specific = object::next_not_implemented_slot as *mut c_void;
            }
            continue;
        };
        if let Some(found) = crate::descr::as_wrapper_named(&descr, row.name) {
            if sole_slot(ty, i).is_none_or(|c| std::ptr::eq(c, cell)) {
                generic = row.function;
            }
            let wrapped = found.d_wrapped.get();
            // SAFETY: a wrapper's type is alive.
            let owner = unsafe { &*found.d_common.d_type.get() };
            if has_kind(found.d_base.get(), row)
                && (specific.is_null() || specific == wrapped)
                && crate::owned::is_subtype(ty, owner)
            {
                specific = wrapped;
            } else {
                use_generic = true;
            }
        } else if let Some(new) = super::inherited_tp_new(&descr, ty, row) {
            specific = new;
        } else if descr.is_none() && row.function == f::tp_hash as *const c_void {
            specific = object::hash_not_implemented_slot as *mut c_void;
        } else {
            use_generic = true;
            generic = row.function;
        }
    }
    cell.set(if !specific.is_null() && !use_generic {
        specific
    } else {
        generic.cast_mut()
    });
    end
}

/// Is a wrapper's base of the same kind as that of a row?
fn has_kind(base: *const wrapperbase, row: &SlotDef) -> bool {
    let first = SLOTS.as_ptr() as usize;
    let place = (base as usize)
        .wrapping_sub(offset_of!(SlotDef, base))
        .wrapping_sub(first);
    if let Some(own) = SLOTS.get(place / size_of::<SlotDef>())
        && std::ptr::eq(&own.base, base)
    {
        return own.kind == row.kind;
    }
    // SAFETY: a wrapper's base is a row of this table or of a foreign one like it.
    let wrapper = unsafe { (*base).wrapper };
    wrapper.map(|f| f as usize) == row.base.wrapper.map(|f| f as usize)
}

/// Where a method has several slots (`__add__`: number and sequence) and the type fills exactly one of them: that one.
fn sole_slot(ty: &PyTypeObject, row: usize) -> Option<&Cell<*mut c_void>> {
    let mut found = None;
    let name = name_of(row);
    for (i, other) in SLOTS.iter().enumerate() {
        if !name_of(i).is(name) || other.base.wrapper.is_none() {
            continue;
        }
        if let Some(cell) = other.cell(ty).filter(|c| !c.get().is_null()) {
            if found.is_some() {
                return None;
            }
            found = Some(cell);
        }
    }
    found
}
