//! Plain result structs to pictures: SVG, PNG, and braille in a terminal.
//!
//! A [`Figure`] holds numbers and labels only; this module computes no result and imports nothing from the rest of the crate.
//! A picture is first laid out as a list of shapes (`compose`), then handed to one of plotters' two backends (`image`).
//! All texts stand around the frame and none in it, so that no text covers data; where a curve leaves the frame through its upper or
//! lower side a break mark and the farthest value say so, in the terminal too.
//! Text is measured and drawn with the embedded subset of DejaVu Sans, so that pictures do not depend on the fonts of the system.
//! The plotted data are always written beside the picture as JSON.

mod atoms;
mod axis;
mod braille;
mod cells;
mod clip;
mod compose;
mod curves;
mod cuts;
mod data;
mod file;
mod flags;
mod font;
mod image;
mod ink;
mod layout;
mod legend;
mod look;
mod marks;
mod pdf;
mod range;
mod scene;
mod series;
mod terminal;
mod tick;

use serde::Serialize;

pub use file::{PlotError, behind_links, svg, write};
pub use look::{Look, Theme};
pub use terminal::terminal;

/// One picture: a pair of axes and what is drawn on them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figure {
    /// Title, above the frame.
    pub title: String,
    /// Parameters, seed and command, in small type under the title.
    pub subtitle: String,
    /// Name of the horizontal axis.
    pub x_label: String,
    /// Name of the vertical axis.
    pub y_label: String,
    /// Logarithmic horizontal axis; values ≤ 0 are then not drawn.
    pub log_x: bool,
    /// Logarithmic vertical axis; values ≤ 0 are then not drawn.
    pub log_y: bool,
    /// Whether the horizontal axis counts: its ticks are whole numbers.
    pub x_whole: bool,
    /// Horizontal range (low, high). `None`, or a range the axis cannot show, means the range of the data.
    pub x_range: Option<(f64, f64)>,
    /// Vertical range (low, high). `None`, or a range the axis cannot show, means the range of the data, cut where a density blows
    /// up; every cut is marked.
    pub y_range: Option<(f64, f64)>,
    /// A quantity over the plane, under everything else.
    pub cells: Option<Cells>,
    /// Curves, points and stems.
    pub curves: Vec<Curve>,
    /// Histograms, drawn under the curves.
    pub histograms: Vec<Histogram>,
    /// Edges of the support and outliers.
    pub marks: Vec<Mark>,
    /// Atoms of a measure.
    pub atoms: Vec<Atom>,
    /// Further panels, one under the other below this one; theirs are not drawn.
    pub below: Vec<Figure>,
    /// How it is printed; that of the first panel is the picture's.
    pub look: Look,
}

impl Figure {
    /// The panels from the top.
    fn panels(&self) -> impl Iterator<Item = &Figure> {
        std::iter::once(self).chain(&self.below)
    }

    /// The page of each panel.
    fn page(&self) -> look::Page {
        self.look.page(1 + self.below.len())
    }

    /// The figure on a page so high that all is said under the titles, up to the bound of lines, and the frames are not flat.
    #[must_use]
    pub fn with_room_for_texts(mut self) -> Self {
        const STEPS: usize = 16;
        const FLAT: f64 = 0.27;
        for _ in 0..STEPS {
            let page = self.page();
            let is_crowded = self.panels().any(|panel| {
                let (x, y) = range::axes(panel);
                let layout = layout::Layout::new(panel, x, y, page);
                layout.is_caption_cut() || layout.frame.height() < FLAT * page.width
            });
            if !is_crowded {
                break;
            }
            self.look = self.look.higher(layout::SUBTITLE_LINE, 1 + self.below.len());
        }
        self
    }

    /// Whether an axis can show a range.
    pub fn shows((low, high): (f64, f64), log: bool) -> bool {
        axis::Axis::exact(low, high, log).is_some()
    }

    /// An empty figure with linear axes and automatic ranges.
    pub fn new(title: impl Into<String>, x_label: impl Into<String>, y_label: impl Into<String>) -> Self {
        Figure { title: title.into(), x_label: x_label.into(), y_label: y_label.into(), ..Figure::default() }
    }
}

/// A quantity over a grid of the plane, drawn as coloured cells, with its scale beside the frame.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cells {
    /// Name of the quantity, beside its scale.
    pub label: String,
    /// Middles of the columns, increasing.
    pub x: Vec<f64>,
    /// Middles of the rows, increasing.
    pub y: Vec<f64>,
    /// A row for each y with a number for each x; where it is not finite the page is seen.
    pub values: Vec<Vec<f64>>,
}

/// A sequence of points, in the order in which they are joined.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// Name in the legend; an empty label makes no entry.
    pub label: String,
    /// Points (x, y). A coordinate that is NaN or infinite is a break in the curve; an infinite y says where the curve goes.
    pub points: Vec<(f64, f64)>,
    /// How the points are drawn.
    pub style: Style,
}

/// How the points of a [`Curve`] are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// A solid line through the points.
    Line,
    /// A dashed line through the points.
    Dashed,
    /// A marker at each point.
    Points,
    /// A vertical line from zero to each point, with a marker.
    Stems,
    /// Error bars of the curve before this one, whose colour they have: a solid line through the points.
    Bars,
    /// What the curve before this one may be off by, in its colour: the lower and the upper end at one x after the other. It lies under all
    /// curves, is cut by the frame and has no part in its range.
    Band,
}

/// A histogram in units of density: its area is Σ heights·widths.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Histogram {
    /// Name in the legend; an empty label makes no entry.
    pub label: String,
    /// Bin edges in increasing order, one more than `heights`.
    pub edges: Vec<f64>,
    /// Density in each bin.
    pub heights: Vec<f64>,
    /// Number of the curve whose colour it has where there are several histograms.
    pub curve: Option<usize>,
}

/// A position on the horizontal axis worth naming.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Mark {
    /// Position.
    pub x: f64,
    /// Text at the mark; if empty, the position to four digits.
    pub label: String,
    /// What is marked.
    pub kind: MarkKind,
    /// Number of the curve to which it belongs, whose colour it has.
    pub curve: Option<usize>,
}

/// What a [`Mark`] stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum MarkKind {
    /// An edge of the support: a thin dashed vertical line; an edge at 0 stands where a logarithmic axis begins.
    Edge,
    /// An outlier: a triangle standing on the axis.
    Outlier,
}

/// A point mass, drawn as an arrow.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Atom {
    /// Position.
    pub x: f64,
    /// Mass, between 0 and 1.
    pub mass: f64,
    /// Text at the arrow; if empty, the mass to four digits.
    pub label: String,
    /// Number of the curve to which it belongs, whose colour it has.
    pub curve: Option<usize>,
}
