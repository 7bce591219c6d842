//! A figure to shapes: ranges, layout, data, legend, in the order in which they cover each other.

use super::ink::FAINT;
use super::layout::Layout;
use super::look::Page;
use super::scene::{Anchor, Shape, clean, line, text};
use super::{Curve, Figure, Style, atoms, cells, curves, marks, range};

/// Everything the picture shows, bottom first, panel by panel.
pub(super) fn compose(figure: &Figure) -> Vec<Shape> {
    let page = figure.page();
    let panels = figure.panels().enumerate();
    let lowered = |(number, part)| panel(part, page).into_iter().map(move |shape| shape.lowered(page.height * number as f64));
    panels.flat_map(lowered).collect()
}

fn panel(figure: &Figure, page: Page) -> Vec<Shape> {
    let figure = &cleaned(figure);
    let (x, y) = range::axes(figure);
    let layout = &Layout::new(figure, x, y, page);
    let data = data(figure, layout);
    let mut shapes = marks::lines(&figure.marks, layout);
    if data.is_empty() {
        let middle = layout.frame.point((0.5, 0.5));
        shapes.push(text("no data in this range", middle, 16.0, Anchor::Middle, FAINT));
    }
    shapes.extend(zero_line(layout));
    shapes.extend(data);
    shapes.extend(layout.shapes(figure));
    shapes.extend(curves::breaks(figure, layout));
    shapes
}

fn data(figure: &Figure, layout: &Layout) -> Vec<Shape> {
    let mut shapes = Vec::new();
    if let Some(cells) = &figure.cells {
        shapes.extend(cells::shapes(cells, layout.x, layout.y, &layout.frame));
    }
    for histogram in &figure.histograms {
        shapes.extend(curves::histogram(histogram, figure.histograms.len() == 1, layout));
    }
    let numbered = || figure.curves.iter().enumerate();
    let is_line = |curve: &Curve| matches!(curve.style, Style::Line | Style::Dashed | Style::Bars);
    let lines = numbered().filter(|(_, curve)| is_line(curve));
    if figure.cells.is_some() {
        shapes.extend(figure.curves.iter().filter(|curve| is_line(curve)).flat_map(|curve| curves::halo(curve, layout)));
    }
    let is_band = |curve: &Curve| curve.style == Style::Band;
    let bands = numbered().filter(|(_, curve)| is_band(curve));
    let markers = numbered().filter(|(_, curve)| !is_line(curve) && !is_band(curve));
    for (number, curve) in bands.chain(lines).chain(markers) {
        shapes.extend(curves::curve(curve, number, layout));
    }
    shapes.extend(marks::outliers(&figure.marks, layout));
    shapes.extend(atoms::shapes(&figure.atoms, layout));
    shapes
}

/// The line y = 0 where it lies inside the frame.
fn zero_line(layout: &Layout) -> Option<Shape> {
    let zero = layout.y.position(0.0).filter(|p| *p > 0.0 && *p < 1.0)?;
    Some(line(layout.frame.points([(0.0, zero), (1.0, zero)]), 0.75, FAINT))
}

fn cleaned(figure: &Figure) -> Figure {
    let mut figure = figure.clone();
    figure.cells.iter_mut().for_each(|cells| cells.label = clean(&cells.label));
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
    use super::super::cuts;
    use super::super::look::Look;
    use super::super::scene::Area;
    use super::super::{Atom, Histogram, Mark, MarkKind, tick};
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

    fn frame(figure: &Figure) -> Area {
        let (x, y) = range::axes(figure);
        Layout::new(figure, x, y, figure.page()).frame
    }

    /// A figure with edges, outliers, an atom, a histogram and a curve that is cut.
    fn crowded(edges: &[f64], unit: f64, log_x: bool, long: bool) -> Figure {
        let mut figure = Figure::new("law of a kernel", "eigenvalue λ", "density ρ(λ)");
        figure.subtitle = "seed 7, ".repeat(30);
        figure.log_x = log_x;
        let label = if long { "lower edge of the first bulk, ".repeat(9) } else { String::new() };
        let kinds = [MarkKind::Edge, MarkKind::Edge, MarkKind::Outlier].into_iter().cycle();
        let mark = |(x, kind): (&f64, MarkKind)| Mark { x: unit * x, label: label.clone(), kind, curve: Some(0) };
        figure.marks = edges.iter().zip(kinds).map(mark).collect();
        figure.atoms.push(Atom { x: 0.0, mass: 0.25, label: String::new(), curve: None });
        let points = vec![(0.01 * unit, 1.0 / unit), (0.5 * unit, 9.0 / unit), (unit, 2.0 / unit)];
        figure.curves.push(Curve { label: "theory".into(), points, style: Style::Line });
        let (edges, heights) = (vec![0.1 * unit, 0.6 * unit, unit], vec![1.0 / unit, 0.5 / unit]);
        figure.histograms.push(Histogram { label: "simulation".into(), edges, heights, curve: Some(0) });
        figure.y_range = Some((0.0, 3.0 / unit));
        figure
    }

    proptest! {
        #[test]
        fn texts_stand_around_the_frame_and_never_overlap(
            edges in prop::collection::vec(0.0..1.0, 0..10),
            scale in -8.0..8.0,
            log_x: bool,
            long: bool,
            size in prop::option::of((8.6..20.0, 5.0..15.0)),
            font in prop::option::of(4.0..24.0),
        ) {
            let mut figure = crowded(&edges, 10f64.powf(scale), log_x, long);
            figure.look = Look { size: size.map(|(width, height)| [width, height]), font, ..Look::default() };
            prop_assume!(figure.look.refusal(1).is_none());
            let Page { width, height } = figure.page();
            let (areas, frame) = (text_areas(&figure), frame(&figure));
            prop_assert!(frame.height() > 0.2 * height && frame.width() > 0.35 * width, "{frame:?}");
            for (i, (text, area)) in areas.iter().enumerate() {
                prop_assert!(area.left >= 0.0 && area.right <= width + 0.5, "{text} leaves the page");
                prop_assert!(area.top >= 0.0 && area.bottom <= height, "{text} leaves the page");
                prop_assert!(!area.overlaps(&frame), "{text} covers data");
                for (other_text, other) in &areas[..i] {
                    prop_assert!(!area.overlaps(other), "{text} overlaps {other_text}");
                }
            }
        }

        /// Each edge and each outlier is named, and so is the height of what is cut.
        #[test]
        fn nothing_that_is_marked_goes_without_its_text(
            edges in prop::collection::vec(0.01..1.0, 0..10), scale in -8.0..8.0, log_x: bool,
        ) {
            let unit = 10f64.powf(scale);
            let figure = crowded(&edges, unit, log_x, false);
            let texts: Vec<String> = text_areas(&figure).into_iter().map(|(text, _)| text).collect();
            for mark in &figure.marks {
                prop_assert!(texts.contains(&marks::name(mark)), "{} is missing in {texts:?}", marks::name(mark));
            }
            prop_assert!(texts.contains(&format!("up to {}", tick::short(9.0 / unit))), "{texts:?}");
        }
    }

    /// Lines of edges and the texts beside them have the colour of their law.
    #[test]
    fn each_edge_has_the_colour_of_its_curve() {
        use super::super::ink::Ink;
        let mut figure = Figure::new("two laws", "x", "y");
        figure.curves = vec![curve(|x| x), curve(|x| 1.0 - x)];
        let edge = |x: f64, of: usize| Mark { x, label: format!("edge {of}"), kind: MarkKind::Edge, curve: Some(of) };
        figure.marks = vec![edge(0.3, 0), edge(0.6, 1)];
        let shapes = compose(&figure);
        for number in [0, 1] {
            let line = |shape: &&Shape| matches!(shape, Shape::Path { dash: Some(_), ink, .. } if *ink == Ink::curve(number));
            let name = |shape: &&Shape| {
                let own = format!("edge {number}");
                matches!(shape, Shape::Text(text) if text.text == own && text.ink == Ink::curve(number).for_text())
            };
            assert_eq!((shapes.iter().filter(line).count(), shapes.iter().filter(name).count()), (1, 1), "{number}");
        }
    }

    /// Where the curve leaves the frame there is a mark of its colour across the side, and nowhere else.
    #[test]
    fn a_cut_carries_its_mark() {
        let mut figure = Figure::new("a peak", "x", "y");
        figure.curves.push(curve(|x| 1.0 / (0.01 + (x - 0.4).powi(2))));
        figure.y_range = Some((0.0, 50.0));
        let (x, y) = range::axes(&figure);
        let layout = Layout::new(&figure, x, y, figure.page());
        assert_eq!(cuts::of_figure(&figure, x, y).len(), 1);
        assert_eq!(curves::breaks(&figure, &layout).len(), 6, "two places, each with two strokes and a gap");
        figure.y_range = Some((0.0, 101.0));
        let (x, y) = range::axes(&figure);
        assert!(curves::breaks(&figure, &Layout::new(&figure, x, y, figure.page())).is_empty());
    }
}
