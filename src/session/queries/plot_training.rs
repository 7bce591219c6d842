//! The picture of `train(…)`, or of a list of such runs.

use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::figures::{self, Part, Training};
use crate::session::value::{Hidden, Value};

/// The panels of runs, when nothing else is to be drawn; labels name them.
///
/// # Errors
/// Runs beside other things.
pub(super) fn of_runs(call: &Call, items: &[Value], labels: &[String]) -> Result<Option<Part>, Failure> {
    let run = |item: &Value| match item {
        Value::Record(record) => match &record.hidden {
            Hidden::Training(run) => Some((**run).clone()),
            _ => None,
        },
        _ => None,
    };
    let mut runs: Vec<Training> = items.iter().filter_map(run).collect();
    if runs.is_empty() {
        return Ok(None);
    }
    if runs.len() < items.len() {
        return Err(call.refuse("value", "training runs stand on a chart of their own"));
    }
    for (index, run) in runs.iter_mut().enumerate() {
        if let Some(label) = labels.get(index) {
            run.name.clone_from(label);
        }
    }
    let names: Vec<String> = runs.iter().map(|run| run.name.clone()).collect();
    for (index, run) in runs.iter_mut().enumerate() {
        if names.iter().filter(|name| **name == names[index]).count() > 1 {
            run.name = format!("{}, run {}", run.name, index + 1);
        }
    }
    let said = if let [run] = &runs[..] { vec![run.name.clone()] } else { Vec::new() };
    Ok(Some(figures::panels(figures::training(&runs), said)))
}
