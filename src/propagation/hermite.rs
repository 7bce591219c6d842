//! The correlation map as a power series: with f(√q x) = Σ a_k h_k(x), N(c) = E f(u) f(v) = Σ a_k² c^k for corr(u, v) = c.
//!
//! Partial sums are lower bounds for 0 ≤ c ≤ 1; what is left out is at most c^{K+1} (E f² − Σ a_k²), and of the derivative
//! (K + 1) c^K times that from K ≥ 1/(1 − c) on.

use rug::{Integer, Rational};

use super::error::PropagationError;
use crate::gaussian::Data;
use crate::number::{Ball, Job, Magnitude};

/// a_0² … a_K², and a bound of the sum of the others.
pub(super) struct Energies {
    squares: Vec<Ball>,
    rest: Magnitude,
}

impl Energies {
    /// Up to degree `order`, from E f².
    ///
    /// # Errors
    /// As [`Data::hermite`].
    pub(super) fn new(data: &Data, second: &Ball, order: usize, bits: u32, job: &Job<'_>) -> Result<Self, PropagationError> {
        let (mut rest, mut factorial) = (second.clone(), Integer::from(1));
        let mut squares = Vec::with_capacity(order + 1);
        for (k, product) in data.hermite(order, bits, job)?.into_iter().enumerate() {
            factorial *= k.max(1) as u32;
            let square = product.ball.square().times_rational(&Rational::from((1, factorial.clone())));
            rest = &rest - &square;
            squares.push(square);
        }
        Ok(Self { squares, rest: rest.magnitude() })
    }

    /// K.
    pub(super) fn order(&self) -> usize {
        self.squares.len() - 1
    }

    /// N(c), 0 ≤ c < 1.
    pub(super) fn value(&self, c: &Ball) -> Ball {
        let sum = self.squares.iter().rev().fold(Ball::zero(c.bits()), |sum, square| &(&sum * c) + square);
        sum.widened(c.power(self.order() as u32 + 1).magnitude().times(self.rest))
    }

    /// N′(c), 0 ≤ c < 1; a ball that says nothing where the series is too short for it.
    pub(super) fn slope(&self, c: &Ball) -> Ball {
        let order = self.order();
        let terms = self.squares.iter().enumerate().skip(1).rev();
        let sum =
            terms.fold(Ball::zero(c.bits()), |sum, (k, square)| &(&sum * c) + &square.times_rational(&Rational::from(k as u64)));
        if (1.0 - c.high().to_f64()) * order as f64 <= 1.0 {
            return Ball::unknown(c.bits());
        }
        let power = c.power(order as u32).times_rational(&Rational::from(order as u64 + 1));
        sum.widened(power.magnitude().times(self.rest))
    }

    /// N(c) in doubles, with all of the rest in it.
    pub(super) fn above(&self, c: f64) -> f64 {
        let sum = self.squares.iter().rev().fold(0.0, |sum, square| sum * c + square.to_f64());
        sum + self.rest.to_f64() * c.powi(self.order() as i32 + 1)
    }
}
