//! Names that mean nothing where they stand: what they are elsewhere, or what was meant.

use super::evaluate::Scope;
use super::failure::Failure;
use super::queries::{self, Query};
use super::run::LAST;
use super::settings;
use crate::activation::lower;
use crate::language::habits;
use crate::language::suggest::nearest;
use crate::language::syntax::{Expr, Kind, Span};

/// Names with a value of their own.
const CONSTANTS: [&str; 7] = ["x", "pi", "e", "i", "inf", "true", "false"];

/// The query for this field, or of this name, of a model or of a function.
pub fn asked_of(field: &str, of: &Expr, is_model: bool) -> Option<String> {
    let suits = |query: &&Query| query.parameters.first().is_some_and(|first| (first.name == "m") == is_model);
    let whole = queries::find(field).filter(|query| suits(query)).map(|query| format!("{}({of})", query.name));
    let part = || queries::with_field(field).find(suits).map(|query| format!("{}({of}).{field}", query.name));
    whole.or_else(part)
}

/// Whether it is a call of a constructor.
pub fn makes_a_model(expr: &Expr) -> bool {
    let Kind::Call { function, .. } = &expr.kind else { return false };
    matches!(&function.kind, Kind::Name(name) if queries::find(name).is_some_and(Query::makes_a_model))
}

/// A field that is called like a function, and how it is written.
pub fn field_as_function(name: &str, at: Span, written: &str) -> Failure {
    Failure::wrong("unknown_name", at, format!("`{name}` is a field, and no function")).with_help(format!("write {written}"))
}

/// A name that nothing has, and what it may have meant.
pub fn unknown(name: &str, at: Span, scope: Scope) -> Failure {
    let not = |what: &str| Failure::wrong("unknown_name", at, format!("`{name}` {what}"));
    if let Some(query) = queries::find(name) {
        let failure = not("is a query, and stands with its arguments");
        return failure.with_help(format!("for example {}", query.example));
    }
    if name == LAST {
        return not("stands for the last value, and there is none yet");
    }
    if settings::KEYS.contains(&name) {
        return not("is a setting").with_help(format!("it is changed by set {name} = …"));
    }
    // a letter is a name of the user's own
    let long = name.chars().count() > 1;
    if let Some(query) = queries::with_field(name).next().filter(|_| long) {
        return not("is not known").with_help(format!("it is a field of what {0} answers: {0}(…).{name}", query.name));
    }
    if let Some(query) = queries::with_parameter(name).next().filter(|_| long) {
        return not("is not known").with_help(format!("it is an argument: {}(…, {name} = …)", query.name));
    }
    if let Some(mend) = habits::mend(name) {
        return not("is not known").with_help(mend);
    }
    let users = scope.names.keys().chain(scope.locals.iter().map(|(name, _)| name)).map(String::as_str);
    let others: Vec<&str> = queries::names().chain(lower::names()).chain(CONSTANTS).collect();
    match nearest(name, users.chain(others)) {
        Some(near) => not("is not known").with_help(format!("did you mean {near}?")),
        None => not("is not known").with_help(if long {
            "`help` lists what is known; a name of your own is defined by name = …"
        } else {
            "functions are written in x; a name of your own is defined by name = …"
        }),
    }
}
