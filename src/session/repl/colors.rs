//! The colours of a line that is typed, and the bracket that belongs to the one at the cursor.

use super::known::{Known, Vocabulary};
use crate::language::pieces::{Piece, PieceKind, pieces};

const QUERY: &str = "1";
const FUNCTION: &str = "34";
const OWN: &str = "32";
const NUMBER: &str = "36";
const TEXT: &str = "33";
const WORD: &str = "35";
const FAINT: &str = "2";
const WRONG: &str = "31";
const PAIR: &str = "1;4";

/// Behind the cursor and not typed: fainter than what is.
pub(super) fn faint(text: &str) -> String {
    painted(text, FAINT)
}

/// The line in colours; as wide as without them.
pub(super) fn colored(line: &str, cursor: usize, vocabulary: &Vocabulary) -> String {
    let found = pieces(line);
    let pair = pair_at(&found, cursor);
    let lonely = lonely(&found);
    let (mut written, mut end) = (String::with_capacity(2 * line.len()), 0);
    for (place, piece) in found.iter().enumerate() {
        written += &line[end..piece.span.start];
        end = piece.span.end;
        let text = &line[piece.span.start..end];
        let paint = match piece.kind {
            PieceKind::Open | PieceKind::Close if lonely.contains(&place) => Some(WRONG),
            PieceKind::Open | PieceKind::Close => pair.filter(|pair| pair.contains(&place)).map(|_| PAIR),
            PieceKind::Number => Some(NUMBER),
            PieceKind::Text => Some(TEXT),
            PieceKind::Comment => Some(FAINT),
            PieceKind::Reserved => Some(WORD),
            PieceKind::Word => of_word(text, &found, place, vocabulary),
            PieceKind::Sign(_) => None,
        };
        match paint {
            Some(paint) => written += &painted(text, paint),
            None => written += text,
        }
    }
    written + &line[end..]
}

fn of_word(word: &str, found: &[Piece], place: usize, vocabulary: &Vocabulary) -> Option<&'static str> {
    // after a dot stands a field
    if place > 0 && found[place - 1].kind == PieceKind::Sign('.') {
        return None;
    }
    match vocabulary.find(word)? {
        Known::Own(_) => Some(OWN),
        Known::Query(_) => Some(QUERY),
        Known::Function => Some(FUNCTION),
        Known::Constant => None,
    }
}

/// The two brackets of which one stands at the cursor, or before it.
fn pair_at(found: &[Piece], cursor: usize) -> Option<[usize; 2]> {
    let pairs = pairs(found);
    let at = |span_end: bool| {
        let touches = |place: usize| {
            let span = found[place].span;
            if span_end { span.end == cursor } else { span.start == cursor }
        };
        pairs.iter().find(|pair| pair.iter().any(|place| touches(*place))).copied()
    };
    at(true).or_else(|| at(false))
}

fn pairs(found: &[Piece]) -> Vec<[usize; 2]> {
    let (mut open, mut pairs) = (Vec::new(), Vec::new());
    for (place, piece) in found.iter().enumerate() {
        match piece.kind {
            PieceKind::Open => open.push(place),
            PieceKind::Close => pairs.extend(open.pop().map(|before| [before, place])),
            _ => {}
        }
    }
    pairs
}

/// Brackets that close nothing; one that is open may still be closed.
fn lonely(found: &[Piece]) -> Vec<usize> {
    let paired: Vec<usize> = pairs(found).into_iter().map(|[_, close]| close).collect();
    let closes = |place: &usize| found[*place].kind == PieceKind::Close;
    (0..found.len()).filter(closes).filter(|place| !paired.contains(place)).collect()
}

fn painted(text: &str, paint: &str) -> String {
    format!("\u{1b}[{paint}m{text}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::colored;
    use crate::session::definition::Names;
    use crate::session::repl::known::Vocabulary;

    /// The line with `{paint:text}` for what is painted.
    fn seen(line: &str, cursor: usize) -> String {
        let vocabulary = Vocabulary { names: Names::new() };
        colored(line, cursor, &vocabulary).replace("\u{1b}[0m", "}").replace("\u{1b}[", "{").replace('m', ":")
    }

    #[test]
    fn pieces_have_their_colours() {
        assert_eq!(seen("edges(tanh(x)) # a", 0), "{1:edges}({34:tanh}(x)) {2:# a}");
        assert_eq!(seen("if 1 < 2", 0), "{35:if} {36:1} < {36:2}");
        assert_eq!(seen("s.edges[0]", 0), "s.edges[{36:0}]");
        assert_eq!(seen("σ + \"a", 0), "σ + {33:\"a}");
    }

    #[test]
    fn the_brackets_of_a_pair_are_shown_together() {
        assert_eq!(seen("(x[0])", 6), "{1;4:(}x[{36:0}]{1;4:)}");
        assert_eq!(seen("(x[0])", 5), "(x{1;4:[}{36:0}{1;4:]})");
        assert_eq!(seen("x)", 1), "x{31:)}");
    }
}
