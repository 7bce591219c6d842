//! Real intervals of doubles with outward rounding: the result contains f(x) for every x of the argument.
//!
//! A sum, product, quotient or root is moved outwards by one unit in the last place, a call of the mathematical library by
//! four (its documented errors are one or two). Ends may be infinite; an end that comes out as NaN makes the interval the
//! whole line.

use super::Ball;

/// The reals between `low` and `high`, ends included when finite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Four units in the last place, relatively.
pub(super) const LIBRARY_ERROR: f64 = 4.0 * f64::EPSILON;

/// An upper bound of a value known to four units in the last place.
fn above(value: f64) -> f64 {
    if value.is_infinite() { value.next_up() } else { (value + value.abs() * LIBRARY_ERROR).next_up() }
}

impl Interval {
    /// The whole line.
    pub const ENTIRE: Self = Self { low: f64::NEG_INFINITY, high: f64::INFINITY };
    /// The number 1.
    pub const ONE: Self = Self { low: 1.0, high: 1.0 };
    /// The number 0.
    pub const ZERO: Self = Self { low: 0.0, high: 0.0 };
    /// π.
    pub const PI: Self = Self { low: std::f64::consts::PI, high: 3.141_592_653_589_793_6 };

    /// From its ends; ends that are NaN or out of order give the whole line.
    #[must_use]
    pub fn new(low: f64, high: f64) -> Self {
        if low <= high { Self { low, high } } else { Self::ENTIRE }
    }

    /// The single number `value`.
    #[must_use]
    pub fn point(value: f64) -> Self {
        Self::new(value, value)
    }

    /// An enclosure of a ball.
    #[must_use]
    pub fn of_ball(ball: &Ball) -> Self {
        if !ball.is_finite() {
            return Self::ENTIRE;
        }
        let down = rug::float::Round::Down;
        let up = rug::float::Round::Up;
        Self::new(ball.low().to_f64_round(down), ball.high().to_f64_round(up))
    }

    /// An enclosure of a rational number.
    #[must_use]
    pub fn of_rational(value: &rug::Rational) -> Self {
        // not rounded to the nearest double, but towards 0
        let truncated = value.to_f64();
        Self::outward(truncated, truncated)
    }

    /// The next doubles outwards; past subnormal ones, with which a processor multiplies slowly.
    fn outward(low: f64, high: f64) -> Self {
        let (mut low, mut high) = (low.next_down(), high.next_up());
        if low.abs() < f64::MIN_POSITIVE {
            low = if low < 0.0 { -f64::MIN_POSITIVE } else { 0.0 };
        }
        if high.abs() < f64::MIN_POSITIVE {
            high = if high > 0.0 { f64::MIN_POSITIVE } else { 0.0 };
        }
        Self::new(low, high)
    }

    fn wide(low: f64, high: f64) -> Self {
        Self::new(-above(-low), above(high))
    }

    /// The image under a non-decreasing function that is computed to four units in the last place.
    #[must_use]
    pub fn increasing(self, function: impl Fn(f64) -> f64) -> Self {
        Self::wide(function(self.low), function(self.high))
    }

    /// The part at or above `floor`, for a set known to lie there.
    fn at_least(self, floor: f64) -> Self {
        Self { low: self.low.max(floor), high: self.high.max(floor) }
    }

    fn at_most(self, ceiling: f64) -> Self {
        Self { low: self.low.min(ceiling), high: self.high.min(ceiling) }
    }

    /// Whether both ends are finite.
    #[must_use]
    pub fn is_finite(self) -> bool {
        self.low.is_finite() && self.high.is_finite()
    }

    /// Whether `value` lies in it.
    #[must_use]
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// The sign of its members, when they share one.
    #[must_use]
    pub fn sign(self) -> Option<std::cmp::Ordering> {
        use std::cmp::Ordering::{Equal, Greater, Less};
        if self.low > 0.0 {
            Some(Greater)
        } else if self.high < 0.0 {
            Some(Less)
        } else {
            (self.low == 0.0 && self.high == 0.0).then_some(Equal)
        }
    }

    /// The middle (0 for the whole line).
    #[must_use]
    pub fn middle(self) -> f64 {
        self.low.max(-f64::MAX) / 2.0 + self.high.min(f64::MAX) / 2.0
    }

    /// The largest |x|.
    #[must_use]
    pub fn magnitude(self) -> f64 {
        self.high.max(-self.low)
    }

    /// The smallest |x|.
    #[must_use]
    pub fn least_magnitude(self) -> f64 {
        self.low.max(-self.high).max(0.0)
    }

    /// |x|.
    #[must_use]
    pub fn abs(self) -> Self {
        Self { low: self.least_magnitude(), high: self.magnitude() }
    }

    /// The smallest interval around both.
    #[must_use]
    pub fn hull(self, other: Self) -> Self {
        Self { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// The common part of two enclosures of one set.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        let common = Self { low: self.low.max(other.low), high: self.high.min(other.high) };
        if common.low <= common.high { common } else { self }
    }

    /// x².
    #[must_use]
    pub fn square(self) -> Self {
        let size = self.abs();
        Self::outward(size.low * size.low, size.high * size.high).at_least(0.0)
    }

    /// xⁿ for n ≥ 0.
    #[must_use]
    pub fn power(self, n: u32) -> Self {
        if n.is_multiple_of(2) {
            let size = self.abs();
            return Self { low: end_power(size.low, n).low, high: end_power(size.high, n).high }.at_least(0.0);
        }
        Self { low: end_power(self.low, n).low, high: end_power(self.high, n).high }
    }

    /// 1/x; none where 0 belongs to it.
    #[must_use]
    pub fn inverse(self) -> Option<Self> {
        if self.contains(0.0) { None } else { Some(Self::outward(1.0 / self.high, 1.0 / self.low)) }
    }

    /// x/2, exact but for underflow, where it is rounded outwards.
    #[must_use]
    pub fn half(self) -> Self {
        let (low, high) = (self.low / 2.0, self.high / 2.0);
        Self {
            low: if 2.0 * low > self.low { low.next_down() } else { low },
            high: if 2.0 * high < self.high { high.next_up() } else { high },
        }
    }

    /// 2x.
    #[must_use]
    pub fn double(self) -> Self {
        Self { low: self.low * 2.0, high: self.high * 2.0 }
    }

    /// eˣ.
    #[must_use]
    pub fn exp(self) -> Self {
        self.increasing(f64::exp).at_least(0.0)
    }

    /// ln x; none unless positive.
    #[must_use]
    pub fn ln(self) -> Option<Self> {
        if self.low > 0.0 { Some(self.increasing(f64::ln)) } else { None }
    }

    /// √x; none unless non-negative.
    #[must_use]
    pub fn sqrt(self) -> Option<Self> {
        if self.low >= 0.0 { Some(Self::outward(self.low.sqrt(), self.high.sqrt()).at_least(0.0)) } else { None }
    }

    /// sin x.
    #[must_use]
    pub fn sin(self) -> Self {
        self.wave(f64::sin, 1)
    }

    /// cos x.
    #[must_use]
    pub fn cos(self) -> Self {
        self.wave(f64::cos, 0)
    }

    /// A sine wave with its crest at `crest`·π/2 and its trough half a period on.
    fn wave(self, function: fn(f64) -> f64, crest: i64) -> Self {
        let full = Self { low: -1.0, high: 1.0 };
        if self.magnitude() > 1e12 || self.high - self.low > 6.0 {
            return full;
        }
        let slack = self.magnitude() * 1e-15 + 1e-15;
        let first = (self.low * std::f64::consts::FRAC_2_PI - slack).ceil() as i64;
        let last = (self.high * std::f64::consts::FRAC_2_PI + slack).floor() as i64;
        let meets = |quarter: i64| last - first >= (quarter - first).rem_euclid(4);
        let (a, b) = (function(self.low), function(self.high));
        let ends = Self::wide(a.min(b), a.max(b)).intersect(full);
        Self { low: if meets(crest + 2) { -1.0 } else { ends.low }, high: if meets(crest) { 1.0 } else { ends.high } }
    }

    /// sinh x.
    #[must_use]
    pub fn sinh(self) -> Self {
        self.increasing(f64::sinh)
    }

    /// cosh x.
    #[must_use]
    pub fn cosh(self) -> Self {
        self.abs().increasing(f64::cosh).at_least(1.0)
    }

    /// arctan x.
    #[must_use]
    pub fn atan(self) -> Self {
        self.increasing(f64::atan)
    }

    /// arcsin x, for an interval within [−1, 1].
    #[must_use]
    pub fn asin(self) -> Self {
        self.increasing(f64::asin)
    }

    /// erf x.
    #[must_use]
    pub fn erf(self) -> Self {
        self.increasing(libm::erf).at_least(-1.0).at_most(1.0)
    }

    /// erfc x.
    #[must_use]
    pub fn erfc(self) -> Self {
        (-self).increasing(|x| libm::erfc(-x)).at_least(0.0).at_most(2.0)
    }
}

/// xⁿ for one end of an interval, rounded both ways.
fn end_power(x: f64, mut n: u32) -> Interval {
    let (mut result, mut base) = (Interval::ONE, Interval::point(x));
    while n > 0 {
        if n & 1 == 1 {
            result = result * base;
        }
        n >>= 1;
        if n > 0 {
            base = base.square();
        }
    }
    result
}

impl std::ops::Neg for Interval {
    type Output = Self;
    fn neg(self) -> Self {
        Self { low: -self.high, high: -self.low }
    }
}

impl std::ops::Add for Interval {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self::outward(self.low + other.low, self.high + other.high)
    }
}

impl std::ops::Sub for Interval {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self::outward(self.low - other.high, self.high - other.low)
    }
}

impl std::ops::Mul for Interval {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let (a, b) = (self.low * other.low, self.low * other.high);
        let (c, d) = (self.high * other.low, self.high * other.high);
        // a NaN is 0 times an infinite end, and min and max pass over it: another end gives the 0, or infinities on both sides
        let (low, high) = (a.min(b).min(c.min(d)), a.max(b).max(c.max(d)));
        if self == Self::ZERO || other == Self::ZERO { Self::ZERO } else { Self::outward(low, high) }
    }
}

#[cfg(test)]
mod tests {
    use rug::Rational;

    use super::Interval;

    /// Ends of numbers beyond doubles, subnormal ones and those that doubles hold among them.
    #[test]
    fn rational_numbers_lie_inside() {
        let shifts = [-1200, -1080, -1074, -1022, -60, 0, 60, 1023, 1100];
        let parts = [1_i64, 3, 7, 10_i64.pow(15) + 1, i64::MAX];
        for (top, bottom) in parts.iter().flat_map(|top| parts.map(|bottom| (*top, bottom))) {
            for (shift, sign) in shifts.iter().flat_map(|shift| [(*shift, 1), (*shift, -1)]) {
                let scale = Rational::from(1) << shift;
                let value = Rational::from((sign * top, bottom)) * scale;
                let Interval { low, high } = Interval::of_rational(&value);
                let exact = |end: f64| Rational::from_f64(end);
                assert!(exact(low).is_none_or(|low| low <= value), "{low:e} is not below {value}");
                assert!(exact(high).is_none_or(|high| value <= high), "{high:e} is not above {value}");
                let ulps = high.next_down().next_down();
                assert!(ulps <= low || high.abs() <= 4.0 * f64::MIN_POSITIVE, "{low:e}..{high:e} is wide");
            }
        }
    }
}
