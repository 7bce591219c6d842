//! The conjugate kernel of normalised activations: K_l = X_lᵀX_l (n × n), X_l = σ_l(W_l X_{l−1})/√d_l, σ_l = f_l with mean 0 and
//! variance 1 under N(0, 1).
//!
//! W_l has independent N(0, 1) entries. X_0 (d_0 × n) has independent entries of variance 1/d_0 and finitely many signals, or
//! X_0ᵀX_0 has a given law; gamma = [n/d_0, n/d_1, …], without n/d_0 in the second case.

use rug::Rational;

use super::{DataInput, Field, FieldValue, Population};
use crate::activation::Function;

/// What a layer is.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerData {
    /// Its activation, before it is normalised.
    Activation(Function),
    /// The data of its normalised activation, real constants: b² = (E σ′)² in [0, 1], and a₂² = (E σ″)²/2 where it is given.
    Given {
        /// b².
        b2: Function,
        /// a₂².
        a2_squared: Option<Function>,
    },
}

/// What the input is.
#[derive(Clone, Debug, PartialEq)]
pub enum KernelInput {
    /// Isotropic columns; n/d_0.
    Isotropic(Rational),
    /// X_0ᵀX_0 has this law, with mean 1.
    Population(Population),
    /// The user's data.
    Data(Box<DataInput>),
}

impl KernelInput {
    /// The law of X_0ᵀX_0, where it is given.
    #[must_use]
    pub fn population(&self) -> Option<&Population> {
        match self {
            Self::Isotropic(_) => None,
            Self::Population(population) => Some(population),
            Self::Data(data) => Some(&data.population),
        }
    }
}

/// Which columns are brought to norm 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Columns {
    /// Those of the input and of every layer.
    Unit,
    /// Those of the input.
    UnitInputs,
    /// None.
    Raw,
}

impl Columns {
    /// Every choice.
    pub const ALL: [Self; 3] = [Self::Unit, Self::UnitInputs, Self::Raw];

    /// Its name in the language.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::UnitInputs => "unit_inputs",
            Self::Raw => "raw",
        }
    }
}

/// The kernel of normalised activations.
#[derive(Clone, Debug, PartialEq)]
pub struct ConjugateKernel {
    /// The layers, the lowest first; at least one.
    pub layers: Vec<LayerData>,
    /// The input.
    pub input: KernelInput,
    /// n/d_l of each layer, positive.
    pub gamma: Vec<Rational>,
    /// Signals: t ≥ −1, not 0, for isotropic input (a population eigenvalue 1 + t), otherwise eigenvalues of X_0ᵀX_0 off its law.
    pub signal: Vec<Rational>,
    /// The inner product of the one signal's vector with the all-ones direction, in (−1, 1).
    pub overlap: Rational,
    /// Which columns are normalised.
    pub columns: Columns,
    /// Kurtosis of the entries of X_0.
    pub kurtosis_x: Rational,
    /// Skewness of the entries of X_0.
    pub skewness_x: Rational,
}

impl ConjugateKernel {
    /// The number of layers.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.layers.len()
    }

    /// The population eigenvalue of a signal.
    #[must_use]
    pub fn eigenvalue(&self, signal: &Rational) -> Rational {
        match self.input {
            KernelInput::Isotropic(_) => Rational::from(signal + 1),
            KernelInput::Population(_) | KernelInput::Data(_) => signal.clone(),
        }
    }

    /// The same kernel over the other atoms of its population; none where that is exact.
    #[must_use]
    pub fn approximated(&self) -> Option<Self> {
        let population = self.input.population()?.approximated()?;
        Some(match &self.input {
            KernelInput::Data(data) => {
                let moved = |(index, value): (usize, &Rational)| {
                    if index < data.followed { Rational::from(value + &data.error) } else { value.clone() }
                };
                let signal = self.signal.iter().enumerate().map(moved).collect();
                Self { input: KernelInput::Data(Box::new(DataInput { population, ..(**data).clone() })), signal, ..self.clone() }
            }
            _ => Self { input: KernelInput::Population(population), ..self.clone() },
        })
    }

    /// The kernel with the ratios of integer sizes n, d0, d1, …
    #[must_use]
    pub fn drawn(&self, size: impl Fn(&str) -> Option<usize>) -> Self {
        let ratio = |layer: usize, typed: &Rational| match (size("n"), size(&format!("d{layer}"))) {
            (Some(n), Some(d)) => Rational::from((n, d)),
            _ => typed.clone(),
        };
        let input = match &self.input {
            KernelInput::Isotropic(gamma) => KernelInput::Isotropic(ratio(0, gamma)),
            given => given.clone(),
        };
        let gamma = (1..).zip(&self.gamma).map(|(layer, typed)| ratio(layer, typed)).collect();
        Self { gamma, input, ..self.clone() }
    }

    /// Its fields in the order of the constructor.
    #[must_use]
    pub fn fields(&self) -> Vec<Field> {
        let mut fields = self.layer_fields();
        let (mut gamma, population) = match &self.input {
            KernelInput::Isotropic(gamma) => (vec![gamma.clone()], None),
            given => (Vec::new(), given.population().map(Population::field)),
        };
        let meaning = if population.is_none() { "n/d0, n/d1, …" } else { "n/d1, …" };
        gamma.extend(self.gamma.iter().cloned());
        fields.push(Field::new("gamma", FieldValue::Rationals(gamma)).meaning(meaning));
        fields.push(Field::new("signal", FieldValue::Rationals(self.signal.clone())).usual(self.signal.is_empty()));
        fields.push(Field::new("overlap", FieldValue::Rational(self.overlap.clone())).usual(self.overlap.is_zero()));
        fields.push(Field::new("columns", FieldValue::Word(self.columns.name())).usual(self.columns == Columns::Unit));
        let usual = [Rational::from(3), Rational::new()];
        for ((name, value), usual) in [("kurtosis_x", &self.kurtosis_x), ("skewness_x", &self.skewness_x)].into_iter().zip(usual)
        {
            fields.push(Field::new(name, FieldValue::Rational(value.clone())).usual(*value == usual));
        }
        let name = if matches!(self.input, KernelInput::Data(_)) { "data" } else { "population" };
        fields.extend(population.map(|population| Field::new(name, population)));
        fields
    }

    fn layer_fields(&self) -> Vec<Field> {
        let activations: Option<Vec<Function>> = self.layers.iter().map(|layer| layer.activation().cloned()).collect();
        if let Some(activations) = activations {
            return vec![Field::new("f", FieldValue::Functions(activations))];
        }
        let (mut shares, mut curvatures) = (Vec::new(), Vec::new());
        for layer in &self.layers {
            if let LayerData::Given { b2, a2_squared } = layer {
                shares.push(b2.clone());
                curvatures.extend(a2_squared.clone());
            }
        }
        let no_curvature = curvatures.is_empty();
        vec![
            Field::new("b2", FieldValue::Functions(shares)),
            Field::new("a2_squared", FieldValue::Functions(curvatures)).usual(no_curvature),
        ]
    }

    /// The matrices in one line.
    #[must_use]
    pub fn meaning(&self) -> String {
        let input = match self.input {
            KernelInput::Isotropic(_) => "gamma = [n/d0, n/d1, ...]",
            KernelInput::Population(_) => "K_0 given; gamma = [n/d1, ...]",
            KernelInput::Data(_) => "X_0 given, scaled to mean square norm 1; gamma = [n/d1, ...]",
        };
        format!("K_l = X_l^T X_l, X_l = s(W_l X_(l-1))/sqrt(d_l), s = f with mean 0 and variance 1; {input}")
    }
}

impl LayerData {
    /// The activation, where there is one.
    #[must_use]
    pub fn activation(&self) -> Option<&Function> {
        match self {
            Self::Activation(f) => Some(f),
            Self::Given { .. } => None,
        }
    }
}
