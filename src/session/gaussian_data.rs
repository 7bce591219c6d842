//! Gaussian data for queries: found once for an activation and kept, and turned into values.

use std::cell::RefCell;
use std::sync::Arc;

use rug::Rational;

use super::call::Call;
use super::failure::Failure;
use super::shown::is_closed;
use super::value::{Real, Value};
use crate::activation::Function;
use crate::gaussian::{Data, GaussianError, Moment, Quantity};
use crate::language::syntax::Span;

/// Activations whose data are kept.
const KEPT: usize = 32;

/// Gaussian data by activation and scale, the latest last.
#[derive(Default)]
pub struct Cache(RefCell<Vec<(Function, Rational, Arc<Data>)>>);

impl std::fmt::Debug for Cache {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Cache({})", self.0.borrow().len())
    }
}

impl Call<'_> {
    /// The data of f(σZ).
    ///
    /// # Errors
    /// An activation without them, named at `place`.
    pub fn gaussian(&self, f: &Function, sigma: &Rational, place: Span) -> Result<Arc<Data>, Failure> {
        let cache = &self.evaluation.context.gaussian.0;
        if let Some((_, _, data)) = cache.borrow().iter().find(|(known, scale, _)| scale == sigma && known == f) {
            return Ok(data.clone());
        }
        let data = Arc::new(Data::new(f, sigma, self.evaluation.context.job).map_err(|error| failure(&error, place))?);
        // a constant that was enclosed at some precision is not kept beyond it
        if is_closed(f) {
            let mut known = cache.borrow_mut();
            if known.len() == KEPT {
                known.remove(0);
            }
            known.push((f.clone(), sigma.clone(), data.clone()));
        }
        Ok(data)
    }
}

/// The failure that an error of the gaussian room means.
#[must_use]
pub fn failure(error: &GaussianError, at: Span) -> Failure {
    match error {
        GaussianError::Refused(reason) => Failure::wrong("divergent", at, reason.clone()),
        GaussianError::Effort { .. } => Failure::effort(at, error.to_string()),
        GaussianError::Exhausted { .. } => Failure::effort(at, error.to_string())
            .with_help("ask for fewer digits or a lower order, or smooth or rescale the function"),
        GaussianError::Stopped(why) => Failure::stopped(*why, at),
    }
}

/// An enclosure with its exact form; a rational one is an exact number.
#[must_use]
pub fn number(quantity: &Quantity) -> Value {
    match &quantity.exact {
        Some(exact) => match exact.as_rational() {
            Some(value) => Value::number(value),
            None => Value::Real(Real { ball: quantity.ball.clone(), exact: Some(exact.to_string()) }),
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
