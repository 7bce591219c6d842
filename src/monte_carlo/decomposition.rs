//! The eigenvalues of a symmetric matrix and the cosines of a few vectors with its eigenvectors, without the eigenvectors themselves.
//!
//! G = Q T Qᵀ with T tridiagonal, T = V Λ Vᵀ, and the cosines of a unit vector r with the eigenvectors Q V are Vᵀ(Qᵀr): the product
//! Q V is not formed. The eigenvalues come from the QR algorithm, and each column of V from the factorisations of T − λ from above and
//! from below, joined where they fit best (the twisted factorisation, Parlett and Dhillon, Linear Algebra Appl. 267, 1997): 10 n
//! operations and no matrix. Where two eigenvalues are so close that such columns are not orthogonal, or a check fails, V is that of
//! the divide-and-conquer method.
//!
//! What is used is checked: every column of V by its residual T v − λ v, Q on every vector by (Qᵀr)ᵀT(Qᵀr) = rᵀG r and by its length.

use super::SimulationError;
use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::tridiag::{tridiag_in_place, tridiag_in_place_scratch};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd_scratch, tridiagonal_self_adjoint_evd};
use faer::linalg::householder::{
    apply_block_householder_sequence_transpose_on_the_left_in_place_scratch,
    apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj,
};
use faer::linalg::qr::no_pivoting::factor::recommended_block_size;
use faer::{Col, Conj, Mat, Par};

/// Residuals and lengths are off by less than this times n · 2^-52 (faer's are off by less than 2 to n = 4000).
const CAUTION: f64 = 64.0;

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
    let tridiagonal = Tridiagonal::new(gram, &mut units);
    let scale = tridiagonal.norm();
    let allowed = CAUTION * size as f64 * f64::EPSILON;
    for (column, form) in forms.iter().enumerate() {
        let unit = units.col_as_slice(column);
        let image = tridiagonal.times(unit);
        let kept: f64 = unit.iter().zip(&image).map(|(a, b)| a * b).sum();
        let length: f64 = unit.iter().map(|x| x * x).sum();
        if !((kept - form).abs() <= allowed * scale && (length - 1.0).abs() <= allowed) {
            return Err(failed());
        }
    }
    let allowed = allowed * scale;
    let quick = tridiagonal.eigenvalues().and_then(|values| tridiagonal.cosines(values, &units, [CLOSE * scale, allowed]));
    quick.or_else(|| tridiagonal.divided(&units, allowed)).ok_or_else(failed)
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

/// A symmetric tridiagonal matrix.
struct Tridiagonal {
    diagonal: Col<f64>,
    below: Col<f64>,
}

impl Tridiagonal {
    /// QᵀG Q, and Qᵀ times the vectors.
    fn new(mut gram: Mat<f64>, units: &mut Mat<f64>) -> Self {
        let (size, count) = (gram.nrows(), units.ncols());
        let block = recommended_block_size::<f64>(size, size);
        let mut householder = Mat::zeros(block, size - 1);
        let scratch = tridiag_in_place_scratch::<f64>(size, Par::Seq, Default::default());
        let mut memory = MemBuffer::new(scratch);
        tridiag_in_place(gram.as_mut(), householder.as_mut(), Par::Seq, MemStack::new(&mut memory), Default::default());
        let diagonal = Col::from_fn(size, |index| gram[(index, index)]);
        let below = Col::from_fn(size - 1, |index| gram[(index + 1, index)]);
        let scratch = apply_block_householder_sequence_transpose_on_the_left_in_place_scratch::<f64>(size - 1, block, count);
        let mut memory = MemBuffer::new(scratch);
        apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj(
            gram.submatrix(1, 0, size - 1, size - 1),
            householder.as_ref(),
            Conj::No,
            units.as_mut().subrows_mut(1, size - 1),
            Par::Seq,
            MemStack::new(&mut memory),
        );
        Self { diagonal, below }
    }

    /// T x.
    fn times(&self, x: &[f64]) -> Vec<f64> {
        let size = x.len();
        let row = |index: usize| {
            let lower = if index > 0 { self.below[index - 1] * x[index - 1] } else { 0.0 };
            let upper = if index + 1 < size { self.below[index] * x[index + 1] } else { 0.0 };
            self.diagonal[index] * x[index] + lower + upper
        };
        (0..size).map(row).collect()
    }

    /// The largest sum of a row, which bounds every eigenvalue.
    fn norm(&self) -> f64 {
        let size = self.diagonal.nrows();
        let beside = |index: usize| if index + 1 < size { self.below[index].abs() } else { 0.0 };
        let row = |index: usize| self.diagonal[index].abs() + beside(index) + if index > 0 { beside(index - 1) } else { 0.0 };
        (0..size).map(row).fold(0.0, f64::max)
    }

    /// The eigenvalues by the QR algorithm, ascending; none where it does not converge.
    fn eigenvalues(&self) -> Option<Vec<f64>> {
        self.decompose(None)
    }

    fn decompose(&self, vectors: Option<&mut Mat<f64>>) -> Option<Vec<f64>> {
        let size = self.diagonal.nrows();
        let mut values = vec![0.0; size];
        let wanted = if vectors.is_some() { ComputeEigenvectors::Yes } else { ComputeEigenvectors::No };
        let mut memory = MemBuffer::new(self_adjoint_evd_scratch::<f64>(size, wanted, Par::Seq, Default::default()));
        tridiagonal_self_adjoint_evd(
            self.diagonal.as_diagonal(),
            self.below.as_diagonal(),
            DiagMut::from_slice_mut(&mut values),
            vectors.map(Mat::as_mut),
            Par::Seq,
            MemStack::new(&mut memory),
            Default::default(),
        )
        .ok()?;
        Some(values)
    }

    /// The residual of a unit vector.
    fn residual(&self, value: f64, vector: &[f64]) -> f64 {
        self.times(vector).iter().zip(vector).map(|(image, x)| (image - value * x).powi(2)).sum::<f64>().sqrt()
    }

    /// The cosines by twisted factorisations; none where eigenvalues are nearer than `close` or a residual is above `allowed`.
    fn cosines(&self, eigenvalues: Vec<f64>, units: &Mat<f64>, [close, allowed]: [f64; 2]) -> Option<Decomposition> {
        if eigenvalues.windows(2).any(|pair| pair[1] - pair[0] < close) {
            return None;
        }
        let mut cosines = Mat::zeros(eigenvalues.len(), units.ncols());
        for (row, value) in eigenvalues.iter().enumerate() {
            let vector = self.twisted(*value, f64::EPSILON * allowed);
            // a residual that is no number does not fit either
            let fits = self.residual(*value, &vector) <= allowed;
            if !fits {
                return None;
            }
            for column in 0..units.ncols() {
                cosines[(row, column)] = vector.iter().zip(units.col_as_slice(column)).map(|(a, b)| a * b).sum();
            }
        }
        Some(Decomposition { eigenvalues, cosines })
    }

    /// A unit eigenvector; pivots are at least `tiny` in size.
    fn twisted(&self, value: f64, tiny: f64) -> Vec<f64> {
        let size = self.diagonal.nrows();
        let pivot = |raw: f64| if raw.abs() < tiny { tiny } else { raw };
        let shifted = |index: usize| self.diagonal[index] - value;
        let [mut above, mut under] = [vec![0.0; size], vec![0.0; size]];
        above[0] = pivot(shifted(0));
        for index in 1..size {
            above[index] = pivot(shifted(index) - self.below[index - 1].powi(2) / above[index - 1]);
        }
        under[size - 1] = pivot(shifted(size - 1));
        for index in (0..size - 1).rev() {
            under[index] = pivot(shifted(index) - self.below[index].powi(2) / under[index + 1]);
        }
        let misfit = |index: &usize| (above[*index] + under[*index] - shifted(*index)).abs();
        let joint = (0..size).min_by(|a, b| misfit(a).total_cmp(&misfit(b))).unwrap_or(0);
        let mut vector = vec![0.0; size];
        vector[joint] = 1.0;
        for index in (0..joint).rev() {
            vector[index] = -self.below[index] * vector[index + 1] / above[index];
        }
        for index in joint + 1..size {
            vector[index] = -self.below[index - 1] * vector[index - 1] / under[index];
        }
        let length = vector.iter().map(|x| x * x).sum::<f64>().sqrt();
        vector.iter_mut().for_each(|x| *x /= length);
        vector
    }

    /// The cosines by the divide-and-conquer method; none where it or a check fails.
    fn divided(&self, units: &Mat<f64>, allowed: f64) -> Option<Decomposition> {
        let size = self.diagonal.nrows();
        let mut vectors = Mat::zeros(size, size);
        let eigenvalues = self.decompose(Some(&mut vectors))?;
        let right = |(column, value): (usize, &f64)| {
            let vector = vectors.col_as_slice(column);
            let length = vector.iter().map(|x| x * x).sum::<f64>();
            self.residual(*value, vector) <= allowed && (length - 1.0).abs() <= CAUTION * size as f64 * f64::EPSILON
        };
        let checked = eigenvalues.iter().enumerate().all(right);
        checked.then(|| Decomposition { cosines: vectors.transpose() * units, eigenvalues })
    }
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
            let tridiagonal = Tridiagonal::new(&factor * factor.transpose(), &mut units);
            let allowed = CAUTION * size as f64 * f64::EPSILON * tridiagonal.norm();
            let values = tridiagonal.eigenvalues().expect("converges");
            let quick = tridiagonal.cosines(values, &units, [0.0, allowed]).expect("apart");
            let slow = tridiagonal.divided(&units, allowed).expect("converges");
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
