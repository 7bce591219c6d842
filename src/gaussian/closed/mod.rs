//! Closed forms: expectations of finite sums of 1(u < x < v) · polynomial · exp(quadratic) · Φ(affine), exactly.
//!
//! A function goes through `normalise` (tree to pieces; `switch` finds the breakpoints) to [`ClosedForm`], whose Hermite
//! coefficients and moments come from one recursion (`terms`), run over the ring of [`Exact`] numbers or in balls, where `effort`
//! finds that worth it; `mehler` gives duals.
//! The mathematics in short: docs/mathematics.md.

mod angles;
mod arithmetic;
mod complex;
mod effort;
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
mod terms;
mod text;
mod tree;
mod values;

pub use exact::Exact;
pub use form::{ClosedForm, Moment};
pub use terms::Divergence;
