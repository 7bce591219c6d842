//! The panels of one gradient step: what is learned of each component of the teacher, errors against ridge, step and exponent, and the
//! largest singular values against the step.

use crate::plot::{Curve, Figure, Histogram, Mark, MarkKind, Style};

use super::part::Part;

/// Half of the width of a bar.
const HALF: f64 = 0.35;
/// The inks of the bars, numbers of curves: grey behind, the first colour before it.
const WHOLE: usize = 4;
const LEARNED: usize = 0;

/// A curve of a panel: its name, whether it is dashed, its points.
pub type Line = (String, bool, Vec<(f64, f64)>);

/// Simulated points with their standard errors, (x, mean, error).
#[derive(Clone, Debug)]
pub struct Measured {
    /// Their name.
    pub label: String,
    /// The points.
    pub points: Vec<[f64; 3]>,
}

/// Bars of the energies k! c_k² of the teacher's components, (k, energy, share that is learned), and of the learned part of each.
#[must_use]
pub fn components(list: &[(usize, f64, f64)], subject: &str) -> Figure {
    let mut figure = Figure::new(format!("what is learned of the teacher, {subject}"), "Hermite component k", "energy k! c_k^2");
    figure.x_whole = true;
    let bars = |label: &str, ink: usize, height: &dyn Fn(f64, f64) -> f64| {
        let mut bars = Histogram { label: label.to_owned(), edges: Vec::new(), heights: Vec::new(), curve: Some(ink) };
        for (k, energy, share) in list {
            if !bars.edges.is_empty() {
                bars.heights.push(0.0);
            }
            bars.edges.extend([*k as f64 - HALF, *k as f64 + HALF]);
            bars.heights.push(height(*energy, *share));
        }
        bars
    };
    figure.histograms.push(bars("teacher", WHOLE, &|energy, _| energy));
    figure.histograms.push(bars("learned", LEARNED, &|energy, share| energy * share));
    figure
}

/// The same with what the learned parts may be off by.
#[must_use]
pub fn with_errors(mut figure: Figure, list: &[(usize, f64, f64)]) -> Figure {
    let bar = |(k, low, high): &(usize, f64, f64)| [*low, *high, f64::NAN].map(|y| (*k as f64, y));
    figure.curves.push(Curve { label: String::new(), points: list.iter().flat_map(bar).collect(), style: Style::Bars });
    figure
}

/// Curves that differ by less than this share of the largest value hide each other.
const COINCIDENT: f64 = 2e-3;

/// Errors, or other positive numbers, against one variable. A curve that hides an earlier one is dashed over it, and where there are
/// more than two its name says on which it lies.
#[must_use]
pub fn panel(title: &str, [x_label, y_label]: [&str; 2], log_x: bool, lines: Vec<Line>) -> Figure {
    let style = |dashed| if dashed { Style::Dashed } else { Style::Line };
    let lines = told_apart(lines);
    let curves = lines.into_iter().map(|(label, dashed, points)| Curve { label, points, style: style(dashed) }).collect();
    Figure { log_x, curves, ..Figure::new(title, x_label, y_label) }
}

fn told_apart(mut lines: Vec<Line>) -> Vec<Line> {
    let finite = |(_, y): &(f64, f64)| y.is_finite().then(|| y.abs());
    let largest = lines.iter().flat_map(|(.., points)| points.iter().filter_map(finite)).fold(0.0, f64::max);
    let hides = |one: &Line, other: &Line| {
        let same = |(a, b): (&(f64, f64), &(f64, f64))| a.0 == b.0 && (a.1 - b.1).abs() <= COINCIDENT * largest;
        one.2.len() == other.2.len() && one.2.iter().zip(&other.2).all(same)
    };
    for later in 1..lines.len() {
        let covered: Vec<usize> = (0..later).filter(|earlier| hides(&lines[*earlier], &lines[later])).collect();
        if let Some(first) = covered.first() {
            if covered.len() > 1 {
                lines[later].0 = format!("{}, on {}", lines[later].0, lines[*first].0);
            }
            lines[later].1 = true;
        }
    }
    lines
}

/// The same with a band about each of some curves, given by the numbers of the curves, ascending, and
/// places with lower and upper ends.
#[must_use]
pub fn with_bands(mut figure: Figure, label: &str, bands: Vec<(usize, Vec<[f64; 3]>)>) -> Figure {
    // each one moves the curves behind it on
    for (index, (number, places)) in bands.into_iter().enumerate() {
        let points = places.iter().flat_map(|[x, low, high]| [(*x, *low), (*x, *high)]).collect();
        let label = if index == 0 { label.to_owned() } else { String::new() };
        figure.curves.insert(number + index + 1, Curve { label, points, style: Style::Band });
    }
    figure
}

/// The same with places of the axis named.
#[must_use]
pub fn with_places(mut figure: Figure, places: &[(f64, &str)]) -> Figure {
    let mark = |(x, name): &(f64, &str)| Mark { x: *x, label: (*name).to_owned(), kind: MarkKind::Edge, curve: None };
    figure.marks.extend(places.iter().filter(|(x, _)| x.is_finite()).map(mark));
    figure
}

/// The same with what was simulated.
#[must_use]
pub fn with_measured(mut figure: Figure, measured: &[Measured]) -> Figure {
    for Measured { label, points } in measured.iter().filter(|measured| !measured.points.is_empty()) {
        let bars = points.iter().flat_map(|[x, mean, error]| [(*x, mean - error), (*x, mean + error), (*x, f64::NAN)]);
        let bars = Curve { label: String::new(), points: bars.collect(), style: Style::Bars };
        let points = points.iter().map(|[x, mean, _]| (*x, *mean)).collect();
        figure.curves.push(Curve { label: label.clone(), points, style: Style::Points });
        figure.curves.push(bars);
    }
    figure
}

/// One picture of several panels, from the top.
#[must_use]
pub fn panels(list: Vec<Figure>, fields: Vec<String>) -> Part {
    let mut list = list.into_iter();
    let first = list.next().unwrap_or_default();
    Part { figure: Figure { below: list.collect(), ..first }, fields, ..Part::default() }
}
