//! Features of a network of one step, those of its surrogate, and what readouts of them predict on fresh samples.

use super::gram::activate;
use super::normalised::{hermite_coefficients, mean_and_variance};
use super::one_step_data::{Products, Task};
use super::signals::product;
use super::{Matrix, Run, Sampler, SimulationError, Trial};
use crate::activation::Program;
use crate::model::DrawnStep;
use faer::{ColRef, Mat};

/// Fresh samples behind a test error, and how many are drawn at a time.
pub(super) const TEST: usize = 4000;
const BLOCK: usize = 500;

/// A coefficient below this share of the deviation of the activation is none: the quadrature has errors of 10^-8.
const PRESENT: f64 = 1e-6;

/// σ = f − E f, with its coefficients.
pub(super) struct Activation {
    program: Program,
    /// c_k = E f(Z) He_k(Z)/k!; c_0 is the mean that is taken off.
    coefficients: Vec<f64>,
    deviation: f64,
}

impl Activation {
    /// # Errors
    /// [`SimulationError::NotNormalised`] where its variance is not a positive finite number.
    pub fn new(program: Program) -> Result<Self, SimulationError> {
        let coefficients = hermite_coefficients(&program, DrawnStep::MOST_ORDER);
        let variance = mean_and_variance(&program)[1];
        if variance > 0.0 && variance.is_finite() {
            Ok(Self { program, coefficients, deviation: variance.sqrt() })
        } else {
            Err(SimulationError::NotNormalised { variance })
        }
    }

    /// c_k for 1 ≤ k ≤ [`DrawnStep::MOST_ORDER`].
    pub fn coefficient(&self, k: usize) -> f64 {
        self.coefficients[k]
    }

    /// Whether c_k counts as one.
    pub fn has(&self, k: usize) -> bool {
        self.coefficients[k].abs() > PRESENT * self.deviation
    }

    /// Applies σ to every entry.
    pub fn apply(&self, outputs: &mut Mat<f64>) -> Result<(), SimulationError> {
        activate(outputs, &self.program)?;
        for column in 0..outputs.ncols() {
            outputs.col_as_slice_mut(column).iter_mut().for_each(|value| *value -= self.coefficients[0]);
        }
        Ok(())
    }

    /// σ(X W) for samples in rows and neurons in columns.
    pub fn features(&self, x: &Mat<f64>, weights: &Mat<f64>) -> Result<Mat<f64>, SimulationError> {
        let mut outputs = product(x, weights);
        self.apply(&mut outputs)?;
        Ok(outputs)
    }
}

/// The powers that a surrogate adds to F_0: Σ c_k zᵏ (θᵏ)ᵀ, θ_i = c_1 η|β| a_i, for 1 ≤ k ≤ order.
pub(super) struct Powers {
    /// For each k the vector c_k θᵏ.
    vectors: Vec<Vec<f64>>,
}

impl Powers {
    /// With η|β|.
    pub fn new(activation: &Activation, order: usize, step: f64, readout: &[f64]) -> Self {
        let scale = activation.coefficient(1) * step;
        let vector = |k: usize| readout.iter().map(|a| activation.coefficient(k) * (scale * a).powi(k as i32)).collect();
        Self { vectors: (1..=order).map(vector).collect() }
    }

    /// Adds them to features of samples with these z.
    pub fn add(&self, features: &mut Mat<f64>, z: &[f64]) {
        for column in 0..features.ncols() {
            for (value, z) in features.col_as_slice_mut(column).iter_mut().zip(z) {
                *value += self.vectors.iter().rfold(0.0, |sum, vector| (sum + vector[column]) * z);
            }
        }
    }

    /// The coefficients of the polynomial in z that a readout of the surrogate has beside that of F_0, from the constant one.
    pub fn polynomial(&self, readout: &[f64]) -> Vec<f64> {
        let along = |vector: &Vec<f64>| vector.iter().zip(readout).map(|(power, a)| power * a).sum();
        std::iter::once(0.0).chain(self.vectors.iter().map(along)).collect()
    }
}

/// A prediction Σ_i a_i σ(w_i·x) + Σ_k p_k zᵏ.
pub(super) struct Predictor<'a> {
    pub weights: &'a Mat<f64>,
    pub readout: Vec<f64>,
    /// p_0, p_1, …
    pub polynomial: Vec<f64>,
}

/// What fresh samples say.
pub(super) struct TestErrors {
    /// The mean square of the errors of each predictor, with the noise.
    pub errors: Vec<f64>,
    /// The products of labels without noise and powers of z.
    pub products: Products,
}

/// The directions of a draw: β_* and β/|β|.
#[derive(Clone, Copy)]
pub(super) struct Directions<'a> {
    pub teacher: &'a [f64],
    pub step: &'a [f64],
}

impl Directions<'_> {
    /// z of samples.
    pub fn z(self, x: &Mat<f64>) -> Vec<f64> {
        (x * ColRef::from_slice(self.step)).iter().copied().collect()
    }

    /// β_*·x of samples.
    pub fn along(self, x: &Mat<f64>) -> Vec<f64> {
        (x * ColRef::from_slice(self.teacher)).iter().copied().collect()
    }
}

/// The errors of predictors, those of the same weights next to each other, on labels without noise, to which its variance is added.
pub(super) fn test_errors(
    (activation, task): (&Activation, &Task),
    predictors: &[Predictor<'_>],
    directions: Directions<'_>,
    trial: Trial<'_>,
    run: &Run<'_>,
) -> Result<TestErrors, SimulationError> {
    let mut stream = trial.stream(Matrix::Test);
    let mut sums = vec![0.0; predictors.len()];
    let mut products = Products::default();
    for _ in 0..TEST / BLOCK {
        let x = Sampler::Gaussian.matrix(BLOCK, directions.teacher.len(), &mut stream);
        let labels = task.clean(&x, directions.teacher)?;
        let z = directions.z(&x);
        products.add(&z, &directions.along(&x), &labels);
        for (group, number) in grouped(predictors) {
            let features = activation.features(&x, group[0].weights)?;
            run.check()?;
            for (predictor, sum) in group.iter().zip(&mut sums[number..]) {
                let outputs = &features * ColRef::from_slice(&predictor.readout);
                let polynomial = |z: f64| predictor.polynomial.iter().rfold(0.0, |value, p| value * z + p);
                let errors =
                    labels.iter().zip(outputs.iter()).zip(&z).map(|((label, output), z)| label - output - polynomial(*z));
                *sum += errors.map(|error| error * error).sum::<f64>();
            }
        }
    }
    let mean = |sum: f64| sum / (TEST / BLOCK * BLOCK) as f64 + task.noise.powi(2);
    Ok(TestErrors { errors: sums.into_iter().map(mean).collect(), products })
}

/// Runs of predictors with the same weights, each with the number of its first.
fn grouped<'a, 'p>(predictors: &'a [Predictor<'p>]) -> impl Iterator<Item = (&'a [Predictor<'p>], usize)> {
    let groups = predictors.chunk_by(|a, b| std::ptr::eq(a.weights, b.weights));
    groups.scan(0, |number, group| {
        let first = *number;
        *number += group.len();
        Some((group, first))
    })
}
