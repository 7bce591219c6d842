//! Networks with normalised activations and the eigenvalues of their kernels K_l = X_lᵀX_l, n × n, l = 0 … L.
//!
//! X_0 = Z/√d_0 with independent entries of variance one in Z and signals: + √t u vᵀ for t > 0, times I − (1 − √(1 + t)) v vᵀ for
//! t < 0, u and v unit vectors of random signs; or X_0 = Λ^½Oᵀ, n × n, with a Haar matrix O and the eigenvalues Λ of a population
//! and its spikes, the spikes first; or X_0 is the user's data, and the weights alone are drawn. X_l = σ_l(W_l X_{l−1})/√d_l with Gaussian W_l. Columns are stretched to length 1 in every
//! layer, in the input, or nowhere; those of data stay as they are. The spectrum of a given K_0 is not drawn.
//!
//! Reference vectors, right ones: `signal i`, the vector of the i-th signal; `ones`; `column_norms` of the layer whose columns
//! below are as they are, |x_i|² − 1.

use super::gram::{Reference, smaller_gram, spectrum};
use super::leading::leading;
use super::normalised::Normalised;
use super::population::Drawn;
use super::signals::{add_rank_one, norm_excess, normalise, ones, orthonormal, product, shrink_direction, with_unit_columns};
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Trial};
use crate::model::{Columns, ConjugateKernel, DataMatrix, Entries, KernelInput, LayerData, Simulation};
use faer::{Mat, Scale};
use std::sync::Arc;

/// Why eigenvalues that data do not have are not drawn.
const BESIDE: &str = "signals beside data are none of theirs, and not drawn: follow eigenvalues of the data with top = …";

/// Where X_0 comes from.
enum Input {
    /// Drawn with independent entries; n/d_0.
    Isotropic(f64),
    /// Drawn with given eigenvalues of X_0ᵀX_0.
    Population(Drawn),
    /// Fixed, a sample a column; at n samples n of them, evenly spaced, scaled to mean square norm 1.
    Data(Arc<DataMatrix>),
}

/// Kernels of normalised activations that can be drawn.
pub struct ConjugateKernels {
    activations: Vec<Normalised>,
    input: Input,
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
            Normalised::new(simulation.program(layer.activation()).ok_or(SimulationError::NoActivation)?)
        };
        let input = match &model.input {
            KernelInput::Isotropic(gamma) => Input::Isotropic(gamma.to_f64()),
            KernelInput::Population(population) => Input::Population(Drawn::new(population)?),
            KernelInput::Data(data) if model.signal.len() > data.followed => return Err(SimulationError::NotDrawn(BESIDE)),
            KernelInput::Data(data) => Input::Data(data.matrix.clone()),
        };
        let entries = Entries { kurtosis: model.kurtosis_x.clone(), skewness: model.skewness_x.clone() };
        Ok(Self {
            activations: model.layers.iter().map(activation).collect::<Result<_, _>>()?,
            input,
            gamma: model.gamma.iter().map(rug::Rational::to_f64).collect(),
            signals: model.signal.iter().map(rug::Rational::to_f64).collect(),
            overlap: model.overlap.to_f64(),
            columns: model.columns,
            entries: simulation.entries.map_or_else(|| Sampler::with_moments(&entries), Sampler::from),
            follows,
        })
    }

    /// X_0 and the vectors of the signals.
    fn inputs(
        &self,
        n: usize,
        sizes: &Sizes,
        trial: Trial<'_>,
        run: &Run<'_>,
    ) -> Result<(Mat<f64>, Vec<Vec<f64>>), SimulationError> {
        match &self.input {
            Input::Isotropic(_) => Ok(self.isotropic(n, sizes.of("d0")?, trial)),
            Input::Population(population) => Ok(self.with_population(population, n, trial)),
            Input::Data(matrix) => self.of_data(matrix, n, run),
        }
    }

    fn isotropic(&self, n: usize, d0: usize, trial: Trial<'_>) -> (Mat<f64>, Vec<Vec<f64>>) {
        let count = self.signals.len();
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

    /// n of the user's samples, and the top eigenvectors of their inner products.
    fn of_data(&self, matrix: &DataMatrix, n: usize, run: &Run<'_>) -> Result<(Mat<f64>, Vec<Vec<f64>>), SimulationError> {
        let columns = matrix.spread(n);
        let mut inputs = Mat::from_fn(matrix.rows, columns.len(), |row, column| matrix.at(row, columns[column]));
        let square = inputs.squared_norm_l2() / columns.len() as f64;
        inputs *= Scale(square.sqrt().recip());
        if self.signals.is_empty() {
            return Ok((inputs, Vec::new()));
        }
        let samples = inputs.transpose().to_owned();
        let found = leading(&samples, smaller_gram(&samples, 1), 1, self.signals.len(), run)?;
        Ok((inputs, found.vectors))
    }

    fn with_population(&self, population: &Drawn, n: usize, trial: Trial<'_>) -> (Mat<f64>, Vec<Vec<f64>>) {
        let gaussian = Sampler::Gaussian.matrix(n, n, &mut trial.stream(Matrix::Data));
        let mut rotation = gaussian.qr().compute_Q();
        let values = population.eigenvalues(&self.signals, n);
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

impl Ensemble for ConjugateKernels {
    fn name(&self) -> &str {
        "conjugate kernel"
    }

    /// n samples, and the integers nearest to n/γ_l: d0, the input dimension where it is isotropic, and the widths d1, d2, …
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let below = match &self.input {
            Input::Isotropic(gamma) => Some(*gamma),
            Input::Population(_) => None,
            Input::Data(matrix) if n > matrix.columns => {
                return Err(SimulationError::TooFewSamples { n, samples: matrix.columns });
            }
            Input::Data(_) => None,
        };
        let first = usize::from(below.is_none());
        let names: Vec<String> = (first..=self.gamma.len()).map(|layer| format!("d{layer}")).collect();
        let mut exact = vec![("n", n as f64)];
        for (name, gamma) in names.iter().zip(below.iter().chain(&self.gamma)) {
            exact.push((name, n as f64 / ratio("gamma", *gamma)?));
        }
        let dimensions = Sizes::rounded(n, &exact)?;
        let mut d: Vec<u128> = dimensions[1..].iter().map(|(_, size)| *size as u128).collect();
        if first == 1 {
            d.insert(0, if let Input::Data(matrix) = &self.input { matrix.rows } else { n } as u128);
        }
        let weights: u128 = d.windows(2).map(|pair| pair[0] * pair[1]).sum();
        let entries = weights + d.iter().map(|d| d * n as u128).sum::<u128>();
        Ok(Sizes { n, dimensions, entries })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let n = sizes.of("n")?;
        let (mut inputs, vectors) = self.inputs(n, sizes, trial, run)?;
        run.check()?;
        let is_data = matches!(self.input, Input::Data(_));
        if self.columns != Columns::Raw && !is_data {
            with_unit_columns(&mut inputs);
        }
        let mut spectra = Vec::with_capacity(self.activations.len() + 1);
        if matches!(self.input, Input::Isotropic(_)) {
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
