//! The constructor of the trained layer, `trained`.

use std::sync::Arc;

use rug::Rational;

use super::{Query, Repeat, defaulted, required};
use crate::model::{Model, Trained};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory;

pub(super) const TABLE: &[Query] = &[Query {
    name: "trained",
    parameters: &[
        required("f", "the activation of the student, an expression in x, which is normalised"),
        required("teacher", "the labels are teacher(beta.x) + noise; its mean is taken off"),
        required("eta", "the step of W_1 = W_0 - eta*sqrt(N)*gradient, at least 0"),
        required("gamma", "[N/d, N/m]: neurons over input dimension, and over test samples"),
        required("d_over_n", "input dimension over training samples"),
        defaulted("noise", "0", "the standard deviation of the label noise"),
    ],
    about: "a first layer after one gradient step: K = P^T P/m (N x N), P = f(X_test W_1), with the spike that the step makes",
    result: "a model",
    example: "trained(tanh(x), normalize(tanh(x)), eta = 2, gamma = [5/4, 1/3], d_over_n = 1/3)",
    repeat: Repeat::Exact,
    run: trained,
}];

fn trained(call: &Call) -> Result<Value, Failure> {
    let [Some(activation), Some(teacher), Some(eta)] = [call.activation("f")?, call.activation("teacher")?, call.real("eta")?]
    else {
        return Err(Failure::wrong("missing_argument", call.span, "trained needs f, teacher and eta"));
    };
    if call.sign(&eta)?.is_lt() {
        return Err(call.refuse("eta", format!("eta is a step size and cannot be negative, and is {eta}")));
    }
    let gamma = call.rationals("gamma")?.unwrap_or_default();
    let gamma: [Rational; 2] = match <[Rational; 2]>::try_from(gamma) {
        Ok(gamma) if gamma.iter().all(|ratio| *ratio > 0) => gamma,
        _ => {
            let failure = call.refuse("gamma", "gamma must list two positive numbers: N/d and N/m");
            return Err(failure.with_help("N neurons, d input dimensions, m test samples: gamma = [5/4, 1/3]"));
        }
    };
    let d_over_n = call.positive("d_over_n", "")?.unwrap_or_else(|| Rational::from(1));
    let noise = call.deviation("noise")?;
    let model = Model::Trained(Box::new(Trained { activation, teacher, eta, gamma, d_over_n, noise }));
    theory::of(&model, &call.work()).map_err(call.theory("f"))?;
    Ok(Value::Model(Arc::new(model)))
}
