//! A real zero of a function: an exact rational, or the only zero between two ends, refined on demand.
//!
//! Interval Newton steps with the proved derivative, first in doubles and then in balls; a bisection wherever a step does not
//! shrink the interval enough.

use std::cmp::Ordering;
use std::sync::atomic::{AtomicU64, Ordering as AtomicOrdering};
use std::sync::{Arc, Mutex, PoisonError};

use rug::{Float, Rational};

use super::probe::Probe;
use crate::activation::evaluate::DOUBLE_BITS;
use crate::activation::tree::{Constant, Function, Node};
use crate::number::{Ball, Interval, Job, Magnitude};

/// Precision at which a value that is not separated from 0 counts as 0.
pub(super) const DECIDING_BITS: u32 = 400;

/// A real zero of a function.
#[derive(Clone, Debug)]
pub struct Root {
    isolation: Isolation,
    range: Interval,
    /// The finest enclosure so far, and the bits it was asked for.
    finest: Arc<Mutex<Option<(u32, Ball)>>>,
    /// Steps of evaluations that nobody has accounted for.
    steps: Arc<AtomicU64>,
}

/// How the zero is told from all other numbers.
#[derive(Clone, Debug)]
enum Isolation {
    Exact(Rational),
    /// The only zero of `function` between `low` and `high`, where it has the signs `rising` and not `rising`.
    Between {
        function: Arc<Probe>,
        slope: Arc<Probe>,
        low: Float,
        high: Float,
        rising: bool,
    },
}

impl Root {
    /// The zero at a rational point.
    pub fn exact(value: impl Into<Rational>) -> Self {
        let value = value.into();
        let range = Interval::of_ball(&Ball::rational(&value, DOUBLE_BITS));
        Self { range, isolation: Isolation::Exact(value), finest: Arc::default(), steps: Arc::default() }
    }

    /// The zero at a double.
    pub(super) fn double(value: f64) -> Self {
        let isolation = Isolation::Exact(Rational::from_f64(value).unwrap_or_default());
        Self { range: Interval::point(value), isolation, finest: Arc::default(), steps: Arc::default() }
    }

    pub(super) fn between(function: &Arc<Probe>, slope: &Arc<Probe>, low: Float, high: Float, rising: bool) -> Self {
        let isolation =
            |low, high| Isolation::Between { function: Arc::clone(function), slope: Arc::clone(slope), low, high, rising };
        let ends = Interval::new(low.to_f64(), high.to_f64());
        let mut root =
            Self { isolation: isolation(low.clone(), high.clone()), range: ends, finest: Arc::default(), steps: Arc::default() };
        // ends moved to doubles might let another zero in
        if ends.is_finite() && low == ends.low && high == ends.high {
            root.range = narrowed(function, slope, ends, rising);
            root.isolation = isolation(Float::with_val(53, root.range.low), Float::with_val(53, root.range.high));
            if root.range.high - root.range.low <= 1e-12 * root.range.magnitude() {
                return root;
            }
        }
        root.range = Interval::of_ball(&root.refine(DOUBLE_BITS));
        root
    }

    /// Its value, when it is known to be rational.
    #[must_use]
    pub fn as_rational(&self) -> Option<&Rational> {
        if let Isolation::Exact(value) = &self.isolation { Some(value) } else { None }
    }

    /// The zero in double precision, to some units of the last place wherever doubles can tell.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.range.middle()
    }

    /// Doubles on both sides of the zero.
    #[must_use]
    pub fn range(&self) -> Interval {
        self.range
    }

    /// An enclosure whose radius is about 2^−bits relative to max(|zero|, 1), unless the function cannot be had so precisely.
    #[must_use]
    pub fn refine(&self, bits: u32) -> Ball {
        match &self.isolation {
            Isolation::Exact(value) => Ball::rational(value, bits),
            Isolation::Between { function, slope, low, high, rising } => {
                let mut finest = self.finest.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((_, ball)) = finest.as_ref().filter(|(known, _)| *known >= bits) {
                    return ball.with_bits(bits + 8);
                }
                let mut bracket = Bracket { low: low.clone(), high: high.clone(), rising: *rising, steps: 0 };
                let ball = bracket.refine(function, slope, bits);
                self.steps.fetch_add(bracket.steps, AtomicOrdering::Relaxed);
                *finest = Some((bits, ball.clone()));
                ball
            }
        }
    }

    /// As a constant of the language.
    pub(super) fn constant(&self) -> Function {
        if let Some(value) = self.as_rational() {
            return Function::rational(value.clone());
        }
        let (text, root) = (format!("{:.17}", self.to_f64()), self.clone());
        Node::Constant(Constant { text, enclose: Arc::new(move |bits| root.refine(bits)) }).into()
    }

    /// The sign of another function here; `None` when it cannot be told from 0.
    pub(super) fn sign_of(&self, probe: &Probe) -> Option<Ordering> {
        if let Some(sign) = probe.sign_over(self.range) {
            return Some(sign);
        }
        if let Some(value) = self.as_rational()
            && let Some(value) = probe.function.substitute(&Function::rational(value.clone())).as_rational()
        {
            return Some(value.cmp0());
        }
        probe.value(&self.refine(DECIDING_BITS)).sign()
    }

    /// The steps of its refinements since this was asked last: some per bit where the zero is nearly a double one.
    pub(super) fn steps(&self) -> u64 {
        self.steps.swap(0, AtomicOrdering::Relaxed)
    }

    /// Whether two zeros cannot be told apart; what it takes is counted.
    pub(super) fn coincides(&self, other: &Self, job: &Job<'_>) -> bool {
        if let (Some(a), Some(b)) = (self.as_rational(), other.as_rational()) {
            return a == b;
        }
        if self.range.low > other.range.high || other.range.low > self.range.high {
            return false;
        }
        let coincides = self.refine(DECIDING_BITS).overlaps(&other.refine(DECIDING_BITS));
        job.count(self.steps() + other.steps());
        coincides
    }
}

/// The zero's interval shrunk as far as doubles can.
fn narrowed(function: &Probe, slope: &Probe, mut x: Interval, rising: bool) -> Interval {
    for _ in 0..100 {
        let middle = Interval::point(x.middle());
        let value = function.over(middle);
        let step = slope.over(x).inverse().map(|inverse| value * inverse).filter(|step| step.is_finite());
        let newton = step.map(|step| x.intersect(middle - step)).filter(|next| next.high - next.low < 0.5 * (x.high - x.low));
        let next = newton.or_else(|| match value.sign() {
            Some(sign) if sign.is_ne() && x.contains(middle.low) => {
                let keep_low = sign.is_gt() == rising;
                Some(if keep_low { Interval { high: middle.high, ..x } } else { Interval { low: middle.low, ..x } })
            }
            _ => None,
        });
        match next {
            Some(next) if next.high - next.low < 0.75 * (x.high - x.low) => x = next,
            _ => break,
        }
    }
    x
}

/// An interval with a change of sign.
struct Bracket {
    low: Float,
    high: Float,
    rising: bool,
    /// Steps of the evaluations.
    steps: u64,
}

impl Bracket {
    /// Interval Newton steps, with a bisection wherever one does not shrink the interval to a quarter.
    fn refine(&mut self, function: &Probe, slope: &Probe, bits: u32) -> Ball {
        let mut precision = DOUBLE_BITS;
        let mut x = self.ball(precision);
        for _ in 0..4 * bits {
            let scale = x.magnitude().log2_ceil().max(0);
            if x.radius().log2_ceil() <= scale - i64::from(bits) {
                break;
            }
            precision = ((scale - x.radius().log2_ceil()).clamp(40, i64::from(bits)) as u32 * 2 + 40).min(bits + 40);
            // few different precisions, so that constants are enclosed seldom
            precision = precision.next_multiple_of(64);
            self.steps += function.ball_cost(precision) + slope.ball_cost(precision);
            let next = newton(function, slope, &x.with_bits(precision));
            if next.is_finite() && next.radius().shifted(2) < x.radius() {
                x = next;
                self.low = x.low();
                self.high = x.high();
            } else if self.halve(function, precision, 2) || self.halve(function, precision, 3) {
                x = self.ball(precision);
            } else {
                break;
            }
        }
        x.with_bits(bits + 8)
    }

    fn ball(&self, bits: u32) -> Ball {
        Ball::interval(&self.low, &self.high, bits)
    }

    /// Keeps the side of low + (high − low)/`part` that has the change of sign.
    fn halve(&mut self, function: &Probe, bits: u32, part: u32) -> bool {
        let middle = Float::with_val(bits, &self.high - &self.low) / part + &self.low;
        if middle <= self.low || middle >= self.high {
            return false;
        }
        self.steps += function.ball_cost(bits + 60);
        match function.sign_at(&middle, bits + 60) {
            Some(Ordering::Equal) => {
                self.low = middle.clone();
                self.high = middle;
            }
            Some(sign) if (sign == Ordering::Greater) == self.rising => self.high = middle,
            Some(_) => self.low = middle,
            None => return false,
        }
        true
    }
}

/// m − f(m)/f′(X), which contains every zero of f in X.
fn newton(function: &Probe, slope: &Probe, x: &Ball) -> Ball {
    let middle = Ball::new(x.mid().clone(), Magnitude::ZERO);
    middle.clone() - function.value(&middle) / slope.value(x)
}
