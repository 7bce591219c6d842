//! A step of constant size: one direction of finite strength in F and in W.
//!
//! With θ² = c₁⁴ η² |β|² for the residual y, and θ² = c₁⁴ (η² |β|² − 2 η) for the residual y − f_0, F has an outlier where
//! m₂ θ² + 1 + κ = 0, that is at q = 1/(c + θ²), if that is below the q of the upper edge; with z its left vector has the squared
//! cosine m₂² A/|κ′ + θ² m₂′|, primes in the ridge, A = θ² or c₁⁴ (η |β| − 1/|β|)². The loss is S_0 − c₁⁴ η² c_*⁴ m₂²/(1 + κ + m₂ θ²).

use super::Baseline;
use super::growing::{Labels, untrained};
use crate::number::{Ball, Jet, Ring};
use crate::spectrum::Curve;

/// A step: η, |β|², c₁ of the activation, and whether its residual holds the network's own output.
#[derive(Clone, Debug)]
pub struct Step {
    /// η > 0.
    pub eta: Ball,
    /// |β|².
    pub beta_square: Ball,
    /// c₁².
    pub linear: Ball,
    /// Whether r = y − f_0.
    pub full: bool,
}

impl Step {
    fn factor(&self) -> Ball {
        let inner = &self.eta.square() * &self.beta_square;
        if self.full { &inner - &self.eta.shifted(1) } else { inner }
    }

    /// θ² of F.
    #[must_use]
    pub fn strength(&self) -> Ball {
        &self.linear.square() * &self.factor()
    }

    /// θ² of W.
    #[must_use]
    pub fn of_weights(&self) -> Ball {
        &self.linear * &self.factor()
    }

    /// The eta at which c₁^(2 power) times the factor is `strength`.
    #[must_use]
    pub fn eta_of(&self, strength: &Ball, power: u32) -> Ball {
        let wanted = strength / &self.linear.power(power);
        if self.full {
            let one = Ball::integer(1, wanted.bits());
            &(&one + &(&one + &(&self.beta_square * &wanted)).sqrt()) / &self.beta_square
        } else {
            (&wanted / &self.beta_square).sqrt()
        }
    }

    /// The point of the outlier of F on the curve, and the squared cosine of its left vector with z.
    #[must_use]
    pub fn outlier(&self, curve: &Curve<Ball>) -> (Baseline, Ball) {
        let strength = self.strength();
        let base = Baseline::at(curve, &(&curve.c + &strength).inverse());
        let carried = if self.full {
            let beta = self.beta_square.sqrt();
            &self.linear.square() * &(&(&self.eta * &beta) - &beta.inverse()).square()
        } else {
            strength.clone()
        };
        let slope = &base.kappa.slope + &(&strength * &base.m2.slope);
        let alignment = &(&base.m2.value.square() * &carried) / &slope.abs();
        (base, alignment)
    }

    /// What the step removes of S.
    #[must_use]
    pub fn removed(&self, base: &Baseline, labels: &Labels) -> Jet<Ball> {
        let numerator = &(&self.linear.square() * &self.eta.square()) * &labels.coefficients[1].power(4);
        let one = base.kappa.integer(1);
        let below = one.plus(&base.kappa).plus(&base.m2.times(&Jet::constant(&self.strength())));
        base.m2.times(&base.m2).times(&Jet::constant(&numerator)).over(&below)
    }

    /// S after the step.
    #[must_use]
    pub fn loss(&self, base: &Baseline, labels: &Labels) -> Jet<Ball> {
        untrained(base, labels).minus(&self.removed(base, labels))
    }
}
