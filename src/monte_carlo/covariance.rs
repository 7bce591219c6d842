//! The ensemble of the spiked sample covariance: G = Z Σ^½ with independent entries of variance one in Z, N × n.
//!
//! The spikes are the first coordinates, the atoms of the population fill the others in their proportions: the law of Gaussian
//! rows does not depend on the eigenvectors of Σ.

use super::conjugate::{cumulative, variances};
use super::gram::{Reference, spectrum};
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Trial};
use crate::model::{Covariance, EntryLaw, Simulation};

/// Why some populations are not drawn.
const LAW: &str = "a population with the law mp(r) is not drawn; the linear kernel(x, gamma = [r, n/N]) has the same law, and is";

/// Matrices GᵀG/N.
pub struct CovarianceMatrices {
    /// Values and cumulative weights.
    population: Vec<[f64; 2]>,
    gamma: f64,
    spikes: Vec<f64>,
    entries: Sampler,
}

impl CovarianceMatrices {
    /// From a model.
    ///
    /// # Errors
    /// [`SimulationError::NoFunction`] where an activation is given.
    pub fn new(model: &Covariance, simulation: &Simulation) -> Result<Self, SimulationError> {
        if simulation.activation.is_some() {
            return Err(SimulationError::NoFunction);
        }
        if !model.population.sampled.is_zero() {
            return Err(SimulationError::NotDrawn(LAW));
        }
        Ok(Self {
            population: cumulative(&model.population.atoms),
            gamma: model.gamma.to_f64(),
            spikes: model.spikes.iter().map(rug::Rational::to_f64).collect(),
            entries: simulation.entries.unwrap_or(EntryLaw::Gaussian).into(),
        })
    }
}

impl Ensemble for CovarianceMatrices {
    fn name(&self) -> &str {
        "covariance"
    }

    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let rows = n as f64 / ratio("gamma", self.gamma)?;
        let dimensions = Sizes::rounded(n, &[("n", n as f64), ("N", rows)])?;
        let entries = dimensions.iter().map(|(_, size)| *size as u128).product();
        Ok(Sizes { n, dimensions, entries })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let [n, rows] = [sizes.of("n")?, sizes.of("N")?];
        let mut outputs = self.entries.matrix(rows, n, &mut trial.stream(Matrix::Data));
        for (column, variance) in variances(&self.spikes, &self.population, n).into_iter().enumerate() {
            let scale = variance.sqrt();
            outputs.col_as_slice_mut(column).iter_mut().for_each(|value| *value *= scale);
        }
        run.check()?;
        let unit = |column: usize| (0..n).map(|row| f64::from(u8::from(row == column))).collect();
        let directions = (0..self.spikes.len()).flat_map(|index| {
            let scores = outputs.col_as_slice(index).to_vec();
            [
                Reference::new(format!("spike {index}"), false, unit(index)),
                Reference::new(format!("scores {index}"), true, scores),
            ]
        });
        let references: Vec<Reference> = directions.flatten().collect();
        let found = spectrum(&outputs, n, rows, &references, run)?;
        Ok(Draw { spectra: vec![found], scalars: Vec::new() })
    }
}
