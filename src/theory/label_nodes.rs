//! Labels of infinitely many values as atoms: y = g(z) at the nodes of Gauss–Legendre rules on the panels of `label_panels`, weighted by
//! the normal density, with the panels themselves. Between atoms of one interval of values the law has no gap; the intervals are those between kinks, joined where
//! they meet. Two rules of different order stand for the error.

use std::cmp::Ordering;
use std::sync::Arc;

use super::error::TheoryError;
use super::label_panels::{LabelPanels, REACH, label_panels, rule};
use super::label_zeros::Teacher;
use super::work::Work;
use crate::activation::Function;
use crate::gaussian::growth;
use crate::number::Ball;
use crate::spectrum::{LabelAtom, LabelPanel, Spread};

/// Nodes of a panel, of the rule and of the other one.
pub(super) const NODES: [usize; 2] = [16, 12];
/// Widest part of an interval on which labels are constant.
const PART: f64 = 0.25;
/// Intervals of values nearer than this share of their size meet.
const MEETING: f64 = 1e-6;
const BITS: u32 = 64;
/// Pairs of points where a function that has a limit at infinity has come to it.
const FAR: [f64; 4] = [1e30, 1e60, -1e30, -1e60];
/// Rounding of a limit.
const SETTLED: f64 = 1e-13;
/// A value so far beyond those of the nodes is one that a limit not yet come to has.
const OPEN: f64 = 1e-2;
/// Rounding of a probability.
const ROUNDING: f64 = 1e-13;
/// Beyond this |z| an average is judged to have its tail,
const TAIL: f64 = 8.5;
/// and has none when that is less than this share.
const NEGLIGIBLE: f64 = 1e-12;

/// The atoms.
pub(super) struct LabelNodes {
    /// Values other than 0, ascending.
    pub atoms: Vec<LabelAtom>,
    /// For each place between two of them whether both are of one interval.
    pub joined: Vec<bool>,
    /// P(y = 0).
    pub zero: f64,
    /// The infimum and the supremum, where z′ is positive up to it.
    pub reached: [Option<f64>; 2],
    /// y and E (z² − 1) 1(y).
    pub pull: Vec<[f64; 2]>,
    /// What the nodes stand for.
    pub spread: Arc<Spread>,
}

/// A node: y, its weight, the part of E (z² − 1) that it has, and z.
type Node = [f64; 4];

/// The labels of a teacher by rules of so many nodes.
///
/// # Errors
/// A teacher whose behaviour near its bounds is needed and not known; one that is not seen to be bounded, or has infinitely many kinks.
pub(super) fn label_nodes(work: &Work, teacher: &Function, ratio: f64, nodes: usize) -> Result<LabelNodes, TheoryError> {
    let range = growth::range(teacher).ok_or_else(|| TheoryError::Refused {
        message: format!("the labels {teacher} are not bounded, or not seen to be, and their covariance has no law here"),
        help: "bound them, for example tanh(x^2 - 1) or clip(x^2 - 1, -1, 4)".to_owned(),
    })?;
    let data = work.gaussian(teacher, &Function::one())?;
    if data.kinks_beyond(work.job).is_some() {
        return Err(TheoryError::Refused {
            message: format!("the labels {teacher} have infinitely many kinks, and their covariance has no law here"),
            help: "take a teacher with finitely many".to_owned(),
        });
    }
    let mut cuts: Vec<f64> = data.kinks(work.bits)?.iter().map(|kink| kink.ball.to_f64()).collect();
    cuts.retain(|cut| cut.abs() < REACH);
    cuts.extend([-REACH, REACH]);
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    let program = Teacher::new(teacher);
    let rule = rule(nodes);
    let LabelPanels { panels, constants, touch } = label_panels(&program, &cuts, nodes);
    let (mut list, mut intervals, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for (value, ends) in constants {
        let found = constant_nodes(value, ends, &rule);
        values.push([value, found.iter().map(|[_, weight, ..]| weight).sum()]);
        intervals.push([value; 2]);
        list.extend(found);
    }
    for panel in &panels {
        let found = panel_nodes(&program, panel, &rule);
        let labels = || found.iter().map(|[y, ..]| *y).chain(panel.ends.map(|s| panel.label(s)));
        intervals.push([labels().fold(f64::INFINITY, f64::min), labels().fold(f64::NEG_INFINITY, f64::max)]);
        list.extend(found);
    }
    let touches = touch.each_ref().map(|touch| touch.touches);
    let reached = reached(&program, &list, ratio, [range.low, range.high], touches);
    let spread = Arc::new(Spread::new(panels, values, rule, touch));
    let nodes = collected(list, &united(intervals), spread);
    if reached.iter().any(|end| matches!(end, Reached::Open)) {
        return Err(TheoryError::Refused {
            message: format!(
                "how the labels {teacher} come near their bounds, where the support then ends, is not known at d/n = {ratio}"
            ),
            help: "take a smaller d_over_n, or a teacher that keeps away from its limits, for example clip(x, -1, 1)".to_owned(),
        });
    }
    Ok(LabelNodes { reached: reached.map(|end| if let Reached::At(value) = end { Some(value) } else { None }), ..nodes })
}

/// The nodes of a panel.
fn panel_nodes(teacher: &Teacher, panel: &LabelPanel, rule: &[[f64; 2]]) -> Vec<Node> {
    let [low, high] = panel.ends;
    let (centre, half) = (0.5 * (low + high), 0.5 * (high - low));
    let places: Vec<f64> = rule.iter().map(|[node, _]| half.mul_add(*node, centre)).collect();
    let mut values: Vec<f64> = places.iter().map(|s| panel.place(*s)).collect();
    teacher.apply(&mut values);
    let node = |((s, [_, weight]), y): ((&f64, &[f64; 2]), f64)| {
        let (z, weight) = (panel.place(*s), half * weight * panel.weight(*s));
        [y, weight, weight * (z * z - 1.0), z]
    };
    places.iter().zip(rule).zip(values).map(node).collect()
}

/// The nodes of an interval of z in which labels are constant.
fn constant_nodes(value: f64, [low, high]: [f64; 2], rule: &[[f64; 2]]) -> Vec<Node> {
    let count = ((high - low) / PART).ceil().max(1.0);
    let half = 0.5 * (high - low) / count;
    let density = |z: f64| (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
    let part = |index: usize| {
        let centre = low + (2.0 * index as f64 + 1.0) * half;
        rule.iter().map(move |[node, weight]| {
            let z = half.mul_add(*node, centre);
            [value, half * weight * density(z), half * weight * density(z) * (z * z - 1.0), z]
        })
    };
    (0..count as usize).flat_map(part).collect()
}

/// Whether the support ends over a bound of the labels.
enum Reached {
    /// z′ vanishes before.
    No,
    /// It ends there.
    At(f64),
    /// Not known.
    Open,
}

/// Whether E y²/(b − y)² ≤ d/n for the bound b of either side, which is 0 or a limit at infinity. Where b is taken at a finite z, and
/// is not 0, the average is infinite; 0 is a bound of labels of one sign that come near it.
fn reached(program: &Teacher, list: &[Node], ratio: f64, range: [f64; 2], touches: [bool; 2]) -> [Reached; 2] {
    let mut far = FAR.to_vec();
    program.apply(&mut far);
    let limits: Vec<(f64, bool)> = far.chunks_exact(2).map(|pair| (pair[1], (pair[1] - pair[0]).abs() <= SETTLED)).collect();
    let total: f64 = list.iter().map(|[_, weight, ..]| weight).sum();
    let size = list.iter().map(|[y, ..]| y.abs()).fold(0.0, f64::max);
    [-1.0, 1.0].map(|side: f64| {
        let values = || list.iter().map(|[y, ..]| side * y);
        let most = values().filter(|y| *y != 0.0).fold(f64::NEG_INFINITY, f64::max);
        let average = |bound: f64, tail: bool| {
            let terms = list.iter().filter(|[y, .., z]| *y != 0.0 && (!tail || z.abs() > TAIL));
            terms.map(|[y, weight, ..]| weight * (y / (bound - side * y)).powi(2)).sum::<f64>() / total
        };
        let limit = limits.iter().copied().filter(|(y, _)| y.is_finite()).map(|(y, settled)| (side * y, settled));
        let limit = limit.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::NEG_INFINITY, true));
        if most < 0.0 && touches[usize::from(side < 0.0)] {
            return if average(0.0, false) <= ratio + ROUNDING { Reached::At(0.0) } else { Reached::No };
        }
        let (bound, settled) = limit;
        if bound <= most + if settled { 0.0 } else { OPEN * size } {
            return Reached::No;
        }
        let bound = if settled { bound } else { range[usize::from(side > 0.0)] * side };
        let whole = average(bound, false);
        match (whole <= ratio, settled && average(bound, true) <= NEGLIGIBLE * whole) {
            (false, _) => Reached::No,
            (true, true) => Reached::At(side * bound),
            (true, false) => Reached::Open,
        }
    })
}

/// Intervals that meet as one.
fn united(mut intervals: Vec<[f64; 2]>) -> Vec<[f64; 2]> {
    intervals.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut found: Vec<[f64; 2]> = Vec::new();
    for [low, high] in intervals {
        match found.last_mut() {
            Some(last) if low <= last[1] + MEETING * (1.0 + last[1].abs()) => last[1] = last[1].max(high),
            _ => found.push([low, high]),
        }
    }
    found
}

/// Nodes by value, those of one value together.
fn collected(mut list: Vec<Node>, intervals: &[[f64; 2]], spread: Arc<Spread>) -> LabelNodes {
    list.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut nodes: Vec<Node> = Vec::with_capacity(list.len());
    for node in list {
        match nodes.last_mut() {
            Some(last) if last[0].partial_cmp(&node[0]) == Some(Ordering::Equal) => {
                (last[1], last[2]) = (last[1] + node[1], last[2] + node[2]);
            }
            _ => nodes.push(node),
        }
    }
    let total: f64 = nodes.iter().map(|[_, weight, ..]| weight).sum();
    let interval = |y: f64| intervals.iter().position(|[low, high]| y >= *low && y <= *high);
    let zero = nodes.iter().filter(|[y, ..]| *y == 0.0).map(|[_, weight, ..]| weight / total).sum();
    nodes.retain(|[y, ..]| *y != 0.0);
    let joined = nodes.windows(2).map(|pair| interval(pair[0][0]) == interval(pair[1][0])).collect();
    let ball = |value: f64| Ball::double(value, BITS);
    let atom = |[y, weight, ..]: &Node| LabelAtom { value: ball(*y), weight: ball(weight / total), exact: None };
    let pull = nodes.iter().map(|[y, _, square, _]| [*y, square / total]).collect();
    LabelNodes { atoms: nodes.iter().map(atom).collect(), joined, zero, reached: [None; 2], pull, spread }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_that_meet_are_one() {
        assert_eq!(united(vec![[2.0, 3.0], [-1.0, 0.5], [0.5, 1.0]]), [[-1.0, 1.0], [2.0, 3.0]]);
    }
}
