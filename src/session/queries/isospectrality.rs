//! The query `isospectrality`: can the law persist from layer to layer, and what stands in its way.
//!
//! The law of a layer is that of white inputs, Marchenko–Pastur, only when a(b) = E f′(τZ + b) vanishes for almost every bias and
//! v(b) = Var f(τZ + b) does not depend on it. Without bias the first says E Z f(τZ) = 0. With a bias of variance s² per neuron
//! E a² = (1 − ρ²) Σ k ρ^{2k−2} c_k²/τ² is positive for every f that is not constant.

use super::{Query, Repeat, estimated, required};
use crate::model::{Bias, Energies, Features};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::gaussian_data;
use crate::session::law::{self, energy};
use crate::session::network::Network;
use crate::session::value::Value;
use crate::spectrum::Shape;

pub(super) const TABLE: &[Query] = &[Query {
    name: "isospectrality",
    parameters: &[required("m", "a model: features(…) or kernel(…, normalize = false)")],
    about: "can the law persist from layer to layer: only if both obstructions vanish in every layer",
    result: "a record: possible, and per layer mean_square_slope E a^2 and variance_of_v Var v, with a = E f'(tau Z + b), v = Var f(tau Z + b)",
    example: "isospectrality(features(abs(x), phi = 1, psi = 1, sigma_b = 1/4))",
    repeat: Repeat::Numeric,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    if let Some(network) = estimated::network(call)? {
        return of_network(call, &network);
    }
    let model = call.model("m")?;
    let (possible, slope) = match (&model.energies, model.bias) {
        (Energies::Activation(_), Bias::Entry) => entry(call, &model)?,
        _ => on_the_curve(call, &model)?,
    };
    let layer = Value::record(
        "layer",
        vec![("layer", Value::number(1)), ("mean_square_slope", slope), ("variance_of_v", Value::number(0))],
    );
    Ok(Value::record("isospectrality", vec![("possible", Value::Flag(possible)), ("layers", Value::list(vec![layer]))]))
}

fn of_network(call: &Call, network: &Network) -> Result<Value, Failure> {
    let mut possible = true;
    let mut layers = Vec::with_capacity(network.layers.len());
    for (depth, layer) in network.layers.iter().enumerate() {
        let slope = layer.mean_square_slope(call)?;
        possible &= slope.exact.as_ref().is_some_and(crate::gaussian::closed::Exact::is_zero);
        let fields = vec![
            ("layer", Value::number(depth as u32 + 1)),
            ("mean_square_slope", layer.shown(&slope)),
            ("variance_of_v", layer.variance_of_v(call)?),
        ];
        layers.push(Value::record("layer", fields));
    }
    Ok(estimated::record("isospectrality", vec![("possible", Value::Flag(possible)), ("layers", Value::list(layers))]))
}

/// E a² = theta2/τ², zero exactly when theta2 is.
fn on_the_curve(call: &Call, model: &Features) -> Result<(bool, Value), Failure> {
    let energy = energy(call, model)?;
    let unscale = model.tau().square().recip();
    let possible = matches!(energy.parameters.shape, Shape::Isotropic | Shape::Null);
    let slope = match (&model.energies, &energy.parameters.exact) {
        _ if possible => Value::number(0),
        (Energies::Activation(f), None) if model.sigma_b.is_zero() => {
            let wrong = |error| gaussian_data::failure(&error, call.place("m"));
            let data = call.gaussian(f, &model.tau(), call.place("m"))?;
            let moments = data.moments(call.bits(), call.evaluation.context.job).map_err(wrong)?;
            gaussian_data::number(&moments.theta2.times_rational(&unscale))
        }
        (_, Some((_, theta2))) => Value::number(theta2 * unscale),
        _ => law::number(None, &energy.parameters.theta2.times_rational(&unscale)),
    };
    Ok((possible, slope))
}

/// A bias per entry only widens the pre-activation: possible exactly when E f′(s_t Z) = 0.
fn entry(call: &Call, model: &Features) -> Result<(bool, Value), Failure> {
    let energy = energy(call, model)?;
    let possible = matches!(energy.parameters.shape, Shape::Isotropic | Shape::Null);
    let slope = energy.parameters.theta2.times_rational(&model.tau().square().recip());
    Ok((possible, if possible { Value::number(0) } else { Value::ball(slope) }))
}
