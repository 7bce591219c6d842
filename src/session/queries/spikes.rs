//! The outliers of a model.

use super::one_step_spikes;
use super::{Query, Repeat, optional, required};
use crate::number::Real;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::part::Part;
use crate::session::value::Value;
use crate::spikes;
use crate::theory::{Origin, Spike, SpikeLayer, SpikePart};

/// Arguments that belong to models of one gradient step.
pub(super) const OF_ONE_STEP: [&str; 5] = ["alpha", "eta", "n", "scale", "order"];

pub(super) const TABLE: &[Query] = &[Query {
    name: "spikes",
    parameters: &[
        required("m", "the model"),
        optional("alpha", "on one_step: the exponent of a growing step size, 0 <= alpha < 1/2"),
        optional("eta", "on one_step: a constant step size; with n a finite size"),
        optional("n", "on one_step: the number of samples, with eta or alpha (eta = scale*n^alpha): an estimate at finite size"),
        optional("scale", "with n and alpha: eta = scale*n^alpha, 1 when not given"),
        optional("order", "with n: the powers up to this one alone, the theory of the surrogate"),
    ],
    about: "the candidates for eigenvalues outside the bulk: what makes each, whether it survives, and where it is",
    result: "a list of records, the given spikes first: origin (mean, norm_w, norm_x, skew; signal for a given one, uninformative for one that E f'' makes in a kernel), strength, survives, position, alignment (squared cosine with the vector that makes it: norms of the rows of W or of the columns of X, ones; with a bias E f(tau Z + b_i) of the rows; in a kernel with the true signal, cumulative over layers), threshold (of strength: the ends of the gap that it lies in or can reach, a pair or one, else the nearest end), margin (strength/threshold - 1; in a gap to its nearer end, positive inside), left_factor of a covariance (squared cosine of left vector and scores), direction of an uninformative one (ones, column_norms), alignment_ones beside an overlap, layers of a kernel's signal (layer, survives, position, alignment, threshold; layer 0 is the input), weight of a trained layer (the spike of W_1^T W_1: survives, position, alignment with the teacher's direction, threshold of eta); on trained strength and threshold are of eta, and the alignment is with the test labels; a mean has strength (E f)^2, with a bias E_b (E f(tau Z + b))^2, position infinity, as it grows like n1, and alignment 1; on one_step without n or eta the regimes {degree, present, count, interval of alpha}, and with n a record: count, bulk_edge (singular value of F), strength (t = c_1 eta |beta|/sqrt(N)), spikes [{singular_value, alignment [{power, raw (squared cosine with z^k), orthogonal (with its part orthogonal to lower powers)}]}], norms (singular values that uneven norms of the data make, where there are any); numbers at finite n have the digits of the prediction of a mean over draws, with an order those of the formula",
    example: "spikes(features(x/2 + 7/10*He(2, x), phi = 1/6, psi = 1/6))",
    repeat: Repeat::Numeric,
    run: |call| {
        if let Some(answer) = one_step_spikes::spikes(call)? {
            return Ok(answer);
        }
        let spikes = call.answers("m")?.spikes().map_err(call.theory("m"))?;
        Ok(Value::list(spikes.into_iter().map(|spike| record(call.bits(), spike)).collect()))
    },
}];

/// A field of one candidate, without the edges of the law where it does not depend on them.
///
/// # Errors
/// As the query.
pub(super) fn part(call: &Call, Part { place, field }: Part) -> Result<Option<Value>, Failure> {
    let Some(place) = place.filter(|_| OF_ONE_STEP.iter().all(|name| call.given(name).is_none())) else { return Ok(None) };
    let answers = call.answers("m")?;
    if answers.one_step().is_ok() {
        return Ok(None);
    }
    let part = match field {
        "survives" => SpikePart::Survival,
        "origin" | "strength" | "position" | "alignment" | "left_factor" | "alignment_ones" => SpikePart::Numbers,
        _ => SpikePart::Whole,
    };
    let spike = match answers.spike(place, part).map_err(call.theory("m"))? {
        Some(spike) => Some(spike),
        None => answers.spikes().map_err(call.theory("m"))?.into_iter().nth(place),
    };
    Ok(spike.map(|spike| record(call.bits(), spike)))
}

pub(super) fn record(bits: u32, spike: Spike) -> Value {
    let margin = spike.margin(bits);
    let mut fields = vec![
        ("origin", Value::Text(name(spike.origin).to_owned())),
        ("strength", spike.strength.into()),
        ("survives", Value::Flag(spike.survives)),
        ("position", spike.position.into()),
        ("alignment", spike.alignment.into()),
        ("threshold", threshold(&spike.thresholds)),
        ("margin", margin.into()),
    ];
    fields.extend(spike.left_factor.map(|factor| ("left_factor", factor.into())));
    fields.extend(spike.alignment_ones.map(|alignment| ("alignment_ones", alignment.into())));
    fields.extend(direction(spike.origin).map(|direction| ("direction", Value::Text(direction.to_owned()))));
    if !spike.layers.is_empty() {
        fields.push(("layers", Value::list(spike.layers.into_iter().map(layer).collect())));
    }
    fields.extend(spike.weight.map(|weight| ("weight", Value::record("weight", numbers(*weight)))));
    Value::answer("spike", fields)
}

fn layer(layer: SpikeLayer) -> Value {
    let mut fields = vec![("layer", Value::number(layer.layer))];
    fields.extend(numbers(layer));
    Value::record("layer", fields)
}

fn numbers(layer: SpikeLayer) -> Vec<(&'static str, Value)> {
    vec![
        ("survives", Value::Flag(layer.survives)),
        ("position", layer.position.into()),
        ("alignment", layer.alignment.into()),
        ("threshold", threshold(&layer.thresholds)),
    ]
}

fn threshold(thresholds: &[Real]) -> Value {
    match thresholds {
        [] => Value::UNDEFINED,
        [one] => one.clone().into(),
        pair => Value::from(pair.to_vec()),
    }
}

fn name(origin: Origin) -> &'static str {
    match origin {
        Origin::Feature(spikes::Origin::Mean) => "mean",
        Origin::Feature(spikes::Origin::NormW) => "norm_w",
        Origin::Feature(spikes::Origin::NormX) => "norm_x",
        Origin::Feature(spikes::Origin::Skew) => "skew",
        Origin::Signal => "signal",
        Origin::Ones | Origin::ColumnNorms => "uninformative",
    }
}

/// The vector that makes an uninformative spike.
fn direction(origin: Origin) -> Option<&'static str> {
    match origin {
        Origin::Ones => Some("ones"),
        Origin::ColumnNorms => Some("column_norms"),
        Origin::Feature(_) | Origin::Signal => None,
    }
}
