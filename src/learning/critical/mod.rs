//! Ridge regression after a step of critical size: features f(W x) with W = W_0 + u vᵀ, u of finitely many values u_k
//! (docs/mathematics.md, 'The step of critical size'; neighbour: Cui et al. 2024, arXiv 2402.04980).
//!
//! Given g = v·x the features are Gaussian, so that all that f and the teacher enter by are functions of g: sums over a trapezoidal rule in g,
//! which converges faster than any power of its step. The fixed point has K numbers, a matrix and a function of g ([`Fixed`]); derivatives
//! are implicit ([`errors`]). Nothing bounds the rule: results are estimates.

mod errors;
mod fixed;
mod system;

pub use errors::errors;
pub use fixed::{Critical, Fixed, Node};
pub use system::independent;
