//! An axis: a finite range, linear or logarithmic, mapped to the unit interval.

use super::tick::{self, Tick};

/// The largest magnitude an axis shows; keeps the span of every range finite.
pub(super) const LARGEST: f64 = 1e300;
/// The smallest positive value a logarithmic axis shows.
pub(super) const SMALLEST: f64 = 1e-300;
/// The narrowest range relative to its ends, so that neighbouring ticks have different texts (tuned).
const NARROWEST: f64 = 1e-9;
/// Bound on positions outside the frame; lines to points farther out keep their direction to well under a pixel.
const OUTSIDE: f64 = 1e6;

/// A range with low < high, both of magnitude at most `LARGEST`, and positive if logarithmic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Axis {
    /// Value at position 0.
    pub low: f64,
    /// Value at position 1.
    pub high: f64,
    /// Logarithmic.
    pub log: bool,
    /// Whether it counts: ticks of a linear axis are whole numbers.
    pub whole: bool,
}

impl Axis {
    /// The range as given, if an axis can show it.
    pub fn exact(low: f64, high: f64, log: bool) -> Option<Axis> {
        let shows = |x: f64| x.abs() <= LARGEST && (!log || x >= SMALLEST);
        let apart = high - low > (NARROWEST * low.abs().max(high.abs())).max(SMALLEST);
        (shows(low) && shows(high) && apart).then_some(Axis { low, high, log, whole: false })
    }

    /// The smallest axis around [low, high] after clamping; a range that is too narrow is widened about its middle.
    pub fn around(low: f64, high: f64, log: bool) -> Axis {
        let least = if log { SMALLEST } else { -LARGEST };
        let (low, high) = (low.clamp(least, LARGEST), high.clamp(least, LARGEST));
        if let Some(axis) = Axis::exact(low, high, log) {
            return axis;
        }
        if log {
            let middle = low.clamp(SMALLEST * 10.0, LARGEST / 10.0);
            return Axis { low: middle / 10.0, high: middle * 10.0, log, whole: false };
        }
        let middle = low.clamp(-LARGEST / 2.0, LARGEST / 2.0);
        let half = if middle.abs() < 10.0 * SMALLEST { 1.0 } else { middle.abs() / 2.0 };
        Axis { low: middle - half, high: middle + half, log, whole: false }
    }

    /// The axis extended by fractions of its length below and above.
    pub fn extended(self, below: f64, above: f64) -> Axis {
        if self.log {
            let decades = self.high.log10() - self.low.log10();
            let low = self.low * 10f64.powf(-below * decades);
            let high = self.high * 10f64.powf(above * decades);
            return Axis::around(low, high, true);
        }
        let span = self.high - self.low;
        Axis::around(self.low - below * span, self.high + above * span, false)
    }

    /// Position of a value, 0 at `low` and 1 at `high`; `None` where the axis has no place for it.
    pub fn position(self, value: f64) -> Option<f64> {
        if !value.is_finite() || (self.log && value <= 0.0) {
            return None;
        }
        let position = if self.log {
            (value.log10() - self.low.log10()) / (self.high.log10() - self.low.log10())
        } else {
            (value - self.low) / (self.high - self.low)
        };
        Some(position.clamp(-OUTSIDE, OUTSIDE))
    }

    /// Position of a value inside the range, ends included.
    pub fn inside(self, value: f64) -> Option<f64> {
        self.position(value).filter(|p| (0.0..=1.0).contains(p))
    }

    /// Position of the value in the range that is nearest, the lower end where the axis has no place for it.
    pub fn clamped(self, value: f64) -> f64 {
        self.position(value).unwrap_or(0.0).clamp(0.0, 1.0)
    }

    /// Where stems and bars stand: at zero, or at the end of the range nearest to it.
    pub fn base(self) -> f64 {
        self.clamped(0.0)
    }

    /// As many labelled ticks as are not crowded, at most `most`.
    pub fn spaced_ticks(self, most: usize, crowded: impl Fn(&[Tick]) -> bool) -> Vec<Tick> {
        (1..=most).rev().map(|most| self.ticks(most)).find(|ticks| !crowded(ticks)).unwrap_or_default()
    }

    /// About `most` labelled ticks inside the range.
    pub fn ticks(self, most: usize) -> Vec<Tick> {
        let mut ticks = if self.log {
            tick::logarithmic(self.low, self.high, most)
        } else {
            tick::linear(self.low, self.high, most, self.whole)
        };
        ticks.retain(|tick| self.position(tick.at).is_some_and(|p| (-1e-6..=1.0 + 1e-6).contains(&p)));
        ticks
    }

    /// Values of the unlabelled ticks.
    pub fn minor_ticks(self) -> Vec<f64> {
        if self.log { tick::logarithmic_minor(self.low, self.high) } else { Vec::new() }
    }
}
