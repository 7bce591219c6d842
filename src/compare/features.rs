//! The check of a feature-matrix law against simulated feature matrices.

use super::plan::{Plan, admit, place};
use super::{LEVEL, Prediction, Report, Sample, Side, compare, rates};
use crate::monte_carlo::features::{Features, draw};
use crate::monte_carlo::replicates::{Run, replicates};
use crate::monte_carlo::sizes::Sizes;
use crate::monte_carlo::streams::Experiment;
use crate::monte_carlo::{Activation, SimulationError};

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
    let rounds = plan.rounds("features", |n| Sizes::from_ratios(phi, psi, n))?;
    admit(&rounds, Sizes::entries)?;
    let predictions = rounds.iter().map(|round| predict(&round.sizes)).collect::<Result<Vec<_>, E>>()?;

    let count = rounds.iter().map(|round| round.trials).sum();
    let mut spectra = replicates(count, run, |number| {
        let (round, trial) = place(&rounds, number);
        let experiment = Experiment::new(plan.seed, &round.experiment);
        draw(features, &round.sizes, activation, experiment, trial, run).map(|draw| draw.eigenvalues)
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
