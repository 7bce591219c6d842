//! |f(x)| ≤ M(s) e^{s x²} on the real line, from rectangles near 0 and the growth of f beyond.
//!
//! Two such bounds with the same s make the integrand of a dual at most M_f M_g e^{−Q(a, b)}/2π with a diagonal quadratic form
//! Q, since u² + v² = 2α²a² + 2β²b²: so every truncation is that of a Gaussian.

use super::pair::Pair;
use crate::gaussian::analysis::Analysis;
use crate::gaussian::growth::Envelope;
use crate::gaussian::weight::nearest;
use crate::number::Job;

/// What is known of ln|f|.
pub struct Majorant {
    /// (least |x|, ln sup |f|) on intervals.
    near: Vec<(f64, f64)>,
    far: [Envelope; 2],
}

/// The growth must be known from here on.
const REACH: f64 = 64.0;
/// Width of the intervals.
const WIDTH: f64 = 0.25;
/// Trials for s; existence of the second moments asks for s < 1/4.
pub const SLOPES: [f64; 10] = [0.0, 0.005, 0.02, 0.05, 0.08, 0.12, 0.16, 0.2, 0.225, 0.24];

impl Majorant {
    /// Of f and of g.
    pub fn both(pair: &Pair, job: &Job<'_>) -> Option<[Self; 2]> {
        Some([Self::of(&pair.f, job)?, Self::of(&pair.g, job)?])
    }

    /// Of f; `None` where f is unbounded or its growth is not known.
    fn of(f: &Analysis, job: &Job<'_>) -> Option<Self> {
        let far = f.envelope(0.0)?;
        let [low, high] = [-far[0].from, far[1].from];
        if high.max(-low) > REACH {
            return None;
        }
        let pieces = f.pieces(high.max(-low), job).ok()?;
        let cuts: Vec<f64> = pieces.breakpoints.iter().map(|point| point.location.to_f64()).collect();
        let mut near = Vec::new();
        for (i, branch) in pieces.branches.iter().enumerate() {
            let branch = Analysis::smooth(branch);
            let start = if i == 0 { low } else { cuts[i - 1].max(low) };
            let end = cuts.get(i).copied().unwrap_or(high).min(high);
            // a branch between breakpoints that doubles do not tell apart has its bound too
            let count = if end < start { 0.0 } else { ((end - start) / WIDTH).ceil().max(1.0) };
            for j in 0..count as usize {
                let place = |j: f64| start + (end - start) * j / count;
                let (x0, x1) = (place(j as f64) - 1e-12, place(j as f64 + 1.0) + 1e-12);
                let sup = branch.ln_sup([x0, x1, 0.0, 0.0]).filter(|sup| *sup < f64::INFINITY)?;
                near.push((nearest(x0, x1), sup));
            }
        }
        Some(Self { near, far })
    }

    /// ln M(s), infinite when e^{s x²} does not suffice.
    pub fn ln(&self, s: f64) -> f64 {
        let near = self.near.iter().map(|(x, sup)| sup - s * x * x);
        let far = self.far.iter().map(|tail| ln_tail(*tail, s));
        near.chain(far).fold(f64::NEG_INFINITY, f64::max) + 1e-9
    }
}

/// ln of M_f(s) M_g(s)/2π, and κ_a, κ_b: the integrand is at most e^(this − κ_a a² − κ_b b²); `None` where that does not
/// fall in both directions.
pub fn decay(majorants: &[Majorant; 2], s: f64, angle: [f64; 2]) -> Option<(f64, [f64; 2])> {
    let size = majorants[0].ln(s) + majorants[1].ln(s) - (2.0 * std::f64::consts::PI).ln();
    let rates = angle.map(|scale| 0.5 - 2.0 * s * scale * scale * (1.0 + 1e-12));
    (size.is_finite() && rates[0] > 1e-3 && rates[1] > 1e-3).then_some((size, rates))
}

/// sup of a + p ln x + αx − (s − β)x² over x ≥ 1, each growing term against half of the decay.
fn ln_tail(tail: Envelope, s: f64) -> f64 {
    let (decay, p, alpha) = (s - tail.beta, tail.p.max(0.0), tail.alpha.max(0.0));
    if decay < 0.0 || (decay == 0.0 && (p > 0.0 || alpha > 0.0)) {
        return f64::INFINITY;
    }
    let power = if p > 0.0 { 0.5 * p * ((p / decay).ln() - 1.0) } else { 0.0 };
    let exponential = if alpha > 0.0 { 0.5 * alpha * alpha / decay } else { 0.0 };
    tail.a + power + exponential
}
