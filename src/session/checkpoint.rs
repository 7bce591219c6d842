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
use super::share::Share;
use crate::language::syntax::Span;

/// Where a line says which point it holds.
pub const NUMBER: &str = "point";
/// Where the first line of a shard says which one it is, of how many.
pub const SHARD: &str = "shard";
/// Where it says how many points all shards have.
pub const POINTS: &str = "points";

/// The file of a shard: `name.3-of-16.jsonl` for `name.jsonl`.
#[must_use]
pub fn of_shard(path: &Path, number: usize, of: usize) -> PathBuf {
    let ending = path.extension().unwrap_or_default().to_string_lossy();
    path.with_extension(format!("{number}-of-{of}.{ending}"))
}

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

/// Puts the points of all shards of a sweep in order, into the file that one run would have written; gives its name and how many
/// points it holds.
///
/// # Errors
/// Files of different sweeps, a shard that is missing or there twice, a point that is missing, there twice or in the wrong file, and
/// a file of another sweep in the place of the result.
pub fn merge(parts: &[PathBuf]) -> Result<(PathBuf, usize), Failure> {
    let parts = parts.iter().map(|path| Part::read(path)).collect::<Result<Vec<Part>, Failure>>()?;
    let Some(first) = parts.first() else { return Err(refused("there is no file to merge".to_owned())) };
    let mut known: Vec<Option<&Part>> = vec![None; first.of];
    for part in &parts {
        if let Some(name) = first.differs(part) {
            let message = format!("{} and {} hold different sweeps: {name} differs", first.path.display(), part.path.display());
            return Err(refused(message).with_help("merge the shards of one script and one version of the program"));
        }
        if let Some(other) = known[part.number - 1].replace(part) {
            let message = format!("{} and {} are the same shard", other.path.display(), part.path.display());
            return Err(refused(message).with_help("leave one of them out"));
        }
    }
    if let Some(missing) = known.iter().position(Option::is_none) {
        let failure = refused(format!("shard {} of {} is missing", missing + 1, first.of));
        return Err(failure.with_help(format!("run --shard {}/{} of the same script", missing + 1, first.of)));
    }
    let mut points: Vec<Option<&Json>> = vec![None; first.points];
    parts.iter().try_for_each(|part| part.place(&mut points))?;
    let unmerged = first.path.with_extension("").with_extension("");
    let path = unmerged.with_extension(first.path.extension().unwrap_or_default());
    let (mut merged, _) = Checkpoint::open(&path, first.head.clone(), false)?;
    let lines: Vec<Json> = points.into_iter().flatten().cloned().collect();
    merged.file.flush().map_err(|error| refused(format!("{} cannot be written: {error}", path.display())))?;
    merged.finish(&lines)?;
    Ok((path, lines.len()))
}

/// The file of a shard.
struct Part {
    path: PathBuf,
    /// What is computed, as in the file of one run.
    head: Json,
    number: usize,
    of: usize,
    points: usize,
    lines: Vec<Json>,
}

impl Part {
    fn read(path: &Path) -> Result<Self, Failure> {
        let text = fs::read(path).map_err(|error| refused(format!("{} cannot be read: {error}", path.display())))?;
        // a line that is not whole is that of a run that was stopped
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let mut lines = lines(&text[..whole], path)?.into_iter();
        let whole = |json: &Json| json.as_u64().and_then(|number| usize::try_from(number).ok());
        let mut head = lines.next().unwrap_or(Json::Null);
        let taken = head.as_object_mut().map(|head| [head.shift_remove(SHARD), head.shift_remove(POINTS)]);
        let Some([Some(shard), Some(points)]) = taken else {
            return Err(refused(format!("{} is no file of a shard", path.display())).with_help("--shard K/N writes them"));
        };
        match (whole(&shard[0]), whole(&shard[1]), whole(&points)) {
            (Some(number), Some(of), Some(points)) if (1..=of).contains(&number) => {
                Ok(Self { path: path.to_owned(), head, number, of, points, lines: lines.collect() })
            }
            _ => Err(refused(format!("{} is no file of a shard: its first line was changed", path.display()))),
        }
    }

    /// What differs in another file of the same sweep.
    fn differs(&self, other: &Self) -> Option<String> {
        if (self.of, self.points) != (other.of, other.points) {
            return Some("the number of shards or of points".to_owned());
        }
        let names = self.head.as_object().into_iter().chain(other.head.as_object()).flat_map(|head| head.keys());
        names.into_iter().find(|name| self.head.get(name) != other.head.get(name)).cloned()
    }

    /// Puts its points among those of all shards.
    fn place<'a>(&'a self, points: &mut [Option<&'a Json>]) -> Result<(), Failure> {
        let shown = self.path.display();
        let share = Share::Shard { number: self.number, of: self.of };
        for line in &self.lines {
            let number = line[NUMBER].as_u64().and_then(|number| usize::try_from(number).ok());
            let Some((number, place)) = number.and_then(|number| Some((number, points.get_mut(number)?))) else {
                return Err(refused(format!("{shown} holds a line of no point of this sweep")));
            };
            if !share.holds(number) {
                return Err(refused(format!("{shown} holds point {number}, which belongs to another shard")));
            }
            if place.replace(line).is_some() {
                return Err(refused(format!("{shown} holds point {number} twice")));
            }
        }
        let own = (0..points.len()).filter(|number| share.holds(*number));
        match own.into_iter().find(|number| points[*number].is_none()) {
            None => Ok(()),
            Some(missing) => {
                let failure = refused(format!("{shown} is not finished: point {missing} is missing"));
                Err(failure.with_help(format!("run --shard {}/{} of the same script again", self.number, self.of)))
            }
        }
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
