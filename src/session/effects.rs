//! What an answer leaves on the disk: pictures and data, written when whoever runs the session says so.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::definition::walk;
use super::failure::Failure;
use super::queries;
use super::run::{Answer, Outcome, Session};
use super::settings::Settings;
use super::share::Share;
use super::shown::Shown;
use super::value::Value;
use super::{json, text};
use crate::language::syntax::{Argument, Expr, Kind, Span, Statement, StatementKind};
use crate::number::Job;
use crate::plot;

/// Refuses a statement whose file could not be written, before anything is computed for it.
///
/// # Errors
/// A file named in the statement that has no place, blamed on its name.
pub fn foresee(statement: &Statement, settings: &Settings) -> Result<(), Failure> {
    let expr = match &statement.kind {
        StatementKind::Query(query) => query,
        StatementKind::Define { parameters, body, .. } if parameters.is_empty() => body,
        _ => return Ok(()),
    };
    let mut result = Ok(());
    walk(expr, &mut |expr| {
        if let (Some((name, at)), Ok(())) = (file_of(expr), &result) {
            result = possible(&settings.file(name), &settings.out).map_err(|failure| failure.blamed_on(at));
        }
    });
    result
}

/// The file that a call names in so many words, and where.
fn file_of(expr: &Expr) -> Option<(&str, Span)> {
    let Kind::Call { function, arguments } = &expr.kind else { return None };
    let Kind::Name(name) = &function.kind else { return None };
    let position = queries::find(name)?.parameters.iter().position(|parameter| parameter.name == "file")?;
    let named = |argument: &&Argument| argument.name.as_ref().is_some_and(|(name, _)| name == "file");
    let unnamed = arguments.iter().filter(|argument| argument.name.is_none()).nth(position);
    let given = arguments.iter().find(named).or(unnamed)?;
    match &given.value.kind {
        Kind::Text(file) => Some((file, given.value.span)),
        _ => None,
    }
}

/// Runs one statement, and writes the files that its answer stands for. A file that cannot be is refused before anything is computed
/// for it.
///
/// # Errors
/// Why it has no value, or why a file cannot be written.
pub fn run(session: &mut Session, statement: &Statement, job: &Job) -> Result<(Outcome, Vec<PathBuf>), Failure> {
    with_files(session, statement, |session| session.run(statement, job))
}

/// [`run`] on the stack of the caller, which must have [`super::STACK_BYTES`]: what a thread costs is saved where statements are short.
///
/// # Errors
/// As [`run`].
pub fn run_here(session: &mut Session, statement: &Statement, job: &Job) -> Result<(Outcome, Vec<PathBuf>), Failure> {
    with_files(session, statement, |session| session.run_here(statement, job))
}

fn with_files(
    session: &mut Session,
    statement: &Statement,
    run: impl FnOnce(&mut Session) -> Result<Outcome, Failure>,
) -> Result<(Outcome, Vec<PathBuf>), Failure> {
    foresee(statement, &session.settings)?;
    let outcome = run(session)?;
    let written = match &outcome {
        // a shard has a part of what belongs into a table or a picture
        Outcome::Answer(answer) if !matches!(session.settings.share, Share::Shard { .. }) => {
            carry_out(answer, &session.settings.out)?
        }
        _ => Vec::new(),
    };
    Ok((outcome, written))
}

/// Writes the files that an answer stands for and gives their paths; only the folder `out` is made when it is not there.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn carry_out(answer: &Answer, out: &Path) -> Result<Vec<PathBuf>, Failure> {
    let Shown::File { path: Some(path), data } = &answer.shown else { return Ok(Vec::new()) };
    possible(path, out)?;
    if path.parent() == Some(out) {
        fs::create_dir_all(out).map_err(|error| unwritable(format!("the folder {} cannot be made: {error}", out.display())))?;
    }
    match (data, &answer.value) {
        (Some(data), _) => {
            let json = path.extension().is_some_and(|ending| ending == "json");
            let content = if json { format!("{}\n", json::value(data)) } else { csv(data) };
            write(path, &content).map_err(|error| unwritable(format!("{} cannot be written: {error}", path.display())))?;
            Ok(vec![path.clone()])
        }
        (None, Value::Picture(picture)) => plot::write(&picture.figure, path).map_err(|error| unwritable(error.to_string())),
        (None, _) => Ok(Vec::new()),
    }
}

/// Whether a file of this name has a place: in a folder that is there, or in `out`, which is made.
fn possible(path: &Path, out: &Path) -> Result<(), Failure> {
    let shown = path.display();
    if let Some(failure) = not_a_home(path) {
        return Err(failure);
    }
    if path.is_dir() {
        return Err(unwritable(format!("{shown} is a folder")).with_help("name a file in it, or another file"));
    }
    let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && *folder != out) else { return Ok(()) };
    if folder.is_dir() {
        return Ok(());
    }
    let shown = folder.display();
    if folder.exists() {
        return Err(unwritable(format!("{shown} is a file, and no folder for {}", path.display())));
    }
    Err(unwritable(format!("there is no folder {shown}")).with_help(format!("make it first: mkdir -p {shown}")))
}

/// The refusal of a name that begins with `~`.
pub(super) fn not_a_home(path: &Path) -> Option<Failure> {
    let rest = path.strip_prefix("~").ok()?;
    let home = std::env::var_os("HOME").map_or_else(|| PathBuf::from("/…"), PathBuf::from);
    let failure = unwritable("`~` stands for no folder here; the shell alone reads it so".to_owned());
    Some(failure.with_help(format!("write \"{}\"", home.join(rest).display())))
}

/// The whole text or nothing: under another name in the same folder first. A symbolic link stays one, and what it leads to is
/// replaced; what is no file, a pipe for example, takes the text as it is.
pub(super) fn write(path: &Path, content: &str) -> io::Result<()> {
    let target = plot::behind_links(path);
    let known = fs::metadata(&target).ok();
    if known.as_ref().is_some_and(|known| !known.is_file()) {
        return fs::write(&target, content);
    }
    if known.as_ref().is_some_and(|known| known.permissions().readonly()) {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is write-protected"));
    }
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let temporary = target.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let written = fs::File::create(&temporary)
        .and_then(|mut file| file.write_all(content.as_bytes()).and_then(|()| file.sync_all()))
        .and_then(|()| known.map_or(Ok(()), |known| fs::set_permissions(&temporary, known.permissions())))
        .and_then(|()| fs::rename(&temporary, &target));
    if written.is_err() {
        // the first error is the one to report
        drop(fs::remove_file(&temporary));
    }
    written
}

/// A table: records in a list are rows under the names of their fields, other items rows of one column; a record is a row a field, or
/// a row a number of a field that holds records. What stands in lists and records has a column, or a row, of its own: `edges[0][1]`.
fn csv(data: &Shown) -> String {
    let rows: Vec<Vec<String>> = match data {
        Shown::List(items) if data.is_table() => table(items),
        Shown::List(items) => items.iter().map(cells).collect(),
        Shown::Record(fields) => fields.iter().flat_map(|(name, value)| field(name, value)).collect(),
        other => vec![cells(other)],
    };
    rows.iter().map(|row| row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\n").collect()
}

/// Records under all the names that any of them has.
fn table(items: &[Shown]) -> Vec<Vec<String>> {
    let row = |item: &Shown| -> Vec<(String, String)> {
        match item {
            Shown::Record(fields) => fields.iter().flat_map(|(name, value)| flattened(name, value)).collect(),
            other => flattened("value", other),
        }
    };
    let rows: Vec<Vec<(String, String)>> = items.iter().map(row).collect();
    let mut names: Vec<&String> = Vec::new();
    for (name, _) in rows.iter().flatten() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let cell = |row: &[(String, String)], name: &String| {
        row.iter().find(|(known, _)| known == name).map_or_else(String::new, |(_, cell)| cell.clone())
    };
    let body = rows.iter().map(|row| names.iter().map(|name| cell(row, name)).collect());
    std::iter::once(names.iter().map(|name| (*name).clone()).collect()).chain(body).collect()
}

/// The rows of a field of a record.
fn field(name: &str, value: &Shown) -> Vec<Vec<String>> {
    if holds_records(value) {
        return flattened(name, value).into_iter().map(|(name, cell)| vec![name, cell]).collect();
    }
    vec![std::iter::once(name.to_owned()).chain(cells(value)).collect()]
}

fn holds_records(value: &Shown) -> bool {
    matches!(value, Shown::Record(_)) || value.items().iter().any(holds_records)
}

/// Every number and text in a value, under its path.
fn flattened(name: &str, value: &Shown) -> Vec<(String, String)> {
    let suffixed = |ends: [&str; 2]| ends.map(|end| format!("{name}{end}")).into_iter();
    match value {
        Shown::Measured { .. } => suffixed(["", "_se"]).zip(cells(value)).collect(),
        Shown::Complex(..) => suffixed(["_re", "_im"]).zip(cells(value)).collect(),
        Shown::List(items) => {
            items.iter().enumerate().flat_map(|(index, item)| flattened(&format!("{name}[{index}]"), item)).collect()
        }
        Shown::Record(fields) => fields.iter().flat_map(|(part, value)| flattened(&format!("{name}.{part}"), value)).collect(),
        other => cells(other).into_iter().map(|cell| (name.to_owned(), cell)).collect(),
    }
}

fn cells(value: &Shown) -> Vec<String> {
    match value {
        Shown::Measured { mean, se } => vec![mean.clone(), se.clone()],
        Shown::Complex(_) | Shown::List(_) => value.items().iter().flat_map(cells).collect(),
        Shown::Undefined => vec![String::new()],
        other => vec![text::line(other)],
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\n']) { format!("\"{}\"", cell.replace('"', "\"\"")) } else { cell.to_owned() }
}

fn unwritable(message: String) -> Failure {
    Failure::wrong("file", Span::default(), message)
}
