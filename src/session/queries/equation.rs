//! The algebraic equation of a law, exactly, with names where a constant is not rational or not given.

use super::{Query, Repeat, required};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::law::energy;
use crate::session::value::Value;
use crate::spectrum::{Constants, Expression, equation};

pub(super) const TABLE: &[Query] = &[Query {
    name: "equation",
    parameters: &[required("m", "the model, numeric or symbolic: features() keeps every letter")],
    about: "the polynomial equation P(z, m) = 0 of the law, and the curve it comes from",
    result: "a record: degree, coefficients ([k][j] multiplies m^k z^j), text, latex, discriminant, curve (R, z, m as functions of q)",
    example: "equation(features(theta1 = 1, theta2 = 3/10, phi = 2, psi = 1/2))",
    repeat: Repeat::Numeric,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    let constants = match call.given("m") {
        Some(Value::Symbolic(constants)) => (**constants).clone(),
        _ => Constants::of(&energy(call, &*call.model("m")?)?.parameters),
    };
    let found = equation(&constants);
    let polynomial = |terms: &[Expression]| Value::list(terms.iter().map(|term| Value::Text(term.text())).collect());
    let [r, z, m] = found.curve.clone().map(Value::Text);
    Ok(Value::record(
        "equation",
        vec![
            ("degree", Value::number(found.degree())),
            ("coefficients", Value::list(found.coefficients.iter().map(|row| polynomial(row)).collect())),
            ("text", Value::Text(found.text())),
            ("latex", Value::Text(found.latex())),
            ("discriminant", polynomial(&found.discriminant)),
            ("curve", Value::record("curve", vec![("R", r), ("z", z), ("m", m)])),
        ],
    ))
}
