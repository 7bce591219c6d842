//! Ranges of the axes from the data.
//!
//! A density that blows up at a hard edge has no largest value worth showing, so the vertical range is cut at a multiple of a high
//! quantile when a series of non-negative values takes its maximum at the end of a run, or far above all other values.

use super::axis::Axis;
use super::{Curve, Figure, Histogram, Style, cells};

/// Quantile of a series taken as its ordinary height (tuned).
const QUANTILE: f64 = 0.95;
/// A maximum at the end of a run above this multiple of the ordinary height is a divergence (tuned).
const DIVERGENCE: f64 = 3.0;
/// A maximum inside a run above this multiple of the ordinary height is not shown whole (tuned).
const PEAK: f64 = 8.0;
/// Multiple of the ordinary height that is shown of a series cut this way (tuned).
const SHOWN: f64 = 2.5;
/// Series shorter than this are shown whole.
const FEW: usize = 16;

/// A height and the part of the horizontal axis on which the series has it.
struct Sample {
    width: f64,
    height: f64,
}

/// The horizontal and the vertical axis of a figure.
pub(super) fn axes(figure: &Figure) -> (Axis, Axis) {
    let x = given(figure.x_range, figure.log_x).unwrap_or_else(|| horizontal(figure));
    let y = given(figure.y_range, figure.log_y).unwrap_or_else(|| vertical(figure, x));
    (Axis { whole: figure.x_whole, ..x }, y)
}

fn given(range: Option<(f64, f64)>, log: bool) -> Option<Axis> {
    range.and_then(|(low, high)| Axis::exact(low, high, log))
}

fn horizontal(figure: &Figure) -> Axis {
    if let Some(cells) = &figure.cells {
        return over(&cells.x, figure.log_x);
    }
    let points = figure
        .curves
        .iter()
        .filter(|c| c.style != Style::Band)
        .flat_map(|c| &c.points)
        .filter(|(_, y)| y.is_finite())
        .map(|&(x, _)| x);
    let edges = figure.histograms.iter().flat_map(|h| h.edges.iter().copied());
    let named = figure.marks.iter().map(|m| m.x).chain(figure.atoms.iter().map(|a| a.x));
    match extent(points.chain(edges).chain(named), figure.log_x) {
        Some((low, high)) => Axis::around(low, high, figure.log_x).extended(0.03, 0.03),
        None => empty(figure.log_x),
    }
}

fn vertical(figure: &Figure, x: Axis) -> Axis {
    if let Some(cells) = &figure.cells {
        return over(&cells.y, figure.log_y);
    }
    let curves = figure.curves.iter().filter(|c| c.style != Style::Band).map(|c| heights(c, x));
    let bars = figure.histograms.iter().map(|h| bars(h, x));
    let series: Vec<Vec<Sample>> = curves.chain(bars).collect();
    let Some((low, _)) = extent(series.iter().flatten().map(|s| s.height), figure.log_y) else {
        return empty(figure.log_y);
    };
    let tops = series.iter().filter_map(|samples| top(samples, figure.log_y));
    let high = tops.fold(low, f64::max);
    if figure.log_y {
        return Axis::around(low, high, true).extended(0.03, 0.05);
    }
    let from_zero = !figure.histograms.is_empty() || figure.curves.iter().any(|c| c.style == Style::Stems);
    let (low, high) = if from_zero { (low.min(0.0), high.max(0.0)) } else { (low, high) };
    match (low, high) {
        (0.0, 0.0) => empty(false),
        (0.0, high) => Axis::around(0.0, high, false).extended(0.0, 0.06),
        (low, high) => Axis::around(low, high, false).extended(0.05, 0.06),
    }
}

/// The axis over columns or rows with these middles.
fn over(middles: &[f64], log: bool) -> Axis {
    let ends = cells::ends(middles, log);
    match (ends.first(), ends.last()) {
        (Some(low), Some(high)) if low.is_finite() && high.is_finite() && low < high => Axis::around(*low, *high, log),
        _ => empty(log),
    }
}

fn empty(log: bool) -> Axis {
    Axis { low: if log { 0.1 } else { 0.0 }, high: if log { 10.0 } else { 1.0 }, log, whole: false }
}

/// Heights of a curve over the visible part of the horizontal axis, each with the width of axis that it stands for; NaN at breaks.
fn heights(curve: &Curve, x: Axis) -> Vec<Sample> {
    let points: Vec<(f64, f64)> = curve.points.iter().filter_map(|&(at, y)| Some((x.inside(at)?, y))).collect();
    let at = |i: usize| points.get(i).map_or(0.0, |p| p.0);
    let last = points.len().saturating_sub(1);
    let width = |i: usize| (at((i + 1).min(last)) - at(i.saturating_sub(1))).abs();
    points.iter().enumerate().map(|(i, &(_, y))| Sample { width: width(i), height: finite(y) }).collect()
}

fn bars(histogram: &Histogram, x: Axis) -> Vec<Sample> {
    let bins = histogram.edges.windows(2).zip(&histogram.heights);
    bins.filter_map(|(edge, &height)| {
        x.inside((edge[0] + edge[1]) / 2.0)?;
        Some(Sample { width: (x.clamped(edge[1]) - x.clamped(edge[0])).abs(), height: finite(height) })
    })
    .collect()
}

fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { f64::NAN }
}

fn extent(values: impl Iterator<Item = f64>, log: bool) -> Option<(f64, f64)> {
    values.filter(|v| v.is_finite() && (!log || *v > 0.0)).fold(None, |range, v| match range {
        None => Some((v, v)),
        Some((low, high)) => Some((v.min(low), v.max(high))),
    })
}

/// The highest value of a series that the range must include.
fn top(samples: &[Sample], log: bool) -> Option<f64> {
    let (low, high) = extent(samples.iter().map(|s| s.height), log)?;
    if log || low < 0.0 || samples.len() < FEW {
        return Some(high);
    }
    let ordinary = quantile(samples);
    let limit = if ends_a_run(samples, high) { DIVERGENCE } else { PEAK };
    Some(if high > limit * ordinary { SHOWN * ordinary } else { high })
}

/// The height exceeded on a share 1 − `QUANTILE` of the axis where the series is positive.
fn quantile(samples: &[Sample]) -> f64 {
    let mut positive: Vec<&Sample> = samples.iter().filter(|s| s.height > 0.0).collect();
    positive.sort_by(|a, b| a.height.total_cmp(&b.height));
    let total: f64 = positive.iter().map(|s| s.width).sum();
    let mut below = 0.0;
    let reached = positive.iter().find(|s| {
        below += s.width;
        below >= QUANTILE * total
    });
    reached.map_or(0.0, |s| s.height)
}

/// Whether the largest value has no positive neighbour on one side.
fn ends_a_run(samples: &[Sample], high: f64) -> bool {
    let positive = |i: usize| samples.get(i).is_some_and(|s| s.height > 0.0);
    let at = samples.iter().position(|s| s.height == high);
    at.is_some_and(|at| at == 0 || !positive(at - 1) || !positive(at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(points: Vec<(f64, f64)>) -> Figure {
        Figure { curves: vec![Curve { label: String::new(), points, style: Style::Line }], ..Figure::default() }
    }

    fn sampled(density: impl Fn(f64) -> f64) -> Figure {
        figure((0..=400).map(|i| f64::from(i) * 0.01).map(|x| (x, density(x))).collect())
    }

    #[test]
    fn a_bounded_density_is_shown_whole_and_stands_on_zero() {
        let (_, y) = axes(&sampled(|x| (x * (4.0 - x)).sqrt()));
        assert_eq!(y.low, 0.0);
        assert!(y.high > 2.0 && y.high < 2.3, "{y:?}");
    }

    #[test]
    fn a_hard_edge_does_not_squash_the_rest_however_it_is_sampled() {
        let density = |x: f64| ((4.0 - x) / x.max(1e-12)).sqrt() / (2.0 * std::f64::consts::PI);
        let even = sampled(density);
        let graded = figure((0..=400).map(|i| (f64::from(i) / 200.0).powi(2)).map(|x| (x, density(x))).collect());
        for figure in [even, graded] {
            let (_, y) = axes(&figure);
            assert!(y.high < 12.0 * density(2.0), "the bulk would fill less than a twelfth of the frame: {y:?}");
        }
    }

    #[test]
    fn the_taller_of_two_bulks_is_shown_whole() {
        let bulk = |x: f64, from: f64, to: f64| ((x - from) * (to - x)).max(0.0).sqrt() / (to - from).powi(2);
        let (_, y) = axes(&sampled(|x| bulk(x, 0.5, 1.0) + bulk(x, 2.0, 4.0)));
        assert!(y.high > bulk(0.75, 0.5, 1.0), "{y:?}");
    }

    #[test]
    fn given_ranges_are_kept_unless_the_axis_cannot_show_them() {
        let mut curve = figure(vec![(1.0, 2.0), (3.0, 4.0)]);
        curve.x_range = Some((-1.0, 7.0));
        curve.y_range = Some((5.0, 5.0));
        let (x, y) = axes(&curve);
        assert_eq!((x.low, x.high), (-1.0, 7.0));
        assert!(y.low < 2.0 && y.high > 4.0, "{y:?}");
        curve.log_x = true;
        assert!(axes(&curve).0.low > 0.0);
    }
}
