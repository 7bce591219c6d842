//! The check of a feature-matrix law against simulated feature matrices.

use super::{LEVEL, Prediction, Report, Sample, Side, compare};
use crate::monte_carlo::features::{Features, draw};
use crate::monte_carlo::replicates::{Run, replicates};
use crate::monte_carlo::sizes::Sizes;
use crate::monte_carlo::streams::Experiment;
use crate::monte_carlo::{Activation, ENTRIES_BOUND, SimulationError};

/// How much is simulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The largest dimension; n/2 is simulated too.
    pub n: usize,
    /// Replicates at size n; four times as many at n/2.
    pub trials: usize,
    /// The seed.
    pub seed: u64,
}

/// Simulates M = YYᵀ/m at phi = n0/m and psi = n0/n1, rounded to integers, and compares with the law that `predict`
/// gives for these integers. The progress callback counts the 5 · `trials` matrices of both sizes.
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
    let sizes = Sizes::from_ratios(phi, psi, plan.n)?;
    let half = Sizes::from_ratios(phi, psi, plan.n / 2)?;
    admit(plan.trials, &sizes, &half)?;
    let [prediction, half_prediction] = [predict(&sizes)?, predict(&half)?];

    let at_n = Experiment::new(plan.seed, "features at n");
    let at_half = Experiment::new(plan.seed, "features at n/2");
    let large_trials = plan.trials as u64;
    let mut spectra = replicates(5 * plan.trials, run, |number| {
        let draw = match number.checked_sub(large_trials) {
            None => draw(features, &sizes, activation, at_n, number, run),
            Some(trial) => draw(features, &half, activation, at_half, trial, run),
        };
        draw.map(|draw| draw.eigenvalues)
    })?;
    let small = Sample { n: half.largest(), spectra: spectra.split_off(plan.trials) };
    let large = Sample { n: sizes.largest(), spectra };

    let (rows, verdict) =
        compare(Side { sample: &large, prediction: &prediction }, Side { sample: &small, prediction: &half_prediction }, LEVEL);
    Ok(Report {
        rows,
        verdict,
        n: plan.n,
        trials: plan.trials,
        seed: plan.seed,
        dimensions: vec![("n1", sizes.n1), ("n0", sizes.n0), ("m", sizes.m)],
        eigenvalues: large.spectra.concat(),
    })
}

/// An error unless the run draws something, and no more matrix entries than the bound.
fn admit(trials: usize, sizes: &Sizes, half: &Sizes) -> Result<(), SimulationError> {
    if trials == 0 {
        return Err(SimulationError::NoTrials);
    }
    let entries = (sizes.entries() + 4 * half.entries()).saturating_mul(trials as u128);
    if entries > u128::from(ENTRIES_BOUND) {
        return Err(SimulationError::TooLarge { entries, bound: ENTRIES_BOUND });
    }
    Ok(())
}
