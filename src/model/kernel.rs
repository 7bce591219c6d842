//! The conjugate kernel of L layers with the activations as typed: K_l = X_lᵀX_l (n × n), X_l = f_l(W_l X_{l−1} + b_l 1ᵀ)/√d_l.
//!
//! W_l has independent entries of variance 1, b_l one number N(0, sigma_b²) a neuron, X_0 independent entries of variance 1/d_0;
//! gamma = [n/d_0, n/d_1, …, n/d_L].

use rug::Rational;

use crate::activation::Function;

/// The layered kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Kernel {
    /// One activation a layer, the lowest first; at least one.
    pub activations: Vec<Function>,
    /// n/d_l for l = 0 … L, positive; one more than activations.
    pub gamma: Vec<Rational>,
    /// Standard deviation of the bias of every layer, ≥ 0.
    pub sigma_b: Rational,
}
