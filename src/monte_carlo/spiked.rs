//! The ensemble of ridge regressions on spiked features: rows of W uniform on the unit sphere, to which u v is added, with a direction of
//! the teacher at the given cosine with v. Scalars: `test`, `train`, `train_penalised`.

use faer::{ColRef, Mat};

use super::gram::{activate, smaller_gram};
use super::normalised::constant;
use super::regression::{BLOCK, TEST, refused};
use super::ridge::Ridge;
use super::signals::{normalise, orthonormal, product};
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Trial};
use crate::activation::Program;
use crate::model::{Simulation, SpikedFeatures};

/// Regressions on spiked features.
pub struct SpikedRegressions {
    model: SpikedFeatures,
    activation: Program,
    teacher: Program,
    penalty: f64,
    noise: f64,
    overlap: f64,
}

impl SpikedRegressions {
    /// From a model.
    ///
    /// # Errors
    /// What is drawn in place of what the model says.
    pub fn new(model: &SpikedFeatures, simulation: &Simulation) -> Result<Self, SimulationError> {
        refused(simulation)?;
        let [penalty, noise, overlap] = [&model.ridge, &model.noise, &model.overlap].map(|f| constant(&Program::new(f)));
        let [activation, teacher] = [&model.activation, &model.teacher].map(Program::new);
        Ok(Self { model: model.clone(), activation, teacher, penalty, noise, overlap })
    }

    fn inputs(&self, count: usize, beta: &[f64], stream: &mut impl rand::Rng) -> Result<(Mat<f64>, Vec<f64>), SimulationError> {
        let x = Sampler::Gaussian.matrix(count, beta.len(), stream);
        let along = &x * ColRef::from_slice(beta);
        let mut labels = Mat::from_fn(count, 1, |row, _| along[row]);
        activate(&mut labels, &self.teacher)?;
        Ok((x, labels.col_as_slice(0).to_vec()))
    }
}

impl Ensemble for SpikedRegressions {
    fn name(&self) -> &str {
        "spiked_features"
    }

    /// n samples, and the integers nearest to N and d.
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let d = n as f64 * ratio("phi", self.model.phi.to_f64())?;
        let neurons = d / ratio("psi", self.model.psi.to_f64())?;
        let dimensions = Sizes::rounded(n, &[("n", n as f64), ("N", neurons), ("d", d)])?;
        let [samples, neurons, d] = [0, 1, 2].map(|index: usize| dimensions[index].1 as u128);
        let all = samples + TEST as u128;
        Ok(Sizes { n, dimensions, entries: all * (neurons + d) + neurons * d })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let [n, neurons, d] = [sizes.of("n")?, sizes.of("N")?, sizes.of("d")?];
        let directions = orthonormal(d, 2, &[], trial, Matrix::Directions);
        let [step, other] = [&directions[0], &directions[1]];
        let rest = (1.0 - self.overlap * self.overlap).max(0.0).sqrt();
        let beta: Vec<f64> = step.iter().zip(other).map(|(v, w)| self.overlap * v + rest * w).collect();
        let mut weights = Sampler::Gaussian.matrix(d, neurons, &mut trial.stream(Matrix::Weights));
        let sizes_of_steps = self.model.strengths.iter().zip(self.model.counts(neurons));
        let strengths = sizes_of_steps.flat_map(|([u, _], count)| std::iter::repeat_n(u.to_f64(), count));
        for (column, u) in strengths.enumerate() {
            let row = weights.col_as_slice_mut(column);
            normalise(row);
            row.iter_mut().zip(step).for_each(|(w, v)| *w += u * v);
        }
        let (x, mut labels) = self.inputs(n, &beta, &mut trial.stream(Matrix::Data))?;
        let mut noise = vec![0.0; n];
        Sampler::Gaussian.fill(&mut noise, &mut trial.stream(Matrix::Noise));
        labels.iter_mut().zip(&noise).for_each(|(label, noise)| *label += self.noise * noise);
        let features = |x: &Mat<f64>| -> Result<Mat<f64>, SimulationError> {
            let mut outputs = product(x, &weights);
            activate(&mut outputs, &self.activation)?;
            Ok(outputs)
        };
        let fitted = features(&x)?;
        run.check()?;
        let gram = smaller_gram(&fitted, n);
        let fit = Ridge::new(&fitted, &gram, self.penalty)?.fits(&labels, &[], &[Vec::new()]).swap_remove(0);
        run.check()?;
        let (mut sum, mut stream) = (0.0, trial.stream(Matrix::Test));
        for _ in 0..TEST / BLOCK {
            let (x, labels) = self.inputs(BLOCK, &beta, &mut stream)?;
            let outputs = &features(&x)? * ColRef::from_slice(&fit.readout);
            sum += labels.iter().zip(outputs.iter()).map(|(label, output)| (label - output).powi(2)).sum::<f64>();
            run.check()?;
        }
        let test = sum / (TEST / BLOCK * BLOCK) as f64 + self.noise.powi(2);
        let scalars = [("test", test), ("train", fit.train_mse), ("train_penalised", fit.train)];
        Ok(Draw { spectra: Vec::new(), scalars: scalars.map(|(name, value)| (name.to_owned(), value)).into() })
    }
}
