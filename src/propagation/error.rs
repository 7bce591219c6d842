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
    /// The same with its mend.
    #[error("{error}")]
    Helped {
        /// Why there is no answer.
        error: Box<PropagationError>,
        /// The mend.
        help: String,
    },
}

impl PropagationError {
    /// The same with its mend, where it has none and no integral is the reason.
    #[must_use]
    pub(super) fn with_help(self, help: impl Into<String>) -> Self {
        match self {
            Self::Undecided(_) | Self::Unbounded(_) | Self::Unsettled(_) => {
                Self::Helped { error: Box::new(self), help: help.into() }
            }
            other => other,
        }
    }

    /// The same with this mend where a variance is unbounded and none is said.
    #[must_use]
    pub(super) fn if_unbounded(self, help: &str) -> Self {
        if matches!(self, Self::Unbounded(_)) { self.with_help(help) } else { self }
    }

    /// The same without its mend.
    #[must_use]
    pub fn bare(&self) -> &Self {
        match self {
            Self::Helped { error, .. } => error.bare(),
            other => other,
        }
    }
}

impl From<Stopped> for PropagationError {
    fn from(why: Stopped) -> Self {
        Self::Gaussian(why.into())
    }
}
