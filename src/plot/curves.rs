//! Curves and histograms as shapes inside the frame.

use super::layout::Layout;
use super::scene::{Area, Shape, line};
use super::series::{curve_colour, histogram_colours, marker};
use super::{Curve, Histogram, Style, clip};

/// Width of a curve.
pub(super) const LINE: f64 = 2.0;
/// Lengths of dash and gap of a dashed curve.
pub(super) const DASH: (f64, f64) = (8.0, 5.0);
const MARKER: f64 = 3.25;

/// The bars of the histogram with this number, and their outline.
pub(super) fn histogram(histogram: &Histogram, number: usize, layout: &Layout) -> Vec<Shape> {
    let (fill, outline) = histogram_colours(number);
    let bars = clip::bars(histogram, layout.x, layout.y).into_iter().map(|bar| {
        let (left, top) = layout.frame.point((bar.left, bar.high));
        let (right, bottom) = layout.frame.point((bar.right, bar.low));
        Shape::Rectangle { area: Area { left, top, right, bottom }, colour: fill }
    });
    let mut shapes: Vec<Shape> = bars.collect();
    let ends = [histogram.edges.first(), histogram.edges.last()].map(|end| end.map(|&edge| (edge, 0.0)));
    let bins = histogram.edges.windows(2).zip(&histogram.heights);
    let steps = bins.flat_map(|(edge, &height)| [(edge[0], height), (edge[1], height)]);
    let path: Vec<(f64, f64)> = ends[0].into_iter().chain(steps).chain(ends[1]).collect();
    for piece in clip::pieces(&path, layout.x, layout.y) {
        shapes.push(line(layout.frame.points(piece), 0.75, outline));
    }
    shapes
}

/// The curve with this number.
pub(super) fn curve(curve: &Curve, number: usize, layout: &Layout) -> Vec<Shape> {
    match curve.style {
        Style::Line => lines(curve, number, layout, None),
        Style::Dashed => lines(curve, number, layout, Some(DASH)),
        Style::Points => markers(curve, number, layout),
        Style::Stems => stems(curve, number, layout),
    }
}

fn lines(curve: &Curve, number: usize, layout: &Layout, dash: Option<(f64, f64)>) -> Vec<Shape> {
    let colour = curve_colour(number);
    let shape = |piece| match layout.frame.points(piece) {
        points if points.len() == 1 => Shape::Disc { centre: points[0], radius: MARKER, colour },
        points => Shape::Path { points, width: LINE, dash, colour },
    };
    clip::pieces(&curve.points, layout.x, layout.y).into_iter().map(shape).collect()
}

fn markers(curve: &Curve, number: usize, layout: &Layout) -> Vec<Shape> {
    let points = clip::visible(&curve.points, layout.x, layout.y).into_iter();
    points.map(|p| marker(number, layout.frame.point(p), MARKER)).collect()
}

fn stems(curve: &Curve, number: usize, layout: &Layout) -> Vec<Shape> {
    let stems = clip::stems(&curve.points, layout.x, layout.y).into_iter();
    let stems = stems.map(|ends| line(layout.frame.points(ends), 1.75, curve_colour(number)));
    stems.chain(markers(curve, number, layout)).collect()
}
