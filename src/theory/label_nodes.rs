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

/// The atoms.
pub(super) struct LabelNodes {
    /// Values other than 0, ascending.
    pub atoms: Vec<LabelAtom>,
    /// For each place between two of them whether both are of one interval.
    pub joined: Vec<bool>,
    /// P(y = 0).
    pub zero: f64,
    /// y and E (z² − 1) 1(y).
    pub pull: Vec<[f64; 2]>,
}

/// A node: y, its weight, and the part of E (z² − 1) that it has.
type Node = [f64; 3];

/// The labels of a teacher by rules of so many nodes.
///
/// # Errors
/// A teacher that is not seen to be bounded, or has infinitely many kinks.
pub(super) fn label_nodes(work: &Work, teacher: &Function, nodes: usize) -> Result<LabelNodes, TheoryError> {
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
    Ok(collected(list, &united(intervals)))
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
    let node = |([z, width], y): (&[f64; 2], f64)| [y, width * density(*z), width * density(*z) * (z * z - 1.0)];
    places.iter().zip(values).map(node).collect()
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
    let total: f64 = nodes.iter().map(|[_, weight, _]| weight).sum();
    let interval = |y: f64| intervals.iter().position(|[low, high]| y >= *low && y <= *high);
    let zero = nodes.iter().filter(|[y, ..]| *y == 0.0).map(|[_, weight, _]| weight / total).sum();
    nodes.retain(|[y, ..]| *y != 0.0);
    let joined = nodes.windows(2).map(|pair| interval(pair[0][0]) == interval(pair[1][0])).collect();
    let ball = |value: f64| Ball::double(value, BITS);
    let atom = |[y, weight, _]: &Node| LabelAtom { value: ball(*y), weight: ball(weight / total), exact: None };
    let pull = nodes.iter().map(|[y, _, square]| [*y, square / total]).collect();
    LabelNodes { atoms: nodes.iter().map(atom).collect(), joined, zero, pull }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_that_meet_are_one() {
        assert_eq!(united(vec![[2.0, 3.0], [-1.0, 0.5], [0.5, 1.0]]), [[-1.0, 1.0], [2.0, 3.0]]);
    }
}
