//! Where the frame stands, and everything around it: title, subtitle, legend, flags, ticks, axis names.

use super::axis::Axis;
use super::flags::{self, Flags};
use super::legend::Legend;
use super::scene::{Anchor, Area, BLACK, GREY, HEIGHT, Shape, Text, WIDTH, line, text};
use super::tick::Tick;
use super::{Figure, font};

// Sizes are such that a picture that is 8 cm wide can still be read.
const TITLE_SIZE: f64 = 18.0;
const SMALL_SIZE: f64 = 13.0;
const NAME_SIZE: f64 = 16.0;
const TICK_SIZE: f64 = 15.0;
const TICK_LENGTH: f64 = 6.0;
const SUBTITLE_LINE: f64 = 17.0;
const SUBTITLE_LINES: usize = 6;
const RIGHT: f64 = WIDTH - 24.0;
const BOTTOM: f64 = HEIGHT - 64.0;
/// Least height of the frame.
const LOWEST: f64 = 100.0;

/// The frame, its axes and what stands around it.
pub(super) struct Layout<'a> {
    /// Rectangle in which data are drawn.
    pub frame: Area,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    subtitle: Vec<String>,
    legend: Legend<'a>,
    flags: Flags,
}

impl<'a> Layout<'a> {
    /// Makes room for the texts around the frame.
    pub fn new(figure: &'a Figure, x: Axis, y: Axis) -> Layout<'a> {
        let y_ticks = y.ticks(6);
        let widest = y_ticks.iter().map(|t| font::width(&t.label, TICK_SIZE)).fold(0.0, f64::max);
        let name = if figure.y_label.is_empty() { 12.0 } else { 38.0 };
        let left = name + widest + TICK_LENGTH + 5.0;
        let mut subtitle = font::wrap(&figure.subtitle, RIGHT - left, SMALL_SIZE, SUBTITLE_LINES);
        let named = flags::of_figure(figure, x, y);
        let right = flags::right(&named, left, RIGHT, WIDTH);
        let flags = flags::placed(named, left, right);
        if flags.left_out > 0 {
            subtitle.push(format!("{} more marks are named in the data file", flags.left_out));
        }
        let legend = Legend::new(figure, RIGHT - left);
        let texts = SUBTITLE_LINE * subtitle.len() as f64 + legend.height + flags.height();
        let top = (first_line(figure) + texts).min(BOTTOM - LOWEST);
        let frame = Area { left, top, right, bottom: BOTTOM };
        let x_ticks = spaced_ticks(x, frame.width());
        Layout { frame, x, y, x_ticks, y_ticks, subtitle, legend, flags }
    }

    /// The frame with ticks and all texts around it.
    pub fn shapes(&self, figure: &Figure) -> Vec<Shape> {
        let mut shapes = self.headings(figure);
        shapes.extend(self.flags());
        self.horizontal_ticks(&mut shapes);
        self.vertical_ticks(&mut shapes);
        shapes.push(line(self.frame.border(), 1.0, GREY));
        let middle = (self.frame.left + self.frame.right) / 2.0;
        let (name, size) = font::fit(&figure.x_label, self.frame.width(), NAME_SIZE, 8.0);
        shapes.push(text(&name, (middle, HEIGHT - 19.0), size, Anchor::Middle, BLACK));
        let (name, size) = font::fit(&figure.y_label, self.frame.height(), NAME_SIZE, 8.0);
        let at = (20.0, (self.frame.top + self.frame.bottom) / 2.0);
        shapes.push(Shape::Text(Text { text: name, at, size, anchor: Anchor::Middle, upwards: true, colour: BLACK }));
        shapes
    }

    fn headings(&self, figure: &Figure) -> Vec<Shape> {
        let (left, room) = (self.frame.left, RIGHT - self.frame.left);
        let (title, size) = font::fit(&figure.title, room, TITLE_SIZE, 10.0);
        let mut shapes = vec![text(&title, (left, 22.0), size, Anchor::Start, BLACK)];
        let mut top = first_line(figure);
        for part in &self.subtitle {
            shapes.push(text(part, (left, top + SUBTITLE_LINE / 2.0), SMALL_SIZE, Anchor::Start, GREY));
            top += SUBTITLE_LINE;
        }
        shapes.extend(self.legend.shapes((left, top)));
        shapes
    }

    fn flags(&self) -> Vec<Shape> {
        let Flags { size, placed, .. } = &self.flags;
        let shapes = placed.iter().flat_map(|(flag, row)| {
            let (stem, at) = self.flags.line_and_text(flag.position, *row, &self.frame);
            [line(stem.to_vec(), 1.0, flag.colour), text(&flag.text, at, *size, Anchor::Start, flag.colour)]
        });
        shapes.collect()
    }

    fn horizontal_ticks(&self, shapes: &mut Vec<Shape>) {
        let bottom = self.frame.bottom;
        let across = |value: f64| Some(self.frame.point((self.x.position(value)?.clamp(0.0, 1.0), 0.0)).0);
        for tick in &self.x_ticks {
            let Some(x) = across(tick.at) else { continue };
            shapes.push(line(vec![(x, bottom), (x, bottom + TICK_LENGTH)], 1.0, GREY));
            let half = font::width(&tick.label, TICK_SIZE) / 2.0;
            let centre = x.min(WIDTH - half - 3.0);
            shapes.push(text(&tick.label, (centre, bottom + 19.0), TICK_SIZE, Anchor::Middle, BLACK));
        }
        for x in self.x.minor_ticks().into_iter().filter_map(across) {
            shapes.push(line(vec![(x, bottom), (x, bottom + TICK_LENGTH / 2.0)], 0.75, GREY));
        }
    }

    fn vertical_ticks(&self, shapes: &mut Vec<Shape>) {
        let left = self.frame.left;
        let up = |value: f64| Some(self.frame.point((0.0, self.y.position(value)?.clamp(0.0, 1.0))).1);
        for tick in &self.y_ticks {
            let Some(y) = up(tick.at) else { continue };
            shapes.push(line(vec![(left - TICK_LENGTH, y), (left, y)], 1.0, GREY));
            shapes.push(text(&tick.label, (left - TICK_LENGTH - 3.0, y), TICK_SIZE, Anchor::End, BLACK));
        }
        for y in self.y.minor_ticks().into_iter().filter_map(up) {
            shapes.push(line(vec![(left - TICK_LENGTH / 2.0, y), (left, y)], 0.75, GREY));
        }
    }
}

/// Where the lines under the title begin.
fn first_line(figure: &Figure) -> f64 {
    if figure.title.is_empty() { 10.0 } else { 38.0 }
}

/// As many ticks as have room for their texts.
fn spaced_ticks(x: Axis, width: f64) -> Vec<Tick> {
    const MOST: usize = 9;
    const GAP: f64 = 18.0;
    let crowded = |ticks: &[Tick]| {
        let middles: Vec<f64> = ticks.iter().filter_map(|t| Some(x.position(t.at)? * width)).collect();
        let halves: Vec<f64> = ticks.iter().map(|t| font::width(&t.label, TICK_SIZE) / 2.0).collect();
        let pairs = middles.windows(2).zip(halves.windows(2));
        pairs.into_iter().any(|(m, h)| m[1] - m[0] < h[0] + h[1] + GAP)
    };
    x.spaced_ticks(MOST, crowded)
}
