//! The pieces of a line while it is typed, right or wrong: for colours, completion and hints, which cannot wait for a statement.

use super::lexeme::{matched, number, word};
use super::syntax::Span;
use super::token::{GREEK, RESERVED};

/// What a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// A name, in letters of either alphabet.
    Word,
    /// A word of the language, which is no name.
    Reserved,
    /// A number.
    Number,
    /// A string, to its end or to the end of its line.
    Text,
    /// From # to the end of the line.
    Comment,
    /// A bracket that opens.
    Open,
    /// A bracket that closes.
    Close,
    /// Any other character.
    Sign(char),
}

/// A piece and its byte range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub kind: PieceKind,
    /// Where it stands.
    pub span: Span,
}

/// All pieces of a text but the spaces between them.
pub fn pieces(text: &str) -> Vec<Piece> {
    let mut found = Vec::new();
    let mut position = 0;
    while let Some(first) = text[position..].chars().next() {
        let (kind, length) = piece(&text[position..], first);
        let span = Span::new(position, position + length);
        if !first.is_whitespace() {
            found.push(Piece { kind, span });
        }
        position = span.end;
    }
    found
}

fn piece(rest: &str, first: char) -> (PieceKind, usize) {
    let end_of_line = || rest.find('\n').unwrap_or(rest.len());
    if let Some(length) = matched(number, rest) {
        return (PieceKind::Number, length);
    }
    if let Some(length) = matched(word, rest) {
        let is_reserved = RESERVED.contains(&&rest[..length]);
        return (if is_reserved { PieceKind::Reserved } else { PieceKind::Word }, length);
    }
    let length = first.len_utf8();
    match first {
        '#' => (PieceKind::Comment, end_of_line()),
        '"' => (PieceKind::Text, text_length(&rest[..end_of_line()])),
        '(' | '[' => (PieceKind::Open, length),
        ')' | ']' => (PieceKind::Close, length),
        letter if GREEK.iter().any(|(greek, _)| *greek == letter) => {
            let tail = rest[length..].find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
            (PieceKind::Word, tail.map_or(rest.len(), |tail| length + tail))
        }
        _ => (PieceKind::Sign(first), length),
    }
}

/// The bytes of a string that begins here, its closing mark included where there is one.
fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    for (offset, c) in rest.char_indices().skip(1) {
        if c == '"' && !escaped {
            return offset + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::{PieceKind, pieces};

    #[test]
    fn pieces_cover_what_is_typed() {
        let text = "σ_w = f(2.5e-3, \"a\\\"b\") # note\nif [\"open";
        let found: Vec<(&str, PieceKind)> =
            pieces(text).into_iter().map(|piece| (&text[piece.span.start..piece.span.end], piece.kind)).collect();
        let expected = [
            ("σ_w", PieceKind::Word),
            ("=", PieceKind::Sign('=')),
            ("f", PieceKind::Word),
            ("(", PieceKind::Open),
            ("2.5e-3", PieceKind::Number),
            (",", PieceKind::Sign(',')),
            ("\"a\\\"b\"", PieceKind::Text),
            (")", PieceKind::Close),
            ("# note", PieceKind::Comment),
            ("if", PieceKind::Reserved),
            ("[", PieceKind::Open),
            ("\"open", PieceKind::Text),
        ];
        assert_eq!(found, expected);
    }
}
