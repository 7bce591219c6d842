//! How much a check simulates: sizes, replicates, and which replicate belongs to which size.

use crate::monte_carlo::{ENTRIES_BOUND, Ensemble, SimulationError, Sizes};

/// How much is simulated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The largest dimension.
    pub n: usize,
    /// Smaller sizes for fitted rates, descending; when there are none n/2 is simulated too, and n/4 where it is large enough.
    pub smaller: Vec<usize>,
    /// Replicates at size n; at n/2 and n/4 four times as many. Of sizes given, n/r has r² times as many, but at most
    /// [`MOST_TRIALS`] times.
    pub trials: usize,
    /// The seed.
    pub seed: u64,
}

/// No size has more than this many times the replicates of the largest.
pub const MOST_TRIALS: usize = 64;

/// One size with its replicates.
pub(super) struct Round {
    /// The dimensions.
    pub sizes: Sizes,
    /// The number of replicates.
    pub trials: usize,
    /// The name of its random streams.
    pub experiment: String,
}

impl Plan {
    /// The dimensions that are drawn, the largest first.
    ///
    /// # Errors
    /// Sizes that cannot be simulated, a run that draws nothing, or more matrix entries than the bound.
    pub fn drawn(&self, ensemble: &dyn Ensemble) -> Result<Vec<Sizes>, SimulationError> {
        Ok(self.rounds(ensemble)?.into_iter().map(|round| round.sizes).collect())
    }

    /// The rounds, the largest size first.
    ///
    /// # Errors
    /// Sizes that cannot be simulated, a run that draws nothing, or more matrix entries than the bound.
    pub(super) fn rounds(&self, ensemble: &dyn Ensemble) -> Result<Vec<Round>, SimulationError> {
        // n/2 first: what is large enough for n alone would be refused in turn
        if self.smaller.is_empty() {
            ensemble.sizes(self.n / 2).map_err(SimulationError::at_half)?;
        }
        let round = |(n, trials): (usize, usize)| {
            let sizes = ensemble.sizes(n)?;
            Ok(Round { sizes, trials, experiment: self.experiment(ensemble.name(), n) })
        };
        let mut rounds = self.sizes().into_iter().map(round).collect::<Result<Vec<Round>, SimulationError>>()?;
        if self.smaller.is_empty()
            && let Ok(quarter) = round((self.n / 4, self.trials.saturating_mul(4)))
        {
            rounds.push(quarter);
        }
        if rounds.iter().any(|round| round.trials == 0) {
            return Err(SimulationError::NoTrials);
        }
        let entries = |round: &Round| round.sizes.entries.saturating_mul(round.trials as u128);
        let total = rounds.iter().map(entries).fold(0u128, u128::saturating_add);
        if total > u128::from(ENTRIES_BOUND) {
            return Err(SimulationError::TooLarge { entries: total, bound: ENTRIES_BOUND });
        }
        Ok(rounds)
    }

    /// The sizes with their numbers of replicates, descending.
    fn sizes(&self) -> Vec<(usize, usize)> {
        let default = [self.n / 2];
        let smaller: &[usize] = if self.smaller.is_empty() { &default } else { &self.smaller };
        let repeated = |size: usize| {
            let factor = ((self.n as f64 / size.max(1) as f64).powi(2).round() as usize).clamp(1, MOST_TRIALS);
            (size, self.trials.saturating_mul(factor))
        };
        let smaller = smaller
            .iter()
            .map(|size| if self.smaller.is_empty() { (*size, self.trials.saturating_mul(4)) } else { repeated(*size) });
        std::iter::once((self.n, self.trials)).chain(smaller).collect()
    }

    fn experiment(&self, model: &str, n: usize) -> String {
        match n {
            n if n == self.n => format!("{model} at n"),
            n if n == self.n / 2 => format!("{model} at n/2"),
            n if n == self.n / 4 => format!("{model} at n/4"),
            n => format!("{model} at size {n}"),
        }
    }
}

/// The round of a replicate and its number within it.
pub(super) fn place(rounds: &[Round], number: u64) -> (&Round, u64) {
    let mut trial = number;
    for round in &rounds[..rounds.len() - 1] {
        match trial.checked_sub(round.trials as u64) {
            None => return (round, trial),
            Some(rest) => trial = rest,
        }
    }
    (&rounds[rounds.len() - 1], trial)
}
