//! Activations: the tree of a typed function, its derivative, parity and kinks, and its values in double precision, in
//! balls, and on complex rectangles.

mod analytic;
mod choice;
mod cofactor;
mod columns;
mod cutter;
mod derivative;
mod evaluate;
mod factors;
mod function;
mod identities;
mod kernels;
mod kinks;
mod local;
pub mod lower;
mod order;
mod parity;
mod place;
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
pub use cofactor::Cofactor;
pub use derivative::derivative;
pub use evaluate::{Evaluator, evaluate};
pub use function::{Condition, Constant, Function, Node, Relation, hermite_coefficients, hermite_polynomial};
pub use identities::canonical;
pub use kinks::{Breakpoint, BreakpointKind, KinkError, Pieces, breakpoints, pieces};
pub use local::{Local, Obstacle, local};
pub use parity::{Parity, parity};
pub use place::{place, short};
pub use primitive::{CATALOGUE, Primitive, Row};
pub use print::syntax;
pub use range::Range;
pub use root::Root;
pub use simplify::simplified;
pub use tape::{Operation, Tape};
pub use vector::Program;
