//! Where the cursor stands in a line that is typed: what the word before it can be, and in the brackets of which call.

use crate::language::pieces::{Piece, PieceKind, pieces};

/// A line up to the cursor, in pieces.
pub(super) struct Place<'a> {
    text: &'a str,
    pieces: Vec<Piece>,
}

/// The innermost call whose brackets are open at the cursor.
pub(super) struct OpenCall<'a> {
    /// The name before the bracket.
    pub name: &'a str,
    /// How many arguments before the one at the cursor have no name.
    pub unnamed: usize,
    /// The names of all arguments before the one at the cursor that have one.
    pub named: Vec<&'a str>,
    /// The name of the argument at the cursor.
    pub own: Option<&'a str>,
    /// What is typed of the argument at the cursor, behind its name.
    pub typed: &'a str,
}

/// What the word at the cursor can be.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Role<'a> {
    /// The field of the expression before the dot.
    Field(&'a str),
    /// The topic of `help` or `?`.
    Topic,
    /// The name of a setting.
    Setting,
    /// A letter of mathematics, after a backslash.
    Letter,
    /// A part of a text.
    Text,
    /// Nothing: the rest of a number or of a comment.
    Nothing,
    /// A name, the first word of its statement or not.
    Name {
        /// Whether it is the first.
        first: bool,
    },
}

impl<'a> Place<'a> {
    /// The line up to the cursor.
    pub fn new(text: &'a str) -> Self {
        Self { text, pieces: pieces(text) }
    }

    fn piece(&self, piece: Piece) -> &'a str {
        &self.text[piece.span.start..piece.span.end]
    }

    /// Where the word at the cursor begins; the end of the text where none stands there.
    pub fn word_start(&self) -> usize {
        match self.pieces.last() {
            Some(piece) if matches!(piece.kind, PieceKind::Word | PieceKind::Reserved) && piece.span.end == self.text.len() => {
                piece.span.start
            }
            _ => self.text.len(),
        }
    }

    /// What the word at the cursor can be.
    pub fn role(&self) -> Role<'a> {
        let start = self.word_start();
        let before: Vec<Piece> = self.pieces.iter().copied().filter(|piece| piece.span.end <= start).collect();
        let Some(last) = before.last().copied() else { return Role::Name { first: true } };
        let own = self.piece(last);
        let begins = |place: usize| place == 0 || before[place - 1].kind == PieceKind::Sign(';');
        match last.kind {
            PieceKind::Text if !is_closed(own) => Role::Text,
            PieceKind::Comment => Role::Nothing,
            PieceKind::Number if last.span.end == start => Role::Nothing,
            PieceKind::Sign('.') if before.len() > 1 => {
                Role::Field(&self.text[self.operand_start(before.len() - 1)..last.span.start])
            }
            PieceKind::Sign('\\') if last.span.end == start => Role::Letter,
            PieceKind::Sign('?') if before.len() == 1 => Role::Topic,
            PieceKind::Reserved if own == "help" && begins(before.len() - 1) => Role::Topic,
            PieceKind::Reserved if own == "set" && begins(before.len() - 1) => Role::Setting,
            PieceKind::Sign(';') => Role::Name { first: true },
            _ => Role::Name { first: false },
        }
    }

    /// Where the operand begins that ends before this piece: `s.layers[0]`, `spikes(m)[0]`.
    fn operand_start(&self, mut place: usize) -> usize {
        let mut start = self.pieces[place].span.start;
        while place > 0 {
            place -= 1;
            let kind = self.pieces[place].kind;
            if kind == PieceKind::Close {
                let Some(open) = self.opening(place) else { break };
                place = open;
                start = self.pieces[place].span.start;
                // a call or an index belongs to what stands before it
                let belongs = place > 0
                    && matches!(self.pieces[place - 1].kind, PieceKind::Word | PieceKind::Close)
                    && self.pieces[place - 1].span.end == start;
                if !belongs {
                    break;
                }
            } else if kind == PieceKind::Word {
                start = self.pieces[place].span.start;
                if place == 0 || self.pieces[place - 1].kind != PieceKind::Sign('.') {
                    break;
                }
                place -= 1;
            } else {
                break;
            }
        }
        start
    }

    /// The bracket that this one closes.
    fn opening(&self, close: usize) -> Option<usize> {
        let mut depth = 0usize;
        (0..=close).rev().find(|place| {
            match self.pieces[*place].kind {
                PieceKind::Close => depth += 1,
                PieceKind::Open => depth -= 1,
                _ => {}
            }
            depth == 0
        })
    }

    /// The call whose brackets are open at the cursor.
    pub fn open_call(&self) -> Option<OpenCall<'a>> {
        let mut open: Vec<usize> = Vec::new();
        for (place, piece) in self.pieces.iter().enumerate() {
            match piece.kind {
                PieceKind::Open => open.push(place),
                PieceKind::Close => drop(open.pop()),
                _ => {}
            }
        }
        let at = *open.last()?;
        let name = at.checked_sub(1).map(|before| self.pieces[before]).filter(|piece| piece.kind == PieceKind::Word)?;
        if !self.text[self.pieces[at].span.start..].starts_with('(') {
            return None;
        }
        Some(self.arguments(self.piece(name), at))
    }

    fn arguments(&self, name: &'a str, open: usize) -> OpenCall<'a> {
        let mut call = OpenCall { name, unnamed: 0, named: Vec::new(), own: None, typed: "" };
        let (mut depth, mut first) = (0usize, open + 1);
        for place in open + 1..=self.pieces.len() {
            let piece = self.pieces.get(place);
            match piece.map(|piece| piece.kind) {
                Some(PieceKind::Open) => depth += 1,
                Some(PieceKind::Close) => depth = depth.saturating_sub(1),
                Some(PieceKind::Sign(',')) if depth == 0 => {
                    match self.argument_name(first) {
                        Some(name) => call.named.push(name),
                        None => call.unnamed += 1,
                    }
                    first = place + 1;
                }
                _ => {}
            }
        }
        call.own = self.argument_name(first);
        let behind = if call.own.is_some() { self.pieces[first + 1].span.end } else { self.pieces[first - 1].span.end };
        call.typed = self.text[behind..].trim_start();
        call
    }

    /// The name of the argument whose first piece this is, when it has one.
    fn argument_name(&self, first: usize) -> Option<&'a str> {
        let (name, sign) = (self.pieces.get(first)?, self.pieces.get(first + 1)?);
        let compares =
            self.pieces.get(first + 2).is_some_and(|next| next.kind == PieceKind::Sign('=') && next.span.start == sign.span.end);
        (name.kind == PieceKind::Word && sign.kind == PieceKind::Sign('=') && !compares).then(|| self.piece(*name))
    }
}

/// Whether a text ends with its mark.
fn is_closed(text: &str) -> bool {
    text.len() > 1 && text.ends_with('"') && !text.ends_with("\\\"")
}

#[cfg(test)]
mod tests {
    use super::{Place, Role};

    #[test]
    fn the_word_at_the_cursor_has_a_role() {
        for (line, word, role) in [
            ("", "", Role::Name { first: true }),
            ("spec", "spec", Role::Name { first: true }),
            ("1; spec", "spec", Role::Name { first: true }),
            ("a = spec", "spec", Role::Name { first: false }),
            ("s.ed", "ed", Role::Field("s")),
            ("1 + s.layers[0].", "", Role::Field("s.layers[0]")),
            ("f(spikes(m, alpha = [1, 2])[0].pos", "pos", Role::Field("spikes(m, alpha = [1, 2])[0]")),
            ("(a + b).x", "x", Role::Field("(a + b)")),
            ("help spec", "spec", Role::Topic),
            ("?ga", "ga", Role::Topic),
            ("set dig", "dig", Role::Setting),
            ("\\ph", "ph", Role::Letter),
            ("load(\"da", "", Role::Text),
            ("f(\"a\") + g", "g", Role::Name { first: false }),
            ("# no", "", Role::Nothing),
            ("1.5", "", Role::Nothing),
        ] {
            let place = Place::new(line);
            assert_eq!((&line[place.word_start()..], place.role()), (word, role), "{line}");
        }
    }

    #[test]
    fn the_open_call_is_the_innermost() {
        for (line, name, unnamed, named, own, typed) in [
            ("features(", "features", 0, vec![], None, ""),
            ("features(tanh(x), ph", "features", 1, vec![], None, "ph"),
            ("features(tanh(x), phi = 1/2, psi = ", "features", 1, vec!["phi"], Some("psi"), ""),
            ("spectrum(features(tanh(x), phi = 1), dig", "spectrum", 1, vec![], None, "dig"),
            ("kernel(tanh(x), gamma = [1, 2], si", "kernel", 1, vec!["gamma"], None, "si"),
            ("find(a = 0..1, f == 0, ", "find", 1, vec!["a"], None, ""),
        ] {
            let place = Place::new(line);
            let call = place.open_call().unwrap_or_else(|| panic!("{line}"));
            assert_eq!((call.name, call.unnamed, call.named, call.own, call.typed), (name, unnamed, named, own, typed), "{line}");
        }
        for line in ["features(x)", "[1, 2", "(1 + ", ""] {
            assert!(Place::new(line).open_call().is_none(), "{line}");
        }
    }
}
