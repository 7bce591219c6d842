//! The cofactor q(t) = g(c + t)/tᵐ of a zero of g of order m at c, and its derivatives: analytic where g is, at t = 0 too.
//!
//! By Taylor's formula with the remainder as an integral, q⁽ʲ⁾(t) = ∫₀¹ m (1 − s)^{m−1} s^j g^{(m+j)}(c + st) ds / m!, which lies
//! in every convex set that holds j! g^{(m+j)}/(m + j)! on the segment from c to c + t. Away from 0 the quotient is sharper; it
//! loses m log2(1/|t|) bits, which the working precision makes up for.

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rug::Rational;

use super::range::Range;
use super::{Analytic, Constant, Evaluator, Function, Node, Root, Tape, derivative};
use crate::number::{Ball, Interval, Rectangle};

/// A derivative of the cofactor of a zero. Cloning is cheap.
#[derive(Clone)]
pub struct Cofactor(Arc<Shared>);

struct Shared {
    /// h with q⁽ʲ⁾(t) = h(c + t)/t^order.
    numerator: Function,
    zero: Root,
    order: u32,
    /// j.
    derivatives: u32,
    /// j! g^{(m+j)}/(m + j)!.
    slope: Function,
    balls: Mutex<Vec<Arc<Prepared>>>,
    rectangles: OnceLock<[Analytic; 2]>,
    ranges: OnceLock<[Range; 2]>,
    tapes: OnceLock<[Tape; 2]>,
}

/// What evaluation in balls needs at one precision.
struct Prepared {
    bits: u32,
    zero: Ball,
    numerator: Evaluator,
    slope: Evaluator,
}

/// Precisions are rounded up to a multiple of this, so that few are prepared.
const UNIT: u32 = 64;
/// A quotient that needs more bits than this times the result's is left to the slope.
const MOST_LOSS: f64 = 8.0;

impl PartialEq for Cofactor {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (&self.0, &other.0);
        Arc::ptr_eq(a, b) || (a.order == b.order && same(&a.zero, &b.zero) && a.numerator == b.numerator)
    }
}

impl fmt::Debug for Cofactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Cofactor({:?}, {}, {})", self.0.numerator, self.0.zero.to_f64(), self.0.order)
    }
}

fn same(a: &Root, b: &Root) -> bool {
    a.as_rational() == b.as_rational() && a.to_f64().to_bits() == b.to_f64().to_bits()
}

/// A zero as a constant of the language: a rational, or a number known to any precision.
pub(super) fn constant(zero: &Root) -> Function {
    if let Some(value) = zero.as_rational() {
        return Function::rational(value.clone());
    }
    let (text, root) = (format!("{:.17}", zero.to_f64()), zero.clone());
    Node::Constant(Constant { text, enclose: Arc::new(move |bits| root.refine(bits)) }).into()
}

impl Cofactor {
    /// The cofactor at `zero` of a g that vanishes there at least to that order, m ≥ 1, and is analytic there.
    pub(super) fn new(g: &Function, zero: &Root, order: u32) -> Self {
        let mut slope = g.clone();
        let mut factorial = rug::Integer::from(1);
        for k in 1..=order {
            slope = derivative(&slope);
            factorial *= k;
        }
        if factorial != 1 {
            slope = Function::rational(Rational::from((1, factorial))) * slope;
        }
        Self::of(g.clone(), zero.clone(), order, 0, slope)
    }

    fn of(numerator: Function, zero: Root, order: u32, derivatives: u32, slope: Function) -> Self {
        let shared = Shared {
            numerator,
            zero,
            order,
            derivatives,
            slope,
            balls: Mutex::default(),
            rectangles: OnceLock::new(),
            ranges: OnceLock::new(),
            tapes: OnceLock::new(),
        };
        Self(Arc::new(shared))
    }

    /// Its value at `t`; a constant where g is a multiple of (x − c)^m.
    pub(super) fn at(self, t: Function) -> Function {
        if self.0.slope.is_constant() { self.0.slope.clone() } else { Node::Cofactor(self, t).into() }
    }

    /// Its derivative: with h/tⁿ, ((x − c) h′ − n h)/t^{n+1}.
    pub(super) fn derivative(&self) -> Self {
        let Shared { numerator, zero, order, derivatives, slope, .. } = &*self.0;
        let lead = self.offset() * derivative(numerator) - Function::rational(*order) * numerator.clone();
        let ratio = Function::rational(Rational::from((derivatives + 1, order + 1)));
        Self::of(lead, zero.clone(), order + 1, derivatives + 1, ratio * derivative(slope))
    }

    /// h with the value h(c + t)/t^order.
    #[must_use]
    pub fn numerator(&self) -> &Function {
        &self.0.numerator
    }

    /// The power of t in the denominator.
    #[must_use]
    pub fn order(&self) -> u32 {
        self.0.order
    }

    /// x − c.
    #[must_use]
    pub fn offset(&self) -> Function {
        Function::x() - constant(&self.0.zero)
    }

    /// h(c + t)/t^order written out.
    #[must_use]
    pub fn quotient(&self, t: &Function) -> Function {
        self.numerator_at(t) / t.power(&Function::rational(self.0.order))
    }

    /// h(c + t).
    #[must_use]
    pub fn numerator_at(&self, t: &Function) -> Function {
        if *t == self.offset() {
            return self.0.numerator.clone();
        }
        self.0.numerator.substitute(&(constant(&self.0.zero) + t.clone()))
    }

    fn prepared(&self, bits: u32) -> Arc<Prepared> {
        let bits = bits.next_multiple_of(UNIT);
        let mut known = self.0.balls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.iter().find(|prepared| prepared.bits == bits) {
            return Arc::clone(found);
        }
        let prepared = Arc::new(Prepared {
            bits,
            zero: self.0.zero.refine(bits),
            numerator: Evaluator::new(&self.0.numerator, bits),
            slope: Evaluator::new(&self.0.slope, bits),
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
        let lost = if least.is_zero() { f64::INFINITY } else { f64::from(self.0.order) * (-least.log2()).max(0.0) };
        let quotient = (lost <= MOST_LOSS * f64::from(bits) + 512.0).then(|| {
            let prepared = self.prepared(bits + lost as u32 + 16);
            let t = t.with_bits(prepared.bits);
            let value = prepared.numerator.value(&(&prepared.zero + &t)) / t.power(self.0.order);
            value.with_bits(bits)
        });
        let settled =
            |value: &Ball| value.is_finite() && value.radius().log2() < value.magnitude().log2() - 0.8 * f64::from(bits);
        if let Some(value) = quotient.as_ref().filter(|value| settled(value)) {
            return value.clone();
        }
        let zero = rug::Float::new(2);
        let segment = Ball::interval(&t.low().min(&zero), &t.high().max(&zero), bits + 16);
        let prepared = self.prepared(bits + 16);
        let mean = prepared.slope.value(&(&prepared.zero + &segment)).with_bits(bits);
        match quotient.filter(Ball::is_finite) {
            Some(value) if !mean.is_finite() || value.radius() < mean.radius() => value,
            _ => mean,
        }
    }

    /// The operations of h and of the slope.
    pub(super) fn tapes(&self) -> &[Tape; 2] {
        self.0.tapes.get_or_init(|| [&self.0.numerator, &self.0.slope].map(Tape::new))
    }

    /// h and the slope prepared for rectangles.
    pub(super) fn rectangles(&self) -> &[Analytic; 2] {
        self.0.rectangles.get_or_init(|| [&self.0.numerator, &self.0.slope].map(Analytic::new))
    }

    /// h and the slope prepared for real intervals.
    pub(super) fn ranges(&self) -> &[Range; 2] {
        self.0.ranges.get_or_init(|| [&self.0.numerator, &self.0.slope].map(Range::of))
    }

    /// The values on a rectangle of t around 0; `None` where it is not shown to be analytic.
    #[must_use]
    pub fn over(&self, t: Rectangle) -> Option<Rectangle> {
        self.rectangles()[1].value(Rectangle::real(self.center()) + t)
    }

    /// An enclosure of c.
    pub(super) fn center(&self) -> Interval {
        Interval::of_ball(&self.0.zero.refine(80))
    }
}
