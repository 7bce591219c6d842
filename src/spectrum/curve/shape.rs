//! The four cases of the curve, which are told apart by proof.

/// How θ₂ relates to θ₁, decided exactly elsewhere (parity, affinity), never by a tolerance here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// θ₁ = 0: the matrix is zero.
    Null,
    /// θ₂ = 0 < θ₁: the Marchenko–Pastur law.
    Isotropic,
    /// θ₂ = θ₁ > 0: the product of two Gaussian matrices.
    Linear,
    /// 0 < θ₂ < θ₁.
    General,
}
