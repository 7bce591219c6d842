//! How bounds of growth pass through a logarithm, an exponential, an odd function near 0, and a choice.

use rug::Rational;

use super::bounds::{Growth, Outcome, Unbounded};
use super::rates::{Quadratic, Rate, Real, within};
use crate::activation::Function;

/// |w|/2 ≤ |g(w)| ≤ 2|w| for g = sin, sinh, tanh, arctan, arcsin, erf and |w| ≤ 0.7: where w decays.
pub(super) fn linear(inner: &Growth) -> Option<Growth> {
    let start = falls_below(&inner.upper, 0.69)?;
    let upper = inner.upper.plus(std::f64::consts::LN_2).starting(start);
    let lower = inner.lower.as_ref().map(|lower| lower.plus(-std::f64::consts::LN_2).starting(start));
    Some(Growth { real: within(&upper), upper, lower })
}

/// From where on a rate that does not grow stays below `size`.
pub(super) fn falls_below(rate: &Rate, size: f64) -> Option<f64> {
    let Rate { a, p, alpha, beta, from } = rate;
    let beta = beta.to_f64();
    let falls = *p <= 0.0 && *alpha <= 0.0 && beta <= 0.0;
    let small = |x: &f64| falls && a + p * x.ln() + alpha * x + beta * x * x <= size.ln();
    (0..14).map(|k| from.max(1.0) * 2f64.powi(k)).find(small)
}

/// One of two functions, point by point.
pub(super) fn either(a: &Growth, b: &Growth) -> Growth {
    let real = a.real.as_ref().zip(b.real.as_ref()).and_then(|(a, b)| {
        let sizes = |q: &Quadratic| [q.c0.abs(), q.c1.abs(), q.c2.to_f64().abs()];
        let all = [sizes(&a.low), sizes(&a.high), sizes(&b.low), sizes(&b.high)];
        let top = |i: usize| all.iter().map(|s| s[i]).fold(0.0, f64::max);
        let bound = |sign: f64| Some(Quadratic { c0: sign * top(0), c1: sign * top(1), c2: Rational::from_f64(sign * top(2))? });
        Some(Real { low: bound(-1.0)?, high: bound(1.0)?, from: a.from.max(b.from) })
    });
    Growth { upper: a.upper.join(&b.upper), lower: None, real }
}

pub(super) fn exponential(inner: &Growth, whole: &Function) -> Outcome {
    let Some(real) = inner.real.clone().or_else(|| within(&inner.upper)) else {
        return Err(Unbounded { part: whole.clone(), what: "may grow faster than every exp(c*x^2)" });
    };
    Ok(Growth {
        upper: real.high.rate(real.from),
        lower: Some(real.low.rate(real.from)),
        real: within(&real.high.rate(real.from)),
    })
}

/// |ln u| ≤ |ln|u|| + π, and |ln|u|| ≤ |A| + (|p| + |α| + |β|) x² by the two-sided rate.
pub(super) fn logarithm(inner: &Growth, whole: &Function) -> Outcome {
    let Some(lower) = &inner.lower else {
        return Err(Unbounded { part: whole.clone(), what: "is the logarithm of something not bounded away from zero" });
    };
    let sizes = |rate: &Rate| [rate.a.abs() + 4.0, rate.p.abs() + rate.alpha.abs(), rate.beta.to_f64().abs()];
    let (high, low) = (sizes(&inner.upper), sizes(lower));
    let [c0, c1, c2] = std::array::from_fn(|i| high[i].max(low[i]));
    let from = inner.upper.from.max(lower.from);
    let p = if c2 > 0.0 { 2.0 } else { f64::from(u8::from(c1 > 0.0)) };
    let upper = Rate { a: (c0 + c1 + c2).ln(), p, alpha: 0.0, beta: Rational::new(), from };
    let bound = |sign: f64| Quadratic { c0: sign * c0, c1: sign * c1, c2: Rational::from_f64(sign * c2).unwrap_or_default() };
    let real = Real { low: bound(-1.0), high: bound(1.0), from };
    // ln of something that grows without bound is at least 1 far out
    let lower = lower.dominates(&Rate::constant(1.0), 0.0).map(|from| Rate::constant(0.0).starting(from));
    Ok(Growth { upper, lower, real: Some(real) })
}
