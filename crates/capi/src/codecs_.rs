//! `codecs.h`: the registry of codecs and error handlers.

use crate::prelude::*;
use crate::support::lossy;

/// An optional C string as text.
macro_rules! optional {
    ($s:expr) => {
        $s.map(lossy).as_deref()
    };
}

capi! {
    fn PyCodec_Register(search: &PyObject) -> PyResult<()> { codecs::register(search) }
    fn _PyCodec_Lookup(encoding: &CStr) -> PyResult<Owned> { Ok(codecs::lookup(&lossy(encoding))?.upcast()) }
    fn _PyCodec_Forget(encoding: &CStr) -> PyResult<()> { codecs::forget(&lossy(encoding)) }
    fn PyCodec_KnownEncoding(encoding: &CStr) -> bool { codecs::known_encoding(&lossy(encoding)) }
    fn PyCodec_Encode(o: &PyObject, encoding: &CStr, errors: Option<&CStr>) -> PyResult<Owned> { codecs::encode(o, &lossy(encoding), optional!(errors)) }
    fn PyCodec_Decode(o: &PyObject, encoding: &CStr, errors: Option<&CStr>) -> PyResult<Owned> { codecs::decode(o, &lossy(encoding), optional!(errors)) }
    fn _PyCodec_LookupTextEncoding(encoding: &CStr, alternative: &CStr) -> PyResult<Owned> { Ok(codecs::lookup_text_encoding(&lossy(encoding), &lossy(alternative))?.upcast()) }
    fn PyCodec_Encoder(encoding: &CStr) -> PyResult<Owned> { codecs::encoder(&lossy(encoding)) }
    fn PyCodec_Decoder(encoding: &CStr) -> PyResult<Owned> { codecs::decoder(&lossy(encoding)) }
    fn _PyCodecInfo_GetIncrementalDecoder(codec: &PyObject, errors: Option<&CStr>) -> PyResult<Owned> { codecs::incremental(codec, optional!(errors), "incrementaldecoder") }
    fn _PyCodecInfo_GetIncrementalEncoder(codec: &PyObject, errors: Option<&CStr>) -> PyResult<Owned> { codecs::incremental(codec, optional!(errors), "incrementalencoder") }
    fn PyCodec_IncrementalDecoder(encoding: &CStr, errors: Option<&CStr>) -> PyResult<Owned> { codecs::incremental(codecs::lookup(&lossy(encoding))?.as_object(), optional!(errors), "incrementaldecoder") }
    fn PyCodec_IncrementalEncoder(encoding: &CStr, errors: Option<&CStr>) -> PyResult<Owned> { codecs::incremental(codecs::lookup(&lossy(encoding))?.as_object(), optional!(errors), "incrementalencoder") }
    fn PyCodec_StreamReader(encoding: &CStr, stream: &PyObject, errors: Option<&CStr>) -> PyResult<Owned> { codecs::stream(&lossy(encoding), stream, optional!(errors), 2) }
    fn PyCodec_StreamWriter(encoding: &CStr, stream: &PyObject, errors: Option<&CStr>) -> PyResult<Owned> { codecs::stream(&lossy(encoding), stream, optional!(errors), 3) }
    fn PyCodec_RegisterError(name: &CStr, handler: &PyObject) -> PyResult<()> { codecs::register_error(&lossy(name), handler) }
    fn PyCodec_LookupError(name: Option<&CStr>) -> PyResult<Owned> { codecs::lookup_error(optional!(name)) }
    fn PyCodec_StrictErrors(exc: &PyObject) -> PyResult<Owned> { handle("strict", exc) }
    fn PyCodec_IgnoreErrors(exc: &PyObject) -> PyResult<Owned> { handle("ignore", exc) }
    fn PyCodec_ReplaceErrors(exc: &PyObject) -> PyResult<Owned> { handle("replace", exc) }
    fn PyCodec_XMLCharRefReplaceErrors(exc: &PyObject) -> PyResult<Owned> { handle("xmlcharrefreplace", exc) }
    fn PyCodec_BackslashReplaceErrors(exc: &PyObject) -> PyResult<Owned> { handle("backslashreplace", exc) }
    fn PyCodec_NameReplaceErrors(exc: &PyObject) -> PyResult<Owned> { handle("namereplace", exc) }
}

/// Asks a handler that is always registered.
fn handle(name: &str, exc: &PyObject) -> PyResult<Owned> {
    call::call1(&*codecs::lookup_error(Some(name))?, exc)
}
