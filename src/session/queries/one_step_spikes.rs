//! The spikes of one gradient step: regimes of a growing step, the outlier of a constant one, finite sizes.

use super::errors::{Finite, exponent, finite_size, no_size, of_exponent, positive_step, powers};
use super::spikes::{OF_ONE_STEP, record};
use crate::activation::Function;
use crate::number::Real;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::value::Value;
use crate::theory::{FiniteSpikes, Regime, Spike};

/// The degrees that are listed.
const LISTED: usize = 8;

/// The answer on a model of one gradient step; none for other models without arguments of their own.
///
/// # Errors
/// Arguments that belong to other questions.
pub(super) fn spikes(call: &Call) -> Result<Option<Value>, Failure> {
    let given: Vec<&str> = OF_ONE_STEP.into_iter().filter(|name| call.given(name).is_some()).collect();
    let answers = call.answers("m")?;
    let Ok(model) = answers.one_step() else {
        return match given.first() {
            None => Ok(None),
            Some(name) => Err(call.refuse(name, format!("{name} is a question to one_step, and m is another model"))),
        };
    };
    let one = || Function::one();
    Ok(Some(match given[..] {
        [] => Value::list((0..=LISTED).map(|degree| regime(model.regime(degree))).collect()),
        ["alpha"] => {
            let alpha = exponent(call)?.unwrap_or_default();
            regime(model.regime(of_exponent(call, &alpha)?))
        }
        ["eta"] => {
            let eta = positive_step(call)?.unwrap_or_else(one);
            let spike = model.constant_step(&eta).map_err(call.theory("m"))?;
            let norms = model.norms().map_err(call.theory("m"))?.into_iter().filter(|spike| spike.survives);
            Value::list(std::iter::once(spike).chain(norms).map(|spike| record(call.bits(), spike)).collect())
        }
        _ if given.contains(&"n") => {
            let Finite { n, eta, order, .. } = finite_size(call)?;
            let found = model.predicted_spikes(n, eta, order).map_err(call.theory("m"))?;
            finite(found, beside(&model.norms().map_err(call.theory("m"))?, n))
        }
        _ if given.contains(&"scale") => return Err(no_size(call, "scale")),
        _ if given.contains(&"order") => return Err(no_size(call, "order")),
        _ => {
            let failure = call.refuse(given[0], "spikes of one_step takes alpha, or eta, or n with one of them");
            return Err(failure.with_help("spikes(m, alpha = 1/3), spikes(m, eta = 5), spikes(m, n = 1000, eta = 12)"));
        }
    }))
}

fn regime(regime: Regime) -> Value {
    let interval = regime.interval.map(Value::number).into();
    let fields = vec![
        ("degree", Value::number(regime.degree)),
        ("present", powers(&regime.present)),
        ("count", Value::number(regime.present.len())),
        ("interval", Value::list(interval)),
    ];
    Value::answer("regime", fields)
}

/// The singular values that norms of the data make, with their scatter.
fn beside(norms: &[Spike], n: usize) -> Vec<Real> {
    let n = n as f64;
    let value = |spike: &Spike| {
        let value = (n * spike.position.to_f64()).sqrt();
        Real::estimated_double(value, value / (2.0 * n).sqrt())
    };
    norms.iter().filter(|spike| spike.survives).map(value).collect()
}

fn finite(found: FiniteSpikes, norms: Vec<Real>) -> Value {
    let alignment = |(power, raw, orthogonal): (usize, Real, Real)| {
        Value::record("alignment", vec![("power", Value::number(power)), ("raw", raw.into()), ("orthogonal", orthogonal.into())])
    };
    let spike = |(value, list): (Real, Vec<(usize, Real, Real)>)| {
        let list = list.into_iter().map(alignment).collect();
        Value::record("spike", vec![("singular_value", value.into()), ("alignment", Value::list(list))])
    };
    let mut fields: Vec<(&str, Value)> = vec![
        ("count", Value::number(found.spikes.len())),
        ("bulk_edge", found.bulk_edge.into()),
        ("strength", found.strength.into()),
        ("spikes", Value::list(found.spikes.into_iter().map(spike).collect())),
    ];
    if !norms.is_empty() {
        fields.push(("norms", norms.into()));
    }
    Value::answer("spikes", fields)
}
