//! Ridge regression after a step of critical size: features f(W x) with W = W_0 + u vᵀ, rows of W_0 uniform on the unit sphere of R^d, v a
//! unit vector, u_i of finitely many values (neighbour: Cui et al. 2024, arXiv 2402.04980).
//!
//! Labels are teacher(β·x) + noise, ⟨v, β⟩ = overlap, |β| = 1, x ~ N(0, I); loss (1/n)|y − F a|² + ridge |a|², phi = d/n, psi = d/N.

use rug::Rational;

use super::{Field, FieldValue};
use crate::activation::Function;

/// Regression on spiked features.
#[derive(Clone, Debug, PartialEq)]
pub struct SpikedFeatures {
    /// The activation, as typed.
    pub activation: Function,
    /// The teacher, as typed.
    pub teacher: Function,
    /// d/n, positive.
    pub phi: Rational,
    /// d/N, positive.
    pub psi: Rational,
    /// The ridge, a positive real constant.
    pub ridge: Function,
    /// Standard deviation of the label noise, ≥ 0.
    pub noise: Function,
    /// ⟨v, β⟩, in [−1, 1].
    pub overlap: Function,
    /// [u, share], shares adding up to 1, no u twice.
    pub strengths: Vec<[Rational; 2]>,
}

impl SpikedFeatures {
    /// The model with the ratios of integer sizes n, N and d, and the shares of whole neurons.
    #[must_use]
    pub fn drawn(&self, size: impl Fn(&str) -> Option<usize>) -> Self {
        let (Some(n), Some(neurons), Some(d)) = (size("n"), size("N"), size("d")) else { return self.clone() };
        let counts = self.counts(neurons);
        let strengths = self.strengths.iter().zip(counts).map(|([u, _], count)| [u.clone(), Rational::from((count, neurons))]);
        let strengths = strengths.filter(|[_, share]| *share > 0).collect();
        Self { phi: Rational::from((d, n)), psi: Rational::from((d, neurons)), strengths, ..self.clone() }
    }

    /// How many of N neurons have each u: whole numbers next to the shares.
    #[must_use]
    pub fn counts(&self, neurons: usize) -> Vec<usize> {
        let (mut sum, mut given) = (Rational::new(), 0);
        let count = |[_, share]: &[Rational; 2]| {
            sum += share;
            let until = (sum.to_f64() * neurons as f64).round() as usize;
            let count = until - given;
            given = until;
            count
        };
        self.strengths.iter().map(count).collect()
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let functions = [&self.activation, &self.teacher];
        let mut fields = Field::of_regression(functions, [&self.phi, &self.psi], [&self.ridge, &self.noise]);
        fields.extend([
            Field::new("overlap", FieldValue::Function(self.overlap.clone())),
            Field::new("strengths", FieldValue::Pairs(self.strengths.clone())),
        ]);
        fields
    }

    /// The matrices in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        "F = f(X W^T) (n x N), W = W_0 + u v^T, unit rows of W_0; <v, beta> = overlap; loss |y - F a|^2/n + ridge*|a|^2; phi = d/n, psi = d/N".to_owned()
    }
}
