//! The query `isospectrality`: can the law persist from layer to layer, and what stands in its way.
//!
//! The law of a layer is that of white inputs, Marchenko–Pastur, only when a(b) = E f′(τZ + b) vanishes for almost every bias and
//! v(b) = Var f(τZ + b) does not depend on it. Without bias the first says E Z f(τZ) = 0. With a bias of variance s² per neuron
//! E a² = (1 − ρ²) Σ k ρ^{2k−2} c_k²/τ² is positive for every f that is not constant.

use super::{Query, Repeat, required};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory::Obstruction;

pub(super) const TABLE: &[Query] = &[Query {
    name: "isospectrality",
    parameters: &[required("m", "a model: features(…) or kernel(…, normalize = false)")],
    about: "can the law persist from layer to layer: only if both obstructions vanish in every layer",
    result: "a record: possible, layers (of each: mean_square_slope E a^2 and variance_of_v Var v, with a = E f'(tau Z + b), v = Var f(tau Z + b))",
    example: "isospectrality(features(abs(x), phi = 1, psi = 1, sigma_b = 1/4))",
    repeat: Repeat::Numeric,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    let obstructions = call.answers("m")?.obstructions().map_err(call.theory("m"))?;
    let possible = obstructions.iter().all(|obstruction| obstruction.is_absent);
    let layers = obstructions.into_iter().enumerate().map(layer).collect();
    Ok(Value::answer("isospectrality", vec![("possible", Value::Flag(possible)), ("layers", Value::list(layers))]))
}

fn layer((depth, obstruction): (usize, Obstruction)) -> Value {
    let fields = vec![
        ("layer", Value::number(depth as u32 + 1)),
        ("mean_square_slope", obstruction.mean_square_slope.into()),
        ("variance_of_v", obstruction.variance_of_v.into()),
    ];
    Value::record("layer", fields)
}
