//! Averages of Y over cycles, E[Y₁₁ Y₂₁ Y₂₂ Y₃₂ … Y_kk Y_1k] with distinct rows and columns: the cumulants on which the
//! resolvent method for feature matrices rests (Piccolo and Schröder, arXiv 2105.05115). f must have mean zero for them to be
//! cumulants.
//!
//! Rows and columns are cut into k groups each, and row a of the cycle runs over group a: all indices are then distinct, and the
//! average of the products over the groups is the trace of a product of 2k blocks of Y over the number of its terms.

use super::abandon::abandonable;
use super::{ENTRIES_BOUND, FeatureMatrices, Run, SimulationError, Sizes, Trial, replicates};
use faer::{Mat, MatRef};
use std::sync::Arc;

/// Mean and standard error over the trials of the average over cycles of 2k entries, for each k of `halves`.
///
/// # Errors
/// [`SimulationError::TooLarge`], and those of a draw.
pub fn cycle_averages(
    features: &Arc<FeatureMatrices>,
    sizes: &Sizes,
    (seed, trials): (u64, usize),
    halves: &[usize],
    run: &Run<'_>,
) -> Result<Vec<(f64, f64)>, SimulationError> {
    let entries = sizes.entries.saturating_mul(trials as u128);
    if entries > u128::from(ENTRIES_BOUND) {
        return Err(SimulationError::TooLarge { entries, bound: ENTRIES_BOUND });
    }
    let drawn = replicates(trials, run, |number| {
        let (features, sizes, halves) = (Arc::clone(features), sizes.clone(), halves.to_vec());
        abandonable(run, move |run| {
            let y = features.outputs(&sizes, Trial { seed, experiment: "cycles", number }, run)?;
            Ok(halves.iter().map(|k| cycle_average(y.as_ref(), *k)).collect::<Vec<f64>>())
        })
    })?;
    let statistics = |index: usize| {
        let count = drawn.len() as f64;
        let mean = drawn.iter().map(|values| values[index]).sum::<f64>() / count;
        let squares = drawn.iter().map(|values| (values[index] - mean).powi(2)).sum::<f64>();
        (mean, (squares / (count - 1.0).max(1.0) / count).sqrt())
    };
    Ok((0..halves.len()).map(statistics).collect())
}

/// The average of the products along cycles of 2k entries, k ≥ 2; at least k rows and columns.
fn cycle_average(y: MatRef<'_, f64>, k: usize) -> f64 {
    let (rows, columns) = (y.nrows() / k, y.ncols() / k);
    let block = |a: usize, b: usize| y.submatrix(a * rows, b * columns, rows, columns);
    // Σ Y[1,1] Y[2,1]ᵀ Y[2,2] Y[3,2]ᵀ … Y[k,k] Y[1,k]ᵀ
    let mut product: Mat<f64> = block(0, 0) * block(1, 0).transpose();
    for a in 1..k {
        let step: Mat<f64> = block(a, a) * block((a + 1) % k, a).transpose();
        product = &product * &step;
    }
    let trace: f64 = (0..rows).map(|i| product[(i, i)]).sum();
    trace / ((rows * columns) as f64).powi(k as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For a matrix of rank one, u vᵀ, every cycle is a product of squares.
    #[test]
    fn rank_one_by_hand() {
        let (u, v) = ([1.0, 2.0, 3.0, -1.0], [2.0, 1.0, 1.0, 3.0]);
        let y = Mat::from_fn(4, 4, |i, j| u[i] * v[j]);
        let mean = |values: &[f64]| values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64;
        let expected = mean(&u[..2]) * mean(&u[2..]) * mean(&v[..2]) * mean(&v[2..]);
        assert!((cycle_average(y.as_ref(), 2) - expected).abs() < 1e-12 * expected);
    }

    /// With one row and column a group the average is the one product.
    #[test]
    fn one_cycle_of_six_entries() {
        let y = Mat::from_fn(3, 3, |i, j| (2 + i * 3 + j) as f64);
        let expected = y[(0, 0)] * y[(1, 0)] * y[(1, 1)] * y[(2, 1)] * y[(2, 2)] * y[(0, 2)];
        assert!((cycle_average(y.as_ref(), 3) - expected).abs() < 1e-9 * expected);
    }
}
