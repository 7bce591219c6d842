//! From draws and predictions to a report.

use super::claim::Claim;
use super::plan::Plan;
use super::points::Points;
use super::prediction::Prediction;
use super::questions::claims;
use super::rates::rates;
use super::report::{Report, Row, Verdict};
use super::sample::{Sample, rounds};
use super::student::two_sided_quantile;
use super::tested::{Posed, Tested};
use crate::monte_carlo::{Ensemble, Run, SimulationError, Sizes};

/// The chance that a right theory fails a check.
pub const LEVEL: f64 = 0.01;

/// Draws an ensemble and holds what `predict` says for the whole sizes against the draws. The progress callback counts the
/// draws of all sizes.
///
/// # Errors
/// A plan that cannot be simulated, an error of `predict`, which is called before anything is drawn, or a failure of a draw.
pub fn check<E: From<SimulationError>>(
    ensemble: &dyn Ensemble,
    plan: &Plan,
    run: &Run<'_>,
    predict: impl Fn(&Sizes) -> Result<Prediction, E>,
) -> Result<Report, E> {
    let planned = plan.rounds(ensemble)?;
    let predictions = planned.iter().map(|round| predict(&round.sizes)).collect::<Result<Vec<_>, E>>()?;
    let samples = rounds(ensemble, plan.seed, planned, run)?;
    Ok(judge(plan, &samples, &predictions))
}

/// The theory at one size, with all claims: those of each law, then those on scalars.
struct AtSize<'a> {
    sample: &'a Sample,
    prediction: &'a Prediction,
    laws: Vec<Vec<Claim>>,
}

impl AtSize<'_> {
    /// The claims of one law, and after the laws those on scalars.
    fn claims(&self, group: usize) -> &[Claim] {
        self.laws.get(group).unwrap_or(&self.prediction.claims)
    }

    /// The parts of the row of this name.
    fn parts(&self, group: usize, name: &str) -> Vec<Posed<'_>> {
        let (n, draws, laws) = (self.sample.sizes.n, &self.sample.draws, &self.prediction.laws);
        let named = self.claims(group).iter().filter(|claim| claim.name == name);
        named.map(|claim| Posed { claim, n, draws, laws }).collect()
    }
}

/// Judges every claim that the predictions for the two largest sizes make, one prediction a sample, the largest size first. A
/// right theory fails with probability [`LEVEL`] at most. Without two sizes that differ there is nothing to judge by.
#[must_use]
pub fn judge(plan: &Plan, samples: &[Sample], predictions: &[Prediction]) -> Report {
    let sides = sides(samples, predictions);
    let groups = predictions.first().map_or(0, |first| first.laws.len() + usize::from(!first.claims.is_empty()));
    let mut table = Vec::new();
    if let [large, small, ..] = &sides[..] {
        for group in 0..groups {
            let level = LEVEL / groups as f64;
            table.extend(rows(large, small, group, level).into_iter().map(|(mut row, claim, part)| {
                if !plan.smaller.is_empty() {
                    row.rates = Some(rates(&residuals(&sides, group, &claim.name, part), claim.limit));
                }
                (row, claim.decides)
            }));
        }
    }
    let has =
        |verdict: Verdict| table.iter().any(|(row, decides)| row.verdict == verdict && (*decides || verdict != Verdict::Agree));
    let verdict = match () {
        () if has(Verdict::Disagree) => Verdict::Disagree,
        () if has(Verdict::Agree) => Verdict::Agree,
        () => Verdict::Inconclusive,
    };
    let last = samples.iter().take(1).flat_map(|sample| &sample.draws).filter_map(|draw| draw.spectra.last());
    Report {
        verdict,
        n: plan.n,
        trials: plan.trials,
        seed: plan.seed,
        dimensions: samples.first().map(|sample| sample.sizes.dimensions.clone()).unwrap_or_default(),
        eigenvalues: last.flat_map(|spectrum| spectrum.eigenvalues.iter().copied()).collect(),
        rows: table.into_iter().map(|(row, _)| row).collect(),
    }
}

fn sides<'a>(samples: &'a [Sample], predictions: &'a [Prediction]) -> Vec<AtSize<'a>> {
    let points: Vec<Points> = predictions.iter().take(1).flat_map(|largest| &largest.laws).map(Points::new).collect();
    let side = |(sample, prediction): (&'a Sample, &'a Prediction)| {
        let laws = prediction.laws.iter().zip(&points).enumerate();
        let eigenvalues = |index: usize| {
            let spectrum = sample.draws.first().and_then(|draw| draw.spectra.get(index));
            spectrum.map_or(0, |spectrum| spectrum.eigenvalues.len())
        };
        let laws = laws.map(|(index, (law, points))| claims(index, law, points, eigenvalues(index))).collect();
        AtSize { sample, prediction, laws }
    };
    samples.iter().zip(predictions).map(side).collect()
}

/// The rows of a group at this level, each with the claim that it shows and its number among the parts of the row.
fn rows<'a>(large: &'a AtSize<'_>, small: &'a AtSize<'_>, group: usize, level: f64) -> Vec<(Row, &'a Claim, usize)> {
    let named = large.claims(group).chunk_by(|a, b| a.name == b.name).map(|parts| &parts[0].name);
    let pairs = named.map(|name| [large.parts(group, name), small.parts(group, name)]);
    let pairs: Vec<[Vec<Posed<'_>>; 2]> = pairs.filter(|[at_n, below]| at_n.len() == below.len()).collect();
    let degrees = (large.sample.draws.len() + small.sample.draws.len()).saturating_sub(2);
    let worst = |[at_n, below]: &[Vec<Posed<'a>>; 2]| {
        let quantile = two_sided_quantile(level / (pairs.len() * at_n.len()) as f64, degrees);
        let tested = at_n.iter().zip(below).map(|(at_n, below)| Tested::new(*at_n, *below, quantile)).enumerate();
        let (part, worst) = tested.max_by(|(_, a), (_, b)| a.pressure.total_cmp(&b.pressure))?;
        Some((worst.row(), at_n[part].claim, part))
    };
    pairs.iter().filter_map(worst).collect()
}

/// The residuals of one part of a row at every size that has it.
fn residuals(sides: &[AtSize<'_>], group: usize, name: &str, part: usize) -> Vec<(usize, Vec<f64>)> {
    sides.iter().filter_map(|side| side.parts(group, name).get(part).map(|posed| (posed.n, posed.shown_residuals()))).collect()
}
