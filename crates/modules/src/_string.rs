//! `_string`: how format strings are read, for `string.Formatter`.

use pyrite_macros::pymodule;
use pyrite_runtime::prelude::*;
use pyrite_runtime::unicode::format_method;

/// `_string`.
pub struct StringHelpers;

#[pymodule(name = "_string")]
impl StringHelpers {
    #[function]
    #[sig("($module, format_string, /)")]
    fn formatter_parser(_module: &PyObject, format_string: &PyObject) -> PyResult<Owned> {
        format_method::parser(format_string)
    }
    #[function]
    #[sig("($module, field_name, /)")]
    fn formatter_field_name_split(_module: &PyObject, field_name: &PyObject) -> PyResult<Owned> {
        format_method::field_name_split(field_name)
    }
}
