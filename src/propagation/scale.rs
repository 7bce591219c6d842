//! The standard deviation √q of a variance q, as the constant at which Gaussian integrals are taken.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

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

/// The precisions at which a constant is found are multiples of this.
const UNIT: u32 = 64;

/// A constant that is found to any precision, each once: `find` gives it to that many bits, or none.
pub(super) fn found(text: String, find: impl Fn(u32) -> Option<Ball> + Send + Sync + 'static) -> Function {
    let known: Mutex<HashMap<u32, Ball>> = Mutex::default();
    let enclose = move |bits: u32| {
        let finer = bits.next_multiple_of(UNIT);
        let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
        let ball = known.entry(finer).or_insert_with(|| find(finer).unwrap_or_else(|| Ball::unknown(finer)));
        ball.with_bits(bits + 8)
    };
    Node::Constant(Constant { text, enclose: Arc::new(enclose), is_ball: false }).into()
}

/// A constant of which nothing is known but that it lies in the ball.
pub(super) fn enclosed(ball: Ball) -> Function {
    let text = format!("{:?} ± {:e}", ball.mid(), ball.radius().to_f64());
    // a radius below all doubles is not in the text
    let is_ball = ball.radius().is_zero() || ball.radius().to_f64() >= f64::MIN_POSITIVE;
    let enclose = Arc::new(move |bits: u32| ball.with_bits(bits));
    Node::Constant(Constant { text, enclose, is_ball }).into()
}
