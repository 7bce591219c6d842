//! The outliers of a model.

use super::estimated::{self, network};
use super::{Query, Repeat, required};
use crate::model::Energies;
use crate::number::Ball;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::law::energy;
use crate::session::network::Network;
use crate::session::value::Value;
use crate::session::warning::Warning;
use crate::spikes::{Origin, Outlier};

/// Why a model of numbers says nothing of outliers.
pub(super) const NOT_DETERMINED: &str =
    "theta1 and theta2 do not determine the outliers, which depend on the mean of f, on E f'' and on E f'''";

/// Why a law with a bias has the outlier of its mean only.
pub(super) const NOT_WITH_BIAS: &str =
    "outliers of order one: they are not worked out for a bias per row or per column and for layers with biases";

pub(super) const TABLE: &[Query] = &[Query {
    name: "spikes",
    parameters: &[required("m", "the model")],
    about: "the candidates for eigenvalues outside the bulk: what makes each, whether it survives, and where it is",
    result: "a list of records: origin (mean, norm_w, norm_x, skew), strength, survives, position, alignment (squared cosine with the vector that makes it: norms of the rows of W or of the columns of X, ones; with a bias E f(tau Z + b_i) of the rows), threshold (of strength, alone); a mean has strength (E f)^2, with a bias E_b (E f(tau Z + b))^2, position infinity, as it grows like n1, and alignment 1",
    example: "spikes(features(x/2 + 7/10*He(2, x), phi = 1/6, psi = 1/6))",
    repeat: Repeat::Numeric,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    if let Some(network) = network(call)? {
        return Ok(of_network(call, &network));
    }
    let model = call.model("m")?;
    if matches!(model.energies, Energies::Given { .. }) {
        let failure = call.refuse("m", format!("{NOT_DETERMINED}: give the activation"));
        return Err(failure.with_help("for example spikes(features(tanh(x), phi = 1/2, psi = 3/4))"));
    }
    let found = energy(call, &model)?.outliers(call, &model)?;
    Ok(Value::list(found.into_iter().map(record).collect()))
}

/// The outlier of order n, which the mean of the top layer makes.
fn of_network(call: &Call, network: &Network) -> Value {
    call.evaluation.warn(Warning::Undefined(NOT_WITH_BIAS.to_owned()));
    let top = network.layers.last().filter(|top| !top.mean_square.ball.is_exact_zero());
    let mean = top.map(|top| estimated::record("spike", mean(top.shown(&top.mean_square))));
    Value::list(mean.into_iter().collect())
}

/// A mean outgrows every bulk, and in the limit its vector is the eigenvector.
fn mean(strength: Value) -> Vec<(&'static str, Value)> {
    vec![
        ("origin", Value::Text(name(Origin::Mean).to_owned())),
        ("strength", strength),
        ("survives", Value::Flag(true)),
        ("position", Value::Infinite),
        ("alignment", Value::number(1)),
        ("threshold", Value::number(0)),
    ]
}

fn record(outlier: Outlier) -> Value {
    if outlier.origin == Origin::Mean {
        return Value::record("spike", mean(Value::ball(outlier.strength)));
    }
    Value::record(
        "spike",
        vec![
            ("origin", Value::Text(name(outlier.origin).to_owned())),
            ("strength", Value::ball(outlier.strength)),
            ("survives", Value::Flag(outlier.survives == Some(true))),
            ("position", outlier.position.map_or(Value::Undefined, Value::ball)),
            ("alignment", outlier.alignment.map_or(Value::Undefined, Value::ball)),
            ("threshold", threshold(outlier.threshold)),
        ],
    )
}

fn threshold(ball: Ball) -> Value {
    if ball.is_exact_zero() { Value::number(0) } else { Value::ball(ball) }
}

fn name(origin: Origin) -> &'static str {
    match origin {
        Origin::Mean => "mean",
        Origin::NormW => "norm_w",
        Origin::NormX => "norm_x",
        Origin::Skew => "skew",
    }
}
