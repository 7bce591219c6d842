//! Upper bounds of non-negative reals: one `f64` mantissa and an `i64` exponent, every operation rounded up.
//!
//! A [`Magnitude`] is the radius of a [`Ball`](super::Ball). Its exponent is separate from the mantissa, so that radii such as
//! 2^-40000 (ten thousand digits) neither underflow nor cost a multiprecision operation.
//! Each operation multiplies its `f64` result by 1 + 2^-51, which is more than the rounding error of the one or two
//! operations behind it.

use std::cmp::Ordering;

use rug::Float;

/// 1 + 2^-51: covers two roundings of a mantissa.
const UP: f64 = 1.0 + 4.440_892_098_500_626e-16;

/// A non-negative upper bound `mantissa · 2^exponent`, with the mantissa in [1/2, 1), or 0, or infinity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Magnitude {
    mantissa: f64,
    exponent: i64,
}

/// Bits of a limb of a `Float`, on the processors that GMP knows.
const LIMB_BITS: u32 = usize::BITS;

/// 2^−shift for 0 ≤ shift ≤ 1000.
fn power_down(shift: i64) -> f64 {
    f64::from_bits((1023 - shift as u64) << 52)
}

impl Magnitude {
    /// Exactly zero.
    pub const ZERO: Self = Self { mantissa: 0.0, exponent: 0 };
    /// Exactly one.
    pub const ONE: Self = Self { mantissa: 0.5, exponent: 1 };
    /// No bound is known.
    pub const INFINITY: Self = Self { mantissa: f64::INFINITY, exponent: 0 };

    /// An upper bound of `|value|`; NaN gives infinity.
    #[must_use]
    pub fn from_f64(value: f64) -> Self {
        Self::normalized(value.abs(), 0)
    }

    /// Exactly 2^exponent.
    #[must_use]
    pub fn power_of_two(exponent: i64) -> Self {
        Self { mantissa: 0.5, exponent: exponent + 1 }
    }

    /// An upper bound of |value|, for any precision of `value`; NaN gives infinity.
    #[must_use]
    pub fn of(value: &Float) -> Self {
        if value.is_zero() {
            return Self::ZERO;
        }
        let (Some(exponent), Some(significand)) = (value.get_exp(), value.get_significand()) else { return Self::INFINITY };
        // the highest bit is set; of the highest 64 a double holds 53, and the rest is rounded up
        let mut limbs = significand.as_limbs().iter().rev();
        let head =
            (0..64 / LIMB_BITS).fold(0u128, |head, _| (head << LIMB_BITS) | limbs.next().map_or(0, |limb| u128::from(*limb)));
        let head = head as u64;
        let exact = head & 0x7ff == 0 && limbs.all(|limb| *limb == 0);
        Self::normalized(((head >> 11) + u64::from(!exact)) as f64 * f64::EPSILON * 0.5, i64::from(exponent))
    }

    fn normalized(value: f64, exponent: i64) -> Self {
        if value == 0.0 {
            return Self::ZERO;
        }
        if !value.is_finite() {
            return Self::INFINITY;
        }
        if value < f64::MIN_POSITIVE {
            return Self::normalized(value * 2f64.powi(600), exponent.saturating_sub(600));
        }
        let bits = value.to_bits();
        let shift = ((bits >> 52) & 0x7ff) as i64 - 1022;
        let mantissa = f64::from_bits((bits & !(0x7ff << 52)) | (1022 << 52));
        match exponent.checked_add(shift) {
            Some(exponent) => Self { mantissa, exponent },
            None if shift > 0 => Self::INFINITY,
            None => Self { mantissa, exponent: i64::MIN },
        }
    }

    /// Whether the bound is exactly zero.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.mantissa == 0.0
    }

    /// Whether a bound is known.
    #[must_use]
    pub fn is_finite(self) -> bool {
        self.mantissa.is_finite()
    }

    /// An upper bound of the sum.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        if self.is_zero() {
            return other;
        }
        if other.is_zero() {
            return self;
        }
        if !self.is_finite() || !other.is_finite() {
            return Self::INFINITY;
        }
        let (large, small) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let shift = large.exponent.saturating_sub(small.exponent).min(60);
        Self::normalized((large.mantissa + small.mantissa * power_down(shift)) * UP, large.exponent)
    }

    /// An upper bound of the product.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        if self.is_zero() || other.is_zero() {
            return Self::ZERO;
        }
        let mantissa = self.mantissa * other.mantissa * UP;
        match self.exponent.checked_add(other.exponent) {
            Some(exponent) => Self::normalized(mantissa, exponent),
            None if self.exponent > 0 => Self::INFINITY,
            None => Self { mantissa: 0.5, exponent: i64::MIN },
        }
    }

    /// An upper bound of the quotient by a **lower** bound `divisor`, given as a positive exact value.
    /// A zero divisor gives infinity.
    #[must_use]
    pub fn over(self, divisor: Self) -> Self {
        if self.is_zero() {
            return Self::ZERO;
        }
        if divisor.is_zero() || !divisor.is_finite() {
            return Self::INFINITY;
        }
        Self::normalized(self.mantissa / divisor.mantissa * UP, self.exponent.saturating_sub(divisor.exponent))
    }

    /// A lower bound of self − other, or zero: the distance from zero of a ball with that midpoint bound and radius.
    /// Both must be within two roundings of exact values (as made by [`Magnitude::of`]).
    #[must_use]
    pub fn minus_down(self, other: Self) -> Self {
        if !other.is_finite() || self <= other {
            return Self::ZERO;
        }
        let shift = self.exponent.saturating_sub(other.exponent).clamp(-1000, 60) as i32;
        let small = if other.is_zero() { 0.0 } else { other.mantissa * 2f64.powi(-shift) * UP };
        let value = (self.mantissa / (UP * UP) - small) / UP;
        if value <= 0.0 { Self::ZERO } else { Self::normalized(value, self.exponent) }
    }

    /// The bound times 2^shift, exactly.
    #[must_use]
    pub fn shifted(self, shift: i64) -> Self {
        if self.is_zero() || !self.is_finite() { self } else { Self { exponent: self.exponent.saturating_add(shift), ..self } }
    }

    /// An upper bound of the square root.
    #[must_use]
    pub fn sqrt(self) -> Self {
        if self.is_zero() || !self.is_finite() {
            return self;
        }
        let odd = self.exponent.rem_euclid(2);
        Self::normalized((self.mantissa * 2f64.powi(odd as i32)).sqrt() * UP, (self.exponent - odd) / 2)
    }

    /// The exponent E with bound < 2^E (`i64::MIN` for zero, `i64::MAX` for infinity).
    #[must_use]
    pub fn log2_ceil(self) -> i64 {
        match self.mantissa {
            0.0 => i64::MIN,
            f64::INFINITY => i64::MAX,
            _ => self.exponent,
        }
    }

    /// The base-two logarithm in double precision (−∞ for zero).
    #[must_use]
    pub fn log2(self) -> f64 {
        if self.is_zero() { f64::NEG_INFINITY } else { self.mantissa.log2() + self.exponent as f64 }
    }

    /// The bound as an `f64`, rounded up (infinite or the least positive double out of its range).
    #[must_use]
    pub fn to_f64(self) -> f64 {
        if self.is_zero() || !self.is_finite() {
            return self.mantissa;
        }
        match self.exponent {
            e if e > 1024 => f64::INFINITY,
            e if e < -1020 => f64::MIN_POSITIVE,
            e => self.mantissa * 2f64.powi((e / 2) as i32) * 2f64.powi((e - e / 2) as i32),
        }
    }

    /// The bound as a `Float`, exactly.
    #[must_use]
    pub fn to_float(self) -> Float {
        let mut value = Float::with_val(53, self.mantissa);
        if self.is_finite() {
            value <<= self.exponent.clamp(i64::from(i32::MIN) + 8, i64::from(i32::MAX) - 8) as i32;
        }
        value
    }

    /// The larger of the two.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if self >= other { self } else { other }
    }
}

impl PartialOrd for Magnitude {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        if self.is_zero() || other.is_zero() || !self.is_finite() || !other.is_finite() {
            return self.mantissa.partial_cmp(&other.mantissa);
        }
        Some(self.exponent.cmp(&other.exponent).then(self.mantissa.total_cmp(&other.mantissa)))
    }
}
