//! A row of a table by its name: `check(m).rows["spikes[0].position"]`.

use super::evaluate::known_are;
use super::failure::Failure;
use super::value::Value;
use crate::language::syntax::Expr;

/// The record of a list whose first field is this text.
///
/// # Errors
/// Of items that have no such field, or none of that name.
pub fn named(items: &[Value], name: &str, of: &Expr, index: &Expr) -> Result<Value, Failure> {
    let names: Vec<&str> = items.iter().filter_map(name_of).collect();
    if names.is_empty() {
        let failure = Failure::wrong("index", index.span, format!("the items of `{of}` have no names"));
        return Err(failure.with_help("take one by its number, from 0"));
    }
    if let Some(found) = items.iter().find(|item| name_of(item) == Some(name)) {
        return Ok(found.clone());
    }
    let failure = Failure::wrong("index", index.span, format!("`{of}` has no row \"{name}\""));
    Err(failure.with_help(known_are("its rows", name, &names)))
}

fn name_of(item: &Value) -> Option<&str> {
    match item {
        Value::Record(record) => match record.fields.first() {
            Some((_, Value::Text(name))) => Some(name),
            _ => None,
        },
        _ => None,
    }
}
