//! Theory beside witness.
