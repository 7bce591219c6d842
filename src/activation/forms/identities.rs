//! Exact identities between primitives that keep numerics away from cancellation: 1 + tanh w = 2 sigmoid(2w),
//! log(1 + eʷ) = softplus(w), 1 − erf w = erfc(w), √(1 − cos w) = √2 |sin(w/2)|.
//!
//! 1 ± tanh w, 1 ± erf w and 1 − sigmoid(w) are positive however far out, and show it once written so; sums of two exponentials
//! with positive factors become sigmoids, softpluses and hyperbolic tangents, and share their zeros and parity.

use std::cmp::Ordering;

use super::parity::parity;
use crate::activation::evaluate::evaluate;
use crate::activation::tree::{Function, Node, Parity, Primitive, derivative, one_minus_square, simplified};
use crate::number::Ball;
use Primitive::{Cos, Erf, Erfc, Exp, Log, NormalCdf, Sigmoid, Sin, Softplus, Sqrt, Tanh};

/// The same function with these identities applied from the inside outwards.
#[must_use]
pub fn canonical(f: &Function) -> Function {
    f.rebuilt(&|f| f.is_constant().then(|| f.clone()), &|f| rewritten(&f).unwrap_or(f))
}

/// The root by the identity that applies to it.
fn rewritten(f: &Function) -> Option<Function> {
    match f.node() {
        Node::Add(a, b) => sum(a, b, 1),
        Node::Subtract(a, b) => sum(a, b, -1),
        Node::Divide(a, b) => quotient(a, b),
        Node::Power(b, n) if n.as_rational().is_some_and(|n| *n == -1) => quotient(&number(1), b),
        Node::Apply(Log, u) => logarithm(u),
        Node::Apply(Sqrt, u) => root(u),
        Node::Apply(Primitive::Acos, u) => Some(half(&Node::Pi.into()) - arc_sine(u).unwrap_or_else(|| u.apply(Primitive::Asin))),
        Node::Apply(Primitive::Asin, u) => arc_sine(u),
        Node::Apply(Sigmoid, w) => Some(sigmoid(w)),
        Node::Multiply(a, b) => signum(a, b).or_else(|| signum(b, a)),
        _ => None,
    }
}

fn number(value: i32) -> Function {
    Function::rational(value)
}

fn half(u: &Function) -> Function {
    u.clone() / number(2)
}

/// a ± b where one of them is 1.
fn sum(a: &Function, b: &Function, sign: i32) -> Option<Function> {
    let is_one = |f: &Function| f.as_rational().is_some_and(|value| *value == 1);
    match (is_one(a), is_one(b) && sign > 0) {
        (true, _) => beside_one(b, sign),
        (_, true) => beside_one(a, 1),
        _ => None,
    }
}

/// 1 + u for the sign 1, 1 − u for the sign −1.
fn beside_one(u: &Function, sign: i32) -> Option<Function> {
    match u.node() {
        Node::Negate(u) => beside_one(u, -sign),
        Node::Apply(Tanh, w) => Some(number(2) * (number(2 * sign) * w.clone()).apply(Sigmoid)),
        Node::Apply(Erf, w) => Some(if sign > 0 { -w.clone() } else { w.clone() }.apply(Erfc)),
        Node::Apply(primitive @ (Sigmoid | NormalCdf), w) if sign < 0 => Some((-w.clone()).apply(*primitive)),
        Node::Apply(Sin, w) => {
            let angle = if sign > 0 { quarter_turn() - half(w) } else { quarter_turn() + half(w) };
            Some(number(2) * angle.apply(Cos).powi(2))
        }
        Node::Apply(Cos, w) => Some(number(2) * half(w).apply(if sign > 0 { Cos } else { Sin }).powi(2)),
        Node::Power(base, n) if n.integer() == Some(2) => match base.node() {
            Node::Apply(Primitive::Tan, w) if sign > 0 => Some(number(1) / w.apply(Cos).powi(2)),
            Node::Apply(Tanh | Erf | Sin | Cos, _) if sign < 0 => Some(one_minus_square(base)),
            _ => None,
        },
        _ => None,
    }
}

fn quarter_turn() -> Function {
    let pi: Function = Node::Pi.into();
    pi / number(4)
}

/// k·eʷ with a positive constant k.
struct Exponential {
    factor: Function,
    exponent: Function,
}

fn exponential(f: &Function) -> Option<Exponential> {
    if f.is_constant() {
        return is_positive(f).then(|| Exponential { factor: f.clone(), exponent: number(0) });
    }
    match f.node() {
        Node::Apply(Exp, w) => Some(Exponential { factor: number(1), exponent: w.clone() }),
        Node::Multiply(a, b) => {
            let (a, b) = (exponential(a)?, exponential(b)?);
            Some(Exponential { factor: a.factor * b.factor, exponent: a.exponent + b.exponent })
        }
        Node::Divide(a, b) => {
            let (a, b) = (exponential(a)?, exponential(b)?);
            Some(Exponential { factor: a.factor / b.factor, exponent: a.exponent - b.exponent })
        }
        _ => None,
    }
}

fn is_positive(constant: &Function) -> bool {
    evaluate(constant, &Ball::zero(128)).sign() == Some(Ordering::Greater)
}

/// log of the ratio of two exponential terms.
fn gap(a: &Exponential, b: &Exponential) -> Function {
    let ratio = (a.factor.clone() / b.factor.clone()).apply(Log);
    difference(&a.exponent, &b.exponent) + ratio
}

/// a − b with w − (−w) gathered.
fn difference(a: &Function, b: &Function) -> Function {
    simplified(&(a.clone() - b.clone()))
}

/// The two terms of a sum, the one without x last; none where both are constant.
fn terms(f: &Function) -> Option<[Exponential; 2]> {
    let Node::Add(a, b) = f.node() else { return None };
    let (a, b) = (exponential(a)?, exponential(b)?);
    Some(if a.exponent.is_constant() { [b, a] } else { [a, b] })
}

fn quotient(a: &Function, b: &Function) -> Option<Function> {
    if *b == a.apply(Primitive::Abs) {
        return Some(a.apply(Primitive::Sign));
    }
    if let Node::Divide(one, c) = b.node()
        && one.as_rational().is_some_and(|one| *one == 1)
    {
        return Some(a.clone() * c.clone());
    }
    let [p, q] = terms(b)?;
    let gap = gap(&p, &q);
    if let Some(top) = exponential(a) {
        for (term, gap) in [(&p, gap.clone()), (&q, -gap.clone())] {
            if difference(&top.exponent, &term.exponent).is_zero() {
                return Some(top.factor / term.factor.clone() * sigmoid(&gap));
            }
        }
    }
    if let Node::Subtract(c, d) = a.node()
        && let (Some(c), Some(d)) = (exponential(c), exponential(d))
    {
        let same = |a: &Exponential, b: &Exponential| a.factor == b.factor && difference(&a.exponent, &b.exponent).is_zero();
        let tanh = simplified(&half(&gap)).apply(Tanh);
        return match (same(&c, &p) && same(&d, &q), same(&c, &q) && same(&d, &p)) {
            (true, _) => Some(tanh),
            (_, true) => Some(-tanh),
            _ => None,
        };
    }
    // a/(p + q) = a/q · sigmoid(log q − log p)
    q.exponent.is_constant().then(|| a.clone() / (q.factor * q.exponent.apply(Exp)) * sigmoid(&-gap))
}

fn logarithm(u: &Function) -> Option<Function> {
    match u.node() {
        Node::Apply(Exp, w) => Some(w.clone()),
        // log σ(w) = −softplus(−w)
        Node::Apply(Sigmoid, w) => Some(-(-w.clone()).apply(Softplus)),
        Node::Apply(Primitive::Cosh, w) => {
            let log_two = number(2).apply(Log);
            Some((number(-2) * w.clone()).apply(Softplus) + w.clone() - log_two)
        }
        Node::Power(a, n) if n.integer().is_some_and(|n| n > 0 && n % 2 == 0) => {
            let log = a.apply(Primitive::Abs).apply(Log);
            Some(n.clone() * log)
        }
        Node::Multiply(a, b) if shows_positive(a) && shows_positive(b) => Some(log_of(a) + log_of(b)),
        Node::Divide(a, b) if shows_positive(a) && shows_positive(b) => Some(log_of(a) - log_of(b)),
        _ => {
            let [p, q] = terms(u)?;
            let rest = if q.factor == number(1) { q.exponent.clone() } else { q.exponent.clone() + q.factor.apply(Log) };
            Some(gap(&p, &q).apply(Softplus) + rest)
        }
    }
}

fn log_of(u: &Function) -> Function {
    logarithm(u).unwrap_or_else(|| u.apply(Log))
}

/// Positive by its form, on the whole line.
fn shows_positive(f: &Function) -> bool {
    if f.is_constant() {
        return is_positive(f);
    }
    match f.node() {
        Node::Apply(Exp | Sigmoid | Softplus | NormalCdf | Erfc | Primitive::Cosh, _) => true,
        Node::Multiply(a, b) | Node::Divide(a, b) | Node::Add(a, b) => shows_positive(a) && shows_positive(b),
        Node::Power(a, _) => shows_positive(a),
        _ => false,
    }
}

/// Whether w is a polynomial of degree at most one with constant coefficients, as far as its derivative shows it.
fn is_affine(w: &Function) -> bool {
    w.size() < 50 && derivative(w).is_constant()
}

/// arcsin tanh w = 2 arctan tanh(w/2).
fn arc_sine(u: &Function) -> Option<Function> {
    match u.node() {
        Node::Apply(Tanh, w) => Some(number(2) * half(w).apply(Tanh).apply(Primitive::Atan)),
        _ => None,
    }
}

/// a · (c/|a|) = c sign a.
fn signum(a: &Function, b: &Function) -> Option<Function> {
    match b.node() {
        Node::Divide(c, size) if *size == a.apply(Primitive::Abs) => Some(c.clone() * a.apply(Primitive::Sign)),
        _ => None,
    }
}

/// σ(w), as 1/2 + tanh(w/2)/2 where w is odd and not affine: odd but for a constant.
fn sigmoid(w: &Function) -> Function {
    if is_affine(w) || parity(w) != Parity::Odd {
        return w.apply(Sigmoid);
    }
    half(&number(1)) + half(&half(w).apply(Tanh))
}

/// √(k a²) = √k |a|.
fn root(u: &Function) -> Option<Function> {
    let square = |f: &Function| match f.node() {
        Node::Power(a, n) if n.integer() == Some(2) => Some(a.apply(Primitive::Abs)),
        _ => None,
    };
    match u.node() {
        Node::Multiply(k, a) if k.is_constant() && is_positive(k) => Some(k.apply(Sqrt) * square(a)?),
        _ => square(u),
    }
}
