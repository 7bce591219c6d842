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
use crate::activation::{Function, Root, derivative};
use crate::gaussian::analysis::Analysis;
use crate::gaussian::error::GaussianError;
use crate::gaussian::weight::exp_bound;
use crate::number::Ball;

/// The integrals over all pieces of f inside the cuts.
///
/// # Errors
/// A function that grows too fast, or is not shown to be analytic somewhere; the bound of effort, or an interruption.
pub(super) fn by_panels(request: &Request<'_>) -> Result<Sums, GaussianError> {
    let refusal = || GaussianError::Refused(format!("the growth of {} at infinity could not be bounded", request.given));
    let cuts = request.cuts().ok_or_else(refusal)?;
    let bits = request.working() + 16;
    let pieces = request.f.pieces(cuts[0].max(cuts[1]), request.job)?;
    let excess = panels::most_excess(request.target() + 4.0) + 0.6 * request.order as f64;
    let finest = bits + (excess * std::f64::consts::LOG2_E) as u32;
    let mut ends: Vec<Ball> = pieces.breakpoints.iter().map(|point| point.location.refine(finest)).collect();
    ends.insert(0, Ball::double(-cuts[0], bits));
    ends.push(Ball::double(cuts[1], bits));
    let singular: Vec<&Root> = pieces.singular_points().map(|point| &point.location).collect();
    let mut panelled = Panelled { request, bits, singular, branches: Vec::new(), total: Sums::zero(request.order, bits) };
    for (pair, branch) in ends.windows(2).zip(&pieces.branches) {
        if let Some(ends) = inside(pair, cuts, request.is_folded(), bits) {
            panelled.piece(branch, ends)?;
        }
    }
    let total = panelled.sums()?;
    let total = if request.is_folded() { total.doubled() } else { total };
    Ok(total.widened([exp_bound(-request.target()); 3]))
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
    /// Where a branch is singular.
    singular: Vec<&'a Root>,
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
    /// Adds one piece, the neighbourhoods of singular ends taken by themselves.
    fn piece(&mut self, function: &Function, [mut low, mut high]: [Ball; 2]) -> Result<(), GaussianError> {
        let index = self.branches.iter().position(|known| known.f.function() == function).unwrap_or_else(|| {
            self.branches.push(Branch::of(function, self.request, self.bits));
            self.branches.len() - 1
        });
        let request = self.branches[index].request(self.request);
        let width = (high.to_f64() - low.to_f64()).min(1.0);
        for (end, sign) in [(&mut low, 1), (&mut high, -1)] {
            let near = |root: &Root| (root.to_f64() - end.to_f64()).abs() < 1e-9 * (1.0 + end.to_f64().abs());
            let singular = self.singular.iter().find(|root| near(root) && root.refine(self.bits).overlaps(end));
            let Some(place) = singular else { continue };
            let endpoint = Endpoint { request, place, sign, start: -(0.4 * width).ln() };
            self.total = self.total.plus(&endpoint.sums(self.bits)?);
            *end = endpoint.end(self.bits);
        }
        self.regular(index, &low, &high)
    }

    /// Adds the panels of an interval on which f is that analytic branch.
    fn regular(&mut self, index: usize, low: &Ball, high: &Ball) -> Result<(), GaussianError> {
        let branch = &self.branches[index];
        let request = branch.request(self.request);
        let target = request.target() + 4.0;
        let plan = panels::plan(&request, low.to_f64(), high.to_f64(), target)?;
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
