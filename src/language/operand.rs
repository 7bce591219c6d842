//! Tokens to operands: literals, names, brackets, calls, lists, `piecewise`, and the suffixes that follow them.

use nom::Parser;
use nom::branch::alt;
use nom::combinator::{cut, value as produce};
use nom::sequence::terminated;

use super::expression::{Subtree, build, nested, nested_value};
use super::input::{Expected, Input, Parsed, name, or_operator, symbol};
use super::syntax::{Argument, Expr, Kind};
use super::token::{Symbol, TokenKind};

/// Functions whose value is a function, so that a second call may follow: `diff(f)(1)`.
/// After other calls a bracket is refused, because `sin(x)(1 - x)` is meant as a product.
const FUNCTION_VALUED: [&str; 4] = ["diff", "simplify", "center", "normalize"];

pub(super) fn operand(input: Input) -> Parsed<Subtree> {
    let leaf = |kind| build(input.next(), input.span(), 0, kind);
    let (rest, node) = match input.kind() {
        Some(TokenKind::Number(number)) => return leaf(Kind::Number(number.clone())),
        Some(TokenKind::Text(text)) => return leaf(Kind::Text(text.clone())),
        Some(TokenKind::Symbol(Symbol::Root)) => return root(input),
        Some(TokenKind::Symbol(Symbol::OpenParenthesis)) => {
            let (rest, mut node) = enclosed(input, Symbol::CloseParenthesis)?;
            node.expr.span = input.span().to(rest.previous_span());
            (rest, node)
        }
        Some(TokenKind::Symbol(Symbol::OpenBracket)) => {
            let (rest, (values, height)) = items(input.next(), Symbol::CloseBracket, |input| {
                nested_value(input).map(|(rest, node)| (rest, (node.expr, node.height)))
            })?;
            build(rest, input.span().to(rest.previous_span()), height, Kind::List(values))?
        }
        Some(kind) if kind.is_word("piecewise") => piecewise(input)?,
        kind => {
            let Some(name) = kind.and_then(TokenKind::name) else { return input.fail(Expected::Expression) };
            let (rest, node) = leaf(Kind::Name(name.to_string()))?;
            return suffixes(rest, node, true);
        }
    };
    suffixes(rest, node, false)
}

/// A value in brackets, of which the first stands here.
fn enclosed(input: Input, closer: Symbol) -> Parsed<Subtree> {
    terminated(nested_value, cut(closing(closer))).parse(input.next())
}

/// `√2`, `√x`, `√(x + 1)`: the root of the operand that follows.
fn root(input: Input) -> Parsed<Subtree> {
    let bracketed = input.next().at(Symbol::OpenParenthesis);
    let (rest, inside) =
        if bracketed { enclosed(input.next(), Symbol::CloseParenthesis)? } else { nested(input.next(), operand)? };
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
                let (after, index) = enclosed(rest, Symbol::CloseBracket)?;
                (after, Kind::Index(node.expr.into(), index.expr.into()), node.height.max(index.height))
            }
            Some(TokenKind::Symbol(Symbol::OpenParenthesis)) if callable => {
                let (after, (arguments, height)) = items(rest.next(), Symbol::CloseParenthesis, argument)?;
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

/// What stands between a bracket that is read and `closer`, with commas between and perhaps nothing at all, and the greatest of
/// the heights.
fn items<'a, T>(
    input: Input<'a>,
    closer: Symbol,
    item: impl FnMut(Input<'a>) -> Parsed<'a, (T, usize)>,
) -> Parsed<'a, (Vec<T>, usize)> {
    if input.at(closer) {
        return Ok((input.next(), (Vec::new(), 0)));
    }
    let (rest, items) = list(closer, item)(input)?;
    let height = items.iter().map(|(_, height)| *height).max().unwrap_or(0);
    Ok((rest, (items.into_iter().map(|(item, _)| item).collect(), height)))
}

/// Items with commas between, at least one, and the bracket that closes them.
pub(super) fn list<'a, T>(
    closer: Symbol,
    mut item: impl FnMut(Input<'a>) -> Parsed<'a, T>,
) -> impl FnMut(Input<'a>) -> Parsed<'a, Vec<T>> {
    move |mut rest| {
        let (mut items, mut more) = (Vec::new(), true);
        while more {
            let (after, one) = item(rest)?;
            items.push(one);
            (rest, more) = cut(comma_or(closer)).parse(after)?;
        }
        Ok((rest, items))
    }
}

fn argument(input: Input) -> Parsed<(Argument, usize)> {
    let (start, name) = if input.next().at(Symbol::Assign) {
        let (after, name) = cut(name(Expected::Name)).parse(input)?;
        (after.next(), Some(name))
    } else {
        (input, None)
    };
    let (rest, node) = nested_value(start)?;
    Ok((rest, (Argument { name, value: node.expr }, node.height)))
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
fn comma_or<'a>(closer: Symbol) -> impl FnMut(Input<'a>) -> Parsed<'a, bool> {
    or_operator(move |input| alt((produce(true, symbol(Symbol::Comma)), produce(false, symbol(closer)))).parse(input))
}
