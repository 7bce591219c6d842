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
/// Bisections for an edge, to the last digit of a double.
const EDGE: usize = 64;

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

    /// q of the upper edge. z = (1 + q R)(1 + γ q R)/q is convex up to the pole of R, so that its minimum is the only one.
    #[must_use]
    pub fn edge(curve: &Curve<f64>) -> f64 {
        if curve.c == 0.0 {
            return (curve.delta * curve.gamma.sqrt()).recip();
        }
        let (mut low, mut high) = (0.0, curve.c.recip());
        for _ in 0..EDGE {
            let middle = f64::midpoint(low, high);
            if slope(curve, middle, [curve.u(&middle), curve.companion_u(&middle)]) < 0.0 { low = middle } else { high = middle }
        }
        low
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
        let growth = curve.delta + curve.theta2 / (s * s);
        let slope = slope(curve, q, [u, companion]);
        let m1 = -q / u;
        let m1_slope = (q * growth / u - 1.0) / u;
        let (m2, m2_slope) = (m1 / s, m1_slope / s + m1 * curve.c / (s * s));
        let value = Self { one: 1.0, kappa: 1.0 / u - 1.0, m1, m2 };
        let slopes = Self { one: 0.0, kappa: growth / (u * u * slope), m1: -m1_slope / slope, m2: -m2_slope / slope };
        [value, slopes]
    }
}

/// z′ with u′ = (q R)′, U′ = γ u′, and z = u U/q.
fn slope(curve: &Curve<f64>, q: f64, [u, companion]: [f64; 2]) -> f64 {
    let s = curve.s(&q);
    let growth = curve.delta + curve.theta2 / (s * s);
    growth * (companion + curve.gamma * u) / q - u * companion / (q * q)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marchenko–Pastur edges (1 + √γ)² δ and, for a linear f, those of a product where z′ = 0: one of its sides falls, the other rises.
    #[test]
    fn edges_are_minima() {
        let noise = Curve { delta: 0.7, theta2: 0.0, c: 0.0, gamma: 2.5 };
        let edge = noise.z(&Point::edge(&noise));
        assert!((edge - 0.7 * (1.0 + 2.5f64.sqrt()).powi(2)).abs() < 1e-13, "{edge}");
        for curve in
            [Curve { delta: 0.1, theta2: 0.4, c: 1.6, gamma: 1.0 }, Curve { delta: 0.0, theta2: 2.0, c: 0.3, gamma: 0.2 }]
        {
            let q = Point::edge(&curve);
            let [below, at, above] = [0.999, 1.0, 1.001].map(|factor| curve.z(&(factor * q)));
            assert!(below > at && above > at, "{curve:?}: {below} {at} {above}");
        }
    }
}
