//! From a model to the parameters of its law: the energies of f, and which of the four shapes they have.

use rug::Rational;

use super::call::Call;
use super::failure::Failure;
use super::value::{Real, Value};
use super::warning::Warning;
use crate::activation::Function;
use crate::language::syntax::Span;
use crate::model::{Energies, Features};
use crate::number::Ball;
use crate::spectrum::{LawError, Parameters, Shape};

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
}

/// The energies of a model at the bits of the call.
///
/// # Errors
/// An activation without finite energies, or energies whose order is not decided.
pub fn energy(call: &Call, model: &Features) -> Result<Energy, Failure> {
    match &model.energies {
        Energies::Given { theta1, theta2 } => given(call, model, theta1, theta2),
        Energies::Activation(f) => of_activation(call, model, f),
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
    Ok(Energy { theta1: Value::Function(theta1.clone()), theta2: Value::Function(theta2.clone()), mean_outlier: Value::number(0), parameters })
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

/// Whether a real number printed from balls is exactly zero.
#[must_use]
pub fn is_zero(value: &Value) -> bool {
    match value {
        Value::Function(f) => f.is_zero(),
        Value::Real(Real { ball, .. }) => ball.is_exact_zero(),
        _ => false,
    }
}

/// The failure that an error of the spectrum room means.
#[must_use]
pub fn failure(error: &LawError, at: Span) -> Failure {
    match error {
        LawError::MoreBits => Failure::MoreBits(None),
        LawError::OnTheCut => Failure::wrong("on_the_cut", at, error.to_string()),
        LawError::AtAtom { .. } | LawError::AtZero | LawError::HardEdge { .. } => Failure::wrong("undefined", at, error.to_string()),
        LawError::Probability => Failure::wrong("wrong_argument", at, error.to_string()),
    }
}

/// A rational as a value, or the ball when there is none.
#[must_use]
pub fn number(exact: Option<&Rational>, ball: &Ball) -> Value {
    exact.map_or_else(|| Value::ball(ball.clone()), |value| Value::number(value.clone()))
}

fn of_activation(call: &Call, _model: &Features, _f: &Function) -> Result<Energy, Failure> {
    call.evaluation.warn(Warning::MeanSplitOff);
    Err(Failure::effort(call.span, "no Gaussian data yet"))
}
