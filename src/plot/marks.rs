//! Edges of the support and outliers: dashed and dotted lines from the top of the frame to its bottom, where outliers have a triangle.

use super::axis::Axis;
use super::layout::Layout;
use super::scene::{GREY, Shape};
use super::series::curve_colour;
use super::{Mark, MarkKind, tick};
use plotters::style::RGBAColor;

const OUTLIER: RGBAColor = RGBAColor(190, 60, 0, 1.0);

/// Colour of a mark that belongs to no curve.
pub(super) fn colour(kind: MarkKind) -> RGBAColor {
    match kind {
        MarkKind::Edge => GREY,
        MarkKind::Outlier => OUTLIER,
    }
}

/// Lines of all marks, which stand under the data.
pub(super) fn lines(marks: &[Mark], layout: &Layout) -> Vec<Shape> {
    let line = |kind, dash| {
        of_kind(marks, layout.x, kind).map(move |(position, mark)| {
            let points = layout.frame.points([(position, 1.0), (position, 0.0)]);
            let colour = mark.curve.map_or(colour(kind), curve_colour);
            Shape::Path { points, width: 1.25, dash: Some(dash), colour }
        })
    };
    line(MarkKind::Edge, (5.0, 4.0)).chain(line(MarkKind::Outlier, (1.5, 4.0))).collect()
}

/// Triangles of the outliers, whose tips touch the axis.
pub(super) fn outliers(marks: &[Mark], layout: &Layout) -> Vec<Shape> {
    const SIZE: (f64, f64) = (6.0, 11.0);
    let triangle = |(position, mark): (f64, &Mark)| {
        let (x, y) = layout.frame.point((position, 0.0));
        let points = vec![(x, y), (x - SIZE.0, y - SIZE.1), (x + SIZE.0, y - SIZE.1)];
        Shape::Polygon { points, colour: mark.curve.map_or(OUTLIER, curve_colour) }
    };
    of_kind(marks, layout.x, MarkKind::Outlier).map(triangle).collect()
}

/// Visible marks of a kind, with their positions on the axis.
pub(super) fn of_kind(marks: &[Mark], x: Axis, kind: MarkKind) -> impl Iterator<Item = (f64, &Mark)> {
    let chosen = marks.iter().filter(move |mark| mark.kind == kind);
    // an edge at 0 lies to the left of every logarithmic axis
    let place = move |mark: &Mark| if x.log && kind == MarkKind::Edge && mark.x == 0.0 { Some(0.0) } else { x.inside(mark.x) };
    chosen.filter_map(move |mark| Some((place(mark)?, mark)))
}

/// Text of a mark.
pub(super) fn name(mark: &Mark) -> String {
    if mark.label.is_empty() { tick::short(mark.x) } else { mark.label.clone() }
}
