//! Atoms of a measure: arrows standing on the axis, taller for a larger mass, and a dotted line up to their texts.

use super::ink::{ATOM, Ink};
use super::layout::Layout;
use super::scene::{Shape, line};
use super::{Atom, tick};

/// Half width and length of the head of an arrow.
const HEAD: (f64, f64) = (6.0, 13.0);

/// What an atom is drawn in.
pub(super) fn ink(atom: &Atom) -> Ink {
    atom.curve.map_or(ATOM, Ink::curve)
}

/// Arrows with the lines above them.
pub(super) fn shapes(atoms: &[Atom], layout: &Layout) -> Vec<Shape> {
    let arrow = |atom: &Atom| {
        let position = layout.x.inside(atom.x)?;
        let ((x, tip), ink) = (layout.frame.point((position, height(atom))), ink(atom));
        let points = vec![(x, tip), (x - HEAD.0, tip + HEAD.1), (x + HEAD.0, tip + HEAD.1)];
        let above = vec![(x, layout.frame.top), (x, tip)];
        Some([
            line(vec![(x, layout.frame.bottom), (x, tip + HEAD.1 / 2.0)], 3.0, ink),
            Shape::Polygon { points, ink },
            Shape::Path { points: above, width: 1.25, dash: Some((1.5, 4.0)), ink },
        ])
    };
    atoms.iter().filter_map(arrow).flatten().collect()
}

/// Height of the arrow as a fraction of the frame.
pub(super) fn height(atom: &Atom) -> f64 {
    let mass = if atom.mass.is_finite() { atom.mass.clamp(0.0, 1.0) } else { 0.0 };
    0.25 + 0.55 * mass
}

/// Text of an atom.
pub(super) fn name(atom: &Atom) -> String {
    match atom.label.is_empty() {
        true => format!("mass {} at {}", tick::short(atom.mass), tick::short(atom.x)),
        false => atom.label.clone(),
    }
}
