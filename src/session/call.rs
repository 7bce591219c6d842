//! Calling a query: arguments by position and by name, bound to the query's own table, and read with errors that say what
//! each letter means.

use std::cmp::Ordering;
use std::sync::Arc;

use rug::Rational;

use super::arguments::{is_own, places};
use super::definition;
use super::evaluate::{Context, Evaluation, Scope, whole};
use super::failure::Failure;
use super::queries::{Query, Repeat};
use super::run::refuse_reserved;
use super::value::Value;
use crate::activation::{Function, Primitive};
use crate::language::syntax::{Argument, Expr, Span};
use crate::model::{DataMatrix, Model};
use crate::monte_carlo::Run;
use crate::number::Ball;
use crate::theory::{self, Answers, TheoryError, Work};

/// A query with its arguments.
pub struct Call<'a> {
    /// The evaluation it belongs to.
    pub evaluation: &'a Evaluation<'a>,
    /// Its row in the table.
    pub query: &'static Query,
    /// Where the call stands.
    pub span: Span,
    /// The call as it is written.
    expr: &'a Expr,
    /// Where names in it are looked up.
    pub scope: Scope<'a>,
    /// Arguments under names of the user's own, which the query varies.
    pub free: Vec<Free<'a>>,
    bound: Vec<Bound<'a>>,
}

/// A name that the query varies, with what was given for it.
pub struct Free<'a> {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub at: Span,
    /// What is given for it.
    pub expr: &'a Expr,
    /// Its value.
    pub value: Value,
}

/// An argument that was given.
struct Bound<'a> {
    /// Its name in the table.
    name: &'static str,
    value: Value,
    expr: &'a Expr,
}

/// Evaluates the arguments and runs the query.
///
/// # Errors
/// A wrong argument, or whatever the query fails with.
pub fn run(
    evaluation: &Evaluation,
    query: &'static Query,
    expr: &Expr,
    arguments: &[Argument],
    scope: Scope,
) -> Result<Value, Failure> {
    let key = matches!(query.repeat, Repeat::Once | Repeat::Reads | Repeat::Points)
        .then(|| format!("{:p} {:?}", std::ptr::from_ref(expr), scope.locals));
    if let Some(value) = key.as_ref().and_then(|key| evaluation.context.once.borrow().get(key).cloned()) {
        return Ok(value);
    }
    let answer = || -> Result<Value, Failure> {
        let (own, others) = arguments.iter().partition::<Vec<&Argument>, _>(|argument| is_own(query, argument));
        let free = others.into_iter().map(|argument| free(evaluation, argument, scope)).collect::<Result<_, _>>()?;
        let bound = bind(evaluation, query, &own, scope, expr.span)?;
        let call = Call { evaluation, query, span: expr.span, expr, scope, free, bound };
        (query.run)(&call).map_err(|failure| failure.placed(expr.span))
    };
    if let Some(key) = key {
        let value = evaluation.watched(answer).0?;
        evaluation.context.once.borrow_mut().insert(key, value.clone());
        return Ok(value);
    }
    if query.repeat == Repeat::Numeric {
        evaluation.mark_inexact();
    }
    answer()
}

/// Evaluates the arguments of a query and asks it for a part of its answer, in the way of `answer`; none where it has no such part.
///
/// # Errors
/// As [`run`].
pub fn run_part(
    evaluation: &Evaluation,
    query: &'static Query,
    expr: &Expr,
    arguments: &[Argument],
    scope: Scope,
    answer: impl Fn(&Call) -> Result<Option<Value>, Failure>,
) -> Result<Option<Value>, Failure> {
    let own: Vec<&Argument> = arguments.iter().collect();
    let bound = bind(evaluation, query, &own, scope, expr.span)?;
    evaluation.mark_inexact();
    let call = Call { evaluation, query, span: expr.span, expr, scope, free: Vec::new(), bound };
    answer(&call).map_err(|failure| failure.placed(expr.span))
}

fn bind<'a>(
    evaluation: &Evaluation,
    query: &'static Query,
    arguments: &[&'a Argument],
    scope: Scope,
    at: Span,
) -> Result<Vec<Bound<'a>>, Failure> {
    let mut bound = Vec::with_capacity(arguments.len());
    for (index, argument) in places(query, arguments, at)?.into_iter().enumerate() {
        let Some(argument) = argument else { continue };
        let value = match query.repeat {
            // what is asked at many points has no value by itself
            Repeat::Points if index == 0 => Value::UNDEFINED,
            _ => evaluation.value(&argument.value, scope)?,
        };
        bound.push(Bound { name: query.parameters[index].name, value, expr: &argument.value });
    }
    Ok(bound)
}

/// A name that a query varies.
fn free<'a>(evaluation: &Evaluation, argument: &'a Argument, scope: Scope) -> Result<Free<'a>, Failure> {
    let (name, at) = argument.name.clone().unwrap_or_default();
    refuse_reserved(&name, at)?;
    let value = evaluation.value(&argument.value, scope)?;
    Ok(Free { name, at, expr: &argument.value, value })
}

impl<'a> Call<'a> {
    fn slot(&self, name: &str) -> Option<&Bound<'a>> {
        self.bound.iter().find(|bound| bound.name == name)
    }

    /// The value given for an argument.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&Value> {
        self.slot(name).map(|bound| &bound.value)
    }

    /// The value given for the argument `value`, which must be given.
    #[must_use]
    pub fn value(&self) -> Value {
        self.given("value").cloned().unwrap_or(Value::UNDEFINED)
    }

    /// What was written for the argument that is not evaluated, which must be given.
    #[must_use]
    pub fn asked(&self) -> &'a Expr {
        self.bound.first().map_or(self.expr, |bound| bound.expr)
    }

    /// Refuses a name to vary that does not occur in an expression.
    ///
    /// # Errors
    /// Such a name.
    pub fn occurs(&self, free: &Free, expr: &Expr) -> Result<(), Failure> {
        let mut occurs = false;
        definition::visit(expr, &mut |name| occurs |= name == free.name);
        if occurs {
            return Ok(());
        }
        let message = format!("`{}` does not depend on {}", self.asked(), free.name);
        let failure = Failure::wrong("wrong_argument", free.at, message);
        Err(failure.with_help(format!("{} must stand in it; a definition made before does not see it", free.name)))
    }

    /// Where an argument stands, or the whole call.
    #[must_use]
    pub fn place(&self, name: &str) -> Span {
        self.slot(name).map_or(self.span, |bound| bound.expr.span)
    }

    /// A wrong argument: what is wanted, at its place.
    #[must_use]
    pub fn refuse(&self, name: &str, message: impl Into<String>) -> Failure {
        Failure::wrong("wrong_argument", self.place(name), message)
    }

    /// The bits of this evaluation.
    #[must_use]
    pub fn bits(&self) -> u32 {
        self.evaluation.context.bits
    }

    /// An argument and what it means, for a refusal.
    #[must_use]
    pub fn about(&self, name: &str) -> String {
        let about = self.query.parameters.iter().find(|parameter| parameter.name == name).map_or("", |parameter| parameter.about);
        format!("{name}: {about}")
    }

    fn wanted(&self, name: &str, wanted: &str) -> Failure {
        let given = self.slot(name).map_or_else(String::new, |bound| format!("`{}` is {}", bound.expr, bound.value.kind()));
        self.refuse(name, format!("{}: {name} must be {wanted}, and {given}", self.query.name)).with_help(self.about(name))
    }

    /// A function of x.
    ///
    /// # Errors
    /// Anything else.
    pub fn activation(&self, name: &str) -> Result<Option<Function>, Failure> {
        self.function(name, "an activation, an expression in x")
    }

    fn function(&self, name: &str, wanted: &str) -> Result<Option<Function>, Failure> {
        match self.slot(name) {
            None => Ok(None),
            // in one direction it is a function of one variable
            Some(Bound { value: Value::Several(g), .. }) if g.alone().is_some() => Ok(g.alone().map(|(_, f)| f)),
            Some(bound) if bound.value.is_function() => self.function_of(&bound.value, bound).map(Some),
            Some(_) => Err(self.wanted(name, wanted)),
        }
    }

    /// A value given in an argument as a function of x.
    fn function_of(&self, value: &Value, bound: &Bound) -> Result<Function, Failure> {
        self.evaluation.as_function(value, bound.expr, self.scope)
    }

    /// A real number, as a function without x.
    ///
    /// # Errors
    /// Anything else.
    pub fn real(&self, name: &str) -> Result<Option<Function>, Failure> {
        match self.function(name, "a real number")? {
            Some(number) if !number.is_constant() => Err(self.wanted(name, "a number, without x")),
            number => Ok(number),
        }
    }

    /// A rational number.
    ///
    /// # Errors
    /// Anything else.
    pub fn rational(&self, name: &str) -> Result<Option<Rational>, Failure> {
        let Some(number) = self.real(name)? else { return Ok(None) };
        let found = number.as_rational().cloned().map(Some);
        found.ok_or_else(|| {
            self.wanted(name, "a rational number such as 3/4").with_help("decimals are exact rationals: 1.25 is 5/4")
        })
    }

    /// A positive rational number; `meaning` stands behind its name where it is refused.
    ///
    /// # Errors
    /// Anything else.
    pub fn positive(&self, name: &str, meaning: &str) -> Result<Option<Rational>, Failure> {
        match self.rational(name)? {
            Some(value) if value <= 0 => {
                let failure = self.refuse(name, format!("{name}{meaning} must be positive, and is {value}"));
                Err(failure.with_help(self.about(name)))
            }
            value => Ok(value),
        }
    }

    /// A positive standard deviation, any real constant, 1 when it is not given.
    ///
    /// # Errors
    /// Anything else.
    pub fn scale(&self, name: &str) -> Result<Function, Failure> {
        match self.real(name)? {
            None => Ok(Function::one()),
            Some(value) if self.sign(&value)?.is_gt() => Ok(value),
            Some(value) => Err(self.refuse(name, format!("{name} is a standard deviation and must be positive, and is {value}"))),
        }
    }

    /// A standard deviation that may be 0, which it is when it is not given.
    ///
    /// # Errors
    /// Anything else.
    pub fn deviation(&self, name: &str) -> Result<Function, Failure> {
        self.not_negative(name, "a standard deviation")
    }

    /// A constant that is not negative, the rational 0 where it is 0 or not given; `what` it is, for a refusal.
    ///
    /// # Errors
    /// Anything else.
    fn not_negative(&self, name: &str, what: &str) -> Result<Function, Failure> {
        let Some(value) = self.real(name)? else { return Ok(Function::rational(0)) };
        match self.sign(&value)? {
            Ordering::Less => Err(self.refuse(name, format!("{name} is {what} and cannot be negative, and is {value}"))),
            Ordering::Equal => Ok(Function::rational(0)),
            Ordering::Greater => Ok(value),
        }
    }

    /// A positive standard deviation given by itself or by its square, the variance; 1 when neither is.
    ///
    /// # Errors
    /// Both, or anything else.
    pub fn scale_or_variance(&self, name: &str, variance: &str) -> Result<Function, Failure> {
        if self.given(variance).is_none() {
            return self.scale(name);
        }
        let square = self.variance(name, variance)?;
        match square.is_zero() {
            true => Err(self.refuse(variance, format!("{variance} is a variance and must be positive, and is 0"))),
            false => Ok(square.apply(Primitive::Sqrt)),
        }
    }

    /// The same where it may be 0, which it is when neither is given.
    ///
    /// # Errors
    /// Both, or anything else.
    pub fn deviation_or_variance(&self, name: &str, variance: &str) -> Result<Function, Failure> {
        if self.given(variance).is_none() {
            return self.deviation(name);
        }
        Ok(self.variance(name, variance)?.apply(Primitive::Sqrt))
    }

    /// A variance given in place of the standard deviation `name`.
    fn variance(&self, name: &str, variance: &str) -> Result<Function, Failure> {
        if self.given(name).is_some() {
            let message = format!("{} takes the standard deviation {name} or its square {variance}, not both", self.query.name);
            return Err(self.refuse(variance, message));
        }
        self.not_negative(variance, "a variance")
    }

    /// A whole number within bounds.
    ///
    /// # Errors
    /// Anything else.
    pub fn whole(&self, name: &str, least: usize, most: usize) -> Result<Option<usize>, Failure> {
        let Some(number) = self.real(name)? else { return Ok(None) };
        let wanted = format!("a whole number from {least} to {most}");
        let found = whole(&number).filter(|whole| (least..=most).contains(whole)).map(Some);
        found.ok_or_else(|| match number.as_rational() {
            Some(value) => self.refuse(name, format!("{name} must be {wanted}, and is {value}")),
            None => self.wanted(name, &wanted),
        })
    }

    /// A model.
    ///
    /// # Errors
    /// Anything else.
    pub fn model(&self, name: &str) -> Result<Arc<Model>, Failure> {
        match self.given(name) {
            Some(Value::Model(model)) => Ok(model.clone()),
            _ => Err(self.wanted(name, "a model such as features(tanh(x), phi = 1/2, psi = 3/4)")),
        }
    }

    /// A matrix.
    ///
    /// # Errors
    /// Anything else.
    pub fn matrix(&self, name: &str) -> Result<Arc<DataMatrix>, Failure> {
        match self.given(name) {
            Some(Value::Matrix(matrix)) => Ok(matrix.clone()),
            _ => Err(self.wanted(name, "a matrix such as load(\"X.npy\")")),
        }
    }

    /// What a theory may use in this evaluation.
    #[must_use]
    pub fn work(&self) -> Work<'_> {
        let context = self.evaluation.context;
        Work {
            bits: context.bits,
            digits: context.settings.digits,
            job: context.job,
            data: context.gaussian,
            doubts: &self.evaluation.doubts,
        }
    }

    /// The answers of the model given for an argument.
    ///
    /// # Errors
    /// Anything else, or a model without the data that decide its law.
    pub fn answers(&self, name: &str) -> Result<Box<dyn Answers + '_>, Failure> {
        self.answers_of(&*self.model(name)?, name)
    }

    /// The answers of a model; errors are blamed on an argument.
    ///
    /// # Errors
    /// A model without the data that decide its law.
    pub fn answers_of(&self, model: &Model, name: &str) -> Result<Box<dyn Answers + '_>, Failure> {
        theory::of(model, &self.work()).map_err(self.theory(name))
    }

    /// What an error of the theory means, blamed on an argument.
    pub fn theory<E: Into<TheoryError>>(&self, name: &str) -> impl Fn(E) -> Failure {
        let (at, query) = (self.place(name), self.query.name);
        move |error| Failure::theory(&error.into(), at, query)
    }

    /// A text.
    ///
    /// # Errors
    /// Anything else.
    pub fn text(&self, name: &str) -> Result<Option<&str>, Failure> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::Text(text)) => Ok(Some(text)),
            Some(_) => Err(self.wanted(name, "a text in quotes")),
        }
    }

    /// True or false.
    ///
    /// # Errors
    /// Anything else.
    pub fn flag(&self, name: &str) -> Result<Option<bool>, Failure> {
        match self.given(name) {
            None => Ok(None),
            Some(Value::Flag(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wanted(name, "true or false")),
        }
    }

    /// The seed given, or that of the session.
    ///
    /// # Errors
    /// No whole number.
    pub fn seed(&self) -> Result<u64, Failure> {
        Ok(self.whole("seed", 0, usize::MAX)?.map_or(self.evaluation.context.settings.seed, |seed| seed as u64))
    }

    /// Simulates with the threads of the session, shows the progress and stops when it is stopped.
    pub fn simulate<T>(&self, work: impl FnOnce(&Run) -> T) -> T {
        let Context { settings, job, .. } = *self.evaluation.context;
        work(&Run { threads: settings.threads, cancel: job.cancel(), progress: &|done, of| job.report(done, of) })
    }

    /// Tells whoever started the statement what comes.
    pub fn tell(&self, sentence: &str) {
        self.evaluation.context.job.tell(sentence);
    }

    /// A point of the complex plane: real and imaginary part, as functions without x.
    ///
    /// # Errors
    /// Anything else.
    pub fn point(&self, name: &str) -> Result<Option<(Function, Function)>, Failure> {
        let Some(bound) = self.slot(name) else { return Ok(None) };
        if let Value::Complex(parts) = &bound.value {
            return Ok(Some((self.function_of(&parts[0], bound)?, self.function_of(&parts[1], bound)?)));
        }
        if !bound.value.is_function() {
            let failure = self.wanted(name, "one number, real or complex");
            let query = self.query.name;
            let several = bound.value.items().is_some_and(|items| items.len() > 1);
            let each = format!("ask at each point: [{query}(m, 1 + i), {query}(m, 2 + i)]");
            return Err(if several { failure.with_help(each) } else { failure });
        }
        Ok(self.real(name)?.map(|re| (re, Function::rational(0))))
    }

    /// Real points: one number, a list of numbers or a sampled range; whether it was a single one.
    ///
    /// # Errors
    /// Anything else.
    pub fn points(&self, name: &str) -> Result<Option<(Vec<Function>, bool)>, Failure> {
        let Some(bound) = self.slot(name) else { return Ok(None) };
        if matches!(&bound.value, Value::Range(range) if range.points.is_none()) {
            let failure = self.refuse(name, "the range has no points");
            return Err(failure.with_help("write how many: 0..1 count 11, or 0..1 step 0.1"));
        }
        let Some(items) = bound.value.items() else { return Ok(self.real(name)?.map(|point| (vec![point], true))) };
        let points = items.iter().map(|item| self.function_of(item, bound)).collect::<Result<Vec<_>, _>>()?;
        if points.iter().all(Function::is_constant) {
            Ok(Some((points, false)))
        } else {
            Err(self.wanted(name, "a list of numbers"))
        }
    }

    /// Functions or numbers in a list.
    ///
    /// # Errors
    /// Anything else.
    pub fn functions(&self, name: &str) -> Result<Option<Vec<Function>>, Failure> {
        let Some(bound) = self.slot(name) else { return Ok(None) };
        let Value::List(items) = &bound.value else { return Err(self.wanted(name, "a list")) };
        items.iter().map(|item| self.function_of(item, bound)).collect::<Result<_, _>>().map(Some)
    }

    /// Rational numbers in a list.
    ///
    /// # Errors
    /// Anything else.
    pub fn rationals(&self, name: &str) -> Result<Option<Vec<Rational>>, Failure> {
        Ok(self.rows(name, 1..=1)?.map(|rows| rows.into_iter().flatten().collect()))
    }

    /// Real numbers in a list, or one alone.
    ///
    /// # Errors
    /// Anything else.
    pub fn real_or_reals(&self, name: &str) -> Result<Option<Vec<Function>>, Failure> {
        Ok(self.points(name)?.map(|(numbers, _)| numbers))
    }

    /// Rows of rational numbers: each item of the list a number, or a list of them; so many in each.
    ///
    /// # Errors
    /// Anything else.
    pub fn rows(&self, name: &str, lengths: std::ops::RangeInclusive<usize>) -> Result<Option<Vec<Vec<Rational>>>, Failure> {
        let Some(bound) = self.slot(name) else { return Ok(None) };
        let wanted = || {
            self.wanted(
                name,
                if *lengths.end() > 1 { "a list of rational numbers or of pairs of them" } else { "a list of rational numbers" },
            )
        };
        let items = bound.value.items().ok_or_else(wanted)?;
        let number = |value: &Value| {
            let f = if value.is_function() { Some(self.function_of(value, bound)?) } else { None };
            match f {
                Some(f) if f.is_constant() && f.as_rational().is_none() => {
                    let decimals = format!("{:.9e}", self.enclosure(&f).to_f64()).parse().unwrap_or(f64::NAN);
                    let failure = self.refuse(name, format!("{name} holds rational numbers, and {f} is none"));
                    Err(failure.with_help(format!("write as many of its decimals as you need, for example {decimals}")))
                }
                f => f.and_then(|f| f.as_rational().cloned()).ok_or_else(wanted),
            }
        };
        let row = |item: &Value| match item.items() {
            None => Ok(vec![number(item)?]),
            Some(numbers) if lengths.contains(&numbers.len()) => numbers.iter().map(number).collect(),
            Some(_) => Err(wanted()),
        };
        items.iter().map(row).collect::<Result<_, _>>().map(Some)
    }

    /// The sign of a number without x; more bits are asked for until it is decided.
    ///
    /// # Errors
    /// A number that is undefined, or not yet separated from zero.
    pub fn sign(&self, f: &Function) -> Result<Ordering, Failure> {
        theory::sign(&self.work(), f).map_err(|error| Failure::theory(&error, self.span, self.query.name))
    }

    /// The enclosure of a function without x.
    #[must_use]
    pub fn enclosure(&self, f: &Function) -> Ball {
        self.evaluation.enclosure(f)
    }
}
