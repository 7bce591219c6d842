//! What spiked features predict for draws of their size: the errors.

use super::error::TheoryError;
use super::finite_size;
use super::prediction::THEORY_ERROR;
use super::spiked::SpikedAnswers;
use crate::compare::{Claim, Prediction, Scaling, Theory};

/// What is compared with draws of these dimensions.
///
/// # Errors
/// As the errors.
pub(super) fn prediction(answers: &SpikedAnswers, dimensions: &[(String, usize)]) -> Result<Prediction, TheoryError> {
    let smallest = dimensions.iter().map(|(_, size)| *size).min().unwrap_or(0);
    let errors = answers.errors()?;
    let scale = errors[0].to_f64();
    let size = |wanted: &str| dimensions.iter().find(|(name, _)| name == wanted).map_or(0, |(_, size)| *size);
    let series = finite_size::ratio(&answers.model.activation, [1.0, 0.0], ["N", "d", "n"].map(size));
    let claim = |(name, value): (&str, f64)| {
        let claim = Claim::scalar(name, Theory::Value(value), Scaling::SAMPLED).with_scale(scale).with_error(THEORY_ERROR);
        claim.on(smallest).at_ends(series)
    };
    let [test, train, penalised] = errors.map(|error| error.to_f64());
    let claims = [("test", test), ("train", train), ("train_penalised", penalised)].map(claim);
    Ok(Prediction { claims: claims.into(), laws: Vec::new() })
}
