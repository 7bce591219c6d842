//! The integrals piece by piece, on certified panels between breakpoints.
//!
//! Panels far out are summed in doubles, those next to a singular end by the rule for such ends, and the nodes of all other
//! panels are gathered by branch and evaluated together.

use std::cmp::Ordering;

use super::endpoint::Endpoint;
use super::panels::{self, Panel};
use super::request::Request;
use super::rough::{Rough, Totals};
use super::sums::{NodeWeight, Sums, sums};
use crate::activation::{BreakpointKind, Function, Pieces, Root, derivative};
use crate::gaussian::analysis::Analysis;
use crate::gaussian::error::GaussianError;
use crate::gaussian::weight::exp_bound;
use crate::number::{Ball, Interval};

/// The integrals over all pieces of f inside the cuts.
///
/// # Errors
/// A function that grows too fast, or is not shown to be analytic somewhere; the bound of effort, or an interruption.
pub(super) fn by_panels(request: &Request<'_>) -> Result<Sums, GaussianError> {
    let refusal = || GaussianError::Refused(format!("the growth of {:#} at infinity could not be bounded", request.given));
    let cuts = request.cuts()?.ok_or_else(refusal)?;
    Ok(on_panels(request, cuts)?.widened([exp_bound(-request.target()); 3]))
}

/// The integrals over −cuts[0] ≤ x ≤ cuts[1]; those over x > 0, doubled, for an even or odd function.
///
/// # Errors
/// As [`by_panels`].
pub(in crate::gaussian) fn on_panels(request: &Request<'_>, cuts: [f64; 2]) -> Result<Sums, GaussianError> {
    let bits = request.working() + 16;
    let pieces = request.f.pieces(cuts[0].max(cuts[1]), request.job)?;
    let excess = panels::most_excess(request.target() + 4.0) + 0.6 * request.order as f64;
    let finest = bits + (excess * std::f64::consts::LOG2_E) as u32;
    let mut ends = pieces.enclosures(finest);
    ends.insert(0, Ball::double(-cuts[0], bits));
    ends.push(Ball::double(cuts[1], bits));
    let mut panelled = Panelled { request, bits, pieces: &pieces, branches: Vec::new(), total: Sums::zero(request.order, bits) };
    for (index, pair) in ends.windows(2).enumerate() {
        if let Some(ends) = inside(pair, cuts, request.is_folded(), bits) {
            // what was cut off ends at no breakpoint
            let own = [0, 1].map(|side| ends[side].mid() == pair[side].mid());
            let left = index.checked_sub(1).filter(|_| own[0]);
            let right = Some(index).filter(|right| *right < pieces.breakpoints.len() && own[1]);
            panelled.piece(&pieces.branches[index], [left, right], ends)?;
        }
    }
    let total = panelled.sums()?;
    Ok(if request.is_folded() { total.doubled() } else { total })
}

/// The share of a piece that is taken with the singular point at its end.
const SHARE: f64 = 0.4;
/// A singular point that far beyond an end of a piece leaves it as it is …
const CLOSE: f64 = 0.01;
/// … and so does one further away than the width divided by this.
const LEAST_RATIO: f64 = 0.01;
/// Pieces that are narrower beside the distance from 0, or at all, are one panel.
const NARROW: f64 = 1e-6;
const SMALLEST: f64 = 1e-290;

/// ln of a positive number, which may be far below the smallest double.
fn ln_size(ball: &Ball) -> f64 {
    ball.magnitude().log2() * std::f64::consts::LN_2
}

/// A place close beyond a breakpoint at which the branch on the near side is not shown to be analytic, and its distance.
fn close_singular_point<'a>(
    pieces: &'a Pieces,
    breakpoint: usize,
    right: bool,
    branch: &Request<'_>,
    bits: u32,
) -> Option<(&'a Root, Ball)> {
    let here = &pieces.breakpoints[breakpoint].location;
    let near = |place: &&Root| (place.to_f64() - here.to_f64()).abs() < CLOSE;
    let singular = |place: &&Root| {
        let Interval { low, high } = place.range();
        branch.f.ln_sup([low.next_down(), high.next_up(), 0.0, f64::MIN_POSITIVE]).is_none_or(|sup| sup == f64::INFINITY)
    };
    let place = pieces.places_beyond(breakpoint, right).take_while(near).find(singular)?;
    let gap = if right { here.gap(place, bits) } else { place.gap(here, bits) }?;
    Some((place, gap))
}

/// The part of a piece inside the cuts, and on x > 0 for an even or odd function; `None` when nothing is left.
fn inside(pair: &[Ball], cuts: [f64; 2], folded: bool, bits: u32) -> Option<[Ball; 2]> {
    let (mut low, mut high) = (pair[0].clone(), pair[1].clone());
    let bottom = if folded { Ball::zero(bits) } else { Ball::double(-cuts[0], bits) };
    let top = Ball::double(cuts[1], bits);
    if low.compare(&bottom).is_some_and(Ordering::is_lt) {
        low = bottom;
    }
    if high.compare(&top).is_some_and(Ordering::is_gt) {
        high = top;
    }
    low.compare(&high).is_some_and(Ordering::is_lt).then_some([low, high])
}

/// Panels gathered piece by piece; the nodes of one branch are evaluated together.
struct Panelled<'a> {
    request: &'a Request<'a>,
    bits: u32,
    pieces: &'a Pieces,
    branches: Vec<Branch>,
    total: Sums,
}

/// An analytic branch with its nodes.
struct Branch {
    f: Analysis,
    slope: Option<Analysis>,
    rough: Rough,
    nodes: Vec<NodeWeight>,
    bits: u32,
}

impl Branch {
    fn of(function: &Function, request: &Request<'_>, bits: u32) -> Self {
        let slope = request.slope.map(|_| derivative(function));
        Self {
            f: Analysis::smooth(function),
            rough: Rough::new(function, slope.as_ref()),
            slope: slope.as_ref().map(Analysis::smooth),
            nodes: Vec::new(),
            bits,
        }
    }

    /// What is asked of f, asked of the branch.
    fn request<'a>(&'a self, whole: &Request<'a>) -> Request<'a> {
        Request { f: &self.f, slope: self.slope.as_ref(), ..*whole }
    }
}

impl Panelled<'_> {
    /// Adds one piece between these breakpoints, the neighbourhoods of singular points at its ends, or close beyond them, taken
    /// by themselves.
    fn piece(
        &mut self,
        function: &Function,
        breakpoints: [Option<usize>; 2],
        [mut low, mut high]: [Ball; 2],
    ) -> Result<(), GaussianError> {
        let index = self.branches.iter().position(|known| known.f.function() == function).unwrap_or_else(|| {
            self.branches.push(Branch::of(function, self.request, self.bits));
            self.branches.len() - 1
        });
        let start = -(ln_size(&(&high - &low)).min(0.0) + SHARE.ln());
        for (side, sign) in [(0, 1), (1, -1)] {
            let Some(breakpoint) = breakpoints[side].map(|index| &self.pieces.breakpoints[index]) else { continue };
            if breakpoint.kind != BreakpointKind::Singular {
                continue;
            }
            let request = self.branches[index].request(self.request);
            let place = &breakpoint.location;
            let endpoint = Endpoint { request, place, sign, start: Ball::double(start, 64), stop: None };
            self.total = self.total.plus(&endpoint.sums(self.bits)?);
            *[&mut low, &mut high][side] = endpoint.end(self.bits + (2.0 * start).max(0.0) as u32);
        }
        for (side, sign) in [(0, 1), (1, -1)] {
            let here = |index: &usize| self.pieces.breakpoints[*index].kind != BreakpointKind::Singular;
            let Some(breakpoint) = breakpoints[side].filter(here) else { continue };
            let request = self.branches[index].request(self.request);
            let Some((place, gap)) = close_singular_point(self.pieces, breakpoint, side == 1, &request, self.bits + 32) else {
                continue;
            };
            let width = &high - &low;
            // how many times the distance of the singular point the piece is wide
            let ratio = (ln_size(&width) - ln_size(&gap)).exp();
            if ratio < LEAST_RATIO {
                continue;
            }
            let stop = Some(-&gap.ln());
            if ratio < 2.0 / SHARE {
                let endpoint = Endpoint { request, place, sign, start: -&(&gap + &width).ln(), stop };
                self.total = self.total.plus(&endpoint.sums(self.bits)?);
                return Ok(());
            }
            let start = -(ln_size(&width).min(0.0) + SHARE.ln());
            let endpoint = Endpoint { request, place, sign, start: Ball::double(start, 64), stop };
            self.total = self.total.plus(&endpoint.sums(self.bits)?);
            *[&mut low, &mut high][side] = endpoint.end(self.bits + (2.0 * start).max(0.0) as u32);
        }
        self.regular(index, &low, &high)
    }

    /// Adds the panels of an interval on which f is that analytic branch.
    fn regular(&mut self, index: usize, low: &Ball, high: &Ball) -> Result<(), GaussianError> {
        let branch = &self.branches[index];
        let request = branch.request(self.request);
        let target = request.target() + 4.0;
        let [u, v] = [low.to_f64(), high.to_f64()];
        let plan = if v - u < NARROW * u.abs().max(v.abs()) || v - u < SMALLEST {
            panels::narrow(&request, low, high, target)?.map(|panel| vec![panel])
        } else {
            panels::plan(&request, u, v, target)?
        };
        let plan = plan.map_err(|place| GaussianError::Refused(branch.f.not_analytic(place)))?;
        let mut fine = vec![true; plan.len()];
        let mut far = Totals::zero(request.order);
        let real_cost = branch.f.real_cost() + branch.slope.as_ref().map_or(0, Analysis::real_cost);
        // the ends of the piece need not be doubles
        for index in 1..plan.len().saturating_sub(1) {
            let panel = &plan[index];
            if !panels::is_far(panel.low, panel.high, target) {
                continue;
            }
            request.job.spend(panel.n as u64 * (16 + real_cost + request.order as u64))?;
            let most = panels::ln_share(plan.len(), target).exp();
            if let Some(totals) = branch.rough.panel(panel, request.order, [most; 3]) {
                far.plus(&totals);
                fine[index] = false;
            }
        }
        let precision = self.bits + panels::excess_bits(&plan);
        let list: Vec<Panel> = plan.iter().zip(&fine).filter(|(_, fine)| **fine).map(|(panel, _)| *panel).collect();
        request.job.spend(panels::cost(&list, precision))?;
        let (list, errors) = panels::nodes(&plan, &fine, low, high, precision);
        self.total = self.total.plus(&far.sums(self.bits)).widened(errors.map(exp_bound));
        let branch = &mut self.branches[index];
        branch.nodes.extend(list);
        branch.bits = precision.max(branch.bits);
        Ok(())
    }

    /// The sums over all nodes.
    fn sums(self) -> Result<Sums, GaussianError> {
        self.branches.iter().try_fold(self.total, |total, branch| {
            Ok(total.plus(&sums(&branch.request(self.request), &branch.nodes, branch.bits)?))
        })
    }
}
