//! Hermite coefficients by parts: H_k(f) = E f(Z) He_k(Z) = E f′(Z) He_{k−1}(Z) for k ≥ 1 (Stein's identity).
//!
//! softplus, arctan and the logarithm of a polynomial have branch points where their derivatives have mere poles. The derivative
//! is integrated by the trapezoid corrected at the poles, which needs far fewer nodes and no logarithm at any of them; the mean
//! H_0 is zero for an odd f, and a series or one short sum for the others ([`super::means`]).

use super::quadrature::{Request, by_poles};
use super::{Analysis, GaussianError, means, poles};
use crate::activation::{Function, Parity, derivative};
use crate::number::{Ball, Job};

/// A smooth function and what is asked of it.
pub struct Parts<'a> {
    /// The function.
    pub f: &'a Function,
    /// Its proved parity.
    pub parity: Parity,
    /// Its derivative, examined.
    pub slope: &'a Analysis,
    /// Largest degree.
    pub order: usize,
    /// Precision: absolute errors of a_k of about 2^−bits.
    pub bits: u32,
}

/// H_0 … H_order, when f′ and not f is meromorphic with known poles and the mean of f is known.
///
/// # Errors
/// When a bound of effort is reached or the job is stopped.
pub fn by_parts(parts: &Parts<'_>, job: &Job<'_>) -> Result<Option<Vec<Ball>>, GaussianError> {
    if parts.order == 0 || poles::is_meromorphic(&poles::meromorphic_form(parts.f)) {
        return Ok(None);
    }
    let slope = derivative(parts.f);
    if !poles::is_meromorphic(&poles::meromorphic_form(&slope)) {
        return Ok(None);
    }
    let parity = match parts.parity {
        Parity::Even => Parity::Odd,
        Parity::Odd => Parity::Even,
        Parity::Neither => Parity::Neither,
    };
    let mean = match parts.parity {
        Parity::Odd => Some(Ball::zero(parts.bits)),
        _ => means::mean(parts.f, parts.bits),
    };
    let Some(mean) = mean else { return Ok(None) };
    let request =
        Request { f: &slope, given: parts.f, parity, order: parts.order - 1, bits: parts.bits, second: false, energy: false };
    let found = by_poles(&request, parts.slope, parts.slope, request.target() + 3.0, job)?;
    Ok(found.map(|found| std::iter::once(mean).chain(found.sums.hermite).collect()))
}
