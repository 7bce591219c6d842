//! Growth of polynomials with rational coefficients, and of their exponentials.

use rug::Rational;

use super::bounds::{Growth, Side, bounded};
use super::rates::{Quadratic, Rate, Real, within};

/// |P(z)| between half and twice the leading term; Re P by its coefficients up to degree two.
pub(super) fn polynomial(coefficients: &[Rational], side: Side, height: f64) -> Growth {
    let degree = coefficients.len() - 1;
    let lead = coefficients[degree].to_f64().abs();
    if lead == 0.0 {
        return bounded(0.0);
    }
    let rest: f64 = coefficients[..degree].iter().map(|c| c.to_f64().abs()).sum();
    // |z| ≤ x (1 + height) for x ≥ 1
    let stretch = (1.0 + height).ln() * degree as f64;
    let upper = Rate { a: (lead + rest).max(1e-300).ln() + stretch, p: degree as f64, ..Rate::constant(0.0) };
    let Some(from) = leading(coefficients, 0.0) else {
        return Growth { upper, lower: None, real: real(coefficients, side, height) };
    };
    let lower = Rate { a: (0.5 * lead).ln(), p: degree as f64, from, ..Rate::constant(0.0) };
    Growth { upper, lower: Some(lower), real: real(coefficients, side, height) }
}

/// exp of a polynomial of degree above two that tends to −∞: at most e^{−|c| x²/2} once the leading term c xⁿ leads.
pub(super) fn vanishing_exponential(coefficients: &[Rational], side: Side, height: f64) -> Option<Growth> {
    let degree = coefficients.len() - 1;
    let lead = coefficients[degree].to_f64();
    let falls = lead < 0.0 && degree > 2 && (degree.is_multiple_of(2) || side == Side::Right)
        || lead > 0.0 && degree > 2 && !degree.is_multiple_of(2) && side == Side::Left;
    let from = leading(coefficients, height)?;
    let half = Rational::from(coefficients[degree].abs_ref()) / 2u32;
    let upper = Rate { beta: -half, from, ..Rate::constant(1e-9) };
    falls.then(|| Growth { real: within(&upper), upper, lower: None })
}

/// Bounds of Re P up to degree two.
fn real(coefficients: &[Rational], side: Side, height: f64) -> Option<Real> {
    if coefficients.len() > 3 {
        return None;
    }
    let at = |k: usize| coefficients.get(k).cloned().unwrap_or_default();
    let flip = if side == Side::Left { -1.0 } else { 1.0 };
    let (c0, c1, c2) = (at(0).to_f64(), flip * at(1).to_f64(), at(2));
    // Re z² = x² − y², 0 ≤ y² ≤ height²
    let shift = c2.to_f64() * height * height;
    let slack = 1e-12 * (1.0 + c0.abs() + shift.abs());
    let bound = |c0: f64| Quadratic { c0, c1, c2: c2.clone() };
    Some(Real { low: bound(c0 - shift.max(0.0) - slack), high: bound(c0 - shift.min(0.0) + slack), from: 1.0 })
}

/// The least start (doubling from 1) from which on Σ_{i<n} |c_i| |z|^i stretched by the height is at most half of |c_n| x^n.
///
/// With |z| ≥ x both sides divided by |z|^n, the left one falls as x grows; (1 + height/x)^n − 1 covers Re zⁿ ≥ xⁿ(2 − (1 + height/x)ⁿ).
fn leading(coefficients: &[Rational], height: f64) -> Option<f64> {
    let degree = coefficients.len() - 1;
    let sizes: Vec<f64> = coefficients.iter().map(|c| c.to_f64().abs()).collect();
    let lead = sizes[degree];
    let leads = |x: f64| {
        let stretch = (1.0 + height / x).powi(degree as i32);
        let rest: f64 = sizes[..degree].iter().enumerate().map(|(i, c)| c * x.powi(i as i32 - degree as i32)).sum();
        rest * stretch + lead * (stretch - 1.0) <= 0.499_999 * lead
    };
    (0..200).map(|k| 1.25f64.powi(k)).find(|x| leads(*x))
}
