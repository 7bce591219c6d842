//! The trapezoid rule on the whole line, certified by a strip of analyticity.
//!
//! If f is analytic for |Im z| ≤ b and F(b)² = ∫ |f(x + ib)|² φ(x) dx, then with step h, for every k,
//! |T_h[f h_k φ] − a_k| ≤ 2 e^{b²/2} F(b) √L_k(−b²) / (e^{2πb/h} − 1) and |T_h[f² φ] − E f²| ≤ 2 e^{b²/2} F(b)² / (e^{2πb/h} − 1).
//! (T_h is half the contour integral of g cot(πz/h) around the strip; Cauchy–Schwarz separates f from h_k.)
//! F(b) and the analyticity are established in double precision on complex rectangles, whatever the number of digits.

use super::halving::in_parts;
use super::nearer;
use super::request::Request;
use crate::activation::Parity;
use crate::gaussian::analysis::Analysis;
use crate::gaussian::growth::Envelope;
use crate::gaussian::weight::{LN_SQRT_TWO_PI, ln_laguerre_norm, ln_sum, nearest, short};
use crate::number::{Job, Stopped};

/// A strip with what was shown on it.
#[derive(Clone, Copy, Debug)]
pub struct Strip {
    /// Half-width b.
    pub height: f64,
    /// ln F(b).
    pub ln_norm: f64,
    /// ln F(b) of the derivative, when there is one.
    pub ln_slope_norm: f64,
}

const BISECTIONS: u32 = 10;
/// Halvings of a piece of the line on which f is not shown to be analytic.
const HALVINGS: u32 = 5;
const GROWTH: f64 = 1.25;
/// A strip in which f must be followed further grows too fast to be of use (tuned).
const FARTHEST: f64 = 60.0;

/// Whether g is shown analytic for |Re z| ≤ reach, low ≤ Im z ≤ high.
fn slab(g: &Analysis, reach: f64, low: f64, high: f64, job: &Job<'_>) -> Result<bool, Stopped> {
    let start = if g.parity() != Parity::Neither { 0.0 } else { -reach };
    let pieces = (reach - start).ceil().max(1.0);
    let width = (reach - start) / pieces;
    let mut shown = |rectangle| {
        job.spend(g.cost())?;
        Ok(g.ln_sup(rectangle).is_some())
    };
    for i in 0..pieces as usize {
        let x = start + width * i as f64;
        if !in_parts([x, x + width * (1.0 + 1e-15), low, high], BISECTIONS, &mut shown)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// ln F(b) on the line Im z = b: rectangles of no height for |x| ≤ reach, the growth of f² beyond.
fn ln_line_norm(g: &Analysis, height: f64, Far { reach, tails }: Far, job: &Job<'_>) -> Result<Option<f64>, Stopped> {
    let width = (0.5 * height).clamp(0.02, 0.25);
    let pieces = (reach / width).ceil() as i64;
    // one half counts for both where |f(−z̄)| = |f(z)|
    let (first, ln_copies) = if g.parity() != Parity::Neither { (0, std::f64::consts::LN_2) } else { (-pieces, 0.0) };
    let mut parts = tails.map(|side| side.ln_tail(0, reach)).to_vec();
    // a piece is halved where f varies too much on it to be bounded at once
    let mut add = |[x0, x1, y0, y1]: [f64; 4]| {
        job.spend(g.cost())?;
        let Some(sup) = g.ln_sup([x0, x1, y0, y1]) else { return Ok(false) };
        let near = nearest(x0, x1);
        parts.push(2.0 * sup - 0.5 * near * near + (x1 - x0).ln() - LN_SQRT_TWO_PI + ln_copies);
        Ok(true)
    };
    for i in first..pieces {
        let (x0, x1) = (reach * i as f64 / pieces as f64, reach * (i + 1) as f64 / pieces as f64);
        if !in_parts([x0, x1, height, height], HALVINGS, &mut add)? {
            return Ok(None);
        }
    }
    Ok(Some(0.5 * ln_sum(&parts) + 1e-9))
}

/// The step that brings every a_k, E f² and E f′² below e^−target on this strip.
pub(super) fn step(strip: &Strip, request: &Request<'_>) -> f64 {
    let b = strip.height;
    let coefficient = strip.ln_norm + ln_laguerre_norm(request.order, b);
    let need = coefficient.max(2.0 * strip.ln_norm).max(2.0 * strip.ln_slope_norm).max(0.0);
    2.0 * std::f64::consts::PI * b / (request.target() + 2.0 + 0.5 * b * b + need)
}

/// The strip on which `value` is greatest, of those on which all functions given are shown analytic; norms are those of the
/// first one and of `second`. The search begins at a height at which they are known to be analytic, where one is given.
///
/// # Errors
/// When the job is stopped.
pub fn best_by(
    shown: &[&Analysis],
    second: Option<&Analysis>,
    (known, least): (Option<f64>, f64),
    value: &dyn Fn(&Strip) -> f64,
    job: &Job<'_>,
) -> Result<Option<Strip>, Stopped> {
    let mut best: Option<(f64, Strip)> = None;
    let mut consider = |low: f64, height: f64| -> Result<Option<bool>, Stopped> {
        let Some(strip) = try_strip(shown, second, low, height, job)? else { return Ok(None) };
        let reached = value(&strip);
        let better = best.is_none_or(|(known, _)| reached > known);
        if better {
            best = Some((reached, strip));
        }
        Ok(Some(better))
    };
    let mut height = match known {
        Some(height) if consider(height, height)?.is_some() => height,
        _ => {
            let mut height = 1.0;
            while consider(0.0, height)?.is_none() {
                height *= 0.7;
                if height < least {
                    return Ok(None);
                }
            }
            height
        }
    };
    let (mut low, mut idle, mut factor, mut ends) = (height, 0, GROWTH, false);
    while idle < 3 && low < 200.0 {
        match consider(low, low * factor)? {
            Some(better) => {
                idle = if better { 0 } else { idle + 1 };
                low *= factor;
            }
            None if factor > 1.04 => factor = factor.sqrt(),
            None => {
                ends = true;
                break;
            }
        }
    }
    // lower lines pay where f grows fast off the line; not where a height just below the end of analyticity is known to be good
    idle = if ends && known.is_some() { 2 } else { 0 };
    while idle < 2 && height > least {
        height /= GROWTH;
        idle = if consider(0.0, height)? == Some(true) { 0 } else { idle + 1 };
    }
    Ok(best.map(|(_, strip)| strip))
}

/// Shows the slab between `low` (already shown) and `height`, and measures the line there.
fn try_strip(
    shown: &[&Analysis],
    second: Option<&Analysis>,
    low: f64,
    height: f64,
    job: &Job<'_>,
) -> Result<Option<Strip>, Stopped> {
    let Some((f, _)) = shown.split_first() else { return Ok(None) };
    let Some(ends) = Ends::of(f, second, height, job)?.filter(|ends| ends.reach() < FARTHEST) else { return Ok(None) };
    for function in shown {
        if low < height && !slab(function, ends.reach(), low, height, job)? {
            return Ok(None);
        }
    }
    measure(f, second, height, ends, job)
}

/// The line at `height` measured, without a look at what lies below it (the caller knows the poles there).
///
/// # Errors
/// When the job is stopped.
pub fn line(f: &Analysis, slope: Option<&Analysis>, height: f64, job: &Job<'_>) -> Result<Option<Strip>, Stopped> {
    let Some(ends) = Ends::of(f, slope, height, job)? else { return Ok(None) };
    measure(f, slope, height, ends, job)
}

/// Where the growth of |f|² alone bounds its line integral well enough, with that growth: beyond it less than e^−30 is left.
#[derive(Clone, Copy)]
struct Far {
    reach: f64,
    tails: [Envelope; 2],
}

impl Far {
    fn of(f: &Analysis, height: f64, job: &Job<'_>) -> Result<Option<Self>, Stopped> {
        let Some(sides) = nearer::envelopes(f, height, job)? else { return Ok(None) };
        let tails = sides.map(Envelope::squared);
        let reach = tails[0].cut(0, 30.0).zip(tails[1].cut(0, 30.0)).map(|(left, right)| left.max(right).max(4.0));
        Ok(reach.map(|reach| Self { reach, tails }))
    }
}

/// The same of f and of a second function.
#[derive(Clone, Copy)]
struct Ends {
    first: Far,
    second: Option<Far>,
}

impl Ends {
    fn of(f: &Analysis, second: Option<&Analysis>, height: f64, job: &Job<'_>) -> Result<Option<Self>, Stopped> {
        let Some(first) = Far::of(f, height, job)? else { return Ok(None) };
        let Some(second) = second else { return Ok(Some(Self { first, second: None })) };
        Ok(Far::of(second, height, job)?.map(|second| Self { first, second: Some(second) }))
    }

    fn reach(&self) -> f64 {
        self.second.map_or(self.first.reach, |second| second.reach.max(self.first.reach))
    }
}

fn measure(f: &Analysis, slope: Option<&Analysis>, height: f64, ends: Ends, job: &Job<'_>) -> Result<Option<Strip>, Stopped> {
    let common = |far: Far| Far { reach: ends.reach(), ..far };
    let Some(ln_norm) = ln_line_norm(f, height, common(ends.first), job)? else { return Ok(None) };
    let mut ln_slope_norm = f64::NEG_INFINITY;
    if let Some((slope, far)) = slope.zip(ends.second) {
        let Some(norm) = ln_line_norm(slope, height, common(far), job)? else { return Ok(None) };
        ln_slope_norm = norm;
    }
    Ok(Some(Strip { height, ln_norm, ln_slope_norm }))
}

/// ln of the error bounds of the rule with this step: of every a_k, of E f², of E f′².
pub(super) fn ln_errors(strip: &Strip, step: f64, order: usize) -> [f64; 3] {
    let b = strip.height;
    let periods = 2.0 * std::f64::consts::PI * b / short(step) * (1.0 - 1e-14);
    let common = std::f64::consts::LN_2 + 0.5 * b * b - periods - (-(-periods).exp()).ln_1p() + 1e-9;
    [common + strip.ln_norm + ln_laguerre_norm(order, b), common + 2.0 * strip.ln_norm, common + 2.0 * strip.ln_slope_norm]
}
