//! Work on a thread of its own, without the lock of the interpreter, while the calling thread looks for signals and shows progress.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use resolvent::language::{parse_expression, parse_statements, render};
use resolvent::number::Job;
use resolvent::session::{Answer, Failure, Kept, Outcome, STACK_BYTES, Session, Settings, Text, run_to_files_here};

use crate::handle::Handle;

/// How often the calling thread looks for signals: Ctrl-C is to be answered within 0.1 s.
const LOOK: Duration = Duration::from_millis(20);
/// How long work has to end by itself when it is interrupted; it is left behind then, and ends at its next look at the flag.
const GRACE: Duration = Duration::from_millis(50);
/// Progress is shown of work that takes longer.
const PATIENCE: Duration = Duration::from_millis(400);

/// What the working thread says to the calling one.
#[derive(Default)]
struct Watch {
    cancel: AtomicBool,
    done: AtomicUsize,
    of: AtomicUsize,
    told: Mutex<Vec<String>>,
}

/// Runs `work`, on a stack for any statement, and gives what it came to; `progress` is called with (done, of) and with sentences.
///
/// # Errors
/// What a signal handler raised, or what `progress` did.
pub fn watched<T: Send + 'static>(
    py: Python<'_>,
    progress: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Job) -> T + Send + 'static,
) -> PyResult<T> {
    let watch = Arc::new(Watch::default());
    let (send, receive) = mpsc::sync_channel(1);
    let own = watch.clone();
    let run = move || {
        let report = |done: usize, of: usize| {
            own.done.store(done, Ordering::Relaxed);
            own.of.store(of, Ordering::Relaxed);
        };
        let tell = |sentence: &str| own.told.lock().unwrap_or_else(PoisonError::into_inner).push(sentence.to_owned());
        let result = work(&Job::new(&own.cancel, None, &report).telling(&tell));
        // nobody waits for work that was left behind
        let _ = send.send(result);
    };
    std::thread::Builder::new()
        .stack_size(STACK_BYTES)
        .spawn(run)
        .map_err(|error| PyRuntimeError::new_err(format!("no thread: {error}")))?;
    let receive = Mutex::new(receive);
    let wait = |time: Duration| py.detach(|| receive.lock().unwrap_or_else(PoisonError::into_inner).recv_timeout(time));
    let started = Instant::now();
    loop {
        match wait(LOOK) {
            Ok(result) => return Ok(result),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => {
                return Err(PyRuntimeError::new_err("the computation ended by a fault of the program; please report it"));
            }
        }
        let seen = py.check_signals().and_then(|()| match progress {
            Some(progress) => show(&watch, progress, started),
            None => Ok(()),
        });
        if let Err(raised) = seen {
            watch.cancel.store(true, Ordering::Relaxed);
            // what it came to does not matter any more
            let _ = wait(GRACE);
            return Err(raised);
        }
    }
}

fn show(watch: &Watch, progress: &Bound<'_, PyAny>, started: Instant) -> PyResult<()> {
    let told = std::mem::take(&mut *watch.told.lock().unwrap_or_else(PoisonError::into_inner));
    for sentence in told {
        progress.call_method1("tell", (sentence,))?;
    }
    let [done, of] = [&watch.done, &watch.of].map(|count| count.load(Ordering::Relaxed));
    if of > 0 && started.elapsed() > PATIENCE {
        progress.call_method1("report", (done, of))?;
    }
    Ok(())
}

/// Settings of one statement.
pub fn settings(digits: u32, seed: u64, threads: Option<usize>) -> Settings {
    let usual = Settings::default();
    Settings { digits, seed, threads: threads.unwrap_or(usual.threads), ..usual }
}

/// A session in which kept values have these names; it shares the Gaussian data of the first.
pub fn session(settings: Settings, bindings: &[(String, Kept)]) -> Session {
    let mut session = match bindings.first() {
        Some((_, kept)) => kept.session(settings),
        None => Session::new(settings),
    };
    bindings.iter().for_each(|(name, kept)| session.bind(name, kept));
    session
}

/// Handles under names, as Python gives them.
pub type Bindings<'py> = Vec<(String, Bound<'py, Handle>)>;

/// The kept values of handles.
pub fn kept(bindings: &Bindings) -> Vec<(String, Kept)> {
    bindings.iter().map(|(name, handle)| (name.clone(), handle.get().kept().clone())).collect()
}

/// What went wrong with a statement, and the statement.
pub struct Failed {
    /// The statement.
    pub statement: String,
    /// Why.
    pub failure: Failure,
}

/// The last answer of a text, with what it is kept as.
pub fn last(session: &mut Session, text: &str, job: &Job) -> Result<Option<(Answer, Kept)>, Failed> {
    let mut found = None;
    for parsed in parse_statements(text) {
        let statement = parsed.map_err(|(span, diagnostic)| Failed {
            statement: text[span.start..span.end].to_owned(),
            failure: Failure::Wrong(diagnostic),
        })?;
        let own = &text[statement.span.start..statement.span.end];
        let failed = |failure| Failed { statement: own.to_owned(), failure };
        if let (Outcome::Answer(answer), _) = run_to_files_here(session, &statement, job).map_err(failed)? {
            found = session.last_kept().map(|kept| (answer, kept));
        }
    }
    Ok(found)
}

/// The value of a text: that of its last statement which has one.
#[pyfunction]
#[pyo3(signature = (text, bindings, digits, seed, threads=None, progress=None))]
pub fn evaluate(
    py: Python<'_>,
    text: String,
    bindings: Bindings<'_>,
    digits: u32,
    seed: u64,
    threads: Option<usize>,
    progress: Option<Bound<'_, PyAny>>,
) -> PyResult<Handle> {
    let kept = kept(&bindings);
    let settings = settings(digits, seed, threads);
    let found = watched(py, progress.as_ref(), move |job| {
        let mut session = session(settings, &kept);
        last(&mut session, &text, job).and_then(|found| {
            let nothing = || Failed {
                statement: text.clone(),
                failure: Failure::wrong("syntax", resolvent::language::syntax::Span::default(), "the text asks for no value"),
            };
            found.ok_or_else(nothing)
        })
    })?;
    let (answer, kept) = found.map_err(|failed| raised(py, &failed))?;
    Ok(Handle::new(answer, kept, digits))
}

/// The least time of so many evaluations of a text without Python, in seconds: for `make bench-python`.
#[pyfunction]
pub fn seconds_of(py: Python<'_>, text: &str, times: usize) -> f64 {
    py.detach(|| {
        let once = || {
            let started = Instant::now();
            // what it comes to is tested elsewhere
            drop(std::hint::black_box(Session::new(Settings::default()).last(text)));
            started.elapsed().as_secs_f64()
        };
        (0..times).map(|_| once()).fold(f64::INFINITY, f64::min)
    })
}

/// Reads a text as one expression, and gives it as the language prints it, with the names in it.
#[pyfunction]
pub fn syntax(py: Python<'_>, text: &str) -> PyResult<()> {
    parse_expression(text)
        .map(|_| ())
        .map_err(|diagnostic| raised(py, &Failed { statement: text.to_owned(), failure: Failure::Wrong(diagnostic) }))
}

/// The exception of a failure.
pub fn raised(py: Python<'_>, failed: &Failed) -> PyErr {
    static MAKE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let Failed { statement, failure } = failed;
    let told = failure.diagnostic();
    let span = told.span.map(|span| (span.start, span.end)).filter(|span| *span != (0, 0));
    let drawn = render::render(&told, Text::whole(statement, "statement"), false);
    let make = MAKE.get_or_try_init(py, || Ok::<_, PyErr>(py.import("resolvent._errors")?.getattr("make")?.unbind()));
    let arguments = (told.kind, told.message.clone(), told.help.clone(), span, statement.clone(), failure.status(), drawn);
    match make.and_then(|make| make.call1(py, arguments)) {
        Ok(error) => PyErr::from_value(error.into_bound(py)),
        Err(error) => error,
    }
}
