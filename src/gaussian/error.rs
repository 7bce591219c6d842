//! Why Gaussian data cannot be given.

use crate::activation::KinkError;
use crate::number::Stopped;

/// Why Gaussian data cannot be given.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum GaussianError {
    /// The integral is proved not to exist; the text names the offending part.
    #[error("{0}")]
    Divergent(String),
    /// The function is not real, or nothing certain can be said of the integral; the text names the offending part.
    #[error("{0}")]
    Refused(String),
    /// The stated bound of effort was reached.
    #[error("this would need more than {most} {what}: ask for fewer digits or a lower order")]
    Effort {
        /// The bound.
        most: usize,
        /// What it bounds.
        what: &'static str,
    },
    /// The stated bound of counted effort was reached.
    #[error(
        "{function} was not settled within {millions} million steps of work: it may vary too fast, switch too often or have singular points too near the line"
    )]
    Exhausted {
        /// What was integrated.
        function: String,
        /// The bound.
        millions: u64,
    },
    /// Interrupted, or out of time.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl From<KinkError> for GaussianError {
    fn from(error: KinkError) -> Self {
        match error {
            KinkError::Stopped(why) => why.into(),
            _ => Self::Refused(error.to_string()),
        }
    }
}
