//! Data and LaTeX of a value.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Query, Repeat, required};
use crate::activation::Function;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::figures;
use crate::session::value::{Saved, Value};

pub(super) const TABLE: &[Query] = &[
    Query {
        name: "save",
        parameters: &[
            required("value", "numbers, a list, a check, density(m, range), any result"),
            required("file", "name.csv or name.json"),
        ],
        about: "writes the numbers of a value, with all their digits, to a file",
        result: "the file written",
        example: "save(density(features(tanh(x), phi = 1/2, psi = 3/4), 0.1..2 count 5), \"density.csv\")",
        repeat: Repeat::Exact,
        run: save,
    },
    Query {
        name: "latex",
        parameters: &[required("value", "a function, a number, any result")],
        about: "the value in LaTeX, exact forms first",
        result: "a text",
        example: "latex(center(relu(x)))",
        repeat: Repeat::Exact,
        run: |call| Ok(Value::Latex(Arc::new(call.value()))),
    },
];

fn save(call: &Call) -> Result<Value, Failure> {
    let value = call.value();
    let file = path(call, &["csv", "json"])?.unwrap_or_default();
    let table = match &value {
        Value::Samples(samples) => {
            let row = |(point, value): (&Function, &Value)| {
                let point = Value::Function(point.clone());
                Value::record("row", vec![(figures::variable(samples.name), point), (samples.name, value.clone())])
            };
            Value::list(samples.points.iter().zip(&samples.values).map(row).collect())
        }
        Value::Record(record) if let Some(rows) = record.field("rows") => rows.clone(),
        _ => value,
    };
    Ok(Value::Saved(Arc::new(Saved { value: table, file })))
}

/// The argument `file`, when it ends in one of these, where the settings place it.
///
/// # Errors
/// Another ending.
pub(super) fn path(call: &Call, endings: &[&str]) -> Result<Option<PathBuf>, Failure> {
    let Some(name) = call.text("file")? else { return Ok(None) };
    let path = Path::new(name);
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("");
    if !endings.contains(&ending) {
        let known = match endings {
            [only] => format!(".{only}"),
            [others @ .., last] => format!(".{} or .{last}", others.join(", .")),
            [] => return Ok(None),
        };
        return Err(call.refuse("file", format!("\"{name}\" must end in {known}")));
    }
    Ok(Some(call.evaluation.context.settings.file(name)))
}
