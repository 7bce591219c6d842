//! The independent pieces of a sweep or a check, for any engine: what there is to do, some of it, and the answer from all of it.
//!
//! Plain data in, plain data out: a piece is found from the statement, the values bound in it and its number.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use pyo3::prelude::*;
use resolvent::language::syntax::Span;
use resolvent::session::{Failure, Handed, Settings, Share, checkpoint};
use serde_json::Value as Json;

use crate::engine::{Bindings, Failed, kept, last, raised, session, settings, watched};
use crate::handle::Handle;

/// What a statement hands over in this share.
fn handed(py: Python<'_>, text: String, bindings: &Bindings<'_>, settings: Settings, shared: Handed) -> PyResult<Vec<Json>> {
    let kept = kept(bindings);
    let found = watched(py, None, move |job| {
        let mut session = session(settings, &kept);
        last(&mut session, &text, job).map(|_| shared.take())
    })?;
    found.map_err(|failed| raised(py, &failed))
}

/// What a sweep or a check computes and how many pieces it has, as JSON.
#[pyfunction]
pub fn plan(py: Python<'_>, text: String, bindings: Bindings<'_>, digits: u32, seed: u64) -> PyResult<String> {
    let shared = Handed::default();
    let settings = Settings { share: Share::Plan(shared.clone()), ..settings(digits, seed, Some(1)) };
    let lines = handed(py, text.clone(), &bindings, settings, shared)?;
    match lines.first() {
        Some(line) => Ok(line.to_string()),
        None => Err(refused(py, text, "this statement has no pieces: it is no sweep and no check")),
    }
}

/// The lines of the pieces of these numbers.
#[pyfunction]
pub fn pieces(
    py: Python<'_>,
    text: String,
    bindings: Bindings<'_>,
    numbers: Vec<usize>,
    digits: u32,
    seed: u64,
    threads: usize,
) -> PyResult<Vec<String>> {
    let shared = Handed::default();
    let share = Share::Pieces(Arc::new(numbers), shared.clone());
    let settings = Settings { share, ..settings(digits, seed, Some(threads)) };
    Ok(handed(py, text, &bindings, settings, shared)?.iter().map(Json::to_string).collect())
}

/// The answer from the lines of all pieces.
#[pyfunction]
pub fn gather(
    py: Python<'_>,
    text: String,
    bindings: Bindings<'_>,
    lines: Vec<String>,
    digits: u32,
    seed: u64,
) -> PyResult<Handle> {
    let kept = kept(&bindings);
    let (own, statement) = (text.clone(), text.clone());
    let found = watched(py, None, move |job| {
        let lines = read(&lines).map_err(|failure| Failed { statement: own.clone(), failure })?;
        let settings = Settings { share: Share::Found(Arc::new(lines)), ..settings(digits, seed, None) };
        last(&mut session(settings, &kept), &own, job)
    })?;
    match found.map_err(|failed| raised(py, &failed))? {
        Some((answer, kept)) => Ok(Handle::new(answer, kept, digits)),
        None => Err(refused(py, statement, "the text asks for no value")),
    }
}

fn read(lines: &[String]) -> Result<Vec<Json>, Failure> {
    let line = |line: &String| {
        serde_json::from_str(line).map_err(|_| Failure::wrong("file", Span::default(), "a line of a piece is no JSON"))
    };
    lines.iter().map(line).collect()
}

fn refused(py: Python<'_>, statement: String, message: &str) -> PyErr {
    raised(py, &Failed { statement, failure: Failure::wrong("wrong_argument", Span::default(), message) })
}

/// The file of finished points that the program's `sweep` writes.
#[pyclass(frozen, module = "resolvent._native")]
pub struct Checkpoint {
    file: Mutex<Option<checkpoint::Checkpoint>>,
}

#[pymethods]
impl Checkpoint {
    /// Opens the file, and gives the lines that it holds.
    #[staticmethod]
    fn open(py: Python<'_>, path: PathBuf, head: &str, restart: bool) -> PyResult<(Self, Vec<String>)> {
        let opened = read(&[head.to_owned()])
            .and_then(|head| checkpoint::Checkpoint::open(&path, head.into_iter().next().unwrap_or_default(), restart));
        let (file, lines) = opened.map_err(|failure| file_failed(py, &path, failure))?;
        Ok((Self { file: Mutex::new(Some(file)) }, lines.iter().map(Json::to_string).collect()))
    }

    /// Adds a line.
    fn append(&self, py: Python<'_>, line: &str) -> PyResult<()> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = file.as_mut() else { return Ok(()) };
        let written = read(&[line.to_owned()]).and_then(|lines| lines.iter().try_for_each(|line| file.append(line)));
        written.map_err(|failure| file_failed(py, &PathBuf::new(), failure))
    }

    /// Puts the lines of all points in order, and closes the file.
    fn finish(&self, py: Python<'_>, lines: Vec<String>) -> PyResult<()> {
        let file = self.file.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(file) = file else { return Ok(()) };
        let written = read(&lines).and_then(|lines| file.finish(&lines));
        written.map_err(|failure| file_failed(py, &PathBuf::new(), failure))
    }

    /// Closes the file as it is.
    fn close(&self) {
        drop(self.file.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

fn file_failed(py: Python<'_>, path: &std::path::Path, failure: Failure) -> PyErr {
    raised(py, &Failed { statement: path.display().to_string(), failure })
}
