//! Constant bounds far out on the real line from one interval evaluation over a whole half line.
//!
//! They serve where the growth calculus, which goes by the structure of a function, has nothing to say: 1 + g² ≥ 1 whatever g
//! does, e^(−g²) ≤ 1, and a cubic keeps its sign.

use super::bounds::Side;
use super::rates::Rate;
use crate::activation::{Function, Range};
use crate::number::Interval;

/// Where the half lines begin.
const FAR: f64 = 2.0;
/// Exponents beyond ± this are left alone.
const EXPONENT: f64 = 600.0;
/// Relative allowance for the rounding of a logarithm or an exponential.
const SLACK: f64 = 1e-12;

/// An interval around u(x) for every x on `side` with |x| ≥ max(2, start) at which u is defined.
pub(super) fn values(u: &Function, side: Side, start: f64) -> Interval {
    let start = start.max(FAR);
    Range::of(u).over(match side {
        Side::Left => Interval { low: f64::NEG_INFINITY, high: -start },
        Side::Right => Interval { low: start, high: f64::INFINITY },
    })
}

/// ln|u| from below, where the values stay away from 0.
pub(super) fn least(values: Interval) -> Option<Rate> {
    let least = values.least_magnitude();
    (least > 0.0).then(|| Rate::constant(least.ln() - SLACK * (1.0 + least.ln().abs())).starting(FAR))
}

/// ln|e^u| from above, where the values are bounded above.
pub(super) fn most_exp(values: Interval) -> Option<Rate> {
    (values.high < EXPONENT).then(|| Rate::constant(values.high.max(-EXPONENT) + SLACK).starting(FAR))
}

/// The sign of the values, and from where on they have it.
pub(super) fn sign(values: Interval) -> Option<(f64, f64)> {
    let strict = if values.low > 0.0 { Some(1.0) } else { (values.high < 0.0).then_some(-1.0) };
    strict.map(|sign| (sign, FAR))
}
