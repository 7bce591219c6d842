//! Sample covariance: K = GᵀG/N (n × n), the rows of G (N × n) with covariance Σ; gamma = n/N.
//!
//! Σ has a population law and finitely many spikes, single eigenvalues off its support.

use rug::Rational;

use super::{Field, FieldValue, Population};

/// The sample covariance of a spiked population.
#[derive(Clone, Debug, PartialEq)]
pub struct Covariance {
    /// The law of the eigenvalues of Σ.
    pub population: Population,
    /// n/N, positive.
    pub gamma: Rational,
    /// Eigenvalues of Σ off the population, ≥ 0.
    pub spikes: Vec<Rational>,
}

impl Covariance {
    /// The model with the ratio of integer sizes n and N.
    #[must_use]
    pub fn drawn(&self, size: impl Fn(&str) -> Option<usize>) -> Self {
        match (size("n"), size("N")) {
            (Some(n), Some(rows)) => Self { gamma: Rational::from((n, rows)), ..self.clone() },
            _ => self.clone(),
        }
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        vec![
            Field::new("population", self.population.field()),
            Field::new("gamma", FieldValue::Rational(self.gamma.clone())).meaning("n/N"),
            Field::new("spikes", FieldValue::Rationals(self.spikes.clone())).usual(self.spikes.is_empty()),
        ]
    }

    /// The matrices in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        "K = G^T G/N (n x n), the rows of G (N x n) with covariance Sigma; gamma = n/N".to_owned()
    }
}
