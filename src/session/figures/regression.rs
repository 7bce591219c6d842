//! The panels of ridge regression: parts of an error one on the other, and lines beside them.

use super::step::{Line, panel};
use crate::plot::{Curve, Figure, Style};

/// Parts that add up, each a name with its values at the same places: lines at the heights to which they add up from the first, the space
/// below each coloured; other lines before them.
#[must_use]
pub fn stacked(title: &str, labels: [&str; 2], log_x: bool, x: &[f64], parts: &[(&str, Vec<f64>)], lines: Vec<Line>) -> Figure {
    let mut figure = Figure { log_x, ..Figure::new(title, labels[0], labels[1]) };
    let mut below = vec![0.0; x.len()];
    for (name, values) in parts {
        let above: Vec<f64> = below.iter().zip(values).map(|(low, part)| low + part).collect();
        let points = x.iter().copied().zip(above.iter().copied()).collect();
        figure.curves.push(Curve { label: (*name).to_owned(), points, style: Style::Line });
        let places = x.iter().zip(below.iter().zip(&above)).filter(|(_, (_, high))| high.is_finite());
        let points = places.flat_map(|(x, (low, high))| [(*x, *low), (*x, *high)]).collect();
        figure.curves.push(Curve { label: String::new(), points, style: Style::Band });
        below = above;
    }
    figure.curves.extend(panel("", labels, log_x, lines).curves);
    figure
}
