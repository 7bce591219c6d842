//! The table of queries: one row each, with everything that binding, `help` and completion ask of it.

mod algebra;
mod check;
mod compare;
mod cycles;
mod equation;
mod features;
mod gaussian;
mod isospectrality;
mod kernel;
mod plot;
mod save;
mod spectrum;
mod spikes;

use super::call::Call;
use super::failure::Failure;
use super::value::Value;

/// A query of the language.
pub struct Query {
    /// Its name.
    pub name: &'static str,
    /// Its arguments, in the order of positions.
    pub parameters: &'static [Parameter],
    /// One line: what it answers.
    pub about: &'static str,
    /// What the result is, and its fields.
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
}

const TABLES: [&[Query]; 13] = [
    gaussian::TABLE,
    algebra::TABLE,
    features::TABLE,
    kernel::TABLE,
    spectrum::TABLE,
    spikes::TABLE,
    equation::TABLE,
    isospectrality::TABLE,
    check::TABLE,
    compare::TABLE,
    cycles::TABLE,
    plot::TABLE,
    save::TABLE,
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

/// The names of all queries.
pub fn names() -> impl Iterator<Item = &'static str> {
    all().map(|query| query.name)
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
