//! How far from its limit a simulated matrix may be: what a check must know before it holds a deviation against the theory.
//!
//! The variance of a pre-activation given W and X is r τ² with r = 1 up to the norms |w_i|²/n₀ and |x_j|²/n₀, which vary by
//! (κ − 1)/n₀; with ℓ = d ln Var f(√r τZ)/d ln r, the variances of the entries of Y are uneven by ℓ² (κ_w + κ_x − 2)/n₀. In a
//! network the norms of the columns of a layer vary by t_l = ℓ_l² t_{l−1} + c_l/d_l, with c_l = E f⁴/(E f²)² − 1.

use rug::Rational;

use super::call::Call;
use super::failure::Failure;
use super::gaussian_data;
use super::network::{Network, NetworkLayer};
use crate::activation::Function;
use crate::gaussian::{Biased, Data, GaussianError, Moment};
use crate::model::{Bias, Entries, Features};

/// Bits of what only sets an allowance.
const FEW_BITS: u32 = 64;
/// By what factor r is lowered for the difference quotient that stands for ℓ.
const LOWER: (u32, u32) = (225, 256);
/// The average of vᵏ over the rows that are drawn may have this relative variance.
const RARE: f64 = 0.1;

fn sensitivity(at_one: f64, lowered: f64) -> f64 {
    (at_one / lowered).ln() / (f64::from(LOWER.1) / f64::from(LOWER.0)).ln()
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

/// The unevenness of Y without a bias.
///
/// # Errors
/// As the Gaussian data.
pub fn of_features(call: &Call, model: &Features, f: &Function, n0: usize) -> Result<f64, Failure> {
    let variance = |tau: &Rational| -> Result<f64, Failure> {
        let moments = call.gaussian(f, tau, call.place("m"))?.moments(FEW_BITS, call.evaluation.context.job);
        match moments.map_err(|error| gaussian_data::failure(&error, call.place("m")))?.variance {
            Moment::Finite(variance) => Ok(variance.ball.to_f64()),
            Moment::Infinite => Ok(f64::NAN),
        }
    };
    let tau = model.tau();
    // √(225/256) = 15/16
    let l = sensitivity(variance(&tau)?, variance(&(&tau * Rational::from((15, 16))))?);
    let spread = Rational::from(&model.entries_w.kurtosis + &model.entries_x.kurtosis).to_f64() - 2.0;
    Ok(finite(l * l * spread / n0 as f64))
}

/// The unevenness of layer `depth` of a network whose matrices have n = `samples` columns.
///
/// # Errors
/// As the Gaussian data.
pub fn of_network(call: &Call, network: &Network, depth: usize, samples: f64, kurtosis: f64) -> Result<f64, Failure> {
    let wrong = |error: GaussianError| gaussian_data::failure(&error, call.place("m"));
    let mut below = samples / network.input().to_f64();
    let (mut columns, mut found) = ((kurtosis - 1.0) / below, 0.0);
    for layer in &network.layers[..depth] {
        let [l, spread] = response(call, layer).map_err(wrong)?;
        found = l * l * (columns + (kurtosis - 1.0) / below);
        below = samples / layer.gamma.to_f64();
        columns = l * l * columns + spread / below;
    }
    Ok(finite(found))
}

/// ℓ and c of a layer.
fn response(call: &Call, layer: &NetworkLayer) -> Result<[f64; 2], GaussianError> {
    let job = call.evaluation.context.job;
    let (f, [tau2, s2]) = (layer.biased.function(), layer.biased.variances());
    let lowered = Biased::new(f, &(tau2 * Rational::from(LOWER)), s2, job)?.variance(FEW_BITS, job)?;
    let l = sensitivity(layer.biased.variance(FEW_BITS, job)?.ball.to_f64(), lowered.ball.to_f64());
    let total = layer.biased.total();
    let square = Data::new(&(total.clone() * total.clone()), &Rational::from(1), job)?.moments(FEW_BITS, job)?;
    let spread = match square.variance {
        Moment::Finite(variance) => variance.ball.to_f64() / square.mean.ball.to_f64().powi(2),
        Moment::Infinite => f64::INFINITY,
    };
    Ok([l, spread])
}

/// The first order k at which E vᵏ is decided by biases rarer than the `rows` that are drawn.
///
/// # Errors
/// As the Gaussian data.
pub fn rare_moment(call: &Call, network: &Network, depth: usize, rows: f64) -> Result<usize, Failure> {
    let values = network.layers[depth - 1].variances(call)?;
    let mean = |power: i32| values.iter().map(|[weight, v]| weight * v.powi(power)).sum::<f64>();
    let common = |order: &usize| {
        let k = *order as i32;
        mean(2 * k) / mean(k).powi(2) - 1.0 <= RARE * rows
    };
    Ok((1..=super::prediction::MOMENTS).take_while(common).count() + 1)
}

/// Whether biases fall like n^(−1/2) only: both factors skewed, or a function that jumps of a pre-activation on a lattice.
///
/// # Errors
/// As the Gaussian data.
pub fn is_slow(call: &Call, model: &Features, f: &Function) -> Result<bool, Failure> {
    let laws = [&model.entries_w, &model.entries_x];
    if laws.iter().all(|law| !law.skewness.is_zero()) {
        return Ok(true);
    }
    if !laws.into_iter().all(on_two_points) || !(model.sigma_b.is_zero() || model.bias == Bias::Averaged) {
        return Ok(false);
    }
    jumps(call, f, &model.tau())
}

/// Whether a law of these moments has two atoms.
pub fn on_two_points(law: &Entries) -> bool {
    law.kurtosis == Rational::from(law.skewness.square_ref()) + 1u32
}

/// Whether f jumps.
///
/// # Errors
/// As the Gaussian data.
pub fn jumps(call: &Call, f: &Function, tau: &Rational) -> Result<bool, Failure> {
    let moments = call.gaussian(f, tau, call.place("m"))?.moments(FEW_BITS, call.evaluation.context.job);
    let moments = moments.map_err(|error| gaussian_data::failure(&error, call.place("m")))?;
    Ok(matches!(moments.derivative_energy, Moment::Infinite))
}
