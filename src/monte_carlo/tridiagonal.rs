//! A symmetric matrix brought to tridiagonal form, G = Q T Qᵀ, and what T says of eigenvalues and of single eigenvectors.
//!
//! The eigenvalues come from the QR algorithm. A single eigenvector comes from the factorisations of T − λ from above and from below,
//! joined where they fit best (the twisted factorisation, Parlett and Dhillon, Linear Algebra Appl. 267, 1997): 10 n operations and
//! no matrix. How many eigenvalues lie above a number is the number of positive pivots of T less that number (Sylvester's inertia).
//! Residuals and distances are in units of the norm of T, so that no square leaves the doubles.

use faer::diag::DiagMut;
use faer::dyn_stack::{MemBuffer, MemStack};
use faer::linalg::evd::tridiag::{tridiag_in_place, tridiag_in_place_scratch};
use faer::linalg::evd::{ComputeEigenvectors, self_adjoint_evd_scratch, tridiagonal_self_adjoint_evd};
use faer::linalg::householder::{
    apply_block_householder_sequence_on_the_left_in_place_scratch,
    apply_block_householder_sequence_on_the_left_in_place_with_conj,
    apply_block_householder_sequence_transpose_on_the_left_in_place_scratch,
    apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj,
};
use faer::linalg::qr::no_pivoting::factor::recommended_block_size;
use faer::{Col, Conj, Mat, Par};

/// Residuals and lengths are off by less than this times n · 2^-52 (those found are off by less than 4, to n = 4000).
const CAUTION: f64 = 64.0;

/// The share of the norm by which backward stable results for vectors of `size` entries may be off.
pub(super) fn allowance(size: usize) -> f64 {
    CAUTION * size as f64 * f64::EPSILON
}

/// G = Q T Qᵀ.
pub(super) struct Reduction {
    pub tridiagonal: Tridiagonal,
    /// The vectors of the reflections that Q is made of, below the diagonal, and the factors of their blocks.
    reflections: Mat<f64>,
    factors: Mat<f64>,
}

impl Reduction {
    /// Of a matrix of at least two rows, given by its lower triangle, in its own memory.
    pub(super) fn new(mut gram: Mat<f64>) -> Self {
        let size = gram.nrows();
        let mut factors = Mat::zeros(recommended_block_size::<f64>(size, size), size - 1);
        let mut memory = MemBuffer::new(tridiag_in_place_scratch::<f64>(size, Par::Seq, Default::default()));
        tridiag_in_place(gram.as_mut(), factors.as_mut(), Par::Seq, MemStack::new(&mut memory), Default::default());
        let diagonal = Col::from_fn(size, |index| gram[(index, index)]);
        let below = Col::from_fn(size - 1, |index| gram[(index + 1, index)]);
        Self { tridiagonal: Tridiagonal::new(diagonal, below), reflections: gram, factors }
    }

    /// Qᵀ times each column.
    pub(super) fn rotate(&self, columns: &mut Mat<f64>) {
        let (rest, block) = (self.factors.ncols(), self.factors.nrows());
        let scratch =
            apply_block_householder_sequence_transpose_on_the_left_in_place_scratch::<f64>(rest, block, columns.ncols());
        let mut memory = MemBuffer::new(scratch);
        apply_block_householder_sequence_transpose_on_the_left_in_place_with_conj(
            self.reflections.submatrix(1, 0, rest, rest),
            self.factors.as_ref(),
            Conj::No,
            columns.as_mut().subrows_mut(1, rest),
            Par::Seq,
            MemStack::new(&mut memory),
        );
    }

    /// Q times each column.
    pub(super) fn rotate_back(&self, columns: &mut Mat<f64>) {
        let (rest, block) = (self.factors.ncols(), self.factors.nrows());
        let scratch = apply_block_householder_sequence_on_the_left_in_place_scratch::<f64>(rest, block, columns.ncols());
        let mut memory = MemBuffer::new(scratch);
        apply_block_householder_sequence_on_the_left_in_place_with_conj(
            self.reflections.submatrix(1, 0, rest, rest),
            self.factors.as_ref(),
            Conj::No,
            columns.as_mut().subrows_mut(1, rest),
            Par::Seq,
            MemStack::new(&mut memory),
        );
    }
}

/// A symmetric tridiagonal matrix.
pub(super) struct Tridiagonal {
    diagonal: Col<f64>,
    below: Col<f64>,
    /// The largest sum of a row, which bounds every eigenvalue.
    pub norm: f64,
}

impl Tridiagonal {
    fn new(diagonal: Col<f64>, below: Col<f64>) -> Self {
        let size = diagonal.nrows();
        let beside = |index: usize| if index + 1 < size { below[index].abs() } else { 0.0 };
        let row = |index: usize| diagonal[index].abs() + beside(index) + if index > 0 { beside(index - 1) } else { 0.0 };
        let norm = (0..size).map(row).fold(f64::MIN_POSITIVE, f64::max);
        Self { diagonal, below, norm }
    }

    pub(super) fn size(&self) -> usize {
        self.diagonal.nrows()
    }

    /// T x.
    pub(super) fn times(&self, x: &[f64]) -> Vec<f64> {
        let size = x.len();
        let row = |index: usize| {
            let lower = if index > 0 { self.below[index - 1] * x[index - 1] } else { 0.0 };
            let upper = if index + 1 < size { self.below[index] * x[index + 1] } else { 0.0 };
            self.diagonal[index] * x[index] + lower + upper
        };
        (0..size).map(row).collect()
    }

    /// The eigenvalues by the QR algorithm, ascending; none where it does not converge.
    pub(super) fn eigenvalues(&self) -> Option<Vec<f64>> {
        self.decompose(None)
    }

    fn decompose(&self, vectors: Option<&mut Mat<f64>>) -> Option<Vec<f64>> {
        let size = self.size();
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

    /// The eigenvalues above a number. Pivots stay off 0 by a share of the norm below its last digit.
    pub(super) fn above(&self, number: f64) -> usize {
        let mut count = 0;
        let mut last = f64::INFINITY;
        for index in 0..self.size() {
            let carried = if index > 0 { self.below[index - 1] * (self.below[index - 1] / last) } else { 0.0 };
            last = self.pivot(self.diagonal[index] - number - carried);
            count += usize::from(last > 0.0);
        }
        count
    }

    fn pivot(&self, raw: f64) -> f64 {
        let tiny = f64::EPSILON * allowance(self.size()) * self.norm;
        if raw.abs() < tiny { tiny } else { raw }
    }

    /// The residual of a unit vector is no larger than is allowed.
    fn fits(&self, value: f64, vector: &[f64]) -> bool {
        let part = |(image, x): (&f64, &f64)| ((image - value * x) / self.norm).powi(2);
        self.times(vector).iter().zip(vector).map(part).sum::<f64>().sqrt() <= allowance(self.size())
    }

    /// A unit eigenvector by a twisted factorisation; none where its residual is too large or no number.
    pub(super) fn eigenvector(&self, value: f64) -> Option<Vec<f64>> {
        let vector = self.twisted(value);
        self.fits(value, &vector).then_some(vector)
    }

    fn twisted(&self, value: f64) -> Vec<f64> {
        let size = self.size();
        let shifted = |index: usize| self.diagonal[index] - value;
        let carried = |index: usize, pivot: f64| self.below[index] * (self.below[index] / pivot);
        let [mut above, mut under] = [vec![0.0; size], vec![0.0; size]];
        above[0] = self.pivot(shifted(0));
        for index in 1..size {
            above[index] = self.pivot(shifted(index) - carried(index - 1, above[index - 1]));
        }
        under[size - 1] = self.pivot(shifted(size - 1));
        for index in (0..size - 1).rev() {
            under[index] = self.pivot(shifted(index) - carried(index, under[index + 1]));
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

    /// Eigenvalues, ascending, and all eigenvectors by the divide-and-conquer method; none where it or a check fails.
    pub(super) fn divided(&self) -> Option<(Vec<f64>, Mat<f64>)> {
        let size = self.size();
        let mut vectors = Mat::zeros(size, size);
        let eigenvalues = self.decompose(Some(&mut vectors))?;
        let right = |(column, value): (usize, &f64)| {
            let vector = vectors.col_as_slice(column);
            let length = vector.iter().map(|x| x * x).sum::<f64>();
            self.fits(*value, vector) && (length - 1.0).abs() <= allowance(size)
        };
        let checked = eigenvalues.iter().enumerate().all(right);
        checked.then_some((eigenvalues, vectors))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The second difference has the eigenvalues 2 − 2 cos(kπ/(n + 1)) and the eigenvectors sin(ikπ/(n + 1)); its count above a
    /// number between two of them is their rank, at scales where squares leave the doubles too.
    #[test]
    fn counts_and_vectors_of_the_second_difference() {
        for (size, scale) in [(2, 1.0), (9, 1e-180), (50, 1e180)] {
            let matrix = Tridiagonal::new(Col::from_fn(size, |_| 2.0 * scale), Col::from_fn(size - 1, |_| -scale));
            let angle = |k: usize| k as f64 * std::f64::consts::PI / (size + 1) as f64;
            for (k, found) in (1..).zip(matrix.eigenvalues().expect("converges")) {
                let value = scale * (2.0 - 2.0 * angle(k).cos());
                assert!((found - value).abs() < allowance(size) * matrix.norm, "{size} {k}: {found}");
                let between = scale * (2.0 - 2.0 * (angle(k) + 0.5 * angle(1)).cos());
                assert_eq!(matrix.above(between), size - k, "{size} {k}");
                let vector = matrix.eigenvector(found).expect("fits");
                let product: f64 = (0..size).map(|i| ((i + 1) as f64 * angle(k)).sin() * vector[i]).sum();
                let share = product * product * 2.0 / (size + 1) as f64;
                assert!((share - 1.0).abs() < 1e-12, "{size} {k}: {share}");
                assert!(matrix.eigenvector(found + 1e-6 * scale).is_none(), "{size} {k}: no eigenvalue");
            }
        }
    }
}
