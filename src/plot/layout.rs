//! Where the frame stands, and everything around it: title, subtitle, ticks, axis names.

use super::axis::Axis;
use super::scene::{Anchor, Area, BLACK, GREY, HEIGHT, Shape, Text, WIDTH, line, text};
use super::tick::Tick;
use super::{Figure, font, marks};

const TITLE_SIZE: f64 = 16.0;
const SMALL_SIZE: f64 = 11.0;
const NAME_SIZE: f64 = 13.0;
const TICK_SIZE: f64 = 11.5;
const TICK_LENGTH: f64 = 5.0;
const SUBTITLE_LINE: f64 = 15.0;
const RIGHT: f64 = WIDTH - 24.0;
const BOTTOM: f64 = HEIGHT - 56.0;

/// The frame, its axes and its ticks.
pub(super) struct Layout {
    /// Rectangle in which data are drawn.
    pub frame: Area,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    subtitle: Vec<String>,
}

impl Layout {
    /// Makes room for the texts around the frame.
    pub fn new(figure: &Figure, x: Axis, y: Axis) -> Layout {
        let y_ticks = y.ticks(6);
        let widest = y_ticks.iter().map(|t| font::width(&t.label, TICK_SIZE)).fold(0.0, f64::max);
        let name = if figure.y_label.is_empty() { 12.0 } else { 34.0 };
        let left = name + widest + TICK_LENGTH + 5.0;
        let subtitle = font::wrap(&figure.subtitle, RIGHT - left, SMALL_SIZE, 3);
        let title = if figure.title.is_empty() { 12.0 } else { 36.0 };
        let names = marks::edge_names(&figure.marks, x, left, RIGHT);
        let rows = names.iter().map(|name| name.row + 1).max().unwrap_or(0);
        let top = title + SUBTITLE_LINE * subtitle.len() as f64 + marks::ROW * rows as f64 + 6.0;
        let frame = Area { left, top, right: RIGHT, bottom: BOTTOM };
        let x_ticks = spaced_ticks(x, frame.width());
        Layout { frame, x, y, x_ticks, y_ticks, subtitle }
    }

    /// The frame with ticks and all texts around it.
    pub fn shapes(&self, figure: &Figure) -> Vec<Shape> {
        let mut shapes = self.headings(figure);
        self.horizontal_ticks(&mut shapes);
        self.vertical_ticks(&mut shapes);
        shapes.push(line(self.frame.border(), 1.0, GREY));
        let middle = (self.frame.left + self.frame.right) / 2.0;
        let (name, size) = font::fit(&figure.x_label, self.frame.width(), NAME_SIZE, 8.0);
        shapes.push(text(&name, (middle, HEIGHT - 17.0), size, Anchor::Middle, BLACK));
        let (name, size) = font::fit(&figure.y_label, self.frame.height(), NAME_SIZE, 8.0);
        let at = (20.0, (self.frame.top + self.frame.bottom) / 2.0);
        shapes.push(Shape::Text(Text { text: name, at, size, anchor: Anchor::Middle, upwards: true, colour: BLACK }));
        shapes
    }

    fn headings(&self, figure: &Figure) -> Vec<Shape> {
        let (title, size) = font::fit(&figure.title, self.frame.width(), TITLE_SIZE, 10.0);
        let mut shapes = vec![text(&title, (self.frame.left, 22.0), size, Anchor::Start, BLACK)];
        let first = if figure.title.is_empty() { 18.0 } else { 43.0 };
        for (number, part) in self.subtitle.iter().enumerate() {
            let at = (self.frame.left, first + SUBTITLE_LINE * number as f64);
            shapes.push(text(part, at, SMALL_SIZE, Anchor::Start, GREY));
        }
        shapes
    }

    fn horizontal_ticks(&self, shapes: &mut Vec<Shape>) {
        let bottom = self.frame.bottom;
        let across = |value: f64| Some(self.frame.point((self.x.position(value)?.clamp(0.0, 1.0), 0.0)).0);
        for tick in &self.x_ticks {
            let Some(x) = across(tick.at) else { continue };
            shapes.push(line(vec![(x, bottom), (x, bottom + TICK_LENGTH)], 1.0, GREY));
            let half = font::width(&tick.label, TICK_SIZE) / 2.0;
            let centre = x.min(WIDTH - half - 3.0);
            shapes.push(text(&tick.label, (centre, bottom + 15.0), TICK_SIZE, Anchor::Middle, BLACK));
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
