//! Texts above the frame, each beside a line that goes down to what it names: edges, outliers, atoms and cuts.
//!
//! Texts stand to the right of their lines. They are placed from the right, each in the lowest row in which it meets neither a
//! text nor a line, so that none of them overlap and none is left out while rows last.

use super::axis::Axis;
use super::cuts::{self, Cut, Side};
use super::ink::{FAINT, Ink};
use super::scene::Area;
use super::{Figure, MarkKind, atoms, font, marks, tick};

/// Size of the texts and height of their rows while they need few rows, and when they need more.
const SIZES: [(f64, f64); 2] = [(13.5, 17.0), (11.0, 13.5)];
const ROWS: [usize; 2] = [4, 11];
/// Distance from a line to its text, and from a text to the next.
const BESIDE: f64 = 4.0;
const GAP: f64 = 7.0;
const MARGIN: f64 = 4.0;
const LONGEST: f64 = 300.0;
/// Share of the page that the frame keeps beside the longest of them.
const NARROWEST: f64 = 0.45;
/// More cuts of one series on one side than this are named by the farthest alone.
const FEW: usize = 3;

/// A text and the horizontal position, 0 to 1, of what it names.
#[derive(Clone, Debug)]
pub(super) struct Flag {
    pub position: f64,
    pub text: String,
    pub ink: Ink,
}

/// Flags in their rows.
pub(super) struct Flags {
    /// Size of the texts.
    pub size: f64,
    /// Height of a row.
    pub row: f64,
    /// Each with its row, 0 next to the frame.
    pub placed: Vec<(Flag, usize)>,
    /// How many found no row.
    pub left_out: usize,
}

/// Everything that is named above the frame of a figure.
pub(super) fn of_figure(figure: &Figure, x: Axis, y: Axis) -> Vec<Flag> {
    let mut flags = Vec::new();
    for kind in [MarkKind::Edge, MarkKind::Outlier] {
        flags.extend(marks::of_kind(&figure.marks, x, kind).map(|(position, mark)| Flag {
            position,
            text: marks::name(mark),
            ink: mark.curve.map_or(marks::ink(kind), Ink::curve).for_text(),
        }));
    }
    flags.extend(figure.atoms.iter().filter_map(|atom| {
        Some(Flag { position: x.inside(atom.x)?, text: atoms::name(atom), ink: atoms::ink(atom).for_text() })
    }));
    for series in cuts::of_figure(figure, x, y) {
        let ink = series.curve.map_or(FAINT, Ink::curve).for_text();
        for side in [Side::Top, Side::Bottom] {
            flags.extend(named(&series.cuts, side).into_iter().map(|cut| Flag {
                position: cut.position(x),
                text: cut_name(cut),
                ink,
            }));
        }
    }
    flags
}

/// The flags with texts cut to what a frame that begins at `left` leaves them on a page of this width.
pub(super) fn cut(mut flags: Vec<Flag>, left: f64, page: f64) -> Vec<Flag> {
    for flag in &mut flags {
        let room = page - left - BESIDE - MARGIN - flag.position * NARROWEST * page;
        flag.text = font::fit(&flag.text, room.min(LONGEST), SIZES[0].0, SIZES[0].0).0;
    }
    flags
}

/// The cuts through one side that are named.
pub(super) fn named(cuts: &[Cut], side: Side) -> Vec<&Cut> {
    let mut named: Vec<&Cut> = cuts.iter().filter(|cut| cut.side == side).collect();
    if named.len() > FEW {
        let height = |cut: &Cut| if side == Side::Top { cut.farthest.1 } else { -cut.farthest.1 };
        named.sort_by(|a, b| height(b).total_cmp(&height(a)));
        named.truncate(1);
    }
    named
}

/// What stands at a cut.
pub(super) fn cut_name(cut: &Cut) -> String {
    match (cut.side, cut.farthest.1) {
        (_, height) if height.is_infinite() => format!("up to {}∞", if height < 0.0 { "−" } else { "" }),
        (Side::Top, height) => format!("up to {}", tick::short(height)),
        (Side::Bottom, height) => format!("down to {}", tick::short(height)),
    }
}

/// The right side of a frame beside which the texts of the flags stay on a page of this width.
pub(super) fn right(flags: &[Flag], left: f64, usual: f64, page: f64) -> f64 {
    let room = |flag: &Flag| {
        let width = BESIDE + font::width(&flag.text, SIZES[0].0) + MARGIN;
        left + (page - width - left) / flag.position.max(f64::MIN_POSITIVE)
    };
    flags.iter().map(room).fold(usual, f64::min)
}

/// The flags in rows above a frame between `left` and `right`, at most `room` high.
pub(super) fn placed(flags: &[Flag], left: f64, right: f64, room: f64) -> Flags {
    let few = in_rows(flags, left, right, room, 0);
    if few.left_out == 0 { few } else { in_rows(flags, left, right, room, 1) }
}

fn in_rows(flags: &[Flag], left: f64, right: f64, room: f64, kind: usize) -> Flags {
    let (size, row) = SIZES[kind];
    let rows = ROWS[kind].min((room / row).max(0.0) as usize);
    let mut sorted: Vec<&Flag> = flags.iter().collect();
    sorted.sort_by(|a, b| b.position.total_cmp(&a.position));
    let mut found = Flags { size, row, placed: Vec::new(), left_out: 0 };
    // the line and the row of each flag placed, from the right
    let mut lines: Vec<(f64, usize)> = Vec::new();
    for flag in sorted {
        let line = left + flag.position * (right - left);
        let end = line + BESIDE + font::width(&flag.text, size) + GAP;
        let above = lines.iter().filter(|(other, _)| *other < end).map(|(_, row)| row + 1).max().unwrap_or(0);
        if above < rows {
            lines.push((line, above));
            found.placed.push((flag.clone(), above));
        } else {
            found.left_out += 1;
        }
    }
    found
}

impl Flags {
    /// The height of all rows.
    pub fn height(&self) -> f64 {
        self.row * self.placed.iter().map(|(_, row)| row + 1).max().unwrap_or(0) as f64
    }

    /// The line of a flag from the frame up to its text, and where the text starts.
    pub fn line_and_text(&self, position: f64, row: usize, frame: &Area) -> ([(f64, f64); 2], (f64, f64)) {
        let (x, top) = frame.point((position, 1.0));
        let middle = top - self.row * (row as f64 + 0.5);
        ([(x, top), (x, middle - 0.35 * self.row)], (x + BESIDE, middle))
    }
}
