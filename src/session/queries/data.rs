//! The user's own matrices: read from a file, turned over, and their eigenvalues.

use std::path::Path;
use std::sync::Arc;

use faer::{Mat, MatRef, Side};

use super::{Query, Repeat, required};
use crate::model::DataMatrix;
use crate::number::Real;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::reading;
use crate::session::value::Value;

/// Computed eigenvalues are off by less than this times the largest.
pub(super) const RELATIVE_ERROR: f64 = 1e-12;
/// A matrix is symmetric when mirrored entries differ by at most this times its largest entry.
const ASYMMETRY: f64 = 1e-10;
/// Most rows of a matrix whose eigenvalues are computed: a minute or so.
pub(super) const MOST_ROWS: usize = 5000;

pub(super) const TABLE: &[Query] = &[
    Query {
        name: "load",
        parameters: &[required("file", "name.npy or name.csv, read from the current folder")],
        about: "a matrix of finite numbers from a file: .npy with one or two dimensions, or .csv, a first line of names passed over",
        result: "a matrix; its size is shown",
        example: "load(\"examples/data/digits.csv\")",
        repeat: Repeat::Reads,
        run: |call| {
            let name = call.text("file")?.unwrap_or_default();
            let matrix = reading::matrix(Path::new(name)).map_err(|failure| failure.placed(call.place("file")))?;
            Ok(Value::Matrix(Arc::new(matrix)))
        },
    },
    Query {
        name: "transpose",
        parameters: &[required("M", "a matrix")],
        about: "rows and columns exchanged: files mostly hold a sample a row, and kernel wants a sample a column",
        result: "a matrix",
        example: "transpose(load(\"examples/data/digits.csv\"))",
        repeat: Repeat::Exact,
        run: |call| Ok(Value::Matrix(Arc::new(call.matrix("M")?.transposed()))),
    },
    Query {
        name: "gram",
        parameters: &[required("M", "a matrix")],
        about: "M^T M, the inner products of the columns",
        result: "a matrix",
        example: "gram(load(\"examples/data/digits.csv\"))",
        repeat: Repeat::Exact,
        run: |call| {
            let matrix = call.matrix("M")?;
            let gram = gram(&matrix);
            if gram.iter().flatten().any(|entry| !entry.is_finite()) {
                return Err(call.refuse("M", "the inner products overflow").with_help("divide the entries by their size"));
            }
            let columns = matrix.columns;
            Ok(Value::Matrix(Arc::new(DataMatrix { rows: columns, columns, entries: gram.concat() })))
        },
    },
    Query {
        name: "eigenvalues",
        parameters: &[required("M", "a symmetric matrix")],
        about: "the eigenvalues of a symmetric matrix in double precision, the largest first",
        result: "a list of numbers, each with its estimated error",
        example: "eigenvalues(gram(load(\"examples/data/digits.csv\")))",
        repeat: Repeat::Exact,
        run: |call| {
            let values = symmetric(call)?;
            let error = RELATIVE_ERROR * values.iter().fold(0.0, |size: f64, value| size.max(value.abs()));
            Ok(Value::list(values.into_iter().map(|value| Real::estimated_double(value, error).into()).collect()))
        },
    },
];

fn symmetric(call: &Call) -> Result<Vec<f64>, Failure> {
    let matrix = call.matrix("M")?;
    let data = "for the kernel of data X write kernel(f, gamma = […], data = X), for inner products of its columns gram(X)";
    if matrix.rows != matrix.columns {
        let message = format!("M is {} x {}, and eigenvalues are those of a symmetric matrix", matrix.rows, matrix.columns);
        return Err(call.refuse("M", message).with_help(data));
    }
    let size = matrix.entries.iter().fold(0.0, |size: f64, entry| size.max(entry.abs()));
    for row in 0..matrix.rows {
        for column in 0..row {
            if (matrix.at(row, column) - matrix.at(column, row)).abs() > ASYMMETRY * size {
                let place = format!("row {}, column {}, counted from 1", row + 1, column + 1);
                return Err(call.refuse("M", format!("M is not symmetric: {place}, differs from its mirror")).with_help(data));
            }
        }
    }
    let [rows, columns] = [matrix.rows, matrix.columns];
    descending(call, "M", Mat::from_fn(rows, columns, |row, column| matrix.at(row, column)).as_ref())
}

/// The eigenvalues of a symmetric matrix, by its lower triangle, the largest first.
///
/// # Errors
/// More rows than the bound, or an iteration that does not converge.
pub(super) fn descending(call: &Call, name: &str, matrix: MatRef<'_, f64>) -> Result<Vec<f64>, Failure> {
    if matrix.nrows() > MOST_ROWS {
        let message = format!("the eigenvalues of {} rows are wanted, more than the bound {MOST_ROWS}", matrix.nrows());
        return Err(call.refuse(name, message).with_help("take fewer samples"));
    }
    let mut values = matrix
        .self_adjoint_eigenvalues(Side::Lower)
        .map_err(|_| call.refuse(name, "the eigenvalues do not converge in double precision"))?;
    values.reverse();
    Ok(values)
}

/// The inner products of the columns, row by row.
pub(super) fn gram(matrix: &DataMatrix) -> Vec<Vec<f64>> {
    let data = MatRef::from_row_major_slice(&matrix.entries, matrix.rows, matrix.columns);
    let product = data.transpose() * data;
    (0..matrix.columns).map(|row| (0..matrix.columns).map(|column| product[(row, column)]).collect()).collect()
}
