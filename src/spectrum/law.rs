//! The values of the law at a point: Stieltjes transform, density, and what is exact, the atom and the masses of the bulks.
//!
//! m(z) = E 1/(λ − z), so that Im m > 0 for Im z > 0 and m ~ −1/z; density = Im m(x + i0)/π, per eigenvalue of M (n₁ × n₁).

use std::cmp::Ordering;

use rug::Rational;

use super::parameters::Normal;
use super::sheet::{Place, transform};
use super::{LawError, Parameters, Shape, edges};
use crate::number::{Ball, ComplexBall};

/// A complex argument: exactly known, or enclosed.
#[derive(Clone, Debug)]
pub enum Argument {
    /// Rational real and imaginary part.
    Exact(Rational, Rational),
    /// A rectangle that holds it.
    Enclosed(ComplexBall),
}

impl From<&Rational> for Argument {
    fn from(x: &Rational) -> Self {
        Self::Exact(x.clone(), Rational::new())
    }
}

impl From<Ball> for Argument {
    fn from(x: Ball) -> Self {
        Self::Enclosed(ComplexBall::real(x))
    }
}

impl Argument {
    /// The argument as a rectangle of `bits` bits.
    #[must_use]
    pub fn ball(&self, bits: u32) -> ComplexBall {
        match self {
            Self::Exact(re, im) => ComplexBall::new(Ball::rational(re, bits), Ball::rational(im, bits)),
            Self::Enclosed(z) => ComplexBall::new(z.re.with_bits(bits), z.im.with_bits(bits)),
        }
    }

    /// The sign of the real part, when it is decided.
    pub(crate) fn real_sign(&self, bits: u32) -> Option<Ordering> {
        self.ball(bits).re.sign()
    }

    /// The real part when it is rational.
    pub(crate) fn rational(&self) -> Option<&Rational> {
        match self {
            Self::Exact(re, _) => Some(re),
            Self::Enclosed(_) => None,
        }
    }

    /// Orders of magnitude of |z| in units of `scale` and of |z|/|Im z|, for the guard bits.
    pub(crate) fn orders(&self, scale: &Ball) -> f64 {
        let z = self.ball(64);
        let size = z.magnitude().log2();
        let apart = |a: f64, b: f64| if a.is_finite() && b.is_finite() { (a - b).abs() } else { 0.0 };
        apart(size, scale.magnitude().log2()) + apart(size, z.im.magnitude().log2())
    }
}

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

/// The negative root of u(q) = 0, θ₁ = 1.
pub(crate) fn zero_of_u(normal: &Normal) -> Ball {
    let one = Ball::integer(1, normal.bits);
    let curve = &normal.curve;
    let b = &one - &curve.c;
    match normal.shape {
        Shape::Null | Shape::Isotropic => -&one,
        Shape::Linear => -&b.inverse(),
        Shape::General => {
            let product = &curve.delta * &curve.c;
            let root = (b.square() + product.shifted(2)).sqrt();
            if b.mid().is_sign_negative() {
                &(&b - &root) / &product.shifted(1)
            } else {
                -&(Ball::integer(2, normal.bits) / (&b + &root))
            }
        }
    }
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

/// The mass at 0: the share of the eigenvalues of M that vanish by rank.
///
/// max(0, 1 − m/n₁), for linear f also 1 − n₀/n₁, and 1 for f = 0. It jumps at θ₂ = θ₁, which is why the shape must be known.
#[must_use]
pub fn atom(parameters: &Parameters) -> Rational {
    let missing: Rational = 1 - parameters.gamma().recip();
    let missing = missing.max(Rational::new());
    match parameters.shape {
        Shape::Null => Rational::from(1),
        Shape::Linear => missing.max(Rational::from(1 - &parameters.psi)),
        Shape::Isotropic | Shape::General => missing,
    }
}

/// The exponent of the density at a hard edge at 0, when there is one, decided on exact ratios.
///
/// −1/2 for n₁ = m (for linear f: when exactly two of n₁, n₀, m share the minimum), −2/3 for linear f and n₁ = n₀ = m.
#[must_use]
pub fn hard_edge(parameters: &Parameters) -> Option<Rational> {
    let gamma = parameters.gamma();
    match parameters.shape {
        Shape::Null => None,
        Shape::Isotropic | Shape::General => (gamma == 1).then(|| Rational::from((-1, 2))),
        Shape::Linear => {
            let sizes = [Rational::from(1), parameters.psi.clone(), gamma.recip()];
            let least = sizes.iter().min().cloned().unwrap_or_default();
            match sizes.iter().filter(|&size| *size == least).count() {
                3 => Some(Rational::from((-2, 3))),
                2 => Some(Rational::from((-1, 2))),
                _ => None,
            }
        }
    }
}

/// The masses of the bulks, from the lowest to the highest; with two bulks the upper one holds n₀ of the n₁ eigenvalues.
///
/// # Errors
/// [`LawError::MoreBits`] when the number of bulks is not decided.
pub fn masses(parameters: &Parameters, bits: u32) -> Result<Vec<Rational>, LawError> {
    Ok(shares(parameters, edges(parameters, bits)?.len()))
}

/// The masses of that many bulks.
pub(crate) fn shares(parameters: &Parameters, bulks: usize) -> Vec<Rational> {
    let rest: Rational = 1 - atom(parameters);
    match bulks {
        0 => Vec::new(),
        1 => vec![rest],
        _ => vec![rest - &parameters.psi, parameters.psi.clone()],
    }
}
