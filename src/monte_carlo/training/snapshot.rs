//! What is seen of a network at one step.

use super::super::SimulationError;
use super::layer::{LayerMeasures, measured};
use super::{Experiment, Network, Pass, Samples};
use faer::{Mat, Side};

/// Eigenvalues of the average gradient outer product that are kept.
const EIGENVALUES: usize = 6;

/// What is seen of a network at one step.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// (1/n) Σ (f − y)² over the training samples.
    pub train_error: f64,
    /// The same over fresh samples, whose labels have noise too.
    pub test_error: f64,
    /// The largest eigenvalues of G_1, descending.
    pub agop_eigenvalues: Vec<f64>,
    /// The hidden layers, the first first.
    pub layers: Vec<LayerMeasures>,
}

impl Snapshot {
    /// Measures a network after its forward passes over the training and the test samples, which must have been finite.
    ///
    /// # Errors
    /// A decomposition that does not converge.
    pub fn of(
        experiment: &Experiment,
        network: &Network,
        [train, test]: [&Samples; 2],
        (on_train, on_test): (&mut Pass, &Pass),
    ) -> Result<Self, SimulationError> {
        on_train.backward(network, &vec![1.0; train.labels.len()]);
        let mut layers = Vec::with_capacity(network.weights.len());
        let mut agop_eigenvalues = Vec::new();
        for (layer, tangents) in on_train.slopes.iter().enumerate() {
            let directions = (layer == 0).then(|| experiment.teacher.directions());
            let (measures, g) = measured(network, layer, tangents, directions)?;
            if layer == 0 {
                agop_eigenvalues = largest(&g)?;
            }
            layers.push(measures);
        }
        Ok(Self { train_error: mean_square(on_train, train), test_error: mean_square(on_test, test), agop_eigenvalues, layers })
    }
}

/// (1/n) Σ (f − y)².
pub(super) fn mean_square(pass: &Pass, samples: &Samples) -> f64 {
    let squares = pass.outputs.iter().zip(&samples.labels).map(|(output, label)| (output - label) * (output - label));
    squares.sum::<f64>() / samples.labels.len() as f64
}

/// The largest eigenvalues of a positive semidefinite matrix, descending; what rounding leaves of zeros is 0.
fn largest(g: &Mat<f64>) -> Result<Vec<f64>, SimulationError> {
    let size = g.nrows();
    let values = g.self_adjoint_eigenvalues(Side::Lower).map_err(|_| SimulationError::NoConvergence { size })?;
    let least = size as f64 * f64::EPSILON * values.last().copied().unwrap_or(0.0);
    Ok(values.iter().rev().take(EIGENVALUES).map(|value| if *value > least { *value } else { 0.0 }).collect())
}
