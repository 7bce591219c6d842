//! Atoms of a measure: arrows standing on the axis, taller for a larger mass, and a dotted line up to their texts.

use super::layout::Layout;
use super::scene::{Shape, line};
use super::series::curve_colour;
use super::{Atom, tick};
use plotters::style::RGBAColor;

/// Half width and length of the head of an arrow.
const HEAD: (f64, f64) = (6.0, 13.0);
const COLOUR: RGBAColor = RGBAColor(120, 30, 110, 1.0);

/// Colour of an atom.
pub(super) fn colour(atom: &Atom) -> RGBAColor {
    atom.curve.map_or(COLOUR, curve_colour)
}

/// Arrows with the lines above them.
pub(super) fn shapes(atoms: &[Atom], layout: &Layout) -> Vec<Shape> {
    let arrow = |atom: &Atom| {
        let position = layout.x.inside(atom.x)?;
        let ((x, tip), colour) = (layout.frame.point((position, height(atom))), colour(atom));
        let points = vec![(x, tip), (x - HEAD.0, tip + HEAD.1), (x + HEAD.0, tip + HEAD.1)];
        let above = vec![(x, layout.frame.top), (x, tip)];
        Some([
            line(vec![(x, layout.frame.bottom), (x, tip + HEAD.1 / 2.0)], 3.0, colour),
            Shape::Polygon { points, colour },
            Shape::Path { points: above, width: 1.25, dash: Some((1.5, 4.0)), colour },
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
