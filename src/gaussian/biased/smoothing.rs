//! A function smoothed by a Gaussian, at many places at once: for b = j δ, |j| ≤ J,
//!
//! h(b) = E f(τZ + b),   ȧ(b) = E Z f(τZ + b),   E f(τZ + b)².
//!
//! They are integrals of f, f·(u − b)/τ and f² against exp(−(u − b)²/2τ²)/(√(2π) τ) du. One set of Gauss–Legendre panels between
//! the breakpoints of f serves every b, since off the real line the kernel is at most exp((Im u)²/2τ²) whatever b, and so does
//! one evaluation of f a node. From one b to the next the kernel at a node changes by a factor that changes by exp(−δ²/τ²).
//! The panels are certified; what is cut off, |u − b| > `cut` τ, is small by the growth of f but not bounded.

use rug::Float;
use rug::ops::CompleteRound;

use crate::activation::{Evaluator, Function, Pieces, pieces};
use crate::gaussian::analysis::Analysis;
use crate::gaussian::error::GaussianError;
use crate::gaussian::growth::{Envelope, Side, growth};
use crate::gaussian::rules::panels;
use crate::gaussian::weight::{LN_SQRT_TWO_PI, nearest};
use crate::number::{Ball, Job, Magnitude};

/// Steps of an addition to the three sums, beside those of longer numbers (measured).
const STEPS: u64 = 7;

/// Where, and how well.
pub(super) struct Places {
    /// τ.
    pub(super) tau: Float,
    /// The distance δ of neighbours.
    pub(super) spacing: Float,
    /// J.
    pub(super) most: i64,
    /// How f grows on the two sides; errors are relative to that.
    pub(super) growth: [Envelope; 2],
    /// Only b ≥ 0 is wanted.
    pub(super) half: bool,
    /// Where the kernel is cut, in units of τ.
    pub(super) cut: f64,
    /// Precision of the sums.
    pub(super) bits: u32,
}

/// h, ȧ and E f² at one b.
pub(super) struct Smoothed {
    pub(super) mean: Float,
    pub(super) slope: Float,
    pub(super) square: Float,
}

/// f at a node of the panels, with the weight there.
struct Sample {
    u: Float,
    weight: Float,
    f: Float,
}

/// The values at b = jδ for j from −J, or from 0, to J; none where f has singular points.
pub(super) fn smoothed(f: &Function, places: &Places, job: &Job<'_>) -> Result<Option<Vec<Smoothed>>, GaussianError> {
    let tau = places.tau.to_f64();
    let reach = places.spacing.to_f64() * places.most as f64 + places.cut * tau;
    let pieces = pieces(f, reach, job)?;
    if pieces.singular_points().next().is_some() {
        return Ok(None);
    }
    let Some(nodes) = nodes(&pieces, reach, places, job)? else { return Ok(None) };
    sums(&nodes, places, job).map(Some)
}

/// Bounds |f| ≤ C |u|^p exp(α|u|) to the left and to the right, with C = 1; none where f may grow like exp(βu²).
pub(super) fn growth_of(f: &Function) -> Option<[Envelope; 2]> {
    let side = |side| {
        let bound = growth(f, side, 0.0).ok()?.upper.envelope();
        let tame = Envelope { a: 0.0, p: bound.p.max(0.0), alpha: bound.alpha.max(0.0), beta: 0.0, from: 1.0 };
        (bound.beta <= 0.0).then_some(tame)
    };
    Some([side(Side::Left)?, side(Side::Right)?])
}

/// Where the `power`-th power of f(c Z) is cut off: beyond, its share is about 2^-bits.
pub(super) fn cut(growth: [Envelope; 2], scale: f64, power: f64, bits: u32) -> Option<f64> {
    let target = f64::from(bits) * std::f64::consts::LN_2;
    let of = |side: Envelope| Envelope { p: power * side.p, alpha: power * side.alpha * scale, ..side }.cut(0, target);
    let [left, right] = growth.map(of);
    Some(left?.max(right?))
}

fn nodes(pieces: &Pieces, reach: f64, places: &Places, job: &Job<'_>) -> Result<Option<Vec<Sample>>, GaussianError> {
    let far = |sign: f64| Ball::double(sign * reach, places.bits);
    let mut ends = vec![far(-1.0)];
    ends.extend(pieces.breakpoints.iter().map(|point| point.location.refine(places.bits + 20)));
    ends.push(far(1.0));
    let mut nodes = Vec::new();
    for (branch, ends) in pieces.branches.iter().zip(ends.windows(2)) {
        let analysis = Analysis::smooth(branch);
        let sup = |rectangle| Some(ln_sup(analysis.ln_sup(rectangle)?, rectangle, places));
        let target = f64::from(places.bits) * std::f64::consts::LN_2;
        let [low, high] = [&ends[0], &ends[1]];
        let Ok(plan) = panels::plan_with(&sup, low.to_f64(), high.to_f64(), target, false, job)? else { return Ok(None) };
        let bits = places.bits + panels::excess_bits(&plan);
        let count: u64 = plan.iter().map(|panel| panel.n as u64).sum();
        job.spend(panels::cost(&plan, bits) + count * analysis.ball_cost(bits))?;
        let evaluator = Evaluator::new(branch, bits);
        for (u, weight) in panels::rule(&plan, &|_| true, low, high, bits).0 {
            job.check()?;
            let f = evaluator.value(&Ball::new(u.clone(), Magnitude::ZERO));
            let short = |value: &Float| Float::with_val(places.bits, value);
            nodes.push(Sample { weight: short(weight.mid()), f: short(f.mid()), u: short(&u) });
        }
    }
    Ok(Some(nodes))
}

/// ln of bounds of the integrands of ȧ and of f² on a rectangle, against the growth of f.
fn ln_sup(f: f64, [x0, x1, _, y1]: [f64; 4], places: &Places) -> [f64; 3] {
    let tau = places.tau.to_f64();
    let height = y1 / tau;
    let near = nearest(x0, x1);
    let side = places.growth[usize::from(x0 + x1 > 0.0)];
    let size = f - side.p * near.max(1.0).ln() - side.alpha * near;
    let kernel = 0.5 * height * height - tau.ln() - LN_SQRT_TWO_PI;
    let slope = (0.61 + height).max(1.0).ln();
    [size + kernel + slope, 2.0 * size + kernel, f64::NEG_INFINITY]
}

/// The three sums at every b, each node's kernel stepping away from the b next to it.
fn sums(nodes: &[Sample], places: &Places, job: &Job<'_>) -> Result<Vec<Smoothed>, GaussianError> {
    let bits = places.bits;
    let first = if places.half { 0 } else { -places.most };
    let zero = || Float::new(bits);
    let mut list: Vec<Smoothed> =
        (first..=places.most).map(|_| Smoothed { mean: zero(), slope: zero(), square: zero() }).collect();
    let step = Float::with_val(bits, &places.spacing / &places.tau);
    let damp = Float::with_val(bits, -step.clone().square()).exp();
    let reach = (places.cut / step.to_f64()).ceil() as i64;
    let constant = Float::with_val(bits, rug::float::Constant::Pi) * 2u32;
    let constant = (constant.sqrt() * &places.tau).recip();
    for node in nodes {
        let nearest = Float::with_val(53, &node.u / &places.spacing).to_f64().round() as i64;
        let start = nearest.clamp(first, places.most);
        let t = Float::with_val(bits, &node.u / &places.tau) - Float::with_val(bits, &step * start);
        let half = Float::with_val(bits, -t.clone().square()) / 2u32;
        let kernel = half.exp() * &node.weight * &constant;
        let [mean, slope] = [node.f.clone(), Float::with_val(bits, &node.f * &node.u)];
        let square = node.f.clone().square();
        let [low, high] = [(nearest - reach).max(first), (nearest + reach).min(places.most)];
        job.spend((high - low + 1).max(0) as u64 * STEPS * (1 + u64::from(bits) / 512))?;
        for (sign, range) in [(1_i32, start..high + 1), (-1, 1 - start..1 - low)] {
            // kernel(j ± 1)/kernel(j) = exp(±t step − step²/2)
            let drift = Float::with_val(bits, &t * &step) * sign;
            let tilt = Float::with_val(bits, drift - step.clone().square() / 2u32);
            let mut ratio = tilt.exp();
            let mut kernel = kernel.clone();
            if sign < 0 {
                kernel *= &ratio;
                ratio *= &damp;
            }
            for j in range {
                let place = if sign > 0 { j } else { -j };
                if let Some(sums) = usize::try_from(place - first).ok().and_then(|index| list.get_mut(index)) {
                    sums.mean += &kernel * &mean;
                    sums.slope += &kernel * &slope;
                    sums.square += &kernel * &square;
                }
                kernel *= &ratio;
                ratio *= &damp;
            }
        }
    }
    for (j, sums) in (first..).zip(&mut list) {
        let b = Float::with_val(bits, &step * j);
        sums.slope = (&sums.slope / &places.tau).complete(bits) - b * &sums.mean;
    }
    Ok(list)
}
