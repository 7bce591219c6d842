//! The law of a model on arrays of doubles: no loop in Python, the lock released, no copies of what comes in.

use std::sync::Arc;
use std::time::{Duration, Instant};

use num_complex::Complex64;
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;
use rand::Rng;
use resolvent::language::syntax::Span;
use resolvent::model::Model;
use resolvent::monte_carlo::{Matrix, Trial};
use resolvent::session::Failure;
use resolvent::session::value::Value;
use resolvent::spectrum::Table;
use resolvent::theory;

use crate::engine::{Failed, raised, watched};
use crate::handle::Handle;

/// A limiting law in double precision.
#[pyclass(frozen, module = "resolvent._native")]
pub struct Law(Arc<dyn Table>);

/// Values found before the first look for signals.
const FIRST: usize = 64;
/// About how long it is from one look to the next.
const LOOK: Duration = Duration::from_millis(20);

#[pymethods]
impl Law {
    /// The law of a model.
    #[new]
    fn new(py: Python<'_>, handle: &Bound<'_, Handle>, statement: String) -> PyResult<Self> {
        let model: Arc<Model> = match &handle.get().answer().value {
            Value::Model(model) => model.clone(),
            other => {
                let message = format!("arrays are taken by models, and this is {}", other.kind());
                let failure = Failure::wrong("wrong_kind", Span::default(), message);
                return Err(raised(py, &Failed { statement, failure }));
            }
        };
        let found = watched(py, None, move |job| {
            theory::table(&model, &theory::Cache::default(), job)
                .map_err(|error| Failure::theory(&error, Span::default(), "density"))
        })?;
        found.map(Self).map_err(|failure| raised(py, &Failed { statement, failure }))
    }

    /// The mass at 0.
    fn atom(&self) -> f64 {
        self.0.atom()
    }

    /// The density of the continuous part.
    fn density<'py>(&self, py: Python<'py>, x: PyReadonlyArray1<'py, f64>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.map(py, &x, |law, x| law.density(x))
    }

    /// The distribution function.
    fn cdf<'py>(&self, py: Python<'py>, x: PyReadonlyArray1<'py, f64>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.map(py, &x, |law, x| law.cdf(x).unwrap_or(f64::NAN))
    }

    /// The quantiles; NaN outside [0, 1].
    fn quantile<'py>(&self, py: Python<'py>, p: PyReadonlyArray1<'py, f64>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.map(py, &p, quantile)
    }

    /// The Stieltjes transform off the support.
    fn stieltjes<'py>(&self, py: Python<'py>, z: PyReadonlyArray1<'py, Complex64>) -> PyResult<Bound<'py, PyArray1<Complex64>>> {
        self.map(py, &z, |law, z| law.stieltjes(z).unwrap_or(Complex64::new(f64::NAN, f64::NAN)))
    }

    /// What the density at these points takes without Python, in seconds: for `make bench-python`.
    fn seconds_of_density(&self, py: Python<'_>, x: PyReadonlyArray1<'_, f64>) -> PyResult<f64> {
        let points = x.as_slice()?;
        Ok(py.detach(|| {
            let started = Instant::now();
            let values: Vec<f64> = points.iter().map(|point| self.0.density(*point)).collect();
            std::hint::black_box(values);
            started.elapsed().as_secs_f64()
        }))
    }

    /// Independent draws from the law.
    fn sample<'py>(&self, py: Python<'py>, count: usize, seed: u64) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let mut stream = Trial { seed, experiment: "sample of a law", number: 0 }.stream(Matrix::Data);
        let uniform: Vec<f64> = (0..count).map(|_| (stream.next_u64() >> 11) as f64 * 2f64.powi(-53)).collect();
        let drawn = chunked(py, &uniform, |p| quantile(&*self.0, p))?;
        Ok(PyArray1::from_vec(py, drawn))
    }
}

impl Law {
    fn map<'py, T: numpy::Element + Copy + Send + Sync>(
        &self,
        py: Python<'py>,
        points: &PyReadonlyArray1<'py, T>,
        value: impl Fn(&dyn Table, T) -> T + Sync,
    ) -> PyResult<Bound<'py, PyArray1<T>>> {
        let points = points.as_slice()?;
        Ok(PyArray1::from_vec(py, chunked(py, points, |point| value(&*self.0, point))?))
    }
}

/// The value at every point; between pieces signals are looked for.
fn chunked<T: Copy + Send + Sync>(py: Python<'_>, points: &[T], value: impl Fn(T) -> T + Sync) -> PyResult<Vec<T>> {
    let mut values = Vec::with_capacity(points.len());
    let mut size = FIRST;
    while values.len() < points.len() {
        let piece = &points[values.len()..points.len().min(values.len() + size)];
        let started = Instant::now();
        py.detach(|| values.extend(piece.iter().map(|point| value(*point))));
        py.check_signals()?;
        size = if started.elapsed() < LOOK / 2 { 2 * size } else { size.div_ceil(2) };
    }
    Ok(values)
}

fn quantile(law: &dyn Table, p: f64) -> f64 {
    let within = if (0.0..=1.0).contains(&p) { law.quantile(p) } else { None };
    within.unwrap_or(f64::NAN)
}
