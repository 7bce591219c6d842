//! The user's own data: a file of numbers to a matrix.
//!
//! [`matrix`] alone touches the disk; the formats see bytes. Nothing is guessed: what is not a matrix of finite numbers is refused
//! with the place in the file and the mend.

mod npy;
mod table;

use std::fs;
use std::path::Path;

use super::effects::not_a_home;
use super::failure::Failure;
use crate::language::syntax::Span;
use crate::model::DataMatrix;
use crate::monte_carlo::ENTRIES_BOUND;

/// Why a file is no matrix, and the mend where there is one.
struct Fault {
    message: String,
    help: Option<String>,
}

impl Fault {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), help: None }
    }

    fn with_help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// The matrix in a .npy or .csv file.
///
/// # Errors
/// Another ending, a file that cannot be read, or that is no matrix of finite numbers.
pub(super) fn matrix(path: &Path) -> Result<DataMatrix, Failure> {
    let read = match path.extension().and_then(|ending| ending.to_str()) {
        Some("npy") => npy::matrix,
        Some("csv") => table::matrix,
        _ => {
            let failure = failed(format!("{} must end in .npy or .csv", path.display()));
            return Err(failure.with_help("numpy.save writes .npy, and numpy.savetxt(…, delimiter = \",\") .csv"));
        }
    };
    if let Some(failure) = not_a_home(path) {
        return Err(failure);
    }
    let shown = path.display();
    if path.is_dir() {
        return Err(failed(format!("{shown} is a folder")).with_help("name a file in it"));
    }
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            let folder = std::env::current_dir().map_or_else(|_| String::new(), |folder| folder.display().to_string());
            failed(format!("there is no file {shown}")).with_help(format!("names are read from the current folder, {folder}"))
        }
        _ => failed(format!("{shown} cannot be read: {error}")),
    })?;
    read(&bytes).map_err(|fault| {
        let failure = failed(format!("{shown}: {}", fault.message));
        match fault.help {
            Some(help) => failure.with_help(help),
            None => failure,
        }
    })
}

fn failed(message: String) -> Failure {
    Failure::wrong("file", Span::default(), message)
}

/// rows × columns, when that is within the bound of entries.
fn counted(rows: usize, columns: usize) -> Result<usize, Fault> {
    let count = rows.checked_mul(columns).filter(|count| *count as u64 <= ENTRIES_BOUND);
    count.ok_or_else(|| {
        let fault = Fault::new(format!("{rows} x {columns} entries are more than the bound 10^9"));
        fault.with_help("take fewer samples, or coarser ones")
    })
}
