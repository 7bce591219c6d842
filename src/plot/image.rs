//! Shapes to SVG text and PNG files through plotters.
//!
//! Both backends of plotters work in whole pixels. Everything is therefore drawn `SCALE` times as large; the SVG is scaled back by its
//! `viewBox`, the PNG by averaging blocks of pixels, which also smooths the edges that plotters leaves stepped.

use super::font;
use super::ink::{Ink, PAGE};
use super::look::{Look, Theme};
use super::scene::{Anchor, Shape, Text};
use plotters::backend::{BitMapBackend, DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontTransform, IntoFont, ShapeStyle, TextStyle};
use std::error::Error;
use std::path::Path;

/// Drawn pixels per pixel of the scene.
const SCALE: f64 = 4.0;
/// Drawn pixels per pixel of the PNG, in each direction.
const AVERAGED: usize = 2;

/// Drawn pixels of a picture of so many panels.
fn drawn_size(look: &Look, panels: usize) -> (u32, u32) {
    let page = look.page(panels);
    ((page.width * SCALE) as u32, (page.height * SCALE) as u32 * panels as u32)
}

/// What differs between the backends of plotters.
struct Habits {
    /// Font size that gives one pixel per em.
    per_em: f64,
    /// Distance, in em, by which the middle of small letters is drawn above the position asked for.
    raised: f64,
    /// Thick lines are drawn segment by segment with round joins, because the polygon made of the whole line has holes.
    by_segment: bool,
}

const SVG: Habits = Habits { per_em: font::PLOTTERS_PER_EM, raised: 0.0, by_segment: false };
/// Sizes of the bitmap font are heights from descent to ascent, 1.164 em in DejaVu Sans; half of its letter x is 0.273 em,
/// and plotters puts the baseline 0.113 em below the position.
const BITMAP: Habits = Habits { per_em: 1.164, raised: 0.16, by_segment: true };

/// The scene of so many panels as the text of an SVG file.
pub(super) fn svg(scene: &[Shape], look: &Look, panels: usize) -> Result<String, Box<dyn Error>> {
    font::register();
    let (page, [wide, high]) = (drawn_size(look, panels), look.lengths(panels));
    let mut text = String::new();
    let mut backend = SVGBackend::with_string(&mut text, page);
    Page { backend: &mut backend, habits: &SVG, theme: look.theme }.draw(scene)?;
    drop(backend);
    let size = format!("width=\"{}\" height=\"{}\"", page.0, page.1);
    let shown = format!("width=\"{wide}\" height=\"{high}\" stroke-linejoin=\"round\"");
    let family = |name: &str| format!("font-family=\"{name}\"");
    Ok(text.replacen(&size, &shown, 1).replace(&family(font::FAMILY), &family(font::FAMILIES)))
}

/// Writes the scene as a PNG file; the name must end in `.png`.
pub(super) fn png(scene: &[Shape], look: &Look, panels: usize, path: &Path) -> Drawn {
    font::register();
    let page = drawn_size(look, panels);
    let (width, height) = (page.0 as usize, page.1 as usize);
    let mut pixels = vec![255; 3 * width * height];
    let mut backend = BitMapBackend::with_buffer(&mut pixels, page);
    Page { backend: &mut backend, habits: &BITMAP, theme: look.theme }.draw(scene)?;
    drop(backend);
    let size = ((width / AVERAGED) as u32, (height / AVERAGED) as u32);
    let mut file = BitMapBackend::new(path, size);
    file.blit_bitmap((0, 0), size, &averaged(&pixels, width))?;
    Ok(file.present()?)
}

fn averaged(pixels: &[u8], width: usize) -> Vec<u8> {
    let (across, down) = (width / AVERAGED, pixels.len() / 3 / width / AVERAGED);
    let mut small = Vec::with_capacity(3 * across * down);
    for (row, column) in (0..down).flat_map(|row| (0..across).map(move |column| (row, column))) {
        for channel in 0..3 {
            let mut sum = 0_usize;
            for (dy, dx) in (0..AVERAGED).flat_map(|dy| (0..AVERAGED).map(move |dx| (dy, dx))) {
                sum += usize::from(pixels[3 * ((row * AVERAGED + dy) * width + column * AVERAGED + dx) + channel]);
            }
            let block = AVERAGED * AVERAGED;
            small.push(((sum + block / 2) / block) as u8);
        }
    }
    small
}

/// A page of a backend.
struct Page<'a, B> {
    backend: &'a mut B,
    habits: &'a Habits,
    theme: Theme,
}

type Drawn = Result<(), Box<dyn Error>>;

impl<B: DrawingBackend<ErrorType: 'static>> Page<'_, B> {
    fn draw(&mut self, scene: &[Shape]) -> Drawn {
        let (width, height) = self.backend.get_size();
        self.backend.draw_rect((0, 0), (width as i32, height as i32), &self.filled(PAGE), true)?;
        for shape in scene {
            match shape {
                Shape::Path { points, width, dash: None, ink } => self.stroke(points, *width, *ink)?,
                Shape::Path { points, width, dash: Some(dash), ink } => {
                    dashes(points, *dash).iter().try_for_each(|part| self.stroke(part, *width, *ink))?;
                }
                Shape::Polygon { points, ink } => self.backend.fill_polygon(points.iter().map(drawn), &self.filled(*ink))?,
                Shape::Rectangle { area, ink } => {
                    let corners = [(area.left, area.top), (area.right, area.bottom)].map(|corner| drawn(&corner));
                    self.backend.draw_rect(corners[0], corners[1], &self.filled(*ink), true)?;
                }
                Shape::Disc { centre, radius, ink } => {
                    self.backend.draw_circle(drawn(centre), (radius * SCALE).round() as u32, &self.filled(*ink), true)?;
                }
                Shape::Text(text) => self.write_text(text)?,
            }
        }
        Ok(self.backend.present()?)
    }

    fn stroke(&mut self, points: &[(f64, f64)], width: f64, ink: Ink) -> Drawn {
        let stroke_width = (width * SCALE).round().max(1.0) as u32;
        let style = ShapeStyle { color: ink.colour(self.theme), filled: false, stroke_width };
        let mut path: Vec<(i32, i32)> = points.iter().map(drawn).collect();
        path.dedup();
        if !self.habits.by_segment || stroke_width == 1 {
            return Ok(self.backend.draw_path(path, &style)?);
        }
        for pair in path.windows(2) {
            self.backend.draw_path([pair[0], pair[1]], &style)?;
        }
        for &join in path.iter().skip(1).take(path.len().saturating_sub(2)) {
            self.backend.draw_circle(join, stroke_width / 2, &self.filled(ink), true)?;
        }
        Ok(())
    }

    fn filled(&self, ink: Ink) -> ShapeStyle {
        ShapeStyle { color: ink.colour(self.theme), filled: true, stroke_width: 0 }
    }

    fn write_text(&mut self, text: &Text) -> Drawn {
        let lowered = self.habits.raised * text.size;
        let (x, y) = text.at;
        let at = if text.upwards { (x + lowered, y) } else { (x, y + lowered) };
        let h_pos = match text.anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let turn = if text.upwards { FontTransform::Rotate270 } else { FontTransform::None };
        let font = (font::FAMILY, text.size * SCALE * self.habits.per_em).into_font().transform(turn);
        let colour = text.ink.colour(self.theme);
        let style = TextStyle::from(font).color(&colour).pos(Pos::new(h_pos, VPos::Center));
        Ok(self.backend.draw_text(&text.text, &style, drawn(&at))?)
    }
}

fn drawn(point: &(f64, f64)) -> (i32, i32) {
    ((point.0 * SCALE).round() as i32, (point.1 * SCALE).round() as i32)
}

/// The dashes of a dashed line, by arc length.
fn dashes(points: &[(f64, f64)], (dash, gap): (f64, f64)) -> Vec<Vec<(f64, f64)>> {
    let mut parts = Vec::new();
    let mut part = points.first().copied().into_iter().collect::<Vec<_>>();
    let (mut inked, mut left) = (true, dash);
    for pair in points.windows(2) {
        let (dx, dy) = (pair[1].0 - pair[0].0, pair[1].1 - pair[0].1);
        let length = dx.hypot(dy);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let at = (pair[0].0 + dx * done / length, pair[0].1 + dy * done / length);
            if inked {
                part.push(at);
                parts.push(std::mem::take(&mut part));
            } else {
                part = vec![at];
            }
            inked = !inked;
            left = if inked { dash } else { gap };
        }
        left -= length - done;
        if inked {
            part.push(pair[1]);
        }
    }
    parts.push(part);
    parts.retain(|part| part.len() > 1);
    parts
}
