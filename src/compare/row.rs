//! One row of a check: a quantity tested under a Student quantile, and the verdict with its reason.

use super::Side;
use super::quantity::Quantity;
use super::rates::Rates;
use super::selection::significant;
use super::two_sizes::TwoSizes;

/// Rounding of a measured value, relative to its scale: n eigenvalues, each to about n · 2^-52, for n up to several
/// thousand.
const ROUNDING: f64 = 1e-12;

/// A row whose limits are wider than this share of its scale says nothing.
const WIDEST: f64 = 0.5;

/// An edge that is off by more than that share at the smaller size is not yet where a power of n describes it.
const TOO_FAR: &str = "at the smaller size the eigenvalue is off by more than half of the prediction: raise n";

/// By what factor it is off more than at the larger size then, where it is not the theory that is wrong (tuned).
const FALLING: f64 = 1.1;

/// The outcome for a quantity or for a whole check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The measured value is as predicted, within limits that say something.
    Agree,
    /// The measured value is outside the limits.
    Disagree,
    /// The limits are too wide to say anything.
    Inconclusive,
}

/// One quantity, predicted and measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its name in the query language.
    pub quantity: String,
    /// The predicted value at the larger size.
    pub theory: f64,
    /// The mean over the replicates at the larger size.
    pub measured: f64,
    /// The standard error of that mean.
    pub se: f64,
    /// Finite size, theory's own error and rounding.
    pub allowance: f64,
    /// The excess of |measured − theory| over the allowance in standard errors; 0 within the allowance.
    pub z: f64,
    /// The verdict.
    pub verdict: Verdict,
    /// Why.
    pub reason: String,
    /// Whether the row is about the bulk of the spectrum.
    pub bulk: bool,
    /// What is measured, so that it can be measured at other sizes.
    pub(super) subject: Quantity,
    /// Exponents in n, when more than two sizes were asked for.
    pub rates: Option<Rates>,
}

/// A quantity with its statistics, tested under a Student quantile.
pub(super) struct Test {
    quantity: Quantity,
    theory: f64,
    scale: f64,
    sizes: TwoSizes,
    allowance: f64,
    quantile: f64,
    hidden: Option<&'static str>,
    /// (|residual| − allowance)/se, which disagrees above the quantile.
    pub(super) pressure: f64,
}

impl Test {
    pub(super) fn new(quantity: Quantity, large: Side<'_>, small: Side<'_>, quantile: f64) -> Self {
        let residuals = |side: Side<'_>| -> Vec<f64> {
            let theory = quantity.theory(side.prediction);
            side.sample.spectra.iter().map(|spectrum| quantity.measure(spectrum, side.prediction) - theory).collect()
        };
        let ratio = large.sample.n as f64 / small.sample.n as f64;
        let at_half = residuals(small);
        let sizes = TwoSizes::estimate(&residuals(large), &at_half, ratio, quantity.scaling(small.prediction));
        let scale = quantity.scale(large.prediction);
        let bias = at_half.iter().sum::<f64>() / at_half.len() as f64;
        let far = matches!(quantity, Quantity::Edge { .. }) && bias.abs() > (WIDEST * scale).max(FALLING * sizes.residual.abs());
        let offset =
            |side: Side<'_>| (side.prediction.error + ROUNDING) * scale + quantity.roughness(side.sample, side.prediction);
        let allowance = sizes.allowance(quantile) + sizes.offset(offset(large), offset(small));
        let excess = sizes.residual.abs() - allowance;
        let pressure = match sizes.se {
            0.0 if excess > 0.0 => f64::INFINITY,
            0.0 => f64::NEG_INFINITY,
            se => excess / se,
        };
        Self {
            quantity,
            theory: quantity.theory(large.prediction),
            scale,
            sizes,
            allowance,
            quantile,
            hidden: quantity.hidden(large.prediction).or_else(|| quantity.blurred(small.prediction)).or(far.then_some(TOO_FAR)),
            pressure,
        }
    }

    pub(super) fn row(&self) -> Row {
        let (verdict, reason) = self.verdict();
        Row {
            quantity: self.quantity.name(),
            theory: self.theory,
            measured: self.theory + self.sizes.residual,
            se: self.sizes.se,
            allowance: self.allowance,
            z: self.pressure.max(0.0),
            verdict,
            reason,
            bulk: self.quantity.is_bulk(),
            subject: self.quantity,
            rates: None,
        }
    }

    /// The row of the Kolmogorov distance, for the point of the distribution function nearest to disagreement.
    pub(super) fn kolmogorov_row(&self) -> Row {
        let row = self.row();
        let Quantity::Cdf(x) = self.quantity else {
            return row;
        };
        let reason = format!("{}, at x = {}", row.reason, significant(x, 6));
        Row { quantity: "kolmogorov".into(), theory: 0.0, measured: self.sizes.residual.abs(), reason, ..row }
    }

    /// The row of the equation's residual: the modulus is shown, this part of it was tested.
    pub(super) fn residual_row(&self, large: Side<'_>) -> Row {
        let row = self.row();
        let (Quantity::ResidualRe(z) | Quantity::ResidualIm(z)) = self.quantity else {
            return row;
        };
        let subject = Quantity::Residual(z);
        let values: Vec<f64> = large.sample.spectra.iter().map(|spectrum| subject.measure(spectrum, large.prediction)).collect();
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        Row { measured: mean, subject, ..row }
    }

    fn verdict(&self) -> (Verdict, String) {
        if let Some(reason) = self.hidden {
            return (Verdict::Inconclusive, reason.into());
        }
        if self.pressure.is_nan() {
            return (Verdict::Inconclusive, "no finite value to compare".into());
        }
        let limit = self.allowance + self.quantile * self.sizes.se;
        let distance = self.sizes.residual.abs();
        if self.pressure > self.quantile && self.sizes.residual > 0.0 && self.quantity.may_be_an_outlier() {
            let reason = "the largest eigenvalue stands above the edge: it may be an outlier of order one, which is not predicted with a bias";
            return (Verdict::Inconclusive, reason.into());
        }
        if self.pressure > self.quantile {
            return (Verdict::Disagree, format!("off by {distance:.2e}, more than the limit {limit:.2e}"));
        }
        if limit > WIDEST * self.scale {
            let reason = format!("the limit {limit:.2e} is wider than half of {:.2e}: raise n or trials", self.scale);
            return (Verdict::Inconclusive, reason);
        }
        match distance {
            0.0 => (Verdict::Agree, "exactly as predicted".to_owned()),
            _ => (Verdict::Agree, format!("off by {distance:.2e}, within the limit {limit:.2e}")),
        }
    }
}
