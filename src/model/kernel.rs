//! The conjugate kernel of L layers with the activations as typed: K_l = X_lᵀX_l (n × n), X_l = f_l(W_l X_{l−1} + b_l 1ᵀ)/√d_l.
//!
//! W_l has independent entries of variance 1, b_l one number N(0, sigma_b²) a neuron, X_0 independent entries of variance 1/d_0;
//! gamma = [n/d_0, n/d_1, …, n/d_L].

use rug::Rational;

use super::{Field, FieldValue};
use crate::activation::Function;

/// The layered kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    /// One activation a layer, the lowest first; at least one.
    pub activations: Vec<Function>,
    /// n/d_l for l = 0 … L, positive; one more than activations.
    pub gamma: Vec<Rational>,
    /// Standard deviation of the bias of every layer, a positive constant, or the rational 0 where there is none.
    pub sigma_b: Function,
}

impl Kernel {
    /// The number of layers.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.activations.len()
    }

    /// The kernel with the ratios of integer sizes n, d0, d1, …
    #[must_use]
    pub fn drawn(&self, size: impl Fn(&str) -> Option<usize>) -> Self {
        let ratio = |(layer, typed): (usize, &Rational)| match (size("n"), size(&format!("d{layer}"))) {
            (Some(n), Some(d)) => Rational::from((n, d)),
            _ => typed.clone(),
        };
        Self { gamma: self.gamma.iter().enumerate().map(ratio).collect(), ..self.clone() }
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        vec![
            Field::new("f", FieldValue::Functions(self.activations.clone())),
            Field::new("gamma", FieldValue::Rationals(self.gamma.clone())),
            Field::new("sigma_b", FieldValue::Function(self.sigma_b.clone())),
        ]
    }

    /// The matrices in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        "K_l = X_l^T X_l, X_l = f(W_l X_(l-1) + b_l 1^T)/sqrt(d_l), as typed; gamma = [n/d0, n/d1, ...]".to_owned()
    }
}
