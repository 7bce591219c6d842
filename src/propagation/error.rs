//! Why there is no answer about a signal.

use crate::gaussian::GaussianError;
use crate::number::Stopped;

/// No answer, and why.
#[derive(Clone, Debug, thiserror::Error)]
pub enum PropagationError {
    /// A Gaussian integral that is not had.
    #[error(transparent)]
    Gaussian(#[from] GaussianError),
    /// More bits are wanted to decide this; when none decide it the question is ill-posed.
    #[error("{0}")]
    Undecided(String),
    /// The variance has no fixed point, or grows without bound.
    #[error("{0}")]
    Unbounded(String),
    /// It is not shown, whatever the precision.
    #[error("{0}")]
    Unsettled(String),
    /// The question is not posed like this.
    #[error("{message}")]
    Refused {
        /// What is wrong.
        message: String,
        /// The mend.
        help: String,
    },
}

impl From<Stopped> for PropagationError {
    fn from(why: Stopped) -> Self {
        Self::Gaussian(why.into())
    }
}
