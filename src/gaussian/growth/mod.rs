//! How large a function can be far out: the calculus of growth, and where the Gaussian may be cut.
//!
//! `calculus` goes through a tree from the inside and keeps the records of `bounds`, made of `rates`; `polynomial`, `switches`, `passage`
//! `far` and `limits` say what its nodes do to them, `half_line` what interval evaluation shows where structure shows nothing; `tail`
//! turns a rate into a cut; `whole_line` bounds all values.

mod bounds;
mod calculus;
mod far;
mod half_line;
mod limits;
mod passage;
mod polynomial;
mod rates;
mod switches;
mod tail;
mod whole_line;

pub use bounds::{Growth, Side, Unbounded};
pub use calculus::{branch, growth, growth_within, settled};
pub use rates::Rate;
pub use tail::{Envelope, Tail};
pub use whole_line::range;
