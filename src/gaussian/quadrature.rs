//! Certified integrals of f He_k, f² and f′² against the Gaussian: which rule, how fine, with what error.
//!
//! Without breakpoints: the pole-corrected trapezoid where f is meromorphic with known poles, else the trapezoid on a certified
//! strip, or after x = s sinh t where singular points lie close to the line. With breakpoints, or where no strip is shown: Gauss–Legendre panels between them. Every rule yields nodes with
//! weights and three error bounds; the sums are the same for all. An even or odd f is integrated over x > 0 only.

use std::cmp::Ordering;

use super::GaussianError;
use super::analysis::Analysis;
use super::grid::{self, Map, Rule, Task};
use super::panels;
use super::pieces::Panelled;
use super::poles::{self, Pole};
use super::residues::corrections;
use super::sinh::{self, Aim};
use super::strip::{self, Strip, exp_bound};
use super::sums::{Integrand, NodeWeight, Sums, sums};
use super::tail::Envelope;
use crate::activation::{Function, Parity, Root, Tape, derivative};
use crate::number::{Ball, Job};

/// Strips lower than this are left to panels.
const LEAST_HEIGHT: f64 = 0.008;
/// Nodes of one rule before it is refused.
const MOST_NODES: f64 = 2e5;
/// Word operations for the coefficients, order²·(bits + order)/64: two seconds or so.
const MOST_OPERATIONS: f64 = 4e8;
/// With so few nodes a side the plain trapezoid is not worth improving (tuned).
const FEW_NODES: f64 = 150.0;
/// What a node of the plain trapezoid costs less than one of the sinh rule (tuned).
const LINE_GAIN: f64 = 1.5;
/// More poles than this are dearer than the sinh rule (tuned).
const MANY_POLES: usize = 40;

/// Integrals with enclosing radii, and the name of the rule.
pub struct Integrals {
    /// E f He_k, k = 0 … order.
    pub sums: Sums,
    /// Which rule gave them.
    pub rule: &'static str,
}

/// What is asked of a function.
pub struct Request<'a> {
    /// The function.
    pub f: &'a Function,
    /// The function as it was given, for messages.
    pub given: &'a Function,
    /// Its proved parity.
    pub parity: Parity,
    /// Largest degree.
    pub order: usize,
    /// Precision: absolute errors of a_k of about 2^−bits.
    pub bits: u32,
    /// Whether E f² is wanted (and exists).
    pub second: bool,
    /// Whether E f′² is wanted (and exists).
    pub energy: bool,
}

impl Request<'_> {
    /// The error exponent: every error below e^−target.
    pub(super) fn target(&self) -> f64 {
        f64::from(self.bits) * std::f64::consts::LN_2 + 2.0
    }

    /// Bits of the sums: guard for the unnormalised recurrence and the number of nodes.
    fn working(&self) -> u32 {
        self.bits + 24 + (self.order as f64 * 0.75) as u32
    }

    /// Steps that a node costs.
    fn node_cost(&self, bounds: [&Analysis; 2], bits: u32) -> u64 {
        let slope = if self.energy { bounds[1].ball_cost(bits) } else { 0 };
        bounds[0].ball_cost(bits) + slope + self.recurrence_cost(bits)
    }

    /// Steps that the coefficients cost at a node.
    fn recurrence_cost(&self, bits: u32) -> u64 {
        3 * (self.order as u64 + 4) * (1 + u64::from(bits) / 256)
    }
}

/// The integrals by the best rule that can be certified.
///
/// # Errors
/// A refusal that names what stands in the way, the bound of effort, or an interruption.
pub fn integrals(
    request: &Request<'_>,
    analysis: &Analysis,
    slope: &Analysis,
    job: &Job<'_>,
) -> Result<Integrals, GaussianError> {
    // the conversion of moments takes order²/4 products of about bits + order bits
    let words = f64::from(request.bits) + request.order as f64;
    if (request.order as f64).powi(2) * words / 64.0 > MOST_OPERATIONS {
        return Err(GaussianError::Effort { most: MOST_OPERATIONS as usize, what: "word operations for the coefficients" });
    }
    let cut_target = request.target() + 3.0;
    if analysis.is_smooth() {
        if let Some(found) = by_poles(request, analysis, slope, cut_target, job)? {
            return Ok(found);
        }
        if let Some(found) = by_strip(request, analysis, slope, cut_target, job)? {
            return Ok(found);
        }
    }
    by_panels(request, analysis, slope, cut_target, job)
}

/// The cuts to the left and to the right beyond which every integrand asked for is below e^−target.
fn cuts(request: &Request<'_>, tails: [Envelope; 2], slope_tails: Option<[Envelope; 2]>, target: f64) -> Option<[f64; 2]> {
    let mut cuts = [0.0; 2];
    for side in 0..2 {
        let mut cut = tails[side].cut(request.order, target)?;
        if request.second {
            cut = cut.max(tails[side].squared().cut(0, target)?);
        }
        if let Some(slope) = slope_tails {
            cut = cut.max(slope[side].squared().cut(0, target)?);
        }
        cuts[side] = cut;
    }
    if request.parity != Parity::Neither {
        cuts = [cuts[0].max(cuts[1]); 2];
    }
    Some(cuts)
}

fn envelopes(
    request: &Request<'_>,
    analysis: &Analysis,
    slope: &Analysis,
    height: f64,
) -> Option<([Envelope; 2], Option<[Envelope; 2]>)> {
    let tails = analysis.envelope(height)?;
    let slope = if request.energy { Some(slope.envelope(height)?) } else { None };
    Some((tails, slope))
}

fn by_strip(
    request: &Request<'_>,
    analysis: &Analysis,
    slope: &Analysis,
    target: f64,
    job: &Job<'_>,
) -> Result<Option<Integrals>, GaussianError> {
    let Some((tails, slope_tails)) = envelopes(request, analysis, slope, 0.0) else { return Ok(None) };
    let Some(cuts) = cuts(request, tails, slope_tails, target) else { return Ok(None) };
    let wanted = request.energy.then_some(slope);
    let strip = strip::best_strip(analysis, wanted, request.order, request.target(), LEAST_HEIGHT, job)?;
    let strip = strip.filter(|strip| strip.ln_norm.max(strip.ln_slope_norm).is_finite());
    let cut = cuts[0].max(cuts[1]);
    let count = strip.map_or(f64::INFINITY, |best| cut / strip::step(&best, request.order, request.target()));
    if count > FEW_NODES
        && let Some(found) = by_sinh(request, [analysis, slope], cut, strip.map(|strip| strip.height), count / LINE_GAIN, job)?
    {
        return Ok(Some(found));
    }
    let Some(best) = strip.filter(|_| count < MOST_NODES) else { return Ok(None) };
    let Some(sums) = trapezoid(request, &best, cuts, [analysis, slope], job)? else { return Ok(None) };
    Ok(Some(Integrals { sums, rule: "trapezoid on a certified strip" }))
}

/// The rule after x = s sinh t, when it needs fewer than `most` nodes a side.
fn by_sinh(
    request: &Request<'_>,
    bounds: [&Analysis; 2],
    cut: f64,
    reach: Option<f64>,
    most: f64,
    job: &Job<'_>,
) -> Result<Option<Integrals>, GaussianError> {
    let aim = Aim {
        f: bounds[0],
        slope: request.energy.then_some(bounds[1]),
        order: request.order,
        target: request.target(),
        cut,
        second: request.second,
        symmetric: request.parity != Parity::Neither,
        job,
    };
    let Some(plan) = sinh::plan(&aim, reach)?.filter(|plan| plan.count as f64 <= most.min(MOST_NODES)) else {
        return Ok(None);
    };
    let rule = Rule { map: Map::Sinh(plan.scale), step: plan.step, count: plan.count };
    let Some(sums) = on_grid(request, &rule, bounds, job)? else { return Ok(None) };
    let tail = exp_bound(-request.target());
    let errors = plan.ln_errors.map(|error| exp_bound(error).plus(tail));
    Ok(Some(Integrals { sums: sums.widened(errors[0], errors[1], errors[2]), rule: "trapezoid after x = s sinh t" }))
}

/// The plain trapezoid; `None` when it would need too many nodes.
fn trapezoid(
    request: &Request<'_>,
    best: &Strip,
    cuts: [f64; 2],
    bounds: [&Analysis; 2],
    job: &Job<'_>,
) -> Result<Option<Sums>, GaussianError> {
    let step = strip::step(best, request.order, request.target());
    let short = strip::short(step);
    let rule = Rule { map: Map::Line, step: short, count: (cuts[0].max(cuts[1]) / short).ceil() as u64 };
    if rule.count as f64 > MOST_NODES {
        return Ok(None);
    }
    let sums = match on_grid(request, &rule, bounds, job)? {
        Some(sums) => sums,
        None => {
            let bits = request.working();
            let nodes = fold(request.parity, strip::nodes(step, cuts, bits));
            run(request, request.f, &nodes, bits, job)?
        }
    };
    let tail = exp_bound(-request.target());
    let errors = strip::ln_errors(best, step, request.order).map(|error| exp_bound(error).plus(tail));
    Ok(Some(sums.widened(errors[0], errors[1], errors[2])))
}

/// The sums of a rule on symmetric nodes; `None` when f has a piecewise node.
fn on_grid(request: &Request<'_>, rule: &Rule, bounds: [&Analysis; 2], job: &Job<'_>) -> Result<Option<Sums>, GaussianError> {
    let slope = request.energy.then(|| derivative(request.f));
    let nodes = if request.parity == Parity::Neither { 2 * rule.count } else { rule.count };
    job.spend(nodes * request.node_cost(bounds, request.working()))?;
    let task = Task {
        f: request.f,
        slope: slope.as_ref(),
        parity: request.parity,
        order: request.order,
        bits: request.bits,
        second: request.second,
    };
    Ok(grid::sums(&task, rule, bounds, job)?)
}

pub(super) fn run(
    request: &Request<'_>,
    f: &Function,
    nodes: &[NodeWeight],
    bits: u32,
    job: &Job<'_>,
) -> Result<Sums, GaussianError> {
    let slope = request.energy.then(|| derivative(f));
    let cost = Tape::new(f).ball_cost(bits) + slope.as_ref().map_or(0, |slope| Tape::new(slope).ball_cost(bits));
    job.spend(nodes.len() as u64 * (cost + request.recurrence_cost(bits)))?;
    Ok(sums(&Integrand { f, slope: slope.as_ref() }, nodes, request.order, bits, job)?)
}

/// For an even or odd function: the nodes x > 0 with twice their weight (and x = 0).
fn fold(parity: Parity, nodes: Vec<NodeWeight>) -> Vec<NodeWeight> {
    if parity == Parity::Neither {
        return nodes;
    }
    let kept = nodes.into_iter().filter_map(|node| match node.x.cmp0() {
        Some(Ordering::Less) | None => None,
        Some(Ordering::Equal) => Some(node),
        Some(Ordering::Greater) => Some(NodeWeight { weight: node.weight.shifted(1), x: node.x }),
    });
    kept.collect()
}

/// The trapezoid corrected at the poles; `None` when f is not meromorphic with known poles.
pub(super) fn by_poles(
    request: &Request<'_>,
    analysis: &Analysis,
    slope: &Analysis,
    target: f64,
    job: &Job<'_>,
) -> Result<Option<Integrals>, GaussianError> {
    let form = poles::meromorphic_form(request.f);
    // beyond this height the Gaussian's own growth outweighs any gain
    let most = (2.0 * request.target()).sqrt() * 1.6 + 4.0;
    let bits = request.working() + 24;
    let Some(all) = poles::poles(&form, most, bits, job)? else { return Ok(None) };
    if all.is_empty() {
        return Ok(None);
    }
    let rewritten = (form != *request.f).then(|| (Analysis::smooth(&form), Analysis::smooth(&derivative(&form))));
    let (analysis, slope) = rewritten.as_ref().map_or((analysis, slope), |(f, slope)| (f, slope));
    let Some((tails, slope_tails)) = envelopes(request, analysis, slope, 0.0) else { return Ok(None) };
    let Some(cuts) = cuts(request, tails, slope_tails, target) else { return Ok(None) };
    if all.len() > MANY_POLES {
        let cut = cuts[0].max(cuts[1]);
        let found = by_sinh(request, [analysis, slope], cut, Some(all[0].height), f64::INFINITY, job)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let Some(best) = best_line(request, [analysis, slope], &all, most, job)? else { return Ok(None) };
    let step = strip::short(strip::step(&best, request.order, request.target()));
    let below: Vec<&Pole> = all.iter().filter(|pole| pole.height < best.height).collect();
    let Some(corrections) = corrections(&form, request.energy, &below, step, request.order, bits, job)? else { return Ok(None) };
    let Some(sums) = trapezoid(request, &best, cuts, [analysis, slope], job)? else { return Ok(None) };
    Ok(Some(Integrals { sums: sums.plus(&corrections), rule: "pole-corrected trapezoid" }))
}

/// The line between two layers of poles that allows the largest step: a climb from the line that would be best if |f| were 1.
fn best_line(
    request: &Request<'_>,
    [analysis, slope]: [&Analysis; 2],
    all: &[Pole],
    most: f64,
    job: &Job<'_>,
) -> Result<Option<Strip>, GaussianError> {
    let mut layers: Vec<f64> = all.iter().map(|pole| pole.height).collect();
    layers.dedup_by(|a, b| (*a - *b).abs() < 1e-6);
    let mut heights: Vec<f64> =
        layers.windows(2).filter(|pair| pair[1] - pair[0] > 1e-3).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
    // above the last pole any line will do
    let last = layers.last().copied().unwrap_or(0.0);
    heights.extend((1..).map(|i| last + f64::from(i)).take_while(|height| *height < most));
    let step = |strip: &Strip| strip::step(strip, request.order, request.target());
    let guess = |height: &f64| step(&Strip { height: *height, ln_norm: 0.0, ln_slope_norm: 0.0 });
    let Some(start) = (0..heights.len()).max_by(|a, b| guess(&heights[*a]).total_cmp(&guess(&heights[*b]))) else {
        return Ok(None);
    };
    let measure = |index: usize| strip::line(analysis, request.energy.then_some(slope), heights[index], job);
    let mut best = measure(start)?.map(|strip| (start, strip));
    for direction in [-1i64, 1] {
        let mut stride = 1;
        loop {
            let from = best.map_or(start, |(index, _)| index) as i64;
            let Some(index) = usize::try_from(from + direction * stride).ok().filter(|index| *index < heights.len()) else {
                break;
            };
            let better = measure(index)?.filter(|strip| best.as_ref().is_none_or(|(_, known)| step(strip) > step(known)));
            match better {
                Some(strip) => (best, stride) = (Some((index, strip)), stride * 2),
                None => break,
            }
        }
    }
    Ok(best.map(|(_, strip)| strip))
}

fn by_panels(
    request: &Request<'_>,
    analysis: &Analysis,
    slope: &Analysis,
    target: f64,
    job: &Job<'_>,
) -> Result<Integrals, GaussianError> {
    let refusal = || GaussianError::Refused(format!("the growth of {} at infinity could not be bounded", request.given));
    let (tails, slope_tails) = envelopes(request, analysis, slope, 0.0).ok_or_else(refusal)?;
    let cuts = cuts(request, tails, slope_tails, target).ok_or_else(refusal)?;
    let bits = request.working() + 16;
    let pieces = analysis.pieces(cuts[0].max(cuts[1]), job)?;
    let finest = bits + ((panels::most_excess(target + 4.0) + 0.6 * request.order as f64) * std::f64::consts::LOG2_E) as u32;
    let mut ends: Vec<Ball> = pieces.breakpoints.iter().map(|point| point.location.refine(finest)).collect();
    ends.insert(0, Ball::double(-cuts[0], bits));
    ends.push(Ball::double(cuts[1], bits));
    let folded = request.parity != Parity::Neither;
    let singular: Vec<&Root> = pieces.singular_points().map(|point| &point.location).collect();
    let mut panelled = Panelled::new(request, bits, singular, job);
    for (pair, branch) in ends.windows(2).zip(&pieces.branches) {
        if let Some(ends) = inside(pair, cuts, folded, bits) {
            panelled.piece(branch, ends)?;
        }
    }
    let mut total = panelled.sums()?;
    if folded {
        total = total.doubled();
    }
    let tail = exp_bound(-request.target());
    Ok(Integrals { sums: total.widened(tail, tail, tail), rule: "certified Gauss-Legendre panels" })
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
