//! A plain network, its values on samples, and the exact gradient.
//!
//! With δ_(l,i) = s_i ∂f(x_i)/∂h_l for seeds s_i (Pass::backward), seeds 1 give the tangents q_(l,i), and seeds (f(x_i) − y_i)/n
//! the gradients of the loss (1/2n) Σ (f − y)²: Σ_i δ_(l,i) x_(l,i)ᵀ in W_l, Σ_i s_i x_(L+1,i) in the readout.

use super::super::{Matrix, Sampler, SimulationError, Trial};
use super::{Experiment, Init};
use crate::activation::Program;
use faer::linalg::matmul::matmul;
use faer::{Accum, ColRef, Mat, MatRef, Par, Scale};

/// The weights of a network.
#[derive(Debug, Clone)]
pub struct Network {
    /// W_l at the start, a neuron a row.
    pub initial: Vec<Mat<f64>>,
    /// W_l − W_l at the start, which is kept by itself, so that small steps keep their digits.
    pub moved: Vec<Mat<f64>>,
    /// W_l.
    pub weights: Vec<Mat<f64>>,
    /// a.
    pub readout: Vec<f64>,
}

/// The values of a network on samples, the rows of each matrix.
pub struct Pass {
    /// x_2 … x_(L+1): the values of the hidden layers.
    pub hidden: Vec<Mat<f64>>,
    /// φ′(h_l), and after `backward` δ_l.
    pub slopes: Vec<Mat<f64>>,
    /// f.
    pub outputs: Vec<f64>,
    /// Room for δ_(l+1) W_(l+1).
    products: Vec<Mat<f64>>,
}

/// The gradient of a loss in all weights.
pub struct Gradient {
    /// In W_l.
    pub weights: Vec<Mat<f64>>,
    /// In a.
    pub readout: Vec<f64>,
}

impl Network {
    /// The network of a trial before its first step.
    #[must_use]
    pub fn drawn(experiment: &Experiment, trial: Trial<'_>) -> Self {
        let mut fan_in = experiment.d;
        let mut initial = Vec::new();
        for (layer, &width) in experiment.widths.iter().enumerate() {
            let gain = if experiment.init == Init::He { 2.0 } else { 1.0 };
            let scale = experiment.init_scale * (gain / fan_in as f64).sqrt();
            let distinct = if experiment.init == Init::Antisymmetric { width / 2 } else { width };
            let drawn = Sampler::Gaussian.matrix(distinct, fan_in, &mut trial.layer_stream(layer, Matrix::Weights));
            initial.push(Mat::from_fn(width, fan_in, |i, j| scale * drawn[(i % distinct, j)]));
            fan_in = width;
        }
        let law = if experiment.init == Init::He { Sampler::Gaussian } else { Sampler::Rademacher };
        let mut readout = vec![0.0; fan_in];
        law.fill(&mut readout, &mut trial.stream(Matrix::Readout));
        if experiment.init == Init::Antisymmetric {
            let (first, second) = readout.split_at_mut(fan_in / 2);
            second.iter_mut().zip(first).for_each(|(b, a)| *b = -*a);
        }
        readout.iter_mut().for_each(|a| *a /= (fan_in as f64).sqrt());
        Self::new(initial, readout)
    }

    /// The network with these weights, each of as many columns as the one before has rows, and as many readouts as the last.
    #[must_use]
    pub fn new(initial: Vec<Mat<f64>>, readout: Vec<f64>) -> Self {
        let moved = initial.iter().map(|weights| Mat::zeros(weights.nrows(), weights.ncols())).collect();
        Self { weights: initial.clone(), initial, moved, readout }
    }

    /// Moves the weights of a layer by −factor times the gradient; the readout is the layer after the last.
    pub fn step(&mut self, layer: usize, factor: f64, gradient: &Gradient) {
        if layer == self.weights.len() {
            self.readout.iter_mut().zip(&gradient.readout).for_each(|(a, g)| *a -= factor * g);
            return;
        }
        self.moved[layer] -= &gradient.weights[layer] * Scale(factor);
        self.weights[layer] = &self.initial[layer] + &self.moved[layer];
    }
}

impl Gradient {
    /// Room for the gradient of a network.
    #[must_use]
    pub fn of(network: &Network) -> Self {
        let weights = network.weights.iter().map(|weights| Mat::zeros(weights.nrows(), weights.ncols())).collect();
        Self { weights, readout: vec![0.0; network.readout.len()] }
    }

    /// ‖g_l‖, the readout last.
    #[must_use]
    pub fn norms(&self) -> Vec<f64> {
        let readout = self.readout.iter().map(|g| g * g).sum::<f64>().sqrt();
        self.weights.iter().map(Mat::norm_l2).chain([readout]).collect()
    }
}

impl Pass {
    /// Room for so many samples.
    #[must_use]
    pub fn new(network: &Network, samples: usize) -> Self {
        let room = |weights: &Mat<f64>| Mat::zeros(samples, weights.nrows());
        let hidden: Vec<Mat<f64>> = network.weights.iter().map(room).collect();
        let products = network.weights.iter().skip(1).map(|weights| Mat::zeros(samples, weights.ncols())).collect();
        Self { slopes: hidden.clone(), hidden, outputs: vec![0.0; samples], products }
    }

    /// Values and slopes on the samples, the rows of x.
    pub fn forward(&mut self, network: &Network, [activation, derivative]: [&Program; 2], x: MatRef<'_, f64>) {
        for (layer, weights) in network.weights.iter().enumerate() {
            let (before, after) = self.hidden.split_at_mut(layer);
            let (hidden, slopes) = (&mut after[0], &mut self.slopes[layer]);
            let input = before.last().map_or(x, Mat::as_ref);
            matmul(hidden.as_mut(), Accum::Replace, input, weights.transpose(), 1.0, Par::Seq);
            for column in 0..hidden.ncols() {
                slopes.col_as_slice_mut(column).copy_from_slice(hidden.col_as_slice(column));
                derivative.apply(slopes.col_as_slice_mut(column));
                activation.apply(hidden.col_as_slice_mut(column));
            }
        }
        if let Some(last) = self.hidden.last() {
            let outputs = last * ColRef::from_slice(&network.readout);
            self.outputs.iter_mut().zip(outputs.iter()).for_each(|(to, from)| *to = *from);
        }
    }

    /// Turns the slopes into δ_l; once after each `forward`.
    pub fn backward(&mut self, network: &Network, seeds: &[f64]) {
        let Some(last) = network.weights.len().checked_sub(1) else { return };
        for (column, a) in network.readout.iter().enumerate() {
            self.slopes[last].col_as_slice_mut(column).iter_mut().zip(seeds).for_each(|(slope, seed)| *slope *= a * seed);
        }
        for layer in (0..last).rev() {
            let product = &mut self.products[layer];
            let (lower, upper) = self.slopes.split_at_mut(layer + 1);
            matmul(product.as_mut(), Accum::Replace, &upper[0], &network.weights[layer + 1], 1.0, Par::Seq);
            for column in 0..product.ncols() {
                let slopes = lower[layer].col_as_slice_mut(column);
                slopes.iter_mut().zip(product.col_as_slice(column)).for_each(|(slope, back)| *slope *= back);
            }
        }
    }

    /// The gradient of Σ s_i f(x_i) at fixed seeds, after `backward` with them.
    pub fn gradient(&self, x: MatRef<'_, f64>, seeds: &[f64], gradient: &mut Gradient) {
        for (layer, found) in gradient.weights.iter_mut().enumerate() {
            let input = if layer == 0 { x } else { self.hidden[layer - 1].as_ref() };
            matmul(found.as_mut(), Accum::Replace, self.slopes[layer].transpose(), input, 1.0, Par::Seq);
        }
        if let Some(last) = self.hidden.last() {
            let sums = last.transpose() * ColRef::from_slice(seeds);
            gradient.readout.iter_mut().zip(sums.iter()).for_each(|(to, from)| *to = *from);
        }
    }

    /// The first pre-activation at which a value or a slope is not finite, after `forward`: why a network has no loss.
    ///
    /// # Errors
    /// [`SimulationError::NotFinite`] and [`SimulationError::SlopeNotFinite`].
    pub fn blame(&self, network: &Network, x: MatRef<'_, f64>) -> Result<(), SimulationError> {
        for (layer, weights) in network.weights.iter().enumerate() {
            let input = if layer == 0 { x } else { self.hidden[layer - 1].as_ref() };
            let arguments = input * weights.transpose();
            let entries = (0..arguments.ncols()).flat_map(|column| (0..arguments.nrows()).map(move |row| (row, column)));
            for at in entries {
                let [argument, value] = [arguments[at], self.hidden[layer][at]];
                if !value.is_finite() {
                    return Err(SimulationError::NotFinite { argument, value });
                }
                if !self.slopes[layer][at].is_finite() {
                    return Err(SimulationError::SlopeNotFinite { argument });
                }
            }
        }
        Ok(())
    }
}
