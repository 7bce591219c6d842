//! The look of curves and histograms: inks and marker shapes.

use super::Histogram;
use super::ink::{BARS, Ink};
use super::scene::Shape;

/// Fill and outline of a histogram: grey alone, and among several the colour of its curve.
pub(super) fn histogram_inks(histogram: &Histogram, alone: bool) -> (Ink, Ink) {
    let ink = histogram.curve.filter(|_| !alone).map_or(BARS, Ink::curve);
    (ink.with_opacity(if alone { 0.45 } else { 0.25 }), ink.with_opacity(0.9))
}

/// The marker of the curve with this number: disc, square, triangle in turn.
pub(super) fn marker(number: usize, (x, y): (f64, f64), radius: f64) -> Shape {
    let ink = Ink::curve(number);
    let polygon = |corners: &[(f64, f64)]| Shape::Polygon {
        points: corners.iter().map(|(dx, dy)| (x + radius * dx, y + radius * dy)).collect(),
        ink,
    };
    match number % 3 {
        0 => Shape::Disc { centre: (x, y), radius, ink },
        1 => polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        _ => polygon(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]),
    }
}
