//! Where the frame stands, and everything around it: title, subtitle, legend, flags, ticks, axis names.

use super::axis::Axis;
use super::flags::{self, Flags};
use super::ink::{FAINT, WORDS};
use super::legend::Legend;
use super::look::{self, Page};
use super::scene::{Anchor, Area, Shape, Text, line, text};
use super::tick::Tick;
use super::{Figure, cells, font};

// Sizes are such that a picture that is 8 cm wide can still be read.
const TITLE_SIZE: f64 = 18.0;
const SMALL_SIZE: f64 = 13.0;
const NAME_SIZE: f64 = 16.0;
const TICK_SIZE: f64 = look::TICKS;
const TICK_LENGTH: f64 = 6.0;
pub(super) const SUBTITLE_LINE: f64 = 17.0;
const SUBTITLE_LINES: usize = 8;
/// Distance of the frame from the right side of the page and from its lower side.
const RIGHT: f64 = 24.0;
const BOTTOM: f64 = 64.0;
/// Pages below this height have fewer ticks.
const CROWDED: f64 = 360.0;
/// Least height of the frame, and least share of a low page.
const LOWEST: (f64, f64) = (100.0, 0.35);

/// The frame, its axes and what stands around it.
pub(super) struct Layout<'a> {
    page: Page,
    /// Rectangle in which data are drawn.
    pub frame: Area,
    /// Horizontal axis.
    pub x: Axis,
    /// Vertical axis.
    pub y: Axis,
    x_ticks: Vec<Tick>,
    y_ticks: Vec<Tick>,
    subtitle: Vec<String>,
    caption_cut: bool,
    legend: Legend<'a>,
    flags: Flags,
}

impl<'a> Layout<'a> {
    /// Makes room for the texts around the frame.
    pub fn new(figure: &'a Figure, x: Axis, y: Axis, page: Page) -> Layout<'a> {
        let most = if page.height < CROWDED { 4 } else { 6 };
        let y_ticks = y.ticks(most);
        let widest = y_ticks.iter().map(|t| font::width(&t.label, TICK_SIZE)).fold(0.0, f64::max);
        let name = if figure.y_label.is_empty() { 12.0 } else { 38.0 };
        let left = name + widest + TICK_LENGTH + 5.0;
        let scale = figure.cells.as_ref().map_or(0.0, cells::room);
        let (usual, bottom) = (page.width - RIGHT - scale, page.height - BOTTOM);
        let named = flags::cut(flags::of_figure(figure, x, y), left, page.width);
        let right = flags::right(&named, left, usual, page.width);
        // what names things goes before what is said of them
        let room = bottom - LOWEST.0.min(LOWEST.1 * page.height) - first_line(figure);
        let legend = Legend::new(figure, usual - left, room);
        let mut room = room - legend.height;
        let all = flags::placed(&named, left, right, room);
        let flags = if all.left_out == 0 { all } else { flags::placed(&named, left, right, room - SUBTITLE_LINE) };
        let more = (flags.left_out > 0).then(|| format!("{} more marks are named in the data file", flags.left_out));
        room -= flags.height() + SUBTITLE_LINE * f64::from(u8::from(more.is_some()));
        let lines = ((room / SUBTITLE_LINE).max(0.0) as usize).min(SUBTITLE_LINES);
        let mut subtitle = font::wrap(&figure.subtitle, usual - left, SMALL_SIZE, lines);
        let caption_cut = subtitle.len() < font::wrap(&figure.subtitle, usual - left, SMALL_SIZE, lines + 1).len()
            || subtitle.last().is_some_and(|line| line.ends_with('…'));
        subtitle.extend(more.map(|text| font::fit(&text, usual - left, SMALL_SIZE, SMALL_SIZE).0));
        let texts = SUBTITLE_LINE * subtitle.len() as f64 + legend.height + flags.height();
        let frame = Area { left, top: first_line(figure) + texts, right, bottom };
        let x_ticks = spaced_ticks(x, frame.width());
        // many texts above leave a low frame
        let y_ticks = stacked_ticks(y, frame.height(), most);
        Layout { page, frame, x, y, x_ticks, y_ticks, subtitle, caption_cut, legend, flags }
    }

    /// Whether not all is said that is to be said under the title.
    pub fn is_caption_cut(&self) -> bool {
        self.caption_cut
    }

    /// The frame with ticks and all texts around it.
    pub fn shapes(&self, figure: &Figure) -> Vec<Shape> {
        let mut shapes = self.headings(figure);
        shapes.extend(self.flags());
        self.horizontal_ticks(&mut shapes);
        self.vertical_ticks(&mut shapes);
        shapes.push(line(self.frame.border(), 1.0, FAINT));
        shapes.extend(figure.cells.iter().flat_map(|cells| cells::beside(cells, &self.frame)));
        let middle = (self.frame.left + self.frame.right) / 2.0;
        let (name, size) = font::fit(&figure.x_label, self.frame.width(), NAME_SIZE, 8.0);
        shapes.push(text(&name, (middle, self.page.height - 19.0), size, Anchor::Middle, WORDS));
        let (name, size) = font::fit(&figure.y_label, self.frame.height(), NAME_SIZE, 8.0);
        let at = (20.0, (self.frame.top + self.frame.bottom) / 2.0);
        shapes.push(Shape::Text(Text { text: name, at, size, anchor: Anchor::Middle, upwards: true, ink: WORDS }));
        shapes
    }

    fn headings(&self, figure: &Figure) -> Vec<Shape> {
        let (left, room) = (self.frame.left, self.page.width - RIGHT - self.frame.left);
        let (title, size) = font::fit(&figure.title, room, TITLE_SIZE, 10.0);
        let mut shapes = vec![text(&title, (left, 22.0), size, Anchor::Start, WORDS)];
        let mut top = first_line(figure);
        for part in &self.subtitle {
            shapes.push(text(part, (left, top + SUBTITLE_LINE / 2.0), SMALL_SIZE, Anchor::Start, FAINT));
            top += SUBTITLE_LINE;
        }
        shapes.extend(self.legend.shapes((left, top)));
        shapes
    }

    fn flags(&self) -> Vec<Shape> {
        let Flags { size, placed, .. } = &self.flags;
        let shapes = placed.iter().flat_map(|(flag, row)| {
            let (stem, at) = self.flags.line_and_text(flag.position, *row, &self.frame);
            [line(stem.to_vec(), 1.0, flag.ink), text(&flag.text, at, *size, Anchor::Start, flag.ink)]
        });
        shapes.collect()
    }

    fn horizontal_ticks(&self, shapes: &mut Vec<Shape>) {
        let bottom = self.frame.bottom;
        let across = |value: f64| Some(self.frame.point((self.x.position(value)?.clamp(0.0, 1.0), 0.0)).0);
        for tick in &self.x_ticks {
            let Some(x) = across(tick.at) else { continue };
            shapes.push(line(vec![(x, bottom), (x, bottom + TICK_LENGTH)], 1.0, FAINT));
            let half = font::width(&tick.label, TICK_SIZE) / 2.0;
            let centre = x.min(self.page.width - half - 3.0);
            shapes.push(text(&tick.label, (centre, bottom + 19.0), TICK_SIZE, Anchor::Middle, WORDS));
        }
        for x in self.x.minor_ticks().into_iter().filter_map(across) {
            shapes.push(line(vec![(x, bottom), (x, bottom + TICK_LENGTH / 2.0)], 0.75, FAINT));
        }
    }

    fn vertical_ticks(&self, shapes: &mut Vec<Shape>) {
        let left = self.frame.left;
        let up = |value: f64| Some(self.frame.point((0.0, self.y.position(value)?.clamp(0.0, 1.0))).1);
        for tick in &self.y_ticks {
            let Some(y) = up(tick.at) else { continue };
            shapes.push(line(vec![(left - TICK_LENGTH, y), (left, y)], 1.0, FAINT));
            shapes.push(text(&tick.label, (left - TICK_LENGTH - 3.0, y), TICK_SIZE, Anchor::End, WORDS));
        }
        for y in self.y.minor_ticks().into_iter().filter_map(up) {
            shapes.push(line(vec![(left - TICK_LENGTH / 2.0, y), (left, y)], 0.75, FAINT));
        }
    }
}

/// Where the lines under the title begin.
fn first_line(figure: &Figure) -> f64 {
    if figure.title.is_empty() { 10.0 } else { 38.0 }
}

/// As many ticks, one over the other, as have room for their texts, at most `most`.
fn stacked_ticks(y: Axis, height: f64, most: usize) -> Vec<Tick> {
    let crowded = |ticks: &[Tick]| {
        let places: Vec<f64> = ticks.iter().filter_map(|tick| Some(y.position(tick.at)? * height)).collect();
        places.windows(2).any(|pair| pair[1] - pair[0] < 1.3 * TICK_SIZE)
    };
    y.spaced_ticks(most, crowded)
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
