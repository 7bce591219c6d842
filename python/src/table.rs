//! The tables of queries and functions as Python sees them, from which its own names, docstrings and stubs are made.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use resolvent::activation::{CATALOGUE, lower};
use resolvent::session::queries::{Default, Query, Repeat, all};

/// Every query: name, about, result, example, how it repeats, whether it makes a model, and its parameters
/// (name, aliases, default, whether it must be given, about).
#[pyfunction]
pub fn queries(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    let row = |query: &'static Query| {
        let row = PyDict::new(py);
        let parameters: Vec<_> = query
            .parameters
            .iter()
            .map(|parameter| {
                let default = match parameter.default {
                    Default::Is(text) => Some(text),
                    Default::Required | Default::Optional => None,
                };
                let required = parameter.default == Default::Required;
                (parameter.name, parameter.aliases.to_vec(), default, required, parameter.about)
            })
            .collect();
        row.set_item("name", query.name)?;
        row.set_item("usage", query.usage())?;
        row.set_item("about", query.about)?;
        row.set_item("result", query.result)?;
        row.set_item("fields", query.fields().collect::<Vec<_>>())?;
        row.set_item("example", query.example)?;
        row.set_item("varies", query.repeat == Repeat::Points)?;
        row.set_item("simulates", query.repeat == Repeat::Once)?;
        row.set_item("makes_a_model", query.makes_a_model())?;
        row.set_item("parameters", parameters)?;
        Ok(row)
    };
    all().map(row).collect()
}

/// Every function of the language with the names of its arguments and what it is.
#[pyfunction]
pub fn functions() -> Vec<(String, Vec<String>, String)> {
    let one = |name: &str, about: &str| (name.to_owned(), vec!["x".to_owned()], about.to_owned());
    let primitives = CATALOGUE.iter().map(|row| one(row.name, row.about));
    let composites = lower::PRELUDE.iter().map(|composite| {
        let form = format!("{}({}) = {}", composite.name, composite.parameters.join(", "), composite.body);
        (composite.name.clone(), composite.parameters.clone(), form)
    });
    primitives.chain(composites).collect()
}

/// The help text on a topic.
#[pyfunction]
#[pyo3(signature = (topic=None))]
pub fn help(py: Python<'_>, topic: Option<&str>) -> PyResult<String> {
    resolvent::session::help::text(topic).map_err(|failure| {
        let statement = topic.map_or_else(|| "help".to_owned(), |topic| format!("help {topic}"));
        crate::engine::raised(py, &crate::engine::Failed { statement, failure })
    })
}

/// The version of the crate.
#[pyfunction]
pub fn version() -> &'static str {
    env!("CARGO_PKG_VERSION")
}
