//! Numbers with errors: real and complex balls over MPFR, decimal output of certain digits, polynomials, series, roots.
//!
//! The bottom room: it knows nothing of activations or laws. Precision is always an argument or carried by a ball, never a
//! global.

mod ball;
mod clusters;
mod complex;
mod decimal;
mod erfc;
mod fraction;
mod functions;
mod interval;
mod jet;
mod job;
mod laurent;
mod magnitude;
mod operator;
mod polynomial;
mod real;
mod rectangle;
mod refine;
mod ring;
mod roots;
mod series;
mod tangent;

pub use ball::Ball;
pub use complex::ComplexBall;
pub use decimal::{bits_for_digits, decimal, decimal_rational, not_separated};
pub use fraction::Fraction;
pub use interval::Interval;
pub use jet::Jet;
pub use job::{Job, Stopped};
pub use laurent::Laurent;
pub use magnitude::Magnitude;
pub use polynomial::Polynomial;
pub use real::Real;
pub use rectangle::Rectangle;
pub use refine::{Attempt, Refined, first_bits, is_last_attempt, refine, separation_bits};
pub use ring::Ring;
pub use roots::{
    approximate_roots, approximate_roots64, centers, enclose_near, enclose_root, enclose_roots, looks_real, polish_root,
};
pub use series::Series;
pub use tangent::Tangent;
