//! Labels of infinitely many values as atoms: y = g(z) at the nodes of Gauss–Legendre rules on panels between the kinks of g, weighted by
//! the normal density. Between atoms of one interval of values the law has no gap; the intervals are those between kinks, joined where
//! they meet. Two rules of different order stand for the error.

use std::cmp::Ordering;

use rug::Float;

use super::error::TheoryError;
use super::work::Work;
use crate::activation::{Function, Program, Range};
use crate::gaussian::rules::legendre;
use crate::number::{Ball, Interval};
use crate::spectrum::LabelAtom;

/// Nodes of a panel, of the rule and of the other one.
pub(super) const NODES: [usize; 2] = [16, 12];
/// Beyond this the normal law has less than 10⁻¹⁸.
const REACH: f64 = 9.0;
/// Widest panel.
const PANEL: f64 = 0.25;
/// How far beside a kink values stand for its limits.
const BESIDE: f64 = 1e-9;
/// Intervals of values nearer than this share of their size meet.
const MEETING: f64 = 1e-6;
const BITS: u32 = 64;
/// Pairs of points where a function that has a limit at infinity has come to it.
const FAR: [f64; 4] = [1e30, 1e60, -1e30, -1e60];
/// Rounding of a limit.
const SETTLED: f64 = 1e-13;
/// A value so far beyond those of the nodes is one that a limit not yet come to has.
const OPEN: f64 = 1e-2;
/// Labels of one sign that come nearer to 0 than this share of the largest touch it.
const NEAR_ZERO: f64 = 1e-10;
/// Half of the interval around the node of the smallest label in which labels are least, wider than two nodes are apart.
const AROUND: f64 = 0.03;
/// Steps of the search there.
const SEARCH: usize = 80;
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
}

/// A node: y, its weight, the part of E (z² − 1) that it has, and z.
type Node = [f64; 4];

/// The labels of a teacher by rules of so many nodes.
///
/// # Errors
/// A teacher whose behaviour near its bounds is needed and not known; one that is not seen to be bounded, or has infinitely many kinks.
pub(super) fn label_nodes(work: &Work, teacher: &Function, ratio: f64, nodes: usize) -> Result<LabelNodes, TheoryError> {
    let range = Range::of(teacher).over(Interval::ENTIRE);
    if !(range.low.is_finite() && range.high.is_finite()) {
        return Err(TheoryError::Refused {
            message: format!("the labels {teacher} are not bounded, or not seen to be, and their covariance has no law here"),
            help: "bound them, for example tanh(x^2 - 1) or clip(x^2 - 1, -1, 4)".to_owned(),
        });
    }
    let data = work.gaussian(teacher, &Function::rational(1))?;
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
    let program = Program::new(teacher);
    let (mut list, mut intervals) = (Vec::new(), Vec::new());
    for piece in cuts.windows(2) {
        let found = piece_nodes(&program, [piece[0], piece[1]], nodes);
        let mut ends = [piece[0] + BESIDE, piece[1] - BESIDE];
        program.apply(&mut ends);
        let values = || found.iter().map(|[y, ..]| *y).chain(ends);
        intervals.push([values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max)]);
        list.extend(found);
    }
    let nodes = collected(list.clone(), &united(intervals));
    let reached = reached(&program, &list, ratio, [range.low, range.high]);
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

/// The nodes on a piece of the line.
fn piece_nodes(program: &Program, [low, high]: [f64; 2], nodes: usize) -> Vec<Node> {
    let rule = legendre(nodes, BITS);
    let pairs: Vec<[f64; 2]> =
        rule.nodes.iter().map(Float::to_f64).zip(rule.weights.iter().map(Float::to_f64)).map(<[f64; 2]>::from).collect();
    let panels = ((high - low) / PANEL).ceil().max(1.0) as usize;
    let half = (high - low) / panels as f64 / 2.0;
    let places: Vec<[f64; 2]> = (0..panels)
        .flat_map(|panel| {
            let middle = low + (2.0 * panel as f64 + 1.0) * half;
            // the rule is given by its half of positive nodes
            let both = pairs.iter().flat_map(|[node, weight]| [[-node, *weight], [*node, *weight]]).collect::<Vec<_>>();
            both.into_iter().map(move |[node, weight]| [middle + half * node, half * weight])
        })
        .collect();
    let mut values: Vec<f64> = places.iter().map(|[z, _]| *z).collect();
    program.apply(&mut values);
    let density = |z: f64| (-0.5 * z * z).exp() / std::f64::consts::TAU.sqrt();
    let node = |([z, width], y): (&[f64; 2], f64)| [y, width * density(*z), width * density(*z) * (z * z - 1.0), *z];
    places.iter().zip(values).map(node).collect()
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
fn reached(program: &Program, list: &[Node], ratio: f64, range: [f64; 2]) -> [Reached; 2] {
    let mut far = FAR.to_vec();
    program.apply(&mut far);
    let limits: Vec<(f64, bool)> = far.chunks_exact(2).map(|pair| (pair[1], (pair[1] - pair[0]).abs() <= SETTLED)).collect();
    let total: f64 = list.iter().map(|[_, weight, ..]| weight).sum();
    let size = list.iter().map(|[y, ..]| y.abs()).fold(0.0, f64::max);
    [-1.0, 1.0].map(|side| {
        let values = || list.iter().map(|[y, ..]| side * y);
        let most = values().filter(|y| *y != 0.0).fold(f64::NEG_INFINITY, f64::max);
        let average = |bound: f64, tail: bool| {
            let terms = list.iter().filter(|[y, .., z]| *y != 0.0 && (!tail || z.abs() > TAIL));
            terms.map(|[y, weight, ..]| weight * (y / (bound - side * y)).powi(2)).sum::<f64>() / total
        };
        let limit = limits.iter().copied().filter(|(y, _)| y.is_finite()).map(|(y, settled)| (side * y, settled));
        let limit = limit.max_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::NEG_INFINITY, true));
        if most < 0.0 && (limit == (0.0, true) || least_size(program, list) <= NEAR_ZERO * size) {
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

/// The least size of labels other than 0 around the node where it is smallest, by golden sections.
fn least_size(program: &Program, list: &[Node]) -> f64 {
    let smallest = list.iter().filter(|[y, ..]| *y != 0.0).min_by(|a, b| a[0].abs().total_cmp(&b[0].abs()));
    let Some([.., centre]) = smallest else { return f64::INFINITY };
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    let size = |z: f64| {
        let mut value = [z];
        program.apply(&mut value);
        value[0].abs()
    };
    let [mut low, mut high] = [centre - AROUND, centre + AROUND];
    for _ in 0..SEARCH {
        let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
        if size(left) < size(right) { high = right } else { low = left }
    }
    size(f64::midpoint(low, high))
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
fn collected(mut list: Vec<Node>, intervals: &[[f64; 2]]) -> LabelNodes {
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
    LabelNodes { atoms: nodes.iter().map(atom).collect(), joined, zero, reached: [None; 2], pull }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_that_meet_are_one() {
        assert_eq!(united(vec![[2.0, 3.0], [-1.0, 0.5], [0.5, 1.0]]), [[-1.0, 1.0], [2.0, 3.0]]);
    }
}
