//! Numbers with errors: real and complex balls over MPFR, decimal output of certain digits, polynomials, series, roots.
//!
//! The bottom room: it knows nothing of activations or laws. Precision is always an argument or carried by a ball, never a
//! global.

mod ball;
mod complex;
mod decimal;
mod functions;
mod job;
mod magnitude;
mod refine;
mod ring;
mod series;

pub use ball::Ball;
pub use complex::ComplexBall;
pub use decimal::{absolute_digits, bits_for_digits, decimal, decimal_rational, not_separated};
pub use job::{Job, Stopped};
pub use magnitude::Magnitude;
pub use refine::{Attempt, Refined, first_bits, refine};
pub use ring::Ring;
pub use series::Series;
