//! The values of the law at a point: Stieltjes transform and density.
//!
//! m(z) = E 1/(λ − z), so that Im m > 0 for Im z > 0 and m ~ −1/z; density = Im m(x + i0)/π, per eigenvalue of M (n₁ × n₁).

use std::cmp::Ordering;

use rug::Rational;

use super::exact::{atom, hard_edge, zero_of_u};
use super::parameters::{Normal, Parameters};
use super::shape::Shape;
use super::sheet::{Place, transform};
use crate::number::{Ball, ComplexBall};
use crate::spectrum::{Argument, LawError};

/// m(z) = E 1/(λ − z): real (imaginary part exactly zero) for real z outside the support, m(z̄)‾ below the real axis.
///
/// # Errors
/// [`LawError::OnTheCut`] for real z in the support, [`LawError::AtAtom`] and [`LawError::AtZero`] for z = 0 when it carries
/// mass or is a hard edge, [`LawError::MoreBits`].
pub fn stieltjes(parameters: &Parameters, z: &Argument, bits: u32) -> Result<ComplexBall, LawError> {
    let orders = z.orders(&parameters.theta1);
    if parameters.shape == Shape::Null {
        let z = z.ball(bits);
        let m = -&z.inverse();
        return if m.is_finite() { Ok(m) } else { Err(LawError::AtAtom { mass: Rational::from(1) }) };
    }
    let normal = parameters.normal(bits, orders)?;
    let value = z.ball(normal.bits);
    if value.re.is_exact_zero() && value.im.is_exact_zero() {
        return Ok(rescaled(&at_zero(parameters, &normal)?, &normal));
    }
    let scaled = normal.scaled_down(&value);
    let curve = normal.complex_curve();
    match value.im_sign() {
        None => Err(LawError::MoreBits),
        Some(Ordering::Equal) => match normal.place(&scaled.re, normal.exact_scaled(z.rational()).as_ref())? {
            Place::Outside(q) => Ok(rescaled(&transform(&curve, &q, &scaled), &normal)),
            Place::Inside(_) | Place::Edge(_) => Err(LawError::OnTheCut),
        },
        Some(Ordering::Greater) => Ok(rescaled(&transform(&curve, &normal.physical(&scaled)?, &scaled), &normal)),
        Some(Ordering::Less) => {
            let upper = scaled.conj();
            Ok(rescaled(&transform(&curve, &normal.physical(&upper)?, &upper), &normal).conj())
        }
    }
}

fn rescaled(m: &ComplexBall, normal: &Normal) -> ComplexBall {
    ComplexBall { re: &m.re / &normal.theta1, im: &m.im / &normal.theta1 }
}

impl Normal {
    /// z/θ₁.
    pub(crate) fn scaled_down(&self, z: &ComplexBall) -> ComplexBall {
        ComplexBall { re: &z.re / &self.theta1, im: &z.im / &self.theta1 }
    }

    /// x/θ₁ when both are rational.
    pub(crate) fn exact_scaled(&self, x: Option<&Rational>) -> Option<Rational> {
        Some(Rational::from(x? / self.scale.as_ref()?))
    }
}

/// m(0) with θ₁ = 1, where 0 is outside the support: q solves u(q) = 0, and then U = 1 − γ.
fn at_zero(parameters: &Parameters, normal: &Normal) -> Result<ComplexBall, LawError> {
    let mass = atom(parameters);
    if !mass.is_zero() {
        return Err(LawError::AtAtom { mass });
    }
    if hard_edge(parameters).is_some() {
        return Err(LawError::AtZero);
    }
    let companion = Ball::rational(&Rational::from(1 - &normal.gamma), normal.bits);
    Ok(ComplexBall::real(-&(&zero_of_u(normal) / &companion)))
}

/// The density at x of the continuous part of the law: exactly zero outside the open support and at soft edges.
///
/// # Errors
/// [`LawError::HardEdge`] at x = 0 when the density is infinite there, [`LawError::MoreBits`].
pub fn density(parameters: &Parameters, x: impl Into<Argument>, bits: u32) -> Result<Ball, LawError> {
    let x = x.into();
    let sign = x.real_sign(bits).ok_or(LawError::MoreBits)?;
    if parameters.shape == Shape::Null || sign.is_lt() {
        return Ok(Ball::zero(bits));
    }
    if sign.is_eq() {
        return hard_edge(parameters).map_or_else(|| Ok(Ball::zero(bits)), |exponent| Err(LawError::HardEdge { exponent }));
    }
    let normal = parameters.normal(bits, x.orders(&parameters.theta1))?;
    let scaled = normal.scaled_down(&x.ball(normal.bits));
    match normal.place(&scaled.re, normal.exact_scaled(x.rational()).as_ref())? {
        Place::Outside(_) | Place::Edge(_) => Ok(Ball::zero(bits)),
        Place::Inside(q) => {
            let m = transform(&normal.complex_curve(), &q, &scaled);
            Ok(&m.im / &(&Ball::pi(normal.bits) * &normal.theta1))
        }
    }
}
