//! Periods of functions that depend on x through sines, cosines and tangents alone, by proof.

use rug::{Integer, Rational};

use super::parity::constant_value;
use crate::activation::evaluate::evaluate;
use crate::activation::tree::{Function, Node, Primitive};
use crate::number::Ball;

/// Bits that decide the sign of a slope.
const SIGN_BITS: u32 = 128;

/// (s, t) with u = s x + t, constants put together from those in u.
#[must_use]
pub fn affine(u: &Function) -> Option<[Function; 2]> {
    if u.is_constant() {
        return Some([Function::rational(0), u.clone()]);
    }
    let both = |a: &Function, b: &Function| Some((affine(a)?, affine(b)?));
    match u.node() {
        Node::X => Some([1, 0].map(Function::rational)),
        Node::Negate(a) => affine(a).map(|[s, t]| [-s, -t]),
        Node::Add(a, b) => both(a, b).map(|([s, t], [p, q])| [s + p, t + q]),
        Node::Subtract(a, b) => both(a, b).map(|([s, t], [p, q])| [s - p, t - q]),
        Node::Multiply(c, a) | Node::Multiply(a, c) if c.is_constant() => {
            affine(a).map(|parts| parts.map(|part| c.clone() * part))
        }
        Node::Divide(a, c) if c.is_constant() => affine(a).map(|parts| parts.map(|part| part / c.clone())),
        _ => None,
    }
}

/// A constant T > 0 with f(x + T) = f(x) for all x; none where f is not seen to have one, or is constant.
#[must_use]
pub fn period(f: &Function) -> Option<Function> {
    let mut slopes = Vec::new();
    wave_slopes(f, &mut slopes)?;
    let first = slopes.first()?.clone();
    // the largest number of which every slope is a multiple, in units of the first
    let mut unit = Rational::from(1);
    for slope in &slopes[1..] {
        let ratio = constant_value(&(slope.clone() / first.clone()))?;
        let numerator = Integer::from(unit.numer() * ratio.denom()).gcd(&Integer::from(ratio.numer() * unit.denom()));
        unit = Rational::from((numerator, Integer::from(unit.denom() * ratio.denom())));
    }
    let slope = first.clone() * Function::rational(unit);
    let slope = if evaluate(&slope, &Ball::zero(SIGN_BITS)).sign()?.is_lt() { -slope } else { slope };
    Some(Function::rational(2) * Function::from(Node::Pi) / slope)
}

/// Gathers the slopes of the arguments of all waves; none where x stands elsewhere, or a slope is not told from 0.
fn wave_slopes(f: &Function, slopes: &mut Vec<Function>) -> Option<()> {
    if f.is_constant() {
        return Some(());
    }
    if let Node::Apply(Primitive::Sin | Primitive::Cos | Primitive::Tan, u) = f.node()
        && let Some([slope, _]) = affine(u)
    {
        evaluate(&slope, &Ball::zero(SIGN_BITS)).sign().filter(|sign| sign.is_ne())?;
        if !slopes.contains(&slope) {
            slopes.push(slope);
        }
        return Some(());
    }
    match f.node() {
        Node::X | Node::Cofactor(..) => None,
        _ => f.node().children().into_iter().try_for_each(|child| wave_slopes(child, slopes)),
    }
}
