//! The table of queries: one row each, with everything that binding, `help` and completion ask of it.

mod algebra;
mod alignment;
mod ansatz;
mod attention;
mod check;
mod cite;
mod compare;
mod conjugate;
mod covariance;
mod cycles;
mod data;
mod edge_of_chaos;
mod equation;
mod errors;
mod exponents;
mod features;
mod find;
mod gaussian;
mod isospectrality;
mod jacobian;
mod joint_ansatz;
mod kernel;
mod kernel_data;
mod label_covariance;
mod one_step;
mod one_step_spikes;
mod optimal_ridge;
mod plot;
mod plot_alignment;
mod plot_errors;
mod plot_propagation;
mod plot_regression;
mod plot_sweep;
mod plot_training;
mod population;
mod propagation;
mod regression;
mod save;
mod spectrum;
mod spiked_features;
mod spikes;
mod sweep;
mod sweep_lines;
mod train;
mod train_shown;
mod trained;

use super::call::Call;
use super::failure::Failure;
use super::part::Part;
use super::value::Value;
use crate::language::syntax::{Expr, Kind};

/// A query of the language.
pub struct Query {
    /// Its name.
    pub name: &'static str,
    /// Its arguments, in the order of positions.
    pub parameters: &'static [Parameter],
    /// One line: what it answers.
    pub about: &'static str,
    /// What the result is; the fields of a record with commas between, and more about them in brackets.
    pub result: &'static str,
    /// A statement that runs.
    pub example: &'static str,
    /// How often it may run for one statement.
    pub repeat: Repeat,
    /// What it does.
    pub run: fn(&Call) -> Result<Value, Failure>,
}

/// An argument of a query.
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Other names that mean the same.
    pub aliases: &'static [&'static str],
    /// Whether it must be given, and what stands for it otherwise.
    pub default: Default,
    /// What it means.
    pub about: &'static str,
}

/// What stands for an argument that is not given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// Nothing: it must be given.
    Required,
    /// Nothing is needed.
    Optional,
    /// This text, as `help` shows it.
    Is(&'static str),
}

/// What the precision loop may do with a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Its result is exact: it does not depend on the bits.
    Exact,
    /// Its result is enclosed to the bits at hand, and found again when more are needed.
    Numeric,
    /// It simulates: it runs once for a statement.
    Once,
    /// It reads a file: it runs once for a statement.
    Reads,
    /// It asks its first argument at many values of names that stand beside its own arguments: it runs once for a statement.
    Points,
}

const TABLES: [&[Query]; 34] = [
    gaussian::TABLE,
    algebra::TABLE,
    features::TABLE,
    kernel::TABLE,
    covariance::TABLE,
    trained::TABLE,
    one_step::TABLE,
    regression::TABLE,
    spiked_features::TABLE,
    errors::TABLE,
    optimal_ridge::TABLE,
    ansatz::TABLE,
    alignment::TABLE,
    label_covariance::TABLE,
    jacobian::TABLE,
    attention::TABLE,
    propagation::TABLE,
    edge_of_chaos::TABLE,
    exponents::TABLE,
    data::TABLE,
    population::TABLE,
    spectrum::TABLE,
    spikes::TABLE,
    equation::TABLE,
    isospectrality::TABLE,
    check::TABLE,
    compare::TABLE,
    cycles::TABLE,
    train::TABLE,
    plot::TABLE,
    save::TABLE,
    cite::TABLE,
    sweep::TABLE,
    find::TABLE,
];

/// Every query.
pub fn all() -> impl Iterator<Item = &'static Query> {
    TABLES.iter().copied().flatten()
}

/// The query of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Query> {
    all().find(|query| query.name == name)
}

/// How a query answers a part of its answer alone; none where that part has to be taken from the whole.
pub type AnswersPart = fn(&Call, Part) -> Result<Option<Value>, Failure>;

/// How the query of that name answers a field alone, for those that do.
#[must_use]
pub fn answers_parts(name: &str) -> Option<AnswersPart> {
    match name {
        "spikes" => Some(spikes::part),
        "propagation" => Some(propagation::part),
        "edge_of_chaos" => Some(edge_of_chaos::part),
        _ => None,
    }
}

/// The names of all queries.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|query| query.name)
}

/// The queries whose result is a record with this field.
pub fn with_field(field: &str) -> impl Iterator<Item = &'static Query> {
    all().filter(move |query| query.fields().any(|known| known == field))
}

/// The queries with an argument of this name.
pub fn with_parameter(name: &str) -> impl Iterator<Item = &'static Query> {
    all().filter(move |query| query.parameter(name).is_some())
}

/// Whether the expression asks to show a value unfolded: `all(…)`.
#[must_use]
pub fn unfolds(expr: &Expr) -> bool {
    let Kind::Call { function, .. } = &expr.kind else { return false };
    matches!(&function.kind, Kind::Name(name) if name == algebra::UNFOLDED)
}

const fn required(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, aliases: &[], default: Default::Required, about }
}

const fn optional(name: &'static str, about: &'static str) -> Parameter {
    Parameter { name, aliases: &[], default: Default::Optional, about }
}

const fn defaulted(name: &'static str, value: &'static str, about: &'static str) -> Parameter {
    Parameter { name, aliases: &[], default: Default::Is(value), about }
}

impl Query {
    /// The fields of its result, as its description lists them; none when that is no record.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        let listed = self.result.strip_prefix("a record: ").unwrap_or("");
        let mut depth = 0;
        let outside = move |c: char| {
            depth += i32::from("([".contains(c)) - i32::from(")]".contains(c));
            depth == 0 && c == ','
        };
        let first = |item: &'static str| item.trim().split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next();
        listed.split(outside).filter_map(first).filter(|word| !word.is_empty())
    }

    /// Whether it is a constructor.
    #[must_use]
    pub fn makes_a_model(&self) -> bool {
        self.result.starts_with("a model")
    }

    /// Its argument of this name.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&'static Parameter> {
        self.parameters.iter().find(|parameter| parameter.name == name || parameter.aliases.contains(&name))
    }

    /// Its form: `gaussian(f, sigma = 1)`.
    #[must_use]
    pub fn usage(&self) -> String {
        let parameters: Vec<String> = self
            .parameters
            .iter()
            .map(|parameter| match parameter.default {
                Default::Required => parameter.name.to_owned(),
                Default::Optional => format!("[{}]", parameter.name),
                Default::Is(value) => format!("{} = {value}", parameter.name),
            })
            .collect();
        format!("{}({})", self.name, parameters.join(", "))
    }
}

/// The refusal of a statement without an argument that it needs.
fn missing(call: &Call, name: &str) -> Failure {
    let failure = Failure::wrong("missing_argument", call.span, format!("{} needs {name}", call.query.name));
    failure.with_help(format!("{}; for example {}", call.about(name), call.query.example))
}
