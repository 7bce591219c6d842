//! From a model, plain data, to the ensemble that draws it: the only place of this room that knows the kinds of model.

use super::abandon::Abandonable;
use super::one_step_strength::StrengthSteps;
use super::{
    AxisDesign, ConjugateKernels, CovarianceMatrices, EarlyTime, Ensemble, FeatureMatrices, Jacobians, LabelledCovariances,
    LayeredKernels, OneStepNetworks, Regressions, SimulationError, SphereRegressions, SpikedRegressions, TrainedLayers,
};
use crate::activation::Program;
use crate::model::{EntryLaw, Model, Norms, Simulation};

const NO_BLACK_BOX: &str = "functions of other programs are drawn for features and for kernels of normalised activations alone; write the activation as an expression in x";

/// The ensemble of a model. `simulation` says what is drawn in place of what the model says; with `overlaps` a draw also holds
/// the overlaps with the model's reference vectors, where it has some, which takes the eigenvectors.
///
/// # Errors
/// A model without activation, or one that is drawn with its own only; a standard deviation that cannot be simulated.
pub fn ensemble(model: &Model, simulation: &Simulation, overlaps: bool) -> Result<Box<dyn Ensemble>, SimulationError> {
    if simulation.black_box.is_some() && !matches!(model, Model::Features(_) | Model::Conjugate(_)) {
        return Err(SimulationError::NotDrawn(NO_BLACK_BOX));
    }
    Ok(match model {
        Model::Features(features) => Box::new(Abandonable::new(FeatureMatrices::new(features, simulation, overlaps)?)),
        Model::Kernel(kernel) => Box::new(Abandonable::new(LayeredKernels::new(kernel, simulation, overlaps)?)),
        Model::Conjugate(kernel) => Box::new(Abandonable::new(ConjugateKernels::new(kernel, simulation, overlaps)?)),
        Model::Trained(trained) => Box::new(Abandonable::new(TrainedLayers::new(trained, simulation)?)),
        Model::OneStep(step) => match &simulation.strength {
            Some(strength) => Box::new(Abandonable::new(StrengthSteps::new(step, &Program::new(strength), simulation)?)),
            None => Box::new(Abandonable::new(OneStepNetworks::new(step, simulation)?)),
        },
        Model::Ansatz(ansatz) => Box::new(Abandonable::new(EarlyTime::new(ansatz, simulation)?)),
        Model::JointAnsatz(ansatz) => Box::new(Abandonable::new(AxisDesign::new(ansatz, simulation)?)),
        Model::LabelCovariance(labels) => Box::new(Abandonable::new(LabelledCovariances::new(labels, simulation)?)),
        Model::Jacobian(jacobian) => Box::new(Abandonable::new(Jacobians::new(jacobian, simulation)?)),
        Model::Regression(model) => match model.sphere() {
            Some(d) => Box::new(Abandonable::new(SphereRegressions::new(model, d, simulation)?)),
            None => Box::new(Abandonable::new(Regressions::new(model, simulation)?)),
        },
        Model::SpikedFeatures(model) => Box::new(Abandonable::new(SpikedRegressions::new(model, simulation)?)),
        Model::Covariance(covariance) => Box::new(Abandonable::new(CovarianceMatrices::new(covariance, simulation)?)),
    })
}

/// The matrices behind cycle averages, which only random features have.
///
/// # Errors
/// As [`ensemble`], and [`SimulationError::NoFeatures`] for other models.
pub fn feature_matrices(model: &Model, simulation: &Simulation) -> Result<FeatureMatrices, SimulationError> {
    match model {
        Model::Features(features) => FeatureMatrices::new(features, simulation, false),
        Model::Kernel(_)
        | Model::Conjugate(_)
        | Model::Trained(_)
        | Model::OneStep(_)
        | Model::Covariance(_)
        | Model::Ansatz(_)
        | Model::JointAnsatz(_)
        | Model::LabelCovariance(_)
        | Model::Jacobian(_)
        | Model::Regression(_)
        | Model::SpikedFeatures(_) => Err(SimulationError::NoFeatures),
    }
}

/// Refuses laws of entries and of norms where a model has its own, for these reasons.
///
/// # Errors
/// [`SimulationError::NotDrawn`].
pub(super) fn as_the_model_says(simulation: &Simulation, [entries, norms]: [&'static str; 2]) -> Result<(), SimulationError> {
    if simulation.entries.is_some_and(|law| law != EntryLaw::Gaussian) {
        return Err(SimulationError::NotDrawn(entries));
    }
    if simulation.norms != Norms::Suited { Err(SimulationError::NotDrawn(norms)) } else { Ok(()) }
}
