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
    /// The mean square of what the labels have beside their linear part, E Z teacher(Z) times β_*·x.
    pub rest_energy: f64,
}

impl Task {
    pub fn new(model: &OneStep) -> Self {
        let teacher = Program::new(&model.teacher);
        let coefficients = hermite_coefficients(&teacher, 1);
        Self { teacher, coefficients: [coefficients[0], coefficients[1]], noise: model.noise.to_f64() }
    }

    /// The labels of rows of x without noise, and the sum of squares of what they have beside their linear part.
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
        // with the noise
        let rest = labels.iter().zip(along.iter()).map(|(label, x)| (label - self.coefficients[1] * x).powi(2)).sum::<f64>();
        Ok(Samples { x, labels, rest_energy: rest / count as f64 })
    }
}
