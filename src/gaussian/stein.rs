//! Hermite coefficients by parts: H_k(f) = E f(Z) He_k(Z) = E f′(Z) He_{k−1}(Z) for k ≥ 1 (Stein's identity).
//!
//! softplus, arctan and the logarithm of a polynomial have branch points where their derivatives have mere poles. The derivative
//! is integrated by the trapezoid corrected at the poles, which needs far fewer nodes and no logarithm at any of them; the mean
//! H_0 is zero for an odd f, and a series or one short sum for the others ([`super::means`]).

use super::analysis::Analysis;
use super::error::GaussianError;
use super::means;
use super::rules::{Request, by_poles, is_meromorphic, meromorphic_form};
use crate::activation::Parity;
use crate::number::Ball;

/// H_0 … H_order of a smooth f with the derivative `slope`, when that and not f is meromorphic with known poles and the mean of f
/// is known; moments are not asked.
///
/// # Errors
/// When a bound of effort is reached or the job is stopped.
pub fn by_parts(request: &Request<'_>, slope: &Analysis) -> Result<Option<Vec<Ball>>, GaussianError> {
    let f = request.f.function();
    if request.order == 0 || is_meromorphic(&meromorphic_form(f)) || !is_meromorphic(&meromorphic_form(slope.function())) {
        return Ok(None);
    }
    let (parity, mean) = match request.parity {
        Parity::Odd => (Parity::Even, Some(Ball::zero(request.bits))),
        Parity::Even => (Parity::Odd, means::mean(f, request.bits)),
        Parity::Neither => (Parity::Neither, means::mean(f, request.bits)),
    };
    let Some(mean) = mean else { return Ok(None) };
    let request = Request { f: slope, slope: None, parity, order: request.order - 1, second: false, ..*request };
    Ok(by_poles(&request)?.map(|found| std::iter::once(mean).chain(found.hermite).collect()))
}
