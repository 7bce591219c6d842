//! Closed forms: expectations of finite sums of 1(u < x < v) · polynomial · exp(quadratic) · Φ(affine), exactly.
//!
//! A function goes through `normalise` (tree to pieces; `switch` finds the breakpoints) to [`ClosedForm`], whose Hermite
//! coefficients and moments come from one recursion, run over the ring of [`Exact`] numbers or in balls; `mehler` gives duals.
//! The mathematics in short: docs/mathematics.md.

mod angles;
mod complex;
mod erf;
mod exact;
mod form;
mod mehler;
mod monomial;
mod normalise;
mod partition;
mod recursion;
mod sum;
mod switch;
mod text;
mod tree;
mod values;

pub use exact::Exact;
pub use form::{ClosedForm, Divergence, Moment};
