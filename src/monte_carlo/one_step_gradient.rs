//! The first step of a network f(x) = Σ a_i σ(w_i·x): W_0 with rows uniform on the unit sphere, a_i ~ N(0, 1/N), and the gradient
//! of (1/2n)|y − f|² on its own samples,
//!
//! G = (1/n) [(a rᵀ) ∘ σ′(W_0 Xᵀ)] X,   β = Xᵀ r/n,
//!
//! r = y or y − f_0. Weights are stored d × N, one neuron a column.

use super::one_step_data::Samples;
use super::one_step_features::Activation;
use super::signals::{product, transposed_product, with_unit_columns};
use super::{Matrix, Run, Sampler, SimulationError, Trial};
use crate::activation::Program;
use faer::{ColRef, Mat};

/// A network as it begins.
pub(super) struct Start {
    /// W_0ᵀ.
    pub weights: Mat<f64>,
    /// a.
    pub readout: Vec<f64>,
}

/// What its first samples tell it.
pub(super) struct Gradient {
    /// β.
    pub beta: Vec<f64>,
    /// Gᵀ, where it was asked for.
    pub matrix: Option<Mat<f64>>,
}

impl Start {
    pub fn draw(d: usize, neurons: usize, trial: Trial<'_>) -> Self {
        let mut weights = Sampler::Gaussian.matrix(d, neurons, &mut trial.stream(Matrix::Weights));
        with_unit_columns(&mut weights);
        let mut readout = vec![0.0; neurons];
        Sampler::Gaussian.fill(&mut readout, &mut trial.stream(Matrix::Readout));
        readout.iter_mut().for_each(|a| *a /= (neurons as f64).sqrt());
        Self { weights, readout }
    }

    /// β with the residual y − f_0 or y, and G if a derivative is given.
    pub fn gradient(
        &self,
        samples: &Samples,
        (activation, derivative): (&Activation, Option<&Program>),
        full: bool,
        run: &Run<'_>,
    ) -> Result<Gradient, SimulationError> {
        let (x, n) = (&samples.x, samples.labels.len());
        let mut residual = samples.labels.clone();
        let before = (full || derivative.is_some()).then(|| product(x, &self.weights));
        run.check()?;
        if let Some(before) = before.as_ref().filter(|_| full) {
            let mut hidden = before.clone();
            activation.apply(&mut hidden)?;
            let outputs = &hidden * ColRef::from_slice(&self.readout);
            residual.iter_mut().zip(outputs.iter()).for_each(|(r, output)| *r -= output);
        }
        let beta = x.transpose() * ColRef::from_slice(&residual);
        let beta = beta.iter().map(|value| value / n as f64).collect();
        let matrix = before.zip(derivative).map(|(mut slopes, derivative)| {
            for (column, a) in self.readout.iter().enumerate() {
                let slopes = slopes.col_as_slice_mut(column);
                derivative.apply(slopes);
                slopes.iter_mut().zip(&residual).for_each(|(slope, r)| *slope *= a * r / n as f64);
            }
            transposed_product(x, &slopes)
        });
        run.check()?;
        Ok(Gradient { beta, matrix })
    }
}
