//! Tokens to expressions: values, branches, ranges and operators, rule by rule as in `grammar/resolvent.ebnf`.
//!
//! The stack is safe by two bounds: brackets, branches and roots nest at most [`MAX_NESTING`] deep on the way down,
//! and no tree is built higher than [`MAX_HEIGHT`], which also bounds long sums (a sum leans left, one level a term).

use nom::branch::alt;
use nom::combinator::{cut, fail, map, opt, value as produce};
use nom::sequence::preceded;
use nom::{Err, Parser};
use nom_language::precedence::{Assoc, Operation, binary_op, precedence, unary_op};

use super::diagnostic::Diagnostic;
use super::input::{Input, Mismatch, Parsed, or_operator, symbol, word};
use super::operand::operand;
use super::syntax::{BinaryOp, Expr, Kind, Sampling, Span};
use super::token::{Symbol, TokenKind};

/// How deep brackets, branches and roots may nest.
const MAX_NESTING: usize = 200;

/// Greatest height of a syntax tree: operators applied one after another, counted from the leaves.
const MAX_HEIGHT: usize = 1200;

/// An expression and the height of its tree.
pub(super) struct Subtree {
    pub expr: Expr,
    pub height: usize,
}

/// `value = conditional | sum [ relation sum | ".." sum [ sampling ] ]`.
pub(super) fn value(input: Input) -> Parsed<Subtree> {
    if input.at_word("if") {
        return conditional(input);
    }
    let (rest, left) = sum(input)?;
    match rest.kind() {
        Some(TokenKind::Symbol(Symbol::Dots)) => range(rest.next(), left),
        Some(TokenKind::Symbol(symbol)) => match symbol.relation() {
            Some(relation) => {
                let (rest, right) = cut(sum).parse(rest.next())?;
                let (span, height) = joined(&left, &right);
                build(rest, span, height, Kind::Compare(relation, left.boxed(), right.boxed()))
            }
            None => Ok((rest, left)),
        },
        _ => Ok((rest, left)),
    }
}

/// A value one level further down: inside brackets or a branch.
pub(super) fn nested_value(input: Input) -> Parsed<Subtree> {
    nested(input, value)
}

pub(super) fn nested<'a>(input: Input<'a>, parser: fn(Input<'a>) -> Parsed<'a, Subtree>) -> Parsed<'a, Subtree> {
    if input.nesting == MAX_NESTING {
        let message = format!("the expression nests deeper than the bound {MAX_NESTING}");
        let diagnostic = Diagnostic::at("bound", input.span(), message).with_help("name the inner parts first");
        return Err(Err::Failure(Mismatch::refused(diagnostic)));
    }
    let (rest, node) = cut(parser).parse(Input { nesting: input.nesting + 1, ..input })?;
    Ok((Input { nesting: input.nesting, ..rest }, node))
}

/// From the high end of a range on.
fn range(input: Input, low: Subtree) -> Parsed<Subtree> {
    let (rest, high) = cut(sum).parse(input)?;
    let (mut span, mut height) = joined(&low, &high);
    let (rest, sampling) = sampling(rest)?;
    span.end = rest.previous_span().end;
    let sampling = match sampling {
        None => Sampling::Interval,
        Some((points, form)) => {
            height = height.max(points.height);
            form(points.boxed())
        }
    };
    build(rest, span, height, Kind::Range { low: low.boxed(), high: high.boxed(), sampling })
}

type SamplingForm = fn(Box<Expr>) -> Sampling;

fn sampling(input: Input) -> Parsed<Option<(Subtree, SamplingForm)>> {
    if input.at_word("step") {
        return map(cut(sum), |width| Some((width, Sampling::Step as SamplingForm))).parse(input.next());
    }
    if !input.at_word("count") {
        return Ok((input, None));
    }
    let (rest, count) = cut(sum).parse(input.next())?;
    let (rest, log) = opt(word("log")).parse(rest)?;
    let form: SamplingForm = match log {
        Some(()) => |count| Sampling::Count { count, log: true },
        None => |count| Sampling::Count { count, log: false },
    };
    Ok((rest, Some((count, form))))
}

/// `"if" value "then" value "else" value`.
fn conditional(input: Input) -> Parsed<Subtree> {
    let (rest, condition) = nested_value(input.next())?;
    let (rest, then) = cut(preceded(or_operator(word("then")), nested_value)).parse(rest)?;
    let (rest, otherwise) = cut(preceded(or_operator(word("else")), nested_value)).parse(rest)?;
    let span = input.span().to(otherwise.expr.span);
    let height = condition.height.max(then.height).max(otherwise.height);
    let kind = Kind::If { condition: condition.boxed(), then: then.boxed(), otherwise: otherwise.boxed() };
    build(rest, span, height, kind)
}

/// Operators over operands: `^`, then signs, then `* /`, then `+ -`.
fn sum(input: Input) -> Parsed<Subtree> {
    precedence(
        unary_op(2, sign),
        fail(),
        alt((
            binary_op(1, Assoc::Right, binary(Symbol::Caret, BinaryOp::Power)),
            binary_op(3, Assoc::Left, binary(Symbol::Star, BinaryOp::Multiply)),
            binary_op(3, Assoc::Left, binary(Symbol::Slash, BinaryOp::Divide)),
            binary_op(4, Assoc::Left, binary(Symbol::Plus, BinaryOp::Add)),
            binary_op(4, Assoc::Left, binary(Symbol::Minus, BinaryOp::Subtract)),
        )),
        operand,
        |operation: Operation<Sign, (), BinaryOp, Subtree>| match operation {
            Operation::Prefix(Sign { minus: false, .. }, node) | Operation::Postfix(node, ()) => Ok(node),
            Operation::Prefix(Sign { span, .. }, node) => {
                node_of(span.to(node.expr.span), node.height, Kind::Negate(node.boxed()))
            }
            Operation::Binary(left, operator, right) => {
                let (span, height) = joined(&left, &right);
                node_of(span, height, Kind::Binary(operator, left.boxed(), right.boxed()))
            }
        },
    )(input)
}

#[derive(Clone, Copy)]
struct Sign {
    minus: bool,
    span: Span,
}

fn sign(input: Input) -> Parsed<Sign> {
    let span = input.span();
    let plus = produce(Sign { minus: false, span }, symbol(Symbol::Plus));
    let minus = produce(Sign { minus: true, span }, symbol(Symbol::Minus));
    alt((minus, plus)).parse(input)
}

fn binary<'a>(operator: Symbol, meaning: BinaryOp) -> impl FnMut(Input<'a>) -> Parsed<'a, BinaryOp> {
    move |input| produce(meaning, symbol(operator)).parse(input)
}

impl Subtree {
    pub fn boxed(self) -> Box<Expr> {
        Box::new(self.expr)
    }
}

fn joined(left: &Subtree, right: &Subtree) -> (Span, usize) {
    (left.expr.span.to(right.expr.span), left.height.max(right.height))
}

/// A node above children of the given height.
fn node_of(span: Span, height: usize, kind: Kind) -> Result<Subtree, Mismatch> {
    if height < MAX_HEIGHT {
        return Ok(Subtree { expr: Expr { kind, span }, height: height + 1 });
    }
    let message = format!("the expression applies more operations one after another than the bound {MAX_HEIGHT}");
    let place = Span::new(span.start, span.start);
    let diagnostic = Diagnostic::at("bound", place, message).with_help("split a long sum into named parts");
    Err(Mismatch::refused(diagnostic))
}

pub(super) fn build(rest: Input, span: Span, height: usize, kind: Kind) -> Parsed<Subtree> {
    node_of(span, height, kind).map(|node| (rest, node)).map_err(Err::Failure)
}
