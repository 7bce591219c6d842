//! The draws of one size: plain data, made here and judged elsewhere.

use super::plan::{Plan, Round, place};
use crate::monte_carlo::{Draw, Ensemble, Run, SimulationError, Sizes, Trial, replicates};
use serde::{Deserialize, Serialize};

/// The draws of one size. A sample is one line of JSON: `serde_json::to_string` writes it and `from_str` reads it back, every
/// number to the bit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// The dimensions.
    pub sizes: Sizes,
    /// The replicates, in the order of their numbers.
    pub draws: Vec<Draw>,
}

/// The draws of a plan, the largest size first. The progress callback counts the draws of all sizes.
///
/// # Errors
/// A plan that cannot be simulated, or a failure of a draw.
pub fn draw(ensemble: &dyn Ensemble, plan: &Plan, run: &Run<'_>) -> Result<Vec<Sample>, SimulationError> {
    let numbers: Vec<usize> = (0..draws(ensemble, plan)?).collect();
    gather(ensemble, plan, draw_some(ensemble, plan, &numbers, run)?)
}

/// How many draws a plan has, of all sizes.
///
/// # Errors
/// A plan that cannot be simulated.
pub fn draws(ensemble: &dyn Ensemble, plan: &Plan) -> Result<usize, SimulationError> {
    Ok(plan.rounds(ensemble)?.iter().map(|round| round.trials).sum())
}

/// The draws of these numbers, below [`draws`]; each is the same wherever and with whichever others it is made.
///
/// # Errors
/// A plan that cannot be simulated, or a failure of a draw.
pub fn draw_some(ensemble: &dyn Ensemble, plan: &Plan, numbers: &[usize], run: &Run<'_>) -> Result<Vec<Draw>, SimulationError> {
    let (seed, rounds) = (plan.seed, plan.rounds(ensemble)?);
    let entries = rounds.iter().map(|round| round.sizes.entries).max().unwrap_or(0);
    admit(entries.saturating_mul(run.threads.min(numbers.len()) as u128))?;
    replicates(numbers.len(), run, |index| {
        let (round, number) = place(&rounds, numbers[index as usize] as u64);
        ensemble.draw(&round.sizes, Trial { seed, experiment: &round.experiment, number }, run)
    })
}

/// The samples of a plan from all of its draws, in the order of their numbers.
///
/// # Errors
/// A plan that cannot be simulated.
pub fn gather(ensemble: &dyn Ensemble, plan: &Plan, draws: Vec<Draw>) -> Result<Vec<Sample>, SimulationError> {
    let mut draws = draws.into_iter();
    let sample = |round: Round| Sample { sizes: round.sizes, draws: draws.by_ref().take(round.trials).collect() };
    Ok(plan.rounds(ensemble)?.into_iter().map(sample).collect())
}

/// Bytes of an entry of a matrix, with its share of Gram matrices, eigenvectors and workspace.
const BYTES: u128 = 24;

/// Asks for the memory of so many matrix entries at once, and gives it back: an allocation that fails later ends the program.
fn admit(entries: u128) -> Result<(), SimulationError> {
    let bytes = entries.saturating_mul(BYTES);
    let had = usize::try_from(bytes).is_ok_and(|bytes| Vec::<u8>::new().try_reserve_exact(bytes).is_ok());
    if had { Ok(()) } else { Err(SimulationError::NoMemory { megabytes: (bytes / 1_000_000) as u64 }) }
}
