//! One claim with its statistics at two sizes, tested under a Student quantile, and the verdict with its reason.

use super::claim::{Claim, Shown, Theory};
use super::extrapolation::{AtSize, Extrapolation, Scaling};
use super::law::LawPrediction;
use super::questions::rounded_up;
use super::report::{Row, Verdict};
use super::source::{Number, Source};

use crate::monte_carlo::Draw;

/// Rounding of a measured value, relative to its scale: n eigenvalues, each to about n · 2^-52, for n up to several
/// thousand.
pub(super) const ROUNDING: f64 = 1e-12;

/// A row whose limits are wider than this share of its scale says nothing.
const WIDEST: f64 = 0.5;

/// No larger n, and no more draws of one, are advised.
const MOST_DRAWN: f64 = 20_000.0;

/// An edge that is off by more than that share at the smaller size is not yet where a power of n describes it.
const TOO_FAR: &str = "at the smaller size the eigenvalue is off by more than half of the prediction";

/// By what factor it is off more than at the larger size then, where it is not the theory that is wrong (tuned).
const FALLING: f64 = 1.1;

/// What may stand above a sampled edge.
const MAY_BE_AN_OUTLIER: &str =
    "the largest eigenvalue stands above the edge: it may be an outlier of order one, which is not predicted with a bias";

/// A claim at one size, and what it is about.
#[derive(Clone, Copy)]
pub(super) struct Posed<'a> {
    pub(super) claim: &'a Claim,
    /// The dimension in which statistics scale.
    pub(super) n: usize,
    pub(super) draws: &'a [Draw],
    pub(super) laws: &'a [LawPrediction],
}

impl Posed<'_> {
    /// Measured − predicted, draw by draw.
    pub(super) fn residuals(&self) -> Vec<f64> {
        let residual = |draw| self.claim.source.measure(draw, self.laws) - self.claim.theory_on(draw);
        self.draws.iter().map(residual).collect()
    }

    /// Measured − predicted in what the row shows.
    pub(super) fn shown_residuals(&self) -> Vec<f64> {
        match &self.claim.shown {
            Shown::Size(source) => self.draws.iter().map(|draw| source.measure(draw, self.laws)).collect(),
            Shown::Measured | Shown::Distance => self.residuals(),
        }
    }

    /// The mean of the theory over the draws, with these values.
    fn mean_theory(&self, of: impl Fn(f64) -> f64) -> f64 {
        match self.claim.theory {
            Theory::Value(value) => of(value),
            Theory::OnDraw(_) => mean(&self.draws.iter().map(|draw| of(self.claim.theory_on(draw))).collect::<Vec<f64>>()),
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// A claim with its statistics, tested under a Student quantile.
pub(super) struct Tested<'a> {
    claim: &'a Claim,
    theory: f64,
    measured: f64,
    scale: f64,
    sizes: Extrapolation,
    scaling: Scaling,
    allowance: f64,
    quantile: f64,
    hidden: Option<String>,
    /// The largest size, and its draws.
    n: usize,
    trials: usize,
    /// (|residual| − allowance)/se, which disagrees above the quantile.
    pressure: f64,
}

impl<'a> Tested<'a> {
    /// Tests a claim posed at two or three sizes, the largest first.
    pub(super) fn new(posed: &[Posed<'a>], quantile: f64) -> Self {
        let [large, small] = [posed[0], posed[1]];
        let claim = large.claim;
        let residuals: Vec<Vec<f64>> = posed.iter().map(Posed::residuals).collect();
        let scale = claim.scale.unwrap_or_else(|| large.mean_theory(f64::abs));
        let at_size = |(posed, residuals): (&Posed<'a>, &'_ Vec<f64>)| {
            let offset = (posed.claim.error + ROUNDING) * scale + posed.claim.roughness;
            (posed.n, residuals.clone(), offset)
        };
        let list: Vec<(usize, Vec<f64>, f64)> = posed.iter().zip(&residuals).map(at_size).collect();
        let sizes: Vec<AtSize<'_>> =
            list.iter().map(|(n, residuals, offset)| AtSize { n: *n, residuals, offset: *offset }).collect();
        let few = posed.len() == 2 && small.claim.few;
        let bias = if few { claim.scaling.bias.min(Scaling::FEW_BIAS) } else { claim.scaling.bias };
        let scaling = Scaling { bias, ..claim.scaling };
        let absolute = Scaling { bias: bias - claim.growth, spread: scaling.spread - claim.growth };
        let sizes = Extrapolation::estimate(&sizes[..claim.sizes.min(sizes.len())], absolute, claim.series);
        let is_edge = matches!(claim.source, Source::Spectrum(_, Number::Edge { .. }));
        let at_half = mean(&residuals[1]).abs();
        let far = is_edge && at_half > (WIDEST * scale).max(FALLING * sizes.residual.abs());
        let seen = sizes.allowance(quantile);
        let most = claim.neglected.as_ref().map_or(f64::INFINITY, |most| most(large.draws) + list[0].2);
        let allowance = if most < seen { most } else { seen };
        let excess = sizes.residual.abs() - allowance;
        let too_far = || format!("{TOO_FAR}: take n at least {}", rounded_up(size_for(large.n, at_half / scale, scaling)));
        // what all draws share to rounding has no standard error of its own
        let pressure = excess / sizes.se.max(ROUNDING * scale).max(f64::MIN_POSITIVE);
        let theory = large.mean_theory(|value| value);
        let [theory, measured] = match claim.shown {
            Shown::Measured => [theory, theory + sizes.residual],
            Shown::Distance => [0.0, sizes.residual.abs()],
            Shown::Size(_) => [0.0, mean(&large.shown_residuals())],
        };
        Self {
            claim,
            theory,
            measured,
            scale,
            sizes,
            scaling,
            allowance,
            quantile,
            hidden: claim
                .hidden
                .clone()
                .or_else(|| small.claim.hidden.clone())
                .or_else(|| claim.reserved.as_ref()?(large.draws))
                .or_else(|| far.then(too_far)),
            n: large.n,
            trials: large.draws.len(),
            pressure,
        }
    }

    /// Which part of a row it shows: one that disagrees, then one that is hidden and would, then the worst of the others.
    pub(super) fn rank(&self) -> (u8, f64) {
        let class = match (self.hidden.is_none(), self.pressure > self.quantile) {
            (true, true) => 3,
            (false, true) => 2,
            (true, false) => 1,
            (false, false) => 0,
        };
        (class, self.pressure)
    }

    pub(super) fn row(&self) -> Row {
        let (verdict, reason) = self.verdict();
        Row {
            quantity: self.claim.name.clone(),
            theory: self.theory,
            measured: self.measured,
            se: self.sizes.se,
            allowance: self.allowance,
            z: self.pressure.max(0.0),
            verdict,
            reason: format!("{reason}{}", self.claim.note),
            rates: None,
        }
    }

    fn verdict(&self) -> (Verdict, String) {
        if let Some(reason) = &self.hidden {
            return (Verdict::Inconclusive, reason.clone());
        }
        if self.pressure.is_nan() {
            return (Verdict::Inconclusive, "no finite value to compare".into());
        }
        let limit = self.allowance + self.quantile * self.sizes.se;
        let (distance, subject) = (self.sizes.residual.abs(), self.claim.subject);
        let is_upper_end = matches!(self.claim.source, Source::Spectrum(_, Number::SampledEdge { side: 1, .. }));
        if self.pressure > self.quantile && self.sizes.residual > 0.0 && is_upper_end {
            return (Verdict::Inconclusive, MAY_BE_AN_OUTLIER.into());
        }
        if self.pressure > self.quantile {
            return (Verdict::Disagree, format!("{subject}off by {distance:.2e}, more than the limit {limit:.2e}"));
        }
        if limit > WIDEST * self.scale {
            let reason = format!("the limit {limit:.2e} is wider than half of {:.2e}: {}", self.scale, self.mend(limit));
            return (Verdict::Inconclusive, reason);
        }
        match distance {
            0.0 => (Verdict::Agree, format!("{subject}exactly as predicted")),
            _ => (Verdict::Agree, format!("{subject}off by {distance:.2e}, within the limit {limit:.2e}")),
        }
    }
}

impl Tested<'_> {
    /// What would make this limit less than half of the scale: a larger n, or more draws where no n that is drawn does.
    fn mend(&self, limit: f64) -> String {
        let share = limit / self.scale;
        let n = size_for(self.n, share, self.scaling);
        if n <= MOST_DRAWN {
            return format!("take n at least {}", rounded_up(n));
        }
        let noise = self.quantile * self.sizes.se;
        let trials = self.trials as f64 * (share / WIDEST).powi(2);
        if noise < self.allowance {
            return format!("{:.2e} of it is the finite size, which no n that can be drawn makes small enough", self.allowance);
        }
        match trials <= MOST_DRAWN {
            true => format!("{noise:.2e} of it is the scatter of the draws: take trials at least {}", rounded_up(trials)),
            false => format!("{noise:.2e} of it is the scatter of the draws, too much for any number of them"),
        }
    }
}

/// The n at which a share of the scale that is too large at this one would be less than half of it, if it falls like the slower
/// of bias and spread.
fn size_for(n: usize, share: f64, scaling: Scaling) -> f64 {
    let power = scaling.bias.min(scaling.spread);
    n as f64 * (share / WIDEST).max(1.0).powf(power.recip())
}
