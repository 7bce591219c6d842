//! What the theory of a step at finite size neglects, as a bound on its errors (docs/mathematics.md, 'The check').
//!
//! Beside the average E σ(w + s), s = t z q, a neuron keeps Σ c_k(s) He_k(w), c_k(s) = E σ⁽ᵏ⁾(w + s)/k! = c_k + (k + 1) c_{k+1} s + …, where
//! the theory has c_k. A gradient c₁ a βᵀ + Δ adds η Δ_i·x to s, of mean square |η Δ_i|². With E s² = t² + mean |η Δ_i|² that moves the
//! energies of the bulk, θ₂ = c₁² and δ = Σ_{k≥2} k! c_k², to second order in s at most by
//!
//! θ₂: (4 c₂² + 6 |c₁ c₃|) E s²,   δ: (D + √(D (D + 2·2! c₂² + δ))) E s²,   D = E σ′² − c₁² − 2·2! c₂² = Σ_{k≥3} k·k! c_k²
//!
//! (E (c_k(s) − c_k)² and 2 c_k E (c_k(s) − c_k), the latter summed by Cauchy and Schwarz). The series in 1/n moves them by its ratio x,
//! the size of its first term. What that does to errors and outliers the theory itself says, at energies moved so far.
//!
//! η Δ also has a few directions of its own, of strength c₁ η |Δ| at most. One along the teacher's takes off S what a spike of this
//! strength does; an outlier at w = s²/n, beside a bulk up to w₊, is one of two levels at the distance √w − √w₊ in √w, which a matrix of
//! norm ε = c₁ η |Δ| (1 + √phi) couples ([`pushed`] and [`turned`]): never by more than ε.

use super::error::TheoryError;
use super::one_step::OneStepAnswers;
use super::one_step_scatter::{pushed, spread, turned};
use crate::activation::Function;
use crate::gaussian::Moment;
use crate::learning::FiniteStep;
use crate::number::Ball;

/// If E σ² moves by more than this share of it, that is no small change: then nothing is bounded.
const MOST: f64 = 0.5;

/// How the energies of the bulk move.
#[derive(Clone, Copy, Debug)]
pub(super) struct Neglected {
    /// The relative changes of θ₂ and δ for E s² = 1.
    slopes: [f64; 2],
    /// x.
    series: f64,
    /// E σ′² − c₁².
    slope_spread: f64,
    /// 1 + √phi.
    spread: f64,
}

/// What a step did besides its part of rank one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest {
    /// t², where the bulk feels it.
    pub strength: f64,
    /// The mean of |η Δ_i|² over the neurons.
    pub rows: f64,
    /// η² |Δ|².
    pub quality: f64,
}

impl Neglected {
    /// Of this activation, with the ratio of the series in 1/n.
    ///
    /// # Errors
    /// As the Gaussian data.
    pub fn new(answers: &OneStepAnswers, series: f64) -> Result<Self, TheoryError> {
        let work = &answers.work;
        let moments = work.gaussian(&answers.model.activation, &Function::one())?.moments(work.bits, work.job)?;
        let Moment::Finite(energy) = moments.derivative_energy.clone()? else {
            return Err(TheoryError::Divergent("E f'^2 is infinite".to_owned()));
        };
        let [c1, c2, c3] = [1, 2, 3].map(|k| answers.activation[k].as_ref().map_or(0.0, Ball::to_f64));
        let [linear, rest] = [answers.curve.theta2.to_f64(), answers.curve.delta.to_f64()];
        Ok(Self {
            slopes: slopes([c1, c2, c3], [linear, rest], energy.ball.to_f64()),
            series,
            slope_spread: energy.ball.to_f64() - c1 * c1,
            spread: 1.0 + answers.model.phi.to_f64().sqrt(),
        })
    }

    /// The ratio of the series in 1/n.
    pub fn series(&self) -> f64 {
        self.series
    }

    /// The relative changes of θ₂ and δ for E s² = 1.
    pub fn slopes(&self) -> [f64; 2] {
        self.slopes
    }

    /// E σ′² − c₁².
    pub fn slope_spread(&self) -> f64 {
        self.slope_spread
    }

    /// The theory with each of the energies moved either way; none where they move by much.
    fn moved(&self, step: &FiniteStep, rest: Rest) -> Option<[[FiniteStep; 2]; 2]> {
        let by = self.slopes.map(|slope| slope * (rest.strength + rest.rows) + self.series);
        let energies = [step.curve.theta2, step.curve.delta];
        let changed: f64 = by.iter().zip(energies).map(|(by, energy)| by * energy).sum();
        let served = changed < MOST * energies.iter().sum::<f64>();
        let with = |index: usize, change: f64| {
            let mut factors = [1.0; 2];
            // no energy falls below 0
            factors[index] = (1.0 + change).max(0.0);
            step.with_bulk(factors)
        };
        served.then(|| [0, 1].map(|index| [with(index, by[index]), with(index, -by[index])]))
    }

    /// Of each of several numbers, the sum over the energies of the larger of its two changes.
    pub fn changes(&self, step: &FiniteStep, rest: Rest, of: impl Fn(&FiniteStep) -> Vec<f64>) -> Vec<f64> {
        let here = of(step);
        let Some(moved) = self.moved(step, rest) else { return vec![f64::INFINITY; here.len()] };
        let moved = moved.map(|pair| pair.map(|step| of(&step)));
        let change = |(index, here): (usize, &f64)| {
            moved.iter().map(|pair| pair.iter().map(|list| (list[index] - here).abs()).fold(0.0, f64::max)).sum()
        };
        here.iter().enumerate().map(change).collect()
    }

    /// The same of one.
    pub fn change(&self, step: &FiniteStep, rest: Rest, of: impl Fn(&FiniteStep) -> f64) -> f64 {
        self.changes(step, rest, |step| vec![of(step)])[0]
    }

    /// What a direction along the teacher's takes off the errors.
    pub fn own(&self, step: &FiniteStep, rest: Rest) -> [f64; 3] {
        step.of_direction(step.linear.powi(2) * rest.quality)
    }

    /// Of the error with this number: penalised loss, its first term, test error.
    pub fn of_error(&self, step: &FiniteStep, rest: Rest, index: usize) -> f64 {
        let own = self.own(step, rest)[index];
        own + self.change(step, rest, |step| step.improved().errors[index])
    }

    /// Of the improvement of penalised loss or of test error.
    pub fn of_improvement(&self, step: &FiniteStep, rest: Rest, index: usize) -> f64 {
        let own = self.own(step, rest)[2 * index];
        own + self.change(step, rest, |step| step.improved().improvements[index])
    }

    /// ε, and √w and √w₊ of a singular value.
    fn beside(&self, step: &FiniteStep, rest: Rest, singular_value: f64) -> [f64; 3] {
        let scaled = |value: f64| value / step.samples.sqrt();
        [step.linear.abs() * rest.quality.sqrt() * self.spread, scaled(singular_value), scaled(step.bulk_edge())]
    }

    /// By how much a singular value is pushed, and its squared cosines are turned.
    pub fn coupled(&self, step: &FiniteStep, rest: Rest, singular_value: f64) -> [f64; 2] {
        let [epsilon, own, edge] = self.beside(step, rest, singular_value);
        [step.samples.sqrt() * pushed(epsilon, own - edge), turned(epsilon, own - edge)]
    }

    /// The same where the coupling is spread over the bulk.
    pub fn coupled_evenly(&self, step: &FiniteStep, rest: Rest, singular_value: f64) -> [f64; 2] {
        let [epsilon, own, edge] = self.beside(step, rest, singular_value);
        let [push, turn] = spread(epsilon, own, edge);
        [step.samples.sqrt() * push, turn]
    }

    /// Of the singular value with this number.
    pub fn of_singular_value(&self, step: &FiniteStep, rest: Rest, index: usize) -> f64 {
        let value = |step: &FiniteStep| step.spikes().get(index).map_or_else(|| step.bulk_edge(), |spike| spike.singular_value);
        self.coupled(step, rest, value(step))[0] + self.change(step, rest, value)
    }

    /// Of the squared cosine of its vector with the power in this place.
    pub fn of_alignment(&self, step: &FiniteStep, rest: Rest, [index, place]: [usize; 2]) -> f64 {
        let spikes = step.spikes();
        let Some(spike) = spikes.get(index) else { return f64::INFINITY };
        self.coupled(step, rest, spike.singular_value)[1]
            + self.change(step, rest, |step| step.spikes().get(index).map_or(0.0, |spike| spike.alignment[place].1))
    }
}

/// The relative changes of θ₂ and δ for E s² = 1, from c₁, c₂, c₃, both energies and E σ′².
fn slopes([c1, c2, c3]: [f64; 3], [linear, rest]: [f64; 2], energy: f64) -> [f64; 2] {
    let relative = |change: f64, whole: f64| if whole > 0.0 { change / whole } else { 0.0 };
    let second = 4.0 * c2 * c2;
    let beyond = (energy - c1 * c1 - second).max(0.0);
    [relative(second + 6.0 * (c1 * c3).abs(), linear), relative(beyond + (beyond * (beyond + second + rest)).sqrt(), rest)]
}

#[cfg(test)]
mod tests {
    use super::slopes;

    /// For f = c₁ x + c₂ He_2 + c₃ He_3 all is a polynomial: E c₁(s)² and E (2 c₂(s)² + 6 c₃²), with c₁(s) = c₁ + 2 c₂ s + 3 c₃ s² and
    /// c₂(s) = c₂ + 3 c₃ s, move by no more at second order, and the bound is not far off.
    #[test]
    fn the_bound_holds_for_cubics() {
        for c in [[0.8, 0.4, 0.2], [0.5, -0.7, 0.1], [1.0, 0.0, -0.3], [0.3, 0.2, -0.5]] {
            let [c1, c2, c3] = c;
            let rest = 2.0 * c2 * c2 + 6.0 * c3 * c3;
            let energy = c1 * c1 + 4.0 * c2 * c2 + 18.0 * c3 * c3;
            let found = slopes(c, [c1 * c1, rest], energy);
            let known = [(4.0 * c2 * c2 + 6.0 * c1 * c3).abs() / (c1 * c1), 18.0 * c3 * c3 / rest];
            for (found, known) in found.into_iter().zip(known) {
                assert!(found >= known * (1.0 - 1e-12), "{c:?}: {found} {known}");
            }
            let alone = slopes([c1, c2, 0.0], [c1 * c1, 2.0 * c2 * c2], c1 * c1 + 4.0 * c2 * c2);
            assert!((alone[0] - 4.0 * c2 * c2 / (c1 * c1)).abs() < 1e-14 && alone[1] < 1e-7, "{alone:?}");
        }
    }
}
