//! One claim with its statistics at two sizes, tested under a Student quantile, and the verdict with its reason.

use super::claim::{Claim, Shown, Theory};
use super::law::LawPrediction;
use super::report::{Row, Verdict};
use super::source::{Number, Source};
use super::two_sizes::TwoSizes;
use crate::monte_carlo::Draw;

/// Rounding of a measured value, relative to its scale: n eigenvalues, each to about n · 2^-52, for n up to several
/// thousand.
const ROUNDING: f64 = 1e-12;

/// A row whose limits are wider than this share of its scale says nothing.
const WIDEST: f64 = 0.5;

/// An edge that is off by more than that share at the smaller size is not yet where a power of n describes it.
const TOO_FAR: &str = "at the smaller size the eigenvalue is off by more than half of the prediction: raise n";

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
    sizes: TwoSizes,
    allowance: f64,
    quantile: f64,
    hidden: Option<&'static str>,
    /// (|residual| − allowance)/se, which disagrees above the quantile.
    pub(super) pressure: f64,
}

impl<'a> Tested<'a> {
    pub(super) fn new(large: Posed<'a>, small: Posed<'a>, quantile: f64) -> Self {
        let claim = large.claim;
        let ratio = large.n as f64 / small.n as f64;
        let at_half = small.residuals();
        let sizes = TwoSizes::estimate(&large.residuals(), &at_half, ratio, small.claim.scaling);
        let scale = claim.scale.unwrap_or_else(|| large.mean_theory(f64::abs));
        let is_edge = matches!(claim.source, Source::Spectrum(_, Number::Edge { .. }));
        let far = is_edge && mean(&at_half).abs() > (WIDEST * scale).max(FALLING * sizes.residual.abs());
        let offset = |claim: &Claim| (claim.error + ROUNDING) * scale + claim.roughness;
        let allowance = sizes.allowance(quantile) + sizes.offset(offset(claim), offset(small.claim));
        let excess = sizes.residual.abs() - allowance;
        let pressure = match sizes.se {
            0.0 if excess > 0.0 => f64::INFINITY,
            0.0 => f64::NEG_INFINITY,
            se => excess / se,
        };
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
            allowance,
            quantile,
            hidden: claim.hidden.or(small.claim.blurred).or(far.then_some(TOO_FAR)),
            pressure,
        }
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
        if let Some(reason) = self.hidden {
            return (Verdict::Inconclusive, reason.into());
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
            let reason = format!("the limit {limit:.2e} is wider than half of {:.2e}: raise n or trials", self.scale);
            return (Verdict::Inconclusive, reason);
        }
        match distance {
            0.0 => (Verdict::Agree, format!("{subject}exactly as predicted")),
            _ => (Verdict::Agree, format!("{subject}off by {distance:.2e}, within the limit {limit:.2e}")),
        }
    }
}
