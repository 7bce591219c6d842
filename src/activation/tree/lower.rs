//! Syntax to function: what the names, operators and branches of the query language mean for a function of x.
//!
//! One node is built at a time ([`build`]); who walks the tree decides what other names mean. Activations that are
//! compositions stand in `prelude.rsv`, in the language itself, and are expanded like a user's own definitions.

use std::sync::LazyLock;

use super::derivative::derivative;
use super::function::{Condition, Function, Node};
use super::hermite::hermite_polynomial;
use super::primitive::{CATALOGUE, Primitive};
use crate::language::diagnostic::Diagnostic;
use crate::language::syntax::{Argument, BinaryOp, Expr, Kind, Span, StatementKind};
use crate::language::{parse_expression, parse_statements};

/// How deep a function may nest.
pub const MAX_DEPTH: usize = 500;
/// Most nodes of a function's tree, shared ones counted each time they occur.
pub const MAX_SIZE: usize = 20_000;
/// Highest Hermite polynomial that may be named in an activation.
const MAX_HERMITE: u32 = 10_000;

/// An activation of the prelude.
pub struct Composite {
    /// Its name.
    pub name: String,
    /// The names of its arguments, x first.
    pub parameters: Vec<String>,
    /// Its definition.
    pub body: Expr,
}

/// The activations of `prelude.rsv`, in its order; several may share a name and differ in their arguments.
pub static PRELUDE: LazyLock<Vec<Composite>> = LazyLock::new(|| {
    let statements = parse_statements(include_str!("prelude.rsv"));
    let composites = statements.into_iter().filter_map(|statement| match statement.ok()?.kind {
        StatementKind::Define { name, parameters, body, .. } => Some(Composite { name, parameters, body }),
        _ => None,
    });
    composites.collect()
});

/// The function that `text` means, without any user's names.
///
/// # Errors
/// What is wrong with the text, and where.
pub fn read(text: &str) -> Result<Function, Diagnostic> {
    lower(&parse_expression(text)?, &mut |other| Err(unknown(other)))
}

/// The function that a tree means; `resolve` gives what [`build`] does not know.
///
/// # Errors
/// A [`Diagnostic`] of the first part that means no function.
pub fn lower<E: From<Diagnostic>>(expr: &Expr, resolve: &mut dyn FnMut(&Expr) -> Result<Function, E>) -> Result<Function, E> {
    match build(expr, &mut |child| lower(child, resolve)) {
        Some(function) => function,
        None => resolve(expr),
    }
}

/// The function of one node, its children built by `child`; `None` for names and forms that the catalogue does not know.
pub fn build<E: From<Diagnostic>>(
    expr: &Expr,
    child: &mut dyn FnMut(&Expr) -> Result<Function, E>,
) -> Option<Result<Function, E>> {
    let result = match &expr.kind {
        Kind::Number(value) => Ok(Function::rational(value.clone())),
        Kind::Name(name) => return constant_or_activation(name, expr.span).map(|result| result.map_err(E::from)),
        Kind::Negate(a) => child(a).map(|a| -a),
        Kind::Binary(operator, a, b) => child(a).and_then(|left| Ok(arithmetic(*operator, left, child(b)?, b.span)?)),
        Kind::Derivative(f) => child(f).map(|f| derivative(&f)),
        Kind::If { condition, then, otherwise } => choice(&[(condition, then)], otherwise, child),
        Kind::Piecewise { arms, otherwise } => choice(&arms.iter().map(|(c, v)| (c, v)).collect::<Vec<_>>(), otherwise, child),
        Kind::Call { function, arguments } => match &function.kind {
            Kind::Name(name) if is_known(name) => {
                values(name, arguments, child).and_then(|values| Ok(call(name, &values, expr.span)?))
            }
            _ => return None,
        },
        Kind::Text(_) | Kind::Compare(..) | Kind::Field(..) | Kind::Index(..) | Kind::List(_) | Kind::Range { .. } => {
            return None;
        }
    };
    Some(result.and_then(|f| Ok(bounded(f, expr.span)?)))
}

/// Whether `name` is a function of the catalogue or the prelude, `max`, `min`, `He` or a short name such as `He3`.
#[must_use]
pub fn is_known(name: &str) -> bool {
    Primitive::named(name).is_some()
        || matches!(name, "max" | "min" | "He")
        || hermite_order(name).is_some()
        || composites(name).next().is_some()
}

/// Whether `name` is a constant of the language, or its variable.
#[must_use]
pub fn constant(name: &str) -> bool {
    matches!(name, "x" | "pi" | "e")
}

/// Every name that means a function, for suggestions and completion.
pub fn names() -> impl Iterator<Item = &'static str> {
    let primitives = CATALOGUE.iter().map(|row| row.name);
    primitives.chain(PRELUDE.iter().map(|composite| composite.name.as_str())).chain(["max", "min", "He"])
}

/// a `operator` b.
///
/// # Errors
/// A division by the rational 0; `at` is where the divisor stands.
pub fn arithmetic(operator: BinaryOp, a: Function, b: Function, at: Span) -> Result<Function, Diagnostic> {
    match operator {
        BinaryOp::Add => Ok(a + b),
        BinaryOp::Subtract => Ok(a - b),
        BinaryOp::Multiply => Ok(a * b),
        BinaryOp::Divide if b.is_zero() => Err(Diagnostic::at("undefined", at, "the divisor is 0")),
        BinaryOp::Divide => Ok(a / b),
        BinaryOp::Power if a.is_zero() && b.as_rational().is_some_and(|exponent| *exponent < 0) => {
            Err(Diagnostic::at("undefined", at, format!("0^({b}) is a division by 0")))
        }
        BinaryOp::Power if is_e(&a) => Ok(b.apply(Primitive::Exp)),
        BinaryOp::Power => Ok(a.power(&b)),
    }
}

/// f, when it is within the bounds of depth and size.
///
/// # Errors
/// The bound that it passes.
pub fn bounded(f: Function, at: Span) -> Result<Function, Diagnostic> {
    if f.depth() > MAX_DEPTH {
        return Err(Diagnostic::at("bound", at, format!("the function nests deeper than the bound {MAX_DEPTH}")));
    }
    if f.size() > MAX_SIZE {
        let message = format!("the function has {} operations, more than the bound {MAX_SIZE}", f.size());
        return Err(Diagnostic::at("bound", at, message));
    }
    Ok(f)
}

/// The condition that a comparison states.
///
/// # Errors
/// Whatever `child` fails with, and anything that is not a comparison.
pub fn condition<E: From<Diagnostic>>(expr: &Expr, child: &mut dyn FnMut(&Expr) -> Result<Function, E>) -> Result<Condition, E> {
    let Kind::Compare(relation, a, b) = &expr.kind else {
        let diagnostic = Diagnostic::at("wrong_kind", expr.span, format!("`{expr}` is not a condition"));
        return Err(diagnostic.with_help("a condition compares two values, for example x > 0").into());
    };
    Ok(Condition { difference: bounded(child(a)? - child(b)?, expr.span)?, relation: *relation })
}

fn choice<E: From<Diagnostic>>(
    arms: &[(&Expr, &Expr)],
    otherwise: &Expr,
    child: &mut dyn FnMut(&Expr) -> Result<Function, E>,
) -> Result<Function, E> {
    let arms = arms.iter().map(|(when, value)| Ok((condition(when, child)?, child(value)?))).collect::<Result<_, E>>()?;
    Ok(Function::piecewise(arms, child(otherwise)?))
}

fn is_e(f: &Function) -> bool {
    matches!(f.node(), Node::Apply(Primitive::Exp, one) if one.as_rational().is_some_and(|value| *value == 1))
}

/// `x`, `pi`, `e`; the bare name of a function of one argument is that function of x.
fn constant_or_activation(name: &str, at: Span) -> Option<Result<Function, Diagnostic>> {
    match name {
        "x" => Some(Ok(Function::x())),
        "pi" => Some(Ok(Node::Pi.into())),
        "e" => Some(Ok(Function::one().apply(Primitive::Exp))),
        _ if is_known(name) => Some(call(name, &[Function::x()], at)),
        _ => None,
    }
}

fn values<E: From<Diagnostic>>(
    name: &str,
    arguments: &[Argument],
    child: &mut dyn FnMut(&Expr) -> Result<Function, E>,
) -> Result<Vec<Function>, E> {
    let value = |argument: &Argument| {
        let Some((given, span)) = &argument.name else { return child(&argument.value) };
        let message = format!("{name} takes its arguments by position, not as `{given} = …`");
        Err(Diagnostic::at("wrong_argument", *span, message).with_help(format!("for example {}", usage(name))).into())
    };
    arguments.iter().map(value).collect()
}

fn call(name: &str, arguments: &[Function], at: Span) -> Result<Function, Diagnostic> {
    match (name, arguments) {
        ("max", [first, rest @ ..]) if !rest.is_empty() => Ok(rest.iter().fold(first.clone(), |so_far, next| so_far.max(next))),
        ("min", [first, rest @ ..]) if !rest.is_empty() => Ok(rest.iter().fold(first.clone(), |so_far, next| so_far.min(next))),
        ("He", [order, argument]) => hermite(order, argument, at),
        (_, [argument]) => match (Primitive::named(name), hermite_order(name)) {
            (Some(primitive), _) => Ok(argument.apply(primitive)),
            (None, Some(order)) => Ok(hermite_polynomial(order, argument)),
            (None, None) => composite(name, arguments, at),
        },
        _ => composite(name, arguments, at),
    }
}

fn hermite(order: &Function, argument: &Function, at: Span) -> Result<Function, Diagnostic> {
    let number = order.integer().and_then(|k| u32::try_from(k).ok()).filter(|k| *k <= MAX_HERMITE);
    number.map(|k| hermite_polynomial(k, argument)).ok_or_else(|| {
        let message = format!("He needs a whole number from 0 to {MAX_HERMITE} first, and got `{order}`");
        Diagnostic::at("wrong_argument", at, message).with_help("for example He(3, x)")
    })
}

/// The k of `Hek`, without leading zeros.
fn hermite_order(name: &str) -> Option<u32> {
    let digits =
        name.strip_prefix("He").filter(|digits| !digits.is_empty() && (digits.len() == 1 || !digits.starts_with('0')))?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten().filter(|order| *order <= MAX_HERMITE)
}

fn composites(name: &str) -> impl Iterator<Item = &'static Composite> {
    PRELUDE.iter().filter(move |composite| composite.name == name)
}

fn composite(name: &str, arguments: &[Function], at: Span) -> Result<Function, Diagnostic> {
    let Some(composite) = composites(name).find(|composite| composite.parameters.len() == arguments.len()) else {
        let count = if arguments.len() == 1 { "1 argument".to_owned() } else { format!("{} arguments", arguments.len()) };
        return Err(Diagnostic::at("wrong_argument", at, format!("{name} does not take {count}"))
            .with_help(format!("for example {}", usage(name))));
    };
    let value_of = |wanted: &str| {
        composite.parameters.iter().position(|parameter| parameter == wanted).map(|index| arguments[index].clone())
    };
    substituted(&composite.body, &value_of)
}

/// The body with its parameters replaced; parameters come before the constants of the language.
fn substituted(expr: &Expr, value_of: &dyn Fn(&str) -> Option<Function>) -> Result<Function, Diagnostic> {
    if let Kind::Name(name) = &expr.kind
        && let Some(value) = value_of(name)
    {
        return Ok(value);
    }
    build(expr, &mut |child| substituted(child, value_of)).unwrap_or_else(|| Err(unknown(expr)))
}

/// How a function is called, for a help line.
#[must_use]
pub fn usage(name: &str) -> String {
    let plain = Primitive::named(name).map(|_| format!("{name}(x)"));
    let composed = composites(name).map(|composite| format!("{name}({})", composite.parameters.join(", ")));
    let forms: Vec<String> = plain.into_iter().chain(composed).collect();
    match (forms.is_empty(), name) {
        (false, _) => forms.join(" or "),
        (true, "max" | "min") => format!("{name}(x, 0)"),
        (true, _) => "He(3, x)".to_owned(),
    }
}

fn unknown(expr: &Expr) -> Diagnostic {
    let called: &Expr = if let Kind::Call { function, .. } = &expr.kind { function } else { expr };
    let Kind::Name(name) = &called.kind else {
        return Diagnostic::at("wrong_kind", expr.span, format!("`{expr}` is not a function of x"));
    };
    let diagnostic = Diagnostic::at("unknown_name", expr.span, format!("`{name}` is not known"));
    match crate::language::suggest::nearest(name, names()) {
        Some(near) => diagnostic.with_help(format!("did you mean {near}?")),
        None => diagnostic,
    }
}
