//! The errors after a step of critical size of a network with a readout of signs: u = ±t, and the direction of the step that of one_step.

use rug::Rational;

use super::error::TheoryError;
use super::finite_size;
use super::one_step::OneStepAnswers;
use super::prediction::THEORY_ERROR;
use super::spiked::Spiked;
use crate::activation::Function;
use crate::compare::{Claim, Prediction, Scaling, Theory};
use crate::gaussian::Quantity;
use crate::number::Real;
use crate::propagation::scale;

impl OneStepAnswers<'_> {
    /// Test, training and penalised training error, and the overlap ρ.
    ///
    /// # Errors
    /// A fixed point that is not found.
    pub fn of_strength(&self, strength: &Function) -> Result<([Real; 3], Real), TheoryError> {
        let overlap = Real::from(self.rho.clone());
        if strength.is_zero() {
            let [penalised, train, test] = self.of_degree(0).errors;
            return Ok(([test, train, penalised], overlap));
        }
        let model = &self.model;
        let half = Rational::from((1, 2));
        let one = Rational::from(1);
        // ρ is known as a ball; a square root keeps its sign off
        let square = Quantity { ball: self.rho.square(), exact: None };
        let size = scale(&square);
        let sign = if self.rho.is_negative() { -1 } else { 1 };
        let overlap_of = if self.teacher[1].is_exact_zero() { Function::rational(0) } else { Function::rational(sign) * size };
        let problem = Spiked {
            work: self.work,
            f: model.activation.clone(),
            teacher: model.teacher.clone(),
            sizes: [&model.phi, &model.psi].map(|ratio| ratio.clone().recip()),
            ridge: self.work.enclosure(&model.ridge),
            noise: Quantity::constant(&model.noise.powi(2), self.work.bits).ball,
            overlap: overlap_of,
            strengths: vec![[one.clone(), half.clone()], [-one, half]],
            unit: strength.clone(),
            centred: true,
            intercept: model.intercept,
        };
        Ok((problem.errors()?, overlap))
    }

    /// What draws of networks after an exact step of this strength are compared with.
    ///
    /// # Errors
    /// As the errors.
    pub(super) fn after_strength(&self, strength: &Function, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        let ([test, train, penalised], overlap) = self.of_strength(strength)?;
        let size = |wanted: &str| dimensions.iter().find(|(name, _)| name == wanted).map_or(0, |(_, size)| *size);
        let smallest = dimensions.iter().map(|(_, size)| *size).min().unwrap_or(0);
        let series = finite_size::ratio(&self.model.activation, [1.0, 0.0], ["N", "d", "n"].map(size));
        let scale = test.to_f64();
        let rows = [("test", test, scale), ("train", train, scale), ("train_penalised", penalised, scale), ("rho", overlap, 1.0)];
        let claim = |(name, value, scale): (&str, Real, f64)| {
            let claim = Claim::scalar(name, Theory::Value(value.to_f64()), Scaling::SAMPLED).with_scale(scale);
            claim.with_error(THEORY_ERROR).on(smallest).at_ends(series)
        };
        Ok(Prediction { claims: rows.map(claim).into(), laws: Vec::new() })
    }
}
