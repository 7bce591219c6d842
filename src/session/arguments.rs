//! Which argument of a query is given where: by position and by name, before any of them has a value.

use super::evaluate::{counted, known_are};
use super::failure::Failure;
use super::queries::{self, Default, Query, Repeat};
use crate::language::habits;
use crate::language::syntax::{Argument, Expr, Kind, Span};

/// The argument given for each of a query's own, by position and by name, before any of them has a value.
///
/// # Errors
/// One too many, one that is not known, given twice or missing.
pub(super) fn places<'a>(
    query: &'static Query,
    arguments: &[&'a Argument],
    at: Span,
) -> Result<Vec<Option<&'a Argument>>, Failure> {
    let mut places: Vec<Option<&Argument>> = vec![None; query.parameters.len()];
    let mut position = 0;
    for argument in arguments {
        let index = match &argument.name {
            Some((name, span)) => named(query, name, *span, arguments.first().map(|first| &first.value))?,
            None => {
                position += 1;
                position - 1
            }
        };
        let Some(slot) = places.get_mut(index) else {
            if query.repeat == Repeat::Points {
                let is_side = |expr: &Expr| !matches!(expr.kind, Kind::Range { .. } | Kind::Compare(..));
                let left = places.iter().flatten().next().filter(|left| is_side(&left.value) && is_side(&argument.value));
                let equation = left.filter(|_| query.name == "find");
                let (message, help) = match equation {
                    Some(left) => (
                        "find takes one equation, and this is a second argument without a name".to_owned(),
                        format!("write {} == {}", left.value, argument.value),
                    ),
                    None => (format!("what {} varies has a name", query.name), format!("for example {}", query.example)),
                };
                return Err(Failure::wrong("wrong_argument", argument.value.span, message).with_help(help));
            }
            let message = format!("{} takes at most {}", query.name, counted(query.parameters.len()));
            return Err(Failure::wrong("wrong_argument", argument.value.span, message)
                .with_help(format!("its form is {}", query.usage())));
        };
        if slot.is_some() {
            let message = format!("{} is given twice", query.parameters[index].name);
            return Err(Failure::wrong("wrong_argument", argument.value.span, message));
        }
        *slot = Some(argument);
    }
    for (parameter, slot) in query.parameters.iter().zip(&places) {
        if slot.is_none() && parameter.default == Default::Required {
            let message = format!("{} needs {}: {}", query.name, parameter.name, parameter.about);
            return Err(Failure::wrong("missing_argument", at, message).with_help(format!("for example {}", query.example)));
        }
    }
    Ok(places)
}

/// Whether it is an argument of the query itself, and no name that it varies.
pub(super) fn is_own(query: &Query, argument: &Argument) -> bool {
    query.repeat != Repeat::Points || argument.name.as_ref().is_none_or(|(name, _)| query.parameter(name).is_some())
}

/// The query that an expression calls.
fn called(expr: &Expr) -> Option<&'static Query> {
    let Kind::Call { function, .. } = &expr.kind else { return None };
    if let Kind::Name(name) = &function.kind { queries::find(name) } else { None }
}

fn named(query: &'static Query, name: &str, at: Span, first: Option<&Expr>) -> Result<usize, Failure> {
    let found = query.parameters.iter().position(|parameter| parameter.name == name || parameter.aliases.contains(&name));
    found.ok_or_else(|| {
        let names: Vec<&str> = query.parameters.iter().map(|parameter| parameter.name).collect();
        let failure = Failure::wrong("unknown_argument", at, format!("{} has no argument `{name}`", query.name));
        // of the model that stands there, where one does
        let there = first.and_then(called).filter(|there| there.makes_a_model());
        let takes_a_model = query.parameter("m").is_some() && !query.makes_a_model();
        let model = |other: &&Query| takes_a_model && other.makes_a_model() && there.is_none_or(|there| there.name == other.name);
        if let Some(mend) = habits::argument(name, &names) {
            return failure.with_help(mend);
        }
        match queries::with_parameter(name).find(model) {
            Some(model) => failure.with_help(format!("it belongs to the model: {}({}(…, {name} = …))", query.name, model.name)),
            None => failure.with_help(known_are("its arguments", name, &names)),
        }
    })
}
