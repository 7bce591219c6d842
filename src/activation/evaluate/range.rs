//! Values of a function over real intervals in doubles: the result contains f(x) for every interior x at which f is defined.
//!
//! Unlike on rectangles nothing is refused: a choice that the interval does not decide gives the hull of its arms, a pole or a
//! logarithm at an end gives an unbounded interval. This is what isolates the switch points of piecewise functions.

use std::sync::Arc;

use super::balls::{DOUBLE_BITS, Evaluator};
use super::tape::{Operation, Tape, possible};
use crate::activation::tree::{Cofactor, Function, Primitive};
use crate::number::Interval;

/// A function prepared for evaluation on intervals.
pub struct Range {
    tape: Arc<Tape>,
    constants: Vec<Option<Interval>>,
}

impl Range {
    /// Prepares `function`.
    #[must_use]
    pub fn of(function: &Function) -> Self {
        Self::new(&Arc::new(Tape::new(function)))
    }

    /// Prepares a tape; everything free of x is computed once.
    #[must_use]
    pub fn new(tape: &Arc<Tape>) -> Self {
        let evaluator = Evaluator::on(Arc::clone(tape), DOUBLE_BITS);
        let constants = evaluator.constants().iter().map(|ball| ball.as_ref().map(Interval::of_ball)).collect();
        Self { tape: Arc::clone(tape), constants }
    }

    /// An interval around f(x) for every interior x of the argument at which f is defined; its ends may be infinite.
    #[must_use]
    pub fn over(&self, x: Interval) -> Interval {
        let mut values: Vec<Interval> = Vec::with_capacity(self.tape.operations.len());
        for (operation, constant) in self.tape.operations.iter().zip(&self.constants) {
            let value = constant.unwrap_or_else(|| step(operation, x, &values));
            values.push(value);
        }
        values.last().copied().unwrap_or(Interval::ENTIRE)
    }
}

fn step(operation: &Operation, x: Interval, values: &[Interval]) -> Interval {
    let at = |index: &usize| values[*index];
    match operation {
        Operation::X => x,
        Operation::Rational(_) | Operation::Pi | Operation::Constant(_) => Interval::ENTIRE,
        Operation::Add(a, b) => at(a) + at(b),
        Operation::Subtract(a, b) => at(a) - at(b),
        Operation::Multiply(a, b) if a == b => at(a).square(),
        Operation::Multiply(a, b) => at(a) * at(b),
        Operation::Divide(a, b) => at(a) * inverse(at(b)),
        Operation::Negate(a) => -at(a),
        Operation::Integer(a, n) if *n < 0 => inverse(at(a).power(n.unsigned_abs())),
        Operation::Integer(a, n) => at(a).power(n.unsigned_abs()),
        Operation::Power(a, b) => (ln(at(a)) * at(b)).exp(),
        Operation::Max(a, b) => Interval { low: at(a).low.max(at(b).low), high: at(a).high.max(at(b).high) },
        Operation::Min(a, b) => Interval { low: at(a).low.min(at(b).low), high: at(a).high.min(at(b).high) },
        Operation::Apply(primitive, a) => apply(*primitive, at(a)),
        Operation::Cofactor(k, t) => cofactor(k, at(t)),
        Operation::Select(arms, otherwise) => {
            let possible = possible(arms, *otherwise, |difference| values[difference].sign());
            possible.into_iter().map(|value| values[value]).reduce(Interval::hull).unwrap_or(Interval::ENTIRE)
        }
    }
}

/// The quotient, and the slope over the segment from 0.
fn cofactor(cofactor: &Cofactor, t: Interval) -> Interval {
    let ([numerator, slope], center) = (cofactor.ranges(), cofactor.center());
    let mean = slope.over(center + t.hull(Interval::ZERO));
    mean.intersect(numerator.over(center + t) * inverse(t.power(cofactor.order())))
}

/// 1/x over the members that are not 0.
fn inverse(x: Interval) -> Interval {
    if x.low == 0.0 && x.high > 0.0 {
        Interval { low: (1.0 / x.high).next_down(), high: f64::INFINITY }
    } else if x.high == 0.0 && x.low < 0.0 {
        Interval { low: f64::NEG_INFINITY, high: (1.0 / x.low).next_up() }
    } else {
        x.inverse().unwrap_or(Interval::ENTIRE)
    }
}

/// ln x over the positive members.
fn ln(x: Interval) -> Interval {
    let below_top = || Some(Interval { low: f64::NEG_INFINITY, ..Interval::point(x.high).ln()? });
    x.ln().or_else(below_top).unwrap_or(Interval::ENTIRE)
}

fn apply(primitive: Primitive, x: Interval) -> Interval {
    let unit = Interval { low: -1.0, high: 1.0 };
    let positive = Interval { low: 0.0, high: f64::INFINITY };
    match primitive {
        Primitive::Exp => x.exp(),
        Primitive::Log => ln(x),
        Primitive::Sqrt => x.intersect(positive).sqrt().unwrap_or(Interval::ENTIRE),
        Primitive::Abs => x.abs(),
        Primitive::Sign => sign(x, -1.0),
        Primitive::Step => sign(x, 0.0),
        Primitive::Sin => x.sin(),
        Primitive::Cos => x.cos(),
        Primitive::Tan => x.sin() * inverse(x.cos()),
        Primitive::Cosh => x.cosh(),
        Primitive::Asin => x.intersect(unit).asin().intersect(Interval { low: -1.571, high: 1.571 }),
        Primitive::Acos => Interval::PI.half() - x.intersect(unit).asin(),
        Primitive::Tanh => x.increasing(f64::tanh).intersect(unit),
        Primitive::Erf => x.erf(),
        Primitive::Erfc => x.erfc(),
        Primitive::Atan | Primitive::Sinh => x.increasing(primitive.row().double),
        Primitive::NormalCdf | Primitive::Sigmoid | Primitive::Softplus => {
            x.increasing(primitive.row().double).intersect(positive)
        }
    }
}

fn sign(x: Interval, negative: f64) -> Interval {
    let low = if x.low >= 0.0 { 1.0 } else { negative };
    let high = if x.high <= 0.0 { negative } else { 1.0 };
    if low <= high { Interval { low, high } } else { Interval { low: high, high: low } }
}
