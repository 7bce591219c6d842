//! The check of a feature-matrix law against simulated feature matrices.

use super::{LEVEL, Prediction, Report, Sample, Side, compare, rates};
use crate::monte_carlo::features::{Features, draw};
use crate::monte_carlo::replicates::{Run, replicates};
use crate::monte_carlo::sizes::Sizes;
use crate::monte_carlo::streams::Experiment;
use crate::monte_carlo::{Activation, ENTRIES_BOUND, SimulationError};

/// How much is simulated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The largest dimension.
    pub n: usize,
    /// Smaller sizes for fitted rates, descending; n/2 is simulated too when there are none.
    pub smaller: Vec<usize>,
    /// Replicates at size n; at n/r there are r² times as many, but at most [`MOST_TRIALS`] times.
    pub trials: usize,
    /// The seed.
    pub seed: u64,
}

/// No size has more than this many times the replicates of the largest.
pub const MOST_TRIALS: usize = 64;

impl Plan {
    /// The sizes with their numbers of replicates, descending.
    fn sizes(&self) -> Vec<(usize, usize)> {
        let default = [self.n / 2];
        let smaller: &[usize] = if self.smaller.is_empty() { &default } else { &self.smaller };
        let repeated = |size: usize| {
            let factor = ((self.n as f64 / size.max(1) as f64).powi(2).round() as usize).clamp(1, MOST_TRIALS);
            (size, self.trials.saturating_mul(factor))
        };
        let smaller = smaller.iter().map(|size| if self.smaller.is_empty() { (*size, 4 * self.trials) } else { repeated(*size) });
        std::iter::once((self.n, self.trials)).chain(smaller).collect()
    }
}

/// Simulates M = YYᵀ/m at phi = n0/m and psi = n0/n1, rounded to integers, and compares with the law that `predict`
/// gives for these integers. The progress callback counts the matrices of all sizes.
///
/// # Errors
/// A model or plan that cannot be simulated, a failure of the simulation, or an error of `predict`, which is called
/// before anything is simulated.
pub fn check_features<E: From<SimulationError>>(
    features: &Features,
    [phi, psi]: [f64; 2],
    plan: &Plan,
    activation: Activation<'_>,
    run: &Run<'_>,
    predict: impl Fn(&Sizes) -> Result<Prediction, E>,
) -> Result<Report, E> {
    features.validate()?;
    let mut rounds = Vec::new();
    for (n, trials) in plan.sizes() {
        let halved = plan.smaller.is_empty() && n == plan.n / 2;
        let sizes = Sizes::from_ratios(phi, psi, n).map_err(|error| if halved { error.at_half() } else { error })?;
        rounds.push(Round { sizes, trials, experiment: experiment(plan, n) });
    }
    admit(&rounds)?;
    let predictions = rounds.iter().map(|round| predict(&round.sizes)).collect::<Result<Vec<_>, E>>()?;

    let count = rounds.iter().map(|round| round.trials).sum();
    let mut spectra = replicates(count, run, |number| {
        let (round, trial) = place(&rounds, number);
        draw(features, &round.sizes, activation, round.experiment, trial, run).map(|draw| draw.eigenvalues)
    })?
    .into_iter();
    let samples: Vec<Sample> = rounds
        .iter()
        .map(|round| Sample { n: round.sizes.largest(), spectra: spectra.by_ref().take(round.trials).collect() })
        .collect();

    let sides: Vec<Side<'_>> = samples.iter().zip(&predictions).map(|(sample, prediction)| Side { sample, prediction }).collect();
    let (mut rows, verdict) = compare(sides[0], sides[1], LEVEL);
    if !plan.smaller.is_empty() {
        rates::fit(&mut rows, &sides);
    }
    let sizes = &rounds[0].sizes;
    Ok(Report {
        rows,
        verdict,
        n: plan.n,
        trials: plan.trials,
        seed: plan.seed,
        dimensions: vec![("n1", sizes.n1), ("n0", sizes.n0), ("m", sizes.m)],
        eigenvalues: samples[0].spectra.concat(),
    })
}

/// One size with its replicates.
struct Round {
    sizes: Sizes,
    trials: usize,
    experiment: Experiment,
}

fn experiment(plan: &Plan, n: usize) -> Experiment {
    let name = match n {
        n if n == plan.n => "features at n".to_owned(),
        n if n == plan.n / 2 => "features at n/2".to_owned(),
        n => format!("features at size {n}"),
    };
    Experiment::new(plan.seed, &name)
}

/// The round of a replicate and its number within it.
fn place(rounds: &[Round], number: u64) -> (&Round, u64) {
    let mut trial = number;
    for round in &rounds[..rounds.len() - 1] {
        match trial.checked_sub(round.trials as u64) {
            None => return (round, trial),
            Some(rest) => trial = rest,
        }
    }
    (&rounds[rounds.len() - 1], trial)
}

/// An error unless the run draws something, and no more matrix entries than the bound.
fn admit(rounds: &[Round]) -> Result<(), SimulationError> {
    if rounds.iter().any(|round| round.trials == 0) {
        return Err(SimulationError::NoTrials);
    }
    let entries =
        rounds.iter().fold(0u128, |sum, round| sum.saturating_add(round.sizes.entries().saturating_mul(round.trials as u128)));
    if entries > u128::from(ENTRIES_BOUND) {
        return Err(SimulationError::TooLarge { entries, bound: ENTRIES_BOUND });
    }
    Ok(())
}
