//! An activation brought to mean 0 and variance 1 under N(0, 1), by the witness's own integration.

use super::SimulationError;
use super::gram::activate;
use crate::activation::Program;
use faer::Mat;

/// Nodes of the midpoint rule, and the interval they cover: beyond it the weight of N(0, 1) underflows.
const NODES: usize = 1 << 20;
const REACH: f64 = 38.0;

/// An activation with its mean and its deviation.
pub(super) struct Normalised {
    program: Program,
    mean: f64,
    deviation: f64,
}

impl Normalised {
    /// Integrates f and f² by the midpoint rule; a jump costs 10^-5 of its height.
    ///
    /// # Errors
    /// [`SimulationError::NotNormalised`] where its variance is not a positive finite number.
    pub fn new(program: Program) -> Result<Self, SimulationError> {
        let [mean, variance] = mean_and_variance(&program);
        if variance > 0.0 && variance.is_finite() && mean.is_finite() {
            Ok(Self { program, mean, deviation: variance.sqrt() })
        } else {
            Err(SimulationError::NotNormalised { variance })
        }
    }

    /// Applies it to every entry.
    ///
    /// # Errors
    /// [`SimulationError::NotFinite`].
    pub fn apply(&self, outputs: &mut Mat<f64>) -> Result<(), SimulationError> {
        activate(outputs, &self.program)?;
        for column in 0..outputs.ncols() {
            outputs.col_as_slice_mut(column).iter_mut().for_each(|value| *value = (*value - self.mean) / self.deviation);
        }
        Ok(())
    }

    /// 1/√Var f.
    pub fn scale(&self) -> f64 {
        self.deviation.recip()
    }
}

/// The value of a function without x.
pub(super) fn constant(program: &Program) -> f64 {
    let mut value = [0.0];
    program.apply(&mut value);
    value[0]
}

/// Mean and variance under N(0, 1), by the midpoint rule.
pub(super) fn mean_and_variance(program: &Program) -> [f64; 2] {
    let nodes = weighted(program);
    let total: f64 = nodes.iter().map(|[_, weight, _]| weight).sum();
    let mean = nodes.iter().map(|[_, weight, value]| weight * value).sum::<f64>() / total;
    let variance = nodes.iter().map(|[_, weight, value]| weight * (value - mean) * (value - mean)).sum::<f64>() / total;
    [mean, variance]
}

/// c_k = E f(Z) He_k(Z)/k! for k = 0 … most, by the same rule: to 10^-8 of the size of f where f is continuous.
pub(super) fn hermite_coefficients(program: &Program, most: usize) -> Vec<f64> {
    let mut sums = vec![0.0; most + 1];
    let mut total = 0.0;
    for [x, weight, value] in weighted(program) {
        total += weight;
        // He_{k+1} = x He_k − k He_{k−1}
        let mut pair = [0.0, 1.0];
        for (k, sum) in sums.iter_mut().enumerate() {
            *sum += weight * value * pair[1];
            pair = [pair[1], x * pair[1] - k as f64 * pair[0]];
        }
    }
    let mut factorial = 1.0;
    let coefficient = |(k, sum): (usize, f64)| {
        factorial *= k.max(1) as f64;
        sum / total / factorial
    };
    sums.into_iter().enumerate().map(coefficient).collect()
}

/// The nodes x of the midpoint rule, e^(−x²/2) and f(x), where it is finite.
fn weighted(program: &Program) -> Vec<[f64; 3]> {
    let step = 2.0 * REACH / NODES as f64;
    let nodes: Vec<f64> = (0..NODES).map(|node| (node as f64 + 0.5).mul_add(step, -REACH)).collect();
    let mut values = nodes.clone();
    program.apply(&mut values);
    let terms = nodes.iter().zip(&values).map(|(x, value)| [*x, (-0.5 * x * x).exp(), *value]);
    terms.filter(|[_, weight, value]| *weight > 0.0 && value.is_finite()).collect()
}
