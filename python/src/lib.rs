//! The Python package of `resolvent`: the evaluator of the query language, its values, its laws on arrays.
//!
//! Nothing is computed in Python. A call becomes a statement of the language, in which values made before stand under names of
//! their own ([`resolvent::session::Kept`]); it runs on a thread of its own without the lock of the interpreter, while the calling
//! thread looks for Ctrl-C ([`engine`]). Arrays of doubles go past the language, to the law in double precision ([`law`]).

mod arrays;
mod convert;
mod engine;
mod handle;
mod law;
mod pieces;
mod script;
mod table;

use pyo3::prelude::*;

#[pymodule(name = "_native", gil_used = true)]
mod native {
    #[pymodule_export]
    use super::arrays::{black_box, matrix};
    #[pymodule_export]
    use super::engine::{evaluate, seconds_of, syntax};
    #[pymodule_export]
    use super::handle::Handle;
    #[pymodule_export]
    use super::law::Law;
    #[pymodule_export]
    use super::pieces::{Checkpoint, gather, pieces, plan};
    #[pymodule_export]
    use super::script::Session;
    #[pymodule_export]
    use super::table::{functions, help, queries, version};
}
