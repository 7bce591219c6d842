//! The law of `features` through its rational curve (Pennington and Worah 2017; docs/mathematics.md, 'The curve').
//!
//! Every function takes [`Parameters`] whose balls enclose θ₁ and θ₂, and returns balls that enclose the answer for every θ₁,
//! θ₂ in them, or [`LawError::MoreBits`](super::LawError::MoreBits). All values are per eigenvalue of M = YYᵀ/m, n₁ × n₁.

mod branches;
mod cdf;
mod curve64;
mod edges;
mod equation;
mod exact;
mod law;
mod law64;
mod moments;
mod on_the_curve;
mod parameters;
mod polynomial;
mod rational;
mod shape;
mod sheet;
mod symbolic;
mod values;

pub use branches::{Branch, Signs, branches};
pub use cdf::{cdf, quantile};
pub use edges::{Edge, edges};
pub use equation::{Constants, Equation, equation};
pub use exact::{atom, hard_edge, shares};
pub use law::CurveLaw;
pub use law64::Law64;
pub use moments::{moments, symbolic_moments};
pub use parameters::Parameters;
pub use polynomial::Polynomial;
pub use rational::Curve;
pub use shape::Shape;
pub use symbolic::{Expression, Variable};
pub use values::{density, stieltjes};
