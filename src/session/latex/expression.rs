//! Expressions of the language in LaTeX as they are written, names that mean nothing here included: curves, teachers in x1 … x9.

use super::{Level, bracketed, name, number, text};
use crate::language::syntax::{BinaryOp, Expr, Kind, Relation};

/// An expression in LaTeX.
pub(super) fn expression(expr: &Expr) -> String {
    form(expr).0
}

fn at_least(expr: &Expr, least: Level) -> String {
    bracketed(form(expr), least)
}

fn form(expr: &Expr) -> (String, Level) {
    match &expr.kind {
        Kind::Number(value) if value.is_integer() => (value.to_string(), Level::Atom),
        Kind::Number(_) => literal(expr),
        Kind::Text(words) => (text(words), Level::Atom),
        Kind::Name(typed) => (name::name(typed), Level::Atom),
        Kind::Negate(a) => (format!("-{}", at_least(a, Level::Product)), Level::Sum),
        Kind::Binary(operator, a, b) => binary(*operator, a, b),
        Kind::Compare(relation, a, b) => (format!("{} {} {}", expression(a), sign(*relation), expression(b)), Level::Sum),
        Kind::Call { function, arguments } => {
            let inside = arguments.iter().map(|argument| match &argument.name {
                Some((typed, _)) => format!("{} = {}", name::name(typed), expression(&argument.value)),
                None => expression(&argument.value),
            });
            (called(function, &inside.collect::<Vec<_>>()), Level::Atom)
        }
        Kind::Field(of, field) => (format!("{}.{}", expression(of), text(field)), Level::Atom),
        Kind::Index(of, index) => (format!("{}_{{{}}}", at_least(of, Level::Atom), expression(index)), Level::Power),
        Kind::Derivative(a) => (format!("{}'", at_least(a, Level::Atom)), Level::Power),
        Kind::List(items) => {
            let items: Vec<String> = items.iter().map(expression).collect();
            (format!("\\left[{}\\right]", items.join(", ")), Level::Atom)
        }
        Kind::Range { low, high, .. } => (format!("\\left[{}, {}\\right]", expression(low), expression(high)), Level::Atom),
        Kind::If { condition, then, otherwise } => cases(&[(&**condition, &**then)], otherwise),
        Kind::Piecewise { arms, otherwise } => {
            cases(&arms.iter().map(|(condition, value)| (condition, value)).collect::<Vec<_>>(), otherwise)
        }
    }
}

/// A number that is not whole, as it is written.
fn literal(expr: &Expr) -> (String, Level) {
    let written = expr.to_string();
    match written.split_once('/') {
        Some((above, below)) => (format!("\\frac{{{above}}}{{{below}}}"), Level::Product),
        None if written.contains('e') => (number(&written), Level::Product),
        None => (number(&written), Level::Atom),
    }
}

fn binary(operator: BinaryOp, a: &Expr, b: &Expr) -> (String, Level) {
    match operator {
        BinaryOp::Add => (super::added(&expression(a), &expression(b)), Level::Sum),
        BinaryOp::Subtract => (format!("{} - {}", expression(a), at_least(b, Level::Product)), Level::Sum),
        BinaryOp::Multiply => (super::multiplied(&at_least(a, Level::Product), &at_least(b, Level::Product)), Level::Product),
        BinaryOp::Divide => (format!("\\frac{{{}}}{{{}}}", expression(a), expression(b)), Level::Product),
        BinaryOp::Power => (format!("{}^{{{}}}", at_least(a, Level::Atom), expression(b)), Level::Power),
    }
}

fn called(function: &Expr, arguments: &[String]) -> String {
    let inside = arguments.join(", ");
    let Kind::Name(typed) = &function.kind else {
        return format!("{}\\left({inside}\\right)", at_least(function, Level::Atom));
    };
    match typed.as_str() {
        "sqrt" => format!("\\sqrt{{{inside}}}"),
        "exp" => format!("e^{{{inside}}}"),
        "abs" => format!("\\left|{inside}\\right|"),
        "log" | "sin" | "cos" | "tan" | "sinh" | "cosh" | "tanh" | "max" | "min" => format!("\\{typed}\\left({inside}\\right)"),
        _ => match name::symbol(typed) {
            Some(symbol) => format!("{symbol}\\left({inside}\\right)"),
            None => format!("\\operatorname{{{}}}\\left({inside}\\right)", typed.replace('_', "\\_")),
        },
    }
}

fn sign(relation: Relation) -> &'static str {
    match relation {
        Relation::Less => "<",
        Relation::LessEqual => "\\le",
        Relation::Greater => ">",
        Relation::GreaterEqual => "\\ge",
        Relation::Equal => "=",
    }
}

fn cases(arms: &[(&Expr, &Expr)], otherwise: &Expr) -> (String, Level) {
    let mut rows: Vec<String> =
        arms.iter().map(|(condition, value)| format!("{} & {}", expression(value), expression(condition))).collect();
    rows.push(format!("{} & \\text{{otherwise}}", expression(otherwise)));
    (format!("\\begin{{cases}} {} \\end{{cases}}", rows.join(" \\\\ ")), Level::Atom)
}
