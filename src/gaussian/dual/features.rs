//! Places near which a function varies on a small scale: cells that end there can be graded towards them.
//!
//! Intervals are bisected until the function is analytic and of moderate size on the rectangle around each; a feature is in the
//! middle of a run of smallest intervals. Nothing is proved or needed of these places: they only save nodes.

use crate::gaussian::analysis::Analysis;

/// Intervals at most so wide make a feature (tuned).
const NARROW: f64 = 0.13;
/// Intervals are not cut below this width.
const LEAST: f64 = 1e-9;
/// More features than this are not worth their lines.
const MOST: usize = 8;
/// ln of the growth off the line that counts as moderate (tuned).
const MODERATE: f64 = 4.0;
/// ln of a size that does not matter (tuned).
const SMALL: f64 = -30.0;

/// The features of a smooth branch between `low` and `high`.
#[must_use]
pub fn features(branch: &Analysis, low: f64, high: f64) -> Vec<f64> {
    let count = (high - low).ceil().max(1.0);
    let mut waiting: Vec<(f64, f64)> = (0..count as usize)
        .rev()
        .map(|i| (low + (high - low) * i as f64 / count, low + (high - low) * (i as f64 + 1.0) / count))
        .collect();
    let mut intervals = Vec::new();
    while let Some((x0, x1)) = waiting.pop() {
        let middle = 0.5 * (x0 + x1);
        if x1 - x0 < LEAST || is_calm(branch, x0, x1) {
            intervals.push((x0, x1));
        } else {
            waiting.push((middle, x1));
            waiting.push((x0, middle));
        }
    }
    let found = smallest(&intervals);
    if found.len() > MOST { Vec::new() } else { found }
}

/// Whether the function is analytic around the interval, and not much larger off the line.
fn is_calm(branch: &Analysis, x0: f64, x1: f64) -> bool {
    let half = 0.5 * (x1 - x0);
    let (around, on) = (branch.ln_sup([x0 - half, x1 + half, 0.0, half]), branch.ln_sup([x0, x1, 0.0, 0.0]));
    around.is_some_and(|around| around <= SMALL || on.is_some_and(|on| around <= on + MODERATE))
}

/// The middles of runs of narrow intervals that are narrower than their neighbours.
fn smallest(intervals: &[(f64, f64)]) -> Vec<f64> {
    let width = |i: usize| intervals[i].1 - intervals[i].0;
    let alike = |i: usize, j: usize| (width(i) / width(j) - 1.0).abs() < 0.1;
    let (mut found, mut start) = (Vec::new(), 0);
    while start < intervals.len() {
        let mut end = start + 1;
        while end < intervals.len() && alike(end, start) {
            end += 1;
        }
        let rises = (start == 0 || width(start - 1) > width(start)) && (end == intervals.len() || width(end) > width(start));
        if rises && width(start) <= NARROW {
            found.push(0.5 * (intervals[start].0 + intervals[end - 1].1));
        }
        start = end;
    }
    found
}
