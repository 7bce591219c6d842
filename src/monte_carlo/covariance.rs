//! The ensemble of the spiked sample covariance: G = Z Σ^½ with independent entries of variance one in Z, N × n.
//!
//! The spikes are the first coordinates, the atoms of the population fill the others in their proportions: the law of Gaussian
//! rows does not depend on the eigenvectors of Σ.

use super::gram::{Reference, spectrum};
use super::population::Drawn;
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Trial};
use crate::model::{Covariance, EntryLaw, Simulation};

/// Matrices GᵀG/N.
pub struct CovarianceMatrices {
    population: Drawn,
    gamma: f64,
    spikes: Vec<f64>,
    entries: Sampler,
}

impl CovarianceMatrices {
    /// From a model.
    ///
    /// # Errors
    /// [`SimulationError::NoFunction`] where an activation is given, [`SimulationError::NotDrawn`] for the law of an earlier model.
    pub fn new(model: &Covariance, simulation: &Simulation) -> Result<Self, SimulationError> {
        if simulation.activation.is_some() {
            return Err(SimulationError::NoFunction);
        }
        Ok(Self {
            population: Drawn::new(&model.population)?,
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
        for (column, variance) in self.population.eigenvalues(&self.spikes, n).into_iter().enumerate() {
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
