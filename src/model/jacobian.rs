//! The input-output Jacobian of a wide network at initialisation, J = D_L W_L ⋯ D_1 W_1 with D_l = diag f′(h_l) and h_l = W_l f(h_{l−1}) + b_l
//! (Pennington, Schoenholz and Ganguli 2017, arXiv 1711.04735): the model is JᵀJ (N_0 × N_0).

use rug::Rational;

use super::{Field, FieldValue};
use crate::activation::{Function, derivative};

/// How the weights of a layer are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weights {
    /// Independent entries N(0, sigma_w2/N_{l−1}).
    Gaussian,
    /// √sigma_w2 times a Haar orthogonal matrix.
    Orthogonal,
}

/// What fixes the mean squares q_l of the pre-activations.
#[derive(Clone, Debug, PartialEq)]
pub enum Signal {
    /// Every layer stands at the fixed point of the variance map.
    FixedPoint,
    /// The input has this mean square.
    Input(Function),
    /// They are imposed, one for each layer or one for all.
    Imposed(Vec<Function>),
}

/// The Jacobian.
#[derive(Clone, Debug, PartialEq)]
pub struct Jacobian {
    /// The activation, as typed.
    pub f: Function,
    /// The variance of weights, times their number of inputs.
    pub sigma_w2: Function,
    /// The variance of biases.
    pub sigma_b2: Function,
    /// N_0, …, N_L on a common scale.
    pub widths: Vec<Rational>,
    /// What fixes the mean squares.
    pub signal: Signal,
    /// The weights.
    pub weights: Weights,
}

impl Weights {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Gaussian, Self::Orthogonal];

    /// The word of the language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Gaussian => "gaussian",
            Self::Orthogonal => "orthogonal",
        }
    }
}

impl Jacobian {
    /// Whether it holds no constant that was computed elsewhere.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        let signal = match &self.signal {
            Signal::FixedPoint => &[],
            Signal::Input(q0) => std::slice::from_ref(q0),
            Signal::Imposed(q) => &q[..],
        };
        [&self.f, &self.sigma_w2, &self.sigma_b2].into_iter().chain(signal).all(Function::is_closed)
    }

    /// L.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.widths.len().saturating_sub(1)
    }

    /// f′.
    #[must_use]
    pub fn derivative(&self) -> Function {
        derivative(&self.f)
    }

    /// N_l/N_0.
    #[must_use]
    pub fn ratio(&self, layer: usize) -> Rational {
        match (self.widths.first(), self.widths.get(layer)) {
            (Some(input), Some(width)) => Rational::from(width / input),
            _ => Rational::from(1),
        }
    }

    /// The name of a dimension.
    #[must_use]
    pub fn dimension(layer: usize) -> String {
        format!("N{layer}")
    }

    /// The model with the ratios of integer widths.
    #[must_use]
    pub fn drawn(&self, size: impl Fn(&str) -> Option<usize>) -> Self {
        let widths: Option<Vec<Rational>> =
            (0..self.widths.len()).map(|layer| size(&Self::dimension(layer)).map(Rational::from)).collect();
        widths.map_or_else(|| self.clone(), |widths| Self { widths, ..self.clone() })
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let equal = self.widths.iter().all(|width| *width == self.widths[0]);
        let mut fields = vec![
            Field::new("f", FieldValue::Function(self.f.clone())),
            Field::new("sigma_w2", FieldValue::Function(self.sigma_w2.clone())),
            Field::new("sigma_b2", FieldValue::Function(self.sigma_b2.clone())).usual(self.sigma_b2.is_zero()),
            Field::new("depth", FieldValue::Rational(Rational::from(self.depth()))),
        ];
        match &self.signal {
            Signal::FixedPoint => {}
            Signal::Input(q0) => fields.push(Field::new("q0", FieldValue::Function(q0.clone()))),
            Signal::Imposed(q) => fields.push(Field::new("q", FieldValue::Functions(q.clone()))),
        }
        fields.push(Field::new("widths", FieldValue::Rationals(self.widths.clone())).usual(equal));
        let is_usual = self.weights == Weights::Gaussian;
        fields.push(Field::new("weights", FieldValue::Word(self.weights.name())).usual(is_usual));
        fields
    }

    /// The matrices in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        let weights = match self.weights {
            Weights::Gaussian => "entries of W_l of variance sigma_w2/N_(l-1)",
            Weights::Orthogonal => "W_l = sqrt(sigma_w2) times a Haar orthogonal matrix",
        };
        format!("J^T J (N_0 x N_0), J = D_L W_L ... D_1 W_1, D_l = diag f'(h_l), h_l = W_l f(h_(l-1)) + b_l, {weights}")
    }
}
