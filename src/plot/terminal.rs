//! Figures as plain text: braille lines over a shaded histogram, with axes, ticks, marks and a legend.

use super::axis::Axis;
use super::braille::Screen;
use super::cells::{self, Block};
use super::clip::{self, Bar, Point};
use super::cuts::{self, Side};
use super::scene::clean;
use super::tick::{self, Tick};
use super::{Curve, Figure, Mark, MarkKind, Style, atoms, flags, marks, range};

const COLUMNS: (usize, usize) = (24, 400);
const ROWS: (usize, usize) = (8, 200);
const MARKERS: [char; 4] = ['•', 'x', 'o', '+'];
const SHADES: [char; 2] = ['░', '▒'];
/// The scale of cells.
const LEVELS: [char; 5] = ['·', '░', '▒', '▓', '█'];
const EDGE: char = '┊';
const OUTLIER: char = '▼';
const ATOM: char = '↑';
const BREAK: char = '≈';

/// The figure as plain text of about `columns` by `rows` characters, without colours.
///
/// Sizes outside 24 … 400 columns and 8 … 200 rows are brought into that range; no line is longer than `columns`.
/// Lines are braille dots (dashed ones with gaps, several ones with a letter on each), points are `•`, `x`, `o`, `+` in turn,
/// histograms are shaded, `┊` is an edge, `▼` an outlier, `↑` an atom, `≈` a place where something leaves the frame.
/// Further panels follow with as many rows each.
pub fn terminal(figure: &Figure, columns: usize, rows: usize) -> String {
    figure.panels().map(|part| panel(part, columns, rows)).collect::<Vec<_>>().join("\n")
}

fn panel(figure: &Figure, columns: usize, rows: usize) -> String {
    let columns = columns.clamp(COLUMNS.0, COLUMNS.1);
    let rows = rows.clamp(ROWS.0, ROWS.1);
    let (x, y) = range::axes(figure);

    let headings = [&figure.title, &figure.subtitle, &figure.y_label];
    let mut lines: Vec<String> = headings.iter().flat_map(|text| wrapped(&[text], columns)).collect();
    let below =
        [named_marks(figure, x), cut_names(figure, x, y), legend(figure)].map(|entries| wrapped(&entries, columns)).concat();

    let x_name = usize::from(!figure.x_label.is_empty());
    let height = rows.saturating_sub(lines.len() + below.len() + x_name + 2).max(3);
    let y_ticks = y.ticks((height / 3).clamp(2, 8));
    let widest = y_ticks.iter().map(|t| length(&t.label)).max().unwrap_or(0).min(columns / 2);
    let width = columns - widest - 2;
    let mut screen = Screen::new(width, height);
    draw(figure, x, y, &mut screen);

    lines.extend(framed(&screen, y, &y_ticks, widest));
    lines.extend(horizontal_axis(x, &screen, width, widest));
    if x_name == 1 {
        let name = shortened(&clean(&figure.x_label), width);
        lines.push(format!("{}{name}", " ".repeat(widest + 2 + (width - length(&name)) / 2)));
    }
    lines.extend(below);
    lines.iter().map(|line| line.trim_end().to_string() + "\n").collect()
}

fn draw(figure: &Figure, x: Axis, y: Axis, screen: &mut Screen) {
    for block in figure.cells.iter().flat_map(|cells| cells::blocks(cells, x, y)) {
        let Block { left, right, low, high, share } = block;
        screen.shade(&Bar { left, right, low, high }, level(share));
    }
    for (position, _) in marks::of_kind(&figure.marks, x, MarkKind::Edge) {
        screen.hairline(position, EDGE);
    }
    for (number, histogram) in figure.histograms.iter().enumerate() {
        for bar in clip::bars(histogram, x, y) {
            screen.shade(&bar, SHADES[number % SHADES.len()]);
        }
    }
    for curve in figure.curves.iter().filter(|curve| curve.style == Style::Band) {
        for [below, next_below, next_above, above] in clip::band(&curve.points, x, y) {
            let [low, high] = [[below, next_below], [above, next_above]].map(|pair| f64::midpoint(pair[0].1, pair[1].1));
            screen.shade(&Bar { left: below.0, right: next_below.0, low, high }, SHADES[0]);
        }
    }
    for (number, curve) in figure.curves.iter().enumerate() {
        draw_curve(curve, number, x, y, screen);
    }
    for (curve, letter, share) in letters(figure) {
        let points: Vec<Point> = clip::pieces(&curve.points, x, y).concat();
        let raised: Vec<&Point> = points.iter().filter(|(_, b)| *b > 0.05).collect();
        if let Some(&&(a, b)) = raised.get((raised.len() as f64 * share) as usize) {
            screen.put(screen.column(a), screen.row(b), letter);
        }
    }
    for (position, _) in marks::of_kind(&figure.marks, x, MarkKind::Outlier) {
        screen.put(screen.column(position), screen.row(0.0), OUTLIER);
    }
    for atom in &figure.atoms {
        let Some(position) = x.inside(atom.x) else { continue };
        let (column, tip) = (screen.column(position), screen.row(atoms::height(atom)));
        for row in tip + 1..=screen.row(0.0) {
            screen.put(column, row, '│');
        }
        screen.put(column, tip, ATOM);
    }
    for series in cuts::of_figure(figure, x, y) {
        for cut in &series.cuts {
            let row = screen.row(if cut.side == Side::Top { 1.0 } else { 0.0 });
            cut.through.iter().for_each(|&position| screen.put(screen.column(position), row, BREAK));
        }
    }
    if screen.is_blank() {
        screen.label(0, screen.row(0.5), "no data in this range");
    }
}

/// The sign of a share of the scale of cells.
fn level(share: f64) -> char {
    LEVELS[((share * LEVELS.len() as f64) as usize).min(LEVELS.len() - 1)]
}

fn draw_curve(curve: &Curve, number: usize, x: Axis, y: Axis, screen: &mut Screen) {
    if let Style::Line | Style::Dashed | Style::Bars = curve.style {
        for piece in clip::pieces(&curve.points, x, y) {
            screen.line(&piece, curve.style == Style::Dashed);
        }
        return;
    }
    if curve.style == Style::Band {
        return;
    }
    if curve.style == Style::Stems {
        for stem in clip::stems(&curve.points, x, y) {
            screen.line(&stem, false);
        }
    }
    for (a, b) in clip::visible(&curve.points, x, y) {
        screen.put(screen.column(a), screen.row(b), MARKERS[number % MARKERS.len()]);
    }
}

/// A letter for each curve drawn as a line when there are several, and how far along the curve it stands.
fn letters(figure: &Figure) -> Vec<(&Curve, char, f64)> {
    let lines: Vec<&Curve> =
        figure.curves.iter().filter(|c| matches!(c.style, Style::Line | Style::Dashed) && !c.label.is_empty()).collect();
    if lines.len() < 2 {
        return Vec::new();
    }
    let shares = (1..).map(|i| f64::from(i) / (lines.len() as f64 + 1.0));
    lines.iter().zip('a'..='z').zip(shares).map(|((curve, letter), share)| (*curve, letter, share)).collect()
}

/// Rows of the screen behind the vertical axis.
fn framed(screen: &Screen, y: Axis, ticks: &[Tick], widest: usize) -> Vec<String> {
    let label = |row: usize| ticks.iter().find(|t| y.inside(t.at).is_some_and(|p| screen.row(p) == row));
    let rows = screen.lines().into_iter().enumerate();
    rows.map(|(row, cells)| match label(row) {
        Some(tick) => format!("{:>widest$} ┤{cells}", shortened(&tick.label, widest)),
        None => format!("{:>widest$} │{cells}", ""),
    })
    .collect()
}

/// The axis and, under it, the texts of its ticks.
fn horizontal_axis(x: Axis, screen: &Screen, width: usize, widest: usize) -> [String; 2] {
    let margin = widest + 2;
    let mut axis = vec!['─'; width];
    let mut texts = vec![' '; margin + width];
    for tick in spaced_ticks(x, screen, width) {
        let Some(position) = x.inside(tick.at) else { continue };
        let column = screen.column(position);
        axis[column] = '┬';
        let start = (margin + column).saturating_sub(length(&tick.label) / 2);
        let start = start.min((margin + width).saturating_sub(length(&tick.label)));
        for (cell, character) in texts[start..].iter_mut().zip(tick.label.chars()) {
            *cell = character;
        }
    }
    let axis: String = axis.into_iter().collect();
    [format!("{:>widest$} └{axis}", ""), texts.into_iter().collect()]
}

fn spaced_ticks(x: Axis, screen: &Screen, width: usize) -> Vec<Tick> {
    let crowded = |ticks: &[Tick]| {
        let columns: Vec<usize> = ticks.iter().filter_map(|t| Some(screen.column(x.position(t.at)?.clamp(0.0, 1.0)))).collect();
        let longest = ticks.iter().map(|t| length(&t.label)).max().unwrap_or(0);
        columns.windows(2).any(|pair| pair[1] - pair[0] < longest + 2)
    };
    x.spaced_ticks((width / 8).clamp(2, 10), crowded)
}

/// The marks and atoms by curve, named where there are several that have some.
fn named_marks(figure: &Figure, x: Axis) -> Vec<String> {
    let mut owners: Vec<Option<usize>> = Vec::new();
    for owner in figure.marks.iter().map(|mark| mark.curve).chain(figure.atoms.iter().map(|atom| atom.curve)) {
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    let several = owners.iter().flatten().count() > 1;
    let mut entries = Vec::new();
    for owner in &owners {
        let label = owner.and_then(|number| figure.curves.get(number)).map_or("", |curve| &curve.label);
        let of = if several && !label.is_empty() { format!(" of {label}") } else { String::new() };
        for (kind, word, sign) in [(MarkKind::Edge, "edges", EDGE), (MarkKind::Outlier, "outliers", OUTLIER)] {
            let own = |(_, mark): (f64, &Mark)| (mark.curve == *owner).then(|| marks::name(mark));
            let names: Vec<String> = marks::of_kind(&figure.marks, x, kind).filter_map(own).collect();
            entries.extend((!names.is_empty()).then(|| format!("{word}{of} {sign} {}", names.join(", "))));
        }
        let own = figure.atoms.iter().filter(|atom| atom.curve == *owner && x.inside(atom.x).is_some());
        entries.extend(own.map(|atom| format!("atom{of} {ATOM} {}", atoms::name(atom))));
    }
    entries
}

/// How far everything goes that leaves the frame.
fn cut_names(figure: &Figure, x: Axis, y: Axis) -> Vec<String> {
    let mut entries = Vec::new();
    for series in cuts::of_figure(figure, x, y) {
        let label = if series.label.is_empty() { String::new() } else { format!("{} ", series.label) };
        for cut in [Side::Top, Side::Bottom].iter().flat_map(|side| flags::named(&series.cuts, *side)) {
            entries.push(format!("{BREAK} {label}{} at {}", flags::cut_name(cut), tick::short(cut.farthest.0)));
        }
    }
    entries
}

fn legend(figure: &Figure) -> Vec<String> {
    let letters = letters(figure);
    let mut entries = Vec::new();
    if let Some((cells, (low, high))) = figure.cells.as_ref().and_then(|cells| Some((cells, cells::range(cells)?))) {
        let signs = String::from_iter(LEVELS);
        entries.push(format!("{signs} {} from {} to {}", cells.label, tick::short(low), tick::short(high)).replace("  ", " "));
    }
    for (number, curve) in figure.curves.iter().enumerate().filter(|(_, c)| !c.label.is_empty()) {
        let letter = letters.iter().find(|(lettered, ..)| std::ptr::eq(*lettered, curve)).map(|(_, letter, _)| *letter);
        let sign = match (curve.style, letter) {
            (Style::Line | Style::Bars, letter) => format!("─{}─", letter.unwrap_or('─')),
            (Style::Dashed, letter) => format!("╌{}╌", letter.unwrap_or('╌')),
            (Style::Band, _) => SHADES[0].to_string(),
            (Style::Points | Style::Stems, _) => MARKERS[number % MARKERS.len()].to_string(),
        };
        entries.push(format!("{sign} {}", curve.label));
    }
    for (number, histogram) in figure.histograms.iter().enumerate().filter(|(_, h)| !h.label.is_empty()) {
        entries.push(format!("{} {}", SHADES[number % SHADES.len()], histogram.label));
    }
    entries
}

/// Entries in lines of at most `columns` characters, three spaces between them; an entry that is too long is broken at spaces.
fn wrapped<T: AsRef<str>>(entries: &[T], columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for entry in entries.iter().map(|entry| clean(entry.as_ref())) {
        let words: Vec<&str> = if length(&entry) <= columns { vec![&entry] } else { entry.split(' ').collect() };
        for (number, word) in words.iter().filter(|word| !word.is_empty()).enumerate() {
            let gap = if number == 0 { "   " } else { " " };
            match lines.last_mut() {
                Some(line) if length(line) + gap.len() + length(word) <= columns => {
                    line.push_str(gap);
                    line.push_str(word);
                }
                _ => lines.push(shortened(word, columns)),
            }
        }
    }
    lines
}

fn shortened(text: &str, columns: usize) -> String {
    if length(text) <= columns {
        return text.to_string();
    }
    let kept: String = text.chars().take(columns.saturating_sub(1)).collect();
    kept + "…"
}

fn length(text: &str) -> usize {
    text.chars().count()
}
