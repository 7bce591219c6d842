//! The standard deviation √q of a variance q, as the constant at which Gaussian integrals are taken.

use std::sync::Arc;

use rug::Rational;

use crate::activation::{Constant, Function, Node, Primitive};
use crate::gaussian::{Exact, Quantity};
use crate::number::Ball;

/// Digits of a rational variance above which exact forms are not worth their cost.
const LONG: u32 = 64;

/// √q: exact where q is a short rational number; else a constant that lies in a ball, and whatever is computed at it holds for all
/// numbers of the ball.
#[must_use]
pub fn scale(q: &Quantity) -> Function {
    match q.exact.as_ref().and_then(Exact::as_rational).filter(is_short) {
        Some(q) => root(&q),
        None => enclosed(q.ball.sqrt()),
    }
}

fn is_short(value: &Rational) -> bool {
    value.numer().significant_bits() + value.denom().significant_bits() <= LONG
}

fn root(value: &Rational) -> Function {
    let (numerator, denominator) = (value.numer(), value.denom());
    if numerator.is_perfect_square() && denominator.is_perfect_square() {
        return Function::rational(Rational::from((numerator.clone().sqrt(), denominator.clone().sqrt())));
    }
    Function::rational(value.clone()).apply(Primitive::Sqrt)
}

/// A constant of which nothing is known but that it lies in the ball.
pub(super) fn enclosed(ball: Ball) -> Function {
    let text = format!("{:?} ± {:e}", ball.mid(), ball.radius().to_f64());
    let enclose = Arc::new(move |bits: u32| ball.with_bits(bits));
    Node::Constant(Constant { text, enclose }).into()
}
