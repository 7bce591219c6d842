//! LAW → ERRORS: ridge regression on random features, before and after one gradient step (Moniri, Lee, Hassani and Dobriban 2023,
//! arXiv 2310.07891; docs/mathematics.md, 'One step of growing size').
//!
//! F = σ(X Wᵀ) is n × N with rows x_i of dimension d, phi = d/n, psi = d/N, and the loss (1/n)|y − F a|² + ridge |a|². Without a step
//! everything is a rational function of one point q < 0 of the curve of features ([`Baseline`]); the step adds a few directions,
//! which are free regressors when it grows with n ([`growing`]) and have a finite strength when it does not ([`constant`]).
//! [`series`] is the theory of the surrogate F_0 + Σ c_k zᵏ (θᵏ)ᵀ at finite size, in doubles.

pub mod alignment;
mod baseline;
pub mod constant;
pub mod growing;
pub mod moment_problem;
pub mod noncrossing;
pub mod series;

pub use baseline::Baseline;
