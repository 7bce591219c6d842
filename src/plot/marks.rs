//! Edges of the support and outliers: dashed and dotted lines from the top of the frame to its bottom, where outliers have a triangle.

use super::axis::Axis;
use super::ink::{FAINT, Ink, OUTLIER};
use super::layout::Layout;
use super::scene::Shape;
use super::{Mark, MarkKind, tick};

/// What a mark that belongs to no curve is drawn in.
pub(super) fn ink(kind: MarkKind) -> Ink {
    match kind {
        MarkKind::Edge => FAINT,
        MarkKind::Outlier => OUTLIER,
    }
}

/// Lines of all marks, which stand under the data.
pub(super) fn lines(marks: &[Mark], layout: &Layout) -> Vec<Shape> {
    let line = |kind, dash| {
        of_kind(marks, layout.x, kind).map(move |(position, mark)| {
            let points = layout.frame.points([(position, 1.0), (position, 0.0)]);
            let ink = mark.curve.map_or(ink(kind), Ink::curve);
            Shape::Path { points, width: 1.25, dash: Some(dash), ink }
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
        Shape::Polygon { points, ink: mark.curve.map_or(OUTLIER, Ink::curve) }
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
