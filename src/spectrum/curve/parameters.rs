//! What the law of `features` depends on: φ = n₀/m, ψ = n₀/n₁, θ₁ = E f(τZ)² (f centred), θ₂ = (E Z f(τZ))².
//!
//! Everything is computed with θ₁ = 1 and t = θ₂/θ₁ and scaled back at the end; conditioning then does not depend on units.

use rug::Rational;

use super::rational::Curve;
use super::shape::Shape;
use crate::number::{Ball, Ring};
use crate::spectrum::LawError;

/// The parameters of the law.
#[derive(Clone, Debug)]
pub struct Parameters {
    /// n₀/m, positive.
    pub phi: Rational,
    /// n₀/n₁, positive.
    pub psi: Rational,
    /// E f(τZ)² of the centred f.
    pub theta1: Ball,
    /// (E Z f(τZ))².
    pub theta2: Ball,
    /// Which of the four cases, known exactly.
    pub shape: Shape,
    /// θ₁ and θ₂ when both are rational.
    pub exact: Option<(Rational, Rational)>,
}

/// The curve with θ₁ = 1 at a working precision, and the way back.
#[derive(Clone, Debug)]
pub(crate) struct Normal {
    pub shape: Shape,
    pub gamma: Rational,
    pub psi: Rational,
    pub theta1: Ball,
    /// θ₁ where it is rational.
    pub scale: Option<Rational>,
    pub curve: Curve<Ball>,
    /// The curve where all of its constants are rational.
    pub exact: Option<Curve<Rational>>,
    /// The working precision, and the part of it that was asked for.
    pub bits: u32,
    pub asked: u32,
}

/// Bits beyond those asked for, whatever the parameters (tuned).
const GUARD: f64 = 64.0;
/// Guard bits for each binary order of magnitude in the parameters (tuned; the curve has terms up to third order).
const GUARD_PER_ORDER: f64 = 2.0;
/// No more guard bits than this, whatever the parameters; beyond it the caller's precision loop takes over.
const LARGEST_GUARD: f64 = 200_000.0;

impl Parameters {
    /// γ = φ/ψ = n₁/m.
    #[must_use]
    pub fn gamma(&self) -> Rational {
        Rational::from(&self.phi / &self.psi)
    }

    /// The normalised curve with `bits` bits, guard bits for the size of the parameters and for `orders` further orders of magnitude.
    pub(crate) fn normal(&self, bits: u32, orders: f64) -> Result<Normal, LawError> {
        let gamma = self.gamma();
        let scale = self.exact.as_ref().map(|(theta1, _)| theta1.clone());
        let t = match (self.shape, &self.exact) {
            (Shape::Isotropic | Shape::Null, _) => Some(Rational::new()),
            (Shape::Linear, _) => Some(Rational::from(1)),
            (Shape::General, Some((theta1, theta2))) => Some(Rational::from(theta2 / theta1)),
            (Shape::General, None) => None,
        };
        let near_square = binary_orders(&Rational::from(1 - &gamma)).max(0.0) * f64::from(u8::from(gamma != 1));
        let near_wide = binary_orders(&Rational::from(1 - &self.psi)).max(0.0) * f64::from(u8::from(self.psi != 1));
        let ratios = orders + near_square + near_wide + binary_orders(&gamma) + binary_orders(&self.psi);
        let between = match &t {
            Some(t) if self.shape == Shape::General => binary_orders(t) + binary_orders(&Rational::from(1 - t)),
            Some(_) => 0.0,
            None => ball_orders(&self.theta2, &self.theta1) + ball_orders(&(&self.theta1 - &self.theta2), &self.theta1),
        };
        let guard = (GUARD + GUARD_PER_ORDER * (ratios + between)).min(LARGEST_GUARD);
        let work = bits + guard as u32;
        let exact = t.map(|t| Curve {
            delta: Rational::from(1 - &t),
            c: Rational::from(&t / &self.psi),
            theta2: t,
            gamma: gamma.clone(),
        });
        let theta1 = scale.as_ref().map_or_else(|| self.theta1.with_bits(work), |scale| Ball::rational(scale, work));
        let curve = match &exact {
            Some(exact) => exact.map(|value| Ball::rational(value, work)),
            None => {
                let theta2 = self.theta2.with_bits(work);
                let t = &theta2 / &theta1;
                let delta = &(&theta1 - &theta2) / &theta1;
                let c = t.over(&Ball::rational(&self.psi, work));
                Curve { delta, c, theta2: t, gamma: Ball::rational(&gamma, work) }
            }
        };
        let positive = self.shape == Shape::Null || theta1.is_positive();
        let inside = self.shape != Shape::General || (curve.delta.is_positive() && curve.theta2.is_positive());
        if !positive || !inside {
            return Err(LawError::MoreBits);
        }
        Ok(Normal { shape: self.shape, gamma, psi: self.psi.clone(), theta1, scale, curve, exact, bits: work, asked: bits })
    }
}

/// |log₂|value||, 0 for zero.
pub(crate) fn binary_orders(value: &Rational) -> f64 {
    if value.is_zero() {
        return 0.0;
    }
    let bits = |n: &rug::Integer| f64::from(n.significant_bits());
    (bits(value.numer()) - bits(value.denom())).abs() + 1.0
}

/// |log₂(a/b)| of the midpoints, 0 when that says nothing.
fn ball_orders(a: &Ball, b: &Ball) -> f64 {
    let orders = (a.magnitude().log2() - b.magnitude().log2()).abs();
    if orders.is_finite() { orders } else { 0.0 }
}
