//! The ensemble of input-output Jacobians: networks h_l = W_l f(h_{l−1}) + b_l, h_1 = W_1 x + b_1, drawn and differentiated by hand,
//! J = D_L W_L ⋯ D_1 W_1. The input has exactly the mean square that the model gives; where every layer is to stand at the fixed point it is that
//! of the fixed point of this room's own variance map, an average of f² over places of equal probability. Orthogonal weights are the Q of a
//! Gaussian matrix with the signs of R made positive, which is Haar.
//!
//! Spectra: JᵀJ from the singular values of J (N_0 of them), then the squared slopes of each layer. Scalars: `q[l]`, the mean squares of h_l
//! as drawn, where they are not imposed, and `top`, the largest eigenvalue.

use faer::Mat;

use super::of_model::as_the_model_says;
use super::signals::product;
use super::singular::singular_values;
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Run, Sampler, SimulationError, Sizes, Spectrum, Trial};
use crate::activation::Program;
use crate::model::{Jacobian, Signal, Simulation, Weights};

const ENTRIES: &str = "jacobian has Gaussian or orthogonal weights: leave entries out";
const NORMS: &str = "jacobian has an input of exact norm and weights as they are: leave norms out";
/// Places of equal probability behind an average.
const PLACES: usize = 20_000;
/// No place is farther out, and how often it is halved.
const FARTHEST: f64 = 16.0;
const BISECTIONS: usize = 60;
/// Steps towards a fixed point, and when it is reached.
const STEPS: usize = 2000;
const SETTLED: f64 = 1e-12;

/// What a layer's pre-activations are brought to.
enum Start {
    /// The input has this mean square.
    Input(f64),
    /// So have the pre-activations of each layer.
    Imposed(Vec<f64>),
}

/// Matrices JᵀJ.
pub struct Jacobians {
    activation: Program,
    slope: Program,
    widths: Vec<f64>,
    variances: [f64; 2],
    start: Start,
    is_haar: bool,
}

impl Jacobians {
    /// From a model.
    ///
    /// # Errors
    /// An activation, laws of entries or of norms.
    pub fn new(model: &Jacobian, simulation: &Simulation) -> Result<Self, SimulationError> {
        if simulation.activation.is_some() {
            return Err(SimulationError::OwnActivations);
        }
        as_the_model_says(simulation, [ENTRIES, NORMS])?;
        let constant = |program: Program| {
            let mut value = [0.0];
            program.apply(&mut value);
            value[0]
        };
        let activation = Program::new(&model.f);
        let variances = [&model.sigma_w2, &model.sigma_b2].map(|f| constant(Program::new(f)));
        let start = match &model.signal {
            Signal::Input(q0) => Start::Input(constant(Program::new(q0))),
            Signal::Imposed(q) => {
                let values: Vec<f64> = q.iter().map(|q| constant(Program::new(q))).collect();
                Start::Imposed((0..model.depth()).map(|layer| values[layer.min(values.len() - 1)]).collect())
            }
            Signal::FixedPoint => Start::Input(fixed_input(&activation, variances)),
        };
        Ok(Self {
            slope: Program::new(&model.derivative()),
            activation,
            widths: model.widths.iter().map(rug::Rational::to_f64).collect(),
            variances,
            start,
            is_haar: model.weights == Weights::Orthogonal,
        })
    }

    /// The weights of a layer times √sigma_w2.
    fn weights(&self, layer: usize, [rows, columns]: [usize; 2], trial: Trial<'_>) -> Mat<f64> {
        let drawn = Sampler::Gaussian.matrix(rows, columns, &mut trial.layer_stream(layer, Matrix::Weights));
        if !self.is_haar {
            let scale = (self.variances[0] / columns as f64).sqrt();
            return Mat::from_fn(rows, columns, |i, j| scale * drawn[(i, j)]);
        }
        let found = drawn.qr();
        let (q, r) = (found.compute_Q(), found.R());
        let scale = self.variances[0].sqrt();
        Mat::from_fn(rows, columns, |i, j| scale * q[(i, j)] * r[(j, j)].signum())
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

/// The mean square of an input that every layer keeps, by steps of the variance map from 1; 1 where they come to none.
fn fixed_input(activation: &Program, [weights, biases]: [f64; 2]) -> f64 {
    let places: Vec<f64> = (0..PLACES).map(|k| quantile((k as f64 + 0.5) / PLACES as f64)).collect();
    let mean_square = |q: f64| {
        let mut values: Vec<f64> = places.iter().map(|place| q.sqrt() * place).collect();
        activation.apply(&mut values);
        values.iter().map(|value| value * value).sum::<f64>() / PLACES as f64
    };
    let mut q = 1.0;
    for _ in 0..STEPS {
        let input = mean_square(q);
        let next = weights * input + biases;
        if !(next.is_finite() && next > 0.0) {
            return 1.0;
        }
        if (next - q).abs() <= SETTLED * q {
            return input;
        }
        q = next;
    }
    if q > SETTLED && q < SETTLED.recip() { mean_square(q) } else { 1.0 }
}

fn mean_square(values: &[f64]) -> f64 {
    values.iter().map(|value| value * value).sum::<f64>() / values.len() as f64
}

impl Ensemble for Jacobians {
    fn name(&self) -> &str {
        "jacobian"
    }

    /// The widest layer has n neurons, the others the nearest integers.
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let widest = ratio("widths", self.widths.iter().copied().fold(0.0, f64::max))?;
        let names: Vec<String> = (0..self.widths.len()).map(Jacobian::dimension).collect();
        let exact: Vec<(&str, f64)> =
            names.iter().zip(&self.widths).map(|(name, width)| (name.as_str(), n as f64 * width / widest)).collect();
        let dimensions = Sizes::rounded(n, &exact)?;
        let entries = dimensions.windows(2).map(|pair| (pair[0].1 as u128) * (pair[1].1 as u128)).sum();
        Ok(Sizes { n, dimensions, entries })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let widths = (0..self.widths.len()).map(|layer| sizes.of(&Jacobian::dimension(layer))).collect::<Result<Vec<_>, _>>()?;
        let mut signal = Sampler::Gaussian.matrix(widths[0], 1, &mut trial.stream(Matrix::Data));
        let wanted = if let Start::Input(q0) = self.start { q0 } else { 1.0 };
        let scale = (wanted / mean_square(signal.col_as_slice(0))).sqrt();
        signal.col_as_slice_mut(0).iter_mut().for_each(|value| *value *= scale);
        let mut jacobian: Option<Mat<f64>> = None;
        let (mut slopes, mut scalars) = (Vec::new(), Vec::new());
        for layer in 1..widths.len() {
            let weights = self.weights(layer, [widths[layer], widths[layer - 1]], trial);
            run.check()?;
            let biases = Sampler::Gaussian.matrix(widths[layer], 1, &mut trial.layer_stream(layer, Matrix::Bias));
            let mut h = product(&weights, &signal);
            let deviation = self.variances[1].sqrt();
            h.col_as_slice_mut(0).iter_mut().zip(biases.col_as_slice(0)).for_each(|(value, bias)| *value += deviation * bias);
            let q = mean_square(h.col_as_slice(0));
            match &self.start {
                Start::Input(_) => scalars.push((format!("q[{layer}]"), q)),
                Start::Imposed(list) => {
                    let scale = (list[layer - 1] / q).sqrt();
                    h.col_as_slice_mut(0).iter_mut().for_each(|value| *value *= scale);
                }
            }
            let mut slope = h.col_as_slice(0).to_vec();
            self.slope.apply(&mut slope);
            if let Some(row) = slope.iter().position(|value| !value.is_finite()) {
                return Err(SimulationError::SlopeNotFinite { argument: h[(row, 0)] });
            }
            let next = jacobian.map_or_else(|| weights.clone(), |before| product(&weights, &before));
            jacobian = Some(Mat::from_fn(next.nrows(), next.ncols(), |i, j| slope[i] * next[(i, j)]));
            slopes.push(slope);
            let arguments = h.col_as_slice(0).to_vec();
            self.activation.apply(h.col_as_slice_mut(0));
            if let Some(row) = h.col_as_slice(0).iter().position(|value| !value.is_finite()) {
                return Err(SimulationError::NotFinite { argument: arguments[row], value: h[(row, 0)] });
            }
            signal = h;
            run.check()?;
        }
        let jacobian = jacobian.unwrap_or_else(|| Mat::zeros(1, widths[0]));
        let eigenvalues = squares(&jacobian, widths[0])?;
        scalars.push(("top".to_owned(), eigenvalues.last().copied().unwrap_or(f64::NAN)));
        let mut spectra = vec![Spectrum::new(eigenvalues)];
        spectra.extend(slopes.into_iter().map(|slope| {
            let mut values: Vec<f64> = slope.iter().map(|value| value * value).collect();
            values.sort_by(f64::total_cmp);
            Spectrum::new(values)
        }));
        Ok(Draw { spectra, scalars })
    }
}

/// The squares of the singular values, `all` of them, ascending.
fn squares(matrix: &Mat<f64>, all: usize) -> Result<Vec<f64>, SimulationError> {
    let found = singular_values(matrix)?;
    let mut list = vec![0.0; all.saturating_sub(found.len())];
    list.extend(found.iter().map(|value| value * value));
    list.sort_by(f64::total_cmp);
    Ok(list)
}
