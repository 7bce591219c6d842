//! Gauss–Legendre panels between breakpoints, each certified on a Bernstein ellipse.
//!
//! If |g| ≤ M inside the ellipse with foci u, v and semi-axes (ρ ± 1/ρ)(v − u)/4, then
//! |∫_u^v g − GL_n| ≤ (v − u)/2 · (64/15) M ρ^−2n / (1 − ρ^−2). Rounding a node or a weight by ε (on [−1, 1]) adds at most
//! ε (v − u) n M (1 + 1/d), d the distance from [−1, 1] to the ellipse. M comes from complex rectangles in double precision.

use rug::Float;

use super::legendre::{Legendre, legendre};
use super::request::Request;
use super::sums::NodeWeight;
use crate::gaussian::weight::{ln_density, ln_sum, ln_sums, nearest};
use crate::number::{Ball, Interval, Job, Magnitude, Stopped};

/// A panel with its rule chosen.
#[derive(Clone, Copy, Debug)]
pub struct Panel {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Number of nodes, even.
    pub n: usize,
    rho: f64,
    /// ln of the width, which doubles need not tell of a piece that is one panel.
    ln_width: f64,
    ln_sup: [f64; 3],
    /// ln sup on the ellipse of [`CLOSE`], which tells what rounding a node does.
    ln_close: [f64; 3],
}

const RHOS: [f64; 9] = [1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 11.0];
/// ρ of the ellipse on which the rounding of nodes is bounded: a small one, since f may grow fast off the line.
const CLOSE: f64 = 1.1;
const STRIPS: usize = 12;
/// The disc around a narrow piece is so many times as wide, as a logarithm, and its ρ is counted up to e^this.
const LEAST_ROOM: f64 = 3.0;
const MOST_LN_RHO: f64 = 300.0;
/// A panel of so many nodes is not halved, and one of half as many is not improved (tuned).
const FEW: usize = 32;
/// Panels of a piece before it is given up.
const MOST_PANELS: usize = 100_000;
/// A panel is not halved below this share of its distance from 0: a scale near 0 may be of any size.
const LEAST: f64 = 1e-11;
/// Steps that the look at a rectangle counts for, beside those of the function (measured).
const STEPS: u64 = 8;

/// ln sup on a rectangle of what is integrated: the coefficients' integrands, f²'s and f′²'s, weights included.
pub type LnSup<'a> = &'a dyn Fn([f64; 4]) -> Option<[f64; 3]>;

/// Panels of [low, high] whose errors add up to less than e^−target, or the place where that failed.
///
/// # Errors
/// When the job is stopped.
pub fn plan(request: &Request<'_>, low: f64, high: f64, target: f64) -> Result<Result<Vec<Panel>, f64>, Stopped> {
    let sup = |rectangle: [f64; 4]| {
        request.job.count(request.look_cost());
        let radius = rectangle[0].abs().max(rectangle[1].abs()).hypot(rectangle[3]);
        request.ln_sup(rectangle, ln_density(rectangle), radius)
    };
    plan_with(&sup, low, high, target, true, request.job)
}

/// The same for any integrand, which counts its own steps. `gaussian`: it holds the density, and far out a node costs little.
///
/// # Errors
/// When the job is stopped.
pub fn plan_with(
    ln_sup: LnSup<'_>,
    low: f64,
    high: f64,
    target: f64,
    gaussian: bool,
    job: &Job<'_>,
) -> Result<Result<Vec<Panel>, f64>, Stopped> {
    let target = target + 3.0;
    let mut waiting = vec![(low, high)];
    let mut panels = Vec::new();
    while let Some((u, v)) = waiting.pop() {
        job.spend(STEPS * STRIPS as u64)?;
        let far = gaussian && is_far(u, v, target);
        match choose(ln_sup, u, v, target, far) {
            Some(panel) => panels.push(panel),
            _ if panels.len() + waiting.len() > MOST_PANELS || v - u < LEAST * u.abs().max(v.abs()) + f64::MIN_POSITIVE => {
                return Ok(Err(0.5 * (u + v)));
            }
            _ => {
                let middle = 0.5 * (u + v);
                waiting.push((middle, v));
                waiting.push((u, middle));
            }
        }
    }
    Ok(Ok(panels))
}

/// One panel for a piece whose ends doubles do not tell apart well, or the place where f is not shown to be analytic on a disc
/// some times as wide.
///
/// # Errors
/// When the job is stopped.
pub(super) fn narrow(request: &Request<'_>, low: &Ball, high: &Ball, target: f64) -> Result<Result<Panel, f64>, Stopped> {
    let ln_width = (high - low).magnitude().log2() * std::f64::consts::LN_2;
    let [x0, x1] = [Interval::of_ball(low).low, Interval::of_ball(high).high];
    let mut radius = 0.25;
    while radius > f64::MIN_POSITIVE && radius.ln() > ln_width + LEAST_ROOM {
        request.job.spend(request.look_cost())?;
        let rectangle = [(x0 - radius).next_down(), (x1 + radius).next_up(), 0.0, radius];
        let reach = rectangle[0].abs().max(rectangle[1].abs()).hypot(radius);
        if let Some(ln_sup) = request.ln_sup(rectangle, ln_density(rectangle), reach)
            && ln_sup.iter().all(|sup| *sup < f64::INFINITY)
        {
            // the ellipse reaches (ρ + 1/ρ)/4 widths from its centre
            let ln_rho = ((2.0 * radius).ln() - ln_width).min(MOST_LN_RHO);
            let need = ln_sup.iter().copied().fold(ln_width, |most, sup| most.max(sup + ln_width)) + 2.0 + target;
            let n = rounded((need / (2.0 * ln_rho)).ceil().clamp(2.0, 1e5) as usize);
            return Ok(Ok(Panel { low: x0, high: x1, n, rho: ln_rho.exp(), ln_width, ln_sup, ln_close: ln_sup }));
        }
        radius *= 0.125;
    }
    Ok(Err(0.5 * (x0 + x1)))
}

fn choose(ln_sup: LnSup<'_>, low: f64, high: f64, target: f64, far: bool) -> Option<Panel> {
    if high - low > 4.0 {
        return None;
    }
    let (mut best, mut least): (Option<Panel>, Option<f64>) = (None, None);
    for rho in RHOS {
        let Some(ln_sup) = ellipse(ln_sup, low, high, rho) else { break };
        let worst = ln_sup.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let least = *least.get_or_insert(worst);
        if worst > least + most_excess(target) {
            break;
        }
        let most = ((0.75 * (target + least)) as usize).clamp(if far { 2 * FEW } else { FEW }, 2000);
        let need = worst + (high - low).max(1.0).ln() + 2.0 + target;
        let n = (need / (2.0 * rho.ln())).ceil().max(2.0);
        let n = if n < 1e5 { rounded(n as usize) } else { continue };
        // even the largest ellipse would not save a panel of that variation
        if need / (2.0 * RHOS[RHOS.len() - 1].ln()) > most as f64 {
            break;
        }
        if n <= most && best.is_none_or(|panel| n < panel.n) {
            best = Some(Panel { low, high, n, rho, ln_width: (high - low).ln(), ln_sup, ln_close: ln_sup });
        }
        if n <= most && (far || n <= FEW / 2) {
            break;
        }
    }
    let best = best?;
    Some(Panel { ln_close: ellipse(ln_sup, low, high, CLOSE)?, ..best })
}

/// Up to the next of 8, 16, …, 64, 80, 96, 112, 128, 160, …: few different tables.
fn rounded(n: usize) -> usize {
    let unit = if n <= 64 { 8 } else { (n / 8).next_power_of_two() };
    n.next_multiple_of(unit)
}

/// Ellipses with a larger bound than this above the least would cost more in precision than their size gains.
pub(super) fn most_excess(target: f64) -> f64 {
    20.0 + 0.3 * target
}

/// Bits by which the nodes must be finer than the result, since rounding one moves the sum by up to 2^−bits sup.
#[must_use]
pub fn excess_bits(panels: &[Panel]) -> u32 {
    let worst = panels.iter().flat_map(|panel| panel.ln_close).fold(0.0, f64::max);
    (worst * std::f64::consts::LOG2_E).ceil() as u32
}

/// Steps that the rule of the panels costs: its tables, its nodes and the density there.
#[must_use]
pub fn cost(panels: &[Panel], bits: u32) -> u64 {
    let mut sizes: Vec<u64> = panels.iter().map(|panel| panel.n as u64).collect();
    let nodes: u64 = sizes.iter().sum();
    sizes.sort_unstable();
    sizes.dedup();
    let word = 1 + u64::from(bits) / 64;
    sizes.iter().map(|n| 4 * n * n * word).sum::<u64>() + nodes * (50 + u64::from(bits) / 2)
}

/// ln sup on the ellipse.
fn ellipse(ln_sup: LnSup<'_>, low: f64, high: f64, rho: f64) -> Option<[f64; 3]> {
    let (center, quarter) = (0.5 * (low + high), 0.25 * (high - low));
    // room for the ends' distance from the doubles that stand for them
    let slack = 4.0 * f64::EPSILON * (low.abs() + high.abs());
    let axes = [rho + 1.0 / rho, rho - 1.0 / rho].map(|axis| axis * quarter * (1.0 + 1e-12) + slack);
    let mut sup = [f64::NEG_INFINITY; 3];
    for [x0, x1, y] in upper_half(axes, STRIPS) {
        let here = ln_sup([center + x0, center + x1, 0.0, y])?;
        for (sup, here) in sup.iter_mut().zip(here) {
            *sup = sup.max(here);
        }
    }
    Some(sup)
}

/// Rectangles [x0, x1] × [0, y] that cover the upper half of the ellipse around 0 with these half axes.
pub fn upper_half([a, b]: [f64; 2], strips: usize) -> impl Iterator<Item = [f64; 3]> {
    (0..strips).map(move |i| {
        let (s, t) = (2.0 * i as f64 / strips as f64 - 1.0, 2.0 * (i + 1) as f64 / strips as f64 - 1.0);
        let near = nearest(s, t);
        [a * s, a * t, b * (1.0 - near * near).max(0.0).sqrt() * (1.0 + 1e-12)]
    })
}

/// Nodes of the `fine` panels at `bits` bits with the weights of ∫ g φ dx, and ln of the error bounds of a_k, E f², E f′² of all.
pub(super) fn nodes(panels: &[Panel], fine: &[bool], low: &Ball, high: &Ball, bits: u32) -> (Vec<NodeWeight>, [f64; 3]) {
    let (list, errors) = rule(panels, &|index| fine[index], low, high, bits);
    let weigh = |(x, weight): (Float, Ball)| {
        let density = Ball::new(x.clone(), Magnitude::ZERO).normal_pdf();
        NodeWeight { x, weight: &weight * &density }
    };
    (list.into_iter().map(weigh).collect(), errors)
}

/// Whether doubles may give the sums of a panel: the weight there takes the place of the bits that they lack.
pub(super) fn is_far(low: f64, high: f64, target: f64) -> bool {
    let near = nearest(low, high);
    0.5 * near * near + 50.0 * std::f64::consts::LN_2 > target
}

/// ln of what the sums of one of so many panels may lack in doubles: together some e^−target.
pub(super) fn ln_share(panels: usize, target: f64) -> f64 {
    2.0 - target - (panels as f64).ln()
}

/// Nodes and weights of ∫ g dx on the `fine` panels, the others being doubles elsewhere, and ln of the error bounds of all from
/// discretisation and node rounding.
///
/// Panel ends are exact doubles except the first and last of a piece, which are given as balls; moving an end by its radius
/// changes each integral by at most radius · M, which is added too.
#[must_use]
pub fn rule(
    panels: &[Panel],
    fine: &dyn Fn(usize) -> bool,
    low: &Ball,
    high: &Ball,
    bits: u32,
) -> (Vec<(Float, Ball)>, [f64; 3]) {
    let mut list = Vec::new();
    let mut errors = Vec::with_capacity(2 * panels.len());
    for (index, panel) in panels.iter().enumerate() {
        let discretisation = ln_discretisation(panel);
        let mut rounding = f64::NEG_INFINITY;
        if fine(index) {
            let end =
                |value: f64, exact: &Ball, outer: bool| if outer { exact.with_bits(bits) } else { Ball::double(value, bits) };
            let u = end(panel.low, low, index == 0);
            let v = end(panel.high, high, index + 1 == panels.len());
            let rule = legendre(panel.n, bits);
            push_nodes(&mut list, &rule, &u, &v, bits);
            rounding = ln_rounding(panel, rule.error, u.radius().plus(v.radius()), bits);
        }
        errors.push(panel.ln_sup.map(|sup| sup + discretisation));
        errors.push(panel.ln_close.map(|close| close + rounding));
    }
    (list, ln_sums(&errors))
}

fn push_nodes(list: &mut Vec<(Float, Ball)>, rule: &Legendre, u: &Ball, v: &Ball, bits: u32) {
    let half = Ball::new((v - u).shifted(-1).mid().clone(), Magnitude::ZERO);
    for (node, weight) in rule.nodes.iter().zip(&rule.weights) {
        let offset = Float::with_val(bits + 32, half.mid() * (1 - node.clone()));
        let scaled = &half * &Ball::new(Float::with_val(bits + 16, weight), Magnitude::ZERO);
        list.push((Float::with_val(bits, u.mid() + &offset), scaled.clone()));
        list.push((Float::with_val(bits, v.mid() - &offset), scaled));
    }
}

/// ln of what multiplies M by the ellipse bound.
fn ln_discretisation(panel: &Panel) -> f64 {
    let (rho, n) = (panel.rho, panel.n as f64);
    panel.ln_width + (32.0f64 / 15.0).ln() - 2.0 * n * rho.ln() - (1.0 - rho.powi(-2)).ln() + 1e-9
}

/// ln of what multiplies M for rounded nodes and weights and inexact ends, M on the ellipse of [`CLOSE`].
fn ln_rounding(panel: &Panel, rule: Magnitude, ends: Magnitude, bits: u32) -> f64 {
    let n = panel.n as f64;
    let reach = panel.high - panel.low + panel.low.abs().max(panel.high.abs());
    // the ellipse reaches (ρ + 1/ρ)/2 − 1 beyond the ends of [−1, 1], its least distance from the interval
    let distance = 0.5 * (CLOSE + 1.0 / CLOSE) - 1.0;
    let relative = rule.log2().max(-f64::from(bits)) * std::f64::consts::LN_2;
    // a node is rounded relatively to where it is, which is so much beside the width
    let rounding = relative + (reach * n * 4.0 * (1.0 + 1.0 / distance)).ln();
    let moved = ends.log2() * std::f64::consts::LN_2 + (2.0f64 * (1.0 + n)).ln();
    ln_sum(&[rounding, moved]) + 1e-9
}
