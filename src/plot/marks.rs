//! Edges of the support and outliers, with texts that do not overlap.
//!
//! An edge is a thin dashed line whose text stands above the frame; an outlier is a triangle whose tip touches the axis.
//! A text that finds no room in the rows provided is left out of the picture; its value is in the JSON file.

use super::axis::Axis;
use super::layout::Layout;
use super::scene::{Anchor, Area, BLACK, GREY, Shape, VEIL, text};
use super::{Mark, MarkKind, font, tick};
use plotters::style::RGBAColor;

/// Height of a row of texts.
pub(super) const ROW: f64 = 13.0;
const SIZE: f64 = 10.5;
const GAP: f64 = 8.0;
const LONGEST: f64 = 220.0;
const EDGE_ROWS: usize = 3;
const OUTLIER_ROWS: usize = 6;
const OUTLIER: RGBAColor = RGBAColor(190, 60, 0, 1.0);

/// The text of an edge: its centre and its row, counted upwards from the frame.
pub(super) struct Name {
    text: String,
    centre: f64,
    /// Row, 0 next to the frame.
    pub row: usize,
}

/// Texts of the visible edges, in rows above a frame between `left` and `right`.
pub(super) fn edge_names(marks: &[Mark], x: Axis, left: f64, right: f64) -> Vec<Name> {
    let mut edges: Vec<(f64, String)> =
        of_kind(marks, x, MarkKind::Edge).map(|(position, mark)| (left + position * (right - left), short_name(mark))).collect();
    edges.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut ends = [f64::NEG_INFINITY; EDGE_ROWS];
    let mut names = Vec::new();
    for (at, text) in edges {
        let half = font::width(&text, SIZE) / 2.0;
        let centre = at.min(right - half).max(left + half);
        if let Some(row) = ends.iter().position(|end| end + GAP <= centre - half) {
            ends[row] = centre + half;
            names.push(Name { text, centre, row });
        }
    }
    names
}

/// Lines of the edges with their texts.
pub(super) fn edges(marks: &[Mark], layout: &Layout) -> Vec<Shape> {
    let frame = &layout.frame;
    let mut shapes: Vec<Shape> = of_kind(marks, layout.x, MarkKind::Edge)
        .map(|(position, _)| {
            let points = frame.points([(position, 1.0), (position, 0.0)]);
            Shape::Path { points, width: 1.0, dash: Some((4.0, 3.0)), colour: GREY }
        })
        .collect();
    for name in edge_names(marks, layout.x, frame.left, frame.right) {
        let at = (name.centre, frame.top - 8.0 - ROW * name.row as f64);
        shapes.push(text(&name.text, at, SIZE, Anchor::Middle, GREY));
    }
    shapes
}

/// Triangles of the outliers with their texts; the rectangles of the texts are added to `taken`.
pub(super) fn outliers(marks: &[Mark], layout: &Layout, taken: &mut Vec<Area>) -> Vec<Shape> {
    const HEIGHT: f64 = 9.0;
    let mut shapes = Vec::new();
    for (position, mark) in of_kind(marks, layout.x, MarkKind::Outlier) {
        let (x, y) = layout.frame.point((position, 0.0));
        let points = vec![(x, y), (x - 5.0, y - HEIGHT), (x + 5.0, y - HEIGHT)];
        shapes.push(Shape::Polygon { points, colour: OUTLIER });
        let name = short_name(mark);
        let half = font::width(&name, SIZE) / 2.0;
        let centre = x.min(layout.frame.right - half - 4.0).max(layout.frame.left + half + 4.0);
        let rows = (0..OUTLIER_ROWS).map(|row| y - HEIGHT - 9.0 - ROW * row as f64);
        let areas = rows.map(|middle| Area {
            left: centre - half - 3.0,
            right: centre + half + 3.0,
            top: middle - ROW / 2.0,
            bottom: middle + ROW / 2.0,
        });
        if let Some(area) = areas.into_iter().find(|area| area.is_free(taken)) {
            shapes.push(Shape::Rectangle { area, colour: VEIL });
            shapes.push(text(&name, (centre, (area.top + area.bottom) / 2.0), SIZE, Anchor::Middle, BLACK));
            taken.push(area);
        }
    }
    shapes
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

/// Text of a mark, cut to a bounded width.
fn short_name(mark: &Mark) -> String {
    font::fit(&name(mark), LONGEST, SIZE, SIZE).0
}
