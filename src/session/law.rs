//! From a model to the parameters of its law: the energies of f, and which of the four shapes they have.

use std::sync::Arc;

use rug::Rational;

use super::call::Call;
use super::failure::Failure;
use super::gaussian_data;
use super::value::Value;
use super::warning::Warning;
use crate::activation::Function;
use crate::gaussian::closed::Exact;
use crate::gaussian::{Data, Linearity, Moment, Quantity};
use crate::language::syntax::Span;
use crate::model::{Energies, Features};
use crate::number::Ball;
use crate::spectrum::{LawError, Parameters, Shape};
use crate::spikes::{Expansion, Outlier, feature_perturbations};

/// The energies of a model, as values to show and as parameters of the law.
pub struct Energy {
    /// theta1.
    pub theta1: Value,
    /// theta2.
    pub theta2: Value,
    /// (E f)², the coefficient of n1 in the outlier that the mean makes; exactly zero without a mean.
    pub mean_outlier: Value,
    /// The parameters of the law.
    pub parameters: Parameters,
    /// (E f)² when f has a mean.
    pub(super) mean_square: Option<Ball>,
    /// Where H_0 … H_3 of the activation come from; none when they are not known.
    pub(super) source: Option<Source>,
}

/// Where H_k = E f(τZ) He_k(Z), k = 0 … 3, come from.
pub(super) enum Source {
    /// The data of f, asked when needed.
    Data(Arc<Data>),
    /// The numbers themselves.
    Known([Ball; 4]),
}

impl Energy {
    /// (E f)² in double precision, when f has a mean.
    #[must_use]
    pub fn mean_coefficient(&self) -> Option<f64> {
        self.mean_square.as_ref().map(Ball::to_f64)
    }

    /// The candidates for outliers, those of order n first; none for a model given by its energies.
    ///
    /// # Errors
    /// A candidate that more bits may tell from the edge of the bulk.
    pub fn outliers(&self, call: &Call, model: &Features) -> Result<Vec<Outlier>, Failure> {
        let mut expansion = match &self.source {
            None => return Ok(Vec::new()),
            Some(Source::Known(expansion)) => expansion.clone(),
            Some(Source::Data(data)) => hermite(call, data)?,
        };
        if self.mean_square.is_none() {
            expansion[0] = Ball::zero(call.bits());
        }
        let expansion = Expansion(expansion);
        let perturbations = feature_perturbations(&expansion, &model.entries_w, &model.entries_x, &model.psi);
        let mut found = crate::spikes::outliers(&self.parameters, &expansion, &perturbations, call.bits())
            .map_err(|error| failure(&error, call.span))?;
        for outlier in found.iter_mut().filter(|outlier| outlier.survives.is_none()) {
            call.count_as_zero("whether an outlier leaves the bulk")?;
            outlier.survives = Some(false);
        }
        Ok(found)
    }

    /// Positions of the outliers of order one, from the highest.
    ///
    /// # Errors
    /// As [`Energy::outliers`].
    pub fn positions(&self, call: &Call, model: &Features) -> Result<Vec<Ball>, Failure> {
        Ok(self.outliers(call, model)?.into_iter().filter_map(|outlier| outlier.position).collect())
    }
}

/// H_0 … H_3 of an activation.
///
/// # Errors
/// An effort that was not enough.
pub(super) fn hermite(call: &Call, data: &Data) -> Result<[Ball; 4], Failure> {
    let wrong = |error| gaussian_data::failure(&error, call.place("m"));
    let moments = data.hermite(3, call.bits(), call.evaluation.context.job).map_err(wrong)?;
    Ok([0, 1, 2, 3].map(|k| moments[k].ball.clone()))
}

/// The energies of a model at the bits of the call.
///
/// # Errors
/// An activation without finite energies, or energies whose order is not decided.
pub fn energy(call: &Call, model: &Features) -> Result<Energy, Failure> {
    match &model.energies {
        Energies::Given { theta1, theta2 } => given(call, model, theta1, theta2),
        Energies::Activation(f) if model.sigma_b.is_zero() => of_activation(call, model, f),
        Energies::Activation(f) => super::bias::energy(call, model, f),
    }
}

fn given(call: &Call, model: &Features, theta1: &Function, theta2: &Function) -> Result<Energy, Failure> {
    let exact = theta1.as_rational().cloned().zip(theta2.as_rational().cloned());
    let shape = given_shape(call, theta1, theta2)?;
    let parameters = Parameters {
        phi: model.phi.clone(),
        psi: model.psi.clone(),
        theta1: call.enclosure(theta1),
        theta2: call.enclosure(theta2),
        shape,
        exact,
    };
    Ok(Energy {
        theta1: Value::Function(theta1.clone()),
        theta2: Value::Function(theta2.clone()),
        mean_outlier: Value::number(0),
        parameters,
        mean_square: None,
        source: None,
    })
}

/// Decided on the expressions where they settle it, by separated balls otherwise, and never by a tolerance.
fn given_shape(call: &Call, theta1: &Function, theta2: &Function) -> Result<Shape, Failure> {
    if call.sign(theta1)?.is_eq() {
        return Ok(Shape::Null);
    }
    if call.sign(theta2)?.is_eq() {
        return Ok(Shape::Isotropic);
    }
    if theta1 == theta2 || call.sign(&(theta1.clone() - theta2.clone()))?.is_eq() {
        return Ok(Shape::Linear);
    }
    Ok(Shape::General)
}

/// The failure that an error of the spectrum room means.
#[must_use]
pub fn failure(error: &LawError, at: Span) -> Failure {
    match error {
        LawError::MoreBits => Failure::MoreBits(None),
        LawError::NoPath => Failure::effort(at, error.to_string()),
        LawError::OnTheCut | LawError::Uncertain => Failure::wrong("on_the_cut", at, error.to_string()),
        LawError::AtAtom { .. } | LawError::AtZero | LawError::HardEdge { .. } => {
            Failure::wrong("undefined", at, error.to_string())
        }
        LawError::Probability => Failure::wrong("wrong_argument", at, error.to_string()),
    }
}

/// A rational as a value, or the ball when there is none.
#[must_use]
pub fn number(exact: Option<&Rational>, ball: &Ball) -> Value {
    exact.map_or_else(|| Value::ball(ball.clone()), |value| Value::number(value.clone()))
}

fn of_activation(call: &Call, model: &Features, f: &Function) -> Result<Energy, Failure> {
    let wrong = |error| gaussian_data::failure(&error, call.place("m"));
    let (bits, job) = (call.bits(), call.evaluation.context.job);
    let data = call.gaussian(f, &model.tau(), call.place("m"))?;
    let moments = data.moments(bits, job).map_err(wrong)?;
    let Moment::Finite(theta1) = &moments.variance else {
        return Err(Failure::wrong("divergent", call.place("m"), format!("the variance of {f} is infinite")));
    };
    let theta2 = &moments.theta2;
    let shape = match data.linearity(job).map_err(wrong)? {
        Linearity::Constant => Shape::Null,
        Linearity::NoLinearPart => Shape::Isotropic,
        Linearity::Affine => Shape::Linear,
        Linearity::Mixed if theta2.ball.contains_zero() => {
            call.count_as_zero("whether theta2 is zero")?;
            Shape::Isotropic
        }
        Linearity::Mixed => Shape::General,
    };
    let rational = |quantity: &Quantity| quantity.exact.as_ref().and_then(Exact::as_rational);
    let parameters = Parameters {
        phi: model.phi.clone(),
        psi: model.psi.clone(),
        theta1: theta1.ball.clone(),
        theta2: if shape == Shape::Isotropic { Ball::zero(bits) } else { theta2.ball.clone() },
        shape,
        exact: rational(theta1).zip(rational(theta2)),
    };
    let has_mean = !moments.mean.ball.is_exact_zero() && !moments.mean.ball.contains_zero();
    if !has_mean && !moments.mean.ball.is_exact_zero() {
        call.count_as_zero("whether the mean of f is zero")?;
    }
    if has_mean {
        call.evaluation.warn(Warning::MeanSplitOff(f.to_string()));
    }
    Ok(Energy {
        theta1: gaussian_data::number(theta1),
        theta2: gaussian_data::number(theta2),
        mean_outlier: if has_mean { squared(&moments.mean) } else { Value::number(0) },
        mean_square: has_mean.then(|| moments.mean.ball.square()),
        source: Some(Source::Data(data)),
        parameters,
    })
}

fn squared(mean: &Quantity) -> Value {
    match &mean.exact {
        Some(exact) => {
            let exact = exact.power(2);
            gaussian_data::number(&Quantity { ball: exact.enclose(mean.ball.bits()), exact: Some(exact) })
        }
        None => Value::ball(mean.ball.square()),
    }
}
