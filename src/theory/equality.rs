//! Whether two laws are equal, decided where it can be.

use super::answers::Answers;
use super::energies::CurveData;
use super::error::TheoryError;
use super::work::Work;
use super::zero::count_as_zero;
use crate::model::Model;
use crate::number::{Ball, Real};
use crate::spectrum::{Law, Shape, Stack, ratios_agree};

/// Moments in which laws are compared (a stack of L levels over k atoms has some 2 (L + k) numbers).
const MOMENTS: usize = 8;

/// Estimated numbers are told apart at so many times their errors.
const WIDER: f64 = 10.0;

/// Whether the limiting laws of two models are equal; outliers do not count. None where that is open.
///
/// Laws on the curve are compared by shapes, ratios and energies: exact ones, or separated enclosures; energies that cannot be
/// told apart count as equal, with a doubt. Laws of stacks are equal when their simplest forms are, number by number, and different
/// when one of the first moments is; other laws are equal when they are those of the same model and different when their first or
/// second moments are. Beyond that nothing is decided.
///
/// # Errors
/// [`TheoryError::Undecided`] while more bits may tell two energies apart.
pub fn equal(work: &Work, models: [&Model; 2], [a, b]: [&dyn Answers; 2]) -> Result<Option<bool>, TheoryError> {
    if let (Some(a), Some(b)) = (a.curve_data(), b.curve_data()) {
        return on_the_curve(work, a, b).map(Some);
    }
    if models[0] == models[1] {
        return Ok(Some(true));
    }
    let certified = a.is_certified() && b.is_certified();
    if let (true, Some(first), Some(second)) = (certified, a.stack()?, b.stack()?) {
        if same(work, &first.simplified(), &second.simplified())? {
            return Ok(Some(true));
        }
        let [a, b] = [a.law()?.moments(MOMENTS)?, b.law()?.moments(MOMENTS)?];
        return Ok(a.iter().zip(&b).any(|(a, b)| apart(work, a, b)).then_some(false));
    }
    let [a, b] = [a.law()?, b.law()?];
    if apart(work, &a.mean(), &b.mean()) {
        return Ok(Some(false));
    }
    // a law may have no second moment, or none that is known
    let second = |law: &dyn Law| law.moments(2).ok().and_then(|moments| moments.into_iter().nth(1));
    Ok(second(a).zip(second(b)).is_some_and(|(a, b)| apart(work, &a, &b)).then_some(false))
}

/// Whether two numbers are different by more than their errors: proved ones, or estimates by [`WIDER`] times what they are off by.
fn apart(work: &Work, a: &Real, b: &Real) -> bool {
    let Some((first, second)) = a.ball(work.bits).zip(b.ball(work.bits)) else { return false };
    if a.is_certified() && b.is_certified() {
        return !first.overlaps(&second);
    }
    let error = |ball: &Ball| (ball.high().to_f64() - ball.low().to_f64()) / 2.0;
    (first.to_f64() - second.to_f64()).abs() > WIDER * (error(&first) + error(&second))
}

/// Whether two stacks are the same number by number; those that cannot be told apart count as equal, with a doubt.
fn same(work: &Work, a: &Stack, b: &Stack) -> Result<bool, TheoryError> {
    if (&a.population, &a.gamma, a.layers.len()) != (&b.population, &b.gamma, b.layers.len()) {
        return Ok(false);
    }
    for (a, b) in a.layers.iter().zip(&b.layers) {
        let [one, other] = [a, b].map(|layer| layer.share.numbers(work.bits));
        if a.gamma != b.gamma || !agree(work, &one[0], &other[0])? || !agree(work, &one[1], &other[1])? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn on_the_curve(work: &Work, a: &CurveData, b: &CurveData) -> Result<bool, TheoryError> {
    if !ratios_agree(&a.parameters, &b.parameters) {
        return Ok(false);
    }
    let shape = a.parameters.shape;
    if shape == Shape::Null || a.has_source_of(b) {
        return Ok(true);
    }
    Ok(agree(work, &a.theta1, &b.theta1)? && (shape != Shape::General || agree(work, &a.theta2, &b.theta2)?))
}

fn agree(work: &Work, a: &Real, b: &Real) -> Result<bool, TheoryError> {
    let (Some(first), Some(second)) = (a.ball(work.bits), b.ball(work.bits)) else { return Ok(false) };
    if !first.overlaps(&second) {
        return Ok(false);
    }
    match (a, b) {
        (Real::Rational(a), Real::Rational(b)) => return Ok(a == b),
        (Real::Proved(_, Some(a)), Real::Proved(_, Some(b))) if a == b => {}
        _ => count_as_zero(work, "the difference of two energies")?,
    }
    Ok(true)
}
