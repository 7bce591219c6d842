//! From a matrix of outputs Y to the eigenvalues of its Gram matrices, and to the overlaps of its singular vectors with
//! reference vectors.
//!
//! The eigenvalues come from the smaller of YYᵀ/d and YᵀY/d; structural zeros are exact zeros. A computed eigenvalue below
//! d̂ · 2^-52 · λ_max, d̂ the larger dimension, is set to zero: it is within the backward error of the eigenvalue computation
//! (the customary numerical rank of the Gram matrix). All runs on one thread.

use super::decomposition::decomposed;
use super::{Overlap, Run, SimulationError, Spectrum};
use crate::activation::Program;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, Col, ColRef, Mat, Par, Scale, Side};

/// Applies the activation to every entry.
///
/// # Errors
/// [`SimulationError::NotFinite`].
pub fn activate(outputs: &mut Mat<f64>, activation: &Program) -> Result<(), SimulationError> {
    (0..outputs.ncols()).try_for_each(|column| apply(outputs.col_as_slice_mut(column), activation))
}

/// Applies the activation to a few values.
///
/// # Errors
/// [`SimulationError::NotFinite`].
pub(super) fn apply(values: &mut [f64], activation: &Program) -> Result<(), SimulationError> {
    let arguments = values.to_vec();
    activation.apply(values);
    match values.iter().position(|value| !value.is_finite()) {
        Some(row) => Err(SimulationError::NotFinite { argument: arguments[row], value: values[row] }),
        None => Ok(()),
    }
}

/// The lower triangle of the smaller of YYᵀ and YᵀY, divided by `divisor`.
#[must_use]
pub fn smaller_gram(outputs: &Mat<f64>, divisor: usize) -> Mat<f64> {
    let (left, right) = if outputs.nrows() <= outputs.ncols() {
        (outputs.as_ref(), outputs.transpose())
    } else {
        (outputs.transpose(), outputs.as_ref())
    };
    let mut gram = Mat::zeros(left.nrows(), left.nrows());
    triangular::matmul(
        gram.as_mut(),
        BlockStructure::TriangularLower,
        Accum::Replace,
        left,
        BlockStructure::Rectangular,
        right,
        BlockStructure::Rectangular,
        (divisor as f64).recip(),
        Par::Seq,
    );
    gram
}

/// The `all` eigenvalues behind a Gram matrix of vectors of at most `largest` entries, ascending, zeros by rank exact.
///
/// # Errors
/// Products that overflow, or an iteration that does not converge.
pub fn eigenvalues(gram: &Mat<f64>, all: usize, largest: usize) -> Result<Vec<f64>, SimulationError> {
    let size = finite(gram)?;
    let computed = gram.self_adjoint_eigenvalues(Side::Lower).map_err(|_| SimulationError::NoConvergence { size })?;
    Ok(by_rank(&computed, all, largest))
}

/// The size of a Gram matrix whose diagonal is finite.
///
/// # Errors
/// [`SimulationError::Overflow`].
pub(super) fn finite(gram: &Mat<f64>) -> Result<usize, SimulationError> {
    let size = gram.nrows();
    if (0..size).any(|index| !gram[(index, index)].is_finite()) { Err(SimulationError::Overflow) } else { Ok(size) }
}

/// The eigenvalues behind computed ones, those beyond the numerical rank zero.
pub(super) fn by_rank(computed: &[f64], all: usize, largest: usize) -> Vec<f64> {
    let top = computed.last().copied().unwrap_or(0.0);
    let threshold = largest as f64 * f64::EPSILON * top;
    let mut list = vec![0.0; all - computed.len()];
    list.extend(computed.iter().map(|value| if *value > threshold { *value } else { 0.0 }));
    list
}

/// A vector on one side of Y, normalised.
pub(super) struct Reference {
    name: String,
    is_left: bool,
    unit: Vec<f64>,
}

impl Reference {
    /// None for a vector that is zero up to rounding.
    pub(super) fn new(name: impl Into<String>, is_left: bool, mut vector: Vec<f64>) -> Option<Self> {
        let length = vector.iter().map(|value| value * value).sum::<f64>().sqrt();
        if length <= 1e-12 * (vector.len() as f64).sqrt() {
            return None;
        }
        vector.iter_mut().for_each(|value| *value /= length);
        Some(Self { name: name.into(), is_left, unit: vector })
    }
}

/// The spectrum of the Gram matrix with `all` eigenvalues, and the overlaps of Y's singular vectors with the references: left
/// ones with eigenvectors of YYᵀ, right ones with those of YᵀY at the same eigenvalues.
pub(super) fn spectrum(
    outputs: &Mat<f64>,
    all: usize,
    divisor: usize,
    references: &[Reference],
    run: &Run<'_>,
) -> Result<Spectrum, SimulationError> {
    let gram = smaller_gram(outputs, divisor);
    run.check()?;
    let largest = outputs.nrows().max(outputs.ncols());
    if references.is_empty() {
        return Ok(Spectrum::new(eigenvalues(&gram, all, largest)?));
    }
    let size = finite(&gram)?;
    // r · v = (Y r) · u / √(d λ) for singular vectors u, v of the one side and of the other
    let sides: Vec<(Col<f64>, Option<f64>)> = references.iter().map(|reference| own_side(reference, outputs)).collect();
    let units = Mat::from_fn(size, references.len(), |row, column| sides[column].0[row]);
    let found = decomposed(gram, units)?;
    let eigenvalues = by_rank(&found.eigenvalues, all, largest);
    let overlap = |(column, reference): (usize, &Reference)| {
        let mut weights = vec![0.0; all - size];
        let cosines = found.cosines.col_as_slice(column).iter();
        weights.extend(cosines.zip(&eigenvalues[all - size..]).map(|(cosine, eigenvalue)| {
            let squared = cosine * cosine;
            match sides[column].1 {
                None => squared,
                Some(length) if *eigenvalue > 0.0 => squared * (length * length) / (divisor as f64 * eigenvalue),
                Some(_) => 0.0,
            }
        }));
        Overlap { reference: reference.name.clone(), weights }
    };
    let overlaps = references.iter().enumerate().map(overlap).collect();
    Ok(Spectrum { eigenvalues, overlaps })
}

/// The unit vector that a reference is on the side of the smaller Gram matrix and, for one of the other side, the length that it is
/// carried over with; a vector that Y carries to 0 is any with the length 0.
fn own_side(reference: &Reference, outputs: &Mat<f64>) -> (Col<f64>, Option<f64>) {
    let unit = ColRef::from_slice(&reference.unit);
    let own_is_left = outputs.nrows() <= outputs.ncols();
    let mut carried = match (reference.is_left == own_is_left, own_is_left) {
        (true, _) => return (unit.to_owned(), None),
        (false, true) => outputs * unit,
        (false, false) => outputs.transpose() * unit,
    };
    let length = carried.norm_l2();
    if length > 0.0 {
        carried *= Scale(length.recip());
    } else {
        carried[0] = 1.0;
    }
    (carried, Some(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Y = Σ_k s_k a_k b_kᵀ with orthonormal a_k and b_k: the squared cosines are those of the definition, on either side and
    /// for wide and tall matrices.
    #[test]
    fn overlaps_of_a_matrix_with_known_vectors() {
        let left = [[0.6, 0.8, 0.0], [0.8, -0.6, 0.0], [0.0, 0.0, 1.0]];
        let right = [[0.5, 0.5, 0.5, 0.5], [0.5, -0.5, 0.5, -0.5], [0.5, 0.5, -0.5, -0.5]];
        let strengths = [1.0, 2.0, 3.0];
        let wide = Mat::from_fn(3, 4, |i, j| (0..3).map(|k| strengths[k] * left[k][i] * right[k][j]).sum());
        let tall = wide.transpose().to_owned();
        let (short, long) = (vec![1.0, 2.0, -1.0], vec![1.0, 0.0, 3.0, -1.0]);
        let expected = |vector: &[f64], basis: &[f64]| {
            let product: f64 = vector.iter().zip(basis).map(|(a, b)| a * b).sum();
            product * product / vector.iter().map(|a| a * a).sum::<f64>()
        };
        let stop = std::sync::atomic::AtomicBool::new(false);
        let run = Run { threads: 1, cancel: &stop, progress: &|_, _| () };
        for (outputs, all, short_is_left) in [(&wide, 3, true), (&tall, 4, false)] {
            let references = [("short", short_is_left, &short), ("long", !short_is_left, &long)]
                .map(|(name, is_left, vector)| Reference::new(name, is_left, vector.clone()).expect("not zero"));
            let found = spectrum(outputs, all, 2, &references, &run).expect("converges");
            for k in 0..3 {
                let index = all - 3 + k;
                assert!((found.eigenvalues[index] - strengths[k].powi(2) / 2.0).abs() < 1e-12);
                assert!((found.weight("short", index) - expected(&short, &left[k])).abs() < 1e-12, "{found:?}");
                assert!((found.weight("long", index) - expected(&long, &right[k])).abs() < 1e-12, "{found:?}");
            }
            assert!(found.overlaps.iter().all(|overlap| all == 3 || overlap.weights[0] == 0.0));
        }
        assert!(Reference::new("none", true, vec![0.0; 4]).is_none());
    }
}
