//! All eigenvalues of the Gram matrices of Y, and the vectors on the left of Y of the largest.
//!
//! The smaller of YYᵀ/d and YᵀY/d is G = Q T Qᵀ with T tridiagonal. The eigenvalues are those of T, and only the vectors that are
//! wanted are made: by twisted factorisations of T, or where two of these are not orthogonal, because their eigenvalues are close or
//! equal, by the divide-and-conquer method on T; then times Q. So no iteration decides which eigenvalues are found, at any size.
//!
//! What is returned is checked, in the doubles' terms of tridiagonal.rs: Σλ = tr G and Σλ² = ‖G‖²; the λ listed as the k-th has less
//! than k eigenvalues of T above it and at least k not below; the vectors are orthonormal; and each has its residual with Y itself.

use super::gram::{by_rank, finite};
use super::tridiagonal::{Reduction, Tridiagonal, allowance};
use super::{Run, SimulationError};
use faer::{ColRef, Mat, Scale};

/// Inner products of different vectors are below this, an alignment then off by no more than its square. A vector listed twice has 1.
const ORTHOGONAL: f64 = 1e-8;

/// All eigenvalues of YYᵀ/d, and vectors of the largest.
pub(super) struct Leading {
    /// Ascending, structural zeros exact.
    pub eigenvalues: Vec<f64>,
    /// Unit vectors, that of the largest eigenvalue first; fewer where the rank is smaller.
    pub vectors: Vec<Vec<f64>>,
}

/// From Y and the lower triangle of the smaller of YYᵀ/d and YᵀY/d, d the `divisor`.
///
/// # Errors
/// Products that overflow; [`SimulationError::NoConvergence`], also where a check fails.
pub(super) fn leading(
    outputs: &Mat<f64>,
    gram: Mat<f64>,
    divisor: usize,
    count: usize,
    run: &Run<'_>,
) -> Result<Leading, SimulationError> {
    let size = finite(&gram)?;
    let failed = || SimulationError::NoConvergence { size };
    let largest = outputs.nrows().max(outputs.ncols());
    let sums = Sums::of(&gram);
    if size < 2 || sums.trace == 0.0 {
        let computed: Vec<f64> = (0..size).map(|index| gram[(index, index)]).collect();
        let own = Mat::identity(size, count.min(size));
        return Ok(on_the_left(outputs, &own, by_rank(&computed, outputs.nrows(), largest)));
    }
    let reduction = Reduction::new(gram);
    run.check()?;
    let computed = reduction.tridiagonal.eigenvalues().filter(|values| sums.are_those_of(values)).ok_or_else(failed)?;
    let top: Vec<f64> = computed.iter().rev().take(count).copied().collect();
    if !ranked(&reduction.tridiagonal, &top) {
        return Err(failed());
    }
    let own = vectors(&reduction, &top).ok_or_else(failed)?;
    if !fit(outputs, divisor, &top, &own) {
        return Err(failed());
    }
    Ok(on_the_left(outputs, &own, by_rank(&computed, outputs.nrows(), largest)))
}

/// Trace and Frobenius norm, in units of the latter.
struct Sums {
    unit: f64,
    trace: f64,
}

impl Sums {
    /// Of a symmetric matrix, given by its lower triangle.
    fn of(gram: &Mat<f64>) -> Self {
        let size = gram.nrows();
        let entries = |column: usize| gram.col_as_slice(column)[column..].iter();
        let scale = (0..size).flat_map(entries).fold(f64::MIN_POSITIVE, |scale, entry| scale.max(entry.abs()));
        let square = |entry: &f64| (entry / scale).powi(2);
        let squares: f64 = (0..size).map(|k| 2.0 * entries(k).map(square).sum::<f64>() - square(&gram[(k, k)])).sum();
        let unit = (scale * squares.sqrt()).max(f64::MIN_POSITIVE);
        Self { unit, trace: (0..size).map(|index| gram[(index, index)] / unit).sum() }
    }

    /// Eigenvalues of a matrix within E of this one have a norm within ‖E‖ and a sum within √n ‖E‖ of it (Hoffman and Wielandt).
    fn are_those_of(&self, eigenvalues: &[f64]) -> bool {
        let allowed = allowance(eigenvalues.len());
        let norm = eigenvalues.iter().map(|value| (value / self.unit).powi(2)).sum::<f64>().sqrt();
        let sum: f64 = eigenvalues.iter().map(|value| value / self.unit).sum();
        (norm - 1.0).abs() <= allowed && (sum - self.trace).abs() <= allowed * (eigenvalues.len() as f64).sqrt()
    }
}

/// The values, descending, are the largest eigenvalues of T, each as often as it is one: none is left out and none is listed twice.
fn ranked(tridiagonal: &Tridiagonal, values: &[f64]) -> bool {
    let allowed = allowance(tridiagonal.size()) * tridiagonal.norm;
    let in_its_place =
        |(k, value): (usize, &f64)| tridiagonal.above(value + allowed) <= k && tridiagonal.above(value - allowed) > k;
    values.iter().enumerate().all(in_its_place)
}

/// Orthonormal eigenvectors of G, a column for each of the values, which are its largest, descending.
fn vectors(reduction: &Reduction, values: &[f64]) -> Option<Mat<f64>> {
    let tridiagonal = &reduction.tridiagonal;
    let size = tridiagonal.size();
    let carried = |mut columns: Mat<f64>| {
        reduction.rotate_back(&mut columns);
        orthonormal(&columns).then_some(columns)
    };
    let twisted = || -> Option<Mat<f64>> {
        let columns = values.iter().map(|value| tridiagonal.eigenvector(*value)).collect::<Option<Vec<_>>>()?;
        Some(Mat::from_fn(size, columns.len(), |row, column| columns[column][row]))
    };
    let divided = || -> Option<Mat<f64>> {
        let (_, all) = tridiagonal.divided()?;
        Some(Mat::from_fn(size, values.len(), |row, column| all[(row, size - 1 - column)]))
    };
    twisted().and_then(carried).or_else(|| divided().and_then(carried))
}

/// The columns have the length 1 and are orthogonal.
fn orthonormal(columns: &Mat<f64>) -> bool {
    let products = columns.transpose() * columns;
    let right = |row: usize, column: usize| {
        let product = products[(row, column)];
        if row == column { (product - 1.0).abs() <= allowance(columns.nrows()) } else { product.abs() <= ORTHOGONAL }
    };
    (0..products.ncols()).all(|column| (0..=column).all(|row| right(row, column)))
}

/// ‖G v − λ v‖ is small beside the largest of the values, G from Y anew.
fn fit(outputs: &Mat<f64>, divisor: usize, values: &[f64], columns: &Mat<f64>) -> bool {
    let is_wide = outputs.nrows() <= outputs.ncols();
    let norm = values.iter().fold(f64::MIN_POSITIVE, |norm, value| norm.max(value.abs()));
    let root = (divisor as f64 * norm).sqrt().recip();
    let carried = if is_wide { outputs.transpose() * columns } else { outputs * columns } * Scale(root);
    let images = if is_wide { outputs * carried } else { outputs.transpose() * carried } * Scale(root);
    let allowed = allowance(outputs.nrows().max(outputs.ncols()));
    values.iter().enumerate().all(|(index, value)| {
        let residual = images.col(index) - columns.col(index) * Scale(value / norm);
        residual.norm_l2() <= allowed
    })
}

/// The vectors of the smaller Gram matrix, carried to the left of Y where they are on its right; there is none for an eigenvalue 0.
fn on_the_left(outputs: &Mat<f64>, own: &Mat<f64>, eigenvalues: Vec<f64>) -> Leading {
    let left = |(index, _): (usize, &f64)| -> Vec<f64> {
        let column = own.col_as_slice(index);
        if outputs.nrows() <= outputs.ncols() {
            return column.to_vec();
        }
        let carried = outputs * ColRef::from_slice(column);
        let length = carried.norm_l2();
        carried.iter().map(|value| value / length).collect()
    };
    let vectors = eigenvalues.iter().rev().take(own.ncols()).enumerate().filter(|(_, value)| **value > 0.0).map(left).collect();
    Leading { eigenvalues, vectors }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monte_carlo::{Matrix, Sampler, Trial, smaller_gram};
    use faer::Side;
    use faer::linalg::solvers::SelfAdjointEigen;
    use std::sync::atomic::AtomicBool;

    fn drawn(rows: usize, columns: usize, number: u64) -> Mat<f64> {
        Sampler::Gaussian.matrix(rows, columns, &mut Trial { seed: 5, experiment: "leading", number }.stream(Matrix::Data))
    }

    /// A matrix of given singular values and random singular vectors.
    fn with_singular_values(values: &[f64], [rows, columns]: [usize; 2], number: u64) -> Mat<f64> {
        let left = drawn(rows, values.len(), number).qr().compute_thin_Q();
        let right = drawn(columns, values.len(), number + 1).qr().compute_thin_Q();
        Mat::from_fn(rows, values.len(), |row, k| left[(row, k)] * values[k]) * right.transpose()
    }

    fn found(outputs: &Mat<f64>, divisor: usize, count: usize) -> Leading {
        let run = Run { threads: 1, cancel: &AtomicBool::new(false), progress: &|_, _| () };
        leading(outputs, smaller_gram(outputs, divisor), divisor, count, &run).expect("converges")
    }

    /// The eigenvalues, and the share of a random vector in the span of the vectors of each group of close eigenvalues, are those of
    /// the whole decomposition of YYᵀ.
    fn agrees_with_the_whole(outputs: &Mat<f64>, count: usize, label: &str) {
        let (rows, divisor) = (outputs.nrows(), 7);
        let found = found(outputs, divisor, count);
        let whole = (outputs * outputs.transpose()) * Scale(1.0 / divisor as f64);
        let whole = SelfAdjointEigen::new(whole.as_ref(), Side::Lower).expect("converges");
        let values: Vec<f64> = whole.S().column_vector().iter().copied().collect();
        let top = values[rows - 1];
        assert_eq!(found.eigenvalues.len(), rows);
        for (a, b) in found.eigenvalues.iter().zip(&values) {
            assert!((a - b).abs() < 1e-12 * top, "{label}: {a} {b}");
        }
        let probe = drawn(rows, 1, 99);
        let share = |vector: ColRef<'_, f64>| (vector.transpose() * probe.col(0)).powi(2) / probe.squared_norm_l2();
        for (index, value) in found.eigenvalues.iter().rev().take(found.vectors.len()).enumerate() {
            let group = |k: &usize| (values[rows - 1 - k] - value).abs() < 1e-5 * top;
            let members: Vec<usize> = (0..rows).filter(group).collect();
            assert!(members.iter().all(|k| *k < found.vectors.len()), "{label}: the group of {index} is cut");
            let own: f64 = members.iter().map(|k| share(ColRef::from_slice(&found.vectors[*k]))).sum();
            let right: f64 = members.iter().map(|k| share(whole.U().col(rows - 1 - k))).sum();
            assert!((own - right).abs() < 1e-8, "{label} {index}: {own} {right}");
        }
        for (a, b) in (0..found.vectors.len()).flat_map(|a| (0..=a).map(move |b| (a, b))) {
            let product: f64 = found.vectors[a].iter().zip(&found.vectors[b]).map(|(x, y)| x * y).sum();
            assert!((product - f64::from(u8::from(a == b))).abs() < 1e-7, "{label} {a} {b}: {product}");
        }
    }

    /// Bulks and spiked bulks, wide and tall, on either side of the size at which the divide-and-conquer method divides.
    #[test]
    fn random_and_spiked_matrices() {
        for (number, shape) in (0..).step_by(10).zip([[2, 3], [3, 2], [8, 40], [40, 8], [60, 60], [120, 200], [200, 120]]) {
            let noise = drawn(shape[0], shape[1], number);
            let count = shape[0].min(shape[1]).min(6);
            agrees_with_the_whole(&noise, count, &format!("bulk {shape:?}"));
            for (strength, count) in [(3.0, count), (1e4, 2)] {
                let size = strength * (shape[0].max(shape[1]) as f64).sqrt();
                let spiked = &noise + with_singular_values(&[2.0 * size, size], shape, number + 2);
                agrees_with_the_whole(&spiked, count, &format!("spikes {strength} {shape:?}"));
            }
        }
    }

    /// Equal leading eigenvalues, and pairs at a distance of 10^-14 to 10^-6, above a bulk and above zeros.
    #[test]
    fn close_and_equal_leading_eigenvalues() {
        for (number, exponent) in (0..).step_by(10).zip([0, 14, 12, 10, 8, 6]) {
            let near = if exponent == 0 { 1.0 } else { 1.0 + 10_f64.powi(-exponent) };
            let leading = [9.0 * near, 9.0, 9.0, 7.0 * near, 7.0, 5.0];
            let mut all = leading.to_vec();
            all.extend((0..60).map(|k| 1.0 + f64::from(k) / 60.0));
            for shape in [[70, 130], [130, 70], [66, 66]] {
                agrees_with_the_whole(
                    &with_singular_values(&leading, shape, number),
                    6,
                    &format!("low rank {exponent} {shape:?}"),
                );
                agrees_with_the_whole(&with_singular_values(&all, shape, number), 6, &format!("bulk {exponent} {shape:?}"));
            }
        }
        agrees_with_the_whole(&Mat::identity(30, 50), 0, "identity");
        agrees_with_the_whole(&Mat::identity(30, 30), 30, "all of the identity");
    }

    /// One row or column, and nothing but zeros.
    #[test]
    fn the_smallest_and_the_empty() {
        agrees_with_the_whole(&drawn(1, 5, 1), 1, "row");
        agrees_with_the_whole(&drawn(5, 1, 1), 1, "column");
        let none = found(&Mat::zeros(4, 3), 1, 2);
        assert_eq!((none.eigenvalues, none.vectors.len()), (vec![0.0; 4], 0));
    }

    /// An eigenvalue listed twice, one left out, a vector listed twice and one that is none are each refused by the check for it.
    #[test]
    fn ghosts_are_refused() {
        let outputs = drawn(50, 80, 3);
        let gram = smaller_gram(&outputs, 7);
        let sums = Sums::of(&gram);
        let reduction = Reduction::new(gram);
        let ascending = reduction.tridiagonal.eigenvalues().expect("converges");
        let top: Vec<f64> = ascending.iter().rev().take(4).copied().collect();
        assert!(sums.are_those_of(&ascending) && ranked(&reduction.tridiagonal, &top));
        for list in [[0, 1, 1, 3], [0, 1, 3, 3], [1, 2, 3, 3], [0, 0, 1, 2], [0, 2, 2, 3]] {
            assert!(!ranked(&reduction.tridiagonal, &list.map(|k| top[k])), "{list:?}");
        }
        let mut ghost = ascending.clone();
        ghost[47] = ghost[48];
        assert!(!sums.are_those_of(&ghost));
        // the same trace, another norm, and the same norm, another trace
        ghost.clone_from(&ascending);
        ghost[0] -= 1e-6;
        ghost[49] += 1e-6;
        assert!(!sums.are_those_of(&ghost));
        assert!(!sums.are_those_of(&ascending.iter().map(|value| -value).collect::<Vec<_>>()));
        let right = vectors(&reduction, &top).expect("apart");
        assert!(orthonormal(&right) && fit(&outputs, 7, &top, &right));
        let twice = Mat::from_fn(50, 4, |row, column| right[(row, column.min(2))]);
        assert!(!orthonormal(&twice));
        let turned = Mat::from_fn(50, 4, |row, column| right[(row, [1, 0, 2, 3][column])]);
        assert!(orthonormal(&turned) && !fit(&outputs, 7, &top, &turned));
        assert!(!fit(&outputs, 8, &top, &right));
    }
}
