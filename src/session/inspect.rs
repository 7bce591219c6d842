//! What is wrong with a statement that is not run: its syntax, its names and the arguments of its queries, found without a value.
//!
//! A file stops at its first failure. The statements after it are looked at here, so that all that is wrong with a file is said at
//! once; what only a value shows (a ratio below 0, a divergent mean) waits until the statement is run.

use std::collections::HashSet;

use super::arguments::{is_own, places};
use super::definition::Names;
use super::evaluate::Scope;
use super::failure::Failure;
use super::help;
use super::names;
use super::queries::{self, Repeat};
use super::run::{LAST, Session, means_something, refuse_definition};
use super::settings;
use super::several;
use crate::language::habits;
use crate::language::parse_expression;
use crate::language::syntax::{Argument, Expr, Kind, Sampling, Span, Statement, StatementKind};

/// What the statements that were not run would have defined.
#[derive(Debug, Default)]
pub struct Unrun(HashSet<String>);

impl Unrun {
    /// Takes in the name that a statement defines, or means to.
    pub fn note(&mut self, text: &str) {
        self.0.extend(meant_to_define(text));
        // every statement that asks for a value leaves one
        self.0.insert(LAST.to_owned());
    }
}

/// The name that a text would define if it were right.
fn meant_to_define(text: &str) -> Option<String> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    let word = |text: &str| text.find(|c| !is_part(c)).unwrap_or(text.len());
    let mut rest = text;
    if habits::declares(&rest[..word(rest)]) {
        rest = rest[word(rest)..].trim_start();
    }
    let (name, after) = rest.split_at(word(rest));
    let mut after = after.trim_start();
    if after.starts_with('(') {
        after = after.find(')').map_or("", |end| after[end + 1..].trim_start());
    }
    let assigned = after.starts_with(":=") || after.starts_with('=') && !after.starts_with("==");
    // φ is phi
    let name = assigned.then(|| parse_expression(name).ok())??;
    if let Kind::Name(name) = name.kind { Some(name) } else { None }
}

impl Session {
    /// What can be seen to be wrong with a statement without running it.
    ///
    /// # Errors
    /// The first thing wrong; spans are byte ranges of the statement's own text.
    pub fn inspect(&self, statement: &Statement, unrun: &Unrun) -> Result<(), Failure> {
        let mut looking = Looking { names: &self.names, unrun, locals: Vec::new() };
        match &statement.kind {
            StatementKind::Query(expr) => looking.at(expr),
            StatementKind::Define { name, name_span, parameters, body } => {
                refuse_definition(name, *name_span, parameters, body)?;
                looking.locals.clone_from(parameters);
                looking.at(body)
            }
            StatementKind::Set { key, key_span, value } => {
                if !settings::KEYS.contains(&key.as_str()) {
                    return Err(settings::unknown(key, *key_span));
                }
                looking.at(value)
            }
            StatementKind::Help(Some(topic)) if looking.knows(topic) => Ok(()),
            StatementKind::Help(topic) => help::text(topic.as_deref()).map(drop),
        }
    }
}

/// Names as far as a place in a statement sees them.
struct Looking<'a> {
    names: &'a Names,
    unrun: &'a Unrun,
    /// Parameters of a rule, and names that a query varies.
    locals: Vec<String>,
}

impl Looking<'_> {
    fn knows(&self, name: &str) -> bool {
        self.names.contains_key(name) || self.unrun.0.contains(name) || self.locals.iter().any(|local| local == name)
    }

    fn unknown(&self, name: &str, at: Span) -> Failure {
        names::unknown(name, at, Scope { names: self.names, locals: &[] })
    }

    fn at(&mut self, expr: &Expr) -> Result<(), Failure> {
        match &expr.kind {
            Kind::Number(_) | Kind::Text(_) => Ok(()),
            Kind::Name(name) => {
                let known = self.knows(name) || means_something(name) || several::coordinate(name).is_some();
                if known { Ok(()) } else { Err(self.unknown(name, expr.span)) }
            }
            Kind::Negate(a) | Kind::Field(a, _) | Kind::Derivative(a) => self.at(a),
            Kind::Binary(_, a, b) | Kind::Compare(_, a, b) | Kind::Index(a, b) => self.all([&**a, &**b]),
            Kind::List(items) => self.all(items),
            Kind::Range { low, high, sampling } => {
                self.all([&**low, &**high])?;
                match sampling {
                    Sampling::Interval => Ok(()),
                    Sampling::Step(step) => self.at(step),
                    Sampling::Count { count, .. } => self.at(count),
                }
            }
            Kind::If { condition, then, otherwise } => self.all([&**condition, &**then, &**otherwise]),
            Kind::Piecewise { arms, otherwise } => {
                self.all(arms.iter().flat_map(|(condition, value)| [condition, value]).chain([&**otherwise]))
            }
            Kind::Call { function, arguments } => self.call(expr, function, arguments),
        }
    }

    fn all<'e>(&mut self, several: impl IntoIterator<Item = &'e Expr>) -> Result<(), Failure> {
        several.into_iter().try_for_each(|expr| self.at(expr))
    }

    fn call(&mut self, expr: &Expr, function: &Expr, arguments: &[Argument]) -> Result<(), Failure> {
        let values = || arguments.iter().map(|argument| &argument.value);
        let Kind::Name(name) = &function.kind else {
            self.at(function)?;
            return self.all(values());
        };
        if self.knows(name) {
            return self.all(values());
        }
        let Some(query) = queries::find(name) else {
            if means_something(name) {
                return self.all(values());
            }
            return Err(self.no_function(name, function.span, arguments));
        };
        let (own, varied): (Vec<&Argument>, Vec<&Argument>) = arguments.iter().partition(|argument| is_own(query, argument));
        places(query, &own, expr.span)?;
        if query.repeat != Repeat::Points {
            return self.all(values());
        }
        let before = self.locals.len();
        self.all(varied.iter().map(|argument| &argument.value))?;
        self.locals.extend(varied.iter().filter_map(|argument| argument.name.clone()).map(|(name, _)| name));
        let seen = self.all(own.iter().map(|argument| &argument.value));
        self.locals.truncate(before);
        seen
    }

    /// A name that is called and is no function: `theta2(f)`.
    fn no_function(&self, name: &str, at: Span, arguments: &[Argument]) -> Failure {
        let written = match arguments {
            [Argument { name: None, value }] => names::asked_of(name, value, names::makes_a_model(value)),
            _ => None,
        };
        match written {
            Some(written) => names::field_as_function(name, at, &written),
            None => self.unknown(name, at),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::meant_to_define;

    #[test]
    fn a_wrong_definition_still_means_its_name() {
        for (text, name) in [
            ("b = 2x", Some("b")),
            ("g(x) = \"open", Some("g")),
            ("let c = 3", Some("c")),
            ("φ := 1/2", Some("phi")),
            ("d == 3", None),
            ("spectrum(m)", None),
            ("2x = 3", None),
        ] {
            assert_eq!(meant_to_define(text).as_deref(), name, "{text}");
        }
    }
}
