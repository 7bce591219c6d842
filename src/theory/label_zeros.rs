//! Where a teacher of bounded labels is 0, and how it leaves 0 on either side: y ~ c |z − z₀|ᵏ, in double precision.

use rug::Rational;

use crate::activation::{Function, Program, derivative};

/// Between points at which signs are compared; roots of a teacher that lie nearer are missed, and its labels there are known less well.
const STEP: f64 = 0.015;
/// Bisections of a root.
const BISECTIONS: usize = 100;
/// Against the largest label: a least size like this is 0.
const ZERO: f64 = 1e-13;
/// Distances from a zero at which its order is seen, in powers of 2; of each the half and the quarter too.
const SCALES: [i32; 2] = [-7, -26];
/// An order that differs from a fraction by no more is that fraction,
const ORDER: f64 = 1e-3;
/// of one of these denominators,
const DENOMINATORS: [i32; 2] = [2, 3];
/// at most this.
const MOST: f64 = 12.0;

/// A teacher with its derivative, in doubles.
pub(super) struct Teacher {
    value: Program,
    slope: Program,
}

/// How a teacher leaves 0 on one side.
pub(super) struct Leaving {
    /// k.
    pub order: Rational,
    /// The sign of c.
    pub sign: f64,
}

impl Teacher {
    pub fn new(teacher: &Function) -> Self {
        Self { value: Program::new(teacher), slope: Program::new(&derivative(teacher)) }
    }

    pub fn apply(&self, places: &mut [f64]) {
        self.value.apply(places);
    }

    pub fn at(&self, z: f64) -> f64 {
        let mut value = [z];
        self.value.apply(&mut value);
        value[0]
    }

    /// The zeros inside a piece without kinks: those of sign changes, and those at which the teacher turns. A piece of zeros has none.
    pub fn zeros(&self, [low, high]: [f64; 2], size: f64) -> Vec<f64> {
        let count = ((high - low) / STEP).ceil().max(4.0) as usize;
        let places: Vec<f64> = (1..count).map(|index| low + (high - low) * index as f64 / count as f64).collect();
        let mut values = places.clone();
        self.value.apply(&mut values);
        if values.iter().all(|value| *value == values[0]) {
            return Vec::new();
        }
        let mut found = roots(&self.value, &places, &values);
        let mut slopes = places.clone();
        self.slope.apply(&mut slopes);
        found.extend(roots(&self.slope, &places, &slopes).into_iter().filter(|z| self.at(*z).abs() <= ZERO * size));
        found.sort_by(f64::total_cmp);
        found.dedup_by(|a, b| (*a - *b).abs() <= ZERO * (1.0 + b.abs()));
        found
    }

    /// How the teacher leaves 0 at z₀ towards one side, within a distance up to which it is smooth; none where it does not vanish like a
    /// power, or is constant.
    pub fn leaving(&self, zero: f64, direction: f64, reach: f64) -> Option<Leaving> {
        SCALES.into_iter().filter(|scale| 2.0 * 2f64.powi(*scale) <= reach).find_map(|scale| {
            let mut values: Vec<f64> = (-1..3).map(|half| zero + direction * 2f64.powi(scale - half)).collect();
            self.value.apply(&mut values);
            let sign = values[0].signum();
            if values.iter().any(|value| value.signum() != sign || *value == 0.0 || !value.is_finite()) {
                return None;
            }
            let orders: Vec<f64> = values.windows(2).map(|pair| (pair[0] / pair[1]).log2()).collect();
            // errors of the first and of the second power of the distance, taken off
            let first = [2.0 * orders[1] - orders[0], 2.0 * orders[2] - orders[1]];
            let order = (4.0 * first[1] - first[0]) / 3.0;
            if (first[1] - first[0]).abs() > ORDER {
                return None;
            }
            let fraction = DENOMINATORS.into_iter().find_map(|denominator| {
                let numerator = (order * f64::from(denominator)).round();
                let near = (numerator / f64::from(denominator) - order).abs() <= ORDER;
                (near && numerator >= 1.0 && order <= MOST).then(|| Rational::from((numerator as i32, denominator)))
            })?;
            Some(Leaving { order: fraction, sign })
        })
    }
}

/// Where values of neighbouring places differ in sign, or are 0.
fn roots(program: &Program, places: &[f64], values: &[f64]) -> Vec<f64> {
    let mut found: Vec<f64> = places.iter().zip(values).filter(|(_, value)| **value == 0.0).map(|(place, _)| *place).collect();
    for (ends, pair) in places.windows(2).zip(values.windows(2)) {
        if pair[0] * pair[1] < 0.0 {
            let [mut low, mut high] = [ends[0], ends[1]];
            for _ in 0..BISECTIONS {
                let middle = f64::midpoint(low, high);
                let mut value = [middle];
                program.apply(&mut value);
                if value[0] * pair[0] > 0.0 { low = middle } else { high = middle }
            }
            let mut ends = [low, high];
            program.apply(&mut ends);
            found.push(if ends[0].abs() < ends[1].abs() { low } else { high });
        }
    }
    found
}
