//! Atoms of a measure: arrows standing on the axis, taller for a larger mass, with their texts.

use super::layout::Layout;
use super::scene::{Anchor, Area, BLACK, Shape, VEIL, line, text};
use super::{Atom, font};
use plotters::style::RGBAColor;

const SIZE: f64 = 12.0;
const COLOUR: RGBAColor = RGBAColor(120, 30, 110, 1.0);

/// Arrows and texts; the rectangles of the texts are added to `taken`.
pub(super) fn shapes(atoms: &[Atom], layout: &Layout, taken: &mut Vec<Area>) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for atom in atoms {
        let Some(position) = layout.x.inside(atom.x) else {
            continue;
        };
        let (x, tip) = layout.frame.point((position, height(atom)));
        shapes.push(line(
            vec![(x, layout.frame.bottom), (x, tip + 8.0)],
            2.25,
            COLOUR,
        ));
        shapes.push(Shape::Polygon {
            points: vec![(x, tip), (x - 5.0, tip + 11.0), (x + 5.0, tip + 11.0)],
            colour: COLOUR,
        });
        let name = name(atom);
        let area = free_area(font::width(&name, SIZE), (x, tip), &layout.frame, taken);
        shapes.push(Shape::Rectangle { area, colour: VEIL });
        shapes.push(text(
            &name,
            (area.left + 3.0, (area.top + area.bottom) / 2.0),
            SIZE,
            Anchor::Start,
            BLACK,
        ));
        taken.push(area);
    }
    shapes
}

/// Height of the arrow as a fraction of the frame.
pub(super) fn height(atom: &Atom) -> f64 {
    let mass = if atom.mass.is_finite() {
        atom.mass.clamp(0.0, 1.0)
    } else {
        0.0
    };
    0.25 + 0.55 * mass
}

/// Text of an atom.
pub(super) fn name(atom: &Atom) -> String {
    if atom.label.is_empty() {
        format!("mass {:.3}", atom.mass)
    } else {
        atom.label.clone()
    }
}

/// A place for a text beside the tip of an arrow, on the side with more room, lower while others stand there.
fn free_area(width: f64, (x, tip): (f64, f64), frame: &Area, taken: &[Area]) -> Area {
    const ROW: f64 = 18.0;
    let left = if x + width + 20.0 < frame.right {
        x + 9.0
    } else {
        x - width - 15.0
    };
    let place = |row: usize| {
        let top = (tip + ROW * row as f64).min(frame.bottom - ROW);
        Area {
            left,
            right: left + width + 6.0,
            top,
            bottom: top + ROW,
        }
    };
    let free = |area: &Area| !taken.iter().any(|other| area.overlaps(other));
    (0..20).map(place).find(free).unwrap_or_else(|| place(0))
}
