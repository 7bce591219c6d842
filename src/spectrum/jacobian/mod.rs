//! The law of JᵀJ, J = D_L W_L ⋯ D_1 W_1 the input-output Jacobian of a wide network at initialisation (Pennington, Schoenholz and Ganguli
//! 1711.04735, 1802.09979; docs/mathematics.md, 'Jacobians'), per eigenvalue of JᵀJ (N_0 × N_0).
//!
//! W_l has entries of variance σ/N_{l−1}, σ = sigma_w2, or is √σ times a Haar orthogonal matrix; d_l is the law of the squared slopes, r_l =
//! N_l/N_0, and ζ_l(ψ) solves E d_l/(ζ − d_l) = ψ. With τ = E λ/(z − λ), so that E 1/(λ − z) = −(1 + τ)/z,
//!
//! ```text
//! Gaussian:  z = σ^L (1 + τ) Π_{l<L} (τ/r_l) Π_l ζ_l(τ/r_l)
//! Haar:      z = σ^L (τ/(1 + τ))^{L−1} Π_l ζ_l(τ)
//! ```
//!
//! `slopes` is what is given, `doubles` the equation in double precision with the signs that choose its solution, `balls` the same with proof,
//! `line` the real line outside the support, `gaps` what is free inside it, `moments` the series at infinity, `nodes` sums over many slopes, `points` the point masses, `parts` what it all comes to, `law` and `table` the faces.

mod balls;
mod doubles;
mod empirical;
mod gaps;
mod law;
mod line;
mod moments;
mod nodes;
mod parts;
mod points;
mod slopes;
mod table;

pub use empirical::transform_over;
pub use law::JacobianLaw;
pub use slopes::{JacobianSlopes, Mixing, SlopeAtom, SlopeLaw};
pub use table::JacobianTable;
