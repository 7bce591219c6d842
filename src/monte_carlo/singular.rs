//! The singular values of a dense matrix, by bidiagonalisation and the implicit QR algorithm.
//!
//! faer takes divide and conquer from 128 rows on, which in version 0.24 gives values that are off by up to 2⁻¹³ of the largest where many are
//! equal, as they are in products of orthogonal matrices and projections. Without vectors the QR algorithm costs no more.

use faer::diag::Diag;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::svd::{ComputeSvdVectors, SvdParams, svd, svd_scratch};
use faer::{Auto, Mat, Spec, get_global_parallelism};

use super::SimulationError;

/// As many as the smaller side has, the largest first; those within rounding of zero beside the largest are zero.
///
/// # Errors
/// Where the iteration does not converge, or entries are not finite.
pub(super) fn singular_values(matrix: &Mat<f64>) -> Result<Vec<f64>, SimulationError> {
    let (rows, columns) = (matrix.nrows(), matrix.ncols());
    let size = rows.max(columns);
    let params = SvdParams { recursion_threshold: usize::MAX, ..<SvdParams as Auto<f64>>::auto() };
    let params: Spec<SvdParams, f64> = params.into();
    let (none, parallel) = (ComputeSvdVectors::No, get_global_parallelism());
    let mut memory = MemBuffer::new(svd_scratch::<f64>(rows, columns, none, none, parallel, params));
    let mut found = Diag::<f64>::zeros(rows.min(columns));
    svd(matrix.as_ref(), found.as_mut(), None, None, parallel, MemStack::new(&mut memory), params)
        .map_err(|_| SimulationError::NoConvergence { size })?;
    let values: Vec<f64> = found.column_vector().iter().copied().collect();
    let top = values.iter().copied().fold(0.0, f64::max);
    if !top.is_finite() {
        return Err(SimulationError::Overflow);
    }
    let threshold = size as f64 * f64::EPSILON * top;
    Ok(values.into_iter().map(|value| if value > threshold { value } else { 0.0 }).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monte_carlo::signals::product;
    use crate::monte_carlo::{Matrix, Sampler, Trial};

    /// Projections between orthogonal matrices: as many values are not 0 as the least projection keeps, and their squares add up to the sum
    /// of the squares of all entries.
    #[test]
    fn products_of_projections_have_their_rank() {
        const N: usize = 300;
        for number in 0..24 {
            let trial = Trial { seed: 5, experiment: "projections", number };
            let mut matrix = Mat::<f64>::identity(N, N);
            let mut rank = N;
            for layer in 1..=3 {
                let drawn = Sampler::Gaussian.matrix(N, N, &mut trial.layer_stream(layer, Matrix::Weights));
                let turned = product(&drawn.qr().compute_Q(), &matrix);
                let kept = Sampler::Gaussian.matrix(N, 1, &mut trial.layer_stream(layer, Matrix::Bias));
                let keeps: Vec<bool> = kept.col_as_slice(0).iter().map(|x| x.abs() < 1.8).collect();
                rank = rank.min(keeps.iter().filter(|keeps| **keeps).count());
                matrix = Mat::from_fn(N, N, |i, j| if keeps[i] { turned[(i, j)] } else { 0.0 });
            }
            let values = singular_values(&matrix).expect("converges");
            assert_eq!(values.iter().filter(|value| **value > 0.0).count(), rank, "{number}");
            let (squares, entries) = (values.iter().map(|x| x * x).sum::<f64>(), matrix.squared_norm_l2());
            assert!((squares - entries).abs() < 1e-12 * entries, "{number}: {squares} {entries}");
        }
    }
}
