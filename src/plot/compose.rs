//! A figure to shapes: ranges, layout, data, legend, in the order in which they cover each other.

use super::layout::Layout;
use super::legend::{self, Legend};
use super::scene::{Anchor, GREY, HEIGHT, Shape, clean, line, text};
use super::{Curve, Figure, Style, atoms, curves, marks, range};

/// Everything the picture shows, bottom first, panel by panel.
pub(super) fn compose(figure: &Figure) -> Vec<Shape> {
    let panels = figure.panels().enumerate();
    panels.flat_map(|(number, part)| panel(part).into_iter().map(move |shape| shape.lowered(HEIGHT * number as f64))).collect()
}

fn panel(figure: &Figure) -> Vec<Shape> {
    let figure = &cleaned(figure);
    let (layout, data, legend) = arrange(figure);
    let mut shapes = marks::edges(&figure.marks, &layout);
    if data.is_empty() {
        let middle = layout.frame.point((0.5, 0.5));
        shapes.push(text("no data in this range", middle, 13.0, Anchor::Middle, GREY));
    }
    shapes.extend(zero_line(&layout));
    shapes.extend(data);
    shapes.extend(layout.shapes(figure));
    shapes.extend(legend.iter().flat_map(Legend::shapes));
    shapes
}

/// Layout, data and legend; a legend that hides data in every corner gets room above them.
fn arrange(figure: &Figure) -> (Layout, Vec<Shape>, Option<Legend>) {
    let (x, y) = range::axes(figure);
    let arranged = |y| {
        let layout = Layout::new(figure, x, y);
        let shapes = data(figure, &layout);
        let legend = legend::place(figure, &layout.frame, &shapes, &marks::edges(&figure.marks, &layout));
        (layout, shapes, legend)
    };
    match arranged(y) {
        (layout, _, Some(crowded)) if crowded.hidden > 0 && figure.y_range.is_none() => {
            let share = (crowded.area.height() + 20.0) / layout.frame.height();
            arranged(y.extended(0.0, share / (1.0 - share).max(0.4)))
        }
        found => found,
    }
}

fn data(figure: &Figure, layout: &Layout) -> Vec<Shape> {
    let mut shapes = Vec::new();
    let mut taken = Vec::new();
    for (number, histogram) in figure.histograms.iter().enumerate() {
        shapes.extend(curves::histogram(histogram, number, layout));
    }
    let numbered = || figure.curves.iter().enumerate();
    let is_line = |curve: &Curve| matches!(curve.style, Style::Line | Style::Dashed);
    let lines = numbered().filter(|(_, curve)| is_line(curve));
    let markers = numbered().filter(|(_, curve)| !is_line(curve));
    for (number, curve) in lines.chain(markers) {
        shapes.extend(curves::curve(curve, number, layout));
    }
    shapes.extend(marks::outliers(&figure.marks, layout, &mut taken));
    shapes.extend(atoms::shapes(&figure.atoms, layout, &mut taken));
    shapes
}

/// The line y = 0 where it lies inside the frame.
fn zero_line(layout: &Layout) -> Option<Shape> {
    let zero = layout.y.position(0.0).filter(|p| *p > 0.0 && *p < 1.0)?;
    Some(line(layout.frame.points([(0.0, zero), (1.0, zero)]), 0.75, GREY))
}

fn cleaned(figure: &Figure) -> Figure {
    let mut figure = figure.clone();
    for text in [&mut figure.title, &mut figure.subtitle, &mut figure.x_label, &mut figure.y_label] {
        *text = clean(text);
    }
    figure.curves.iter_mut().for_each(|c| c.label = clean(&c.label));
    figure.histograms.iter_mut().for_each(|h| h.label = clean(&h.label));
    figure.marks.iter_mut().for_each(|m| m.label = clean(&m.label));
    figure.atoms.iter_mut().for_each(|a| a.label = clean(&a.label));
    figure
}

#[cfg(test)]
mod tests {
    use super::super::scene::Area;
    use super::super::{Histogram, Mark, MarkKind};
    use super::*;
    use proptest::prelude::*;

    fn curve(height: impl Fn(f64) -> f64) -> Curve {
        let grid = (0..=300).map(|i| f64::from(i) / 300.0);
        let points = grid.map(|x| (x, height(x))).collect();
        Curve { label: "theory".into(), points, style: Style::Line }
    }

    fn text_areas(figure: &Figure) -> Vec<(String, Area)> {
        let texts = compose(figure).into_iter().filter_map(|shape| match shape {
            Shape::Text(text) => Some((text.text.clone(), text.area())),
            _ => None,
        });
        texts.filter(|(text, _)| !text.is_empty()).collect()
    }

    #[test]
    fn the_legend_leaves_the_data_visible() {
        let shapes: [fn(f64) -> f64; 4] = [|x| x, |x| 1.0 - x, |x| 4.0 * x * (1.0 - x), |x| (80.0 * x).sin()];
        for height in shapes {
            let mut figure = Figure::new("title", "x", "y");
            figure.curves.push(curve(height));
            figure.histograms.push(Histogram { label: "simulation".into(), edges: vec![0.0, 0.5, 1.0], heights: vec![0.3, 0.3] });
            let (_, _, legend) = arrange(&figure);
            assert_eq!(legend.map(|legend| legend.hidden), Some(0));
        }
    }

    proptest! {
        #[test]
        fn texts_around_the_frame_never_overlap(
            edges in prop::collection::vec(0.0..1.0, 0..12),
            scale in -8.0..8.0,
            log_x: bool,
            long: bool,
        ) {
            let mut figure = Figure::new("law of a kernel", "eigenvalue λ", "density ρ(λ)");
            figure.subtitle = "seed 7, ".repeat(30);
            figure.log_x = log_x;
            let unit = 10f64.powf(scale);
            let label = if long { "lower edge of the first bulk, ".repeat(9) } else { String::new() };
            let mark = |x: &f64| Mark { x: unit * x, label: label.clone(), kind: MarkKind::Edge };
            figure.marks = edges.iter().map(mark).collect();
            figure.curves.push(Curve {
                label: String::new(),
                points: vec![(0.01 * unit, 1.0 / unit), (unit, 2.0 / unit)],
                style: Style::Line,
            });
            let areas = text_areas(&figure);
            for (i, (text, area)) in areas.iter().enumerate() {
                prop_assert!(area.left >= 0.0 && area.right <= 800.5, "{text} leaves the page");
                prop_assert!(area.top >= 0.0 && area.bottom <= 500.0, "{text} leaves the page");
                for (other_text, other) in &areas[..i] {
                    prop_assert!(!area.overlaps(other), "{text} overlaps {other_text}");
                }
            }
        }
    }
}
