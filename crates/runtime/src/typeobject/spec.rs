//! `PyType_FromSpec`: classes from C (PEP 384).

use super::{instance, layout};
use crate::prelude::*;
use crate::{dict, err, gc, mem, tuple, unicode};
use std::ffi::CStr;
use std::mem::offset_of;

/// Where slot number `id` of `typeslots.h` lies in a class's struct.
pub fn slot_offset(id: c_int) -> Option<usize> {
    macro_rules! offsets {
        ($id:expr; $($table:ident $strukt:ident: $($slot:ident = $n:literal)*;)*) => {
            match $id {
                $($($n => Some(offsets!(@base $table) + offset_of!($strukt, $slot)),)*)*
                _ => None,
            }
        };
        (@base ht_type) => { 0 };
        (@base $table:ident) => { offset_of!(PyHeapTypeObject, $table) };
    }
    offsets! { id;
        as_mapping PyMappingMethods: mp_ass_subscript = 3 mp_length = 4 mp_subscript = 5;
        as_number PyNumberMethods: nb_absolute = 6 nb_add = 7 nb_and = 8 nb_bool = 9 nb_divmod = 10
            nb_float = 11 nb_floor_divide = 12 nb_index = 13 nb_inplace_add = 14 nb_inplace_and = 15
            nb_inplace_floor_divide = 16 nb_inplace_lshift = 17 nb_inplace_multiply = 18
            nb_inplace_or = 19 nb_inplace_power = 20 nb_inplace_remainder = 21 nb_inplace_rshift = 22
            nb_inplace_subtract = 23 nb_inplace_true_divide = 24 nb_inplace_xor = 25 nb_int = 26
            nb_invert = 27 nb_lshift = 28 nb_multiply = 29 nb_negative = 30 nb_or = 31
            nb_positive = 32 nb_power = 33 nb_remainder = 34 nb_rshift = 35 nb_subtract = 36
            nb_true_divide = 37 nb_xor = 38 nb_matrix_multiply = 75 nb_inplace_matrix_multiply = 76;
        as_sequence PySequenceMethods: sq_ass_item = 39 sq_concat = 40 sq_contains = 41
            sq_inplace_concat = 42 sq_inplace_repeat = 43 sq_item = 44 sq_length = 45 sq_repeat = 46;
        ht_type PyTypeObject: tp_alloc = 47 tp_base = 48 tp_bases = 49 tp_call = 50 tp_clear = 51
            tp_dealloc = 52 tp_del = 53 tp_descr_get = 54 tp_descr_set = 55 tp_doc = 56
            tp_getattr = 57 tp_getattro = 58 tp_hash = 59 tp_init = 60 tp_is_gc = 61 tp_iter = 62
            tp_iternext = 63 tp_methods = 64 tp_new = 65 tp_repr = 66 tp_richcompare = 67
            tp_setattr = 68 tp_setattro = 69 tp_str = 70 tp_traverse = 71 tp_members = 72
            tp_getset = 73 tp_free = 74 tp_finalize = 80;
        as_async PyAsyncMethods: am_await = 77 am_aiter = 78 am_anext = 79;
    }
}

const BF_GETBUFFER: c_int = 1;
const BF_RELEASEBUFFER: c_int = 2;
const TP_BASE: c_int = 48;
const TP_BASES: c_int = 49;
const TP_DOC: c_int = 56;
const TP_MEMBERS: c_int = 72;

/// `PyType_FromSpecWithBases`.
///
/// # Safety
/// The spec's slots end with a zero row, and each holds what its number says.
pub unsafe fn from_spec(spec: &PyType_Spec, bases: Option<&PyTupleObject>) -> PyResult<Owned> {
    // SAFETY: by the contract.
    let rows = unsafe { spec_rows(spec) };
    let bases = resolve_bases(&rows, bases)?;
    let base = layout::best_base(&tuple::to_vec(&bases))?;
    if base.tp_flags.get() & Py_TPFLAGS_BASETYPE == 0 {
        let name = super::type_name_of(&base);
        return Err(raise!(
            TypeError,
            "type '{}' is not an acceptable base type",
            err::short(&name, 100)
        ));
    }
    // SAFETY: the table of members ends with an empty row.
    let members = unsafe { members_of(&rows) };
    let o = instance::generic_alloc(&super::PyType_Type, members.len() as Py_ssize_t)?;
    // SAFETY: an instance of `type`.
    let heap: Owned<PyHeapTypeObject> = unsafe { o.cast_unchecked() };
    let ty = &heap.ht_type;
    // SAFETY: the spec's name is a C string that outlives the type.
    let full = unsafe { CStr::from_ptr(spec.name) }
        .to_string_lossy()
        .into_owned();
    let short = unicode::from_str(full.rsplit('.').next().unwrap_or(&full))?;
    heap.ht_name.set_ref(Some(short.clone().upcast()));
    heap.ht_qualname.set_ref(Some(short.upcast()));
    ty.tp_name.set(spec.name);
    ty.tp_flags
        .set(std::ffi::c_ulong::from(spec.flags) | Py_TPFLAGS_HEAPTYPE);
    ty.tp_as_async.set((&raw const heap.as_async).cast_mut());
    ty.tp_as_number.set((&raw const heap.as_number).cast_mut());
    ty.tp_as_sequence
        .set((&raw const heap.as_sequence).cast_mut());
    ty.tp_as_mapping
        .set((&raw const heap.as_mapping).cast_mut());
    ty.tp_as_buffer.set((&raw const heap.as_buffer).cast_mut());
    ty.tp_base.set_ref(Some(base));
    ty.tp_bases.set_ref(Some(bases.upcast()));
    ty.tp_basicsize.set(spec.basicsize as Py_ssize_t);
    ty.tp_itemsize.set(spec.itemsize as Py_ssize_t);
    // SAFETY: by the contract; the heap type has room for its members.
    unsafe { fill(&heap, &rows, &members)? };
    if ty.tp_dealloc.get().is_none() {
        ty.tp_dealloc.set(Some(instance::dealloc));
    }
    if gc::is_gc_type(ty) && ty.tp_free.get().is_none() {
        ty.tp_free.set(Some(gc::del_slot));
    }
    super::ready(ty)?;
    for m in &members {
        // SAFETY: a member's name is a C string.
        match unsafe { CStr::from_ptr(m.name) }.to_bytes() {
            b"__weaklistoffset__" => ty.tp_weaklistoffset.set(m.offset),
            b"__dictoffset__" => ty.tp_dictoffset.set(m.offset),
            _ => {}
        }
    }
    set_module(ty, &full)?;
    Ok(heap.upcast())
}

unsafe fn spec_rows(spec: &PyType_Spec) -> Vec<PyType_Slot> {
    let mut rows = Vec::new();
    let mut at = spec.slots;
    // SAFETY: by the contract of `from_spec`.
    unsafe {
        while !at.is_null() && (*at).slot != 0 {
            rows.push(PyType_Slot {
                slot: (*at).slot,
                pfunc: (*at).pfunc,
            });
            at = at.add(1);
        }
    }
    rows
}

unsafe fn members_of(rows: &[PyType_Slot]) -> Vec<PyMemberDef> {
    let mut members = Vec::new();
    for row in rows.iter().filter(|r| r.slot == TP_MEMBERS) {
        let mut at = row.pfunc.cast::<PyMemberDef>();
        // SAFETY: by the caller.
        unsafe {
            while !(*at).name.is_null() {
                members.push(*at);
                at = at.add(1);
            }
        }
    }
    members
}

fn resolve_bases(
    rows: &[PyType_Slot],
    given: Option<&PyTupleObject>,
) -> PyResult<Owned<PyTupleObject>> {
    if let Some(bases) = given {
        return Ok(crate::owned::OwnTyped::own_typed(bases));
    }
    let find = |id| {
        rows.iter()
            .find(|r| r.slot == id)
            .map(|r| r.pfunc.cast::<PyObject>())
    };
    // SAFETY: the rows hold a tuple and a type.
    unsafe {
        if let Some(bases) = find(TP_BASES).and_then(|p| p.as_ref()) {
            return match bases.downcast::<PyTupleObject>() {
                Some(t) => Ok(crate::owned::OwnTyped::own_typed(t)),
                None => Err(raise!(SystemError, "Py_tp_bases is not a tuple")),
            };
        }
        match find(TP_BASE).and_then(|p| p.as_ref()) {
            Some(base) => tuple::from_slice(&[base]),
            None => tuple::from_slice(&[super::PyBaseObject_Type.as_object()]),
        }
    }
}

unsafe fn fill(
    heap: &PyHeapTypeObject,
    rows: &[PyType_Slot],
    members: &[PyMemberDef],
) -> PyResult<()> {
    let ty = &heap.ht_type;
    for row in rows {
        match row.slot {
            TP_BASE | TP_BASES => {}
            TP_DOC => {
                // SAFETY: the row holds null or a C string.
                if let Some(doc) = unsafe { row.pfunc.cast::<c_char>().as_ref() } {
                    // SAFETY: as above.
                    let doc = unsafe { CStr::from_ptr(doc) }.to_bytes_with_nul();
                    let copy = mem::object_alloc(doc.len());
                    if copy.is_null() {
                        return Err(err::no_memory());
                    }
                    // SAFETY: the block has that size.
                    unsafe { copy.copy_from_nonoverlapping(doc.as_ptr(), doc.len()) };
                    ty.tp_doc.set(copy.cast());
                }
            }
            TP_MEMBERS => {
                // SAFETY: the class was allocated with room for its members and one more.
                unsafe {
                    let own = std::ptr::from_ref(heap)
                        .add(1)
                        .cast_mut()
                        .cast::<PyMemberDef>();
                    own.copy_from_nonoverlapping(members.as_ptr(), members.len());
                    ty.tp_members.set(own);
                }
            }
            // 3.8 takes the two functions of the buffer protocol and forgets them.
            BF_GETBUFFER | BF_RELEASEBUFFER => {}
            id => {
                let Some(offset) = slot_offset(id) else {
                    return Err(raise!(RuntimeError, "invalid slot offset"));
                };
                // SAFETY: a slot of the class's struct lies at that offset.
                unsafe {
                    (*std::ptr::from_ref(heap)
                        .cast::<u8>()
                        .add(offset)
                        .cast::<Cell<*mut c_void>>())
                    .set(row.pfunc);
                }
            }
        }
    }
    Ok(())
}

fn set_module(ty: &PyTypeObject, full: &str) -> PyResult<()> {
    match full.rsplit_once('.') {
        Some((module, _)) => dict::set_item(
            &*super::dict_of(ty)?,
            id!("__module__").as_object(),
            unicode::from_str(module)?.as_object(),
        ),
        None => {
            let text = format!("builtin type {full} has no __module__ attribute");
            let text = unicode::from_str(&text)?;
            crate::hooks::warn(
                crate::exceptions::exc::DeprecationWarning.get(),
                text.as_object(),
                1,
            )
        }
    }
}

/// `PyType_GetSlot`.
pub fn get_slot(ty: &PyTypeObject, id: c_int) -> PyResult<*mut c_void> {
    let Some(heap) = super::as_heap_type(ty) else {
        return Err(err::bad_internal_call());
    };
    match slot_offset(id) {
        // SAFETY: a slot of the class's struct lies at that offset.
        Some(offset) => Ok(unsafe {
            (*std::ptr::from_ref(heap)
                .cast::<u8>()
                .add(offset)
                .cast::<Cell<*mut c_void>>())
            .get()
        }),
        None if id < 1 => Err(err::bad_internal_call()),
        None => Ok(std::ptr::null_mut()),
    }
}
