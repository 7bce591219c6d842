//! Zeros and extrema of a quantity of one name that has a value with proved digits at every rational point.
//!
//! A zero is between two points with proved opposite signs, a bracket, which is made as small as the digits asked. At a pole and
//! at a jump the sign changes too: there the values at the ends of the bracket do not fall with its width.

use std::cmp::Ordering;

use roots::{Convergency, find_root_brent};
use rug::{Integer, Rational};

use super::failure::Failure;
use crate::number::Ball;

/// Most values that are asked for one bracket.
const MOST_STEPS: usize = 4000;
/// Within a bracket narrower by 2^-20 the values at its ends fall at least by this power of the width at a zero: 2^(-20/10).
const LEAST_POWER: f64 = 0.1;

/// The value at a point; none where it is undefined or infinite.
pub type Values<'a> = dyn FnMut(&Rational) -> Result<Option<Ball>, Failure> + 'a;

/// A point with the value there, which is none where it is undefined or infinite.
#[derive(Clone)]
pub struct Sample {
    /// The point.
    pub at: Rational,
    /// The value; exactly 0 where that is proved.
    pub value: Option<Ball>,
}

/// What a change of sign is.
pub enum Change {
    /// A zero between these.
    Zero(Rational, Rational),
    /// No zero: the values grow.
    Pole(Rational),
    /// No zero: the values stay away from 0.
    Jump(Rational),
}

/// Why a bracket is not made smaller.
enum Stop {
    /// It is known what it holds.
    Known(Change),
    /// A bracket with a point where an estimate does not tell the sign.
    Hidden(Box<Bracket>, Rational),
}

impl Sample {
    fn sign(&self) -> Option<Ordering> {
        self.value.as_ref().and_then(Ball::sign)
    }

    fn size(&self) -> f64 {
        self.value.as_ref().map_or(f64::NAN, |value| value.to_f64().abs())
    }
}

/// Two points between which the sign changes.
pub struct Bracket {
    low: Sample,
    high: Sample,
}

/// The points where the value is exactly 0, and the brackets, in order.
pub fn changes(samples: &[Sample]) -> (Vec<Rational>, Vec<Bracket>) {
    let (mut zeros, mut brackets) = (Vec::new(), Vec::new());
    let mut before: Option<&Sample> = None;
    for sample in samples {
        match sample.sign() {
            Some(Ordering::Equal) => {
                zeros.push(sample.at.clone());
                before = None;
            }
            // a pole may stand on a point
            None => {}
            Some(sign) => {
                if let Some(low) = before.take().filter(|low| low.sign() == Some(sign.reverse())) {
                    brackets.push(Bracket { low: low.clone(), high: sample.clone() });
                }
                before = Some(sample);
            }
        }
    }
    (zeros, brackets)
}

impl Bracket {
    /// Makes the bracket so small that so many digits are certain, or as small as the errors of estimates allow, the value at a point
    /// being that of `value`.
    ///
    /// # Errors
    /// Those of `value`.
    pub fn closed(self, digits: u32, value: &mut Values) -> Result<Change, Failure> {
        match self.narrowed(digits, value)? {
            Stop::Hidden(bracket, at) => bracket.around(&at, value),
            Stop::Known(change) => Ok(change),
        }
    }

    /// Both ends brought near a point where the sign is not known, from outside.
    fn around(self, at: &Rational, value: &mut Values) -> Result<Change, Failure> {
        const STEPS: u32 = 14;
        let mut ends = [self.low, self.high];
        for end in &mut ends {
            let mut inner = at.clone();
            for _ in 0..STEPS {
                let middle = Rational::from(&end.at + &inner) / 2u32;
                let found = Sample { value: value(&middle)?, at: middle };
                if found.sign() == end.sign() {
                    *end = found;
                } else {
                    inner = found.at;
                }
            }
        }
        let [low, high] = ends;
        Ok(Change::Zero(low.at, high.at))
    }

    fn narrowed(self, digits: u32, value: &mut Values) -> Result<Stop, Failure> {
        let start = self.width();
        let height = self.low.size().max(self.high.size());
        let around_zero = self.low.at < 0 && self.high.at > 0;
        // digits count from the first one: on which side of 0 it is comes first
        let sided = if around_zero { self.cut(Rational::new(), value)? } else { Ok(self) };
        let sided = match sided {
            Ok(sided) => sided,
            Err(stop) => return Ok(stop),
        };
        let mut narrow = match sided.doubles(value)? {
            Ok(narrow) => narrow,
            Err(stop) => return Ok(stop),
        };
        let mut slow = 0;
        for _ in 0..MOST_STEPS {
            let width = narrow.width();
            let (fallen, shrunk) = (narrow.low.size().max(narrow.high.size()) / height, Rational::from(&width / &start).to_f64());
            if shrunk < 1e-6 && fallen > shrunk.powf(LEAST_POWER) {
                let middle = narrow.middle();
                return Ok(Stop::Known(if fallen > 1.0 { Change::Pole(middle) } else { Change::Jump(middle) }));
            }
            if narrow.is_within(digits) {
                break;
            }
            let at = if slow >= 2 { narrow.middle() } else { narrow.secant() };
            match narrow.cut(at, value)? {
                Ok(cut) => narrow = cut,
                Err(stop) => return Ok(stop),
            }
            slow = if narrow.width() * 2u32 > width { slow + 1 } else { 0 };
        }
        narrow.simplest(value).map(Stop::Known)
    }

    /// Brent's method in doubles: a bracket a few units of their last digits wide, or where they stop being of use.
    fn doubles(self, value: &mut Values) -> Result<Result<Self, Stop>, Failure> {
        let mut failed = None;
        let mut seen: Vec<Sample> = Vec::new();
        let function = |x: f64| {
            let Some(at) = Rational::from_f64(x).filter(|_| failed.is_none()) else { return f64::NAN };
            match value(&at) {
                Ok(found) => {
                    let sample = Sample { at, value: found };
                    let double = sample.value.as_ref().map_or(f64::NAN, Ball::to_f64);
                    seen.push(sample);
                    double
                }
                Err(failure) => {
                    failed = Some(failure);
                    f64::NAN
                }
            }
        };
        // where it stops is what matters, not what it calls a root
        drop(find_root_brent(self.low.at.to_f64(), self.high.at.to_f64(), function, &mut Last));
        if let Some(failure) = failed {
            return Err(failure);
        }
        let mut narrow = self;
        for sample in seen {
            if sample.at <= narrow.low.at || sample.at >= narrow.high.at {
                continue;
            }
            match narrow.with(sample) {
                Ok(cut) => narrow = cut,
                Err(stop) => return Ok(Err(stop)),
            }
        }
        Ok(Ok(narrow))
    }

    /// The part with the change of sign, cut at a point inside.
    fn with(self, sample: Sample) -> Result<Self, Stop> {
        match sample.sign() {
            Some(Ordering::Equal) => Err(Stop::Known(Change::Zero(sample.at.clone(), sample.at))),
            None if sample.value.is_some() => Err(Stop::Hidden(Box::new(self), sample.at)),
            // undefined or infinite inside
            None => Err(Stop::Known(Change::Pole(sample.at))),
            sign if sign == self.low.sign() => Ok(Self { low: sample, ..self }),
            Some(_) => Ok(Self { high: sample, ..self }),
        }
    }

    fn cut(self, at: Rational, value: &mut Values) -> Result<Result<Self, Stop>, Failure> {
        let found = value(&at)?;
        Ok(self.with(Sample { at, value: found }))
    }

    fn width(&self) -> Rational {
        Rational::from(&self.high.at - &self.low.at)
    }

    fn middle(&self) -> Rational {
        Rational::from(&self.low.at + &self.high.at) / 2u32
    }

    /// Where the line through both ends passes zero; when that is near an end, beyond it by a few times the distance, so that both
    /// ends come nearer.
    fn secant(&self) -> Rational {
        const NEAR: f64 = 0.1;
        let (low, high) = (self.low.size(), self.high.size());
        let share = low / (low + high);
        let share = match share {
            share if share.is_nan() => 0.5,
            share if share < NEAR => 4.0 * share.max(1e-15),
            share if share > 1.0 - NEAR => 1.0 - 4.0 * (1.0 - share).max(1e-15),
            share => share,
        };
        let width = self.width();
        let step = Rational::from_f64(share).unwrap_or_else(|| Rational::from((1, 2))) * &width;
        shortened(&(step + &self.low.at), &width)
    }

    /// Whether the width is below one unit of two digits more than asked.
    fn is_within(&self, digits: u32) -> bool {
        let size = self.low.at.clone().abs().max(self.high.at.clone().abs());
        self.width() * Integer::from(Integer::u_pow_u(10, digits + 2)) < size
    }

    /// The zero itself where it is the simplest fraction of the bracket.
    fn simplest(self, value: &mut Values) -> Result<Change, Failure> {
        let simple = simplest_between(&self.low.at, &self.high.at);
        if simple.denom().significant_bits() < 40 && value(&simple)?.is_some_and(|value| value.is_exact_zero()) {
            return Ok(Change::Zero(simple.clone(), simple));
        }
        Ok(Change::Zero(self.low.at, self.high.at))
    }
}

/// The end of Brent's method: at an exact zero, or at the last digits.
struct Last;

impl Convergency<f64> for Last {
    fn is_root_found(&mut self, y: f64) -> bool {
        y == 0.0
    }

    fn is_converged(&mut self, x1: f64, x2: f64) -> bool {
        (x1 - x2).abs() <= 4.0 * f64::EPSILON * x1.abs().max(x2.abs())
    }

    fn is_iteration_limit_reached(&mut self, iterations: usize) -> bool {
        iterations > 200
    }
}

/// The number rounded to a binary fraction much finer than the width.
fn shortened(value: &Rational, width: &Rational) -> Rational {
    let shift = (width.denom().significant_bits() + 30).saturating_sub(width.numer().significant_bits());
    let scaled = Rational::from(value << shift);
    Rational::from(scaled.round()) >> shift
}

/// The fraction with the smallest denominator between two numbers, by their continued fractions.
fn simplest_between(low: &Rational, high: &Rational) -> Rational {
    if *low <= 0 && *high >= 0 {
        return Rational::new();
    }
    if *high < 0 {
        return -simplest_between(&Rational::from(-high), &Rational::from(-low));
    }
    let ceiling = Rational::from(low.ceil_ref());
    if ceiling <= *high {
        return ceiling;
    }
    let floor = Rational::from(low.floor_ref());
    let [low, high] = [low, high].map(|end| Rational::from(end - &floor));
    floor + simplest_between(&high.recip(), &low.recip()).recip()
}
