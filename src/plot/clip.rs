//! Curves and histograms in the unit square: cut at the frame, broken where they have no finite value.

use super::Histogram;
use super::axis::Axis;

/// A point of the unit square.
pub(super) type Point = (f64, f64);

/// The visible pieces of a curve; a piece of a single point is an isolated point of the curve.
pub(super) fn pieces(points: &[Point], x: Axis, y: Axis) -> Vec<Vec<Point>> {
    let mut pieces: Vec<Vec<Point>> = Vec::new();
    for run in runs(points, x, y) {
        if let [only] = run[..] {
            if in_frame(only) {
                pieces.push(vec![only]);
            }
            continue;
        }
        let mut open = false;
        for pair in run.windows(2) {
            let Some((from, to)) = segment(pair[0], pair[1]) else {
                open = false;
                continue;
            };
            match pieces.last_mut() {
                Some(piece) if open => piece.push(to),
                _ => pieces.push(vec![from, to]),
            }
            open = to == pair[1];
        }
    }
    pieces
}

/// The visible points of a curve.
pub(super) fn visible(points: &[Point], x: Axis, y: Axis) -> Vec<Point> {
    points.iter().filter_map(|&(a, b)| Some((x.inside(a)?, y.inside(b)?))).collect()
}

/// The visible stems of points, from zero to each point.
pub(super) fn stems(points: &[Point], x: Axis, y: Axis) -> Vec<[Point; 2]> {
    let stem = |&(a, b): &Point| Some((x.inside(a)?, y.position(b)?.clamp(0.0, 1.0)));
    points.iter().filter_map(stem).map(|(a, b)| [(a, y.base()), (a, b)]).collect()
}

/// The visible parts of a band between each two of its places, a lower and an upper end each, cut at the frame.
pub(super) fn band(points: &[Point], x: Axis, y: Axis) -> Vec<[Point; 4]> {
    let place = |pair: &[Point]| -> Option<[Point; 2]> {
        let at = x.inside(pair[0].0)?;
        let end = |value: f64| if value == f64::INFINITY { Some(1.0) } else { Some(y.position(value)?.clamp(0.0, 1.0)) };
        Some([(at, end(pair[0].1)?), (at, end(pair[1].1)?)])
    };
    let places: Vec<Option<[Point; 2]>> = points.chunks_exact(2).map(place).collect();
    let piece = |pair: &[Option<[Point; 2]>]| {
        let ([low, high], [next_low, next_high]) = (pair[0]?, pair[1]?);
        (high.1 > low.1 || next_high.1 > next_low.1).then_some([low, next_low, next_high, high])
    };
    places.windows(2).filter_map(piece).collect()
}

/// A visible bar of a histogram, in positions.
pub(super) struct Bar {
    pub left: f64,
    pub right: f64,
    pub low: f64,
    pub high: f64,
}

/// The visible parts of the bars of a histogram, which stand on zero.
pub(super) fn bars(histogram: &Histogram, x: Axis, y: Axis) -> Vec<Bar> {
    let base = y.base();
    let bins = histogram.edges.windows(2).zip(&histogram.heights);
    bins.filter(|(edge, _)| edge[0].is_finite() && edge[1].is_finite())
        .filter_map(|(edge, &height)| {
            let (left, right) = (x.clamped(edge[0].min(edge[1])), x.clamped(edge[0].max(edge[1])));
            let level = y.position(height)?.clamp(0.0, 1.0);
            let (low, high) = (level.min(base), level.max(base));
            (right > left && high > low).then_some(Bar { left, right, low, high })
        })
        .collect()
}

fn in_frame((x, y): Point) -> bool {
    (0.0..=1.0).contains(&x) && (0.0..=1.0).contains(&y)
}

/// Maximal runs of consecutive points that have a place on both axes.
fn runs(points: &[Point], x: Axis, y: Axis) -> Vec<Vec<Point>> {
    let mut runs = vec![Vec::new()];
    for &(a, b) in points {
        match (x.position(a), y.position(b), runs.last_mut()) {
            (Some(a), Some(b), Some(run)) => run.push((a, b)),
            _ => runs.push(Vec::new()),
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// The part of a segment inside the unit square (Liang and Barsky 1984).
fn segment(from: Point, to: Point) -> Option<(Point, Point)> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (step, room) in [(-dx, from.0), (dx, 1.0 - from.0), (-dy, from.1), (dy, 1.0 - from.1)] {
        if step == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if step < 0.0 {
            enter = enter.max(room / step);
        } else {
            leave = leave.min(room / step);
        }
    }
    if enter > leave {
        return None;
    }
    let at = |t: f64| ((from.0 + t * dx).clamp(0.0, 1.0), (from.1 + t * dy).clamp(0.0, 1.0));
    let start = if enter > 0.0 { at(enter) } else { from };
    let end = if leave < 1.0 { at(leave) } else { to };
    Some((start, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Axis = Axis { low: 0.0, high: 1.0, log: false, whole: false };

    #[test]
    fn a_line_through_the_frame_keeps_its_inner_part() {
        let cut = pieces(&[(-1.0, 0.5), (2.0, 0.5)], UNIT, UNIT);
        assert_eq!(cut, [[(0.0, 0.5), (1.0, 0.5)]]);
        assert!(pieces(&[(-1.0, 2.0), (2.0, 2.0)], UNIT, UNIT).is_empty());
        assert!(pieces(&[(-1.0, 0.5), (0.5, 2.0)], UNIT, UNIT).is_empty(), "passes the corner");
    }

    #[test]
    fn leaving_and_entering_makes_two_pieces() {
        let cut = pieces(&[(0.0, 0.5), (0.5, 1.5), (1.0, 0.5)], UNIT, UNIT);
        assert_eq!(cut, [[(0.0, 0.5), (0.25, 1.0)], [(0.75, 1.0), (1.0, 0.5)]]);
    }

    #[test]
    fn values_that_are_not_finite_break_the_curve() {
        let curve = [(0.0, 0.0), (0.1, 0.1), (0.2, f64::NAN), (0.3, 0.3), (0.4, f64::INFINITY), (0.5, 0.5), (0.6, 0.6)];
        let lengths: Vec<usize> = pieces(&curve, UNIT, UNIT).iter().map(Vec::len).collect();
        assert_eq!(lengths, [2, 1, 2]);
    }
}
