//! The ridge of the least test error. T is a rational function of κ_0 on [κ_min, ∞], cut in two: κ_0 = p with p up to a bound, and
//! κ_0 = 1/q with q down to 0, in both of which it is smooth. Intervals are halved until on each T exceeds a value that it takes elsewhere,
//! or falls or rises throughout, or bends downwards throughout, or bends upwards throughout: there it has one stationary point at most.
//!
//! With c, H and r for q κ_L, H and q times the ridge, T = (H c′ − c H′)/r′ in p, and (H (c − q c′) + q c H′)/(r − q r′) in q.

use std::cmp::Ordering;

use super::chain::{Chain, Rungs};
use crate::number::{Ball, Interval, Ring, Series};
use crate::spectrum::{LawError, crossing_between};

/// Coefficients of a series that give T, T′ and T″/2.
const LENGTH: usize = 4;
/// Halvings of one interval, and intervals in all.
const DEEPEST: usize = 60;
const MOST: usize = 100_000;
/// The part of an interval that one half of it is.
const UNEVEN: f64 = 0.487_123;

/// Where the test error is least.
#[derive(Clone, Debug)]
pub enum Best {
    /// At the lower end of κ_0.
    Lowest,
    /// At this κ_0.
    At(Ball),
    /// At κ_0 = ∞.
    Infinite,
}

/// The half of the line on which a point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Chart {
    /// κ_0 = x.
    Plain,
    /// κ_0 = 1/x.
    Inverse,
}

/// An interval that is still to be looked at.
struct Piece {
    chart: Chart,
    ends: [f64; 2],
    depth: usize,
}

/// T as a quotient of series in the distance from a point; of the numerator and the denominator three coefficients are right.
fn quotient<T: Ring>(chain: &Chain<Series<T>>, chart: Chart, x: &T) -> [Series<T>; 2] {
    let mut point = Series::variable(x, LENGTH);
    point.coefficients[0] = x.clone();
    let one = point.integer(1);
    let rungs: Rungs<Series<T>> = match chart {
        Chart::Plain => chain.rungs(&point, &one),
        Chart::Inverse => chain.rungs(&one, &point),
    };
    let (top, loss, ridge) = (rungs.top(), &rungs.loss, rungs.ridge());
    match chart {
        Chart::Plain => [loss.times(&top.derivative()).minus(&top.times(&loss.derivative())), ridge.derivative()],
        Chart::Inverse => {
            let rest = top.minus(&point.times(&top.derivative()));
            let carried = point.times(top).times(&loss.derivative());
            [loss.times(&rest).plus(&carried), ridge.minus(&point.times(&ridge.derivative()))]
        }
    }
}

/// T, T′ and T″/2 on an interval; the denominator, the slope of the ridge in κ_0 or q² times it, is proved to be positive.
fn on_interval(chain: &Chain<Series<Interval>>, chart: Chart, [low, high]: [f64; 2]) -> [Interval; 3] {
    let [above, mut below] = quotient(chain, chart, &Interval::new(low, high));
    let first = below.coefficients[0];
    below.coefficients[0] = Interval::new(first.low.max(0.0), first.high);
    let found = above.over(&below);
    let [value, slope, bend] = [0, 1, 2].map(|k| found.coefficients[k]);
    let least = if above.coefficients[0].low > 0.0 && first.high > 0.0 { above.coefficients[0].low / first.high } else { 0.0 };
    [Interval::new(value.low.max(least.next_down()), value.high), slope, bend]
}

/// T and T′ at a point, T″ too.
fn at(chain: &Chain<Series<Ball>>, chart: Chart, x: &Ball) -> [Ball; 3] {
    let [above, below] = quotient(chain, chart, x);
    let found = above.over(&below);
    [found.coefficients[0].clone(), found.coefficients[1].clone(), found.coefficients[2].shifted(1)]
}

/// The κ_0 of the least test error between the least one, `lowest`, and ∞, where the labels have a linear part; none where T is not finite at
/// the lower end, which is then not taken.
///
/// # Errors
/// [`LawError::MoreBits`]; more intervals than the bound are [`LawError::NoPath`].
pub fn best(chain: &Chain<Ball>, lowest: &Ball, at_lowest: Option<&Ball>, bits: u32) -> Result<Best, LawError> {
    if chain.atoms.iter().all(|atom| atom.energy.is_exact_zero()) {
        return Ok(Best::Infinite);
    }
    let series = chain.map(|ball| Series::constant(ball, LENGTH));
    let (mut found, mut least): (Vec<(Best, Ball)>, Option<f64>) = (Vec::new(), None);
    if let Some(test) = at_lowest {
        if test.is_exact_zero() {
            return Ok(Best::Lowest);
        }
        found.push((Best::Lowest, test.clone()));
        least = Some(Interval::of_ball(test).high);
    }
    for (chart, ends) in stationary(chain, lowest, least)? {
        let function = |x: &Ball| {
            let [_, slope, bend] = at(&series, chart, x);
            [slope, bend]
        };
        let [low, high] = ends.map(|end| Ball::double(end, bits));
        let x = crossing_between(&function, &low, Some(&high), bits)?;
        let test = at(&series, chart, &x)[0].clone();
        found.push((Best::At(if chart == Chart::Plain { x } else { x.inverse() }), test));
    }
    let mut list = found.into_iter();
    let Some(mut least) = list.next() else { return Err(LawError::MoreBits) };
    for other in list {
        match other.1.compare(&least.1) {
            Some(Ordering::Less) => least = other,
            Some(_) => {}
            None => return Err(LawError::MoreBits),
        }
    }
    Ok(least.0)
}

/// Intervals with one minimum each, among which the least one is unless it is at the lower end.
fn stationary(chain: &Chain<Ball>, lowest: &Ball, least: Option<f64>) -> Result<Vec<(Chart, [f64; 2])>, LawError> {
    let series = chain.map(|ball| Series::constant(&Interval::of_ball(ball), LENGTH));
    let start = Interval::of_ball(lowest);
    let cut = (4.0 * start.high).max(1.0);
    let mut open = vec![
        Piece { chart: Chart::Plain, ends: [start.low.max(0.0), cut], depth: 0 },
        Piece { chart: Chart::Inverse, ends: [0.0, cut.recip().next_up()], depth: 0 },
    ];
    let mut least = least.unwrap_or(f64::INFINITY);
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(Piece { chart, ends: [low, high], depth }) = open.pop() {
        seen += 1;
        if seen > MOST {
            return Err(LawError::NoPath);
        }
        let [value, slope, bend] = on_interval(&series, chart, [low, high]);
        let sign = |interval: Interval| interval.sign().filter(|order| order.is_ne());
        if value.low > least || sign(slope).is_some() || sign(bend) == Some(Ordering::Less) {
            continue;
        }
        if sign(bend) == Some(Ordering::Greater) {
            let [falls, rises] = [low, high].map(|end| sign(on_interval(&series, chart, [end, end])[1]));
            if falls == Some(Ordering::Less) && rises == Some(Ordering::Greater) {
                kept.push((chart, [low, high], value.low));
                least = least.min(on_interval(&series, chart, [low, low])[0].high);
                continue;
            }
            if falls == Some(Ordering::Greater) || rises == Some(Ordering::Less) {
                continue;
            }
        }
        if depth >= DEEPEST {
            return Err(LawError::MoreBits);
        }
        // no round number, which stationary points may be
        let middle = low + UNEVEN * (high - low);
        least = least.min(on_interval(&series, chart, [middle, middle])[0].high);
        // T at the ends of the line is that of the boundary, or E y²
        for ends in [[low, middle], [middle, high]] {
            open.push(Piece { chart, ends, depth: depth + 1 });
        }
    }
    let kept = kept.into_iter().filter(|(_, _, value)| *value <= least);
    Ok(kept.map(|(chart, ends, _)| (chart, ends)).collect())
}
