//! The real line outside the support, as intervals of τ between the values of the labels, from the lowest.

use std::cmp::Ordering;

use rug::Rational;

use super::labels::LabelLaw;
use crate::number::{Ball, Jet, Real};
use crate::spectrum::layered::{Anchor, Concave, crossing};
use crate::spectrum::{Chain, LawError};

/// A component outside the support, as an interval of τ.
#[derive(Clone, Debug)]
pub struct LabelGap {
    /// Its lower end; none for −∞.
    pub low: Option<Ball>,
    /// Its upper end; none for +∞.
    pub high: Option<Ball>,
    /// The mass of the law below it.
    pub below: Real,
    /// The mass above it.
    pub above: Real,
}

/// z′/ψ and its derivative.
fn slope(chain: &Chain<Jet<Ball>>, tau: &Ball) -> [Ball; 2] {
    let level = chain.levels(&Jet::variable(tau), 1).swap_remove(0);
    [level.z.slope, level.z.curvature]
}

/// All of them.
///
/// # Errors
/// [`LawError::MoreBits`].
pub(super) fn gaps(labels: &LabelLaw, bits: u32) -> Result<Vec<LabelGap>, LawError> {
    let chain = labels.chain(bits).map(Jet::constant);
    let function = |tau: &Ball| slope(&chain, tau);
    let values: Vec<&Ball> = labels.atoms.iter().map(|atom| &atom.value).collect();
    let from = |index: usize, upwards: bool| Anchor { at: values[index].clone(), upwards };
    let last = values.len() - 1;
    let hard = labels.rank(bits)?.is_eq();
    let negative = values.iter().filter(|value| value.is_negative()).count();
    let mut found = Vec::with_capacity(values.len() + 1);
    for index in 0..=values.len() {
        if index.checked_sub(1).and_then(|before| labels.joined.get(before)).is_some_and(|joined| *joined) {
            continue;
        }
        let reached = |side: usize| labels.reached[side].as_ref().map(|end| end.with_bits(bits));
        let ends = if let (0, Some(end)) = (index, reached(0)) {
            Some([None, Some(end)])
        } else if let (true, Some(end)) = (index > last, reached(1)) {
            Some([Some(end), None])
        } else if index == negative && !labels.rank(bits)?.is_gt() && labels.touch().iter().any(Option::is_some) {
            beside_zero(labels, &chain, index, bits)?
        } else if hard && index == negative {
            at_zero(labels, &chain, index, bits)?
        } else if index == 0 {
            Some([None, Some(crossing(&function, &from(0, false), None, bits)?)])
        } else if index > last {
            Some([Some(crossing(&function, &from(last, true), None, bits)?), None])
        } else {
            let place = |tau: &Ball| [tau.clone(), Ball::integer(1, bits)];
            let concave = Concave { value: &function, place: &place, bits };
            concave.positive_part(values[index - 1], values[index])?.map(|ends| ends.map(Some))
        };
        if let Some([low, high]) = ends {
            let masses = [&low, &high].map(|end| masses(labels, end.as_ref(), index, [&low, &high], bits));
            let [below, above] = masses;
            found.push(LabelGap { below: below?.0, above: above?.1, low, high });
        }
    }
    Ok(found)
}

/// The interval next to 0 where labels come arbitrarily near 0 and there are no more samples that count than dimensions: it ends at 0, on
/// the side on which they do not, or is nowhere.
fn beside_zero(
    labels: &LabelLaw,
    chain: &Chain<Jet<Ball>>,
    index: usize,
    bits: u32,
) -> Result<Option<[Option<Ball>; 2]>, LawError> {
    let upwards = match labels.touch() {
        [Some(_), Some(_)] => return Ok(None),
        _ if labels.rank(bits)?.is_eq() => return at_zero(labels, chain, index, bits),
        [below, _] => below.is_some(),
    };
    let zero = Ball::zero(bits);
    let bound = if upwards { labels.atoms.get(index) } else { index.checked_sub(1).and_then(|below| labels.atoms.get(below)) };
    let other = match bound {
        None => None,
        Some(atom) => {
            let end = Anchor { at: atom.value.clone(), upwards: !upwards };
            // z′ = ψ − P(y ≠ 0) > 0 at 0
            let distance = rug::Float::with_val(bits, atom.value.mid().abs_ref());
            Some(crossing(&|tau: &Ball| slope(chain, tau), &end, Some(distance), bits)?)
        }
    };
    Ok(Some(if upwards { [Some(zero), other] } else { [other, Some(zero)] }))
}

/// The interval between the last negative and the first positive value where z′ vanishes at 0: it ends there, on the side of the
/// larger |E 1/y|, or is nowhere.
fn at_zero(labels: &LabelLaw, chain: &Chain<Jet<Ball>>, index: usize, bits: u32) -> Result<Option<[Option<Ball>; 2]>, LawError> {
    let upwards = match labels.lean(bits)? {
        Ordering::Equal => return Ok(None),
        lean => lean.is_lt(),
    };
    let zero = Ball::zero(bits);
    let bound = if upwards { labels.atoms.get(index) } else { index.checked_sub(1).and_then(|below| labels.atoms.get(below)) };
    let Some(atom) = bound else {
        return Ok(Some(if upwards { [Some(zero), None] } else { [None, Some(zero)] }));
    };
    // z′ is positive between 0 and its other zero; near 0 it is known by its slope alone, and so it is divided by τ
    let divided = |tau: &Ball| {
        let [value, slope] = slope(chain, tau);
        let size = if upwards { tau.clone() } else { -tau };
        let bend = &value / &(&size * tau);
        [&value / &size, &(&slope / &size) - &bend]
    };
    let end = Anchor { at: atom.value.clone(), upwards: !upwards };
    let other = crossing(&divided, &end, Some(inside(&divided, &end, bits)?), bits)?;
    Ok(Some(if upwards { [Some(zero), Some(other)] } else { [Some(other), Some(zero)] }))
}

/// A distance from the end, short of 0, at which the function is positive.
fn inside(function: &dyn Fn(&Ball) -> [Ball; 2], end: &Anchor, bits: u32) -> Result<rug::Float, LawError> {
    let width = rug::Float::with_val(bits, end.at.mid().abs_ref());
    for order in 1..bits {
        let distance = rug::Float::with_val(bits, &width - rug::Float::with_val(bits, &width >> order));
        let point = Ball::new(end.point(&distance, bits), crate::number::Magnitude::ZERO);
        if function(&point)[0].is_positive() {
            return Ok(distance);
        }
    }
    Err(LawError::MoreBits)
}

/// The masses below and above the point of the spectrum over an end of a gap; `index` values lie below it.
fn masses(
    labels: &LabelLaw,
    end: Option<&Ball>,
    index: usize,
    [low, high]: [&Option<Ball>; 2],
    bits: u32,
) -> Result<(Real, Real), LawError> {
    // an end at 0 belongs to the side on which its gap lies
    let lies_below = match end.map(Ball::sign) {
        Some(Some(Ordering::Equal)) => low.as_ref().is_none_or(Ball::is_negative),
        Some(Some(sign)) => sign.is_lt(),
        Some(None) => return Err(LawError::MoreBits),
        None => high.is_some(),
    };
    let real = |exact: Option<Rational>, ball: Ball| exact.map_or_else(|| Real::from(ball), Real::Rational);
    let (share, exact) = labels.share(if lies_below { 0..index } else { index..labels.atoms.len() }, bits);
    let rest = real(exact.as_ref().map(|exact| Rational::from(1 - exact)), &Ball::integer(1, bits) - &share);
    let share = real(exact, share);
    Ok(if lies_below { (share, rest) } else { (rest, share) })
}
