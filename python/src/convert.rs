//! Shown values as nested tuples: a letter for the form, then its parts. Python wraps them, and computes nothing.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};
use resolvent::session::shown::Shown;

/// The tuple of a shown value.
pub fn shown<'py>(py: Python<'py>, value: &Shown) -> PyResult<Bound<'py, PyAny>> {
    let list = |items: &[Shown]| -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, items.iter().map(|item| shown(py, item)).collect::<PyResult<Vec<_>>>()?)
    };
    match value {
        Shown::Number { text, exact, error } => ("n", text, exact.as_deref(), *error).into_bound_py_any(py),
        Shown::Complex(parts) => ("c", list(&**parts)?).into_bound_py_any(py),
        Shown::Measured { mean, se } => ("m", mean, se).into_bound_py_any(py),
        Shown::Infinite => ("inf",).into_bound_py_any(py),
        Shown::Undefined => ("none",).into_bound_py_any(py),
        Shown::Text(text) => ("t", text).into_bound_py_any(py),
        Shown::Function(text) => ("f", text).into_bound_py_any(py),
        Shown::Formula { text, latex } => ("e", text, latex).into_bound_py_any(py),
        Shown::Flag(flag) => ("b", *flag).into_bound_py_any(py),
        Shown::List(items) => ("l", list(items)?).into_bound_py_any(py),
        Shown::Record(fields) => {
            let field = |(name, value): &(_, Shown)| -> PyResult<Bound<'py, PyTuple>> {
                let name: &std::borrow::Cow<'static, str> = name;
                (name.as_ref(), shown(py, value)?).into_pyobject(py)
            };
            ("r", PyList::new(py, fields.iter().map(field).collect::<PyResult<Vec<_>>>()?)?).into_bound_py_any(py)
        }
        Shown::File { path, data } => {
            let path = path.as_ref().map(|path| path.display().to_string());
            let data = data.as_ref().map(|data| shown(py, data)).transpose()?;
            ("file", path, data).into_bound_py_any(py)
        }
    }
}
