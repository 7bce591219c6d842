//! The ensemble of the covariance weighted by labels: M = Σ_i y_i x_i x_iᵀ/n (d × d) of samples x ~ N(0, I_d) with the labels
//! y = teacher(x_1). x_1 is drawn by strata, that of the i-th sample from the i-th of n parts of N(0, 1) of equal probability: how many
//! samples have which label does not scatter then. The reference vector is `teacher`, the first axis. Eigenvalues have either sign; those that are 0 by rank are
//! exactly 0, as long as fewer labels than dimensions are not. Scalar: `atom`, their share.

use super::decomposition::decomposed;
use super::of_model::as_the_model_says;
use super::signals::product;
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Overlap, Run, Sampler, SimulationError, Sizes, Spectrum, Trial};
use crate::activation::Program;
use crate::model::{LabelCovariance, Simulation};
use faer::Mat;
use rand::RngExt;

const ENTRIES: &str = "label_covariance has Gaussian samples: leave entries out";
/// No quantile of a part is farther out, and how often its place is halved.
const FARTHEST: f64 = 16.0;
const BISECTIONS: usize = 60;
const NORMS: &str = "label_covariance has samples as they are: leave norms out";

/// Matrices M.
pub struct LabelledCovariances {
    teacher: Program,
    d_over_n: f64,
}

impl LabelledCovariances {
    /// From a model.
    ///
    /// # Errors
    /// An activation, laws of entries or of norms.
    pub fn new(model: &LabelCovariance, simulation: &Simulation) -> Result<Self, SimulationError> {
        if simulation.activation.is_some() {
            return Err(SimulationError::NoFunction);
        }
        as_the_model_says(simulation, [ENTRIES, NORMS])?;
        Ok(Self { teacher: Program::new(&model.teacher), d_over_n: model.d_over_n.to_f64() })
    }

    fn labels(&self, x: &Mat<f64>) -> Result<Vec<f64>, SimulationError> {
        let mut labels = x.col_as_slice(0).to_vec();
        self.teacher.apply(&mut labels);
        match labels.iter().position(|label| !label.is_finite()) {
            None => Ok(labels),
            Some(row) => Err(SimulationError::Label { arguments: vec![x[(row, 0)]], value: labels[row] }),
        }
    }
}

impl Ensemble for LabelledCovariances {
    fn name(&self) -> &str {
        "label_covariance"
    }

    /// n samples, and the integer nearest to d.
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let samples = n as f64;
        let dimensions = Sizes::rounded(n, &[("n", samples), ("d", samples * ratio("d_over_n", self.d_over_n)?)])?;
        let d = dimensions[1].1 as u128;
        Ok(Sizes { n, dimensions, entries: d * (n as u128 + d) })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let [n, d] = [sizes.of("n")?, sizes.of("d")?];
        let mut x = Sampler::Gaussian.matrix(n, d, &mut trial.stream(Matrix::Data));
        let mut stream = trial.stream(Matrix::Signals);
        let strata = x.col_as_slice_mut(0).iter_mut().enumerate();
        strata.for_each(|(i, value)| *value = quantile((i as f64 + stream.random::<f64>()) / n as f64));
        let labels = self.labels(&x)?;
        let weighted = Mat::from_fn(n, d, |i, j| labels[i] * x[(i, j)] / n as f64);
        let matrix = product(&x.transpose().to_owned(), &weighted);
        drop((x, weighted));
        run.check()?;
        let axis = Mat::from_fn(d, 1, |row, _| f64::from(u8::from(row == 0)));
        let found = decomposed(matrix, axis)?;
        let rank = labels.iter().filter(|label| **label != 0.0).count();
        let weights = found.cosines.col_as_slice(0).iter().map(|cosine| cosine * cosine).collect();
        let overlaps = vec![Overlap { reference: "teacher".to_owned(), weights }];
        let zeros = ("atom".to_owned(), d.saturating_sub(rank) as f64 / d as f64);
        Ok(Draw { spectra: vec![Spectrum { eigenvalues: with_zeros(found.eigenvalues, rank), overlaps }], scalars: vec![zeros] })
    }
}

/// The x with P(Z ≤ x) = p, by bisection.
fn quantile(p: f64) -> f64 {
    let (mut low, mut high) = (-FARTHEST, FARTHEST);
    for _ in 0..BISECTIONS {
        let middle = f64::midpoint(low, high);
        if 0.5 * libm::erfc(-middle / std::f64::consts::SQRT_2) < p { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The eigenvalues of a matrix of this rank at most: so many as it leaves, the smallest in size, are 0.
fn with_zeros(mut eigenvalues: Vec<f64>, rank: usize) -> Vec<f64> {
    let mut order: Vec<usize> = (0..eigenvalues.len()).collect();
    order.sort_by(|a, b| eigenvalues[*a].abs().total_cmp(&eigenvalues[*b].abs()));
    order.truncate(eigenvalues.len().saturating_sub(rank));
    order.into_iter().for_each(|index| eigenvalues[index] = 0.0);
    eigenvalues
}

#[cfg(test)]
mod tests {
    use super::{quantile, with_zeros};

    #[test]
    fn quantiles_of_the_normal_law() {
        for (p, wanted) in [(0.5, 0.0), (0.975, 1.959_963_984_540_054), (0.25, -0.674_489_750_196_081_7)] {
            assert!((quantile(p) - wanted).abs() < 1e-13, "{p}");
        }
    }

    #[test]
    fn rank_decides_which_eigenvalues_vanish() {
        assert_eq!(with_zeros(vec![-2.0, -1e-17, 3e-16, 0.5], 2), [-2.0, 0.0, 0.0, 0.5]);
        assert_eq!(with_zeros(vec![-2.0, 1e-17, 0.5], 7), [-2.0, 1e-17, 0.5]);
    }
}
