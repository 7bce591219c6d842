//! The law of the eigenvalues of a population, as data.

use std::sync::Arc;

use rug::Rational;

use super::{DataMatrix, FieldValue};

/// Most atoms that are written out, whose law is certified.
const MOST_ATOMS: usize = 64;

/// The law of finitely many atoms, or that of a sample covariance over it.
#[derive(Clone, Debug, PartialEq)]
pub struct Population {
    /// The atoms [value ≥ 0, weight > 0] by value, weights adding up to 1.
    pub atoms: Vec<[Rational; 2]>,
    /// n/N of the sample covariance over the atoms whose limiting law this is; 0 where it is that of the atoms themselves.
    pub sampled: Rational,
    /// The same law by other atoms, as far from these as both are from the truth; none where these are exact.
    pub other: Option<Vec<[Rational; 2]>>,
    /// How it is typed, where it is not by its atoms.
    pub typed: Option<String>,
}

impl Population {
    /// Of exact atoms.
    #[must_use]
    pub fn of_atoms(atoms: Vec<[Rational; 2]>) -> Self {
        let typed = (atoms.len() > MOST_ATOMS).then(|| format!("{} eigenvalues", atoms.len()));
        Self { atoms, sampled: Rational::new(), other: None, typed }
    }

    /// Whether what follows from it is proved.
    #[must_use]
    pub fn is_certified(&self) -> bool {
        self.other.is_none() && self.atoms.len() <= MOST_ATOMS
    }

    /// The mean.
    #[must_use]
    pub fn mean(&self) -> Rational {
        mean(&self.atoms, 1)
    }

    /// The second moment.
    #[must_use]
    pub fn second_moment(&self) -> Rational {
        mean(&self.atoms, 2) + Rational::from(self.mean().square_ref()) * &self.sampled
    }

    /// The same law with every eigenvalue divided by a positive number.
    #[must_use]
    pub fn divided(&self, by: &Rational) -> Self {
        let atoms =
            |atoms: &[[Rational; 2]]| atoms.iter().map(|[value, weight]| [Rational::from(value / by), weight.clone()]).collect();
        let typed = self.typed.as_ref().map(|typed| format!("{typed}, divided by {}", by.to_f64()));
        Self { atoms: atoms(&self.atoms), sampled: self.sampled.clone(), other: self.other.as_deref().map(atoms), typed }
    }

    /// The other atoms in the place of these; none where these are exact.
    #[must_use]
    pub fn approximated(&self) -> Option<Self> {
        self.other.clone().map(|atoms| Self { atoms, ..self.clone() })
    }

    /// As a field of a model.
    #[must_use]
    pub fn field(&self) -> FieldValue {
        self.typed.clone().map_or_else(|| FieldValue::Pairs(self.atoms.clone()), FieldValue::Text)
    }
}

fn mean(atoms: &[[Rational; 2]], power: u32) -> Rational {
    use rug::ops::Pow;
    atoms.iter().fold(Rational::new(), |sum, [value, weight]| sum + Rational::from(value.pow(power)) * weight)
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
