//! The closed list of models, and how one is drawn.

use rug::Rational;

use super::{
    Ansatz, ConjugateKernel, Covariance, Energies, EntryLaw, Features, Field, JointAnsatz, Kernel, LabelCovariance, OneStep,
    Trained,
};
use crate::activation::Function;

/// A model of any kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Model {
    /// Random features.
    Features(Box<Features>),
    /// The conjugate kernel of several layers, activations as typed.
    Kernel(Kernel),
    /// The conjugate kernel of several layers, activations normalised.
    Conjugate(Box<ConjugateKernel>),
    /// A first layer after one gradient step.
    Trained(Box<Trained>),
    /// One gradient step and ridge regression.
    OneStep(Box<OneStep>),
    /// The sample covariance of a spiked population.
    Covariance(Covariance),
    /// The neural feature ansatz at the start of training.
    Ansatz(Box<Ansatz>),
    /// The same with infinitely many samples.
    JointAnsatz(Box<JointAnsatz>),
    /// A covariance weighted by labels.
    LabelCovariance(LabelCovariance),
}

/// Whose rows of W and columns of X are drawn with their exact norms, √n0 times the deviation of an entry.
///
/// The law is the same, and the errors of the bulk are smaller; outliers that random norms make are not there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Norms {
    /// Those behind the numbers of the bulk; the matrices searched for outliers are drawn as they are.
    #[default]
    Suited,
    /// All.
    Exact,
    /// None.
    Free,
}

/// What a simulation draws in place of what the model says; nothing by default.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Simulation {
    /// The activation, needed when the model was given by its energies.
    pub activation: Option<Function>,
    /// The law of all entries.
    pub entries: Option<EntryLaw>,
    /// Which norms are exact.
    pub norms: Norms,
}

impl Model {
    /// The name of its constructor.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Features(_) => "features",
            Self::Kernel(_) | Self::Conjugate(_) => "kernel",
            Self::Trained(_) => "trained",
            Self::OneStep(_) => "one_step",
            Self::Covariance(_) => "covariance",
            Self::Ansatz(_) | Self::JointAnsatz(_) => "ansatz",
            Self::LabelCovariance(_) => "label_covariance",
        }
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        match self {
            Self::Features(features) => features.fields(),
            Self::Kernel(kernel) => kernel.fields(),
            Self::Conjugate(kernel) => kernel.fields(),
            Self::Trained(trained) => trained.fields(),
            Self::OneStep(step) => step.fields(),
            Self::Covariance(covariance) => covariance.fields(),
            Self::Ansatz(ansatz) => ansatz.fields(),
            Self::JointAnsatz(ansatz) => ansatz.fields(),
            Self::LabelCovariance(labels) => labels.fields(),
        }
    }

    /// The model with its activation times a number; none where it has no activation, or several.
    #[must_use]
    pub fn scaled(&self, factor: Rational) -> Option<Self> {
        let Self::Features(features) = self else { return None };
        let Energies::Activation(f) = &features.energies else { return None };
        let energies = Energies::Activation(Function::rational(factor) * f.clone());
        Some(Self::Features(Box::new(Features { energies, ..(**features).clone() })))
    }

    /// Its matrices in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        match self {
            Self::Features(features) => features.meaning(),
            Self::Kernel(kernel) => kernel.meaning(),
            Self::Conjugate(kernel) => kernel.meaning(),
            Self::Trained(trained) => trained.meaning(),
            Self::OneStep(step) => step.meaning(),
            Self::Covariance(covariance) => covariance.meaning(),
            Self::Ansatz(ansatz) => ansatz.meaning(),
            Self::JointAnsatz(ansatz) => ansatz.meaning(),
            Self::LabelCovariance(labels) => labels.meaning(),
        }
    }

    /// The model that a simulation draws: with its laws of entries, and the ratios of the integer sizes given by name.
    #[must_use]
    pub fn drawn(&self, simulation: &Simulation, size: impl Fn(&str) -> Option<usize>) -> Self {
        match self {
            Self::Features(features) => Self::Features(Box::new(features.drawn(simulation, size))),
            Self::Kernel(kernel) => Self::Kernel(kernel.drawn(size)),
            Self::Conjugate(kernel) => Self::Conjugate(Box::new(kernel.drawn(size))),
            Self::Trained(trained) => Self::Trained(Box::new(trained.drawn(size))),
            Self::OneStep(step) => Self::OneStep(Box::new(step.drawn(size))),
            Self::Covariance(covariance) => Self::Covariance(covariance.drawn(size)),
            Self::Ansatz(ansatz) => Self::Ansatz(Box::new(ansatz.drawn(size))),
            Self::JointAnsatz(_) => self.clone(),
            Self::LabelCovariance(labels) => Self::LabelCovariance(labels.drawn(size)),
        }
    }
}
