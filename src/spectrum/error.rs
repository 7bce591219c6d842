//! Why a value of a law cannot be given.

use std::error::Error;
use std::fmt;
use std::sync::Arc;

use rug::Rational;

/// Why a value of the law cannot be given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LawError {
    /// The precision of the data does not decide; ask again with more bits.
    #[error("the precision does not decide the answer: raise the digits")]
    MoreBits,
    /// Two bulks that touch, or are nearer than the precision tells, where exact arithmetic does not decide.
    #[error("two bulks of layer {level} touch near x = {place}, or come so near that {digits} digits of the data do not tell")]
    MayTouch {
        /// The level, counted from 0.
        level: usize,
        /// Where.
        place: String,
        /// The precision of the data.
        digits: u32,
    },
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
    /// The density at 0 where it is another on each side, or its limit is not known.
    #[error(
        "the density at 0 is not the same on both sides, or its limit there is not known: ask beside it, at x = 1e-6 or -1e-6"
    )]
    OneSided,
    /// A point of the half-line [0, ∞) of a law whose support is not proved.
    #[error("whether this point lies in the support is not proved for this law: add i*eps to z, or ask for density(m, x)")]
    Uncertain,
    /// The solution could not be followed from z = i∞.
    #[error("the solution could not be followed to this point: move it away from the real axis")]
    NoPath,
    /// The quantile at 1 of a law that may have no upper edge.
    #[error("the quantile at 1 is the upper edge, and whether this law has one is not proved: ask for a p below 1")]
    NoUpperEdge,
    /// The data behind the law could not be had; whoever made the law knows the error.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A population that is known to a finite accuracy, at which this is open.
    #[error("the accuracy of the population does not decide this: a bulk or a spike is too near to another")]
    Unresolved,
    /// A probability outside [0, 1].
    #[error("a probability must lie between 0 and 1")]
    Probability,
}

/// An error of the room that the data of a law come from.
#[derive(Clone, Debug)]
pub struct DataError(pub Arc<dyn Error + Send + Sync>);

impl PartialEq for DataError {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl Error for DataError {}
