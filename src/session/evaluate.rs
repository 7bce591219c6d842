//! Expression to value, at one precision: one walk over the tree. Rooms are called through the table of queries.
//!
//! Functions of x are built by `activation::lower`; this walk adds what is not a function: complex numbers, lists, records,
//! fields, ranges, texts and queries.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::arithmetic;
use super::call;
use super::definition::{Definition, Names, expand};
use super::failure::Failure;
use super::names;
use super::part;
use super::printed;
use super::queries;
use super::range;
use super::rows;
use super::settings::Settings;
use super::several;
use super::value::{Range, Value};
use crate::activation::{Constant, Evaluator, Function, Node, lower};
use crate::language::suggest::nearest;
use crate::language::syntax::{Argument, Expr, Kind, Sampling, Span};
use crate::number::{Ball, Job, Real};
use crate::theory::{Cache, Doubts};

/// What an evaluation may use.
pub struct Context<'a> {
    /// Bits of every enclosure.
    pub bits: u32,
    /// The settings of the session.
    pub settings: &'a Settings,
    /// Cancel flag, progress and deadline.
    pub job: &'a Job<'a>,
    /// Gaussian data found before.
    pub gaussian: &'a Cache,
    /// Results of queries that must run only once, by place and local values; kept over all attempts of a statement.
    pub once: &'a RefCell<std::collections::HashMap<String, Value>>,
}

/// One evaluation of one statement.
pub struct Evaluation<'a> {
    /// Its means.
    pub context: &'a Context<'a>,
    /// Doubts met on the way.
    pub doubts: Doubts,
    /// Whether a `check` disagreed with the theory.
    pub disagrees: Cell<bool>,
    /// Whether a value met on the way depends on the bits.
    depends_on_bits: Cell<bool>,
}

/// Where names are looked up: local values first.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// Definitions.
    pub names: &'a Names,
    /// Arguments of a user's rule.
    pub locals: &'a [(String, Value)],
}

impl<'a> Scope<'a> {
    fn local(self, name: &str) -> Option<&'a Value> {
        self.locals.iter().rev().find(|(local, _)| local == name).map(|(_, value)| value)
    }

    /// Whether the user gave the name a meaning.
    pub fn defines(self, name: &str) -> bool {
        self.local(name).is_some() || self.names.contains_key(name)
    }
}

impl<'a> Evaluation<'a> {
    /// An evaluation that has met nothing yet.
    #[must_use]
    pub fn new(context: &'a Context<'a>) -> Self {
        Self { context, doubts: Doubts::default(), disagrees: Cell::new(false), depends_on_bits: Cell::new(false) }
    }

    /// The value of an expression.
    ///
    /// # Errors
    /// Why it has none.
    pub fn value(&self, expr: &Expr, scope: Scope) -> Result<Value, Failure> {
        match &expr.kind {
            Kind::Name(name) => self.name(name, expr, scope),
            Kind::Text(text) => Ok(Value::Text(text.clone())),
            Kind::Negate(a) => arithmetic::negate(self, &self.value(a, scope)?, a, scope),
            Kind::Binary(operator, a, b) => {
                let (left, right) = (self.value(a, scope)?, self.value(b, scope)?);
                arithmetic::binary(self, *operator, (&left, a), (&right, b), scope)
            }
            Kind::Compare(..) => self.comparison(expr, scope),
            Kind::Call { function, arguments } => self.call(expr, function, arguments, scope),
            Kind::Field(of, field) => self.field(of, field, expr, scope),
            Kind::Index(of, index) => self.index(of, index, scope),
            Kind::List(items) => {
                let values = items.iter().map(|item| self.value(item, scope)).collect::<Result<_, _>>()?;
                Ok(Value::list(values))
            }
            Kind::Range { low, high, sampling } => self.range(low, high, sampling, scope),
            Kind::Number(_) | Kind::Derivative(_) | Kind::If { .. } | Kind::Piecewise { .. } => {
                self.built(expr, scope).unwrap_or_else(|| Err(wrong_kind("a value", expr)))
            }
        }
    }

    /// What the functions of x make of an expression; none when it is no such form.
    fn built(&self, expr: &Expr, scope: Scope) -> Option<Result<Value, Failure>> {
        let children = several::Children::default();
        let built = lower::build(expr, &mut |child| children.function(self, child, scope))?;
        Some(built.and_then(|f| children.wrapped(f, expr)))
    }

    /// The value as a function of x; enclosed numbers become constants named by their expression.
    ///
    /// # Errors
    /// Why the expression is no function.
    pub fn function(&self, expr: &Expr, scope: Scope) -> Result<Function, Failure> {
        let value = self.value(expr, scope)?;
        self.as_function(&value, expr, scope)
    }

    /// [`Evaluation::function`] for a value already at hand.
    ///
    /// # Errors
    /// Why the value is no function.
    pub fn as_function(&self, value: &Value, expr: &Expr, scope: Scope) -> Result<Function, Failure> {
        match value {
            Value::Function(f) => Ok(f.clone()),
            Value::Real(Real::Proved(_, Some(text))) => {
                lower::read(text).map_err(|diagnostic| Failure::from(diagnostic).blamed_on(expr.span))
            }
            Value::Real(Real::Proved(ball, None) | Real::Estimated(ball)) => Ok(self.constant(ball, expr, scope)),
            Value::Printed(text) => Ok(self.constant(&printed::ball(text, self.context.bits), expr, scope)),
            Value::Complex(..) => {
                let failure = Failure::wrong("wrong_kind", expr.span, format!("`{expr}` is complex, and activations are real"));
                Err(failure.with_help("i may stand in points of the plane, for example stieltjes(m, 1/2 + 3/10*i)"))
            }
            other => {
                let message = format!("`{expr}` is {}, not a number or a function of x", other.kind());
                let failure = Failure::wrong("wrong_kind", expr.span, message);
                Err(match other {
                    Value::Measured { .. } | Value::Double(..) => failure.with_help(
                        "its noise is no part of arithmetic: check compares it with theory, sweep shows it over a range",
                    ),
                    _ => failure,
                })
            }
        }
    }

    /// A ball as a constant of activations, named by the expression it came from.
    fn constant(&self, ball: &Ball, expr: &Expr, scope: Scope) -> Function {
        let text = match expand(expr, scope.names, &scope.locals.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()) {
            Some(expanded) => expanded.to_string(),
            // a name that nothing else can have: the constant equals only itself
            None => format!("({expr} = {} ± {:e})", ball.mid(), ball.radius().to_f64()),
        };
        let ball = ball.clone();
        Node::Constant(Constant { text, enclose: Arc::new(move |bits| ball.with_bits(bits)), is_ball: false }).into()
    }

    /// The enclosure of a function without x.
    #[must_use]
    pub fn enclosure(&self, f: &Function) -> Ball {
        Evaluator::new(f, self.context.bits).value(&Ball::zero(self.context.bits))
    }

    /// Says that the value at hand depends on the bits of this evaluation.
    pub fn mark_inexact(&self) {
        self.depends_on_bits.set(true);
    }

    fn name(&self, name: &str, expr: &Expr, scope: Scope) -> Result<Value, Failure> {
        if let Some(value) = scope.local(name) {
            return Ok(value.clone());
        }
        if let Some(definition) = scope.names.get(name) {
            return self.defined(definition, expr);
        }
        match name {
            "i" => return Ok(Value::Complex(Box::new([0, 1].map(Value::number)))),
            "inf" => return Ok(Value::INFINITE),
            "true" | "false" => return Ok(Value::Flag(name == "true")),
            _ => {}
        }
        let found = self.built(expr, scope).or_else(|| several::coordinate(name).map(Ok));
        found.unwrap_or_else(|| Err(names::unknown(name, expr.span, scope)))
    }

    /// The value of a definition, found again only when more bits are needed.
    ///
    /// # Errors
    /// Why it has none, blamed on `user`.
    pub fn defined(&self, definition: &Definition, user: &Expr) -> Result<Value, Failure> {
        match definition.parameters.as_slice() {
            [] => {}
            [parameter] if parameter == "x" => {}
            [parameter] => {
                let locals = [(parameter.clone(), Value::Function(Function::x()))];
                let scope = Scope { names: &definition.names, locals: &locals };
                return self.value(&definition.body, scope).map_err(|failure| failure.blamed_on(user.span));
            }
            several => {
                let message = format!("{} takes {} arguments: {}", definition.name, several.len(), several.join(", "));
                return Err(Failure::wrong("wrong_argument", user.span, message));
            }
        }
        self.settle(definition).map_err(|failure| failure.blamed_on(user.span))
    }

    /// The value of a definition that stands for one, kept with it.
    ///
    /// # Errors
    /// Why it has none; spans are those of its own statement.
    pub fn settle(&self, definition: &Definition) -> Result<Value, Failure> {
        if let Some((value, doubts, for_good)) = definition.known(self.context.bits) {
            doubts.into_iter().for_each(|doubt| self.doubts.leave(doubt));
            if !for_good {
                self.mark_inexact();
            }
            return Ok(value);
        }
        let outer = self.doubts.take();
        let (result, inexact) = self.watched(|| self.value(&definition.body, Scope { names: &definition.names, locals: &[] }));
        let inner = self.doubts.replace(outer);
        inner.iter().for_each(|doubt| self.doubts.leave(doubt.clone()));
        let value = result?;
        if inexact {
            self.mark_inexact();
        }
        definition.keep(value.clone(), inner, inexact.then_some(self.context.bits));
        Ok(value)
    }

    /// Runs `work` and says whether a value in it depends on the bits; the outer state stays as it was.
    pub fn watched<T>(&self, work: impl FnOnce() -> T) -> (T, bool) {
        let before = self.depends_on_bits.replace(false);
        let result = work();
        (result, self.depends_on_bits.replace(before))
    }

    fn comparison(&self, expr: &Expr, scope: Scope) -> Result<Value, Failure> {
        let condition = lower::condition(expr, &mut |child| self.function(child, scope))?;
        if !condition.difference.is_constant() {
            let failure =
                Failure::wrong("wrong_kind", expr.span, format!("`{expr}` depends on x, so it is neither true nor false"));
            return Err(failure.with_help(format!("conditions on x stand in piecewise functions: if {expr} then 1 else 0")));
        }
        self.mark_inexact();
        match self.enclosure(&condition.difference).sign() {
            Some(sign) => Ok(Value::Flag(condition.relation.holds(sign))),
            None => Err(Failure::undecided(
                expr.span,
                format!("`{expr}` cannot be decided: both sides agree to every digit computed"),
            )),
        }
    }

    fn call(&self, expr: &Expr, function: &Expr, arguments: &[Argument], scope: Scope) -> Result<Value, Failure> {
        let Kind::Name(name) = &function.kind else {
            let value = self.value(function, scope)?;
            return self.apply(&value, function, arguments, scope);
        };
        if let Some(value) = scope.local(name) {
            return self.apply(value, function, arguments, scope);
        }
        if let Some(definition) = scope.names.get(name) {
            return self.call_defined(definition, function, arguments, scope);
        }
        if let Some(query) = queries::find(name) {
            return call::run(self, query, expr, arguments, scope);
        }
        several::call(self, name, expr, scope).or_else(|| self.built(expr, scope)).unwrap_or_else(|| {
            Err(match lower::constant(name) {
                true => not_a_function(function, &Value::number(0)),
                false => self.field_as_function(name, function.span, arguments, scope),
            })
        })
    }

    /// `theta2(f)`: the field of what a query answers, or of the value itself, written like a function.
    fn field_as_function(&self, name: &str, at: Span, arguments: &[Argument], scope: Scope) -> Failure {
        let [Argument { name: None, value }] = arguments else { return names::unknown(name, at, scope) };
        let known = if matches!(value.kind, Kind::Name(_)) { self.value(value, scope).ok() } else { None };
        let is_model = matches!(known, Some(Value::Model(_))) || names::makes_a_model(value);
        let written = match known {
            Some(Value::Record(record)) if record.field(name).is_some() => Some(format!("{value}.{name}")),
            _ => names::asked_of(name, value, is_model),
        };
        let Some(written) = written else { return names::unknown(name, at, scope) };
        names::field_as_function(name, at, &written)
    }

    fn call_defined(
        &self,
        definition: &Definition,
        function: &Expr,
        arguments: &[Argument],
        scope: Scope,
    ) -> Result<Value, Failure> {
        if definition.parameters.is_empty() {
            let value = self.defined(definition, function)?;
            return self.apply(&value, function, arguments, scope);
        }
        if arguments.len() != definition.parameters.len() {
            let message = format!(
                "{} takes {} and got {}",
                definition.name,
                counted(definition.parameters.len()),
                counted(arguments.len())
            );
            let usage = format!("{}({})", definition.name, definition.parameters.join(", "));
            return Err(Failure::wrong("wrong_argument", function.span, message).with_help(format!("it is defined as {usage}")));
        }
        if definition.is_value() {
            let Value::Function(f) = self.defined(definition, function)? else {
                return Err(wrong_kind("a function of x", function));
            };
            return self.substitute(&f, &arguments[0], scope);
        }
        let mut locals = Vec::with_capacity(arguments.len());
        for (position, argument) in arguments.iter().enumerate() {
            let parameter = match &argument.name {
                Some((given, span)) => definition.parameters.iter().find(|parameter| *parameter == given).ok_or_else(|| {
                    let message = format!("{} has no argument `{given}`", definition.name);
                    Failure::wrong("wrong_argument", *span, message)
                        .with_help(format!("its arguments are {}", definition.parameters.join(", ")))
                })?,
                None => &definition.parameters[position],
            };
            locals.push((parameter.clone(), self.value(&argument.value, scope)?));
        }
        let inner = Scope { names: &definition.names, locals: &locals };
        self.value(&definition.body, inner).map_err(|failure| failure.blamed_on(function.span))
    }

    fn apply(&self, value: &Value, function: &Expr, arguments: &[Argument], scope: Scope) -> Result<Value, Failure> {
        match (value, arguments) {
            (Value::Function(f), [argument]) if !f.is_constant() => self.substitute(f, argument, scope),
            (Value::Function(f), _) if !f.is_constant() => {
                let message = format!("`{function}` is a function of x: it takes 1 argument and got {}", arguments.len());
                Err(Failure::wrong("wrong_argument", function.span, message))
            }
            _ => Err(not_a_function(function, value)),
        }
    }

    fn substitute(&self, f: &Function, argument: &Argument, scope: Scope) -> Result<Value, Failure> {
        let children = several::Children::default();
        let inner = children.function(self, &argument.value, scope)?;
        if f.size().saturating_mul(inner.size()) > lower::MAX_SIZE * 50 || f.depth() + inner.depth() > 2 * lower::MAX_DEPTH {
            let message = "the composition is larger than the bounds of a function".to_owned();
            return Err(Failure::wrong("bound", argument.value.span, message));
        }
        children.wrapped(lower::bounded(f.substitute(&inner), argument.value.span)?, &argument.value)
    }

    fn field(&self, of: &Expr, field: &str, expr: &Expr, scope: Scope) -> Result<Value, Failure> {
        let outer = self.doubts.take();
        let value = part::of(self, of, field, scope).and_then(|part| part.map_or_else(|| self.value(of, scope), Ok));
        let inner = self.doubts.replace(outer);
        let value = value?;
        let at = Span::new(of.span.end.max(expr.span.start), expr.span.end);
        let fields: Vec<(&str, Value)> = match &value {
            Value::Record(record) => record.fields.iter().map(|(name, value)| (&**name, value.clone())).collect(),
            Value::Complex(parts) => ["re", "im"].into_iter().zip(parts.iter().cloned()).collect(),
            Value::Matrix(matrix) => vec![("rows", Value::number(matrix.rows)), ("columns", Value::number(matrix.columns))],
            Value::Measured { mean, se } => vec![("mean", Value::Double(*mean, 17)), ("se", Value::Double(*se, 17))],
            _ => {
                let failure = Failure::wrong("wrong_kind", at, format!("`{of}` is {}, which has no fields", value.kind()));
                return Err(match names::asked_of(field, of, matches!(value, Value::Model(_))) {
                    _ if value.items().is_some() => failure.with_help(format!("its items are {of}[0], {of}[1], …")),
                    Some(written) => failure.with_help(format!("write {written}")),
                    None => failure,
                });
            }
        };
        let names: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        if matches!(value, Value::Record(_)) {
            inner.into_iter().filter(|doubt| doubt.concerns(field, &names)).for_each(|doubt| self.doubts.leave(doubt));
        }
        if let Some((_, value)) = fields.iter().find(|(name, _)| *name == field) {
            return Ok(value.clone());
        }
        let failure = Failure::wrong("unknown_field", at, format!("{} has no field `{field}`", value.kind()));
        Err(failure.with_help(known_are("its fields", field, &names)))
    }

    fn index(&self, of: &Expr, index: &Expr, scope: Scope) -> Result<Value, Failure> {
        let value = self.value(of, scope)?;
        let items: Cow<[Value]> = match &value {
            Value::Complex(parts) => parts.as_slice().into(),
            Value::Function(f) if !f.is_constant() => {
                let failure = Failure::wrong("wrong_kind", index.span, "a function takes its argument in round brackets");
                return Err(failure.with_help(format!("write {of}({index})")));
            }
            other => other.items().ok_or_else(|| {
                let failure = Failure::wrong("wrong_kind", of.span, format!("`{of}` is {}, not a list", other.kind()));
                match (&index.kind, other) {
                    (Kind::Text(field), Value::Record(_)) => failure.with_help(format!("write {of}.{field}")),
                    _ => failure,
                }
            })?,
        };
        if let Kind::Text(name) = &index.kind {
            return rows::named(&items, name, of, index);
        }
        let number = self.function(index, scope)?;
        match whole(&number).and_then(|position| items.get(position)) {
            Some(item) => Ok(item.clone()),
            None if items.is_empty() => Err(Failure::wrong("index", index.span, format!("`{of}` is empty"))),
            None => {
                let message = format!("the index {number} is not a whole number from 0 to {}", items.len() - 1);
                Err(Failure::wrong("index", index.span, message).with_help("indices start at 0"))
            }
        }
    }

    fn range(&self, low: &Expr, high: &Expr, sampling: &Sampling, scope: Scope) -> Result<Value, Failure> {
        let (first, last) = (self.value(low, scope)?, self.value(high, scope)?);
        let ends = || Ok::<_, Failure>((rational(&first, low)?, rational(&last, high)?));
        let points = match sampling {
            Sampling::Interval => None,
            Sampling::Step(step) => {
                let ends = ends()?;
                let step_value = self.value(step, scope)?;
                Some(range::stepped(&ends, &rational(&step_value, step)?, step)?)
            }
            Sampling::Count { count, log } => {
                let ends = ends()?;
                let number = self.function(count, scope)?;
                Some(range::counted(&ends, &number, count, *log)?)
            }
        };
        Ok(Value::Range(Box::new(Range { low: first, high: last, points })))
    }
}

fn rational(value: &Value, expr: &Expr) -> Result<rug::Rational, Failure> {
    match value {
        Value::Function(f) if let Some(value) = f.as_rational() => Ok(value.clone()),
        _ => {
            let failure = Failure::wrong("wrong_kind", expr.span, format!("`{expr}` must be a rational number here"));
            Err(failure.with_help("for example 1/10"))
        }
    }
}

/// The whole number from 0 that it is.
pub fn whole(f: &Function) -> Option<usize> {
    f.as_rational().filter(|value| value.is_integer())?.numer().to_usize()
}

/// What is known in place of a name that is not, the nearest first.
pub fn known_are(what: &str, name: &str, known: &[&str]) -> String {
    let near = nearest(name, known.iter().copied()).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
    format!("{near}{what} are {}", known.join(", "))
}

/// `1 argument`, `2 arguments`.
pub fn counted(number: usize) -> String {
    if number == 1 { "1 argument".to_owned() } else { format!("{number} arguments") }
}

fn wrong_kind(wanted: &str, expr: &Expr) -> Failure {
    Failure::wrong("wrong_kind", expr.span, format!("`{expr}` is not {wanted}"))
}

fn not_a_function(function: &Expr, value: &Value) -> Failure {
    let failure = Failure::wrong("wrong_kind", function.span, format!("`{function}` is {}, not a function", value.kind()));
    failure.with_help(format!("to multiply, write {function}*(…)"))
}
