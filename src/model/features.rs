//! Random features: M = YYᵀ/m with Y = f(WX/√n0 + B), W n1×n0 and X n0×m, B a Gaussian bias or 0 (Pennington and Worah 2017;
//! with a bias Piccolo and Schröder, arXiv 2105.05115).
//!
//! Entries of W and X are independent and centred, with standard deviations σ_w and σ_x; phi = n0/m, psi = n0/n1, and so
//! n1/m = phi/psi.

use rug::Rational;

use super::{Entries, Field, FieldValue, Simulation};
use crate::activation::Function;

/// Where the Gaussian data of the model come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Energies {
    /// The activation as typed; a non-zero mean is split off.
    Activation(Function),
    /// theta1 = Var f(τZ) and theta2 = (E Z f(τZ))², given as constants; τ² = σ_w²σ_x² is already in them.
    Given {
        /// Total energy, > 0 and at least theta2.
        theta1: Function,
        /// Linear energy, ≥ 0.
        theta2: Function,
    },
}

/// How the bias is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bias {
    /// One number a row of Y (neuron), the same for all samples.
    Row,
    /// One number an entry of Y.
    Entry,
    /// One number a column of Y (sample), the same for all neurons.
    Column,
    /// No matrix: the equation without bias, with coefficients averaged over a row bias.
    Averaged,
}

impl Bias {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Row, Self::Entry, Self::Column, Self::Averaged];

    /// The word of the language for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Entry => "entry",
            Self::Column => "column",
            Self::Averaged => "averaged",
        }
    }
}

/// The random-feature model.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// f, or its energies.
    pub energies: Energies,
    /// n0/m > 0.
    pub phi: Rational,
    /// n0/n1 > 0.
    pub psi: Rational,
    /// Standard deviation of the entries of W, a positive constant.
    pub sigma_w: Function,
    /// Standard deviation of the entries of X, a positive constant.
    pub sigma_x: Function,
    /// Shape of the law of the entries of W; only outliers depend on it.
    pub entries_w: Entries,
    /// Shape of the law of the entries of X.
    pub entries_x: Entries,
    /// Standard deviation of the bias, a positive constant, or the rational 0 where there is none.
    pub sigma_b: Function,
    /// How the bias is shared.
    pub bias: Bias,
}

impl Features {
    /// gamma = n1/m = phi/psi.
    #[must_use]
    pub fn gamma(&self) -> Rational {
        Rational::from(&self.phi / &self.psi)
    }

    /// τ = σ_w σ_x, the standard deviation of a pre-activation.
    #[must_use]
    pub fn tau(&self) -> Function {
        self.sigma_w.clone() * self.sigma_x.clone()
    }

    /// Whether there is a bias.
    #[must_use]
    pub fn has_bias(&self) -> bool {
        !self.sigma_b.is_zero()
    }

    /// Features f with Gaussian entries of variance 1 and no bias, at the ratios phi = n0/m and psi = n0/n1.
    #[must_use]
    pub fn new(f: Function, [phi, psi]: [Rational; 2]) -> Self {
        let [sigma_w, sigma_x] = [1, 1].map(Function::rational);
        let [entries_w, entries_x] = [(), ()].map(|()| Entries::gaussian());
        let (energies, sigma_b, bias) = (Energies::Activation(f), Function::rational(0), Bias::Row);
        Self { energies, phi, psi, sigma_w, sigma_x, entries_w, entries_x, sigma_b, bias }
    }

    /// The features that a simulation draws: with its laws of entries, and the ratios of integer sizes n1, n0, m.
    #[must_use]
    pub fn drawn(&self, simulation: &Simulation, size: impl Fn(&str) -> Option<usize>) -> Self {
        let mut model = self.clone();
        if let Some(law) = simulation.entries {
            (model.entries_w, model.entries_x) = (law.moments(), law.moments());
        }
        if let (Some(n1), Some(n0), Some(m)) = (size("n1"), size("n0"), size("m")) {
            (model.phi, model.psi) = (Rational::from((n0, m)), Rational::from((n0, n1)));
        }
        model
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let number = |name, value: &Rational| Field::new(name, FieldValue::Rational(value.clone()));
        let scale = |name, value: &Function| Field::new(name, FieldValue::Function(value.clone())).usual(value.is_one());
        let mut fields = match &self.energies {
            Energies::Activation(f) => vec![Field::new("f", FieldValue::Function(f.clone()))],
            Energies::Given { theta1, theta2 } => vec![
                Field::new("theta1", FieldValue::Function(theta1.clone())),
                Field::new("theta2", FieldValue::Function(theta2.clone())),
            ],
        };
        fields.extend([number("phi", &self.phi).meaning("n0/m"), number("psi", &self.psi).meaning("n0/n1")]);
        fields.extend([scale("sigma_w", &self.sigma_w), scale("sigma_x", &self.sigma_x)]);
        for (law, names) in [(&self.entries_w, ["kurtosis_w", "skewness_w"]), (&self.entries_x, ["kurtosis_x", "skewness_x"])] {
            if *law != Entries::gaussian() {
                fields.extend([number(names[0], &law.kurtosis), number(names[1], &law.skewness)]);
            }
        }
        if self.has_bias() {
            let sigma_b = Field::new("sigma_b", FieldValue::Function(self.sigma_b.clone()));
            fields.extend([sigma_b, Field::new("bias", FieldValue::Word(self.bias.name()))]);
        }
        fields
    }

    /// The matrix in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        let inner = if self.has_bias() { "W X/sqrt(n0) + B" } else { "W X/sqrt(n0)" };
        format!("M = Y Y^T/m, Y = f({inner}); phi = n0/m, psi = n0/n1")
    }
}
