//! What one asks of a law with a bias per neuron or per sample, and of layers with biases: values with an estimated error.

use std::sync::Arc;

use super::spectrum::argument;
use super::spikes::NOT_WITH_BIAS;
use crate::number::{Ball, Magnitude};
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::law;
use crate::session::network::{Network, of_features, of_kernel};
use crate::session::value::{Samples, Value};
use crate::session::warning::Warning;
use crate::spectrum::{Argument, Estimate, LawError, Profile64, ProfileEdge};

/// Bits that hold a double with its error.
const BITS: u32 = 64;

/// The network behind the model of the call, when its law is a profile law.
///
/// # Errors
/// An activation without the data.
pub(super) fn network(call: &Call) -> Result<Option<Network>, Failure> {
    match call.kernel("m") {
        Some(kernel) => of_kernel(call, &kernel).map(Some),
        None => of_features(call, &*call.model("m")?),
    }
}

pub(super) fn spectrum(call: &Call, network: &Network) -> Result<Value, Failure> {
    network.warn(call);
    let (depth, layered) = (network.layers.len(), call.kernel("m").is_some());
    let double = network.double(call, depth)?;
    let ends = double.edges();
    let proved = network.is_bounded(depth).is_some();
    let mut fields = vec![
        ("atom", Value::number(network.atom(depth))),
        ("edges", positions(&ends, proved)),
        ("masses", masses(call, network, &double, &ends)?),
        ("edge_exponents", exponents(&ends, proved)),
        ("moments", Value::list(network.moments(call, 6)?)),
    ];
    if ends.iter().flatten().any(|end| end.exponent.is_none()) {
        let reason = "edge_exponents: the density does not begin there like a square root or its inverse, or there is no edge";
        call.evaluation.warn(Warning::Undefined(reason.to_owned()));
    }
    let Some(top) = network.layers.last() else { return Ok(Value::Undefined) };
    if !layered {
        let [theta1, theta2] = top.averages(call)?;
        fields.extend([("theta1", top.shown(&theta1)), ("theta2", top.shown(&theta2)), ("degree", Value::Undefined)]);
        call.evaluation.warn(Warning::Undefined("degree: the law with a bias per row or per column is not algebraic".to_owned()));
    }
    fields.extend([("mean_outlier", top.shown(&top.mean_square)), ("outliers", Value::Undefined)]);
    call.evaluation.warn(Warning::Undefined(NOT_WITH_BIAS.to_owned()));
    if layered {
        fields.push(("layers", layers(network)));
    }
    Ok(record("spectrum", fields))
}

/// For each layer the variances of bias and pre-activation, their correlation map and the eigenvalue of order n.
fn layers(network: &Network) -> Value {
    let row = |(depth, layer): (usize, &crate::session::network::NetworkLayer)| {
        let fields = vec![
            ("layer", Value::number(depth as u32 + 1)),
            ("s2", layer.shown(&layer.s2)),
            ("tau2", layer.shown(&layer.tau2)),
            ("correlation", layer.correlation()),
            ("mean_outlier", layer.shown(&layer.mean_square)),
        ];
        Value::record("layer", fields)
    };
    Value::list(network.layers.iter().enumerate().map(row).collect())
}

/// The record with its largest estimated error.
pub(super) fn record(name: &'static str, mut fields: Vec<(&'static str, Value)>) -> Value {
    let error = fields.iter().map(|(_, value)| largest(value)).fold(0.0, f64::max);
    if error > 0.0 {
        fields.extend([("certified", Value::Flag(false)), ("error", Value::Double(error, 2))]);
    }
    Value::record(name, fields)
}

fn largest(value: &Value) -> f64 {
    match value {
        Value::Estimate(ball) => ball.radius().to_f64(),
        Value::Complex(re, im) => largest(re).max(largest(im)),
        Value::List(items) => items.iter().map(largest).fold(0.0, f64::max),
        Value::Record(record) => record.fields.iter().map(|(_, value)| largest(value)).fold(0.0, f64::max),
        _ => 0.0,
    }
}

fn estimate(estimate: Estimate) -> Value {
    match estimate.value {
        0.0 => Value::number(0),
        f64::INFINITY => Value::Infinite,
        value if estimate.error == 0.0 => Value::Double(value, 15),
        value => Value::Estimate(Ball::double(value, BITS).widened(Magnitude::from_f64(estimate.error))),
    }
}

/// The ends of the bulks; the highest one only where it is proved whether there is one.
fn positions(ends: &[[ProfileEdge; 2]], proved: bool) -> Value {
    pairs(ends, proved, |end| estimate(end.position))
}

fn exponents(ends: &[[ProfileEdge; 2]], proved: bool) -> Value {
    let half = |sign: f64| Value::number(rug::Rational::from((if sign > 0.0 { 1 } else { -1 }, 2)));
    pairs(ends, proved, |end| end.exponent.map_or(Value::Undefined, half))
}

fn pairs(ends: &[[ProfileEdge; 2]], proved: bool, value: impl Fn(&ProfileEdge) -> Value) -> Value {
    let last = ends.len().saturating_sub(1);
    let pair = |(k, [low, high]): (usize, &[ProfileEdge; 2])| {
        let high = if k == last && !proved { Value::Undefined } else { value(high) };
        Value::list(vec![value(low), high])
    };
    Value::list(ends.iter().enumerate().map(pair).collect())
}

fn masses(call: &Call, network: &Network, double: &Profile64, ends: &[[ProfileEdge; 2]]) -> Result<Value, Failure> {
    if ends.len() == 1 {
        let rest: rug::Rational = 1 - network.atom(network.layers.len());
        return Ok(Value::list(vec![Value::number(rest)]));
    }
    let found = double.masses(ends).ok_or_else(|| no_path(call, "m"))?;
    Ok(Value::list(found.into_iter().map(estimate).collect()))
}

fn no_path(call: &Call, place: &str) -> Failure {
    law::failure(&LawError::NoPath, call.place(place))
}

pub(super) fn edges(call: &Call, network: &Network) -> Result<Value, Failure> {
    network.warn(call);
    let depth = network.layers.len();
    Ok(positions(&network.double(call, depth)?.edges(), network.is_bounded(depth).is_some()))
}

pub(super) fn atom(network: &Network) -> Value {
    Value::number(network.atom(network.layers.len()))
}

pub(super) fn moments(call: &Call, network: &Network, count: usize) -> Result<Value, Failure> {
    Ok(Value::list(network.moments(call, count)?))
}

pub(super) fn stieltjes(call: &Call, network: &Network) -> Result<Value, Failure> {
    network.stieltjes(call, &argument(call)?)
}

pub(super) fn densities(call: &Call, network: &Network) -> Result<Value, Failure> {
    let (points, single) = call.points("x")?.unwrap_or_default();
    let arguments: Vec<Argument> = points
        .iter()
        .map(|point| point.as_rational().map_or_else(|| Argument::from(call.enclosure(point)), Argument::from))
        .collect();
    let values = network.densities(call, &arguments)?;
    Ok(collected("density", points, values, single))
}

pub(super) fn cdfs(call: &Call, network: &Network) -> Result<Value, Failure> {
    let double = network.double(call, network.layers.len())?;
    in_double(call, "cdf", "x", |x| double.cdf(x))
}

pub(super) fn quantiles(call: &Call, network: &Network) -> Result<Value, Failure> {
    let depth = network.layers.len();
    let one = |p: &crate::activation::Function| p.as_rational().is_some_and(|p| *p == 1);
    if network.is_bounded(depth).is_none() && call.points("p")?.unwrap_or_default().0.iter().any(one) {
        let failure = call.refuse("p", "the quantile at 1 is the upper edge, and whether this law has one is not proved");
        return Err(failure.with_help("ask for a p below 1"));
    }
    let double = network.double(call, depth)?;
    let bounded = double.edges().last().map(|pair| pair[1].position);
    in_double(call, "quantile", "p", |p| if p == 1.0 { bounded } else { double.quantile(p) })
}

fn in_double(call: &Call, name: &'static str, place: &str, value: impl Fn(f64) -> Option<Estimate>) -> Result<Value, Failure> {
    let (points, single) = call.points(place)?.unwrap_or_default();
    let mut values = Vec::with_capacity(points.len());
    for point in &points {
        call.evaluation.context.job.check().map_err(|why| Failure::stopped(why, call.span))?;
        let at = call.enclosure(point).to_f64();
        if name == "quantile" && !(0.0..=1.0).contains(&at) {
            return Err(law::failure(&LawError::Probability, call.place(place)));
        }
        values.push(estimate(value(at).ok_or_else(|| no_path(call, place))?));
    }
    Ok(collected(name, points, values, single))
}

fn collected(name: &'static str, points: Vec<crate::activation::Function>, mut values: Vec<Value>, single: bool) -> Value {
    match (single, values.pop()) {
        (true, Some(value)) => value,
        (_, last) => {
            values.extend(last);
            Value::Samples(Arc::new(Samples { name, points, values }))
        }
    }
}
