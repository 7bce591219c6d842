//! Pieces of the user's text for messages: the operand before a place, the operand that begins there; and the message itself.

use super::diagnostic::Diagnostic;
use super::input::Input;
use super::syntax::Span;
use super::token::{Symbol, TokenKind};

/// What is wrong at a place, and how to mend it.
pub(super) fn syntax(place: Input, message: impl Into<String>, help: impl Into<String>) -> Option<Diagnostic> {
    syntax_at(place.span(), message, help)
}

/// What is wrong between two places, and how to mend it.
pub(super) fn syntax_at(span: Span, message: impl Into<String>, help: impl Into<String>) -> Option<Diagnostic> {
    Some(Diagnostic::at("syntax", span, message).with_help(help))
}

/// Where the operand before `place` begins: over its bracket and the names, fields and quotes before that.
pub(super) fn operand_start(place: Input) -> usize {
    let mut start = place.position;
    loop {
        let Some(before) = start.checked_sub(1) else {
            return start;
        };
        let closes = place.tokens[before].kind.turn() < 0;
        start = if closes { balanced(place, (0..=before).rev()).unwrap_or(0) } else { before };
        let kind = &place.tokens[start].kind;
        let continues = start > 0
            && (kind.is(Symbol::Dot)
                || kind.is(Symbol::Prime)
                || place.tokens[start - 1].kind.is(Symbol::Dot)
                || kind.turn() > 0 && follows_operand(&place.tokens[start - 1].kind));
        if !continues {
            return start;
        }
    }
}

fn follows_operand(kind: &TokenKind) -> bool {
    kind.name().is_some() || kind.is_word("piecewise") || kind.turn() < 0 || kind.is(Symbol::Prime)
}

/// The first of the positions by which every bracket met is closed.
fn balanced(place: Input, mut positions: impl Iterator<Item = usize>) -> Option<usize> {
    let mut depth = 0;
    positions.find(|position| {
        depth += place.tokens[*position].kind.turn();
        depth == 0
    })
}

/// The bracket that closes the one at `opening`.
fn closing(place: Input, opening: usize) -> usize {
    let last = place.tokens.len() - 1;
    balanced(place, opening..=last).unwrap_or(last)
}

pub(super) fn operand_before(place: Input) -> String {
    let start = place.tokens[operand_start(place)].span.start;
    abridged(text(place, Span::new(start, place.previous_span().end)))
}

pub(super) fn operand_from(place: Input) -> String {
    let is_open = |position: usize| place.tokens.get(position).is_some_and(|token| token.kind.turn() > 0);
    let mut last = place.position;
    if place.at(Symbol::Root) && last + 1 < place.tokens.len() {
        last += 1;
    }
    if is_open(last) {
        last = closing(place, last);
    } else if place.kind().and_then(TokenKind::name).is_some() && is_open(last + 1) {
        last = closing(place, last + 1);
    }
    abridged(text(place, place.span().to(place.tokens[last].span)))
}

pub(super) fn text<'a>(place: Input<'a>, span: Span) -> &'a str {
    &place.text[span.start..span.end]
}

/// One line, short enough for a message.
pub(super) fn abridged(text: &str) -> String {
    const LONGEST: usize = 40;
    let line = text.lines().next().unwrap_or_default();
    if line.len() == text.len() && text.chars().count() <= LONGEST {
        return text.to_string();
    }
    line.chars().take(LONGEST - 10).chain(['…']).collect()
}
