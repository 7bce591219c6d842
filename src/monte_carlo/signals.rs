//! Orthonormal vectors of random signs, and matrices with given signals along them.

use super::{Matrix, Sampler, Trial};
use faer::linalg::matmul::matmul;
use faer::{Accum, ColRef, Mat, Par};

/// `count` orthonormal vectors of length n, by Gram and Schmidt from vectors of random signs, all orthogonal to those of `against`.
pub(super) fn orthonormal(n: usize, count: usize, against: &[Vec<f64>], trial: Trial<'_>, matrix: Matrix) -> Vec<Vec<f64>> {
    let signs = Sampler::Rademacher.matrix(n, count, &mut trial.stream(matrix));
    let mut found: Vec<Vec<f64>> = against.to_vec();
    for column in 0..count {
        let mut vector = signs.col_as_slice(column).to_vec();
        // twice is enough
        for other in found.iter().chain(&found.clone()) {
            let product: f64 = vector.iter().zip(other).map(|(a, b)| a * b).sum();
            vector.iter_mut().zip(other).for_each(|(a, b)| *a -= product * b);
        }
        normalise(&mut vector);
        found.push(vector);
    }
    found.split_off(against.len())
}

/// The constant unit vector.
pub(super) fn ones(n: usize) -> Vec<f64> {
    vec![(n as f64).sqrt().recip(); n]
}

pub(super) fn normalise(vector: &mut [f64]) {
    let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|x| *x /= length);
    }
}

/// Stretches every column to length 1; a column of zeros stays.
pub(super) fn with_unit_columns(matrix: &mut Mat<f64>) {
    for column in 0..matrix.ncols() {
        normalise(matrix.col_as_slice_mut(column));
    }
}

/// |x_i|² − 1 of the columns.
pub(super) fn norm_excess(matrix: &Mat<f64>) -> Vec<f64> {
    (0..matrix.ncols()).map(|column| matrix.col_as_slice(column).iter().map(|x| x * x).sum::<f64>() - 1.0).collect()
}

/// X + θ u vᵀ.
pub(super) fn add_rank_one(matrix: &mut Mat<f64>, strength: f64, left: &[f64], right: &[f64]) {
    for (column, value) in right.iter().enumerate() {
        matrix.col_as_slice_mut(column).iter_mut().zip(left).for_each(|(x, u)| *x += strength * value * u);
    }
}

/// X (I − s v vᵀ).
pub(super) fn shrink_direction(matrix: &mut Mat<f64>, share: f64, right: &[f64]) {
    let along = &*matrix * ColRef::from_slice(right);
    let along: Vec<f64> = along.iter().copied().collect();
    add_rank_one(matrix, -share, &along, right);
}

/// W X.
pub(super) fn product(left: &Mat<f64>, right: &Mat<f64>) -> Mat<f64> {
    let mut found = Mat::zeros(left.nrows(), right.ncols());
    matmul(found.as_mut(), Accum::Replace, left, right, 1.0, Par::Seq);
    found
}

/// XᵀY.
pub(super) fn transposed_product(left: &Mat<f64>, right: &Mat<f64>) -> Mat<f64> {
    let mut found = Mat::zeros(left.ncols(), right.ncols());
    matmul(found.as_mut(), Accum::Replace, left.transpose(), right, 1.0, Par::Seq);
    found
}
