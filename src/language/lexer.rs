//! Text to statements and tokens: where a statement ends, what its literals are worth, which bracket is open.
//!
//! A statement ends at `;`, or at a newline outside brackets. The first thing wrong in a statement is kept and the
//! rest of it skipped, so that the statements after it are still read. A bracket left open to the end of the source
//! ends with its line; from there on every newline ends a statement, because what the author meant is unknown.

use super::decimal;
use super::diagnostic::Diagnostic;
use super::excerpt::abridged;
use super::habits::JOINED;
use super::lexeme::{is_space, is_word_part, matched, not_closed, not_utf8, number, shown, superscript, unescape, word};
use super::syntax::Span;
use super::token::{CONDITIONAL, GREEK, LOOKALIKES, RELATIONS, SYMBOLS, Symbol, Token, TokenKind};

/// Longest statement, in bytes.
const MAX_STATEMENT_BYTES: usize = 1_000_000;

/// Sum of the powers of ten that the literals of one statement may carry; keeps `[1e9999, 1e9999, …]` in memory.
const MAX_TOTAL_EXPONENT: u64 = 20_000_000;

/// One statement's tokens, spans in the whole source.
pub(super) struct Lexed {
    pub span: Span,
    pub tokens: Result<Vec<Token>, Diagnostic>,
}

/// All statements of a source, and whether the last one still waits for a bracket.
pub(super) fn statements(source: &str) -> (Vec<Lexed>, bool) {
    let mut lexer = Lexer { source, ..Lexer::default() };
    let mut found = Vec::new();
    while lexer.skip_separators() {
        found.push(lexer.statement());
    }
    (found, lexer.waits_for_bracket)
}

#[derive(Default)]
struct Lexer<'a> {
    source: &'a str,
    position: usize,
    every_line_ends: bool,
    waits_for_bracket: bool,
    tokens: Vec<Token>,
    open: Vec<(Symbol, Span)>,
    total_exponent: u64,
    error: Option<Diagnostic>,
}

impl<'a> Lexer<'a> {
    fn rest(&self) -> &'a str {
        &self.source[self.position..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Moves to the next statement; false at the end of the source.
    fn skip_separators(&mut self) -> bool {
        while let Some(c) = self.peek() {
            match c {
                '#' => self.skip_comment(),
                c if c == ';' || is_space(c) => self.position += c.len_utf8(),
                _ => return true,
            }
        }
        false
    }

    fn skip_comment(&mut self) {
        self.position += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    fn statement(&mut self) -> Lexed {
        let start = self.position;
        self.tokens.clear();
        self.open.clear();
        self.total_exponent = 0;
        self.error = None;
        let mut end = start;
        while let Some(c) = self.peek() {
            match c {
                ';' => break,
                '\n' if self.open.is_empty() || self.every_line_ends => break,
                '#' => self.skip_comment(),
                c if is_space(c) => self.position += c.len_utf8(),
                _ => {
                    self.token(c);
                    end = self.position;
                }
            }
        }
        if let Some(&(symbol, span)) = self.open.last() {
            end = self.unclosed(symbol, span, end);
        }
        self.finish(Span::new(start, end))
    }

    /// Refuses the open bracket and gives the place where its statement is taken to end.
    fn unclosed(&mut self, symbol: Symbol, span: Span, end: usize) -> usize {
        let at_end_of_source = self.position == self.source.len();
        self.waits_for_bracket |= at_end_of_source && self.error.is_none();
        self.refuse(not_closed(symbol, span));
        let (symbol, span) = self.open[0];
        let Some(length) = self.source[span.start..end].find('\n').filter(|_| at_end_of_source) else {
            return end;
        };
        self.position = span.start + length;
        self.every_line_ends = true;
        let end = span.start + self.source[span.start..self.position].trim_end().len();
        let beyond = |diagnostic: &Diagnostic| diagnostic.span.is_some_and(|place| place.end > end);
        if self.error.as_ref().is_some_and(beyond) {
            self.error = Some(not_closed(symbol, span));
        }
        end
    }

    fn finish(&mut self, span: Span) -> Lexed {
        let length = span.end - span.start;
        if length > MAX_STATEMENT_BYTES {
            let message = format!("the statement has {length} bytes; the bound is {MAX_STATEMENT_BYTES}");
            let first = Span::new(span.start, span.start + self.source[span.start..].chars().next().map_or(0, char::len_utf8));
            self.error = Some(Diagnostic::at("bound", first, message).with_help("split it, and name its parts"));
        }
        Lexed { span, tokens: self.error.take().map_or_else(|| Ok(std::mem::take(&mut self.tokens)), Err) }
    }

    fn refuse(&mut self, diagnostic: Diagnostic) {
        self.error.get_or_insert(diagnostic);
    }

    fn token(&mut self, first: char) {
        if first == '"' {
            return self.text();
        }
        if let Some(length) = matched(number, self.rest()) {
            return self.number(length);
        }
        if let Some(length) = matched(word, self.rest()) {
            let name = self.rest()[..length].to_string();
            return self.push(TokenKind::Name(name), length);
        }
        if let Some((_, name)) = GREEK.iter().find(|(letter, _)| *letter == first) {
            return self.greek(first, name);
        }
        if let Some(exponent) = superscript(first) {
            return self.superscript(first, exponent);
        }
        match SYMBOLS.iter().find(|(text, _)| self.rest().starts_with(text)) {
            Some(&(text, symbol)) => self.symbol(symbol, text.len()),
            None => self.unknown(first),
        }
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let span = Span::new(self.position, self.position + length);
        self.position = span.end;
        self.tokens.push(Token { kind, span });
    }

    fn number(&mut self, length: usize) {
        let text = &self.rest()[..length];
        let after = &self.rest()[length..];
        if after.starts_with('.') && !after.starts_with("..") {
            return self.broken_number();
        }
        let span = Span::new(self.position, self.position + length);
        let exponent = decimal::exponent_magnitude(text);
        self.total_exponent += u64::from(exponent.unwrap_or(0));
        if exponent.is_none() {
            let message = format!("the exponent of `{}` exceeds the bound {}", abridged(text), decimal::MAX_EXPONENT);
            self.refuse(Diagnostic::at("bound", span, message).with_help("use a smaller power of ten"));
        } else if self.total_exponent > MAX_TOTAL_EXPONENT {
            let message = format!("the exponents of the statement's literals add up to more than the bound {MAX_TOTAL_EXPONENT}");
            self.refuse(Diagnostic::at("bound", span, message).with_help("split the statement"));
        }
        match self.error.is_none().then(|| decimal::parse(text)).flatten() {
            Some(value) => self.push(TokenKind::Number(value), length),
            None => self.position = span.end,
        }
    }

    /// `1.` or `1.5.2`.
    fn broken_number(&mut self) {
        let length = self.rest().find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(self.rest().len());
        let text = &self.rest()[..length];
        let span = Span::new(self.position, self.position + length);
        let whole = text.trim_end_matches('.');
        let diagnostic = Diagnostic::at("syntax", span, format!("`{}` is not a number", abridged(text)));
        let help = match whole.matches('.').count() {
            0 => format!("write `{}` or `{}.0`", abridged(whole), abridged(whole)),
            _ => "a number has one decimal point; a range is written `low..high`".to_string(),
        };
        self.refuse(diagnostic.with_help(help));
        self.position = span.end;
    }

    fn greek(&mut self, letter: char, name: &str) {
        let after = &self.rest()[letter.len_utf8()..];
        let tail = match after.chars().next() {
            Some(c) if name != "pi" && (c == '_' || c.is_ascii_digit()) => {
                &after[..after.find(|c| !is_word_part(c)).unwrap_or(after.len())]
            }
            _ => "",
        };
        self.push(TokenKind::Name(format!("{name}{tail}")), letter.len_utf8() + tail.len());
    }

    fn superscript(&mut self, character: char, exponent: u8) {
        let start = self.position;
        self.push(TokenKind::Symbol(Symbol::Caret), character.len_utf8());
        self.position = start;
        self.push(TokenKind::Number(exponent.into()), character.len_utf8());
        let blank = self.rest().len() - self.rest().trim_start_matches([' ', '\t']).len();
        let next = self.rest()[blank..].chars().next();
        if let Some(next) = next.filter(|c| superscript(*c).is_some()) {
            let span = Span::new(start, self.position + blank + next.len_utf8());
            let message = format!("`{}` is not an exponent", &self.source[span.start..span.end]);
            self.refuse(Diagnostic::at("syntax", span, message).with_help("write exponents other than 2 and 3 with `^`"));
        }
    }

    fn symbol(&mut self, symbol: Symbol, length: usize) {
        self.push(TokenKind::Symbol(symbol), length);
        let span = Span::new(self.position - length, self.position);
        if symbol.closer().is_some() {
            self.open.push((symbol, span));
        } else if matches!(symbol, Symbol::CloseParenthesis | Symbol::CloseBracket) {
            self.close(symbol, span);
        }
    }

    fn close(&mut self, symbol: Symbol, span: Span) {
        match self.open.pop() {
            None => {
                let message = format!("`{}` closes no bracket", symbol.text());
                self.refuse(Diagnostic::at("syntax", span, message).with_help("remove it, or add the opening bracket"));
            }
            Some((opener, place)) => {
                let closer = opener.closer().unwrap_or(symbol);
                if closer != symbol {
                    let message = format!("the bracket `{}` is closed by `{}`", opener.text(), symbol.text());
                    let help = format!("close it with `{}`", closer.text());
                    self.refuse(Diagnostic::at("syntax", place.to(span), message).with_help(help));
                }
            }
        }
    }

    /// A string: on one line, with the escapes `\"`, `\\`, `\n`, `\t`.
    fn text(&mut self) {
        let start = self.position;
        let mut value = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((offset, c)) = characters.next() {
            match c {
                '"' => return self.push(TokenKind::Text(value), offset + 1),
                '\n' => break,
                '\\' => match characters.next() {
                    Some((_, escaped)) if unescape(escaped).is_some() => {
                        value.extend(unescape(escaped));
                    }
                    None | Some((_, '\n')) => break,
                    Some((_, escaped)) => {
                        // white space may end the statement, and is no part of it then
                        let width = if escaped.is_whitespace() { 0 } else { escaped.len_utf8() };
                        let span = Span::new(start + offset, start + offset + 1 + width);
                        let message = format!("unknown escape `\\{escaped}` in a string");
                        self.refuse(Diagnostic::at("syntax", span, message).with_help("a backslash is written `\\\\`"));
                    }
                },
                char::REPLACEMENT_CHARACTER => {
                    let span = Span::new(start + offset, start + offset + c.len_utf8());
                    self.refuse(not_utf8(span));
                }
                c => value.push(c),
            }
        }
        self.unterminated_text();
    }

    fn unterminated_text(&mut self) {
        let line = self.rest().lines().next().unwrap_or_default().trim_end();
        let span = Span::new(self.position, self.position + line.len());
        self.refuse(Diagnostic::at("syntax", span, "the string is not closed").with_help("close it with `\"` on the same line"));
        self.position = span.end;
        self.open.clear();
    }

    fn unknown(&mut self, character: char) {
        let span = Span::new(self.position, self.position + character.len_utf8());
        self.position = span.end;
        if character == char::REPLACEMENT_CHARACTER {
            return self.refuse(not_utf8(span));
        }
        let diagnostic = Diagnostic::at("syntax", span, format!("the character {} has no meaning here", shown(character)));
        let lookalike = LOOKALIKES.iter().find(|(lookalike, _)| *lookalike == character);
        let help = lookalike.map(|(_, text)| format!("write `{text}`")).or_else(|| self.mend(character).map(str::to_owned));
        self.refuse(Diagnostic { help, ..diagnostic });
    }

    /// What people mean by a character that is none of the language, just passed.
    fn mend(&self, character: char) -> Option<&'static str> {
        match character {
            '!' if self.rest().starts_with('=') => Some(RELATIONS),
            '{' | '}' => Some("group with `( )`, write lists with `[ ]`"),
            '?' if self.tokens.is_empty() || self.rest().trim().is_empty() => Some("for help write `help`, or `help spectrum`"),
            '?' => Some(CONDITIONAL),
            '&' => Some(JOINED),
            '|' => Some("an absolute value is `abs(x)`; conditions are nested, not joined"),
            '%' if self.tokens.is_empty() => Some("a comment begins with `#`"),
            '\\' => Some("names stand without a backslash: `phi`"),
            '@' if self.rest().starts_with('(') => Some("a function is one expression in x: `f(x) = x^2`"),
            _ => None,
        }
    }
}
