//! The closed list of doubts that an answer may carry.

use std::fmt;

/// An activation is named in a warning when it has at most so many characters.
const LONGEST: usize = 60;

/// A doubt, with what caused it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Warning {
    /// A number cannot be told from zero with four times the digits asked.
    NotSeparatedFromZero,
    /// This activation has a mean, which makes one outlier of order n; the law is that of f minus its mean.
    MeanSplitOff(String),
    /// The law is the equation without bias with averaged coefficients.
    AveragedBias,
    /// The support is proved to have no upper edge.
    UnboundedSupport,
    /// It seems to have none.
    UnboundedSupportSeen,
    /// It seems to have one.
    BoundedSupportSeen,
    /// The support is proved to reach down to 0.
    NoGapAtZero,
    /// It seems to.
    NoGapAtZeroSeen,
    /// The simulation says nothing about some rows, or about all.
    CheckInconclusive,
    /// A value is undefined, for this reason.
    Undefined(String),
}

impl Warning {
    /// Its name, as JSON shows it.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::NotSeparatedFromZero => "not_separated_from_zero".to_owned(),
            Self::MeanSplitOff(_) => "mean_split_off".to_owned(),
            Self::AveragedBias => "averaged_bias".to_owned(),
            Self::UnboundedSupport => "unbounded_support".to_owned(),
            Self::UnboundedSupportSeen => "unbounded_support_not_proved".to_owned(),
            Self::BoundedSupportSeen => "upper_edge_not_proved".to_owned(),
            Self::NoGapAtZero => "no_gap_at_zero".to_owned(),
            Self::NoGapAtZeroSeen => "no_gap_at_zero_not_proved".to_owned(),
            Self::CheckInconclusive => "check_inconclusive".to_owned(),
            Self::Undefined(reason) => format!("undefined: {reason}"),
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::NotSeparatedFromZero => {
                "not_separated_from_zero: printed 0e-E means that the value is below 10^-E in size and may be 0"
            }
            Self::MeanSplitOff(f) => {
                let subject = if f.chars().count() <= LONGEST { f } else { "f" };
                return write!(
                    out,
                    "mean_split_off: the mean of {subject} makes one outlier of order n; the law is that of f minus its mean"
                );
            }
            Self::AveragedBias => {
                "averaged_bias: this is the equation without bias with coefficients averaged over b, for comparison; simulations of a row bias reject it unless f is affine"
            }
            Self::UnboundedSupport => {
                "unbounded_support: the variance of f(tau Z + b) grows without bound in b, which is proved, so that the support has no upper edge"
            }
            Self::UnboundedSupportSeen => {
                "unbounded_support_not_proved: the variance of f(tau Z + b) grows at every b tried, so that the support seems to have no upper edge; as this is not proved, none is given"
            }
            Self::BoundedSupportSeen => {
                "upper_edge_not_proved: the variance of f(tau Z + b) does not grow at the b tried, but that it is bounded is not proved, and no upper edge is given"
            }
            Self::NoGapAtZero => {
                "no_gap_at_zero: the variance of f(tau Z + b) tends to 0 for large b, which is proved, so that the support reaches down to 0"
            }
            Self::NoGapAtZeroSeen => {
                "no_gap_at_zero_not_proved: the variance of f(tau Z + b) is small at the large b tried, so that the support seems to reach down to 0; this is not proved"
            }
            Self::CheckInconclusive => "check_inconclusive: the simulation is too small to decide every row; raise n or trials",
            Self::Undefined(reason) => return write!(out, "undefined: {reason}"),
        })
    }
}
