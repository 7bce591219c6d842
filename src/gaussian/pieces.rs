//! The integrals piece by piece, on certified panels between breakpoints.
//!
//! Panels far out are summed in doubles, those next to a singular end by the rule for such ends, and the nodes of all other
//! panels are gathered by branch and evaluated together.

use super::GaussianError;
use super::analysis::Analysis;
use super::endpoint::Endpoint;
use super::panels::{self, Panel, Piece};
use super::quadrature::{Request, run};
use super::rough::{Rough, Totals};
use super::strip::exp_bound;
use super::sums::{NodeWeight, Sums};
use crate::activation::{Function, Root, derivative};
use crate::number::{Ball, Job, Magnitude};

/// Panels gathered piece by piece; the nodes of one branch are evaluated together.
pub(super) struct Panelled<'a> {
    request: &'a Request<'a>,
    bits: u32,
    /// Where a branch is singular.
    singular: Vec<&'a Root>,
    branches: Vec<Branch>,
    total: Sums,
    job: &'a Job<'a>,
}

/// An analytic branch with its nodes.
struct Branch {
    function: Function,
    analysis: Analysis,
    slope: Option<Analysis>,
    rough: Rough,
    nodes: Vec<NodeWeight>,
    bits: u32,
}

impl<'a> Panelled<'a> {
    /// Nothing yet; a branch is singular at the places given.
    pub(super) fn new(request: &'a Request<'a>, bits: u32, singular: Vec<&'a Root>, job: &'a Job<'a>) -> Self {
        Self { request, bits, singular, branches: Vec::new(), total: Sums::zero(request.order, bits), job }
    }

    /// Adds one piece, the neighbourhoods of singular ends taken by themselves.
    pub(super) fn piece(&mut self, branch: &Function, [mut low, mut high]: [Ball; 2]) -> Result<(), GaussianError> {
        let width = (high.to_f64() - low.to_f64()).min(1.0);
        for (end, sign) in [(&mut low, 1), (&mut high, -1)] {
            let near = |root: &Root| (root.to_f64() - end.to_f64()).abs() < 1e-9 * (1.0 + end.to_f64().abs());
            let singular = self.singular.iter().find(|root| near(root) && root.refine(self.bits).overlaps(end));
            let Some(place) = singular else { continue };
            let endpoint = Endpoint { branch, place, sign, start: -(0.4 * width).ln() };
            self.total = self.total.plus(&endpoint.sums(self.request, self.bits, self.job)?);
            *end = endpoint.end(self.bits);
        }
        self.regular(branch, &low, &high)
    }

    /// Adds the panels of an interval on which f is the given analytic branch.
    fn regular(&mut self, branch: &Function, low: &Ball, high: &Ball) -> Result<(), GaussianError> {
        let request = self.request;
        let index = self.branch(branch);
        let Branch { analysis, slope, rough, nodes, bits, .. } = &mut self.branches[index];
        let piece = Piece { f: analysis, slope: slope.as_ref() };
        let target = request.target() + 4.0;
        let plan = panels::plan(&piece, low.to_f64(), high.to_f64(), request.order, target, self.job)?;
        let plan = plan.map_err(|place| GaussianError::Refused(analysis.not_analytic(place)))?;
        let mut fine = vec![true; plan.len()];
        let mut far = Totals::zero(request.order);
        // the ends of the piece need not be doubles
        for index in 1..plan.len().saturating_sub(1) {
            let panel = &plan[index];
            if !panels::is_far(panel.low, panel.high, target) {
                continue;
            }
            self.job.spend(
                panel.n as u64
                    * (16 + analysis.real_cost() + slope.as_ref().map_or(0, Analysis::real_cost) + request.order as u64),
            )?;
            let most = panels::ln_share(plan.len(), target).exp();
            if let Some(totals) = rough.panel(panel, request.order, [most; 3]) {
                far.plus(&totals);
                fine[index] = false;
            }
        }
        let precision = self.bits + panels::excess_bits(&plan);
        let list: Vec<Panel> = plan.iter().zip(&fine).filter(|(_, fine)| **fine).map(|(panel, _)| *panel).collect();
        self.job.spend(panels::cost(&list, precision))?;
        let (list, errors) = panels::nodes(&plan, &fine, low, high, precision);
        nodes.extend(list);
        *bits = precision.max(*bits);
        let errors = errors.map(exp_bound);
        let energy = if request.energy { errors[2] } else { Magnitude::ZERO };
        self.total = self.total.plus(&far.sums(self.bits)).widened(errors[0], errors[1], energy);
        Ok(())
    }

    fn branch(&mut self, function: &Function) -> usize {
        if let Some(index) = self.branches.iter().position(|known| known.function == *function) {
            return index;
        }
        let slope = self.request.energy.then(|| derivative(function));
        self.branches.push(Branch {
            function: function.clone(),
            analysis: Analysis::smooth(function),
            rough: Rough::new(function, slope.as_ref()),
            slope: slope.as_ref().map(Analysis::smooth),
            nodes: Vec::new(),
            bits: self.bits,
        });
        self.branches.len() - 1
    }

    /// The sums over all nodes.
    pub(super) fn sums(self) -> Result<Sums, GaussianError> {
        self.branches.iter().try_fold(self.total, |total, branch| {
            Ok(total.plus(&run(self.request, &branch.function, &branch.nodes, branch.bits, self.job)?))
        })
    }
}
