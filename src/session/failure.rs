//! Why a statement gave no value, and the exit status that this means.

use crate::language::diagnostic::Diagnostic;
use crate::language::syntax::Span;
use crate::number::Stopped;

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

    /// The same failure with its mend.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Self {
        match self {
            Self::Wrong(diagnostic) => Self::Wrong(diagnostic.with_help(help)),
            Self::Effort(diagnostic) => Self::Effort(diagnostic.with_help(help)),
            Self::MoreBits(reason) => Self::MoreBits(reason.map(|diagnostic| Box::new(diagnostic.with_help(help)))),
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
        let moved = |diagnostic: Diagnostic| Diagnostic { span: Some(at), ..diagnostic };
        match self {
            Self::Wrong(diagnostic) => Self::Wrong(moved(diagnostic)),
            Self::Effort(diagnostic) => Self::Effort(moved(diagnostic)),
            Self::MoreBits(reason) => Self::MoreBits(reason.map(|diagnostic| Box::new(moved(*diagnostic)))),
        }
    }
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Wrong(diagnostic)
    }
}
