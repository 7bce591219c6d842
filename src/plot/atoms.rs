//! Atoms of a measure: arrows standing on the axis, taller for a larger mass, with their texts.

use super::Atom;
use super::font::{fit, width};
use super::layout::Layout;
use super::scene::{Anchor, Area, BLACK, Shape, VEIL, line, text};
use plotters::style::RGBAColor;

const SIZE: f64 = 12.0;
const LONGEST: f64 = 220.0;
/// Half width and length of the head of an arrow.
const HEAD: (f64, f64) = (5.0, 11.0);
const COLOUR: RGBAColor = RGBAColor(120, 30, 110, 1.0);

/// Arrows and texts; the rectangles of both are added to `taken`.
pub(super) fn shapes(atoms: &[Atom], layout: &Layout, taken: &mut Vec<Area>) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let place = |atom: &Atom| Some(layout.frame.point((layout.x.inside(atom.x)?, height(atom))));
    let placed = atoms.iter().filter_map(|atom| Some((place(atom)?, fit(&name(atom), LONGEST, SIZE, SIZE).0)));
    let placed: Vec<((f64, f64), String)> = placed.collect();
    for &((x, tip), _) in &placed {
        let (bottom, half) = (layout.frame.bottom, HEAD.0);
        shapes.push(line(vec![(x, bottom), (x, tip + HEAD.1 / 2.0)], 2.25, COLOUR));
        let points = vec![(x, tip), (x - half, tip + HEAD.1), (x + half, tip + HEAD.1)];
        shapes.push(Shape::Polygon { points, colour: COLOUR });
        taken.push(Area { left: x - half, right: x + half, top: tip, bottom });
    }
    for (tip, name) in placed {
        let area = free_area(width(&name, SIZE), tip, &layout.frame, taken);
        let at = (area.left + 3.0, (area.top + area.bottom) / 2.0);
        shapes.push(Shape::Rectangle { area, colour: VEIL });
        shapes.push(text(&name, at, SIZE, Anchor::Start, BLACK));
        taken.push(area);
    }
    shapes
}

/// Height of the arrow as a fraction of the frame.
pub(super) fn height(atom: &Atom) -> f64 {
    let mass = if atom.mass.is_finite() { atom.mass.clamp(0.0, 1.0) } else { 0.0 };
    0.25 + 0.55 * mass
}

/// Text of an atom.
pub(super) fn name(atom: &Atom) -> String {
    if atom.label.is_empty() { format!("mass {:.3}", atom.mass) } else { atom.label.clone() }
}

/// A place for a text beside the tip of an arrow, to its right if possible, higher or lower while something stands there.
fn free_area(width: f64, (x, tip): (f64, f64), frame: &Area, taken: &[Area]) -> Area {
    const ROW: f64 = 18.0;
    const ROWS: [f64; 9] = [0.0, -1.0, 1.0, -2.0, 2.0, -3.0, 3.0, -4.0, 4.0];
    let place = |row: f64, left: f64| {
        let top = (tip + ROW * row).clamp(frame.top, frame.bottom - ROW);
        Area { left, right: left + width + 6.0, top, bottom: top + ROW }
    };
    let sides = [x + HEAD.0 + 3.0, x - HEAD.0 - 9.0 - width];
    let mut places = ROWS.iter().flat_map(|&row| sides.map(|left| place(row, left)));
    let free = |area: &Area| area.left >= frame.left && area.right <= frame.right && area.is_free(taken);
    places.find(free).unwrap_or_else(|| place(0.0, sides[0].min(frame.right - width - 6.0)))
}
