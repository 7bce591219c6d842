//! What is measured on the sorted eigenvalues of one n1 × n1 matrix: sums over eigenvalues divided by n1.
//!
//! Eigenvalues of order n are left out by rank: `outliers` says how many of the largest are not counted, and the sums
//! are still divided by the number of all eigenvalues (the difference is of order 1/n).

use num_complex::Complex64;

/// The eigenvalues without the `outliers` largest.
#[must_use]
pub fn bulk(eigenvalues: &[f64], outliers: usize) -> &[f64] {
    &eigenvalues[..eigenvalues.len().saturating_sub(outliers)]
}

/// (1/n1) Σ λ^k over all but the `outliers` largest eigenvalues.
#[must_use]
pub fn moment(eigenvalues: &[f64], outliers: usize, order: i32) -> f64 {
    bulk(eigenvalues, outliers).iter().map(|value| value.powi(order)).sum::<f64>() / eigenvalues.len() as f64
}

/// (1/n1) Σ 1/(λ − z) over all but the `outliers` largest eigenvalues.
#[must_use]
pub fn stieltjes(eigenvalues: &[f64], outliers: usize, z: Complex64) -> Complex64 {
    bulk(eigenvalues, outliers).iter().map(|value| (value - z).inv()).sum::<Complex64>() / eigenvalues.len() as f64
}

/// The fraction of the n1 eigenvalues at or below x, the `outliers` largest not counted.
#[must_use]
pub fn fraction_below(eigenvalues: &[f64], outliers: usize, x: f64) -> f64 {
    bulk(eigenvalues, outliers).partition_point(|value| *value <= x) as f64 / eigenvalues.len() as f64
}

/// The fraction of eigenvalues that are exactly zero.
#[must_use]
pub fn fraction_zero(eigenvalues: &[f64]) -> f64 {
    eigenvalues.iter().filter(|value| **value == 0.0).count() as f64 / eigenvalues.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spectrum_worked_by_hand() {
        let eigenvalues = [0.0, 0.0, 1.0, 3.0, 100.0];
        assert_eq!(moment(&eigenvalues, 0, 1), 104.0 / 5.0);
        assert_eq!(moment(&eigenvalues, 1, 2), 10.0 / 5.0);
        assert_eq!(fraction_zero(&eigenvalues), 0.4);
        assert_eq!(fraction_below(&eigenvalues, 1, 1.0), 0.6);
        assert_eq!(fraction_below(&eigenvalues, 1, 1e9), 0.8);
        let z = Complex64::new(1.0, 1.0);
        let by_hand = Complex64::new(-1.0, 1.0) / 2.0 * 2.0 + Complex64::new(0.0, 1.0) + Complex64::new(2.0, 1.0) / 5.0;
        assert!((stieltjes(&eigenvalues, 1, z) - by_hand / 5.0).norm() < 1e-15);
    }
}
