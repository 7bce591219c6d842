//! The prompt: history, completion of names, statements over several lines until their brackets close.
//!
//! `?name` is `help name`; `models`, `examples`, `tour` and `timing` are commands here and names nowhere.
//! Ctrl-C clears the line, or stops the computation that runs; Ctrl-D, `quit` and `exit` end. Lines that arrive while one is
//! read or run wait for their turn: the editor is built with its feature `buffer-redux`, without which it forgets what it has
//! read beyond the line it gives.

use std::io;
use std::path::PathBuf;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::DefaultHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{Config, Editor, Helper};

use super::console::Console;
use super::help;
use crate::language::is_complete;
use crate::language::render::Text;

/// What the line editor asks while a statement is typed.
struct Names(Vec<String>);

impl Completer for Names {
    type Candidate = String;

    fn complete(&self, line: &str, position: usize, _: &rustyline::Context) -> rustyline::Result<(usize, Vec<String>)> {
        let start = line[..position]
            .rfind(|c: char| !c.is_alphanumeric() && c != '_')
            .map_or(0, |at| at + line[at..].chars().next().map_or(1, char::len_utf8));
        let typed = &line[start..position];
        let fitting = self.0.iter().filter(|name| !typed.is_empty() && name.starts_with(typed)).cloned().collect();
        Ok((start, fitting))
    }
}

impl Validator for Names {
    fn validate(&self, context: &mut ValidationContext) -> rustyline::Result<ValidationResult> {
        Ok(if is_complete(context.input()) { ValidationResult::Valid(None) } else { ValidationResult::Incomplete })
    }
}

impl Hinter for Names {
    type Hint = String;
}

impl Highlighter for Names {}

impl Helper for Names {}

/// Reads and runs statements until the input ends; gives the exit status.
///
/// # Errors
/// A terminal that cannot be used, standard output that cannot be written.
pub fn prompt(console: &mut Console) -> io::Result<u8> {
    let mut editor: Editor<Names, DefaultHistory> =
        Editor::with_config(Config::builder().auto_add_history(true).build()).map_err(io::Error::other)?;
    let history = history_file();
    if let Some(path) = &history {
        // the first run has no history yet
        drop(editor.load_history(path));
    }
    loop {
        editor.set_helper(Some(Names(console.session.known_names())));
        match editor.readline("> ") {
            Ok(line) if matches!(line.trim(), "quit" | "exit" | "quit()" | "exit()") => break,
            Ok(line) => {
                typed(console, &line)?;
            }
            Err(ReadlineError::Interrupted) => {}
            Err(ReadlineError::Eof) => break,
            Err(error) => return Err(io::Error::other(error)),
        }
    }
    if let Some(path) = &history {
        // a read-only home loses the history, not the session
        drop(editor.save_history(path));
    }
    Ok(0)
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
