//! Types whose layout the headers show but whose code belongs to the interpreter, above this crate.
//!
//! The object model must recognise a frame or a function when it meets one. The type objects are exported data under
//! their C names, so they are found when the library is linked; only their addresses are used here.

use crate::prelude::*;

macro_rules! upper {
    ($($layout:ident $type:ident;)*) => {
        #[cfg(not(test))]
        unsafe extern "C" {
            $(safe static $type: PyTypeObject;)*
        }
        // The crate's own tests are linked without an interpreter.
        #[cfg(test)]
        mod stand_in {
            $(pub static $type: pyrite_abi::PyTypeObject = pyrite_abi::PyTypeObject::ZEROED;)*
        }
        #[cfg(test)]
        use stand_in::*;

        $(
            impl PyClass for $layout {
                #[inline]
                fn type_object() -> &'static PyTypeObject {
                    &$type
                }
                #[inline]
                fn check(o: &PyObject) -> bool {
                    std::ptr::eq(o.ty(), &raw const $type)
                }
            }
        )*
    };
}

upper! {
    PyAsyncGenObject PyAsyncGen_Type;
    PyCodeObject PyCode_Type;
    PyCoroObject PyCoro_Type;
    PyFrameObject PyFrame_Type;
    PyFunctionObject PyFunction_Type;
    PyGenObject PyGen_Type;
}
