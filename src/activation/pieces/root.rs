//! A real zero of a function: an exact rational, the only zero between two ends, or one so close beside the zero c of another
//! function that its place is c ± e^(−u); refined on demand.
//!
//! Interval Newton steps with the proved derivative, first in doubles and then in balls; a bisection wherever a step does not
//! shrink the interval enough. Two zeros are ordered by enclosures refined until they are disjoint, and equal by proof alone;
//! so is a function 0 at a zero. What [`DECIDING_BITS`] bits leave open counts as equal, and the zero remembers the doubt.

use std::cmp::Ordering;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering as AtomicOrdering};
use std::sync::{Arc, Mutex, PoisonError};

use rug::{Float, Rational};

use super::choice::demands;
use super::factors::{same_zeros, vanish_with};
use super::probe::Probe;
use crate::activation::evaluate::DOUBLE_BITS;
use crate::activation::forms::canonical;
use crate::activation::tree::{Constant, Function, Node};
use crate::number::{Ball, Interval, Job, Magnitude};

/// Precision up to which a sign or an order is sought: 10^−400 beside numbers of size 1 is well within it.
pub(super) const DECIDING_BITS: u32 = 4096;
/// Precisions at which it is tried.
const LADDER: [u32; 3] = [128, 512, DECIDING_BITS];
/// Precision at which the middle between two places is sought at most: e^(−u) beside a place of size 1, u up to [`DEEPEST`].
const FINEST_BITS: u32 = 16_384;
/// Zeros are looked for down to the distance e^−this from a singular point.
pub(super) const DEEPEST: f64 = 4096.0;

/// A real zero of a function.
#[derive(Clone, Debug)]
pub struct Root {
    isolation: Isolation,
    range: Interval,
    /// The finest enclosure so far, and the bits it was asked for.
    finest: Arc<Mutex<Option<(u32, Ball)>>>,
    /// Steps of evaluations that nobody has accounted for.
    steps: Arc<AtomicU64>,
    /// Whether something at the zero was taken for 0 without proof.
    doubtful: Arc<AtomicBool>,
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
    /// centre + sign·e^(−depth), where `function` vanishes.
    Beside {
        function: Function,
        centre: Box<Root>,
        sign: i32,
        depth: Box<Root>,
    },
}

impl Root {
    /// The zero at a rational point.
    pub fn exact(value: impl Into<Rational>) -> Self {
        let value = value.into();
        let range = Interval::of_ball(&Ball::rational(&value, DOUBLE_BITS));
        Self::of(Isolation::Exact(value), range)
    }

    fn of(isolation: Isolation, range: Interval) -> Self {
        Self { range, isolation, finest: Arc::default(), steps: Arc::default(), doubtful: Arc::default() }
    }

    /// The zero at a double.
    pub(super) fn double(value: f64) -> Self {
        let isolation = Isolation::Exact(Rational::from_f64(value).unwrap_or_default());
        Self::of(isolation, Interval::point(value))
    }

    /// The zero of `function` at centre + sign·e^(−depth).
    pub(super) fn beside(function: &Function, centre: &Self, sign: i32, depth: Self) -> Self {
        let (centre, depth) = (Box::new(centre.clone()), Box::new(depth));
        let isolation = Isolation::Beside { function: function.clone(), centre, sign, depth };
        let mut root = Self::of(isolation, Interval::ENTIRE);
        root.range = Interval::of_ball(&root.refine(DOUBLE_BITS));
        root
    }

    pub(super) fn between(function: &Arc<Probe>, slope: &Arc<Probe>, low: Float, high: Float, rising: bool) -> Self {
        let isolation =
            |low, high| Isolation::Between { function: Arc::clone(function), slope: Arc::clone(slope), low, high, rising };
        let ends = Interval::new(low.to_f64(), high.to_f64());
        let mut root = Self::of(isolation(low.clone(), high.clone()), ends);
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
            Isolation::Beside { centre, sign, depth, .. } => {
                let distance = (-&depth.refine(bits + 16)).exp();
                if *sign > 0 { &centre.refine(bits) + &distance } else { &centre.refine(bits) - &distance }
            }
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
        Node::Constant(Constant { text, enclose: Arc::new(move |bits| root.refine(bits)), is_ball: false }).into()
    }

    /// The function of which it is a zero, where that is how it is known.
    pub(super) fn isolating(&self) -> Option<&Function> {
        if let Isolation::Between { function, .. } = &self.isolation { Some(&function.function) } else { None }
    }

    /// The sign of another function here, 0 by proof alone; `None` where it is not finite, or not told from 0, which is noted.
    pub(super) fn sign_of(&self, probe: &Probe) -> Option<Ordering> {
        if let Some(sign) = probe.sign_over(self.range) {
            return Some(sign);
        }
        if let Some(value) = self.as_rational()
            && let Some(value) = probe.function.substitute(&Function::rational(value.clone())).as_rational()
        {
            return Some(value.cmp0());
        }
        let mut finite = false;
        for bits in LADDER {
            let value = probe.value(&self.refine(bits));
            self.steps.fetch_add(probe.ball_cost(bits), AtomicOrdering::Relaxed);
            if let Some(sign) = value.sign() {
                return Some(sign);
            }
            finite = value.is_finite();
            if bits == LADDER[0] {
                if finite && self.is_zero_of(&probe.function) {
                    return Some(Ordering::Equal);
                }
                if !finite && demands(&probe.function).iter().any(|demand| self.is_zero_of(&demand.switch)) {
                    return None;
                }
            }
        }
        if finite {
            self.doubt();
        }
        None
    }

    /// Whether this function, which is finite here or demanded not to vanish, is proved to be 0 here.
    fn is_zero_of(&self, function: &Function) -> bool {
        match &self.isolation {
            Isolation::Exact(value) => canonical(&function.substitute(&Function::rational(value.clone()))).is_zero(),
            Isolation::Between { function: own, low, high, .. } => vanish_with(function, &own.function, low, high),
            Isolation::Beside { function: own, .. } => same_zeros(function, own),
        }
    }

    /// Whether the two are proved to be one zero.
    fn is(&self, other: &Self) -> bool {
        if self.is_copy(other) {
            return true;
        }
        match (&self.isolation, &other.isolation) {
            (Isolation::Exact(a), Isolation::Exact(b)) => a == b,
            (Isolation::Between { function, low, high, .. }, _) => {
                let there = other.refine(LADDER[0]);
                there.low() >= *low && there.high() <= *high && other.is_zero_of(&function.function)
            }
            (_, Isolation::Between { .. }) => other.is(self),
            (Isolation::Beside { centre, sign, depth, .. }, Isolation::Beside { centre: c, sign: s, depth: d, .. }) => {
                sign == s && centre.is(c) && depth.is(d)
            }
            _ => false,
        }
    }

    /// The order of two zeros by proof, equality included; what it takes is counted.
    pub(super) fn compare(&self, other: &Self, job: &Job<'_>) -> Option<Ordering> {
        if self.range.high < other.range.low {
            return Some(Ordering::Less);
        }
        if other.range.high < self.range.low {
            return Some(Ordering::Greater);
        }
        if let (Some(a), Some(b)) = (self.as_rational(), other.as_rational()) {
            return Some(a.cmp(b));
        }
        if let Some(order) = self.beyond(other).or_else(|| other.beyond(self).map(Ordering::reverse)) {
            return Some(order);
        }
        if self.is(other) {
            return Some(Ordering::Equal);
        }
        let order = LADDER.into_iter().find_map(|bits| self.refine(bits).compare(&other.refine(bits)));
        job.count(self.steps() + other.steps());
        order
    }

    /// The order of a zero beside another and that other.
    fn beyond(&self, other: &Self) -> Option<Ordering> {
        match &self.isolation {
            Isolation::Beside { centre, sign, .. } if centre.is(other) => Some(sign.cmp(&0)),
            _ => None,
        }
    }

    /// The order where it is proved; else the two count as one, and that is noted.
    pub(super) fn order(&self, other: &Self, job: &Job<'_>) -> Ordering {
        self.compare(other, job).unwrap_or_else(|| {
            self.doubt();
            other.doubt();
            Ordering::Equal
        })
    }

    /// Notes that something here is taken for 0 without proof.
    pub(crate) fn doubt(&self) {
        self.doubtful.store(true, AtomicOrdering::Relaxed);
    }

    /// Whether something here was taken for 0 without proof.
    #[must_use]
    pub fn is_doubtful(&self) -> bool {
        self.doubtful.load(AtomicOrdering::Relaxed)
    }

    /// The same zero, with no doubt noted.
    pub(super) fn unmarked(&self) -> Self {
        Self { doubtful: Arc::default(), ..self.clone() }
    }

    /// The steps of its refinements since this was asked last: some per bit where the zero is nearly a double one.
    pub(super) fn steps(&self) -> u64 {
        self.steps.swap(0, AtomicOrdering::Relaxed)
    }

    /// Whether this is a copy of the other.
    pub(super) fn is_copy(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.finest, &other.finest)
    }

    /// How much further right the other lies, to about `bits` bits of itself.
    #[must_use]
    pub fn gap(&self, other: &Self, bits: u32) -> Option<Ball> {
        let [low, high] = self.parted(other, bits)?;
        let lost = (-(high - low).magnitude().log2()).max(0.0) as u32;
        Some(other.refine(bits + lost + 16) - self.refine(bits + lost + 16))
    }

    /// Enclosures of two zeros, this one the lesser, with `bits` bits or as many as part them.
    pub(super) fn parted(&self, other: &Self, mut bits: u32) -> Option<[Ball; 2]> {
        while bits <= FINEST_BITS {
            let pair = [self.refine(bits), other.refine(bits)];
            if pair[0].compare(&pair[1]).is_some_and(Ordering::is_lt) {
                return Some(pair);
            }
            bits *= 2;
        }
        None
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
