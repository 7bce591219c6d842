//! Curves and histograms as shapes inside the frame.

use super::cuts::{self, Side};
use super::ink::{FAINT, Ink, PAGE};
use super::layout::Layout;
use super::scene::{Area, Shape, line};
use super::series::{histogram_inks, marker};
use super::{Curve, Figure, Histogram, Style, clip};

/// Width of a curve.
pub(super) const LINE: f64 = 2.5;
/// Lengths of dash and gap of a dashed curve.
pub(super) const DASH: (f64, f64) = (8.0, 5.0);
const MARKER: f64 = 4.0;
/// Opacity of a band.
pub(super) const PALE: f64 = 0.18;
/// Half width and half rise of the strokes of a break mark, and how far they are apart.
const BREAK: (f64, f64, f64) = (9.0, 4.0, 6.0);

/// The bars of a histogram, alone or among several, and their outline.
pub(super) fn histogram(histogram: &Histogram, alone: bool, layout: &Layout) -> Vec<Shape> {
    let (fill, edge) = histogram_inks(histogram, alone);
    let bars = clip::bars(histogram, layout.x, layout.y).into_iter().map(|bar| {
        let (left, top) = layout.frame.point((bar.left, bar.high));
        let (right, bottom) = layout.frame.point((bar.right, bar.low));
        Shape::Rectangle { area: Area { left, top, right, bottom }, ink: fill }
    });
    let mut shapes: Vec<Shape> = bars.collect();
    for piece in clip::pieces(&outline(histogram), layout.x, layout.y) {
        shapes.push(line(layout.frame.points(piece), 1.0, edge));
    }
    shapes
}

/// The line around the bars of a histogram, from zero to zero.
pub(super) fn outline(histogram: &Histogram) -> Vec<(f64, f64)> {
    let ends = [histogram.edges.first(), histogram.edges.last()].map(|end| end.map(|&edge| (edge, 0.0)));
    let bins = histogram.edges.windows(2).zip(&histogram.heights);
    let steps = bins.flat_map(|(edge, &height)| [(edge[0], height), (edge[1], height)]);
    ends[0].into_iter().chain(steps).chain(ends[1]).collect()
}

/// Break marks where the series of a figure leave the frame: two strokes across a gap in the line.
pub(super) fn breaks(figure: &Figure, layout: &Layout) -> Vec<Shape> {
    let series = cuts::of_figure(figure, layout.x, layout.y);
    let places = series.iter().flat_map(|series| {
        let ink = series.curve.map_or(FAINT, Ink::curve);
        series.cuts.iter().flat_map(move |cut| cut.through.iter().map(move |&position| (position, cut.side, ink)))
    });
    let mut found: Vec<(f64, f64, f64, Ink)> = Vec::new();
    for (position, side, ink) in places {
        let (x, y) = layout.frame.point((position, if side == Side::Top { 1.0 } else { 0.0 }));
        let y = if side == Side::Top { y + BREAK.2 } else { y - BREAK.2 };
        match found.last_mut() {
            // two that would overlap are one, across both lines
            Some((_, last, level, known)) if *known == ink && *level == y && (x - *last).abs() < 2.5 * BREAK.0 => *last = x,
            _ => found.push((x, x, y, ink)),
        }
    }
    found.into_iter().flat_map(|(first, last, y, ink)| break_mark([first, last], y, ink)).collect()
}

fn break_mark([first, last]: [f64; 2], y: f64, ink: Ink) -> Vec<Shape> {
    let (half, rise, apart) = BREAK;
    let stroke = |y: f64| vec![(first - half, y + rise), (last + half, y - rise)];
    let (upper, lower) = (stroke(y - apart / 2.0), stroke(y + apart / 2.0));
    let gap = upper.iter().chain(lower.iter().rev()).copied().collect();
    vec![Shape::Polygon { points: gap, ink: PAGE }, line(upper, 1.5, ink), line(lower, 1.5, ink)]
}

/// The curve with this number.
pub(super) fn curve(curve: &Curve, number: usize, layout: &Layout) -> Vec<Shape> {
    match curve.style {
        Style::Line => lines(curve, number, layout, None),
        Style::Dashed => lines(curve, number, layout, Some(DASH)),
        Style::Points => markers(curve, number, layout),
        Style::Stems => stems(curve, number, layout),
        Style::Bars => lines(curve, number.saturating_sub(1), layout, None),
        Style::Band => band(curve, Ink::curve(number.saturating_sub(1)).with_opacity(PALE), layout),
    }
}

/// The part of a band in the frame, a shape between each two of its places.
fn band(curve: &Curve, ink: Ink, layout: &Layout) -> Vec<Shape> {
    let pieces = clip::band(&curve.points, layout.x, layout.y).into_iter();
    pieces.map(|corners| Shape::Polygon { points: layout.frame.points(corners), ink }).collect()
}

/// The band of the page's colour under a curve that crosses coloured cells.
pub(super) fn halo(curve: &Curve, layout: &Layout) -> Vec<Shape> {
    let pieces = clip::pieces(&curve.points, layout.x, layout.y).into_iter();
    pieces.map(|piece| line(layout.frame.points(piece), 2.5 * LINE, PAGE)).collect()
}

fn lines(curve: &Curve, number: usize, layout: &Layout, dash: Option<(f64, f64)>) -> Vec<Shape> {
    let ink = Ink::curve(number);
    let shape = |piece| match layout.frame.points(piece) {
        points if points.len() == 1 => Shape::Disc { centre: points[0], radius: MARKER, ink },
        points => Shape::Path { points, width: LINE, dash, ink },
    };
    clip::pieces(&curve.points, layout.x, layout.y).into_iter().map(shape).collect()
}

fn markers(curve: &Curve, number: usize, layout: &Layout) -> Vec<Shape> {
    let points = clip::visible(&curve.points, layout.x, layout.y).into_iter();
    points.map(|p| marker(number, layout.frame.point(p), MARKER)).collect()
}

fn stems(curve: &Curve, number: usize, layout: &Layout) -> Vec<Shape> {
    let stems = clip::stems(&curve.points, layout.x, layout.y).into_iter();
    let stems = stems.map(|ends| line(layout.frame.points(ends), 2.0, Ink::curve(number)));
    stems.chain(markers(curve, number, layout)).collect()
}
