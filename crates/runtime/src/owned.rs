//! References to objects.
//!
//! Three kinds exist. [`Owned`] holds one count and gives it back when dropped. `&PyObject` (or a reference to any
//! other layout) is borrowed: somebody else keeps the object alive. `*mut PyObject` is what C holds; ownership is named
//! where one turns into another. All three are one machine word, and `Option<Owned>` and `PyResult<Owned>` are too.

use crate::hostile;
use crate::prelude::*;
use std::borrow::Cow;
use std::ffi::CStr;
use std::marker::PhantomData;
use std::mem::ManuallyDrop;
use std::ops::Deref;
use std::ptr::NonNull;

/// A struct that begins with `PyObject`'s head and can therefore be seen as one.
///
/// # Safety
/// The type must be `#[repr(C)]`, begin with the object head, and have only fields that may change behind a shared
/// reference (`Cell`s).
pub unsafe trait Layout: Sized {}

/// A layout that belongs to one type object (and to those derived from it).
pub trait PyClass: Layout {
    /// The type object itself.
    fn type_object() -> &'static PyTypeObject;

    /// Is `o` an instance of the type or of a subtype?
    #[inline]
    fn check(o: &PyObject) -> bool {
        o.isinstance_of(Self::type_object())
    }
}

macro_rules! layouts {
    ($($name:ident)*) => { $(
        // SAFETY: each is a `#[repr(C)]` struct of the headers whose first field is the object head.
        unsafe impl Layout for $name {}
    )* };
}
layouts! {
    PyObject PyVarObject PyTypeObject PyHeapTypeObject
    PyByteArrayObject PyBytesObject PyCellObject PyMethodObject PyInstanceMethodObject PyCodeObject
    PyComplexObject PyDescrObject PyMethodDescrObject PyMemberDescrObject PyGetSetDescrObject
    PyWrapperDescrObject PyDictObject _PyDictViewObject PyFloatObject PyFrameObject PyFunctionObject
    PyGenObject PyCoroObject PyAsyncGenObject PyListObject PyLongObject _PyManagedBufferObject
    PyMemoryViewObject PyCFunctionObject PyModuleDef PyContext PyContextVar PyContextToken
    PyHamtNode PyHamtObject PyHamtIterator PyBaseExceptionObject PySyntaxErrorObject
    PyImportErrorObject PyUnicodeErrorObject PySystemExitObject PyOSErrorObject
    PyStopIterationObject PySetObject PySliceObject PyTracebackObject
    PyTupleObject PyASCIIObject PyCompactUnicodeObject PyUnicodeObject PyWeakReference
}

/// An owned reference: one count of the object, given back on drop.
#[repr(transparent)]
pub struct Owned<T: Layout = PyObject> {
    ptr: NonNull<T>,
    owns: PhantomData<T>,
}

impl<T: Layout> Owned<T> {
    /// Takes over one count.
    ///
    /// # Safety
    /// `ptr` is non-null, points to a live object of layout `T`, and the caller gives away one count of it.
    #[inline]
    pub unsafe fn from_owned_ptr(ptr: *mut T) -> Owned<T> {
        debug_assert!(!ptr.is_null());
        Owned {
            // SAFETY: non-null by the contract.
            ptr: unsafe { NonNull::new_unchecked(ptr) },
            owns: PhantomData,
        }
    }

    /// Takes over one count unless the pointer is null.
    ///
    /// # Safety
    /// As [`Owned::from_owned_ptr`], but `ptr` may be null.
    #[inline]
    pub unsafe fn from_owned_ptr_or_null(ptr: *mut T) -> Option<Owned<T>> {
        NonNull::new(ptr).map(|ptr| Owned {
            ptr,
            owns: PhantomData,
        })
    }

    /// The result of a C function that returns a new reference, or NULL with the error indicator set.
    ///
    /// # Safety
    /// As [`Owned::from_owned_ptr`]; where `ptr` is null, an exception should be set.
    #[inline]
    pub unsafe fn from_result_ptr(ptr: *mut T) -> PyResult<Owned<T>> {
        match NonNull::new(ptr) {
            Some(ptr) => Ok(Owned {
                ptr,
                owns: PhantomData,
            }),
            None => Err(Raised::reported()),
        }
    }

    /// Adds a count to a borrowed pointer.
    ///
    /// # Safety
    /// `ptr` is non-null and points to a live object of layout `T`.
    #[inline]
    pub unsafe fn from_borrowed_ptr(ptr: *mut T) -> Owned<T> {
        // SAFETY: live by the contract.
        unsafe { (*ptr).own_typed() }
    }

    /// Gives the count away to the holder of the returned pointer.
    #[inline]
    pub fn into_ptr(self) -> *mut PyObject {
        ManuallyDrop::new(self).ptr.as_ptr().cast()
    }

    /// Gives the count away, keeping the layout.
    #[inline]
    pub fn into_typed_ptr(self) -> *mut T {
        ManuallyDrop::new(self).ptr.as_ptr()
    }

    /// The same reference, seen as a plain object.
    #[inline]
    pub fn upcast(self) -> Owned {
        let ptr = ManuallyDrop::new(self).ptr.cast();
        Owned {
            ptr,
            owns: PhantomData,
        }
    }

    /// The same reference under another layout.
    ///
    /// # Safety
    /// The object has layout `U`.
    #[inline]
    pub unsafe fn cast_unchecked<U: Layout>(self) -> Owned<U> {
        let ptr = ManuallyDrop::new(self).ptr.cast();
        Owned {
            ptr,
            owns: PhantomData,
        }
    }

    /// The same reference as a `U` if the object is one, else the reference back.
    #[inline]
    pub fn downcast_owned<U: PyClass>(self) -> Result<Owned<U>, Owned<T>> {
        if U::check(self.as_object()) {
            // SAFETY: just checked.
            Ok(unsafe { self.cast_unchecked() })
        } else {
            Err(self)
        }
    }
}

impl<T: Layout> Deref for Owned<T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: we hold a count, so the object lives.
        unsafe { self.ptr.as_ref() }
    }
}

impl<T: Layout> AsRef<PyObject> for Owned<T> {
    #[inline]
    fn as_ref(&self) -> &PyObject {
        self.as_object()
    }
}

impl<T: Layout> Clone for Owned<T> {
    #[inline]
    fn clone(&self) -> Owned<T> {
        self.own_typed()
    }
}

impl<T: Layout> Drop for Owned<T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: we hold a count and give it back here, once.
        unsafe { decref(self.ptr.as_ptr().cast()) }
    }
}

/// Adds a count.
///
/// # Safety
/// `o` points to a live object.
#[inline]
pub unsafe fn incref(o: *mut PyObject) {
    // SAFETY: live by the contract.
    let count = unsafe {
        hostile::check_live(o);
        &(*o).ob_refcnt
    };
    count.set(count.get().wrapping_add(1));
}

/// Gives a count back; the last one deallocates the object, which can run arbitrary code.
///
/// # Safety
/// `o` points to a live object of which the caller holds a count.
#[inline]
pub unsafe fn decref(o: *mut PyObject) {
    // SAFETY: live by the contract; at 0 nobody holds a count any more.
    unsafe {
        if count_down(o) == 0 {
            dealloc(o)
        }
    }
}

/// Takes a count away and says what is left. At 0 the caller is to deallocate the object.
///
/// # Safety
/// `o` points to a live object of which the caller holds a count.
#[inline(always)]
pub unsafe fn count_down(o: *mut PyObject) -> Py_ssize_t {
    // SAFETY: live by the contract.
    let count = unsafe {
        hostile::check_live(o);
        &(*o).ob_refcnt
    };
    let left = count.get().wrapping_sub(1);
    count.set(left);
    left
}

/// As [`decref`], for a pointer that may be null.
///
/// # Safety
/// As [`decref`] where `o` is not null.
#[inline]
pub unsafe fn xdecref(o: *mut PyObject) {
    if !o.is_null() {
        // SAFETY: by the contract.
        unsafe { decref(o) }
    }
}

/// Calls the type's deallocator (`_Py_Dealloc`).
///
/// # Safety
/// `o` points to an object whose count has reached 0.
#[inline]
pub unsafe fn dealloc(o: *mut PyObject) {
    // SAFETY: the object and its type are alive until tp_dealloc frees them.
    unsafe {
        hostile::note_death(o);
        if let Some(f) = (*(*o).ob_type.get()).tp_dealloc.get() {
            f(o);
        }
    }
}

/// What every object can do, whatever its layout.
pub trait ObjectExt {
    /// The object as a plain one.
    fn as_object(&self) -> &PyObject;

    /// The raw pointer, borrowed.
    #[inline]
    fn as_ptr(&self) -> *mut PyObject {
        std::ptr::from_ref(self.as_object()).cast_mut()
    }

    /// A new owned reference.
    #[inline]
    fn own(&self) -> Owned {
        let ptr = self.as_ptr();
        // SAFETY: a borrowed object lives; the count is handed to the result.
        unsafe {
            incref(ptr);
            Owned::from_owned_ptr(ptr)
        }
    }

    /// The object's type. It lives as long as the object does and is not reassigned.
    #[inline]
    fn ty(&self) -> &PyTypeObject {
        // SAFETY: every object holds its type.
        unsafe { &*self.as_object().ob_type.get() }
    }

    /// Object identity (`is`).
    #[inline]
    fn is<U: ObjectExt + ?Sized>(&self, other: &U) -> bool {
        self.as_ptr() == other.as_ptr()
    }

    #[inline]
    fn is_none(&self) -> bool {
        self.is(none())
    }

    /// `type(o).__name__` as C knows it: `tp_name`, with whatever is not UTF-8 replaced.
    fn type_name(&self) -> Cow<'_, str> {
        type_name_of(self.ty())
    }

    /// Instance of `ty` or of a subtype of it, by the real type (not by `__class__`).
    #[inline]
    fn isinstance_of(&self, ty: &PyTypeObject) -> bool {
        std::ptr::eq(self.ty(), ty) || is_subtype(self.ty(), ty)
    }

    /// Is the object's type `ty` itself?
    #[inline(always)]
    fn is_exactly(&self, ty: &PyTypeObject) -> bool {
        std::ptr::eq(self.as_object().ob_type.get(), ty)
    }

    /// The object under `U`'s layout if it is an instance of `U`'s type or a subtype.
    #[inline]
    fn downcast<U: PyClass>(&self) -> Option<&U> {
        let o = self.as_object();
        // SAFETY: an instance of the type has its layout.
        U::check(o).then(|| unsafe { &*self.as_ptr().cast::<U>() })
    }

    /// The object under `U`'s layout if its type is exactly `U`'s.
    #[inline]
    fn downcast_exact<U: PyClass>(&self) -> Option<&U> {
        let exact = std::ptr::eq(self.ty(), U::type_object());
        // SAFETY: an instance of the type has its layout.
        exact.then(|| unsafe { &*self.as_ptr().cast::<U>() })
    }

    /// The object under `U`'s layout.
    ///
    /// # Safety
    /// The object has that layout.
    #[inline]
    unsafe fn cast_ref<U: Layout>(&self) -> &U {
        // SAFETY: by the contract.
        unsafe { &*self.as_ptr().cast::<U>() }
    }

    /// The reference count.
    #[inline]
    fn refcount(&self) -> Py_ssize_t {
        self.as_object().ob_refcnt.get()
    }
}

impl<T: Layout> ObjectExt for T {
    #[inline]
    fn as_object(&self) -> &PyObject {
        // SAFETY: a layout begins with the object head, and all of its fields are cells.
        unsafe { &*std::ptr::from_ref(self).cast::<PyObject>() }
    }
}

/// An owned reference that keeps the layout.
pub trait OwnTyped: Layout {
    #[inline]
    fn own_typed(&self) -> Owned<Self> {
        // SAFETY: the new reference is to this very object.
        unsafe { self.own().cast_unchecked() }
    }
}
impl<T: Layout> OwnTyped for T {}

/// The name of a type as text (`tp_name`).
pub fn type_name_of(ty: &PyTypeObject) -> Cow<'_, str> {
    // SAFETY: tp_name is a NUL-terminated string that the type keeps alive.
    unsafe { CStr::from_ptr(ty.tp_name.get()) }.to_string_lossy()
}

/// `PyType_IsSubtype`: by the method resolution order, or by the chain of bases while a type is not ready.
pub fn is_subtype(a: &PyTypeObject, b: &PyTypeObject) -> bool {
    let mro = a.tp_mro.get();
    if !mro.is_null() {
        // SAFETY: tp_mro is a tuple of type objects that the type holds.
        unsafe {
            let mro = &*mro.cast::<PyTupleObject>();
            let items = mro.ob_item.as_ptr().cast::<*mut PyTypeObject>();
            let n = mro.ob_base.ob_size.get();
            return (0..n).any(|i| *items.offset(i) == std::ptr::from_ref(b).cast_mut());
        }
    }
    let mut at = std::ptr::from_ref(a).cast_mut();
    while !at.is_null() {
        if std::ptr::eq(at, b) {
            return true;
        }
        // SAFETY: a type holds its base.
        at = unsafe { (*at).tp_base.get() };
    }
    std::ptr::eq(b, &raw const crate::typeobject::PyBaseObject_Type)
}

/// Reference-holding fields of objects: a `Cell` with a pointer that owns a count, or null.
pub trait FieldExt<T: Layout> {
    /// What the field holds, borrowed. Invalid as soon as code runs that may change the field: prefer [`FieldExt::load`].
    fn borrow(&self) -> Option<&T>;
    /// What the field holds, with a count of its own.
    fn load(&self) -> Option<Owned<T>>;
    /// Empties the field and returns what it held.
    fn take_ref(&self) -> Option<Owned<T>>;
    /// Stores a reference; the old one is given back after the store (`Py_XSETREF`).
    fn set_ref(&self, new: Option<Owned<T>>);
}

impl<T: Layout> FieldExt<T> for Cell<*mut T> {
    #[inline]
    fn borrow(&self) -> Option<&T> {
        // SAFETY: the field holds a count of what it points to.
        unsafe { self.get().as_ref() }
    }
    #[inline]
    fn load(&self) -> Option<Owned<T>> {
        self.borrow().map(OwnTyped::own_typed)
    }
    #[inline]
    fn take_ref(&self) -> Option<Owned<T>> {
        // SAFETY: the field's count moves to the result.
        unsafe { Owned::from_owned_ptr_or_null(self.replace(std::ptr::null_mut())) }
    }
    #[inline]
    fn set_ref(&self, new: Option<Owned<T>>) {
        let new = new.map_or(std::ptr::null_mut(), Owned::into_typed_ptr);
        // SAFETY: the old value's count moves to the temporary, which drops it after the store.
        drop(unsafe { Owned::from_owned_ptr_or_null(self.replace(new)) });
    }
}
