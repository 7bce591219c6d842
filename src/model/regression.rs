//! Ridge regression on layers of random features: h_l = W_l φ_{l−1}/√N_{l−1}, φ_l = f_l(h_l), φ_0 = x, standard normal W_l, and the loss
//! (1/n)|y − F a|² + ridge |a|² with the rows φ_L of n samples in F, not divided by √N_L (neighbours: Schröder, Cui, Dmitriev and Loureiro
//! 2023, arXiv 2302.00401; on the sphere Mei and Montanari 2019, arXiv 1908.05355).
//!
//! Labels are teacher(z) + noise with z = β·x of variance 1. With Gaussian inputs n and N_l are multiples of the dimension, and the f_l are
//! centred or act on h_l + b_l as typed; on the sphere |x|² = d, weights are unit vectors, n and N are true counts, and everything is as typed.

use rug::Rational;

use super::{Field, FieldValue};
use crate::activation::Function;

/// An eigenvalue of the covariance of the inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct InputAtom {
    /// The eigenvalue, ≥ 0.
    pub value: Rational,
    /// Its weight among all d.
    pub weight: Rational,
    /// The part of Var β·x that its directions carry.
    pub share: Rational,
}

/// The inputs.
#[derive(Clone, Debug, PartialEq)]
pub enum Inputs {
    /// Gaussian, eigenvalues of mean 1.
    Gaussian(Vec<InputAtom>),
    /// Uniform on the sphere of radius √d.
    Sphere {
        /// d.
        d: usize,
    },
    /// Any, known by the kernel alone, or by that of which the features are a sample: no activation and no teacher.
    Kernel(Vec<Eigenfunction>),
}

/// An eigenfunction of a kernel.
#[derive(Clone, Debug, PartialEq)]
pub struct Eigenfunction {
    /// Its eigenvalue, ≥ 0.
    pub value: Rational,
    /// The energy of the labels in it.
    pub energy: Rational,
}

/// Regression on random features.
#[derive(Clone, Debug, PartialEq)]
pub struct Regression {
    /// f_1, …, f_L.
    pub activations: Vec<Function>,
    /// The teacher.
    pub teacher: Function,
    /// n, per dimension or counted.
    pub samples: Rational,
    /// N_1, …, N_L in the same unit; none is infinite.
    pub widths: Vec<Option<Rational>>,
    /// The ridge, ≥ 0; of a kernel that added to K.
    pub ridge: Function,
    /// Standard deviation of the label noise, ≥ 0.
    pub noise: Function,
    /// The inputs.
    pub inputs: Inputs,
    /// Where the f_l of Gaussian inputs are as typed, the standard deviation of the biases of their neurons; none where they are centred.
    pub biases: Option<Function>,
}

impl Regression {
    /// L.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.activations.len()
    }

    /// d of the sphere.
    #[must_use]
    pub fn sphere(&self) -> Option<usize> {
        if let Inputs::Sphere { d } = self.inputs { Some(d) } else { None }
    }

    /// Whether n and widths are counted, and not per input dimension.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        !matches!(self.inputs, Inputs::Gaussian(_))
    }

    /// Whether it is regression with a kernel, the limit of infinite width.
    #[must_use]
    pub fn is_kernel(&self) -> bool {
        self.widths.iter().any(Option::is_none)
    }

    /// The name of a width.
    #[must_use]
    pub fn dimension(layer: usize) -> String {
        format!("N{layer}")
    }

    /// The model with the ratios of integer sizes; on the sphere those sizes, d as it is. What is not among them stays.
    #[must_use]
    pub fn drawn(&self, size: impl Fn(&str) -> Option<usize>) -> Self {
        let Some(n) = size("n") else { return self.clone() };
        let width = |(layer, width): (usize, &Option<Rational>), d: usize| match size(&Self::dimension(layer + 1)) {
            Some(drawn) if width.is_some() => Some(Rational::from((drawn, d))),
            _ => width.clone(),
        };
        let Inputs::Gaussian(atoms) = &self.inputs else {
            let widths = self.widths.iter().enumerate().map(|layer| width(layer, 1)).collect();
            return Self { samples: Rational::from(n), widths, ..self.clone() };
        };
        let Some(d) = size("d") else { return self.clone() };
        let widths = self.widths.iter().enumerate().map(|layer| width(layer, d)).collect();
        // as many whole directions as an eigenvalue has, with mean 1 again
        let counts = counts(atoms, d);
        let sum = atoms
            .iter()
            .zip(&counts)
            .fold(Rational::new(), |sum, (atom, count)| sum + Rational::from(&atom.value * *count as u64));
        let mean = sum / d as u64;
        let atom = |(atom, count): (&InputAtom, &usize)| InputAtom {
            value: Rational::from(&atom.value / &mean),
            weight: Rational::from((*count, d)),
            share: atom.share.clone(),
        };
        let atoms = atoms.iter().zip(&counts).map(atom).collect();
        Self { samples: Rational::from((n, d)), widths, inputs: Inputs::Gaussian(atoms), ..self.clone() }
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let widths = match self.widths.iter().cloned().collect::<Option<Vec<Rational>>>() {
            Some(widths) => FieldValue::Rationals(widths),
            None => FieldValue::Text("[inf]".to_owned()),
        };
        let mut fields = match &self.inputs {
            Inputs::Kernel(list) => vec![
                Field::new("eigenvalues", FieldValue::Rationals(list.iter().map(|one| one.value.clone()).collect())),
                Field::new("energies", FieldValue::Rationals(list.iter().map(|one| one.energy.clone()).collect())),
            ],
            _ => vec![
                Field::new("f", FieldValue::Functions(self.activations.clone())),
                Field::new("teacher", FieldValue::Function(self.teacher.clone())),
            ],
        };
        fields.extend([
            Field::new("n", FieldValue::Rational(self.samples.clone())),
            Field::new("widths", widths),
            Field::new("ridge", FieldValue::Function(self.ridge.clone())),
            Field::new("noise", FieldValue::Function(self.noise.clone())).usual(self.noise.is_zero()),
        ]);
        match &self.inputs {
            Inputs::Kernel(_) => {}
            Inputs::Sphere { d } => fields.push(Field::new("d", FieldValue::Rational(Rational::from(*d)))),
            Inputs::Gaussian(atoms) => {
                let pairs = atoms.iter().map(|atom| [atom.value.clone(), atom.weight.clone()]).collect();
                let shares = atoms.iter().map(|atom| atom.share.clone()).collect();
                let natural = atoms.iter().all(|atom| atom.share == Rational::from(&atom.value * &atom.weight));
                fields.push(Field::new("covariance", FieldValue::Pairs(pairs)).usual(atoms.len() == 1));
                fields.push(Field::new("share", FieldValue::Rationals(shares)).usual(natural));
            }
        }
        if let Some(bias) = &self.biases {
            fields.push(Field::new("centred", FieldValue::Text("false".to_owned())));
            fields.push(Field::new("sigma_b", FieldValue::Function(bias.clone())).usual(bias.is_zero()));
        }
        fields
    }

    /// The matrices in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        let loss = "loss |y - F a|^2/n + ridge*|a|^2, features not divided by sqrt(N)";
        match (&self.inputs, self.is_kernel()) {
            (Inputs::Gaussian(_), _) if self.biases.is_some() => {
                format!(
                    "ridge regression on phi_l = f_l(W_l phi_(l-1)/sqrt(N_(l-1)) + b_l) as typed, biases of deviation sigma_b; n and widths per input dimension d; {loss}"
                )
            }
            (Inputs::Gaussian(_), _) => {
                format!(
                    "ridge regression on phi_l = f_l(W_l phi_(l-1)/sqrt(N_(l-1))), each centred; n and widths per input dimension d; {loss}"
                )
            }
            (Inputs::Kernel(_), true) => {
                "kernel ridge regression (K + ridge*I), K of these eigenvalues, labels of these energies in its eigenfunctions; n counted"
                    .to_owned()
            }
            (Inputs::Kernel(_), false) => {
                format!("ridge regression on N random features of a kernel of these eigenvalues; n and N counted; {loss}")
            }
            (Inputs::Sphere { .. }, true) => {
                "kernel ridge regression (K + ridge*I) with K = E_w f(w.x) f(w.x'), |x|^2 = d, |w| = 1; n counted, f as typed"
                    .to_owned()
            }
            (Inputs::Sphere { .. }, false) => {
                format!("ridge regression on f(w.x), |x|^2 = d, |w| = 1, n and N counted, f as typed; {loss}")
            }
        }
    }
}

/// How many of d directions each eigenvalue has: the whole numbers nearest to its weight, so that all are given away.
#[must_use]
fn counts(atoms: &[InputAtom], d: usize) -> Vec<usize> {
    let (mut sum, mut given) = (0.0, 0);
    let count = |atom: &InputAtom| {
        sum += atom.weight.to_f64();
        let until = (sum * d as f64).round() as usize;
        let count = until - given;
        given = until;
        count
    };
    atoms.iter().map(count).collect()
}
