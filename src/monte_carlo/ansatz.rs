//! From the model of the neural feature ansatz to the networks that are drawn: laws for what the model may give by moments.

use super::normalised::mean_and_variance;
use super::of_model::as_the_model_says;
use super::population::Drawn;
use super::training::Teacher;
use super::{EarlyTime, Labels, Sampler, SimulationError};
use crate::activation::{Program, SeveralProgram};
use crate::model::{Ansatz, Population, Readout, Simulation, Spread};

/// Quantiles that stand for a continuous population.
const QUANTILES: usize = 4096;

const ENTRIES: &str = "ansatz has Gaussian weights and samples: leave entries out";
const NORMS: &str = "ansatz has weights and samples as they are: leave norms out";
const LABELS: &str =
    "labels given by their moments are not drawn: give a law, \"gaussian\", \"signs\", \"constant\" or a teacher such as x^2 - 1";
const COVARIANCE: &str =
    "a covariance given by its moments is not drawn: give its eigenvalues, for example covariance = [[3, 1/4], [1/3, 3/4]]";
const READOUT: &str = "a readout given by its moments is not drawn: give a law, \"signs\" or \"gaussian\"";

/// Refuses what only matrices of independent entries have.
///
/// # Errors
/// [`SimulationError::NotDrawn`].
pub(super) fn without_entries(simulation: &Simulation) -> Result<(), SimulationError> {
    as_the_model_says(simulation, [ENTRIES, NORMS])
}

/// The law of a readout.
///
/// # Errors
/// [`SimulationError::NotDrawn`] for moments.
pub(super) fn readout(readout: &Readout) -> Result<Sampler, SimulationError> {
    match readout {
        Readout::Signs => Ok(Sampler::Rademacher),
        Readout::Gaussian => Ok(Sampler::Gaussian),
        Readout::Moments(_) => Err(SimulationError::NotDrawn(READOUT)),
    }
}

impl EarlyTime {
    /// The networks of a model; `simulation` may name another activation.
    ///
    /// # Errors
    /// What is given by moments alone, a model without activation, laws of entries or of norms.
    pub fn new(model: &Ansatz, simulation: &Simulation) -> Result<Self, SimulationError> {
        without_entries(simulation)?;
        let f = simulation.activation.as_ref().or(model.activation()).ok_or(SimulationError::NoActivation)?;
        let activation = Program::new(f);
        let offset = if model.has_initial_output() { mean_and_variance(&activation)[0] } else { 0.0 };
        Ok(Self {
            activation,
            derivative: Program::new(&model.derivative_of(f)),
            offset,
            samples_over: [&model.n_over_d, &model.n_over_k].map(rug::Rational::to_f64),
            labels: labels(&model.labels)?,
            covariance: covariance(&model.covariance)?,
            readout: readout(&model.readout)?,
            antisymmetric: model.antisymmetric,
            initial_output: model.initial_output,
        })
    }
}

fn labels(labels: &crate::model::Labels) -> Result<Labels, SimulationError> {
    use crate::model::Labels as Given;
    let independent = |law, scale, mean| Labels::Independent { law, scale, mean };
    Ok(match labels {
        Given::Gaussian => independent(Sampler::Gaussian, 1.0, 0.0),
        Given::Signs => independent(Sampler::Rademacher, 1.0, 0.0),
        Given::Constant => independent(Sampler::Rademacher, 0.0, 1.0),
        Given::Moments(_) => return Err(SimulationError::NotDrawn(LABELS)),
        Given::Teacher(f) => Labels::Of(Teacher::single(Program::new(f), !f.is_constant())),
        Given::Several(teacher) => Labels::Of(Teacher::several(SeveralProgram::new(teacher), &teacher.directions())),
    })
}

/// Eigenvalues and their weights; those of a power law by many quantiles.
fn covariance(spread: &Spread) -> Result<Vec<[f64; 2]>, SimulationError> {
    match spread {
        Spread::Moments(_) => Err(SimulationError::NotDrawn(COVARIANCE)),
        Spread::Population(Population::Atoms(law)) => {
            Ok(law.atoms.iter().map(|atom| atom.each_ref().map(rug::Rational::to_f64)).collect())
        }
        Spread::Population(population) => {
            let quantiles = Drawn::new(population)?.eigenvalues(&[], QUANTILES);
            Ok(quantiles.into_iter().map(|value| [value, (QUANTILES as f64).recip()]).collect())
        }
    }
}
