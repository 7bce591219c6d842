//! The ensemble of ridge regressions on layers of random features of Gaussian inputs with a given covariance.
//!
//! A draw has two sets of n samples and L + 1 networks: one, and for each l < L one with the same layers up to l and others above. All are
//! fitted on both sets. Means over fresh samples of products of residuals of two fits estimate errors of averaged predictors without bias:
//! the same network on two sets B_L, networks with l layers in common on one set T_l, on different sets B_l. The noise of the labels fitted
//! alone gives its part. Functions are centred by this room's own integration, layer by layer; or they are as typed, with biases.
//!
//! Scalars: `test`, `train`, `train_penalised`, `bias`, `variance.weights`, `.data`, `.interaction`, `.from_noise`, `layers[l].averaged`
//! and `.same_data`.

use faer::{ColRef, Mat, Scale};

use super::gram::{activate, smaller_gram};
use super::normalised::constant;
use super::of_model::as_the_model_says;
use super::ridge::Ridge;
use super::signals::{normalise, product};
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Trial};
use crate::activation::Program;
use crate::model::{InputAtom, Inputs, Regression, Simulation};

const ENTRIES: &str = "regression has Gaussian inputs and weights: leave entries out";
const NORMS: &str = "regression has inputs and weights as they are: leave norms out";
/// Fresh samples behind an error, and how many are drawn at a time.
pub(super) const TEST: usize = 4000;
pub(super) const BLOCK: usize = 500;
/// Nodes of the midpoint rule for means, on so many deviations to either side.
const NODES: usize = 1 << 16;
const REACH: f64 = 12.0;
/// Sets of samples.
const SETS: usize = 2;

/// Regressions on Gaussian inputs.
pub struct Regressions {
    model: Regression,
    /// f_l with E f_l.
    layers: Vec<(Program, f64)>,
    /// The teacher with its mean.
    teacher: (Program, f64),
    penalty: f64,
    noise: f64,
    /// The deviation of biases.
    bias: f64,
}

/// Weights of a layer, inputs in rows, and its biases.
struct Neurons {
    weights: Mat<f64>,
    biases: Vec<f64>,
}

/// What both kinds of regression refuse.
///
/// # Errors
/// Activations, laws of entries or of norms that are given.
pub(super) fn refused(simulation: &Simulation) -> Result<(), SimulationError> {
    if simulation.activation.is_some() {
        return Err(SimulationError::OwnActivations);
    }
    as_the_model_says(simulation, [ENTRIES, NORMS])
}

/// Mean and variance of f at a normal variable of this deviation.
fn mean_and_variance(f: &Program, deviation: f64) -> [f64; 2] {
    let step = 2.0 * REACH / NODES as f64;
    let place = |k: usize| -REACH + (k as f64 + 0.5) * step;
    let mut values: Vec<f64> = (0..NODES).map(|k| deviation * place(k)).collect();
    f.apply(&mut values);
    let weight = |k: usize| step * (-0.5 * place(k).powi(2)).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let mean = values.iter().enumerate().map(|(k, value)| weight(k) * value).sum::<f64>();
    let variance = values.iter().enumerate().map(|(k, value)| weight(k) * (value - mean).powi(2)).sum::<f64>();
    [mean, variance]
}

/// Samples with their labels.
struct Samples {
    x: Mat<f64>,
    labels: Vec<f64>,
    noise: Vec<f64>,
}

/// Deviations of the coordinates of an input, and β.
struct Task {
    deviations: Vec<f64>,
    beta: Vec<f64>,
}

impl Regressions {
    /// From a model.
    ///
    /// # Errors
    /// What is drawn in place of what the model says; an activation without a finite variance.
    pub fn new(model: &Regression, simulation: &Simulation) -> Result<Self, SimulationError> {
        refused(simulation)?;
        let (mut layers, mut deviation) = (Vec::new(), 1.0);
        for f in &model.activations {
            let program = Program::new(f);
            let [mean, variance] = mean_and_variance(&program, deviation);
            if !(variance > 0.0 && variance.is_finite() && mean.is_finite()) {
                return Err(SimulationError::NotNormalised { variance });
            }
            layers.push((program, mean));
            deviation = variance.sqrt();
        }
        if model.biases.is_some() {
            layers.iter_mut().for_each(|(_, mean)| *mean = 0.0);
        }
        let bias = model.biases.as_ref().map_or(0.0, |bias| constant(&Program::new(bias)));
        let teacher = Program::new(&model.teacher);
        let mean = mean_and_variance(&teacher, 1.0)[0];
        let [penalty, noise] = [&model.ridge, &model.noise].map(|f| constant(&Program::new(f)));
        Ok(Self { model: model.clone(), layers, teacher: (teacher, mean), penalty, noise, bias })
    }

    fn task(&self, sizes: &Sizes, d: usize, trial: Trial<'_>) -> Task {
        let drawn = self.model.drawn(|name| sizes.get(name));
        let Inputs::Gaussian(atoms) = &drawn.inputs else { return Task { deviations: Vec::new(), beta: Vec::new() } };
        let random = Sampler::Gaussian.matrix(d, 1, &mut trial.stream(Matrix::Directions));
        let (mut deviations, mut beta) = (Vec::with_capacity(d), Vec::with_capacity(d));
        for InputAtom { value, weight, share } in atoms {
            let (value, count) = (value.to_f64(), (weight.to_f64() * d as f64).round() as usize);
            let mut part = random.col_as_slice(0)[beta.len()..(beta.len() + count).min(d)].to_vec();
            normalise(&mut part);
            let scale = if value > 0.0 { (share.to_f64() / value).sqrt() } else { 0.0 };
            deviations.extend(part.iter().map(|_| value.sqrt()));
            beta.extend(part.iter().map(|b| scale * b));
        }
        Task { deviations, beta }
    }

    /// Inputs in rows, and labels without noise.
    fn inputs(&self, task: &Task, count: usize, stream: &mut impl rand::Rng) -> Result<(Mat<f64>, Vec<f64>), SimulationError> {
        let mut x = Sampler::Gaussian.matrix(count, task.beta.len(), stream);
        for (column, deviation) in task.deviations.iter().enumerate() {
            x.col_as_slice_mut(column).iter_mut().for_each(|value| *value *= deviation);
        }
        let along = &x * ColRef::from_slice(&task.beta);
        let mut labels = Mat::from_fn(count, 1, |row, _| along[row]);
        activate(&mut labels, &self.teacher.0)?;
        let labels = labels.col_as_slice(0).iter().map(|value| value - self.teacher.1).collect();
        Ok((x, labels))
    }

    fn samples(&self, task: &Task, count: usize, set: usize, trial: Trial<'_>) -> Result<Samples, SimulationError> {
        let (x, mut labels) = self.inputs(task, count, &mut trial.layer_stream(set, Matrix::Data))?;
        let mut noise = vec![0.0; count];
        Sampler::Gaussian.fill(&mut noise, &mut trial.layer_stream(set, Matrix::Noise));
        noise.iter_mut().for_each(|value| *value *= self.noise);
        labels.iter_mut().zip(&noise).for_each(|(label, noise)| *label += noise);
        Ok(Samples { x, labels, noise })
    }

    /// The features of inputs under a network, samples in rows.
    fn features(&self, x: &Mat<f64>, network: &[&Neurons]) -> Result<Mat<f64>, SimulationError> {
        let mut outputs = x.clone();
        for (Neurons { weights, biases }, (program, mean)) in network.iter().zip(&self.layers) {
            let scale = (outputs.ncols() as f64).sqrt().recip();
            outputs = product(&outputs, weights) * Scale(scale);
            for (column, bias) in biases.iter().enumerate() {
                outputs.col_as_slice_mut(column).iter_mut().for_each(|value| *value += bias);
            }
            activate(&mut outputs, program)?;
            for column in 0..outputs.ncols() {
                outputs.col_as_slice_mut(column).iter_mut().for_each(|value| *value -= mean);
            }
        }
        Ok(outputs)
    }
}

/// Sums of products of residuals of fits over fresh samples; `[network][set]`, the full network last.
#[derive(Default)]
struct Sums {
    averaged: Vec<f64>,
    same_data: Vec<f64>,
    from_noise: f64,
}

impl Sums {
    fn add(&mut self, residuals: &[[Vec<f64>; SETS]], of_noise: &[f64]) {
        let sum = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let top = residuals.len() - 1;
        self.averaged.resize(top + 1, 0.0);
        self.same_data.resize(top + 1, 0.0);
        let full = &residuals[top];
        for (level, other) in residuals.iter().enumerate() {
            self.averaged[level] += 0.5 * (sum(&full[0], &other[1]) + sum(&full[1], &other[0]));
            self.same_data[level] += 0.5 * (sum(&full[0], &other[0]) + sum(&full[1], &other[1]));
        }
        self.from_noise += sum(of_noise, of_noise);
    }

    fn scalars(&self, count: usize, noise: f64) -> Vec<(String, f64)> {
        let mean = |sum: f64| sum / count as f64 + noise * noise;
        let [averaged, same_data] =
            [&self.averaged, &self.same_data].map(|list| list.iter().map(|sum| mean(*sum)).collect::<Vec<_>>());
        let top = averaged.len() - 1;
        let (weights, data) = (averaged[top] - averaged[0], same_data[0] - averaged[0]);
        let mut list = vec![
            ("test".to_owned(), same_data[top]),
            ("bias".to_owned(), averaged[0] - noise * noise),
            ("variance.weights".to_owned(), weights),
            ("variance.data".to_owned(), data),
            ("variance.interaction".to_owned(), same_data[top] - same_data[0] - weights),
            ("variance.from_noise".to_owned(), self.from_noise / count as f64),
        ];
        for (level, (averaged, same_data)) in averaged.iter().zip(&same_data).enumerate() {
            list.push((format!("layers[{level}].averaged"), *averaged));
            list.push((format!("layers[{level}].same_data"), *same_data));
        }
        list
    }
}

impl Ensemble for Regressions {
    fn name(&self) -> &str {
        "regression"
    }

    /// n samples, the others the nearest integers.
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let d = n as f64 / ratio("n", self.model.samples.to_f64())?;
        let names: Vec<String> = (1..=self.layers.len()).map(Regression::dimension).collect();
        let mut exact = vec![("n", n as f64), ("d", d)];
        let widths = self.model.widths.iter().flatten().map(rug::Rational::to_f64);
        exact.extend(names.iter().map(String::as_str).zip(widths.map(|width| d * width)));
        let dimensions = Sizes::rounded(n, &exact)?;
        let whole: Vec<u128> = dimensions.iter().map(|(_, size)| *size as u128).collect();
        let networks = whole.len() as u128 - 1;
        let weights: u128 = whole[1..].windows(2).map(|pair| pair[0] * pair[1]).sum();
        let samples = 2 * whole[0] + TEST as u128;
        Ok(Sizes { n, dimensions, entries: networks * (weights + samples * whole[whole.len() - 1]) + samples * whole[1] })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let [n, d] = [sizes.of("n")?, sizes.of("d")?];
        let depth = self.layers.len();
        let mut widths = vec![d];
        for layer in 1..=depth {
            widths.push(sizes.of(&Regression::dimension(layer))?);
        }
        let task = self.task(sizes, d, trial);
        let sets = (0..SETS).map(|set| self.samples(&task, n, set, trial)).collect::<Result<Vec<_>, _>>()?;
        // network l has the layers up to l of the last one
        let own = |network: usize, layer: usize| {
            let stream = &mut trial.layer_stream((network + 1) * (depth + 1) + layer, Matrix::Weights);
            let weights = Sampler::Gaussian.matrix(widths[layer], widths[layer + 1], stream);
            let mut biases = vec![0.0; if self.bias > 0.0 { widths[layer + 1] } else { 0 }];
            let stream = &mut trial.layer_stream((network + 1) * (depth + 1) + layer, Matrix::Bias);
            Sampler::Gaussian.fill(&mut biases, stream);
            biases.iter_mut().for_each(|bias| *bias *= self.bias);
            Neurons { weights, biases }
        };
        let full: Vec<Neurons> = (0..depth).map(|layer| own(depth, layer)).collect();
        let others: Vec<Vec<Neurons>> =
            (0..depth).map(|network| (network..depth).map(|layer| own(network, layer)).collect()).collect();
        let networks: Vec<Vec<&Neurons>> =
            (0..=depth).map(|level| full[..level].iter().chain(others.get(level).into_iter().flatten()).collect()).collect();
        let (mut readouts, mut of_noise, mut losses) = (Vec::new(), Vec::new(), [0.0; 2]);
        for (level, network) in networks.iter().enumerate() {
            let mut pair: [Vec<f64>; SETS] = Default::default();
            for (set, samples) in sets.iter().enumerate() {
                let features = self.features(&samples.x, network)?;
                run.check()?;
                let gram = smaller_gram(&features, n);
                let ridge = Ridge::new(&features, &gram, self.penalty)?;
                let fit = ridge.fits(&samples.labels, &[], &[Vec::new()]).swap_remove(0);
                if level == depth {
                    losses[0] += fit.train_mse / SETS as f64;
                    losses[1] += fit.train / SETS as f64;
                    of_noise = ridge.fits(&samples.noise, &[], &[Vec::new()]).swap_remove(0).readout;
                }
                pair[set] = fit.readout;
                run.check()?;
            }
            readouts.push(pair);
        }
        let (mut sums, mut stream) = (Sums::default(), trial.stream(Matrix::Test));
        for _ in 0..TEST / BLOCK {
            let (x, labels) = self.inputs(&task, BLOCK, &mut stream)?;
            let (mut residuals, mut noise) = (Vec::new(), Vec::new());
            for (network, pair) in networks.iter().zip(&readouts) {
                let features = self.features(&x, network)?;
                run.check()?;
                let outputs = |readout: &Vec<f64>| &features * ColRef::from_slice(readout);
                residuals.push(pair.each_ref().map(|readout| {
                    labels.iter().zip(outputs(readout).iter()).map(|(label, output)| label - output).collect::<Vec<f64>>()
                }));
                noise = if std::ptr::eq(pair, &readouts[depth]) { outputs(&of_noise).iter().copied().collect() } else { noise };
            }
            sums.add(&residuals, &noise);
        }
        let mut scalars = sums.scalars(TEST / BLOCK * BLOCK, self.noise);
        scalars.extend([("train".to_owned(), losses[0]), ("train_penalised".to_owned(), losses[1])]);
        Ok(Draw { spectra: Vec::new(), scalars })
    }
}
