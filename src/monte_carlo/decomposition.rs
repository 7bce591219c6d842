//! The eigenvalues of a symmetric matrix and the cosines of a few vectors with its eigenvectors, without the eigenvectors themselves.
//!
//! G = Q T Qᵀ with T tridiagonal, T = V Λ Vᵀ, and the cosines of a unit vector r with the eigenvectors Q V are Vᵀ(Qᵀr): the product
//! Q V, 2 n³ operations, is not formed. What is used is checked: every column of V by its residual T v − λ v and its length, Q on every
//! vector by (Qᵀr)ᵀT(Qᵀr) = rᵀG r and by its length.

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
    let (eigenvalues, vectors) = tridiagonal.eigenvectors().ok_or_else(failed)?;
    for (column, value) in eigenvalues.iter().enumerate() {
        let vector = vectors.col_as_slice(column);
        let image = tridiagonal.times(vector);
        let residual: f64 = image.iter().zip(vector).map(|(image, x)| (image - value * x).powi(2)).sum();
        let length: f64 = vector.iter().map(|x| x * x).sum();
        if !(residual.sqrt() <= allowed * scale && (length - 1.0).abs() <= allowed) {
            return Err(failed());
        }
    }
    Ok(Decomposition { eigenvalues, cosines: vectors.transpose() * &units })
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
        let scratch =
            apply_block_householder_sequence_transpose_on_the_left_in_place_scratch::<f64>(size - 1, block, count);
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

    fn eigenvectors(&self) -> Option<(Vec<f64>, Mat<f64>)> {
        let size = self.diagonal.nrows();
        let mut vectors = Mat::zeros(size, size);
        let mut values = vec![0.0; size];
        let scratch = self_adjoint_evd_scratch::<f64>(size, ComputeEigenvectors::Yes, Par::Seq, Default::default());
        let mut memory = MemBuffer::new(scratch);
        tridiagonal_self_adjoint_evd(
            self.diagonal.as_diagonal(),
            self.below.as_diagonal(),
            DiagMut::from_slice_mut(&mut values),
            Some(vectors.as_mut()),
            Par::Seq,
            MemStack::new(&mut memory),
            Default::default(),
        )
        .ok()?;
        Some((values, vectors))
    }
}
