//! How far one draw of n samples may be from what is predicted of a step at finite size (docs/mathematics.md, 'One step at finite size').
//!
//! The first orders that are neglected ([`one_step_neglected`](super::one_step_neglected)), at the mean of η Δ that is expected, and one
//! standard deviation of a draw: of |β|² |a|², at which the theory moves, and of what else has n terms. With V = E r², r the residual,
//!
//! Var |β|² = (4 (c_{*1}² E r² z_*² − c_{*1}⁴) + 2 phi V² + phi² (E r⁴ − V²))/n,   Var |a|² = 2/N,
//!
//! η² E |Δ_i|² = η² phi V (E σ′² − c₁²)/N, and |Δ|² is that times (1 + √(N/d))² + 2 ln N, the edge of a noise matrix and the largest a_i².

use super::error::TheoryError;
use super::one_step::{ErrorRow, OneStepAnswers};
use super::one_step_finite::FiniteSpikes;
use super::one_step_neglected::{Neglected, Rest};
use super::finite_size;
use crate::learning::{FiniteStep, HermiteRule};
use crate::model::Residual;
use crate::number::Real;

/// Half of the nodes of the rule for E y⁴.
const HALF_RULE: usize = 96;
/// An error that is larger than this share of the variance of the labels says nothing.
const MOST: f64 = 1.0;

/// A step with what is known of its errors.
struct Predicted {
    step: FiniteStep,
    /// The same with |β|² |a|² larger by one standard deviation; none where that is too strong.
    stronger: Option<FiniteStep>,
    neglected: Neglected,
    rest: Rest,
    /// The relative deviation of a mean of r² over n samples.
    of_labels: f64,
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
        let improvements = row.improvements.clone().into_iter().enumerate().map(|(k, value)| value.widened(known.of_improvement(k)));
        let learned = row.learned.iter().map(|(k, energy, share)| (*k, energy.clone(), share.clone().widened(known.of_share(*k))));
        let errors: Vec<Real> = errors.collect();
        let improvements: Vec<Real> = improvements.collect();
        let row = ErrorRow {
            errors: std::array::from_fn(|k| errors[k].clone()),
            improvements: std::array::from_fn(|k| improvements[k].clone()),
            learned: learned.collect(),
            ..row
        };
        Ok((row, strength.widened(known.of_strength())))
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
        Ok(FiniteSpikes {
            bulk_edge: found.bulk_edge.widened(edge),
            strength: found.strength.widened(known.of_strength()),
            spikes: spikes.collect(),
        })
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
        let [noise, own] = [self.work.enclosure(&self.model.noise).to_f64().powi(2), self.spread().powi(2)];
        let own = if self.model.residual == Residual::Full { own } else { 0.0 };
        let [square, fourth, along] = residuals(&step.teacher, noise + own, noise + own);
        let phi = self.model.phi_gradient.to_f64();
        let first = step.teacher.get(1).map_or(0.0, |a| a * a);
        let samples = d / phi;
        let of_network = if own > 0.0 { 2.0 * step.linear.powi(4) / step.neurons } else { 0.0 };
        let variance = 4.0 * first * (along - first).max(0.0) + 2.0 * phi * square * square + phi * phi * (fourth - square * square);
        let beta = step.beta * step.beta;
        let relative = ((variance / samples + of_network) / (beta * beta) + 2.0 / step.neurons).sqrt();
        let rows = eta * eta * phi * square * neglected.slope_spread() / step.neurons;
        let quality = rows * ((1.0 + (step.neurons / d).sqrt()).powi(2) + 2.0 * step.neurons.max(1.0).ln());
        Ok(Some(Predicted {
            stronger: step.with_beta(beta * (1.0 + relative), step.rho / (1.0 + relative).sqrt()),
            neglected,
            rest: Rest { strength: step.strength().powi(2), rows, quality },
            of_labels: ((fourth / (square * square) - 1.0).max(0.0) / step.samples).sqrt(),
            step,
        }))
    }

    fn too_small(&self, n: usize, known: &Predicted) -> TheoryError {
        let (t, series) = (known.step.strength().abs(), known.neglected.series());
        let large = series < t * t;
        let what = if large { format!("the step has strength t = {t:.3}, and t^2") } else { "the series in 1/n".to_owned() };
        TheoryError::Refused {
            message: format!("n = {n} is too small for this theory: {what} changes the prediction by as much as it says"),
            help: if large { "take a smaller eta or a larger n".to_owned() } else { "take a larger n".to_owned() },
        }
    }
}

/// E r², E r⁴ and E r² z_*² of labels with these coefficients and Gaussian parts of this variance.
fn residuals(teacher: &[f64], gaussian: f64, along: f64) -> [f64; 3] {
    let rule = HermiteRule::new(HALF_RULE);
    let mean = |of: &dyn Fn(f64, f64) -> f64| rule.mean(&|x| of(x, HermiteRule::series(teacher, x)));
    let second = mean(&|_, y| y * y);
    let fourth = mean(&|_, y| y.powi(4));
    [
        second + gaussian,
        fourth + 6.0 * second * gaussian + 3.0 * gaussian * gaussian,
        mean(&|x, y| x * x * y * y) + along,
    ]
}

impl Predicted {
    fn scatter(&self, of: impl Fn(&FiniteStep) -> f64) -> f64 {
        self.stronger.as_ref().map_or(f64::INFINITY, |stronger| (of(stronger) - of(&self.step)).abs())
    }

    fn of_error(&self, k: usize) -> f64 {
        let error = |step: &FiniteStep| step.improved().errors[k];
        self.neglected.of_error(&self.step, self.rest, k) + self.scatter(error) + self.of_labels * error(&self.step)
    }

    fn of_improvement(&self, k: usize) -> f64 {
        let improvement = |step: &FiniteStep| step.improved().improvements[k];
        let own = self.of_labels * improvement(&self.step).abs();
        self.neglected.of_improvement(&self.step, self.rest, k) + self.scatter(improvement) + own
    }

    fn of_share(&self, k: usize) -> f64 {
        let share = |step: &FiniteStep| step.errors_over(&[step.ridge], k)[0].shares[k - 1];
        self.neglected.change(&self.step, self.rest, share) + self.scatter(share)
    }

    fn of_strength(&self) -> f64 {
        self.scatter(FiniteStep::strength)
    }

    /// The edge itself is a limit, from which the largest eigenvalue scatters by n^(−2/3) of it.
    fn of_edge(&self) -> f64 {
        let own = self.step.bulk_edge() * self.step.samples.powf(-2.0 / 3.0);
        self.neglected.change(&self.step, self.rest, FiniteStep::bulk_edge) + own
    }

    fn of_singular_value(&self, index: usize) -> f64 {
        let value = |step: &FiniteStep| step.spikes().get(index).map_or_else(|| step.bulk_edge(), |spike| spike.singular_value);
        let own = value(&self.step) / (2.0 * self.step.samples).sqrt();
        self.neglected.of_singular_value(&self.step, self.rest, index) + self.scatter(value) + own
    }

    /// A squared cosine A scatters by 2 √(A (1 − A)/n) besides.
    fn of_alignment(&self, place: [usize; 2]) -> f64 {
        let cosine = |step: &FiniteStep| step.spikes().get(place[0]).map_or(0.0, |spike| spike.alignment[place[1]].1);
        let here = cosine(&self.step);
        let own = 2.0 * ((here * (1.0 - here)).max(0.0) / self.step.samples).sqrt();
        self.neglected.of_alignment(&self.step, self.rest, place) + self.scatter(cosine) + own
    }
}

#[cfg(test)]
mod tests {
    use super::residuals;

    /// E z², E z⁴ and E z⁴ of y = z, and for y = h_2 = (z² − 1)/√2: 1, E (z² − 1)⁴/4 = 15, E z² (z² − 1)²/2 = 5.
    #[test]
    fn moments_of_residuals() {
        let close = |found: [f64; 3], wanted: [f64; 3]| {
            found.into_iter().zip(wanted).for_each(|(a, b)| assert!((a - b).abs() < 1e-9 * b, "{found:?} {wanted:?}"));
        };
        close(residuals(&[0.0, 1.0], 0.0, 0.0), [1.0, 3.0, 3.0]);
        close(residuals(&[0.0, 0.0, 1.0], 0.0, 0.0), [1.0, 15.0, 5.0]);
        close(residuals(&[0.0, 1.0], 2.0, 2.0), [3.0, 27.0, 5.0]);
    }
}
