//! The ends of the intervals in which a population eigenvalue makes an outlier: what a spike has to cross.
//!
//! For an outlier they are the ends of the gap that it lies in. For a point in the support they are those of the gap that can be
//! reached without passing an eigenvalue of the population, or, where that gap has closed, the nearest end of all. Where two bulks
//! touch, the gap between them is a point, which is both of its ends. An end that is no possible strength is none.

use std::cmp::Ordering;

use super::outside::Gap;
use super::sampled::Sampled;
use crate::number::Ball;

impl Sampled {
    /// The ends at a level for a point of the lowest population, one or two, from the lower; none where no end is `possible`.
    #[must_use]
    pub fn thresholds(&self, level: usize, lambda: &Ball, possible: &dyn Fn(&Ball) -> bool) -> Vec<Ball> {
        let outside = &self.levels[level];
        let points = outside.touches.iter().map(|touch| Gap {
            low: Some(touch.lambda.clone()),
            high: Some(touch.lambda.clone()),
            above: touch.above.clone(),
        });
        let gaps: Vec<Gap> = outside.gaps.iter().cloned().chain(points).collect();
        let ends = |gap: &Gap| -> Vec<Ball> {
            [&gap.low, &gap.high].into_iter().flatten().filter(|end| possible(end)).cloned().collect()
        };
        if let Some(gap) = gaps.iter().find(|gap| holds(gap, lambda)) {
            return ends(gap);
        }
        let apart = self.population_atoms(level);
        let reached = |gap: &&Gap| !apart.iter().any(|atom| separates(atom, gap, lambda));
        let reachable: Vec<Ball> = gaps.iter().filter(reached).flat_map(ends).collect();
        if !reachable.is_empty() {
            return reachable;
        }
        let distance = |end: &Ball| (end.to_f64() - lambda.to_f64()).abs();
        gaps.iter().flat_map(ends).min_by(|a, b| distance(a).total_cmp(&distance(b))).into_iter().collect()
    }

    /// Isolated eigenvalues of the populations up to a level: those of the lowest one, and the atoms at 0 of the levels below.
    fn population_atoms(&self, level: usize) -> Vec<Ball> {
        let mut atoms = self.lowest_atoms();
        atoms.extend(self.levels[..level].iter().filter_map(|below| below.atom_at.clone()));
        atoms
    }
}

fn holds(gap: &Gap, lambda: &Ball) -> bool {
    let above = gap.low.as_ref().is_none_or(|low| lambda.compare(low) == Some(Ordering::Greater));
    above && gap.high.as_ref().is_none_or(|high| lambda.compare(high) == Some(Ordering::Less))
}

/// Whether an eigenvalue of the population, which no gap holds, lies between a gap and a point.
fn separates(atom: &Ball, gap: &Gap, lambda: &Ball) -> bool {
    match lambda.compare(atom) {
        Some(Ordering::Greater) => gap.low.as_ref().is_none_or(|low| low.compare(atom) == Some(Ordering::Less)),
        Some(Ordering::Less) => gap.high.as_ref().is_none_or(|high| high.compare(atom) == Some(Ordering::Greater)),
        _ => false,
    }
}
