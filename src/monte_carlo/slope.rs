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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activation::lower::read;
    use crate::monte_carlo::{Matrix, Sampler, Trial};

    fn fitted(f: &str, scale: f64, sampler: &Sampler, rows: usize) -> f64 {
        let program = Program::new(&read(f).expect("a function of x"));
        let trial = Trial { seed: 3, experiment: "slope", number: 0 };
        let mut entries = sampler.matrix(rows, rows, &mut trial.stream(Matrix::Data)) * faer::Scale(scale);
        activate_and_fit(&mut entries, &program, scale).expect("finite")
    }

    /// A polynomial of degree seven at any scale and in entries of any law: E f(τZ) Z to rounding.
    #[test]
    fn polynomials_are_fitted_exactly() {
        for sampler in [Sampler::Gaussian, Sampler::Exponential] {
            for (f, scale, expected) in [("x^3 - x/2 + 40", 1.0, 2.5), ("x^3", 2.0, 24.0), ("He(7,x) + x^2 + 3*x", 1.0, 3.0)] {
                let found = fitted(f, scale, &sampler, 40);
                assert!((found - expected).abs() < 1e-8, "{f}: {found}");
            }
        }
    }

    /// tanh has E tanh′(Z) = 0.6057055096, and entries of two values leave the least fit.
    #[test]
    fn other_functions_are_fitted_to_their_rest() {
        let found = fitted("tanh(x)", 1.0, &Sampler::Gaussian, 200);
        assert!((found - 0.605_705_509_6).abs() < 2e-3, "{found}");
        assert!(fitted("x", 1.0, &Sampler::Rademacher, 8).is_finite());
    }
}
