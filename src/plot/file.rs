//! Pictures and their data as files that are either complete or absent: written under a temporary name, then renamed.

use super::{Figure, compose, data, image, pdf};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};
use thiserror::Error;

/// Why a picture was not written.
#[derive(Debug, Error)]
pub enum PlotError {
    /// The name ends in something else than `.svg`, `.pdf` or `.png`.
    #[error("`{}` names no known kind of picture; let it end in .svg, .pdf or .png", .path.display())]
    Extension {
        /// The name given.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("cannot write `{}`: {source}; check that the folder exists and can be written", .path.display())]
    Write {
        /// The file that was to be written.
        path: PathBuf,
        /// What the file system said.
        source: io::Error,
    },
    /// The drawing library refused.
    #[error("cannot draw `{}`: {reason}", .path.display())]
    Draw {
        /// The file that was to be written.
        path: PathBuf,
        /// What the drawing library said.
        reason: String,
    },
}

/// Writes the picture as SVG, PDF or PNG, by the extension of `path`, and the plotted data beside it as `name.json`.
///
/// Without a look of its own the size is 800 × 500 (SVG) or 1600 × 1000 pixels (PNG), 600 × 375 points (PDF), for each panel. Existing files are replaced. On an error neither file is left half written.
/// Returns the paths written, the picture first.
pub fn write(figure: &Figure, path: &Path) -> Result<Vec<PathBuf>, PlotError> {
    let extension = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let extension = extension
        .filter(|extension| matches!(extension.as_str(), "svg" | "pdf" | "png"))
        .ok_or_else(|| PlotError::Extension { path: path.to_path_buf() })?;
    let table = path.with_extension("json");
    let [picture_place, table_place] = [path, &table].map(behind_links);
    let (new_table, new_picture) = (temporary(&table_place, "json"), temporary(&picture_place, &extension));
    let written = write_temporary(figure, path, &new_picture, &new_table)
        .and_then(|()| rename(&new_picture, &picture_place))
        .and_then(|()| rename(&new_table, &table_place));
    if written.is_err() {
        for file in [new_table, new_picture] {
            // The first error is the one to report; a temporary file that was never made cannot be removed.
            let _ = fs::remove_file(file);
        }
    }
    written.map(|()| vec![path.to_path_buf(), table])
}

/// The picture as SVG, and the plotted data as JSON, without a file.
///
/// # Errors
/// What the drawing library refuses.
pub fn svg(figure: &Figure) -> Result<(String, String), PlotError> {
    let drawn = image::svg(&compose::compose(figure), &figure.look, 1 + figure.below.len());
    let refused = |reason: Box<dyn Error>| PlotError::Draw { path: PathBuf::from("figure.svg"), reason: reason.to_string() };
    Ok((drawn.map_err(refused)?, data::json(figure)))
}

/// Where a file of this name lies: what symbolic links lead to, so that replacing it leaves them.
#[must_use]
pub fn behind_links(path: &Path) -> PathBuf {
    /// As many as Linux follows.
    const MOST: usize = 40;
    let mut place = path.to_path_buf();
    for _ in 0..MOST {
        let Ok(link) = fs::read_link(&place) else { return place };
        place = place.parent().map_or(link.clone(), |folder| folder.join(&link));
    }
    place
}

/// A hidden name in the same folder, so that the later renaming stays on one file system.
fn temporary(path: &Path, extension: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{stem}.{}.tmp.{extension}", std::process::id()))
}

fn write_temporary(figure: &Figure, path: &Path, new_picture: &Path, new_table: &Path) -> Result<(), PlotError> {
    fs::write(new_table, data::json(figure)).map_err(|source| refused(path, source))?;
    let (scene, panels) = (compose::compose(figure), 1 + figure.below.len());
    let draw = |reason: Box<dyn Error>| PlotError::Draw { path: path.to_path_buf(), reason: reason.to_string() };
    let extension = new_picture.extension().and_then(|extension| extension.to_str());
    let bytes = match extension {
        Some("png") => return image::png(&scene, &figure.look, panels, new_picture).map_err(draw),
        Some("pdf") => pdf::pdf(&scene, &figure.look, panels).map_err(|error| draw(error.into()))?,
        _ => image::svg(&scene, &figure.look, panels).map_err(draw)?.into_bytes(),
    };
    fs::write(new_picture, bytes).map_err(|source| refused(path, source))
}

fn rename(from: &Path, to: &Path) -> Result<(), PlotError> {
    fs::rename(from, to).map_err(|source| refused(to, source))
}

fn refused(path: &Path, source: io::Error) -> PlotError {
    PlotError::Write { path: path.to_path_buf(), source }
}
