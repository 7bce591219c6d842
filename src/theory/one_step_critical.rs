//! The errors after a step of critical size of a network with a readout of signs: u = ±t, and the direction of the step that of one_step.

use rug::Rational;

use super::error::TheoryError;
use super::one_step::OneStepAnswers;
use super::spiked::Spiked;
use crate::activation::Function;
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
}
