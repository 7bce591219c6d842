//! The check of a layered kernel's laws against simulated networks, layer by layer.

use super::plan::{Plan, admit, place};
use super::{LEVEL, Prediction, Report, Row, Sample, Side, Verdict, compare, rates};
use crate::monte_carlo::kernel::{Network, NetworkSizes, draw};
use crate::monte_carlo::replicates::{Run, replicates};
use crate::monte_carlo::{Activation, SimulationError};

/// The names of the dimensions d_0, d_1, …
const WIDTHS: [&str; 21] = [
    "d0", "d1", "d2", "d3", "d4", "d5", "d6", "d7", "d8", "d9", "d10", "d11", "d12", "d13", "d14", "d15", "d16", "d17", "d18",
    "d19", "d20",
];

/// Simulates the network with `plan.n` samples and widths n/γ_l rounded to integers, and compares the eigenvalues of every
/// layer with the law that `predict` gives for these integers. The level of the whole check is shared by the layers.
///
/// # Errors
/// Sizes that cannot be simulated, a failure of the simulation, or an error of `predict`, which is called before anything
/// is simulated.
pub fn check_kernel<E: From<SimulationError>>(
    network: &Network<'_>,
    plan: &Plan,
    activations: &[Activation<'_>],
    run: &Run<'_>,
    predict: impl Fn(&NetworkSizes) -> Result<Vec<Prediction>, E>,
) -> Result<Report, E> {
    let rounds = plan.rounds("kernel", |n| NetworkSizes::from_ratios(network.gamma, n))?;
    admit(&rounds, NetworkSizes::entries)?;
    let predictions = rounds.iter().map(|round| predict(&round.sizes)).collect::<Result<Vec<_>, E>>()?;
    let count = rounds.iter().map(|round| round.trials).sum();
    let mut draws = replicates(count, run, |number| {
        let (round, trial) = place(&rounds, number);
        draw(network, activations, &round.sizes, (&round.experiment, plan.seed, trial), run)
    })?
    .into_iter();
    let draws: Vec<Vec<Vec<Vec<f64>>>> = rounds.iter().map(|round| draws.by_ref().take(round.trials).collect()).collect();

    let (mut rows, mut verdicts): (Vec<Row>, Vec<Verdict>) = Default::default();
    for layer in 0..activations.len() {
        let spectra = |draws: &[Vec<Vec<f64>>]| draws.iter().map(|draw| draw[layer].clone()).collect();
        let sample =
            |(round, draws): (&super::plan::Round<NetworkSizes>, &Vec<_>)| Sample { n: round.sizes.n, spectra: spectra(draws) };
        let samples: Vec<Sample> = rounds.iter().zip(&draws).map(sample).collect();
        let sides: Vec<Side<'_>> = samples
            .iter()
            .zip(&predictions)
            .map(|(sample, predictions)| Side { sample, prediction: &predictions[layer] })
            .collect();
        let (mut table, verdict) = compare(sides[0], sides[1], LEVEL / activations.len() as f64);
        if !plan.smaller.is_empty() {
            rates::fit(&mut table, &sides);
        }
        rows.extend(table.into_iter().map(|row| Row { quantity: format!("layers[{layer}].{}", row.quantity), ..row }));
        verdicts.push(verdict);
    }
    let has = |verdict| verdicts.contains(&verdict);
    let verdict = match () {
        () if has(Verdict::Disagree) => Verdict::Disagree,
        () if has(Verdict::Agree) => Verdict::Agree,
        () => Verdict::Inconclusive,
    };
    let sizes = &rounds[0].sizes;
    let top = |draw: &Vec<Vec<f64>>| draw.last().cloned().unwrap_or_default();
    Ok(Report {
        rows,
        verdict,
        n: plan.n,
        trials: plan.trials,
        seed: plan.seed,
        dimensions: std::iter::once(("n", sizes.n)).chain(WIDTHS.into_iter().zip(sizes.d.iter().copied())).collect(),
        eigenvalues: draws[0].iter().flat_map(top).collect(),
    })
}
