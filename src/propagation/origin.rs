//! What the variance map does towards q = 0 where there are no biases.
//!
//! With the branches r of f to the right of 0 and l to the left, h(x) = r(x)² + l(−x)² on [0, X] and q ≤ X²/100:
//! V(q)/q = sigma_w2 E h(√q|Z|)/(2q), what lies beyond X weighing less than T = √(q₂/q) e^{−(X²/2)(1/q − 1/q₂)} E f(√q₂ Z)²/q, which grows
//! with q, q₂ = X²/10. If h(0) = h′(0) = 0, h/x² lies between the bounds of h″/2 on [0, X] (else those of h/x² itself). Where the slope
//! sigma_w2 (r′² + l′²)/2 at 0 is exactly 1 and f is smooth there, the sign of h⁗ on [0, X] decides.

use super::error::PropagationError;
use super::variance::VarianceMap;
use crate::activation::{Function, Range, canonical, derivative, evaluate, pieces};
use crate::gaussian::{Data, GaussianError, Moment, Quantity};
use crate::number::{Ball, Interval, Job};

/// Distances from 0 that are tried.
const REACHES: [f64; 7] = [1.0, 0.3, 0.1, 0.03, 0.01, 1e-3, 1e-4];
/// How far kinks next to 0 are looked for.
const AROUND: f64 = 2.0;
/// Bits of bounds.
const BITS: u32 = 80;

/// What is known next to q = 0.
pub(super) struct Origin {
    /// There is no fixed point with 0 < √q ≤ this.
    pub(super) clear: f64,
    /// q = 0, where it is a fixed point.
    pub(super) zero: Option<Zero>,
}

/// The fixed point q = 0.
#[derive(Clone)]
pub(super) struct Zero {
    /// V′(0+) = lim sigma_w2 E f′(√q Z)²; none where it is infinite.
    pub(super) slope: Option<Quantity>,
    /// Whether it attracts from above.
    pub(super) stable: bool,
}

/// The two branches next to 0 as functions of the distance.
struct Branches {
    sides: [Function; 2],
    /// How far they go.
    reach: f64,
    /// Whether they are one smooth function.
    smooth: bool,
}

/// Next to 0, for sigma_b2 = 0.
///
/// # Errors
/// Where neither sign of V(q) − q is shown.
pub(super) fn origin(map: &VarianceMap, bits: u32, job: &Job<'_>) -> Result<Origin, PropagationError> {
    let branches = branches(map, job)?;
    let [right, left] = &branches.sides;
    let h = canonical(&(right.powi(2) + left.powi(2)));
    let start = right.substitute(&Function::rational(0)).powi(2) + left.substitute(&Function::rational(0)).powi(2);
    let start = if canonical(&start).is_zero() { Ball::zero(BITS) } else { evaluate(&start, &Ball::zero(BITS)) };
    let w = VarianceMap::enclose(&map.sigma_w2, BITS).to_f64();
    if !start.is_exact_zero() {
        return away(&branches, &h, w);
    }
    let slopes = [right, left].map(|branch| derivative(branch).substitute(&Function::rational(0)).powi(2));
    let slope = canonical(&(map.sigma_w2.clone() * (slopes[0].clone() + slopes[1].clone()) / Function::rational(2)));
    let slope = Quantity::constant(&slope, bits);
    let slope = slope.ball.is_finite().then_some(slope);
    let second = canonical(&derivative(&derivative(&h)));
    let bounds = [
        slope.is_some().then(|| (Range::of(&second), 0.25)),
        Some((Range::of(&canonical(&(h.clone() / Function::x().powi(2)))), 0.5)),
    ];
    let critical = slope.as_ref().and_then(|slope| slope.exact.as_ref()?.as_rational()).is_some_and(|value| value == 1);
    let fourth = (critical && branches.smooth).then(|| Range::of(&canonical(&derivative(&derivative(&second)))));
    for reach in REACHES.into_iter().filter(|reach| *reach < branches.reach) {
        let tail = tail(map, reach, job)?;
        let clear = reach / 10.0;
        let over = Interval::new(0.0, reach);
        // of Z² only |Z| ≤ 10 is seen
        for (range, factor) in bounds.iter().flatten() {
            let ratio = range.over(over);
            let (low, high) = (w * factor * ratio.low * (1.0 - 1e-12), w * factor * ratio.high * (1.0 + 1e-12) + w * tail);
            if low > 1.0 || high < 1.0 {
                return Ok(Origin { clear, zero: Some(Zero { slope, stable: high < 1.0 }) });
            }
        }
        if let Some(sign) = fourth.as_ref().map(|range| range.over(over)) {
            // V/q − 1 = sigma_w2 h⁗(ξ) 3q/48, next to which the tail is small already at the largest q
            let beyond = w * tail / (clear * clear);
            if w * sign.high / 16.0 + beyond < 0.0 || w * sign.low / 16.0 - 1e-12 > 0.0 {
                return Ok(Origin { clear, zero: Some(Zero { slope, stable: sign.high < 0.0 }) });
            }
        }
    }
    let what = format!("whether V(q) lies above or below q next to q = 0 is not shown for {:#}", map.f);
    Err(PropagationError::Undecided(what))
}

/// f does not vanish at 0, so that V(0+) > 0: E f(√q Z)² ≥ inf h/2 · P(|Z| < 1) for q ≤ X².
fn away(branches: &Branches, h: &Function, w: f64) -> Result<Origin, PropagationError> {
    let range = Range::of(h);
    let least = |reach: f64| 0.5 * 0.68 * w * range.over(Interval::new(0.0, reach)).low;
    let found = REACHES.into_iter().filter(|reach| *reach < branches.reach).find(|reach| least(*reach) > 0.0);
    let reach = found.ok_or_else(|| {
        PropagationError::Unsettled("whether V(q) lies above q next to q = 0 is not shown: give sigma_b2 > 0".to_owned())
    })?;
    let clear = reach.min(least(reach).sqrt()) * (1.0 - 1e-9);
    Ok(Origin { clear, zero: None })
}

/// T at q = X²/100, without sigma_w2.
fn tail(map: &VarianceMap, reach: f64, job: &Job<'_>) -> Result<f64, PropagationError> {
    let second = reach * reach / 10.0;
    let s = rug::Rational::from_f64(second.sqrt()).unwrap_or_default();
    let data = Data::new(&map.f, &s, job)?;
    let Moment::Finite(found) = data.second_moment(BITS, job)? else { return Ok(f64::INFINITY) };
    let q = reach * reach / 100.0;
    Ok(10f64.sqrt() * (-45.0f64).exp() * found.ball.high().to_f64() / q * 1.001)
}

fn branches(map: &VarianceMap, job: &Job<'_>) -> Result<Branches, PropagationError> {
    let found = pieces(&map.f, AROUND, job).map_err(GaussianError::from)?;
    let places: Vec<(f64, bool)> = found
        .breakpoints
        .iter()
        .map(|point| (point.location.to_f64(), point.location.as_rational().is_some_and(|place| place.is_zero())))
        .collect();
    let before = places.iter().filter(|(place, zero)| *place < 0.0 && !zero).count();
    let at_zero = places.iter().any(|(_, zero)| *zero);
    let (left, right) = (&found.branches[before], &found.branches[before + usize::from(at_zero)]);
    let near = places.iter().filter(|(_, zero)| !zero).map(|(place, _)| place.abs()).fold(AROUND, f64::min);
    let sides = [canonical(right), canonical(&left.substitute(&-Function::x()))];
    Ok(Branches { sides, reach: near * (1.0 - 1e-9), smooth: !at_zero })
}
