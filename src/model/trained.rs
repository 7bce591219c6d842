//! One gradient step of constant size on the first layer (Ba et al. 2022, arXiv 2205.01445; Wang, Wu and Fan 2024):
//! K = PᵀP/m (N × N), P = σ(X W_1) on m fresh samples, W_1 = W_0 − eta √N ∇_W L.
//!
//! W_0 is d × N with entries N(0, 1/d), the readout has entries ±N^(−1/2) or N(0, 1/N), L = (1/2n) Σ (f(x_i) − y_i)² over n samples
//! N(0, I_d), y = teacher(β·x) + noise, |β| = 1, the teacher centred. σ is f with mean 0 and variance 1.

use rug::Rational;

use super::{Field, FieldValue};
use crate::activation::{Function, derivative};

/// The trained layer.
#[derive(Clone, Debug, PartialEq)]
pub struct Trained {
    /// The activation of the student, before it is normalised.
    pub activation: Function,
    /// The teacher, before it is centred.
    pub teacher: Function,
    /// The step, a real constant ≥ 0.
    pub eta: Function,
    /// N/d and N/m, positive.
    pub gamma: [Rational; 2],
    /// d/n of the training samples, positive.
    pub d_over_n: Rational,
    /// Standard deviation of the label noise, ≥ 0.
    pub noise: Function,
}

impl Trained {
    /// The derivative that the gradient holds, of an activation in place of the student's.
    #[must_use]
    pub fn derivative_of(&self, activation: &Function) -> Function {
        derivative(activation)
    }

    /// The model with the ratios of integer sizes N, d, m and n.
    #[must_use]
    pub fn drawn(&self, size: impl Fn(&str) -> Option<usize>) -> Self {
        match (size("N"), size("d"), size("m"), size("n")) {
            (Some(neurons), Some(d), Some(m), Some(n)) => {
                let gamma = [d, m].map(|other| Rational::from((neurons, other)));
                Self { gamma, d_over_n: Rational::from((d, n)), ..self.clone() }
            }
            _ => self.clone(),
        }
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        vec![
            Field::new("f", FieldValue::Function(self.activation.clone())),
            Field::new("teacher", FieldValue::Function(self.teacher.clone())),
            Field::new("eta", FieldValue::Function(self.eta.clone())),
            Field::new("gamma", FieldValue::Rationals(self.gamma.to_vec())).meaning("N/d, N/m"),
            Field::new("d_over_n", FieldValue::Rational(self.d_over_n.clone())),
            Field::new("noise", FieldValue::Function(self.noise.clone())).usual(self.noise.is_zero()),
        ]
    }

    /// The matrices in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        "K = P^T P/m (N x N), P = s(X W_1) on m fresh samples, W_1 after one gradient step; s = f with mean 0 and variance 1"
            .to_owned()
    }
}
