//! DATA → LAW: the limiting spectral law of M = Y Yᵀ/m, Y = f(W X/√n₀), through its rational curve.
//!
//! Every function takes [`Parameters`] whose balls enclose θ₁ and θ₂, and returns balls that enclose the answer for every θ₁,
//! θ₂ in them, or [`LawError::MoreBits`] when the precision does not decide a sign on which the answer depends. The caller
//! owns the only loop that raises precision. All values are per eigenvalue of the n₁ × n₁ matrix M.
//!
//! With a bias per neuron, and for layers of such neurons, the law is not algebraic: [`Profile`] takes nodes over the bias and
//! returns values whose radii are estimated errors.

mod branches;
mod bulk64;
mod cdf;
mod chain;
mod curve;
mod curve64;
mod distance;
mod edges;
mod equation;
mod law;
mod law64;
mod moments;
mod on_the_curve;
mod parameters;
mod polynomial;
mod profile;
mod profile64;
mod sheet;
mod symbolic;
mod tabulated;

pub use branches::{Branch, Signs, branches};
pub use cdf::{cdf, quantile};
pub use curve::{Curve, Jet};
pub use distance::{Distance, Distances, Distribution, distances, ratios_agree};
pub use edges::{Edge, edges};
pub use equation::{Constants, Equation, equation};
pub use law::{Argument, atom, density, hard_edge, masses, stieltjes};
pub use law64::Law64;
pub use moments::{Moments, moments, symbolic_moments};
pub use parameters::{Parameters, Shape};
pub use polynomial::Polynomial;
pub use profile::{BiasNode, Profile, ProfileLayer, View};
pub use profile64::{Estimate, Profile64, ProfileEdge};
pub use symbolic::{Expression, Variable};

use rug::Rational;

/// Why a value of the law cannot be given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LawError {
    /// The precision of the data does not decide; ask again with more bits.
    #[error("the precision does not decide the answer: raise the digits")]
    MoreBits,
    /// A real z inside the support.
    #[error("on the cut: ask for density(m, x), or add i*eps to z")]
    OnTheCut,
    /// z = 0 with positive mass there.
    #[error("0 carries a point mass of {mass}: move z off it, or ask for atom(m)")]
    AtAtom {
        /// The mass at 0.
        mass: Rational,
    },
    /// z = 0 at a hard edge.
    #[error("0 is an edge of the support, where the transform is infinite: move z off it")]
    AtZero,
    /// The density at a hard edge.
    #[error("the density is infinite at the hard edge 0, where it grows like x^({exponent})")]
    HardEdge {
        /// The power of x.
        exponent: Rational,
    },
    /// A point of the half-line [0, ∞) of a law whose support is not proved.
    #[error("whether this point lies in the support is not proved for this law: add i*eps to z, or ask for density(m, x)")]
    Uncertain,
    /// The solution could not be followed from z = i∞.
    #[error("the solution could not be followed to this point: move it away from the real axis")]
    NoPath,
    /// A probability outside [0, 1].
    #[error("a probability must lie between 0 and 1")]
    Probability,
}
