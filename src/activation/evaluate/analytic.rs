//! Enclosures of a function on complex rectangles, which show that it is analytic there and bound it.
//!
//! Beside the rectangle of values an interval of ln|f| is carried, so that a value beyond the double range keeps its bound.
//! abs, sign, step, max, min and piecewise functions are continued from the real arm that the real part decides: the caller
//! sees to it that the rectangle belongs to a panel of the real line on which that arm is taken
//! (docs/mathematics.md, 'Gaussian integrals').

use std::sync::Arc;

use super::balls::{DOUBLE_BITS, Evaluator};
use super::tape::{Operation, Tape, possible};
use crate::activation::tree::{Cofactor, Function, Primitive};
use crate::number::{Ball, Interval, Rectangle};

/// A function prepared for evaluation on rectangles.
pub struct Analytic {
    tape: Arc<Tape>,
    /// For each operation free of x, its value if it has one.
    constants: Vec<Option<Option<Scaled>>>,
}

/// Values, and the logarithms of their absolute values where these do not follow well from the rectangle.
#[derive(Clone, Copy, Debug)]
struct Scaled {
    value: Rectangle,
    ln: Option<Interval>,
}

/// Values between e^−600 and e^600 are bounded by their rectangle alone.
const PLAIN: f64 = 600.0;
/// Closer to a zero than this the quotient by its power is not looked at (tuned).
const NEAR: f64 = 0.05;
/// Rectangles between these sizes carry no logarithm.
const MODERATE: [f64; 2] = [1e-150, 1e150];

impl Analytic {
    /// Prepares `function`; everything free of x is computed once.
    #[must_use]
    pub fn new(function: &Function) -> Self {
        let tape = Arc::new(Tape::new(function));
        let evaluator = Evaluator::on(Arc::clone(&tape), DOUBLE_BITS);
        let constants = evaluator.constants().iter().map(|ball| ball.as_ref().map(Scaled::constant)).collect();
        Self { tape, constants }
    }

    /// The function's operations.
    #[must_use]
    pub fn tape(&self) -> &Tape {
        &self.tape
    }

    /// The values on the rectangle; `None` where the function is not shown to be analytic on it.
    #[must_use]
    pub fn value(&self, at: Rectangle) -> Option<Rectangle> {
        self.scaled(at).map(|scaled| scaled.value)
    }

    /// An upper bound of ln|f| on the rectangle; `None` where the function is not shown to be analytic on it.
    #[must_use]
    pub fn ln_sup(&self, at: Rectangle) -> Option<f64> {
        self.scaled(at).map(|scaled| scaled.ln().high)
    }

    fn scaled(&self, at: Rectangle) -> Option<Scaled> {
        let mut values: Vec<Scaled> = Vec::with_capacity(self.tape.operations.len());
        for (operation, constant) in self.tape.operations.iter().zip(&self.constants) {
            let value = match constant {
                Some(constant) => (*constant)?,
                None => step(operation, at, &values)?,
            };
            values.push(value);
        }
        values.last().copied()
    }
}

fn step(operation: &Operation, x: Rectangle, values: &[Scaled]) -> Option<Scaled> {
    let at = |index: &usize| values[*index];
    match operation {
        Operation::X => Some(Scaled::of(x)),
        Operation::Rational(_) | Operation::Pi | Operation::Constant(_) => None,
        Operation::Add(a, b) => Some(add(at(a), at(b))),
        Operation::Subtract(a, b) => Some(add(at(a), at(b).negated())),
        Operation::Negate(a) => Some(at(a).negated()),
        Operation::Multiply(a, b) if a == b => integer_power(at(a), 2),
        Operation::Multiply(a, b) => {
            let (a, b) = (at(a), at(b));
            Some(Scaled::bounded(a.value * b.value, || a.ln() + b.ln()))
        }
        Operation::Divide(a, b) => divide(at(a), at(b)),
        Operation::Integer(a, n) => integer_power(at(a), *n),
        Operation::Power(a, b) => power(at(a), at(b)),
        Operation::Max(a, b) => Some(if arm(at(a), at(b))?.is_gt() { at(a) } else { at(b) }),
        Operation::Min(a, b) => Some(if arm(at(a), at(b))?.is_lt() { at(a) } else { at(b) }),
        Operation::Apply(primitive, a) => apply(*primitive, at(a)),
        Operation::Cofactor(k, t) => cofactor(k, at(t)),
        Operation::Select(arms, otherwise) => {
            let possible = possible(arms, *otherwise, |difference| values[difference].value.re.sign());
            if let [only] = possible[..] { Some(values[only]) } else { None }
        }
    }
}

/// The order of the real parts.
fn arm(a: Scaled, b: Scaled) -> Option<std::cmp::Ordering> {
    (a.value.re - b.value.re).sign()
}

impl Scaled {
    fn constant(ball: &Ball) -> Option<Self> {
        let ln = Interval::of_ball(&ball.abs().ln());
        ball.is_finite().then(|| Self::bounded(Rectangle::real(Interval::of_ball(ball)), || ln))
    }

    /// With the logarithm that follows from the rectangle.
    fn of(value: Rectangle) -> Self {
        Self { value, ln: None }
    }

    /// With a logarithm known from elsewhere, asked for where the rectangle alone is not enough; each side sharpens the other.
    fn bounded(value: Rectangle, ln: impl FnOnce() -> Interval) -> Self {
        let [least, most] = MODERATE;
        let away = |part: Interval| part.least_magnitude() > least;
        if value.re.magnitude() < most && value.im.magnitude() < most && (away(value.re) || away(value.im)) {
            return Self::of(value);
        }
        let ln = logarithm(value).intersect(ln());
        if value.is_finite() || ln.high > PLAIN {
            return Self { value, ln: Some(ln) };
        }
        Self { value: value.intersect(Rectangle::disc(Interval::point(ln.high).exp().high)), ln: Some(ln) }
    }

    /// An enclosure of ln|f|.
    fn ln(self) -> Interval {
        self.ln.unwrap_or_else(|| logarithm(self.value))
    }

    fn negated(self) -> Self {
        Self { value: -self.value, ln: self.ln }
    }
}

/// An enclosure of ln|z| over a rectangle.
fn logarithm(value: Rectangle) -> Interval {
    let size = value.magnitude();
    let end = |size: f64, of: fn(Interval) -> f64| Interval::point(size).ln().map_or(f64::NEG_INFINITY, of);
    Interval { low: end(size.low, |ln| ln.low), high: end(size.high, |ln| ln.high) }
}

fn add(a: Scaled, b: Scaled) -> Scaled {
    let value = a.value + b.value;
    let size = value.re.magnitude().max(value.im.magnitude());
    if size < MODERATE[1] && size > MODERATE[0] {
        return Scaled::of(value);
    }
    let (a, b) = (a.ln(), b.ln());
    let (large, small) = if a.high >= b.high { (a, b) } else { (b, a) };
    if small.high == f64::NEG_INFINITY {
        return Scaled::bounded(value, || large);
    }
    let gap = |difference: f64| Interval::point(difference).exp();
    let high = Interval::point(large.high)
        + (Interval::ONE + gap((small.high - large.high).next_up().min(0.0))).ln().unwrap_or(Interval::ENTIRE);
    let margin = (small.high - large.low).next_up();
    let low = if margin < -0.1 {
        Interval::point(large.low) + (Interval::ONE - gap(margin)).ln().unwrap_or(Interval::ENTIRE)
    } else {
        Interval::ENTIRE
    };
    Scaled::bounded(value, || Interval::new(low.low, high.high))
}

/// a/b, where b does not vanish.
fn divide(a: Scaled, b: Scaled) -> Option<Scaled> {
    quotient(a.value.over(b.value), b, || a.ln() - b.ln())
}

fn integer_power(base: Scaled, n: i32) -> Option<Scaled> {
    quotient(base.value.power(n), base, || base.ln() * Interval::point(f64::from(n)))
}

/// A value by its rectangle, or by its logarithm when the rectangle of a divisor that does not vanish has lost it.
fn quotient(value: Option<Rectangle>, divisor: Scaled, ln: impl FnOnce() -> Interval) -> Option<Scaled> {
    let entire = || (divisor.ln().low > f64::NEG_INFINITY).then_some(Rectangle::ENTIRE);
    Some(Scaled::bounded(value.or_else(entire)?, ln))
}

/// The slope on the convex hull of 0 and t, and away from 0 the quotient.
fn cofactor(cofactor: &Cofactor, t: Scaled) -> Option<Scaled> {
    let [numerator, slope] = cofactor.rectangles();
    let center = Rectangle::real(cofactor.center());
    let hull = Rectangle { re: t.value.re.hull(Interval::ZERO), im: t.value.im.hull(Interval::ZERO) };
    // a mean of values lies in their rectangle and below their largest size, but may be smaller than each of them
    let average = |value: Scaled| Scaled::bounded(value.value, || Interval { low: f64::NEG_INFINITY, high: value.ln().high });
    let mean = slope.scaled(center + hull).map(average);
    if mean.is_some() && t.value.magnitude().low < NEAR {
        return mean;
    }
    let order = i32::try_from(cofactor.order()).ok()?;
    let quotient = numerator.scaled(center + t.value).and_then(|value| divide(value, integer_power(t, order)?));
    match (mean, quotient) {
        (Some(a), Some(b)) => Some(Scaled::bounded(a.value.intersect(b.value), || a.ln().intersect(b.ln()))),
        (mean, quotient) => mean.or(quotient),
    }
}

fn power(base: Scaled, exponent: Scaled) -> Option<Scaled> {
    let exponential = base.value.ln()? * exponent.value;
    let ln = || if exponent.value.is_real() { exponential.re.intersect(base.ln() * exponent.value.re) } else { exponential.re };
    Some(Scaled::bounded(exponential.exp(), ln))
}

fn apply(primitive: Primitive, argument: Scaled) -> Option<Scaled> {
    let z = argument.value;
    let value = match primitive {
        Primitive::Exp => return Some(Scaled::bounded(z.exp(), || z.re)),
        Primitive::Sqrt => return Some(Scaled::bounded(z.sqrt()?, || argument.ln().half())),
        Primitive::Abs => return Some(if z.re.sign()?.is_lt() { argument.negated() } else { argument }),
        Primitive::Sin => return Some(Scaled::bounded(z.sin(), || wave(z.im))),
        Primitive::Cos => return Some(Scaled::bounded(z.cos(), || wave(z.im))),
        Primitive::Sinh => return Some(Scaled::bounded(z.sinh(), || wave(z.re))),
        Primitive::Cosh => return Some(Scaled::bounded(z.cosh(), || wave(z.re))),
        Primitive::Erf => return Some(Scaled::bounded(z.erf(), || error_function(z))),
        Primitive::Erfc => return Some(Scaled::bounded(z.erfc(), || error_function(z))),
        Primitive::NormalCdf => return Some(normal_cdf(z)),
        Primitive::Sign => constant(z.re.sign()? as i8),
        Primitive::Step => constant(i8::from(z.re.sign()?.is_gt())),
        Primitive::Log => z.ln()?,
        Primitive::Tan => z.tan()?,
        Primitive::Atan => z.atan()?,
        Primitive::Asin => z.asin()?,
        Primitive::Acos => z.acos()?,
        Primitive::Tanh => z.tanh()?,
        Primitive::Sigmoid => return Some(sigmoid(z.sigmoid()?, z.re)),
        Primitive::Softplus => z.softplus()?,
    };
    Some(Scaled::of(value))
}

fn constant(value: i8) -> Rectangle {
    Rectangle::real(Interval::point(f64::from(value)))
}

/// Bounds of ln|sinh|, ln|cosh| (|sin|, |cos|) from the real (imaginary) part x: sinh|x| ≤ … ≤ e^|x|.
fn wave(x: Interval) -> Interval {
    let least = x.least_magnitude();
    // sinh t ≥ e^(t − 1) for t ≥ 1
    Interval { low: if least >= 1.0 { (least - 1.0).next_down() } else { f64::NEG_INFINITY }, high: x.magnitude() }
}

/// |erf z|, |erfc z| ≤ 2 + (2/√π) e^(y² − x²) min(|y|, 1/|y|) ≤ 3.2 max(1, e^(y² − x²)).
fn error_function(z: Rectangle) -> Interval {
    let growth = z.im.square() - z.re.square();
    Interval { low: f64::NEG_INFINITY, high: (growth.high.max(0.0) + 1.17).next_up() }
}

/// For Φ far on the left, |Φ(z)| ≤ e^(y²/2) Φ(x) ≤ e^((y² − x²)/2)/2 for x ≤ 0.
fn normal_cdf(z: Rectangle) -> Scaled {
    let growth = (z.im.square() - z.re.square()).half();
    let high = if z.re.high <= 0.0 { growth.high } else { growth.high.max(0.0) + 1.17 };
    Scaled::bounded(z.normal_cdf(), || Interval { low: f64::NEG_INFINITY, high: high.next_up() })
}

/// |σ(z)| = |e^z| |1/(1 + e^z)|, and the second factor is at most 2 for x < −1.
fn sigmoid(value: Rectangle, x: Interval) -> Scaled {
    let high = if x.high < -1.0 { x.high + 1.0 } else { f64::INFINITY };
    Scaled::bounded(value, || Interval { low: f64::NEG_INFINITY, high })
}
