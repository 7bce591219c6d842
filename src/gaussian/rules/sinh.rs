//! The trapezoid rule after x = s sinh t: O(P log P) nodes however close to the line the singular points are
//! (docs/mathematics.md, 'Gaussian integrals').
//!
//! With g(t) = f(x) h_k(x) φ(x) x′(t) analytic on |Re t| ≤ U = (J + ½)h, 0 ≤ Im t ≤ d, the contour integral of g cot(πt/h) gives
//!   |h Σ_{|j| ≤ J} g(jh) − ∫_{−U}^{U} g| ≤ 2/(e^{2πd/h} − 1) ∫_{−U}^{U} |g(u + id)| du + 2 Σ_± ∫_0^d |g(±U + iv)| e^{−2πv/h} dv,
//! since on the vertical sides, half-way between nodes, |E/(1 − E)| ≤ e^{−2πv/h}. No growth off the real line is needed; beyond
//! U the real integral is bounded by the envelope of f. |φ(x)| = e^{−Re x²/2}/√(2π), Re x² = s²(sinh²u cos 2v − sin²v).

use super::grid::{Map, Rule};
use super::halving::in_parts;
use super::request::Request;
use crate::gaussian::weight::{LN_SQRT_TWO_PI, ln_sum, ln_sums, nearest, short};
use crate::number::Stopped;

/// A certified rule: its nodes, and ln of the discretisation errors of every a_k, of E f² and of E f′².
pub(super) type SinhRule = (Rule, [f64; 3]);

/// Heights of the strip in t, below π/4.
const HEIGHTS: [f64; 2] = [0.68, 0.56];
/// Heights for functions that grow in a wider sector.
const NARROW: [f64; 2] = [0.34, 0.2];
/// Scales tried, in units of the distance of the nearest singular point over sin d.
const FRACTIONS: [f64; 3] = [0.94, 0.6, 0.35];
/// Halvings of a rectangle before f counts as not analytic on it.
const BISECTIONS: u32 = 7;
/// Room beyond the cut in which the last half step must end.
const ROOM: f64 = 0.4;

/// The best rule for an f that is analytic at least up to the height `reach` above the line, or anywhere near it; beyond
/// |x| = `cut` the integrands are below e^−target.
///
/// # Errors
/// When the job is stopped.
pub(super) fn best_rule(request: &Request<'_>, cut: f64, reach: Option<f64>) -> Result<Option<SinhRule>, Stopped> {
    let certified = |scale: f64, height: f64| certified(request, cut, scale, height);
    let mut best: Option<SinhRule> = None;
    let wide =
        |reach: f64| HEIGHTS.into_iter().flat_map(move |height| FRACTIONS.map(|part| (part * reach / height.sin(), height)));
    // functions of x² or x⁴ may grow in a wide sector and not in a narrow one
    let narrow = NARROW.into_iter().flat_map(|height| [(1.0, height), (0.5, height)]);
    for (scale, height) in reach.into_iter().flat_map(wide).chain(narrow) {
        best = better(best, certified(scale, height)?);
    }
    if best.is_none() {
        // down to features of 10^−14
        let mut scale = 0.5;
        while scale > 1e-14 && best.is_none() {
            best = certified(scale, HEIGHTS[1])?;
            scale *= 0.25;
        }
        for (scale, height) in [(8.0 * scale, HEIGHTS[1]), (4.0 * scale, HEIGHTS[0])] {
            best = better(best, certified(scale, height)?);
        }
    }
    Ok(best)
}

fn better(known: Option<SinhRule>, next: Option<SinhRule>) -> Option<SinhRule> {
    match (known, next) {
        (Some(known), Some(next)) => Some(if next.0.count < known.0.count { next } else { known }),
        (known, next) => known.or(next),
    }
}

/// The rule of this scale and strip, when f is shown analytic there and the errors come out small.
fn certified(request: &Request<'_>, mut cut: f64, scale: f64, height: f64) -> Result<Option<SinhRule>, Stopped> {
    let target = request.target();
    let end = (cut / scale).asinh() + ROOM;
    request.job.check()?;
    let Some(norms) = line(request, scale, height, end) else { return Ok(None) };
    if !slab(request, scale, height, end)? {
        return Ok(None);
    }
    let worst = norms.iter().copied().fold(0.0, f64::max);
    let step = short(2.0 * std::f64::consts::PI * height / (target + 2.0 + worst)).min(0.5);
    if step == 0.0 {
        return Ok(None);
    }
    for _ in 0..3 {
        let count = ((cut / scale).asinh() / step).ceil();
        let side = (count + 0.5) * step;
        if side > end {
            return Ok(None);
        }
        let Some(sides) = sides(request, scale, height, side, step) else { return Ok(None) };
        let decay = 2.0 * std::f64::consts::PI * height / step * (1.0 - 1e-14);
        let error = |i: usize| ln_sum(&[norms[i] - decay, sides[i]]) + std::f64::consts::LN_2 + 1e-9;
        let ln_errors: [f64; 3] = std::array::from_fn(error);
        if ln_errors.iter().all(|error| *error <= -target) {
            let rule = Rule { map: Map::Sinh(scale), step, count: count as u64 };
            return Ok(Some((rule, ln_errors)));
        }
        cut *= 1.1;
    }
    Ok(None)
}

/// ln of bounds, on a rectangle in t, of |f h_k φ x′| (all k), |f² φ x′| and |f′² φ x′|.
fn ln_sup(request: &Request<'_>, scale: f64, [u0, u1, v0, v1]: [f64; 4]) -> Option<[f64; 3]> {
    let image = image(scale, [u0, u1, v0, v1]);
    let near = nearest(u0, u1).sinh();
    let farthest = scale * u0.abs().max(u1.abs()).cosh() * (1.0 + 1e-13);
    let real = scale * scale * (near * near * (2.0 * v1).cos() - v1.sin().powi(2));
    let weight = farthest.ln() - 0.5 * real + 1e-12 * (1.0 + real.abs()) - LN_SQRT_TWO_PI;
    request.job.count(request.look_cost());
    let [values, second, energy] = request.ln_sup(image, weight, farthest)?;
    Some([values, if request.second { second } else { f64::NEG_INFINITY }, energy])
}

/// A rectangle that holds s sinh t for t in [u0, u1] × [v0, v1], 0 ≤ v < π/2.
fn image(scale: f64, [u0, u1, v0, v1]: [f64; 4]) -> [f64; 4] {
    let (out, into) = (1.0 + 1e-13, 1.0 - 1e-13);
    let wide = |x: f64, cosine: [f64; 2], up: bool| {
        let [least, most] = cosine;
        let factor = if (x > 0.0) == up { most * out } else { least * into };
        scale * x.sinh() * factor
    };
    let cosine = [v1.cos(), v0.cos()];
    let least = nearest(u0, u1).cosh();
    let most = u0.abs().max(u1.abs()).cosh();
    [wide(u0, cosine, false), wide(u1, cosine, true), scale * least * v0.sin() * into, scale * most * v1.sin() * out]
}

/// [0, end] or [−end, end] in pieces, from the middle outwards.
fn pieces(request: &Request<'_>, end: f64, width: f64) -> Vec<(f64, f64)> {
    let count = (end / width).ceil();
    let piece = |i: f64| (end * i / count, end * (i + 1.0) / count * (1.0 + 1e-15));
    let both = |(u0, u1): (f64, f64)| std::iter::once((u0, u1)).chain((!request.is_folded()).then_some((-u1, -u0)));
    (0..count as usize).flat_map(|i| both(piece(i as f64))).collect()
}

/// ln ∫ |g(u + id)| du.
fn line(request: &Request<'_>, scale: f64, height: f64, end: f64) -> Option<[f64; 3]> {
    let mut parts = Vec::new();
    for (u0, u1) in pieces(request, end, 0.12) {
        let width = (u1 - u0).ln() + if request.is_folded() { std::f64::consts::LN_2 } else { 0.0 };
        parts.push(ln_sup(request, scale, [u0, u1, height, height])?.map(|sup| sup + width + 1e-12));
    }
    Some(ln_sums(&parts))
}

/// ln Σ_± ∫ |g(±U + iv)| e^{−2πv/h} dv.
fn sides(request: &Request<'_>, scale: f64, height: f64, side: f64, step: f64) -> Option<[f64; 3]> {
    const PIECES: usize = 24;
    let mut parts = Vec::new();
    for i in 0..PIECES {
        let (v0, v1) = (height * i as f64 / PIECES as f64, height * (i + 1) as f64 / PIECES as f64);
        for u in if request.is_folded() { vec![side] } else { vec![side, -side] } {
            let factor = (v1 - v0).ln() - 2.0 * std::f64::consts::PI * v0 / step
                + if request.is_folded() { std::f64::consts::LN_2 } else { 0.0 };
            parts.push(ln_sup(request, scale, [u, u, v0, v1])?.map(|sup| sup + factor + 1e-12));
        }
    }
    Some(ln_sums(&parts))
}

/// Whether f (and f′) is shown analytic on the strip.
fn slab(request: &Request<'_>, scale: f64, height: f64, end: f64) -> Result<bool, Stopped> {
    let mut shown = |rectangle| {
        let image = image(scale, rectangle);
        request.job.count(request.look_cost());
        Ok(request.f.ln_sup(image).is_some() && request.slope.is_none_or(|slope| slope.ln_sup(image).is_some()))
    };
    for (u0, u1) in pieces(request, end, 0.3) {
        request.job.check()?;
        if !in_parts([u0, u1, 0.0, height], BISECTIONS, &mut shown)? {
            return Ok(false);
        }
    }
    Ok(true)
}
