//! The ensemble of ridge regressions on the sphere |x|² = d: random features f(⟨w, x⟩) with unit w, or the kernel K(x, x′) =
//! E_w f(⟨w, x⟩) f(⟨w, x′⟩). The kernel is a function of the cosine t of x and x′, tabulated from averages over the part of √d w in a plane,
//! whose angle is uniform and whose squared length is d times a beta variable.
//!
//! d is that of the model at every size. Scalars: `test`, `train`, `train_penalised`.

use faer::linalg::solvers::{Llt, Solve};
use faer::{ColRef, Mat, Side};

use super::gram::{activate, smaller_gram};
use super::normalised::constant;
use super::regression::{BLOCK, TEST, refused};
use super::ridge::Ridge;
use super::signals::{normalise, product};
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Trial};
use crate::activation::Program;
use crate::model::{Regression, Simulation};

/// Places of the table of a kernel, and radii and angles behind each.
const TABLE: usize = 801;
const RADII: usize = 48;
const ANGLES: usize = 512;

/// Regressions on the sphere.
pub struct SphereRegressions {
    d: usize,
    /// N/n; none for a kernel.
    width: Option<f64>,
    activation: Program,
    teacher: Program,
    penalty: f64,
    noise: f64,
    /// K at cosines from −1 to 1.
    table: Vec<f64>,
}

/// What a fit predicts with.
enum Predictor {
    Features { weights: Mat<f64>, readout: Vec<f64> },
    Kernel { x: Mat<f64>, dual: Vec<f64> },
}

impl SphereRegressions {
    /// From a model on a sphere of this dimension.
    ///
    /// # Errors
    /// What is drawn in place of what the model says.
    pub fn new(model: &Regression, d: usize, simulation: &Simulation) -> Result<Self, SimulationError> {
        refused(simulation)?;
        let width = model.widths[0].as_ref().map(|width| width.to_f64() / model.samples.to_f64());
        let activation = Program::new(&model.activations[0]);
        let table = if width.is_none() { table(&activation, d) } else { Vec::new() };
        let [penalty, noise] = [&model.ridge, &model.noise].map(|f| constant(&Program::new(f)));
        Ok(Self { d, width, activation, teacher: Program::new(&model.teacher), penalty, noise, table })
    }

    /// Points of the sphere in rows, and the teacher at their first coordinate.
    fn inputs(&self, count: usize, stream: &mut impl rand::Rng) -> Result<(Mat<f64>, Vec<f64>), SimulationError> {
        let columns = on_the_sphere(self.d, count, (self.d as f64).sqrt(), stream);
        let mut labels = Mat::from_fn(count, 1, |row, _| columns[(0, row)]);
        activate(&mut labels, &self.teacher)?;
        Ok((columns.transpose().to_owned(), labels.col_as_slice(0).to_vec()))
    }

    /// K of points in rows with others.
    fn kernel(&self, x: &Mat<f64>, other: &Mat<f64>) -> Mat<f64> {
        let products = product(x, &other.transpose().to_owned());
        Mat::from_fn(x.nrows(), other.nrows(), |i, j| self.at(products[(i, j)] / self.d as f64))
    }

    /// K at a cosine, by the cubic through four places of the table.
    fn at(&self, cosine: f64) -> f64 {
        let place = (cosine.clamp(-1.0, 1.0) + 1.0) / 2.0 * (TABLE - 1) as f64;
        let first = (place.floor() as usize).clamp(1, TABLE - 3) - 1;
        let s = place - first as f64;
        let value = |k: usize| self.table[first + k];
        let weights = [
            -(s - 1.0) * (s - 2.0) * (s - 3.0) / 6.0,
            s * (s - 2.0) * (s - 3.0) / 2.0,
            -s * (s - 1.0) * (s - 3.0) / 2.0,
            s * (s - 1.0) * (s - 2.0) / 6.0,
        ];
        (0..4).map(|k| weights[k] * value(k)).sum()
    }

    /// The fit with its training error and penalised minimum.
    fn fit(
        &self,
        x: Mat<f64>,
        labels: &[f64],
        neurons: Option<usize>,
        trial: Trial<'_>,
    ) -> Result<(Predictor, [f64; 2]), SimulationError> {
        let n = labels.len();
        if let Some(neurons) = neurons {
            let weights = on_the_sphere(self.d, neurons, 1.0, &mut trial.stream(Matrix::Weights));
            let mut features = product(&x, &weights);
            activate(&mut features, &self.activation)?;
            let gram = smaller_gram(&features, n);
            let fit = Ridge::new(&features, &gram, self.penalty)?.fits(labels, &[], &[Vec::new()]).swap_remove(0);
            return Ok((Predictor::Features { weights, readout: fit.readout }, [fit.train_mse, fit.train]));
        }
        let kernel = self.kernel(&x, &x);
        let mut penalised = kernel.clone();
        (0..n).for_each(|index| penalised[(index, index)] += self.penalty);
        let factor = Llt::new(penalised.as_ref(), Side::Lower).map_err(|_| SimulationError::Ridge { ridge: self.penalty })?;
        let dual = factor.solve(ColRef::from_slice(labels));
        let predicted = &kernel * &dual;
        let train = labels.iter().zip(predicted.iter()).map(|(label, value)| (label - value).powi(2)).sum::<f64>() / n as f64;
        let norm: f64 = dual.iter().zip(predicted.iter()).map(|(a, b)| a * b).sum();
        let losses = [train, train + self.penalty / n as f64 * norm];
        Ok((Predictor::Kernel { x, dual: dual.iter().copied().collect() }, losses))
    }

    fn outputs(&self, predictor: &Predictor, x: &Mat<f64>) -> Result<Vec<f64>, SimulationError> {
        let found = match predictor {
            Predictor::Features { weights, readout } => {
                let mut features = product(x, weights);
                activate(&mut features, &self.activation)?;
                &features * ColRef::from_slice(readout)
            }
            Predictor::Kernel { x: samples, dual } => &self.kernel(x, samples) * ColRef::from_slice(dual),
        };
        Ok(found.iter().copied().collect())
    }
}

/// Points uniform on a sphere, in columns.
fn on_the_sphere(d: usize, count: usize, radius: f64, stream: &mut impl rand::Rng) -> Mat<f64> {
    let mut points = Sampler::Gaussian.matrix(d, count, stream);
    for column in 0..count {
        let point = points.col_as_slice_mut(column);
        normalise(point);
        point.iter_mut().for_each(|value| *value *= radius);
    }
    points
}

/// The kernel at cosines from −1 to 1.
fn table(f: &Program, d: usize) -> Vec<f64> {
    let d = d as f64;
    // P(|part in a plane|² > r² d) = (1 − r²)^{(d − 2)/2}
    let radius = |k: usize| {
        let tail: f64 = 1.0 - (k as f64 + 0.5) / RADII as f64;
        (d * (1.0 - tail.powf(2.0 / (d - 2.0)))).sqrt()
    };
    let values = |angle: f64| {
        let mut list: Vec<f64> = (0..RADII)
            .flat_map(|k| (0..ANGLES).map(move |j| (k, (j as f64 + 0.5) * std::f64::consts::TAU / ANGLES as f64)))
            .map(|(k, phase)| radius(k) * (phase - angle).cos())
            .collect();
        f.apply(&mut list);
        list
    };
    let first = values(0.0);
    let at = |place: usize| {
        let cosine = 2.0 * place as f64 / (TABLE - 1) as f64 - 1.0;
        let second = values(cosine.clamp(-1.0, 1.0).acos());
        first.iter().zip(&second).map(|(a, b)| a * b).sum::<f64>() / first.len() as f64
    };
    (0..TABLE).map(at).collect()
}

impl Ensemble for SphereRegressions {
    fn name(&self) -> &str {
        "regression on the sphere"
    }

    /// n samples, N in the proportion of the model, d as it is.
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let mut exact = vec![("n", n as f64)];
        exact.extend(self.width.map(|width| ("N1", n as f64 * width)));
        let dimensions = Sizes::rounded(n, &exact)?;
        let columns = dimensions.get(1).map_or(n, |(_, neurons)| *neurons) as u128;
        let samples = n as u128 + TEST as u128;
        Ok(Sizes { n, dimensions, entries: samples * (columns + self.d as u128) + columns * self.d as u128 })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let n = sizes.of("n")?;
        let (x, mut labels) = self.inputs(n, &mut trial.stream(Matrix::Data))?;
        let mut noise = vec![0.0; n];
        Sampler::Gaussian.fill(&mut noise, &mut trial.stream(Matrix::Noise));
        labels.iter_mut().zip(&noise).for_each(|(label, noise)| *label += self.noise * noise);
        let (predictor, [train, penalised]) = self.fit(x, &labels, sizes.get("N1"), trial)?;
        run.check()?;
        let (mut sum, mut stream) = (0.0, trial.stream(Matrix::Test));
        for _ in 0..TEST / BLOCK {
            let (x, labels) = self.inputs(BLOCK, &mut stream)?;
            let outputs = self.outputs(&predictor, &x)?;
            sum += labels.iter().zip(&outputs).map(|(label, output)| (label - output).powi(2)).sum::<f64>();
            run.check()?;
        }
        let test = sum / (TEST / BLOCK * BLOCK) as f64 + self.noise.powi(2);
        let scalars = [("test", test), ("train", train), ("train_penalised", penalised)];
        Ok(Draw { spectra: Vec::new(), scalars: scalars.map(|(name, value)| (name.to_owned(), value)).into() })
    }
}
