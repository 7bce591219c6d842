//! What Gaussian data are made of: enclosures with their exact forms, moments that may be infinite, and how theta2 stands to
//! theta1.

use rug::Rational;

use super::closed::{self, Exact};
use super::error::GaussianError;
use super::peel::times;
use crate::activation::{Function, evaluate};
use crate::number::Ball;

/// An enclosure, with the exact form where there is one.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// The enclosure.
    pub ball: Ball,
    /// The exact value, when it is in the ring of closed forms.
    pub exact: Option<Exact>,
}

/// A moment of a non-negative function.
pub type Moment = closed::Moment<Quantity>;

/// How theta2 = (E Z f)² stands to theta1 = Var f, decided exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linearity {
    /// f is constant almost everywhere: theta1 = theta2 = 0.
    Constant,
    /// E Z f = 0: theta2 = 0.
    NoLinearPart,
    /// f is affine almost everywhere: theta2 = theta1.
    Affine,
    /// 0 < theta2 < theta1.
    Mixed,
}

/// The moments that `gaussian(f)` shows.
#[derive(Clone, Debug)]
pub struct Moments {
    /// E f.
    pub mean: Quantity,
    /// E f²; an error where it is not decided whether it is finite, as below.
    pub second_moment: Result<Moment, GaussianError>,
    /// E f² − (E f)².
    pub variance: Result<Moment, GaussianError>,
    /// E f′, weakly.
    pub slope: Quantity,
    /// E f″, weakly.
    pub curvature: Quantity,
    /// E f′², almost everywhere, or why it is not decided.
    pub derivative_energy: Result<Moment, GaussianError>,
    /// (E Z f(σZ))².
    pub theta2: Quantity,
}

impl Quantity {
    /// An exact value.
    pub(super) fn exact(value: Exact, bits: u32) -> Self {
        Self { ball: value.enclose(bits), exact: Some(value) }
    }

    /// Exactly zero.
    pub(super) fn zero(bits: u32) -> Self {
        Self::exact(Exact::zero(), bits)
    }

    /// An enclosure, exact when it is exactly zero.
    pub(super) fn numeric(ball: Ball) -> Self {
        let exact = ball.is_exact_zero().then(Exact::zero);
        Self { ball, exact }
    }

    fn map(&self, exact: impl Fn(&Exact) -> Exact, ball: impl Fn(&Ball) -> Ball) -> Self {
        match &self.exact {
            Some(value) => Self::exact(exact(value), self.ball.bits()),
            None => Self { ball: ball(&self.ball), exact: None },
        }
    }

    pub(crate) fn times_rational(&self, factor: &Rational) -> Self {
        self.map(|value| value.scaled(factor), |ball| ball.times_rational(factor))
    }

    /// The product with a constant.
    #[must_use]
    pub fn times(&self, factor: &Function) -> Self {
        times(self, factor)
    }

    pub(crate) fn square(&self) -> Self {
        self.map(|value| value.power(2), Ball::square)
    }

    /// The sum with a constant, exact where both are.
    #[must_use]
    pub fn plus(&self, constant: &Function) -> Self {
        let bits = self.ball.bits();
        match (&self.exact, Exact::of_constant(constant)) {
            (Some(a), Some(b)) => Self::exact(a + &b, bits),
            _ => Self { ball: &self.ball + &evaluate(constant, &Ball::zero(bits)), exact: None },
        }
    }

    /// A constant, exact where it is in the ring.
    #[must_use]
    pub fn constant(constant: &Function, bits: u32) -> Self {
        match Exact::of_constant(constant) {
            Some(value) => Self::exact(value, bits),
            None => Self { ball: evaluate(constant, &Ball::zero(bits)), exact: None },
        }
    }

    pub(crate) fn minus(&self, other: &Self) -> Self {
        match (&self.exact, &other.exact) {
            (Some(a), Some(b)) => Self::exact(a - b, self.ball.bits()),
            _ => Self { ball: &self.ball - &other.ball, exact: None },
        }
    }
}
