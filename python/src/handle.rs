//! A value of the language as Python holds it.

use pyo3::prelude::*;
use resolvent::plot;
use resolvent::session::value::Value;
use resolvent::session::{Answer, Kept, json, text, warning};

use crate::convert;

/// A value with its certain digits, its warnings, and what it was made from.
#[pyclass(frozen, module = "resolvent._native")]
pub struct Handle {
    answer: Answer,
    kept: Kept,
    digits: u32,
}

impl Handle {
    /// The value of an answer.
    pub fn new(answer: Answer, kept: Kept, digits: u32) -> Self {
        Self { answer, kept, digits }
    }

    /// What it is kept as.
    pub fn kept(&self) -> &Kept {
        &self.kept
    }

    /// The answer itself.
    pub fn answer(&self) -> &Answer {
        &self.answer
    }
}

#[pymethods]
impl Handle {
    /// The name of its type, as the JSON line shows it.
    #[getter]
    fn type_name(&self) -> &'static str {
        self.answer.value.type_name()
    }

    /// "model", "picture", "file" or "value".
    #[getter]
    fn kind(&self) -> &'static str {
        match &self.answer.value {
            Value::Model(_) | Value::Symbolic(_) => "model",
            Value::Picture(_) => "picture",
            Value::Saved(_) => "file",
            Value::Matrix(_) => "matrix",
            Value::Population(_) => "population",
            Value::Function(f) if !f.is_constant() => "function",
            Value::Several(_) => "function",
            _ => "value",
        }
    }

    /// The digits that were asked.
    #[getter]
    fn digits(&self) -> u32 {
        self.digits
    }

    /// Whether a check in it disagreed.
    #[getter]
    fn disagrees(&self) -> bool {
        self.answer.disagrees
    }

    /// Names and texts of its warnings.
    #[getter]
    fn warnings(&self) -> Vec<(String, String)> {
        self.answer.warnings.iter().map(|doubt| (warning::name(doubt), warning::text(doubt))).collect()
    }

    /// The value as nested tuples, a letter for its form first.
    fn shown<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        convert::shown(py, &self.answer.shown)
    }

    /// The JSON line of the program for this statement.
    fn json(&self, statement: &str) -> String {
        json::answer(statement, &self.answer).to_string()
    }

    /// The JSON of the value alone.
    fn json_value(&self) -> String {
        json::value(&self.answer.shown).to_string()
    }

    /// The value as the program prints it on so many columns.
    fn text(&self, columns: usize) -> String {
        text::answer(&self.answer, text::Page { letters: true, ..text::Page::of(columns) })
    }

    /// SVG and data of a picture, in its own colours or in those of a dark page.
    #[pyo3(signature = (dark=false))]
    fn figure(&self, py: Python<'_>, dark: bool) -> PyResult<Option<(String, String)>> {
        let Value::Picture(picture) = &self.answer.value else { return Ok(None) };
        let mut figure = (*picture.figure).clone();
        if dark {
            figure.look.theme = plot::Theme::Dark;
        }
        let drawn = py.detach(|| plot::svg(&figure).map_err(|error| error.to_string()));
        drawn.map(Some).map_err(pyo3::exceptions::PyRuntimeError::new_err)
    }
}
