//! What an answer leaves on the disk: pictures, written when whoever runs the session says so.

use std::path::PathBuf;

use super::failure::Failure;
use super::value::Value;
use crate::language::syntax::Span;
use crate::plot;

/// Writes the files that a value stands for and gives their paths.
///
/// # Errors
/// A folder or file that cannot be written.
pub fn carry_out(value: &Value) -> Result<Vec<PathBuf>, Failure> {
    let Value::Picture(picture) = value else { return Ok(Vec::new()) };
    let Some(path) = &picture.file else { return Ok(Vec::new()) };
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|error| unwritable(format!("the folder {} cannot be made: {error}", folder.display())))?;
    }
    plot::write(&picture.figure, path).map_err(|error| unwritable(error.to_string()))
}

fn unwritable(message: String) -> Failure {
    Failure::wrong("file", Span::default(), message)
}
