//! A function made ready once and then looked at in many places: over intervals of doubles, in balls at any precision, and
//! for its sign.
//!
//! The tape is shared by all evaluations, and the constants are enclosed once a precision. A sign is first sought in doubles
//! and then with more and more bits.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use rug::Float;
use rug::float::Round;

use crate::activation::evaluate::{DOUBLE_BITS, Evaluator, Range, Tape};
use crate::activation::tree::Function;
use crate::number::{Ball, Interval, Magnitude};

/// A function with its tape.
pub(super) struct Probe {
    pub(super) function: Function,
    tape: Arc<Tape>,
    range: Range,
    evaluators: Mutex<Vec<(u32, Arc<Evaluator>)>>,
}

impl std::fmt::Debug for Probe {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Probe({})", self.function)
    }
}

impl Probe {
    pub(super) fn new(function: &Function) -> Self {
        let tape = Arc::new(Tape::new(function));
        let range = Range::new(&tape);
        Self { function: function.clone(), tape, range, evaluators: Mutex::new(Vec::new()) }
    }

    /// Operations of one evaluation.
    pub(super) fn cost(&self) -> u64 {
        self.tape.operations.len() as u64
    }

    /// The steps of one evaluation in balls.
    pub(super) fn ball_cost(&self, bits: u32) -> u64 {
        self.tape.ball_cost(bits)
    }

    /// The steps that a decision in balls counts for.
    pub(super) fn ball_steps(&self) -> u64 {
        500 + self.tape.sign_cost()
    }

    /// The values at the interior points at which the function is defined.
    pub(super) fn over(&self, x: Interval) -> Interval {
        self.range.over(x)
    }

    /// f over the ball `x`, at its precision.
    pub(super) fn value(&self, x: &Ball) -> Ball {
        self.evaluator(x.bits()).value(x)
    }

    /// The sign on an interval that does not hold a zero, read off finite values.
    pub(super) fn sign_over(&self, x: Interval) -> Option<Ordering> {
        let values = self.over(x);
        values.sign().filter(|sign| sign.is_ne() && values.is_finite())
    }

    fn evaluator(&self, bits: u32) -> Arc<Evaluator> {
        let mut known = self.evaluators.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, evaluator)) = known.iter().find(|(at, _)| *at == bits) {
            return Arc::clone(evaluator);
        }
        let evaluator = Arc::new(Evaluator::on(Arc::clone(&self.tape), bits));
        known.push((bits, Arc::clone(&evaluator)));
        evaluator
    }

    /// The sign at a point, with more bits until it is decided or `bits` are not enough.
    pub(super) fn sign_at(&self, x: &Float, bits: u32) -> Option<Ordering> {
        let here = Interval::new(x.to_f64_round(Round::Down), x.to_f64_round(Round::Up));
        if let Some(sign) = self.sign_over(here) {
            return Some(sign);
        }
        let mut precision = DOUBLE_BITS;
        loop {
            let precision_here = precision.min(bits.max(DOUBLE_BITS));
            let point = Ball::new(Float::with_val(x.prec().max(precision_here), x), Magnitude::ZERO);
            let sign = self.evaluator(precision_here).value(&point).sign();
            if sign.is_some() || precision >= bits {
                return sign;
            }
            precision *= 2;
        }
    }
}
