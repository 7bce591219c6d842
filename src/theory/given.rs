//! Populations that are limiting laws of sample covariances themselves: a level below the first that is asked about.
//!
//! Eigenvalues and eigenvectors are then given of that sample covariance, and not of what it samples: a point is carried back
//! through its map, and its own alignment divides the cumulative one.

use rug::Rational;

use super::error::TheoryError;
use crate::model::Population;
use crate::number::{Ball, Real};
use crate::spectrum::{Sampled, Share, Stack, StackLayer};
use crate::spikes::StackSpike;

/// The stack of a sample covariance over a population, n/N = gamma.
pub(super) fn over(population: &Population, gamma: Rational, bits: u32) -> Stack {
    let atoms = population.atoms.clone();
    if population.sampled.is_zero() {
        return Stack { population: atoms, gamma, layers: Vec::new() };
    }
    let layer = StackLayer { share: Share::rational(Rational::from(1), bits), gamma };
    Stack { population: atoms, gamma: population.sampled.clone(), layers: vec![layer] }
}

/// The point in the lowest population of an eigenvalue off a given law.
///
/// # Errors
/// An eigenvalue in the support, or [`LawError::MoreBits`](crate::spectrum::LawError::MoreBits).
pub(super) fn point_below(population: &Population, law: &Sampled, eigenvalue: &Rational) -> Result<Real, TheoryError> {
    if population.sampled.is_zero() {
        return Ok(Real::Rational(eigenvalue.clone()));
    }
    let found = law.point(0, &Ball::rational(eigenvalue, law.bits()))?;
    found.map(Real::from).ok_or_else(|| TheoryError::Refused {
        message: format!("{eigenvalue} lies within the population, and a spike must lie off it"),
        help: "leave it out, or move it".to_owned(),
    })
}

/// Thresholds as eigenvalues of the given law.
pub(super) fn thresholds(population: &Population, law: &Sampled, points: Vec<Ball>) -> Vec<Ball> {
    if population.sampled.is_zero() {
        return points;
    }
    points.into_iter().map(|point| law.value(0, &point)).collect()
}

/// What a spike makes at every level, seen from the lowest: there it is the eigenvalue itself with its own eigenvector.
pub(super) fn seen_from_below(made: &mut [StackSpike], eigenvalue: &Rational, bits: u32) {
    let Some(own) = made.first().map(|spike| spike.alignment.clone()) else { return };
    let one = matches!(&own, Real::Rational(own) if *own == 1);
    for spike in made.iter_mut().filter(|_| !one) {
        spike.alignment = match (spike.alignment.ball(bits), own.ball(bits)) {
            (Some(alignment), Some(own)) => Real::from(&alignment / &own),
            _ => Real::Unknown,
        };
    }
    if let Some(lowest) = made.first_mut() {
        (lowest.position, lowest.alignment) = (Real::Rational(eigenvalue.clone()), Real::from(1));
    }
}
