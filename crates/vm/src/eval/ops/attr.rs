//! Attributes and methods.

use crate::eval::machine::opx;
use crate::prelude::*;

opx! {
    fn LOAD_ATTR(m) {
        let r = { let v = m.pop(); object::get_attr(&v, m.name(m.oparg())) };
        m.result(r)
    }

    fn STORE_ATTR(m) {
        let r = {
            let owner = m.pop();
            let v = m.pop();
            object::set_attr(&owner, m.name(m.oparg()), &v)
        };
        m.done(r)
    }

    fn DELETE_ATTR(m) {
        let r = { let owner = m.pop(); object::del_attr(&owner, m.name(m.oparg())) };
        m.done(r)
    }

    /// Leaves a method and its receiver, or NULL and any other attribute.
    fn LOAD_METHOD(m) {
        match typeobject::get_method(m.top(), m.name(m.oparg())) {
            Ok((attr, true)) => {
                let owner = m.pop();
                m.push_ptr(std::ptr::null_mut());
                m.push(attr);
                drop(owner);
                m.step()
            }
            Ok((method, false)) => {
                let owner = m.pop_ptr();
                m.push(method);
                m.push_ptr(owner);
                m.step()
            }
            Err(_) => m.error(),
        }
    }
}
