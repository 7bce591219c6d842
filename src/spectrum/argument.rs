//! The points at which a law is asked: exactly known, or enclosed.

use std::cmp::Ordering;

use rug::Rational;

use crate::number::{Ball, ComplexBall};

/// A complex argument: exactly known, or enclosed.
#[derive(Clone, Debug)]
pub enum Argument {
    /// Rational real and imaginary part.
    Exact(Rational, Rational),
    /// A rectangle that holds it.
    Enclosed(ComplexBall),
}

impl From<&Rational> for Argument {
    fn from(x: &Rational) -> Self {
        Self::Exact(x.clone(), Rational::new())
    }
}

impl From<Ball> for Argument {
    fn from(x: Ball) -> Self {
        Self::Enclosed(ComplexBall::real(x))
    }
}

impl Argument {
    /// The argument as a rectangle of `bits` bits.
    #[must_use]
    pub fn ball(&self, bits: u32) -> ComplexBall {
        match self {
            Self::Exact(re, im) => ComplexBall::new(Ball::rational(re, bits), Ball::rational(im, bits)),
            Self::Enclosed(z) => ComplexBall::new(z.re.with_bits(bits), z.im.with_bits(bits)),
        }
    }

    /// The sign of the real part, when it is decided.
    pub(crate) fn real_sign(&self, bits: u32) -> Option<Ordering> {
        self.ball(bits).re.sign()
    }

    /// The real part when it is rational.
    pub(crate) fn rational(&self) -> Option<&Rational> {
        match self {
            Self::Exact(re, _) => Some(re),
            Self::Enclosed(_) => None,
        }
    }

    /// Orders of magnitude of |z| in units of `scale` and of |z|/|Im z|, for the guard bits.
    pub(crate) fn orders(&self, scale: &Ball) -> f64 {
        let z = self.ball(64);
        let size = z.magnitude().log2();
        let apart = |a: f64, b: f64| if a.is_finite() && b.is_finite() { (a - b).abs() } else { 0.0 };
        apart(size, scale.magnitude().log2()) + apart(size, z.im.magnitude().log2())
    }

    /// The nearest double of the real part.
    pub(crate) fn to_f64(&self) -> f64 {
        match self {
            Self::Exact(re, _) => re.to_f64(),
            Self::Enclosed(z) => z.re.to_f64(),
        }
    }
}
