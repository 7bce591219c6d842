//! Laws of independent matrix entries, centred, up to scale: by their third and fourth moment, or by name.

use rug::Rational;

/// The third and the fourth moment of a centred law, over the powers of its standard deviation: kurtosis ≥ 1 + skewness².
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entries {
    /// The third one; 0 for symmetric laws.
    pub skewness: Rational,
    /// The fourth one; 3 for Gaussian entries, 1 for random signs.
    pub kurtosis: Rational,
}

/// A law that a check may draw all entries from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryLaw {
    /// N(0, 1).
    Gaussian,
    /// ±1.
    Rademacher,
    /// An exponential variable of mean 1, less 1.
    Exponential,
}

impl Entries {
    /// Those of the Gaussian law.
    #[must_use]
    pub fn gaussian() -> Self {
        EntryLaw::Gaussian.moments()
    }

    /// Whether a law of these moments has two atoms.
    #[must_use]
    pub fn on_two_points(&self) -> bool {
        self.kurtosis == Rational::from(self.skewness.square_ref()) + 1u32
    }
}

impl EntryLaw {
    /// Every one of them.
    pub const ALL: [Self; 3] = [Self::Gaussian, Self::Rademacher, Self::Exponential];

    /// The word of the language for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gaussian => "gaussian",
            Self::Rademacher => "rademacher",
            Self::Exponential => "exponential",
        }
    }

    /// Its moments.
    #[must_use]
    pub fn moments(self) -> Entries {
        let (skewness, kurtosis) = match self {
            Self::Gaussian => (0, 3),
            Self::Rademacher => (0, 1),
            Self::Exponential => (2, 9),
        };
        Entries { skewness: Rational::from(skewness), kurtosis: Rational::from(kurtosis) }
    }
}
