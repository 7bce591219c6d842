//! The largest eigenvalues of the Gram matrices of Y with their vectors on the left of Y.

use super::gram::{by_rank, finite};
use super::{Run, SimulationError};
use faer::linalg::solvers::SelfAdjointEigen;
use faer::{ColRef, Mat, Side};

/// All eigenvalues of YYᵀ/d, and vectors of the largest.
pub(super) struct Leading {
    /// Ascending, structural zeros exact.
    pub eigenvalues: Vec<f64>,
    /// Unit vectors, that of the largest eigenvalue first.
    pub vectors: Vec<Vec<f64>>,
}

/// From Y and the lower triangle of the smaller of YYᵀ/d and YᵀY/d, by its whole decomposition: a partial one is faster, and may
/// list an eigenvalue twice and lose another.
pub(super) fn leading(outputs: &Mat<f64>, gram: &Mat<f64>, count: usize, run: &Run<'_>) -> Result<Leading, SimulationError> {
    let size = finite(gram)?;
    let found = SelfAdjointEigen::new(gram.as_ref(), Side::Lower).map_err(|_| SimulationError::NoConvergence { size })?;
    run.check()?;
    let computed: Vec<f64> = found.S().column_vector().iter().copied().collect();
    let left = |index: usize| -> Vec<f64> {
        let own = found.U().col(size - 1 - index);
        if outputs.nrows() <= outputs.ncols() {
            return own.iter().copied().collect();
        }
        let own: Vec<f64> = own.iter().copied().collect();
        let carried = outputs * ColRef::from_slice(&own);
        let length = carried.norm_l2();
        carried.iter().map(|value| value / length).collect()
    };
    let vectors = (0..count.min(size)).map(left).collect();
    let largest = outputs.nrows().max(outputs.ncols());
    Ok(Leading { eigenvalues: by_rank(&computed, outputs.nrows(), largest), vectors })
}
