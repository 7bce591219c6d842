//! The algebraic equation of a law, exactly, with names where a constant is not rational or not given.

use super::{Query, Repeat, required};
use crate::number::Real;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::spectrum::{Coefficient, Constants, Expression, Polynomial, Written, equation};
use crate::theory::{Answers, TheoryError};

pub(super) const TABLE: &[Query] = &[Query {
    name: "equation",
    parameters: &[required("m", "the model, numeric or symbolic: features() keeps every letter")],
    about: "the polynomial equation P(z, m) = 0 of the law, and the curve it comes from; of a kernel of several layers, or over a population, the curve",
    result: "a record: degree, coefficients ([k][j] multiplies m^k z^j), text, latex, discriminant (its coefficients in z, the constant first), curve (R, z, m as functions of q), in_q (the equation for q: coefficients, text and latex), critical (the same for its critical points, z'(q) = 0), theta1, theta2 (of a model with numbers; of several layers the record has, in place of all these, curve {parameter, z, m, degree: how many parameters lie over one z}, steps (assignments q_l, z_l, r_l = -m_l, level by level, that can be typed) and constants (of the names in them))",
    example: "equation(features(theta1 = 1, theta2 = 3/10, phi = 2, psi = 1/2))",
    repeat: Repeat::Numeric,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    let (constants, energies) = match call.given("m") {
        Some(Value::Symbolic(constants)) => ((**constants).clone(), Vec::new()),
        _ => {
            let model = call.answers("m")?;
            let Some(data) = model.curve_data() else { return of_levels(call, &*model) };
            let [theta1, theta2] = [&data.theta1, &data.theta2].map(rational);
            let constants = Constants { theta1, theta2, ..Constants::of(&data.parameters) };
            (constants, vec![("theta1", data.theta1.clone().into()), ("theta2", data.theta2.clone().into())])
        }
    };
    let found = equation(&constants);
    let [r, z, m] = found.curve.clone().map(Value::Text);
    let mut fields = vec![
        ("degree", Value::number(found.in_m.degree())),
        ("coefficients", coefficients(&found.in_m)),
        ("text", Value::Text(found.in_m.text())),
        ("latex", Value::Text(found.in_m.latex())),
        ("discriminant", row(&found.discriminant)),
        ("curve", Value::record("curve", vec![("R", r), ("z", z), ("m", m)])),
        ("in_q", polynomial(&found.in_q)),
        ("critical", polynomial(&found.critical)),
    ];
    fields.extend(energies);
    Ok(Value::record("equation", fields))
}

/// The curve of a law that is carried through levels.
fn of_levels(call: &Call, model: &dyn Answers) -> Result<Value, Failure> {
    let stack = model.stack().map_err(call.theory("m"))?.filter(|_| model.is_certified());
    let written = stack.ok_or(TheoryError::NotAlgebraic).map_err(call.theory("m"))?.written();
    let Written { parameter, steps, z, m, degree, named } = written;
    let curve = vec![
        ("parameter", Value::Text(parameter.to_owned())),
        ("z", Value::Text(z)),
        ("m", Value::Text(m)),
        ("degree", Value::number(degree)),
    ];
    let mut fields =
        vec![("curve", Value::record("curve", curve)), ("steps", Value::list(steps.into_iter().map(Value::Text).collect()))];
    if !named.is_empty() {
        let constant = |(name, number): (String, Coefficient)| {
            Value::record("constant", vec![("name", Value::Text(name)), ("value", Real::from(number.ball).into())])
        };
        fields.push(("constants", Value::list(named.into_iter().map(constant).collect())));
    }
    Ok(Value::record("equation", fields))
}

/// The number that it is, when it is a rational one.
fn rational(value: &Real) -> Option<rug::Rational> {
    match value {
        Real::Rational(value) => Some(value.clone()),
        _ => None,
    }
}

fn row(terms: &[Expression]) -> Value {
    Value::list(terms.iter().map(|term| Value::Formula(Box::new(term.clone()))).collect())
}

fn coefficients(polynomial: &Polynomial) -> Value {
    Value::list(polynomial.coefficients.iter().map(|terms| row(terms)).collect())
}

fn polynomial(polynomial: &Polynomial) -> Value {
    Value::record(
        "polynomial",
        vec![
            ("coefficients", coefficients(polynomial)),
            ("text", Value::Text(polynomial.text())),
            ("latex", Value::Text(polynomial.latex())),
        ],
    )
}
