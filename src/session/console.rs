//! The session at a terminal or in a pipe: values to standard output, diagnostics and progress to standard error.

use std::collections::HashSet;
use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::effects;
use super::failure::Failure;
use super::run::{Answer, Outcome, Session};
use super::value::Value;
use super::{json, text, warning};
use crate::language::diagnostic::Diagnostic;
use crate::language::syntax::{Span, Statement};
use crate::language::{is_complete, parse_statements, render::render};
use crate::number::Job;
use crate::plot;
use crate::theory::Doubt;

/// A progress bar appears only after so long.
const PATIENCE: Duration = Duration::from_millis(400);
/// Rows of a plot in the terminal.
const PLOT_ROWS: usize = 24;
/// Columns of a terminal that does not say how many it has, and the least and most that are believed.
const COLUMNS: usize = 80;
const BELIEVED: std::ops::RangeInclusive<usize> = 24..=400;

/// How answers are shown.
#[derive(Clone, Copy, Debug)]
pub struct Show {
    /// One JSON object a line, and nothing else on standard output.
    pub json: bool,
    /// Progress bars on standard error, when that is a terminal.
    pub progress: bool,
    /// Values of definitions too.
    pub definitions: bool,
}

/// A session with its output.
pub struct Console<'a> {
    /// The session.
    pub session: Session,
    show: Show,
    cancel: &'a AtomicBool,
    color: bool,
    /// Warnings that are not repeated.
    told: HashSet<Doubt>,
}

impl<'a> Console<'a> {
    /// A console over a session; `cancel` stops the statement that runs.
    #[must_use]
    pub fn new(session: Session, show: Show, cancel: &'a AtomicBool) -> Self {
        let color = io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
        Self { session, show, cancel, color, told: HashSet::new() }
    }

    /// Runs every statement of a text and gives the worst exit status; `stop` ends it at the first failure.
    ///
    /// # Errors
    /// Standard output that cannot be written.
    pub fn run(&mut self, source: &str, origin: &str, stop: bool) -> io::Result<u8> {
        let mut status = 0;
        for parsed in parse_statements(source) {
            let worse = match parsed {
                Ok(statement) => self.statement(&statement, source, origin)?,
                Err((span, diagnostic)) => self.failed(&Failure::Wrong(diagnostic), span, source, origin)?,
            };
            status = status.max(worse);
            if stop && status != 0 && status != 3 {
                break;
            }
        }
        Ok(status)
    }

    /// Runs standard input line by line, statements as soon as their brackets close; goes on after failures.
    ///
    /// # Errors
    /// Standard input that cannot be read, standard output that cannot be written.
    pub fn run_lines(&mut self, input: impl BufRead) -> io::Result<u8> {
        let (mut status, mut pending) = (0, String::new());
        for line in input.lines() {
            pending += &line?;
            pending.push('\n');
            if is_complete(&pending) {
                status = status.max(self.run(&pending, "standard input", false)?);
                pending.clear();
            }
        }
        Ok(status.max(self.run(&pending, "standard input", false)?))
    }

    fn statement(&mut self, statement: &Statement, source: &str, origin: &str) -> io::Result<u8> {
        self.cancel.store(false, Ordering::Relaxed);
        let bar = Bar { started: Instant::now(), shown: OnceLock::new(), wanted: self.show.progress };
        let report = |done: usize, of: usize| {
            if !self.cancel.load(Ordering::Relaxed) {
                bar.report(done, of);
            }
        };
        let job = Job::new(self.cancel, None, &report);
        let outcome = self.session.run(statement, &job).and_then(|outcome| match &outcome {
            Outcome::Answer(answer) => effects::carry_out(answer).map(|written| (outcome, written)),
            _ => Ok((outcome, Vec::new())),
        });
        bar.clear();
        let text = &source[statement.span.start..statement.span.end];
        let mut out = io::stdout().lock();
        match outcome {
            Ok((Outcome::Answer(answer), written)) => {
                let json = self.show.json.then(|| format!("{}\n", json::answer(text, &answer)));
                write!(out, "{}", json.unwrap_or_else(|| shown(&answer, &written)))?;
                self.warn(&answer.warnings);
                Ok(if answer.disagrees { 3 } else { 0 })
            }
            Ok((Outcome::Defined(defined), _)) => {
                self.warn(&defined.warnings);
                if self.show.definitions {
                    drop(out);
                    self.show_definition(&defined.name)?;
                }
                Ok(if defined.disagrees { 3 } else { 0 })
            }
            Ok((Outcome::Help(help), _)) => {
                let line = serde_json::json!({"statement": text, "type": "help", "value": help, "warnings": []});
                write!(out, "{}", if self.show.json { format!("{line}\n") } else { help })?;
                Ok(0)
            }
            Ok((Outcome::Set, _)) => Ok(0),
            Err(failure) => {
                drop(out);
                self.failed(&failure, statement.span, source, origin)
            }
        }
    }

    /// Warnings for people; that a mean was split off is said once for each activation.
    fn warn(&mut self, warnings: &[Doubt]) {
        for doubt in warnings {
            if !matches!(doubt, Doubt::MeanSplitOff(_)) || self.told.insert(doubt.clone()) {
                eprint(&format!("warning: {}\n", warning::text(doubt)));
            }
        }
    }

    fn show_definition(&mut self, name: &str) -> io::Result<()> {
        let Some(Ok(query)) = parse_statements(name).into_iter().next() else { return Ok(()) };
        if let Ok(Outcome::Answer(answer)) = self.session.run(&query, &Job::new(self.cancel, None, &|_, _| ())) {
            write!(io::stdout().lock(), "{}", text::answer(&answer, columns()))?;
        }
        Ok(())
    }

    fn failed(&self, failure: &Failure, span: Span, source: &str, origin: &str) -> io::Result<u8> {
        if self.show.json {
            writeln!(io::stdout().lock(), "{}", json::failure(&source[span.start..span.end], failure))?;
        }
        let diagnostic = failure.diagnostic();
        let diagnostic = match diagnostic.span {
            None => Diagnostic { span: Some(span), ..diagnostic },
            Some(place) if place == Span::default() => Diagnostic { span: Some(span), ..diagnostic },
            Some(_) => diagnostic.shifted(span.start),
        };
        eprint(&render(&diagnostic, source, origin, self.color));
        Ok(failure.status())
    }
}

/// The answer as text, with the files it left.
fn shown(answer: &Answer, written: &[std::path::PathBuf]) -> String {
    match &answer.value {
        Value::Picture(picture) if picture.file.is_none() => {
            format!("{}\n", plot::terminal(&picture.figure, columns(), PLOT_ROWS).trim_end_matches('\n'))
        }
        Value::Picture(_) | Value::Saved(_) => {
            let names: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
            format!("wrote {}\n", names.join(" and "))
        }
        _ => text::answer(answer, columns()),
    }
}

/// The columns of the terminal: of standard output when that is one, otherwise what the variable COLUMNS says.
fn columns() -> usize {
    let own = console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    let said = || std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    own.or_else(said).filter(|columns| *columns > 0).map_or(COLUMNS, |columns| columns.clamp(*BELIEVED.start(), *BELIEVED.end()))
}

/// To standard error; when that is closed there is nobody to tell.
fn eprint(text: &str) {
    drop(io::stderr().lock().write_all(text.as_bytes()));
}

/// A progress bar that appears when a computation takes long.
struct Bar {
    started: Instant,
    shown: OnceLock<ProgressBar>,
    wanted: bool,
}

impl Bar {
    fn report(&self, done: usize, of: usize) {
        if !self.wanted || self.started.elapsed() < PATIENCE {
            return;
        }
        let bar = self.shown.get_or_init(|| {
            let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {elapsed} (left: {eta})")
                .unwrap_or_else(|_| ProgressStyle::default_bar());
            ProgressBar::with_draw_target(Some(of as u64), ProgressDrawTarget::stderr())
                .with_style(style)
                .with_elapsed(self.started.elapsed())
        });
        bar.set_length(of as u64);
        bar.set_position(done as u64);
    }

    fn clear(&self) {
        if let Some(bar) = self.shown.get() {
            bar.finish_and_clear();
        }
    }
}
