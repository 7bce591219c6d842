//! The errors of a regression in doubles where its sizes or its ridge vary, for the curves of pictures.

use crate::learning::ridge::{Chain, Errors, MixedChain, penalty64};

/// The chain of a regression whose neurons are alike, or are not.
#[derive(Clone, Debug)]
pub(super) enum Penalties {
    Alike(Chain<f64>),
    Mixed(MixedChain),
}

/// A regression whose n, widths and ridge are given anew at each point.
#[derive(Clone, Debug)]
pub struct RidgeCurves {
    pub(super) chain: Penalties,
    /// E y².
    pub(super) energy: f64,
    /// The ridge of the model.
    pub(super) ridge: f64,
    /// The variance of the label noise.
    pub(super) noise: f64,
    /// The lowest level of the chain; its inputs are a layer when that is not 0.
    pub(super) base: usize,
    pub(super) is_kernel: bool,
    /// d of the sphere.
    pub(super) sphere: Option<usize>,
    pub(super) is_counted: bool,
}

/// The test error with its parts, which add up to it, and the training error.
#[derive(Clone, Copy, Debug)]
pub struct ErrorParts {
    /// The test error, noise included.
    pub test: f64,
    /// The training error.
    pub train: f64,
    /// Noise, bias, and the variances of weights, of data and of both together.
    pub parts: [f64; 5],
}

impl RidgeCurves {
    /// n, the width of the last layer, and the ridge.
    #[must_use]
    pub fn here(&self) -> ([f64; 2], f64) {
        let (samples, width) = match &self.chain {
            Penalties::Alike(chain) => (chain.samples, chain.layers.last().map(|layer| layer.width)),
            Penalties::Mixed(chain) => (chain.samples, chain.layers.last().map(|layer| layer.width)),
        };
        ([samples, width.unwrap_or(f64::INFINITY)], self.ridge)
    }

    /// E y², the error of learning nothing.
    #[must_use]
    pub fn energy(&self) -> f64 {
        self.energy
    }

    /// Whether there is a width to vary: a kernel has none.
    #[must_use]
    pub fn has_width(&self) -> bool {
        let ([_, width], _) = self.here();
        width.is_finite()
    }

    /// Whether n and widths are counted, and the parts of errors not known.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.is_counted
    }

    /// d of the sphere; none for other inputs.
    #[must_use]
    pub fn sphere(&self) -> Option<usize> {
        self.sphere
    }

    /// B_l and T_l at the model's own sizes and ridge, of all levels with a linear part below.
    #[must_use]
    pub fn levels(&self) -> Vec<(usize, [f64; 2])> {
        let ([samples, width], ridge) = self.here();
        let errors = self.errors([samples, width], ridge);
        let [averaged, same_data] = errors.map_or_else(Default::default, |errors| [errors.averaged, errors.same_data]);
        let whole = [self.energy; 2];
        let below = (0..self.base).map(|level| (level, whole));
        let pairs = averaged.iter().zip(&same_data).map(|(a, b)| [*a, *b]);
        below.chain(pairs.enumerate().map(|(level, pair)| (self.base + level, pair))).collect()
    }

    /// None where they are not found.
    fn errors(&self, [samples, width]: [f64; 2], ridge: f64) -> Option<Errors<f64>> {
        let ([_, own], _) = self.here();
        let factor = if self.has_width() { width / own } else { 1.0 };
        // of the lowest layer what is below stays, unless that is a layer itself
        let below = |index: usize| if index > 0 || self.base > 0 { factor } else { 1.0 };
        match &self.chain {
            Penalties::Mixed(chain) => {
                let mut chain = MixedChain { samples, ..chain.clone() };
                for (index, layer) in chain.layers.iter_mut().enumerate() {
                    (layer.width, layer.below) = (layer.width * factor, layer.below * below(index));
                }
                chain.errors(ridge)
            }
            Penalties::Alike(chain) => {
                let mut chain = Chain { samples, ..chain.clone() };
                for (index, layer) in chain.layers.iter_mut().enumerate() {
                    (layer.width, layer.below) = (layer.width * factor, layer.below * below(index));
                }
                if self.base > 0 {
                    chain.atoms.iter_mut().for_each(|atom| atom.weight *= factor);
                }
                let ridge = if self.is_kernel { ridge / samples } else { ridge };
                Some(Errors::at(&chain, &penalty64(&chain, ridge), None))
            }
        }
    }

    /// The errors at n samples, all widths in the proportions of the model with this last one, and a ridge.
    #[must_use]
    pub fn at(&self, sizes: [f64; 2], ridge: f64) -> ErrorParts {
        let Some(errors) = self.errors(sizes, ridge) else {
            return ErrorParts { test: f64::NAN, train: f64::NAN, parts: [f64::NAN; 5] };
        };
        let top = errors.averaged.len() - 1;
        let below = |own: f64| if self.base > 0 { self.energy } else { own };
        let (bias, of_data) = (below(errors.averaged[0]), below(errors.same_data[0]));
        let (weights, data) = (errors.averaged[top] - bias, of_data - bias);
        let test = errors.same_data[top];
        let parts = [self.noise, bias - self.noise, weights, data, test - of_data - weights];
        ErrorParts { test, train: errors.left * errors.left * test, parts: parts.map(|part| part.max(0.0)) }
    }
}
