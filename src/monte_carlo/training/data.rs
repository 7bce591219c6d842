//! Samples and their labels.
//!
//! x ~ N(0, Σ), the rows of X; the eigenvalues of Σ are quantiles of the law of atoms, and where there are several its
//! eigenvectors are uniform, so that the coordinates that the teacher reads are in general position. y = teacher(x) + noise.

use super::super::{Matrix, Sampler, SimulationError, Trial};
use super::{Experiment, Teacher};
use faer::Mat;
use faer::linalg::solvers::Qr;

/// Samples, the rows of x, and their labels.
pub struct Samples {
    /// One sample a row.
    pub x: Mat<f64>,
    /// One a sample.
    pub labels: Vec<f64>,
}

/// Σ^(1/2); none for the identity.
pub(in super::super) fn root(covariance: &[[f64; 2]], d: usize, trial: Trial<'_>) -> Option<Mat<f64>> {
    if covariance.iter().all(|[value, _]| *value == 1.0) {
        return None;
    }
    let eigenvalues = quantiles(covariance, d);
    let gaussian = Sampler::Gaussian.matrix(d, d, &mut trial.stream(Matrix::Directions));
    let rotation = Qr::new(gaussian.as_ref()).compute_Q();
    let stretched = Mat::from_fn(d, d, |i, j| rotation[(i, j)] * eigenvalues[j].sqrt());
    Some(&stretched * rotation.transpose())
}

/// The value at the share (j + 1/2)/d of the law, for each j.
pub(in super::super) fn quantiles(atoms: &[[f64; 2]], d: usize) -> Vec<f64> {
    let (mut values, mut reached) = (Vec::with_capacity(d), 0.0);
    for [value, weight] in atoms {
        reached += weight;
        while values.len() < d && (values.len() as f64 + 0.5) < reached * d as f64 {
            values.push(*value);
        }
    }
    // where rounding leaves the sum of the weights below 1
    values.resize(d, atoms.last().map_or(1.0, |atom| atom[0]));
    values
}

/// The training samples and the test samples of a trial.
///
/// # Errors
/// [`SimulationError::Label`]: a teacher that is not finite.
pub fn samples(experiment: &Experiment, trial: Trial<'_>) -> Result<[Samples; 2], SimulationError> {
    let root = root(&experiment.covariance, experiment.d, trial);
    let draw = |count: usize, matrix: Matrix, layer: usize| {
        let mut x = Sampler::Gaussian.matrix(count, experiment.d, &mut trial.stream(matrix));
        if let Some(root) = &root {
            x = &x * root;
        }
        let mut noise = vec![0.0; count];
        if experiment.noise > 0.0 {
            Sampler::Gaussian.fill(&mut noise, &mut trial.layer_stream(layer, Matrix::Noise));
        }
        let labels = labels(&x, &experiment.teacher)?;
        Ok(Samples { x, labels: labels.iter().zip(noise).map(|(label, noise)| label + experiment.noise * noise).collect() })
    };
    Ok([draw(experiment.n, Matrix::Data, 0)?, draw(experiment.test, Matrix::Test, 1)?])
}

/// The teacher's values on the rows of x.
pub(in super::super) fn labels(x: &Mat<f64>, teacher: &Teacher) -> Result<Vec<f64>, SimulationError> {
    let mut read = vec![0.0; teacher.variables()];
    (0..x.nrows())
        .map(|row| {
            read.iter_mut().enumerate().for_each(|(column, value)| *value = x[(row, column)]);
            let value = teacher.value(&read);
            if value.is_finite() { Ok(value) } else { Err(SimulationError::Label { arguments: read.clone(), value }) }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn atoms_take_their_share_of_the_coordinates() {
        assert_eq!(quantiles(&[[3.0, 0.25], [1.0 / 3.0, 0.75]], 8), [vec![3.0; 2], vec![1.0 / 3.0; 6]].concat());
        assert_eq!(quantiles(&[[1.0, 1.0]], 3), [1.0; 3]);
        let thirds = [[2.0, 1.0 / 3.0], [0.5, 2.0 / 3.0]];
        assert_eq!(quantiles(&thirds, 5), [2.0, 2.0, 0.5, 0.5, 0.5]);
    }

    /// The square of the root has the eigenvalues of the law.
    #[test]
    fn the_root_has_the_spectrum() {
        let trial = Trial { seed: 3, experiment: "root", number: 0 };
        let root = root(&[[3.0, 0.25], [1.0 / 3.0, 0.75]], 8, trial).expect("not the identity");
        let found = (&root * root.transpose()).self_adjoint_eigenvalues(faer::Side::Lower).expect("converges");
        let expected = [vec![1.0 / 3.0; 6], vec![3.0; 2]].concat();
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
        assert!(root[(0, 1)].abs() > 1e-6, "the eigenvectors are not the axes");
    }
}
