//! The parser's input, its error (the furthest place reached, and everything that could have stood there), and the
//! parsers of single tokens.

use nom::branch::alt;
use nom::error::{ErrorKind, FromExternalError, ParseError};
use nom::{Err, IResult, Parser};

use super::diagnostic::Diagnostic;
use super::syntax::Span;
use super::token::{Symbol, Token, TokenKind};

/// A place among the tokens of one statement. Its nesting travels with it, downwards only.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input<'a> {
    /// The text the spans of `tokens` refer to.
    pub text: &'a str,
    pub tokens: &'a [Token],
    pub position: usize,
    pub nesting: usize,
}

/// What the parser could have gone on with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Expression,
    Operator,
    Name,
    Parameter,
    Symbol(Symbol),
    Word(&'static str),
    EndOfStatement,
}

/// A failure at a token. The one that got further wins; at the same token they add up.
#[derive(Clone, Debug)]
pub(super) struct Mismatch {
    pub position: usize,
    pub expected: Vec<Expected>,
    /// A failure that is no matter of tokens: a bound.
    pub refused: Option<Box<Diagnostic>>,
}

pub(super) type Parsed<'a, T> = IResult<Input<'a>, T, Mismatch>;

impl<'a> Input<'a> {
    pub fn token(&self) -> Option<&'a Token> {
        self.tokens.get(self.position)
    }

    pub fn kind(&self) -> Option<&'a TokenKind> {
        self.token().map(|token| &token.kind)
    }

    pub fn at(&self, symbol: Symbol) -> bool {
        self.kind().is_some_and(|kind| kind.is(symbol))
    }

    pub fn at_word(&self, word: &str) -> bool {
        self.kind().is_some_and(|kind| kind.is_word(word))
    }

    /// The place one token on.
    pub fn next(self) -> Input<'a> {
        Input { position: self.position + 1, ..self }
    }

    /// The span of the token here, or the end of the text.
    pub fn span(&self) -> Span {
        let end = self.tokens.last().map_or(self.text.len(), |token| token.span.end);
        self.token().map_or(Span::new(end, end), |token| token.span)
    }

    /// The span of the token before.
    pub fn previous_span(&self) -> Span {
        self.previous().map_or(Span::default(), |token| token.span)
    }

    fn previous(&self) -> Option<&'a Token> {
        self.tokens.get(self.position.checked_sub(1)?)
    }

    /// The kind of the token before.
    pub fn before(&self) -> Option<&'a TokenKind> {
        self.previous().map(|token| &token.kind)
    }

    /// Whether a bracket is open here.
    pub fn in_brackets(&self) -> bool {
        self.tokens[..self.position].iter().map(|token| token.kind.turn()).sum::<i32>() > 0
    }

    /// Whether the innermost bracket that is open here stands after the word.
    pub fn is_in_brackets_after(&self, word: &str) -> bool {
        let mut depth = 0;
        let open = self.tokens[..self.position].iter().rposition(|token| {
            depth += token.kind.turn();
            depth > 0
        });
        let before = open.and_then(|open| self.tokens.get(open.checked_sub(1)?));
        before.is_some_and(|token| token.kind.is_word(word))
    }

    pub fn fail<T>(self, expected: Expected) -> Parsed<'a, T> {
        Err(Err::Error(Mismatch::at(self.position, expected)))
    }
}

/// nom asks whether a parser moved.
impl PartialEq for Input<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.position == other.position
    }
}

impl Mismatch {
    pub fn at(position: usize, expected: Expected) -> Mismatch {
        Mismatch { position, expected: vec![expected], refused: None }
    }

    pub fn refused(diagnostic: Diagnostic) -> Mismatch {
        Mismatch { position: usize::MAX, expected: Vec::new(), refused: Some(Box::new(diagnostic)) }
    }
}

impl<'a> ParseError<Input<'a>> for Mismatch {
    fn from_error_kind(input: Input<'a>, _: ErrorKind) -> Mismatch {
        Mismatch { position: input.position, expected: Vec::new(), refused: None }
    }

    /// The inner failure knows the place; the outer combinator adds nothing.
    fn append(_: Input<'a>, _: ErrorKind, inner: Mismatch) -> Mismatch {
        inner
    }

    fn or(mut self, other: Mismatch) -> Mismatch {
        match self.position.cmp(&other.position) {
            std::cmp::Ordering::Greater => self,
            std::cmp::Ordering::Less => other,
            std::cmp::Ordering::Equal => {
                self.expected.extend(other.expected);
                self.refused = self.refused.or(other.refused);
                self
            }
        }
    }
}

impl<'a> FromExternalError<Input<'a>, Mismatch> for Mismatch {
    fn from_external_error(_: Input<'a>, _: ErrorKind, failure: Mismatch) -> Mismatch {
        failure
    }
}

pub(super) fn symbol<'a>(symbol: Symbol) -> impl Fn(Input<'a>) -> Parsed<'a, ()> {
    move |input| {
        if input.at(symbol) { Ok((input.next(), ())) } else { input.fail(Expected::Symbol(symbol)) }
    }
}

pub(super) fn word<'a>(word: &'static str) -> impl Fn(Input<'a>) -> Parsed<'a, ()> {
    move |input| {
        if input.at_word(word) { Ok((input.next(), ())) } else { input.fail(Expected::Word(word)) }
    }
}

/// A name that is no reserved word, and its place; without one the failure tells what it should name.
pub(super) fn name<'a>(expected: Expected) -> impl Fn(Input<'a>) -> Parsed<'a, (String, Span)> {
    move |input| match input.kind().and_then(TokenKind::name) {
        Some(name) => Ok((input.next(), (name.to_string(), input.span()))),
        None => input.fail(expected),
    }
}

/// What follows an expression: `parser`, or else the failure tells that an operator was possible too.
pub(super) fn or_operator<'a, T>(mut parser: impl FnMut(Input<'a>) -> Parsed<'a, T>) -> impl FnMut(Input<'a>) -> Parsed<'a, T> {
    move |input| alt((|input| parser(input), |input: Input<'a>| input.fail(Expected::Operator))).parse(input)
}
