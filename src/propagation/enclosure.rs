//! The two kinds of numbers that cells are judged with: intervals of doubles, and balls where these do not tell.

use std::cmp::Ordering;

use rug::Float;
use rug::float::Round;

use super::cells::{Balance, Deviation};
use super::error::PropagationError;
use crate::number::{Ball, Interval, Job, Magnitude, Ring};

/// An enclosure of a real number.
pub(super) trait Enclosure: Ring {
    /// A and B of an equation, with two derivatives, at a standard deviation.
    ///
    /// # Errors
    /// As [`Balance::sides`].
    fn sides(equation: &dyn Balance, s: f64, bits: u32, job: &Job<'_>) -> Result<[[Self; 3]; 2], PropagationError>;

    /// Whether these are had at once.
    ///
    /// # Errors
    /// When the job is stopped.
    fn is_quick(equation: &dyn Balance, s: f64, job: &Job<'_>) -> Result<bool, PropagationError>;

    /// A double.
    fn number(value: f64, bits: u32) -> Self;

    /// The double itself, which has a few bits.
    fn dyadic(&self, value: f64) -> Self;

    /// The lower end, rounded down.
    fn low(&self) -> f64;

    /// The upper end, rounded up.
    fn high(&self) -> f64;

    /// A double inside.
    fn middle(&self) -> f64;

    /// The sign; none where it is not certain.
    fn sign(&self) -> Option<Ordering>;

    /// As a ball.
    fn ball(&self) -> Ball;

    /// A bound of the absolute value from above, and one from below.
    fn magnitude(&self) -> Magnitude;

    /// See `magnitude`.
    fn least_magnitude(&self) -> Magnitude;

    /// Wider by so much on either side.
    fn widened(&self, extra: Magnitude) -> Self;

    /// How many bits of it are certain.
    fn relative_bits(&self) -> f64;
}

impl Enclosure for Interval {
    fn sides(equation: &dyn Balance, s: f64, bits: u32, job: &Job<'_>) -> Result<[[Self; 3]; 2], PropagationError> {
        if let Some(found) = equation.sides_in_doubles(s, job)? {
            return Ok(found);
        }
        let found = equation.sides(&Deviation::double(s, equation.is_rational(), bits), bits, job)?;
        Ok(found.map(|side| side.map(|ball| Self::of_ball(&ball))))
    }

    fn is_quick(equation: &dyn Balance, s: f64, job: &Job<'_>) -> Result<bool, PropagationError> {
        Ok(equation.sides_in_doubles(s, job)?.is_some())
    }

    fn number(value: f64, _bits: u32) -> Self {
        Self::point(value)
    }

    fn dyadic(&self, value: f64) -> Self {
        Self::point(value)
    }

    fn low(&self) -> f64 {
        self.low
    }

    fn high(&self) -> f64 {
        self.high
    }

    fn middle(&self) -> f64 {
        Self::middle(*self)
    }

    fn sign(&self) -> Option<Ordering> {
        Self::sign(*self)
    }

    fn ball(&self) -> Ball {
        if !self.is_finite() {
            return Ball::unknown(64);
        }
        let middle = Self::middle(*self);
        let radius = (self.high - middle).max(middle - self.low).next_up();
        Ball::new(Float::with_val(64, middle), Magnitude::from_f64(radius))
    }

    fn magnitude(&self) -> Magnitude {
        Magnitude::from_f64(Self::magnitude(*self))
    }

    fn least_magnitude(&self) -> Magnitude {
        Magnitude::from_f64(Self::least_magnitude(*self))
    }

    fn widened(&self, extra: Magnitude) -> Self {
        let extra = extra.to_f64();
        Self::new((self.low - extra).next_down(), (self.high + extra).next_up())
    }

    fn relative_bits(&self) -> f64 {
        let middle = Self::middle(*self);
        (middle.abs() / (self.high - middle).max(middle - self.low)).log2().max(0.0)
    }
}

impl Enclosure for Ball {
    fn sides(equation: &dyn Balance, s: f64, bits: u32, job: &Job<'_>) -> Result<[[Self; 3]; 2], PropagationError> {
        equation.sides(&Deviation::double(s, equation.is_rational(), bits), bits, job)
    }

    fn is_quick(_: &dyn Balance, _: f64, _: &Job<'_>) -> Result<bool, PropagationError> {
        Ok(false)
    }

    fn number(value: f64, bits: u32) -> Self {
        Self::double(value, bits.max(f64::MANTISSA_DIGITS))
    }

    fn dyadic(&self, value: f64) -> Self {
        Self::double(value, self.bits())
    }

    fn low(&self) -> f64 {
        self.low().to_f64_round(Round::Down)
    }

    fn high(&self) -> f64 {
        self.high().to_f64_round(Round::Up)
    }

    fn middle(&self) -> f64 {
        self.to_f64()
    }

    fn sign(&self) -> Option<Ordering> {
        self.sign()
    }

    fn ball(&self) -> Ball {
        self.clone()
    }

    fn magnitude(&self) -> Magnitude {
        self.magnitude()
    }

    fn least_magnitude(&self) -> Magnitude {
        self.least_magnitude()
    }

    fn widened(&self, extra: Magnitude) -> Self {
        self.widened(extra)
    }

    fn relative_bits(&self) -> f64 {
        self.relative_bits()
    }
}
