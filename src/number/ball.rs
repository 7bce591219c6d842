//! Real balls: a midpoint of any precision and a radius, [m ± r], with every operation an enclosure.
//!
//! The one rule: the ball returned contains f(x) for every x in the argument's ball. The precision of a ball is that of its
//! midpoint; an operation works at the larger of its operands' precisions. A ball that says nothing (a division by a ball
//! around zero, a logarithm across zero) has an infinite radius and is [`Ball::indeterminate`]; it spreads, it never panics.

use std::cmp::Ordering;

use rug::float::{Constant, Round};
use rug::ops::CompleteRound;
use rug::{Float, Rational};

use super::Magnitude;
use super::operator::operator;

/// The set of reals within `radius` of `mid`.
#[derive(Clone, Debug)]
pub struct Ball {
    mid: Float,
    radius: Magnitude,
}

/// Half a unit in the last place of `value`, when rounding to it was inexact; the least positive `Float` where it underflowed.
fn half_ulp(value: &Float, rounding: Ordering) -> Magnitude {
    if rounding == Ordering::Equal {
        return Magnitude::ZERO;
    }
    let least = rug::float::exp_min();
    match value.get_exp() {
        None if value.is_zero() => Magnitude::power_of_two(i64::from(least)),
        Some(exponent) if exponent <= least + 1 => Magnitude::power_of_two(i64::from(least)),
        Some(exponent) => Magnitude::power_of_two(i64::from(exponent) - i64::from(value.prec()) - 1),
        None => Magnitude::INFINITY,
    }
}

impl Ball {
    /// Midpoint and radius as given; a midpoint that is not finite gives the ball that says nothing.
    #[must_use]
    pub fn new(mid: Float, radius: Magnitude) -> Self {
        if mid.is_finite() { Self { mid, radius } } else { Self::unknown(mid.prec()) }
    }

    /// The ball that says nothing, at `bits` of precision.
    #[must_use]
    pub fn unknown(bits: u32) -> Self {
        Self { mid: Float::new(bits), radius: Magnitude::INFINITY }
    }

    /// From the result of one correctly rounded operation, widened by `radius`.
    #[must_use]
    pub fn rounded((mid, rounding): (Float, Ordering), radius: Magnitude) -> Self {
        let half = half_ulp(&mid, rounding);
        Self::new(mid, radius.plus(half))
    }

    /// The rational, to `bits` bits.
    #[must_use]
    pub fn rational(value: &Rational, bits: u32) -> Self {
        Self::rounded(Float::with_val_round(bits, value, Round::Nearest), Magnitude::ZERO)
    }

    /// The integer, exactly when it fits `bits` bits.
    #[must_use]
    pub fn integer(value: i64, bits: u32) -> Self {
        Self::rounded(Float::with_val_round(bits, value, Round::Nearest), Magnitude::ZERO)
    }

    /// The double, exactly (`bits` at least 53) or rounded.
    #[must_use]
    pub fn double(value: f64, bits: u32) -> Self {
        Self::rounded(Float::with_val_round(bits, value, Round::Nearest), Magnitude::ZERO)
    }

    /// Exactly zero.
    #[must_use]
    pub fn zero(bits: u32) -> Self {
        Self { mid: Float::new(bits), radius: Magnitude::ZERO }
    }

    /// π to `bits` bits.
    #[must_use]
    pub fn pi(bits: u32) -> Self {
        Self::rounded(Float::with_val_round(bits, Constant::Pi, Round::Nearest), Magnitude::ZERO)
    }

    /// The smallest ball around the interval [low, high].
    #[must_use]
    pub fn interval(low: &Float, high: &Float, bits: u32) -> Self {
        let mid = (low + high).complete(bits + 2) / 2u32;
        let mid = Float::with_val(bits, mid);
        let left = Magnitude::of(&Float::with_val_round(53, &mid - low, Round::AwayZero).0);
        let right = Magnitude::of(&Float::with_val_round(53, high - &mid, Round::AwayZero).0);
        Self::new(mid, left.max(right))
    }

    /// The midpoint.
    #[must_use]
    pub fn mid(&self) -> &Float {
        &self.mid
    }

    /// The radius.
    #[must_use]
    pub fn radius(&self) -> Magnitude {
        self.radius
    }

    /// Whether midpoint, radius and precision are the same, so that everything computed from one is what the other gives.
    #[must_use]
    pub fn is_identical(&self, other: &Self) -> bool {
        self.bits() == other.bits() && self.mid == other.mid && self.radius == other.radius
    }

    /// The precision in bits.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.mid.prec()
    }

    /// The midpoint in double precision.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.mid.to_f64()
    }

    /// Whether the ball is the single point zero.
    #[must_use]
    pub fn is_exact_zero(&self) -> bool {
        self.mid.is_zero() && self.radius.is_zero()
    }

    /// Whether the ball says anything at all.
    #[must_use]
    pub fn is_finite(&self) -> bool {
        self.radius.is_finite()
    }

    /// Whether zero lies in the ball.
    #[must_use]
    pub fn contains_zero(&self) -> bool {
        self.sign().is_none_or(|sign| sign == Ordering::Equal)
    }

    /// The sign, when the ball decides it.
    #[must_use]
    pub fn sign(&self) -> Option<Ordering> {
        if self.radius.is_zero() {
            return self.mid.partial_cmp(&0);
        }
        if !self.radius.is_finite() || self.mid.is_zero() {
            return None;
        }
        if Magnitude::of(&self.mid).minus_down(self.radius).is_zero() { None } else { self.mid.partial_cmp(&0) }
    }

    /// Whether every number of the ball is positive.
    #[must_use]
    pub fn is_positive(&self) -> bool {
        self.sign() == Some(Ordering::Greater)
    }

    /// Whether every number of the ball is negative.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.sign() == Some(Ordering::Less)
    }

    /// The order of two balls, when they do not overlap (or are the same point).
    #[must_use]
    pub fn compare(&self, other: &Self) -> Option<Ordering> {
        (self - other).sign()
    }

    /// A lower bound of the numbers in the ball, at the ball's precision.
    #[must_use]
    pub fn low(&self) -> Float {
        let radius = self.radius.to_float();
        Float::with_val_round(self.bits(), &self.mid - &radius, Round::Down).0
    }

    /// An upper bound of the numbers in the ball, at the ball's precision.
    #[must_use]
    pub fn high(&self) -> Float {
        let radius = self.radius.to_float();
        Float::with_val_round(self.bits(), &self.mid + &radius, Round::Up).0
    }

    /// An upper bound of |x| over the ball.
    #[must_use]
    pub fn magnitude(&self) -> Magnitude {
        Magnitude::of(&self.mid).plus(self.radius)
    }

    /// A lower bound of |x| over the ball (zero when the ball meets zero).
    #[must_use]
    pub fn least_magnitude(&self) -> Magnitude {
        Magnitude::of(&self.mid).minus_down(self.radius)
    }

    /// The ball with `extra` added to its radius.
    #[must_use]
    pub fn widened(&self, extra: Magnitude) -> Self {
        Self { mid: self.mid.clone(), radius: self.radius.plus(extra) }
    }

    /// The ball at another precision.
    #[must_use]
    pub fn with_bits(&self, bits: u32) -> Self {
        Self::rounded(Float::with_val_round(bits, &self.mid, Round::Nearest), self.radius)
    }

    /// Whether `value` lies in the ball.
    #[must_use]
    pub fn contains(&self, value: &Rational) -> bool {
        if !self.is_finite() {
            return true;
        }
        let Some(mid) = self.mid.to_rational() else { return true };
        let radius = self.radius.to_float().to_rational().unwrap_or_default();
        (mid - value).abs() <= radius
    }

    /// Whether the two balls have a number in common.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        (self - other).contains_zero()
    }

    /// The bits of the value that are certain: −log2(radius/|mid|), at least 0.
    #[must_use]
    pub fn relative_bits(&self) -> f64 {
        if self.radius.is_zero() {
            return f64::from(self.bits());
        }
        (Magnitude::of(&self.mid).log2() - self.radius.log2()).max(0.0)
    }

    /// x² (an enclosure that knows it is not negative only through its midpoint).
    #[must_use]
    pub fn square(&self) -> Self {
        let mid = Float::with_val_round(self.bits(), self.mid.square_ref(), Round::Nearest);
        let slope = Magnitude::of(&self.mid).shifted(1).plus(self.radius);
        Self::rounded(mid, slope.times(self.radius))
    }

    /// x^n for a non-negative integer n.
    #[must_use]
    pub fn power(&self, mut exponent: u32) -> Self {
        let (mut result, mut base) = (Self::integer(1, self.bits()), self.clone());
        while exponent > 0 {
            if exponent & 1 == 1 {
                result = &result * &base;
            }
            exponent >>= 1;
            if exponent > 0 {
                base = base.square();
            }
        }
        result
    }

    /// 1/x; a ball that meets zero gives the ball that says nothing.
    #[must_use]
    pub fn inverse(&self) -> Self {
        &Self::integer(1, self.bits()) / self
    }

    /// |x|.
    #[must_use]
    pub fn abs(&self) -> Self {
        if self.sign().is_some() {
            return Self { mid: self.mid.clone().abs(), radius: self.radius };
        }
        let top = self.magnitude();
        Self::new(
            Float::with_val(self.bits(), top.shifted(-1).to_float()),
            top.shifted(-1).plus(Magnitude::power_of_two(top.log2_ceil() - 50)),
        )
    }

    /// x·2^shift, exactly.
    #[must_use]
    pub fn shifted(&self, shift: i32) -> Self {
        Self { mid: (&self.mid << shift).complete(self.bits()), radius: self.radius.shifted(i64::from(shift)) }
    }

    /// The sum of a rational multiple: self·value.
    #[must_use]
    pub fn times_rational(&self, value: &Rational) -> Self {
        self * &Self::rational(value, self.bits())
    }
}

fn add(a: &Ball, b: &Ball) -> Ball {
    let bits = a.bits().max(b.bits());
    Ball::rounded(Float::with_val_round(bits, &a.mid + &b.mid, Round::Nearest), a.radius.plus(b.radius))
}

fn subtract(a: &Ball, b: &Ball) -> Ball {
    let bits = a.bits().max(b.bits());
    Ball::rounded(Float::with_val_round(bits, &a.mid - &b.mid, Round::Nearest), a.radius.plus(b.radius))
}

fn multiply(a: &Ball, b: &Ball) -> Ball {
    let bits = a.bits().max(b.bits());
    if !a.is_finite() || !b.is_finite() {
        return Ball::unknown(bits);
    }
    let mid = Float::with_val_round(bits, &a.mid * &b.mid, Round::Nearest);
    if a.radius.is_zero() && b.radius.is_zero() {
        return Ball::rounded(mid, Magnitude::ZERO);
    }
    let radius = Magnitude::of(&a.mid).times(b.radius).plus(Magnitude::of(&b.mid).plus(b.radius).times(a.radius));
    Ball::rounded(mid, radius)
}

/// |a/b − A/B| ≤ (|a| r_b + |b| r_a) / (|b| (|b| − r_b)).
fn divide(a: &Ball, b: &Ball) -> Ball {
    let bits = a.bits().max(b.bits());
    let least = b.least_magnitude();
    if least.is_zero() || !a.is_finite() {
        return Ball::unknown(bits);
    }
    let mid = Float::with_val_round(bits, &a.mid / &b.mid, Round::Nearest);
    if a.radius.is_zero() && b.radius.is_zero() {
        return Ball::rounded(mid, Magnitude::ZERO);
    }
    let quotient = Magnitude::of(&mid.0).times(Magnitude::ONE.plus(Magnitude::power_of_two(1 - i64::from(bits))));
    Ball::rounded(mid, quotient.times(b.radius).plus(a.radius).over(least))
}

operator!(Ball, Add, add, add);
operator!(Ball, Sub, sub, subtract);
operator!(Ball, Mul, mul, multiply);
operator!(Ball, Div, div, divide);

impl std::ops::Neg for &Ball {
    type Output = Ball;
    fn neg(self) -> Ball {
        Ball { mid: (-&self.mid).complete(self.bits()), radius: self.radius }
    }
}

impl std::ops::Neg for Ball {
    type Output = Ball;
    fn neg(self) -> Ball {
        -&self
    }
}
