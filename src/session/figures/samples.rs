//! The picture of a function at given points.

use crate::plot::{Curve, Figure, Style};

/// The curve through points; the name says what is sampled.
#[must_use]
pub fn samples(name: &str, points: Vec<(f64, f64)>) -> Figure {
    let variable = if name == "quantile" { "p" } else { "x" };
    let mut figure = Figure::new(name, variable, name);
    figure.curves.push(Curve { label: String::new(), points, style: Style::Line });
    figure
}
