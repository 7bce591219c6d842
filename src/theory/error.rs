//! Why a theory gives no answer.

use super::answers::Question;
use crate::gaussian::GaussianError;
use crate::number::Stopped;
use crate::propagation::PropagationError;
use crate::spectrum::{DataError, LawError};

/// No answer, and why.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TheoryError {
    /// More bits are wanted to decide this; when none decide it the question is ill-posed.
    #[error("{0}")]
    Undecided(String),
    /// An integral that the theory needs is infinite.
    #[error("{0}")]
    Divergent(String),
    /// Nothing certain can be said of an integral that the theory needs.
    #[error("{0}")]
    Unsettled(String),
    /// A stated bound of effort was reached.
    #[error("{message}")]
    Effort {
        /// Which.
        message: String,
        /// The mend.
        help: Option<&'static str>,
    },
    /// Interrupted, or out of time.
    #[error(transparent)]
    Stopped(#[from] Stopped),
    /// The law has no such value.
    #[error(transparent)]
    Law(LawError),
    /// The theory does not cover this.
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
        error: Box<TheoryError>,
        /// The mend.
        help: String,
    },
    /// Models of this kind do not answer this question.
    #[error("{} is no question to {kind}: it is answered by {}", question.name(), question.kinds().join(", "))]
    Unanswered {
        /// The constructor.
        kind: &'static str,
        /// The question.
        question: Question,
    },
    /// No equation of the law of this model is written.
    #[error(
        "the equation is written of one layer without bias, and the curve of covariances and kernels of normalised layers over an exact population; other laws are not algebraic, as with a bias, or their equation is not written, as of covariances weighted by labels"
    )]
    NotAlgebraic,
}

impl TheoryError {
    /// Whether more bits may give an answer.
    #[must_use]
    pub fn wants_bits(&self) -> bool {
        match self {
            Self::Undecided(_) | Self::Law(LawError::MoreBits | LawError::MayTouch { .. }) => true,
            Self::Helped { error, .. } => error.wants_bits(),
            _ => false,
        }
    }
}

impl From<GaussianError> for TheoryError {
    fn from(error: GaussianError) -> Self {
        let message = error.to_string();
        match error {
            GaussianError::Divergent(reason) => Self::Divergent(reason),
            GaussianError::Refused(reason) => Self::Unsettled(reason),
            GaussianError::Effort { .. } => Self::Effort { message, help: None },
            GaussianError::Exhausted { .. } => {
                let help = Some("ask for fewer digits or a lower order, or smooth or rescale the function");
                Self::Effort { message, help }
            }
            GaussianError::Stopped(why) => Self::Stopped(why),
        }
    }
}

impl From<PropagationError> for TheoryError {
    fn from(error: PropagationError) -> Self {
        match error {
            PropagationError::Gaussian(error) => error.into(),
            PropagationError::Undecided(reason) => Self::Undecided(reason),
            PropagationError::Unbounded(reason) => Self::Divergent(reason),
            PropagationError::Unsettled(reason) => Self::Unsettled(reason),
            PropagationError::Refused { message, help } => Self::Refused { message, help },
            PropagationError::Helped { error, help } => Self::Helped { error: Box::new((*error).into()), help },
        }
    }
}

impl From<LawError> for TheoryError {
    fn from(error: LawError) -> Self {
        match &error {
            // the only data behind a law are Gaussian
            LawError::Data(DataError(inner)) => match inner.downcast_ref::<GaussianError>() {
                Some(gaussian) => gaussian.clone().into(),
                None => Self::Law(error),
            },
            _ => Self::Law(error),
        }
    }
}
