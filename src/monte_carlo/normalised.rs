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

/// Mean and variance under N(0, 1), by the midpoint rule.
pub(super) fn mean_and_variance(program: &Program) -> [f64; 2] {
    let step = 2.0 * REACH / NODES as f64;
    let nodes: Vec<f64> = (0..NODES).map(|node| (node as f64 + 0.5).mul_add(step, -REACH)).collect();
    let mut values = nodes.clone();
    program.apply(&mut values);
    let weighted = || {
        let terms = nodes.iter().zip(&values).map(|(x, value)| ((-0.5 * x * x).exp(), value));
        terms.filter(|(weight, value)| *weight > 0.0 && value.is_finite())
    };
    let total: f64 = weighted().map(|(weight, _)| weight).sum();
    let mean = weighted().map(|(weight, value)| weight * value).sum::<f64>() / total;
    let variance = weighted().map(|(weight, value)| weight * (value - mean) * (value - mean)).sum::<f64>() / total;
    [mean, variance]
}
