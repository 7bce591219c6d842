//! Rank-one perturbations as plain data: an amplitude and two unit vectors, described by what they have to do with the bulk.
//!
//! The bulk is B = (c₁/√(n₀m)) W X + noise with W and X of unit variance (docs/mathematics.md, 'The curve'). A unit vector on
//! the left is √(1 − ω²) f + ω ŵ: f a vector that B does not know, ŵ = W e/√n₁ with e the normalised all-ones direction of
//! the n₀ inputs; on the right √(1 − ω²) f + ω x̂, x̂ = Xᵀe/√m with the same e. With c = θ₂/ψ, and vectors f of different
//! labels orthogonal,
//!
//! K_l = q ((1 − ω²)[same label] + ω ω′/(1 − c q)),   K_r = (1 − ω²)[same label] + ω ω′/(1 − c q),
//! C = −(c₁/√ψ) q ω ω′/(1 − c q).
//!
//! They follow from the linearised matrix with the n₀ inputs as two further blocks, whose resolvent on e is
//! (1 − c q)⁻¹ [1, −1; −1, c q] (derivation; a single perturbation gives the formulas of
//! docs/mathematics.md, 'Outliers of order one').

use crate::number::Ball;

/// What makes a perturbation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The mean of f.
    Mean,
    /// The norms of the rows of W.
    NormW,
    /// The norms of the columns of X.
    NormX,
    /// The skewness of the entries of both W and X.
    Skew,
}

/// A unit vector.
#[derive(Clone, Debug)]
pub struct Direction {
    /// Two directions of one side with the same label are the same vector.
    pub label: usize,
    /// 1 − ω².
    pub free: Ball,
    /// ω, the cosine to what the bulk makes of the all-ones input direction.
    pub carried: Ball,
}

impl Direction {
    /// A vector that the bulk does not know.
    #[must_use]
    pub fn unknown(label: usize, bits: u32) -> Self {
        Self { label, free: Ball::integer(1, bits), carried: Ball::zero(bits) }
    }

    pub(super) fn is_carried(&self) -> bool {
        !self.carried.is_exact_zero()
    }
}

/// s l rᵀ, added to Y/√m.
#[derive(Clone, Debug)]
pub struct Perturbation {
    /// Where it comes from.
    pub origin: Origin,
    /// s with its sign; s/√n₁ when it grows with the size.
    pub amplitude: Ball,
    /// Whether s grows like √n₁, so that the outlier is of order n.
    pub grows: bool,
    /// l.
    pub left: Direction,
    /// r.
    pub right: Direction,
}

impl Perturbation {
    /// Whether the two cannot be treated one at a time: they share a vector, or vectors of both are seen through the bulk.
    /// `linear` says whether the bulk has a linear part, through which left and right vectors see each other.
    pub(super) fn meets(&self, other: &Self, linear: bool) -> bool {
        let both = |a: &Direction, b: &Direction| a.label == b.label || (a.is_carried() && b.is_carried());
        let across = |a: &Direction, b: &Direction| linear && a.is_carried() && b.is_carried();
        both(&self.left, &other.left)
            || both(&self.right, &other.right)
            || across(&self.left, &other.right)
            || across(&other.left, &self.right)
    }
}
