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

/// Errors, or other positive numbers, against one variable.
#[must_use]
pub fn panel(title: &str, [x_label, y_label]: [&str; 2], log_x: bool, lines: Vec<Line>) -> Figure {
    let style = |dashed| if dashed { Style::Dashed } else { Style::Line };
    let curves = lines.into_iter().map(|(label, dashed, points)| Curve { label, points, style: style(dashed) }).collect();
    Figure { log_x, curves, ..Figure::new(title, x_label, y_label) }
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
