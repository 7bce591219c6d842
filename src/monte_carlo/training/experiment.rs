//! What is trained, and how: plain data.

use super::super::{ENTRIES_BOUND, SimulationError};
use super::Teacher;
use crate::activation::Program;

/// Most hidden layers.
const DEEPEST: usize = 5;

/// How the weights are drawn, and which are trained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Init {
    /// W ~ N(0, 2/fan-in), readout N(0, 1/k); all layers are trained.
    He,
    /// One hidden layer, W ~ N(0, 1/d), readout ±k^(−1/2), which is not trained.
    FixedReadout,
    /// The same with neurons in pairs of equal weights and opposite readout, so that the network is 0 at the start.
    Antisymmetric,
}

/// The rule of a step; g is the gradient of the loss in the weights of a layer.
#[derive(Debug, Clone, PartialEq)]
pub enum Optimizer {
    /// W ← W − η g.
    GradientDescent,
    /// W ← W − η C g/(‖g‖ + 10⁻⁸), C the speed of the layer; clipped, no step is longer than η‖g‖.
    SpeedLimited {
        /// One for each trained layer, the readout last.
        speeds: Vec<f64>,
        /// Whether steps are clipped.
        clip: bool,
    },
}

/// A training experiment.
pub struct Experiment {
    /// φ.
    pub activation: Program,
    /// φ′.
    pub derivative: Program,
    /// What makes the labels.
    pub teacher: Teacher,
    /// Neurons of the hidden layers.
    pub widths: Vec<usize>,
    /// Input dimension.
    pub d: usize,
    /// Training samples.
    pub n: usize,
    /// Fresh samples on which the test error is measured.
    pub test: usize,
    /// Law of the eigenvalues of the covariance of a sample: values and their weights, which add up to 1.
    pub covariance: Vec<[f64; 2]>,
    /// Standard deviation of the noise of all labels.
    pub noise: f64,
    /// Initial weights.
    pub init: Init,
    /// Factor of the initial weights of the hidden layers.
    pub init_scale: f64,
    /// η.
    pub eta: f64,
    /// The rule of a step.
    pub optimizer: Optimizer,
    /// Samples of a step; none for all of them.
    pub batch: Option<usize>,
    /// The steps after which is measured, ascending; training ends at the last.
    pub record: Vec<usize>,
}

/// 0, 1, 3, 10, 30, … and the last.
#[must_use]
pub fn default_record(steps: usize) -> Vec<usize> {
    let mut record = vec![0];
    let mut decade = 1_usize;
    while decade < steps {
        record.extend([decade, decade.saturating_mul(3)].into_iter().filter(|step| *step < steps));
        decade = decade.saturating_mul(10);
    }
    record.push(steps);
    record.dedup();
    record
}

impl Experiment {
    /// The step at which training ends.
    #[must_use]
    pub fn last(&self) -> usize {
        self.record.last().copied().unwrap_or(0)
    }

    /// How many layers are trained.
    #[must_use]
    pub fn trained_layers(&self) -> usize {
        self.widths.len() + usize::from(self.init == Init::He)
    }

    /// Entries of the data, of the weights and of the activations kept in one trial.
    #[must_use]
    pub fn entries(&self) -> u128 {
        let [d, samples] = [self.d, self.n + self.test].map(|size| size as u128);
        let fan_in = std::iter::once(d).chain(self.widths.iter().map(|width| *width as u128));
        let weights: u128 = fan_in.zip(&self.widths).map(|(fan_in, width)| fan_in * *width as u128).sum();
        let kept: u128 = self.widths.iter().map(|width| *width as u128 * samples).sum();
        d * samples + 3 * weights + 2 * kept
    }

    /// Says what of it makes no sense, by the name of the setting.
    ///
    /// # Errors
    /// [`SimulationError::Setting`] and [`SimulationError::TooLarge`].
    pub fn check(&self, trials: usize) -> Result<(), SimulationError> {
        let refuse = |name: &'static str, message: String| Err(SimulationError::Setting { name, message });
        if trials == 0 {
            return Err(SimulationError::NoTrials);
        }
        if self.widths.is_empty() || self.widths.len() > DEEPEST || self.widths.contains(&0) {
            return refuse("widths", format!("widths must list 1 to {DEEPEST} hidden layers of at least one neuron each"));
        }
        for (name, size) in [("d", self.d), ("n", self.n), ("test", self.test)] {
            if size == 0 {
                return refuse(name, format!("{name} must be at least 1"));
            }
        }
        if self.init != Init::He && self.widths.len() > 1 {
            return refuse("init", "a readout that is not trained goes with one hidden layer: widths = [k]".to_owned());
        }
        if self.init == Init::Antisymmetric && self.widths[0] % 2 == 1 {
            return refuse("widths", format!("neurons in pairs need an even width, and this one is {}", self.widths[0]));
        }
        if self.teacher.variables() > self.d {
            return refuse("d", format!("the teacher reads x{}, and d is {}", self.teacher.variables(), self.d));
        }
        self.check_steps().and_then(|()| self.check_law())?;
        let entries = self.entries().saturating_mul(trials as u128);
        if entries > u128::from(ENTRIES_BOUND) {
            return Err(SimulationError::TooLarge { entries, bound: ENTRIES_BOUND });
        }
        Ok(())
    }

    fn check_steps(&self) -> Result<(), SimulationError> {
        let refuse = |name: &'static str, message: String| Err(SimulationError::Setting { name, message });
        if !(self.eta > 0.0 && self.eta.is_finite()) {
            return refuse("eta", format!("eta is the length of a step: it must be positive, and is {}", self.eta));
        }
        if let Optimizer::SpeedLimited { speeds, .. } = &self.optimizer {
            let layers = self.trained_layers();
            if speeds.len() != layers {
                let readout = if self.init == Init::He { ", the readout last" } else { "" };
                let message =
                    format!("speeds must list one number a trained layer{readout}: {layers}, and lists {}", speeds.len());
                return refuse("speeds", message);
            }
            if !speeds.iter().all(|speed| *speed >= 0.0 && speed.is_finite()) || speeds.iter().all(|speed| *speed == 0.0) {
                return refuse("speeds", "speeds must not be negative, and not all 0".to_owned());
            }
        }
        if self.batch.is_some_and(|batch| batch == 0 || batch > self.n) {
            return refuse("batch", format!("batch must be a number of samples from 1 to n = {}", self.n));
        }
        if self.record.is_empty() || !self.record.is_sorted_by(|a, b| a < b) {
            return refuse("record", "record must list steps in ascending order".to_owned());
        }
        Ok(())
    }

    fn check_law(&self) -> Result<(), SimulationError> {
        let refuse = |name: &'static str, message: &str| Err(SimulationError::Setting { name, message: message.to_owned() });
        if !(self.init_scale > 0.0 && self.init_scale.is_finite()) {
            return refuse("init_scale", "init_scale must be positive");
        }
        if !(self.noise >= 0.0 && self.noise.is_finite()) {
            return refuse("noise", "noise is a standard deviation and cannot be negative");
        }
        let total =
            |index: usize| self.covariance.iter().map(|atom| atom[1] * if index == 0 { atom[0] } else { 1.0 }).sum::<f64>();
        if !self.covariance.iter().all(|[value, weight]| *value >= 0.0 && *weight > 0.0) || (total(1) - 1.0).abs() > 1e-9 {
            return refuse(
                "covariance",
                "covariance must list [value, weight], values not negative, positive weights that add up to 1",
            );
        }
        if (total(0) - 1.0).abs() > 1e-9 {
            let message = format!("the mean value of covariance must be 1, and is {}", total(0));
            return Err(SimulationError::Setting { name: "covariance", message });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::default_record;

    #[test]
    fn steps_are_recorded_in_thirds_of_a_decade() {
        assert_eq!(default_record(1000), [0, 1, 3, 10, 30, 100, 300, 1000]);
        assert_eq!(default_record(7), [0, 1, 3, 7]);
        assert_eq!(default_record(1), [0, 1]);
        assert_eq!(default_record(0), [0]);
    }
}
