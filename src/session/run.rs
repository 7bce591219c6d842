//! A session: names, settings, and the run of one statement.

use std::sync::Arc;

use super::attempts::attempts;
use super::definition::{Definition, MAX_HEIGHT, Names};
use super::evaluate::{Evaluation, Scope};
use super::failure::Failure;
use super::help;
use super::queries;
use super::settings::{self, Settings};
use super::several;
use super::shown::Shown;
use super::value::Value;
use crate::activation::lower;
use crate::language::parse_statements;
use crate::language::syntax::{Expr, Span, Statement, StatementKind};
use crate::number::Job;
use crate::theory::{Cache, Doubt};

/// Stack of an evaluation: trees within the bounds of the language never fill it, in a debug build either.
pub const STACK_BYTES: usize = 256 << 20;

/// Names and settings, and what runs statements on them.
#[derive(Debug, Default)]
pub struct Session {
    pub(super) names: Names,
    gaussian: Arc<Cache>,
    /// What `set` changes.
    pub settings: Settings,
}

/// What a statement came to.
#[derive(Debug)]
pub enum Outcome {
    /// A definition; the prompt alone shows its value.
    Defined(Defined),
    /// A setting was changed.
    Set,
    /// The value of a query.
    Answer(Answer),
    /// A help text.
    Help(String),
}

/// A name that was defined.
#[derive(Debug)]
pub struct Defined {
    /// The name.
    pub name: String,
    /// Whether its value is a picture or data for a file, which is written.
    pub goes_to_a_file: bool,
    /// Doubts met while its value was found.
    pub warnings: Vec<Doubt>,
    /// Whether a `check` in it disagreed with the theory.
    pub disagrees: bool,
}

/// A value ready to be shown.
#[derive(Debug)]
pub struct Answer {
    /// The value itself.
    pub value: Value,
    /// The value with its certain digits.
    pub shown: Shown,
    /// Doubts, in the order they were met.
    pub warnings: Vec<Doubt>,
    /// Whether a `check` in it disagreed with the theory.
    pub disagrees: bool,
    /// Whether every exact form is to be shown in full.
    pub unfolded: bool,
}

/// The name of the last value.
pub(super) const LAST: &str = "last";

impl Session {
    /// A session with these settings and no names.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, ..Self::default() }
    }

    /// A session that uses Gaussian data found by another one, and adds to them.
    pub(super) fn sharing(settings: Settings, gaussian: Arc<Cache>) -> Self {
        Self { settings, gaussian, ..Self::default() }
    }

    /// The Gaussian data found so far.
    pub(super) fn shared_data(&self) -> Arc<Cache> {
        self.gaussian.clone()
    }

    /// Runs one statement.
    ///
    /// # Errors
    /// Why it has no value; spans are byte ranges of the statement's own text.
    pub fn run(&mut self, statement: &Statement, job: &Job) -> Result<Outcome, Failure> {
        let session = self;
        std::thread::scope(|scope| {
            let worker =
                std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, || session.run_here(statement, job));
            match worker {
                Ok(handle) => handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                Err(error) => Err(Failure::effort(Span::default(), format!("no thread could be started: {error}"))),
            }
        })
    }

    /// Runs every statement of a text and gives the last value; for tests and callers that need one value.
    ///
    /// # Errors
    /// The first failure.
    pub fn last(&mut self, source: &str) -> Result<Answer, Failure> {
        let mut last = None;
        for statement in parse_statements(source) {
            let statement = statement.map_err(|(_, diagnostic)| Failure::Wrong(diagnostic))?;
            if let Outcome::Answer(answer) = self.run(&statement, &Job::unwatched())? {
                last = Some(answer);
            }
        }
        last.ok_or_else(|| Failure::wrong("syntax", Span::default(), "the text asks for no value"))
    }

    /// Whether the user gave this name a meaning.
    #[must_use]
    pub fn defines(&self, name: &str) -> bool {
        self.names.contains_key(name)
    }

    /// [`Session::run`] on the stack of the caller, which must have [`STACK_BYTES`].
    ///
    /// # Errors
    /// As [`Session::run`].
    pub fn run_here(&mut self, statement: &Statement, job: &Job) -> Result<Outcome, Failure> {
        match &statement.kind {
            StatementKind::Define { name, name_span, parameters, body } => self.define(name, *name_span, parameters, body, job),
            StatementKind::Set { key, key_span, value } => {
                let found = |evaluation: &Evaluation| evaluation.function(value, self.scope()).map(Value::Function);
                if let Value::Function(number) = attempts(&self.settings, &self.gaussian, job, found, false)?.value {
                    self.settings.set(key, *key_span, &number, value.span)?;
                }
                Ok(Outcome::Set)
            }
            StatementKind::Query(expr) => self.query(expr, job).map(Outcome::Answer),
            StatementKind::Help(Some(topic)) if let Some(definition) = self.names.get(topic) => {
                Ok(Outcome::Help(definition.to_string()))
            }
            StatementKind::Help(topic) => help::text(topic.as_deref()).map(Outcome::Help),
        }
    }

    fn scope(&self) -> Scope<'_> {
        Scope { names: &self.names, locals: &[] }
    }

    /// The value of a query, which `last` stands for from then on.
    fn query(&mut self, expr: &Expr, job: &Job) -> Result<Answer, Failure> {
        let definition = Definition::new(LAST.to_owned(), Vec::new(), expr.clone(), &self.names);
        bounded_height(&definition, expr.span)?;
        let answer = attempts(&self.settings, &self.gaussian, job, |evaluation| evaluation.settle(&definition), true);
        let answer = answer.map_err(|failure| failure.placed(expr.span))?;
        self.names.insert(LAST.to_owned(), Arc::new(definition.sealed()));
        Ok(Answer { unfolded: queries::unfolds(expr), ..answer })
    }

    fn define(&mut self, name: &str, at: Span, parameters: &[String], body: &Expr, job: &Job) -> Result<Outcome, Failure> {
        refuse_definition(name, at, parameters, body)?;
        let definition = Definition::new(name.to_owned(), parameters.to_vec(), body.clone(), &self.names);
        bounded_height(&definition, at)?;
        let mut defined = Defined { name: name.to_owned(), goes_to_a_file: false, warnings: Vec::new(), disagrees: false };
        if definition.is_value() {
            let settled = |evaluation: &Evaluation| evaluation.settle(&definition);
            let answer =
                attempts(&self.settings, &self.gaussian, job, settled, false).map_err(|failure| failure.placed(body.span))?;
            if parameters == ["x"] && !answer.value.is_function() {
                let message = format!("{name}(x) must be a function of x, and `{body}` is {}", answer.value.kind());
                return Err(Failure::wrong("wrong_kind", body.span, message));
            }
            defined.goes_to_a_file = answer.value.goes_to_a_file();
            (defined.warnings, defined.disagrees) = (answer.warnings, answer.disagrees);
        } else {
            self.check_names(&definition)?;
        }
        let definition = Arc::new(definition.sealed());
        if definition.is_value() {
            self.names.insert(LAST.to_owned(), definition.clone());
        }
        self.names.insert(name.to_owned(), definition);
        Ok(Outcome::Defined(defined))
    }

    /// A rule with arguments cannot be evaluated yet, but its names can be looked up.
    fn check_names(&self, definition: &Definition) -> Result<(), Failure> {
        let mut result = Ok(());
        super::definition::visit(&definition.body, &mut |used| {
            let known = definition.parameters.iter().any(|parameter| parameter == used)
                || self.names.contains_key(used)
                || queries::find(used).is_some()
                || means_something(used)
                || several::coordinate(used).is_some();
            if !known && result.is_ok() {
                let failure = Failure::wrong("unknown_name", definition.body.span, format!("`{used}` is not known"));
                result = Err(failure.with_help(format!(
                    "the arguments of {} are {}",
                    definition.name,
                    definition.parameters.join(", ")
                )));
            }
        });
        result
    }
}

fn bounded_height(definition: &Definition, at: Span) -> Result<(), Failure> {
    if definition.height <= MAX_HEIGHT {
        return Ok(());
    }
    let message = format!("{} stands on more definitions than the bound {MAX_HEIGHT}", definition.name);
    Err(Failure::wrong("bound", at, message))
}

/// Whether the language gives the name a value or makes it a function.
pub(super) fn means_something(name: &str) -> bool {
    is_constant(name) || lower::is_known(name)
}

fn is_constant(name: &str) -> bool {
    lower::constant(name) || matches!(name, "i" | "inf" | "true" | "false")
}

/// Refuses what no definition can be, whatever its right-hand side is worth.
///
/// # Errors
/// A name or a parameter with a meaning of its own, a parameter twice.
pub(super) fn refuse_definition(name: &str, at: Span, parameters: &[String], body: &Expr) -> Result<(), Failure> {
    refuse_reserved(name, at)?;
    if parameters.is_empty() && settings::KEYS.contains(&name) {
        let failure = Failure::wrong("reserved", at, format!("`{name}` is a setting, and no name"));
        return Err(failure.with_help(format!("write set {name} = {body}")));
    }
    for (position, parameter) in parameters.iter().enumerate() {
        if parameters[..position].contains(parameter) {
            return Err(Failure::wrong("reserved", at, format!("{name} has two parameters `{parameter}`")));
        }
        if parameter != "x" {
            refuse_reserved(parameter, at)?;
        }
    }
    Ok(())
}

/// Refuses a name that has a meaning of its own.
///
/// # Errors
/// Which it is.
pub(super) fn refuse_reserved(name: &str, at: Span) -> Result<(), Failure> {
    let kind = if name == "x" {
        "the variable of activations"
    } else if name == LAST {
        "the last value"
    } else if is_constant(name) {
        "a constant of the language"
    } else if queries::find(name).is_some() {
        "a query"
    } else if lower::is_known(name) {
        "a function of the language"
    } else {
        return Ok(());
    };
    Err(Failure::wrong("reserved", at, format!("`{name}` is {kind} and cannot be defined")).with_help("take another name"))
}
