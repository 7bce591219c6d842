//! What is wrong with a text, where, and how to mend it: data that the terminal, the REPL and JSON each show their way.

use super::syntax::Span;

/// One failure. `Display` gives the message alone; `language::render` draws it under the source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Diagnostic {
    /// The kind as JSON reports it: `"syntax"`, `"bound"`, `"unknown_name"`, …
    pub kind: &'static str,
    /// Lower case, no final dot, naming the user's text.
    pub message: String,
    /// Byte range in the statement's own text; none when no place is to blame.
    pub span: Option<Span>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A failure at a place.
    pub fn at(kind: &'static str, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { kind, message: message.into(), span: Some(span), help: None }
    }

    /// The same failure with its mend.
    pub fn with_help(mut self, help: impl Into<String>) -> Diagnostic {
        self.help = Some(help.into());
        self
    }

    /// The same failure with its place moved by `offset` bytes: from a statement's text to the whole source.
    pub fn shifted(mut self, offset: usize) -> Diagnostic {
        self.span = self.span.map(|span| Span::new(span.start + offset, span.end + offset));
        self
    }
}
