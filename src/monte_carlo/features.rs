//! One draw of the feature matrix M = YYᵀ/m, Y = f(W X/√n0 + B), and its n1 eigenvalues (Pennington and Worah 2017;
//! with a bias Piccolo and Schröder, arXiv 2105.05115).
//!
//! W is n1 × n0 and X is n0 × m, independent entries of variances σ_w², σ_x²; phi = n0/m, psi = n0/n1; f acts entry by
//! entry and is taken as it is, not centred.
//!
//! The eigenvalues come from the smaller of YYᵀ/m and YᵀY/m; the n1 − m structural zeros are exact zeros. A computed
//! eigenvalue below max(n1, m) · 2^-52 · λ_max is set to zero: it is within the backward error of the eigenvalue
//! computation (the customary numerical rank of the Gram matrix). All of a draw runs on one thread.

use super::ensembles::Entries;
use super::replicates::Run;
use super::sizes::Sizes;
use super::streams::{Experiment, Matrix};
use super::{Activation, SimulationError};
use faer::linalg::matmul::matmul;
use faer::linalg::matmul::triangular::{self, BlockStructure};
use faer::{Accum, Mat, Par, Side};
use std::time::Instant;

/// The bias B added to the pre-activations, with its standard deviation σ_b; always Gaussian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Bias {
    /// B = 0.
    None,
    /// One number for each row of Y (neuron), the same for all samples.
    Row(f64),
    /// One number for each entry of Y.
    Entry(f64),
    /// One number for each column of Y (sample), the same for all neurons.
    Column(f64),
}

/// What is drawn, but for the sizes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Features {
    /// Standard deviation of the entries of W.
    pub sigma_w: f64,
    /// Standard deviation of the entries of X.
    pub sigma_x: f64,
    /// The bias.
    pub bias: Bias,
    /// The law of the entries of W, up to scale.
    pub entries_w: Entries,
    /// The law of the entries of X, up to scale.
    pub entries_x: Entries,
}

impl Features {
    /// An error unless every standard deviation can be simulated.
    ///
    /// # Errors
    /// [`SimulationError::Deviation`].
    pub fn validate(&self) -> Result<(), SimulationError> {
        for (name, value) in [("sigma_w", self.sigma_w), ("sigma_x", self.sigma_x)] {
            if !(value > 0.0 && value.is_finite()) {
                return Err(SimulationError::Deviation { name, value, wanted: "positive and finite" });
            }
        }
        match self.bias {
            Bias::Row(value) | Bias::Entry(value) | Bias::Column(value) if !(value >= 0.0 && value.is_finite()) => {
                Err(SimulationError::Deviation { name: "sigma_b", value, wanted: "zero or positive, and finite" })
            }
            _ => Ok(()),
        }
    }
}

/// Seconds spent in each stage of a draw.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct StageSeconds {
    /// Random entries.
    pub draw: f64,
    /// The product W X.
    pub multiply: f64,
    /// The activation.
    pub activate: f64,
    /// The Gram matrix of Y.
    pub gram: f64,
    /// Its eigenvalues.
    pub eigenvalues: f64,
}

/// The outcome of one draw.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// All n1 eigenvalues of M, ascending, with exact zeros.
    pub eigenvalues: Vec<f64>,
    /// Where the time went.
    pub seconds: StageSeconds,
}

/// Draws trial number `trial` of the experiment. The parameters must have been validated.
///
/// # Errors
/// A value of the activation that is not finite, a failed eigenvalue iteration, or a run that was stopped (looked at
/// between stages).
pub fn draw(
    features: &Features,
    sizes: &Sizes,
    activation: Activation<'_>,
    experiment: Experiment,
    trial: u64,
    run: &Run<'_>,
) -> Result<Draw, SimulationError> {
    let mut seconds = StageSeconds::default();
    let mut clock = Clock(Instant::now());
    let outputs = timed_outputs(features, sizes, activation, (experiment, trial), run, (&mut seconds, &mut clock))?;

    let gram = smaller_gram(&outputs, sizes.m);
    seconds.gram = clock.lap();
    run.check()?;

    let eigenvalues = eigenvalues(&gram, sizes.n1, sizes.n1.max(sizes.m))?;
    seconds.eigenvalues = clock.lap();
    Ok(Draw { eigenvalues, seconds })
}

/// Y of trial number `trial` of the experiment.
///
/// # Errors
/// As [`draw`].
pub fn outputs(
    features: &Features,
    sizes: &Sizes,
    activation: Activation<'_>,
    experiment: Experiment,
    trial: u64,
    run: &Run<'_>,
) -> Result<Mat<f64>, SimulationError> {
    let timing = (&mut StageSeconds::default(), &mut Clock(Instant::now()));
    timed_outputs(features, sizes, activation, (experiment, trial), run, timing)
}

fn timed_outputs(
    features: &Features,
    sizes: &Sizes,
    activation: Activation<'_>,
    (experiment, trial): (Experiment, u64),
    run: &Run<'_>,
    (seconds, clock): (&mut StageSeconds, &mut Clock),
) -> Result<Mat<f64>, SimulationError> {
    let weights = features.entries_w.matrix(sizes.n1, sizes.n0, &mut experiment.stream(trial, Matrix::Weights));
    let data = features.entries_x.matrix(sizes.n0, sizes.m, &mut experiment.stream(trial, Matrix::Data));
    let mut outputs = bias_matrix(features.bias, sizes, experiment, trial);
    seconds.draw = clock.lap();
    run.check()?;

    let scale = features.sigma_w * features.sigma_x / (sizes.n0 as f64).sqrt();
    matmul(outputs.as_mut(), Accum::Add, &weights, &data, scale, Par::Seq);
    seconds.multiply = clock.lap();
    run.check()?;

    activate(&mut outputs, activation)?;
    seconds.activate = clock.lap();
    run.check()?;
    Ok(outputs)
}

struct Clock(Instant);

impl Clock {
    fn lap(&mut self) -> f64 {
        let now = Instant::now();
        std::mem::replace(&mut self.0, now).elapsed().as_secs_f64()
    }
}

fn bias_matrix(bias: Bias, sizes: &Sizes, experiment: Experiment, trial: u64) -> Mat<f64> {
    let mut stream = experiment.stream(trial, Matrix::Bias);
    let mut normals = |rows, columns| Entries::Gaussian.matrix(rows, columns, &mut stream);
    match bias {
        Bias::None => Mat::zeros(sizes.n1, sizes.m),
        Bias::Row(sigma) => {
            let rows = normals(sizes.n1, 1);
            Mat::from_fn(sizes.n1, sizes.m, |row, _| sigma * rows[(row, 0)])
        }
        Bias::Column(sigma) => {
            let columns = normals(sizes.m, 1);
            Mat::from_fn(sizes.n1, sizes.m, |_, column| sigma * columns[(column, 0)])
        }
        Bias::Entry(sigma) => normals(sizes.n1, sizes.m) * faer::Scale(sigma),
    }
}

pub(super) fn activate(outputs: &mut Mat<f64>, activation: Activation<'_>) -> Result<(), SimulationError> {
    let mut arguments = vec![0.0; outputs.nrows()];
    for column in 0..outputs.ncols() {
        let values = outputs.col_as_slice_mut(column);
        arguments.copy_from_slice(values);
        activation(values);
        if let Some(row) = values.iter().position(|value| !value.is_finite()) {
            return Err(SimulationError::NotFinite { argument: arguments[row], value: values[row] });
        }
    }
    Ok(())
}

/// The lower triangle of the smaller of YYᵀ and YᵀY, divided by `divisor`.
pub(super) fn smaller_gram(outputs: &Mat<f64>, divisor: usize) -> Mat<f64> {
    let (left, right) = if outputs.nrows() <= outputs.ncols() {
        (outputs.as_ref(), outputs.transpose())
    } else {
        (outputs.transpose(), outputs.as_ref())
    };
    let mut gram = Mat::zeros(left.nrows(), left.nrows());
    triangular::matmul(
        gram.as_mut(),
        BlockStructure::TriangularLower,
        Accum::Replace,
        left,
        BlockStructure::Rectangular,
        right,
        BlockStructure::Rectangular,
        (divisor as f64).recip(),
        Par::Seq,
    );
    gram
}

/// The `all` eigenvalues behind a Gram matrix of vectors of at most `largest` entries, ascending, zeros by rank exact.
pub(super) fn eigenvalues(gram: &Mat<f64>, all: usize, largest: usize) -> Result<Vec<f64>, SimulationError> {
    let size = gram.nrows();
    if (0..size).any(|index| !gram[(index, index)].is_finite()) {
        return Err(SimulationError::Overflow);
    }
    let computed = gram.self_adjoint_eigenvalues(Side::Lower).map_err(|_| SimulationError::NoConvergence { size })?;
    let top = computed.last().copied().unwrap_or(0.0);
    let threshold = largest as f64 * f64::EPSILON * top;
    let mut list = vec![0.0; all - size];
    list.extend(computed.iter().map(|value| if *value > threshold { *value } else { 0.0 }));
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monte_carlo::spectra;
    use std::sync::atomic::AtomicBool;

    const PLAIN: Features =
        Features { sigma_w: 1.0, sigma_x: 1.0, bias: Bias::None, entries_w: Entries::Gaussian, entries_x: Entries::Gaussian };

    fn eigenvalues_of(features: &Features, sizes: Sizes, f: Activation<'_>) -> Result<Vec<f64>, SimulationError> {
        let cancel = AtomicBool::new(false);
        let run = Run { threads: 1, cancel: &cancel, progress: &|_, _| () };
        draw(features, &sizes, f, Experiment::new(3, "features"), 0, &run).map(|draw| draw.eigenvalues)
    }

    /// f = x: the rank of W X is min(n1, n0, m), and the trace is that of the definition.
    #[test]
    fn rank_is_exact() {
        for (n1, n0, m) in [(40, 20, 30), (40, 60, 30), (30, 60, 40), (25, 10, 40)] {
            let eigenvalues = eigenvalues_of(&PLAIN, Sizes { n1, n0, m }, &|_| ()).unwrap();
            assert_eq!(eigenvalues.len(), n1);
            let zeros = (spectra::fraction_zero(&eigenvalues) * n1 as f64).round() as usize;
            assert_eq!(zeros, n1 - n1.min(n0).min(m), "({n1}, {n0}, {m})");
            assert!(eigenvalues.is_sorted());
        }
    }

    /// Y with entries ±1 has tr M = n1 exactly, in either Gram matrix.
    #[test]
    fn sign_has_trace_n1() {
        let sign: Activation<'_> = &|values| values.iter_mut().for_each(|value| *value = value.signum());
        for (n1, n0, m) in [(30, 20, 50), (50, 20, 30)] {
            let eigenvalues = eigenvalues_of(&PLAIN, Sizes { n1, n0, m }, sign).unwrap();
            assert!((spectra::moment(&eigenvalues, 0, 1) - 1.0).abs() < 1e-13);
        }
    }

    /// With f = x, E tr M / n1 = σ_w² σ_x² + σ_b² for each kind of bias; 2 % is ten standard deviations for the entry
    /// bias, and the weights are turned down where few numbers are drawn.
    #[test]
    fn scales_add_up() {
        let sizes = Sizes { n1: 500, n0: 400, m: 450 };
        for bias in [Bias::None, Bias::Row(0.5), Bias::Column(0.5), Bias::Entry(0.5)] {
            let features =
                Features { sigma_w: 0.5, sigma_x: 3.0, bias, entries_w: Entries::Rademacher, entries_x: Entries::Rademacher };
            let trace = spectra::moment(&eigenvalues_of(&features, sizes, &|_| ()).unwrap(), 0, 1);
            let expected = if bias == Bias::None { 2.25 } else { 2.5 };
            assert!((trace - expected).abs() < 0.02 * expected, "{bias:?}: {trace}");
        }
    }

    #[test]
    fn a_bad_value_names_its_argument() {
        let sqrt: Activation<'_> = &|values| values.iter_mut().for_each(|value| *value = value.sqrt());
        let error = eigenvalues_of(&PLAIN, Sizes { n1: 20, n0: 20, m: 20 }, sqrt).unwrap_err();
        assert!(matches!(error, SimulationError::NotFinite { argument, value } if argument < 0.0 && value.is_nan()), "{error}");
        let huge: Activation<'_> = &|values| values.iter_mut().for_each(|value| *value *= 1e200);
        assert_eq!(eigenvalues_of(&PLAIN, Sizes { n1: 20, n0: 20, m: 20 }, huge), Err(SimulationError::Overflow));
    }
}
