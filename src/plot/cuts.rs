//! Where curves, bars and points leave the frame through its upper or lower side, and how far they go: no cut is left unmarked.

use super::axis::Axis;
use super::curves::outline;
use super::{Figure, Style};

/// Rounding of positions that is no cut.
const SLACK: f64 = 1e-9;
/// Cuts of one series closer than this share of the frame are one (tuned).
const NEAR: f64 = 0.02;

/// The side of the frame that is crossed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Top,
    Bottom,
}

/// A stretch of a series beyond the frame.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Cut {
    /// The side through which it goes.
    pub side: Side,
    /// Positions on that side where it goes out and comes back, as far as it does; from the left.
    pub through: Vec<f64>,
    /// The farthest point, in data units; its height may be infinite.
    pub farthest: (f64, f64),
}

/// The cuts of one series.
pub(super) struct Series<'a> {
    /// Its name.
    pub label: &'a str,
    /// Number of the curve whose colour it has.
    pub curve: Option<usize>,
    /// Its cuts, from the left.
    pub cuts: Vec<Cut>,
}

impl Cut {
    /// The horizontal position at which it is named: that of its farthest point.
    pub fn position(&self, x: Axis) -> f64 {
        x.clamped(self.farthest.0)
    }
}

/// The cuts of everything in a figure that has some.
pub(super) fn of_figure(figure: &Figure, x: Axis, y: Axis) -> Vec<Series<'_>> {
    let curves = figure.curves.iter().enumerate().filter(|(_, curve)| curve.style != Style::Band);
    let curves = curves.map(|(number, curve)| {
        let joined = matches!(curve.style, Style::Line | Style::Dashed | Style::Bars);
        let number = if curve.style == Style::Bars { number.saturating_sub(1) } else { number };
        Series { label: &curve.label, curve: Some(number), cuts: cuts(&curve.points, joined, x, y) }
    });
    let alone = figure.histograms.len() == 1;
    let histograms = figure.histograms.iter().map(|histogram| Series {
        label: &histogram.label,
        // a single one is grey
        curve: histogram.curve.filter(|_| !alone),
        cuts: cuts(&outline(histogram), true, x, y),
    });
    curves.chain(histograms).filter(|series| !series.cuts.is_empty()).collect()
}

/// A point with its place on both axes; an infinite height has an infinite place.
#[derive(Clone, Copy)]
struct Placed {
    at: (f64, f64),
    point: (f64, f64),
}

impl Placed {
    fn new(point: (f64, f64), x: Axis, y: Axis) -> Option<Placed> {
        let level = if point.1.is_infinite() { point.1 } else { y.position(point.1)? };
        Some(Placed { at: (x.position(point.0)?, level), point })
    }

    fn beyond(&self) -> Option<Side> {
        match self.at.1 {
            level if level > 1.0 + SLACK => Some(Side::Top),
            level if level < -SLACK => Some(Side::Bottom),
            _ => None,
        }
    }

    fn is_visible(&self) -> bool {
        (0.0..=1.0).contains(&self.at.0)
    }
}

/// The cuts of a series through points, joined by lines or not.
fn cuts(points: &[(f64, f64)], joined: bool, x: Axis, y: Axis) -> Vec<Cut> {
    let mut found: Vec<Cut> = Vec::new();
    for run in runs(points, joined, x, y) {
        let run = if joined { within(&run) } else { run };
        let mut from = 0;
        while from < run.len() {
            let Some(side) = run[from].beyond().filter(|_| run[from].is_visible()) else {
                from += 1;
                continue;
            };
            let length = run[from..].iter().take_while(|placed| placed.beyond() == Some(side)).count();
            add(&mut found, cut(&run, from, from + length, side));
            from += length;
        }
    }
    found
}

/// Points that hang together; points without lines stand alone.
fn runs(points: &[(f64, f64)], joined: bool, x: Axis, y: Axis) -> Vec<Vec<Placed>> {
    let mut runs = vec![Vec::new()];
    for point in points {
        match (Placed::new(*point, x, y), runs.last_mut()) {
            (Some(placed), Some(run)) if joined || run.is_empty() => run.push(placed),
            (placed, _) => runs.push(placed.into_iter().collect()),
        }
    }
    runs
}

/// The part of a joined run between the left and the right side of the frame.
fn within(run: &[Placed]) -> Vec<Placed> {
    let mut inner: Vec<Placed> = Vec::new();
    for (number, placed) in run.iter().enumerate() {
        if let Some(before) = number.checked_sub(1).map(|before| run[before]) {
            let mut sides: Vec<Placed> = [0.0, 1.0].into_iter().filter_map(|side| at_side(before, *placed, side)).collect();
            sides.sort_by(|a, b| (a.at.0 - before.at.0).abs().total_cmp(&(b.at.0 - before.at.0).abs()));
            inner.extend(sides);
        }
        inner.extend(placed.is_visible().then_some(*placed));
    }
    inner
}

/// Where a line passes the left or the right side of the frame.
fn at_side(from: Placed, to: Placed, side: f64) -> Option<Placed> {
    let share = (side - from.at.0) / (to.at.0 - from.at.0);
    let level = from.at.1 + share * (to.at.1 - from.at.1);
    let height = from.point.1 + share * (to.point.1 - from.point.1);
    let across = from.point.0 + share * (to.point.0 - from.point.0);
    (share > 0.0 && share < 1.0 && level.is_finite()).then_some(Placed { at: (side, level), point: (across, height) })
}

/// The cut of the points `from .. to` of a run, all beyond one side.
fn cut(run: &[Placed], from: usize, to: usize, side: Side) -> Cut {
    let far = |placed: &Placed| if side == Side::Top { placed.at.1 } else { -placed.at.1 };
    let farthest = run[from..to].iter().max_by(|a, b| far(a).total_cmp(&far(b))).map_or((0.0, 0.0), |placed| placed.point);
    let outward = from.checked_sub(1).map(|before| crossing(run[before], run[from], side));
    let back = run.get(to).map(|after| crossing(*after, run[to - 1], side));
    // a point without lines is cut where it stands
    let alone = (run.len() == 1).then_some(run[from].at.0);
    let mut through: Vec<f64> = [outward, back, alone].into_iter().flatten().collect();
    through.sort_by(f64::total_cmp);
    Cut { side, through, farthest }
}

/// Where the line from a point inside to one beyond a side passes that side.
fn crossing(inside: Placed, beyond: Placed, side: Side) -> f64 {
    if !beyond.at.1.is_finite() {
        return beyond.at.0;
    }
    let level = if side == Side::Top { 1.0 } else { 0.0 };
    let share = ((level - inside.at.1) / (beyond.at.1 - inside.at.1)).clamp(0.0, 1.0);
    inside.at.0 + share * (beyond.at.0 - inside.at.0)
}

/// Adds a cut, to the one before when they are near.
fn add(found: &mut Vec<Cut>, cut: Cut) {
    let near = |before: &Cut| match (before.through.last(), cut.through.first()) {
        (Some(end), Some(start)) => (start - end).abs() < NEAR,
        _ => false,
    };
    match found.last_mut() {
        Some(before) if before.side == cut.side && near(before) => {
            let farther = match cut.side {
                Side::Top => cut.farthest.1 > before.farthest.1,
                Side::Bottom => cut.farthest.1 < before.farthest.1,
            };
            if farther {
                before.farthest = cut.farthest;
            }
            before.through.extend(cut.through);
        }
        _ => found.push(cut),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UNIT: Axis = Axis { low: 0.0, high: 1.0, log: false, whole: false };

    fn of(points: &[(f64, f64)], joined: bool) -> Vec<Cut> {
        cuts(points, joined, UNIT, UNIT)
    }

    #[test]
    fn a_peak_is_cut_on_both_sides_and_keeps_its_height() {
        let peak = of(&[(0.0, 0.5), (0.25, 1.5), (0.5, 3.0), (0.75, 0.0), (1.0, 0.5)], true);
        let [cut] = &peak[..] else { panic!("{peak:?}") };
        assert_eq!((cut.side, cut.farthest), (Side::Top, (0.5, 3.0)));
        assert!((cut.through[0] - 0.125).abs() < 1e-12 && (cut.through[1] - 2.0 / 3.0).abs() < 1e-12, "{cut:?}");
    }

    #[test]
    fn what_goes_to_infinity_says_so() {
        let pole = of(&[(0.1, f64::INFINITY), (0.2, 0.9), (0.3, 0.2)], true);
        assert_eq!(pole, [Cut { side: Side::Top, through: vec![0.1], farthest: (0.1, f64::INFINITY) }]);
        assert!(of(&[(0.1, f64::NAN), (0.2, 0.9), (0.3, 0.2)], true).is_empty());
    }

    #[test]
    fn what_stays_inside_or_beside_the_frame_is_not_cut() {
        assert!(of(&[(0.0, 0.0), (0.5, 1.0), (1.0, 0.0)], true).is_empty());
        assert!(of(&[(1.5, 0.5), (2.0, 7.0)], true).is_empty());
        // beyond the right side of the frame it rises, and is below the upper one when it passes
        assert!(of(&[(0.5, 0.5), (1.5, 1.4)], true).is_empty());
        assert_eq!(of(&[(0.5, 0.5), (1.5, 1.6)], true).len(), 1, "above the frame before its right side");
    }

    #[test]
    fn points_and_stems_are_cut_where_they_stand() {
        let two = of(&[(0.2, 5.0), (0.5, 0.5), (0.8, -2.0)], false);
        let found: Vec<(Side, f64)> = two.iter().map(|cut| (cut.side, cut.through[0])).collect();
        assert_eq!(found, [(Side::Top, 0.2), (Side::Bottom, 0.8)]);
    }
}
