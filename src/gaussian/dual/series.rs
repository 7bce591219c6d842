//! Duals by Mehler's series Σ a_k b_k ρᵏ, cut after degree N with the proved rest |ρ|^(N+1) √(E f² − Σ a_k²) √(E g² − Σ b_k²).

use rug::Integer;

use crate::gaussian::data::Data;
use crate::gaussian::error::GaussianError;
use crate::number::{Ball, Job, Magnitude};

/// The series up to degree `order`.
///
/// # Errors
/// A function without a second moment, or as [`Data::hermite`].
pub fn series(f: &Data, g: &Data, rho: &Ball, order: usize, bits: u32, job: &Job<'_>) -> Result<Ball, GaussianError> {
    let (a, rest_a) = normalised(f, order, bits, job)?;
    let (b, rest_b) = normalised(g, order, bits, job)?;
    let (mut sum, mut power) = (Ball::zero(bits), Ball::integer(1, bits));
    for (a, b) in a.iter().zip(&b) {
        sum = sum + &power * &(a * b);
        power = &power * rho;
    }
    let rest = power.magnitude().times(rest_a.times(rest_b).sqrt());
    Ok(sum.widened(rest))
}

/// The degree after which |ρ|ᵏ is below 2^-bits; infinite at |ρ| = 1.
#[must_use]
pub fn terms(rho: &Ball, bits: u32) -> f64 {
    let decay = -rho.magnitude().log2();
    if decay > 0.0 { (f64::from(bits) / decay).ceil() } else { f64::INFINITY }
}

/// a_0 … a_order, and a bound of E f² − Σ a_k².
///
/// # Errors
/// A function without a second moment, or as [`Data::hermite`].
pub fn normalised(f: &Data, order: usize, bits: u32, job: &Job<'_>) -> Result<(Vec<Ball>, Magnitude), GaussianError> {
    let mut rest = finite_energy(f, bits, job)?;
    let mut factorial = Integer::from(1);
    let mut coefficients = Vec::with_capacity(order + 1);
    for (k, product) in f.hermite(order, bits, job)?.into_iter().enumerate() {
        factorial *= k.max(1) as u32;
        let a = &product.ball / &Ball::rational(&factorial.clone().into(), bits).sqrt();
        rest = &rest - &a.square();
        coefficients.push(a);
    }
    Ok((coefficients, rest.magnitude()))
}

/// E f².
///
/// # Errors
/// Where it is infinite, or as [`Data::hermite`].
pub fn finite_energy(f: &Data, bits: u32, job: &Job<'_>) -> Result<Ball, GaussianError> {
    Ok(f.finite_second("second moment", f.function(), bits, job)?.ball)
}
