//! The neural feature ansatz at the start of training (Beaglehole, Mitliagkas and Agarwala 2024, arXiv 2402.05271): the correlation
//! of W̄ᵀW̄ and W̄ᵀK W̄, W̄ = W − W_0, as training begins.
//!
//! Network k^(−1/2) Σ a_j f(w_j·x), k neurons, w_j ~ N(0, I_d/d), W alone is trained; n samples x ~ N(0, Σ), tr Σ/d = 1, with
//! residuals r. K is the second moment of the derivatives of the output with respect to the pre-activations.

use rug::Rational;

use super::{Field, FieldValue, Population};
use crate::activation::{Function, Several, derivative};

/// What the theory needs of the activation.
#[derive(Clone, Debug, PartialEq)]
pub enum Slopes {
    /// The activation itself.
    Activation(Function),
    /// E f′ = 0 and these real constants ≥ 0.
    Given {
        /// b₁² = (E f″)².
        b1_squared: Function,
        /// E f′² − b₁².
        rest: Function,
    },
}

/// What is learned.
#[derive(Clone, Debug, PartialEq)]
pub enum Labels {
    /// N(0, 1), independent of x.
    Gaussian,
    /// ±1 with equal probability, independent of x.
    Signs,
    /// 1.
    Constant,
    /// Independent of x, with E y, …, E y⁴.
    Moments([Rational; 4]),
    /// A teacher of one direction β·x, of variance 1.
    Teacher(Function),
    /// A teacher of several orthogonal directions, each of variance 1.
    Several(Several),
}

/// The covariance of the inputs.
#[derive(Clone, Debug, PartialEq)]
pub enum Spread {
    /// The law of its eigenvalues.
    Population(Population),
    /// tr Σ/d, …, tr Σ⁶/d.
    Moments([Rational; 6]),
}

/// The readout a, not trained.
#[derive(Clone, Debug, PartialEq)]
pub enum Readout {
    /// ±1.
    Signs,
    /// N(0, 1).
    Gaussian,
    /// With E a², E a⁴, E a⁶, E a⁸.
    Moments([Rational; 4]),
}

/// The network at the start of training, with its data.
#[derive(Clone, Debug, PartialEq)]
pub struct Ansatz {
    /// The activation.
    pub slopes: Slopes,
    /// n/d, positive.
    pub n_over_d: Rational,
    /// n/k; 0 is infinite width.
    pub n_over_k: Rational,
    /// The labels.
    pub labels: Labels,
    /// The covariance.
    pub covariance: Spread,
    /// The readout.
    pub readout: Readout,
    /// Whether the neurons come in pairs of opposite readout, so that the output begins at 0.
    pub antisymmetric: bool,
    /// Whether the residuals hold the output at the start, r = y − f_0.
    pub initial_output: bool,
}

/// The limit n → ∞ over commuting Σ and M = E r x xᵀ, given by the joint law of their eigenvalues; E f′ = 0 ≠ E f″.
#[derive(Clone, Debug, PartialEq)]
pub struct JointAnsatz {
    /// [eigenvalue of Σ, eigenvalue of M, weight], weights adding up to 1.
    pub joint: Vec<[Rational; 3]>,
    /// d/k; 0 is infinite width.
    pub d_over_k: Rational,
    /// The readout.
    pub readout: Readout,
}

impl Readout {
    fn field(&self) -> Field {
        let value = match self {
            Self::Signs => FieldValue::Word("signs"),
            Self::Gaussian => FieldValue::Word("gaussian"),
            Self::Moments(moments) => FieldValue::Rationals(moments.to_vec()),
        };
        Field::new("readout", value).usual(*self == Self::Signs)
    }
}

impl Ansatz {
    /// The activation, where it is given.
    #[must_use]
    pub fn activation(&self) -> Option<&Function> {
        match &self.slopes {
            Slopes::Activation(f) => Some(f),
            Slopes::Given { .. } => None,
        }
    }

    /// The derivative that the gradient holds, of an activation in place of the network's.
    #[must_use]
    pub fn derivative_of(&self, activation: &Function) -> Function {
        derivative(activation)
    }

    /// The model with the ratios of integer sizes n, d and k; without k the width stays what it is, infinite.
    #[must_use]
    pub fn drawn(&self, size: impl Fn(&str) -> Option<usize>) -> Self {
        let (Some(n), Some(d)) = (size("n"), size("d")) else { return self.clone() };
        let n_over_k = size("k").map_or_else(|| self.n_over_k.clone(), |k| Rational::from((n, k)));
        Self { n_over_d: Rational::from((n, d)), n_over_k, ..self.clone() }
    }

    /// Whether the residuals hold an output that does not vanish.
    #[must_use]
    pub fn has_initial_output(&self) -> bool {
        self.initial_output && !self.antisymmetric
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = match &self.slopes {
            Slopes::Activation(f) => vec![Field::new("f", FieldValue::Function(f.clone()))],
            Slopes::Given { b1_squared, rest } => vec![
                Field::new("b1_squared", FieldValue::Function(b1_squared.clone())),
                Field::new("rest", FieldValue::Function(rest.clone())),
            ],
        };
        let labels = match &self.labels {
            Labels::Gaussian => FieldValue::Word("gaussian"),
            Labels::Signs => FieldValue::Word("signs"),
            Labels::Constant => FieldValue::Word("constant"),
            Labels::Moments(moments) => FieldValue::Rationals(moments.to_vec()),
            Labels::Teacher(teacher) => FieldValue::Function(teacher.clone()),
            Labels::Several(teacher) => FieldValue::Text(teacher.to_string()),
        };
        let covariance = match &self.covariance {
            Spread::Population(population) => population.field(),
            Spread::Moments(moments) => FieldValue::Rationals(moments.to_vec()),
        };
        fields.extend([
            Field::new("n_over_d", FieldValue::Rational(self.n_over_d.clone())),
            Field::new("n_over_k", FieldValue::Rational(self.n_over_k.clone())),
            Field::new("labels", labels),
            Field::new("covariance", covariance).usual(self.covariance.is_identity()),
            self.readout.field(),
            Field::new("init", FieldValue::Word(if self.antisymmetric { "antisymmetric" } else { "independent" }))
                .usual(!self.antisymmetric),
            Field::new("initial_output", FieldValue::Word(if self.initial_output { "network" } else { "none" }))
                .usual(!self.initial_output),
        ]);
        fields
    }

    /// The matrices in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        let residual = if self.initial_output { "y - f_0" } else { "y" };
        format!(
            "W (k x d) of k^(-1/2)*a.f(W x) as training begins, residual {residual}: the correlation of V^T V and V^T K V, V = W - W_0"
        )
    }
}

impl Spread {
    /// The law of the eigenvalues, where it is given.
    #[must_use]
    pub fn population(&self) -> Option<&Population> {
        match self {
            Self::Population(population) => Some(population),
            Self::Moments(_) => None,
        }
    }

    /// Whether Σ is the identity.
    #[must_use]
    pub fn is_identity(&self) -> bool {
        match self {
            Self::Population(population) => {
                matches!(population, Population::Atoms(law) if matches!(&law.atoms[..], [[value, _]] if *value == 1))
            }
            Self::Moments(moments) => moments.iter().all(|moment| *moment == 1),
        }
    }
}

impl JointAnsatz {
    /// The model with the ratio of integer sizes d and k; without k the width stays what it is, infinite.
    #[must_use]
    pub fn drawn(&self, size: impl Fn(&str) -> Option<usize>) -> Self {
        match (size("d"), size("k")) {
            (Some(d), Some(k)) => Self { d_over_k: Rational::from((d, k)), ..self.clone() },
            _ => self.clone(),
        }
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let rows: Vec<String> = self.joint.iter().map(|[lambda, mu, weight]| format!("[{lambda}, {mu}, {weight}]")).collect();
        vec![
            Field::new("joint", FieldValue::Text(format!("[{}]", rows.join(", ")))),
            Field::new("d_over_k", FieldValue::Rational(self.d_over_k.clone())),
            self.readout.field(),
        ]
    }

    /// The matrices in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        "W (k x d) of k^(-1/2)*a.f(W x) as training on infinitely many samples begins: Sigma and M = E r x x^T commute".to_owned()
    }
}
