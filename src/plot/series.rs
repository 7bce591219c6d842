//! The look of curves and histograms: colours of Okabe and Ito (2008), which colour-blind readers tell apart, and marker shapes.

use super::scene::Shape;
use plotters::style::RGBAColor;

const CURVES: [RGBAColor; 7] = [
    RGBAColor(0, 90, 160, 1.0),
    RGBAColor(213, 94, 0, 1.0),
    RGBAColor(0, 138, 100, 1.0),
    RGBAColor(190, 95, 150, 1.0),
    RGBAColor(40, 40, 40, 1.0),
    RGBAColor(86, 180, 233, 1.0),
    RGBAColor(200, 140, 0, 1.0),
];
const HISTOGRAMS: [RGBAColor; 3] = [RGBAColor(150, 165, 180, 0.45), RGBAColor(230, 159, 0, 0.30), RGBAColor(0, 158, 115, 0.25)];

/// Colour of the curve with this number.
pub(super) fn curve_colour(number: usize) -> RGBAColor {
    CURVES[number % CURVES.len()]
}

/// Fill and outline of the histogram with this number.
pub(super) fn histogram_colours(number: usize) -> (RGBAColor, RGBAColor) {
    let fill = HISTOGRAMS[number % HISTOGRAMS.len()];
    (fill, RGBAColor(fill.0, fill.1, fill.2, 0.9))
}

/// The marker of the curve with this number: disc, square, triangle in turn.
pub(super) fn marker(number: usize, (x, y): (f64, f64), radius: f64) -> Shape {
    let colour = curve_colour(number);
    let polygon = |corners: &[(f64, f64)]| Shape::Polygon {
        points: corners.iter().map(|(dx, dy)| (x + radius * dx, y + radius * dy)).collect(),
        colour,
    };
    match number % 3 {
        0 => Shape::Disc { centre: (x, y), radius, colour },
        1 => polygon(&[(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)]),
        _ => polygon(&[(0.0, -1.2), (1.1, 0.8), (-1.1, 0.8)]),
    }
}
