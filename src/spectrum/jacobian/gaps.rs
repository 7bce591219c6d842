//! Gaps inside the support, which slopes of several values may leave: places over which Im τ falls with Im z, found on a grid. Their ends are
//! critical values of z; the masses beside them are exact, as every argument on the real line is 0 or π.

use num_complex::Complex64;
use rug::Rational;

use super::balls::Map;
use super::doubles::{Map64, State64};
use super::line::LineEnd;
use super::points::Both;
use super::slopes::JacobianSlopes;
use crate::number::Real;
use crate::spectrum::LawError;

/// Places of the grid, evenly and by powers.
const PLACES: i32 = 120;
/// The lowest place of the grid over the highest, of slopes of several values and of nodes.
const FINE: f64 = 1e-8;
const COARSE: f64 = 1e-3;
/// The height over the line, in units of the place.
const HEIGHT: f64 = 1e-7;
/// Bisections of an end.
const BISECTIONS: usize = 40;
/// Im τ that falls by more than this when Im z falls to a quarter, is that of a gap.
const FALLS: f64 = 2.0;

/// A gap: its ends, and the mass above it.
pub(super) struct Gap {
    pub low: LineEnd,
    pub high: LineEnd,
    pub above: Both,
}

/// Whether slopes may leave gaps: they take several values, one of them with positive probability.
pub(super) fn are_possible(slopes: &JacobianSlopes) -> bool {
    slopes.laws.iter().any(|law| law.atoms.len() > 1 && law.atoms.iter().any(|atom| atom.is_point))
}

/// The state over a place, almost real, near a known one, and whether it is that of a gap.
fn over(map: &Map64, x: f64, near: Option<&State64>) -> Option<(State64, bool)> {
    let height = HEIGHT * x;
    let follow = |height: f64, near: Option<&State64>| {
        let z = Complex64::new(x, height);
        near.and_then(|near| map.settled(z, near)).or_else(|| map.path(z))
    };
    let high = follow(height, near)?;
    let low = follow(0.25 * height, Some(&high))?;
    let falls = high.tau.im / low.tau.im > FALLS;
    Some((low, falls))
}

/// All gaps between two ends, from the lowest.
pub(super) fn gaps(slopes: &JacobianSlopes, map: &Map, doubles: &Map64, [low, high]: [f64; 2]) -> Result<Vec<Gap>, LawError> {
    // nodes far below the others are no continuous law
    let has_nodes = slopes.laws.iter().any(|law| law.atoms.iter().any(|atom| !atom.is_point));
    let bottom = low.max(if has_nodes { COARSE } else { FINE } * high);
    let share = |index: i32| f64::from(index) / f64::from(PLACES);
    let mut places: Vec<f64> = (1..PLACES).map(|index| bottom + (high - bottom) * share(index)).collect();
    places.extend((1..PLACES).map(|index| bottom * (high / bottom).powf(share(index))));
    places.sort_by(f64::total_cmp);
    let mut last: Option<State64> = None;
    let mut seen: Vec<(f64, Option<State64>)> = Vec::with_capacity(places.len());
    for x in places.into_iter().rev() {
        let found = over(doubles, x, last.as_ref());
        seen.push((x, found.clone().filter(|(_, falls)| *falls).map(|(state, _)| state)));
        last = found.map(|(state, _)| state);
    }
    seen.reverse();
    let mut found = Vec::new();
    let mut index = 0;
    while index < seen.len() {
        let Some(state) = &seen[index].1 else {
            index += 1;
            continue;
        };
        let first = index;
        while index < seen.len() && seen[index].1.is_some() {
            index += 1;
        }
        // what reaches an outer end is no gap but that end, not yet seen
        if first == 0 || index == seen.len() {
            continue;
        }
        let above = mass_above(slopes, state, map.bits);
        let lower = end(map, doubles, [seen[first - 1].0, seen[first].0])?;
        let upper = end(map, doubles, [seen[index].0, seen[index - 1].0])?;
        found.push(Gap { low: lower, high: upper, above });
    }
    Ok(found)
}

/// The end between a place in a bulk and one in a gap.
fn end(map: &Map, doubles: &Map64, [mut bulk, mut gap]: [f64; 2]) -> Result<LineEnd, LawError> {
    let inside = |x: f64, near: Option<&State64>| over(doubles, x, near).filter(|(_, falls)| *falls).map(|(state, _)| state);
    let mut state = inside(gap, None).ok_or(LawError::NoPath)?;
    for _ in 0..BISECTIONS {
        let middle = 0.5 * (bulk + gap);
        match inside(middle, Some(&state)) {
            Some(found) => (gap, state) = (middle, found),
            None => bulk = middle,
        }
    }
    let [_, position] = map.critical(&state)?;
    Ok(LineEnd { position: Real::Estimated(position), exponent: Some(Rational::from((1, 2))), component: None })
}

/// The mass above a gap, from the signs of τ, ζ and ζ − d.
fn mass_above(slopes: &JacobianSlopes, state: &State64, bits: u32) -> Both {
    let count = |value: i64| Both::rational(Rational::from(value), bits);
    let power = slopes.layers.len() as i64 - 1;
    // what is added is taken off 0 twice
    let plus = |a: &Both, b: &Both| a.minus(&count(0).minus(b));
    let mut sum = if state.tau.re < 0.0 { count(-power) } else { count(0) };
    for ((law, zeta), layers) in slopes.laws.iter().zip(&state.zeta).zip(slopes.counts()) {
        let own = i64::from(zeta.re < 0.0);
        let mut inner = count(0);
        for atom in law.atoms.iter().filter(|atom| i64::from(zeta.re < atom.value.to_f64()) != own) {
            let exact = atom.exact.as_ref().map(|pair| pair[1].clone());
            inner = plus(&inner, &Both(atom.weight.with_bits(bits), exact));
        }
        let whole = plus(&count(own), &inner.times(&Both::rational(law.ratio.clone(), bits)));
        sum = plus(&sum, &whole.times(&count(i64::from(layers))));
    }
    sum
}
