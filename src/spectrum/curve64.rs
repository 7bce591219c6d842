//! The curve of the law in double precision, θ₁ = 1.
//!
//! With s = 1 − c q the numerators v = s u and V = s U are polynomials whose coefficients are rounded once,
//!
//! v = 1 + (1 − c) q − δ c q²,   V = 1 + (γ − c) q − γ δ c q²,   z = v V/(q s²),
//!
//! so that nothing cancels where n₁ is nearly m or n₀, and each is known to ε times the sum of the moduli of its terms.

use num_complex::Complex64;
use rug::Rational;

use super::parameters::Normal;
use crate::number::{Ball, Polynomial};

/// The sign test must hold by this multiple of its rounding error.
const MARGIN: f64 = 16.0 * f64::EPSILON;

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

/// 1 + a q + b q², and the sum of the moduli of its terms.
fn quadratic([a, b]: [f64; 2], q: Complex64) -> (Complex64, f64) {
    let (first, second) = (q * a, q * q * b);
    (first + second + 1.0, 1.0 + first.l1_norm() + second.l1_norm())
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
        let over_s = q * inverse;
        let v = q * (q * self.v[1] + self.v[0]) + 1.0;
        let companion = q * (q * self.companion[1] + self.companion[0]) + 1.0;
        let dv = q * (2.0 * self.v[1]) + self.v[0];
        let d_companion = q * (2.0 * self.companion[1]) + self.companion[0];
        let (product, factor) = (v * companion, inverse * over_s);
        let logarithmic = s * inverse - over_s * (2.0 * self.c);
        (product * factor, (dv * companion + v * d_companion - product * logarithmic) * factor)
    }

    /// Whether Im q < 0 and Im w > 0, w = v/(q s), beyond the rounding errors.
    pub fn is_physical(&self, q: Complex64) -> bool {
        let inverse = (q * self.s(q)).inv();
        let (v, terms) = quadratic(self.v, q);
        q.im < 0.0 && (v * inverse).im > MARGIN * terms * inverse.l1_norm()
    }

    /// m = −u/z or −q/U, whichever of u and U is known better.
    pub fn transform(&self, q: Complex64, z: Complex64) -> Complex64 {
        let ((v, terms), (companion, companion_terms)) = (quadratic(self.v, q), quadratic(self.companion, q));
        let s = self.s(q);
        if companion.l1_norm() * terms < v.l1_norm() * companion_terms { -v / (s * z) } else { -(q * s) / companion }
    }

    /// 1 + Im S(q)/π, S the primitive of m dz (see the distribution function over balls).
    pub fn distribution(&self, q: Complex64) -> f64 {
        let s = self.s(q);
        let inverse = s.inv();
        let (u, companion) = (quadratic(self.v, q).0 * inverse, quadratic(self.companion, q).0 * inverse);
        let logarithms = self.excess * companion.arg() + q.arg() - self.psi * s.arg();
        1.0 + (self.delta * q.im - 2.0 * u.im + logarithms) / std::f64::consts::PI
    }
}
