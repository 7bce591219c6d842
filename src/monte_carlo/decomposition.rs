//! The eigenvalues of a symmetric matrix and the cosines of a few vectors with its eigenvectors, without the eigenvectors themselves.
//!
//! G = Q T Qᵀ with T tridiagonal, T = V Λ Vᵀ, and the cosines of a unit vector r with the eigenvectors Q V are Vᵀ(Qᵀr): the product
//! Q V is not formed. The columns of V are those of twisted factorisations; where two eigenvalues are so close that such columns are
//! not orthogonal, or a check fails, V is that of the divide-and-conquer method.
//!
//! What is used is checked: every column of V by its residual T v − λ v, Q on every vector by (Qᵀr)ᵀT(Qᵀr) = rᵀG r and by its length.

use super::SimulationError;
use super::tridiagonal::{Reduction, Tridiagonal, allowance};
use faer::Mat;

/// Eigenvalues nearer than this share of the norm have columns that may be off by more than 10^-8.
const CLOSE: f64 = 1e-7;

/// Eigenvalues, ascending, and for each vector its cosines with the eigenvectors in that order.
pub(super) struct Decomposition {
    pub eigenvalues: Vec<f64>,
    /// A column for each vector.
    pub cosines: Mat<f64>,
}

/// The decomposition of a symmetric matrix, given by its lower triangle, seen by unit vectors, the columns of `units`.
///
/// # Errors
/// [`SimulationError::NoConvergence`], also where a check fails.
pub(super) fn decomposed(gram: Mat<f64>, mut units: Mat<f64>) -> Result<Decomposition, SimulationError> {
    let size = gram.nrows();
    let failed = || SimulationError::NoConvergence { size };
    if size < 2 {
        let eigenvalues = (0..size).map(|index| gram[(index, index)]).collect();
        return Ok(Decomposition { eigenvalues, cosines: units });
    }
    let forms: Vec<f64> = (0..units.ncols()).map(|column| quadratic_form(&gram, &units, column)).collect();
    let tridiagonal = {
        let reduction = Reduction::new(gram);
        reduction.rotate(&mut units);
        reduction.tridiagonal
    };
    let allowed = allowance(size);
    for (column, form) in forms.iter().enumerate() {
        let unit = units.col_as_slice(column);
        let image = tridiagonal.times(unit);
        let kept: f64 = unit.iter().zip(&image).map(|(a, b)| a * b).sum();
        let length: f64 = unit.iter().map(|x| x * x).sum();
        if !((kept - form).abs() <= allowed * tridiagonal.norm && (length - 1.0).abs() <= allowed) {
            return Err(failed());
        }
    }
    let quick = tridiagonal.eigenvalues().and_then(|values| by_twists(&tridiagonal, values, &units, CLOSE));
    quick.or_else(|| divided(&tridiagonal, &units)).ok_or_else(failed)
}

/// rᵀG r by the lower triangle.
fn quadratic_form(gram: &Mat<f64>, units: &Mat<f64>, column: usize) -> f64 {
    let unit = units.col_as_slice(column);
    let part = |(index, x): (usize, &f64)| {
        let below: f64 = gram.col_as_slice(index)[index + 1..].iter().zip(&unit[index + 1..]).map(|(a, b)| a * b).sum();
        x * (gram[(index, index)] * x + 2.0 * below)
    };
    unit.iter().enumerate().map(part).sum()
}

/// The cosines by twisted factorisations; none where eigenvalues are nearer than `close` of the norm or a residual is too large.
fn by_twists(tridiagonal: &Tridiagonal, eigenvalues: Vec<f64>, units: &Mat<f64>, close: f64) -> Option<Decomposition> {
    if eigenvalues.windows(2).any(|pair| pair[1] - pair[0] < close * tridiagonal.norm) {
        return None;
    }
    let mut cosines = Mat::zeros(eigenvalues.len(), units.ncols());
    for (row, value) in eigenvalues.iter().enumerate() {
        let vector = tridiagonal.eigenvector(*value)?;
        for column in 0..units.ncols() {
            cosines[(row, column)] = vector.iter().zip(units.col_as_slice(column)).map(|(a, b)| a * b).sum();
        }
    }
    Some(Decomposition { eigenvalues, cosines })
}

/// The cosines by the divide-and-conquer method; none where it or a check fails.
fn divided(tridiagonal: &Tridiagonal, units: &Mat<f64>) -> Option<Decomposition> {
    let (eigenvalues, vectors) = tridiagonal.divided()?;
    Some(Decomposition { cosines: vectors.transpose() * units, eigenvalues })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monte_carlo::{Matrix, Sampler, Trial};
    use faer::Side;
    use faer::linalg::solvers::SelfAdjointEigen;

    fn drawn(rows: usize, columns: usize, number: u64) -> Mat<f64> {
        Sampler::Gaussian.matrix(rows, columns, &mut Trial { seed: 3, experiment: "decomposition", number }.stream(Matrix::Data))
    }

    fn unit_columns(mut vectors: Mat<f64>) -> Mat<f64> {
        for column in 0..vectors.ncols() {
            let length = vectors.col(column).norm_l2();
            vectors.col_as_slice_mut(column).iter_mut().for_each(|x| *x /= length);
        }
        vectors
    }

    /// Squared cosines with each eigenvalue, equal ones together, against those with full eigenvectors; on either side of the size from
    /// which on the tridiagonal matrix is divided, of full rank, of low rank, and with equal eigenvalues.
    #[test]
    fn cosines_are_those_of_the_full_eigenvectors() {
        for (number, (size, rank)) in (0..).zip([(2, 2), (3, 1), (17, 30), (60, 20), (150, 300), (150, 149)]) {
            let factor = drawn(size, rank, number);
            let gram = &factor * factor.transpose();
            let units = unit_columns(drawn(size, 2, 100 + number));
            let full = SelfAdjointEigen::new(gram.as_ref(), Side::Lower).expect("converges");
            let right = full.U().transpose() * &units;
            let found = decomposed(gram, units).expect("converges");
            let top = found.eigenvalues[size - 1];
            for column in 0..2 {
                let together = |cosines: &Mat<f64>, low: f64| -> f64 {
                    let near = |index: &usize| found.eigenvalues[*index] <= low + 1e-9 * top;
                    (0..size).filter(near).map(|index| cosines[(index, column)].powi(2)).sum()
                };
                for (index, value) in found.eigenvalues.iter().enumerate() {
                    assert!((value - full.S()[index]).abs() < 1e-12 * top, "{size} {rank}: {value}");
                    let [a, b] = [&found.cosines, &right].map(|cosines| together(cosines, *value));
                    assert!((a - b).abs() < 1e-9, "{size} {rank} {index}: {a} {b}");
                }
            }
        }
        let two = Mat::from_fn(40, 40, |row, column| if row == column { f64::from(row as u32 % 2 + 1) } else { 0.0 });
        let units = unit_columns(drawn(40, 1, 7));
        let even: f64 = (0..20).map(|index| units[(2 * index, 0)].powi(2)).sum();
        let found = decomposed(two, units).expect("converges");
        let low: f64 = (0..20).map(|index| found.cosines[(index, 0)].powi(2)).sum();
        assert!((low - even).abs() < 1e-13, "{low} {even}");
    }

    /// The two ways to the columns of V agree where eigenvalues are apart.
    #[test]
    fn twisted_factorisations_have_the_columns_of_divide_and_conquer() {
        for (number, size) in (20..).zip([2, 5, 40, 200]) {
            let factor = drawn(size, 2 * size, number);
            let mut units = unit_columns(drawn(size, 3, 200 + number));
            let reduction = Reduction::new(&factor * factor.transpose());
            reduction.rotate(&mut units);
            let tridiagonal = reduction.tridiagonal;
            let values = tridiagonal.eigenvalues().expect("converges");
            let quick = by_twists(&tridiagonal, values, &units, 0.0).expect("apart");
            let slow = divided(&tridiagonal, &units).expect("converges");
            for (row, column) in (0..size).flat_map(|row| (0..3).map(move |column| (row, column))) {
                let [a, b] = [&quick, &slow].map(|found| found.cosines[(row, column)].powi(2));
                assert!((a - b).abs() < 1e-9, "{size} {row}: {a} {b}");
            }
        }
    }

    /// NaN does not converge, and what is no unit vector is refused by the check of its length.
    #[test]
    fn what_is_wrong_is_no_decomposition() {
        let mut gram = &drawn(20, 30, 1) * drawn(20, 30, 1).transpose();
        assert!(decomposed(gram.clone(), drawn(20, 1, 2)).is_err());
        gram[(3, 2)] = f64::NAN;
        assert!(decomposed(gram, unit_columns(drawn(20, 1, 2))).is_err());
    }
}
