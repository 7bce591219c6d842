//! Syntax to text that parses back to the same tree, with no bracket that is not needed.

use std::fmt::{self, Display, Formatter, Write};

use super::decimal;
use super::syntax::{Argument, BinaryOp, Expr, Kind, Relation, Sampling, Statement, StatementKind};

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
}

impl Display for Expr {
    fn fmt(&self, out: &mut Formatter) -> fmt::Result {
        write_at(out, self, Level::Value)
    }
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
            StatementKind::Define { name, parameters, body, .. } => write!(out, "{name}({}) = {body}", parameters.join(", ")),
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
        out.write_str(match self {
            Relation::Less => "<",
            Relation::LessEqual => "<=",
            Relation::Greater => ">",
            Relation::GreaterEqual => ">=",
            Relation::Equal => "==",
        })
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
        _ => Level::Suffixed,
    }
}

fn write_at(out: &mut Formatter, expr: &Expr, least: Level) -> fmt::Result {
    if level(&expr.kind) >= least {
        return write_bare(out, expr);
    }
    out.write_char('(')?;
    write_bare(out, expr)?;
    out.write_char(')')
}

fn write_bare(out: &mut Formatter, expr: &Expr) -> fmt::Result {
    match &expr.kind {
        Kind::Number(value) => match decimal::format(value) {
            Some(text) => out.write_str(&text),
            None => write!(out, "{value}"),
        },
        Kind::Text(text) => write_text(out, text),
        Kind::Name(name) => out.write_str(name),
        Kind::Negate(inner) => {
            out.write_char('-')?;
            write_at(out, inner, Level::Sign)
        }
        Kind::Binary(operator, left, right) => write_binary(out, *operator, left, right),
        Kind::Compare(relation, left, right) => write_pair(out, left, &format!(" {relation} "), right, Level::Sum, Level::Sum),
        Kind::Call { function, arguments } => {
            write_callee(out, function)?;
            out.write_char('(')?;
            write_list(out, arguments, |out, argument| argument.fmt(out))?;
            out.write_char(')')
        }
        Kind::Field(of, name) => {
            write_at(out, of, Level::Suffixed)?;
            write!(out, ".{name}")
        }
        Kind::Index(of, index) => {
            write_at(out, of, Level::Suffixed)?;
            write!(out, "[{index}]")
        }
        Kind::Derivative(of) => {
            write_at(out, of, Level::Suffixed)?;
            out.write_char('\'')
        }
        Kind::List(values) => {
            out.write_char('[')?;
            write_list(out, values, |out, value| value.fmt(out))?;
            out.write_char(']')
        }
        Kind::Range { low, high, sampling } => {
            write_pair(out, low, "..", high, Level::Sum, Level::Sum)?;
            write_sampling(out, sampling)
        }
        Kind::If { condition, then, otherwise } => write!(out, "if {condition} then {then} else {otherwise}"),
        Kind::Piecewise { arms, otherwise } => {
            out.write_str("piecewise(")?;
            write_list(out, arms, |out, (condition, value)| write!(out, "{condition}: {value}"))?;
            write!(out, ", {otherwise})")
        }
    }
}

fn write_binary(out: &mut Formatter, operator: BinaryOp, left: &Expr, right: &Expr) -> fmt::Result {
    match operator {
        BinaryOp::Add | BinaryOp::Subtract => write_pair(out, left, &format!(" {operator} "), right, Level::Sum, Level::Product),
        BinaryOp::Multiply | BinaryOp::Divide => write_pair(out, left, &operator.to_string(), right, Level::Product, Level::Sign),
        BinaryOp::Power => write_pair(out, left, "^", right, Level::Operand, Level::Sign),
    }
}

fn write_pair(
    out: &mut Formatter,
    left: &Expr,
    between: &str,
    right: &Expr,
    left_least: Level,
    right_least: Level,
) -> fmt::Result {
    write_at(out, left, left_least)?;
    out.write_str(between)?;
    write_at(out, right, right_least)
}

/// A call follows a name, a suffix other than a bracket, or another call; everything else is bracketed.
fn write_callee(out: &mut Formatter, function: &Expr) -> fmt::Result {
    match function.kind {
        Kind::Name(_) | Kind::Field(..) | Kind::Index(..) | Kind::Derivative(_) | Kind::Call { .. } => write_bare(out, function),
        _ => write!(out, "({function})"),
    }
}

fn write_sampling(out: &mut Formatter, sampling: &Sampling) -> fmt::Result {
    match sampling {
        Sampling::Interval => Ok(()),
        Sampling::Step(width) => {
            out.write_str(" step ")?;
            write_at(out, width, Level::Sum)
        }
        Sampling::Count { count, log } => {
            out.write_str(" count ")?;
            write_at(out, count, Level::Sum)?;
            out.write_str(if *log { " log" } else { "" })
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

fn write_list<T>(out: &mut Formatter, items: &[T], write_item: fn(&mut Formatter, &T) -> fmt::Result) -> fmt::Result {
    for (position, item) in items.iter().enumerate() {
        if position > 0 {
            out.write_str(", ")?;
        }
        write_item(out, item)?;
    }
    Ok(())
}

fn write_text(out: &mut Formatter, text: &str) -> fmt::Result {
    out.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => out.write_str("\\\"")?,
            '\\' => out.write_str("\\\\")?,
            '\n' => out.write_str("\\n")?,
            '\t' => out.write_str("\\t")?,
            c => out.write_char(c)?,
        }
    }
    out.write_char('"')
}
