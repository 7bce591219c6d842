//! The outcome of a check, as plain data.

use super::rates::Rates;

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
    /// The predicted value at the larger size; for a value predicted draw by draw the mean.
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
    /// Exponents in n, when more than two sizes were asked for.
    pub rates: Option<Rates>,
}

/// The outcome of a check.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// All quantities.
    pub rows: Vec<Row>,
    /// `Disagree` if any row does, else `Agree` if a row about the bulk or a scalar does, else `Inconclusive`.
    pub verdict: Verdict,
    /// What was decided and what was not, in one sentence.
    pub summary: String,
    /// The largest dimension.
    pub n: usize,
    /// Replicates at size n.
    pub trials: usize,
    /// The seed.
    pub seed: u64,
    /// The dimensions simulated at size n, by name.
    pub dimensions: Vec<(String, usize)>,
    /// The eigenvalues of the last spectrum of all replicates at size n, for a histogram.
    pub eigenvalues: Vec<f64>,
    /// Those of the other laws that have a prefix, with it.
    pub under: Vec<(String, Vec<f64>)>,
}
