//! The legend, in the place of the frame where it hides least.

use super::curves::{DASH, LINE};
use super::scene::{Anchor, Area, BLACK, Shape, VEIL, line, text};
use super::series::{curve_colour, histogram_colours, marker};
use super::{Figure, Style, font};

const SIZE: f64 = 12.0;
const ROW: f64 = 19.0;
const SAMPLE: f64 = 24.0;
const MARGIN: f64 = 8.0;
const LONGEST: f64 = 330.0;

/// The number of a curve with its style, or of a histogram, and its text.
type Entry = (usize, Option<Style>, String);

/// A legend in its place.
pub(super) struct Legend {
    /// Rectangle covered.
    pub area: Area,
    /// Number of places where data lie under the legend.
    pub hidden: usize,
    entries: Vec<Entry>,
}

/// The legend where it has the fewest data under it and, if possible, no line of an edge; top right if it can choose. `None` without labels.
pub(super) fn place(figure: &Figure, frame: &Area, data: &[Shape], edges: &[Shape]) -> Option<Legend> {
    let entries = entries(figure);
    if entries.is_empty() {
        return None;
    }
    let widest = entries.iter().map(|(.., label)| font::width(label, SIZE)).fold(0.0, f64::max);
    let width = widest + SAMPLE + 3.0 * MARGIN;
    let height = ROW * entries.len() as f64 + MARGIN;
    let (right, left) = (frame.right - MARGIN - width, frame.left + MARGIN);
    let (top, bottom) = (frame.top + MARGIN, frame.bottom - MARGIN - height);
    let (middle, across) = ((top + bottom) / 2.0, (left + right) / 2.0);
    let between = [0.75, 0.25, 0.5].map(|share| (left + share * (right - left), top));
    let lower = [(right, middle), (left, middle), (right, bottom), (left, bottom), (across, bottom)];
    let corners = [(right, top), (left, top)].into_iter().chain(between).chain(lower);
    let places = corners.map(|(left, top)| Area { left, top, right: left + width, bottom: top + height });
    let area = places.min_by_key(|area| (covered(area, data), covered(area, edges).min(1)))?;
    Some(Legend { area, hidden: covered(&area, data), entries })
}

impl Legend {
    /// The legend as shapes.
    pub fn shapes(&self) -> Vec<Shape> {
        let mut shapes = vec![Shape::Rectangle { area: self.area, colour: VEIL }];
        for (row, (number, style, label)) in self.entries.iter().enumerate() {
            let y = self.area.top + MARGIN / 2.0 + ROW * (row as f64 + 0.5);
            let x = self.area.left + MARGIN;
            shapes.extend(sample(*number, *style, x, y));
            shapes.push(text(label, (x + SAMPLE + MARGIN, y), SIZE, Anchor::Start, BLACK));
        }
        shapes
    }
}

fn entries(figure: &Figure) -> Vec<Entry> {
    let curves = figure.curves.iter().enumerate().map(|(i, c)| (i, Some(c.style), &c.label));
    let histograms = figure.histograms.iter().enumerate().map(|(i, h)| (i, None, &h.label));
    let named = curves.chain(histograms).filter(|(.., label)| !label.is_empty());
    named.map(|(i, style, label)| (i, style, font::fit(label, LONGEST, SIZE, SIZE).0)).collect()
}

fn sample(i: usize, style: Option<Style>, x: f64, y: f64) -> Vec<Shape> {
    let middle = (x + SAMPLE / 2.0, y);
    let across = vec![(x, y), (x + SAMPLE, y)];
    match style {
        Some(Style::Line) => vec![line(across, LINE, curve_colour(i))],
        Some(Style::Dashed) => {
            vec![Shape::Path { points: across, width: LINE, dash: Some(DASH), colour: curve_colour(i) }]
        }
        Some(Style::Points) => vec![marker(i, middle, 3.5)],
        Some(Style::Stems) => {
            let stem = vec![(middle.0, y + 6.0), (middle.0, y - 3.0)];
            vec![line(stem, 1.75, curve_colour(i)), marker(i, (middle.0, y - 3.0), 3.25)]
        }
        None => {
            let area = Area { left: x + 2.0, right: x + SAMPLE - 2.0, top: y - 5.0, bottom: y + 5.0 };
            let (fill, outline) = histogram_colours(i);
            vec![Shape::Rectangle { area, colour: fill }, line(area.border().into_iter().rev().collect(), 0.75, outline)]
        }
    }
}

/// How many pieces of the data lie in an area; lines count once for every few pixels of their length.
fn covered(area: &Area, data: &[Shape]) -> usize {
    const STEP: f64 = 5.0;
    let along = |a: (f64, f64), b: (f64, f64)| {
        let steps = ((b.0 - a.0).hypot(b.1 - a.1) / STEP).ceil().max(1.0);
        (0..=steps as usize).map(move |i| i as f64 / steps).map(move |t| (a.0 + t * (b.0 - a.0), a.1 + t * (b.1 - a.1)))
    };
    data.iter()
        .map(|shape| match shape {
            Shape::Path { points, .. } => points.windows(2).flat_map(|p| along(p[0], p[1])).filter(|p| area.holds(*p)).count(),
            Shape::Polygon { points, .. } => points.iter().filter(|p| area.holds(**p)).count(),
            Shape::Disc { centre, .. } => usize::from(area.holds(*centre)),
            Shape::Rectangle { area: other, .. } => usize::from(area.overlaps(other)),
            Shape::Text(text) => usize::from(area.overlaps(&text.area())),
        })
        .sum()
}
