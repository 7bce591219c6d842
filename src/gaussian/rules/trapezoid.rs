//! The trapezoid of a smooth function without a list of its poles: on a certified strip, or after x = s sinh t where singular
//! points lie close to the line.

use super::grid::{Map, Rule, on_grid};
use super::request::Request;
use super::sinh;
use super::strip::{self, Strip};
use super::sums::Sums;
use crate::gaussian::weight::{exp_bound, short};
use crate::number::Stopped;

/// Strips lower than this are left to panels.
const LEAST_HEIGHT: f64 = 0.008;
/// Nodes of one rule before it is refused.
const MOST_NODES: f64 = 2e5;
/// With so few nodes a side the plain trapezoid is not worth improving (tuned).
const FEW_NODES: f64 = 150.0;
/// What a node of the plain trapezoid costs less than one of the sinh rule (tuned).
const LINE_GAIN: f64 = 1.5;

/// The sums by the cheaper of the two; `None` when neither is certified within the bound of nodes.
///
/// # Errors
/// When the job is stopped.
pub(super) fn by_strip(request: &Request<'_>) -> Result<Option<Sums>, Stopped> {
    let Some([left, right]) = request.pointwise_cuts() else { return Ok(None) };
    let cut = left.max(right);
    let value = |strip: &Strip| strip::step(strip, request);
    // f′ is analytic where f is
    let strip = strip::best_by(&[request.f], request.slope, (None, LEAST_HEIGHT), &value, request.job)?;
    let strip = strip.filter(|strip| strip.ln_norm.max(strip.ln_slope_norm).is_finite());
    let count = strip.map_or(f64::INFINITY, |best| cut / strip::step(&best, request));
    if count > FEW_NODES {
        let found = by_sinh(request, cut, strip.map(|strip| strip.height), count / LINE_GAIN)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let Some(best) = strip.filter(|_| count < MOST_NODES) else { return Ok(None) };
    trapezoid(request, &best, cut)
}

/// The rule after x = s sinh t for an f that is analytic up to the height `reach`, when it needs fewer than `most` nodes a side.
///
/// # Errors
/// When the job is stopped.
pub(super) fn by_sinh(request: &Request<'_>, cut: f64, reach: Option<f64>, most: f64) -> Result<Option<Sums>, Stopped> {
    let found = sinh::best_rule(request, cut, reach)?.filter(|(rule, _)| rule.count as f64 <= most.min(MOST_NODES));
    let Some((rule, ln_errors)) = found else { return Ok(None) };
    Ok(Some(with_errors(request, on_grid(request, &rule)?, ln_errors)))
}

/// The plain trapezoid; `None` when it would need too many nodes.
///
/// # Errors
/// When the job is stopped.
pub(super) fn trapezoid(request: &Request<'_>, best: &Strip, cut: f64) -> Result<Option<Sums>, Stopped> {
    let step = short(strip::step(best, request));
    let rule = Rule { map: Map::Line, step, count: (cut / step).ceil() as u64 };
    if rule.count as f64 > MOST_NODES {
        return Ok(None);
    }
    Ok(Some(with_errors(request, on_grid(request, &rule)?, strip::ln_errors(best, step, request.order))))
}

/// The sums with the errors of discretisation and truncation.
fn with_errors(request: &Request<'_>, sums: Sums, ln_errors: [f64; 3]) -> Sums {
    let tail = exp_bound(-request.target());
    sums.widened(ln_errors.map(|error| exp_bound(error).plus(tail)))
}
