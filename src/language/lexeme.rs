//! The shapes of single lexemes.

use nom::branch::alt;
use nom::bytes::complete::take_while;
use nom::character::complete::{char, digit1, one_of, satisfy};
use nom::combinator::{opt, recognize};
use nom::{IResult, Parser};

use super::diagnostic::Diagnostic;
use super::syntax::Span;
use super::token::Symbol;

pub(super) fn not_closed(symbol: Symbol, span: Span) -> Diagnostic {
    let closer = symbol.closer().map_or("", Symbol::text);
    let message = format!("the bracket `{}` is not closed", symbol.text());
    Diagnostic::at("syntax", span, message).with_help(format!("add the missing `{closer}`"))
}

/// Of bytes that are no text; whoever reads a file puts U+FFFD in their place.
pub(super) fn not_utf8(span: Span) -> Diagnostic {
    Diagnostic::at("syntax", span, "what stands here is not UTF-8").with_help("save the text as UTF-8")
}

pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

pub(super) fn is_word_part(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

pub(super) fn superscript(c: char) -> Option<u8> {
    match c {
        '²' => Some(2),
        '³' => Some(3),
        _ => None,
    }
}

/// What is written after a backslash in a string, and what it means.
pub(super) const ESCAPES: [(char, char); 4] = [('"', '"'), ('\\', '\\'), ('n', '\n'), ('t', '\t')];

pub(super) fn unescape(c: char) -> Option<char> {
    ESCAPES.iter().find(|(written, _)| *written == c).map(|(_, meant)| *meant)
}

/// The character itself where it can be seen, its code point where it cannot.
pub(super) fn shown(c: char) -> String {
    if c.is_control() || c.is_whitespace() { format!("U+{:04X}", c as u32) } else { format!("`{c}`") }
}

/// How many bytes `parser` takes from the beginning of `text`.
pub(super) fn matched(mut parser: impl FnMut(&str) -> IResult<&str, &str>, text: &str) -> Option<usize> {
    parser(text).ok().map(|(_, taken)| taken.len())
}

pub(super) fn word(text: &str) -> IResult<&str, &str> {
    recognize((satisfy(|c| c.is_ascii_alphabetic() || c == '_'), take_while(is_word_part))).parse(text)
}

pub(super) fn number(text: &str) -> IResult<&str, &str> {
    let point = || (char('.'), digit1);
    let mantissa = alt((recognize((digit1, opt(point()))), recognize(point())));
    let exponent = (one_of("eE"), opt(one_of("+-−")), digit1);
    recognize((mantissa, opt(exponent))).parse(text)
}
