//! Results to figures: densities of laws on grids that follow their edges, histograms beside them, samples and coefficients.

use super::call::Call;
use super::failure::Failure;
use super::law::{self, energy};
use super::shown::{Shown, show};
use super::value::{Samples, Value};
use crate::compare::Report;
use crate::model::{Energies, Features};
use crate::number::Ball;
use crate::plot::{Atom, Curve, Figure, Histogram, Mark, MarkKind, Style};
use crate::spectrum::{Law64, edges};

/// Points of a curve over one bulk.
const POINTS: usize = 600;
/// Digits of the numbers of a figure.
const DIGITS: u32 = 15;

/// The law of a model: its density, edges and atom.
///
/// # Errors
/// Whatever the law fails with.
pub fn model(call: &Call, model: &Features) -> Result<Figure, Failure> {
    let energy = energy(call, model)?;
    let wrong = |error| law::failure(&error, call.span);
    let table = Law64::new(&energy.parameters).map_err(wrong)?;
    let bulks = edges(&energy.parameters, call.bits()).map_err(wrong)?;
    let mut figure = Figure::new("limiting law of the eigenvalues", "eigenvalue", "density");
    figure.subtitle = described(model);
    for ([low, high], ends) in table.edges().into_iter().zip(&bulks) {
        let hard = ends[0].position.is_exact_zero();
        let mut points: Vec<(f64, f64)> = grid(low, high, hard).into_iter().map(|x| (x, table.density(x))).collect();
        if !hard {
            points.insert(0, (low, 0.0));
        }
        points.push((high, 0.0));
        let label = if figure.curves.is_empty() { "theory" } else { "" };
        figure.curves.push(Curve { label: label.to_owned(), points, style: Style::Line });
        figure.marks.extend([low, high].map(|x| Mark { x, label: String::new(), kind: MarkKind::Edge }));
    }
    for outlier in energy.outliers(call.bits()).map_err(wrong)?.iter().take(1).map(Ball::to_f64) {
        figure.marks.push(Mark { x: outlier, label: String::new(), kind: MarkKind::Outlier });
    }
    if table.atom() > 0.0 {
        figure.atoms.push(Atom { x: 0.0, mass: table.atom(), label: String::new() });
    }
    Ok(figure)
}

/// Points that crowd at both edges, towards a hard edge at 0 like the sixth power of the step, so that a density that grows like
/// a power is followed.
fn grid(low: f64, high: f64, hard: bool) -> Vec<f64> {
    (1..POINTS)
        .map(|k| {
            let angle = std::f64::consts::PI * k as f64 / POINTS as f64;
            let share = (1.0 - angle.cos()) / 2.0;
            low + (high - low) * if hard { share.powi(3) } else { share }
        })
        .collect()
}

fn described(model: &Features) -> String {
    let source = match &model.energies {
        Energies::Activation(f) => format!("f = {f}"),
        Energies::Given { theta1, theta2 } => format!("theta1 = {theta1}, theta2 = {theta2}"),
    };
    format!("{source}, phi = n0/m = {}, psi = n0/n1 = {}", model.phi, model.psi)
}

/// Theory over the histogram of the simulated eigenvalues; an outlier of order n and the zeros of the atom are left out of it.
///
/// # Errors
/// Whatever the law fails with.
pub fn check(call: &Call, features: &Features, report: &Report) -> Result<Figure, Failure> {
    let mut figure = model(call, features)?;
    let sizes: Vec<String> = report.dimensions.iter().map(|(name, size)| format!("{name} = {size}")).collect();
    figure.title = "theory and simulation".to_owned();
    figure.subtitle += &format!("; {}, {} trials, seed {}", sizes.join(", "), report.trials, report.seed);
    let top = figure.marks.iter().map(|mark| mark.x).fold(0.0, f64::max) * 1.25;
    let seen: Vec<f64> = report.eigenvalues.iter().copied().filter(|value| *value > top * 1e-12 && *value <= top).collect();
    if !seen.is_empty() {
        figure.histograms.push(histogram(&seen, report.eigenvalues.len()));
    }
    Ok(figure)
}

/// Bins of equal width; heights are shares of `total` per unit length.
fn histogram(values: &[f64], total: usize) -> Histogram {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let bins = ((values.len() as f64).sqrt() as usize).clamp(10, 80);
    let width = ((high - low) / bins as f64).max(f64::MIN_POSITIVE);
    let mut counts = vec![0usize; bins];
    for value in values {
        counts[(((value - low) / width) as usize).min(bins - 1)] += 1;
    }
    let heights = counts.iter().map(|count| *count as f64 / (total as f64 * width)).collect();
    Histogram { label: "simulation".to_owned(), edges: (0..=bins).map(|k| low + width * k as f64).collect(), heights }
}

/// A sampled function.
#[must_use]
pub fn samples(call: &Call, samples: &Samples) -> Figure {
    let variable = if samples.name == "quantile" { "p" } else { "x" };
    let mut figure = Figure::new(samples.name, variable, samples.name);
    let points =
        samples.points.iter().zip(&samples.values).map(|(x, y)| (double(call, &Value::Function(x.clone())), double(call, y)));
    figure.curves.push(Curve { label: String::new(), points: points.collect(), style: Style::Line });
    figure
}

/// Normalised Hermite coefficients as stems.
#[must_use]
pub fn coefficients(call: &Call, a: &[Value]) -> Figure {
    let mut figure = Figure::new("Hermite coefficients", "k", "a_k");
    let points = a.iter().enumerate().map(|(k, value)| (k as f64, double(call, value))).collect();
    figure.curves.push(Curve { label: String::new(), points, style: Style::Stems });
    figure
}

/// A value as a double for a picture; what is no number breaks the curve.
fn double(call: &Call, value: &Value) -> f64 {
    match show(value, DIGITS, call.bits()).0 {
        Shown::Number { text, .. } | Shown::Estimate { text, .. } => text.parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}
