//! Arrays and callables of Python as values of the language.

use numpy::{PyArray1, PyArrayMethods, PyReadonlyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use resolvent::activation::BlackBox;
use resolvent::language::syntax::{Expr, Kind, Span, Statement, StatementKind};
use resolvent::model::DataMatrix;
use resolvent::number::Job;
use resolvent::session::value::Value;
use resolvent::session::{Kept, Outcome, Settings};
use std::sync::Arc;

use crate::handle::Handle;

/// A matrix of finite doubles.
#[pyfunction]
pub fn matrix(entries: PyReadonlyArray2<'_, f64>) -> PyResult<Handle> {
    let view = entries.as_array();
    let (rows, columns) = view.dim();
    if rows == 0 || columns == 0 {
        return Err(PyValueError::new_err("the matrix is empty"));
    }
    let entries: Vec<f64> = view.iter().copied().collect();
    if let Some(place) = entries.iter().position(|entry| !entry.is_finite()) {
        let (row, column, entry) = (place / columns, place % columns, entries[place]);
        return Err(PyValueError::new_err(format!("the entry [{row}, {column}] is {entry}; the entries must be finite")));
    }
    given("X", Value::Matrix(Arc::new(DataMatrix { rows, columns, entries })))
}

/// A callable that takes an array of doubles and returns one, as an activation that is simulated.
#[pyfunction]
pub fn black_box(name: String, callable: Py<PyAny>) -> PyResult<Handle> {
    let apply = move |values: &mut [f64]| {
        Python::attach(|py| {
            if let Err(error) = called(py, &callable, values) {
                error.write_unraisable(py, None);
                values.fill(f64::NAN);
            }
        });
    };
    given("g", Value::BlackBox(BlackBox::new(name, apply)))
}

fn called(py: Python<'_>, callable: &Py<PyAny>, values: &mut [f64]) -> PyResult<()> {
    let result = callable.bind(py).call1((PyArray1::from_slice(py, values),))?;
    let result = py.import("numpy")?.call_method1("asarray", (result, "float64"))?;
    let result = result.cast_into::<PyArray1<f64>>().map_err(PyErr::from)?;
    if result.len()? != values.len() {
        return Err(PyValueError::new_err("the activation must return an array of the shape it is given"));
    }
    result.readonly().as_array().iter().zip(values.iter_mut()).for_each(|(found, value)| *value = *found);
    Ok(())
}

/// A value that no statement made.
fn given(name: &str, value: Value) -> PyResult<Handle> {
    let kept = Kept::given(name, value);
    let mut session = kept.session(Settings::default());
    session.bind(name, &kept);
    let expr = Expr { kind: Kind::Name(name.to_owned()), span: Span::default() };
    let statement = Statement { kind: StatementKind::Query(expr), span: Span::default() };
    match session.run(&statement, &Job::unwatched()) {
        Ok(Outcome::Answer(answer)) => Ok(Handle::new(answer, kept, Settings::default().digits)),
        Ok(_) => Err(PyValueError::new_err("no value")),
        Err(failure) => Err(PyValueError::new_err(failure.diagnostic().message)),
    }
}
