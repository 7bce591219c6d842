//! What a network of one step is taught: samples x ~ N(0, I_d) with labels y = teacher(β_*·x) − mean + noise.

use super::normalised::{constant, mean_and_variance};
use super::{Matrix, Sampler, SimulationError, Trial};
use crate::activation::Program;
use crate::model::OneStep;
use faer::{ColRef, Mat};

/// The teacher and its noise.
pub(super) struct Task {
    teacher: Program,
    /// E teacher(Z).
    mean: f64,
    /// The standard deviation of the noise.
    pub noise: f64,
}

/// Samples, one a row, with their labels.
pub(super) struct Samples {
    pub x: Mat<f64>,
    pub labels: Vec<f64>,
}

impl Task {
    pub fn new(model: &OneStep) -> Self {
        let teacher = Program::new(&model.teacher);
        let mean = mean_and_variance(&teacher)[0];
        Self { teacher, mean, noise: constant(&Program::new(&model.noise)) }
    }

    /// The labels of rows of x without noise.
    pub fn clean(&self, x: &Mat<f64>, direction: &[f64]) -> Result<Vec<f64>, SimulationError> {
        let along: Vec<f64> = (x * ColRef::from_slice(direction)).iter().copied().collect();
        let mut values = along.clone();
        self.teacher.apply(&mut values);
        if let Some(row) = values.iter().position(|value| !value.is_finite()) {
            return Err(SimulationError::NotFinite { argument: along[row], value: values[row] });
        }
        values.iter_mut().for_each(|value| *value -= self.mean);
        Ok(values)
    }

    /// `count` samples of the data set with this number.
    pub fn samples(&self, count: usize, direction: &[f64], trial: Trial<'_>, set: usize) -> Result<Samples, SimulationError> {
        let x = Sampler::Gaussian.matrix(count, direction.len(), &mut trial.layer_stream(set, Matrix::Data));
        let mut labels = self.clean(&x, direction)?;
        let mut noise = vec![0.0; count];
        if self.noise > 0.0 {
            Sampler::Gaussian.fill(&mut noise, &mut trial.layer_stream(set, Matrix::Noise));
        }
        labels.iter_mut().zip(noise).for_each(|(label, noise)| *label += self.noise * noise);
        Ok(Samples { x, labels })
    }
}

/// Means of the products of 1, z, z², z³, z_* and y over samples, one batch after the other.
#[derive(Default)]
pub(super) struct Products {
    sums: [[f64; PRODUCTS]; PRODUCTS],
    count: usize,
}

const PRODUCTS: usize = 6;

impl Products {
    /// Adds samples, given by z, z_* and y.
    pub fn add(&mut self, z: &[f64], along: &[f64], labels: &[f64]) {
        for ((z, along), label) in z.iter().zip(along).zip(labels) {
            let list = [1.0, *z, z * z, z * z * z, *along, *label];
            for (row, a) in self.sums.iter_mut().zip(list) {
                row.iter_mut().zip(list).for_each(|(sum, b)| *sum += a * b);
            }
        }
        self.count += z.len();
    }

    /// The upper triangle as scalars `name[j][k]`.
    pub fn scalars(&self, name: &str) -> Vec<(String, f64)> {
        let pairs = (0..PRODUCTS).flat_map(|j| (j..PRODUCTS).map(move |k| (j, k)));
        pairs.map(|(j, k)| (format!("{name}[{j}][{k}]"), self.sums[j][k] / self.count as f64)).collect()
    }
}
