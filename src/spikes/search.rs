//! Every simple root of a polynomial with ball coefficients in an open interval, isolated by subdivision and proved by signs.
//!
//! A part of the interval is dropped when the polynomial has no zero on it, and settled when the derivative has none. Both are enclosed by
//! their expansions about the middle of the part: next to a multiple root outside the interval, such as that of the powers of 1 − c q
//! beside a gap of the support, the powers of q themselves cancel. Nothing is asked of the leading coefficient, which may be zero.

use rug::Float;

use crate::number::{Ball, Magnitude, Polynomial};

/// Parts that may be looked at before the precision counts as too low (tuned: a few dozen are used).
const PARTS: usize = 4000;
/// Steps of the refinement of one root (tuned: bisection to a good start, then a logarithm of the bits).
const STEPS: usize = 400;

/// Disjoint enclosures of the roots between `low` and `high`, ascending; none when some sign stays undecided.
pub(super) fn simple_roots(polynomial: &Polynomial<Ball>, low: &Float, high: &Float, bits: u32) -> Option<Vec<Ball>> {
    let derivative = polynomial.derivative();
    let mut found = Vec::new();
    let mut parts = vec![(low.clone(), high.clone())];
    for _ in 0..PARTS {
        let Some((a, b)) = parts.pop() else { return Some(found) };
        let part = Ball::interval(&a, &b, bits);
        if over(polynomial, &part).sign().is_some() {
            continue;
        }
        if over(&derivative, &part).sign().is_some() {
            if sign_at(polynomial, &a, bits)? != sign_at(polynomial, &b, bits)? {
                found.push(refined(polynomial, &derivative, part, bits)?);
            }
            continue;
        }
        let middle = between(&a, &b, bits);
        if middle <= a || middle >= b {
            return None;
        }
        parts.push((middle.clone(), b));
        parts.push((a, middle));
    }
    None
}

/// The values on a ball, from the expansion about its middle.
fn over(polynomial: &Polynomial<Ball>, part: &Ball) -> Ball {
    let middle = Ball::new(part.mid().clone(), Magnitude::ZERO);
    let mut terms = polynomial.coefficients.clone();
    for first in 0..terms.len() {
        for k in (first + 1..terms.len()).rev() {
            terms[k - 1] = &terms[k - 1] + &(&middle * &terms[k]);
        }
    }
    let Some((value, rest)) = terms.split_first() else { return Ball::zero(part.bits()) };
    let reach = rest.iter().rev().fold(Magnitude::ZERO, |sum, term| sum.times(part.radius()).plus(term.magnitude()));
    value.widened(reach.times(part.radius()))
}

fn sign_at(polynomial: &Polynomial<Ball>, x: &Float, bits: u32) -> Option<std::cmp::Ordering> {
    polynomial.evaluate(&Ball::interval(x, x, bits)).sign()
}

/// A point near the middle, but at no short binary fraction of the interval, where a root may well sit.
fn between(a: &Float, b: &Float, bits: u32) -> Float {
    let width = Float::with_val(bits, b - a);
    Float::with_val(bits, a + width * 0.485_868_271_756_645_7)
}

/// Newton's method on intervals; where it does not gain a factor of two, the interval is split at its middle.
fn refined(polynomial: &Polynomial<Ball>, derivative: &Polynomial<Ball>, mut root: Ball, bits: u32) -> Option<Ball> {
    let rising = sign_at(polynomial, &root.high(), bits);
    for _ in 0..STEPS {
        let middle = Float::with_val(bits, root.mid());
        let value = polynomial.evaluate(&Ball::interval(&middle, &middle, bits));
        let step = &value / &derivative.evaluate(&root);
        let newton = &Ball::interval(&middle, &middle, bits) - &step;
        let (low, high) = (newton.low().max(&root.low()), newton.high().min(&root.high()));
        if low <= high && Float::with_val(bits, &high - &low) < Float::with_val(bits, root.radius().to_float()) {
            root = Ball::interval(&low, &high, bits);
            continue;
        }
        match value.sign() {
            None => return Some(root),
            sign if sign == rising => root = Ball::interval(&root.low(), &middle, bits),
            _ => root = Ball::interval(&middle, &root.high(), bits),
        }
    }
    Some(root)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rug::Rational;

    /// (x − 1/3)(x − 1/2)(x + 5)(1 − 10⁻²⁰ x), with a leading coefficient far below the others.
    #[test]
    fn all_roots_and_only_those_inside() {
        let bits = 200;
        let factor = |constant: Rational, slope: Rational| {
            Polynomial::new(vec![Ball::rational(&constant, bits), Ball::rational(&slope, bits)])
        };
        let tiny = Rational::from((1, 100_000_000_000_000_000_000_i128));
        let polynomial = factor(Rational::from((-1, 3)), Rational::from(1))
            .times(&factor(Rational::from((-1, 2)), Rational::from(1)))
            .times(&factor(Rational::from(5), Rational::from(1)))
            .times(&factor(Rational::from(1), -tiny));
        let found = simple_roots(&polynomial, &Float::with_val(bits, 0), &Float::with_val(bits, 7), bits).expect("decided");
        assert_eq!(found.len(), 2);
        for (root, exact) in found.iter().zip([(1, 3), (1, 2)]) {
            assert!(root.contains(&Rational::from(exact)) && root.relative_bits() > 180.0, "{root:?}");
        }
    }

    /// (1 − x)⁴ (2 − x)(5 − x) from just above its fourfold root on, where terms as large as 16 make a value of 10⁻⁵.
    #[test]
    fn roots_beside_a_multiple_one_outside() {
        let bits = 160;
        let factor = |root: i32| Polynomial::new(vec![Ball::integer(i64::from(root), bits), Ball::integer(-1, bits)]);
        let polynomial = [1, 1, 1, 2, 5].into_iter().fold(factor(1), |product, root| product.times(&factor(root)));
        let [low, high] = [1.05, 60.0].map(|end| Float::with_val(bits, end));
        let found = simple_roots(&polynomial, &low, &high, bits).expect("decided");
        assert_eq!(found.len(), 2);
        assert!(found.iter().zip([2, 5]).all(|(root, exact)| root.contains(&Rational::from(exact))), "{found:?}");
    }

    #[test]
    fn a_double_root_is_not_decided() {
        let one = |value| Ball::integer(value, 100);
        let square = Polynomial::new(vec![one(1), one(-2), one(1)]);
        let at = |value: f64| Float::with_val(100, value);
        assert!(simple_roots(&square, &at(0.0), &at(3.0), 100).is_none());
        assert_eq!(simple_roots(&square, &at(2.0), &at(3.0), 100).map(|roots| roots.len()), Some(0));
    }
}
