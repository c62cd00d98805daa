//! PickleBuffer (not here yet).
