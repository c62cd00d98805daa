//! The types of this crate that are no builtins by name, and the start of what they need.
//!
//! Every static type must be ready before a program can look at it; the builtins and the exceptions are made ready by
//! those who publish them.

use crate::prelude::*;
use crate::{
    bytearray, bytes, capsule, cell, cfunction, context, descr, dict, gc, iterobject, list,
    memoryview, method, module, namespace, object, odict, picklebuf, range, set, slice, structseq,
    traceback, tuple, typeobject, unicode, weakref,
};

fn iterators() -> [&'static PyTypeObject; 23] {
    [
        &tuple::PyTupleIter_Type,
        &list::PyListIter_Type,
        &list::PyListRevIter_Type,
        &dict::PyDictIterKey_Type,
        &dict::PyDictIterValue_Type,
        &dict::PyDictIterItem_Type,
        &dict::PyDictRevIterKey_Type,
        &dict::PyDictRevIterValue_Type,
        &dict::PyDictRevIterItem_Type,
        &set::PySetIter_Type,
        &range::PyRangeIter_Type,
        &range::PyLongRangeIter_Type,
        &iterobject::PySeqIter_Type,
        &iterobject::PyCallIter_Type,
        &odict::PyODictIter_Type,
        &bytes::PyBytesIter_Type,
        &bytearray::PyByteArrayIter_Type,
        &unicode::PyUnicodeIter_Type,
        &unicode::encoding_map::ENCODING_MAP,
        &unicode::format_method::PyFormatterIter_Type,
        &unicode::format_method::PyFieldNameIter_Type,
        &context::hamt::_PyHamtKeys_Type,
        &context::hamt::_PyHamtValues_Type,
    ]
}

fn others() -> [&'static PyTypeObject; 42] {
    [
        &object::none::_PyNone_Type,
        &object::none::_PyNotImplemented_Type,
        &object::none::PyEllipsis_Type,
        &dict::PyDictKeys_Type,
        &dict::PyDictValues_Type,
        &dict::PyDictItems_Type,
        &odict::PyODict_Type,
        &odict::PyODictKeys_Type,
        &odict::PyODictValues_Type,
        &odict::PyODictItems_Type,
        &weakref::_PyWeakref_RefType,
        &weakref::_PyWeakref_ProxyType,
        &weakref::_PyWeakref_CallableProxyType,
        &namespace::_PyNamespace_Type,
        &structseq::Template_Type,
        &slice::PySlice_Type,
        &context::PyContext_Type,
        &context::PyContextVar_Type,
        &context::PyContextToken_Type,
        &context::PyContextTokenMissing_Type,
        &context::hamt::_PyHamt_Type,
        &context::hamt::_PyHamt_BitmapNode_Type,
        &context::hamt::_PyHamt_ArrayNode_Type,
        &context::hamt::_PyHamt_CollisionNode_Type,
        &context::hamt::_PyHamtItems_Type,
        &memoryview::PyMemoryView_Type,
        &memoryview::_PyManagedBuffer_Type,
        &picklebuf::PyPickleBuffer_Type,
        &capsule::PyCapsule_Type,
        &cell::PyCell_Type,
        &cfunction::PyCFunction_Type,
        &method::PyMethod_Type,
        &crate::instance_method::PyInstanceMethod_Type,
        &module::PyModule_Type,
        &module::PyModuleDef_Type,
        &descr::PyMethodDescr_Type,
        &descr::PyClassMethodDescr_Type,
        &descr::PyMemberDescr_Type,
        &descr::PyGetSetDescr_Type,
        &descr::PyWrapperDescr_Type,
        &descr::method_wrapper::_PyMethodWrapper_Type,
        &descr::proxy::PyDictProxy_Type,
    ]
}

/// What must be done before the first object is made.
pub fn before_objects() {
    if gc::collector::generation0_is_unlinked() {
        gc::collector::init();
    }
}

/// Makes the types ready. `object` and `type` are ready already.
pub fn ready() -> PyResult<()> {
    for ty in iterators().into_iter().chain(others()) {
        typeobject::ready(ty)?;
    }
    typeobject::ready(&traceback::PyTraceBack_Type)?;
    context::init()
}
