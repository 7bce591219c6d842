//! Two bulks that touch: a gap of the population on which the largest value of dz_l/dλ_l is exactly 0 (docs/mathematics.md, 'Stacks').
//!
//! No precision tells a double zero from two near ones or none. Where the data are rational, dz_l/dλ_l is a rational function of λ
//! over the rationals; it is concave on the gap, so that it has at most one multiple zero there, and that is a root of the greatest common
//! divisor of its numerator with its derivative. Between the two bulks the density vanishes like a cube root. Without a multiple zero
//! the number of zeros in the gap, by Sturm's theorem, tells a gap that is closed from one that is open.

use std::cmp::Ordering;

use rug::{Float, Rational};

use super::crossing::crossing_between;
use super::stack::{Chain, Stack};
use crate::number::{Ball, Fraction, Magnitude, Polynomial, Ring, Tangent};
use crate::spectrum::LawError;

/// Most zeros of dz_l/dλ for which the exact algorithm is tried (tuned: milliseconds).
const MOST_ZEROS: usize = 96;
/// Bisections for the place in a message.
const BISECTIONS: usize = 200;
/// Digits of the place in a message.
const PLACE_DIGITS: usize = 12;

/// Where two bulks touch.
#[derive(Clone, Debug)]
pub(super) struct Touch {
    /// The point in λ₀.
    pub lambda: Ball,
    /// The same where it is rational.
    pub exact: Option<Rational>,
    /// The mass of the law above it.
    pub above: Rational,
}

/// What exact arithmetic says of a gap of the population.
pub(super) enum Decided {
    /// The slope is negative on it.
    Closed,
    /// Its largest value is 0.
    Touching(Touch),
}

/// What is left of a gap of the population between two ends, the top level being l; none where it is open, or where that is not
/// decided.
pub(super) fn decided(stack: &Stack, level: usize, ends: [&Ball; 2], above: &Rational, bits: u32) -> Option<Decided> {
    if stack.population.len() << (level + 1) > MOST_ZEROS {
        return None;
    }
    let zeros = zeros_of_slope(&stack.exact()?, level)?;
    if let Some(touch) = touching(&zeros, ends, above, bits) {
        return Some(Decided::Touching(touch));
    }
    let [low, high] = [ends[0].high(), ends[1].low()].map(|end| end.to_rational());
    (zeros_between(&zeros, &low?, &high?) == 0).then_some(Decided::Closed)
}

/// A multiple zero between two ends.
fn touching(zeros: &Polynomial<Rational>, [low, high]: [&Ball; 2], above: &Rational, bits: u32) -> Option<Touch> {
    let multiple = multiple_zeros(zeros)?;
    let balls = multiple.map(|a| Ball::rational(a, bits));
    let signs = [balls.evaluate(low).sign()?, balls.evaluate(high).sign()?];
    if signs[0] == signs[1] {
        return None;
    }
    if let [constant, slope] = &multiple.coefficients[..] {
        let exact = -Rational::from(constant / slope);
        return Some(Touch { lambda: Ball::rational(&exact, bits), exact: Some(exact), above: above.clone() });
    }
    let rising = if signs[0].is_lt() { balls } else { balls.map(|a| -a) };
    let derivative = rising.derivative();
    let function = |lambda: &Ball| [rising.evaluate(lambda), derivative.evaluate(lambda)];
    let lambda = crossing_between(&function, low, Some(high), bits).ok()?;
    Some(Touch { lambda, exact: None, above: above.clone() })
}

/// The numerator of dz_l/dλ_l.
fn zeros_of_slope(chain: &Chain<Rational>, level: usize) -> Option<Polynomial<Rational>> {
    let fractions = chain.map(|value| Tangent::constant(&Fraction::constant(value)));
    let top = fractions.levels(&Tangent::variable(&Fraction::variable()), level + 1).pop()?;
    Some(top.z.slope.over(&top.lambda.slope).numerator)
}

/// The polynomial with simple zeros at the multiple zeros of another.
fn multiple_zeros(polynomial: &Polynomial<Rational>) -> Option<Polynomial<Rational>> {
    let multiple = polynomial.gcd(&polynomial.derivative());
    let (simple, _) = multiple.divide(&multiple.gcd(&multiple.derivative()));
    (simple.degree() > 0).then_some(simple)
}

/// How many different zeros a polynomial has between two points that are none (Sturm 1829).
fn zeros_between(polynomial: &Polynomial<Rational>, low: &Rational, high: &Rational) -> usize {
    let mut sequence = vec![polynomial.clone(), polynomial.derivative()];
    while let [.., before, last] = &sequence[..] {
        let rest = before.divide(last).1;
        if rest.is_zero() {
            break;
        }
        sequence.push(rest.map(|a| Rational::from(-a)));
    }
    let changes = |x: &Rational| {
        let signs: Vec<Ordering> = sequence.iter().map(|p| p.evaluate(x).cmp0()).filter(|sign| sign.is_ne()).collect();
        signs.windows(2).filter(|pair| pair[0] != pair[1]).count()
    };
    changes(low).saturating_sub(changes(high))
}

/// What to say of a gap that is neither proved nor disproved: where it would be.
pub(super) fn may_touch(
    slope: &dyn Fn(&Ball) -> [Ball; 2],
    place: &dyn Fn(&Ball) -> Ball,
    level: usize,
    [low, high]: [&Ball; 2],
    bits: u32,
) -> LawError {
    let exact = |point: &Float| Ball::new(point.clone(), Magnitude::ZERO);
    let [mut low, mut high] = [low.mid().clone(), high.mid().clone()];
    for _ in 0..BISECTIONS {
        let middle = Float::with_val(bits, &low + &high) >> 1u32;
        if slope(&exact(&middle))[1].mid().is_sign_positive() { low = middle } else { high = middle }
    }
    let top = place(&exact(&low));
    let place = format!("{:.*}", PLACE_DIGITS, top.mid().to_f64());
    LawError::MayTouch { level, place, digits: (f64::from(bits) * std::f64::consts::LOG10_2) as u32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (x² − 2)(x − 3)²(x² + 1) between some points.
    #[test]
    fn different_zeros_are_counted() {
        let polynomial = |list: &[i32]| Polynomial::new(list.iter().map(|a| Rational::from(*a)).collect());
        let square = polynomial(&[-3, 1]).times(&polynomial(&[-3, 1]));
        let product = polynomial(&[-2, 0, 1]).times(&square).times(&polynomial(&[1, 0, 1]));
        for (low, high, count) in [(-2, 4, 3), (0, 4, 2), (2, 4, 1), (-1, 1, 0)] {
            assert_eq!(zeros_between(&product, &Rational::from(low), &Rational::from(high)), count, "{low} to {high}");
        }
    }
}
