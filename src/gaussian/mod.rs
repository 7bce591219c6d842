//! FUNCTION → DATA: the Gaussian integrals of an activation, exact or enclosed.
//!
//! Z is standard normal, H_k = E f(σZ) He_k(Z), a_k = H_k/√k!. Which way [`Data`] goes, and why:
//!
//! 1. f = s (g + c): the constants come off (`peel`, `recognised`), so that what is proved of g stays proved.
//! 2. g is a finite sum of pieces of polynomial · exp(quadratic) · Φ(affine): its closed form ([`closed`]), exact to any digits.
//! 3. Otherwise first whether the integrals exist (`analysis`, by the calculus of [`growth`]), and which coefficients are zero or known
//!    by a symmetry (`reflection`). What is left is a quadrature ([`rules`]), every number with a proved error (`numeric`):
//!    Where f is unbounded at points that come again and again (log|sin x|) `recurrent` bounds it in the mean.
//! 4. f smooth, f′ but not f meromorphic: by parts ([`stein`]), H_0 from [`means`]; no branch point is met.
//! 5. f meromorphic with known poles: the trapezoid corrected at the poles, the largest step of all.
//! 6. f analytic on a strip: the plain trapezoid; after x = s sinh t where singular points lie close to the line.
//! 7. f with kinks, jumps or no strip: Gauss–Legendre panels between them, and x = c ± e^(−u) next to an integrable singular end.
//!
//! E f(U) g(V) is a dual (`dual`): closed form, else the cheapest of Mehler's series, a lattice and cells. With a Gaussian bias
//! (`biased`) averages over it are duals, and functions of it f smoothed by a Gaussian. E f(Z + s) in doubles is `shifted`; E f(σZ)² at many σ are `energies`.

mod analysis;
mod biased;
mod cache;
pub mod closed;
mod data;
mod dual;
mod energies;
mod error;
pub mod growth;
pub mod means;
mod numeric;
mod peel;
pub mod polynomials;
mod powers;
mod quantity;
mod recognised;
mod recurrent;
mod reflection;
pub mod rules;
mod shifted;
pub mod stein;
mod weight;

pub use analysis::Analysis;
pub use biased::{Biased, Conditional, Far, Nodes, VarianceTails, variance_tails};
pub use cache::Cache;
pub use closed::Exact;
pub use data::Data;
pub use dual::{Route, dual, dual_by};
pub use energies::{Energies, MOST_DERIVATIVES};
pub use error::GaussianError;
pub use quantity::{Linearity, Moment, Moments, Quantity};
pub use shifted::{Shifted, Tame, tame};
