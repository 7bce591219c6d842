//! The prompt: history, completion, hints and colours, statements over several lines until their brackets close.
//!
//! `?name` is `help name`; `models`, `examples`, `tour` and `timing` are commands here and names nowhere.
//! Ctrl-C clears the line, or stops the computation that runs; the line it clears is in the history, and every line is written to
//! the history's file as it is entered. Ctrl-D, `quit` and `exit` end. Lines that arrive while one is read or run wait for their
//! turn: the editor is built with its feature `buffer-redux`, without which it forgets what it has read beyond the line it gives.

mod colors;
mod complete;
mod hint;
mod known;
mod place;

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rustyline::completion::{Completer, Pair};
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hint, Hinter};
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{
    Cmd, ColorMode, CompletionType, ConditionalEventHandler, Config, Context, Editor, Event, EventContext, EventHandler, Helper,
    KeyEvent, RepeatCount,
};

use self::known::Vocabulary;
use super::console::{Console, columns};
use super::help;
use super::screen::Screen;
use crate::language::is_complete;
use crate::language::render::Text;

/// Most lines of the history.
const HISTORY: usize = 20_000;
const PROMPT: &str = "> ";

/// What the line editor asks while a statement is typed.
struct Typing {
    vocabulary: Vocabulary,
    screen: Screen,
    columns: usize,
}

impl Completer for Typing {
    type Candidate = Pair;

    fn complete(&self, line: &str, position: usize, _: &Context) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (text, after) = line.split_at(position);
        Ok(complete::complete(text, after, &self.vocabulary, self.screen.letters))
    }
}

impl Validator for Typing {
    fn validate(&self, context: &mut ValidationContext) -> rustyline::Result<ValidationResult> {
        Ok(if is_complete(context.input()) { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

/// A hint that is read and never taken over.
struct Said(String);

impl Hint for Said {
    fn display(&self) -> &str {
        &self.0
    }

    fn completion(&self) -> Option<&str> {
        None
    }
}

impl Hinter for Typing {
    type Hint = Said;

    fn hint(&self, line: &str, position: usize, _: &Context) -> Option<Said> {
        if position < line.len() {
            return None;
        }
        let last = line.rsplit('\n').next().unwrap_or(line);
        let before = if last.len() == line.len() { PROMPT.len() } else { 0 };
        let room = self.columns - (before + last.chars().count()) % self.columns;
        hint::hint(line, &self.vocabulary, room - 1).map(|hint| Said(self.screen.spelt(&hint).into_owned()))
    }
}

impl Highlighter for Typing {
    fn highlight<'l>(&self, line: &'l str, position: usize) -> Cow<'l, str> {
        if self.screen.color { colors::colored(line, position, &self.vocabulary).into() } else { line.into() }
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        colors::faint(hint).into()
    }

    fn highlight_char(&self, _: &str, _: usize, kind: CmdKind) -> bool {
        self.screen.color && kind != CmdKind::ForcedRefresh
    }
}

impl Helper for Typing {}

/// Reads and runs statements until the input ends; gives the exit status.
///
/// # Errors
/// A terminal that cannot be used, standard output that cannot be written.
pub fn prompt(console: &mut Console) -> io::Result<u8> {
    let interrupted = Arc::new(AtomicBool::new(false));
    let mut editor = editor(&interrupted).map_err(io::Error::other)?;
    let history = history_file();
    if let Some(path) = &history {
        // the first run has no history yet
        drop(editor.load_history(path));
    }
    loop {
        editor.set_helper(Some(Typing {
            vocabulary: Vocabulary { names: console.session.names.clone() },
            screen: console.screen(),
            columns: columns(),
        }));
        let read = editor.readline(PROMPT);
        if let Some(line) = read.as_ref().ok().filter(|line| !line.trim().is_empty()) {
            // a read-only home loses the history, not the session
            drop(editor.add_history_entry(line.as_str()));
            drop(history.as_ref().map(|path| editor.append_history(path)));
        }
        match read {
            Ok(_) if interrupted.swap(false, Ordering::Relaxed) => {}
            Ok(line) if matches!(line.trim(), "quit" | "exit" | "quit()" | "exit()") => break,
            Ok(line) => {
                typed(console, &line)?;
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(io::Error::other(error)),
        }
    }
    Ok(0)
}

/// Ctrl-C ends the line like Enter, and says that it is not to be run: an error would lose what was typed ahead.
struct Interrupts(Arc<AtomicBool>);

impl ConditionalEventHandler for Interrupts {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext) -> Option<Cmd> {
        self.0.store(true, Ordering::Relaxed);
        Some(Cmd::AcceptLine)
    }
}

fn editor(interrupted: &Arc<AtomicBool>) -> rustyline::Result<Editor<Typing, DefaultHistory>> {
    // colours are our own choice: a faint hint is none, and stands without colours too
    let config = Config::builder().completion_type(CompletionType::List).color_mode(ColorMode::Forced);
    let mut editor = Editor::with_config(config.build())?;
    editor.set_max_history_size(HISTORY)?;
    let interrupts = EventHandler::Conditional(Box::new(Interrupts(interrupted.clone())));
    editor.bind_sequence(KeyEvent::ctrl('C'), interrupts);
    Ok(editor)
}

/// Runs a line: a command of the prompt, unless the user gave its name a meaning, or statements.
fn typed(console: &mut Console, line: &str) -> io::Result<u8> {
    let word = line.trim();
    match word {
        _ if console.session.defines(word) => {}
        help::MODELS | help::EXAMPLES => return console.run(Text::whole(&format!("help {word}"), "prompt"), true),
        "tour" => return console.tour(),
        "timing" => {
            console.time();
            return Ok(0);
        }
        _ => {}
    }
    let asked = word.strip_prefix('?').map(|topic| format!("help {topic}"));
    console.run(Text::whole(asked.as_deref().unwrap_or(line), "prompt"), true)
}

/// `$XDG_STATE_HOME/resolvent/history`, or `~/.resolvent_history`.
fn history_file() -> Option<PathBuf> {
    if let Some(state) = std::env::var_os("XDG_STATE_HOME").filter(|state| !state.is_empty()) {
        let folder = PathBuf::from(state).join("resolvent");
        std::fs::create_dir_all(&folder).ok()?;
        return Some(folder.join("history"));
    }
    std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".resolvent_history"))
}
