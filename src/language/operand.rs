//! Tokens to operands: literals, names, brackets, calls, lists, `piecewise`, and the suffixes that follow them.

use nom::Parser;
use nom::branch::alt;
use nom::combinator::{cut, value as produce};

use super::expression::{Subtree, build, nested, nested_value};
use super::input::{Expected, Input, Parsed, name, or_operator, symbol};
use super::syntax::{Argument, Expr, Kind};
use super::token::{Symbol, TokenKind};

/// Functions whose value is a function, so that a second call may follow: `diff(f)(1)`.
/// After other calls a bracket is refused, because `sin(x)(1 - x)` is meant as a product.
const FUNCTION_VALUED: [&str; 4] = ["diff", "simplify", "center", "normalize"];

pub(super) fn operand(input: Input) -> Parsed<Subtree> {
    match input.kind() {
        Some(TokenKind::Number(number)) => build(input.next(), input.span(), 0, Kind::Number(number.clone())),
        Some(TokenKind::Text(text)) => build(input.next(), input.span(), 0, Kind::Text(text.clone())),
        Some(TokenKind::Symbol(Symbol::OpenParenthesis)) => {
            let (rest, mut node) = nested_value(input.next())?;
            let (rest, ()) = cut(closing(Symbol::CloseParenthesis)).parse(rest)?;
            node.expr.span = input.span().to(rest.previous_span());
            suffixes(rest, node, false)
        }
        Some(TokenKind::Symbol(Symbol::OpenBracket)) => {
            let (rest, (values, height)) = values(input.next())?;
            let (rest, node) = build(rest, input.span().to(rest.previous_span()), height, Kind::List(values))?;
            suffixes(rest, node, false)
        }
        Some(TokenKind::Symbol(Symbol::Root)) => root(input),
        Some(kind) if kind.is_word("piecewise") => {
            let (rest, node) = piecewise(input)?;
            suffixes(rest, node, false)
        }
        Some(kind) => match kind.name() {
            Some(name) => {
                let (rest, node) = build(input.next(), input.span(), 0, Kind::Name(name.to_string()))?;
                suffixes(rest, node, true)
            }
            None => input.fail(Expected::Expression),
        },
        None => input.fail(Expected::Expression),
    }
}

/// `√2`, `√x`, `√(x + 1)`: the root of the operand that follows.
fn root(input: Input) -> Parsed<Subtree> {
    let bracketed = input.next().at(Symbol::OpenParenthesis);
    let (rest, inside) = if bracketed {
        let (rest, inside) = nested_value(input.next().next())?;
        let (rest, ()) = cut(closing(Symbol::CloseParenthesis)).parse(rest)?;
        (rest, inside)
    } else {
        nested(input.next(), operand)?
    };
    let span = input.span().to(rest.previous_span());
    let function = Box::new(Expr { kind: Kind::Name("sqrt".to_string()), span: input.span() });
    let arguments = vec![Argument { name: None, value: inside.expr }];
    let (rest, node) = build(rest, span, inside.height, Kind::Call { function, arguments })?;
    if bracketed { suffixes(rest, node, false) } else { Ok((rest, node)) }
}

/// `'`, `.field`, `[index]` and, where `callable`, `( … )`, as many as follow.
fn suffixes(mut rest: Input, mut node: Subtree, mut callable: bool) -> Parsed<Subtree> {
    loop {
        let start = node.expr.span;
        let (after, kind, height) = match rest.kind() {
            Some(TokenKind::Symbol(Symbol::Prime)) => (rest.next(), Kind::Derivative(node.expr.into()), node.height),
            Some(TokenKind::Symbol(Symbol::Dot)) => {
                let (after, field) = cut(field).parse(rest.next())?;
                (after, Kind::Field(node.expr.into(), field), node.height)
            }
            Some(TokenKind::Symbol(Symbol::OpenBracket)) => {
                let (after, index) = nested_value(rest.next())?;
                let (after, ()) = cut(closing(Symbol::CloseBracket)).parse(after)?;
                (after, Kind::Index(node.expr.into(), index.expr.into()), node.height.max(index.height))
            }
            Some(TokenKind::Symbol(Symbol::OpenParenthesis)) if callable => {
                let (after, (arguments, height)) = arguments(rest.next())?;
                let function = Box::new(node.expr);
                (after, Kind::Call { function, arguments }, node.height.max(height))
            }
            _ => return Ok((rest, node)),
        };
        callable = match &kind {
            Kind::Call { function, .. } => {
                matches!(&function.kind, Kind::Name(name) if FUNCTION_VALUED.contains(&name.as_str()))
            }
            _ => true,
        };
        (rest, node) = build(after, start.to(after.previous_span()), height, kind)?;
    }
}

fn field(input: Input) -> Parsed<String> {
    match input.kind() {
        Some(TokenKind::Name(name)) => Ok((input.next(), name.clone())),
        _ => input.fail(Expected::Name),
    }
}

/// The values of a list, its opening bracket read, with the greatest of their heights.
fn values(input: Input) -> Parsed<(Vec<Expr>, usize)> {
    let mut values = Vec::new();
    let mut height = 0;
    if input.at(Symbol::CloseBracket) {
        return Ok((input.next(), (values, height)));
    }
    let mut rest = input;
    loop {
        let (after, node) = nested_value(rest)?;
        height = height.max(node.height);
        values.push(node.expr);
        let (after, more) = cut(comma_or(Symbol::CloseBracket)).parse(after)?;
        if !more {
            return Ok((after, (values, height)));
        }
        rest = after;
    }
}

/// The arguments of a call, its opening bracket read, with the greatest of their heights.
fn arguments(input: Input) -> Parsed<(Vec<Argument>, usize)> {
    let mut arguments = Vec::new();
    let mut height = 0;
    if input.at(Symbol::CloseParenthesis) {
        return Ok((input.next(), (arguments, height)));
    }
    let mut rest = input;
    loop {
        let named = rest.kind_after(1).is_some_and(|kind| kind.is(Symbol::Assign));
        let (start, name) = if named {
            let (after, name) = cut(name).parse(rest)?;
            (after.next(), Some(name))
        } else {
            (rest, None)
        };
        let (after, node) = nested_value(start)?;
        height = height.max(node.height);
        arguments.push(Argument { name, value: node.expr });
        let (after, more) = cut(comma_or(Symbol::CloseParenthesis)).parse(after)?;
        if !more {
            return Ok((after, (arguments, height)));
        }
        rest = after;
    }
}

/// `"piecewise" "(" value ":" value { "," value ":" value } "," value ")"`.
fn piecewise(input: Input) -> Parsed<Subtree> {
    let (mut rest, ()) = cut(symbol(Symbol::OpenParenthesis)).parse(input.next())?;
    let mut arms = Vec::new();
    let mut height = 0;
    loop {
        let (after, condition) = nested_value(rest)?;
        height = height.max(condition.height);
        if after.at(Symbol::CloseParenthesis) && !arms.is_empty() {
            let span = input.span().to(after.span());
            let otherwise = condition.boxed();
            return build(after.next(), span, height, Kind::Piecewise { arms, otherwise });
        }
        let (after, ()) = cut(closing(Symbol::Colon)).parse(after)?;
        let (after, branch) = nested_value(after)?;
        height = height.max(branch.height);
        arms.push((condition.expr, branch.expr));
        (rest, ()) = cut(closing(Symbol::Comma)).parse(after)?;
    }
}

fn closing<'a>(closer: Symbol) -> impl FnMut(Input<'a>) -> Parsed<'a, ()> {
    or_operator(symbol(closer))
}

/// Whether a comma stands here rather than the closing bracket.
pub(super) fn comma_or<'a>(closer: Symbol) -> impl FnMut(Input<'a>) -> Parsed<'a, bool> {
    or_operator(move |input| alt((produce(true, symbol(Symbol::Comma)), produce(false, symbol(closer)))).parse(input))
}
