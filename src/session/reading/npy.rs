//! The .npy format, versions 1 to 3 (numpy.lib.format): magic, version, length of the header, a Python literal with the keys
//! descr, fortran_order and shape, then the entries.
//!
//! Floats of 4 and 8 bytes and integers of 1 to 8 bytes, little and big endian, both orders, one and two dimensions.

use super::{Fault, counted};
use crate::model::DataMatrix;

const MAGIC: &[u8] = b"\x93NUMPY";
/// The largest whole number below which every one is a double.
const LARGEST_WHOLE: u64 = 1 << 53;

/// What the header says.
struct Header {
    kind: Kind,
    size: usize,
    big_endian: bool,
    fortran: bool,
    shape: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Float,
    Signed,
    Unsigned,
}

/// The matrix; one dimension is a column.
pub(super) fn matrix(bytes: &[u8]) -> Result<DataMatrix, Fault> {
    let (text, data) = split(bytes)?;
    let header = header(text)?;
    let (rows, columns) = match header.shape[..] {
        [length] => (length, 1),
        [rows, columns] => (rows, columns),
        _ => {
            let fault = Fault::new(format!("an array of {} dimensions is no matrix", header.shape.len()));
            return Err(fault.with_help("save it with two, one column a sample: array.reshape(len(array), -1).T"));
        }
    };
    let count = counted(rows, columns)?;
    if count == 0 {
        return Err(Fault::new(format!("the array is empty: {rows} x {columns}")));
    }
    if data.len() != count * header.size {
        let (wanted, state) = (count * header.size, if data.len() < count * header.size { "cut short" } else { "too long" });
        return Err(Fault::new(format!(
            "the file is {state}: {rows} x {columns} entries take {wanted} bytes, and there are {}",
            data.len()
        )));
    }
    let mut entries = vec![0.0; count];
    for (index, item) in data.chunks_exact(header.size).enumerate() {
        let (row, column) = if header.fortran { (index % rows, index / rows) } else { (index / columns, index % columns) };
        entries[row * columns + column] = header.number(item).map_err(|value| {
            Fault::new(format!("row {}, column {}, counted from 1: {value}", row + 1, column + 1))
                .with_help("drop or fill such entries first")
        })?;
    }
    Ok(DataMatrix { rows, columns, entries })
}

/// The header's text and the bytes behind it.
fn split(bytes: &[u8]) -> Result<(&str, &[u8]), Fault> {
    let cut = || Fault::new("the file is cut short within its header");
    let Some(rest) = bytes.strip_prefix(MAGIC) else {
        let fault = Fault::new("this is no .npy file: it does not begin with \\x93NUMPY");
        return Err(fault.with_help("numpy.save writes one; an archive .npz must be unpacked first"));
    };
    let [version, _, rest @ ..] = rest else { return Err(cut()) };
    let (length, rest) = match version {
        1 => rest.split_first_chunk::<2>().map(|(length, rest)| (usize::from(u16::from_le_bytes(*length)), rest)),
        2 | 3 => rest.split_first_chunk::<4>().map(|(length, rest)| (u32::from_le_bytes(*length) as usize, rest)),
        _ => return Err(Fault::new(format!("version {version} of the .npy format is not known"))),
    }
    .ok_or_else(cut)?;
    let (text, data) = rest.split_at_checked(length).ok_or_else(cut)?;
    Ok((std::str::from_utf8(text).map_err(|_| Fault::new("the header is no text"))?, data))
}

fn header(text: &str) -> Result<Header, Fault> {
    let value = |key: &str| -> Result<&str, Fault> {
        let (_, rest) = text.split_once(&format!("'{key}':")).ok_or_else(|| Fault::new(format!("the header has no {key}")))?;
        Ok(rest.trim_start())
    };
    let (kind, size, big_endian) = entry_type(value("descr")?)?;
    let order = value("fortran_order")?;
    let fortran = order.starts_with("True");
    if !fortran && !order.starts_with("False") {
        return Err(Fault::new("fortran_order in the header is neither True nor False"));
    }
    let shape = value("shape")?.strip_prefix('(').and_then(|rest| rest.split_once(')')).map(|(inside, _)| inside);
    let sizes = shape.map(|inside| inside.split(',').map(str::trim).filter(|size| !size.is_empty()).map(str::parse).collect());
    let shape = sizes.and_then(Result::ok).ok_or_else(|| Fault::new("the shape in the header is no tuple of sizes"))?;
    Ok(Header { kind, size, big_endian, fortran, shape })
}

/// Kind, bytes and order of `'<f8'`.
fn entry_type(value: &str) -> Result<(Kind, usize, bool), Fault> {
    let refused = |what: &str| Fault::new(what.to_owned()).with_help("save numbers: array.astype(float)");
    let Some((name, _)) = value.strip_prefix('\'').and_then(|rest| rest.split_once('\'')) else {
        return Err(refused("the entries are records, not numbers"));
    };
    let mut letters = name.chars();
    let (order, kind) = (letters.next(), letters.next());
    let size: usize = letters.as_str().parse().unwrap_or(0);
    let kind = match (kind, size) {
        (Some('f'), 4 | 8) => Kind::Float,
        (Some('i'), 1 | 2 | 4 | 8) => Kind::Signed,
        (Some('u'), 1 | 2 | 4 | 8) => Kind::Unsigned,
        (Some('O'), _) => return Err(refused("the entries are Python objects, not numbers")),
        _ => return Err(refused(&format!("the entries are of the type '{name}', not floats of 4 or 8 bytes or integers"))),
    };
    match order {
        Some('<') | Some('|') => Ok((kind, size, false)),
        Some('>') => Ok((kind, size, true)),
        _ => Err(refused(&format!("the byte order of '{name}' is not known"))),
    }
}

impl Header {
    /// An entry; what it is instead where it is no finite double.
    fn number(&self, item: &[u8]) -> Result<f64, String> {
        let mut bits = [0u8; 8];
        for (place, byte) in item.iter().enumerate() {
            bits[if self.big_endian { item.len() - 1 - place } else { place }] = *byte;
        }
        let raw = u64::from_le_bytes(bits);
        let magnitude = match (self.kind, self.size) {
            (Kind::Float, 4) => return finite(f64::from(f32::from_bits(raw as u32))),
            (Kind::Float, _) => return finite(f64::from_bits(raw)),
            (Kind::Unsigned, _) => raw,
            (Kind::Signed, size) => {
                let unused = 64 - 8 * size as u32;
                let value = (raw << unused) as i64 >> unused;
                let magnitude = value.unsigned_abs();
                return whole(magnitude).map(|size| if value < 0 { -size } else { size });
            }
        };
        whole(magnitude)
    }
}

fn finite(value: f64) -> Result<f64, String> {
    if value.is_finite() { Ok(value) } else { Err(format!("{value} is no finite number")) }
}

fn whole(value: u64) -> Result<f64, String> {
    if value <= LARGEST_WHOLE { Ok(value as f64) } else { Err(format!("{value} is beyond 2^53, where doubles skip integers")) }
}
