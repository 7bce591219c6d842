//! The session at a terminal or in a pipe: values to standard output, diagnostics and progress to standard error.

use std::collections::HashSet;
use std::io::{self, BufRead, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::effects;
use super::failure::Failure;
use super::inspect::Unrun;
use super::run::{Answer, Outcome, Session};
use super::screen::Screen;
use super::text::Page;
use super::value::Value;
use super::{json, text, warning};
use crate::language::diagnostic::Diagnostic;
use crate::language::render::{Text, render};
use crate::language::syntax::{Span, Statement};
use crate::language::{is_complete, parse_statements};
use crate::number::Job;
use crate::plot;
use crate::theory::Doubt;

/// A progress bar appears only after so long.
const PATIENCE: Duration = Duration::from_millis(400);
/// Rows of a plot in the terminal.
const PLOT_ROWS: usize = 24;
/// Most lines of an answer at the prompt; `all(last)` shows the others.
const LINES: usize = 40;
/// Columns of a terminal that does not say how many it has, and the least and most that are believed.
const COLUMNS: usize = 80;
const BELIEVED: std::ops::RangeInclusive<usize> = 24..=400;

/// What `tour` runs: lines of explanation after #, and statements.
const TOUR: &str = include_str!("tour.rsv");

/// A statement, or its place and what is wrong with it.
type Parsed = Result<Statement, (Span, Diagnostic)>;

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
    /// What standard output and standard error can show.
    out: Screen,
    err: Screen,
    /// Whether the last text ended at a failure, before its end.
    stopped: bool,
    /// What the statements that were not run would have defined.
    unrun: Unrun,
    /// Warnings that are not repeated.
    told: HashSet<Doubt>,
    /// What the last statement took.
    took: Option<Duration>,
    /// Whether each statement says what it took.
    timed: bool,
}

impl<'a> Console<'a> {
    /// A console over a session; `cancel` stops the statement that runs.
    #[must_use]
    pub fn new(session: Session, show: Show, cancel: &'a AtomicBool) -> Self {
        let (out, err) = (Screen::of(&io::stdout()), Screen::of(&io::stderr()));
        Self {
            session,
            show,
            cancel,
            out,
            err,
            stopped: false,
            unrun: Unrun::default(),
            told: HashSet::new(),
            took: None,
            timed: false,
        }
    }

    /// What standard output can show.
    pub(super) fn screen(&self) -> Screen {
        self.out
    }

    /// Runs every statement of a text and gives the worst exit status. With `stop` the first failure ends it, and the statements
    /// after that are inspected alone.
    ///
    /// # Errors
    /// Standard output that cannot be written.
    pub fn run(&mut self, source: Text, stop: bool) -> io::Result<u8> {
        (self.stopped, self.unrun) = (false, Unrun::default());
        self.cancel.store(false, Ordering::Relaxed);
        let mut status = 0;
        let mut statements = parse_statements(source.text).into_iter();
        while let Some(parsed) = statements.next() {
            let span = parsed.as_ref().map_or_else(|(span, _)| *span, |statement| statement.span);
            let worse = match parsed {
                Ok(statement) => self.statement(&statement, source)?,
                Err((span, diagnostic)) => self.failed(&Failure::Wrong(diagnostic), span, source)?,
            };
            status = status.max(worse);
            if stop && matches!(worse, 1 | 2) {
                self.stopped = true;
                // an interrupt is no fault of the text
                if self.cancel.load(Ordering::Relaxed) {
                    break;
                }
                self.unrun.note(&source.text[span.start..span.end]);
                let worse = self.look_at(statements, source)?;
                if worse > 0 {
                    self.eprint("nothing after the first of these failures was run\n");
                }
                return Ok(status.max(worse));
            }
        }
        Ok(status)
    }

    /// Whether the last text ended before its end.
    #[must_use]
    pub fn stopped(&self) -> bool {
        self.stopped
    }

    /// Says what is wrong with a text that is not run because of a failure before it.
    ///
    /// # Errors
    /// Standard output that cannot be written.
    pub fn inspect(&mut self, source: Text) -> io::Result<u8> {
        self.look_at(parse_statements(source.text).into_iter(), source)
    }

    fn look_at(&mut self, statements: impl Iterator<Item = Parsed>, source: Text) -> io::Result<u8> {
        let mut status = 0;
        for parsed in statements {
            let (span, failure) = match parsed {
                Ok(statement) => (statement.span, self.session.inspect(&statement, &self.unrun).err()),
                Err((span, diagnostic)) => (span, Some(Failure::Wrong(diagnostic))),
            };
            if let Some(failure) = failure {
                status = status.max(self.failed(&failure, span, source)?);
            }
            self.unrun.note(&source.text[span.start..span.end]);
        }
        Ok(status)
    }

    /// Runs standard input line by line, statements as soon as their brackets close; goes on after failures.
    ///
    /// # Errors
    /// Standard input that cannot be read, standard output that cannot be written.
    pub fn run_lines(&mut self, mut input: impl BufRead) -> io::Result<u8> {
        let (mut status, mut lines_before, mut pending, mut line) = (0, 0, String::new(), Vec::new());
        loop {
            line.clear();
            let ended = input.read_until(b'\n', &mut line)? == 0;
            // what is no UTF-8 is refused by the lexer, at its place
            pending += &String::from_utf8_lossy(&line);
            if ended || is_complete(&pending) {
                status = status.max(self.run(Text { text: &pending, origin: "standard input", lines_before }, false)?);
                lines_before += pending.matches('\n').count();
                pending.clear();
            }
            if ended {
                return Ok(status);
            }
        }
    }

    /// Runs the tour in a session of its own: each statement is shown, then its answer.
    ///
    /// # Errors
    /// Standard output that cannot be written.
    pub(super) fn tour(&mut self) -> io::Result<u8> {
        let own = Session::new(self.session.settings.clone());
        let users = std::mem::replace(&mut self.session, own);
        let status = self.follow(TOUR);
        self.session = users;
        status
    }

    /// Shows and runs a text line by line, to its end or to the first failure.
    fn follow(&mut self, text: &str) -> io::Result<u8> {
        for line in text.lines() {
            let status = match line.strip_prefix('#') {
                Some(words) => self.print(&format!("{}\n", words.trim_start())).map(|()| 0),
                None if line.is_empty() => self.print("\n").map(|()| 0),
                None => self.print(&format!("> {line}\n")).and_then(|()| self.run(Text::whole(line, "tour"), true)),
            }?;
            if status != 0 {
                return Ok(status);
            }
        }
        Ok(0)
    }

    /// Says what the last statement took, and turns on or off that each one does.
    pub(super) fn time(&mut self) {
        if let Some(took) = self.took {
            self.eprint(&format!("the last statement took {}\n", seconds(took)));
        }
        self.timed = !self.timed;
        self.eprint(if self.timed { "timing is on; `timing` turns it off\n" } else { "timing is off\n" });
    }

    /// To standard output, at once, in the letters that it has.
    fn print(&self, text: &str) -> io::Result<()> {
        write_out(&self.out.spelt(text))
    }

    /// To standard error; when that is closed there is nobody to tell.
    fn eprint(&self, text: &str) {
        write_err(self.err, text);
    }

    fn statement(&mut self, statement: &Statement, source: Text) -> io::Result<u8> {
        let started = Instant::now();
        let status = self.run_statement(statement, source);
        let took = started.elapsed();
        self.took = Some(took);
        if self.timed {
            self.eprint(&format!("took {}\n", seconds(took)));
        }
        status
    }

    fn run_statement(&mut self, statement: &Statement, source: Text) -> io::Result<u8> {
        self.cancel.store(false, Ordering::Relaxed);
        let bar = Bar { started: Instant::now(), shown: OnceLock::new(), wanted: self.show.progress };
        let report = |done: usize, of: usize| {
            if !self.cancel.load(Ordering::Relaxed) {
                bar.report(done, of);
            }
        };
        let err = self.err;
        let tell = |sentence: &str| write_err(err, &format!("{sentence}\n"));
        let job = Job::new(self.cancel, None, &report).telling(&tell);
        let outcome = effects::run(&mut self.session, statement, &job);
        bar.clear();
        let text = &source.text[statement.span.start..statement.span.end];
        match outcome {
            Ok((Outcome::Answer(answer), written)) => {
                match self.show.json {
                    true => write_out(&format!("{}\n", json::answer(text, &answer)))?,
                    false => self.print(&self.shown(&answer, &written))?,
                }
                self.warn(&answer.warnings);
                Ok(if answer.disagrees { 3 } else { 0 })
            }
            Ok((Outcome::Defined(defined), _)) => {
                self.warn(&defined.warnings);
                let status = if defined.disagrees { 3 } else { 0 };
                if self.show.definitions || defined.goes_to_a_file {
                    return self.carry_out_definition(&defined.name, statement.span, source).map(|came| status.max(came));
                }
                Ok(status)
            }
            Ok((Outcome::Help(help), _)) => {
                let line = serde_json::json!({"statement": text, "type": "help", "value": help, "warnings": []});
                if self.show.json { write_out(&format!("{line}\n")) } else { self.print(&help) }?;
                Ok(0)
            }
            Ok((Outcome::Set, _)) => Ok(0),
            Err(failure) => self.failed(&failure, statement.span, source),
        }
    }

    /// Warnings for people; that a mean was split off is said once for each activation.
    fn warn(&mut self, warnings: &[Doubt]) {
        for doubt in warnings {
            if !matches!(doubt, Doubt::MeanSplitOff(_)) || self.told.insert(doubt.clone()) {
                self.eprint(&format!("warning: {}\n", warning::text(doubt)));
            }
        }
    }

    /// Writes the file that a definition names, and shows its value at the prompt.
    fn carry_out_definition(&mut self, name: &str, span: Span, source: Text) -> io::Result<u8> {
        let Some(Ok(query)) = parse_statements(name).into_iter().next() else { return Ok(0) };
        let job = Job::new(self.cancel, None, &|_, _| ());
        let Ok(Outcome::Answer(answer)) = self.session.run(&query, &job) else { return Ok(0) };
        match effects::carry_out(&answer, &self.session.settings.out) {
            Ok(written) if self.show.definitions => self.print(&self.shown(&answer, &written)).map(|()| 0),
            Ok(_) => Ok(0),
            Err(failure) => self.failed(&failure, span, source),
        }
    }

    /// The answer as text, with the files it left.
    fn shown(&self, answer: &Answer, written: &[std::path::PathBuf]) -> String {
        match &answer.value {
            Value::Picture(picture) if picture.file.is_none() => {
                format!("{}\n", plot::terminal(&picture.figure, columns(), PLOT_ROWS).trim_end_matches('\n'))
            }
            Value::Picture(_) | Value::Saved(_) if written.is_empty() => {
                "not written: a shard has a part of it; run the script again when the shards are merged\n".to_owned()
            }
            Value::Picture(_) | Value::Saved(_) => {
                let names: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
                format!("wrote {}\n", names.join(" and "))
            }
            // at the prompt, which alone shows definitions
            _ if self.show.definitions => {
                text::answer(answer, Page { lines: Some(LINES), letters: self.out.letters, ..Page::of(columns()) })
            }
            _ => text::answer(answer, Page::of(columns())),
        }
    }

    fn failed(&self, failure: &Failure, span: Span, source: Text) -> io::Result<u8> {
        if self.show.json {
            write_out(&format!("{}\n", json::failure(&source.text[span.start..span.end], failure)))?;
        }
        let diagnostic = failure.diagnostic();
        let diagnostic = match diagnostic.span {
            None => Diagnostic { span: Some(span), ..diagnostic },
            Some(place) if place == Span::default() => Diagnostic { span: Some(span), ..diagnostic },
            Some(_) => diagnostic.shifted(span.start),
        };
        self.eprint(&render(&diagnostic, source, self.err.color));
        Ok(failure.status())
    }
}

/// To standard output, at once.
fn write_out(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|error| io::Error::new(error.kind(), format!("standard output cannot be written: {error}")))
}

/// The columns of the terminal: of standard output when that is one, otherwise what the variable COLUMNS says.
pub(super) fn columns() -> usize {
    let own = console::Term::stdout().size_checked().map(|(_, columns)| usize::from(columns));
    let said = || std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    own.or_else(said).filter(|columns| *columns > 0).map_or(COLUMNS, |columns| columns.clamp(*BELIEVED.start(), *BELIEVED.end()))
}

/// To standard error in the letters that it has.
fn write_err(screen: Screen, text: &str) {
    drop(io::stderr().lock().write_all(screen.spelt(text).as_bytes()));
}

/// A duration with the digits that it is worth.
fn seconds(took: Duration) -> String {
    let seconds = took.as_secs_f64();
    if seconds < 1.0 { format!("{:.1} ms", 1e3 * seconds) } else { format!("{seconds:.2} s") }
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
