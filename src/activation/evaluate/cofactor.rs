//! Values of the cofactor of a zero: by its quotient away from t = 0, and by its slope near it.
//!
//! The quotient loses m log2(1/|t|) bits, which the working precision makes up for. Whatever evaluation needs is made once for
//! each cofactor and kept beside it.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::analytic::Analytic;
use super::balls::{DOUBLE_BITS, Evaluator, evaluate};
use super::range::Range;
use super::tape::Tape;
use crate::activation::tree::Cofactor;
use crate::number::{Ball, Interval, Rectangle};

/// h and the slope made ready for each kind of evaluation.
#[derive(Default)]
struct Prepared {
    balls: Mutex<Vec<Arc<InBalls>>>,
    rectangles: OnceLock<[Analytic; 2]>,
    ranges: OnceLock<[Range; 2]>,
    tapes: OnceLock<[Tape; 2]>,
    center: OnceLock<Interval>,
}

/// What evaluation in balls needs at one precision.
struct InBalls {
    bits: u32,
    zero: Ball,
    numerator: Evaluator,
    slope: Evaluator,
}

/// Precisions are rounded up to a multiple of this, so that few are prepared.
const UNIT: u32 = 64;
/// A quotient that needs more bits than this times the result's is left to the slope.
const MOST_LOSS: f64 = 8.0;

impl Cofactor {
    fn prepared(&self) -> &Prepared {
        self.kept(Prepared::default)
    }

    fn in_balls(&self, bits: u32) -> Arc<InBalls> {
        let bits = bits.next_multiple_of(UNIT);
        let mut known = self.prepared().balls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.iter().find(|prepared| prepared.bits == bits) {
            return Arc::clone(found);
        }
        let prepared = Arc::new(InBalls {
            bits,
            zero: evaluate(self.zero(), &Ball::zero(bits)),
            numerator: Evaluator::new(self.numerator(), bits),
            slope: Evaluator::new(self.slope(), bits),
        });
        known.push(Arc::clone(&prepared));
        prepared
    }

    /// The value over a ball of t.
    #[must_use]
    pub fn ball(&self, t: &Ball) -> Ball {
        let bits = t.bits();
        if !t.is_finite() {
            return Ball::unknown(bits);
        }
        let least = t.least_magnitude();
        let lost = if least.is_zero() { f64::INFINITY } else { f64::from(self.order()) * (-least.log2()).max(0.0) };
        let quotient = (lost <= MOST_LOSS * f64::from(bits) + 512.0).then(|| {
            let prepared = self.in_balls(bits + lost as u32 + 16);
            let t = t.with_bits(prepared.bits);
            let value = prepared.numerator.value(&(&prepared.zero + &t)) / t.power(self.order());
            value.with_bits(bits)
        });
        let settled =
            |value: &Ball| value.is_finite() && value.radius().log2() < value.magnitude().log2() - 0.8 * f64::from(bits);
        if let Some(value) = quotient.as_ref().filter(|value| settled(value)) {
            return value.clone();
        }
        let zero = rug::Float::new(2);
        let segment = Ball::interval(&t.low().min(&zero), &t.high().max(&zero), bits + 16);
        let prepared = self.in_balls(bits + 16);
        let mean = prepared.slope.value(&(&prepared.zero + &segment)).with_bits(bits);
        match quotient.filter(Ball::is_finite) {
            Some(value) if !mean.is_finite() || value.radius() < mean.radius() => value,
            _ => mean,
        }
    }

    /// The operations of h and of the slope.
    pub(super) fn tapes(&self) -> &[Tape; 2] {
        self.prepared().tapes.get_or_init(|| [self.numerator(), self.slope()].map(Tape::new))
    }

    /// h and the slope prepared for rectangles.
    pub(super) fn rectangles(&self) -> &[Analytic; 2] {
        self.prepared().rectangles.get_or_init(|| [self.numerator(), self.slope()].map(Analytic::new))
    }

    /// h and the slope prepared for real intervals.
    pub(super) fn ranges(&self) -> &[Range; 2] {
        self.prepared().ranges.get_or_init(|| [self.numerator(), self.slope()].map(Range::of))
    }

    /// The values on a rectangle of t around 0; `None` where it is not shown to be analytic.
    #[must_use]
    pub fn over(&self, t: Rectangle) -> Option<Rectangle> {
        self.rectangles()[1].value(Rectangle::real(self.center()) + t)
    }

    /// An enclosure of c.
    pub(super) fn center(&self) -> Interval {
        let enclosed = || Interval::of_ball(&evaluate(self.zero(), &Ball::zero(DOUBLE_BITS)));
        *self.prepared().center.get_or_init(enclosed)
    }
}
