//! A covariance weighted by labels: M = (1/n) Σ y_i x_i x_iᵀ (d × d), x ~ N(0, I_d), y = teacher(β·x), |β| = 1: what one early gradient
//! step of a network with E f′ = 0 sees of its teacher (Beaglehole, Mitliagkas and Agarwala 2024, arXiv 2402.05271).

use rug::Rational;

use super::{Field, FieldValue};
use crate::activation::Function;

/// The weighted covariance.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelCovariance {
    /// The teacher, as typed.
    pub teacher: Function,
    /// d/n, positive.
    pub d_over_n: Rational,
}

impl LabelCovariance {
    /// The model with the ratio of integer sizes d and n.
    #[must_use]
    pub fn drawn(&self, size: impl Fn(&str) -> Option<usize>) -> Self {
        match (size("d"), size("n")) {
            (Some(d), Some(n)) => Self { d_over_n: Rational::from((d, n)), ..self.clone() },
            _ => self.clone(),
        }
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        vec![
            Field::new("teacher", FieldValue::Function(self.teacher.clone())),
            Field::new("d_over_n", FieldValue::Rational(self.d_over_n.clone())),
        ]
    }

    /// The matrices in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        "M = sum_i y_i x_i x_i^T/n (d x d), x ~ N(0, I), y = teacher(beta.x), |beta| = 1".to_owned()
    }
}
