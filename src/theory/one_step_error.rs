//! How far what is predicted of a step at finite size may be from the mean over draws (docs/mathematics.md, 'One step at finite size'):
//! the first orders that are neglected ([`one_step_neglected`](super::one_step_neglected)), at the η Δ that is expected,
//!
//! η² E |Δ_i|² = η² phi E r² (E σ′² − c₁²)/N,
//!
//! and |Δ|² that times (1 + √(N/d))² + 2 ln N, the edge of a noise matrix and the largest a_i²; and what draws change of the mean, of errors
//! ([`one_step_draws`](super::one_step_draws)) and of outliers ([`one_step_scatter`](super::one_step_scatter)). A single draw scatters by
//! n^(−1/2) besides.

use super::error::TheoryError;
use super::finite_size;
use super::one_step::{COMPONENTS, ErrorRow, OneStepAnswers};
use super::one_step_draws::Draws;
use super::one_step_finite::FiniteSpikes;
use super::one_step_neglected::{Neglected, Rest};
use super::one_step_scatter::Scatter;
use crate::learning::{FiniteSpike, FiniteStep};
use crate::model::Residual;
use crate::number::Real;

/// An error that is larger than this share of the variance of the labels says nothing.
const MOST: f64 = 1.0;

/// A step with what is known of its errors.
struct Predicted {
    step: FiniteStep,
    neglected: Neglected,
    rest: Rest,
    draws: Draws,
}

impl OneStepAnswers<'_> {
    /// The errors after a step and t, with the error of the prediction; of the formula alone where an order is given.
    ///
    /// # Errors
    /// As [`OneStepAnswers::finite`]; sizes of which the theory says nothing.
    pub fn predicted_errors(&self, n: usize, eta: f64, order: Option<usize>) -> Result<(ErrorRow, Real), TheoryError> {
        let step = self.finite(n, eta, order, None)?;
        let (row, strength) = self.finite_errors(&step)?;
        if order.is_some() {
            return Ok((row, strength));
        }
        let known = self.known(n, eta, step)?;
        let bounds = known.of_errors();
        if bounds[..3].iter().any(|bound| bound.is_nan() || *bound > MOST * self.energy.to_f64()) {
            return Err(self.too_small(n, &known));
        }
        let widened = |value: &Real, index: usize| value.clone().widened(bounds[index]);
        let learned = row.learned.iter().map(|(k, energy, share)| (*k, energy.clone(), within_one(share, bounds[4 + k])));
        let row = ErrorRow {
            errors: std::array::from_fn(|k| widened(&row.errors[k], k)),
            improvements: std::array::from_fn(|k| widened(&row.improvements[k], 3 + k)),
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
        let step = self.finite(n, eta, order, None)?;
        let found = self.finite_spikes(&step)?;
        if order.is_some() {
            return Ok(found);
        }
        let known = self.known(n, eta, step)?;
        let edge = known.neglected.change(&known.step, known.rest, FiniteStep::bulk_edge);
        if !edge.is_finite() {
            return Err(self.too_small(n, &known));
        }
        let bounds = known.of_spikes();
        let spikes = found.spikes.into_iter().zip(bounds).map(|((value, list), bounds)| {
            let cosines = list.into_iter().enumerate().map(|(place, (power, raw, orthogonal))| {
                let [of_raw, of_orthogonal] = [1, 2].map(|part| bounds[2 * place + part]);
                (power, within_one(&raw, of_raw), within_one(&orthogonal, of_orthogonal))
            });
            (value.widened(bounds[0]), cosines.collect())
        });
        Ok(FiniteSpikes { bulk_edge: found.bulk_edge.widened(edge), strength: found.strength, spikes: spikes.collect() })
    }

    /// What is known of the errors of a prediction with all powers.
    fn known(&self, n: usize, eta: f64, step: FiniteStep) -> Result<Predicted, TheoryError> {
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
        let draws = Draws::new(self, &step, series);
        Ok(Predicted { step, neglected, rest, draws })
    }

    fn too_small(&self, n: usize, known: &Predicted) -> TheoryError {
        let Rest { strength, rows, .. } = known.rest;
        let slope = known.neglected.slopes().into_iter().fold(0.0, f64::max);
        let series = known.neglected.series();
        let of_draws: f64 = known.draws.scatter();
        let (what, help) = match () {
            () if of_draws >= (slope * strength.max(rows)).max(series) => {
                let what = "the labels are so heavy that |beta|^2 and the products of labels scatter among draws, which changes";
                (what.to_owned(), "take a larger n or a smaller phi_gradient")
            }
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

/// A share or squared cosine with its error: both lie between 0 and 1.
fn within_one(value: &Real, error: f64) -> Real {
    let here = value.to_f64();
    value.clone().widened(error.min(here.max(1.0 - here)))
}

impl Predicted {
    /// Of the three errors, the two improvements and the shares.
    fn of_errors(&self) -> Vec<f64> {
        let Self { step, neglected, rest, draws } = self;
        let numbers = |step: &FiniteStep| {
            let found = step.errors_over(&[step.ridge], COMPONENTS).remove(0);
            found.errors.into_iter().chain(found.improvements).chain(found.shares).collect()
        };
        let (of_bulk, of_beta) = (neglected.changes(step, *rest, numbers), draws.of_beta(step, numbers));
        let own = neglected.own(step, *rest);
        let (of_errors, of_improvements) = draws.of_errors(step);
        let others = (0..3).map(|k| own[k] + of_errors[k]);
        let others = others.chain([0, 1].map(|k| own[2 * k] + of_improvements[k]));
        let others = others.chain(step.sampled_shares(COMPONENTS));
        of_bulk.into_iter().zip(of_beta).zip(others).map(|((bulk, beta), other)| bulk + beta + other).collect()
    }

    /// Of each singular value, and after it of its squared cosines.
    fn of_spikes(&self) -> Vec<Vec<f64>> {
        let Self { step, neglected, rest, draws } = self;
        let found = step.spikes();
        let (count, size) = (found.len(), 1 + 2 * step.powers.len());
        let numbers = |step: &FiniteStep| -> Vec<f64> {
            let spikes = step.spikes();
            let of_spike = |index: usize| match spikes.get(index) {
                Some(FiniteSpike { singular_value, alignment }) => {
                    std::iter::once(*singular_value).chain(alignment.iter().flat_map(|(_, raw, part)| [*raw, *part])).collect()
                }
                // at the edge it is nothing
                None => {
                    let mut list = vec![0.0; size];
                    list[0] = step.bulk_edge();
                    list
                }
            };
            (0..count).flat_map(of_spike).collect()
        };
        let (of_bulk, of_beta) = (neglected.changes(step, *rest, numbers), draws.of_beta(step, numbers));
        let scatter = Scatter::evenly(step);
        let of_spike = |index: usize| {
            let [pushed, turned] = neglected.coupled_evenly(step, *rest, found[index].singular_value);
            let [value, cosine] = scatter.of_edge(index);
            let scattered = |part: usize| match part {
                0 => pushed + value + scatter.of_singular_value(index),
                _ => turned + cosine + scatter.of_alignment([index, (part - 1) / 2]),
            };
            (0..size).map(|part| of_bulk[index * size + part] + of_beta[index * size + part] + scattered(part)).collect()
        };
        (0..count).map(of_spike).collect()
    }
}
