//! What the prompt knows of names while a line is typed: nothing is computed for it, values found before are looked at.

use crate::activation::lower;
use crate::language::parse_expression;
use crate::language::syntax::{Expr, Kind};
use crate::session::definition::{Definition, Names};
use crate::session::help;
use crate::session::queries::{self, Query};
use crate::session::run::LAST;
use crate::session::settings;
use crate::session::value::Value;

/// Words that begin a line at the prompt alone.
pub(super) const COMMANDS: [&str; 5] = [help::MODELS, help::EXAMPLES, "tour", "timing", "quit"];

/// Names with a value, and words that are neither queries nor functions.
const CONSTANTS: [&str; 4] = ["pi", "inf", "true", "false"];

/// What a name of the language or of the user is.
#[derive(Clone, Copy)]
pub(super) enum Known<'a> {
    /// A definition.
    Own(&'a Definition),
    /// A query.
    Query(&'static Query),
    /// A function of x.
    Function,
    /// A constant, or x.
    Constant,
}

/// The names of a session, as they were when the line was begun.
pub(super) struct Vocabulary {
    pub names: Names,
}

impl Vocabulary {
    /// What a name means.
    pub fn find(&self, name: &str) -> Option<Known<'_>> {
        if let Some(definition) = self.names.get(name) {
            return Some(Known::Own(definition));
        }
        let query = queries::find(name).map(Known::Query);
        let function = || lower::is_known(name).then_some(Known::Function);
        let constant = || (CONSTANTS.contains(&name) || lower::constant(name) || name == "i").then_some(Known::Constant);
        query.or_else(function).or_else(constant)
    }

    /// The query of this name, unless the user gave the name another meaning.
    pub fn query(&self, name: &str) -> Option<&'static Query> {
        match self.find(name)? {
            Known::Query(query) => Some(query),
            _ => None,
        }
    }

    /// Every name that may stand in an expression, in order.
    pub fn all(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.names.keys().map(String::as_str).collect();
        for name in queries::names().chain(lower::names()).chain(CONSTANTS).chain([LAST]) {
            all.push(name);
        }
        sorted(all)
    }

    /// What `help` knows and a name begins.
    pub fn topics(&self) -> Vec<&str> {
        let arguments = queries::all().flat_map(|query| query.parameters.iter().map(|parameter| parameter.name));
        let fields = queries::all().flat_map(Query::fields);
        let others = [help::MODELS, help::EXAMPLES, "tour", "timing"].into_iter().chain(settings::KEYS);
        let mut all = self.all();
        for name in arguments.chain(fields).chain(others) {
            all.push(name);
        }
        sorted(all)
    }

    /// The fields of what an expression is worth, as far as that is known without computing it.
    pub fn fields(&self, expression: &str) -> Vec<String> {
        parse_expression(expression).ok().and_then(|expr| self.fields_of(&expr)).unwrap_or_default()
    }

    fn fields_of(&self, expr: &Expr) -> Option<Vec<String>> {
        if let Some(value) = self.value(expr) {
            return named_in(&value);
        }
        match &expr.kind {
            // a name whose value is not known yet, and a list of records
            Kind::Name(name) => self.fields_of(&self.names.get(name)?.body),
            Kind::Index(of, _) => match &of.kind {
                Kind::Call { .. } => self.fields_of(of),
                _ => None,
            },
            Kind::Call { function, .. } => match &function.kind {
                Kind::Name(name) => Some(self.query(name)?.fields().map(str::to_owned).collect()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The value of an expression, where it was found before.
    fn value(&self, expr: &Expr) -> Option<Value> {
        match &expr.kind {
            Kind::Name(name) => self.names.get(name)?.known(0).map(|(value, ..)| value),
            Kind::Field(of, field) => match self.value(of)? {
                Value::Record(record) => record.field(field).cloned(),
                _ => None,
            },
            // items of one list are alike
            Kind::Index(of, _) => self.value(of)?.items()?.first().cloned(),
            _ => None,
        }
    }
}

fn named_in(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Record(record) => Some(record.fields.iter().map(|(name, _)| name.to_string()).collect()),
        _ => None,
    }
}

fn sorted(mut names: Vec<&str>) -> Vec<&str> {
    names.sort_unstable();
    names.dedup();
    names
}
