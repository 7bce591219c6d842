//! The trapezoid rule after x = s sinh t: O(P log P) nodes however close to the line the singular points are
//! (docs/mathematics.md, 'Gaussian integrals').
//!
//! With g(t) = f(x) h_k(x) φ(x) x′(t) analytic on |Re t| ≤ U = (J + ½)h, 0 ≤ Im t ≤ d, the contour integral of g cot(πt/h) gives
//!   |h Σ_{|j| ≤ J} g(jh) − ∫_{−U}^{U} g| ≤ 2/(e^{2πd/h} − 1) ∫_{−U}^{U} |g(u + id)| du + 2 Σ_± ∫_0^d |g(±U + iv)| e^{−2πv/h} dv,
//! since on the vertical sides, half-way between nodes, |E/(1 − E)| ≤ e^{−2πv/h}. No growth off the real line is needed; beyond
//! U the real integral is bounded by the envelope of f. |φ(x)| = e^{−Re x²/2}/√(2π), Re x² = s²(sinh²u cos 2v − sin²v).

use super::analysis::Analysis;
use super::strip::{ln_sum, short};
use super::tail::ln_hermite;
use crate::number::{Job, Stopped};

/// A certified rule.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// s.
    pub scale: f64,
    /// h.
    pub step: f64,
    /// J.
    pub count: u64,
    /// ln of the discretisation errors of every a_k, of E f² and of E f′².
    pub ln_errors: [f64; 3],
}

/// What a plan is made for.
pub struct Aim<'a> {
    /// f.
    pub f: &'a Analysis,
    /// f′, when its energy is wanted.
    pub slope: Option<&'a Analysis>,
    /// Largest degree.
    pub order: usize,
    /// Errors below e^−target.
    pub target: f64,
    /// Beyond |x| = cut the integrands are below e^−target.
    pub cut: f64,
    /// Whether E f² is wanted.
    pub second: bool,
    /// Whether |f| is symmetric, so that u ≥ 0 suffices.
    pub symmetric: bool,
    /// Counts the rectangles looked at.
    pub job: &'a Job<'a>,
}

impl Aim<'_> {
    /// Counts a rectangle.
    fn count(&self) {
        self.job.count(self.f.cost() + self.slope.map_or(0, Analysis::cost) + self.order as u64);
    }
}

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

/// The best plan for an f that is analytic at least up to the height `reach` above the line, or anywhere near it.
///
/// # Errors
/// When the job is stopped.
pub fn plan(aim: &Aim<'_>, reach: Option<f64>) -> Result<Option<Plan>, Stopped> {
    let mut best: Option<Plan> = None;
    if let Some(reach) = reach {
        for height in HEIGHTS {
            for fraction in FRACTIONS {
                best = better(best, certified(aim, fraction * reach / height.sin(), height)?);
            }
        }
    }
    // functions of x² or x⁴ may grow in a wide sector and not in a narrow one
    for height in NARROW {
        for scale in [1.0, 0.5] {
            best = better(best, certified(aim, scale, height)?);
        }
    }
    if best.is_none() {
        // down to features of 10^−14
        let mut scale = 0.5;
        while scale > 1e-14 && best.is_none() {
            best = certified(aim, scale, HEIGHTS[1])?;
            scale *= 0.25;
        }
        for (scale, height) in [(8.0 * scale, HEIGHTS[1]), (4.0 * scale, HEIGHTS[0])] {
            best = better(best, certified(aim, scale, height)?);
        }
    }
    Ok(best)
}

fn better(known: Option<Plan>, next: Option<Plan>) -> Option<Plan> {
    match (known, next) {
        (Some(known), Some(next)) => Some(if next.count < known.count { next } else { known }),
        (known, next) => known.or(next),
    }
}

/// The rule of this scale and strip, when f is shown analytic there and the errors come out small.
fn certified(aim: &Aim<'_>, scale: f64, height: f64) -> Result<Option<Plan>, Stopped> {
    let mut cut = aim.cut;
    let end = (cut / scale).asinh() + ROOM;
    aim.job.check()?;
    let Some(norms) = line(aim, scale, height, end) else { return Ok(None) };
    if !slab(aim, scale, height, end)? {
        return Ok(None);
    }
    let worst = norms.iter().copied().fold(0.0, f64::max);
    let step = short(2.0 * std::f64::consts::PI * height / (aim.target + 2.0 + worst)).min(0.5);
    if step == 0.0 {
        return Ok(None);
    }
    for _ in 0..3 {
        let count = ((cut / scale).asinh() / step).ceil();
        let side = (count + 0.5) * step;
        if side > end {
            return Ok(None);
        }
        let Some(sides) = sides(aim, scale, height, side, step) else { return Ok(None) };
        let decay = 2.0 * std::f64::consts::PI * height / step * (1.0 - 1e-14);
        let error = |i: usize| ln_sum(&[norms[i] - decay, sides[i]]) + std::f64::consts::LN_2 + 1e-9;
        let ln_errors: [f64; 3] = std::array::from_fn(error);
        if ln_errors.iter().all(|error| *error <= -aim.target) {
            return Ok(Some(Plan { scale, step, count: count as u64, ln_errors }));
        }
        cut *= 1.1;
    }
    Ok(None)
}

/// ln of bounds, on a rectangle in t, of |f h_k φ x′| (all k), |f² φ x′| and |f′² φ x′|.
fn ln_sup(aim: &Aim<'_>, scale: f64, [u0, u1, v0, v1]: [f64; 4]) -> Option<[f64; 3]> {
    let image = image(scale, [u0, u1, v0, v1]);
    let nearest = if u0 <= 0.0 && u1 >= 0.0 { 0.0 } else { u0.abs().min(u1.abs()).sinh() };
    let farthest = scale * u0.abs().max(u1.abs()).cosh() * (1.0 + 1e-13);
    let real = scale * scale * (nearest * nearest * (2.0 * v1).cos() - v1.sin().powi(2));
    let weight = farthest.ln() - 0.5 * real + 1e-12 * (1.0 + real.abs()) - 0.918_938_533_204_672;
    aim.count();
    let value = aim.f.ln_sup(image)?;
    let energy = match aim.slope {
        Some(slope) => 2.0 * slope.ln_sup(image)? + weight,
        None => f64::NEG_INFINITY,
    };
    let second = if aim.second { 2.0 * value + weight } else { f64::NEG_INFINITY };
    Some([value + weight + ln_hermite(aim.order, farthest), second, energy])
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
    let least = if u0 <= 0.0 && u1 >= 0.0 { 1.0 } else { u0.abs().min(u1.abs()).cosh() };
    let most = u0.abs().max(u1.abs()).cosh();
    [wide(u0, cosine, false), wide(u1, cosine, true), scale * least * v0.sin() * into, scale * most * v1.sin() * out]
}

/// [0, end] or [−end, end] in pieces, from the middle outwards.
fn pieces(aim: &Aim<'_>, end: f64, width: f64) -> Vec<(f64, f64)> {
    let count = (end / width).ceil();
    let piece = |i: f64| (end * i / count, end * (i + 1.0) / count * (1.0 + 1e-15));
    let mut list = Vec::new();
    for i in 0..count as usize {
        let (u0, u1) = piece(i as f64);
        list.push((u0, u1));
        if !aim.symmetric {
            list.push((-u1, -u0));
        }
    }
    list
}

/// ln ∫ |g(u + id)| du.
fn line(aim: &Aim<'_>, scale: f64, height: f64, end: f64) -> Option<[f64; 3]> {
    let mut parts: [Vec<f64>; 3] = Default::default();
    for (u0, u1) in pieces(aim, end, 0.12) {
        let sup = ln_sup(aim, scale, [u0, u1, height, height])?;
        let width = (u1 - u0).ln() + if aim.symmetric { std::f64::consts::LN_2 } else { 0.0 };
        for (part, sup) in parts.iter_mut().zip(sup) {
            part.push(sup + width + 1e-12);
        }
    }
    Some(parts.map(|part| ln_sum(&part)))
}

/// ln Σ_± ∫ |g(±U + iv)| e^{−2πv/h} dv.
fn sides(aim: &Aim<'_>, scale: f64, height: f64, side: f64, step: f64) -> Option<[f64; 3]> {
    const PIECES: usize = 24;
    let mut parts: [Vec<f64>; 3] = Default::default();
    for i in 0..PIECES {
        let (v0, v1) = (height * i as f64 / PIECES as f64, height * (i + 1) as f64 / PIECES as f64);
        for u in if aim.symmetric { vec![side] } else { vec![side, -side] } {
            let sup = ln_sup(aim, scale, [u, u, v0, v1])?;
            let factor = (v1 - v0).ln() - 2.0 * std::f64::consts::PI * v0 / step
                + if aim.symmetric { std::f64::consts::LN_2 } else { 0.0 };
            for (part, sup) in parts.iter_mut().zip(sup) {
                part.push(sup + factor + 1e-12);
            }
        }
    }
    Some(parts.map(|part| ln_sum(&part)))
}

/// Whether f (and f′) is shown analytic on the strip.
fn slab(aim: &Aim<'_>, scale: f64, height: f64, end: f64) -> Result<bool, Stopped> {
    for (u0, u1) in pieces(aim, end, 0.3) {
        aim.job.check()?;
        if !analytic(aim, scale, [u0, u1, 0.0, height], BISECTIONS) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn analytic(aim: &Aim<'_>, scale: f64, rectangle: [f64; 4], depth: u32) -> bool {
    let image = image(scale, rectangle);
    aim.count();
    if aim.f.ln_sup(image).is_some() && aim.slope.is_none_or(|slope| slope.ln_sup(image).is_some()) {
        return true;
    }
    if depth == 0 {
        return false;
    }
    let [u0, u1, v0, v1] = rectangle;
    let halves = if u1 - u0 > v1 - v0 {
        let middle = 0.5 * (u0 + u1);
        [[u0, middle, v0, v1], [middle, u1, v0, v1]]
    } else {
        let middle = 0.5 * (v0 + v1);
        [[u0, u1, v0, middle], [u0, u1, middle, v1]]
    };
    halves.into_iter().all(|half| analytic(aim, scale, half, depth - 1))
}
