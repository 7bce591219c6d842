//! The points of a sampled range.

use rug::Rational;

use super::evaluate::whole;
use super::failure::Failure;
use crate::activation::{Function, lower};
use crate::language::syntax::Expr;
use crate::number::Ball;

/// Most points that a range may have.
const MAX_POINTS: usize = 100_000;

/// Every point low + k·step that does not pass the end.
///
/// # Errors
/// A step that never arrives, or too many points.
pub fn stepped(ends: &(Rational, Rational), step: &Rational, at: &Expr) -> Result<Vec<Function>, Failure> {
    let span = Rational::from(&ends.1 - &ends.0);
    if *step == 0 || (span != 0 && (step.cmp0() != span.cmp0())) {
        return Err(Failure::wrong(
            "wrong_argument",
            at.span,
            format!("the step {step} never reaches {} from {}", ends.1, ends.0),
        ));
    }
    let steps = Rational::from(&span / step).trunc();
    let number = steps.numer().to_usize().filter(|number| *number < MAX_POINTS);
    let number = number
        .ok_or_else(|| Failure::wrong("bound", at.span, format!("the range has more points than the bound {MAX_POINTS}")))?;
    Ok((0..=number).map(|k| Function::rational(step * Rational::from(k) + &ends.0)).collect())
}

/// Evenly spaced points, or evenly spaced in the logarithm and rounded to 15 digits; both ends are exact.
///
/// # Errors
/// A count out of bounds, or a logarithm of ends that are not positive.
pub fn counted(ends: &(Rational, Rational), count: &Function, at: &Expr, log: bool) -> Result<Vec<Function>, Failure> {
    let number = whole(count).filter(|number| (1..=MAX_POINTS).contains(number)).ok_or_else(|| {
        Failure::wrong("wrong_argument", at.span, format!("count must be a whole number from 1 to {MAX_POINTS}, and is {count}"))
    })?;
    if log && (ends.0 <= 0 || ends.1 <= 0) {
        return Err(Failure::wrong("wrong_argument", at.span, "a log range needs positive ends".to_owned()));
    }
    let point = |k: usize| -> Rational {
        if k == 0 {
            return ends.0.clone();
        }
        if k == number - 1 {
            return ends.1.clone();
        }
        let share = Rational::from((k, number - 1));
        if !log {
            return Rational::from(&ends.1 - &ends.0) * share + &ends.0;
        }
        let (low, high) = (Ball::rational(&ends.0, 128).ln(), Ball::rational(&ends.1, 128).ln());
        let value = (&low + &(&high - &low).times_rational(&share)).exp();
        let text = value.mid().to_string_radix(10, Some(15));
        match lower::read(&text).ok().as_ref().and_then(Function::as_rational) {
            Some(rounded) => rounded.clone(),
            None => value.mid().to_rational().unwrap_or_default(),
        }
    };
    Ok((0..number).map(|k| Function::rational(point(k))).collect())
}
