//! The method resolution order: C3 linearisation (Barrett et al., "A Monotonic Superclass Linearization for Dylan").

use super::{bases_of, method_cache, mro_of, type_name_of};
use crate::object::{self};
use crate::prelude::*;
use crate::{call, err, list, sequence, tuple};

/// The linearisation of a type's bases, the type itself first (`type.mro`).
pub fn linearize(ty: &PyTypeObject) -> PyResult<Vec<Owned>> {
    let bases = tuple::to_vec(&*bases_of(ty)?);
    let mut sequences: Vec<Vec<Owned>> = Vec::with_capacity(bases.len() + 1);
    for base in &bases {
        let Some(base) = base.downcast::<PyTypeObject>() else {
            return Err(raise!(TypeError, "bases must be types"));
        };
        let Some(mro) = mro_of(base) else {
            let name = type_name_of(base);
            let name = err::short(&name, 100);
            return Err(raise!(
                TypeError,
                "Cannot extend an incomplete type '{name}'"
            ));
        };
        sequences.push(tuple::to_vec(&mro));
    }
    let mut result = vec![ty.own()];
    if let [only] = &sequences[..] {
        result.extend(only.iter().cloned());
        return Ok(result);
    }
    check_duplicates(&bases)?;
    sequences.push(bases);
    merge(sequences, &mut result)?;
    Ok(result)
}

fn check_duplicates(bases: &[Owned]) -> PyResult<()> {
    for (i, b) in bases.iter().enumerate() {
        if bases[..i].iter().any(|other| other.is(&**b)) {
            return match object::lookup_attr(b, id!("__name__").as_object())? {
                Some(name) => Err(raise!(
                    TypeError,
                    "duplicate base class {}",
                    err::Str(&name)
                )),
                None => Err(raise!(TypeError, "duplicate base class")),
            };
        }
    }
    Ok(())
}

/// Takes again and again the first head that is in no other sequence's tail.
fn merge(sequences: Vec<Vec<Owned>>, result: &mut Vec<Owned>) -> PyResult<()> {
    let mut at = vec![0; sequences.len()];
    loop {
        let mut left = false;
        let mut next = None;
        for (s, seq) in sequences.iter().enumerate() {
            let Some(head) = seq.get(at[s]) else { continue };
            left = true;
            let blocked = sequences
                .iter()
                .zip(&at)
                .any(|(other, at)| other.iter().skip(at + 1).any(|o| o.is(&**head)));
            if !blocked {
                next = Some(head.clone());
                break;
            }
        }
        match next {
            Some(head) => {
                for (seq, at) in sequences.iter().zip(at.iter_mut()) {
                    if seq.get(*at).is_some_and(|o| o.is(&*head)) {
                        *at += 1;
                    }
                }
                result.push(head);
            }
            None if left => return Err(inconsistent(&sequences, &at)),
            None => return Ok(()),
        }
    }
}

fn inconsistent(sequences: &[Vec<Owned>], at: &[usize]) -> Raised {
    let mut heads: Vec<&Owned> = Vec::new();
    for (seq, at) in sequences.iter().zip(at) {
        if let Some(head) = seq.get(*at)
            && !heads.iter().any(|h| h.as_ptr() == head.as_ptr())
        {
            heads.push(head);
        }
    }
    let names: Vec<String> = heads
        .iter()
        .map(|h| {
            h.downcast::<PyTypeObject>()
                .map_or_else(|| "?".to_owned(), super::short_name)
        })
        .collect();
    raise!(
        TypeError,
        "Cannot create a consistent method resolution\norder (MRO) for bases {}",
        names.join(", ")
    )
}

/// Computes and stores the type's MRO, by its metaclass's `mro` if that is overridden (`mro_internal`).
///
/// Returns the old one, or nothing when `mro` itself gave the type another, which stays.
pub fn set_mro(ty: &PyTypeObject) -> PyResult<Option<Option<Owned>>> {
    let old = ty.tp_mro.load();
    let mro = if std::ptr::eq(ty.ty(), &super::PyType_Type) {
        tuple::from_owned(linearize(ty)?)?
    } else {
        custom_mro(ty)?
    };
    if ty.tp_mro.get() != old.as_ref().map_or(std::ptr::null_mut(), |m| m.as_ptr()) {
        return Ok(None);
    }
    ty.tp_mro.set_ref(Some(mro.clone().upcast()));
    method_cache::mro_modified(ty, &mro);
    method_cache::mro_modified(ty, &*bases_of(ty)?);
    method_cache::modified(ty);
    Ok(Some(old))
}

fn custom_mro(ty: &PyTypeObject) -> PyResult<Owned<PyTupleObject>> {
    let result = match super::lookup_special(ty.as_object(), id!("mro").as_object())? {
        Some(f) => call::call0(&f)?,
        None => list::from_owned(linearize(ty)?)?.upcast(),
    };
    let mro = sequence::tuple(&result)?;
    let solid = super::layout::solid_base(ty);
    for class in tuple::to_vec(&mro) {
        let Some(class_ty) = class.downcast::<PyTypeObject>() else {
            let name = class.type_name();
            let name = err::short(&name, 500);
            return Err(raise!(TypeError, "mro() returned a non-class ('{name}')"));
        };
        if !super::is_subtype(solid, super::layout::solid_base(class_ty)) {
            let name = type_name_of(class_ty);
            let name = err::short(&name, 500);
            return Err(raise!(
                TypeError,
                "mro() returned base with unsuitable layout ('{name}')"
            ));
        }
    }
    Ok(mro)
}
