//! LAW → ERRORS: ridge regression on random features, before and after one gradient step (Moniri, Lee, Hassani and Dobriban 2023,
//! arXiv 2310.07891; docs/mathematics.md, 'One step of growing size').
//!
//! F = σ(X Wᵀ) is n × N with rows x_i of dimension d, phi = d/n, psi = d/N, and the loss (1/n)|y − F a|² + ridge |a|². Without a step
//! everything is a rational function of one point q < 0 of the curve of features ([`Baseline`], in doubles [`Point`]); the step adds a
//! few directions, which are free regressors when it grows with n ([`growing`]) and have a finite strength when it does not
//! ([`constant`]). At finite n and η all of them are [`Channels`] of one matrix, in doubles ([`FiniteStep`]): a few powers, or the
//! singular functions of the average of σ ([`Average`]).
//!
//! Layers of random features over inputs of any covariance, and features on the sphere, are a [chain of penalties](ridge).

pub mod alignment;
mod average;
mod baseline;
mod channels;
pub mod constant;
pub mod critical;
mod finite;
pub mod growing;
mod hermite;
pub mod moment_problem;
pub mod noncrossing;
mod outliers;
mod point;
pub mod ridge;
mod sampled;

pub use average::Average;
pub use baseline::Baseline;
pub use channels::{Channels, Features, moment};
pub use finite::{FiniteErrors, FiniteStep};
pub use hermite::HermiteRule;
pub use outliers::FiniteSpike;
pub use point::Point;
