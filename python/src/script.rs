//! A session whose names persist, for scripts and for whoever prefers the language itself.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use resolvent::language::{parse_statements, render};
use resolvent::session::{Failure, Outcome, Text, Unrun, json, run_to_files_here, warning};

use crate::engine::{settings, watched};
use crate::handle::Handle;

/// Names and settings of a run of statements.
#[pyclass(frozen, module = "resolvent._native")]
pub struct Session {
    session: Arc<Mutex<resolvent::session::Session>>,
}

/// What one statement came to, before it is Python's.
struct Came {
    statement: String,
    json: Option<String>,
    status: u8,
    handle: Option<Handle>,
    help: Option<String>,
    warnings: Vec<(String, String)>,
    failure: Option<(Failure, String)>,
}

#[pymethods]
impl Session {
    /// A session without names.
    #[new]
    #[pyo3(signature = (digits, seed, threads=None, out=None))]
    fn new(digits: u32, seed: u64, threads: Option<usize>, out: Option<PathBuf>) -> Self {
        let usual = settings(digits, seed, threads);
        let settings = resolvent::session::Settings { out: out.unwrap_or_else(|| usual.out.clone()), ..usual };
        Self { session: Arc::new(Mutex::new(resolvent::session::Session::new(settings))) }
    }

    /// Runs the statements of a text up to the first failure, and inspects those after it.
    #[pyo3(signature = (text, origin, progress=None))]
    fn run<'py>(
        &self,
        py: Python<'py>,
        text: String,
        origin: String,
        progress: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Vec<Bound<'py, PyDict>>> {
        let session = self.session.clone();
        let came = watched(py, progress.as_ref(), move |job| {
            let mut session = session.lock().unwrap_or_else(PoisonError::into_inner);
            all(&mut session, &text, &origin, job)
        })?;
        came.into_iter().map(|came| given(py, came)).collect()
    }
}

fn all(session: &mut resolvent::session::Session, text: &str, origin: &str, job: &resolvent::number::Job) -> Vec<Came> {
    let mut came: Vec<Came> = Vec::new();
    let mut unrun = Unrun::default();
    for parsed in parse_statements(text) {
        let stopped = came.iter().any(|came| came.failure.is_some());
        let span = parsed.as_ref().map_or_else(|(span, _)| *span, |statement| statement.span);
        let own = &text[span.start..span.end];
        let one = match parsed {
            Err((_, diagnostic)) => failed(own, Failure::Wrong(diagnostic), span.start, Text::whole(text, origin)),
            Ok(statement) if stopped => match session.inspect(&statement, &unrun) {
                Ok(()) => continue,
                Err(failure) => failed(own, failure, span.start, Text::whole(text, origin)),
            },
            Ok(statement) => match run_to_files_here(session, &statement, job) {
                Err(failure) => failed(own, failure, span.start, Text::whole(text, origin)),
                Ok((outcome, _)) => ran(session, own, outcome),
            },
        };
        if one.failure.is_some() || stopped {
            unrun.note(own);
        }
        came.push(one);
    }
    came
}

fn ran(session: &resolvent::session::Session, statement: &str, outcome: Outcome) -> Came {
    let mut came = Came {
        statement: statement.to_owned(),
        json: None,
        status: 0,
        handle: None,
        help: None,
        warnings: Vec::new(),
        failure: None,
    };
    let texts = |doubts: &[resolvent::session::Warning]| -> Vec<(String, String)> {
        doubts.iter().map(|doubt| (warning::name(doubt), warning::text(doubt))).collect()
    };
    match outcome {
        Outcome::Answer(answer) => {
            came.json = Some(json::answer(statement, &answer).to_string());
            came.warnings = texts(&answer.warnings);
            came.status = if answer.disagrees { 3 } else { 0 };
            let digits = session.settings.digits;
            came.handle = session.last_kept().map(|kept| Handle::new(answer, kept, digits));
        }
        Outcome::Defined(defined) => {
            came.warnings = texts(&defined.warnings);
            came.status = if defined.disagrees { 3 } else { 0 };
        }
        Outcome::Help(help) => {
            let line = serde_json::json!({"statement": statement, "type": "help", "value": help, "warnings": []});
            (came.json, came.help) = (Some(line.to_string()), Some(help));
        }
        Outcome::Set => {}
    }
    came
}

fn failed(statement: &str, failure: Failure, offset: usize, source: Text) -> Came {
    let told = failure.diagnostic().shifted(offset);
    let drawn = render::render(&told, source, false);
    Came {
        statement: statement.to_owned(),
        json: Some(json::failure(statement, &failure).to_string()),
        status: failure.status(),
        handle: None,
        help: None,
        warnings: Vec::new(),
        failure: Some((failure, drawn)),
    }
}

fn given(py: Python<'_>, came: Came) -> PyResult<Bound<'_, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("statement", &came.statement)?;
    dict.set_item("json", came.json)?;
    dict.set_item("status", came.status)?;
    dict.set_item("help", came.help)?;
    dict.set_item("warnings", came.warnings)?;
    dict.set_item("handle", came.handle.map(|handle| Py::new(py, handle)).transpose()?)?;
    let error = came.failure.as_ref().map(|(failure, _)| {
        let failed = crate::engine::Failed { statement: came.statement.clone(), failure: failure.clone() };
        crate::engine::raised(py, &failed)
    });
    dict.set_item("error", error.map(|error| error.into_value(py)))?;
    dict.set_item("drawn", came.failure.map(|(_, drawn)| drawn))?;
    Ok(dict)
}
