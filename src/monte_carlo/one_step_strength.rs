//! One exact gradient step of critical size of a network whose readout are signs, a_i = ±1/√N, then ridge regression of its readout on fresh
//! samples. With β = Xᵀ r/n of the first samples and c_1 = E Z σ(Z), the step has the size η at which every row of W moves by t along β:
//! c_1 η |β|/√N = t. The whole gradient is taken, of which c_1 a βᵀ is a part.
//!
//! Scalars: `test`, `train`, `train_penalised`; `rho` is the cosine of β with the teacher, `quality` η times the operator norm of the rest of
//! the gradient.

use faer::Scale;

use super::gram::{eigenvalues, smaller_gram};
use super::normalised::constant;
use super::of_model::as_the_model_says;
use super::one_step::{ENTRIES, NORMS};
use super::one_step_data::Task;
use super::one_step_features::{Activation, Directions, Predictor, TEST, test_errors};
use super::one_step_gradient::Start;
use super::ridge::Ridge;
use super::signals::{add_rank_one, normalise, orthonormal};
use super::sizes::ratio;
use super::{Draw, Ensemble, Matrix, Run, SimulationError, Sizes, Trial};
use crate::activation::Program;
use crate::model::{OneStep, Residual, Simulation};

/// Networks after a step of this strength.
pub struct StrengthSteps {
    activation: Activation,
    derivative: Program,
    task: Task,
    /// d/n, d/N and d/n of the samples behind the gradient.
    ratios: [f64; 3],
    ridge: f64,
    full: bool,
    intercept: bool,
    strength: f64,
}

impl StrengthSteps {
    /// Of a model.
    ///
    /// # Errors
    /// Laws of entries or of norms, another activation; an activation without variance or linear part.
    pub fn new(model: &OneStep, strength: &Program, simulation: &Simulation) -> Result<Self, SimulationError> {
        as_the_model_says(simulation, [ENTRIES, NORMS])?;
        let activation = Activation::new(Program::new(&model.activation))?;
        if !activation.has(1) {
            return Err(SimulationError::NotNormalised { variance: 0.0 });
        }
        Ok(Self {
            activation,
            derivative: Program::new(&model.derivative_of(&model.activation)),
            task: Task::new(model),
            ratios: [&model.phi, &model.psi, &model.phi_gradient].map(rug::Rational::to_f64),
            ridge: constant(&Program::new(&model.ridge)),
            full: model.residual == Residual::Full,
            intercept: model.intercept,
            strength: constant(strength),
        })
    }
}

impl Ensemble for StrengthSteps {
    fn name(&self) -> &str {
        "one_step of critical size"
    }

    /// n samples, and the integers nearest to N, d and the number of samples behind the gradient.
    fn sizes(&self, n: usize) -> Result<Sizes, SimulationError> {
        let [phi, psi, phi_gradient] = self.ratios;
        let d = n as f64 * ratio("phi", phi)?;
        let (neurons, first) = (d / ratio("psi", psi)?, d / ratio("phi_gradient", phi_gradient)?);
        let dimensions = Sizes::rounded(n, &[("n", n as f64), ("N", neurons), ("d", d), ("n_gradient", first)])?;
        let [n_whole, neurons, d, first] = [0, 1, 2, 3].map(|index: usize| dimensions[index].1 as u128);
        let entries = d * (2 * neurons + n_whole + first + TEST as u128) + neurons * (n_whole + first + TEST as u128);
        Ok(Sizes { n, dimensions, entries })
    }

    fn draw(&self, sizes: &Sizes, trial: Trial<'_>, run: &Run<'_>) -> Result<Draw, SimulationError> {
        let [n, neurons, d, n_gradient] = [sizes.of("n")?, sizes.of("N")?, sizes.of("d")?, sizes.of("n_gradient")?];
        let mut start = Start::draw(d, neurons, trial);
        let size = (neurons as f64).sqrt().recip();
        start.readout.iter_mut().for_each(|a| *a = size.copysign(*a));
        let teacher = orthonormal(d, 1, &[], trial, Matrix::Directions).swap_remove(0);
        let first = self.task.samples(n_gradient, &teacher, trial, 0)?;
        run.check()?;
        let gradient = start.gradient(&first, (&self.activation, Some(&self.derivative)), self.full, run)?;
        drop(first);
        let second = self.task.samples(n, &teacher, trial, 1)?;
        let norm = gradient.beta.iter().map(|value| value * value).sum::<f64>().sqrt();
        let mut unit = gradient.beta.clone();
        normalise(&mut unit);
        let linear = self.activation.coefficient(1);
        let eta = self.strength / (linear.abs() * norm * size);
        let (mut weights, mut scalars) = (start.weights, Vec::new());
        if let Some(mut rest) = gradient.matrix {
            weights += &rest * Scale(eta);
            add_rank_one(&mut rest, -linear, &gradient.beta, &start.readout);
            let (all, largest) = (rest.nrows().min(rest.ncols()), rest.nrows().max(rest.ncols()));
            let top = eigenvalues(&smaller_gram(&rest, 1), all, largest)?.last().copied().unwrap_or(0.0);
            scalars.push(("quality".to_owned(), eta * top.sqrt()));
        }
        run.check()?;
        let features = self.activation.features(&second.x, &weights)?;
        let gram = smaller_gram(&features, n);
        run.check()?;
        let (ones, set) = if self.intercept { (vec![vec![1.0; n]], vec![0]) } else { (Vec::new(), Vec::new()) };
        let fit = Ridge::new(&features, &gram, self.ridge)?.fits(&second.labels, &ones, &[set]).swap_remove(0);
        run.check()?;
        let directions = Directions { teacher: &teacher, step: &unit };
        let predictor = Predictor { weights: &weights, readout: fit.readout, polynomial: fit.free };
        let tests = test_errors((&self.activation, &self.task), &[predictor], directions, trial, run)?;
        let rho: f64 = unit.iter().zip(&teacher).map(|(a, b)| a * b).sum();
        let others = [("test", tests.errors[0]), ("train", fit.train_mse), ("train_penalised", fit.train), ("rho", rho)];
        scalars.extend(others.map(|(name, value)| (name.to_owned(), value)));
        Ok(Draw { spectra: Vec::new(), scalars })
    }
}
