//! From draws and predictions to a report.

use super::claim::Claim;
use super::law::{Judged, LawPrediction};
use super::plan::Plan;
use super::points::Points;
use super::prediction::Prediction;
use super::questions::{SPREAD, claims, resolution};
use super::rates::rates;
use super::report::{Report, Row, Verdict};
use super::sample::{Sample, draw};
use super::student::two_sided_quantile;
use super::summary::summary;
use super::tested::{Posed, ROUNDING, Tested};
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
    let predictions = plan.drawn(ensemble)?.iter().map(predict).collect::<Result<Vec<_>, E>>()?;
    let samples = draw(ensemble, plan, run)?;
    Ok(judge(plan, &samples, &predictions))
}

/// The theory at one size, with all claims: those of each law, then those on scalars.
struct AtSize<'a> {
    sample: &'a Sample,
    prediction: &'a Prediction,
    laws: Vec<Vec<Claim>>,
}

impl<'a> AtSize<'a> {
    /// The claims of one law, and after the laws those on scalars.
    fn claims(&self, group: usize) -> &[Claim] {
        self.laws.get(group).unwrap_or(&self.prediction.claims)
    }

    /// The parts of the row of this name.
    fn parts(&'a self, group: usize, name: &str) -> Vec<Posed<'a>> {
        let (n, draws, laws) = (self.sample.sizes.n, &self.sample.draws, &self.prediction.laws);
        let named = self.claims(group).iter().filter(|claim| claim.name == name);
        named.map(|claim| Posed { claim, n, draws, laws }).collect()
    }
}

/// Judges every claim that the predictions for the two largest sizes make, one prediction a sample, the largest size first, with
/// the third largest as the witness of how good an extrapolation is. A
/// right theory fails with probability [`LEVEL`] at most. Without two sizes that differ there is nothing to judge by.
#[must_use]
pub fn judge(plan: &Plan, samples: &[Sample], predictions: &[Prediction]) -> Report {
    let sides = sides(samples, predictions);
    let groups = predictions.first().map_or(0, |first| first.laws.len() + usize::from(!first.claims.is_empty()));
    let mut table = Vec::new();
    for group in 0..groups {
        let level = LEVEL / groups as f64;
        table.extend(rows(&sides[..sides.len().min(3)], group, level).into_iter().map(|(mut row, claim, part)| {
            if !plan.smaller.is_empty() {
                let rounding = ROUNDING * claim.scale.unwrap_or(row.theory.abs());
                row.rates = Some(rates(&residuals(&sides, group, &claim.name, part), claim.limit, rounding));
            }
            (row, claim.decides)
        }));
    }
    let has =
        |verdict: Verdict| table.iter().any(|(row, decides)| row.verdict == verdict && (*decides || verdict != Verdict::Agree));
    let verdict = match () {
        () if has(Verdict::Disagree) => Verdict::Disagree,
        () if has(Verdict::Agree) => Verdict::Agree,
        () => Verdict::Inconclusive,
    };
    let drawn = predictions.first().map_or(0, |prediction| drawn(&prediction.laws));
    let spectrum = |index: usize| -> Vec<f64> {
        let spectra = samples.iter().take(1).flat_map(|sample| &sample.draws).filter_map(|draw| draw.spectra.get(index));
        spectra.flat_map(|spectrum| spectrum.eigenvalues.iter().copied()).collect()
    };
    let laws = predictions.first().map_or(&[][..], |prediction| &prediction.laws).iter().enumerate();
    let others = laws.filter(|(index, law)| *index != drawn && !law.prefix.is_empty() && law.judged != Judged::Outliers);
    let rows: Vec<Row> = table.into_iter().map(|(row, _)| row).collect();
    Report {
        verdict,
        n: plan.n,
        trials: plan.trials,
        seed: plan.seed,
        dimensions: samples.first().map(|sample| sample.sizes.dimensions.clone()).unwrap_or_default(),
        eigenvalues: spectrum(drawn),
        under: others.map(|(index, law)| (law.prefix.clone(), spectrum(index))).collect(),
        summary: summary(&rows),
        rows,
    }
}

/// The spectrum for a picture: that of the last law, from the draws that have its outliers where there are such.
fn drawn(laws: &[LawPrediction]) -> usize {
    let last = laws.iter().rposition(|law| law.judged != Judged::Outliers).unwrap_or(0);
    let follows = |law: &LawPrediction| law.judged == Judged::Outliers && law.prefix == laws[last].prefix;
    laws.iter().position(follows).unwrap_or(last)
}

fn sides<'a>(samples: &'a [Sample], predictions: &'a [Prediction]) -> Vec<AtSize<'a>> {
    let largest = |sample: &Sample| sample.sizes.dimensions.iter().map(|(_, size)| *size).max().unwrap_or(sample.sizes.n);
    let eigenvalues = |sample: &Sample, index: usize| {
        let spectrum = sample.draws.first().and_then(|draw| draw.spectra.get(index));
        spectrum.map_or(0, |spectrum| spectrum.eigenvalues.len())
    };
    let points = |(sample, prediction): (&Sample, &Prediction)| -> Vec<Points> {
        let fixed = |(index, law)| Points::new(law, SPREAD * resolution(law, eigenvalues(sample, index), largest(sample)));
        prediction.laws.iter().enumerate().map(fixed).collect()
    };
    let points: Vec<Points> = samples.iter().zip(predictions).take(1).flat_map(points).collect();
    let side = |(sample, prediction): (&'a Sample, &'a Prediction)| {
        let laws = prediction.laws.iter().zip(&points).enumerate();
        let laws = laws.map(|(index, (law, points))| claims(index, law, points, eigenvalues(sample, index), largest(sample)));
        AtSize { sample, prediction, laws: laws.collect() }
    };
    samples.iter().zip(predictions).map(side).collect()
}

/// The rows of a group at this level, each with the claim that it shows and its number among the parts of the row. What the two
/// largest sizes claim has a row.
fn rows<'a>(sides: &'a [AtSize<'a>], group: usize, level: f64) -> Vec<(Row, &'a Claim, usize)> {
    let [large, ..] = sides else { return Vec::new() };
    let named = large.claims(group).chunk_by(|a, b| a.name == b.name).map(|parts| &parts[0].name);
    let at_sizes = |name: &String| -> Vec<Vec<Posed<'a>>> {
        let mut list: Vec<Vec<Posed<'a>>> = sides.iter().map(|side| side.parts(group, name)).collect();
        let alike = list.iter().take_while(|parts| parts.len() == list[0].len()).count();
        list.truncate(alike);
        // a smallest size at which no power of n is trusted does not stand alone
        let trusted = |claim: &Claim| claim.ends && !claim.few && claim.hidden.is_none();
        if list.len() == 3 && list[2].iter().all(|posed| trusted(posed.claim)) {
            list.remove(1);
        }
        list
    };
    let compared: Vec<Vec<Vec<Posed<'a>>>> = named.map(at_sizes).filter(|list| list.len() > 1).collect();
    let worst = |list: &Vec<Vec<Posed<'a>>>| {
        let draws = list.iter().map(|parts| parts[0].draws.len()).sum::<usize>();
        // a claim that is held against two allowances is tested twice
        let tests = list[0].len() * if list[0][0].claim.neglected.is_some() { 2 } else { 1 };
        let quantile = two_sided_quantile(level / (compared.len() * tests) as f64, draws.saturating_sub(list.len()));
        let posed = |part: usize| list.iter().map(|parts| parts[part]).collect::<Vec<Posed<'a>>>();
        let tested = (0..list[0].len()).map(|part| (part, Tested::new(&posed(part), quantile)));
        let (_, part, worst) = tested
            .map(|(part, tested)| (tested.rank(), part, tested))
            .max_by(|(a, ..), (b, ..)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)))?;
        Some((worst.row(), list[0][part].claim, part))
    };
    compared.iter().filter_map(worst).collect()
}

/// The residuals of one part of a row at every size that has it.
fn residuals(sides: &[AtSize<'_>], group: usize, name: &str, part: usize) -> Vec<(usize, Vec<f64>)> {
    sides.iter().filter_map(|side| side.parts(group, name).get(part).map(|posed| (posed.n, posed.shown_residuals()))).collect()
}
