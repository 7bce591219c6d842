//! Bounds of growth that hold from nearby on.
//!
//! The growth calculus says |f(z)| ≤ e^{A + p ln x + αx + βx²} for x = |Re z| ≥ X only, and X is far out where f varies over a large scale: some
//! 1/S for tanh(Sx) with a small S. With M = sup |f| for `START` ≤ x ≤ X, on parts that grow with x, the bound
//! max(A, ln M) + max(p, 0) ln x + max(α, 0) x + max(β, 0) x² holds from `START` on.

use super::halving::in_parts;
use crate::activation::Range;
use crate::gaussian::analysis::Analysis;
use crate::gaussian::growth::Envelope;
use crate::number::{Interval, Job, Stopped};

/// Where bounds begin to hold at the latest, in standard deviations.
const START: f64 = 8.0;
/// A part ends so many times farther out than it begins.
const TIMES: f64 = 2.0;
/// Halvings of a part.
const HALVINGS: u32 = 12;

/// The growth of f to the left and to the right for |Im z| ≤ height, where f is shown analytic too from `START` on; none where it is not had.
///
/// # Errors
/// When the job is stopped.
pub(super) fn envelopes(f: &Analysis, height: f64, job: &Job<'_>) -> Result<Option<[Envelope; 2]>, Stopped> {
    let Some(sides) = f.envelope(height) else { return Ok(None) };
    let mut sup = |[x0, x1]: [f64; 2]| {
        largest([x0, x1, 0.0, height], &mut |rectangle| {
            job.spend(f.cost())?;
            Ok(f.ln_sup(rectangle))
        })
    };
    both(sides, &mut sup)
}

/// That of f(Sx) on the line, S = 2^`scale`, whatever choices f holds.
///
/// # Errors
/// When the job is stopped.
pub(super) fn real(f: &Analysis, scale: i32, job: &Job<'_>) -> Result<Option<[Envelope; 2]>, Stopped> {
    let Some(sides) = f.envelope(0.0) else { return Ok(None) };
    let (s, range) = (2f64.powi(scale), Range::of(f.function()));
    let scaled = |side: Envelope| Envelope {
        a: side.a + side.p * s.ln(),
        p: side.p,
        alpha: side.alpha * s,
        beta: side.beta * s * s,
        from: (side.from / s).max(1.0),
    };
    let mut sup = |[x0, x1]: [f64; 2]| {
        largest([x0, x1, 0.0, 0.0], &mut |[x0, x1, ..]| {
            job.spend(f.real_cost())?;
            Ok(Some(range.over(Interval::new(s * x0, s * x1)).magnitude().ln()))
        })
    };
    both(sides.map(scaled), &mut sup)
}

/// Both envelopes from `START` on, `sup` being a bound of ln |f| between two places.
fn both(
    mut sides: [Envelope; 2],
    sup: &mut dyn FnMut([f64; 2]) -> Result<Option<f64>, Stopped>,
) -> Result<Option<[Envelope; 2]>, Stopped> {
    for (side, sign) in sides.iter_mut().zip([-1.0, 1.0]) {
        let (mut low, mut ln_sup) = (START, f64::NEG_INFINITY);
        while low < side.from {
            let high = TIMES * low;
            let Some(here) = sup(if sign > 0.0 { [low, high] } else { [-high, -low] })? else { return Ok(None) };
            (low, ln_sup) = (high, ln_sup.max(here));
        }
        if side.from > START {
            let [p, alpha, beta] = [side.p, side.alpha, side.beta].map(|rate| rate.max(0.0));
            *side = Envelope { a: side.a.max(ln_sup), p, alpha, beta, from: START };
        }
    }
    Ok(Some(sides))
}

/// A finite bound of what `ln_sup` bounds on a rectangle, or on its parts.
fn largest(
    rectangle: [f64; 4],
    ln_sup: &mut dyn FnMut([f64; 4]) -> Result<Option<f64>, Stopped>,
) -> Result<Option<f64>, Stopped> {
    let mut most = f64::NEG_INFINITY;
    let shown = in_parts(rectangle, HALVINGS, &mut |part| {
        let sup = ln_sup(part)?.filter(|sup| *sup < f64::INFINITY);
        most = most.max(sup.unwrap_or(f64::NEG_INFINITY));
        Ok(sup.is_some())
    })?;
    Ok(shown.then_some(most))
}
