//! Gaussian quantities as values.

use crate::gaussian::{Moment, Quantity};
use crate::session::value::{Enclosed, Value};

/// An enclosure with its exact form; a rational one is an exact number.
#[must_use]
pub fn number(quantity: &Quantity) -> Value {
    match &quantity.exact {
        Some(exact) => match exact.as_rational() {
            Some(value) => Value::number(value),
            None => Value::Real(Enclosed { ball: quantity.ball.clone(), exact: Some(exact.to_string()) }),
        },
        None => Value::ball(quantity.ball.clone()),
    }
}

/// A moment, or infinity.
#[must_use]
pub fn moment(moment: &Moment) -> Value {
    match moment {
        Moment::Finite(quantity) => number(quantity),
        Moment::Infinite => Value::Infinite,
    }
}
