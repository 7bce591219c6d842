//! E f(z) z of the entries of a matrix f(Z), by least squares.
//!
//! The mean of f(z) z scatters with every part of f, and is off where the entries of a finite Z are not quite normal. The coefficient
//! of He_1 among the Hermite polynomials He_0, … He_7 that fit f(z) best over the entries has the same limit, and is exact at every
//! size for a polynomial of that degree: what f has beyond it alone scatters.

use faer::linalg::solvers::SelfAdjointEigen;
use faer::{Col, Mat, Side};

use super::SimulationError;
use crate::activation::Program;

/// The polynomials that are fitted.
const FITTED: usize = 8;

/// Applies the activation to every entry of Z, and gives the coefficient of He_1(z), z the entry over `scale`.
///
/// # Errors
/// [`SimulationError::NotFinite`]; [`SimulationError::NoConvergence`].
pub(super) fn activate_and_fit(entries: &mut Mat<f64>, activation: &Program, scale: f64) -> Result<f64, SimulationError> {
    let mut products = [[0.0; FITTED]; FITTED];
    let mut right = [0.0; FITTED];
    let mut arguments = vec![0.0; entries.nrows()];
    for column in 0..entries.ncols() {
        let values = entries.col_as_slice_mut(column);
        arguments.copy_from_slice(values);
        super::gram::apply(values, activation)?;
        for (argument, value) in arguments.iter().zip(values.iter()) {
            let fitted = normalised_hermite(argument / scale);
            for (i, first) in fitted.iter().enumerate() {
                right[i] += first * value;
                for (product, second) in products[i][..=i].iter_mut().zip(&fitted) {
                    *product += first * second;
                }
            }
        }
    }
    let gram = Mat::from_fn(FITTED, FITTED, |i, j| products[i.max(j)][i.min(j)]);
    let eigen = SelfAdjointEigen::new(gram.as_ref(), Side::Lower).map_err(|_| SimulationError::NoConvergence { size: FITTED })?;
    // fewer different entries than polynomials leave the smallest of the fits
    Ok((eigen.pseudoinverse() * Col::from_fn(FITTED, |i| right[i]))[1])
}

/// He_k(x)/√k!.
fn normalised_hermite(x: f64) -> [f64; FITTED] {
    let mut values = [1.0; FITTED];
    values[1] = x;
    for k in 1..FITTED - 1 {
        values[k + 1] = (x * values[k] - (k as f64).sqrt() * values[k - 1]) / (k as f64 + 1.0).sqrt();
    }
    values
}
