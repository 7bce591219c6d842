//! What an answer leaves on the disk: pictures and data, written when whoever runs the session says so.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::failure::Failure;
use super::run::Answer;
use super::shown::Shown;
use super::value::Value;
use super::{json, text};
use crate::language::syntax::Span;
use crate::plot;

/// Writes the files that an answer stands for and gives their paths.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn carry_out(answer: &Answer) -> Result<Vec<PathBuf>, Failure> {
    let Shown::File { path: Some(path), data } = &answer.shown else { return Ok(Vec::new()) };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| unwritable(format!("the folder {} cannot be made: {error}", folder.display())))?;
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

/// Through a temporary file, so that no half of one is left.
fn write(path: &Path, content: &str) -> std::io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".part");
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)
}

/// A table: records in a list are rows under the names of their fields, other items rows of one column; a record is a row a field.
fn csv(data: &Shown) -> String {
    let mut rows: Vec<Vec<String>> = Vec::new();
    match data {
        Shown::List(items) => {
            for item in items {
                match item {
                    Shown::Record(fields) => {
                        if rows.is_empty() {
                            rows.push(fields.iter().flat_map(|(name, value)| headings(name, value)).collect());
                        }
                        rows.push(fields.iter().flat_map(|(_, value)| cells(value)).collect());
                    }
                    other => rows.push(cells(other)),
                }
            }
        }
        Shown::Record(fields) => {
            rows.extend(fields.iter().map(|(name, value)| std::iter::once(name.to_string()).chain(cells(value)).collect()));
        }
        other => rows.push(cells(other)),
    }
    rows.iter().map(|row| row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(",") + "\n").collect()
}

fn headings(name: &str, value: &Shown) -> Vec<String> {
    match value {
        Shown::Complex(..) => vec![format!("{name}_re"), format!("{name}_im")],
        Shown::Measured { .. } => vec![name.to_owned(), format!("{name}_se")],
        _ => vec![name.to_owned()],
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
