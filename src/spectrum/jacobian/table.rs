//! The law in double precision: the state over every point of a bulk, found from its neighbours.

use std::f64::consts::PI;
use std::sync::Arc;

use num_complex::Complex64;

use super::doubles::{Map64, State64};
use super::line::Component;
use crate::spectrum::Table;
use crate::spectrum::distance::Distribution;

/// Points between the ends of a bulk, besides those that crowd at each.
const POINTS: usize = 48;
/// Powers of 1/4 at which they crowd.
const CROWDED: i32 = 14;
/// Steps of a quantile.
const STEPS: usize = 120;

/// An interval outside the support with its ends in x, and where τ ends on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Outside {
    pub from: f64,
    pub to: f64,
    pub component: Component,
    pub end: Option<f64>,
}

/// What the law hands over.
#[derive(Clone, Debug)]
pub(super) struct Doubles {
    /// The equation; none where one point has all of the mass.
    pub map: Option<Map64>,
    /// Ends, the mass below, the mass.
    pub bulks: Vec<([f64; 2], f64, f64)>,
    /// Places and masses, that at 0 first.
    pub points: Vec<[f64; 2]>,
    pub outside: Vec<Outside>,
}

/// The law in doubles.
#[derive(Debug)]
pub struct JacobianTable {
    doubles: Doubles,
    /// Ascending.
    known: Vec<(f64, State64)>,
}

/// Points inside a bulk from the upper end down; towards 0 they crowd in powers.
fn crowded([low, high]: [f64; 2]) -> Vec<f64> {
    let half = 0.5 * (high - low);
    let even = (0..POINTS).map(|index| 1.0 - (PI * (index as f64 + 0.5) / (2 * POINTS) as f64).cos());
    let shares: Vec<f64> = even.chain((1..=CROWDED).map(|order| 0.25f64.powi(order))).collect();
    let mut list: Vec<f64> = shares.iter().flat_map(|share| [high - half * share, low + half * share]).collect();
    list.sort_by(|a, b| b.total_cmp(a));
    list.dedup();
    list.retain(|x| *x > low && *x < high);
    list
}

impl JacobianTable {
    pub(super) fn new(doubles: Doubles) -> Self {
        let mut table = Self { doubles, known: Vec::new() };
        let mut known: Vec<(f64, State64)> = Vec::new();
        for (ends, ..) in &table.doubles.bulks {
            let mut last: Option<(f64, State64)> = None;
            for x in crowded(*ends) {
                let warm = last.as_ref().and_then(|(at, state)| table.near(x, *at, state));
                last = warm.or_else(|| table.path(Complex64::new(x, 0.0))).map(|state| (x, state)).or(last);
                known.extend(last.clone().filter(|(at, _)| *at == x));
            }
        }
        known.sort_by(|a, b| a.0.total_cmp(&b.0));
        table.known = known;
        table
    }

    fn near(&self, x: f64, at: f64, state: &State64) -> Option<State64> {
        let [from, to] = [at, x].map(|x| Complex64::new(x, 0.0));
        let map = self.doubles.map.as_ref()?;
        let guess = map.moved(state, from, to);
        map.settled(to, &guess).or_else(|| map.settled(to, state))
    }

    /// The state over a point inside a bulk, or off the real line.
    pub(super) fn state(&self, z: Complex64) -> Option<State64> {
        if z.im == 0.0 {
            let after = self.known.partition_point(|(at, _)| *at < z.re);
            let mut beside: Vec<&(f64, State64)> =
                [after.checked_sub(1), Some(after)].into_iter().flatten().filter_map(|index| self.known.get(index)).collect();
            beside.sort_by(|a, b| (a.0 - z.re).abs().total_cmp(&(b.0 - z.re).abs()));
            if let Some(found) = beside.into_iter().find_map(|(at, state)| self.near(z.re, *at, state)) {
                return Some(found);
            }
        }
        self.path(z)
    }

    fn path(&self, z: Complex64) -> Option<State64> {
        self.doubles.map.as_ref()?.path(z)
    }

    pub(in crate::spectrum) fn edges(&self) -> Vec<[f64; 2]> {
        self.doubles.bulks.iter().map(|(ends, ..)| *ends).collect()
    }

    fn masses_to(&self, x: f64) -> f64 {
        self.doubles.points.iter().filter(|[place, _]| *place <= x).map(|[_, mass]| mass).sum()
    }

    /// F; NaN where the law cannot be followed.
    pub(in crate::spectrum) fn value(&self, x: f64) -> f64 {
        let mut sum = self.masses_to(x);
        for ([low, high], below, mass) in &self.doubles.bulks {
            if x >= *high {
                sum += mass;
            } else if x > *low {
                let state = self.doubles.map.as_ref().zip(self.state(Complex64::new(x, 0.0)));
                let above = state.map_or(f64::NAN, |(map, state)| map.mass_above(&state));
                let here = (1.0 - above - below).clamp(0.0, *mass);
                return if above.is_nan() { f64::NAN } else { sum + here };
            }
        }
        sum
    }
}

impl Table for JacobianTable {
    fn atom(&self) -> f64 {
        self.doubles.points.iter().filter(|[place, _]| *place == 0.0).map(|[_, mass]| mass).sum()
    }

    fn density(&self, x: f64) -> f64 {
        if !self.doubles.bulks.iter().any(|([low, high], ..)| x > *low && x < *high) {
            return 0.0;
        }
        self.state(Complex64::new(x, 0.0)).map_or(f64::NAN, |state| -state.tau.im / (PI * x))
    }

    fn cdf(&self, x: f64) -> Option<f64> {
        Some(self.value(x)).filter(|value| !value.is_nan())
    }

    fn quantile(&self, p: f64) -> Option<f64> {
        let mut place = 0.0;
        let mut below = 0.0;
        let mut pieces: Vec<(f64, f64, f64)> = self.doubles.points.iter().map(|[place, mass]| (*place, *place, *mass)).collect();
        pieces.extend(self.doubles.bulks.iter().map(|([low, high], _, mass)| (*low, *high, *mass)));
        pieces.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        for (low, high, mass) in pieces {
            place = high;
            if p <= below + mass {
                if low == high {
                    return Some(low);
                }
                let (mut left, mut right) = (low, high);
                for _ in 0..STEPS {
                    let middle = if left > 0.0 && right > 8.0 * left { (left * right).sqrt() } else { 0.5 * (left + right) };
                    let value = self.value(middle);
                    let is_below = if value.is_nan() { middle < 0.5 * (low + high) } else { value < p };
                    if is_below {
                        left = middle;
                    } else {
                        right = middle;
                    }
                    if right - left <= f64::EPSILON * right {
                        break;
                    }
                }
                return Some(0.5 * (left + right));
            }
            below += mass;
        }
        Some(place)
    }

    fn stieltjes(&self, z: Complex64) -> Option<Complex64> {
        if z.im < 0.0 {
            return self.stieltjes(z.conj()).map(|m| m.conj());
        }
        if self.doubles.bulks.is_empty() {
            let points = self.doubles.points.iter().map(|[place, mass]| mass / (place - z));
            return Some(points.sum()).filter(|sum: &Complex64| sum.is_finite());
        }
        let tau = if z.im > 0.0 {
            self.path(z)?.tau
        } else {
            let outside = self.doubles.outside.iter().find(|outside| z.re > outside.from && z.re < outside.to)?;
            outside.component.over(self.doubles.map.as_ref()?, z.re, outside.end).tau
        };
        Some(-(1.0 + tau) / z)
    }

    fn distribution(self: Arc<Self>) -> Option<Distribution> {
        Some(Distribution::of_jacobian(self))
    }
}
