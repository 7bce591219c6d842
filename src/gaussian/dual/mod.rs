//! Duals: E f(U) g(V) for standard normal U, V with correlation ρ, |ρ| < 1.
//!
//! Closed forms where both functions have them; what even and odd parts and polynomials give without an integral over the plane
//! ([`parts`]). For the rest the cheapest of three certified routes, by predicted cost:
//! Mehler's series ([`series`]), whose length grows like 1/(1 − |ρ|); and, in the rotated coordinates U = αA + βB, V = αA − βB
//! with α² + β² = 1, α² − β² = ρ and independent A, B, the trapezoid rule on a product lattice ([`lattice`]) where f and g are
//! analytic on a strip, or Gauss–Legendre rules on the cells between their kinks ([`cells`]). Towards ρ = 1 the integrand hardly
//! depends on B, so that neither of the two slows down. A negative ρ is turned into a positive one by g(−x).

mod cells;
mod cubature;
mod features;
mod lattice;
mod lines;
mod majorant;
mod pair;
mod parts;
mod routes;
mod rows;
mod series;
mod weak;

pub use routes::{Route, dual, dual_by};
pub(super) use series::normalised;
pub(super) use weak::slopes;
