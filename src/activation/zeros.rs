//! All real zeros of a smooth function on an interval, each isolated with proof.
//!
//! Rational functions with rational coefficients are reduced to the square-free part of the numerator, so that every zero is
//! simple; other functions lose the factors that cannot vanish. Then bisection in interval arithmetic: a piece is dropped where
//! f excludes 0 and settled where f is monotone. A multiple zero shows as a piece on which f and f′ may vanish but some higher
//! derivative does not: the zeros of each derivative cut the piece into monotone parts of the one below, and a zero of f′ at
//! which f cannot be told from 0 with [`DECIDING_BITS`] bits counts as a zero of f. A zero found to be rational is exact.

use std::cmp::Ordering;
use std::sync::{Arc, Mutex, PoisonError};

use rug::{Float, Rational};

use super::range::Range;
use super::{Evaluator, Function, Node, Primitive, derivative};
use crate::number::{Ball, Interval, Polynomial};

/// Precision at which a value that is not separated from 0 counts as 0.
const DECIDING_BITS: u32 = 400;
/// Derivatives tried at a multiple zero.
const ORDERS: usize = 6;
/// Pieces examined before giving up.
const EFFORT: usize = 60_000;
/// Largest degree for which the polynomial path is taken.
const DEGREE: usize = 64;
/// Denominators tried when a zero may be rational.
const DENOMINATOR: u32 = 1_000_000;

/// A real zero of a function.
#[derive(Clone, Debug)]
pub struct Root {
    place: Place,
    near: f64,
    /// The finest enclosure so far, and the bits it was asked for.
    finest: Arc<Mutex<Option<(u32, Ball)>>>,
}

#[derive(Clone, Debug)]
enum Place {
    Exact(Rational),
    /// The only zero of `function` between `low` and `high`, where it has the signs `rising` and not `rising`.
    Between {
        function: Function,
        slope: Function,
        low: Float,
        high: Float,
        rising: bool,
    },
}

/// The zeros near a point could not be told apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct NotIsolated {
    pub(super) near: f64,
}

impl Root {
    /// The zero at a rational point.
    pub fn exact(value: impl Into<Rational>) -> Self {
        let value = value.into();
        Self { near: value.to_f64(), place: Place::Exact(value), finest: Arc::default() }
    }

    fn between(function: &Function, slope: &Function, low: Float, high: Float, rising: bool) -> Self {
        let place = Place::Between { function: function.clone(), slope: slope.clone(), low, high, rising };
        let mut root = Self { place, near: 0.0, finest: Arc::default() };
        root.near = root.refine(80).to_f64();
        root
    }

    /// Its value, when it is known to be rational.
    #[must_use]
    pub fn as_rational(&self) -> Option<&Rational> {
        if let Place::Exact(value) = &self.place { Some(value) } else { None }
    }

    /// The zero to the nearest double or its neighbour.
    #[must_use]
    pub fn to_f64(&self) -> f64 {
        self.near
    }

    /// An enclosure whose radius is about 2^−bits relative to max(|zero|, 1), unless the function cannot be had so precisely.
    #[must_use]
    pub fn refine(&self, bits: u32) -> Ball {
        match &self.place {
            Place::Exact(value) => Ball::rational(value, bits),
            Place::Between { function, slope, low, high, rising } => {
                let mut finest = self.finest.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some((_, ball)) = finest.as_ref().filter(|(known, _)| *known >= bits) {
                    return ball.with_bits(bits + 8);
                }
                let mut bracket = Bracket { low: low.clone(), high: high.clone(), rising: *rising };
                let ball = bracket.refine(function, slope, bits);
                *finest = Some((bits, ball.clone()));
                ball
            }
        }
    }
}

/// An interval with a change of sign.
struct Bracket {
    low: Float,
    high: Float,
    rising: bool,
}

impl Bracket {
    /// Interval Newton steps, with a bisection wherever one does not shrink the interval to a quarter.
    fn refine(&mut self, function: &Function, slope: &Function, bits: u32) -> Ball {
        let mut precision = 80;
        let mut x = self.ball(precision);
        for _ in 0..4 * bits {
            let scale = x.magnitude().log2_ceil().max(0);
            if x.radius().log2_ceil() <= scale - i64::from(bits) {
                break;
            }
            precision = ((scale - x.radius().log2_ceil()).clamp(40, i64::from(bits)) as u32 * 2 + 40).min(bits + 40);
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
    fn halve(&mut self, function: &Function, bits: u32, part: u32) -> bool {
        let middle = Float::with_val(bits, &self.high - &self.low) / part + &self.low;
        if middle <= self.low || middle >= self.high {
            return false;
        }
        match sign_at(function, &middle, bits + 60) {
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
fn newton(function: &Function, slope: &Function, x: &Ball) -> Ball {
    let middle = Ball::new(x.mid().clone(), crate::number::Magnitude::ZERO);
    let step = Evaluator::new(function, x.bits()).value(&middle) / Evaluator::new(slope, x.bits()).value(x);
    middle - step
}

/// The sign of f at a point, with more bits until it is decided or `bits` are not enough.
pub(super) fn sign_at(function: &Function, x: &Float, bits: u32) -> Option<Ordering> {
    let mut precision = 80;
    loop {
        let precision_here = precision.min(bits.max(80));
        let point = Ball::new(Float::with_val(x.prec().max(precision_here), x), crate::number::Magnitude::ZERO);
        let sign = Evaluator::new(function, precision_here).value(&point).sign();
        if sign.is_some() || precision >= bits {
            return sign;
        }
        precision *= 2;
    }
}

/// The sign of f at a root of another function; `None` when it cannot be told from 0.
pub(super) fn sign_at_root(function: &Function, root: &Root) -> Option<Ordering> {
    if let Some(value) = root.as_rational()
        && let Some(value) = function.substitute(&Function::rational(value.clone())).as_rational()
    {
        return Some(value.cmp0());
    }
    Evaluator::new(function, DECIDING_BITS).value(&root.refine(DECIDING_BITS)).sign()
}

/// The zeros of a smooth `function` in [low, high], ascending; one at an end may be left out.
pub(super) fn zeros(function: &Function, low: f64, high: f64) -> Result<Vec<Root>, NotIsolated> {
    let mut roots: Vec<Root> = Vec::new();
    let mut effort = EFFORT;
    for factor in factors(function) {
        for root in Search::new(&factor).run(low, high, &mut effort)? {
            if !roots.iter().any(|known| coincide(known, &root)) {
                roots.push(root);
            }
        }
    }
    roots.sort_by(|a, b| a.to_f64().total_cmp(&b.to_f64()));
    Ok(roots)
}

/// Whether two zeros cannot be told apart.
pub(super) fn coincide(a: &Root, b: &Root) -> bool {
    if let (Some(a), Some(b)) = (a.as_rational(), b.as_rational()) {
        return a == b;
    }
    (a.to_f64() - b.to_f64()).abs() < 1e-9 && a.refine(DECIDING_BITS).overlaps(&b.refine(DECIDING_BITS))
}

/// Functions whose zeros together are those of `function` (where it is defined), without multiple zeros where that is easy.
fn factors(function: &Function) -> Vec<Function> {
    use Primitive::{Abs, Asin, Atan, Cosh, Erf, Erfc, Exp, Log, NormalCdf, Sigmoid, Sinh, Softplus, Sqrt, Tan, Tanh};
    if function.is_constant() {
        return Vec::new();
    }
    if let Some(numerator) = rational_function(function).map(|(numerator, _)| numerator) {
        return if numerator.is_zero() { Vec::new() } else { vec![horner(&square_free(&numerator))] };
    }
    match function.node() {
        Node::Negate(a) | Node::Divide(a, _) => factors(a),
        Node::Multiply(a, b) => [factors(a), factors(b)].concat(),
        Node::Power(a, b) if b.as_rational().is_some_and(|b| *b > 0) => factors(a),
        Node::Apply(Exp | Cosh | Sigmoid | NormalCdf | Erfc | Softplus, _) => Vec::new(),
        Node::Apply(Tanh | Sinh | Atan | Asin | Erf | Sqrt | Abs, a) => factors(a),
        Node::Apply(Tan, a) => vec![a.apply(Primitive::Sin)],
        Node::Apply(Log, a) => factors(&(a.clone() - Function::rational(1))),
        _ => vec![function.clone()],
    }
}

type Fraction = (Polynomial<Rational>, Polynomial<Rational>);

/// Numerator and denominator of a rational function with rational coefficients.
fn rational_function(function: &Function) -> Option<Fraction> {
    let constant = |value: Rational| Polynomial::new(vec![value]);
    let fraction = match function.node() {
        Node::X => (Polynomial::new(vec![Rational::new(), Rational::from(1)]), constant(Rational::from(1))),
        Node::Rational(value) => (constant(value.clone()), constant(Rational::from(1))),
        Node::Negate(a) => {
            let (p, q) = rational_function(a)?;
            (p.map(|c| Rational::from(-c)), q)
        }
        Node::Add(a, b) => sum(rational_function(a)?, rational_function(b)?, 1),
        Node::Subtract(a, b) => sum(rational_function(a)?, rational_function(b)?, -1),
        Node::Multiply(a, b) => {
            let ((p, q), (r, s)) = (rational_function(a)?, rational_function(b)?);
            (p.times(&r), q.times(&s))
        }
        Node::Divide(a, b) => {
            let ((p, q), (r, s)) = (rational_function(a)?, rational_function(b)?);
            (p.times(&s), q.times(&r))
        }
        Node::Power(a, b) => {
            let n = b.integer().filter(|n| n.unsigned_abs() as usize <= DEGREE)?;
            let (p, q) = rational_function(a)?;
            let (p, q) = if n < 0 { (q, p) } else { (p, q) };
            (power(&p, n.unsigned_abs())?, power(&q, n.unsigned_abs())?)
        }
        _ => return None,
    };
    (fraction.0.degree().max(fraction.1.degree()) <= DEGREE && !fraction.1.is_zero()).then_some(fraction)
}

fn sum((p, q): Fraction, (r, s): Fraction, sign: i32) -> Fraction {
    let r = r.map(|c| Rational::from(c * -sign));
    if q == s {
        return (p.minus(&r).trimmed(), q);
    }
    (p.times(&s).minus(&r.times(&q)).trimmed(), q.times(&s))
}

fn power(base: &Polynomial<Rational>, n: u32) -> Option<Polynomial<Rational>> {
    if base.degree() * n as usize > DEGREE {
        return None;
    }
    Some((0..n).fold(Polynomial::new(vec![Rational::from(1)]), |product, _| product.times(base)))
}

fn square_free(polynomial: &Polynomial<Rational>) -> Polynomial<Rational> {
    let common = polynomial.gcd(&polynomial.derivative());
    if common.degree() == 0 { polynomial.clone().trimmed() } else { polynomial.divide(&common).0 }
}

/// The polynomial as a function, by Horner's rule.
fn horner(polynomial: &Polynomial<Rational>) -> Function {
    let constant = |c: &Rational| Function::rational(c.clone());
    let mut terms = polynomial.coefficients.iter().rev();
    let first = terms.next().map_or_else(|| Function::rational(0), constant);
    terms.fold(first, |value, c| value * Function::x() + constant(c))
}

/// A function with its derivatives, as trees and on intervals.
struct Search {
    functions: Vec<Function>,
    ranges: Vec<Range>,
}

impl Search {
    fn new(function: &Function) -> Self {
        let mut search = Self { functions: vec![function.clone()], ranges: vec![Range::new(function)] };
        search.order(1);
        search
    }

    /// Makes the derivatives up to `order` ready.
    fn order(&mut self, order: usize) {
        while self.functions.len() <= order {
            let next = derivative(&self.functions[self.functions.len() - 1]);
            self.ranges.push(Range::new(&next));
            self.functions.push(next);
        }
    }

    fn run(&mut self, low: f64, high: f64, effort: &mut usize) -> Result<Vec<Root>, NotIsolated> {
        let ends = (low, high);
        let mut waiting = vec![(low, high, 0)];
        let mut roots: Vec<Root> = Vec::new();
        while let Some((low, high, depth)) = waiting.pop() {
            let middle = low + (high - low) * 0.493_7;
            *effort = effort.checked_sub(1).ok_or(NotIsolated { near: middle })?;
            let piece = Interval::new(low, high);
            if !self.ranges[0].over(piece).contains(0.0) {
                continue;
            }
            let settled = self.monotone_order(piece, depth).is_some_and(|order| self.settle(order, low, high, &mut roots));
            if settled {
                continue;
            }
            if middle <= low || middle >= high || high - low < 1e-13 * (1.0 + low.abs()) {
                // next to an end, where the function may be undefined, this is the end itself
                if low > ends.0 && high < ends.1 {
                    return Err(NotIsolated { near: middle });
                }
            } else {
                waiting.push((middle, high, depth + 1));
                waiting.push((low, middle, depth + 1));
            }
        }
        Ok(roots)
    }

    /// The least order of a derivative that does not vanish on the piece; orders above 1 only on pieces already short.
    fn monotone_order(&mut self, piece: Interval, depth: usize) -> Option<usize> {
        let most = if depth < 8 { 1 } else { ORDERS };
        (1..=most).find(|order| {
            self.order(*order);
            !self.ranges[*order].over(piece).contains(0.0)
        })
    }

    /// Adds the zeros on a piece where the derivative of this order has one sign; false when a sign at an end is not decided.
    fn settle(&self, order: usize, low: f64, high: f64, roots: &mut Vec<Root>) -> bool {
        let mut cuts: Vec<Root> = Vec::new();
        for level in (0..order).rev() {
            match self.between(level, low, high, &cuts) {
                Some(zeros) => cuts = zeros,
                None => return false,
            }
        }
        for root in cuts {
            let root = self.rational(root);
            if !roots.iter().any(|known| coincide(known, &root)) {
                roots.push(root);
            }
        }
        true
    }

    /// The zeros of a derivative, given those of the next one; `None` when its sign at an end is not decided.
    fn between(&self, level: usize, low: f64, high: f64, cuts: &[Root]) -> Option<Vec<Root>> {
        let function = &self.functions[level];
        let ends =
            [Root::exact(Rational::from_f64(low).unwrap_or_default()), Root::exact(Rational::from_f64(high).unwrap_or_default())];
        let points: Vec<&Root> = [&ends[0]].into_iter().chain(cuts).chain([&ends[1]]).collect();
        let mut found: Vec<Root> = Vec::new();
        let mut before: Option<(Float, Ordering)> = None;
        for (index, point) in points.iter().enumerate() {
            let place = point.refine(DECIDING_BITS);
            match sign_at_root(function, point) {
                Some(sign) if sign != Ordering::Equal => {
                    if let Some((left, known)) = before.take()
                        && known != sign
                    {
                        let (low, high) = (left, place.low());
                        found.push(Root::between(function, &self.functions[level + 1], low, high, sign == Ordering::Greater));
                    }
                    before = Some((place.high(), sign));
                }
                None if index == 0 || index + 1 == points.len() => return None,
                _ => {
                    found.push((*point).clone());
                    before = None;
                }
            }
        }
        Some(found)
    }

    /// The same zero as an exact rational, when a simple one is a zero.
    fn rational(&self, root: Root) -> Root {
        if root.as_rational().is_some() {
            return root;
        }
        let ball = root.refine(120);
        let Some(candidate) = simplest(&ball) else { return root };
        let value = self.functions[0].substitute(&Function::rational(candidate.clone()));
        if value.is_zero() { Root::exact(candidate) } else { root }
    }
}

/// A rational of small denominator in the ball, by the continued fraction of its midpoint.
pub(super) fn simplest(ball: &Ball) -> Option<Rational> {
    let mut rest = ball.mid().to_rational()?;
    let (mut p, mut q) = ((rug::Integer::from(0), rug::Integer::from(1)), (rug::Integer::from(1), rug::Integer::from(0)));
    for _ in 0..40 {
        let whole = rest.clone().floor().into_numer_denom().0;
        p = (p.1.clone(), rug::Integer::from(&whole * &p.1) + p.0);
        q = (q.1.clone(), rug::Integer::from(&whole * &q.1) + q.0);
        if q.1 > DENOMINATOR {
            return None;
        }
        let candidate = Rational::from((p.1.clone(), q.1.clone()));
        if ball.contains(&candidate) {
            return Some(candidate);
        }
        rest -= &whole;
        if rest.is_zero() {
            return None;
        }
        rest = rest.recip();
    }
    None
}
