//! Values of a function in balls: the result contains f(x) for every x of the argument.
//!
//! A comparison that the ball does not decide gives the hull of the arms that may hold. Outside the domain of a primitive the
//! result says nothing; an arm that is not taken may be undefined.

use std::cmp::Ordering;
use std::sync::Arc;

use super::tape::{Operation, Tape, possible};
use crate::activation::tree::{Function, Node, Primitive};
use crate::number::Ball;

/// Precision of the constants that work in doubles starts from.
pub(in crate::activation) const DOUBLE_BITS: u32 = 80;

/// A function prepared for evaluation at one precision: everything free of x is computed once.
pub struct Evaluator {
    tape: Arc<Tape>,
    bits: u32,
    constants: Vec<Option<Ball>>,
}

/// The value of `function` on the ball `x`, at the precision of `x`.
#[must_use]
pub fn evaluate(function: &Function, x: &Ball) -> Ball {
    Evaluator::new(function, x.bits()).value(x)
}

/// The part of a constant whose size, or that of its inverse, is beyond the exponents of balls; none where it is undefined for another reason.
#[must_use]
pub fn too_large(constant: &Function, bits: u32) -> Option<Function> {
    let at = |f: &Function| evaluate(f, &Ball::zero(bits));
    if !constant.is_constant() || at(constant).is_finite() {
        return None;
    }
    let children = constant.node().children();
    if let Some(part) = children.iter().find(|child| !at(child).is_finite()) {
        return too_large(part, bits);
    }
    let in_domain = match constant.node() {
        Node::Add(..) | Node::Subtract(..) | Node::Multiply(..) | Node::Negate(_) => true,
        Node::Divide(_, b) => at(b).sign().is_some_and(Ordering::is_ne),
        Node::Power(a, n) => match n.integer() {
            Some(n) => n > 0 || !at(a).contains_zero(),
            None => at(a).is_positive(),
        },
        Node::Apply(Primitive::Exp | Primitive::Sinh | Primitive::Cosh, _) => true,
        _ => false,
    };
    in_domain.then(|| constant.clone())
}

impl Evaluator {
    /// Prepares `function` for `bits` bits.
    #[must_use]
    pub fn new(function: &Function, bits: u32) -> Self {
        Self::on(Arc::new(Tape::new(function)), bits)
    }

    /// Prepares the function of a tape for `bits` bits.
    #[must_use]
    pub fn on(tape: Arc<Tape>, bits: u32) -> Self {
        let mut evaluator = Self { tape, bits, constants: Vec::new() };
        let nowhere = Ball::unknown(bits);
        for index in 0..evaluator.tape.operations.len() {
            let value = evaluator.tape.constant[index].then(|| evaluator.step(index, &nowhere, &[]));
            evaluator.constants.push(value);
        }
        evaluator
    }

    /// The values of the operations of the function's tape that are free of x.
    pub(super) fn constants(&self) -> &[Option<Ball>] {
        &self.constants
    }

    /// f over the ball `x`.
    #[must_use]
    pub fn value(&self, x: &Ball) -> Ball {
        let mut values: Vec<Ball> = Vec::with_capacity(self.tape.operations.len());
        for index in 0..self.tape.operations.len() {
            let value = if self.tape.constant[index] { Ball::zero(2) } else { self.step(index, x, &values) };
            values.push(value);
        }
        let last = self.tape.operations.len() - 1;
        self.constants[last].clone().unwrap_or_else(|| values.swap_remove(last))
    }

    fn step(&self, index: usize, x: &Ball, values: &[Ball]) -> Ball {
        let at = |i: usize| self.constants.get(i).and_then(Option::as_ref).unwrap_or_else(|| &values[i]);
        match &self.tape.operations[index] {
            Operation::X => x.with_bits(self.bits),
            Operation::Rational(value) => Ball::rational(value, self.bits),
            Operation::Pi => Ball::pi(self.bits),
            Operation::Constant(constant) => (constant.enclose)(self.bits),
            Operation::Add(a, b) => at(*a) + at(*b),
            Operation::Subtract(a, b) => at(*a) - at(*b),
            Operation::Multiply(a, b) if a == b => at(*a).square(),
            Operation::Multiply(a, b) => at(*a) * at(*b),
            Operation::Divide(a, b) => at(*a) / at(*b),
            Operation::Negate(a) => -at(*a),
            Operation::Integer(a, n) => integer_power(at(*a), *n),
            Operation::Power(a, b) => power(at(*a), at(*b)),
            Operation::Max(a, b) => larger(at(*a), at(*b)),
            Operation::Min(a, b) => -&larger(&-at(*a), &-at(*b)),
            Operation::Apply(primitive, a) => apply(*primitive, at(*a)),
            Operation::Cofactor(cofactor, t) => cofactor.ball(at(*t)),
            Operation::Select(arms, otherwise) => {
                let values = possible(arms, *otherwise, |difference| at(difference).sign());
                let hull = values.into_iter().map(|value| at(value).clone()).reduce(|a, b| hull(&a, &b));
                hull.unwrap_or_else(|| Ball::unknown(self.bits))
            }
        }
    }
}

fn apply(primitive: Primitive, argument: &Ball) -> Ball {
    if argument.is_finite() { (primitive.row().ball)(argument) } else { Ball::unknown(argument.bits()) }
}

fn integer_power(base: &Ball, exponent: i32) -> Ball {
    let power = base.power(exponent.unsigned_abs());
    let power = if exponent % 2 == 0 && base.contains_zero() && exponent != 0 { positive_part(&power) } else { power };
    if exponent < 0 { power.inverse() } else { power }
}

/// The hull of the non-negative numbers of the ball.
fn positive_part(ball: &Ball) -> Ball {
    if !ball.is_finite() || ball.radius().is_zero() {
        return ball.clone();
    }
    Ball::interval(&rug::Float::new(ball.bits()), &ball.high(), ball.bits())
}

fn power(base: &Ball, exponent: &Ball) -> Ball {
    if base.is_exact_zero() && exponent.is_positive() {
        return base.clone();
    }
    (&base.ln() * exponent).exp()
}

fn larger(a: &Ball, b: &Ball) -> Ball {
    match a.compare(b) {
        Some(order) => if order.is_lt() { b } else { a }.clone(),
        None if a.is_finite() && b.is_finite() => {
            let (low, high) = (a.low().max(&b.low()), a.high().max(&b.high()));
            Ball::interval(&low, &high, a.bits().max(b.bits()))
        }
        None => Ball::unknown(a.bits()),
    }
}

fn hull(a: &Ball, b: &Ball) -> Ball {
    if !a.is_finite() || !b.is_finite() {
        return Ball::unknown(a.bits());
    }
    Ball::interval(&a.low().min(&b.low()), &a.high().max(&b.high()), a.bits().max(b.bits()))
}
