//! Two bulks that touch: a gap of the population on which the largest value of dz_l/dλ_l is exactly 0 (docs/mathematics.md, 'Stacks').
//!
//! No precision tells a double zero from two near ones or none. Where the data are rational, dz_l/dλ_l is a rational function of λ
//! over the rationals; it is concave on the gap, so that it has at most one multiple zero there, and that is a root of the greatest common
//! divisor of its numerator with its derivative. Between the two bulks the density vanishes like a cube root.

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

/// A multiple zero of dz_l/dλ_l between the ends of a gap of the population, the top level being l; none where there is none, or
/// where it is not decided.
pub(super) fn touching(stack: &Stack, level: usize, [low, high]: [&Ball; 2], above: &Rational, bits: u32) -> Option<Touch> {
    if stack.population.len() << (level + 1) > MOST_ZEROS {
        return None;
    }
    let multiple = multiple_zeros(&stack.exact()?, level)?;
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

/// The polynomial with simple zeros at the multiple zeros of dz_l/dλ_l.
fn multiple_zeros(chain: &Chain<Rational>, level: usize) -> Option<Polynomial<Rational>> {
    let fractions = chain.map(|value| Tangent::constant(&Fraction::constant(value)));
    let top = fractions.levels(&Tangent::variable(&Fraction::variable()), level + 1).pop()?;
    let numerator = top.z.slope.over(&top.lambda.slope).numerator;
    let multiple = numerator.gcd(&numerator.derivative());
    let (simple, _) = multiple.divide(&multiple.gcd(&multiple.derivative()));
    (simple.degree() > 0).then_some(simple)
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
