//! The syntax tree of the query language: plain data, no meaning.
//!
//! Spans of statements are byte ranges of the whole source; spans inside a statement are byte ranges of the
//! statement's own text, because that is what the JSON error reports. Two trees are equal when they read the same:
//! spans never count.

use rug::Rational;

/// A byte range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

/// An expression and where it stands in the statement's text.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: Kind,
    /// Byte range in the statement's own text.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// A literal, `6.54e-7`; its exact value, never negative.
    Number(Rational),
    /// `"…"`, escapes resolved.
    Text(String),
    /// A name in its plain spelling: `φ` is `phi`.
    Name(String),
    /// `-a`.
    Negate(Box<Expr>),
    /// `a + b` and the like.
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `a < b` and the like; they do not chain.
    Compare(Relation, Box<Expr>, Box<Expr>),
    /// `f(a, name = b)`; also `f'(a)`.
    Call {
        /// What is applied, usually a name.
        function: Box<Expr>,
        /// The arguments as written.
        arguments: Vec<Argument>,
    },
    /// `a.field`.
    Field(Box<Expr>, String),
    /// `a[i]`, from 0.
    Index(Box<Expr>, Box<Expr>),
    /// `f'`.
    Derivative(Box<Expr>),
    /// `[a, b]`.
    List(Vec<Expr>),
    /// `low..high`, with how it is sampled.
    Range {
        /// The first value.
        low: Box<Expr>,
        /// The last value.
        high: Box<Expr>,
        /// The points between.
        sampling: Sampling,
    },
    /// `if condition then then else otherwise`.
    If {
        /// Usually a comparison.
        condition: Box<Expr>,
        /// The value where the condition holds.
        then: Box<Expr>,
        /// The value elsewhere.
        otherwise: Box<Expr>,
    },
    /// `piecewise(c1: e1, c2: e2, e3)`: the first arm whose condition holds.
    Piecewise {
        /// Condition and value.
        arms: Vec<(Expr, Expr)>,
        /// The value where no condition holds.
        otherwise: Box<Expr>,
    },
}

/// Arithmetic of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinaryOp {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `^`
    Power,
}

/// Comparison of two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `==`
    Equal,
}

/// The points a range stands for.
#[derive(Clone, Debug, PartialEq)]
pub enum Sampling {
    /// `a..b`: the interval itself.
    Interval,
    /// `a..b step h`.
    Step(Box<Expr>),
    /// `a..b count n`, evenly spaced, or evenly spaced in the logarithm.
    Count {
        /// Number of points, both ends counted.
        count: Box<Expr>,
        /// `log` was written.
        log: bool,
    },
}

/// An argument of a call, `value` or `name = value`.
#[derive(Clone, Debug)]
pub struct Argument {
    /// The name and where it stands in the statement's text.
    pub name: Option<(String, Span)>,
    /// The value.
    pub value: Expr,
}

/// A statement and where it stands in the whole source; `&source[span.start..span.end]` is its text.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it asks.
    pub kind: StatementKind,
    /// Byte range in the whole source.
    pub span: Span,
}

/// The forms of a statement.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// `f = …` (no parameters) or `g(x) = …`.
    Define {
        /// The name defined.
        name: String,
        /// Where it stands in the statement's text.
        name_span: Span,
        /// Names between the brackets.
        parameters: Vec<String>,
        /// The right-hand side.
        body: Expr,
    },
    /// `set digits = 50`.
    Set {
        /// The setting.
        key: String,
        /// Where it stands in the statement's text.
        key_span: Span,
        /// Its new value.
        value: Expr,
    },
    /// An expression whose value is printed.
    Query(Expr),
    /// `help` or `help spectrum`.
    Help(Option<String>),
}

impl Span {
    /// The range from `start` to `end`.
    pub fn new(start: usize, end: usize) -> Span {
        Span { start, end }
    }

    /// The smallest range that holds both.
    pub fn to(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }
}

impl PartialEq for Expr {
    fn eq(&self, other: &Expr) -> bool {
        self.kind == other.kind
    }
}

impl PartialEq for Argument {
    fn eq(&self, other: &Argument) -> bool {
        let name = |argument: &Argument| argument.name.as_ref().map(|(name, _)| name.clone());
        name(self) == name(other) && self.value == other.value
    }
}

impl PartialEq for Statement {
    fn eq(&self, other: &Statement) -> bool {
        self.kind == other.kind
    }
}

impl PartialEq for StatementKind {
    fn eq(&self, other: &StatementKind) -> bool {
        use StatementKind::{Define, Help, Query, Set};
        match (self, other) {
            (Define { name: n, parameters: p, body: b, .. }, Define { name, parameters, body, .. }) => {
                n == name && p == parameters && b == body
            }
            (Set { key: k, value: v, .. }, Set { key, value, .. }) => k == key && v == value,
            (Query(a), Query(b)) => a == b,
            (Help(a), Help(b)) => a == b,
            _ => false,
        }
    }
}
