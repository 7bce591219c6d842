//! The query `optimal_ridge`: the penalty of the least test error.

use super::{Query, Repeat, required};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory::BestRidge;

pub(super) const TABLE: &[Query] = &[Query {
    name: "optimal_ridge",
    parameters: &[required(
        "m",
        "the regression, for example regression(relu(x), x, n = 2, widths = [3], ridge = 1, noise = 1/2); its own ridge does not matter",
    )],
    about: "the ridge of the least test error among all, from the stationary points of a rational function",
    result: "a record: ridge (0 or \"inf\" where an end is best), test (the error there, noise included), at_boundary",
    example: "optimal_ridge(regression(relu(x), x, n = 2, widths = [3], ridge = 1, noise = 1/2))",
    repeat: Repeat::Numeric,
    run: optimal_ridge,
}];

fn optimal_ridge(call: &Call) -> Result<Value, Failure> {
    let BestRidge { ridge, test, at_boundary } = call.answers("m")?.best_ridge().map_err(call.theory("m"))?;
    let fields = vec![("ridge", ridge.into()), ("test", test.into()), ("at_boundary", Value::Flag(at_boundary))];
    Ok(Value::answer("optimal_ridge", fields))
}
