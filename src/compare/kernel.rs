//! The check of the laws of a layered kernel against simulated networks, layer by layer.

use super::features::Plan;
use super::{LEVEL, Prediction, Report, Row, Sample, Side, Verdict, compare};
use crate::monte_carlo::kernel::{NetworkSizes, draw};
use crate::monte_carlo::replicates::{Run, replicates};
use crate::monte_carlo::{Activation, ENTRIES_BOUND, SimulationError};

/// Simulates the network with `plan.n` samples and widths n/γ_l rounded to integers, and compares the eigenvalues of every
/// layer with the law that `predict` gives for these integers. The level of the whole check is shared by the layers.
///
/// # Errors
/// Sizes that cannot be simulated, a failure of the simulation, or an error of `predict`, which is called before anything
/// is simulated.
pub fn check_kernel<E: From<SimulationError>>(
    gamma: &[f64],
    sigma_b: f64,
    plan: &Plan,
    activations: &[Activation<'_>],
    run: &Run<'_>,
    predict: impl Fn(&NetworkSizes) -> Result<Vec<Prediction>, E>,
) -> Result<Report, E> {
    let sizes = NetworkSizes::from_ratios(gamma, plan.n)?;
    let half = NetworkSizes::from_ratios(gamma, plan.n / 2).map_err(SimulationError::at_half)?;
    if plan.trials == 0 {
        return Err(SimulationError::NoTrials.into());
    }
    let entries = (sizes.entries() + 4 * half.entries()).saturating_mul(plan.trials as u128);
    if entries > u128::from(ENTRIES_BOUND) {
        return Err(SimulationError::TooLarge { entries, bound: ENTRIES_BOUND }.into());
    }
    let [predictions, half_predictions] = [predict(&sizes)?, predict(&half)?];
    let large_trials = plan.trials as u64;
    let mut draws = replicates(5 * plan.trials, run, |number| match number.checked_sub(large_trials) {
        None => draw(activations, sigma_b, &sizes, "kernel at n", plan.seed, number, run),
        Some(trial) => draw(activations, sigma_b, &half, "kernel at n/2", plan.seed, trial, run),
    })?;
    let small_draws = draws.split_off(plan.trials);
    let mut rows: Vec<Row> = Vec::new();
    let mut verdicts = Vec::new();
    for (layer, (prediction, half_prediction)) in predictions.iter().zip(&half_predictions).enumerate() {
        let spectra = |draws: &[Vec<Vec<f64>>]| draws.iter().map(|draw| draw[layer].clone()).collect();
        let large = Sample { n: sizes.n, spectra: spectra(&draws) };
        let small = Sample { n: half.n, spectra: spectra(&small_draws) };
        let (table, verdict) = compare(
            Side { sample: &large, prediction },
            Side { sample: &small, prediction: half_prediction },
            LEVEL / predictions.len() as f64,
        );
        rows.extend(table.into_iter().map(|row| Row { quantity: format!("layers[{layer}].{}", row.quantity), ..row }));
        verdicts.push(verdict);
    }
    let has = |verdict| verdicts.contains(&verdict);
    let verdict = match () {
        () if has(Verdict::Disagree) => Verdict::Disagree,
        () if has(Verdict::Agree) => Verdict::Agree,
        () => Verdict::Inconclusive,
    };
    let top = |draw: &Vec<Vec<f64>>| draw.last().cloned().unwrap_or_default();
    let widths = ["d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9"];
    let dimensions = std::iter::once(("n", sizes.n)).chain(widths.into_iter().zip(sizes.d.iter().copied())).collect();
    let eigenvalues = draws.iter().flat_map(top).collect();
    Ok(Report { rows, verdict, n: plan.n, trials: plan.trials, seed: plan.seed, dimensions, eigenvalues })
}
