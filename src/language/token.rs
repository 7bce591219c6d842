//! The tokens of the language, in their plain spelling: `φ` is the name `phi`, `²` is `^` and `2`.

use rug::Rational;

use super::syntax::{Relation, Span};

/// A token and its byte range.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub kind: TokenKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    Number(Rational),
    Text(String),
    Name(String),
    Symbol(Symbol),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Symbol {
    OpenParenthesis,
    CloseParenthesis,
    OpenBracket,
    CloseBracket,
    Comma,
    Colon,
    Dots,
    Dot,
    Prime,
    Plus,
    Minus,
    Star,
    Slash,
    Caret,
    LessEqual,
    GreaterEqual,
    Equal,
    Less,
    Greater,
    Assign,
    Root,
}

/// Words that are never names.
pub(super) const RESERVED: [&str; 6] = ["if", "then", "else", "set", "help", "piecewise"];

/// How a choice is written, for help.
pub(super) const CONDITIONAL: &str = "a condition is written `if c then p else q`";
/// The relations, for help.
pub(super) const RELATIONS: &str = "the relations are `<`, `<=`, `>`, `>=`, `==`";

/// Every spelling of a symbol, the longer before its own beginning; the first of a symbol is the plain one.
pub(super) const SYMBOLS: [(&str, Symbol); 23] = [
    ("(", Symbol::OpenParenthesis),
    (")", Symbol::CloseParenthesis),
    ("[", Symbol::OpenBracket),
    ("]", Symbol::CloseBracket),
    (",", Symbol::Comma),
    (":", Symbol::Colon),
    ("..", Symbol::Dots),
    (".", Symbol::Dot),
    ("'", Symbol::Prime),
    ("+", Symbol::Plus),
    ("-", Symbol::Minus),
    ("−", Symbol::Minus),
    ("*", Symbol::Star),
    ("·", Symbol::Star),
    ("/", Symbol::Slash),
    ("^", Symbol::Caret),
    ("<=", Symbol::LessEqual),
    (">=", Symbol::GreaterEqual),
    ("==", Symbol::Equal),
    ("<", Symbol::Less),
    (">", Symbol::Greater),
    ("=", Symbol::Assign),
    ("√", Symbol::Root),
];

/// Greek letters that spell a name. All but `π` may carry a tail, as in `θ1` and `σ_w`.
pub(super) const GREEK: [(char, &str); 10] = [
    ('π', "pi"),
    ('φ', "phi"),
    ('ψ', "psi"),
    ('γ', "gamma"),
    ('σ', "sigma"),
    ('λ', "lambda"),
    ('η', "eta"),
    ('ρ', "rho"),
    ('β', "beta"),
    ('θ', "theta"),
];

/// Characters people paste from elsewhere, and what to write for them.
pub(super) const LOOKALIKES: [(char, &str); 21] = [
    ('“', "\""),
    ('”', "\""),
    ('„', "\""),
    ('‘', "'"),
    ('’', "'"),
    ('′', "'"),
    ('–', "-"),
    ('—', "-"),
    ('×', "*"),
    ('∗', "*"),
    ('⋅', "*"),
    ('÷', "/"),
    ('≤', "<="),
    ('≥', ">="),
    ('…', ".."),
    ('∞', "inf"),
    ('Φ', "Phi"),
    ('ϕ', "phi"),
    ('µ', "mu"),
    ('μ', "mu"),
    ('ζ', "zeta"),
];

impl Symbol {
    /// The plain spelling.
    pub fn text(self) -> &'static str {
        SYMBOLS.iter().find(|(_, symbol)| *symbol == self).map_or("", |(text, _)| text)
    }

    /// The bracket that closes this one.
    pub fn closer(self) -> Option<Symbol> {
        match self {
            Symbol::OpenParenthesis => Some(Symbol::CloseParenthesis),
            Symbol::OpenBracket => Some(Symbol::CloseBracket),
            _ => None,
        }
    }

    /// The comparison it writes.
    pub fn relation(self) -> Option<Relation> {
        match self {
            Symbol::Less => Some(Relation::Less),
            Symbol::LessEqual => Some(Relation::LessEqual),
            Symbol::Greater => Some(Relation::Greater),
            Symbol::GreaterEqual => Some(Relation::GreaterEqual),
            Symbol::Equal => Some(Relation::Equal),
            _ => None,
        }
    }
}

impl TokenKind {
    pub fn is(&self, symbol: Symbol) -> bool {
        *self == TokenKind::Symbol(symbol)
    }

    /// 1 where a bracket opens, −1 where one closes.
    pub fn turn(&self) -> i32 {
        match self {
            TokenKind::Symbol(Symbol::OpenParenthesis | Symbol::OpenBracket) => 1,
            TokenKind::Symbol(Symbol::CloseParenthesis | Symbol::CloseBracket) => -1,
            _ => 0,
        }
    }

    /// The name, unless it is a reserved word.
    pub fn name(&self) -> Option<&str> {
        match self {
            TokenKind::Name(name) if !RESERVED.contains(&name.as_str()) => Some(name),
            _ => None,
        }
    }

    pub fn is_word(&self, word: &str) -> bool {
        matches!(self, TokenKind::Name(name) if name == word)
    }
}
