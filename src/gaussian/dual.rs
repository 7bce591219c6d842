//! Duals: E f(U) g(V) for standard normal U, V with correlation ρ, |ρ| < 1.
//!
//! Closed forms where both functions have them; otherwise Mehler's series Σ a_k b_k ρᵏ, cut after degree N with the proved
//! rest |ρ|^(N+1) √(E f² − Σ a_k²) √(E g² − Σ b_k²).

use rug::Integer;

use super::closed::Exact;
use super::{Data, GaussianError, Moment, Quantity};
use crate::number::{Ball, Job, Magnitude};

/// Most terms of the series.
const MAX_TERMS: usize = 4000;

/// E f(U) g(V) for corr(U, V) = `rho`, which is below one in size; `exact` is its exact form.
///
/// # Errors
/// A function without a second moment, or more terms than the bound.
pub fn dual(f: &Data, g: &Data, rho: &Ball, exact: Option<&Exact>, bits: u32, job: &Job<'_>) -> Result<Quantity, GaussianError> {
    if let (Some(f), Some(g), Some(rho)) = (f.closed_form(), g.closed_form(), exact)
        && let Some(value) = f.dual(g, rho)
    {
        return Ok(Quantity { ball: value.enclose(bits), exact: Some(value) });
    }
    let order = terms(rho, bits)?;
    let (a, rest_a) = normalised(f, order, bits, job)?;
    let (b, rest_b) = normalised(g, order, bits, job)?;
    let (mut sum, mut power) = (Ball::zero(bits), Ball::integer(1, bits));
    for (a, b) in a.iter().zip(&b) {
        sum = sum + &power * &(a * b);
        power = &power * rho;
    }
    let rest = power.magnitude().times(rest_a.times(rest_b).sqrt());
    Ok(Quantity { ball: sum.widened(rest), exact: None })
}

/// The degree after which |ρ|ᵏ is below 2^-bits.
fn terms(rho: &Ball, bits: u32) -> Result<usize, GaussianError> {
    let decay = -rho.magnitude().log2();
    let order = f64::from(bits) / decay;
    if order <= MAX_TERMS as f64 && decay > 0.0 {
        Ok(order.ceil() as usize)
    } else {
        Err(GaussianError::Effort { most: MAX_TERMS, what: "terms of the Hermite series" })
    }
}

/// a_0 … a_order, and a bound of E f² − Σ a_k².
pub(super) fn normalised(f: &Data, order: usize, bits: u32, job: &Job<'_>) -> Result<(Vec<Ball>, Magnitude), GaussianError> {
    let Moment::Finite(second) = f.second_moment(bits, job)? else {
        return Err(GaussianError::Refused("the second moment of the function is infinite".to_owned()));
    };
    let mut factorial = Integer::from(1);
    let mut rest = second.ball;
    let mut coefficients = Vec::with_capacity(order + 1);
    for (k, product) in f.hermite(order, bits, job)?.into_iter().enumerate() {
        factorial *= k.max(1) as u32;
        let a = &product.ball / &Ball::rational(&factorial.clone().into(), bits).sqrt();
        rest = &rest - &a.square();
        coefficients.push(a);
    }
    Ok((coefficients, rest.magnitude()))
}
