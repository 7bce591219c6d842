//! A picture as a list of shapes, in pixels of its page, y downwards. Later shapes cover earlier ones.

#[cfg(test)]
use super::font;
use super::ink::Ink;

/// A thing to draw.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// A line through points, with the lengths of dash and gap if it is dashed.
    Path { points: Vec<(f64, f64)>, width: f64, dash: Option<(f64, f64)>, ink: Ink },
    /// A filled convex polygon.
    Polygon { points: Vec<(f64, f64)>, ink: Ink },
    /// A filled rectangle.
    Rectangle { area: Area, ink: Ink },
    /// A filled disc.
    Disc { centre: (f64, f64), radius: f64, ink: Ink },
    /// A line of text, vertically centred on `at`.
    Text(Text),
}

impl Shape {
    /// The shape moved down.
    pub fn lowered(mut self, by: f64) -> Self {
        match &mut self {
            Self::Path { points, .. } | Self::Polygon { points, .. } => points.iter_mut().for_each(|point| point.1 += by),
            Self::Rectangle { area, .. } => (area.top, area.bottom) = (area.top + by, area.bottom + by),
            Self::Disc { centre, .. } => centre.1 += by,
            Self::Text(text) => text.at.1 += by,
        }
        self
    }
}

/// A line of text.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub text: String,
    pub at: (f64, f64),
    pub size: f64,
    pub anchor: Anchor,
    pub upwards: bool,
    pub ink: Ink,
}

/// Which part of a text stands at its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// A rectangle with left ≤ right and top ≤ bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

impl Area {
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Whether two rectangles share more than a border.
    #[cfg(test)]
    pub fn overlaps(&self, other: &Area) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// Its border, from the lower left corner along the lower side and back to it.
    pub fn border(&self) -> Vec<(f64, f64)> {
        let Area { left, top, right, bottom } = *self;
        vec![(left, bottom), (right, bottom), (right, top), (left, top), (left, bottom)]
    }

    /// The point at a position of the unit square, whose second coordinate grows upwards.
    pub fn point(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.left + x * self.width(), self.bottom - y * self.height())
    }

    /// [`Area::point`] of each of several.
    pub fn points(&self, positions: impl IntoIterator<Item = (f64, f64)>) -> Vec<(f64, f64)> {
        positions.into_iter().map(|position| self.point(position)).collect()
    }
}

/// A line of text that starts, ends or is centred at a point.
pub(super) fn text(text: &str, at: (f64, f64), size: f64, anchor: Anchor, ink: Ink) -> Shape {
    Shape::Text(Text { text: text.to_string(), at, size, anchor, upwards: false, ink })
}

/// A solid line.
pub(super) fn line(points: Vec<(f64, f64)>, width: f64, ink: Ink) -> Shape {
    Shape::Path { points, width, dash: None, ink }
}

/// The text on one line without control characters, which SVG forbids, and of bounded length.
pub(super) fn clean(text: &str) -> String {
    const LONGEST: usize = 400;
    let forbidden = |c: char| c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}');
    text.chars().take(LONGEST).map(|c| if forbidden(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
impl Text {
    /// The rectangle that the text covers.
    pub fn area(&self) -> Area {
        let (long, half) = (font::width(&self.text, self.size), 0.6 * self.size);
        let before = match self.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => long / 2.0,
            Anchor::End => long,
        };
        let (x, y) = self.at;
        if self.upwards {
            return Area { left: x - half, right: x + half, top: y + before - long, bottom: y + before };
        }
        Area { left: x - before, right: x - before + long, top: y - half, bottom: y + half }
    }
}
