//! Queries that turn an activation into another without any number, and the one that gives its value as it is.

use super::{Query, Repeat, required};
use crate::activation::{Function, constant_value, derivative, simplified};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;

/// The query that shows its value unfolded.
pub(super) const UNFOLDED: &str = "all";

pub(super) const TABLE: &[Query] = &[
    Query {
        name: "diff",
        parameters: &[required("f", "the activation to differentiate")],
        about: "the derivative of f almost everywhere; also f'",
        result: "an activation",
        example: "diff(tanh(x))",
        repeat: Repeat::Exact,
        run: |call| transformed(call, |f| derivative(&f)),
    },
    Query {
        name: "simplify",
        parameters: &[required("f", "the activation to simplify")],
        about: "f with neutral elements dropped and like terms gathered; a number where it is shown to be one",
        result: "an activation",
        example: "simplify(x + x - 0*tanh(x))",
        repeat: Repeat::Exact,
        run: |call| transformed(call, |f| constant_value(&f).map_or_else(|| simplified(&f), Function::rational)),
    },
    Query {
        name: UNFOLDED,
        parameters: &[required("value", "any value; all(last) shows the last one")],
        about: "the value with its exact forms in full, however long they are, and at the prompt with all of its lines",
        result: "the value itself",
        example: "gaussian(He(40, x)).second_moment; all(last)",
        repeat: Repeat::Exact,
        run: |call| Ok(call.value()),
    },
];

fn transformed(call: &Call, change: impl Fn(Function) -> Function) -> Result<Value, Failure> {
    let f = call.activation("f")?.unwrap_or_else(Function::x);
    Ok(Value::Function(crate::activation::lower::bounded(change(f), call.span)?))
}
