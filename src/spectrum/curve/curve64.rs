//! The curve of the law in double precision, θ₁ = 1.
//!
//! With s = 1 − c q the numerators v = s u and V = s U are polynomials whose coefficients are rounded once,
//!
//! v = 1 + (1 − c) q − δ c q²,   V = 1 + (γ − c) q − γ δ c q²,   z = v V/(q s²),
//!
//! which serve where the sums u = 1 + g and U = 1 + γ g, g = q R, cancel: when n₁ is nearly m or n₀, at small x. Elsewhere the
//! sums are better, because they keep imaginary parts that are small beside 1.

use num_complex::Complex64;
use rug::Rational;

use super::parameters::Normal;
use crate::number::{Ball, Polynomial};

/// The sign test must hold by this multiple of its rounding error.
const MARGIN: f64 = 16.0 * f64::EPSILON;

/// A sum this many times smaller than its terms is taken from its numerator (tuned).
const CANCELLED: f64 = 4.0;

/// The constants, and the linear and quadratic coefficient of v and V.
#[derive(Clone, Debug)]
pub(crate) struct Curve64 {
    pub delta: f64,
    pub theta2: f64,
    pub c: f64,
    pub gamma: f64,
    /// 1/γ − 1.
    pub excess: f64,
    pub psi: f64,
    v: [f64; 2],
    companion: [f64; 2],
}

/// 1 + g with a bound of its error in units of ε: that of g, or where the sum cancels that of its numerator (1 + a q + b q²)/s.
fn one_plus(g: Complex64, [a, b]: [f64; 2], q: Complex64, inverse_s: Complex64) -> (Complex64, f64) {
    let (sum, size) = (g + 1.0, g.l1_norm());
    if CANCELLED * sum.l1_norm() > size {
        return (sum, size);
    }
    let (first, second) = (q * a, q * q * b);
    ((first + second + 1.0) * inverse_s, (1.0 + first.l1_norm() + second.l1_norm()) * inverse_s.l1_norm())
}

impl Curve64 {
    pub fn new(normal: &Normal) -> Self {
        let (v, companion) = normal.curve.numerators(normal.shape);
        let tail = |p: &Polynomial<Ball>| [1, 2].map(|k| p.coefficients.get(k).map_or(0.0, Ball::to_f64));
        Self {
            delta: normal.curve.delta.to_f64(),
            theta2: normal.curve.theta2.to_f64(),
            c: normal.curve.c.to_f64(),
            gamma: normal.gamma.to_f64(),
            excess: (Rational::from(normal.gamma.recip_ref()) - 1u32).to_f64(),
            psi: normal.psi.to_f64(),
            v: tail(&v),
            companion: tail(&companion),
        }
    }

    fn s(&self, q: Complex64) -> Complex64 {
        1.0 - q * self.c
    }

    /// z(q) and z′(q).
    pub fn z_and_slope(&self, q: Complex64) -> (Complex64, Complex64) {
        let s = self.s(q);
        let inverse = (q * s).inv();
        let (over_s, over_q) = (q * inverse, s * inverse);
        let pole = over_s * self.theta2;
        let g = q * (pole + self.delta);
        let u = one_plus(g, self.v, q, over_s).0;
        let companion = one_plus(g * self.gamma, self.companion, q, over_s).0;
        let z = u * companion * over_q;
        let slope = (pole * over_s + self.delta) * (companion + u * self.gamma);
        (z, (slope - z) * over_q)
    }

    /// u and U, each with a bound of its error in units of ε.
    fn factors(&self, q: Complex64) -> [(Complex64, f64); 2] {
        let inverse = self.s(q).inv();
        let g = q * (inverse * self.theta2 + self.delta);
        [one_plus(g, self.v, q, inverse), one_plus(g * self.gamma, self.companion, q, inverse)]
    }

    /// Whether Im q < 0 and Im w > 0, w = 1/q + R = u/q, beyond the rounding errors.
    pub fn is_physical(&self, q: Complex64) -> bool {
        let (inverse, r) = (q.inv(), self.s(q).inv() * self.theta2 + self.delta);
        let by_factor = || {
            let (u, error) = self.factors(q)[0];
            (u * inverse).im > MARGIN * (u.l1_norm() + error) * inverse.l1_norm()
        };
        q.im < 0.0 && ((inverse + r).im > MARGIN * (inverse.l1_norm() + r.l1_norm()) || by_factor())
    }

    /// m = −u/z or −q/U, whichever is known better.
    pub fn transform(&self, q: Complex64, z: Complex64) -> Complex64 {
        let [(u, error), (companion, companion_error)] = self.factors(q);
        let size = companion.l1_norm();
        if error * size < u.l1_norm() * (companion_error + size) { -u / z } else { -q / companion }
    }

    /// 1 + Im S(q)/π, S the primitive of m dz (see the distribution function over balls).
    pub fn distribution(&self, q: Complex64) -> f64 {
        let [(u, _), (companion, _)] = self.factors(q);
        let logarithms = self.excess * companion.arg() + q.arg() - self.psi * self.s(q).arg();
        1.0 + (self.delta * q.im - 2.0 * u.im + logarithms) / std::f64::consts::PI
    }
}
