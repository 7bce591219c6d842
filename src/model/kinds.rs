//! The closed list of models, and how one is drawn.

use rug::Rational;

use super::{
    Ansatz, ConjugateKernel, Covariance, DataInput, DrawnStep, Energies, EntryLaw, Features, Field, Inputs, Jacobian,
    JointAnsatz, Kernel, KernelInput, LabelCovariance, OneStep, Population, Regression, SpikedFeatures, Spread, Trained,
};
use crate::activation::{BlackBox, Function, Program};

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
    /// The input-output Jacobian of a wide network.
    Jacobian(Box<Jacobian>),
    /// Ridge regression on layers of random features.
    Regression(Box<Regression>),
    /// Ridge regression after a step of critical size.
    SpikedFeatures(Box<SpikedFeatures>),
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
    /// A function of another program that is drawn in place of the activation; the theory stays that of the model.
    pub black_box: Option<BlackBox>,
    /// The law of all entries.
    pub entries: Option<EntryLaw>,
    /// Which norms are exact.
    pub norms: Norms,
    /// The step that one_step takes; without it its limits are simulated.
    pub step: Option<DrawnStep>,
    /// The strength of an exact step of critical size of a network with a readout of signs, in place of all others.
    pub strength: Option<Function>,
}

impl Simulation {
    /// What is drawn where the model has the activation `own`; none where nothing is known to draw.
    #[must_use]
    pub fn program(&self, own: Option<&Function>) -> Option<Program> {
        let typed = || self.activation.as_ref().or(own).map(Program::new);
        self.black_box.as_ref().map(Program::of_black_box).or_else(typed)
    }
}

impl From<Covariance> for Model {
    fn from(covariance: Covariance) -> Self {
        Self::Covariance(covariance)
    }
}

impl From<OneStep> for Model {
    fn from(step: OneStep) -> Self {
        Self::OneStep(Box::new(step))
    }
}

impl From<SpikedFeatures> for Model {
    fn from(features: SpikedFeatures) -> Self {
        Self::SpikedFeatures(Box::new(features))
    }
}

impl From<ConjugateKernel> for Model {
    fn from(kernel: ConjugateKernel) -> Self {
        Self::Conjugate(Box::new(kernel))
    }
}

impl Model {
    /// Whether it was not made from numbers in the place of an activation.
    #[must_use]
    pub fn knows_activation(&self) -> bool {
        !matches!(self, Self::Features(features) if matches!(features.energies, Energies::Given { .. }))
    }

    /// Whether it is a regression.
    #[must_use]
    pub fn is_regression(&self) -> bool {
        matches!(self, Self::Regression(_))
    }

    /// Whether it is a regression with a kernel that is given by its eigenvalues, of which nothing is known to draw.
    #[must_use]
    pub fn has_given_kernel(&self) -> bool {
        matches!(self, Self::Regression(regression) if matches!(regression.inputs, Inputs::Kernel(_)))
    }

    /// Itself as spiked features, where it is that.
    #[must_use]
    pub fn spiked_features(&self) -> Option<&SpikedFeatures> {
        match self {
            Self::SpikedFeatures(features) => Some(features),
            _ => None,
        }
    }

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
            Self::Jacobian(_) => "jacobian",
            Self::Regression(_) => "regression",
            Self::SpikedFeatures(_) => "spiked_features",
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
            Self::Jacobian(jacobian) => jacobian.fields(),
            Self::Regression(regression) => regression.fields(),
            Self::SpikedFeatures(spiked) => spiked.fields(),
        }
    }

    /// The population law that it is given, where it is.
    #[must_use]
    pub fn population(&self) -> Option<&Population> {
        match self {
            Self::Covariance(covariance) => Some(&covariance.population),
            Self::Conjugate(kernel) => kernel.input.population(),
            Self::Ansatz(ansatz) => ansatz.covariance.population(),
            _ => None,
        }
    }

    /// The same model over another law in the place of the one it is given.
    #[must_use]
    pub fn over(&self, population: Population) -> Self {
        match self {
            Self::Covariance(covariance) => Self::Covariance(Covariance { population, ..covariance.clone() }),
            Self::Conjugate(kernel) => {
                Self::Conjugate(Box::new(ConjugateKernel { input: KernelInput::Population(population), ..(**kernel).clone() }))
            }
            Self::Ansatz(ansatz) => {
                Self::Ansatz(Box::new(Ansatz { covariance: Spread::Population(population), ..(**ansatz).clone() }))
            }
            _ => self.clone(),
        }
    }

    /// The same model over its population approximated otherwise; none where that is exact.
    #[must_use]
    pub fn approximated(&self) -> Option<Self> {
        match self {
            Self::Covariance(covariance) => {
                let population = covariance.population.approximated()?;
                Some(Self::Covariance(Covariance { population, ..covariance.clone() }))
            }
            Self::Conjugate(kernel) => kernel.approximated().map(|kernel| Self::Conjugate(Box::new(kernel))),
            _ => None,
        }
    }

    /// The user's data, where it is given them.
    #[must_use]
    pub fn data(&self) -> Option<(&ConjugateKernel, &DataInput)> {
        match self {
            Self::Conjugate(kernel) => match &kernel.input {
                KernelInput::Data(data) => Some((&**kernel, &**data)),
                KernelInput::Isotropic(_) | KernelInput::Population(_) => None,
            },
            _ => None,
        }
    }

    /// The constructor as it may be typed, without what is usual, and long fractions to six digits.
    #[must_use]
    pub fn typed(&self) -> String {
        let fields: Vec<Field> = self.fields().into_iter().filter(|field| !field.is_usual).collect();
        let arguments: Vec<String> = fields.iter().map(|field| format!("{} = {}", field.name, field.value)).collect();
        format!("{}({})", self.name(), arguments.join(", "))
    }

    /// The model with its activation times a number; none where it has no activation, or several.
    #[must_use]
    pub fn scaled(&self, factor: Rational) -> Option<Self> {
        let Self::Features(features) = self else { return None };
        let Energies::Activation(f) = &features.energies else { return None };
        let energies = Energies::Activation(Function::rational(factor) * f.clone());
        Some(Self::Features(Box::new(Features { energies, ..(**features).clone() })))
    }

    /// How many draws of the largest size a check makes of it when nothing is said.
    #[must_use]
    pub fn usual_trials(&self) -> usize {
        match self {
            // correlations of one network scatter more than averages over a spectrum
            Self::Ansatz(_) | Self::JointAnsatz(_) => 40,
            _ => 8,
        }
    }

    /// The size at which a check draws it when nothing is said, where that is its own.
    #[must_use]
    pub fn usual_size(&self) -> Option<usize> {
        match self {
            Self::Regression(model) => model.sphere().and(model.samples.numer().to_usize()),
            _ => self.data().map(|(_, data)| data.matrix.columns),
        }
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
            Self::Jacobian(jacobian) => jacobian.meaning(),
            Self::Regression(regression) => regression.meaning(),
            Self::SpikedFeatures(spiked) => spiked.meaning(),
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
            Self::JointAnsatz(ansatz) => Self::JointAnsatz(Box::new(ansatz.drawn(size))),
            Self::LabelCovariance(labels) => Self::LabelCovariance(labels.drawn(size)),
            Self::Jacobian(jacobian) => Self::Jacobian(Box::new(jacobian.drawn(size))),
            Self::Regression(regression) => Self::Regression(Box::new(regression.drawn(size))),
            Self::SpikedFeatures(spiked) => Self::SpikedFeatures(Box::new(spiked.drawn(size))),
        }
    }
}
