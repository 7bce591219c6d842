//! How far what is predicted of a step at finite size may be from the mean over draws (docs/mathematics.md, 'One step at finite size'):
//! the first orders that are neglected ([`one_step_neglected`](super::one_step_neglected)), at the η Δ that is expected,
//!
//! η² E |Δ_i|² = η² phi E r² (E σ′² − c₁²)/N,
//!
//! and |Δ|² that times (1 + √(N/d))² + 2 ln N, the edge of a noise matrix and the largest a_i². A single draw scatters by n^(−1/2) besides.

use super::error::TheoryError;
use super::finite_size;
use super::one_step::{ErrorRow, OneStepAnswers};
use super::one_step_finite::FiniteSpikes;
use super::one_step_neglected::{Neglected, Rest};
use crate::learning::FiniteStep;
use crate::model::Residual;
use crate::number::Real;

/// An error that is larger than this share of the variance of the labels says nothing.
const MOST: f64 = 1.0;

/// A step with what is known of its errors.
struct Predicted {
    step: FiniteStep,
    neglected: Neglected,
    rest: Rest,
}

impl OneStepAnswers<'_> {
    /// The errors after a step and t, with the error of the prediction; of the formula alone where an order is given.
    ///
    /// # Errors
    /// As [`OneStepAnswers::finite`]; sizes of which the theory says nothing.
    pub fn predicted_errors(&self, n: usize, eta: f64, order: Option<usize>) -> Result<(ErrorRow, Real), TheoryError> {
        let (row, strength) = self.finite_errors(n, eta, order)?;
        let Some(known) = self.known(n, eta, order)? else { return Ok((row, strength)) };
        let energy = self.energy.to_f64();
        let bounds: [f64; 3] = std::array::from_fn(|k| known.of_error(k));
        if bounds.iter().any(|bound| bound.is_nan() || *bound > MOST * energy) {
            return Err(self.too_small(n, &known));
        }
        let errors = row.errors.clone().into_iter().zip(bounds).map(|(value, by)| value.widened(by));
        let improvements =
            row.improvements.clone().into_iter().enumerate().map(|(k, value)| value.widened(known.of_improvement(k)));
        let learned =
            row.learned.iter().map(|(k, energy, share)| (*k, energy.clone(), share.clone().widened(known.of_share(*k))));
        let errors: Vec<Real> = errors.collect();
        let improvements: Vec<Real> = improvements.collect();
        let row = ErrorRow {
            errors: std::array::from_fn(|k| errors[k].clone()),
            improvements: std::array::from_fn(|k| improvements[k].clone()),
            learned: learned.collect(),
            ..row
        };
        Ok((row, strength))
    }

    /// The outliers of F with the error of the prediction; of the formula alone where an order is given.
    ///
    /// # Errors
    /// As [`OneStepAnswers::finite`]; sizes of which the theory says nothing.
    pub fn predicted_spikes(&self, n: usize, eta: f64, order: Option<usize>) -> Result<FiniteSpikes, TheoryError> {
        let found = self.finite_spikes(n, eta, order)?;
        let Some(known) = self.known(n, eta, order)? else { return Ok(found) };
        let edge = known.of_edge();
        if !edge.is_finite() {
            return Err(self.too_small(n, &known));
        }
        let spikes = found.spikes.into_iter().enumerate().map(|(index, (value, list))| {
            let cosines = list.into_iter().enumerate().map(|(place, (power, raw, orthogonal))| {
                let by = known.of_alignment([index, place]);
                (power, raw.widened(by), orthogonal.widened(by))
            });
            (value.widened(known.of_singular_value(index)), cosines.collect())
        });
        Ok(FiniteSpikes { bulk_edge: found.bulk_edge.widened(edge), strength: found.strength, spikes: spikes.collect() })
    }

    /// What is known of the errors of a prediction; none for the formula of an order.
    fn known(&self, n: usize, eta: f64, order: Option<usize>) -> Result<Option<Predicted>, TheoryError> {
        if order.is_some() {
            return Ok(None);
        }
        let step = self.finite(n, eta, None, None)?;
        self.doubt_large_step(step.strength().abs());
        let d = n as f64 * self.model.phi.to_f64();
        let sizes = [step.neurons, d, step.samples];
        let series = finite_size::ratio(&self.model.activation, [1.0, 0.0], sizes.map(|size| size.max(1.0) as usize));
        let neglected = Neglected::new(self, series)?;
        let own = if self.model.residual == Residual::Full { self.spread().powi(2) } else { 0.0 };
        let square = self.energy.to_f64() + own;
        let rows = eta * eta * self.model.phi_gradient.to_f64() * square * neglected.slope_spread() / step.neurons;
        let quality = rows * ((1.0 + (step.neurons / d).sqrt()).powi(2) + 2.0 * step.neurons.max(1.0).ln());
        let rest = Rest { strength: step.strength().powi(2), rows, quality };
        Ok(Some(Predicted { step, neglected, rest }))
    }

    fn too_small(&self, n: usize, known: &Predicted) -> TheoryError {
        let Rest { strength, rows, .. } = known.rest;
        let slope = known.neglected.slopes().into_iter().fold(0.0, f64::max);
        let series = known.neglected.series();
        let (what, help) = match () {
            () if series >= slope * strength.max(rows) => ("the series in 1/n changes".to_owned(), "take a larger n"),
            () if rows > strength => {
                let what =
                    format!("the part of the gradient that is not of rank one, of mean square {rows:.2e} a neuron, changes");
                (what, "take a smaller eta or a larger n")
            }
            () => {
                let t = strength.sqrt();
                (format!("the step has strength t = {t:.3}, and t^2 changes"), "take a smaller eta or a larger n")
            }
        };
        TheoryError::Refused {
            message: format!("n = {n} is too small for this theory: {what} the prediction by as much as it says"),
            help: help.to_owned(),
        }
    }
}

impl Predicted {
    fn of_error(&self, k: usize) -> f64 {
        self.neglected.of_error(&self.step, self.rest, k)
    }

    fn of_improvement(&self, k: usize) -> f64 {
        self.neglected.of_improvement(&self.step, self.rest, k)
    }

    fn of_share(&self, k: usize) -> f64 {
        let share = |step: &FiniteStep| step.errors_over(&[step.ridge], k)[0].shares[k - 1];
        self.neglected.change(&self.step, self.rest, share)
    }

    fn of_edge(&self) -> f64 {
        self.neglected.change(&self.step, self.rest, FiniteStep::bulk_edge)
    }

    fn of_singular_value(&self, index: usize) -> f64 {
        self.neglected.of_singular_value(&self.step, self.rest, index)
    }

    fn of_alignment(&self, place: [usize; 2]) -> f64 {
        self.neglected.of_alignment(&self.step, self.rest, place)
    }
}
