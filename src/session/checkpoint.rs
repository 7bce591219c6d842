//! A file of finished points: a line of JSON that says what is computed, then one line a point, in the order in which they came.
//!
//! A line is written whole and at once, so that a run that is killed loses at most the line it was writing; that is cut off when
//! the run goes on. When all points are there the lines are put in order, under another name first.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::effects;
use super::failure::Failure;
use crate::language::syntax::Span;

/// Where a line says which point it holds.
pub const NUMBER: &str = "point";

/// An open file of points.
pub struct Checkpoint {
    path: PathBuf,
    file: File,
    head: Json,
}

impl Checkpoint {
    /// Opens the file, made when it is not there, and gives the lines of points that it holds; `head` says what is computed.
    ///
    /// # Errors
    /// A file that cannot be used, that another run is writing, or that holds something else.
    pub fn open(path: &Path, head: Json, restart: bool) -> Result<(Self, Vec<Json>), Failure> {
        let failed = |error: io::Error| refused(format!("{} cannot be used: {error}", path.display()));
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let failure = refused(format!("{} is being written by another run", path.display()));
                return Err(failure.with_help("wait for it, or name another file"));
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        if restart {
            file.set_len(0).map_err(failed)?;
        }
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut text)).map_err(failed)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let lines = lines(&text[..whole], path)?;
        let mut checkpoint = Self { path: path.to_owned(), file, head };
        let mut lines = lines.into_iter();
        match lines.next() {
            None => {
                checkpoint.file.set_len(0).map_err(failed)?;
                checkpoint.append(&checkpoint.head.clone())?;
            }
            Some(found) => {
                checkpoint.same(&found)?;
                checkpoint.file.set_len(whole as u64).map_err(failed)?;
            }
        }
        Ok((checkpoint, lines.collect()))
    }

    /// Refuses a file whose first line is another.
    fn same(&self, found: &Json) -> Result<(), Failure> {
        if *found == self.head {
            return Ok(());
        }
        let shown = self.path.display();
        let names = self.head.as_object().into_iter().flat_map(|head| head.keys());
        let differs = names.into_iter().find(|name| found.get(name) != self.head.get(name));
        let message = match differs.filter(|name| found.get(name).is_some()) {
            Some(name) => {
                let (old, new) = (&found[name.as_str()], &self.head[name.as_str()]);
                format!("{shown} holds the points of another sweep: its {name} is {old}, and here it is {new}")
            }
            None => format!("{shown} holds no points of this sweep"),
        };
        Err(refused(message).with_help("name another file, or add restart = true, which begins it anew"))
    }

    /// Adds a line, whole.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn append(&mut self, line: &Json) -> Result<(), Failure> {
        let written = self.file.write_all(format!("{line}\n").as_bytes()).and_then(|()| self.file.flush());
        written.map_err(|error| refused(format!("{} cannot be written: {error}", self.path.display())))
    }

    /// Puts the lines of all points in order.
    ///
    /// # Errors
    /// A file that cannot be written.
    pub fn finish(self, lines: &[Json]) -> Result<(), Failure> {
        let text: String = std::iter::once(&self.head).chain(lines).map(|line| format!("{line}\n")).collect();
        if fs::read(&self.path).is_ok_and(|found| found == text.as_bytes()) {
            return Ok(());
        }
        let written = effects::write(&self.path, &text);
        written.map_err(|error| refused(format!("{} cannot be written: {error}", self.path.display())))
    }
}

fn lines(text: &[u8], path: &Path) -> Result<Vec<Json>, Failure> {
    let line = |(number, line): (usize, &[u8])| {
        serde_json::from_slice(line).map_err(|_| {
            let failure = refused(format!("{}, line {} is no JSON", path.display(), number + 1));
            failure.with_help("it is no file of points, or it was changed; name another file, or add restart = true")
        })
    };
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).enumerate().map(line).collect()
}

fn refused(message: String) -> Failure {
    Failure::wrong("file", Span::default(), message)
}
