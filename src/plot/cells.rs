//! A quantity over the plane as coloured cells, and its scale beside the frame.
//!
//! The colours are those of viridis (van der Walt and Smith 2015), which grow in lightness and are told apart by colour-blind readers.

use super::axis::Axis;
use super::ink::{FAINT, Ink, WORDS};
use super::scene::{Anchor, Area, Shape, Text, line, text};
use super::tick::Tick;
use super::{Cells, font};

/// Width of the scale, its distance from the frame, and that of the texts from it.
const SCALE: f64 = 16.0;
const APART: f64 = 14.0;
const BESIDE: f64 = 9.0;
const SIZE: f64 = 13.0;
/// Room for the name of the quantity beyond the texts.
const NAME: f64 = 26.0;
const TICKS: usize = 6;
/// Colours of the scale.
const LEVELS: u8 = 128;

/// A rectangle of one colour, in positions of the frame, and where its value lies between the least and the greatest.
pub(super) struct Block {
    pub left: f64,
    pub right: f64,
    pub low: f64,
    pub high: f64,
    pub share: f64,
}

/// The least and the greatest value; none without a finite one.
pub(super) fn range(cells: &Cells) -> Option<(f64, f64)> {
    let finite = || cells.values.iter().flatten().copied().filter(|value| value.is_finite());
    Some((finite().reduce(f64::min)?, finite().reduce(f64::max)?))
}

/// Where columns or rows with these middles end: halfway between two of them, in the logarithm on a logarithmic axis.
pub(super) fn ends(middles: &[f64], log: bool) -> Vec<f64> {
    let place = |x: f64| if log { x.ln() } else { x };
    let back = |x: f64| if log { x.exp() } else { x };
    let places: Vec<f64> = middles.iter().map(|middle| place(*middle)).collect();
    let [first, second] = [places.first(), places.get(1)].map(|place| place.copied().unwrap_or(0.0));
    let step = if places.len() > 1 { second - first } else { 1.0 };
    let last = places.windows(2).last().map_or(step, |pair| pair[1] - pair[0]);
    let inner = places.windows(2).map(|pair| (pair[0] + pair[1]) / 2.0);
    let end = places.last().map_or(0.0, |end| end + last / 2.0);
    std::iter::once(first - step / 2.0).chain(inner).chain([end]).map(back).collect()
}

/// The visible cells, those of one level beside each other in a row as one.
pub(super) fn blocks(cells: &Cells, x: Axis, y: Axis) -> Vec<Block> {
    let Some((least, greatest)) = range(cells) else { return Vec::new() };
    let span = if greatest > least { greatest - least } else { 1.0 };
    let (columns, rows) = (ends(&cells.x, x.log), ends(&cells.y, y.log));
    let mut blocks: Vec<Block> = Vec::new();
    for (row, values) in rows.windows(2).zip(&cells.values) {
        let (low, high) = (y.clamped(row[0]), y.clamped(row[1]));
        let mut open = false;
        for (column, value) in columns.windows(2).zip(values) {
            let share = (((value - least) / span) * f64::from(LEVELS)).round() / f64::from(LEVELS);
            let (left, right) = (x.clamped(column[0]), x.clamped(column[1]));
            match blocks.last_mut() {
                Some(last) if open && last.share == share => last.right = right,
                _ if value.is_finite() && right > left && high > low => {
                    blocks.push(Block { left, right, low, high, share });
                    open = true;
                }
                _ => open = false,
            }
        }
    }
    blocks
}

/// How far a cell reaches under the next one to the right and above, so that no seam shines through between them.
const LAP: f64 = 0.6;

/// The cells inside the frame.
pub(super) fn shapes(cells: &Cells, x: Axis, y: Axis, frame: &Area) -> Vec<Shape> {
    let rectangle = |block: Block| {
        let ((left, top), (right, bottom)) = (frame.point((block.left, block.high)), frame.point((block.right, block.low)));
        let (right, top) = ((right + LAP).min(frame.right), (top - LAP).max(frame.top));
        Shape::Rectangle { area: Area { left, top, right, bottom }, ink: Ink::level(block.share) }
    };
    blocks(cells, x, y).into_iter().map(rectangle).collect()
}

/// The axis of the scale.
fn scale(cells: &Cells) -> Option<Axis> {
    let (low, high) = range(cells)?;
    Some(Axis::around(low, high, false))
}

/// The ticks of the scale: for what is or is not, 1 and 0 alone.
fn ticks(cells: &Cells, axis: Axis) -> Vec<Tick> {
    let is_flag = cells.values.iter().flatten().all(|value| *value == 0.0 || *value == 1.0);
    axis.ticks(if is_flag { 1 } else { TICKS })
}

/// The room that the scale takes beside the frame.
pub(super) fn room(cells: &Cells) -> f64 {
    let Some(axis) = scale(cells) else { return 0.0 };
    let widest = ticks(cells, axis).iter().map(|tick| font::width(&tick.label, SIZE)).fold(0.0, f64::max);
    APART + SCALE + BESIDE + widest + if cells.label.is_empty() { 0.0 } else { NAME }
}

/// The scale beside the frame.
pub(super) fn beside(cells: &Cells, frame: &Area) -> Vec<Shape> {
    let Some(axis) = scale(cells) else { return Vec::new() };
    let (left, right) = (frame.right + APART, frame.right + APART + SCALE);
    let bar = Area { left, right, ..*frame };
    let level = |level: u8| {
        let [low, high] = [level, level + 1].map(|level| f64::from(level) / f64::from(LEVELS));
        let ((_, top), (_, bottom)) = (bar.point((0.0, high)), bar.point((0.0, low)));
        let top = (top - LAP).max(bar.top);
        Shape::Rectangle { area: Area { top, bottom, ..bar }, ink: Ink::level((low + high) / 2.0) }
    };
    let mut shapes: Vec<Shape> = (0..LEVELS).map(level).collect();
    shapes.push(line(bar.border(), 1.0, FAINT));
    let ticks = ticks(cells, axis);
    let widest = ticks.iter().map(|tick| font::width(&tick.label, SIZE)).fold(0.0, f64::max);
    for tick in &ticks {
        let Some(position) = axis.inside(tick.at) else { continue };
        let (_, y) = bar.point((0.0, position));
        shapes.push(line(vec![(right, y), (right + BESIDE / 2.0, y)], 1.0, FAINT));
        shapes.push(text(&tick.label, (right + BESIDE, y), SIZE, Anchor::Start, WORDS));
    }
    if !cells.label.is_empty() {
        let (name, size) = font::fit(&cells.label, frame.height(), SIZE, 8.0);
        let at = (right + BESIDE + widest + NAME / 2.0, (frame.top + frame.bottom) / 2.0);
        shapes.push(Shape::Text(Text { text: name, at, size, anchor: Anchor::Middle, upwards: true, ink: WORDS }));
    }
    shapes
}
