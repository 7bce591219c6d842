//! Activations: the tree of a typed function, its derivative, parity and kinks, and its values in double precision, in
//! balls, and on complex rectangles.

mod analytic;
mod choice;
mod columns;
mod cutter;
mod derivative;
mod evaluate;
mod factors;
mod function;
mod kernels;
mod kinks;
pub mod lower;
mod order;
mod parity;
mod primitive;
mod print;
mod probe;
mod range;
mod root;
mod simplify;
mod tape;
mod vector;
mod zeros;

pub use analytic::Analytic;
pub use derivative::derivative;
pub use evaluate::{Evaluator, evaluate};
pub use function::{Condition, Constant, Function, Node, Relation, hermite_coefficients, hermite_polynomial};
pub use kinks::{Breakpoint, BreakpointKind, KinkError, Pieces, breakpoints, pieces};
pub use parity::{Parity, parity};
pub use primitive::{CATALOGUE, Primitive, Row};
pub use print::syntax;
pub use range::Range;
pub use root::Root;
pub use simplify::simplified;
pub use tape::{Operation, Tape};
pub use vector::Program;
