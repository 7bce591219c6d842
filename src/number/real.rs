//! A real number as a result: its value with what is known of its error.

use rug::Rational;

use super::{Ball, decimal, decimal_rational};

/// Bits of a double as a ball, for estimates found in double precision.
const DOUBLE_BITS: u32 = 64;

/// A real number as a room answers it.
#[derive(Clone, Debug)]
pub enum Real {
    /// A rational number, exactly.
    Rational(Rational),
    /// Proved to lie in the ball; with its exact form in the query language where there is one.
    Proved(Ball, Option<String>),
    /// With an estimated error, which is the radius of the ball.
    Estimated(Ball),
    /// +∞.
    Infinite,
    /// Not known; whoever left it so says why.
    Unknown,
}

impl From<Rational> for Real {
    fn from(value: Rational) -> Self {
        Self::Rational(value)
    }
}

impl From<u32> for Real {
    fn from(value: u32) -> Self {
        Self::Rational(Rational::from(value))
    }
}

impl From<Ball> for Real {
    fn from(ball: Ball) -> Self {
        if ball.is_exact_zero() { Self::Rational(Rational::new()) } else { Self::Proved(ball, None) }
    }
}

impl Real {
    /// A double that may be off by `error`; exactly 0 and ∞ stand for themselves.
    #[must_use]
    pub fn estimated_double(value: f64, error: f64) -> Self {
        match value {
            0.0 => Self::from(0),
            f64::INFINITY => Self::Infinite,
            value => Self::Estimated(Ball::double(value, DOUBLE_BITS).widened(super::Magnitude::from_f64(error))),
        }
    }

    /// The same as an estimate that may be off by so much more; what is exactly 0, ∞ or unknown stays.
    #[must_use]
    pub fn widened(self, error: f64) -> Self {
        let Self::Estimated(ball) = &self else { return self };
        let radius = ball.radius().to_f64();
        Self::estimated_double(ball.to_f64(), radius + error)
    }

    /// A ball that holds it, of `bits` bits where it is exact; none for ∞ and where nothing is known.
    #[must_use]
    pub fn ball(&self, bits: u32) -> Option<Ball> {
        match self {
            Self::Rational(value) => Some(Ball::rational(value, bits)),
            Self::Proved(ball, _) | Self::Estimated(ball) => Some(ball.clone()),
            Self::Infinite | Self::Unknown => None,
        }
    }

    /// The nearest double; infinite for ∞, NaN where nothing is known.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        match self {
            Self::Rational(value) => value.to_f64(),
            Self::Proved(ball, _) | Self::Estimated(ball) => ball.to_f64(),
            Self::Infinite => f64::INFINITY,
            Self::Unknown => f64::NAN,
        }
    }

    /// Whether its error is proved.
    #[must_use]
    pub fn is_certified(&self) -> bool {
        !matches!(self, Self::Estimated(_))
    }

    /// What an estimate may be off by; 0 of everything else.
    #[must_use]
    pub fn estimated_error(&self) -> f64 {
        if let Self::Estimated(ball) = self { ball.radius().to_f64() } else { 0.0 }
    }

    /// `digits` certain significant digits, all of them when it ends earlier; none when the error leaves fewer.
    ///
    /// ```
    /// # use resolvent::number::Real;
    /// assert_eq!(Real::from(rug::Rational::from((3, 4))).decimal(30).as_deref(), Some("0.75"));
    /// ```
    #[must_use]
    pub fn decimal(&self, digits: u32) -> Option<String> {
        match self {
            Self::Rational(value) => Some(decimal_rational(value, digits)),
            Self::Proved(ball, _) | Self::Estimated(ball) => decimal(ball, digits),
            Self::Infinite => Some("inf".to_owned()),
            Self::Unknown => None,
        }
    }
}
