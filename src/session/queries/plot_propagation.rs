//! The picture of a signal on its way: q_l and c_l against the layer, theory and forward passes.

use crate::number::Real;
use crate::session::call::Call;
use crate::session::failure::Failure;
use crate::session::figures::{self, ByLayer, Part};
use crate::session::value::{Record, Value};

/// The panels of a propagation with layers, under which its parameters are named.
///
/// # Errors
/// One without layers.
pub(super) fn part(call: &Call, record: &Record, fields: &[String]) -> Result<Part, Failure> {
    let layers = record.field("layers").and_then(Value::items).ok_or_else(|| {
        let failure = call.refuse("value", "a propagation is drawn layer by layer: give it depth, q0 and c0");
        failure.with_help("plot(propagation(tanh(x), sigma_w2 = 9/4, sigma_b2 = 1/10, depth = 10, q0 = 1, c0 = 1/2, n = 400))")
    })?;
    let limit = |name: &str| record.field(name).map(|value| double(call, value)).filter(|value| value.is_finite());
    let by_layer = |name: &str, measured: &str, end: &str| {
        let (mut found, mut simulated) = (Vec::new(), Vec::new());
        for (index, layer) in layers.iter().enumerate() {
            let Value::Record(layer) = layer else { continue };
            let l = index as f64 + 1.0;
            found.extend(layer.field(name).map(|value| (l, double(call, value))).filter(|(_, value)| value.is_finite()));
            if let Some(Value::Measured { mean, se }) = layer.field(measured) {
                simulated.push([l, *mean, *se]);
            }
        }
        ByLayer { theory: found, measured: simulated, limit: limit(end) }
    };
    let variances = by_layer("q", "q_measured", "q_star");
    let correlations = Some(by_layer("c", "c_measured", "c_star")).filter(|by_layer| !by_layer.theory.is_empty());
    let width = record.field("n").map(|n| format!(", n = {}", double(call, n))).unwrap_or_default();
    let figures = figures::propagation(variances, correlations, &format!("forward passes{width}"));
    Ok(figures::panels(figures, fields.to_vec()))
}

/// A value as a double; NaN where it is none.
fn double(call: &Call, value: &Value) -> f64 {
    match value {
        Value::Function(f) if f.is_constant() => call.enclosure(f).to_f64(),
        Value::Real(real @ (Real::Rational(_) | Real::Proved(..) | Real::Estimated(_))) => real.to_f64(),
        _ => f64::NAN,
    }
}
