//! What a regression predicts for draws of its size: the errors, and in the proportional regime every entry of the table of variances.
//! Labels and directions make all of them scatter from draw to draw; verdicts rest on that scatter alone.

use super::error::TheoryError;
use super::finite_size;
use super::prediction::THEORY_ERROR;
use super::regression::RidgeErrors;
use crate::compare::{Claim, Prediction, Scaling, Theory};
use crate::model::Regression;
use crate::number::Real;

/// What is compared with draws of these dimensions, with the deviations of pre-activations and of biases in each layer.
///
/// # Errors
/// A model without a ridge whose test error is infinite.
pub(super) fn prediction(
    model: &Regression,
    errors: RidgeErrors,
    deviations: &[[f64; 2]],
    dimensions: &[(String, usize)],
) -> Result<Prediction, TheoryError> {
    let RidgeErrors { errors: [test, train, penalised], parts, .. } = errors;
    if matches!(test, Real::Infinite) {
        return Err(TheoryError::Refused {
            message: "without a ridge the test error is infinite here, and nothing is compared with draws".to_owned(),
            help: "take a small ridge, or another n".to_owned(),
        });
    }
    let smallest = dimensions.iter().map(|(_, size)| *size).min().unwrap_or(0);
    let scale = test.to_f64();
    let series = series(model, deviations, dimensions);
    let mut claims = Vec::new();
    let mut claim = |name: &str, value: &Real| {
        let claim = Claim::scalar(name, Theory::Value(value.to_f64()), Scaling::SAMPLED);
        let claim = claim.with_scale(scale).with_error(THEORY_ERROR).on(smallest);
        claims.push(match series {
            Some(series) => claim.at_ends(series),
            None => claim,
        });
    };
    claim("test", &test);
    claim("train", &train);
    claim("train_penalised", &penalised);
    if let Some(parts) = parts {
        claim("bias", &parts.bias);
        for (name, value) in ["weights", "data", "interaction", "from_noise"].into_iter().zip(&parts.variance) {
            claim(&format!("variance.{name}"), value);
        }
        for (level, [averaged, same_data]) in parts.levels.iter().enumerate() {
            claim(&format!("layers[{level}].averaged"), averaged);
            claim(&format!("layers[{level}].same_data"), same_data);
        }
    }
    Ok(Prediction { claims, laws: Vec::new() })
}

/// By what factor each term of the series in 1/n of errors is smaller than the one before: the largest of the layers; none on the sphere.
fn series(model: &Regression, deviations: &[[f64; 2]], dimensions: &[(String, usize)]) -> Option<f64> {
    let size = |wanted: &str| dimensions.iter().find(|(name, _)| name == wanted).map(|(_, size)| *size);
    let (n, d) = (size("n")?, size("d")?);
    let widths = (0..=model.depth()).map(|layer| if layer == 0 { Some(d) } else { size(&Regression::dimension(layer)) });
    let widths = widths.collect::<Option<Vec<usize>>>()?;
    let layers = model.activations.iter().zip(deviations).zip(widths.windows(2));
    let ratios = layers.map(|((f, deviations), pair)| finite_size::ratio(f, *deviations, [pair[1], pair[0], n]));
    Some(ratios.fold(0.0, f64::max))
}
