//! The picture of a function at given points.

use crate::plot::{Curve, Figure, Style};

/// The letter of the points at which something is sampled.
#[must_use]
pub fn variable(name: &str) -> &'static str {
    if name == "quantile" { "p" } else { "x" }
}

/// The curve through points; the name says what is sampled.
#[must_use]
pub fn samples(name: &str, points: Vec<(f64, f64)>) -> Figure {
    let mut figure = Figure::new(name, variable(name), name);
    figure.curves.push(Curve { label: String::new(), points, style: Style::Line });
    figure
}
