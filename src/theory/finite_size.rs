//! How far from its limit a simulated matrix may be: what a check must know before it holds a deviation against the theory.
//!
//! The variance of a pre-activation given W and X is r τ² with r = 1 up to the norms |w_i|²/n₀ and |x_j|²/n₀, which vary by
//! (κ − 1)/n₀; with ℓ = d ln Var f(√r τZ)/d ln r, the variances of the entries of Y are uneven by ℓ² (κ_w + κ_x − 2)/n₀. In a
//! network the norms of the columns of a layer vary by t_l = ℓ_l² t_{l−1} + c_l/d_l, with c_l = E f⁴/(E f²)² − 1. Where one of
//! these is not finite nothing is known, and the unevenness is infinite.

use rug::Rational;

use super::error::TheoryError;
use super::network::{Network, NetworkLayer};
use super::prediction::MOMENTS;
use super::work::Work;
use crate::activation::Function;
use crate::gaussian::{Biased, Data, Moment};
use crate::model::{Bias, Features};

/// Bits of what only sets an allowance.
const FEW_BITS: u32 = 64;
/// By what factor r is lowered for the difference quotient that stands for ℓ, and its square root.
const LOWER: (u32, u32) = (225, 256);
const LOWER_ROOT: (u32, u32) = (15, 16);
/// The average of vᵏ over the rows that are drawn may have this relative variance.
const RARE: f64 = 0.1;

/// ℓ from two variances; a function that is constant responds to nothing.
fn sensitivity(at_one: f64, lowered: f64) -> f64 {
    if at_one == 0.0 && lowered == 0.0 {
        return 0.0;
    }
    (at_one / lowered).ln() / (f64::from(LOWER.1) / f64::from(LOWER.0)).ln()
}

/// What is no number says nothing about how even a matrix is.
fn or_unknown(unevenness: f64) -> f64 {
    if unevenness.is_finite() { unevenness } else { f64::INFINITY }
}

/// The unevenness of Y without a bias.
///
/// # Errors
/// As the Gaussian data.
pub fn of_features(work: &Work, model: &Features, f: &Function, n0: usize) -> Result<f64, TheoryError> {
    let variance = |tau: &Function| -> Result<f64, TheoryError> {
        Ok(match work.gaussian(f, tau)?.moments(FEW_BITS, work.job)?.variance? {
            Moment::Finite(variance) => variance.ball.to_f64(),
            Moment::Infinite => f64::INFINITY,
        })
    };
    let tau = model.tau();
    let l = sensitivity(variance(&tau)?, variance(&(tau.clone() * Function::rational(LOWER_ROOT)))?);
    let spread = Rational::from(&model.entries_w.kurtosis + &model.entries_x.kurtosis).to_f64() - 2.0;
    Ok(or_unknown(l * l * spread / n0 as f64))
}

/// The unevenness of layer `depth` of a network whose matrices have n = `samples` columns.
///
/// # Errors
/// As the Gaussian data.
pub fn of_network(work: &Work, network: &Network, depth: usize, samples: f64, kurtosis: f64) -> Result<f64, TheoryError> {
    let mut below = samples / network.input.to_f64();
    let (mut columns, mut found) = ((kurtosis - 1.0) / below, 0.0);
    for layer in &network.layers[..depth] {
        let [l, spread] = response(work, layer)?;
        found = l * l * (columns + (kurtosis - 1.0) / below);
        below = samples / layer.gamma.to_f64();
        columns = l * l * columns + spread / below;
    }
    Ok(or_unknown(found))
}

/// ℓ and c of a layer.
fn response(work: &Work, layer: &NetworkLayer) -> Result<[f64; 2], TheoryError> {
    let job = work.job;
    let (f, [tau2, s2]) = (layer.biased.function(), layer.biased.variances());
    let lowered = Biased::new(f, &(tau2 * Rational::from(LOWER)), s2, job)?.variance(FEW_BITS, job)?;
    let l = sensitivity(layer.biased.variance(FEW_BITS, job)?.ball.to_f64(), lowered.ball.to_f64());
    let total = layer.biased.total();
    let square = Data::new(&(total.clone() * total.clone()), &Rational::from(1), job)?.moments(FEW_BITS, job)?;
    let mean = square.mean.ball.to_f64();
    let spread = match square.variance? {
        Moment::Finite(_) if mean == 0.0 => 0.0,
        Moment::Finite(variance) => variance.ball.to_f64() / mean.powi(2),
        Moment::Infinite => f64::INFINITY,
    };
    Ok([l, spread])
}

/// The first order k at which E vᵏ is decided by biases rarer than the `rows` that are drawn.
///
/// # Errors
/// As the Gaussian data.
pub fn rare_moment(work: &Work, network: &Network, depth: usize, rows: f64) -> Result<usize, TheoryError> {
    let values = network.layers[depth - 1].variances(work)?;
    let mean = |power: i32| values.iter().map(|[weight, v]| weight * v.powi(power)).sum::<f64>();
    let common = |order: &usize| {
        let k = *order as i32;
        mean(2 * k) / mean(k).powi(2) - 1.0 <= RARE * rows
    };
    Ok((1..=MOMENTS).take_while(common).count() + 1)
}

/// Whether biases fall like n^(−1/2) only: both factors skewed, or a function that jumps of a pre-activation on a lattice.
///
/// # Errors
/// As the Gaussian data.
pub fn is_slow(work: &Work, model: &Features, f: &Function) -> Result<bool, TheoryError> {
    let laws = [&model.entries_w, &model.entries_x];
    if laws.iter().all(|law| !law.skewness.is_zero()) {
        return Ok(true);
    }
    let on_a_lattice = laws.into_iter().all(crate::model::Entries::on_two_points);
    Ok(on_a_lattice && (model.sigma_b.is_zero() || model.bias == Bias::Averaged) && jumps(work, f, &model.tau())?)
}

/// Whether f jumps.
///
/// # Errors
/// As the Gaussian data.
pub fn jumps(work: &Work, f: &Function, tau: &Function) -> Result<bool, TheoryError> {
    let moments = work.gaussian(f, tau)?.moments(FEW_BITS, work.job)?;
    Ok(matches!(moments.derivative_energy?, Moment::Infinite))
}
