//! Comma-separated numbers, a row a line. A first line without a number in it holds names; empty lines and lines that begin with
//! # are passed over.

use csv::{ByteRecord, ErrorKind, ReaderBuilder, Trim};

use super::{Fault, counted};
use crate::model::DataMatrix;

/// The matrix.
pub(super) fn matrix(bytes: &[u8]) -> Result<DataMatrix, Fault> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).comment(Some(b'#')).from_reader(bytes);
    let (mut rows, mut columns, mut entries) = (0, 0, Vec::new());
    let mut record = ByteRecord::new();
    let mut first = true;
    while reader.read_byte_record(&mut record).map_err(|error| unreadable(&error))? {
        let line = record.position().map_or(0, csv::Position::line);
        let names = std::mem::take(&mut first) && record.iter().all(|cell| number(cell).is_none() && !cell.is_empty());
        if columns > 0 && record.len() != columns {
            let fault = Fault::new(format!("line {line} has {} columns, and those before it {columns}", record.len()));
            return Err(fault.with_help("every row needs as many numbers"));
        }
        columns = record.len();
        if names {
            continue;
        }
        counted(rows + 1, columns)?;
        for (index, cell) in record.iter().enumerate() {
            entries.push(
                finite(cell).map_err(|fault| Fault {
                    message: format!("line {line}, column {}: {}", index + 1, fault.message),
                    ..fault
                })?,
            );
        }
        rows += 1;
    }
    if rows == 0 {
        return Err(Fault::new("there is no row of numbers in it"));
    }
    Ok(DataMatrix { rows, columns, entries })
}

fn number(cell: &[u8]) -> Option<f64> {
    std::str::from_utf8(cell).ok()?.parse().ok()
}

fn finite(cell: &[u8]) -> Result<f64, Fault> {
    let shown = String::from_utf8_lossy(cell);
    match number(cell) {
        Some(value) if value.is_finite() => Ok(value),
        Some(_) => Err(Fault::new(format!("{shown} is no finite number")).with_help("drop or fill such entries first")),
        None if cell.is_empty() => Err(Fault::new("the entry is empty").with_help("drop or fill such entries first")),
        None => {
            let fault = Fault::new(format!("`{}` is no number", shown.chars().take(40).collect::<String>()));
            Err(fault.with_help("entries are separated by commas, and names stand in the first line alone"))
        }
    }
}

fn unreadable(error: &csv::Error) -> Fault {
    match error.kind() {
        ErrorKind::Io(error) => Fault::new(error.to_string()),
        _ => Fault::new(error.to_string()),
    }
}
