//! The outliers of a model.

use super::{Query, Repeat, required};
use crate::model::Energies;
use crate::number::Ball;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::law::energy;
use crate::session::value::Value;
use crate::spikes::{Origin, Outlier};

/// Why a model of numbers says nothing of outliers.
pub(super) const NOT_DETERMINED: &str =
    "theta1 and theta2 do not determine the outliers, which depend on the mean of f, on E f'' and on E f'''";

pub(super) const TABLE: &[Query] = &[Query {
    name: "spikes",
    parameters: &[required("m", "the model")],
    about: "the candidates for eigenvalues outside the bulk: what makes each, whether it survives, and where it is",
    result: "a list of records: origin (mean, norm_w, norm_x, skew), strength, survives, position, alignment (squared cosine with the vector that makes it: norms of the rows of W or of the columns of X, ones), threshold (of strength, alone); a mean has strength (E f)^2 and position infinity, it grows like n1",
    example: "spikes(features(x/2 + 7/10*He(2, x), phi = 1/6, psi = 1/6))",
    repeat: Repeat::Numeric,
    run,
}];

fn run(call: &Call) -> Result<Value, Failure> {
    let model = call.model("m")?;
    if matches!(model.energies, Energies::Given { .. }) {
        let failure = call.refuse("m", format!("{NOT_DETERMINED}: give the activation"));
        return Err(failure.with_help("for example spikes(features(tanh(x), phi = 1/2, psi = 3/4))"));
    }
    let found = energy(call, &model)?.outliers(call, &model)?;
    Ok(Value::list(found.into_iter().map(record).collect()))
}

fn record(outlier: Outlier) -> Value {
    let survives = outlier.survives == Some(true);
    let position = match (outlier.position, outlier.origin) {
        (Some(position), _) => Value::ball(position),
        (None, Origin::Mean) => Value::Infinite,
        (None, _) => Value::Undefined,
    };
    Value::record(
        "spike",
        vec![
            ("origin", Value::Text(name(outlier.origin).to_owned())),
            ("strength", Value::ball(outlier.strength)),
            ("survives", Value::Flag(survives)),
            ("position", position),
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
