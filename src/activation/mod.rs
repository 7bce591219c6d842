//! Activations: SYNTAX → FUNCTION, what is known of a function, and its values.
//!
//! 1. `tree`: a syntax tree becomes a [`Function`] of x ([`lower`]), nodes over a catalogue of primitives ([`CATALOGUE`]), which
//!    can be composed, differentiated ([`derivative`]) and printed.
//! 2. `evaluate`: the tree becomes a list of operations ([`Tape`]), and that values in balls ([`Evaluator`]), on real intervals
//!    ([`Range`]) and complex rectangles ([`Analytic`]), and in double precision for the witness ([`Program`]).
//! 3. `forms`: proofs by form, of parity ([`parity()`]), of periods ([`period()`]) and of what cancels ([`canonical`]).
//! 4. `pieces`: the line is cut at kinks, jumps and singular points ([`pieces()`]); next to one of them a branch is a power of the
//!    distance times a slow factor ([`local()`]).
//! 5. `several`: sums of products of functions of one direction each ([`Several`]), the teachers of several directions.
//!
//! Each folder imports those before it, and none after it.

mod evaluate;
mod forms;
mod pieces;
mod several;
mod tree;

pub use evaluate::{Analytic, BlackBox, Evaluator, Operation, Program, Range, Tape, evaluate, too_large};
pub use forms::{affine, canonical, constant_value, parity, period};
pub use pieces::{
    Breakpoint, BreakpointKind, KinkError, Local, Obstacle, Pieces, Root, has_choices, jumping_switches, local, local_cost,
    pieces, place, short, switches,
};
pub use several::{MOST_DIRECTIONS, Several, SeveralProgram, Term};
pub use tree::{
    CATALOGUE, Cofactor, Condition, Constant, Function, Node, Parity, Primitive, Relation, Row, derivative, hermite_coefficients,
    hermite_polynomial, lower, simplified,
};
