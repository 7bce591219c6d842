//! The tree of a function: its nodes and primitives, how it is put together, read, printed and differentiated.
//!
//! `function` is the data, `primitive` the catalogue, `build` the constructors; `lower` reads a syntax tree and `print` writes
//! one. Of the language nothing else in the room knows more than its relations.

mod arc;
mod build;
mod cofactor;
mod derivative;
mod function;
mod hermite;
pub mod lower;
mod primitive;
mod print;
mod simplify;

pub use crate::language::syntax::Relation;
pub use arc::one_minus_square;
pub use derivative::derivative;
pub use function::{Cofactor, Condition, Constant, Function, Node};
pub use hermite::{hermite_coefficients, hermite_polynomial};
pub use primitive::{CATALOGUE, Parity, Primitive, Row};
pub use simplify::simplified;
