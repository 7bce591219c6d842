//! Complex rectangles of doubles with outward rounding: the result contains f(z) for every z of the argument.
//!
//! A function with poles or branch cuts gives `None` on a rectangle that may meet one; the branch is the principal one. These
//! enclosures show that an activation is analytic near the real line and bound it there
//! (docs/mathematics.md, 'Gaussian integrals').

use super::Interval;
use super::interval::LIBRARY_ERROR;

/// The rectangle re + i·im.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rectangle {
    /// The real parts.
    pub re: Interval,
    /// The imaginary parts.
    pub im: Interval,
}

/// Panels of the vertical integral behind erf, for a unit of height and in all (tuned).
const ERF_PANELS: f64 = 8.0;
/// Below this the crude bound of the vertical integral serves (tuned).
const ERF_CRUDE: f64 = 1e-6;

impl Rectangle {
    /// The number 1.
    pub const ONE: Self = Self { re: Interval::ONE, im: Interval::ZERO };
    /// The whole plane.
    pub const ENTIRE: Self = Self { re: Interval::ENTIRE, im: Interval::ENTIRE };

    /// From its sides.
    #[must_use]
    pub fn new(re: Interval, im: Interval) -> Self {
        Self { re, im }
    }

    /// A set of real numbers.
    #[must_use]
    pub fn real(re: Interval) -> Self {
        Self { re, im: Interval::ZERO }
    }

    /// The square around the disc of that radius about 0.
    #[must_use]
    pub fn disc(radius: f64) -> Self {
        let side = Interval { low: -radius, high: radius };
        Self { re: side, im: side }
    }

    /// A function of x + iy that is real on the real line: its values there, and real and imaginary part elsewhere.
    fn extended(self, real: fn(Interval) -> Interval, parts: impl FnOnce(Interval, Interval) -> [Interval; 2]) -> Self {
        if self.is_real() {
            return Self::real(real(self.re));
        }
        let [re, im] = parts(self.re, self.im);
        Self { re, im }
    }

    /// Whether both sides are finite.
    #[must_use]
    pub fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    /// Whether every member is real.
    #[must_use]
    pub fn is_real(self) -> bool {
        self.im == Interval::ZERO
    }

    /// An enclosure of |z|.
    #[must_use]
    pub fn magnitude(self) -> Interval {
        let (a, b) = (self.re.abs(), self.im.abs());
        let low = (a.low.hypot(b.low) * (1.0 - LIBRARY_ERROR)).next_down().max(0.0);
        let high = (a.high.hypot(b.high) * (1.0 + LIBRARY_ERROR)).next_up();
        Interval { low: low.min(f64::MAX), high }
    }

    /// The common part of two enclosures of one set.
    #[must_use]
    pub fn intersect(self, other: Self) -> Self {
        Self { re: self.re.intersect(other.re), im: self.im.intersect(other.im) }
    }

    /// The complex conjugate.
    #[must_use]
    pub fn conj(self) -> Self {
        Self { re: self.re, im: -self.im }
    }

    /// i·z.
    #[must_use]
    pub fn times_i(self) -> Self {
        Self { re: -self.im, im: self.re }
    }

    /// r·z for real r.
    #[must_use]
    pub fn scaled(self, factor: Interval) -> Self {
        Self { re: self.re * factor, im: self.im * factor }
    }

    /// z/2.
    #[must_use]
    pub fn half(self) -> Self {
        Self { re: self.re.half(), im: self.im.half() }
    }

    /// z².
    #[must_use]
    pub fn square(self) -> Self {
        Self { re: self.re.square() - self.im.square(), im: (self.re * self.im).double() }
    }

    /// zⁿ for any integer n.
    #[must_use]
    pub fn power(self, n: i32) -> Option<Self> {
        let power = self.power_natural(n.unsigned_abs());
        if n >= 0 { Some(power) } else { power.inverse().or_else(|| Some(self.inverse()?.power_natural(n.unsigned_abs()))) }
    }

    fn power_natural(self, n: u32) -> Self {
        if self.is_real() {
            return Self::real(self.re.power(n));
        }
        let (mut result, mut base, mut rest) = (Self::ONE, self, n);
        while rest > 0 {
            if rest & 1 == 1 {
                result = if result == Self::ONE { base } else { result * base };
            }
            rest >>= 1;
            if rest > 0 {
                base = base.square();
            }
        }
        result.intersect(Self::disc(self.magnitude().power(n).high))
    }

    /// 1/z; none where 0 belongs to the rectangle.
    #[must_use]
    pub fn inverse(self) -> Option<Self> {
        if self.is_real() {
            return Some(Self::real(self.re.inverse()?));
        }
        if self.re.contains(0.0) && self.im.contains(0.0) {
            return None;
        }
        Some(Self { re: inverse_part(self.re, self.im), im: -inverse_part(self.im, self.re) })
    }

    /// a/b; none where b may be 0.
    #[must_use]
    pub fn over(self, divisor: Self) -> Option<Self> {
        Some(self * divisor.inverse()?)
    }

    /// e^z.
    #[must_use]
    pub fn exp(self) -> Self {
        self.extended(Interval::exp, |x, y| {
            let size = x.exp();
            [size * y.cos(), size * y.sin()]
        })
    }

    /// The argument, in (−π, π); none where the rectangle meets (−∞, 0].
    #[must_use]
    pub fn argument(self) -> Option<Interval> {
        let (re, im) = (self.re, self.im);
        if im.contains(0.0) && re.low <= 0.0 {
            return None;
        }
        if self.is_real() {
            return Some(Interval::ZERO);
        }
        let corners = [(re.low, im.low), (re.low, im.high), (re.high, im.low), (re.high, im.high)];
        let angles = corners.map(|(x, y)| Interval::point(y.atan2(x)));
        let hull = angles.into_iter().reduce(Interval::hull)?;
        let wide = hull.magnitude() * LIBRARY_ERROR;
        Some(Interval::new((hull.low - wide).next_down(), (hull.high + wide).next_up()))
    }

    /// log z; none where the rectangle meets (−∞, 0].
    #[must_use]
    pub fn ln(self) -> Option<Self> {
        let argument = self.argument()?;
        Some(Self { re: self.magnitude().ln()?, im: argument })
    }

    /// √z; none where the rectangle meets (−∞, 0].
    #[must_use]
    pub fn sqrt(self) -> Option<Self> {
        if self.is_real() {
            return Some(Self::real(self.re.sqrt()?));
        }
        let angle = self.argument()?.half();
        let size = self.magnitude().sqrt()?;
        Some(Self { re: size * angle.cos(), im: size * angle.sin() })
    }

    /// sin z.
    #[must_use]
    pub fn sin(self) -> Self {
        self.extended(Interval::sin, |x, y| [x.sin() * y.cosh(), x.cos() * y.sinh()])
    }

    /// cos z.
    #[must_use]
    pub fn cos(self) -> Self {
        self.extended(Interval::cos, |x, y| [x.cos() * y.cosh(), -(x.sin() * y.sinh())])
    }

    /// tan z = −i tanh(iz).
    #[must_use]
    pub fn tan(self) -> Option<Self> {
        if self.is_real() {
            return Some(Self::real(self.re.sin() * self.re.cos().inverse()?));
        }
        Some(-self.times_i().tanh()?.times_i())
    }

    /// sinh z.
    #[must_use]
    pub fn sinh(self) -> Self {
        self.extended(Interval::sinh, |x, y| [x.sinh() * y.cos(), x.cosh() * y.sin()])
    }

    /// cosh z.
    #[must_use]
    pub fn cosh(self) -> Self {
        self.extended(Interval::cosh, |x, y| [x.cosh() * y.cos(), x.sinh() * y.sin()])
    }

    /// tanh z = ±(2/(1 + e^(∓2z)) − 1), with the sign that makes the exponential small.
    #[must_use]
    pub fn tanh(self) -> Option<Self> {
        if self.re.middle() < 0.0 {
            return Some(-(-self).tanh()?);
        }
        let decay = (-self.scaled(Interval::point(2.0))).exp();
        let value = (Self::ONE + decay).inverse()?.scaled(Interval::point(2.0)) - Self::ONE;
        let unit = Interval { low: -1.0, high: 1.0 };
        Some(if self.is_real() { Self::real(value.re.intersect(unit)) } else { value })
    }

    /// 1/(1 + e^(−z)).
    #[must_use]
    pub fn sigmoid(self) -> Option<Self> {
        if self.re.middle() < 0.0 {
            let growth = self.exp();
            return Some(growth * (Self::ONE + growth).inverse()?);
        }
        (Self::ONE + (-self).exp()).inverse()
    }

    /// log(1 + e^z), continued from the real line to the plane without the cuts Re z = 0, |Im z| ≥ π; none where the rectangle
    /// may meet one.
    #[must_use]
    pub fn softplus(self) -> Option<Self> {
        if self.re.low <= 0.0 && self.re.high >= 0.0 && self.im.magnitude() >= std::f64::consts::PI {
            return None;
        }
        if self.re.middle() < 0.0 {
            return (Self::ONE + self.exp()).ln();
        }
        Some(self + (Self::ONE + (-self).exp()).ln()?)
    }

    /// arctan z = (log(1 + iz) − log(1 − iz))/(2i); none where the rectangle meets a cut on the imaginary axis.
    #[must_use]
    pub fn atan(self) -> Option<Self> {
        if self.is_real() {
            return Some(Self::real(self.re.atan()));
        }
        let difference = (Self::ONE + self.times_i()).ln()? - (Self::ONE - self.times_i()).ln()?;
        Some(-difference.times_i().half())
    }

    /// arcsin z = −i log(iz + √(1 − z²)); none where the rectangle meets a cut on the real axis.
    #[must_use]
    pub fn asin(self) -> Option<Self> {
        if self.is_real() && self.re.magnitude() <= 1.0 {
            return Some(Self::real(self.re.asin()));
        }
        let root = (Self::ONE - self.square()).sqrt()?;
        Some(-(self.times_i() + root).ln()?.times_i())
    }

    /// arccos z = π/2 − arcsin z.
    #[must_use]
    pub fn acos(self) -> Option<Self> {
        Some(Self::real(Interval::PI.half()) - self.asin()?)
    }

    /// erf z = erf x + i (2/√π) ∫₀^y e^(−(x+it)²) dt.
    #[must_use]
    pub fn erf(self) -> Self {
        let start = Self::real(self.re.erf());
        if self.is_real() { start } else { start + self.rise() }
    }

    /// erfc z = 1 − erf z, at most e^(y²) erfc x in size.
    #[must_use]
    pub fn erfc(self) -> Self {
        if self.is_real() {
            return Self::real(self.re.erfc());
        }
        let size = (self.im.square().exp() * self.re.erfc()).high;
        (Self::real(self.re.erfc()) - self.rise()).intersect(Self::disc(size))
    }

    /// Φ(z) = erfc(−z/√2)/2.
    #[must_use]
    pub fn normal_cdf(self) -> Self {
        let half_root = Interval { low: std::f64::consts::FRAC_1_SQRT_2.next_down(), high: std::f64::consts::FRAC_1_SQRT_2 };
        (-self).scaled(half_root).erfc().half()
    }

    /// erf z − erf(Re z) = i (2/√π) e^(−x²) ∫₀^y e^(t²) e^(−2ixt) dt.
    fn rise(self) -> Self {
        if self.im.high <= 0.0 {
            return self.conj().rise_up().conj();
        }
        if self.im.low >= 0.0 {
            return self.rise_up();
        }
        let up = Self { im: Interval { low: 0.0, ..self.im }, ..self }.rise_up();
        let down = Self { im: Interval { low: 0.0, high: -self.im.low }, ..self }.rise_up().conj();
        Self { re: up.re.hull(down.re), im: up.im.hull(down.im) }
    }

    fn rise_up(self) -> Self {
        let two_over_root_pi =
            Interval { low: std::f64::consts::FRAC_2_SQRT_PI, high: std::f64::consts::FRAC_2_SQRT_PI.next_up() };
        let factor = (-self.re.square()).exp() * two_over_root_pi;
        let size = (crude_rise(self.re, self.im.high) * two_over_root_pi).high;
        if size < ERF_CRUDE || self.im.high > 6.0 {
            return Self::disc(size);
        }
        let panels = (self.im.low * ERF_PANELS).ceil().min(ERF_PANELS);
        let mut integral = Self::real(Interval::ZERO);
        let mut from = 0.0;
        for panel in 1..=panels as u32 {
            let to = self.im.low * (f64::from(panel) / panels);
            integral = integral + vertical_panel(self.re, from, to, 1.0);
            from = to;
        }
        integral = integral + vertical_panel(self.re, from, self.im.high, 0.0);
        integral.scaled(factor).intersect(Self::disc(size))
    }
}

/// i ∫ e^(t²) e^(−2ixt) dt from `from` to any point between from + least·(to − from) and `to`.
fn vertical_panel(x: Interval, from: f64, to: f64, least: f64) -> Rectangle {
    let width = Interval::point(to) - Interval::point(from);
    let width = Interval { low: width.low * least, high: width.high };
    let t = Interval::new(from, to);
    let angle = (x * t).double();
    let weight = t.square().exp() * width;
    Rectangle { re: angle.sin() * weight, im: angle.cos() * weight }
}

/// An upper bound of e^(−x²) ∫₀^y e^(t²) dt, from the integral being at most y e^(y²) and at most (e^(y²) − 1)/y.
fn crude_rise(x: Interval, y: f64) -> Interval {
    let size = (Interval::point(y).square() - x.square()).exp();
    size * Interval::point(y.min((1.0 / y).next_up()))
}

/// x/(x² + y²) over a rectangle without 0.
fn inverse_part(x: Interval, y: Interval) -> Interval {
    let (near, far) = (y.least_magnitude(), y.magnitude());
    let top = |x: Interval| if x.high > 0.0 { crest(x, near) } else { -trough(-x, far) };
    Interval::new(-widened(top(-x)), widened(top(x)))
}

/// The largest x/(x² + y²), reached at x = |y| or as near to it as the interval allows.
fn crest(x: Interval, near: f64) -> f64 {
    quotient(near.clamp(x.low.max(0.0), x.high), near)
}

/// The smallest x/(x² + y²) for x ≥ 0, reached at the largest |y| and an end.
fn trough(x: Interval, far: f64) -> f64 {
    quotient(x.low, far).min(quotient(x.high, far))
}

/// x/(x² + y²) for x, y ≥ 0 without overflow.
fn quotient(x: f64, y: f64) -> f64 {
    if x.is_infinite() || y.is_infinite() {
        return 0.0;
    }
    if x >= y {
        let ratio = if x == 0.0 { 0.0 } else { y / x };
        1.0 / (x * (1.0 + ratio * ratio))
    } else {
        let ratio = x / y;
        ratio / (y * (1.0 + ratio * ratio))
    }
}

/// An upper bound of a value of [`quotient`], which rounds a few times.
fn widened(value: f64) -> f64 {
    if value.is_finite() { (value + value.abs() * 2f64.powi(-49)).next_up() } else { value }
}

impl std::ops::Neg for Rectangle {
    type Output = Self;
    fn neg(self) -> Self {
        Self { re: -self.re, im: -self.im }
    }
}

/// A sum of imaginary parts, which stays 0 when both are.
fn sum(a: Interval, b: Interval) -> Interval {
    if a == Interval::ZERO {
        b
    } else if b == Interval::ZERO {
        a
    } else {
        a + b
    }
}

impl std::ops::Add for Rectangle {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: sum(self.im, other.im) }
    }
}

impl std::ops::Sub for Rectangle {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: sum(self.im, -other.im) }
    }
}

impl std::ops::Mul for Rectangle {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        if other.is_real() {
            return self.scaled(other.re);
        }
        if self.is_real() {
            return other.scaled(self.re);
        }
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
}
