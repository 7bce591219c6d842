//! The user's data as the input of a kernel.

use std::sync::Arc;

use rug::Rational;

use super::data::{RELATIVE_ERROR, descending, gram};
use super::population::{bounded, of_doubles};
use crate::model::{ConjugateKernel, DataInput, DataMatrix, KernelInput};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::theory::Doubt;

/// The least number of samples.
const LEAST_SAMPLES: usize = 8;

/// The eigenvalues that are followed, and the input.
pub(super) fn data_input(call: &Call) -> Result<Option<(Vec<Rational>, DataInput)>, Failure> {
    if call.given("data").is_none() {
        return match call.given("top") {
            Some(_) => Err(call.refuse("top", "top counts eigenvalues of data, and there are none").with_help("give data = X")),
            None => Ok(None),
        };
    }
    let matrix = call.matrix("data")?;
    let samples = matrix.columns;
    if samples < LEAST_SAMPLES {
        let failure = call.refuse("data", format!("data has {samples} columns, fewer than {LEAST_SAMPLES} samples"));
        return Err(failure.with_help("a sample is a column: data = transpose(X) where it is a row"));
    }
    let (scaled, factor) = scaled(call, &matrix)?;
    let products = gram(&scaled);
    call.work().doubt(departure(&products, factor));
    let top = call.whole("top", 0, samples - 1)?.unwrap_or(0);
    input(call, scaled, &products, top).map(Some)
}

/// The same kernel on fewer of the samples, evenly spaced, as data of their own.
///
/// # Errors
/// Samples that are 0, or eigenvalues that do not converge.
pub(super) fn on_fewer_samples(
    call: &Call,
    kernel: &ConjugateKernel,
    data: &DataInput,
    samples: usize,
) -> Result<ConjugateKernel, Failure> {
    if samples >= data.matrix.columns {
        return Ok(kernel.clone());
    }
    let columns = data.matrix.spread(samples);
    let entries = (0..data.matrix.rows).flat_map(|row| columns.iter().map(move |column| data.matrix.at(row, *column)));
    let fewer = DataMatrix { rows: data.matrix.rows, columns: samples, entries: entries.collect() };
    let (scaled, _) = scaled(call, &fewer)?;
    let products = gram(&scaled);
    let (signal, input) = input(call, scaled, &products, data.followed)?;
    Ok(ConjugateKernel { signal, input: KernelInput::Data(Box::new(input)), ..kernel.clone() })
}

/// The eigenvalues that are followed, and the input, of scaled data with these inner products.
fn input(call: &Call, scaled: DataMatrix, products: &[Vec<f64>], top: usize) -> Result<(Vec<Rational>, DataInput), Failure> {
    let samples = scaled.columns;
    let values = eigenvalues(call, products)?;
    let (followed, others) = values.split_at(top);
    let error = RELATIVE_ERROR * values[0];
    if let Some(value) = followed.iter().find(|value| **value <= error || others.contains(value)) {
        let message = format!("top = {top} reaches the eigenvalue {value:e}, which is not off the others");
        return Err(call.refuse("top", message).with_help("follow fewer"));
    }
    let typed = format!("{} x {samples}, a sample a column", scaled.rows);
    let population = bounded(call, "data", of_doubles(others, error, typed), others.len())?;
    let exact = |value: &f64| Rational::from_f64(*value).unwrap_or_default();
    let input = DataInput { matrix: Arc::new(scaled), population, followed: top, error: exact(&error) };
    Ok((followed.iter().map(exact).collect(), input))
}

/// The columns at mean square norm 1, and the factor.
fn scaled(call: &Call, matrix: &DataMatrix) -> Result<(DataMatrix, f64), Failure> {
    let square = matrix.entries.iter().map(|entry| entry * entry).sum::<f64>() / matrix.columns as f64;
    if square == 0.0 {
        return Err(call.refuse("data", "data is 0"));
    }
    if !square.is_normal() {
        return Err(call.refuse("data", "the norms of the columns overflow or underflow").with_help("scale the entries"));
    }
    let factor = square.sqrt().recip();
    let entries = matrix.entries.iter().map(|entry| entry * factor).collect();
    Ok((DataMatrix { entries, ..matrix.clone() }, factor))
}

/// The eigenvalues of XᵀX, the largest first.
fn eigenvalues(call: &Call, products: &[Vec<f64>]) -> Result<Vec<f64>, Failure> {
    let size = products.len();
    let matrix = faer::Mat::from_fn(size, size, |row, column| products[row][column]);
    descending(call, "data", matrix.as_ref())
}

/// How far the columns are from orthonormal.
fn departure(products: &[Vec<f64>], factor: f64) -> Doubt {
    let norms: Vec<f64> = products.iter().enumerate().map(|(index, row)| row[index].sqrt()).collect();
    let mut cosine = 0.0f64;
    for (row, products) in products.iter().enumerate() {
        for (column, product) in products[..row].iter().enumerate() {
            let lengths = norms[row] * norms[column];
            cosine = if lengths > 0.0 { cosine.max((product / lengths).abs()) } else { cosine };
        }
    }
    let [least, most] = [f64::min, f64::max].map(|pick| norms.iter().copied().reduce(pick).unwrap_or(0.0));
    let short = |value: f64| format!("{value:.3}");
    Doubt::DataScaled { factor: format!("{factor:.6}"), norms: [least, most].map(short), cosine: short(cosine) }
}
