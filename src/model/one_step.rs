//! One gradient step of growing size, then ridge regression on fresh data (Moniri, Lee, Hassani and Dobriban 2023, arXiv 2310.07891).
//!
//! f(x) = Σ a_i σ(w_i·x), N neurons, rows of W_0 uniform on the unit sphere of R^d, a_i ~ N(0, 1/N); labels y = teacher(β_*·x) + noise; one
//! step W = W_0 + η G of the squared loss (1/2n)|y − f|² on n samples N(0, I_d), then the minimiser of (1/n)|y − F a|² + ridge |a|² on
//! n fresh ones. phi = d/n, psi = d/N. σ and the teacher are f and teacher less their means.

use rug::Rational;

use super::{Field, FieldValue};
use crate::activation::{Function, derivative};

/// The residual of the gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Residual {
    /// r = y: the network's own output at the start is negligible.
    Labels,
    /// r = y − f_0, of order one in this normalisation.
    Full,
}

impl Residual {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Labels, Self::Full];

    /// Its name in the language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Labels => "labels",
            Self::Full => "full",
        }
    }
}

/// How a simulation takes the step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Update {
    /// The exact gradient.
    Gradient,
    /// Its part of rank one alone, c_1 a βᵀ, c_1 = E Z σ(Z).
    RankOne,
    /// No step of the weights: to F_0 are added the powers of β·x that a step makes visible, up to an order.
    Surrogate,
}

impl Update {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::Gradient, Self::RankOne, Self::Surrogate];

    /// Its name in the language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gradient => "gradient",
            Self::RankOne => "rank_one",
            Self::Surrogate => "surrogate",
        }
    }
}

/// A step that a simulation takes.
#[derive(Clone, Debug, PartialEq)]
pub struct DrawnStep {
    /// η, a positive real constant.
    pub eta: Function,
    /// How it is taken.
    pub update: Update,
    /// The largest power of the surrogate.
    pub order: usize,
}

impl DrawnStep {
    /// Largest order.
    pub const MOST_ORDER: usize = 8;
}

/// The network, its step and its ridge.
#[derive(Clone, Debug, PartialEq)]
pub struct OneStep {
    /// The activation, before it is centred.
    pub activation: Function,
    /// The teacher, before it is centred.
    pub teacher: Function,
    /// d/n of the ridge data, positive.
    pub phi: Rational,
    /// d/N, positive.
    pub psi: Rational,
    /// d/n of the samples behind the gradient.
    pub phi_gradient: Rational,
    /// The ridge, a positive real constant.
    pub ridge: Function,
    /// Standard deviation of the label noise, ≥ 0.
    pub noise: Function,
    /// Which residual the gradient has.
    pub residual: Residual,
    /// Whether the constant is a free regressor.
    pub intercept: bool,
}

impl OneStep {
    /// The derivative that the gradient holds, of an activation in place of the network's.
    #[must_use]
    pub fn derivative_of(&self, activation: &Function) -> Function {
        derivative(activation)
    }

    /// The model with the ratios of integer sizes n, N and d, and of the samples behind the gradient where they are given.
    #[must_use]
    pub fn drawn(&self, size: impl Fn(&str) -> Option<usize>) -> Self {
        match (size("n"), size("N"), size("d")) {
            (Some(n), Some(neurons), Some(d)) => {
                let phi = Rational::from((d, n));
                let phi_gradient = match size("n_gradient") {
                    Some(samples) => Rational::from((d, samples)),
                    None => Rational::from(&self.phi_gradient / &self.phi) * &phi,
                };
                Self { phi, phi_gradient, psi: Rational::from((d, neurons)), ..self.clone() }
            }
            _ => self.clone(),
        }
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let functions = [&self.activation, &self.teacher];
        let mut fields = Field::of_regression(functions, [&self.phi, &self.psi], [&self.ridge, &self.noise]);
        fields.extend([
            Field::new("residual", FieldValue::Word(self.residual.name())),
            Field::new("phi_gradient", FieldValue::Rational(self.phi_gradient.clone())).usual(self.phi_gradient == self.phi),
            Field::new("intercept", FieldValue::Word(if self.intercept { "true" } else { "false" })).usual(!self.intercept),
        ]);
        fields
    }

    /// The matrices in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        let residual = match self.residual {
            Residual::Labels => "y",
            Residual::Full => "y - f_0",
        };
        format!(
            "F = s(X W^T) (n x N), W = W_0 + eta*G, gradient of the residual {residual}; loss |y - F a|^2/n + ridge*|a|^2; phi = d/n, psi = d/N"
        )
    }
}
