//! One gradient step of a two-layer network, then ridge regression of its readout on fresh samples.
//!
//! f(x) = Σ a_i σ(w_i·x) with N neurons, rows of W_0 uniform on the unit sphere of R^d, a_i ~ N(0, 1/N), σ the activation less its
//! mean. A step on its own samples, another n for the ridge fit (1/n)|y − F a|² + ridge |a|², F = σ(X Wᵀ), and fresh ones for the
//! test error. z = X β/|β| with β = Xᵀ r/n of the first samples.
//!
//! Without a step size its limits: F_0 with the powers z, z², … zˡ of which σ has a coefficient as free regressors, for each degree
//! l; the spectrum is that of F_0 F_0ᵀ/n, n × n. With one, the network after the step and its surrogate F_0 + Σ c_k zᵏ (θᵏ)ᵀ on the
//! same draw; the spectrum is that of F Fᵀ/n.

use super::gram::{eigenvalues, smaller_gram};
use super::leading::{Leading, leading};
use super::normalised::constant;
use super::of_model::as_the_model_says;
use super::one_step_data::{Products, Samples, Task};
use super::one_step_features::{Activation, Directions, Powers, Predictor, TEST, test_errors};
use super::one_step_gradient::{Gradient, Start};
use super::ridge::{Fit, Ridge};
use super::signals::{add_rank_one, normalise, orthonormal};
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Run, SimulationError, Sizes, Spectrum, Trial};
use crate::activation::Program;
use crate::model::{OneStep, Residual, Simulation, Update};
use faer::{Mat, Scale};

/// The degrees of the limits, from 0.
const DEGREES: usize = 4;
/// Singular values that are listed.
const LISTED: usize = 6;

pub(super) const ENTRIES: &str = "one_step has Gaussian data and weights on the sphere: leave entries out";
pub(super) const NORMS: &str = "one_step has rows of W_0 of norm 1 and data as they are: leave norms out";

/// Networks of one step that can be drawn.
pub struct OneStepNetworks {
    activation: Activation,
    derivative: Program,
    task: Task,
    /// d/n, d/N and d/n of the samples behind the gradient.
    ratios: [f64; 3],
    ridge: f64,
    full: bool,
    intercept: bool,
    step: Option<Step>,
}

/// A step: η, how it is taken, and the order of the surrogate.
#[derive(Clone, Copy)]
struct Step {
    eta: f64,
    update: Update,
    order: usize,
}

impl OneStepNetworks {
    /// The ensemble of a model; `simulation` may name another activation and a step.
    ///
    /// # Errors
    /// Laws of entries or of norms, which are part of the model; an activation without variance.
    pub fn new(model: &OneStep, simulation: &Simulation) -> Result<Self, SimulationError> {
        as_the_model_says(simulation, [ENTRIES, NORMS])?;
        let f = simulation.activation.as_ref().unwrap_or(&model.activation);
        let step = simulation.step.as_ref();
        Ok(Self {
            activation: Activation::new(Program::new(f))?,
            derivative: Program::new(&model.derivative_of(f)),
            task: Task::new(model),
            ratios: [&model.phi, &model.psi, &model.phi_gradient].map(rug::Rational::to_f64),
            ridge: constant(&Program::new(&model.ridge)),
            full: model.residual == Residual::Full,
            intercept: model.intercept,
            step: step.map(|step| Step { eta: constant(&Program::new(&step.eta)), update: step.update, order: step.order }),
        })
    }

    /// The constant, if it is free, and after it powers of z.
    fn regressors(&self, z: &[f64], most: usize) -> Vec<Vec<f64>> {
        (0..=most).map(|k| z.iter().map(|z| z.powi(k as i32)).collect()).collect()
    }

    /// The limits: the spectrum of F_0, and fits with the powers of each degree as free regressors.
    fn limits(&self, drawn: &Drawn<'_>, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let second = &drawn.second;
        let n = second.labels.len();
        let features = self.activation.features(&second.x, &drawn.start.weights)?;
        run.check()?;
        let gram = smaller_gram(&features, n);
        run.check()?;
        let present = |k: &usize| *k > 0 && self.activation.has(1) && self.activation.has(*k) || *k == 0 && self.intercept;
        let sets: Vec<Vec<usize>> = (0..DEGREES).map(|degree| (0..=degree).filter(present).collect()).collect();
        let z = drawn.directions().z(&second.x);
        let regressors = self.regressors(&z, DEGREES - 1);
        let fits = Ridge::new(&features, &gram, self.ridge)?.fits(&second.labels, &regressors, &sets);
        run.check()?;
        let spectrum = Spectrum::new(eigenvalues(&gram, n, features.nrows().max(features.ncols()))?);
        drop((gram, features));
        run.check()?;
        let predictors: Vec<Predictor<'_>> =
            fits.iter().zip(&sets).map(|(fit, set)| predictor(&drawn.start.weights, fit, set, None)).collect();
        let tests = test_errors((&self.activation, &self.task), &predictors, drawn.directions(), trial, run)?;
        let mut scalars = drawn.scalars();
        scalars.extend(tests.products.scalars("fresh"));
        for (degree, (fit, test)) in fits.iter().zip(&tests.errors).enumerate() {
            let mut scalar = |name: &str, value: f64| scalars.push((format!("{name}[{degree}]"), value));
            scalar("train", fit.train);
            scalar("train_mse", fit.train_mse);
            scalar("test", *test);
            scalar("improvement_train", fits[0].train - fit.train);
            scalar("improvement_test", tests.errors[0] - test);
            scalar("present", f64::from(u8::from(degree > 0 && present(&degree))));
        }
        Ok(Draw { spectra: vec![spectrum], scalars })
    }

    /// The network after a step, or the surrogate in its place, beside the network as it began.
    fn stepped(&self, drawn: &Drawn<'_>, step: Step, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let (second, start) = (&drawn.second, &drawn.start);
        let z = drawn.directions().z(&second.x);
        let powers = Powers::new(&self.activation, step.order, step.eta * drawn.norm, &start.readout);
        let regressors = self.regressors(&z, 0);
        let set = if self.intercept { vec![0] } else { Vec::new() };
        let fitted = |features: &Mat<f64>| -> Result<(Mat<f64>, Fit), SimulationError> {
            let gram = smaller_gram(features, second.labels.len());
            run.check()?;
            let fit = Ridge::new(features, &gram, self.ridge)?.fits(&second.labels, &regressors, std::slice::from_ref(&set));
            run.check()?;
            Ok((gram, fit.into_iter().next().unwrap_or_default()))
        };
        let mut features = self.activation.features(&second.x, &start.weights)?;
        let (gram, initial) = fitted(&features)?;
        drop(gram);
        powers.add(&mut features, &z);
        let (mut gram, surrogate) = fitted(&features)?;
        let (weights, rest) = drawn.stepped_weights(step, self.activation.coefficient(1), run)?;
        let network = match &weights {
            None => None,
            Some(weights) => {
                features = self.activation.features(&second.x, weights)?;
                let (of_network, fit) = fitted(&features)?;
                gram = of_network;
                Some(fit)
            }
        };
        let leading = leading(&features, gram, second.labels.len(), LISTED, run)?;
        drop(features);
        let mut predictors =
            vec![predictor(&start.weights, &initial, &set, None), predictor(&start.weights, &surrogate, &set, Some(&powers))];
        if let (Some(weights), Some(fit)) = (&weights, &network) {
            predictors.push(predictor(weights, fit, &set, None));
        }
        let tests = test_errors((&self.activation, &self.task), &predictors, drawn.directions(), trial, run)?;
        let [before, of_surrogate] = [tests.errors[0], tests.errors[1]];
        let (fit, test) = (network.as_ref().unwrap_or(&surrogate), tests.errors[predictors.len() - 1]);
        let mut scalars = drawn.scalars();
        scalars.extend(tests.products.scalars("fresh"));
        let mut scalar = |name: &str, value: f64| scalars.push((name.to_owned(), value));
        scalar("train", fit.train);
        scalar("train_mse", fit.train_mse);
        scalar("test", test);
        scalar("improvement_train", initial.train - fit.train);
        scalar("improvement_test", before - test);
        if let Some(fit) = &network {
            scalar("equivalence.train", fit.train - surrogate.train);
            scalar("equivalence.test", test - of_surrogate);
        }
        let rest = rest.map(|Rest { quality, spread }| [("quality", quality), ("rest", spread)]);
        scalars.extend(rest.into_iter().flatten().map(|(name, value)| (name.to_owned(), value)));
        scalars.extend(singular_vectors(&leading, &z, step.order.max(DEGREES - 1)));
        Ok(Draw { spectra: vec![Spectrum::new(leading.eigenvalues)], scalars })
    }
}

/// The largest singular values of F, and the squared cosines of their left vectors with the powers of z.
fn singular_vectors(leading: &Leading, z: &[f64], most: usize) -> Vec<(String, f64)> {
    let samples = z.len() as f64;
    let largest = leading.eigenvalues.iter().rev().take(LISTED).enumerate();
    let mut scalars: Vec<(String, f64)> =
        largest.map(|(index, eigenvalue)| (format!("singular_values[{index}]"), (samples * eigenvalue).sqrt())).collect();
    for (index, vector) in leading.vectors.iter().enumerate() {
        for k in 1..=most {
            let power = |z: &f64| z.powi(k as i32);
            let product: f64 = z.iter().zip(vector).map(|(z, u)| power(z) * u).sum();
            let length: f64 = z.iter().map(|z| power(z).powi(2)).sum();
            scalars.push((format!("alignment[{index}][{k}]"), product * product / length));
        }
    }
    scalars
}

/// What a fit with the regressors zᵏ, k of a set, predicts; `powers` are those of a surrogate's features.
fn predictor<'a>(weights: &'a Mat<f64>, fit: &Fit, set: &[usize], powers: Option<&Powers>) -> Predictor<'a> {
    let mut polynomial = powers.map_or_else(Vec::new, |powers| powers.polynomial(&fit.readout));
    polynomial.resize(polynomial.len().max(set.last().map_or(0, |k| k + 1)), 0.0);
    set.iter().zip(&fit.free).for_each(|(k, coefficient)| polynomial[*k] += coefficient);
    Predictor { weights, readout: fit.readout.clone(), polynomial }
}

/// What a draw begins with: the network, its gradient and the samples of the ridge fit.
struct Drawn<'a> {
    start: Start,
    gradient: Gradient,
    second: Samples,
    /// β_*.
    teacher: &'a [f64],
    /// |β| and β/|β|.
    norm: f64,
    unit: Vec<f64>,
}

/// What a gradient has besides its part of rank one, times η: its operator norm, and the mean square of its rows.
struct Rest {
    quality: f64,
    spread: f64,
}

impl Drawn<'_> {
    fn directions(&self) -> Directions<'_> {
        Directions { teacher: self.teacher, step: &self.unit }
    }

    fn scalars(&self) -> Vec<(String, f64)> {
        let rho: f64 = self.unit.iter().zip(self.teacher).map(|(a, b)| a * b).sum();
        let mut products = Products::default();
        let Samples { x, labels } = &self.second;
        products.add(&self.directions().z(x), &self.directions().along(x), labels);
        let mut list = products.scalars("fit");
        let of_readout: f64 = self.start.readout.iter().map(|a| a * a).sum();
        let others = [("beta_norm_squared", self.norm * self.norm), ("rho", rho), ("readout_norm_squared", of_readout)];
        list.extend(others.map(|(name, value)| (name.to_owned(), value)));
        list
    }

    /// W after the step, and what it has besides c_1 a βᵀ; no weights for the surrogate.
    fn stepped_weights(
        &self,
        Step { eta, update, .. }: Step,
        linear: f64,
        run: &Run<'_>,
    ) -> Result<(Option<Mat<f64>>, Option<Rest>), SimulationError> {
        let mut weights = match update {
            Update::Surrogate => return Ok((None, None)),
            Update::Gradient | Update::RankOne => self.start.weights.clone(),
        };
        let Some(gradient) = &self.gradient.matrix else {
            add_rank_one(&mut weights, eta * linear, &self.gradient.beta, &self.start.readout);
            return Ok((Some(weights), None));
        };
        weights += gradient * Scale(eta);
        let mut rest = gradient.clone();
        add_rank_one(&mut rest, -linear, &self.gradient.beta, &self.start.readout);
        let (all, largest) = (rest.nrows().min(rest.ncols()), rest.nrows().max(rest.ncols()));
        let top = eigenvalues(&smaller_gram(&rest, 1), all, largest)?.last().copied().unwrap_or(0.0);
        run.check()?;
        let spread = eta * eta * rest.squared_norm_l2() / rest.ncols() as f64;
        Ok((Some(weights), Some(Rest { quality: eta * top.sqrt(), spread })))
    }
}

impl Ensemble for OneStepNetworks {
    fn name(&self) -> &str {
        "one_step"
    }

    /// n samples, and the integers nearest to N, d and the number of samples behind the gradient.
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let [phi, psi, phi_gradient] = self.ratios;
        let d = n as f64 * ratio("phi", phi)?;
        let (neurons, first) = (d / ratio("psi", psi)?, d / ratio("phi_gradient", phi_gradient)?);
        let dimensions = Sizes::rounded(n, &[("n", n as f64), ("N", neurons), ("d", d), ("n_gradient", first)])?;
        let [n_whole, neurons, d, first] = [0, 1, 2, 3].map(|index: usize| dimensions[index].1 as u128);
        let entries = d * (2 * neurons + n_whole + first + TEST as u128) + neurons * (n_whole + first);
        Ok(Sizes { n, dimensions, entries })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let [n, neurons, d, n_gradient] = [sizes.of("n")?, sizes.of("N")?, sizes.of("d")?, sizes.of("n_gradient")?];
        let start = Start::draw(d, neurons, trial);
        let teacher = orthonormal(d, 1, &[], trial, Matrix::Directions).swap_remove(0);
        let first = self.task.samples(n_gradient, &teacher, trial, 0)?;
        run.check()?;
        let exact = self.step.is_some_and(|step| step.update == Update::Gradient);
        let derivative = exact.then_some(&self.derivative);
        let gradient = start.gradient(&first, (&self.activation, derivative), self.full, run)?;
        drop(first);
        let second = self.task.samples(n, &teacher, trial, 1)?;
        run.check()?;
        let norm = gradient.beta.iter().map(|value| value * value).sum::<f64>().sqrt();
        let mut unit = gradient.beta.clone();
        normalise(&mut unit);
        let drawn = Drawn { start, gradient, second, teacher: &teacher, norm, unit };
        match self.step {
            None => self.limits(&drawn, trial, run),
            Some(step) => self.stepped(&drawn, step, trial, run),
        }
    }
}
