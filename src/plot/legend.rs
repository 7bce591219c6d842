//! The legend: entries side by side above the frame, where they cover nothing.

use super::curves::{DASH, LINE, PALE};
use super::ink::{Ink, WORDS};
use super::scene::{Anchor, Area, Shape, line, text};
use super::series::{histogram_inks, marker};
use super::{Figure, Histogram, Style, font};

/// Size of the texts and height of their rows while they need few rows, and when they need more.
const SIZES: [(f64, f64); 2] = [(14.5, 21.0), (11.0, 15.0)];
const FEW: usize = 4;
/// Rows that are drawn at most.
const MOST: usize = 10;
const SAMPLE: f64 = 26.0;
const BESIDE: f64 = 7.0;
const GAP: f64 = 20.0;

/// What an entry shows of its series.
enum Sample<'a> {
    Curve(usize, Style),
    Bars(&'a Histogram),
}

/// Entries in their places, the upper left corner of the legend at (0, 0).
pub(super) struct Legend<'a> {
    /// Height of all rows.
    pub height: f64,
    size: f64,
    alone: bool,
    entries: Vec<(Sample<'a>, String, (f64, f64))>,
}

impl<'a> Legend<'a> {
    /// The legend of a figure in rows of this width, at most `room` high.
    pub fn new(figure: &'a Figure, width: f64, room: f64) -> Legend<'a> {
        let wide = Self::in_rows(figure, width, f64::INFINITY, SIZES[0]);
        if wide.height <= room.min(SIZES[0].1 * FEW as f64) { wide } else { Self::in_rows(figure, width, room, SIZES[1]) }
    }

    fn in_rows(figure: &'a Figure, width: f64, room: f64, (size, row): (f64, f64)) -> Legend<'a> {
        let mut legend = Legend { height: 0.0, size, alone: figure.histograms.len() == 1, entries: Vec::new() };
        let mut end = f64::INFINITY;
        for (sample, label) in named(figure) {
            let label = font::fit(label, width - SAMPLE - BESIDE, size, size).0;
            let long = SAMPLE + BESIDE + font::width(&label, size);
            let start = if end + GAP + long <= width { end + GAP } else { 0.0 };
            if start == 0.0 {
                legend.height += row;
            }
            if legend.height > room.min(row * MOST as f64) {
                legend.height -= row;
                break;
            }
            end = start + long;
            legend.entries.push((sample, label, (start, legend.height - row / 2.0)));
        }
        legend
    }

    /// The legend as shapes, its upper left corner here.
    pub fn shapes(&self, (left, top): (f64, f64)) -> Vec<Shape> {
        let mut shapes = Vec::new();
        for (sample, label, at) in &self.entries {
            let (x, y) = (left + at.0, top + at.1);
            match sample {
                Sample::Curve(number, style) => shapes.extend(curve_sample(*number, *style, x, y)),
                Sample::Bars(histogram) => shapes.extend(bars_sample(histogram, self.alone, x, y)),
            }
            shapes.push(text(label, (x + SAMPLE + BESIDE, y), self.size, Anchor::Start, WORDS));
        }
        shapes
    }
}

fn named(figure: &Figure) -> impl Iterator<Item = (Sample<'_>, &str)> {
    let curves = figure.curves.iter().enumerate().map(|(i, c)| (Sample::Curve(i, c.style), c.label.as_str()));
    let histograms = figure.histograms.iter().map(|h| (Sample::Bars(h), h.label.as_str()));
    curves.chain(histograms).filter(|(_, label)| !label.is_empty())
}

fn curve_sample(number: usize, style: Style, x: f64, y: f64) -> Vec<Shape> {
    let middle = (x + SAMPLE / 2.0, y);
    let (across, ink) = (vec![(x, y), (x + SAMPLE, y)], Ink::curve(number));
    match style {
        Style::Line | Style::Bars => vec![line(across, LINE, ink)],
        Style::Dashed => vec![Shape::Path { points: across, width: LINE, dash: Some(DASH), ink }],
        Style::Band => {
            let area = Area { left: x, right: x + SAMPLE, top: y - 5.0, bottom: y + 5.0 };
            vec![Shape::Rectangle { area, ink: Ink::curve(number.saturating_sub(1)).with_opacity(PALE) }]
        }
        Style::Points => vec![marker(number, middle, 4.0)],
        Style::Stems => {
            let stem = vec![(middle.0, y + 6.0), (middle.0, y - 3.0)];
            vec![line(stem, 2.0, ink), marker(number, (middle.0, y - 3.0), 4.0)]
        }
    }
}

fn bars_sample(histogram: &Histogram, alone: bool, x: f64, y: f64) -> Vec<Shape> {
    let area = Area { left: x + 2.0, right: x + SAMPLE - 2.0, top: y - 5.0, bottom: y + 5.0 };
    let (fill, outline) = histogram_inks(histogram, alone);
    vec![Shape::Rectangle { area, ink: fill }, line(area.border().into_iter().rev().collect(), 1.0, outline)]
}
