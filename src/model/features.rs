//! Random features: M = YYᵀ/m with Y = f(WX/√n0 + B), W n1×n0 and X n0×m, B a Gaussian bias or 0 (Pennington and Worah 2017;
//! with a bias Piccolo and Schröder, arXiv 2105.05115).
//!
//! Entries of W and X are independent and centred, with standard deviations σ_w and σ_x; phi = n0/m, psi = n0/n1, and so
//! n1/m = phi/psi.

use rug::Rational;

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

/// The random-feature model.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    /// f, or its energies.
    pub energies: Energies,
    /// n0/m > 0.
    pub phi: Rational,
    /// n0/n1 > 0.
    pub psi: Rational,
    /// Standard deviation of the entries of W, > 0.
    pub sigma_w: Rational,
    /// Standard deviation of the entries of X, > 0.
    pub sigma_x: Rational,
    /// Shape of the law of the entries of W; only outliers depend on it.
    pub entries_w: Entries,
    /// Shape of the law of the entries of X.
    pub entries_x: Entries,
    /// Standard deviation of the bias, ≥ 0.
    pub sigma_b: Rational,
    /// How the bias is shared.
    pub bias: Bias,
}

/// The third and the fourth moment of a centred law, over the powers of its standard deviation: kurtosis ≥ 1 + skewness².
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    /// The third one; 0 for symmetric laws.
    pub skewness: Rational,
    /// The fourth one; 3 for Gaussian entries, 1 for random signs.
    pub kurtosis: Rational,
}

impl Entries {
    /// Those of the Gaussian law.
    #[must_use]
    pub fn gaussian() -> Self {
        Self { skewness: Rational::new(), kurtosis: Rational::from(3) }
    }
}

impl Features {
    /// gamma = n1/m = phi/psi.
    #[must_use]
    pub fn gamma(&self) -> Rational {
        Rational::from(&self.phi / &self.psi)
    }

    /// τ = σ_w σ_x, the standard deviation of a pre-activation.
    #[must_use]
    pub fn tau(&self) -> Rational {
        Rational::from(&self.sigma_w * &self.sigma_x)
    }
}
