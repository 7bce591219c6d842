//! Sums of powers Σ c |x|^s and Σ c sign(x) |x|^s with rational s > −1: their integrals by the Gamma function, however near
//! −1 or large s is.
//!
//! With M(s) = E|Z|^s = 2^{s/2} Γ((s + 1)/2)/√π, E |Z|^s He_k(Z) = M(s) s(s − 2)…(s − k + 2) for even k, and
//! E sign(Z) |Z|^s He_k(Z) = M(s + 1) (s − 1)(s − 3)…(s − k + 2) for odd k: for large s by parts, for the others by continuation in s.
//! Where f is a polynomial with rational coefficients, M is a double factorial and the sums are exact. A dual is
//! Σ H_k(f) H_k(g) ρᵏ/k!, whose terms fall at least like ρᵏ from the largest exponent on, also where E f² is infinite.

mod form;
mod sum;

pub use form::Powers;
