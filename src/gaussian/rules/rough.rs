//! Panels far out, where the weight is so small that doubles are precise enough: sums in intervals, a hundred times faster.
//!
//! Every node is an interval of a few units of the last place that holds it, and f is enclosed over that interval, so that the
//! sums hold those of the exact rule. A panel whose sums come out too wide is left to balls.

use super::legendre::legendre;
use super::panels::Panel;
use super::sums::Sums;
use crate::activation::{Function, Range};
use crate::number::{Ball, Interval};

/// Bits of the tables of nodes.
const TABLE_BITS: u32 = 64;

/// f and f′ over intervals.
pub(super) struct Rough {
    f: Range,
    slope: Option<Range>,
}

/// The sums of a rule, as intervals.
#[derive(Clone)]
pub(super) struct Totals {
    hermite: Vec<Interval>,
    second: Interval,
    energy: Interval,
}

impl Rough {
    /// Prepares f, and f′ when its energy is wanted.
    pub(super) fn new(f: &Function, slope: Option<&Function>) -> Self {
        Self { f: Range::of(f), slope: slope.map(Range::of) }
    }

    /// The sums over one panel; `None` when an interval is wider than `most`.
    pub(super) fn panel(&self, panel: &Panel, order: usize, most: [f64; 3]) -> Option<Totals> {
        let rule = legendre(panel.n, TABLE_BITS);
        let half = (Interval::point(panel.high) - Interval::point(panel.low)).half();
        let mut totals = Totals::zero(order);
        for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
            let weight = half * Interval::point(weight.to_f64()) * NEAR_ONE;
            let offset = half * (Interval::ONE - Interval::point(node.to_f64()) * NEAR_ONE);
            totals.add(self, Interval::point(panel.low) + offset, weight);
            totals.add(self, Interval::point(panel.high) - offset, weight);
        }
        let normalised =
            |k: usize, total: &Interval| (total.high - total.low) / (1..=k).map(|j| (j as f64).sqrt()).product::<f64>();
        let narrow = totals.hermite.iter().enumerate().all(|(k, total)| normalised(k, total) <= most[0]);
        let width = |total: Interval| total.high - total.low;
        (narrow && width(totals.second) <= most[1] && width(totals.energy) <= most[2]).then_some(totals)
    }
}

/// A factor for the rounding of a node or a weight to a double.
const NEAR_ONE: Interval = Interval { low: 1.0 - 2.0 * f64::EPSILON, high: 1.0 + 2.0 * f64::EPSILON };
/// 1/√(2π).
const DENSITY: Interval = Interval { low: 0.398_942_280_401_432_6, high: 0.398_942_280_401_432_8 };

impl Totals {
    /// Nothing yet.
    pub(super) fn zero(order: usize) -> Self {
        Self { hermite: vec![Interval::ZERO; order + 1], second: Interval::ZERO, energy: Interval::ZERO }
    }

    /// Adds w f(x) φ(x) He_k(x), w f² φ and w f′² φ.
    fn add(&mut self, rough: &Rough, x: Interval, weight: Interval) {
        let weight = weight * DENSITY * (-x.square().half()).exp();
        let value = rough.f.over(x);
        let weighted = weight * value;
        self.second = self.second + weighted * value;
        if let Some(slope) = &rough.slope {
            self.energy = self.energy + weight * slope.over(x).square();
        }
        let (mut before, mut now) = (Interval::ZERO, weighted);
        for k in 0..self.hermite.len() {
            self.hermite[k] = self.hermite[k] + now;
            (before, now) = (now, x * now - before * Interval::point(k as f64));
        }
    }

    /// The sums of both.
    pub(super) fn plus(&mut self, other: &Self) {
        for (sum, term) in self.hermite.iter_mut().zip(&other.hermite) {
            *sum = *sum + *term;
        }
        self.second = self.second + other.second;
        self.energy = self.energy + other.energy;
    }

    /// As balls.
    pub(super) fn sums(&self, bits: u32) -> Sums {
        let ball = |total: &Interval| {
            let end = |value: f64| rug::Float::with_val(53, value);
            if total.is_finite() { Ball::interval(&end(total.low), &end(total.high), bits) } else { Ball::unknown(bits) }
        };
        Sums { hermite: self.hermite.iter().map(ball).collect(), second: ball(&self.second), energy: ball(&self.energy) }
    }
}
