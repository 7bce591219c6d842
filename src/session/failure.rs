//! Why a statement gave no value, and the exit status that this means.

use crate::language::diagnostic::Diagnostic;
use crate::language::syntax::Span;
use crate::monte_carlo::SimulationError;
use crate::number::Stopped;
use crate::spectrum::LawError;
use crate::theory::TheoryError;

/// A statement without a value.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The statement or its arguments are wrong, or no effort could help: exit status 1.
    Wrong(Diagnostic),
    /// A stated bound of effort was reached: exit status 2.
    Effort(Diagnostic),
    /// A room needs more bits than it was given; the precision loop tries again, and says this when its bound is reached.
    MoreBits(Option<Box<Diagnostic>>),
}

impl Failure {
    /// A wrong statement: kind, place and message.
    pub fn wrong(kind: &'static str, at: Span, message: impl Into<String>) -> Self {
        Self::Wrong(Diagnostic::at(kind, at, message))
    }

    /// A bound of effort reached: place and message.
    pub fn effort(at: Span, message: impl Into<String>) -> Self {
        Self::Effort(Diagnostic::at("effort", at, message))
    }

    /// A question that more bits decide, or that is ill-posed when no bits do.
    pub fn undecided(at: Span, message: impl Into<String>) -> Self {
        Self::MoreBits(Some(Box::new(Diagnostic::at("ill_posed", at, message))))
    }

    /// A theory that gave no answer to this query.
    #[must_use]
    pub fn theory(error: &TheoryError, at: Span, query: &str) -> Self {
        let message = error.to_string();
        match error {
            TheoryError::Undecided(_) => Self::undecided(at, message),
            TheoryError::Divergent(_) => Self::wrong("divergent", at, message),
            TheoryError::Unsettled(_) => Self::wrong("unsettled", at, message),
            TheoryError::Effort { help, .. } => match help {
                Some(help) => Self::effort(at, message).with_help(*help),
                None => Self::effort(at, message),
            },
            TheoryError::Stopped(why) => Self::stopped(*why, at),
            TheoryError::Law(error) => Self::law(error, at),
            TheoryError::Helped { error, help } => Self::theory(error, at, query).with_help(help),
            TheoryError::Refused { help, .. } => Self::wrong("wrong_argument", at, message).with_help(help),
            TheoryError::Unanswered { kind, question } => {
                let failure = Self::wrong("wrong_argument", at, format!("{query} does not answer on {kind}"));
                failure.with_help(format!("it answers on {}", question.kinds().join(", ")))
            }
            TheoryError::NotAlgebraic => {
                let failure = Self::wrong("wrong_argument", at, format!("{query} does not answer here: {message}"));
                failure.with_help("spectrum, moments, density, cdf, quantile, stieltjes, compare and check answer; for features bias = \"averaged\" gives an equation")
            }
        }
    }

    fn law(error: &LawError, at: Span) -> Self {
        let kind = match error {
            LawError::MoreBits => return Self::MoreBits(None),
            LawError::MayTouch { .. } => return Self::undecided(at, error.to_string()),
            LawError::NoPath | LawError::Data(_) => return Self::effort(at, error.to_string()),
            LawError::OnTheCut | LawError::Uncertain => "on_the_cut",
            LawError::AtAtom { .. } | LawError::AtZero | LawError::HardEdge { .. } | LawError::OneSided => "undefined",
            LawError::Unresolved => "ill_posed",
            LawError::Probability | LawError::NoUpperEdge => "wrong_argument",
        };
        Self::wrong(kind, at, error.to_string())
    }

    /// The same failure with its mend.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Self {
        self.map(|diagnostic| diagnostic.with_help(help))
    }

    fn map(self, change: impl FnOnce(Diagnostic) -> Diagnostic) -> Self {
        match self {
            Self::Wrong(diagnostic) => Self::Wrong(change(diagnostic)),
            Self::Effort(diagnostic) => Self::Effort(change(diagnostic)),
            Self::MoreBits(reason) => Self::MoreBits(reason.map(|diagnostic| Box::new(change(*diagnostic)))),
        }
    }

    /// Work that was stopped from outside, or by its deadline.
    #[must_use]
    pub fn stopped(why: Stopped, at: Span) -> Self {
        let kind = match why {
            Stopped::Interrupted => "interrupted",
            Stopped::OutOfTime(_) | Stopped::OutOfSteps(_) => "effort",
        };
        Self::Effort(Diagnostic::at(kind, at, why.to_string()))
    }

    /// What is shown of it.
    #[must_use]
    pub fn diagnostic(&self) -> Diagnostic {
        match self {
            Self::Wrong(diagnostic) | Self::Effort(diagnostic) => diagnostic.clone(),
            Self::MoreBits(Some(diagnostic)) => (**diagnostic).clone(),
            Self::MoreBits(None) => Diagnostic {
                kind: "effort",
                message: "more bits are needed than the bound allows".to_owned(),
                span: None,
                help: None,
            },
        }
    }

    /// The exit status that it means.
    #[must_use]
    pub fn status(&self) -> u8 {
        if matches!(self, Self::Wrong(_) | Self::MoreBits(Some(_))) { 1 } else { 2 }
    }

    /// The same failure blamed on another place, for text that the user did not type.
    #[must_use]
    pub fn blamed_on(self, at: Span) -> Self {
        self.map(|diagnostic| Diagnostic { span: Some(at), ..diagnostic })
    }

    /// The same failure, blamed on this place when it has none of its own.
    #[must_use]
    pub fn placed(self, at: Span) -> Self {
        match self.diagnostic().span {
            Some(span) if span != Span::default() => self,
            _ => self.blamed_on(at),
        }
    }
}

/// Without a place: whoever asked for the simulation knows it.
impl From<SimulationError> for Failure {
    fn from(error: SimulationError) -> Self {
        match error {
            SimulationError::TooLarge { .. } | SimulationError::NoMemory { .. } => {
                Self::effort(Span::default(), error.to_string())
            }
            SimulationError::Cancelled => Self::stopped(Stopped::Interrupted, Span::default()),
            _ => Self::wrong("simulation", Span::default(), error.to_string()),
        }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Wrong(diagnostic)
    }
}
