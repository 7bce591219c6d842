//! One draw of a network of L layers and the eigenvalues of its kernels K_l = X_lᵀX_l, n × n, l = 1 … L.
//!
//! √d_0 X_0 is d_0 × n with independent entries of variance one, X_l = f_l(W_l X_{l−1} + b_l 1ᵀ)/√d_l with W_l of such entries
//! too and b_l of independent N(0, σ_b²) ones; f_l is taken as it is. Eigenvalues are those of the smaller Gram matrix,
//! n − d_l structural zeros are exact zeros. All of a draw runs on one thread.

use super::ensembles::Entries;
use super::features::{activate, eigenvalues, smaller_gram};
use super::replicates::Run;
use super::streams::{Experiment, Matrix};
use super::{Activation, SimulationError};
use faer::linalg::matmul::matmul;
use faer::{Accum, Mat, Par, Scale};

/// The least dimension that is simulated.
const LEAST_DIMENSION: usize = 8;

/// What is drawn, sizes apart.
#[derive(Debug, Clone, Copy)]
pub struct Network<'a> {
    /// n/d_0, n/d_1, …, n/d_L.
    pub gamma: &'a [f64],
    /// Standard deviation of the Gaussian bias of every layer.
    pub sigma_b: f64,
    /// The law of the entries of X_0 and of all weights, of variance one.
    pub entries: Entries,
}

/// The dimensions of a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NetworkSizes {
    /// The number of samples.
    pub n: usize,
    /// d_0, the input dimension, and the widths d_1 … d_L.
    pub d: Vec<usize>,
}

impl NetworkSizes {
    /// The integers nearest to n/γ_l.
    ///
    /// # Errors
    /// A ratio that is not positive and finite, or a dimension below 8.
    pub fn from_ratios(gamma: &[f64], n: usize) -> Result<Self, SimulationError> {
        let mut d = Vec::with_capacity(gamma.len());
        for ratio in gamma {
            if !(*ratio > 0.0 && ratio.is_finite()) {
                return Err(SimulationError::Ratio { name: "gamma", value: *ratio });
            }
            d.push((n as f64 / ratio).round() as usize);
        }
        let least = d.iter().copied().fold(n, usize::min);
        if least < LEAST_DIMENSION {
            let largest = gamma.iter().copied().fold(1.0, f64::max);
            let mend = (LEAST_DIMENSION as f64 * largest).ceil() as u64;
            return Err(SimulationError::TooSmall { n, dimension: "a width", size: least, least: LEAST_DIMENSION, mend });
        }
        Ok(Self { n, d })
    }

    /// Entries of all weights and outputs.
    #[must_use]
    pub fn entries(&self) -> u128 {
        let weights: u128 = self.d.windows(2).map(|pair| pair[0] as u128 * pair[1] as u128).sum();
        weights + self.d.iter().map(|d| *d as u128 * self.n as u128).sum::<u128>()
    }
}

/// The eigenvalues of K_1 … K_L, each ascending, of one trial of an experiment: its name, the seed, its number. There is one
/// activation a layer.
///
/// # Errors
/// A value of an activation that is not finite, a failed eigenvalue iteration, or a run that was stopped (looked at between
/// stages).
pub fn draw(
    network: &Network<'_>,
    activations: &[Activation<'_>],
    sizes: &NetworkSizes,
    (experiment, seed, trial): (&str, u64, u64),
    run: &Run<'_>,
) -> Result<Vec<Vec<f64>>, SimulationError> {
    let stream =
        |layer: usize, matrix: Matrix| Experiment::new(seed, &format!("{experiment}, layer {layer}")).stream(trial, matrix);
    let drawn = |rows: usize, columns: usize, layer: usize, matrix: Matrix| {
        network.entries.matrix(rows, columns, &mut stream(layer, matrix))
    };
    let mut inputs = drawn(sizes.d[0], sizes.n, 0, Matrix::Data) * Scale((sizes.d[0] as f64).sqrt().recip());
    let mut spectra = Vec::with_capacity(activations.len());
    for (layer, activation) in activations.iter().enumerate() {
        run.check()?;
        let width = sizes.d[layer + 1];
        let bias = Entries::Gaussian.matrix(width, 1, &mut stream(layer + 1, Matrix::Bias));
        let weights = drawn(width, sizes.d[layer], layer + 1, Matrix::Weights);
        let mut outputs: Mat<f64> = Mat::from_fn(width, sizes.n, |row, _| network.sigma_b * bias[(row, 0)]);
        matmul(outputs.as_mut(), Accum::Add, &weights, &inputs, 1.0, Par::Seq);
        activate(&mut outputs, *activation)?;
        run.check()?;
        spectra.push(eigenvalues(&smaller_gram(&outputs, width), sizes.n, sizes.n.max(width))?);
        inputs = outputs * Scale((width as f64).sqrt().recip());
    }
    Ok(spectra)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monte_carlo::spectra;
    use std::sync::atomic::AtomicBool;

    /// f = x without bias: the rank is the least dimension on the way, and each layer has mean 1.
    #[test]
    fn linear_layers() {
        let cancel = AtomicBool::new(false);
        let run = Run { threads: 1, cancel: &cancel, progress: &|_, _| () };
        let sizes = NetworkSizes::from_ratios(&[0.5, 1.0, 2.0, 0.25], 120).unwrap();
        assert_eq!(sizes.d, [240, 120, 60, 480]);
        let identity: Activation<'_> = &|_| ();
        let network = Network { gamma: &[0.5, 1.0, 2.0, 0.25], sigma_b: 0.0, entries: Entries::Rademacher };
        let found = draw(&network, &[identity; 3], &sizes, ("linear", 1, 0), &run).unwrap();
        for (eigenvalues, rank) in found.iter().zip([120, 60, 60]) {
            assert_eq!(eigenvalues.len(), 120);
            assert_eq!((spectra::fraction_zero(eigenvalues) * 120.0).round() as usize, 120 - rank);
            // the trace of a product of Wishart matrices of these sizes has a standard deviation below 0.03
            assert!((spectra::moment(eigenvalues, 0, 1) - 1.0).abs() < 0.12);
        }
    }

    /// A bias alone is one direction of size n: f = x with inputs turned down by a wide layer of zeros.
    #[test]
    fn a_bias_is_one_direction_of_order_n() {
        let cancel = AtomicBool::new(false);
        let run = Run { threads: 1, cancel: &cancel, progress: &|_, _| () };
        let sizes = NetworkSizes { n: 100, d: vec![100, 400] };
        let network = Network { gamma: &[1.0, 0.25], sigma_b: 3.0, entries: Entries::Gaussian };
        let found = draw(&network, &[&|_: &mut [f64]| ()], &sizes, ("bias", 1, 0), &run).unwrap();
        // λ/n = σ_b² (1 ± √(2/d)) up to O(1/n)
        assert!((found[0][99] / 100.0 - 9.0).abs() < 9.0 * 0.25, "{}", found[0][99]);
        assert!(found[0][98] < 5.0);
    }
}
