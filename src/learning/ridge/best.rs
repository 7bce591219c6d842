//! The ridge of the least test error. T is a rational function of κ_0 on [κ_min, ∞], cut in two: κ_0 = p with p up to a bound, and
//! κ_0 = 1/q with q down to 0, in both of which it is smooth. Intervals are halved until on each T exceeds a value that it takes elsewhere,
//! or falls or rises throughout, or bends downwards throughout, or bends upwards throughout: there it has one stationary point at most.
//!
//! With c, H and r for q κ_L, H and q times the ridge, T = (H c′ − c H′)/r′ in p, and (H (c − q c′) + q c H′)/(r − q r′) in q.

use std::cmp::Ordering;

use super::chain::{Chain, Rungs};
use super::errors::Errors;
use crate::number::{Ball, Interval, Ring, Series};
use crate::spectrum::{LawError, crossing_between, crossing_near};

/// Coefficients of a series that give T, T′ and T″/2.
const LENGTH: usize = 4;
/// Halvings of one interval, and intervals in all.
const DEEPEST: usize = 60;
const MOST: usize = 100_000;
/// Places at which T is looked at in doubles, over how many orders above the least κ_0, and steps of the search between two of them.
const PLACES: i32 = 64;
const ORDERS: f64 = 9.0;
const SEARCHED: usize = 40;
/// Newton steps in doubles.
const STEPS: usize = 30;
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
fn at<T: Ring>(chain: &Chain<Series<T>>, chart: Chart, x: &T) -> [T; 3] {
    let [above, below] = quotient(chain, chart, x);
    let found = above.over(&below);
    let [value, slope, half] = [0, 1, 2].map(|k| found.coefficients[k].clone());
    [value, slope, half.plus(&half)]
}

/// A κ_0 beyond the least one at which T in doubles is nearly least.
fn nearly_least(chain: &Chain<f64>, lowest: f64) -> f64 {
    let scale = lowest.max(1.0);
    let place = |order: f64| lowest + scale * 10f64.powf(order);
    let test = |order: f64| {
        let test = *Errors::at(chain, &place(order), None).test();
        if test.is_finite() && test > 0.0 { test } else { f64::INFINITY }
    };
    let orders = (0..=PLACES).map(|k| ORDERS * (2.0 * f64::from(k) / f64::from(PLACES) - 1.0));
    let mut here = orders.min_by(|a, b| test(*a).total_cmp(&test(*b))).unwrap_or(0.0);
    let mut step = ORDERS / f64::from(PLACES);
    for _ in 0..SEARCHED {
        match [here - step, here + step].into_iter().find(|next| test(*next) < test(here)) {
            Some(next) => here = next,
            None => step /= 2.0,
        }
    }
    place(here)
}

/// Where the slope of T in doubles vanishes between two points with one minimum.
fn bottom(chain: &Chain<Series<f64>>, chart: Chart, [mut low, mut high]: [f64; 2]) -> f64 {
    let mut here = f64::midpoint(low, high);
    for _ in 0..STEPS {
        let [_, slope, bend] = at(chain, chart, &here);
        if slope > 0.0 {
            high = here;
        } else {
            low = here;
        }
        let next = here - slope / bend;
        let next = if next > low && next < high { next } else { f64::midpoint(low, high) };
        if (next - here).abs() <= f64::EPSILON * here {
            break;
        }
        here = next;
    }
    here
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
    let doubles = chain.map(|ball| Series::constant(&ball.to_f64(), LENGTH));
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
        let x = match crossing_near(&function, &low, bottom(&doubles, chart, ends), bits) {
            Some(x) if x.low() >= *low.mid() && x.high() <= *high.mid() => x,
            _ => crossing_between(&function, &low, Some(&high), bits)?,
        };
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

/// T on an interval, by its value in the middle and its slope where that is narrower.
fn through_the_middle(
    chain: &Chain<Series<Interval>>,
    chart: Chart,
    [low, high]: [f64; 2],
    value: Interval,
    slope: Interval,
) -> Interval {
    let middle = f64::midpoint(low, high);
    let carried = slope * (Interval::new(low, high) - Interval::point(middle));
    let is_narrower = carried.high - carried.low < value.high - value.low;
    if !is_narrower {
        return value;
    }
    let found = on_interval(chain, chart, [middle, middle])[0] + carried;
    Interval::new(value.low.max(found.low), value.high.min(found.high))
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
    let guess = nearly_least(&chain.map(Ball::to_f64), start.high);
    least = least.min(on_interval(&series, Chart::Plain, [guess, guess])[0].high);
    let (mut kept, mut seen) = (Vec::new(), 0);
    while let Some(Piece { chart, ends: [low, high], depth }) = open.pop() {
        seen += 1;
        if seen > MOST {
            return Err(LawError::NoPath);
        }
        let [value, slope, bend] = on_interval(&series, chart, [low, high]);
        let sign = |interval: Interval| interval.sign().filter(|order| order.is_ne());
        let value = through_the_middle(&series, chart, [low, high], value, slope);
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
