//! The one place that decides what is zero: by proof, or after more bits than are wanted, and then with a doubt.
//!
//! A mean, a linear part, a curvature on which a theory branches is exactly zero by proof (parity, a normal form, an exact
//! value), or its enclosure excludes zero, or more bits are asked for; once there are [`separation_bits`] of them it counts as
//! zero and the answer says so. Never by a tolerance.

use std::cmp::Ordering;

use super::doubt::Doubt;
use super::error::TheoryError;
use super::work::Work;
use crate::activation::Function;
use crate::gaussian::Quantity;
use crate::number::{Ball, Real, separation_bits};

/// Whether a quantity is zero; `what` names it for the reader.
///
/// # Errors
/// [`TheoryError::Undecided`] while more bits may tell.
pub fn is_zero(work: &Work, quantity: &Quantity, what: &str) -> Result<bool, TheoryError> {
    match &quantity.exact {
        Some(exact) => Ok(exact.is_zero()),
        None => ball_is_zero(work, &quantity.ball, what),
    }
}

/// [`is_zero`] for what has no exact form.
///
/// # Errors
/// As [`is_zero`].
pub fn ball_is_zero(work: &Work, ball: &Ball, what: &str) -> Result<bool, TheoryError> {
    if ball.is_exact_zero() {
        return Ok(true);
    }
    if !ball.contains_zero() {
        return Ok(false);
    }
    count_as_zero(work, what)?;
    Ok(true)
}

/// Asks for more bits while they may decide; after that what is open counts as zero, and the answer says so.
///
/// # Errors
/// [`TheoryError::Undecided`] while more bits may tell.
pub fn count_as_zero(work: &Work, what: &str) -> Result<(), TheoryError> {
    if work.bits < separation_bits(work.digits) {
        return Err(TheoryError::Undecided(format!("whether {what} is zero cannot be decided")));
    }
    work.doubt(Doubt::NotSeparatedFromZero);
    Ok(())
}

/// The sign of a number that was typed; one that no bits decide is ill-posed.
///
/// # Errors
/// [`TheoryError::Undecided`].
pub fn sign(work: &Work, number: &Function) -> Result<Ordering, TheoryError> {
    match number.as_rational() {
        Some(value) => Ok(value.cmp0()),
        None => {
            work.enclosure(number).sign().ok_or_else(|| TheoryError::Undecided(format!("the sign of {number} cannot be decided")))
        }
    }
}

/// A quantity as a result.
#[must_use]
pub fn real(quantity: &Quantity) -> Real {
    match &quantity.exact {
        Some(exact) => match exact.as_rational() {
            Some(value) => Real::Rational(value),
            None => Real::Proved(quantity.ball.clone(), Some(exact.to_string())),
        },
        None => Real::Proved(quantity.ball.clone(), None),
    }
}
