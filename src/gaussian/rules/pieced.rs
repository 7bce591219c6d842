//! A function that is analytic between breakpoints, found once for integrals at many scales.

use std::cmp::Ordering;

use super::panels::{self, Panel};
use crate::activation::{BreakpointKind, Evaluator, Function, Parity, Root};
use crate::gaussian::analysis::Analysis;
use crate::gaussian::error::GaussianError;
use crate::gaussian::weight::exp_bound;
use crate::number::{Ball, Interval, Job, Magnitude, Ring};

/// A piece that is narrower beside its distance from 0 is left to other rules.
const NARROW: f64 = 1e-6;
/// Bits of tables of nodes are multiples of this.
const TABLES: u32 = 32;
/// Bits that nodes and sums have beyond the ones asked.
pub(super) const GUARD: u32 = 16;

/// v with what was found of it.
pub(super) struct Pieced {
    pub(super) v: Function,
    pub(super) whole: Analysis,
    /// Whether v does not jump.
    pub(super) is_continuous: bool,
}

/// v on a part of the line.
struct Pieces {
    breakpoints: Vec<Root>,
    /// Each branch once, and which of them a piece has.
    branches: Vec<Analysis>,
    which: Vec<usize>,
}

/// The scale s of x ↦ 2^−m v(sx), in doubles and as an enclosure, and m.
pub(super) struct Scale {
    pub(super) range: Interval,
    pub(super) ball: Ball,
    pub(super) size: i32,
}

/// A place and, with the weight of dx there, the value that is summed.
pub(super) struct Node {
    pub(super) x: rug::Float,
    pub(super) weight: Ball,
    pub(super) value: Ball,
}

/// The nodes of all panels, with a bound of the errors of an integral.
pub(super) struct Nodes {
    pub(super) list: Vec<Node>,
    pub(super) off: Magnitude,
}

/// What is integrated: ln of a bound of it on a rectangle, from ln |2^−m v(sz)| there.
pub(super) type LnSup<'a> = &'a dyn Fn(f64, [f64; 4]) -> f64;

impl Pieced {
    /// Of an analysis that has found breakpoints; none where v is only bounded in the mean.
    ///
    /// # Errors
    /// When the job is stopped.
    pub(super) fn new(v: &Function, whole: Analysis, job: &Job<'_>) -> Result<Option<Self>, GaussianError> {
        if whole.is_recurrent() {
            return Ok(None);
        }
        let is_continuous = match whole.jumps(job) {
            Err(GaussianError::Stopped(why)) => return Err(why.into()),
            found => found == Ok(false),
        };
        Ok(Some(Self { v: v.clone(), whole, is_continuous }))
    }

    /// Whether x > 0 is the whole.
    pub(super) fn is_folded(&self) -> bool {
        self.whole.parity() != Parity::Neither
    }

    /// Up to |x| ≤ cut; none where breakpoints are not all known, or where v is singular at one.
    fn pieces(&self, cut: f64, job: &Job<'_>) -> Result<Option<Pieces>, GaussianError> {
        let found = match self.whole.pieces(cut, job) {
            Err(GaussianError::Stopped(why)) => return Err(why.into()),
            Err(_) => return Ok(None),
            Ok(found) => found,
        };
        if found.breakpoints.iter().any(|point| point.kind == BreakpointKind::Singular || point.location.is_doubtful()) {
            return Ok(None);
        }
        let (mut branches, mut which): (Vec<Analysis>, Vec<usize>) = (Vec::new(), Vec::new());
        for branch in &found.branches {
            let known = branches.iter().position(|known| known.function() == branch);
            which.push(known.unwrap_or(branches.len()));
            if known.is_none() {
                branches.push(Analysis::smooth(branch));
            }
        }
        let breakpoints = found.breakpoints.into_iter().map(|point| point.location).collect();
        Ok(Some(Pieces { breakpoints, branches, which }))
    }

    /// Nodes of panels on |x| ≤ cut, or on 0 ≤ x ≤ cut for an even or odd v, such that integrals bounded by `ln_sup` are off by some e^−target;
    /// none where panels are not had.
    ///
    /// # Errors
    /// When the job is stopped.
    pub(super) fn nodes(
        &self,
        scale: &Scale,
        (cut, target): (f64, f64),
        bits: u32,
        ln_sup: LnSup<'_>,
        job: &Job<'_>,
    ) -> Result<Option<Nodes>, GaussianError> {
        let Some(pieces) = self.pieces(cut * scale.range.high, job)? else { return Ok(None) };
        let ends = [if self.is_folded() { Ball::zero(bits) } else { Ball::double(-cut, bits) }, Ball::double(cut, bits)];
        let mut whole = Nodes { list: Vec::new(), off: Magnitude::ZERO };
        for (index, which) in pieces.which.iter().enumerate() {
            let Some(pair) = pieces.inside(index, scale, &ends, bits) else { return Ok(None) };
            if pair[0].compare(&pair[1]) != Some(Ordering::Less) {
                continue;
            }
            let piece = Piece { branch: &pieces.branches[*which], ends: &pair, scale };
            let Some(plan) = piece.plan(ln_sup, target, job)? else { return Ok(None) };
            let found = piece.nodes(&plan, bits, job)?;
            whole.off = whole.off.plus(found.off);
            whole.list.extend(found.list);
        }
        Ok(Some(whole))
    }
}

impl Pieces {
    /// The ends of a piece, divided by the scale and clipped; none where it is not certain which of two places comes first.
    fn inside(&self, index: usize, scale: &Scale, [low, high]: &[Ball; 2], bits: u32) -> Option<[Ball; 2]> {
        let place = |index: usize| &self.breakpoints[index].refine(bits) / &scale.ball;
        let clipped = |place: Ball| {
            let above = place.compare(low)?.is_ge();
            let below = place.compare(high)?.is_le();
            Some(if !above {
                low.clone()
            } else if below {
                place
            } else {
                high.clone()
            })
        };
        let left = if index == 0 { low.clone() } else { clipped(place(index - 1))? };
        let right = if index == self.breakpoints.len() { high.clone() } else { clipped(place(index))? };
        left.compare(&right).map(|_| [left, right])
    }
}

/// A branch between two places.
struct Piece<'a> {
    branch: &'a Analysis,
    ends: &'a [Ball; 2],
    scale: &'a Scale,
}

impl Piece<'_> {
    /// ln |2^−m v(sz)| on a rectangle.
    fn ln_value(&self, rectangle: [f64; 4]) -> Option<f64> {
        let [x0, x1, y0, y1] = rectangle;
        let [x, y] = [Interval::new(x0, x1), Interval::new(y0, y1)].map(|side| side.times(&self.scale.range));
        let value = self.branch.ln_sup([x.low, x.high, y.low, y.high])?;
        Some(value - f64::from(self.scale.size) * std::f64::consts::LN_2)
    }

    fn plan(&self, ln_sup: LnSup<'_>, target: f64, job: &Job<'_>) -> Result<Option<Vec<Panel>>, GaussianError> {
        let sup = |rectangle: [f64; 4]| {
            job.count(self.branch.cost());
            Some([ln_sup(self.ln_value(rectangle)?, rectangle); 3])
        };
        let [u, v] = [self.ends[0].to_f64(), self.ends[1].to_f64()];
        if v - u < NARROW * u.abs().max(v.abs()) {
            return Ok(None);
        }
        Ok(panels::plan_with(&sup, u, v, target, true, job)?.ok())
    }

    fn nodes(&self, plan: &[Panel], bits: u32, job: &Job<'_>) -> Result<Nodes, GaussianError> {
        // few different tables
        let finest = (bits + panels::excess_bits(plan)).next_multiple_of(TABLES);
        job.spend(panels::cost(plan, finest))?;
        let (places, errors) = panels::rule(plan, &|_| true, &self.ends[0], &self.ends[1], finest);
        // a difference of two values that are alike loses what v is smaller than 1
        let finer = finest + self.scale.size.min(0).unsigned_abs();
        job.spend(places.len() as u64 * self.branch.ball_cost(finer))?;
        let evaluator = Evaluator::new(self.branch.function(), finer);
        let list = places.into_iter().map(|(x, weight)| {
            let place = &Ball::new(x.clone(), Magnitude::ZERO).with_bits(finer) * &self.scale.ball.with_bits(finer);
            Node { x, weight, value: evaluator.value(&place).shifted(-self.scale.size).with_bits(finest) }
        });
        Ok(Nodes { list: list.collect(), off: exp_bound(errors[0]) })
    }
}
