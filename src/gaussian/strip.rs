//! The trapezoid rule on the whole line, certified by a strip of analyticity.
//!
//! If f is analytic for |Im z| ≤ b and F(b)² = ∫ |f(x + ib)|² φ(x) dx, then with step h, for every k,
//! |T_h[f h_k φ] − a_k| ≤ 2 e^{b²/2} F(b) √L_k(−b²) / (e^{2πb/h} − 1) and |T_h[f² φ] − E f²| ≤ 2 e^{b²/2} F(b)² / (e^{2πb/h} − 1).
//! (T_h is half the contour integral of g cot(πz/h) around the strip; Cauchy–Schwarz separates f from h_k.)
//! F(b) and the analyticity are established in double precision on complex rectangles, whatever the number of digits.

use rug::Float;

use super::analysis::Analysis;
use super::sums::NodeWeight;
use super::tail::ln_laguerre_norm;
use crate::number::{Ball, Job, Magnitude, Stopped};

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

/// Whether g is shown analytic on the rectangle, bisecting where one rectangle does not tell.
fn analytic(g: &Analysis, rectangle: [f64; 4], depth: u32, job: &Job<'_>) -> Result<bool, Stopped> {
    job.spend(g.cost())?;
    if g.ln_sup(rectangle).is_some() {
        return Ok(true);
    }
    if depth == 0 {
        return Ok(false);
    }
    let [x0, x1, y0, y1] = rectangle;
    let halves = if x1 - x0 > y1 - y0 {
        let middle = 0.5 * (x0 + x1);
        [[x0, middle, y0, y1], [middle, x1, y0, y1]]
    } else {
        let middle = 0.5 * (y0 + y1);
        [[x0, x1, y0, middle], [x0, x1, middle, y1]]
    };
    Ok(analytic(g, halves[0], depth - 1, job)? && analytic(g, halves[1], depth - 1, job)?)
}

/// Whether g is shown analytic for |Re z| ≤ reach, low ≤ Im z ≤ high.
fn slab(g: &Analysis, reach: f64, low: f64, high: f64, job: &Job<'_>) -> Result<bool, Stopped> {
    let pieces = (2.0 * reach).ceil().max(1.0);
    let width = 2.0 * reach / pieces;
    for i in 0..pieces as usize {
        let x = -reach + width * i as f64;
        if !analytic(g, [x, x + width * (1.0 + 1e-15), low, high], BISECTIONS, job)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// ln F(b) on the line Im z = b: rectangles of no height for |x| ≤ reach, growth beyond.
fn ln_line_norm(g: &Analysis, height: f64, reach: f64, job: &Job<'_>) -> Result<Option<f64>, Stopped> {
    let Some(tails) = g.envelope(height) else { return Ok(None) };
    let width = (0.5 * height).clamp(0.02, 0.25);
    let pieces = (reach / width).ceil() as i64;
    let mut parts = vec![tails[0].squared().ln_tail(0, reach), tails[1].squared().ln_tail(0, reach)];
    for i in -pieces..pieces {
        let (x0, x1) = (reach * i as f64 / pieces as f64, reach * (i + 1) as f64 / pieces as f64);
        if !line_piece(g, [x0, x1], height, HALVINGS, &mut parts, job)? {
            return Ok(None);
        }
    }
    Ok(Some(0.5 * ln_sum(&parts) + 1e-9))
}

/// Adds ln ∫ |f|² φ over a piece of the line, halved where f varies too much on it to be bounded at once.
fn line_piece(
    g: &Analysis,
    [x0, x1]: [f64; 2],
    height: f64,
    depth: u32,
    parts: &mut Vec<f64>,
    job: &Job<'_>,
) -> Result<bool, Stopped> {
    job.spend(g.cost())?;
    let Some(sup) = g.ln_sup([x0, x1, height, height]) else {
        if depth == 0 {
            return Ok(false);
        }
        let middle = 0.5 * (x0 + x1);
        return Ok(line_piece(g, [x0, middle], height, depth - 1, parts, job)?
            && line_piece(g, [middle, x1], height, depth - 1, parts, job)?);
    };
    let nearest = if x0 <= 0.0 && x1 >= 0.0 { 0.0 } else { x0.abs().min(x1.abs()) };
    parts.push(2.0 * sup - 0.5 * nearest * nearest + (x1 - x0).ln() - 0.918_938_533_204_672);
    Ok(true)
}

/// ln Σ e^part.
pub fn ln_sum(parts: &[f64]) -> f64 {
    let top = parts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if !top.is_finite() {
        return top;
    }
    top + parts.iter().map(|part| (part - top).exp()).sum::<f64>().ln()
}

/// The step that brings every a_k (k ≤ `order`), E f² and E f′² below e^−target on this strip.
#[must_use]
pub fn step(strip: &Strip, order: usize, target: f64) -> f64 {
    let b = strip.height;
    let coefficient = strip.ln_norm + ln_laguerre_norm(order, b);
    let need = coefficient.max(2.0 * strip.ln_norm).max(2.0 * strip.ln_slope_norm).max(0.0);
    2.0 * std::f64::consts::PI * b / (target + 2.0 + 0.5 * b * b + need)
}

/// The best strip found by scanning heights, or `None` when no strip of height at least `least` is shown.
///
/// # Errors
/// When the job is stopped.
pub fn best_strip(
    f: &Analysis,
    slope: Option<&Analysis>,
    order: usize,
    target: f64,
    least: f64,
    job: &Job<'_>,
) -> Result<Option<Strip>, Stopped> {
    // f′ is analytic where f is
    best_by(&[f], slope, least, &|strip| step(strip, order, target), job)
}

/// The strip on which `value` is greatest, of those on which all functions given are shown analytic; norms are those of the
/// first one and of `second`.
///
/// # Errors
/// When the job is stopped.
pub fn best_by(
    shown: &[&Analysis],
    second: Option<&Analysis>,
    least: f64,
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
    let mut height = 1.0;
    while consider(0.0, height)?.is_none() {
        height *= 0.7;
        if height < least {
            return Ok(None);
        }
    }
    let (mut low, mut idle, mut factor) = (height, 0, GROWTH);
    while idle < 3 && low < 200.0 {
        match consider(low, low * factor)? {
            Some(better) => {
                idle = if better { 0 } else { idle + 1 };
                low *= factor;
            }
            None if factor > 1.04 => factor = factor.sqrt(),
            None => break,
        }
    }
    // lower lines pay where f grows fast off the line
    (low, idle) = (height, 0);
    while idle < 2 && low > least {
        low /= GROWTH;
        idle = if consider(0.0, low)? == Some(true) { 0 } else { idle + 1 };
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
    let Some(reach) = common_reach(f, second, height).filter(|reach| *reach < FARTHEST) else { return Ok(None) };
    for function in shown {
        if !slab(function, reach, low, height, job)? {
            return Ok(None);
        }
    }
    measure(f, second, height, reach, job)
}

/// The line at `height` measured, without a look at what lies below it (the caller knows the poles there).
///
/// # Errors
/// When the job is stopped.
pub fn line(f: &Analysis, slope: Option<&Analysis>, height: f64, job: &Job<'_>) -> Result<Option<Strip>, Stopped> {
    match common_reach(f, slope, height) {
        Some(reach) => measure(f, slope, height, reach, job),
        None => Ok(None),
    }
}

fn common_reach(f: &Analysis, slope: Option<&Analysis>, height: f64) -> Option<f64> {
    let own = reach(f, height)?;
    match slope {
        Some(slope) => Some(own.max(reach(slope, height)?)),
        None => Some(own),
    }
}

fn measure(f: &Analysis, slope: Option<&Analysis>, height: f64, reach: f64, job: &Job<'_>) -> Result<Option<Strip>, Stopped> {
    let Some(ln_norm) = ln_line_norm(f, height, reach, job)? else { return Ok(None) };
    let mut ln_slope_norm = f64::NEG_INFINITY;
    if let Some(slope) = slope {
        let Some(norm) = ln_line_norm(slope, height, reach, job)? else { return Ok(None) };
        ln_slope_norm = norm;
    }
    Ok(Some(Strip { height, ln_norm, ln_slope_norm }))
}

/// Where the growth alone bounds the line integral of |f|² well enough: beyond it less than e^−30 is left.
fn reach(f: &Analysis, height: f64) -> Option<f64> {
    let tails = f.envelope(height)?;
    Some(tails[0].squared().cut(0, 30.0)?.max(tails[1].squared().cut(0, 30.0)?).max(4.0))
}

/// The nodes jh, −cut ≤ jh ≤ cut, of a step rounded down to few bits so that they are exact; weights h φ(jh).
///
/// The density follows the recurrence φ((j+1)h)/φ(jh) = r_j with r_{j+1} = r_j e^{−h²}.
#[must_use]
pub fn nodes(step: f64, cuts: [f64; 2], bits: u32) -> Vec<NodeWeight> {
    let step = short(step);
    let count = |cut: f64| (cut / step).ceil() as i64;
    let ball = Ball::double(step, bits + 16);
    let square = ball.square();
    let mut ratio = (-&square.shifted(-1)).exp();
    let decay = ratio.square();
    let mut weight = &ball * &Ball::zero(bits + 16).normal_pdf();
    let mut list = vec![NodeWeight { x: Float::new(64), weight: weight.clone() }];
    for j in 1..=count(cuts[0]).max(count(cuts[1])) {
        weight = &weight * &ratio;
        ratio = &ratio * &decay;
        let x = Float::with_val(64, step) * j;
        if j <= count(cuts[1]) {
            list.push(NodeWeight { x: x.clone(), weight: weight.clone() });
        }
        if j <= count(cuts[0]) {
            list.push(NodeWeight { x: -x, weight: weight.clone() });
        }
    }
    list
}

/// The largest number ≤ value with a 12-bit mantissa; 0 where there is no step.
pub(super) fn short(value: f64) -> f64 {
    if !(value.is_normal() && value > 0.0) {
        return 0.0;
    }
    let scale = 2f64.powi(value.log2().floor() as i32 - 11);
    (value / scale).floor() * scale
}

/// e^value as an upper bound, for any size of `value`.
#[must_use]
pub fn exp_bound(value: f64) -> Magnitude {
    if value == f64::NEG_INFINITY {
        return Magnitude::ZERO;
    }
    let log2 = value * std::f64::consts::LOG2_E + 1e-12 * value.abs();
    Magnitude::from_f64((log2 - log2.floor()).exp2() * (1.0 + 1e-14)).shifted(log2.floor() as i64)
}

/// ln of the error bounds of the rule with this step: of every a_k, of E f², of E f′².
#[must_use]
pub fn ln_errors(strip: &Strip, step: f64, order: usize) -> [f64; 3] {
    let b = strip.height;
    let periods = 2.0 * std::f64::consts::PI * b / short(step) * (1.0 - 1e-14);
    let common = std::f64::consts::LN_2 + 0.5 * b * b - periods - (-(-periods).exp()).ln_1p() + 1e-9;
    [common + strip.ln_norm + ln_laguerre_norm(order, b), common + 2.0 * strip.ln_norm, common + 2.0 * strip.ln_slope_norm]
}
