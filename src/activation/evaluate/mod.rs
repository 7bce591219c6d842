//! Values of a function: in balls, over real intervals and complex rectangles of doubles, and on columns of doubles.
//!
//! All of them run over one list of operations, the `tape`. The balls are the reference that the others are tested against.

mod analytic;
mod balls;
mod black_box;
mod cofactor;
mod columns;
mod kernels;
mod program;
mod range;
mod tape;

pub use analytic::Analytic;
pub(super) use balls::DOUBLE_BITS;
pub use balls::{Evaluator, evaluate, too_large};
pub use black_box::BlackBox;
pub use program::Program;
pub use range::Range;
pub use tape::{Operation, Tape};
