//! The law of the eigenvalues of a population, as data.

use std::sync::Arc;

use rug::Rational;

use super::{DataMatrix, FieldValue, Model};

/// Most atoms that are written out, whose law is certified.
const MOST_ATOMS: usize = 64;

/// The law of the eigenvalues of a population.
#[derive(Clone, Debug, PartialEq)]
pub enum Population {
    /// Finitely many atoms.
    Atoms(Atoms),
    /// A power law.
    Power(PowerLaw),
    /// The limiting law of an earlier model.
    Law(EarlierLaw),
}

/// Finitely many atoms.
#[derive(Clone, Debug, PartialEq)]
pub struct Atoms {
    /// [value ≥ 0, weight > 0] by value, weights adding up to 1.
    pub atoms: Vec<[Rational; 2]>,
    /// The same law by other atoms, as far from these as both are from the truth; none where these are exact.
    pub other: Option<Vec<[Rational; 2]>>,
    /// How it is typed, where it is not by its atoms.
    pub typed: Option<String>,
}

/// The density ∝ x^(−a) on [low, high], 0 < low < high.
#[derive(Clone, Debug, PartialEq)]
pub struct PowerLaw {
    /// The power a.
    pub a: Rational,
    /// The lower end.
    pub low: Rational,
    /// The upper end.
    pub high: Rational,
    /// Whether every eigenvalue is divided by the mean.
    pub unit_mean: bool,
    /// Whether it is approximated by fewer atoms, from which the error is estimated.
    pub coarse: bool,
}

/// The limiting law of the eigenvalues of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct EarlierLaw {
    /// The model.
    pub model: Arc<Model>,
    /// Whether every eigenvalue is divided by the mean.
    pub unit_mean: bool,
    /// How it is typed.
    pub typed: String,
}

impl Atoms {
    /// Whether what follows from them is proved.
    #[must_use]
    pub fn is_certified(&self) -> bool {
        self.other.is_none() && self.atoms.len() <= MOST_ATOMS
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> Rational {
        self.atoms.iter().fold(Rational::new(), |sum, [value, weight]| sum + Rational::from(value * weight))
    }

    /// The same law with every eigenvalue divided by the mean.
    fn normalised(self) -> Self {
        let by = self.mean();
        let divided = |atoms: Vec<[Rational; 2]>| atoms.into_iter().map(|[value, weight]| [value / &by, weight]).collect();
        Self { atoms: divided(self.atoms), other: self.other.map(divided), typed: self.typed.map(|typed| over_its_mean(&typed)) }
    }
}

fn over_its_mean(typed: &str) -> String {
    format!("{typed}, divided by its mean")
}

impl Population {
    /// Of exact atoms.
    #[must_use]
    pub fn of_atoms(atoms: Vec<[Rational; 2]>) -> Self {
        let typed = (atoms.len() > MOST_ATOMS).then(|| format!("{} eigenvalues", atoms.len()));
        Self::Atoms(Atoms { atoms, other: None, typed })
    }

    /// Whether an atom that was given stands there.
    #[must_use]
    pub fn has_atom(&self, place: &Rational) -> bool {
        matches!(self, Self::Atoms(Atoms { atoms, .. }) if atoms.iter().any(|[value, _]| value == place))
    }

    /// The same law with every eigenvalue divided by the mean.
    #[must_use]
    pub fn normalised(self) -> Self {
        match self {
            Self::Atoms(atoms) => Self::Atoms(atoms.normalised()),
            Self::Power(law) => Self::Power(PowerLaw { unit_mean: true, ..law }),
            Self::Law(law) => Self::Law(EarlierLaw { unit_mean: true, ..law }),
        }
    }

    /// The law approximated otherwise, about as far from this one as both are from the truth; none where this one is exact.
    #[must_use]
    pub fn approximated(&self) -> Option<Self> {
        match self {
            Self::Atoms(law) => law.other.clone().map(|atoms| Self::Atoms(Atoms { atoms, ..law.clone() })),
            Self::Power(law) => Some(Self::Power(PowerLaw { coarse: true, ..law.clone() })),
            Self::Law(law) => {
                law.model.approximated().map(|model| Self::Law(EarlierLaw { model: Arc::new(model), ..law.clone() }))
            }
        }
    }

    /// How many models stand one on the other below it.
    #[must_use]
    pub fn depth(&self) -> usize {
        match self {
            Self::Law(law) => 1 + law.model.population().map_or(0, Self::depth),
            Self::Atoms(_) | Self::Power(_) => 0,
        }
    }

    /// As a field of a model.
    #[must_use]
    pub fn field(&self) -> FieldValue {
        let text =
            |typed: &str, unit_mean: bool| FieldValue::Text(if unit_mean { over_its_mean(typed) } else { typed.to_owned() });
        match self {
            Self::Atoms(law) => law.typed.clone().map_or_else(|| FieldValue::Pairs(law.atoms.clone()), FieldValue::Text),
            Self::Power(PowerLaw { a, low, high, unit_mean, .. }) => text(&format!("powerlaw({a}, {low}, {high})"), *unit_mean),
            Self::Law(EarlierLaw { typed, unit_mean, .. }) => text(typed, *unit_mean),
        }
    }
}

/// The user's data as the input of a kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct DataInput {
    /// X_0, a sample a column, with mean square norm 1.
    pub matrix: Arc<DataMatrix>,
    /// The eigenvalues of X_0ᵀX_0 with equal weights, without those that are followed as signals.
    pub population: Population,
    /// How many: the first signals of the kernel.
    pub followed: usize,
    /// How far computed eigenvalues may be off.
    pub error: Rational,
}
