//! Syntax to text that parses back to the same tree, with no bracket that is not needed.

use std::fmt::{self, Display, Formatter, Write};

use super::decimal;
use super::lexeme::ESCAPES;
use super::syntax::{Argument, BinaryOp, Expr, Kind, Relation, Sampling, Statement, StatementKind};
use super::token::SYMBOLS;

/// How tightly a form holds together; a form stands bare where at least its own level is asked for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Value,
    Sum,
    Product,
    Sign,
    Power,
    Operand,
    Suffixed,
    Called,
}

impl Display for Statement {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        self.kind.fmt(out)
    }
}

impl Display for StatementKind {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        match self {
            StatementKind::Define { name, parameters, body, .. } if parameters.is_empty() => write!(out, "{name} = {body}"),
            StatementKind::Define { name, parameters, body, .. } => write!(out, "{name}({}) = {body}", Listed(parameters)),
            StatementKind::Set { key, value, .. } => write!(out, "set {key} = {value}"),
            StatementKind::Query(expr) => expr.fmt(out),
            StatementKind::Help(None) => out.write_str("help"),
            StatementKind::Help(Some(topic)) => write!(out, "help {topic}"),
        }
    }
}

impl Display for BinaryOp {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        out.write_str(match self {
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Power => "^",
        })
    }
}

impl Display for Relation {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        let spelling = SYMBOLS.iter().find(|(_, symbol)| symbol.relation() == Some(*self));
        out.write_str(spelling.map_or("", |(text, _)| text))
    }
}

fn level(kind: &Kind) -> Level {
    match kind {
        Kind::Compare(..) | Kind::Range { .. } | Kind::If { .. } => Level::Value,
        Kind::Binary(BinaryOp::Add | BinaryOp::Subtract, ..) => Level::Sum,
        Kind::Binary(BinaryOp::Multiply | BinaryOp::Divide, ..) => Level::Product,
        Kind::Number(value) if decimal::format(value).is_none() => Level::Sum,
        Kind::Negate(_) => Level::Sign,
        Kind::Binary(BinaryOp::Power, ..) => Level::Power,
        Kind::Number(_) | Kind::Text(_) => Level::Operand,
        Kind::List(_) | Kind::Piecewise { .. } => Level::Suffixed,
        Kind::Name(_) | Kind::Field(..) | Kind::Index(..) | Kind::Derivative(_) | Kind::Call { .. } => Level::Called,
    }
}

/// An expression where at least so tight a form is asked for.
struct At<'a>(&'a Expr, Level);

impl Display for At<'_> {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        let At(expr, least) = self;
        if level(&expr.kind) >= *least { expr.fmt(out) } else { write!(out, "({expr})") }
    }
}

impl Display for Expr {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        match &self.kind {
            Kind::Number(value) => match decimal::format(value) {
                Some(text) => out.write_str(&text),
                None => write!(out, "{value}"),
            },
            Kind::Text(text) => write_text(out, text),
            Kind::Name(name) => out.write_str(name),
            Kind::Negate(inner) => write!(out, "-{}", At(inner, Level::Sign)),
            Kind::Binary(operator, left, right) => {
                let (space, left_least, right_least) = match operator {
                    BinaryOp::Add | BinaryOp::Subtract => (" ", Level::Sum, Level::Product),
                    BinaryOp::Multiply | BinaryOp::Divide => ("", Level::Product, Level::Sign),
                    BinaryOp::Power => ("", Level::Operand, Level::Sign),
                };
                write!(out, "{}{space}{operator}{space}{}", At(left, left_least), At(right, right_least))
            }
            Kind::Compare(relation, left, right) => write!(out, "{} {relation} {}", At(left, Level::Sum), At(right, Level::Sum)),
            // a call follows a name, a suffix other than a bracket, or another call; everything else is bracketed
            Kind::Call { function, arguments } => write!(out, "{}({})", At(function, Level::Called), Listed(arguments)),
            Kind::Field(of, name) => write!(out, "{}.{name}", At(of, Level::Suffixed)),
            Kind::Index(of, index) => write!(out, "{}[{index}]", At(of, Level::Suffixed)),
            Kind::Derivative(of) => write!(out, "{}'", At(of, Level::Suffixed)),
            Kind::List(values) => write!(out, "[{}]", Listed(values)),
            Kind::Range { low, high, sampling } => write!(out, "{}..{}{sampling}", At(low, Level::Sum), At(high, Level::Sum)),
            Kind::If { condition, then, otherwise } => write!(out, "if {condition} then {then} else {otherwise}"),
            Kind::Piecewise { arms, otherwise } => {
                out.write_str("piecewise(")?;
                for (condition, value) in arms {
                    write!(out, "{condition}: {value}, ")?;
                }
                write!(out, "{otherwise})")
            }
        }
    }
}

impl Display for Sampling {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        match self {
            Sampling::Interval => Ok(()),
            Sampling::Step(width) => write!(out, " step {}", At(width, Level::Sum)),
            Sampling::Count { count, log } => write!(out, " count {}{}", At(count, Level::Sum), if *log { " log" } else { "" }),
        }
    }
}

impl Display for Argument {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        if let Some((name, _)) = &self.name {
            write!(out, "{name} = ")?;
        }
        self.value.fmt(out)
    }
}

/// With commas between.
struct Listed<'a, T>(&'a [T]);

impl<T: Display> Display for Listed<'_, T> {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        for (position, item) in self.0.iter().enumerate() {
            out.write_str(if position > 0 { ", " } else { "" })?;
            item.fmt(out)?;
        }
        Ok(())
    }
}

fn write_text(out: &mut Formatter, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match ESCAPES.iter().find(|(_, meant)| *meant == c) {
            Some((written, _)) => write!(out, "\\{written}")?,
            None => out.write_char(c)?,
        }
    }
    out.write_char('"')
}
