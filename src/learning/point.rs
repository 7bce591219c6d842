//! A point of the curve of features in doubles: κ, m₁ and m₂ there, and their derivatives in the ridge.
//!
//! As [`Baseline`](super::Baseline), for curves on a screen and for the many points that outliers at finite size are sought at. For a
//! ridge, the smaller of u and U is not 1 − x R, which cancels, but the root of U u = ridge x with U = 1 − γ + γ u:
//!
//! u = 2 ridge x/(1 − γ + √((1 − γ)² + 4 γ ridge x)), or its form without cancellation for γ > 1,
//!
//! and x = −q is where x R + u = 1, both of which rise with x.

use crate::spectrum::Curve;

/// Bisections of x, more than doubles have exponents and digits.
const BISECTIONS: usize = 2200;

/// κ, m₁ and m₂, or their derivatives with 0 in place of 1.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// 1, or its derivative.
    pub one: f64,
    /// κ.
    pub kappa: f64,
    /// m₁.
    pub m1: f64,
    /// m₂.
    pub m2: f64,
}

impl Point {
    /// At q with −z(q) = ridge, or above the support with z(q) = s²/n, and the derivatives in the ridge.
    #[must_use]
    pub fn at(curve: &Curve<f64>, q: f64) -> [Self; 2] {
        Self::with(curve, q, curve.u(&q), curve.companion_u(&q))
    }

    /// For a positive ridge.
    #[must_use]
    pub fn of_ridge(curve: &Curve<f64>, ridge: f64) -> [Self; 2] {
        let gamma = curve.gamma;
        let small = |x: f64| {
            let root = ((1.0 - gamma).powi(2) + 4.0 * gamma * ridge * x).sqrt();
            if gamma < 1.0 { 2.0 * ridge * x / (1.0 - gamma + root) } else { (gamma - 1.0 + root) / (2.0 * gamma) }
        };
        let beyond = |x: f64| x * curve.r(&-x) + small(x) > 1.0;
        let (mut low, mut high) = (0.0, 1.0 / ridge);
        for _ in 0..BISECTIONS {
            let middle = if low < high / 4.0 { (low * high).sqrt().max(high / 1024.0) } else { f64::midpoint(low, high) };
            if middle <= low || middle >= high {
                break;
            }
            if beyond(middle) { high = middle } else { low = middle }
        }
        let u = small(high);
        let companion = if gamma < 1.0 { 1.0 - gamma + gamma * u } else { ridge * high / u };
        Self::with(curve, -high, u, companion)
    }

    fn with(curve: &Curve<f64>, q: f64, u: f64, companion: f64) -> [Self; 2] {
        let s = curve.s(&q);
        // u′ = (q R)′, U′ = γ u′, and z = u U/q
        let growth = curve.delta + curve.theta2 / (s * s);
        let slope = growth * (companion + curve.gamma * u) / q - u * companion / (q * q);
        let m1 = -q / u;
        let m1_slope = (q * growth / u - 1.0) / u;
        let (m2, m2_slope) = (m1 / s, m1_slope / s + m1 * curve.c / (s * s));
        let value = Self { one: 1.0, kappa: 1.0 / u - 1.0, m1, m2 };
        let slopes = Self { one: 0.0, kappa: growth / (u * u * slope), m1: -m1_slope / slope, m2: -m2_slope / slope };
        [value, slopes]
    }
}
