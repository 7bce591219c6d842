//! A first layer after one exact gradient step of the squared loss, and the kernels of its weights and of its outputs.
//!
//! f(x) = N^(−1/2) Σ_j a_j σ(w_j·x) with W_0 (d × N) of entries N(0, 1/d) and a_j = ±N^(−1/2), on n samples N(0, I_d) with labels
//! teacher(β·x) − mean + noise; W_1 = W_0 − η √N ∇_W (1/2n) Σ (f(x_i) − y_i)². The spectra are those of K = PᵀP/m, P = σ(X W_1) on m
//! fresh samples, and of W_1ᵀW_1, both N × N. Reference vectors: `readout` (right, a), `labels` (left of K, the test labels),
//! `ones` and `column_norms` (right of K, |w_j|² − 1), `teacher` (left of W_1, β). The scalar `beside_rank_one` is the operator norm of
//! W_1 − W_0 − η b β̂ aᵀ. σ is f with mean 0 and variance 1; σ′ is the derivative of f over its deviation.

use super::gram::{Reference, eigenvalues, smaller_gram, spectrum};
use super::normalised::{Normalised, constant, hermite_coefficients, mean_and_variance};
use super::signals::{add_rank_one, norm_excess, orthonormal, product, transposed_product};
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Trial};
use crate::activation::Program;
use crate::model::{Simulation, Trained};
use faer::{ColRef, Mat, Scale};

/// The scalar that tells how far a step is from one of rank one.
const REST: &str = "beside_rank_one";

/// Trained layers that can be drawn.
pub struct TrainedLayers {
    activation: Normalised,
    derivative: Program,
    /// b = E σ′.
    slope: f64,
    teacher: Program,
    /// The mean of the teacher.
    offset: f64,
    eta: f64,
    gamma: [f64; 2],
    d_over_n: f64,
    noise: f64,
    entries: Sampler,
}

impl TrainedLayers {
    /// The ensemble of a model; `simulation` may name the activation of the student and the law of the entries of W_0 and the data.
    ///
    /// # Errors
    /// [`SimulationError::NotNormalised`].
    pub fn new(model: &Trained, simulation: &Simulation) -> Result<Self, SimulationError> {
        let f = simulation.activation.as_ref().unwrap_or(&model.activation);
        let activation = Normalised::new(Program::new(f))?;
        Ok(Self {
            slope: hermite_coefficients(&Program::new(f), 1)[1] * activation.scale(),
            activation,
            derivative: Program::new(&model.derivative_of(f)),
            teacher: Program::new(&model.teacher),
            offset: mean_and_variance(&Program::new(&model.teacher))[0],
            eta: constant(&Program::new(&model.eta)),
            gamma: model.gamma.each_ref().map(rug::Rational::to_f64),
            d_over_n: model.d_over_n.to_f64(),
            noise: constant(&Program::new(&model.noise)),
            entries: simulation.entries.map_or(Sampler::Gaussian, Sampler::from),
        })
    }

    /// Labels of samples, the rows of x.
    fn labels(&self, x: &Mat<f64>, beta: &[f64], trial: Trial<'_>, layer: usize) -> Result<Vec<f64>, SimulationError> {
        let along = x * ColRef::from_slice(beta);
        let arguments: Vec<f64> = along.iter().copied().collect();
        let mut values = arguments.clone();
        self.teacher.apply(&mut values);
        if let Some(row) = values.iter().position(|value| !value.is_finite()) {
            return Err(SimulationError::NotFinite { argument: arguments[row], value: values[row] });
        }
        let mut noise = vec![0.0; values.len()];
        if self.noise > 0.0 {
            Sampler::Gaussian.fill(&mut noise, &mut trial.layer_stream(layer, Matrix::Noise));
        }
        Ok(values.iter().zip(noise).map(|(value, noise)| value - self.offset + self.noise * noise).collect())
    }
}

impl TrainedLayers {
    /// The operator norm of a step less η b β̂ aᵀ, β̂ = Xᵀy/n and b = E σ′.
    fn beside_rank_one(&self, mut step: Mat<f64>, x: &Mat<f64>, labels: &[f64], readout: &[f64]) -> Result<f64, SimulationError> {
        let beta = x.transpose() * ColRef::from_slice(labels);
        let beta: Vec<f64> = beta.iter().map(|value| value / labels.len() as f64).collect();
        add_rank_one(&mut step, -self.eta * self.slope, &beta, readout);
        let (all, largest) = (step.nrows().min(step.ncols()), step.nrows().max(step.ncols()));
        let top = eigenvalues(&smaller_gram(&step, 1), all, largest)?.last().copied().unwrap_or(0.0);
        Ok(top.max(0.0).sqrt())
    }
}

impl Ensemble for TrainedLayers {
    fn name(&self) -> &str {
        "trained"
    }

    /// N neurons, and the integers nearest to d, m (test samples) and n (training samples).
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let neurons = n as f64;
        let [d, m] = [neurons / ratio("gamma", self.gamma[0])?, neurons / ratio("gamma", self.gamma[1])?];
        let samples = d / ratio("d_over_n", self.d_over_n)?;
        let dimensions = Sizes::rounded(n, &[("N", neurons), ("d", d), ("m", m), ("n", samples)])?;
        let [neurons, d, m, samples] = [0, 1, 2, 3].map(|index: usize| dimensions[index].1 as u128);
        let entries = d * (neurons + samples + m) + neurons * (samples + m);
        Ok(Sizes { n, dimensions, entries })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let [neurons, d, m, n] = [sizes.of("N")?, sizes.of("d")?, sizes.of("m")?, sizes.of("n")?];
        let root = (neurons as f64).sqrt();
        let initial = self.entries.matrix(d, neurons, &mut trial.stream(Matrix::Weights));
        let mut weights = &initial * Scale((d as f64).sqrt().recip());
        drop(initial);
        let readout = Sampler::Rademacher.matrix(neurons, 1, &mut trial.stream(Matrix::Readout));
        let readout: Vec<f64> = readout.col_as_slice(0).iter().map(|sign| sign / root).collect();
        let beta = orthonormal(d, 1, &[], trial, Matrix::Directions).swap_remove(0);
        let train = self.entries.matrix(n, d, &mut trial.stream(Matrix::Data));
        let labels = self.labels(&train, &beta, trial, 0)?;
        run.check()?;
        let before = product(&train, &weights);
        let mut slopes = before.clone();
        let mut hidden = before;
        self.activation.apply(&mut hidden)?;
        for column in 0..neurons {
            self.derivative.apply(slopes.col_as_slice_mut(column));
        }
        let outputs = &hidden * ColRef::from_slice(&readout);
        let residuals: Vec<f64> = outputs.iter().zip(&labels).map(|(output, label)| output / root - label).collect();
        // −η √N ∂/∂w_j = −η a_j σ′ over the deviation, summed over the samples
        for (column, a) in readout.iter().enumerate() {
            let factor = -self.eta * a * self.activation.scale() / n as f64;
            slopes.col_as_slice_mut(column).iter_mut().zip(&residuals).for_each(|(slope, r)| *slope *= factor * r);
        }
        run.check()?;
        let step = transposed_product(&train, &slopes);
        drop((slopes, hidden));
        weights += &step;
        let rest = self.beside_rank_one(step, &train, &labels, &readout)?;
        drop(train);
        run.check()?;
        let test = self.entries.matrix(m, d, &mut trial.stream(Matrix::Test));
        let test_labels = self.labels(&test, &beta, trial, 1)?;
        let mut outputs = product(&test, &weights);
        drop(test);
        self.activation.apply(&mut outputs)?;
        run.check()?;
        let reference = |name: &str, is_left: bool, vector: &[f64]| Reference::new(name, is_left, vector.to_vec());
        let norms = norm_excess(&weights);
        let of_kernel: Vec<Reference> = [
            reference("labels", true, &test_labels),
            reference("readout", false, &readout),
            reference("ones", false, &vec![1.0; neurons]),
            reference("column_norms", false, &norms),
        ]
        .into_iter()
        .flatten()
        .collect();
        let of_weights: Vec<Reference> =
            [reference("teacher", true, &beta), reference("readout", false, &readout)].into_iter().flatten().collect();
        let kernel = spectrum(&outputs, neurons, m, &of_kernel, run)?;
        drop(outputs);
        Ok(Draw {
            spectra: vec![kernel, spectrum(&weights, neurons, 1, &of_weights, run)?],
            scalars: vec![(REST.to_owned(), rest)],
        })
    }
}
