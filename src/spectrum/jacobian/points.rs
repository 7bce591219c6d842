//! Point masses: at 0 by rank, and elsewhere, between orthogonal matrices, where the probabilities of one value in each layer together
//! leave less than 1 out.

use std::cmp::Ordering;

use rug::Rational;

use super::slopes::{JacobianSlopes, Mixing, SlopeAtom};
use crate::number::{Ball, Real};
use crate::spectrum::LawError;

/// A mass with its place.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub place: Real,
    pub mass: Real,
}

/// A number as a ball, and exactly where it is rational.
#[derive(Clone, Debug)]
pub(super) struct Both(pub Ball, pub Option<Rational>);

impl Both {
    pub fn rational(value: Rational, bits: u32) -> Self {
        Self(Ball::rational(&value, bits), Some(value))
    }

    pub fn times(&self, other: &Self) -> Self {
        let exact = self.1.as_ref().zip(other.1.as_ref()).map(|(a, b)| Rational::from(a * b));
        exact.map_or_else(|| Self(&self.0 * &other.0, None), |exact| Self::rational(exact, self.0.bits()))
    }

    pub fn minus(&self, other: &Self) -> Self {
        let exact = self.1.as_ref().zip(other.1.as_ref()).map(|(a, b)| Rational::from(a - b));
        exact.map_or_else(|| Self(&self.0 - &other.0, None), |exact| Self::rational(exact, self.0.bits()))
    }

    pub fn compare(&self, other: &Self) -> Result<Ordering, LawError> {
        match (&self.1, &other.1) {
            (Some(a), Some(b)) => Ok(a.cmp(b)),
            _ => self.0.compare(&other.0).ok_or(LawError::MoreBits),
        }
    }

    pub fn real(self) -> Real {
        self.1.map_or_else(|| Real::from(self.0), Real::Rational)
    }
}

/// A share of the input dimension: 1 of the input, r P(d > 0) of each law; and which law.
#[derive(Clone, Debug)]
pub(super) struct Capacity {
    pub size: Both,
    /// None for the input.
    pub law: Option<usize>,
    /// How many layers.
    pub count: u32,
}

/// All of them, ascending; those of layers that are alike once, and equal ones next to each other.
///
/// # Errors
/// [`LawError::MoreBits`] where two are not told apart.
pub(super) fn capacities(slopes: &JacobianSlopes, bits: u32) -> Result<Vec<Capacity>, LawError> {
    let mut list = Vec::new();
    if slopes.mixing == Mixing::Gaussian {
        list.push(Capacity { size: Both::rational(Rational::from(1), bits), law: None, count: 1 });
    }
    for (index, (law, count)) in slopes.laws.iter().zip(slopes.counts()).enumerate() {
        let alive = Both(law.alive.0.with_bits(bits), law.alive.1.clone());
        let size = alive.times(&Both::rational(law.ratio.clone(), bits));
        list.push(Capacity { size, law: Some(index), count });
    }
    let mut sorted: Vec<Capacity> = Vec::with_capacity(list.len());
    for capacity in list {
        let mut place = sorted.len();
        while place > 0 && capacity.size.compare(&sorted[place - 1].size)?.is_lt() {
            place -= 1;
        }
        sorted.insert(place, capacity);
    }
    Ok(sorted)
}

/// The mass at 0: 1 less the least capacity.
///
/// # Errors
/// [`LawError::MoreBits`].
pub(super) fn mass_at_zero(slopes: &JacobianSlopes, bits: u32) -> Result<Real, LawError> {
    let capacities = capacities(slopes, bits)?;
    let one = Both::rational(Rational::from(1), bits);
    let Some(least) = capacities.first() else { return Ok(Real::from(0)) };
    Ok(if least.size.compare(&one)?.is_ge() { Real::from(0) } else { one.minus(&least.size).real() })
}

/// The masses off 0, from the lowest place, of orthogonal layers of which none has a constant slope; and what the highest values of all
/// layers leave of 1.
///
/// # Errors
/// [`LawError::MoreBits`].
pub(super) fn masses(slopes: &JacobianSlopes, factor: &Both, bits: u32) -> Result<(Vec<Point>, Ordering), LawError> {
    let one = Both::rational(Rational::from(1), bits);
    let variance = Both(slopes.variance.0.with_bits(bits), slopes.variance.1.clone());
    let mut found = vec![(factor.clone(), one.clone())];
    let mut top = one.clone();
    for index in &slopes.layers {
        let law = &slopes.laws[*index];
        let points: Vec<(Both, Both)> = law.atoms.iter().filter(|atom| atom.is_point).map(|atom| both(atom, bits)).collect();
        let highest = law.atoms.last().filter(|atom| atom.is_point).map(|atom| both(atom, bits).1);
        top = top.minus(&one.minus(&highest.unwrap_or_else(|| Both::rational(Rational::new(), bits))));
        let mut next = Vec::new();
        for (place, mass) in &found {
            for (value, weight) in &points {
                let left = mass.minus(&one.minus(weight));
                let positive = match left.compare(&Both::rational(Rational::new(), bits)) {
                    Ok(order) => order.is_gt(),
                    Err(error) => return Err(error),
                };
                if positive {
                    next.push((place.times(value).times(&variance), left));
                }
            }
        }
        found = next;
    }
    let sign = top.compare(&Both::rational(Rational::new(), bits))?;
    found.sort_by(|a, b| a.0.0.mid().partial_cmp(b.0.0.mid()).unwrap_or(Ordering::Equal));
    let points = found.into_iter().map(|(place, mass)| Point { place: place.real(), mass: mass.real() }).collect();
    Ok((points, sign))
}

fn both(atom: &SlopeAtom, bits: u32) -> (Both, Both) {
    let [value, weight] = match &atom.exact {
        Some([value, weight]) => [Some(value.clone()), Some(weight.clone())],
        None => [None, None],
    };
    (Both(atom.value.with_bits(bits), value), Both(atom.weight.with_bits(bits), weight))
}
