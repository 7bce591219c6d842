//! The least or greatest value of a quantity of one name: the best of the points of a range, then by turns the vertex of the parabola
//! through the last three and a point beside the best one, which narrows the range around it.
//!
//! The place is an estimate: a range may hide a better one between its points.

use std::cmp::Ordering;

use rug::Rational;

use super::failure::Failure;
use super::search::{Sample, Values};
use crate::number::{Ball, Magnitude};

/// Most values that are asked.
const MOST_STEPS: usize = 400;

/// Where a quantity is best.
pub struct Best {
    /// The place.
    pub at: Rational,
    /// How far from it the extremum may be; 0 at an end of the range.
    pub reach: Rational,
    /// By how much the value may be better within that reach.
    pub rise: Magnitude,
    /// Whether it lies at an end of the range, or beside points where the quantity is undefined.
    pub at_end: bool,
}

impl Best {
    /// At an end.
    fn end(at: Rational) -> Self {
        Self { at, reach: Rational::new(), rise: Magnitude::ZERO, at_end: true }
    }
}

/// The best place among samples and between them, the value at a point being that of `value`, to so many digits.
///
/// # Errors
/// Those of `value`.
pub fn best(samples: &[Sample], greatest: bool, digits: u32, value: &mut Values) -> Result<Best, Failure> {
    let better = |a: &Ball, b: &Ball| {
        let order = a.mid().partial_cmp(b.mid()).unwrap_or(Ordering::Equal);
        if greatest { order.reverse() } else { order }
    };
    let known = samples.iter().enumerate().filter_map(|(place, sample)| Some((place, sample.value.as_ref()?)));
    let place = known.min_by(|a, b| better(a.1, b.1)).map_or(0, |(place, _)| place);
    let at = |place: usize| samples[place].at.clone();
    let mut low = at(place.saturating_sub(1));
    let mut high = at((place + 1).min(samples.len() - 1));
    let mut middle = at(place);
    let start = [low.clone(), high.clone()];
    let Some(mut here) = value(&middle)? else { return Ok(Best::end(middle)) };
    if place == 0 || place + 1 == samples.len() {
        // inside beside the end, if it is better there
        let inner = if place == 0 { &high } else { &low };
        let mut step = Rational::from(inner - &middle);
        let end = middle.clone();
        let mut inside = None;
        for _ in 0..digits * 4 {
            step /= 2u32;
            let near = Rational::from(&end + &step);
            if let Some(there) = value(&near)?.filter(|there| better(there, &here).is_lt()) {
                inside = Some((near, there));
                break;
            }
        }
        let Some((near, there)) = inside else { return Ok(Best::end(end)) };
        let beyond = Rational::from(&end + Rational::from(&step * 2u32));
        (low, high) = if place == 0 { (end, beyond) } else { (beyond, end) };
        (middle, here) = (near, there);
    }
    let mut last: Vec<(Rational, Ball)> = Vec::new();
    for step in 0..MOST_STEPS {
        let width = Rational::from(&high - &low);
        if is_small(&width, &middle, digits) {
            break;
        }
        let guess = if step % 2 == 0 { vertex(&last, (&middle, &here)) } else { None };
        let guess = guess.map(|guess| rounded(&guess, &width));
        let inside = guess.filter(|guess| *guess > low && *guess < high && *guess != middle);
        let next = inside.unwrap_or_else(|| rounded(&beside(&low, &middle, &high), &width));
        let Some(there) = value(&next)? else { break };
        let wins = better(&there, &here).is_lt();
        let (winner, loser) = if wins { ((next, there), (middle, here)) } else { ((middle, here), (next, there)) };
        if loser.0 < winner.0 {
            low = loser.0.clone();
        } else {
            high = loser.0.clone();
        }
        (middle, here) = winner;
        last.push(loser);
        if last.len() > 2 {
            last.remove(0);
        }
    }
    let mut rise = Magnitude::ZERO;
    for end in [&low, &high] {
        if let Some(there) = value(end)? {
            rise = rise.max((&there - &here).magnitude());
        }
    }
    let reach = Rational::from(&high - &low);
    let at_end = samples.iter().any(|sample| sample.value.is_none() && sample.at >= start[0] && sample.at <= start[1]);
    Ok(Best { at: middle, reach, rise, at_end })
}

/// Whether the width is below one unit of one digit more than asked.
fn is_small(width: &Rational, at: &Rational, digits: u32) -> bool {
    let unit = rug::Integer::from(rug::Integer::u_pow_u(10, digits + 1));
    Rational::from(width * unit) < at.clone().abs()
}

/// The vertex of the parabola through three points.
fn vertex(last: &[(Rational, Ball)], (at, here): (&Rational, &Ball)) -> Option<Rational> {
    let [(a, fa), (b, fb)] = last else { return None };
    let [fa, fb, fc] = [fa, fb, here].map(|ball| ball.mid().to_rational());
    let (fa, fb, fc) = (fa?, fb?, fc?);
    let [da, db] = [Rational::from(at - a), Rational::from(at - b)];
    let (ga, gb) = (Rational::from(&fc - &fb) * &da, Rational::from(&fc - &fa) * &db);
    let below = Rational::from(&ga - &gb);
    let above = ga * &da - gb * &db;
    (below != 0).then(|| at - above / (below * 2u32))
}

/// A sixteenth of the longer side away from the middle: when the middle stays the best, that side becomes as short.
fn beside(low: &Rational, middle: &Rational, high: &Rational) -> Rational {
    let [left, right] = [Rational::from(middle - low), Rational::from(high - middle)];
    if left > right { Rational::from(middle - left / 16u32) } else { Rational::from(middle + right / 16u32) }
}

/// A short binary fraction near it.
fn rounded(value: &Rational, width: &Rational) -> Rational {
    let shift = (width.denom().significant_bits() + 40).saturating_sub(width.numer().significant_bits());
    Rational::from(Rational::from(value << shift).round()) >> shift
}
