//! How long the draws of a plan will take, from one small draw: the work of a draw is that of products and decompositions of its
//! matrices, and grows like the number of their entries to the power 3/2.

use super::plan::{Plan, Round};
use crate::monte_carlo::{Ensemble, Run, SimulationError, Sizes, Trial};
use std::time::{Duration, Instant};

/// The size of the small draw, within a factor of two: some hundredths of a second.
const SMALL: usize = 400;

/// About how long the draws of this plan take on the threads of this run.
///
/// # Errors
/// A plan that cannot be simulated, or a failure of a draw.
pub fn estimate(ensemble: &dyn Ensemble, plan: &Plan, run: &Run<'_>) -> Result<Duration, SimulationError> {
    let rounds = plan.rounds(ensemble)?;
    let Some(least) = rounds.iter().map(|round| round.sizes.n).min() else { return Ok(Duration::ZERO) };
    let sizes = small(ensemble, least)?;
    let started = Instant::now();
    ensemble.draw(&sizes, Trial { seed: plan.seed, experiment: "estimate", number: 0 }, run)?;
    let work = |sizes: &Sizes| (sizes.entries as f64).powf(1.5);
    let draws = rounds.iter().map(|round| round.trials).sum::<usize>();
    let all: f64 = rounds.iter().map(|Round { sizes, trials, .. }| *trials as f64 * work(sizes)).sum();
    let share = all / work(&sizes) / run.threads.clamp(1, draws.max(1)) as f64;
    Ok(Duration::try_from_secs_f64(started.elapsed().as_secs_f64() * share).unwrap_or(Duration::MAX))
}

/// Sizes for a small draw: n, halved while that is more than small and can be drawn.
fn small(ensemble: &dyn Ensemble, mut n: usize) -> Result<Sizes, SimulationError> {
    let mut sizes = ensemble.sizes(n)?;
    while n > SMALL
        && let Ok(half) = ensemble.sizes(n / 2)
    {
        (n, sizes) = (n / 2, half);
    }
    Ok(sizes)
}
