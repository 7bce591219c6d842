//! Networks with normalised activations and the eigenvalues of their kernels K_l = X_lᵀX_l, n × n, l = 0 … L.
//!
//! X_0 = Z/√d_0 with independent entries of variance one in Z and signals: + √t u vᵀ for t > 0, times I − (1 − √(1 + t)) v vᵀ for
//! t < 0, u and v unit vectors of random signs; or X_0 = Λ^½Oᵀ, n × n, with a Haar matrix O and the eigenvalues Λ of a population
//! and its spikes, the spikes first. X_l = σ_l(W_l X_{l−1})/√d_l with Gaussian W_l. Columns are stretched to length 1 in every
//! layer, in the input, or nowhere. The spectrum of a given K_0 is not drawn.
//!
//! Reference vectors, right ones: `signal i`, the vector of the i-th signal; `ones`; `column_norms` of the layer whose columns
//! below are as they are, |x_i|² − 1.

use super::gram::{Reference, spectrum};
use super::normalised::Normalised;
use super::signals::{add_rank_one, norm_excess, normalise, ones, orthonormal, product, shrink_direction, with_unit_columns};
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Trial};
use crate::activation::Program;
use crate::model::{Columns, ConjugateKernel, Entries, KernelInput, LayerData, Simulation};
use faer::{Mat, Scale};

/// Why some inputs are not drawn.
const LAW: &str = "an input with the law mp(r) is not drawn; the isotropic input of gamma = [r, …] has it, and is";
const DATA: &str = "a check compares several sizes, and data have one; check(kernel(f, gamma = […])) draws an input of its own";

/// Kernels of normalised activations that can be drawn.
pub struct ConjugateKernels {
    activations: Vec<Normalised>,
    /// n/d_0 of isotropic input.
    input: Option<f64>,
    /// Values and cumulative weights of a population.
    population: Vec<[f64; 2]>,
    gamma: Vec<f64>,
    /// t for isotropic input, eigenvalues of K_0 otherwise.
    signals: Vec<f64>,
    overlap: f64,
    columns: Columns,
    entries: Sampler,
    follows: bool,
}

impl ConjugateKernels {
    /// The ensemble of a model; `simulation` may name the activation of all layers and the law of the entries of the input.
    ///
    /// # Errors
    /// [`SimulationError::NoActivation`], [`SimulationError::NotNormalised`].
    pub fn new(model: &ConjugateKernel, simulation: &Simulation, follows: bool) -> Result<Self, SimulationError> {
        let activation = |layer: &LayerData| -> Result<Normalised, SimulationError> {
            let f = simulation.activation.as_ref().or(layer.activation());
            Normalised::new(Program::new(f.ok_or(SimulationError::NoActivation)?))
        };
        let (input, population) = match &model.input {
            KernelInput::Isotropic(gamma) => (Some(gamma.to_f64()), Vec::new()),
            KernelInput::Population(population) if population.sampled.is_zero() => (None, cumulative(&population.atoms)),
            KernelInput::Population(_) => return Err(SimulationError::NotDrawn(LAW)),
            KernelInput::Data(_) => return Err(SimulationError::NotDrawn(DATA)),
        };
        let entries = Entries { kurtosis: model.kurtosis_x.clone(), skewness: model.skewness_x.clone() };
        Ok(Self {
            activations: model.layers.iter().map(activation).collect::<Result<_, _>>()?,
            input,
            population,
            gamma: model.gamma.iter().map(rug::Rational::to_f64).collect(),
            signals: model.signal.iter().map(rug::Rational::to_f64).collect(),
            overlap: model.overlap.to_f64(),
            columns: model.columns,
            entries: simulation.entries.map_or_else(|| Sampler::with_moments(&entries), Sampler::from),
            follows,
        })
    }

    /// X_0 and the vectors of the signals.
    fn inputs(&self, n: usize, d0: Option<usize>, trial: Trial<'_>) -> (Mat<f64>, Vec<Vec<f64>>) {
        let count = self.signals.len();
        let Some(d0) = d0 else { return self.with_population(n, trial) };
        let constant = ones(n);
        let mut vectors = orthonormal(n, count, std::slice::from_ref(&constant), trial, Matrix::Signals);
        if let [vector] = &mut vectors[..] {
            let rest = (1.0 - self.overlap * self.overlap).sqrt();
            vector.iter_mut().zip(&constant).for_each(|(x, one)| *x = rest * *x + self.overlap * one);
        }
        let lefts = orthonormal(d0, count, &[], trial, Matrix::Directions);
        let noise = self.entries.matrix(d0, n, &mut trial.stream(Matrix::Data));
        let mut inputs = &noise * Scale((d0 as f64).sqrt().recip());
        for ((strength, left), right) in self.signals.iter().zip(&lefts).zip(&vectors) {
            if *strength > 0.0 {
                add_rank_one(&mut inputs, strength.sqrt(), left, right);
            } else {
                shrink_direction(&mut inputs, 1.0 - (1.0 + strength).max(0.0).sqrt(), right);
            }
        }
        (inputs, vectors)
    }

    fn with_population(&self, n: usize, trial: Trial<'_>) -> (Mat<f64>, Vec<Vec<f64>>) {
        let gaussian = Sampler::Gaussian.matrix(n, n, &mut trial.stream(Matrix::Data));
        let mut rotation = gaussian.qr().compute_Q();
        let values = variances(&self.signals, &self.population, n);
        let mut vectors: Vec<Vec<f64>> = (0..self.signals.len()).map(|column| rotation.col_as_slice(column).to_vec()).collect();
        vectors.iter_mut().for_each(|vector| normalise(vector));
        for (column, value) in values.into_iter().enumerate() {
            let scale = value.sqrt();
            rotation.col_as_slice_mut(column).iter_mut().for_each(|x| *x *= scale);
        }
        (rotation.transpose().to_owned(), vectors)
    }

    fn references(&self, n: usize, vectors: &[Vec<f64>], norms: Option<Vec<f64>>) -> Vec<Reference> {
        if !self.follows {
            return Vec::new();
        }
        let signals = vectors.iter().enumerate().map(|(index, vector)| (format!("signal {index}"), vector.clone()));
        let mut list: Vec<(String, Vec<f64>)> = signals.collect();
        list.extend(norms.map(|norms| ("column_norms".to_owned(), norms)));
        list.push(("ones".to_owned(), ones(n)));
        list.into_iter().filter_map(|(name, vector)| Reference::new(name, false, vector)).collect()
    }
}

/// Values and cumulative weights.
pub(super) fn cumulative(atoms: &[[rug::Rational; 2]]) -> Vec<[f64; 2]> {
    let mut reached = 0.0;
    let atom = |[value, weight]: &[rug::Rational; 2]| {
        reached += weight.to_f64();
        [value.to_f64(), reached]
    };
    atoms.iter().map(atom).collect()
}

/// The eigenvalues of an n × n population: the spikes first, then the atoms in their proportions.
pub(super) fn variances(spikes: &[f64], population: &[[f64; 2]], n: usize) -> Vec<f64> {
    let rest = n.saturating_sub(spikes.len());
    let quantile = |k: usize| {
        let p = (k as f64 + 0.5) / rest as f64;
        population.iter().find(|[_, reached]| p < *reached).or(population.last()).map_or(0.0, |[value, _]| *value)
    };
    spikes.iter().copied().chain((0..rest).map(quantile)).collect()
}

impl Ensemble for ConjugateKernels {
    fn name(&self) -> &str {
        "conjugate kernel"
    }

    /// n samples, and the integers nearest to n/γ_l: d0, the input dimension where it is isotropic, and the widths d1, d2, …
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let first = usize::from(self.input.is_none());
        let names: Vec<String> = (first..=self.gamma.len()).map(|layer| format!("d{layer}")).collect();
        let mut exact = vec![("n", n as f64)];
        for (name, gamma) in names.iter().zip(self.input.iter().chain(&self.gamma)) {
            exact.push((name, n as f64 / ratio("gamma", *gamma)?));
        }
        let dimensions = Sizes::rounded(n, &exact)?;
        let mut d: Vec<u128> = dimensions[1..].iter().map(|(_, size)| *size as u128).collect();
        if first == 1 {
            d.insert(0, n as u128);
        }
        let weights: u128 = d.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let entries = weights + d.iter().map(|d| d * n as u128).sum::<u128>();
        Ok(Sizes { n, dimensions, entries })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let n = sizes.of("n")?;
        let (mut inputs, vectors) = self.inputs(n, sizes.get("d0"), trial);
        run.check()?;
        if self.columns != Columns::Raw {
            with_unit_columns(&mut inputs);
        }
        let mut spectra = Vec::with_capacity(self.activations.len() + 1);
        if self.input.is_some() {
            spectra.push(spectrum(&inputs, n, 1, &self.references(n, &vectors, None), run)?);
        }
        for (layer, activation) in (1..).zip(&self.activations) {
            run.check()?;
            let width = sizes.of(&format!("d{layer}"))?;
            let norms = match self.columns {
                Columns::Raw => Some(norm_excess(&inputs)),
                Columns::UnitInputs if layer > 1 => Some(norm_excess(&inputs)),
                Columns::Unit | Columns::UnitInputs => None,
            };
            let weights = Sampler::Gaussian.matrix(width, inputs.nrows(), &mut trial.layer_stream(layer, Matrix::Weights));
            let mut outputs = product(&weights, &inputs);
            drop(weights);
            activation.apply(&mut outputs)?;
            run.check()?;
            inputs = outputs * Scale((width as f64).sqrt().recip());
            if self.columns == Columns::Unit {
                with_unit_columns(&mut inputs);
            }
            spectra.push(spectrum(&inputs, n, 1, &self.references(n, &vectors, norms), run)?);
        }
        Ok(Draw { spectra, scalars: Vec::new() })
    }
}
