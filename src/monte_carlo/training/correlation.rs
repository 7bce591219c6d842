//! How alike two symmetric matrices are, and what becomes undefined where one of them vanishes.
//!
//! The cosine tr(AB)/√(tr A² tr B²) does not depend on the basis, and lies in [0, 1] for positive semidefinite matrices. Nor does
//! that of A − (tr A/dim) I and B − (tr B/dim) I, without the background of the identity. Pearson's correlation of the entries
//! depends on it.

use super::super::SimulationError;
use faer::linalg::solvers::{SelfAdjointEigen, Svd};
use faer::{Mat, MatRef, Scale, Side};

/// A matrix that is smaller than this, relative to what it is the rest of, is rounding.
const ROUNDING: f64 = 1e-10;

/// Why a number is not defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Undefined {
    /// The layer has the weights it started with.
    NotMoved,
    /// The weights are 0.
    NoWeights,
    /// The gradient in the input of the layer cancels on every sample.
    NoGradient,
    /// The gradient that passes through the change of the weights vanishes on every sample.
    NoGradientOfChange,
    /// One of the two matrices is a multiple of the identity.
    Identity,
    /// All entries of one of the two matrices are equal.
    Constant,
    /// The eigenvectors that are compared are not told apart from the next.
    Tie,
    /// The teacher depends on no direction.
    NoDirection,
}

impl Undefined {
    /// The reason as a sentence.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::NotMoved => "the layer has not moved from its initial weights",
            Self::NoWeights => "the weights of the layer are 0",
            Self::NoGradient => "the gradient with respect to the input of the layer is 0, up to rounding, on every sample",
            Self::NoGradientOfChange => "the change of the weights carries no gradient on any sample",
            Self::Identity => "one of the two matrices is a multiple of the identity",
            Self::Constant => "all entries of one of the two matrices are equal",
            Self::Tie => "the leading eigenvectors are not told apart from the next, whose eigenvalue is the same",
            Self::NoDirection => "the teacher is constant and has no direction",
        }
    }
}

/// tr(A B) for symmetric matrices.
pub(super) fn inner(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> f64 {
    (0..a.ncols()).map(|column| a.col(column).iter().zip(b.col(column).iter()).map(|(x, y)| x * y).sum::<f64>()).sum()
}

/// The matrix over its norm; none for zero.
pub(super) fn unit(a: MatRef<'_, f64>) -> Option<Mat<f64>> {
    let largest = a.norm_max();
    if largest == 0.0 || !largest.is_finite() {
        return None;
    }
    // first the largest entry, whose square may underflow
    let scaled = a * Scale(largest.recip());
    let norm = scaled.norm_l2();
    Some(scaled * Scale(norm.recip()))
}

/// tr(A B)/√(tr A² tr B²); none where one of them vanishes.
#[must_use]
pub fn cosine(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> Option<f64> {
    Some(inner(unit(a)?.as_ref(), unit(b)?.as_ref()).clamp(-1.0, 1.0))
}

/// The cosine of what is left of unit matrices when each is freed of its projection on a fixed one.
fn cosine_of_rests(a: MatRef<'_, f64>, b: MatRef<'_, f64>, rest: impl Fn(&Mat<f64>) -> Mat<f64>) -> Option<f64> {
    let left = |a: MatRef<'_, f64>| unit(a).map(|a| rest(&a)).filter(|rest| rest.norm_l2() > ROUNDING);
    cosine(left(a)?.as_ref(), left(b)?.as_ref())
}

/// The cosine of A − (tr A/dim) I and B − (tr B/dim) I; none where one of them vanishes, up to rounding.
#[must_use]
pub fn trace_centred(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> Option<f64> {
    cosine_of_rests(a, b, |a| {
        let mean = (0..a.nrows()).map(|index| a[(index, index)]).sum::<f64>() / a.nrows() as f64;
        Mat::from_fn(a.nrows(), a.ncols(), |i, j| if i == j { a[(i, j)] - mean } else { a[(i, j)] })
    })
}

/// Pearson's correlation of the entries; none where those of one matrix are equal, up to rounding.
#[must_use]
pub fn pearson(a: MatRef<'_, f64>, b: MatRef<'_, f64>) -> Option<f64> {
    cosine_of_rests(a, b, |a| {
        let mean = a.sum() / (a.nrows() * a.ncols()) as f64;
        Mat::from_fn(a.nrows(), a.ncols(), |i, j| a[(i, j)] - mean)
    })
}

/// For W = U S Vᵀ and K̃ = UᵀKU: tr(S^(2+2/α) K̃)/√(tr S^(4/α) tr(S² K̃ S² K̃)), the cosine of (WᵀW)^(1/α) and WᵀKW, at α = 1
/// and 1/2. It is 1 exactly where K̃ is proportional to S^(2/α − 2): where WᵀW is proportional to (WᵀKW)^α.
///
/// # Errors
/// A decomposition that does not converge. Inside, what is undefined.
pub fn left_alignment(weights: MatRef<'_, f64>, k: MatRef<'_, f64>) -> Result<[Result<f64, Undefined>; 2], SimulationError> {
    let (Some(scaled), Some(k)) = (unit(weights), unit(k)) else {
        let why = if weights.norm_max() == 0.0 { Undefined::NoWeights } else { Undefined::NoGradient };
        return Ok([Err(why); 2]);
    };
    let failed = |_| SimulationError::NoConvergence { size: weights.nrows() };
    let svd = Svd::new_thin(scaled.as_ref()).map_err(failed)?;
    let squares: Vec<f64> = svd.S().column_vector().iter().map(|s| s * s).collect();
    let rotated = svd.U().transpose() * &k * svd.U();
    let rank = squares.len();
    let squared: f64 = (0..rank)
        .flat_map(|i| (0..rank).map(move |j| (i, j)))
        .map(|(i, j)| squares[i] * rotated[(i, j)] * squares[j] * rotated[(j, i)])
        .sum();
    Ok([1, 2].map(|power: i32| {
        let product: f64 = (0..rank).map(|i| squares[i].powi(power + 1) * rotated[(i, i)]).sum();
        let energy: f64 = squares.iter().map(|s| s.powi(2 * power)).sum();
        if squared > 0.0 { Ok((product / (energy * squared).sqrt()).clamp(-1.0, 1.0)) } else { Err(Undefined::NoGradient) }
    }))
}

/// The four parts of a matrix: from the initial weights twice, from the initial and the moved ones, the reverse, the moved ones.
pub type Parts = [Mat<f64>; 4];

/// tr(A_i A)/tr A² of the parts of A; they add up to 1. None where A vanishes.
#[must_use]
pub fn shares(parts: &Parts) -> Option<[f64; 4]> {
    let whole = &(&parts[0] + &parts[1]) + &(&parts[2] + &parts[3]);
    let square = inner(whole.as_ref(), whole.as_ref());
    // tr(A_i A), where a part alone need not be symmetric
    (square > 0.0).then(|| parts.each_ref().map(|part| inner(part.as_ref(), whole.as_ref()) / square))
}

/// (1/r) Σ |P v_j|² over the r leading eigenvectors v_j of a symmetric matrix, P the projector on the r coordinates given. For
/// one coordinate it is the squared cosine.
///
/// # Errors
/// An iteration that does not converge. Inside, what is undefined.
pub fn span_overlap(a: MatRef<'_, f64>, coordinates: &[usize]) -> Result<Result<f64, Undefined>, SimulationError> {
    let (size, r) = (a.nrows(), coordinates.len());
    if r == 0 {
        return Ok(Err(Undefined::NoDirection));
    }
    let Some(a) = unit(a) else { return Ok(Err(Undefined::NoGradient)) };
    let vectors = SelfAdjointEigen::new(a.as_ref(), Side::Lower).map_err(|_| SimulationError::NoConvergence { size })?;
    let values: Vec<f64> = vectors.S().column_vector().iter().copied().collect();
    if r < size && values[size - r] - values[size - r - 1] <= ROUNDING * values[size - 1] {
        return Ok(Err(Undefined::Tie));
    }
    let leading = vectors.U().subcols(size - r, r);
    let squares = coordinates.iter().map(|row| leading.row(*row).iter().map(|x| x * x).sum::<f64>());
    Ok(Ok((squares.sum::<f64>() / r as f64).clamp(0.0, 1.0)))
}
