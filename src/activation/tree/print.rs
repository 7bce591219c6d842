//! Function to text of the query language, which reads it back as an equal function.

use std::fmt;

use rug::Rational;

use super::function::{Condition, Function, Node};
use crate::language::parse_expression;
use crate::language::syntax::{Argument, BinaryOp, Expr, Kind, Span};

/// Characters of a function in a message; of a longer one the beginning is shown.
const IN_MESSAGES: usize = 200;

/// The function as it is typed; `{:#}` is for messages, and cut where it is long.
impl fmt::Display for Function {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        // the points of a sweep
        if let Node::Rational(value) = self.node()
            && *value >= 0
            && value.numer().to_u64().is_some()
            && value.denom().to_u64().is_some()
        {
            return write!(out, "{value}");
        }
        let text = syntax(self).to_string();
        match text.char_indices().nth(IN_MESSAGES) {
            Some(_) if out.alternate() => {
                let end = text.char_indices().nth(IN_MESSAGES / 2).map_or(text.len(), |(end, _)| end);
                write!(out, "{}… ({} characters in all)", &text[..end], text.chars().count())
            }
            _ => out.write_str(&text),
        }
    }
}

/// The function as a syntax tree.
fn syntax(f: &Function) -> Expr {
    match f.node() {
        Node::X => name("x"),
        Node::Pi => name("pi"),
        Node::Rational(value) => rational(value),
        Node::Constant(constant) => parse_expression(&constant.text).unwrap_or_else(|_| name(&constant.text)),
        Node::Add(a, b) => binary(BinaryOp::Add, a, b),
        Node::Subtract(a, b) => binary(BinaryOp::Subtract, a, b),
        Node::Multiply(a, b) => binary(BinaryOp::Multiply, a, b),
        Node::Divide(a, b) => binary(BinaryOp::Divide, a, b),
        Node::Power(a, b) => binary(BinaryOp::Power, a, b),
        Node::Negate(a) => expr(Kind::Negate(Box::new(syntax(a)))),
        Node::Max(a, b) => call("max", &[a, b]),
        Node::Min(a, b) => call("min", &[a, b]),
        Node::Apply(primitive, a) => call(primitive.row().name, &[a]),
        Node::Cofactor(cofactor, t) => syntax(&cofactor.quotient(t)),
        Node::Piecewise(arms, otherwise) => piecewise(arms, otherwise),
    }
}

fn expr(kind: Kind) -> Expr {
    Expr { kind, span: Span::default() }
}

fn name(text: &str) -> Expr {
    expr(Kind::Name(text.to_owned()))
}

fn binary(operator: BinaryOp, a: &Function, b: &Function) -> Expr {
    expr(Kind::Binary(operator, Box::new(syntax(a)), Box::new(syntax(b))))
}

fn call(function: &str, arguments: &[&Function]) -> Expr {
    let arguments = arguments.iter().map(|argument| Argument { name: None, value: syntax(argument) }).collect();
    expr(Kind::Call { function: Box::new(name(function)), arguments })
}

/// p/q as a quotient of whole numbers, with its sign before it.
fn rational(value: &Rational) -> Expr {
    if *value < 0 {
        return expr(Kind::Negate(Box::new(rational(&Rational::from(-value)))));
    }
    let (numerator, denominator) = (Rational::from(value.numer()), Rational::from(value.denom()));
    let top = expr(Kind::Number(numerator));
    if denominator == 1 {
        return top;
    }
    expr(Kind::Binary(BinaryOp::Divide, Box::new(top), Box::new(expr(Kind::Number(denominator)))))
}

fn condition(condition: &Condition) -> Expr {
    let (left, right) = match condition.difference.node() {
        Node::Subtract(a, b) => (syntax(a), syntax(b)),
        _ => (syntax(&condition.difference), expr(Kind::Number(Rational::new()))),
    };
    expr(Kind::Compare(condition.relation, Box::new(left), Box::new(right)))
}

fn piecewise(arms: &[(Condition, Function)], otherwise: &Function) -> Expr {
    let otherwise = Box::new(syntax(otherwise));
    if let [(only, value)] = arms {
        return expr(Kind::If { condition: Box::new(condition(only)), then: Box::new(syntax(value)), otherwise });
    }
    let arms = arms.iter().map(|(arm, value)| (condition(arm), syntax(value))).collect();
    expr(Kind::Piecewise { arms, otherwise })
}
