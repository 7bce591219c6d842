//! The outliers of a model.

use super::{Query, Repeat, required};
use crate::session::value::Value;
use crate::spikes::Origin;
use crate::theory::Spike;

pub(super) const TABLE: &[Query] = &[Query {
    name: "spikes",
    parameters: &[required("m", "the model")],
    about: "the candidates for eigenvalues outside the bulk: what makes each, whether it survives, and where it is",
    result: "a list of records: origin (mean, norm_w, norm_x, skew), strength, survives, position, alignment (squared cosine with the vector that makes it: norms of the rows of W or of the columns of X, ones; with a bias E f(tau Z + b_i) of the rows), threshold (of strength, alone); a mean has strength (E f)^2, with a bias E_b (E f(tau Z + b))^2, position infinity, as it grows like n1, and alignment 1",
    example: "spikes(features(x/2 + 7/10*He(2, x), phi = 1/6, psi = 1/6))",
    repeat: Repeat::Numeric,
    run: |call| {
        let spikes = call.answers("m")?.spikes().map_err(call.theory("m"))?;
        Ok(Value::list(spikes.into_iter().map(record).collect()))
    },
}];

fn record(spike: Spike) -> Value {
    let fields = vec![
        ("origin", Value::Text(name(spike.origin).to_owned())),
        ("strength", spike.strength.into()),
        ("survives", Value::Flag(spike.survives)),
        ("position", spike.position.into()),
        ("alignment", spike.alignment.into()),
        ("threshold", spike.threshold.into()),
    ];
    Value::answer("spike", fields)
}

fn name(origin: Origin) -> &'static str {
    match origin {
        Origin::Mean => "mean",
        Origin::NormW => "norm_w",
        Origin::NormX => "norm_x",
        Origin::Skew => "skew",
    }
}
