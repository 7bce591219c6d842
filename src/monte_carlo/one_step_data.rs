//! What a network of one step is taught: samples x ~ N(0, I_d) with labels y = teacher(β_*·x) − mean + noise.

use super::normalised::hermite_coefficients;
use super::{Matrix, Sampler, SimulationError, Trial};
use crate::activation::Program;
use crate::model::OneStep;
use faer::{ColRef, Mat};

/// The teacher and its noise.
pub(super) struct Task {
    teacher: Program,
    /// E teacher(Z) and E Z teacher(Z).
    coefficients: [f64; 2],
    /// The standard deviation of the noise.
    pub noise: f64,
}

/// Samples, one a row, with their labels.
pub(super) struct Samples {
    pub x: Mat<f64>,
    pub labels: Vec<f64>,
    /// The least-squares coefficient of β_*·x in the labels, the mean square of that part, and that of the rest.
    pub linear: f64,
    pub linear_energy: f64,
    pub rest_energy: f64,
}

impl Task {
    pub fn new(model: &OneStep) -> Self {
        let teacher = Program::new(&model.teacher);
        let coefficients = hermite_coefficients(&teacher, 1);
        Self { teacher, coefficients: [coefficients[0], coefficients[1]], noise: model.noise.to_f64() }
    }

    /// The labels of rows of x without noise, and the sum of squares of what they have beside E Z teacher(Z) times β_*·x.
    pub fn clean(&self, x: &Mat<f64>, direction: &[f64]) -> Result<(Vec<f64>, f64), SimulationError> {
        let along: Vec<f64> = (x * ColRef::from_slice(direction)).iter().copied().collect();
        let mut values = along.clone();
        self.teacher.apply(&mut values);
        if let Some(row) = values.iter().position(|value| !value.is_finite()) {
            return Err(SimulationError::NotFinite { argument: along[row], value: values[row] });
        }
        values.iter_mut().for_each(|value| *value -= self.coefficients[0]);
        let rest = values.iter().zip(&along).map(|(value, x)| (value - self.coefficients[1] * x).powi(2)).sum();
        Ok((values, rest))
    }

    /// `count` samples of the data set with this number.
    pub fn samples(&self, count: usize, direction: &[f64], trial: Trial<'_>, set: usize) -> Result<Samples, SimulationError> {
        let x = Sampler::Gaussian.matrix(count, direction.len(), &mut trial.layer_stream(set, Matrix::Data));
        let (mut labels, _) = self.clean(&x, direction)?;
        let mut noise = vec![0.0; count];
        if self.noise > 0.0 {
            Sampler::Gaussian.fill(&mut noise, &mut trial.layer_stream(set, Matrix::Noise));
        }
        labels.iter_mut().zip(noise).for_each(|(label, noise)| *label += self.noise * noise);
        let along = &x * ColRef::from_slice(direction);
        let mean_product = |a: &mut dyn Iterator<Item = f64>| a.sum::<f64>() / count as f64;
        let square = mean_product(&mut along.iter().map(|x| x * x));
        let linear = mean_product(&mut along.iter().zip(&labels).map(|(x, label)| x * label)) / square;
        let rest_energy = mean_product(&mut along.iter().zip(&labels).map(|(x, label)| (label - linear * x).powi(2)));
        Ok(Samples { x, labels, linear, linear_energy: linear * linear * square, rest_energy })
    }
}
