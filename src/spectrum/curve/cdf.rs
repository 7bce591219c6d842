//! Distribution function and quantiles of the law, to any number of digits without integrating.
//!
//! m dz is a rational differential on the curve, so it has an elementary primitive: from m = −u/z and z = u U/q,
//!
//! ∫ m dz = S(q) = −2 u + (1/γ − 1) ln U + ln q + δ q − ψ ln(1 − c q)    (θ₁ = 1),
//!
//! and F(x) = 1 + Im S(q(x))/π, because S is real at the upper edge. On the physical sheet Im q ≤ 0, Im U ≤ 0 and
//! Im(1 − c q) ≥ 0, so each logarithm is the principal one, with argument −π, −π and +π on the negative axis. In a gap only these
//! arguments are left and F is rational: the masses of the bulks are exact.

use std::cmp::Ordering;

use rug::{Float, Rational};

use super::edges::{Edge, touching_point};
use super::exact::{atom, shares};
use super::parameters::{Normal, Parameters, binary_orders};
use super::shape::Shape;
use super::sheet::Place;
use crate::number::{Ball, ComplexBall, Magnitude};
use crate::spectrum::{Argument, LawError};

/// F(x) = P(λ ≤ x), the atom at 0 included; exact rationals (radius zero where they fit) in gaps.
///
/// # Errors
/// [`LawError::MoreBits`] when x is too near an edge for the precision.
pub fn cdf(parameters: &Parameters, x: impl Into<Argument>, bits: u32) -> Result<Ball, LawError> {
    let x = x.into();
    let sign = x.real_sign(bits).ok_or(LawError::MoreBits)?;
    if sign.is_lt() {
        return Ok(Ball::zero(bits));
    }
    if sign.is_eq() || parameters.shape == Shape::Null {
        return Ok(Ball::rational(&atom(parameters), bits));
    }
    let normal = parameters.normal(bits, x.orders(&parameters.theta1))?;
    let scaled = normal.scaled_down(&x.ball(normal.bits));
    let exact = normal.exact_scaled(x.rational());
    normal.distribution(&normal.place(&scaled.re, exact.as_ref())?).ok_or(LawError::MoreBits)
}

impl Normal {
    /// F at a point of the curve over the real axis.
    fn distribution(&self, place: &Place) -> Option<Ball> {
        match place {
            Place::Outside(q) | Place::Edge(q) => {
                let curve = self.complex_curve();
                let excess = Rational::from(self.gamma.recip_ref()) - 1u32;
                let below = |value: &Ball| value.sign().map(|sign| u32::from(sign == Ordering::Less));
                let above = excess * below(&curve.companion_u(q).re)?
                    + below(&q.re)?
                    + Rational::from(&self.psi * below(&curve.s(q).re)?);
                Some(Ball::rational(&(1 - above), self.bits))
            }
            Place::Inside(q) => Some(self.primitive(q)),
        }
    }

    /// 1 + Im S(q)/π for Im q < 0.
    fn primitive(&self, q: &ComplexBall) -> Ball {
        let curve = self.complex_curve();
        let excess = Ball::rational(&(Rational::from(self.gamma.recip_ref()) - 1u32), self.bits);
        let psi = Ball::rational(&self.psi, self.bits);
        let companion = &excess * &curve.companion_u(q).argument();
        let inner = &psi * &curve.s(q).argument();
        let polynomial = &(&self.curve.delta * &q.im) - &curve.u(q).im.shifted(1);
        let total = &(&polynomial + &companion) + &(&q.argument() - &inner);
        &Ball::integer(1, self.bits) + &(&total / &Ball::pi(self.bits))
    }

    /// F and the density at x, both with θ₁ = 1.
    fn distribution_and_density(&self, x: &Float) -> Result<(Ball, Ball), LawError> {
        let x = Ball::new(x.clone(), Magnitude::ZERO).with_bits(self.bits);
        let place = self.place(&x, None)?;
        let density = match &place {
            Place::Inside(q) => &self.complex_curve().m(q).im / &Ball::pi(self.bits),
            Place::Outside(_) | Place::Edge(_) => Ball::zero(self.bits),
        };
        Ok((self.distribution(&place).ok_or(LawError::MoreBits)?, density))
    }
}

/// The least x with F(x) ≥ p; the lowest point of the law for p = 0. `bulks` are its edges at as many bits.
///
/// # Errors
/// [`LawError::Probability`] for p outside [0, 1], [`LawError::MoreBits`].
pub fn quantile(parameters: &Parameters, bulks: &[[Edge; 2]], p: &Rational, bits: u32) -> Result<Ball, LawError> {
    if *p < 0 || *p > 1 {
        return Err(LawError::Probability);
    }
    let mut reached = atom(parameters);
    if *p <= reached && !reached.is_zero() {
        return Ok(Ball::zero(bits));
    }
    // F is flat in a gap and its density vanishes where one has just closed: there no Newton step leads to the quantile
    if bulks.len() == 1
        && *p == Rational::from(1 - &parameters.psi)
        && let Some(place) = touching_point(&parameters.normal(bits, 0.0)?)
    {
        return Ok(place);
    }
    for ([low, high], mass) in bulks.iter().zip(shares(parameters, bulks.len())) {
        if *p == reached {
            return Ok(low.position.clone());
        }
        reached += mass;
        match (*p).cmp(&reached) {
            Ordering::Less => return inside(parameters, p, low, high, bits),
            Ordering::Equal => return Ok(high.position.clone()),
            Ordering::Greater => {}
        }
    }
    Err(LawError::MoreBits)
}

/// Steps of the bracketed search (tuned: 20 to 60 are used) and widenings of the final interval.
const SEARCH_STEPS: usize = 400;
const WIDENINGS: usize = 3;

/// The quantile in the open bulk (low, high): a bracketed Newton search, Newton steps of growing precision, and a proof by the
/// signs of F − p at both ends of a small interval.
fn inside(parameters: &Parameters, p: &Rational, low: &Edge, high: &Edge, bits: u32) -> Result<Ball, LawError> {
    // at the hardest edge x ~ p³, and the guard bits cover two orders for each one named
    let orders = 2.0 * (binary_orders(p) + binary_orders(&Rational::from(1 - p)));
    let mut precision = (64 + bits / 4).min(bits.max(64));
    let coarse = parameters.normal(precision, orders)?;
    let end = |edge: &Edge| Float::with_val(coarse.bits, (&edge.position / &coarse.theta1).mid());
    let mut x = search(&coarse, p, end(low), end(high))?;
    let newton = |normal: &Normal, x: &Float| -> Result<Float, LawError> {
        let (value, density) = normal.distribution_and_density(x)?;
        let step = &(&value - &Ball::rational(p, normal.bits)) / &density;
        if step.is_finite() { Ok(Float::with_val(normal.bits, x - step.mid())) } else { Err(LawError::MoreBits) }
    };
    // where bulks nearly touch Newton's method is slow before it is quadratic
    for _ in 0..SEARCH_STEPS {
        let next = newton(&coarse, &x)?;
        let step = Float::with_val(64, &next - &x).abs();
        x = next;
        if step <= Float::with_val(64, x.abs_ref()) >> (precision / 2) {
            break;
        }
    }
    let mut normal = coarse;
    while precision < bits {
        precision = (2 * precision).min(bits);
        normal = parameters.normal(precision, orders)?;
        x = newton(&normal, &x)?;
    }
    x = newton(&normal, &x)?;
    let target = Ball::rational(p, normal.bits);
    let (value, density) = normal.distribution_and_density(&x)?;
    let step = &(&value - &target) / &density;
    let mut radius = step.magnitude().shifted(2).plus(Magnitude::of(&x).shifted(-i64::from(bits)));
    for _ in 0..WIDENINGS {
        let around = Ball::new(x.clone(), radius);
        let below = normal.distribution_and_density(&around.low())?.0;
        let above = normal.distribution_and_density(&around.high())?.0;
        if (&below - &target).is_negative() && (&above - &target).is_positive() {
            return Ok(&Ball::interval(&around.low(), &around.high(), normal.bits) * &normal.theta1);
        }
        radius = radius.shifted(4);
    }
    Err(LawError::MoreBits)
}

/// A point of (low, high) from which Newton's method converges to F(x) = p: near it on the scale of the distance to the ends.
fn search(normal: &Normal, p: &Rational, mut low: Float, mut high: Float) -> Result<Float, LawError> {
    let (bottom, top) = (low.clone(), high.clone());
    let bits = normal.bits;
    let target = Float::with_val(bits, p);
    let mut x = middle(&low, &high, bits);
    for _ in 0..SEARCH_STEPS {
        let (value, density) = normal.distribution_and_density(&x)?;
        let gap = Float::with_val(bits, value.mid() - &target);
        if gap.is_sign_positive() {
            high.clone_from(&x);
        } else {
            low.clone_from(&x);
        }
        let step = Float::with_val(bits, &gap / density.mid());
        let next = Float::with_val(bits, &x - &step);
        if next > low && next < high {
            let room = Float::with_val(bits, &next - &bottom).min(&Float::with_val(bits, &top - &next)) >> 8u32;
            x = next;
            if step.abs() < room {
                return Ok(x);
            }
        } else {
            x = middle(&low, &high, bits);
        }
    }
    Err(LawError::MoreBits)
}

/// The geometric mean when the ends differ in size, otherwise the arithmetic one.
fn middle(low: &Float, high: &Float, bits: u32) -> Float {
    if low.is_zero() {
        return Float::with_val(bits, high >> 8u32);
    }
    if Float::with_val(bits, high / low) > 4 {
        return Float::with_val(bits, low * high).sqrt();
    }
    Float::with_val(bits, low + high) >> 1u32
}
