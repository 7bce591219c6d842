//! The constructor of one gradient step with ridge regression, `one_step`.

use std::sync::Arc;

use super::{Parameter, Query, Repeat, defaulted, optional, required};
use crate::model::{Model, OneStep, Residual};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory;
use rug::Rational;

pub(super) const TABLE: &[Query] = &[Query {
    name: "one_step",
    parameters: &[
        required("f", "the activation, an expression in x; its mean is taken off"),
        required("teacher", "the labels are teacher(beta.x) + noise; its mean is taken off"),
        Parameter { aliases: &["d_over_n"], ..optional("phi", "d/n, input dimension over samples") },
        Parameter { aliases: &["d_over_N"], ..optional("psi", "d/N, input dimension over neurons") },
        required("ridge", "the penalty of |y - F a|^2/n + ridge*|a|^2, positive"),
        defaulted("noise", "0", "the standard deviation of the label noise"),
        defaulted(
            "residual",
            "\"labels\"",
            "\"labels\": the gradient of the residual y; \"full\": of y - f_0, which is of order one",
        ),
        optional("phi_gradient", "d/n of the samples behind the gradient; phi when not given"),
        defaulted("intercept", "false", "true adds the constant as a free regressor"),
        optional("n", "the number of samples, on any scale, in place of phi and psi"),
        optional("d", "the input dimension, on the same scale"),
        optional("N", "the number of neurons, on the same scale"),
    ],
    about: "one gradient step on the first layer, then ridge regression on fresh data: F = f(X W^T), W = W_0 + eta*G",
    result: "a model",
    example: "one_step(tanh(x), x, phi = 1/4, psi = 1/4, ridge = 1/10, noise = 1/5)",
    repeat: Repeat::Exact,
    run: one_step,
}];

fn one_step(call: &Call) -> Result<Value, Failure> {
    let [Some(activation), Some(teacher), Some(ridge)] =
        [call.activation("f")?, call.activation("teacher")?, call.real("ridge")?]
    else {
        return Err(Failure::wrong("missing_argument", call.span, "one_step needs f, teacher and ridge"));
    };
    if !call.sign(&ridge)?.is_gt() {
        let failure = call.refuse("ridge", format!("ridge must be positive, and is {ridge}"));
        return Err(failure.with_help("a small one shows the limit: ridge = 1e-6"));
    }
    let (phi, psi) = ratios(call)?;
    let phi_gradient = call.positive("phi_gradient", "")?.unwrap_or_else(|| phi.clone());
    let residual = match call.text("residual")? {
        None => Residual::Labels,
        Some(text) => Residual::ALL.into_iter().find(|residual| residual.name() == text).ok_or_else(|| {
            let failure = call.refuse("residual", format!("residual must be one of two words, and is \"{text}\""));
            failure.with_help("\"labels\" (y) or \"full\" (y - f_0)")
        })?,
    };
    let (noise, intercept) = (call.deviation("noise")?, call.flag("intercept")?.unwrap_or(false));
    let model = OneStep { activation, teacher, phi, psi, phi_gradient, ridge, noise, residual, intercept };
    let model = Model::OneStep(Box::new(model));
    theory::of(&model, &call.work()).map_err(call.theory("f"))?;
    Ok(Value::Model(Arc::new(model)))
}

/// phi and psi, or the sizes behind them.
fn ratios(call: &Call) -> Result<(Rational, Rational), Failure> {
    let missing = |what: &str| {
        let failure = Failure::wrong("missing_argument", call.span, format!("one_step needs {what}"));
        failure.with_help("phi = d/n and psi = d/N, for example phi = 1/4, psi = 1/4; or the sizes n = 4, d = 1, N = 4")
    };
    let wanted = |name: &str, meaning: &str| call.positive(name, meaning)?.ok_or_else(|| missing(name));
    if !["n", "d", "N"].iter().any(|name| call.given(name).is_some()) {
        return Ok((wanted("phi", " = d/n")?, wanted("psi", " = d/N")?));
    }
    if let Some(name) = ["phi", "psi"].into_iter().find(|name| call.given(name).is_some()) {
        return Err(call.refuse(name, "one_step takes the ratios phi and psi or the sizes n, d and N, not both"));
    }
    let size = |name: &str| wanted(name, " is a size and");
    let (n, d, neurons) = (size("n")?, size("d")?, size("N")?);
    Ok((Rational::from(&d / &n), d / neurons))
}
