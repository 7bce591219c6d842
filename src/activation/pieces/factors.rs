//! What is known of the zeros of a function before any search: factors that hold them all, and rational candidates.
//!
//! Rational functions with rational coefficients are reduced to the square-free part of the numerator, so that every zero is
//! simple; other functions lose the factors that cannot vanish.

use rug::Rational;

use crate::activation::evaluate::Range;
use crate::activation::tree::{Function, Node, Primitive};
use crate::number::{Ball, Interval, Polynomial};

/// Largest degree for which the polynomial path is taken.
const DEGREE: usize = 64;
/// Denominators tried when a zero may be rational.
const DENOMINATOR: u32 = 1_000_000;

/// Functions whose zeros together are those of `function` (where it is defined), without multiple zeros where that is easy.
pub(super) fn factors(function: &Function) -> Vec<Function> {
    use Primitive::{Abs, Asin, Atan, Cosh, Erf, Erfc, Exp, Log, NormalCdf, Sigmoid, Sinh, Softplus, Sqrt, Tan, Tanh};
    if function.is_constant() {
        return Vec::new();
    }
    if let Some(numerator) = rational_function(function).map(|(numerator, _)| numerator) {
        return if numerator.is_zero() { Vec::new() } else { vec![horner(&square_free(&numerator))] };
    }
    match function.node() {
        Node::Negate(a) | Node::Divide(a, _) => factors(a),
        Node::Multiply(a, b) => [factors(a), factors(b)].concat(),
        // p/q ± b, where q may vanish with p: the zeros of p ± b q, among them those of q
        Node::Add(a, b) | Node::Subtract(a, b) if may_vanish_below(a).or(may_vanish_below(b)).is_some() => {
            let whole = |a: Function, b: Function| if matches!(function.node(), Node::Add(..)) { a + b } else { a - b };
            match (may_vanish_below(a), may_vanish_below(b)) {
                (Some([p, q]), _) => factors(&whole(p.clone(), b.clone() * q.clone())),
                (_, Some([p, q])) => factors(&whole(a.clone() * q.clone(), p.clone())),
                _ => Vec::new(),
            }
        }
        Node::Power(a, b) if b.as_rational().is_some_and(|b| *b > 0) => factors(a),
        Node::Apply(Exp | Cosh | Sigmoid | NormalCdf | Erfc | Softplus, _) => Vec::new(),
        Node::Apply(Tanh | Sinh | Atan | Asin | Erf | Sqrt | Abs, a) => factors(a),
        Node::Apply(Tan, a) => vec![a.apply(Primitive::Sin)],
        Node::Apply(Log, a) => factors(&(a.clone() - Function::rational(1))),
        _ => vec![function.clone()],
    }
}

/// Numerator and denominator of a quotient whose denominator is not seen to keep away from 0.
fn may_vanish_below(f: &Function) -> Option<[&Function; 2]> {
    let Node::Divide(p, q) = f.node() else { return None };
    (!q.is_constant() && Range::of(q).over(Interval::ENTIRE).contains(0.0)).then_some([p, q])
}

type Fraction = (Polynomial<Rational>, Polynomial<Rational>);

/// Numerator and denominator of a rational function with rational coefficients.
fn rational_function(function: &Function) -> Option<Fraction> {
    let constant = |value: Rational| Polynomial::new(vec![value]);
    let fraction = match function.node() {
        Node::X => (Polynomial::new(vec![Rational::new(), Rational::from(1)]), constant(Rational::from(1))),
        Node::Rational(value) => (constant(value.clone()), constant(Rational::from(1))),
        Node::Negate(a) => {
            let (p, q) = rational_function(a)?;
            (p.map(|c| Rational::from(-c)), q)
        }
        Node::Add(a, b) => sum(rational_function(a)?, rational_function(b)?, 1),
        Node::Subtract(a, b) => sum(rational_function(a)?, rational_function(b)?, -1),
        Node::Multiply(a, b) => {
            let ((p, q), (r, s)) = (rational_function(a)?, rational_function(b)?);
            (p.times(&r), q.times(&s))
        }
        Node::Divide(a, b) => {
            let ((p, q), (r, s)) = (rational_function(a)?, rational_function(b)?);
            (p.times(&s), q.times(&r))
        }
        Node::Power(a, b) => {
            let n = b.integer().filter(|n| n.unsigned_abs() as usize <= DEGREE)?;
            let (p, q) = rational_function(a)?;
            let (p, q) = if n < 0 { (q, p) } else { (p, q) };
            (power(&p, n.unsigned_abs())?, power(&q, n.unsigned_abs())?)
        }
        _ => return None,
    };
    (fraction.0.degree().max(fraction.1.degree()) <= DEGREE && !fraction.1.is_zero()).then_some(fraction)
}

fn sum((p, q): Fraction, (r, s): Fraction, sign: i32) -> Fraction {
    let r = r.map(|c| Rational::from(c * -sign));
    if q == s {
        return (p.minus(&r).trimmed(), q);
    }
    (p.times(&s).minus(&r.times(&q)).trimmed(), q.times(&s))
}

fn power(base: &Polynomial<Rational>, n: u32) -> Option<Polynomial<Rational>> {
    if base.degree() * n as usize > DEGREE {
        return None;
    }
    Some((0..n).fold(Polynomial::new(vec![Rational::from(1)]), |product, _| product.times(base)))
}

fn square_free(polynomial: &Polynomial<Rational>) -> Polynomial<Rational> {
    let common = polynomial.gcd(&polynomial.derivative());
    if common.degree() == 0 { polynomial.clone().trimmed() } else { polynomial.divide(&common).0 }
}

/// The polynomial as a function, by Horner's rule.
fn horner(polynomial: &Polynomial<Rational>) -> Function {
    let constant = |c: &Rational| Function::rational(c.clone());
    let mut terms = polynomial.coefficients.iter().rev();
    let first = terms.next().map_or_else(|| Function::rational(0), constant);
    terms.fold(first, |value, c| value * Function::x() + constant(c))
}

/// A rational of small denominator in the ball, by the continued fraction of its midpoint.
pub(super) fn simplest(ball: &Ball) -> Option<Rational> {
    let mut rest = ball.mid().to_rational()?;
    let (mut p, mut q) = ((rug::Integer::from(0), rug::Integer::from(1)), (rug::Integer::from(1), rug::Integer::from(0)));
    for _ in 0..40 {
        let whole = rest.clone().floor().into_numer_denom().0;
        p = (p.1.clone(), rug::Integer::from(&whole * &p.1) + p.0);
        q = (q.1.clone(), rug::Integer::from(&whole * &q.1) + q.0);
        if q.1 > DENOMINATOR {
            return None;
        }
        let candidate = Rational::from((p.1.clone(), q.1.clone()));
        if ball.contains(&candidate) {
            return Some(candidate);
        }
        rest -= &whole;
        if rest.is_zero() {
            return None;
        }
        rest = rest.recip();
    }
    None
}
