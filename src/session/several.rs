//! Values in x1 … x9: sums of products of functions of one direction, put together as the language puts functions of x together.

use std::cell::Cell;
use std::sync::Arc;

use super::evaluate::{Evaluation, Scope};
use super::failure::Failure;
use super::value::Value;
use crate::activation::{Function, Primitive, Several, lower};
use crate::language::syntax::{BinaryOp, Expr, Kind};

/// x1 … x9; none for other names.
pub fn coordinate(name: &str) -> Option<Value> {
    let direction = Several::named(name)?;
    Some(Value::Several(Arc::new(Several::of_direction(direction, Function::x()))))
}

fn value(g: Several, expr: &Expr) -> Result<Value, Failure> {
    if g.is_bounded() { Ok(Value::Several(Arc::new(g))) } else { Err(too_long(expr)) }
}

fn too_long(expr: &Expr) -> Failure {
    Failure::wrong("bound", expr.span, format!("`{expr}` has more products than the bound of a function of several directions"))
}

/// What does not separate.
fn inseparable(expr: &Expr) -> Failure {
    let message =
        format!("`{expr}` does not separate: a function of several directions is a sum of products of functions of one");
    let help = "for example x1*x2 + tanh(x3), exp(x1 + x2), abs(x1*x2) or (x1 + x2)^2; tanh(x1*x2) is none";
    Failure::wrong("wrong_kind", expr.span, message).with_help(help)
}

/// A part in another direction than those before it, under a function that takes both.
fn apart(child: &Expr) -> Failure {
    let message = format!("`{child}` is in another direction than what stands beside it, and together they do not separate");
    Failure::wrong("wrong_kind", child.span, message)
        .with_help("a function of several directions is a sum of products of functions of one, for example x1*x2 + tanh(x3)")
}

fn mixed(expr: &Expr) -> Failure {
    let failure = Failure::wrong("wrong_kind", expr.span, format!("`{expr}` mixes x with x1 … x9"));
    failure.with_help("x is the one variable of an activation; write x1 in its place")
}

/// −g.
///
/// # Errors
/// Beyond the bounds.
pub fn negate(g: &Several, expr: &Expr) -> Result<Value, Failure> {
    value(g.negated(), expr)
}

/// a `operator` b where at least one is a function of x1 … x9.
///
/// # Errors
/// What does not separate, or mixes x with them.
pub fn binary(
    evaluation: &Evaluation,
    operator: BinaryOp,
    (a, left): (&Value, &Expr),
    (b, right): (&Value, &Expr),
    scope: Scope,
) -> Result<Value, Failure> {
    let whole =
        Expr { span: left.span.to(right.span), kind: Kind::Binary(operator, Box::new(left.clone()), Box::new(right.clone())) };
    let several = |value: &Value, expr: &Expr| match value {
        Value::Several(g) => Ok((**g).clone()),
        value => {
            let f = evaluation.as_function(value, expr, scope)?;
            if f.is_constant() { Ok(Several::constant(f)) } else { Err(mixed(&whole)) }
        }
    };
    let (a, b) = (several(a, left)?, several(b, right)?);
    // of one direction everything is allowed that is of one variable
    if let Some(((i, f), (j, g))) = a.alone().zip(b.alone())
        && (i == j || f.is_constant() || g.is_constant())
    {
        let direction = if f.is_constant() { j } else { i };
        let made = lower::bounded(lower::arithmetic(operator, f, g, right.span)?, whole.span)?;
        return value(Several::of_direction(direction, made), &whole);
    }
    let found = match operator {
        BinaryOp::Add => Some(a.plus(&b)),
        BinaryOp::Subtract => Some(a.plus(&b.negated())),
        BinaryOp::Multiply => Some(a.times(&b).ok_or_else(|| too_long(&whole))?),
        BinaryOp::Divide => match b.inverse() {
            Some(inverse) => Some(a.times(&inverse).ok_or_else(|| too_long(&whole))?),
            None => None,
        },
        BinaryOp::Power => power(&a, &b, &whole)?,
    };
    value(found.ok_or_else(|| inseparable(&whole))?, &whole)
}

/// A whole power, or e to a sum; none for others.
fn power(a: &Several, b: &Several, expr: &Expr) -> Result<Option<Several>, Failure> {
    let base = a.alone().map(|(_, f)| f).filter(Function::is_constant);
    let e = Function::one().apply(Primitive::Exp);
    if base.is_some_and(|base| base == e) {
        return Ok(b.through(Primitive::Exp));
    }
    let exponent = b.alone().map(|(_, f)| f).and_then(|f| f.as_rational().filter(|value| value.is_integer()).cloned());
    let Some(exponent) = exponent.and_then(|value| value.numer().to_i32()) else { return Ok(None) };
    let base = if exponent < 0 { a.inverse() } else { Some(a.clone()) };
    base.map(|base| base.power(exponent.unsigned_abs()).ok_or_else(|| too_long(expr))).transpose()
}

/// The children of one node as functions of x, and the direction that they are functions of.
#[derive(Default)]
pub struct Children {
    direction: Cell<Option<usize>>,
    has_x: Cell<bool>,
}

impl Children {
    /// The value of a child as a function of x.
    ///
    /// # Errors
    /// A child in several directions, or in another one than those before it.
    pub fn function(&self, evaluation: &Evaluation, child: &Expr, scope: Scope) -> Result<Function, Failure> {
        let found = evaluation.value(child, scope)?;
        let Value::Several(g) = &found else {
            let f = evaluation.as_function(&found, child, scope)?;
            self.has_x.set(self.has_x.get() || !f.is_constant());
            return Ok(f);
        };
        let (direction, f) = g.alone().ok_or_else(|| inseparable(child))?;
        match self.direction.replace(Some(direction)) {
            Some(other) if other != direction => Err(apart(child)),
            _ => Ok(f),
        }
    }

    /// What was built of the children.
    ///
    /// # Errors
    /// Children in x and in x1 … x9.
    pub fn wrapped(&self, f: Function, expr: &Expr) -> Result<Value, Failure> {
        match self.direction.get() {
            None => Ok(Value::Function(f)),
            Some(_) if self.has_x.get() => Err(mixed(expr)),
            Some(direction) => value(Several::of_direction(direction, f), expr),
        }
    }
}

/// exp of a sum, abs or sign of a product, of several directions; none for other calls.
pub fn call(evaluation: &Evaluation, name: &str, expr: &Expr, scope: Scope) -> Option<Result<Value, Failure>> {
    let Kind::Call { arguments, .. } = &expr.kind else { return None };
    let primitive = Primitive::named(name).filter(|_| arguments.len() == 1)?;
    let found = evaluation.value(&arguments[0].value, scope).ok()?;
    let Value::Several(g) = &found else { return None };
    if g.alone().is_some() {
        return None;
    }
    Some(g.through(primitive).ok_or_else(|| inseparable(expr)).and_then(|g| value(g, expr)))
}
