//! What is known of the zeros of a function before any search: factors that hold them all, and rational candidates.
//!
//! Rational functions with rational coefficients are reduced to the square-free part of the numerator, so that every zero is
//! simple; other functions lose the factors that cannot vanish.

use std::sync::Arc;

use rug::{Float, Rational};

use super::inverse::{Solved, solved};
use super::root::Root;
use crate::activation::evaluate::{Range, evaluate};
use crate::activation::forms::{affine, canonical, constant_value};
use crate::activation::tree::{Constant, Function, Node, Primitive, simplified};
use crate::number::{Ball, Interval, Polynomial};

/// Largest degree for which the polynomial path is taken.
const DEGREE: usize = 64;
/// Bits of a root beyond those of a polynomial's value there.
const ENCLOSING_BITS: u32 = 256;
/// Denominators tried when a zero may be rational.
const DENOMINATOR: u32 = 1_000_000;

/// Functions whose zeros together are those of `function` (where it is defined), without multiple zeros where that is easy.
pub(super) fn factors(function: &Function) -> Vec<Function> {
    use Primitive::{Abs, Asin, Atan, Cosh, Erf, Erfc, Exp, Log, NormalCdf, Sigmoid, Sinh, Softplus, Sqrt, Tan, Tanh};
    if function.is_constant() {
        return Vec::new();
    }
    if let Some(numerator) = rational_function(function).map(|(numerator, _)| numerator) {
        return if numerator.is_zero() { Vec::new() } else { vec![horner(&monic(&square_free(&numerator)))] };
    }
    match solved(function) {
        Some(Solved::Nowhere) => return Vec::new(),
        Some(Solved::As(simpler)) => return factors(&simpler),
        None => {}
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
        Node::Apply(Log, a) => factors(&(a.clone() - Function::one())),
        Node::Add(a, b) => touching(a, b, 1).unwrap_or_else(|| vec![function.clone()]),
        Node::Subtract(a, b) => touching(a, b, -1).unwrap_or_else(|| vec![function.clone()]),
        _ => vec![function.clone()],
    }
}

/// a + sign·b where one is ±1 and the other a sine or cosine: 1 − cos u = 2 sin² u/2, 1 + cos u = 2 cos² u/2, sin u = cos(u − π/2).
fn touching(a: &Function, b: &Function, sign: i32) -> Option<Vec<Function>> {
    let (unit, wave) = if a.is_constant() { (a, b) } else { (b, a) };
    let unit = unit.as_rational().filter(|value| value.cmp_abs(&Rational::from(1)).is_eq())?;
    let half = |u: Function| u / Function::rational(2);
    let inner = match wave.node() {
        Node::Apply(Primitive::Cos, u) => half(u.clone()),
        Node::Apply(Primitive::Sin, u) => half(u.clone() - half(Node::Pi.into())),
        _ => return None,
    };
    let same = (*unit > 0) == (sign > 0);
    Some(vec![inner.apply(if same { Primitive::Cos } else { Primitive::Sin })])
}

/// Whether two functions are proved to vanish in the same places, wherever both are finite.
pub(super) fn same_zeros(a: &Function, b: &Function) -> bool {
    let (a, b) = (factors(a), factors(b));
    a.len() == 1 && b.len() == 1 && is_multiple(&a[0], &b[0])
}

/// Whether a function is proved to vanish wherever the other does, where it is finite.
pub(super) fn vanishes_with(function: &Function, other: &Function) -> bool {
    let (own, others) = (factors(&canonical(function)), factors(other));
    others.iter().all(|other| own.iter().any(|own| is_multiple(own, other)))
}

/// Whether a function that is finite there is proved to vanish at the only zero of `other` between `low` and `high`, itself or all of
/// its terms.
pub(super) fn vanish_with(function: &Function, other: &Function, low: &Float, high: &Float) -> bool {
    let others = factors(other);
    // what stands on both sides of a difference is gathered: sin x − (−sin x) = 2 sin x
    let own = [factors(function), factors(&canonical(function)), factors(&simplified(function))].concat();
    let whole = own.iter().any(|factor| {
        !others.is_empty()
            && others.iter().all(|other| is_multiple(factor, other) || common_zero(factor, other, low, high).unwrap_or(false))
    });
    let part = |part: &Function| vanish_with(part, other, low, high);
    whole
        || match function.node() {
            Node::Add(a, b) | Node::Subtract(a, b) => part(a) && part(b),
            Node::Negate(a) => part(a),
            _ => false,
        }
}

/// Whether one is the other times ±1.
fn is_multiple(a: &Function, b: &Function) -> bool {
    let turned = match (a.node(), b.node()) {
        (Node::Subtract(p, q), Node::Subtract(r, s)) => p == s && q == r,
        _ => false,
    };
    a == b
        || turned
        || same_place(a, b)
        || canonical(&(a.clone() - b.clone())).is_zero()
        || canonical(&(a.clone() + b.clone())).is_zero()
}

/// Whether two functions s x + t vanish at the same place.
fn same_place(a: &Function, b: &Function) -> bool {
    let place = |f: &Function| {
        let [slope, intercept] = affine(f)?;
        slope.as_rational().filter(|slope| **slope != 0)?;
        Some(intercept / slope)
    };
    place(a).zip(place(b)).and_then(|(a, b)| constant_value(&(a - b))).is_some_and(|gap| gap == 0)
}

/// Whether two polynomials share the only zero of the second in an interval: their common divisor changes its sign there.
fn common_zero(a: &Function, b: &Function, low: &Float, high: &Float) -> Option<bool> {
    let [(a, _), (b, _)] = [rational_function(a)?, rational_function(b)?];
    let common = square_free(&a.gcd(&b));
    let sign = |at: &Float| Some(common.evaluate(&at.to_rational()?).cmp0());
    Some(common.degree() > 0 && sign(low)? != sign(high)?)
}

/// Numerator and denominator of a quotient whose denominator is not seen to keep away from 0; where only that one varies, a pole
/// stays a pole.
fn may_vanish_below(f: &Function) -> Option<[&Function; 2]> {
    let Node::Divide(p, q) = f.node() else { return None };
    (!p.is_constant() && !q.is_constant() && Range::of(q).over(Interval::ENTIRE).contains(0.0)).then_some([p, q])
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

/// With leading coefficient 1, so that polynomials with the same zeros are equal.
fn monic(polynomial: &Polynomial<Rational>) -> Polynomial<Rational> {
    match polynomial.coefficients.last() {
        Some(leading) if *leading != 0 => polynomial.map(|c| Rational::from(c / leading)),
        _ => polynomial.clone(),
    }
}

/// The polynomial as a function, by Horner's rule.
fn horner(polynomial: &Polynomial<Rational>) -> Function {
    let constant = |c: &Rational| Function::rational(c.clone());
    let mut terms = polynomial.coefficients.iter().rev();
    let first = terms.next().map_or_else(|| Function::rational(0), constant);
    terms.fold(first, |value, c| value * Function::x() + constant(c))
}

/// A polynomial with rational coefficients at c + sign·e^(−x), over its lowest term there: expanded at c, a rational
/// number or a zero of such a polynomial, so that next to c nothing cancels.
pub(super) fn expanded_beside(function: &Function, c: &Root, sign: i32) -> Option<Function> {
    let mut derivative = polynomial(function).filter(|p| !p.is_zero())?;
    let own = match c.as_rational() {
        Some(c) => Polynomial::new(vec![Rational::from(-c), Rational::from(1)]),
        None => polynomial(c.isolating()?)?,
    };
    let (mut terms, mut factorial) = (Vec::new(), Rational::from(1));
    for k in 0..=derivative.degree() {
        // the remainder has the same value at c
        let value = value_at(&derivative.divide(&own).1.trimmed(), c) / Function::rational(factorial.clone());
        terms.push(if sign < 0 && k % 2 == 1 { -value } else { value });
        derivative = derivative.derivative();
        factorial *= k + 1;
    }
    let mut terms = terms.into_iter().enumerate().filter(|(_, term)| !term.is_zero());
    let (first, lead) = terms.next()?;
    let scaled = |(k, term): (usize, Function)| exponential(&(term / lead.clone()), &Rational::from(k - first));
    terms.map(scaled).try_fold(Function::one(), |sum, term| Some(sum + term?))
}

/// ratio·e^(−kx) as ±e^(ln|ratio| − kx), which holds ratios that doubles do not.
pub(super) fn exponential(ratio: &Function, k: &Rational) -> Option<Function> {
    let value = |ratio: &Function, bits: u32| evaluate(ratio, &Ball::zero(bits));
    let sign = value(ratio, ENCLOSING_BITS).sign().filter(|sign| sign.is_ne())?;
    let text = format!("log(abs({ratio}))");
    let ratio = ratio.clone();
    let ln: Function =
        Node::Constant(Constant { text, enclose: Arc::new(move |bits| value(&ratio, bits).abs().ln()), is_ball: false }).into();
    let power = (ln - Function::rational(k.clone()) * Function::x()).apply(Primitive::Exp);
    Some(if sign.is_lt() { -power } else { power })
}

/// The value of a polynomial at a root: exact, or a constant that is enclosed as narrowly as is asked.
fn value_at(polynomial: &Polynomial<Rational>, root: &Root) -> Function {
    if polynomial.degree() == 0 {
        return Function::rational(polynomial.coefficients.first().cloned().unwrap_or_default());
    }
    let text = format!("({} at x = {})", horner(polynomial), root.refine(ENCLOSING_BITS).mid());
    let (coefficients, root) = (polynomial.coefficients.clone(), root.clone());
    let enclose = move |bits: u32| {
        let (x, zero) = (root.refine(bits + ENCLOSING_BITS), Ball::zero(bits + ENCLOSING_BITS));
        coefficients.iter().rev().fold(zero, |value, c| &value * &x + Ball::rational(c, bits + ENCLOSING_BITS)).with_bits(bits)
    };
    Node::Constant(Constant { text, enclose: Arc::new(enclose), is_ball: false }).into()
}

/// A function that is a polynomial with rational coefficients.
fn polynomial(function: &Function) -> Option<Polynomial<Rational>> {
    let (numerator, denominator) = rational_function(function)?;
    let over = denominator.coefficients.first().filter(|_| denominator.degree() == 0)?;
    Some(numerator.map(|c| Rational::from(c / over)).trimmed())
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
