//! Labels of finitely many values: a teacher that is constant between its jumps, its values with their probabilities, and how much
//! of z² − 1 each of them has.

use std::cmp::Ordering;

use rug::Rational;

use super::conjugate_data::Number;
use super::error::TheoryError;
use super::work::Work;
use super::zero::ball_is_zero;
use crate::activation::{Function, constant_value, derivative};
use crate::gaussian::{Exact, Quantity};
use crate::number::{Ball, Real};

/// A value of the labels.
pub(super) struct LabelValue {
    /// The value.
    pub value: Number,
    /// Its probability.
    pub weight: Number,
    /// E (z² − 1) 1(y = value); none where it is 0.
    pub square: Option<Number>,
}

/// A piece of the line between two jumps: Φ and t φ(t) at its ends, and the constant there.
struct Piece {
    value: Function,
    weight: Quantity,
    square: Quantity,
}

/// The values, ascending; none where they are infinitely many.
///
/// # Errors
/// A teacher with infinitely many jumps, or whose values are not told apart.
pub(super) fn label_values(work: &Work, teacher: &Function) -> Result<Option<Vec<LabelValue>>, TheoryError> {
    let slope = derivative(teacher);
    let data = work.gaussian(teacher, &Function::one())?;
    let steps = slope.is_zero() || constant_value(&slope).is_some_and(|slope| slope.is_zero());
    if !steps {
        return Ok(None);
    }
    if data.kinks_beyond(work.job).is_some() {
        return Err(TheoryError::Refused {
            message: format!("the labels {teacher} jump infinitely often, and their covariance has no law here"),
            help: "take a teacher with finitely many jumps, for example sign(abs(x) - 1)".to_owned(),
        });
    }
    let mut jumps = data.kinks(work.bits)?;
    jumps.sort_by(|a, b| a.ball.mid().partial_cmp(b.ball.mid()).unwrap_or(Ordering::Equal));
    let mut pieces: Vec<Piece> = Vec::new();
    for index in 0..=jumps.len() {
        let (low, high) = (index.checked_sub(1).map(|before| &jumps[before]), jumps.get(index));
        pieces.push(piece(work, teacher, low, high)?);
    }
    let mut found: Vec<(Function, Quantity, Quantity)> = Vec::new();
    for piece in pieces {
        match found.iter_mut().find(|(value, ..)| *value == piece.value) {
            Some((_, weight, square)) => {
                (*weight, *square) = (plus(weight, &piece.weight), plus(square, &piece.square));
            }
            None => found.push((piece.value, piece.weight, piece.square)),
        }
    }
    let single = found.len() == 1;
    let values = found.into_iter().map(|(value, weight, square)| {
        let zero = match &square.exact {
            Some(exact) => exact.is_zero(),
            None => ball_is_zero(work, &square.ball, "E (z^2 - 1) over a value of the labels")?,
        };
        // all the probability there is
        let weight = if single { Number::rational(Rational::from(1), work.bits) } else { Number::of(&weight) };
        let square = (!single && !zero).then(|| Number::of(&square));
        Ok(LabelValue { value: Number::constant(work, &value), weight, square })
    });
    let mut values = values.collect::<Result<Vec<_>, TheoryError>>()?;
    values.sort_by(|a, b| a.value.ball.mid().partial_cmp(b.value.ball.mid()).unwrap_or(Ordering::Equal));
    let apart = |pair: &[LabelValue]| pair[0].value.ball.compare(&pair[1].value.ball) == Some(Ordering::Less);
    if !values.windows(2).all(apart) || values.iter().any(|value| value.value.sign().is_none()) {
        return Err(TheoryError::Undecided("whether two values of the labels differ cannot be decided".to_owned()));
    }
    Ok(Some(values))
}

fn plus(a: &Quantity, b: &Quantity) -> Quantity {
    let exact = a.exact.as_ref().zip(b.exact.as_ref()).map(|(a, b)| a + b);
    let ball = exact.as_ref().map_or_else(|| &a.ball + &b.ball, |exact| exact.enclose(a.ball.bits()));
    Quantity { ball, exact }
}

/// Between two jumps; none for an end at infinity.
fn piece(work: &Work, teacher: &Function, low: Option<&Quantity>, high: Option<&Quantity>) -> Result<Piece, TheoryError> {
    let bits = work.bits;
    let inside = match (low, high) {
        (None, None) => 0.0,
        (Some(low), None) => low.ball.to_f64() + 1.0,
        (None, Some(high)) => high.ball.to_f64() - 1.0,
        (Some(low), Some(high)) => 0.5 * (low.ball.to_f64() + high.ball.to_f64()),
    };
    let point = Rational::from_f64(inside).unwrap_or_default();
    let ball = Ball::rational(&point, bits);
    let is_inside = low.is_none_or(|low| low.ball.compare(&ball) == Some(Ordering::Less))
        && high.is_none_or(|high| ball.compare(&high.ball) == Some(Ordering::Less));
    if !is_inside {
        return Err(TheoryError::Undecided(format!("two jumps of {teacher} near {inside} cannot be told apart")));
    }
    let found = teacher.substitute(&Function::rational(point));
    let value = match constant_value(&found) {
        Some(value) => Function::rational(value),
        None => match Real::from(work.enclosure(&found)) {
            Real::Rational(zero) => Function::rational(zero),
            Real::Proved(ball, _) if ball.radius().is_zero() => Function::rational(ball.mid().to_rational().unwrap_or_default()),
            _ => found,
        },
    };
    let [below, above] = [cdf(low, bits, 0), cdf(high, bits, 1)];
    let [left, right] = [low, high].map(|end| moment(end, bits));
    Ok(Piece { value, weight: minus(&above, &below), square: minus(&left, &right) })
}

fn minus(a: &Quantity, b: &Quantity) -> Quantity {
    plus(a, &b.times_rational(&Rational::from(-1)))
}

fn exact(value: Exact, bits: u32) -> Quantity {
    Quantity { ball: value.enclose(bits), exact: Some(value) }
}

/// Φ at an end; `otherwise` at infinity.
fn cdf(end: Option<&Quantity>, bits: u32, otherwise: u32) -> Quantity {
    match end {
        None => exact(Rational::from(otherwise).into(), bits),
        Some(Quantity { exact: Some(end), .. }) => exact(end.normal_cdf(), bits),
        Some(Quantity { ball, .. }) => Quantity { ball: ball.normal_cdf(), exact: None },
    }
}

/// t φ(t) at an end, 0 at infinity.
fn moment(end: Option<&Quantity>, bits: u32) -> Quantity {
    match end {
        None => exact(Exact::zero(), bits),
        Some(Quantity { exact: Some(end), .. }) => exact(end * &end.normal_density(), bits),
        Some(Quantity { ball, .. }) => Quantity { ball: ball * &ball.normal_pdf(), exact: None },
    }
}
