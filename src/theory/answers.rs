//! What one may ask of a model, and the one place that tells models apart.

use rug::Rational;

use super::alignment::Alignment;
use super::ansatz::{AnsatzAnswers, JointAnswers};
use super::ansatz_curves::AlignmentCurves;
use super::conjugate::ConjugateAnswers;
use super::covariance::CovarianceAnswers;
use super::energies::CurveData;
use super::error::TheoryError;
use super::estimated::EstimatedAnswers;
use super::features::FeaturesAnswers;
use super::kernel::KernelAnswers;
use super::one_step::OneStepAnswers;
use super::regression::{BestRidge, RegressionAnswers, RidgeErrors};
use super::regression_curves::RidgeCurves;
use super::regression_profile::KeptAnswers;
use super::spiked::SpikedAnswers;
use super::trained::TrainedAnswers;
use super::work::Work;
use super::{ansatz, covariance, features, jacobian, kernel, label_covariance, one_step, regression, spiked, trained};
use crate::compare::Prediction;
use crate::model::{ConjugateKernel, Covariance, Inputs, Model, Simulation};
use crate::number::{Ball, Real};
use crate::spectrum::{Law, LayeredLaw, Stack};
use crate::spikes;

/// A question that some models do not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// The limiting law and its parts.
    Law,
    /// The outliers.
    Spikes,
    /// What a simulation is compared with.
    Check,
    /// Training and test errors.
    Errors,
    /// The ridge of the least test error.
    BestRidge,
    /// The neural feature ansatz.
    Alignment,
    /// Whether the law can persist from layer to layer.
    Isospectrality,
    /// The cumulants along cycles.
    Cycles,
}

/// A constructor and the questions that its models answer.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// The constructor.
    pub name: &'static str,
    /// What it answers.
    pub answers: &'static [Question],
}

/// Every kind of model.
pub const KINDS: [Kind; 10] = [
    features::KIND,
    kernel::KIND,
    covariance::KIND,
    trained::KIND,
    one_step::KIND,
    ansatz::KIND,
    label_covariance::KIND,
    jacobian::KIND,
    regression::KIND,
    spiked::KIND,
];

impl Question {
    /// Every question.
    pub const ALL: [Self; 8] = [
        Self::Law,
        Self::Spikes,
        Self::Check,
        Self::Errors,
        Self::BestRidge,
        Self::Alignment,
        Self::Isospectrality,
        Self::Cycles,
    ];

    /// What it asks for.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Law => "the law",
            Self::Spikes => "the outliers",
            Self::Check => "a check",
            Self::Errors => "training and test errors",
            Self::BestRidge => "the best ridge",
            Self::Alignment => "the alignment of weights and gradients",
            Self::Isospectrality => "isospectrality",
            Self::Cycles => "the cumulants along cycles",
        }
    }

    /// The constructors of the models that answer it.
    #[must_use]
    pub fn kinds(self) -> Vec<&'static str> {
        KINDS.iter().filter(|kind| kind.answers.contains(&self)).map(|kind| kind.name).collect()
    }
}

/// The energies of a law of features.
#[derive(Clone, Debug)]
pub struct Thetas {
    /// Var f, or its mean over the bias.
    pub theta1: Real,
    /// The part of it that is linear.
    pub theta2: Real,
    /// The degree of the equation P(z, m) = 0 in m, where there is one.
    pub degree: Option<u32>,
}

/// A layer of a kernel.
#[derive(Clone, Debug)]
pub struct LayerScales {
    /// Variance of the bias, effective one included.
    pub s2: Real,
    /// Variance of the pre-activation given the bias.
    pub tau2: Real,
    /// s²/(s² + τ²).
    pub correlation: Real,
    /// The coefficient of n in the eigenvalue of order n.
    pub mean_outlier: Real,
}

/// What stands between a layer and a law that persists.
#[derive(Clone, Debug)]
pub struct Obstruction {
    /// E a², a(b) = E f′(τZ + b).
    pub mean_square_slope: Real,
    /// Var v, v(b) = Var f(τZ + b).
    pub variance_of_v: Real,
    /// Whether both are proved to vanish, as far as they can stand in the way.
    pub is_absent: bool,
}

/// The law of a layer of a kernel.
#[derive(Clone, Debug)]
pub struct LayerLaw {
    /// Counted from 0, the input.
    pub layer: usize,
    /// The ends of its bulks.
    pub edges: Vec<[Real; 2]>,
    /// Its mass at 0.
    pub atom: Rational,
}

/// A layer under the top one.
pub struct LayerUnder {
    /// Counted from 0, the input.
    pub layer: usize,
    /// Its law.
    pub law: LayeredLaw,
    /// The positions of its outliers.
    pub outliers: Vec<Real>,
}

/// What makes an outlier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A perturbation of a feature matrix.
    Feature(spikes::Origin),
    /// A population eigenvalue that was given, a signal of the input or of the weights.
    Signal,
    /// E σ″, along the all-ones direction.
    Ones,
    /// E σ″, along the vector of column norms.
    ColumnNorms,
}

/// A signal at one layer of a kernel.
#[derive(Clone, Debug)]
pub struct SpikeLayer {
    /// Counted from 0, the input.
    pub layer: usize,
    /// Whether it has left the bulk here and at every layer below.
    pub survives: bool,
    /// Where it is; unknown when it does not survive, and so is the next one.
    pub position: Real,
    /// Squared cosine with the signal.
    pub alignment: Real,
    /// As those of a [`Spike`].
    pub thresholds: Vec<Real>,
}

impl SpikeLayer {
    /// A signal that does not leave the bulk.
    #[must_use]
    pub fn absorbed(layer: usize, thresholds: Vec<Real>) -> Self {
        Self { layer, survives: false, position: Real::Unknown, alignment: Real::Unknown, thresholds }
    }
}

/// A candidate for an outlier.
#[derive(Clone, Debug)]
pub struct Spike {
    /// What makes it.
    pub origin: Origin,
    /// In units of the eigenvalues; of a mean the coefficient of n1, or of n for a kernel.
    pub strength: Real,
    /// Whether it leaves the bulk.
    pub survives: bool,
    /// Where it is; infinite for a mean, unknown when it does not survive.
    pub position: Real,
    /// Squared cosine with the vector that makes it; unknown when it does not survive, or shares its vectors with others.
    pub alignment: Real,
    /// The strengths at which it would leave the bulk alone, or join it: both ends of the gap that it lies in or can reach, one where the
    /// gap has one, and where there is no such gap the nearest end; never a strength that no spike can have.
    pub thresholds: Vec<Real>,
    /// The same as the alignment for the left vectors and the scores of the population direction; where it is defined.
    pub left_factor: Option<Real>,
    /// The squared cosine with the all-ones direction, of a signal that is correlated with it and of what is beside it.
    pub alignment_ones: Option<Real>,
    /// A signal of a kernel layer by layer, from the input.
    pub layers: Vec<SpikeLayer>,
    /// The spike of the weights that make it, in W_1ᵀW_1: alignment with the teacher's direction, threshold of eta.
    pub weight: Option<Box<SpikeLayer>>,
}

impl Spike {
    /// A candidate that does not leave the bulk.
    #[must_use]
    pub fn absorbed(origin: Origin, strength: Real, thresholds: Vec<Real>) -> Self {
        Self {
            origin,
            strength,
            survives: false,
            position: Real::Unknown,
            alignment: Real::Unknown,
            thresholds,
            left_factor: None,
            alignment_ones: None,
            layers: Vec::new(),
            weight: None,
        }
    }

    /// strength/threshold − 1; of the two thresholds of a gap that which is nearer, as the distance to it inside the gap: the larger of
    /// strength and threshold over the smaller, less 1.
    #[must_use]
    pub fn margin(&self, bits: u32) -> Real {
        let ratio = |a: &Real, b: &Real| match (a, b) {
            (_, Real::Rational(b)) if b.is_zero() => Real::Infinite,
            (Real::Rational(_) | Real::Proved(..), Real::Infinite) => Real::Rational(Rational::from(-1)),
            (Real::Rational(a), Real::Rational(b)) => Real::Rational(Rational::from(a / b) - 1),
            _ => match (a.ball(bits), b.ball(bits)) {
                (Some(left), Some(right)) => {
                    let ratio = &(&left / &right) - &Ball::integer(1, bits);
                    if a.is_certified() && b.is_certified() { Real::from(ratio) } else { Real::Estimated(ratio) }
                }
                _ => Real::Unknown,
            },
        };
        match &self.thresholds[..] {
            [] => Real::Unknown,
            [low, high] => {
                let strength = &self.strength;
                // nearer to 0 is the lower end above 0 and the upper one below
                let distances = match strength.to_f64() < 0.0 {
                    false => [ratio(strength, low), ratio(high, strength)],
                    true => [ratio(low, strength), ratio(strength, high)],
                };
                let [above, below] = distances;
                if above.to_f64() <= below.to_f64() { above } else { below }
            }
            [threshold, ..] => ratio(&self.strength, threshold),
        }
    }
}

/// How much of a candidate is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpikePart {
    /// Whether it survives.
    Survival,
    /// Everything but thresholds.
    Numbers,
    /// Everything.
    Whole,
}

/// The answers of one model at one precision.
pub trait Answers {
    /// The constructor of the model.
    fn kind(&self) -> Kind;

    /// The limiting law of the eigenvalues; of a kernel that of its top layer.
    ///
    /// # Errors
    /// A model without a law.
    fn law(&self) -> Result<&dyn Law, TheoryError> {
        Err(self.refuse(Question::Law))
    }

    /// Leaves the doubts about the ends of the support.
    fn support_doubts(&self) {}

    /// The energies of f where the law depends on nothing else.
    fn curve_data(&self) -> Option<&CurveData> {
        None
    }

    /// The energies that are printed with the law; none where they do not describe it.
    ///
    /// # Errors
    /// As the Gaussian data.
    fn energies(&self) -> Result<Option<Thetas>, TheoryError> {
        Ok(None)
    }

    /// The layers of a kernel, from the lowest.
    fn layers(&self) -> Vec<LayerScales> {
        Vec::new()
    }

    /// The laws of the layers of a kernel of normalised activations, from the input.
    ///
    /// # Errors
    /// As the law.
    fn layer_laws(&self) -> Result<Vec<LayerLaw>, TheoryError> {
        Ok(Vec::new())
    }

    /// The law of each layer under the top one, with the positions of its outliers, from the lowest, for a figure.
    ///
    /// # Errors
    /// As the law.
    fn layers_under(&self) -> Result<Vec<LayerUnder>, TheoryError> {
        Ok(Vec::new())
    }

    /// The coefficient of n1 (of n for a kernel) in the outlier that a mean makes; with a doubt where it is unknown.
    ///
    /// # Errors
    /// As the Gaussian data.
    fn mean_outlier(&self) -> Result<Real, TheoryError> {
        Ok(Real::from(0))
    }

    /// The positions of the outliers of order one, from the highest; none, with a doubt, where they are not known.
    ///
    /// # Errors
    /// As the Gaussian data, and a candidate that more bits may tell from the edge.
    fn outliers(&self) -> Result<Option<Vec<Real>>, TheoryError> {
        Ok(Some(Vec::new()))
    }

    /// Every candidate for an outlier, those of order n first, then by position.
    ///
    /// # Errors
    /// A model whose outliers are not known, or as [`Answers::outliers`].
    fn spikes(&self) -> Result<Vec<Spike>, TheoryError> {
        Err(self.refuse(Question::Spikes))
    }

    /// The candidate at a place of the list of [`Answers::spikes`], of which this part is asked for and the rest may be missing; none
    /// where it is not had without the list.
    ///
    /// # Errors
    /// As [`Answers::spikes`].
    fn spike(&self, _place: usize, _part: SpikePart) -> Result<Option<Spike>, TheoryError> {
        Ok(None)
    }

    /// The law as that of a stack of sample covariances, where it is one: it can be the population of another model then.
    ///
    /// # Errors
    /// As the law.
    fn stack(&self) -> Result<Option<Stack>, TheoryError> {
        Ok(None)
    }

    /// Whether the numbers are exact or proved, and not estimated.
    fn is_certified(&self) -> bool {
        true
    }

    /// The answers of a model of one gradient step.
    ///
    /// # Errors
    /// Other models.
    fn one_step(&self) -> Result<&OneStepAnswers<'_>, TheoryError> {
        Err(self.refuse(Question::Errors))
    }

    /// The errors of a model of ridge regression that takes no step; none of other models.
    fn ridge_errors(&self) -> Option<Result<RidgeErrors, TheoryError>> {
        None
    }

    /// The errors of a regression where its sizes or its ridge vary; none of other models.
    fn ridge_curves(&self) -> Option<RidgeCurves> {
        None
    }

    /// The ridge of the least test error.
    ///
    /// # Errors
    /// Other models.
    fn best_ridge(&self) -> Result<BestRidge, TheoryError> {
        Err(self.refuse(Question::BestRidge))
    }

    /// The correlation of the neural feature ansatz at the start of training.
    ///
    /// # Errors
    /// Other models.
    fn alignment(&self) -> Result<Alignment, TheoryError> {
        Err(self.refuse(Question::Alignment))
    }

    /// The same against samples, width and the spread of the covariance, for a figure.
    ///
    /// # Errors
    /// Other models.
    fn alignment_curves(&self) -> Result<AlignmentCurves, TheoryError> {
        Err(self.refuse(Question::Alignment))
    }

    /// The obstructions to isospectrality, layer by layer.
    ///
    /// # Errors
    /// A model without layers, or as the Gaussian data.
    fn obstructions(&self) -> Result<Vec<Obstruction>, TheoryError> {
        Err(self.refuse(Question::Isospectrality))
    }

    /// The cumulants of Y along cycles of 2k entries, for each k, when the input dimension is n0.
    ///
    /// # Errors
    /// A model for which they are no cumulants.
    fn cumulants(&self, _n0: usize, _halves: &[usize]) -> Result<Vec<f64>, TheoryError> {
        Err(self.refuse(Question::Cycles))
    }

    /// Whether a simulation is to be searched for outliers of order one by the vectors that make them.
    ///
    /// # Errors
    /// As [`Answers::outliers`].
    fn has_outliers(&self, _simulation: &Simulation) -> Result<bool, TheoryError> {
        Ok(false)
    }

    /// What a simulation of these dimensions is compared with; the model must have the ratios of these integers.
    ///
    /// # Errors
    /// As the law.
    fn prediction(&self, _simulation: &Simulation, _dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
        Err(self.refuse(Question::Check))
    }

    /// The default answer.
    fn refuse(&self, question: Question) -> TheoryError {
        TheoryError::Unanswered { kind: self.kind().name, question }
    }
}

/// The answers of a model.
///
/// # Errors
/// An activation without the Gaussian data that decide the law.
pub fn of<'a>(model: &Model, work: &Work<'a>) -> Result<Box<dyn Answers + 'a>, TheoryError> {
    Ok(match model {
        Model::Features(features) => Box::new(FeaturesAnswers::new((**features).clone(), *work)?),
        Model::Kernel(kernel) => Box::new(KernelAnswers::new(kernel.clone(), *work)?),
        Model::Conjugate(kernel) => {
            let of = |kernel: ConjugateKernel| ConjugateAnswers::new(kernel, *work);
            let with_law = |answers: ConjugateAnswers<'a>| {
                let law = answers.layered();
                (Box::new(answers) as Box<dyn Answers + 'a>, law)
            };
            let found = of((**kernel).clone())?;
            if found.is_certified() {
                Box::new(found)
            } else {
                let other = kernel.approximated().map(of).transpose()?;
                Box::new(EstimatedAnswers::new(with_law(found), other.map(with_law)))
            }
        }
        Model::Trained(trained) => Box::new(TrainedAnswers::new((**trained).clone(), *work)?),
        Model::OneStep(step) => Box::new(OneStepAnswers::new((**step).clone(), *work)?),
        Model::Ansatz(ansatz) => Box::new(AnsatzAnswers::new((**ansatz).clone(), *work)?),
        Model::JointAnsatz(ansatz) => Box::new(JointAnswers::new((**ansatz).clone(), *work)),
        Model::LabelCovariance(labels) => label_covariance::answers(labels, *work)?,
        Model::Jacobian(jacobian) => jacobian::answers(jacobian, *work)?,
        Model::Regression(model) => match (&model.biases, &model.inputs) {
            (Some(bias), Inputs::Gaussian(atoms)) => Box::new(KeptAnswers::new((**model).clone(), atoms, bias, *work)?),
            _ => Box::new(RegressionAnswers::new((**model).clone(), *work)?),
        },
        Model::SpikedFeatures(model) => Box::new(SpikedAnswers::new((**model).clone(), *work)?),
        Model::Covariance(covariance) => {
            let of = |covariance: Covariance| -> Result<_, TheoryError> {
                let answers = CovarianceAnswers::new(covariance, *work)?;
                let law = answers.layered();
                Ok((Box::new(answers) as Box<dyn Answers + 'a>, law))
            };
            let found = of(covariance.clone())?;
            if found.0.is_certified() {
                found.0
            } else {
                let other = covariance.population.approximated();
                let other = other.map(|population| of(Covariance { population, ..covariance.clone() })).transpose()?;
                Box::new(EstimatedAnswers::new(found, other))
            }
        }
    })
}
