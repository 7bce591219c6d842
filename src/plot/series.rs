//! The look of curves and histograms: colours of Okabe and Ito (2008), which colour-blind readers tell apart, and marker shapes.

use super::Histogram;
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
const BARS: RGBAColor = RGBAColor(150, 165, 180, 1.0);

/// Colour of the curve with this number.
pub(super) fn curve_colour(number: usize) -> RGBAColor {
    CURVES[number % CURVES.len()]
}

/// A colour as dark as small texts need it.
pub(super) fn text_colour(RGBAColor(red, green, blue, alpha): RGBAColor) -> RGBAColor {
    const SHARE: f64 = 0.75;
    let [red, green, blue] = [red, green, blue].map(|part| (f64::from(part) * SHARE) as u8);
    RGBAColor(red, green, blue, alpha)
}

/// Fill and outline of a histogram: grey alone, and among several the colour of its curve.
pub(super) fn histogram_colours(histogram: &Histogram, alone: bool) -> (RGBAColor, RGBAColor) {
    let RGBAColor(red, green, blue, _) = histogram.curve.filter(|_| !alone).map_or(BARS, curve_colour);
    let share = if alone { 0.45 } else { 0.25 };
    (RGBAColor(red, green, blue, share), RGBAColor(red, green, blue, 0.9))
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
