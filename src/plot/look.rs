//! How a picture is to be printed: its theme, its size on the page, the size of its texts.
//!
//! A scene is measured in pixels in which the texts at the ticks have [`TICKS`] pixels; a font in points and a size in centimetres
//! say how many of these pixels the page has. Without them it has 800 by 500 for each panel.

/// Size of the texts at the ticks in pixels of the scene, which `font` gives in points.
pub(super) const TICKS: f64 = 15.0;
/// Pixels of a panel that has no size of its own, and points in one of them (96 pixels an inch).
const USUAL: [f64; 2] = [800.0, 500.0];
const POINTS: f64 = 72.0 / 96.0;
/// Points of the font of a picture that has a size.
const PRINTED: f64 = 8.0;
const POINTS_IN_CENTIMETRES: f64 = 72.0 / 2.54;
/// Fewest and most pixels of a panel, across and down: the texts around the frame need the one, memory the other.
const LEAST: [f64; 2] = [300.0, 200.0];
const MOST: f64 = 2000.0;

/// The look of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    /// Colours.
    pub theme: Theme,
    /// Width and height of the whole picture in centimetres.
    pub size: Option<[f64; 2]>,
    /// Size of the texts at the ticks, in points.
    pub font: Option<f64>,
}

/// The colours of a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white.
    #[default]
    Light,
    /// Light on nearly black.
    Dark,
}

/// The page of one panel, in pixels of the scene.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Page {
    pub width: f64,
    pub height: f64,
}

impl Look {
    /// The width of a column of a journal, and the height that a picture of so many panels has there, in centimetres.
    #[must_use]
    pub fn column(panels: usize) -> [f64; 2] {
        const WIDTH: f64 = 8.6;
        [WIDTH, WIDTH * USUAL[1] / USUAL[0] * panels as f64]
    }

    /// The same with each of so many panels higher by pixels of its scene.
    pub(super) fn higher(self, pixels: f64, panels: usize) -> Self {
        let pixel = self.font.unwrap_or(PRINTED) / TICKS;
        let more = pixels * panels as f64 * pixel / POINTS_IN_CENTIMETRES;
        Self { size: self.size.map(|[width, height]| [width, height + more]), ..self }
    }

    /// Width and height of the whole picture in points.
    pub(super) fn points(&self, panels: usize) -> [f64; 2] {
        let usual = || [USUAL[0], USUAL[1] * panels as f64].map(|pixels| pixels * POINTS);
        self.size.map_or_else(usual, |size| size.map(|length| length * POINTS_IN_CENTIMETRES))
    }

    /// The page of each of so many panels.
    pub(super) fn page(&self, panels: usize) -> Page {
        let points = self.points(panels);
        let pixel = self.font.unwrap_or(if self.size.is_some() { PRINTED } else { TICKS * POINTS }) / TICKS;
        Page { width: (points[0] / pixel).round(), height: (points[1] / panels as f64 / pixel).round() }
    }

    /// Why a picture of so many panels cannot have this look.
    #[must_use]
    pub fn refusal(&self, panels: usize) -> Option<String> {
        let Page { width, height } = self.page(panels);
        // a size that is no number is neither
        if !(width >= LEAST[0] && height >= LEAST[1]) {
            return Some(format!("so small a picture has no room for texts in this font: take {}", self.least(panels)));
        }
        (width.max(height) > MOST).then(|| "so large a picture has texts too small to be read in this font".to_owned())
    }

    /// The smallest size with this font, or the largest font at this size where there is one.
    fn least(&self, panels: usize) -> String {
        let pixel = self.font.unwrap_or(PRINTED) / TICKS;
        let up = |pixels: f64| (pixels * pixel / POINTS_IN_CENTIMETRES * 10.0).ceil() / 10.0;
        let [width, height] = [LEAST[0], LEAST[1] * panels as f64].map(up);
        let [across, down] = self.points(panels);
        let most = (across / LEAST[0]).min(down / (LEAST[1] * panels as f64)) * TICKS;
        let font = if most >= 4.0 { format!(", or font = {:.1}", (most * 10.0).floor() / 10.0) } else { String::new() };
        format!("size = [{width}, {height}]{font}")
    }

    /// Width and height of the whole picture as an SVG file gives them.
    pub(super) fn lengths(&self, panels: usize) -> [String; 2] {
        match self.size {
            Some(size) => size.map(|length| format!("{length}cm")),
            None => [USUAL[0], USUAL[1] * panels as f64].map(|length| length.to_string()),
        }
    }
}
